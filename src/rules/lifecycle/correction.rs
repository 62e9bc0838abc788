//! What follows from a problem code that was corrected: queue, impact, urgency, priority, tags.
//!
//! What was set by hand stays. Nothing is lowered by itself on a ticket that management was told of,
//! or while a work order is under way; the queue stays while somebody works on the ticket.

use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::Entry;
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::settings::Settings;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::model::told::{self, HowTold};
use crate::rules::context::DeskContext;
use crate::rules::lifecycle::routing::{self, Routed};

/// The keys that follow from a code, in the order in which they are told.
const KEYS: [Key; 4] = [Key::Impact, Key::Urgency, Key::Priority, Key::Queue];

/// Why a value that would follow is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stays {
    /// The value that stands was set by hand.
    ByHand,
    /// It would be less pressing than now.
    Lower,
    /// Somebody works on the ticket, so that it does not change hands by itself.
    Assigned,
}

/// A value that follows from the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowingValue {
    /// Of which key.
    pub key: Key,
    /// The value.
    pub to: String,
    /// What it follows from, in words.
    pub cause: String,
    /// Why the ticket keeps the value that it has; `None` where the new one is taken.
    pub stays: Option<Stays>,
}

/// What follows for a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    /// The values that differ from those of the ticket.
    pub values: Vec<FollowingValue>,
    /// Tags that rules of the house add, and the rules.
    pub tags: Vec<String>,
    /// The rules that had a say.
    pub rules: Vec<String>,
    /// Why the priority is not the matrix's, where a rule sets it.
    pub reason: Option<String>,
}

/// What may follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Whether values may become less pressing.
    pub lower: bool,
    /// Whether the queue may change while somebody works on it.
    pub route: bool,
}

/// Whether the value of a field was set by hand, by the last entry that gave it one.
pub fn by_hand(ticket: &Ticket, key: Key) -> bool {
    let path = key.path();
    let gives = |entry: &&&Entry| {
        entry.change(path).is_some()
            || (entry.kind == EntryKind::Created && entry.attribute(path).is_some())
    };
    let log = ReadLog::of(&ticket.log);
    let log = standing(&log);
    let Some(last) = log.iter().rev().find(gives) else {
        return false;
    };
    if let Some(follows) = last.follows(path) {
        return !follows;
    }
    match &last.kind {
        EntryKind::Escalate => true,
        EntryKind::Edit => last.attribute("not-taken").is_none(),
        // The reason of a new record is that of its priority.
        EntryKind::Created => key == Key::Priority && last.attribute("reason").is_some(),
        _ => last.attribute("reason").is_some(),
    }
}

/// Whether management was told of a ticket.
pub fn was_told(ticket: &Ticket) -> bool {
    told::all(&ticket.log)
        .iter()
        .any(|told| told.how == HowTold::Escalation)
}

/// What follows for a ticket from the code that it has. `named` are keys that somebody sets along
/// with it; `may_sink` tells whether its values may become less pressing.
pub fn correction(
    ticket: &Ticket,
    named: &dyn Fn(Key) -> bool,
    allowed: Allowed,
    context: DeskContext<'_>,
) -> Correction {
    let hand = |key: Key| by_hand(ticket, key);
    let free = route(ticket, &|key| !named(key), context);
    let mut open: Vec<Key> = KEYS
        .into_iter()
        .filter(|key| !named(*key) && !hand(*key))
        .collect();
    let mut routed = route(ticket, &|key| open.contains(&key), context);
    let mut lower: Vec<FollowingValue> = Vec::new();
    if !allowed.lower {
        // Impact and urgency first: the priority follows from what they stay at.
        for key in [Key::Impact, Key::Urgency, Key::Priority] {
            let to = routed.values.get(&key).filter(|_| open.contains(&key));
            let Some(to) = to.cloned() else { continue };
            if !sinks(context.settings, key, ticket.text(key), &to) {
                continue;
            }
            lower.extend(following(&routed, key, Some(Stays::Lower)));
            open.retain(|one| *one != key);
            routed = route(ticket, &|key| open.contains(&key), context);
        }
    }
    let mut values = Vec::new();
    for key in KEYS {
        let differs = |one: &FollowingValue| one.to != ticket.text(key);
        let one = if let Some(at) = lower.iter().position(|one| one.key == key) {
            Some(lower.swap_remove(at))
        } else if open.contains(&key) {
            let assigned = key == Key::Queue && ticket.maybe(Key::Assignee).is_some();
            let stays = (assigned && !allowed.route).then_some(Stays::Assigned);
            following(&routed, key, stays)
        } else if !named(key) {
            following(&free, key, Some(Stays::ByHand))
        } else {
            None
        };
        values.extend(one.filter(differs));
    }
    let reason = routed.reason.filter(|_| open.contains(&Key::Priority));
    Correction {
        values,
        tags: routed.tags,
        rules: routed.rules,
        reason,
    }
}

fn following(routed: &Routed, key: Key, stays: Option<Stays>) -> Option<FollowingValue> {
    Some(FollowingValue {
        key,
        to: routed.values.get(&key)?.clone(),
        cause: routed.causes.get(&key).cloned().unwrap_or_default(),
        stays,
    })
}

/// Routes a ticket of which the values of some keys are open.
fn route(ticket: &Ticket, is_open: &dyn Fn(Key) -> bool, context: DeskContext<'_>) -> Routed {
    let mut given = ticket.values.clone();
    for key in KEYS {
        if is_open(key) {
            given.remove(&key.into());
        }
    }
    let mut team = None;
    if ticket.kind() == TicketType::WorkOrder && is_open(Key::Queue) {
        let code = context.catalogue.find(ticket.text(Key::Code));
        let order = code.and_then(|code| Some((code, code.work_order.as_ref()?.team.clone()?)));
        let active = |name: &str| {
            context
                .settings
                .queues
                .get(name)
                .is_some_and(|one| !one.retired)
        };
        if let Some((code, name)) = order.filter(|(_, name)| active(name)) {
            given.insert(Key::Queue.into(), Value::Text(name.clone()));
            team = Some((name, format!("the standard order of {}", code.name)));
        }
    }
    let words = format!("{}\n{}", ticket.title(), ticket.description);
    let mut routed = routing::route(ticket.id, &given, &words, context);
    if let Some((name, cause)) = team {
        routed.values.insert(Key::Queue, name);
        routed.causes.insert(Key::Queue, cause);
    }
    routed
}

/// Whether one value is less pressing than another. One that the settings do not know is neither.
fn sinks(settings: &Settings, key: Key, from: &str, to: &str) -> bool {
    let place = |value: &str| match key {
        Key::Impact => settings.impacts.iter().position(|one| one == value),
        Key::Urgency => settings.urgencies.iter().position(|one| one == value),
        _ => settings.priorities.iter().position(|one| one.name == value),
    };
    place(from).is_some_and(|from| place(to).is_some_and(|to| to > from))
}
