//! The words that somebody looks for, and whether a word of a text is one of them.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::page::problem::slips;
use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::{Stems, Terms, each_word, pieces};

/// A word that is looked for.
#[derive(Clone, Debug)]
pub struct SearchTerm {
    /// In lower case.
    pub word: String,
    /// How telling it is.
    pub weight: f32,
    /// Whether the beginning is enough.
    pub prefix: bool,
    /// Whether no text has it, so that it is taken for a slip.
    pub slip: bool,
    letters: usize,
    bare: String,
    stems: Vec<String>,
    pieces: Vec<String>,
}

/// Shorter words are found within others by chance: what is looked for in a compound of the text,
/// and a part of the text's in a compound that is looked for.
const INSIDE_FROM: usize = 5;
const PART_FROM: usize = 6;

/// So much of the pieces of two words must be the same for one to stand for the other.
const ALIKE: f32 = 0.5;

/// Words with fewer letters have too few pieces for that.
const ALIKE_FROM: usize = 5;

/// What has more letters is no word that somebody misspells: each of its pieces would be compared
/// with each of the other's.
const LONGEST: usize = 64;

/// All words that are looked for.
pub struct SearchTerms<'s> {
    words: Vec<SearchTerm>,
    stems: &'s [Stems],
    known: RefCell<HashMap<String, Option<(usize, f32)>>>,
}

impl std::fmt::Debug for SearchTerms<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.words).finish()
    }
}

impl<'s> SearchTerms<'s> {
    /// Words to look for, in the languages of these stemmers.
    pub fn new(stems: &'s [Stems]) -> Self {
        Self {
            words: Vec::new(),
            stems,
            known: RefCell::default(),
        }
    }

    /// Adds a word in lower case, once.
    pub fn add(&mut self, word: &str, weight: f32, prefix: bool, slip: bool) {
        if self.words.iter().any(|known| known.word == word) {
            return;
        }
        let mut cut = Terms::default();
        if word.chars().nth(LONGEST).is_none() {
            pieces(word, &mut cut);
        }
        self.words.push(SearchTerm {
            word: word.to_owned(),
            weight,
            prefix,
            slip,
            letters: word.chars().count(),
            bare: normalize(word),
            stems: self.stems.iter().map(|stems| stems.stem(word)).collect(),
            pieces: cut.iter().map(str::to_owned).collect(),
        });
    }

    /// The words.
    pub fn words(&self) -> &[SearchTerm] {
        &self.words
    }

    /// Which of the words a word of a text is, and how surely: 1 for the word itself.
    pub fn meets(&self, word: &str) -> Option<(usize, f32)> {
        if let Some(known) = self.known.borrow().get(word) {
            return *known;
        }
        let found = self.look(word);
        self.known.borrow_mut().insert(word.to_owned(), found);
        found
    }

    fn look(&self, word: &str) -> Option<(usize, f32)> {
        let exact = self.words.iter().position(|wanted| wanted.word == word);
        if let Some(at) = exact {
            return Some((at, 1.0));
        }
        let bare = normalize(word);
        let stems: Vec<String> = self.stems.iter().map(|stems| stems.stem(word)).collect();
        let letters = word.chars().count();
        let mut own = Terms::default();
        if (ALIKE_FROM..=LONGEST).contains(&letters) {
            pieces(word, &mut own);
        }
        let mut best: Option<(usize, f32)> = None;
        for (at, wanted) in self.words.iter().enumerate() {
            let sure = wanted.sure(&bare, &stems, letters, &own);
            if sure > best.map_or(0.0, |(_, sure)| sure) {
                best = Some((at, sure));
            }
        }
        best
    }

    /// How much of what is looked for a text says, from 0 to 1, by how telling each word is.
    pub fn covered<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> f32 {
        let mut said = vec![0.0_f32; self.words.len()];
        for text in texts {
            each_word(text, |word, _| {
                if let Some((at, sure)) = self.meets(word) {
                    said[at] = said[at].max(sure);
                }
            });
        }
        let all: f32 = self.words.iter().map(|word| word.weight).sum();
        let found: f32 = self
            .words
            .iter()
            .zip(&said)
            .map(|(word, sure)| word.weight * sure)
            .sum();
        if all > 0.0 { found / all } else { 0.0 }
    }
}

impl SearchTerm {
    fn sure(&self, bare: &str, stems: &[String], letters: usize, own: &Terms) -> f32 {
        if self.bare == bare {
            return 0.95;
        }
        if self
            .stems
            .iter()
            .zip(stems)
            .any(|(one, other)| one == other)
        {
            return 0.9;
        }
        if self.prefix && bare.starts_with(&self.bare) {
            return 1.0;
        }
        if self.slip
            && (4..=LONGEST).contains(&self.letters)
            && letters <= LONGEST
            && slips(&self.bare, bare) <= 1
        {
            return 0.9;
        }
        // The parts of a compound, either way; what is longer than any would be looked through for
        // each word of a text.
        let is_word = self.letters <= LONGEST;
        if self.letters >= INSIDE_FROM && bare.contains(&self.bare)
            || is_word && letters >= PART_FROM && self.bare.contains(bare)
        {
            return 0.75;
        }
        if self.letters < ALIKE_FROM || own.is_empty() || self.pieces.is_empty() {
            return 0.0;
        }
        let same = own
            .iter()
            .filter(|piece| self.pieces.iter().any(|known| known == piece));
        #[expect(clippy::cast_precision_loss, reason = "some ten pieces")]
        let alike = 2.0 * same.count() as f32 / (own.len() + self.pieces.len()) as f32;
        if alike >= ALIKE { 0.7 * alike } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_its_other_forms() {
        let stems: Vec<Stems> = ["en", "de", "pl"]
            .into_iter()
            .filter_map(Stems::of)
            .collect();
        let mut wanted = SearchTerms::new(&stems);
        for word in ["printing", "drucker", "hasło", "mat", "pritner"] {
            wanted.add(word, 1.0, word == "mat", word == "pritner");
        }
        for (word, expected) in [
            ("printing", Some(0)),
            ("prints", Some(0)),
            ("netzwerkdrucker", Some(1)),
            ("hasła", Some(2)),
            ("haslo", Some(2)),
            ("mật", Some(3)),
            ("material", Some(3)),
            ("printer", Some(4)),
            ("switch", None),
            ("a", None),
        ] {
            assert_eq!(wanted.meets(word).map(|(at, _)| at), expected, "{word}");
        }
        assert!(wanted.covered(["The printer prints"]) > 0.3);
        assert!(wanted.covered(["Nothing of the kind"]) < f32::EPSILON);
    }
}
