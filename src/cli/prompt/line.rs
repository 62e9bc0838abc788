//! A line of text while somebody edits it.

use unicode_segmentation::UnicodeSegmentation as _;

/// What a key does with the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::prompt) enum Edit {
    /// Moves the cursor.
    Go(Way, Unit),
    /// Deletes from the cursor on.
    Delete(Way, Unit),
}

/// Which way from the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::prompt) enum Way {
    Back,
    On,
}

/// How far from the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::prompt) enum Unit {
    Character,
    Word,
    Line,
}

/// A line and the place of the cursor in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli::prompt) struct Line {
    text: String,
    at: usize,
}

impl Line {
    /// A line with the cursor at its end.
    pub(in crate::cli::prompt) fn of(text: String) -> Self {
        let at = text.len();
        Self { text, at }
    }

    /// The whole of it.
    pub(in crate::cli::prompt) fn text(&self) -> &str {
        &self.text
    }

    /// What is before the cursor, and what is behind it.
    pub(in crate::cli::prompt) fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.at)
    }

    /// Puts a text before the cursor.
    pub(in crate::cli::prompt) fn insert(&mut self, text: &str) {
        self.text.insert_str(self.at, text);
        self.at += text.len();
    }

    /// Does what a key asks for.
    pub(in crate::cli::prompt) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Go(way, unit) => self.at = self.place(way, unit),
            Edit::Delete(way, unit) => {
                let to = self.place(way, unit);
                let (from, to) = (to.min(self.at), to.max(self.at));
                self.text.replace_range(from..to, "");
                self.at = from;
            }
        }
    }

    fn place(&self, way: Way, unit: Unit) -> usize {
        let (before, behind) = self.halves();
        match (way, unit) {
            (Way::Back, Unit::Line) => 0,
            (Way::On, Unit::Line) => self.text.len(),
            (Way::Back, Unit::Character) => {
                let last = before.graphemes(true).next_back();
                self.at - last.map_or(0, str::len)
            }
            (Way::On, Unit::Character) => {
                let first = behind.graphemes(true).next();
                self.at + first.map_or(0, str::len)
            }
            (Way::Back, Unit::Word) => before
                .unicode_word_indices()
                .next_back()
                .map_or(0, |(at, _)| at),
            (Way::On, Unit::Word) => behind
                .unicode_word_indices()
                .next()
                .map_or(self.text.len(), |(at, word)| self.at + at + word.len()),
        }
    }
}

/// What was typed or pasted, for one line: between lines is a space, as for a tab, and at the ends
/// nothing; what is no text but would control a terminal is left out.
pub(in crate::cli::prompt) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut broken = false;
    for c in text.chars() {
        match c {
            '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => broken = true,
            ' ' if broken => {}
            c if c.is_control() => {}
            c => {
                if broken && !out.is_empty() {
                    out.push(' ');
                }
                broken = false;
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn breaks_are_spaces_and_controls_are_left_out() {
        assert_eq!(one_line("a\r\n  b\n\n\tc\r"), "a b c");
        assert_eq!(one_line("\n a\u{1b}[31m\u{0}b\u{9b}c\u{7f} \n"), "a[31mbc ");
        assert_eq!(one_line("zażółć 中文 👩‍💻"), "zażółć 中文 👩‍💻");
    }

    #[test]
    fn keys_edit_at_the_cursor() {
        let mut line = Line::default();
        line.insert("one two, e\u{301}");
        line.edit(Edit::Delete(Way::Back, Unit::Character));
        assert_eq!(line.text(), "one two, ");
        line.edit(Edit::Go(Way::Back, Unit::Word));
        assert_eq!(line.halves(), ("one ", "two, "));
        line.insert("中");
        line.edit(Edit::Go(Way::Back, Unit::Character));
        line.edit(Edit::Delete(Way::On, Unit::Character));
        line.edit(Edit::Go(Way::On, Unit::Word));
        assert_eq!(line.halves(), ("one two", ", "));
        line.edit(Edit::Delete(Way::Back, Unit::Word));
        line.edit(Edit::Delete(Way::On, Unit::Line));
        assert_eq!(line.text(), "one ");
        line.edit(Edit::Delete(Way::Back, Unit::Line));
        line.edit(Edit::Delete(Way::Back, Unit::Character));
        line.edit(Edit::Go(Way::On, Unit::Word));
        assert_eq!(line.halves(), ("", ""));
    }

    proptest! {
        #[test]
        fn the_cursor_stays_between_characters(
            texts in prop::collection::vec("\\PC{0,4}", 1..8),
            edits in prop::collection::vec((any::<bool>(), any::<bool>(), 0..3_usize), 1..20),
        ) {
            let mut line = Line::default();
            for (at, (deletes, back, unit)) in edits.into_iter().enumerate() {
                line.insert(&texts[at % texts.len()]);
                let way = if back { Way::Back } else { Way::On };
                let unit = [Unit::Character, Unit::Word, Unit::Line][unit];
                line.edit(if deletes { Edit::Delete(way, unit) } else { Edit::Go(way, unit) });
                let (before, behind) = line.halves();
                prop_assert_eq!(format!("{before}{behind}"), line.text());
            }
        }
    }
}
