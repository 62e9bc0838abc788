//! One step, one commit, holding only the step's own paths.
//!
//! The usual way is `git fast-import`, which walks only the folders on the way to the files and runs
//! nothing that a repository could name. It writes the objects and moves no branch; once they are
//! durable, with the names of their folders, `git update-ref` moves the branch from where it was
//! seen, or refuses. So no power cut leaves a branch that names a commit that is not there. The other
//! way, for houses that sign or want their hooks, is `git commit --only`.

use crate::store::error::StoreError;
use crate::store::fs::backoff::Backoff;
use crate::store::fs::folder::Folder;
use crate::store::git::commit_files::{CommitFile, Condition, FileBody};
use crate::store::git::commit_only::only;
use crate::store::git::commit_own::{Tried, by_ourselves, sync_refs};
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::index_lock::{Staging, TRIES, in_vain, sync_index, take};
use crate::store::git::index_note;
use crate::store::git::index_sync::{self, Behind};
use crate::store::git::left_out::{LeftOut, left_out};
use crate::store::git::pending::{PendingFile, due, standing};
use crate::store::git::reflog::{self, Lost};
use crate::store::git::repo::Repo;
use crate::store::git::save_rules::SaveRules;
use crate::store::git::stale_locks::remove_stale;
use crate::store::git::state::{Head, Unfinished};
use crate::store::git::tip::{BranchTip, look};
use std::collections::HashSet;
use std::time::{Instant, SystemTime};

/// What became of a commit.
#[derive(Debug)]
pub(in crate::store) enum CommitOutcome {
    /// Made, and the index is in step.
    Made(String),
    /// Made, but the index could not be brought in step; why.
    Unstaged(String, String),
    /// The last commit holds the texts already, and the index is in step.
    Already(String),
    /// Not now; why.
    Later(String),
}

/// Where and how commits are made.
#[derive(Clone, Copy)]
pub(in crate::store) struct CommitTarget<'a> {
    pub(in crate::store) repo: &'a Repo,
    pub(in crate::store) desk: &'a Folder,
    pub(in crate::store) rules: SaveRules,
    /// Since when our own git children may have left locks.
    pub(in crate::store) since: SystemTime,
}

/// Makes the commit, unless something of git's is under way. What others' commits have left out of
/// ours is committed again before.
pub(in crate::store) fn commit(
    at: CommitTarget<'_>,
    words: &CommitMessage<'_>,
    pieces: &[CommitFile<'_>],
    reported: &mut Vec<String>,
) -> Result<CommitOutcome, StoreError> {
    Attempt::new(at, words, pieces, true, reported).run()
}

/// How one try to make a commit ended.
enum Attempted {
    Done(CommitOutcome),
    /// Something has changed meanwhile: to be tried again at once.
    AtOnce,
    /// The branch or a lock stood in the way: to be tried again after a pause.
    AfterPause,
}

/// A commit that is tried until it is made, or cannot be made now.
struct Attempt<'a, 'r> {
    at: CommitTarget<'a>,
    words: &'a CommitMessage<'a>,
    pieces: &'a [CommitFile<'a>],
    /// Whether what others' commits have left out of ours is committed again before.
    look_back: bool,
    /// The tip from which that was looked for last.
    looked_back: Option<String>,
    /// Git's index, once it is taken.
    staging: Option<Staging<'a>>,
    /// Whether dead locks were removed.
    locks_removed: bool,
    end: Instant,
    reported: &'r mut Vec<String>,
}

impl<'a, 'r> Attempt<'a, 'r> {
    fn new(
        at: CommitTarget<'a>,
        words: &'a CommitMessage<'a>,
        pieces: &'a [CommitFile<'a>],
        look_back: bool,
        reported: &'r mut Vec<String>,
    ) -> Self {
        Self {
            at,
            words,
            pieces,
            look_back,
            looked_back: None,
            staging: None,
            locks_removed: false,
            end: Instant::now() + TRIES,
            reported,
        }
    }

    fn run(mut self) -> Result<CommitOutcome, StoreError> {
        let mut backoff = Backoff::new();
        loop {
            match self.once()? {
                Attempted::Done(outcome) => return Ok(outcome),
                Attempted::AtOnce => {}
                Attempted::AfterPause => {
                    if Instant::now() >= self.end {
                        let why = "the branch keeps moving".to_owned();
                        return Ok(CommitOutcome::Later(why));
                    }
                    backoff.pause();
                }
            }
        }
    }

    /// Whether git itself makes the commit.
    fn by_git(&self) -> bool {
        self.at.rules.sign || self.at.rules.hooks
    }

    fn once(&mut self) -> Result<Attempted, StoreError> {
        let CommitTarget { repo, desk, .. } = self.at;
        if let Some(unfinished) = repo.unfinished() {
            return Ok(Attempted::Done(later(unfinished)));
        }
        let head = repo.head()?;
        if head == Head::Detached && !self.at.rules.detached_ok {
            return Ok(Attempted::Done(CommitOutcome::Later(
                "no branch is checked out (detached HEAD)".to_owned(),
            )));
        }
        let seen = look(repo, &head, self.pieces, !self.by_git())?;
        if let Some(unfinished) = seen.unfinished {
            return Ok(Attempted::Done(later(unfinished)));
        }
        if let Some(other) = self.mend_branch(&head, &seen)? {
            return Ok(other);
        }
        let due = due(repo, desk, self.pieces, &seen)?;
        let rows = standing(repo, desk, self.pieces, &seen)?;
        if due.is_empty() {
            let tip = seen.tip.unwrap_or_default();
            return self.already(tip, rows).map(Attempted::Done);
        }
        if self.staging.is_none() && !self.by_git() {
            let index = self.staging.insert(take(repo, self.at.since)?);
            if let Staging::Busy(why) = index {
                return Ok(Attempted::Done(CommitOutcome::Later(format!(
                    "another git is at work: {why}"
                ))));
            }
            // No merge, checkout or commit can begin while the index is ours; one may have before.
            if repo.unfinished().is_some() || repo.head()? != head {
                return Ok(Attempted::AtOnce);
            }
        }
        match self.make(&head, &seen, &due, rows) {
            Ok((Tried::Made(made), staged)) => self.made(&head, made.commit, staged),
            Ok((Tried::Moved, _)) => Ok(Attempted::AfterPause),
            Ok((Tried::Locked(why), _)) => Ok(self.locked(&why)),
            Err(error) => self.failed(&seen, error).map(Attempted::Done),
        }
    }

    /// Restores a branch that a power cut took, and commits again what others' commits left out.
    fn mend_branch(
        &mut self,
        head: &Head,
        seen: &BranchTip,
    ) -> Result<Option<Attempted>, StoreError> {
        let CommitTarget { repo, desk, .. } = self.at;
        let Some(tip) = &seen.tip else {
            let Head::Branch(name) = head else {
                return Ok(None);
            };
            return Ok(match reflog::restore(repo, name)? {
                Lost::New => None,
                Lost::Restored(what) => {
                    self.reported.push(what);
                    Some(Attempted::AtOnce)
                }
                Lost::Unclear(why) => Some(Attempted::Done(CommitOutcome::Later(why))),
            });
        };
        if !self.look_back || self.looked_back.as_ref() == Some(tip) {
            return Ok(None);
        }
        self.looked_back = Some(tip.clone());
        let left_out = index_note::last_seen(repo)
            .filter(|last| last != tip)
            .map_or(Ok(Vec::new()), |last| left_out(repo, desk, &last, tip))?;
        if left_out.is_empty() {
            return Ok(None);
        }
        // It takes the index for itself.
        self.staging = None;
        commit_again(self.at, self.words, &left_out, tip, self.reported)?;
        Ok(Some(Attempted::AtOnce))
    }

    /// The last commit holds the files already: the index is brought in step.
    fn already(&mut self, tip: String, mut rows: Vec<String>) -> Result<CommitOutcome, StoreError> {
        let CommitTarget {
            repo, desk, since, ..
        } = self.at;
        if self.staging.is_none() {
            self.staging = Some(take(repo, since)?);
        }
        let staging = self.staging.as_ref();
        catch_up(repo, desk, staging, &tip, &mut rows, self.reported)?;
        Ok(match stage(staging, &rows)? {
            None => {
                if let Some(Staging::Mine(_)) = staging {
                    index_note::remember(repo, &tip);
                }
                CommitOutcome::Already(tip)
            }
            Some(why) => CommitOutcome::Unstaged(tip, why),
        })
    }

    /// Makes the commit; beside what it came to, why the index could not be had, if so.
    fn make(
        &mut self,
        head: &Head,
        seen: &BranchTip,
        due: &[PendingFile<'_>],
        mut rows: Vec<String>,
    ) -> Result<(Tried, Option<String>), StoreError> {
        let CommitTarget {
            repo,
            desk,
            rules,
            since,
        } = self.at;
        let tip = seen.tip.as_deref();
        if self.by_git() {
            // Git's own way brings in step what it commits, and nothing else.
            if let Some(tip) = tip {
                let index = take(repo, since)?;
                let mut rows = Vec::new();
                catch_up(repo, desk, Some(&index), tip, &mut rows, self.reported)?;
                stage(Some(&index), &rows)?;
            }
            return Ok((only(repo, rules, self.words, due)?, None));
        }
        let staging = self.staging.as_ref();
        catch_up(
            repo,
            desk,
            staging,
            tip.unwrap_or_default(),
            &mut rows,
            self.reported,
        )?;
        by_ourselves(repo, head, seen, self.words, due, &mut rows, staging)
    }

    /// The commit is made: nothing that fails from here on may say otherwise.
    fn made(
        &mut self,
        head: &Head,
        commit: String,
        mut staged: Option<String>,
    ) -> Result<Attempted, StoreError> {
        let repo = self.at.repo;
        if self.by_git()
            && let Err(error) = sync_index(&repo.index)
        {
            staged = Some(error.with_causes());
        }
        if staged.is_none() {
            index_note::remember(repo, &commit);
        }
        sync_refs(repo, head)?;
        // A new branch is made at the old tip without a look at the index: the person is on it now,
        // and the commit must be there too.
        if self.by_git() || repo.head().is_ok_and(|now| now == *head) {
            self.staging = None;
            return Ok(Attempted::Done(match staged {
                None => CommitOutcome::Made(commit),
                Some(why) => CommitOutcome::Unstaged(commit, why),
            }));
        }
        Ok(Attempted::AfterPause)
    }

    fn locked(&mut self, why: &str) -> Attempted {
        let CommitTarget { repo, since, .. } = self.at;
        if !self.locks_removed {
            self.locks_removed = true;
            if !remove_stale(repo, Some(since)).removed.is_empty() {
                return Attempted::AtOnce;
            }
        }
        if !in_vain(repo, self.end) {
            return Attempted::AfterPause;
        }
        // Meanwhile it stood for so long that nobody can have it.
        if !remove_stale(repo, Some(since)).removed.is_empty() {
            return Attempted::AtOnce;
        }
        let why = format!("another git holds a lock: {why}");
        Attempted::Done(CommitOutcome::Later(why))
    }

    /// Git may fail after it has moved the branch: at its index, for one, on a full disk.
    fn failed(&self, seen: &BranchTip, error: StoreError) -> Result<CommitOutcome, StoreError> {
        let CommitTarget { repo, desk, .. } = self.at;
        let Some((commit, rows)) = moved_all_the_same(repo, desk, self.pieces, seen)? else {
            return Err(error);
        };
        Ok(match stage(self.staging.as_ref(), &rows) {
            Ok(None) if !self.by_git() => CommitOutcome::Made(commit),
            _ => CommitOutcome::Unstaged(commit, error.to_string()),
        })
    }
}

/// Commits what somebody else's commit had left out. Where that cannot be done now, the step's own
/// commit meets the same hindrance.
fn commit_again(
    at: CommitTarget<'_>,
    words: &CommitMessage<'_>,
    left_out: &[LeftOut],
    tip: &str,
    reported: &mut Vec<String>,
) -> Result<(), StoreError> {
    let short = tip.get(..10).unwrap_or(tip);
    let files = match left_out.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let message = format!("commit {files} again that {short} had left out");
    let words = CommitMessage {
        message: &message,
        ..*words
    };
    let pieces: Vec<CommitFile<'_>> = left_out
        .iter()
        .map(|file| CommitFile {
            path: &file.path,
            body: FileBody::Object(&file.blob),
            when: Condition::OnlyOnObject(file.now.as_deref()),
        })
        .collect();
    if let CommitOutcome::Made(_) | CommitOutcome::Unstaged(..) =
        Attempt::new(at, &words, &pieces, false, reported).run()?
    {
        reported.push(format!(
            "the commit {short} had left out {files} that desk had committed just before it; committed again."
        ));
    }
    Ok(())
}

/// Adds the rows of the desk's files that the index lacks beside those of this step, and makes a new
/// index where there is none that can be read.
pub(in crate::store) fn catch_up(
    repo: &Repo,
    desk: &Folder,
    staging: Option<&Staging<'_>>,
    tip: &str,
    rows: &mut Vec<String>,
    reported: &mut Vec<String>,
) -> Result<(), StoreError> {
    if tip.is_empty() || !matches!(staging, Some(Staging::Mine(_))) {
        return Ok(());
    }
    match index_sync::behind(repo, desk, tip)? {
        Behind::Index(why) => {
            index_sync::rebuild(repo, tip)?;
            reported.push(format!(
                "git's index {why}: it is made anew from the last commit; what was staged in it must be staged again."
            ));
        }
        Behind::Rows(more) => {
            let path = |row: &str| row.split_once('\t').map(|(_, path)| path.to_owned());
            let own: HashSet<Option<String>> = rows.iter().map(|row| path(row)).collect();
            let more: Vec<String> = more
                .into_iter()
                .filter(|row| !own.contains(&path(row)))
                .collect();
            if !more.is_empty() {
                let files = match more.len() {
                    1 => "1 file".to_owned(),
                    count => format!("{count} files"),
                };
                reported.push(format!(
                    "git's index was behind the last commit in {files} of the desk, and is in step again."
                ));
            }
            rows.extend(more);
        }
    }
    Ok(())
}

/// The commit and the rows of the pieces, if the branch has moved since it was `seen` and holds all
/// of them: then a git that failed has made the commit before it did.
fn moved_all_the_same(
    repo: &Repo,
    desk: &Folder,
    pieces: &[CommitFile<'_>],
    seen: &BranchTip,
) -> Result<Option<(String, Vec<String>)>, StoreError> {
    let head = repo.head()?;
    let now = look(repo, &head, pieces, false)?;
    let Some(tip) = now.tip.clone().filter(|_| now.tip != seen.tip) else {
        return Ok(None);
    };
    let there = due(repo, desk, pieces, &now)?.is_empty();
    Ok(if there {
        Some((tip, standing(repo, desk, pieces, &now)?))
    } else {
        None
    })
}

/// Brings the index in step for these rows and no others; `Some` tells why not.
fn stage(staging: Option<&Staging<'_>>, rows: &[String]) -> Result<Option<String>, StoreError> {
    match staging {
        Some(Staging::Mine(index)) => index.install(rows),
        Some(Staging::Stuck(why) | Staging::Busy(why)) => Ok(Some(why.clone())),
        None => Ok(None),
    }
}

fn later(unfinished: Unfinished) -> CommitOutcome {
    CommitOutcome::Later(format!("{} is in progress", unfinished.what()))
}
