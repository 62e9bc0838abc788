//! The question whether a solution helped, mailed where a command resolved a ticket.

use crate::cli::context::Context;
use crate::cli::send_command::Sender;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::ops::core::error::OpError;
use crate::ops::mail::{automatic, out};

/// Asks the requesters of what the command resolved, if the house wants that and this clone sends mail.
/// Nothing that goes wrong is the command's failure.
pub fn at_once(context: &Context) {
    let resolved: Vec<TicketId> = {
        let written = context.written.borrow();
        let is_resolved = |change: &&crate::model::entry::Change| {
            change.new_value() == Some(Status::Resolved.as_str())
        };
        written
            .iter()
            .filter(|(_, entry)| entry.change("status").as_ref().is_some_and(is_resolved))
            .map(|(ticket, _)| ticket.id)
            .collect()
    };
    if resolved.is_empty() {
        return;
    }
    if let Err(error) = ask(context, &resolved) {
        let why = error.message;
        context.ui.warn(&format!(
            "the requester is not asked whether it helped: {why}"
        ));
    }
}

fn ask(context: &Context, resolved: &[TicketId]) -> Result<(), OpError> {
    let Some(desk) = context.opened else {
        return Ok(());
    };
    if desk.settings.mail.outgoing.satisfaction.is_none() {
        return Ok(());
    }
    // A clone that sends no mail asks nobody.
    let Ok(sender) = Sender::of(context) else {
        return Ok(());
    };
    let act = context.act(desk)?;
    let mut asked = Vec::new();
    for id in resolved {
        if automatic::ask_satisfaction(desk, &act, *id)? {
            asked.push(*id);
        }
    }
    if asked.is_empty() {
        return Ok(());
    }
    let hand = |envelope: &str, to: &[String], mail: &[u8]| sender.hand(envelope, to, mail);
    // Whether an answer still fits that waits here is for `desk mail out` to ask.
    let mut waiting = out::waiting(desk, &act)?;
    waiting.retain(|one| one.record.known.is_none());
    let done = out::deliver(desk, &act, &[], &waiting, &hand)?;
    if done.sent.is_empty() {
        context
            .ui
            .note("the question whether it helped waits in the outbox: `desk mail out` sends it");
    } else {
        let ids: Vec<String> = asked.iter().map(ToString::to_string).collect();
        context.ui.note(&format!(
            "asked by mail whether it helped: {}",
            ids.join(", ")
        ));
    }
    Ok(())
}
