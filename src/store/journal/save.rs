//! Saving: from a text that a command has made to a file on disk and a commit.
//!
//! A step is acknowledged when its files are durable; the commit can be made again from the
//! journal. So a crash, a full disk or somebody's half-done rebase delays a commit at most.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::store::error::StoreError;
use crate::store::fs::contents::{AddedFile, Contents, KeptContent, is_there};
use crate::store::fs::folder::{Folder, split};
use crate::store::fs::replace::{PlannedText, Refusal, put, temporary_name};
use crate::store::git::commit::{CommitOutcome, CommitTarget, commit};
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::merge_setup::MergeSetup;
use crate::store::git::repo::Repo;
use crate::store::git::save_rules::SaveRules;
use crate::store::git::signature::Signature;
use crate::store::git::stale_locks::any_since;
use crate::store::git::state::Head;
use crate::store::git::unmerged::Unmerged;
use crate::store::git::writer_lock::{self, Lock};
use crate::store::journal::attached_files::{add_all, take_away};
use crate::store::journal::entry::{Journal, JournalEntry};
use crate::store::journal::report::Report;
use crate::store::journal::session::Session;
use crate::store::journal::step::SaveStep;

/// How a step was kept. In every case its files are durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The commit with this name holds it.
    Committed(String),
    /// The files hold it; no commit was wanted, or there was nothing to save.
    Kept,
    /// The commit is made by the next command that can; why not now.
    Deferred(String),
    /// The files are saved; what failed after that is an error for the person all the same.
    Incomplete(Trouble),
}

impl Saved {
    /// What failed although the files are saved, if anything did.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Incomplete(trouble) => Some(trouble),
            Self::Committed(_) | Self::Kept | Self::Deferred(_) => None,
        }
    }
}

/// What failed after the files were saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// One line with the cause; it begins with "saved".
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Trouble {
    pub(in crate::store) fn new(error: StoreError) -> Self {
        let error = saved_but(error);
        Self {
            message: error.with_causes(),
            hint: error.hint(),
        }
    }
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub struct Writer {
    pub(in crate::store) repo: Repo,
    pub(in crate::store) rules: SaveRules,
    pub(in crate::store) journal: Journal,
    pub(in crate::store) desk: Folder,
    pub(in crate::store) reported: Vec<String>,
    notes: Vec<String>,
    /// The last commit made.
    pub(in crate::store) made: Option<String>,
    /// The journal's entries that a session still works on, by name.
    pub(in crate::store) open: BTreeMap<String, JournalEntry>,
    /// Whether temporary files must stand beside their targets.
    pub(in crate::store) beside: bool,
    /// Whether git was started in this work tree, and could have left a lock.
    pub(in crate::store) spawned: bool,
    /// Whether a lock of git's stands in another work tree.
    pub(in crate::store) left_over: bool,
    lock: Option<Lock>,
}

impl Repo {
    /// Takes the clone's lock for `command` and finishes what a dead or hindered command left.
    ///
    /// Fails with `Busy` when one holder keeps it for 30 seconds, with `Detached` when the rules
    /// ask for commits and no branch would hold them, with `InsideHook` in a hook of a desk
    /// command, with `Interrupted` when a signal comes while waiting.
    pub fn hold(&self, command: &str, rules: &SaveRules) -> Result<Writer, StoreError> {
        let private = self.make_private()?;
        let mode = self.shared_mode();
        let place = writer_lock::place(self.private());
        let lock = Lock::take(&place, mode, command, self.patience, &self.interrupt)?;
        let journal = Journal::open(private, mode)?;
        journal.clean()?;
        let died = lock.died;
        let mut held = Writer {
            repo: self.clone(),
            rules: *rules,
            desk: self.desk()?,
            journal,
            reported: Vec::new(),
            notes: Vec::new(),
            made: None,
            open: BTreeMap::new(),
            beside: false,
            spawned: false,
            left_over: false,
            lock: Some(lock),
        };
        held.on_a_branch()?;
        held.only_if_trusted();
        held.recover(died)?;
        held.journal.sweep()?;
        if let Some(lock) = &mut held.lock {
            lock.unclean = false;
        }
        Ok(held)
    }
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

    /// Sentences for standard error: what was finished for others, what is left to a person, and
    /// what a save could not do beside its work.
    pub fn recovered(&self) -> &[String] {
        &self.reported
    }

    /// All that is to be told, what is only good to know before the rest.
    pub fn reports(&self) -> Vec<Report> {
        let notes = self.notes.iter().cloned().map(Report::note);
        let warnings = self.reported.iter().cloned().map(Report::warning);
        notes.chain(warnings).collect()
    }

    /// Adds a sentence about something that is wrong.
    pub fn report(&mut self, sentence: &str) {
        self.reported.push(sentence.to_owned());
    }

    /// Adds a sentence about something that is good to know.
    pub fn note(&mut self, sentence: &str) {
        self.notes.push(sentence.to_owned());
    }

    /// Whether what is saved is committed.
    pub fn commits(&self) -> bool {
        self.rules.commit
    }

    /// The repository.
    pub fn repo(&self) -> &Repo {
        &self.repo
    }

    /// Since when our own git children, or those of a holder that died, may have left locks; by the
    /// clock of the file system.
    pub(in crate::store) fn since(&self) -> SystemTime {
        self.lock
            .as_ref()
            .map_or_else(SystemTime::now, |lock| lock.died.unwrap_or(lock.taken))
    }

    /// Takes back what the desk's settings ask for and only the person can allow: hooks and
    /// signatures run programs that the repository names.
    fn only_if_trusted(&mut self) {
        let SaveRules { sign, hooks, .. } = self.rules;
        if !self.rules.commit || !(sign || hooks) || self.repo.is_trusted() {
            return;
        }
        (self.rules.sign, self.rules.hooks) = (false, false);
        let what = match (sign, hooks) {
            (true, true) => "`sign` and `hooks` under `[git]` count",
            (true, false) => "`sign` under `[git]` counts",
            (false, _) => "`hooks` under `[git]` counts",
        };
        let folder = self.repo.common.display().to_string();
        self.reported.push(format!(
            "{what} only for a clone that you trust; if you do, run `git config --global --add plaindesk.trust {}`.",
            quoted(&folder)
        ));
    }

    /// Refuses commits that would belong to no branch.
    pub(in crate::store) fn on_a_branch(&self) -> Result<(), StoreError> {
        let free = !self.rules.commit || self.rules.detached_ok || self.repo.unfinished().is_some();
        if free || matches!(self.repo.head()?, Head::Branch(_)) {
            return Ok(());
        }
        Err(self.repo.detached())
    }

    /// Saves all files of the step, or none, and makes one commit of them.
    ///
    /// What a session has saved of these files is taken in: the commit holds them whole.
    ///
    /// Fails with `Changed` or `Exists` where a file is not what the step was made from, and then
    /// keeps nothing, as with every error. What fails once the files are saved is no error but
    /// [`Saved::Incomplete`]: whoever asked must learn what was saved, its new ids above all.
    pub fn save(&mut self, step: &SaveStep) -> Result<Saved, StoreError> {
        self.save_with(step, &[])
    }

    /// Saves texts and new files of any bytes, whose contents [`Writer::keep`] has, together or not at
    /// all, in one commit.
    ///
    /// Fails with `Exists` where something else stands in the place of one.
    pub fn save_with(&mut self, step: &SaveStep, files: &[AddedFile]) -> Result<Saved, StoreError> {
        if step.saves.is_empty() && files.is_empty() {
            return Ok(Saved::Kept);
        }
        let (name, entry) = match self.carry_out(step, files, None) {
            Ok(done) => done,
            Err(Refusal::Nothing(error)) => return Err(error),
            Err(Refusal::Kept(error)) => return Ok(Saved::Incomplete(Trouble::new(error))),
        };
        // If the entry cannot be removed, the step is saved none the less: the next command finds
        // its texts in place and removes it.
        if !self.rules.commit {
            self.drop_entry(&name, &entry);
            return Ok(Saved::Kept);
        }
        let mut pieces: Vec<CommitFile<'_>> = entry
            .saves
            .iter()
            .map(|content| CommitFile {
                path: &content.path,
                body: FileBody::Text(&content.text),
                when: Condition::Always,
            })
            .collect();
        let contents = match self.journal.contents(&self.desk) {
            Ok(contents) => contents,
            Err(error) => return Ok(Saved::Incomplete(Trouble::new(error))),
        };
        pieces.extend(file_pieces(&entry, &contents));
        match self.commit(&entry, &pieces) {
            Ok(CommitOutcome::Made(commit) | CommitOutcome::Already(commit)) => {
                self.drop_entry(&name, &entry);
                self.settle(&entry);
                self.made = Some(commit.clone());
                Ok(Saved::Committed(commit))
            }
            Ok(CommitOutcome::Unstaged(commit, why)) => {
                self.reported.push(format!(
                    "the index is not in step yet ({why}); the next command that writes brings it in step."
                ));
                self.made = Some(commit.clone());
                Ok(Saved::Committed(commit))
            }
            Ok(CommitOutcome::Later(why)) => Ok(Saved::Deferred(why)),
            Err(error) => Ok(Saved::Incomplete(Trouble::new(error))),
        }
    }

    /// Puts what became of an unmerged file in place of what stands in the work tree, `here`, and
    /// tells git's index that it is merged.
    pub fn place_merged(
        &mut self,
        file: &Unmerged,
        path: &str,
        here: Option<String>,
        text: &str,
    ) -> Result<(), StoreError> {
        let content = PlannedText::new(path.to_owned(), here, text.to_owned());
        match put(&self.desk, self.journal.tmp(), &[&content]) {
            Ok(()) => self.repo.settle(file, text),
            Err(Refusal::Nothing(error) | Refusal::Kept(error)) => Err(error),
        }
    }

    /// Registers git's merges by our rules in this clone, where they are not registered.
    pub fn set_up_merges(&self, program: &Path) -> Result<MergeSetup, StoreError> {
        self.repo.set_up_merges(program)
    }

    /// Keeps the message of a step that no commit will hold, behind those of earlier ones, and tells
    /// where.
    pub fn keep_words(&self, step: &SaveStep) -> Result<PathBuf, StoreError> {
        const FILE: &str = "messages.md";
        let folder = self.journal.private();
        let shown = folder.shown(FILE);
        let mut text = match folder.read(FILE)? {
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => String::new(),
        };
        let Signature { name, email } = &step.author;
        let message = step.message.trim();
        let _ = write!(text, "## {} {name} <{email}>\n\n{message}\n\n", step.at);
        let new = temporary_name(false);
        let tmp = self.journal.tmp();
        let mut file = tmp.create(&new, 0o666)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(StoreError::io("write", &shown))?;
        tmp.rename(&new, folder, FILE)
            .map_err(StoreError::io("rename", &shown))?;
        folder.sync()?;
        Ok(shown)
    }

    /// Removes the entry of a finished step, and the contents that only it named. What stays is
    /// removed by the next command.
    fn drop_entry(&self, name: &str, entry: &JournalEntry) {
        let _ = self.journal.remove(name);
        if !entry.files.is_empty() {
            let _ = self.journal.sweep();
        }
    }

    /// Saves all files of the step, or none, and leaves the commit to the session's end: to its
    /// last [`Writer::save`] of the same files, or, should its process die, to the next command that
    /// writes. Until then no other command touches the entry, and its commit, if it changes one of
    /// the files itself, holds that file whole.
    ///
    /// Fails as [`Writer::save`] does. After `Changed`, read the file again and put all that the
    /// session has learned on top of it: it may lack what was saved before.
    pub fn save_open(&mut self, step: &SaveStep, session: &Session) -> Result<(), StoreError> {
        if step.saves.is_empty() {
            return Ok(());
        }
        let (name, entry) = match self.carry_out(step, &[], Some(session.name())) {
            Ok(done) => done,
            Err(Refusal::Nothing(error) | Refusal::Kept(error)) => return Err(error),
        };
        if self.rules.commit {
            self.open.insert(name, entry);
        } else {
            let _ = self.journal.remove(&name);
        }
        Ok(())
    }

    /// Saves the files of a step with their intent, up to the commit; with `owner`, in the name of
    /// that session and together with what it saved before.
    fn carry_out(
        &mut self,
        step: &SaveStep,
        files: &[AddedFile],
        owner: Option<&str>,
    ) -> Result<(String, JournalEntry), Refusal> {
        for save in &step.saves {
            save.check()?;
        }
        let mut paths = BTreeSet::new();
        let texts = step.saves.iter().map(|save| &save.path);
        for path in texts.chain(files.iter().map(|added| &added.path)) {
            split(path)?;
            if !paths.insert(path) {
                return Err(Refusal::Nothing(StoreError::BadPath {
                    path: path.clone(),
                    why: "the step names it twice",
                }));
            }
        }
        self.on_a_branch()?;
        let (top, prefix) = (&self.repo.top, &self.repo.prefix);
        let mut entry = JournalEntry::new(top, prefix, self.rules.commit, step, files);
        let plain = entry.saves.clone();
        let contents: Vec<&PlannedText> = plain.iter().collect();
        for content in &contents {
            self.check(content)?;
        }
        for added in files {
            is_there(&self.desk, added)?;
        }
        self.take_in(&mut entry, owner);
        let name = self.journal.add(&entry)?;
        let added = match add_all(&self.desk, &self.journal, files) {
            Ok(added) => added,
            Err(error) => {
                return Err(self.refused(&name, error));
            }
        };
        match put(&self.desk, self.journal.tmp(), &contents) {
            Ok(()) => {}
            Err(Refusal::Nothing(error)) => {
                take_away(&self.desk, &added);
                return Err(self.refused(&name, error));
            }
            Err(Refusal::Kept(error)) => {
                self.release(&entry);
                if owner.is_some() {
                    self.open.insert(name, entry);
                }
                return Err(Refusal::Kept(error));
            }
        }
        // Only now: a death before finds the old entry, and the new one that goes on from it.
        self.release(&entry);
        Ok((name, entry))
    }

    /// The refusal of a step of which nothing is in place. Where its entry cannot be removed, the
    /// next command will carry it out, and nobody may be told otherwise.
    fn refused(&self, name: &str, error: StoreError) -> Refusal {
        match self.journal.withdraw(name) {
            Ok(()) | Err(StoreError::Unconfirmed { .. }) => Refusal::Nothing(error),
            Err(_) => Refusal::Kept(StoreError::HalfSaved {
                source: Box::new(error),
            }),
        }
    }

    /// Lets an entry begin where the sessions began whose texts it replaces, so that one commit
    /// holds both; with `owner`, also the other files of that session.
    fn take_in(&self, entry: &mut JournalEntry, owner: Option<&str>) {
        entry.owner = owner.map(str::to_owned);
        for earlier in self.open.values() {
            if !earlier.is_beside(entry) {
                continue;
            }
            for content in &earlier.saves {
                match entry.saves.iter_mut().find(|new| new.path == content.path) {
                    Some(new) if new.base.as_ref() == Some(&content.text) => {
                        new.base.clone_from(&content.base);
                        new.was = Some(content.text.clone());
                    }
                    None if owner.is_some() && earlier.owner.as_deref() == owner => {
                        entry.saves.push(content.clone());
                    }
                    Some(_) | None => {}
                }
            }
        }
    }

    /// Takes the files of an entry out of those of sessions: they are the entry's now.
    fn release(&mut self, by: &JournalEntry) {
        for (name, mut entry) in std::mem::take(&mut self.open) {
            if entry.is_beside(by) && entry.without(by) {
                // If this fails, the entry goes on to where it stood, from which the new one began.
                let _ = if entry.is_empty() {
                    self.journal.remove(&name)
                } else {
                    self.journal.put(&name, &entry)
                };
            }
            if !entry.is_empty() {
                self.open.insert(name, entry);
            }
        }
    }

    /// Takes the files of a committed step out of the entries that still wait: its texts hold
    /// theirs, and a commit of theirs would find others' words in the way.
    pub(in crate::store) fn settle(&self, done: &JournalEntry) {
        for found in self.journal.read().unwrap_or_default() {
            let Ok(mut entry) = found.entry else { continue };
            if entry.is_beside(done) && entry.without(done) {
                // If this fails, the next command finds the texts in place and settles them itself.
                let _ = if entry.is_empty() {
                    self.journal.remove(&found.name)
                } else {
                    self.journal.put(&found.name, &entry)
                };
            }
        }
    }

    /// Compares a file with what the step was made from before anything is written.
    pub(in crate::store) fn check(&self, content: &PlannedText) -> Result<(), StoreError> {
        let (parts, name) = split(&content.path)?;
        match self.desk.walk(parts.into_iter())? {
            Some(folder) => crate::store::fs::replace::compare(&folder, name, content),
            None if content.base.is_none() => Ok(()),
            None => Err(StoreError::Changed {
                path: content.path.clone(),
            }),
        }
    }

    /// Makes the commit of an entry of this desk.
    pub(in crate::store) fn commit(
        &mut self,
        entry: &JournalEntry,
        pieces: &[CommitFile<'_>],
    ) -> Result<CommitOutcome, StoreError> {
        self.spawned = true;
        let author = entry.author();
        let words = CommitMessage {
            message: &entry.message,
            author: &author,
            at: entry.at,
        };
        let at = CommitTarget {
            repo: &self.repo,
            desk: &self.desk,
            rules: self.rules,
            since: self.since(),
        };
        commit(at, &words, pieces, &mut self.reported)
    }
}

/// The files of an entry for its commit.
pub(in crate::store) fn file_pieces<'a>(
    entry: &'a JournalEntry,
    contents: &'a Contents,
) -> impl Iterator<Item = CommitFile<'a>> {
    entry.files.iter().map(move |added| CommitFile {
        path: &added.path,
        body: FileBody::File(added, contents),
        when: Condition::Always,
    })
}

/// Makes sure that an error after the files were saved says so.
fn saved_but(error: StoreError) -> StoreError {
    match error {
        error @ (StoreError::NotCommitted { .. }
        | StoreError::Unconfirmed { .. }
        | StoreError::HalfSaved { .. }) => error,
        error => StoreError::NotCommitted {
            reason: error.with_causes(),
        },
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let since = self.since();
        if let Some(lock) = &mut self.lock {
            let looked = self.spawned || lock.died.is_some();
            lock.unclean |= self.left_over || looked && any_since(&self.repo, since);
        }
        self.lock = None;
        if let Some(commit) = &self.made {
            self.repo.tidy_after(commit);
        }
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
