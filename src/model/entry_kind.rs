//! What sort of thing an entry of a log tells of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of an entry, the third word of its heading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum EntryKind {
    Created,
    Intake,
    Note,
    Contact,
    Take,
    Assign,
    Set,
    Edit,
    Pend,
    Wake,
    Remind,
    Escalate,
    Resolve,
    Close,
    Reopen,
    /// Work on it has begun, by way of its work order.
    Open,
    Cancel,
    Link,
    Merge,
    Split,
    Convert,
    Attach,
    /// A search of the knowledge base for the ticket, or what came of an article.
    Kb,
    /// A step of a work order.
    Tick,
    /// When another entry really happened.
    Redate,
    /// What was taken out of the file for good.
    Redact,
    /// One of those told has it.
    Acknowledge,
    /// Work was handed over at the end of a shift.
    Handover,
    /// What callers of a work order are to be told now, or that a ticket's requester was.
    Say,
    /// Somebody wants to know what becomes of it, or no longer does.
    Watch,
    /// Another entry is taken back.
    Undo,
    /// A row of an imported log.
    Update,
    /// How another entry of an import is to be read.
    Import,
    /// The program mailed something by itself.
    Auto,
    /// A kind that this version does not write: of a newer one, or by hand.
    Other(String),
}

impl EntryKind {
    /// The kinds that this version writes, with their words.
    pub const WORDS: &[(Self, &str)] = &[
        (Self::Created, "created"),
        (Self::Intake, "intake"),
        (Self::Note, "note"),
        (Self::Contact, "contact"),
        (Self::Take, "take"),
        (Self::Assign, "assign"),
        (Self::Set, "set"),
        (Self::Edit, "edit"),
        (Self::Pend, "pend"),
        (Self::Wake, "wake"),
        (Self::Remind, "remind"),
        (Self::Escalate, "escalate"),
        (Self::Resolve, "resolve"),
        (Self::Close, "close"),
        (Self::Reopen, "reopen"),
        (Self::Open, "open"),
        (Self::Cancel, "cancel"),
        (Self::Link, "link"),
        (Self::Merge, "merge"),
        (Self::Split, "split"),
        (Self::Convert, "convert"),
        (Self::Attach, "attach"),
        (Self::Kb, "kb"),
        (Self::Tick, "tick"),
        (Self::Redate, "redate"),
        (Self::Redact, "redact"),
        (Self::Acknowledge, "acknowledge"),
        (Self::Handover, "handover"),
        (Self::Say, "say"),
        (Self::Watch, "watch"),
        (Self::Undo, "undo"),
        (Self::Update, "update"),
        (Self::Import, "import"),
        (Self::Auto, "auto"),
    ];

    /// The word in the file.
    pub fn as_str(&self) -> &str {
        if let Self::Other(word) = self {
            return word;
        }
        let known = Self::WORDS.iter().find(|(kind, _)| kind == self);
        known.map_or("", |(_, word)| word)
    }

    /// Whether this version writes entries of this kind.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl From<&str> for EntryKind {
    fn from(word: &str) -> Self {
        let known = Self::WORDS.iter().find(|(_, known)| *known == word);
        known.map_or_else(|| Self::Other(word.to_owned()), |(kind, _)| kind.clone())
    }
}

impl From<String> for EntryKind {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<EntryKind> for String {
    fn from(kind: EntryKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_its_kind() {
        for (kind, word) in EntryKind::WORDS {
            assert_eq!(EntryKind::from(*word), *kind);
            assert_eq!(kind.to_string(), *word);
            assert_eq!(format!("{kind:<9}|"), format!("{word:<9}|"));
        }
        assert_eq!(EntryKind::from("later").as_str(), "later");
        assert!(!EntryKind::from("later").is_known());
    }
}
