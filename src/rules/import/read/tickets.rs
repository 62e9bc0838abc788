//! Rows that are tickets: each becomes a case whose entries are what the row tells of.

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::model::catalog::Catalogue;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::Status;
use crate::page::csv::{RowPosition, one_line};
use crate::page::escape::tidy;
use crate::page::foreign_rows::{ForeignCell, ForeignRow, ForeignRows};
use crate::page::foreign_time::ForeignTime;
use crate::page::guessed_time::{self, DateOrder, OrderEvidence};
use crate::page::import_map::tickets::{ElementForm, ElementKind, TicketMap, folded};
use crate::page::import_map::{Map, ValueSource};
use crate::page::mail::html;
use crate::rules::import::names::Names;
use crate::rules::import::odd::RowProblem;
use crate::rules::import::private::{self, Private};
use crate::rules::import::read::{BETWEEN, Pool, ReadTable, TableReader};
use crate::rules::import::row_mark::{RowMarks, whole_of};
use crate::rules::import::{Cell, EMPTY, Element, ImportRow, SAME, Tag, element_tag};

/// What a run says of rows that tell no time, and when it is.
#[derive(Clone, Copy, Debug)]
pub struct TicketsGiven {
    /// When tickets were opened of which no column tells it.
    pub opened: Option<Moment>,
    /// The moment of the run, which no time of an export is later than.
    pub now: Moment,
    /// The desk's zone.
    pub zone: Tz,
}

/// Where the columns of a map stand in a file.
#[derive(Clone, Debug)]
pub struct TicketColumns {
    /// For every column of the map its place.
    pub places: Vec<Option<usize>>,
    /// Columns of the map that the file lacks.
    pub lacking: Vec<String>,
    /// Columns of the file of which the map does not tell.
    pub strange: Vec<usize>,
}

impl TicketColumns {
    /// Finds the columns of a map in a file: by their names, else by their names without case.
    pub fn find(map: &TicketMap, columns: &[String]) -> Self {
        let mut exact: HashMap<&str, usize> = HashMap::new();
        let mut alike: HashMap<String, usize> = HashMap::new();
        for (at, name) in columns.iter().enumerate() {
            exact.entry(name).or_insert(at);
            alike.entry(folded(name)).or_insert(at);
        }
        let find = |name: &str| {
            exact
                .get(name)
                .or_else(|| alike.get(&folded(name)))
                .copied()
        };
        let wanted = &map.map.columns;
        let places: Vec<Option<usize>> = wanted.iter().map(|column| find(&column.name)).collect();
        let lacking = wanted
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none());
        let known: HashSet<usize> = map.known().filter_map(find).collect();
        // What stands below a list is told of with the list.
        let below = |name: &str| {
            columns.iter().enumerate().any(|(at, one)| {
                known.contains(&at)
                    && one
                        .strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with('.'))
            }) || name
                .match_indices('.')
                .any(|(at, _)| find(&name[..at]).is_some_and(|at| known.contains(&at)))
                || map.known().any(|one| {
                    one.strip_suffix(".*")
                        .is_some_and(|start| name.starts_with(start))
                })
        };
        let strange = (0..columns.len()).filter(|at| !known.contains(at) && !below(&columns[*at]));
        Self {
            lacking: lacking.map(|(column, _)| column.name.clone()).collect(),
            strange: strange.collect(),
            places,
        }
    }
}

/// An export and how its rows are read.
#[derive(Clone, Copy)]
pub(in crate::rules::import) struct TicketsInput<'f> {
    pub(in crate::rules::import) map: &'f TicketMap,
    pub(in crate::rules::import) rows: &'f ForeignRows,
    pub(in crate::rules::import) columns: &'f TicketColumns,
    pub(in crate::rules::import) marks: &'f RowMarks,
    pub(in crate::rules::import) given: TicketsGiven,
}

/// Reads all rows of an export.
pub(in crate::rules::import) fn read(
    file: &TicketsInput<'_>,
    (settings, catalogue): (&Settings, &Catalogue),
    mut names: Names,
    private: &Private,
) -> ReadTable {
    let TicketsInput {
        map,
        rows,
        columns,
        given,
        ..
    } = *file;
    names.translate(&map.map.people);
    let slots = map.map.targets.iter().enumerate();
    let table = crate::page::csv::CsvTable::none();
    let mut reader = TableReader {
        map: &map.map,
        private,
        settings,
        catalogue,
        table: &table,
        places: &[],
        slots: slots
            .map(|(at, target)| (target.field.clone(), at))
            .collect(),
        memos: vec![HashMap::new(); map.map.targets.len()],
        people: HashMap::new(),
        ids: HashMap::new(),
        seen: HashMap::new(),
        width: 0,
        out: ReadTable::new(names),
    };
    reader.out.rows = rows.rows.len() + rows.broken.len();
    for (number, why) in &rows.broken {
        reader.odd(*number, RowProblem::Broken(why.clone()));
    }
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); rows.columns.len()];
    for (at, place) in columns.places.iter().enumerate() {
        if let Some(place) = place {
            of[*place].push(at);
        }
    }
    let clock = Clock::new(map, rows, columns, given);
    if let Some(text) = &clock.ambiguous {
        reader.odd(0, RowProblem::Order(text.clone(), clock.order));
    }
    let mut all = RowsReader {
        map,
        columns,
        clock,
        given,
        texts: vec![String::new(); map.map.columns.len()],
        twice: HashSet::new(),
    };
    for (at, row) in rows.rows.iter().enumerate() {
        all.take(row, &of);
        all.row(&mut reader, row, (at, file.marks));
    }
    let mut out = reader.out;
    hide_in_tickets(&mut out, &map.map, private);
    for case in &mut out.cases {
        case.rows.sort_by_key(|row| (row.at, row.line));
        // It is that behind all that happened.
        if let (Some(state), Some(last)) = (&mut case.state, case.rows.last()) {
            state.at = state.at.max(last.at);
        }
        let title = format!("{} {}", map.map.source, case.foreign);
        case.title = out.pool.cell(Value::Text(title));
    }
    out
}

/// Hides in the texts of each ticket what is private of it.
fn hide_in_tickets(out: &mut ReadTable, map: &Map, private: &Private) {
    let is_text = |field: &Field| field.kind() == FieldKind::Text && !private.hides(field);
    let slots = map.targets.iter().enumerate();
    let slots: Vec<usize> = slots
        .filter(|(_, target)| is_text(&target.field))
        .map(|(slot, _)| slot)
        .collect();
    for case in &mut out.cases {
        if case.hidden.is_empty() {
            continue;
        }
        // The longest first: one value may be a part of another.
        case.hidden
            .sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        let hidden = std::mem::take(&mut case.hidden);
        let hide = |cell: Cell, pool: &mut Pool| match pool.value(cell) {
            Some(Value::Text(text)) => {
                let text = private::hidden(text, &hidden);
                pool.cell(Value::Text(text))
            }
            _ => cell,
        };
        for row in &mut case.rows {
            let Some(element) = &mut row.element else {
                continue;
            };
            element.text = private::hidden(&element.text, &hidden);
            for (_, value) in &mut element.attributes {
                *value = private::hidden(value, &hidden);
            }
        }
        if let Some(start) = &mut case.start {
            start.description = hide(start.description, &mut out.pool);
            for slot in &slots {
                if let Some(at) = start.cells.map(|base| base + slot) {
                    out.cells[at] = hide(out.cells[at], &mut out.pool);
                }
            }
        }
    }
}

/// How the times of a file are read.
struct Clock<'m> {
    map: &'m TicketMap,
    zone: Tz,
    order: DateOrder,
    epoch_1904: Option<bool>,
    /// A time that may be two days, where nothing tells which.
    ambiguous: Option<String>,
}

impl<'m> Clock<'m> {
    fn new(
        map: &'m TicketMap,
        rows: &ForeignRows,
        columns: &TicketColumns,
        given: TicketsGiven,
    ) -> Self {
        let mut evidence = OrderEvidence::default();
        let roles = [
            Some(&map.map.time),
            map.first_response.as_ref(),
            map.resolved.as_ref(),
            map.closed.as_ref(),
            map.updated.as_ref(),
        ];
        let mut places = HashSet::new();
        for role in roles.into_iter().flatten() {
            if let ValueSource::Columns(all) | ValueSource::First(all) = role {
                places.extend(all.iter().filter_map(|at| columns.places[*at]));
            }
        }
        if !map.states_times {
            for row in &rows.rows {
                for (place, cell) in &row.cells {
                    if let Some(text) = cell.text().filter(|_| places.contains(&(*place as usize)))
                    {
                        evidence.note(text, given.now);
                    }
                }
            }
        }
        let (order, unsure) = evidence.order();
        Self {
            map,
            zone: map.zone.unwrap_or(given.zone),
            order,
            epoch_1904: rows.epoch_1904,
            ambiguous: evidence.either.filter(|_| unsure),
        }
    }

    fn read(&self, text: &str) -> Option<ForeignTime> {
        let text = text.trim();
        let stated = self
            .map
            .states_times
            .then(|| self.map.map.stamps.read(text).ok())
            .flatten();
        let own = || match (self.map.states_times, self.epoch_1904) {
            (true, None) => None,
            (true, Some(_)) if text.as_bytes().get(10) != Some(&b'T') => None,
            _ => guessed_time::read(text, self.order, self.zone),
        };
        let serial = || guessed_time::of_serial(text, self.epoch_1904?, self.zone);
        stated.or_else(own).or_else(serial)
    }

    /// Whether two of the map's formats give two instants.
    fn two_ways(&self, text: &str) -> bool {
        self.map.states_times && self.map.map.stamps.two_ways(text).is_some()
    }
}

struct RowsReader<'m> {
    map: &'m TicketMap,
    columns: &'m TicketColumns,
    clock: Clock<'m>,
    given: TicketsGiven,
    /// The cells of the map's columns; several of one column with [`BETWEEN`] between them.
    texts: Vec<String>,
    /// Elements of tickets that stand in several rows.
    twice: HashSet<(usize, Tag)>,
}

/// What the elements of one row have in common.
struct RowFacts {
    case: usize,
    line: u64,
    opened: Moment,
    /// Whether the ticket stands in an earlier row.
    again: bool,
    requester: Vec<String>,
    channel: String,
    assignee: Cell,
    status: Option<Status>,
    description: Option<String>,
}

/// An element of a row, before it is an entry.
struct Found<'f> {
    path: &'f str,
    raw: &'f [u8],
    at: Moment,
    by: Cell,
    kind: EntryKind,
    attributes: Vec<(String, String)>,
    text: String,
    link: Option<(String, String)>,
    file: Option<String>,
}

impl RowsReader<'_> {
    /// Takes the texts of a row; `of` has for each column of the file those of the map that it is.
    fn take(&mut self, row: &ForeignRow, of: &[Vec<usize>]) {
        for text in &mut self.texts {
            text.clear();
        }
        for (place, cell) in &row.cells {
            let (Some(text), Some(of)) = (cell.text(), of.get(*place as usize)) else {
                continue;
            };
            for at in of {
                let into = &mut self.texts[*at];
                if !into.is_empty() {
                    into.push(BETWEEN);
                }
                into.push_str(text);
            }
        }
    }

    fn row(
        &mut self,
        reader: &mut TableReader<'_>,
        row: &ForeignRow,
        (place, marks): (usize, &RowMarks),
    ) {
        let line = row.number;
        if self.texts.iter().any(|text| text.contains('\0')) {
            return reader.odd(line, RowProblem::Nul);
        }
        let foreign = match reader.reported(&self.map.map.id, &self.texts) {
            Some(foreign) => foreign,
            None if self.has(&self.map.map.id) => return reader.odd(line, RowProblem::NoId),
            None => line.to_string(),
        };
        let Some(opened) = self.opened(reader, line) else {
            return;
        };
        let known = reader.ids.contains_key(&foreign);
        let case = reader.case(foreign);
        reader.out.cases[case].origin.push(place);
        reader.out.cases[case].mark = marks.of(row).into();
        if known {
            reader.odd(
                line,
                RowProblem::Twice(reader.out.cases[case].foreign.clone()),
            );
        }
        let mut start = bare(line, opened);
        let mut opener = None;
        reader.fields(&mut start, &self.texts);
        if let Some(by) = &self.map.map.opened_by {
            let name = reader.reported(by, &self.texts);
            opener = name.filter(|name| !name.is_empty());
        }
        if let Some(text) = self
            .map
            .map
            .description
            .as_ref()
            .and_then(|origin| self.free(reader, origin))
        {
            start.description = reader.out.pool.cell(Value::Text(text));
        }
        let facts = Self::facts(reader, &start, case, known);
        // Requesters are no agents.
        if let Some(opener) = opener.filter(|name| !is_requester(name, &facts.requester)) {
            start.opened_by = someone(reader, &opener);
        }
        self.second_requesters(reader, &mut start, &facts);
        reader.hide(case, &start);
        let answered = self.elements(reader, row, &facts);
        self.moments(reader, row, &facts, &start, answered);
        let held = reader.out.cases[case].start.take();
        let first = held.map_or(opened, |held| held.at.min(opened));
        start.at = first;
        reader.out.cases[case].start = Some(start);
    }

    /// Whether the file has a column of an origin.
    fn has(&self, origin: &ValueSource) -> bool {
        match origin {
            ValueSource::Columns(all) | ValueSource::First(all) => {
                all.iter().any(|at| self.columns.places[*at].is_some())
            }
            _ => true,
        }
    }

    fn opened(&self, reader: &mut TableReader<'_>, line: u64) -> Option<Moment> {
        let role = Some(&self.map.map.time);
        if let Some(opened) = self.time(reader, line, role) {
            return Some(opened);
        }
        if let Some(text) = reader.reported(&self.map.map.time, &self.texts) {
            reader.odd(line, RowProblem::Time(text));
            return None;
        }
        if self.given.opened.is_none() {
            reader.odd(line, RowProblem::NoTime);
        }
        self.given.opened
    }

    /// The time of a role; what cannot be read is told.
    fn time(
        &self,
        reader: &mut TableReader<'_>,
        line: u64,
        role: Option<&ValueSource>,
    ) -> Option<Moment> {
        let text = reader.reported(role?, &self.texts)?;
        let Some(found) = self.clock.read(&text) else {
            let is_opened =
                role.is_some_and(|role| std::ptr::eq(role, &raw const self.map.map.time));
            if !is_opened {
                reader.odd(line, RowProblem::Moment(self.name(role), text));
            }
            return None;
        };
        if found.skipped {
            reader.odd(line, RowProblem::Skipped(text.clone()));
        }
        if self.clock.two_ways(&text) {
            reader.odd(line, RowProblem::TwoWays(text));
        }
        Some(found.at)
    }

    /// The name of the first column of an origin that the file has.
    fn name(&self, origin: Option<&ValueSource>) -> String {
        let column = |at: &usize| self.map.map.columns[*at].name.clone();
        match origin {
            Some(ValueSource::Columns(all) | ValueSource::First(all)) => {
                let there = all
                    .iter()
                    .find(|at| self.columns.places[**at].is_some() && !self.texts[**at].is_empty());
                there.or(all.first()).map(column).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    fn person(&self, reader: &mut TableReader<'_>, origin: &ValueSource) -> Cell {
        match reader.reported(origin, &self.texts) {
            Some(name) => someone(reader, &name),
            None => EMPTY,
        }
    }

    /// A text of several lines, HTML as its words.
    fn free(&self, reader: &TableReader<'_>, origin: &ValueSource) -> Option<String> {
        let texts: Vec<String> = self
            .texts
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let text = text.replace(BETWEEN, "\n\n");
                if self.map.html.contains(&self.map.map.columns[at].name) {
                    of_html(&text)
                } else {
                    text
                }
            })
            .collect();
        crate::rules::import::read::free_text(reader.map, origin, &texts)
    }

    fn facts(reader: &TableReader<'_>, start: &ImportRow, case: usize, again: bool) -> RowFacts {
        let value = |key: Key| {
            let slot = reader.slots.get(&Field::Known(key))?;
            let cell = *reader.out.cells.get(start.cells? + slot)?;
            reader
                .out
                .pool
                .value(cell)
                .map(|value| (cell, value.to_string()))
        };
        let text = |key: Key| value(key).map(|(_, text)| text);
        let requester = [
            Key::RequesterName,
            Key::RequesterEmail,
            Key::RequesterAccount,
        ];
        RowFacts {
            case,
            line: start.line,
            opened: start.at,
            again,
            requester: requester
                .into_iter()
                .filter_map(text)
                .map(|text| text.to_lowercase())
                .collect(),
            channel: text(Key::Channel).unwrap_or_else(|| "email".to_owned()),
            assignee: value(Key::Assignee).map_or(EMPTY, |(cell, _)| cell),
            status: text(Key::Status).map(|word| Status::read(&word)),
            description: reader
                .out
                .pool
                .value(start.description)
                .map(ToString::to_string),
        }
    }

    /// Of several requesters the first is the requester, and a note names the others.
    fn second_requesters(
        &mut self,
        reader: &mut TableReader<'_>,
        start: &mut ImportRow,
        facts: &RowFacts,
    ) {
        let Some(base) = start.cells else { return };
        let mut others = Vec::new();
        for key in [Key::RequesterName, Key::RequesterEmail] {
            let Some(slot) = reader.slots.get(&Field::Known(key)).copied() else {
                continue;
            };
            let Some(text) = reader
                .out
                .pool
                .value(reader.out.cells[base + slot])
                .map(ToString::to_string)
            else {
                continue;
            };
            let is_list = |c: char| c == ';' || (c == ',' && key == Key::RequesterEmail);
            let mut all = text
                .split(" / ")
                .flat_map(|one| one.split(is_list))
                .map(str::trim)
                .filter(|one| !one.is_empty());
            let Some(first) = all.next().filter(|first| *first != text) else {
                continue;
            };
            let (source, private) = (&reader.map.source, reader.private);
            let all = all.map(str::to_owned);
            others.extend(all.map(|one| {
                if !private.hides(&key.into()) {
                    return one;
                }
                let stand_in = private.stand_in(source, &key.into(), &one);
                stand_in.unwrap_or_else(|| private::LEFT_OUT.to_owned())
            }));
            reader.out.cells[base + slot] = reader.out.pool.cell(Value::Text(first.to_owned()));
        }
        if !others.is_empty() {
            let text = format!("Also for: {}", others.join(", "));
            self.put(
                reader,
                facts,
                Found::note("requester", text.clone().as_bytes(), facts.opened, text),
            );
        }
    }

    /// Comments, links and attachments. Whether one of them answers the requester.
    fn elements(
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
            }
        }
        answered
    }

    fn element(
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
            if form.text.is_some() && form.form.is_none() {
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
        let raw = match at(&form.id) {
            Some(id) => id.into_bytes(),
            None => cell.raw(),
        };
        let text = at(&form.text).unwrap_or_default();
        let text_path = format!("{path}.{}", form.text.as_deref().unwrap_or_default());
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
                by: at(&form.by).as_deref(),
                text,
                public,
            },
            facts,
        )
    }

    /// The elements of one text.
    fn pieces(&self, form: &ElementForm, text: &str) -> Vec<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if let Some(split) = &form.split {
            let text = if split == "<br>" {
                text.replace("<br/>", "<br>").replace("<br />", "<br>")
            } else {
                text
            };
            return text
                .split(split.as_str())
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect();
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

    fn text_element(
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
        let (time, by, text) = match &found {
            Some(found) => {
                let text = found
                    .part("text")
                    .or_else(|| found.part("name"))
                    .unwrap_or_default();
                (found.part("time"), found.part("by"), text)
            }
            None => (None, None, piece),
        };
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
                public: None,
            },
            facts,
        )
    }

    /// Puts an element among the entries. Whether it answers the requester.
    fn said(
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
                found.link = Some((form.link.clone(), one_line(&found.text)));
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
            Some(by) if from => found.attributes.push(("from".to_owned(), by)),
            Some(by) => found.by = someone(reader, &by),
            None => {}
        }
        let answers = found.kind == EntryKind::Contact && !from;
        self.put(reader, facts, found);
        answers
    }

    /// When an element without a time was said.
    fn at(&self, reader: &mut TableReader<'_>, form: &ElementForm, facts: &RowFacts) -> Moment {
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

    /// The name of a person whose number this is, where the row has both.
    fn named(&self, by: String) -> String {
        let pairs = self.map.people.iter();
        let mut names = pairs
            .filter(|(number, _)| self.texts[*number] == by)
            .map(|(_, name)| &self.texts[*name]);
        names.find(|name| !name.is_empty()).cloned().unwrap_or(by)
    }

    /// First response, resolution, closing, and what the ticket is now.
    fn moments(
        &mut self,
        reader: &mut TableReader<'_>,
        row: &ForeignRow,
        facts: &RowFacts,
        start: &ImportRow,
        answered: bool,
    ) {
        let line = facts.line;
        let map = self.map;
        let raw = |this: &Self, role: &Option<ValueSource>| {
            let name = this.name(role.as_ref());
            let at = map
                .map
                .columns
                .iter()
                .position(|column| column.name == name);
            let place = at.and_then(|at| this.columns.places[at]);
            let raw = place
                .and_then(|place| row.all(place).next())
                .map(ForeignCell::raw);
            (name, raw.unwrap_or_default())
        };
        if let Some(at) = self.time(reader, line, map.first_response.as_ref())
            && !answered
        {
            let (name, raw) = raw(self, &map.first_response);
            let outcome = if matches!(facts.channel.as_str(), "phone" | "chat" | "in-person") {
                "spoke"
            } else {
                "sent"
            };
            let mut found = Found::note(&name, &raw, at.max(facts.opened), String::new());
            found.kind = EntryKind::Contact;
            found.by = facts.assignee;
            found.attributes = contact("out", &facts.channel, outcome);
            self.put(reader, facts, found);
        }
        let resolved = self.time(reader, line, map.resolved.as_ref());
        let closed = self.time(reader, line, map.closed.as_ref());
        let ends = ends(resolved, closed, facts.status.as_ref());
        let mut last = facts.opened;
        for (at, status, is_closing) in ends {
            let (role, by) = if is_closing {
                (&map.closed, &map.closed_by)
            } else {
                (&map.resolved, &map.resolved_by)
            };
            let (name, raw) = raw(self, role);
            let by = by.as_ref().map_or(EMPTY, |by| self.person(reader, by));
            let mut found = Found::note(&name, &raw, at.max(facts.opened), String::new());
            found.kind = EntryKind::Update;
            found.by = if by == EMPTY { facts.assignee } else { by };
            last = last.max(found.at);
            if let Some(at) = self.put(reader, facts, found) {
                let slot = reader.slots.get(&Field::Known(Key::Status)).copied();
                let cell = reader
                    .out
                    .pool
                    .cell(Value::Text(status.as_str().to_owned()));
                let base = reader.out.cells.len();
                reader.out.cells.resize(base + map.map.targets.len(), SAME);
                if let Some(slot) = slot {
                    reader.out.cells[base + slot] = cell;
                }
                reader.out.cases[facts.case].rows[at].cells = Some(base);
            }
        }
        self.state(reader, facts, start, last);
    }

    /// What the ticket is when it was exported.
    fn state(
        &mut self,
        reader: &mut TableReader<'_>,
        facts: &RowFacts,
        start: &ImportRow,
        last: Moment,
    ) {
        let Some(base) = start.cells else { return };
        let updated = self.time(reader, facts.line, self.map.updated.as_ref());
        let mark = reader.out.cases[facts.case].mark.clone();
        let at = updated.unwrap_or(last).max(last);
        let mut found = Found::note("", whole_of(&mark).as_bytes(), at, String::new());
        found.kind = EntryKind::Update;
        self.put(reader, facts, found);
        let case = &mut reader.out.cases[facts.case];
        // Of a ticket in several rows the last says what it is.
        if let Some(mut row) = case.rows.pop() {
            row.cells = Some(base);
            row.mark = Some(mark);
            row.unknown.clone_from(&start.unknown);
            case.state = Some(row);
        }
    }

    /// Adds an entry to a case, and tells its place; `None` where an earlier row of the ticket has it.
    fn put(
        &mut self,
        reader: &mut TableReader<'_>,
        facts: &RowFacts,
        found: Found<'_>,
    ) -> Option<usize> {
        let case = facts.case;
        let foreign = reader.out.cases[case].foreign.clone();
        let source = reader.map.source.as_str();
        let tag = |path: &str, count: u32| element_tag((source, &foreign), path, found.raw, count);
        let first = tag(found.path, 1);
        if facts.again && !found.path.is_empty() && self.twice.contains(&(case, first)) {
            return None;
        }
        self.twice.insert((case, first));
        let count = {
            let count = reader.seen.entry((case, u8::MAX, first)).or_insert(0);
            *count += 1;
            *count
        };
        let own = if count == 1 {
            first
        } else {
            tag(found.path, count)
        };
        let file = found
            .file
            .map(|name| (name, tag(&format!("{}/file", found.path), count)));
        let mut row = bare(facts.line, found.at);
        row.tag = own;
        row.by = found.by;
        // Within an instant the order is that of the row.
        let rows = &mut reader.out.cases[case].rows;
        row.line = rows.len() as u64;
        row.element = Some(Box::new(Element {
            kind: found.kind,
            attributes: found.attributes,
            text: found.text,
            link: found.link,
            file,
            missing: None,
        }));
        rows.push(row);
        Some(rows.len() - 1)
    }
}

/// What an element of a row says.
struct Said<'s> {
    time: Option<&'s str>,
    by: Option<&'s str>,
    text: String,
    public: Option<bool>,
}

impl<'f> Found<'f> {
    fn note(path: &'f str, raw: &'f [u8], at: Moment, text: String) -> Self {
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

fn contact(direction: &str, channel: &str, outcome: &str) -> Vec<(String, String)> {
    [
        ("direction", direction),
        ("channel", channel),
        ("outcome", outcome),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .to_vec()
}

/// The times at which a ticket was solved and closed, each with the status from then on: that of the
/// last is what the ticket is now, where it is over.
fn ends(
    resolved: Option<Moment>,
    closed: Option<Moment>,
    now: Option<&Status>,
) -> Vec<(Moment, Status, bool)> {
    let mut ends = Vec::new();
    if let Some(at) = resolved {
        ends.push((at, Status::Resolved, false));
    }
    if let Some(at) = closed {
        ends.push((
            resolved.map_or(at, |resolved| at.max(resolved)),
            Status::Closed,
            true,
        ));
    }
    if let (Some(last), Some(now @ (Status::Resolved | Status::Closed | Status::Cancelled))) =
        (ends.last_mut(), now)
        && (last.2 || *now != Status::Closed)
    {
        last.1 = now.clone();
    }
    ends
}

fn bare(line: u64, at: Moment) -> ImportRow {
    ImportRow {
        at,
        line,
        count: 1,
        hidden: None,
        place: RowPosition {
            start: 0,
            end: 0,
            line,
        },
        tag: Tag::default(),
        former: Vec::new(),
        by: EMPTY,
        opened: None,
        opened_by: EMPTY,
        activity: EMPTY,
        description: EMPTY,
        cells: None,
        unknown: Vec::new(),
        element: None,
        mark: None,
    }
}

/// A person of the other system: by the address in `Name <address>`, else by the name.
fn someone(reader: &mut TableReader<'_>, name: &str) -> Cell {
    if let Some(cell) = reader.people.get(name) {
        return *cell;
    }
    let whole = one_line(name);
    let parts = whole
        .split_once('<')
        .and_then(|(name, rest)| Some((name.trim(), rest.split_once('>')?.0.trim())));
    let word = match parts {
        Some((name, address)) => match reader.out.names.known_agent(address) {
            Some(word) => word,
            None => reader
                .out
                .names
                .agent(if name.is_empty() { address } else { name })
                .to_owned(),
        },
        None => reader.out.names.agent(&whole).to_owned(),
    };
    let cell = reader.out.pool.cell(Value::Text(word));
    reader.people.insert(name.to_owned(), cell);
    cell
}

fn is_requester(by: &str, requester: &[String]) -> bool {
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

/// The text at a path of an object.
fn reached(object: &Json, path: &str) -> Option<String> {
    let mut at = object;
    for key in path.split('.') {
        at = at.get(key)?;
    }
    match at {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}

fn of_html(text: &str) -> String {
    tidy(&html::to_text(text, &|_| None).text)
}
