//! `mail why`: what a mail is, which ticket it belongs to and by which proof, and what would become
//! of it. Nothing is written.

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::mail::Mail;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::contact::within_window;
use crate::page::mail::{self, Unreadable, bare_address};
use crate::rules::mail::identity::MailKey;
use crate::rules::mail::quote::{self, CutText};
use crate::rules::mail::thread::{Evidence, token_of};
use crate::rules::mail::verdict::{MailTicket, Verdict, decide, mailbox};
use crate::store::fs::{read, walk};

/// So many tickets may be merged into one another before the last one counts.
const CHAIN: usize = 20;

/// A mail with what is decided of it.
#[derive(Clone, Debug)]
pub struct DecidedMail {
    /// The mail.
    pub mail: Mail,
    /// Sixteen characters of its identity.
    pub key: String,
    /// Its text without what it quotes, where it answers something.
    pub text: CutText,
    /// What is decided.
    pub verdict: Verdict,
    /// The queue of a new ticket.
    pub queue: String,
}

/// Reads a mail and decides what becomes of it.
pub fn why(desk: &Desk, bytes: &[u8], now: Moment) -> Result<DecidedMail, Unreadable> {
    let mail = mail::read(bytes)?;
    let agent = |address: &str| -> Option<Handle> {
        let agents = desk.settings.agents.iter();
        let mut named = agents.filter(|(_, agent)| agent.email.eq_ignore_ascii_case(address));
        named.next().and_then(|(handle, _)| handle.parse().ok())
    };
    let ticket = |evidence: &Evidence| ticket(desk, evidence, now);
    let verdict = decide(&mail, &desk.settings.mail, &agent, &ticket);
    let text = match verdict.proof {
        Some(_) => quote::cut(&mail.text),
        // What is no answer quotes nothing that stands elsewhere.
        None => CutText {
            text: mail.text.clone(),
            cut: 0,
        },
    };
    let queue = mailbox(&mail, &desk.settings.mail).and_then(|mailbox| mailbox.queue.clone());
    Ok(DecidedMail {
        queue: queue.unwrap_or_else(|| desk.settings.intake.queue.clone()),
        key: MailKey::of(&mail).text(16),
        mail,
        text,
        verdict,
    })
}

/// The ticket that something points at, at the end of its merges.
fn ticket(desk: &Desk, evidence: &Evidence, now: Moment) -> Option<MailTicket> {
    let id = match evidence {
        Evidence::Token { id, .. } | Evidence::Subject(id) => desk.find(id, None).ok()?,
        Evidence::Message(message) => recorded(desk, message)?,
    };
    let mut ticket = desk.page(id).ok()?.ticket;
    let mut facts = facts(desk, &ticket, now);
    for _ in 0..CHAIN {
        if ticket.status() != Status::Merged {
            break;
        }
        let into = ticket.text(Key::LinkMergedInto).parse().ok()?;
        ticket = desk.page(into).ok()?.ticket;
        let before = std::mem::replace(&mut facts, self::facts(desk, &ticket, now));
        // Whoever wrote to the one that was merged has a say in the other.
        facts.people.extend(before.people);
        facts.tokens.extend(before.tokens);
    }
    Some(facts)
}

fn facts(desk: &Desk, ticket: &Ticket, now: Moment) -> MailTicket {
    let mut people = vec![ticket.text(Key::RequesterEmail).to_owned()];
    let mut tokens = Vec::new();
    for entry in &ticket.log {
        for name in ["from", "cc"] {
            let all = entry.attribute(name).unwrap_or_default().split(", ");
            people.extend(all.map(address_in).filter(|one| one.contains('@')));
        }
        if entry.attribute("direction") == Some("out") {
            tokens.extend(entry.attribute("message").and_then(token_of));
        }
    }
    people.retain(|one| !one.is_empty());
    MailTicket {
        id: ticket.id,
        requester: ticket.text(Key::RequesterEmail).to_owned(),
        status: ticket.status(),
        waiting_on: ticket.waiting_on(),
        is_order: ticket.kind() == TicketType::WorkOrder,
        people,
        tokens,
        in_window: within_window(desk, ticket, now),
    }
}

/// The address of `Jan Kowalski <jan@acme.example>`, or of one that stands alone.
fn address_in(text: &str) -> String {
    let inside = text.rsplit_once('<').map_or(text, |(_, inside)| inside);
    bare_address(inside)
}

/// The ticket whose log holds a message. Every ticket is read for it.
fn recorded(desk: &Desk, message: &str) -> Option<TicketId> {
    let wanted = format!("- message: <{message}>");
    let holds = |id: &TicketId| read::contains(&desk.root, &id.path(), &wanted) == Some(true);
    walk::all_ids(&desk.root).into_iter().find(holds)
}
