//! A sheet of a workbook, whatever its kind.

use crate::page::csv::one_line;
use crate::page::foreign_rows::{MOST_CELLS, NotRows};

/// A sheet, cell by cell.
#[derive(Debug, Default)]
pub(in crate::page::foreign_rows) struct Sheet {
    /// Cells that say something: row, column, text.
    pub(in crate::page::foreign_rows) cells: Vec<(u32, u32, Box<str>)>,
    /// Regions that are one cell: first row and column, last row and column.
    pub(in crate::page::foreign_rows) merged: Vec<[u32; 4]>,
    /// The name of the sheet that was read.
    pub(in crate::page::foreign_rows) name: String,
    /// All sheets, and whether each is hidden.
    pub(in crate::page::foreign_rows) all: Vec<(String, bool)>,
    /// Whether its days count from 1904.
    pub(in crate::page::foreign_rows) is_1904: bool,
}

impl Sheet {
    pub(in crate::page::foreign_rows) fn put(
        &mut self,
        row: u32,
        column: u32,
        text: &str,
    ) -> Result<(), NotRows> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if self.cells.len() >= MOST_CELLS {
            return Err(NotRows::TooLarge(format!("more than {MOST_CELLS} cells")));
        }
        self.cells.push((row, column, text.into()));
        Ok(())
    }
}

/// The sheet to read: the one that is named, else the first that is not hidden.
pub(in crate::page::foreign_rows) fn chosen(
    all: &[(String, bool)],
    wanted: Option<&str>,
) -> Result<String, NotRows> {
    let found = match wanted {
        Some(wanted) => all.iter().find(|(name, _)| name == wanted),
        None => all
            .iter()
            .find(|(_, hidden)| !hidden)
            .or_else(|| all.first()),
    };
    let names = || {
        all.iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match found {
        Some((name, _)) => Ok(name.clone()),
        None => Err(NotRows::NoSheet(
            wanted.unwrap_or_default().to_owned(),
            names(),
        )),
    }
}

pub(in crate::page::foreign_rows) fn wrong(error: impl std::fmt::Display) -> NotRows {
    NotRows::Workbook(one_line(&error.to_string()))
}
