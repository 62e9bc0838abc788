//! Is it already reported? What a desk holds that looks like a new ticket.

use std::collections::BTreeMap;

use crate::index::lookup::Lookup;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::desk::Desk;
use crate::ops::core::unreadable;
use crate::page::problem::Problem;
use crate::rules;
pub use crate::rules::duplicates::{Duplicate, DuplicateKind};

/// The open tickets and work orders that look like a record with these values, and the work orders
/// of which it would be a repeat; the strongest likeness first. The rules are those of
/// [`rules::duplicates::find`]. With them comes what kept files from being compared.
pub fn find(
    desk: &Desk,
    values: &BTreeMap<Field, Value>,
    except: &[TicketId],
    now: Moment,
) -> (Vec<Duplicate>, Vec<Problem>) {
    let lookup = Lookup::open(&desk.root, &desk.progress);
    let mut near: BTreeMap<TicketId, TicketSummary> = BTreeMap::new();
    if let Some(wanted) = rules::duplicates::candidates(values, &desk.settings, now) {
        let mut take =
            |all: Vec<TicketSummary>| near.extend(all.into_iter().map(|one| (one.id, one)));
        take(lookup.find(&[wanted.open], Some(wanted.since)));
        let same = lookup.find(&wanted.same, None);
        // What the tickets of the same equipment wait for.
        let orders = same
            .iter()
            .filter_map(|one| one.text(Key::LinkWorkOrder).parse().ok());
        let orders = orders.filter_map(|order| lookup.get(order)).collect();
        take(same);
        take(orders);
    }
    let near: Vec<TicketSummary> = near.into_values().collect();
    let all = rules::duplicates::find(values, except, &near, &desk.settings, now);
    (all, unreadable::unread(&lookup.into()))
}
