//! How the states of an order reach its tickets.

use crate::index::want::Want;
use crate::model::corrections::{ReadLog, standing};
use crate::model::entry::DERIVED;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::linked_tickets::{LinkedTickets, linked_among};
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::outcome::Changed;
use crate::ops::core::resolution::by_order;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::transaction::Transaction;
use crate::page::log;
use crate::page::problem::Problem;
use crate::rules::lifecycle::order_moves::Move;
use crate::rules::lifecycle::work_order;

/// Lets the tickets linked to an order go where the order went, by entries of whoever moved it
/// that name the order. Tickets that the command was given by name are left to it.
pub fn follow(tx: &mut Transaction<'_>) -> Result<(), OpError> {
    let moved: Vec<(Changed, Move)> = tx
        .changed()
        .iter()
        .filter(|one| !one.new)
        .filter_map(|one| Some((one.clone(), Move::of(&one.ticket, one.entry.as_ref()?)?)))
        .collect();
    let named: Vec<TicketId> = tx.changed().iter().map(|one| one.ticket.id).collect();
    for (order, how) in moved {
        let id = order.ticket.id;
        let want = match how {
            Move::Reopened => Want::All,
            _ => Want::Open,
        };
        let linked = linked_among(tx.desk, id, want);
        doubtful(tx, id, how, &linked)?;
        let mut all = linked.all;
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
            if let Some(cause) = order.entry.as_ref().filter(|cause| cause.by.is_desk()) {
                let parts = [ticket.id.as_str(), id.as_str(), &cause.identity()];
                let tag = log::derived_tag(&parts, DERIVED);
                edit.stamp(edit.right_after(cause.at)?, &tag);
            }
            if edit.ticket.text(Key::LinkWorkOrder) == id.as_str()
                && carry(how, &mut edit, &order, tx)?
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
    linked: &LinkedTickets,
) -> Result<(), OpError> {
    if !linked.naming.is_empty() && how != Move::Cancelled && !tx.act.me.is_desk() {
        return Err(DeskError::DoubtfulLinks(&order)
            .error()
            .with(linked.naming.clone()));
    }
    for problem in linked.naming.iter().chain(&linked.unknown) {
        let why = reported(problem);
        tx.notices.push(format!(
            "whether it is linked to `{order}` cannot be told: {why}"
        ));
    }
    Ok(())
}

/// Moves a ticket along with its order; `false` where it stays.
fn carry(
    how: Move,
    edit: &mut TicketEdit,
    order: &Changed,
    tx: &Transaction<'_>,
) -> Result<bool, OpError> {
    let id = order.ticket.id;
    // What came to the ticket by itself is its own affair.
    let stands = ["status", "waiting_on", "until"];
    let log = ReadLog::of(&edit.ticket.log);
    let mut log = standing(&log).into_iter().rev();
    let last = log.find(|entry| stands.iter().any(|field| entry.change(field).is_some()));
    let with_it = last.is_some_and(|entry| entry.attribute("order") == Some(id.as_str()));
    let goes = match how {
        Move::Waits => edit.ticket.status() != Status::Pending || with_it,
        Move::Wakes | Move::Reopened => with_it,
        _ => true,
    };
    if !goes {
        return Ok(false);
    }
    edit.attribute("order", id.as_str());
    let words = order.entry.as_ref().map_or("", |entry| entry.text.as_str());
    match how {
        Move::Opened => edit.move_to(&Status::Open)?,
        Move::Waits => {
            edit.move_to(&Status::Pending)?;
            edit.set_text(Key::WaitingOn, order.ticket.text(Key::WaitingOn));
            edit.set(Key::Until, order.ticket.get(Key::Until).cloned());
            edit.text(words);
        }
        Move::Wakes | Move::Reopened => {
            edit.move_to(&Status::Open)?;
            edit.text(words);
        }
        Move::Resolved => {
            by_order(edit, tx.desk, tx.act)?;
            edit.text(words);
        }
        Move::Merged => {
            let into = order.ticket.text(Key::LinkMergedInto);
            edit.set_text(Key::LinkWorkOrder, into);
        }
        Move::Cancelled => {}
    }
    Ok(true)
}

/// Says which tickets are left without an order.
fn called_off(tx: &mut Transaction<'_>, order: TicketId, linked: &[TicketSummary]) {
    let open: Vec<String> = linked
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
