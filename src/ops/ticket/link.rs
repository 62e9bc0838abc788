//! `link`: tickets that have to do with one another.

use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;

/// The kinds of link.
pub const KINDS: &[&str] = &["relates", "parent", "follows", "same-contact", "work-order"];

/// Links tickets to `b`: `parent`, `follows` and `work-order` stand on each of them, the rest on both.
pub fn link(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    b: TicketId,
    kind: &str,
) -> Result<Outcome, OpError> {
    if !KINDS.contains(&kind) {
        return Err(unknown("kind of link", kind, KINDS.iter().copied()));
    }
    if ids.contains(&b) {
        return Err(TicketError::LinkToItself(&b).error());
    }
    if kind == "work-order" {
        return order(desk, act, ids, b);
    }
    let (key, both) = match kind {
        "relates" => (Key::LinkRelates, true),
        "same-contact" => (Key::LinkSameContact, true),
        "parent" => (Key::LinkParent, false),
        _ => (Key::LinkFollows, false),
    };
    let mut tx = Transaction::begin(desk, act, "link")?.telling(format!("linked to {b}"));
    let mut other = tx.edit(b, EntryKind::Link)?;
    tx.all(ids, |tx, a| {
        let mut edit = tx.edit(a, EntryKind::Link)?;
        if both {
            edit.add(key, b.as_str());
            other.add(key, a.as_str());
        } else {
            circle(desk, key, a, b)?;
            edit.set_text(key, b.as_str());
        }
        tx.stage(edit)
    })?;
    if both {
        tx.stage(other)?;
    }
    let subject = tx.subject(&format!("link: {kind} {b}"), |one| {
        format!("{} link: {kind} {b}", one.ticket.id)
    });
    tx.finish(&subject)
}

/// Links tickets to a work order, as `desk work link` does.
fn order(desk: &Desk, act: &Actor, ids: &[TicketId], b: TicketId) -> Result<Outcome, OpError> {
    if desk.page(b)?.ticket.kind() != TicketType::WorkOrder {
        let error = TicketError::LinkedNotOrder(&b).error();
        let mut swapped = false;
        for a in ids {
            swapped |= desk.page(*a)?.ticket.kind() == TicketType::WorkOrder;
        }
        let all: Vec<&str> = ids.iter().take(3).map(TicketId::as_str).collect();
        return Err(error.hint(if swapped {
            "name the work order last".to_owned()
        } else {
            format!(
                "an order for {}: desk work link {} --to {b}",
                if ids.len() > 1 { "all" } else { "both" },
                all.join(" ")
            )
        }));
    }
    crate::ops::work::link::link(desk, act, ids, b)
}

/// Refuses a chain of links that comes back to where it began.
fn circle(desk: &Desk, key: Key, from: TicketId, to: TicketId) -> Result<(), OpError> {
    let mut at = to;
    for _ in 0..1_000 {
        if at == from {
            return Err(TicketError::CircleOfLinks(&to, &from).error());
        }
        let Ok(page) = desk.page(at) else {
            return Ok(());
        };
        let Ok(next) = page.ticket.text(key).parse() else {
            return Ok(());
        };
        at = next;
    }
    Ok(())
}
