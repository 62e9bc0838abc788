//! The overview on one screen: what a manager wants to see at one look. All of its tables, with
//! their definitions, stand in the other formats and in the reports of their names.

use crate::ops::data::report::{Report, ReportHead};
use crate::rules::reports::{Amount, Figure, ReportRow, ReportSection};
use crate::view::paint::{Paint, Role};
use crate::view::report::flow_columns::{BACKLOG, number};
use crate::view::report::lines::{
    about, bar, body, bold, cell, label, muted, parts, plain, role, room, sparks,
};
use crate::view::report::sentence::sentence;
use crate::view::report::{amount, definitions, is_empty, period};
use crate::view::sanitize::line;
use crate::view::table::grid::{ColumnKind, Grid};
use crate::view::table::lines::{PaintedLine, beside, width};
use crate::view::words::{count, wrap};

/// From this width on, times and targets by priority stand beside the rest.
const TWO: usize = 150;

/// Below this width blocks stand under each other.
const THREE: usize = 72;

/// The reports that define the figures of the overview.
const REPORTS: &str = "volume, response, resolution, sla, backlog, flow, reopens";

/// The overview, in lines.
pub(in crate::view::report) fn overview(report: &Report, paint: &Paint) -> Vec<PaintedLine> {
    let wide = room(paint);
    let mut out = top(&report.head, wide);
    out.push(PaintedLine::new());
    // A wide screen has them beside the rest, and a narrow one no room.
    if wide < TWO && paint.width.is_none() && report.head.compared.is_some() {
        out.extend(whole(report, "key-figures", wide));
        out.push(PaintedLine::new());
    }
    if wide >= TWO {
        let left = (wide - 4) / 2;
        let right = wide - 4 - left;
        let blocks = vec![
            (main(report, left, 3), left),
            (detail(report, right), right),
        ];
        out.extend(beside(blocks, 4));
    } else {
        out.extend(main(report, wide, 1));
    }
    if paint.width.is_some() {
        let words = format!("defined in desk report {REPORTS}");
        out.extend(wrap(&words, wide).into_iter().map(quiet));
    } else {
        // There is no screen to fit.
        out.push(PaintedLine::new());
        out.extend(all_about(report, wide));
    }
    out
}

fn quiet(text: String) -> PaintedLine {
    vec![(Role::Muted, text)]
}

/// The head in as few lines as it takes.
fn top(head: &ReportHead, wide: usize) -> Vec<PaintedLine> {
    let (title, _) = crate::view::report::head(head);
    let (title, period) = (line(&title), period(head));
    let mut out: Vec<PaintedLine> = wrap(&title, wide).iter().map(|part| bold(part)).collect();
    match out.last_mut() {
        Some(last) if width(last) + 2 + period.len() <= wide => {
            last.push((Role::Plain, format!("  {period}")));
        }
        _ => out.push(plain(&period)),
    }
    let filter = match head.query.as_str() {
        "" => String::new(),
        query => format!("{}: ", line(query)),
    };
    let orders = if head.work_orders {
        ""
    } else {
        ", without work orders"
    };
    let commit = crate::view::report::commit(head);
    let facts = [
        format!("days of {}", head.zone),
        format!("calendar {}", line(&head.calendar)),
        format!("as of {}", crate::view::report::instant(head)),
        format!("{filter}{}{orders}", count(head.tickets, "ticket")),
        format!("commit {commit}"),
    ];
    out.extend(muted(facts.into_iter(), wide));
    out
}

fn find<'r>(report: &'r Report, key: &str) -> Option<&'r ReportSection> {
    report.sections.iter().find(|section| section.key == key)
}

/// Flow, times, and three columns: types and targets, codes, the backlog.
fn main(report: &Report, wide: usize, sentences: usize) -> Vec<PaintedLine> {
    let mut out = Vec::new();
    if let Some(section) = find(report, "flow") {
        let (words, lines) = sparks(section, &[0, 1, BACKLOG], wide);
        let mut title = vec![(Role::Heading, "Flow".to_owned())];
        if words.len() + 6 <= wide {
            title.extend([(Role::Plain, "  ".to_owned()), (Role::Muted, words)]);
            out.push(title);
        } else {
            out.push(title);
            out.extend(wrap(&words, wide).into_iter().map(quiet));
        }
        out.extend(lines);
        out.push(PaintedLine::new());
    }
    out.extend(times(report, wide));
    out.extend(standing_out(report, wide, sentences));
    out.push(PaintedLine::new());
    let old = ageing(report);
    if wide < THREE {
        for block in [
            types(report, wide),
            targets(report, wide),
            again(report, wide),
            codes(report, wide, CODES),
            old(wide),
        ] {
            out.extend(block);
            out.push(PaintedLine::new());
        }
        out.pop();
        out.extend(vendors(report, wide));
        return out;
    }
    let (first, third) = ((wide * 3 / 10).max(27), wide * 28 / 100);
    let second = wide - first - third - 2 * GAP;
    let mut left = types(report, first);
    left.push(PaintedLine::new());
    left.extend(targets(report, first));
    left.extend(again(report, first));
    let right = old(third);
    let most = left.len().max(right.len()).saturating_sub(1);
    let middle = codes(report, second, most.clamp(3, CODES));
    let blocks = vec![(left, first), (middle, second), (right, third)];
    out.extend(beside(blocks, GAP));
    out.extend(vendors(report, wide));
    out
}

/// What stands out, in so many sentences; nothing where nothing does.
fn standing_out(report: &Report, wide: usize, most: usize) -> Vec<PaintedLine> {
    let rows = find(report, "stands-out").map_or(&[] as &[ReportRow], |section| &section.rows);
    let mut out = Vec::new();
    for row in rows.iter().take(most) {
        let lines = wrap(&sentence(&report.head, row), wide.saturating_sub(2)).into_iter();
        for (part, mark) in lines.zip(["! "].into_iter().chain(std::iter::repeat("  "))) {
            out.push(vec![(Role::Warn, mark.to_owned()), (Role::Plain, part)]);
        }
    }
    if rows.len() > most {
        let more = format!("  {} more stand out: --format html", rows.len() - most);
        out.push(quiet(more));
    }
    if !out.is_empty() {
        out.insert(0, PaintedLine::new());
    }
    out
}

/// The vendors for which most tickets waited, below the rest; nothing where none did.
fn vendors(report: &Report, wide: usize) -> Vec<PaintedLine> {
    let Some(section) = find(report, "vendors") else {
        return Vec::new();
    };
    let mut section = section.clone();
    section.rows.truncate(VENDORS);
    let mut out = vec![PaintedLine::new()];
    out.extend(titled(body(&section, wide), section.title));
    out
}

/// Between columns of blocks.
const GAP: usize = 2;

/// The most codes that are named.
const CODES: usize = 10;

/// The most vendors that are named.
const VENDORS: usize = 3;

/// A heading over a column of labels.
fn titled(mut lines: Vec<PaintedLine>, title: &str) -> Vec<PaintedLine> {
    // The heading of the labels is set by its own weight instead of in capitals. Where there is room
    // for no columns, each label is a line, and the heading one above them.
    let head = lines.first_mut().and_then(|head| head.first_mut());
    match head.filter(|(_, text)| text.trim().eq_ignore_ascii_case(title)) {
        Some((role, text)) => {
            *role = Role::Heading;
            title.clone_into(text);
        }
        None => lines.insert(0, vec![(Role::Heading, title.to_owned())]),
    }
    lines
}

/// A total, by its column.
fn text((_, section, figures): &(&str, &ReportSection, &[Figure]), key: &str) -> String {
    let at = section.columns.iter().position(|one| one.key == key);
    at.map_or_else(String::new, |at| amount(&figures[at]))
}

/// First response and resolution: how many, median, ninetieth percentile, and who still waits.
fn times(report: &Report, wide: usize) -> Vec<PaintedLine> {
    const TITLE: &str = "Open time to";
    let all: Vec<(&str, &ReportSection, &[Figure])> =
        [("first response", "response"), ("resolution", "resolution")]
            .into_iter()
            .filter_map(|(word, key)| {
                let section = find(report, key)?;
                let figures = section.total.as_deref()?;
                Some((word, section, figures))
            })
            .collect();
    // Where one is too short to be summed up, both are told in words.
    let few = all.iter().any(|one| !text(one, "values").is_empty());
    let mut shown = vec!["n"];
    shown.extend(if few {
        ["values"].as_slice()
    } else {
        ["median", "p90", "mean"].as_slice()
    });
    shown.push("at_once");
    shown.retain(|key| all.iter().any(|one| !text(one, key).is_empty()));
    let mut grid = Grid::default();
    grid.column(TITLE, ColumnKind::Label);
    for key in &shown {
        let kind = if *key == "values" {
            ColumnKind::Values
        } else {
            ColumnKind::Number
        };
        grid.column(&crate::view::report::heading(key), kind);
    }
    grid.column("none", ColumnKind::Number);
    for one in &all {
        let mut cells = vec![plain(one.0)];
        cells.extend(shown.iter().map(|key| {
            let mut text = text(one, key);
            if *key == "values" && text.is_empty() {
                let keys = ["median", "p90", "mean"];
                let reported = keys.map(|key| (key, self::text(one, key)));
                let reported = reported.iter().filter(|(_, text)| !text.is_empty());
                let reported: Vec<String> = reported
                    .map(|(key, text)| format!("{key} {text}"))
                    .collect();
                text = reported.join(", ");
            }
            let role = if text == "0" {
                Role::Muted
            } else {
                Role::Plain
            };
            vec![(role, text)]
        }));
        let late = one.2.last().map_or(0, number);
        let role = if late > 0 { Role::Warn } else { Role::Muted };
        cells.push(vec![(role, late.to_string())]);
        grid.row(cells);
    }
    titled(grid.lines(wide), TITLE)
}

/// A number for each row, the largest with the longest bar.
fn ranked(
    section: &ReportSection,
    (title, word): (&str, &str),
    rows: &[(String, &ReportRow, Role)],
    wide: usize,
) -> Vec<PaintedLine> {
    let most = rows.iter().map(|(_, row, _)| number(&row.figures[0])).max();
    let most = u64::try_from(most.unwrap_or_default()).unwrap_or_default();
    let figures = rows
        .iter()
        .map(|(_, row, _)| number(&row.figures[0]).to_string().len());
    let digits = figures.max().unwrap_or(1).max(word.len());
    let names = wide.saturating_sub(digits + 2).max(8);
    let mut grid = Grid::default();
    grid.column(title, ColumnKind::Label);
    grid.column(word, ColumnKind::Number);
    for (name, row, _) in rows {
        grid.row(vec![plain(&label(name, names)), cell(section, row, 0)]);
    }
    let space = wide.saturating_sub(grid.natural(false) + 2).min(30);
    if space >= 3 && rows.len() > 1 {
        let bars = rows.iter().map(|(_, row, role)| {
            let length = u64::try_from(number(&row.figures[0])).unwrap_or_default();
            bar(*role, length, most, space)
        });
        grid.bars(1, bars.collect());
    }
    // The first cell is a whole column wide, and so is what takes its place.
    let lines = grid.lines(wide);
    titled(lines, title)
}

fn nothing(title: &str, words: &str) -> Vec<PaintedLine> {
    vec![
        vec![(Role::Heading, title.to_owned())],
        quiet(words.to_owned()),
    ]
}

fn types(report: &Report, wide: usize) -> Vec<PaintedLine> {
    volume(report, ("volume-type", "Type"), wide, CODES)
}

fn codes(report: &Report, wide: usize, most: usize) -> Vec<PaintedLine> {
    volume(report, ("volume-code", "Largest codes"), wide, most)
}

fn volume(
    report: &Report,
    (key, title): (&str, &str),
    wide: usize,
    most: usize,
) -> Vec<PaintedLine> {
    let Some(section) = find(report, key) else {
        return Vec::new();
    };
    let made = |row: &&ReportRow| number(&row.figures[0]) > 0;
    let rows = section.rows.iter().filter(made).take(most);
    let rows: Vec<(String, &ReportRow, Role)> = rows
        .map(|row| (row.labels.join(" · "), row, Role::Id))
        .collect();
    if rows.is_empty() {
        return nothing(title, "nothing created");
    }
    ranked(section, (title, "created"), &rows, wide)
}

/// Targets met, of all priorities.
fn targets(report: &Report, wide: usize) -> Vec<PaintedLine> {
    const TITLE: &str = "Targets";
    let mut grid = Grid::default();
    grid.column(TITLE, ColumnKind::Label);
    // A share and a number are not of one kind: each says what it is.
    grid.column("met", ColumnKind::Number);
    grid.column("missed", ColumnKind::Number);
    let mut rows = Vec::new();
    for (word, key) in [
        ("response", "sla-first-response"),
        ("resolution", "sla-resolution"),
    ] {
        let Some(section) = find(report, key) else {
            continue;
        };
        let Some(total) = &section.total else {
            continue;
        };
        let row = ReportRow {
            labels: Vec::new(),
            figures: total.clone(),
        };
        let share = match amount(&total[2]) {
            text if text.is_empty() => "-".to_owned(),
            text => text,
        };
        let role = match total[2].amount {
            Amount::Share(part, of) if part == of => Role::Good,
            _ => Role::Plain,
        };
        grid.row(vec![
            plain(word),
            vec![(role, share)],
            cell(section, &row, 1),
        ]);
        rows.push(row);
    }
    let space = wide.saturating_sub(grid.natural(false) + 2).min(20);
    if space >= 6 {
        grid.bars(2, rows.iter().map(|row| parts(row, space)).collect());
    }
    titled(grid.lines(wide), TITLE)
}

/// What was reopened of what was resolved.
fn again(report: &Report, wide: usize) -> Vec<PaintedLine> {
    let Some(total) = find(report, "reopens").and_then(|section| section.total.as_ref()) else {
        return Vec::new();
    };
    let (solved, back) = (number(&total[0]), number(&total[1]));
    let role = if back > 0 { Role::Warn } else { Role::Muted };
    let share = amount(&total[2]);
    let of = format!("{back} of {solved}");
    let text = [format!("{share}, {of}"), of, share]
        .into_iter()
        .find(|text| !text.starts_with(',') && 10 + text.len() <= wide)
        .unwrap_or_default();
    vec![vec![
        (Role::Heading, "Reopened".to_owned()),
        (Role::Plain, "  ".to_owned()),
        (role, text),
    ]]
}

/// The backlog by age, at any width.
fn ageing(report: &Report) -> impl Fn(usize) -> Vec<PaintedLine> {
    move |wide| {
        let Some(section) = find(report, "backlog-age") else {
            return Vec::new();
        };
        if is_empty(section) {
            return nothing("Backlog", "nothing open");
        }
        let rows: Vec<(String, &ReportRow, Role)> = section
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let name = row.labels.join(" ");
                let short = name.trim_end_matches('s').trim_end_matches(" day");
                (short.to_owned(), row, role(section, at, section.rows.len()))
            })
            .collect();
        let mut out = ranked(section, ("Days old", "open"), &rows, wide);
        if let Some(total) = &section.total {
            let (waiting, quiet) = (number(&total[1]), number(&total[2]));
            out.push(vec![
                (Role::Wait, format!("{waiting} waiting")),
                (Role::Plain, ", ".to_owned()),
                (Role::Warn, format!("{quiet} quiet")),
            ]);
        }
        out
    }
}

/// Times and targets by priority, for wide screens.
fn detail(report: &Report, wide: usize) -> Vec<PaintedLine> {
    let mut out = Vec::new();
    for key in [
        "key-figures",
        "response",
        "resolution",
        "sla-first-response",
        "sla-resolution",
    ] {
        if key == "key-figures" && report.head.compared.is_none() {
            continue;
        }
        let lines = whole(report, key, wide);
        if !out.is_empty() && !lines.is_empty() {
            out.push(PaintedLine::new());
        }
        out.extend(lines);
    }
    out
}

/// A section under its title, without its total; nothing where the report does not have it.
fn whole(report: &Report, key: &str, wide: usize) -> Vec<PaintedLine> {
    let Some(section) = find(report, key) else {
        return Vec::new();
    };
    let mut section = section.clone();
    section.total = None;
    let mut out = vec![vec![(Role::Heading, section.title.to_owned())]];
    out.extend(body(&section, wide));
    out
}

/// Every definition once, under the titles that it is of.
fn all_about(report: &Report, wide: usize) -> Vec<PaintedLine> {
    let mut out = Vec::new();
    for (at, section) in report.sections.iter().enumerate() {
        let same = |other: &&ReportSection| definitions(other) == definitions(section);
        if report.sections[..at].iter().any(|other| same(&other)) {
            continue;
        }
        let titles = report.sections.iter().filter(same).map(|one| one.title);
        let titles: Vec<&str> = titles.collect();
        out.push(vec![(Role::Heading, titles.join(", "))]);
        out.extend(about(section, &report.sections[..at], wide));
    }
    out
}
