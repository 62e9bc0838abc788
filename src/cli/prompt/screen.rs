//! A question on the screen, drawn over itself until it is answered.

use std::io::{self, Write as _, stderr};

use crossterm::cursor::{MoveDown, MoveRight, MoveUp};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use unicode_width::UnicodeWidthChar as _;

use crate::cli::prompt::line::Line;
use crate::view::sanitize::{self, Shown};

/// How wide and how high the terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::prompt) struct Size {
    pub(in crate::cli::prompt) columns: usize,
    pub(in crate::cli::prompt) rows: usize,
}

impl Size {
    /// The size as it is now.
    pub(in crate::cli::prompt) fn now() -> Self {
        let size = rustix::termios::tcgetwinsize(stderr()).ok();
        let (columns, rows) = size.map_or((0, 0), |size| (size.ws_col, size.ws_row));
        let or = |size: u16, usual: usize| if size == 0 { usual } else { size.into() };
        Self {
            columns: or(columns, 80).max(20),
            rows: or(rows, 24).max(4),
        }
    }

    /// Columns for what is typed: half the screen. What is drawn for a key must not grow with a
    /// long text.
    pub(in crate::cli::prompt) fn room(self) -> usize {
        self.columns * (self.rows / 2) - 1
    }

    /// Rows for what is listed below.
    pub(in crate::cli::prompt) fn below(self) -> usize {
        (self.rows - self.rows / 2).saturating_sub(2)
    }
}

/// Rows of the screen, filled from the left.
#[derive(Debug)]
pub(in crate::cli::prompt) struct Rows {
    columns: usize,
    /// Each with its width.
    all: Vec<(String, usize)>,
    /// The row and the column of the cursor.
    cursor: (usize, usize),
}

impl Rows {
    pub(in crate::cli::prompt) fn new(columns: usize) -> Self {
        Self {
            columns,
            all: vec![(String::new(), 0)],
            cursor: (0, 0),
        }
    }

    /// Goes on with a text that is safe to show.
    pub(in crate::cli::prompt) fn put(&mut self, text: &str) {
        for c in text.chars() {
            let wide = c.width().unwrap_or(0);
            if self.last().1 + wide > self.columns {
                self.end();
            }
            let row = self.last();
            row.0.push(c);
            row.1 += wide;
        }
    }

    /// Goes on with a safe text, broken between words; `paint` paints each part of it.
    pub(in crate::cli::prompt) fn put_words(&mut self, text: &str, paint: &dyn Fn(&str) -> String) {
        let mut part = String::new();
        let mut used = self.last().1;
        let mut rows = Vec::new();
        for word in words(text) {
            let wide = width(word);
            let bare = width(word.trim_end_matches(' '));
            if used + bare > self.columns && used > 0 && bare <= self.columns {
                rows.push(std::mem::take(&mut part));
                used = 0;
                // What stands between two words has no place at the beginning of a row.
                if word.trim().is_empty() {
                    continue;
                }
            }
            part.push_str(word);
            used += wide;
            if bare > self.columns {
                used %= self.columns;
            }
        }
        for row in rows {
            self.put(&paint(row.trim_end_matches(' ')));
            self.end();
        }
        if used > self.columns {
            self.put(&paint(part.trim_end_matches(' ')));
            self.end();
        } else {
            self.put(&paint(&part));
        }
    }

    /// Begins a row.
    pub(in crate::cli::prompt) fn end(&mut self) {
        self.all.push((String::new(), 0));
    }

    fn last(&mut self) -> &mut (String, usize) {
        if self.all.is_empty() {
            self.end();
        }
        let last = self.all.len() - 1;
        &mut self.all[last]
    }

    /// Puts what is typed, with the cursor in it; of a long one what is around the cursor.
    pub(in crate::cli::prompt) fn put_line(&mut self, line: &Line, room: usize) {
        let (before, behind) = around(line, room);
        // There is a place for the cursor at the end, too.
        let behind = if behind.is_empty() { " " } else { &behind };
        let (cursor, text) = (before.len(), format!("{before}{behind}"));
        let mut at = 0;
        for word in words(&text) {
            let bare = width(word.trim_end_matches(' '));
            // A word that is wider than a row is broken where the row ends, here and below it.
            let fits = self.last().1 + bare <= self.columns || bare > self.columns;
            if !fits && self.last().1 > 0 {
                self.end();
            }
            for (place, c) in word.char_indices() {
                let wide = c.width().unwrap_or(0);
                // What stands between two words has no place at the beginning of a row.
                if c == ' ' && at + place != cursor && self.last().1 >= self.columns {
                    continue;
                }
                if self.last().1 + wide.max(usize::from(at + place == cursor)) > self.columns {
                    self.end();
                }
                if at + place == cursor {
                    self.cursor = (self.all.len() - 1, self.last().1);
                }
                let row = self.last();
                row.0.push(c);
                row.1 += wide;
            }
            at += word.len();
        }
    }
}

/// The words of a text, each with the spaces behind it. Wide characters are words of their own.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut before: Option<char> = None;
        let wide = |c: char| c.width().unwrap_or(0) > 1;
        let end = rest.char_indices().find(|(_, c)| {
            let begins = before.is_some_and(|before| {
                let space = before == ' ' && *c != ' ';
                // A mark without a width belongs to what it stands on.
                let broken = (wide(before) || wide(*c)) && *c != ' ' && c.width() != Some(0);
                space || broken
            });
            if c.width() != Some(0) {
                before = Some(*c);
            }
            begins
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        let (word, more) = rest.split_at(end);
        rest = more;
        (!word.is_empty()).then_some(word)
    })
}

fn width(text: &str) -> usize {
    text.chars().filter_map(char::width).sum()
}

/// What is before and behind the cursor, as it is shown in so many columns.
fn around(line: &Line, room: usize) -> (String, String) {
    let (before, behind) = line.halves();
    let room = room.saturating_sub(2);
    let (_, part) = fitting(behind.chars(), room / 4);
    let (shown, used) = fitting(before.chars().rev(), room - part);
    let (rest, _) = fitting(behind.chars(), room - used);
    let is_cut = before.chars().rev().nth(shown.len()).is_some();
    let mut left: String = if is_cut { "…" } else { "" }.to_owned();
    left.extend(shown.into_iter().rev());
    let is_cut = behind.chars().nth(rest.len()).is_some();
    let mut right: String = rest.into_iter().collect();
    if is_cut {
        right.push('…');
    }
    (left, right)
}

/// Characters as they are shown, as many as fit, and their width.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> (Vec<String>, usize) {
    let (mut all, mut used) = (Vec::new(), 0);
    // Characters without a width come to an end, too.
    for c in chars.take(2 * room) {
        let shown = sanitize::line(c.encode_utf8(&mut [0; 4]));
        let wide: usize = shown.chars().filter_map(char::width).sum();
        if used + wide > room {
            break;
        }
        used += wide;
        all.push(shown);
    }
    (all, used)
}

/// The part of the screen that a question has.
#[derive(Debug, Default)]
pub(in crate::cli::prompt) struct Screen {
    /// How many rows are drawn.
    drawn: usize,
    /// The row of the cursor in them.
    at: usize,
}

impl Screen {
    /// Draws rows in place of those before.
    pub(in crate::cli::prompt) fn draw(&mut self, rows: &Rows) -> io::Result<()> {
        let mut out = self.top()?;
        for (n, (text, width)) in rows.all.iter().enumerate() {
            if n > 0 {
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(Shown::from(text).as_str().as_bytes());
            // Behind the last column, some terminals would clear that one.
            if *width < rows.columns {
                queue!(out, Clear(ClearType::UntilNewLine))?;
            }
        }
        for _ in rows.all.len()..self.drawn {
            out.extend_from_slice(b"\r\n");
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        let bottom = rows.all.len().max(self.drawn) - 1;
        let (row, column) = rows.cursor;
        out.push(b'\r');
        if bottom > row {
            queue!(out, MoveUp(short(bottom - row)))?;
        }
        if column > 0 {
            queue!(out, MoveRight(short(column)))?;
        }
        (self.drawn, self.at) = (rows.all.len(), row);
        send(&out)
    }

    /// Takes away what is drawn: a terminal of another size breaks rows in other places.
    pub(in crate::cli::prompt) fn clear(&mut self) -> io::Result<()> {
        let mut out = self.top()?;
        queue!(out, Clear(ClearType::FromCursorDown))?;
        (self.drawn, self.at) = (0, 0);
        send(&out)
    }

    /// Leaves what is drawn last behind.
    pub(in crate::cli::prompt) fn leave(&mut self) -> io::Result<()> {
        let mut out = Vec::new();
        if self.drawn > 0 {
            let down = self.drawn - 1 - self.at;
            if down > 0 {
                queue!(out, MoveDown(short(down)))?;
            }
            out.extend_from_slice(b"\r\n");
        }
        (self.drawn, self.at) = (0, 0);
        send(&out)
    }

    /// The way to the first column of the first row.
    fn top(&self) -> io::Result<Vec<u8>> {
        let mut out = vec![b'\r'];
        if self.at > 0 {
            queue!(out, MoveUp(short(self.at)))?;
        }
        Ok(out)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.leave();
    }
}

fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn send(out: &[u8]) -> io::Result<()> {
    let mut err = stderr().lock();
    err.write_all(out)?;
    err.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, back: usize, columns: usize, room: usize) -> Rows {
        use crate::cli::prompt::line::{Edit, Unit, Way};
        let mut line = Line::of(text.to_owned());
        for _ in 0..back {
            line.edit(Edit::Go(Way::Back, Unit::Character));
        }
        let mut rows = Rows::new(columns);
        rows.put("? ");
        rows.put_line(&line, room);
        rows
    }

    fn texts(rows: &Rows) -> Vec<&str> {
        rows.all.iter().map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn a_line_is_broken_where_the_screen_ends() {
        let drawn = rows("abcdefgh", 0, 10, 50);
        assert_eq!(texts(&drawn), ["? abcdefgh", " "]);
        assert_eq!(drawn.cursor, (1, 0));
        let drawn = rows("中文中文中文", 1, 10, 50);
        assert_eq!(texts(&drawn), ["? 中文中文", "中文"]);
        assert_eq!(drawn.cursor, (1, 2));
        assert_eq!(
            texts(&rows("a\u{202e}b\u{1b}", 0, 30, 50)),
            ["? a<U+202E>b^[ "]
        );
    }

    #[test]
    fn of_a_long_line_what_is_around_the_cursor_is_drawn() {
        let text: String = ('a'..='z').collect();
        assert_eq!(texts(&rows(&text, 0, 80, 12)), ["? …qrstuvwxyz "]);
        assert_eq!(texts(&rows(&text, 26, 80, 12)), ["? abcdefghij…"]);
        assert_eq!(texts(&rows(&text, 13, 80, 12)), ["? …fghijklmno…"]);
    }

    #[test]
    fn rows_end_between_words() {
        let drawn = rows("where does it stand", 0, 12, 200);
        assert_eq!(texts(&drawn), ["? where does", "it stand "]);
        let mut drawn = Rows::new(12);
        drawn.put("? ");
        drawn.put_words(
            "Is there work on it that is stored nowhere else? ",
            &str::to_owned,
        );
        let expected = [
            "? Is there",
            "work on it",
            "that is",
            "stored",
            "nowhere",
            "else? ",
        ];
        assert_eq!(texts(&drawn), expected);
        let mut drawn = Rows::new(10);
        drawn.put_words("a pneumonoultramicroscopic word", &str::to_owned);
        let expected = ["a pneumono", "ultramicro", "scopic", "word"];
        assert_eq!(texts(&drawn), expected);
    }

    proptest! {
        #[test]
        fn words_that_fit_stay_whole(text in "[a-z ,.]{0,80}", columns in 12_usize..40) {
            let mut drawn = Rows::new(columns);
            drawn.put_words(&text, &str::to_owned);
            let shown = texts(&drawn);
            let joined: Vec<&str> = shown.iter().flat_map(|row| row.split(' ')).filter(|word| !word.is_empty()).collect();
            let whole: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
            if whole.iter().all(|word| word.len() <= columns) {
                prop_assert_eq!(joined, whole);
            }
            prop_assert!(drawn.all.iter().all(|(_, width)| *width <= columns));
        }

        #[test]
        fn no_row_is_wider_than_the_screen(text in "(?s).{0,60}", back in 0_usize..60, room in 4_usize..50) {
            let drawn = rows(&text, back, 20, room);
            for (row, width) in &drawn.all {
                prop_assert!(*width <= 20);
                prop_assert!(!row.chars().any(sanitize::acts));
            }
            prop_assert!(drawn.cursor.0 < drawn.all.len());
            prop_assert!(drawn.cursor.1 < 20);
        }
    }
}
