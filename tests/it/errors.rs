//! Errors with `--json`: one object on standard error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::architecture::sources;
use crate::desk::Desk;

fn errors(desk: &Desk, line: &str) -> Value {
    let out = desk.run(line);
    let object: Value = serde_json::from_str(&out.stderr).unwrap_or_else(|_| panic!("{out}"));
    assert_eq!(object["format"], 1);
    object["errors"].clone()
}

#[test]
fn an_error_is_an_object_for_programs() {
    let desk = Desk::with_ticket();
    let told = errors(&desk, "set ID1 queue=netwrk --json");
    assert_eq!(
        told,
        json!([{
            "code": "unknown-queue",
            "message": "there is no queue `netwrk`",
            "hint": "did you mean `network`?",
            "file": null,
            "line": null,
        }])
    );
    assert_eq!(
        errors(&desk, "show 2611-XXXXX --json")[0]["code"],
        "unknown-ticket"
    );
    assert_eq!(errors(&desk, "lst --json")[0]["code"], "usage");
    let told = errors(&desk, "reopen ID1 --json");
    assert_eq!(told[0]["code"], "already-there");
}

#[test]
fn what_is_wrong_with_a_file_follows_with_its_line() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    desk.replace(&path, "status = \"open\"", "status = 7");
    let told = errors(&desk, "note ID1 -m x --json");
    assert_eq!(told[0]["code"], "not-writable");
    assert_eq!(told[1]["code"], "problem");
    assert_eq!(told[1]["file"], desk.real(&path));
    assert!(told[1]["line"].as_u64().is_some_and(|line| line > 1));
}

/// The first string in a text, as it stands in the source, and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let text = text.strip_prefix("format!(").unwrap_or(text);
    let inside = text.trim_start().strip_prefix('"')?;
    let end = inside
        .match_indices('"')
        .find(|(at, _)| !inside[..*at].ends_with('\\'))?
        .0;
    Some((inside[..end].replace("\\\"", "\""), &inside[end + 1..]))
}

/// The codes of errors with their exit status and their words, read from the source.
fn codes() -> BTreeMap<String, (u8, BTreeSet<String>)> {
    let mut codes: BTreeMap<String, (u8, BTreeSet<String>)> = BTreeMap::new();
    let mut add = |code: &str, status: u8, words: String, place: &Path| {
        let known = codes
            .entry(code.to_owned())
            .or_insert_with(|| (status, BTreeSet::new()));
        assert_eq!(
            known.0,
            status,
            "`{code}` has two exit statuses: {}",
            place.display()
        );
        known.1.insert(words);
    };
    for (path, text) in sources("src") {
        let text = text.split("#[cfg(test)]").next().unwrap();
        for (kind, status) in [("usage", 2), ("invalid", 3), ("refused", 4), ("failed", 5)] {
            let start = format!("::{kind}(");
            for (at, _) in text.match_indices(&start) {
                let Some((code, rest)) = string(&text[at + start.len()..]) else {
                    continue;
                };
                let words = string(rest.trim_start_matches(','));
                add(
                    &code,
                    status,
                    words.map_or("…".to_owned(), |(words, _)| words),
                    &path,
                );
            }
        }
        // A name that is not there: `unknown("queue", …)`.
        for (at, start) in text.match_indices("known(") {
            if let Some((noun, _)) = string(&text[at + start.len()..]) {
                let words = format!("there is no {noun} `{{given}}`");
                add(
                    &format!("unknown-{}", noun.replace(' ', "-")),
                    2,
                    words,
                    &path,
                );
            }
        }
        if path.ends_with("store/error.rs") {
            for part in text.split("#[error(").skip(1) {
                let (words, rest) = string(part).unwrap();
                let variant = rest.lines().nth(1).unwrap().trim();
                let name = variant
                    .split(|c: char| !c.is_alphanumeric())
                    .next()
                    .unwrap();
                let capital = |(at, c): (usize, char)| match (at, c.is_uppercase()) {
                    (0, _) => c.to_lowercase().to_string(),
                    (_, true) => format!("-{}", c.to_lowercase()),
                    (_, false) => c.to_string(),
                };
                let code: String = name.char_indices().map(capital).collect();
                let status = match name {
                    "Interrupted" => 130,
                    "Unstorable" => 2,
                    _ => 5,
                };
                add(&code, status, words, &path);
            }
        }
    }
    for (code, words) in of_remotes() {
        add(&code, 5, words, Path::new("store/git/remote.rs"));
    }
    codes
}

/// The codes of what remotes do, which one match gives, with the words beside the variants.
fn of_remotes() -> Vec<(String, String)> {
    let source = |end: &str| {
        let found = sources("src")
            .into_iter()
            .find(|(path, _)| path.ends_with(end));
        found.unwrap().1
    };
    let enumerated = source("store/git/remote.rs");
    let enumerated = enumerated.split("pub enum RemoteError").nth(1).unwrap();
    let enumerated = enumerated.split("\n}").next().unwrap();
    let given = source("messages/sync.rs");
    let given = given.split("impl From<RemoteError>").nth(1).unwrap();
    let all: Vec<(String, String)> = enumerated
        .split("#[error(")
        .skip(1)
        .map(|part| {
            let (words, rest) = string(part).unwrap();
            let mut lines = rest.lines().map(str::trim).skip(1);
            let variant = lines.find(|line| *line != ")]").unwrap();
            let name: String = variant
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            assert!(!name.is_empty(), "{variant}");
            let arm = given.split(&format!("RemoteError::{name}")).nth(1).unwrap();
            let code = arm.split("=>").nth(1).unwrap();
            let code = code.trim_start().trim_start_matches(['(', '{', '\n', ' ']);
            (string(code).unwrap().0, words)
        })
        .collect();
    assert!(all.len() > 8, "{all:?}");
    all
}

#[test]
fn the_codes_of_errors_are_documented() {
    let codes = codes();
    assert!(codes.len() > 200, "{}", codes.len());
    let mut page = String::from(
        "# Errors\n\nWith `--json` an error is an object on standard error: `code` is one of these, \
         and stays. A part of the words in braces differs from case to case. What is wrong with a \
         file follows as an entry of its own, with the code `problem`.\n\n\
         | code | exit status | words |\n| --- | --- | --- |\n",
    );
    for (code, (status, words)) in &codes {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(code.chars().all(plain), "{code}");
        let words = words.iter().map(|one| one.replace('|', "\\|"));
        let words = words.collect::<Vec<_>>().join("; ");
        page.push_str(&format!("| `{code}` | {status} | {words} |\n"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/errors.md is not up to date: UPDATE_DOCS=1 writes it"
    );
}

#[test]
fn errors_are_worded_in_one_place() {
    // What the words of others become, and one that is worded by its number.
    let others = [
        "core/error.rs",
        "core/messages.rs",
        "core/values.rs",
        "cli/mod.rs",
        "ticket/attach.rs",
        "ticket/merge.rs",
        "work/order_plan.rs",
    ];
    for (path, text) in sources("src") {
        let text = text.split("#[cfg(test)]").next().unwrap();
        let made = ["usage", "invalid", "refused", "failed"]
            .iter()
            .any(|kind| text.contains(&format!("OpError::{kind}(")));
        let place = path.to_str().unwrap();
        let here = place.contains("/messages") || others.iter().any(|end| place.ends_with(end));
        assert!(!made || here, "{place}");
    }
}

#[test]
fn a_wrong_verb_names_the_nearest_of_its_group() {
    let desk = Desk::new();
    for (line, nearest) in [
        ("nwe", "new"),
        ("resovle", "resolve"),
        ("lsit", "list"),
        ("shwo", "show"),
        ("kb serach", "search"),
        ("import event", "events"),
        ("Note", "note"),
    ] {
        let out = desk.run(line);
        let hint = format!("hint: did you mean `{nearest}`?\n");
        assert!(out.stderr.contains(&hint), "{line}: {out}");
        assert!(!out.stderr.contains("similar"), "{line}: {out}");
    }
}
