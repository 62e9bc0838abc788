//! What a version of a file lacks of others of it: merges made without these rules, on a forge or by
//! hand, can leave out entries, and nobody sees it.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use crate::model::entry_kind::EntryKind;
use crate::page::{front_matter, log};
use crate::rules::merge::{marks, ticket};

/// The identities of the entries in a text, and how often each is there.
fn entries(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for logged in log::read(text, 0).entries {
        *found.entry(logged.entry.identity()).or_default() += 1;
    }
    found
}

/// A ticket's text with all entries of an older version of it that it lacks, where it has lost its
/// first one, as a file has that was cut off: without that it would be taken for another ticket.
/// `None` where it has a first entry, or the older one has none.
pub fn begun(text: &str, older: &str) -> Option<String> {
    let begins = |logged: &log::Logged| logged.entry.kind == EntryKind::Created;
    let has = log::read(text, 0).entries;
    let old = log::read(older, 0).entries;
    if has.iter().any(begins) || !old.iter().any(begins) {
        return None;
    }
    let has: BTreeSet<String> = has.iter().map(|logged| logged.entry.identity()).collect();
    let mut whole = text.to_owned();
    let lacks = |logged: &&log::Logged| !has.contains(&logged.entry.identity());
    for logged in old.iter().filter(lacks) {
        if !whole.ends_with('\n') {
            whole.push('\n');
        }
        whole.push('\n');
        whole.push_str(&older[logged.span.clone()]);
    }
    Some(whole)
}

/// A ticket's text that is whole again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub text: String,
    /// The identities of the entries that came back.
    pub back: Vec<String>,
}

/// The text of the ticket at `path` with the entries that older versions of it have and it lacks,
/// without marks of a conflict, each entry once. `None` where nothing is wrong with it, or where it
/// cannot be merged. Free texts stay as they are.
pub fn complete(path: &str, now: &str, older: &[String], zone: Tz) -> Option<Completed> {
    let mut text = now.to_owned();
    if front_matter::conflict(path, now).is_some() {
        let [base, a, b] = marks::versions(now);
        text = ticket::merge(&base, &a, &b, zone).ok()?;
    }
    if let Some(whole) = older.iter().find_map(|older| begun(&text, older)) {
        text = whole;
    }
    let has = entries(&text);
    if has.values().any(|times| *times > 1) {
        text = ticket::merge(&text, &text, &text, zone).ok()?;
    }
    let before: BTreeSet<String> = entries(now).into_keys().collect();
    for old in older {
        let has = entries(&text);
        if entries(old).keys().any(|entry| !has.contains_key(entry)) {
            // What the version says beside its log was left out by somebody's choice.
            if let Ok(whole) = ticket::merge(old, old, &text, zone) {
                text = whole;
            }
        }
    }
    let after = entries(&text).into_keys();
    let back = after.filter(|entry| !before.contains(entry)).collect();
    (text != now).then_some(Completed { text, back })
}

/// One text of all versions of a ticket that is gone.
pub fn united(versions: &[String], zone: Tz) -> Option<String> {
    let mut versions = versions.iter();
    let newest = versions.next()?.clone();
    Some(versions.fold(newest, |text, old| {
        ticket::merge(old, old, &text, zone).unwrap_or(text)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "tickets/2026-11/2611-00001.md";
    const BASE: &str = "+++\nid = \"2611-00001\"\ntype = \"action\"\ntitle = \"T\"\nstatus = \"new\"\ncreated = 2026-11-23T09:00:00Z\n+++\nText.\n\n## 2026-11-23T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: new\n";

    fn noted(text: &str, tag: &str) -> String {
        format!("{text}\n## 2026-11-23T10:00:00Z anna note ^{tag}\n\nNote {tag}.\n")
    }

    #[test]
    fn entries_that_a_merge_left_out_come_back_and_its_free_text_stays() {
        let ours = noted(BASE, "bbbb").replace("Text.", "Settled on a forge.");
        let theirs = noted(BASE, "cccc");
        let older = [BASE.to_owned(), theirs];
        let whole = complete(PATH, &ours, &older, Tz::UTC).unwrap();
        assert_eq!(whole.back.len(), 1);
        for words in ["Note bbbb.", "Note cccc.", "Settled on a forge."] {
            assert!(whole.text.contains(words), "{}", whole.text);
        }
        assert_eq!(complete(PATH, &whole.text, &older, Tz::UTC), None);
        assert_eq!(complete(PATH, &ours, &[BASE.to_owned()], Tz::UTC), None);
    }

    #[test]
    fn a_text_that_was_cut_off_begins_as_the_older_one() {
        let old = noted(BASE, "bbbb");
        let cut = &old[..old.find("\n## ").unwrap()];
        let whole = begun(cut, &old).unwrap();
        assert_eq!(entries(&whole), entries(&old));
        assert!(ticket::merge(&old, &old, &whole, Tz::UTC).is_ok());
        // What it has of its own stays, and what has a beginning is left alone.
        let own = begun(&noted(cut, "cccc"), &old).unwrap();
        assert_eq!(entries(&own).len(), 3);
        assert_eq!(begun(BASE, &old), None);
        assert_eq!(begun(cut, cut), None);
        let back = complete(PATH, cut, std::slice::from_ref(&old), Tz::UTC)
            .unwrap()
            .back;
        assert_eq!(back.len(), 2);
    }

    #[test]
    fn marks_and_doubled_entries_go() {
        let doubled = noted(&noted(BASE, "bbbb"), "bbbb");
        let once = complete(PATH, &doubled, &[], Tz::UTC).unwrap();
        assert_eq!(once.text, noted(BASE, "bbbb"));
        let marked = format!(
            "{BASE}\n<<<<<<< HEAD\n{}=======\n{}>>>>>>> main\n",
            &noted("", "bbbb")[1..],
            &noted("", "cccc")[1..]
        );
        let whole = complete(PATH, &marked, &[], Tz::UTC).unwrap();
        for words in ["Note bbbb.", "Note cccc."] {
            assert!(whole.text.contains(words), "{}", whole.text);
        }
        assert!(!whole.text.contains("<<<<"), "{}", whole.text);
    }
}
