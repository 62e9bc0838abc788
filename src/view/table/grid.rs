//! A table: columns by kind, which give way in the order of their kinds where there is no room.

use unicode_width::UnicodeWidthStr;

use crate::view::paint::Role;
use crate::view::table::lines::{PaintedLine, broken, packed, padded, squeezed, width};
use crate::view::words::wrap;

/// Between two columns.
pub(in crate::view::table) const GAP: usize = 2;

/// A label is cut to no less than this.
const LABEL: usize = 10;

/// Values one by one are set in no less than this.
const VALUES: usize = 20;

/// A column of text is set in no less than this.
const TEXT: usize = 4;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view) enum ColumnKind {
    /// What a row is of; set over several lines or cut where there is no room.
    Label,
    /// Figures, to the right.
    Number,
    /// Lengths one by one; set over several lines where there is no room.
    Values,
    /// A bar.
    Bar,
    /// Text, set over several lines where there is no room; its heading is as it was written.
    Text,
}

impl ColumnKind {
    /// Whether a table with such a column turns its headings and rows where there is no room.
    fn may_turn(self) -> bool {
        !matches!(self, Self::Text)
    }
}

/// A table.
#[derive(Debug)]
pub(in crate::view) struct Grid {
    columns: Vec<(String, ColumnKind)>,
    rows: Vec<Vec<PaintedLine>>,
    /// Columns of the terminal between two columns.
    gap: usize,
}

impl Default for Grid {
    fn default() -> Self {
        Self::spaced(GAP)
    }
}

impl Grid {
    /// An empty table with so much room between two columns.
    pub(in crate::view) fn spaced(gap: usize) -> Self {
        let (columns, rows) = (Vec::new(), Vec::new());
        Self { columns, rows, gap }
    }

    /// One column more; every row has a cell for it later.
    pub(in crate::view) fn column(&mut self, head: &str, kind: ColumnKind) {
        let head = match kind {
            ColumnKind::Text => head.to_owned(),
            _ => head.to_uppercase(),
        };
        self.columns.push((head, kind));
    }

    /// One row more.
    pub(in crate::view) fn row(&mut self, cells: Vec<PaintedLine>) {
        self.rows.push(cells);
    }

    /// A column of bars behind the column `at`, for the first rows.
    pub(in crate::view) fn bars(&mut self, at: usize, bars: Vec<PaintedLine>) {
        self.columns
            .insert(at + 1, (String::new(), ColumnKind::Bar));
        let mut bars = bars.into_iter();
        for row in &mut self.rows {
            row.insert(at + 1, bars.next().unwrap_or_default());
        }
    }

    /// How wide it is; with headings over several lines if `stacked`.
    pub(in crate::view) fn natural(&self, stacked: bool) -> usize {
        self.total(&self.widths(stacked))
    }

    fn total(&self, widths: &[usize]) -> usize {
        widths.iter().sum::<usize>() + self.gap * widths.len().saturating_sub(1)
    }

    fn widths(&self, stacked: bool) -> Vec<usize> {
        let head = |text: &str| {
            if stacked {
                text.split(' ').map(UnicodeWidthStr::width).max()
            } else {
                Some(text.width())
            }
        };
        (0..self.columns.len())
            .map(|at| {
                let cells = self.rows.iter().map(|row| row.get(at).map_or(0, width));
                let widest = cells.chain(head(&self.columns[at].0)).max();
                widest.unwrap_or_default()
            })
            .collect()
    }

    /// The table in lines of at most `room` columns; of a list at least what is never cut.
    pub(in crate::view) fn lines(self, room: usize) -> Vec<PaintedLine> {
        // Lengths one by one give way first, then headings, then labels.
        let mut stacked = false;
        let mut widths = self.widths(false);
        for (kind, least) in [(ColumnKind::Text, TEXT), (ColumnKind::Values, VALUES)] {
            widths = self.shrunk(widths, kind, least, room);
        }
        if self.columns.iter().all(|(_, kind)| kind.may_turn()) {
            if self.total(&widths) > room {
                stacked = true;
                widths = self.shrunk(self.widths(true), ColumnKind::Values, VALUES, room);
                widths = self.shrunk(widths, ColumnKind::Label, LABEL, room);
            }
            if self.total(&widths) > room {
                return self.upright(room);
            }
        }
        let mut out = self.head(&widths, stacked);
        for row in self.rows {
            let cells = row.into_iter().zip(&self.columns).zip(&widths);
            let cells = cells.map(|((line, (_, kind)), wide)| cell(line, *kind, *wide));
            out.extend(joined(
                &self.columns,
                self.gap,
                cells.collect(),
                &widths,
                false,
            ));
        }
        out
    }

    /// Widths with the columns of a kind made narrower, the widest first, but not below `least`.
    fn shrunk(
        &self,
        mut widths: Vec<usize>,
        kind: ColumnKind,
        least: usize,
        room: usize,
    ) -> Vec<usize> {
        loop {
            let over = self.total(&widths).saturating_sub(room);
            let mut of_kind: Vec<usize> = (0..widths.len())
                .filter(|at| self.columns[*at].1 == kind)
                .collect();
            of_kind.sort_by_key(|at| widths[*at]);
            let widest = of_kind.pop();
            let Some(at) = widest.filter(|at| over > 0 && widths[*at] > least) else {
                return widths;
            };
            // Down to the next widest, then both together.
            let next = of_kind.pop().map_or(0, |next| widths[next]);
            let floor = if next < widths[at] { next } else { next - 1 };
            widths[at] = widths[at].saturating_sub(over).max(least).max(floor);
        }
    }

    fn head(&self, widths: &[usize], stacked: bool) -> Vec<PaintedLine> {
        let cells =
            self.columns
                .iter()
                .zip(widths)
                .map(|((text, kind), wide)| -> Vec<PaintedLine> {
                    let words: Vec<String> = match kind {
                        ColumnKind::Text => broken(text, *wide),
                        _ if stacked => text.split(' ').map(|one| squeezed(one, *wide)).collect(),
                        _ => vec![squeezed(text, *wide)],
                    };
                    let muted = |word| vec![(Role::Muted, word)];
                    words.into_iter().map(muted).collect()
                });
        joined(&self.columns, self.gap, cells.collect(), widths, true)
    }

    /// Row by row, where columns have no room beside each other.
    fn upright(&self, room: usize) -> Vec<PaintedLine> {
        let mut out = Vec::new();
        for row in &self.rows {
            let mut labels = Vec::new();
            let mut figures = Vec::new();
            for ((head, kind), cell) in self.columns.iter().zip(row) {
                let text: String = cell.iter().map(|(_, text)| text.as_str()).collect();
                match kind {
                    _ if text.is_empty() => {}
                    ColumnKind::Bar => {}
                    ColumnKind::Label => labels.push(text),
                    _ => figures.push(format!("{} {text}", head.to_lowercase())),
                }
            }
            for part in wrap(&labels.join(" · "), room) {
                out.push(vec![(Role::Title, squeezed(&part, room))]);
            }
            for part in packed(&figures.join(", "), room.saturating_sub(2)) {
                out.push(vec![(Role::Plain, format!("  {part}"))]);
            }
        }
        out
    }
}

/// A cell in lines of its column's width.
fn cell(line: PaintedLine, kind: ColumnKind, wide: usize) -> Vec<PaintedLine> {
    if line.len() != 1 || width(&line) <= wide {
        return vec![line];
    }
    let (role, text) = &line[0];
    let parts = match kind {
        ColumnKind::Text => broken(text, wide),
        // A comma stays with its value.
        ColumnKind::Values => squeezed_all(&packed(text, wide), wide),
        _ => squeezed_all(&wrap(text, wide), wide),
    };
    parts.into_iter().map(|part| vec![(*role, part)]).collect()
}

fn squeezed_all(parts: &[String], wide: usize) -> Vec<String> {
    parts.iter().map(|part| squeezed(part, wide)).collect()
}

/// Cells of several lines beside each other; headings stand at the bottom.
fn joined(
    columns: &[(String, ColumnKind)],
    gap: usize,
    cells: Vec<Vec<PaintedLine>>,
    widths: &[usize],
    bottom: bool,
) -> Vec<PaintedLine> {
    let high = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = vec![PaintedLine::new(); high];
    for (at, lines) in cells.into_iter().enumerate() {
        let above = if bottom { high - lines.len() } else { 0 };
        let right = columns[at].1 == ColumnKind::Number;
        let mut lines = lines.into_iter();
        for (number, line) in out.iter_mut().enumerate() {
            let cell = if number < above { None } else { lines.next() }.unwrap_or_default();
            if at > 0 {
                line.push((Role::Plain, " ".repeat(gap)));
            }
            if right {
                let missing = widths[at].saturating_sub(width(&cell));
                line.push((Role::Plain, " ".repeat(missing)));
                line.extend(cell);
            } else {
                line.extend(padded(cell, widths[at]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> PaintedLine {
        vec![(Role::Plain, text.to_owned())]
    }

    fn grid() -> Grid {
        let mut grid = Grid::default();
        grid.column("code", ColumnKind::Label);
        grid.column("response rate", ColumnKind::Number);
        grid.column("values", ColumnKind::Values);
        grid.row(vec![
            plain("CATEGORY-42-SUBCATEGORY-223"),
            plain("75.0 %"),
            plain("1h 57m, 2h 59m, 21h 44m, 17d 20h"),
        ]);
        grid
    }

    #[test]
    fn a_table_is_never_wider_than_its_room() {
        let long = || {
            let mut long = Grid::default();
            long.column("requester.organisation", ColumnKind::Label);
            long.column("n", ColumnKind::Number);
            long.row(vec![plain("Ola"), plain("7")]);
            long
        };
        let text = || {
            let mut text = Grid::spaced(1);
            text.column("Setting", ColumnKind::Text);
            text.column("Meaning", ColumnKind::Text);
            text.row(vec![
                plain("a word"),
                plain("see https://example.org/a/page/far/away or ask"),
            ]);
            text
        };
        let grids: [&dyn Fn() -> Grid; 3] = [&grid, &long, &text];
        for (grid, room) in grids
            .iter()
            .flat_map(|grid| (12..100).map(move |n| (grid, n)))
        {
            for line in grid().lines(room) {
                assert!(width(&line) <= room, "{room}: {line:?}");
            }
        }
    }

    #[test]
    fn of_a_text_nothing_is_lost() {
        for room in 12..60 {
            let mut text = Grid::spaced(1);
            text.column("Setting", ColumnKind::Text);
            text.column("Meaning", ColumnKind::Text);
            text.row(vec![
                plain("word"),
                plain("https://example.org/a/page/far/away"),
            ]);
            let mut letters = 0;
            for line in &text.lines(room) {
                let pieces = line.iter().map(|(_, text)| text.chars());
                letters += pieces.flatten().filter(|c| !c.is_whitespace()).count();
            }
            let all = "SettingMeaningwordhttps://example.org/a/page/far/away";
            assert_eq!(letters, all.len(), "{room}");
        }
    }

    #[test]
    fn what_has_no_room_is_set_over_several_lines() {
        let text = |room: usize| -> Vec<String> {
            let lines = grid().lines(room);
            let of = |line: &PaintedLine| -> String {
                line.iter().map(|(_, text)| text.as_str()).collect()
            };
            lines
                .iter()
                .map(|line| String::from(of(line).trim_end()))
                .collect()
        };
        let expected = [
            "                             RESPONSE",
            "CODE                             RATE  VALUES",
            "CATEGORY-42-SUBCATEGORY-223    75.0 %  1h 57m, 2h 59m,",
            "                                       21h 44m, 17d 20h",
        ];
        assert_eq!(text(60), expected);
    }
}
