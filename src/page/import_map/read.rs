//! A map, read strictly: whatever it names must exist.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use crate::model::catalog::Catalogue;
use crate::model::field::{Field, FieldKind, Key, is_field_name};
use crate::model::settings::Settings;
use crate::model::status::Status;
use crate::page::csv::one_line;
use crate::page::entry_value::NONE;
use crate::page::import_map::form::{stamps, table_form};
use crate::page::import_map::words::{noun, words};
use crate::page::import_map::{
    Map, MapColumn, MapTarget, Meant, TemplatePart, ValueSource, WordMeaning, is_required,
};
use crate::page::problem::{Problem, near, nearest};
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

/// The tables of front matter.
const TABLES: &[&str] = &[
    "requester",
    "asset",
    "links",
    "request",
    "satisfaction",
    "source",
    "fields",
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
    columns: Vec<MapColumn>,
    targets: BTreeMap<Field, MapTarget>,
}

impl MapReader<'_> {
    fn map(&mut self, top: &TomlSection<'_, '_>, path: &str, text: &str) -> Option<Map> {
        let source = Self::source(top);
        let (delimiter, encoding, missing) = table_form(top);
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
            delimiter,
            encoding,
            missing,
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
                .is_some_and(|value| value.get_ref().is_table());
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

    /// `[constants]`: the same for every row.
    fn constants(&mut self, top: &TomlSection<'_, '_>) {
        let Some(section) = top.section("constants") else {
            return;
        };
        cached_all(&section, |path, section, key| {
            let Some(field) = importable(section, key, path) else {
                return;
            };
            let Some(value) = section.get(key) else {
                return;
            };
            let text = match value.get_ref() {
                DeValue::String(text) => one_line(text),
                DeValue::Boolean(yes) => yes.to_string(),
                DeValue::Integer(number) => number.as_str().to_owned(),
                DeValue::Array(_) if field.kind().is_list() => {
                    section.texts(key).unwrap_or_default().join(", ")
                }
                _ => return section.wrong(key, format!("`{}` is a text", section.path(key))),
            };
            if self.target(field.clone()).origin.is_some() {
                let message = format!("`{path}` has a column already");
                let hint = "a field is filled from a column or is a constant, not both";
                return section.wrong_with(key, message, hint);
            }
            // People, queues and codes may be new: they are added as those of the rows are.
            let open = matches!(
                field.kind(),
                FieldKind::Queue | FieldKind::Agent | FieldKind::Code
            );
            if open || self.knows(section, key, field.kind(), &text) {
                self.target(field).origin = Some(ValueSource::Constant(text));
            }
        });
    }

    /// `[values]`: translations. Returns the people.
    fn values(&mut self, top: &TomlSection<'_, '_>) -> BTreeMap<String, String> {
        let mut people = BTreeMap::new();
        let Some(section) = top.section("values") else {
            return people;
        };
        cached_all(&section, |path, section, key| {
            let Some(words) = section.section(key) else {
                return;
            };
            if path == AGENT {
                for word in keys(&words) {
                    let Some(handle) = words.text(&word) else {
                        continue;
                    };
                    if self.knows(&words, &word, FieldKind::Agent, &handle) {
                        people.insert(one_line(&word), handle);
                    }
                }
                return;
            }
            let Some(field) = importable(section, key, path) else {
                return;
            };
            if field.kind() == FieldKind::Agent {
                let hint = "people are translated together in `[values.agent]`";
                return section.wrong_with(key, format!("`{path}` holds a person"), hint);
            }
            let mut values = BTreeMap::new();
            for word in keys(&words) {
                if let Some(meaning) = self.meaning(&words, &word, &field) {
                    values.insert(one_line(&word), meaning);
                }
            }
            self.target(field).values = values;
        });
        people
    }

    fn meaning(
        &mut self,
        words: &TomlSection<'_, '_>,
        word: &str,
        field: &Field,
    ) -> Option<WordMeaning> {
        let value = words.get(word)?;
        if !value.get_ref().is_table() {
            let text = words.text(word)?;
            return Some(vec![(
                field.clone(),
                self.meant(words, word, field, &text)?,
            )]);
        }
        let section = words.section(word)?;
        let mut meaning = Vec::new();
        cached_all(&section, |path, section, key| {
            let Some(set) = importable(section, key, path) else {
                return;
            };
            let Some(text) = section.text(key) else {
                return;
            };
            if let Some(meant) = self.meant(section, key, &set, &text) {
                self.target(set.clone());
                meaning.push((set, meant));
            }
        });
        Some(meaning)
    }

    fn meant(
        &mut self,
        section: &TomlSection<'_, '_>,
        key: &str,
        field: &Field,
        text: &str,
    ) -> Option<Meant> {
        if text == NONE {
            if is_required(field) {
                section.wrong(key, format!("`{field}` cannot be empty"));
                return None;
            }
            return Some(Meant::None);
        }
        let open = matches!(
            field.kind(),
            FieldKind::Queue | FieldKind::Agent | FieldKind::Code | FieldKind::Text
        );
        if open && text.contains('{') {
            return self.template(section, key, text).map(Meant::Template);
        }
        let text = one_line(text);
        self.knows(section, key, field.kind(), &text)
            .then_some(Meant::Word(text))
    }

    /// Whether a word is one of this desk's; if not, that is noted.
    fn knows(&self, section: &TomlSection<'_, '_>, key: &str, kind: FieldKind, word: &str) -> bool {
        let Some(known) = words(kind, self.settings, self.catalogue) else {
            return true;
        };
        if known.contains(&word) {
            return true;
        }
        let near = near(word, known.iter().copied());
        let hint = match (near.first(), known.len()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, 1..=12) => format!("one of: {}", known.join(", ")),
            (None, _) => "it must stand in this desk's settings or catalogue first".to_owned(),
        };
        section.wrong_with(
            key,
            format!("this desk has no {} `{word}`", noun(kind)),
            hint,
        );
        false
    }

    /// What an intake leaves out is as in the settings. Whether the priority is the matrix's.
    fn defaults(&mut self) -> bool {
        let intake = &self.settings.intake;
        let defaults = [
            (Key::Type, intake.kind.clone()),
            (Key::Impact, intake.impact.clone()),
            (Key::Urgency, intake.urgency.clone()),
        ];
        for (key, value) in defaults {
            let target = self.target(key.into());
            target.origin.get_or_insert(ValueSource::Constant(value));
        }
        for key in [Key::Title, Key::Status, Key::WaitingOn, Key::Until] {
            self.target(key.into());
        }
        let priority: Field = Key::Priority.into();
        let set = |target: &MapTarget| {
            target
                .values
                .values()
                .flatten()
                .any(|(field, _)| *field == priority)
        };
        let reported = self.targets.values().any(set);
        self.target(priority.clone()).origin.is_none() && !reported
    }

    /// A pending ticket waits for somebody, and the map must say for whom.
    fn check_waiting(&self, top: &TomlSection<'_, '_>) {
        let waiting: Field = Key::WaitingOn.into();
        let status: Field = Key::Status.into();
        if self
            .targets
            .get(&waiting)
            .is_some_and(|target| target.origin.is_some())
        {
            return;
        }
        let Some(values) = top.section("values") else {
            return;
        };
        let Some(section) = values.section("status") else {
            return;
        };
        let Some(target) = self.targets.get(&status) else {
            return;
        };
        for word in keys(&section) {
            let Some(meaning) = target.values.get(&one_line(&word)) else {
                continue;
            };
            let set = |field: &Field| {
                meaning
                    .iter()
                    .find(|(one, _)| one == field)
                    .map(|(_, meant)| meant)
            };
            let pending = set(&status) == Some(&Meant::Word(Status::Pending.as_str().to_owned()));
            let waits = matches!(set(&waiting), Some(Meant::Word(_)));
            if pending && !waits {
                section.wrong_with(
                    &word,
                    "a pending ticket waits for somebody",
                    "write { status = \"pending\", waiting_on = \"customer\" }, or `vendor`, or `schedule`",
                );
            }
            if waits && !pending {
                section.wrong(&word, "only a pending ticket waits for somebody");
            }
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
        Ok(field) => return Some(field.clone()),
        Err(_) => {
            let known = Key::ALL
                .iter()
                .map(|key| key.path())
                .chain(ROLES.iter().copied());
            let message = format!("there is no field or role `{path}`");
            match nearest(path, known) {
                Some(near) => section.wrong_with(key, message, format!("did you mean `{near}`?")),
                None => {
                    section.wrong_with(key, message, "fields of your own stand under `[fields]`");
                }
            }
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
        if TABLES.contains(&key) && value.get_ref().is_table() {
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
