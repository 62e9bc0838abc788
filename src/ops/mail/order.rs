//! `reply --order`: one mail to each requester who hangs on a work order, singly.

use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::linked_tickets::{is_order, linked_among};
use crate::ops::mail::reply::{Letter, Reply, letter};
use crate::page::problem::Problem;

/// Mails to all who hang on a work order.
#[derive(Debug, Default)]
pub struct OrderLetters {
    /// The mails.
    pub letters: Vec<Letter>,
    /// Requesters whom no mail reaches.
    pub without: Vec<WithoutAddress>,
    /// Tickets whose requesters were sent these words before.
    pub told: Vec<TicketId>,
    /// What is wrong with files of which it cannot be told whether they hang on the order.
    pub problems: Vec<Problem>,
}

/// A requester whom no mail reaches.
#[derive(Clone, Debug)]
pub struct WithoutAddress {
    /// The ticket.
    pub id: TicketId,
    /// The requester's name.
    pub name: String,
    /// The number to call; empty where none is known.
    pub phone: String,
    /// Why.
    pub why: String,
}

/// Makes the mails. They go to the requesters of the open tickets that hang on the order, and of those
/// that it solved whose requesters are still to be told. Whoever was sent the same words for the same
/// order has them, so that a command that is given again after it was cut short writes to nobody twice.
pub fn letters(
    desk: &Desk,
    act: &Actor,
    order: TicketId,
    reply: &Reply<'_>,
) -> Result<OrderLetters, OpError> {
    is_order(&desk.page(order)?.ticket)?;
    let linked = linked_among(desk, order, Want::Live);
    let mut found = OrderLetters {
        problems: linked.naming.into_iter().chain(linked.unknown).collect(),
        ..OrderLetters::default()
    };
    for summary in linked.all {
        let waits = summary.status().is_open()
            || summary.status() == Status::Resolved && summary.tell.is_some();
        if !waits {
            continue;
        }
        let own = Reply {
            order: Some(order),
            only_requester: true,
            ..reply.clone()
        };
        let ticket = desk.page(summary.id)?.ticket;
        match letter(desk, act, summary.id, &own) {
            Ok(letter) if !reply.anyway && has(&ticket, order, &letter) => {
                found.told.push(letter.id);
            }
            Ok(letter) => found.letters.push(letter),
            // Whom no mail reaches, or of whom the text would have a gap, is listed.
            Err(error) if error.sort == Sort::Refused || is_about_address(&error) => {
                if error.code == "no-sender" {
                    return Err(error);
                }
                let text = |key: Key| ticket.maybe(key).unwrap_or_default().to_owned();
                found.without.push(WithoutAddress {
                    id: summary.id,
                    name: text(Key::RequesterName),
                    phone: text(Key::RequesterPhone),
                    why: error.message.replace('`', ""),
                });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn is_about_address(error: &OpError) -> bool {
    error.code == "bad-address"
}

/// Whether the log tells that these words went out for this order.
fn has(ticket: &Ticket, order: TicketId, letter: &Letter) -> bool {
    ticket.log.iter().any(|entry| {
        entry.attribute("order") == Some(order.as_str())
            && entry.attribute("message").is_some()
            && entry.text == letter.record.text
    })
}
