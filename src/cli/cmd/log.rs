//! `desk log`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::id::TicketId;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::values;
use crate::view::paint::{Paint, Role};
use crate::view::{card, diff};

/// Show the git history of tickets as diffs
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
    /// Show each as it was then, by the time of commits: 2026-10-01, "2026-10-01 14:00", -7d
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let me = context.me(desk)?;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
    if let Some(at) = &args.at {
        return as_it_was(context, desk, &ids, at);
    }
    let mut text = String::new();
    for id in ids {
        let history = ops::ticket::log::history(desk, id)?;
        if history.is_empty() {
            context.ui.remark(&format!("{id} is in no commit yet"));
        }
        text.push_str(&diff::diff(&history, &context.ui.paint));
    }
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}

/// Shows tickets as they stood at a moment.
fn as_it_was(context: &Context, desk: &Desk, ids: &[TicketId], at: &str) -> ExitResult {
    let at = values::moment(desk, at, context.ui.env.now)?;
    let paint = Paint {
        now: at,
        ..context.ui.paint
    };
    let mut text = String::new();
    for id in ids {
        let Some((since, page)) = ops::ticket::log::at(desk, *id, at)? else {
            let when = context.ui.paint.time(at);
            context
                .ui
                .remark(&format!("{id} was in no commit on {when}"));
            continue;
        };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let shown = ops::ticket::show::of_page(desk, page, at)?;
        text.push_str(&card::card(&shown, &desk.settings, &paint));
        let since = context.ui.paint.time(since);
        let note = format!(
            "as it was on {}, committed {since}",
            context.ui.paint.time(at)
        );
        text.push_str(&format!("\n{}\n", paint.role(Role::Muted, &note)));
    }
    context.ui.long(&text)?;
    Ok(ExitStatus::Done)
}
