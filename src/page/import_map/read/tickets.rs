//! The map of an export with one row for each ticket.

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use crate::model::catalog::Catalogue;
use crate::model::settings::Settings;
use crate::page::csv::{Encoding, one_line};
use crate::page::foreign_rows::RowForm;
use crate::page::foreign_time::Stamps;
use crate::page::import_map::form::{delimiter, has_formats, stamps, zone};
use crate::page::import_map::read::{MapReader, cached_all, importable, keys};
use crate::page::import_map::tickets::{ElementForm, ElementKind, TextForm, TicketMap};
use crate::page::import_map::{Map, ValueSource};
use crate::page::problem::Problem;
use crate::page::toml_reader::{TomlSection, TomlSource};

/// The columns of a ticket that are no field of it.
pub const TICKET_ROLES: &[&str] = &[
    "id",
    "opened",
    "opened_by",
    "first_response",
    "resolved",
    "resolved_by",
    "closed",
    "closed_by",
    "updated",
    "description",
];

/// Reads the map at `path`. Of a lenient one, what this desk does not know is passed over: maps that
/// come with the program cannot know its words.
pub fn read_tickets(
    path: &str,
    text: &str,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Result<TicketMap, Vec<Problem>> {
    let source = TomlSource::new(path, text, 0);
    let table = source.parse(text).map_err(|problem| {
        vec![Problem {
            hint: Some("a map is TOML: `desk kb show KB-1MP6` explains its keys".into()),
            ..*problem
        }]
    })?;
    let top = TomlSection::top(&source, &table);
    let lenient = top.bool("lenient").unwrap_or_default();
    let mut reader = MapReader {
        settings,
        catalogue,
        lenient,
        columns: Vec::new(),
        targets: BTreeMap::new(),
    };
    let map = reader.tickets(&top, path, text);
    top.close();
    drop(top);
    let problems = source.finish();
    match map {
        Some(map) if problems.is_empty() => Ok(TicketMap { lenient, ..map }),
        _ => Err(problems),
    }
}

impl MapReader<'_> {
    fn tickets(&mut self, top: &TomlSection<'_, '_>, path: &str, text: &str) -> Option<TicketMap> {
        let source = Self::source(top);
        let (rows, missing, list_separator) = row_form(top);
        let (stated, zone) = times(top);
        let roles = self.ticket_columns(top);
        self.own_fields(top);
        self.constants(top);
        let people = self.values(top);
        let derives_priority = self.defaults();
        self.check_waiting(top);
        let mut elements = Vec::new();
        for (section, kind) in [
            ("comments", None),
            ("links", Some(ElementKind::Link)),
            ("attachments", Some(ElementKind::File)),
        ] {
            self.elements(top, section, kind, &mut elements);
        }
        let html = top.texts("html").unwrap_or_default();
        let unused = unused(top);
        let people_columns = self.people_columns(top);
        let recognised = top.texts("recognised").unwrap_or_default();
        let role = |name: &str| roles.get(name).cloned();
        let nothing = || ValueSource::Columns(Vec::new());
        Some(TicketMap {
            map: Map {
                source: source?,
                delimiter: rows.delimiter,
                unquoted: rows.unquoted,
                encoding: rows.encoding.unwrap_or_default(),
                missing,
                list_separator,
                stamps: stated
                    .clone()
                    .or_else(|| Stamps::new([], zone.unwrap_or_default()).ok())?,
                id: role("id").unwrap_or_else(nothing),
                time: role("opened").unwrap_or_else(nothing),
                by: None,
                opened: None,
                opened_by: role("opened_by"),
                activity: None,
                text: None,
                description: role("description"),
                derives_priority,
                targets: std::mem::take(&mut self.targets).into_values().collect(),
                columns: std::mem::take(&mut self.columns),
                people,
                path: path.to_owned(),
                whole: text.to_owned(),
            },
            rows,
            states_times: stated.is_some(),
            zone,
            first_response: role("first_response"),
            resolved: role("resolved"),
            resolved_by: role("resolved_by"),
            closed: role("closed"),
            closed_by: role("closed_by"),
            updated: role("updated"),
            elements,
            html,
            unused,
            recognised,
            people: people_columns,
            lenient: false,
        })
    }

    /// `[columns]`: the fields go to the targets, the roles are returned.
    fn ticket_columns(&mut self, top: &TomlSection<'_, '_>) -> BTreeMap<String, ValueSource> {
        let mut roles = BTreeMap::new();
        match top.section("columns") {
            Some(section) => cached_all(&section, |path, section, key| {
                let Some(origin) = self.origin(section, key) else {
                    return;
                };
                if TICKET_ROLES.contains(&path) {
                    roles.insert(path.to_owned(), origin);
                } else if let Some(field) = importable(section, key, path) {
                    self.target(field).origin = Some(origin);
                }
            }),
            None => top.wrong_with(
                "columns",
                "`columns` is missing",
                "say which column is what: id, title, opened, status and so on",
            ),
        }
        roles
    }

    /// `people`: pairs of columns, a number and the name of the same person.
    fn people_columns(&mut self, top: &TomlSection<'_, '_>) -> Vec<(usize, usize)> {
        let Some(value) = top.get("people") else {
            return Vec::new();
        };
        let pairs = value.get_ref().as_array().map(|all| {
            let pair = |one: &toml::Spanned<toml::de::DeValue<'_>>| {
                let both: Vec<String> = one
                    .get_ref()
                    .as_array()?
                    .iter()
                    .filter_map(|name| Some(name.get_ref().as_str()?.to_owned()))
                    .collect();
                <[String; 2]>::try_from(both).ok()
            };
            all.iter().map(pair).collect::<Option<Vec<_>>>()
        });
        let Some(Some(pairs)) = pairs else {
            top.wrong_with(
                "people",
                "`people` is a list of pairs of columns",
                "write people = [[\"author_id\", \"author.name\"]]",
            );
            return Vec::new();
        };
        let span = value.span();
        pairs
            .iter()
            .map(|[number, name]| {
                (
                    self.column(number, span.clone()),
                    self.column(name, span.clone()),
                )
            })
            .collect()
    }

    /// `[comments.NAME]` and its like: what a row holds several of.
    fn elements(
        &mut self,
        top: &TomlSection<'_, '_>,
        name: &str,
        fixed: Option<ElementKind>,
        out: &mut Vec<ElementForm>,
    ) {
        let Some(section) = top.section(name) else {
            return;
        };
        for key in keys(&section) {
            let Some(one) = section.section(&key) else {
                continue;
            };
            let (columns, is_first) = match self.origin(&one, "column") {
                Some(ValueSource::Columns(columns)) => (columns, false),
                Some(ValueSource::First(columns)) => (columns, true),
                _ => {
                    if !one.has("column") {
                        one.wrong("column", format!("`{}` is missing", one.path("column")));
                    }
                    continue;
                }
            };
            let words: &[&str] = match fixed {
                None => &["contact", "note"],
                Some(ElementKind::Link) => &["relates", "parent", "follows"],
                Some(_) => &["file"],
            };
            let word = one.one_of("as", words);
            let kind = match (fixed, word.as_deref()) {
                (Some(kind), _) => kind,
                (None, Some("note")) => ElementKind::Note,
                (None, _) => ElementKind::Contact,
            };
            let form = one.text("form").and_then(|form| {
                let read = TextForm::read(&form);
                if read.is_none() {
                    one.wrong_with(
                        "form",
                        "a form has `{text}` or `{name}` in it, and signs between the parts",
                        "write \"{time};{by};{text}\"",
                    );
                }
                read
            });
            let public = one.text("public");
            out.push(ElementForm {
                kind,
                link: word.unwrap_or_else(|| "relates".to_owned()),
                columns,
                is_first,
                split: one_or_more(&one, "split"),
                form,
                id: one.text("id"),
                at: one.one_of("at", &["opened", "resolved", "closed", "updated"]),
                time: one.text("time"),
                by: one_or_more(&one, "by"),
                text: one_or_more(&one, "text"),
                public: public
                    .as_deref()
                    .map(|path| path.trim_start_matches('!').to_owned()),
                is_internal: public.is_some_and(|path| path.starts_with('!')),
            });
            one.close();
        }
    }
}

/// A key that has a text or a list of texts.
fn one_or_more(section: &TomlSection<'_, '_>, key: &str) -> Vec<String> {
    let is_list = section
        .get(key)
        .is_some_and(|value| value.get_ref().is_array());
    if is_list {
        return section.texts(key).unwrap_or_default();
    }
    section.text(key).into_iter().collect()
}

/// `[file]`: how the file is cut into rows and cells.
fn row_form(top: &TomlSection<'_, '_>) -> (RowForm, BTreeSet<String>, Option<String>) {
    let mut form = RowForm::default();
    let mut missing = BTreeSet::new();
    let mut list_separator = None;
    if let Some(section) = top.section("file") {
        form.delimiter = delimiter(&section);
        form.encoding = section
            .one_of("encoding", Encoding::WORDS)
            .map(|word| Encoding::read(&word));
        form.unquoted = section.bool("quotes") == Some(false);
        form.sheet = section.text("sheet");
        form.list = section.text("list");
        list_separator = section
            .text("list_separator")
            .filter(|text| !text.is_empty());
        let cells = section.texts("missing").unwrap_or_default();
        missing.extend(cells.iter().map(|cell| one_line(cell)));
        section.close();
    }
    (form, missing, list_separator)
}

/// `[time]`: patterns, where the map states them, and the zone.
fn times(top: &TomlSection<'_, '_>) -> (Option<Stamps>, Option<chrono_tz::Tz>) {
    if has_formats(top) {
        let stated = stamps(top);
        let zone = stated.as_ref().map(Stamps::zone);
        return (stated, zone);
    }
    let Some(section) = top.section("time") else {
        return (None, None);
    };
    let zone = zone(&section);
    section.close();
    (None, zone)
}

/// `[unused]`: columns of the documented export that are not taken, and why.
fn unused(top: &TomlSection<'_, '_>) -> BTreeMap<String, String> {
    let Some(section) = top.section("unused") else {
        return BTreeMap::new();
    };
    keys(&section)
        .into_iter()
        .filter_map(|name| Some((one_line(&name), section.text(&name)?)))
        .collect()
}
