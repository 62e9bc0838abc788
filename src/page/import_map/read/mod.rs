//! A map, read strictly: whatever it names must exist.

mod meanings;
pub(in crate::page::import_map) mod tickets;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use crate::model::catalog::Catalogue;
use crate::model::field::{Field, FieldKind, Key, is_field_name};
use crate::model::recurring;
use crate::model::settings::Settings;
use crate::page::csv::one_line;
use crate::page::import_map::form::{stamps, table_form};
use crate::page::import_map::{Map, MapColumn, MapTarget, TemplatePart, ValueSource};
use crate::page::problem::{Problem, did_you_mean};
use crate::page::ticket::SECTIONS;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The roles of columns that are no field.
const ROLES: &[&str] = &[
    "id",
    "time",
    "by",
    "opened",
    "opened_by",
    "activity",
    "text",
    "description",
];

/// The word for all people in `[values]`.
const AGENT: &str = "agent";

/// Reads the map at `path`. Any problem makes it invalid.
pub fn read(
    path: &str,
    text: &str,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Result<Map, Vec<Problem>> {
    let source = TomlSource::new(path, text, 0);
    let table = source.parse(text).map_err(|problem| {
        vec![Problem {
            hint: Some("a map is TOML: `desk kb show KB-1MP5` explains its keys".into()),
            ..*problem
        }]
    })?;
    let top = TomlSection::top(&source, &table);
    let mut reader = MapReader {
        settings,
        catalogue,
        lenient: false,
        columns: Vec::new(),
        targets: BTreeMap::new(),
    };
    let map = reader.map(&top, path, text);
    top.close();
    drop(top);
    let problems = source.finish();
    match map {
        Some(map) if problems.is_empty() => Ok(map),
        _ => Err(problems),
    }
}

struct MapReader<'a> {
    settings: &'a Settings,
    catalogue: &'a Catalogue,
    /// Whether words that this desk does not know are passed over.
    lenient: bool,
    columns: Vec<MapColumn>,
    targets: BTreeMap<Field, MapTarget>,
}

impl MapReader<'_> {
    fn map(&mut self, top: &TomlSection<'_, '_>, path: &str, text: &str) -> Option<Map> {
        let source = Self::source(top);
        let form = table_form(top);
        let stamps = stamps(top);
        let mut roles = BTreeMap::new();
        if let Some(section) = top.section("columns") {
            cached_all(&section, |path, section, key| {
                let Some(origin) = self.origin(section, key) else {
                    return;
                };
                if ROLES.contains(&path) {
                    roles.insert(path.to_owned(), origin);
                } else if let Some(field) = importable(section, key, path) {
                    self.target(field).origin = Some(origin);
                }
            });
            for role in ["id", "time"] {
                if !roles.contains_key(role) && !section.has(role) {
                    top.wrong_with(
                        "columns",
                        format!("`columns.{role}` is missing"),
                        match role {
                            "id" => "name the column that tells one ticket from another",
                            _ => "name the column with the time of the row",
                        },
                    );
                }
            }
        } else {
            top.wrong_with(
                "columns",
                "`columns` is missing",
                "say at least which column is `id` and which is `time`",
            );
        }
        self.own_fields(top);
        self.constants(top);
        let people = self.values(top);
        let derives_priority = self.defaults();
        self.check_waiting(top);
        let role = |name: &str| roles.get(name).cloned();
        Some(Map {
            source: source?,
            delimiter: form.delimiter,
            unquoted: form.unquoted,
            encoding: form.encoding,
            missing: form.missing,
            list_separator: None,
            stamps: stamps?,
            id: role("id")?,
            time: role("time")?,
            by: role("by"),
            opened: role("opened"),
            opened_by: role("opened_by"),
            activity: role("activity"),
            text: role("text"),
            description: role("description"),
            derives_priority,
            targets: std::mem::take(&mut self.targets).into_values().collect(),
            columns: std::mem::take(&mut self.columns),
            people,
            path: path.to_owned(),
            whole: text.to_owned(),
        })
    }

    fn source(top: &TomlSection<'_, '_>) -> Option<String> {
        let source = top.need("source")?;
        if source == recurring::SOURCE {
            let message =
                format!("`{source}` is the source of work orders that `desk sweep` makes");
            top.wrong_with("source", message, "name the system that the log comes from");
            return None;
        }
        if is_field_name(&source) && !source.contains('_') {
            return Some(source);
        }
        top.wrong_with(
            "source",
            format!("`{source}` is no name for a source"),
            "write lower-case letters, digits and dashes: it stands in every entry and in the settings",
        );
        None
    }

    fn target(&mut self, field: Field) -> &mut MapTarget {
        self.targets
            .entry(field.clone())
            .or_insert_with(|| MapTarget {
                field,
                origin: None,
                is_time: false,
                values: BTreeMap::new(),
            })
    }

    /// The place of a column in the list of those that are named.
    fn column(&mut self, name: &str, span: Range<usize>) -> usize {
        let name = one_line(name);
        if let Some(at) = self.columns.iter().position(|column| column.name == name) {
            return at;
        }
        self.columns.push(MapColumn { name, span });
        self.columns.len() - 1
    }

    /// A column, a list of columns, or a text with columns in braces.
    fn origin(&mut self, section: &TomlSection<'_, '_>, key: &str) -> Option<ValueSource> {
        let value = section.get(key)?;
        let span = value.span();
        match value.get_ref() {
            DeValue::String(text) if text.contains('{') => {
                Some(ValueSource::Template(self.template(section, key, text)?))
            }
            DeValue::String(text) => Some(ValueSource::Columns(vec![self.column(text, span)])),
            DeValue::Array(all) if !all.is_empty() => {
                let mut columns = Vec::new();
                for one in all {
                    let Some(name) = one.get_ref().as_str() else {
                        section.wrong(key, format!("`{}` is a list of columns", section.path(key)));
                        return None;
                    };
                    columns.push(self.column(name, one.span()));
                }
                Some(ValueSource::Columns(columns))
            }
            DeValue::Table(_) => {
                let inner = section.section(key)?;
                let names = inner.texts("first").unwrap_or_default();
                if names.is_empty() {
                    inner.wrong(
                        "first",
                        format!("`{}` is a list of columns", inner.path("first")),
                    );
                }
                inner.close();
                let columns = names.iter().map(|name| self.column(name, span.clone()));
                Some(ValueSource::First(columns.collect()))
            }
            _ => {
                section.wrong_with(
                    key,
                    format!("`{}` names no column", section.path(key)),
                    "write \"column\", [\"column\", \"another\"], or a text \"{column} and {another}\"",
                );
                None
            }
        }
    }

    /// A text with columns in braces, and parts in brackets that go with their columns.
    fn template(
        &mut self,
        section: &TomlSection<'_, '_>,
        key: &str,
        text: &str,
    ) -> Option<Vec<TemplatePart>> {
        let mut stack = vec![Vec::new()];
        let mut words = String::new();
        let mut rest = text;
        let mut fault = None;
        // The first fault is told: to look on from each of thousands would cost their square.
        while let Some(c) = rest.chars().next().filter(|_| fault.is_none()) {
            let twice = rest[c.len_utf8()..].starts_with(c);
            if matches!(c, '{' | '}' | '[' | ']') && twice {
                words.push(c);
                rest = &rest[2..];
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if !matches!(c, '{' | '}' | '[' | ']') {
                words.push(c);
                continue;
            }
            let open = stack.len();
            let pieces = stack.last_mut()?;
            if !words.is_empty() {
                pieces.push(TemplatePart::Text(std::mem::take(&mut words)));
            }
            match c {
                '{' => match rest.split_once('}') {
                    Some((name, after)) => {
                        let column = self.column(name, section.at(key));
                        pieces.push(TemplatePart::Column(column));
                        rest = after;
                    }
                    None => fault = Some("a `{` without its `}`"),
                },
                '[' if open == 1 => stack.push(Vec::new()),
                ']' if open == 2 => {
                    let inner = stack.pop()?;
                    stack.last_mut()?.push(TemplatePart::Optional(inner));
                }
                '[' => fault = Some("brackets inside brackets"),
                ']' => fault = Some("a `]` without its `[`"),
                _ => fault = Some("a `}` without its `{`"),
            }
        }
        if stack.len() == 2 {
            fault = fault.or(Some("a `[` without its `]`"));
        }
        if let Some(fault) = fault {
            section.wrong_with(
                key,
                format!("`{}` has {fault}", section.path(key)),
                "columns stand in `{…}`, parts that go with them in `[…]`; doubled, these signs stand for themselves",
            );
            return None;
        }
        let mut pieces = stack.pop()?;
        if !words.is_empty() {
            pieces.push(TemplatePart::Text(words));
        }
        Some(pieces)
    }

    /// `[fields]`: the company's own.
    fn own_fields(&mut self, top: &TomlSection<'_, '_>) {
        let Some(section) = top.section("fields") else {
            return;
        };
        for name in keys(&section) {
            if !is_field_name(&name) {
                section.wrong(
                    &name,
                    format!("`{name}`: a field's name is lower-case letters, digits, `_` and `-`"),
                );
                continue;
            }
            let inner = section
                .get(&name)
                .and_then(|value| value.get_ref().as_table())
                .is_some_and(|table| !table.contains_key("first"));
            let (origin, is_time) = if inner {
                let Some(form) = section.section(&name) else {
                    continue;
                };
                let is_time = form
                    .one_of("is", &["text", "time"])
                    .is_some_and(|is| is == "time");
                if !form.has("column") {
                    form.wrong("column", format!("`{}` is missing", form.path("column")));
                }
                let origin = self.origin(&form, "column");
                form.close();
                (origin, is_time)
            } else {
                (self.origin(&section, &name), false)
            };
            let target = self.target(Field::Company(name));
            (target.origin, target.is_time) = (origin, is_time);
        }
    }
}

/// The field of a path, if a log may fill it.
fn importable(section: &TomlSection<'_, '_>, key: &str, path: &str) -> Option<Field> {
    let field = path.parse::<Field>();
    let hint = match &field {
        Ok(Field::Known(Key::Created)) => "`opened` names the column with the opening time",
        Ok(Field::Known(Key::Id | Key::SourceName | Key::SourceId)) => {
            "`columns.id` names the column with the other system's id"
        }
        Ok(field)
            if matches!(
                field.kind(),
                FieldKind::Ticket | FieldKind::Tickets | FieldKind::Articles
            ) =>
        {
            "keep links to other records in a field of your own"
        }
        Ok(field) if field.kind() == FieldKind::Agents => {
            "who watches here is said by `desk watch`; keep others in a field of your own"
        }
        Ok(field) => return Some(field.clone()),
        Err(_) => {
            let known = Key::ALL
                .iter()
                .map(|key| key.path())
                .chain(ROLES.iter().copied());
            let message = format!("there is no field or role `{path}`");
            let hint = did_you_mean(path, known);
            let own = || "fields of your own stand under `[fields]`".to_owned();
            section.wrong_with(key, message, hint.unwrap_or_else(own));
            return None;
        }
    };
    section.wrong_with(key, format!("`{path}` cannot be filled from a log"), hint);
    None
}

fn keys(section: &TomlSection<'_, '_>) -> Vec<String> {
    section.entries().map(|(key, ..)| key.to_owned()).collect()
}

/// Visits the keys of a section with the paths that they mean: `requester.name = …`,
/// `"requester.name"` and `[….requester]` are one.
fn cached_all(
    section: &TomlSection<'_, '_>,
    mut each: impl FnMut(&str, &TomlSection<'_, '_>, &str),
) {
    for (key, _, value) in section.entries() {
        if SECTIONS.contains(&key) && value.get_ref().is_table() {
            let Some(inner) = section.section(key) else {
                continue;
            };
            for name in keys(&inner) {
                each(&format!("{key}.{name}"), &inner, &name);
            }
        } else {
            each(key, section, key);
        }
    }
}
