//! Moving a branch to another commit, with the files of the work tree: what `sync` does with what it
//! has fetched or merged.
//!
//! The journal's entry names the branch, where it stands and where it goes, and nothing else. Files
//! come first, the index next, the branch last. Whoever finds the entry compares each file with both
//! commits and goes on: a file as in the first is replaced, one as in the second is there already,
//! and one that a person has changed meanwhile is merged with what came.

mod plan;

use std::collections::BTreeMap;

use crate::model::moment::Moment;
use crate::store::error::StoreError;
use crate::store::fs::contents::hex;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::child::Manner;
use crate::store::git::commit_on::Changes;
use crate::store::git::commit_own::{Advanced, advance_branch, sync_refs};
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::index_file::Hash;
use crate::store::git::index_lock::{Prepared, Replaced, Staging, take};
use crate::store::git::index_note;
use crate::store::git::merge_commit::MergedCommits;
use crate::store::git::reflog::{self, Lost};
use crate::store::git::signature::Signature;
use crate::store::git::state::Head;
use crate::store::journal::advance::plan::{Here, Move, here};
use crate::store::journal::entry::{Advance, JournalEntry};
use crate::store::journal::placing::WrittenFiles;
use crate::store::journal::save::Writer;
use crate::store::journal::step::SaveStep;

/// Where a branch went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// It stands at the commit, and so do index and files.
    There {
        /// Files with changes that are not committed, which were merged with what came.
        joined: Vec<String>,
    },
    /// The branch moved meanwhile: look at it again.
    Moved,
    /// Files of the work tree stand in the way, and why. Nothing was written.
    InTheWay(BTreeMap<String, String>),
}

impl Writer {
    /// The branch that is checked out and its commit, if it has one. Fails with `Detached`, and with
    /// `InProgress` where something of git's is under way.
    pub fn branch(&mut self) -> Result<(String, Option<String>), StoreError> {
        if let Some(unfinished) = self.repo.unfinished() {
            let what = unfinished.what();
            return Err(StoreError::InProgress { what });
        }
        let Head::Branch(name) = self.repo.head()? else {
            return Err(self.repo.detached());
        };
        let tip = self.repo.commit_named(&name)?;
        if tip.is_none()
            && let Lost::Restored(what) = reflog::restore(&self.repo, &name)?
        {
            self.reported.push(what);
            let tip = self.repo.commit_named(&name)?;
            return Ok((name, tip));
        }
        Ok((name, tip))
    }

    /// Commits a step in which files are replaced whose old content is not kept, and puts it in
    /// place: the commit first, so that nothing of it is lost or half done.
    ///
    /// The files must stand as the last commit has them, else they are [`Arrived::InTheWay`]. Those
    /// of `gone` go.
    pub fn replace(
        &mut self,
        step: &SaveStep,
        gone: &[String],
    ) -> Result<(Arrived, String), StoreError> {
        let (branch, tip) = self.branch()?;
        let tip = tip.filter(|_| self.commits()).ok_or_else(|| {
            let reason = "to replace a file needs a commit before, and one after".to_owned();
            StoreError::NotCommitted { reason }
        })?;
        for save in &step.saves {
            save.check()?;
        }
        let words = CommitMessage {
            message: &step.message,
            author: &step.author,
            at: step.at,
        };
        let texts = step.saves.iter();
        let texts = texts.map(|save| (save.path.clone(), save.text.clone()));
        let changes = Changes {
            texts: &texts.collect(),
            files: &BTreeMap::new(),
            gone,
        };
        let committer = self.repo.committer();
        let made = self.repo.commit_on(&tip, &words, &committer, &changes)?;
        let arrived = self.move_to(&branch, Some(&tip), &made, &step.author, step.at)?;
        Ok((arrived, made))
    }

    /// Merges two commits into one that no branch names yet.
    pub fn merge(
        &mut self,
        sides: [&str; 2],
        message: &str,
        author: &Signature,
        at: Moment,
    ) -> Result<MergedCommits, StoreError> {
        self.spawned = true;
        let words = CommitMessage {
            message,
            author,
            at,
        };
        let (zone, sign) = (self.zone(), self.rules.sign);
        self.repo
            .merge_commits(sides, &words, zone, self.journal.tmp(), sign)
            .map_err(StoreError::of_merge)
    }

    /// Moves the branch that is checked out from one commit to another, with index and files. What
    /// is not committed stays so; where it and the move change one file, the two are merged.
    pub fn move_to(
        &mut self,
        branch: &str,
        from: Option<&str>,
        to: &str,
        author: &Signature,
        at: Moment,
    ) -> Result<Arrived, StoreError> {
        self.spawned = true;
        let moved = self.plan_move(from, to)?;
        if !moved.in_the_way.is_empty() {
            return Ok(Arrived::InTheWay(moved.in_the_way));
        }
        let step = SaveStep {
            message: format!("sync: move {branch} to {to}"),
            author: author.clone(),
            at,
            saves: Vec::new(),
        };
        let (top, prefix) = (&self.repo.top, &self.repo.prefix);
        let mut entry = JournalEntry::new(top, prefix, true, &step, &[]);
        entry.move_branch(Advance {
            branch: branch.to_owned(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
            paths: moved
                .paths
                .iter()
                .filter_map(|path| self.repo.in_desk(path).map(str::to_owned))
                .collect(),
        });
        let name = self.journal.add(&entry)?;
        match self.carry_on(&entry, moved) {
            Ok(Arrived::InTheWay(files)) => {
                // Of what was put in place nothing is lost: the next sync finds it there.
                self.journal.withdraw(&name)?;
                Ok(Arrived::InTheWay(files))
            }
            Ok(arrived) => {
                let _ = self.journal.remove(&name);
                Ok(arrived)
            }
            Err(error) => Err(StoreError::HalfSaved {
                source: Box::new(error),
            }),
        }
    }

    /// Finishes a move that an earlier command has begun. `false`: it must wait.
    pub(in crate::store::journal) fn finish_advance(
        &mut self,
        name: &str,
        entry: &JournalEntry,
    ) -> Result<bool, StoreError> {
        let Some(advance) = entry.advance.clone() else {
            return Ok(true);
        };
        self.spawned = true;
        let Advance { branch, to, .. } = &advance;
        let Some(here) = self.repo.commit_named(branch)?.or(advance.from.clone()) else {
            return self.go_on(name, entry, &advance);
        };
        if self.repo.commit_named(to)?.is_none() {
            // Nothing of it is there any more: the next sync fetches it anew.
            self.journal.remove(name)?;
            return Ok(true);
        }
        if self.repo.head()? != Head::Branch(branch.clone()) {
            return Ok(false);
        }
        if Some(&here) == advance.from.as_ref() {
            return self.go_on(name, entry, &advance);
        }
        if self.repo.merge_bases(&here, to)?.contains(to) {
            self.journal.remove(name)?;
            return Ok(true);
        }
        // Somebody has committed meanwhile.
        let (author, message) = (entry.author(), "sync: merge what came before");
        match self.merge([&here, to], message, &author, entry.at)? {
            MergedCommits::Made(merged) => {
                let advance = Advance {
                    from: Some(here),
                    to: merged,
                    ..advance.clone()
                };
                let mut entry = entry.clone();
                entry.move_branch(advance.clone());
                self.journal.put(name, &entry)?;
                self.go_on(name, &entry, &advance)
            }
            MergedCommits::Unrelated | MergedCommits::Left(_) => {
                self.reported.push(
                    "what an earlier command had begun meets other commits: run `desk sync`, or that command, again."
                        .to_owned(),
                );
                self.journal.remove(name)?;
                Ok(true)
            }
        }
    }

    fn go_on(
        &mut self,
        name: &str,
        entry: &JournalEntry,
        advance: &Advance,
    ) -> Result<bool, StoreError> {
        let moved = self.plan_move(advance.from.as_deref(), &advance.to)?;
        match self.carry_on(entry, moved) {
            Ok(Arrived::There { .. }) => {
                let sentence = "finished what an earlier command had begun.";
                self.reported.push(sentence.to_owned());
            }
            Ok(Arrived::Moved) => {}
            Ok(Arrived::InTheWay(files)) => {
                let files: Vec<String> = files.into_keys().collect();
                self.reported.push(format!(
                    "what an earlier command had begun cannot be finished: `{}` was changed meanwhile.",
                    files.join("`, `")
                ));
            }
            Err(error) => {
                self.reported.push(format!(
                    "what an earlier command had begun waits for the next command: {error}."
                ));
                return Ok(false);
            }
        }
        self.journal.remove(name)?;
        Ok(true)
    }

    fn carry_on(&mut self, entry: &JournalEntry, mut moved: Move) -> Result<Arrived, StoreError> {
        let Some(advance) = entry.advance.clone() else {
            return Ok(Arrived::Moved);
        };
        let Advance {
            branch, from, to, ..
        } = &advance;
        let repo = self.repo.clone();
        let staging = match take(&repo, self.since())? {
            Staging::Mine(index) => index,
            Staging::Stuck(why) | Staging::Busy(why) => {
                let reason = format!("another git is at work: {why}");
                return Err(StoreError::NotCommitted { reason });
            }
        };
        // No merge, checkout or commit can begin while the index is ours; one may have before.
        let head = Head::Branch(branch.clone());
        if repo.unfinished().is_some()
            || repo.head()? != head
            || repo.commit_named(branch)? != *from
        {
            return Ok(Arrived::Moved);
        }
        // An editor may write while we do: what it wrote is merged once more.
        let mut joined = std::mem::take(&mut moved.joined);
        for _ in 0..8 {
            if self.place_in_tree(&moved)? {
                break;
            }
            moved = self.plan_move(from.as_deref(), to)?;
            if !moved.in_the_way.is_empty() {
                return Ok(Arrived::InTheWay(moved.in_the_way));
            }
            joined.append(&mut moved.joined);
        }
        let next = match staging.prepare(&moved.rows)? {
            Prepared::Nothing => None,
            Prepared::Index(new) => Some(new),
            Prepared::Cannot(why) => {
                return Err(StoreError::NotCommitted {
                    reason: format!("the index cannot be brought in step: {why}"),
                });
            }
        };
        if let Some(new) = &next {
            if !moved.by_git.is_empty() {
                let args = ["checkout-index", "-f", "-z", "--stdin"];
                self.on_index(new, &args, &moved.by_git)?;
            }
            // What a sparse checkout leaves out would count as taken away.
            if repo.config().is_sparse() && !moved.absent.is_empty() {
                let args = ["update-index", "--skip-worktree", "-z", "--stdin"];
                self.on_index(new, &args, &moved.absent)?;
            }
        }
        let before = next.map(|new| Replaced::by(&new, &repo)).transpose()?;
        let words = "desk: sync";
        let advanced = advance_branch(&repo, &head, from.as_deref(), to, words);
        if !matches!(advanced, Ok(Advanced::Done))
            && let Some(before) = before
        {
            before.put_back();
        }
        match advanced? {
            Advanced::Done => {}
            Advanced::Moved => return Ok(Arrived::Moved),
            Advanced::Locked(reason) => return Err(StoreError::NotCommitted { reason }),
        }
        index_note::remember(&repo, to);
        sync_refs(&repo, &head)?;
        self.made = Some(to.clone());
        joined.sort_unstable();
        joined.dedup();
        Ok(Arrived::There { joined })
    }

    /// Puts the files in place and takes away those that go. `false`: one was changed meanwhile.
    fn place_in_tree(&mut self, moved: &Move) -> Result<bool, StoreError> {
        let top = self.top()?;
        let desk = std::mem::replace(&mut self.desk, top);
        let placed = self.place_files(&moved.placed, &mut WrittenFiles::new());
        let top = std::mem::replace(&mut self.desk, desk);
        if !placed?.is_empty() {
            return Ok(false);
        }
        for (path, blob) in &moved.gone {
            let hash = Hash::of_digits(blob.len());
            if let Here::File(bytes) = here(&top, path)?
                && hash.is_none_or(|hash| hex(&hash.blob(&bytes)) != *blob)
            {
                return Ok(false);
            }
            remove(&top, path)?;
        }
        Ok(true)
    }

    /// The work tree's folder.
    fn top(&self) -> Result<Folder, StoreError> {
        Ok(Folder::open(&self.repo.top)?.shared(self.repo.config().sharing))
    }

    /// Has git do something with paths and an index that is not in place yet, without filters.
    fn on_index(
        &self,
        index: &std::path::Path,
        args: &[&str],
        paths: &[String],
    ) -> Result<(), StoreError> {
        let git = &self.repo.git;
        let mut command = git.command(Manner::Alone, args);
        self.repo.config().without_filters(&mut command);
        command.env("GIT_INDEX_FILE", index);
        let input = paths.join("\0");
        let done = git.feed_command(command, args.join(" "), input.as_bytes())?;
        done.or_error().map(drop)
    }
}

/// Removes a file and the folders that it leaves empty.
fn remove(top: &Folder, path: &str) -> Result<(), StoreError> {
    let (parts, name) = split(path)?;
    let Some(folder) = top.walk(parts.iter().copied())? else {
        return Ok(());
    };
    folder.remove(name)?;
    folder.sync()?;
    for depth in (1..=parts.len()).rev() {
        let Some(above) = top.walk(parts[..depth - 1].iter().copied())? else {
            break;
        };
        if !above.remove_folder(parts[depth - 1])? {
            break;
        }
    }
    Ok(())
}
