//! Finishing what the journal holds: steps of dead commands, and commits that had to wait.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::rules::lifecycle::reapply::reapply;

use crate::store::error::StoreError;
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::replace::{Refusal, clean_beside, put};
use crate::store::git::commit::{CommitOutcome, catch_up};
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::index_lock::{Staging, lock_of, take};
use crate::store::git::repo::Repo;
use crate::store::git::stale_locks::{any_dead, any_since, names_us, remove_stale};
use crate::store::journal::attached_files::add_all;
use crate::store::journal::bulk::bulk_pieces;
use crate::store::journal::entry::{BulkStage, FoundEntry, JournalEntry, PlannedText, boot};
use crate::store::journal::save::{Writer, file_pieces};
use crate::store::journal::session::living;

/// An entry under way.
struct Pending {
    name: String,
    entry: JournalEntry,
    /// Whether its command ended before it could say that the step was saved.
    unfinished: bool,
    /// Whether a file of it is left to a person.
    aside: bool,
    /// Whether a session still works on it: it only tells what others' entries find in place.
    open: bool,
}

impl Writer {
    /// Carries out the journal. `died`: when the last holder of the lock took it, if it ended
    /// without letting go.
    ///
    /// What cannot be finished stays for the next command or is set aside with a sentence; only a
    /// journal that cannot be read at all is an error.
    pub(in crate::store) fn recover(&mut self, died: Option<SystemTime>) -> Result<(), StoreError> {
        let living = living(self.journal.private())?;
        let found = self.latest(self.journal.read()?)?;
        let now = boot();
        let rebooted = found
            .iter()
            .any(|found| found.entry.as_ref().is_ok_and(|entry| entry.boot != now));
        let index = lock_of(&self.repo.index);
        let mut behind = names_us(&index);
        if died.is_some() || rebooted || any_dead(&self.repo) {
            let healed = remove_stale(&self.repo, died);
            if let Some(died) = died {
                crate::store::git::temp_objects::remove(&self.repo, died);
            }
            for path in healed.removed {
                behind |= path == index;
                self.reported.push(format!(
                    "removed `{}`, which a command that was cut short had left.",
                    path.display()
                ));
            }
        }
        let mut places: BTreeMap<(PathBuf, String), Vec<Pending>> = BTreeMap::new();
        for found in found {
            match found.entry {
                Ok(entry) => {
                    let place = (entry.top(), entry.prefix.clone());
                    let open = entry
                        .owner
                        .as_ref()
                        .is_some_and(|owner| living.contains(owner));
                    if open {
                        self.open.insert(found.name.clone(), entry.clone());
                    }
                    let pending = Pending {
                        name: found.name,
                        entry,
                        unfinished: false,
                        aside: false,
                        open,
                    };
                    places.entry(place).or_default().push(pending);
                }
                Err(why) => self.set_aside(&found.name, &format!("cannot be read ({why})"))?,
            }
        }
        for ((top, prefix), pending) in places {
            if pending.iter().all(|step| step.open) {
                continue;
            }
            if top == self.repo.top && prefix == self.repo.prefix {
                self.replay(pending)?;
            } else {
                self.replay_elsewhere(&top, &prefix, pending)?;
            }
        }
        if behind && let Err(error) = self.step_index() {
            self.reported
                .push(format!("git's index is not in step yet: {error}."));
        }
        Ok(())
    }

    /// Brings the index in step with the branch, after the one who held its lock died.
    fn step_index(&mut self) -> Result<(), StoreError> {
        let head = self.repo.head()?;
        let name = format!("{}^{{commit}}", head.reference());
        let reported = self
            .repo
            .git
            .run(&["rev-parse", "--quiet", "--verify", &name])?;
        let tip = String::from_utf8_lossy(&reported.stdout).trim().to_owned();
        let since = self.since();
        let staging = take(&self.repo, since)?;
        let mut rows = Vec::new();
        let (desk, reported) = (&self.desk, &mut self.reported);
        catch_up(&self.repo, desk, Some(&staging), &tip, &mut rows, reported)?;
        // The note of the commit last seen in step stays: what was left out since then is found by it.
        if let Staging::Mine(index) = &staging {
            index.install(&rows)?;
        }
        Ok(())
    }

    /// Leaves out what a session had saved and a later entry has taken in: the command that wrote
    /// the later one ended before it could.
    fn latest(&self, found: Vec<FoundEntry>) -> Result<Vec<FoundEntry>, StoreError> {
        let mut latest: Vec<FoundEntry> = Vec::new();
        for mut found in found.into_iter().rev() {
            if let Ok(entry) = &mut found.entry
                && entry.owner.is_some()
            {
                for later in latest.iter().filter_map(|later| later.entry.as_ref().ok()) {
                    entry.give_up_to(later);
                }
                if entry.saves.is_empty() {
                    self.journal.remove(&found.name)?;
                    continue;
                }
            }
            latest.push(found);
        }
        latest.reverse();
        Ok(latest)
    }

    fn set_aside(&mut self, name: &str, why: &str) -> Result<(), StoreError> {
        let place = self.journal.set_aside(name)?;
        self.reported.push(format!(
            "a saved change {why}; it is kept in `{}`",
            place.display()
        ));
        Ok(())
    }

    /// Carries out entries of another desk or work tree of this clone.
    fn replay_elsewhere(
        &mut self,
        top: &std::path::Path,
        prefix: &str,
        pending: Vec<Pending>,
    ) -> Result<(), StoreError> {
        let there = Repo::open_with(&top.join(prefix), &self.repo.git.extra())
            .ok()
            .filter(|there| {
                there.common == self.repo.common && there.top == top && there.prefix == prefix
            });
        let Some(there) = there.map(|there| there.heeding(self.repo.interrupt.clone())) else {
            for pending in pending.iter().filter(|step| !step.open) {
                let why = format!("belongs to `{}`, which is gone", top.join(prefix).display());
                self.set_aside(&pending.name, &why)?;
            }
            return Ok(());
        };
        let desk = match there.desk() {
            Ok(desk) => desk,
            Err(error) => {
                self.reported.push(format!(
                    "a saved change for `{}` waits: {error}.",
                    top.display()
                ));
                return Ok(());
            }
        };
        let home = std::mem::replace(&mut self.repo, there);
        let home_desk = std::mem::replace(&mut self.desk, desk);
        let done = self.replay(pending);
        self.left_over |= any_since(&self.repo, self.since());
        self.repo = home;
        self.desk = home_desk;
        done
    }

    /// Carries out the entries of the present desk, in the order in which they were written.
    fn replay(&mut self, mut pending: Vec<Pending>) -> Result<(), StoreError> {
        for step in &pending {
            // Their remains are harmless; a folder that cannot be read is met again below.
            let saves = step.entry.saves.iter().map(|save| &save.path);
            let files = step.entry.files.iter().map(|added| &added.path);
            let bulk = step.entry.bulk.iter().flat_map(|bulk| &bulk.files);
            let bulk = bulk.map(|file| &file.path);
            let all = saves.chain(files).chain(bulk).map(String::as_str);
            let _ = clean_beside(&self.desk, all);
        }
        let mut stuck = BTreeSet::new();
        // Later entries go on from what these put in place.
        for step in &mut pending {
            if !self.replay_bulk(step)? {
                let files = step.entry.bulk.iter().flat_map(|bulk| &bulk.files);
                stuck.extend(files.map(|file| file.path.clone()));
            }
        }
        pending.retain(|step| !step.entry.is_empty());
        let paths: BTreeSet<String> = pending
            .iter()
            .flat_map(|step| step.entry.saves.iter().map(|save| save.path.clone()))
            .collect();
        for path in &paths {
            if !self.replay_file(path, &mut pending)? {
                stuck.insert(path.clone());
            }
        }
        for step in &mut pending {
            if !self.replay_added(step)? {
                stuck.extend(step.entry.files.iter().map(|added| added.path.clone()));
            }
        }
        for index in 0..pending.len() {
            let step = &pending[index];
            if step.open {
                continue;
            }
            let saves = step.entry.saves.iter().map(|save| &save.path);
            let bulk = step.entry.bulk.iter().flat_map(|bulk| &bulk.files);
            let mut paths = saves
                .chain(step.entry.files.iter().map(|added| &added.path))
                .chain(bulk.map(|file| &file.path));
            if paths.any(|path| stuck.contains(path)) {
                continue;
            }
            if !self.conclude(&pending, index)? {
                // What hinders this commit hinders the others.
                break;
            }
        }
        Ok(())
    }

    /// Brings one file to where its entries lead. `false`: it must wait, and its entries with it.
    fn replay_file(&mut self, path: &str, pending: &mut [Pending]) -> Result<bool, StoreError> {
        let current = match read(&self.desk, path) {
            Ok(current) => current,
            Err(error) => {
                for step in pending
                    .iter_mut()
                    .filter(|step| !step.open && holds(&step.entry, path))
                {
                    self.leave(step, path, &error.to_string())?;
                }
                return Ok(true);
            }
        };
        let steps: Vec<usize> = (0..pending.len())
            .filter(|&index| holds(&pending[index].entry, path))
            .collect();
        // The last entry whose text stands there tells how far it had come.
        let reached = steps.iter().rposition(|&index| {
            content(&pending[index].entry, path)
                .is_some_and(|content| current.as_deref() == Some(content.text.as_bytes()))
        });
        let base = match current.map(String::from_utf8) {
            None => None,
            Some(Ok(text)) => Some(text),
            Some(Err(_)) => {
                for &index in &steps {
                    if pending[index].open {
                        continue;
                    }
                    self.leave(
                        &mut pending[index],
                        path,
                        &format!("`{path}` is no UTF-8 text any more"),
                    )?;
                }
                return Ok(true);
            }
        };
        let mut text = base.clone();
        for &index in &steps[reached.map_or(0, |place| place + 1)..] {
            let Some(wanted) = content(&pending[index].entry, path).cloned() else {
                continue;
            };
            if pending[index].open {
                continue;
            }
            pending[index].unfinished = true;
            if wanted.follows(text.as_deref()) {
                text = Some(wanted.text);
                continue;
            }
            let joined = match &text {
                Some(now) => reapply(path, wanted.base.as_deref(), &wanted.text, now),
                // The file was removed on purpose; its text is in the entry.
                None => None,
            };
            let Some(joined) = joined else {
                self.leave(
                    &mut pending[index],
                    path,
                    &format!("`{path}` was changed by somebody else in the meantime"),
                )?;
                continue;
            };
            let step = &mut pending[index];
            let new = PlannedText::new(path.to_owned(), text.clone(), joined.clone());
            if let Some(old) = step.entry.saves.iter_mut().find(|save| save.path == path) {
                *old = new;
            }
            self.journal.put(&step.name, &step.entry)?;
            text = Some(joined);
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

    /// Puts the files of a bulk in place, or takes it back where nothing of it was promised. `false`:
    /// it must wait.
    fn replay_bulk(&mut self, step: &mut Pending) -> Result<bool, StoreError> {
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
                if let Err(error) = self.place_bulk(&step.name, &mut step.entry) {
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
    fn replay_added(&mut self, step: &mut Pending) -> Result<bool, StoreError> {
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

    /// Makes the commit of an entry whose files are in place, and removes the entry. `false`: it
    /// must wait.
    fn conclude(&mut self, pending: &[Pending], index: usize) -> Result<bool, StoreError> {
        let step = &pending[index];
        let mut pieces = Vec::new();
        for save in &step.entry.saves {
            let superseded = pending[index + 1..]
                .iter()
                .any(|later| later.entry.commit && holds(&later.entry, &save.path));
            pieces.push(CommitFile {
                path: &save.path,
                body: FileBody::Text(&save.text),
                when: if superseded {
                    Condition::OnlyOn(save.base.as_deref())
                } else {
                    Condition::Always
                },
            });
        }
        pieces.extend(bulk_pieces(&step.entry));
        let contents = self.journal.contents(&self.desk)?;
        pieces.extend(file_pieces(&step.entry, &contents));
        let done = if step.entry.commit && self.rules.commit && !pieces.is_empty() {
            match self.commit(&step.entry, &pieces) {
                Ok(CommitOutcome::Made(commit)) => {
                    self.made = Some(commit);
                    self.reported.push(format!(
                        "committed \"{}\", which an earlier command had saved.",
                        step.entry.title()
                    ));
                    true
                }
                Ok(CommitOutcome::Already(_)) => {
                    self.finished(step);
                    true
                }
                Ok(CommitOutcome::Unstaged(..) | CommitOutcome::Later(_)) => false,
                Err(error) => {
                    self.reported.push(format!(
                        "\"{}\" is saved, but still not committed: {error}.",
                        step.entry.title()
                    ));
                    false
                }
            }
        } else {
            self.finished(step);
            true
        };
        if done {
            if let Some(bulk) = &step.entry.bulk {
                self.let_go(&bulk.keeper);
            }
            self.journal.remove(&step.name)?;
        }
        Ok(done)
    }

    fn finished(&mut self, step: &Pending) {
        if step.unfinished && !step.aside {
            self.reported.push(format!(
                "finished \"{}\", which an earlier command had begun.",
                step.entry.title()
            ));
        }
    }
}

fn content<'a>(entry: &'a JournalEntry, path: &str) -> Option<&'a PlannedText> {
    entry.saves.iter().find(|save| save.path == path)
}

fn holds(entry: &JournalEntry, path: &str) -> bool {
    content(entry, path).is_some()
}

fn read(desk: &Folder, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let (parts, name) = split(path)?;
    match desk.walk(parts.into_iter())? {
        Some(folder) => folder.read(name),
        None => Ok(None),
    }
}
