//! The words of a search, and how much a text must say of them.

use crate::ops::core::messages::search::SearchError;
use std::collections::BTreeSet;

use crate::index::finder::{Broken, Finder};
use crate::index::text::{Clause, Collection, TextQuery, TextSearcher};
use crate::index::want::Want;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::rules::search::SearchTerms;
use crate::rules::text::terms::{each_word, is_common};

/// Everything that searches go by, up to date.
pub(in crate::ops) fn finder<'d>(
    desk: &'d Desk,
    want: Want,
    kinds: &[Collection],
) -> Result<Finder<'d>, OpError> {
    Finder::open(&desk.root, want, kinds, &declared(desk), &desk.progress).map_err(broken)
}

/// The company's own fields, of which an index is made too.
pub(in crate::ops) fn declared(desk: &Desk) -> String {
    let names: Vec<&str> = desk.settings.fields.keys().map(String::as_str).collect();
    names.join(" ")
}

#[expect(clippy::needless_pass_by_value, reason = "made to map errors with")]
pub(in crate::ops) fn broken(error: Broken) -> OpError {
    SearchError::IndexBroken(&error.to_string()).error()
}

/// The question that the words of a query ask.
pub(in crate::ops::search) fn question(asked: &SearchQuery) -> TextQuery {
    TextQuery {
        text: asked.words.join(" "),
        must: asked.must.clone(),
        must_not: asked.must_not.clone(),
        ..TextQuery::default()
    }
}

/// The words of a query, weighed by what an index holds.
pub(in crate::ops::search) fn wanted<'t>(
    asked: &SearchQuery,
    texts: &'t TextSearcher,
) -> SearchTerms<'t> {
    let mut wanted = SearchTerms::new(texts.stems());
    let mut add = |text: &str, prefix: bool| {
        let mut words: Vec<String> = Vec::new();
        each_word(text, |word, _| words.push(word.to_owned()));
        for word in words {
            let slip = !prefix && word.chars().count() >= 4 && !texts.knows(&word);
            let common = if is_common(&word) { COMMON } else { 1.0 };
            wanted.add(&word, texts.weight(&word) * common, prefix, slip);
        }
    };
    asked.words.iter().for_each(|word| add(word, false));
    for part in &asked.must {
        match part {
            Clause::Words(text) => add(text, false),
            Clause::Prefix(text) => add(text, true),
        }
    }
    wanted
}

/// What is left of the weight of a word that says little by itself.
pub(in crate::ops) const COMMON: f32 = 0.2;

/// How much of what is looked for a text must say to be an answer: one word must be there; of
/// many, some, for who describes a trouble uses more words than the answer has.
pub(in crate::ops::search) fn enough(words: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    let words = words.clamp(1, 25) as f32;
    0.5 / words.sqrt()
}

/// Adds the words that stood for words which stand nowhere.
pub(in crate::ops::search) fn note_slips(
    wanted: &SearchTerms<'_>,
    texts: &[&str],
    slips: &mut Vec<(String, BTreeSet<String>)>,
) {
    if !wanted.words().iter().any(|word| word.slip) {
        return;
    }
    for text in texts {
        each_word(text, |word, _| {
            if let Some((at, sure)) = wanted.meets(word)
                && let Some(slip) = wanted.words().get(at).filter(|one| one.slip && sure > 0.8)
                && !word.starts_with(&slip.word)
                && !slip.word.starts_with(word)
            {
                let at = slips.iter().position(|(known, _)| *known == slip.word);
                match at {
                    Some(at) => {
                        slips[at].1.insert(word.to_owned());
                    }
                    None => slips.push((slip.word.clone(), BTreeSet::from([word.to_owned()]))),
                }
            }
        });
    }
}
