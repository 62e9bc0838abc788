//! Workbooks: the sheet is chosen, its header found, and what may be unpacked is bounded before
//! anything is read.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::page::csv::one_line;
use crate::page::foreign_rows::sheet::{Sheet, wrong};
use crate::page::foreign_rows::{
    Counted, ForeignCell, ForeignRow, ForeignRows, NotRows, RowForm, header_among, named_columns,
    ods, xlsx,
};

/// A workbook may unpack to so many bytes in all, and its list of texts to so many.
const MOST_UNPACKED: u64 = 160 << 20;
const MOST_STRINGS: u64 = 40 << 20;

/// A text of it may have so many bytes; programs for sheets allow 32,767 characters in a cell.
const MOST_TEXT: usize = 4 << 20;

/// So many parts may a workbook have.
const MOST_PARTS: usize = 4_000;

/// Reads a workbook of either kind.
pub(in crate::page::foreign_rows) fn read(
    bytes: &[u8],
    form: &RowForm,
) -> Result<ForeignRows, NotRows> {
    let is_ods = bounded(bytes)?;
    let sheet = if is_ods {
        ods::read(bytes, form.sheet.as_deref())?
    } else {
        xlsx::read(bytes, form.sheet.as_deref())?
    };
    rows(sheet)
}

/// Unpacks every part once, without keeping it, and refuses what grows beyond the bounds: sizes that
/// a package states may be lies. Whether it is one of `OpenDocument`.
fn bounded(bytes: &[u8]) -> Result<bool, NotRows> {
    let large = |what: String| Err(NotRows::TooLarge(what));
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(wrong)?;
    if zip.len() > MOST_PARTS {
        return large(format!("the workbook has {} parts", zip.len()));
    }
    let (mut total, mut is_ods, mut is_xlsx) = (0, false, false);
    let mut piece = vec![0; 64 << 10];
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).map_err(wrong)?;
        let name = part.name().map_err(wrong)?.into_owned();
        is_ods |= name == "content.xml";
        is_xlsx |= name.to_ascii_lowercase().ends_with("workbook.xml");
        let is_strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let most = if is_strings {
            MOST_STRINGS
        } else {
            MOST_UNPACKED
        };
        let is_xml = name.to_ascii_lowercase().ends_with(".xml");
        let (mut size, mut head, mut run) = (0, Vec::new(), 0);
        loop {
            let read = part.read(&mut piece).map_err(wrong)?;
            if read == 0 {
                break;
            }
            if is_strings && head.len() < 4096 {
                head.extend_from_slice(&piece[..read.min(4096)]);
            }
            size += read as u64;
            total += read as u64;
            if is_xml && longest_run(&piece[..read], &mut run) > MOST_TEXT {
                return large(format!(
                    "`{name}` has a text of more than {} MB",
                    MOST_TEXT >> 20
                ));
            }
            if size > most || total > MOST_UNPACKED {
                return large(format!("`{name}` unpacks to more than {} MB", most >> 20));
            }
        }
        // The reader makes room for as many texts as the part says it has.
        if is_strings && stated_texts(&head) > size / 5 {
            return large(format!("`{name}` tells of more texts than it can hold"));
        }
    }
    match (is_ods, is_xlsx) {
        (_, true) => Ok(false),
        (true, false) => Ok(true),
        _ => Err(NotRows::Unread(
            "a package, but no workbook: unpack it first",
        )),
    }
}

/// The longest run without a tag in a piece of XML; `run` is how long the last one is so far.
fn longest_run(piece: &[u8], run: &mut usize) -> usize {
    let mut longest = 0;
    for (at, text) in piece.split(|byte| *byte == b'<').enumerate() {
        *run = if at == 0 {
            *run + text.len()
        } else {
            text.len()
        };
        longest = longest.max(*run);
    }
    longest
}

/// How many texts a list of texts says it has.
fn stated_texts(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head);
    let after = |rest: &str| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start().get(1..)?;
        let digits: String = rest
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        Some(digits.parse::<u64>().unwrap_or(u64::MAX))
    };
    let counts = head
        .match_indices("uniqueCount")
        .filter_map(|(at, word)| after(&head[at + word.len()..]));
    counts.max().unwrap_or_default()
}

/// The cells of a sheet as rows below their header.
fn rows(mut sheet: Sheet) -> Result<ForeignRows, NotRows> {
    sheet.cells.sort_by_key(|(row, column, _)| (*row, *column));
    sheet.cells.dedup_by_key(|(row, column, _)| (*row, *column));
    let starts: Vec<&[(u32, u32, Box<str>)]> =
        sheet.cells.chunk_by(|a, b| a.0 == b.0).take(8).collect();
    let filled: Vec<usize> = starts.iter().map(|cells| cells.len()).collect();
    let Some(header) = starts.get(header_among(&filled)).copied() else {
        return Err(NotRows::Empty);
    };
    let header_row = header.first().map_or(0, |cell| cell.0);
    let first = header.first().map_or(0, |cell| cell.1);
    let last = header.last().map_or(0, |cell| cell.1);
    let mut names = vec![String::new(); (last - first) as usize + 1];
    for (_, column, text) in header {
        names[(column - first) as usize] = one_line(text);
    }
    let filled_down = filled_down(&sheet, header_row);
    let (columns, places) = named_columns(names.into_iter());
    let mut out = ForeignRows {
        columns: columns.names,
        counted: Counted::Rows,
        epoch_1904: Some(sheet.is_1904),
        ..ForeignRows::default()
    };
    let others: Vec<String> = sheet
        .all
        .iter()
        .filter(|(name, _)| *name != sheet.name)
        .map(|(name, hidden)| format!("`{name}`{}", if *hidden { " (hidden)" } else { "" }))
        .collect();
    if !others.is_empty() {
        out.notes.push(format!(
            "the sheet `{}` is read, not {}: `--sheet NAME` reads another",
            sheet.name,
            others.join(", ")
        ));
    }
    if sheet
        .all
        .iter()
        .any(|(name, hidden)| *hidden && *name == sheet.name)
    {
        out.notes.push(format!(
            "the sheet `{}` is hidden in the workbook",
            sheet.name
        ));
    }
    sheet.cells.extend(filled_down);
    sheet.cells.sort_by_key(|(row, column, _)| (*row, *column));
    let mut beside = 0;
    let mut row = ForeignRow::default();
    for (at, column, text) in sheet.cells {
        if at <= header_row {
            continue;
        }
        if row.number != u64::from(at) + 1 {
            if !row.cells.is_empty() {
                out.rows.push(std::mem::take(&mut row).full());
            }
            row.number = u64::from(at) + 1;
        }
        let place = column
            .checked_sub(first)
            .and_then(|at| places.get(at as usize).copied().flatten());
        match place {
            Some(place) => row.cells.push((place, ForeignCell::Text(text))),
            None => beside += 1,
        }
    }
    if !row.cells.is_empty() {
        out.rows.push(row.full());
    }
    if beside > 0 {
        out.notes.push(format!(
            "{beside} cells stand beside the columns of the header and are not read"
        ));
    }
    Ok(out)
}

/// What merged cells below the header hold: the text of their first stands for each of them.
fn filled_down(sheet: &Sheet, header: u32) -> Vec<(u32, u32, Box<str>)> {
    let Some(last) = sheet.cells.last().map(|cell| cell.0) else {
        return Vec::new();
    };
    let mut more = Vec::new();
    for [top, left, bottom, right] in &sheet.merged {
        if *top <= header || bottom < top || right < left {
            continue;
        }
        let at = sheet
            .cells
            .binary_search_by_key(&(*top, *left), |(row, column, _)| (*row, *column));
        let Ok(at) = at else { continue };
        for row in *top..=(*bottom).min(last) {
            // Across, it is one cell: only downwards does it stand for further rows.
            if row > *top && more.len() < 100_000 {
                more.push((row, *left, sheet.cells[at].2.clone()));
            }
        }
    }
    more
}
