//! What a log says that clocks and lists depend on, small enough to be kept for every ticket.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::entry::Entry;
use crate::model::moment::Moment;
use crate::model::status::{Channel, Outcome, Status, TicketType, Waiting};

/// One thing of a log. Facts of the file only: no setting has a say in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'e> {
    /// When, to the second: fractions order a log and count for nothing else.
    pub at: Moment,
    /// Who: an agent, or the program.
    pub by: TableWord<'e>,
    /// What.
    pub what: EventKind<'e>,
}

/// What happened. Those of one entry stand in the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind<'e> {
    /// The record was made; on a live channel somebody took the call.
    Created {
        /// Whether both sides spoke at once.
        live: bool,
    },
    /// A communication with the requester.
    Contact(&'e Contact),
    /// The program did something on its own.
    Done {
        /// The entry's kind.
        kind: &'e str,
        /// The entry's tag, which tells what it is about.
        tag: &'e str,
    },
    /// The work was moved or management was told, by a person.
    Escalated,
    /// An answer to a question of the intake, which came after the record.
    Intake,
    /// A person corrected what the queue follows from.
    Corrected,
    /// The type from now on.
    Kind(&'e TicketType),
    /// The priority from now on.
    Priority(TableWord<'e>),
    /// The problem code from now on, if any.
    Code(Option<TableWord<'e>>),
    /// The queue from now on, if any.
    Queue(Option<TableWord<'e>>),
    /// The assignee from now on, if any.
    Assignee(Option<TableWord<'e>>),
    /// The vendor that has the matter from now on, if any.
    Vendor(Option<TableWord<'e>>),
    /// Where the ticket stands from now on.
    Status {
        /// The status.
        status: &'e Status,
        /// Whom or what it waits for, while pending.
        waiting: Option<&'e Waiting>,
        /// Until when.
        until: Option<Moment>,
    },
    /// When the writer will be in touch next: `None` where that is withdrawn.
    Next {
        /// Whether the requester was told so; else the writer reminds themselves.
        promised: bool,
        /// When.
        at: Option<Moment>,
    },
    /// The date of the planned event from now on, if any.
    Planned(Option<PlannedDate>),
    /// Time that its writer noted on it.
    Worked {
        /// How long it took.
        minutes: u32,
        /// What the time went to, where that was said.
        activity: Option<TableWord<'e>>,
    },
    /// Something that moved nothing: a note, a file.
    Other,
}

/// When a planned event is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlannedDate {
    /// On a day.
    Day(NaiveDate),
    /// At a time of a day.
    Time(Moment),
}

impl PlannedDate {
    /// The date as it is written; `None` of a text that is none.
    pub fn read(text: &str) -> Option<Self> {
        let is_named = |day: &NaiveDate| (1..=9999).contains(&day.year());
        let day = text.parse().ok().filter(is_named);
        day.map(Self::Day)
            .or_else(|| text.parse().ok().map(Self::Time))
    }

    /// The day by the clock of a zone.
    pub fn day(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Time(at) => at.in_zone(&zone).date_naive(),
        }
    }
}

impl EventKind<'_> {
    /// The place among the events of one entry.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Created { .. } => 0,
            Self::Contact(_) => 1,
            Self::Done { .. } | Self::Escalated | Self::Intake | Self::Corrected => 2,
            Self::Kind(_) => 3,
            Self::Priority(_) => 4,
            Self::Code(_) => 5,
            Self::Queue(_) => 6,
            Self::Assignee(_) => 7,
            Self::Vendor(_) => 8,
            Self::Planned(_) => 9,
            Self::Status { .. } => 10,
            Self::Next { .. } => 11,
            Self::Worked { .. } => 12,
            Self::Other => 13,
        }
    }
}

/// A communication, as far as clocks and reports go.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with one another"
)]
pub struct Contact {
    /// Whether the requester got in touch.
    pub incoming: bool,
    /// Whether it reached somebody.
    pub reached: bool,
    /// Whether both sides spoke at once.
    pub live: bool,
    /// Whether no person wrote it: an out-of-office note, a receipt.
    pub automatic: bool,
    /// Whether it gave a way to go on working.
    pub workaround: bool,
    /// How they were in touch.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took, where somebody noted that.
    pub minutes: u32,
}

impl Contact {
    /// Whether a person of the desk and the requester were in touch: what satisfies a response.
    pub fn talked(&self) -> bool {
        self.reached && !self.automatic && (!self.incoming || self.live)
    }

    /// Whether the requester waits for an answer to it.
    pub fn asks(&self) -> bool {
        self.incoming && !self.automatic && !(self.live && self.reached)
    }
}

/// The attribute by which an entry tells that no person wrote it.
pub const AUTOMATIC: &str = "automatic";

/// The attribute by which a mail's entry tells what wrote it, where that was no person.
pub const AUTO: &str = "auto";

/// The attribute by which an entry names the mail that was not delivered.
pub const BOUNCED: &str = "bounced-message";

/// The word for what a list, a form or a shop sent: a person may have written it.
pub const LIST: &str = "list";

/// Whether an entry tells that no person wrote it.
pub fn is_automatic(entry: &Entry) -> bool {
    entry.attribute(AUTOMATIC) == Some("yes")
        || entry.attribute(AUTO).is_some_and(|word| word != LIST)
}

/// The attribute by which a contact tells that it gave a workaround.
pub const WORKAROUND: &str = "workaround";

/// The attribute that says when the writer will be in touch next, [`WITHDRAWN`] where no more.
pub const NEXT: &str = "next";

/// The attribute by which an entry of a ticket names the entry of its work order whose promise it
/// passes on, by its identity.
pub const SAID: &str = "said";

/// The value of [`NEXT`] that withdraws what was said before.
pub const WITHDRAWN: &str = "(none)";

/// A word of a book.
#[derive(Clone, Copy, Debug)]
pub struct TableWord<'e> {
    /// The word.
    pub text: &'e str,
    /// Its place in its book; one word has one place.
    pub place: u32,
}

impl PartialEq for TableWord<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for TableWord<'_> {}
