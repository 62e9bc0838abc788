//! Which texts may hold words as they are looked for in a list: at least those that do.

use std::collections::HashSet;

use tantivy::Term;
use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, Query, TermSetQuery};

use crate::index::text::searcher::TextSearcher;
use crate::rules::query::words::WordFilter;

impl TextSearcher {
    /// The numbers of the texts that hold all words of these, each whole or as a beginning; `None` where
    /// none of them has a word. What has accents in a mark, and what could not be read, is not among
    /// them.
    pub fn holding(&self, wanted: &[&WordFilter]) -> tantivy::Result<Option<HashSet<u64>>> {
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (word, is_beginning) in wanted.iter().flat_map(|one| one.folded()) {
            let terms = self.terms(word, is_beginning)?;
            all.push((Occur::Must, Box::new(TermSetQuery::new(terms))));
        }
        if all.is_empty() {
            return Ok(None);
        }
        let found = self
            .searcher
            .search(&BooleanQuery::new(all), &DocSetCollector)?;
        let keys: tantivy::Result<HashSet<u64>> =
            found.into_iter().map(|at| self.key(at)).collect();
        keys.map(Some)
    }

    /// A word in every field that holds words, or all words there that begin so.
    fn terms(&self, word: &str, is_beginning: bool) -> tantivy::Result<Vec<Term>> {
        let fields = &self.fields;
        let fields = [fields.title, fields.body, fields.marks, fields.bare];
        if !is_beginning {
            return Ok(fields
                .map(|field| Term::from_field_text(field, word))
                .to_vec());
        }
        let mut terms = Vec::new();
        for segment in self.searcher.segment_readers() {
            for field in fields {
                let index = segment.inverted_index(field)?;
                let mut stream = index.terms().range().ge(word).into_stream()?;
                while stream.advance() && stream.key().starts_with(word.as_bytes()) {
                    if let Ok(own) = std::str::from_utf8(stream.key()) {
                        terms.push(Term::from_field_text(field, own));
                    }
                }
            }
        }
        Ok(terms)
    }
}
