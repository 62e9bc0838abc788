//! Finding a part of the catalogue: by level, by code, or by words.

use crate::model::catalog::{Catalogue, Code};
use crate::rules::text::normalize::{normalize, words};

/// Letters that two words must begin with together to be forms of one: `printer` and `printing`.
const STEM: usize = 5;

/// Letters that may follow.
const ENDING: usize = 4;

/// Which codes are asked for: every term must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogFilter {
    terms: Vec<CatalogTerm>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum CatalogTerm {
    /// A word of code, title, path or queue.
    Word(String),
    /// Levels that follow one another, each the words that its name begins with.
    Path(Vec<Vec<String>>),
}

/// What stands between levels: as it is shown, or as it is typed.
const BETWEEN: [char; 3] = ['›', '>', '/'];

impl CatalogFilter {
    /// Reads a filter: words, and paths like `IT › Network` or `it/network`.
    pub fn read(given: &[String]) -> Self {
        let mut terms = Vec::new();
        for one in given {
            if one.contains(BETWEEN) {
                let levels = one.split(BETWEEN).map(words);
                let levels: Vec<Vec<String>> = levels.filter(|level| !level.is_empty()).collect();
                if !levels.is_empty() {
                    terms.push(CatalogTerm::Path(levels));
                }
            } else {
                terms.extend(words(one).into_iter().map(CatalogTerm::Word));
            }
        }
        Self { terms }
    }

    /// Whether everything is asked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The codes that fit by their names. Where none does, those whose questions and steps hold
    /// the words.
    pub fn codes<'c>(&self, catalogue: &'c Catalogue) -> Vec<&'c Code> {
        let all = |deep: bool| -> Vec<&'c Code> {
            let codes = catalogue.codes.values();
            codes.filter(|code| self.fits(code, deep)).collect()
        };
        match all(false) {
            none if none.is_empty() => all(true),
            found => found,
        }
    }

    fn fits(&self, code: &Code, deep: bool) -> bool {
        let mut own: Vec<String> = words(&code.name);
        own.push(normalize(&code.name));
        own.extend(words(&code.title));
        own.extend(code.path.iter().flat_map(|name| words(name)));
        own.extend(code.queue.iter().flat_map(|name| words(name)));
        if deep {
            own.extend(code.prompts.iter().flat_map(|text| words(text)));
            if let Some(order) = &code.work_order {
                own.extend(words(&order.title));
                let parts = order.steps.iter().chain(&order.parts);
                own.extend(parts.flat_map(|text| words(text)));
            }
        }
        self.terms.iter().all(|term| match term {
            CatalogTerm::Word(word) => own.iter().any(|known| is_form(word, known)),
            CatalogTerm::Path(levels) => follows(levels, code),
        })
    }
}

/// Whether a word is the start of another, or another form of it.
fn is_form(word: &str, known: &str) -> bool {
    if known.starts_with(word) {
        return true;
    }
    let common = word
        .chars()
        .zip(known.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let rest = |text: &str| text.chars().count() - common;
    common >= STEM && rest(word) <= ENDING && rest(known) <= ENDING
}

/// Whether the levels stand in the code's path one after another, the code itself being the last.
fn follows(levels: &[Vec<String>], code: &Code) -> bool {
    let path: Vec<Vec<String>> = code
        .path
        .iter()
        .chain([&code.name])
        .map(|name| words(name))
        .collect();
    path.windows(levels.len()).any(|part| {
        part.iter()
            .zip(levels)
            .all(|(name, wanted)| begins(name, wanted))
    })
}

/// Whether a name begins with these words, the last of which may be cut short.
fn begins(name: &[String], wanted: &[String]) -> bool {
    let Some((last, whole)) = wanted.split_last() else {
        return true;
    };
    name.len() >= wanted.len()
        && name[..whole.len()] == *whole
        && name[whole.len()].starts_with(last)
}

/// A name of a level as it is typed in a path: `network-services`.
pub fn slug(name: &str) -> String {
    words(name).join("-")
}

/// What may be typed next behind a path that is typed: for `it/` the providers of IT, for
/// `it/network-services/wi-fi/` its codes. Each with the words that explain it.
pub fn next(typed: &str, catalogue: &Catalogue) -> Vec<(String, String)> {
    let (before, last) = match typed.rsplit_once('/') {
        Some((before, last)) => (before, last),
        None => ("", typed),
    };
    let fixed: Vec<&str> = before.split('/').filter(|part| !part.is_empty()).collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for code in catalogue.active() {
        let path: Vec<String> = code.path.iter().map(|name| slug(name)).collect();
        let is_under = path.len() >= fixed.len()
            && path
                .iter()
                .zip(&fixed)
                .all(|(name, given)| name == &normalize(given));
        if !is_under {
            continue;
        }
        let mut start = path[..fixed.len()].join("/");
        if !start.is_empty() {
            start.push('/');
        }
        let one = match path.get(fixed.len()) {
            Some(name) => (
                format!("{start}{name}/"),
                code.path[..=fixed.len()].join(" › "),
            ),
            None => (code.name.clone(), code.title.clone()),
        };
        let part = one.0.rsplit('/').find(|part| !part.is_empty());
        let fits = part.is_some_and(|part| normalize(part).starts_with(&normalize(last)));
        if fits && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::catalog;
    use crate::page::settings;

    fn starter() -> Catalogue {
        let settings = settings::read(settings::STARTER).unwrap();
        catalog::read(catalog::STARTER, &settings).unwrap()
    }

    fn found(filter: &[&str]) -> Vec<String> {
        let filter: Vec<String> = filter.iter().map(|&one| one.to_owned()).collect();
        let catalogue = starter();
        let codes = CatalogFilter::read(&filter).codes(&catalogue);
        codes.iter().map(|code| code.name.clone()).collect()
    }

    #[test]
    fn a_word_in_any_form_finds_its_codes() {
        let printing = found(&["printing"]);
        assert!(printing.len() >= 6 && printing.iter().all(|name| name.starts_with("PRN-")));
        for word in ["printer", "PRINT", "prn"] {
            let found = found(&[word]);
            assert!(
                printing.iter().all(|name| found.contains(name)),
                "{word}: {found:?}"
            );
        }
        assert_eq!(found(&["net-out"]), ["NET-OUT"]);
        assert_eq!(found(&["paper", "jam"]), ["PRN-JAM"]);
        assert_eq!(found(&["license"]), found(&["licence"]));
        assert_eq!(
            found(&["rollers"]),
            ["PRN-JAM"],
            "only a step speaks of rollers"
        );
        assert!(found(&["submarine"]).is_empty());
    }

    #[test]
    fn levels_follow_one_another() {
        let network = found(&["IT › Network"]);
        assert!(
            network.contains(&"NET-WIFI".to_owned()) && !network.contains(&"TEL-OUT".to_owned())
        );
        for same in [
            "it/network",
            "IT > Network services",
            "it/network-services/",
            "network/",
        ] {
            assert_eq!(found(&[same]), network, "{same}");
        }
        assert_eq!(found(&["network/wi-fi"]), ["NET-GUEST", "NET-WIFI"]);
        assert_eq!(found(&["network/wi-fi", "guest"]), ["NET-GUEST"]);
        assert_eq!(found(&["wi-fi/net-guest"]), ["NET-GUEST"]);
        assert!(found(&["network/it"]).is_empty());
    }

    #[test]
    fn each_level_offers_the_next() {
        let catalogue = starter();
        let offered = |typed: &str| -> Vec<String> {
            next(typed, &catalogue)
                .into_iter()
                .map(|(value, _)| value)
                .collect()
        };
        assert_eq!(offered("i"), ["it/"]);
        assert_eq!(offered("it/net"), ["it/network-services/"]);
        assert_eq!(
            offered("IT/network-services/wi-f"),
            ["it/network-services/wi-fi/"]
        );
        assert_eq!(
            offered("it/network-services/wi-fi/"),
            ["NET-GUEST", "NET-WIFI"]
        );
        assert_eq!(offered("it/network-services/wi-fi/net-g"), ["NET-GUEST"]);
        assert_eq!(offered("nowhere/"), [""; 0]);
    }
}
