//! The command that lists the tickets behind a figure.

use crate::model::moment::Moment;
use crate::ops::data::report::ReportHead;
use crate::rules::reports::{GroupBy, ReportSection};

/// The command that lists what a figure counts: by a query, where one says the same, else as the
/// report's own list.
pub(in crate::view::report) fn listing(
    head: &ReportHead,
    section: &ReportSection,
    labels: &[String],
    at: usize,
) -> String {
    let by_query = terms(head, section, labels, at).filter(|_| !head.is_of_the_past);
    if let Some(terms) = by_query {
        let query = [head.query.clone(), terms].join(" ");
        return format!("desk list --all {}", quoted(query.trim()));
    }
    let (from, to) = edges(head);
    let mut words = vec![format!("desk report {}", head.kind.as_str())];
    if !head.query.is_empty() {
        words.push(quoted(&head.query));
    }
    words.extend(head.by.iter().map(|one| format!("--by {}", one.word)));
    words.push(format!("--from {from} --to {to} --list"));
    words.join(" ")
}

/// The query of a figure, where a query of present values says the same: what was made in the period
/// and is told apart by nothing or by what no later entry can have changed, and what is open now.
fn terms(
    head: &ReportHead,
    section: &ReportSection,
    labels: &[String],
    at: usize,
) -> Option<String> {
    let column = section.columns.get(at)?.key;
    let label = labels.first().map_or("", String::as_str);
    let own = match (section.key, column) {
        ("key-figures", "now") => label,
        (_, column) => column,
    };
    let by = section.by.first().map_or("", String::as_str);
    let plain = labels.is_empty() || section.key == "key-figures";
    let now = by.ends_with(GroupBy::NOW) && !label.starts_with('(');
    let (from, to) = edges(head);
    let made = format!("created:{from}..{to}");
    match own {
        "created" if section.key == "flow" || section.key == "key-figures" => {
            plain.then(|| work_orders(head, &made))
        }
        "open" | "backlog at the end" if plain && !head.ended => Some(work_orders(head, "is:open")),
        "created" if now => {
            let field = by.strip_suffix(GroupBy::NOW)?;
            Some(work_orders(
                head,
                &format!("{made} {field}:{}", value(label)),
            ))
        }
        _ => None,
    }
}

/// A query without work orders, where they do not count.
fn work_orders(head: &ReportHead, query: &str) -> String {
    if head.work_orders {
        query.to_owned()
    } else {
        format!("{query} -type:work-order")
    }
}

/// The first and the last day of the period, or its instants.
fn edges(head: &ReportHead) -> (String, String) {
    let day = |at: Moment| at.in_zone(&head.zone).format("%Y-%m-%d").to_string();
    let whole = |at: Moment| at.in_zone(&head.zone).format("%H:%M:%S").to_string() == "00:00:00";
    if whole(head.period.from) && whole(head.period.to) {
        let last = Moment::from_millis(head.period.to.millis() - 1).unwrap_or(head.period.to);
        return (day(head.period.from), day(last));
    }
    (head.period.from.to_string(), head.period.to.to_string())
}

fn value(text: &str) -> String {
    if text
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.".contains(c))
    {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\\\""))
    }
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
