//! A ticket of the model: its first values and a log, from which all that it is follows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

/// Front matter: `links.relates` is the key of a table's.
pub(crate) type Values = BTreeMap<String, Json>;

/// Why a command is refused.
pub(crate) type Refusal = String;

/// Lists; all other fields have one value.
pub(super) const LISTS: [&str; 4] = ["tags", "watchers", "links.relates", "links.same_contact"];

/// What ends with waiting.
pub(super) const OF_PENDING: [&str; 2] = ["waiting_on", "until"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) by: String,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    /// By field: elements added and removed, or the old value and the new one.
    pub(crate) changes: BTreeMap<String, (Json, Json)>,
    /// The entry that it takes back.
    pub(super) of: Option<usize>,
    /// The order that it follows.
    pub(super) order: Option<usize>,
    /// Whether the requester is to be told.
    pub(super) tell: bool,
    /// Whether desk and requester were in touch.
    pub(super) talk: bool,
    /// Since when somebody was silent of whom it reminds.
    pub(super) silent: Option<i64>,
    /// Whether there is more to write than changes and text.
    pub(super) facts: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) first: Values,
    pub(crate) log: Vec<Entry>,
    /// Whether the first values are all there are, or what the program may fill in is missing.
    pub(crate) whole: bool,
}

impl Ticket {
    /// The places of entries that are taken back.
    pub(crate) fn undone(&self) -> BTreeSet<usize> {
        let mut undone = BTreeSet::new();
        for (at, entry) in self.log.iter().enumerate().rev() {
            if !undone.contains(&at)
                && let Some(of) = entry.of
            {
                undone.insert(of);
            }
        }
        undone
    }

    pub(super) fn live(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let undone = self.undone();
        let all = self.log.iter().enumerate();
        all.filter(move |(at, entry)| !undone.contains(at) && entry.of.is_none())
            .map(|(_, entry)| entry)
    }

    /// What the log makes of the first values.
    pub(crate) fn values(&self) -> Values {
        let mut values = self.first.clone();
        for entry in self.live() {
            for (field, (old, new)) in &entry.changes {
                let value = if LISTS.contains(&field.as_str()) {
                    let mut all = elements(&values, field);
                    all.retain(|one| !texts(new).contains(one));
                    all.extend(
                        texts(old)
                            .into_iter()
                            .filter(|one| !all.contains(one))
                            .collect::<Vec<_>>(),
                    );
                    if all.is_empty() {
                        Json::Null
                    } else {
                        json!(all)
                    }
                } else {
                    new.clone()
                };
                put(&mut values, field, value);
            }
            if values["status"] != "pending" {
                values.retain(|field, _| !OF_PENDING.contains(&field.as_str()));
            }
        }
        values
    }

    pub(super) fn text(&self, field: &str) -> String {
        let value = self.values().remove(field);
        value
            .and_then(|value| Some(value.as_str()?.to_owned()))
            .unwrap_or_default()
    }

    pub(crate) fn status(&self) -> String {
        self.text("status")
    }

    pub(crate) fn is_open(&self) -> bool {
        ["new", "open", "pending"].contains(&self.status().as_str())
    }

    pub(super) fn is_order(&self) -> bool {
        self.text("type") == "work-order"
    }

    /// The last entry that moved the ticket to where it is.
    pub(super) fn stand(&self) -> &Entry {
        let moves = |entry: &&Entry| {
            let fields = ["status", "waiting_on", "until"];
            entry.kind == "created"
                || fields
                    .iter()
                    .any(|field| entry.changes.contains_key(*field))
        };
        self.live().rev().find(moves).unwrap()
    }

    pub(super) fn talked(&self) -> i64 {
        let talks = self.live().filter(|entry| entry.talk).map(|entry| entry.at);
        talks.max().unwrap_or(0).max(self.stand().at)
    }

    /// Whether somebody is still to tell the requester that it is solved.
    pub(super) fn is_to_tell(&self) -> bool {
        let step = |tell: bool, entry: &Entry| {
            let moved = entry.changes.contains_key("status");
            (entry.tell && moved) || (tell && !moved && !(entry.kind == "contact" && entry.talk))
        };
        self.live().fold(false, step) && self.status() == "resolved"
    }

    pub(super) fn resolved_at(&self) -> Option<i64> {
        let moved = |entry: &&Entry| {
            entry
                .changes
                .get("status")
                .is_some_and(|(_, new)| new == "resolved")
        };
        self.live().rev().find(moved).map(|entry| entry.at)
    }
}

pub(super) fn texts(value: &Json) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one.as_str()?.to_owned()))
        .collect()
}

pub(super) fn elements(values: &Values, field: &str) -> Vec<String> {
    values.get(field).map(texts).unwrap_or_default()
}

pub(super) fn put(values: &mut Values, field: &str, value: Json) {
    if value.is_null() {
        values.remove(field);
    } else {
        values.insert(field.to_owned(), value);
    }
}

/// What differs, as an entry says it.
pub(super) fn changes(old: &Values, new: &Values) -> BTreeMap<String, (Json, Json)> {
    let fields: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut all = BTreeMap::new();
    for field in fields {
        let (a, b) = (old.get(field), new.get(field));
        let change = if LISTS.contains(&field.as_str()) {
            let (a, b) = (elements(old, field), elements(new, field));
            let without = |these: &[String], those: &[String]| -> Vec<String> {
                these
                    .iter()
                    .filter(|one| !those.contains(one))
                    .cloned()
                    .collect()
            };
            (without(&b, &a), without(&a, &b))
        } else if a == b {
            continue;
        } else {
            let value = |value: Option<&Json>| value.cloned().unwrap_or_default();
            all.insert(field.clone(), (value(a), value(b)));
            continue;
        };
        if change != (Vec::new(), Vec::new()) {
            all.insert(field.clone(), (json!(change.0), json!(change.1)));
        }
    }
    all
}

/// A moment as files have it.
pub(crate) fn moment(millis: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(millis).unwrap();
    let form = if millis % 1_000 == 0 {
        "%Y-%m-%dT%H:%M:%SZ"
    } else {
        "%Y-%m-%dT%H:%M:%S%.3fZ"
    };
    at.format(form).to_string()
}

pub(super) fn read(text: &str) -> i64 {
    let at: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
    at.timestamp_millis()
}
