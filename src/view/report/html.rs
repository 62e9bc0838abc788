//! A report as one page of HTML: no script, nothing from outside, light and dark, on a telephone
//! and on paper. Text goes in through the template, which escapes it.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::ops::data::report::Report;
use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection};
use crate::view::report::flow_columns;
use crate::view::report::{amount, definitions, head, heading, is_empty, is_number, reported, svg};
use crate::view::sanitize::{line, replaced};

const STYLE: &str = include_str!("page.css");

/// The page. Only its own style may apply: the policy names that by its hash.
pub fn report(report: &Report) -> String {
    let (title, facts) = head(&report.head);
    let title = line(&title);
    let hash = base64(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
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
            }
        }
    };
    // What no cell made visible before it went in; a sign in brackets would be a tag here.
    let mut text = replaced(&page.into_string());
    text.push('\n');
    text
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

/// Bytes in base 64, as a policy writes a hash.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= three.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn bytes_are_written_in_base_64() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
