//! Lists of many rows: the cells stand one behind the other in one text, so that a hundred thousand
//! rows take little more than their letters.

use unicode_width::UnicodeWidthStr;

use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::table::grid::GAP;
use crate::view::table::lines::squeezed;
use crate::view::words::cut;

/// What is cut at its end keeps at least this.
const CUT: usize = 12;

/// A cell: where it ends in its row's text, how wide it is, and its role.
#[derive(Clone, Copy, Debug)]
struct Cell {
    end: u32,
    wide: u32,
    role: Role,
}

/// Rows under a header, of which one column is cut where there is no room.
#[derive(Debug)]
pub(in crate::view) struct Rows {
    head: Vec<String>,
    right: Vec<bool>,
    flexible: usize,
    /// The widest of each column.
    widths: Vec<usize>,
    text: String,
    cells: Vec<Cell>,
    /// Of each row where its text and its cells begin.
    begins: Vec<(usize, usize)>,
}

impl Rows {
    /// No rows yet. Columns that are `right` stand on the right; the one that is `flexible` is cut.
    pub(in crate::view) fn under(header: &[&str], right: &[usize], flexible: usize) -> Self {
        let head: Vec<String> = header.iter().map(|head| head.to_uppercase()).collect();
        let columns = 0..head.len();
        Self {
            widths: head.iter().map(|head| head.width()).collect(),
            right: columns
                .map(|at| at != flexible && right.contains(&at))
                .collect(),
            head,
            flexible,
            text: String::new(),
            cells: Vec::new(),
            begins: Vec::new(),
        }
    }

    /// One row more.
    pub(in crate::view) fn add(&mut self, row: &[PaintedText]) {
        let from = self.text.len();
        self.begins.push((from, self.cells.len()));
        for ((role, text), widest) in row.iter().zip(&mut self.widths) {
            self.text.push_str(text);
            let wide = width(text);
            *widest = (*widest).max(wide);
            let number = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
            self.cells.push(Cell {
                end: number(self.text.len() - from),
                wide: number(wide),
                role: *role,
            });
        }
    }

    /// The header and the rows, each a line that fits the width as far as the flexible column can give
    /// way.
    pub(in crate::view) fn shown(mut self, paint: &Paint) -> String {
        let gaps = GAP * self.widths.len().saturating_sub(1);
        let whole = self.widths.iter().sum::<usize>() + gaps;
        let over = whole.saturating_sub(paint.width.unwrap_or(usize::MAX));
        if let Some(own) = self.widths.get_mut(self.flexible).filter(|own| **own > CUT) {
            *own = own.saturating_sub(over).max(CUT);
        }
        let mut out = String::with_capacity(self.text.len() + self.begins.len() * (gaps + 16));
        let head = self.head.iter().zip(&self.widths);
        let head: Vec<String> = head.map(|(text, wide)| squeezed(text, *wide)).collect();
        let head: Vec<(Role, &str, usize)> = head
            .iter()
            .map(|text| (Role::Muted, text.as_str(), width(text)))
            .collect();
        self.line(&head, paint, &mut out);
        let mut cells = Vec::with_capacity(self.widths.len());
        for (at, (from, first)) in self.begins.iter().enumerate() {
            let (to, last) = self
                .begins
                .get(at + 1)
                .copied()
                .unwrap_or((self.text.len(), self.cells.len()));
            let text = &self.text[*from..to];
            let mut begin = 0;
            cells.clear();
            for cell in &self.cells[*first..last] {
                let end = cell.end as usize;
                cells.push((cell.role, &text[begin..end], cell.wide as usize));
                begin = end;
            }
            self.line(&cells, paint, &mut out);
        }
        out
    }

    fn line(&self, cells: &[(Role, &str, usize)], paint: &Paint, out: &mut String) {
        let last = cells
            .iter()
            .rposition(|(_, text, _)| !text.trim().is_empty());
        let shown = last.map_or(0, |last| last + 1);
        for (at, (role, text, wide)) in cells[..shown].iter().enumerate() {
            if at > 0 {
                blank(out, GAP);
            }
            let room = self.widths[at];
            let narrow = if *wide > room {
                cut(text, room)
            } else {
                String::new()
            };
            let (text, wide) = if *wide > room {
                (narrow.as_str(), width(&narrow))
            } else {
                (*text, *wide)
            };
            let missing = room.saturating_sub(wide);
            if self.right[at] {
                blank(out, missing);
            }
            // Nothing hangs over the end of a line.
            let is_last = at + 1 == shown;
            let text = if is_last { text.trim_end() } else { text };
            paint.put(*role, text, out);
            if !self.right[at] && !is_last {
                blank(out, missing);
            }
        }
        out.push('\n');
    }
}

fn blank(out: &mut String, count: usize) {
    const BLANKS: &str = "                                ";
    let mut left = count;
    while left > 0 {
        let some = left.min(BLANKS.len());
        out.push_str(&BLANKS[..some]);
        left -= some;
    }
}

/// The width of a text; most are of letters that have one column each.
fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return text.len();
    }
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::moment::Moment;

    #[test]
    fn one_column_gives_way_and_nothing_hangs_over_the_end() {
        let paint = |width: Option<usize>| Paint {
            color: false,
            width,
            zone: chrono_tz::UTC,
            now: Moment::epoch(),
        };
        let rows = || {
            let mut rows = Rows::under(&["id", "title", "n", "who"], &[2], 1);
            let mut add = |cells: [&str; 4]| {
                let row = cells.map(|text| (Role::Plain, text.to_owned()));
                rows.add(&row);
            };
            add(["a", "a title that is long", "7", ""]);
            add(["bb", "打印机坏了 打印机坏了", "123", "Ola"]);
            add(["", "", "", ""]);
            rows
        };
        let expected = "ID  TITLE                    N  WHO\na   a title that is long     7\nbb  打印机坏了 打印机坏了  123  Ola\n\n";
        assert_eq!(rows().shown(&paint(None)), expected);
        for room in 26..60 {
            for line in rows().shown(&paint(Some(room))).lines() {
                assert!(line.width() <= room, "{room}: {line}");
            }
        }
        assert!(
            rows()
                .shown(&paint(Some(30)))
                .contains("a title that is…    7\n")
        );
    }
}
