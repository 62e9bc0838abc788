//! Rows of separated values: the header is found out, and what is no text stops.

use std::borrow::Cow;

use crate::page::csv::{CsvRow, Encoding, one_line};
use crate::page::foreign_rows::{
    Counted, ForeignCell, ForeignRow, ForeignRows, MOST_CELLS, NotRows, RowForm, header_among,
    named_columns,
};
use crate::page::separated_file::SeparatedFile;

/// The text of a file.
pub(in crate::page::foreign_rows) fn text<'f>(
    file: &'f SeparatedFile<'_>,
) -> Result<Cow<'f, str>, NotRows> {
    let (bytes, encoding) = (file.bytes(), file.encoding);
    if bytes.trim_ascii().is_empty() {
        return Err(NotRows::Empty);
    }
    let (text, whole) = encoding.decode(bytes);
    if whole {
        return Ok(text);
    }
    let is_text = |line: &&[u8]| encoding.decode(line).1;
    let lines = bytes.split(|b| *b == b'\n');
    let line = lines.clone().take_while(is_text).count() + 1;
    let line = line + usize::from(file.stated.is_some());
    let odd = lines
        .clone()
        .find(|line| !is_text(line))
        .unwrap_or_default();
    let fits = Encoding::WORDS
        .iter()
        .map(|word| Encoding::read(word))
        .filter(|other| *other != encoding && other.decode(bytes).1)
        .map(|other| (other.word(), sample(odd, other)))
        .collect();
    Err(NotRows::Bytes {
        encoding: encoding.word(),
        line,
        fits,
    })
}

/// The first word of a line that has a letter beyond ASCII, as an encoding reads it.
fn sample(line: &[u8], encoding: Encoding) -> String {
    let text = encoding.decode(line).0.into_owned();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"'));
    let odd = words.filter(|word| !word.is_ascii());
    odd.take(1).flat_map(|word| word.chars().take(24)).collect()
}

/// The rows of a table.
pub(in crate::page::foreign_rows) fn read(
    file: &SeparatedFile<'_>,
    form: &RowForm,
) -> Result<ForeignRows, NotRows> {
    let delimiter = form.delimiter.unwrap_or_else(|| file.delimiter());
    let table = file.table(delimiter).map_err(|_| NotRows::Empty)?;
    let table = if form.unquoted {
        table.unquoted()
    } else {
        table
    };
    let mut reading = Reading {
        encoding: file.encoding,
        ..Reading::default()
    };
    table.all_rows(|place, found| match found {
        CsvRow::Row(row) => reading.row(place.line, row.iter()),
        CsvRow::Unclosed => {
            let why = "a quotation mark is never closed".to_owned();
            reading.broken.push((place.line, why));
            true
        }
    });
    let mut rows = reading.finished()?;
    rows.notes.extend(file.unmarked.map(unmarked));
    Ok(rows)
}

/// What is to be told of a file in two bytes a character.
pub fn unmarked(encoding: &str) -> String {
    format!("the file is {encoding}, without a mark that says so")
}

#[derive(Default)]
struct Reading {
    encoding: Encoding,
    /// Rows before the header is known.
    head: Vec<(u64, Vec<ForeignCell>)>,
    places: Vec<Option<u32>>,
    out: ForeignRows,
    broken: Vec<(u64, String)>,
    cells: usize,
}

impl Reading {
    fn row<'r>(&mut self, line: u64, cells: impl Iterator<Item = &'r [u8]>) -> bool {
        let cells: Vec<ForeignCell> = cells.map(|cell| self.cell(cell)).collect();
        self.cells += cells.len();
        if self.places.is_empty() {
            self.head.push((line, cells));
            if self.head.len() >= 8 {
                self.begin();
            }
        } else {
            self.push(line, cells);
        }
        self.cells <= MOST_CELLS
    }

    fn cell(&self, bytes: &[u8]) -> ForeignCell {
        let text = self.encoding.decode(bytes).0;
        if text.as_bytes() == bytes {
            ForeignCell::Text(text.into())
        } else {
            ForeignCell::Encoded(Box::new((text.into(), bytes.into())))
        }
    }

    /// Takes the header from the first rows, and then those after it.
    fn begin(&mut self) {
        let filled: Vec<usize> = self.head.iter().map(|(_, cells)| filled(cells)).collect();
        let head = std::mem::take(&mut self.head);
        let mut rows = head.into_iter().skip(header_among(&filled));
        let Some((_, header)) = rows.next() else {
            return;
        };
        let names = header
            .iter()
            .map(|cell| one_line(cell.text().unwrap_or_default()));
        let mut names: Vec<String> = names.collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let (columns, places) = named_columns(names.into_iter());
        self.out.columns = columns.names;
        self.places = places;
        for (line, cells) in rows {
            self.push(line, cells);
        }
    }

    fn push(&mut self, line: u64, cells: Vec<ForeignCell>) {
        let surplus = cells
            .iter()
            .skip(self.places.len())
            .filter(|cell| says(cell))
            .count();
        if surplus > 0 {
            let (found, expected) = (cells.len(), self.places.len());
            let why = format!("it has {found} cells, the header {expected}");
            return self.broken.push((line, why));
        }
        let cells = cells.into_iter().zip(&self.places);
        let cells: Vec<(u32, ForeignCell)> = cells
            .filter(|(cell, _)| says(cell))
            .filter_map(|(cell, place)| Some(((*place)?, cell)))
            .collect();
        if !cells.is_empty() {
            let row = ForeignRow {
                number: line,
                cells,
            };
            self.out.rows.push(row.full());
        }
    }

    fn finished(mut self) -> Result<ForeignRows, NotRows> {
        if self.places.is_empty() {
            self.begin();
        }
        if self.cells > MOST_CELLS {
            return Err(NotRows::TooLarge(format!("more than {MOST_CELLS} cells")));
        }
        if self.out.columns.is_empty() {
            return Err(NotRows::Empty);
        }
        self.out.broken = self.broken;
        self.out.counted = Counted::Lines;
        Ok(self.out)
    }
}

fn says(cell: &ForeignCell) -> bool {
    cell.text().is_none_or(|text| !text.trim().is_empty())
}

fn filled(cells: &[ForeignCell]) -> usize {
    cells.iter().filter(|cell| says(cell)).count()
}
