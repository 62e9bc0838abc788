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

    #[test]
    fn a_ticket_begins_where_it_may() {
        use Status::{Cancelled, Closed, Merged, New, Open, Pending, Resolved};
        for status in [New, Open, Resolved] {
            assert!(may_begin(&TicketType::Action, &status), "{status}");
        }
        for status in [Pending, Closed, Cancelled, Merged] {
            assert!(!may_begin(&TicketType::Action, &status), "{status}");
        }
    }

    #[test]
    fn each_move_has_its_command() {
        use Status::{Cancelled, Closed, Merged, New, Open, Pending, Resolved};
        let table: [(Status, &[&str]); 7] = [
            (New, &["take", "pend", "resolve", "cancel", "merge"]),
            (Open, &["pend", "resolve", "cancel", "merge"]),
            (Pending, &["reopen", "pend", "resolve", "cancel", "merge"]),
            (Resolved, &["reopen", "close"]),
            (Cancelled, &["reopen"]),
            (Closed, &[]),
            (Merged, &[]),
        ];
        for (from, expected) in table {
            assert_eq!(commands(&from), expected, "{from}");
        }
    }

    fn ticket(front: &str, log: &str) -> Ticket {
        let id = "2611-7K3MQ".parse().unwrap();
        let text = format!(
            "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\n{front}created = \
             2026-11-30T09:00:00Z\n+++\n\n{log}"
        );
        crate::page::ticket::read(id, text).unwrap().ticket
    }

    #[test]
    fn what_happens_moves_a_ticket_that_waits_for_it() {
        use Trigger::{AgentActs, DateReached, RequesterWrites};
        let table = [
            ("new", "", [true, false, false]),
            ("open", "", [false, false, false]),
            ("pending", "customer", [false, true, false]),
            ("pending", "vendor", [false, false, true]),
            ("resolved", "", [false, true, false]),
            ("closed", "", [false, false, false]),
            ("cancelled", "", [false, false, false]),
        ];
        for (status, waits, expected) in table {
            let mut front = format!("status = \"{status}\"\n");
            if !waits.is_empty() {
                front.push_str(&format!("waiting_on = \"{waits}\"\n"));
            }
            let ticket = ticket(&front, "");
            let moved = [AgentActs, RequesterWrites, DateReached].map(|event| {
                let to = moves_to(&ticket, event);
                assert!(to.as_ref().is_none_or(|to| *to == Status::Open));
                to.is_some()
            });
            assert_eq!(moved, expected, "{status} {waits}");
        }
    }

    #[test]
    fn the_last_move_to_a_status_is_one_that_stands() {
        let log = "## 2026-11-30T09:00:00Z anna created ^aaaa0001\n\n- type: action\n- status: new\n\n\
            ## 2026-11-30T09:01:00Z anna take ^aaaa0002\n\n- status: new -> open\n\n\
            ## 2026-11-30T09:02:00Z anna pend ^aaaa0003\n\n- status: open -> pending\n\n\
            ## 2026-11-30T09:03:00Z anna set ^aaaa0004\n\n- status: pending -> open\n\n\
            ## 2026-11-30T09:04:00Z anna note ^aaaa0005\n\n- status: pending\n\nx\n\n\
            ## 2026-11-30T09:05:00Z anna pend ^aaaa0006\n\n- status: open -> pending\n\n\
            ## 2026-11-30T09:06:00Z anna undo ^aaaa0007\n\n- of: pend ^aaaa0006\n";
        let ticket = ticket("status = \"open\"\n", log);
        let tag = |status: &Status| last_moved_to(&ticket, status).map(|entry| entry.tag);
        assert_eq!(tag(&Status::New).as_deref(), Some("aaaa0001"));
        assert_eq!(tag(&Status::Open).as_deref(), Some("aaaa0004"));
        assert_eq!(tag(&Status::Pending).as_deref(), Some("aaaa0003"));
        assert_eq!(tag(&Status::Resolved), None);
    }
}
