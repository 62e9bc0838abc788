//! What callers are to be told now.

use crate::index::lookup::Lookup;
use crate::ops::core::desk::Desk;
use crate::rules::lifecycle::words::{self, OrderWord};

/// The words for callers that stand on open work orders, the newest first.
pub fn standing(desk: &Desk) -> Vec<OrderWord> {
    let lookup = Lookup::open(&desk.root, &desk.progress);
    let mut orders = lookup.find(&[words::found_by()], None);
    orders.retain(|order| order.status().is_open());
    words::standing(&lookup.whole(orders))
}
