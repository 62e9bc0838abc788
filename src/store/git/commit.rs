//! One step, one commit, holding only the step's own paths.
//!
//! The usual way is `git fast-import`, which walks only the folders on the way to the files and runs
//! nothing that a repository could name. It writes the objects and moves no branch; once they are
//! durable, with the names of their folders, `git update-ref` moves the branch from where it was
//! seen, or refuses. So no power cut leaves a branch that names a commit that is not there. The other
//! way, for houses that sign or want their hooks, is `git commit --only`.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Instant, SystemTime};

use crate::model::moment::Moment;

use crate::store::error::StoreError;
use crate::store::fs::backoff::Backoff;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::commit_only::only;
use crate::store::git::fast_import::{
    File, ImportResult, Importer, MadeCommit, NOWHERE, sync_objects,
};
use crate::store::git::index_file::Hash;
use crate::store::git::index_lock::{
    Prepared, Replaced, Staging, TRIES, in_vain, sync_index, take,
};
use crate::store::git::index_sync::{self, Behind};
use crate::store::git::left_out::{LeftOut, left_out};
use crate::store::git::reflog::{self, Lost};
use crate::store::git::repo::Repo;
use crate::store::git::stale_locks::remove_stale;
use crate::store::git::state::{Head, Unfinished};
use crate::store::git::tip::{BranchTip, CommittedFile, look};
use crate::store::journal::attached_files::{AddedFile, Contents, hex};
use crate::store::journal::save::{SaveRules, Signature};

/// The words of a commit.
pub(in crate::store) struct CommitMessage<'a> {
    pub(in crate::store) message: &'a str,
    pub(in crate::store) author: &'a Signature,
    pub(in crate::store) at: Moment,
}

/// One file of a commit.
pub(in crate::store) struct CommitFile<'a> {
    /// Relative to the desk.
    pub(in crate::store) path: &'a str,
    pub(in crate::store) body: FileBody<'a>,
    pub(in crate::store) when: Condition<'a>,
}

/// What a file of a commit holds.
pub(in crate::store) enum FileBody<'a> {
    Text(&'a str),
    /// Bytes of any kind, opened when they are sent.
    File(&'a AddedFile, &'a Contents),
    /// An object that is there already, by its name.
    Object(&'a str),
}

impl FileBody<'_> {
    fn is(&self, held: &CommittedFile) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Text(text) => text.as_bytes() == held.text,
            Self::File(added, contents) => {
                let name = match Hash::of_digits(held.blob.len()) {
                    Some(hash) if held.size == added.size => contents
                        .open(added)
                        .map(|mut file| hash.blob_from(added.size, &mut file)),
                    _ => return Ok(false),
                };
                let failed = StoreError::io("read", Path::new(&added.path));
                hex(&name?.map_err(failed)?) == held.blob
            }
            Self::Object(name) => *name == held.blob,
        })
    }
}

/// Whether a commit takes a file.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Condition<'a> {
    /// Yes, unless the last commit holds its text.
    Always,
    /// A later step holds it too: only if the last commit holds exactly this text, `None` for no
    /// file. Otherwise it is left to that step.
    OnlyOn(Option<&'a str>),
    /// Only if the last commit holds this very object, `None` for no file: what somebody else has
    /// committed since stays.
    OnlyOnObject(Option<&'a str>),
}

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
    attempt(at, words, pieces, true, reported)
}

fn attempt(
    at: CommitTarget<'_>,
    words: &CommitMessage<'_>,
    pieces: &[CommitFile<'_>],
    look_back: bool,
    reported: &mut Vec<String>,
) -> Result<CommitOutcome, StoreError> {
    let CommitTarget {
        repo,
        desk,
        rules,
        since,
    } = at;
    let by_git = rules.sign || rules.hooks;
    let mut staging = None;
    let mut looked_back = None;
    let end = Instant::now() + TRIES;
    let mut backoff = Backoff::new();
    let mut healed = false;
    loop {
        if let Some(unfinished) = repo.unfinished() {
            return Ok(later(unfinished));
        }
        let head = repo.head()?;
        if head == Head::Detached && !rules.detached_ok {
            return Ok(CommitOutcome::Later(
                "no branch is checked out (detached HEAD)".to_owned(),
            ));
        }
        let seen = look(repo, &head, pieces)?;
        if let Some(unfinished) = seen.unfinished {
            return Ok(later(unfinished));
        }
        if seen.tip.is_none()
            && let Head::Branch(name) = &head
        {
            match reflog::restore(repo, name)? {
                Lost::New => {}
                Lost::Restored(what) => {
                    reported.push(what);
                    continue;
                }
                Lost::Unclear(why) => return Ok(CommitOutcome::Later(why)),
            }
        }
        if look_back
            && let Some(tip) = &seen.tip
            && looked_back.as_ref() != Some(tip)
        {
            looked_back = Some(tip.clone());
            let left_out = index_sync::last_seen(repo)
                .filter(|last| last != tip)
                .map_or(Ok(Vec::new()), |last| left_out(repo, desk, &last, tip))?;
            if !left_out.is_empty() {
                // It takes the index for itself.
                staging = None;
                commit_again(at, words, &left_out, tip, reported)?;
                continue;
            }
        }
        let due: Vec<PendingFile<'_>> = due(repo, desk, pieces, &seen)?;
        let mut rows = standing(repo, desk, pieces, &seen)?;
        let tip = seen.tip.clone().unwrap_or_default();
        if due.is_empty() {
            if staging.is_none() {
                staging = Some(take(repo, since)?);
            }
            catch_up(repo, desk, staging.as_ref(), &tip, &mut rows, reported)?;
            return Ok(match stage(staging.as_ref(), &rows)? {
                None => {
                    if let Some(Staging::Mine(_)) = staging {
                        index_sync::remember(repo, &tip);
                    }
                    CommitOutcome::Already(tip)
                }
                Some(why) => CommitOutcome::Unstaged(tip, why),
            });
        }
        if staging.is_none() && !by_git {
            let index = staging.insert(take(repo, since)?);
            if let Staging::Busy(why) = index {
                return Ok(CommitOutcome::Later(format!(
                    "another git is at work: {why}"
                )));
            }
            // No merge, checkout or commit can begin while the index is ours; one may have before.
            if repo.unfinished().is_some() || repo.head()? != head {
                continue;
            }
        }
        let mut staged = None;
        let tried = if by_git {
            // Git's own way brings in step what it commits, and nothing else.
            if let Some(tip) = &seen.tip {
                let index = take(repo, since)?;
                let mut rows = Vec::new();
                catch_up(repo, desk, Some(&index), tip, &mut rows, reported)?;
                stage(Some(&index), &rows)?;
            }
            only(repo, rules, words, &due)
        } else {
            catch_up(repo, desk, staging.as_ref(), &tip, &mut rows, reported)?;
            let from = seen.tip.as_deref();
            by_ourselves(repo, &head, from, words, &due, &mut rows, staging.as_ref()).map(
                |(tried, why)| {
                    staged = why;
                    tried
                },
            )
        };
        let tried = match tried {
            Ok(tried) => tried,
            // Git may fail after it has moved the branch: at its index, for one, on a full disk.
            Err(error) => match moved_all_the_same(repo, desk, pieces, &seen)? {
                None => return Err(error),
                Some((commit, rows)) => {
                    let staged = match stage(staging.as_ref(), &rows) {
                        Ok(None) if !by_git => None,
                        _ => Some(error.to_string()),
                    };
                    return Ok(match staged {
                        None => CommitOutcome::Made(commit),
                        Some(why) => CommitOutcome::Unstaged(commit, why),
                    });
                }
            },
        };
        match tried {
            Tried::Made(made) => {
                // The commit is made: nothing that fails from here on may say otherwise.
                if by_git && let Err(error) = sync_index(&repo.index) {
                    staged = Some(error.with_causes());
                }
                if staged.is_none() {
                    index_sync::remember(repo, &made.commit);
                }
                sync_refs(repo, &head)?;
                // A new branch is made at the old tip without a look at the index: the person is on
                // it now, and the commit must be there too.
                if by_git || repo.head().is_ok_and(|now| now == head) {
                    drop(staging);
                    return Ok(match staged {
                        None => CommitOutcome::Made(made.commit),
                        Some(why) => CommitOutcome::Unstaged(made.commit, why),
                    });
                }
            }
            Tried::Moved => {}
            Tried::Locked(why) => {
                if !healed {
                    healed = true;
                    if !remove_stale(repo, Some(since)).removed.is_empty() {
                        continue;
                    }
                }
                if in_vain(repo, end) {
                    return Ok(CommitOutcome::Later(format!(
                        "another git holds a lock: {why}"
                    )));
                }
            }
        }
        if Instant::now() >= end {
            return Ok(CommitOutcome::Later("the branch keeps moving".to_owned()));
        }
        backoff.pause();
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
        attempt(at, &words, &pieces, false, reported)?
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

/// Writes the objects, puts the index in place that is in step with them, and moves the branch: in
/// this order, so that a `git commit` of the person that reads the branch after it moved reads the
/// new index too. Beside what it came to, why the index could not be had, if so.
fn by_ourselves(
    repo: &Repo,
    head: &Head,
    tip: Option<&str>,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
    rows: &mut Vec<String>,
    staging: Option<&Staging<'_>>,
) -> Result<(Tried, Option<String>), StoreError> {
    let made = match import(repo, tip, words, due)? {
        Tried::Made(made) => made,
        other => return Ok((other, None)),
    };
    let named = due.iter().zip(&made.blobs);
    let taken: HashSet<&str> = due.iter().map(|due| due.tree_path.as_str()).collect();
    rows.retain(|row| {
        let path = row.split_once('\t').map(|(_, path)| path);
        path.is_none_or(|path| !taken.contains(path.trim_end_matches('\0')))
    });
    rows.extend(named.map(|(due, blob)| row(due.executable, blob, &due.tree_path)));
    let mut staged = None;
    let mut next = None;
    match staging {
        Some(Staging::Mine(index)) => match index.prepare(rows)? {
            Prepared::Nothing => {}
            Prepared::Index(new) => next = Some(new),
            Prepared::Cannot(why) => {
                return Err(StoreError::NotCommitted {
                    reason: format!("the index cannot be brought in step: {why}"),
                });
            }
        },
        Some(Staging::Stuck(why) | Staging::Busy(why)) => staged = Some(why.clone()),
        None => {}
    }
    let before = next.map(|new| Replaced::by(&new, repo)).transpose()?;
    let moved = advance(repo, head, tip, &made.commit, words);
    if !matches!(moved, Ok(ImportResult::Made(_)))
        && let Some(before) = before
    {
        before.put_back();
    }
    match moved? {
        ImportResult::Made(_) => {}
        ImportResult::Moved => return Ok((Tried::Moved, None)),
        ImportResult::Locked(why) => return Ok((Tried::Locked(why), None)),
    }
    Ok((Tried::Made(made), staged))
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
    let now = look(repo, &head, pieces)?;
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

/// A file that the commit must hold.
pub(in crate::store::git) struct PendingFile<'a> {
    pub(in crate::store::git) tree_path: String,
    pub(in crate::store::git) body: &'a FileBody<'a>,
    pub(in crate::store::git) executable: bool,
    pub(in crate::store::git) new: bool,
}

fn due<'a>(
    repo: &Repo,
    desk: &Folder,
    pieces: &'a [CommitFile<'a>],
    seen: &BranchTip,
) -> Result<Vec<PendingFile<'a>>, StoreError> {
    let mut due = Vec::new();
    for (piece, held) in pieces.iter().zip(&seen.files) {
        let held = held.as_ref();
        if let Some(held) = held
            && piece.body.is(held)?
        {
            continue;
        }
        let wanted = match piece.when {
            Condition::Always => true,
            Condition::OnlyOn(base) => {
                base.map(str::as_bytes) == held.map(|held| held.text.as_slice())
            }
            Condition::OnlyOnObject(was) => was == held.map(|held| held.blob.as_str()),
        };
        if !wanted {
            continue;
        }
        due.push(PendingFile {
            tree_path: repo.in_tree(piece.path),
            body: &piece.body,
            executable: executable(repo, desk, piece.path)?,
            new: held.is_none(),
        });
    }
    Ok(due)
}

fn executable(repo: &Repo, desk: &Folder, path: &str) -> Result<bool, StoreError> {
    if !repo.config().file_mode {
        return Ok(false);
    }
    let (parts, name) = split(path)?;
    let Some(folder) = desk.walk(parts.into_iter())? else {
        return Ok(false);
    };
    Ok(folder
        .look(name)?
        .is_some_and(|stat| stat.st_mode & 0o100 != 0))
}

pub(in crate::store::git) enum Tried {
    Made(MadeCommit),
    Moved,
    Locked(String),
}

/// Writes the objects of a commit, durably, and moves nothing.
fn import(
    repo: &Repo,
    tip: Option<&str>,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
) -> Result<Tried, StoreError> {
    let began = SystemTime::now();
    let mut importer = Importer::start(repo, words)?;
    let mut names = Vec::new();
    for due in due {
        match due.body {
            FileBody::Object(name) => {
                names.push((*name).to_owned());
                continue;
            }
            FileBody::Text(text) => importer.blob(text.as_bytes()),
            FileBody::File(added, contents) => {
                let sent = contents.open(added).map_err(|error| error.with_causes());
                let sent = sent.and_then(|mut file| {
                    let sent = importer.blob_of(&mut file, added.size);
                    sent.map_err(|error| error.to_string())
                });
                if let Err(why) = sent {
                    importer.abandon();
                    return Err(StoreError::NotCommitted {
                        reason: format!("the content of `{}` cannot be read: {why}", added.path),
                    });
                }
            }
        }
        names.push(format!(":{}", importer.blobs));
    }
    let files = due.iter().zip(&names).map(|(due, name)| File {
        path: &due.tree_path,
        executable: due.executable,
        blob: name.clone(),
    });
    importer.commit(NOWHERE, tip, files);
    importer.forget(NOWHERE);
    let mut made = match importer.finish(due.len())? {
        ImportResult::Made(made) => made,
        ImportResult::Moved => return Ok(Tried::Moved),
        ImportResult::Locked(why) => return Ok(Tried::Locked(why)),
    };
    let mut marks = std::mem::take(&mut made.blobs).into_iter();
    for name in names {
        let mark = name.starts_with(':');
        made.blobs.push(if mark {
            marks.next().unwrap_or_default()
        } else {
            name
        });
    }
    sync_objects(repo, began)?;
    Ok(Tried::Made(made))
}

/// Moves the branch from where it was seen to a commit whose objects are durable.
fn advance(
    repo: &Repo,
    head: &Head,
    tip: Option<&str>,
    commit: &str,
    words: &CommitMessage<'_>,
) -> Result<ImportResult, StoreError> {
    let subject: String = words.message.lines().next().unwrap_or_default().to_owned();
    let why = format!("desk: {}", subject.replace(char::is_control, " "));
    // Without an old value, it must be a new branch.
    let old = tip.unwrap_or_default();
    let args = [
        "update-ref",
        "-m",
        &why,
        "--no-deref",
        head.reference(),
        commit,
        old,
    ];
    let reported = repo.git.run(&args)?;
    // A signal may end git after it has moved the branch.
    let there = || {
        let now = repo.git.run(&["rev-parse", "--verify", head.reference()]);
        now.is_ok_and(|now| now.ok && String::from_utf8_lossy(&now.stdout).trim() == commit)
    };
    if reported.ok || there() {
        return Ok(ImportResult::Made(MadeCommit {
            commit: commit.to_owned(),
            blobs: Vec::new(),
        }));
    }
    let moved = ["but expected", "already exists", "unable to resolve"];
    Ok(if moved.iter().any(|sign| reported.stderr.contains(sign)) {
        ImportResult::Moved
    } else if reported.met_a_lock() {
        ImportResult::Locked(last_line(&reported.stderr))
    } else {
        return Err(StoreError::NotCommitted {
            reason: reported.error().to_string(),
        });
    })
}

pub(in crate::store::git) fn last_line(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.contains("lock"))
        .or_else(|| text.lines().last());
    line.unwrap_or_default()
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ")
        .to_owned()
}

/// A row for the index.
fn row(executable: bool, blob: &str, path: &str) -> String {
    format!(
        "{} {blob}\t{path}\0",
        if executable { "100755" } else { "100644" }
    )
}

/// The rows of files that the last commit holds as they are.
fn standing(
    repo: &Repo,
    desk: &Folder,
    pieces: &[CommitFile<'_>],
    seen: &BranchTip,
) -> Result<Vec<String>, StoreError> {
    let mut rows = Vec::new();
    for (piece, held) in pieces.iter().zip(&seen.files) {
        if let Some(held) = held
            && piece.body.is(held)?
        {
            rows.push(row(
                executable(repo, desk, piece.path)?,
                &held.blob,
                &repo.in_tree(piece.path),
            ));
        }
    }
    Ok(rows)
}

/// Makes the moved ref durable: git syncs the file, but not the folder that names it.
fn sync_refs(repo: &Repo, head: &Head) -> Result<(), StoreError> {
    let mut folders = Vec::new();
    match (&repo.reftable, head) {
        (Some(folder), _) => {
            folders.push(folder.clone());
            folders.push(repo.git_dir.join("reftable"));
        }
        (None, Head::Detached) => folders.push(repo.git_dir.clone()),
        (None, Head::Branch(name)) => {
            let file = repo
                .branches
                .join(name.strip_prefix("refs/heads/").unwrap_or(name));
            let above = file
                .ancestors()
                .skip(1)
                .take_while(|folder| folder.starts_with(&repo.branches));
            folders.extend(above.map(Path::to_owned));
        }
    }
    for folder in folders {
        if folder.is_dir() {
            let synced = Folder::open(&folder).and_then(|folder| folder.sync());
            synced.map_err(|error| error.unconfirmed(&folder))?;
        }
    }
    Ok(())
}
