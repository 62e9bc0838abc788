//! `pend`: waiting for somebody, or for a date.

use crate::model::entry_kind::EntryKind;
use crate::model::event;
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
use crate::ops::ticket::next_word::NextWord;

/// What a ticket waits for.
#[derive(Clone, Copy, Debug)]
pub struct Pend<'a> {
    /// Whom or what.
    pub on: &'a str,
    /// Until when, as it was typed.
    pub until: Option<&'a str>,
    /// When the agent wants to be reminded.
    pub next: Option<NextWord>,
    /// Why.
    pub text: &'a str,
}

/// Makes tickets wait, until a time if one is said; for a date there must be one.
pub fn pend(
    desk: &Desk,
    act: &Actor,
    ids: &[TicketId],
    pend: &Pend<'_>,
) -> Result<Outcome, OpError> {
    let Pend {
        on,
        until,
        next,
        text,
    } = *pend;
    if let Some(next) = next {
        next.needs_text(text)?;
    }
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
            if let Some(next) = next {
                edit.attribute(event::NEXT, next.to_string());
            }
            edit.text(&text);
            Ok(())
        },
    )
}
