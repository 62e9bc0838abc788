//! Text that may be printed.
//!
//! Tickets hold what strangers wrote: escape codes, carriage returns, characters that turn the
//! direction of writing. All of it is shown, none of it acts. Also on pipes, for those end in a
//! terminal or in a log. Whatever is written to a stream is a [`Shown`], and one is made here
//! alone: a field that a view forgot to make harmless is made so then.
//!
//! The program's own colours go through the same gate. [`styled`] writes them as marks, characters
//! that Unicode never assigned; the gate turns marks that spell a style into that style. In text
//! from outside a mark is a character that acts like any other, and is shown.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The mark for the character U+0000 of a style; that for any ASCII character is so far behind it.
///
/// They are unassigned and to be ignored in layout, so that their width is zero.
const MARK: u32 = 0xe0080;

/// Whether a character would act on a terminal or mislead a reader.
pub fn acts(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\u{e0000}'..='\u{e00ff}')
}

/// Text that holds nothing that acts but the program's own colours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown<'t>(Cow<'t, str>);

impl Shown<'_> {
    /// The text, for a stream.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'t> From<&'t str> for Shown<'t> {
    fn from(text: &'t str) -> Self {
        if !text.chars().any(acts) {
            return Self(Cow::Borrowed(text));
        }
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if let Some((style, behind)) = style(c, rest.as_str()) {
                out.push_str(&style);
                rest = behind.chars();
            } else {
                visible(&mut out, c);
            }
        }
        Self(Cow::Owned(out))
    }
}

impl<'t> From<&'t String> for Shown<'t> {
    fn from(text: &'t String) -> Self {
        Self::from(text.as_str())
    }
}

/// The character that a mark stands for.
fn marked(c: char) -> Option<char> {
    let code = u32::from(c).checked_sub(MARK)?;
    u8::try_from(code).ok().filter(u8::is_ascii).map(char::from)
}

/// The style that marks spell, `ESC [ 1 ; 31 m`, and what is behind them.
fn style(first: char, rest: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = rest.chars();
    let mut next = Some(first);
    loop {
        let c = next.and_then(marked)?;
        let right = match out.len() {
            0 => c == '\u{1b}',
            1 => c == '[',
            _ => c.is_ascii_digit() || matches!(c, ';' | 'm'),
        };
        if !right {
            return None;
        }
        out.push(c);
        if c == 'm' {
            return Some((out, chars.as_str()));
        }
        next = chars.next();
    }
}

/// Text between two styles, `ESC [ … m` each, in marks that become them at the gate.
pub fn styled(style: impl fmt::Display, text: &str, reset: impl fmt::Display) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    mark(&mut out, &style.to_string());
    out.push_str(text);
    mark(&mut out, &reset.to_string());
    out
}

/// What a renderer of ours painted, with its styles as marks. What it was given must be safe
/// already.
pub fn repainted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from[2..].find(|c: char| !c.is_ascii_digit() && c != ';');
        if let Some(end) = end.filter(|end| from[2 + end..].starts_with('m')) {
            let (sequence, behind) = from.split_at(end + 3);
            mark(&mut out, sequence);
            rest = behind;
        } else {
            out.push('\u{1b}');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

fn mark(out: &mut String, style: &str) {
    let marks = style
        .chars()
        .filter(char::is_ascii)
        .filter_map(|c| char::from_u32(MARK + u32::from(c)));
    out.extend(marks);
}

/// A character as it may be shown.
fn visible(out: &mut String, c: char) {
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

/// Text of several lines, safe to show; tabs and line ends stay.
pub fn text(text: &str) -> String {
    if !text.chars().any(acts) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        visible(&mut out, c);
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

/// Text of as many characters, with a sign of replacement for each that acts.
pub fn replaced(text: &str) -> String {
    text.chars()
        .map(|c| if acts(c) { '\u{fffd}' } else { c })
        .collect()
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

    fn red(text: &str) -> String {
        styled("\u{1b}[1;31m", text, "\u{1b}[0m")
    }

    #[test]
    fn only_our_own_styles_pass_the_gate() {
        let shown = |text: &str| Shown::from(text).to_string();
        assert_eq!(
            shown(&format!("a {} \u{1b}[31mb", red("x"))),
            "a \u{1b}[1;31mx\u{1b}[0m ^[[31mb"
        );
        // A stranger who knows the marks is shown them, and a part of them is no style.
        assert_eq!(
            shown(&red(&line(&red("x")))).matches('\u{1b}').count(),
            2,
            "one style and its end"
        );
        let style: Vec<char> = red("").chars().take("ESC[1;31m".len() - 2).collect();
        for at in 1..style.len() {
            for part in [&style[at..], &style[..at]] {
                let part: String = part.iter().collect();
                assert!(!shown(&part).contains('\u{1b}'), "{part:?}");
            }
        }
        assert_eq!(shown("plain\ttext\n"), "plain\ttext\n");
    }

    #[test]
    fn marks_have_no_width() {
        use unicode_width::UnicodeWidthStr as _;
        assert_eq!(red("four").width(), 4);
    }

    #[test]
    fn what_a_renderer_painted_becomes_marks() {
        let painted = "\u{1b}[1m\u{1b}[91merror\u{1b}[0m \u{1b}]0;x\u{7} \u{1b}[2J";
        let shown = Shown::from(&repainted(painted)).to_string();
        assert_eq!(shown, "\u{1b}[1m\u{1b}[91merror\u{1b}[0m ^[]0;x^G ^[[2J");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(input in "\\PC*|(?s).{0,40}") {
            prop_assert!(!text(&input).chars().any(acts));
            prop_assert!(!line(&input).contains('\n'));
            prop_assert!(!Shown::from(&input).as_str().chars().any(acts));
        }
    }
}
