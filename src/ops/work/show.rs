//! Looking at orders, and at who waits for them.

use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::counts;
use crate::ops::core::linked_tickets::is_order;
use crate::ops::ticket::show;

/// One work order with what can be said about it.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// The order as a ticket, without the tickets linked to it.
    pub order: show::TicketView,
    /// The tickets linked to it, open ones first.
    pub linked: Vec<TicketSummary>,
}

impl OrderView {
    /// The minutes that were noted on its tickets.
    pub fn minutes_of_tickets(&self) -> u64 {
        let minutes = self.linked.iter().map(|ticket| ticket.events.minutes());
        minutes.sum()
    }
}

/// Shows a work order.
pub fn show(desk: &Desk, id: TicketId, now: Moment) -> Result<OrderView, OpError> {
    let mut order = show::show(desk, id, now)?;
    is_order(&order.page.ticket)?;
    let mut linked = std::mem::take(&mut order.linked);
    linked.retain(counts);
    linked.sort_by_key(|ticket| (!ticket.is_live(), ticket.created, ticket.id));
    Ok(OrderView { order, linked })
}
