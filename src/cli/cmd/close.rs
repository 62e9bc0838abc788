//! `desk close`.

use crate::cli::messages::CommandError;
use clap::ValueEnum;

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;
use crate::ops::ticket::close::CloseReason;

/// Close resolved tickets, on the requester's word or when nobody answered
///
/// `--satisfied no` reopens them instead.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::done_tickets())]
    pub ids: Vec<String>,
    /// What the requester says
    #[arg(
        long,
        value_name = "yes|no",
        hide_possible_values = true,
        conflicts_with = "no_answer"
    )]
    pub satisfied: Option<YesNo>,
    /// The requester's mark, 1 to 5
    #[arg(long, value_name = "1..5", requires = "satisfied", conflicts_with = "no_answer", value_parser = clap::value_parser!(i64).range(1..=5))]
    pub rating: Option<i64>,
    /// Close because the requester did not reply within `policy.close_after`
    #[arg(long)]
    pub no_answer: bool,
    #[command(flatten)]
    pub text: Message,
}

/// The requester's word
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Satisfied
    Yes,
    /// Not satisfied
    No,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let word = match (args.satisfied, args.no_answer) {
        (Some(YesNo::Yes), _) => CloseReason::Satisfied(args.rating),
        (Some(YesNo::No), _) => CloseReason::Dissatisfied(args.rating),
        (None, true) => CloseReason::NoAnswer,
        (None, false) => {
            return Err(CommandError::NoResponse.error());
        }
    };
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::close::close(desk, &act, &ids, word, &text)?;
    context.show(desk, &outcome)
}
