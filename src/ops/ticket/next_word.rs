//! `--next`: when an agent will be in touch with the requester again.

use std::fmt;

use crate::model::event::WITHDRAWN;
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::core::values;
use crate::rules::sla::calendar;

/// When an agent will be in touch next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextWord {
    /// At this time.
    At(Moment),
    /// No more, whatever was said before.
    Withdrawn,
}

impl fmt::Display for NextWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => at.whole_second().fmt(f),
            Self::Withdrawn => f.write_str(WITHDRAWN),
        }
    }
}

/// What was typed: a time to come, or `none`.
pub fn read(desk: &Desk, text: &str, now: Moment) -> Result<NextWord, OpError> {
    if text.trim() == "none" {
        return Ok(NextWord::Withdrawn);
    }
    let at = values::moment(desk, text, now)?;
    if at <= now {
        let at = at.in_zone(&desk.settings.zone).format("%Y-%m-%d %H:%M");
        return Err(TicketError::NextPast(&at).error());
    }
    Ok(NextWord::At(at))
}

impl NextWord {
    /// Refuses to withdraw what was said without a reason.
    pub fn needs_text(self, text: &str) -> Result<(), OpError> {
        if self == Self::Withdrawn && text.trim().is_empty() {
            return Err(TicketError::WithdrawnWithoutWhy.error());
        }
        Ok(())
    }

    /// The time, if the house is closed then.
    pub fn outside_hours(self, desk: &Desk) -> Option<Moment> {
        let Self::At(at) = self else {
            return None;
        };
        // Open time goes by up to a closing time, and not behind it.
        let house = values::calendar(desk);
        let (before, after) = (Moment::from_millis(at.millis() - 1)?, at.next());
        let open = calendar::between(&house, before, after);
        open.is_zero().then_some(at)
    }
}
