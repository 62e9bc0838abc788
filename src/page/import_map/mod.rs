//! The map of an event log, read: which column is what, and which of its words are which of ours.

mod form;
mod read;
#[cfg(test)]
mod tests;
pub mod systems;
pub mod tickets;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use read::read;
pub use read::tickets::{TICKET_ROLES, read_tickets};
pub use words::{noun, words};

use crate::model::field::{Field, Key};
use crate::page::csv::Encoding;
use crate::page::foreign_time::Stamps;
use crate::page::problem::{Problem, instead};

/// What a map says.
#[derive(Clone, Debug)]
pub struct Map {
    /// The word for the other system, in entries and settings.
    pub source: String,
    /// The byte between two cells; found out where the map does not say it.
    pub delimiter: Option<u8>,
    /// Whether quotation marks are signs as any other.
    pub unquoted: bool,
    /// How the bytes stand for characters.
    pub encoding: Encoding,
    /// Cells that say nothing; an empty one always does.
    pub missing: BTreeSet<String>,
    /// What stands between the elements of a list, beside commas, semicolons and ` / `.
    pub list_separator: Option<String>,
    /// How times are written.
    pub stamps: Stamps,
    /// The columns that the map names, each once.
    pub columns: Vec<MapColumn>,
    /// The other system's id of the ticket.
    pub id: ValueSource,
    /// When the row happened.
    pub time: ValueSource,
    /// Who made the row.
    pub by: Option<ValueSource>,
    /// When the ticket was opened.
    pub opened: Option<ValueSource>,
    /// Who opened it.
    pub opened_by: Option<ValueSource>,
    /// What the other system calls the step.
    pub activity: Option<ValueSource>,
    /// Free text of the entry.
    pub text: Option<ValueSource>,
    /// Free text of the ticket.
    pub description: Option<ValueSource>,
    /// Whether the priority follows from impact and urgency.
    pub derives_priority: bool,
    /// The fields that it fills, in the order of front matter.
    pub targets: Vec<MapTarget>,
    /// Handles of this desk by the other system's names.
    pub people: BTreeMap<String, String>,
    path: String,
    whole: String,
}

/// A column that the map names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapColumn {
    /// Its name in the header.
    pub name: String,
    /// Where the map names it.
    span: Range<usize>,
}

/// Where a value comes from; columns are places in [`Map::columns`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// One column, or several joined.
    Columns(Vec<usize>),
    /// A text with columns in it.
    Template(Vec<TemplatePart>),
    /// The first of these columns that says something.
    First(Vec<usize>),
    /// A constant: one text for every row.
    Constant(String),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Words.
    Text(String),
    /// The cell of a column.
    Column(usize),
    /// Pieces that go away together where one of their cells says nothing.
    Optional(Vec<TemplatePart>),
}

/// A field that the log fills.
#[derive(Clone, Debug)]
pub struct MapTarget {
    /// The field.
    pub field: Field,
    /// Where its values come from; `None` where only other fields' words set it.
    pub origin: Option<ValueSource>,
    /// Whether a field of the company's own is an instant.
    pub is_time: bool,
    /// The other system's words.
    pub values: BTreeMap<String, WordMeaning>,
}

/// What a word of the other system means: which fields it sets. A field that is not named stays
/// as it is.
pub type WordMeaning = Vec<(Field, Meant)>;

/// What a field is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// To nothing.
    None,
    /// To a value of this desk.
    Word(String),
    /// To a text with columns in it.
    Template(Vec<TemplatePart>),
}

impl Map {
    /// For every column of the map its place in the header of a table.
    pub fn bind(&self, header: &[String]) -> Result<Vec<usize>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut places = Vec::new();
        for MapColumn { name, span } in &self.columns {
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
                    let header: Vec<&str> = header.iter().map(String::as_str).collect();
                    let hint = instead(name, &header);
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
        let title = |target: &MapTarget| match &target.origin {
            Some(ValueSource::First(columns)) if !columns.is_empty() => {
                self.columns[columns[0]].name.clone()
            }
            Some(ValueSource::Columns(columns)) => {
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

/// Whether a ticket must have the field, so that a cell that says nothing changes nothing.
pub fn is_required(field: &Field) -> bool {
    use Key::{Impact, Priority, Status, Title, Type, Urgency};
    matches!(
        field,
        Field::Known(Type | Title | Status | Priority | Impact | Urgency)
    )
}
