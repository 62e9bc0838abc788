//! Four-letter pieces of words, with a mark at either end: `_dru druc ruck ucke cker ker_`; of Korean
//! words, pairs of syllables.

use crate::rules::text::terms::{Run, Terms, each_word, is_korean, is_solid};

/// Letters of a piece.
const SIZE: usize = 4;

/// Words with more letters are numbers and keys, whose pieces say nothing.
const LONGEST: usize = 32;

/// Stands before and behind a word.
const EDGE: char = '_';

/// The pieces of all words of a text. Where a script knows no spaces, two neighbouring letters are
/// a piece.
pub fn pieces(text: &str, into: &mut Terms) {
    let mut letters: Vec<char> = Vec::with_capacity(LONGEST + 2);
    let mut before: Option<char> = None;
    each_word(text, |word, run| {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && is_solid(c)
        {
            if let Some(before) = before.filter(|_| run == Run::Joined) {
                into.text.push(before);
                into.text.push(c);
                into.end();
            }
            before = Some(c);
            return;
        }
        before = None;
        of_word(word, &mut letters, into);
    });
}

fn of_word(word: &str, letters: &mut Vec<char>, into: &mut Terms) {
    letters.clear();
    letters.push(EDGE);
    letters.extend(word.chars());
    letters.push(EDGE);
    if letters.len() > LONGEST + 2 {
        return;
    }
    // A noun of two syllables runs together with its particle.
    if letters.len() > 3 && is_korean(word) {
        for pair in letters[1..letters.len() - 1].windows(2) {
            into.text.extend(pair);
            into.end();
        }
        return;
    }
    if letters.len() <= SIZE {
        into.text.extend(letters.iter());
        into.end();
        return;
    }
    for piece in letters.windows(SIZE) {
        into.text.extend(piece);
        into.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let mut terms = Terms::default();
        pieces(text, &mut terms);
        terms.iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn pieces_tell_where_a_word_begins_and_ends() {
        assert_eq!(of("Drucker"), "_dru druc ruck ucke cker ker_");
        assert_eq!(of("a an the"), "_a_ _an_ _the the_");
        assert_eq!(of("卡纸了"), "卡纸 纸了");
        assert_eq!(of("프린터가 문"), "프린 린터 터가 _문_");
        assert_eq!(of(&"f".repeat(40)), "");
    }
}
