//! The text of a template as words and placeholders: `{requester.name}`, `{requester.name|there}`.

use std::ops::Range;

use crate::model::placeholder::Placeholder;
use crate::model::template::Piece;
use crate::page::problem::did_you_mean;

/// A placeholder that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPlaceholder {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What to do where a brace is meant as a brace.
const BRACE: &str = "for a brace itself write `{{`";

/// Reads the text of a template. `{{` is a brace, and so is `}}`; a `}` alone is itself.
pub fn read(text: &str) -> (Vec<Piece>, Vec<BadPlaceholder>) {
    let (mut pieces, mut bad) = (Vec::new(), Vec::new());
    let mut words = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            words.push(c);
            at += 2;
            continue;
        }
        if c != '{' {
            words.push(c);
            at += c.len_utf8();
            continue;
        }
        let Some(end) = rest
            .find(['}', '\n'])
            .filter(|end| rest[*end..].starts_with('}'))
        else {
            bad.push(BadPlaceholder {
                span: at..at + 1,
                message: "this brace is not closed on its line".to_owned(),
                hint: BRACE.to_owned(),
            });
            at += 1;
            continue;
        };
        let inside = &rest[1..end];
        let (name, stand_in) = match inside.split_once('|') {
            Some((name, stand_in)) => (name, Some(stand_in.to_owned())),
            None => (inside, None),
        };
        match Placeholder::read(name) {
            Some(placeholder) => {
                if !words.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut words)));
                }
                pieces.push(Piece::Value(placeholder, stand_in));
            }
            None => bad.push(unknown(name, at..at + end + 1)),
        }
        at += end + 1;
    }
    if !words.is_empty() {
        pieces.push(Piece::Text(words));
    }
    (pieces, bad)
}

fn unknown(name: &str, span: Range<usize>) -> BadPlaceholder {
    let names = Placeholder::ALL.iter().map(|one| one.name());
    let meant = did_you_mean(name.trim(), names).map(|hint| format!("{hint} {BRACE}"));
    BadPlaceholder {
        span,
        message: format!("there is no placeholder `{name}`"),
        hint: meant
            .unwrap_or_else(|| format!("`desk templates --placeholders` shows them; {BRACE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn words_and_placeholders_are_told_apart() {
        let stand_in = |word: &str| Some(word.to_owned());
        let read = |text: &str| {
            let (pieces, bad) = read(text);
            assert_eq!(bad, [], "{text}");
            pieces
        };
        assert_eq!(read(""), []);
        assert_eq!(
            read("Dear {requester.name|there}, {id}."),
            [
                text("Dear "),
                Piece::Value(Placeholder::RequesterName, stand_in("there")),
                text(", "),
                Piece::Value(Placeholder::Id, None),
                text("."),
            ]
        );
        assert_eq!(
            read("{requester.phone|}{id}}"),
            [
                Piece::Value(Placeholder::RequesterPhone, stand_in("")),
                Piece::Value(Placeholder::Id, None),
                text("}"),
            ]
        );
        assert_eq!(read("a {{id}} b } c"), [text("a {id} b } c")]);
        assert_eq!(
            read("{{{id}}}"),
            [text("{"), Piece::Value(Placeholder::Id, None), text("}")]
        );
        assert_eq!(
            read("{title|a|b}"),
            [Piece::Value(Placeholder::Title, stand_in("a|b"))]
        );
    }

    #[test]
    fn what_is_none_is_told_by_name_and_place() {
        let bad = |text: &str| {
            let (_, bad) = read(text);
            let one = |bad: BadPlaceholder| (text[bad.span].to_owned(), bad.message, bad.hint);
            bad.into_iter().map(one).collect::<Vec<_>>()
        };
        let found = bad("é {requester.nam} {log}\n{ id } {open\n}");
        let texts: Vec<&str> = found.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(texts, ["{requester.nam}", "{log}", "{ id }", "{"]);
        assert_eq!(found[0].1, "there is no placeholder `requester.nam`");
        assert!(
            found[0].2.starts_with("did you mean `requester.name`?"),
            "{}",
            found[0].2
        );
        assert!(found[2].2.contains("`id`"), "{}", found[2].2);
        assert_eq!(found[3].1, "this brace is not closed on its line");
    }
}
