//! An index opened for searching.

use std::sync::Arc;

use tantivy::{Index, ReloadPolicy, Searcher};

use crate::index::text::commit::Commit;
use crate::index::text::directory::CacheDirectory;
use crate::index::text::schema;
use crate::store::fs::caches::{BOOT, Caches};

/// An index at one commit.
pub(in crate::index::text) struct Snapshot {
    pub index: Index,
    pub searcher: Searcher,
    pub commit: Commit,
}

impl Snapshot {
    /// Opens the index of a folder. An error is anything odd about it.
    pub(in crate::index::text) fn open(folder: &Arc<Caches>) -> tantivy::Result<Self> {
        let mut index = Index::open(CacheDirectory::of(folder))?;
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

/// Which start of the machine this is. Nothing forced the files to disk, so after another start
/// they are looked through once.
fn boot() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

/// Whether the index was written, or looked through, since the machine started.
pub(in crate::index::text) fn is_of_this_boot(folder: &Caches) -> bool {
    boot().is_none_or(|boot| {
        let kept = folder.read(BOOT).ok().flatten();
        kept.is_some_and(|kept| kept == boot.as_bytes())
    })
}

/// Says that the index is whole as of this start of the machine.
pub(in crate::index::text) fn sign(folder: &Caches) {
    if let Some(boot) = boot() {
        // Where it cannot be said, it is looked through again.
        let _ = folder.put(BOOT, &[boot.as_bytes()]);
    }
}
