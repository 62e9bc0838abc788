//! Answers of the interview, and how they are written into a ticket.

use std::collections::BTreeSet;

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
use crate::rules::lifecycle::{correction, routing};

/// What is said to questions, each as it would be typed.
pub type Answers = Vec<(QuestionKind, String)>;

/// Something to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionKind {
    /// Information, action or comment.
    Type,
    /// What a form asks for.
    Ask(Ask),
    /// A question of the problem code, to be read to the caller; its words.
    Prompt(String),
    /// Whether the requester is satisfied with the answer.
    Satisfied,
    /// Why the knowledge base was not needed, where the house asks for a search.
    NoKb,
    /// Not asked: that the knowledge base was searched for the ticket, and what was found.
    Searched {
        /// How many articles.
        hits: usize,
        /// The first of them.
        found: String,
    },
    /// One more issue of the same contact.
    More,
}

/// A question of an interview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub what: QuestionKind,
    /// The title of its section.
    pub section: String,
    /// Whether the ticket is incomplete without.
    pub required: bool,
    /// What holds if nothing is said.
    pub usual: Option<String>,
    /// The place of the ticket that it is about among those of the contact.
    pub piece: usize,
}

/// A question that was put, and what was answered last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The question.
    pub question: Question,
    /// What was typed or picked; `None` where it was passed.
    pub typed: Option<String>,
    /// What that says.
    pub answers: Answers,
    /// What an earlier answer to it said, and this one does not.
    pub(in crate::ops::ticket) withdrawn: BTreeSet<QuestionKind>,
    /// The how-manieth answer of the interview it is.
    pub(in crate::ops::ticket) number: u32,
    /// The place of the ticket that it made.
    pub(in crate::ops::ticket) made: Option<usize>,
}

/// An answer to look over: that of a step, or something that followed from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedAnswer {
    /// The question that changes it.
    pub question: Question,
    /// What is said now; empty where nothing is.
    pub said: String,
    /// The place of its step, if it has one of its own.
    pub step: Option<usize>,
}

impl QuestionKind {
    /// What tells the question from every other about its ticket, in one line.
    pub fn word(&self) -> String {
        match self {
            Self::Type => "type".to_owned(),
            Self::Ask(ask) => ask.word(),
            Self::Prompt(words) => format!("ask: {words}"),
            Self::Satisfied => "satisfied".to_owned(),
            Self::NoKb => "no-kb".to_owned(),
            Self::Searched { .. } => "searched".to_owned(),
            Self::More => "more".to_owned(),
        }
    }

    /// Whether it tells of a search.
    pub fn is_search(&self) -> bool {
        matches!(self, Self::Searched { .. })
    }
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
            QuestionKind::Ask(Ask::Field(field)) if text.is_empty() => withdraw(edit, field),
            QuestionKind::Ask(Ask::Field(field)) => {
                let value = values::value(desk, field, text, act.now, Some(&act.me))?;
                set(edit, field, value, desk, act);
            }
            _ if text.is_empty() => {}
            QuestionKind::Type => {
                let field = Field::Known(Key::Type);
                let value = values::value(desk, &field, text, act.now, Some(&act.me))?;
                set(edit, &field, value, desk, act);
            }
            QuestionKind::Prompt(question) => {
                let answer = values::line("answer", text)?;
                add_item(&mut words, &format!("{question} {answer}"));
            }
            QuestionKind::Ask(Ask::Description) => add_paragraph(&mut words, &values::text(text)?),
            QuestionKind::Ask(Ask::Answer)
            | QuestionKind::Satisfied
            | QuestionKind::NoKb
            | QuestionKind::Searched { .. }
            | QuestionKind::More => {}
        }
    }
    if !words.is_empty() {
        edit.text(&words);
    }
    Ok(())
}

/// Takes back what was said of a field; what every ticket has stays.
fn withdraw(edit: &mut TicketEdit, field: &Field) {
    let always = routing::KEYS
        .into_iter()
        .chain([Key::Type, Key::Title, Key::Channel]);
    if !always.map(Field::Known).any(|one| one == *field) {
        edit.set(field.clone(), None);
    }
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
        let is_usual = given.text(*key) == usual && !correction::by_hand(&edit.ticket, *key);
        if *key != Key::Assignee && is_usual && *field != Field::Known(*key) {
            given.values.remove(&Field::Known(*key));
        }
    }
    let words = format!("{}\n{}", given.title(), given.description);
    let after = routing::route(given.id, &given.values, &words, act.context(desk));
    for (key, value) in &after.values {
        if *key != Key::Assignee {
            let cause = after.causes.get(key);
            edit.follow(*key, value, cause.map_or("", String::as_str));
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
