//! How lengths of time are distributed: how many fell into which bucket.

use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Chart, DayLength, ReportRow, ReportSection, Scene, Unit};

const HOUR: i64 = 3_600_000;

/// A length of time on a calendar of such days, of a ticket.
pub(in crate::rules::reports) type Length = (i64, DayLength, u32);

/// Edges below a day.
const SHORT: [(&str, i64); 4] = [
    ("15 minutes", HOUR / 4),
    ("1 hour", HOUR),
    ("4 hours", 4 * HOUR),
    ("8 hours", 8 * HOUR),
];

/// Edges in days of 24 hours, in working days, and in hours.
const PLAIN: [i64; 4] = [1, 3, 7, 30];

const WORKING: [i64; 6] = [1, 2, 3, 5, 10, 20];

const HOURS: [i64; 4] = [24, 72, 168, 720];

/// The buckets for lengths on calendars of such days: name and upper edge, which is not included.
fn buckets(day: DayLength) -> Vec<(String, i64)> {
    let (word, one, long): (&str, i64, &[i64]) = match day {
        DayLength::PLAIN => ("day", 24 * HOUR, &PLAIN),
        DayLength(Some(one)) => ("working day", one, &WORKING),
        DayLength(None) => ("hour", HOUR, &HOURS),
    };
    let first = one * long[0];
    let short = SHORT.iter().filter(|(_, edge)| *edge < first);
    let mut edges: Vec<(String, i64)> = short
        .map(|(name, edge)| ((*name).to_owned(), *edge))
        .collect();
    edges.extend(long.iter().map(|n| {
        let many = if *n == 1 { "" } else { "s" };
        (format!("{n} {word}{many}"), n * one)
    }));
    let mut all = Vec::new();
    let mut before: Option<&str> = None;
    for (name, edge) in &edges {
        let words = match before {
            None => format!("under {name}"),
            Some(before) => between(before, name),
        };
        all.push((words, *edge));
        before = Some(name);
    }
    all.push((format!("{} and more", before.unwrap_or_default()), i64::MAX));
    all
}

/// From one edge to another, the unit said once where it is that of both.
fn between(from: &str, to: &str) -> String {
    let unit = |text: &str| {
        let rest = text.split_once(' ').map_or("", |(_, unit)| unit);
        rest.trim_end_matches('s').to_owned()
    };
    let number = from.split_once(' ').map_or(from, |(number, _)| number);
    if unit(from) == unit(to) {
        format!("{number} to {to}")
    } else {
        format!("{from} to {to}")
    }
}

/// The distribution of lengths of time.
pub(in crate::rules::reports) fn section(
    scene: &Scene<'_>,
    (key, title, about): (&'static str, &'static str, &'static str),
    all: &[Length],
) -> ReportSection {
    // What took no time was counted on no calendar.
    let days = all.iter().filter(|(millis, ..)| *millis > 0);
    let day = days.map(|(_, day, _)| *day).reduce(DayLength::with);
    let house = DayLength::of(scene.house());
    let buckets = buckets(day.unwrap_or(house));
    let mut table = ReportTable::of_rows(scene);
    for (name, _) in &buckets {
        table.put(&[name], |_| ());
    }
    for (millis, _, ticket) in all {
        let bucket = buckets.iter().position(|(_, edge)| millis < edge);
        let bucket = bucket.unwrap_or(buckets.len() - 1);
        table.put(&[&buckets[bucket].0], |tally| tally.count(0, *ticket));
    }
    let words = SectionText {
        key,
        title,
        about,
        chart: Chart::Bars,
    };
    let columns = [column("tickets", Unit::Count)];
    let mut section = table.section(words, &columns, |tally| vec![tally.number(0)]);
    section.by = vec!["took".to_owned()];
    let bucket = |row: &ReportRow| buckets.iter().position(|(name, _)| *name == row.labels[0]);
    section.rows.sort_by_key(bucket);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(day: Option<i64>) -> Vec<String> {
        let all = buckets(DayLength(day)).into_iter();
        all.map(|(name, _)| name).collect()
    }

    #[test]
    fn buckets_are_in_the_days_of_their_calendar() {
        let working = [
            "under 15 minutes",
            "15 minutes to 1 hour",
            "1 to 4 hours",
            "4 hours to 1 working day",
            "1 to 2 working days",
            "2 to 3 working days",
            "3 to 5 working days",
            "5 to 10 working days",
            "10 to 20 working days",
            "20 working days and more",
        ];
        assert_eq!(names(Some(8 * HOUR)), working);
        let half = names(Some(4 * HOUR));
        assert_eq!(half[2], "1 hour to 1 working day");
        let plain = names(Some(24 * HOUR));
        assert_eq!(plain[4..6], ["8 hours to 1 day", "1 to 3 days"]);
        let hours = names(None);
        assert_eq!(hours[4..6], ["8 to 24 hours", "24 to 72 hours"]);
        assert_eq!(hours.last().map(String::as_str), Some("720 hours and more"));
    }
}
