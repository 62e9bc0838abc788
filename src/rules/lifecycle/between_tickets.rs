//! What several tickets say of each other once clones were merged, and no file shows by itself: links
//! that close a circle, and open tickets on a work order that is over.
//!
//! Nothing here is a fault of a file, for each was right in its own clone.

use std::collections::BTreeMap;

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::rules::lifecycle::replay;

/// The links that lead from the newer ticket to the older one, so that no circle can be meant.
const DIRECTED: [(Key, &str); 3] = [
    (Key::LinkMergedInto, "merged into"),
    (Key::LinkParent, "a part of"),
    (Key::LinkFollows, "following"),
];

/// What a ticket says of others.
#[derive(Clone, Debug)]
pub struct Ties {
    id: TicketId,
    /// For each directed link, what it leads to, since when, and who made it.
    links: Vec<(Key, TicketId, Moment, String)>,
    is_open: bool,
    /// The work order that it hangs on, and when it last followed that.
    order: Option<(TicketId, Option<Moment>)>,
    /// When the status last changed.
    moved: Option<Moment>,
    /// The mails that came in, by the tags of their entries, and whether one of them made the ticket.
    mails: Vec<(String, bool)>,
}

impl Ties {
    /// What a ticket says of others.
    pub fn of(ticket: &Ticket) -> Self {
        let target = |key: Key| ticket.maybe(key).and_then(|id| id.parse::<TicketId>().ok());
        let is_tied = DIRECTED.iter().any(|(key, _)| target(*key).is_some());
        let last = if is_tied {
            replay::replay(&ticket.log).last
        } else {
            BTreeMap::new()
        };
        let link = |(key, _): &(Key, &str)| {
            let entry: &Entry = &ticket.log[*last.get(&Field::Known(*key))?];
            Some((*key, target(*key)?, entry.at, entry.by.to_string()))
        };
        let order = target(Key::LinkWorkOrder);
        let log = ReadLog::of(&ticket.log);
        let log = standing(&log);
        let followed = order.map(|order| {
            let by_it = |entry: &&Entry| entry.attribute("order") == Some(order.as_str());
            let last = log.iter().copied().rev().find(by_it);
            (order, last.map(|entry| entry.at))
        });
        let moved = log.iter().copied().rev();
        let moved = moved.filter(|entry| entry.change(Key::Status.path()).is_some());
        Self {
            id: ticket.id,
            links: DIRECTED.iter().filter_map(link).collect(),
            is_open: ticket.status().is_open(),
            order: followed,
            moved: moved.map(|entry| entry.at).next(),
            mails: ticket.log.iter().filter_map(mail).collect(),
        }
    }
}

impl Ties {
    /// The ticket.
    pub fn id(&self) -> TicketId {
        self.id
    }

    /// The tickets that its links lead to.
    pub fn targets(&self) -> impl Iterator<Item = TicketId> {
        let links = self.links.iter().map(|link| link.1);
        links.chain(self.order.map(|(order, _)| order))
    }

    /// The ticket that it went into.
    pub fn merged_into(&self) -> Option<TicketId> {
        self.merged().map(|link| link.1)
    }

    fn merged(&self) -> Option<&(Key, TicketId, Moment, String)> {
        let mut links = self.links.iter();
        links.find(|link| link.0 == Key::LinkMergedInto)
    }
}

/// Of tickets that went into each other in a circle, the one whose link was made last: it does not
/// count.
pub fn last_of_circle<'t>(circle: impl Iterator<Item = &'t Ties>) -> Option<TicketId> {
    let links = circle.filter_map(|ties| Some((ties.merged()?.2, ties.id)));
    links.max().map(|(_, id)| id)
}

/// The status that a ticket had before it went into another.
pub fn status_before_merge(ticket: &Ticket) -> Status {
    let log = ReadLog::of(&ticket.log);
    let mut log = standing(&log).into_iter().rev();
    let before = log.find_map(|entry| {
        let change = entry.change(Key::Status.path())?;
        let merged = change.new_value() == Some(Status::Merged.as_str());
        merged.then(|| change.old_value().map(Status::read))?
    });
    before.unwrap_or(Status::Open)
}

/// A sentence for each thing that somebody should look at, with the ticket that it is about.
pub fn findings(all: &[Ties]) -> Vec<(TicketId, String)> {
    let known: BTreeMap<TicketId, &Ties> = all.iter().map(|one| (one.id, one)).collect();
    let mut found = Vec::new();
    for (key, words) in DIRECTED {
        found.extend(circles(&known, key, words));
    }
    for one in all.iter().filter(|one| one.is_open) {
        let Some((order, followed)) = one.order else {
            continue;
        };
        let over = known.get(&order).filter(|order| !order.is_open);
        let since = over.and_then(|order| order.moved);
        // What follows an order is dated with it, or a moment apart where a log is ahead.
        let told = |since: Moment| {
            followed.is_some_and(|at| since.since(at) < chrono::TimeDelta::minutes(1))
        };
        if since.is_some_and(|since| !told(since)) {
            found.push((
                one.id,
                format!("it is open, and its work order `{order}` is over; nobody told the ticket"),
            ));
        }
    }
    found.extend(mails_on_two(&known));
    found.sort();
    found
}

/// The tag of the entry of a mail that came in, and whether the mail made the ticket.
fn mail(entry: &Entry) -> Option<(String, bool)> {
    let is_mail = entry.is_derived()
        && entry.attribute("direction") == Some("in")
        && entry.attribute("from").is_some();
    is_mail.then(|| (entry.tag.clone(), entry.kind == EntryKind::Created))
}

/// Mails that two clones put on two tickets, where one of them did not know the ticket or its state.
fn mails_on_two(known: &BTreeMap<TicketId, &Ties>) -> Vec<(TicketId, String)> {
    let mut on: BTreeMap<&str, Vec<(TicketId, bool)>> = BTreeMap::new();
    for (id, ties) in known {
        for (tag, made) in &ties.mails {
            on.entry(tag).or_default().push((*id, *made));
        }
    }
    let is_merged = |(id, _): &(TicketId, bool)| known[id].merged_into().is_some();
    let mut found = Vec::new();
    for all in on.values_mut().filter(|all| all.len() > 1) {
        all.retain(|one| !is_merged(one));
        // The ticket that the mail made goes into the one that it belongs to.
        all.sort_by_key(|(id, made)| (*made, *id));
        let Some(((into, _), rest)) = all.split_first() else {
            continue;
        };
        found.extend(rest.iter().map(|(id, _)| {
            let what = format!(
                "the mail is also on `{into}`: two clones took it in; \
                 `desk merge {id} --into {into}` makes the two one"
            );
            (*id, what)
        }));
    }
    found
}

/// The circles of one sort of link: of each, the ticket whose link was made last.
fn circles(known: &BTreeMap<TicketId, &Ties>, key: Key, words: &str) -> Vec<(TicketId, String)> {
    let next = |id: TicketId| {
        let links = &known.get(&id)?.links;
        links.iter().find(|link| link.0 == key)
    };
    // The walk on which each ticket was met first.
    let mut met: BTreeMap<TicketId, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (walk, &start) in known.keys().enumerate() {
        let mut at = start;
        while !met.contains_key(&at) {
            met.insert(at, walk);
            let Some(link) = next(at) else { break };
            at = link.1;
        }
        // Only a ticket of the same walk, met again, closes a circle.
        if met.get(&at) != Some(&walk) || next(at).is_none() {
            continue;
        }
        let mut circle = vec![at];
        while let Some(link) = next(circle[circle.len() - 1]).filter(|link| link.1 != at) {
            circle.push(link.1);
        }
        let later = |id: &TicketId| next(*id).map(|link| (link.2, *id));
        let Some(last) = circle.iter().copied().max_by_key(later) else {
            continue;
        };
        let (Some(link), [_, ..]) = (next(last), &circle[..]) else {
            continue;
        };
        let all: Vec<String> = circle.iter().map(|id| format!("`{id}`")).collect();
        found.push((
            last,
            format!(
                "{} are {words} each other in a circle; the last link, of `{last}` to `{}`, made {} by `{}`, does not count: `desk reopen {last}` takes it back",
                all.join(", "),
                link.1,
                link.2,
                link.3
            ),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ticket;

    fn ties(id: &str, front: &str, log: &str) -> Ties {
        let text = format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"x\"\n{front}created = 2026-11-21T09:00:00Z\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n{log}"
        );
        Ties::of(&ticket::read(id.parse().unwrap(), text).unwrap().ticket)
    }

    fn merged(id: &str, into: &str, hour: &str) -> Ties {
        let front = format!("status = \"merged\"\n\n[links]\nmerged_into = \"{into}\"\n");
        let front = front.replacen("\n\n[links]", "\n[links]", 1);
        let log = format!(
            "\n## 2026-11-21T{hour}:00:00Z anna merge ^bbbb\n\n- status: open -> merged\n- links.merged_into: (none) -> {into}\n"
        );
        let text = format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"x\"\ncreated = 2026-11-21T09:00:00Z\n{front}+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n{log}"
        );
        Ties::of(&ticket::read(id.parse().unwrap(), text).unwrap().ticket)
    }

    #[test]
    fn tickets_that_went_into_each_other_are_named_once_with_the_later_link() {
        let [a, b, c] = ["2611-AAAAA", "2611-BBBBB", "2611-CCCCC"];
        let found = findings(&[merged(a, b, "10"), merged(b, a, "11"), merged(c, a, "12")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0.as_str(), b);
        assert!(
            found[0]
                .1
                .contains("of `2611-BBBBB` to `2611-AAAAA`, made 2026-11-21T11"),
            "{found:?}"
        );
        let chain = [merged(a, b, "10"), merged(b, c, "11")];
        assert_eq!(findings(&chain), []);
    }

    #[test]
    fn an_open_ticket_is_named_that_was_not_told_of_its_orders_end() {
        let [order, ticket] = ["2611-DDDDD", "2611-EEEEE"];
        let done = ties(
            order,
            "status = \"resolved\"\n",
            "\n## 2026-11-21T12:00:00Z anna resolve ^bbbb\n\n- status: open -> resolved\n",
        );
        let hung = |log: &str| {
            let text = format!(
                "+++\nid = \"{ticket}\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n\n[links]\nwork_order = \"{order}\"\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n- links.work_order: {order}\n{log}"
            );
            Ties::of(&ticket::read(ticket.parse().unwrap(), text).unwrap().ticket)
        };
        let found = findings(&[done.clone(), hung("")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0.as_str(), ticket);
        let told = hung(&format!(
            "\n## 2026-11-21T12:00:00Z anna note ^cccc\n\n- order: {order}\n"
        ));
        assert_eq!(findings(&[done, told]), []);
    }
}
