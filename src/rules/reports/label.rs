//! Words as numbers: rows and tallies compare and sort these, and look the words up at the end.

use std::collections::HashMap;

/// The number of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::rules::reports) struct Label(u32);

impl Label {
    /// Of the empty word: a field without a value.
    pub(in crate::rules::reports) const EMPTY: Self = Self(0);

    pub(in crate::rules::reports) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    pub(in crate::rules::reports) fn place(self) -> usize {
        self.0 as usize
    }
}

/// Words and their numbers.
#[derive(Clone, Debug)]
pub(in crate::rules::reports) struct Labels {
    words: Vec<String>,
    known: HashMap<String, Label>,
}

impl Labels {
    /// The empty word alone.
    pub(in crate::rules::reports) fn new() -> Self {
        Self {
            words: vec![String::new()],
            known: HashMap::from([(String::new(), Label::EMPTY)]),
        }
    }

    /// The number of a word, which is made known.
    pub(in crate::rules::reports) fn of(&mut self, word: &str) -> Label {
        if let Some(label) = self.known.get(word) {
            return *label;
        }
        let label = Label(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.to_owned());
        self.known.insert(word.to_owned(), label);
        label
    }

    /// All words, by number.
    pub(in crate::rules::reports) fn all(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// The word of a number of these.
    pub(in crate::rules::reports) fn text(&self, label: Label) -> &str {
        &self.words[label.place()]
    }
}
