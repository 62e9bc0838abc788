//! Time that is noted on what a command does.

use crate::model::work_time::{self, ACTIVITY, MINUTES, MOST};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::desk::DeskError;
use crate::ops::core::messages::unknown;
use crate::ops::core::ticket_edit::TicketEdit;

/// How long something took, and what the time went to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTime {
    minutes: u32,
    activity: Option<String>,
}

impl WorkTime {
    /// What was typed; `None` where no time was. What took so long happened on one ticket: on `tickets`
    /// of them it would count as often.
    pub fn read(
        desk: &Desk,
        minutes: Option<&str>,
        activity: Option<&str>,
        tickets: usize,
    ) -> Result<Option<Self>, OpError> {
        let Some(typed) = minutes else {
            return match activity {
                Some(activity) => Err(DeskError::ActivityWithoutMinutes(&activity).error()),
                None => Ok(None),
            };
        };
        let minutes = work_time::read(typed.trim())
            .ok_or_else(|| DeskError::BadMinutes(&typed, &MOST).error())?;
        if tickets > 1 {
            return Err(DeskError::MinutesOfSeveral(&tickets).error());
        }
        let activity = activity.map(|name| known(desk, name)).transpose()?;
        Ok(Some(Self { minutes, activity }))
    }

    /// Notes it in an entry.
    pub fn note(&self, edit: &mut TicketEdit) {
        for (key, value) in self.attributes() {
            edit.attribute(&key, value);
        }
    }

    /// What an entry tells of it.
    pub fn attributes(&self) -> Vec<(String, String)> {
        let minutes = (MINUTES.to_owned(), self.minutes.to_string());
        let activity = self.activity.clone().map(|one| (ACTIVITY.to_owned(), one));
        std::iter::once(minutes).chain(activity).collect()
    }
}

/// The activity of a name.
fn known(desk: &Desk, name: &str) -> Result<String, OpError> {
    let known = &desk.settings.activities;
    if known.is_empty() {
        return Err(DeskError::NoActivities.error());
    }
    let name = name.trim();
    let found = known.keys().find(|one| *one == name);
    // Nobody has two that differ by their letters' size alone.
    let found = found.or_else(|| {
        let folded = name.to_lowercase();
        known.keys().find(|one| one.to_lowercase() == folded)
    });
    found
        .cloned()
        .ok_or_else(|| unknown("activity", name, known.keys().map(String::as_str)))
}
