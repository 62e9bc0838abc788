//! How well a set is answered, in the measures of the trade.

use plaindesk::index::text::{Collection, Document, TextQuery, TextSearcher};

use super::sets::Set;

/// So many hits are looked at for what is right among them; a reader sees ten.
const DEEP: usize = 200;
const SHOWN: usize = 10;

/// Means over the questions, 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Marks {
    pub(crate) asked: usize,
    /// One by the place of the first right hit among ten (MRR@10).
    pub(crate) mrr: f64,
    /// The first hit is right.
    pub(crate) first: f64,
    /// A right one is among ten.
    pub(crate) shown: f64,
    /// The mean precision at the places of all that is right (MAP).
    pub(crate) map: f64,
}

impl Marks {
    /// Asks every so-manieth question of the set, of an index of all its texts; `told`: with the
    /// language in front matter.
    pub(crate) fn of(set: &Set, reported: bool, every: usize) -> tantivy::Result<Self> {
        let sheets: Vec<Document> = (0..)
            .zip(&set.texts)
            .map(|(key, text)| Document {
                key,
                title: text.title.clone(),
                body: text.body.clone(),
                language: reported.then(|| set.language.to_owned()),
                ..Document::default()
            })
            .collect();
        let texts = TextSearcher::in_memory(Collection::Articles, sheets)?;
        let mut sums = Self::default();
        for asked in set.questions.iter().step_by(every) {
            let question = TextQuery {
                text: asked.text.clone(),
                ..TextQuery::default()
            };
            let right = asked.right.start as u64..asked.right.end as u64;
            let hits = texts.find(&question, None, DEEP)?;
            let hits: Vec<bool> = hits.iter().map(|hit| right.contains(&hit.key)).collect();
            sums.add(&hits, asked.right.len());
        }
        Ok(sums.means())
    }

    /// One more question: which of its hits are right, and how many texts would be.
    pub(crate) fn add(&mut self, hits: &[bool], right: usize) {
        self.asked += 1;
        if let Some(before) = hits.iter().take(SHOWN).position(|right| *right) {
            self.mrr += 1.0 / count(before + 1);
            self.first += f64::from(u8::from(before == 0));
            self.shown += 1.0;
        }
        let places = hits.iter().enumerate().filter(|(_, right)| **right);
        let precisions = (1..)
            .zip(places)
            .map(|(found, (before, _))| count(found) / count(before + 1));
        self.map += precisions.sum::<f64>() / count(right);
    }

    pub(crate) fn means(mut self) -> Self {
        let asked = count(self.asked.max(1));
        for sum in [
            &mut self.mrr,
            &mut self.first,
            &mut self.shown,
            &mut self.map,
        ] {
            *sum *= 100.0 / asked;
        }
        self
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
