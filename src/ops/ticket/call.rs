//! `call`: a call to the requester, as `contact` by telephone.

use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::contact::{self, Contact};

/// How a call can end.
const OUTCOMES: [&str; 3] = ["spoke", "voicemail", "no-answer"];

/// How a call ends where nothing is said of it.
pub const SPOKE: &str = "spoke";

/// Whether the last word of several is how the call ended, and no ticket.
pub fn is_end(desk: &Desk, word: &str, me: &Handle) -> bool {
    let is_word = !word.contains(|c: char| c.is_ascii_digit()) && word != "-" && word != ".";
    OUTCOMES.contains(&word) || (is_word && desk.find(word, Some(me)).is_err())
}

/// Refuses a word for how a call ended that is none.
pub fn may_end(outcome: &str) -> Result<(), OpError> {
    if OUTCOMES.contains(&outcome) {
        return Ok(());
    }
    Err(TicketError::BadCallOutcome(&outcome, &OUTCOMES.join(", ")).error())
}

/// Logs a call on tickets; what `call` leaves out of the channel is the telephone.
pub fn call(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    call: Contact<'_>,
) -> Result<Outcome, OpError> {
    let channel = Some("phone".to_owned());
    contact::contact(desk, act, ids, &Contact { channel, ..call })
}
