//! Saving very many files at once, for imports, with the same journal as every other step.
//!
//! The contents, texts and bytes of any kind, go into git's objects first, under a reference of our
//! own that keeps them there; then the journal's entry names them, by path and object; only then the
//! files are put in place and the commit is made. So the entry needs no contents, and whoever finds
//! it can finish every part of the step, on a branch that has moved meanwhile too. This holds as well
//! where no commit is wanted, or git makes it itself: the objects are what the person's own commit
//! will name. Contents pass one at a time, in pieces.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::model::moment::Moment;

use crate::store::error::StoreError;
use crate::store::fs::contents::{AddedFile, KeptContent, Measured, hex, is_there};
use crate::store::fs::folder::Folder;
use crate::store::fs::random;
use crate::store::fs::replace::{PlannedText, write};
use crate::store::git::commit::CommitOutcome;
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::fast_import::{File, ImportResult, Importer, sync_objects};
use crate::store::git::reflog::{self, Lost};
use crate::store::git::signature::Signature;
use crate::store::git::stale_locks::KEEPERS;
use crate::store::git::tip::objects;
use crate::store::journal::entry::{Bulk, BulkStage, JournalEntry, Planned};
use crate::store::journal::placing::{EACH_DURABLE, WrittenFiles};
use crate::store::journal::save::{Saved, Trouble, Writer};
use crate::store::journal::step::{Save, SaveStep};

/// The files of a bulk on their way into git's objects.
pub struct Many<'m> {
    held: &'m Writer,
    importer: Importer,
    files: Vec<Planned>,
    written: WrittenFiles,
    message: Option<String>,
}

impl Many<'_> {
    /// Says in other words what the commit does, once it is known.
    pub fn say(&mut self, message: String) {
        self.message = Some(message);
    }

    /// Takes a file of text in. Fails with `Changed` or `Exists` where the file is not what its base
    /// says.
    pub fn text(&mut self, save: Save) -> Result<(), StoreError> {
        save.check()?;
        let Save { path, base, text } = save;
        self.importer.blob(text.as_bytes());
        let content = PlannedText::new(path, base, text);
        self.held.check(&content)?;
        if content.base.is_none() && !self.held.beside {
            // While git takes the text in, instead of reading it back from there.
            let (tmp, bytes) = (self.held.journal.tmp(), &mut content.text.as_bytes());
            let temporary = write(tmp, false, bytes, None, EACH_DURABLE)?;
            self.written.insert(content.path.clone(), temporary);
        }
        let base = content.base.as_deref();
        self.plan(content.path.clone(), base.map(sha256), false);
        Ok(())
    }

    /// Takes a new file of any bytes in, which must be what `content` says; where the file is there,
    /// it must hold just that.
    ///
    /// Fails with `Exists` where something else stands there, and with `Changed` where `from` gives
    /// something else.
    pub fn bytes(
        &mut self,
        path: String,
        content: &KeptContent,
        from: &mut dyn Read,
    ) -> Result<(), StoreError> {
        let added = AddedFile::new(path, content);
        let there = is_there(&self.held.desk, &added)?;
        let mut measured = Measured::new(Path::new(&added.path), content.size);
        self.importer.begin_blob(content.size);
        while let Some(bytes) = measured.next(from)? {
            if self.held.repo.interrupt.raised().is_some() {
                return Err(StoreError::Interrupted);
            }
            self.importer.part(bytes);
        }
        if measured.kept() != *content {
            return Err(StoreError::Changed { path: added.path });
        }
        self.importer.end_blob();
        self.plan(added.path, there.then_some(added.sha256), true);
        Ok(())
    }

    fn plan(&mut self, path: String, base: Option<String>, bytes: bool) {
        self.files.push(Planned {
            path,
            base,
            bytes,
            was: None,
            blob: String::new(),
        });
    }
}

impl Writer {
    /// Saves texts, all of them or none, and makes one commit of them if the rules ask for commits.
    ///
    /// Refuses with `InProgress` or `Detached` where no commit could be made now, and with
    /// `Changed` or `Exists` where a file is not what its base says, before anything is written.
    /// What fails once the files are promised is [`Saved::Incomplete`].
    pub fn save_many(
        &mut self,
        message: &str,
        author: &Signature,
        at: Moment,
        saves: impl Iterator<Item = Save>,
    ) -> Result<Saved, StoreError> {
        let mut saves = saves.peekable();
        if saves.peek().is_none() {
            return Ok(Saved::Kept);
        }
        self.save_all(message, author, at, |many| {
            saves.try_for_each(|save| many.text(save))
        })
    }

    /// Saves texts and files of any bytes, one at least, which `fill` hands over, in one commit. An
    /// error of `fill` stops it before anything is written.
    pub fn save_all<E: From<StoreError>>(
        &mut self,
        message: &str,
        author: &Signature,
        at: Moment,
        fill: impl FnOnce(&mut Many<'_>) -> Result<(), E>,
    ) -> Result<Saved, E> {
        if self.rules.commit
            && let Some(unfinished) = self.repo.unfinished()
        {
            let what = unfinished.what();
            return Err(StoreError::InProgress { what }.into());
        }
        self.on_a_branch()?;
        self.spawned = true;
        let random = random::random(10).map_err(StoreError::io("name", self.repo.private()))?;
        let keeper = format!("{KEEPERS}/{}", random.to_ascii_lowercase());
        let step = SaveStep {
            message: message.to_owned(),
            author: author.clone(),
            at,
            saves: Vec::new(),
        };
        let (top, prefix) = (&self.repo.top, &self.repo.prefix);
        let mut entry = JournalEntry::new(top, prefix, self.rules.commit, &step, &[]);
        entry.begin_bulk(Bulk::new(keeper.clone()));
        // Before there is a reference, so that no death leaves one that nobody knows.
        let name = self.journal.add(&entry)?;
        let written =
            self.write_objects(&keeper, &step, fill)
                .and_then(|(bulk, message, written)| {
                    entry.bulk = Some(bulk);
                    entry.message = message.unwrap_or_else(|| entry.message.clone());
                    match self.journal.put(&name, &entry) {
                        Ok(()) => Ok(written),
                        Err(error) => {
                            self.discard(&written);
                            Err(error.into())
                        }
                    }
                });
        let mut written = match written {
            Ok(written) => written,
            Err(error) => {
                self.let_go(&keeper);
                self.journal.withdraw(&name)?;
                return Err(error);
            }
        };
        // From here on it will be carried out, by this command or by the next.
        let placed = self.place_bulk(&name, &mut entry, &mut written);
        self.discard(&written);
        if let Err(error) = placed {
            let source = Box::new(error);
            return Ok(Saved::Incomplete(Trouble::new(StoreError::HalfSaved {
                source,
            })));
        }
        if !self.rules.commit {
            self.finish_bulk(&name, &entry);
            return Ok(Saved::Kept);
        }
        let pieces = bulk_pieces(&entry);
        match self.commit(&entry, &pieces) {
            Ok(CommitOutcome::Made(commit) | CommitOutcome::Already(commit)) => {
                self.finish_bulk(&name, &entry);
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

    /// Writes the contents as objects, durably, under a commit that the keeper names.
    fn write_objects<E: From<StoreError>>(
        &mut self,
        keeper: &str,
        step: &SaveStep,
        fill: impl FnOnce(&mut Many<'_>) -> Result<(), E>,
    ) -> Result<(Bulk, Option<String>, WrittenFiles), E> {
        let began = SystemTime::now();
        let words = CommitMessage {
            message: &step.message,
            author: &step.author,
            at: step.at,
        };
        let mut many = Many {
            importer: Importer::start(&self.repo, &words)?,
            held: self,
            files: Vec::new(),
            written: WrittenFiles::new(),
            message: None,
        };
        let filled = fill(&mut many);
        let Many {
            importer,
            files,
            written,
            message,
            ..
        } = many;
        if let Err(error) = filled {
            importer.abandon();
            self.discard(&written);
            return Err(error);
        }
        let mut bulk = Bulk::new(keeper.to_owned());
        bulk.files = files;
        let sealed = self
            .seal(&mut bulk, importer)
            .and_then(|()| self.sync_bulk(began));
        if let Err(error) = sealed {
            self.discard(&written);
            return Err(error.into());
        }
        // A file comes before the text that tells of it, so that no reader misses one.
        bulk.files.sort_by_key(|file| !file.bytes);
        bulk.stage = BulkStage::Written;
        Ok((bulk, message, written))
    }

    /// Makes the objects of a bulk durable, and the name that keeps them.
    fn sync_bulk(&self, began: SystemTime) -> Result<(), StoreError> {
        sync_objects(&self.repo, began).map_err(StoreError::before_saving)?;
        if self.repo.reftable.is_none() {
            let synced = Folder::open(&self.repo.common.join(KEEPERS)).and_then(|it| it.sync());
            synced.map_err(StoreError::before_saving)?;
        }
        Ok(())
    }

    /// Removes temporary files that were not put in place.
    fn discard(&self, written: &WrittenFiles) {
        for temporary in written.values() {
            // What stays is removed by the next command.
            let _ = self.journal.tmp().remove(&temporary.name);
        }
    }

    /// Ends the stream of a bulk with the commit that the keeper names, and notes the names of the
    /// objects, old and new.
    fn seal(&mut self, bulk: &mut Bulk, mut importer: Importer) -> Result<(), StoreError> {
        let paths: Vec<String> = bulk
            .files
            .iter()
            .map(|file| self.repo.in_tree(&file.path))
            .collect();
        let files = paths.iter().enumerate().map(|(at, path)| File {
            path,
            executable: false,
            blob: format!(":{}", at + 1),
        });
        importer.commit(&bulk.keeper, None, files);
        let failed = |reason: String| StoreError::Git {
            command: "fast-import".to_owned(),
            // Nothing is saved yet, and the command is named already.
            stderr: match reason.split_once(" failed: ") {
                Some((_, rest)) => rest.to_owned(),
                None => reason,
            },
        };
        let made = match importer.finish(paths.len()) {
            Ok(ImportResult::Made(made)) if made.blobs.len() == paths.len() => made,
            Ok(ImportResult::Made(_) | ImportResult::Moved) => {
                return Err(failed("it did not name the objects".to_owned()));
            }
            Ok(ImportResult::Locked(why)) => return Err(failed(why)),
            Err(StoreError::NotCommitted { reason }) => return Err(failed(reason)),
            Err(error) => return Err(error),
        };
        bulk.commit = Some(made.commit);
        for (file, blob) in bulk.files.iter_mut().zip(made.blobs) {
            file.blob = blob;
        }
        if self.rules.commit {
            let head = self.repo.head()?;
            let (tip, mut held) = self.held_by(head.reference())?;
            bulk.tip = tip;
            for (file, path) in bulk.files.iter_mut().zip(&paths) {
                file.was = held.remove(path);
            }
        }
        Ok(())
    }

    /// The commit that a reference names, and the files of the desk in it: object by path. Nothing
    /// where there is no such reference.
    fn held_by(
        &mut self,
        reference: &str,
    ) -> Result<(Option<String>, HashMap<String, String>), StoreError> {
        let name = format!("{reference}^{{commit}}");
        let git = &self.repo.git;
        let mut reported = git.run(&["rev-parse", "--quiet", "--verify", &name])?;
        if !reported.ok && reference != "HEAD" {
            // What it held says which files the import may replace.
            if let Lost::Restored(what) = reflog::restore(&self.repo, reference)? {
                self.reported.push(what);
                reported = git.run(&["rev-parse", "--quiet", "--verify", &name])?;
            }
        }
        if !reported.ok {
            return Ok((None, HashMap::new()));
        }
        let tip = String::from_utf8_lossy(&reported.stdout).trim().to_owned();
        let held = objects(&self.repo, &tip)?;
        Ok((Some(tip), held))
    }

    /// Removes the entry of a finished bulk and lets its objects go.
    pub(in crate::store) fn finish_bulk(&self, name: &str, entry: &JournalEntry) {
        if let Some(bulk) = &entry.bulk {
            self.let_go(&bulk.keeper);
        }
        // What stays is found finished, and removed, by the next command.
        let _ = self.journal.remove(name);
    }

    /// Removes a keeper, if it is there.
    pub(in crate::store) fn let_go(&self, keeper: &str) {
        // What stays keeps a few objects that the branch has anyway.
        let _ = self.repo.git.run(&["update-ref", "-d", keeper]);
    }
}

/// The files of a bulk for its commit.
pub(in crate::store) fn bulk_pieces(entry: &JournalEntry) -> Vec<CommitFile<'_>> {
    let files = entry.bulk.iter().flat_map(|bulk| &bulk.files);
    let piece = |file| {
        let Planned {
            path, was, blob, ..
        }: &Planned = file;
        CommitFile {
            path,
            body: FileBody::Object(blob),
            when: Condition::OnlyOnObject(was.as_deref()),
        }
    };
    files.map(piece).collect()
}

pub(in crate::store) fn sha256(text: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(text.as_ref()))
}
