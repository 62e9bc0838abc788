//! Somebody with a home, precious files and a clone of a hostile desk.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::scratch;

use super::desk::{CANARY, Hostile};

/// How long a command may take; a debug build on a busy machine included.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Stranger {
    pub(crate) name: String,
    pub(crate) clone: PathBuf,
    home: PathBuf,
    dir: TempDir,
    ids: BTreeMap<&'static str, &'static str>,
}

/// How a command ended.
pub(crate) enum Ended {
    /// With this status, having written this.
    With(Option<i32>, String),
    /// Not in time.
    Late,
}

impl Stranger {
    fn new(name: &str) -> Self {
        let dir = scratch::folder();
        let home = dir.path().canonicalize().unwrap().join("home");
        fs::create_dir_all(home.join("precious/inner")).unwrap();
        fs::write(home.join("precious/letter.txt"), "dear\n").unwrap();
        fs::write(home.join("precious/inner/deep.bin"), "deep\n").unwrap();
        // What desk itself would call a cache of its own.
        fs::write(home.join("precious/2026-11.0123456789abcdef"), "old\n").unwrap();
        fs::write(
            home.join("gitconfig"),
            "[user]\n\tname = Eva Gast\n\temail = eva@example.org\n[init]\n\tdefaultBranch = main\n",
        )
        .unwrap();
        Self {
            name: name.to_owned(),
            clone: home.join("clone"),
            home,
            dir,
            ids: BTreeMap::from([
                ("{T}", "2611-AAAAA"),
                ("{E}", "2611-EEEEE"),
                ("{K}", "KB-EV1L"),
            ]),
        }
    }

    /// A stranger who clones the desk.
    pub(crate) fn clone_of(name: &str, hostile: &Hostile) -> Self {
        let stranger = Self::new(name);
        let done = stranger
            .command("git")
            .current_dir(&stranger.home)
            .args(["clone", "--quiet", "--no-local"])
            .args([&hostile.root, &stranger.clone])
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        stranger.calm();
        stranger
    }

    /// A stranger who unpacks it, with hooks and configuration.
    pub(crate) fn with_folder(name: &str, hostile: &Hostile) -> Self {
        let stranger = Self::clone_of(name, hostile);
        Hostile::arm(&stranger.clone, &stranger.canary());
        stranger
    }

    /// The program that nobody may start.
    fn canary(&self) -> PathBuf {
        let path = self.dir.path().join("canary");
        fs::create_dir_all(self.dir.path().join("fired")).unwrap();
        let script = CANARY.replace("{FIRED}", &self.dir.path().join("fired").to_string_lossy());
        fs::write(&path, script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).unwrap();
        path
    }

    /// What was started.
    pub(crate) fn fired(&self) -> Vec<String> {
        let mut all: Vec<String> = [self.dir.path().join("fired"), self.home.join("clone/fired")]
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        all.sort();
        all
    }

    pub(crate) fn calm(&self) {
        let _ = fs::remove_dir_all(self.dir.path().join("fired"));
        fs::create_dir_all(self.dir.path().join("fired")).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        // Nobody stands in a clone before it is made.
        let folder = if self.clone.is_dir() {
            &self.clone
        } else {
            &self.home
        };
        let mut command = scratch::command(program, folder, &self.home);
        command
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("DESK_NOW", "2026-11-23T10:00:00Z")
            .env("DESK_AGENT", "anna")
            .env("PAGER", "cat")
            .env("TERM", "xterm");
        command
    }

    /// Runs `desk` in the clone.
    pub(crate) fn desk(&self, line: &str, terminal: bool) -> Ended {
        let words = line.split_whitespace();
        let words: Vec<&str> = words
            .map(|word| self.ids.get(word).copied().unwrap_or(word))
            .collect();
        let mut plain = self.command(env!("CARGO_BIN_EXE_desk"));
        plain.args(&words);
        if terminal {
            on_a_terminal(&plain)
        } else {
            on_a_pipe(plain)
        }
    }

    /// Everything that the stranger has, but for what the desk may write: its caches and its own
    /// folder in the clone.
    pub(crate) fn everything(&self) -> BTreeMap<PathBuf, String> {
        let mut all = BTreeMap::new();
        let mut folders = vec![self.home.clone()];
        let own = [
            self.clone.join(".desk"),
            self.clone.join(".git/plaindesk"),
            self.home.join(".cache/plaindesk"),
            self.home.join(".cache"),
        ];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = path.symlink_metadata().unwrap().file_type();
                if own.contains(&path) && kind.is_dir() {
                    continue;
                }
                let reported = if kind.is_dir() {
                    folders.push(path.clone());
                    "a folder".to_owned()
                } else if kind.is_symlink() {
                    format!("a link to {}", fs::read_link(&path).unwrap().display())
                } else if kind.is_fifo() {
                    "a pipe".to_owned()
                } else {
                    format!("{:?}", String::from_utf8_lossy(&fs::read(&path).unwrap()))
                };
                all.insert(path, reported);
            }
        }
        all
    }

    /// What the desk keeps in `.desk/`: every path below it.
    pub(crate) fn caches(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut folders = vec![PathBuf::from(".desk")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.clone.join(&folder)).into_iter().flatten() {
                let path = folder.join(entry.unwrap().file_name());
                all.push(path.to_string_lossy().into_owned());
                if self.clone.join(&path).is_dir() {
                    folders.push(path);
                }
            }
        }
        all.sort();
        all
    }

    /// Puts a pipe in the place of a file or a folder of the clone.
    pub(crate) fn pipe(&self, name: &str) {
        let path = self.clone.join(name);
        let _ = fs::remove_dir_all(&path);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let done = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(done.success());
    }
}

fn on_a_pipe(mut command: Command) -> Ended {
    let (mut reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let text = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = reader.read_to_end(&mut bytes);
        bytes
    });
    let status = wait(|| child.try_wait().unwrap());
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
        return Ended::Late;
    }
    let text = String::from_utf8_lossy(&text.join().unwrap()).into_owned();
    Ended::With(status.and_then(|status| status.code()), text)
}

fn on_a_terminal(plain: &Command) -> Ended {
    let (pty, pts) = pty_process::blocking::open().unwrap();
    pty.resize(pty_process::Size::new(40, 100)).unwrap();
    let mut command = pty_process::blocking::Command::new(plain.get_program())
        .env_clear()
        .current_dir(plain.get_current_dir().unwrap_or(Path::new(".")))
        .args(plain.get_args());
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command = command.env(name, value);
        }
    }
    let mut child = command.spawn(pts).unwrap();
    let mut screen = fs::File::from(OwnedFd::from(pty));
    let text = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // The end of a terminal is an error.
        let _ = screen.read_to_end(&mut bytes);
        bytes
    });
    let status = wait(|| child.try_wait().unwrap());
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
        return Ended::Late;
    }
    let text = String::from_utf8_lossy(&text.join().unwrap()).into_owned();
    Ended::With(status.and_then(|status| status.code()), text)
}

fn wait(
    mut done: impl FnMut() -> Option<std::process::ExitStatus>,
) -> Option<std::process::ExitStatus> {
    let begin = Instant::now();
    loop {
        if let Some(status) = done() {
            return Some(status);
        }
        if begin.elapsed() > PATIENCE {
            return None;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}
