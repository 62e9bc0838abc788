//! A folder of the index's files, which can be lost without harm: nothing forces the disk.
//!
//! One commit of the engine syncs sixteen times (field notes, search 1.6), which is most of what it
//! costs on a busy disk. Its locks are left out too: ours is taken before anything is written, and
//! a reader that finds a file gone begins again, so that what cannot be written can be searched.
//!
//! The engine takes the names of its files from lists that stand beside them. A clone may have
//! brought those lists, so only names of the engine's own pattern are opened, written or removed.
//! Files are read, not mapped: one that is cut short is an error then, and ends no process; and what
//! is read is proved, see `proved_file`.

use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, WatchCallback, WatchHandle, WritePtr};

use crate::index::text::proved_file::{ProvedFile, ProvedWriter, Torn, seal};
use crate::store::error::StoreError;
use crate::store::fs::caches::{Caches, LISTS};

/// See the module.
#[derive(Clone, Debug)]
pub(in crate::index::text) struct CacheDirectory {
    folder: Arc<Caches>,
    torn: Torn,
}

impl CacheDirectory {
    pub(in crate::index::text) fn of(folder: &Arc<Caches>) -> Self {
        Self {
            folder: Arc::clone(folder),
            torn: Torn::default(),
        }
    }

    /// Whether anything that was read so far is not what was written.
    pub(in crate::index::text) fn is_torn(&self) -> bool {
        self.torn.load(Ordering::Relaxed)
    }

    /// Opens a file.
    fn file(&self, path: &Path) -> Result<ProvedFile, OpenReadError> {
        let wrong = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let file = name(path).and_then(|name| self.folder.file(name).map_err(io_error));
        let file = file.map_err(wrong)?;
        let file = file.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        ProvedFile::open(file, Torn::clone(&self.torn)).map_err(wrong)
    }
}

/// Whether a name is one that the engine gives its files: a list, or a piece's number with what
/// part of it the file holds.
pub(in crate::index::text) fn is_of_the_engine(path: &Path) -> bool {
    let Some(name) = path.to_str() else {
        return false;
    };
    if LISTS.contains(&name) {
        return true;
    }
    name.split_once('.').is_some_and(|(piece, part)| {
        piece.len() == 32
            && piece.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    })
}

/// The name of a file of the engine's, and nothing else.
fn name(path: &Path) -> io::Result<&str> {
    path.to_str()
        .filter(|_| is_of_the_engine(path))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file of the index"))
}

fn io_error(error: StoreError) -> io::Error {
    match error {
        StoreError::Io { source, .. } => source,
        other => io::Error::other(other),
    }
}

impl Directory for CacheDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let wrong = |error| DeleteError::IoError {
            io_error: Arc::new(error),
            filepath: path.to_owned(),
        };
        let name = name(path).map_err(wrong)?;
        if !self.folder.has(name).map_err(io_error).map_err(wrong)? {
            return Err(DeleteError::FileDoesNotExist(path.to_owned()));
        }
        self.folder.remove(name).map_err(io_error).map_err(wrong)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let wrong = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = name(path).map_err(wrong)?;
        self.folder.has(name).map_err(io_error).map_err(wrong)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        // What a killed process left behind under this name is nobody's.
        let file = name(path).and_then(|name| self.folder.create(name).map_err(io_error));
        let file = file.map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(BufWriter::new(Box::new(ProvedWriter::new(file))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let wrong = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        self.file(path)?.read_all().map_err(wrong)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.folder
            .put(name(path)?, &[data, &seal(data)])
            .map_err(io_error)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        // No command lives long enough to see another's commit.
        Ok(WatchHandle::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_engine_are_files_of_an_index() {
        for name in [
            "meta.json",
            ".managed.json",
            "8ec5bd4ed9654d15acf5bd7d2b6c9a01.idx",
            "8ec5bd4ed9654d15acf5bd7d2b6c9a01.1234.del",
        ] {
            assert!(is_of_the_engine(Path::new(name)), "{name}");
        }
        for name in [
            "",
            "turn",
            "notes.txt",
            "../8ec5bd4ed9654d15acf5bd7d2b6c9a01.idx",
            "8ec5bd4ed9654d15acf5bd7d2b6c9a01",
            "8ec5bd4ed9654d15acf5bd7d2b6c9a01.",
            "8ec5bd4ed9654d15acf5bd7d2b6c9a01.a/../../x",
            "/meta.json",
        ] {
            assert!(!is_of_the_engine(Path::new(name)), "{name}");
        }
    }
}
