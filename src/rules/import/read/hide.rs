//! Hides in the texts of tickets what is private of them.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::model::field::{FieldKind, Value};
use crate::page::import_map::Map;
use crate::rules::import::private::{self, Private};
use crate::rules::import::read::{Pool, ReadTable};
use crate::rules::import::{Case, Cell};

/// What is hidden of a ticket, and what stands there.
type Hidden = Vec<(String, String)>;

/// Hides in the entries of each ticket what is private of it.
pub(in crate::rules::import::read) fn hide_in_entries(
    out: &mut ReadTable,
    map: &Map,
    private: &Private,
) {
    let slots = text_slots(map, private);
    for case in out.cases.iter_mut().filter(|case| !case.hidden.is_empty()) {
        let hidden = Arc::new(longest_first(case));
        for row in &mut case.rows {
            row.description = hide(row.description, &mut out.pool, &hidden);
            row.activity = hide(row.activity, &mut out.pool, &hidden);
            hide_all(&mut out.cells, (row.cells, &slots), &mut out.pool, &hidden);
            row.hidden = Some(hidden.clone());
        }
    }
}

/// Hides in tickets that are rows, and in what these say beside their fields, what is private of each.
pub(in crate::rules::import::read) fn hide_in_rows(
    out: &mut ReadTable,
    map: &Map,
    private: &Private,
) {
    let slots = text_slots(map, private);
    for case in out.cases.iter_mut().filter(|case| !case.hidden.is_empty()) {
        let hidden = longest_first(case);
        for element in case.rows.iter_mut().filter_map(|row| row.element.as_mut()) {
            element.text = private::hidden(&element.text, &hidden);
            for (_, value) in &mut element.attributes {
                *value = private::hidden(value, &hidden);
            }
        }
        if let Some(start) = &mut case.start {
            start.description = hide(start.description, &mut out.pool, &hidden);
            hide_all(
                &mut out.cells,
                (start.cells, &slots),
                &mut out.pool,
                &hidden,
            );
        }
    }
}

/// The places of the fields that are texts and come in as they are.
fn text_slots(map: &Map, private: &Private) -> Vec<usize> {
    let targets = map.targets.iter().enumerate();
    targets
        .filter(|(_, target)| {
            target.field.kind() == FieldKind::Text && !private.hides(&target.field)
        })
        .map(|(slot, _)| slot)
        .collect()
}

/// What is hidden of a ticket, the longest first: one value may be a part of another.
fn longest_first(case: &mut Case) -> Hidden {
    let mut hidden = std::mem::take(&mut case.hidden);
    hidden.sort_by_key(|(value, _)| Reverse(value.len()));
    hidden
}

fn hide(cell: Cell, pool: &mut Pool, hidden: &Hidden) -> Cell {
    match pool.value(cell) {
        Some(Value::Text(text)) => {
            let text = private::hidden(text, hidden);
            pool.cell(Value::Text(text))
        }
        _ => cell,
    }
}

/// Hides in the fields of a row whose cells begin at a place.
fn hide_all(
    cells: &mut [Cell],
    (base, slots): (Option<usize>, &[usize]),
    pool: &mut Pool,
    hidden: &Hidden,
) {
    let Some(base) = base else { return };
    for slot in slots {
        cells[base + slot] = hide(cells[base + slot], pool, hidden);
    }
}
