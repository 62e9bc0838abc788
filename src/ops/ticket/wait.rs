//! What a ticket comes to wait for.

use crate::model::field::{Key, Value};
use crate::model::moment::Moment;
use crate::model::status::{Status, Waiting};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::messages::unknown;
use crate::ops::core::ticket_edit::TicketEdit;
use crate::ops::core::values;

/// What a ticket waits for, and until when.
#[derive(Clone, Debug)]
pub struct Wait {
    on: String,
    until: Option<Value>,
}

impl Wait {
    /// What was typed, or what a template says; for a date there must be one.
    pub fn read(desk: &Desk, now: Moment, on: &str, until: Option<&str>) -> Result<Self, OpError> {
        if !Waiting::WORDS.contains(&on) {
            return Err(unknown("way to wait", on, Waiting::WORDS.iter().copied()));
        }
        let until = until
            .map(|until| values::moment(desk, until, now))
            .transpose()?;
        if let Some(until) = until.filter(|until| *until <= now) {
            return Err(TicketError::TimePast(
                &until.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M"),
            )
            .error());
        }
        if on == Waiting::Schedule.as_str() && until.is_none() {
            return Err(TicketError::DateNeededOption.error());
        }
        Ok(Self {
            on: on.to_owned(),
            until: until.map(|until| Value::Moment(until.whole_second())),
        })
    }

    /// Makes a ticket wait.
    pub fn put(&self, edit: &mut TicketEdit) -> Result<(), OpError> {
        edit.move_to(&Status::Pending)?;
        edit.set_text(Key::WaitingOn, &self.on);
        edit.set(Key::Until, self.until.clone());
        Ok(())
    }
}
