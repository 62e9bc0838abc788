//! Tables: aligned columns, no lines, the last column cut to the terminal.

use comfy_table::{Cell, CellAlignment, Table};
use unicode_width::UnicodeWidthStr;

use super::paint::{Paint, Role};
use super::words::cut;

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
    if paint.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let head = header
        .iter()
        .map(|name| styled(Role::Muted, &name.to_uppercase(), paint));
    table.set_header(head.collect::<Vec<_>>());
    for row in rows {
        let cells = row.iter().enumerate().map(|(at, (role, text))| {
            let text = if at == flexible {
                cut(text, room)
            } else {
                text.clone()
            };
            styled(*role, &text, paint)
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

fn styled(role: Role, text: &str, paint: &Paint) -> Cell {
    use comfy_table::{Attribute, Color};
    let cell = Cell::new(text);
    if !paint.color {
        return cell;
    }
    match role {
        Role::Id => cell.fg(Color::DarkCyan),
        Role::Title => cell.add_attribute(Attribute::Bold),
        Role::Heading => cell.add_attribute(Attribute::Underlined),
        Role::Muted => cell.add_attribute(Attribute::Dim),
        Role::Alarm => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Role::Warn => cell.fg(Color::DarkYellow),
        Role::Good => cell.fg(Color::DarkGreen),
        Role::Wait => cell.fg(Color::DarkMagenta),
        Role::Person => cell.fg(Color::DarkBlue),
        Role::Reach => cell
            .fg(Color::DarkCyan)
            .add_attributes(vec![Attribute::Bold, Attribute::Underlined]),
        Role::Found => cell.fg(Color::DarkYellow).add_attribute(Attribute::Bold),
        Role::Plain => cell,
    }
}
