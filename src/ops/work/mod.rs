//! Work orders: the job that fixes a cause, with the tickets of everybody who waits for it.
//!
//! How the states of an order reach its tickets follows the field notes 2.6 (parent and child
//! records of the systems studied there): work that begins, waits for a third party, is done or is
//! taken up again does so for everybody; waiting for one caller, closing and calling off do not.

mod status_sync;
mod link;
mod show;
mod new;

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Act;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::{Outcome, Transaction, one_line, refused_done};
use crate::ops::core::values;
use crate::rules::lifecycle::transitions;
use crate::rules::lifecycle::work_order::{self, Step};
pub use link::join;
use link::{Values, hang, hangable};
pub use new::repeat;
use new::{Making, code, make, not_yet, said_enough};
pub use show::{Hanging, Listed, Orders, Shown, hanging, list, show, tickets};
pub use status_sync::follow;

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
    act: &Act,
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
    let making = Making {
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
        hang(&mut tx, edit, &order)?;
    }
    let title = one_line(order.title(), 50);
    tx.finish(&format!("{} work new: {title}", order.id))
}

/// Hangs tickets on a work order, or on the order that another ticket has or comes to have.
pub fn link(desk: &Desk, act: &Act, ids: &[TicketId], to: TicketId) -> Result<Outcome, OpError> {
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
        hang(&mut tx, edit, &order)?;
    }
    let what = match &newcomers[..] {
        [one] => format!("{}: {}", one.id, one_line(one.title(), 40)),
        all => format!("{} tickets", all.len()),
    };
    tx.finish(&format!("{} work link: {what}", order.id))
}

/// Which steps of a work order are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Steps {
    /// All of them.
    All,
    /// These, by their numbers.
    These(Vec<usize>),
}

/// Ticks steps of a work order, or unticks them. Of the description only the marks change.
pub fn tick(
    desk: &Desk,
    act: &Act,
    id: TicketId,
    which: &Steps,
    done: bool,
    text: &str,
) -> Result<Outcome, OpError> {
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "work tick")?;
    let mut edit = tx.edit(id, "tick")?;
    is_order(&edit.ticket)?;
    if !matches!(
        edit.ticket.status(),
        Status::New | Status::Open | Status::Pending | Status::Resolved
    ) {
        return Err(refused_done(&edit.ticket, "ticked off"));
    }
    let all = work_order::steps(edit.description());
    let chosen = chosen(id, &all, which)?;
    let word = if done { "ticked" } else { "unticked" };
    let (already, new): (Vec<Step>, Vec<Step>) =
        chosen.into_iter().partition(|step| step.done == done);
    let is = if done { "ticked already" } else { "not ticked" };
    for step in already.iter().filter(|_| *which != Steps::All) {
        let what = one_line(&step.text, 60);
        tx.notices
            .push(format!("step {} is {is}: {what}", step.number));
    }
    if new.is_empty() && *which == Steps::All {
        tx.notices.push(format!("all {} steps are {is}", all.len()));
    }
    let numbers: Vec<String> = new.iter().map(|step| step.number.to_string()).collect();
    let numbers = numbers.join(", ");
    if !new.is_empty() {
        let ticked = work_order::tick(edit.description(), &new, done);
        edit.describe(&ticked)?;
        edit.attribute(word, numbers.clone());
        edit.event(transitions::Event::AgentActs)?;
    }
    let mut words: Vec<String> = new
        .iter()
        .map(|step| format!("{}. {}", step.number, step.text))
        .collect();
    if !text.is_empty() {
        if !words.is_empty() {
            words.push(String::new());
        }
        words.push(text);
    }
    edit.text(&words.join("\n"));
    let title = one_line(edit.ticket.title(), 50);
    tx.stage(edit)?;
    tx.finish(&format!("{id} {word} {numbers}: {title}"))
}

/// The steps that are meant, in their order, each once.
fn chosen(id: TicketId, all: &[Step], which: &Steps) -> Result<Vec<Step>, OpError> {
    if all.is_empty() {
        return Err(
            OpError::refused(format!("`{id}` has no steps to tick")).hint(format!(
                "write them as lines `- [ ] …` into the description: desk edit {id}"
            )),
        );
    }
    let Steps::These(numbers) = which else {
        return Ok(all.to_vec());
    };
    if let Some(wrong) = numbers.iter().find(|n| **n == 0 || **n > all.len()) {
        let error = format!("`{id}` has no step {wrong}: it has {}", all.len());
        return Err(OpError::usage(error).hint(format!("see them with `desk work show {id}`")));
    }
    let meant = all.iter().filter(|step| numbers.contains(&step.number));
    Ok(meant.cloned().collect())
}

/// Resolves a work order, and with it every open ticket that hangs on it.
pub fn done(
    desk: &Desk,
    act: &Act,
    id: TicketId,
    text: &str,
    minutes: Option<u32>,
) -> Result<Outcome, OpError> {
    act.may(desk, "work done")?;
    is_order(&desk.page(id)?.ticket)?;
    crate::ops::ticket::resolve::resolve(desk, act, &[id], text, minutes, None)
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
