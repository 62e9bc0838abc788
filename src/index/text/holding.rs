//! Which texts hold words as they are looked for in a list.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, TermSetQuery};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, Term};

use crate::index::text::searcher::TextSearcher;
use crate::model::id::TicketId;
use crate::rules::query::words::WordFilter;

/// The tickets whose texts hold words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Their numbers, in order.
    tickets: Vec<u64>,
    /// Whether each of them holds them: else they are at least those that do, and their files tell.
    pub is_exact: bool,
}

impl Holding {
    /// Whether a ticket is one of them.
    pub fn has(&self, id: TicketId) -> bool {
        self.tickets.binary_search(&id.number()).is_ok()
    }
}

impl TextSearcher {
    /// The tickets whose texts have all of these words, or with `true` before it have one not; `None` where
    /// nothing is known, because no word must be there. Exact where each is one word. A file that could not
    /// be read is none of the exact ones.
    pub fn holding(&self, wanted: &[(bool, &WordFilter)]) -> tantivy::Result<Option<Holding>> {
        let is_exact = wanted.iter().all(|(_, word)| is_exact(word));
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (negated, filter) in wanted {
            if *negated && !is_exact {
                continue;
            }
            for (word, is_beginning) in filter.folded() {
                let occur = if *negated {
                    Occur::MustNot
                } else {
                    Occur::Must
                };
                let terms = self.terms(word, is_beginning)?;
                all.push((occur, Box::new(TermSetQuery::new(terms))));
            }
        }
        if all.is_empty() {
            return Ok(None);
        }
        if all.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            all.push((Occur::Must, Box::new(AllQuery)));
        }
        let mut tickets = self.searcher.search(&BooleanQuery::new(all), &Numbers)?;
        if !is_exact {
            tickets.extend(&self.unread);
        }
        tickets.sort_unstable();
        tickets.dedup();
        Ok(Some(Holding { tickets, is_exact }))
    }

    /// A word in every field that holds words, or all words there that begin so.
    fn terms(&self, word: &str, is_beginning: bool) -> tantivy::Result<Vec<Term>> {
        let f = &self.fields;
        let fields = [f.title, f.body, f.marks, f.bare, f.bare_marks];
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

/// Whether the index tells which texts hold a word: it knows of neither signs nor of neighbours, and
/// beginnings of words with accents are kept in no form that both could be compared in.
fn is_exact(filter: &WordFilter) -> bool {
    let mut words = filter.folded();
    let first = words.next();
    let is_plain = |(word, is_beginning): (&str, bool)| !is_beginning || word.is_ascii();
    words.next().is_none() && first.is_some_and(is_plain)
}

/// The numbers of the texts that are found.
struct Numbers;

impl Collector for Numbers {
    type Fruit = Vec<u64>;
    type Child = NumbersOfSegment;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<NumbersOfSegment> {
        Ok(NumbersOfSegment {
            keys: segment.fast_fields().u64("key")?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<u64>>) -> tantivy::Result<Vec<u64>> {
        Ok(segments.concat())
    }
}

struct NumbersOfSegment {
    keys: Column<u64>,
    found: Vec<u64>,
}

impl SegmentCollector for NumbersOfSegment {
    type Fruit = Vec<u64>;

    fn collect(&mut self, text: DocId, _: Score) {
        self.found.extend(self.keys.first(text));
    }

    fn harvest(self) -> Vec<u64> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::text::{Collection, Document};
    use crate::page::query::QueryText;
    use crate::rules::query::words::FoldedText;

    proptest! {
        /// What the index says of a word is what the texts say.
        #[test]
        fn the_index_tells_of_words_what_texts_do(
            texts in prop::collection::vec(("\\PC{0,8}", "\\PC{0,8}( \\PC{1,6}){0,3}", "[a-zà-žß ŁıİΣ]{0,6}"), 1..4),
            typed in "\\PC{1,6}|[a-zà-žß]{1,3}",
            cut in 0_usize..4,
        ) {
            let first: TicketId = "2611-00001".parse().unwrap();
            let key = |at: usize| first.number() + at as u64;
            let sheets = texts.iter().enumerate().map(|(at, (title, body, marks))| Document {
                key: key(at),
                title: title.clone(),
                body: body.clone(),
                marks: marks.clone(),
                ..Document::default()
            });
            let index = TextSearcher::in_memory(Collection::Tickets, sheets).unwrap();
            let (title, body, marks) = &texts[0];
            let mut words: Vec<String> = [title, body, marks]
                .into_iter()
                .flat_map(|text| text.split_whitespace().map(str::to_owned))
                .collect();
            words.push(typed);
            let begun: Vec<String> = words
                .iter()
                .map(|word| format!("{}*", word.chars().take(cut + 1).collect::<String>()))
                .collect();
            for word in words.iter().chain(&begun) {
                let filter = WordFilter::new(&QueryText::read(word));
                for negated in [false, true] {
                    let Some(found) = index.holding(&[(negated, &filter)]).unwrap() else {
                        continue;
                    };
                    for (at, (title, body, marks)) in texts.iter().enumerate() {
                        let folded = [title, body, marks].map(|text| FoldedText::new(text));
                        let fits = filter.is_in(&folded) != negated;
                        let id = TicketId::of_number(key(at)).unwrap();
                        prop_assert!(
                            found.has(id) == fits || !found.is_exact && found.has(id),
                            "{word:?} in {title:?} {body:?} {marks:?}: {fits}"
                        );
                    }
                }
            }
        }
    }
}
