//! The map of an event log, read: which column is what, and which of its words are which of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono_tz::Tz;
use toml::de::DeValue;

use super::bullet::NONE;
use super::csv::{Encoding, one_line};
use super::problem::{Problem, near, nearest};
use super::stamp::{RFC3339, Stamps};
use super::table::{Section, Source};
use crate::model::catalogue::Catalogue;
use crate::model::field::{Field, Key, Kind, is_field_name};
use crate::model::settings::Settings;
use crate::model::status::{Channel, Feeling, Status, TicketType, Waiting};

/// What a map says.
#[derive(Clone, Debug)]
pub struct Map {
    /// The word for the other system, in entries and settings.
    pub source: String,
    /// The byte between two cells.
    pub delimiter: u8,
    /// How the bytes stand for characters.
    pub encoding: Encoding,
    /// Cells that say nothing; an empty one always does.
    pub missing: BTreeSet<String>,
    /// How times are written.
    pub stamps: Stamps,
    /// The columns that the map names, each once.
    pub columns: Vec<Column>,
    /// The other system's id of the ticket.
    pub id: Origin,
    /// When the row happened.
    pub time: Origin,
    /// Who made the row.
    pub by: Option<Origin>,
    /// When the ticket was opened.
    pub opened: Option<Origin>,
    /// Who opened it.
    pub opened_by: Option<Origin>,
    /// What the other system calls the step.
    pub activity: Option<Origin>,
    /// Free text of the entry.
    pub text: Option<Origin>,
    /// Free text of the ticket.
    pub description: Option<Origin>,
    /// Whether the priority follows from impact and urgency.
    pub derives_priority: bool,
    /// The fields that it fills, in the order of front matter.
    pub targets: Vec<Target>,
    /// Handles of this desk by the other system's names.
    pub people: BTreeMap<String, String>,
    path: String,
    whole: String,
}

/// A column that the map names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// Where the map names it.
    span: Range<usize>,
}

/// Where a value comes from; columns are places in [`Map::columns`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// One column, or several joined.
    Columns(Vec<usize>),
    /// A text with columns in it.
    Template(Vec<Piece>),
    /// The same for every row.
    Constant(String),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// The cell of a column.
    Column(usize),
    /// Pieces that go away together where one of their cells says nothing.
    Optional(Vec<Piece>),
}

/// A field that the log fills.
#[derive(Clone, Debug)]
pub struct Target {
    /// The field.
    pub field: Field,
    /// Where its values come from; `None` where only other fields' words set it.
    pub origin: Option<Origin>,
    /// Whether a field of the company's own is an instant.
    pub is_time: bool,
    /// The other system's words.
    pub values: BTreeMap<String, Meaning>,
}

/// What a word of the other system means: which fields it sets. A field that is not named stays
/// as it is.
pub type Meaning = Vec<(Field, Meant)>;

/// What a field is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// To nothing.
    None,
    /// To a value of this desk.
    Word(String),
    /// To a text with columns in it.
    Template(Vec<Piece>),
}

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
    let source = Source::new(path, text, 0);
    let table = source.parse(text).map_err(|problem| {
        vec![Problem {
            hint: Some("a map is TOML: `desk kb show KB-1MP5` explains its keys".into()),
            ..*problem
        }]
    })?;
    let top = Section::top(&source, &table);
    let mut reader = Reader {
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

impl Map {
    /// For every column of the map its place in the header of a table.
    pub fn bind(&self, header: &[String]) -> Result<Vec<usize>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut places = Vec::new();
        for Column { name, span } in &self.columns {
            let mut found = header
                .iter()
                .enumerate()
                .filter(|(_, known)| *known == name);
            let problem = |message| Problem::at(&self.path, &self.whole, span.clone(), message);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.push(place),
                (Some(_), Some(_)) => {
                    let message = format!("the table has two columns `{name}`");
                    problems.push(
                        problem(message)
                            .hint("give them different names in the table's first line"),
                    );
                }
                (None, _) => {
                    let hint = match nearest(name, header.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are: {}", header.join(", ")),
                    };
                    problems.push(problem(format!("the table has no column `{name}`")).hint(hint));
                }
            }
        }
        problems.sort_by_key(|problem| problem.place);
        if problems.is_empty() {
            Ok(places)
        } else {
            Err(problems)
        }
    }

    /// The names of a table's columns that the map does not use.
    pub fn unused<'h>(&self, header: &'h [String]) -> Vec<&'h str> {
        let used = |name: &&str| self.columns.iter().any(|column| column.name == *name);
        header
            .iter()
            .map(String::as_str)
            .filter(|name| !used(name))
            .collect()
    }

    /// Whether a cell says nothing.
    pub fn is_missing(&self, cell: &str) -> bool {
        cell.is_empty() || self.missing.contains(cell)
    }

    /// The fields of the company's own that it fills, with the names of their columns.
    pub fn own_fields(&self) -> Vec<(&str, String)> {
        let title = |target: &Target| match &target.origin {
            Some(Origin::Columns(columns)) => {
                let names: Vec<&str> = columns
                    .iter()
                    .map(|at| self.columns[*at].name.as_str())
                    .collect();
                names.join(" / ")
            }
            _ => target.field.name().to_owned(),
        };
        self.targets
            .iter()
            .filter(|target| matches!(target.field, Field::Company(_)))
            .map(|target| (target.field.name(), title(target)))
            .collect()
    }
}

struct Reader<'a> {
    settings: &'a Settings,
    catalogue: &'a Catalogue,
    columns: Vec<Column>,
    targets: BTreeMap<Field, Target>,
}

impl Reader<'_> {
    fn map(&mut self, top: &Section<'_, '_>, path: &str, text: &str) -> Option<Map> {
        let source = self.source(top);
        let (delimiter, encoding, missing) = table_form(top);
        let stamps = stamps(top);
        let mut roles = BTreeMap::new();
        if let Some(section) = top.section("columns") {
            leaves(&section, |path, section, key| {
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

    fn source(&self, top: &Section<'_, '_>) -> Option<String> {
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

    fn target(&mut self, field: Field) -> &mut Target {
        self.targets.entry(field.clone()).or_insert_with(|| Target {
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
        self.columns.push(Column { name, span });
        self.columns.len() - 1
    }

    /// A column, a list of columns, or a text with columns in braces.
    fn origin(&mut self, section: &Section<'_, '_>, key: &str) -> Option<Origin> {
        let value = section.get(key)?;
        let span = value.span();
        match value.get_ref() {
            DeValue::String(text) if text.contains('{') => {
                Some(Origin::Template(self.template(section, key, text)?))
            }
            DeValue::String(text) => Some(Origin::Columns(vec![self.column(text, span)])),
            DeValue::Array(all) if !all.is_empty() => {
                let mut columns = Vec::new();
                for one in all {
                    let Some(name) = one.get_ref().as_str() else {
                        section.wrong(key, format!("`{}` is a list of columns", section.path(key)));
                        return None;
                    };
                    columns.push(self.column(name, one.span()));
                }
                Some(Origin::Columns(columns))
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
    fn template(&mut self, section: &Section<'_, '_>, key: &str, text: &str) -> Option<Vec<Piece>> {
        let mut stack = vec![Vec::new()];
        let mut words = String::new();
        let mut rest = text;
        let mut fault = None;
        while let Some(c) = rest.chars().next() {
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
                pieces.push(Piece::Text(std::mem::take(&mut words)));
            }
            match c {
                '{' => match rest.split_once('}') {
                    Some((name, after)) => {
                        let column = self.column(name, section.at(key));
                        pieces.push(Piece::Column(column));
                        rest = after;
                    }
                    None => fault = Some("a `{` without its `}`"),
                },
                '[' if open == 1 => stack.push(Vec::new()),
                ']' if open == 2 => {
                    let inner = stack.pop()?;
                    stack.last_mut()?.push(Piece::Optional(inner));
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
            pieces.push(Piece::Text(words));
        }
        Some(pieces)
    }

    /// `[fields]`: the company's own.
    fn own_fields(&mut self, top: &Section<'_, '_>) {
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
    fn constants(&mut self, top: &Section<'_, '_>) {
        let Some(section) = top.section("constants") else {
            return;
        };
        leaves(&section, |path, section, key| {
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
            let open = matches!(field.kind(), Kind::Queue | Kind::Agent | Kind::Code);
            if open || self.knows(section, key, field.kind(), &text) {
                self.target(field).origin = Some(Origin::Constant(text));
            }
        });
    }

    /// `[values]`: translations. Returns the people.
    fn values(&mut self, top: &Section<'_, '_>) -> BTreeMap<String, String> {
        let mut people = BTreeMap::new();
        let Some(section) = top.section("values") else {
            return people;
        };
        leaves(&section, |path, section, key| {
            let Some(words) = section.section(key) else {
                return;
            };
            if path == AGENT {
                for word in keys(&words) {
                    let Some(handle) = words.text(&word) else {
                        continue;
                    };
                    if self.knows(&words, &word, Kind::Agent, &handle) {
                        people.insert(one_line(&word), handle);
                    }
                }
                return;
            }
            let Some(field) = importable(section, key, path) else {
                return;
            };
            if field.kind() == Kind::Agent {
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

    fn meaning(&mut self, words: &Section<'_, '_>, word: &str, field: &Field) -> Option<Meaning> {
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
        leaves(&section, |path, section, key| {
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
        section: &Section<'_, '_>,
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
            Kind::Queue | Kind::Agent | Kind::Code | Kind::Text
        );
        if open && text.contains('{') {
            return self.template(section, key, text).map(Meant::Template);
        }
        let text = one_line(text);
        self.knows(section, key, field.kind(), &text)
            .then_some(Meant::Word(text))
    }

    /// Whether a word is one of this desk's; if not, that is noted.
    fn knows(&self, section: &Section<'_, '_>, key: &str, kind: Kind, word: &str) -> bool {
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
            target.origin.get_or_insert(Origin::Constant(value));
        }
        for key in [Key::Title, Key::Status, Key::WaitingOn, Key::Until] {
            self.target(key.into());
        }
        let priority: Field = Key::Priority.into();
        let set = |target: &Target| {
            target
                .values
                .values()
                .flatten()
                .any(|(field, _)| *field == priority)
        };
        let told = self.targets.values().any(set);
        self.target(priority.clone()).origin.is_none() && !told
    }

    /// A pending ticket waits for somebody, and the map must say for whom.
    fn check_waiting(&self, top: &Section<'_, '_>) {
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

/// Whether a ticket must have the field, so that a cell that says nothing changes nothing.
pub fn is_required(field: &Field) -> bool {
    use Key::{Impact, Priority, Status, Title, Type, Urgency};
    matches!(
        field,
        Field::Known(Type | Title | Status | Priority | Impact | Urgency)
    )
}

/// The words that a desk has for a kind of value; `None` where any text will do.
pub fn words<'d>(
    kind: Kind,
    settings: &'d Settings,
    catalogue: &'d Catalogue,
) -> Option<Vec<&'d str>> {
    Some(match kind {
        Kind::Type => TicketType::WORDS.to_vec(),
        // Merging is for two tickets of this desk.
        Kind::Status => Status::WORDS
            .iter()
            .copied()
            .filter(|word| *word != "merged")
            .collect(),
        Kind::Waiting => Waiting::WORDS.to_vec(),
        Kind::Channel => Channel::WORDS.to_vec(),
        Kind::Feeling => Feeling::WORDS.to_vec(),
        Kind::Priority => settings
            .priorities
            .iter()
            .map(|one| one.name.as_str())
            .collect(),
        Kind::Impact => settings.impacts.iter().map(String::as_str).collect(),
        Kind::Urgency => settings.urgencies.iter().map(String::as_str).collect(),
        Kind::Queue => settings.queues.keys().map(String::as_str).collect(),
        Kind::Agent => settings.agents.keys().map(String::as_str).collect(),
        Kind::Code => catalogue.codes.keys().map(String::as_str).collect(),
        Kind::Bool => vec!["true", "false"],
        _ => return None,
    })
}

/// What a kind of value is called.
pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Type => "type",
        Kind::Status => "status",
        Kind::Waiting => "`waiting_on`",
        Kind::Channel => "channel",
        Kind::Feeling => "feeling",
        Kind::Priority => "priority",
        Kind::Impact => "impact",
        Kind::Urgency => "urgency",
        Kind::Queue => "queue",
        Kind::Agent => "agent",
        Kind::Code => "problem code",
        Kind::Moment | Kind::Date => "time",
        Kind::Bool => "`true` or `false`",
        Kind::Number => "number",
        _ => "value",
    }
}

/// The field of a path, if a log may fill it.
fn importable(section: &Section<'_, '_>, key: &str, path: &str) -> Option<Field> {
    let field = path.parse::<Field>();
    let hint = match &field {
        Ok(Field::Known(Key::Created)) => "`opened` names the column with the opening time",
        Ok(Field::Known(Key::Id | Key::SourceName | Key::SourceId)) => {
            "`columns.id` names the column with the other system's id"
        }
        Ok(field) if matches!(field.kind(), Kind::Ticket | Kind::Tickets | Kind::Articles) => {
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
                    section.wrong_with(key, message, "fields of your own stand under `[fields]`")
                }
            }
            return None;
        }
    };
    section.wrong_with(key, format!("`{path}` cannot be filled from a log"), hint);
    None
}

fn keys(section: &Section<'_, '_>) -> Vec<String> {
    section.entries().map(|(key, ..)| key.to_owned()).collect()
}

/// Visits the keys of a section with the paths that they mean: `requester.name = …`,
/// `"requester.name"` and `[….requester]` are one.
fn leaves(section: &Section<'_, '_>, mut each: impl FnMut(&str, &Section<'_, '_>, &str)) {
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

/// `[csv]`: delimiter, encoding and the cells that say nothing.
fn table_form(top: &Section<'_, '_>) -> (u8, Encoding, BTreeSet<String>) {
    let Some(section) = top.section("csv") else {
        return (b',', Encoding::Utf8, BTreeSet::new());
    };
    let delimiter = match section.text("delimiter").as_deref() {
        None => b',',
        Some(text) => match text.as_bytes() {
            [one] if !matches!(one, b'"' | b'\r' | b'\n') && one.is_ascii() => *one,
            _ => {
                section.wrong_with(
                    "delimiter",
                    "the delimiter is one sign",
                    "write \",\", \";\", \"|\" or \"\\t\"",
                );
                b','
            }
        },
    };
    let encoding = section.one_of("encoding", Encoding::WORDS);
    let encoding = encoding.map_or(Encoding::Utf8, |word| Encoding::read(&word));
    let missing = section.texts("missing").unwrap_or_default();
    section.close();
    (
        delimiter,
        encoding,
        missing.iter().map(|cell| one_line(cell)).collect(),
    )
}

/// The zone of times that name none.
fn zone(section: &Section<'_, '_>) -> Option<Tz> {
    let name = section.text("zone")?;
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let all = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |zone: &&str| {
        zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&name.replace(' ', "_")))
    };
    let near = all().find(city).map(str::to_owned).or_else(|| nearest(&name, all()));
    let near = near.unwrap_or_else(|| "Europe/Warsaw".to_owned());
    section.wrong_with("zone", format!("there is no time zone `{name}`"), format!("did you mean `{near}`?"));
    None
}

/// `[time]`: patterns and zone.
fn stamps(top: &Section<'_, '_>) -> Option<Stamps> {
    let hint = "write formats = [\"rfc3339\"], or a pattern like [\"%d/%m/%Y %H:%M\"]";
    let Some(section) = top.section("time") else {
        top.wrong_with("time", "`time` is missing", hint);
        return None;
    };
    let one = section
        .get("formats")
        .is_some_and(|value| value.get_ref().is_str());
    let formats = if one {
        section.text("formats").map(|format| vec![format])
    } else {
        section.texts("formats")
    };
    let zone = zone(&section);
    section.close();
    let Some(formats) = formats.filter(|formats| !formats.is_empty()) else {
        section.wrong_with("formats", "`time.formats` says how times are written", hint);
        return None;
    };
    for format in &formats {
        if let Err(error) = Stamps::new([format.as_str()], Tz::UTC) {
            section.wrong_with(
                "formats",
                error.to_string(),
                format!("write chrono's signs, as in `%Y-%m-%d %H:%M:%S`, or `{RFC3339}`"),
            );
            return None;
        }
    }
    let zoned = |format: &String| {
        format == RFC3339
            || ["%z", "%:z", "%#z", "%s", "%+"]
                .iter()
                .any(|sign| format.contains(sign))
    };
    if zone.is_none() && !section.has("zone") && !formats.iter().all(zoned) {
        section.wrong_with(
            "formats",
            "`time.zone` is missing: these times name no zone",
            "write the zone of the other system's clock, as in zone = \"Europe/Warsaw\"",
        );
        return None;
    }
    Stamps::new(formats.iter().map(String::as_str), zone.unwrap_or(Tz::UTC)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{catalogue, settings};

    fn desk() -> (Settings, Catalogue) {
        let settings = settings::read(settings::STARTER).unwrap();
        let catalogue = catalogue::read(catalogue::STARTER, &settings).unwrap();
        (settings, catalogue)
    }

    fn map(text: &str) -> Result<Map, Vec<Problem>> {
        let (settings, catalogue) = desk();
        read("m.toml", text, &settings, &catalogue)
    }

    fn told(problems: &[Problem]) -> String {
        let line = |problem: &Problem| {
            let hint = problem.hint.as_ref().map_or_else(String::new, |hint| format!("\n    hint: {hint}"));
            format!("{}: {}{hint}", problem.location(), problem.message)
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const LEAST: &str = "source = \"old\"\ntime.formats = \"rfc3339\"\ncolumns = { id = \"Nr\", time = \"When\" }\n";

    #[test]
    fn the_least_map_takes_the_rest_from_the_intake() {
        let map = map(LEAST).unwrap();
        assert_eq!((map.delimiter, map.encoding, map.derives_priority), (b',', Encoding::Utf8, true));
        let target = |key: Key| map.targets.iter().find(|target| target.field == key.into()).unwrap();
        assert_eq!(target(Key::Type).origin, Some(Origin::Constant("action".into())));
        assert_eq!(target(Key::Urgency).origin, Some(Origin::Constant("medium".into())));
        assert!(map.targets.is_sorted_by(|a, b| a.field < b.field));
    }

    #[test]
    fn everything_wrong_with_a_map_is_said_with_its_place() {
        let problems = map(r#"source = "Old System"
[csv]
delimiter = ";;"
encoding = "utf-16"
quote = "'"
[time]
formats = ["%d/%m %H:%M"]
zone = "Warsaw"
[columns]
id = "Nr"
titel = "Title"
created = "Opened"
links.relates = "See"
asset.name = 3
title = "{Kind [x"
requester = { nmae = "Caller" }
[fields]
"Big Field" = "x"
when = { colum = "x", is = "date" }
[constants]
title = "x"
channel = "pigeon"
[values.status]
"Wait" = "pending"
"Hold" = { status = "open", waiting_on = "vendor" }
"Gone" = "(none)"
"Merged" = "merged"
[values.priority]
"1" = "critical"
[values.queue]
"A" = "netwrk"
[values.assignee]
"Bob" = "bob"
[values.agent]
"Bob" = "bob"
[extra]
"#).unwrap_err();
        insta::assert_snapshot!(told(&problems), @r#"
        m.toml:1:10: `Old System` is no name for a source
            hint: write lower-case letters, digits and dashes: it stands in every entry and in the settings
        m.toml:3:13: the delimiter is one sign
            hint: write ",", ";", "|" or "\t"
        m.toml:4:12: `csv.encoding` cannot be `utf-16`
            hint: did you mean `utf-8`?
        m.toml:5:1: there is no setting `csv.quote`
        m.toml:7:11: `%d/%m %H:%M` is no pattern for a date or a time with its date
            hint: write chrono's signs, as in `%Y-%m-%d %H:%M:%S`, or `rfc3339`
        m.toml:8:8: there is no time zone `Warsaw`
            hint: did you mean `Europe/Warsaw`?
        m.toml:9:1: `columns.time` is missing
            hint: name the column with the time of the row
        m.toml:11:9: there is no field or role `titel`
            hint: did you mean `title`?
        m.toml:12:11: `created` cannot be filled from a log
            hint: `opened` names the column with the opening time
        m.toml:13:17: `links.relates` cannot be filled from a log
            hint: keep links to other records in a field of your own
        m.toml:14:14: `columns.asset.name` names no column
            hint: write "column", ["column", "another"], or a text "{column} and {another}"
        m.toml:15:9: `columns.title` has a `{` without its `}`
            hint: columns stand in `{…}`, parts that go with them in `[…]`; doubled, these signs stand for themselves
        m.toml:16:22: there is no field or role `requester.nmae`
            hint: did you mean `requester.name`?
        m.toml:18:15: `Big Field`: a field's name is lower-case letters, digits, `_` and `-`
        m.toml:19:8: `fields.when.column` is missing
        m.toml:19:10: there is no setting `fields.when.colum`
            hint: did you mean `fields.when.column`?
        m.toml:19:28: `fields.when.is` cannot be `date`
            hint: one of: text, time
        m.toml:22:11: this desk has no channel `pigeon`
            hint: did you mean `phone`?
        m.toml:24:10: a pending ticket waits for somebody
            hint: write { status = "pending", waiting_on = "customer" }, or `vendor`, or `schedule`
        m.toml:25:10: only a pending ticket waits for somebody
        m.toml:26:10: `status` cannot be empty
        m.toml:27:12: this desk has no status `merged`
            hint: one of: new, open, pending, resolved, closed, cancelled
        m.toml:29:7: this desk has no priority `critical`
            hint: did you mean `critical-situation`?
        m.toml:31:7: this desk has no queue `netwrk`
            hint: did you mean `network`?
        m.toml:32:1: `assignee` holds a person
            hint: people are translated together in `[values.agent]`
        m.toml:35:9: this desk has no agent `bob`
            hint: it must stand in this desk's settings or catalogue first
        m.toml:36:2: there is no setting `extra`
        "#);
    }

    #[test]
    fn what_a_map_lacks_is_said() {
        insta::assert_snapshot!(told(&map("").unwrap_err()), @r#"
        m.toml:1:1: `source` is missing
        m.toml:1:1: `time` is missing
            hint: write formats = ["rfc3339"], or a pattern like ["%d/%m/%Y %H:%M"]
        m.toml:1:1: `columns` is missing
            hint: say at least which column is `id` and which is `time`
        "#);
        insta::assert_snapshot!(told(&map("source = \"x\"\n[time]\nformats = [\"%Y-%m-%d\"]\n[columns]\nby = \"Who\"\n").unwrap_err()), @r#"
        m.toml:3:11: `time.zone` is missing: these times name no zone
            hint: write the zone of the other system's clock, as in zone = "Europe/Warsaw"
        m.toml:4:1: `columns.id` is missing
            hint: name the column that tells one ticket from another
        m.toml:4:1: `columns.time` is missing
            hint: name the column with the time of the row
        "#);
        insta::assert_snapshot!(told(&map("source = ").unwrap_err()), @r#"
        m.toml:1:10: string values must be quoted, expected literal string
            hint: a map is TOML: `desk kb show KB-1MP5` explains its keys
        "#);
    }

    #[test]
    fn columns_are_found_in_the_header_or_the_nearest_is_named() {
        let map = map(&LEAST.replace("time = \"When\"", "time = \"When\", title = \"{Kind}, {Kind}[ ({Detail})]\", code = [\"Kind\", \"Detial\"]")).unwrap();
        let header = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let full = header(&["When", "Detial", "x", "Kind", "Nr", "Detail"]);
        let found: Vec<&str> = map.bind(&full).unwrap().into_iter().map(|at| full[at].as_str()).collect();
        assert_eq!(found, map.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>());
        assert_eq!(map.unused(&header(&["When", "x", "Kind"])), ["x"]);
        let problems = map.bind(&header(&["Nr", "Nr", "Detail", "Whenn", "Kind"])).unwrap_err();
        insta::assert_snapshot!(told(&problems), @r#"
        m.toml:3:18: the table has two columns `Nr`
            hint: give them different names in the table's first line
        m.toml:3:31: the table has no column `When`
            hint: did you mean `Whenn`?
        m.toml:3:94: the table has no column `Detial`
            hint: did you mean `Detail`?
        "#);
    }

    #[test]
    fn templates_have_columns_and_parts_that_go_with_them() {
        let map = map(&LEAST.replace("time = \"When\"", "time = \"When\", title = \"[[{A}: [{{{B}}} of ]{A}]]\"")).unwrap();
        let title = map.targets.iter().find(|target| target.field == Key::Title.into()).unwrap();
        let text = |text: &str| Piece::Text(text.to_owned());
        let column = |name: &str| {
            Piece::Column(map.columns.iter().position(|column| column.name == name).unwrap())
        };
        assert_eq!(
            title.origin,
            Some(Origin::Template(vec![
                text("["),
                column("A"),
                text(": "),
                Piece::Optional(vec![text("{"), column("B"), text("} of ")]),
                column("A"),
                text("]"),
            ]))
        );
    }

    #[test]
    fn the_shipped_maps_read_with_a_new_desk() {
        for text in [
            include_str!("../../docs/maps/uci.toml"),
            include_str!("../../docs/maps/volvo.toml"),
            include_str!("../../docs/maps/helpdesk-log.toml"),
        ] {
            map(text).unwrap();
        }
    }
}
