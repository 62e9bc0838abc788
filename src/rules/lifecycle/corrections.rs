//! In which order the entries of a log count, and what entries about other entries do to them.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::model::entry::Entry;
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
    match entry.kind.as_str() {
        "undo" => true,
        "import" => entry.attribute("of").is_some(),
        _ => false,
    }
}

/// What entries about other entries do to the fold (the file format, "Entries about entries").
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// The places of the entries whose changes an `undo`, that no later one undoes, takes out.
    pub undone: HashSet<usize>,
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
            if out.undone.contains(&at) || !is_about_others(entry) {
                continue;
            }
            let about = entry.attributes.iter().filter(|(key, _)| key == "of");
            for place in about.filter_map(|(_, of)| places.get(of)).flatten() {
                if entry.kind.as_str() == "undo" {
                    out.undone.insert(*place);
                } else {
                    out.corrected.entry(*place).or_insert(at);
                }
            }
        }
        out.corrected.retain(|_, by| !log[*by].changes.is_empty());
        out
    }

    /// The place of the entry that says what the one at a place changed: itself, or its correction.
    pub fn of_place(&self, at: usize) -> usize {
        self.corrected.get(&at).copied().unwrap_or(at)
    }
}
