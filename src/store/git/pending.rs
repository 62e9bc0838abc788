//! What of a commit's files the last commit lacks, and the index's rows for the others.

use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::index_file::Hash;
use crate::store::git::repo::Repo;
use crate::store::git::tip::{BranchTip, CommittedFile};
use std::path::Path;

impl FileBody<'_> {
    pub(in crate::store::git) fn is(&self, held: &CommittedFile) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Text(text) => text.as_bytes() == held.text,
            Self::File(added, contents) => {
                let name = match Hash::of_digits(held.blob.len()) {
                    Some(hash) if held.size == added.size => contents
                        .open(added)
                        .map(|mut file| hash.blob_from(added.size, &mut file)),
                    _ => return Ok(false),
                };
                let failed = StoreError::io("read", Path::new(&added.path));
                hex(&name?.map_err(failed)?) == held.blob
            }
            Self::Object(name) => *name == held.blob,
        })
    }
}

/// A file that the commit must hold.
pub(in crate::store::git) struct PendingFile<'a> {
    pub(in crate::store::git) tree_path: String,
    pub(in crate::store::git) body: &'a FileBody<'a>,
    pub(in crate::store::git) executable: bool,
    pub(in crate::store::git) new: bool,
}

pub(in crate::store::git) fn due<'a>(
    repo: &Repo,
    desk: &Folder,
    pieces: &'a [CommitFile<'a>],
    seen: &BranchTip,
) -> Result<Vec<PendingFile<'a>>, StoreError> {
    let mut due = Vec::new();
    for (piece, held) in pieces.iter().zip(&seen.files) {
        let held = held.as_ref();
        if let Some(held) = held
            && piece.body.is(held)?
        {
            continue;
        }
        let wanted = match piece.when {
            Condition::Always => true,
            Condition::OnlyOn(base) => {
                base.map(str::as_bytes) == held.map(|held| held.text.as_slice())
            }
            Condition::OnlyOnObject(was) => was == held.map(|held| held.blob.as_str()),
        };
        if !wanted {
            continue;
        }
        due.push(PendingFile {
            tree_path: repo.in_tree(piece.path),
            body: &piece.body,
            executable: executable(repo, desk, piece.path)?,
            new: held.is_none(),
        });
    }
    Ok(due)
}

fn executable(repo: &Repo, desk: &Folder, path: &str) -> Result<bool, StoreError> {
    if !repo.config().file_mode {
        return Ok(false);
    }
    let (parts, name) = split(path)?;
    let Some(folder) = desk.walk(parts.into_iter())? else {
        return Ok(false);
    };
    Ok(folder
        .look(name)?
        .is_some_and(|stat| stat.st_mode & 0o100 != 0))
}

/// The rows of files that the last commit holds as they are.
pub(in crate::store::git) fn standing(
    repo: &Repo,
    desk: &Folder,
    pieces: &[CommitFile<'_>],
    seen: &BranchTip,
) -> Result<Vec<String>, StoreError> {
    let mut rows = Vec::new();
    for (piece, held) in pieces.iter().zip(&seen.files) {
        if let Some(held) = held
            && piece.body.is(held)?
        {
            rows.push(row(
                executable(repo, desk, piece.path)?,
                &held.blob,
                &repo.in_tree(piece.path),
            ));
        }
    }
    Ok(rows)
}

/// A row for the index.
pub(in crate::store::git) fn row(executable: bool, blob: &str, path: &str) -> String {
    format!(
        "{} {blob}\t{path}\0",
        if executable { "100755" } else { "100644" }
    )
}
