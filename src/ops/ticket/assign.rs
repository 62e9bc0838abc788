//! `assign`: an agent works on it.

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::refused_done;
use crate::ops::core::transaction::Transaction;
use crate::rules::lifecycle::transitions::Trigger;

/// Makes an agent the assignee.
pub fn assign(desk: &Desk, act: &Actor, ids: &[TicketId], agent: &str) -> Result<Outcome, OpError> {
    let agent = desk.agent(agent)?;
    give(
        desk,
        act,
        ids,
        &agent,
        "assign",
        &format!("assign to {agent}"),
    )
}

/// Changes the assignee; `what` begins the commit's subject.
pub fn give(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    to: &Handle,
    verb: &str,
    what: &str,
) -> Result<Outcome, OpError> {
    Transaction::begin(desk, act, verb)?.each(ids, &verb.into(), what, |edit| {
        if !edit.ticket.status().is_open() {
            return Err(refused_done(&edit.ticket, "assigned"));
        }
        edit.set_text(Key::Assignee, to.as_str());
        edit.event(Trigger::AgentActs)
    })
}
