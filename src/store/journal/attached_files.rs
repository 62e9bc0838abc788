//! Files of any bytes: attachments, which are only ever added.
//!
//! Their contents are too large for the journal's text. So a content first goes, durably, into the
//! clone's own folder under its SHA-256; the journal's entry names it; then it is copied into place
//! under a name that nothing has, and committed with the texts that tell of it. Were it put in place
//! before there is an entry, a death in between would leave a file that no ticket knows; and a
//! commit that has to wait would have its only copy where `git clean` or an aborted merge can take
//! it away. This way a step with files is all or nothing as any other, and until its commit is made
//! the content stands in two places. The contents of an import are git's objects from the start, and
//! go the way of its texts.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::read::ReadError;
use crate::store::fs::replace::temporary_name;
use crate::store::fs::root::Root;
use crate::store::journal::entry::Journal;
use crate::store::journal::save::Writer;

/// The folder for contents whose commit is not made yet.
const FOLDER: &str = "contents";

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
    /// The SHA-256 of its content, as [`Writer::keep`] told it.
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

impl Writer {
    /// Keeps all that `from` gives for a step that follows; `shown` names it in messages.
    ///
    /// Fails with `TooLarge` where it gives more than `most` bytes. What no step takes is removed
    /// by a later command.
    pub fn keep(
        &mut self,
        from: &mut dyn Read,
        shown: &Path,
        most: u64,
    ) -> Result<KeptContent, StoreError> {
        self.journal.keep(from, shown, most, &self.repo.interrupt)
    }
}

/// Where the contents of an entry's files are for as long as its commit is made.
pub(in crate::store) struct Contents {
    kept: Option<Folder>,
    desk: Folder,
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

impl Journal {
    pub(in crate::store) fn keep(
        &self,
        from: &mut dyn Read,
        shown: &Path,
        most: u64,
        interrupt: &Interrupt,
    ) -> Result<KeptContent, StoreError> {
        let name = temporary_name(false);
        let kept = self
            .receive(&name, from, shown, most, interrupt)
            .and_then(|kept| {
                let folder = self.private().enter_or_make(FOLDER, self.mode())?;
                self.tmp()
                    .rename(&name, &folder, &kept.sha256)
                    .map_err(StoreError::io("rename", &folder.shown(&kept.sha256)))?;
                folder.sync().map_err(StoreError::before_saving)?;
                Ok(kept)
            });
        if kept.is_err() {
            let _ = self.tmp().remove(&name);
        }
        kept
    }

    fn receive(
        &self,
        name: &str,
        from: &mut dyn Read,
        shown: &Path,
        most: u64,
        interrupt: &Interrupt,
    ) -> Result<KeptContent, StoreError> {
        let own = self.tmp().shown(name);
        let mut file = self.tmp().create(name, 0o666)?;
        let mut measured = Measured::new(shown, most);
        while let Some(bytes) = measured.next(from)? {
            if interrupt.raised().is_some() {
                return Err(StoreError::Interrupted);
            }
            file.write_all(bytes)
                .map_err(StoreError::io("write", &own))?;
        }
        file.sync_all().map_err(StoreError::io("sync", &own))?;
        Ok(measured.kept())
    }

    /// Where the contents of entries of this desk are.
    pub(in crate::store) fn contents(&self, desk: &Folder) -> Result<Contents, StoreError> {
        Ok(Contents {
            kept: self.private().enter(FOLDER)?,
            desk: desk.again()?,
        })
    }

    /// Removes the contents that no entry names any more, neither here nor among those set aside.
    pub(in crate::store) fn sweep(&self) -> Result<(), StoreError> {
        let Some(folder) = self.private().enter(FOLDER)? else {
            return Ok(());
        };
        let names = folder.names()?;
        if names.is_empty() {
            return Ok(());
        }
        let entries = self.raw()?;
        for name in names {
            let digits = name.as_bytes();
            let named = |entry: &Vec<u8>| entry.windows(digits.len()).any(|part| part == digits);
            if !entries.iter().any(named) {
                folder.remove(&name)?;
            }
        }
        Ok(())
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

/// What a reader gives, to its end, as [`Writer::keep`] would keep it.
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
enum Stands {
    Nothing,
    Same(File),
    Other,
}

fn stands(desk: &Folder, added: &AddedFile) -> Result<Stands, StoreError> {
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

/// Copies the kept contents into place, durably and under names that nothing has; those that stand
/// there already stay. All or none: an error has taken back what was added before.
pub(in crate::store) fn add_all(
    desk: &Folder,
    journal: &Journal,
    files: &[AddedFile],
) -> Result<Vec<AddedFile>, StoreError> {
    let mut done: Vec<AddedFile> = Vec::new();
    for added in files {
        match add(desk, journal, added) {
            Ok(true) => done.push(added.clone()),
            Ok(false) => {}
            Err(error) => {
                take_away(desk, &done);
                return Err(error);
            }
        }
    }
    Ok(done)
}

/// Whether the file was added now.
fn add(desk: &Folder, journal: &Journal, added: &AddedFile) -> Result<bool, StoreError> {
    if is_there(desk, added)? {
        return Ok(false);
    }
    let mut content = journal.contents(desk)?.open(added)?;
    let (parts, name) = split(&added.path)?;
    let folder = desk.make(parts.into_iter())?;
    let mut temporary = copy(journal.tmp(), false, &mut content)?;
    let mut home = journal.tmp();
    let mut moved = home.rename_new(&temporary, &folder, name);
    if moved == Err(rustix::io::Errno::XDEV) {
        home.remove(&temporary)?;
        temporary = copy(&folder, true, &mut content)?;
        home = &folder;
        moved = home.rename_new(&temporary, &folder, name);
    }
    if let Err(errno) = moved {
        let _ = home.remove(&temporary);
        return Err(match errno {
            rustix::io::Errno::EXIST => StoreError::Exists {
                path: added.path.clone(),
            },
            errno => StoreError::io("save", &folder.shown(name))(errno),
        });
    }
    if let Err(error) = folder.sync() {
        let _ = folder.remove(name);
        return Err(error.before_saving());
    }
    Ok(true)
}

fn copy(home: &Folder, beside: bool, content: &mut File) -> Result<String, StoreError> {
    use std::io::Seek;
    let mut name = temporary_name(beside);
    while home.look(&name)?.is_some() {
        name = temporary_name(beside);
    }
    let shown = home.shown(&name);
    // What the umask allows, as from any editor, and never the right to run it.
    let mut file = home.create(&name, 0o666)?;
    let copied = content
        .rewind()
        .and_then(|()| std::io::copy(content, &mut file))
        .and_then(|_| file.sync_all());
    match copied {
        Ok(()) => Ok(name),
        Err(error) => {
            let _ = home.remove(&name);
            Err(StoreError::io("write", &shown)(error))
        }
    }
}

/// Takes back files that were just added, unless somebody has changed them since.
pub(in crate::store) fn take_away(desk: &Folder, files: &[AddedFile]) {
    for added in files {
        // Should this fail, a file that no ticket knows stays, and `check` names it.
        let _ = stands(desk, added).and_then(|stands| {
            let (parts, name) = split(&added.path)?;
            match (stands, desk.walk(parts.into_iter())?) {
                (Stands::Same(_), Some(folder)) => {
                    folder.remove(name)?;
                    folder.sync()
                }
                _ => Ok(()),
            }
        });
    }
}
