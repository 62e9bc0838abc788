//! The scene: a fresh repository with a desk, and a person who works beside it with git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plaindesk::store::error::StoreError;
use plaindesk::store::git::repo::Repo;
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::git::signature::Signature;
use plaindesk::store::journal::save::Saved;
use plaindesk::store::journal::step::{Save, SaveStep};
use tempfile::TempDir;

/// What every git of a test gets, so that no configuration of the machine takes part.
pub(crate) const ENV: &[(&str, &str)] = &[
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
];

pub(crate) const EACH: SaveRules = SaveRules {
    commit: true,
    sign: false,
    hooks: false,
    detached_ok: false,
};
pub(crate) const NEVER: SaveRules = SaveRules {
    commit: false,
    ..EACH
};

pub(crate) const TICKET: &str = "tickets/2026-11/2611-7K3MQ.md";

pub(crate) struct Desk {
    pub(crate) dir: TempDir,
    pub(crate) top: PathBuf,
    pub(crate) folder: PathBuf,
    /// A configuration of the person's that trusts this clone.
    pub(crate) trusting: String,
}

impl Desk {
    /// A repository that is a desk, with one commit.
    pub(crate) fn new() -> Self {
        Self::with(&["init", "--quiet", "--initial-branch=main"], "")
    }

    /// A repository made so, with a desk in the folder `prefix` and one commit.
    pub(crate) fn with(init: &[&str], prefix: &str) -> Self {
        let desk = Self::unborn(init, prefix);
        desk.write("desk.toml", "# the desk\n");
        desk.git(&["add", "--all"]);
        desk.git(&["commit", "--quiet", "-m", "start"]);
        desk
    }

    /// A desk on a branch that has no commit yet.
    pub(crate) fn unborn(init: &[&str], prefix: &str) -> Self {
        let dir = crate::scratch::folder();
        let top = dir.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&top).unwrap();
        let folder = if prefix.is_empty() {
            top.clone()
        } else {
            top.join(prefix)
        };
        let trusting = dir.path().join("gitconfig");
        let trust = format!("[plaindesk]\n\ttrust = {}/.git\n", top.display());
        fs::write(&trusting, trust).unwrap();
        let trusting = trusting.to_str().unwrap().to_owned();
        let this = Self {
            dir,
            top,
            folder,
            trusting,
        };
        fs::create_dir_all(&this.folder).unwrap();
        this.git(init);
        this.git(&["config", "user.name", "Ewa Nowak"]);
        this.git(&["config", "user.email", "ewa@example.com"]);
        // A collection in the background would outlive the test's folder.
        this.git(&["config", "maintenance.auto", "false"]);
        this
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(path)).ok()
    }

    /// What a person's git prints; it must succeed.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let done = self.try_git(args);
        assert!(
            done.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub(crate) fn try_git(&self, args: &[&str]) -> Output {
        git_in(&self.top, args)
    }

    pub(crate) fn repo(&self) -> Repo {
        let trusting = [&ENV[1..], &[("GIT_CONFIG_GLOBAL", self.trusting.as_str())]].concat();
        Repo::open_with(&self.folder, &trusting).unwrap()
    }

    /// One command from start to end.
    pub(crate) fn save(&self, rules: SaveRules, step: &SaveStep) -> Result<Saved, StoreError> {
        self.repo().hold("note", &rules)?.save(step)
    }

    /// The sentences of a command that does nothing itself.
    pub(crate) fn hold(&self, rules: SaveRules) -> Vec<String> {
        self.repo()
            .hold("look", &rules)
            .unwrap()
            .recovered()
            .to_vec()
    }

    pub(crate) fn count(&self) -> usize {
        self.git(&["rev-list", "--count", "HEAD"]).parse().unwrap()
    }

    /// The text that the last commit holds, without the final line break.
    pub(crate) fn in_head(&self, path: &str) -> Option<String> {
        let prefix = self
            .folder
            .strip_prefix(&self.top)
            .unwrap()
            .to_str()
            .unwrap();
        let path = if prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{prefix}/{path}")
        };
        let done = self.try_git(&["cat-file", "blob", &format!("HEAD:{path}")]);
        done.status
            .success()
            .then(|| String::from_utf8(done.stdout).unwrap())
    }

    pub(crate) fn status(&self) -> String {
        self.git(&["status", "--porcelain"])
    }

    /// The names in the journal.
    pub(crate) fn journal(&self) -> Vec<String> {
        self.names("journal")
    }

    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let folder = self.repo().private().join(folder);
        let mut names: Vec<String> = fs::read_dir(folder)
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    }

    /// What must hold whenever no command runs.
    pub(crate) fn sound(&self) {
        let reported = self.git(&["fsck", "--full", "--strict", "--no-dangling"]);
        assert_eq!(reported, "");
        assert_eq!(self.names("tmp"), Vec::<String>::new());
        for line in self.status().lines() {
            assert!(!line.contains(".desk-"), "{line}");
        }
    }
}

pub(crate) fn git_in(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .envs(ENV.iter().copied())
        .env("LC_ALL", "C")
        .env("GIT_EDITOR", "true")
        .current_dir(folder)
        .args(["-c", "protocol.file.allow=always"])
        .args(args)
        .output()
        .unwrap()
}

pub(crate) fn agent() -> Signature {
    Signature {
        name: "Anna Lis".to_owned(),
        email: "anna@example.com".to_owned(),
    }
}

pub(crate) fn save(path: &str, base: Option<&str>, text: &str) -> Save {
    Save {
        path: path.to_owned(),
        base: base.map(str::to_owned),
        text: text.to_owned(),
    }
}

pub(crate) fn step(saves: &[Save]) -> SaveStep {
    SaveStep {
        message: "note 2611-7K3MQ\n\nwith a body".to_owned(),
        author: agent(),
        at: "2026-11-21T09:02:11Z".parse().unwrap(),
        saves: saves.to_vec(),
    }
}

/// A step that changes or makes the usual ticket.
pub(crate) fn note(base: Option<&str>, text: &str) -> SaveStep {
    step(&[save(TICKET, base, text)])
}

pub(crate) fn committed(saved: Result<Saved, StoreError>) -> String {
    match saved.unwrap() {
        Saved::Committed(commit) => commit,
        other => panic!("{other:?}"),
    }
}

/// What failed after the files were saved.
pub(crate) fn incomplete(saved: Result<Saved, StoreError>) -> String {
    match saved.unwrap() {
        Saved::Incomplete(trouble) => trouble.message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn deferred(saved: Result<Saved, StoreError>) -> String {
    match saved.unwrap() {
        Saved::Deferred(why) => why,
        other => panic!("{other:?}"),
    }
}
