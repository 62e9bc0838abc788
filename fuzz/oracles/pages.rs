//! Files of a desk: what is read stands as it was, one change touches nothing else, and what is written
//! reads back.

use plaindesk::model::article::ArticleKey;
use plaindesk::model::entry::{Change, Entry};
use plaindesk::model::entry_kind::EntryKind;
use plaindesk::model::field::{Field, Key, Value};
use plaindesk::model::id::TicketId;
use plaindesk::model::settings::Settings;
use plaindesk::page::article::{self, ArticlePage};
use plaindesk::page::ticket::{self, TicketPage};
use plaindesk::page::{catalog, edit, front_matter, log, new_ticket, settings as desk_toml};
use plaindesk::rules::merge as merging;

use super::{HOUSE, same, text};

const ID: &str = "2611-7K3MQ";

fn id() -> TicketId {
    ID.parse().expect("an id")
}

/// The lines of `old` in their order, as far as `new` does not have them in theirs.
fn lost<'t>(old: &'t str, new: &str) -> Vec<&'t str> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = end.take_while(|(a, b)| a == b).count();
    old[start..old.len() - end].to_vec()
}

/// How many lines of a page a value takes.
fn height(text: &str, span: Option<&std::ops::Range<usize>>) -> usize {
    span.map_or(0, |span| text[span.clone()].split('\n').count())
}

/// Sets a field of a ticket: everything else reads as before, and no line is lost but its own.
fn set(page: &TicketPage, key: Key, value: Option<&Value>) {
    let field = Field::Known(key);
    let Ok(edited) = edit::set(&page.text, &page.parts, &field, value) else {
        return;
    };
    let gone = lost(&page.text, &edited);
    let own = height(&page.text, page.spans.get(&field)).max(1);
    let is_removed = value.is_none();
    // With its last key a table goes, and the blank line before it.
    let most = if is_removed { own + 2 } else { own };
    assert!(gone.len() <= most, "{key:?}: lines that are gone: {gone:?}");
    let again = ticket::read(page.ticket.id, edited).expect("what was edited can be read");
    let mut wanted = page.ticket.clone();
    match value {
        Some(value) => drop(wanted.values.insert(field, value.clone())),
        None => drop(wanted.values.remove(&field)),
    }
    same("an edited ticket", &again.ticket, &wanted);
    let body = |page: &TicketPage| page.text[page.parts.body.clone()].to_owned();
    assert_eq!(
        body(page),
        body(&again),
        "an edit of front matter changed the body"
    );
}

pub(super) fn ticket(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(page) = ticket::read(id(), text.to_owned()) else {
        return;
    };
    assert_eq!(page.text, text);
    for logged in &page.entries {
        let span = &text[logged.span.clone()];
        assert!(span.starts_with(&text[logged.heading.clone()]));
        if logged.sketch.is_none() {
            let read = log::read(&log::write(&logged.entry), 0);
            assert_eq!(read.entries.len(), 1, "{:?}", logged.entry);
            same(
                "an entry read from its own writing",
                &read.entries[0].entry,
                &logged.entry,
            );
        }
    }
    if !page.bars().is_empty() {
        return;
    }
    set(
        &page,
        Key::Queue,
        Some(&Value::Text("a \"b\" \\ c".to_owned())),
    );
    set(
        &page,
        Key::RequesterName,
        Some(&Value::Text("Zofia Łuczak".to_owned())),
    );
    set(&page, Key::Priority, None);
    set(&page, Key::Until, None);
    let entry = Entry {
        at: "9999-01-01T00:00:00Z".parse().expect("a moment"),
        by: "anna".parse().expect("a handle"),
        kind: EntryKind::Note,
        tag: "q4tz".into(),
        attributes: vec![("direction".into(), "out".into())],
        changes: vec![Change::set("queue", None, Some("a -> b"))],
        text: "## anna note\n- a: b".into(),
    };
    let longer = ticket::read(id(), edit::append(text, &log::write(&entry))).expect("can be read");
    assert_eq!(longer.entries.len(), page.entries.len() + 1);
    let last = longer.entries.last().map(|logged| &logged.entry);
    assert_eq!(last, Some(&entry));
    assert_eq!(longer.ticket.description, page.ticket.description);
    same(
        "values behind which an entry is appended",
        &longer.ticket.values,
        &page.ticket.values,
    );
    if page.problems.is_empty() && page.entries.iter().all(|logged| logged.sketch.is_none()) {
        let written = new_ticket::write(&page.ticket);
        let again = ticket::read(id(), written).expect("what was written can be read");
        same(
            "a ticket read from its own writing",
            &again.ticket,
            &page.ticket,
        );
    }
}

/// Three versions of a ticket, apart by lines of `====`.
pub(super) fn merge(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let mut parts = text.split("\n====\n");
    let (Some(base), Some(a), Some(b)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let path = id().path();
    let join = |base: &str, a: &str, b: &str| merging::merge(&path, base, a, b, chrono_tz::UTC);
    // Which side is named where both cannot be read is another matter.
    let once = join(base, a, b).ok();
    same("a merge of swapped sides", &once, &join(base, b, a).ok());
    let Some(merged) = once else { return };
    let again = join("", &merged, &merged);
    assert_eq!(
        again.as_deref(),
        Ok(merged.as_str()),
        "a merge of what is merged"
    );
    let entries = |text: &str| {
        let page = ticket::read(id(), text.to_owned()).ok()?;
        let entries = page
            .entries
            .into_iter()
            .filter(|logged| logged.sketch.is_none());
        // Entries of the program, of imports and by hand are given tags that follow from them.
        let fixed = |entry: &Entry| {
            let drawn =
                entry.tag.len() == 4 && !entry.by.is_desk() && entry.attribute("source").is_none();
            drawn || entry.is_derived()
        };
        let fixed = entries.map(|logged| logged.entry).filter(fixed);
        Some(fixed.map(|entry| entry.identity()).collect::<Vec<_>>())
    };
    let kept = entries(&merged).expect("what was merged can be read");
    for side in [a, b] {
        for identity in entries(side).unwrap_or_default() {
            assert!(kept.contains(&identity), "{identity} is lost");
        }
    }
}

fn with(page: &ArticlePage, key: ArticleKey, value: Option<&Value>) {
    let Ok(edited) = page.with(key, value) else {
        return;
    };
    let gone = lost(&page.text, &edited);
    let own = height(&page.text, page.spans.get(&key)).max(1);
    assert!(gone.len() <= own, "{key:?}: lines that are gone: {gone:?}");
    let again = article::read(&page.path, edited).expect("what was edited can be read");
    assert_eq!(page.body(), again.body());
    for other in ArticleKey::ALL.iter().filter(|other| **other != key) {
        same(
            "another key of an edited article",
            &again.article.get(*other),
            &page.article.get(*other),
        );
    }
    assert_eq!(again.article.get(key).as_ref(), value);
}

pub(super) fn article(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(page) = article::read("kb/network/x.md", text.to_owned()) else {
        return;
    };
    assert_eq!(page.text, text);
    if !page.bars().is_empty() {
        return;
    }
    with(
        &page,
        ArticleKey::Title,
        Some(&Value::Text("A \"title\" \\ of it".to_owned())),
    );
    with(
        &page,
        ArticleKey::Owner,
        Some(&Value::Text("anna".to_owned())),
    );
    if page.problems.is_empty() {
        let written = article::write(&page.article, page.body());
        let again = article::read(&page.path, written).expect("what was written can be read");
        same(
            "an article read from its own writing",
            &again.article,
            &page.article,
        );
    }
}

pub(super) fn settings(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let came = desk_toml::read(text);
    let Ok(read) = came else {
        assert!(came.is_err_and(|problems| !problems.is_empty()));
        return;
    };
    let kept = postcard::to_stdvec(&read).expect("settings can be kept");
    let again: Settings = postcard::from_bytes(&kept).expect("what was kept can be read");
    same("settings from the cache", &again, &read);
    let moved = desk_toml::with_format(text, desk_toml::FORMAT).expect("has a format");
    assert!(lost(text, &moved).len() <= 1);
    let moved = desk_toml::read(&moved).expect("of this format they can be read");
    assert_eq!(moved.format, desk_toml::FORMAT);
}

pub(super) fn catalogue(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let came = catalog::read(text, &HOUSE);
    let Ok(read) = came else {
        assert!(came.is_err_and(|problems| !problems.is_empty()));
        return;
    };
    let kept = postcard::to_stdvec(&read).expect("a catalogue can be kept");
    let again: plaindesk::model::catalog::Catalogue =
        postcard::from_bytes(&kept).expect("what was kept can be read");
    same("a catalogue from the cache", &again, &read);
    for (name, code) in &read.codes {
        let found = read.find(name).map(|found| &found.path);
        assert_eq!(found, Some(&code.path));
    }
    let _ = front_matter::conflict(catalog::FILE, text);
}
