//! A commit of objects that we write, or `git fast-import`: these first, durable; then the index; then
//! the branch, by `git update-ref`, from where it was seen.

use crate::store::error::StoreError;
use crate::store::fs::folder::Folder;
use crate::store::git::child::last_line;
use crate::store::git::commit_files::FileBody;
use crate::store::git::commit_words::CommitMessage;
use crate::store::git::fast_import::{
    File, ImportResult, Importer, MadeCommit, NOWHERE, sync_objects,
};
use crate::store::git::index_lock::{Prepared, Replaced, Staging};
use crate::store::git::own_objects;
use crate::store::git::pending::{PendingFile, row};
use crate::store::git::repo::Repo;
use crate::store::git::state::Head;
use crate::store::git::tip::BranchTip;
use std::collections::HashSet;
use std::path::Path;
use std::time::SystemTime;

/// Writes the objects, puts the index in place that is in step with them, and moves the branch: in
/// this order, so that a `git commit` of the person that reads the branch after it moved reads the
/// new index too. Beside what it came to, why the index could not be had, if so.
pub(in crate::store::git) fn by_ourselves(
    repo: &Repo,
    head: &Head,
    seen: &BranchTip,
    words: &CommitMessage<'_>,
    due: &[PendingFile<'_>],
    rows: &mut Vec<String>,
    staging: Option<&Staging<'_>>,
) -> Result<(Tried, Option<String>), StoreError> {
    let tip = seen.tip.as_deref();
    let own = match &seen.trees {
        Some(trees) => own_objects::write(repo, trees, words, due)?,
        None => None,
    };
    let made = match own {
        Some(made) => made,
        None => match import(repo, tip, words, due)? {
            Tried::Made(made) => made,
            other => return Ok((other, None)),
        },
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
    Ok(match advance_branch(repo, head, tip, commit, &why)? {
        Advanced::Done => ImportResult::Made(MadeCommit {
            commit: commit.to_owned(),
            blobs: Vec::new(),
        }),
        Advanced::Moved => ImportResult::Moved,
        Advanced::Locked(why) => ImportResult::Locked(why),
    })
}

/// How moving a branch ended.
pub(in crate::store) enum Advanced {
    Done,
    /// It is no longer where it was.
    Moved,
    /// A lock of git's stood in the way; which.
    Locked(String),
}

/// Moves a branch from where it was seen, `None` for no commit yet; `why` is for its reflog.
pub(in crate::store) fn advance_branch(
    repo: &Repo,
    head: &Head,
    tip: Option<&str>,
    commit: &str,
    why: &str,
) -> Result<Advanced, StoreError> {
    // Without an old value, it must be a new branch.
    let old = tip.unwrap_or_default();
    let name = head.reference();
    let args = ["update-ref", "-m", why, "--no-deref", name, commit, old];
    let reported = repo.git.run(&args)?;
    // A signal may end git after it has moved the branch.
    let there = || {
        let now = repo.git.run(&["rev-parse", "--verify", name]);
        now.is_ok_and(|now| now.ok && String::from_utf8_lossy(&now.stdout).trim() == commit)
    };
    if reported.ok || there() {
        return Ok(Advanced::Done);
    }
    let moved = ["but expected", "already exists", "unable to resolve"];
    Ok(if moved.iter().any(|sign| reported.stderr.contains(sign)) {
        Advanced::Moved
    } else if reported.met_a_lock() {
        Advanced::Locked(last_line(&reported.stderr))
    } else {
        return Err(StoreError::NotCommitted {
            reason: reported.error().to_string(),
        });
    })
}

/// Makes the moved ref durable: git syncs the file, but not the folder that names it.
pub(in crate::store) fn sync_refs(repo: &Repo, head: &Head) -> Result<(), StoreError> {
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

pub(in crate::store::git) enum Tried {
    Made(MadeCommit),
    Moved,
    Locked(String),
}
