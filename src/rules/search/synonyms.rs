//! Words that stand for one another: those of the trade in six languages, and a house's own.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::{Stems, each_word, is_everyday};

/// The words of the trade.
const STARTER: &str = include_str!("starter_synonyms.toml");

/// A compound of German ends with a word of so many letters, behind at least so many others.
const END_FROM: usize = 5;
const BEFORE_END: usize = 3;

/// So many words of a question are one of the list's at most.
const LONGEST: usize = 4;

#[derive(Deserialize)]
struct Starter {
    group: Vec<BTreeMap<String, String>>,
    place: Vec<BTreeMap<String, String>>,
}

/// Words of a question for which others stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concept {
    /// The words of the question, in lower case, side by side.
    pub words: Vec<String>,
    /// What says the same, each in words in lower case.
    pub others: Vec<Vec<String>>,
    /// Whether it only says where something is.
    pub is_place: bool,
    /// Whether only the end of the word has others: it says more than they do.
    pub is_compound: bool,
}

/// The list, ready to be asked.
pub struct Synonyms {
    /// Members of groups, in words.
    groups: Vec<Vec<Vec<String>>>,
    /// Groups by the words of a member, without accents, and by the stem of one.
    by_words: HashMap<String, Vec<usize>>,
    /// German words that end compounds.
    ends: Vec<(String, usize)>,
    stems: Vec<Stems>,
    /// From this group on they are of places, up to the second.
    places: std::ops::Range<usize>,
}

impl std::fmt::Debug for Synonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Synonyms({})", self.groups.len())
    }
}

impl Synonyms {
    /// The starter's, with a house's own: each word with what stands for it. A word for which the
    /// house names nothing is no synonym of anything.
    pub fn new(own: &BTreeMap<String, Vec<String>>) -> Self {
        let starter: Starter = toml::from_str(STARTER).unwrap_or(Starter {
            group: Vec::new(),
            place: Vec::new(),
        });
        let languages = ["en", "de", "pl", "es"];
        let mut all = Self {
            groups: Vec::new(),
            by_words: HashMap::new(),
            ends: Vec::new(),
            stems: languages.into_iter().filter_map(Stems::of).collect(),
            places: 0..0,
        };
        let without: Vec<String> = own
            .iter()
            .filter(|(_, others)| others.is_empty())
            .map(|(word, _)| key(&split(word)))
            .collect();
        all.places = starter.group.len()..starter.group.len() + starter.place.len();
        for group in starter.group.into_iter().chain(starter.place) {
            let members = group.iter().flat_map(|(language, words)| {
                let words = words.split(',').map(str::trim);
                words.map(move |word| (Some(language.as_str()), word))
            });
            let members = members.filter(|(_, word)| !without.contains(&key(&split(word))));
            all.add(members);
        }
        for (word, others) in own.iter().filter(|(_, others)| !others.is_empty()) {
            let members = std::iter::once(word).chain(others);
            all.add(members.map(|word| (None, word.as_str())));
        }
        all
    }

    fn add<'m>(&mut self, members: impl Iterator<Item = (Option<&'m str>, &'m str)>) {
        let at = self.groups.len();
        let mut group: Vec<Vec<String>> = Vec::new();
        for (language, text) in members {
            let words = split(text);
            // `red` is a network in Spanish, and a colour to everybody else.
            let is_false_friend = language.is_some_and(|language| language != "en")
                && matches!(&words[..], [word] if is_everyday(word));
            if words.is_empty() || is_false_friend {
                continue;
            }
            let mut keys = vec![key(&words)];
            if let [word] = &words[..] {
                let stems = self.stems.iter().filter(|stems| {
                    language.is_none_or(|language| stems.stem(word).starts_with(language))
                });
                keys.extend(stems.map(|stems| stems.stem(word)));
                if language == Some("de") && word.chars().count() >= END_FROM {
                    self.ends.push((word.clone(), at));
                }
            }
            for key in keys {
                let named = self.by_words.entry(key).or_default();
                if !named.contains(&at) {
                    named.push(at);
                }
            }
            if !group.contains(&words) {
                group.push(words);
            }
        }
        self.groups.push(group);
    }

    /// What of a question has others that stand for it, of overlapping ones the longest.
    pub fn concepts(&self, text: &str) -> Vec<Concept> {
        let words = split(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let most = LONGEST.min(words.len() - at);
            let concept = (1..=most).rev().find_map(|count| {
                let words = &words[at..at + count];
                let groups = self.groups_of(words);
                (!groups.is_empty()).then(|| self.concept(words, &groups))
            });
            at += concept.as_ref().map_or(1, |concept| concept.words.len());
            found.extend(concept.filter(|concept| !concept.others.is_empty()));
        }
        found
    }

    fn groups_of(&self, words: &[String]) -> Vec<usize> {
        let mut found: Vec<usize> = self.by_words.get(&key(words)).cloned().unwrap_or_default();
        if let ([word], true) = (words, found.is_empty()) {
            let stems = self.stems.iter().map(|stems| stems.stem(word));
            for stem in stems {
                found.extend(self.by_words.get(&stem).into_iter().flatten());
            }
            if found.is_empty() {
                let letters = word.chars().count();
                let ends = self.ends.iter().filter(|(end, _)| {
                    word.ends_with(end.as_str()) && letters >= end.chars().count() + BEFORE_END
                });
                found.extend(ends.map(|(_, at)| *at));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a group has these words, or an inflection of them.
    fn is_named(&self, words: &[String], group: usize) -> bool {
        let has = |key: &str| {
            self.by_words
                .get(key)
                .is_some_and(|all| all.contains(&group))
        };
        let stems = self.stems.iter().map(|stems| stems.stem(&words[0]));
        has(&key(words)) || words.len() == 1 && stems.into_iter().any(|stem| has(&stem))
    }

    fn concept(&self, words: &[String], groups: &[usize]) -> Concept {
        let own = key(words);
        let members = groups.iter().flat_map(|at| &self.groups[*at]);
        let mut others: Vec<Vec<String>> = Vec::new();
        for member in members.filter(|member| key(member) != own) {
            if !others.contains(member) {
                others.push(member.clone());
            }
        }
        Concept {
            words: words.to_vec(),
            others,
            is_place: groups.iter().all(|at| self.places.contains(at)),
            is_compound: groups.iter().all(|at| !self.is_named(words, *at)),
        }
    }
}

/// The words of a member or a question.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word, _| words.push(word.to_owned()));
    words
}

/// Words as they are compared: side by side, without accents.
fn key(words: &[String]) -> String {
    let plain: Vec<String> = words.iter().map(|word| normalize(word)).collect();
    plain.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(synonyms: &Synonyms, text: &str) -> Vec<String> {
        let concepts = synonyms.concepts(text);
        let others = concepts.iter().flat_map(|concept| &concept.others);
        others.map(|words| words.join(" ")).collect()
    }

    #[test]
    fn the_starter_is_read_and_names_each_word_in_one_group_of_its_language() {
        let starter: Starter = toml::from_str(STARTER).unwrap();
        assert!(starter.group.len() > 50);
        for group in &starter.group {
            for language in group.keys() {
                let known = ["en", "de", "pl", "es", "vi", "bn"];
                assert!(known.contains(&language.as_str()), "{language}");
            }
        }
    }

    #[test]
    fn words_of_one_language_have_those_of_others() {
        let all = Synonyms::new(&BTreeMap::new());
        for (text, other) in [
            ("Drucker offline", "printer"),
            ("die Druckern", "printer"),
            ("máy in không in được", "printer"),
            ("Diensthandy", "mobile"),
            ("Mailprogramm", "mail program"),
            ("haslo", "password"),
            ("wlan", "wi fi"),
        ] {
            let others = others(&all, text);
            assert!(others.iter().any(|one| one == other), "{text}: {others:?}");
        }
        for text in [
            "canteen opening hours",
            "the light is red",
            "a pin",
            "in stock",
        ] {
            assert_eq!(others(&all, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_house_adds_its_own_and_takes_away() {
        let own = BTreeMap::from([
            ("Helios".to_owned(), vec!["ERP system".to_owned()]),
            ("notebook".to_owned(), Vec::new()),
        ]);
        let all = Synonyms::new(&own);
        assert_eq!(others(&all, "helios down"), ["erp system"]);
        assert_eq!(others(&all, "the ERP system"), ["helios"]);
        assert_eq!(others(&all, "notebook"), Vec::<String>::new());
        assert!(!others(&all, "laptop").contains(&"notebook".to_owned()));
    }
}
