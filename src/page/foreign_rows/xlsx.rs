//! Excel's workbooks, cell by cell: formulas by the value that was last computed, days as dates.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use crate::page::foreign_rows::NotRows;
use crate::page::foreign_rows::sheet::{Sheet, chosen, wrong};

/// Reads a sheet.
pub(in crate::page::foreign_rows) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
) -> Result<Sheet, NotRows> {
    let mut book: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let all: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    if all.is_empty() {
        return Err(NotRows::Empty);
    }
    let name = chosen(&all, wanted)?;
    let mut sheet = Sheet {
        name,
        all,
        is_1904: book.has_1904_epoch(),
        ..Sheet::default()
    };
    let merged = book.merge_cells_by_sheet_name(&sheet.name).map_err(wrong)?;
    let region = |one: calamine::Dimensions| [one.start.0, one.start.1, one.end.0, one.end.1];
    sheet.merged = merged.into_iter().map(region).collect();
    let name = sheet.name.clone();
    let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
    while let Some(cell) = cells.next_cell().map_err(wrong)? {
        let (row, column) = cell.get_position();
        match cell.get_value() {
            DataRef::Empty | DataRef::Error(_) => {}
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                sheet.put(row, column, text)?;
            }
            DataRef::SharedString(text) => sheet.put(row, column, text)?,
            DataRef::Int(number) => sheet.put(row, column, &number.to_string())?,
            DataRef::Float(number) => sheet.put(row, column, &plain(*number))?,
            DataRef::Bool(yes) => sheet.put(row, column, if *yes { "true" } else { "false" })?,
            DataRef::DateTime(day) => sheet.put(row, column, &dated(day))?,
        }
    }
    Ok(sheet)
}

/// A number without more digits than it needs.
pub(in crate::page::foreign_rows) fn plain(number: f64) -> String {
    format!("{number}")
}

/// A day and its time, as ISO 8601 has them; a length of time in hours and minutes.
fn dated(day: &ExcelDateTime) -> String {
    if day.is_duration() {
        let minutes = (day.as_f64() * 1440.0).round();
        return format!("{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0);
    }
    // To the second, which is what sheets show: the rest is what fractions of a day leave.
    let (year, month, date, hour, minute, second, milli) = day.to_ymd_hms_milli();
    let (hour, minute, second) = (u32::from(hour), u32::from(minute), u32::from(second));
    let whole = hour * 3600 + minute * 60 + second + u32::from(milli >= 500);
    let whole = whole.min(86_399);
    let (hour, minute, second) = (whole / 3600, whole / 60 % 60, whole % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}")
}
