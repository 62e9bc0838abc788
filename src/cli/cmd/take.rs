//! `desk take`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Work on tickets yourself
///
/// A new ticket becomes open.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let outcome = ops::ticket::take::take(desk, &act, &ids)?;
    context.show(desk, &outcome)
}
