//! Putting texts in place: all files of a step or none, each of them whole at every instant.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Gid, Mode, Stat, Uid, fchmod, fchown};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::permissions::Sharing;

/// One file of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct PlannedText {
    pub(in crate::store) path: String,
    /// The text before the step; `None` for no file.
    pub(in crate::store) base: Option<String>,
    /// What stood there last, where the step takes in what a session had saved before: that text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::store) was: Option<String>,
    pub(in crate::store) text: String,
}

impl PlannedText {
    pub(in crate::store) fn new(path: String, base: Option<String>, text: String) -> Self {
        Self {
            path,
            base,
            was: None,
            text,
        }
    }

    /// Whether the step can go on from this text.
    pub(in crate::store) fn follows(&self, text: Option<&str>) -> bool {
        self.base.as_deref() == text || self.was.is_some() && self.was.as_deref() == text
    }
}

/// How temporary files beside their targets begin and end. Walkers pass over names with a dot.
const BESIDE: (&str, &str) = (".desk-", ".tmp");

/// A refusal, and whether anything of the step is on disk all the same.
#[derive(Debug)]
pub(in crate::store) enum Refusal {
    /// Every file is as it was.
    Nothing(StoreError),
    /// Something is in place, so the step must be carried out to its end.
    Kept(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Nothing(error)
    }
}

/// A file to put in place: where, and under which temporary name it waits.
struct Ready<'a> {
    content: &'a PlannedText,
    folder: String,
    name: &'a str,
    temporary: Temporary,
}

/// A complete new text that is not in place yet.
pub(in crate::store) struct Temporary {
    pub(in crate::store) name: String,
    pub(in crate::store) beside: bool,
}

/// Puts the texts in place of what was read, or nothing.
///
/// Neither editors nor git take our lock, so each file is compared with its base at the last
/// moment. Files whose text does not change are compared only.
pub(in crate::store) fn put(
    desk: &Folder,
    tmp: &Folder,
    contents: &[&PlannedText],
) -> Result<(), Refusal> {
    let mut folders = BTreeMap::new();
    let mut ready = Vec::new();
    let written = prepare(desk, tmp, contents, &mut folders, &mut ready)
        .map_err(Refusal::Nothing)
        .and_then(|()| place_all(tmp, &folders, &mut ready));
    if written.is_err() {
        for file in &ready {
            // The next command removes what stays in the folder for temporary files.
            let _ = home(tmp, &folders[&file.folder], &file.temporary).remove(&file.temporary.name);
        }
    }
    written
}

fn prepare<'a>(
    desk: &Folder,
    tmp: &Folder,
    contents: &[&'a PlannedText],
    folders: &mut BTreeMap<String, Folder>,
    ready: &mut Vec<Ready<'a>>,
) -> Result<(), StoreError> {
    for content in contents {
        let (parts, name) = split(&content.path)?;
        let key = parts.join("/");
        if !folders.contains_key(&key) {
            folders.insert(key.clone(), desk.make(parts.into_iter())?);
        }
        let folder = &folders[&key];
        let old = folder.look_at_file(name)?;
        compare(folder, name, content)?;
        if content.base.as_deref() == Some(content.text.as_str()) {
            continue;
        }
        let text = &mut content.text.as_bytes();
        let temporary = write(tmp, false, text, old.as_ref(), true)?;
        ready.push(Ready {
            content,
            folder: key,
            name,
            temporary,
        });
    }
    Ok(())
}

fn place_all(
    tmp: &Folder,
    folders: &BTreeMap<String, Folder>,
    ready: &mut [Ready<'_>],
) -> Result<(), Refusal> {
    for done in 0..ready.len() {
        let file = &mut ready[done];
        let folder = &folders[&file.folder];
        let placed = replace(tmp, folder, file.name, file.content, &mut file.temporary);
        if let Err(error) = placed {
            return Err(match take_back(tmp, folders, &ready[..done]) {
                Ok(()) => Refusal::Nothing(error),
                Err(_) => Refusal::Kept(StoreError::HalfSaved {
                    source: Box::new(error),
                }),
            });
        }
    }
    let mut keys: Vec<&str> = ready.iter().map(|file| file.folder.as_str()).collect();
    keys.dedup();
    for key in keys {
        folders[key].sync().map_err(Refusal::Kept)?;
    }
    Ok(())
}

/// Undoes the first renames of a step whose later one was refused.
fn take_back(
    tmp: &Folder,
    folders: &BTreeMap<String, Folder>,
    placed: &[Ready<'_>],
) -> Result<(), StoreError> {
    for file in placed.iter().rev() {
        let folder = &folders[&file.folder];
        let PlannedText {
            path, base, text, ..
        } = file.content;
        match base {
            None => {
                compare(
                    folder,
                    file.name,
                    &PlannedText::new(path.clone(), Some(text.clone()), String::new()),
                )?;
                folder.remove(file.name)?;
            }
            Some(base) => {
                let back = PlannedText::new(path.clone(), Some(text.clone()), base.clone());
                let old = folder.look_at_file(file.name)?;
                let text = &mut base.as_bytes();
                let mut temporary = write(tmp, false, text, old.as_ref(), true)?;
                replace(tmp, folder, file.name, &back, &mut temporary)?;
            }
        }
        folder.sync()?;
    }
    Ok(())
}

/// Fails with `Changed` or `Exists` where the file is not what the step was made from.
pub(in crate::store) fn compare(
    folder: &Folder,
    name: &str,
    content: &PlannedText,
) -> Result<(), StoreError> {
    let path = || content.path.clone();
    match (&content.base, folder.look_at_file(name)?) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(StoreError::Exists { path: path() }),
        (Some(_), None) => Err(StoreError::Changed { path: path() }),
        (Some(base), Some(stat)) => {
            let same_size = u64::try_from(stat.st_size).is_ok_and(|size| size == base.len() as u64);
            if same_size
                && folder
                    .read(name)?
                    .is_some_and(|bytes| bytes == base.as_bytes())
            {
                Ok(())
            } else {
                Err(StoreError::Changed { path: path() })
            }
        }
    }
}

/// Writes bytes to a temporary file with the permissions and owner of the file it will replace.
pub(in crate::store) fn write(
    home: &Folder,
    beside: bool,
    bytes: &mut dyn Read,
    old: Option<&Stat>,
    durable: bool,
) -> Result<Temporary, StoreError> {
    // A new file gets what the umask allows, as from any editor.
    let mode = if old.is_some() { 0o600 } else { 0o666 };
    let (name, mut file) = loop {
        let name = temporary_name(beside);
        match home.create(&name, mode) {
            Ok(file) => break (name, file),
            // A dead process with our number may have left one.
            Err(StoreError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    };
    let shown = home.shown(&name);
    let written = std::io::copy(bytes, &mut file)
        .map_err(StoreError::io("write", &shown))
        .and_then(|_| {
            if let Some(old) = old {
                keep_rights(&file, old, home.sharing())
                    .map_err(StoreError::io("set the permissions of", &shown))?;
            }
            if durable {
                file.sync_all().map_err(StoreError::io("sync", &shown))
            } else {
                Ok(())
            }
        });
    match written {
        Ok(()) => Ok(Temporary { name, beside }),
        Err(error) => {
            let _ = home.remove(&name);
            Err(error)
        }
    }
}

fn keep_rights(file: &File, old: &Stat, sharing: Sharing) -> rustix::io::Result<()> {
    let new = rustix::fs::fstat(file)?;
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) {
        // Only root may give files away; for others the file becomes theirs, as from any editor.
        let _ = fchown(
            file,
            Some(Uid::from_raw(old.st_uid)),
            Some(Gid::from_raw(old.st_gid)),
        );
    }
    let mode = sharing.file(old.st_mode & 0o7777);
    fchmod(file, Mode::from_raw_mode(mode))
}

/// Puts a temporary file in place of its content's base.
fn replace(
    tmp: &Folder,
    folder: &Folder,
    name: &str,
    content: &PlannedText,
    temporary: &mut Temporary,
) -> Result<(), StoreError> {
    let old = content.base.is_some();
    loop {
        compare(folder, name, content)?;
        if place(tmp, folder, name, (&content.path, old), temporary)? {
            return Ok(());
        }
    }
}

/// Renames a temporary file to the name of a path, in place of an `old` file or only where nothing
/// is.
///
/// `false` where the folder for temporary files is on another file system: then it was written once
/// more beside its target, and is to be placed from there, after another look at what it replaces.
pub(in crate::store) fn place(
    tmp: &Folder,
    folder: &Folder,
    name: &str,
    (path, old): (&str, bool),
    temporary: &mut Temporary,
) -> Result<bool, StoreError> {
    let from = home(tmp, folder, temporary);
    let moved = if old {
        from.rename(&temporary.name, folder, name)
    } else {
        from.rename_new(&temporary.name, folder, name)
    };
    match moved {
        Ok(()) => Ok(true),
        Err(Errno::XDEV) if !temporary.beside => {
            let gone = || StoreError::io("read", &tmp.shown(&temporary.name))(Errno::NOENT);
            let mut bytes = tmp.open_to_read(&temporary.name)?.ok_or_else(gone)?;
            let stat = folder.look_at_file(name)?;
            let new = write(folder, true, &mut bytes, stat.as_ref(), true)?;
            let left = std::mem::replace(temporary, new);
            tmp.remove(&left.name)?;
            Ok(false)
        }
        Err(Errno::EXIST) => Err(StoreError::Exists {
            path: path.to_owned(),
        }),
        // What `link` says of a file system without hard links.
        Err(Errno::PERM | Errno::NOTSUP) if !old => Err(StoreError::NoHardLinks {
            path: folder.shown(name),
        }),
        Err(errno) => Err(StoreError::io("save", &folder.shown(name))(errno)),
    }
}

fn home<'a>(tmp: &'a Folder, folder: &'a Folder, temporary: &Temporary) -> &'a Folder {
    if temporary.beside { folder } else { tmp }
}

pub(in crate::store) fn temporary_name(beside: bool) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let pid = std::process::id();
    if beside {
        format!("{}{pid}-{count}{}", BESIDE.0, BESIDE.1)
    } else {
        format!("{pid}-{count}")
    }
}

/// Removes temporary files that a dead command left beside the targets of its step.
pub(in crate::store) fn clean_beside<'a>(
    desk: &Folder,
    paths: impl Iterator<Item = &'a str>,
) -> Result<(), StoreError> {
    for path in paths {
        let (parts, _) = split(path)?;
        if let Some(folder) = desk.walk(parts.into_iter())? {
            for name in folder.names()? {
                if name.starts_with(BESIDE.0) && name.ends_with(BESIDE.1) {
                    folder.remove(&name)?;
                }
            }
        }
    }
    Ok(())
}
