//! The life of a ticket: which status may follow which, and what moves by itself.
//!
//! The machine is that of the field notes 2.1: the set that the systems studied there have in
//! common, with `pending` split by whom it waits for.

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket::Ticket;

/// The statuses that may follow one.
pub fn allowed(from: &Status) -> &'static [Status] {
    use Status::{Cancelled, Closed, Merged, New, Open, Pending, Resolved};
    match from {
        // A pending ticket may come to wait for somebody else, or longer.
        New | Open | Pending | Status::Unknown(_) => &[Open, Pending, Resolved, Cancelled, Merged],
        Resolved => &[Open, Closed],
        Cancelled => &[Open],
        Closed | Merged => &[],
    }
}

/// Whether a ticket may move; an open one may not "move" to open.
pub fn may_move(from: &Status, to: &Status) -> bool {
    allowed(from).contains(to) && !(from == to && *from != Status::Pending)
}

/// The statuses that a new ticket may have.
pub fn may_begin(kind: &TicketType, status: &Status) -> bool {
    match status {
        Status::New | Status::Open | Status::Resolved => true,
        Status::Closed => *kind == TicketType::Comment,
        _ => false,
    }
}

/// The command that makes each allowed move, for telling people.
pub fn commands(from: &Status) -> Vec<&'static str> {
    let reopen = matches!(from, Status::Resolved | Status::Cancelled | Status::Pending);
    allowed(from)
        .iter()
        .filter(|to| may_move(from, to))
        .map(|to| match to {
            Status::Open if reopen => "reopen",
            Status::Open => "take",
            Status::Pending => "pend",
            Status::Resolved => "resolve",
            Status::Closed => "close",
            Status::Cancelled => "cancel",
            Status::Merged => "merge",
            Status::New | Status::Unknown(_) => "set",
        })
        .collect()
}

/// Something that an agent or a requester does to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An agent writes, calls, takes or assigns.
    AgentActs,
    /// The requester gets in touch.
    RequesterWrites,
    /// The date that a pending ticket waits for is reached.
    DateReached,
}

/// The status that an event moves a ticket to by itself, if any.
pub fn moves_to(ticket: &Ticket, event: Trigger) -> Option<Status> {
    match (event, ticket.status()) {
        (Trigger::AgentActs, Status::New) | (Trigger::RequesterWrites, Status::Resolved) => {
            Some(Status::Open)
        }
        (Trigger::RequesterWrites, Status::Pending) => {
            (ticket.waiting_on() == Some(Waiting::Customer)).then_some(Status::Open)
        }
        (Trigger::DateReached, Status::Pending) => {
            // A silent customer is reminded, not reopened.
            (ticket.waiting_on() != Some(Waiting::Customer)).then_some(Status::Open)
        }
        _ => None,
    }
}

/// The last time that the log moved a ticket to a status.
pub fn last_moved_to(ticket: &Ticket, status: &Status) -> Option<Entry> {
    let moved = |entry: &&Entry| {
        entry.change("status").and_then(|change| change.new_value()) == Some(status.as_str())
            || (entry.kind == EntryKind::Created
                && entry.attribute("status") == Some(status.as_str()))
    };
    let log = ReadLog::of(&ticket.log);
    standing(&log).into_iter().rev().find(moved).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_that_of_the_field_notes() {
        use Status::{Cancelled, Closed, Merged, New, Open, Pending, Resolved};
        let all = [New, Open, Pending, Resolved, Closed, Cancelled, Merged];
        let table: [(&Status, &[Status]); 7] = [
            (&New, &[Open, Pending, Resolved, Cancelled, Merged]),
            (&Open, &[Pending, Resolved, Cancelled, Merged]),
            (&Pending, &[Open, Pending, Resolved, Cancelled, Merged]),
            (&Resolved, &[Open, Closed]),
            (&Closed, &[]),
            (&Merged, &[]),
            (&Cancelled, &[Open]),
        ];
        for (from, to) in table {
            for other in &all {
                assert_eq!(
                    may_move(from, other),
                    to.contains(other),
                    "{from} -> {other}"
                );
            }
        }
        assert!(may_begin(&TicketType::Comment, &Closed));
        assert!(!may_begin(&TicketType::Action, &Closed));
        assert!(!may_begin(&TicketType::Action, &Pending));
    }
}
