//! Clones of a scene's desk, and a bare repository between them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, Out};
use crate::scratch;

/// A clone of a desk, by marek, whose clone is told how git merges.
pub(crate) struct Clone {
    pub(crate) root: PathBuf,
    home: PathBuf,
    agent: &'static str,
}

impl Clone {
    /// A clone of a desk beside it.
    pub(crate) fn of(desk: &Desk, name: &str) -> Self {
        Self::with(desk, &desk.root, name, &[])
    }

    /// A clone of a repository, beside the desk.
    pub(crate) fn with(desk: &Desk, from: &Path, name: &str, args: &[&str]) -> Self {
        let root = desk.root.parent().unwrap().join(name);
        let home = desk.root.parent().unwrap().join("home");
        let clone = Self {
            root,
            home,
            agent: "marek",
        };
        let mut command = scratch::command("git", Path::new("/"), &clone.home);
        command.args(["clone", "--quiet"]).args(args);
        let made = command.arg(from).arg(&clone.root).output();
        let made = Out::of(&made.unwrap()).code(0);
        drop(made);
        clone
    }

    /// `desk`, outside of CI, to be started by the caller.
    pub(crate) fn command(&self, now: &str, args: &[&str]) -> Command {
        let mut command = scratch::command(env!("CARGO_BIN_EXE_desk"), &self.root, &self.home);
        command
            .env_remove("CI")
            .env("DESK_NOW", now)
            .env("DESK_AGENT", self.agent)
            .args(args);
        command
    }

    /// `desk`, outside of CI.
    pub(crate) fn desk(&self, now: &str, args: &[&str]) -> Out {
        Out::of(&self.command(now, args).output().unwrap())
    }

    /// Git, to be started by the caller.
    pub(crate) fn git_command(&self, args: &[&str]) -> Command {
        let mut command = scratch::command("git", &self.root, &self.home);
        command.args(args);
        command
    }

    pub(crate) fn git(&self, args: &[&str]) -> Out {
        Out::of(&self.git_command(args).output().unwrap())
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap()
    }

    pub(crate) fn read_bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root.join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Commits all that stands in the work tree, by git.
    pub(crate) fn commit(&self, message: &str) {
        let _ = self.git(&["add", "--all"]).code(0);
        let _ = self.git(&["commit", "--quiet", "-m", message]).code(0);
    }
}

/// A desk with a ticket in a bare repository, and two clones of it: by anna and by marek.
pub(crate) struct Team {
    pub(crate) desk: Desk,
    pub(crate) hub: PathBuf,
    pub(crate) anna: Clone,
    pub(crate) marek: Clone,
    pub(crate) id: String,
}

impl Team {
    pub(crate) fn new() -> Self {
        Self::around(Desk::with_ticket())
    }

    /// A desk with tickets of its own in place of the one.
    pub(crate) fn around(desk: Desk) -> Self {
        let id = desk.real("ID1");
        let hub = desk.beside("hub.git");
        let bare = ["clone", "--quiet", "--bare", "."];
        let _ = desk.git(&[&bare[..], &[hub.to_str().unwrap()]].concat());
        let mut anna = Clone::with(&desk, &hub, "anna", &[]);
        anna.agent = "anna";
        let marek = Clone::with(&desk, &hub, "marek", &[]);
        Self {
            desk,
            hub,
            anna,
            marek,
            id,
        }
    }

    /// The path of the ticket.
    pub(crate) fn path(&self) -> String {
        self.desk.path("ID1")
    }

    /// Another clone of the bare repository, made with these arguments of `git clone`.
    pub(crate) fn clone(&self, name: &str, args: &[&str]) -> Clone {
        Clone::with(&self.desk, &self.hub, name, args)
    }
}
