//! What stands beside each commit of an index: of which files, understood how, it was made.

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
use crate::index::text::schema;

/// A folder of files as it was when they were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::index::text) struct Taken {
    /// Its name.
    pub name: String,
    /// The digest of its files; `None` where one of them may change again without a new time.
    pub digest: Option<u64>,
}

/// What an index says of itself. Kept in the commit, so that the two are one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::index::text) struct Commit {
    /// See [`format`](fn@format).
    pub format: u64,
    /// The folders, in their order.
    pub taken: Vec<Taken>,
    /// Numbers of files that could not be read. What kept them from it may be gone by now, and
    /// nothing about the file need have changed: each is tried again by every command.
    pub unread: Vec<u64>,
    /// The languages that texts say they are in.
    pub languages: Vec<String>,
}

impl Commit {
    pub(in crate::index::text) fn read(payload: Option<&str>) -> Option<Self> {
        serde_json::from_str(payload?).ok()
    }

    pub(in crate::index::text) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What the meaning of an index depends on: the tool, the fields and how texts are taken apart, and
/// what the company declared, as one number.
pub fn format(declared: &str) -> u64 {
    let all = format!(
        "{} {} {declared}",
        env!("CARGO_PKG_VERSION"),
        schema::VERSION
    );
    checksum(all.as_bytes())
}
