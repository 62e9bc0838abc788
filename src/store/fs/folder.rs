//! Folders as handles: every step below the root is one name, and no step follows a link.
//!
//! A path is checked by walking it, so a link planted by a colleague's push can neither redirect a
//! read nor a write, not even between the check and the use.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, statat};
use rustix::io::{Errno, retry_on_intr};

use crate::store::error::{Obstacle, StoreError};
use crate::store::fs::permissions::Sharing;

const ENTER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// An open folder and the path that messages show for it.
#[derive(Debug)]
pub(in crate::store) struct Folder {
    fd: OwnedFd,
    shown: PathBuf,
    sharing: Sharing,
}

impl Folder {
    /// Opens a folder that the person or git named; links on the way to it are theirs.
    pub(in crate::store) fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))
            .map_err(StoreError::io("open", path))?;
        Ok(Self {
            fd,
            shown: path.to_owned(),
            sharing: Sharing::Umask,
        })
    }

    /// This folder, with the sharing of what is made in it and below it.
    pub(in crate::store) fn shared(self, sharing: Sharing) -> Self {
        Self { sharing, ..self }
    }

    /// Whom what is made in it is shared with.
    pub(in crate::store) fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// The path for messages.
    pub(in crate::store) fn shown(&self, name: &str) -> PathBuf {
        self.shown.join(name)
    }

    /// Opens the folder of this name; `None` where there is none.
    pub(in crate::store) fn enter(&self, name: &str) -> Result<Option<Self>, StoreError> {
        match retry_on_intr(|| rustix::fs::openat(&self.fd, name, ENTER, Mode::empty())) {
            Ok(fd) => Ok(Some(Self {
                fd,
                shown: self.shown(name),
                sharing: self.sharing,
            })),
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let kind = self
                    .look(name)?
                    .map(|stat| FileType::from_raw_mode(stat.st_mode));
                let obstacle = if kind == Some(FileType::Symlink) {
                    Obstacle::Symlink
                } else {
                    Obstacle::NotAFolder
                };
                Err(StoreError::InTheWay {
                    path: self.shown(name),
                    obstacle,
                })
            }
            Err(errno) => Err(StoreError::io("open", &self.shown(name))(errno)),
        }
    }

    /// Opens the folder of this name, made durably with these permissions where there is none.
    pub(in crate::store) fn enter_or_make(
        &self,
        name: &str,
        mode: u32,
    ) -> Result<Self, StoreError> {
        if let Some(folder) = self.enter(name)? {
            return Ok(folder);
        }
        let folder = self.enter_or_make_unsynced(name, mode)?;
        self.sync()?;
        Ok(folder)
    }

    /// Enters a folder or makes it, without a sync: for one that can be lost without harm.
    pub(in crate::store) fn enter_or_make_unsynced(
        &self,
        name: &str,
        mode: u32,
    ) -> Result<Self, StoreError> {
        if let Some(folder) = self.enter(name)? {
            return Ok(folder);
        }
        match retry_on_intr(|| rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(mode))) {
            Ok(()) => {
                if let Some(made) = self.enter(name)? {
                    self.sharing.apply(&File::from(made.fd));
                }
            }
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(StoreError::io("make the folder", &self.shown(name))(errno)),
        }
        self.enter(name)?.ok_or_else(|| {
            StoreError::io("make the folder", &self.shown(name))(io::Error::from(
                io::ErrorKind::NotFound,
            ))
        })
    }

    /// The folder at `parts`, one below the other; `None` where one is missing.
    pub(in crate::store) fn walk<'a>(
        &self,
        parts: impl Iterator<Item = &'a str>,
    ) -> Result<Option<Self>, StoreError> {
        let mut here = self.again()?;
        for part in parts {
            match here.enter(part)? {
                Some(next) => here = next,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    /// The folder at `parts`, with those made that are missing.
    pub(in crate::store) fn make<'a>(
        &self,
        parts: impl Iterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let mut here = self.again()?;
        for part in parts {
            here = here.enter_or_make(part, 0o777)?;
        }
        Ok(here)
    }

    /// Makes the folders on a path without a sync: the caller makes their names durable.
    pub(in crate::store) fn make_unsynced<'a>(
        &self,
        parts: impl Iterator<Item = &'a str>,
    ) -> Result<Self, StoreError> {
        let mut here = self.again()?;
        for part in parts {
            here = here.enter_or_make_unsynced(part, 0o777)?;
        }
        Ok(here)
    }

    /// A second handle of the same folder.
    pub(in crate::store) fn again(&self) -> Result<Self, StoreError> {
        let fd = self
            .fd
            .try_clone()
            .map_err(StoreError::io("open", &self.shown))?;
        Ok(Self {
            fd,
            shown: self.shown.clone(),
            sharing: self.sharing,
        })
    }

    /// What stands at this name, links unfollowed; `None` where nothing does.
    pub(in crate::store) fn look(&self, name: &str) -> Result<Option<Stat>, StoreError> {
        match retry_on_intr(|| statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(StoreError::io("look at", &self.shown(name))(errno)),
        }
    }

    /// As `look`, for what must be a regular file.
    pub(in crate::store) fn look_at_file(&self, name: &str) -> Result<Option<Stat>, StoreError> {
        let found = self.look(name)?;
        if let Some(stat) = &found {
            self.only_files(name, stat)?;
        }
        Ok(found)
    }

    fn only_files(&self, name: &str, stat: &Stat) -> Result<(), StoreError> {
        let obstacle = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => return Ok(()),
            FileType::Symlink => Obstacle::Symlink,
            FileType::Directory => Obstacle::Folder,
            _ => Obstacle::Special,
        };
        Err(StoreError::InTheWay {
            path: self.shown(name),
            obstacle,
        })
    }

    /// The bytes of a regular file; `None` where there is none.
    ///
    /// It is looked at before it is opened, because to open a device may already do something, and
    /// opened without blocking, because a pipe could take its place in between.
    pub(in crate::store) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut file) = self.open_to_read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(StoreError::io("read", &self.shown(name)))?;
        Ok(Some(bytes))
    }

    /// Opens a file for reading and writing; `None` where there is none.
    pub(in crate::store) fn open_file(&self, name: &str) -> Result<Option<File>, StoreError> {
        self.open_as(name, OFlags::RDWR)
    }

    /// Opens a file for reading; `None` where there is none.
    pub(in crate::store) fn open_to_read(&self, name: &str) -> Result<Option<File>, StoreError> {
        self.open_as(name, OFlags::RDONLY)
    }

    fn open_as(&self, name: &str, access: OFlags) -> Result<Option<File>, StoreError> {
        if self.look_at_file(name)?.is_none() {
            return Ok(None);
        }
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match retry_on_intr(|| rustix::fs::openat(&self.fd, name, flags, Mode::empty())) {
            Ok(fd) => {
                let stat =
                    rustix::fs::fstat(&fd).map_err(StoreError::io("read", &self.shown(name)))?;
                self.only_files(name, &stat)?;
                Ok(Some(File::from(fd)))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(StoreError::io("open", &self.shown(name))(errno)),
        }
    }

    /// Opens a file for reading and writing, made where there is none.
    pub(in crate::store) fn open_or_create(
        &self,
        name: &str,
        mode: u32,
    ) -> Result<File, StoreError> {
        // Somebody else may make it, or remove it, between two looks.
        for _ in 0..8 {
            if let Some(file) = self.open_file(name)? {
                return Ok(file);
            }
            match self.create(name, mode) {
                Err(StoreError::Io { source, .. })
                    if source.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made,
            }
        }
        Err(StoreError::io("open", &self.shown(name))(Errno::BUSY))
    }

    /// Makes a file that was not there and opens it for writing. The umask applies to `mode`, and
    /// then the sharing.
    pub(in crate::store) fn create(&self, name: &str, mode: u32) -> Result<File, StoreError> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        retry_on_intr(|| rustix::fs::openat(&self.fd, name, flags, Mode::from_raw_mode(mode)))
            .map(File::from)
            .inspect(|file| self.sharing.apply(file))
            .map_err(StoreError::io("make", &self.shown(name)))
    }

    /// Puts the file `name` in place of `to_name`, whatever is there.
    pub(in crate::store) fn rename(
        &self,
        name: &str,
        to: &Self,
        to_name: &str,
    ) -> rustix::io::Result<()> {
        retry_on_intr(|| rustix::fs::renameat(&self.fd, name, &to.fd, to_name))
    }

    /// Puts the file `name` where nothing is yet; `EXIST` where something is.
    pub(in crate::store) fn rename_new(
        &self,
        name: &str,
        to: &Self,
        to_name: &str,
    ) -> rustix::io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::{RenameFlags, renameat_with};
            match retry_on_intr(|| {
                renameat_with(&self.fd, name, &to.fd, to_name, RenameFlags::NOREPLACE)
            }) {
                // The file system does not know the flag; a hard link is as exclusive.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                reported => return reported,
            }
        }
        retry_on_intr(|| rustix::fs::linkat(&self.fd, name, &to.fd, to_name, AtFlags::empty()))?;
        retry_on_intr(|| rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()))
    }

    /// Removes a file; it may be gone already.
    pub(in crate::store) fn remove(&self, name: &str) -> Result<(), StoreError> {
        match retry_on_intr(|| rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(StoreError::io("remove", &self.shown(name))(errno)),
        }
    }

    /// Removes a folder that is empty; `false` where it is not, or is gone.
    pub(in crate::store) fn remove_folder(&self, name: &str) -> Result<bool, StoreError> {
        match retry_on_intr(|| rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) => Ok(false),
            Err(errno) => Err(StoreError::io("remove", &self.shown(name))(errno)),
        }
    }

    /// Where a link leads, unfollowed.
    pub(in crate::store) fn target(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        retry_on_intr(|| rustix::fs::readlinkat(&self.fd, name, Vec::new()))
            .map(std::ffi::CString::into_bytes)
            .map_err(StoreError::io("read the link", &self.shown(name)))
    }

    /// The names in the folder that are text, in order.
    pub(in crate::store) fn names(&self) -> Result<Vec<String>, StoreError> {
        let failed = |errno: Errno| StoreError::io("list", &self.shown)(errno);
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.fd).map_err(failed)? {
            let name = OsString::from_vec(entry.map_err(failed)?.file_name().to_bytes().to_vec());
            names.extend(
                name.into_string()
                    .ok()
                    .filter(|name| name != "." && name != ".."),
            );
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Makes the names in the folder durable.
    ///
    /// Network file systems that cannot do this say EINVAL, which is no fault of the disk; every
    /// other error is one.
    pub(in crate::store) fn sync(&self) -> Result<(), StoreError> {
        match retry_on_intr(|| rustix::fs::fsync(&self.fd)) {
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(errno) => Err(StoreError::Unconfirmed {
                path: self.shown.clone(),
                source: errno.into(),
            }),
        }
    }

    /// Makes everything on the folder's file system durable, where the system has a call for it.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(in crate::store) fn sync_all(&self) -> Result<(), StoreError> {
        retry_on_intr(|| rustix::fs::syncfs(&self.fd)).map_err(StoreError::io("sync", &self.shown))
    }
}

/// Splits a file's path into its folders and its name, and refuses what could lead out of the desk
/// or into git's own files.
pub(in crate::store) fn split(path: &str) -> Result<(Vec<&str>, &str), StoreError> {
    let bad = |why| StoreError::BadPath {
        path: path.to_owned(),
        why,
    };
    if path.chars().any(char::is_control) {
        return Err(bad("it holds a control character"));
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    for part in &parts {
        match *part {
            "" => return Err(bad("a name in it is empty")),
            "." | ".." => return Err(bad("it holds a `.` or `..`")),
            name if name.eq_ignore_ascii_case(".git") => {
                return Err(bad("it leads into git's own files"));
            }
            _ => {}
        }
    }
    let name = parts.pop().unwrap_or_default();
    Ok((parts, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for path in [
            "",
            "/etc/x",
            "a//b",
            "a/",
            "../x",
            "a/../../x",
            "./x",
            ".git/config",
            "a/.GIT/x",
            "a\nb",
            "a\0b",
        ] {
            assert!(split(path).is_err(), "{path:?}");
        }
        assert_eq!(
            split("tickets/2026-11/x.md").unwrap(),
            (vec!["tickets", "2026-11"], "x.md")
        );
        assert_eq!(split("desk.toml").unwrap(), (vec![], "desk.toml"));
        assert!(split("kb/zażółć/-x \"y\".md").is_ok());
    }
}
