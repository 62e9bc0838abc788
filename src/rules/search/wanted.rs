//! The words that somebody looks for, and whether a word of a text is one of them.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::{Stems, Terms, each_word, is_same_noun, pieces};

/// A word that is looked for.
#[derive(Clone, Debug)]
pub struct SearchTerm {
    /// In lower case.
    pub word: String,
    /// How telling it is.
    pub weight: f32,
    /// Whether the beginning is enough.
    pub prefix: bool,
    /// Whether it says by itself what something is about.
    pub is_telling: bool,
    /// Words one slip away that stand for it, where no text has it.
    pub corrections: Vec<String>,
    /// Words that say the same, without their accents, and their stems.
    others: Vec<String>,
    /// What says the same in several words, each as ` one two `.
    phrases: Vec<String>,
    letters: usize,
    bare: String,
    stems: Vec<String>,
    pieces: Vec<String>,
}

/// Shorter words are found within others by chance: what is looked for in a compound of the text,
/// and a part of the text's in a compound that is looked for.
const INSIDE_FROM: usize = 5;
const PART_FROM: usize = 6;

/// How surely that is the word.
const PART: f32 = 0.75;

/// So much of the pieces of two words must be the same for one to stand for the other.
const ALIKE: f32 = 0.5;

/// Words with fewer letters have too few pieces for that.
const ALIKE_FROM: usize = 5;

/// So many of the most telling words, said in a title, are all that a text need say.
const MUCH: f32 = 3.0;

/// What a word in a text says beside one in a title.
const BODY: f32 = 0.5;

/// And where somebody looks for two words, wherever they stand.
const BODY_OF_TWO: f32 = 0.7;

/// So many of the most telling words of a question count.
const TELLING: usize = 8;

/// How surely an inflected word is the word.
const FORM: f32 = 0.9;

/// How surely what says the same is the word, and what stands for a slip.
const SAME: f32 = 0.9;
const CORRECTED: f32 = 0.85;

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
    pub fn add(&mut self, word: &str, weight: f32, prefix: bool) {
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
            is_telling: true,
            corrections: Vec::new(),
            others: Vec::new(),
            phrases: Vec::new(),
            letters: word.chars().count(),
            bare: normalize(word),
            stems: self.stems.iter().map(|stems| stems.stem(word)).collect(),
            pieces: cut.iter().map(str::to_owned).collect(),
        });
    }

    /// Adds words that stand for one thing, once, instead of each of them.
    pub fn add_phrase(&mut self, words: &[String], weight: f32) {
        let phrase = words.join(" ");
        self.add(&phrase, weight, false);
        self.say_the_same(&phrase, &[words.to_vec()]);
    }

    /// Notes what says the same as a word that is looked for.
    pub fn say_the_same(&mut self, word: &str, others: &[Vec<String>]) {
        let stems = self.stems;
        let Some(term) = self.words.iter_mut().find(|known| known.word == word) else {
            return;
        };
        for other in others {
            if let [other] = &other[..] {
                term.others.push(normalize(other));
                term.others
                    .extend(stems.iter().map(|stems| stems.stem(other)));
            } else {
                let plain: Vec<String> = other.iter().map(|word| normalize(word)).collect();
                term.phrases.push(format!(" {} ", plain.join(" ")));
            }
        }
    }

    /// Notes that a word says little by itself.
    pub fn is_of_every_day(&mut self, word: &str) {
        if let Some(term) = self.words.iter_mut().find(|known| known.word == word) {
            term.is_telling = false;
        }
    }

    /// Notes which words stand for one that was mistyped.
    pub fn correct(&mut self, word: &str, near: Vec<String>) {
        if let Some(term) = self.words.iter_mut().find(|known| known.word == word) {
            term.corrections = near;
        }
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
            let sure = wanted.sure(word, &bare, &stems, &own);
            if sure > best.map_or(0.0, |(_, sure)| sure) {
                best = Some((at, sure));
            }
        }
        best
    }

    /// The word that is looked for, where a word of a text only says the same.
    pub(in crate::rules::search) fn stands_for(&self, at: usize, word: &str) -> Option<&str> {
        let wanted = self.words.get(at)?;
        let stems: Vec<String> = self.stems.iter().map(|stems| stems.stem(word)).collect();
        let bare = normalize(word);
        let is_form = wanted.is_form(word, &bare, &stems);
        (!is_form && wanted.is_other(&bare, &stems)).then_some(wanted.word.as_str())
    }

    /// How much of what is looked for a text says, from 0 to 1, by how telling each word is: of the
    /// most telling words only, so that it does not matter how much somebody wrote.
    pub fn covered<'t>(&self, title: &'t str, texts: impl IntoIterator<Item = &'t str>) -> f32 {
        let in_title = self.said([title]);
        let mut said = self.said(texts);
        let body = if self.words.len() <= 2 {
            BODY_OF_TWO
        } else {
            BODY
        };
        for (said, in_title) in said.iter_mut().zip(in_title) {
            *said = in_title.max(*said * body);
        }
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order.sort_by(|a, b| self.words[*b].weight.total_cmp(&self.words[*a].weight));
        order.truncate(TELLING);
        let most = self
            .words
            .iter()
            .map(|word| word.weight)
            .fold(0.0, f32::max);
        let words = self.words.iter().zip(&said);
        let much: f32 = words.map(|(word, said)| word.weight * said).sum();
        let much = much / most.max(f32::MIN_POSITIVE) / MUCH;
        let all: f32 = order.iter().map(|at| self.words[*at].weight).sum();
        let found: f32 = order
            .iter()
            .map(|at| self.words[*at].weight * said[*at])
            .sum();
        let share = if all > 0.0 { found / all } else { 0.0 };
        // Whoever wrote much is answered by a text that says much of it, if not most of it.
        share.max(much)
    }
}

impl SearchTerms<'_> {
    /// How surely texts say each of the words.
    fn said<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Vec<f32> {
        let mut said = vec![0.0_f32; self.words.len()];
        let has_phrases = self.words.iter().any(|word| !word.phrases.is_empty());
        for text in texts {
            let mut plain = String::from(" ");
            each_word(text, |word, _| {
                if let Some((at, sure)) = self.meets(word) {
                    said[at] = said[at].max(sure);
                }
                if has_phrases {
                    plain.push_str(&normalize(word));
                    plain.push(' ');
                }
            });
            for (term, sure) in self.words.iter().zip(&mut said) {
                if term
                    .phrases
                    .iter()
                    .any(|phrase| plain.contains(phrase.as_str()))
                {
                    *sure = sure.max(SAME);
                }
            }
        }
        said
    }
}

impl SearchTerm {
    /// Whether a word is this one without its accents, inflected, or with a particle.
    fn is_form(&self, word: &str, bare: &str, stems: &[String]) -> bool {
        let mut both = self.stems.iter().zip(stems);
        self.bare == bare || both.any(|(one, other)| one == other) || is_same_noun(&self.word, word)
    }

    /// Whether a word says the same.
    fn is_other(&self, bare: &str, stems: &[String]) -> bool {
        let is_other = |text: &str| self.others.iter().any(|other| other == text);
        is_other(bare) || stems.iter().any(|stem| is_other(stem))
    }

    fn sure(&self, word: &str, bare: &str, stems: &[String], own: &Terms) -> f32 {
        if self.bare == bare {
            return 0.95;
        }
        if self.is_form(word, bare, stems) {
            return FORM;
        }
        if self.prefix && bare.starts_with(&self.bare) {
            return 1.0;
        }
        if self.corrections.iter().any(|near| near == bare) {
            return CORRECTED;
        }
        if self.is_other(bare, stems) {
            return SAME;
        }
        // The parts of a compound, either way; what is longer than any would be looked through for
        // each word of a text.
        let letters = word.chars().count();
        let is_word = self.letters <= LONGEST;
        if self.letters >= INSIDE_FROM && bare.contains(&self.bare)
            || is_word && letters >= PART_FROM && self.bare.contains(bare)
        {
            return PART;
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
            wanted.add(word, 1.0, word == "mat");
        }
        wanted.correct("pritner", vec!["printer".to_owned()]);
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
        assert!(wanted.covered("The printer prints", []) > 0.3);
        assert!(wanted.covered("Nothing of the kind", []) < f32::EPSILON);
    }
}
