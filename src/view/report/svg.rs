//! Charts of a report as SVG: plain shapes in the page's own colours. Lengths are parts of the
//! width, so that a chart fills whatever room there is while its words keep their size. The
//! numbers stand in a table beside it.

use maud::{Markup, html};

use crate::rules::reports::{Amount, Chart, DayLength, Figure, ReportRow, ReportSection};
use crate::view::report::flow_columns::{BACKLOG, busy, course, number};
use crate::view::report::{amount, heading, length};
use crate::view::sanitize::line;
use crate::view::table::lines::squeezed;

/// The most rows that are drawn; the table has them all.
const ROWS: usize = 20;

/// The most steps of a flow: more would be thinner than a hair on a telephone.
const STEPS: usize = 120;

/// The height of a row: its words, and its bar below them.
const ROW: i64 = 38;

/// The whole width, in the parts that lengths are counted in.
pub(in crate::view::report) const WHOLE: i64 = 10_000;

/// The chart of a section, where its figures make one.
pub(in crate::view::report) fn chart(section: &ReportSection) -> Option<Markup> {
    match section.chart {
        Chart::Flow if !section.rows.is_empty() => Some(flow(section)),
        Chart::Shares if !section.rows.is_empty() => Some(shares(section)),
        Chart::Bars if section.columns.first().is_some_and(|one| one.key == "n") => {
            longest(section).map(|most| spreads(section, most))
        }
        Chart::Bars if section.rows.len() > 1 => {
            let most = |at: usize| {
                let all = section.rows.iter().map(|row| number(&row.figures[at]));
                all.max().unwrap_or_default()
            };
            // The first column that has anything to draw.
            let at = (0..section.columns.len()).find(|at| most(*at) > 0)?;
            Some(bars(section, at, most(at)))
        }
        _ => None,
    }
}

fn time(row: &ReportRow, at: usize) -> i64 {
    match row.figures[at].amount {
        Amount::Time(millis, _) => millis,
        _ => 0,
    }
}

/// The lengths of a row that are too few to be summed up.
fn single(figure: &Figure) -> impl Iterator<Item = (i64, DayLength)> {
    let (all, day) = match &figure.amount {
        Amount::Times(all, day) => (all.as_slice(), *day),
        _ => (&[] as &[i64], DayLength::PLAIN),
    };
    all.iter().map(move |millis| (*millis, day))
}

/// The columns of a spread, after `n`.
const MEDIAN: usize = 1;
const P90: usize = 2;
const MEAN: usize = 3;
const VALUES: usize = 4;

/// The longest time that is drawn, if there is any.
fn longest(section: &ReportSection) -> Option<i64> {
    let drawn = shown(section).iter().flat_map(|row| {
        let times = [time(row, P90), time(row, MEAN)];
        times
            .into_iter()
            .chain(single(&row.figures[VALUES]).map(|(millis, _)| millis))
    });
    drawn.max().filter(|most| *most > 0)
}

fn shown(section: &ReportSection) -> &[ReportRow] {
    &section.rows[..section.rows.len().min(ROWS)]
}

fn label(row: &ReportRow) -> String {
    squeezed(&line(&row.labels.join(" · ")), 32)
}

/// A part of the width in percent, with two decimals.
pub(in crate::view::report) fn percent(part: i64) -> String {
    format!("{}.{:02}%", part / 100, part % 100)
}

fn part(n: i64, most: i64) -> i64 {
    // Whatever is not nothing shows.
    let least = if n > 0 { 30 } else { 0 };
    let exact = i128::from(n.max(0)) * i128::from(WHOLE) / i128::from(most.max(1));
    i64::try_from(exact).unwrap_or(WHOLE).clamp(least, WHOLE)
}

/// Bars of one column, in the order of the rows: the largest first, where they are of another.
fn bars(section: &ReportSection, at: usize, most: i64) -> Markup {
    let what = heading(section.columns[at].key);
    let mut rows: Vec<&ReportRow> = section.rows.iter().collect();
    if at > 0 {
        rows.sort_by_key(|row| -number(&row.figures[at]));
    }
    rows.truncate(ROWS);
    frame(
        section,
        &what,
        i64::try_from(rows.len()).unwrap_or_default() * ROW,
        &html! {
            @for (number_of, (row, y)) in rows.iter().zip((0..).step_by(step())).enumerate() {
                @let n = number(&row.figures[at]);
                (words(row, &n.to_string(), y))
                @let class = warmth(section, number_of);
                rect.ground x="0" y=(y + 24) width="100%" height="2" {}
                rect class=(class) x="0" y=(y + 20) width=(percent(part(n, most))) height="10" rx="2" {
                    title { (label(row)) ": " (n) " " (what) }
                }
            }
        },
        &legend(&[("a", &what)], &first_of(section)),
    )
}

/// Old tickets are warm.
fn warmth(section: &ReportSection, at: usize) -> &'static str {
    let rows = section.rows.len();
    match section.by.first().map(String::as_str) {
        Some("age") if at + 2 >= rows => "bad",
        Some("age") if at + 3 >= rows => "warm",
        _ => "a",
    }
}

/// Median, ninetieth percentile and mean of each row on one scale; a dot for each value where they
/// are few.
fn spreads(section: &ReportSection, most: i64) -> Markup {
    let rows = shown(section);
    // Marks stay inside.
    let x = |millis: i64| percent(part(millis, most).clamp(60, WHOLE - 60));
    let few = rows
        .iter()
        .any(|row| single(&row.figures[VALUES]).next().is_some());
    let many = rows.iter().any(|row| time(row, P90) > 0);
    let mut parts: Vec<(&str, &str)> = Vec::new();
    if many {
        parts.extend([("a", "median"), ("soft", "up to p90"), ("mark", "mean")]);
    }
    if few {
        parts.push(("dot", "one ticket each"));
    }
    let reported = |row: &ReportRow| {
        if time(row, P90) > 0 {
            let (median, p90) = (amount(&row.figures[MEDIAN]), amount(&row.figures[P90]));
            format!("{median} · p90 {p90}")
        } else {
            format!("n = {}", number(&row.figures[0]))
        }
    };
    frame(
        section,
        "median, p90 and mean",
        count(rows) * ROW,
        &html! {
            @for (row, y) in rows.iter().zip((0..).step_by(step())) {
                (words(row, &reported(row), y))
                rect.ground x="0" y=(y + 24) width="100%" height="2" {}
                @if time(row, P90) > 0 {
                    rect.soft x="0" y=(y + 20) width=(percent(part(time(row, P90), most))) height="10" rx="2" {
                        title { "p90 " (amount(&row.figures[P90])) }
                    }
                    rect.a x="0" y=(y + 20) width=(percent(part(time(row, MEDIAN), most))) height="10" rx="2" {
                        title { "median " (amount(&row.figures[MEDIAN])) }
                    }
                    rect.mark x=(x(time(row, MEAN))) y=(y + 18) width="3" height="14" {
                        title { "mean " (amount(&row.figures[MEAN])) }
                    }
                }
                @for (millis, day) in single(&row.figures[VALUES]) {
                    circle.dot cx=(x(millis)) cy=(y + 25) r="4" {
                        title { (length(millis, day)) }
                    }
                }
            }
        },
        &legend(&parts, &first_of(section)),
    )
}

/// Met and missed as parts of one bar.
fn shares(section: &ReportSection) -> Markup {
    let rows = shown(section);
    frame(
        section,
        "met and missed",
        count(rows) * ROW,
        &html! {
            @for (row, y) in rows.iter().zip((0..).step_by(step())) {
                @let (met, missed) = (number(&row.figures[0]), number(&row.figures[1]));
                @let all = met + missed;
                @if all > 0 {
                    (words(row, &amount(&row.figures[2]), y))
                    @let good = part(met, all);
                    rect.good x="0" y=(y + 20) width=(percent(good)) height="10" {
                        title { (met) " met" }
                    }
                    @if missed > 0 {
                        @let good = good.min(WHOLE - 30);
                        rect.missed x=(percent(good)) y=(y + 20) width=(percent(WHOLE - good)) height="10" {
                            title { (missed) " missed" }
                        }
                    }
                } @else {
                    (words(row, "none decided", y))
                    rect.ground x="0" y=(y + 24) width="100%" height="2" {}
                }
            }
        },
        &legend(&[("good", "met"), ("missed", "missed")], &first_of(section)),
    )
}

/// Created and resolved as pairs of columns, the backlog as a line on a scale of its own.
fn flow(section: &ReportSection) -> Markup {
    const TOP: i64 = 18;
    const HIGH: i64 = 180;
    // Room for the numbers of the axes beside the columns.
    const LEFT: i64 = 600;
    const ALL: i64 = LEFT + WHOLE + 700;
    let flow = course(section, STEPS);
    let steps = &flow.steps;
    let highest = |at: usize| steps.iter().map(|step| step[at]).max().unwrap_or_default();
    let most = 4 * round_step(highest(0).max(highest(1)));
    let deepest = 4 * round_step(highest(BACKLOG));
    let count = i64::try_from(steps.len()).unwrap_or(1).max(1);
    let x = |at: i64| at * WHOLE / count;
    let y = |n: i64, most: i64| HIGH - n.max(0) * HIGH / most;
    let points = steps.iter().zip(0..).map(|(step, at)| {
        format!(
            "{},{}",
            x(at) + WHOLE / count / 2,
            y(step[BACKLOG], deepest)
        )
    });
    let points: Vec<String> = points.collect();
    let wide = (WHOLE / count * 2 / 5).max(1);
    let each = busy(section).len().div_ceil(steps.len().max(1)).max(1);
    let names: Vec<String> = busy(section)
        .chunks(each)
        .filter_map(|rows| rows.first().map(label))
        .collect();
    let bottom = TOP + HIGH;
    frame(
        section,
        "created, resolved and backlog",
        bottom + 22,
        &html! {
            text.tick x="0" y="10" { "created, resolved" }
            text.tick.end.line x="100%" y="10" { "backlog" }
            svg x="0" y=(TOP) width="100%" height=(HIGH) viewBox=(format!("-{LEFT} 0 {ALL} {HIGH}"))
                preserveAspectRatio="none" {
                @for at in 1..=4 {
                    @let y = HIGH - at * HIGH / 4;
                    line.grid x1=(-LEFT) y1=(y) x2=(ALL - LEFT) y2=(y) {}
                }
                @for ((step, name), at) in steps.iter().zip(&names).zip(0..) {
                    @let gap = WHOLE / count / 10;
                    g {
                        title { (name) ": " (step[0]) " created, " (step[1]) " resolved, " (step[BACKLOG]) " open" }
                        rect.a x=(x(at) + gap) y=(y(step[0], most)) width=(wide) height=(HIGH - y(step[0], most)) {}
                        rect.b x=(x(at) + gap + wide) y=(y(step[1], most)) width=(wide) height=(HIGH - y(step[1], most)) {}
                    }
                }
                @if points.len() > 1 { polyline points=(points.join(" ")) {} }
            }
            @for at in 1..=4 {
                @let y = bottom - at * HIGH / 4 + 12;
                text.tick x="0" y=(y) { (at * most / 4) }
                text.tick.end.line x="100%" y=(y) { (at * deepest / 4) }
            }
            line.axis x1="0" y1=(bottom) x2="100%" y2=(bottom) {}
            @for (name, place, class) in ticks(&names) {
                text class=(class) x=(percent((LEFT + place) * WHOLE / ALL)) y=(bottom + 16) { (name) }
            }
        },
        &legend(
            &[
                ("a", "created"),
                ("b", "resolved"),
                ("mark", "backlog, on a scale of its own"),
            ],
            &flow.words,
        ),
    )
}

/// A round number of which four reach a number.
fn round_step(most: i64) -> i64 {
    let mut unit = 1;
    loop {
        for step in [1, 2, 5] {
            if 4 * step * unit >= most {
                return step * unit;
            }
        }
        unit *= 10;
    }
}

/// The names of a few steps, with their places and how they hang on them.
pub(in crate::view::report) fn ticks(names: &[String]) -> Vec<(&str, i64, &'static str)> {
    let count = names.len();
    let last = count.saturating_sub(1);
    let wanted = if count > 3 { 4 } else { count };
    (0..wanted)
        .map(|number| {
            let at = if wanted > 1 {
                last * number / (wanted - 1)
            } else {
                0
            };
            let middle = (2 * at + 1) * 5_000 / count.max(1);
            let middle = i64::try_from(middle).unwrap_or_default();
            match number {
                0 if wanted == 1 => (names[at].as_str(), 5_000, "tick mid"),
                0 => (names[at].as_str(), 0, "tick"),
                _ if number + 1 == wanted => (names[at].as_str(), WHOLE, "tick end"),
                _ => (names[at].as_str(), middle, "tick mid"),
            }
        })
        .collect()
}

/// What a row is of, and its number.
fn words(row: &ReportRow, value: &str, y: i64) -> Markup {
    html! {
        text x="0" y=(y + 14) { (label(row)) }
        text.value.end x="100%" y=(y + 14) { (value) }
    }
}

/// How many rows are drawn, where they are not all.
fn first_of(section: &ReportSection) -> String {
    if section.rows.len() > ROWS {
        format!("the first {ROWS} of {}", section.rows.len())
    } else {
        String::new()
    }
}

fn step() -> usize {
    usize::try_from(ROW).unwrap_or(1)
}

fn count(rows: &[ReportRow]) -> i64 {
    i64::try_from(rows.len()).unwrap_or_default()
}

/// What the colours mean, and a remark.
pub(in crate::view::report) fn legend(words: &[(&str, &str)], remark: &str) -> Markup {
    html! {
        figcaption {
            @for (class, word) in words {
                span.key { svg.swatch width="10" height="10" aria-hidden="true" {
                    rect class=(class) width="10" height="10" rx="2" {}
                } (word) }
            }
            @if !remark.is_empty() { span { (remark) } }
        }
    }
}

pub(in crate::view::report) fn frame(
    section: &ReportSection,
    what: &str,
    height: i64,
    inside: &Markup,
    legend: &Markup,
) -> Markup {
    let title = format!("{}: {what}", section.title);
    html! {
        svg.chart width="100%" height=(height) role="img" aria-label=(title) {
            title { (title) }
            desc { "The numbers stand in the table beside it." }
            (inside)
        }
        (legend)
    }
}
