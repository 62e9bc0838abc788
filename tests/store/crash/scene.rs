//! The scene: a desk with one ticket, and a person who is in the middle of something with git.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::scratch;

/// Whether to visit every point instead of a sample.
pub(crate) fn torture() -> bool {
    std::env::var_os("DESK_TORTURE").is_some_and(|value| value == "1")
}

/// A folder with a home and a desk in it.
pub(crate) struct Scene {
    dir: TempDir,
    pub(crate) desk: PathBuf,
    /// What the clock says.
    pub(crate) now: &'static str,
}

/// A person's own files, which are none of the desk's business.
pub(crate) const OWN: &[&str] = &["edited.txt", "both.txt", "staged.txt", "unknown.txt"];

impl Scene {
    /// A home, and an empty folder where a desk will be.
    pub(crate) fn empty() -> Self {
        let dir = scratch::folder();
        let desk = dir.path().canonicalize().unwrap().join("desk");
        fs::create_dir(&desk).unwrap();
        let now = "2026-11-21T10:00:00Z";
        let scene = Self { dir, desk, now };
        fs::create_dir(scene.home()).unwrap();
        fs::write(
            scene.home().join("gitconfig"),
            "[user]\n\tname = Anna Lis\n\temail = anna@example.com\n[init]\n\tdefaultBranch = main\n",
        )
        .unwrap();
        scene
    }

    /// A desk with one ticket of two entries.
    pub(crate) fn new() -> (Self, String) {
        let scene = Self::empty();
        scene.ok(&["init"]);
        // An upkeep in the background would outlive the scene.
        scene.git(&["config", "maintenance.auto", "false"]);
        let id = scene.ok(&["new", "Printer is out", "-m", "It prints nothing."]);
        let id = id.trim().to_owned();
        scene.ok(&["note", &id, "-m", "The lamp is dark."]);
        (scene, id)
    }

    /// A scene with a person's work that is none of the desk's business: staged, half-edited,
    /// both, and unknown to git.
    pub(crate) fn with_work() -> (Self, String) {
        let (scene, id) = Self::new();
        scene.commit_own();
        scene.work();
        (scene, id)
    }

    /// Commits what the person then works on.
    pub(crate) fn commit_own(&self) {
        self.write("edited.txt", "one\n");
        self.write("both.txt", "one\n");
        self.git(&["add", "edited.txt", "both.txt"]);
        self.git(&["commit", "--quiet", "-m", "my files"]);
    }

    /// The person's work: staged, half-edited, both, and unknown to git.
    pub(crate) fn work(&self) {
        self.write("staged.txt", "staged\n");
        self.write("both.txt", "one\ntwo\n");
        self.git(&["add", "staged.txt", "both.txt"]);
        self.write("both.txt", "one\ntwo\nthree\n");
        self.write("edited.txt", "one\nand a h");
        self.write("unknown.txt", "mine\n");
    }

    /// Writes a file of the desk, by its path there.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.desk.join(name), text).unwrap();
    }

    /// A copy, with the times of its files.
    pub(crate) fn copy(&self) -> Self {
        let mut copy = Self::empty();
        copy.now = self.now;
        fs::remove_dir(&copy.desk).unwrap();
        fs::remove_dir_all(copy.home()).unwrap();
        let done = Command::new("cp")
            .arg("-a")
            .args([&self.desk, &self.home()])
            .arg(copy.desk.parent().unwrap())
            .status()
            .unwrap();
        assert!(done.success());
        // The person's git configuration may name this clone.
        let own = copy.home().join("gitconfig");
        let text = fs::read_to_string(&own).unwrap();
        let named = self.desk.to_string_lossy().into_owned();
        fs::write(own, text.replace(&named, &copy.desk.to_string_lossy())).unwrap();
        copy
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A program in the desk, which sees nothing of the machine's configuration.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = scratch::command(program, &self.desk, &self.home());
        let path = std::env::var_os("PATH").unwrap_or_default();
        // The programs of this person.
        let mut folders = vec![self.home().join("bin")];
        folders.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        command.env("GIT_EDITOR", "true").env("DESK_NOW", self.now);
        command
    }

    pub(crate) fn desk(&self, args: &[&str]) -> Output {
        self.command(BINARY).args(args).output().unwrap()
    }

    /// What a command prints that must succeed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        reported(&self.desk(args), args)
    }

    pub(crate) fn try_git(&self, args: &[&str]) -> Output {
        self.command("git").args(args).output().unwrap()
    }

    /// What a person's git prints; it must succeed.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        reported(&self.try_git(args), args)
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// The tickets: path in the desk and bytes.
    pub(crate) fn tickets(&self) -> BTreeMap<String, Vec<u8>> {
        let all = names(&self.desk.join("tickets"), &|_| true);
        all.into_iter()
            .filter(|name| {
                Path::new(name)
                    .extension()
                    .is_some_and(|ending| ending == "md")
            })
            .map(|name| {
                let path = format!("tickets/{name}");
                let bytes = fs::read(self.desk.join(&path)).unwrap();
                (path, bytes)
            })
            .collect()
    }

    /// The only ticket.
    pub(crate) fn ticket(&self) -> String {
        let mut all = self.tickets();
        assert_eq!(all.len(), 1, "{:?}", all.keys());
        String::from_utf8(all.pop_first().unwrap().1).unwrap()
    }

    /// Every file of the work tree; caches are nobody's business.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        names(&self.desk, &|name| name != ".git" && name != ".desk")
    }

    /// The files of the desk: path and bytes.
    pub(crate) fn pages(&self) -> BTreeMap<String, Vec<u8>> {
        let read = |name: String| {
            let bytes = fs::read(self.desk.join(&name)).unwrap();
            (name, bytes)
        };
        let all = self.files().into_iter();
        all.filter(|name| !OWN.contains(&name.as_str()))
            .map(read)
            .collect()
    }

    /// What must not be there while no command runs: locks, journals, temporary files.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let git = self.desk.join(".git");
        names(&git, &|_| true)
            .into_iter()
            .filter(|name| {
                let file = name.rsplit('/').next().unwrap_or_default();
                let private = name.strip_prefix("plaindesk/");
                // Whole mails that wait stay; what is half written of one does not.
                let waits = private.is_some_and(|name| name.starts_with("mail-quarantine/"));
                if waits && !file.starts_with('.') {
                    return false;
                }
                let notes = [
                    "last/",
                    "commands/",
                    "index-",
                    "examined/",
                    "synced/",
                    "mail-raw/",
                    "mail-counts/",
                    "mail-out/lock",
                    "mail-out/writing",
                ];
                let stays = |name: &str| notes.iter().any(|note| name.starts_with(note));
                let litter = private.is_some_and(|name| name != "lock" && !stays(name));
                let lock = Path::new(file)
                    .extension()
                    .is_some_and(|extension| extension == "lock");
                litter || lock || file.starts_with("fast_import_crash_")
            })
            .collect()
    }

    /// What a person sees as their own business: status, the staged changes, their files.
    pub(crate) fn own(&self) -> String {
        let mut out = self.git(&["status", "--porcelain"]);
        out.push_str(&self.git(&["diff", "--cached", "--no-ext-diff", "--full-index"]));
        for name in OWN {
            let text = fs::read_to_string(self.desk.join(name)).ok();
            out.push_str(&format!("{name}: {text:?}\n"));
        }
        out
    }

    /// What git's own check finds.
    pub(crate) fn fsck(&self) -> Option<String> {
        let done = self.try_git(&[
            "fsck",
            "--full",
            "--strict",
            "--no-dangling",
            "--no-progress",
        ]);
        let reported = format!("{}{}", text(&done.stdout), text(&done.stderr));
        (!done.status.success() || !reported.is_empty()).then_some(reported)
    }

    /// The commits since one, or since none, oldest first: subject and paths.
    pub(crate) fn commits(&self, since: Option<&str>) -> Vec<(String, Vec<String>)> {
        let range = since.map_or_else(|| "HEAD".to_owned(), |since| format!("{since}..HEAD"));
        if !self
            .try_git(&["rev-parse", "--verify", "--quiet", "HEAD"])
            .status
            .success()
        {
            return Vec::new();
        }
        let reported = self.git(&["log", "--reverse", "--format=%x01%s", "--name-only", &range]);
        reported
            .split('\u{1}')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let mut lines = part.lines().filter(|line| !line.is_empty());
                let subject = lines.next().unwrap_or_default().to_owned();
                (subject, lines.map(str::to_owned).collect())
            })
            .collect()
    }
}

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_desk");

fn reported(done: &Output, args: &[&str]) -> String {
    assert!(
        done.status.success(),
        "{args:?}: {}: {}{}",
        done.status,
        text(&done.stdout),
        text(&done.stderr)
    );
    text(&done.stdout)
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The files below a folder, without the top entries that are not wanted.
fn names(top: &Path, wanted: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(top.join(&folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let name = path.to_string_lossy().into_owned();
            if folder.as_os_str().is_empty() && !wanted(&name) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                out.insert(name);
            }
        }
    }
    out
}
