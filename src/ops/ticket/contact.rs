//! `contact`: one communication with the requester.

use crate::index::want::Want;
use crate::model::entry::FOLLOWS;
use crate::model::entry_kind::EntryKind;
use crate::model::event;
use crate::model::field::{Field, Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Channel, Outcome as Reached, Status};
use crate::model::template::TemplateUse;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::new_record::{DECIDED, RecordStamp, created};
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::{TicketEdit, follow_list};
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::merge::ends_of_chains;
use crate::ops::ticket::next_word::NextWord;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::rules::lifecycle::correction;
use crate::rules::lifecycle::transitions::{self, Trigger};
use crate::rules::sla::calendar;

/// What is known of a communication.
#[derive(Clone, Debug, Default)]
pub struct Contact<'a> {
    /// Whether the requester got in touch, not we.
    pub incoming: bool,
    /// The channel; the ticket's where it is not said.
    pub channel: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// How long it took.
    pub time: Option<WorkTime>,
    /// Whether it gave a way to go on working.
    pub workaround: bool,
    /// Whether no person wrote it: an out-of-office note, a receipt.
    pub automatic: bool,
    /// When the agent will be in touch next.
    pub next: Option<NextWord>,
    /// What was said.
    pub text: String,
    /// The template of what was said.
    pub template: Option<TemplateRequest<'a>>,
}

/// Logs a communication on tickets. The requester's word wakes what waits for it, reopens what was
/// resolved within the house's window, and opens a new ticket after closing.
pub fn contact(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    contact: &Contact<'_>,
) -> Result<Outcome, OpError> {
    let text = values::text(&contact.text)?;
    let template = contact
        .template
        .map(|request| Ready::find(desk, request, TemplateUse::Contact))
        .transpose()?;
    if let Some(next) = contact.next.filter(|_| template.is_none()) {
        next.needs_text(&text)?;
    }
    let said = Words {
        text: &text,
        template: template.as_ref(),
    };
    let mut tx = Transaction::begin(desk, act, "contact")?.telling("with a new contact");
    let (ids, mut notices) = ends_of_chains(desk, ids)?;
    let mut subject = String::new();
    tx.all(&ids, |tx, id| {
        subject = one(tx, id, contact, said, &mut notices)?;
        Ok(())
    })?;
    let subject = tx.subject("contact", |_| subject);
    let mut outcome = tx.finish(&one_line(&subject, 72))?;
    outcome.notices.extend(notices);
    Ok(outcome)
}

/// What was said.
#[derive(Clone, Copy)]
struct Words<'a> {
    text: &'a str,
    template: Option<&'a Ready<'a>>,
}

/// Logs a communication on one ticket, and tells the subject of a commit of it alone.
fn one(
    tx: &mut Transaction<'_>,
    mut id: TicketId,
    contact: &Contact<'_>,
    said: Words<'_>,
    notices: &mut Vec<String>,
) -> Result<String, OpError> {
    let (desk, act) = (tx.desk, tx.act);
    let Words { text, template } = said;
    if contact.incoming
        && !contact.automatic
        && let Some((follow, notice)) = open_follow_up(desk, id)?
    {
        id = follow;
        notices.push(notice);
    }
    let mut edit = tx.edit(id, EntryKind::Contact)?;
    let channel = match &contact.channel {
        Some(word) => values::known("channel", word, Channel::WORDS.iter().copied())?,
        None => edit
            .ticket
            .maybe(Key::Channel)
            .unwrap_or(desk.settings.intake.channel.as_str())
            .to_owned(),
    };
    let live = Channel::read(&channel).is_live();
    let reached = match &contact.outcome {
        Some(word) => values::known("outcome", word, Reached::WORDS.iter().copied())?,
        None if live || contact.incoming => if live { "spoke" } else { "sent" }.to_owned(),
        None => "sent".to_owned(),
    };
    note(&mut edit, contact, &channel, &reached);
    edit.text(text);
    let with = edit
        .ticket
        .maybe(Key::RequesterName)
        .unwrap_or("the requester");
    let mut subject = if contact.incoming {
        format!("{id} contact: {channel} from {with}")
    } else {
        format!("{id} contact: {channel} to {with}, {reached}")
    };
    if contact.automatic {
        // What no person wrote moves nothing.
        tx.stage(edit)?;
    } else if !contact.incoming {
        edit.event(Trigger::AgentActs)?;
        if let Some(template) = template {
            notices.extend(template.set(desk, act, &mut edit, SaidWait::default())?);
            template.write(desk, act, &mut edit, text)?;
        }
        tx.stage(edit)?;
    } else if is_over(desk, &edit.ticket, act) {
        let (follow, notice) = follow(tx, edit, &channel, text)?;
        notices.push(notice);
        subject = format!("{} new: follows {id}: {}", follow.id, follow.title());
    } else {
        let cancelled = edit.ticket.status() == Status::Cancelled;
        edit.event(Trigger::RequesterWrites)?;
        if cancelled {
            notices.push(format!(
                "`{id}` is cancelled; `desk reopen {id}` takes it up again"
            ));
        }
        tx.stage(edit)?;
    }
    Ok(subject)
}

/// Where a requester's word for a closed ticket belongs: to the open ticket that follows it, if there
/// is one, with a sentence about it.
fn open_follow_up(desk: &Desk, id: TicketId) -> Result<Option<(TicketId, String)>, OpError> {
    if desk.page(id)?.ticket.status() != Status::Closed {
        return Ok(None);
    }
    let follows = |ticket: &&TicketSummary| ticket.text(Key::LinkFollows) == id.as_str();
    let open = desk.tickets(Want::Open).all;
    let found = open.iter().find(follows).map(|ticket| ticket.id);
    let links = FieldSet::of(&[Key::LinkFollows, Key::LinkMergedInto]);
    let last = || last_of_row(&desk.partial_that(&links, &|_| true).all, id);
    let found = found.or_else(last);
    Ok(found.map(|follow| {
        (
            follow,
            format!("`{id}` is closed, and `{follow}` follows it: written there"),
        )
    }))
}

/// The open ticket at the end of a row of tickets that follow one another, or into which one of them
/// was merged.
fn last_of_row(all: &[TicketSummary], first: TicketId) -> Option<TicketId> {
    let mut row = vec![first];
    let mut at = 0;
    let mut open = None;
    while let Some(id) = row.get(at).copied() {
        at += 1;
        let own = all.iter().find(|ticket| ticket.id == id);
        let merged = own.and_then(|ticket| ticket.text(Key::LinkMergedInto).parse().ok());
        let after = all
            .iter()
            .filter(|ticket| ticket.text(Key::LinkFollows) == id.as_str());
        for next in after.map(|ticket| ticket.id).chain(merged) {
            if !row.contains(&next) {
                row.push(next);
            }
        }
        let is_open = |ticket: &&TicketSummary| ticket.status().is_open() && ticket.id != first;
        open = own.filter(is_open).map(|ticket| ticket.id).or(open);
    }
    open
}

/// Notes in the entry what is known of a communication.
fn note(edit: &mut TicketEdit, contact: &Contact<'_>, channel: &str, reached: &str) {
    let direction = if contact.incoming { "in" } else { "out" };
    edit.attribute("direction", direction);
    edit.attribute("channel", channel);
    edit.attribute("outcome", reached);
    if let Some(time) = &contact.time {
        time.note(edit);
    }
    if contact.workaround {
        edit.attribute(event::WORKAROUND, "yes");
    }
    if contact.automatic {
        edit.attribute(event::AUTOMATIC, "yes");
    }
    if let Some(next) = contact.next {
        edit.attribute(event::NEXT, next.to_string());
    }
}

/// Whether the requester's word comes too late to move a ticket.
fn is_over(desk: &Desk, ticket: &Ticket, act: &Actor) -> bool {
    match ticket.status() {
        Status::Closed => true,
        Status::Resolved => !within_window(desk, ticket, act.now),
        _ => false,
    }
}

/// Opens a ticket that follows this one, which is closed by now at the latest. Returns it, with what
/// to say of it.
fn follow(
    tx: &mut Transaction<'_>,
    mut edit: TicketEdit,
    channel: &str,
    text: &str,
) -> Result<(Ticket, String), OpError> {
    let id = edit.ticket.id;
    let closed = edit.ticket.status() == Status::Closed;
    if !closed {
        edit.move_to(&Status::Closed)?;
    }
    let follow = follow_up(tx, &edit.ticket, channel, text)?;
    let notice = if closed {
        format!("`{id}` is closed: `{}` follows it", follow.id)
    } else {
        format!(
            "the time to reopen `{id}` is over: it is closed, and `{}` follows it",
            follow.id
        )
    };
    if !closed {
        tx.stage(edit)?;
    }
    tx.create(&follow)?;
    Ok((follow, notice))
}

/// Whether the requester's word still reopens a resolved ticket.
pub(in crate::ops) fn within_window(desk: &Desk, ticket: &Ticket, now: Moment) -> bool {
    let resolved = transitions::last_moved_to(ticket, &Status::Resolved).map(|entry| entry.at);
    let until = resolved.and_then(|at| {
        calendar::add(
            &values::calendar(desk),
            at,
            desk.settings.policy.reopen_within,
        )
    });
    until.is_none_or(|until| now <= until)
}

/// The new ticket that follows a closed one: the same person and thing, a life of its own.
fn follow_up(
    tx: &Transaction<'_>,
    old: &Ticket,
    channel: &str,
    text: &str,
) -> Result<Ticket, OpError> {
    let id = tx.fresh_id()?;
    let act = tx.act;
    let kept = |field: &Field| {
        matches!(field.section(), Some("requester" | "asset" | "fields"))
            || matches!(
                field,
                Field::Known(
                    Key::Type
                        | Key::Title
                        | Key::Impact
                        | Key::Urgency
                        | Key::Priority
                        | Key::PriorityReason
                        | Key::Queue
                        | Key::Code
                        | Key::ContactAgent
                )
            )
    };
    let mut values: std::collections::BTreeMap<Field, Value> = old
        .values
        .iter()
        .filter(|(field, _)| kept(field))
        .map(|(f, v)| (f.clone(), v.clone()))
        .collect();
    values.insert(Key::Id.into(), Value::Text(id.to_string()));
    values.insert(Key::Status.into(), Value::Text(Status::New.to_string()));
    values.insert(Key::Channel.into(), Value::Text(channel.to_owned()));
    values.insert(Key::Created.into(), Value::Moment(act.now.whole_second()));
    values.insert(Key::LinkFollows.into(), Value::Text(old.id.to_string()));
    if Channel::read(channel).is_live() {
        values.insert(Key::Status.into(), Value::Text(Status::Open.to_string()));
        values.insert(Key::Assignee.into(), Value::Text(act.me.to_string()));
        values.insert(Key::ContactAgent.into(), Value::Text(act.me.to_string()));
    }
    // Retired by now? Then the house's queue takes it.
    let queue = values
        .get(&Field::Known(Key::Queue))
        .and_then(Value::as_text)
        .unwrap_or_default();
    if tx.desk.queue(queue).is_err() {
        values.insert(
            Key::Queue.into(),
            Value::Text(tx.desk.settings.intake.queue.clone()),
        );
    }
    let mut ticket = Ticket {
        id,
        values,
        description: text.to_owned(),
        log: Vec::new(),
    };
    let follows = DECIDED
        .into_iter()
        .filter(|key| ticket.maybe(*key).is_some() && !correction::by_hand(old, *key));
    let follows = [(FOLLOWS.to_owned(), follow_list(follows))];
    let first = created(&ticket, &RecordStamp::new(act.now)?, act, follows);
    ticket.log.push(first);
    Ok(ticket)
}
