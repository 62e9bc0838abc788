//! What stands out, in sentences: what changed, against what, and what was usual.

use crate::ops::data::report::ReportHead;
use crate::rules::reports::ReportRow;
use crate::view::report::amount;
use crate::view::sanitize::line;

/// One sentence for a row of what stands out.
pub(in crate::view::report) fn sentence(head: &ReportHead, row: &ReportRow) -> String {
    let figure = |at: usize| row.figures.get(at).map(amount).unwrap_or_default();
    let label = |at: usize| row.labels.get(at).map(|one| line(one)).unwrap_or_default();
    let name = match label(1) {
        of if of.is_empty() => capital(&label(0)),
        of => format!("{} {of}", capital(&label(0))),
    };
    let than = if head.year {
        "a year ago"
    } else if head.part {
        "in the same part of the period before"
    } else {
        "in the period before"
    };
    let (low, high) = (figure(3), figure(4));
    let usual = if low == high {
        format!("always {low}")
    } else {
        format!("{low} to {high}")
    };
    format!(
        "{name}: {} ({}), {} {than}; the periods before it had {usual}.",
        figure(0),
        figure(2),
        figure(1)
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
