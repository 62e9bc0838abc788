//! The rules of the house: layers, pure layers, no forgotten test file, licences.

use crate::skip::skipped;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The modules in the order of `src/lib.rs`.
fn modules() -> Vec<String> {
    let lib = fs::read_to_string(top().join("src/lib.rs")).unwrap();
    let names = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The files of a folder with their texts.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let walk = walkdir::WalkDir::new(top().join(folder)).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap).filter(|entry| {
        entry.file_type().is_file() && entry.path().extension().is_some_and(|ext| ext == "rs")
    });
    files
        .map(|entry| {
            (
                entry.path().to_owned(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// The code of a file: no comments, no tests at its end.
fn code(text: &str) -> String {
    // Tests in a file of their own are declared at the top.
    let text = text.replace("#[cfg(test)]\nmod tests;\n", "");
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What is wrong with the imports of one file of a module.
fn breaches(module: &str, text: &str, order: &[String]) -> Vec<String> {
    let rank = |name: &str| order.iter().position(|one| one == name);
    let text = code(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if name.is_empty() {
            found.push("a group of imports, `crate::{…}`".to_owned());
        } else if rank(&name).is_none() {
            found.push(format!("`crate::{name}` is no module"));
        } else if rank(&name) > rank(module) {
            found.push(format!("`crate::{name}`, which stands below"));
        }
    }
    if text.contains("super::super") {
        found.push("`super::super`".to_owned());
    }
    found
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order = modules();
    assert_eq!(order.first().map(String::as_str), Some("model"));
    assert_eq!(order.last().map(String::as_str), Some("cli"));
    for module in &order {
        let files = sources(&format!("src/{module}"));
        assert!(!files.is_empty(), "{module}");
        for (path, text) in files {
            let found = breaches(module, &text, &order);
            assert!(found.is_empty(), "{}: {}", path.display(), found.join(", "));
        }
    }
}

#[test]
fn a_room_of_the_store_uses_only_rooms_above_it() {
    let folder = top().join("src/store");
    let order = fs::read_to_string(folder.join("mod.rs")).unwrap();
    let rooms: Vec<&str> = order
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|room| folder.join(room).is_dir())
        .collect();
    assert_eq!(rooms, ["fs", "git", "journal", "mail"]);
    for (at, room) in rooms.iter().enumerate() {
        for (path, text) in sources(&format!("src/store/{room}")) {
            let text = code(&text);
            let below = rooms[at + 1..].iter();
            let named = below
                .map(|room| format!("store::{room}"))
                .find(|name| text.contains(name));
            assert_eq!(named, None, "{}", path.display());
        }
    }
}

#[test]
fn the_rule_of_layers_sees_every_way_around_it() {
    let order = modules();
    for wrong in [
        "use crate::cli::args;",
        "use crate::{cli, model};",
        "use super::super::cli;",
        "fn f() { crate::ops::x() }",
        "use crate::nothing;",
    ] {
        assert!(!breaches("page", wrong, &order).is_empty(), "{wrong}");
    }
    assert!(
        breaches(
            "page",
            "// crate::cli\nuse crate::model::id;\n#[cfg(test)]\nuse crate::cli;",
            &order
        )
        .is_empty()
    );
}

/// The paths that a text names after `crate::`, with those of groups, `a::{b, c::d}`.
fn named_paths(text: &str) -> Vec<String> {
    /// Takes one path, or the group at its end; gives back where it ends.
    fn take(text: &str, before: &str, paths: &mut Vec<String>) -> usize {
        let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
        let end = text.find(word).unwrap_or(text.len());
        let path = format!("{before}{}", &text[..end]);
        if !text[end..].starts_with('{') {
            paths.push(path.trim_end_matches("::self").to_owned());
            return end;
        }
        let mut at = end + 1;
        while let Some(next) = text[at..].find(|c: char| c == '}' || !word(c)) {
            at += next;
            if text[at..].starts_with('}') {
                return at + 1;
            }
            at += take(&text[at..], &path, paths);
        }
        text.len()
    }
    let mut paths = Vec::new();
    let text = text.replace("in crate::", "");
    for (at, start) in text.match_indices("crate::") {
        take(&text[at + start.len()..], "", &mut paths);
    }
    paths
}

/// Which files name which others: a module's path, and those of the modules that it uses.
fn uses(files: &BTreeMap<String, String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let module = |mut path: &str| {
        loop {
            if let Some((name, _)) = files.get_key_value(path) {
                return Some(name.as_str());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    let called = |text: &str, name: &str| {
        let name = format!("{name}::");
        text.match_indices(&name).any(|(at, _)| {
            !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        })
    };
    let of = |(name, text): (&'_ String, &'_ String)| {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        // The modules below this one, and below each that is imported, are named by their last part.
        let mut open = vec![name.clone()];
        for path in named_paths(text) {
            found.extend(module(&path));
            if files.contains_key(&path) {
                open.push(path);
            }
        }
        for above in open {
            let last = above.rsplit("::").next().unwrap_or_default().to_owned();
            let below = format!("{above}::");
            for (child, _) in files.range(below.clone()..) {
                let Some(rest) = child.strip_prefix(&below) else {
                    break;
                };
                let way = if above == *name {
                    rest.to_owned()
                } else {
                    format!("{last}::{rest}")
                };
                if called(text, &way) {
                    found.insert(child);
                }
            }
        }
        found.remove(name.as_str());
        found
    };
    files.iter().map(|one| (one.0.as_str(), of(one))).collect()
}

/// The circles: modules that use each other, directly or by way of others.
fn circles(uses: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let reached = |from: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = uses[from].iter().copied().collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(&uses[next]);
            }
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|one| (*one, reached(one))).collect();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (name, seen) in all.iter().filter(|(name, seen)| seen.contains(*name)) {
        let circle = seen.iter().filter(|other| all[*other].contains(name));
        found.insert(circle.copied().collect::<Vec<_>>().join(", "));
    }
    found.into_iter().collect()
}

#[test]
fn modules_use_each_other_in_no_circle() {
    let files: BTreeMap<String, String> = sources("src")
        .into_iter()
        .map(|(path, text)| {
            let path = path
                .strip_prefix(top().join("src"))
                .unwrap()
                .with_extension("");
            let name = path.to_str().unwrap().replace('/', "::");
            (name.trim_end_matches("::mod").to_owned(), code(&text))
        })
        .collect();
    let mut uses = uses(&files);
    // clap's: the arguments of the program hold those of each command, and `man` prints them.
    let arguments = uses.get_mut("cli::args").unwrap();
    arguments.retain(|other| !other.starts_with("cli::cmd"));
    assert!(uses.get_mut("cli::cmd::man").unwrap().remove("cli"));
    // A folder's own module may name its files, which share what stands there; `ops` has nothing
    // there to share.
    for (name, used) in &mut uses {
        if !name.starts_with("ops") {
            used.retain(|other| !other.starts_with(&format!("{name}::")));
        }
    }
    let found = circles(&uses);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_rule_of_circles_sees_every_way_to_name_a_module() {
    let circles = |files: &[(&str, &str)]| {
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let files: BTreeMap<String, String> = files.collect();
        circles(&uses(&files))
    };
    for text in [
        "use crate::a::two::f;",
        "use crate::a::{three, two::{self, f}};",
        "fn f() { crate::a::two::f() }",
        "use crate::a; fn f() { a::two::f() }",
    ] {
        let files = [
            ("a", ""),
            ("a::one", text),
            ("a::two", "use crate::a::one;"),
        ];
        assert_eq!(circles(&files), ["a::one, a::two"], "{text}");
    }
    let below = [("a", "pub use two::f;"), ("a::two", "use crate::a::g;")];
    assert_eq!(circles(&below), ["a, a::two"]);
    let three = [
        ("a", "crate::b"),
        ("b", "crate::c"),
        ("c", "crate::a"),
        ("d", "crate::a"),
    ];
    assert_eq!(circles(&three), ["a, b, c"]);
    let none = [
        ("a", "crate::b"),
        ("b", "pub(in crate::a) fn f() { xa::f() }"),
    ];
    assert!(circles(&none).is_empty());
}

/// What a pure module must not name.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "getrandom",
    "rustix",
    "std::{",
    "print!",
    "println!",
    "eprintln!",
];

#[test]
fn pure_modules_touch_nothing_outside() {
    for module in ["model", "page", "rules", "view"] {
        for (path, text) in sources(&format!("src/{module}")) {
            // One file does two sums at once, which changes none of them.
            let mut text = code(&text);
            if path.ends_with("src/rules/reports/parallel.rs") {
                text = text.replacen("use std::thread;", "", 1);
            }
            for word in OUTSIDE {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
    assert!(code("use std::fs;").contains(OUTSIDE[0]));
}

/// So many lines of code a function may have.
const LINES: usize = 80;

/// Functions that have more, and why each of them is a table.
const TABLES: &[(&str, &str, &str)] = &[
    ("cli/messages.rs", "error", "the words of each error"),
    (
        "ops/core/messages/article.rs",
        "error",
        "the words of each error",
    ),
    (
        "ops/core/messages/desk.rs",
        "error",
        "the words of each error",
    ),
    (
        "ops/core/messages/ticket.rs",
        "error",
        "the words of each error",
    ),
];

/// The functions of some code with how many lines each has: from its name to the brace that stands
/// as far in as it does.
fn functions(code: &str) -> Vec<(&str, usize)> {
    let name = |line: &'_ str| -> Option<(usize, usize)> {
        let (before, rest) = line.split_once("fn ")?;
        let item = ["pub", "const", "async", "unsafe", "extern"];
        let words = before.trim_start();
        let is_item = words.is_empty() || item.iter().any(|word| words.starts_with(word));
        let length = rest.find(['(', '<']).filter(|_| is_item)?;
        Some((before.len() + "fn ".len(), length))
    };
    let lines: Vec<&str> = code
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((from, length)) = name(line) else {
            continue;
        };
        let margin = line.len() - line.trim_start().len();
        // A trait's function has no body.
        let ends = |line: &&str| {
            let out = line.len() - line.trim_start().len() == margin;
            out && (line.ends_with('}') || line.ends_with(';'))
        };
        let last = lines[at..].iter().position(ends).unwrap_or_default();
        found.push((&line[from..from + length], last + 1));
    }
    found
}

#[test]
fn only_tables_make_long_functions() {
    let mut tables = BTreeSet::new();
    for (path, text) in sources("src") {
        let path = path.strip_prefix(top().join("src")).unwrap();
        if path.ends_with("tests.rs") {
            continue;
        }
        for (name, lines) in functions(&code(&text)) {
            let table = TABLES
                .iter()
                .find(|(file, table, _)| path.ends_with(file) && *table == name);
            if lines > LINES {
                let path = path.display();
                assert!(
                    table.is_some(),
                    "{path}: `{name}` has {lines} lines of code"
                );
                tables.extend(table);
            }
        }
    }
    // What is no longer long needs no exception.
    assert_eq!(tables, TABLES.iter().collect());
}

#[test]
fn the_rule_of_long_functions_counts_lines_of_code() {
    let text = "\
trait Asked {
    fn short(&self);
    fn long(
        &self,
        more: usize,
    ) -> usize;
}
impl Asked for One {
    pub(in crate::ops) fn counted<T>(&self) {
        // A remark.
        if self.is_empty() {

            return;
        }
    }
    const fn last() -> fn (usize) {}
}
// fn remark() {
type Held = Box<dyn Fn()>;
";
    let found = [("short", 1), ("long", 4), ("counted", 5), ("last", 1)];
    assert_eq!(functions(&code(text)), found);
}

#[test]
fn every_command_can_be_given() {
    let named: BTreeSet<String> = plaindesk::cli::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    for entry in fs::read_dir(top().join("src/cli/cmd")).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            name == "mod" || name == "board" || named.contains(&name.replace('_', "-")),
            "{name} is not a command"
        );
    }
}

#[test]
fn every_test_file_is_declared() {
    for (path, _) in sources("tests") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().unwrap();
        // A file beside the programs is named by its path in each that uses it.
        if matches!(name, "main" | "mod") || folder == top().join("tests") {
            continue;
        }
        let above = ["main.rs", "mod.rs"].map(|main| fs::read_to_string(folder.join(main)));
        let declared = above.into_iter().flatten().any(|text| {
            text.lines()
                .any(|line| line.replace("r#", "") == format!("mod {name};"))
        });
        assert!(declared, "{} is not declared above it", path.display());
    }
}

#[test]
fn options_of_a_command_have_ids_of_their_own() {
    // clap hands the value of a command's argument to a global one of the same id.
    let command = plaindesk::cli::command();
    command.clone().debug_assert();
    let global: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .map(clap::Arg::get_id)
        .collect();
    assert!(global.len() > 3);
    for sub in command.get_subcommands() {
        for arg in sub.get_arguments().filter(|arg| !arg.is_global_set()) {
            assert!(
                !global.contains(&arg.get_id()),
                "`{}` of `{}` hides a global argument",
                arg.get_id(),
                sub.get_name()
            );
        }
    }
}

/// A licence that the dependencies may have.
fn is_free(licence: &str) -> bool {
    const FREE: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "Zlib",
        "Unicode-3.0",
        "Unicode-DFS-2016",
        "MPL-2.0",
        "CC0-1.0",
        "Unlicense",
    ];
    // `A/B` is an old way of writing `A OR B`; each part of an AND must be free.
    let licence = licence.replace('/', " OR ").replace(['(', ')'], " ");
    let all = |part: &str| part.split(" AND ").all(|one| FREE.contains(&one.trim()));
    licence.split(" OR ").any(all)
}

#[test]
fn licences_of_all_dependencies_are_free() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--all-features",
        ])
        .current_dir(top())
        .output();
    let output = match output {
        Ok(output) if output.status.success() => output,
        other => {
            skipped(
                &format!("licences: cargo metadata cannot be run here: {other:?}"),
                true,
            );
            return;
        }
    };
    let reported: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = reported["packages"].as_array().unwrap();
    assert!(packages.len() > 50);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_free(licence), "{}: {licence}", package["name"]);
    }
    for wrong in [
        "GPL-3.0-only",
        "MIT AND GPL-2.0",
        "none",
        "AGPL-3.0 OR LGPL-3.0",
    ] {
        assert!(!is_free(wrong), "{wrong}");
    }
}

#[test]
fn packages_do_not_come_by_accident() {
    // The search engine alone brings some sixty, workbooks some fifteen.
    let lock = fs::read_to_string(top().join("Cargo.lock")).unwrap();
    let count = lock.lines().filter(|line| *line == "[[package]]").count();
    assert!((50..=300).contains(&count), "{count} packages");
}

#[test]
fn every_page_case_stands_in_its_folder() {
    for folder in ["good", "bad"] {
        let count = fs::read_dir(top().join("tests/pages").join(folder))
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|ext| ext == "md"))
            .count();
        assert!(count >= 12, "{count} {folder} pages");
    }
}

#[test]
fn what_is_left_out_is_said_by_one_helper() {
    let word = ["SKIP", "PED"].concat();
    for (path, text) in sources("tests") {
        assert!(
            !text.contains(&word) || path.ends_with("tests/skip.rs"),
            "{} says by itself that a test is left out: use `skip::skipped`",
            path.display()
        );
    }
}

#[test]
#[ignore = "the next test runs it"]
fn what_lacks_a_program() {
    skipped("a program is not installed", false);
}

#[test]
fn what_lacks_a_program_is_told_aloud_and_fails_in_ci() {
    let run = |ci: bool| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "--ignored", "architecture::what_lacks_a_program"])
            .env_remove("CI");
        if ci {
            command.env("CI", "true");
        }
        let out = command.output().unwrap();
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        (out.status.success(), text)
    };
    let (passed, reported) = run(false);
    assert!(
        passed && reported.contains(": a program is not installed"),
        "{reported}"
    );
    assert!(!run(true).0);
}

#[test]
fn doc_comments_say_what_their_item_is() {
    let begin = ["/// The ", "same"].concat();
    for folder in ["src", "tests", "benches"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().enumerate();
            let found = lines.map(|(at, line)| (at + 1, line.trim_start()));
            for (at, line) in found {
                let line = line.replacen("//!", "///", 1);
                assert!(!line.starts_with(&begin), "{}:{at}: {line}", path.display());
            }
        }
    }
}
