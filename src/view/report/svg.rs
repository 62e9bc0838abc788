//! Charts of a report as SVG: plain shapes in the page's own colours, each with a title and a text
//! for those who do not see it. The numbers stand in a table beside it.

use maud::{Markup, html};

use super::heading;
use crate::rules::figures::{Amount, Chart, Figure, Row, Section};
use crate::view::sanitize::line;
use crate::view::words::cut;

/// The width of the drawing; the page scales it.
const WIDTH: i64 = 720;

/// The most rows that are drawn; the table has them all.
const ROWS: usize = 20;

/// The chart of a section, where its figures make one.
pub(super) fn chart(section: &Section) -> Option<Markup> {
    match section.chart {
        Chart::Flow if !section.rows.is_empty() => Some(flow(section)),
        Chart::Shares if !section.rows.is_empty() => Some(shares(section)),
        Chart::Bars if section.rows.len() > 1 => {
            let spread = section.columns.first().is_some_and(|one| one.key == "n");
            if spread && section.rows.iter().any(|row| time(row, 1) > 0) {
                Some(spreads(section))
            } else {
                let most = section.rows.iter().map(|row| number(&row.figures[0])).max();
                most.filter(|most| *most > 0)
                    .map(|most| bars(section, most))
            }
        }
        _ => None,
    }
}

fn number(figure: &Figure) -> i64 {
    match figure.amount {
        Amount::Number(n) => n,
        _ => 0,
    }
}

fn time(row: &Row, at: usize) -> i64 {
    match row.figures[at].amount {
        Amount::Time(millis) => millis,
        _ => 0,
    }
}

/// The month and day of a date: the year stands in the head.
fn short(row: &Row) -> String {
    let label = label(row);
    label.get(5..).map_or_else(|| label.clone(), str::to_owned)
}

fn label(row: &Row) -> String {
    cut(&line(&row.labels.join(" · ")), 26)
}

/// Ranked bars of the first column.
fn bars(section: &Section, most: i64) -> Markup {
    let rows = &section.rows[..section.rows.len().min(ROWS)];
    let height = length(rows) * 26 + 8;
    let what = heading(section.columns[0].key);
    frame(
        section,
        height,
        &html! {
            @for (row, y) in rows.iter().zip((4..).step_by(26)) {
                @let n = number(&row.figures[0]);
                text.label x="200" y=(y + 15) { (label(row)) }
                rect.a x="210" y=(y + 2) width=(n * 440 / most) height="18" rx="2" {
                    title { (label(row)) ": " (n) " " (what) }
                }
                text.value x=(216 + n * 440 / most) y=(y + 15) { (n) }
            }
        },
    )
}

/// Median, ninetieth percentile and mean of each row, on one scale.
fn spreads(section: &Section) -> Markup {
    let rows = &section.rows[..section.rows.len().min(ROWS)];
    let most = rows.iter().map(|row| time(row, 2).max(time(row, 3))).max();
    let most = most.unwrap_or_default().max(1);
    let x = |millis: i64| 210 + (millis.max(0) * 440 / most);
    let height = length(rows) * 30 + 34;
    frame(
        section,
        height,
        &html! {
            @for (row, y) in rows.iter().zip((4..).step_by(30)) {
                text.label x="200" y=(y + 17) { (label(row)) }
                @if time(row, 2) > 0 {
                    rect.soft x="210" y=(y + 8) width=(x(time(row, 2)) - 210) height="8" rx="2" {
                        title { "p90 " (super::length(time(row, 2))) }
                    }
                    rect.a x="210" y=(y + 3) width=(x(time(row, 1)) - 210) height="18" rx="2" {
                        title { "median " (super::length(time(row, 1))) }
                    }
                    rect.mark x=(x(time(row, 3))) y=(y + 1) width="2" height="22" {
                        title { "mean " (super::length(time(row, 3))) }
                    }
                    text.value x=(x(time(row, 2).max(time(row, 3))) + 6) y=(y + 17) {
                        (super::length(time(row, 2)))
                    }
                } @else {
                    text.value x="216" y=(y + 17) { "n = " (number(&row.figures[0])) ", see the table" }
                }
            }
            @let y = height - 12;
            (legend(&[("a", "median"), ("soft", "p90"), ("mark", "mean")], y))
        },
    )
}

/// Met and missed as parts of one bar.
fn shares(section: &Section) -> Markup {
    let height = length(&section.rows) * 26 + 34;
    frame(
        section,
        height,
        &html! {
            @for (row, y) in section.rows.iter().zip((4..).step_by(26)) {
                @let met = number(&row.figures[0]);
                @let missed = number(&row.figures[1]);
                @let all = (met + missed).max(1);
                text.label x="200" y=(y + 15) { (label(row)) }
                @if met + missed > 0 {
                    rect.good x="210" y=(y + 2) width=(met * 440 / all) height="18" {
                        title { (met) " met" }
                    }
                    rect.bad x=(210 + met * 440 / all) y=(y + 2) width=(440 - met * 440 / all) height="18" {
                        title { (missed) " missed" }
                    }
                    text.value x="656" y=(y + 15) { (super::amount(&row.figures[2])) }
                } @else {
                    text.value x="216" y=(y + 15) { "none decided" }
                }
            }
            (legend(&[("good", "met"), ("bad", "missed")], height - 12))
        },
    )
}

/// Created and resolved as pairs of columns, the backlog as a line on a scale of its own.
fn flow(section: &Section) -> Markup {
    const TOP: i64 = 14;
    const HIGH: i64 = 190;
    let rows = &section.rows;
    let figure = |row: &Row, at: usize| number(&row.figures[at]);
    let most = rows
        .iter()
        .map(|row| figure(row, 0).max(figure(row, 1)))
        .max();
    let most = most.unwrap_or_default().max(1);
    let deepest = rows.iter().map(|row| figure(row, 5)).max();
    let deepest = deepest.unwrap_or_default().max(1);
    let count = length(rows).max(1);
    // Tenths of a unit, so that a year of days keeps its place.
    let x = |at: i64| 400 + at * 6_400 / count;
    let step = 6_400 / count;
    let decimal = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
    let bottom = TOP + HIGH;
    let points: Vec<String> = rows
        .iter()
        .zip(0..)
        .map(|(row, at)| {
            let y = (bottom - figure(row, 5) * HIGH / deepest) * 10;
            format!("{},{}", decimal(x(at) + step / 2), decimal(y))
        })
        .collect();
    let every = (count / 8).max(1);
    frame(
        section,
        bottom + 44,
        &html! {
            line.axis x1="40" y1=(bottom) x2="680" y2=(bottom) {}
            text.tick.end x="36" y=(TOP + 4) { (most) }
            text.tick.end x="36" y=(bottom) { "0" }
            text.tick.line x="684" y=(TOP + 4) { (deepest) }
            text.tick.line x="684" y=(bottom) { "0" }
            @for (row, at) in rows.iter().zip(0..) {
                @let made = figure(row, 0) * HIGH / most;
                @let done = figure(row, 1) * HIGH / most;
                @let wide = decimal((step * 2 / 5).max(3));
                rect.a x=(decimal(x(at) + step / 10)) y=(bottom - made) width=(wide) height=(made) {
                    title { (label(row)) ": " (figure(row, 0)) " created" }
                }
                rect.b x=(decimal(x(at) + step / 2)) y=(bottom - done) width=(wide) height=(done) {
                    title { (label(row)) ": " (figure(row, 1)) " resolved" }
                }
                @if at % every == 0 {
                    text.tick x=(decimal(x(at))) y=(bottom + 16) { (short(row)) }
                }
            }
            polyline.line points=(points.join(" ")) {}
            (legend(&[("a", "created"), ("b", "resolved"), ("mark", "backlog, right scale")], bottom + 36))
        },
    )
}

fn length(rows: &[Row]) -> i64 {
    i64::try_from(rows.len()).unwrap_or_default()
}

fn legend(words: &[(&str, &str)], y: i64) -> Markup {
    html! {
        @for ((class, word), x) in words.iter().zip((210..).step_by(110)) {
            rect class=(class) x=(x) y=(y - 9) width="10" height="10" rx="2" {}
            text.tick x=(x + 16) y=(y) { (word) }
        }
    }
}

fn frame(section: &Section, height: i64, inside: &Markup) -> Markup {
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(section.title) {
            (inside)
        }
    }
}
