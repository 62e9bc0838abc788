//! From a question to a query of the engine.
//!
//! All ways of finding a word are asked at once, and what they find is added up: the word itself,
//! its stem in the languages that there are, its letters without accents, its pieces, and it beside
//! its neighbour. Of title and text the better one counts, and half of the other, so that a long
//! text that happens to say a word does not outweigh a title that is about it. Telling words count
//! for more than their rarity alone gives them, which takes the place of lists of stop words in any
//! language. The weights were tried on the public sets of `just relevance`.

mod spelling;

use std::cell::RefCell;
use std::collections::HashMap;

use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery,
    Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use crate::index::text::collection::Collection;
use crate::index::text::schema::Fields;
use crate::rules::search::Concept;
use crate::rules::text::normalize::normalize;
use crate::rules::text::terms::{Stems, Terms, is_common, pieces, words};

/// Something that must, or must not, stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Words side by side; one word is that word.
    Words(String),
    /// A word that begins so.
    Prefix(String),
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct TextQuery {
    /// Any of its words: the more of them, and the more telling, the better.
    pub text: String,
    /// More words, of less weight: the description of a ticket, where `text` is its title.
    pub more: String,
    /// Everything that must be there.
    pub must: Vec<Clause>,
    /// What must not.
    pub must_not: Vec<Clause>,
    /// A text that is not looked for, by its number.
    pub except: Option<u64>,
    /// What else says the same as words of it.
    pub concepts: Vec<Concept>,
    /// Words of it that the texts write joined, or apart.
    pub spellings: Vec<Concept>,
}

/// How much a word counts in the title and in the text.
#[derive(Clone, Copy)]
struct Weights {
    title: f32,
    body: f32,
}

const WORD: Weights = Weights {
    title: 2.2,
    body: 1.0,
};
const STEM: Weights = Weights {
    title: 2.2,
    body: 1.3,
};
const PIECE: Weights = Weights {
    title: 1.8,
    body: 1.0,
};
const PAIR: Weights = Weights {
    title: 0.55,
    body: 0.3,
};

/// Among tags and codes.
const MARK: f32 = 1.0;

/// Without its accents.
const BARE: f32 = 0.15;

/// A word that is one slip away from one that no text has.
const SLIP: f32 = 0.8;

/// What says the same as a word that no text has, and as one that some texts have.
const INSTEAD: f32 = 1.0;
const BESIDE: f32 = 0.2;

/// A word of so few letters is one slip away from many: another stands for it only where a text
/// has it beside something else that is asked for.
const SHORT: usize = 5;

/// Longer words are not looked for in two parts.
const LONGEST_JOINED: usize = 16;

/// How much of the lesser of title and text is added to the better one.
const TIE: f32 = 0.5;

/// The power of its rarity by which a word counts for more.
const TELLING: f32 = 0.4;

/// In a title of a ticket that is looked for, words count so many times those of its description.
const TITLE: f32 = 3.0;

/// At most so many words, pieces and pairs of a question are asked for, the most telling ones.
const MOST_WORDS: usize = 60;
const MOST_PIECES: usize = 160;
const MOST_PAIRS: usize = 20;

/// What is left of a word that says little by itself, in what somebody typed.
const COMMON: f32 = 0.5;

/// Such a word is no rarer than one that three texts in ten have.
const COMMON_RARITY: f32 = 1.2;

/// With more words it is a text that somebody wrote, or pasted, and no question: how often each of
/// its words stands in other texts tells more than lists of words do, and pieces mislead.
const TYPED: f32 = 16.0;

/// So much of the weight of its pieces is left to a text.
const PIECES_OF_TEXT: f32 = 0.33;

/// So many words at the beginning of a text say what it is about, where it has more than so many.
const OPENING: usize = 10;
const PASTED: usize = 40;

/// The power by which a word counts that is said more than once.
const AGAIN: f32 = 0.8;

type Clauses = Vec<(Occur, Box<dyn Query>)>;

pub(in crate::index::text) struct Asker<'t> {
    pub fields: &'t Fields,
    pub stems: &'t [Stems],
    pub searcher: &'t Searcher,
    pub kind: Collection,
    /// What was found broken on the way.
    pub broken: RefCell<Option<TantivyError>>,
}

fn should(query: impl Query, weight: f32, into: &mut Clauses) {
    into.push((
        Occur::Should,
        Box::new(BoostQuery::new(Box::new(query), weight)),
    ));
}

fn term(field: Field, word: &str) -> TermQuery {
    TermQuery::new(
        Term::from_field_text(field, word),
        IndexRecordOption::WithFreqs,
    )
}

impl Asker<'_> {
    /// The query that a question asks.
    pub(in crate::index::text) fn query(&self, question: &TextQuery) -> Box<dyn Query> {
        let f = self.fields;
        let mut clauses = Clauses::new();
        self.text(question, &mut clauses);
        let mut all = Clauses::new();
        for part in &question.must {
            all.push((Occur::Must, self.part(part)));
        }
        if clauses.is_empty() && question.must.is_empty() {
            return Box::new(EmptyQuery);
        }
        for part in &question.must_not {
            all.push((Occur::MustNot, self.part(part)));
        }
        if let Some(key) = question.except {
            let own = TermQuery::new(Term::from_field_u64(f.key, key), IndexRecordOption::Basic);
            all.push((Occur::MustNot, Box::new(own)));
        }
        if all.is_empty() {
            return Box::new(BooleanQuery::new(clauses));
        }
        if !clauses.is_empty() {
            let occur = if question.must.is_empty() {
                Occur::Must
            } else {
                Occur::Should
            };
            all.push((occur, Box::new(BooleanQuery::new(clauses))));
        }
        Box::new(BooleanQuery::new(all))
    }

    /// What must, or must not, be there: in title, text or marks, with its accents or without.
    fn part(&self, part: &Clause) -> Box<dyn Query> {
        let f = self.fields;
        let mut any = Clauses::new();
        match part {
            Clause::Words(text) => {
                let mut cut = Terms::default();
                words(text, &mut cut);
                let list: Vec<&str> = cut.iter().collect();
                match list[..] {
                    [] => return Box::new(EmptyQuery),
                    [word] => {
                        for field in [f.title, f.body, f.marks, f.bare] {
                            should(term(field, word), 1.0, &mut any);
                        }
                    }
                    _ => {
                        for field in [f.title, f.body] {
                            let terms = list.iter().map(|word| Term::from_field_text(field, word));
                            should(PhraseQuery::new(terms.collect()), 1.0, &mut any);
                        }
                    }
                }
            }
            Clause::Prefix(start) => {
                let mut cut = Terms::default();
                words(start, &mut cut);
                let Some(start) = cut.iter().last() else {
                    return Box::new(EmptyQuery);
                };
                for field in [f.title, f.body, f.marks, f.bare] {
                    let term = Term::from_field_text(field, start);
                    should(FuzzyTermQuery::new_prefix(term, 0, true), 1.0, &mut any);
                }
            }
        }
        Box::new(BooleanQuery::new(any))
    }

    fn text(&self, question: &TextQuery, into: &mut Clauses) {
        let asked = TermCounts::of(question);
        let mut list: Vec<(&str, f32, f32)> = asked
            .words
            .iter()
            .map(|(word, count)| (word.as_str(), *count, self.telling(word)))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred words")]
        let typed = (TYPED / list.len().max(1) as f32).min(1.0);
        let common = 1.0 - (1.0 - COMMON) * typed;
        keep_telling(&mut list, MOST_WORDS);
        let f = self.fields;
        for (word, count, telling) in &list {
            let common = if is_common(word) {
                // Where few texts are of a language, its everyday words are rare in them.
                common * (COMMON_RARITY / telling.max(0.01)).min(1.0)
            } else {
                1.0
            };
            let weight = count.powf(AGAIN) * common * self.lift(*telling);
            self.best(f.title, f.body, word, WORD, weight, into);
            if self.frequency(f.marks, word) > 0 {
                should(term(f.marks, word), MARK * weight, into);
            }
            let bare = normalize(word);
            should(term(f.bare, &bare), BARE * weight, into);
            if bare != *word {
                self.best(
                    f.title,
                    f.body,
                    &bare,
                    Weights {
                        title: BARE,
                        body: BARE,
                    },
                    weight,
                    into,
                );
            }
            for stems in self.stems {
                let stem = stems.stem(word);
                self.best(f.title_stems, f.body_stems, &stem, STEM, weight, into);
            }
            for near in self.corrections(word, question) {
                self.add_alternatives(&[vec![near]], SLIP * weight, into);
            }
        }
        for concept in question.concepts.iter().chain(&question.spellings) {
            if self.lacks_accents(concept) {
                continue;
            }
            let is_known = concept.words.iter().all(|word| self.knows(word));
            let weight = if is_known { BESIDE * typed } else { INSTEAD };
            self.add_alternatives(&concept.others, weight, into);
        }
        let mut list: Vec<(&str, f32, f32)> = asked
            .pieces
            .iter()
            .map(|(piece, count)| {
                let most = self
                    .frequency(f.title_pieces, piece)
                    .max(self.frequency(f.body_pieces, piece));
                (piece.as_str(), *count, self.rarity(most))
            })
            .collect();
        keep_telling(&mut list, MOST_PIECES);
        for (piece, count, telling) in &list {
            let weight = count.powf(AGAIN) * self.lift(*telling) * typed.max(PIECES_OF_TEXT);
            self.best(f.title_pieces, f.body_pieces, piece, PIECE, weight, into);
        }
        if self.kind == Collection::Articles {
            for (one, other) in asked.pairs.iter().take(MOST_PAIRS) {
                for (field, weight) in [(f.title, PAIR.title), (f.body, PAIR.body)] {
                    let terms = [one, other].map(|word| Term::from_field_text(field, word));
                    should(PhraseQuery::new(terms.to_vec()), weight, into);
                }
            }
        }
    }

    /// The better of two fields, and a part of the other.
    fn best(
        &self,
        title: Field,
        body: Field,
        word: &str,
        weights: Weights,
        weight: f32,
        into: &mut Clauses,
    ) {
        let there = |field| self.frequency(field, word) > 0;
        match (there(title), there(body)) {
            (false, false) => {}
            (true, false) => should(term(title, word), weights.title * weight, into),
            (false, true) => should(term(body, word), weights.body * weight, into),
            (true, true) => {
                let boosted = |field, weight| -> Box<dyn Query> {
                    Box::new(BoostQuery::new(Box::new(term(field, word)), weight))
                };
                let both = vec![
                    boosted(title, weights.title * weight),
                    boosted(body, weights.body * weight),
                ];
                let best = DisjunctionMaxQuery::with_tie_breaker(both, TIE);
                into.push((Occur::Should, Box::new(best)));
            }
        }
    }

    fn frequency(&self, field: Field, word: &str) -> u64 {
        let found = self.searcher.doc_freq(&Term::from_field_text(field, word));
        self.sound(found).unwrap_or_default()
    }

    /// What could be read; what could not is noted.
    fn sound<T>(&self, read: Result<T, TantivyError>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(error) => {
                *self.broken.borrow_mut() = Some(error);
                None
            }
        }
    }

    /// How rare something is that so many texts have: the logarithm of BM25. Deleted texts count on
    /// both sides until their piece is written anew; nothing is quite without weight.
    fn rarity(&self, texts: u64) -> f32 {
        let segments = self.searcher.segment_readers().iter();
        let all: u64 = segments.map(|segment| u64::from(segment.max_doc())).sum();
        #[expect(clippy::cast_precision_loss, reason = "a logarithm follows")]
        let (all, having) = (all as f32, texts.max(1) as f32);
        (1.0 + ((all - having).max(0.0) + 0.5) / (having + 0.5)).ln()
    }

    /// How telling a word is, in whichever form the texts have it.
    pub(in crate::index::text) fn telling(&self, word: &str) -> f32 {
        self.rarity(self.most_frequent(word))
    }

    fn most_frequent(&self, word: &str) -> u64 {
        let f = self.fields;
        let fields = [f.title, f.body, f.marks];
        let exact = fields.into_iter().map(|field| self.frequency(field, word));
        exact.max().unwrap_or_default()
    }

    /// Whether any text has a word, as it is written, without accents, or inflected.
    pub(in crate::index::text) fn knows(&self, word: &str) -> bool {
        let f = self.fields;
        let bare = normalize(word);
        self.most_frequent(word) > 0
            || [f.bare, f.title, f.body, f.marks]
                .into_iter()
                .any(|field| self.frequency(field, &bare) > 0)
            || self.stems.iter().any(|stems| {
                let stem = stems.stem(word);
                [f.title_stems, f.body_stems]
                    .into_iter()
                    .any(|field| self.frequency(field, &stem) > 0)
            })
    }

    pub(in crate::index::text) fn lacks_accents(&self, concept: &Concept) -> bool {
        let is_bare = |word: &String| {
            self.most_frequent(word) == 0 && self.frequency(self.fields.bare, &normalize(word)) > 0
        };
        concept.words.iter().all(|word| self.knows(word)) && concept.words.iter().any(is_bare)
    }

    /// What says the same: the best of it counts.
    fn add_alternatives(&self, others: &[Vec<String>], weight: f32, into: &mut Clauses) {
        let f = self.fields;
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        for words in others {
            let mut clauses = Clauses::new();
            if let [word] = &words[..] {
                let weight = self.lift(self.telling(word));
                self.best(f.title, f.body, word, WORD, weight, &mut clauses);
                if self.frequency(f.marks, word) > 0 {
                    should(term(f.marks, word), MARK * weight, &mut clauses);
                }
                for stems in self.stems {
                    let stem = stems.stem(word);
                    self.best(
                        f.title_stems,
                        f.body_stems,
                        &stem,
                        STEM,
                        weight,
                        &mut clauses,
                    );
                }
            } else if words.iter().all(|word| self.most_frequent(word) > 0) {
                for (field, weight) in [(f.title, WORD.title), (f.body, WORD.body)] {
                    let terms = words.iter().map(|word| Term::from_field_text(field, word));
                    should(PhraseQuery::new(terms.collect()), weight, &mut clauses);
                }
            }
            if !clauses.is_empty() {
                any.push(Box::new(BooleanQuery::new(clauses)));
            }
        }
        if !any.is_empty() {
            should(DisjunctionMaxQuery::new(any), weight, into);
        }
    }

    fn lift(&self, telling: f32) -> f32 {
        let most = self.rarity(1);
        if most > 0.0 {
            (telling / most).powf(TELLING)
        } else {
            1.0
        }
    }
}

/// Keeps the terms that count for most.
fn keep_telling(list: &mut Vec<(&str, f32, f32)>, most: usize) {
    if list.len() > most {
        list.sort_by(|a, b| (b.1 * b.2).total_cmp(&(a.1 * a.2)).then(a.0.cmp(b.0)));
        list.truncate(most);
    }
}

/// The terms of a question with how often it says them.
#[derive(Default)]
struct TermCounts {
    words: Vec<(String, f32)>,
    pieces: Vec<(String, f32)>,
    pairs: Vec<(String, String)>,
}

impl TermCounts {
    fn of(question: &TextQuery) -> Self {
        let mut all = Self::default();
        let (title, more) = match opening(&question.text) {
            Some((title, more)) if question.more.is_empty() => (title, more),
            _ => (question.text.as_str(), question.more.as_str()),
        };
        let alone = more.is_empty();
        let (mut words_at, mut pieces_at) = (HashMap::new(), HashMap::new());
        for (text, count) in [(title, TITLE), (more, 1.0)] {
            // What somebody typed says each word once; of a ticket it counts how often it does.
            let count = if alone { 1.0 } else { count };
            let mut cut = Terms::default();
            words(text, &mut cut);
            gather(&cut, count, alone, &mut words_at, &mut all.words);
            if alone {
                let list: Vec<&str> = cut.iter().collect();
                for pair in list.windows(2).filter(|pair| pair[0] != pair[1]) {
                    all.pairs.push((pair[0].to_owned(), pair[1].to_owned()));
                }
            }
            let mut cut = Terms::default();
            pieces(text, &mut cut);
            gather(&cut, count, alone, &mut pieces_at, &mut all.pieces);
        }
        all
    }
}

/// The words at the beginning of a text that somebody pasted, and the rest; `None` for what is
/// short enough to be typed.
fn opening(text: &str) -> Option<(&str, &str)> {
    let ends = text.char_indices().zip(text.chars().skip(1));
    let mut ends = ends.filter(|((_, c), next)| !c.is_whitespace() && next.is_whitespace());
    let ((at, c), _) = ends.nth(OPENING - 1)?;
    ends.nth(PASTED - OPENING - 1)?;
    Some(text.split_at(at + c.len_utf8()))
}

/// Adds terms to those that are there, in the order in which they first came.
fn gather(
    terms: &Terms,
    count: f32,
    once: bool,
    at: &mut HashMap<String, usize>,
    into: &mut Vec<(String, f32)>,
) {
    for term in terms.iter() {
        match at.get(term) {
            Some(at) if !once => into[*at].1 += count,
            Some(_) => {}
            None => {
                at.insert(term.to_owned(), into.len());
                into.push((term.to_owned(), count));
            }
        }
    }
}
