//! Text from others, made harmless for a terminal.
//!
//! Tickets hold what strangers wrote: escape codes, carriage returns, characters that turn the
//! direction of writing. All of it is shown, none of it acts. Also on pipes, for those end in a
//! terminal or in a log.

use std::fmt::Write as _;

/// Whether a character would act on a terminal or mislead a reader.
pub fn acts(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Text of several lines, safe to show; tabs and line ends stay.
pub fn text(text: &str) -> String {
    if !text.chars().any(acts) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !acts(c) => out.push(c),
            '\u{0}'..='\u{1f}' => {
                out.push('^');
                out.push(char::from(c as u8 + 64));
            }
            '\u{7f}' => out.push_str("^?"),
            c => {
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
        }
    }
    out
}

/// JSON whose strings hold nothing that acts. JSON itself escapes only U+0000 to U+001F.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Text on one line, safe to show.
pub fn line(line: &str) -> String {
    text(line).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_act_is_shown() {
        assert_eq!(text("\u{1b}]52;c;x\u{7}"), "^[]52;c;x^G");
        assert_eq!(text("a\u{9b}31m\rb\u{202e}c"), "a<U+009B>31m^Mb<U+202E>c");
        assert_eq!(text("Zażółć\tগেছে\n"), "Zażółć\tগেছে\n");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(input in "\\PC*|(?s).{0,40}") {
            prop_assert!(!text(&input).chars().any(acts));
            prop_assert!(!line(&input).contains('\n'));
        }
    }
}
