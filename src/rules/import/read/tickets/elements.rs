//! What a row says beside its fields: comments, links, files and other people.

use std::collections::HashSet;

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::page::csv::one_line;
use crate::page::escape::tidy;
use crate::page::foreign_rows::{ForeignCell, ForeignRow};
use crate::page::import_map::ValueSource;
use crate::page::import_map::tickets::{ElementForm, ElementKind};
use crate::page::mail::html;
use crate::rules::import::odd::RowProblem;
use crate::rules::import::read::TableReader;
use crate::rules::import::read::tickets::{RowFacts, RowsReader, reached, someone, ungrouped};
use crate::rules::import::{Cell, EMPTY, private};

impl RowsReader<'_> {
    /// Comments, links and attachments. Whether one of them answers the requester.
    pub(in crate::rules::import::read::tickets) fn elements(
        &mut self,
        reader: &mut TableReader<'_>,
        row: &ForeignRow,
        facts: &RowFacts,
    ) -> bool {
        let map = self.map;
        let mut answered = false;
        for form in &map.elements {
            let mut seen = HashSet::new();
            for column in &form.columns {
                let Some(place) = self.columns.places[*column].filter(|place| seen.insert(*place))
                else {
                    continue;
                };
                let path = map.map.columns[*column].name.as_str();
                for cell in row.all(place) {
                    answered |= self.element(reader, form, path, cell, facts);
                }
                if form.is_first {
                    break;
                }
            }
        }
        answered
    }

    pub(in crate::rules::import::read::tickets) fn element(
        &mut self,
        reader: &mut TableReader<'_>,
        form: &ElementForm,
        path: &str,
        cell: &ForeignCell,
        facts: &RowFacts,
    ) -> bool {
        let ForeignCell::Object(object) = cell else {
            let Some(text) = cell.text() else {
                return false;
            };
            // A list of objects that another kind of export only counts.
            if !form.text.is_empty() && form.form.is_none() {
                return false;
            }
            let whole = self.pieces(form, text);
            let raw = cell.raw();
            let mut answered = false;
            for piece in &whole {
                let raw = if whole.len() == 1 {
                    raw.as_slice()
                } else {
                    piece.as_bytes()
                };
                answered |= self.text_element(reader, form, path, piece, raw, facts);
            }
            return answered;
        };
        let at = |path: &Option<String>| path.as_ref().and_then(|path| reached(object, path));
        let first = |paths: &[String]| {
            let mut all = paths.iter();
            all.find_map(|path| Some((path.clone(), reached(object, path)?)))
        };
        let raw = match at(&form.id) {
            Some(id) => id.into_bytes(),
            None => cell.raw(),
        };
        let (text_path, text) = first(&form.text).unwrap_or_default();
        let text_path = format!("{path}.{text_path}");
        let text = if self.map.html.contains(&text_path) {
            of_html(&text)
        } else {
            tidy(&text)
        };
        let time = at(&form.time);
        let public = at(&form.public).map(|word| (word == "true") != form.is_internal);
        self.said(
            reader,
            form,
            path,
            &raw,
            Said {
                time: time.as_deref(),
                by: first(&form.by).map(|(_, by)| by).as_deref(),
                text,
                public,
            },
            facts,
        )
    }

    /// The elements of one text.
    pub(in crate::rules::import::read::tickets) fn pieces(
        &self,
        form: &ElementForm,
        text: &str,
    ) -> Vec<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if !form.split.is_empty() {
            let mut pieces = vec![text];
            for split in &form.split {
                let cut = |text: String| {
                    let text = if split == "<br>" {
                        text.replace("<br/>", "<br>").replace("<br />", "<br>")
                    } else {
                        text
                    };
                    let all = text.split(split.as_str()).map(str::to_owned);
                    all.collect::<Vec<_>>()
                };
                pieces = pieces.into_iter().flat_map(cut).collect();
            }
            let pieces = pieces.iter().map(|one| one.trim().to_owned());
            return pieces.filter(|one| !one.is_empty()).collect();
        }
        let Some(parts) = &form.form else {
            return vec![text];
        };
        let begins = parts.begins(&text, &|time| self.clock.read(time).is_some());
        if begins.len() < 2 {
            return vec![text];
        }
        let ends = begins.iter().skip(1).copied().chain([text.len()]);
        begins
            .iter()
            .zip(ends)
            .map(|(from, to)| text[*from..to].trim().to_owned())
            .collect()
    }

    pub(in crate::rules::import::read::tickets) fn text_element(
        &mut self,
        reader: &mut TableReader<'_>,
        form: &ElementForm,
        path: &str,
        piece: &str,
        raw: &[u8],
        facts: &RowFacts,
    ) -> bool {
        let is_html = self.map.html.iter().any(|one| one == path);
        let found = form.form.as_ref().and_then(|parts| parts.parts(piece));
        let part = |name: &str| found.as_ref().and_then(|found| found.part(name));
        let (time, by) = (part("time"), part("by"));
        let text = part("text").or_else(|| part("name"));
        let text = text.unwrap_or(if found.is_some() { "" } else { piece });
        // What calls itself a note is none of the requester's.
        let public = part("kind").map(|kind| !kind.to_lowercase().contains("note"));
        let text = if is_html { of_html(text) } else { tidy(text) };
        let (time, by) = (time.map(str::to_owned), by.map(str::to_owned));
        self.said(
            reader,
            form,
            path,
            raw,
            Said {
                time: time.as_deref(),
                by: by.as_deref(),
                text,
                public,
            },
            facts,
        )
    }

    /// Puts an element among the entries. Whether it answers the requester.
    pub(in crate::rules::import::read::tickets) fn said(
        &mut self,
        reader: &mut TableReader<'_>,
        form: &ElementForm,
        path: &str,
        raw: &[u8],
        said: Said<'_>,
        facts: &RowFacts,
    ) -> bool {
        let is_missing = self.map.map.is_missing(&one_line(&said.text));
        if is_missing || said.text.contains('\0') {
            return false;
        }
        let at = match said.time.map(|time| (time, self.clock.read(time))) {
            Some((_, Some(found))) => found.at,
            Some((time, None)) => {
                reader.odd(
                    facts.line,
                    RowProblem::Moment(path.to_owned(), time.to_owned()),
                );
                facts.opened
            }
            None => self.at(reader, form, facts),
        };
        let by = said
            .by
            .map(|by| self.named(one_line(by)))
            .filter(|by| !by.is_empty());
        let from = by
            .as_ref()
            .is_some_and(|by| is_requester(by, &facts.requester));
        let mut found = Found::note(path, raw, at.max(facts.opened), said.text);
        match form.kind {
            ElementKind::Link => {
                found.kind = EntryKind::Link;
                found.link = Some((form.link.clone(), linked(&found.text)));
                found.text = String::new();
            }
            ElementKind::File => {
                found.kind = EntryKind::Attach;
                found.file = Some(one_line(&found.text));
                found.text = String::new();
            }
            ElementKind::Contact if said.public != Some(false) && (from || by.is_some()) => {
                found.kind = EntryKind::Contact;
                let (direction, outcome) = if from {
                    ("in", "received")
                } else {
                    ("out", "sent")
                };
                found.attributes = contact(direction, &facts.channel, outcome);
            }
            ElementKind::Contact | ElementKind::Note => {}
        }
        // The first article of a ticket is its description.
        if from && !found.text.is_empty() && facts.description.as_ref() == Some(&found.text) {
            return false;
        }
        match by {
            Some(by) if from => {
                let by = without_name(reader, by);
                found.attributes.push(("from".to_owned(), by));
            }
            Some(by) => found.by = someone(reader, &by),
            None => {}
        }
        let answers = found.kind == EntryKind::Contact && !from;
        self.put(reader, facts, found);
        answers
    }

    /// When an element without a time was said.
    pub(in crate::rules::import::read::tickets) fn at(
        &self,
        reader: &mut TableReader<'_>,
        form: &ElementForm,
        facts: &RowFacts,
    ) -> Moment {
        let map = self.map;
        let roles: &[&Option<ValueSource>] = match form.at.as_deref() {
            Some("resolved") => &[&map.resolved, &map.closed, &map.updated],
            Some("closed") => &[&map.closed, &map.updated],
            Some("updated") => &[&map.updated],
            _ => &[],
        };
        let text = |role: &&&Option<ValueSource>| reader.reported(role.as_ref()?, &self.texts);
        let times = roles
            .iter()
            .filter_map(|role| self.clock.read(&text(&role)?));
        times.map(|time| time.at).next().unwrap_or(facts.opened)
    }

    /// The name of a person whose number this is, where a row of the file has both.
    pub(in crate::rules::import::read::tickets) fn named(&self, by: String) -> String {
        self.called.get(&by).cloned().unwrap_or(by)
    }
}

/// The number of the ticket that a link names: itself, or in `Ticket #12: Its title`.
fn linked(text: &str) -> String {
    let whole = one_line(text);
    let number = whole.split_once('#').map(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest.split_at(end.unwrap_or(rest.len()))
    });
    match number {
        Some((number, rest))
            if !number.is_empty() && (rest.is_empty() || rest.starts_with(':')) =>
        {
            number.to_owned()
        }
        _ => ungrouped(whole),
    }
}

/// A requester's `Name <address>` without a name that is left behind: no field may have it.
fn without_name(reader: &TableReader<'_>, by: String) -> String {
    let key: Field = Key::RequesterName.into();
    let private = reader.private;
    let Some((name, rest)) = by.split_once('<').filter(|_| private.hides(&key)) else {
        return by;
    };
    let name = name.trim();
    if name.is_empty() {
        return by;
    }
    let stand_in = private.stand_in(&reader.map.source, &key, name);
    let stand_in = stand_in.unwrap_or_else(|| private::LEFT_OUT.to_owned());
    format!("{stand_in} <{rest}")
}

/// An element of a row, before it is an entry.
pub(in crate::rules::import::read::tickets) struct Found<'f> {
    pub(in crate::rules::import::read::tickets) path: &'f str,
    pub(in crate::rules::import::read::tickets) raw: &'f [u8],
    pub(in crate::rules::import::read::tickets) at: Moment,
    pub(in crate::rules::import::read::tickets) by: Cell,
    pub(in crate::rules::import::read::tickets) kind: EntryKind,
    pub(in crate::rules::import::read::tickets) attributes: Vec<(String, String)>,
    pub(in crate::rules::import::read::tickets) text: String,
    pub(in crate::rules::import::read::tickets) link: Option<(String, String)>,
    pub(in crate::rules::import::read::tickets) file: Option<String>,
}

impl<'f> Found<'f> {
    pub(in crate::rules::import::read::tickets) fn note(
        path: &'f str,
        raw: &'f [u8],
        at: Moment,
        text: String,
    ) -> Self {
        Self {
            path,
            raw,
            at,
            by: EMPTY,
            kind: EntryKind::Note,
            attributes: Vec::new(),
            text,
            link: None,
            file: None,
        }
    }
}

/// What an element of a row says.
pub(in crate::rules::import::read::tickets) struct Said<'s> {
    pub(in crate::rules::import::read::tickets) time: Option<&'s str>,
    pub(in crate::rules::import::read::tickets) by: Option<&'s str>,
    pub(in crate::rules::import::read::tickets) text: String,
    pub(in crate::rules::import::read::tickets) public: Option<bool>,
}

pub(in crate::rules::import::read::tickets) fn contact(
    direction: &str,
    channel: &str,
    outcome: &str,
) -> Vec<(String, String)> {
    [
        ("direction", direction),
        ("channel", channel),
        ("outcome", outcome),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .to_vec()
}

/// The words of a text that may be HTML: what has no element in it is plain, with lines that count.
pub(in crate::rules::import::read::tickets) fn of_html(text: &str) -> String {
    if html::has_elements(text) || !text.trim().contains(['\n', '<']) {
        return tidy(&html::to_text(text, &|_| None).text);
    }
    tidy(text)
}

pub(in crate::rules::import::read::tickets) fn is_requester(
    by: &str,
    requester: &[String],
) -> bool {
    let by = by.to_lowercase();
    let address = by
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address.trim());
    let name = by.split('<').next().unwrap_or_default().trim();
    requester
        .iter()
        .any(|one| *one == by || Some(one.as_str()) == address || (!name.is_empty() && one == name))
}
