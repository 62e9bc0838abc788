//! What the placeholders of a template stand for on a ticket.

use crate::model::event::NEXT;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::placeholder::Placeholder;
use crate::model::template::Piece;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::ticket::sla;
use crate::rules::sla::clocks::Clock;

/// The text of a template for a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text; a placeholder that has no value stands there by its name.
    pub text: String,
    /// The placeholders that have neither a value nor a stand-in, each once.
    pub empty: Vec<Placeholder>,
}

/// Whether a text has a place for what the agent says.
pub fn has_message(pieces: &[Piece]) -> bool {
    let is_message = |piece: &Piece| matches!(piece, Piece::Value(Placeholder::Message, _));
    pieces.iter().any(is_message)
}

/// Inserts the values of a ticket, as it will stand with the entry that the text is for, and what the
/// agent says. What is inserted is not read again.
pub fn fill(desk: &Desk, act: &Actor, ticket: &Ticket, pieces: &[Piece], message: &str) -> Filled {
    let mut filled = Filled::default();
    for piece in pieces {
        let (placeholder, stand_in) = match piece {
            Piece::Text(text) => {
                filled.text.push_str(text);
                continue;
            }
            Piece::Value(placeholder, stand_in) => (*placeholder, stand_in),
        };
        let value = match placeholder {
            Placeholder::Message => Some(message.to_owned()),
            _ => value(desk, act, ticket, placeholder),
        };
        let value = value.map(|value| value.trim().to_owned());
        let value = value.filter(|value| !value.is_empty());
        if let Some(value) = value.or_else(|| stand_in.clone()) {
            filled.text.push_str(&value);
            continue;
        }
        filled.text.push_str(&format!("{{{placeholder}}}"));
        if !filled.empty.contains(&placeholder) {
            filled.empty.push(placeholder);
        }
    }
    filled.text = filled.text.trim().to_owned();
    filled
}

fn value(desk: &Desk, act: &Actor, ticket: &Ticket, placeholder: Placeholder) -> Option<String> {
    let settings = &desk.settings;
    let text = |key: Key| ticket.maybe(key).map(str::to_owned);
    let name = |handle: &str| settings.agent_name(handle).to_owned();
    let time = |at: Moment| {
        let local = at.in_zone(&settings.zone);
        local.format("%Y-%m-%d %H:%M").to_string()
    };
    if let Some(key) = placeholder.key() {
        return text(key);
    }
    if let Some(kind) = placeholder.clock() {
        let clocks = sla::read(desk, ticket, act.now).into_iter();
        let open = clocks
            .map(|one| one.clock)
            .filter(|clock| clock.kind == kind);
        let due = open.filter(Clock::is_open).filter_map(|clock| clock.due);
        return due.min().map(time);
    }
    match placeholder {
        Placeholder::Id => Some(ticket.id.to_string()),
        Placeholder::Priority => {
            text(Key::Priority).map(|name| settings.priority_title(&name).to_owned())
        }
        Placeholder::Queue => text(Key::Queue).map(|name| {
            let queue = settings.queues.get(&name);
            queue.map_or(name.clone(), |queue| queue.title.clone())
        }),
        Placeholder::CodeTitle => {
            let code = text(Key::Code)?;
            let known = desk.catalogue.codes.get(&code)?;
            Some(known.title.clone())
        }
        Placeholder::Created => ticket.created().map(time),
        Placeholder::Until => match ticket.values.get(&Field::Known(Key::Until))? {
            Value::Moment(at) => Some(time(*at)),
            other => Some(other.to_string()),
        },
        Placeholder::Planned => match ticket.values.get(&Field::Known(Key::Planned))? {
            Value::Moment(at) => Some(time(*at)),
            other => Some(other.to_string()),
        },
        Placeholder::Next => {
            let next = ticket.log.last()?.attribute(NEXT)?;
            next.parse().ok().map(time)
        }
        Placeholder::OrderId => text(Key::LinkWorkOrder),
        Placeholder::OrderTitle => {
            let order = text(Key::LinkWorkOrder)?.parse().ok()?;
            let page = desk.page(order).ok()?;
            Some(page.ticket.title().to_owned())
        }
        Placeholder::AgentName => Some(name(act.me.as_str())),
        Placeholder::AgentEmail => {
            let agent = settings.agent(act.me.as_str())?;
            Some(agent.email.clone())
        }
        Placeholder::AssigneeName => text(Key::Assignee).map(|handle| name(&handle)),
        Placeholder::ContactName => {
            let keeper = text(Key::ContactAgent).or_else(|| text(Key::Assignee));
            keeper.map(|handle| name(&handle))
        }
        Placeholder::DeskName => Some(settings.name.clone()),
        Placeholder::Today => {
            let local = act.now.in_zone(&settings.zone);
            Some(local.format("%Y-%m-%d").to_string())
        }
        // Those of keys and clocks are told above.
        _ => None,
    }
}
