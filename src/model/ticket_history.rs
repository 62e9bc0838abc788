//! What reports need of a ticket: what happened to it, without its front matter.

use serde::{Deserialize, Serialize};

use crate::model::cancelled_as::CancelledAs;
use crate::model::earlier_value::{self, EarlierValue, ValueOf};
use crate::model::event::EventKind;
use crate::model::event_table::TicketEvents;
use crate::model::field::{Field, FieldKind, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::{Channel, Status, TicketType};
use crate::model::ticket_summary::{Knowledge, TicketSummary};

/// A ticket's past. Facts of the file only: no setting has a say in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketHistory {
    /// The id.
    pub id: TicketId,
    /// The log that it came in with, as a number of its name; 0 where it was made here.
    pub source: u32,
    /// How the requester got in touch; an empty word where that was not noted.
    pub channel: Channel,
    /// What the channel was before somebody corrected it.
    pub earlier_channels: Vec<EarlierValue>,
    /// Whether it follows another ticket.
    pub follows: bool,
    /// Whether it is linked to a work order.
    pub ordered: bool,
    /// Why it is cancelled, where it is and somebody said so.
    pub cancelled_as: Option<CancelledAs>,
    /// Whether the requester was satisfied, where they said so.
    pub satisfied: Option<bool>,
    /// The rating that they gave.
    pub rating: Option<i64>,
    /// What the knowledge base had to do with it, oldest first.
    pub knowledge: Vec<Knowledge>,
    /// What happened, in the order of time.
    pub events: TicketEvents,
}

impl TicketHistory {
    /// The keys that a story is told by, beside the log.
    pub const KEYS: &[Key] = &[
        Key::Satisfied,
        Key::Rating,
        Key::Channel,
        Key::LinkFollows,
        Key::LinkWorkOrder,
        Key::SourceName,
    ];

    /// The story of a ticket.
    pub fn of(ticket: &TicketSummary) -> Self {
        let satisfied = match ticket.get(Key::Satisfied) {
            Some(Value::Bool(yes)) => Some(*yes),
            Some(Value::Text(word)) if word == "yes" => Some(true),
            Some(Value::Text(word)) if word == "no" => Some(false),
            _ => None,
        };
        let rating = match ticket.get(Key::Rating) {
            Some(Value::Number(rating)) => Some(*rating),
            _ => None,
        };
        Self {
            id: ticket.id,
            source: number_of(ticket.text(Key::SourceName)),
            channel: Channel::read(ticket.text(Key::Channel)),
            earlier_channels: ticket
                .earlier
                .get(&Field::Known(Key::Channel))
                .cloned()
                .unwrap_or_default(),
            follows: !ticket.text(Key::LinkFollows).is_empty(),
            ordered: !ticket.text(Key::LinkWorkOrder).is_empty(),
            cancelled_as: ticket.cancelled_as,
            satisfied,
            rating,
            knowledge: ticket.knowledge.clone(),
            events: ticket.events.clone(),
        }
    }

    /// Whether it began on a live channel, with somebody who took the call.
    pub fn live(&self) -> bool {
        let first = self.events.first();
        first.is_some_and(|first| first.what == EventKind::Created { live: true })
    }

    /// Whether an agent or a requester said anything in it, as far as its log tells.
    pub fn has_contacts(&self) -> bool {
        self.events.has_contact()
    }

    /// Whether it ends as that of a work order.
    pub fn is_work_order(&self) -> bool {
        let book = self.events.book();
        if !book.is_some_and(|book| book.has(&TicketType::WorkOrder)) {
            return false;
        }
        let kind = self.events.iter().rev().find_map(|event| match event.what {
            EventKind::Kind(kind) => Some(kind),
            _ => None,
        });
        kind == Some(&TicketType::WorkOrder)
    }

    /// Its priority as it ends.
    pub fn priority(&self) -> Option<&str> {
        self.events.last_priority()
    }

    /// Whether it is open as it ends, or something happened to it at a moment or later.
    pub fn moves_after(&self, from: Moment) -> bool {
        let status = self.events.iter().rev().find_map(|event| match event.what {
            EventKind::Status { status, .. } => Some(status),
            _ => None,
        });
        status.is_some_and(Status::is_open) || self.events.last().is_some_and(|one| one.at >= from)
    }

    /// The channel by which the requester got in touch, as it was then.
    pub fn channel(&self, of: ValueOf) -> Channel {
        if self.earlier_channels.is_empty() {
            return self.channel.clone();
        }
        let now = Some(self.channel.as_str()).filter(|word| !word.is_empty());
        let now = now.map(|word| Value::Text(word.to_owned()));
        let then =
            earlier_value::value(&self.earlier_channels, FieldKind::Channel, now.as_ref(), of);
        Channel::read(then.as_ref().and_then(Value::as_text).unwrap_or_default())
    }

    /// Ends the story at a moment, which is included, and tells whether anything had happened by
    /// then.
    pub fn end(&mut self, at: Moment) -> bool {
        if self.events.last().is_some_and(|last| last.at > at) {
            self.events = self.events.until(at);
        }
        self.knowledge.retain(|one| one.at <= at);
        self.channel = self.channel(ValueOf::At(at));
        self.earlier_channels.retain(|one| one.until <= at);
        !self.events.is_empty()
    }
}

/// A number that stands for a name; 0 for none.
fn number_of(name: &str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let step = |sum: u32, byte: u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    name.bytes().fold(0x811c_9dc5, step).max(1)
}
