//! `close`: on the requester's word, or when nobody answered in the house's time.

use super::act::Act;
use super::change::{Outcome, Transaction, refused_move};
use super::desk::Desk;
use super::error::OpError;
use super::{subject, validate};
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::rules::{calendar, life};

/// Why a ticket is closed, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
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
    act: &Act,
    ids: &[TicketId],
    word: Word,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = validate::text(text)?;
    let mut tx = Transaction::begin(desk, act, "close")?;
    let mut edits = Vec::new();
    for id in ids {
        let mut edit = tx.edit(
            *id,
            if matches!(word, Word::Dissatisfied(_)) {
                "reopen"
            } else {
                "close"
            },
        )?;
        if edit.ticket.status() != Status::Resolved {
            let mut error = refused_move(&edit.ticket, &Status::Closed);
            if edit.ticket.status().is_open() {
                error = error
                    .hint("closing needs the requester's word on a solution: resolve it first");
            }
            return Err(error);
        }
        let (satisfied, rating) = match word {
            Word::Satisfied(rating) => (Some(true), rating),
            Word::Dissatisfied(rating) => (Some(false), rating),
            Word::NoAnswer => (None, None),
        };
        if word == Word::NoAnswer {
            waited(desk, act, &edit.ticket)?;
            edit.attribute("reason", "no-answer");
        }
        if let Some(satisfied) = satisfied {
            edit.set(Key::Satisfied, Some(Value::Bool(satisfied)));
        }
        if let Some(rating) = rating {
            edit.set(Key::Rating, Some(Value::Number(rating)));
        }
        edit.move_to(if satisfied == Some(false) {
            &Status::Open
        } else {
            &Status::Closed
        })?;
        edit.text(&text);
        edits.push(edit);
    }
    let what = match word {
        Word::Satisfied(_) => "close, requester satisfied",
        Word::Dissatisfied(_) => "reopen, requester not satisfied",
        Word::NoAnswer => "close, no answer",
    };
    let subject = subject(what, &edits);
    for edit in edits {
        tx.stage(edit)?;
    }
    tx.finish(&subject)
}

/// Refuses before the house's waiting time is over.
fn waited(desk: &Desk, act: &Act, ticket: &crate::model::ticket::Ticket) -> Result<(), OpError> {
    let resolved = life::last_moved_to(ticket, &Status::Resolved).map(|entry| entry.at);
    let wait = desk.settings.policy.close_after;
    let from = resolved.and_then(|at| calendar::add(&validate::calendar(desk), at, wait));
    match from {
        Some(from) if act.now < from => {
            let local = from.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M");
            Err(OpError::refused(format!("`{}` waits for the requester's answer until {local}", ticket.id)).hint(format!(
                "the house waits {wait} after resolving (`policy.close_after`); with the requester's word: --satisfied yes"
            )))
        }
        _ => Ok(()),
    }
}
