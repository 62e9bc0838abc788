//! The log folded into the state that the front matter states.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::entry::{Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::ticket::Ticket;

/// What the tracked fields are after the whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Values, as written in the log; elements for lists.
    pub values: BTreeMap<Key, Value>,
    /// Oddities on the way.
    pub oddities: Vec<Oddity>,
}

/// Something in a log that two people at once, or a hand, left there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Two changes from one value: two people at once. Not an error.
    Fork {
        /// The field.
        key: Key,
        /// The later change's place in the log.
        at: usize,
        /// Whether nobody changed the field since.
        open: bool,
    },
    /// A change from a value that the field never held.
    NeverHeld {
        /// The field.
        key: Key,
        /// The change's place in the log.
        at: usize,
        /// The value that it claims.
        claimed: String,
    },
}

/// The value that a text in the log stands for.
pub fn read_value(kind: FieldKind, text: &str) -> Value {
    match kind {
        FieldKind::Moment | FieldKind::Date => text
            .parse()
            .map_or_else(|_| Value::Text(text.to_owned()), Value::Moment),
        _ => Value::Text(text.to_owned()),
    }
}

/// Folds a log, which is in order.
pub fn replay(log: &[Entry]) -> Folded {
    let mut folded = Folded::default();
    let mut held: BTreeMap<Key, BTreeSet<Option<String>>> = BTreeMap::new();
    let mut lists: BTreeMap<Key, Elements> = BTreeMap::new();
    // The places of the forks that nobody has settled, for all but the last of a field are.
    let mut forks: BTreeMap<Key, usize> = BTreeMap::new();
    for (at, entry) in log.iter().enumerate() {
        if entry.kind == EntryKind::Created {
            for (name, value) in &entry.attributes {
                if let Some(key) = tracked(name).filter(|key| !key.kind().is_list()) {
                    folded.values.insert(key, read_value(key.kind(), value));
                    held.entry(key).or_default().insert(Some(value.clone()));
                }
            }
        }
        for change in &entry.changes {
            let Some(key) = tracked(&change.field) else {
                continue;
            };
            match &change.how {
                How::Elements { added, removed } => {
                    let all = lists
                        .entry(key)
                        .or_insert_with(|| Elements::of(folded.values.remove(&key)));
                    for one in removed {
                        all.remove(one);
                    }
                    for one in added {
                        all.add(one);
                    }
                }
                How::Set { old, new } => {
                    if let Some(list) = lists.remove(&key).and_then(|list| list.value()) {
                        folded.values.insert(key, list);
                    }
                    let current = folded.values.get(&key).map(ToString::to_string);
                    let held = held.entry(key).or_default();
                    held.insert(current.clone());
                    let canonical = old
                        .as_deref()
                        .map(|old| read_value(key.kind(), old).to_string());
                    if let Some(fork) = forks.remove(&key) {
                        close(&mut folded.oddities[fork]);
                    }
                    if canonical != current {
                        let oddity = if held.contains(&canonical) || canonical.is_none() {
                            forks.insert(key, folded.oddities.len());
                            Oddity::Fork {
                                key,
                                at,
                                open: true,
                            }
                        } else {
                            Oddity::NeverHeld {
                                key,
                                at,
                                claimed: canonical.unwrap_or_default(),
                            }
                        };
                        folded.oddities.push(oddity);
                    }
                    match new {
                        Some(new) => folded.values.insert(key, read_value(key.kind(), new)),
                        None => folded.values.remove(&key),
                    };
                    held.insert(new.clone());
                }
            }
        }
    }
    for (key, list) in lists {
        if let Some(list) = list.value() {
            folded.values.insert(key, list);
        }
    }
    folded
}

fn close(oddity: &mut Oddity) {
    if let Oddity::Fork { open, .. } = oddity {
        *open = false;
    }
}

/// The elements of a list while a log is folded: in the order in which they came, and found by
/// what they are, for a log may add thousands one by one.
#[derive(Debug, Default)]
pub(in crate::rules) struct Elements {
    in_order: BTreeMap<usize, String>,
    places: HashMap<String, usize>,
    /// The place of the next.
    next: usize,
}

impl Elements {
    pub(in crate::rules) fn of(value: Option<Value>) -> Self {
        let mut all = Self::default();
        for one in value.map(|value| value.elements()).unwrap_or_default() {
            all.add(&one);
        }
        all
    }

    pub(in crate::rules) fn add(&mut self, one: &str) {
        if !self.places.contains_key(one) {
            self.places.insert(one.to_owned(), self.next);
            self.in_order.insert(self.next, one.to_owned());
            self.next += 1;
        }
    }

    pub(in crate::rules) fn remove(&mut self, one: &str) {
        if let Some(place) = self.places.remove(one) {
            self.in_order.remove(&place);
        }
    }

    pub(in crate::rules) fn has(&self, one: &str) -> bool {
        self.places.contains_key(one)
    }

    /// The list, if there is anything in it.
    pub(in crate::rules) fn value(&self) -> Option<Value> {
        let all: Vec<String> = self.in_order.values().cloned().collect();
        (!all.is_empty()).then_some(Value::List(all))
    }
}

fn tracked(path: &str) -> Option<Key> {
    Key::find(path).filter(|key| key.is_tracked())
}

/// A tracked field whose front matter is not what the log folds to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub key: Key,
    /// What the log folds to.
    pub folded: Option<Value>,
    /// What the front matter says.
    pub stated: Option<Value>,
}

/// Where front matter and log differ, in the order of the keys.
pub fn differences(ticket: &Ticket) -> Vec<Difference> {
    let folded = replay(&ticket.log).values;
    Key::tracked()
        .filter_map(|key| {
            let stated = ticket
                .get(key)
                .filter(|value| **value != Value::List(Vec::new()));
            let replayed = folded.get(&key);
            let same = match (stated, replayed) {
                (Some(Value::List(a)), Some(Value::List(b))) => {
                    a.iter().collect::<BTreeSet<_>>() == b.iter().collect()
                }
                (a, b) => a.map(ToString::to_string) == b.map(ToString::to_string),
            };
            (!same).then(|| Difference {
                key,
                folded: replayed.cloned(),
                stated: stated.cloned(),
            })
        })
        .collect()
}

/// How a field changes from one value to another; lists by element. `None`: not at all.
pub fn how(old: Option<&Value>, new: Option<&Value>, kind: FieldKind) -> Option<How> {
    if kind.is_list() {
        let all = |value: Option<&Value>| value.map(Value::elements).unwrap_or_default();
        let (old, new) = (all(old), all(new));
        let without = |these: &[String], those: &[String]| -> Vec<String> {
            let those: HashSet<&String> = those.iter().collect();
            let left = these.iter().filter(|one| !those.contains(one));
            left.cloned().collect()
        };
        let (added, removed) = (without(&new, &old), without(&old, &new));
        return (!added.is_empty() || !removed.is_empty())
            .then_some(How::Elements { added, removed });
    }
    let text = |value: Option<&Value>| value.map(ToString::to_string);
    let (old, new) = (text(old), text(new));
    (old != new).then_some(How::Set { old, new })
}

/// Whether two people changed one field at once and nobody has settled it since.
pub fn has_conflict(ticket: &Ticket) -> bool {
    replay(&ticket.log)
        .oddities
        .iter()
        .any(|oddity| matches!(oddity, Oddity::Fork { open: true, .. }))
}

/// The first values of the tracked fields, as a `created` entry tells them.
pub fn first_values(ticket: &Ticket) -> (Vec<(String, String)>, Vec<crate::model::entry::Change>) {
    let (mut attributes, mut changes) = (Vec::new(), Vec::new());
    for key in Key::tracked() {
        let Some(value) = ticket.get(key) else {
            continue;
        };
        if key.kind().is_list() {
            if let Some(how) = how(None, Some(value), key.kind()) {
                changes.push(crate::model::entry::Change {
                    field: Field::Known(key).to_string(),
                    how,
                });
            }
        } else {
            attributes.push((key.path().to_owned(), value.to_string()));
        }
    }
    (attributes, changes)
}
