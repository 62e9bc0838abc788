//! The sample desk, brought to another day: each date moves by the same number of days, and an id by
//! the months that its ticket's creation moved.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::model::id::TicketId;
use crate::model::moment::Moment;

/// A file of the sample: its path in the desk, and its text.
pub type SampleFile = (String, String);

/// The whole days from one moment to the last before another that has its time of day in UTC.
pub fn days_between(from: Moment, to: Moment) -> i64 {
    (to.millis() - from.millis()).div_euclid(24 * 60 * 60 * 1_000)
}

/// The files with each date so many days later. Tickets get the month of their new day in id and
/// path; the random part stays, and so do their references to one another.
pub fn shifted(files: &[(&str, &str)], days: i64) -> Vec<SampleFile> {
    let ids: BTreeMap<String, String> = files
        .iter()
        .filter_map(|(path, text)| {
            let id = path.rsplit('/').next()?.strip_suffix(".md")?;
            let id: TicketId = id.parse().ok()?;
            let created = text
                .lines()
                .find_map(|line| line.strip_prefix("created = "))?;
            let created = with_dates(created, days);
            let month = created.get(2..4).zip(created.get(5..7));
            let moved = month.map(|(year, month)| format!("{year}{month}-{}", id.random()));
            Some((id.to_string(), moved?))
        })
        .collect();
    let new_path = |path: &str| {
        let id = ids
            .iter()
            .find(|(old, _)| path.ends_with(&format!("{old}.md")));
        let id: Option<TicketId> = id.and_then(|(_, new)| new.parse().ok());
        id.map_or_else(|| path.to_owned(), |id| id.path())
    };
    let moved = files.iter().map(|(path, text)| {
        let text = with_dates(text, days);
        (new_path(path), with_ids(&text, &ids))
    });
    moved.collect()
}

/// A text with each `2026-11-21` in it, alone or before a time, so many days later.
fn with_dates(text: &str, days: i64) -> String {
    let moved = |date: &str| {
        let date: NaiveDate = date.parse().ok()?;
        let step = Days::new(days.unsigned_abs());
        let date = if days < 0 {
            date.checked_sub_days(step)
        } else {
            date.checked_add_days(step)
        };
        date.map(|date| date.to_string())
    };
    replaced(text, 10, moved)
}

/// A text with other ids.
fn with_ids(text: &str, ids: &BTreeMap<String, String>) -> String {
    replaced(text, 10, |id| ids.get(id).cloned())
}

/// A text with words of so many bytes replaced, where they are whole.
fn replaced(text: &str, len: usize, new: impl Fn(&str) -> Option<String>) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, word) = rest.split_at(at);
        out.push_str(before);
        let whole = !out.ends_with(is_part);
        let end = word.find(|c: char| !is_part(c)).unwrap_or(word.len());
        // The date of `2026-11-21T09:00:00Z` is a word of its own.
        let end = match word.as_bytes().get(len) {
            Some(b'T') if end > len && word.is_char_boundary(len) => len,
            _ => end,
        };
        let (one, after) = word.split_at(end);
        match new(one).filter(|_| whole && one.len() == len) {
            Some(one) => out.push_str(&one),
            None => out.push_str(one),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ids_move_together() {
        let files = [
            (
                "tickets/2026-11/2611-7K3MQ.md",
                "id = \"2611-7K3MQ\"\ncreated = 2026-11-21T09:02:11Z\nplanned = 2026-12-24\n\
                 Not 12026-11-21, nor 2026-11-211, nor AC-2026-11-21. See 2611-9PD4T, 2611-XXXXX.\n",
            ),
            (
                "tickets/2026-11/2611-9PD4T.md",
                "id = \"2611-9PD4T\"\ncreated = 2026-11-01T09:02:11Z\n## 2026-11-01T09:02:11.001Z é\n",
            ),
            ("kb/a.md", "review_by = 2027-05-01\n"),
        ];
        let moved = shifted(&files, 10);
        assert_eq!(
            moved,
            [
                (
                    "tickets/2026-12/2612-7K3MQ.md".to_owned(),
                    "id = \"2612-7K3MQ\"\ncreated = 2026-12-01T09:02:11Z\nplanned = 2027-01-03\n\
                     Not 12026-11-21, nor 2026-11-211, nor AC-2026-11-21. See 2611-9PD4T, 2611-XXXXX.\n"
                        .to_owned()
                ),
                (
                    "tickets/2026-11/2611-9PD4T.md".to_owned(),
                    "id = \"2611-9PD4T\"\ncreated = 2026-11-11T09:02:11Z\n## 2026-11-11T09:02:11.001Z é\n"
                        .to_owned()
                ),
                ("kb/a.md".to_owned(), "review_by = 2027-05-11\n".to_owned()),
            ]
        );
        assert_eq!(shifted(&files, 0)[0].1, files[0].1);
    }

    #[test]
    fn the_moved_sample_is_not_later_than_now() {
        let at = |text: &str| text.parse::<Moment>().unwrap();
        let sample = at("2026-11-21T12:00:00Z");
        assert_eq!(days_between(sample, at("2026-11-30T12:00:00Z")), 9);
        assert_eq!(days_between(sample, at("2026-11-30T11:59:59Z")), 8);
        assert_eq!(days_between(sample, at("2026-11-20T13:00:00Z")), -1);
    }
}
