//! How a work order moved, as far as its tickets go with it.

use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket::Ticket;

/// How an order moved, as far as its tickets go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Opened,
    Waits,
    Wakes,
    Resolved,
    Reopened,
    Cancelled,
    Merged,
}

impl Move {
    /// What a change to an order means for its tickets; `None` for nothing.
    pub fn of(order: &Ticket, entry: &Entry) -> Option<Self> {
        if order.kind() != TicketType::WorkOrder {
            return None;
        }
        // A requester's word speaks for one requester; a hand edits the one file.
        // Whoever takes a move back takes back what followed it, too.
        let is_own = [EntryKind::Edit, EntryKind::Undo].contains(&entry.kind);
        if entry.attribute("direction") == Some("in") || is_own {
            return None;
        }
        let Some(change) = entry.change("status") else {
            let again = entry.kind == EntryKind::Pend && order.status() == Status::Pending;
            return (again && waits_for_others(order)).then_some(Self::Waits);
        };
        let from = Status::read(change.old_value().unwrap_or_default());
        match (from, order.status()) {
            (Status::New, Status::Open) => Some(Self::Opened),
            (Status::Pending, Status::Open) => Some(Self::Wakes),
            (Status::Resolved, Status::Open) => Some(Self::Reopened),
            (_, Status::Pending) => waits_for_others(order).then_some(Self::Waits),
            (_, Status::Resolved) => Some(Self::Resolved),
            (_, Status::Cancelled) => Some(Self::Cancelled),
            (_, Status::Merged) => Some(Self::Merged),
            _ => None,
        }
    }

    /// The kind of the tickets' entries.
    pub fn kind(self) -> EntryKind {
        match self {
            Self::Opened => EntryKind::Open,
            Self::Waits => EntryKind::Pend,
            Self::Wakes | Self::Reopened => EntryKind::Reopen,
            Self::Resolved => EntryKind::Resolve,
            Self::Cancelled | Self::Merged => EntryKind::Link,
        }
    }

    /// Whether tickets of a status may go along.
    pub fn may_concern(self, status: &Status) -> bool {
        match self {
            Self::Opened => *status == Status::New,
            Self::Waits | Self::Resolved | Self::Merged => status.is_open(),
            Self::Wakes => *status == Status::Pending,
            Self::Reopened => *status == Status::Resolved,
            Self::Cancelled => false,
        }
    }
}

/// Whether an order waits for a third party or a date, which holds up everybody; waiting for one
/// customer does not.
fn waits_for_others(order: &Ticket) -> bool {
    matches!(
        order.waiting_on(),
        Some(Waiting::Vendor | Waiting::Schedule)
    )
}
