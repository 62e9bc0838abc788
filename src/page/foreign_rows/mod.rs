//! The rows of another system's export, whatever the kind of its file: separated values, JSON,
//! JSON lines, or a sheet of a workbook. Each row is a list of columns with what they hold.

mod json;
mod json_shapes;
mod ods;
mod separated;
mod sheet;
#[cfg(test)]
mod tests;
mod workbook;
mod xlsx;

use std::collections::HashMap;

use serde_json::Value;

use crate::page::csv::Encoding;
use crate::page::separated_file::SeparatedFile;

pub use separated::unmarked;

/// So many columns are told apart; what a file has beyond them is not read.
const MOST_COLUMNS: usize = 20_000;

/// So many cells are read: what goes beyond is no export of a help desk that fits in memory.
const MOST_CELLS: usize = 20_000_000;

/// How to read a file, where its bytes do not tell.
#[derive(Clone, Debug, Default)]
pub struct RowForm {
    /// The byte between two cells; found out where it is not given.
    pub delimiter: Option<u8>,
    /// How bytes stand for characters; UTF-8 or UTF-16 where it is not given.
    pub encoding: Option<Encoding>,
    /// Whether quotation marks are signs as any other.
    pub unquoted: bool,
    /// The sheet of a workbook; the first visible one where it is not given.
    pub sheet: Option<String>,
    /// The path of the list of rows in JSON.
    pub list: Option<String>,
}

/// A file that has no rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRows {
    /// There is not even a header.
    #[error("the file is empty: its first row must name the columns")]
    Empty,
    /// Its bytes are text in no encoding that was asked for; those that fit.
    #[error("line {line} is no {encoding} text")]
    Bytes {
        /// The encoding.
        encoding: String,
        /// The first line that is not.
        line: usize,
        /// Others, each with a word as it would read it.
        fits: Vec<(String, String)>,
    },
    /// A file of a known kind that is not read.
    #[error("the file is {0}")]
    Unread(&'static str),
    /// JSON that cannot be read.
    #[error("the JSON cannot be read: {0}")]
    Json(String),
    /// A workbook that cannot be read.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// More than is read.
    #[error("the file is too large to be an export: {0}")]
    TooLarge(String),
    /// The workbook has no such sheet.
    #[error("the workbook has no sheet `{0}`, but {1}")]
    NoSheet(String, String),
}

/// What a file counts its rows by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Lines of text.
    #[default]
    Lines,
    /// Rows of a sheet.
    Rows,
    /// Objects of a list.
    Objects,
}

impl Counted {
    /// The word for one of them.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Lines => "line",
            Self::Rows => "row",
            Self::Objects => "object",
        }
    }
}

/// All rows of a file.
#[derive(Clone, Debug, Default)]
pub struct ForeignRows {
    /// The names of the columns, each once; of JSON the paths, with points between the keys.
    pub columns: Vec<String>,
    /// The rows, in the order of the file.
    pub rows: Vec<ForeignRow>,
    /// What rows are counted by.
    pub counted: Counted,
    /// What is to be known about the file: sheets that were not read and the like.
    pub notes: Vec<String>,
    /// Rows that could not be taken apart, by their number, and why.
    pub broken: Vec<(u64, String)>,
    /// Whether numbers that stand for days count from 1904; `None` where they stand for none.
    pub epoch_1904: Option<bool>,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub struct ForeignRow {
    /// Its line, row or number, from 1.
    pub number: u64,
    /// What it holds, each with the place of its column; a column may come several times.
    pub cells: Vec<(u32, ForeignCell)>,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ForeignCell {
    /// A text.
    Text(Box<str>),
    /// A text whose bytes in the file are others.
    Encoded(Box<(Box<str>, Box<[u8]>)>),
    /// An object of a list.
    Object(Box<Value>),
}

impl ForeignCell {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Encoded(both) => Some(&both.0),
            Self::Object(_) => None,
        }
    }

    /// The bytes as the file has them; of an object its JSON without blanks.
    pub fn raw(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Encoded(both) => both.1.to_vec(),
            Self::Object(value) => value.to_string().into_bytes(),
        }
    }
}

impl ForeignRow {
    /// The row without room for more cells, which would count for as many rows as a file has.
    pub(in crate::page::foreign_rows) fn full(mut self) -> Self {
        self.cells.shrink_to_fit();
        self
    }

    /// All that a column holds.
    pub fn all(&self, column: usize) -> impl Iterator<Item = &ForeignCell> {
        let of = move |cell: &&(u32, ForeignCell)| usize::try_from(cell.0) == Ok(column);
        self.cells.iter().filter(of).map(|(_, cell)| cell)
    }
}

impl ForeignRows {
    /// Reads a file.
    pub fn read(bytes: &[u8], form: &RowForm) -> Result<Self, NotRows> {
        if bytes.starts_with(b"PK\x03\x04") {
            return workbook::read(bytes, form);
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(NotRows::Unread("an old Excel workbook or an encrypted one"));
        }
        if bytes.starts_with(b"%PDF") || bytes.starts_with(b"\x1f\x8b") {
            return Err(NotRows::Unread("no table: it is packed or a document"));
        }
        let file = SeparatedFile::new(bytes, form.encoding);
        let text = separated::text(&file)?;
        let start = text.trim_start();
        if start.starts_with(['{', '[']) {
            return json::read(&text, form);
        }
        let head: String = start.chars().take(15).collect();
        let head = head.to_ascii_lowercase();
        if ["<!doctype html", "<html", "<table", "<?xml"]
            .iter()
            .any(|tag| head.starts_with(tag))
        {
            return Err(NotRows::Unread("a page of HTML or XML, no table"));
        }
        drop(text);
        separated::read(&file, form)
    }
}

/// Columns, as they are met.
#[derive(Debug, Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Columns {
    /// The place of a column; `None` beyond the most that are told apart.
    fn place(&mut self, name: &str) -> Option<u32> {
        if let Some(place) = self.places.get(name) {
            return Some(*place);
        }
        if self.names.len() >= MOST_COLUMNS {
            return None;
        }
        let place = u32::try_from(self.names.len()).ok()?;
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        Some(place)
    }
}

/// The place of the header among the first rows, given how many cells of each say something: a
/// title above it has one, and at most two lines of a title are passed over.
fn header_among(filled: &[usize]) -> usize {
    let widest = filled.iter().take(8).copied().max().unwrap_or_default();
    let is_title = |filled: usize| filled <= 2 && widest >= 4 || filled == 0;
    filled
        .iter()
        .take(8)
        .take_while(|filled| is_title(**filled))
        .count()
}

/// The columns of a header row: a name that comes again is the same column, one without a name
/// is called by its letter.
fn named_columns(header: impl Iterator<Item = String>) -> (Columns, Vec<Option<u32>>) {
    let mut columns = Columns::default();
    let places = header
        .enumerate()
        .map(|(at, name)| {
            let name = if name.is_empty() {
                format!("column {}", letters(at))
            } else {
                name
            };
            columns.place(&name)
        })
        .collect();
    (columns, places)
}

/// The letters of a column of a sheet, from 0: A, B, …, Z, AA.
fn letters(mut at: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b'A' + u8::try_from(at % 26).unwrap_or_default());
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}
