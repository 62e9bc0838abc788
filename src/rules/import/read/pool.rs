//! The values of a table, each once.

use std::collections::HashMap;

use crate::model::field::Value;
use crate::rules::import::{Cell, EMPTY};

/// The values of a log, each once.
#[derive(Clone, Debug, Default)]
pub(in crate::rules::import) struct Pool {
    values: Vec<Value>,
    places: HashMap<String, Cell>,
}

impl Pool {
    /// The number of a value, if it has one.
    pub(in crate::rules::import) fn known(&self, value: &Value) -> Option<Cell> {
        self.places.get(&format!("{value:?}")).copied()
    }

    /// The number of a value.
    pub(in crate::rules::import) fn cell(&mut self, value: Value) -> Cell {
        let key = format!("{value:?}");
        *self.places.entry(key).or_insert_with(|| {
            self.values.push(value);
            Cell::try_from(self.values.len()).unwrap_or(Cell::MAX) + EMPTY
        })
    }

    /// The value of a number; `None` for nothing.
    pub(in crate::rules::import) fn value(&self, cell: Cell) -> Option<&Value> {
        self.values
            .get(usize::try_from(cell.checked_sub(EMPTY + 1)?).ok()?)
    }
}
