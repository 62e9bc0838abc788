//! Files that a person names for what a command makes: replaced whole, or written through where
//! they are a device or a pipe.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{FileType, OFlags};

use crate::store::error::{Obstacle, StoreError};
use crate::store::fs::folder::Folder;
use crate::store::fs::random::random;

/// Writes a file so that whoever reads it sees the old one or the new one, whole; it is on the disk
/// when this returns.
///
/// Only a device or a pipe is written through, also where a link like `/dev/stdout` leads to it.
/// Any other link could have been planted: what it leads to is not touched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let bad = |why| StoreError::BadPath {
        path: path.display().to_string(),
        why,
    };
    let name = path
        .file_name()
        .ok_or_else(|| bad("it ends in no file's name"))?;
    let name = name.to_str().ok_or_else(|| bad("its name is not UTF-8"))?;
    let above = match path.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    let folder = Folder::open(above)?;
    let obstacle = match folder.look(name)? {
        None => return replace(&folder, name, None, bytes),
        Some(stat) => match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                return replace(&folder, name, Some(stat.st_mode & 0o777), bytes);
            }
            FileType::Directory => Obstacle::Folder,
            FileType::Symlink => Obstacle::Symlink,
            _ => Obstacle::Special,
        },
    };
    match through(path)? {
        Some(mut file) => file
            .write_all(bytes)
            .and_then(|()| file.flush())
            .map_err(StoreError::io("write", path)),
        None => Err(StoreError::InTheWay {
            path: path.to_owned(),
            obstacle,
        }),
    }
}

/// A folder that a command fills, readable by its owner alone.
#[derive(Debug)]
pub struct NewFolder {
    folder: Folder,
}

impl NewFolder {
    /// Makes the folder of a path; one that is there must be empty.
    pub fn make(path: &Path) -> Result<Self, StoreError> {
        if let Err(error) = std::fs::DirBuilder::new().mode(0o700).create(path)
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(StoreError::io("make the folder", path)(error));
        }
        let folder = Folder::open(path)?;
        if folder.names()?.is_empty() {
            return Ok(Self { folder });
        }
        Err(StoreError::BadPath {
            path: path.display().to_string(),
            why: "the folder is not empty",
        })
    }

    /// The folder of this name in it.
    pub fn inner(&self, name: &str) -> Result<Self, StoreError> {
        let folder = self.folder.enter_or_make(name, 0o700)?;
        Ok(Self { folder })
    }

    /// Writes a file that is not there yet.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut file = self.folder.create(name, 0o600)?;
        file.write_all(bytes)
            .map_err(StoreError::io("write", &self.folder.shown(name)))
    }
}

/// Gives a passing file of git's another content, where it stands and without bringing it to the disk.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).truncate(true).open(path);
    opened
        .and_then(|mut file| file.write_all(bytes))
        .map_err(StoreError::io("write", path))
}

/// Puts a new file in place, as open to others as the old one was.
fn replace(folder: &Folder, name: &str, mode: Option<u32>, bytes: &[u8]) -> Result<(), StoreError> {
    let shown = folder.shown(name);
    let random = random(8).map_err(StoreError::io("draw a name beside", &shown))?;
    let temporary = format!(".{random}.tmp");
    let mut file = folder.create(&temporary, 0o666)?;
    let placed = mode
        .map_or(Ok(()), |mode| {
            file.set_permissions(std::fs::Permissions::from_mode(mode))
        })
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .and_then(|()| Ok(folder.rename(&temporary, folder, name)?))
        .map_err(StoreError::io("write", &shown));
    if placed.is_err() {
        // Nothing was kept; the reason is told.
        let _ = folder.remove(&temporary);
    }
    placed.and_then(|()| folder.sync())
}

/// Opens what can only be written through; `None` for anything else.
fn through(path: &Path) -> Result<Option<File>, StoreError> {
    let failed = || StoreError::io("open", path);
    // A link that leads nowhere is like one that leads to a file.
    let Ok(meta) = path.metadata() else {
        return Ok(None);
    };
    let flows =
        |kind: std::fs::FileType| kind.is_fifo() || kind.is_char_device() || kind.is_block_device();
    if flows(meta.file_type()) {
        let flags = OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::options()
            .write(true)
            .custom_flags(i32::try_from(flags.bits()).unwrap_or_default())
            .open(path)
            .map_err(failed())?;
        // Something else could have taken its place meanwhile.
        let kind = file.metadata().map_err(failed())?.file_type();
        return Ok(flows(kind).then_some(file));
    }
    // `/dev/stdout`, where standard output goes to a file.
    let stdout = rustix::io::dup(std::io::stdout()).map_err(StoreError::io("open", path))?;
    let stdout = File::from(stdout);
    let own = stdout.metadata().map_err(failed())?;
    Ok((own.dev() == meta.dev() && own.ino() == meta.ino()).then_some(stdout))
}
