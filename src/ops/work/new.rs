//! `work new`: a work order for tickets.

use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::work::link::{hangable, link_tickets};
use crate::ops::work::order_plan::{OrderPlan, code, make, not_yet, said_enough};

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
    tx.all(ids, |tx, id| {
        let edit = tx.edit(id, EntryKind::Link)?;
        hangable(tx, &edit.ticket, None)?;
        edits.push(edit);
        Ok(())
    })?;
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
    let tx = tx.telling(format!("linked to {}", order.id));
    tx.finish(&format!("{} work new: {title}", order.id))
}
