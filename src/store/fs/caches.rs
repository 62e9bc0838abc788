//! The folder of caches: `.desk/`, ignored by git, or one of the user's; deleted without harm.
//!
//! A clone can bring a `.desk/` with it, so nothing in it is trusted: every step below it is a
//! handle that follows no link, only regular files are opened, and only names that this program
//! makes are removed or replaced. What stands in the way costs the cache, nothing else.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::store::error::{Obstacle, StoreError};
use crate::store::fs::folder::Folder;
use crate::store::fs::random::random;
use crate::store::fs::root::Root;

/// The folder of the months' files.
pub const MONTHS: &str = "tickets";

/// The folder of the text indexes.
pub const SEARCH: &str = "search";

/// The folders in [`SEARCH`], one for each index.
pub const INDEXES: [&str; 2] = ["tickets", "articles"];

/// The files of an index whose names are always the same.
pub const INDEX_FILES: [&str; 3] = [LISTS[0], LISTS[1], TURN];

/// The lists that the engine keeps of an index.
pub const LISTS: [&str; 2] = ["meta.json", ".managed.json"];

/// Locked by the one who writes an index.
pub const TURN: &str = "turn";

/// The files that stand in the folder itself.
const FILES: [&str; 6] = [TICKETS, ARTICLES, SETTINGS, CHANGES, MAIL, MAIL_ADDED];

/// What is kept of all months.
pub const TICKETS: &str = "tickets.cache";

/// What is kept of the articles.
pub const ARTICLES: &str = "articles.cache";

/// Settings and catalogue as they were understood.
pub const SETTINGS: &str = "settings.cache";

/// How far the files are from the commit.
pub const CHANGES: &str = "changes.cache";

/// By what mails are found.
pub const MAIL: &str = "mail.cache";

/// What was added to that since.
pub const MAIL_ADDED: &str = "mail-added.cache";

/// Tells git to pass the folder by, whether or not the desk's own .gitignore names it.
const IGNORE: &str = ".gitignore";

/// So old a temporary file belongs to nobody that still runs.
const ABANDONED: Duration = Duration::from_hours(1);

/// A folder of caches, open.
#[derive(Debug)]
pub struct Caches {
    folder: Folder,
}

impl Caches {
    /// The folder of a desk; `None` where there is none yet.
    pub fn open(root: &Root) -> Result<Option<Self>, StoreError> {
        let (above, name) = place(root)?;
        match Folder::open(above) {
            Ok(above) => Ok(above.enter(name)?.map(|folder| Self { folder })),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The folder of a desk, made where there is none.
    pub fn make(root: &Root) -> Result<Self, StoreError> {
        let (above, name) = place(root)?;
        if !above.starts_with(root.dir()) && !above.is_dir() {
            std::fs::create_dir_all(above).map_err(StoreError::io("make the folder", above))?;
        }
        let folder = Folder::open(above)?.enter_or_make_unsynced(name, 0o777)?;
        if folder.look(IGNORE)?.is_none() {
            let mut file = folder.create(IGNORE, 0o666)?;
            file.write_all(b"*\n")
                .map_err(StoreError::io("write", &folder.shown(IGNORE)))?;
        }
        Ok(Self { folder })
    }

    /// The folder of this name; `None` where there is none.
    pub fn inner(&self, name: &str) -> Result<Option<Self>, StoreError> {
        Ok(self.folder.enter(name)?.map(|folder| Self { folder }))
    }

    /// The folder of this name, made where there is none.
    pub fn make_inner(&self, name: &str) -> Result<Self, StoreError> {
        let folder = self.folder.enter_or_make_unsynced(name, 0o777)?;
        Ok(Self { folder })
    }

    /// Opens a regular file for reading; `None` where there is none.
    pub fn file(&self, name: &str) -> Result<Option<File>, StoreError> {
        self.folder.open_to_read(name)
    }

    /// The bytes of a regular file; `None` where there is none.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.folder.read(name)
    }

    /// Whether a regular file of this name is there.
    pub fn has(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.folder.look_at_file(name)?.is_some())
    }

    /// Writes a file: the old one or the new one is there, never a part. No sync, for it can be
    /// lost without harm. What is no regular file is not replaced.
    pub fn put(&self, name: &str, parts: &[&[u8]]) -> Result<(), StoreError> {
        self.folder.look_at_file(name)?;
        let temporary = temporary()?;
        let mut file = self.folder.create(&temporary, 0o666)?;
        let written = parts
            .iter()
            .try_for_each(|part| file.write_all(part))
            .map_err(StoreError::io("write", &self.folder.shown(name)));
        let placed = written.and_then(|()| {
            self.folder
                .rename(&temporary, &self.folder, name)
                .map_err(StoreError::io("replace", &self.folder.shown(name)))
        });
        if placed.is_err() {
            // One that stays is removed as abandoned.
            let _ = self.folder.remove(&temporary);
        }
        placed
    }

    /// Makes a file and opens it for writing, in place of a regular file of this name.
    pub fn create(&self, name: &str) -> Result<File, StoreError> {
        self.remove(name)?;
        self.folder.create(name, 0o666)
    }

    /// Opens a file to lock it, made where there is none.
    pub fn lock_file(&self, name: &str) -> Result<File, StoreError> {
        self.folder.open_or_create(name, 0o666)
    }

    /// Removes a regular file; it may be gone already.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.folder.look_at_file(name)? {
            Some(_) => self.folder.remove(name),
            None => Ok(()),
        }
    }

    /// Removes the regular files that `is_stale` says are ours and of no use any more, and
    /// temporary files that nobody will finish. Whoever still reads one has it open.
    pub fn tidy(&self, is_stale: impl Fn(&str) -> bool) {
        for name in self.folder.names().unwrap_or_default() {
            if is_stale(&name) || (is_temporary(&name) && self.is_abandoned(&name)) {
                // What stays takes room, nothing else.
                let _ = self.remove(&name);
            }
        }
    }

    fn is_abandoned(&self, name: &str) -> bool {
        let modified = self.file(name).ok().flatten();
        let modified =
            modified.and_then(|file| file.metadata().and_then(|meta| meta.modified()).ok());
        modified
            .and_then(|modified| SystemTime::now().duration_since(modified).ok())
            .is_some_and(|age| age > ABANDONED)
    }
}

/// Removes everything that caches hold of tickets and articles, and what the text indexes keep of
/// old texts. What stays, since somebody else wrote it there meanwhile, is of the files as they are.
pub fn forget(root: &Root) -> Result<(), StoreError> {
    let Some(caches) = Caches::open(root)? else {
        return Ok(());
    };
    caches.tidy(|name| FILES.contains(&name) || is_temporary(name));
    if let Some(months) = caches.inner(MONTHS)? {
        months.tidy(|_| true);
    }
    let Some(search) = caches.inner(SEARCH)? else {
        return Ok(());
    };
    for name in INDEXES {
        if let Some(index) = search.inner(name)? {
            index.tidy(|name| name != TURN);
        }
    }
    Ok(())
}

/// The bytes of a file of the folder itself; `None` where there is none that can be read.
pub fn read(root: &Root, name: &str) -> Option<Vec<u8>> {
    Caches::open(root).ok()??.read(name).ok()?
}

/// Writes a file of the folder itself; see [`Caches::put`].
pub fn put(root: &Root, name: &str, parts: &[&[u8]]) -> Result<(), StoreError> {
    Caches::make(root)?.put(name, parts)
}

/// The folder above that of a desk's caches, and its name.
fn place(root: &Root) -> Result<(&Path, &str), StoreError> {
    let caches = root.caches();
    let name = caches.file_name().and_then(|name| name.to_str());
    caches
        .parent()
        .zip(name)
        .ok_or_else(|| StoreError::InTheWay {
            path: caches.to_owned(),
            obstacle: Obstacle::NotAFolder,
        })
}

/// A name that no other writer chooses.
fn temporary() -> Result<String, StoreError> {
    let random = random(8).map_err(StoreError::io("draw a name for", Path::new("a cache")))?;
    Ok(format!(".{random}.tmp"))
}

/// Whether a name is one that `temporary` gives.
pub fn is_temporary(name: &str) -> bool {
    let random = name
        .strip_prefix('.')
        .and_then(|name| name.strip_suffix(".tmp"));
    random.is_some_and(|random| {
        random.len() == 8 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

impl Root {
    /// Keeps caches below the user's cache folder where the desk cannot be written to, where
    /// something that is none of ours stands in their place, or on a network file system, on which
    /// locks of files are not to be trusted.
    #[must_use]
    pub fn caching_in(mut self, user: Option<&Path>) -> Self {
        self.in_the_way = match stranger(&self) {
            Err(error @ StoreError::InTheWay { .. }) => Some(error.to_string()),
            _ => None,
        };
        if let Some(user) = user
            && (self.in_the_way.is_some()
                || !is_writable(self.dir(), &self.caches)
                || is_remote(self.dir()))
        {
            use sha2::{Digest, Sha256};
            let digest = Sha256::digest(self.dir().as_os_str().as_encoded_bytes());
            let first = digest.iter().take(8);
            let name = first.fold(0_u64, |name, byte| (name << 8) | u64::from(*byte));
            self.caches = user.join("plaindesk").join(format!("{name:016x}"));
        }
        self
    }
}

/// Whether caches can be kept in the desk: in their folder, or in a new one.
fn is_writable(dir: &Path, caches: &Path) -> bool {
    use rustix::fs::{Access, access};
    let into = Access::WRITE_OK | Access::EXEC_OK;
    match caches.symlink_metadata() {
        Ok(meta) => meta.is_dir() && access(caches, into).is_ok(),
        Err(_) => access(dir, into).is_ok(),
    }
}

/// Whether a folder is on a file system of another machine.
#[cfg(target_os = "linux")]
fn is_remote(dir: &Path) -> bool {
    // NFS, SMB, SMB2, CIFS, 9P, AFS, Coda, Ceph and what runs in a user's process (sshfs).
    const KINDS: [u32; 9] = [
        0x6969,
        0x517b,
        0xfe53_4d42,
        0xff53_4d42,
        0x0102_1997,
        0x5346_414f,
        0x7375_7245,
        0x00c3_6400,
        0x6573_5546,
    ];
    rustix::fs::statfs(dir).is_ok_and(|fs| {
        // The type's width and sign differ between machines; its low half does not.
        let bytes = fs.f_type.to_ne_bytes();
        let mut low = [0; 4];
        let start = if cfg!(target_endian = "big") {
            bytes.len() - 4
        } else {
            0
        };
        low.copy_from_slice(&bytes[start..start + 4]);
        KINDS.contains(&u32::from_ne_bytes(low))
    })
}

#[cfg(not(target_os = "linux"))]
fn is_remote(_: &Path) -> bool {
    false
}

/// Looks for what is no cache of ours where one would stand.
fn stranger(root: &Root) -> Result<(), StoreError> {
    let Some(caches) = Caches::open(root)? else {
        return Ok(());
    };
    for name in FILES {
        caches.folder.look_at_file(name)?;
    }
    caches.inner(MONTHS)?;
    let Some(search) = caches.inner(SEARCH)? else {
        return Ok(());
    };
    for name in INDEXES {
        let Some(index) = search.inner(name)? else {
            continue;
        };
        for name in INDEX_FILES {
            index.folder.look_at_file(name)?;
        }
    }
    Ok(())
}
