//! `note`: an internal entry, never seen by the requester.

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::template::TemplateUse;
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
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::rules::lifecycle::transitions::Trigger;

/// Adds a note to tickets; to the end of the chain where one was merged away.
pub fn note(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    text: &str,
    time: Option<&WorkTime>,
    template: Option<TemplateRequest<'_>>,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let template = template
        .map(|request| Ready::find(desk, request, TemplateUse::Note))
        .transpose()?;
    if text.is_empty() && template.is_none() {
        return Err(TicketError::NoteNeedsText.error());
    }
    let mut tx = Transaction::begin(desk, act, "note")?.telling("with a new note");
    let (ids, mut notices) = ends_of_chains(desk, ids)?;
    tx.all(&ids, |tx, id| {
        let mut edit = tx.edit(id, EntryKind::Note)?;
        if let Some(time) = time {
            time.note(&mut edit);
        }
        edit.event(Trigger::AgentActs)?;
        match &template {
            Some(template) => {
                notices.extend(template.set(desk, act, &mut edit, SaidWait::default())?);
                template.write(desk, act, &mut edit, &text)?;
            }
            None => edit.text(&text),
        }
        tx.stage(edit)
    })?;
    let first = |one: &Changed| match &template {
        Some(template) => format!("{} note by template {}", one.ticket.id, template.name()),
        None => format!("{} note: {}", one.ticket.id, one_line(&text, 50)),
    };
    let subject = tx.subject("note", first);
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notices);
    Ok(outcome)
}
