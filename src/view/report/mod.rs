//! Reports: as a table for a terminal, as data, as Markdown and as a page of HTML.

mod flow_columns;
pub mod data;
pub mod html;
mod html_table;
mod listing;
pub mod markdown;
mod screen;
mod sentence;
mod lines;
mod svg;
mod svg_course;
pub mod text;
pub mod workbook;

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::model::moment::Moment;
use crate::ops::data::report::{Report, ReportHead};
use crate::rules::reports::{Amount, DayLength, Figure, GroupBy, ReportSection, Unit};
use crate::rules::text::time_input::lasting;
use crate::view::words::count;

/// In milliseconds.
const HOUR: i64 = 3_600_000;

/// How many values are printed one by one.
const SHOWN: usize = 9;

/// A figure as people read it; empty where there is nothing to tell.
fn amount(figure: &Figure) -> String {
    text(&figure.amount)
}

/// A change with its sign.
fn signed(n: i64, text: &str) -> String {
    match n {
        0 => "±0".to_owned(),
        ..0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

fn text(amount: &Amount) -> String {
    match amount {
        Amount::None | Amount::OfFew(..) => String::new(),
        Amount::Unknown => "unknown".to_owned(),
        Amount::Number(n) => n.to_string(),
        Amount::Change(n) => signed(*n, &n.abs().to_string()),
        Amount::Points(n) => {
            let points = format!("{}.{} points", n.abs() / 10, n.abs() % 10);
            signed(*n, &points)
        }
        Amount::Longer(millis, day) => signed(*millis, &length(millis.abs(), *day)),
        Amount::Course(all) => {
            let told = all.iter().map(|one| match text(one) {
                text if text.is_empty() => "–".to_owned(),
                text => text,
            });
            told.collect::<Vec<_>>().join(", ")
        }
        Amount::Time(millis, day) => length(*millis, *day),
        Amount::Times(all, day) => {
            let all = all.iter().take(SHOWN).map(|one| length(*one, *day));
            let all: Vec<String> = all.collect();
            all.join(", ")
        }
        Amount::Share(part, of) => percent(*part, *of),
    }
}

/// A length of time in its two widest units: `7d 5h` in plain time, `22bd 1h` in working days, and
/// `173h 30m` where there are days of several lengths.
fn length(millis: i64, day: DayLength) -> String {
    let days = match day {
        DayLength::PLAIN | DayLength(None) => 0,
        DayLength(Some(day)) => millis / day.max(1),
    };
    let rest = millis - days * day.0.unwrap_or_default();
    let text = match day {
        DayLength(None) if millis >= HOUR => {
            let (hours, minutes) = (millis / HOUR, millis / 60_000 % 60);
            match minutes {
                0 => format!("{hours}h"),
                _ => format!("{hours}h {minutes}m"),
            }
        }
        _ if days > 0 => match rest / HOUR {
            0 => format!("{days}bd"),
            hours => format!("{days}bd {hours}h"),
        },
        _ => lasting(TimeDelta::milliseconds(millis)),
    };
    if text == "0s" { "0".to_owned() } else { text }
}

/// How long the days are in which the times of a section are told, in words; `None` where it has no
/// times.
fn days(section: &ReportSection) -> Option<String> {
    let rows = section.rows.iter().map(|row| &row.figures);
    let all = rows.chain(&section.total).flatten();
    let found: BTreeSet<DayLength> = all
        .filter_map(|figure| match figure.amount {
            Amount::Time(millis, day) if millis > 0 => Some(day),
            Amount::Times(_, day) => Some(day),
            _ => None,
        })
        .collect();
    let mut words = Vec::new();
    if found.contains(&DayLength::PLAIN) {
        words.push("1d is 24h".to_owned());
    }
    let working = found.iter().filter(|day| **day != DayLength::PLAIN);
    let working: Vec<String> = working
        .filter_map(|day| day.0)
        .map(|day| lasting(TimeDelta::milliseconds(day)))
        .collect();
    if !working.is_empty() {
        words.push(format!("1bd is {} of open time", working.join(" or ")));
    }
    if found.contains(&DayLength(None)) {
        words.push("hours alone where calendars of different days are together".to_owned());
    }
    (!words.is_empty()).then(|| words.join("; "))
}

/// A share in percent with one decimal, cut so that only all is 100 %.
fn percent(part: u64, of: u64) -> String {
    let permille = part * 1_000 / of.max(1);
    format!("{}.{} %", permille / 10, permille % 10)
}

/// A column's heading.
fn heading(key: &str) -> String {
    key.replace('_', " ")
}

/// Columns that are mostly nothing.
const SELDOM: [&str; 3] = ["unknown", "revived", "merged"];

/// The columns that have anything to tell.
fn reported(section: &ReportSection) -> Vec<usize> {
    let rows = section.rows.iter().map(|row| &row.figures);
    let all: Vec<&Vec<Figure>> = rows.chain(&section.total).collect();
    let tells = |at: &usize| {
        all.iter().any(|row| match row[*at].amount {
            // A page draws a course.
            Amount::None | Amount::OfFew(..) | Amount::Course(_) => false,
            // What is seldom anything takes no room where it is nothing.
            Amount::Number(0) => !SELDOM.contains(&section.columns[*at].key),
            _ => true,
        })
    };
    (0..section.columns.len()).filter(tells).collect()
}

/// Whether there is nothing in a section at all.
fn is_empty(section: &ReportSection) -> bool {
    let rows = section.rows.iter().map(|row| &row.figures);
    rows.chain(&section.total).flatten().all(|figure| {
        matches!(
            figure.amount,
            Amount::None | Amount::Number(0) | Amount::Time(0, _) | Amount::OfFew(..)
        ) || matches!(&figure.amount, Amount::Course(all) if all.iter().all(|one| *one == Amount::None))
    })
}

/// What each figure of a section means: its name, or none where a remark is of them all.
fn definitions(section: &ReportSection) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = section
        .about
        .split("; ")
        .map(|part| part.split_once(": ").unwrap_or(("", part)))
        .collect();
    if section.overlaps {
        all.push((
            "",
            "a ticket may stand in several rows, so that they do not add up to a total",
        ));
    }
    all
}

/// The days of a report, or its instants.
fn period(head: &ReportHead) -> String {
    let zone = head.zone;
    let day = |at: Moment| {
        let local = at.in_zone(&zone);
        let midnight = local.format("%H:%M:%S").to_string() == "00:00:00";
        local
            .format(if midnight {
                "%Y-%m-%d"
            } else {
                "%Y-%m-%d %H:%M"
            })
            .to_string()
    };
    let before = Moment::from_millis(head.period.to.millis() - 1).unwrap_or(head.period.to);
    let whole = !day(head.period.to).contains(':');
    // A period of whole days is called by its last day.
    let end = if whole {
        before.in_zone(&zone).format("%Y-%m-%d").to_string()
    } else {
        format!("{}, not included", day(head.period.to))
    };
    format!("{} to {end}", day(head.period.from))
}

/// That a period is not over, and with what it is compared.
fn unfinished(head: &ReportHead) -> Option<String> {
    let words = "The period is not over: it is compared with the same part of the one before";
    head.part
        .then(|| format!("{words}, up to {}.", instant(head)))
}

/// The instant as of which a report is made.
fn instant(head: &ReportHead) -> String {
    let at = head.at.in_zone(&head.zone);
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The commit, and how many files differ from it.
fn commit(head: &ReportHead) -> String {
    match (&head.commit, head.changed) {
        (None, _) => "none".to_owned(),
        (Some(commit), Some(0)) => commit.clone(),
        (Some(commit), Some(n)) => format!("{commit} + {}", count(n, "changed file")),
        (Some(commit), None) => format!("{commit} + files that git cannot tell"),
    }
}

/// The words of a report's head: what it is called, and what it is of.
fn head(head: &ReportHead) -> (String, Vec<(&'static str, String)>) {
    let mut name = head.kind.as_str().to_owned();
    if name == "kb" || name == "sla" {
        name.make_ascii_uppercase();
    } else if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let title = format!("{}: {name}", head.desk);
    let filter = match head.query.as_str() {
        "" => "all tickets",
        query => query,
    };
    let orders = if head.work_orders {
        ""
    } else {
        ", without work orders"
    };
    let day = head.working_day.map(|day| {
        let day = lasting(TimeDelta::milliseconds(day));
        format!(", a working day (bd) of {day},")
    });
    let day = day.unwrap_or_default();
    let mut lines = vec![
        ("period", format!("{}, days of {}", period(head), head.zone)),
        (
            "calendar",
            format!("{}{day} where no target names another", head.calendar),
        ),
        (
            "filter",
            format!("{filter}{orders}: {}", count(head.tickets, "ticket")),
        ),
        ("as of", instant(head)),
        ("commit", commit(head)),
    ];
    if !head.by.is_empty() {
        lines.push(("by", values(&head.by)));
    }
    (title, lines)
}

/// Which of their values the fields are counted by that rows are told apart by.
fn values(by: &[GroupBy]) -> String {
    let of = |now: bool, words: &str| {
        let all = by.iter().filter(|one| one.now == now);
        let all: Vec<&str> = all.map(|one| one.word.as_str()).collect();
        (!all.is_empty()).then(|| format!("{} {words}", all.join(" and ")))
    };
    let then = "as at each event, of a new record as its intake ended";
    let all = [of(false, then), of(true, "as the ticket stands")];
    all.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Everything that can be opened: section, labels, column, number, and the tickets behind it.
fn behind(report: &Report) -> Vec<Behind<'_>> {
    let mut all = Vec::new();
    for section in &report.sections {
        for row in &section.rows {
            all.extend(opened(report, section, &row.labels, &row.figures));
        }
        if let Some(total) = &section.total {
            all.extend(opened(report, section, &[], total));
        }
    }
    all
}

/// A figure, opened.
struct Behind<'r> {
    section: &'static str,
    /// What the labels are of.
    by: String,
    /// Empty for the total.
    labels: &'r [String],
    column: &'static str,
    ids: Vec<&'r str>,
}

fn opened<'r>(
    report: &'r Report,
    section: &'r ReportSection,
    labels: &'r [String],
    figures: &'r [Figure],
) -> impl Iterator<Item = Behind<'r>> {
    let columns = section.columns.iter().zip(figures);
    columns
        .filter(|(_, figure)| !figure.of.is_empty())
        .map(move |(column, figure)| Behind {
            section: section.key,
            by: section.by.join(","),
            labels,
            column: column.key,
            ids: ids(report, figure),
        })
}

/// The ids behind a figure.
fn ids<'r>(report: &'r Report, figure: &Figure) -> Vec<&'r str> {
    figure.of.iter().map(|at| report.id(*at)).collect()
}

/// Whether a column is best set to the right.
fn is_number(section: &ReportSection, at: usize) -> bool {
    section.columns[at].key != "values" || section.columns[at].unit == Unit::Count
}
