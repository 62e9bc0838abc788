//! `split`: a second issue found in a ticket gets one of its own.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::find::entry;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::new_record::{NewRecord, RecordStage, RecordStamp, title_and_code};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::rules::lifecycle::transitions::Trigger;

/// What the new ticket is.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// One line, perhaps with `@CODE` behind it.
    pub title: String,
    /// Fields by name and value, as typed, in order.
    pub values: Vec<(String, String)>,
    /// The description.
    pub text: String,
    /// Tags of the entries whose texts are quoted in it.
    pub entries: Vec<String>,
}

/// Opens a ticket for an issue that came to light in another. The requester's data and the channel
/// are shared, the rest is its own; each names the other, and what is quoted stays where it was.
pub fn split(desk: &Desk, act: &Actor, id: TicketId, wish: &Split) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "split")?;
    let mut edit = tx.edit(id, EntryKind::Split)?;
    may(&edit.ticket)?;
    let draft = draft(desk, act, &edit.ticket, wish)?;
    let new = tx.fresh_id()?;
    let ticket = draft.ticket(
        new,
        &RecordStamp::new(act.now)?,
        &[id],
        RecordStage::Done(act.now),
        desk,
        act,
    )?;
    edit.attribute("into", new.as_str());
    edit.add(Key::LinkSameContact, new.as_str());
    edit.event(Trigger::AgentActs)?;
    tx.stage(edit)?;
    let subject = format!("{id} split: {new} {}", one_line(ticket.title(), 50));
    tx.create(&ticket)?;
    let mut outcome = tx.finish(&subject)?;
    // The new one is what people go on with.
    outcome.changed.reverse();
    Ok(outcome)
}

fn may(ticket: &Ticket) -> Result<(), OpError> {
    let id = ticket.id;
    if ticket.status() == Status::Merged {
        let into = ticket.text(Key::LinkMergedInto);
        return Err(TicketError::MergedSplit(&id, &into).error());
    }
    if ticket.kind() == TicketType::WorkOrder {
        return Err(TicketError::SplitOfOrder(&id).error());
    }
    Ok(())
}

fn draft(desk: &Desk, act: &Actor, reported: &Ticket, wish: &Split) -> Result<NewRecord, OpError> {
    let mut draft = NewRecord::default();
    let (title, code) = title_and_code(&wish.title);
    let title = values::value(desk, &Key::Title.into(), title, act.now, None)?;
    draft.values.insert(Key::Title.into(), title);
    if let Some(code) = code {
        let code = desk.code(code)?;
        draft.values.insert(Key::Code.into(), Value::Text(code));
    }
    for (name, text) in &wish.values {
        draft.set(desk, act, name, text)?;
    }
    draft.take_contact(reported);
    // What somebody only wanted to tell us is told; an issue is something else.
    let kind = reported.kind();
    if kind != TicketType::Comment {
        let kind = Value::Text(kind.to_string());
        draft.values.entry(Key::Type.into()).or_insert(kind);
    }
    // The requester has one person to talk to.
    let contact = reported.text(Key::ContactAgent);
    if desk.agent(contact).is_ok() {
        let contact = Value::Text(contact.to_owned());
        draft
            .values
            .entry(Key::ContactAgent.into())
            .or_insert(contact);
    }
    if draft.kind(desk) == TicketType::WorkOrder {
        return Err(TicketError::IssueIsNoOrder.error());
    }
    let mut parts = vec![values::text(&wish.text)?];
    for tag in &wish.entries {
        parts.push(quote(reported, tag)?);
    }
    parts.retain(|part| !part.is_empty());
    draft.text = parts.join("\n\n");
    draft
        .facts
        .push(("split_from".to_owned(), reported.id.to_string()));
    Ok(draft)
}

/// The text of an entry as a quotation that says where it stands; of the first entry, the ticket's
/// description.
fn quote(reported: &Ticket, tag: &str) -> Result<String, OpError> {
    let entry = entry(reported, tag)?;
    let bare = &entry.tag;
    let text = match entry.kind.as_str() {
        "created" if entry.text.is_empty() => &reported.description,
        _ => &entry.text,
    };
    if text.trim().is_empty() {
        return Err(TicketError::NoTextToQuote(bare).error());
    }
    let lines = text
        .lines()
        .map(|line| format!("> {line}").trim_end().to_owned());
    let quoted: Vec<String> = lines.collect();
    Ok(format!(
        "{} ^{bare}, {} {}:\n\n{}",
        reported.id,
        entry.at,
        entry.by,
        quoted.join("\n")
    ))
}
