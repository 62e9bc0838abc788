//! Git's own merges by our rules: the driver in the clone's configuration, and the attributes that
//! say which files it is for.

use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use crate::store::error::StoreError;
use crate::store::git::repo::Repo;

/// What the driver is called in configuration and attributes.
const NAME: &str = "plaindesk";

/// The files of a desk that merge by our rules, relative to its folder.
const MERGED: [&str; 5] = [
    "tickets/*/*.md",
    "kb/**/*.md",
    "templates/*.md",
    "desk.toml",
    "catalog.toml",
];

/// The arguments that git fills in: base, ours, theirs, path, length of markers.
const ARGUMENTS: &str = "merge-driver %O %A %B %P %L";

/// What was done to a clone so that git merges by our rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeSetup {
    /// Whether the configuration got the driver.
    pub driver: bool,
    /// Whether the clone's own attributes name it now for this desk.
    pub attributes: bool,
}

/// The lines of attributes for a desk at `prefix`, a folder of the work tree or nothing.
pub fn attributes(prefix: &str) -> String {
    let line = |file: &&str| {
        let path = if prefix.is_empty() {
            format!("/{file}")
        } else {
            format!("/{}/{file}", literal(prefix))
        };
        let pattern = if path.contains([' ', '\t', '"']) {
            format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            path
        };
        format!("{pattern} merge={NAME}\n")
    };
    MERGED.iter().map(line).collect()
}

/// A folder's name in a pattern that means nothing else.
fn literal(folder: &str) -> String {
    let mut out = String::new();
    for c in folder.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The driver's command line: this program, else one of its name on the search path, else git's own
/// merge of texts, which leaves marks. Never one after another has failed, for a conflict would run
/// both.
fn driver(program: &Path) -> String {
    // `%` would be filled in by git; such a program is found on the search path or not at all.
    let own = program.to_str().filter(|path| !path.contains('%'));
    let first = own.map(|path| {
        let path = format!("'{}'", path.replace('\'', QUOTE));
        format!("if command -v {path}{QUIET}; then {path} {ARGUMENTS}; el")
    });
    format!(
        "{}if command -v desk{QUIET}; then desk {ARGUMENTS}; else git merge-file --marker-size=%L %A %O %B; fi",
        first.unwrap_or_default()
    )
}

/// A quotation mark inside a word that the shell quotes.
const QUOTE: &str = "'\\''";

/// What keeps the shell's question silent.
const QUIET: &str = " >/dev/null 2>&1";

/// Whether a driver's command line works: it is not cut short, and the program that it names first
/// is there.
fn works(line: &str) -> bool {
    if !line.contains("merge-driver %O %A %B %P") {
        return false;
    }
    let Some(rest) = line.strip_prefix("if command -v ") else {
        // Somebody's own way to start us.
        return !line.starts_with("if ");
    };
    let asked = rest.split_once(QUIET).map_or(rest, |(asked, _)| asked);
    let named = asked
        .strip_prefix('\'')
        .and_then(|asked| asked.strip_suffix('\''));
    let is_there = |path: &str| Path::new(&path.replace(QUOTE, "'")).exists();
    line.ends_with("; fi") && named.is_none_or(is_there)
}

impl Repo {
    /// Registers the driver in the clone's configuration and in its own attributes, where they lack
    /// it; `program` is ours.
    pub fn set_up_merges(&self, program: &Path) -> Result<MergeSetup, StoreError> {
        let mut setup = MergeSetup::default();
        let known = self.config().merge_driver.as_deref().is_some_and(works);
        if !known {
            let line = driver(program);
            let name = "plaindesk: entries are a set, fields follow the log";
            for (key, value) in [("name", name), ("driver", line.as_str())] {
                let key = format!("merge.{NAME}.{key}");
                self.git
                    .run(&["config", "--local", &key, value])?
                    .or_error()?;
                // A value by hand would end at a `;`: what git reads back is what counts.
                let read = self
                    .git
                    .run(&["config", "--local", "--get", &key])?
                    .or_error()?;
                if read.strip_suffix(b"\n") != Some(value.as_bytes()) {
                    return Err(StoreError::Answer {
                        command: format!("config --get {key}"),
                        answer: String::from_utf8_lossy(&read).escape_debug().to_string(),
                    });
                }
            }
            setup.driver = true;
        }
        setup.attributes = self.add_own_attributes()?;
        Ok(setup)
    }

    /// Adds our lines to the clone's own attributes, which count before the tracked ones and on
    /// branches from before those.
    fn add_own_attributes(&self) -> Result<bool, StoreError> {
        let folder = self.common.join("info");
        let path = folder.join("attributes");
        let failed = |doing| StoreError::io(doing, &path);
        let old = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed("read")(error)),
        };
        let wanted = attributes(&self.prefix);
        let text = String::from_utf8_lossy(&old);
        let lacks = |line: &&str| !text.lines().any(|known| known == *line);
        let new: Vec<&str> = wanted.lines().filter(lacks).collect();
        if new.is_empty() {
            return Ok(false);
        }
        if !folder.is_dir() {
            let made = std::fs::DirBuilder::new()
                .mode(self.shared_mode())
                .create(&folder);
            made.map_err(failed("make the folder of"))?;
        }
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed("open"))?;
        let gap = if old.is_empty() || old.ends_with(b"\n") {
            ""
        } else {
            "\n"
        };
        let block = format!("{gap}{}\n", new.join("\n"));
        file.write_all(block.as_bytes()).map_err(failed("write"))?;
        // Whoever else works in this clone must be able to read it.
        self.share(&file);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_name_a_desk_in_any_folder() {
        assert!(attributes("").starts_with("/tickets/*/*.md merge=plaindesk\n"));
        assert!(attributes("it/desk").contains("\n/it/desk/desk.toml merge=plaindesk\n"));
        assert!(attributes("my [desk]").starts_with("\"/my \\\\[desk]/tickets/*/*.md\" merge="));
    }

    #[test]
    fn a_driver_that_is_cut_short_or_names_a_program_that_is_gone_does_not_work() {
        let whole = driver(Path::new("/bin/sh"));
        assert!(works(&whole), "{whole}");
        assert!(works("desk merge-driver %O %A %B %P"));
        assert!(!works(&driver(Path::new("/nowhere/desk"))));
        assert!(!works("if command -v '/bin/sh' >/dev/null 2>&1"));
        assert!(!works("git merge-file %A %O %B"));
    }

    /// The second was written anew, with its sentence, by every command.
    #[test]
    fn odd_paths_of_the_program_are_registered_once() {
        let unnamed = driver(Path::new("/opt/100%/desk"));
        assert!(unnamed.starts_with("if command -v desk "), "{unnamed}");
        assert!(works(&unnamed));
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("anna's desk");
        assert!(!works(&driver(&program)));
        std::fs::File::create(&program).unwrap();
        assert!(works(&driver(&program)), "{}", driver(&program));
    }
}
