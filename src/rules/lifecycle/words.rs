//! Words for callers that stand on work orders: where they are told, which tickets their promises
//! reach, and orders that look like a major incident.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;

use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::said::{Promised, Said};
use crate::model::settings::Settings;
use crate::model::status::TicketType;
use crate::model::ticket_summary::TicketSummary;
use crate::page::log::derived_tag;
use crate::rules::duplicates;
use crate::rules::found_by::Wanted;
use crate::rules::lifecycle::team::is_escalated;

/// A work order and the word for callers that stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderWord {
    /// The order.
    pub order: TicketSummary,
    /// The word.
    pub said: Said,
}

/// The word by which orders are found that have something for callers.
const FOUND_BY: &str = "said:";

/// What finds the orders that have something for callers.
pub fn found_by() -> Wanted {
    Wanted::Word(FOUND_BY.to_owned())
}

/// The word by which a ticket is found, if it is such an order.
pub fn key(ticket: &TicketSummary) -> Option<String> {
    ticket.said.as_ref().map(|_| FOUND_BY.to_owned())
}

/// The words for callers that stand, the newest first.
pub fn standing(all: &[TicketSummary]) -> Vec<OrderWord> {
    let of = |order: &TicketSummary| {
        Some(OrderWord {
            said: order.said.clone()?,
            order: order.clone(),
        })
    };
    let mut words: Vec<OrderWord> = all.iter().filter_map(of).collect();
    words.sort_by_key(|word| (Reverse(word.said.at), word.order.id));
    words
}

/// Whether a caller with these values is to be told the word of an order: it has their problem code
/// or their place, or the whole company or their whole site is without.
pub fn fits(order: &TicketSummary, values: &BTreeMap<Field, Value>, settings: &Settings) -> bool {
    let text = |key: Key| {
        let value = values.get(&Field::Known(key));
        value.and_then(Value::as_text).unwrap_or_default()
    };
    let code = text(Key::Code);
    let is_on_it = text(Key::LinkWorkOrder) == order.id.as_str();
    let same_code = !code.is_empty() && code == order.text(Key::Code);
    let impacts = &settings.impacts;
    let impact = order.text(Key::Impact);
    let width = impacts.iter().position(|known| known == impact);
    let wide = width.filter(|rank| rank + 2 < impacts.len());
    is_on_it
        || same_code
        || wide == Some(0)
        || duplicates::is_same_place(values, &order.values, wide.is_some())
}

/// What orders promised to all who wait for them, by the orders' ids.
pub fn promises(all: &[TicketSummary]) -> BTreeMap<TicketId, Promised> {
    let of = |order: &TicketSummary| Some((order.id, order.said.as_ref()?.promised.clone()?));
    all.iter().filter_map(of).collect()
}

/// What the log of a ticket that waits for an order is still to be told of the order's promise.
pub fn unheard<'p>(
    ticket: &TicketSummary,
    promises: &'p BTreeMap<TicketId, Promised>,
) -> Option<(TicketId, &'p Promised)> {
    let on = ticket.on_order.as_ref()?;
    let order: TicketId = ticket.text(Key::LinkWorkOrder).parse().ok()?;
    let promised = promises.get(&order)?;
    on.lacks(promised).then_some((order, promised))
}

/// The tag of the entry by which a ticket's log is told of a promise of its order: in every clone and
/// whoever writes it.
pub fn tag(ticket: TicketId, order: TicketId, promised: &Promised) -> String {
    let parts = ["say", ticket.as_str(), order.as_str(), &promised.entry];
    derived_tag(&parts, crate::model::entry::DERIVED)
}

/// So many tickets within [`WITHIN`] look like a major incident.
const SURGE: usize = 5;

/// See [`SURGE`].
const WITHIN: TimeDelta = TimeDelta::hours(1);

/// An order that gained many tickets in a short time: perhaps a major incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surge {
    /// The order.
    pub order: TicketId,
    /// Its title.
    pub title: String,
    /// How many open tickets wait for it.
    pub tickets: usize,
    /// When the fifth within an hour came.
    pub since: Moment,
}

/// The open orders that gained five open tickets within an hour, the latest first, while nobody has
/// told callers a word, or management of it. It is for a manager to decide: nothing is changed.
pub fn surges(all: &[TicketSummary]) -> Vec<Surge> {
    let mut joined: HashMap<&str, Vec<Moment>> = HashMap::new();
    for ticket in all {
        if let Some(on) = &ticket.on_order {
            let order = ticket.text(Key::LinkWorkOrder);
            joined.entry(order).or_default().push(on.joined);
        }
    }
    let orders = all
        .iter()
        .filter(|order| order.kind() == TicketType::WorkOrder && order.status().is_open());
    let surge = |order: &TicketSummary| {
        let times = joined.get_mut(order.id.as_str())?;
        times.sort_unstable();
        let fifth = times
            .windows(SURGE)
            .find(|some| some[SURGE - 1].since(some[0]) <= WITHIN)?;
        let since = fifth[SURGE - 1];
        let is_led = order.said.is_some() || is_escalated(order);
        (!is_led).then(|| Surge {
            order: order.id,
            title: order.text(Key::Title).to_owned(),
            tickets: times.len(),
            since,
        })
    };
    let mut found: Vec<Surge> = orders.filter_map(surge).collect();
    found.sort_by_key(|one| (Reverse(one.since), one.order));
    found
}
