//! Every `desk …` that a text names is a command that there is, with options that it has: in
//! articles, the starter's files, the README, the documentation, help texts and hints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Command;

/// The command, built, with the options of every command in each.
fn tree() -> Command {
    let mut command = plaindesk::cli::command();
    command.build();
    command
}

/// A command named in a text.
struct Named {
    file: String,
    line: usize,
    words: String,
}

/// What is wrong with a named command; `None` where it is one.
fn wrong(tree: &Command, words: &str) -> Option<String> {
    let mut words = words.split_whitespace().skip(1).peekable();
    let mut at = vec![tree];
    let mut open = true;
    while let Some(word) = words.next() {
        // What follows belongs to another program.
        if matches!(word, "|" | "||" | "&&" | ">" | ">>" | "<" | ";" | "#") {
            break;
        }
        let bare = word.trim_end_matches(['.', ',', ':', ';', ')', '…', '?']);
        if let Some(option) = bare.strip_prefix("--").filter(|option| !option.is_empty()) {
            let name = option.split(['=', '[', '|']).next().unwrap_or_default();
            let knows = |command: &&Command| {
                let mut all = command.get_arguments();
                all.any(|arg| {
                    arg.get_long_and_visible_aliases()
                        .is_some_and(|all| all.contains(&name))
                })
            };
            let own = !name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            if !own && !at.iter().any(knows) && !matches!(name, "help" | "version") {
                return Some(format!("`desk {}` has no `--{name}`", at[0].get_name()));
            }
            let takes = at.iter().any(|command| {
                let mut all = command.get_arguments();
                all.any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values())
            });
            if open && takes && !option.contains('=') {
                words.next();
            }
            continue;
        }
        if open && bare == "-C" {
            words.next();
            continue;
        }
        let name = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '|');
        if !open || bare.starts_with('-') || bare.is_empty() || !at[0].has_subcommands() {
            continue;
        }
        open = false;
        if !bare.chars().all(name) {
            continue;
        }
        let mut next = Vec::new();
        for one in bare.split('|') {
            match at.iter().find_map(|command| command.find_subcommand(one)) {
                Some(found) => next.push(found),
                None => return Some(format!("there is no `{one}` of `{}`", at[0].get_name())),
            }
        }
        open = next[0].has_subcommands();
        at = next;
    }
    None
}

/// Commands in the code of a page: fenced or indented, and between backticks.
fn in_markdown(text: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            let code = line.split(" #").next().unwrap_or_default();
            all.extend(in_code(code).into_iter().map(|words| (at + 1, words)));
        } else {
            for span in line.split('`').skip(1).step_by(2) {
                all.extend(in_code(span).into_iter().map(|words| (at + 1, words)));
            }
        }
    }
    all
}

/// Commands in a line of a shell's: at its start, and behind what a command may follow.
fn in_code(code: &str) -> Vec<String> {
    let begins = |at: usize| {
        let before = code[..at].trim_end().chars().next_back();
        before.is_none_or(|c| "$|;&(*".contains(c) || c.is_ascii_digit())
    };
    let places = code.match_indices("desk ").map(|(at, _)| at);
    places
        .filter(|at| begins(*at))
        .map(|at| code[at..].to_owned())
        .collect()
}

/// Commands between backticks in comments of TOML.
fn in_comments(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| line.trim_start().starts_with('#'))
        .flat_map(|(at, line)| {
            let spans: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
            spans
                .into_iter()
                .flat_map(in_code)
                .map(move |words| (at + 1, words))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Commands in the strings and the documentation of a source file: between backticks, and after
/// what a hint begins with.
fn in_source(text: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let mut parts: Vec<String> = Vec::new();
        if let Some(doc) = line.trim_start().strip_prefix("///") {
            parts.extend(doc.split('`').skip(1).step_by(2).map(str::to_owned));
        } else {
            for string in line.split('"').skip(1).step_by(2) {
                parts.extend(string.split('`').skip(1).step_by(2).map(str::to_owned));
                if !string.contains('`') {
                    let hints = string.split(": ").filter(|part| part.starts_with("desk "));
                    parts.extend(hints.map(str::to_owned));
                }
            }
        }
        let commands = parts.into_iter().filter(|part| part.starts_with("desk "));
        all.extend(commands.map(|words| (at + 1, words)));
    }
    all
}

fn files(root: &Path, folder: &str, ends: &[&str]) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name();
    all.into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| ends.iter().any(|one| end == *one))
        })
        .collect()
}

fn named() -> Vec<Named> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["kb", "starter", "docs", "src"] {
        paths.extend(files(root, folder, &["md", "toml", "rs"]));
    }
    paths.extend(["README.md", "CONTRIBUTING.md", "catalog.toml"].map(|file| root.join(file)));
    let mut all = Vec::new();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let found = match path.extension().and_then(|end| end.to_str()) {
            Some("rs") => in_source(&text),
            Some("toml") => in_comments(&text),
            _ => in_markdown(&text),
        };
        let file = path.strip_prefix(root).unwrap().display().to_string();
        all.extend(found.into_iter().map(|(line, words)| Named {
            file: file.clone(),
            line,
            words,
        }));
    }
    all
}

#[test]
fn every_command_that_a_text_names_is_one() {
    let tree = tree();
    let all = named();
    let kinds: BTreeSet<&str> = all
        .iter()
        .filter_map(|one| one.file.split(['/', '.']).next())
        .collect();
    for kind in ["kb", "starter", "docs", "src", "README", "catalog"] {
        assert!(kinds.contains(kind), "{kind} names commands: {kinds:?}");
    }
    assert!(all.len() > 400, "{} found", all.len());
    let bad: Vec<String> = all
        .iter()
        .filter_map(|one| {
            let why = wrong(&tree, &one.words)?;
            Some(format!("{}:{}: {}: {why}", one.file, one.line, one.words))
        })
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn what_is_no_command_is_seen() {
    let tree = tree();
    for words in [
        "desk mend",
        "desk -C x mend -q",
        "desk --as ewa mend",
        "desk kb mend KB-7Q2M",
        "desk work show|mend",
        "desk note 7K3MQ --massage x",
        "desk kb list --stael",
    ] {
        assert!(wrong(&tree, words).is_some(), "{words}");
    }
    for words in [
        "desk",
        "desk --help",
        "desk COMMAND --help",
        "desk -C DIR …",
        "desk -C DIR list",
        "desk note 7K3MQ -m x",
        "desk kb new|edit",
        "desk kb list --stale",
        "desk close {id} --satisfied yes, or --no-answer",
        "desk work done ID --json",
    ] {
        assert_eq!(wrong(&tree, words), None, "{words}");
    }
    let page = "Type `desk sync` or\n\n```sh\nx && desk sync -q\n```\n";
    assert_eq!(in_markdown(page).len(), 2);
    assert_eq!(
        in_source("a.hint(\"set it: desk sync\")\n/// `desk sync`\n").len(),
        2
    );
    assert_eq!(in_comments("# use `desk sync`\n").len(), 1);
}
