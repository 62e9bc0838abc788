//! The Markdown of articles on a screen: headings, lists, steps, tables, links.

use unicode_width::UnicodeWidthStr;

use crate::page::links::{ids, reaches};
use crate::page::markdown::{Block, Inline, plain};
use crate::view::paint::{Paint, PaintedText, Role};
use crate::view::sanitize;
use crate::view::table;

/// Lays out a text at a width, without blank lines around it.
pub fn text(blocks: &[Block], width: usize, paint: &Paint) -> String {
    let mut out = String::new();
    for line in stacked(blocks, width.max(20), paint, true) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Blocks under one another; `apart` puts a blank line between them.
fn stacked(blocks: &[Block], width: usize, paint: &Paint, apart: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &blocks[before]);
        let close = match (before, block) {
            // A heading stands on what it heads, and a list hangs on the line before it.
            (Some(Block::Heading(..)), _) => true,
            (Some(Block::Paragraph(_)), Block::List(..)) => !apart,
            _ => false,
        };
        if at > 0 && !close {
            out.push(String::new());
        }
        out.extend(lines(block, width, paint));
    }
    out
}

fn lines(block: &Block, width: usize, paint: &Paint) -> Vec<String> {
    match block {
        Block::Heading(level, text) => {
            let role = if *level <= 2 {
                Role::Heading
            } else {
                Role::Title
            };
            let words = sanitize::line(&plain(text));
            crate::view::words::wrap(&words, width)
                .iter()
                .map(|line| paint.role(role, line))
                .collect()
        }
        Block::Paragraph(text) => filled(&pieces(text, Role::Plain), width, paint),
        Block::List(start, items) => list(*start, items, width, paint),
        Block::Code(code) => sanitize::text(code)
            .replace('\t', "    ")
            .lines()
            .map(|line| format!("    {}", paint.role(Role::Id, line)))
            .collect(),
        Block::Quote(inside) => {
            let bar = paint.role(Role::Muted, "│");
            stacked(inside, width.saturating_sub(2).max(20), paint, true)
                .iter()
                .map(|line| format!("{bar} {line}"))
                .collect()
        }
        Block::Table(head, rows) => text_table(head, rows, width, paint),
        Block::Rule => vec![paint.role(Role::Muted, &"─".repeat(width.min(40)))],
    }
}

fn list(start: Option<u64>, items: &[Vec<Block>], width: usize, paint: &Paint) -> Vec<String> {
    let last = start.map(|start| start.saturating_add(items.len() as u64).saturating_sub(1));
    let room = last.map_or(1, |last| last.to_string().len() + 1);
    // Items of several blocks stand apart, so that each is seen as one.
    let apart = items.iter().any(|item| {
        item.iter()
            .filter(|block| !matches!(block, Block::List(..)))
            .count()
            > 1
    });
    let mut out = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 && apart {
            out.push(String::new());
        }
        let mark = match start {
            Some(start) => format!("{:>room$}", format!("{}.", start.saturating_add(at as u64))),
            None => "•".to_owned(),
        };
        let hang = room + 1;
        let inside = stacked(item, width.saturating_sub(hang).max(16), paint, false);
        if inside.is_empty() {
            out.push(paint.role(Role::Muted, &mark));
        }
        for (at, line) in inside.iter().enumerate() {
            out.push(if at == 0 {
                format!("{} {line}", paint.role(Role::Muted, &mark))
            } else {
                format!("{}{line}", " ".repeat(hang))
            });
        }
    }
    out
}

fn text_table(
    head: &[Vec<Inline>],
    rows: &[Vec<Vec<Inline>>],
    width: usize,
    paint: &Paint,
) -> Vec<String> {
    let cell = |inlines: &Vec<Inline>| {
        let words: Vec<String> = pieces(inlines, Role::Plain)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        words.concat()
    };
    let head: Vec<String> = head.iter().map(&cell).collect();
    let rows = rows.iter().map(|row| row.iter().map(&cell).collect());
    table::wrapped(&head, rows, width, paint)
}

/// The pieces of a text: what is to be typed, dialled or opened is told apart.
pub fn pieces(inlines: &[Inline], role: Role) -> Vec<PaintedText> {
    let mut out = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.extend(marked(text, role)),
            Inline::Code(code) => out.push((Role::Id, sanitize::line(code))),
            Inline::Strong(inside) => out.extend(pieces(inside, Role::Title)),
            Inline::Emphasis(inside) => out.extend(pieces(inside, role)),
            Inline::Link(to, inside) => {
                let words = plain(inside);
                let own = words == *to || to.strip_prefix("mailto:") == Some(&words);
                if own {
                    out.push((Role::Reach, sanitize::line(&words)));
                    continue;
                }
                out.extend(pieces(inside, role));
                let role = if to.contains(':') {
                    Role::Reach
                } else {
                    Role::Id
                };
                out.push((Role::Plain, " ".to_owned()));
                out.push((Role::Muted, "(".to_owned()));
                out.push((role, sanitize::line(to)));
                out.push((Role::Muted, ")".to_owned()));
            }
            Inline::Break => out.push((Role::Plain, "\n".to_owned())),
        }
    }
    out
}

fn marked(text: &str, role: Role) -> Vec<PaintedText> {
    let mut places: Vec<(Role, std::ops::Range<usize>)> = reaches(text)
        .into_iter()
        .map(|(_, range)| (Role::Reach, range))
        .chain(ids(text).into_iter().map(|(_, range)| (Role::Id, range)))
        .collect();
    places.sort_by_key(|(_, range)| range.start);
    let mut out = Vec::new();
    let mut end = 0;
    for (mark, range) in places {
        if range.start < end {
            continue;
        }
        if range.start > end {
            out.push((role, sanitize::line(&text[end..range.start])));
        }
        out.push((mark, sanitize::line(&text[range.clone()])));
        end = range.end;
    }
    if end < text.len() {
        out.push((role, sanitize::line(&text[end..])));
    }
    out
}

/// Fills lines of a width with pieces, broken at spaces.
pub fn filled(pieces: &[PaintedText], width: usize, paint: &Paint) -> Vec<String> {
    let mut lines: Vec<Vec<PaintedText>> = vec![Vec::new()];
    let mut used = 0;
    // A word may have several pieces; it is broken nowhere.
    let mut word: Vec<PaintedText> = Vec::new();
    let mut gap = false;
    let put = |word: &mut Vec<PaintedText>,
               gap: &mut bool,
               used: &mut usize,
               lines: &mut Vec<Vec<PaintedText>>| {
        if word.is_empty() {
            return;
        }
        let length: usize = word.iter().map(|(_, text)| text.width()).sum();
        if *used > 0 && *used + usize::from(*gap) + length > width {
            lines.push(Vec::new());
            *used = 0;
        } else if *gap && *used > 0 {
            if let Some(line) = lines.last_mut() {
                join(line, (Role::Plain, " ".to_owned()));
            }
            *used += 1;
        }
        *gap = false;
        *used += length;
        if let Some(line) = lines.last_mut() {
            for piece in word.drain(..) {
                join(line, piece);
            }
        }
    };
    for (role, text) in pieces {
        // A number is dialled whole.
        if *role == Role::Reach {
            word.push((*role, text.clone()));
            continue;
        }
        for part in text.split_inclusive([' ', '\n']) {
            let bare = part.trim_end_matches([' ', '\n']);
            if !bare.is_empty() {
                word.push((*role, bare.to_owned()));
            }
            if bare.len() < part.len() {
                put(&mut word, &mut gap, &mut used, &mut lines);
                gap = true;
                if part.ends_with('\n') {
                    lines.push(Vec::new());
                    used = 0;
                }
            }
        }
    }
    put(&mut word, &mut gap, &mut used, &mut lines);
    lines
        .iter()
        .map(|line| {
            line.iter()
                .map(|(role, text)| paint.role(*role, text))
                .collect()
        })
        .collect()
}

/// Puts a piece behind others; equal roles, and the space between them, become one run.
fn join(line: &mut Vec<PaintedText>, piece: PaintedText) {
    match line.last_mut() {
        Some((role, text)) if *role == piece.0 => text.push_str(&piece.1),
        _ => line.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::markdown::read;

    fn paint(color: bool) -> Paint {
        Paint {
            color,
            width: None,
            zone: chrono_tz::UTC,
            now: "2026-11-23T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_text_is_laid_out() {
        let source = "## When\n\nIn **every** request, see [the steps](KB-4T1C)\nor https://a.example/x.\n\n1. Short\n2. Type\n\n   ```sh\n   desk new\n   ```\n\n   - one\n   - two words that go over the end of the line\n\n> said\n\n| a | b |\n| - | - |\n| one | two words that are too long for it |\n\n---\n<!-- not seen -->\n";
        let shown = text(&read(source), 30, &paint(false));
        insta::assert_snapshot!(shown, @"
        When
        In every request, see the
        steps (KB-4T1C) or
        https://a.example/x.

        1. Short

        2. Type

               desk new

           • one
           • two words that go over
             the end of the line

        │ said

        a     b
        one   two words that are too
              long for it

        ──────────────────────────────
        ");
    }

    #[test]
    fn nothing_that_acts_is_left() {
        let source = "a\u{1b}[31m `b\u{7}` [c\u{202e}](http://x\u{9b}) \n\n    d\u{1b}\n\n| e\u{1b} |\n| - |\n| f\u{7} |\n\n# g\u{1b}\n";
        let shown = text(&read(source), 30, &paint(false));
        assert!(
            !shown.replace('\n', "").chars().any(sanitize::acts),
            "{shown:?}"
        );
    }

    #[test]
    fn every_word_survives_at_every_width() {
        let source = "One two three **four five** six `seven eight` nine, +48 600 100 200 ten.";
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let blocks = read(source);
        let all = words(&text(&blocks, 1_000, &paint(false)));
        for width in 1..60 {
            let shown = text(&blocks, width, &paint(false));
            assert_eq!(words(&shown), all, "{width}");
            let room = width.max(20);
            assert!(
                shown.lines().all(|line| line.width() <= room),
                "{width}: {shown}"
            );
        }
        let colored = text(&blocks, 1_000, &paint(true));
        let colored = sanitize::Shown::from(&colored).to_string();
        assert!(
            colored.contains("\u{1b}[1m\u{1b}[4m\u{1b}[36m+48 600 100 200\u{1b}[0m"),
            "{colored:?}"
        );
    }
}
