//! The union of two logs (`docs/merge.md`, "The log").

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::model::entry::{Change, DERIVED, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::entry_value::{Bullet, read_bullet, write_value};
use crate::page::escape::escape;
use crate::page::log::{Logged, derived_tag, split_bullets};
use crate::rules::merge::lines::merge_lines;
use crate::rules::merge::pick;

/// What stands in the place of what was redacted.
pub const REDACTED: &str = "(redacted)";

/// The attribute that says of which field or entry something did not stand.
const NOT_TAKEN: &str = "not-taken";

/// An entry with its bullets as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeEntry {
    /// The heading; attributes, changes and text are empty here.
    pub heading: Entry,
    /// Its bullets, a line each.
    pub bullets: Vec<String>,
    /// Its text, a line each.
    pub text: Vec<String>,
}

impl MergeEntry {
    /// An entry of a page.
    pub fn of(page: &str, logged: &Logged) -> Self {
        let (bullets, _) = split_bullets(&page[logged.heading.end..logged.span.end]);
        let text = &logged.entry.text;
        let heading = Entry {
            attributes: Vec::new(),
            changes: Vec::new(),
            text: String::new(),
            ..logged.entry.clone()
        };
        Self {
            heading,
            bullets: bullets.into_iter().map(str::to_owned).collect(),
            text: lines_of(text),
        }
    }

    /// What tells it from every other.
    pub fn key(&self) -> String {
        self.heading.identity()
    }

    /// Its place in a log.
    pub fn order(&self) -> (Moment, String) {
        (self.heading.at, self.heading.heading())
    }

    /// The entry, read.
    pub fn entry(&self) -> Entry {
        let mut entry = self.heading.clone();
        for bullet in self.bullets.iter().filter_map(|line| read_bullet(line)) {
            match bullet {
                Bullet::Attribute(key, value) => entry.attributes.push((key, value)),
                Bullet::Change(change) => entry.changes.push(change),
            }
        }
        entry
    }

    /// The values of an attribute.
    pub fn values(&self, name: &str) -> Vec<String> {
        let attributes = self.entry().attributes.into_iter();
        let named = attributes.filter(|(key, _)| key == name);
        named.map(|(_, value)| value).collect()
    }

    /// Its lines as they are written.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.heading.heading()];
        if !self.bullets.is_empty() {
            lines.push(String::new());
            lines.extend_from_slice(&self.bullets);
        }
        if !self.text.is_empty() {
            lines.push(String::new());
            let text = escape(&self.text.join("\n"), true);
            lines.extend(text.split('\n').map(str::to_owned));
        }
        lines
    }
}

/// The lines of a free text; of an empty one none.
pub fn lines_of(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n').map(str::to_owned).collect()
}

/// What a hand wrote and does not stand: the value of a field, or the facts of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    label: &'static str,
    target: String,
    value: Option<String>,
    /// Of the entry.
    at: Option<Moment>,
}

impl Loss {
    /// The value of a field.
    pub fn of_field(name: &str, value: Option<String>) -> Self {
        let target = name.to_owned();
        Self {
            label: "field",
            target,
            value,
            at: None,
        }
    }

    /// The entry that tells it, of the ticket `id`; that of a field comes right after `last`.
    pub fn entry(&self, id: &str, last: Moment) -> MergeEntry {
        let value = write_value(self.value.as_deref());
        let at = self.at.unwrap_or(last).next();
        let tag = derived_tag(&[id, self.label, &self.target, &value], DERIVED);
        let heading = Entry {
            at,
            by: Handle::desk(),
            kind: EntryKind::Edit,
            tag,
            attributes: Vec::new(),
            changes: Vec::<Change>::new(),
            text: String::new(),
        };
        let bullets = vec![
            format!("- {}: {}", self.label, self.target),
            format!("- {NOT_TAKEN}: {value}"),
        ];
        MergeEntry {
            heading,
            bullets,
            text: Vec::new(),
        }
    }
}

/// The redactions of each entry and field, by identity.
pub type Redactions = BTreeMap<String, BTreeSet<String>>;

/// What a log redacts.
pub fn redactions(log: &[MergeEntry]) -> Redactions {
    let mut out = Redactions::new();
    for entry in log
        .iter()
        .filter(|entry| entry.heading.kind.as_str() == "redact")
    {
        for target in about(entry) {
            out.entry(target).or_default().insert(entry.key());
        }
    }
    out
}

/// What an entry names: other entries, and fields.
fn about(entry: &MergeEntry) -> Vec<String> {
    [entry.values("of"), entry.values("field")].concat()
}

/// An entry that keeps a value that did not stand, without it where its target is redacted.
pub fn masked(mut entry: MergeEntry, hidden: impl Fn(&str) -> bool) -> MergeEntry {
    let keeps =
        entry.bullets.iter().any(|line| is_not_taken(line)) && !entry.values(NOT_TAKEN).is_empty();
    if keeps && about(&entry).iter().any(|target| hidden(target)) {
        for line in entry.bullets.iter_mut().filter(|line| is_not_taken(line)) {
            *line = format!("- {NOT_TAKEN}: {REDACTED}");
        }
    }
    entry
}

fn is_not_taken(line: &str) -> bool {
    line.strip_prefix("- ")
        .and_then(|line| line.strip_prefix(NOT_TAKEN))
        .is_some_and(|line| line.starts_with(':'))
}

/// The union of two logs. What hands changed in entries and does not stand is added to `losses`.
pub fn unite(
    base: &[MergeEntry],
    a: &[MergeEntry],
    b: &[MergeEntry],
    losses: &mut Vec<Loss>,
) -> Vec<MergeEntry> {
    let (of_a, of_b) = (redactions(a), redactions(b));
    let hidden = |target: &str| of_a.contains_key(target) || of_b.contains_key(target);
    let shown = |log: &[MergeEntry]| -> Vec<MergeEntry> {
        log.iter().cloned().map(|one| masked(one, hidden)).collect()
    };
    let old = by_identity(shown(base), &mut Vec::new());
    let (one, mut other) = (by_identity(shown(a), losses), by_identity(shown(b), losses));
    let none = BTreeSet::new();
    let mut out = Vec::with_capacity(one.len() + other.len());
    for (key, x) in one {
        let joined = match other.swap_remove(&key) {
            Some(y) if x != y => {
                let of = [&of_a, &of_b].map(|side| side.get(&key).unwrap_or(&none));
                join(old.get(&key), [&x, &y], of, losses)
            }
            _ => x,
        };
        out.push(joined);
    }
    out.extend(other.into_values());
    out
}

/// The entries of one file by what tells them apart. One that stands there twice is joined; of a
/// redacted one the redacted copy stands.
fn by_identity(log: Vec<MergeEntry>, losses: &mut Vec<Loss>) -> IndexMap<String, MergeEntry> {
    let hidden = redactions(&log);
    let mut out: IndexMap<String, MergeEntry> = IndexMap::with_capacity(log.len());
    for entry in log {
        let key = entry.key();
        let Some(first) = out.get(&key) else {
            out.insert(key, entry);
            continue;
        };
        let sets = [first, &entry].map(|one| {
            let is_redacted = one.text.iter().any(|line| line == REDACTED);
            let all = hidden.get(&key).filter(|_| is_redacted);
            all.cloned().unwrap_or_default()
        });
        let joined = join(None, [first, &entry], [&sets[0], &sets[1]], losses);
        out.insert(key, joined);
    }
    out
}

/// One entry of two with one identity; `of` are the redactions of it on each side.
fn join(
    old: Option<&MergeEntry>,
    [x, y]: [&MergeEntry; 2],
    of: [&BTreeSet<String>; 2],
    losses: &mut Vec<Loss>,
) -> MergeEntry {
    let first = if y.order() < x.order() { y } else { x };
    let heading = first.heading.clone();
    if of[0] != of[1] {
        if of[0].is_subset(of[1]) || of[1].is_subset(of[0]) {
            let body = if of[0].is_superset(of[1]) { x } else { y };
            return MergeEntry {
                heading,
                ..body.clone()
            };
        }
        let marked = vec![REDACTED.to_owned()];
        let text = if x.text == y.text {
            x.text.clone()
        } else {
            marked
        };
        let bullets = redacted(&x.bullets, &y.bullets);
        return MergeEntry {
            heading,
            bullets,
            text,
        };
    }
    let empty = Vec::new();
    let before = old.map_or(&empty, |old| &old.bullets);
    let bullets = pick(before, &x.bullets, &y.bullets).clone();
    let both = x.bullets != y.bullets && *before != x.bullets && *before != y.bullets;
    let bullets = if x.heading.is_derived() && (both || old.is_none()) {
        let smaller = |one: &&&MergeEntry| (one.order(), one.bullets.clone());
        [x, y]
            .iter()
            .min_by_key(smaller)
            .map_or(bullets, |one| one.bullets.clone())
    } else {
        if both {
            let loser = if bullets == x.bullets { y } else { x };
            let value = loser.bullets.join("\n");
            losses.push(Loss {
                label: "of",
                target: x.key(),
                value: (!value.is_empty()).then_some(value),
                at: Some(first.heading.at),
            });
        }
        bullets
    };
    let text = merge_lines(old.map_or(&empty, |old| &old.text), &x.text, &y.text, "");
    MergeEntry {
        heading,
        bullets,
        text,
    }
}

/// Facts that both sides redacted apart: of two lines about one thing that with the marker.
fn redacted(x: &[String], y: &[String]) -> Vec<String> {
    if x.len() != y.len() {
        let marks = |all: &&[String]| {
            let marked = all.iter().filter(|line| line.contains(REDACTED)).count();
            (std::cmp::Reverse(marked), all.to_vec())
        };
        return [x, y].into_iter().min_by_key(marks).unwrap_or(x).to_vec();
    }
    let line = |line: &&String| {
        (
            std::cmp::Reverse(line.matches(REDACTED).count()),
            (*line).clone(),
        )
    };
    let pairs = x.iter().zip(y);
    pairs
        .map(|(x, y)| if line(&y) < line(&x) { y } else { x }.clone())
        .collect()
}
