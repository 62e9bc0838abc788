//! The one lock of a clone, which every command that writes holds from its first look to its end.
//!
//! It is the kernel's lock on an open file, so it ends with its holder however that ends. The file
//! is never removed: a second process could hold the removed one. What stands in it is information
//! only: who holds it, and after an unclean end, who held it last and since when.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::store::error::{Obstacle, StoreError};
use crate::store::fs::backoff::Backoff;
use crate::store::fs::interrupt::Interrupt;
use crate::store::git::child::MARKER;

/// Precedes the moment from which on leftovers may stand, where it is not that of the line.
const SINCE: &str = " unclean since ";

/// The lock while it is held; dropping it lets the next one in.
#[derive(Debug)]
pub(in crate::store) struct Lock {
    file: File,
    /// When this process got it.
    pub(in crate::store) taken: SystemTime,
    /// Since when leftovers may stand: when the holder before got the lock, if that one ended
    /// without letting go in good order.
    pub(in crate::store) died: Option<SystemTime>,
    /// Set when something was left behind that the next holder must look at.
    pub(in crate::store) unclean: bool,
}

impl Lock {
    /// Waits for the lock at `path`, as long as it keeps changing hands at least once in `patience`.
    pub(in crate::store) fn take(
        path: &Path,
        mode: u32,
        command: &str,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Self, StoreError> {
        #[expect(clippy::disallowed_methods, reason = "tells a hook of our own commit")]
        let held = std::env::var_os(MARKER);
        if held.is_some_and(|held| same_file(Path::new(&held), path)) {
            return Err(StoreError::InsideHook);
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(mode & 0o666)
            .custom_flags(careful())
            .open(path)
            .map_err(StoreError::io("open the lock", path))?;
        if !file.metadata().is_ok_and(|meta| meta.is_file()) {
            return Err(StoreError::InTheWay {
                path: path.to_owned(),
                obstacle: Obstacle::Special,
            });
        }
        wait(&mut file, path, patience, interrupt)?;
        if file
            .metadata()
            .is_ok_and(|meta| meta.permissions().mode() & 0o666 & mode != mode & 0o666)
        {
            // Colleagues of a shared clone need it too, whatever the umask of the first was.
            let _ = file.set_permissions(std::fs::Permissions::from_mode(mode & 0o666));
        }
        let line = holder(&mut file);
        let died = (!line.is_empty()).then(|| {
            unclean_since(&line)
                .or_else(|| file.metadata().and_then(|meta| meta.modified()).ok())
                .unwrap_or(UNIX_EPOCH)
        });
        // Until this holder has looked at it, what the last one left is still there.
        let mut lock = Self {
            file,
            taken: SystemTime::now(),
            died,
            unclean: died.is_some(),
        };
        lock.sign(command);
        // The file system's clock lags behind by a tick, and is the one to compare with.
        lock.taken = lock
            .file
            .metadata()
            .and_then(|meta| meta.modified())
            .unwrap_or(lock.taken);
        Ok(lock)
    }

    /// Writes down who holds the lock. A full disk must not keep anybody from holding it.
    fn sign(&mut self, command: &str) {
        let clock = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let command: String = command
            .chars()
            .filter(|c| !c.is_control())
            .take(60)
            .collect();
        let mut line = format!(
            "process {} (`desk {command}`) {}",
            std::process::id(),
            clock.as_nanos()
        );
        if let Some(Ok(since)) = self.died.map(|died| died.duration_since(UNIX_EPOCH)) {
            line.push_str(SINCE);
            line.push_str(&since.as_nanos().to_string());
        }
        line.push('\n');
        let _ = self.file.set_len(0);
        let _ = self.file.rewind();
        let _ = self.file.write_all(line.as_bytes());
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.unclean {
            // If this fails, the next holder looks for leftovers and finds none.
            let _ = self.file.set_len(0);
        }
    }
}

/// No link is followed, and a pipe in the lock's place keeps nobody waiting.
fn careful() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    i32::try_from(flags.bits()).unwrap_or_default()
}

fn same_file(one: &Path, other: &Path) -> bool {
    one == other
        || one
            .canonicalize()
            .ok()
            .is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The holder's line, empty when there is none.
fn holder(file: &mut File) -> String {
    let mut bytes = Vec::new();
    // Unreadable is unknown: it is information only.
    let _ = file
        .rewind()
        .and_then(|()| file.take(200).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes)
        .chars()
        .filter(|c| !c.is_control())
        .collect()
}

/// The moment that a line names because its holder found things unclean; nanoseconds since 1970.
fn unclean_since(line: &str) -> Option<SystemTime> {
    let nanos = line.split_once(SINCE)?.1.trim().parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_nanos(nanos))
}

/// The line without the number that tells two turns of one process apart.
fn named(line: &str) -> String {
    let line = line.split_once(SINCE).map_or(line, |(line, _)| line);
    match line.rsplit_once(' ') {
        Some((who, _)) => who.to_owned(),
        None => "another command".to_owned(),
    }
}

fn wait(
    file: &mut File,
    path: &Path,
    patience: Duration,
    interrupt: &Interrupt,
) -> Result<(), StoreError> {
    let mut backoff = Backoff::new();
    let mut last = String::new();
    let mut since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
        }
        if interrupt.raised().is_some() {
            return Err(StoreError::Interrupted);
        }
        let now = holder(file);
        if now != last {
            last = now;
            since = Instant::now();
        } else if since.elapsed() >= patience {
            return Err(StoreError::Busy {
                holder: named(&last),
                seconds: since.elapsed().as_secs(),
            });
        }
        backoff.pause();
    }
}

/// Where the lock of a private folder is.
pub(in crate::store) fn place(private: &Path) -> PathBuf {
    private.join("lock")
}
