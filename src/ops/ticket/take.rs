//! `take`: who gives the command works on it.

use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::ticket::assign::give;

/// Makes me the assignee.
pub fn take(desk: &Desk, act: &Actor, ids: &[TicketId]) -> Result<Outcome, OpError> {
    give(desk, act, ids, &act.me, "take", "take")
}
