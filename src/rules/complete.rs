//! What a ticket should say, and what it must say before it is resolved.

use std::collections::BTreeMap;

use crate::model::catalogue::Catalogue;
use crate::model::field::{Field, Key, Value};
use crate::model::settings::Settings;
use crate::model::status::TicketType;

/// The keys that a ticket still lacks: those of the house, those of its code, and for a work
/// order the code itself.
pub fn missing(
    values: &BTreeMap<Field, Value>,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Vec<String> {
    lacking(values, settings, catalogue, true)
}

/// Those of them without which it is not resolved.
pub fn blocking(
    values: &BTreeMap<Field, Value>,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Vec<String> {
    lacking(
        values,
        settings,
        catalogue,
        settings.policy.resolve_complete,
    )
}

fn lacking(
    values: &BTreeMap<Field, Value>,
    settings: &Settings,
    catalogue: &Catalogue,
    by_code: bool,
) -> Vec<String> {
    let text = |key: Key| {
        values
            .get(&Field::Known(key))
            .and_then(Value::as_text)
            .unwrap_or_default()
    };
    let order = TicketType::read(text(Key::Type)) == TicketType::WorkOrder;
    let mut required = if order {
        // What a code asks for is asked of the requesters' tickets.
        vec![Key::Code.path().to_owned()]
    } else {
        settings.policy.resolve_requires.clone()
    };
    if let Some(code) = catalogue
        .find(text(Key::Code))
        .filter(|_| by_code && !order)
    {
        required.extend(code.require.iter().cloned());
    }
    let lacks = |path: &String| {
        let value = path
            .parse::<Field>()
            .ok()
            .and_then(|field| values.get(&field));
        value.is_none_or(|value| value.to_string().trim().is_empty())
    };
    let mut lacking: Vec<String> = Vec::new();
    for path in required {
        if lacks(&path) && !lacking.contains(&path) {
            lacking.push(path);
        }
    }
    lacking
}
