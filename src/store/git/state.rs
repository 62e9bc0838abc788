//! What a repository is in the middle of.

use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::git::child::Git;

/// What `HEAD` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A branch, by its full name; it need not have a commit yet.
    Branch(String),
    /// A commit by itself.
    Detached,
}

impl Head {
    /// The name under which the next commit moves it.
    pub(in crate::store) fn reference(&self) -> &str {
        match self {
            Self::Branch(name) => name,
            Self::Detached => "HEAD",
        }
    }
}

/// An operation of git's that is under way and would not bear, or not keep, a commit of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// `git merge`, or a pull with conflicts.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git rebase`.
    Rebase,
    /// `git am`.
    Am,
    /// `git bisect`.
    Bisect,
}

impl Unfinished {
    /// The operation with its article.
    pub fn what(self) -> &'static str {
        match self {
            Self::Merge => "a merge",
            Self::CherryPick => "a cherry-pick",
            Self::Revert => "a revert",
            Self::Rebase => "a rebase",
            Self::Am => "an application of mails (`git am`)",
            Self::Bisect => "a bisection",
        }
    }
}

/// The files by which git itself remembers such operations, as `git rev-parse --git-path` names them.
#[derive(Clone, Debug)]
pub(in crate::store) struct Marks {
    pub(in crate::store) paths: Vec<PathBuf>,
}

impl Marks {
    /// What to ask `--git-path` for, in the order of `paths`.
    pub(in crate::store) const NAMES: [&'static str; 7] = [
        "rebase-merge",
        "rebase-apply",
        "MERGE_HEAD",
        "CHERRY_PICK_HEAD",
        "REVERT_HEAD",
        "sequencer/todo",
        "BISECT_LOG",
    ];

    /// The operation under way, if any; the one that must be ended first.
    pub(in crate::store) fn unfinished(&self) -> Option<Unfinished> {
        let there = |index: usize| {
            self.paths
                .get(index)
                .is_some_and(|path| path.symlink_metadata().is_ok())
        };
        let am = || {
            self.paths
                .get(1)
                .is_some_and(|path| path.join("applying").exists())
        };
        match () {
            () if there(0) => Some(Unfinished::Rebase),
            () if there(1) => Some(if am() {
                Unfinished::Am
            } else {
                Unfinished::Rebase
            }),
            () if there(2) => Some(Unfinished::Merge),
            () if there(4) => Some(Unfinished::Revert),
            () if there(3) || there(5) => Some(Unfinished::CherryPick),
            () if there(6) => Some(Unfinished::Bisect),
            () => None,
        }
    }
}

/// Reads what `HEAD` stands for from its file, and asks git where the file does not tell: with
/// reftables it holds a dummy, and an old setting makes it a link.
pub(in crate::store) fn head(git: &Git, file: &Path) -> Result<Head, StoreError> {
    let plain = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
    if plain && let Ok(text) = std::fs::read_to_string(file) {
        let text = text.trim_end();
        if text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Head::Detached);
        }
        if let Some(name) = text.strip_prefix("ref: ")
            && name.starts_with("refs/heads/")
            && name != "refs/heads/.invalid"
        {
            return Ok(Head::Branch(name.to_owned()));
        }
    }
    let reported = git.run(&["symbolic-ref", "-q", "HEAD"])?;
    let name = String::from_utf8_lossy(&reported.stdout)
        .trim_end()
        .to_owned();
    if reported.ok && name.starts_with("refs/heads/") {
        Ok(Head::Branch(name))
    } else if reported.ok || reported.stderr.is_empty() {
        Ok(Head::Detached)
    } else {
        Err(reported.error())
    }
}

/// The branch that a person on a detached `HEAD` most likely wants: the one they came from, else
/// one that stands on the same commit.
pub(in crate::store) fn likely_branch(git: &Git) -> Option<String> {
    let first = |args: &[&str]| {
        let reported = git.run(args).ok()?;
        let name = String::from_utf8_lossy(&reported.stdout)
            .lines()
            .next()?
            .trim()
            .to_owned();
        (reported.ok && !name.is_empty() && name != "HEAD" && !name.starts_with("@{"))
            .then_some(name)
    };
    first(&["rev-parse", "--abbrev-ref", "--verify", "-q", "@{-1}"]).or_else(|| {
        first(&[
            "for-each-ref",
            "--points-at=HEAD",
            "--format=%(refname:short)",
            "refs/heads",
        ])
    })
}
