//! Bringing the files of journal entries in place.

use chrono_tz::Tz;

use crate::page::settings;
use crate::rules::merge::merge;

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::replace::PlannedText;
use crate::store::fs::replace::{Refusal, put};
use crate::store::journal::attached_files::add_all;
use crate::store::journal::entry::{BulkStage, JournalEntry};
use crate::store::journal::placing::WrittenFiles;
use crate::store::journal::save::Writer;

/// An entry under way.
pub(in crate::store::journal) struct Pending {
    pub(in crate::store::journal) name: String,
    pub(in crate::store::journal) entry: JournalEntry,
    /// Whether its command ended before it could say that the step was saved.
    pub(in crate::store::journal) unfinished: bool,
    /// Whether a file of it is left to a person.
    pub(in crate::store::journal) aside: bool,
    /// Whether a session still works on it: it only tells what others' entries find in place.
    pub(in crate::store::journal) open: bool,
}

impl Writer {
    /// Brings one file to where its entries lead. `false`: it must wait, and its entries with it.
    pub(in crate::store::journal) fn replay_file(
        &mut self,
        path: &str,
        pending: &mut [Pending],
    ) -> Result<bool, StoreError> {
        let current = match read(&self.desk, path) {
            Ok(current) => current,
            Err(error) => {
                self.leave_all(pending, path, &error.to_string())?;
                return Ok(true);
            }
        };
        let Ok(base) = current.map(String::from_utf8).transpose() else {
            let why = format!("`{path}` is no UTF-8 text any more");
            self.leave_all(pending, path, &why)?;
            return Ok(true);
        };
        let steps: Vec<usize> = (0..pending.len())
            .filter(|&index| holds(&pending[index].entry, path))
            .collect();
        // The last entry whose text stands there tells how far it had come.
        let reached = steps.iter().rposition(|&index| {
            let content = content(&pending[index].entry, path);
            content.is_some_and(|content| base.as_deref() == Some(content.text.as_str()))
        });
        let mut text = base.clone();
        for &index in &steps[reached.map_or(0, |place| place + 1)..] {
            if !pending[index].open {
                self.advance(path, &mut text, &mut pending[index])?;
            }
        }
        if text == base {
            return Ok(true);
        }
        let Some(text) = text else { return Ok(true) };
        let whole = PlannedText::new(path.to_owned(), base, text);
        match put(&self.desk, self.journal.tmp(), &[&whole]) {
            Ok(()) => Ok(true),
            Err(Refusal::Nothing(error) | Refusal::Kept(error)) => {
                self.reported.push(format!(
                    "a saved change of `{path}` waits for the next command: {error}."
                ));
                Ok(false)
            }
        }
    }

    /// Takes the text of a file on by one entry; what cannot be joined with it is left to a person.
    fn advance(
        &mut self,
        path: &str,
        text: &mut Option<String>,
        step: &mut Pending,
    ) -> Result<(), StoreError> {
        let Some(wanted) = content(&step.entry, path).cloned() else {
            return Ok(());
        };
        step.unfinished = true;
        if wanted.follows(text.as_deref()) {
            *text = Some(wanted.text);
            return Ok(());
        }
        let changed = || format!("`{path}` was changed by somebody else in the meantime");
        let Some(now) = text.as_deref() else {
            // The file was removed on purpose; its text is in the entry.
            return self.leave(step, path, &changed());
        };
        let base = wanted.base.as_deref().unwrap_or_default();
        let joined = match merge(path, base, &wanted.text, now, self.zone()) {
            Ok(joined) => joined,
            Err(why) => return self.leave(step, path, &format!("{} ({why})", changed())),
        };
        let new = PlannedText::new(path.to_owned(), text.clone(), joined.clone());
        if let Some(old) = step.entry.saves.iter_mut().find(|save| save.path == path) {
            *old = new;
        }
        self.journal.put(&step.name, &step.entry)?;
        *text = Some(joined);
        Ok(())
    }

    /// The zone of the desk, for times in headings by hand.
    pub(in crate::store::journal) fn zone(&self) -> Tz {
        let text = read(&self.desk, settings::FILE).ok().flatten();
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
        let settings = text.and_then(|text| settings::read(&text).ok());
        settings.map_or(Tz::UTC, |settings| settings.zone)
    }

    /// Puts the files of a bulk in place, or takes it back where nothing of it was promised. `false`:
    /// it must wait.
    pub(in crate::store::journal) fn replay_bulk(
        &mut self,
        step: &mut Pending,
    ) -> Result<bool, StoreError> {
        let Some(bulk) = &step.entry.bulk else {
            return Ok(true);
        };
        match bulk.stage {
            BulkStage::Begun => {
                self.let_go(&bulk.keeper);
                self.journal.remove(&step.name)?;
                step.entry.bulk = None;
            }
            BulkStage::Written => {
                step.unfinished = true;
                if let Err(error) =
                    self.place_bulk(&step.name, &mut step.entry, &mut WrittenFiles::new())
                {
                    self.reported.push(format!(
                        "\"{}\" waits for the next command: {error}.",
                        step.entry.title()
                    ));
                    return Ok(false);
                }
            }
            BulkStage::Placed => {}
        }
        Ok(true)
    }

    /// Puts the new files of an entry in place. `false`: one must wait, and its entry with it.
    pub(in crate::store::journal) fn replay_added(
        &mut self,
        step: &mut Pending,
    ) -> Result<bool, StoreError> {
        for added in step.entry.files.clone() {
            match add_all(&self.desk, &self.journal, std::slice::from_ref(&added)) {
                Ok(done) => step.unfinished |= !done.is_empty(),
                Err(StoreError::Exists { path }) => {
                    self.leave(step, &path, &format!("another file stands at `{path}`"))?;
                }
                Err(error @ StoreError::InTheWay { .. }) => {
                    self.leave(step, &added.path, &error.to_string())?;
                }
                Err(StoreError::Io { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound =>
                {
                    let why = format!("the content of `{}` is gone", added.path);
                    self.leave(step, &added.path, &why)?;
                }
                Err(error) => {
                    self.reported.push(format!(
                        "a saved file, `{}`, waits for the next command: {error}.",
                        added.path
                    ));
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Leaves one file of an entry to a person: the entry is copied aside, and goes on without it.
    fn leave(&mut self, step: &mut Pending, path: &str, why: &str) -> Result<(), StoreError> {
        if !step.aside {
            let place = self.journal.copy_aside(&step.name, &step.entry)?;
            self.reported.push(format!(
                "a saved change (\"{}\") was not applied: {why}; it is kept in `{}`",
                step.entry.title(),
                place.display()
            ));
            step.aside = true;
        }
        step.entry.saves.retain(|save| save.path != path);
        step.entry.files.retain(|added| added.path != path);
        Ok(())
    }

    /// Leaves one file to a person, in all entries that hold it.
    fn leave_all(
        &mut self,
        pending: &mut [Pending],
        path: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        for step in pending.iter_mut() {
            if !step.open && holds(&step.entry, path) {
                self.leave(step, path, why)?;
            }
        }
        Ok(())
    }
}

fn content<'a>(entry: &'a JournalEntry, path: &str) -> Option<&'a PlannedText> {
    entry.saves.iter().find(|save| save.path == path)
}

pub(in crate::store::journal) fn holds(entry: &JournalEntry, path: &str) -> bool {
    content(entry, path).is_some()
}

fn read(desk: &Folder, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let (parts, name) = split(path)?;
    match desk.walk(parts.into_iter())? {
        Some(folder) => folder.read(name),
        None => Ok(None),
    }
}
