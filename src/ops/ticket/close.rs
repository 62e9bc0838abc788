//! `close`: on the requester's word, or when nobody answered in the house's time.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::refused_move;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::rules::lifecycle::transitions;
use crate::rules::mail::bounce::is_bouncing;
use crate::rules::sla::calendar;

/// Why a ticket is closed, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The requester is satisfied, and perhaps gave a mark of 1 to 5.
    Satisfied(Option<i64>),
    /// The requester is not: the ticket is reopened.
    Dissatisfied(Option<i64>),
    /// Nobody answered.
    NoAnswer,
}

/// Closes resolved tickets, or reopens them on the requester's word.
pub fn close(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    word: CloseReason,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let (kind, what, satisfied, rating, to) = match word {
        CloseReason::Satisfied(rating) => (
            EntryKind::Close,
            "close, requester satisfied",
            Some(true),
            rating,
            Status::Closed,
        ),
        CloseReason::Dissatisfied(rating) => (
            EntryKind::Reopen,
            "reopen, requester not satisfied",
            Some(false),
            rating,
            Status::Open,
        ),
        CloseReason::NoAnswer => (
            EntryKind::Close,
            "close, no answer",
            None,
            None,
            Status::Closed,
        ),
    };
    let done = if to == Status::Closed {
        "closed"
    } else {
        "reopened"
    };
    let tx = Transaction::begin(desk, act, "close")?.telling(done);
    tx.each(ids, &kind, what, |edit| {
        if edit.ticket.status() != Status::Resolved {
            let error = refused_move(&edit.ticket, &Status::Closed);
            let open = edit.ticket.status().is_open();
            return Err(error.maybe_hint(
                open.then_some("only a resolved ticket can be closed: resolve it first"),
            ));
        }
        if word == CloseReason::NoAnswer {
            if is_bouncing(&edit.ticket.list(Key::Tags)) {
                return Err(TicketError::NothingDelivered(&edit.id()).error());
            }
            waited(desk, act, &edit.ticket)?;
            edit.attribute("reason", "no-answer");
        }
        if let Some(satisfied) = satisfied {
            edit.set(Key::Satisfied, Some(Value::Bool(satisfied)));
        }
        if let Some(rating) = rating {
            edit.set(Key::Rating, Some(Value::Number(rating)));
        }
        edit.move_to(&to)?;
        edit.text(&text);
        Ok(())
    })
}

/// Refuses before the house's waiting time is over.
fn waited(desk: &Desk, act: &Actor, ticket: &crate::model::ticket::Ticket) -> Result<(), OpError> {
    let resolved = transitions::last_moved_to(ticket, &Status::Resolved).map(|entry| entry.at);
    let wait = desk.settings.policy.close_after;
    let from = resolved.and_then(|at| calendar::add(&values::calendar(desk), at, wait));
    match from {
        Some(from) if act.now < from => {
            let local = from.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M");
            Err(TicketError::WaitingForRequester(&ticket.id, &local, &wait).error())
        }
        _ => Ok(()),
    }
}
