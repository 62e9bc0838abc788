//! Saving very many files at once, for imports, with the same journal as every other step.
//!
//! The texts go into git's objects first, under a reference of our own that keeps them there; then
//! the journal's entry names them, by path and object; only then the files are put in place and the
//! commit is made. So the entry needs no texts, and whoever finds it can finish every part of the
//! step, on a branch that has moved meanwhile too. This holds as well where no commit is wanted, or
//! git makes it itself: the objects are what the person's own commit will name.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::model::moment::Moment;

use super::commit::{
    Body, File, Imported, Importer, Outcome, Piece, When, Words, header, objects, sync_objects,
};
use super::error::StoreError;
use super::files::{Temporary, compare, place, write};
use super::folder::{Folder, split};
use super::fresh;
use super::journal::{Bulk, Content, Entry, Planned, Stage};
use super::keep::hex;
use super::reflog::{self, Lost};
use super::save::{Held, Save, Saved, Signature, Step, Trouble};

/// How many files share one sync: enough that its price vanishes, few enough to hold in memory.
const BATCH: usize = 4096;

/// Where the references lie that keep objects which the journal names.
pub(super) const KEEPERS: &str = "refs/plaindesk";

/// Files on their way to disk.
struct Batch {
    folders: BTreeMap<String, Folder>,
    ready: Vec<(Content, String, Option<Temporary>)>,
    /// The first batch is one file: it shows on which file system temporary files must stand.
    limit: usize,
}

impl Batch {
    fn new() -> Self {
        Self {
            folders: BTreeMap::new(),
            ready: Vec::new(),
            limit: 1,
        }
    }
}

impl Held {
    /// Saves files, all of them or none, and makes one commit of them if the rules ask for commits.
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
        if self.rules.commit
            && let Some(unfinished) = self.repo.unfinished()
        {
            return Err(StoreError::InProgress {
                what: unfinished.what(),
            });
        }
        self.on_a_branch()?;
        let mut saves = saves.peekable();
        if saves.peek().is_none() {
            return Ok(Saved::Kept);
        }
        self.spawned = true;
        let random = fresh::random(10).map_err(StoreError::io("name", self.repo.private()))?;
        let keeper = format!("{KEEPERS}/{}", random.to_ascii_lowercase());
        let step = Step {
            message: message.to_owned(),
            author: author.clone(),
            at,
            saves: Vec::new(),
        };
        let (top, prefix) = (&self.repo.top, &self.repo.prefix);
        let mut entry = Entry::new(top, prefix, self.rules.commit, &step, &[]);
        entry.begin_bulk(Bulk::new(keeper.clone()));
        // Before there is a reference, so that no death leaves one that nobody knows.
        let name = self.journal.add(&entry)?;
        let written = self.write_objects(&keeper, &step, saves).and_then(|bulk| {
            entry.bulk = Some(bulk);
            self.journal.put(&name, &entry)
        });
        if let Err(error) = written {
            self.let_go(&keeper);
            self.journal.withdraw(&name)?;
            return Err(error);
        }
        // From here on it will be carried out, by this command or by the next.
        if let Err(error) = self.place_bulk(&name, &mut entry) {
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
            Ok(Outcome::Made(commit) | Outcome::Already(commit)) => {
                self.finish_bulk(&name, &entry);
                self.settle(&entry);
                self.made = Some(commit.clone());
                Ok(Saved::Committed(commit))
            }
            Ok(Outcome::Unstaged(commit, why)) => {
                self.told.push(format!(
                    "the index is not in step yet ({why}); the next command that writes brings it in step."
                ));
                self.made = Some(commit.clone());
                Ok(Saved::Committed(commit))
            }
            Ok(Outcome::Later(why)) => Ok(Saved::Deferred(why)),
            Err(error) => Ok(Saved::Incomplete(Trouble::new(error))),
        }
    }

    /// Writes the texts as objects, durably, under a commit that the keeper names.
    fn write_objects(
        &mut self,
        keeper: &str,
        step: &Step,
        saves: impl Iterator<Item = Save>,
    ) -> Result<Bulk, StoreError> {
        let began = SystemTime::now();
        let words = Words {
            message: &step.message,
            author: &step.author,
            at: step.at,
        };
        let mut importer = Importer::start(&self.repo, &words)?;
        let mut bulk = Bulk::new(keeper.to_owned());
        bulk.stage = Stage::Written;
        for save in saves {
            if let Err(error) = save.check() {
                importer.abandon();
                return Err(error);
            }
            let Save { path, base, text } = save;
            importer.blob(text.as_bytes());
            let content = Content::new(path, base, text);
            if let Err(error) = self.check(&content) {
                importer.abandon();
                return Err(error);
            }
            bulk.files.push(Planned {
                base: content.base.as_deref().map(sha256),
                path: content.path,
                was: None,
                blob: String::new(),
            });
        }
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
        importer.commit(keeper, None, files);
        let failed = |reason: String| StoreError::Git {
            command: "fast-import".to_owned(),
            // Nothing is saved yet, and the command is named already.
            stderr: match reason.split_once(" failed: ") {
                Some((_, rest)) => rest.to_owned(),
                None => reason,
            },
        };
        let made = match importer.finish(paths.len()) {
            Ok(Imported::Made(made)) if made.blobs.len() == paths.len() => made,
            Ok(Imported::Made(_) | Imported::Moved) => {
                return Err(failed("it did not name the objects".to_owned()));
            }
            Ok(Imported::Locked(why)) => return Err(failed(why)),
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
        sync_objects(&self.repo, began).map_err(StoreError::before_saving)?;
        if self.repo.reftable.is_none() {
            let synced = Folder::open(&self.repo.common.join(KEEPERS)).and_then(|it| it.sync());
            synced.map_err(StoreError::before_saving)?;
        }
        Ok(bulk)
    }

    /// The commit that a reference names, and the files of the desk in it: object by path. Nothing
    /// where there is no such reference.
    fn held_by(
        &mut self,
        reference: &str,
    ) -> Result<(Option<String>, HashMap<String, String>), StoreError> {
        let name = format!("{reference}^{{commit}}");
        let git = &self.repo.git;
        let mut told = git.run(&["rev-parse", "--quiet", "--verify", &name])?;
        if !told.ok && reference != "HEAD" {
            // What it held says which files the import may replace.
            if let Lost::Restored(what) = reflog::restore(&self.repo, reference)? {
                self.told.push(what);
                told = git.run(&["rev-parse", "--quiet", "--verify", &name])?;
            }
        }
        if !told.ok {
            return Ok((None, HashMap::new()));
        }
        let tip = String::from_utf8_lossy(&told.stdout).trim().to_owned();
        let held = objects(&self.repo, &tip)?;
        Ok((Some(tip), held))
    }

    /// Puts the files of a bulk in place that are not there yet. What somebody else has written
    /// meanwhile stays, and our text for that file is left to a person.
    pub(super) fn place_bulk(&mut self, name: &str, entry: &mut Entry) -> Result<(), StoreError> {
        let Some(mut bulk) = entry.bulk.take() else {
            return Ok(());
        };
        let placed = self.place_planned(entry, &mut bulk);
        entry.bulk = Some(bulk);
        placed?;
        // If this fails, the next command finds every text in its place.
        let _ = self.journal.put(name, entry);
        Ok(())
    }

    fn place_planned(&mut self, entry: &Entry, bulk: &mut Bulk) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        let mut left = Vec::new();
        for files in bulk.files.chunks(BATCH) {
            let texts = self.texts(files)?;
            for (file, text) in files.iter().zip(texts) {
                let (parts, name) = split(&file.path)?;
                let now = match self.desk.walk(parts.into_iter())? {
                    Some(folder) => folder.read(name)?,
                    None => None,
                };
                let base = match now.map(String::from_utf8) {
                    None if file.base.is_none() => None,
                    Some(Ok(now)) if now == text || file.base == Some(sha256(&now)) => Some(now),
                    _ => {
                        left.push(Content::new(file.path.clone(), None, text));
                        continue;
                    }
                };
                self.bulk_add(&mut batch, Content::new(file.path.clone(), base, text))?;
            }
        }
        self.bulk_flush(&mut batch)?;
        for content in left {
            let path = content.path.clone();
            bulk.files.retain(|file| file.path != path);
            let place = self
                .journal
                .copy_aside("000000.json", &entry.only(content))?;
            self.told.push(format!(
                "a saved change (\"{}\") was not applied: `{path}` was changed by somebody else in the meantime; it is kept in `{}`",
                entry.title(),
                place.display()
            ));
        }
        bulk.stage = Stage::Placed;
        Ok(())
    }

    /// The texts of planned files, from git's objects.
    fn texts(&self, files: &[Planned]) -> Result<Vec<String>, StoreError> {
        let names: Vec<&str> = files.iter().map(|file| file.blob.as_str()).collect();
        let input = format!("{}\n", names.join("\n"));
        let args = ["cat-file", "--batch"];
        let told = self.repo.git.feed(&args, input.as_bytes())?.or_error()?;
        let gone = |file: &Planned| StoreError::Answer {
            command: args.join(" "),
            answer: format!("the object {} of `{}` is missing", file.blob, file.path),
        };
        let mut rest = told.as_slice();
        let mut texts = Vec::with_capacity(files.len());
        for file in files {
            let told = header(&mut rest, &file.blob).flatten();
            let (_, size) = told.ok_or_else(|| gone(file))?;
            let (text, after) = rest.split_at_checked(size).ok_or_else(|| gone(file))?;
            rest = after.strip_prefix(b"\n").unwrap_or(after);
            let text = std::str::from_utf8(text).map_err(|_| gone(file))?;
            texts.push(text.to_owned());
        }
        Ok(texts)
    }

    /// Removes the entry of a finished bulk and lets its objects go.
    pub(super) fn finish_bulk(&self, name: &str, entry: &Entry) {
        if let Some(bulk) = &entry.bulk {
            self.let_go(&bulk.keeper);
        }
        // What stays is found finished, and removed, by the next command.
        let _ = self.journal.remove(name);
    }

    /// Removes a keeper, if it is there.
    pub(super) fn let_go(&self, keeper: &str) {
        // What stays keeps a few objects that the branch has anyway.
        let _ = self.repo.git.run(&["update-ref", "-d", keeper]);
    }

    fn bulk_add(&mut self, batch: &mut Batch, content: Content) -> Result<(), StoreError> {
        let (parts, name) = split(&content.path)?;
        let key = parts.join("/");
        if !batch.folders.contains_key(&key) {
            batch
                .folders
                .insert(key.clone(), self.desk.make(parts.into_iter())?);
        }
        let folder = &batch.folders[&key];
        let mut temporary = None;
        if content.base.as_deref() != Some(content.text.as_str()) {
            // A new file is compared by the rename itself, which never replaces one.
            let old = if content.base.is_some() {
                folder.look_at_file(name)?
            } else {
                None
            };
            let home = if self.beside {
                folder
            } else {
                self.journal.tmp()
            };
            temporary = Some(write(
                home,
                self.beside,
                &content.text,
                old.as_ref(),
                !cfg!(target_os = "linux"),
            )?);
        }
        batch.ready.push((content, key, temporary));
        if batch.ready.len() >= batch.limit {
            self.bulk_flush(batch)?;
            batch.limit = BATCH;
        }
        Ok(())
    }

    fn bulk_flush(&mut self, batch: &mut Batch) -> Result<(), StoreError> {
        let mut ready = std::mem::take(&mut batch.ready);
        if ready.is_empty() {
            return Ok(());
        }
        let placed = self.bulk_place(batch, &mut ready);
        if placed.is_err() {
            for (_, key, temporary) in &ready {
                if let Some(temporary) = temporary {
                    let home = if temporary.beside {
                        &batch.folders[key]
                    } else {
                        self.journal.tmp()
                    };
                    // What stays is removed by the next command.
                    let _ = home.remove(&temporary.name);
                }
            }
        }
        placed?;
        let mut keys: Vec<&String> = ready.iter().map(|(_, key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
            .try_for_each(|key| batch.folders[key].sync())
    }

    fn bulk_place(
        &mut self,
        batch: &Batch,
        ready: &mut [(Content, String, Option<Temporary>)],
    ) -> Result<(), StoreError> {
        #[cfg(target_os = "linux")]
        if self.beside {
            self.desk.sync_all()?;
        } else {
            self.journal.tmp().sync_all()?;
        }
        for (content, key, temporary) in ready {
            let Some(temporary) = temporary else { continue };
            let folder = &batch.folders[key.as_str()];
            let (_, name) = split(&content.path)?;
            if content.base.is_some() {
                compare(folder, name, content)?;
            }
            place(self.journal.tmp(), folder, name, content, temporary)?;
            self.beside |= temporary.beside;
        }
        Ok(())
    }
}

/// The files of a bulk for its commit.
pub(super) fn bulk_pieces(entry: &Entry) -> Vec<Piece<'_>> {
    let files = entry.bulk.iter().flat_map(|bulk| &bulk.files);
    let piece = |file| {
        let Planned {
            path, was, blob, ..
        }: &Planned = file;
        Piece {
            path,
            body: Body::Object(blob),
            when: When::OnlyOnObject(was.as_deref()),
        }
    };
    files.map(piece).collect()
}

fn sha256(text: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(text.as_ref()))
}
