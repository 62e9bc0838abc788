//! Files of the desk beside the last commit.
//!
//! `git status` would run the filters that a repository names, so the bytes are compared here: with
//! what the index remembers of a file, and where that does not settle it, by their hash.

use std::collections::{HashMap, HashSet};
use std::os::unix::fs::MetadataExt;

use crate::store::error::StoreError;
use crate::store::git::index_file::{Hash, Index, StatData};
use crate::store::git::repo::Repo;
use crate::store::git::work_tree::{WorkFiles, hex};

/// Those of the files `paths` that the commit or the index does not hold as they are, and those
/// that one of these holds and the work tree lacks. Only files for which `counts` is true are
/// looked at; all paths are relative to the desk's folder. Line ends are no difference.
///
/// `places` are files and folders of the desk in which all of them stand.
pub fn changed(
    repo: &Repo,
    commit: &str,
    places: &[&str],
    paths: &[String],
    counts: impl Fn(&str) -> bool,
) -> Result<HashSet<String>, StoreError> {
    let places: Vec<String> = places.iter().map(|place| repo.in_tree(place)).collect();
    let listed = listed(repo, commit, &places)?;
    let rows = listed.as_deref().unwrap_or_default();
    let committed = CommittedFiles::read(repo, rows, &counts);
    let mut changed = staged(repo, commit, &places, listed.is_some(), &counts)?;

    let (time, bytes) = index(repo);
    let index = Index::parse(&bytes, committed.hash).ok();
    let known = index
        .as_ref()
        .map(|index| settled(index, time))
        .unwrap_or_default();
    let mut files = WorkFiles::open(repo, committed.hash);
    let paths = paths.iter().map(String::as_str).filter(|path| counts(path));
    let all: HashSet<&str> = paths.chain(committed.blobs.keys().copied()).collect();
    for path in all {
        let place = repo.in_tree(path);
        let now = files.look(&place);
        let same = match committed.blobs.get(path) {
            None => now.is_none(),
            Some(blob) => {
                let remembered = known.get(place.as_bytes()).filter(|(name, _)| name == blob);
                let untouched = |(_, then): &(&[u8], StatData)| {
                    now.as_ref().is_some_and(|now| now.matches(then))
                };
                remembered.is_some_and(untouched) || files.holds_text(&place, blob)
            }
        };
        if !same {
            changed.insert(path.to_owned());
        }
    }
    Ok(changed)
}

/// What git lists of these places in a commit; `None` where a branch has no commit yet.
fn listed(repo: &Repo, commit: &str, places: &[String]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
    args.extend(places.iter().map(String::as_str));
    let reported = repo.git.run(&args)?;
    let exists = reported.ok || {
        let args = ["rev-parse", "--verify", "--quiet", commit];
        repo.git.run(&args)?.ok
    };
    exists.then(|| reported.or_error()).transpose()
}

/// What a commit has of some places.
struct CommittedFiles<'a> {
    /// The names of the files' blobs, by their paths in the desk.
    blobs: HashMap<&'a str, Vec<u8>>,
    /// How the repository names its objects.
    hash: Hash,
}

impl<'a> CommittedFiles<'a> {
    /// Reads what git listed, as far as it counts.
    fn read(repo: &Repo, listed: &'a [u8], counts: &impl Fn(&str) -> bool) -> Self {
        let mut all = Self {
            blobs: HashMap::new(),
            hash: Hash::Sha1,
        };
        for row in listed.split(|&byte| byte == 0) {
            let row = std::str::from_utf8(row).unwrap_or_default();
            let Some((meta, path)) = row.split_once('\t') else {
                continue;
            };
            let path = repo.in_desk(path).unwrap_or_default();
            let mut words = meta.split(' ');
            let is_file = words.next().is_some_and(|mode| mode.starts_with("100"));
            let blob = words.nth(1).unwrap_or_default();
            if is_file && counts(path) {
                all.hash = Hash::of_digits(blob.len()).unwrap_or(all.hash);
                all.blobs.insert(path, hex(blob).unwrap_or_default());
            }
        }
        all
    }
}

/// The files that the index holds otherwise than the commit, if there is one. No file is looked at,
/// so no filter runs.
fn staged(
    repo: &Repo,
    commit: &str,
    places: &[String],
    exists: bool,
    counts: &impl Fn(&str) -> bool,
) -> Result<HashSet<String>, StoreError> {
    let mut args = vec![
        "diff-index",
        "--cached",
        "--name-only",
        "--no-renames",
        "-z",
        commit,
        "--",
    ];
    args.extend(places.iter().map(String::as_str));
    let reported = repo.git.run(&args)?;
    let rows = if exists {
        reported.or_error()?
    } else {
        reported.stdout
    };
    let paths = rows
        .split(|&byte| byte == 0)
        .filter_map(|path| repo.in_desk(std::str::from_utf8(path).ok()?))
        .filter(|path| !path.is_empty() && counts(path));
    Ok(paths.map(str::to_owned).collect())
}

/// The index and the second in which it was written; nothing where it cannot be read.
fn index(repo: &Repo) -> (i64, Vec<u8>) {
    let read = || {
        let bytes = std::fs::read(&repo.index)?;
        Ok::<_, std::io::Error>((repo.index.metadata()?.mtime(), bytes))
    };
    read().unwrap_or_default()
}

/// What the index remembers of files that were not changed in the tick in which it was written.
fn settled<'a>(index: &Index<'a>, time: i64) -> HashMap<&'a [u8], (&'a [u8], StatData)> {
    let looked_at = index.entries().filter(|entry| {
        entry.stage() == 0 && entry.is_looked_at() && i64::from(entry.stat().mtime.0) < time
    });
    looked_at
        .map(|entry| (entry.path(), (entry.name(), entry.stat())))
        .collect()
}
