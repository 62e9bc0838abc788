//! `desk sla`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::{json, sla};

/// Explain how each due time of a ticket was calculated, step by step
///
/// For each clock the target and its calendar, the start, what counts and what is left after it,
/// every night, weekend, holiday and pause that does not count, and when it is or was due. Times
/// are those of the calendar's zone, so that the sum can be followed with a pencil.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let last = args.ids.iter().any(|id| id == ".");
    let me = if last { context.me(desk)? } else { None };
    let now = context.ui.env.now;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    let all = ids
        .iter()
        .map(|id| ops::ticket::sla::sla(desk, *id, now))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = all.iter().flat_map(|one| one.problems.clone()).collect();
    if context.global.json {
        let of_desk = context.of(desk, None);
        let items = all.iter().map(|one| sla::json(one, of_desk)).collect();
        context.ui.data(&json::page("tickets", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    let texts: Vec<String> = all
        .iter()
        .map(|one| sla::sla(one, &desk.settings, &context.ui.paint))
        .collect();
    context.ui.long(&texts.join("\n"))?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
