//! `resolve`: answered or mended; the requester is yet to confirm.

use super::act::Act;
use super::change::{Edit, Outcome, Transaction};
use super::desk::Desk;
use super::error::OpError;
use super::validate;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::rules::complete;

/// Resolves tickets with the words of the solution.
pub fn resolve(desk: &Desk, act: &Act, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    let text = validate::text(text)?;
    if text.is_empty() {
        return Err(
            OpError::usage("resolving needs a text: what was the solution?")
                .hint("give it with -m TEXT, or -m - to read it"),
        );
    }
    Transaction::begin(desk, act, "resolve")?.each(ids, "resolve", "resolve", |edit| {
        apply(edit, desk, act, &text)
    })
}

/// Resolves one ticket, if it may be.
pub fn apply(edit: &mut Edit, desk: &Desk, act: &Act, text: &str) -> Result<(), OpError> {
    edit.move_to(&Status::Resolved)?;
    let lacking = complete::blocking(&edit.ticket.values, &desk.settings, &desk.catalogue);
    if !lacking.is_empty() {
        return Err(lacks(Some(edit.id()), &lacking));
    }
    // Whoever solves what nobody had is who did it.
    if edit.ticket.maybe(Key::Assignee).is_none() {
        edit.set_text(Key::Assignee, act.me.as_str());
    }
    edit.text(text);
    Ok(())
}

/// Why an incomplete ticket is not resolved.
pub fn lacks(id: Option<TicketId>, lacking: &[String]) -> OpError {
    let names: Vec<String> = lacking.iter().map(|key| format!("`{key}`")).collect();
    let what = id.map_or("the ticket".to_owned(), |id| format!("`{id}`"));
    let error = OpError::refused(format!(
        "{what} lacks {}, required before it is resolved",
        names.join(", ")
    ));
    match id {
        Some(id) => error.hint(format!("desk set {id} {}=…", lacking[0])),
        None => error.hint(format!("add --set {}=…", lacking[0])),
    }
}
