//! Whether the history at the other end was written anew, as a purge of personal data does. A clone that
//! merged it with the old one would bring the data back.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::sync::SyncError;
use crate::store::git::private::Private;
use crate::store::git::remote::Upstream;
use crate::store::git::repo::Repo;

/// Where it is noted which commit the other end had at the last sync.
const SYNCED: &str = "synced";

fn noted_as(upstream: &Upstream) -> String {
    upstream.tracking.replace('/', "+")
}

/// The commit that the other end had when this clone last had all of it, as far as that is known.
pub(super) fn last_known(repo: &Repo, upstream: &Upstream) -> Result<Option<String>, OpError> {
    let noted = Private::open(repo, SYNCED)?.and_then(|folder| folder.read(&noted_as(upstream)));
    match noted.map(|text| text.trim().to_owned()) {
        Some(commit) if commit.len() >= 40 => Ok(Some(commit)),
        _ => Ok(repo.commit_named(&upstream.tracking)?),
    }
}

/// Notes what the other end has.
pub(super) fn note(repo: &Repo, upstream: &Upstream, commit: &str) -> Result<(), OpError> {
    let folder = Private::make(repo, SYNCED)?;
    let name = noted_as(upstream);
    if folder.read(&name).as_deref() != Some(commit) {
        folder.write(&name, commit)?;
    }
    Ok(())
}

/// Refuses a history in which commits that were there stand again under other names. One that only lacks
/// commits, as a server's backup does, gets them back.
pub(super) fn refuse(
    repo: &Repo,
    upstream: &Upstream,
    before: Option<&str>,
    [ours, theirs]: [Option<&str>; 2],
) -> Result<(), OpError> {
    let (Some(before), Some(ours), Some(theirs)) = (before, ours, theirs) else {
        return Ok(());
    };
    if before == theirs || ours == theirs {
        return Ok(());
    }
    // What is known may be gone from this clone.
    let bases = repo.merge_bases(before, theirs).unwrap_or_default();
    let goes_on = bases.is_empty() || bases.iter().any(|base| [before, theirs].contains(&&**base));
    if goes_on || !repo.has_copies([before, theirs])? {
        return Ok(());
    }
    // Somebody has joined the two by hand.
    if repo
        .merge_bases(ours, theirs)?
        .iter()
        .any(|base| base == theirs)
    {
        return Ok(());
    }
    // The fetch has moved git's own note of it.
    note(repo, upstream, before)?;
    Err(SyncError::Rewritten(&upstream.name()).error())
}
