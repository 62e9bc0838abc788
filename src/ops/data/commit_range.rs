//! Ranges of commits, as people name them.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::store::git::repo::Repo;

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
