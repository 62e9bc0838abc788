//! `desk work link`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Link tickets to a work order
///
/// Where --to names another ticket, they join the order that it is linked to, or one is made for all.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// The work order, or a ticket of the same trouble
    #[arg(long, value_name = "WORK-ORDER|ID", add = complete::open_tickets())]
    pub to: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let Some(to) = context.one(desk, &args.to, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let outcome = ops::work::link::link(desk, &act, &ids, to)?;
    context.show(desk, &outcome)
}
