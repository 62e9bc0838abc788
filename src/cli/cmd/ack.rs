//! `desk ack`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Say that you have what a ticket told you
///
/// An escalation to management, a note that names you with `@`, or a shift that was handed over to you
/// stands on your board until one of those told acknowledges it; the others then see who has it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The tickets; - takes ids from standard input
    #[arg(value_name = "ID", required = true, add = complete::open_tickets())]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.ids(desk, &args.ids, Some(&act.me))?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::ack::ack(desk, &act, &ids, &text)?;
    context.show(desk, &outcome)
}
