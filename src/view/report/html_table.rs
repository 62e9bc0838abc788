//! Tables of a page: rows by their titles, and figures that open to the tickets behind them.

use maud::{Markup, html};

use crate::ops::data::report::Report;
use crate::rules::reports::{Amount, Chart, Figure, GroupBy, ReportRow, ReportSection};
use crate::view::report::listing::listing;
use crate::view::report::{amount, flow_columns, heading, is_number, reported, svg_course};
use crate::view::sanitize::line;

/// The most tickets that a figure opens to.
const OPENED: usize = 50;

/// What a page shows of a section.
pub(in crate::view::report) struct ShownSection<'r> {
    /// The section with the words of the screen, without rows that say nothing.
    pub(in crate::view::report) shown: ReportSection,
    /// Its rows with the words of the files.
    pub(in crate::view::report) own: ReportSection,
    /// How many rows have nothing but zeros.
    pub(in crate::view::report) zeros: usize,
    report: &'r Report,
}

impl<'r> ShownSection<'r> {
    pub(in crate::view::report) fn of(report: &'r Report, section: &ReportSection) -> Self {
        let mut own = section.clone();
        let all = own.rows.len();
        if section.chart == Chart::Flow {
            // Days in which nothing was fill no paper.
            own.rows = flow_columns::busy(section).to_vec();
        } else if !in_order(section) {
            own.rows.retain(says);
        }
        let zeros = if section.chart == Chart::Flow {
            0
        } else {
            all - own.rows.len()
        };
        let mut shown = own.clone();
        for (at, by) in own.by.iter().enumerate() {
            name(report, &mut shown, at, by);
        }
        Self {
            shown,
            own,
            zeros,
            report,
        }
    }
}

/// Whether the rows stand in an order of their own, in which none is missed.
fn in_order(section: &ReportSection) -> bool {
    let kept = [
        "age", "took", "day", "week of", "month of", "weekday", "hour", "waiting",
    ];
    section
        .by
        .first()
        .is_some_and(|by| kept.contains(&by.as_str()))
        || matches!(section.chart, Chart::Keys | Chart::Sentences)
}

fn says(row: &ReportRow) -> bool {
    let nothing = |figure: &Figure| {
        matches!(
            figure.amount,
            Amount::None | Amount::Number(0) | Amount::Time(0, _)
        )
    };
    !row.figures.iter().all(nothing)
}

/// Puts the words of the screen into the labels of a section: titles, and numbers instead of names of
/// people, where they are not asked for.
fn name(report: &Report, section: &mut ReportSection, at: usize, by: &str) {
    let field = by.strip_suffix(GroupBy::NOW).unwrap_or(by);
    let person = person(field).filter(|_| !report.head.people);
    let mut number = 0;
    for row in &mut section.rows {
        let figure = row.labels.first().cloned().unwrap_or_default();
        let Some(label) = row.labels.get_mut(at) else {
            continue;
        };
        if label.starts_with('(') {
            continue;
        }
        if let Some(person) = person {
            number += 1;
            *label = format!("{person} {number}");
            continue;
        }
        let field = match field {
            "assignee" | "owner" => "agent",
            // What stands out names its field in its figure.
            "of" => figure.strip_prefix("created by ").unwrap_or_default(),
            field => field,
        };
        let key = ["priority", "queue", "code", "agent"]
            .into_iter()
            .find(|key| *key == field);
        let title = key.and_then(|key| report.titles.get(&(key, label.clone())));
        if let Some(title) = title {
            label.clone_from(title);
        }
    }
}

/// What a field calls people, if its values are people.
fn person(field: &str) -> Option<&'static str> {
    match field {
        "agent" | "assignee" | "owner" | "watchers" | "opened_by" => Some("agent"),
        "requester" => Some("requester"),
        _ => {
            let own = field.strip_prefix("requester.")?;
            let general = [
                "organisation",
                "location",
                "department",
                "type",
                "language",
                "vip",
            ];
            (!general.contains(&own)).then_some("requester")
        }
    }
}

/// A table: what its rows are of, and figures that open.
pub(in crate::view::report) fn table(report: &Report, section: &ShownSection<'_>) -> Markup {
    let shown = &section.shown;
    let columns = reported(shown);
    let rows = shown.rows.iter().zip(&section.own.rows);
    let many = columns.len() > 3;
    html! {
        table.many[many] {
            caption { (shown.title) }
            thead {
                tr {
                    @for by in &shown.by { th scope="col" { (heading(by)) } }
                    @for at in &columns {
                        @let class = is_number(shown, *at).then_some("n");
                        th class=[class] scope="col" { (heading(shown.columns[*at].key)) }
                    }
                }
            }
            tbody {
                @for (row, own) in rows {
                    tr {
                        @for label in &row.labels { th scope="row" { (line(label)) } }
                        @for at in &columns {
                            (cell(report, section, &own.labels, *at, &row.figures[*at]))
                        }
                    }
                }
            }
            @if let Some(total) = &shown.total {
                tfoot {
                    tr {
                        @if !shown.by.is_empty() {
                            th scope="row" colspan=(shown.by.len()) { "total" }
                        }
                        @for at in &columns { (cell(report, section, &[], *at, &total[*at])) }
                    }
                }
            }
        }
    }
}

fn cell(
    report: &Report,
    section: &ShownSection<'_>,
    labels: &[String],
    at: usize,
    figure: &Figure,
) -> Markup {
    let shown = &section.shown;
    let zero = matches!(
        figure.amount,
        Amount::Number(0) | Amount::None | Amount::OfFew(..) | Amount::Unknown
    );
    let warns = matches!(
        shown.columns[at].key,
        "missed" | "unanswered" | "unresolved" | "wrong" | "dissatisfied"
    );
    let class = match (is_number(shown, at), zero) {
        (true, true) => "n zero",
        (true, false) if warns => "n warn",
        (true, false) => "n",
        (false, _) => "values",
    };
    let text = unbroken(&amount(figure));
    let text = if text.is_empty() {
        "–".to_owned()
    } else {
        text
    };
    html! {
        td class=(class) data-h=(heading(shown.columns[at].key)) {
            @if figure.of.is_empty() || zero {
                (text)
            } @else {
                (opened(report, section, labels, at, figure, &text))
            }
        }
    }
}

/// Lengths that do not end on another line.
fn unbroken(text: &str) -> String {
    let parts = text.split(", ").map(|one| one.replace(' ', "\u{a0}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// A figure that opens to the tickets behind it: the oldest fifty, and how to list them all.
pub(in crate::view::report) fn opened(
    report: &Report,
    section: &ShownSection<'_>,
    labels: &[String],
    at: usize,
    figure: &Figure,
    text: &str,
) -> Markup {
    let mut of = figure.of.clone();
    of.dedup();
    of.sort_by_key(|place| report.made.get(*place as usize).copied());
    let title = |place: u32| {
        report
            .titles_of
            .get(place as usize)
            .map_or("", String::as_str)
    };
    let rest = of.len().saturating_sub(OPENED);
    html! {
        details {
            summary { (text) }
            div {
                ul {
                    @for place in of.iter().take(OPENED) {
                        li { code { (report.id(*place)) } " " (line(title(*place))) }
                    }
                }
                @if rest > 0 {
                    p { "and " (rest) " more: " code { (line(&listing(&report.head, &section.own, labels, at))) } }
                }
            }
        }
    }
}

/// The key figures: each with what it was, and its course.
pub(in crate::view::report) fn keys(section: &ShownSection<'_>) -> Markup {
    let shown = &section.shown;
    let text = |row: &ReportRow, at: usize| match row.figures.get(at).map(amount) {
        Some(text) if !text.is_empty() => unbroken(&text),
        _ => "–".to_owned(),
    };
    let few = |row: &ReportRow| matches!(row.figures[0].amount, Amount::OfFew(..));
    let rows = shown.rows.iter().zip(&section.own.rows);
    html! {
        table.keys {
            caption { (shown.title) ": now, in the period before, a year ago" }
            thead {
                tr {
                    @for head in ["figure", "now", "course", "before", "change", "year ago", "change"] {
                        th scope="col" { (head) }
                    }
                }
            }
            tbody {
                @for (row, own) in rows {
                    tr {
                        th scope="row" { (line(&row.labels[0])) }
                        td.now {
                            @if few(row) {
                                span.small { "of fewer than ten" }
                            } @else if row.figures[0].of.is_empty() {
                                (text(row, 0))
                            } @else {
                                (opened(section.report, section, &own.labels, 0, &row.figures[0], &text(row, 0)))
                            }
                        }
                        td.spark { (svg_course::spark(row)) }
                        td.then data-h="before" { (text(row, 1)) " " b { (text(row, 2)) } }
                        td.then data-h="a year ago" { (text(row, 3)) " " b { (text(row, 4)) } }
                    }
                }
            }
        }
    }
}

/// Hours of the day by days of the week, the fuller the darker; the numbers stand in it.
pub(in crate::view::report) fn heat(report: &Report, section: &ShownSection<'_>) -> Markup {
    let shown = &section.shown;
    let number = |figure: &Figure| match figure.amount {
        Amount::Number(n) => n,
        _ => 0,
    };
    let all = shown.rows.iter().flat_map(|row| &row.figures);
    let most = all.map(number).max().unwrap_or_default().max(1);
    let hours: Vec<usize> = (0..shown.columns.len())
        .filter(|at| shown.rows.iter().any(|row| number(&row.figures[*at]) > 0))
        .collect();
    let (first, last) = (
        hours.first().copied().unwrap_or(0),
        hours.last().copied().unwrap_or(0),
    );
    let class = |n: i64| match n * 5 / most {
        _ if n == 0 => "heat h0",
        0 => "heat h1",
        1 => "heat h2",
        2 => "heat h3",
        3 => "heat h4",
        _ => "heat h5",
    };
    html! {
        table.load {
            caption { (shown.title) }
            thead {
                tr {
                    th scope="col" { "hour" }
                    @for row in &shown.rows {
                        th.n scope="col" { (row.labels[0].get(..3).unwrap_or_default()) }
                    }
                }
            }
            tbody {
                @for at in first..=last {
                    tr {
                        th scope="row" { (shown.columns[at].key) ":00" }
                        @for (row, own) in shown.rows.iter().zip(&section.own.rows) {
                            @let figure = &row.figures[at];
                            @let n = number(figure);
                            td class=(class(n)) {
                                @if n == 0 { "0" } @else {
                                    (opened(report, section, &own.labels, at, figure, &n.to_string()))
                                }
                            }
                        }
                    }
                }
            }
        }
        p.small { "The fuller, the darker; hours in which nothing came in at the ends are left out." }
    }
}
