//! What callers are to be told now.

use crate::index::want::Want;
use crate::ops::core::desk::Desk;
use crate::rules::lifecycle::words::{self, OrderWord};

/// The words for callers that stand on open work orders, the newest first.
pub fn standing(desk: &Desk) -> Vec<OrderWord> {
    words::standing(&desk.tickets(Want::Open).all)
}
