//! The heading of a log entry, whole or as far as a person wrote it.

use chrono::{NaiveDate, NaiveDateTime};

use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::model::person::{Handle, is_handle};

/// A heading of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heading {
    /// `## <time> <agent> <kind> ^<tag>`, just as a command writes it.
    Whole {
        /// When.
        at: Moment,
        /// Who.
        by: Handle,
        /// What sort of thing.
        kind: EntryKind,
        /// What tells it from another of the same instant.
        tag: String,
    },
    /// A heading by hand that lacks something.
    Sketch(Sketch),
}

/// What a person wrote of a heading.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sketch {
    /// When, if that can be read.
    pub at: Option<WrittenTime>,
    /// Who, if that can be read.
    pub by: Option<Handle>,
    /// What sort of thing.
    pub kind: Option<EntryKind>,
    /// The tag.
    pub tag: Option<String>,
}

/// A time written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenTime {
    /// With its zone.
    Instant(Moment),
    /// Without one: the desk's zone is meant.
    Local(NaiveDateTime),
}

/// Reads a line as a heading of an entry; `None` where it is none, as any other Markdown heading.
pub fn read(line: &str) -> Option<Heading> {
    let rest = line.strip_prefix("## ")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    if let [at, by, kind, tag] = words[..]
        && let Ok(moment) = at.parse::<Moment>()
        && moment.to_string() == at
        && let Ok(by) = by.parse::<Handle>()
        && is_kind(kind)
        && let Some(tag) = tag.strip_prefix('^')
        && is_tag(tag)
    {
        let (kind, tag) = (EntryKind::from(kind), tag.to_owned());
        return Some(Heading::Whole {
            at: moment,
            by,
            kind,
            tag,
        });
    }
    let (at, used) = when(&words);
    let mut rest = &words[used..];
    let tag = rest
        .last()
        .and_then(|word| word.strip_prefix('^'))
        .filter(|tag| is_tag(tag));
    if tag.is_some() {
        rest = &rest[..rest.len() - 1];
    }
    let (by, kind) = match *rest {
        [by, kind] if is_handle(by) && is_kind(kind) => (by.parse().ok(), Some(kind)),
        [kind] if at.is_some() && EntryKind::from(kind).is_known() => (None, Some(kind)),
        [by] if at.is_some() && is_handle(by) => (by.parse().ok(), None),
        _ => (None, None),
    };
    let known = by.is_some() && kind.is_some_and(|kind| EntryKind::from(kind).is_known());
    (at.is_some() || known || is_marked(&words)).then(|| {
        Heading::Sketch(Sketch {
            at,
            by,
            kind: kind.map(EntryKind::from),
            tag: tag.map(str::to_owned),
        })
    })
}

/// Whether a line has an entry's tag where one stands, with the time or the kind of one: the rest
/// of its heading cannot be read.
fn is_marked(words: &[&str]) -> bool {
    let [first, .., kind, tag] = words else {
        return false;
    };
    tag.starts_with('^')
        && (first.starts_with(|c: char| c.is_ascii_digit()) || EntryKind::from(*kind).is_known())
}

/// The time at the start of a heading, and how many words it takes.
fn when(words: &[&str]) -> (Option<WrittenTime>, usize) {
    let Some(first) = words.first() else {
        return (None, 0);
    };
    if let Ok(at) = first.parse() {
        return (Some(WrittenTime::Instant(at)), 1);
    }
    let stamp = |text: &str| {
        let forms = [
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%d %H:%M",
        ];
        forms
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    if let Some(second) = words.get(1)
        && let Some(at) = stamp(&format!("{first} {second}"))
    {
        return (Some(WrittenTime::Local(at)), 2);
    }
    if let Some(at) = stamp(first) {
        return (Some(WrittenTime::Local(at)), 1);
    }
    let day = NaiveDate::parse_from_str(first, "%Y-%m-%d").ok();
    match day.and_then(|day| day.and_hms_opt(0, 0, 0)) {
        Some(at) if first.len() == 10 => (Some(WrittenTime::Local(at)), 1),
        _ => (None, 0),
    }
}

fn is_kind(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_tag(word: &str) -> bool {
    word.len() >= 4
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_whole_sketched_or_none() {
        assert!(matches!(
            read("## 2026-11-21T09:02:11Z anna created ^8m2d"),
            Some(Heading::Whole { .. })
        ));
        for sketch in [
            "## anna note",
            "## 2026-11-21 anna note",
            "## 2026-11-21 10:00 anna contact ^abcd",
            "## 2026-11-21T10:00:00+01:00 anna note ^abcd",
            "## 2026-11-21T10:00:00Z anna note",
            "## 2026-11-21 Meeting with the vendor",
            "## 2026-13-21T09:02:11Z anna note ^8m2d",
            "## 10000-01-01T00:00:00Z anna note ^8m2d",
            "## 21.11.2026 anna note ^8m2d",
            "## yesterday Anna note ^8m2d",
        ] {
            assert!(matches!(read(sketch), Some(Heading::Sketch(_))), "{sketch}");
        }
        for text in [
            "## Steps",
            "## anna says",
            "# anna note",
            "##anna note",
            "### anna note",
            "## x y ^z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    /// What is read of a heading: the time, who, what and the tag, each empty where it cannot be read.
    fn parts(line: &str) -> [String; 4] {
        let Some(Heading::Sketch(sketch)) = read(line) else {
            panic!("{line} is no sketch")
        };
        let at = sketch.at.map(|at| match at {
            WrittenTime::Instant(at) => at.to_string(),
            WrittenTime::Local(at) => at.to_string(),
        });
        let by = sketch.by.map(|by| by.to_string());
        let kind = sketch.kind.map(|kind| kind.as_str().to_owned());
        [at, by, kind, sketch.tag].map(Option::unwrap_or_default)
    }

    #[test]
    fn of_a_sketch_each_word_is_what_it_can_be() {
        const DAY: &str = "2026-11-21 00:00:00";
        for (line, [at, by, kind, tag]) in [
            ("## anna note", ["", "anna", "note", ""]),
            ("## anna note ^abcd", ["", "anna", "note", "abcd"]),
            ("## 2026-11-21 anna note", [DAY, "anna", "note", ""]),
            (
                "## 2026-11-21 anna note ^ab12",
                [DAY, "anna", "note", "ab12"],
            ),
            ("## 2026-11-21 note", [DAY, "", "note", ""]),
            ("## 2026-11-21 anna", [DAY, "anna", "", ""]),
            ("## 2026-11-21", [DAY, "", "", ""]),
            ("## 2026-11-21 Meeting with the vendor", [DAY, "", "", ""]),
            // No handle and no kind that could be: nothing of the two is taken.
            ("## 2026-11-21 Anna note", [DAY, "", "", ""]),
            ("## 2026-11-21 anna Note", [DAY, "", "", ""]),
            ("## 2026-11-21 anna no_te", [DAY, "", "", ""]),
            ("## 2026-11-21 anna 9note", [DAY, "", "", ""]),
            ("## 2026-11-21 anna said-2", [DAY, "anna", "said-2", ""]),
            ("## 2026-11-21 anna note ^abc", [DAY, "", "", ""]),
            ("## 2026-11-21 anna note ^ABCD", [DAY, "", "", ""]),
            ("## 2026-11-21 anna note ^ab_cd", [DAY, "", "", ""]),
            // A day is written whole, or it is none.
            ("## 2026-1-2 anna note ^abcd", ["", "", "", "abcd"]),
            (
                "## 2026-11-21T10:00:00+01:00 anna note",
                ["2026-11-21T09:00:00Z", "anna", "note", ""],
            ),
            (
                "## 2026-11-21 10:00 anna note",
                ["2026-11-21 10:00:00", "anna", "note", ""],
            ),
            (
                "## 2026-11-21 10:00:30 anna note",
                ["2026-11-21 10:00:30", "anna", "note", ""],
            ),
            (
                "## 2026-11-21T10:00:30 anna note",
                ["2026-11-21 10:00:30", "anna", "note", ""],
            ),
        ] {
            assert_eq!(parts(line), [at, by, kind, tag], "{line}");
        }
        for text in ["## anna", "## note", "## note ^abcd", "## anna ^abcd"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
