//! Small files of this clone's own, in the repository's private folder: drafts, notices, what was
//! written to last. Of several desks in one repository each has its own. No step to them follows a link, and only regular files are opened.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::model::moment::Moment;
use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::folder::Folder;
use crate::store::fs::replace::temporary_name;
use crate::store::git::repo::Repo;

/// The largest of these files that is read, in bytes.
const MOST: u64 = 4 << 20;

/// A folder in the private folder of a clone, open.
#[derive(Debug)]
pub struct Private {
    folder: Folder,
}

impl Private {
    /// The desk's folder of this name; `None` where there is none.
    pub fn open(repo: &Repo, name: &str) -> Result<Option<Self>, StoreError> {
        let name = of_desk(repo.prefix(), name);
        let folder = repo.make_private()?.enter(&name)?;
        Ok(folder.map(|folder| Self { folder }))
    }

    /// The desk's folder of this name, made where there is none.
    pub fn make(repo: &Repo, name: &str) -> Result<Self, StoreError> {
        let name = of_desk(repo.prefix(), name);
        let folder = repo.make_private()?.enter_or_make(&name, 0o777)?;
        Ok(Self { folder })
    }

    /// The desk's folder of this name in the clone around a desk, without starting git; `None` where
    /// there is none, or where it is not where it usually is.
    pub fn peek(desk: &Path, folder: &str) -> Option<Self> {
        let mut tops = desk.ancestors();
        let top = tops.find(|top| top.join(".git").symlink_metadata().is_ok())?;
        let git = top.join(".git");
        let prefix = desk.strip_prefix(top).ok()?.to_str()?;
        let git = if git.is_dir() {
            git
        } else {
            // A second work tree, or a submodule.
            let text = std::fs::read_to_string(&git).ok()?;
            let there = git
                .parent()?
                .join(text.strip_prefix("gitdir: ")?.trim_end());
            match std::fs::read_to_string(there.join("commondir")) {
                Ok(common) => there.join(common.trim_end()),
                Err(_) => there,
            }
        };
        let private = Folder::open(&git).ok()?.enter("plaindesk").ok()??;
        let folder = private.enter(&of_desk(prefix, folder)).ok()??;
        Some(Self { folder })
    }

    /// The folder for files that the next command removes, which all desks share.
    pub fn passing(repo: &Repo) -> Result<Self, StoreError> {
        let folder = repo.make_private()?.enter_or_make("tmp", 0o777)?;
        Ok(Self { folder })
    }

    /// Where a file of the folder is, for programs of the person's.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.shown(name)
    }

    /// The names in the folder, in order, without what a dead command left half written.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = self.folder.names()?;
        names.retain(|name| !name.starts_with('.'));
        Ok(names)
    }

    /// The text of a file; `None` where there is none, or none that is text of a sensible length.
    pub fn read(&self, name: &str) -> Option<String> {
        let file = self.folder.open_to_read(name).ok()??;
        let mut text = String::new();
        file.take(MOST).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Writes a file that only those may read with whom the clone is shared, over a regular file of this name.
    pub fn write(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let mut file = match self.folder.open_file(name)? {
            Some(file) => {
                file.set_len(0)
                    .map_err(StoreError::io("write", &self.folder.shown(name)))?;
                file
            }
            None => self.folder.create(name, 0o600)?,
        };
        file.write_all(text.as_bytes())
            .map_err(StoreError::io("write", &self.folder.shown(name)))
    }

    /// Writes a file that only its owner may read, whole and durable, in place of what is there.
    pub fn write_durably(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.folder.look_at_file(name)?;
        let temporary = temporary_name(true);
        // A dead command of the same number may have left one.
        self.folder.remove(&temporary)?;
        let mut file = self.folder.create(&temporary, 0o600)?;
        let shown = self.folder.shown(name);
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let placed = written
            .map_err(StoreError::io("write", &shown))
            .and_then(|()| {
                let renamed = self.folder.rename(&temporary, &self.folder, name);
                renamed.map_err(StoreError::io("replace", &shown))
            });
        if placed.is_err() {
            let _ = self.folder.remove(&temporary);
        }
        placed?;
        self.folder.sync()
    }

    /// Removes what dead commands left half written. Nobody may be writing.
    pub fn remove_unfinished(&self) -> Result<(), StoreError> {
        let names = self.folder.names()?;
        for name in names.iter().filter(|name| name.starts_with('.')) {
            self.folder.remove(name)?;
        }
        Ok(())
    }

    /// The bytes of a file, at most so many; `None` where there is none.
    pub fn read_bytes(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(file) = self.folder.open_to_read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.take(most)
            .read_to_end(&mut bytes)
            .map_err(StoreError::io("read", &self.folder.shown(name)))?;
        Ok(Some(bytes))
    }

    /// Makes a file that was not there, which only its owner may read, and opens it for writing.
    pub(in crate::store) fn create(&self, name: &str) -> Result<std::fs::File, StoreError> {
        self.folder.create(name, 0o600)
    }

    /// Opens a file for reading; `None` where there is none.
    pub(in crate::store) fn open_to_read(
        &self,
        name: &str,
    ) -> Result<Option<std::fs::File>, StoreError> {
        self.folder.open_to_read(name)
    }

    /// Makes the names in the folder durable.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.folder.sync()
    }

    /// Puts a file in place of another of this folder, or of a second one.
    pub fn rename(&self, name: &str, to: &Self, to_name: &str) -> Result<(), StoreError> {
        // What is no regular file is not replaced.
        to.folder.look_at_file(to_name)?;
        self.folder
            .rename(name, &to.folder, to_name)
            .map_err(StoreError::io("replace", &to.folder.shown(to_name)))
    }

    /// Removes a regular file; it may be gone already.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.folder.look_at_file(name)? {
            Some(_) => self.folder.remove(name),
            None => Ok(()),
        }
    }

    /// Removes the files that were last written before a moment, and what a dead command left half
    /// written an hour before now. `before` is `None` where all whole files stay.
    pub fn remove_older(&self, before: Option<Moment>, now: Moment) -> Result<usize, StoreError> {
        let hour = Moment::new(&(now.utc() - TimeDelta::hours(1)));
        let mut removed = 0;
        for name in self.folder.names()? {
            let limit = if name.starts_with('.') {
                Some(hour)
            } else {
                before
            };
            let written = self.folder.look_at_file(&name).ok().flatten();
            let written = written.map(|stat| stat.st_mtime);
            let is_older = limit
                .zip(written)
                .is_some_and(|(limit, written)| written < limit.millis().div_euclid(1_000));
            if is_older {
                self.folder.remove(&name)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Opens a file to lock it, made where there is none.
    pub fn lock_file(&self, name: &str) -> Result<std::fs::File, StoreError> {
        self.folder.open_or_create(name, 0o666)
    }
}

/// What a folder of this name is called for the desk in the folder `prefix` of the work tree.
fn of_desk(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        return name.to_owned();
    }
    // A path may be longer than a name.
    format!("{name}-{}", hex(&Sha256::digest(prefix)[..8]))
}

/// The text of a small file in the private folder of the clone around a desk, without starting git;
/// `None` where there is none, or where it is not where it usually is.
pub fn peek(desk: &Path, folder: &str, name: &str) -> Option<String> {
    Private::peek(desk, folder)?.read(name)
}
