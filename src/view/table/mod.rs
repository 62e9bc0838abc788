//! Tables: aligned columns without rules. A list has one column that is cut to the terminal, the
//! cells of a text's table are wrapped, and figures turn where there is no room.

pub(in crate::view) mod grid;
pub(in crate::view) mod lines;
pub(in crate::view) mod rows;

use unicode_width::UnicodeWidthStr;

use crate::view::paint::{Paint, PaintedText, Role};
use grid::{ColumnKind, Grid};
use lines::painted;
use rows::Rows;

/// Lays out rows under a header. The column `flexible` is cut so that a row fits the width.
pub fn table(
    header: &[&str],
    rows: &[Vec<PaintedText>],
    right: &[usize],
    flexible: usize,
    paint: &Paint,
) -> String {
    let mut all = Rows::under(header, right, flexible);
    for row in rows {
        all.add(row);
    }
    all.shown(paint)
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
    let mut grid = Grid::spaced(3);
    for head in head {
        grid.column(head, ColumnKind::Text);
    }
    for row in rows {
        let plain = |text: String| vec![(Role::Plain, text)];
        let cells = row.into_iter().chain(std::iter::repeat(String::new()));
        grid.row(cells.take(head.len()).map(plain).collect());
    }
    let laid = painted(&grid.lines(width), paint);
    laid.lines().map(str::to_owned).collect()
}
