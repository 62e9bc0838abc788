//! `desk link`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Link two tickets
///
/// `desk link A B --as parent` makes A a part of B; `--as work-order` links A to the work order B.
/// To act as somebody else, say so before the command: `desk --as HANDLE link A B`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket that the link is about
    #[arg(value_name = "A", add = complete::tickets())]
    pub a: String,
    /// The ticket that it is linked to
    #[arg(value_name = "B", add = complete::tickets())]
    pub b: String,
    /// relates, parent, follows, same-contact or work-order
    #[arg(long = "as", value_name = "KIND", default_value = "relates", add = complete::links())]
    pub kind: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(a) = context.one(desk, &args.a, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let Some(b) = context.one(desk, &args.b, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let outcome = ops::ticket::link::link(desk, &act, a, b, &args.kind)?;
    context.show(desk, &outcome)
}
