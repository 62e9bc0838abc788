//! `work tick`: steps of a work order are done, or are not after all.

use crate::model::entry_kind::EntryKind;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::is_order;
use crate::ops::core::messages::work::WorkError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::refused_done;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::core::work_time::WorkTime;
use crate::rules::lifecycle::tick_marks;
use crate::rules::lifecycle::transitions;
use crate::rules::lifecycle::work_order::{self, WorkStep};

/// Which steps of a work order are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Steps {
    /// All of them.
    All,
    /// These, by their numbers.
    These(Vec<usize>),
}

/// What is ticked.
#[derive(Clone, Debug)]
pub struct Ticked {
    /// The steps.
    pub which: Steps,
    /// Whether they are done, or are not after all.
    pub done: bool,
    /// How long they took.
    pub time: Option<WorkTime>,
}

/// Ticks steps of a work order, or unticks them. Of the description only the marks change.
pub fn tick(
    desk: &Desk,
    act: &Actor,
    id: TicketId,
    ticked: &Ticked,
    text: &str,
) -> Result<Outcome, OpError> {
    let Ticked { which, done, time } = ticked;
    let done = *done;
    let text = values::text(text)?;
    let mut tx = Transaction::begin(desk, act, "work tick")?;
    let mut edit = tx.edit(id, EntryKind::Tick)?;
    is_order(&edit.ticket)?;
    if !matches!(
        edit.ticket.status(),
        Status::New | Status::Open | Status::Pending | Status::Resolved
    ) {
        return Err(refused_done(&edit.ticket, "ticked off"));
    }
    let all = work_order::steps(edit.description());
    let chosen = chosen(id, &all, which)?;
    let word = tick_marks::word(done);
    let (already, new): (Vec<WorkStep>, Vec<WorkStep>) =
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
    let names = tick_marks::names(&all);
    let numbers: Vec<String> = new.iter().map(|step| step.number.to_string()).collect();
    let numbers = numbers.join(", ");
    if !new.is_empty() {
        let ticked = work_order::tick(edit.description(), &new, done);
        edit.describe(&ticked)?;
        for step in &new {
            edit.attribute(word, names[step.number - 1].clone());
        }
        edit.event(transitions::Trigger::AgentActs)?;
    }
    // Of what was ticked before, the time was noted then.
    if let Some(time) = time
        .as_ref()
        .filter(|_| !new.is_empty() || !text.is_empty())
    {
        time.note(&mut edit);
    }
    edit.text(&text);
    let title = one_line(edit.ticket.title(), 50);
    tx.stage(edit)?;
    tx.finish(&format!("{id} {word} {numbers}: {title}"))
}

/// The steps that are meant, in their order, each once.
fn chosen(id: TicketId, all: &[WorkStep], which: &Steps) -> Result<Vec<WorkStep>, OpError> {
    if all.is_empty() {
        return Err(WorkError::NoSteps(&id).error());
    }
    let Steps::These(numbers) = which else {
        return Ok(all.to_vec());
    };
    if let Some(wrong) = numbers.iter().find(|n| **n == 0 || **n > all.len()) {
        return Err(WorkError::NoSuchStep(&id, &wrong, &all.len()).error());
    }
    let meant = all.iter().filter(|step| numbers.contains(&step.number));
    Ok(meant.cloned().collect())
}
