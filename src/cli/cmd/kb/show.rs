//! `desk kb show`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::kb::show;
use crate::view::{json, kb};

/// Show articles whole
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Articles, by id
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let shown = args
        .ids
        .iter()
        .map(|id| show::show(desk, id))
        .collect::<Result<Vec<_>, _>>()?;
    let problems: Vec<_> = shown
        .iter()
        .flat_map(|one| one.page.problems.clone())
        .collect();
    let today = ops::core::articles::today(desk, context.ui.env.now);
    if context.global.json {
        let items = shown
            .iter()
            .map(|one| kb::json::shown(one, today))
            .collect();
        context.ui.data(&json::page("articles", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    let cards: Vec<String> = shown
        .iter()
        .map(|one| kb::article::card(one, &desk.settings, today, &context.ui.paint))
        .collect();
    context.ui.long(&cards.join("\n\n"))?;
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
