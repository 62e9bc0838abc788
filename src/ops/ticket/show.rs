//! `show`: one ticket whole.

use std::collections::HashMap;

use crate::model::catalog::{Code, Provider};
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::{unreadable, values};
use crate::ops::ticket::attach::{ListedAttachment, listed};
use crate::ops::ticket::sla::{self, ClockReading};
use crate::page::problem::Problem;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::{replay, required_fields, transitions};
use crate::rules::merge;
use crate::rules::provider;

/// One ticket with what can be said about it.
#[derive(Clone, Debug)]
pub struct TicketView {
    /// The page.
    pub page: TicketPage,
    /// Keys that it lacks before it may be resolved.
    pub missing: Vec<String>,
    /// Commands that move it on.
    pub moves: Vec<&'static str>,
    /// Whether two people changed one field at once.
    pub conflict: bool,
    /// The tickets linked to it, for a work order.
    pub linked: Vec<TicketSummary>,
    /// What is wrong elsewhere: a priority that the settings do not have, and what keeps other files
    /// from telling whether they are linked to it.
    pub besides: Vec<Problem>,
    /// Its code.
    pub code: Option<Code>,
    /// What the catalogue knows of its vendor, and of the provider to whom its code leads.
    pub providers: Vec<Provider>,
    /// The work order that it is linked to, where that can be read.
    pub order: Option<Ticket>,
    /// Titles of the articles it names.
    pub articles: Vec<(String, String)>,
    /// Its attachments, oldest first.
    pub attachments: Vec<ListedAttachment>,
    /// Its clocks.
    pub clocks: Vec<ClockReading>,
    /// What a hand left undone.
    pub unlogged: usize,
}

/// Shows one ticket.
pub fn show(desk: &Desk, id: TicketId, now: Moment) -> Result<TicketView, OpError> {
    of_page(desk, desk.page(id)?, now)
}

/// The work order that a ticket is linked to.
fn order_of(desk: &Desk, ticket: &Ticket) -> Option<Ticket> {
    let order: TicketId = ticket.maybe(Key::LinkWorkOrder)?.parse().ok()?;
    Some(desk.page(order).ok()?.ticket)
}

/// What the catalogue knows of a ticket's vendor, and of the provider to whom its code leads.
fn providers(desk: &Desk, ticket: &Ticket) -> Vec<Provider> {
    let (vendor, code) = (ticket.text(Key::VendorName), ticket.text(Key::Code));
    let found = provider::of_ticket(vendor, code, &desk.catalogue);
    found.into_iter().cloned().collect()
}

/// Shows a ticket as it stands in a text of it.
pub fn of_page(desk: &Desk, page: TicketPage, now: Moment) -> Result<TicketView, OpError> {
    let ticket = &page.ticket;
    let id = ticket.id;
    let (mut linked, mut unread) = (Vec::new(), Vec::new());
    if ticket.kind() == TicketType::WorkOrder {
        let is_linked = |other: &TicketSummary| other.text(Key::LinkWorkOrder) == id.as_str();
        let found = desk.tickets_that(&FieldSet::of(&[Key::LinkWorkOrder]), &is_linked);
        unread = unreadable::hiding(desk, &found, &[Key::LinkWorkOrder]);
        linked = found.all;
    }
    let named = ticket.list(Key::LinkArticles);
    let articles = if named.is_empty() {
        Vec::new()
    } else {
        let known = values::articles(desk);
        // Of several with one id the first.
        let titles = known.iter().rev();
        let titles: HashMap<&str, &String> =
            titles.map(|(id, title)| (id.as_str(), title)).collect();
        let title = |id: &String| titles.get(id.as_str()).copied().cloned();
        named
            .iter()
            .map(|id| (id.clone(), title(id).unwrap_or_default()))
            .collect()
    };
    let missing = if ticket.status().is_open() {
        required_fields::missing(&ticket.values, desk.context(None, now))
    } else {
        Vec::new()
    };
    Ok(TicketView {
        missing,
        moves: transitions::commands(&ticket.status()),
        conflict: merge::is_in_conflict(ticket),
        linked,
        order: order_of(desk, ticket),
        providers: providers(desk, ticket),
        code: desk.catalogue.find(ticket.text(Key::Code)).cloned(),
        articles,
        besides: [unread, sla::dropped(desk, ticket)].concat(),
        attachments: listed(desk, &page),
        clocks: sla::read(desk, ticket, now),
        unlogged: replay::unlogged(ticket).len(),
        page,
    })
}
