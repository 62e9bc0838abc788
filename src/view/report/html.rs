//! A report as one page of HTML: no script, nothing from outside, light and dark, on a telephone
//! and on paper. Text goes in through the template, which escapes it.

use maud::{Markup, html};

use crate::ops::data::report::Report;
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection};
use crate::view::html::page;
use crate::view::report::flow_columns;
use crate::view::report::{amount, definitions, head, heading, is_empty, is_number, reported, svg};
use crate::view::sanitize::line;

const STYLE: &str = include_str!("page.css");

/// The page.
pub fn report(report: &Report) -> String {
    let (title, facts) = head(&report.head);
    let title = line(&title);
    let body = html! {
        header {
            h1 { (title) }
            dl {
                @for (word, rest) in &facts {
                    dt { (word) }
                    dd { (line(rest)) }
                }
            }
        }
        @if report.sections.len() > 3 {
            nav aria-label="Sections" {
                @for one in &report.sections { a href={ "#" (one.key) } { (one.title) } }
            }
        }
        main {
            @for one in &report.sections { (section(one)) }
        }
    };
    page(&title, STYLE, "light dark", &body)
}

fn section(section: &ReportSection) -> Markup {
    html! {
        section id=(section.key) {
            h2 { (section.title) }
            @if is_empty(section) {
                p.none { "Nothing in this period." }
                (about(section))
            } @else {
                @let chart = svg::chart(section);
                div.pair.both[chart.is_some()].wide[is_wide(section)] {
                    @if let Some(chart) = chart { figure { (chart) } }
                    // Whoever has only a keyboard can scroll it too.
                    div.scroll tabindex="0" role="region" aria-label={ (section.title) ", table" } {
                        (table(section))
                    }
                    (about(section))
                }
            }
        }
    }
}

/// Whether chart and table have no room beside each other on paper.
fn is_wide(section: &ReportSection) -> bool {
    let long = |row: &ReportRow| row.labels.iter().any(|label| label.chars().count() > 24);
    section.chart == Chart::Flow
        || section.rows.iter().any(long)
        || reported(section).iter().any(|at| !is_number(section, *at))
}

fn about(section: &ReportSection) -> Markup {
    let (remarks, words): (Vec<_>, Vec<_>) = definitions(section)
        .into_iter()
        .partition(|(word, _)| word.is_empty());
    html! {
        div.about {
            @if !words.is_empty() {
                dl {
                    @for (word, rest) in words { dt { (word) } dd { (rest) } }
                }
            }
            @for (_, remark) in remarks { p { (capital(remark)) "." } }
        }
    }
}

/// A text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn table(section: &ReportSection) -> Markup {
    let columns = reported(section);
    // Days in which nothing was fill no paper.
    let rows = if section.chart == Chart::Flow {
        flow_columns::busy(section)
    } else {
        &section.rows
    };
    let cell = |at: usize, figure: &Figure| {
        let zero = matches!(figure.amount, Amount::Number(0) | Amount::None);
        let warns = matches!(
            section.columns[at].key,
            "missed" | "unanswered" | "unresolved" | "wrong" | "dissatisfied"
        );
        let class = match (is_number(section, at), zero) {
            (true, true) => "n zero",
            (true, false) if warns => "n warn",
            (true, false) => "n",
            (false, _) => "values",
        };
        // A length does not end on another line.
        let one = |text: &str| text.replace(' ', "\u{a0}");
        let text: Vec<String> = amount(figure).split(", ").map(one).collect();
        let text = text.join(", ");
        html! { td class=(class) { @if text.is_empty() { "–" } @else { (text) } } }
    };
    html! {
        table {
            thead {
                tr {
                    @for by in &section.by { th scope="col" { (heading(by)) } }
                    @for at in &columns {
                        @let class = is_number(section, *at).then_some("n");
                        th class=[class] scope="col" { (heading(section.columns[*at].key)) }
                    }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        @for label in &row.labels { th scope="row" { (line(label)) } }
                        @for at in &columns { (cell(*at, &row.figures[*at])) }
                    }
                }
            }
            @if let Some(total) = &section.total {
                tfoot {
                    tr {
                        @if !section.by.is_empty() {
                            th scope="row" colspan=(section.by.len()) { "total" }
                        }
                        @for at in &columns { (cell(*at, &total[*at])) }
                    }
                }
            }
        }
    }
}
