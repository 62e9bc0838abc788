//! How far the files that reports read are from the commit that they stand beside.
//!
//! git has to look at every file for that. What it said is kept with what it looked at: as long as
//! neither files nor commit nor git's own index are others, it would say the same.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::cache::format;
use super::checksum::{SEED, checksum, mix, word};
use super::scan::{Scan, is_racy, number, racy};
use crate::page;
use crate::store::caches;
use crate::store::git::Git;
use crate::store::root::Root;
use crate::store::walk::Stamp;

/// Where what a report reads stands.
const PLACES: [&str; 4] = ["tickets", "kb", page::settings::FILE, page::catalogue::FILE];

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
pub struct Head {
    /// Its name, twelve letters of it or more.
    pub commit: String,
    index: PathBuf,
    /// The desk's folder in the repository, with a slash at its end; empty at its top.
    prefix: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    format: u64,
    commit: String,
    files: u64,
    changed: usize,
}

fn git(root: &Root) -> Git {
    Git::in_folder(root.dir(), &[("GIT_OPTIONAL_LOCKS", "0")])
}

fn say(root: &Root, args: &[&str]) -> Option<String> {
    let told = git(root).run(args).ok().filter(|told| told.ok)?;
    String::from_utf8(told.stdout).ok()
}

/// The commit; `None` where there is none, or no git.
pub fn head(root: &Root) -> Option<Head> {
    let mut args = vec!["rev-parse", "--show-prefix"];
    args.extend(["--git-path", "index", "--short=12", "HEAD"]);
    let told = say(root, &args)?;
    let (prefix, rest) = told.split_once('\n')?;
    let (index, commit) = rest.trim_end().rsplit_once('\n')?;
    Some(Head {
        commit: commit.to_owned(),
        index: root.dir().join(index),
        prefix: prefix.to_owned(),
    })
}

/// How many files differ, if that was found out before.
pub fn known(root: &Root, scan: &Scan, head: &Head) -> Option<usize> {
    let bytes = caches::read(root, caches::CHANGES)?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    if checksum(body).to_le_bytes() != sum {
        return None;
    }
    let kept: Kept = postcard::from_bytes(body).ok()?;
    let same = kept.format == format()
        && kept.commit == head.commit
        && Some(kept.files) == files(root, scan, head);
    same.then_some(kept.changed)
}

/// How many files differ: git is asked. Files that it is told to ignore are read all the same, and
/// count.
pub fn count(root: &Root, scan: &Scan, head: &Head) -> usize {
    let mut args = vec![
        "status",
        "--porcelain",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignored=traditional",
        "--",
    ];
    args.extend(PLACES);
    let before = files(root, scan, head);
    let Some(told) = say(root, &args) else {
        return 0;
    };
    let paths = told.split('\0').filter_map(|line| line.get(3..));
    let paths = paths.filter_map(|path| path.strip_prefix(head.prefix.as_str()));
    let changed = paths.filter(|path| is_read(path)).count();
    // Somebody may have told git of a file meanwhile.
    let after = before.filter(|before| files(root, scan, head) == Some(*before));
    if let Some(files) = after {
        let kept = Kept {
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
    changed
}

/// What git looks at, as one number; `None` where something may change again without a new time.
fn files(root: &Root, scan: &Scan, head: &Head) -> Option<u64> {
    let settled = |stamp: &Stamp| !racy(stamp, scan.began);
    let mut hash = SEED;
    for (month, digest) in &scan.months {
        if is_racy(month, scan.began) {
            return None;
        }
        hash = mix(mix(hash, checksum(month.name.as_bytes())), *digest);
    }
    for (path, stamp) in &scan.articles {
        if !settled(stamp) {
            return None;
        }
        for chunk in path.as_bytes().chunks(8) {
            hash = mix(hash, word(chunk));
        }
        hash = mix(hash, number(stamp));
    }
    // Pages that are no tickets have no stamp here, but git knows them.
    if !scan.strays.is_empty() {
        return None;
    }
    let own = [page::settings::FILE, page::catalogue::FILE].map(|file| root.join(file));
    for path in own.iter().chain([&head.index]) {
        let stamp = path.symlink_metadata().ok().map(|meta| Stamp::of(&meta));
        if !stamp.as_ref().is_none_or(settled) {
            return None;
        }
        hash = mix(hash, stamp.as_ref().map_or(0, number));
    }
    Some(hash)
}
