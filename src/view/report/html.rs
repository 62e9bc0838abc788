//! A report as one page of HTML: no script, nothing from outside, light and dark, on a telephone
//! and on paper. It answers first: the key figures, what stands out, the tables with their charts;
//! what the words mean stands at the end. Text goes in through the template, which escapes it.

use maud::{Markup, html};

use crate::ops::data::report::Report;
use crate::rules::reports::{Chart, ReportRow, ReportSection};
use crate::view::html::page;
use crate::view::report::html_table::{self, ShownSection};
use crate::view::report::sentence::sentence;
use crate::view::report::{
    days, definitions, head, is_empty, is_number, reported, svg, svg_course, unfinished,
};
use crate::view::sanitize::line;

const STYLE: &str = include_str!("page.css");

/// The page.
pub fn report(report: &Report) -> String {
    let (title, facts) = head(&report.head);
    let title = line(&title);
    let period = facts.iter().find(|(word, _)| *word == "period");
    let sections: Vec<ShownSection<'_>> = report
        .sections
        .iter()
        .map(|one| ShownSection::of(report, one))
        .collect();
    let first = |chart: Chart| sections.iter().filter(move |one| one.shown.chart == chart);
    let rest = sections
        .iter()
        .filter(|one| !matches!(one.shown.chart, Chart::Keys | Chart::Sentences));
    let many = sections.len() > 3;
    let body = html! {
        header {
            h1 { (title) }
            @if let Some((_, period)) = period { p.period { (line(period)) } }
            @if let Some(words) = unfinished(&report.head) { p.note { (words) } }
        }
        main {
            @for one in first(Chart::Keys) { (key_figures(one)) }
            @for one in first(Chart::Sentences) { (standing_out(report, one)) }
            @if many {
                nav aria-label="Tables" {
                    @for one in rest.clone() { a href={ "#" (one.shown.key) } { (one.shown.title) } }
                    a href="#definitions" { "What the figures mean" }
                }
            }
            @for one in rest { (section(report, one)) }
            (meanings(report, &facts))
        }
    };
    page(&title, STYLE, "light dark", &body)
}

/// The key figures, each with its course.
fn key_figures(section: &ShownSection<'_>) -> Markup {
    html! {
        section id=(section.shown.key) {
            h2 { (section.shown.title) }
            (html_table::keys(section))
        }
    }
}

/// A sentence for each thing that stands out.
fn standing_out(report: &Report, section: &ShownSection<'_>) -> Markup {
    let rows = section.shown.rows.iter().zip(&section.own.rows);
    html! {
        section id=(section.shown.key) {
            h2 { (section.shown.title) }
            @if section.shown.rows.is_empty() {
                p.none { "Nothing beyond what the periods before it show." }
            } @else {
                ul.out {
                    @for (shown, own) in rows {
                        li {
                            (sentence(&report.head, shown))
                            @if let Some(of) = own.figures.first() {
                                " " (html_table::opened(report, section, &own.labels, 0, of, "the tickets"))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn section(report: &Report, section: &ShownSection<'_>) -> Markup {
    let shown = &section.shown;
    html! {
        section id=(shown.key) {
            h2 { (shown.title) }
            @if is_empty(shown) {
                p.none { "Nothing in this period." }
            } @else {
                @let chart = match shown.chart {
                    Chart::Trend => svg_course::trend(shown),
                    _ => svg::chart(shown),
                };
                div.pair.both[chart.is_some()].wide[is_wide(shown)] {
                    @if let Some(chart) = chart { figure { (chart) } }
                    div.figures {
                        @if shown.chart == Chart::Heat {
                            (html_table::heat(report, section))
                        } @else {
                            (html_table::table(report, section))
                        }
                        @if let Some(days) = days(shown) { p.small { (capital(&days)) "." } }
                        @if section.zeros > 0 {
                            p.small { (section.zeros) " more with nothing but zeros." }
                        }
                    }
                }
            }
        }
    }
}

/// Whether chart and table have no room beside each other on paper.
fn is_wide(section: &ReportSection) -> bool {
    let long = |row: &ReportRow| row.labels.iter().any(|label| label.chars().count() > 24);
    matches!(section.chart, Chart::Flow | Chart::Trend)
        || section.rows.iter().any(long)
        || reported(section).iter().any(|at| !is_number(section, *at))
}

/// What every figure means, and what the page is made of.
fn meanings(report: &Report, facts: &[(&'static str, String)]) -> Markup {
    let mut told: Vec<(Vec<&str>, &ReportSection)> = Vec::new();
    for one in &report.sections {
        match told
            .iter_mut()
            .find(|(_, other)| definitions(other) == definitions(one))
        {
            Some((titles, _)) => titles.push(one.title),
            None => told.push((vec![one.title], one)),
        }
    }
    html! {
        section id="definitions" {
            h2 { "What the figures mean" }
            @for (titles, one) in told {
                h3 { (titles.join(", ")) }
                (about(one))
            }
            h3 { "What the page is made of" }
            div.about {
                dl {
                    @for (word, rest) in facts { dt { (word) } dd { (line(rest)) } }
                }
                @if !report.head.people {
                    p { "Requesters and agents are not named: `--people` names them." }
                }
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The colours of a scheme: those after the nth `:root`, with those of the first where it has none.
    fn colours(scheme: usize) -> std::collections::BTreeMap<&'static str, [f64; 3]> {
        let roots: Vec<&str> = STYLE.split(":root {").skip(1).collect();
        let mut all = std::collections::BTreeMap::new();
        for root in [roots[0], roots[scheme]] {
            let block = root.split('}').next().unwrap();
            for line in block.split(';') {
                let Some((name, value)) = line.split_once(": #") else {
                    continue;
                };
                let part = |at: usize| {
                    let hex = u8::from_str_radix(&value.trim()[at..at + 2], 16).unwrap();
                    let share = f64::from(hex) / 255.0;
                    if share <= 0.03928 {
                        share / 12.92
                    } else {
                        ((share + 0.055) / 1.055).powf(2.4)
                    }
                };
                all.insert(name.trim(), [part(0), part(2), part(4)]);
            }
        }
        all
    }

    #[test]
    fn every_text_can_be_read_light_dark_and_printed() {
        const PAIRS: [(&str, &str); 13] = [
            ("--ink", "--paper"),
            ("--soft", "--paper"),
            ("--link", "--paper"),
            ("--warn", "--paper"),
            ("--ink", "--band"),
            ("--soft", "--band"),
            ("--warn", "--band"),
            ("--on-light", "--h1"),
            ("--on-light", "--h2"),
            ("--on-light", "--h3"),
            ("--on-dark", "--h4"),
            ("--on-dark", "--h5"),
            ("--link", "--band"),
        ];
        assert_eq!(STYLE.matches(":root {").count(), 3);
        for scheme in 0..3 {
            let colours = colours(scheme);
            let light = |name: &str| {
                let [red, green, blue] = colours[name];
                0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
            };
            for (text, ground) in PAIRS {
                let (a, b) = (light(text), light(ground));
                let contrast = a.max(b) / a.min(b);
                assert!(
                    contrast >= 4.5,
                    "{scheme}: {text} on {ground}: {contrast:.2}"
                );
            }
        }
    }
}
