//! The tickets that are linked to a work order.

use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::unreadable;
use crate::page::problem::Problem;

/// Who waits for a work order.
#[derive(Clone, Debug, Default)]
pub struct LinkedTickets {
    /// The tickets linked to it, the oldest first; called off and merged ones do no more.
    pub all: Vec<TicketSummary>,
    /// What is wrong with files that name the order, but not so that it can be read.
    pub naming: Vec<Problem>,
    /// What is wrong with files of which nothing can be read.
    pub unknown: Vec<Problem>,
}

/// The tickets linked to a work order.
pub fn linked_tickets(desk: &Desk, order: TicketId) -> LinkedTickets {
    linked_among(desk, order, Want::All)
}

/// Those of them that a command wants.
pub fn linked_among(desk: &Desk, order: TicketId, want: Want) -> LinkedTickets {
    let is_linked = |ticket: &TicketSummary| {
        ticket.text(Key::LinkWorkOrder) == order.as_str() && counts(ticket)
    };
    let mut found = match want {
        Want::All => desk.tickets_that(&FieldSet::of(&[Key::LinkWorkOrder]), &is_linked),
        want => desk.tickets(want),
    };
    let hidden = unreadable::hiding(desk, &found, &[Key::LinkWorkOrder]);
    let itself = order.path();
    let hidden = hidden.into_iter().filter(|one| one.path != itself);
    let (naming, unknown) = unreadable::naming(desk, hidden.collect(), order.as_str());
    let mut all = std::mem::take(&mut found.all);
    all.retain(is_linked);
    all.sort_by_key(|ticket| (ticket.created, ticket.id));
    LinkedTickets {
        all,
        naming,
        unknown,
    }
}

pub fn counts(ticket: &TicketSummary) -> bool {
    !matches!(ticket.status(), Status::Cancelled | Status::Merged)
}

/// Refuses what is no work order.
pub fn is_order(ticket: &Ticket) -> Result<(), OpError> {
    if ticket.kind() == TicketType::WorkOrder {
        return Ok(());
    }
    let (id, kind) = (ticket.id, ticket.kind());
    let error = DeskError::NotWorkOrder(&id, &kind).error();
    Err(match ticket.maybe(Key::LinkWorkOrder) {
        Some(order) => error.hint(format!("it is linked to the work order {order}")),
        None => error.hint(format!(
            "`desk work list` shows the orders; `desk work new {id}` makes one for it"
        )),
    })
}
