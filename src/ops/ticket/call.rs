//! `call`: a call to the requester, as `contact` by telephone.

use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::contact::{self, Contact};

/// How a call can end.
const OUTCOMES: [&str; 3] = ["spoke", "voicemail", "no-answer"];

/// Refuses a word for how a call ended that is none.
pub fn may_end(outcome: &str) -> Result<(), OpError> {
    if OUTCOMES.contains(&outcome) {
        return Ok(());
    }
    Err(TicketError::BadCallOutcome(&outcome, &OUTCOMES.join(", ")).error())
}

/// Logs a call; what `call` leaves out of the channel is the telephone.
pub fn call(desk: &Desk, act: &Actor, id: TicketId, call: Contact) -> Result<Outcome, OpError> {
    let channel = Some("phone".to_owned());
    contact::contact(desk, act, id, &Contact { channel, ..call })
}
