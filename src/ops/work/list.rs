//! `work list`: work orders with their steps and tickets.

use crate::index::scan::Scan;
use crate::index::ticket_cache::DoneTickets;
use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::{counts, linked_tickets};
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::list;
use crate::page::query::tickets::TicketQuery;
use crate::rules::context::DeskContext;
use std::collections::{BTreeMap, BTreeSet};

/// A work order in a list.
#[derive(Clone, Debug)]
pub struct ListedOrder {
    /// The order.
    pub order: TicketSummary,
    /// What its file says; `None` where it cannot be read any more.
    pub page: Option<Ticket>,
    /// The tickets linked to it, but for cancelled and merged ones.
    pub linked: Vec<TicketId>,
}

/// Work orders, in the order of work.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// The orders.
    pub orders: Vec<ListedOrder>,
    /// What lists say besides.
    pub rest: list::TicketListing,
}

/// Lists the open work orders that a query asks for, or all of them.
pub fn list(
    desk: &Desk,
    context: DeskContext<'_>,
    mut query: TicketQuery,
    all: bool,
) -> Result<Orders, OpError> {
    let orders = list::read_query(desk, "type:work-order")?;
    query.join(orders);
    let request = list::ListRequest {
        query,
        all,
        ..list::ListRequest::default()
    };
    let scan = Scan::of_tickets(&desk.root);
    let fields = FieldSet::of(&[Key::Status, Key::Type, Key::LinkWorkOrder]);
    let is_linked = |ticket: &TicketSummary| !ticket.text(Key::LinkWorkOrder).is_empty();
    let done = DoneTickets {
        fits: Some(&is_linked),
        by_fields: true,
        ..DoneTickets::of(&fields)
    };
    let tickets = desk.some_scanned(&scan, Want::All, done);
    let mut linked: BTreeMap<String, Vec<TicketId>> = BTreeMap::new();
    for ticket in &tickets.all {
        let order = ticket.text(Key::LinkWorkOrder);
        if !order.is_empty() && counts(ticket) {
            linked.entry(order.to_owned()).or_default().push(ticket.id);
        }
    }
    let mut found = list::scanned(desk, context, &request, &scan)?;
    let listed: Vec<TicketSummary> = std::mem::take(&mut found.tickets);
    let orders = listed.into_iter().map(|order| ListedOrder {
        page: desk.page(order.id).ok().map(|page| page.ticket),
        linked: linked.remove(order.id.as_str()).unwrap_or_default(),
        order,
    });
    Ok(Orders {
        orders: orders.collect(),
        rest: found,
    })
}

/// The tickets linked to an order after what a command did, saved or not.
pub fn tickets(desk: &Desk, outcome: &Outcome, order: TicketId) -> BTreeSet<TicketId> {
    let is_linked = |ticket: &Ticket| ticket.text(Key::LinkWorkOrder) == order.as_str();
    let mut all: BTreeSet<TicketId> = linked_tickets(desk, order)
        .all
        .iter()
        .map(|ticket| ticket.id)
        .collect();
    for one in &outcome.changed {
        if is_linked(&one.ticket) {
            all.insert(one.ticket.id);
        } else {
            all.remove(&one.ticket.id);
        }
    }
    all
}
