//! The course of a flow: the stretches in which anything was, fitted to the room there is.

use crate::rules::reports::{Amount, Figure, ReportRow, ReportSection};

/// Created, resolved, reopened, revived, cancelled, merged, net, backlog: the columns of a flow.
pub(in crate::view::report) const BACKLOG: usize = 7;

/// The number of a figure; none is nothing.
pub(in crate::view::report) fn number(figure: &Figure) -> i64 {
    match figure.amount {
        Amount::Number(n) => n,
        _ => 0,
    }
}

/// The stretches from the first to the last in which anything happened or was open; all where
/// nothing ever did.
pub(in crate::view::report) fn busy(section: &ReportSection) -> &[ReportRow] {
    let rows = section.rows.as_slice();
    let some = |row: &ReportRow| row.figures.iter().any(|figure| number(figure) != 0);
    match (rows.iter().position(some), rows.iter().rposition(some)) {
        (Some(first), Some(last)) => &rows[first..=last],
        _ => rows,
    }
}

fn between(first: &ReportRow, last: &ReportRow) -> String {
    let label = |row: &ReportRow| row.labels.first().cloned().unwrap_or_default();
    if first.labels == last.labels {
        label(first)
    } else {
        format!("{} to {}", label(first), label(last))
    }
}

/// A flow in at most so many steps.
#[derive(Debug)]
pub(in crate::view::report) struct Course {
    /// The figures of each step: sums, and the backlog at its end.
    pub(in crate::view::report) steps: Vec<Vec<i64>>,
    /// What the steps are, and that nothing was left out but emptiness.
    pub(in crate::view::report) words: String,
}

/// The course of the stretches that hold anything.
pub(in crate::view::report) fn course(section: &ReportSection, most: usize) -> Course {
    let rows = busy(section);
    let each = rows.len().div_ceil(most.max(1)).max(1);
    let steps = rows.chunks(each).map(|rows| {
        (0..section.columns.len())
            .map(|at| {
                let mut all = rows.iter().map(|row| number(&row.figures[at]));
                if at == BACKLOG {
                    all.next_back().unwrap_or_default()
                } else {
                    all.sum()
                }
            })
            .collect()
    });
    let unit = section.by.first().map_or("", String::as_str);
    let unit = unit.trim_end_matches(" of");
    let unit = if each == 1 {
        unit.to_owned()
    } else {
        format!("{each} {unit}s")
    };
    let span = match rows {
        [first, .., last] => between(first, last),
        [one] => between(one, one),
        [] => String::new(),
    };
    let ends = |end: Option<&ReportRow>, other: Option<&ReportRow>| {
        end.map(|row| &row.labels) == other.map(|row| &row.labels)
    };
    let all = section.rows.as_slice();
    let rest = match (
        ends(rows.first(), all.first()),
        ends(rows.last(), all.last()),
    ) {
        (true, true) => "",
        (false, true) => "; nothing before",
        (true, false) => "; nothing after",
        (false, false) => "; nothing before and after",
    };
    Course {
        steps: steps.collect(),
        words: format!("by {unit}, {span}{rest}"),
    }
}
