//! Removing the half-written objects of our own dead git children.
//!
//! A git that dies writing an object leaves it under a temporary name until a collection two weeks
//! later; on a full disk each attempt would fill it further.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::store::git::repo::Repo;
use crate::store::git::stale_locks::git_at_work;

/// How the names of such files begin: objects, packs and their indexes.
const TEMPORARY: &str = "tmp_";

/// Removes the temporary files of this user's that git made at `since` or later, unless a git of
/// this user works in the repository.
pub(in crate::store) fn remove(repo: &Repo, since: SystemTime) {
    let own = rustix::process::geteuid().as_raw();
    let objects = repo.common.join("objects");
    let folders = names(&objects).into_iter().filter(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name == "pack" || name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    let is_ours = |file: &PathBuf| {
        let temporary = file
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY));
        temporary
            && file.symlink_metadata().is_ok_and(|meta| {
                meta.is_file()
                    && meta.uid() == own
                    && meta.modified().is_ok_and(|changed| changed >= since)
            })
    };
    let files: Vec<PathBuf> = folders
        .flat_map(|folder| names(&folder))
        .filter(is_ours)
        .collect();
    if files.first().is_some_and(|file| !git_at_work(repo, file)) {
        for file in files {
            // What stays is removed by git's next collection.
            let _ = std::fs::remove_file(file);
        }
    }
}

fn names(folder: &Path) -> Vec<PathBuf> {
    // The folders of objects are git's own, and no links.
    let is_folder = folder.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    let entries = is_folder.then(|| std::fs::read_dir(folder).ok()).flatten();
    entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}
