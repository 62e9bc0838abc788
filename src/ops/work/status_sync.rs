//! How the states of an order reach its tickets.

use crate::index::ticket_cache::Want;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::transaction::{Changed, TicketEdit, Transaction, one_line};
use crate::ops::ticket::resolve;
use crate::ops::work::show::{Hanging, hanging_among};
use crate::page::problem::Problem;
use crate::rules::lifecycle::work_order;

/// Lets the tickets that hang on an order go where the order went, by entries of whoever moved it
/// that name the order. Tickets that the command was given by name are left to it.
pub fn follow(tx: &mut Transaction<'_>) -> Result<(), OpError> {
    let moved: Vec<(Changed, Move)> = tx
        .changed()
        .iter()
        .filter_map(|one| Some((one.clone(), Move::of(one)?)))
        .collect();
    let named: Vec<TicketId> = tx.changed().iter().map(|one| one.ticket.id).collect();
    for (order, how) in moved {
        let id = order.ticket.id;
        let want = match how {
            Move::Reopened => Want::All,
            _ => Want::Open,
        };
        let hanging = hanging_among(tx.desk, id, want);
        doubtful(tx, id, how, &hanging)?;
        let mut all = hanging.all;
        all.retain(|ticket| !named.contains(&ticket.id));
        if how == Move::Cancelled {
            called_off(tx, id, &all);
            continue;
        }
        for ticket in all
            .iter()
            .filter(|ticket| how.may_concern(&ticket.status()))
        {
            let mut edit = match tx.edit(ticket.id, how.kind()) {
                // A file that may only be read holds up nobody else's sweep.
                Err(error) if error.sort == Sort::Invalid && tx.act.me.is_desk() => {
                    let why = error.problems.first().map_or(error.message, reported);
                    tx.notices
                        .push(format!("`{}` does not follow {id}: {why}", ticket.id));
                    continue;
                }
                edit => edit?,
            };
            if edit.ticket.text(Key::LinkWorkOrder) == id.as_str()
                && how.carry(&mut edit, &order, tx)?
            {
                tx.stage(edit)?;
            }
        }
        if how == Move::Resolved {
            unticked(tx, &order.ticket);
        }
    }
    Ok(())
}

fn reported(problem: &Problem) -> String {
    format!("{}: {}", problem.location(), problem.message)
}

/// Refuses to move an order whose tickets cannot all be told, so that none is left behind. The sweep
/// goes on without them, and says so; nothing follows an order that is called off.
fn doubtful(
    tx: &mut Transaction<'_>,
    order: TicketId,
    how: Move,
    hanging: &Hanging,
) -> Result<(), OpError> {
    if !hanging.naming.is_empty() && how != Move::Cancelled && !tx.act.me.is_desk() {
        let message = format!("which tickets hang on `{order}` cannot be told");
        return Err(OpError::invalid(message, hanging.naming.clone())
            .hint("mend these files first: they name the order, and go where it goes"));
    }
    for problem in hanging.naming.iter().chain(&hanging.unknown) {
        let why = reported(problem);
        tx.notices.push(format!(
            "whether it hangs on `{order}` cannot be told: {why}"
        ));
    }
    Ok(())
}

/// How an order moved, as far as its tickets go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Opened,
    Waits,
    Wakes,
    Resolved,
    Reopened,
    Cancelled,
    Merged,
}

impl Move {
    /// What a change to an order means for its tickets; `None` for nothing.
    fn of(changed: &Changed) -> Option<Self> {
        if changed.new || changed.ticket.kind() != TicketType::WorkOrder {
            return None;
        }
        let entry = changed.entry.as_ref()?;
        // A requester's word speaks for one requester; a hand edits the one file.
        if entry.attribute("direction") == Some("in") || entry.kind == "edit" {
            return None;
        }
        let Some(change) = entry.change("status") else {
            let again = entry.kind == "pend" && changed.ticket.status() == Status::Pending;
            return (again && waits_for_others(&changed.ticket)).then_some(Self::Waits);
        };
        let from = Status::read(change.old_value().unwrap_or_default());
        match (from, changed.ticket.status()) {
            (Status::New, Status::Open) => Some(Self::Opened),
            (Status::Pending, Status::Open) => Some(Self::Wakes),
            (Status::Resolved, Status::Open) => Some(Self::Reopened),
            (_, Status::Pending) => waits_for_others(&changed.ticket).then_some(Self::Waits),
            (_, Status::Resolved) => Some(Self::Resolved),
            (_, Status::Cancelled) => Some(Self::Cancelled),
            (_, Status::Merged) => Some(Self::Merged),
            _ => None,
        }
    }

    /// The kind of the tickets' entries.
    fn kind(self) -> &'static str {
        match self {
            Self::Opened => "open",
            Self::Waits => "pend",
            Self::Wakes | Self::Reopened => "reopen",
            Self::Resolved => "resolve",
            Self::Cancelled | Self::Merged => "link",
        }
    }

    /// Whether tickets of a status may go along.
    fn may_concern(self, status: &Status) -> bool {
        match self {
            Self::Opened => *status == Status::New,
            Self::Waits | Self::Resolved | Self::Merged => status.is_open(),
            Self::Wakes => *status == Status::Pending,
            Self::Reopened => *status == Status::Resolved,
            Self::Cancelled => false,
        }
    }

    /// Moves a ticket along; `false` where it stays.
    fn carry(
        self,
        edit: &mut TicketEdit,
        order: &Changed,
        tx: &Transaction<'_>,
    ) -> Result<bool, OpError> {
        let id = order.ticket.id;
        // What came to the ticket by itself is its own affair.
        let stands = ["status", "waiting_on", "until"];
        let mut log = edit.ticket.log.iter().rev();
        let last = log.find(|entry| stands.iter().any(|field| entry.change(field).is_some()));
        let with_it = last.is_some_and(|entry| entry.attribute("order") == Some(id.as_str()));
        let goes = match self {
            Self::Waits => edit.ticket.status() != Status::Pending || with_it,
            Self::Wakes | Self::Reopened => with_it,
            _ => true,
        };
        if !goes {
            return Ok(false);
        }
        edit.attribute("order", id.as_str());
        let words = order.entry.as_ref().map_or("", |entry| entry.text.as_str());
        match self {
            Self::Opened => edit.move_to(&Status::Open)?,
            Self::Waits => {
                edit.move_to(&Status::Pending)?;
                edit.set_text(Key::WaitingOn, order.ticket.text(Key::WaitingOn));
                edit.set(Key::Until, order.ticket.get(Key::Until).cloned());
                edit.text(words);
            }
            Self::Wakes | Self::Reopened => {
                edit.move_to(&Status::Open)?;
                edit.text(words);
            }
            Self::Resolved => {
                resolve::by_order(edit, tx.desk, tx.act)?;
                edit.text(words);
            }
            Self::Merged => {
                let into = order.ticket.text(Key::LinkMergedInto);
                edit.set_text(Key::LinkWorkOrder, into);
            }
            Self::Cancelled => {}
        }
        Ok(true)
    }
}

/// Whether an order waits for a third party or a date, which holds up everybody; waiting for one
/// customer does not.
fn waits_for_others(order: &Ticket) -> bool {
    matches!(
        order.waiting_on(),
        Some(Waiting::Vendor | Waiting::Schedule)
    )
}

/// Says which tickets are left without an order.
fn called_off(tx: &mut Transaction<'_>, order: TicketId, hanging: &[TicketSummary]) {
    let open: Vec<String> = hanging
        .iter()
        .filter(|ticket| ticket.status().is_open())
        .map(|ticket| format!("`{}` ({})", ticket.id, ticket.status()))
        .collect();
    if !open.is_empty() {
        tx.notices.push(format!(
            "still open, and without a work order now that `{order}` is cancelled: {}",
            open.join(", ")
        ));
    }
}

/// Says which steps of a resolved order nobody ticked.
fn unticked(tx: &mut Transaction<'_>, order: &Ticket) {
    let steps = work_order::steps(&order.description);
    let open: Vec<String> = steps
        .iter()
        .filter(|step| !step.done)
        .map(|step| format!("{} {}", step.number, one_line(&step.text, 50)))
        .collect();
    if !open.is_empty() {
        let (n, of) = (open.len(), steps.len());
        let are = if n == 1 { "is" } else { "are" };
        let open = open.join("; ");
        tx.notices
            .push(format!("{n} of {of} steps {are} not ticked: {open}"));
    }
}
