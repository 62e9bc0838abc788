//! Lines of a report on the terminal: tables, bars and sparklines.

use crate::rules::reports::{Amount, Chart, Figure, ReportRow, ReportSection, Unit};
use crate::view::paint::{Paint, Role};
use crate::view::report::flow_columns::{BACKLOG, course, number};
use crate::view::report::{amount, definitions, heading, is_empty, reported};
use crate::view::sanitize::line;
use crate::view::table::grid::{ColumnKind as Column, Grid};
use crate::view::table::lines::{PaintedLine, gathered, padded, squeezed, width};
use crate::view::words::wrap;

/// The widest bar, and the narrowest that says anything.
const BAR: usize = 40;

const LEAST: usize = 6;

/// In milliseconds.
const DAY: u64 = 86_400_000;

/// How wide a report is where there is no end of the line, and at least.
const WIDE: usize = 100;

const NARROW: usize = 24;

/// How wide text to be read is at most.
pub(in crate::view::report) const READ: usize = 110;

/// The columns to fill.
pub(in crate::view::report) fn room(paint: &Paint) -> usize {
    paint.width.unwrap_or(WIDE).max(NARROW)
}

/// A word and what is said of it, the lines below each other.
pub(in crate::view::report) fn defined(
    word: &str,
    text: &str,
    indent: usize,
    room: usize,
    role: Role,
) -> Vec<PaintedLine> {
    if indent * 5 > room * 2 {
        let whole = format!("{word}: {text}");
        let whole = if word.is_empty() { text } else { &whole };
        let lines = wrap(whole, room).into_iter();
        return lines.map(|part| vec![(role, part)]).collect();
    }
    let parts = wrap(text, room.saturating_sub(indent).max(12));
    let words = std::iter::once(word).chain(std::iter::repeat(""));
    parts
        .into_iter()
        .zip(words)
        .map(|(part, word)| {
            let word = padded(vec![(Role::Muted, word.to_owned())], indent);
            let mut line = word;
            line.push((role, part));
            line
        })
        .collect()
}

/// The definitions of a section's figures, a line for each; what was said of the sections before
/// it is not said again.
pub(in crate::view::report) fn about(
    section: &ReportSection,
    before: &[ReportSection],
    room: usize,
) -> Vec<PaintedLine> {
    let mut all = definitions(section);
    all.retain(|one| {
        !before
            .iter()
            .any(|section| definitions(section).contains(one))
    });
    let widest = all.iter().map(|(word, _)| word.chars().count()).max();
    let indent = widest.filter(|wide| *wide > 0).map_or(0, |wide| wide + 2);
    let mut out = Vec::new();
    for (word, text) in &all {
        let indent = if word.is_empty() { 0 } else { indent };
        out.extend(defined(word, text, indent, room.min(READ), Role::Muted));
    }
    out
}

/// The figures of a section.
pub(in crate::view::report) fn body(section: &ReportSection, room: usize) -> Vec<PaintedLine> {
    if section.chart == Chart::Sentences && section.rows.is_empty() {
        let words = "nothing beyond what the periods before it show";
        return vec![vec![(Role::Muted, words.to_owned())]];
    }
    if is_empty(section) {
        return vec![vec![(Role::Muted, "nothing in this period".to_owned())]];
    }
    if section.chart == Chart::Heat {
        return heat(section, room);
    }
    let mut out = Vec::new();
    let mut rows = section.rows.as_slice();
    if section.chart == Chart::Flow {
        let (words, lines) = sparks(section, &[0, 1, 2, BACKLOG], room);
        out.extend(
            wrap(&words, room)
                .into_iter()
                .map(|part| vec![(Role::Muted, part)]),
        );
        out.extend(lines);
        out.push(PaintedLine::new());
        rows = crate::view::report::flow_columns::busy(section);
    }
    let columns = reported(section);
    let mut grid = Grid::default();
    for by in &section.by {
        grid.column(&heading(by), Column::Label);
    }
    for at in &columns {
        grid.column(&heading(section.columns[*at].key), kind(section, *at));
    }
    for row in rows {
        let labels = row.labels.iter().map(|label| plain(&line(label)));
        let figures = columns.iter().map(|at| cell(section, row, *at));
        grid.row(labels.chain(figures).collect());
    }
    if let Some(total) = &section.total {
        let words = std::iter::once("total").chain(std::iter::repeat(""));
        let labels = words.take(section.by.len()).map(bold);
        let figures = columns.iter().map(|at| bold(&figure(&total[*at])));
        grid.row(labels.chain(figures).collect());
    }
    draw(&mut grid, section, rows, &columns, room);
    out.extend(grid.lines(room));
    out
}

/// Days of the week by hours of the day, the fuller the darker, with the number of each day.
fn heat(section: &ReportSection, room: usize) -> Vec<PaintedLine> {
    const SHADES: [&str; 5] = ["·", "░", "▒", "▓", "█"];
    let cells = section.rows.iter().flat_map(|row| &row.figures);
    let most = cells.map(number).max().unwrap_or_default().max(1);
    let sum = |row: &ReportRow| -> i64 { row.figures.iter().map(number).sum() };
    let sums = section.rows.iter().map(sum);
    let digits = sums.max().unwrap_or_default().to_string().len();
    let wide = if room >= 3 + 2 + 2 * section.columns.len() + 2 + digits {
        2
    } else {
        1
    };
    let hours = section.columns.iter().step_by(6);
    let hours = hours.map(|hour| format!("{:<width$}", hour.key, width = 6 * wide));
    let mut out = vec![vec![(
        Role::Muted,
        format!("     {}", hours.collect::<String>()),
    )]];
    for row in &section.rows {
        let shade = |figure: &Figure| {
            let n = number(figure);
            let place = usize::try_from(n * 4 / most).unwrap_or_default();
            let place = if n > 0 { place.max(1) } else { 0 };
            SHADES[place.min(SHADES.len() - 1)].repeat(wide)
        };
        let course: String = row.figures.iter().map(shade).collect();
        let day = row.labels[0].get(..3).unwrap_or_default();
        out.push(vec![
            (Role::Plain, format!("{day}  ")),
            (Role::Id, course),
            (Role::Plain, format!("  {:>digits$}", sum(row))),
        ]);
    }
    out.push(vec![(
        Role::Muted,
        format!("█ is {most} in an hour of the day at most"),
    )]);
    out
}

pub(in crate::view::report) fn plain(text: &str) -> PaintedLine {
    vec![(Role::Plain, text.to_owned())]
}

pub(in crate::view::report) fn bold(text: &str) -> PaintedLine {
    vec![(Role::Title, text.to_owned())]
}

fn kind(section: &ReportSection, at: usize) -> Column {
    if section.columns[at].key == "values" {
        Column::Values
    } else {
        Column::Number
    }
}

fn figure(figure: &Figure) -> String {
    let text = amount(figure);
    if text.is_empty() {
        "-".to_owned()
    } else {
        text
    }
}

/// A figure in the colour of what it means.
pub(in crate::view::report) fn cell(
    section: &ReportSection,
    row: &ReportRow,
    at: usize,
) -> PaintedLine {
    let shown = &row.figures[at];
    let zero = matches!(
        shown.amount,
        Amount::Number(0) | Amount::None | Amount::OfFew(..) | Amount::Unknown
    );
    let role = match section.columns[at].key {
        _ if zero => Role::Muted,
        "oldest" => old(size(shown) / DAY),
        "missed" | "wrong" | "dissatisfied" => Role::Alarm,
        "unanswered" | "unresolved" | "quiet" | "reopened" | "reopenings" | "unreached"
        | "pressing" | "back" | "management" => Role::Warn,
        "met" | "satisfied" | "solved" => Role::Good,
        "waiting" => Role::Wait,
        _ => Role::Plain,
    };
    vec![(role, figure(shown))]
}

/// Bars behind the column that they are of, where there is room for what they say.
fn draw(
    grid: &mut Grid,
    section: &ReportSection,
    rows: &[ReportRow],
    columns: &[usize],
    room: usize,
) {
    let column = |key: &str| section.columns.iter().position(|one| one.key == key);
    let stacked = grid.natural(false) + 2 + LEAST > room;
    let space = room.saturating_sub(grid.natural(stacked) + 2).min(BAR);
    if space < LEAST || rows.len() < 2 {
        return;
    }
    let place = |at: usize| columns.iter().position(|one| *one == at);
    let behind = |at: usize| place(at).map(|place| section.by.len() + place);
    let amounts = |at: usize| rows.iter().map(move |row| size(&row.figures[at]));
    let most = |at: usize| amounts(at).max().unwrap_or_default();
    let (after, bars): (usize, Vec<PaintedLine>) = match section.chart {
        Chart::Shares => {
            let bars = rows.iter().map(|row| parts(row, space));
            (2, bars.collect())
        }
        Chart::Flow => {
            let most = most(BACKLOG);
            let bars = rows
                .iter()
                .map(|row| bar(Role::Id, size(&row.figures[BACKLOG]), most, space));
            (BACKLOG, bars.collect())
        }
        // Of times, the median and how far it is to the ninetieth percentile.
        Chart::Bars if section.columns.first().is_some_and(|one| one.key == "n") => {
            let (Some(half), Some(tail)) = (column("median"), column("p90")) else {
                return;
            };
            let most = most(tail);
            if most == 0 {
                return;
            }
            let bars = rows.iter().map(|row| {
                let (half, tail) = (size(&row.figures[half]), size(&row.figures[tail]));
                let mut line = bar(Role::Id, half, most, space);
                let far = width(&bar(Role::Id, tail, most, space));
                let rest = far.saturating_sub(width(&line));
                line.push((Role::Muted, "░".repeat(rest)));
                line
            });
            (tail, bars.collect())
        }
        Chart::Bars => {
            // The first column that has anything to draw.
            let Some(of) = (0..section.columns.len()).find(|at| {
                let counts = [Unit::Count, Unit::Minutes];
                counts.contains(&section.columns[*at].unit) && most(*at) > 0
            }) else {
                return;
            };
            let bars = rows.iter().enumerate().map(|(at, row)| {
                let role = role(section, at, rows.len());
                bar(role, size(&row.figures[of]), most(of), space)
            });
            (of, bars.collect())
        }
        Chart::Keys | Chart::Sentences | Chart::Heat => return,
        Chart::Plain | Chart::Trend => {
            let Some(share) = section
                .columns
                .iter()
                .position(|one| one.unit == Unit::Share)
            else {
                return;
            };
            let of = |row: &ReportRow| thousandths(&row.figures[share]);
            let bars = rows.iter().map(|row| bar(Role::Id, of(row), 1_000, space));
            (share, bars.collect())
        }
    };
    if let Some(after) = behind(after).filter(|_| bars.iter().any(|bar| width(bar) > 0)) {
        grid.bars(after, bars);
    }
}

/// A share in thousandths.
fn thousandths(figure: &Figure) -> u64 {
    match figure.amount {
        Amount::Share(part, of) if of > 0 => part * 1_000 / of,
        _ => 0,
    }
}

/// Old tickets are warm: those of a month and more, and those of a fortnight.
fn old(days: u64) -> Role {
    match days {
        0..14 => Role::Plain,
        14..30 => Role::Warn,
        _ => Role::Alarm,
    }
}

/// The colour of a row's bar: that of its age, if it is of one.
pub(in crate::view::report) fn role(section: &ReportSection, at: usize, rows: usize) -> Role {
    match section.by.first().map(String::as_str) {
        Some("age") if at + 2 >= rows => Role::Alarm,
        Some("age") if at + 3 >= rows => Role::Warn,
        _ => Role::Id,
    }
}

/// What a bar is as long as.
fn size(figure: &Figure) -> u64 {
    let n = match figure.amount {
        Amount::Time(millis, _) => millis,
        _ => number(figure),
    };
    u64::try_from(n).unwrap_or_default()
}

/// A bar in eighths of a column; whatever is not nothing shows.
pub(in crate::view::report) fn bar(role: Role, length: u64, most: u64, room: usize) -> PaintedLine {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if most == 0 || length == 0 {
        return PaintedLine::new();
    }
    let eighths = u128::from(length) * room as u128 * 8;
    let eighths = eighths.div_ceil(u128::from(most));
    let whole = usize::try_from(eighths / 8).unwrap_or(room).min(room);
    let rest = usize::try_from(eighths % 8).unwrap_or_default();
    vec![(role, format!("{}{}", "█".repeat(whole), EIGHTHS[rest]))]
}

/// Met and missed as parts of one bar; either shows if it is not nothing.
pub(in crate::view::report) fn parts(row: &ReportRow, room: usize) -> PaintedLine {
    let (met, missed) = (size(&row.figures[0]), size(&row.figures[1]));
    let all = met + missed;
    if all == 0 {
        return PaintedLine::new();
    }
    let exact = usize::try_from(met * room as u64 / all).unwrap_or_default();
    let most = room - usize::from(missed > 0);
    let good = exact.clamp(usize::from(met > 0), most);
    vec![
        (Role::Good, "█".repeat(good)),
        (Role::Alarm, "░".repeat(room - good)),
    ]
}

/// What the steps of a flow are, and a line for each column: its name, its sum or last value, and
/// its course.
pub(in crate::view::report) fn sparks(
    section: &ReportSection,
    columns: &[usize],
    room: usize,
) -> (String, Vec<PaintedLine>) {
    let sum = |at: usize| section.total.as_ref().map_or(0, |total| number(&total[at]));
    let columns = || {
        let some = |at: &&usize| sum(**at) > 0 || matches!(**at, 0 | 1 | BACKLOG);
        columns.iter().filter(some).copied()
    };
    let digits = columns().map(|at| sum(at).to_string().len()).max();
    let digits = digits.unwrap_or(1);
    let left = 10 + digits + 2;
    let scale = room >= left + 7 + digits + 8;
    let most = room.saturating_sub(left + if scale { 7 + digits } else { 0 });
    let most = most.max(8);
    let flow = course(section, most);
    let repeat = (most / flow.steps.len().max(1)).clamp(1, 3);
    let highest = |at: usize| flow.steps.iter().map(|step| step[at]).max();
    // What came and went is drawn on one scale.
    let pair = highest(0).max(highest(1)).unwrap_or_default();
    let lines = columns().map(|at| {
        let top = if at < 2 {
            pair
        } else {
            highest(at).unwrap_or_default()
        };
        let course: String = flow
            .steps
            .iter()
            .map(|step| height(step[at], top).to_string().repeat(repeat))
            .collect();
        let role = match section.columns[at].key {
            "reopened" => Role::Warn,
            "resolved" => Role::Good,
            _ => Role::Id,
        };
        let top = format!("  most {}", highest(at).unwrap_or_default());
        vec![
            (
                Role::Plain,
                format!("{:<10}", heading(section.columns[at].key)),
            ),
            (Role::Title, format!("{:>digits$}", sum(at))),
            (Role::Plain, "  ".to_owned()),
            (role, course),
            (Role::Muted, if scale { top } else { String::new() }),
        ]
    });
    let lines = lines.collect();
    (flow.words, lines)
}

/// A step of a sparkline: nothing lies on the ground, the least that is something does not.
fn height(n: i64, top: i64) -> char {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    if n <= 0 || top <= 0 {
        return HEIGHTS[0];
    }
    let at = usize::try_from((n * 7 + top - 1) / top).unwrap_or(7);
    HEIGHTS[at.clamp(1, 7)]
}

/// Words that take what room there is: a label, safe and cut in its middle.
pub(in crate::view::report) fn label(text: &str, room: usize) -> String {
    squeezed(&line(text), room)
}

/// Parts in muted lines, with dots between them.
pub(in crate::view::report) fn muted(
    parts: impl Iterator<Item = String>,
    room: usize,
) -> Vec<PaintedLine> {
    let lines = gathered(parts, " · ", "", room);
    lines
        .into_iter()
        .map(|part| vec![(Role::Muted, part)])
        .collect()
}
