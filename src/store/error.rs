//! What can go wrong between a change and the disk, in words for the person who made the change.

use std::io;
use std::path::{Path, PathBuf};

use crate::page::text_check::Unstorable;

/// A refusal or failure of the store. Unless the text begins with "saved", nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The desk lies in no git repository, or inside a repository's own files.
    #[error("`{}` is not in a git work tree", .folder.display())]
    NoWorkTree {
        /// Where the desk is.
        folder: PathBuf,
    },
    /// The repository has no files to write to.
    #[error("`{}` is a bare repository: there are no files to write to", .folder.display())]
    Bare {
        /// Where the desk was looked for.
        folder: PathBuf,
    },
    /// Git refuses to work in a repository that belongs to somebody else.
    #[error("git does not trust `{}`, because it belongs to another user", .folder.display())]
    DubiousOwnership {
        /// The work tree as git names it.
        folder: PathBuf,
    },
    /// The `git` program could not be started.
    #[error("cannot start `git`")]
    NoGit {
        /// The system's reason.
        source: io::Error,
    },
    /// The system has no thread to give.
    #[error("cannot start a thread")]
    NoThread {
        /// The system's reason.
        source: io::Error,
    },
    /// Another command has held the lock for too long.
    #[error("the desk is busy: {holder} has held its lock for {seconds} s")]
    Busy {
        /// Process and command of the holder, as it wrote them down.
        holder: String,
        /// How long this command waited, in seconds.
        seconds: u64,
    },
    /// The command was started by a git hook that a desk command runs.
    #[error("this command runs inside a git hook of another desk command, which holds the lock")]
    InsideHook,
    /// There is more of a file than may be saved.
    #[error("`{}` is larger than {most} bytes", .path.display())]
    TooLarge {
        /// Where it comes from.
        path: PathBuf,
        /// The most that was allowed, in bytes.
        most: u64,
    },
    /// A commit would land on no branch.
    #[error("no branch is checked out (detached HEAD), so the change would belong to none")]
    Detached {
        /// The branch to go back to, if one can be told.
        branch: Option<String>,
    },
    /// An operation of git's must be finished first.
    #[error("{what} is in progress")]
    InProgress {
        /// The operation with its article, `a merge`.
        what: &'static str,
    },
    /// Somebody changed the file after it was read.
    #[error("`{path}` was changed by somebody else in the meantime")]
    Changed {
        /// The file, relative to the desk.
        path: String,
    },
    /// The file was to be made, but is there.
    #[error("`{path}` exists already")]
    Exists {
        /// The file, relative to the desk.
        path: String,
    },
    /// The new text holds what no file of the desk may.
    #[error("`{path}` is not written: {what}")]
    Unstorable {
        /// The file, relative to the desk.
        path: String,
        /// What it holds.
        what: Unstorable,
    },
    /// The file system has no way to make a file only where none is.
    #[error("the file system of `{}` can put no file in place without replacing another: it has no hard links", .path.display())]
    NoHardLinks {
        /// The file that was to be made.
        path: PathBuf,
    },
    /// Something other than a plain file or folder stands at the path.
    #[error("`{}` {obstacle}", .path.display())]
    InTheWay {
        /// The obstacle itself.
        path: PathBuf,
        /// What it is.
        obstacle: Obstacle,
    },
    /// The path could lead out of the desk or into git's own files.
    #[error("`{}` is no path for a file of the desk: {why}", .path.escape_debug())]
    BadPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The new text is in place, but the disk did not say that it will stay.
    #[error("saved, but the disk did not confirm it: `{}`", .path.display())]
    Unconfirmed {
        /// The folder that could not be synced.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Some files of the change are in place and could not be taken back.
    #[error("saved in part: the next command that writes finishes it")]
    HalfSaved {
        /// What stopped the rest.
        source: Box<StoreError>,
    },
    /// The files are safe; the commit is not made.
    #[error("saved, but not committed: {reason}")]
    NotCommitted {
        /// What git or a hook said.
        reason: String,
    },
    /// Two commits could not be merged, and nothing of it is saved.
    #[error("nothing was merged: {reason}")]
    NotMerged {
        /// What git said.
        reason: String,
    },
    /// A git command failed.
    #[error("`git {command}` failed: {stderr}")]
    Git {
        /// The subcommand and its options.
        command: String,
        /// What it printed on standard error.
        stderr: String,
    },
    /// Git answered in a form that is not understood.
    #[error("`git {command}` gave an unexpected answer: {answer}")]
    Answer {
        /// The subcommand.
        command: String,
        /// What it said.
        answer: String,
    },
    /// A signal asked for the end while the command was waiting.
    #[error("interrupted")]
    Interrupted,
    /// The system refused an operation on a file or folder.
    #[error("cannot {doing} `{}`", .path.display())]
    Io {
        /// The verb, as in "cannot read".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// What stands where a plain file or folder should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// A symbolic link, which could lead anywhere.
    #[error("is a symbolic link, which is never followed")]
    Symlink,
    /// A folder in the place of a file.
    #[error("is a folder, not a file")]
    Folder,
    /// Something in the place of a folder.
    #[error("is not a folder")]
    NotAFolder,
    /// A pipe, socket or device.
    #[error("is not a regular file")]
    Special,
}

const OUT_OF_PROCESSES: &str =
    "end other programs, or raise the limit on processes (`ulimit -u`), then try again";

impl StoreError {
    /// Attaches the path to an I/O error, for `map_err`.
    pub(in crate::store) fn io<E: Into<io::Error>>(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Io {
            doing,
            path: path.to_owned(),
            source: source.into(),
        }
    }

    /// Whether something of the change is saved all the same.
    pub fn is_saved(&self) -> bool {
        matches!(
            self,
            Self::Unconfirmed { .. } | Self::HalfSaved { .. } | Self::NotCommitted { .. }
        )
    }

    /// Turns an I/O error into one that says that the change is in place and only its sync failed.
    pub(in crate::store) fn unconfirmed(self, path: &Path) -> Self {
        match self {
            Self::Io { source, .. } => Self::Unconfirmed {
                path: path.to_owned(),
                source,
            },
            other => other,
        }
    }

    /// What went wrong with all its causes, as one sentence.
    pub fn with_causes(&self) -> String {
        let mut message = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        message
    }

    /// Turns an unconfirmed change back into an I/O error: it was no change of the desk yet, and is
    /// given up.
    pub(in crate::store) fn before_saving(self) -> Self {
        match self {
            Self::Unconfirmed { path, source } => Self::Io {
                doing: "sync",
                path,
                source,
            },
            other => other,
        }
    }

    /// Says of a commit that failed that it was one of a merge, before which nothing is saved.
    pub(in crate::store) fn of_merge(self) -> Self {
        match self {
            Self::NotCommitted { reason } => Self::NotMerged { reason },
            other => other,
        }
    }

    /// What to do about it, as one sentence without the word `hint`.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoWorkTree { .. } => {
                "writing needs a git work tree; make one with `git init` or `desk init`".to_owned()
            }
            Self::Bare { .. } => "clone it and work in the clone".to_owned(),
            Self::DubiousOwnership { folder } => format!(
                "if you trust its owner, run `git config --global --add safe.directory '{}'`",
                folder.display()
            ),
            Self::NoThread { .. } => OUT_OF_PROCESSES.to_owned(),
            Self::NoGit { source } if source.kind() == io::ErrorKind::WouldBlock => {
                OUT_OF_PROCESSES.to_owned()
            }
            Self::NoGit { .. } => "install git 2.39 or newer, or put it on your PATH".to_owned(),
            Self::Busy { .. } => "wait for it or end it, then try again".to_owned(),
            Self::InsideHook => {
                "take the desk command out of the hook, or start it after the hook has ended"
                    .to_owned()
            }
            Self::Detached {
                branch: Some(branch),
            } => format!("run `git switch {branch}` first"),
            Self::Detached { branch: None } => "run `git switch BRANCH` first".to_owned(),
            Self::InProgress { .. } => {
                "finish or abort it (`git status` tells how), then try again".to_owned()
            }
            Self::Changed { .. } => "look at the file, then try again".to_owned(),
            Self::InTheWay { .. } => "move it away, then try again".to_owned(),
            Self::NoHardLinks { .. } => {
                "keep the clone on a file system like ext4, xfs or btrfs; exFAT is none".to_owned()
            }
            Self::Unstorable {
                what: Unstorable::TooLong,
                ..
            } => "put long texts into files beside the ticket, and attach them".to_owned(),
            Self::Unstorable { .. } => {
                "take it out of the text, then try again; such data can be attached as a file"
                    .to_owned()
            }
            Self::NotCommitted { .. } => {
                "the next command that writes tries again; `git status` shows the state".to_owned()
            }
            Self::NotMerged { .. } => {
                "your own work is saved as it was; put right what git says, then sync again"
                    .to_owned()
            }
            Self::Unconfirmed { .. } => {
                "check the disk; the next command that writes saves it again".to_owned()
            }
            _ => return None,
        })
    }
}
