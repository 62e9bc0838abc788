//! How far the files that reports read are from the commit that they stand beside.
//!
//! Every file has to be looked at for that. What came of it is kept with what was looked at: as
//! long as neither files nor commit nor git's own index are others, it would be the same.

use serde::{Deserialize, Serialize};

use crate::index::checksum::{SEED, checksum, mix, word};
use crate::index::month_cache::format;
use crate::index::scan::{Scan, is_racy, number, racy};
use crate::page;
use crate::store::error::StoreError;
use crate::store::fs::caches;
use crate::store::fs::root::Root;
use crate::store::fs::walk::FileStamp;
use crate::store::git::compare;
use crate::store::git::repo::Repo;

/// Where what a report reads stands.
const PLACES: [&str; 4] = ["tickets", "kb", page::settings::FILE, page::catalog::FILE];

/// Whether a report reads a file of these places; attachments it does not.
fn is_read(path: &str) -> bool {
    let page = path.strip_suffix(".md").is_some();
    match path.split_once('/') {
        Some(("tickets", rest)) => page && rest.matches('/').count() == 1,
        Some(("kb", _)) => page,
        _ => PLACES.contains(&path),
    }
}

/// The commit that a desk's files stand beside.
#[derive(Clone, Debug)]
pub struct HeadCommit {
    /// Its name, twelve letters of it or more.
    pub commit: String,
    repo: Repo,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ChangesCache {
    format: u64,
    commit: String,
    files: u64,
    changed: usize,
}

/// The commit; `None` where there is none, or no git.
pub fn head(root: &Root) -> Option<HeadCommit> {
    let repo = Repo::open_with(root.dir(), &[("GIT_OPTIONAL_LOCKS", "0")]).ok()?;
    let args = ["rev-parse", "--verify", "--quiet", "--short=12", "HEAD"];
    let reported = repo.git().run(&args).ok().filter(|reported| reported.ok)?;
    let commit = String::from_utf8(reported.stdout)
        .ok()?
        .trim_end()
        .to_owned();
    Some(HeadCommit { commit, repo })
}

/// How many files differ, if that was found out before.
pub fn known(root: &Root, scan: &Scan, head: &HeadCommit) -> Option<usize> {
    let bytes = caches::read(root, caches::CHANGES)?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    if checksum(body).to_le_bytes() != sum {
        return None;
    }
    let kept: ChangesCache = postcard::from_bytes(body).ok()?;
    let same = kept.format == format()
        && kept.commit == head.commit
        && Some(kept.files) == files(root, scan, head);
    same.then_some(kept.changed)
}

/// How many files differ. Files that git is told to ignore are read all the same, and count. An error
/// where git cannot tell what the commit holds.
pub fn count(root: &Root, scan: &Scan, head: &HeadCommit) -> Result<usize, StoreError> {
    let before = files(root, scan, head);
    let tickets = scan.months.iter().flat_map(|(month, _)| &month.files);
    let mut paths: Vec<String> = tickets.map(|(id, _)| id.path()).collect();
    paths.extend(scan.articles.files.iter().map(|(path, _)| path.clone()));
    paths.extend(scan.strays.iter().map(|stray| stray.path.clone()));
    let own = [page::settings::FILE, page::catalog::FILE].map(str::to_owned);
    paths.extend(own.into_iter().filter(|file| root.join(file).exists()));
    let changed = compare::changed(&head.repo, &head.commit, &PLACES, &paths, is_read)?.len();
    // Somebody may have told git of a file meanwhile.
    let after = before.filter(|before| files(root, scan, head) == Some(*before));
    if let Some(files) = after {
        let kept = ChangesCache {
            format: format(),
            commit: head.commit.clone(),
            files,
            changed,
        };
        if let Ok(body) = postcard::to_stdvec(&kept) {
            let sum = checksum(&body).to_le_bytes();
            let _ = caches::put(root, caches::CHANGES, &[&body, &sum]);
        }
    }
    Ok(changed)
}

/// What is looked at, as one number; `None` where something may change again without a new time.
fn files(root: &Root, scan: &Scan, head: &HeadCommit) -> Option<u64> {
    let settled = |stamp: &FileStamp| !racy(stamp, scan.began);
    let mut hash = SEED;
    for (month, digest) in &scan.months {
        if is_racy(month, scan.began) {
            return None;
        }
        hash = mix(mix(hash, checksum(month.name.as_bytes())), *digest);
    }
    for (path, stamp) in &scan.articles.files {
        if !settled(stamp) {
            return None;
        }
        for chunk in path.as_bytes().chunks(8) {
            hash = mix(hash, word(chunk));
        }
        hash = mix(hash, number(stamp));
    }
    // Pages that are no tickets, and what could not be looked at, have no stamp here, but git knows
    // them.
    let unseen = scan.problems.len() + scan.articles.problems.len();
    if !scan.strays.is_empty() || unseen > 0 {
        return None;
    }
    let own = [page::settings::FILE, page::catalog::FILE].map(|file| root.join(file));
    for path in own.iter().chain([&head.repo.index().to_owned()]) {
        let stamp = path
            .symlink_metadata()
            .ok()
            .map(|meta| FileStamp::of(&meta));
        if !stamp.as_ref().is_none_or(settled) {
            return None;
        }
        hash = mix(hash, stamp.as_ref().map_or(0, number));
    }
    Some(hash)
}
