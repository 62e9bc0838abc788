//! Files that a person names for what a command makes: replaced whole, or written through where
//! they are a device or a pipe.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

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
    let mut file = OutputFile::begin(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file in the making, as [`write()`] makes it, that is given piece by piece.
#[derive(Debug)]
pub struct OutputFile {
    shown: PathBuf,
    file: File,
    /// Where it stands until it is whole; `None` where it is written through.
    beside: Option<Beside>,
}

#[derive(Debug)]
struct Beside {
    folder: Folder,
    name: String,
    temporary: String,
    placed: bool,
}

impl OutputFile {
    /// Begins the file of a path.
    pub fn begin(path: &Path) -> Result<Self, StoreError> {
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
            None => return Self::beside(folder, name, None),
            Some(stat) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => {
                    return Self::beside(folder, name, Some(stat.st_mode & 0o777));
                }
                FileType::Directory => Obstacle::Folder,
                FileType::Symlink => Obstacle::Symlink,
                _ => Obstacle::Special,
            },
        };
        match through(path)? {
            Some(file) => Ok(Self {
                shown: path.to_owned(),
                file,
                beside: None,
            }),
            None => Err(StoreError::InTheWay {
                path: path.to_owned(),
                obstacle,
            }),
        }
    }

    /// Begins a new file, as open to others as the old one was.
    fn beside(folder: Folder, name: &str, mode: Option<u32>) -> Result<Self, StoreError> {
        let shown = folder.shown(name);
        let random = random(8).map_err(StoreError::io("draw a name beside", &shown))?;
        let temporary = format!(".{random}.tmp");
        let file = folder.create(&temporary, 0o666)?;
        let begun = Self {
            shown,
            file,
            beside: Some(Beside {
                folder,
                name: name.to_owned(),
                temporary,
                placed: false,
            }),
        };
        if let Some(mode) = mode {
            let mode = std::fs::Permissions::from_mode(mode);
            let set = begun.file.set_permissions(mode);
            set.map_err(StoreError::io("write", &begun.shown))?;
        }
        Ok(begun)
    }

    /// Adds a piece.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write_all(bytes);
        written.map_err(StoreError::io("write", &self.shown))
    }

    /// Puts the whole in place.
    pub fn finish(mut self) -> Result<(), StoreError> {
        let failed = || StoreError::io("write", &self.shown);
        let Some(beside) = &mut self.beside else {
            return self.file.flush().map_err(failed());
        };
        self.file.sync_all().map_err(failed())?;
        let Beside { folder, name, .. } = &*beside;
        let placed = folder.rename(&beside.temporary, folder, name);
        placed.map_err(|error| failed()(error.into()))?;
        beside.placed = true;
        beside.folder.sync()
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(beside) = self.beside.as_ref().filter(|beside| !beside.placed) {
            // Nothing was kept; the reason is told.
            let _ = beside.folder.remove(&beside.temporary);
        }
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
