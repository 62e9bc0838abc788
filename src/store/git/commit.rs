//! One step, one commit, holding only the step's own paths.
//!
//! The usual way is `git fast-import`, which walks only the folders on the way to the files and runs
//! nothing that a repository could name. It writes the objects and moves no branch; once they are
//! durable, with the names of their folders, `git update-ref` moves the branch from where it was
//! seen, or refuses. So no power cut leaves a branch that names a commit that is not there. The other
//! way, for houses that sign or want their hooks, is `git commit --only`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::model::moment::Moment;

use crate::store::error::StoreError;
use crate::store::fs::backoff::Backoff;
use crate::store::fs::folder::{Folder, split};
use crate::store::git::child::{GitOutput, MARKER, Manner, Stream};
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
use crate::store::git::temp_objects;
use crate::store::journal::attached_files::{AddedFile, Contents, hex};
use crate::store::journal::save::{SaveRules, Signature};
use crate::store::journal::writer_lock;

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

/// What the last commit holds.
struct BranchTip {
    tip: Option<String>,
    files: Vec<Option<CommittedFile>>,
    unfinished: Option<Unfinished>,
}

/// A file in the last commit.
struct CommittedFile {
    blob: String,
    size: u64,
    /// Its content; empty for pieces that are compared by the object's name.
    text: Vec<u8>,
}

/// Reads the tip of the branch and the files in it with one child.
///
/// With reftables, a cherry-pick or revert under way is a ref and not a file: asked as well.
fn look(repo: &Repo, head: &Head, pieces: &[CommitFile<'_>]) -> Result<BranchTip, StoreError> {
    let name = head.reference();
    let asked: &[&str] = if repo.reftable.is_some() {
        &["CHERRY_PICK_HEAD", "REVERT_HEAD"]
    } else {
        &[]
    };
    let mut input = format!("info {name}\0");
    for name in asked {
        let _ = write!(input, "info {name}\0");
    }
    let by_name = |piece: &CommitFile<'_>| matches!(piece.body, FileBody::Object(_));
    let object = |piece: &CommitFile<'_>| format!("{name}:{}", repo.in_tree(piece.path));
    for piece in pieces.iter().filter(|piece| !by_name(piece)) {
        let asked = match piece.body {
            FileBody::Text(_) => "contents",
            FileBody::File(..) | FileBody::Object(_) => "info",
        };
        let _ = write!(input, "{asked} {}\0", object(piece));
    }
    let reported = repo
        .git
        .feed(&["cat-file", "-z", "--batch-command"], input.as_bytes())?
        .or_error()?;
    let mut rest = reported.as_slice();
    let odd = || StoreError::Answer {
        command: "cat-file --batch-command".to_owned(),
        answer: String::from_utf8_lossy(&reported)
            .chars()
            .take(200)
            .collect(),
    };
    let tip = header(&mut rest, name)
        .ok_or_else(odd)?
        .map(|(name, _)| name);
    let mut unfinished = None;
    for (kind, name) in [Unfinished::CherryPick, Unfinished::Revert]
        .into_iter()
        .zip(asked)
    {
        if header(&mut rest, name).ok_or_else(odd)?.is_some() {
            unfinished = Some(kind);
        }
    }
    let mut objects = match &tip {
        Some(tip) if pieces.iter().any(by_name) => objects(repo, tip)?,
        _ => HashMap::new(),
    };
    let mut files = Vec::new();
    for piece in pieces {
        if by_name(piece) {
            let blob = objects.remove(&repo.in_tree(piece.path));
            files.push(blob.map(|blob| CommittedFile {
                blob,
                size: 0,
                text: Vec::new(),
            }));
            continue;
        }
        files.push(match header(&mut rest, &object(piece)).ok_or_else(odd)? {
            None => None,
            Some((blob, size)) => {
                let mut text = Vec::new();
                if let FileBody::Text(_) = piece.body {
                    let (bytes, after) = rest.split_at_checked(size).ok_or_else(odd)?;
                    text = bytes.to_vec();
                    rest = after.strip_prefix(b"\n").unwrap_or(after);
                }
                Some(CommittedFile {
                    blob,
                    size: size as u64,
                    text,
                })
            }
        });
    }
    Ok(BranchTip {
        tip,
        files,
        unfinished,
    })
}

/// The desk's files in a commit: object by path.
pub(in crate::store) fn objects(
    repo: &Repo,
    commit: &str,
) -> Result<HashMap<String, String>, StoreError> {
    let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
    if !repo.prefix.is_empty() {
        args.extend(["--", repo.prefix.as_str()]);
    }
    let reported = repo.git.run(&args)?.or_error()?;
    let rows = reported.split(|&byte| byte == 0);
    Ok(rows
        .filter_map(|row| {
            let row = String::from_utf8_lossy(row);
            let (about, path) = row.split_once('\t')?;
            Some((path.to_owned(), about.rsplit(' ').next()?.to_owned()))
        })
        .collect())
}

/// Takes one line `<object> <kind> <bytes>` from an answer; `Some(None)` for `<asked> missing`, in
/// which the name may hold line breaks.
#[expect(
    clippy::option_option,
    reason = "no answer and the answer that there is nothing differ"
)]
pub(in crate::store) fn header(rest: &mut &[u8], asked: &str) -> Option<Option<(String, usize)>> {
    for none in [" missing\n", " ambiguous\n"] {
        let after = rest
            .strip_prefix(asked.as_bytes())
            .and_then(|rest| rest.strip_prefix(none.as_bytes()));
        if let Some(after) = after {
            *rest = after;
            return Some(None);
        }
    }
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let (line, after) = rest.split_at(end);
    *rest = &after[1..];
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ');
    let (name, _kind, size) = (words.next()?, words.next()?, words.next()?);
    Some(Some((name.to_owned(), size.parse().ok()?)))
}

/// A file that the commit must hold.
struct PendingFile<'a> {
    tree_path: String,
    body: &'a FileBody<'a>,
    executable: bool,
    new: bool,
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

enum Tried {
    Made(MadeCommit),
    Moved,
    Locked(String),
}

/// The names that git gave.
#[derive(Debug)]
pub(in crate::store) struct MadeCommit {
    pub(in crate::store) commit: String,
    pub(in crate::store) blobs: Vec<String>,
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

/// Under which name an import stream makes a commit for which there is to be no name.
const NOWHERE: &str = "refs/plaindesk/none";

/// Makes the objects that were written since `began` durable under their names: git syncs their
/// files, but not the folders that name them.
pub(in crate::store) fn sync_objects(repo: &Repo, began: SystemTime) -> Result<(), StoreError> {
    // The clock of a file system lags behind by a tick.
    const TICK: Duration = Duration::from_millis(100);
    let folder = repo.common.join("objects");
    let since = began.checked_sub(TICK).unwrap_or(began);
    let failed = |error: StoreError| error.unconfirmed(&folder);
    let entries = std::fs::read_dir(&folder).map_err(|source| StoreError::Unconfirmed {
        path: folder.clone(),
        source,
    })?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let wanted = name == "pack" || name.len() == 2;
        let recent = |meta: std::fs::Metadata| {
            meta.is_dir() && meta.modified().map_or(true, |changed| changed >= since)
        };
        if wanted && entry.metadata().is_ok_and(recent) {
            let synced = Folder::open(&entry.path()).and_then(|folder| folder.sync());
            synced.map_err(failed)?;
        }
    }
    Folder::open(&folder)
        .and_then(|folder| folder.sync())
        .map_err(failed)
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

/// One row of a commit in an import stream.
pub(in crate::store) struct File<'a> {
    pub(in crate::store) path: &'a str,
    pub(in crate::store) executable: bool,
    /// A mark of this stream, or an object's name.
    pub(in crate::store) blob: String,
}

/// What an import came to.
pub(in crate::store) enum ImportResult {
    Made(MadeCommit),
    /// The branch is no longer where it was.
    Moved,
    /// A lock of git's stood in the way; which.
    Locked(String),
}

/// A `git fast-import` with its stream: blobs first, then one commit.
///
/// Every text goes in with its length before it, so nothing in it can be taken for a command.
pub(in crate::store) struct Importer {
    repo: Repo,
    began: SystemTime,
    stream: Stream,
    head: String,
    crash: PathBuf,
    blobs: usize,
}

impl Importer {
    pub(in crate::store) fn start(
        repo: &Repo,
        words: &CommitMessage<'_>,
    ) -> Result<Self, StoreError> {
        let committer = repo.committer();
        // The file system's clock lags behind by a tick.
        let began = SystemTime::now() - Duration::from_secs(1);
        let stream = repo
            .git
            .stream(&["fast-import", "--quiet", "--done", "--date-format=raw"])?;
        let crash = repo
            .git_dir
            .join(format!("fast_import_crash_{}", stream.id()));
        let seconds = words.at.millis().div_euclid(1000).max(0);
        let message = message(words.message);
        let head = format!(
            "author {} {seconds} +0000\ncommitter {} {seconds} +0000\ndata {}\n{message}\n",
            ident(words.author),
            ident(&committer),
            message.len(),
        );
        Ok(Self {
            repo: repo.clone(),
            began,
            stream,
            head,
            crash,
            blobs: 0,
        })
    }

    /// Sends a file's bytes; the n-th gets the mark n, counted from 1.
    pub(in crate::store) fn blob(&mut self, bytes: &[u8]) {
        self.begin_blob(bytes.len() as u64);
        self.stream.write(bytes);
        self.end_blob();
    }

    /// Begins a file of so many bytes, which must follow by [`Importer::part`].
    pub(in crate::store) fn begin_blob(&mut self, size: u64) {
        self.blobs += 1;
        self.stream
            .write(format!("blob\nmark :{}\ndata {size}\n", self.blobs).as_bytes());
    }

    /// Sends some of a file's bytes.
    pub(in crate::store) fn part(&mut self, bytes: &[u8]) {
        self.stream.write(bytes);
    }

    /// Ends a file.
    pub(in crate::store) fn end_blob(&mut self) {
        self.stream.write(b"\n");
    }

    /// Sends the first `size` bytes that `from` gives as one file.
    fn blob_of(&mut self, from: &mut dyn Read, size: u64) -> std::io::Result<()> {
        self.begin_blob(size);
        let mut sent = 0;
        let mut buffer = vec![0; 1 << 16];
        while sent < size {
            let most =
                usize::try_from(size - sent).map_or(buffer.len(), |left| left.min(buffer.len()));
            match from.read(&mut buffer[..most]) {
                Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.part(&buffer[..count]);
                    sent += count as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.end_blob();
        Ok(())
    }

    /// Sends the commit, on top of `tip` or as one without a parent.
    pub(in crate::store) fn commit<'a>(
        &mut self,
        reference: &str,
        tip: Option<&str>,
        files: impl Iterator<Item = File<'a>>,
    ) {
        let mark = self.blobs + 1;
        self.stream
            .write(format!("commit {reference}\nmark :{mark}\n{}", self.head).as_bytes());
        if let Some(tip) = tip {
            self.stream.write(format!("from {tip}\n").as_bytes());
        }
        for File {
            path,
            executable,
            blob,
        } in files
        {
            let mode = if executable { "100755" } else { "100644" };
            self.stream
                .write(format!("M {mode} {blob} {}\n", quoted(path)).as_bytes());
        }
        self.stream
            .write(format!("\nget-mark :{mark}\n").as_bytes());
    }

    /// Lets a commit of this stream have no name.
    fn forget(&mut self, reference: &str) {
        self.stream
            .write(format!("reset {reference}\n\n").as_bytes());
    }

    /// Ends the stream and reads the names that git gave, those of `blobs` marks among them.
    pub(in crate::store) fn finish(mut self, blobs: usize) -> Result<ImportResult, StoreError> {
        for mark in 1..=blobs.min(self.blobs) {
            self.stream.write(format!("get-mark :{mark}\n").as_bytes());
        }
        self.stream.write(b"done\n");
        let reported = self.stream.finish()?;
        if !reported.ok {
            // The report repeats what standard error says.
            let _ = std::fs::remove_file(&self.crash);
            temp_objects::remove(&self.repo, self.began);
        }
        let text = String::from_utf8_lossy(&reported.stdout);
        let mut names = text.lines().map(str::to_owned);
        let commit = names.next().unwrap_or_default();
        let blobs = names.collect();
        if reported.ok {
            Ok(ImportResult::Made(MadeCommit { commit, blobs }))
        } else if reported.stderr.contains("does not contain") {
            Ok(ImportResult::Moved)
        } else if reported.met_a_lock() {
            Ok(ImportResult::Locked(last_line(&reported.stderr)))
        } else {
            Err(StoreError::NotCommitted {
                reason: reported.error().to_string(),
            })
        }
    }

    /// Ends the stream so that nothing of it counts.
    pub(in crate::store) fn abandon(self) {
        self.stream.abandon();
        let _ = std::fs::remove_file(&self.crash);
        temp_objects::remove(&self.repo, self.began);
    }
}

/// Makes the commit through `git commit --only`, for signatures and hooks.
fn only(
    repo: &Repo,
    rules: SaveRules,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
) -> Result<Tried, StoreError> {
    let new: Vec<&str> = due
        .iter()
        .filter(|due| due.new)
        .map(|due| due.tree_path.as_str())
        .collect();
    let all: Vec<&str> = due.iter().map(|due| due.tree_path.as_str()).collect();
    match commit_only(repo, rules, words, &new, &all)? {
        ImportResult::Made(made) => Ok(Tried::Made(made)),
        ImportResult::Moved => Ok(Tried::Moved),
        ImportResult::Locked(why) => Ok(Tried::Locked(why)),
    }
}

/// The same for paths relative to the work tree, of which `new` are not in the last commit.
fn commit_only(
    repo: &Repo,
    rules: SaveRules,
    words: &CommitMessage<'_>,
    new: &[&str],
    all: &[&str],
) -> Result<ImportResult, StoreError> {
    const LIST: [&str; 2] = ["--pathspec-from-file=-", "--pathspec-file-nul"];
    if !new.is_empty() {
        let mut args = vec!["add", "--intent-to-add", "--force", "--sparse"];
        args.extend(LIST);
        let mut command = repo.git.command(Manner::Alone, &args);
        repo.config().without_filters(&mut command);
        let reported = repo
            .git
            .feed_command(command, args.join(" "), zeroed(new).as_bytes())?;
        if reported.met_a_lock() {
            return Ok(ImportResult::Locked(last_line(&reported.stderr)));
        }
        if !reported.ok {
            return Err(StoreError::NotCommitted {
                reason: reason(&reported),
            });
        }
    }
    let manner = if rules.hooks {
        Manner::Hooks
    } else {
        Manner::Terminal
    };
    let sign = if rules.sign {
        "--gpg-sign"
    } else {
        "--no-gpg-sign"
    };
    // The list of paths takes standard input, so the message goes by a file.
    let letter = repo
        .private()
        .join("tmp")
        .join(format!("message-{}", std::process::id()));
    #[expect(
        clippy::disallowed_methods,
        reason = "a passing file of this clone, not a page"
    )]
    std::fs::write(&letter, message(words.message)).map_err(StoreError::io("write", &letter))?;
    let mut args = vec![
        "commit",
        "--only",
        "--quiet",
        "--no-status",
        "--cleanup=verbatim",
        sign,
    ];
    if !rules.hooks {
        args.push("--no-verify");
    }
    args.extend(LIST);
    let mut command = repo.git.command(manner, &args);
    command.arg("-F").arg(&letter);
    // A blob is what the file holds, as in commits made the other way.
    repo.config().without_filters(&mut command);
    let date = format!("@{} +0000", words.at.millis().div_euclid(1000).max(0));
    for (role, person) in [("AUTHOR", words.author), ("COMMITTER", &repo.committer())] {
        command.env(format!("GIT_{role}_NAME"), clean_name(person));
        command.env(format!("GIT_{role}_EMAIL"), clean(&person.email));
        command.env(format!("GIT_{role}_DATE"), &date);
    }
    if rules.hooks {
        command.env(MARKER, writer_lock::place(repo.private()));
    }
    let began = SystemTime::now() - Duration::from_secs(1);
    let reported =
        repo.git
            .feed_command(command, "commit --only".to_owned(), zeroed(all).as_bytes());
    if !reported.as_ref().is_ok_and(|reported| reported.ok) {
        temp_objects::remove(repo, began);
    }
    // Whatever git said, the message is in the journal.
    let _ = std::fs::remove_file(&letter);
    let reported = reported?;
    if reported.met_a_lock() {
        return Ok(ImportResult::Locked(last_line(&reported.stderr)));
    }
    if !reported.ok {
        return Err(StoreError::NotCommitted {
            reason: reason(&reported),
        });
    }
    let tip = repo
        .git
        .run(&["rev-parse", "--verify", "HEAD"])?
        .or_error()?;
    Ok(ImportResult::Made(MadeCommit {
        commit: String::from_utf8_lossy(&tip).trim().to_owned(),
        blobs: Vec::new(),
    }))
}

fn zeroed(paths: &[&str]) -> String {
    let mut list = paths.join("\0");
    list.push('\0');
    list
}

fn reason(reported: &GitOutput) -> String {
    let said = format!(
        "{}\n{}",
        String::from_utf8_lossy(&reported.stdout).trim(),
        reported.stderr
    );
    match said.trim() {
        "" => "git gave no reason; a hook may have refused it".to_owned(),
        said => said.to_owned(),
    }
}

fn last_line(text: &str) -> String {
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

/// A text for the part of a commit that must be one line without brackets.
fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>'))
        .collect();
    plain
        .trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '"' | '\\' | '\'')
        })
        .to_owned()
}

fn clean_name(person: &Signature) -> String {
    let name = clean(&person.name);
    if !name.is_empty() {
        return name;
    }
    let email = clean(&person.email);
    let local = email.split('@').next().unwrap_or_default();
    if local.is_empty() {
        "unknown".to_owned()
    } else {
        local.to_owned()
    }
}

fn ident(person: &Signature) -> String {
    format!("{} <{}>", clean_name(person), clean(&person.email))
}

/// A commit's message: no NUL, one line break at the end, never empty.
fn message(text: &str) -> String {
    let plain = text.replace('\0', "").replace("\r\n", "\n");
    match plain.trim() {
        "" => "desk\n".to_owned(),
        _ => format!("{}\n", plain.trim_end()),
    }
}

/// A path in the quoted form of import streams.
fn quoted(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len() + 2);
    quoted.push('"');
    for c in path.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_add_a_header() {
        let person = Signature {
            name: "Eve <e@x> 0 +0000\ncommitter Mallory\0".to_owned(),
            email: "e>\n@x".to_owned(),
        };
        assert_eq!(ident(&person), "Eve e@x 0 +0000committer Mallory <e@x>");
        let nobody = Signature {
            name: " . ".to_owned(),
            email: String::new(),
        };
        assert_eq!(ident(&nobody), "unknown <>");
    }

    #[test]
    fn paths_are_quoted_as_the_stream_wants_them() {
        assert_eq!(quoted("a\"b\\c/ż \t"), "\"a\\\"b\\\\c/ż \\011\"");
    }

    #[test]
    fn messages_end_in_one_line_break() {
        assert_eq!(message(" \0\n"), "desk\n");
        assert_eq!(message("note\n\ntext\n\n"), "note\n\ntext\n");
    }
}
