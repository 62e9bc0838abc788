//! Other spellings of what was typed, and what is near to a word that no text has.

use tantivy::TantivyError;
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, Occur};

use crate::index::text::query_builder::{Asker, Clause, LONGEST_JOINED, SHORT, TextQuery};
use crate::page::problem::slips;
use crate::rules::search::Concept;
use crate::rules::text::terms::{Terms, is_common, is_everyday, is_korean, words};

impl Asker<'_> {
    /// Words that stand for one that neither a text nor the language has: one slip away, with the
    /// first letter, which is the one that people rarely miss.
    pub(in crate::index::text) fn corrections(
        &self,
        word: &str,
        question: &TextQuery,
    ) -> Vec<String> {
        let is_meant = || {
            question
                .concepts
                .iter()
                .any(|one| one.words.iter().any(|own| own == word))
        };
        let letters = word.chars().count();
        // A syllable is several letters.
        if letters < SLIPS_FROM
            || is_korean(word)
            || is_everyday(word)
            || is_meant()
            || self.knows(word)
        {
            return Vec::new();
        }
        let mut near = self.near(word);
        if letters <= SHORT {
            let mut beside = Terms::default();
            words(&question.text, &mut beside);
            words(&question.more, &mut beside);
            let beside: Vec<&str> = beside
                .iter()
                .filter(|other| *other != word && !is_common(other) && self.knows(other))
                .collect();
            near.retain(|(near, _)| beside.iter().any(|other| self.stand_together(near, other)));
        }
        near.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        near.truncate(MOST_SLIPS);
        near.into_iter().map(|(word, _)| word).collect()
    }

    /// The words of the texts that are one slip away and begin with the same letter, each with how
    /// many texts have it.
    pub(in crate::index::text::query_builder) fn near(&self, word: &str) -> Vec<(String, u64)> {
        let first: String = word.chars().take(1).collect();
        let mut next = first.clone().into_bytes();
        if let Some(last) = next.last_mut() {
            *last = last.saturating_add(1);
        }
        let letters = word.chars().count();
        let mut found: Vec<(String, u64)> = Vec::new();
        for segment in self.searcher.segment_readers() {
            for field in [self.fields.title, self.fields.body] {
                let Some(inverted) = self.sound(segment.inverted_index(field)) else {
                    continue;
                };
                let range = inverted.terms().range().ge(&first).lt(&next);
                let stream = range.into_stream().map_err(TantivyError::from);
                let Some(mut stream) = self.sound(stream) else {
                    continue;
                };
                while let Some((key, info)) = stream.next() {
                    let Ok(own) = std::str::from_utf8(key) else {
                        continue;
                    };
                    let is_near =
                        own.chars().count().abs_diff(letters) <= 1 && slips(word, own) <= 1;
                    if !is_near {
                        continue;
                    }
                    let texts = u64::from(info.doc_freq);
                    match found.iter_mut().find(|(known, _)| known == own) {
                        Some((_, known)) => *known = (*known).max(texts),
                        None => found.push((own.to_owned(), texts)),
                    }
                }
            }
        }
        found
    }

    /// Whether a text has both words.
    pub(in crate::index::text::query_builder) fn stand_together(
        &self,
        one: &str,
        other: &str,
    ) -> bool {
        let both =
            [one, other].map(|word| (Occur::Must, self.part(&Clause::Words(word.to_owned()))));
        let query = BooleanQuery::new(both.into());
        self.searcher
            .search(&query, &Count)
            .is_ok_and(|count| count > 0)
    }

    /// Words of a question that the texts write joined, or apart: `log in` and `login`.
    pub(in crate::index::text) fn spellings(&self, text: &str) -> Vec<Concept> {
        let mut cut = Terms::default();
        words(text, &mut cut);
        let list: Vec<&str> = cut.iter().collect();
        let mut found: Vec<Concept> = Vec::new();
        for pair in list.windows(2) {
            let joined = pair.concat();
            if joined.len() > pair[0].len() + 1 && self.most_frequent(&joined) > 0 {
                found.push(Concept {
                    words: pair.iter().map(|word| (*word).to_owned()).collect(),
                    others: vec![vec![joined]],
                    is_place: false,
                    is_compound: false,
                });
            }
        }
        for word in list {
            let letters = word.chars().count();
            if !(SLIPS_FROM..=LONGEST_JOINED).contains(&letters) {
                continue;
            }
            let ends = word.char_indices().skip(2).take(letters.saturating_sub(3));
            let parts = ends.map(|(at, _)| word.split_at(at));
            let apart = parts.filter(|(one, other)| {
                !(is_common(one) && is_common(other))
                    && self.most_frequent(one) > 0
                    && self.most_frequent(other) > 0
                    && self.says(&format!("{one} {other}"))
            });
            let others: Vec<Vec<String>> = apart
                .map(|(one, other)| vec![one.to_owned(), other.to_owned()])
                .collect();
            if !others.is_empty() {
                found.push(Concept {
                    words: vec![word.to_owned()],
                    others,
                    is_place: false,
                    is_compound: false,
                });
            }
        }
        found
    }

    /// Whether a text has these words side by side.
    pub(in crate::index::text::query_builder) fn says(&self, phrase: &str) -> bool {
        let query = self.part(&Clause::Words(phrase.to_owned()));
        self.searcher
            .search(&query, &Count)
            .is_ok_and(|count| count > 0)
    }
}

/// At most so many words stand for one that was mistyped.
pub(in crate::index::text::query_builder) const MOST_SLIPS: usize = 3;

/// Shorter words are not taken for slips.
pub(in crate::index::text::query_builder) const SLIPS_FROM: usize = 4;
