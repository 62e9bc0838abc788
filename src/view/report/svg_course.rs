//! The course of figures as SVG: sparklines, and the trend of times and targets.

use maud::{Markup, html};

use crate::rules::reports::{Amount, DayLength, ReportRow, ReportSection};
use crate::view::report::svg::{WHOLE, frame, legend, percent, ticks};
use crate::view::report::text;
use crate::view::sanitize::line;

/// The value of an amount on a scale of its own.
fn size(amount: &Amount) -> Option<i64> {
    match amount {
        Amount::Number(n) | Amount::Time(n, _) => Some(*n),
        Amount::Share(part, of) if *of > 0 => i64::try_from(part * 1_000 / of).ok(),
        _ => None,
    }
}

/// A figure in the periods up to now, as a line; nothing where there are no two.
pub(in crate::view::report) fn spark(row: &ReportRow) -> Markup {
    const WIDE: i64 = 120;
    const HIGH: i64 = 28;
    let course = row.figures.iter().find_map(|figure| match &figure.amount {
        Amount::Course(all) => Some(all.as_slice()),
        _ => None,
    });
    let all: Vec<Option<i64>> = course.unwrap_or_default().iter().map(size).collect();
    let told: Vec<i64> = all.iter().flatten().copied().collect();
    let (Some(low), Some(high)) = (told.iter().min(), told.iter().max()) else {
        return html! {};
    };
    if told.len() < 2 {
        return html! {};
    }
    let span = (high - low).max(1);
    let many = i64::try_from(all.len()).unwrap_or(2).max(2) - 1;
    let points = all.iter().zip(0..).filter_map(|(value, at)| {
        let y = HIGH - 4 - ((*value)? - low) * (HIGH - 8) / span;
        Some((4 + at * (WIDE - 8) / many, y))
    });
    let points: Vec<(i64, i64)> = points.collect();
    let words: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let title = format!("{}, period by period", line(&row.labels[0]));
    let told = course
        .unwrap_or_default()
        .iter()
        .map(|one| match text(one) {
            text if text.is_empty() => "–".to_owned(),
            text => text,
        });
    let told: Vec<String> = told.collect();
    html! {
        svg.course width=(WIDE) height=(HIGH) role="img" aria-label=(title) {
            title { (title) }
            desc { (told.join(", ")) }
            polyline points=(words.join(" ")) {}
            @if let Some((x, y)) = points.last() { circle cx=(x) cy=(y) r="3.5" {} }
        }
    }
}

/// Round steps for an axis of lengths of time, in milliseconds.
fn time_step(most: i64, day: DayLength) -> i64 {
    const MINUTE: i64 = 60_000;
    let short = [15, 30, 60, 120, 240, 480].map(|n| n * MINUTE);
    let one = day.0.unwrap_or(10 * 60 * MINUTE);
    let long = [1, 2, 5, 10, 20, 50, 100, 200, 500].map(|n| n * one);
    let short = short.into_iter().filter(|step| *step < one);
    let mut steps = short.chain(long);
    steps.find(|step| step * 4 >= most).unwrap_or(most / 4 + 1)
}

/// Where the figures of a trend stand.
const MEDIAN: usize = 1;
const P90: usize = 2;
const ATTAINMENT: usize = 5;
const GOAL: usize = 6;

/// Median and ninetieth percentile over time, and below them the targets that were met, with the
/// line of what the house wants; `None` where nothing was resolved.
pub(in crate::view::report) fn trend(section: &ReportSection) -> Option<Markup> {
    const HIGH: i64 = 140;
    const TOP: i64 = 18;
    let values = |at: usize| -> Vec<Option<i64>> {
        let rows = section.rows.iter();
        rows.map(|row| size(&row.figures[at].amount)).collect()
    };
    let (medians, tails, shares) = (values(MEDIAN), values(P90), values(ATTAINMENT));
    let most = tails.iter().chain(&medians).flatten().copied().max();
    let any = most.is_some() || shares.iter().any(Option::is_some);
    if !any {
        return None;
    }
    let most = most.unwrap_or(1);
    let days = section.rows.iter().flat_map(|row| &row.figures);
    let days = days.filter_map(|figure| match figure.amount {
        Amount::Time(_, day) => Some(day),
        _ => None,
    });
    let day = days.reduce(|a, b| if a == b { a } else { DayLength(None) });
    let day = day.unwrap_or_default();
    let step = time_step(most, day);
    let names: Vec<String> = section
        .rows
        .iter()
        .map(|row| row.labels.join(" "))
        .collect();
    let goal = section
        .rows
        .first()
        .and_then(|row| size(&row.figures[GOAL].amount));
    let second = TOP + HIGH + 34;
    let bottom = second + TOP + HIGH;
    let axis = |n: i64| text(&Amount::Time(n, day));
    let shares_axis = |n: i64| format!("{} %", n / 10);
    Some(frame(
        section,
        "median and p90 of the time to resolve, and the share of targets met",
        bottom + 22,
        &html! {
            (scale(TOP, HIGH, step, &axis))
            (course((TOP, HIGH), 4 * step, &tails, "tail"))
            (course((TOP, HIGH), 4 * step, &medians, "middle"))
            (scale(second + TOP, HIGH, 250, &shares_axis))
            (course((second + TOP, HIGH), 1_000, &shares, "share"))
            @if let Some(goal) = goal {
                @let y = second + TOP + HIGH - goal * HIGH / 1_000;
                line.goal x1="0" x2="100%" y1=(y) y2=(y) {}
                text.tick.end x="100%" y=(y - 4) { "goal " (goal / 10) " %" }
            }
            @for (name, place, class) in ticks(&names) {
                text class=(class) x=(percent(place)) y=(bottom + 16) { (name) }
            }
        },
        &legend(
            &[
                ("middle", "median"),
                ("tail", "p90, dashed"),
                ("share", "resolution targets met, below"),
            ],
            "",
        ),
    ))
}

/// The lines of a scale with five figures.
fn scale(top: i64, high: i64, step: i64, name: &dyn Fn(i64) -> String) -> Markup {
    html! {
        @for at in 0..=4 {
            @let y = top + high - at * high / 4;
            line.grid x1="0" x2="100%" y1=(y) y2=(y) {}
            text.tick x="0" y=(y - 3) { (name(at * step)) }
        }
    }
}

/// A line through what is known, with a dot for each.
fn course((top, high): (i64, i64), most: i64, values: &[Option<i64>], class: &str) -> Markup {
    let count = i64::try_from(values.len()).unwrap_or(1).max(1);
    let x = |at: i64| (2 * at + 1) * WHOLE / (2 * count);
    let y = |n: i64| {
        let part = i128::from(n) * i128::from(high) / i128::from(most.max(1));
        high - i64::try_from(part).unwrap_or(high).clamp(0, high)
    };
    let told: Vec<(i64, i64)> = values
        .iter()
        .zip(0..)
        .filter_map(|(value, at)| Some((x(at), y((*value)?))))
        .collect();
    let points: Vec<String> = told.iter().map(|(x, y)| format!("{x},{y}")).collect();
    html! {
        svg x="0" y=(top) width="100%" height=(high) viewBox=(format!("0 0 {WHOLE} {high}"))
            preserveAspectRatio="none" {
            @if points.len() > 1 { polyline class=(class) points=(points.join(" ")) {} }
        }
        @for (x, y) in told {
            circle class=(class) cx=(percent(x)) cy=(top + y) r="2.5" {}
        }
    }
}
