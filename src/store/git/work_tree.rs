//! Files of the work tree beside git's objects: whether one holds what a blob holds.

use std::fs::File;
use std::io::Read;

use rustix::fs::{Stat, fstat};

use crate::store::fs::folder::{Folder, split};
use crate::store::git::index_file::{Hash, StatData};
use crate::store::git::repo::Repo;

/// The largest file that is read to be compared.
const LARGEST: u64 = 16 << 20;

/// The files of a work tree, reached without following links.
pub(in crate::store) struct WorkFiles {
    top: Option<Folder>,
    /// The folder that was looked into last.
    last: Option<(String, Folder)>,
    hash: Hash,
}

impl WorkFiles {
    /// Those of this repository.
    pub(in crate::store) fn open(repo: &Repo, hash: Hash) -> Self {
        Self {
            top: Folder::open(&repo.top).ok(),
            last: None,
            hash,
        }
    }

    /// What the system says of a regular file, by its path in the work tree.
    pub(in crate::store) fn look(&mut self, path: &str) -> Option<StatData> {
        let (folder, name) = self.folder(path)?;
        folder.look_at_file(name).ok()?.map(|stat| data(&stat))
    }

    /// What the system says of a file that holds the blob of this name; `None` where it holds
    /// something else, or cannot be told to hold it.
    pub(in crate::store) fn holding(&mut self, path: &str, blob: &[u8]) -> Option<StatData> {
        let hash = self.hash;
        let (folder, name) = self.folder(path)?;
        let mut file = folder.open_to_read(name).ok()??;
        let before = fstat(&file).ok()?;
        if u64::try_from(before.st_size).ok()? > LARGEST {
            return None;
        }
        let bytes = whole(&mut file)?;
        // Written to meanwhile, it may have held anything in between.
        let before = data(&before);
        let same = fstat(&file).is_ok_and(|after| data(&after) == before);
        (same && hash.blob(&bytes) == blob).then_some(before)
    }

    /// Whether a file holds the blob of this name, line ends apart.
    pub(in crate::store) fn holds_text(&mut self, path: &str, blob: &[u8]) -> bool {
        let hash = self.hash;
        let mut bytes = || {
            let (folder, name) = self.folder(path)?;
            whole(&mut folder.open_to_read(name).ok()??)
        };
        bytes().is_some_and(|bytes| {
            hash.blob(&bytes) == blob
                || bytes.contains(&b'\r') && hash.blob(&unix_lines(&bytes)) == blob
        })
    }

    fn folder<'p>(&mut self, path: &'p str) -> Option<(&Folder, &'p str)> {
        let (parts, name) = split(path).ok()?;
        let key = parts.join("/");
        if self.last.as_ref().is_none_or(|(last, _)| *last != key) {
            let folder = self.top.as_ref()?.walk(parts.into_iter()).ok()??;
            self.last = Some((key, folder));
        }
        self.last.as_ref().map(|(_, folder)| (folder, name))
    }
}

/// The bytes of a file, if they are not more than is read.
fn whole(file: &mut File) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LARGEST).then_some(bytes)
}

/// A text with LF for CRLF.
fn unix_lines(bytes: &[u8]) -> Vec<u8> {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let kept = bytes.iter().zip(next);
    kept.filter(|&(&byte, next)| byte != b'\r' || next != Some(&b'\n'))
        .map(|(&byte, _)| byte)
        .collect()
}

/// A status as an index holds it: cut to 32 bits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "git cuts the same way; the types differ between systems"
)]
fn data(stat: &Stat) -> StatData {
    let size = stat.st_size as u32;
    StatData {
        ctime: (stat.st_ctime as u32, stat.st_ctime_nsec as u32),
        mtime: (stat.st_mtime as u32, stat.st_mtime_nsec as u32),
        dev: stat.st_dev as u32,
        ino: stat.st_ino as u32,
        uid: stat.st_uid,
        gid: stat.st_gid,
        // 0 means that git has to look.
        size: if size == 0 && stat.st_size != 0 {
            1 << 31
        } else {
            size
        },
    }
}

/// The bytes of a name in hexadecimal digits.
pub(in crate::store) fn hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}
