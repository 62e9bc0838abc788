//! `note`: an internal entry, never seen by the requester.

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::{Changed, Outcome};
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::merge::ends_of_chains;
use crate::rules::lifecycle::transitions::Trigger;

/// Adds a note to tickets; to the end of the chain where one was merged away.
pub fn note(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    text: &str,
    time: Option<&WorkTime>,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    if text.is_empty() {
        return Err(TicketError::NoteNeedsText.error());
    }
    let mut tx = Transaction::begin(desk, act, "note")?.telling("with a new note");
    let (ids, notices) = ends_of_chains(desk, ids)?;
    tx.all(&ids, |tx, id| {
        let mut edit = tx.edit(id, EntryKind::Note)?;
        if let Some(time) = time {
            time.note(&mut edit);
        }
        edit.text(&text);
        edit.event(Trigger::AgentActs)?;
        tx.stage(edit)
    })?;
    let first = |one: &Changed| format!("{} note: {}", one.ticket.id, one_line(&text, 50));
    let subject = tx.subject("note", first);
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notices);
    Ok(outcome)
}
