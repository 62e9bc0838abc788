//! `reopen`: resolved, cancelled or waiting tickets are taken up again.

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::refused_move;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;

/// Reopens tickets.
pub fn reopen(desk: &Desk, act: &Actor, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    Transaction::begin(desk, act, "reopen")?.each(ids, &EntryKind::Reopen, "reopen", |edit| {
        if edit.ticket.status() == Status::New {
            return Err(refused_move(&edit.ticket, &Status::Open));
        }
        edit.move_to(&Status::Open)?;
        edit.text(&text);
        Ok(())
    })
}
