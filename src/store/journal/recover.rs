//! Finishing what the journal holds: steps of dead commands, and commits that had to wait.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::store::error::StoreError;
use crate::store::fs::replace::clean_beside;
use crate::store::git::commit::{CommitOutcome, catch_up};
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::index_lock::{Staging, take};
use crate::store::git::repo::Repo;
use crate::store::git::stale_locks::lock_of;
use crate::store::git::stale_locks::{any_dead, any_since, names_us, remove_stale_of};
use crate::store::journal::bulk::bulk_pieces;
use crate::store::journal::entry::{FoundEntry, boot};
use crate::store::journal::replay::{Pending, holds};
use crate::store::journal::save::{Writer, file_pieces};
use crate::store::journal::session::sessions;

impl Writer {
    /// Carries out the journal. `died`: when the last holder of the lock took it, if it ended
    /// without letting go.
    ///
    /// What cannot be finished stays for the next command or is set aside with a sentence; only a
    /// journal that cannot be read at all is an error.
    pub(in crate::store) fn recover(&mut self, died: Option<SystemTime>) -> Result<(), StoreError> {
        let sessions = sessions(self.journal.private())?;
        // What a session's git left, it left without the lock.
        let died = died.into_iter().chain(sessions.died).min();
        let found = self.latest(self.journal.read()?)?;
        let now = boot();
        let rebooted = found
            .iter()
            .any(|found| found.entry.as_ref().is_ok_and(|entry| entry.boot != now));
        let index = lock_of(&self.repo.index);
        let mut behind = names_us(&index);
        if died.is_some() || rebooted || any_dead(&self.repo) {
            let healed = remove_stale_of(&self.repo, died, &sessions.references);
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
                        .is_some_and(|owner| sessions.living.contains(owner));
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
        for step in &mut pending {
            if step.entry.advance.is_some() && self.finish_advance(&step.name, &step.entry)? {
                step.entry.advance = None;
            }
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
            if step.open || step.entry.advance.is_some() {
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
