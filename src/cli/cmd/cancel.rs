//! `desk cancel`.

use clap_complete::{ArgValueCandidates, CompletionCandidate};

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::model::cancelled_as::CancelledAs;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;

/// Cancel tickets that are invalid or no longer needed
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Tickets, by id or by any start of it; `-` reads them from standard input
    #[arg(required = true, value_name = "ID", add = complete::open_tickets())]
    pub ids: Vec<String>,
    /// Why: `withdrawn`, `mistake`, `spam` or `test`; the last three count for no volume. Who acts is
    /// said before the command here
    #[arg(long = "as", value_name = "WHY", add = why())]
    pub why: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

fn why() -> ArgValueCandidates {
    let words = || CancelledAs::WORDS.iter().map(|(_, word)| *word);
    ArgValueCandidates::new(move || words().map(CompletionCandidate::new).collect::<Vec<_>>())
}

/// Why a ticket is cancelled, by its word.
fn read(word: &str, first: &str) -> Result<CancelledAs, OpError> {
    if word == "duplicate" {
        return Err(TicketError::CancelAsDuplicate(&first).error());
    }
    let known = CancelledAs::WORDS.iter().map(|(_, word)| *word);
    CancelledAs::read(word).ok_or_else(|| unknown("way to cancel", word, known))
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let first = args.ids.first().map_or("ID", String::as_str);
    let why = args
        .why
        .as_deref()
        .map(|word| read(word, first))
        .transpose()?;
    let ids = context.some_ids(desk, &args.ids, Some(&act.me))?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::ticket::cancel::cancel(desk, &act, &ids, why, &text)?;
    context.show(desk, &outcome)
}
