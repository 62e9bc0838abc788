//! Rows that are tickets: each becomes a case whose entries are what the row tells of.

mod clock;
mod columns;
mod elements;
mod moments;
mod people;

pub use columns::TicketColumns;

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::model::catalog::Catalogue;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::Status;
use crate::page::csv::{RowPosition, one_line};
use crate::page::foreign_rows::{ForeignRow, ForeignRows};
use crate::page::import_map::ValueSource;
use crate::page::import_map::tickets::TicketMap;
use crate::rules::import::names::Names;
use crate::rules::import::odd::RowProblem;
use crate::rules::import::private::Private;
use crate::rules::import::read::hide::hide_in_rows;
use crate::rules::import::read::tickets::clock::Clock;
use crate::rules::import::read::tickets::elements::{is_requester, of_html};
use crate::rules::import::read::tickets::people::{called, of_people};
use crate::rules::import::read::{BETWEEN, ReadTable, TableReader};
use crate::rules::import::row_mark::RowMarks;
use crate::rules::import::{Cell, EMPTY, ImportRow, Tag};

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
        is_lenient: map.lenient,
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
        several: of_people(&map.map),
        called: called(map, rows, columns),
        twice: HashSet::new(),
    };
    for (at, row) in rows.rows.iter().enumerate() {
        all.take(row, &of);
        all.row(&mut reader, row, (at, file.marks));
    }
    let mut out = reader.out;
    hide_in_rows(&mut out, &map.map, private);
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

struct RowsReader<'m> {
    map: &'m TicketMap,
    columns: &'m TicketColumns,
    clock: Clock<'m>,
    given: TicketsGiven,
    /// The cells of the map's columns; several of one column with [`BETWEEN`] between them.
    texts: Vec<String>,
    /// For each column of the map whether it names people or queues, of which each line has one.
    several: Vec<bool>,
    /// The names of people by their numbers.
    called: HashMap<String, String>,
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
                if self.several[*at] {
                    let lines = text.split("<br>").flat_map(str::lines).map(str::trim);
                    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
                    into.push_str(&lines.join(&BETWEEN.to_string()));
                } else {
                    into.push_str(text);
                }
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
        let foreign = ungrouped(foreign);
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
        let mut facts = Self::facts(reader, &start, case, known);
        self.second_requesters(reader, &mut start, &facts);
        Self::name_and_address(reader, &start);
        facts.requester = Self::requester(reader, &start);
        // Requesters are no agents.
        if let Some(opener) = opener.filter(|name| !is_requester(name, &facts.requester)) {
            start.opened_by = someone(reader, &opener);
        }
        self.second_assignees(reader, &facts);
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

    /// The names and addresses by which the requester is recognised.
    fn requester(reader: &TableReader<'_>, start: &ImportRow) -> Vec<String> {
        let keys = [
            Key::RequesterName,
            Key::RequesterEmail,
            Key::RequesterAccount,
        ];
        let told = |key: Key| {
            let slot = reader.slots.get(&Field::Known(key))?;
            let cell = *reader.out.cells.get(start.cells? + slot)?;
            let value = reader.out.pool.value(cell)?;
            Some(value.to_string().to_lowercase())
        };
        keys.into_iter().filter_map(told).collect()
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
        RowFacts {
            case,
            line: start.line,
            opened: start.at,
            again,
            requester: Vec::new(),
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
}

/// A number without the gaps between its thousands: `2 310` is 2310.
fn ungrouped(number: String) -> String {
    let groups: Vec<&str> = number.split(' ').collect();
    let is_group = |(at, group): (usize, &&str)| {
        let fits = if at == 0 { 1..=3 } else { 3..=3 };
        fits.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    if groups.len() > 1 && groups.iter().enumerate().all(is_group) {
        return groups.concat();
    }
    number
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

#[cfg(test)]
mod tests {
    use super::ungrouped;

    #[test]
    fn numbers_lose_the_gaps_between_their_thousands_and_words_keep_theirs() {
        for (text, expected) in [
            ("2 310", "2310"),
            ("1 002 310", "1002310"),
            ("2310", "2310"),
            ("12 34", "12 34"),
            ("2310 001", "2310 001"),
            ("A 310", "A 310"),
            ("", ""),
        ] {
            assert_eq!(ungrouped(text.to_owned()), expected);
        }
    }
}
