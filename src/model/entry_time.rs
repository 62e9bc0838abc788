//! When entries count: headings order a log, and some tell a time that was wrong.

use std::collections::HashMap;

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry::{Entry, OF};
use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;

/// The attribute by which an entry tells its writer's own time, where the log was ahead of it.
pub const CLOCK: &str = "clock";

/// The attribute of a `redate` entry: when the other happened.
pub const TIME: &str = "time";

/// The effective time of each entry of a log, which is in order: its own, and never before that of
/// the entry before it that counts.
pub fn effective(log: &ReadLog<'_>) -> Vec<Moment> {
    let corrections = Corrections::of(log);
    let mut times = own_of(log, &corrections);
    let mut before: Option<Moment> = None;
    for (place, at) in times.iter_mut().enumerate() {
        *at = before.map_or(*at, |before| before.max(*at));
        if !corrections.is_undone(place) {
            before = Some(*at);
        }
    }
    times
}

/// The entries of a log that count, each with its effective time.
pub fn counting<'r>(log: &'r ReadLog<'_>) -> Vec<(&'r Entry, Moment)> {
    let corrections = Corrections::of(log);
    let timed = log.iter().zip(effective(log)).enumerate();
    timed
        .filter(|(at, (entry, _))| entry.kind != EntryKind::Undo && !corrections.is_undone(*at))
        .map(|(_, timed)| timed)
        .collect()
}

/// The own time of each entry, whatever stands before it: its last `redate`, else its `clock`, else
/// its heading.
pub fn own(log: &[Entry]) -> Vec<Moment> {
    own_of(log, &Corrections::of(log))
}

fn own_of(log: &[Entry], corrections: &Corrections) -> Vec<Moment> {
    let mut redated: HashMap<&str, Moment> = HashMap::new();
    let redates = |(at, entry): &(usize, &Entry)| {
        entry.kind == EntryKind::Redate && !corrections.is_undone(*at)
    };
    for (_, entry) in log.iter().enumerate().filter(redates) {
        if let (Some(of), Some(at)) = (entry.attribute(OF), time(entry, TIME)) {
            redated.insert(of, at);
        }
    }
    let own = |entry: &Entry| {
        let corrected = if redated.is_empty() {
            None
        } else {
            redated.get(entry.identity().as_str()).copied()
        };
        corrected.or_else(|| time(entry, CLOCK)).unwrap_or(entry.at)
    };
    log.iter().map(own).collect()
}

/// A sweep's entry names a clock by its kind under the same key.
fn time(entry: &Entry, key: &str) -> Option<Moment> {
    entry.attribute(key)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: &str, kind: EntryKind, attributes: &[(&str, &str)]) -> Entry {
        let attributes = attributes
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Entry {
            at: at.parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind,
            tag: "aaaa".to_owned(),
            attributes: attributes.collect(),
            changes: Vec::new(),
            text: String::new(),
        }
    }

    fn times(log: &[Entry]) -> Vec<String> {
        effective(&ReadLog::of(log))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_note_of_tomorrow_is_put_right_for_all_that_came_after_it() {
        let tomorrow = "2026-11-22T09:00:00Z";
        let mut log = vec![
            entry("2026-11-21T09:00:00Z", EntryKind::Created, &[]),
            entry(tomorrow, EntryKind::Note, &[]),
            entry(
                "2026-11-22T09:00:00.001Z",
                EntryKind::Contact,
                &[(CLOCK, "2026-11-21T09:05:00Z")],
            ),
        ];
        // Whose clock was wrong, nobody has said yet.
        assert_eq!(times(&log)[1..], [tomorrow, tomorrow]);
        let of = log[1].identity();
        assert_eq!(of, format!("{tomorrow} anna note ^aaaa"));
        let redate = entry(
            "2026-11-22T09:00:00.002Z",
            EntryKind::Redate,
            &[(OF, &of), (TIME, "2026-11-21T09:02:00Z")],
        );
        log.push(redate);
        let expected = ["2026-11-21T09:02:00Z", "2026-11-21T09:05:00Z"];
        assert_eq!(times(&log)[1..3], expected);
    }

    #[test]
    fn a_clock_is_a_time_and_no_word() {
        let reminder = entry(
            "2026-11-21T09:00:00Z",
            EntryKind::Remind,
            &[(CLOCK, "resolution")],
        );
        assert_eq!(times(&[reminder]), ["2026-11-21T09:00:00Z"]);
    }
}
