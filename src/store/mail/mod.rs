//! What waits of mail in this clone: what just arrived, kept originals, the quarantine, the outbox.
//!
//! Nothing of it is in git. Each is a folder of files in the private folder of the clone, written
//! whole and durable, and readable by their owner alone.

pub mod counts;
pub mod maildir;
pub mod quarantine;
pub mod spool;
pub mod answers;
pub mod outbox;

use std::path::Path;

use crate::store::error::StoreError;
use crate::store::git::private::Private;
use crate::store::git::repo::Repo;

/// A folder of mail of this clone's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFolder {
    /// Mails that are being taken in.
    Spool,
    /// Originals that are kept for a while, `KEY.eml`.
    Raw,
    /// Mails that wait for a person's eye, `KEY.eml` and `KEY.toml`.
    Quarantine,
    /// Mails that are to go out, `TOKEN.eml` and `TOKEN.toml`.
    Outbox,
    /// What was counted to find storms.
    Counts,
}

impl MailFolder {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Spool,
        Self::Raw,
        Self::Quarantine,
        Self::Outbox,
        Self::Counts,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Spool => "mail-spool",
            Self::Raw => "mail-raw",
            Self::Quarantine => "mail-quarantine",
            Self::Outbox => "mail-out",
            Self::Counts => "mail-counts",
        }
    }

    /// The desk's folder; `None` where there is none yet.
    pub fn open(self, repo: &Repo) -> Result<Option<Private>, StoreError> {
        Private::open(repo, self.name())
    }

    /// The desk's folder, without starting git; `None` where there is none, or where it is not where it
    /// usually is.
    pub fn peek(self, desk: &Path) -> Option<Private> {
        Private::peek(desk, self.name())
    }

    /// The desk's folder, made where there is none.
    pub fn make(self, repo: &Repo) -> Result<Private, StoreError> {
        Private::make(repo, self.name())
    }
}
