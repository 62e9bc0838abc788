//! A branch that a power cut took away: back to the last whole commit that its reflog names.
//!
//! A branch without a commit is either new, or its file was lost: git syncs packed references, but
//! not always what they replace. A new one has no reflog. To take a lost one for new would begin a
//! second history beside the one that is out of sight.

use std::path::Path;

use crate::store::error::StoreError;
use crate::store::git::repo::Repo;

/// How many commits of a reflog are tried.
const TRIES: usize = 50;

/// What a branch without a commit turned out to be.
#[derive(Debug)]
pub(in crate::store) enum Lost {
    /// It has never had one.
    New,
    /// It had, and has one again; what to tell.
    Restored(String),
    /// It cannot be told whether it is new; why.
    Unclear(String),
}

/// Looks at a branch that names no commit, and restores it where its reflog tells how.
pub(in crate::store) fn restore(repo: &Repo, branch: &str) -> Result<Lost, StoreError> {
    if repo.reftable.is_some() {
        return Ok(Lost::New);
    }
    let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let reported = repo
        .git
        .run(&["rev-parse", "--quiet", "--verify", branch])?;
    let broken = String::from_utf8_lossy(&reported.stdout).trim().to_owned();
    let broken = Some(broken).filter(|name| reported.ok && !name.is_empty());
    let log = commits(&repo.common.join("logs").join(branch));
    if log.is_empty() && broken.is_none() {
        // A branch that a person has removed leaves a last line in the log of HEAD that says so.
        let head = commits(&repo.git_dir.join("logs/HEAD"));
        return Ok(match head.last() {
            Some(last) if last.bytes().any(|byte| byte != b'0') => Lost::Unclear(format!(
                "the branch `{short}` has no commit, although HEAD had one: if it is to begin a new history, make its first commit with git"
            )),
            _ => Lost::New,
        });
    }
    let mut tried: Vec<&String> = Vec::new();
    for name in log.iter().rev() {
        if tried.len() >= TRIES {
            break;
        }
        if tried.contains(&name) || !name.bytes().any(|byte| byte != b'0') {
            continue;
        }
        tried.push(name);
        let args = [
            "rev-list",
            "--objects",
            "--no-walk",
            "--quiet",
            name.as_str(),
        ];
        if !repo.git.run(&args)?.ok {
            continue;
        }
        let why = "desk: restored from the reflog";
        let old = broken.as_deref().unwrap_or_default();
        repo.git
            .run(&["update-ref", "-m", why, "--no-deref", branch, name, old])?
            .or_error()?;
        let at = name.get(..10).unwrap_or(name);
        return Ok(Lost::Restored(match &broken {
            None => format!(
                "the branch `{short}` had vanished: it is restored from its reflog, at {at}."
            ),
            Some(_) => format!(
                "the branch `{short}` named a commit that is not there: it is back at the last whole one of its reflog, {at}; what was committed after that stands in the files, and `git status` shows it."
            ),
        }));
    }
    Err(StoreError::NotCommitted {
        reason: format!(
            "the branch `{short}` names no commit that is there, and neither does its reflog; `git fsck` tells more"
        ),
    })
}

/// The commits that a reflog leads to, oldest first.
fn commits(log: &Path) -> Vec<String> {
    let bytes = std::fs::read(log).unwrap_or_default();
    let lines = bytes.split(|&byte| byte == b'\n');
    let second = |line: &[u8]| {
        let name = line.split(|&byte| byte == b' ').nth(1)?;
        let name = std::str::from_utf8(name).ok()?;
        let digits = name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| name.to_owned())
    };
    lines.filter_map(second).collect()
}
