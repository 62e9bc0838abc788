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
    // The walk on which each ticket was met first: a chain that others lead to is walked once.
    let mut met: BTreeMap<TicketId, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (walk, start) in starts.iter().enumerate() {
        let mut chain: Vec<Ties> = Vec::new();
        let mut next = Some(*start);
        while let Some(at) = next
            && !met.contains_key(&at)
        {
            met.insert(at, walk);
            let ties = read(at).map(|page| Ties::of(&page.ticket));
            next = ties.as_ref().and_then(Ties::merged_into);
            chain.extend(ties);
        }
        // Only a ticket of the walk itself, met again, closes a circle.
        let Some(again) = next.filter(|at| met.get(at) == Some(&walk)) else {
            continue;
        };
        let from = chain.iter().position(|ties| ties.id() == again);
        let circle = &chain[from.unwrap_or_default()..];
        if let Some(last) = last_of_circle(circle.iter()) {
            let mut circle: Vec<TicketId> = circle.iter().map(Ties::id).collect();
            circle.sort_by_key(|id| (*id != last, *id));
            found.push(circle);
        }
    }
    found.sort_unstable();
    found
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ticket;

    fn id(n: usize) -> TicketId {
        format!("2611-{n:05}").parse().unwrap()
    }

    /// A ticket that went into another at a second of an hour.
    fn merged(at: TicketId, into: TicketId, second: usize) -> TicketPage {
        let clock = format!("10:{:02}:{:02}", second / 60 % 60, second % 60);
        let text = format!(
            "+++\nid = \"{at}\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"merged\"\ncreated = 2026-11-21T09:00:00Z\n[links]\nmerged_into = \"{into}\"\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n\n## 2026-11-21T{clock}Z anna merge ^bbbb\n\n- status: open -> merged\n- links.merged_into: (none) -> {into}\n"
        );
        ticket::read(at, text).unwrap()
    }

    #[test]
    fn circles_of_any_length_are_found_once() {
        // 3 → 0 → 1 → 2 → 0, and 5 → 6, which nothing leads on from.
        let next = [1, 2, 0, 0, 4, 6];
        let starts: BTreeSet<TicketId> = (0..6).map(id).collect();
        let read = |at: TicketId| {
            let n: usize = at.random().parse().unwrap();
            (n < 6).then(|| merged(at, id(next[n]), n))
        };
        let found = of(&starts, read);
        // A ticket that went into itself is a circle too.
        assert_eq!(found, [vec![id(2), id(0), id(1)], vec![id(4)]]);
    }

    /// Who can push can chain thousands of tickets.
    #[test]
    fn a_long_chain_is_walked_once() {
        let count = 5_000;
        let starts: BTreeSet<TicketId> = (0..count).map(id).collect();
        let reads = std::cell::Cell::new(0);
        let read = |at: TicketId| {
            reads.set(reads.get() + 1);
            let n: usize = at.random().parse().unwrap();
            Some(merged(at, id((n + 1) % count), n))
        };
        let found = of(&starts, read);
        assert_eq!((found.len(), found[0].len()), (1, count));
        assert_eq!(reads.get(), count);
    }
}
