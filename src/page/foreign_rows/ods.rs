//! Sheets of `OpenDocument`, read as a stream: what a cell or a row says of being repeated is bounded by
//! what a sheet can have.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::page::foreign_rows::sheet::{Sheet, chosen, wrong};
use crate::page::foreign_rows::{MOST_COLUMNS, NotRows};

/// So many times may a row that says something be repeated.
const MOST_REPEATED: u64 = 10_000;

/// Reads a sheet.
pub(in crate::page::foreign_rows) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
) -> Result<Sheet, NotRows> {
    let all = sheets(bytes)?;
    if all.is_empty() {
        return Err(NotRows::Empty);
    }
    let name = chosen(&all, wanted)?;
    let mut sheet = Sheet {
        name,
        all,
        ..Sheet::default()
    };
    with_content(bytes, |reader| {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(wrong)? {
                Event::Start(tag)
                    if tag.local_name().as_ref() == "table"
                        && attribute(&tag, "table:name") == sheet.name =>
                {
                    return table(reader, &mut sheet);
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    })?;
    Ok(sheet)
}

type Xml<'x> = Reader<BufReader<zip::read::ZipFile<'x, Cursor<&'x [u8]>>>>;

fn with_content(
    bytes: &[u8],
    read: impl FnOnce(&mut Xml<'_>) -> Result<(), NotRows>,
) -> Result<(), NotRows> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(wrong)?;
    let part = zip.by_name("content.xml").map_err(wrong)?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_end_names = false;
    read(&mut reader)
}

/// The sheets, and which of them are hidden.
fn sheets(bytes: &[u8]) -> Result<Vec<(String, bool)>, NotRows> {
    let mut all = Vec::new();
    with_content(bytes, |reader| {
        let (mut buffer, mut style, mut hidden) = (Vec::new(), String::new(), Vec::new());
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(wrong)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "style" => style = attribute(&tag, "style:name"),
                    "table-properties" if attribute(&tag, "table:display") == "false" => {
                        hidden.push(style.clone());
                    }
                    "table" => {
                        let is_hidden = hidden.contains(&attribute(&tag, "table:style-name"));
                        all.push((attribute(&tag, "table:name"), is_hidden));
                        if all.len() > 1_000 {
                            return Err(NotRows::TooLarge("more than 1,000 sheets".to_owned()));
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    })?;
    Ok(all)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).ok().flatten();
    let value = found.and_then(|found| {
        quick_xml::escape::unescape(&found.value)
            .ok()
            .map(std::borrow::Cow::into_owned)
    });
    value.unwrap_or_default()
}

fn number(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).parse().unwrap_or(1).max(1)
}

/// The rows of a table, to its end.
fn table(reader: &mut Xml<'_>, sheet: &mut Sheet) -> Result<(), NotRows> {
    let mut buffer = Vec::new();
    let (mut row, mut column, mut repeated) = (0_u64, 0_u64, 1);
    let mut cells: Vec<(u32, String)> = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(wrong)? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "table-row" => {
                    repeated = number(&tag, "table:number-rows-repeated");
                    column = 0;
                    cells.clear();
                }
                "table-cell" | "covered-table-cell" => {
                    let tag = tag.to_owned();
                    let times = number(&tag, "table:number-columns-repeated");
                    let (down, right) = (
                        number(&tag, "table:number-rows-spanned"),
                        number(&tag, "table:number-columns-spanned"),
                    );
                    let text = cell(reader, &tag)?;
                    if down > 1 {
                        let place = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
                        sheet.merged.push([
                            place(row),
                            place(column),
                            place(row + down - 1),
                            place(column + right - 1),
                        ]);
                    }
                    if !text.trim().is_empty() {
                        let end = (column + times).min(MOST_COLUMNS as u64);
                        cells.extend(
                            (column..end)
                                .filter_map(|at| Some((u32::try_from(at).ok()?, text.clone()))),
                        );
                    }
                    column = column.saturating_add(times);
                }
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "table-row" => {
                    if !cells.is_empty() && repeated > MOST_REPEATED {
                        return Err(NotRows::TooLarge(format!(
                            "a row is repeated {repeated} times"
                        )));
                    }
                    for at in row..row + if cells.is_empty() { 0 } else { repeated } {
                        let at = u32::try_from(at).unwrap_or(u32::MAX);
                        for (column, text) in &cells {
                            sheet.put(at, *column, text)?;
                        }
                    }
                    row = row.saturating_add(repeated);
                }
                "table" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// What a cell says: its value where it has one, else its words.
fn cell(reader: &mut Xml<'_>, tag: &BytesStart<'_>) -> Result<String, NotRows> {
    let mut words = String::new();
    let (mut buffer, mut in_note, mut lines) = (Vec::new(), 0, 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(wrong)? {
            Event::Start(inner) => match inner.local_name().as_ref() {
                "annotation" => in_note += 1,
                "p" if in_note == 0 => {
                    if lines > 0 {
                        words.push('\n');
                    }
                    lines += 1;
                }
                "s" if in_note == 0 => {
                    let count = usize::try_from(number(&inner, "text:c")).unwrap_or(1);
                    words.extend(std::iter::repeat_n(' ', count.min(1_000)));
                }
                "tab" if in_note == 0 => words.push(' '),
                "line-break" if in_note == 0 => words.push('\n'),
                _ => {}
            },
            Event::Text(text) if in_note == 0 => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) if in_note == 0 => {
                let name = reference.xml10_content();
                let whole = format!("&{name};");
                words.push_str(&quick_xml::escape::unescape(&whole).unwrap_or_default());
            }
            Event::End(inner) => match inner.local_name().as_ref() {
                "annotation" => in_note -= 1,
                "table-cell" | "covered-table-cell" => break,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    let value = match attribute(tag, "office:value-type").as_str() {
        "date" => attribute(tag, "office:date-value"),
        "float" | "currency" | "percentage" => attribute(tag, "office:value"),
        "boolean" => attribute(tag, "office:boolean-value"),
        "time" => String::new(),
        _ => attribute(tag, "office:string-value"),
    };
    let is_error = attribute(tag, "calcext:value-type") == "error";
    Ok(match (is_error, value.is_empty()) {
        (true, _) => String::new(),
        (_, true) => words,
        (_, false) => value,
    })
}
