//! The person's index, kept in step with our commits.
//!
//! Between a commit of ours and the index that holds it, a `git commit` of the person would take
//! the change back: it reads the branch first and the index later. So git's own lock on the index
//! is held from before the branch moves until the new index is in place.
//!
//! What that leaves: git reads the index before it locks it. A `git commit` that reads both branch
//! and index in those few milliseconds, and locks after them, takes the change out of the branch
//! until the next commit. The file keeps it, and the next command commits it again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::backoff::Backoff;
use super::error::StoreError;
use super::git::Manner;
use super::heal::{any_older, git_at_work, heal};
use super::repo::Repo;

/// How long to try against a git of somebody else's that holds a lock.
pub(super) const TRIES: Duration = Duration::from_secs(5);

/// What our lock on the index begins with, so that a dead command's is known at once.
pub(super) const SIGN: &str = "plaindesk ";

/// The index, as far as it could be had.
pub(super) enum Staging<'a> {
    /// Locked by us.
    Mine(IndexLock<'a>),
    /// Locked by something that does not seem to live; why. A commit may be made, and the index
    /// follows later.
    Stuck(String),
    /// Locked by a living git, whose commit would fail if the branch moved now; why.
    Busy(String),
}

/// Git's lock on the index, held by us; dropping it lets others in.
pub(super) struct IndexLock<'a> {
    repo: &'a Repo,
    lock: PathBuf,
}

impl Drop for IndexLock<'_> {
    fn drop(&mut self) {
        // It names us, so the next command removes what stays.
        let _ = fs::remove_file(&self.lock);
    }
}

/// Whether to stop trying: time is up, a signal came, or a lock has stood for so long that its
/// holder is at an editor or dead.
pub(super) fn in_vain(repo: &Repo, end: Instant) -> bool {
    Instant::now() >= end || repo.interrupt.raised().is_some() || any_older(repo, TRIES)
}

/// Takes the index, waiting for a short while for others.
pub(super) fn take(repo: &Repo, since: SystemTime) -> Result<Staging<'_>, StoreError> {
    let lock = lock_of(&repo.index);
    let end = Instant::now() + TRIES;
    let mut backoff = Backoff::new();
    let mut healed = false;
    loop {
        match OpenOptions::new().write(true).create_new(true).open(&lock) {
            Ok(mut file) => {
                let mine = IndexLock { repo, lock };
                let sign = format!("{SIGN}{}\n", std::process::id());
                file.write_all(sign.as_bytes())
                    .map_err(StoreError::io("write", &mine.lock))?;
                return Ok(Staging::Mine(mine));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::io("lock the index by", &lock)(error)),
        }
        if !healed {
            healed = true;
            if !heal(repo, Some(since)).removed.is_empty() {
                continue;
            }
        }
        if in_vain(repo, end) {
            let why = format!("`{}` exists", lock.display());
            return Ok(if git_at_work(repo, &lock) {
                Staging::Busy(why)
            } else {
                Staging::Stuck(why)
            });
        }
        backoff.pause();
    }
}

pub(super) fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

impl IndexLock<'_> {
    /// Puts an index in place that holds these rows and is otherwise as it was; `Some` tells why
    /// not.
    ///
    /// The rows name the very objects of the commit, where adding the files would run filters, pass
    /// over what a sparse checkout leaves out, and stage what an editor has written since.
    pub(super) fn install(&self, rows: &[String]) -> Result<Option<String>, StoreError> {
        const ARGS: [&str; 3] = ["update-index", "-z", "--index-info"];
        const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        const EMPTY_TREE_SHA256: &str =
            "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let git = &self.repo.git;
        let tmp = self.repo.private().join("tmp");
        let copy = tmp.join(format!("index-{}", std::process::id()));
        copied(&self.repo.index, &copy).map_err(StoreError::io("copy the index to", &copy))?;
        // Writing an index compares files that changed within its clock tick, and would run their
        // filters for that. Attributes read from the empty tree name none.
        let sha256 = first
            .split(['\t', ' '])
            .nth(1)
            .is_some_and(|blob| blob.len() == 64);
        let nowhere = if sha256 {
            EMPTY_TREE_SHA256
        } else {
            EMPTY_TREE
        };
        let mut command = git.command(Manner::Alone, &ARGS);
        command
            .env("GIT_ATTR_SOURCE", nowhere)
            .env("GIT_INDEX_FILE", &copy);
        let told = git.feed_command(command, ARGS.join(" "), rows.concat().as_bytes())?;
        if !told.ok {
            return Ok(Some(told.error().to_string()));
        }
        let placed = match fs::rename(&copy, &self.repo.index) {
            // Another file system: beside it, in the file that is ours by the lock.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let beside = self.lock.with_extension("plaindesk");
                copied(&copy, &beside).and_then(|()| fs::rename(&beside, &self.repo.index))
            }
            done => done,
        };
        placed.map_err(StoreError::io("replace", &self.repo.index))?;
        Ok(None)
    }
}

/// Copies an index with its time, by which git knows which files may have changed in the tick of
/// its writing. Where there is none yet, there is none to copy.
fn copied(from: &Path, to: &Path) -> io::Result<()> {
    // One that failed may be there.
    let _ = fs::remove_file(to);
    match fs::copy(from, to) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    let time = from.metadata()?.modified()?;
    File::options().write(true).open(to)?.set_modified(time)
}
