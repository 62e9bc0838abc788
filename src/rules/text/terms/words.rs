//! Words, by Unicode's word boundaries.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// What is longer is no word that anybody types: it counts with its first letters.
pub const LONGEST: usize = 64;

/// Whether a word follows the one before it without anything between them, as where a script
/// knows no spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Something stands between.
    Apart,
    /// Nothing does.
    Joined,
}

/// Letters of scripts that put no space between words: Unicode's rules cut them letter by letter.
pub fn is_solid(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'       // Thai, Lao
        | '\u{1000}'..='\u{109f}'   // Myanmar
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3040}'..='\u{30ff}'   // Hiragana, Katakana
        | '\u{3400}'..='\u{9fff}'   // Han
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
    )
}

/// Characters that are seen by nobody, and that one keyboard writes and another does not.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The text as words are taken from it: compatibility forms brought together, lower case.
fn normal(text: &str) -> String {
    let lower = text
        .nfkc()
        .filter(|c| !is_unseen(*c))
        .flat_map(char::to_lowercase);
    lower
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .nfc()
        .collect()
}

/// Takes the words from a text, in its order, in lower case.
pub fn each_word(text: &str, mut take: impl FnMut(&str, Run)) {
    if text.is_ascii() {
        let mut lower = String::new();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if word.is_empty() {
                continue;
            }
            let word = &word[..word.len().min(LONGEST)];
            if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
                lower.clear();
                lower.push_str(word);
                lower.make_ascii_lowercase();
                take(&lower, Run::Apart);
            } else {
                take(word, Run::Apart);
            }
        }
        return;
    }
    let text = normal(text);
    let mut end = 0;
    for (at, word) in text.unicode_word_indices() {
        let mut run = if at == end && at > 0 {
            Run::Joined
        } else {
            Run::Apart
        };
        end = at + word.len();
        // Full stops, colons, apostrophes and underscores hold a word together for Unicode; who
        // looks for `report` means `report.xlsx` too.
        let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        for part in word.split(|c: char| !inside(c)) {
            if !part.is_empty() {
                take(&cut(part), run);
            }
            run = Run::Apart;
        }
    }
}

/// Takes the words from a text with the bytes at which they stand in it.
pub fn each_placed_word(text: &str, mut take: impl FnMut(&str, Range<usize>)) {
    let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c) || is_unseen(c);
    for (at, word) in text.unicode_word_indices() {
        let mut from = at;
        for part in word.split(|c: char| !inside(c)) {
            let place = from..from + part.len();
            from = place.end + text[place.end..].chars().next().map_or(0, char::len_utf8);
            if !part.is_empty() {
                let mut whole = None;
                each_word(part, |word, _| {
                    whole.get_or_insert_with(|| word.to_owned());
                });
                if let Some(word) = whole {
                    take(&word, place);
                }
            }
        }
    }
}

fn cut(word: &str) -> Cow<'_, str> {
    if word.len() <= LONGEST {
        return Cow::Borrowed(word);
    }
    word.chars().take(LONGEST).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each_word(text, |word, _| all.push(word.to_owned()));
        all
    }

    #[test]
    fn words_are_whole_in_every_script() {
        for (text, expected) in [
            (
                "Wi-Fi at 10.0.0.7, report.xlsx",
                "wi fi at 10 0 0 7 report xlsx",
            ),
            (
                "Drucker druckt nicht – Größe?",
                "drucker druckt nicht größe",
            ),
            ("কম্পিউটার চালু হচ্ছে না", "কম্পিউটার চালু হচ্ছে না"),
            ("ma\u{302}\u{323}t kha\u{302}\u{309}u", "mật khẩu"),
            ("ＦＡＸ ﬁle", "fax file"),
            ("L’imprimante", "l imprimante"),
            ("Be\u{ad}nut\u{ad}zer", "benutzer"),
            ("ΟΔΟΣ", "οδοσ"),
        ] {
            let expected: Vec<&str> = expected.split(' ').collect();
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn one_word_written_two_ways_is_one_word() {
        assert_eq!(
            words("mật khẩu"),
            words("ma\u{323}\u{302}t kha\u{302}\u{309}u")
        );
        // With and without the joiner that some keyboards write.
        assert_eq!(words("র\u{200d}্যাম"), words("র্যাম"));
    }

    #[test]
    fn scripts_without_spaces_are_joined_letters() {
        let mut runs = Vec::new();
        each_word("打印机 卡纸", |word, run| {
            runs.push((word.to_owned(), run));
        });
        let joined = runs.iter().filter(|(_, run)| *run == Run::Joined).count();
        assert_eq!((runs.len(), joined), (5, 3));
    }

    #[test]
    fn words_are_found_again_where_they_stand() {
        let text = "Größe: „Wi-Fi“ কম্পিউটার report.xlsx";
        let mut all = Vec::new();
        each_placed_word(text, |word, place| {
            all.push((word.to_owned(), &text[place]));
        });
        let seen: Vec<(&str, &str)> = all
            .iter()
            .map(|(word, seen)| (word.as_str(), *seen))
            .collect();
        let expected = [
            ("größe", "Größe"),
            ("wi", "Wi"),
            ("fi", "Fi"),
            ("কম্পিউটার", "কম্পিউটার"),
            ("report", "report"),
            ("xlsx", "xlsx"),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(words(&"a".repeat(5_000))[0].len(), LONGEST);
        assert_eq!(words(&"ä".repeat(5_000))[0].chars().count(), LONGEST);
    }
}
