//! An index opened for searching.

use std::sync::Arc;

use tantivy::{Index, ReloadPolicy, Searcher};

use crate::index::text::commit::Commit;
use crate::index::text::directory::CacheDirectory;
use crate::index::text::schema;
use crate::store::fs::caches::Caches;

/// An index at one commit.
pub(in crate::index::text) struct Snapshot {
    pub index: Index,
    pub searcher: Searcher,
    pub commit: Commit,
    /// Where it is kept; nothing where it lives as long as the command.
    pub kept_in: Option<CacheDirectory>,
}

impl Snapshot {
    /// Opens the index of a folder. An error is anything odd about it.
    pub(in crate::index::text) fn open(folder: &Arc<Caches>) -> tantivy::Result<Self> {
        let kept_in = CacheDirectory::of(folder);
        let mut index = Index::open(kept_in.clone())?;
        index.set_tokenizers(schema::analysers());
        let mut before = index.load_metas()?;
        loop {
            let searcher = searcher(&index)?;
            let after = index.load_metas()?;
            // Somebody else may have committed between the two.
            if after.opstamp == before.opstamp && after.payload == before.payload {
                let commit = Commit::read(after.payload.as_deref()).unwrap_or_default();
                return Ok(Self {
                    index,
                    searcher,
                    commit,
                    kept_in: Some(kept_in),
                });
            }
            before = after;
        }
    }
}

pub(in crate::index::text) fn searcher(index: &Index) -> tantivy::Result<Searcher> {
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok(reader.searcher())
}
