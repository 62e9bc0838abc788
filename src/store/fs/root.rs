//! Where the desk is, and where caches of it are kept.

use std::path::{Path, PathBuf};

use crate::store::fs::caches::in_the_way;

/// The folder that holds `desk.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    dir: PathBuf,
    caches: PathBuf,
    in_the_way: Option<String>,
}

/// The folder of caches inside a desk, ignored by git.
pub const CACHES: &str = ".desk";

impl Root {
    /// The nearest desk at or above a folder.
    pub fn find(from: &Path) -> Option<Self> {
        let from = from.canonicalize().ok()?;
        let dir = from
            .ancestors()
            .find(|dir| dir.join(crate::page::settings::FILE).is_file())?;
        Some(Self::at(dir))
    }

    /// The desk in this very folder, whether or not it has been set up.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            caches: dir.join(CACHES),
            in_the_way: None,
        }
    }

    /// Keeps caches below the user's cache folder where the desk cannot be written to, where
    /// something that is none of ours stands in their place, or on a network file system, on which
    /// locks of files are not to be trusted.
    #[must_use]
    pub fn caching_in(mut self, user: Option<&Path>) -> Self {
        self.in_the_way = in_the_way(&self).map(|error| error.to_string());
        if let Some(user) = user
            && (self.in_the_way.is_some()
                || !is_writable(&self.dir, &self.caches)
                || is_remote(&self.dir))
        {
            use sha2::{Digest, Sha256};
            let digest = Sha256::digest(self.dir.as_os_str().as_encoded_bytes());
            let first = digest.iter().take(8);
            let name = first.fold(0_u64, |name, byte| (name << 8) | u64::from(*byte));
            self.caches = user.join("plaindesk").join(format!("{name:016x}"));
        }
        self
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where caches are kept. Nobody made that folder yet, perhaps.
    pub fn caches(&self) -> &Path {
        &self.caches
    }

    /// Why the folder of caches inside the desk is not used although it is there: something in it
    /// is no cache of ours.
    pub fn in_the_way(&self) -> Option<&str> {
        self.in_the_way.as_deref()
    }

    /// A place inside the desk, by a relative path with `/`.
    pub fn join(&self, path: &str) -> PathBuf {
        self.dir.join(path)
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
