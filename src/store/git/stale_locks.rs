//! Removing lock files that our own dead git children left, and no others.
//!
//! Git's lock files name no owner. But our children only run while the desk's lock is held, so one
//! that is younger than a turn at the lock that ended badly, that nobody changes for a while, and
//! in whose work tree no git runs, is such a leftover. So is any that is older than the boot, and,
//! where a power cut left no sign of either, one that a living git keeps for an instant only.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::store::git::repo::Repo;
use crate::store::git::state::Head;

/// What our lock on the index begins with, so that a dead command's is known at once.
pub(in crate::store) const SIGN: &str = "plaindesk ";

/// The file by which git locks another.
pub(in crate::store) fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Where the references lie that keep objects which the journal names.
pub(in crate::store) const KEEPERS: &str = "refs/plaindesk";

/// How long a lock must stand unchanged. A living git moves on within that time, or is seen.
const WATCH: Duration = Duration::from_millis(1600);

/// What was done about git's lock files.
#[derive(Debug, Default)]
pub(in crate::store) struct Healed {
    pub(in crate::store) removed: Vec<PathBuf>,
    /// Those that may belong to a living git.
    pub(in crate::store) left: Vec<PathBuf>,
}

#[derive(Debug, PartialEq, Eq)]
struct Sighting {
    path: PathBuf,
    inode: u64,
    size: u64,
    changed: SystemTime,
    owner: u32,
    /// Whether it is that of a reference, with the name of a commit in it.
    names_commit: bool,
}

impl Sighting {
    /// Whose gits to look for: for an empty lock, whose age says little, anyone's.
    fn whose(&self) -> Option<u32> {
        Some(self.owner).filter(|_| self.size > 0)
    }

    /// Whether it is empty or that of a reference, and was for longer than a git leaves one alone
    /// without being seen. A power cut leaves such a lock, and where the disk went to another machine,
    /// or was pulled, no start of the system tells so.
    fn was_left(&self, now: SystemTime) -> bool {
        let stood = now.duration_since(self.changed);
        (self.size == 0 || self.names_commit) && stood.is_ok_and(|stood| stood > WATCH)
    }
}

fn sight(path: &Path) -> Option<Sighting> {
    let meta = path
        .symlink_metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)?;
    Some(Sighting {
        path: path.to_owned(),
        inode: meta.ino(),
        size: meta.size(),
        changed: meta.modified().ok()?,
        owner: meta.uid(),
        names_commit: [41, 65].contains(&meta.len()) && names_commit(path),
    })
}

/// Whether a file holds the name of a commit and nothing else. Git puts that into the lock of a reference
/// right before it renames it.
fn names_commit(lock: &Path) -> bool {
    let text = std::fs::read_to_string(lock).unwrap_or_default();
    let name = text.strip_suffix('\n').unwrap_or_default();
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Every lock file that a git child of ours could have made.
fn candidates(repo: &Repo) -> Vec<PathBuf> {
    let mut paths = vec![
        lock_of(&repo.index),
        lock_of(&repo.git_dir.join("HEAD")),
        lock_of(&repo.git_dir.join("AUTO_MERGE")),
        lock_of(&repo.packed_refs),
        // Those of a git that tidies up: what they hinder is not this commit, but every upkeep.
        lock_of(&repo.common.join("config")),
        lock_of(&repo.common.join("shallow")),
        lock_of(&repo.common.join("objects/maintenance")),
        lock_of(&repo.common.join("objects/info/commit-graph")),
        lock_of(
            &repo
                .common
                .join("objects/info/commit-graphs/commit-graph-chain"),
        ),
        lock_of(&repo.common.join("objects/pack/multi-pack-index")),
    ];
    if let Ok(Head::Branch(name)) = repo.head()
        && let Some(short) = name.strip_prefix("refs/heads/")
    {
        paths.push(lock_of(&repo.branches.join(short)));
    }
    if let Some(folder) = &repo.reftable {
        paths.push(lock_of(&folder.join("tables.list")));
        paths.push(lock_of(&repo.git_dir.join("reftable/tables.list")));
    }
    // `git commit --only` writes the index that follows under a name with its process.
    let beside = std::fs::read_dir(&repo.git_dir)
        .into_iter()
        .flatten()
        .flatten();
    paths.extend(beside.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("next-index-") && name.ends_with(".lock")
    }));
    let keepers = std::fs::read_dir(repo.common.join(KEEPERS));
    let keepers = keepers.into_iter().flatten().flatten();
    paths.extend(keepers.map(|entry| entry.path()).filter(|path| {
        let ending = path.extension();
        ending.is_some_and(|ending| ending == "lock")
    }));
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Whether one of git's lock files stands that appeared at `since` or later.
pub(in crate::store) fn any_since(repo: &Repo, since: SystemTime) -> bool {
    candidates(repo)
        .iter()
        .filter_map(|path| sight(path))
        .any(|lock| lock.changed >= since)
}

/// Whether one of git's lock files has stood for longer than `age`, so that to wait is in vain.
pub(in crate::store) fn any_older(repo: &Repo, age: Duration) -> bool {
    let now = SystemTime::now();
    let old = |lock: Sighting| {
        now.duration_since(lock.changed)
            .is_ok_and(|passed| passed > age)
    };
    candidates(repo)
        .iter()
        .filter_map(|path| sight(path))
        .any(old)
}

/// Removes the lock files that are ours and dead: those that appeared at `since` or later, or
/// before the system started.
pub(in crate::store) fn remove_stale(repo: &Repo, since: Option<SystemTime>) -> Healed {
    remove_stale_of(repo, since, &[])
}

/// As [`remove_stale`], with the locks of these references.
pub(in crate::store) fn remove_stale_of(
    repo: &Repo,
    since: Option<SystemTime>,
    references: &[String],
) -> Healed {
    let mut healed = Healed::default();
    let index = lock_of(&repo.index);
    let ours = names_us(&index);
    let boot = boot_time();
    let now = SystemTime::now();
    let more = references
        .iter()
        .map(|name| lock_of(&repo.common.join(name)));
    let all: Vec<PathBuf> = candidates(repo).into_iter().chain(more).collect();
    let (ours, others): (Vec<_>, Vec<_>) = all
        .iter()
        // Whoever takes the index takes that one over: it may be behind the branch.
        .filter(|path| !ours || **path != index)
        .filter_map(|path| sight(path))
        .partition(|lock| {
            since.is_some_and(|since| lock.changed >= since)
                || boot.is_some_and(|boot| lock.changed < boot)
                || lock.was_left(now)
        });
    healed.left.extend(others.into_iter().map(|lock| lock.path));
    if ours.is_empty() {
        return healed;
    }
    if !ours.iter().any(|lock| git_lives(repo, lock.whose())) {
        std::thread::sleep(WATCH);
    }
    for lock in ours {
        let dead = sight(&lock.path).as_ref() == Some(&lock)
            && !git_lives(repo, lock.whose())
            && !(lock.size == 0 && is_open(&lock.path));
        if dead && std::fs::remove_file(&lock.path).is_ok() {
            healed.removed.push(lock.path);
        } else if lock.path.symlink_metadata().is_ok() {
            healed.left.push(lock.path);
        }
    }
    healed
}

/// Whether locks stand that nobody alive can have made, as far as their times and sizes tell.
pub(in crate::store) fn any_dead(repo: &Repo) -> bool {
    let (boot, now) = (boot_time(), SystemTime::now());
    candidates(repo)
        .iter()
        .filter_map(|path| sight(path))
        .any(|lock| boot.is_some_and(|boot| lock.changed < boot) || lock.was_left(now))
}

/// Whether a process has this file open: a git that has made an empty lock has it open until it
/// fills it. Processes of other users are seen by root only.
fn is_open(lock: &Path) -> bool {
    let Ok(lock) = lock.canonicalize() else {
        return false;
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| std::fs::read_dir(process.path().join("fd")).ok())
        .flat_map(Iterator::flatten)
        .any(|file| std::fs::read_link(file.path()).is_ok_and(|target| target == lock))
}

/// Whether a command of ours made this lock. It is dead: the desk's lock is with the caller.
pub(in crate::store) fn names_us(lock: &Path) -> bool {
    std::fs::read(lock).is_ok_and(|bytes| bytes.starts_with(SIGN.as_bytes()))
}

/// Whether a git of the lock's owner runs in the work tree.
pub(in crate::store) fn git_at_work(repo: &Repo, lock: &Path) -> bool {
    sight(lock).is_some_and(|lock| git_lives(repo, lock.whose()))
}

/// Whether a git of this user, or of anyone, runs in the work tree: `git commit` holds its lock for as long as a
/// person writes the message. Where the system does not tell, none is assumed.
fn git_lives(repo: &Repo, owner: Option<u32>) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return false;
    };
    processes.flatten().any(|process| {
        let number = process.file_name();
        if !number
            .to_string_lossy()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        {
            return false;
        }
        let at = process.path();
        let git =
            std::fs::read_to_string(at.join("comm")).is_ok_and(|name| name.starts_with("git"));
        let other = |meta: std::fs::Metadata| owner.is_some_and(|owner| meta.uid() != owner);
        if !git || process.metadata().map_or(true, other) || is_zombie(&at) {
            return false;
        }
        match std::fs::read_link(at.join("cwd")) {
            Ok(folder) => [&repo.top, &repo.git_dir, &repo.common]
                .iter()
                .any(|place| folder.starts_with(place)),
            Err(error) => error.kind() == std::io::ErrorKind::PermissionDenied,
        }
    })
}

fn is_zombie(process: &Path) -> bool {
    let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}

fn boot_time() -> Option<SystemTime> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let seconds = stat
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}
