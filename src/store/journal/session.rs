//! Sessions: who is still at work on what it has saved.
//!
//! An interview saves after each answer and commits once, at its end. Until then its entry in the
//! journal is its own: other commands leave it alone for as long as the interview lives. Whether it
//! does is told by the kernel's lock on a file, which ends with its holder however that ends.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::SystemTime;

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::fs::random;
use crate::store::git::repo::Repo;

const FOLDER: &str = "sessions";

/// How often to draw another name, should the one drawn be taken or swept away.
const TRIES: usize = 16;

/// The sessions of which the files are there.
#[derive(Debug, Default)]
pub(in crate::store) struct Sessions {
    /// The names of those that live.
    pub(in crate::store) living: Vec<String>,
    /// Since when one was at work that has died, by the clock of the file system.
    pub(in crate::store) died: Option<SystemTime>,
    /// The references that those that have died may have left locked.
    pub(in crate::store) references: Vec<String>,
}

/// A piece of work of several saves, under way for as long as this value lives.
#[derive(Debug)]
pub struct Session {
    name: String,
    folder: Folder,
    _file: File,
}

impl Repo {
    /// Begins a session: what [`Writer::save_open`](crate::store::journal::save::Writer::save_open) saves in its name
    /// is committed by its last [`Writer::save`](crate::store::journal::save::Writer::save), or after the end of the
    /// process by the next command that writes.
    pub fn session(&self) -> Result<Session, StoreError> {
        self.session_on("")
    }

    /// Begins a session in which git, without the desk's lock, may lock this reference.
    pub fn session_on(&self, reference: &str) -> Result<Session, StoreError> {
        let mode = self.shared_mode();
        let folder = self.make_private()?.enter_or_make(FOLDER, mode)?;
        for _ in 0..TRIES {
            let name =
                random::random(10).map_err(StoreError::io("name a file in", &folder.shown("")))?;
            let shown = folder.shown(&name);
            let file = match folder.create(&name, mode & 0o666) {
                Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {
                    continue;
                }
                made => made?,
            };
            // Colleagues of a shared clone ask it too, whatever the umask is.
            let _ = file.set_permissions(std::fs::Permissions::from_mode(mode & 0o666));
            loop {
                match file.lock() {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    locked => break locked.map_err(StoreError::io("lock", &shown))?,
                }
            }
            if !reference.is_empty() {
                (&file)
                    .write_all(reference.as_bytes())
                    .map_err(StoreError::io("write", &shown))?;
            }
            // Until it was locked, another command could take it for that of a dead session.
            let links = file
                .metadata()
                .map_err(StoreError::io("look at", &shown))?
                .nlink();
            if links > 0 {
                return Ok(Session {
                    name,
                    folder,
                    _file: file,
                });
            }
        }
        Err(StoreError::io("make a file in", &folder.shown(""))(
            std::io::Error::from(ErrorKind::AlreadyExists),
        ))
    }
}

impl Session {
    /// What the journal knows it by.
    pub(in crate::store) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The lock goes with the process; what stays of the file, the next command sweeps away.
        let _ = self.folder.remove(&self.name);
    }
}

/// Who lives, and what the others left. The files of those are removed: only under the lock.
pub(in crate::store) fn sessions(private: &Folder) -> Result<Sessions, StoreError> {
    let mut found = Sessions::default();
    let Some(folder) = private.enter(FOLDER)? else {
        return Ok(found);
    };
    for name in folder.names()? {
        let mut file = match folder.open_file(&name) {
            Ok(Some(file)) => file,
            Ok(None) => continue,
            // Whose file cannot be asked is left in peace.
            Err(_) => {
                found.living.push(name);
                continue;
            }
        };
        if !ended(&file) {
            found.living.push(name);
            continue;
        }
        let mut reference = String::new();
        if file.read_to_string(&mut reference).is_ok() && reference.starts_with("refs/remotes/") {
            found.references.push(reference);
            let began = file.metadata().and_then(|meta| meta.modified()).ok();
            found.died = found.died.into_iter().chain(began).min();
        }
        let _ = folder.remove(&name);
    }
    Ok(found)
}

fn ended(file: &File) -> bool {
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return false,
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            // A file system without locks: nobody can have one.
            Ok(()) | Err(TryLockError::Error(_)) => return true,
        }
    }
}
