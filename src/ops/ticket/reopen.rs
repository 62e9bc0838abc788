//! `reopen`: resolved, cancelled or waiting tickets are taken up again.

use crate::index::want::Want;
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::refused_move;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;

/// Whether a merged ticket is listed as open: it went into another that went into it, and its link,
/// made last, does not count.
fn is_listed(desk: &Desk, id: TicketId) -> bool {
    desk.tickets(Want::Live).all.iter().any(|one| one.id == id)
}

/// Reopens tickets.
pub fn reopen(desk: &Desk, act: &Actor, ids: &[TicketId], text: &str) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let tx = Transaction::begin(desk, act, "reopen")?.telling("reopened");
    tx.each(ids, &EntryKind::Reopen, "reopen", |edit| {
        if edit.ticket.status() == Status::New {
            return Err(refused_move(&edit.ticket, &Status::Open));
        }
        if edit.ticket.status() == Status::Merged && is_listed(desk, edit.id()) {
            edit.set_text(Key::Status, Status::Open.as_str());
            edit.set(Key::LinkMergedInto, None);
        } else {
            edit.move_to(&Status::Open)?;
        }
        edit.text(&text);
        Ok(())
    })
}
