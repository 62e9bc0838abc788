//! The line of a text that says most of what was looked for.

use std::fmt;
use std::ops::Range;

use crate::rules::search::wanted::SearchTerms;
use crate::rules::text::terms::each_placed_word;

/// A line with the places of the words that were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// One line, without the marks of Markdown before it.
    pub text: String,
    /// Where the words stand in it, in bytes, in order and apart.
    pub marks: Vec<Range<usize>>,
}

impl Passage {
    /// A line with its marks.
    pub fn of(line: &str, wanted: &SearchTerms<'_>) -> Self {
        let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut marks = Vec::new();
        each_placed_word(&text, |word, place| {
            if wanted.meets(word).is_some() {
                marks.push(place);
            }
        });
        Self { text, marks }
    }

    /// A line as it is, without a mark.
    pub fn unmarked(line: &str) -> Self {
        Self {
            text: line.to_owned(),
            marks: Vec::new(),
        }
    }
}

/// The best of the lines: the one with the most telling words, of equals the first. Nothing where
/// no line has any.
pub fn best(text: &str, wanted: &SearchTerms<'_>) -> Option<Passage> {
    let mut found: Option<(f32, &str)> = None;
    for line in text.lines() {
        let line = bare(line);
        let mut met = vec![0.0_f32; wanted.words().len()];
        each_placed_word(line, |word, _| {
            if let Some((at, sure)) = wanted.meets(word) {
                met[at] = met[at].max(sure);
            }
        });
        let words = wanted.words().iter();
        let weight: f32 = words
            .zip(&met)
            .map(|(word, sure)| (word.weight + 0.1) * sure)
            .sum();
        if weight > found.map_or(0.0, |(best, _)| best) {
            found = Some((weight, line));
        }
    }
    found.map(|(_, line)| Passage::of(line, wanted))
}

/// A word that a text and a question share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedWord {
    /// As the text writes it.
    pub text: String,
    /// The word of the question, where the text says the same in another word.
    pub asked: Option<String>,
}

impl fmt::Display for SharedWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.asked {
            Some(asked) => write!(f, " ({asked})"),
            None => Ok(()),
        }
    }
}

/// The telling words of a text that are looked for, the most telling first.
pub fn shared(texts: &[&str], wanted: &SearchTerms<'_>, most: usize) -> Vec<SharedWord> {
    let mut met: Vec<Option<SharedWord>> = vec![None; wanted.words().len()];
    for text in texts {
        each_placed_word(text, |word, place| {
            if let Some((at, _)) = wanted.meets(word)
                && met[at].is_none()
            {
                met[at] = Some(SharedWord {
                    text: text[place].to_owned(),
                    asked: wanted.stands_for(at, word).map(str::to_owned),
                });
            }
        });
    }
    let mut found: Vec<(f32, SharedWord)> = wanted
        .words()
        .iter()
        .zip(met)
        .filter(|(word, _)| word.is_telling)
        .filter_map(|(word, met)| Some((word.weight, met?)))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut words: Vec<SharedWord> = Vec::new();
    for (_, word) in found {
        let is_known = |known: &SharedWord| known.text.eq_ignore_ascii_case(&word.text);
        if words.len() < most && !words.iter().any(is_known) {
            words.push(word);
        }
    }
    words
}

/// A line without what Markdown puts before it and the marks of stress within.
fn bare(line: &str) -> &str {
    let line = line.trim();
    let line = line.trim_start_matches(['#', '>', '-', '*', '+', '|', ' ']);
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    match number.strip_prefix(". ") {
        Some(rest) if number.len() < line.len() => rest.trim_start(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_says_most_is_shown() {
        let mut wanted = SearchTerms::new(&[]);
        wanted.add("light", 1.0, false);
        wanted.add("socket", 2.0, false);
        let text =
            "# Light\n\nSome light.\n\n1. \"Is the **light** on your wall socket   green?\"\n";
        let found = best(text, &wanted).unwrap();
        assert_eq!(
            found.text,
            "\"Is the **light** on your wall socket green?\""
        );
        let words: Vec<&str> = found
            .marks
            .iter()
            .map(|at| &found.text[at.clone()])
            .collect();
        assert_eq!(words, ["light", "socket"]);
        let words: Vec<String> = shared(&[text], &wanted, 9)
            .iter()
            .map(SharedWord::to_string)
            .collect();
        assert_eq!(words, ["socket", "Light"]);
        assert_eq!(best("Nothing here", &wanted), None);
    }
}
