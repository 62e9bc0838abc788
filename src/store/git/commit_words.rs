//! The words of a commit as git wants them: one line for a person, one line break at the end.

use crate::model::moment::Moment;
use crate::store::git::signature::Signature;

/// The words of a commit.
pub(in crate::store) struct CommitMessage<'a> {
    pub(in crate::store) message: &'a str,
    pub(in crate::store) author: &'a Signature,
    pub(in crate::store) at: Moment,
}

/// A text for the part of a commit that must be one line without brackets.
pub(in crate::store::git) fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
        .collect();
    plain
        .trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '"' | '\\' | '\'')
        })
        .to_owned()
}

pub(in crate::store::git) fn clean_name(person: &Signature) -> String {
    let name = clean(&person.name);
    if !name.is_empty() {
        return name;
    }
    let email = clean(&person.email);
    let local = email.split('@').next().unwrap_or_default();
    if local.is_empty() {
        "unknown".to_owned()
    } else {
        local.to_owned()
    }
}

pub(in crate::store::git) fn ident(person: &Signature) -> String {
    format!("{} <{}>", clean_name(person), clean(&person.email))
}

/// A commit's message: no NUL, one line break at the end, never empty.
pub(in crate::store::git) fn message(text: &str) -> String {
    let plain = text.replace('\0', "").replace("\r\n", "\n");
    match plain.trim() {
        "" => "desk\n".to_owned(),
        _ => format!("{}\n", plain.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_add_a_header() {
        let person = Signature {
            name: "Eve <e@x> 0 +0000\ncommitter Mallory\0".to_owned(),
            email: "e>\n@x".to_owned(),
        };
        assert_eq!(ident(&person), "Eve e@x 0 +0000committer Mallory <e@x>");
        let nobody = Signature {
            name: " . ".to_owned(),
            email: String::new(),
        };
        assert_eq!(ident(&nobody), "unknown <>");
    }

    #[test]
    fn messages_end_in_one_line_break() {
        assert_eq!(message(" \0\n"), "desk\n");
        assert_eq!(message("note\n\ntext\n\n"), "note\n\ntext\n");
    }
}
