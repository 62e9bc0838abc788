//! What a report is asked, and its period.

use crate::ops::core::messages::data::DataError;
use chrono::Days;

use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::rules::text::period::{self, Period, midnight};
use crate::rules::text::time_input;

/// How many days a report is of where nothing is said: today is the last.
const DAYS: u64 = 30;

/// The instant of `--as-of`; of a day its end.
pub fn instant(text: &str, now: Moment, zone: chrono_tz::Tz) -> Result<Moment, OpError> {
    let (from, to) = edges(text, now, zone)?;
    let whole = to.since(from).num_hours() > 1;
    let before_end = || Moment::from_millis(to.millis() - 1).unwrap_or(from);
    let at = if whole { before_end() } else { from };
    if at > now && from > now {
        return Err(DataError::AsOfToCome(&text).error());
    }
    Ok(at.min(now))
}

fn edges(text: &str, now: Moment, zone: chrono_tz::Tz) -> Result<(Moment, Moment), OpError> {
    time_input::span(text, now, zone).map_err(|error| DataError::BadDay(&error.to_string()).error())
}

pub fn span(request: &ReportRequest, at: Moment, zone: chrono_tz::Tz) -> Result<Period, OpError> {
    if let Some(text) = &request.period {
        if request.from.is_some() || request.to.is_some() {
            return Err(DataError::PeriodAndEnds.error());
        }
        return period::read(text, at, zone)
            .map_err(|error| DataError::BadPeriod(&error.to_string(), &period::FORMS).error());
    }
    let today = at.in_zone(&zone).date_naive();
    let to = match &request.to {
        // A day is meant with all its hours.
        Some(text) => {
            let (from, to) = edges(text, at, zone)?;
            if to.since(from).num_hours() > 1 {
                to
            } else {
                from
            }
        }
        None => midnight(today.succ_opt().unwrap_or(today), zone),
    };
    let from = if let Some(text) = &request.from {
        edges(text, at, zone)?.0
    } else {
        let last = Moment::from_millis(to.millis() - 1).unwrap_or(to);
        let last = last.in_zone(&zone).date_naive();
        let first = last.checked_sub_days(Days::new(DAYS - 1));
        midnight(first.unwrap_or(last), zone)
    };
    if from >= to {
        if let (Some(from), None) = (&request.from, &request.to) {
            return Err(DataError::FromToCome(&from).error());
        }
        return Err(DataError::PeriodEndsBeforeBegin.error());
    }
    Ok(Period { from, to })
}

/// What to report.
#[derive(Clone, Debug, Default)]
pub struct ReportRequest {
    /// The report's name; the overview where none is given.
    pub name: Option<String>,
    /// Only tickets that fit this query.
    pub query: String,
    /// And the query of a saved report.
    pub kept_query: String,
    /// A period by name.
    pub period: Option<String>,
    /// The first day or instant.
    pub from: Option<String>,
    /// The last day, or the first instant after it.
    pub to: Option<String>,
    /// Fields to tell rows apart by, at most two.
    pub by: Vec<String>,
    /// The instant from which to look back.
    pub as_of: Option<String>,
    /// Work orders too.
    pub work_orders: bool,
    /// What the figures are compared with.
    pub compare: Compare,
    /// Names of people on a page, and who asks most.
    pub people: bool,
    /// What tickets and the words of the desk are called, for a page.
    pub titles: bool,
}

/// What the figures of a report are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compare {
    /// With nothing but what the report has itself.
    #[default]
    None,
    /// With the period before.
    Previous,
    /// With the same period a year ago.
    Year,
}

impl ReportRequest {
    /// What was asked for, and what the named report says beside it: the command line comes first,
    /// and queries are joined.
    pub fn with_preset(mut self, desk: &Desk, name: &str) -> Result<Self, OpError> {
        let known = &desk.settings.reports;
        let Some(preset) = known.get(name) else {
            let names = known.keys().map(String::as_str);
            return Err(crate::ops::core::messages::unknown(
                "saved report",
                name,
                names,
            ));
        };
        self.name = self.name.or_else(|| preset.report.clone());
        self.kept_query.clone_from(&preset.query);
        if self.period.is_none() && self.from.is_none() && self.to.is_none() {
            self.period.clone_from(&preset.period);
        }
        if self.by.is_empty() {
            self.by.clone_from(&preset.by);
        }
        self.work_orders |= preset.work_orders;
        Ok(self)
    }
}
