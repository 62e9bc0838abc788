//! In which order the entries of a log count, and what entries about other entries do to them.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;

/// The places of a log's entries in the order in which they fold: `created` first wherever it
/// stands, then by time, then by the heading's bytes (the file format's order).
pub fn order(log: &[Entry]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..log.len()).collect();
    let sorted = log.is_sorted_by(|a, b| a.at < b.at || a.at == b.at && a.heading() <= b.heading());
    if !sorted {
        places.sort_by_cached_key(|at| (log[*at].at, log[*at].heading()));
    }
    places.sort_by_key(|at| log[*at].kind != EntryKind::Created);
    places
}

/// Whether an entry folds nothing itself, since it takes back or corrects another.
pub fn is_about_others(entry: &Entry) -> bool {
    entry.kind == EntryKind::Undo
        || entry.kind.as_str() == "import" && entry.attribute(OF).is_some()
}

/// What entries about other entries do to the fold (the file format, "Entries about entries").
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// For the place of an entry that of the `undo`, which no later one undoes, that takes it back.
    undone: HashMap<usize, usize>,
    /// For the place of an entry that of the last `import` about it, which gives it its changes.
    corrected: HashMap<usize, usize>,
}

impl Corrections {
    /// What a log says of its own entries.
    pub fn of(log: &[Entry]) -> Self {
        let mut out = Self::default();
        if !log.iter().any(is_about_others) {
            return out;
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in log.iter().enumerate() {
            places.entry(entry.identity()).or_default().push(at);
        }
        let mut last_first: Vec<usize> = (0..log.len()).collect();
        last_first.sort_by_cached_key(|at| Reverse((log[*at].at, log[*at].heading())));
        for at in last_first {
            let entry = &log[at];
            if out.undone.contains_key(&at) || !is_about_others(entry) {
                continue;
            }
            let about = entry.attributes.iter().filter(|(key, _)| key == OF);
            for place in about.filter_map(|(_, of)| places.get(of)).flatten() {
                if entry.kind == EntryKind::Undo {
                    out.undone.entry(*place).or_insert(at);
                } else {
                    out.corrected.entry(*place).or_insert(at);
                }
            }
        }
        out.undone
            .retain(|place, _| log[*place].kind != EntryKind::Created);
        out.corrected.retain(|_, by| !log[*by].changes.is_empty());
        out
    }

    /// The place of the entry that says what the one at a place changed: itself, or its correction.
    pub fn of_place(&self, at: usize) -> usize {
        self.corrected.get(&at).copied().unwrap_or(at)
    }

    /// The place of the `undo` that takes back the entry at a place; `None` for one that counts.
    /// `created` always counts.
    pub fn undone_by(&self, at: usize) -> Option<usize> {
        self.undone.get(&at).copied()
    }

    /// Whether the entry at a place is taken back.
    pub fn is_undone(&self, at: usize) -> bool {
        self.undone.contains_key(&at)
    }
}

/// The entries of a log that count, in its order: neither those that are taken back, nor the `undo`
/// entries, so that a log says what it said before a command that was undone.
pub fn standing(log: &[Entry]) -> Vec<&Entry> {
    let mut all = not_undone(log);
    all.retain(|entry| entry.kind != EntryKind::Undo);
    all
}

/// The entries of a log that are not taken back, in its order; whose texts are said. The changes of an
/// `undo` are for readers.
pub fn not_undone(log: &[Entry]) -> Vec<&Entry> {
    let corrections = Corrections::of(log);
    let all = log.iter().enumerate();
    all.filter(|(at, _)| !corrections.is_undone(*at))
        .map(|(_, entry)| entry)
        .collect()
}
