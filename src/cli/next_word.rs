//! `--next`: when the agent will be in touch with the requester again.

use crate::cli::context::Context;
use crate::cli::prompt;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::ticket::TicketError;
use crate::ops::ticket::next_word::{self, NextWord};

/// When you will be in touch next.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct NextArg {
    /// When you will be in touch next, like 14:00, "friday 10:00" or +2h; none withdraws it
    ///
    /// Said to the requester it is a promise with a clock of its own, and the periodic call waits for
    /// it. With an attempt that reached nobody, or a ticket that waits, it reminds you.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub next: Option<String>,
}

impl NextArg {
    /// What was typed. A time at which the house is closed is asked back on a terminal, and told
    /// elsewhere.
    pub fn read(
        &self,
        context: &Context,
        desk: &Desk,
        act: &Actor,
    ) -> Result<Option<NextWord>, OpError> {
        let Some(text) = &self.next else {
            return Ok(None);
        };
        let next = next_word::read(desk, text, act.now)?;
        if let Some(at) = next.outside_hours(desk) {
            let at = at.in_zone(&desk.settings.zone).format("%a %Y-%m-%d %H:%M");
            let calendar = &desk.settings.policy.calendar;
            if context.ui.env.interactive {
                let question = format!("{at} is outside the hours of `{calendar}`. Keep it?");
                if !prompt::confirm(&question)? {
                    return Err(TicketError::NotPromised(&at).error());
                }
            } else {
                let words = format!("{at} is outside the hours of `{calendar}`");
                context.ui.warn(&words);
            }
        }
        Ok(Some(next))
    }
}
