//! In which order the entries of a log count, and what entries about other entries do to them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Deref;

use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;

/// The attribute of a correction that says when the entry that it names happened.
pub const AT: &str = "at";

/// The attribute of a correction that says who made the entry that it names.
pub const BY: &str = "by";

/// The attribute of a correction, without a value, that says that the entry changes nothing.
pub const CHANGES: &str = "changes";

/// The attribute of a correction, without a value, that says that the entry has no text.
pub const TEXT: &str = "text";

/// The attribute of a correction that says why it was made.
pub const REASON: &str = "reason";

/// The value of an attribute of a correction that takes the entry's away; an empty one does, too.
pub const NONE: &str = "(none)";

/// What stands in the place of a text that was redacted.
const REDACTED: &str = "(redacted)";

fn is_none(value: &str) -> bool {
    value.is_empty() || value == NONE
}

/// The attributes of a correction that are no attributes of the entry that it names.
const OWN: [&str; 6] = [OF, AT, BY, CHANGES, TEXT, REASON];

/// The places of a log's entries in the order in which they fold: `created` first wherever it
/// stands, then by time, then by the heading's bytes (the file format's order). A corrected entry
/// stands at its corrected time.
pub fn order(log: &[Entry]) -> Vec<usize> {
    Corrections::of(log).order(log)
}

/// Whether an entry folds nothing itself, since it takes back or corrects another.
pub fn is_about_others(entry: &Entry) -> bool {
    entry.kind == EntryKind::Undo || is_correction(entry)
}

/// Whether an entry says how another of an import is to be read.
pub fn is_correction(entry: &Entry) -> bool {
    entry.kind == EntryKind::Import && entry.attribute(OF).is_some()
}

/// What entries about other entries do to the fold (the file format, "Entries about entries").
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// For the place of an entry that of the `undo`, which no later one undoes, that takes it back.
    undone: HashMap<usize, usize>,
    /// For the place of an entry that of the last `import` about it, as which it is read.
    corrected: HashMap<usize, usize>,
    /// The places of those of them that say what their entry changed.
    changing: HashMap<usize, usize>,
    /// The corrected times.
    times: HashMap<usize, Moment>,
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
        for (place, by) in &out.corrected {
            let by_entry = &log[*by];
            if !by_entry.changes.is_empty() || by_entry.attribute(CHANGES).is_some_and(is_none) {
                out.changing.insert(*place, *by);
            }
            if let Some(time) = corrected_time(by_entry) {
                out.times.insert(*place, time);
            }
        }
        out
    }

    /// The order of a log's entries, see [`order`].
    pub fn order(&self, log: &[Entry]) -> Vec<usize> {
        let mut places = self.by_time(log);
        places.sort_by_key(|at| log[*at].kind != EntryKind::Created);
        places
    }

    /// The places of a log's entries by corrected time, then heading.
    fn by_time(&self, log: &[Entry]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..log.len()).collect();
        let before =
            |a: &Entry, b: &Entry| a.at < b.at || a.at == b.at && a.heading() <= b.heading();
        if !self.times.is_empty() || !log.is_sorted_by(before) {
            places.sort_by_cached_key(|at| (self.time(log, *at), log[*at].heading()));
        }
        places
    }

    /// The time of the entry at a place: that of its heading, or what its correction says.
    fn time(&self, log: &[Entry], at: usize) -> Moment {
        self.times.get(&at).copied().unwrap_or(log[at].at)
    }

    /// The place of the entry that says what the one at a place changed: itself, or its correction.
    pub fn of_place(&self, at: usize) -> usize {
        self.changing.get(&at).copied().unwrap_or(at)
    }

    /// The place of the correction as which the entry at a place is read.
    pub fn corrected_by(&self, at: usize) -> Option<usize> {
        self.corrected.get(&at).copied()
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

fn corrected_time(correction: &Entry) -> Option<Moment> {
    correction.attribute(AT)?.parse().ok()
}

/// An entry as its correction says that it is to be read: what the correction does not speak of is
/// the entry's own.
pub fn reading(entry: &Entry, correction: &Entry) -> Entry {
    let mut read = entry.clone();
    if let Some(at) = corrected_time(correction) {
        read.at = at;
    }
    if let Some(by) = correction.attribute(BY).and_then(|by| by.parse().ok()) {
        read.by = by;
    }
    let says = |(key, _): &&(String, String)| !OWN.contains(&key.as_str());
    let said: Vec<&(String, String)> = correction.attributes.iter().filter(says).collect();
    for (key, _) in &said {
        read.attributes.retain(|(own, _)| own != key);
    }
    let given = said.into_iter().filter(|(_, value)| !is_none(value));
    let names: Vec<&String> = entry.attributes.iter().map(|(key, _)| key).collect();
    for one in given {
        // In the entry's own order, new ones at the end.
        let rank = |key: &String| names.iter().position(|name| *name == key);
        let own = rank(&one.0).unwrap_or(usize::MAX);
        let behind = |(key, _): &(String, String)| rank(key).unwrap_or(usize::MAX) > own;
        let place = read.attributes.iter().position(behind);
        let place = place.unwrap_or(read.attributes.len());
        read.attributes.insert(place, one.clone());
    }
    if !correction.changes.is_empty() {
        read.changes.clone_from(&correction.changes);
    } else if correction.attribute(CHANGES).is_some_and(is_none) {
        read.changes.clear();
    }
    if entry.text == REDACTED {
        // What was taken out stays out.
    } else if !correction.text.is_empty() {
        read.text.clone_from(&correction.text);
    } else if correction.attribute(TEXT).is_some_and(is_none) {
        read.text.clear();
    }
    read
}

/// A log as it is read: each entry that an import corrected as the correction says, at its time, and
/// without the corrections. What was taken back is in it.
#[derive(Clone, Debug)]
pub struct ReadLog<'l> {
    read: Cow<'l, [Entry]>,
    /// For the place of an entry that is corrected the entry as it was written and its correction.
    corrected: HashMap<usize, (&'l Entry, &'l Entry)>,
}

impl<'l> ReadLog<'l> {
    /// How a log is read.
    pub fn of(log: &'l [Entry]) -> Self {
        let mut corrected = HashMap::new();
        if !log.iter().any(is_correction) {
            let read = Cow::Borrowed(log);
            return Self { read, corrected };
        }
        let corrections = Corrections::of(log);
        let mut read = Vec::with_capacity(log.len());
        let places = corrections.by_time(log).into_iter();
        for at in places.filter(|at| !is_correction(&log[*at])) {
            let entry = &log[at];
            if let Some(by) = corrections.corrected_by(at).map(|by| &log[by]) {
                corrected.insert(read.len(), (entry, by));
                read.push(reading(entry, by));
            } else {
                read.push(entry.clone());
            }
        }
        let read = Cow::Owned(read);
        Self { read, corrected }
    }

    /// The entry at a place as it was written, and its correction, where it is read as that says.
    pub fn correction(&self, place: usize) -> Option<(&'l Entry, &'l Entry)> {
        self.corrected.get(&place).copied()
    }
}

impl Deref for ReadLog<'_> {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.read
    }
}

/// The entries of a log that count, in its order: neither those that are taken back, nor the `undo`
/// entries, so that a log says what it said before a command that was undone.
pub fn standing<'r>(log: &'r ReadLog<'_>) -> Vec<&'r Entry> {
    let mut all = not_undone(log);
    all.retain(|entry| entry.kind != EntryKind::Undo);
    all
}

/// The entries of a log that are not taken back, in its order; whose texts are said. The changes of an
/// `undo` are for readers.
pub fn not_undone<'r>(log: &'r ReadLog<'_>) -> Vec<&'r Entry> {
    let corrections = Corrections::of(log);
    let all = log.iter().enumerate();
    all.filter(|(at, _)| !corrections.is_undone(*at))
        .map(|(_, entry)| entry)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry::Change;

    fn entry(minute: u32, kind: &str, attributes: &[(&str, &str)], text: &str) -> Entry {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Entry {
            at: format!("2019-03-04T09:{minute:02}:00Z").parse().unwrap(),
            by: "desk".parse().unwrap(),
            kind: kind.into(),
            tag: format!("aaaabb{minute:02}"),
            attributes: attributes.iter().map(owned).collect(),
            changes: Vec::new(),
            text: text.to_owned(),
        }
    }

    fn log() -> Vec<Entry> {
        let source = ("source", "old");
        let mut first = entry(1, "update", &[source, ("unknown-status", "Wartet")], "One.");
        first.changes = vec![Change::set("queue", Some("a"), Some("b"))];
        vec![
            entry(0, "created", &[source], ""),
            first,
            entry(2, "update", &[source, ("activity", "call")], "Two."),
        ]
    }

    #[test]
    fn an_entry_is_read_as_its_last_correction_says_and_the_rest_is_its_own() {
        let mut log = log();
        let of = ("of", "update ^aaaabb01");
        log.push(entry(
            10,
            "import",
            &[of, ("at", "2019-04-03T09:00:00Z")],
            "",
        ));
        let gone = [
            of,
            ("unknown-status", "(none)"),
            ("changes", "(none)"),
            ("by", "bo"),
            ("reason", "x"),
        ];
        log.push(entry(11, "import", &gone, "Un."));
        let read = ReadLog::of(&log);
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].by.as_str(), "bo");
        assert_eq!(
            read[1].attributes,
            [("source".to_owned(), "old".to_owned())]
        );
        assert!(read[1].changes.is_empty());
        // The last one says nothing of the time.
        assert_eq!(read[1].at, log[1].at);
        assert_eq!(read[1].text, "Un.");
        // An undo of it lets the one before hold, which moves the entry behind the other.
        log.push(entry(12, "undo", &[("of", "import ^aaaabb11")], ""));
        let read = ReadLog::of(&log);
        let texts: Vec<&str> = read.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["", "Two.", "", "One."]);
        assert_eq!(read[3].changes, log[1].changes);
        assert_eq!(order(&log)[..3], [0, 2, 3]);
    }

    #[test]
    fn entries_fold_by_time_then_heading_however_they_stand() {
        let sorted = [
            entry(1, "note", &[], "a"),
            entry(2, "contact", &[], "b"),
            entry(2, "note", &[], "c"),
        ];
        for places in [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ] {
            let log: Vec<Entry> = places.iter().map(|at| sorted[*at].clone()).collect();
            let order = order(&log).into_iter();
            let texts: String = order.map(|at| log[at].text.as_str()).collect();
            assert_eq!(texts, "abc", "{places:?}");
        }
        let at_once = [sorted[2].clone(), sorted[1].clone()];
        assert_eq!(order(&at_once), [1, 0]);
        // `created` comes first, whatever its time says.
        let late = [entry(1, "note", &[], ""), entry(9, "created", &[], "")];
        assert_eq!(order(&late), [1, 0]);
    }

    #[test]
    fn a_correction_says_what_it_says_in_the_entrys_own_order() {
        let update = |attributes, text| entry(1, "update", attributes, text);
        let own = update(&[("a", "1"), ("b", "2"), ("c", "3")], "One.");
        let said = |attributes: &[(&str, &str)], text: &str| -> (Vec<String>, String) {
            let read = reading(&own, &entry(2, "import", attributes, text));
            let all = read.attributes.iter();
            let all = all.map(|(key, value)| format!("{key}={value}")).collect();
            (all, read.text)
        };
        let of = ("of", "update ^aaaabb01");
        let (all, text) = said(&[of, ("d", "5"), ("b", "4"), ("reason", "x")], "");
        assert_eq!(
            (all.join(" ").as_str(), text.as_str()),
            ("a=1 b=4 c=3 d=5", "One.")
        );
        let (all, text) = said(&[of, ("a", ""), ("c", "(none)"), ("text", "(none)")], "");
        assert_eq!((all.join(" ").as_str(), text.as_str()), ("b=2", ""));
        let (all, text) = said(&[of, ("a", "6"), ("b", "7"), ("c", "8")], "Two.");
        assert_eq!(
            (all.join(" ").as_str(), text.as_str()),
            ("a=6 b=7 c=8", "Two.")
        );
        let (all, _) = said(&[of, ("b", "4"), ("b", "5")], "");
        assert_eq!(all.join(" "), "a=1 b=4 b=5 c=3");
        let out = update(&[], "(redacted)");
        let read = reading(&out, &entry(2, "import", &[of], "Again."));
        assert_eq!(read.text, "(redacted)");
    }

    #[test]
    fn what_is_taken_back_does_not_stand_and_its_undo_is_named() {
        let mut log = log();
        log.push(entry(
            10,
            "import",
            &[("of", "update ^aaaabb02"), ("by", "bo")],
            "",
        ));
        log.push(entry(
            11,
            "undo",
            &[("of", "update ^aaaabb01")],
            "Wrong one.",
        ));
        let corrections = Corrections::of(&log);
        let by: Vec<Option<usize>> = (0..5).map(|at| corrections.undone_by(at)).collect();
        assert_eq!(by, [None, Some(4), None, None, None]);
        let read = ReadLog::of(&log);
        let tags = |all: Vec<&Entry>| -> Vec<String> {
            all.iter().map(|one| one.tag[6..].to_owned()).collect()
        };
        assert_eq!(tags(standing(&read)), ["00", "02"]);
        assert_eq!(tags(not_undone(&read)), ["00", "02", "11"]);
        assert!(read.correction(1).is_none());
        let (entry, correction) = read.correction(2).unwrap();
        assert_eq!(
            (entry.tag.as_str(), correction.tag.as_str()),
            ("aaaabb02", "aaaabb10")
        );
        assert_eq!(read[2].by.as_str(), "bo");
    }
}
