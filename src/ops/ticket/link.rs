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

/// Links `a` to `b`: `parent`, `follows` and `work-order` stand on `a`, the rest on both.
pub fn link(
    desk: &Desk,
    act: &Actor,
    a: TicketId,
    b: TicketId,
    kind: &str,
) -> Result<Outcome, OpError> {
    if !KINDS.contains(&kind) {
        return Err(unknown("kind of link", kind, KINDS.iter().copied()));
    }
    if a == b {
        return Err(TicketError::LinkToItself(&a).error());
    }
    if kind == "work-order" {
        return order(desk, act, a, b);
    }
    let mut tx = Transaction::begin(desk, act, "link")?;
    let mut edit = tx.edit(a, EntryKind::Link)?;
    let mut other = tx.edit(b, EntryKind::Link)?;
    match kind {
        "relates" | "same-contact" => {
            let key = if kind == "relates" {
                Key::LinkRelates
            } else {
                Key::LinkSameContact
            };
            edit.add(key, b.as_str());
            other.add(key, a.as_str());
        }
        kind => {
            let key = if kind == "parent" {
                Key::LinkParent
            } else {
                Key::LinkFollows
            };
            circle(desk, key, a, b)?;
            edit.set_text(key, b.as_str());
        }
    }
    tx.stage(edit)?;
    if matches!(kind, "relates" | "same-contact") {
        tx.stage(other)?;
    }
    tx.finish(&format!("{a} link: {kind} {b}"))
}

/// Links a ticket to a work order, as `desk work link` does.
fn order(desk: &Desk, act: &Actor, a: TicketId, b: TicketId) -> Result<Outcome, OpError> {
    if desk.page(b)?.ticket.kind() != TicketType::WorkOrder {
        let error = TicketError::LinkedNotOrder(&b).error();
        let swapped = desk.page(a)?.ticket.kind() == TicketType::WorkOrder;
        return Err(error.hint(if swapped {
            "name the work order last".to_owned()
        } else {
            format!("an order for both: desk work link {a} --to {b}")
        }));
    }
    crate::ops::work::link::link(desk, act, &[a], b)
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
