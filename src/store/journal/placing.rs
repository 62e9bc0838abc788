//! Putting the files of a bulk in place from git's objects, many of them with one sync.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use crate::store::error::StoreError;
use crate::store::fs::contents::{AddedFile, digest, hex};
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::replace::PlannedText;
use crate::store::fs::replace::{Temporary, place, write};
use crate::store::git::index_file::Hash;
use crate::store::git::objects::{Object, Objects};
use crate::store::journal::entry::{BulkStage, JournalEntry, Planned};
use crate::store::journal::save::Writer;

/// How many files share one sync: enough that its price vanishes, and what a cut leaves behind is
/// little.
const BATCH: usize = 4096;

/// Whether each file is made durable by itself, where a file system cannot be asked for all of them.
pub(in crate::store::journal) const EACH_DURABLE: bool = !cfg!(target_os = "linux");

/// New texts that are written to temporary files already, by path.
pub(in crate::store::journal) type WrittenFiles = HashMap<String, Temporary>;

/// Files on their way to disk.
struct Batch<'b> {
    ready: Vec<(&'b Planned, Option<Temporary>)>,
    /// The first batch is one file: it shows on which file system temporary files must stand.
    limit: usize,
    folder: LastFolder,
}

/// The folder of the file before, which most files share: looked up anew for each batch.
#[derive(Default)]
struct LastFolder(Option<(String, Folder)>);

impl LastFolder {
    /// The folder of a file at a path below the desk's; `None` where there is none.
    fn find(&mut self, desk: &Folder, path: &str) -> Result<Option<&Folder>, StoreError> {
        let (parts, own) = folder_of(path)?;
        if !self.is(own) {
            let found = desk.walk(parts.into_iter())?;
            self.0 = found.map(|folder| (own.to_owned(), folder));
        }
        Ok(self.0.as_ref().map(|(_, folder)| folder))
    }

    /// The folder of a file, made where there is none; not yet durably.
    fn make(&mut self, desk: &Folder, path: &str) -> Result<&Folder, StoreError> {
        let (parts, own) = folder_of(path)?;
        let folder = match self.0.take() {
            Some((last, folder)) if last == own => folder,
            _ => desk.make_unsynced(parts.into_iter())?,
        };
        Ok(&self.0.insert((own.to_owned(), folder)).1)
    }

    fn is(&self, own: &str) -> bool {
        self.0.as_ref().is_some_and(|(last, _)| last == own)
    }
}

/// The names of the folders above a file, and its path without its own name.
fn folder_of(path: &str) -> Result<(Vec<&str>, &str), StoreError> {
    let (parts, name) = split(path)?;
    Ok((parts, &path[..path.len() - name.len()]))
}

/// What stands in the place of a planned file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// What it replaces, or nothing where it is new.
    Base,
    /// The file itself.
    New,
    /// Something else.
    Other,
}

impl Writer {
    /// Puts the files of a bulk in place that are not there yet, those that are written already from
    /// their temporary files. What somebody else has written meanwhile stays, and our text for that
    /// file is left to a person.
    pub(in crate::store) fn place_bulk(
        &mut self,
        name: &str,
        entry: &mut JournalEntry,
        written: &mut WrittenFiles,
    ) -> Result<(), StoreError> {
        let Some(mut bulk) = entry.bulk.take() else {
            return Ok(());
        };
        let placed = self.place_files(&bulk.files, written);
        let left = match placed {
            Ok(left) => left,
            Err(error) => {
                entry.bulk = Some(bulk);
                return Err(error);
            }
        };
        let kept = self.leave_all_planned(entry, &left);
        if kept.is_ok() {
            let left: BTreeSet<&str> = left.iter().map(|file| file.path.as_str()).collect();
            bulk.files.retain(|file| !left.contains(file.path.as_str()));
            bulk.stage = BulkStage::Placed;
        }
        entry.bulk = Some(bulk);
        kept?;
        // If this fails, the next command finds every text in its place.
        let _ = self.journal.put(name, entry);
        Ok(())
    }

    fn leave_all_planned(
        &mut self,
        entry: &JournalEntry,
        left: &[Planned],
    ) -> Result<(), StoreError> {
        if left.is_empty() {
            return Ok(());
        }
        let mut objects = Objects::start(&self.repo.git)?;
        left.iter()
            .try_for_each(|file| self.leave_planned(entry, file, &mut objects))
    }

    /// Puts files in place that are not there yet, by their objects or from temporary files; returns
    /// those in whose place something else stands.
    pub(in crate::store::journal) fn place_files(
        &mut self,
        files: &[Planned],
        written: &mut WrittenFiles,
    ) -> Result<Vec<Planned>, StoreError> {
        let mut objects = Objects::start(&self.repo.git)?;
        let mut batch = Batch {
            ready: Vec::new(),
            limit: 1,
            folder: LastFolder::default(),
        };
        let mut left = Vec::new();
        for file in files {
            match self.stands(file, &mut batch.folder)? {
                Stands::Base => self.bulk_add(&mut batch, file, &mut objects, written)?,
                // Its folder may still have to be made durable.
                Stands::New => batch.ready.push((file, None)),
                Stands::Other => left.push(file.clone()),
            }
            if batch.ready.len() >= batch.limit {
                self.bulk_flush(&mut batch)?;
                batch.limit = BATCH;
            }
        }
        self.bulk_flush(&mut batch)?;
        Ok(left)
    }

    fn stands(&self, file: &Planned, last: &mut LastFolder) -> Result<Stands, StoreError> {
        let none = |none| if none { Stands::Base } else { Stands::Other };
        let (_, name) = split(&file.path)?;
        let Some(folder) = last.find(&self.desk, &file.path)? else {
            return Ok(none(file.base.is_none()));
        };
        let Some(mut there) = folder.open_to_read(name)? else {
            return Ok(none(file.base.is_none()));
        };
        let shown = folder.shown(name);
        let kept = digest(&there, &shown)?;
        let blob = Hash::of_digits(file.blob.len())
            .map(|hash| hash.blob_from(kept.size, &mut there))
            .transpose()
            .map_err(StoreError::io("read", &shown))?;
        Ok(if blob.is_some_and(|blob| hex(&blob) == file.blob) {
            Stands::New
        } else {
            none(file.base == Some(kept.sha256))
        })
    }

    /// Leaves a file to a person: a text in an entry that is set aside, other bytes among the
    /// contents that are kept, which such an entry names.
    fn leave_planned(
        &mut self,
        entry: &JournalEntry,
        file: &Planned,
        objects: &mut Objects,
    ) -> Result<(), StoreError> {
        let Planned { path, .. } = file;
        let mut object = open(objects, file)?;
        let apart = if file.bytes {
            let interrupt = &self.repo.interrupt;
            let kept = self
                .journal
                .keep(&mut object, Path::new(path), u64::MAX, interrupt)?;
            entry.only_file(AddedFile::new(path.clone(), &kept))
        } else {
            let mut text = String::new();
            object
                .read_to_string(&mut text)
                .map_err(StoreError::io("read", Path::new(path)))?;
            entry.only(PlannedText::new(path.clone(), None, text))
        };
        let place = self.journal.copy_aside("000000.json", &apart)?;
        self.reported.push(format!(
            "a saved change (\"{}\") was not applied: `{path}` was changed by somebody else in the meantime; it is kept in `{}`",
            entry.title(),
            place.display()
        ));
        Ok(())
    }

    fn bulk_add<'b>(
        &self,
        batch: &mut Batch<'b>,
        file: &'b Planned,
        objects: &mut Objects,
        written: &mut WrittenFiles,
    ) -> Result<(), StoreError> {
        let (_, name) = split(&file.path)?;
        let folder = batch.folder.make(&self.desk, &file.path)?;
        let early = written.remove(&file.path);
        match early {
            Some(temporary) if !self.beside => {
                batch.ready.push((file, Some(temporary)));
                return Ok(());
            }
            Some(temporary) => self.journal.tmp().remove(&temporary.name)?,
            None => {}
        }
        // A new file is compared by the rename itself, which never replaces one.
        let old = match file.base {
            Some(_) => folder.look_at_file(name)?,
            None => None,
        };
        let home = if self.beside {
            folder
        } else {
            self.journal.tmp()
        };
        let mut object = open(objects, file)?;
        let made = write(home, self.beside, &mut object, old.as_ref(), EACH_DURABLE)?;
        batch.ready.push((file, Some(made)));
        Ok(())
    }

    fn bulk_flush(&mut self, batch: &mut Batch<'_>) -> Result<(), StoreError> {
        let mut ready = std::mem::take(&mut batch.ready);
        if ready.is_empty() {
            return Ok(());
        }
        let placed = self.bulk_place(&mut ready);
        batch.folder = LastFolder::default();
        if placed.is_err() {
            for (file, temporary) in &ready {
                if let Some(temporary) = temporary {
                    // What stays is removed by the next command.
                    let _ = self.bulk_discard(file, temporary);
                }
            }
        }
        placed?;
        let mut folders = BTreeSet::new();
        for (file, _) in ready {
            let mut path = file.path.as_str();
            while let Some((folder, _)) = path.rsplit_once('/') {
                folders.insert(folder);
                path = folder;
            }
        }
        for folder in folders {
            if let Some(folder) = self.desk.walk(folder.split('/'))? {
                folder.sync()?;
            }
        }
        self.desk.sync()
    }

    fn bulk_discard(&self, file: &Planned, temporary: &Temporary) -> Result<(), StoreError> {
        let (parts, _) = split(&file.path)?;
        if !temporary.beside {
            return self.journal.tmp().remove(&temporary.name);
        }
        match self.desk.walk(parts.into_iter())? {
            Some(folder) => folder.remove(&temporary.name),
            None => Ok(()),
        }
    }

    fn bulk_place(
        &mut self,
        ready: &mut [(&Planned, Option<Temporary>)],
    ) -> Result<(), StoreError> {
        #[cfg(target_os = "linux")]
        if self.beside {
            self.desk.sync_all()?;
        } else {
            self.journal.tmp().sync_all()?;
        }
        let mut last = LastFolder::default();
        for (file, temporary) in ready {
            let Some(temporary) = temporary else { continue };
            let (_, name) = split(&file.path)?;
            let old = file.base.is_some();
            loop {
                if old && self.stands(file, &mut LastFolder::default())? != Stands::Base {
                    return Err(StoreError::Changed {
                        path: file.path.clone(),
                    });
                }
                let folder = last.make(&self.desk, &file.path)?;
                if place(
                    self.journal.tmp(),
                    folder,
                    name,
                    (&file.path, old),
                    temporary,
                )? {
                    break;
                }
            }
            self.beside |= temporary.beside;
        }
        Ok(())
    }
}

/// Opens the object of a planned file.
fn open<'o>(objects: &'o mut Objects, file: &Planned) -> Result<Object<'o>, StoreError> {
    let object = objects.open(&file.blob)?;
    object.ok_or_else(|| StoreError::Answer {
        command: "cat-file --batch".to_owned(),
        answer: format!("the object {} of `{}` is missing", file.blob, file.path),
    })
}
