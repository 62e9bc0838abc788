//! Personal fields of a foreign log that are left behind, or come in under a pseudonym.

use std::collections::BTreeSet;

use crate::model::field::{Field, Key};
use crate::page::log::derived_tag;

/// What stands in a text in the place of a value that is left behind.
pub const LEFT_OUT: &str = "(left out)";

/// The shortest value that is looked for in texts, in characters: shorter ones are parts of other words.
const SHORTEST: usize = 3;

/// Length of what tells one pseudonym from another, in characters: 40 bits.
const LENGTH: usize = 8;

/// The fields that tell of a person and come in under a pseudonym.
pub const PERSONAL: [Key; 4] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterPhone,
    Key::RequesterAccount,
];

/// Which fields of a log are private, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// Fields that are not written.
    pub drop: BTreeSet<Field>,
    /// Whether personal fields that are not dropped come in under a pseudonym.
    pub pseudonym: bool,
}

impl Private {
    /// Whether anything is private.
    pub fn is_empty(&self) -> bool {
        self.drop.is_empty() && !self.pseudonym
    }

    /// Whether a field comes in as something else than it is.
    pub fn hides(&self, field: &Field) -> bool {
        let is_personal = |key: &Key| *field == Field::Known(*key);
        self.drop.contains(field) || self.pseudonym && PERSONAL.iter().any(is_personal)
    }

    /// What stands in the place of a value of a field; `None` where nothing does. It follows from the
    /// source and the value alone, so that it is one in every clone and in every run.
    pub fn stand_in(&self, source: &str, field: &Field, value: &str) -> Option<String> {
        if self.drop.contains(field) {
            return None;
        }
        let tag = derived_tag(&["pseudonym", source, value], LENGTH);
        Some(match field {
            Field::Known(Key::RequesterEmail) => format!("{tag}@pseudonym.invalid"),
            _ => format!("pseudonym {tag}"),
        })
    }
}

/// A text in which what stands in for values stands where these stood as whole words.
pub fn hidden(text: &str, values: &[(String, String)]) -> String {
    let mut out = text.to_owned();
    for (value, stand_in) in values {
        if value.chars().count() >= SHORTEST && out.contains(value.as_str()) {
            out = replaced(&out, value, stand_in);
        }
    }
    out
}

fn replaced(text: &str, value: &str, stand_in: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, found) in text.match_indices(value) {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        let inside = |c: Option<char>, edge: Option<char>| {
            c.is_some_and(char::is_alphanumeric) && edge.is_some_and(char::is_alphanumeric)
        };
        if inside(before, found.chars().next()) || inside(after, found.chars().next_back()) {
            continue;
        }
        out.push_str(&text[rest..at]);
        out.push_str(stand_in);
        rest = at + found.len();
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_where_they_stand_as_words() {
        let values = [
            ("Jan Kowal".to_owned(), "pseudonym a".to_owned()),
            ("Jo".to_owned(), LEFT_OUT.to_owned()),
            ("+48 600".to_owned(), LEFT_OUT.to_owned()),
        ];
        let text = "Jan Kowal called (+48 600), Jan Kowalski and Jo did not.";
        let expected = "pseudonym a called ((left out)), Jan Kowalski and Jo did not.";
        assert_eq!(hidden(text, &values), expected);
    }
}
