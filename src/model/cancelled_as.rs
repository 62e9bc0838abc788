//! Why a ticket was cancelled.

use serde::{Deserialize, Serialize};

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry_kind::EntryKind;
use crate::model::status::Status;
use crate::model::ticket::Ticket;

/// The attribute of an entry `cancel` that says why.
pub const AS: &str = "as";

/// Why a ticket was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CancelledAs {
    /// The requester no longer wants it.
    Withdrawn,
    /// The record should not have been made.
    Mistake,
    /// Nobody asked for anything.
    Spam,
    /// Somebody tried the desk out.
    Test,
}

impl CancelledAs {
    /// All, with their words.
    pub const WORDS: [(Self, &str); 4] = [
        (Self::Withdrawn, "withdrawn"),
        (Self::Mistake, "mistake"),
        (Self::Spam, "spam"),
        (Self::Test, "test"),
    ];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        let mut words = Self::WORDS.iter();
        words
            .find(|(is, _)| *is == self)
            .map_or("", |(_, word)| word)
    }

    /// The meaning of a word; `None` for one of a newer version, or by hand.
    pub fn read(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.iter();
        words.find(|(_, known)| *known == word).map(|(is, _)| *is)
    }

    /// Whether it was a request at all: the others count for no volume.
    pub fn is_request(self) -> bool {
        self == Self::Withdrawn
    }

    /// Why a ticket is cancelled, where it is and somebody said so.
    pub fn of(ticket: &Ticket) -> Option<Self> {
        if ticket.status() != Status::Cancelled {
            return None;
        }
        let log = ReadLog::of(&ticket.log);
        let mut log = standing(&log).into_iter().rev();
        let last = log.find(|entry| entry.kind == EntryKind::Cancel)?;
        Self::read(last.attribute(AS)?)
    }
}
