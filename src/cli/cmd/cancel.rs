//! `desk cancel`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Cancel tickets that are invalid or no longer needed
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::cancel::cancel(desk, &act, &ids, &text)?;
    context.show(desk, &outcome)
}
