//! What a TOML parser complains of, in the words of people who write settings and tickets.

use toml::de::DeValue;

/// What the parser says, what it means, and what to do about it.
type Words = (&'static str, &'static str, &'static str);

const LIST: &str = "a list is written `[\"one\", \"two\"]`";

const BRACES: &str = "it is written `{ one = \"a\", two = \"b\" }`, on one line";

const WORDS: &[Words] = &[
    // The parser takes `n…` for the beginning of `nan` and `i…` for that of `inf`.
    (
        "invalid float",
        "this is neither a text in quotes nor a number",
        "write texts in quotes; `true` and `false` stand without",
    ),
    (
        "invalid basic string",
        "this text is not closed",
        "end it with the quote that it begins with, on the same line",
    ),
    (
        "invalid literal string",
        "this text is not closed",
        "end it with the quote that it begins with, on the same line",
    ),
    (
        "invalid multi-line basic string",
        "this text of several lines is not closed",
        "end it with the three quotes that it begins with",
    ),
    (
        "invalid multi-line literal string",
        "this text of several lines is not closed",
        "end it with the three quotes that it begins with",
    ),
    (
        "missing escaped value",
        "behind a `\\` in a text in quotes stands something that means nothing there",
        "write `\\\\` for a backslash, or put the text in single quotes",
    ),
    (
        "too few unicode value digits",
        "behind a `\\` in a text in quotes stands something that means nothing there",
        "write `\\\\` for a backslash, or put the text in single quotes",
    ),
    (
        "missing comma between array elements",
        "a comma, or the end of the list, is missing",
        LIST,
    ),
    ("unclosed array", "this list is not closed", LIST),
    ("extra comma in array", "there is a comma too many", LIST),
    (
        "missing comma between key-value pairs",
        "this table in braces is not written right",
        BRACES,
    ),
    (
        "extra comma in inline table",
        "this table in braces is not written right",
        BRACES,
    ),
    (
        "unclosed inline table",
        "this table in braces is not closed",
        BRACES,
    ),
    (
        "key with no value",
        "a key is followed by `=` and its value",
        "write it like `name = \"value\"`",
    ),
    (
        "missing assignment between key-value pairs",
        "a key is followed by `=` and its value",
        "write it like `name = \"value\"`",
    ),
    ("missing value for key", MISSING.0, MISSING.1),
    ("missing value", MISSING.0, MISSING.1),
    ("extra `=`", "there is a `=` too many", "take it out"),
    (
        "extra assignment between key-value pairs",
        "there is a `=` too many",
        "take it out",
    ),
    (
        "invalid boolean",
        "this is neither `true` nor `false`",
        "write it in small letters, without quotes",
    ),
    (
        "unclosed table",
        "the name of this table is not closed",
        "a table begins with `[name]`, one of several with `[[name]]`",
    ),
    (
        "unclosed array table",
        "the name of this table is not closed",
        "a table begins with `[name]`, one of several with `[[name]]`",
    ),
    (
        "unexpected leading zero",
        "a number does not begin with 0",
        "take the zeros out, or write it as a text in quotes",
    ),
    (
        "invalid date-time",
        "this is no date or time",
        "write it like `2026-12-24` or `2026-12-24T14:00:00Z`",
    ),
    ("unexpected key or value", BEHIND.0, BEHIND.1),
    ("unexpected content", BEHIND.0, BEHIND.1),
    ("invalid key-value pair", BEHIND.0, BEHIND.1),
    (
        "invalid comment character",
        "a control character stands in this remark",
        "take it out",
    ),
    ("invalid unquoted key", KEY.0, KEY.1),
    ("unquoted keys cannot be empty", KEY.0, KEY.1),
    ("invalid key", KEY.0, KEY.1),
];

const MISSING: (&str, &str) = (
    "the value is missing",
    "write it behind the `=`, or take the key out",
);

const BEHIND: (&str, &str) = (
    "something stands behind the value",
    "one key and its value stand in a line; a remark begins with `#`",
);

const KEY: (&str, &str) = (
    "this is no name of a key",
    "keys are letters, digits, `_` and `-`; others stand in quotes",
);

/// A complaint and what to do about it; `snippet` is the text that it is about. What is not known
/// here stays as the parser says it, without the signs that it would have liked to see.
pub fn complaint(message: &str, snippet: &str) -> (String, Option<String>) {
    let message = message.trim();
    let (what, expected) = message.split_once(", expected").unwrap_or((message, ""));
    let own = |text: &str, hint: &str| (text.to_owned(), Some(hint.to_owned()));
    if matches!(
        what,
        "string values must be quoted" | "missing opening quote"
    ) {
        return unquoted(snippet);
    }
    if expected.contains("visible") {
        return own(
            "a control character stands in this text",
            "take it out, or write it like `\\u0007`",
        );
    }
    match WORDS.iter().find(|(theirs, ..)| *theirs == what) {
        Some((_, text, hint)) => own(text, hint),
        None => (what.to_owned(), None),
    }
}

/// A value that is no number and has no quotes.
fn unquoted(snippet: &str) -> (String, Option<String>) {
    let text = snippet.trim();
    if text.is_empty() {
        return (MISSING.0.to_owned(), Some(MISSING.1.to_owned()));
    }
    let curly = |c: char| "“”„‟«»‚‘’".contains(c);
    let bare = text.trim_matches(curly);
    let message = if bare.len() < text.len() {
        "a text stands in straight quotes"
    } else {
        "a text stands in quotes"
    };
    let plain = !bare.is_empty() && bare.chars().count() < 60 && !bare.contains(['"', '\\', '\n']);
    let hint = plain.then(|| format!("write \"{bare}\""));
    (message.to_owned(), hint)
}

/// What a value is, in words.
pub fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_complaint_is_in_words() {
        for (toml, message, hint) in [
            (
                "a = Europe/Warsaw",
                "a text stands in quotes",
                "write \"Europe/Warsaw\"",
            ),
            ("a = “x”", "a text stands in straight quotes", "write \"x\""),
            ("a = \"x", "this text is not closed", "end it"),
            (
                "a = \"C:\\help\"",
                "behind a `\\` in a text",
                "write `\\\\`",
            ),
            (
                "a = [\"x\" \"y\"]",
                "a comma, or the end of the list",
                "a list is",
            ),
            ("a = [\"x\",", "this list is not closed", "a list is"),
            ("a: 1", "a key is followed by `=`", "write it like"),
            (
                "a = True",
                "this is neither `true` nor `false`",
                "small letters",
            ),
            (
                "a = no",
                "this is neither a text in quotes nor a number",
                "quotes",
            ),
            (
                "[a\nb = 1",
                "the name of this table is not closed",
                "a table begins",
            ),
            (
                "a = 007",
                "a number does not begin with 0",
                "take the zeros",
            ),
            ("a =", "the value is missing", "write it behind"),
            (
                "a = 1 b = 2",
                "something stands behind the value",
                "one key",
            ),
            ("a = 2026-13-40", "", ""),
        ] {
            let Err(error) = toml::de::DeTable::parse(toml) else {
                continue;
            };
            let snippet = toml.get(error.span().unwrap_or(0..0)).unwrap_or_default();
            let (said, what) = complaint(error.message(), snippet);
            assert!(said.starts_with(message), "{toml}: {said}");
            assert!(
                what.unwrap_or_default().starts_with(hint)
                    || hint == "quotes"
                    || hint == "small letters",
                "{toml}"
            );
            assert!(!said.contains("expected"), "{toml}: {said}");
        }
    }
}
