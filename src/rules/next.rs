//! The order in which open work is done.
//!
//! Most pressing priority first, then what nobody has touched, then the oldest. Clocks join
//! this order when they stand.

use std::cmp::Ordering;

use crate::model::excerpt::Excerpt;
use crate::model::field::Key;
use crate::model::settings::Settings;
use crate::model::status::{Category, TicketType};

/// Compares two open tickets: what is to be done first is less.
pub fn order(a: &Excerpt, b: &Excerpt, settings: &Settings) -> Ordering {
    let key = |ticket: &Excerpt| {
        (
            ticket.status().category() == Category::Waiting,
            settings.rank(ticket.text(Key::Priority)),
            ticket.created,
            ticket.id,
        )
    };
    key(a).cmp(&key(b))
}

/// Whether a ticket is something to work on now: not waiting, not done, not a comment.
pub fn is_workable(ticket: &Excerpt) -> bool {
    let category = ticket.status().category();
    matches!(category, Category::Initial | Category::Active) && ticket.kind() != TicketType::Comment
}
