//! The body of a ticket: the description, then the log.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::model::entry::{DERIVED, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::entry_heading::{self, Heading, Sketch, WrittenTime};
use crate::page::entry_value::{Bullet, read_bullet, write_attribute, write_bullet};
use crate::page::escape::{escape, unescape};
use crate::page::front_matter::lines_from;

/// A body, read.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Free Markdown before the first entry.
    pub description: String,
    /// Its bytes in the file, blank lines around it included.
    pub description_span: Range<usize>,
    /// The entries in the order of the file.
    pub entries: Vec<Logged>,
}

/// An entry and where it stands.
#[derive(Clone, Debug)]
pub struct Logged {
    /// The entry; where the heading lacks something, with what can be derived in its place.
    pub entry: Entry,
    /// What the heading has, if it lacks something.
    pub sketch: Option<Sketch>,
    /// The bytes of the heading line, without its end.
    pub heading: Range<usize>,
    /// The bytes of the whole entry, up to the next.
    pub span: Range<usize>,
}

/// Reads the body of `text` from a byte on. Headings count everywhere, in code fences too: a
/// fence that nobody closed must not swallow the entries after it.
pub fn read(text: &str, start: usize) -> Body {
    let mut heads: Vec<(usize, &str, Heading)> = Vec::new();
    for (at, line) in lines_from(text, start) {
        if line.starts_with("## ")
            && let Some(heading) = entry_heading::read(line)
        {
            heads.push((at, line, heading));
        }
    }
    let description_end = heads.first().map_or(text.len(), |(at, ..)| *at);
    let mut body = Body {
        description: free_text(&text[start..description_end], false),
        description_span: start..description_end,
        entries: Vec::with_capacity(heads.len()),
    };
    let ends: Vec<usize> = heads
        .iter()
        .skip(1)
        .map(|(at, ..)| *at)
        .chain([text.len()])
        .collect();
    for ((at, line, heading), end) in heads.into_iter().zip(ends) {
        let (attributes, changes, free) = content(&text[at + line.len()..end]);
        let before = body.entries.last().map(|logged: &Logged| &logged.entry);
        let (entry, sketch) = match heading {
            Heading::Whole { at, by, kind, tag } => (
                Entry {
                    at,
                    by,
                    kind,
                    tag,
                    attributes,
                    changes,
                    text: free,
                },
                None,
            ),
            Heading::Sketch(sketch) => {
                let at = sketched_time(&sketch, before, None);
                let by = sketch.by.clone().unwrap_or_else(Handle::desk);
                let kind = sketch.kind.clone().unwrap_or(EntryKind::Note);
                let tag = sketch
                    .tag
                    .clone()
                    .unwrap_or_else(|| sketched_tag(before, line, &free));
                (
                    Entry {
                        at,
                        by,
                        kind,
                        tag,
                        attributes,
                        changes,
                        text: free,
                    },
                    Some(sketch),
                )
            }
        };
        let heading = at..at + line.trim_end().len();
        body.entries.push(Logged {
            entry,
            sketch,
            heading,
            span: at..end,
        });
    }
    body
}

/// When a sketched entry happened: what it says, a local time through `zone` (UTC without one),
/// or right after the entry before it.
pub fn sketched_time(
    sketch: &Sketch,
    before: Option<&Entry>,
    zone: Option<chrono_tz::Tz>,
) -> Moment {
    use chrono::{DateTime, TimeZone, Utc};
    match sketch.at {
        Some(WrittenTime::Instant(at)) => at,
        Some(WrittenTime::Local(local)) => {
            match zone.and_then(|zone| zone.from_local_datetime(&local).earliest()) {
                Some(at) => Moment::new(&at),
                None => Moment::new(&local.and_utc()),
            }
        }
        None => before.map_or(Moment::new(&DateTime::<Utc>::UNIX_EPOCH), |entry| {
            entry.at.next()
        }),
    }
}

fn sketched_tag(before: Option<&Entry>, line: &str, text: &str) -> String {
    let before = before.map(Entry::heading).unwrap_or_default();
    derived_tag(&[&before, line.trim_end(), text], DERIVED)
}

/// A tag of `length` characters that follows from what it stands for, so that two clones that do
/// the same thing write the same bytes.
pub fn derived_tag(parts: &[&str], length: usize) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    derived_tag_of_bytes(&parts, length)
}

/// A derived tag of parts that need not be UTF-8; see [`derived_tag`].
pub fn derived_tag_of_bytes(parts: &[&[u8]], length: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    crate::model::id::base32(&hash.finalize()[..length.min(32)]).to_ascii_lowercase()
}

type Content = (
    Vec<(String, String)>,
    Vec<crate::model::entry::Change>,
    String,
);

fn content(text: &str) -> Content {
    let (mut attributes, mut changes) = (Vec::new(), Vec::new());
    let rest = each_bullet(text, |_, bullet| match bullet {
        Bullet::Attribute(key, value) => attributes.push((key, value)),
        Bullet::Change(change) => changes.push(change),
    });
    (attributes, changes, free_text(rest, true))
}

/// What stands below the heading of an entry: the lines that are bullets, as they stand, and the
/// text behind them.
pub fn split_bullets(text: &str) -> (Vec<&str>, &str) {
    let mut bullets = Vec::new();
    let rest = each_bullet(text, |line, _| bullets.push(line));
    (bullets, rest)
}

/// Tells each bullet below the heading of an entry with its line; the text behind them.
fn each_bullet<'t>(text: &'t str, mut tell: impl FnMut(&'t str, Bullet)) -> &'t str {
    let mut rest = text;
    let mut is_first = true;
    for (at, line) in lines_from(text, 0) {
        if is_first && line.trim().is_empty() {
            continue;
        }
        let Some(bullet) = read_bullet(line) else {
            break;
        };
        is_first = false;
        tell(line.trim_end(), bullet);
        rest = &text[at + line.len()..];
    }
    rest
}

fn free_text(text: &str, entry: bool) -> String {
    let text = crate::page::escape::tidy(text);
    if text.contains('\\') {
        unescape(&text, entry)
    } else {
        text
    }
}

/// Writes an entry, from its heading to the end of its text, with `\n` at the end of each line.
pub fn write(entry: &Entry) -> String {
    let mut out = entry.heading();
    out.push('\n');
    if !entry.attributes.is_empty() || !entry.changes.is_empty() {
        out.push('\n');
    }
    for (key, value) in &entry.attributes {
        out.push_str(&write_attribute(key, value));
        out.push('\n');
    }
    for change in &entry.changes {
        out.push_str(&write_bullet(&change.field, &change.how));
        out.push('\n');
    }
    if !entry.text.is_empty() {
        out.push('\n');
        out.push_str(&escape(&entry.text, true));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::entry::{Change, How};

    fn entry(text: &str) -> Entry {
        Entry {
            at: "2026-11-21T09:20:31Z".parse().unwrap(),
            by: "anna".parse().unwrap(),
            kind: EntryKind::Contact,
            tag: "q4tz".into(),
            attributes: vec![("direction".into(), "out".into())],
            changes: vec![Change::set("queue", Some("service-desk"), Some("network"))],
            text: text.into(),
        }
    }

    #[test]
    fn a_body_is_a_description_and_a_log() {
        let text = format!(
            "Floor offline.\n\n{}\n## anna note\nSwapped the cable.\n",
            write(&entry("Told Jan.\n\nBye."))
        );
        let body = read(&text, 0);
        assert_eq!(body.description, "Floor offline.");
        assert_eq!(body.entries[0].entry, entry("Told Jan.\n\nBye."));
        assert_eq!(body.entries[1].entry.text, "Swapped the cable.");
        assert_eq!(
            body.entries[1].entry.at.to_string(),
            "2026-11-21T09:20:31.001Z"
        );
        assert!(body.entries[1].sketch.is_some());
    }

    #[test]
    fn an_open_code_fence_swallows_nothing() {
        let text = format!("```\n{}", write(&entry("x")));
        assert_eq!(read(&text, 0).entries.len(), 1);
    }

    #[test]
    fn an_entry_is_written_with_blank_lines_between_its_parts() {
        const HEAD: &str = "## 2026-11-21T09:20:31Z anna contact ^q4tz\n";
        const FACT: &str = "- direction: out\n";
        const CHANGE: &str = "- queue: service-desk -> network\n";
        let mut one = entry("Told Jan.");
        assert_eq!(write(&one), format!("{HEAD}\n{FACT}{CHANGE}\nTold Jan.\n"));
        let changes = std::mem::take(&mut one.changes);
        assert_eq!(write(&one), format!("{HEAD}\n{FACT}\nTold Jan.\n"));
        one.attributes.clear();
        assert_eq!(write(&one), format!("{HEAD}\nTold Jan.\n"));
        one.changes = changes;
        assert_eq!(write(&one), format!("{HEAD}\n{CHANGE}\nTold Jan.\n"));
        one.text.clear();
        assert_eq!(write(&one), format!("{HEAD}\n{CHANGE}"));
        one.changes.clear();
        assert_eq!(write(&one), HEAD);
    }

    /// Two clones, and two versions of the program, write the same bytes.
    #[test]
    fn derived_tags_are_what_they_always_were() {
        assert_eq!(derived_tag(&["sla", "2611-7K3MQ"], 8), "fphazmzz");
        assert_eq!(derived_tag(&["sl", "a2611-7K3MQ"], 8), "dq59eygt");
        assert_eq!(
            derived_tag_of_bytes(&[b"sla", b"2611-7K3MQ"], 8),
            "fphazmzz"
        );
        let text = "## anna note\nx\n";
        assert_eq!(read(text, 0).entries[0].entry.tag, "2m87m60w");
    }

    #[test]
    fn an_entry_knows_where_it_stands() {
        let text = "One.\n\n## anna note  \nTwo.\n\n## anna note ^abcd\n";
        let body = read(text, 0);
        assert_eq!(&text[body.description_span.clone()], "One.\n\n");
        let [first, second] = &body.entries[..] else {
            panic!("{body:?}")
        };
        assert_eq!(&text[first.heading.clone()], "## anna note");
        assert_eq!(&text[first.span.clone()], "## anna note  \nTwo.\n\n");
        assert_eq!(&text[second.heading.clone()], "## anna note ^abcd");
        assert_eq!(&text[second.span.clone()], "## anna note ^abcd\n");
    }

    proptest! {
        #[test]
        fn any_text_of_an_entry_reads_back(text in "(?s).{0,60}", imitation in r"(\\?## anna note\n|\\?- a: b\n|\+\+\+\n|  \n){0,3}") {
            let text = crate::page::escape::tidy(&format!("{imitation}{text}"));
            let how = How::Set { old: None, new: Some(text.clone()) };
            let mut one = entry(&text);
            one.changes = vec![Change { field: "requester.name".into(), how }];
            let written = write(&one);
            let body = read(&written, 0);
            prop_assert_eq!(body.entries.len(), 1, "{}", written);
            prop_assert_eq!(&body.entries[0].entry, &one);
            let mut bare = entry(&text);
            (bare.attributes, bare.changes) = (Vec::new(), Vec::new());
            let body = read(&write(&bare), 0).entries;
            prop_assert_eq!(&body[0].entry, &bare);
        }
    }
}
