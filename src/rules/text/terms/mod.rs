//! What a text is made of for the search: words, pieces of words, stems.
//!
//! One way for every language, and nobody has to say which it is (field notes, search 2.6): words
//! by Unicode's rules, and beside them the four-letter pieces of each word, which find compounds,
//! inflections and slips. A text whose language is known adds the stems of its words.

mod common;
mod korean;
mod pieces;
mod stem;
mod words;

use crate::rules::text::normalize::normalize;
pub use common::{is_common, is_everyday, likely_language};
pub use korean::{is_korean, is_same_noun};
pub use pieces::pieces;
pub use stem::{Stems, base_language};
pub use words::{LONGEST, Run, each_placed_word, each_word, is_solid};

/// Terms one behind the other in one text, so that taking a page apart allocates next to nothing.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    text: String,
    ends: Vec<u32>,
}

impl Terms {
    /// Empties it for the next text.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a term.
    pub fn push(&mut self, term: &str) {
        self.text.push_str(term);
        self.end();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One of them.
    pub fn get(&self, at: usize) -> Option<&str> {
        let to = *self.ends.get(at)? as usize;
        let from = match at {
            0 => 0,
            _ => self.ends[at - 1] as usize,
        };
        self.text.get(from..to)
    }

    /// All, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    fn end(&mut self) {
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

/// The words of a text, folded for case and accents.
pub fn folded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word, _| words.push(normalize(word)));
    words
}

/// The words of a text.
pub fn words(text: &str, into: &mut Terms) {
    each_word(text, |word, _| into.push(word));
}

/// The words of a text without their accents: only those that have any, for all others stand among
/// the words already.
pub fn bare(text: &str, into: &mut Terms) {
    if text.is_ascii() {
        return;
    }
    each_word(text, |word, _| {
        if !word.is_ascii() {
            let bare = normalize(word);
            if bare != word {
                into.push(&bare);
            }
        }
    });
}
