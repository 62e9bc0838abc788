//! What a hand changed in a ticket file beside the fields: the description, and entries of the log.

use std::collections::BTreeMap;

use crate::model::entry::Entry;
use crate::page::ticket::TicketPage;
use crate::page::{log, ticket};

/// What differs between two versions of a ticket file, beside its fields. Entries are named by
/// time, agent and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManualChanges {
    /// Whether the description is another.
    pub description: bool,
    /// Entries that are gone.
    pub removed: Vec<String>,
    /// Entries that say another thing of what happened: other attributes or changes.
    pub altered: Vec<String>,
    /// Entries with other words.
    pub reworded: Vec<String>,
    /// Entries that were not there.
    pub added: Vec<String>,
    /// Whether the front matter differs in something else than its fields.
    pub front: bool,
}

/// Compares a page with what stood in its file before, whether or not that can be read.
pub fn of(before: &str, page: &TicketPage) -> ManualChanges {
    let old = ticket::read(page.ticket.id, before.to_owned()).ok();
    let (description, entries) = if let Some(old) = &old {
        (old.ticket.description.clone(), old.entries.clone())
    } else {
        let body = log::read(before, 0);
        (page.ticket.description.clone(), body.entries)
    };
    let mut revised = ManualChanges {
        description: description != page.ticket.description,
        front: old.is_some_and(|old| {
            old.ticket.values == page.ticket.values
                && old.text[old.parts.front.clone()] != page.text[page.parts.front.clone()]
        }),
        ..ManualChanges::default()
    };
    let mut now: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for logged in &page.entries {
        let entry = &logged.entry;
        now.entry(entry.heading()).or_default().push(entry);
    }
    let mut fresh: Vec<&Entry> = Vec::new();
    let mut gone = Vec::new();
    for old in &entries {
        let found = now.get_mut(&old.entry.heading()).and_then(|same| {
            let exact = same.iter().position(|entry| **entry == old.entry);
            (!same.is_empty()).then(|| same.remove(exact.unwrap_or(0)))
        });
        match found {
            None => gone.push(old),
            Some(new) if facts(new) != facts(&old.entry) => revised.altered.push(name(new)),
            Some(new) if new.text != old.entry.text => revised.reworded.push(name(new)),
            Some(_) => {}
        }
    }
    fresh.extend(now.into_values().flatten());
    for old in gone {
        // A heading that lacked something is completed by hand.
        let whole = |new: &&Entry| facts(new) == facts(&old.entry) && new.text == old.entry.text;
        match fresh
            .iter()
            .position(|new| old.sketch.is_some() && whole(new))
        {
            Some(at) => drop(fresh.remove(at)),
            None => revised.removed.push(name(&old.entry)),
        }
    }
    fresh.sort_by_key(|entry| entry.at);
    revised.added = fresh.into_iter().map(name).collect();
    revised
}

fn facts(entry: &Entry) -> (&[(String, String)], &[crate::model::entry::Change]) {
    (&entry.attributes, &entry.changes)
}

fn name(entry: &Entry) -> String {
    format!("{} {} {}", entry.at, entry.by, entry.kind)
}

impl ManualChanges {
    /// What the log would no longer say, a phrase for each entry.
    pub fn lost(&self) -> Vec<String> {
        let removed = self.removed.iter().map(|name| format!("the entry {name}"));
        let altered = self.altered.iter().map(|name| format!("facts of {name}"));
        removed.chain(altered).collect()
    }

    /// What was changed, a phrase for each.
    pub fn reported(&self) -> Vec<String> {
        let mut reported = Vec::new();
        if self.description {
            reported.push("description changed".to_owned());
        }
        if self.front {
            reported.push("front matter changed, no field of it".to_owned());
        }
        for (names, what) in [
            (&self.removed, "entry removed"),
            (&self.altered, "facts of an entry changed"),
            (&self.reworded, "words of an entry changed"),
            (&self.added, "entry added"),
        ] {
            reported.extend(names.iter().map(|name| format!("{what}: {name}")));
        }
        reported
    }
}
