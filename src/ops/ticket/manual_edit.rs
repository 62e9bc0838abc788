//! What `edit` takes: no more than the commands would. Fields that commands of their own change are
//! changed by hand only as those would change them.

use crate::model::field::{Field, Key, Value};
use crate::model::status::{Status, TicketType, Waiting};
use crate::model::ticket::Ticket;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::ticket_edit::{TicketEdit, refused_done, refused_move};
use crate::ops::core::values;
use crate::ops::ticket::set;
use crate::page::ticket::TicketPage;
use crate::rules::lifecycle::replay;

/// The fields that a status brings along.
const OF_STATUS: [Key; 3] = [Key::Status, Key::WaitingOn, Key::Until];

/// Refuses what no command would have written, and writes what follows from the rest. `before` is
/// what the file said, where it could be read.
pub fn allowed(
    desk: &Desk,
    act: &Actor,
    before: Option<&TicketPage>,
    edit: &mut TicketEdit,
) -> Result<(), OpError> {
    let changed = changed(before, &edit.ticket);
    if changed.is_empty() {
        return Ok(());
    }
    if let Some(before) = before {
        set::may_change(&before.ticket)?;
    }
    let has = |key: Key| changed.contains(&Field::Known(key));
    for field in &changed {
        let of_status = OF_STATUS.iter().any(|key| *field == Field::Known(*key));
        if !of_status {
            one(desk, act, before, edit, field)?;
        }
    }
    if edit.ticket.kind() == TicketType::WorkOrder && edit.ticket.maybe(Key::Code).is_none() {
        return Err(TicketError::OrderNeedsCode.error());
    }
    if OF_STATUS.iter().any(|key| has(*key)) {
        status(desk, act, before, edit, has(Key::Status))?;
    }
    let reason = edit.ticket.maybe(Key::PriorityReason).map(str::to_owned);
    set::follow_matrix(desk, edit, &has, reason.as_deref())
}

/// The fields that an edit changes. Of a file that could not be read, or only in part, what its log
/// says stands for what is not known.
fn changed(before: Option<&TicketPage>, now: &Ticket) -> Vec<Field> {
    let folded = replay::replay(&now.log).values;
    let doubtful = before.is_none_or(|before| !before.bars().is_empty());
    let mut fields: Vec<Field> = now.values.keys().cloned().collect();
    if let Some(before) = before {
        let gone = before.ticket.values.keys();
        fields.extend(
            gone.filter(|field| !now.values.contains_key(field))
                .cloned(),
        );
    }
    let text = |value: Option<&Value>| value.map(ToString::to_string);
    fields.retain(|field| {
        let new = now.values.get(field);
        if let Some(before) = before
            && before.ticket.values.get(field) == new
        {
            return false;
        }
        if let Field::Known(key) = field
            && doubtful
        {
            // What was written with a wrong type is there again, as it was meant.
            let mended = before.is_none_or(|before| before.spans.contains_key(field));
            let same = text(folded.get(field)) == text(new);
            return !(same || mended && !key.is_tracked());
        }
        true
    });
    fields
}

/// One field, as `set` would take it.
fn one(
    desk: &Desk,
    act: &Actor,
    before: Option<&TicketPage>,
    edit: &mut TicketEdit,
    field: &Field,
) -> Result<(), OpError> {
    let stated = edit.ticket.values.get(field).cloned();
    let old = before.and_then(|before| before.ticket.values.get(field));
    let text = stated.as_ref().map(ToString::to_string).unwrap_or_default();
    set::may_be_set(field, &text)?;
    if matches!(field, Field::Company(_)) {
        values::field(desk, &field.to_string())?;
    }
    if *field == Field::Known(Key::Assignee) {
        let verb = if text == act.me.as_str() {
            "take"
        } else {
            "assign"
        };
        act.may(desk, verb)?;
        if before.is_some_and(|before| !before.ticket.status().is_open()) {
            return Err(refused_done(&edit.ticket, "assigned"));
        }
    } else {
        act.may(desk, "set")?;
    }
    let Some(stated) = stated.filter(|value| !value.to_string().is_empty()) else {
        return set::may_be_empty(field);
    };
    let checked = match &stated {
        // Of a list only what is new to it: what has left the desk since stays where it was named.
        Value::List(all) => {
            let known = old.map(Value::elements).unwrap_or_default();
            let mut checked = Vec::new();
            for element in all {
                if known.contains(element) {
                    checked.push(element.clone());
                } else {
                    let value = values::value(desk, field, element, act.now, Some(&act.me))?;
                    checked.extend(value.elements());
                }
            }
            Value::List(checked)
        }
        Value::Moment(_) | Value::Date(_) => stated.clone(),
        other => values::value(desk, field, &other.to_string(), act.now, Some(&act.me))?,
    };
    // A company's own field keeps the type in which it was written.
    if matches!(field, Field::Known(_)) && checked != stated {
        edit.set(field.clone(), Some(checked));
    }
    Ok(())
}

/// A status, and what a waiting ticket waits for.
fn status(
    desk: &Desk,
    act: &Actor,
    before: Option<&TicketPage>,
    edit: &mut TicketEdit,
    moves: bool,
) -> Result<(), OpError> {
    let to = edit.ticket.status();
    if let Status::Unknown(word) = &to {
        return Err(unknown("status", word, Status::WORDS.iter().copied()));
    }
    let was = before.map(|before| &before.ticket);
    let from = was.map_or_else(|| to.clone(), Ticket::status);
    // By the ticket as it was, so that a refusal names what may follow.
    let refused = |to: &Status| was.map_or(Ok(()), |was| Err(refused_move(was, to)));
    let id = edit.id();
    if moves {
        if !crate::rules::lifecycle::transitions::may_move(&from, &to) {
            return refused(&to);
        }
        match to {
            Status::Resolved => {
                act.may(desk, "resolve")?;
                return Err(TicketError::ResolvedByHand(&id).error());
            }
            Status::Closed => {
                act.may(desk, "close")?;
                let asked = was.is_some_and(|was| was.get(Key::Satisfied).is_some());
                let said = edit.ticket.get(Key::Satisfied) == Some(&Value::Bool(true));
                if asked || !said {
                    return Err(TicketError::ClosedByHand(&id).error());
                }
            }
            Status::Merged => {
                return Err(TicketError::MergedByHand(&id).error());
            }
            Status::Cancelled => act.may(desk, "cancel")?,
            Status::Open if from == Status::New => act.may(desk, "take")?,
            Status::Open => act.may(desk, "reopen")?,
            Status::Pending | Status::New | Status::Unknown(_) => {}
        }
    }
    if to != Status::Pending {
        let waits = moves && from == Status::Pending;
        if !waits
            && let Some(key) = [Key::WaitingOn, Key::Until].into_iter().find(|key| {
                edit.ticket.get(*key).is_some() && was.is_none_or(|was| was.get(*key).is_none())
            })
        {
            return Err(TicketError::OnlyPending(&key.path(), &id).error());
        }
        edit.set(Key::WaitingOn, None);
        edit.set(Key::Until, None);
        return Ok(());
    }
    act.may(desk, "pend")?;
    let on = edit.ticket.text(Key::WaitingOn).to_owned();
    if on.is_empty() {
        return Err(TicketError::PendingNeedsWaiting(&Waiting::WORDS.join(", ")).error());
    }
    if !Waiting::WORDS.contains(&on.as_str()) {
        return Err(unknown("way to wait", &on, Waiting::WORDS.iter().copied()));
    }
    let until = edit.ticket.moment(Key::Until);
    if on == Waiting::Schedule.as_str() && until.is_none() {
        return Err(TicketError::DateNeeded.error());
    }
    let new = was.is_none_or(|was| was.moment(Key::Until) != until && was.status() == from);
    let sound = before.is_some_and(|before| before.bars().is_empty());
    if let Some(until) = until.filter(|until| new && sound && *until <= act.now) {
        return Err(TicketError::UntilPast(&until).error());
    }
    Ok(())
}
