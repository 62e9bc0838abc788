//! `convert`: a ticket turns out to be of another type.
//!
//! The number, the history and the first response stay: nothing is rewritten, one entry says what
//! it is from now on (field notes 2.6). What was decided by hand stays, too; what was only usual
//! for the old type follows the rules of the house for the new one.

use crate::model::entry_kind::EntryKind;
use crate::ops::core::messages::ticket::TicketError;
use std::collections::BTreeMap;

use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Status, TicketType};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::linked_tickets::linked_tickets;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::ticket_edit::{TicketEdit, refused_done};
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::ticket::correct;
use crate::ops::ticket::interview_answers;
use crate::ops::ticket::set;
use crate::page::escape;
use crate::rules::lifecycle::required_fields;
use crate::rules::lifecycle::routing;
use crate::rules::lifecycle::transitions::Trigger;
use crate::rules::lifecycle::work_order;

/// What a ticket is to become.
#[derive(Clone, Debug, Default)]
pub struct Conversion {
    /// The type.
    pub to: String,
    /// Answers to what the new type asks, field by name and value.
    pub values: Vec<(String, String)>,
    /// Why, or what was said.
    pub text: String,
}

/// What became of it.
#[derive(Debug)]
pub struct Converted {
    /// What was written.
    pub outcome: Outcome,
    /// What the new type and the code still ask for, of each ticket that lacks anything.
    pub missing: Vec<(TicketId, Vec<String>)>,
}

/// Converts tickets.
pub fn convert(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    wish: &Conversion,
) -> Result<Converted, OpError> {
    let text = values::text(&wish.text)?;
    let kind = Field::Known(Key::Type);
    let tx = Transaction::begin(desk, act, "convert")?;
    let to = values::value(desk, &kind, &wish.to, act.now, Some(&act.me))?;
    let to = TicketType::read(&to.to_string());
    let mut tx = tx.telling(format!("converted to {to}"));
    let mut missing = Vec::new();
    let mut from = TicketType::Information;
    tx.all(ids, |tx, id| {
        let edit = tx.edit(id, EntryKind::Convert)?;
        from = edit.ticket.kind();
        let lacking = one(tx, edit, &to, wish, &text)?;
        missing.extend((!lacking.is_empty()).then_some((id, lacking)));
        Ok(())
    })?;
    let subject = tx.subject(&format!("convert to {to}"), |one| {
        let title = one_line(one.ticket.title(), 40);
        format!("{} convert: {from} to {to}: {title}", one.ticket.id)
    });
    let outcome = tx.finish(&subject)?;
    Ok(Converted { outcome, missing })
}

/// Converts one ticket, and tells what the new type and the code still ask for.
fn one(
    tx: &mut Transaction<'_>,
    mut edit: TicketEdit,
    to: &TicketType,
    wish: &Conversion,
    text: &str,
) -> Result<Vec<String>, OpError> {
    let (desk, act, id) = (tx.desk, tx.act, edit.id());
    let kind = Field::Known(Key::Type);
    let from = edit.ticket.kind();
    if from == *to {
        if !wish.values.is_empty() || !text.is_empty() {
            return Err(TicketError::TypeAlready(&id, to).error());
        }
        tx.stage(edit)?;
        return Ok(Vec::new());
    }
    may(&edit.ticket)?;
    if from == TicketType::WorkOrder {
        let linked = linked_tickets(desk, id);
        if !linked.naming.is_empty() {
            return Err(TicketError::DoubtfulOrder(&id).error().with(linked.naming));
        }
        let linked = linked.all.len();
        if linked > 0 {
            let them = match linked {
                1 => "a ticket is linked".to_owned(),
                n => format!("{n} tickets are linked"),
            };
            return Err(TicketError::TicketsOnOrder(&them, &id).error());
        }
    }
    let before = edit.ticket.clone();
    let value = Value::Text(to.to_string());
    interview_answers::set(&mut edit, &kind, value, desk, act);
    for (name, given) in &wish.values {
        answer(&mut edit, name, given, desk, act)?;
    }
    match to {
        TicketType::Comment => {
            // Only logged: no clock, nothing waits.
            edit.set_text(Key::Status, Status::Closed.as_str());
            edit.set(Key::WaitingOn, None);
            edit.set(Key::Until, None);
        }
        TicketType::WorkOrder => {
            may_be_order(&edit.ticket)?;
            standard(&mut edit, desk)?;
        }
        _ => {}
    }
    correct::hand_over(&mut edit, &before, desk);
    if *to != TicketType::Comment {
        if edit.ticket.status() == Status::Resolved && *to != TicketType::Information {
            // What was answered turns out to be work.
            edit.move_to(&Status::Open)?;
        }
        edit.event(Trigger::AgentActs)?;
    }
    edit.text(text);
    let missing = if edit.ticket.status().is_open() {
        required_fields::missing(&edit.ticket.values, act.context(desk))
    } else {
        Vec::new()
    };
    tx.stage(edit)?;
    Ok(missing)
}

/// Refuses what is over.
fn may(ticket: &Ticket) -> Result<(), OpError> {
    let id = ticket.id;
    match ticket.status() {
        Status::Closed => Err(TicketError::ClosedStays(&id).error()),
        Status::Merged => {
            let into = ticket.text(Key::LinkMergedInto);
            Err(TicketError::Merged(&id, &into).error())
        }
        Status::Cancelled => Err(refused_done(ticket, "converted")),
        _ => Ok(()),
    }
}

/// What the code's standard order brings: the steps below what the description says, and the team
/// where nobody said where it waits.
fn standard(edit: &mut TicketEdit, desk: &Desk) -> Result<(), OpError> {
    let code = desk.catalogue.find(edit.ticket.text(Key::Code));
    let Some((code, standard)) = code.and_then(|code| Some((code, code.work_order.as_ref()?)))
    else {
        return Ok(());
    };
    let queue = edit.ticket.text(Key::Queue);
    let own = routing::queue_of(code, &desk.settings);
    let usual = own.as_deref() == Some(queue) || desk.settings.intake.queue == queue;
    let team = standard
        .team
        .as_deref()
        .filter(|team| desk.queue(team).is_ok());
    if let (true, Some(team)) = (usual, team) {
        let cause = format!("the standard order of {}", code.name);
        edit.follow(Key::Queue, team, &cause);
    }
    let said = &edit.ticket.description;
    let mut whole = said.clone();
    work_order::fill(&mut BTreeMap::new(), &mut whole, standard, |_| false);
    let more = escape::escape(&whole[said.len()..], false);
    if more.is_empty() {
        return Ok(());
    }
    let before = edit.description().trim_end().to_owned();
    edit.describe(&format!("{before}{more}\n\n"))
}

/// Sets a field that the new type asks for.
fn answer(
    edit: &mut TicketEdit,
    name: &str,
    given: &str,
    desk: &Desk,
    act: &Actor,
) -> Result<(), OpError> {
    let field = values::field(desk, name)?;
    set::may_be_set(&field, given)?;
    match field {
        Field::Known(Key::Type) => Err(TicketError::TypeByTo.error()),
        Field::Known(Key::Priority) => {
            Err(TicketError::PriorityFollows(&edit.id(), &given).error())
        }
        field => {
            let value = values::value(desk, &field, given, act.now, Some(&act.me))?;
            interview_answers::set(edit, &field, value, desk, act);
            Ok(())
        }
    }
}

/// Refuses a work order without a code, and one with a requester.
fn may_be_order(ticket: &Ticket) -> Result<(), OpError> {
    let id = ticket.id;
    let requester = [
        Key::RequesterName,
        Key::RequesterEmail,
        Key::RequesterPhone,
        Key::RequesterAccount,
    ];
    if requester.iter().any(|key| ticket.maybe(*key).is_some()) {
        return Err(TicketError::OrderHasNoRequester(&id).error());
    }
    if ticket.maybe(Key::Code).is_none() {
        return Err(TicketError::OrderNeedsCodeConvert.error());
    }
    Ok(())
}
