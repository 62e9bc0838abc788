//! The plain baseline: BM25 (k1 1.2, b 0.75) over lower-cased words, without a stemmer.

use std::collections::HashMap;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Texts, counted.
pub(crate) struct Bm25 {
    having: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean: f64,
}

/// Lower-cased words.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The words of a title three times, and all of them once more with those of the text.
pub(crate) fn weighed(title: &str, body: &str) -> Vec<String> {
    let title = words(title);
    let mut all = words(body);
    for _ in 0..4 {
        all.extend(title.iter().cloned());
    }
    all
}

fn counted(words: &[String]) -> HashMap<&str, f64> {
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1.0;
    }
    counts
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

impl Bm25 {
    pub(crate) fn new(texts: &[Vec<String>]) -> Self {
        let mut having: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        for (place, text) in texts.iter().enumerate() {
            for (word, count) in counted(text) {
                let places = having.entry(word.to_owned()).or_default();
                places.push((place, count));
            }
        }
        let lengths: Vec<f64> = texts.iter().map(|text| float(text.len())).collect();
        Self {
            mean: lengths.iter().sum::<f64>() / float(lengths.len()),
            lengths,
            having,
        }
    }

    /// The places of the ten best texts.
    pub(crate) fn ten(&self, asked: &[String], except: Option<usize>) -> Vec<usize> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        let all = float(self.lengths.len());
        // In the order of the question, so that sums are the same in every run.
        let counts = counted(asked);
        let mut order: Vec<&str> = counts.keys().copied().collect();
        order.sort_unstable();
        for word in order {
            let found = self.having.get(word).map_or(&[][..], Vec::as_slice);
            let rarity = ((all - float(found.len()) + 0.5) / (float(found.len()) + 0.5)).ln_1p();
            for (place, count) in found {
                let norm = K1 * (1.0 - B + B * self.lengths[*place] / self.mean);
                *scores.entry(*place).or_default() +=
                    counts[word] * rarity * count * (K1 + 1.0) / (count + norm);
            }
        }
        let mut order: Vec<(usize, f64)> = scores.into_iter().collect();
        order.retain(|(place, _)| Some(*place) != except);
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.truncate(10);
        order.into_iter().map(|(place, _)| place).collect()
    }
}
