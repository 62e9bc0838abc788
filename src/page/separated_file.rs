//! The bytes of separated values as programs write them: a byte order mark, two bytes a character,
//! Excel's line that names the delimiter, lines that end as those of old Macs. What is left is a
//! table in bytes.

use std::borrow::Cow;

use crate::page::csv::{CsvRow, CsvTable, Encoding, NotATable};

/// The signs that may stand between two cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// So many bytes of the beginning tell the delimiter.
const HEAD: usize = 64 << 10;

/// A file of separated values, without what is no part of its table.
#[derive(Clone, Debug)]
pub struct SeparatedFile<'b> {
    bytes: Cow<'b, [u8]>,
    /// How the bytes stand for characters.
    pub encoding: Encoding,
    /// The delimiter that the first line names, as Excel writes it.
    pub stated: Option<u8>,
    /// How many lines stand before the table.
    pub passed: u64,
    /// The encoding of two bytes a character that it was in, without a mark that says it.
    pub unmarked: Option<&'static str>,
}

impl<'b> SeparatedFile<'b> {
    /// The table of a file. Bytes are in UTF-16 where they show it and nobody says otherwise, else in
    /// the encoding, else in UTF-8.
    pub fn new(bytes: &'b [u8], encoding: Option<Encoding>) -> Self {
        let mut unmarked = None;
        let (bytes, encoding) = if let Some(text) = wide_text(bytes, encoding, &mut unmarked) {
            (text, Encoding::UTF_8)
        } else {
            let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            (Cow::Borrowed(bare), encoding.unwrap_or_default())
        };
        let (after, stated) = match sep_line(&bytes) {
            Some((after, sign)) => (after, Some(sign)),
            None => (0, None),
        };
        let is_old = bytes.contains(&b'\r') && !bytes.contains(&b'\n');
        let bytes = match bytes {
            bytes if is_old => {
                let newline = |b: &u8| if *b == b'\r' { b'\n' } else { *b };
                Cow::Owned(bytes[after..].iter().map(newline).collect())
            }
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[after..]),
            Cow::Owned(mut bytes) => {
                drop(bytes.drain(..after));
                Cow::Owned(bytes)
            }
        };
        Self {
            bytes,
            encoding,
            stated,
            passed: u64::from(stated.is_some()),
            unmarked,
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The table that it is with a delimiter.
    pub fn table(&self, delimiter: u8) -> Result<CsvTable<'_>, NotATable> {
        let table = CsvTable::new(&self.bytes, delimiter, self.encoding)?;
        Ok(table.from_line(1 + self.passed))
    }

    /// The sign between the cells: the one that the first line names, else the one that cuts the first
    /// rows into as many cells each, and into the most.
    pub fn delimiter(&self) -> u8 {
        self.stated.unwrap_or_else(|| guessed(&self.bytes))
    }
}

/// The text of bytes that are two a character.
fn wide_text(
    bytes: &[u8],
    encoding: Option<Encoding>,
    unmarked: &mut Option<&'static str>,
) -> Option<Cow<'static, [u8]>> {
    let text = |wide: &'static encoding_rs::Encoding, bytes: &[u8]| {
        let text = wide.decode_without_bom_handling(bytes).0;
        Some(Cow::Owned(text.into_owned().into_bytes()))
    };
    for (mark, wide) in [
        (&[0xff, 0xfe], encoding_rs::UTF_16LE),
        (&[0xfe, 0xff], encoding_rs::UTF_16BE),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return text(wide, rest);
        }
    }
    let wide = wide(bytes).filter(|_| encoding.is_none_or(|one| one == Encoding::UTF_8))?;
    *unmarked = Some(wide.name());
    text(wide, bytes)
}

/// The encoding of two bytes a character that bytes without a mark are in.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let nuls = |odd: usize| {
        let half = head.iter().skip(odd).step_by(2);
        half.filter(|b| **b == 0).count() * 4
    };
    let many = |nuls: usize| nuls > head.len();
    match (many(nuls(0)), many(nuls(1))) {
        (false, true) => Some(encoding_rs::UTF_16LE),
        (true, false) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Excel's first line, which names the delimiter: where it ends, and the delimiter.
fn sep_line(bytes: &[u8]) -> Option<(usize, u8)> {
    let quoted = bytes.strip_prefix(b"\"sep=");
    let rest = bytes.strip_prefix(b"sep=").or(quoted)?;
    let sign = rest.first().copied().filter(u8::is_ascii)?;
    let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'))?;
    if end > 2 {
        return None;
    }
    let line_end = if rest[end..].starts_with(b"\r\n") {
        2
    } else {
        1
    };
    Some((bytes.len() - rest.len() + end + line_end, sign))
}

fn guessed(bytes: &[u8]) -> u8 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bytes: &[u8]) -> (Vec<String>, u64) {
        let file = SeparatedFile::new(bytes, None);
        let table = file.table(file.delimiter()).unwrap();
        let mut line = 0;
        table.rows(|place, _| line = place.line);
        (table.header(), line)
    }

    #[test]
    fn a_table_is_the_same_however_a_program_wrote_it() {
        let text = "a;b\nxé;2\n";
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = |bytes: Vec<u8>| [b"\xff\xfe".to_vec(), bytes].concat();
        let forms: [Vec<u8>; 6] = [
            text.into(),
            format!("\u{feff}{text}").into(),
            text.replace('\n', "\r").into(),
            text.replace('\n', "\r\n").into(),
            wide(text),
            marked(wide(text)),
        ];
        for bytes in forms {
            assert_eq!(header(&bytes), (vec!["a".to_owned(), "b".to_owned()], 2));
        }
        for text in ["sep=;\r\na,1;b\r\nx;2\r\n", "\u{feff}sep=;\ra,1;b\rx;2\r"] {
            let expected = (vec!["a,1".to_owned(), "b".to_owned()], 3);
            assert_eq!(header(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn an_encoding_that_is_stated_is_taken_where_no_mark_says_otherwise() {
        let file = SeparatedFile::new(b"a,b\nAndr\xe9,1\n", Some(Encoding::WINDOWS_1252));
        assert_eq!(file.encoding, Encoding::WINDOWS_1252);
        let marked = b"\xff\xfea\0,\0b\0\n\0";
        let file = SeparatedFile::new(marked, Some(Encoding::WINDOWS_1252));
        assert_eq!((file.encoding, file.unmarked), (Encoding::UTF_8, None));
        assert_eq!(file.bytes(), b"a,b\n");
        let file = SeparatedFile::new(&marked[2..], None);
        assert_eq!(file.unmarked, Some("UTF-16LE"));
    }
}
