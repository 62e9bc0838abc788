//! `desk log`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::diff;

/// Show the git history of tickets as diffs
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it
    #[arg(required = true, value_name = "ID", add = complete::tickets())]
    pub ids: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let me = context.me(desk)?;
    let ids = context.some_ids(desk, &args.ids, me.as_ref())?;
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
