//! Time that people note on what they did: minutes of an entry, and what these went to.

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;

/// The attribute of an entry that says how long what it tells of took.
pub const MINUTES: &str = "minutes";

/// The attribute that says what the minutes went to, of `[time.activities]` in the settings.
pub const ACTIVITY: &str = "activity";

/// At most so many minutes are noted in one entry: a day.
pub const MOST: u32 = 1_440;

/// The minutes that an entry tells; `None` where it tells none, or a text that is no number of minutes
/// from 1 to [`MOST`], which counts for nothing.
pub fn minutes(entry: &Entry) -> Option<u32> {
    read(entry.attribute(MINUTES)?)
}

/// A number of minutes as it is written in an entry.
pub fn read(text: &str) -> Option<u32> {
    let is_written = text.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = text.parse().ok().filter(|_| is_written);
    minutes.filter(|minutes| (1..=MOST).contains(minutes))
}

/// What the minutes of an entry went to, where it says so.
pub fn activity(entry: &Entry) -> Option<&str> {
    entry
        .attribute(ACTIVITY)
        .filter(|activity| !activity.is_empty())
}

/// Minutes that were noted on a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotedTime {
    /// All of them.
    pub minutes: u64,
    /// By what they went to, the most first; empty where nobody said.
    pub activities: Vec<(String, u64)>,
}

impl NotedTime {
    /// What the entries of a log that count say, in which an entry that was taken back has no part.
    pub fn of(log: &[Entry]) -> Self {
        let mut all = Self::default();
        for entry in standing(&ReadLog::of(log)) {
            if let Some(minutes) = minutes(entry) {
                all.add(minutes, activity(entry).unwrap_or_default());
            }
        }
        all.settle();
        all
    }

    fn add(&mut self, minutes: u32, activity: &str) {
        let minutes = u64::from(minutes);
        self.minutes += minutes;
        let known = self
            .activities
            .iter_mut()
            .find(|(name, _)| name == activity);
        match known {
            Some((_, sum)) => *sum += minutes,
            None => self.activities.push((activity.to_owned(), minutes)),
        }
    }

    /// Puts the most first, and what nobody named last.
    fn settle(&mut self) {
        if self.activities.iter().all(|(name, _)| name.is_empty()) {
            self.activities.clear();
        }
        let key = |(name, sum): &(String, u64)| (name.is_empty(), u64::MAX - sum, name.clone());
        self.activities.sort_by_key(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_a_number_from_one_to_a_day() {
        let read: Vec<Option<u32>> = [
            "1",
            "1440",
            "0",
            "1441",
            "+4",
            "4.5",
            "",
            "4 min",
            "99999999999",
        ]
        .into_iter()
        .map(read)
        .collect();
        assert_eq!(read[..2], [Some(1), Some(1_440)]);
        assert!(read[2..].iter().all(Option::is_none), "{read:?}");
    }
}
