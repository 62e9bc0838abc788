//! The values of a table, each once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::field::Value;
use crate::rules::import::{Cell, EMPTY};

/// The values of a log, each once.
#[derive(Clone, Debug, Default)]
pub(in crate::rules::import) struct Pool {
    values: Vec<Arc<Value>>,
    places: HashMap<Arc<Value>, Cell>,
}

impl Pool {
    /// The number of a value, if it has one.
    pub(in crate::rules::import) fn known(&self, value: &Value) -> Option<Cell> {
        self.places.get(value).copied()
    }

    /// The number of a value.
    pub(in crate::rules::import) fn cell(&mut self, value: Value) -> Cell {
        if let Some(cell) = self.known(&value) {
            return cell;
        }
        let value = Arc::new(value);
        self.values.push(Arc::clone(&value));
        let cell = Cell::try_from(self.values.len()).unwrap_or(Cell::MAX) + EMPTY;
        self.places.insert(value, cell);
        cell
    }

    /// The value of a number; `None` for nothing.
    pub(in crate::rules::import) fn value(&self, cell: Cell) -> Option<&Value> {
        let place = usize::try_from(cell.checked_sub(EMPTY + 1)?).ok()?;
        self.values.get(place).map(|value| &**value)
    }
}
