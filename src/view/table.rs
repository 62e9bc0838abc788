//! Tables: aligned columns, no lines, the last column cut to the terminal.

use comfy_table::{CellAlignment, Table};
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
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.force_no_tty();
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
    let last = header.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
        if right.contains(&at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = table.trim_fmt();
    out.push('\n');
    out
}
