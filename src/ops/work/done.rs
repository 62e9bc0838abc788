//! `work done`: a work order is resolved, with the tickets linked to it.

use crate::model::id::TicketId;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::is_order;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::work_time::WorkTime;
use crate::ops::ticket::resolve::{Solution, resolve};

/// Resolves a work order, and with it every open ticket linked to it.
pub fn done(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    text: &str,
    time: Option<&WorkTime>,
) -> Result<Outcome, OpError> {
    act.may(desk, "work done")?;
    is_order(&desk.page(id)?.ticket)?;
    let solution = Solution {
        text,
        time,
        ..Solution::default()
    };
    resolve(desk, act, &[id], &solution)
}
