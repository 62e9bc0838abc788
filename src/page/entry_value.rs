//! The values in a log entry's bullets: plain where that reads back, else a TOML string.

use toml_writer::{ToTomlValue, TomlStringBuilder};

use crate::model::corrections::{CHANGES, TEXT};
use crate::model::entry::{Change, FOLLOWS, How};
use crate::model::field::{Field, FieldKind};

/// How an empty value is written.
pub const NONE: &str = "(none)";

/// What stands between the old value and the new.
pub const ARROW: &str = " -> ";

/// A TOML basic string, on one line.
pub fn quoted(text: &str) -> String {
    TomlStringBuilder::new(text).as_basic().to_toml_value()
}

/// Writes one value; `None` is `(none)`.
pub fn write_value(value: Option<&str>) -> String {
    let Some(value) = value else {
        return NONE.to_owned();
    };
    let plain = !value.is_empty()
        && value.trim() == value
        && value != NONE
        && !value.starts_with(['"', '\''])
        && !value.contains(ARROW)
        && !value.ends_with(" ->")
        && !value.chars().any(char::is_control);
    if plain {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// Reads one value; `(none)` is `None`.
pub fn read_value(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == NONE {
        return None;
    }
    Some(unquoted(text).unwrap_or_else(|| text.to_owned()))
}

/// The text of a TOML string, if `text` is one and nothing else.
fn unquoted(text: &str) -> Option<String> {
    if !text.starts_with('"') {
        return None;
    }
    let value = toml::de::DeValue::parse(text).ok()?;
    value.get_ref().as_str().map(str::to_owned)
}

fn write_element(sign: char, element: &str) -> String {
    let plain = !element.is_empty()
        && !element.starts_with(['"', '\''])
        && !element.chars().any(|c| c.is_whitespace() || c.is_control());
    if plain {
        format!("{sign}{element}")
    } else {
        format!("{sign}{}", quoted(element))
    }
}

/// Writes what follows `- field: ` for a change.
pub fn write_change(how: &How) -> String {
    match how {
        How::Set { old, new } => {
            format!(
                "{}{ARROW}{}",
                write_value(old.as_deref()),
                write_value(new.as_deref())
            )
        }
        How::Elements { added, removed } => {
            let plus = added.iter().map(|one| write_element('+', one));
            plus.chain(removed.iter().map(|one| write_element('-', one)))
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

/// Writes a line `- field: old -> new`, without its end. A list may have come from one value to another
/// by hand; a value that would read as elements stands in quotes.
pub fn write_bullet(field: &str, how: &How) -> String {
    match how {
        How::Set {
            old: Some(old),
            new,
        } if reads_as_elements(field, old) => {
            format!(
                "- {field}: {}{ARROW}{}",
                quoted(old),
                write_value(new.as_deref())
            )
        }
        _ => format!("- {field}: {}", write_change(how)),
    }
}

/// Whether a value of a list would be taken for elements that it gains or loses.
fn reads_as_elements(key: &str, value: &str) -> bool {
    let is_list = |key: &str| {
        key.parse::<Field>()
            .is_ok_and(|field| field.kind().is_list())
    };
    value.starts_with(['+', '-']) && is_list(key)
}

/// The length of the TOML string that `text` begins with, quotes included.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Splits `old -> new` at the arrow outside quotes.
fn arrow(text: &str) -> Option<(&str, &str)> {
    let skip = if text.starts_with('"') {
        string_length(text)?
    } else {
        0
    };
    if let Some(at) = text[skip..].find(ARROW) {
        let at = skip + at;
        return Some((&text[..at], &text[at + ARROW.len()..]));
    }
    // A hand-made `old ->` with nothing behind it empties the field.
    let bare = text[skip..].strip_suffix(" ->")?;
    Some((&text[..skip + bare.len()], ""))
}

fn read_elements(mut text: &str) -> Option<How> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    loop {
        text = text.trim_start();
        let Some(sign) = text.chars().next() else {
            break;
        };
        let into = match sign {
            '+' => &mut added,
            '-' => &mut removed,
            _ => return None,
        };
        let rest = &text[1..];
        let end = if rest.starts_with('"') {
            string_length(rest)?
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let element = unquoted(&rest[..end]).unwrap_or_else(|| rest[..end].to_owned());
        if element.is_empty() && !rest.starts_with('"') {
            return None;
        }
        into.push(element);
        text = &rest[end..];
    }
    (!added.is_empty() || !removed.is_empty()).then_some(How::Elements { added, removed })
}

/// What a bullet says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bullet {
    /// A fact about the entry.
    Attribute(String, String),
    /// A change that the entry made.
    Change(Change),
}

/// Reads a line `- key: value`; `None` where it is no bullet of attributes.
pub fn read_bullet(line: &str) -> Option<Bullet> {
    let (key, rest) = line.trim_end().strip_prefix("- ")?.split_once(':')?;
    if !is_key(key) || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let rest = rest.trim();
    let list = key
        .parse::<Field>()
        .is_ok_and(|field| field.kind().is_list());
    if list && let Some(how) = read_elements(rest) {
        return Some(Bullet::Change(Change {
            field: key.to_owned(),
            how,
        }));
    }
    if let Some((old, new)) = arrow(rest) {
        let how = How::Set {
            old: read_value(old),
            new: read_value(new),
        };
        return Some(Bullet::Change(Change {
            field: key.to_owned(),
            how,
        }));
    }
    Some(Bullet::Attribute(
        key.to_owned(),
        read_value(rest).unwrap_or_default(),
    ))
}

/// Writes a line `- key: value`, without its end.
pub fn write_attribute(key: &str, value: &str) -> String {
    if value.is_empty() && [FOLLOWS, CHANGES, TEXT].contains(&key) {
        return format!("- {key}: {NONE}");
    }
    if reads_as_elements(key, value) {
        return format!("- {key}: {}", quoted(value));
    }
    format!("- {key}: {}", write_value(Some(value)))
}

fn is_key(key: &str) -> bool {
    key.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
}

/// Whether a kind's first value is written by elements, as its changes are.
pub fn first_value(kind: FieldKind, value: &crate::model::field::Value) -> String {
    if kind.is_list() {
        write_change(&How::Elements {
            added: value.elements(),
            removed: Vec::new(),
        })
    } else {
        write_value(Some(&value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn back(change: &Change) {
        let line = write_bullet(&change.field, &change.how);
        assert!(!line.contains('\n'), "{line:?}");
        assert_eq!(
            read_bullet(&line),
            Some(Bullet::Change(change.clone())),
            "{line:?}"
        );
    }

    #[test]
    fn bullets_read_as_they_are_written() {
        assert_eq!(
            read_bullet("- queue: service-desk -> network"),
            Some(Bullet::Change(Change::set(
                "queue",
                Some("service-desk"),
                Some("network")
            )))
        );
        assert_eq!(
            read_bullet("- assignee: anna -> (none)"),
            Some(Bullet::Change(Change::set("assignee", Some("anna"), None)))
        );
        assert_eq!(
            read_bullet("- outcome: spoke"),
            Some(Bullet::Attribute("outcome".into(), "spoke".into()))
        );
        let Some(Bullet::Change(tags)) = read_bullet("- tags: +vpn -old") else {
            panic!()
        };
        assert_eq!(
            tags.how,
            How::Elements {
                added: vec!["vpn".into()],
                removed: vec!["old".into()]
            }
        );
        for text in [
            "- Wants: x",
            "-a: b",
            "* a: b",
            "- a b: c",
            "- http://x.y",
            "text",
        ] {
            assert_eq!(read_bullet(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_stands_in_quotes_only_where_it_must() {
        for plain in [
            "x",
            "two words",
            "a->b",
            "x -",
            "it's",
            "+1",
            "-x",
            "a \u{e9}",
            "none",
        ] {
            assert_eq!(write_value(Some(plain)), plain);
            assert_eq!(
                write_bullet("title", &set(plain)),
                format!("- title: {plain} -> {plain}")
            );
            assert_eq!(
                write_attribute("reason", plain),
                format!("- reason: {plain}")
            );
        }
        for odd in [
            "", " x", "x ", "(none)", "\"x", "'x", "a -> b", "a ->", "a\tb", "a\nb",
        ] {
            assert_eq!(write_value(Some(odd)), quoted(odd), "{odd:?}");
            assert!(write_attribute("reason", odd).contains('"'), "{odd:?}");
        }
        assert_eq!(write_value(None), "(none)");
        // Of a list, what begins as an element does is none.
        assert_eq!(write_bullet("tags", &set("+a")), "- tags: \"+a\" -> +a");
        assert_eq!(write_bullet("tags", &set("a")), "- tags: a -> a");
        assert_eq!(write_attribute("tags", "-a"), "- tags: \"-a\"");
        assert_eq!(write_attribute("tags", "a"), "- tags: a");
        for key in [FOLLOWS, CHANGES, TEXT] {
            assert_eq!(write_attribute(key, ""), format!("- {key}: (none)"));
            assert_eq!(write_attribute(key, "x"), format!("- {key}: x"));
        }
        let elements = How::Elements {
            added: ["a", "", "two words", "\"x", "'x", "a\u{7}"]
                .map(str::to_owned)
                .into(),
            removed: vec!["b-c".to_owned()],
        };
        assert_eq!(
            write_change(&elements),
            "+a +\"\" +\"two words\" +\"\\\"x\" +\"'x\" +\"a\\u0007\" -b-c"
        );
    }

    fn set(value: &str) -> How {
        How::Set {
            old: Some(value.to_owned()),
            new: Some(value.to_owned()),
        }
    }

    #[test]
    fn a_first_value_is_written_as_its_changes_are() {
        use crate::model::field::Value;
        let tags = Value::List(vec!["a".to_owned(), "two words".to_owned()]);
        assert_eq!(first_value(FieldKind::Words, &tags), "+a +\"two words\"");
        let queue = Value::Text("network".to_owned());
        assert_eq!(first_value(FieldKind::Queue, &queue), "network");
    }

    #[test]
    fn what_a_hand_wrote_is_read_as_far_as_it_goes() {
        let change = |field: &str, old: Option<&str>, new: Option<&str>| {
            Some(Bullet::Change(Change::set(field, old, new)))
        };
        let attribute =
            |key: &str, value: &str| Some(Bullet::Attribute(key.to_owned(), value.to_owned()));
        assert_eq!(
            read_bullet("- title: \"a -> b\" -> c"),
            change("title", Some("a -> b"), Some("c"))
        );
        assert_eq!(
            read_bullet("- title: \"a\\\" -> b\" -> c"),
            change("title", Some("a\" -> b"), Some("c"))
        );
        assert_eq!(
            read_bullet("- title: a -> b -> c"),
            change("title", Some("a"), Some("b -> c"))
        );
        assert_eq!(
            read_bullet("- queue: a ->"),
            change("queue", Some("a"), None)
        );
        assert_eq!(
            read_bullet("- queue: \"a\" ->"),
            change("queue", Some("a"), None)
        );
        assert_eq!(
            read_bullet("- queue: (none) -> \"\""),
            change("queue", None, Some(""))
        );
        assert_eq!(
            read_bullet("- title: \"a -> b"),
            attribute("title", "\"a -> b")
        );
        assert_eq!(read_bullet("- title:"), attribute("title", ""));
        assert_eq!(read_bullet("- x.y_z-2: a  "), attribute("x.y_z-2", "a"));
        for text in ["- title:x", "- 2x: a", "- : a", "- x+: a"] {
            assert_eq!(read_bullet(text), None, "{text}");
        }
        for odd in ["+", "+a -", "a +b", "+a b"] {
            assert_eq!(
                read_bullet(&format!("- tags: {odd}")),
                attribute("tags", odd),
                "{odd}"
            );
        }
        let elements = |added: &[&str], removed: &[&str]| {
            let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let how = How::Elements {
                added: all(added),
                removed: all(removed),
            };
            Some(Bullet::Change(Change {
                field: "tags".to_owned(),
                how,
            }))
        };
        assert_eq!(read_bullet("- tags: +a"), elements(&["a"], &[]));
        assert_eq!(read_bullet("- tags: -a"), elements(&[], &["a"]));
        assert_eq!(
            read_bullet("- tags:  +\"two \\\" words\"   -b +\"\""),
            elements(&["two \" words", ""], &["b"])
        );
    }

    proptest! {
        #[test]
        fn any_value_reads_back(old in proptest::option::of(".{0,20}"), new in proptest::option::of("(?s).{0,20}")) {
            back(&Change { field: "requester.name".into(), how: How::Set { old, new } });
        }

        #[test]
        fn any_value_of_a_list_reads_back(old in prop::option::of("[+-]?.{0,12}"), new in prop::option::of("[+-]?.{0,12}")) {
            back(&Change { field: "tags".into(), how: How::Set { old: old.clone(), new } });
            let value = old.unwrap_or_default();
            let line = write_attribute("tags", &value);
            prop_assert_eq!(read_bullet(&line), Some(Bullet::Attribute("tags".into(), value)));
        }

        #[test]
        fn any_element_reads_back(added in prop::collection::vec("(?s).{0,12}", 1..4), removed in prop::collection::vec(".{0,12}", 0..3)) {
            back(&Change { field: "tags".into(), how: How::Elements { added, removed } });
        }

        #[test]
        fn any_attribute_reads_back(value in "(?s).{0,30}") {
            let line = write_attribute("reason", &value);
            prop_assert_eq!(read_bullet(&line), Some(Bullet::Attribute("reason".into(), value)));
        }
    }
}
