//! `desk watch`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;

/// Watch tickets that others work on
///
/// What you watch stands on your board and under is:watched, and you are told when others change its
/// status or its team, tell management, or are in touch with the requester.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Watch them no more
    #[arg(long)]
    pub off: bool,
    /// Somebody else is to watch, or no longer
    #[arg(long = "agent", value_name = "HANDLE", add = complete::agents())]
    pub who: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let who = args.who.as_deref();
    let outcome = ops::ticket::watch::watch(desk, &act, &ids, who, args.off)?;
    context.show(desk, &outcome)
}
