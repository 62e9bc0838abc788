//! What callers are to be told of a work order, and when they were promised to hear more.

use serde::{Deserialize, Serialize};

use crate::model::corrections::{self, ReadLog};
use crate::model::entry::{Change, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::entry_time::counting;
use crate::model::event::{NEXT, SAID, WITHDRAWN};
use crate::model::event_log;
use crate::model::field::Key;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;

/// The word for callers that stands on a work order: the newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Handle,
    /// The words.
    pub text: String,
    /// When callers were last promised to hear more, if they ever were.
    pub promised: Option<Promised>,
}

/// That all who wait for a work order were promised to hear more, or no longer are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    /// The order's entry, by its identity.
    pub entry: String,
    /// When it was said.
    pub at: Moment,
    /// The time; `None` where what was promised before is withdrawn.
    pub next: Option<Moment>,
}

/// Whether an entry is a word for callers on the work order itself.
fn is_word(entry: &Entry) -> bool {
    entry.kind == EntryKind::Say && entry.attribute(SAID).is_none()
}

impl Said {
    /// The word that stands on an open work order, if there is one.
    pub fn of(order: &Ticket) -> Option<Self> {
        if order.kind() != TicketType::WorkOrder || !order.status().is_open() {
            return None;
        }
        let log = ReadLog::of(&order.log);
        let log = counting(&log);
        let words = || log.iter().rev().filter(|(entry, _)| is_word(entry));
        let (last, at) = words().next()?;
        let promised = words().find_map(|(entry, at)| {
            let next = event_log::next_time(entry)?;
            Some(Promised {
                entry: entry.identity(),
                at: *at,
                next,
            })
        });
        Some(Self {
            at: *at,
            by: last.by.clone(),
            text: last.text.clone(),
            promised,
        })
    }

    /// When callers will hear more, where that was said with this word or is still to come since.
    pub fn next(&self) -> Option<Moment> {
        let promised = self.promised.as_ref()?;
        promised.next.filter(|next| *next > self.at)
    }
}

/// A ticket that waits for a work order, as far as words on the order go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnOrder {
    /// When it was linked to the order.
    pub joined: Moment,
    /// The order's entries whose promise its log has, by their identities, also those that were
    /// taken back.
    heard: Vec<String>,
    /// What its requester was promised and still waits for: the time, and whether the order's word
    /// promised it.
    promise: Option<(Moment, bool)>,
    /// When an agent and the requester last spoke.
    talked: Option<Moment>,
}

impl OnOrder {
    /// Of an open ticket that is linked to a work order.
    pub fn of(ticket: &Ticket) -> Option<Self> {
        let order = ticket.maybe(Key::LinkWorkOrder)?;
        if !ticket.status().is_open() || ticket.kind() == TicketType::WorkOrder {
            return None;
        }
        let link = Key::LinkWorkOrder.path();
        let log = ReadLog::of(&ticket.log);
        let log = counting(&log);
        let links = |entry: &&Entry| {
            entry.change(link).and_then(Change::new_value) == Some(order)
                || (entry.kind == EntryKind::Created && entry.attribute(link) == Some(order))
        };
        let joined = log.iter().rev().find(|(entry, _)| links(entry));
        let mut on = Self {
            joined: joined
                .map(|(_, at)| *at)
                .or_else(|| ticket.created())
                .unwrap_or_else(Moment::epoch),
            heard: heard(&ticket.log),
            promise: None,
            talked: None,
        };
        for (entry, at) in log {
            let outgoing = entry.attribute("direction") != Some("in");
            if event_log::is_talk(entry) {
                on.talked = Some(at);
                if outgoing {
                    on.promise = None;
                }
            }
            match event_log::next_time(entry) {
                Some(None) => on.promise = None,
                Some(Some(next)) if event_log::is_promise(entry) => {
                    on.promise = Some((next, entry.attribute(SAID).is_some()));
                }
                _ => {}
            }
        }
        Some(on)
    }

    /// The earlier time that an agent promised to this requester, which a word on the order does not
    /// move.
    pub fn own_promise(&self, promised: &Promised) -> Option<Moment> {
        let (own, of_order) = self.promise?;
        (!of_order && promised.next.is_none_or(|next| own <= next)).then_some(own)
    }

    /// Whether the log is still to be told what the order's word promised, or withdrew.
    pub fn lacks(&self, promised: &Promised) -> bool {
        if self.heard.contains(&promised.entry) || self.own_promise(promised).is_some() {
            return false;
        }
        let Some(next) = promised.next else {
            return self.promise.is_some();
        };
        // Whoever spoke to the requester since told them what there was to tell.
        self.joined < next && self.talked.is_none_or(|talked| talked <= promised.at)
    }
}

fn heard(log: &[Entry]) -> Vec<String> {
    let named = log.iter().filter_map(|entry| entry.attribute(SAID));
    named.map(str::to_owned).collect()
}

/// The work order whose word promised a time to a ticket's requester; `None` where an agent did.
pub fn order_of_promise(log: &[Entry], next: Moment) -> Option<String> {
    let log = ReadLog::of(log);
    let log = corrections::standing(&log);
    let entry = log.into_iter().rev().find(|entry| {
        event_log::next_time(entry) == Some(Some(next)) && event_log::is_promise(entry)
    })?;
    let said = entry.attribute(SAID)?;
    let order = entry.attribute("order").or_else(|| {
        let link = Key::LinkWorkOrder.path();
        let set = entry.change(link).and_then(Change::new_value);
        set.or_else(|| entry.attribute(link))
    });
    Some(order.unwrap_or(said).to_owned())
}

/// What an entry of a ticket says that passes on a promise of its work order.
pub fn attributes(promised: &Promised) -> Vec<(String, String)> {
    let next = promised.next.map(|next| next.to_string());
    let next = next.unwrap_or_else(|| WITHDRAWN.to_owned());
    vec![
        (SAID.to_owned(), promised.entry.clone()),
        (NEXT.to_owned(), next),
    ]
}
