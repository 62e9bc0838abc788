//! Is it already reported? What a desk holds that looks like a new ticket.

use std::collections::BTreeMap;

use crate::index::want::Want;
use crate::model::field::{Field, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::unreadable;
use crate::page::problem::Problem;
use crate::rules;
pub use crate::rules::duplicates::{Duplicate, DuplicateKind};

/// The open tickets and work orders that look like a record with these values, and the work orders
/// of which it would be a repeat; the strongest likeness first. The rules are those of
/// [`rules::duplicates::find`]. With them comes what kept files from being compared.
pub fn find(
    desk: &Desk,
    values: &BTreeMap<Field, Value>,
    except: &[TicketId],
    now: Moment,
) -> (Vec<Duplicate>, Vec<Problem>) {
    let found = desk.tickets(Want::All);
    let all = rules::duplicates::find(values, except, &found.all, &desk.settings, now);
    (all, unreadable::unread(&found))
}
