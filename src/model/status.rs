//! The status of a ticket, and the words of the other short lists.
//!
//! Behaviour depends on the category (initial, active, waiting, done), not on the name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Makes an enum whose values are words in files, with a place for words of a newer version.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            /// A word that this version does not know: shown as it is, never written.
            Unknown(String),
        }

        impl $name {
            /// The known words, in order.
            pub const WORDS: &[&str] = &[$($word),+];

            /// Reads a word; an unknown one is kept.
            pub fn read(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// The word as it stands in files.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// Where a ticket stands in its life.
    Status {
        /// Recorded, nobody has touched it.
        New = "new",
        /// Being worked on, or ready to be.
        Open = "open",
        /// Waiting for somebody or for a date; see [`Waiting`].
        Pending = "pending",
        /// Answered or mended; the requester has not confirmed yet.
        Resolved = "resolved",
        /// Over: confirmed, or nobody answered in the house's time.
        Closed = "closed",
        /// Called off: not an issue, or no longer wanted.
        Cancelled = "cancelled",
        /// Gone into another ticket of the same requester.
        Merged = "merged",
    }
}

/// What a status means for clocks and lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Nobody has touched it.
    Initial,
    /// The desk is to act.
    Active,
    /// Somebody else, or a date, is waited for.
    Waiting,
    /// Nothing is left to do.
    Done,
}

impl Status {
    /// What the status means; an unknown one counts as active, so that it is not overlooked.
    pub fn category(&self) -> Category {
        match self {
            Self::New => Category::Initial,
            Self::Open | Self::Unknown(_) => Category::Active,
            Self::Pending => Category::Waiting,
            Self::Resolved | Self::Closed | Self::Cancelled | Self::Merged => Category::Done,
        }
    }

    /// Whether the ticket still wants work: everything but done.
    pub fn is_open(&self) -> bool {
        self.category() != Category::Done
    }
}

words! {
    /// Whom or what a pending ticket waits for.
    Waiting {
        /// The requester.
        Customer = "customer",
        /// A third party.
        Vendor = "vendor",
        /// A date.
        Schedule = "schedule",
    }
}

words! {
    /// What the requester called for, or a work order.
    TicketType {
        /// To learn something.
        Information = "information",
        /// To have something done.
        Action = "action",
        /// To tell us something.
        Comment = "comment",
        /// The job that fixes a cause.
        WorkOrder = "work-order",
    }
}

words! {
    /// How a contact came about.
    Channel {
        /// By telephone: live.
        Phone = "phone",
        /// By e-mail.
        Email = "email",
        /// By fax.
        Fax = "fax",
        /// By chat: live.
        Chat = "chat",
        /// Face to face: live.
        InPerson = "in-person",
        /// Through a form on the web.
        Web = "web",
    }
}

impl Channel {
    /// Whether both sides speak at once, so that taking the call is the first response.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Phone | Self::Chat | Self::InPerson)
    }
}

words! {
    /// What came of a contact.
    Outcome {
        /// The requester was reached.
        Spoke = "spoke",
        /// A message was left on the answering machine: reaches nobody.
        Voicemail = "voicemail",
        /// Nobody answered: reaches nobody.
        NoAnswer = "no-answer",
        /// A message was sent.
        Sent = "sent",
        /// The message came back: reaches nobody.
        Bounced = "bounced",
    }
}

impl Outcome {
    /// Whether the requester was reached; an attempt that reached nobody satisfies nothing.
    pub fn reached(&self) -> bool {
        matches!(self, Self::Spoke | Self::Sent)
    }
}

words! {
    /// What a comment expresses.
    Feeling {
        /// Something was done well.
        Praise = "praise",
        /// Something was done badly.
        Complaint = "complaint",
        /// Neither.
        Other = "other",
    }
}
