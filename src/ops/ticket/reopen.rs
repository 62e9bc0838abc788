//! `reopen` and `cancel`.

use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::{Outcome, Transaction, refused_move};
use crate::ops::core::values;

/// Takes tickets up again: resolved, cancelled or waiting ones.
pub fn reopen(desk: &Desk, act: &Actor, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    moved(desk, act, ids, "reopen", &Status::Open, text)
}

/// Calls tickets off: no issue, or no longer wanted.
pub fn cancel(desk: &Desk, act: &Actor, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    moved(desk, act, ids, "cancel", &Status::Cancelled, text)
}

fn moved(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    verb: &str,
    to: &Status,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    Transaction::begin(desk, act, verb)?.each(ids, verb, verb, |edit| {
        if verb == "reopen" && edit.ticket.status() == Status::New {
            return Err(refused_move(&edit.ticket, to));
        }
        edit.move_to(to)?;
        edit.text(&text);
        Ok(())
    })
}
