//! Separated values: the encoding, the delimiter and the header are found out where nobody says
//! them.

use std::borrow::Cow;

use crate::page::csv::{CsvRow, CsvTable, Encoding, one_line};
use crate::page::foreign_rows::{
    Counted, ForeignCell, ForeignRow, ForeignRows, MOST_CELLS, NotRows, RowForm, header_among,
    named_columns,
};

/// The signs that may stand between two cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// So many bytes of the beginning tell the delimiter.
const HEAD: usize = 64 << 10;

/// The text of a file.
pub(in crate::page::foreign_rows) fn decoded<'b>(
    bytes: &'b [u8],
    form: &RowForm,
) -> Result<Cow<'b, str>, NotRows> {
    for (mark, wide) in [
        (&[0xff, 0xfe], encoding_rs::UTF_16LE),
        (&[0xfe, 0xff], encoding_rs::UTF_16BE),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Ok(wide.decode_without_bom_handling(rest).0);
        }
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(NotRows::Empty);
    }
    let encoding = form.encoding.unwrap_or_default();
    if form.encoding.is_none()
        && let Some(wide) = wide(bytes)
    {
        return Ok(wide.decode_without_bom_handling(bytes).0);
    }
    let (text, whole) = encoding.decode(bytes);
    if whole {
        return Ok(text);
    }
    let is_text = |line: &&[u8]| encoding.decode(line).1;
    let lines = bytes.split(|b| *b == b'\n');
    let line = lines.clone().take_while(is_text).count() + 1;
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

/// The encoding of two bytes a character that bytes without a mark are in.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let nuls = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
            * 4
    };
    let many = |nuls: usize| nuls > head.len();
    match (many(nuls(0)), many(nuls(1))) {
        (false, true) => Some(encoding_rs::UTF_16LE),
        (true, false) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// The rows of a table; `text` is what its bytes stand for.
pub(in crate::page::foreign_rows) fn read(
    bytes: &[u8],
    text: &str,
    form: &RowForm,
) -> Result<ForeignRows, NotRows> {
    let encoding = form.encoding.unwrap_or_default();
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_narrow = bare.len() == text.len() && bare == text.as_bytes();
    let (bytes, encoding) = if is_narrow || encoding == Encoding::UTF_8 {
        (text.as_bytes(), Encoding::UTF_8)
    } else {
        (bare, encoding)
    };
    let (bytes, given, passed) = without_sep_line(bytes);
    let ends: Cow<'_, [u8]> = if bytes.contains(&b'\n') {
        bytes.into()
    } else {
        bytes
            .iter()
            .map(|b| if *b == b'\r' { b'\n' } else { *b })
            .collect::<Vec<u8>>()
            .into()
    };
    let delimiter = form.delimiter.or(given).unwrap_or_else(|| delimiter(&ends));
    let table = CsvTable::new(&ends, delimiter, encoding).map_err(|_| NotRows::Empty)?;
    let table = if form.unquoted {
        table.unquoted()
    } else {
        table
    };
    let mut reading = Reading {
        encoding,
        passed,
        ..Reading::default()
    };
    table.all_rows(|place, found| match found {
        CsvRow::Row(row) => reading.row(place.line, row.iter()),
        CsvRow::Unclosed => {
            reading.broken.push((
                place.line + passed,
                "a quotation mark is never closed".to_owned(),
            ));
            true
        }
    });
    reading.finished()
}

/// Excel's first line, which names the delimiter: the rest, the delimiter and how many lines it was.
fn without_sep_line(bytes: &[u8]) -> (&[u8], Option<u8>, u64) {
    let Some(rest) = bytes
        .strip_prefix(b"sep=")
        .or_else(|| bytes.strip_prefix(b"\"sep="))
    else {
        return (bytes, None, 0);
    };
    let Some(sign) = rest.first().copied().filter(u8::is_ascii) else {
        return (bytes, None, 0);
    };
    let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
    let Some(end) = end.filter(|end| *end <= 2) else {
        return (bytes, None, 0);
    };
    let after = end
        + if rest[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
    (&rest[after..], Some(sign), 1)
}

/// The sign between the cells: the one that cuts the first rows into as many cells each, and into
/// the most.
fn delimiter(bytes: &[u8]) -> u8 {
    let end = bytes.len().min(HEAD);
    let end = match bytes[..end].iter().rposition(|b| *b == b'\n') {
        Some(last) if end < bytes.len() => last,
        _ => end,
    };
    let score = |sign: u8| {
        let mut widths = Vec::new();
        if let Ok(table) = CsvTable::new(&bytes[..end], sign, Encoding::UTF_8) {
            table.all_rows(|_, found| {
                if let CsvRow::Row(row) = found {
                    widths.push(row.len());
                }
                widths.len() < 40
            });
        }
        let width = widths.iter().copied().max().unwrap_or_default();
        let alike = widths.iter().filter(|one| **one == width).count();
        if width < 2 {
            0
        } else {
            alike * 1000 / widths.len().max(1) * 100 + width.min(99)
        }
    };
    DELIMITERS
        .into_iter()
        .max_by_key(|sign| (score(*sign), *sign == b','))
        .unwrap_or(b',')
}

#[derive(Default)]
struct Reading {
    encoding: Encoding,
    passed: u64,
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
        let line = line + self.passed;
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
            ForeignCell::Encoded(text.into(), bytes.into())
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
            self.out.rows.push(ForeignRow {
                number: line,
                cells,
            });
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
