//! The files that a commit is to hold.

use crate::store::fs::contents::{AddedFile, Contents};

/// One file of a commit.
pub(in crate::store) struct CommitFile<'a> {
    /// Relative to the desk.
    pub(in crate::store) path: &'a str,
    pub(in crate::store) body: FileBody<'a>,
    pub(in crate::store) when: Condition<'a>,
}

/// What a file of a commit holds.
pub(in crate::store) enum FileBody<'a> {
    Text(&'a str),
    /// Bytes of any kind, opened when they are sent.
    File(&'a AddedFile, &'a Contents),
    /// An object that is there already, by its name.
    Object(&'a str),
}

/// Whether a commit takes a file.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Condition<'a> {
    /// Yes, unless the last commit holds its text.
    Always,
    /// A later step holds it too: only if the last commit holds exactly this text, `None` for no
    /// file. Otherwise it is left to that step.
    OnlyOn(Option<&'a str>),
    /// Only if the last commit holds this very object, `None` for no file: what somebody else has
    /// committed since stays.
    OnlyOnObject(Option<&'a str>),
}
