//! What a ticket must say before it is resolved.

use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::rules::article_usage;
use crate::rules::lifecycle::required_fields;

/// Resolves a ticket with its work order: whoever keeps the requester informed is to tell them, if
/// there is one.
pub fn by_order(edit: &mut TicketEdit, desk: &Desk, act: &Actor) -> Result<(), OpError> {
    complete(edit, desk)?;
    let mut fields = edit.ticket.values.keys();
    if !fields.any(|field| field.section() == Some("requester")) {
        return Ok(());
    }
    let in_service = |handle: &&str| desk.agent(handle).is_ok();
    let tell = [Key::ContactAgent, Key::Assignee]
        .into_iter()
        .filter_map(|key| edit.ticket.maybe(key))
        .find(in_service);
    let tell = tell.unwrap_or(act.me.as_str()).to_owned();
    edit.attribute("tell", tell);
    Ok(())
}

/// Resolves a ticket that says all that the house asks for.
pub fn complete(edit: &mut TicketEdit, desk: &Desk) -> Result<(), OpError> {
    edit.move_to(&Status::Resolved)?;
    let lacking = required_fields::blocking(&edit.ticket.values, desk.context(None, edit.at()));
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(lacks(Some(edit.id()), &lacking))
    }
}

/// Why an incomplete ticket is not resolved.
pub fn lacks(id: Option<TicketId>, lacking: &[String]) -> OpError {
    let names: Vec<String> = lacking.iter().map(|key| format!("`{key}`")).collect();
    let what = id.map_or("the ticket".to_owned(), |id| format!("`{id}`"));
    let error = DeskError::Incomplete(&what, &names.join(", ")).error();
    match id {
        Some(id) => error.hint(format!("desk set {id} {}=…", lacking[0])),
        None => error.hint(format!("add --set {}=…", lacking[0])),
    }
}

/// Refuses to resolve a request for which nobody looked into the knowledge base, where the house
/// asks for that. A ticket without an id is a new one.
pub fn consulted(
    desk: &Desk,
    id: Option<TicketId>,
    ticket: &Ticket,
    no_kb: Option<&str>,
) -> Result<(), OpError> {
    let asked =
        desk.settings.policy.kb_search_required && article_usage::is_asked_of(&ticket.kind());
    if !asked || no_kb.is_some() || article_usage::was_consulted(ticket) {
        return Ok(());
    }
    let what = id.map_or("the ticket".to_owned(), |id| format!("`{id}`"));
    let error = TicketError::KbNotSearched(&what).error();
    let error = match id {
        Some(id) => error.hint(format!("desk kb use KB-ID --on {id} --outcome solved")),
        None => error.hint("name the article that helped with --kb KB-ID"),
    };
    Err(error.hint("if none is needed, say why with --no-kb REASON, which is counted"))
}
