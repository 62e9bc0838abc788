//! `desk link`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;

/// Link tickets to another
///
/// `desk link A B --as parent` makes A a part of B; `--as work-order` links A to the work order B.
/// To act as somebody else, say so before the command: `desk --as HANDLE link A B`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The tickets that the link is about, then the ticket that they are linked to; `-` reads tickets
    /// from standard input
    #[arg(required = true, num_args = 2.., value_names = ["A", "B"], add = complete::tickets())]
    pub ids: Vec<String>,
    /// relates, parent, follows, same-contact or work-order
    #[arg(long = "as", value_name = "KIND", default_value = "relates", add = complete::links())]
    pub kind: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some((b, ids)) = args.ids.split_last() else {
        return Ok(ExitStatus::Usage);
    };
    let ids = context.some_ids(desk, ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let Some(b) = context.one(desk, b, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let outcome = ops::ticket::link::link(desk, &act, &ids, b, &args.kind)?;
    context.show(desk, &outcome)
}
