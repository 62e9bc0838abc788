//! `resolve`: answered or mended; the requester is yet to confirm.

use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::template::TemplateUse;
use crate::model::ticket_summary::NO_KB;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::resolution::{by_order, complete, consulted};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};

/// The words of a solution.
#[derive(Clone, Copy, Debug, Default)]
pub struct Solution<'a> {
    /// The words; in the template's place for them or behind it, if there is one.
    pub text: &'a str,
    /// How long it took.
    pub time: Option<&'a WorkTime>,
    /// Why the knowledge base was not needed.
    pub no_kb: Option<&'a str>,
    /// The template of the words.
    pub template: Option<TemplateRequest<'a>>,
}

/// Resolves tickets with the words of the solution. The tickets linked to a work order among them are resolved with it: see
/// [`crate::ops::core::status_sync`].
pub fn resolve(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    solution: &Solution<'_>,
) -> Result<Outcome, OpError> {
    let Solution {
        text,
        time,
        no_kb,
        template,
    } = *solution;
    let text = values::text(text)?;
    let no_kb = no_kb.map(reason).transpose()?;
    let template = template
        .map(|request| Ready::find(desk, request, TemplateUse::Resolve))
        .transpose()?;
    if text.is_empty() && template.is_none() {
        return Err(TicketError::SolutionNeedsText.error());
    }
    let tx = Transaction::begin(desk, act, "resolve")?.telling("resolved");
    let mut notices = Vec::new();
    let mut outcome = tx.each(ids, &EntryKind::Resolve, "resolve", |edit| {
        if let Some(template) = &template {
            notices.extend(template.set(desk, act, edit, SaidWait::default())?);
        }
        let order = edit.ticket.text(Key::LinkWorkOrder).to_owned();
        if ids.iter().any(|id| id.as_str() == order) {
            edit.attribute("order", order);
            by_order(edit, desk, act)?;
        } else {
            complete(edit, desk)?;
            looked(edit, desk, no_kb.as_deref())?;
        }
        if let Some(time) = time {
            time.note(edit);
        }
        solved(edit, act, &text);
        match &template {
            Some(template) => template.write(desk, act, edit, &text),
            None => Ok(()),
        }
    })?;
    outcome.notices.extend(notices);
    Ok(outcome)
}

/// Resolves one ticket, if it may be.
pub fn apply(
    edit: &mut TicketEdit,
    desk: &Desk,
    act: &Actor,
    text: &str,
    no_kb: Option<&str>,
) -> Result<(), OpError> {
    complete(edit, desk)?;
    looked(edit, desk, no_kb)?;
    solved(edit, act, text);
    Ok(())
}

/// Whoever solves what nobody had is who did it.
fn solved(edit: &mut TicketEdit, act: &Actor, text: &str) {
    if edit.ticket.maybe(Key::Assignee).is_none() {
        edit.set_text(Key::Assignee, act.me.as_str());
    }
    edit.text(text);
}

/// Sees to it that somebody looked into the knowledge base, or said why not. What a work order
/// mended is no question of it.
fn looked(edit: &mut TicketEdit, desk: &Desk, no_kb: Option<&str>) -> Result<(), OpError> {
    consulted(desk, Some(edit.id()), &edit.ticket, no_kb)?;
    if let Some(reason) = no_kb {
        edit.attribute(NO_KB, reason);
    }
    Ok(())
}

/// The reason why the knowledge base was not needed.
pub fn reason(text: &str) -> Result<String, OpError> {
    let reason = values::line("reason", text)?;
    if reason.is_empty() {
        return Err(TicketError::NoKbNeedsReason.error());
    }
    Ok(reason)
}
