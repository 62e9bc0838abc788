//! A bare word of a query as a filter: whether a text holds it, whole.
//!
//! Texts are taken apart as the search takes them apart, and folded for case and accents; grams,
//! stems, corrections and weights have no part in it, so that a figure does not move when the
//! ranking is tuned.

use crate::page::query::{QueryText, WordForm};
use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::folded_words;

/// A word, phrase or beginning of a word, ready to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordFilter {
    /// The words, which must follow one another.
    words: Vec<String>,
    /// Whether the last one is a beginning.
    prefix: bool,
    /// What was typed, where it holds no word: signs are looked for as they stand.
    signs: String,
}

impl WordFilter {
    /// Makes a word of a query ready.
    pub fn new(text: &QueryText) -> Self {
        let words = folded_words(&text.text);
        Self {
            prefix: text.form == WordForm::Prefix,
            signs: if words.is_empty() {
                normalize(&text.text)
            } else {
                String::new()
            },
            words,
        }
    }

    /// The folded words that a text must have, and whether each may be a beginning; none where signs are
    /// looked for.
    pub fn folded(&self) -> impl Iterator<Item = (&str, bool)> {
        let last = self.words.len().saturating_sub(1);
        let words = self.words.iter().enumerate();
        words.map(move |(at, word)| (word.as_str(), self.prefix && at == last))
    }

    /// Whether one of these texts holds it.
    pub fn is_in<'t>(&self, texts: impl IntoIterator<Item = &'t FoldedText>) -> bool {
        texts.into_iter().any(|text| self.matches(text))
    }

    fn matches(&self, text: &FoldedText) -> bool {
        let Some((last, before)) = self.words.split_last() else {
            return !self.signs.is_empty() && text.whole.contains(&self.signs);
        };
        text.words.windows(self.words.len()).any(|window| {
            window.split_last().is_some_and(|(end, start)| {
                start == before
                    && if self.prefix {
                        end.starts_with(last.as_str())
                    } else {
                        end == last
                    }
            })
        })
    }
}

/// A text taken apart once, for all words of a query.
#[derive(Clone, Debug, Default)]
pub struct FoldedText {
    words: Vec<String>,
    whole: String,
}

impl FoldedText {
    /// Takes a text apart.
    pub fn new(text: &str) -> Self {
        Self {
            words: folded_words(text),
            whole: normalize(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(query: &str, text: &str) -> bool {
        WordFilter::new(&QueryText::read(query)).is_in([&FoldedText::new(text)])
    }

    #[test]
    fn a_word_is_whole_and_folded() {
        for (query, text) in [
            ("printer", "The Printer, 2nd floor"),
            ("lodz", "Łódź"),
            ("print*", "a printer"),
            ("\"connection refused\"", "connection\nrefused by host"),
            ("don't", "Don’t print"),
            ("C:\\Temp", "Disk full at C:\\Temp"),
            ("+++", "a +++ b"),
            ("打印机", "新打印机坏了"),
        ] {
            assert!(fits(query, text), "{query} in {text}");
        }
        for (query, text) in [
            ("print", "a printer"),
            ("\"refused connection\"", "connection refused"),
            ("+++", "a ++ b"),
            ("", "anything"),
        ] {
            assert!(!fits(query, text), "{query} in {text}");
        }
    }
}
