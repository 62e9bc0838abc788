//! Tables: aligned columns without rules. A list has one column that is cut to the terminal; the
//! cells of a text's table are wrapped.

use comfy_table::{CellAlignment, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

use crate::view::paint::{Paint, Role};
use crate::view::words::cut;

/// A cell: its role and its text, safe already.
pub type Painted = (Role, String);

/// Lays out rows under a header. The column `flexible` is cut so that a row fits the width.
pub fn table(
    header: &[&str],
    rows: &[Vec<Painted>],
    right: &[usize],
    flexible: usize,
    paint: &Paint,
) -> String {
    let mut widths: Vec<usize> = header.iter().map(|name| name.width()).collect();
    for row in rows {
        for (at, (_, text)) in row.iter().enumerate() {
            widths[at] = widths[at].max(text.width());
        }
    }
    let gaps = 2 * header.len().saturating_sub(1);
    let others: usize = widths
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != flexible)
        .map(|(_, w)| w)
        .sum();
    let room = paint.width.map_or(usize::MAX, |width| {
        width.saturating_sub(others + gaps).max(12)
    });
    let mut table = bare();
    let head = header
        .iter()
        .map(|name| paint.role(Role::Muted, &name.to_uppercase()));
    table.set_header(head.collect::<Vec<_>>());
    for row in rows {
        let cells = row.iter().enumerate().map(|(at, (role, text))| {
            let text = if at == flexible {
                cut(text, room)
            } else {
                text.clone()
            };
            paint.role(*role, &text)
        });
        table.add_row(cells.collect::<Vec<_>>());
    }
    space(&mut table, 2);
    for (at, column) in table.column_iter_mut().enumerate() {
        if right.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = table.trim_fmt();
    out.push('\n');
    out
}

/// A table of Markdown whose columns line up.
pub fn aligned(head: &[String], rows: &[Vec<String>], right: &[usize]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|name| name.width().max(3)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: &[String]| {
        let mut out = "|".to_owned();
        for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - cell.width());
            out.push_str(&if right.contains(&at) {
                format!(" {gap}{cell} |")
            } else {
                format!(" {cell}{gap} |")
            });
        }
        out + "\n"
    };
    let rule = |(at, width): (usize, &usize)| {
        let end = if right.contains(&at) { ":" } else { "-" };
        format!("{}{end}", "-".repeat(width - 1))
    };
    let rule: Vec<String> = widths.iter().enumerate().map(rule).collect();
    let mut out = line(head) + &line(&rule);
    for row in rows {
        out.push_str(&line(row));
    }
    out
}

/// Lays out a table of texts in at most `width` columns; long cells take several lines.
pub fn wrapped(
    head: &[String],
    rows: impl Iterator<Item = Vec<String>>,
    width: usize,
    paint: &Paint,
) -> Vec<String> {
    let mut table = bare();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(head);
    for row in rows {
        table.add_row(row);
    }
    space(&mut table, 3);
    let laid = table.trim_fmt();
    let mut lines = laid.lines().map(str::to_owned);
    let head = lines.next().map(|head| paint.role(Role::Muted, &head));
    head.into_iter().chain(lines).collect()
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.force_no_tty();
    table
}

/// Sets the gap between columns.
fn space(table: &mut Table, gap: u16) {
    let last = table.column_count().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { gap }));
    }
}
