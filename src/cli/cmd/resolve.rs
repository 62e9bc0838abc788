//! `desk resolve`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::time_args::TimeArgs;
use crate::ops;

/// Resolve tickets with the words of the solution
///
/// Resolved is not closed: closing takes the requester's word. Without -m it opens your editor.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Why the knowledge base is not needed for it, where the house asks for a search
    #[arg(long, value_name = "REASON", allow_hyphen_values = true)]
    pub no_kb: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let Some(first) = ids.first() else {
        return Ok(ExitStatus::Done);
    };
    let time = args.time.read(desk, ids.len())?;
    let text = context.message(desk, *first, "resolve", args.text.message.as_deref())?;
    let no_kb = args.no_kb.as_deref();
    let outcome = text.settle(ops::ticket::resolve::resolve(
        desk,
        &act,
        &ids,
        &text.text,
        time.as_ref(),
        no_kb,
    ))?;
    context.show(desk, &outcome)
}
