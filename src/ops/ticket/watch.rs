//! `watch`: an agent wants to know what becomes of tickets, or no longer does.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::ticket::set::may_change;

/// Puts somebody among the watchers of tickets, or takes them out; me where nobody is named. What is so
/// already stays, and is said.
pub fn watch(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    agent: Option<&str>,
    off: bool,
) -> Result<Outcome, OpError> {
    let who = match agent {
        None => act.me.clone(),
        // Whoever has left may still be taken out.
        Some(given) if off => match desk.settings.agent(given) {
            Some(agent) => agent.handle.clone(),
            None => desk.agent(given)?,
        },
        Some(given) => desk.agent(given)?,
    };
    let what = match (off, who == act.me) {
        (false, true) => "watch".to_owned(),
        (true, true) => "watch no more".to_owned(),
        (false, false) => format!("watch for {who}"),
        (true, false) => format!("watch no more for {who}"),
    };
    let mut already = Vec::new();
    let done = match (off, who == act.me) {
        (false, true) => "watched".to_owned(),
        (true, true) => "watched no more".to_owned(),
        (false, false) => format!("watched by {who}"),
        (true, false) => format!("no more watched by {who}"),
    };
    let tx = Transaction::begin(desk, act, "watch")?.telling(done);
    let mut outcome = tx.each(ids, &EntryKind::Watch, &what, |edit| {
        may_change(&edit.ticket)?;
        let mut all = edit.ticket.list(Key::Watchers);
        if all.iter().any(|one| *one == who.as_str()) != off {
            already.push(said_already(edit.id(), &who, act, off));
            return Ok(());
        }
        if off {
            all.retain(|one| *one != who.as_str());
        } else {
            all.push(who.to_string());
        }
        edit.set(Key::Watchers, Some(Value::List(all)));
        Ok(())
    })?;
    outcome.notices.extend(already);
    Ok(outcome)
}

fn said_already(id: TicketId, who: &Handle, act: &Actor, off: bool) -> String {
    match (*who == act.me, off) {
        (true, false) => format!("you watch `{id}` already"),
        (true, true) => format!("you do not watch `{id}`"),
        (false, false) => format!("`{who}` watches `{id}` already"),
        (false, true) => format!("`{who}` does not watch `{id}`"),
    }
}
