//! Reading files of a desk: regular files only, never through a link, never without an end.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags};

use crate::page::problem::Problem;
use crate::store::fs::root::Root;

pub use crate::page::text_check::MAX_PAGE;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is none.
    #[error("there is no such file")]
    Missing,
    /// A link, here or in the folders above.
    #[error("it is reached through a symbolic link, and a desk follows none")]
    Link,
    /// A folder, a pipe or a device.
    #[error("it is not a regular file")]
    NotAFile,
    /// More than [`MAX_PAGE`].
    #[error("it is {size} bytes long; a page has at most {MAX_PAGE}")]
    TooLarge {
        /// In bytes.
        size: u64,
    },
    /// Not UTF-8.
    #[error("it is not UTF-8 text: the byte at {offset} cannot be read")]
    NotText {
        /// The first bad byte.
        offset: usize,
        /// Its line, counted from 1.
        line: usize,
        /// What stands before it on that line, in bytes.
        column: usize,
    },
    /// Anything else.
    #[error("{0}")]
    Io(std::io::Error),
}

impl ReadError {
    /// The error as a problem of the file.
    pub fn problem(&self, path: &str) -> Problem {
        let mut problem = Problem::whole(path, self.to_string()).fatal();
        if let Self::NotText { line, column, .. } = self {
            problem.place = Some((*line, column + 1));
        }
        problem
    }
}

/// Reads a page of the desk.
pub fn page(root: &Root, path: &str) -> Result<String, ReadError> {
    let mut dir = root.dir().to_owned();
    let relative = Path::new(path);
    let folders = relative.parent().into_iter().flat_map(Path::components);
    for part in folders {
        let Component::Normal(name) = part else {
            return Err(ReadError::Link);
        };
        dir.push(name);
        let kind = dir.symlink_metadata().map_err(sorted)?.file_type();
        if kind.is_symlink() {
            return Err(ReadError::Link);
        }
    }
    file(&root.join(path), MAX_PAGE)
}

fn sorted(error: std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Io(error),
    }
}

/// Reads a text file of at most `max` bytes; a link in its last place is refused.
pub fn file(path: &Path, max: u64) -> Result<String, ReadError> {
    bytes(path, max).and_then(text)
}

/// Whether a file of the desk has these words somewhere, not as a part of longer ones, be it a page or
/// not; `None` where that cannot be told.
pub fn contains(root: &Root, path: &str, words: &str) -> Option<bool> {
    match bytes(&root.join(path), MAX_PAGE) {
        Ok(bytes) => {
            let ends = |at: Option<&u8>| !at.is_some_and(u8::is_ascii_alphanumeric);
            let found = bytes
                .windows(words.len().max(1))
                .enumerate()
                .any(|(at, window)| {
                    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                    window == words.as_bytes() && ends(before) && ends(bytes.get(at + window.len()))
                });
            Some(found)
        }
        Err(ReadError::Missing) => Some(false),
        Err(_) => None,
    }
}

fn bytes(path: &Path, max: u64) -> Result<Vec<u8>, ReadError> {
    // A pipe must not make us wait: opened without blocking, then looked at.
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = match opened {
        Ok(fd) => File::from(fd),
        Err(rustix::io::Errno::LOOP | rustix::io::Errno::MLINK) => return Err(ReadError::Link),
        Err(errno) => return Err(sorted(errno.into())),
    };
    let meta = file.metadata().map_err(ReadError::Io)?;
    if !meta.is_file() {
        return Err(ReadError::NotAFile);
    }
    if meta.len() > max {
        return Err(ReadError::TooLarge { size: meta.len() });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    (&file)
        .take(max + 1)
        .read_to_end(&mut bytes)
        .map_err(ReadError::Io)?;
    if bytes.len() as u64 > max {
        return Err(ReadError::TooLarge {
            size: bytes.len() as u64,
        });
    }
    Ok(bytes)
}

/// Bytes as text.
pub fn text(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let line = before.split(|b| *b == b'\n').count();
        let column = before.iter().rev().take_while(|b| **b != b'\n').count();
        ReadError::NotText {
            offset,
            line,
            column,
        }
    })
}
