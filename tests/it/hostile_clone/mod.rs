//! A stranger's desk: whoever clones it and reads it has no changed file, no started program and a
//! clean terminal.

mod desk;
mod stranger;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::commands;
use crate::printed::acts;
use stranger::{Ended, Stranger};

/// What each reader is told to read; `{T}` is a ticket, `{E}` the ticket with escapes in every
/// field, `{K}` the article with them.
pub(crate) const LINES: &[(&str, &[&str])] = &[
    (
        "list",
        &[
            "list",
            "list --all",
            "list --all --json",
            "list --all --columns id,title,tags,requester,asset,code,status,queue",
            "list $(touch",
        ],
    ),
    (
        "asset",
        &[
            "asset",
            "asset --json",
            "asset x",
            "asset {T}",
            "asset nothing",
        ],
    ),
    (
        "show",
        &["show {T}", "show {E}", "show {E} --json", "show nothing"],
    ),
    (
        "search",
        &["search printer", "search printer --json", "search evil"],
    ),
    ("suggest", &["suggest {T}", "suggest {E} --json"]),
    ("due", &["due", "due --json"]),
    ("sla", &["sla {T}", "sla {E}", "sla {T} --json"]),
    ("mail list", &["mail list", "mail list --json"]),
    ("mail setup", &["mail setup", "mail setup --json"]),
    ("mail show", &["mail show x", "mail show x --raw"]),
    (
        "mail why",
        &["mail why catalog.toml", "mail why desk.toml --json"],
    ),
    ("next", &["next", "next --json"]),
    ("log", &["log {T}", "log {E}"]),
    (
        "review",
        &[
            "review HEAD",
            "review HEAD~1..HEAD",
            "review --output=x",
            "review",
        ],
    ),
    (
        "hooks run",
        &["hooks run pre-commit", "hooks run pre-commit --json"],
    ),
    ("catalog", &["catalog", "catalog NET-OUT", "catalog --json"]),
    ("work show", &["work show {T}"]),
    ("work list", &["work list", "work list --all --json"]),
    ("kb list", &["kb list --all", "kb list --all --json"]),
    (
        "kb show",
        &["kb show {K}", "kb show {K} --json", "kb show KB-7Q2M"],
    ),
    ("kb script", &["kb script {K}", "kb script KB-7Q2M"]),
    ("kb check", &["kb check", "kb check --json"]),
    ("kb demand", &["kb demand", "kb demand --json"]),
    (
        "export",
        &["export", "export --format csv", "export --format jsonl"],
    ),
    (
        "completions",
        &["completions bash", "completions zsh", "completions fish"],
    ),
];

/// Commands that write something else too, and what of them only reads.
const BESIDES: &[&str] = &[
    "",
    "--json",
    "--help",
    "nonsense",
    "check",
    "check --json",
    "report",
    "report volume --format csv",
    "report volume --format md",
    "report volume --format html",
    "report volume --format json",
    "report agents --list",
    "report time --by activity,day",
    "log --since 2020-01-01",
    "kb search printer",
    "kb search evil --json",
    "kb review",
    "who Jan",
    "who Jan --export",
    "who Eve --json",
    "who evil",
    "templates",
    "templates --json",
    "templates evil --on {T}",
    "templates --placeholders",
    "man",
    "man note",
    "sweep --dry-run",
    "note {T} -m x --dry-run",
    "new x --dry-run",
    "check --fix --dry-run",
];

fn lines() -> impl Iterator<Item = &'static str> {
    let readers = LINES.iter().flat_map(|(_, lines)| lines.iter());
    readers.chain(BESIDES).copied()
}

#[test]
fn only_readers_read_the_hostile_desk() {
    for (cached, lines) in LINES {
        assert!(
            commands::READERS.contains(cached),
            "`desk {cached}` is no reader"
        );
        assert!(
            lines.iter().all(|line| line.starts_with(cached)),
            "{cached}"
        );
    }
}

/// The first place where a text acts, but for the styles that the program itself writes.
fn acting(text: &str, terminal: bool) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let style = tail.strip_prefix('[').and_then(|tail| {
            let end = tail.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
            // Only the hostile desk asks for blinking.
            let own = tail[end..].starts_with('m') && &tail[..end] != "5;35";
            own.then(|| &tail[end + 1..])
        });
        if let Some(after) = style.filter(|_| terminal) {
            rest = after;
        } else {
            plain.push('\u{1b}');
            rest = tail;
        }
    }
    plain.push_str(rest);
    let plain = if terminal {
        plain.replace("\r\n", "\n")
    } else {
        plain
    };
    let at = plain.find(acts)?;
    let before = plain[..at]
        .char_indices()
        .rev()
        .nth(60)
        .map_or(0, |(start, _)| start);
    let after = plain[at..]
        .char_indices()
        .nth(60)
        .map_or(plain.len(), |(end, _)| at + end);
    Some(format!("{:?}", &plain[before..after]))
}

/// Reads everything on a pipe and on a terminal, and tells what is wrong.
fn read(stranger: &Stranger, lines: &[&str], terminal: bool, all: &mut Vec<String>) {
    let mut found = Vec::new();
    let before = stranger.everything();
    for line in lines {
        for terminal in [false, true].iter().filter(|on| terminal || !**on) {
            let what = format!(
                "{}: `desk {line}`{}",
                stranger.name,
                if *terminal { " on a terminal" } else { "" }
            );
            match stranger.desk(line, *terminal) {
                Ended::Late => found.push(format!("{what} does not end")),
                Ended::With(code, text) => {
                    if matches!(code, Some(101) | None) || text.contains("panicked") {
                        found.push(format!("{what} ended with {code:?}: {text}"));
                    }
                    if let Some(place) = acting(&text, *terminal) {
                        found.push(format!("{what} writes {place}"));
                    }
                }
            }
            let fired = stranger.fired();
            if !fired.is_empty() {
                found.push(format!("{what} started {fired:?}"));
                stranger.calm();
            }
        }
    }
    compare(&stranger.name, &before, &stranger.everything(), &mut found);
    for finding in &found {
        eprintln!("{finding}");
    }
    all.extend(found);
}

fn compare(
    name: &str,
    before: &BTreeMap<PathBuf, String>,
    after: &BTreeMap<PathBuf, String>,
    found: &mut Vec<String>,
) {
    for (path, text) in before {
        match after.get(path) {
            None => found.push(format!("{name}: {} is gone", path.display())),
            Some(now) if now != text => {
                found.push(format!("{name}: {} changed: {now}", path.display()));
            }
            Some(_) => {}
        }
    }
    for path in after.keys().filter(|path| !before.contains_key(*path)) {
        found.push(format!("{name}: {} is new", path.display()));
    }
}

/// Findings that are known and not mended yet: words of the finding, and what is to be done. This
/// list only ever gets shorter.
const OPEN: &[(&str, &str)] = &[];

#[track_caller]
fn nothing(found: &[String]) {
    let open = |finding: &&String| !OPEN.iter().any(|(words, _)| finding.contains(words));
    let found: Vec<&str> = found.iter().filter(open).map(String::as_str).collect();
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Cloned: what a push can carry.
#[test]
fn a_clone_of_a_hostile_desk_is_read_without_harm() {
    let mut found = Vec::new();
    let stranger = Stranger::clone_of("cloned", &desk::build(&[]));
    read(&stranger, &lines().collect::<Vec<_>>(), true, &mut found);
    nothing(&found);
}

/// Unpacked from an archive: hooks and configuration came along.
#[test]
fn an_unpacked_hostile_desk_is_read_without_harm() {
    let mut found = Vec::new();
    let stranger = Stranger::with_folder("unpacked", &desk::build(&[]));
    read(&stranger, &lines().collect::<Vec<_>>(), false, &mut found);
    nothing(&found);
}

/// Few commands that between them use every cache.
const CACHING: &[&str] = &[
    "list",
    "search printer",
    "kb search printer",
    "report",
    "who Jan",
    "due",
    "check",
    "suggest {T}",
];

/// The lines of `CACHING` for the nth place that is tried: half of them, in turn, and with
/// `DESK_HOSTILE=1` all.
fn caching(nth: usize) -> Vec<&'static str> {
    let long = std::env::var_os("DESK_HOSTILE").is_some();
    let lines = CACHING.iter().enumerate();
    let turn = lines.filter(|(at, _)| long || (at + nth).is_multiple_of(2));
    turn.map(|(_, line)| *line).collect()
}

/// What a desk keeps in `.desk/`, and whether each is a folder. Of files whose names are drawn, and
/// therefore others in every clone, there is one in each folder.
fn caches(hostile: &desk::Hostile) -> Vec<(String, bool)> {
    let plain = Stranger::clone_of("plain", hostile);
    for line in CACHING {
        plain.desk(line, false);
    }
    let mut all = plain.caches();
    let drawn = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let digits = name.chars().take_while(char::is_ascii_hexdigit).count();
        (digits == 32).then(|| folder.to_owned())
    };
    all.dedup_by_key(|path| drawn(path).unwrap_or_else(|| path.clone()));
    assert!(all.len() > 15, "{all:?}");
    all.push(".desk".to_owned());
    let with_kind = |path: String| {
        let is_folder = plain.clone.join(&path).is_dir();
        (path, is_folder)
    };
    all.into_iter().map(with_kind).collect()
}

/// Whatever is kept in `.desk/` stands there as a link to a folder or a file of the stranger's: to
/// one of its own kind, and with `DESK_HOSTILE=1`, which `just hostile` sets, to the other, too.
#[test]
fn links_in_the_place_of_caches_lead_nowhere() {
    let mut found = Vec::new();
    let long = std::env::var_os("DESK_HOSTILE").is_some();
    for (nth, (cache, is_folder)) in caches(&desk::short(&[])).into_iter().enumerate() {
        let top = cache == ".desk" || cache == ".desk/tickets.cache";
        for (to_folder, target) in [(true, "precious"), (false, "precious/letter.txt")] {
            if to_folder != is_folder && !long && !top {
                continue;
            }
            let links = [(cache.clone(), target)];
            let stranger =
                Stranger::clone_of(&format!("{cache} leads to {target}"), &desk::short(&links));
            read(&stranger, &caching(nth), false, &mut found);
        }
    }
    nothing(&found);
}

/// A pipe in the place of a file: nobody ever writes into it.
#[test]
fn pipes_in_the_place_of_files_hold_nobody_up() {
    let mut found = Vec::new();
    let hostile = desk::short(&[]);
    let caches = caches(&hostile);
    let own = [
        "desk.toml",
        "catalog.toml",
        "tickets/2026-11/2611-PPPPP.md",
        "kb/pipe.md",
        ".git/plaindesk/lock",
    ];
    let files = caches.iter().map(|(path, _)| path.as_str()).chain(own);
    for (nth, file) in files.enumerate() {
        let stranger = Stranger::clone_of(&format!("{file} is a pipe"), &hostile);
        stranger.pipe(file);
        read(&stranger, &caching(nth), false, &mut found);
    }
    nothing(&found);
}

/// Values that would take for ever.
#[test]
fn bombs_are_told_and_end() {
    let mut found = Vec::new();
    let hostile = desk::short(&[]);
    for (name, file, text) in desk::bombs() {
        let stranger = Stranger::clone_of(&name, &hostile);
        std::fs::write(stranger.clone.join(file), text).unwrap();
        read(&stranger, CACHING, false, &mut found);
        read(
            &stranger,
            &["kb list", "kb check", "sla {T}", "export"],
            false,
            &mut found,
        );
    }
    nothing(&found);
}

/// Every row of the threat table names tests, and each of them exists.
#[test]
fn the_threat_table_names_tests_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let table = read("docs/security.md");
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .collect();
    assert_eq!(rows.len(), 22, "threats");
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, _, tests] = cells[..] else {
            panic!("four cells: {row}")
        };
        assert_eq!(number, (at + 1).to_string());
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let later = tests.to_lowercase().contains("with that capability");
        assert!(later || !named.is_empty(), "row {number} names no test");
        for name in named {
            let (file, function) = name.split_once(": ").unwrap();
            let is_there = read(file).contains(&format!("#[test]\nfn {function}() {{"));
            assert!(is_there, "row {number}: there is no test `{name}`");
        }
    }
}
