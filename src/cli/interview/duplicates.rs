//! Asks what a record is that looks like another of these days.

use crate::cli::prompt::reply::PromptReply;
use crate::cli::prompt::{self, First, Manner, choices};
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::ops::core::duplicates::{Duplicate, DuplicateKind};
use crate::ops::core::error::OpError;

/// What a person says of open work that looks the same.
pub(in crate::cli::interview) enum Already {
    /// It is the same.
    Share(TicketId),
    /// It is not.
    No,
    /// Ctrl-C.
    Interrupt,
}

/// Is it already reported? Asks, where something open looks the same.
pub(in crate::cli::interview) fn already(
    found: &[Duplicate],
    color: bool,
) -> Result<Already, OpError> {
    let open: Vec<&Duplicate> = found
        .iter()
        .filter(|one| one.kind == DuplicateKind::Duplicate)
        .collect();
    if open.is_empty() {
        return Ok(Already::No);
    }
    let no = ("no".to_owned(), "go on with a record of its own".to_owned());
    let shown = open.iter().take(7).map(|one| {
        let ticket = &one.ticket;
        let title = ticket.text(Key::Title);
        (ticket.id.to_string(), format!("{title} ({})", one.reason))
    });
    let choices = choices(shown.chain([no]));
    let help = "the work is shared, the ticket stays its own";
    let manner = Manner {
        color,
        ..Manner::default()
    };
    let no = First::Word(Some("no"));
    let said = prompt::select("Is it already reported?", help, choices, no, &manner)?;
    Ok(match said {
        PromptReply::Answer(word) => word.parse().map_or(Already::No, Already::Share),
        PromptReply::Interrupt => Already::Interrupt,
        PromptReply::Nothing | PromptReply::End | PromptReply::Back(_) => Already::No,
    })
}
