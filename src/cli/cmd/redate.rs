//! `desk redate`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Say when an entry really happened, where a clock was wrong
///
/// The heading stays as it is, for it orders the log; clocks, reports and exports go by the time
/// said here. The author may do it until the entry is pushed, a manager always.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// When it happened: `2026-11-21 10:05`, `2026-11-21T09:05:00Z`
    #[arg(value_name = "TIME")]
    pub time: String,
    /// The entry, by its tag
    #[arg(long, value_name = "^TAG")]
    pub entry: String,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let (entry, time) = (&args.entry, &args.time);
    let outcome = ops::ticket::redate::redate(desk, &act, id, entry, time, &text)?;
    context.show(desk, &outcome)
}
