//! Lines of painted text: their width, padding, cutting and packing.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::words::wrap;

/// A line: pieces with their roles, each safe already.
pub(in crate::view) type PaintedLine = Vec<PaintedText>;

/// The width of a line.
pub(in crate::view) fn width(line: &PaintedLine) -> usize {
    line.iter().map(|(_, text)| text.width()).sum()
}

/// Lines as text, each with its end.
pub(in crate::view) fn painted(lines: &[PaintedLine], paint: &Paint) -> String {
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
pub(in crate::view) fn padded(mut line: PaintedLine, wide: usize) -> PaintedLine {
    let missing = wide.saturating_sub(width(&line));
    if missing > 0 {
        line.push((Role::Plain, " ".repeat(missing)));
    }
    line
}

/// Blocks of lines beside each other, with the width of each.
pub(in crate::view) fn beside(
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
pub(in crate::view) fn squeezed(text: &str, wide: usize) -> String {
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

/// Text in lines of at most `wide` columns, of which nothing is lost: words that are wider are broken.
pub(in crate::view) fn broken(text: &str, wide: usize) -> Vec<String> {
    let mut out = Vec::new();
    for line in wrap(text, wide) {
        let mut part = String::new();
        let mut used = 0;
        for c in line.chars() {
            let more = c.width().unwrap_or(0);
            if used + more > wide && !part.is_empty() {
                out.push(std::mem::take(&mut part));
                used = 0;
            }
            part.push(c);
            used += more;
        }
        out.push(part);
    }
    out
}

/// A list with commas in lines that end between its parts.
pub(in crate::view) fn packed(list: &str, wide: usize) -> Vec<String> {
    gathered(list.split(", ").map(str::to_owned), ", ", ",", wide)
}

/// Parts in lines, as many in each as there is room for; `end` stands at the end of all but the
/// last.
pub(in crate::view) fn gathered(
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
