//! The entries with which a record begins.

use crate::model::article::ArticleOutcome;
use crate::model::entry::{Change, Entry, FOLLOWS};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::NO_KB;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::new_record::stamp::{DECIDED, RecordStamp};
use crate::ops::core::resolution::consulted;
use crate::ops::core::ticket_edit::{entry_time, follow_list};
use crate::rules::lifecycle::{replay, required_fields};
use crate::store::fs::random;

/// The answer that a new ticket is given at once.
pub(in crate::ops::core::new_record) struct FirstAnswer {
    pub(in crate::ops::core::new_record) text: String,
    pub(in crate::ops::core::new_record) satisfied: Option<bool>,
    /// Why the knowledge base was not needed.
    pub(in crate::ops::core::new_record) no_kb: Option<String>,
}

/// Answers a new ticket at once, and closes it where the requester is satisfied. The article that it
/// names solved it.
pub(in crate::ops::core::new_record) fn resolved(
    ticket: &mut Ticket,
    answer: FirstAnswer,
    now: Moment,
    desk: &Desk,
    act: &Actor,
) -> Result<(), OpError> {
    if ticket.kind() == TicketType::Comment {
        return Err(DeskError::CommentHasNoAnswer.error());
    }
    if answer.text.is_empty() {
        return Err(DeskError::AnswerNeedsText.error());
    }
    let lacking = required_fields::blocking(&ticket.values, act.context(desk));
    if !lacking.is_empty() {
        return Err(crate::ops::core::resolution::lacks(None, &lacking));
    }
    consulted(desk, None, ticket, answer.no_kb.as_deref())?;
    let mut facts = Vec::new();
    if let ([article], true) = (
        &ticket.list(Key::LinkArticles)[..],
        answer.satisfied != Some(false),
    ) {
        let solved = ArticleOutcome::Solved.as_str().to_owned();
        facts.push(("article".to_owned(), article.clone()));
        facts.push(("outcome".to_owned(), solved));
    }
    let no_kb = answer.no_kb.map(|reason| (NO_KB.to_owned(), reason));
    facts.extend(no_kb);
    step(
        ticket,
        EntryKind::Resolve,
        &Status::Resolved,
        facts,
        answer.text,
        now,
        act,
    )?;
    if answer.satisfied == Some(true) {
        let said = vec![("satisfied".to_owned(), "true".to_owned())];
        step(
            ticket,
            EntryKind::Close,
            &Status::Closed,
            said,
            String::new(),
            now,
            act,
        )?;
        ticket
            .values
            .insert(Key::Satisfied.into(), Value::Bool(true));
    }
    Ok(())
}

/// The next entry of a log in the making.
pub(in crate::ops::core::new_record) fn next_entry(
    ticket: &Ticket,
    kind: EntryKind,
    attributes: Vec<(String, String)>,
    text: String,
    now: Moment,
    act: &Actor,
) -> Result<Entry, OpError> {
    Ok(Entry {
        at: entry_time(now, ticket.log.last().map(|entry| entry.at))?,
        by: act.me.clone(),
        kind,
        tag: random::tag()?,
        attributes,
        changes: Vec::new(),
        text,
    })
}

pub(in crate::ops::core::new_record) fn step(
    ticket: &mut Ticket,
    kind: EntryKind,
    to: &Status,
    attributes: Vec<(String, String)>,
    text: String,
    now: Moment,
    act: &Actor,
) -> Result<(), OpError> {
    let from = ticket.status();
    let mut entry = next_entry(ticket, kind, attributes, text, now, act)?;
    let (old, new) = (Some(from.as_str()), Some(to.as_str()));
    entry.changes.push(Change::set("status", old, new));
    ticket.log.push(entry);
    ticket
        .values
        .insert(Key::Status.into(), Value::Text(to.to_string()));
    Ok(())
}

/// The first entry of a record's log: the channel, the first values of the tracked fields, the date
/// of a planned event, then these attributes.
pub fn created(
    ticket: &Ticket,
    stamp: &RecordStamp,
    act: &Actor,
    more: impl IntoIterator<Item = (String, String)>,
) -> Entry {
    let (facts, changes) = replay::first_values(ticket);
    let channel = ticket.get(Key::Channel);
    let channel = channel.map(|channel| ("channel".to_owned(), channel.to_string()));
    let planned = ticket.get(Key::Planned);
    let planned = planned.map(|date| (Key::Planned.path().to_owned(), date.to_string()));
    let more = planned.into_iter().chain(more);
    Entry {
        at: stamp.at,
        by: act.me.clone(),
        kind: EntryKind::Created,
        tag: stamp.tag.clone(),
        attributes: channel.into_iter().chain(facts).chain(more).collect(),
        changes,
        text: String::new(),
    }
}

/// The attribute that lists which values of a new ticket were not `said`.
pub(in crate::ops::core::new_record) fn follows(ticket: &Ticket, said: &[Key]) -> (String, String) {
    let follows = |key: &Key| ticket.maybe(*key).is_some() && !said.contains(key);
    (
        FOLLOWS.to_owned(),
        follow_list(DECIDED.into_iter().filter(follows)),
    )
}
