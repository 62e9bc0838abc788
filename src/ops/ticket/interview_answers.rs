//! Answers of the interview, and how they are written into a ticket.

use crate::model::field::{Field, Key, Value};
use crate::model::intake_form::Ask;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::new_record::{RecordStamp, is_shared};
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::values;
use crate::rules::lifecycle::routing;

/// Something to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionKind {
    /// Information, action or comment.
    Type,
    /// What a form asks for.
    Ask(Ask),
    /// A question of the problem code, to be read to the caller; its place.
    Prompt(usize),
    /// Whether the requester is satisfied with the answer.
    Satisfied,
    /// One more issue of the same contact.
    More,
}

/// Gives an entry the heading that it was first written with.
pub fn keep_stamp(edit: &mut TicketEdit, stamp: &mut Option<RecordStamp>) {
    match stamp {
        Some(stamp) => edit.stamp(stamp.at, &stamp.tag),
        None => {
            *stamp = Some(RecordStamp {
                at: edit.at(),
                tag: edit.tag().to_owned(),
            });
        }
    }
}

/// Whether an answer is one for all tickets of the contact.
pub fn shared(what: &QuestionKind) -> bool {
    *what == QuestionKind::Type
        || matches!(what, QuestionKind::Ask(Ask::Field(field)) if is_shared(field))
}

/// Writes answers into an entry: fields with what follows from them, then the words.
pub fn apply(
    edit: &mut TicketEdit,
    answers: &[(QuestionKind, String)],
    desk: &Desk,
    act: &Actor,
) -> Result<(), OpError> {
    let mut words = String::new();
    for (what, text) in answers {
        match what {
            QuestionKind::Ask(Ask::Field(Field::Known(Key::LinkWorkOrder))) => {
                // It may be as new as the answer.
                edit.set_text(Key::LinkWorkOrder, text);
            }
            QuestionKind::Ask(Ask::Field(field)) => {
                let value = values::value(desk, field, text, act.now, Some(&act.me))?;
                set(edit, field, value, desk, act);
            }
            QuestionKind::Type => {
                let field = Field::Known(Key::Type);
                let value = values::value(desk, &field, text, act.now, Some(&act.me))?;
                set(edit, &field, value, desk, act);
            }
            QuestionKind::Prompt(_) => add_item(&mut words, text.trim_start_matches("- ")),
            QuestionKind::Ask(Ask::Description) => add_paragraph(&mut words, &values::text(text)?),
            QuestionKind::Ask(Ask::Answer) | QuestionKind::Satisfied | QuestionKind::More => {}
        }
    }
    if !words.is_empty() {
        edit.text(&words);
    }
    Ok(())
}

/// Sets a field of a ticket, and what was only usual of queue and priority follows.
pub fn set(edit: &mut TicketEdit, field: &Field, value: Value, desk: &Desk, act: &Actor) {
    let before = derived(&edit.ticket, desk, act);
    let value = match (edit.ticket.values.get(field), value) {
        (Some(Value::List(all)), Value::List(more)) => {
            let mut all = all.clone();
            all.extend(more);
            Value::List(all)
        }
        (_, value) => value,
    };
    edit.set(field.clone(), Some(value));
    let mut given = edit.ticket.clone();
    for (key, usual) in &before.values {
        if *key != Key::Assignee && given.text(*key) == usual && *field != Field::Known(*key) {
            given.values.remove(&Field::Known(*key));
        }
    }
    let words = format!("{}\n{}", given.title(), given.description);
    let after = routing::route(given.id, &given.values, &words, act.context(desk));
    for (key, value) in &after.values {
        if *key != Key::Assignee {
            edit.set_text(*key, value);
        }
    }
    for tag in &after.tags {
        edit.add(Key::Tags, tag);
    }
    if let Some(reason) = &after.reason {
        edit.set_text(Key::PriorityReason, reason);
    }
    for rule in after
        .rules
        .iter()
        .filter(|rule| !before.rules.contains(rule))
    {
        edit.attribute("rule", rule);
    }
}

/// What would follow for a ticket if nothing of it had been decided by hand.
fn derived(ticket: &Ticket, desk: &Desk, act: &Actor) -> routing::Routed {
    let mut given = ticket.values.clone();
    for key in routing::KEYS {
        given.remove(&Field::Known(key));
    }
    let words = format!("{}\n{}", ticket.title(), ticket.description);
    routing::route(ticket.id, &given, &words, act.context(desk))
}

pub fn add_paragraph(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

pub fn add_item(text: &mut String, item: &str) {
    let in_list = text
        .lines()
        .last()
        .is_some_and(|line| line.starts_with("- "));
    if !text.is_empty() {
        text.push_str(if in_list { "\n" } else { "\n\n" });
    }
    text.push_str("- ");
    text.push_str(item);
}

pub fn yes(text: &str) -> Result<bool, OpError> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(DeskError::NotYesOrNo(&text).error()),
    }
}
