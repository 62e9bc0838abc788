//! How lengths of time are distributed: how many fell into which bucket.

use crate::rules::reports::table::{ReportTable, SectionText, column};
use crate::rules::reports::{Chart, ReportRow, ReportSection, Scene, Unit};

const HOUR: i64 = 3_600_000;

/// Upper edges of the buckets, which are not included.
const BUCKETS: [(&str, i64); 9] = [
    ("under 15 minutes", HOUR / 4),
    ("15 minutes to 1 hour", HOUR),
    ("1 to 4 hours", 4 * HOUR),
    ("4 to 8 hours", 8 * HOUR),
    ("8 to 24 hours", 24 * HOUR),
    ("1 to 3 days", 72 * HOUR),
    ("3 to 7 days", 168 * HOUR),
    ("7 to 30 days", 720 * HOUR),
    ("30 days and more", i64::MAX),
];

/// The distribution of lengths, in milliseconds, of tickets.
pub(in crate::rules::reports) fn section(
    scene: &Scene<'_>,
    (key, title, about): (&'static str, &'static str, &'static str),
    all: impl Iterator<Item = (i64, u32)>,
) -> ReportSection {
    let mut table = ReportTable::of_rows(scene);
    for (name, _) in BUCKETS {
        table.put(&[name], |_| ());
    }
    for (millis, ticket) in all {
        let bucket = BUCKETS.iter().position(|(_, edge)| millis < *edge);
        let bucket = bucket.unwrap_or(BUCKETS.len() - 1);
        table.put(&[BUCKETS[bucket].0], |tally| tally.count(0, ticket));
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
    let bucket = |row: &ReportRow| BUCKETS.iter().position(|(name, _)| *name == row.labels[0]);
    section.rows.sort_by_key(bucket);
    section
}
