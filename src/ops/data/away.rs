//! `away`: days on which an agent is absent, and who stands in.

use chrono::{Days as DayCount, NaiveDate};

use crate::model::absence::Days;
use crate::model::person::Handle;
use crate::ops::core::actor::Actor;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::data::DataError;
use crate::ops::data::settings_change::{SettingsChange, change};
use crate::page::settings::absence::{AbsenceEdit, edited};
use crate::rules::absence;
use crate::rules::text::time_input::whole_day;
use crate::store::journal::report::Report;

/// Ranges go once they ended so many days ago.
const KEPT: DayCount = DayCount::new(30);

/// An absence as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct AwayRequest<'a> {
    /// The days: `2026-12-24..2027-01-06`, `friday`, `tomorrow..+2w`.
    pub days: &'a str,
    /// Who stands in; the queue's team where nobody is said.
    pub deputy: Option<&'a str>,
    /// Whose, where not one's own.
    pub agent: Option<&'a str>,
    /// Whether the range is to be taken out.
    pub remove: bool,
}

/// What was settled.
#[derive(Debug)]
pub struct Away {
    /// Whose absence it is.
    pub agent: Handle,
    /// The days.
    pub days: Days,
    /// Who stands in, if somebody was named.
    pub deputy: Option<Handle>,
    /// Whether it was taken out.
    pub removed: bool,
    /// What became of it.
    pub change: SettingsChange,
}

/// Writes an absence into the settings, or takes one out: everybody their own, managers anybody's.
pub fn away(desk: &Desk, act: &Actor, request: &AwayRequest<'_>) -> Result<Away, OpError> {
    let agent = match request.agent {
        Some(given) => desk.agent(given)?,
        None => act.me.clone(),
    };
    if agent != act.me && !act.is_manager(desk) {
        return Err(DataError::AbsenceOfOthers(&agent).error());
    }
    let today = absence::day(&desk.settings, act.now);
    let days = range(request.days, today)?;
    let deputy = request.deputy.map(|given| desk.agent(given)).transpose()?;
    if deputy.as_ref() == Some(&agent) {
        return Err(DataError::OwnDeputy(&agent).error());
    }
    if !request.remove && days.last < today {
        return Err(DataError::AbsencePast(&days).error());
    }
    let verb = if request.remove { "is back" } else { "away" };
    let message = format!("away: {agent} {verb} {days}");
    let mut change = change(desk, act, "away", message, |desk, base| {
        let of = desk.settings.agent(agent.as_str());
        let known = of.is_some_and(|of| of.away.shifts().iter().any(|one| one.days == days));
        if request.remove && !known {
            return Err(DataError::NoAbsence(&agent, &days).error());
        }
        let deputy = deputy.as_ref().map_or("", Handle::as_str);
        let edit = AbsenceEdit {
            agent: agent.as_str(),
            days,
            deputy: (!request.remove).then_some(deputy),
            past: today.checked_sub_days(KEPT).unwrap_or(today),
        };
        edited(base, edit).map_err(|error| DataError::AbsenceByHand(&error).error())
    })?;
    if let Some(deputy) = deputy.as_ref().filter(|_| !request.remove) {
        let of = desk.settings.agent(deputy.as_str());
        let shifts = of.into_iter().flat_map(|of| of.away.shifts());
        for both in shifts.filter(|one| one.days.meets(&days)) {
            change.reported.push(Report::warning(format!(
                "`{deputy}` is absent {} too: on those days it is the queue's team, then the managers",
                both.days
            )));
        }
    }
    Ok(Away {
        agent,
        days,
        deputy,
        removed: request.remove,
        change,
    })
}

/// `A..B`, or one day; each as days are typed everywhere.
fn range(text: &str, today: NaiveDate) -> Result<Days, OpError> {
    let day = |text: &str, from: NaiveDate| {
        whole_day(text, from).ok_or_else(|| DataError::NotDays(&text).error())
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let first = day(first, today)?;
    // A length counts from the first day.
    let last = day(last, first)?;
    if last < first {
        return Err(DataError::DaysBackwards(&first, &last).error());
    }
    Ok(Days { first, last })
}

/// An absence that goes on or is to come.
#[derive(Clone, Debug)]
pub struct PlannedAbsence {
    /// Whose.
    pub agent: Handle,
    /// The days.
    pub days: Days,
    /// Who stands in; empty for the queue's team.
    pub deputy: String,
}

/// All absences that have not passed, the earliest first.
pub fn planned(desk: &Desk, today: NaiveDate) -> Vec<PlannedAbsence> {
    let of = |agent: &crate::model::settings::Agent| -> Vec<PlannedAbsence> {
        let shifts = agent.away.shifts().iter();
        shifts
            .filter(|shift| shift.days.last >= today)
            .map(|shift| PlannedAbsence {
                agent: agent.handle.clone(),
                days: shift.days,
                deputy: shift.who.clone(),
            })
            .collect()
    };
    let mut all: Vec<PlannedAbsence> = desk.settings.active_agents().flat_map(of).collect();
    all.sort_by(|a, b| (a.days, &a.agent).cmp(&(b.days, &b.agent)));
    all
}
