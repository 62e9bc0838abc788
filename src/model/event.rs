//! What a log says that clocks and lists hang on, small enough to be kept for every ticket.

use serde::{Deserialize, Serialize};

use super::entry::{Change, Entry};
use super::field::Key;
use super::moment::Moment;
use super::person::Handle;
use super::status::{Channel, Outcome, Status, TicketType, Waiting};
use super::ticket::Ticket;

/// One thing of a log. Facts of the file only: no setting has a say in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, to the second: fractions order a log and count for nothing else.
    pub at: Moment,
    /// Who: an agent, or the program.
    pub by: Handle,
    /// What.
    pub what: What,
}

/// What happened. Those of one entry stand in the order of the variants, the status last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The record was made; on a live channel somebody took the call.
    Created {
        /// Whether both sides spoke at once.
        live: bool,
    },
    /// A communication with the requester.
    Contact(Contact),
    /// The program did something on its own.
    Done {
        /// The entry's kind.
        kind: String,
        /// The entry's tag, which tells what it is about.
        tag: String,
    },
    /// The work was moved or management was told, by a person.
    Escalated,
    /// The type from now on.
    Kind(TicketType),
    /// The priority from now on.
    Priority(String),
    /// The problem code from now on, if any.
    Code(Option<String>),
    /// The queue from now on, if any.
    Queue(Option<String>),
    /// The assignee from now on, if any.
    Assignee(Option<String>),
    /// Where the ticket stands from now on.
    Status {
        /// The status.
        status: Status,
        /// Whom or what it waits for, while pending.
        waiting: Option<Waiting>,
        /// Until when.
        until: Option<Moment>,
    },
    /// Something that moved nothing: a note, a file.
    Other,
}

impl What {
    /// The place among the events of one entry.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Created { .. } => 0,
            Self::Contact(_) => 1,
            Self::Done { .. } | Self::Escalated => 2,
            Self::Kind(_) => 3,
            Self::Priority(_) => 4,
            Self::Code(_) => 5,
            Self::Queue(_) => 6,
            Self::Assignee(_) => 7,
            Self::Status { .. } => 8,
            Self::Other => 9,
        }
    }
}

/// A communication, as far as clocks and reports go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The attribute by which a contact tells that it gave a workaround.
pub const WORKAROUND: &str = "workaround";

/// The events of a ticket, in the order of time. What its front matter says and its log does not
/// counts from the log's end, and from the beginning where there is no log.
pub fn of(ticket: &Ticket) -> Vec<Event> {
    let mut all = events(&ticket.log);
    let epoch = || Moment::new(&chrono::DateTime::UNIX_EPOCH);
    let begun = ticket.created().unwrap_or_else(epoch).whole_second();
    let created = all
        .iter()
        .any(|event| matches!(event.what, What::Created { .. }));
    if !created {
        let live = Channel::read(ticket.text(Key::Channel)).is_live();
        all.push(Event {
            at: begun,
            by: Handle::desk(),
            what: What::Created { live },
        });
    }
    all.sort_by_key(|event| event.at);
    let last = ticket.log.last().map(|entry| entry.at.whole_second());
    let at = all.last().map(|event| event.at).max(last).unwrap_or(begun);
    let text = |key: Key| ticket.maybe(key).map(str::to_owned);
    let place = Place {
        status: text(Key::Status),
        waiting: text(Key::WaitingOn),
        until: ticket.moment(Key::Until).map(|until| until.to_string()),
    };
    for stated in [
        What::Kind(ticket.kind()),
        What::Priority(text(Key::Priority).unwrap_or_default()),
        What::Code(text(Key::Code)),
        What::Queue(text(Key::Queue)),
        What::Assignee(text(Key::Assignee)),
        place.event(),
    ] {
        let same =
            |event: &&Event| std::mem::discriminant(&event.what) == std::mem::discriminant(&stated);
        let told = all.iter().rev().find(same).map(|event| &event.what);
        let none = matches!(
            &stated,
            What::Code(None) | What::Queue(None) | What::Assignee(None)
        );
        if told != Some(&stated) && !(told.is_none() && none) {
            let at = if created { at } else { begun };
            let by = Handle::desk();
            all.push(Event {
                at,
                by,
                what: stated,
            });
        }
    }
    all.sort_by_key(|event| event.at);
    all
}

/// The events of a log, in its order.
fn events(log: &[Entry]) -> Vec<Event> {
    let mut all = Vec::new();
    let mut place = Place::default();
    for entry in log {
        let at = entry.at.whole_second();
        let before = all.len();
        let by = &entry.by;
        let mut push = |what: What| {
            let by = by.clone();
            all.push(Event { at, by, what });
        };
        // What was said comes before what it changed: a reply counts before its pause.
        if entry.kind == "created" {
            let live = entry
                .attribute("channel")
                .is_some_and(|channel| Channel::read(channel).is_live());
            push(What::Created { live });
        }
        if entry.kind == "contact" {
            push(What::Contact(contact(entry)));
        }
        let own = entry.by.as_str() == super::person::DESK && entry.kind != "edit";
        if own {
            push(What::Done {
                kind: entry.kind.clone(),
                tag: entry.tag.clone(),
            });
        } else if entry.kind == "escalate" {
            push(What::Escalated);
        }
        let first = |field: &str| {
            (entry.kind == "created")
                .then(|| entry.attribute(field))
                .flatten()
        };
        let value = |field: &str| match entry.change(field) {
            Some(change) => Some(change.new_value()),
            None => first(field).map(Some),
        };
        if let Some(kind) = value("type").flatten() {
            push(What::Kind(TicketType::read(kind)));
        }
        if let Some(priority) = value("priority") {
            push(What::Priority(priority.unwrap_or_default().to_owned()));
        }
        if let Some(code) = value("code") {
            push(What::Code(code.map(str::to_owned)));
        }
        if let Some(queue) = value("queue") {
            push(What::Queue(queue.map(str::to_owned)));
        }
        if let Some(assignee) = value("assignee") {
            push(What::Assignee(assignee.map(str::to_owned)));
        }
        if place.take(
            &entry.changes,
            first("status"),
            first("waiting_on"),
            first("until"),
        ) {
            push(place.event());
        }
        if all.len() == before {
            let (by, what) = (by.clone(), What::Other);
            all.push(Event { at, by, what });
        }
    }
    all
}

fn contact(entry: &Entry) -> Contact {
    let channel = entry.attribute("channel").unwrap_or_default();
    let outcome = entry.attribute("outcome").unwrap_or_default();
    let marked = |key: &str| entry.attribute(key) == Some("yes");
    Contact {
        incoming: entry.attribute("direction") == Some("in"),
        reached: Outcome::read(outcome).reached(),
        live: Channel::read(channel).is_live(),
        channel: Channel::read(channel),
        outcome: Outcome::read(outcome),
        minutes: entry
            .attribute("minutes")
            .and_then(|minutes| minutes.parse().ok())
            .unwrap_or_default(),
        automatic: marked(AUTOMATIC) || entry.by.as_str() == super::person::DESK,
        workaround: marked(WORKAROUND),
    }
}

/// Where the ticket stands on the way through its log.
#[derive(Debug, Default)]
struct Place {
    status: Option<String>,
    waiting: Option<String>,
    until: Option<String>,
}

impl Place {
    /// Takes an entry in, and tells whether it moved anything.
    fn take(
        &mut self,
        changes: &[Change],
        status: Option<&str>,
        waiting: Option<&str>,
        until: Option<&str>,
    ) -> bool {
        let mut moved = false;
        for (name, first, own) in [
            ("status", status, &mut self.status),
            ("waiting_on", waiting, &mut self.waiting),
            ("until", until, &mut self.until),
        ] {
            let change = changes.iter().find(|change| change.field == name);
            let new = match change {
                Some(change) => Some(change.new_value()),
                None => first.map(Some),
            };
            if let Some(new) = new {
                *own = new.map(str::to_owned);
                moved = true;
            }
        }
        moved
    }

    fn event(&self) -> What {
        let status = Status::read(self.status.as_deref().unwrap_or_default());
        let pending = status == Status::Pending;
        What::Status {
            waiting: self
                .waiting
                .as_deref()
                .filter(|_| pending)
                .map(Waiting::read),
            until: self
                .until
                .as_deref()
                .filter(|_| pending)
                .and_then(|until| until.parse().ok()),
            status,
        }
    }
}
