//! The order in which open work is done.
//!
//! Priority first, and a ticket with a clock that is overdue or at risk counts one priority higher,
//! so that a wish which has waited for a week never comes before an outage, while a standard
//! ticket an hour before its breach comes before quieter work. Then what is overdue, what is at
//! risk, one's own, the earliest due, the oldest, and the deepest tier, which the fewest can do.

use std::cmp::{Ordering, Reverse};

use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::settings::Settings;
use crate::model::status::{Category, TicketType};
use crate::model::ticket_summary::TicketSummary;
use crate::rules::context::DeskContext;
use crate::rules::sla::clocks::{Brief, Pressure, promise};

/// Compares two open tickets by their front matter alone: what is to be done first is less.
pub fn order(a: &TicketSummary, b: &TicketSummary, settings: &Settings) -> Ordering {
    let key = |ticket: &TicketSummary| {
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
pub fn is_workable(ticket: &TicketSummary) -> bool {
    let category = ticket.status().category();
    matches!(category, Category::Initial | Category::Active) && ticket.kind() != TicketType::Comment
}

/// Whether a pending ticket's time has come.
pub fn is_over(ticket: &TicketSummary, now: Moment) -> bool {
    matches!(ticket.get(Key::Until), Some(Value::Moment(until)) if *until <= now)
}

/// Whether the reader wanted to be reminded of an open ticket by now.
pub fn is_reminded(ticket: &TicketSummary, context: DeskContext<'_>) -> bool {
    let is_reminded = |me| promise::is_reminded(&ticket.events, me, context.now);
    ticket.status().is_open() && context.me.is_some_and(is_reminded)
}

/// Where a ticket stands in the order of work: the least is to be done first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkRank {
    /// Whether it waits, and what it waits for has not come.
    pub waits: bool,
    /// The place of its priority, 0 the most pressing, one less where a clock presses.
    pub rank: usize,
    /// How near a target is; what was waited for and has come, or the reader wanted to be reminded of,
    /// is overdue.
    pub pressure: Pressure,
    /// Whether somebody else, or nobody, has it.
    pub others: bool,
    /// Whether nothing is due, and when the next clock is.
    pub due: (bool, Option<Moment>),
    /// When it was made.
    pub created: Moment,
    /// The tier of its queue, the deepest first.
    pub tier: Reverse<u8>,
    id: TicketId,
}

impl WorkRank {
    /// The place of a ticket of which the clocks are summed up.
    pub fn of(ticket: &TicketSummary, brief: &Brief, context: DeskContext<'_>) -> Self {
        let rank = context.settings.rank(ticket.text(Key::Priority));
        let over = is_over(ticket, context.now) || is_reminded(ticket, context);
        let assignee = ticket.text(Key::Assignee);
        let due = brief.due.map(|(_, due)| due);
        Self {
            waits: !over && !is_workable(ticket),
            rank: rank.saturating_sub(usize::from(brief.pressure != Pressure::Calm)),
            pressure: if over {
                Pressure::Overdue
            } else {
                brief.pressure
            },
            others: context.me.is_none_or(|me| me.as_str() != assignee),
            due: (due.is_none(), due),
            created: ticket.created,
            tier: Reverse(context.settings.tier(ticket.text(Key::Queue))),
            id: ticket.id,
        }
    }
}
