//! The values of a ticket from entry to entry.

use crate::model::entry::{Change, Entry, How};
use crate::model::field::{Field, Key, Value};
use crate::model::status::Status;
use crate::rules::import::{Import, ImportRow, SAME};
use crate::rules::lifecycle::replay::{Elements, how, read_value};

impl Import<'_> {
    /// The fields after a version of the row, but those that stay.
    pub(in crate::rules::import::row_mend) fn become_version(
        &self,
        state: &mut Values,
        reading: &Values,
        stays: &dyn Fn(usize) -> bool,
    ) {
        for (slot, (value, reading)) in state.iter_mut().zip(reading).enumerate() {
            if !stays(slot) {
                value.clone_from(reading);
            }
        }
        self.end_waiting(state);
    }

    /// The fields after an element of a row, or after the entry that it is, where the row has another
    /// status by now.
    pub(in crate::rules::import::row_mend) fn step_from(
        &self,
        state: &mut Values,
        (row, is): (&ImportRow, &Entry),
        same_status: bool,
    ) {
        if same_status {
            self.step_values(state, row);
        } else {
            self.apply(state, &is.changes);
        }
    }

    /// The fields after an element of a row.
    pub(in crate::rules::import::row_mend) fn step_values(
        &self,
        state: &mut Values,
        row: &ImportRow,
    ) {
        if let Some(base) = row.cells {
            let cells = self.cells.get(base..base + state.len()).unwrap_or_default();
            for (value, cell) in state.iter_mut().zip(cells) {
                if *cell != SAME {
                    *value = self.pool.value(*cell).cloned();
                }
            }
        }
        self.end_waiting(state);
    }

    pub(in crate::rules::import::row_mend) fn apply(&self, state: &mut Values, changes: &[Change]) {
        for change in changes {
            let Ok(field) = change.field.parse::<Field>() else {
                continue;
            };
            let slot = self
                .map
                .targets
                .iter()
                .position(|target| target.field == field);
            if let Some(value) = slot.and_then(|slot| state.get_mut(slot)) {
                *value = applied(value.take(), &field, &change.how);
            }
        }
        self.end_waiting(state);
    }

    /// Ends what only a pending ticket has.
    pub(in crate::rules::import::row_mend) fn end_waiting(&self, state: &mut Values) {
        let status = self.slot(Key::Status).and_then(|slot| state[slot].as_ref());
        if status.and_then(Value::as_text) != Some(Status::Pending.as_str()) {
            for key in [Key::WaitingOn, Key::Until] {
                if let Some(slot) = self.slot(key) {
                    state[slot] = None;
                }
            }
        }
    }

    pub(in crate::rules::import::row_mend) fn value_changes(
        &self,
        old: &Values,
        new: &Values,
    ) -> Vec<Change> {
        let targets = self.map.targets.iter().zip(old).zip(new);
        targets
            .filter_map(|((target, old), new)| {
                let how = how(old.as_ref(), new.as_ref(), target.field.kind())?;
                let field = target.field.to_string();
                Some(Change { field, how })
            })
            .collect()
    }
}

/// The values of the map's fields.
pub(in crate::rules::import::row_mend) type Values = Vec<Option<Value>>;

pub(in crate::rules::import::row_mend) fn applied(
    value: Option<Value>,
    field: &Field,
    how: &How,
) -> Option<Value> {
    match how {
        How::Set { new, .. } => new.as_deref().map(|new| read_value(field.kind(), new)),
        How::Elements { added, removed } => {
            let mut all = Elements::of(value);
            for one in removed {
                all.remove(one);
            }
            for one in added {
                all.add(one);
            }
            all.value()
        }
    }
}
