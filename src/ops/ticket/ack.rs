//! `ack`: one of those told says that they have it.

use crate::model::entry::OF;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::told;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::rules::absence;

/// Acknowledges what the tickets told the one who acts.
pub fn ack(desk: &Desk, act: &Actor, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let tx = Transaction::begin(desk, act, "ack")?.telling("acknowledged");
    tx.each(ids, &EntryKind::Acknowledge, "ack", |edit| {
        let mut open = told::all(&edit.ticket.log);
        open.retain(|told| told.has.is_none());
        let others: Vec<String> = open.iter().flat_map(|told| told.who.clone()).collect();
        let queue = edit.ticket.text(Key::Queue);
        let settings = &desk.settings;
        open.retain(|told| absence::is_told(settings, told, &act.me, queue, act.now));
        if open.is_empty() {
            return Err(TicketError::NotTold(&edit.id(), &others.join(", ")).error());
        }
        for told in open {
            edit.attribute(OF, told.entry);
        }
        edit.text(&text);
        Ok(())
    })
}
