//! `hooks`: git's hooks that ask the program, and what it answers them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::ops::data::check::Checked;
use crate::ops::data::check_changed::{self, ChangedFiles};
use crate::ops::data::check_range::{self, HouseFinding};
use crate::page::settings;
use crate::store::error::StoreError;
use crate::store::fs::root::Root;
use crate::store::git::history::Blobs;
use crate::store::git::hooks::{self, HookChange, HookName};
use crate::store::git::range::CommitRange;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;

/// What became of the hooks, in their order.
pub type HookChanges = Vec<(HookName, HookChange)>;

/// Puts hooks into the git folder `git_dir` of a clone, or of a server's repository.
pub fn install(
    git_dir: &Path,
    server: bool,
    program: &Path,
    dry_run: bool,
) -> Result<HookChanges, OpError> {
    let (folder, is_own) = hooks::folder(git_dir)?;
    if !is_own {
        return Err(SyncError::HooksElsewhere(&folder.display()).error());
    }
    let wanted: &[HookName] = if server {
        &HookName::OF_A_SERVER
    } else {
        &HookName::OF_A_CLONE
    };
    let mut done = Vec::new();
    for hook in wanted {
        done.push((*hook, hooks::install(&folder, *hook, program, dry_run)?));
    }
    Ok(done)
}

/// Takes hooks of ours out of a git folder.
pub fn remove(git_dir: &Path, dry_run: bool) -> Result<HookChanges, OpError> {
    // Also where git has been told since to take its hooks from elsewhere.
    let folder = git_dir.join("hooks");
    let mut done = Vec::new();
    for hook in HookName::ALL {
        if let Some(change) = hooks::remove(&folder, hook, dry_run)? {
            done.push((hook, change));
        }
    }
    Ok(done)
}

/// Where hooks of the repository around a folder belong: the git folder that all its work trees
/// share; without a work tree, the folder itself.
pub fn git_dir(here: &Path, server: bool) -> Result<PathBuf, OpError> {
    match Repo::open(here) {
        Ok(repo) => Ok(repo.common().to_owned()),
        Err(error @ (StoreError::Bare { .. } | StoreError::NoWorkTree { .. })) => {
            let bare = Repo::of_commits(here, &[]).map_err(|_| error)?;
            if !server {
                return Err(SyncError::HooksOfAServer(&here.display()).error());
            }
            Ok(bare.common().to_owned())
        }
        Err(error) => Err(error.into()),
    }
}

/// What git tells a hook.
#[derive(Clone, Debug)]
pub struct HookCall {
    pub hook: HookName,
    /// The folder that git started it in.
    pub here: PathBuf,
    /// Git's folder as git names it.
    pub git_dir: Option<PathBuf>,
    /// What git children must see of the environment: where objects are kept until they are taken
    /// in, and the index of the commit to come.
    pub variables: Vec<(String, String)>,
    /// The author of the commit to come, where git names one.
    pub author: Option<Signature>,
    /// What git says on standard input.
    pub told: String,
    pub now: Moment,
}

/// What the desks of a repository have against what git is about to do.
#[derive(Debug, Default)]
pub struct HookAnswer {
    /// What is wrong in files, desk by desk.
    pub checked: Vec<Checked>,
    /// What is against the rules of the house; paths are those in the work tree.
    pub findings: Vec<HouseFinding>,
}

impl HookAnswer {
    /// Whether git may go on.
    pub fn is_yes(&self) -> bool {
        let is_sound = |checked: &Checked| checked.problems.is_empty();
        self.findings.is_empty() && self.checked.iter().all(is_sound)
    }

    fn add(&mut self, repo: &Repo, findings: Vec<HouseFinding>) {
        for mut finding in findings {
            finding.path = repo.in_tree(&finding.path);
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }
}

/// Answers a hook.
pub fn run(call: &HookCall) -> Result<HookAnswer, OpError> {
    let variables: Vec<(&str, &str)> = call
        .variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    match call.hook {
        HookName::PreCommit => before_a_commit(call, &Repo::open_with(&call.here, &variables)?),
        HookName::PrePush => match Repo::open_with(&call.here, &variables) {
            Ok(repo) => before_a_push(call, &repo, "--remotes"),
            // Whoever pushes from there has no desk at hand.
            Err(StoreError::Bare { .. }) => Ok(HookAnswer::default()),
            Err(error) => Err(error.into()),
        },
        HookName::PreReceive => {
            let dir = call
                .here
                .join(call.git_dir.as_deref().unwrap_or(Path::new(".")));
            before_a_push(call, &Repo::of_commits(&dir, &variables)?, "--all")
        }
    }
}

fn before_a_commit(call: &HookCall, repo: &Repo) -> Result<HookAnswer, OpError> {
    let mut answer = HookAnswer::default();
    let whole = repo.for_desk("");
    let paths: Vec<String> = whole.staged()?.into_iter().map(|file| file.path).collect();
    for prefix in folders(paths.iter().map(String::as_str)) {
        let dir = repo.top().join(&prefix);
        if !dir.join(settings::FILE).is_file() {
            continue;
        }
        let repo = repo.for_desk(&prefix);
        let found = match Desk::at(Root::at(&dir)) {
            Ok(desk) => {
                let who = match &call.author {
                    Some(author) => author.clone(),
                    None => repo.identity()?.unwrap_or_default(),
                };
                check_changed::check(&desk, &repo, &who, call.now)?
            }
            // Settings that cannot be understood are what a check is for.
            Err(error) if !error.problems.is_empty() => ChangedFiles {
                checked: Checked {
                    problems: error.problems,
                    ..Checked::default()
                },
                ..ChangedFiles::default()
            },
            Err(error) => return Err(error),
        };
        answer.checked.push(found.checked);
        answer.add(&repo, found.findings);
    }
    Ok(answer)
}

/// Judges what git says that it would push or take in: `--remotes` or `--all` stands for what the
/// other side has of a branch that is new there.
fn before_a_push(call: &HookCall, repo: &Repo, others: &str) -> Result<HookAnswer, OpError> {
    let mut answer = HookAnswer::default();
    for line in call.told.lines() {
        let Some((old, new)) = branch_update(call.hook, line) else {
            continue;
        };
        let known = match old {
            Some(old) => repo.commit_named(old)?,
            None => None,
        };
        let range = match &known {
            Some(old) => CommitRange::between(old, new),
            None => repo.new_commits(new, others)?,
        };
        for prefix in desks(repo, &range)? {
            let repo = repo.for_desk(&prefix);
            let settings = first_settings(&repo, &range)?;
            let found = check_range::between(&repo, &settings, &range, call.now)?;
            answer.add(&repo, found);
        }
    }
    Ok(answer)
}

/// The commits that a branch had, if it was there, and gets; `None` for what is no branch, and for
/// one that goes.
fn branch_update(hook: HookName, line: &str) -> Option<(Option<&str>, &str)> {
    let words: Vec<&str> = line.split(' ').collect();
    let (old, new, name) = match (hook, &words[..]) {
        (HookName::PrePush, [_, new, name, old]) | (HookName::PreReceive, [old, new, name]) => {
            (*old, *new, *name)
        }
        _ => return None,
    };
    let is_there = |commit: &str| commit.bytes().any(|byte| byte != b'0');
    let is_branch = name.starts_with("refs/heads/") && is_there(new);
    is_branch.then(|| (Some(old).filter(|old| is_there(old)), new))
}

/// The folders that paths of a work tree lie in, and those around them; the work tree is an empty
/// name.
fn folders<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in paths {
        let mut path = path;
        while let Some((folder, _)) = path.rsplit_once('/') {
            if !found.insert(folder.to_owned()) {
                break;
            }
            path = folder;
        }
        found.insert(String::new());
    }
    found
}

/// The desks in which a range changes something, by their folders.
fn desks(repo: &Repo, range: &CommitRange) -> Result<Vec<String>, OpError> {
    let changed = repo.differences(range.old.as_deref(), &range.new)?;
    let mut blobs = Blobs::of(repo)?;
    let mut found = Vec::new();
    for folder in folders(changed.iter().map(|file| file.path.as_str())) {
        let path = repo.for_desk(&folder).in_tree(settings::FILE);
        let ends = [Some(range.new.as_str()), range.old.as_deref()];
        for end in ends.into_iter().flatten() {
            if blobs.name_at(end, &path)?.is_some() {
                found.push(folder);
                break;
            }
        }
    }
    Ok(found)
}

/// The settings that a range without a beginning goes by: those that it ends with.
fn first_settings(repo: &Repo, range: &CommitRange) -> Result<Settings, OpError> {
    let text = repo.text_at(&range.new, settings::FILE)?;
    let settings = text.and_then(|text| settings::read(&text).ok());
    match settings {
        Some(settings) => Ok(settings),
        None => settings::read(settings::STARTER)
            .map_err(|problems| SyncError::NoCommit(&range.new).error().with(problems)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_of_branches() {
        let (old, new, none) = ("a1".repeat(20), "b2".repeat(20), "0".repeat(40));
        let line = format!("{old} {new} refs/heads/main");
        let read = |line: &str| {
            let found = branch_update(HookName::PreReceive, line);
            found.map(|(old, new)| (old.map(str::to_owned), new.to_owned()))
        };
        assert_eq!(read(&line), Some((Some(old.clone()), new.clone())));
        assert_eq!(
            read(&format!("{none} {new} refs/heads/main")),
            Some((None, new.clone()))
        );
        assert_eq!(read(&format!("{old} {none} refs/heads/main")), None);
        assert_eq!(read(&format!("{old} {new} refs/tags/v1")), None);
        let pushed = format!("refs/heads/mine {new} refs/heads/main {old}");
        assert_eq!(
            branch_update(HookName::PrePush, &pushed),
            Some((Some(old.as_str()), new.as_str()))
        );
    }

    #[test]
    fn folders_around_files() {
        let paths = [
            "it/desk/tickets/2026-11/a.md",
            "it/desk/desk.toml",
            "README",
        ];
        let found = folders(paths.into_iter());
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "",
                "it",
                "it/desk",
                "it/desk/tickets",
                "it/desk/tickets/2026-11"
            ]
        );
    }
}
