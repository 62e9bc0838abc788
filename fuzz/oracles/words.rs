//! Single lines: queries, headings and bullets of the log, free text.

use plaindesk::model::entry::Entry;
use plaindesk::page::entry_heading::{self, Heading};
use plaindesk::page::entry_value::{Bullet, read_bullet, write_attribute, write_bullet};
use plaindesk::page::escape;
use plaindesk::page::query::tickets::schema;
use plaindesk::page::query::words;

use super::{HOUSE, same, text};

pub(super) fn query(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for (start, word) in words(text) {
        assert_eq!(&text[start..start + word.len()], word);
    }
    let schema = schema(&HOUSE);
    match schema.read(text) {
        Err(error) => {
            let _ = &text[error.span.clone()];
            assert!(!error.message.is_empty());
        }
        Ok(query) => {
            if !query.views.is_empty() {
                return;
            }
            let terms = query.terms.iter().map(|term| {
                let sign = if term.negated { "!" } else { "" };
                format!("{sign}{}", term.typed)
            });
            let typed = terms.collect::<Vec<_>>().join(" ");
            let again = schema.read(&typed).map(|query| query.terms);
            same("a query read from its own terms", &again, &Ok(query.terms));
        }
    }
}

pub(super) fn heading(bytes: &[u8]) {
    let Some(line) = text(bytes) else { return };
    let found = entry_heading::read(line);
    let Some(Heading::Whole { at, by, kind, tag }) = found.clone() else {
        return;
    };
    let entry = Entry {
        at,
        by,
        kind,
        tag,
        attributes: Vec::new(),
        changes: Vec::new(),
        text: String::new(),
    };
    assert_eq!(entry_heading::read(&entry.heading()), found);
}

pub(super) fn bullet(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let line = text.lines().next().unwrap_or_default();
    if let Some(found) = read_bullet(line) {
        let written = match &found {
            Bullet::Attribute(key, value) => write_attribute(key, value),
            Bullet::Change(change) => write_bullet(&change.field, &change.how),
        };
        assert_eq!(read_bullet(&written), Some(found), "{written}");
    }
    for entry in [false, true] {
        let written = escape::escape(text, entry);
        assert_eq!(escape::unescape(&written, entry), text);
    }
    let tidy = escape::tidy(text);
    assert_eq!(escape::tidy(&tidy), tidy);
}
