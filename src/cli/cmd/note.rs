//! `desk note`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Write an internal note, never seen by the requester
///
/// Without -m it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::open_tickets())]
    pub id: String,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let text = context.message(desk, id, "note", args.text.message.as_deref())?;
    let outcome = text.settle(ops::ticket::note::note(desk, &act, id, &text.text))?;
    context.show(desk, &outcome)
}
