//! Lines of painted text, and columns of them that fit a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::view::paint::{Paint, Role};
use crate::view::words::wrap;

/// A line: pieces with their roles, each safe already.
pub(in crate::view::report) type PaintedLine = Vec<(Role, String)>;

/// Between two columns.
const GAP: usize = 2;

/// A label is cut to no less than this.
const LABEL: usize = 10;

/// Values one by one are set in no less than this.
const VALUES: usize = 20;

/// The width of a line.
pub(in crate::view::report) fn width(line: &PaintedLine) -> usize {
    line.iter().map(|(_, text)| text.width()).sum()
}

/// Lines as text, each with its end.
pub(in crate::view::report) fn painted(lines: &[PaintedLine], paint: &Paint) -> String {
    let mut out = String::new();
    for line in lines {
        let last = line.iter().rposition(|(_, text)| !text.trim().is_empty());
        let shown = last.map_or(0, |last| last + 1);
        for (at, (role, text)) in line[..shown].iter().enumerate() {
            // Nothing hangs over the end of a line.
            let text = if at + 1 == shown {
                text.trim_end()
            } else {
                text
            };
            out.push_str(&paint.role(*role, text));
        }
        out.push('\n');
    }
    out
}

/// A line made as wide as this.
pub(in crate::view::report) fn padded(mut line: PaintedLine, wide: usize) -> PaintedLine {
    let missing = wide.saturating_sub(width(&line));
    if missing > 0 {
        line.push((Role::Plain, " ".repeat(missing)));
    }
    line
}

/// Blocks of lines beside each other, with the width of each.
pub(in crate::view::report) fn beside(
    blocks: Vec<(Vec<PaintedLine>, usize)>,
    gap: usize,
) -> Vec<PaintedLine> {
    let high = blocks.iter().map(|(lines, _)| lines.len()).max();
    let mut out = vec![PaintedLine::new(); high.unwrap_or_default()];
    for (number, (lines, wide)) in blocks.into_iter().enumerate() {
        let mut lines = lines.into_iter();
        for line in &mut out {
            if number > 0 {
                line.push((Role::Plain, " ".repeat(gap)));
            }
            line.extend(padded(lines.next().unwrap_or_default(), wide));
        }
    }
    out
}

/// Text cut to a width in its middle: codes and ids differ at their ends.
pub(in crate::view::report) fn squeezed(text: &str, wide: usize) -> String {
    if text.width() <= wide {
        return text.to_owned();
    }
    let tail_room = wide.saturating_sub(1) / 2;
    let take = |chars: &mut dyn Iterator<Item = char>, room: usize| -> Vec<char> {
        let mut used = 0;
        chars
            .take_while(|c| {
                used += c.width().unwrap_or(0);
                used <= room
            })
            .collect()
    };
    let head = take(&mut text.chars(), wide.saturating_sub(1) - tail_room);
    let mut tail = take(&mut text.chars().rev(), tail_room);
    tail.reverse();
    let (head, tail) = (String::from_iter(head), String::from_iter(tail));
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::view::report) enum ColumnKind {
    /// What a row is of; set over several lines or cut where there is no room.
    Label,
    /// Figures, to the right.
    Number,
    /// Lengths one by one; set over several lines where there is no room.
    Values,
    /// A bar.
    Bar,
}

/// A table.
#[derive(Debug, Default)]
pub(in crate::view::report) struct Grid {
    columns: Vec<(String, ColumnKind)>,
    rows: Vec<Vec<PaintedLine>>,
}

impl Grid {
    /// One column more; every row has a cell for it later.
    pub(in crate::view::report) fn column(&mut self, head: &str, kind: ColumnKind) {
        self.columns.push((head.to_uppercase(), kind));
    }

    /// One row more.
    pub(in crate::view::report) fn row(&mut self, cells: Vec<PaintedLine>) {
        self.rows.push(cells);
    }

    /// A column of bars behind the column `at`, for the first rows.
    pub(in crate::view::report) fn bars(&mut self, at: usize, bars: Vec<PaintedLine>) {
        self.columns
            .insert(at + 1, (String::new(), ColumnKind::Bar));
        let mut bars = bars.into_iter();
        for row in &mut self.rows {
            row.insert(at + 1, bars.next().unwrap_or_default());
        }
    }

    /// How wide it is; with headings over several lines if `stacked`.
    pub(in crate::view::report) fn natural(&self, stacked: bool) -> usize {
        self.widths(stacked).iter().sum::<usize>() + GAP * self.columns.len().saturating_sub(1)
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
                let cells = self.rows.iter().map(|row| width(&row[at]));
                let widest = cells.chain(head(&self.columns[at].0)).max();
                widest.unwrap_or_default()
            })
            .collect()
    }

    /// The table in lines of at most `room` columns.
    pub(in crate::view::report) fn lines(&self, room: usize) -> Vec<PaintedLine> {
        let gaps = GAP * self.columns.len().saturating_sub(1);
        // Lengths one by one give way first, then headings, then labels.
        let mut stacked = false;
        let mut widths = self.shrunk(self.widths(false), ColumnKind::Values, VALUES, room);
        if widths.iter().sum::<usize>() + gaps > room {
            stacked = true;
            widths = self.shrunk(self.widths(true), ColumnKind::Values, VALUES, room);
            widths = self.shrunk(widths, ColumnKind::Label, LABEL, room);
        }
        if widths.iter().sum::<usize>() + gaps > room {
            return self.upright(room);
        }
        let mut out = self.head(&widths, stacked);
        for row in &self.rows {
            let cells: Vec<Vec<PaintedLine>> = (0..widths.len())
                .map(|at| self.cell(&row[at], at, widths[at]))
                .collect();
            out.extend(self.joined(cells, &widths, false));
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
        let gaps = GAP * widths.len().saturating_sub(1);
        loop {
            let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
            let of_kind = (0..widths.len()).filter(|at| self.columns[*at].1 == kind);
            let widest = of_kind.max_by_key(|at| widths[*at]);
            let Some(at) = widest.filter(|at| over > 0 && widths[*at] > least) else {
                return widths;
            };
            widths[at] = widths[at].saturating_sub(over).max(least);
        }
    }

    fn head(&self, widths: &[usize], stacked: bool) -> Vec<PaintedLine> {
        let cells = self
            .columns
            .iter()
            .zip(widths)
            .map(|((text, _), wide)| -> Vec<PaintedLine> {
                let words: Vec<&str> = if stacked {
                    text.split(' ').collect()
                } else {
                    vec![text]
                };
                words
                    .into_iter()
                    .map(|word| vec![(Role::Muted, squeezed(word, *wide))])
                    .collect()
            });
        self.joined(cells.collect(), widths, true)
    }

    /// A cell in lines of its column's width.
    fn cell(&self, line: &PaintedLine, at: usize, wide: usize) -> Vec<PaintedLine> {
        if width(line) <= wide || line.len() != 1 {
            return vec![line.clone()];
        }
        let (role, text) = &line[0];
        let parts = match self.columns[at].1 {
            // A comma stays with its value.
            ColumnKind::Values => packed(text, wide),
            _ => wrap(text, wide),
        };
        parts
            .into_iter()
            .map(|part| vec![(*role, squeezed(&part, wide))])
            .collect()
    }

    /// Cells of several lines beside each other; headings stand at the bottom.
    fn joined(
        &self,
        cells: Vec<Vec<PaintedLine>>,
        widths: &[usize],
        bottom: bool,
    ) -> Vec<PaintedLine> {
        let high = cells.iter().map(Vec::len).max().unwrap_or_default();
        let mut out = vec![PaintedLine::new(); high];
        for (at, lines) in cells.into_iter().enumerate() {
            let above = if bottom { high - lines.len() } else { 0 };
            let right = self.columns[at].1 == ColumnKind::Number;
            let mut lines = lines.into_iter();
            for (number, line) in out.iter_mut().enumerate() {
                let cell = if number < above { None } else { lines.next() }.unwrap_or_default();
                if at > 0 {
                    line.push((Role::Plain, " ".repeat(GAP)));
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

/// A list with commas in lines that end between its parts.
pub(in crate::view::report) fn packed(list: &str, wide: usize) -> Vec<String> {
    gathered(list.split(", ").map(str::to_owned), ", ", ",", wide)
}

/// Parts in lines, as many in each as there is room for; `end` stands at the end of all but the
/// last.
pub(in crate::view::report) fn gathered(
    parts: impl Iterator<Item = String>,
    between: &str,
    end: &str,
    wide: usize,
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if last.width() + between.width() + part.width() + end.width() <= wide => {
                last.push_str(between);
                last.push_str(&part);
            }
            Some(last) => {
                last.push_str(end);
                out.push(part);
            }
            None => out.push(part),
        }
    }
    out.into_iter()
        .flat_map(|line| {
            if line.width() <= wide {
                vec![line]
            } else {
                wrap(&line, wide)
            }
        })
        .collect()
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
        let mut long = Grid::default();
        long.column("requester.organisation", ColumnKind::Label);
        long.column("n", ColumnKind::Number);
        long.row(vec![plain("Ola"), plain("7")]);
        for (grid, room) in [grid(), long]
            .iter()
            .flat_map(|grid| (12..100).map(move |n| (grid, n)))
        {
            for line in grid.lines(room) {
                assert!(width(&line) <= room, "{room}: {line:?}");
            }
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

    #[test]
    fn a_code_is_cut_where_it_tells_least() {
        assert_eq!(
            squeezed("CATEGORY-42-SUBCATEGORY-223", 15),
            "CATEGOR…ORY-223"
        );
        assert_eq!(squeezed("NET-OUT", 7), "NET-OUT");
        assert_eq!(squeezed("日本語日本語", 7), "日…語");
    }
}
