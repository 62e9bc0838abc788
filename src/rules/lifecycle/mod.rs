//! What happens to a ticket from its record to its end: transitions, required fields, replay of the log, escalation.

pub mod tick_marks;
pub mod transitions;
pub mod required_fields;
pub mod recurring;
pub mod replay;
pub mod repair;
pub mod between_tickets;
pub mod manual_changes;
pub mod sweep;
pub mod escalation;
pub mod work_order;
pub mod order_moves;
pub mod next;
pub mod team;
pub mod watchers;
pub mod words;
pub mod concerned;
pub mod handover;
pub mod routing;
pub mod priority;
pub mod correction;
pub mod attachments;
