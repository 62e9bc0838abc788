//! The scene: a fresh repository with a small desk, a fixed clock and a fixed person.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::scratch;

/// The settings that the scene puts behind those that `desk init` writes.
const TEAM: &str = r#"
[agent.ewa]
name = "Ewa Wójcik"
email = "ewa@example.org"
role = "manager"

[agent.marek]
name = "Marek Zieliński"
email = "marek@example.org"
role = "agent"
queues = ["network"]

[agent.lena]
name = "Lena Mazur"
email = "lena@example.org"
role = "agent"
retired = true
"#;

const IDENTITY: &str = "[user]\n\tname = Anna Nowak\n\temail = anna@example.org\n\
    [init]\n\tdefaultBranch = main\n[maintenance]\n\tauto = false\n[gc]\n\tauto = 0\n";

/// The first moment of every test: a Monday morning, with the office open.
const BEGIN: &str = "2026-11-23T09:00:00Z";

pub(crate) struct Desk {
    dir: TempDir,
    /// The desk's folder.
    pub(crate) root: PathBuf,
    minutes: Cell<i64>,
    names: RefCell<Vec<String>>,
}

/// What a command printed, and how it ended.
#[must_use]
pub(crate) struct Out {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
    names: Vec<String>,
    dir: String,
}

impl Out {
    /// What a program said that was not started through a desk.
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code().unwrap_or(-1),
            names: Vec::new(),
            dir: String::new(),
        }
    }
}

/// Everything that a command could have touched.
#[derive(PartialEq, Eq)]
pub(crate) struct State {
    files: BTreeMap<PathBuf, Vec<u8>>,
    head: String,
    staged: String,
}

impl Desk {
    /// A desk with anna (agent), ewa (manager), marek (network) and lena (retired).
    pub(crate) fn new() -> Self {
        static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let made = Self::bare();
            let out = made.run("init");
            assert_eq!(out.code, 0, "{out}");
            // The first manager of `init` is an agent here, so that the rules for both are seen.
            let settings = made
                .read("desk.toml")
                .replace("\"manager\"\nqueues", "\"agent\"\nqueues");
            made.write("desk.toml", format!("{settings}{TEAM}"));
            made.git(&["commit", "--quiet", "--all", "-m", "The team"]);
            made.dir
        });
        let desk = Self::empty();
        copy(template.path(), desk.dir.path());
        desk
    }

    /// A git repository in which there is no desk yet.
    pub(crate) fn bare() -> Self {
        let desk = Self::empty();
        fs::create_dir_all(&desk.root).unwrap();
        fs::create_dir_all(desk.dir.path().join("home")).unwrap();
        fs::write(desk.dir.path().join("home/gitconfig"), IDENTITY).unwrap();
        desk.git(&["init", "--quiet"]);
        desk
    }

    fn empty() -> Self {
        let dir = scratch::folder();
        let root = dir.path().canonicalize().unwrap().join("desk");
        Self {
            dir,
            root,
            minutes: Cell::new(0),
            names: RefCell::default(),
        }
    }

    /// A second clone of the desk, with the same files and history.
    pub(crate) fn copy(&self) -> Self {
        let desk = Self::empty();
        copy(self.dir.path(), desk.dir.path());
        desk.minutes.set(self.minutes.get());
        desk.names.replace(self.names.borrow().clone());
        desk
    }

    /// A desk with one ticket, taken by anna on the telephone: `ID1`.
    pub(crate) fn with_ticket() -> Self {
        let desk = Self::new();
        desk.open("Printer on floor 3 jams");
        desk
    }

    /// Two tickets of one caller, both open.
    pub(crate) fn with_two_tickets() -> Self {
        let desk = Self::with_ticket();
        desk.open("Printer on floor 4 jams");
        desk
    }

    /// Opens a ticket of one caller, and tells its name.
    pub(crate) fn open(&self, title: &str) -> String {
        self.made(&[
            "new",
            title,
            "--from",
            "Jan Kowalski",
            "--code",
            "PRN-JAM",
            "--asset-location",
            "by the door",
        ])
    }

    /// Opens a ticket with words as in a shell, and tells its name.
    pub(crate) fn make(&self, line: &str) -> String {
        let words: Vec<String> = words(line).iter().map(|word| self.real(word)).collect();
        self.made(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Opens a ticket with these arguments, and tells its name.
    pub(crate) fn made(&self, args: &[&str]) -> String {
        let out = self.run_args(args);
        assert_eq!(out.code, 0, "{out}");
        let id = out.stdout.trim();
        assert!(is_id(id), "one id, not {id:?}");
        format!(
            "ID{}",
            self.names
                .borrow()
                .iter()
                .position(|name| name == id)
                .unwrap()
                + 1
        )
    }

    /// Sets the clock by so many minutes forward.
    pub(crate) fn wait(&self, minutes: i64) {
        self.minutes.set(self.minutes.get() + minutes);
    }

    /// Sets the clock to a moment, forward or back.
    pub(crate) fn set_clock(&self, now: chrono::DateTime<chrono::Utc>) {
        let begin: chrono::DateTime<chrono::Utc> = BEGIN.parse().unwrap();
        self.minutes.set((now - begin).num_minutes());
    }

    /// The id that is called so in snapshots.
    pub(crate) fn id(&self, name: &str) -> String {
        let at: usize = name.trim_start_matches("ID").parse().unwrap();
        self.names.borrow()[at - 1].clone()
    }

    /// `ID1` and its like in `text`, replaced with the ids that they stand for.
    pub(crate) fn real(&self, text: &str) -> String {
        let known = self.names.borrow();
        let named = (1..=known.len())
            .rev()
            .map(|at| (format!("ID{at}"), &known[at - 1]));
        named.fold(text.to_owned(), |text, (name, id)| {
            replaced(&text, &name, id)
        })
    }

    /// The file of a ticket, relative to the desk.
    pub(crate) fn path(&self, name: &str) -> String {
        let id = self.id(name);
        format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4])
    }

    /// The file of a ticket as it is.
    pub(crate) fn raw(&self, name: &str) -> String {
        self.read(&self.path(name))
    }

    /// The file of a ticket, with stable names.
    pub(crate) fn file(&self, name: &str) -> String {
        self.stable(&self.raw(name))
    }

    /// Text with stable names for what is random.
    pub(crate) fn stable(&self, text: &str) -> String {
        stable(text, &self.names.borrow(), &self.place())
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Edits a file by hand.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{from}` stands in {path}:\n{text}");
        self.write(path, text.replacen(from, to, 1));
    }

    /// A ticket file by hand, in the month of its id.
    pub(crate) fn plant(&self, id: &str, text: impl AsRef<[u8]>) -> String {
        self.write(
            &format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]),
            text,
        );
        self.names.borrow_mut().push(id.to_owned());
        format!("ID{}", self.names.borrow().len())
    }

    fn place(&self) -> String {
        self.dir
            .path()
            .canonicalize()
            .unwrap()
            .display()
            .to_string()
    }

    /// A program in the desk's folder, with nothing of this machine's settings.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let home = self.dir.path().canonicalize().unwrap().join("home");
        let mut command = scratch::command(program, &self.root, &home);
        command
            .env("TZ", "UTC")
            .env("COLUMNS", "100")
            .env("NO_COLOR", "1");
        command
    }

    /// `desk`, a minute after the last one, by anna.
    pub(crate) fn desk(&self, args: &[&str]) -> Command {
        let begin: chrono::DateTime<chrono::Utc> = BEGIN.parse().unwrap();
        let now = begin + chrono::Duration::minutes(self.minutes.get());
        self.wait(1);
        let mut command = self.command(env!("CARGO_BIN_EXE_desk"));
        command
            .env(
                "DESK_NOW",
                now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            )
            .env("DESK_AGENT", "anna")
            .env("TZ", "Europe/Warsaw")
            .args(args);
        command
    }

    /// Runs `desk` on words as in a shell; `ID1` is the first ticket that was seen.
    pub(crate) fn run(&self, line: &str) -> Out {
        let words: Vec<String> = words(line).iter().map(|word| self.real(word)).collect();
        self.run_args(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Runs `desk` on these arguments.
    pub(crate) fn run_args(&self, args: &[&str]) -> Out {
        self.reported(self.desk(args))
    }

    /// Runs `desk` with a text on standard input.
    pub(crate) fn run_with(&self, line: &str, stdin: impl AsRef<[u8]>) -> Out {
        let words: Vec<String> = words(line).iter().map(|word| self.real(word)).collect();
        let mut command = self.desk(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let text = self.real_bytes(stdin.as_ref());
        // A command may end without having read all of it.
        let writer = std::thread::spawn(move || drop(input.write_all(&text)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.seen(&output)
    }

    fn real_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.real(text).into_bytes(),
            Err(_) => bytes.to_owned(),
        }
    }

    /// Runs a prepared command to its end.
    pub(crate) fn reported(&self, mut command: Command) -> Out {
        self.seen(&command.output().unwrap())
    }

    fn seen(&self, output: &Output) -> Out {
        let stdout = String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8");
        let stderr = String::from_utf8(output.stderr.clone()).expect("standard error is UTF-8");
        let code = output.status.code().unwrap_or(-1);
        assert!(
            code != 101 && !stderr.contains("panicked at"),
            "a panic:\n{stderr}"
        );
        assert!(code != -1, "ended by a signal: {stderr}");
        for text in [&stdout, &stderr] {
            for id in ids(text) {
                if !self.names.borrow().contains(&id) {
                    self.names.borrow_mut().push(id);
                }
            }
        }
        Out {
            stdout,
            stderr,
            code,
            names: self.names.borrow().clone(),
            dir: self.place(),
        }
    }

    /// Runs a command that must do what it was asked for.
    pub(crate) fn ok(&self, line: &str) -> Out {
        let out = self.run(line);
        assert_eq!(out.code, 0, "desk {line}\n{out}");
        out
    }

    /// What `--json` prints.
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        self.run(&format!("{line} --json")).json()
    }

    /// Runs git, which must succeed, and tells what it printed.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.command("git").args(args).output().unwrap();
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The last commit: message, author, committer, files.
    pub(crate) fn commit(&self) -> String {
        let shown = self.git(&[
            "show",
            "--no-patch",
            "--format=%B%n-- %an <%ae>, %aI; committed by %cn <%ce>",
            "HEAD",
        ]);
        let files = self.git(&["show", "--name-status", "--format=", "HEAD"]);
        // Ids are random, so that git's order of the files is too.
        let mut files: Vec<String> = files.lines().map(|line| self.stable(line)).collect();
        files.sort();
        let shown = self.stable(shown.trim_end());
        format!("{shown}\n{}\n", files.join("\n"))
    }

    /// How many commits there are.
    pub(crate) fn commits(&self) -> usize {
        self.git(&["rev-list", "--count", "HEAD"])
            .trim()
            .parse()
            .unwrap()
    }

    /// What `git status` has to say.
    pub(crate) fn status(&self) -> String {
        self.stable(&self.git(&["status", "--porcelain"]))
    }

    /// Files, history and index, byte by byte.
    pub(crate) fn state(&self) -> State {
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&self.root)
            .into_iter()
            .filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != ".desk")
        {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                files.insert(entry.path().to_owned(), fs::read(entry.path()).unwrap());
            }
        }
        State {
            files,
            head: self.git(&["rev-parse", "HEAD"]),
            staged: self.git(&["ls-files", "--stage"]),
        }
    }

    /// The drafts that lie in this clone.
    pub(crate) fn drafts(&self) -> Vec<PathBuf> {
        let folder = self.root.join(".git/plaindesk/drafts");
        let all = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut all: Vec<PathBuf> = all.map(|entry| entry.path()).collect();
        all.sort();
        all
    }

    /// A small shell script, to stand for the user's editor.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.dir.path().canonicalize().unwrap().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A folder beside the desk.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }
}

impl Out {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Demands an exit status.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Demands words on standard error.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.to_string().contains(words),
            "`{words}` is not in:\n{self}"
        );
        self
    }
}

impl fmt::Display for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&stable(&self.stdout, &self.names, &self.dir))?;
        if !self.stdout.is_empty() && !self.stdout.ends_with('\n') {
            f.write_str("\\no line end\n")?;
        }
        if !self.stderr.is_empty() {
            writeln!(f, "-----")?;
            f.write_str(&stable(&self.stderr, &self.names, &self.dir))?;
        }
        write!(f, "[exit {}]", self.code)
    }
}

/// The words of a line, with quotes as in a shell.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut all, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => all.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open in {line}");
    all.extend(word);
    all
}

fn is_id(text: &str) -> bool {
    text.parse::<plaindesk::model::id::TicketId>()
        .is_ok_and(|id| id.as_str() == text)
}

/// The ids that stand in a text, in order.
fn ids(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        // A made-up id stands in snapshots as it is.
        if word.len() == 10 && is_id(word) && !word.ends_with("ZZZZ") {
            all.push(word.to_owned());
        }
    }
    all
}

/// Text with `ID1` for ids, `^tag` for tags and `$DIR` for the test's folder.
fn stable(text: &str, names: &[String], dir: &str) -> String {
    let mut text = match dir {
        // A text of several clones, which have no one folder.
        "" => text.to_owned(),
        dir => text.replace(dir, "$DIR"),
    };
    for (at, id) in names.iter().enumerate() {
        let name = format!("ID{}", at + 1);
        // In a table the column keeps its width.
        text = text.replace(&format!("{id}  "), &format!("{name:10}  "));
        text = text.replace(id, &name);
    }
    // A desk begins with as many articles as this repository has.
    let places: Vec<usize> = text.match_indices(" articles").map(|(at, _)| at).collect();
    for at in places.into_iter().rev() {
        let count = text[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        let count = count.len();
        if at - count > 1 {
            text.replace_range(count..at, "N");
        }
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(" ^") {
        let (head, tail) = rest.split_at(at + 2);
        let end = tail
            .find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit()))
            .unwrap_or(tail.len());
        out.push_str(head);
        out.push_str(if matches!(end, 4 | 8) {
            "tag"
        } else {
            &tail[..end]
        });
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Copies a folder, its links as links.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&source, &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source).unwrap(), &target).unwrap();
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// A text with a name replaced where it stands as a word, and not where an attachment's base64
/// happens to hold its letters.
fn replaced(text: &str, name: &str, id: &str) -> String {
    let of_a_word = |c: char| c.is_ascii_alphanumeric() || c == '+';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let within = before.ends_with(of_a_word) || after.starts_with(of_a_word);
        out.push_str(before);
        out.push_str(if within { name } else { id });
        rest = after;
    }
    out + rest
}

/// The name under which a content lies.
pub(crate) fn lies(name: &str, content: &[u8]) -> String {
    use sha2::Digest;
    let digits = format!("{:x}", sha2::Sha256::digest(content));
    plaindesk::rules::lifecycle::attachments::stored(name, &digits)
}
