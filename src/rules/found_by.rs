//! By what tickets are found in the caches: words that say what they are of.

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// This one.
    Word(String),
    /// All that begin so.
    Beginning(String),
}

impl Wanted {
    /// The word, or what it begins with.
    pub fn word(&self) -> &str {
        match self {
            Self::Word(word) | Self::Beginning(word) => word,
        }
    }

    /// Whether a word is one that is looked for.
    pub fn fits(&self, word: &str) -> bool {
        match self {
            Self::Word(wanted) => word == wanted,
            Self::Beginning(wanted) => word.starts_with(wanted.as_str()),
        }
    }
}
