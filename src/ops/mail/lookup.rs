//! Finding the tickets that a mail may belong to, and whether it was taken in before.

use crate::index::mail_table::{MailRow, MailTable};
use crate::model::entry::Entry;
use crate::model::event::BOUNCED;
use crate::model::field::Key;
use crate::model::id::{IdInput, TicketId};
use crate::model::mail::Mail;
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::contact::within_window;
use crate::page::mail::bare_address;
use crate::rules::mail::record::{DATE, MESSAGE};
use crate::rules::mail::thread::{Evidence, token_of};
use crate::rules::mail::verdict::{MailTicket, plain};
use crate::store::fs::{read, walk};
use crate::store::git::repo::Repo;

/// So many tickets may be merged into one another, or follow one another, before the last one
/// counts.
const CHAIN: usize = 20;

/// A look at the desk's tickets, as they are on disk or as a command leaves them.
pub struct Lookup<'l> {
    /// The desk.
    pub desk: &'l Desk,
    /// The moment.
    pub now: Moment,
    /// A ticket by its id; `None` where there is none that can be read.
    pub ticket: &'l dyn Fn(TicketId) -> Option<Ticket>,
    /// Tickets that this command made or changed, which the files do not have yet.
    pub staged: &'l [TicketId],
    /// Whether mails count at their own dates: those of a batch waited in a mailbox.
    pub by_date: bool,
    /// By what tickets are found without reading them all.
    pub table: Option<&'l MailTable>,
}

/// The table of a desk whose changes are committed; else all files are looked through.
pub fn table(desk: &Desk, repo: Option<&Repo>) -> Option<MailTable> {
    let repo = repo.filter(|_| desk.settings.git.commit)?;
    MailTable::current(&desk.root, repo)
}

impl Lookup<'_> {
    /// The ticket that something points at, at the end of its merges.
    pub fn pointed(&self, evidence: &Evidence) -> Option<MailTicket> {
        let id = match evidence {
            Evidence::Token { id, .. } | Evidence::Subject(id) | Evidence::Notice(id) => {
                self.named(id)?
            }
            Evidence::Message(message) => self.with_message(message)?,
        };
        let mut ticket = (self.ticket)(id)?;
        let mut facts = self.facts(&ticket);
        for _ in 0..CHAIN {
            let Some(next) = self.goes_on(&ticket, &facts) else {
                break;
            };
            ticket = (self.ticket)(next)?;
            let before = std::mem::replace(&mut facts, self.facts(&ticket));
            // Whoever wrote to the one before has a say in the other.
            facts.people.extend(before.people);
            facts.tokens.extend(before.tokens);
        }
        Some(facts)
    }

    /// Where the matter of a ticket goes on: where it was merged, or where it is over and one that
    /// follows it is not.
    fn goes_on(&self, ticket: &Ticket, facts: &MailTicket) -> Option<TicketId> {
        match facts.status {
            Status::Merged => ticket.text(Key::LinkMergedInto).parse().ok(),
            Status::Closed => self.follower(ticket.id),
            Status::Resolved if !facts.in_window => self.follower(ticket.id),
            _ => None,
        }
    }

    /// The open ticket that follows one.
    fn follower(&self, id: TicketId) -> Option<TicketId> {
        let line = format!("follows = \"{id}\"");
        let all = self
            .holding(MailRow::Follows(id.as_str()), &line)
            .into_iter();
        let mut open = all.filter(|one| {
            let ticket = (self.ticket)(*one);
            ticket.is_some_and(|ticket| {
                ticket.text(Key::LinkFollows) == id.as_str() && ticket.status().is_open()
            })
        });
        open.next()
    }

    /// The ticket of an id that a mail has, in whichever case.
    fn named(&self, id: &str) -> Option<TicketId> {
        let IdInput::Full(id) = IdInput::read(id) else {
            return None;
        };
        if (self.ticket)(id).is_some() {
            return Some(id);
        }
        // Two clones made tickets of one id, and one of them had to make room.
        let all = self
            .holding(MailRow::Alias(id.as_str()), &format!("\"{id}\""))
            .into_iter();
        let mut named = all.filter(|one| {
            let ticket = (self.ticket)(*one);
            let aliases = ticket.map(|ticket| ticket.list(Key::Aliases));
            aliases.is_some_and(|all| all.iter().any(|one| one == id.as_str()))
        });
        named.next()
    }

    /// The ticket whose log holds a message.
    fn with_message(&self, message: &str) -> Option<TicketId> {
        let wanted = format!("<{message}>");
        let mut all = self.holding(MailRow::Message(message), message).into_iter();
        all.find(|id| {
            let has = |entry: &Entry| entry.attribute(MESSAGE) == Some(wanted.as_str());
            (self.ticket)(*id).is_some_and(|ticket| ticket.log.iter().any(has))
        })
    }

    /// The ticket that has the entry of a mail with this tag and date.
    pub fn taken(&self, tag: &str, date: Option<Moment>) -> Option<TicketId> {
        let mut all = self
            .holding(MailRow::Tag(tag), &format!("^{tag}"))
            .into_iter();
        all.find(|id| {
            let ticket = (self.ticket)(*id);
            ticket.is_some_and(|ticket| ticket.log.iter().any(|one| is_of(one, tag, date)))
        })
    }

    /// Whether a ticket's requester has an address.
    pub fn knows(&self, address: &str) -> bool {
        let wanted = plain(address);
        let mut all = self.holding(MailRow::Person(&wanted), address).into_iter();
        all.any(|id| {
            let ticket = (self.ticket)(id);
            ticket.is_some_and(|ticket| plain(ticket.text(Key::RequesterEmail)) == wanted)
        })
    }

    /// When mails came to a ticket.
    pub fn mails(&self, id: TicketId) -> Vec<Moment> {
        let is_mail = |entry: &&Entry| {
            entry.attribute("direction") == Some("in") && entry.attribute("from").is_some()
                || entry.attribute(BOUNCED).is_some()
        };
        let ticket = (self.ticket)(id);
        let log = ticket.map(|ticket| ticket.log).unwrap_or_default();
        let counts = |entry: &Entry| {
            let date = entry.attribute(DATE).filter(|_| self.by_date);
            date.and_then(|date| date.parse().ok()).unwrap_or(entry.at)
        };
        log.iter().filter(is_mail).map(counts).collect()
    }

    /// When a mail counts, where they are counted.
    pub fn counts_at(&self, mail: &Mail) -> Moment {
        let date = mail.date.filter(|_| self.by_date);
        date.map_or(self.now, |date| date.min(self.now))
    }

    /// What is known of a ticket that somebody named, at the end of its merges.
    pub fn ticket_of(&self, id: TicketId) -> Option<MailTicket> {
        let mut ticket = (self.ticket)(id)?;
        for _ in 0..CHAIN {
            if ticket.status() != Status::Merged {
                break;
            }
            ticket = (self.ticket)(ticket.text(Key::LinkMergedInto).parse().ok()?)?;
        }
        Some(self.facts(&ticket))
    }

    /// The tickets that may be looked for: those of a row of the table; without one those whose files
    /// hold a text.
    fn holding(&self, row: MailRow<'_>, text: &str) -> Vec<TicketId> {
        let mut found = self.staged.to_vec();
        if let Some(rows) = self.table.and_then(|table| table.find(row)) {
            found.extend(rows);
            return found;
        }
        let holds = |id: &TicketId| read::contains(&self.desk.root, &id.path(), text) == Some(true);
        found.extend(walk::all_ids(&self.desk.root).into_iter().filter(holds));
        found
    }

    fn facts(&self, ticket: &Ticket) -> MailTicket {
        let mut people = vec![ticket.text(Key::RequesterEmail).to_owned()];
        let mut tokens = Vec::new();
        for entry in &ticket.log {
            for name in ["from", "to", "cc"] {
                let all = entry.attribute(name).unwrap_or_default().split(", ");
                people.extend(all.map(address_in).filter(|one| one.contains('@')));
            }
            if entry.attribute("direction") == Some("out") || entry.kind.as_str() == "auto" {
                tokens.extend(entry.attribute(MESSAGE).and_then(token_of));
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
            in_window: within_window(self.desk, ticket, self.now),
        }
    }
}

/// Whether an entry is that of a mail. The tag alone proves it, so that what was redacted is known
/// again; but where both tell a date and the dates differ, two mails only share the tag.
fn is_of(entry: &Entry, tag: &str, date: Option<Moment>) -> bool {
    if entry.tag != tag || !matches!(entry.kind.as_str(), "contact" | "created" | "note") {
        return false;
    }
    let told: Option<Moment> = entry.attribute(DATE).and_then(|date| date.parse().ok());
    match (told, date) {
        (Some(told), Some(date)) => told == date.whole_second(),
        _ => true,
    }
}

/// The address of `Jan Kowalski <jan@acme.example>`, or of one that stands alone.
fn address_in(text: &str) -> String {
    let inside = text.rsplit_once('<').map_or(text, |(_, inside)| inside);
    bare_address(inside)
}
