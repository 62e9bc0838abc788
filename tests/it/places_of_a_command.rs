//! Every place that a command needs is there: whoever adds one reads here what is missing.

use std::fs;
use std::path::Path;

use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};
use plaindesk::cli::examples::GROUPS;
use plaindesk::model::command::WRITERS;

use crate::commands::{READERS, leaves};
use crate::{hostile_clone, printed};

/// Operations that stand in a file of another name, in `src/ops`; or in none, for what needs no desk.
const OPERATIONS: &[(&str, &str)] = &[
    ("completions", ""),
    ("hooks install", "data/hooks.rs"),
    ("hooks remove", "data/hooks.rs"),
    ("hooks run", "data/hooks.rs"),
    ("import events", "data/import.rs"),
    ("import json", "data/import_json.rs"),
    ("import tickets", "data/import_tickets.rs"),
    ("mail in", "mail/take/mod.rs"),
    ("mail drop", "mail/quarantine.rs"),
    ("mail list", "mail/quarantine.rs"),
    ("mail show", "mail/quarantine.rs"),
    ("man", ""),
    ("search", "search/mod.rs"),
];

/// Commands that write, but which no setting can restrict.
const FOR_EVERYBODY: &[&str] = &[
    "hooks install",
    "hooks remove",
    "init",
    "mail in",
    "mail out",
    "man",
    "merge-driver",
    "report",
    "sweep",
];

/// Commands that write no file of a desk.
const OUTSIDE_OF_DESKS: &[&str] = &["hooks install", "hooks remove", "init", "merge-driver"];

/// A command by its words, as `kb use`.
struct Leaf {
    path: String,
    command: clap::Command,
}

/// Where a command stands, and whether it does.
type Place = (&'static str, fn(&Leaf) -> bool);

const PLACES: &[Place] = &[
    ("a file of its name in src/cli/cmd", |leaf| {
        leaf.has_a_file("src/cli/cmd")
    }),
    (
        "a file of its name in src/ops, or OPERATIONS in tests/it/places_of_a_command.rs",
        Leaf::has_an_operation,
    ),
    ("a place in GROUPS, src/cli/examples.rs", |leaf| {
        let first = leaf.path.split(' ').next().unwrap();
        GROUPS.iter().any(|(_, names)| names.contains(&first))
    }),
    ("an example in EXAMPLES, src/cli/examples.rs", |leaf| {
        let help = leaf.command.get_after_help().map(ToString::to_string);
        help.is_some_and(|help| help.contains(&format!("Example:\n  desk {}", leaf.path)))
    }),
    (
        "`add = complete::…` at its arguments ID, HANDLE, QUEUE and CODE",
        Leaf::completes,
    ),
    (
        "a place in WRITERS, src/model/command.rs, or READERS, tests/commands.rs or FOR_EVERYBODY, tests/it/places_of_a_command.rs",
        |leaf| {
            let path = leaf.path.as_str();
            let means = |writer: &&str| *writer == path || writer.starts_with(&format!("{path} "));
            let group = path
                .rsplit_once(' ')
                .is_some_and(|(group, _)| WRITERS.contains(&group));
            group || WRITERS.iter().any(means) || leaf.reads() || FOR_EVERYBODY.contains(&path)
        },
    ),
    (
        "a file of its name in tests/it, or in the folder of its group there",
        |leaf| leaf.has_a_file("tests/it"),
    ),
    (
        "a form in tests/store/crash/forms.rs, as it writes",
        |leaf| {
            let form = format!("cached: \"{}\"", leaf.path);
            leaf.reads()
                || OUTSIDE_OF_DESKS.contains(&leaf.path.as_str())
                || read("tests/store/crash/forms.rs").contains(&form)
        },
    ),
    (
        "a line in LINES, tests/it/hostile_clone/mod.rs, as it only reads",
        |leaf| {
            let mut lines = hostile_clone::LINES.iter();
            !leaf.reads() || lines.any(|(path, _)| *path == leaf.path)
        },
    ),
    ("a form in tests/it/printed.rs", |leaf| {
        printed::FORMS.iter().any(|(path, _)| *path == leaf.path)
    }),
    ("an article in kb/ that says when to type it", |leaf| {
        let typed = format!("desk {}", leaf.path);
        let articles = walkdir::WalkDir::new(top().join("kb"))
            .into_iter()
            .flatten();
        articles
            .filter(|entry| entry.file_type().is_file())
            .any(|entry| fs::read_to_string(entry.path()).unwrap().contains(&typed))
    }),
    (
        "a part of docs/cli.md: UPDATE_DOCS=1 cargo test --test it reference",
        |leaf| read("docs/cli.md").contains(&format!("\n## desk {}\n", leaf.path)),
    ),
];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap()
}

impl Leaf {
    fn reads(&self) -> bool {
        READERS.contains(&self.path.as_str())
    }

    /// Whether there is a file for it: of its name, in the folder of its group or, where that has
    /// none, of its group.
    fn has_a_file(&self, folder: &str) -> bool {
        let folder = top().join(folder);
        let group = self.path.split(' ').next().unwrap();
        let file = if folder.join(group).is_dir() {
            &self.path.replace(' ', "/")
        } else {
            group
        };
        let file = file.replace('-', "_");
        folder.join(format!("{file}.rs")).is_file()
    }

    fn has_an_operation(&self) -> bool {
        let ops = top().join("src/ops");
        if let Some((_, file)) = OPERATIONS.iter().find(|(path, _)| *path == self.path)
            && ops.join(file).exists()
        {
            return true;
        }
        if self.path.contains(' ') {
            return self.has_a_file("src/ops");
        }
        let folders = fs::read_dir(ops).unwrap().flatten();
        let name = self.path.replace('-', "_");
        let files = [format!("{name}.rs"), format!("{name}/mod.rs")];
        folders.map(|folder| folder.path()).any(|folder| {
            let is_there = files.iter().any(|file| folder.join(file).is_file());
            !folder.ends_with("kb") && !folder.ends_with("work") && is_there
        })
    }

    fn completes(&self) -> bool {
        let known = ["ID", "HANDLE", "QUEUE", "CODE"];
        self.command.get_arguments().all(|arg| {
            let names = arg.get_value_names().unwrap_or_default();
            let offers = arg.get::<ArgValueCandidates>().is_some()
                || arg.get::<ArgValueCompleter>().is_some();
            offers || !names.iter().any(|name| known.contains(&name.as_str()))
        })
    }
}

#[test]
fn no_place_of_a_command_was_forgotten() {
    let mut missing = Vec::new();
    for (path, command) in leaves() {
        let leaf = Leaf { path, command };
        for (place, is_there) in PLACES {
            if !is_there(&leaf) {
                missing.push(format!("`desk {}` lacks {place}", leaf.path));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
