//! The contents of files of any bytes: what they are, and whether one stands in place.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::read::ReadError;
use crate::store::fs::root::Root;

const CHUNK: usize = 1 << 16;

/// A content that the store keeps until a step takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptContent {
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
}

/// A new file of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedFile {
    /// Relative to the desk's folder, `/` between the parts; nothing may stand there.
    pub path: String,
    /// The SHA-256 of its content, in 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

impl AddedFile {
    /// A file with this content.
    pub fn new(path: String, content: &KeptContent) -> Self {
        Self {
            path,
            sha256: content.sha256.clone(),
            size: content.size,
        }
    }

    /// Whether the journal's words for it can be what this version wrote.
    pub(in crate::store) fn sound(&self) -> Result<(), String> {
        split(&self.path).map_err(|error| error.to_string())?;
        let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.sha256.len() == 64 && self.sha256.bytes().all(digits) {
            Ok(())
        } else {
            Err(format!("`{}` has no SHA-256", self.path.escape_debug()))
        }
    }
}

/// A reader's bytes, counted and summed up as they pass.
pub(in crate::store) struct Measured<'a> {
    shown: &'a Path,
    most: u64,
    hash: Sha256,
    size: u64,
    buffer: Vec<u8>,
}

impl<'a> Measured<'a> {
    pub(in crate::store) fn new(shown: &'a Path, most: u64) -> Self {
        Self {
            shown,
            most,
            hash: Sha256::new(),
            size: 0,
            buffer: vec![0; CHUNK],
        }
    }

    /// The next bytes; `None` at the end, `TooLarge` where there are more than allowed.
    pub(in crate::store) fn next(
        &mut self,
        from: &mut dyn Read,
    ) -> Result<Option<&[u8]>, StoreError> {
        let count = loop {
            match from.read(&mut self.buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                reported => break reported.map_err(StoreError::io("read", self.shown))?,
            }
        };
        if count == 0 {
            return Ok(None);
        }
        self.size += count as u64;
        if self.size > self.most {
            return Err(StoreError::TooLarge {
                path: self.shown.to_owned(),
                most: self.most,
            });
        }
        self.hash.update(&self.buffer[..count]);
        Ok(Some(&self.buffer[..count]))
    }

    pub(in crate::store) fn kept(self) -> KeptContent {
        KeptContent {
            sha256: hex(&self.hash.finalize()),
            size: self.size,
        }
    }
}

/// What a file turned out to hold.
pub(in crate::store) fn digest(file: &File, shown: &Path) -> Result<KeptContent, StoreError> {
    let failed = || StoreError::io("read", shown);
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read_at(&mut buffer, size) {
            Ok(0) => break,
            Ok(count) => {
                hash.update(&buffer[..count]);
                size += count as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed()(error)),
        }
    }
    Ok(KeptContent {
        sha256: hex(&hash.finalize()),
        size,
    })
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Where the contents of an entry's files are for as long as its commit is made.
pub(in crate::store) struct Contents {
    /// The folder of those that are kept, if there is one.
    pub(in crate::store) kept: Option<Folder>,
    /// The desk's folder.
    pub(in crate::store) desk: Folder,
}

impl Contents {
    /// Opens the content of a file: the kept one, or where that is gone the one in place.
    pub(in crate::store) fn open(&self, added: &AddedFile) -> Result<File, StoreError> {
        let kept = match &self.kept {
            Some(folder) => folder.open_file(&added.sha256)?,
            None => None,
        };
        // It was durable before it got that name, so its name and size say enough.
        if let Some(file) = kept
            && file.metadata().is_ok_and(|meta| meta.len() == added.size)
        {
            return Ok(file);
        }
        match stands(&self.desk, added)? {
            Stands::Same(file) => Ok(file),
            _ => Err(StoreError::io("read", &self.desk.shown(&added.path))(
                std::io::Error::from(std::io::ErrorKind::NotFound),
            )),
        }
    }
}

impl AddedFile {
    fn kept(&self) -> KeptContent {
        KeptContent {
            sha256: self.sha256.clone(),
            size: self.size,
        }
    }
}

/// Opens a file that a person named, anywhere: links are followed, and only regular files are taken.
pub fn open(path: &Path) -> Result<File, ReadError> {
    use std::os::unix::fs::OpenOptionsExt;
    let sorted = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Io(error),
    };
    // To open a device may already do something; and a pipe could take the file's place in between.
    if !path.metadata().map_err(sorted)?.is_file() {
        return Err(ReadError::NotAFile);
    }
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::options()
        .read(true)
        .custom_flags(i32::try_from(flags.bits()).unwrap_or_default())
        .open(path)
        .map_err(sorted)?;
    match file.metadata() {
        Ok(meta) if meta.is_file() => Ok(file),
        Ok(_) => Err(ReadError::NotAFile),
        Err(error) => Err(ReadError::Io(error)),
    }
}

/// What a reader gives, to its end, counted and summed up, and not kept.
pub fn measure(from: &mut dyn Read, shown: &Path, most: u64) -> Result<KeptContent, StoreError> {
    let mut measured = Measured::new(shown, most);
    while let Some(_bytes) = measured.next(from)? {}
    Ok(measured.kept())
}

/// The size of a file of the desk; `None` where there is none. No link is followed.
pub fn size(root: &Root, path: &str) -> Result<Option<u64>, StoreError> {
    let (parts, name) = split(path)?;
    let Some(folder) = Folder::open(root.dir())?.walk(parts.into_iter())? else {
        return Ok(None);
    };
    let stat = folder.look_at_file(name)?;
    Ok(stat.map(|stat| u64::try_from(stat.st_size).unwrap_or_default()))
}

/// The content of a file of the desk, read whole; `None` where there is none. No link is followed.
pub fn content(root: &Root, path: &str) -> Result<Option<KeptContent>, StoreError> {
    Ok(opened(root, path)?.map(|(_, kept)| kept))
}

/// Opens a file of the desk and tells what it holds; `None` where there is none. No link is
/// followed.
pub fn opened(root: &Root, path: &str) -> Result<Option<(File, KeptContent)>, StoreError> {
    let (parts, name) = split(path)?;
    let Some(folder) = Folder::open(root.dir())?.walk(parts.into_iter())? else {
        return Ok(None);
    };
    let Some(file) = folder.open_to_read(name)? else {
        return Ok(None);
    };
    let kept = digest(&file, &folder.shown(name))?;
    Ok(Some((file, kept)))
}

/// What stands where a file is to be added.
pub(in crate::store) enum Stands {
    /// Nothing.
    Nothing,
    /// That very content.
    Same(File),
    /// Something else.
    Other,
}

/// Looks at the place of a file to be added.
pub(in crate::store) fn stands(desk: &Folder, added: &AddedFile) -> Result<Stands, StoreError> {
    let (parts, name) = split(&added.path)?;
    let Some(folder) = desk.walk(parts.into_iter())? else {
        return Ok(Stands::Nothing);
    };
    let Some(stat) = folder.look_at_file(name)? else {
        return Ok(Stands::Nothing);
    };
    if u64::try_from(stat.st_size) != Ok(added.size) {
        return Ok(Stands::Other);
    }
    let Some(file) = folder.open_to_read(name)? else {
        return Ok(Stands::Nothing);
    };
    Ok(if digest(&file, &folder.shown(name))? == added.kept() {
        Stands::Same(file)
    } else {
        Stands::Other
    })
}

/// Whether the file to be added stands there; fails with `Exists` where something else does.
pub(in crate::store) fn is_there(desk: &Folder, added: &AddedFile) -> Result<bool, StoreError> {
    match stands(desk, added)? {
        Stands::Nothing => Ok(false),
        Stands::Same(_) => Ok(true),
        Stands::Other => Err(StoreError::Exists {
            path: added.path.clone(),
        }),
    }
}
