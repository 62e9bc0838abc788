//! What the cells of a row were, in short: by it a later import tells what another reading of the same
//! cells says from what the other system changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::field::{Field, Key};
use crate::page::csv::one_line;
use crate::page::foreign_rows::{ForeignRow, ForeignRows};
use crate::page::import_map::tickets::{TicketMap, folded};
use crate::page::import_map::{Map, MapTarget, Meant, TemplatePart, ValueSource};
use crate::page::log::{derived_tag, derived_tag_of_bytes};
use crate::rules::import::TicketColumns;
use crate::rules::import::private::Private;

/// Length of what stands for the whole row, in characters.
const WHOLE: usize = 8;

/// Length of what stands for the name of a column.
const NAME: usize = 2;

/// Length of what stands for its cells.
const CELL: usize = 4;

/// A row in short: all of it, and by column the cells that fields are read from. Cells that tell of
/// persons are in the whole alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules::import) struct RowMark {
    whole: String,
    cells: BTreeSet<String>,
}

impl RowMark {
    /// Reads it as an entry has it.
    pub(in crate::rules::import) fn read(text: &str) -> Option<Self> {
        let whole = text.get(..WHOLE)?.to_owned();
        let rest = text.get(WHOLE..)?;
        let each = NAME + CELL;
        let starts = (0..rest.len() / each).map(|at| at * each);
        let cells = starts.map(|at| rest.get(at..at + each).map(str::to_owned));
        Some(Self {
            whole,
            cells: cells.collect::<Option<_>>()?,
        })
    }

    /// Whether the rows are one, to the byte.
    pub(in crate::rules::import) fn is_row(&self, other: &Self) -> bool {
        self.whole == other.whole
    }

    /// Whether both have the same cells of a column, given what stands for its name.
    fn agrees(&self, other: &Self, name: &str) -> bool {
        let of = |mark: &Self| -> Vec<String> {
            let cells = mark.cells.iter().filter(|cell| cell.starts_with(name));
            cells.cloned().collect()
        };
        of(self) == of(other)
    }
}

/// How rows of a file are marked.
#[derive(Debug)]
pub(in crate::rules::import) struct RowMarks {
    /// For each column of the file what stands for its name, where its cells count by themselves.
    names: Vec<Option<String>>,
    /// The names of the file's columns, folded.
    columns: Vec<String>,
    /// Columns that are left out.
    hidden: BTreeSet<usize>,
    /// For each field of the map the columns of the file from which it is read.
    sources: Vec<BTreeSet<usize>>,
    opened: BTreeSet<usize>,
    updated: BTreeSet<usize>,
}

impl RowMarks {
    pub(in crate::rules::import) fn new(
        map: &TicketMap,
        rows: &ForeignRows,
        columns: &TicketColumns,
        private: &Private,
    ) -> Self {
        let places = |origin: Option<&ValueSource>| -> BTreeSet<usize> {
            let all = origin.map(places_of).unwrap_or_default();
            all.into_iter()
                .filter_map(|at| columns.places[at])
                .collect()
        };
        let targets = &map.map.targets;
        let sources: Vec<BTreeSet<usize>> = (targets.iter())
            .map(|target| {
                let all = read_from(&map.map, target);
                all.into_iter()
                    .filter_map(|at| columns.places[at])
                    .collect()
            })
            .collect();
        let (opened, updated) = (places(Some(&map.map.time)), places(map.updated.as_ref()));
        let mut counts: BTreeSet<usize> = opened.union(&updated).copied().collect();
        let mut hidden = BTreeSet::new();
        for (target, source) in targets.iter().zip(&sources) {
            if private.hides(&target.field) {
                hidden.extend(source);
            } else if !tells_of_persons(&target.field) {
                counts.extend(source);
            }
        }
        for (target, source) in targets.iter().zip(&sources) {
            if tells_of_persons(&target.field) {
                counts.retain(|place| !source.contains(place));
            }
        }
        let folded: Vec<String> = rows.columns.iter().map(|name| folded(name)).collect();
        let names = folded.iter().enumerate().map(|(at, name)| {
            let counts = counts.contains(&at) && !hidden.contains(&at);
            counts.then(|| derived_tag(&["column", name], NAME))
        });
        Self {
            names: names.collect(),
            columns: folded,
            hidden,
            sources,
            opened,
            updated,
        }
    }

    /// A row in short, as an entry has it.
    pub(in crate::rules::import) fn of(&self, row: &ForeignRow) -> String {
        let mut cells: BTreeMap<&str, (usize, Vec<u8>)> = BTreeMap::new();
        for (place, cell) in &row.cells {
            let place = *place as usize;
            if self.hidden.contains(&place) {
                continue;
            }
            let Some(name) = self.columns.get(place) else {
                continue;
            };
            let (_, raw) = cells.entry(name).or_insert((place, Vec::new()));
            raw.extend_from_slice(&cell.raw());
            raw.push(0x1f);
        }
        let mut parts: Vec<&[u8]> = vec![b"row"];
        for (name, (_, raw)) in &cells {
            parts.extend([name.as_bytes(), raw.as_slice()]);
        }
        let mut text = derived_tag_of_bytes(&parts, WHOLE);
        let mut marks: Vec<String> = Vec::new();
        for (column, (place, raw)) in &cells {
            if let Some(name) = self.names.get(*place).and_then(Option::as_ref) {
                let cell = derived_tag_of_bytes(&[b"cell", column.as_bytes(), raw], CELL);
                marks.push(format!("{name}{cell}"));
            }
        }
        marks.sort_unstable();
        text.push_str(&marks.concat());
        text
    }

    /// Whether a field is read from the same cells in both rows.
    pub(in crate::rules::import) fn agree(&self, slot: usize, a: &RowMark, b: &RowMark) -> bool {
        self.sources
            .get(slot)
            .is_some_and(|all| self.all_agree(all, a, b))
    }

    /// Whether the time of opening is.
    pub(in crate::rules::import) fn opened_agrees(&self, a: &RowMark, b: &RowMark) -> bool {
        self.all_agree(&self.opened, a, b)
    }

    /// Whether the time of the last change is.
    pub(in crate::rules::import) fn updated_agrees(&self, a: &RowMark, b: &RowMark) -> bool {
        self.all_agree(&self.updated, a, b)
    }

    fn all_agree(&self, columns: &BTreeSet<usize>, a: &RowMark, b: &RowMark) -> bool {
        a.is_row(b)
            || columns.iter().all(|place| {
                let name = self.names.get(*place).and_then(Option::as_deref);
                name.is_some_and(|name| a.agrees(b, name))
            })
    }
}

/// Whether a field tells of a person, or may: its cells are not marked by themselves, so that nothing
/// short of the whole row is kept of them.
fn tells_of_persons(field: &Field) -> bool {
    field.section().is_some()
}

/// The columns from which a field is read, as places in the map: its own, and those whose words set it.
fn read_from(map: &Map, target: &MapTarget) -> BTreeSet<usize> {
    let is_field = |key: Key| target.field == Field::Known(key);
    let mut all: BTreeSet<usize> = target.origin.iter().flat_map(places_of).collect();
    let derived = [Key::Impact, Key::Urgency];
    for other in &map.targets {
        let of = |key: Key| other.field == Field::Known(key);
        let by_status = is_field(Key::WaitingOn) || is_field(Key::Until);
        let follows =
            is_field(Key::Priority) && derived.into_iter().any(of) || by_status && of(Key::Status);
        let words = other.values.values().flatten();
        let mut meant = words.filter(|(field, _)| *field == target.field);
        if follows || other.field != target.field && meant.clone().next().is_some() {
            all.extend(other.origin.iter().flat_map(places_of));
        }
        for (_, meant) in meant.by_ref() {
            if let Meant::Template(pieces) = meant {
                all.extend(places_in(pieces));
            }
        }
    }
    all
}

fn places_of(origin: &ValueSource) -> Vec<usize> {
    match origin {
        ValueSource::Columns(all) | ValueSource::First(all) => all.clone(),
        ValueSource::Template(pieces) => places_in(pieces),
        ValueSource::Constant(_) => Vec::new(),
    }
}

fn places_in(pieces: &[TemplatePart]) -> Vec<usize> {
    let mut all = Vec::new();
    for piece in pieces {
        match piece {
            TemplatePart::Text(_) => {}
            TemplatePart::Column(at) => all.push(*at),
            TemplatePart::Optional(inner) => all.extend(places_in(inner)),
        }
    }
    all
}

/// What stands for the whole row in a mark.
pub(in crate::rules::import) fn whole_of(mark: &str) -> &str {
    mark.get(..WHOLE).unwrap_or_default()
}

/// Whether a text stands in a row, as it is or on one line.
pub(in crate::rules::import) fn holds(row: &ForeignRow, text: &str) -> bool {
    row.cells.iter().any(|(_, cell)| {
        if let Some(cell) = cell.text() {
            return cell.contains(text) || one_line(cell).contains(text);
        }
        let written = serde_json::to_string(text).unwrap_or_default();
        String::from_utf8_lossy(&cell.raw()).contains(written.trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let text = "abcdefgh11aaaa22bbbb";
        let mark = RowMark::read(text).unwrap();
        assert_eq!(mark.whole, "abcdefgh");
        assert_eq!(mark.cells.len(), 2);
        let other = RowMark::read("xbcdefgh11aaaa22cccc").unwrap();
        assert!(!mark.is_row(&other));
        assert!(mark.agrees(&other, "11") && !mark.agrees(&other, "22"));
        assert!(mark.agrees(&other, "33"), "empty in both");
        assert_eq!(RowMark::read("abc"), None);
    }
}
