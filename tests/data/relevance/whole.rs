//! What `search` and `suggest` give as a whole: reading of the question, ranking and cut-off.

use std::collections::BTreeMap;
use std::fmt;

use plaindesk::index::text::Collection;

use super::bm25::{Bm25, weighed};
use super::sets::{Asked, Set};
use super::similar::{Pairs, is_even, parts};
use super::written::{Written, id};

/// Reciprocal places of the one right answer among ten, of the program and of the baseline.
#[derive(Default)]
pub(crate) struct Beside {
    own: Vec<f64>,
    plain: Vec<f64>,
}

fn mean(values: &[f64]) -> f64 {
    let count = f64::from(u32::try_from(values.len().max(1)).unwrap());
    100.0 * values.iter().sum::<f64>() / count
}

fn at_most(values: &[f64], place: f64) -> f64 {
    let hits: Vec<f64> = values
        .iter()
        .map(|value| f64::from(u8::from(*value >= 1.0 / place - 1e-9)))
        .collect();
    mean(&hits)
}

impl Beside {
    fn add(&mut self, own: Option<usize>, plain: Option<usize>) {
        let reciprocal = |place: Option<usize>| {
            place.map_or(0.0, |before| {
                1.0 / f64::from(u32::try_from(before + 1).unwrap())
            })
        };
        self.own.push(reciprocal(own));
        self.plain.push(reciprocal(plain));
    }

    /// MRR@10.
    pub(crate) fn mrr(&self) -> f64 {
        mean(&self.own)
    }

    /// Its MRR@10 by that of the baseline.
    pub(crate) fn ratio(&self) -> f64 {
        self.mrr() / mean(&self.plain)
    }

    /// The share of questions with the right answer among ten, of the program and the baseline.
    pub(crate) fn hits(&self) -> (f64, f64) {
        (at_most(&self.own, 10.0), at_most(&self.plain, 10.0))
    }

    /// The lower end of the middle 95 of a hundred ratios, by a paired bootstrap of a thousand draws.
    pub(crate) fn lower(&self) -> f64 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
        };
        let mut ratios: Vec<f64> = (0..1_000)
            .map(|_| {
                let drawn: Vec<usize> = (0..self.own.len()).map(|_| draw(self.own.len())).collect();
                let own: f64 = drawn.iter().map(|at| self.own[*at]).sum();
                let plain: f64 = drawn.iter().map(|at| self.plain[*at]).sum();
                own / plain
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios[25]
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = &self.own;
        write!(
            f,
            "{:>5} MRR@10 {:5.2} hit@1 {:5.1} hit@3 {:5.1} hit@10 {:5.1}; BM25 {:5.2}, hit@10 {:5.1}; {:.3} x, \
             95 % from {:.3}",
            own.len(),
            self.mrr(),
            at_most(own, 1.0),
            at_most(own, 3.0),
            at_most(own, 10.0),
            mean(&self.plain),
            at_most(&self.plain, 10.0),
            self.ratio(),
            self.lower(),
        )
    }
}

/// How a text is pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paste {
    Plain,
    Quotes,
    Brackets,
    Paths,
    Keys,
    Log,
    Mail,
}

impl Paste {
    pub(crate) const ALL: [Self; 7] = [
        Self::Plain,
        Self::Quotes,
        Self::Brackets,
        Self::Paths,
        Self::Keys,
        Self::Log,
        Self::Mail,
    ];

    /// A text with the signs that such texts have, and none of its words lost.
    pub(crate) fn of(self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let each = |sign: &dyn Fn(usize, &str) -> String| -> String {
            let all: Vec<String> = (0..).zip(&words).map(|(at, word)| sign(at, word)).collect();
            all.join(" ")
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Quotes => each(&|at, word| match at % 7 {
                2 => format!("\"{word}"),
                4 => format!("{word}\""),
                _ => word.to_owned(),
            }),
            Self::Brackets => each(&|at, word| match at % 5 {
                1 => format!("({word}"),
                2 => format!("[{word}]"),
                3 => format!("{word})"),
                _ => word.to_owned(),
            }),
            Self::Paths => each(&|at, word| match at % 6 {
                1 => format!("/{word}/"),
                3 => format!("C:\\{word}"),
                _ => word.to_owned(),
            }),
            Self::Keys => each(&|at, word| match at % 4 {
                0 => format!("{word}:"),
                1 => format!("-{word}"),
                2 => format!("{word};"),
                _ => format!("<{word}>"),
            }),
            Self::Log => format!(
                "Nov 30 10:04:11 pc-214 app[4127]: {text}\n\
                 Nov 30 10:04:12 pc-214 app[4127]: exit 1 at 0x00007ff8"
            ),
            Self::Mail => {
                let lines: Vec<String> = words
                    .chunks(8)
                    .map(|line| format!("> {}", line.join(" ")))
                    .collect();
                lines.join("\n")
            }
        }
    }
}

/// The pairs, as tickets, with what nothing answers behind them.
pub(crate) struct Tickets {
    pairs: Pairs,
    desk: Written,
    plain: Bm25,
    strange: usize,
}

/// The lines of a file of `tests/relevance`.
pub(crate) fn lines(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("tests/relevance/{file}")).unwrap();
    text.lines().map(str::to_owned).collect()
}

impl Tickets {
    pub(crate) fn read() -> Result<Self, String> {
        let pairs = Pairs::read()?;
        let strange = lines("nothing-fits.tsv");
        let all: Vec<(String, String)> = pairs
            .texts
            .iter()
            .map(|text| parts(text))
            .chain(strange.iter().map(|text| (text.clone(), String::new())))
            .collect();
        let desk = Written::tickets(
            all.iter()
                .map(|(title, body)| (title.as_str(), body.as_str())),
        );
        let words: Vec<Vec<String>> = pairs.texts.iter().map(|text| of_pair(text)).collect();
        Ok(Self {
            plain: Bm25::new(&words),
            strange: strange.len(),
            pairs,
            desk,
        })
    }

    /// Each so-manieth question; of both halves, or of the one on which weights are chosen.
    fn asked(&self, every: usize, half: Option<bool>) -> impl Iterator<Item = (usize, usize)> {
        let all = self.pairs.asked().step_by(every);
        all.filter(move |(asked, _)| {
            half.is_none_or(|half| is_even(&self.pairs.texts[*asked]) == half)
        })
    }

    fn plainly(&self, asked: usize, right: usize) -> Option<usize> {
        let ten = self
            .plain
            .ten(&of_pair(&self.pairs.texts[asked]), Some(asked));
        ten.iter().position(|place| *place == right)
    }

    /// What `suggest` offers.
    pub(crate) fn suggested(&self, every: usize, half: Option<bool>) -> Beside {
        let mut all = Beside::default();
        for (asked, right) in self.asked(every, half) {
            let found = self.desk.suggest(asked, 10);
            let own = found
                .tickets
                .iter()
                .position(|one| one.ticket.id == id(right));
            all.add(own, self.plainly(asked, right));
        }
        all
    }

    /// What `search` finds for the whole text, pasted so; also how many searches found nothing.
    pub(crate) fn pasted(&self, every: usize, half: Option<bool>, how: Paste) -> (Beside, usize) {
        let (mut all, mut empty) = (Beside::default(), 0);
        for (asked, right) in self.asked(every, half) {
            let text = how.of(&self.pairs.texts[asked]);
            let found = self.desk.search(&text, Collection::Tickets, 11);
            let others = found
                .tickets
                .iter()
                .filter(|one| one.ticket.id != id(asked));
            let own = others.take(10).position(|one| one.ticket.id == id(right));
            empty += usize::from(found.tickets.is_empty());
            all.add(own, self.plainly(asked, right));
        }
        (all, empty)
    }

    /// For how many of the questions that nothing answers a ticket is offered.
    pub(crate) fn strangers(&self) -> usize {
        let first = self.pairs.texts.len();
        let offered = (first..first + self.strange).filter(|place| {
            let found = self.desk.suggest(*place, 3);
            // They stand there as tickets themselves.
            (0..first).any(|known| found.tickets.iter().any(|one| one.ticket.id == id(known)))
        });
        offered.count()
    }
}

/// The ten first words three times, and all.
fn of_pair(text: &str) -> Vec<String> {
    let (title, body) = parts(text);
    weighed(&title, &body)
}

/// What `kb search` finds of a set's questions, as they are typed.
///
/// Only questions of more than so many words are asked.
pub(crate) fn typed(set: &Set, every: usize, above: usize) -> Beside {
    let texts = set.texts.iter();
    let texts = texts.map(|text| (text.title.as_str(), text.body.as_str()));
    let desk = Written::articles(texts, Some(set.language));
    let words: Vec<Vec<String>> = set
        .texts
        .iter()
        .map(|text| weighed(&text.title, &text.body))
        .collect();
    let plain = Bm25::new(&words);
    let mut all = Beside::default();
    let long = |asked: &&Asked| asked.text.split_whitespace().count() > above;
    for asked in set.questions.iter().filter(long).step_by(every) {
        let found = desk.search(&asked.text, Collection::Articles, 10);
        let right: Vec<String> = asked.right.clone().map(Written::article).collect();
        let own = found
            .articles
            .iter()
            .position(|hit| right.iter().any(|id| hit.cached.article.id.as_str() == id));
        let ten = plain.ten(&super::bm25::words(&asked.text), None);
        let plainly = ten.iter().position(|place| asked.right.contains(place));
        all.add(own, plainly);
    }
    all
}

/// How callers are answered by the shipped articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) asked: usize,
    pub(crate) first: usize,
    pub(crate) among_three: usize,
}

/// Callers' questions by (English, even hash), and for how many that nothing answers an article is
/// offered, of how many.
pub(crate) fn callers() -> (BTreeMap<(bool, bool), Answered>, usize, usize) {
    let desk = Written::shipped();
    let mut sums: BTreeMap<(bool, bool), Answered> = BTreeMap::new();
    for line in lines("callers.tsv") {
        let cells: Vec<&str> = line.split('\t').collect();
        let [language, right, question] = cells[..] else {
            panic!("{line}");
        };
        // The one on the fax line is retired: nobody is to be told it.
        if desk.is_retired(right) {
            continue;
        }
        let found = desk.search(question, Collection::Articles, 10);
        let at = found.articles.iter().position(|hit| {
            let all = std::iter::once(&hit.cached).chain(&hit.others);
            all.into_iter().any(|one| one.article.id.as_str() == right)
        });
        let sum = sums
            .entry((language == "en", is_even(question)))
            .or_default();
        sum.asked += 1;
        sum.first += usize::from(at == Some(0));
        sum.among_three += usize::from(at.is_some_and(|at| at < 3));
    }
    let strange = lines("nothing-fits.tsv");
    let offered = strange.iter().filter(|question| {
        let found = desk.search(question, Collection::Articles, 10);
        !found.articles.is_empty()
    });
    (sums, offered.count(), strange.len())
}
