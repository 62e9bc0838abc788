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
use crate::rules::absence;
use crate::rules::lifecycle::transitions::Trigger;

/// Makes an agent the assignee.
pub fn assign(desk: &Desk, act: &Actor, ids: &[TicketId], agent: &str) -> Result<Outcome, OpError> {
    let agent = desk.agent(agent)?;
    let what = format!("assign to {agent}");
    let mut outcome = give(desk, act, ids, &agent, "assign", &what)?;
    let away = absence::absence(&desk.settings, agent.as_str(), act.now);
    if let Some(shift) = away.filter(|_| agent != act.me) {
        let deputy = match shift.who.as_str() {
            "" => "the queue's team stands in".to_owned(),
            deputy => format!("`{deputy}` stands in"),
        };
        let last = shift.days.last;
        let sentence = format!("`{agent}` is away until {last}, and {deputy}");
        outcome.notices.push(sentence);
    }
    Ok(outcome)
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
    let done = if *to == act.me && verb == "take" {
        "taken".to_owned()
    } else {
        format!("assigned to {to}")
    };
    let tx = Transaction::begin(desk, act, verb)?.telling(done);
    tx.each(ids, &verb.into(), what, |edit| {
        if !edit.ticket.status().is_open() {
            return Err(refused_done(&edit.ticket, "assigned"));
        }
        edit.set_text(Key::Assignee, to.as_str());
        edit.event(Trigger::AgentActs)
    })
}
