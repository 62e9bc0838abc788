//! Tables of separated values from other systems, read row by row.
//!
//! A row keeps its place in the file, so that whatever is odd about it can be named by its line,
//! and a row that nobody needs twice is not kept in memory.

use std::borrow::Cow;
use std::io::{Chain, Read as _};

use csv::{ByteRecord, ReaderBuilder};

/// A line that readers pass over.
const BLANK: &[u8] = b"\n";

/// How the bytes of a table stand for characters: UTF-8, with or without a byte order mark, or an
/// older encoding of the [WHATWG standard](https://encoding.spec.whatwg.org/).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Default for Encoding {
    fn default() -> Self {
        Self::UTF_8
    }
}

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// The code page of Western European Windows, of which Latin-1 is a part.
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// The words of the encodings, in settings.
    pub const WORDS: &[&str] = &[
        "utf-8",
        "windows-1252",
        "windows-1250",
        "windows-1251",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "iso-8859-2",
        "iso-8859-15",
        "koi8-r",
        "koi8-u",
        "macintosh",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "big5",
        "gb18030",
    ];

    /// The encoding of a word; anything else is UTF-8.
    pub fn read(word: &str) -> Self {
        Self(encoding_rs::Encoding::for_label(word.as_bytes()).unwrap_or(encoding_rs::UTF_8))
    }

    /// The word of the encoding, in settings.
    pub fn word(self) -> String {
        self.0.name().to_ascii_lowercase()
    }

    /// Of the most frequent encodings, those others in which these bytes are a text.
    pub fn others(self, bytes: &[u8]) -> impl Iterator<Item = Self> {
        [Self::UTF_8, Self::WINDOWS_1252]
            .into_iter()
            .filter(move |other| *other != self && other.decode(bytes).1)
    }

    /// The text of some bytes, and whether all of them could be read. Bytes without a meaning, which
    /// the standard takes for control characters of Unicode's second block, could not.
    pub fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let (text, odd) = self.0.decode_without_bom_handling(bytes);
        let none = |c: char| matches!(c, '\u{80}'..='\u{9f}');
        if self == Self::UTF_8 || !text.contains(none) {
            return (text, !odd);
        }
        let text = text.replace(none, "\u{fffd}");
        (Cow::Owned(text), false)
    }
}

/// A file that is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATable {
    /// There is not even a header.
    #[error("the file is empty: its first line must name the columns")]
    Empty,
}

/// Where a row stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPosition {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last, line end left out.
    pub end: usize,
    /// Its first line, from 1.
    pub line: u64,
}

/// A table in bytes.
#[derive(Clone, Copy, Debug)]
pub struct CsvTable<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    encoding: Encoding,
    quoting: bool,
    /// The number of its first line.
    first_line: u64,
}

/// What stands at a place of a table.
#[derive(Debug)]
pub enum CsvRow<'r> {
    /// A row, cut into its cells.
    Row(&'r ByteRecord),
    /// A line with a quotation mark that is never closed, which would swallow the rest.
    Unclosed,
}

impl<'b> CsvTable<'b> {
    /// The table in these bytes.
    pub fn new(bytes: &'b [u8], delimiter: u8, encoding: Encoding) -> Result<Self, NotATable> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(NotATable::Empty);
        }
        Ok(Self {
            bytes,
            delimiter,
            encoding,
            quoting: true,
            first_line: 1,
        })
    }

    /// With another number of its first line: those before it are no part of the table.
    #[must_use]
    pub fn from_line(self, first_line: u64) -> Self {
        Self { first_line, ..self }
    }

    /// With quotation marks as signs like any other.
    #[must_use]
    pub fn unquoted(self) -> Self {
        Self {
            quoting: false,
            ..self
        }
    }

    /// A table without rows.
    pub fn none() -> Self {
        Self {
            bytes: b"",
            delimiter: b',',
            encoding: Encoding::UTF_8,
            quoting: true,
            first_line: 1,
        }
    }

    /// How its bytes stand for characters.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes of a row, as they stand in the file.
    pub fn raw(&self, place: RowPosition) -> &'b [u8] {
        self.bytes.get(place.start..place.end).unwrap_or_default()
    }

    /// The cells of one row, cut again.
    pub fn cells(&self, place: RowPosition) -> ByteRecord {
        let mut record = ByteRecord::new();
        // Reading from memory cannot fail, and without a row the record stays empty.
        let _ = self.reader(self.raw(place)).read_byte_record(&mut record);
        record
    }

    /// The names of the columns: the first row, each on one line.
    pub fn header(&self) -> Vec<String> {
        let mut header = Vec::new();
        self.walk(|_, found| {
            if let CsvRow::Row(row) = found {
                header = row
                    .iter()
                    .map(|cell| one_line(&self.encoding.decode(cell).0))
                    .collect();
            }
            false
        });
        header
    }

    /// Calls `each` for every row after the header, in the order of the file.
    pub fn rows(&self, mut each: impl FnMut(RowPosition, CsvRow<'_>)) {
        let mut first = true;
        self.walk(|place, found| {
            if !std::mem::take(&mut first) {
                each(place, found);
            }
            true
        });
    }

    /// Calls `each` for every row, the header too, until it answers `false`.
    pub fn all_rows(&self, each: impl FnMut(RowPosition, CsvRow<'_>) -> bool) {
        self.walk(each);
    }

    /// A reader of bytes behind a blank line: a byte order mark at the beginning of a row in the middle of
    /// a file belongs to its first cell, and the reader would take it off the beginning of what it is given.
    fn reader<'r>(&self, bytes: &'r [u8]) -> csv::Reader<Chain<&'static [u8], &'r [u8]>> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quoting(self.quoting)
            .buffer_capacity(bytes.len().clamp(64, 1 << 16))
            .from_reader(BLANK.chain(bytes))
    }

    /// Calls `each` for every row until it answers `false`.
    fn walk(&self, mut each: impl FnMut(RowPosition, CsvRow<'_>) -> bool) {
        let mut record = ByteRecord::new();
        let (mut from, mut counted, mut line) = (0, 0, self.first_line);
        // Once a quotation runs to the end of the file, no line behind its first closes one that
        // a line before it opened: each of them is a row of its own, or opens one for ever, too.
        // So they are read one by one, and the rest of the file once.
        let mut apart = false;
        'reading: while from < self.bytes.len() {
            let rest = &self.bytes[from..];
            let until = rest.iter().position(|b| *b == b'\n').filter(|_| apart);
            let until = until.map_or(self.bytes.len(), |end| from + end + 1);
            let mut reader = self.reader(&self.bytes[from..until]);
            let mut start = from;
            while reader.read_byte_record(&mut record).unwrap_or(false) {
                let read = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
                let end = from + read.saturating_sub(BLANK.len());
                let place = self.place(start, end, &mut counted, &mut line);
                if end >= until && self.is_unclosed(place) {
                    if !each(self.first_line(place), CsvRow::Unclosed) {
                        return;
                    }
                    apart = true;
                    from = self.first_line(place).end;
                    continue 'reading;
                }
                if !each(place, CsvRow::Row(&record)) {
                    return;
                }
                start = end;
            }
            from = until;
        }
    }

    /// The place of a row between two bytes, blank lines before it and its line end left out.
    fn place(&self, start: usize, end: usize, counted: &mut usize, line: &mut u64) -> RowPosition {
        let end = end.min(self.bytes.len());
        let is_end = |b: &u8| matches!(b, b'\r' | b'\n');
        let blank = self.bytes[start..end]
            .iter()
            .take_while(|b| is_end(b))
            .count();
        let start = start + blank;
        let tail = self.bytes[start..end]
            .iter()
            .rev()
            .take_while(|b| is_end(b))
            .count();
        *line += newlines(&self.bytes[*counted..start]);
        *counted = start;
        RowPosition {
            start,
            end: end - tail,
            line: *line,
        }
    }

    /// Whether the last row ends inside a quotation: what follows it would belong to it too.
    fn is_unclosed(&self, place: RowPosition) -> bool {
        let more = [self.raw(place), b"\n-"].concat();
        let mut reader = self.reader(&more);
        let mut record = ByteRecord::new();
        let mut rows = 0;
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            rows += 1;
        }
        rows == 1
    }

    fn first_line(&self, place: RowPosition) -> RowPosition {
        let raw = self.raw(place);
        let end = raw.iter().position(|b| *b == b'\n').unwrap_or(raw.len());
        let end = if raw[..end].ends_with(b"\r") {
            end - 1
        } else {
            end
        };
        RowPosition {
            end: place.start + end,
            ..place
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|b| u64::from(*b == b'\n')).sum()
}

/// A cell on one line: control characters are spaces, and of several spaces one stays.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<(u64, String)> {
        let table = CsvTable::new(bytes, b',', Encoding::UTF_8).unwrap();
        let mut all = Vec::new();
        table.rows(|place, found| {
            let cells = match found {
                CsvRow::Row(row) => {
                    assert_eq!(&table.cells(place), row);
                    row.iter()
                        .map(|cell| table.encoding.decode(cell).0.into_owned())
                        .collect::<Vec<_>>()
                        .join("|")
                }
                CsvRow::Unclosed => format!("! {}", String::from_utf8_lossy(table.raw(place))),
            };
            all.push((place.line, cells));
        });
        all
    }

    #[test]
    fn rows_have_their_lines() {
        let text = b"\xef\xbb\xbfid,text\r\n1,\"two\r\nlines\"\r\n\r\n2,x\r\n3,\"a \"\"b\"\"\"";
        let table = CsvTable::new(text, b',', Encoding::UTF_8).unwrap();
        assert_eq!(table.header(), ["id", "text"]);
        assert_eq!(
            all(text),
            [
                (2, "1|two\r\nlines".to_owned()),
                (5, "2|x".to_owned()),
                (6, "3|a \"b\"".to_owned())
            ]
        );
    }

    #[test]
    fn a_quotation_mark_without_a_second_costs_its_own_line_only() {
        assert_eq!(
            all(b"id,text\n0,5\" disk\n1,\"never closed\n2,x\n3,y\n"),
            [
                (2, "0|5\" disk".to_owned()),
                (3, "! 1,\"never closed".to_owned()),
                (4, "2|x".to_owned()),
                (5, "3|y".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_no_table_is_said() {
        let table = |bytes| CsvTable::new(bytes, b',', Encoding::UTF_8).map(|_| ());
        assert_eq!(table(b"\xef\xbb\xbf\n"), Err(NotATable::Empty));
        assert_eq!(table(b"id"), Ok(()));
    }

    #[test]
    fn western_windows_reads_its_own_signs() {
        assert_eq!(Encoding::WINDOWS_1252.decode(b"Andr\xe9 \x80").0, "André €");
        assert_eq!(
            Encoding::UTF_8.decode(b"Andr\xe9"),
            ("Andr\u{fffd}".into(), false)
        );
        // Bytes without a meaning.
        assert_eq!(
            Encoding::WINDOWS_1252.decode(b"a\x81"),
            ("a\u{fffd}".into(), false)
        );
    }

    #[test]
    fn every_word_is_an_encoding_of_that_name() {
        for word in Encoding::WORDS {
            assert_eq!(Encoding::read(word).word(), *word);
        }
        assert_eq!(
            Encoding::read("windows-1250").decode(b"Wi\x9cniewska").0,
            "Wiśniewska"
        );
    }

    #[test]
    fn a_cell_comes_to_one_line() {
        assert_eq!(
            one_line(" Opened by  8\r\n\u{1b}[31m\t"),
            "Opened by 8 [31m"
        );
    }

    #[test]
    fn a_mark_at_the_beginning_of_a_row_is_part_of_its_first_cell() {
        let bytes = "a,b\n\u{feff}x,6\n\u{feff}\"y\n".as_bytes();
        let table = CsvTable::new(bytes, b',', Encoding::UTF_8).unwrap();
        let mut seen = Vec::new();
        table.rows(|place, row| {
            let CsvRow::Row(row) = row else { return };
            assert_eq!(&table.cells(place), row);
            seen.push(String::from_utf8(row[0].to_vec()).unwrap());
        });
        assert_eq!(seen, ["\u{feff}x", "\u{feff}\"y"]);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::sample::select(&b"a,\"\n\r1 "[..]), 0..40)) {
            if CsvTable::new(&bytes, b',', Encoding::UTF_8).is_ok() {
                let mut last = 0;
                for (line, _) in all(&bytes) {
                    proptest::prop_assert!(line >= last.max(1));
                    last = line;
                }
            }
        }
    }
}
