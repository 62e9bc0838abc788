//! When this clone last answered an address by itself. No address stands there, only what follows from
//! one.

use std::fs::File;

use crate::store::error::StoreError;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;
use crate::store::mail::MailFolder;

/// The file with a line for each automatic answer: whom, and when.
const ANSWERS: &str = "answers";

/// The file that is locked meanwhile.
const LOCK: &str = "answers-lock";

/// The file is read up to so many bytes; it holds a week.
const MOST: u64 = 4 << 20;

/// The automatic answers of a clone; nobody else changes them until this is dropped.
#[derive(Debug)]
pub struct AnswersGiven {
    folder: Private,
    _lock: File,
}

impl AnswersGiven {
    /// Those of a clone.
    pub fn hold(repo: &Repo) -> Result<Self, StoreError> {
        let folder = MailFolder::Counts.make(repo)?;
        let lock = folder.lock_file(LOCK)?;
        // A file system without locks: nobody can have one.
        let _ = lock.lock();
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Whom and when, each on a line.
    pub fn read(&self) -> Result<String, StoreError> {
        let bytes = self.folder.read_bytes(ANSWERS, MOST)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Puts others in their place.
    pub fn write(&self, text: &str) -> Result<(), StoreError> {
        self.folder.write_durably(ANSWERS, text.as_bytes())
    }
}
