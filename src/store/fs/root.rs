//! Where the desk is, and where caches of it are kept.

use std::path::{Path, PathBuf};

/// The folder that holds `desk.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    dir: PathBuf,
    pub(in crate::store::fs) caches: PathBuf,
    pub(in crate::store::fs) in_the_way: Option<String>,
}

/// The folder of caches inside a desk, ignored by git.
pub const CACHES: &str = ".desk";

impl Root {
    /// The nearest desk at or above a folder.
    pub fn find(from: &Path) -> Option<Self> {
        let from = from.canonicalize().ok()?;
        let dir = from
            .ancestors()
            .find(|dir| dir.join(crate::page::settings::FILE).is_file())?;
        Some(Self::at(dir))
    }

    /// The desk in this very folder, whether or not it has been set up.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            caches: dir.join(CACHES),
            in_the_way: None,
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where caches are kept. Nobody made that folder yet, perhaps.
    pub fn caches(&self) -> &Path {
        &self.caches
    }

    /// Why the folder of caches inside the desk is not used although it is there: something in it
    /// is no cache of ours.
    pub fn in_the_way(&self) -> Option<&str> {
        self.in_the_way.as_deref()
    }

    /// A place inside the desk, by a relative path with `/`.
    pub fn join(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }
}
