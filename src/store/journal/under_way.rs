//! Steps of the journal that are begun and not in place, as readers see them: they hold no lock, so
//! a command may be at work, or it died and the next one that writes finishes its step.

use std::collections::BTreeSet;

use crate::store::error::StoreError;
use crate::store::fs::contents::is_there;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::repo::Repo;
use crate::store::journal::entry::{BulkStage, Journal, JournalEntry};

impl Repo {
    /// All files of such steps, relative to the desk's folder; none where the journal cannot be
    /// read. Writes nothing.
    pub fn files_under_way(&self) -> BTreeSet<String> {
        self.read_under_way().unwrap_or_default()
    }

    fn read_under_way(&self) -> Result<BTreeSet<String>, StoreError> {
        let Some(private) = Folder::open(&self.common)?.enter("plaindesk")? else {
            return Ok(BTreeSet::new());
        };
        let desk = self.desk()?;
        let mut all = BTreeSet::new();
        for entry in Journal::entries(&private)? {
            let here = entry.top() == self.top && entry.prefix == self.prefix;
            if here && !is_in_place(&desk, &entry) {
                all.extend(paths(&entry).map(str::to_owned));
            }
        }
        Ok(all)
    }
}

fn paths(entry: &JournalEntry) -> impl Iterator<Item = &str> {
    let texts = entry.saves.iter().map(|text| text.path.as_str());
    let files = entry.files.iter().map(|file| file.path.as_str());
    let bulk = entry.bulk.iter().flat_map(|bulk| &bulk.files);
    let moved = entry.advance.iter().flat_map(|advance| &advance.paths);
    texts
        .chain(files)
        .chain(bulk.map(|file| file.path.as_str()))
        .chain(moved.map(String::as_str))
}

fn is_in_place(desk: &Folder, entry: &JournalEntry) -> bool {
    let bulk = entry.bulk.as_ref();
    entry.advance.is_none()
        && bulk.is_none_or(|bulk| bulk.stage == BulkStage::Placed)
        && (entry.files.iter()).all(|file| is_there(desk, file).unwrap_or(false))
        && (entry.saves.iter()).all(|text| stands(desk, &text.path, &text.text).unwrap_or(false))
}

fn stands(desk: &Folder, path: &str, text: &str) -> Result<bool, StoreError> {
    let (folders, name) = split(path)?;
    let Some(folder) = desk.walk(folders.into_iter())? else {
        return Ok(false);
    };
    Ok(folder
        .read(name)?
        .is_some_and(|there| there == text.as_bytes()))
}
