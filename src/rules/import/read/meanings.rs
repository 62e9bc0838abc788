//! What the words of a cell mean for the fields of a ticket.

use std::sync::Arc;

use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::status::Status;
use crate::page::csv::one_line;
use crate::page::import_map::{Meant, ValueSource, is_required};
use crate::rules::import::odd::RowProblem;
use crate::rules::import::read::{BETWEEN, CellMeaning, Set, TableReader, render};
use crate::rules::import::{EMPTY, ImportRow, SAME};

impl TableReader<'_> {
    pub(in crate::rules::import::read) fn fields(&mut self, row: &mut ImportRow, texts: &[String]) {
        let map = self.map;
        let base = self.out.cells.len();
        self.out.cells.resize(base + map.targets.len(), SAME);
        let mut sets: Vec<Arc<Vec<(usize, Set)>>> = Vec::new();
        for (slot, target) in map.targets.iter().enumerate() {
            let meaning = match &target.origin {
                None => continue,
                Some(ValueSource::Columns(columns)) if columns.len() == 1 => {
                    self.meaning(slot, &texts[columns[0]])
                }
                Some(origin) => {
                    let key = self.key(origin, texts).unwrap_or_default();
                    self.meaning(slot, &key)
                }
            };
            self.out.cells[base + slot] = meaning.cell;
            self.note_unknown(row, slot, meaning.unknown);
            sets.extend(meaning.sets);
        }
        for (slot, set) in sets.iter().flat_map(|sets| sets.iter()) {
            self.out.cells[base + slot] = match set {
                Set::Cell(cell) => *cell,
                Set::Template(pieces) => {
                    let text = render(pieces, texts, map).unwrap_or_default();
                    let meaning = self.meaning(*slot, &text);
                    self.note_unknown(row, *slot, meaning.unknown);
                    meaning.cell
                }
            };
        }
        row.cells = Some(base);
    }

    pub(in crate::rules::import::read) fn note_unknown(
        &mut self,
        row: &mut ImportRow,
        slot: usize,
        word: Option<Arc<str>>,
    ) {
        let Some(word) = word else { return };
        let field = self.map.targets[slot].field.clone();
        row.unknown.push((slot, word.to_string()));
        self.odd(
            row.line,
            RowProblem::Unknown {
                field,
                word: word.to_string(),
            },
        );
    }

    pub(in crate::rules::import::read) fn meaning(
        &mut self,
        slot: usize,
        key: &str,
    ) -> CellMeaning {
        if let Some(known) = self.memos[slot].get(key) {
            return known.clone();
        }
        let meaning = self.interpret(slot, key);
        self.memos[slot].insert(key.to_owned(), meaning.clone());
        meaning
    }

    pub(in crate::rules::import::read) fn interpret(
        &mut self,
        slot: usize,
        key: &str,
    ) -> CellMeaning {
        let target = &self.map.targets[slot];
        let bare = |cell| CellMeaning {
            cell,
            sets: None,
            unknown: None,
        };
        let cells: Vec<String> = key.split(BETWEEN).map(one_line).collect();
        let reported: Vec<&str> = cells
            .iter()
            .map(String::as_str)
            .filter(|cell| !self.map.is_missing(cell))
            .collect();
        if reported.is_empty() {
            return bare(if is_required(&target.field) {
                SAME
            } else {
                EMPTY
            });
        }
        // Somebody has it, or some queue: of several the first.
        let is_one = matches!(target.field, Field::Known(Key::Assignee | Key::Queue))
            && match &target.origin {
                Some(ValueSource::Columns(columns)) => columns.len() == 1,
                origin => matches!(origin, Some(ValueSource::First(_))),
            };
        let text = if is_one {
            reported[0].to_owned()
        } else {
            reported.join(" / ")
        };
        let first = reported.first().copied();
        let mut distinct = reported.clone();
        distinct.dedup();
        let distinct = distinct.join(" / ");
        let alike = |text: &str| {
            let text = text.to_lowercase();
            let mut words = target.values.iter().filter(|_| self.is_lenient);
            words.find(|(word, _)| word.to_lowercase() == text)
        };
        let translated = target
            .values
            .get(&text)
            .or_else(|| target.values.get(&distinct))
            .or_else(|| target.values.get(first?))
            .or_else(|| {
                alike(&text)
                    .or_else(|| alike(first?))
                    .map(|(_, found)| found)
            });
        if let Some(meaning) = translated {
            return self.translated(slot, meaning);
        }
        // A pending ticket waits for somebody, which the bare word does not tell.
        let pending = Value::Text(Status::Pending.as_str().to_owned());
        let unclear = target.field == Key::Status.into() && !self.tells_waiting();
        match self
            .value(slot, &text)
            .filter(|value| !unclear || *value != pending)
        {
            Some(value) => bare(self.out.pool.cell(value)),
            None => CellMeaning {
                cell: SAME,
                sets: None,
                unknown: Some(text.into()),
            },
        }
    }

    pub(in crate::rules::import::read) fn translated(
        &mut self,
        slot: usize,
        meaning: &[(Field, Meant)],
    ) -> CellMeaning {
        let mut own = SAME;
        let mut sets = Vec::new();
        for (field, meant) in meaning {
            let Some(at) = self.slots.get(field).copied() else {
                continue;
            };
            let set = match meant {
                Meant::None => Set::Cell(EMPTY),
                Meant::Template(pieces) => Set::Template(pieces.clone()),
                // The map was read with the words of this desk, so that every word is one.
                Meant::Word(word) => match self.plain(at, word) {
                    Some(value) => Set::Cell(self.out.pool.cell(value)),
                    None => continue,
                },
            };
            match set {
                Set::Cell(cell) if at == slot => own = cell,
                set => sets.push((at, set)),
            }
        }
        CellMeaning {
            cell: own,
            sets: (!sets.is_empty()).then(|| Arc::new(sets)),
            unknown: None,
        }
    }

    /// The value of a word of this desk.
    pub(in crate::rules::import::read) fn plain(
        &mut self,
        slot: usize,
        word: &str,
    ) -> Option<Value> {
        match self.map.targets[slot].field.kind() {
            FieldKind::Queue | FieldKind::Agent | FieldKind::Code => {
                Some(Value::Text(word.to_owned()))
            }
            _ => self.value(slot, word),
        }
    }

    pub(in crate::rules::import::read) fn tells_waiting(&self) -> bool {
        let slot = self.slots.get(&Key::WaitingOn.into());
        slot.is_some_and(|slot| self.map.targets[*slot].origin.is_some())
    }
}
