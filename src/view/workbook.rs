//! Tables as a workbook for spreadsheets: numbers as numbers, dates as dates, and no formula. Whatever
//! comes from outside is written as a text.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::model::moment::Moment;

/// The longest text of a cell.
pub const LONGEST: usize = 32_767;

/// The most rows of a sheet, with its heading.
pub const MOST_ROWS: u32 = 1_048_576;

/// What stands behind a text that was cut.
const CUT: &str = "… (cut)";

/// The widest column, in characters.
const WIDEST: usize = 60;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, never a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// A part of a whole, 0 to 1.
    Share(f64),
    /// A length of time, in milliseconds.
    Length(i64),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Day(chrono::NaiveDate),
    /// A time by the clock on the wall.
    Time(chrono::NaiveDateTime),
}

/// A workbook that is being written.
pub struct Tables {
    book: Workbook,
    cells: Cells,
}

/// How cells look.
struct Cells {
    head: Format,
    total: Format,
    day: Format,
    time: Format,
    length: Format,
    share: Format,
    wrapped: Format,
    /// How many texts were longer than a cell may be.
    cut: usize,
}

impl Tables {
    /// An empty workbook. `at` is when it was made, as far as its properties say, so that the same
    /// contents are the same bytes.
    pub fn new(title: &str, at: Moment) -> Self {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_timestamp(at.millis() / 1_000).unwrap_or_default();
        let properties = DocProperties::new()
            .set_title(title)
            .set_creation_datetime(&made);
        book.set_properties(&properties);
        let cells = Cells {
            head: Format::new().set_bold(),
            total: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            length: Format::new().set_num_format("[h]:mm:ss"),
            share: Format::new().set_num_format("0.0%"),
            wrapped: Format::new().set_text_wrap(),
            cut: 0,
        };
        Self { book, cells }
    }

    /// How many texts were longer than a cell may be.
    pub fn cut(&self) -> usize {
        self.cells.cut
    }

    /// Adds a sheet: a heading, which stays in sight, rows and what they sum up to.
    pub fn sheet(
        &mut self,
        name: &str,
        heading: &[String],
        rows: impl IntoIterator<Item = Vec<Cell>>,
        total: Option<Vec<Cell>>,
    ) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet();
        let own = &mut self.cells;
        sheet.set_name(sheet_name(name))?;
        let mut widths: Vec<usize> = heading.iter().map(|one| width(one)).collect();
        for (column, text) in (0..).zip(heading) {
            sheet.write_string_with_format(0, column, own.text(text), &own.head.clone())?;
        }
        let rows = rows.into_iter().map(|cells| (cells, false));
        let all = rows.chain(total.map(|cells| (cells, true)));
        for (row, (cells, is_total)) in (1..).zip(all) {
            for (column, cell) in (0..).zip(&cells) {
                let wide = own.cell(sheet, (row, column), cell, is_total)?;
                let widest = widths.get_mut(usize::from(column));
                if let Some(widest) = widest {
                    *widest = (*widest).max(wide);
                }
            }
        }
        for (column, wide) in (0..).zip(widths) {
            let wide = u32::try_from(wide.clamp(4, WIDEST) + 2).unwrap_or(u32::MAX);
            sheet.set_column_width(column, f64::from(wide))?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// The file.
    pub fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.book.save_to_buffer()
    }
}

impl Cells {
    /// Writes a cell, and tells how many characters wide it is.
    fn cell(
        &mut self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        cell: &Cell,
        is_total: bool,
    ) -> Result<usize, XlsxError> {
        let of = |format: &Format| {
            let format = format.clone();
            if is_total { format.set_bold() } else { format }
        };
        Ok(match cell {
            Cell::Empty => 0,
            Cell::Text(text) => {
                let text = self.text(text);
                let wide = width(&text);
                if is_total {
                    sheet.write_string_with_format(row, column, text, &self.total)?;
                } else if text.contains('\n') {
                    sheet.write_string_with_format(row, column, text, &self.wrapped)?;
                } else {
                    sheet.write_string(row, column, text)?;
                }
                wide
            }
            Cell::Number(number) => {
                sheet.write_number_with_format(row, column, *number, &of(&Format::new()))?;
                number.to_string().len()
            }
            Cell::Share(share) => {
                sheet.write_number_with_format(row, column, *share, &of(&self.share))?;
                7
            }
            Cell::Length(millis) => {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let days = *millis as f64 / 86_400_000.0;
                sheet.write_number_with_format(row, column, days, &of(&self.length))?;
                10
            }
            Cell::Bool(yes) => {
                sheet.write_boolean(row, column, *yes)?;
                5
            }
            Cell::Day(day) => {
                let text = day.to_string();
                match ExcelDateTime::parse_from_str(&text) {
                    Ok(date) => {
                        sheet.write_datetime_with_format(row, column, date, &of(&self.day))?
                    }
                    // Spreadsheets begin in 1900.
                    Err(_) => sheet.write_string(row, column, text)?,
                };
                10
            }
            Cell::Time(time) => {
                let text = time.format("%Y-%m-%dT%H:%M:%S").to_string();
                match ExcelDateTime::parse_from_str(&text) {
                    Ok(date) => {
                        sheet.write_datetime_with_format(row, column, date, &of(&self.time))?
                    }
                    Err(_) => sheet.write_string(row, column, text)?,
                };
                19
            }
        })
    }

    /// A text as a cell can hold it.
    fn text(&mut self, text: &str) -> String {
        let units = text.encode_utf16().count();
        if units <= LONGEST {
            return text.to_owned();
        }
        self.cut += 1;
        let mut left = LONGEST - CUT.encode_utf16().count();
        let mut out = String::new();
        for c in text.chars() {
            let Some(rest) = left.checked_sub(c.len_utf16()) else {
                break;
            };
            left = rest;
            out.push(c);
        }
        out.push_str(CUT);
        out
    }
}

/// The width of the widest line of a text.
fn width(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
}

/// A name that a sheet may have: of 31 characters at most, without those that are none in it.
fn sheet_name(name: &str) -> String {
    let clean = name.chars().filter(|c| !"[]:*?/\\'".contains(*c));
    let clean: String = clean.take(31).collect();
    if clean.trim().is_empty() {
        "Sheet".to_owned()
    } else {
        clean
    }
}
