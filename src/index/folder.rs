//! The folder `.desk/`: caches of this clone, ignored by git, deleted without harm.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::store::root::Root;

fn folder(root: &Root) -> PathBuf {
    root.join(".desk")
}

/// Opens a cache file; `None` where there is none, or where the folder is not one of our own.
pub(super) fn open(root: &Root, name: &str) -> Option<File> {
    let own = folder(root).symlink_metadata().ok()?.is_dir();
    own.then(|| File::open(folder(root).join(name)).ok())
        .flatten()
}

/// Writes a cache file: a temporary file and a rename, no sync, for it can be lost without harm.
pub(super) fn put(root: &Root, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let folder = folder(root);
    if folder.is_symlink() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    if !folder.is_dir() {
        std::fs::create_dir(&folder)?;
        // Git passes it by, whether or not the desk's .gitignore names it.
        File::create(folder.join(".gitignore"))?.write_all(b"*\n")?;
    }
    let temporary = folder.join(format!("{name}.{}", std::process::id()));
    let mut file = File::create(&temporary)?;
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    let renamed = written.and_then(|()| std::fs::rename(&temporary, folder.join(name)));
    if renamed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    renamed
}
