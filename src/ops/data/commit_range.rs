//! Ranges of commits, as people name them.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::store::git::range::CommitRange;
use crate::store::git::repo::Repo;

/// What leads from the first of the commits that a range names to the second.
pub fn named(repo: &Repo, given: &str) -> Result<CommitRange, OpError> {
    let (old, new) = ends(repo, given)?;
    Ok(CommitRange::between(&old, &new))
}

/// The commits that a range names: `OLD..NEW`, `OLD...NEW`, or `NEW` against what is checked out.
pub fn ends(repo: &Repo, given: &str) -> Result<(String, String), OpError> {
    let (old, new) = match given.split_once("..") {
        Some((old, new)) => (old, new.strip_prefix('.').unwrap_or(new)),
        None => ("HEAD", given),
    };
    let named = |name: &str| {
        let name = if name.is_empty() { "HEAD" } else { name };
        let found = repo.commit_named(name)?;
        found.ok_or_else(|| SyncError::NoCommit(&name).error())
    };
    Ok((named(old)?, named(new)?))
}
