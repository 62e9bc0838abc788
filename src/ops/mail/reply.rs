//! `reply`: an answer to the requester by mail.
//!
//! The mail is rendered once, with its own id, and waits in the outbox until it was handed over; only
//! then the log tells of it.

use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::event;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::mail::{MailAddress, MailFile, OutboxRecord, OutgoingMail};
use crate::model::settings::SIGNATURE;
use crate::model::status::TicketType;
use crate::model::template::TemplateUse;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::reply::ReplyError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::merge::end_of_chain;
use crate::ops::ticket::next_word::NextWord;
use crate::ops::ticket::template::{Ready, SaidWait, TemplateRequest};
use crate::page::mail::address::{self, folded};
use crate::rules::lifecycle::transitions::Trigger;
use crate::rules::mail::answer::{
    self, Addressing, LoggedMail, Recipient, Recipients, answered, mails, quote, recipients,
    references,
};
use crate::rules::mail::bounce::is_bouncing;
use crate::rules::mail::outlook;
use crate::store::fs::random;

/// Characters of the part of a message's id that nobody can guess.
const TOKEN: usize = 10;

/// A mail goes to at most so many addresses.
const RECIPIENTS: usize = 50;

/// What is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Reply<'a> {
    /// The words.
    pub text: &'a str,
    /// The template of the words.
    pub template: Option<TemplateRequest<'a>>,
    /// Who gets a copy besides.
    pub cc: &'a [String],
    /// Whether nobody but the requester gets it.
    pub only_requester: bool,
    /// The address to send from, where it is not the usual one.
    pub from: Option<&'a str>,
    /// The files.
    pub files: &'a [MailFile],
    /// How long it took.
    pub time: Option<WorkTime>,
    /// Whether it gave a way to go on working.
    pub workaround: bool,
    /// When the agent will be in touch next.
    pub next: Option<NextWord>,
    /// The work order whose callers are written to; such a mail quotes nothing.
    pub order: Option<TicketId>,
    /// Whether to send in spite of what speaks against it.
    pub anyway: bool,
}

/// A mail that is ready to go.
#[derive(Debug)]
pub struct Letter {
    /// The ticket.
    pub id: TicketId,
    /// Its token, by which the outbox knows it.
    pub token: String,
    /// The mail.
    pub mail: OutgoingMail,
    /// To whom it goes.
    pub recipients: Recipients,
    /// What is to be logged.
    pub record: OutboxRecord,
    /// The ticket with its entry, as they will be.
    pub outcome: Outcome,
}

/// To whom an answer to a ticket goes, before there is a text.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The ticket, at the end of its merges.
    pub ticket: Ticket,
    /// The mails of its log.
    mails: Vec<LoggedMail>,
    /// To whom.
    pub recipients: Recipients,
    /// From whom.
    pub from: MailAddress,
    notice: Option<String>,
}

impl Addressed {
    /// The mail that is answered.
    pub fn answered(&self) -> Option<&LoggedMail> {
        answered(&self.mails)
    }
}

/// Finds out to whom an answer goes. Refuses where there is nobody to send it to, or from.
pub fn addressed(desk: &Desk, id: TicketId, reply: &Reply<'_>) -> Result<Addressed, OpError> {
    let (id, notice) = end_of_chain(desk, id)?;
    let ticket = desk.page(id)?.ticket;
    if ticket.kind() == TicketType::WorkOrder {
        return Err(ReplyError::ToAnOrder(&id).error());
    }
    let own = own_addresses(desk);
    let agents: Vec<String> = desk
        .settings
        .active_agents()
        .map(|agent| agent.email.clone())
        .collect();
    let hint = "write it like jan@example.org, or \"Jan Nowak <jan@example.org>\"";
    let cc: Vec<MailAddress> = reply
        .cc
        .iter()
        .map(|given| {
            let bad = |given: String| ReplyError::BadAddress(&given, &hint).error();
            address::read_all(given).map_err(bad)
        })
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    let mails = mails(&ticket);
    let how = Addressing {
        own: &own,
        agents: &agents,
        cc: &cc,
        only_requester: reply.only_requester,
    };
    let recipients = recipients(&ticket, &mails, how);
    if let Some(bad) = recipients.unusable.first() {
        let hint = format!("desk set {id} requester.email=…");
        return Err(ReplyError::BadAddress(bad, &hint).error());
    }
    if recipients.to.is_empty() {
        return Err(ReplyError::NoAddress(&id, &call(&ticket)).error());
    }
    let is_bouncing = is_bouncing(&ticket.list(Key::Tags));
    if is_bouncing && !reply.anyway {
        return Err(ReplyError::Bounces(&id, &call(&ticket)).error());
    }
    let count = recipients.to.len() + recipients.cc.len();
    if count > RECIPIENTS {
        return Err(ReplyError::TooManyRecipients(&count, &RECIPIENTS).error());
    }
    Ok(Addressed {
        from: sender(desk, &ticket, reply.from)?,
        ticket,
        mails,
        recipients,
        notice,
    })
}

/// How to reach a requester to whom no mail goes.
pub fn call(ticket: &Ticket) -> String {
    let name = ticket.maybe(Key::RequesterName).unwrap_or("the requester");
    match ticket.maybe(Key::RequesterPhone) {
        Some(phone) => format!("call {name}: {phone}"),
        None => "no telephone number is known either".to_owned(),
    }
}

/// The addresses of the desk.
pub fn own_addresses(desk: &Desk) -> Vec<String> {
    let mail = &desk.settings.mail;
    let from = mail.outgoing.from.as_deref().and_then(address::read);
    let all = mail.addresses.keys().cloned();
    all.chain(from.map(|from| from.address)).collect()
}

/// Whom a mail comes from: the address asked for, else that of the settings, else the one that
/// receives for the ticket's queue, else the first.
pub fn sender(desk: &Desk, ticket: &Ticket, asked: Option<&str>) -> Result<MailAddress, OpError> {
    let mail = &desk.settings.mail;
    let own = own_addresses(desk);
    let named = |address: &str| MailAddress {
        name: desk.settings.name.clone(),
        address: address.to_owned(),
    };
    let usual = mail.outgoing.from.as_deref().and_then(address::read);
    if let Some(asked) = asked {
        let is_own = |one: &MailAddress| own.iter().any(|own| folded(own) == folded(&one.address));
        let Some(found) = address::read(asked).filter(is_own) else {
            let known = if own.is_empty() {
                "none yet".to_owned()
            } else {
                own.join(", ")
            };
            return Err(ReplyError::ForeignSender(&asked, &known).error());
        };
        return Ok(if found.name.is_empty() {
            named(&found.address)
        } else {
            found
        });
    }
    if let Some(usual) = usual {
        return Ok(usual);
    }
    let queue = ticket.text(Key::Queue);
    let of_queue = mail
        .addresses
        .iter()
        .find(|(_, mailbox)| mailbox.queue.as_deref() == Some(queue) && mailbox.is_of_people());
    // A gateway takes no answers.
    let of_people = || mail.addresses.iter().find(|(_, one)| one.is_of_people());
    let found = of_queue.or_else(of_people);
    let Some((address, _)) = found else {
        return Err(ReplyError::NoSender.error());
    };
    Ok(named(address))
}

/// Makes the mail and the entry that is to tell of it. Nothing is written.
pub fn letter(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    reply: &Reply<'_>,
) -> Result<Letter, OpError> {
    let to = addressed(desk, id, reply)?;
    let id = to.ticket.id;
    let token = random::random(TOKEN)?.to_ascii_lowercase();
    let domain = to.from.address.rsplit('@').next().unwrap_or_default();
    let message = format!("{id}.{token}@{domain}");
    let written = values::text(reply.text)?;
    let template = reply
        .template
        .map(|request| Ready::find(desk, request, TemplateUse::Reply))
        .transpose()?;
    let subject = match &template {
        Some(template) => template.subject(desk, act, &to.ticket)?,
        None => String::new(),
    };
    let own_subject = Some(subject.as_str()).filter(|subject| !subject.is_empty());
    let attributes = attributes(&to, reply, &message, own_subject);
    let dry = Actor {
        dry_run: true,
        ..act.clone()
    };
    let mut tx = Transaction::begin(desk, &dry, "reply")?;
    tx.notices.extend(to.notice.clone());
    let mut edit = tx.edit(id, EntryKind::Contact)?;
    for (key, value) in &attributes {
        edit.attribute(key, value.as_str());
    }
    edit.event(Trigger::AgentActs)?;
    match &template {
        Some(template) => {
            let notices = template.set(desk, act, &mut edit, SaidWait::default())?;
            tx.notices.extend(notices);
            template.write(desk, act, &mut edit, &written)?;
        }
        None => edit.text(&written),
    }
    tx.stage(edit)?;
    let text = match tx.changed().last().and_then(|one| one.entry.as_ref()) {
        Some(entry) => entry.text.clone(),
        None => String::new(),
    };
    if text.trim().is_empty() {
        return Err(ReplyError::NothingToSay.error());
    }
    let outcome = tx.finish("")?;
    let mail = rendered(desk, act, &to, (reply, &message, own_subject), &text);
    let all = to.recipients.to.iter().chain(&to.recipients.cc);
    let record = OutboxRecord {
        ticket: id.to_string(),
        by: act.me.to_string(),
        written: Some(act.now.whole_second()),
        tried: None,
        envelope: mail.from.address.clone(),
        recipients: all.map(|one| one.address.address.clone()).collect(),
        attributes,
        text,
        template: reply.template.map(|request| {
            let language = request.language.map(str::to_owned);
            (request.name.to_owned(), language)
        }),
        tag: None,
        known: Some(to.ticket.log.iter().map(Entry::identity).collect()),
    };
    Ok(Letter {
        id,
        token,
        mail,
        recipients: to.recipients,
        record,
        outcome,
    })
}

/// What the entry tells of the mail.
fn attributes(
    to: &Addressed,
    reply: &Reply<'_>,
    message: &str,
    subject: Option<&str>,
) -> Vec<(String, String)> {
    let list = |all: &[Recipient]| {
        let all = all.iter().map(|one| address::write(&one.address));
        all.collect::<Vec<_>>().join(", ")
    };
    let mut all: Vec<(String, String)> = Vec::new();
    let mut put = |key: &str, value: String| {
        if !value.is_empty() {
            all.push((key.to_owned(), value));
        }
    };
    put("direction", "out".to_owned());
    put("channel", "email".to_owned());
    put("outcome", "sent".to_owned());
    put("to", to.recipients.to[0].address.address.clone());
    put("cc", list(&to.recipients.cc));
    put("subject", subject.unwrap_or_default().to_owned());
    put("message", format!("<{message}>"));
    let answered = to.answered().map(|mail| format!("<{}>", mail.message));
    put("reply-to-message", answered.unwrap_or_default());
    if let Some(order) = reply.order {
        put("order", order.to_string());
    }
    if let Some(time) = &reply.time {
        all.extend(time.attributes());
    }
    let mut put = |key: &str, value: String| all.push((key.to_owned(), value));
    if reply.workaround {
        put(event::WORKAROUND, "yes".to_owned());
    }
    if let Some(next) = reply.next {
        put(event::NEXT, next.to_string());
    }
    all
}

/// The mail of an answer.
fn rendered(
    desk: &Desk,
    act: &Actor,
    to: &Addressed,
    (reply, message, subject): (&Reply<'_>, &str, Option<&str>),
    text: &str,
) -> OutgoingMail {
    let settings = &desk.settings;
    let answered = to.answered();
    let only = |all: &[Recipient]| all.iter().map(|one| one.address.clone()).collect();
    let drawn = message.bytes().rev().fold(0_u8, u8::wrapping_add);
    let thread = answered.and_then(|mail| {
        let index = outlook::answer(mail.thread_index.as_deref()?, act.now, drawn)?;
        let topic = mail.subject.as_deref().unwrap_or(to.ticket.title());
        Some((topic.to_owned(), index))
    });
    let quoted = answered
        .filter(|_| reply.order.is_none())
        .map(|mail| quoted(desk, &to.ticket, mail));
    let quoted = quoted.filter(|quoted| !quoted.is_empty());
    OutgoingMail {
        from: to.from.clone(),
        reply_to: reply_to(desk, &to.from, message),
        to: only(&to.recipients.to),
        cc: only(&to.recipients.cc),
        subject: answer::subject(&to.ticket, subject),
        date: act.now.in_zone(&settings.zone).fixed_offset(),
        message_id: message.to_owned(),
        in_reply_to: answered.map(|mail| mail.message.clone()),
        references: answered.map_or_else(Vec::new, |mail| references(&to.mails, mail)),
        thread,
        automatic: None,
        text: with_signature(text, &signature(desk, act), quoted.as_deref()),
        files: reply.files.to_vec(),
    }
}

/// Where answers go that name the ticket, for servers that replace the ids of messages.
pub fn reply_to(desk: &Desk, from: &MailAddress, message: &str) -> Option<MailAddress> {
    if !desk.settings.mail.outgoing.plus_address {
        return None;
    }
    let (local, domain) = from.address.rsplit_once('@')?;
    let (named, _) = message.rsplit_once('@')?;
    Some(MailAddress {
        name: from.name.clone(),
        address: format!("{local}+{}@{domain}", named.to_lowercase()),
    })
}

/// What is quoted of a mail.
fn quoted(desk: &Desk, ticket: &Ticket, mail: &LoggedMail) -> String {
    let settings = &desk.settings;
    let date = mail.at.in_zone(&settings.zone).format("%Y-%m-%d %H:%M");
    let writer = mail.from.as_ref();
    let name = writer.map(|one| match one.name.as_str() {
        "" => one.address.as_str(),
        name => name,
    });
    let name = name.or(ticket.maybe(Key::RequesterName));
    let language = ticket
        .maybe(Key::RequesterLanguage)
        .or(settings.template_language.as_deref());
    quote(mail, name.unwrap_or("?"), &date.to_string(), language)
}

/// What stands under the words of an agent.
pub fn signature(desk: &Desk, act: &Actor) -> String {
    let settings = &desk.settings;
    let agent = settings.agent(act.me.as_str());
    let name = agent.map_or(settings.name.as_str(), |agent| &agent.name);
    let email = agent.map_or("", |agent| &agent.email);
    let text = settings.mail.outgoing.signature.as_deref();
    let mut out = text.unwrap_or(SIGNATURE).to_owned();
    for (place, value) in [
        ("{agent.name}", name),
        ("{agent.email}", email),
        ("{desk.name}", settings.name.as_str()),
        ("{name}", settings.name.as_str()),
    ] {
        out = out.replace(place, value);
    }
    out.trim().to_owned()
}

/// The words of a mail with the signature, and what is quoted below. Programs take all below a mark for
/// the signature, so that it stands only where nothing follows.
pub fn with_signature(text: &str, signature: &str, quoted: Option<&str>) -> String {
    let mut out = text.trim_end().to_owned();
    if !signature.is_empty() {
        let mark = if quoted.is_none() { "-- \n" } else { "" };
        out.push_str(&format!("\n\n{mark}{signature}"));
    }
    if let Some(quoted) = quoted {
        out.push_str(&format!("\n\n{quoted}"));
    }
    out
}

/// The entry by which the agent sent the same words to the same people before, if it is the newest
/// word on the ticket.
pub fn sent_before<'t>(ticket: &'t Ticket, letter: &OutboxRecord) -> Option<&'t Entry> {
    let spoken = |entry: &&Entry| entry.kind == EntryKind::Contact;
    let last = ticket.log.iter().rev().find(spoken)?;
    let of = |key: &str| {
        let own = letter.attributes.iter().find(|(one, _)| one == key);
        last.attribute(key) == own.map(|(_, value)| value.as_str())
    };
    let is_same = last.by.as_str() == letter.by
        && last.attribute("message").is_some()
        && last.text == letter.text
        && of("to")
        && of("cc");
    is_same.then_some(last)
}
