//! What the desk mails by itself: that a request has arrived, and the question whether a solution
//! helped. Both are off unless the settings name a template, and never go to what is no person.

use chrono::TimeDelta;

use crate::model::entry_kind::EntryKind;
use crate::model::event::AUTO;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::mail::{AutomaticMail, MailAddress, OutboxRecord, OutgoingMail};
use crate::model::moment::Moment;
use crate::model::person::DESK;
use crate::model::status::TicketType;
use crate::model::template::{TEMPLATE, TemplateUse};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::mail::reply::{own_addresses, reply_to, sender};
use crate::ops::ticket::template::{Ready, TemplateRequest};
use crate::page::log::derived_tag;
use crate::page::mail::address::{self, folded};
use crate::page::mail::outbox as records;
use crate::page::mail::write::write;
use crate::rules::mail::answer::{self, answered, mails, references};
use crate::rules::mail::machine::{Origin, is_unread};
use crate::rules::mail::storm::may_answer;
use crate::store::fs::random;
use crate::store::mail::answers::AnswersGiven;
use crate::store::mail::outbox::Outbox;

/// What is mailed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutomaticKind {
    /// A request has arrived.
    Acknowledgement,
    /// The question whether a solution helped.
    Satisfaction,
}

impl AutomaticKind {
    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Satisfaction => "satisfaction",
        }
    }
}

/// Characters of the part of a message's id that nobody can guess.
const TOKEN: usize = 10;

/// Puts an acknowledgement into the outbox of the ticket that a mail made, if a person wrote that; `desk
/// mail out` sends it. Whether one is there.
pub fn acknowledge(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    origin: &Origin,
) -> Result<bool, OpError> {
    let template = desk.settings.mail.outgoing.acknowledge.as_ref();
    let Some(template) = template.filter(|_| *origin == Origin::Person) else {
        return Ok(false);
    };
    let ticket = desk.page(id)?.ticket;
    let kind = AutomaticKind::Acknowledgement;
    put(desk, act, &ticket, (kind, template))
}

/// Puts the question whether a solution helped into the outbox, once for each ticket. Not where the
/// requester is still to be told of the solution.
pub fn ask_satisfaction(desk: &Desk, act: &Actor, id: TicketId) -> Result<bool, OpError> {
    let Some(template) = &desk.settings.mail.outgoing.satisfaction else {
        return Ok(false);
    };
    let ticket = desk.page(id)?.ticket;
    let is_asked = ticket.kind() != TicketType::WorkOrder && ticket.tell().is_none();
    // What came from a machine or a list has nobody behind it.
    let is_persons = !ticket.log.iter().any(|entry| {
        let kinds = [EntryKind::Created, EntryKind::Contact];
        kinds.contains(&entry.kind) && entry.attribute(AUTO).is_some()
    });
    if !is_asked || !is_persons {
        return Ok(false);
    }
    put(desk, act, &ticket, (AutomaticKind::Satisfaction, template))
}

/// The requester's address, if it is one to which the desk may write by itself.
fn recipient(desk: &Desk, ticket: &Ticket) -> Option<MailAddress> {
    let found = address::read(ticket.text(Key::RequesterEmail))?;
    let plain = folded(&found.address);
    let is_same = |one: &str| folded(one) == plain;
    let is_own = own_addresses(desk).iter().any(|one| is_same(one));
    let is_agents = desk.settings.agents.values().any(|one| is_same(&one.email));
    if is_own || is_agents || is_unread(&found.address) {
        return None;
    }
    Some(MailAddress {
        name: ticket.text(Key::RequesterName).to_owned(),
        ..found
    })
}

fn put(
    desk: &Desk,
    act: &Actor,
    ticket: &Ticket,
    (kind, template): (AutomaticKind, &str),
) -> Result<bool, OpError> {
    let is_sent = |entry: &crate::model::entry::Entry| {
        entry.kind == EntryKind::Auto && entry.attribute(AUTO) == Some(kind.as_str())
    };
    if act.dry_run || ticket.log.iter().any(is_sent) {
        return Ok(false);
    }
    let Some(to) = recipient(desk, ticket) else {
        return Ok(false);
    };
    let own = sender(desk, ticket, None)?;
    let request = TemplateRequest {
        name: template,
        language: None,
        edited: None,
    };
    let ready = Ready::find(desk, request, TemplateUse::Reply)?;
    let (text, subject) = ready.words(desk, act, ticket)?;
    let repo = act.repo(desk)?;
    let outbox = Outbox::make(repo)?;
    // One that waits is one that is sent.
    let tag = derived_tag(&[ticket.id.as_str(), AUTO, kind.as_str()], 8);
    let waits = outbox.list()?.into_iter().any(|(token, _)| {
        let record = outbox.record(&token).ok().flatten();
        let record = record.and_then(|text| records::read(&text).ok());
        record.is_some_and(|one| one.tag.as_ref() == Some(&tag) && one.ticket == ticket.id.as_str())
    });
    if waits || !counted(desk, act, &to.address)? {
        return Ok(false);
    }
    let token = random::random(TOKEN)?.to_ascii_lowercase();
    let domain = own.address.rsplit('@').next().unwrap_or_default();
    let message = format!("{}.{token}@{domain}", ticket.id);
    let known = mails(ticket);
    let first = answered(&known);
    let subject = Some(subject).filter(|subject| !subject.is_empty());
    let mail = OutgoingMail {
        reply_to: reply_to(desk, &own, &message),
        to: vec![to.clone()],
        subject: answer::subject(ticket, subject.as_deref()),
        date: act.now.in_zone(&desk.settings.zone).fixed_offset(),
        message_id: message.clone(),
        in_reply_to: first.map(|mail| mail.message.clone()),
        references: first.map_or_else(Vec::new, |mail| references(&known, mail)),
        automatic: Some(AutomaticMail {
            replies: kind == AutomaticKind::Acknowledgement,
            own: own.address.clone(),
        }),
        text: format!("{text}\n\n-- \n{}", desk.settings.name),
        from: own,
        ..OutgoingMail::default()
    };
    let mut attributes = vec![
        (AUTO.to_owned(), kind.as_str().to_owned()),
        ("to".to_owned(), to.address.clone()),
    ];
    attributes.extend(subject.map(|subject| ("subject".to_owned(), subject)));
    attributes.push(("message".to_owned(), format!("<{message}>")));
    attributes.push((TEMPLATE.to_owned(), template.to_owned()));
    let record = OutboxRecord {
        ticket: ticket.id.to_string(),
        by: DESK.to_owned(),
        written: Some(act.now.whole_second()),
        tried: None,
        // So that nobody answers it, and no report comes back.
        envelope: String::new(),
        recipients: vec![to.address],
        attributes,
        text,
        template: None,
        tag: Some(tag),
        known: None,
    };
    outbox.put(&token, &records::write(&record), &write(&mail))?;
    Ok(true)
}

/// Whether an address may be answered by itself once more; then that is counted.
fn counted(desk: &Desk, act: &Actor, address: &str) -> Result<bool, OpError> {
    let whom = derived_tag(&["mail-from", &folded(address)], 16);
    let given = AnswersGiven::hold(act.repo(desk)?)?;
    let text = given.read()?;
    let read = |line: &str| -> Option<(String, Moment)> {
        let (whom, at) = line.split_once(' ')?;
        Some((whom.to_owned(), at.parse().ok()?))
    };
    let week = TimeDelta::days(7);
    let mut all: Vec<(String, Moment)> = text.lines().filter_map(read).collect();
    all.retain(|(_, at)| act.now.since(*at) < week);
    let past: Vec<Moment> = all
        .iter()
        .filter(|(one, _)| *one == whom)
        .map(|(_, at)| *at)
        .collect();
    if !may_answer(&past, act.now, &desk.settings.mail.limits) {
        return Ok(false);
    }
    all.push((whom, act.now.whole_second()));
    let lines: Vec<String> = all
        .iter()
        .map(|(whom, at)| format!("{whom} {at}"))
        .collect();
    given.write(&lines.join("\n"))?;
    Ok(true)
}
