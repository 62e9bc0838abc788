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
use std::path::Path;

use crate::store::error::StoreError;
use crate::store::fs::contents::{
    AddedFile, Contents, KeptContent, Measured, Stands, is_there, stands,
};
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::interrupt::Interrupt;
use crate::store::fs::replace::temporary_name;
use crate::store::journal::entry::Journal;

/// The folder for contents whose commit is not made yet.
const FOLDER: &str = "contents";

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
