//! Who watches a ticket without working on it, and what they are told.

use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::event::is_automatic;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::rules::absence;

/// Whether somebody watches a ticket.
pub fn watches(ticket: &TicketSummary, handle: &str) -> bool {
    let watchers = ticket.get(Key::Watchers);
    watchers.is_some_and(|all| all.elements().iter().any(|one| one == handle))
}

/// Whether somebody watches an open ticket that is not theirs: theirs stand on their board already.
pub fn watches_another(ticket: &TicketSummary, handle: &str) -> bool {
    let is_theirs = ticket.text(Key::Assignee) == handle;
    ticket.status().is_open() && !is_theirs && watches(ticket, handle)
}

/// Whether an entry is one that watchers wait for: the ticket stands elsewhere or with another team
/// now, management was told, or desk and requester were in touch.
pub fn is_news(entry: &Entry) -> bool {
    let moves = [Key::Status, Key::Queue, Key::Type];
    entry.kind == EntryKind::Escalate
        || entry.kind == EntryKind::Contact && !is_automatic(entry)
        || moves.iter().any(|key| entry.change(key.path()).is_some())
}

/// The watchers who are told of an entry, its author left out. Whoever is absent or has left is not:
/// nobody stands in for watching.
pub fn told(settings: &Settings, ticket: &Ticket, entry: &Entry, now: Moment) -> Vec<String> {
    if entry.kind == EntryKind::Created || !is_news(entry) {
        return Vec::new();
    }
    let mut all = ticket.list(Key::Watchers);
    all.retain(|handle| {
        let agent = settings.agent(handle);
        agent.is_some_and(|agent| !agent.retired)
            && absence::absence(settings, handle, now).is_none()
            && entry.by.as_str() != handle
    });
    all
}
