//! The ticket: what the front matter says now, and the log of how it came to be so.

use std::collections::BTreeMap;

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Outcome, Status, TicketType, Waiting};
use crate::model::undelivered::Undelivered;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its id, which is also its file's name.
    pub id: TicketId,
    /// The front matter, all keys that this version knows.
    pub values: BTreeMap<Field, Value>,
    /// Free Markdown before the log.
    pub description: String,
    /// What happened, oldest first.
    pub log: Vec<Entry>,
}

impl Ticket {
    /// The value of a key.
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.values.get(&Field::Known(key))
    }

    /// The text of a key, empty where it has none.
    pub fn text(&self, key: Key) -> &str {
        self.get(key).and_then(Value::as_text).unwrap_or_default()
    }

    /// The text of a key that has one.
    pub fn maybe(&self, key: Key) -> Option<&str> {
        self.get(key)
            .and_then(Value::as_text)
            .filter(|text| !text.is_empty())
    }

    /// The elements of a list.
    pub fn list(&self, key: Key) -> Vec<String> {
        self.get(key).map(Value::elements).unwrap_or_default()
    }

    /// The instant of a key.
    pub fn moment(&self, key: Key) -> Option<Moment> {
        match self.get(key) {
            Some(Value::Moment(at)) => Some(*at),
            _ => None,
        }
    }

    /// Where the ticket stands.
    pub fn status(&self) -> Status {
        Status::read(self.text(Key::Status))
    }

    /// Whom or what a pending ticket waits for.
    pub fn waiting_on(&self) -> Option<Waiting> {
        self.maybe(Key::WaitingOn).map(Waiting::read)
    }

    /// What was called for.
    pub fn kind(&self) -> TicketType {
        TicketType::read(self.text(Key::Type))
    }

    /// One line that says what it is about.
    pub fn title(&self) -> &str {
        self.text(Key::Title)
    }

    /// When the record was made; where the key is missing, when its log begins.
    pub fn created(&self) -> Option<Moment> {
        self.moment(Key::Created)
            .or_else(|| self.log.first().map(|entry| entry.at))
    }

    /// The agent who is still to tell the requester that a work order solved it.
    ///
    /// Resolving with an order leaves that to somebody, in the entry's attribute `tell`, and handing over a
    /// shift to somebody else. It ends
    /// with an outgoing contact that reached somebody, and when the ticket moves on.
    pub fn tell(&self) -> Option<String> {
        let log = ReadLog::of(&self.log);
        let undelivered = Undelivered::of(&log);
        let tell = standing(&log).into_iter().fold(None, |tell, entry| {
            let reported = entry.kind == EntryKind::Contact
                && !undelivered.has(entry)
                && entry.attribute("direction") == Some("out")
                && entry
                    .attribute("outcome")
                    .is_some_and(|word| Outcome::read(word).reached());
            let moved = entry.change("status").is_some();
            let is_handed = entry.kind == EntryKind::Handover;
            let next = entry.attribute("tell").filter(|_| moved || is_handed);
            next.or(tell.filter(|_| !reported && !moved))
        });
        tell.filter(|_| self.status() == Status::Resolved)
            .map(str::to_owned)
    }

    /// The work order that this one repeats: done only lately, for the same equipment.
    pub fn repeat_of(&self) -> Option<&str> {
        self.log.first()?.attribute("repeat_of")
    }

    /// When something last happened.
    pub fn updated(&self) -> Option<Moment> {
        ReadLog::of(&self.log)
            .iter()
            .map(|entry| entry.at)
            .max()
            .or_else(|| self.created())
    }
}
