//! A mail on its way in: safe on disk before anything else is tried, and gone when it is settled.

use std::fs::File;
use std::io::{Read, Write as _};

use crate::store::error::StoreError;
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::random;
use crate::store::git::private::Private;

const CHUNK: usize = 1 << 16;

/// A mail that lies in the spool for as long as this value lives.
#[derive(Debug)]
pub struct Spooled {
    folder: Private,
    name: String,
    /// Locked, so that another process knows that this one lives.
    _file: File,
    /// The first bytes of the mail, so many as were asked for.
    pub bytes: Vec<u8>,
    /// How many bytes the mail has.
    pub size: u64,
}

/// Takes a mail from a reader into a folder: at most so many bytes are kept, the rest is read and
/// dropped, so that whoever writes it is not cut off.
pub fn spool(
    folder: Private,
    from: &mut dyn Read,
    most: usize,
    interrupt: &Interrupt,
) -> Result<Spooled, StoreError> {
    let name = format!("{}-{}.eml", std::process::id(), drawn(&folder)?);
    let shown = folder.path(&name);
    let mut file = folder.create(&name)?;
    let spooled = locked(&file)
        .map_err(StoreError::io("lock", &shown))
        .and_then(|()| {
            let (bytes, size) = received(from, &mut file, most, interrupt, &shown)?;
            file.sync_all().map_err(StoreError::io("sync", &shown))?;
            folder.sync().map_err(StoreError::before_saving)?;
            Ok((bytes, size))
        });
    match spooled {
        Ok((bytes, size)) => Ok(Spooled {
            folder,
            name,
            _file: file,
            bytes,
            size,
        }),
        Err(error) => {
            let _ = folder.remove(&name);
            Err(error)
        }
    }
}

/// Removes what processes that have died left in the spool: whoever handed them a mail has kept it,
/// and hands it over again.
pub fn clean(folder: &Private) -> Result<(), StoreError> {
    for name in folder.names()? {
        // One that cannot be opened any more is settled.
        if let Some(file) = folder.open_to_read(&name)?
            && file.try_lock().is_ok()
        {
            folder.remove(&name)?;
        }
    }
    Ok(())
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // What stays, the next command that takes in a mail removes.
        let _ = self.folder.remove(&self.name);
    }
}

fn drawn(folder: &Private) -> Result<String, StoreError> {
    random::random(6).map_err(StoreError::io("name a file in", &folder.path("")))
}

fn locked(file: &File) -> std::io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn received(
    from: &mut dyn Read,
    to: &mut File,
    most: usize,
    interrupt: &Interrupt,
    shown: &std::path::Path,
) -> Result<(Vec<u8>, u64), StoreError> {
    let (mut kept, mut size) = (Vec::new(), 0);
    let mut buffer = vec![0; CHUNK];
    loop {
        if interrupt.raised().is_some() {
            return Err(StoreError::Interrupted);
        }
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok((kept, size)),
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let path = std::path::Path::new("standard input");
                return Err(StoreError::io("read", path)(error));
            }
        };
        size += count as u64;
        let some = &buffer[..count.min(most - kept.len())];
        to.write_all(some).map_err(StoreError::io("write", shown))?;
        kept.extend_from_slice(some);
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "a mail server and git run beside it"
)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::store::git::repo::Repo;
    use crate::store::mail::MailFolder;

    fn repo() -> (tempfile::TempDir, Repo) {
        let dir = tempfile::tempdir().unwrap();
        let init = std::process::Command::new("git")
            .args(["init", "-q"])
            .current_dir(dir.path())
            .status()
            .unwrap();
        assert!(init.success());
        let repo = Repo::open(dir.path()).unwrap();
        (dir, repo)
    }

    #[test]
    fn a_mail_is_kept_for_its_owner_until_it_is_settled() {
        let (_dir, repo) = repo();
        let folder = || MailFolder::Spool.make(&repo).unwrap();
        let mut from = &b"From: jan@acme.example\n\nhello\n"[..];
        let spooled = spool(folder(), &mut from, 10, &Interrupt::default()).unwrap();
        assert_eq!(spooled.bytes, b"From: jan@");
        assert_eq!(spooled.size, 30, "the rest is read, and dropped");
        assert!(from.is_empty());
        let path = folder().path(&spooled.name);
        assert_eq!(std::fs::read(&path).unwrap(), b"From: jan@");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        clean(&folder()).unwrap();
        assert!(path.exists(), "its process lives");
        drop(spooled);
        assert!(!path.exists());
        std::fs::write(&path, "of one that died").unwrap();
        clean(&folder()).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn whoever_is_asked_to_stop_stops() {
        let (_dir, repo) = repo();
        let folder = || MailFolder::Spool.make(&repo).unwrap();
        let interrupt = Interrupt::default();
        interrupt.raise(15);
        let spooled = spool(folder(), &mut &b"x"[..], 10, &interrupt);
        assert!(matches!(spooled, Err(StoreError::Interrupted)));
        assert!(folder().names().unwrap().is_empty());
    }
}
