//! Saving very many files at once, for imports.
//!
//! There is no journal: every file is whole at every instant, and an import that was cut short is
//! run again. The disk is asked once per batch, not once per file.

use std::collections::BTreeMap;

use crate::model::moment::Moment;

use super::commit::{File, Imported, Importer, Words, commit_only, row, sync_refs};
use super::error::StoreError;
use super::files::{Temporary, compare, place, write};
use super::folder::{Folder, split};
use super::journal::Content;
use super::save::{Held, Save, Saved, Signature, Trouble};
use super::staging::{Staging, take};
use super::state::Head;

/// How many files share one sync: enough that its price vanishes, few enough to hold in memory.
const BATCH: usize = 4096;

/// How often to try again when the branch moved or a lock was held.
const TRIES: usize = 50;

/// Files on their way to disk.
struct Batch {
    folders: BTreeMap<String, Folder>,
    ready: Vec<(Content, String, Option<Temporary>)>,
    /// The first batch is one file: it shows on which file system temporary files must stand.
    limit: usize,
}

impl Held {
    /// Saves files without a commit.
    ///
    /// Stops at the first that is not what its base says (`Changed`, `Exists`); those before it may
    /// be saved, and every file is whole.
    pub fn bulk_files(&mut self, saves: impl Iterator<Item = Save>) -> Result<(), StoreError> {
        let mut batch = Batch {
            folders: BTreeMap::new(),
            ready: Vec::new(),
            limit: 1,
        };
        for save in saves {
            self.bulk_add(&mut batch, save)?;
        }
        self.bulk_flush(&mut batch)
    }

    /// Saves files and makes one commit of all of them.
    ///
    /// Refuses with `InProgress` or `Detached` before anything is written. An error whose text
    /// begins with "saved" kept the files; saving them again, each with its text as base, makes the
    /// commit.
    pub fn bulk_commit(
        &mut self,
        message: &str,
        author: &Signature,
        at: Moment,
        saves: impl Iterator<Item = Save>,
    ) -> Result<Saved, StoreError> {
        if let Some(unfinished) = self.repo.unfinished() {
            return Err(StoreError::InProgress {
                what: unfinished.what(),
            });
        }
        self.on_a_branch()?;
        self.spawned = true;
        let words = Words {
            message,
            author,
            at,
        };
        let mut batch = Batch {
            folders: BTreeMap::new(),
            ready: Vec::new(),
            limit: 1,
        };
        if self.rules.sign || self.rules.hooks {
            return self.bulk_only(&words, batch, saves);
        }
        let mut importer = Importer::start(&self.repo, &words)?;
        let mut paths = Vec::new();
        let mut written = Ok(());
        for save in saves {
            importer.blob(save.text.as_bytes());
            paths.push(self.repo.in_tree(&save.path));
            written = self.bulk_add(&mut batch, save);
            if written.is_err() {
                break;
            }
        }
        if let Err(error) = written.and_then(|()| self.bulk_flush(&mut batch)) {
            importer.abandon();
            return Err(error);
        }
        if paths.is_empty() {
            importer.abandon();
            return Ok(Saved::Kept);
        }
        Ok(self
            .bulk_import(importer, &words, &paths)
            .unwrap_or_else(|error| Saved::Incomplete(Trouble::new(error))))
    }

    /// Ends the stream with its commit. If the branch moved meanwhile, the blobs are there already.
    fn bulk_import(
        &mut self,
        importer: Importer,
        words: &Words<'_>,
        paths: &[String],
    ) -> Result<Saved, StoreError> {
        let mut importer = importer;
        let mut marks: Vec<String> = (1..=paths.len()).map(|mark| format!(":{mark}")).collect();
        let mut backoff = super::backoff::Backoff::new();
        let staging = take(&self.repo, self.since())?;
        if let Staging::Busy(why) = staging {
            importer.abandon();
            let reason = format!("another git is at work: {why}");
            return Err(StoreError::NotCommitted { reason });
        }
        for _ in 0..TRIES {
            let head = self.repo.head()?;
            let tip = self.tip(&head)?;
            let files = paths.iter().zip(&marks).map(|(path, blob)| File {
                path,
                executable: false,
                blob: blob.clone(),
            });
            importer.commit(&head, tip.as_deref(), files);
            match importer.finish(paths.len())? {
                Imported::Made(made) => {
                    if !made.blobs.is_empty() {
                        marks = made.blobs;
                    }
                    let rows: Vec<String> = paths
                        .iter()
                        .zip(&marks)
                        .map(|(path, blob)| row(false, blob, path))
                        .collect();
                    let staged = match &staging {
                        Staging::Mine(index) => index.install(&rows)?,
                        Staging::Stuck(why) | Staging::Busy(why) => Some(why.clone()),
                    };
                    drop(staging);
                    sync_refs(&self.repo, &head)?;
                    if let Some(why) = staged {
                        self.told.push(format!(
                            "the index is not in step ({why}): run `git reset --quiet` once no other git runs."
                        ));
                    }
                    self.made = Some(made.commit.clone());
                    return Ok(Saved::Committed(made.commit));
                }
                Imported::Moved(blobs) | Imported::Locked(_, blobs) => {
                    if blobs.len() == paths.len() {
                        marks = blobs;
                    }
                }
            }
            backoff.pause();
            importer = Importer::start(&self.repo, words)?;
        }
        importer.abandon();
        Err(StoreError::NotCommitted {
            reason: "another git keeps moving or locking the branch".to_owned(),
        })
    }

    fn bulk_only(
        &mut self,
        words: &Words<'_>,
        mut batch: Batch,
        saves: impl Iterator<Item = Save>,
    ) -> Result<Saved, StoreError> {
        let mut new = Vec::new();
        let mut all = Vec::new();
        for save in saves {
            let path = self.repo.in_tree(&save.path);
            if save.base.is_none() {
                new.push(path.clone());
            }
            all.push(path);
            self.bulk_add(&mut batch, save)?;
        }
        self.bulk_flush(&mut batch)?;
        if all.is_empty() {
            return Ok(Saved::Kept);
        }
        let (new, all): (Vec<&str>, Vec<&str>) = (
            new.iter().map(String::as_str).collect(),
            all.iter().map(String::as_str).collect(),
        );
        let made = commit_only(&self.repo, self.rules, words, &new, &all)
            .and_then(|made| Ok((made, self.repo.head()?)));
        let reason = match made {
            Ok((Imported::Made(made), head)) => {
                sync_refs(&self.repo, &head)?;
                self.made = Some(made.commit.clone());
                return Ok(Saved::Committed(made.commit));
            }
            Ok((Imported::Moved(_), _)) => "the branch moved".to_owned(),
            Ok((Imported::Locked(reason, _), _)) => reason,
            Err(error) => return Ok(Saved::Incomplete(Trouble::new(error))),
        };
        let error = StoreError::NotCommitted { reason };
        Ok(Saved::Incomplete(Trouble::new(error)))
    }

    fn tip(&self, head: &Head) -> Result<Option<String>, StoreError> {
        let name = format!("{}^{{commit}}", head.reference());
        let told = self
            .repo
            .git
            .run(&["rev-parse", "--quiet", "--verify", &name])?;
        Ok(told
            .ok
            .then(|| String::from_utf8_lossy(&told.stdout).trim().to_owned()))
    }

    fn bulk_add(&mut self, batch: &mut Batch, save: Save) -> Result<(), StoreError> {
        let content = Content::new(save.path, save.base, save.text);
        let (parts, name) = split(&content.path)?;
        let key = parts.join("/");
        if !batch.folders.contains_key(&key) {
            batch
                .folders
                .insert(key.clone(), self.desk.make(parts.into_iter())?);
        }
        let folder = &batch.folders[&key];
        let mut temporary = None;
        if content.base.as_deref() == Some(content.text.as_str()) {
            compare(folder, name, &content)?;
        } else {
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
