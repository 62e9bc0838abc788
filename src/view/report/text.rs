//! A report on the terminal: aligned tables with bars, and sparklines in the overview.

use unicode_width::UnicodeWidthStr;

use super::{amount, behind, head, heading, is_empty, is_number, told};
use crate::ops::report::Report;
use crate::rules::figures::{Amount, Chart, Figure, Kind, Row, Section};
use crate::view::paint::{Paint, Role};
use crate::view::sanitize::line;
use crate::view::table::{Painted, table};
use crate::view::words::wrap;

/// The widest bar.
const BAR: usize = 30;

/// The report, whole.
pub fn report(report: &Report, paint: &Paint) -> String {
    let (title, facts) = head(&report.head);
    let mut out = format!("{}\n", paint.role(Role::Title, &line(&title)));
    for fact in facts {
        for part in wrap(&line(&fact), paint.width_up_to(100)) {
            out.push_str(&paint.role(Role::Muted, &part));
            out.push('\n');
        }
    }
    let brief = report.head.kind == Kind::Overview;
    // Distributions are for pages, which have the room.
    let shown = |section: &&Section| !(brief && section.by == ["took"]);
    let sections: Vec<&Section> = report.sections.iter().filter(shown).collect();
    for section in &sections {
        out.push('\n');
        out.push_str(&paint.role(Role::Heading, section.title));
        out.push('\n');
        if !brief {
            out.push_str(&about(section, paint, ""));
        }
        out.push_str(&body(section, brief, paint));
    }
    if brief {
        out.push('\n');
        for (at, section) in sections.iter().enumerate() {
            let same = |other: &&&Section| other.about == section.about;
            if sections[..at].iter().any(|other| same(&other)) {
                continue;
            }
            let titles: Vec<&str> = sections.iter().filter(same).map(|one| one.title).collect();
            out.push_str(&about(section, paint, &format!("{}: ", titles.join(", "))));
        }
    }
    out
}

fn about(section: &Section, paint: &Paint, title: &str) -> String {
    let mut text = format!("{title}{}", section.about);
    if section.overlaps {
        text.push_str(
            "; a ticket may stand in several rows, so that they do not add up to a total",
        );
    }
    let mut out = String::new();
    for part in wrap(&text, paint.width_up_to(100)) {
        out.push_str(&paint.role(Role::Muted, &part));
        out.push('\n');
    }
    out
}

fn body(section: &Section, brief: bool, paint: &Paint) -> String {
    if is_empty(section) {
        return format!("{}\n", paint.role(Role::Muted, "nothing in this period"));
    }
    if brief && section.chart == Chart::Flow {
        return sparks(section, paint);
    }
    let columns = told(section);
    let mut header: Vec<String> = section.by.iter().map(|by| heading(by)).collect();
    let labels = header.len();
    header.extend(columns.iter().map(|at| heading(section.columns[*at].key)));
    let mut rows: Vec<Vec<Painted>> = section
        .rows
        .iter()
        .map(|row| cells(&row.labels, &row.figures, &columns, section))
        .collect();
    if let Some(total) = &section.total {
        let mut labels = vec![String::new(); labels];
        if let Some(first) = labels.first_mut() {
            "total".clone_into(first);
        }
        let mut total = cells(&labels, total, &columns, section);
        for (role, _) in &mut total {
            *role = Role::Title;
        }
        rows.push(total);
    }
    let width = paint.width.unwrap_or(100);
    bars(section, &mut header, &mut rows, width);
    let right: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| is_number(section, **column))
        .map(|(at, _)| labels + at)
        .collect();
    // Values one by one give way first, then labels.
    let values = columns
        .iter()
        .position(|at| section.columns[*at].key == "values");
    let flexible = values.map_or(0, |at| labels + at);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    table(&header, &rows, &right, flexible, paint)
}

fn cells(
    labels: &[String],
    figures: &[Figure],
    columns: &[usize],
    section: &Section,
) -> Vec<Painted> {
    let labels = labels.iter().map(|label| (Role::Plain, line(label)));
    let figures = columns.iter().map(|at| {
        let figure = &figures[*at];
        let text = amount(figure);
        let zero = matches!(figure.amount, Amount::Number(0) | Amount::None);
        let role = match section.columns[*at].key {
            _ if zero => Role::Muted,
            "missed" | "wrong" | "dissatisfied" => Role::Alarm,
            "unanswered" | "unresolved" | "quiet" | "reopened" | "unreached" => Role::Warn,
            "met" | "satisfied" | "solved" => Role::Good,
            "waiting" => Role::Wait,
            _ => Role::Plain,
        };
        let text = if text.is_empty() {
            "-".to_owned()
        } else {
            text
        };
        (role, text)
    });
    labels.chain(figures).collect()
}

/// Puts a bar behind each row, as long as there is room for one that says anything.
fn bars(section: &Section, header: &mut Vec<String>, rows: &mut [Vec<Painted>], width: usize) {
    let first = |row: &Row| match row.figures.first().map(|figure| &figure.amount) {
        Some(Amount::Number(n)) => u64::try_from(*n).unwrap_or_default(),
        _ => 0,
    };
    let most = section.rows.iter().map(first).max().unwrap_or_default();
    let used: usize = (0..header.len())
        .map(|at| {
            let cells = rows.iter().map(|row| row[at].1.width());
            cells.max().unwrap_or_default().max(header[at].width()) + 2
        })
        .sum();
    let room = width.saturating_sub(used).min(BAR);
    if section.rows.len() < 2 || most == 0 || room < 8 || section.chart == Chart::Plain {
        return;
    }
    header.push(String::new());
    let lengths = section.rows.iter().map(first).map(Some).chain([None]);
    for (row, length) in rows.iter_mut().zip(lengths) {
        let bar = length.map_or_else(String::new, |length| bar(length, most, room));
        row.push((Role::Id, bar));
    }
}

/// A bar in eighths of a column; whatever is not nothing shows.
fn bar(length: u64, most: u64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (length * room as u64 * 8).div_ceil(most);
    let whole = usize::try_from(eighths / 8).unwrap_or(room).min(room);
    let rest = usize::try_from(eighths % 8).unwrap_or_default();
    format!("{}{}", "█".repeat(whole), EIGHTHS[rest])
}

/// One line for each column: its name, its sum or last value, and its course.
fn sparks(section: &Section, paint: &Paint) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let room = paint.width_up_to(100).saturating_sub(24).max(8);
    let mut out = String::new();
    for (at, column) in section.columns.iter().enumerate() {
        let number = |figure: &Figure| match figure.amount {
            Amount::Number(n) => n,
            _ => 0,
        };
        let sum = section.total.as_ref().map_or(0, |total| number(&total[at]));
        if matches!(column.key, "cancelled" | "reopened") && sum == 0 {
            continue;
        }
        let all: Vec<i64> = section
            .rows
            .iter()
            .map(|row| number(&row.figures[at]))
            .collect();
        let shown = &all[all.len().saturating_sub(room)..];
        let low = if column.key == "net" {
            shown.iter().copied().min().unwrap_or_default().min(0)
        } else {
            0
        };
        let most = shown.iter().copied().max().unwrap_or_default();
        let span = (most - low).max(1);
        let course: String = shown
            .iter()
            .map(|n| {
                HEIGHTS[usize::try_from((n - low) * 7 / span)
                    .unwrap_or_default()
                    .min(7)]
            })
            .collect();
        let name = format!("{:<10}", heading(column.key));
        out.push_str(&format!(
            "{}{sum:>8}    {}\n",
            paint.role(Role::Muted, &name),
            paint.role(Role::Id, &course)
        ));
    }
    out
}

/// The ids behind every figure, one figure a line.
pub fn list(report: &Report) -> String {
    let mut out = String::new();
    for one in behind(report) {
        let labels = if one.labels.is_empty() {
            "total".to_owned()
        } else {
            one.labels.join(", ")
        };
        let what = format!(
            "{} · {labels} · {} {}",
            one.section,
            heading(one.column),
            one.ids.len()
        );
        out.push_str(&format!("{}\n", line(&what)));
        for ids in one.ids.chunks(8) {
            out.push_str(&format!("  {}\n", ids.join(" ")));
        }
    }
    out
}
