//! Errors of talking to other clones.

use crate::ops::core::error::OpError;
use crate::ops::core::messages::Part;
use crate::store::git::remote::{RemoteError, TalkError};

/// Errors of talking to other clones. The parts of a text are in its order.
#[derive(Clone, Copy)]
pub enum SyncError<'a> {
    Unrelated(Part<'a>),
    Rewritten(Part<'a>),
    Shallow(Part<'a>),
    Left(Part<'a>, Part<'a>, Part<'a>),
    InTheWay(Part<'a>, Part<'a>),
    KeepsMoving(Part<'a>),
    NoCommit(Part<'a>),
    NoCommon(Part<'a>),
    NotCheckedOut(Part<'a>),
    TextsElsewhere(Part<'a>),
    LaterThanNow(Part<'a>, Part<'a>),
    HooksElsewhere(Part<'a>),
    HooksOfAServer(Part<'a>),
    NoHook(Part<'a>),
}

impl SyncError<'_> {
    /// The words of the error.
    pub fn error(self) -> OpError {
        match self {
            Self::Unrelated(upstream) => OpError::failed("unrelated", format!("this clone and `{upstream}` have no commit in common"))
                .hint("is it the right remote? after a purge of its history, every clone must be made anew"),
            Self::Rewritten(upstream) => OpError::failed("rewritten", format!("the history of `{upstream}` was written anew since this clone last had it"))
                .hint(format!("after a purge clone anew, else what was purged comes back; to join the two all the same: `git merge {upstream}`, then `desk sync`")),
            Self::Shallow(upstream) => OpError::failed("shallow", format!("the history of this clone is cut short, and `{upstream}` does not give the rest"))
                .hint("`git fetch --unshallow` fetches all of it"),
            Self::Left(files, upstream, branch) => OpError::failed("merge-left", format!("nothing was merged, for these files need a person: {files}"))
                .hint(format!("run `git merge {upstream}` on `{branch}`, settle them, `git commit`, then `desk sync` again")),
            Self::InTheWay(files, path) => OpError::failed("not-committed-here", format!("nothing was merged, for these files stand in the way: {files}"))
                .hint(format!("commit them or put them away first, as with `git stash push -- {path}`")),
            Self::KeepsMoving(upstream) => OpError::failed("remote-keeps-moving", format!("`{upstream}` kept moving while we pushed"))
                .hint("nothing is lost; run `desk sync` again"),
            Self::NoCommit(name) => OpError::usage("no-commit", format!("there is no commit `{name}`"))
                .hint("name a branch, a commit, or two as OLD..NEW"),
            Self::NoCommon(range) => OpError::usage("no-common-commit", format!("the ends of `{range}` have no commit in common"))
                .hint("a clone with all of the history knows it: `git fetch --unshallow`"),
            Self::NotCheckedOut(range) => OpError::usage("not-checked-out", format!("`{range}` does not end at the commit that is checked out"))
                .hint("--fix writes on the branch that you are on: name OLD..HEAD"),
            Self::TextsElsewhere(id) => OpError::failed("texts-elsewhere", format!("this clone is partial, and does not have the older texts of `{id}`"))
                .hint("`git fetch --refetch --no-filter` fetches them all, where there is a network"),
            Self::LaterThanNow(entries, redate) => OpError::failed("later-than-now", format!("{entries}, and is not pushed"))
                .hint(format!("if this machine's clock is right now: {redate}")),
            Self::HooksElsewhere(folder) => OpError::refused("hooks-elsewhere", format!("git takes its hooks from `{folder}` here, as `core.hooksPath` says"))
                .hint("have the hooks there run `desk hooks run pre-commit` and, with what git tells it, `desk hooks run pre-push`"),
            Self::HooksOfAServer(folder) => OpError::refused("hooks-of-a-server", format!("`{folder}` has no work tree"))
                .hint("`desk hooks install --server` has it judge what is pushed to it"),
            Self::NoHook(name) => OpError::usage("no-hook", format!("no hook `{name}` asks the program"))
                .hint("there are `pre-commit`, `pre-push` and `pre-receive`"),
        }
    }
}

impl From<TalkError> for OpError {
    fn from(error: TalkError) -> Self {
        match error {
            TalkError::Store(error) => error.into(),
            TalkError::Remote(error) => error.into(),
        }
    }
}

impl From<RemoteError> for OpError {
    fn from(error: RemoteError) -> Self {
        let message = error.to_string();
        let (code, hint) = match error {
            RemoteError::None => ("no-remote", "name one with `git remote add origin URL`"),
            RemoteError::Several(_) => (
                "several-remotes",
                "say which with `git branch -u REMOTE/BRANCH`",
            ),
            RemoteError::Program(_) | RemoteError::Inside(_) => (
                "remote-not-trusted",
                "if you trust this clone: git config --global --add plaindesk.trust \"$(git rev-parse --path-format=absolute --git-common-dir)\"",
            ),
            RemoteError::Offline { .. } => (
                "offline",
                "your work is saved in this clone; sync again when there is a network",
            ),
            RemoteError::NoKey { .. } => (
                "no-access",
                "`git fetch` asks for what it needs; for a key with a passphrase, run `ssh-add` first",
            ),
            RemoteError::Silent { .. } => (
                "remote-silent",
                "sync again later, or wait longer with --timeout",
            ),
            RemoteError::Refused { .. } => (
                "push-refused",
                "your work is saved in this clone; what the remote says tells what to do",
            ),
            RemoteError::Hook { .. } => (
                "hook-refused",
                "your work is saved in this clone; what the hook says tells what to do",
            ),
            RemoteError::NoSpace { .. } => {
                ("no-space", "make room and sync again: nothing was changed")
            }
            RemoteError::Other { .. } => {
                ("remote-failed", "`git fetch` shows all that git has to say")
            }
        };
        Self::failed(code, message).hint(hint)
    }
}
