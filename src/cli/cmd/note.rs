//! `desk note`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::time_args::TimeArgs;
use crate::ops;

/// Write an internal note, never seen by the requester
///
/// Without -m it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    if ids.is_empty() {
        return context.nothing_named("tickets");
    }
    let time = args.time.read(desk, ids.len())?;
    let text = context.message_for(desk, &ids, "note", args.text.message.as_deref())?;
    let outcome = text.settle(ops::ticket::note::note(
        desk,
        &act,
        &ids,
        &text.text,
        time.as_ref(),
    ))?;
    context.show(desk, &outcome)
}
