//! `cancel`: no issue, or no longer wanted.

use crate::model::cancelled_as::{AS, CancelledAs};
use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;

/// Cancels tickets; `why` is written to their logs.
pub fn cancel(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    why: Option<CancelledAs>,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let tx = Transaction::begin(desk, act, "cancel")?.telling("cancelled");
    tx.each(ids, &EntryKind::Cancel, "cancel", |edit| {
        edit.move_to(&Status::Cancelled)?;
        if let Some(why) = why {
            edit.attribute(AS, why.as_str());
        }
        edit.text(&text);
        Ok(())
    })
}
