//! A foreign event log becomes tickets: one entry for each row, in the order of time, then of the
//! file, so that the fold of the log is what the front matter says.
//!
//! All that is written follows from the map and the rows, so that a second run, here or in
//! another clone, finds its work done.

mod extend;
pub mod mend;
mod names;
mod odd;
mod plan;
mod row_mark;
mod row_mend;
pub mod private;
mod read;
mod rows;
#[cfg(test)]
mod rows_tests;
pub mod undo;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

pub use names::Names;
pub use odd::{Odd, RowProblem};

use crate::model::catalog::Catalogue;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::page::csv::{CsvTable, RowPosition};
use crate::page::foreign_rows::ForeignRows;
use crate::page::import_map::Map;
use crate::page::import_map::tickets::TicketMap;
use crate::page::log::{derived_tag, derived_tag_of_bytes};
use crate::page::problem::Problem;
use private::Private;
pub use read::tickets::{TicketColumns, TicketsGiven};
use read::{Pool, tickets};
use row_mark::RowMarks;

/// A number that stands for a value; see [`SAME`] and [`EMPTY`].
type Cell = u32;

/// The row does not tell: the field stays as it is.
const SAME: Cell = 0;

/// The field is empty.
const EMPTY: Cell = 1;

/// A value that no row of the export has.
const ELSEWHERE: Cell = Cell::MAX;

/// Length of an imported entry's tag, in characters.
const TAG: usize = 8;

type Tag = [u8; TAG];

/// An export whose rows are tickets.
struct TicketsFile<'a> {
    rows: &'a ForeignRows,
    marks: RowMarks,
}

/// A log, read: ready to be turned into tickets one by one.
pub struct Import<'a> {
    map: &'a Map,
    private: Private,
    table: CsvTable<'a>,
    places: Vec<usize>,
    pool: Pool,
    cells: Vec<Cell>,
    cases: Vec<Case>,
    odd: Vec<Odd>,
    names: Names,
    rows: usize,
    /// Priorities by impact and urgency.
    matrix: HashMap<(Cell, Cell), Cell>,
    /// What the fields are before the first row.
    start: Vec<Cell>,
    /// Where the tickets of the other system are, for links between them.
    ids: HashMap<String, TicketId>,
    /// The file, where its rows are tickets.
    export: Option<TicketsFile<'a>>,
}

/// All rows of one foreign ticket, in the order of time, then of the file.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id in the other system.
    pub foreign: String,
    rows: Vec<ImportRow>,
    /// Values that are hidden in its texts, and what stands there.
    hidden: Vec<(String, String)>,
    /// The title until a row tells one.
    title: Cell,
    /// Of a row that is a ticket: what it is, as its first entry has it.
    start: Option<ImportRow>,
    /// Of such a row: the entry with what the ticket was when it was exported, if it needs one.
    state: Option<ImportRow>,
    /// Of such a ticket that is there: what the other system said of it last.
    held: Option<Vec<Cell>>,
    /// That as values.
    told: Vec<Option<Value>>,
    /// Of such a ticket the places of its rows in the file.
    origin: Vec<usize>,
    /// What its row is, in short, see [`crate::model::entry::CELLS`]; empty where it is none.
    mark: Arc<str>,
}

/// What the entry of a row is, where the row is a ticket with several.
#[derive(Clone, Debug)]
struct Element {
    kind: EntryKind,
    attributes: Vec<(String, String)>,
    text: String,
    /// How it links to which ticket of the other system.
    link: Option<(String, String)>,
    /// The name of a file, and the tag of its entry where the file is at hand.
    file: Option<(String, Tag)>,
    /// Of a file that is at hand the tag of the entry that says that it is not.
    missing: Option<Tag>,
}

#[derive(Clone, Debug)]
struct ImportRow {
    at: Moment,
    line: u64,
    place: RowPosition,
    tag: Tag,
    /// The how-manieth of equal rows of its ticket it is.
    count: u32,
    /// The tags that its entry may have from an earlier version.
    former: Vec<Tag>,
    by: Cell,
    opened: Option<Moment>,
    opened_by: Cell,
    activity: Cell,
    description: Cell,
    /// Where its cells begin; `None` for a row that nobody can take apart.
    cells: Option<usize>,
    /// What of its ticket is hidden in texts, and what stands there.
    hidden: Option<Arc<Vec<(String, String)>>>,
    /// Words that nobody knows, by the place of their field.
    unknown: Vec<(usize, String)>,
    /// What its entry is, where it is more than an update.
    element: Option<Box<Element>>,
    /// What the row was, in short, where its entry holds that.
    mark: Option<Arc<str>>,
}

/// The tag of the entry of an element of a row, by the ticket, the column or path, its bytes as the
/// file has them, and the how-manieth of such it is.
fn element_tag((source, foreign): (&str, &str), path: &str, raw: &[u8], count: u32) -> Tag {
    let count = count.to_string();
    let parts = [
        source.as_bytes(),
        foreign.as_bytes(),
        path.as_bytes(),
        raw,
        count.as_bytes(),
    ];
    let tag = derived_tag_of_bytes(&parts, TAG);
    let mut bytes = Tag::default();
    let pairs = bytes.iter_mut().zip(tag.bytes());
    pairs.for_each(|(to, from)| *to = from);
    bytes
}

impl Case {
    /// How many rows there are of it.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it is a row that is a ticket.
    pub fn is_row(&self) -> bool {
        self.start.is_some()
    }

    /// Never true: a case begins with its first row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<'a> Import<'a> {
    /// Reads a whole table; fails where the map names columns that it does not have.
    pub fn read(
        map: &'a Map,
        table: CsvTable<'a>,
        settings: &Settings,
        catalogue: &Catalogue,
        names: Names,
    ) -> Result<Self, Vec<Problem>> {
        Self::read_privately(map, table, settings, catalogue, names, Private::default())
    }

    /// Reads a whole table without its private fields.
    pub fn read_privately(
        map: &'a Map,
        table: CsvTable<'a>,
        settings: &Settings,
        catalogue: &Catalogue,
        names: Names,
        private: Private,
    ) -> Result<Self, Vec<Problem>> {
        let places = map.bind(&table.header())?;
        let read = read::read(map, &table, &places, (settings, catalogue), names, &private);
        let import = Self::of(map, table, places, settings, read);
        Ok(Self { private, ..import })
    }

    /// Reads an export with one row for each ticket.
    pub fn tickets(
        map: &'a TicketMap,
        (rows, columns): (&'a ForeignRows, &TicketColumns),
        (settings, catalogue): (&Settings, &Catalogue),
        names: Names,
        given: TicketsGiven,
        private: Private,
    ) -> Self {
        let names = names.of_tickets(settings);
        let marks = RowMarks::new(map, rows, columns, &private);
        let file = tickets::TicketsInput {
            map,
            rows,
            columns,
            marks: &marks,
            given,
        };
        let read = tickets::read(&file, (settings, catalogue), names, &private);
        Self {
            private,
            export: Some(TicketsFile { rows, marks }),
            ..Self::of(&map.map, CsvTable::none(), Vec::new(), settings, read)
        }
    }

    fn of(
        map: &'a Map,
        table: CsvTable<'a>,
        places: Vec<usize>,
        settings: &Settings,
        read: read::ReadTable,
    ) -> Self {
        let read::ReadTable {
            mut pool,
            cases,
            cells,
            mut odd,
            names,
            rows,
        } = read;
        odd.sort_by_key(|odd| odd.line);
        let mut text = |word: &str| pool.cell(Value::Text(word.to_owned()));
        let mut matrix = HashMap::new();
        for (impact, row) in &settings.matrix {
            for (urgency, priority) in row {
                matrix.insert((text(impact), text(urgency)), text(priority));
            }
        }
        let first = |field: &Field, text: &mut dyn FnMut(&str) -> Cell| match field {
            Field::Known(Key::Status) => text("new"),
            Field::Known(Key::Type) => text(&settings.intake.kind),
            Field::Known(Key::Impact) => text(&settings.intake.impact),
            Field::Known(Key::Urgency) => text(&settings.intake.urgency),
            _ => EMPTY,
        };
        let start = map
            .targets
            .iter()
            .map(|target| first(&target.field, &mut text))
            .collect();
        Self {
            map,
            private: Private::default(),
            table,
            places,
            pool,
            cells,
            cases,
            odd,
            names,
            rows,
            matrix,
            start,
            ids: HashMap::new(),
            export: None,
        }
    }

    /// Gives the entries of files what `find` knows of them, by ticket and name: the attributes of
    /// an attachment, where the file is at hand.
    pub fn with_files(
        &mut self,
        mut find: impl FnMut(&str, &str) -> Option<[(String, String); 4]>,
    ) {
        for case in &mut self.cases {
            for row in &mut case.rows {
                let Some(element) = &mut row.element else {
                    continue;
                };
                if let Some((name, tag)) = &element.file
                    && let Some(attributes) = find(&case.foreign, name)
                {
                    element.attributes.extend(attributes);
                    element.missing = Some(row.tag);
                    row.tag = *tag;
                }
            }
        }
    }

    /// Whether tickets of the export link to one another.
    pub fn has_links(&self) -> bool {
        let mut rows = self.cases.iter().flat_map(|case| &case.rows);
        rows.any(|row| row.element.as_ref().is_some_and(|one| one.link.is_some()))
    }

    /// Notes where the tickets of the other system are, for links between them.
    pub fn know_ids(&mut self, ids: HashMap<String, TicketId>) {
        self.ids = ids;
    }

    /// The map that it is read by.
    pub fn map(&self) -> &Map {
        self.map
    }

    /// The tickets of the log, in the order in which it first names them.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// What is odd, in the order of the file.
    pub fn odd(&self) -> &[Odd] {
        &self.odd
    }

    /// The names that it uses.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// How many rows the table has, odd ones too.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// When a ticket was created: its opening time, or its first row where that is earlier.
    pub fn created(&self, case: &Case) -> Moment {
        read::created(case).unwrap_or_else(Moment::epoch)
    }

    /// The id of a ticket: it follows from source, foreign id and attempt. A higher attempt is
    /// for an id that another ticket has.
    pub fn id(&self, case: &Case, attempt: u32) -> Option<TicketId> {
        let parts = [
            "ticket",
            &self.map.source,
            &case.foreign,
            &attempt.to_string(),
        ];
        TicketId::new(self.created(case), &derived_tag(&parts, RANDOM_LEN))
    }

    /// The first id of a ticket that is not taken.
    pub fn free_id(&self, case: &Case, taken: impl Fn(TicketId) -> bool) -> Option<TicketId> {
        // So many attempts that only a full month runs out of them.
        (0..10_000)
            .filter_map(|attempt| self.id(case, attempt))
            .find(|id| !taken(*id))
    }
}
