//! A ticket file, read: forgiving, with everything odd noted.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::DeValue;

use crate::model::entry::Entry;
use crate::model::field::{Field, FieldKind, Key, Value, is_field_name};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::front_matter::{self, Parts};
use crate::page::log::{self, Body, Logged};
use crate::page::problem::{LineIndex, Problem, nearest, slips};
use crate::page::toml_reader::{TomlSection, TomlSource};

/// A ticket and the text it was read from.
#[derive(Clone, Debug)]
pub struct TicketPage {
    /// The file, relative to the desk.
    pub path: String,
    /// The whole file.
    pub text: String,
    /// Where front matter and body stand.
    pub parts: Parts,
    /// What it says.
    pub ticket: Ticket,
    /// The entries with their places, in the order of the file.
    pub entries: Vec<Logged>,
    /// The bytes of each value in the front matter.
    pub spans: BTreeMap<Field, Range<usize>>,
    /// What is odd about it; nothing here kept it from being read.
    pub problems: Vec<Problem>,
}

impl TicketPage {
    /// What keeps a writer from it: values of a wrong type, unreadable entries, marks of a
    /// conflict. To write around them would lose what stands there.
    pub fn bars(&self) -> Vec<Problem> {
        let bars = self.problems.iter().filter(|problem| problem.bars);
        bars.cloned().collect()
    }

    /// The bytes between the front matter and the first entry.
    pub fn description(&self) -> Range<usize> {
        let first = self.entries.first();
        self.parts.body.start..first.map_or(self.text.len(), |entry| entry.span.start)
    }
}

/// Reads the ticket file of `id`. What cannot be read at all is one fatal problem.
pub fn read(id: TicketId, text: String) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let conflict = front_matter::conflict(&path, &text);
    let parts = match front_matter::split(&path, &text) {
        Ok(parts) => parts,
        Err(problem) => return Err(conflict.map_or(problem, |found| Box::new(found.fatal()))),
    };
    let source = TomlSource::new(&path, &text, parts.front.start);
    let table = match source.parse(&text[parts.front.clone()]) {
        Ok(table) => table,
        Err(problem) => return Err(conflict.map_or(problem, |found| Box::new(found.fatal()))),
    };
    let top = TomlSection::top(&source, &table);
    let sections: BTreeMap<&str, Option<TomlSection<'_, '_>>> = SECTIONS
        .into_iter()
        .map(|name| (name, top.section(name)))
        .collect();
    let (values, spans) = fields(&top, &sections, parts.front.start);
    required(&top, id, &values, &source);
    strangers(&source, &top, &sections);
    drop(sections);
    let mut problems = source.finish();
    problems.extend(conflict);
    let Body {
        description,
        entries,
        ..
    } = log::read(&text, parts.body.start);
    problems.extend(unreadable_headings(&path, &text, &entries));
    let log = in_order(&entries);
    let ticket = Ticket {
        id,
        values,
        description,
        log,
    };
    Ok(TicketPage {
        path,
        text,
        parts,
        ticket,
        entries,
        spans,
        problems,
    })
}

/// The tables of front matter.
pub const SECTIONS: [&str; 8] = [
    "requester",
    "vendor",
    "asset",
    "links",
    "request",
    "satisfaction",
    "source",
    "fields",
];

/// The fields of front matter that begins at byte `start`, and where each stands.
fn fields(
    top: &TomlSection<'_, '_>,
    sections: &BTreeMap<&str, Option<TomlSection<'_, '_>>>,
    start: usize,
) -> (BTreeMap<Field, Value>, BTreeMap<Field, Range<usize>>) {
    let mut values = BTreeMap::new();
    let mut spans = BTreeMap::new();
    let mut read = |section: &TomlSection<'_, '_>, name: &str| {
        for (key, _, spanned) in section.entries() {
            let Some(known) = Key::in_section(name, key) else {
                continue;
            };
            let field = Field::Known(known);
            spans.insert(field.clone(), shifted(spanned.span(), start));
            if let Some(value) = value(section, key, known.kind()) {
                values.insert(field, value);
            }
        }
    };
    read(top, "");
    for (name, section) in sections {
        if let Some(section) = section {
            read(section, name);
        }
    }
    // Where a section is no table, what it says of its keys stands there all the same.
    for (name, section) in sections {
        if section.is_none() && top.has(name) {
            let keys = Key::ALL.iter().filter(|key| key.section() == Some(name));
            let span = shifted(top.at(name), start);
            spans.extend(keys.map(|key| (Field::Known(*key), span.clone())));
        }
    }
    if let Some(Some(own)) = sections.get("fields") {
        for (name, _, spanned) in own.entries() {
            own.has(name);
            let field = Field::Company(name.to_owned());
            spans.insert(field.clone(), shifted(spanned.span(), start));
            match company(spanned) {
                Some(value) if is_field_name(name) => {
                    values.insert(field, value);
                }
                _ => own.bar(
                    name,
                    format!("`fields.{name}` is a plain value under a lower-case name"),
                    None,
                ),
            }
        }
    }
    (values, spans)
}

/// Headings that look like those of entries and cannot be read: no writer may touch the page.
fn unreadable_headings(path: &str, text: &str, entries: &[Logged]) -> Vec<Problem> {
    let places = LineIndex::new(path, text);
    let found = entries.iter().filter_map(|logged| {
        let sketch = logged.sketch.as_ref()?;
        let lacks = sketch.by.is_none() || sketch.kind.is_none();
        let message = "this heading looks like an entry's, but time, agent or kind cannot be read";
        let hint =
            "write `## anna note` for an entry, or put `\\` before the `##` for a plain heading";
        let problem = || places.problem(logged.heading.clone(), message);
        lacks.then(|| problem().hint(hint).barring())
    });
    found.collect()
}

/// The entries in the order in which they count: time, then the heading's bytes.
fn in_order(entries: &[Logged]) -> Vec<Entry> {
    let mut log: Vec<Entry> = entries.iter().map(|logged| logged.entry.clone()).collect();
    if !log.is_sorted_by(|a, b| a.at < b.at) {
        log.sort_by_cached_key(|entry| (entry.at, entry.heading()));
    }
    log
}

fn shifted(span: Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

fn value(section: &TomlSection<'_, '_>, key: &str, kind: FieldKind) -> Option<Value> {
    match kind {
        FieldKind::Moment => {
            let text = section.time(key)?;
            if let Ok(at) = text.parse() {
                Some(Value::Moment(at))
            } else {
                section.bar(
                    key,
                    format!("`{}` needs date, time and zone", section.path(key)),
                    Some("write it like 2026-11-21T09:02:11Z".to_owned()),
                );
                None
            }
        }
        FieldKind::Date => {
            let text = section.time(key)?;
            if let Ok(day) = text.parse::<NaiveDate>() {
                return Some(Value::Date(day));
            }
            if let Ok(at) = text.parse::<Moment>() {
                Some(Value::Moment(at))
            } else {
                section.bar(
                    key,
                    format!("`{}` is a day or an instant", section.path(key)),
                    None,
                );
                None
            }
        }
        FieldKind::Bool => section.bool(key).map(Value::Bool),
        FieldKind::Number => section.number(key).map(Value::Number),
        kind if kind.is_list() => section.texts(key).map(Value::List),
        _ => section.text(key).map(Value::Text),
    }
}

fn company(value: &Spanned<DeValue<'_>>) -> Option<Value> {
    Some(match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        DeValue::Integer(n) => Value::Number(i64::from_str_radix(n.as_str(), n.radix()).ok()?),
        DeValue::Float(n) => Value::Text(n.as_str().to_owned()),
        DeValue::Datetime(at) => {
            let text = at.to_string();
            match (text.parse::<Moment>(), text.parse::<NaiveDate>()) {
                (Ok(at), _) => Value::Moment(at),
                (_, Ok(day)) => Value::Date(day),
                _ => Value::Text(text),
            }
        }
        DeValue::Array(all) => {
            let texts = all
                .iter()
                .map(|one| one.get_ref().as_str().map(str::to_owned));
            Value::List(texts.collect::<Option<_>>()?)
        }
        DeValue::Table(_) => return None,
    })
}

fn required(
    top: &TomlSection<'_, '_>,
    id: TicketId,
    values: &BTreeMap<Field, Value>,
    source: &TomlSource<'_>,
) {
    for key in [Key::Id, Key::Type, Key::Title, Key::Status, Key::Created] {
        if !top.has(key.path()) {
            source.wrong(0..0, format!("`{}` is missing", key.path()));
        }
    }
    let stated = values.get(&Field::Known(Key::Id)).and_then(Value::as_text);
    if let Some(stated) = stated.filter(|stated| *stated != id.as_str()) {
        let message = format!("the id is `{stated}`, but the file is named `{id}`");
        top.wrong_with(
            "id",
            message,
            "an id never changes: give the file its name back",
        );
    }
}

/// Keys that no one declared live on untouched; only near misses are noted.
fn strangers(
    source: &TomlSource<'_>,
    top: &TomlSection<'_, '_>,
    sections: &BTreeMap<&str, Option<TomlSection<'_, '_>>>,
) {
    let all = std::iter::once(("", top)).chain(
        sections
            .iter()
            .filter_map(|(name, section)| Some((*name, section.as_ref()?))),
    );
    for (name, section) in all {
        if name == "fields" {
            continue;
        }
        let is_known = |key: &str| {
            Key::in_section(name, key).is_some() || name.is_empty() && sections.contains_key(key)
        };
        for (key, span, _) in section.entries() {
            if is_known(key) {
                continue;
            }
            let known: Vec<&str> = Key::ALL
                .iter()
                .filter(|key| key.section().unwrap_or_default() == name)
                .map(|key| key.name())
                .chain(sections.keys().copied().filter(|_| name.is_empty()))
                .collect();
            if let Some(near) =
                nearest(key, known.iter().copied()).filter(|near| slips(near, key) <= 2)
            {
                let message = format!("unknown key `{}`", section.path(key));
                source.wrong_with(span, message, format!("did you mean `{near}`?"));
            }
        }
    }
}
