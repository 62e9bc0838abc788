//! Finding a part of the catalogue: by level, by code, or by words.

use crate::model::catalog::{Catalogue, Code};
use crate::page::query::codes::{self, CodeFlag, CodeName, CodeQuery};
use crate::page::query::{QueryError, TermKind};
use crate::rules::context::DeskContext;
use crate::rules::query::matcher::{BadValue, Filter, Record, Vocabulary};
use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::folded_words as words;

/// What stands between levels: as it is shown, or as it is typed.
const BETWEEN: [char; 3] = ['›', '>', '/'];

/// Which codes are asked for: every term must fit.
#[derive(Debug)]
pub struct CodeMatcher {
    filter: Filter<CodeName, CodeFlag>,
    /// Levels that follow one another, each the words that its name begins with.
    paths: Vec<(bool, Vec<Vec<String>>)>,
}

/// Reads a query of codes: terms, words, and paths like `IT › Network` or `it/network`.
pub fn read(given: &[String]) -> Result<CodeQuery, QueryError> {
    let quoted = given.iter().map(|one| {
        let path = one.contains(BETWEEN) && !one.contains([':', '=', '"']);
        if path {
            format!("\"{one}\"")
        } else {
            one.clone()
        }
    });
    codes::schema().read(&quoted.collect::<Vec<_>>().join(" "))
}

impl CodeMatcher {
    /// Makes a query ready.
    pub fn new(query: &CodeQuery, context: DeskContext<'_>) -> Result<Self, BadValue> {
        let mut paths = Vec::new();
        let mut query = query.clone();
        query.terms.retain(|term| match &term.what {
            TermKind::Text(text) if text.text.contains(BETWEEN) => {
                let levels = text.text.split(BETWEEN).map(words);
                let levels: Vec<_> = levels.filter(|level| !level.is_empty()).collect();
                if !levels.is_empty() {
                    paths.push((term.negated, levels));
                }
                false
            }
            _ => true,
        });
        let vocabulary = Vocabulary {
            known: &|_| None,
            held: &|_, _| false,
        };
        let filter = Filter::new(&query, context, &vocabulary)?;
        Ok(Self { filter, paths })
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
        let path = code.path.iter().chain(&code.queue);
        let mut own: Vec<&str> = vec![&code.name, &code.title];
        own.extend(path.map(String::as_str));
        if deep {
            own.extend(code.prompts.iter().map(String::as_str));
            if let Some(order) = &code.work_order {
                own.push(&order.title);
                own.extend(order.steps.iter().chain(&order.parts).map(String::as_str));
            }
        }
        let mut paths = self.paths.iter();
        self.filter.fits(code)
            && paths.all(|(negated, levels)| follows(levels, code) != *negated)
            && self.filter.fits_texts(code, own)
    }
}

impl Record<CodeName, CodeFlag> for Code {
    fn texts(&self, name: &CodeName) -> Vec<String> {
        let text = match name {
            CodeName::Code => Some(&self.name),
            CodeName::Title => Some(&self.title),
            CodeName::Level(at) => self.path.get(*at),
            CodeName::Queue => self.queue.as_ref(),
            CodeName::Area => self.area.as_ref(),
            CodeName::Impact => self.impact.as_ref(),
            CodeName::Urgency => self.urgency.as_ref(),
        };
        text.into_iter().cloned().collect()
    }

    fn has(&self, flag: CodeFlag) -> bool {
        match flag {
            CodeFlag::Retired => self.retired,
        }
    }
}

/// The codes of which words begin with what is typed.
pub fn beginning<'c>(typed: &str, context: DeskContext<'c>) -> Vec<&'c Code> {
    let query = read(&[typed.to_owned()]).ok();
    let query = query.map(|query| query.widened().map_or(query, |(wide, _)| wide));
    let matcher = query.and_then(|query| CodeMatcher::new(&query, context).ok());
    matcher.map_or_else(Vec::new, |matcher| matcher.codes(context.catalogue))
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
    use crate::model::moment::Moment;
    use crate::page::catalog;
    use crate::page::settings;

    fn starter() -> Catalogue {
        let settings = settings::read(settings::STARTER).unwrap();
        catalog::read(catalog::STARTER, &settings).unwrap()
    }

    fn found(filter: &[&str]) -> Vec<String> {
        let filter: Vec<String> = filter.iter().map(|&one| one.to_owned()).collect();
        let (catalogue, settings) = (starter(), settings::read(settings::STARTER).unwrap());
        let context = DeskContext::new(&settings, &catalogue, Moment::epoch());
        let matcher = CodeMatcher::new(&read(&filter).unwrap(), context).unwrap();
        let codes = matcher.codes(&catalogue);
        codes.iter().map(|code| code.name.clone()).collect()
    }

    #[test]
    fn a_word_is_whole_and_a_part_of_a_code_is_a_word() {
        let printing = found(&["printing"]);
        assert!(printing.len() >= 5 && printing.iter().all(|name| name.starts_with("PRN-")));
        for word in ["print*", "PRN", "prn", "prínt*"] {
            let found = found(&[word]);
            assert!(
                printing.iter().all(|name| found.contains(name)),
                "{word}: {found:?}"
            );
        }
        for whole in ["net-out", "NET OUT", "code:net-out", "\"net out\""] {
            let terms: Vec<&str> = match whole {
                "NET OUT" => whole.split(' ').collect(),
                _ => vec![whole],
            };
            assert_eq!(found(&terms), ["NET-OUT"], "{whole}");
        }
        assert_eq!(found(&["paper", "jam"]), ["PRN-JAM"]);
        assert_eq!(found(&["jam"]), ["PRN-JAM"]);
        assert_eq!(found(&["prn", "!jam"]).len() + 1, found(&["prn"]).len());
        assert_eq!(found(&["category:printing"]), printing);
        assert_eq!(
            found(&["rollers"]),
            ["PRN-JAM"],
            "only a step speaks of rollers"
        );
        assert!(found(&["submarine"]).is_empty() && found(&["printin"]).is_empty());
    }

    #[test]
    fn every_whole_part_of_every_code_finds_it() {
        for code in starter().codes.values() {
            let path = code.path.iter().map(String::as_str);
            for text in path.chain([code.name.as_str(), &code.title]) {
                for word in words(text) {
                    assert!(
                        found(&[&word]).contains(&code.name),
                        "{word}: {}",
                        code.name
                    );
                }
            }
        }
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
