//! Stems of words, for texts that say their language.

use std::fmt;

use frostem::{Algorithm, Stemmer};

use crate::rules::text::terms::{Terms, each_word};

/// The language of a tag without its region: `pt` of `pt-BR`.
pub fn base_language(tag: &str) -> String {
    let base = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
    base.to_ascii_lowercase()
}

/// Takes words of one language to their stems. Stems carry their language, so that those of two
/// languages never meet.
pub struct Stems {
    language: String,
    stemmer: Stemmer,
}

impl fmt::Debug for Stems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stems({})", self.language)
    }
}

impl Stems {
    /// For the language of a tag; `None` where no stemmer knows it.
    pub fn of(tag: &str) -> Option<Self> {
        let language = base_language(tag);
        let algorithm = match language.as_str() {
            // Both written forms of Norwegian have the one algorithm.
            "nb" | "nn" => Algorithm::from_name("no"),
            language => Algorithm::from_name(language),
        };
        Some(Self {
            stemmer: Stemmer::new(algorithm.ok()?),
            language,
        })
    }

    /// The stem of a word, in lower case already.
    pub fn stem(&self, word: &str) -> String {
        format!("{}:{}", self.language, self.stemmer.stem(word))
    }

    /// The stems of all words of a text.
    pub fn all(&self, text: &str, into: &mut Terms) {
        each_word(text, |word, _| {
            into.text.push_str(&self.language);
            into.text.push(':');
            into.text.push_str(&self.stemmer.stem(word));
            into.end();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_have_one_stem() {
        for (language, one, other) in [
            ("en", "printing", "prints"),
            ("en-GB", "connection", "connections"),
            ("de", "drucker", "druckern"),
            ("pl", "drukarki", "drukarka"),
            ("nb", "maskinen", "maskiner"),
        ] {
            let stems = Stems::of(language).unwrap();
            assert_eq!(stems.stem(one), stems.stem(other), "{one}");
        }
        assert!(Stems::of("vi").is_none() && Stems::of("").is_none());
    }
}
