//! `take` and `assign`: who works on it.

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::transaction::{Outcome, Transaction, refused_done};
use crate::rules::lifecycle::transitions::Trigger;

/// Makes me the assignee.
pub fn take(desk: &Desk, act: &Actor, ids: &[TicketId]) -> Result<Outcome, OpError> {
    give(desk, act, ids, &act.me.clone(), "take")
}

/// Makes an agent the assignee.
pub fn assign(desk: &Desk, act: &Actor, ids: &[TicketId], agent: &str) -> Result<Outcome, OpError> {
    let agent = desk.agent(agent)?;
    give(desk, act, ids, &agent, "assign")
}

fn give(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    to: &Handle,
    verb: &str,
) -> Result<Outcome, OpError> {
    let what = if verb == "take" {
        "take".to_owned()
    } else {
        format!("assign to {to}")
    };
    Transaction::begin(desk, act, verb)?.each(ids, verb, &what, |edit| {
        if !edit.ticket.status().is_open() {
            return Err(refused_done(&edit.ticket, "assigned"));
        }
        edit.set_text(Key::Assignee, to.as_str());
        edit.event(Trigger::AgentActs)
    })
}
