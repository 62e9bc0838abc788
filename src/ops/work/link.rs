//! `work link`: tickets linked to a work order, or to the one that another ticket has or comes to have.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::work::WorkError;
use std::collections::BTreeMap;

use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::said::{OnOrder, Said};
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, Sort};
use crate::ops::core::new_record::promise;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::{TicketEdit, refused_done};
use crate::ops::core::transaction::Transaction;
use crate::ops::work::order_plan::{OrderPlan, make, needs_code, said_enough};

/// The fields of a record.
pub(in crate::ops::work) type Values = BTreeMap<Field, Value>;

fn text(values: &Values, key: Key) -> &str {
    let value = values.get(&Field::Known(key));
    value.and_then(Value::as_text).unwrap_or_default()
}

/// The open work order that newcomers with these fields are linked to when they join `to`: `to`
/// itself, or the open order that it is linked to, or a new one that they share. What this changes
/// is in the transaction; the newcomers' own `links.work_order` is the caller's to set.
pub fn join(
    tx: &mut Transaction<'_>,
    to: TicketId,
    newcomers: &[&Values],
) -> Result<TicketId, OpError> {
    let ticket = tx.ticket(to)?;
    if ticket.kind() == TicketType::WorkOrder {
        if !ticket.status().is_open() {
            return Err(refused_done(&ticket, "joined"));
        }
        return Ok(to);
    }
    if let Some(order) = open_order(tx, &ticket)? {
        return Ok(order.id);
    }
    hangable(tx, &ticket, None)?;
    let codes = std::iter::once(&ticket.values).chain(newcomers.iter().copied());
    let code = codes
        .map(|values| text(values, Key::Code))
        .find(|code| !code.is_empty());
    let making = OrderPlan {
        code: code.map_or_else(|| Err(needs_code(to)), |code| tx.desk.code(code))?,
        ..OrderPlan::default()
    };
    said_enough(tx, &ticket, &making.code)?;
    let mut all = vec![&ticket];
    let others: Vec<Ticket> = newcomers
        .iter()
        .map(|values| Ticket {
            id: to,
            values: (*values).clone(),
            description: String::new(),
            log: Vec::new(),
        })
        .collect();
    all.extend(&others);
    let order = make(tx, &making, &all)?;
    let edit = tx.edit(to, EntryKind::Link)?;
    link_tickets(tx, edit, &order)?;
    Ok(order.id)
}

/// The open work order that a ticket is linked to. Of one that cannot be read nobody knows whether
/// it is open, which is an error; one that is not there is none.
fn open_order(tx: &Transaction<'_>, ticket: &Ticket) -> Result<Option<Ticket>, OpError> {
    let order = ticket.maybe(Key::LinkWorkOrder);
    let Some(order) = order.and_then(|order| order.parse::<TicketId>().ok()) else {
        return Ok(None);
    };
    let order = match tx.ticket(order) {
        Ok(order) => order,
        Err(error) if error.sort == Sort::Usage => return Ok(None),
        Err(error) => return Err(error),
    };
    let counts = order.status().is_open() && order.kind() == TicketType::WorkOrder;
    Ok(counts.then_some(order))
}

/// Refuses to link a ticket to an order if it is done, no requester's, or linked to another.
pub(in crate::ops::work) fn hangable(
    tx: &Transaction<'_>,
    ticket: &Ticket,
    on: Option<TicketId>,
) -> Result<(), OpError> {
    let id = ticket.id;
    if ticket.kind() == TicketType::WorkOrder {
        return Err(WorkError::LinkOfOrder(&id).error());
    }
    if !ticket.status().is_open() {
        return Err(refused_done(ticket, "linked to a work order"));
    }
    match open_order(tx, ticket)? {
        Some(order) if Some(order.id) != on => Err(WorkError::OnOtherOrder(&id, &order.id).error()),
        _ => Ok(()),
    }
}

/// Links a ticket to an order.
pub(in crate::ops::work) fn link_tickets(
    tx: &mut Transaction<'_>,
    mut edit: TicketEdit,
    order: &Ticket,
) -> Result<(), OpError> {
    let is_new = edit.ticket.text(Key::LinkWorkOrder) != order.id.as_str();
    edit.set_text(Key::LinkWorkOrder, order.id.as_str());
    let on = OnOrder::of(&edit.ticket).filter(|_| is_new);
    if on.is_some_and(|on| is_moved(&on, order)) {
        for (name, value) in promise(order, tx.act.now) {
            edit.attribute(&name, value);
        }
    }
    if edit.ticket.maybe(Key::Code).is_none() {
        edit.set_text(Key::Code, order.text(Key::Code));
    }
    // Somebody is at it already.
    if order.status() == Status::Open && edit.ticket.status() == Status::New {
        edit.attribute("order", order.id.as_str());
        edit.move_to(&Status::Open)?;
    }
    let rank = |ticket: &Ticket| tx.desk.settings.rank(ticket.text(Key::Priority));
    if rank(&edit.ticket) < rank(order) {
        tx.notices.push(format!(
            "`{}` is more pressing ({}) than its order ({}): desk set {} impact=… urgency=…",
            edit.id(),
            edit.ticket.text(Key::Priority),
            order.text(Key::Priority),
            order.id,
        ));
    }
    tx.stage(edit)
}

/// Whether a promise of the order's word for callers counts for a ticket: it moves none that an agent
/// made to the requester, of an earlier time.
fn is_moved(on: &OnOrder, order: &Ticket) -> bool {
    let promised = Said::of(order).and_then(|said| said.promised);
    promised.is_some_and(|promised| on.own_promise(&promised).is_none())
}

/// Links tickets to a work order, or to the order that another ticket has or comes to have.
pub fn link(desk: &Desk, act: &Actor, ids: &[TicketId], to: TicketId) -> Result<Outcome, OpError> {
    let mut tx = Transaction::begin(desk, act, "work link")?;
    if ids.contains(&to) {
        return Err(WorkError::OrderOnItself(&to).error());
    }
    let mut newcomers = Vec::new();
    tx.all(ids, |tx, id| {
        newcomers.push(tx.ticket(id)?);
        Ok(())
    })?;
    let values: Vec<&Values> = newcomers.iter().map(|ticket| &ticket.values).collect();
    let order = join(&mut tx, to, &values)?;
    let order = tx.ticket(order)?;
    tx.all(ids, |tx, id| {
        let edit = tx.edit(id, EntryKind::Link)?;
        hangable(tx, &edit.ticket, Some(order.id))?;
        if tx.ticket(id)?.text(Key::LinkWorkOrder) == order.id.as_str() {
            tx.notices
                .push(format!("`{id}` is linked to `{}` already", order.id));
        }
        link_tickets(tx, edit, &order)
    })?;
    let what = match &newcomers[..] {
        [one] => format!("{}: {}", one.id, one_line(one.title(), 40)),
        all => format!("{} tickets", all.len()),
    };
    let tx = tx.telling(format!("linked to {}", order.id));
    tx.finish(&format!("{} work link: {what}", order.id))
}
