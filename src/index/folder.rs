//! The folder of caches: `.desk/`, ignored by git, or one of the user's; deleted without harm.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::store::root::Root;

/// Opens a cache file; `None` where there is none, or where the folder is not one of our own.
pub(super) fn open(root: &Root, name: &str) -> Option<File> {
    let folder = root.caches();
    let own = folder.symlink_metadata().ok()?.is_dir();
    own.then(|| File::open(folder.join(name)).ok()).flatten()
}

/// The folder, made where there is none; one that is a link is refused.
pub(super) fn made(root: &Root) -> io::Result<&Path> {
    let folder = root.caches();
    if folder.is_symlink() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    if !folder.is_dir() {
        if folder.starts_with(root.dir()) {
            std::fs::create_dir(folder)?;
        } else {
            std::fs::create_dir_all(folder)?;
        }
        // Git passes it by, whether or not the desk's .gitignore names it.
        File::create(folder.join(".gitignore"))?.write_all(b"*\n")?;
    }
    Ok(folder)
}

/// Writes a cache file, perhaps in a folder of its own: a temporary file and a rename, no sync, for it can be lost without harm.
pub(super) fn put(root: &Root, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let folder = made(root)?;
    if let Some((inner, _)) = name.rsplit_once('/')
        && !folder.join(inner).is_dir()
    {
        std::fs::create_dir(folder.join(inner))?;
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
