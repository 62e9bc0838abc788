//! The words of a search, and how much a text must say of them.

use crate::ops::core::messages::search::SearchError;
use std::collections::BTreeSet;

use crate::index::finder::{Broken, Finder};
use crate::index::text::{Clause, Collection, TextQuery, TextSearcher};
use crate::index::want::Want;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::rules::search::{Concept, SearchTerms, Synonyms};
use crate::rules::text::terms::{each_word, is_common, is_everyday};

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

/// The question that the words of a query ask of an index.
pub(in crate::ops::search) fn question(
    desk: &Desk,
    asked: &SearchQuery,
    texts: Option<&TextSearcher>,
) -> TextQuery {
    let question = TextQuery {
        text: asked.words.join(" "),
        must: asked.must.clone(),
        must_not: asked.must_not.clone(),
        ..TextQuery::default()
    };
    with_concepts(desk, question, texts)
}

/// A question with what says the same as its words: by the trade, the company and the texts.
pub(in crate::ops) fn with_concepts(
    desk: &Desk,
    mut question: TextQuery,
    texts: Option<&TextSearcher>,
) -> TextQuery {
    let synonyms = Synonyms::new(&desk.settings.synonyms);
    for text in [&question.text, &question.more] {
        question.concepts.extend(synonyms.concepts(text));
    }
    // What was pasted has more words than anybody looks for in two spellings.
    if let Some(texts) = texts.filter(|_| question.more.is_empty() && !is_long(&question)) {
        question.spellings = texts.spellings(&question.text);
    }
    question
}

/// Whether a question is a text that somebody wrote.
fn is_long(question: &TextQuery) -> bool {
    !question.more.is_empty() || question.text.split_whitespace().count() > TYPED
}

/// With more words it is.
const TYPED: usize = 16;

/// The words of a question, weighed by what an index holds.
pub(in crate::ops) fn wanted<'t>(question: &TextQuery, texts: &'t TextSearcher) -> SearchTerms<'t> {
    let mut wanted = SearchTerms::new(texts.stems());
    let is_long = is_long(question);
    let mut said: Vec<String> = Vec::new();
    for text in [&question.text, &question.more] {
        each_word(text, |word, _| said.push(word.to_owned()));
    }
    let concepts = question.concepts.iter();
    let concepts: Vec<&Concept> = concepts.filter(|one| !texts.lacks_accents(one)).collect();
    let mut at = 0;
    while at < said.len() {
        let several = concepts.iter().find(|concept| {
            concept.words.len() > 1
                && said[at..].starts_with(&concept.words)
                // Words that texts have are looked for one by one, too, where they say something.
                && (!concept.words.iter().all(|word| texts.knows(word))
                    || concept.words.iter().all(|word| is_everyday(word)))
        });
        if let Some(concept) = several {
            let words = concept.words.iter();
            let weight = words.map(|word| weight(word, question, texts));
            wanted.add_phrase(&concept.words, weight.fold(0.0, f32::max));
            at += concept.words.len();
            continue;
        }
        let word = &said[at];
        at += 1;
        // In a long text words that no other has tell texts apart no more.
        if is_long && !texts.knows(word) {
            continue;
        }
        wanted.add(word, weight(word, question, texts), false);
        let mut meant = question.concepts.iter();
        let is_meant = meant.any(|one| one.words == [word.as_str()] && !one.is_place);
        let is_number = !word.chars().any(char::is_alphabetic);
        if is_number || is_everyday(word) && !is_meant {
            wanted.is_of_every_day(word);
        }
    }
    for part in &question.must {
        let (text, prefix) = match part {
            Clause::Words(text) => (text, false),
            Clause::Prefix(text) => (text, true),
        };
        let mut words: Vec<String> = Vec::new();
        each_word(text, |word, _| words.push(word.to_owned()));
        for word in words {
            wanted.add(&word, weight(&word, question, texts), prefix);
        }
    }
    for concept in concepts.into_iter().chain(&question.spellings) {
        wanted.say_the_same(&concept.words.join(" "), &concept.others);
        // Two words that a text writes joined: it says the more telling one, too.
        let telling = concept
            .words
            .iter()
            .max_by(|one, other| texts.weight(one).total_cmp(&texts.weight(other)));
        if let Some(word) = telling.filter(|_| concept.words.len() > 1) {
            wanted.say_the_same(word, &concept.others);
        }
    }
    if !is_long {
        for word in &said {
            wanted.correct(word, texts.corrections(word, question));
        }
    }
    wanted
}

/// How telling a word of a question is: where no text has it, what says the same.
fn weight(word: &str, question: &TextQuery, texts: &TextSearcher) -> f32 {
    let same: Vec<&Concept> = question
        .concepts
        .iter()
        .filter(|concept| concept.words.iter().any(|own| own == word))
        .collect();
    let is_known = texts.knows(word);
    let share = if is_common(word) {
        COMMON
    } else if same.iter().any(|concept| concept.is_place) {
        PLACE
    } else if same.is_empty() && is_everyday(word) {
        let share = if is_known { EVERYDAY } else { EVERYDAY_UNKNOWN };
        share + (1.0 - share) * told_by_frequency(texts.len())
    } else {
        1.0
    };
    if is_known || same.iter().any(|concept| concept.is_compound) {
        return share * texts.weight(word);
    }
    let others = same.iter().flat_map(|concept| &concept.others).flatten();
    let known = others.filter(|other| texts.knows(other));
    share
        * known
            .map(|other| texts.weight(other))
            .fold(texts.weight(word), f32::min)
}

/// How far it is left to the texts themselves which words are telling, from 0 to 1: in few texts an
/// everyday word is rare by chance.
fn told_by_frequency(texts: u64) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let texts = texts as f32;
    ((texts - FEW) / (MANY - FEW)).clamp(0.0, 1.0)
}

/// So many texts are few, and so many are not.
const FEW: f32 = 60.0;
const MANY: f32 = 200.0;

/// What is left of the weight of a word that only says where something is.
const PLACE: f32 = 0.5;

/// And of one that people use every day and the trade has no use for, where texts have it, and
/// where none has.
const EVERYDAY: f32 = 0.5;
const EVERYDAY_UNKNOWN: f32 = 0.8;

/// What is left of the weight of a word that says little by itself.
const COMMON: f32 = 0.2;

/// How much of the telling words of a question one of these texts must say to be an answer, whatever
/// else the question says. Among many texts a rare word tells more than among few.
pub(in crate::ops) fn enough(texts: &TextSearcher) -> f32 {
    ENOUGH - (ENOUGH - ENOUGH_OF_MANY) * told_by_frequency(texts.len())
}

/// Among few texts, and among many.
const ENOUGH: f32 = 0.27;
const ENOUGH_OF_MANY: f32 = 0.1;

/// Adds the words that stood for words which stand nowhere.
pub(in crate::ops::search) fn note_slips(
    wanted: &SearchTerms<'_>,
    texts: &[&str],
    slips: &mut Vec<(String, BTreeSet<String>)>,
) {
    if wanted
        .words()
        .iter()
        .all(|word| word.corrections.is_empty())
    {
        return;
    }
    for text in texts {
        each_word(text, |word, _| {
            if let Some((at, _)) = wanted.meets(word)
                && let Some(slip) = wanted.words().get(at)
                && slip.corrections.iter().any(|near| near == word)
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
