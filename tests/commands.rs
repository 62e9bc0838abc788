//! The commands, for tests that go through all of them.

use std::collections::BTreeMap;

use clap::Command;

/// The leaves of the command tree that write nothing but caches.
pub(crate) const READERS: &[&str] = &[
    "list",
    "show",
    "search",
    "asset",
    "suggest",
    "due",
    "sla",
    "mail list",
    "mail setup",
    "mail show",
    "mail why",
    "next",
    "log",
    "review",
    "hooks run",
    "catalog",
    "work show",
    "work list",
    "kb list",
    "kb show",
    "kb script",
    "kb check",
    "kb demand",
    "export",
    "completions",
];

/// The leaves of the command tree, by their words.
pub(crate) fn leaves() -> BTreeMap<String, Command> {
    fn add(command: Command, path: &str, all: &mut BTreeMap<String, Command>) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name()).trim().to_owned();
            add(sub.clone(), &path, all);
        }
        if !command.has_subcommands() {
            all.insert(path.to_owned(), command);
        }
    }
    let mut all = BTreeMap::new();
    add(plaindesk::cli::command(), "", &mut all);
    all
}
