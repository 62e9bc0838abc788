//! A new ticket file.

use crate::model::field::{Field, Key};
use crate::model::ticket::Ticket;
use crate::page::edit::toml_value;
use crate::page::escape::FENCE;
use crate::page::escape::escape;
use crate::page::log;

/// Writes a new ticket file: front matter in the contract's order, description, log.
pub fn write(ticket: &Ticket) -> String {
    let mut out = String::with_capacity(512);
    out.push_str(FENCE);
    out.push('\n');
    let mut section = None;
    let known = Key::ALL.iter().map(|key| Field::Known(*key));
    let own = ticket
        .values
        .keys()
        .filter(|field| matches!(field, Field::Company(_)))
        .cloned();
    for field in known.chain(own) {
        let Some(value) = ticket.values.get(&field) else {
            continue;
        };
        if field.section() != section.as_deref() {
            section = field.section().map(str::to_owned);
            if let Some(name) = &section {
                out.push_str(&format!("\n[{name}]\n"));
            }
        }
        out.push_str(&format!("{} = {}\n", field.name(), toml_value(value)));
    }
    out.push_str(FENCE);
    out.push('\n');
    if !ticket.description.is_empty() {
        out.push_str(&escape(&ticket.description, false));
        out.push('\n');
    }
    for entry in &ticket.log {
        out.push('\n');
        out.push_str(&log::write(entry));
    }
    out
}
