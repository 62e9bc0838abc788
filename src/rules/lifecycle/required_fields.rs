//! What a ticket should say, and what it must say before it is resolved.

use std::collections::BTreeMap;

use crate::model::field::{Field, Key, Value};
use crate::model::status::TicketType;
use crate::rules::context::DeskContext;

/// What a title says until somebody gives one.
pub const UNTITLED: &str = "No title yet";

/// The keys that a ticket still lacks: those of its form, of the house and of its code, the date
/// of a planned event, and for a work order the code.
pub fn missing(values: &BTreeMap<Field, Value>, context: DeskContext<'_>) -> Vec<String> {
    lacking(values, context, (true, true))
}

/// The keys that a ticket lacks before somebody is sent out for it: those of its form and of its
/// code. What the house wants to know before resolving may come later.
pub fn before_work(values: &BTreeMap<Field, Value>, context: DeskContext<'_>) -> Vec<String> {
    lacking(values, context, (false, true))
}

/// Those of them without which it is not resolved.
pub fn blocking(values: &BTreeMap<Field, Value>, context: DeskContext<'_>) -> Vec<String> {
    let whole = context.settings.policy.resolve_complete;
    lacking(values, context, (true, whole))
}

fn lacking(
    values: &BTreeMap<Field, Value>,
    context: DeskContext<'_>,
    (house, whole): (bool, bool),
) -> Vec<String> {
    let text = |key: Key| {
        values
            .get(&Field::Known(key))
            .and_then(Value::as_text)
            .unwrap_or_default()
    };
    let lacks = |field: &Field| {
        let value = values.get(field);
        value.is_none_or(|value| value.to_string().trim().is_empty())
            || (*field == Field::Known(Key::Title) && text(Key::Title) == UNTITLED)
    };
    let mut lacking: Vec<String> = Vec::new();
    let mut need = |field: &Field| {
        let path = field.to_string();
        if lacks(field) && !lacking.contains(&path) {
            lacking.push(path);
        }
    };
    let kind = text(Key::Type);
    if TicketType::read(kind) == TicketType::WorkOrder {
        // What forms and codes ask for is asked of the requesters' tickets.
        need(&Key::Code.into());
        return lacking;
    }
    if whole && let Some(form) = context.settings.form(kind) {
        form.require.iter().for_each(&mut need);
    }
    let mut by_path = |paths: &[String]| {
        for field in paths.iter().filter_map(|path| path.parse().ok()) {
            need(&field);
        }
    };
    if house {
        by_path(&context.settings.policy.resolve_requires);
    }
    if whole {
        if let Some(code) = context.catalogue.find(text(Key::Code)) {
            by_path(&code.require);
        }
        if context.settings.is_planned(text(Key::Priority)) {
            need(&Key::Planned.into());
        }
    }
    lacking
}
