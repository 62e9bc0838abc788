//! The table of an event log: how its cells stand apart, where the map does not say it.

use crate::page::csv::{CsvTable, NotATable};
use crate::page::foreign_rows::unmarked;
use crate::page::import_map::Map;
use crate::page::separated_file::SeparatedFile;

/// A comma, where neither the map nor the file tells otherwise.
const COMMA: u8 = b',';

/// An event log and the sign between its cells.
pub(in crate::ops::data) struct SeparatedLog<'l> {
    map: &'l Map,
    file: SeparatedFile<'l>,
    delimiter: u8,
}

impl<'l> SeparatedLog<'l> {
    /// The log in some bytes. What the map states holds, then what the file's first line names; else
    /// it is the comma, or the sign with which the file has the map's columns.
    pub(in crate::ops::data) fn of(map: &'l Map, bytes: &'l [u8]) -> Self {
        let file = SeparatedFile::new(bytes, Some(map.encoding));
        let fits = |sign: u8| {
            let table = file.table(sign).ok()?;
            map.bind(&table.header()).is_ok().then_some(sign)
        };
        let delimiter = map.delimiter.or(file.stated);
        let delimiter = delimiter.or_else(|| fits(COMMA).or_else(|| fits(file.delimiter())));
        Self {
            map,
            delimiter: delimiter.unwrap_or(COMMA),
            file,
        }
    }

    pub(in crate::ops::data) fn table(&self) -> Result<CsvTable<'_>, NotATable> {
        let table = self.file.table(self.delimiter)?;
        Ok(if self.map.unquoted {
            table.unquoted()
        } else {
            table
        })
    }

    /// What is to be told of the file.
    pub(in crate::ops::data) fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self.file.unmarked.map(unmarked).into_iter().collect();
        if self.map.delimiter.is_none() && self.delimiter != COMMA {
            notes.push(format!(
                "its cells are separated by `{}`: the map states no delimiter",
                written(self.delimiter)
            ));
        }
        notes
    }

    /// What to do where the columns are not found: the file may have another delimiter.
    pub(in crate::ops::data) fn another_delimiter(&self) -> Option<String> {
        let other = self.file.delimiter();
        let sign = written(other);
        (other != self.delimiter).then(|| {
            format!("its cells seem to be separated by `{sign}`: write delimiter = \"{sign}\" under [csv] in the map")
        })
    }
}

/// A delimiter as a map has it.
fn written(sign: u8) -> String {
    match sign {
        b'\t' => "\\t".to_owned(),
        sign => char::from(sign).to_string(),
    }
}
