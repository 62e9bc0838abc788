//! Titles, and labels with what they label.

use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::words::wrap;

/// Columns of the labels of a ticket.
pub(in crate::view) const LABEL: usize = 12;

/// A title, on as many lines as it takes.
pub(in crate::view) fn title(out: &mut String, title: &str, paint: &Paint, width: usize) {
    for part in wrap(&line(title), width) {
        out.push_str(&paint.role(Role::Title, &part));
        out.push('\n');
    }
}

/// A label and what it labels, on as many lines as that takes.
pub(in crate::view) fn fact(
    out: &mut String,
    label: &str,
    value: &str,
    paint: &Paint,
    width: usize,
) {
    fact_beside(out, label, LABEL, value, paint, width);
}

/// As [`fact`], with labels of so many columns.
pub(in crate::view) fn fact_beside(
    out: &mut String,
    label: &str,
    columns: usize,
    value: &str,
    paint: &Paint,
    width: usize,
) {
    if value.is_empty() {
        return;
    }
    let lines = wrap(value, width.saturating_sub(columns).max(20));
    for (at, one) in lines.into_iter().enumerate() {
        let label = if at == 0 { label } else { "" };
        // A long label is no part of what it labels.
        let gap = if label.len() >= columns { " " } else { "" };
        let label = format!("{label:<columns$}{gap}");
        out.push_str(&paint.role(Role::Muted, &label));
        out.push_str(&one);
        out.push('\n');
    }
}

/// The parts that say something, safe to show.
pub(in crate::view) fn joined(parts: &[&str]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| line(part))
        .collect();
    parts.join(", ")
}
