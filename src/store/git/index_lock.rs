//! The person's index, kept in step with our commits.
//!
//! A `git commit` of the person reads the branch first and the index later. Were the index older
//! than the branch, it would take our change back out. So the new index is in place before the branch
//! moves, and git's own lock on the index is held from before the one until after the other.
//!
//! What that leaves: git reads the index before it locks it. A git that has read it before ours is in
//! place, and locks it afterwards, writes the old one back; the person's next commit then leaves the
//! change out. The file keeps it, and the next command commits it again (`left_out`).

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustix::io::{Errno, retry_on_intr};

use crate::store::error::StoreError;
use crate::store::fs::backoff::Backoff;
use crate::store::fs::folder::Folder;
use crate::store::git::child::Manner;
use crate::store::git::index_file::{Beyond, Hash, Index, IndexRow};
use crate::store::git::index_note::is_last_seen;
use crate::store::git::repo::Repo;
use crate::store::git::stale_locks::{
    SIGN, any_older, git_at_work, lock_of, names_us, remove_stale,
};
use crate::store::git::work_tree::{WorkFiles, hex};

/// How long to try against a git of somebody else's that holds a lock.
pub(in crate::store) const TRIES: Duration = Duration::from_secs(5);

/// The index, as far as it could be had.
pub(in crate::store) enum Staging<'a> {
    /// Locked by us.
    Mine(IndexLock<'a>),
    /// Locked by something that does not seem to live; why. A commit may be made, and the index
    /// follows later.
    Stuck(String),
    /// Locked by a living git, whose commit would fail if the branch moved now; why.
    Busy(String),
}

/// Git's lock on the index, held by us; dropping it lets others in.
pub(in crate::store) struct IndexLock<'a> {
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
pub(in crate::store) fn in_vain(repo: &Repo, end: Instant) -> bool {
    Instant::now() >= end || repo.interrupt.raised().is_some() || any_older(repo, TRIES)
}

/// Takes the index, waiting for a short while for others.
pub(in crate::store) fn take(repo: &Repo, since: SystemTime) -> Result<Staging<'_>, StoreError> {
    let lock = lock_of(&repo.index);
    let end = Instant::now() + TRIES;
    let mut backoff = Backoff::new();
    let mut healed = false;
    loop {
        match OpenOptions::new().write(true).create_new(true).open(&lock) {
            Ok(mut file) => {
                repo.share(&file);
                let mine = IndexLock { repo, lock };
                let sign = format!("{SIGN}{}\n", std::process::id());
                file.write_all(sign.as_bytes())
                    .map_err(StoreError::io("write", &mine.lock))?;
                return Ok(Staging::Mine(mine));
            }
            // A dead command of ours held it, and left the index behind the branch, perhaps: it is
            // taken over, so that nobody gets in before that is looked at.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names_us(&lock) => {
                let mine = IndexLock { repo, lock };
                let sign = format!("{SIGN}{}\n", std::process::id());
                // It gets the time of this turn, which the new index is to have.
                let signed = OpenOptions::new().write(true).open(&mine.lock);
                signed
                    .and_then(|mut file| {
                        file.write_all(sign.as_bytes())?;
                        file.set_len(sign.len() as u64)
                    })
                    .map_err(StoreError::io("write", &mine.lock))?;
                return Ok(Staging::Mine(mine));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::io("lock the index by", &lock)(error)),
        }
        if !healed {
            healed = true;
            if !remove_stale(repo, Some(since)).removed.is_empty() {
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

impl IndexLock<'_> {
    /// Puts an index in place that holds these rows and is otherwise as it was; `Some` tells why
    /// not.
    ///
    /// The rows name the very objects of the commit, where adding the files would run filters, pass
    /// over what a sparse checkout leaves out, and stage what an editor has written since.
    pub(in crate::store) fn install(&self, rows: &[String]) -> Result<Option<String>, StoreError> {
        Ok(match self.prepare(rows)? {
            Prepared::Nothing => None,
            Prepared::Cannot(why) => Some(why),
            Prepared::Index(new) => {
                put_in_place(&new, &self.repo.index)?;
                None
            }
        })
    }

    /// Makes such an index aside, durably, so that all that can fail of it has happened before the
    /// branch moves.
    pub(in crate::store) fn prepare(&self, rows: &[String]) -> Result<Prepared, StoreError> {
        if rows.is_empty() {
            return Ok(Prepared::Nothing);
        }
        let tmp = self.repo.private().join("tmp");
        let copy = tmp.join(format!("index-{}", std::process::id()));
        match self.spliced(rows, &copy)? {
            Ok(false) => return Ok(Prepared::Nothing),
            Ok(true) => {}
            Err(_) => {
                if let Some(why) = self.spliced_by_git(&copy, rows)? {
                    return Ok(Prepared::Cannot(why));
                }
            }
        }
        File::open(&copy)
            .and_then(|file| file.sync_all())
            .map_err(StoreError::io("sync", &copy))?;
        Ok(Prepared::Index(copy))
    }

    /// Writes the new index; `false` where the index holds the rows as they are.
    fn spliced(&self, rows: &[String], copy: &Path) -> Result<Result<bool, Beyond>, StoreError> {
        let at = &self.repo.index;
        let read = File::open(at).and_then(|mut file| {
            let meta = file.metadata()?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok((meta, bytes))
        });
        let (meta, bytes) = match read {
            Ok(read) => read,
            // What a new index is like, git's settings say.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Err(Beyond("there is none".to_owned())));
            }
            Err(error) => return Err(StoreError::io("read", at)(error)),
        };
        let new = match self.changed(&meta, &bytes, rows) {
            Ok(new) => new,
            Err(beyond) => return Ok(Err(beyond)),
        };
        if is_equal(&new, &bytes) {
            return Ok(Ok(false));
        }
        self.write(copy, &new)
            .map_err(StoreError::io("write", copy))?;
        Ok(Ok(true))
    }

    fn changed<'b>(
        &self,
        meta: &fs::Metadata,
        bytes: &'b [u8],
        rows: &[String],
    ) -> Result<Vec<Cow<'b, [u8]>>, Beyond> {
        let odd = || Beyond("a row is damaged".to_owned());
        let rows: Vec<(bool, &str, &str)> = rows
            .iter()
            .map(|row| {
                let (mode, rest) = row.split_once(' ')?;
                let (blob, path) = rest.strip_suffix('\0')?.split_once('\t')?;
                let is_file = mode == "100644" || mode == "100755";
                is_file.then_some((mode == "100755", blob, path))
            })
            .collect::<Option<_>>()
            .ok_or_else(odd)?;
        let digits = rows.first().map_or(0, |(_, blob, _)| blob.len());
        let hash = Hash::of_digits(digits).ok_or_else(odd)?;
        // It is looked through as git does, but for the one whose checksum we made ourselves.
        let index = Index::read(bytes, hash, is_last_seen(self.repo))?;
        let mut files = WorkFiles::open(self.repo, hash);
        let doubtful = self.doubtful(meta, &index, &mut files);
        let rows: Vec<IndexRow> = rows
            .into_iter()
            .map(|(executable, blob, path)| {
                let blob = hex(blob)?;
                Some(IndexRow {
                    stat: files.holding(path, &blob).unwrap_or_default(),
                    path: path.to_owned(),
                    blob,
                    executable,
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(odd)?;
        index.spliced(&rows, &doubtful)
    }

    /// The entries that the time of the new index would make look settled although their files
    /// were changed in the tick in which the old one was written.
    ///
    /// Git takes an entry for settled when its file is older than the index. The new index gets the
    /// time at which our lock was made, so a file that changes from now on is not older.
    fn doubtful(
        &self,
        meta: &fs::Metadata,
        index: &Index<'_>,
        files: &mut WorkFiles,
    ) -> Vec<usize> {
        let (old, new) = (meta.mtime(), self.made());
        let entries = index.entries().enumerate();
        let racy = entries.filter(|(_, entry)| {
            let (seconds, nanos) = entry.stat().mtime;
            let seconds = i64::from(seconds);
            // Git compares whole seconds, unless it was built otherwise.
            entry.is_looked_at() && seconds >= old && (seconds, i64::from(nanos)) < new
        });
        racy.filter(|(_, entry)| {
            let path = std::str::from_utf8(entry.path()).unwrap_or_default();
            match files.look(path) {
                // It can be seen to be another.
                Some(stat) if stat.surely_differs(&entry.stat()) => false,
                _ => files.holding(path, entry.name()).is_none(),
            }
        })
        .map(|(place, _)| place)
        .collect()
    }

    /// When the lock was made, in seconds and nanoseconds.
    fn made(&self) -> (i64, i64) {
        let meta = self.lock.symlink_metadata();
        meta.map_or((0, 0), |meta| (meta.mtime(), meta.mtime_nsec()))
    }

    fn write(&self, copy: &Path, parts: &[Cow<'_, [u8]>]) -> io::Result<()> {
        // One that failed may be there.
        let _ = fs::remove_file(copy);
        let mut file = File::create_new(copy)?;
        self.repo.share(&file);
        for part in parts {
            file.write_all(part)?;
        }
        file.set_modified(self.lock.symlink_metadata()?.modified()?)
    }

    /// Has git write the new index, as a copy; `Some` tells why not.
    fn spliced_by_git(&self, copy: &Path, rows: &[String]) -> Result<Option<String>, StoreError> {
        const ARGS: [&str; 3] = ["update-index", "-z", "--index-info"];
        copied(&self.repo.index, copy).map_err(StoreError::io("copy the index to", copy))?;
        let git = &self.repo.git;
        let mut command = git.command(Manner::Alone, &ARGS);
        // Writing an index compares files that changed within its clock tick, and would run their
        // filters for that.
        self.repo.config().without_filters(&mut command);
        command.env("GIT_INDEX_FILE", copy);
        let reported = git.feed_command(command, ARGS.join(" "), rows.concat().as_bytes())?;
        Ok((!reported.ok).then(|| reported.error().to_string()))
    }
}

/// Whether parts make these bytes.
fn is_equal(parts: &[Cow<'_, [u8]>], bytes: &[u8]) -> bool {
    let mut rest = bytes;
    parts.iter().all(|part| match rest.strip_prefix(&**part) {
        Some(after) => {
            rest = after;
            true
        }
        None => false,
    }) && rest.is_empty()
}

/// An index that is to come.
pub(in crate::store) enum Prepared {
    /// The one that is there will do.
    Nothing,
    /// It stands here, complete.
    Index(PathBuf),
    /// Git cannot make it; why.
    Cannot(String),
}

/// An index that was replaced, kept until the branch has moved.
pub(in crate::store) struct Replaced {
    index: PathBuf,
    /// Where the old one stands; `None` where there was none.
    old: Option<PathBuf>,
}

impl Replaced {
    /// Puts a complete index in place, durably, and keeps the old one. Only under the lock.
    ///
    /// Where the old one cannot be kept, nothing is replaced, because it could not be put back.
    pub(in crate::store) fn by(new: &Path, repo: &Repo) -> Result<Self, StoreError> {
        let index = repo.index.clone();
        let failed = |error: io::Error| StoreError::io("replace", &repo.index)(error);
        // In each other's place, they need no room on a full disk, neither now nor on the way back.
        let old = match exchange(new, &index) {
            Ok(()) => Some(new.to_owned()),
            Err(Errno::NOENT) => None,
            Err(Errno::XDEV | Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                let old = index.with_extension("plaindesk-old");
                // One that failed may be there; it is ours by the lock.
                let _ = fs::remove_file(&old);
                fs::hard_link(&index, &old).map_err(failed)?;
                Some(old)
            }
            Err(errno) => return Err(failed(errno.into())),
        };
        let exchanged = old.as_deref() == Some(new);
        let replaced = Self { index, old };
        let placed = if exchanged {
            sync_name(&replaced.index)
        } else {
            put_in_place(new, &replaced.index)
        };
        match placed {
            Ok(()) => Ok(replaced),
            Err(error) => {
                replaced.put_back();
                Err(error.before_saving())
            }
        }
    }

    /// Puts the old one back, for the branch did not move. Where that fails, the files of the step
    /// are staged.
    pub(in crate::store) fn put_back(self) {
        let _ = match &self.old {
            Some(old) => fs::rename(old, &self.index),
            None => fs::remove_file(&self.index),
        };
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        if let Some(old) = &self.old {
            // What stays is removed by the next command.
            let _ = fs::remove_file(old);
        }
    }
}

/// Lets two files take each other's place in one step.
fn exchange(one: &Path, other: &Path) -> Result<(), Errno> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        retry_on_intr(|| renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE))
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (one, other);
        Err(Errno::NOSYS)
    }
}

/// Puts a complete index in place, durably. Only under the lock.
pub(in crate::store) fn put_in_place(new: &Path, index: &Path) -> Result<(), StoreError> {
    let placed = match fs::rename(new, index) {
        // Another file system: beside it, in a file that is ours by the lock.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let beside = index.with_extension("plaindesk");
            copied(new, &beside)
                .and_then(|()| File::open(&beside)?.sync_all())
                .and_then(|()| fs::rename(&beside, index))
        }
        done => done,
    };
    placed.map_err(StoreError::io("replace", index))?;
    sync_name(index)
}

/// Makes an index that git has written durable: git does not sync the folder that names it.
pub(in crate::store) fn sync_index(index: &Path) -> Result<(), StoreError> {
    File::open(index)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io("sync", index))?;
    sync_name(index)
}

fn sync_name(index: &Path) -> Result<(), StoreError> {
    match index.parent() {
        Some(folder) => Folder::open(folder)?.sync(),
        None => Ok(()),
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
