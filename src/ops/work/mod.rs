//! Work orders: the job that fixes a cause, with the tickets of everybody who waits for it.
//!
//! How the states of an order reach its tickets follows the field notes 2.6 (parent and child
//! records of the systems studied there): work that begins, waits for a third party, is done or is
//! taken up again does so for everybody; waiting for one caller, closing and calling off do not.

mod status_sync;
mod link;
mod show;
mod new;
mod tick;
mod done;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::TicketType;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::{Outcome, Transaction, one_line};
use crate::ops::core::values;
pub use done::done;
pub use link::join;
use link::{Values, hangable, link_tickets};
pub use new::repeat;
use new::{OrderPlan, code, make, not_yet, said_enough};
pub use show::{Hanging, ListedOrder, OrderView, Orders, linked_tickets, list, show, tickets};
pub use status_sync::follow;
pub use tick::{Steps, tick};

/// What is said of a new work order.
#[derive(Clone, Debug, Default)]
pub struct NewOrder {
    /// One line; the standard order's where nothing is said.
    pub title: Option<String>,
    /// The problem code; the tickets' where nothing is said.
    pub code: Option<String>,
    /// Where it waits; the standard order's team where nothing is said.
    pub queue: Option<String>,
    /// Who does it.
    pub assignee: Option<String>,
    /// What comes before the steps.
    pub text: String,
    /// Whether it is made beside open orders that look the same.
    pub separate: bool,
}

/// Makes a work order for tickets.
pub fn new(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    request: &NewOrder,
) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "work new")?;
    let mut edits = Vec::new();
    for id in ids {
        let edit = tx.edit(*id, "link")?;
        hangable(&tx, &edit.ticket, None)?;
        edits.push(edit);
    }
    let title = request.title.as_deref();
    let title = title.map(|title| values::value(desk, &Key::Title.into(), title, act.now, None));
    let queue = request.queue.as_deref().map(|queue| desk.queue(queue));
    let assignee = request.assignee.as_deref().map(|agent| desk.agent(agent));
    let making = OrderPlan {
        code: code(desk, &edits, request.code.as_deref())?,
        title: title.transpose()?.map(|title| title.to_string()),
        queue: queue.transpose()?,
        assignee: assignee.transpose()?.map(|agent| agent.to_string()),
        text: values::text(&request.text)?,
    };
    for edit in &edits {
        said_enough(&mut tx, &edit.ticket, &making.code)?;
    }
    if !request.separate {
        not_yet(&mut tx, &edits, &making.code)?;
    }
    let tickets: Vec<&Ticket> = edits.iter().map(|edit| &edit.ticket).collect();
    let order = make(&mut tx, &making, &tickets)?;
    for edit in edits {
        link_tickets(&mut tx, edit, &order)?;
    }
    let title = one_line(order.title(), 50);
    tx.finish(&format!("{} work new: {title}", order.id))
}

/// Hangs tickets on a work order, or on the order that another ticket has or comes to have.
pub fn link(desk: &Desk, act: &Actor, ids: &[TicketId], to: TicketId) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "work link")?;
    if ids.contains(&to) {
        return Err(OpError::usage(format!("`{to}` cannot be hung on itself"))
            .hint("name the work order, or another ticket of the same trouble, with --to"));
    }
    let mut newcomers = Vec::new();
    for id in ids {
        newcomers.push(tx.ticket(*id)?);
    }
    let values: Vec<&Values> = newcomers.iter().map(|ticket| &ticket.values).collect();
    let order = join(&mut tx, to, &values)?;
    let order = tx.ticket(order)?;
    for id in ids {
        let edit = tx.edit(*id, "link")?;
        hangable(&tx, &edit.ticket, Some(order.id))?;
        if tx.ticket(*id)?.text(Key::LinkWorkOrder) == order.id.as_str() {
            tx.notices
                .push(format!("`{id}` hangs on `{}` already", order.id));
        }
        link_tickets(&mut tx, edit, &order)?;
    }
    let what = match &newcomers[..] {
        [one] => format!("{}: {}", one.id, one_line(one.title(), 40)),
        all => format!("{} tickets", all.len()),
    };
    tx.finish(&format!("{} work link: {what}", order.id))
}

/// Refuses what is no work order.
pub fn is_order(ticket: &Ticket) -> Result<(), OpError> {
    if ticket.kind() == TicketType::WorkOrder {
        return Ok(());
    }
    let (id, kind) = (ticket.id, ticket.kind());
    let error = OpError::refused(format!(
        "`{id}` is no work order but a ticket of type {kind}"
    ));
    Err(match ticket.maybe(Key::LinkWorkOrder) {
        Some(order) => error.hint(format!("it hangs on the work order {order}")),
        None => error.hint(format!(
            "`desk work list` shows the orders; `desk work new {id}` makes one for it"
        )),
    })
}
