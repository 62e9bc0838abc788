//! Where the desk is.

use std::path::{Path, PathBuf};

/// The folder that holds `desk.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    dir: PathBuf,
}

impl Root {
    /// The nearest desk at or above a folder.
    pub fn find(from: &Path) -> Option<Self> {
        let from = from.canonicalize().ok()?;
        let dir = from
            .ancestors()
            .find(|dir| dir.join(crate::page::settings::FILE).is_file())?;
        Some(Self {
            dir: dir.to_owned(),
        })
    }

    /// The desk in this very folder, whether or not it has been set up.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A place inside the desk, by a relative path with `/`.
    pub fn join(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }
}
