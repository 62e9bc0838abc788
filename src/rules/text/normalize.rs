//! Text brought down to plain letters, so that what people type finds what others wrote: case and
//! accents do not count, and letters that no decomposition reaches are written out.

use unicode_normalization::UnicodeNormalization;

/// How a lower-case letter is written out that Unicode's decomposition (NFKD) leaves whole.
pub fn letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        _ => return None,
    })
}

/// Marks without which a word is still the same to whoever types it in a hurry: the accents of
/// Latin, Greek and Cyrillic letters, the points of Hebrew and Arabic ones. The vowels of Indic
/// scripts are marks, too, and stay.
fn is_accent(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
    )
}

/// The text in lower case without accents. Two texts that differ in nothing else become one.
pub fn normalize(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    // Some letters come to lower case with a mark, like the dotted capital I.
    for c in text.nfkd().flat_map(char::to_lowercase) {
        if is_accent(c) {
            continue;
        }
        match letter(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// The words of a text, each plain: letters and digits between anything else.
pub fn words(text: &str) -> Vec<String> {
    // Cut before marks are taken off: a vowel sign is no end of a word.
    let inside = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    text.split(|c: char| !inside(c))
        .map(normalize)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        for (one, other) in [
            ("Gdańsk", "gdansk"),
            ("Łódź, ŁĄKOWA 3", "lodz, lakowa 3"),
            ("Jørgen Weißmann", "jorgen weissmann"),
            ("ĐORĐE", "dorde"),
            ("İpek Işık", "ipek isik"),
            ("Nguyễn Văn Đức", "nguyen van duc"),
            ("Zürich", "zu\u{308}rich"),
            ("Ｆｕｌｌ", "full"),
            ("李明", "李明"),
        ] {
            assert_eq!(normalize(one), normalize(other), "{one}");
        }
        assert_ne!(normalize("কি"), normalize("ক"), "a vowel sign is a letter");
    }

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(
            words("Kowalski, Jan (AC-4471)"),
            ["kowalski", "jan", "ac", "4471"]
        );
        assert_eq!(words("  – "), Vec::<String>::new());
        assert_eq!(words("কি খবর").len(), 2);
    }
}
