//! Handles, queues and codes made from the names of other systems.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::page::log::derived_tag;
use crate::rules::text::normalize;

/// The longest handle that is made, in characters, a number at its end not counted.
const LONGEST: usize = 64;

/// A name in lower-case letters, digits and single dashes: marks are stripped, letters of other
/// Latin alphabets written out, everything else is a dash. Empty where nothing is left.
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        let written: &str = match c {
            'a'..='z' | '0'..='9' => {
                out.push(c);
                continue;
            }
            c => match normalize::letter(c) {
                Some(letters) => letters,
                // Marks that a letter brought along when it came to lower case.
                None if is_combining_mark(c) => continue,
                None if out.is_empty() || out.ends_with('-') => continue,
                None => "-",
            },
        };
        out.push_str(written);
    }
    if out.len() > LONGEST {
        out.truncate(LONGEST);
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// The names of one kind that an import meets, and the words that stand for them.
#[derive(Clone, Debug)]
pub struct SlugTable {
    /// What a word begins with whose name has no letter of the alphabet.
    noun: &'static str,
    /// Whether words are in capitals.
    capitals: bool,
    known: BTreeMap<String, String>,
    /// The words by names without case, accents and gaps, where these make no other name.
    alike: Option<BTreeMap<String, String>>,
    taken: BTreeSet<String>,
    /// The number to try next, for words that are taken.
    numbers: BTreeMap<String, u32>,
    new: Vec<(String, String)>,
}

impl SlugTable {
    /// An empty book of names of which each is a `noun`.
    pub fn new(noun: &'static str, capitals: bool) -> Self {
        Self {
            noun,
            capitals,
            known: BTreeMap::new(),
            alike: None,
            taken: BTreeSet::new(),
            numbers: BTreeMap::new(),
            new: Vec::new(),
        }
    }

    /// Takes names that differ in case, accents or gaps only for one, as those of people.
    #[must_use]
    pub fn of_people(mut self) -> Self {
        self.alike = Some(BTreeMap::new());
        self
    }

    /// Takes the names that it has, and those to come, as [`SlugTable::of_people`] does.
    #[must_use]
    pub fn in_any_case(mut self) -> Self {
        let known = self.known.iter();
        self.alike = Some(
            known
                .map(|(name, word)| (plain(name), word.clone()))
                .collect(),
        );
        self
    }

    /// Notes a word that stands for something else.
    pub fn take(&mut self, word: &str) {
        self.taken.insert(word.to_owned());
    }

    /// Notes a name and its word; of two words for one name the first counts.
    pub fn know(&mut self, name: &str, word: &str) {
        self.take(word);
        if let Some(alike) = &mut self.alike {
            alike.entry(plain(name)).or_insert_with(|| word.to_owned());
        }
        self.known
            .entry(name.to_owned())
            .or_insert_with(|| word.to_owned());
    }

    /// Forgets that a word stands for the name that it is; it stays taken.
    pub fn forget(&mut self, word: &str) {
        if self.known.get(word).is_some_and(|known| known == word) {
            self.known.remove(word);
        }
        if let Some(alike) = &mut self.alike {
            alike.retain(|name, known| known != word || *name != plain(word));
        }
    }

    /// The known word for a name.
    pub fn known(&self, name: &str) -> Option<String> {
        let alike = || self.alike.as_ref()?.get(&plain(name));
        self.known.get(name).or_else(alike).cloned()
    }

    /// The word for a name: the known one, or a new one.
    pub fn word(&mut self, name: &str) -> &str {
        let alike = self.alike.as_ref();
        let alike = || alike.and_then(|alike| alike.get(&plain(name)).cloned());
        if !self.known.contains_key(name)
            && let Some(word) = alike()
        {
            self.know(name, &word);
        } else if !self.known.contains_key(name) {
            let word = self.fresh(name);
            self.new.push((word.clone(), name.to_owned()));
            self.know(name, &word);
        }
        self.known.get(name).map_or("", String::as_str)
    }

    /// The new words with their names, in the order in which they were met.
    pub fn added(&self) -> &[(String, String)] {
        &self.new
    }

    fn fresh(&mut self, name: &str) -> String {
        let mut word = slug(name);
        if word.is_empty() {
            word = format!("{}-{}", self.noun, derived_tag(&[name], 4));
        }
        if self.capitals {
            word.make_ascii_uppercase();
        }
        if !self.taken.contains(&word) {
            return word;
        }
        // Words are only ever taken, so that those before are taken still.
        let number = self.numbers.entry(word.clone()).or_insert(2);
        loop {
            let numbered = format!("{word}-{number}");
            if !self.taken.contains(&numbered) || *number == u32::MAX {
                return numbered;
            }
            *number += 1;
        }
    }
}

/// A name without case, accents and gaps.
fn plain(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    normalize::normalize(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_to_plain_letters() {
        for (name, expected) in [
            ("Opened by  8", "opened-by-8"),
            ("Michał Żółć", "michal-zolc"),
            ("Jørgen Weißmann", "jorgen-weissmann"),
            ("ĐORĐE", "dorde"),
            ("İpek", "ipek"),
            ("Ｆｕｌｌ ½", "full-1-2"),
            ("--a--b--", "a-b"),
            ("李明", ""),
            ("", ""),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
        assert_eq!(slug(&format!("{} b", "a".repeat(63))).len(), 63);
    }

    #[test]
    fn people_are_the_same_in_other_letters() {
        let mut book = SlugTable::new("agent", false).of_people();
        book.know("Ada Rothé", "ada");
        for name in ["Ada Rothé", "ADA  ROTHE", "ada rothé"] {
            assert_eq!(book.word(name), "ada", "{name}");
        }
        assert_eq!(book.word("Joe"), "joe");
        assert_eq!(book.word("JOE"), "joe");
        assert_eq!(book.added().len(), 1);
        let mut book = SlugTable::new("code", true);
        assert_eq!(book.word("Net"), "NET");
        assert_eq!(book.word("net"), "NET-2");
    }

    #[test]
    fn two_names_never_share_a_word() {
        let mut book = SlugTable::new("agent", false);
        book.take("desk");
        book.know("Anna Nowak", "anna");
        let words: Vec<String> = [
            "Anna Nowak",
            "Anna",
            "anna!",
            "ANNA",
            "Anna",
            "Desk",
            "李明",
            "明李",
        ]
        .map(|name| book.word(name).to_owned())
        .into();
        assert_eq!(
            words[..6],
            ["anna", "anna-2", "anna-3", "anna-4", "anna-2", "desk-2"]
        );
        assert!(
            words[6].starts_with("agent-")
                && words[7].starts_with("agent-")
                && words[6] != words[7]
        );
        assert_eq!(book.added()[0], ("anna-2".to_owned(), "Anna".to_owned()));
        assert_eq!(book.added().len(), 6);
        assert_eq!(
            SlugTable::new("code", true).word("Category 55 / Subcategory 170"),
            "CATEGORY-55-SUBCATEGORY-170"
        );
    }
}
