//! A commit on top of another one that no branch names yet.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::store::error::StoreError;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::fast_import::{ImportResult, Importer, NOWHERE, TreeRow, sync_objects};
use crate::store::git::history::TreeFile;
use crate::store::git::repo::Repo;
use crate::store::git::signature::Signature;

impl Repo {
    /// A commit on top of `tip` with these files of the desk, by their texts or their objects.
    pub(in crate::store) fn commit_on(
        &self,
        tip: &str,
        words: &CommitMessage<'_>,
        committer: &Signature,
        texts: &BTreeMap<String, String>,
        files: &BTreeMap<String, TreeFile>,
    ) -> Result<String, StoreError> {
        let began = SystemTime::now();
        let mut importer = Importer::start_as(self, words, committer)?;
        let mut paths = Vec::new();
        for (path, text) in texts {
            importer.blob(text.as_bytes());
            let blob = format!(":{}", importer.blobs);
            paths.push((self.in_tree(path), "100644".to_owned(), blob));
        }
        for (path, file) in files {
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
        importer.on(NOWHERE, &[tip], std::iter::empty(), &rows);
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
