//! A commit on top of another one that no branch names yet.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::store::error::StoreError;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::fast_import::{ImportResult, Importer, NOWHERE, TreeRow, sync_objects};
use crate::store::git::history::TreeFile;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;

/// What a commit changes, by path relative to the desk.
pub(in crate::store) struct Changes<'a> {
    /// Files with their texts.
    pub texts: &'a BTreeMap<String, String>,
    /// Files with their objects.
    pub files: &'a BTreeMap<String, TreeFile>,
    /// Files that go.
    pub gone: &'a [String],
}

impl Repo {
    /// A commit on top of `tip` with these changes.
    pub(in crate::store) fn commit_on(
        &self,
        tip: &str,
        words: &CommitMessage<'_>,
        committer: &Signature,
        changes: &Changes<'_>,
    ) -> Result<String, StoreError> {
        let began = SystemTime::now();
        let mut importer = Importer::start_as(self, words, committer)?;
        let mut paths = Vec::new();
        for (path, text) in changes.texts {
            importer.blob(text.as_bytes());
            let blob = format!(":{}", importer.blobs);
            paths.push((self.in_tree(path), "100644".to_owned(), blob));
        }
        for (path, file) in changes.files {
            paths.push((self.in_tree(path), file.mode.clone(), file.blob.clone()));
        }
        let rows: Vec<TreeRow<'_>> = paths
            .iter()
            .map(|(path, mode, blob)| TreeRow {
                path,
                mode,
                blob: blob.clone(),
            })
            .collect();
        let gone: Vec<String> = changes.gone.iter().map(|path| self.in_tree(path)).collect();
        let gone = gone.iter().map(String::as_str);
        importer.on(NOWHERE, &[tip], gone, &rows);
        importer.forget(NOWHERE);
        let made = match importer.finish(0)? {
            ImportResult::Made(made) => made.commit,
            ImportResult::Moved | ImportResult::Locked(_) => {
                return Err(StoreError::NotCommitted {
                    reason: "git made no commit on top of the last one".to_owned(),
                });
            }
        };
        sync_objects(self, began).map_err(StoreError::before_saving)?;
        Ok(made)
    }
}
