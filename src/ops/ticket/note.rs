//! `note`: an internal entry, never seen by the requester.

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::merge::end_of_chain;
use crate::rules::lifecycle::transitions::Trigger;

/// Adds a note to a ticket; to the end of the chain where it was merged away.
pub fn note(desk: &Desk, act: &Actor, id: TicketId, text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    if text.is_empty() {
        return Err(TicketError::NoteNeedsText.error());
    }
    let mut tx = Transaction::begin(desk, act, "note")?;
    let (id, notice) = end_of_chain(desk, id)?;
    let mut edit = tx.edit(id, EntryKind::Note)?;
    edit.text(&text);
    edit.event(Trigger::AgentActs)?;
    let subject = format!("{id} note: {}", one_line(&text, 50));
    tx.stage(edit)?;
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notice);
    Ok(outcome)
}
