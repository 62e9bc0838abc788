//! Words as numbers: rows and tallies compare and sort these, and look the words up at the end.

use std::collections::HashMap;

/// The number of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Label(u32);

impl Label {
    /// Of the empty word: a field without a value.
    pub(super) const EMPTY: Self = Self(0);

    pub(super) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

/// Words and their numbers.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    words: Vec<String>,
    known: HashMap<String, Label>,
}

impl Labels {
    /// The empty word alone.
    pub(super) fn new() -> Self {
        Self {
            words: vec![String::new()],
            known: HashMap::from([(String::new(), Label::EMPTY)]),
        }
    }

    /// The number of a word, which is made known.
    pub(super) fn of(&mut self, word: &str) -> Label {
        if let Some(label) = self.known.get(word) {
            return *label;
        }
        let label = Label(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.to_owned());
        self.known.insert(word.to_owned(), label);
        label
    }

    /// All words, by number.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The word of a number of these.
    pub(super) fn text(&self, label: Label) -> &str {
        &self.words[label.place()]
    }
}
