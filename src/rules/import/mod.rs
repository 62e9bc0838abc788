//! A foreign event log becomes tickets: one entry for each row, in the order of time, then of the
//! file, so that the fold of the log is what the front matter says.
//!
//! All that is written follows from the map and the rows, so that a second run, here or in
//! another clone, finds its work done.

mod extend;
mod names;
mod odd;
mod plan;
mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use names::Names;
pub use odd::{Odd, RowProblem};

use crate::model::catalog::Catalogue;
use crate::model::field::{Field, Key, Value};
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::page::csv::{CsvTable, RowPosition};
use crate::page::import_map::Map;
use crate::page::log::derived_tag;
use crate::page::problem::Problem;
use read::Pool;

/// A number that stands for a value; see [`SAME`] and [`EMPTY`].
type Cell = u32;

/// The row does not tell: the field stays as it is.
const SAME: Cell = 0;

/// The field is empty.
const EMPTY: Cell = 1;

/// Length of an imported entry's tag, in characters.
const TAG: usize = 8;

type Tag = [u8; TAG];

/// A log, read: ready to be turned into tickets one by one.
pub struct Import<'a> {
    map: &'a Map,
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
}

/// All rows of one foreign ticket, in the order of time, then of the file.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id in the other system.
    pub foreign: String,
    rows: Vec<ImportRow>,
    /// The title until a row tells one.
    title: Cell,
}

#[derive(Clone, Debug)]
struct ImportRow {
    at: Moment,
    line: u64,
    place: RowPosition,
    tag: Tag,
    /// The tags that its entry may have from an earlier version.
    former: Vec<Tag>,
    by: Cell,
    opened: Option<Moment>,
    opened_by: Cell,
    activity: Cell,
    description: Cell,
    /// Where its cells begin; `None` for a row that nobody can take apart.
    cells: Option<usize>,
    /// Words that nobody knows, by the place of their field.
    unknown: Vec<(usize, String)>,
}

impl Case {
    /// How many rows there are of it.
    pub fn len(&self) -> usize {
        self.rows.len()
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
        let places = map.bind(&table.header())?;
        let read::ReadTable {
            mut pool,
            cases,
            cells,
            mut odd,
            names,
            rows,
        } = read::read(map, &table, &places, settings, catalogue, names);
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
        Ok(Self {
            map,
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
        })
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
