//! Tickets that clones merged into each other, so that each says that it went into the other: the
//! link that was made last does not count, and its ticket stays in the lists.
//!
//! Nothing of this is written to a ticket's file. The circles are kept with the excerpts and looked
//! for where a file changed: a chain that nobody touched closes no circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::between_tickets::{Ties, last_of_circle, status_before_merge};
use crate::rules::merge;

/// The circles that these tickets are in, of each first the ticket whose link does not count; `read`
/// reads a ticket.
pub(in crate::index) fn of(
    starts: &BTreeSet<TicketId>,
    read: impl Fn(TicketId) -> Option<TicketPage>,
) -> Vec<Vec<TicketId>> {
    let mut seen: BTreeMap<TicketId, Option<Ties>> = BTreeMap::new();
    let mut found: BTreeSet<Vec<TicketId>> = BTreeSet::new();
    for start in starts {
        let mut chain: Vec<TicketId> = Vec::new();
        let mut at = *start;
        while !chain.contains(&at) {
            let ties = seen
                .entry(at)
                .or_insert_with(|| Some(Ties::of(&read(at)?.ticket)));
            let Some(next) = ties.as_ref().and_then(Ties::merged_into) else {
                chain.clear();
                break;
            };
            chain.push(at);
            at = next;
        }
        let from = chain.iter().position(|id| *id == at);
        let circle = from.map(|from| chain.split_off(from)).unwrap_or_default();
        let ties = circle.iter().filter_map(|id| seen.get(id)?.as_ref());
        if let Some(last) = last_of_circle(ties) {
            let mut circle = circle;
            circle.sort_by_key(|id| (*id != last, *id));
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

/// The excerpt of a ticket as if it had not been merged into another.
pub(in crate::index) fn unmerged(page: &TicketPage) -> TicketSummary {
    let conflict = merge::is_in_conflict(&page.ticket);
    let mut summary = TicketSummary::of(&page.ticket, conflict);
    summary.barred = !page.bars().is_empty();
    let status = status_before_merge(&page.ticket);
    let status = Value::Text(status.as_str().to_owned());
    summary.values.insert(Field::Known(Key::Status), status);
    summary.values.remove(&Field::Known(Key::LinkMergedInto));
    summary
}
