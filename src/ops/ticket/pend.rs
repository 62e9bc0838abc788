//! `pend`: waiting for somebody, or for a date.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Key, Value};
use crate::model::id::TicketId;
use crate::model::status::{Status, Waiting};
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;

/// Makes tickets wait for `on`, until a time if one is said; for a date there must be one.
pub fn pend(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    on: &str,
    until: Option<&str>,
    text: &str,
) -> Result<Outcome, OpError> {
    if !Waiting::WORDS.contains(&on) {
        return Err(unknown("way to wait", on, Waiting::WORDS.iter().copied()));
    }
    let until = until
        .map(|until| values::moment(desk, until, act.now))
        .transpose()?;
    if let Some(until) = until.filter(|until| *until <= act.now) {
        return Err(TicketError::TimePast(
            &until.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M"),
        )
        .error());
    }
    if on == Waiting::Schedule.as_str() && until.is_none() {
        return Err(TicketError::DateNeededOption.error());
    }
    let text = values::text(text)?;
    let until = until.map(|until| Value::Moment(until.whole_second()));
    Transaction::begin(desk, act, "pend")?.each(
        ids,
        &EntryKind::Pend,
        &format!("pend on {on}"),
        |edit| {
            edit.move_to(&Status::Pending)?;
            edit.set_text(Key::WaitingOn, on);
            edit.set(Key::Until, until.clone());
            edit.text(&text);
            Ok(())
        },
    )
}
