//! Lines of free text that would read as something else are written with a leading `\`.

use std::borrow::Cow;

use crate::page::entry_heading;
use crate::page::entry_value::read_bullet;

/// What a conflict left by git looks like, at the start of a line.
pub const CONFLICT: [&str; 3] = ["<<<<<<< ", "||||||| ", ">>>>>>> "];

/// Whether a line of free text would read as an entry's heading, a fence or a conflict; on the
/// first line of an entry's text also as a bullet of attributes.
fn misreads(line: &str, first: bool) -> bool {
    line.trim_end() == FENCE
        || CONFLICT.iter().any(|mark| line.starts_with(mark))
        || entry_heading::read(line).is_some()
        || (first && read_bullet(line).is_some())
}

fn bare(line: &str) -> &str {
    line.trim_start_matches('\\')
}

/// Free text as it is written into a page; `entry` where a bullet on its first line would be
/// taken for an attribute.
pub fn escape(text: &str, entry: bool) -> String {
    let line = |(at, line): (usize, &str)| {
        let slash = if misreads(bare(line), entry && at == 0) {
            "\\"
        } else {
            ""
        };
        format!("{slash}{line}")
    };
    text.split('\n')
        .enumerate()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Free text as it was before [`escape`].
pub fn unescape(text: &str, entry: bool) -> String {
    let line = |(at, line): (usize, &str)| match line.strip_prefix('\\') {
        Some(rest) if misreads(bare(rest), entry && at == 0) => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.split('\n')
        .enumerate()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a person typed, made fit for a page: line ends are `\n`, blank lines around it are gone.
pub fn tidy(text: &str) -> String {
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let filled = |c: char| !c.is_whitespace();
    let (Some(first), Some(last)) = (text.find(filled), text.rfind(filled)) else {
        return String::new();
    };
    let from = text[..first].rfind('\n').map_or(0, |end| end + 1);
    let to = text[last..].find('\n').map_or(text.len(), |end| last + end);
    text[from..to].to_owned()
}

/// The line that opens and closes front matter.
pub const FENCE: &str = "+++";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn imitations_are_defused_and_read_back() {
        let text = "- phone: 1\n## 2026-11-21T09:02:11Z anna note ^8m2d\n+++\n\\+++\n## Steps\n<<<<<<< HEAD";
        let written = escape(text, true);
        assert_eq!(
            written,
            "\\- phone: 1\n\\## 2026-11-21T09:02:11Z anna note ^8m2d\n\\+++\n\\\\+++\n## Steps\n\\<<<<<<< HEAD"
        );
        assert_eq!(unescape(&written, true), text);
    }

    #[test]
    fn only_what_would_be_misread_is_escaped() {
        for (text, entry) in [
            ("x\n- a: b", true),
            ("- a: b", false),
            ("+++ x\n<<<<<<\n## Steps\n##anna note", true),
        ] {
            assert_eq!(escape(text, entry), text);
            assert_eq!(unescape(text, entry), text);
        }
        // A backslash of the writer's own stays where it says nothing.
        for (text, entry) in [("\\x\n\\- a: b", true), ("\\- a: b", false)] {
            assert_eq!(unescape(text, entry), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in r"(\\{0,2}(## 2026-11-21T09:02:11Z anna note \^8m2d|## anna note|\+\+\+|- a: b|x)\n?){0,6}", entry: bool) {
            prop_assert_eq!(unescape(&escape(&text, entry), entry), text);
        }
    }
}
