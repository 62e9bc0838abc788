//! Rows of a foreign log, translated cell by cell.
//!
//! A log repeats itself: each distinct cell of a column is translated once, and a row is kept as
//! numbers that stand for values, so that a change is two numbers that differ.

mod hide;
mod pool;
mod texts;
mod meanings;

pub(in crate::rules::import) mod tickets;

pub(in crate::rules::import) use pool::Pool;
pub(in crate::rules::import) use texts::{free_text, whole};

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use csv::ByteRecord;

use crate::model::catalog::Catalogue;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::page::csv::{CsvRow, CsvTable, Encoding, RowPosition, one_line};
use crate::page::foreign_time::NotAStamp;
use crate::page::import_map::{Map, TemplatePart, ValueSource, words};
use crate::page::log::derived_tag_of_bytes;
use crate::rules::import::names::Names;
use crate::rules::import::odd::{Odd, RowProblem};
use crate::rules::import::private::{self, Private};
use crate::rules::import::read::hide::hide_in_entries;
use crate::rules::import::read::texts::{render, write_whole};
use crate::rules::import::{Case, Cell, EMPTY, ImportRow, SAME, TAG, Tag};

/// What stands between the parts of a key made of several cells; no cell can hold it once it is
/// brought to one line.
const BETWEEN: char = '\u{1f}';

/// The forms of a row that its tag is made from: its bytes; its text; its text with signs in the
/// place of what could not be read.
const AS_BYTES: u8 = 0;
const AS_DECODED: u8 = 1;
const AS_LOSSY: u8 = 2;

/// The text of a cell that may be written.
fn text_of<'c>(
    encoding: Encoding,
    cell: &'c [u8],
    record: &ByteRecord,
) -> Result<Cow<'c, str>, RowProblem> {
    if cell.contains(&0) {
        return Err(RowProblem::Nul);
    }
    let (text, whole) = encoding.decode(cell);
    if whole {
        return Ok(text);
    }
    let fits = encoding.others(record.as_slice()).next();
    Err(RowProblem::Bytes { encoding, fits })
}

/// What one cell, or several joined, means for one field.
#[derive(Clone, Debug)]
struct CellMeaning {
    cell: Cell,
    /// What else it sets.
    sets: Option<Arc<Vec<(usize, Set)>>>,
    /// A word that nobody knows.
    unknown: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
enum Set {
    Cell(Cell),
    Template(Vec<TemplatePart>),
}

/// What reading a table leaves.
pub(in crate::rules::import) struct ReadTable {
    pub(in crate::rules::import) pool: Pool,
    pub(in crate::rules::import) cases: Vec<Case>,
    pub(in crate::rules::import) cells: Vec<Cell>,
    pub(in crate::rules::import) odd: Vec<Odd>,
    pub(in crate::rules::import) names: Names,
    pub(in crate::rules::import) rows: usize,
}

impl ReadTable {
    fn new(names: Names) -> Self {
        Self {
            pool: Pool::default(),
            cases: Vec::new(),
            cells: Vec::new(),
            odd: Vec::new(),
            names,
            rows: 0,
        }
    }
}

/// Reads all rows of a table whose columns are at `places`.
pub(in crate::rules::import) fn read(
    map: &Map,
    table: &CsvTable<'_>,
    places: &[usize],
    (settings, catalogue): (&Settings, &Catalogue),
    mut names: Names,
    private: &Private,
) -> ReadTable {
    names.translate(&map.people);
    let slots = map
        .targets
        .iter()
        .enumerate()
        .map(|(at, target)| (target.field.clone(), at));
    let mut reader = TableReader {
        map,
        private,
        settings,
        catalogue,
        table,
        places,
        slots: slots.collect(),
        memos: vec![HashMap::new(); map.targets.len()],
        people: HashMap::new(),
        ids: HashMap::new(),
        seen: HashMap::new(),
        width: table.header().len(),
        is_lenient: false,
        out: ReadTable::new(names),
    };
    let mut texts: Vec<String> = vec![String::new(); map.columns.len()];
    let mut whole = Vec::new();
    table.rows(|place, found| {
        let is_blank = |record: &ByteRecord| {
            let mut cells = record.iter();
            cells.all(|cell| cell.trim_ascii().is_empty())
        };
        if matches!(&found, CsvRow::Row(record) if is_blank(record)) {
            return;
        }
        reader.out.rows += 1;
        match found {
            CsvRow::Row(record) => reader.row(place, record, &mut texts, &mut whole),
            CsvRow::Unclosed => reader.odd(place.line, RowProblem::Quotation),
        }
    });
    let slot = reader.slots.get(&Key::Title.into()).copied();
    let mut out = reader.out;
    hide_in_entries(&mut out, map, private);
    for case in &mut out.cases {
        case.rows.sort_by_key(|row| (row.at, row.line));
        let reported = case
            .rows
            .first()
            .and_then(|row| out.cells.get(row.cells? + slot?));
        if reported.is_none_or(|title| *title == SAME) {
            let title = format!("{} {}", map.source, case.foreign);
            case.title = out.pool.cell(Value::Text(title));
        }
    }
    out
}

struct TableReader<'a> {
    map: &'a Map,
    private: &'a Private,
    settings: &'a Settings,
    catalogue: &'a Catalogue,
    table: &'a CsvTable<'a>,
    places: &'a [usize],
    slots: BTreeMap<Field, usize>,
    memos: Vec<HashMap<String, CellMeaning>>,
    people: HashMap<String, Cell>,
    ids: HashMap<String, usize>,
    /// How often a row of a ticket was met.
    seen: HashMap<(usize, u8, Tag), u32>,
    width: usize,
    /// Whether words of other cases are meant, too.
    is_lenient: bool,
    out: ReadTable,
}

impl TableReader<'_> {
    fn odd(&mut self, line: u64, why: RowProblem) {
        self.out.odd.push(Odd { line, why });
    }

    fn row(
        &mut self,
        place: RowPosition,
        record: &ByteRecord,
        texts: &mut [String],
        whole: &mut Vec<u8>,
    ) {
        let line = place.line;
        // What stands beyond the header and is empty, some programs write; what is empty at the end of
        // a row, others leave out.
        let is_short = record.len() < self.width;
        let surplus = record.iter().skip(self.width);
        let shapely = !surplus
            .into_iter()
            .any(|cell| !cell.trim_ascii().is_empty());
        let is_whole = shapely && !is_short;
        // A letter that was replaced is lost for good: the row waits for a map that reads it.
        if let Err(why) = self.texts(record, shapely, texts) {
            return self.odd(line, why);
        }
        whole.clear();
        write_whole(record, whole);
        let why = |found: RowProblem| match found {
            _ if !is_whole => RowProblem::Cells {
                found: record.len(),
                expected: self.width,
                kept: false,
            },
            other => other,
        };
        let Some(foreign) = self.reported(&self.map.id, texts) else {
            let why = why(RowProblem::NoId);
            return self.odd(line, why);
        };
        let Some(time) = self.reported(&self.map.time, texts) else {
            let why = why(RowProblem::NoTime);
            return self.odd(line, why);
        };
        let stamp = match self.map.stamps.read(&time) {
            Ok(stamp) => stamp,
            Err(fault) => {
                let why = why(match fault {
                    NotAStamp::Unlike => RowProblem::Time(time),
                    NotAStamp::Year => RowProblem::Year(time),
                });
                return self.odd(line, why);
            }
        };
        if stamp.skipped {
            self.odd(line, RowProblem::Skipped(time));
        }
        self.tell_shape(line, record.len(), (shapely, is_whole));
        let case = self.case(foreign);
        let (tag, count) = self.tag(case, AS_BYTES, whole);
        let mut row = ImportRow {
            at: stamp.at,
            line,
            place,
            tag,
            count,
            former: self.former(case, whole),
            by: EMPTY,
            opened: None,
            opened_by: EMPTY,
            activity: EMPTY,
            description: EMPTY,
            cells: None,
            hidden: None,
            unknown: Vec::new(),
            element: None,
            mark: None,
        };
        if shapely {
            self.roles(&mut row, texts);
            self.fields(&mut row, texts);
            self.hide(case, &row);
        }
        self.out.cases[case].rows.push(row);
    }

    /// Tells of a row that has too many cells, or too few.
    fn tell_shape(&mut self, line: u64, found: usize, (shapely, is_whole): (bool, bool)) {
        let expected = self.width;
        if !shapely {
            let kept = true;
            self.odd(
                line,
                RowProblem::Cells {
                    found,
                    expected,
                    kept,
                },
            );
        } else if !is_whole {
            self.odd(line, RowProblem::Short { found, expected });
        }
    }

    /// Takes what is private out of the fields of a row, and notes it.
    fn hide(&mut self, case: usize, row: &ImportRow) {
        let Some(base) = row.cells.filter(|_| !self.private.is_empty()) else {
            return;
        };
        for (slot, target) in self.map.targets.iter().enumerate() {
            let cell = self.out.cells[base + slot];
            let value = self.out.pool.value(cell).map(ToString::to_string);
            let Some(value) = value.filter(|_| self.private.hides(&target.field)) else {
                continue;
            };
            let source = &self.map.source;
            let stand_in = self.private.stand_in(source, &target.field, &value);
            self.out.cells[base + slot] = match &stand_in {
                Some(text) => self.out.pool.cell(Value::Text(text.clone())),
                None => EMPTY,
            };
            let stand_in = stand_in.unwrap_or_else(|| private::LEFT_OUT.to_owned());
            let hidden = &mut self.out.cases[case].hidden;
            if !hidden.iter().any(|(known, _)| *known == value) {
                hidden.push((value, stand_in));
            }
        }
    }

    /// Decodes the cells of the map's columns. All that will be written must be text: of a row
    /// that nobody can take apart, every cell.
    fn texts(
        &self,
        record: &ByteRecord,
        shapely: bool,
        texts: &mut [String],
    ) -> Result<(), RowProblem> {
        let encoding = self.table.encoding();
        for (text, place) in texts.iter_mut().zip(self.places) {
            text.clear();
            let cell = record.get(*place).unwrap_or_default();
            text.push_str(&text_of(encoding, cell, record)?);
        }
        if !shapely {
            for cell in record {
                text_of(encoding, cell, record)?;
            }
        }
        Ok(())
    }

    fn case(&mut self, foreign: String) -> usize {
        if let Some(case) = self.ids.get(&foreign) {
            return *case;
        }
        self.out.cases.push(Case {
            foreign: foreign.clone(),
            rows: Vec::new(),
            hidden: Vec::new(),
            title: EMPTY,
            start: None,
            state: None,
            held: None,
            told: Vec::new(),
            origin: Vec::new(),
            mark: "".into(),
        });
        self.ids.insert(foreign, self.out.cases.len() - 1);
        self.out.cases.len() - 1
    }

    /// The tags that earlier versions gave the row's entry: they took the row's text for it, read
    /// by the map's encoding, or with signs in the place of what they could not read.
    fn former(&mut self, case: usize, whole: &[u8]) -> Vec<Tag> {
        if whole.is_ascii() {
            return Vec::new();
        }
        let decoded = self.table.encoding().decode(whole).0;
        let lossy = String::from_utf8_lossy(whole);
        let mut tags = Vec::new();
        for (form, text) in [(AS_DECODED, &decoded), (AS_LOSSY, &lossy)] {
            if text.as_bytes() != whole {
                tags.push(self.tag(case, form, text.as_bytes()).0);
            }
        }
        tags
    }

    /// The tag of a row's entry by a form of the row, and the how-manieth of equal rows of one ticket it
    /// is; each has its own.
    fn tag(&mut self, case: usize, form: u8, whole: &[u8]) -> (Tag, u32) {
        let foreign = &self.out.cases[case].foreign;
        let tag = |count: u32| {
            let count = count.to_string();
            let parts = [
                self.map.source.as_bytes(),
                foreign.as_bytes(),
                whole,
                count.as_bytes(),
            ];
            let tag = derived_tag_of_bytes(&parts, TAG);
            let mut bytes = Tag::default();
            bytes
                .iter_mut()
                .zip(tag.bytes())
                .for_each(|(to, from)| *to = from);
            bytes
        };
        let first = tag(1);
        let count = self.seen.entry((case, form, first)).or_insert(0);
        *count += 1;
        let tag = if *count == 1 { first } else { tag(*count) };
        (tag, *count)
    }

    /// The text of an origin on one line; `None` where it says nothing.
    fn reported(&self, origin: &ValueSource, texts: &[String]) -> Option<String> {
        let text = one_line(&self.key(origin, texts)?.replace(BETWEEN, " / "));
        (!self.map.is_missing(&text)).then_some(text)
    }

    /// The cells of an origin as they stand, joined; `None` where no cell of a template does.
    fn key(&self, origin: &ValueSource, texts: &[String]) -> Option<String> {
        match origin {
            ValueSource::Columns(columns) => {
                let cells: Vec<&str> = columns.iter().map(|at| texts[*at].as_str()).collect();
                Some(cells.join(&BETWEEN.to_string()))
            }
            ValueSource::First(columns) => {
                let mut cells = columns.iter().map(|at| texts[*at].as_str());
                cells
                    .find(|cell| !self.map.is_missing(&one_line(cell)))
                    .map(str::to_owned)
            }
            ValueSource::Template(pieces) => render(pieces, texts, self.map),
            ValueSource::Constant(text) => Some(text.clone()),
        }
    }

    fn roles(&mut self, row: &mut ImportRow, texts: &[String]) {
        let map = self.map;
        if let Some(origin) = &map.by {
            row.by = self.person(origin, texts);
            if row.by == EMPTY {
                self.odd(row.line, RowProblem::NoPerson);
            }
        }
        if let Some(origin) = &map.opened_by {
            row.opened_by = self.person(origin, texts);
        }
        if let Some(time) = map
            .opened
            .as_ref()
            .and_then(|origin| self.reported(origin, texts))
        {
            match map.stamps.read(&time) {
                Ok(stamp) => row.opened = Some(stamp.at),
                Err(_) => self.odd(row.line, RowProblem::Opened(time)),
            }
        }
        if let Some(activity) = map
            .activity
            .as_ref()
            .and_then(|origin| self.reported(origin, texts))
        {
            row.activity = self.out.pool.cell(Value::Text(activity));
        }
        if let Some(text) = map
            .description
            .as_ref()
            .and_then(|origin| self.free(origin, texts))
        {
            row.description = self.out.pool.cell(Value::Text(text));
        }
    }

    /// Free text of several lines.
    fn free(&self, origin: &ValueSource, texts: &[String]) -> Option<String> {
        free_text(self.map, origin, texts)
    }

    fn person(&mut self, origin: &ValueSource, texts: &[String]) -> Cell {
        let single = match origin {
            ValueSource::Columns(columns) if columns.len() == 1 => Some(&texts[columns[0]]),
            _ => None,
        };
        if let Some(cell) = single.and_then(|text| self.people.get(text)) {
            return *cell;
        }
        let Some(name) = self.reported(origin, texts) else {
            return EMPTY;
        };
        let handle = self.out.names.agent(&name).to_owned();
        let cell = self.out.pool.cell(Value::Text(handle));
        if let Some(text) = single {
            self.people.insert(text.clone(), cell);
        }
        cell
    }

    /// The value of a word of the other system that nobody translated.
    fn value(&mut self, slot: usize, text: &str) -> Option<Value> {
        let target = &self.map.targets[slot];
        let names = &mut self.out.names;
        let owned = |text: &str| Some(Value::Text(text.to_owned()));
        let instant = |text: &str| {
            let stamp = self.map.stamps.read(text).ok()?;
            Some(Value::Moment(stamp.at))
        };
        match target.field.kind() {
            FieldKind::Agent => owned(names.agent(text)),
            FieldKind::Queue => owned(names.queue(text)),
            FieldKind::Code => owned(names.code(text)),
            FieldKind::Moment | FieldKind::Date => instant(text),
            FieldKind::Text if target.is_time => instant(text),
            FieldKind::Bool => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(Value::Bool(true)),
                "false" | "no" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            FieldKind::Number => text.parse().ok().map(Value::Number),
            kind if kind.is_list() => {
                let mut all: Vec<String> = Vec::new();
                let mut text = text.replace(" / ", ",");
                if let Some(separator) = &self.map.list_separator {
                    text = text.replace(separator.as_str(), ",");
                }
                for one in text.split([',', ';']).map(str::trim) {
                    if !one.is_empty() && !all.iter().any(|known| known == one) {
                        all.push(one.to_owned());
                    }
                }
                Some(Value::List(all))
            }
            kind => match words(kind, self.settings, self.catalogue) {
                None => owned(text),
                Some(known) => {
                    let word = crate::rules::text::slug::slug(text);
                    known.contains(&word.as_str()).then_some(Value::Text(word))
                }
            },
        }
    }
}

/// The earliest of a case's opening time and first row.
pub(in crate::rules::import) fn created(case: &Case) -> Option<Moment> {
    if let Some(start) = &case.start {
        return Some(
            case.rows
                .first()
                .map_or(start.at, |row| row.at.min(start.at)),
        );
    }
    let opened = case.rows.iter().find_map(|row| row.opened);
    case.rows
        .first()
        .map(|row| opened.map_or(row.at, |opened| opened.min(row.at)))
}
