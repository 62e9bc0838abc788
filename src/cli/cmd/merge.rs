//! `desk merge`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Merge a requester's duplicates into the ticket that goes on
///
/// A merged ticket keeps its log and points to the other. For the same trouble of two requesters
/// use a work order or a link instead.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The duplicates; `-` reads them from standard input
    #[arg(required = true, value_name = "A", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// The ticket that goes on
    #[arg(long, value_name = "B", add = complete::open_tickets())]
    pub into: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let Some(b) = context.one(desk, &args.into, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let outcome = ops::ticket::merge::merge(desk, &act, &ids, b)?;
    context.show(desk, &outcome)
}
