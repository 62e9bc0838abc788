//! Similar tickets: of each of two questions that are duplicates, the other is the one right answer.
//!
//! The pairs lie in `../shared/data/askubuntu-pairs`: lower case, without signs, title and body run
//! together, so that the first ten words stand for the title.

use std::collections::HashMap;
use std::path::Path;

/// Questions of which some are duplicates.
pub(crate) struct Pairs {
    pub(crate) texts: Vec<String>,
    /// Places of two that are duplicates.
    pub(crate) duplicates: Vec<(usize, usize)>,
}

/// So many words stand for the title.
const TITLE: usize = 10;

impl Pairs {
    pub(crate) fn read() -> Result<Self, String> {
        let path = Path::new("../shared/data/askubuntu-pairs/pairs.tsv");
        let text = std::fs::read_to_string(path).map_err(|error| {
            let from = "nlx-group/Duplicate-Question-Detection, corpora/askubuntu/clue/val.tsv";
            format!("{}: {error}; on GitHub: {from}", path.display())
        })?;
        let mut pairs = Self {
            texts: Vec::new(),
            duplicates: Vec::new(),
        };
        let mut places: HashMap<&str, usize> = HashMap::new();
        for line in text.lines() {
            let mut cells = line.split('\t');
            let (Some(kind), Some(one), Some(other)) = (cells.next(), cells.next(), cells.next())
            else {
                return Err(format!("{}: no three cells: {line}", path.display()));
            };
            let [one, other] = [one, other].map(|text| {
                *places.entry(text).or_insert_with(|| {
                    pairs.texts.push(text.to_owned());
                    pairs.texts.len() - 1
                })
            });
            if kind == "duplicate" {
                pairs.duplicates.push((one, other));
            }
        }
        Ok(pairs)
    }

    /// Each question of a pair with its right answer.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (usize, usize)> {
        let both = self.duplicates.iter();
        both.flat_map(|(one, other)| [(*one, *other), (*other, *one)])
    }
}

/// What stands for the title of a question, and the rest.
pub(crate) fn parts(text: &str) -> (String, String) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let title = words.len().min(TITLE);
    (words[..title].join(" "), words[title..].join(" "))
}

/// Whether weights may be chosen on a question: its FNV-1a hash (32 bits) is even.
pub(crate) fn is_even(question: &str) -> bool {
    let hash = question.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.is_multiple_of(2)
}
