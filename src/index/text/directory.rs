//! A folder of the index's files, which can be lost without harm: nothing forces the disk.
//!
//! One commit of the engine syncs sixteen times (field notes, search 1.6), which is most of what it
//! costs on a busy disk. Its locks are left out too: ours is taken before anything is written, and
//! a reader that finds a file gone begins again, so that what cannot be written can be searched.
//!
//! The engine takes the names of its files from lists that stand beside them. A clone may have
//! brought those lists, so only names of the engine's own pattern are opened, written or removed.
//! Files are read, not mapped: one that is cut short is an error then, and ends no process.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};
use tantivy::{Directory, HasLen};

use crate::store::error::StoreError;
use crate::store::fs::caches::{Caches, LISTS};

/// See the module.
#[derive(Clone, Debug)]
pub(in crate::index::text) struct CacheDirectory(Arc<Caches>);

impl CacheDirectory {
    pub(in crate::index::text) fn of(folder: &Arc<Caches>) -> Self {
        Self(Arc::clone(folder))
    }

    /// Opens a file; `None` where there is none.
    fn file(&self, path: &Path) -> io::Result<Option<File>> {
        self.0.file(name(path)?).map_err(io_error)
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
        let wrong = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let file = self.file(path).map_err(wrong)?;
        let file = file.ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        let length = file.metadata().map_err(wrong)?.len();
        let length = usize::try_from(length).map_err(|error| wrong(io::Error::other(error)))?;
        Ok(Arc::new(FileSlice { file, length }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let wrong = |error| DeleteError::IoError {
            io_error: Arc::new(error),
            filepath: path.to_owned(),
        };
        let name = name(path).map_err(wrong)?;
        if !self.0.has(name).map_err(io_error).map_err(wrong)? {
            return Err(DeleteError::FileDoesNotExist(path.to_owned()));
        }
        self.0.remove(name).map_err(io_error).map_err(wrong)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let wrong = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let name = name(path).map_err(wrong)?;
        self.0.has(name).map_err(io_error).map_err(wrong)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        // What a killed process left behind under this name is nobody's.
        let file = name(path).and_then(|name| self.0.create(name).map_err(io_error));
        let file = file.map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(BufWriter::new(Box::new(Unsynced(file))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let bytes = name(path).and_then(|name| self.0.read(name).map_err(io_error));
        bytes
            .map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.0.put(name(path)?, &[data]).map_err(io_error)
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

/// A file that is read from where it is asked to be.
#[derive(Debug)]
struct FileSlice {
    file: File,
    length: usize,
}

impl HasLen for FileSlice {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for FileSlice {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        self.file.read_exact_at(&mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

struct Unsynced(File);

impl Write for Unsynced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Unsynced {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        Ok(())
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
            "boot",
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
