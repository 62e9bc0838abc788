//! A stretch of time on a calendar, step by step, as a person would work it out with a pencil.

use chrono::{NaiveDate, Offset, TimeZone};

use crate::model::calendar::Calendar;
use crate::model::moment::Moment;
use crate::rules::sla::calendar::days::{Open, date};

/// A part of a stretch, open throughout or closed throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarStep {
    /// Where it begins.
    pub from: Moment,
    /// Where it ends.
    pub to: Moment,
    /// Whether the calendar is open; all of it counts then, and else nothing.
    pub open: bool,
    /// The days of a closed part on which the calendar does not open at all, and why.
    pub days: Vec<(NaiveDate, Closed)>,
    /// Minutes by which the zone's clock moves within it.
    pub moved: i32,
}

/// Why a calendar does not open on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// There are no hours on that day of the week.
    Weekday,
    /// A holiday.
    Holiday,
    /// A holiday of every year.
    Yearly,
    /// An exception without hours.
    Exception,
    /// The zone's clock skips the day.
    Skipped,
}

/// Why a day has no hours; `None` where it has some.
fn closed(open: &mut Open<'_>, calendar: &Calendar, day: NaiveDate) -> Option<Closed> {
    use chrono::Datelike;
    if open.day(day).next().is_some() {
        return None;
    }
    Some(if !calendar.windows(day).is_empty() {
        Closed::Skipped
    } else if calendar.exceptions.contains_key(&day) {
        Closed::Exception
    } else if calendar.holidays.contains(&day) {
        Closed::Holiday
    } else if calendar.yearly.contains(&(day.month(), day.day())) {
        Closed::Yearly
    } else {
        Closed::Weekday
    })
}

/// The parts of `[from, to)`, in order and without holes; empty where `to` is not later.
pub fn steps(calendar: &Calendar, from: Moment, to: Moment) -> Vec<CalendarStep> {
    let zone = calendar.zone;
    let mut open = Open::of(calendar);
    let (Some(first), Some(last)) = (date(zone, from.millis()), date(zone, to.millis())) else {
        return Vec::new();
    };
    let mut all: Vec<CalendarStep> = Vec::new();
    let mut at = from.millis();
    let mut shut: Vec<(NaiveDate, Closed)> = Vec::new();
    let mut day = first.pred_opt().unwrap_or(first);
    let end = to.millis();
    let mut push = |from: i64, to: i64, open: bool, days: Vec<(NaiveDate, Closed)>| {
        let (Some(from), Some(to)) = (Moment::from_millis(from), Moment::from_millis(to)) else {
            return;
        };
        let offset = |at: Moment| -> i32 {
            zone.offset_from_utc_datetime(&at.utc().naive_utc())
                .fix()
                .local_minus_utc()
        };
        // A calendar that is open around the clock has no parts.
        let before = all.pop_if(|before| open && before.open && before.to == from);
        let from = before.map_or(from, |before| before.from);
        all.push(CalendarStep {
            from,
            to,
            open,
            days,
            moved: (offset(to) - offset(from)) / 60,
        });
    };
    while day <= last.succ_opt().unwrap_or(last) && at < end {
        if day >= first
            && day <= last
            && let Some(why) = closed(&mut open, calendar, day)
        {
            shut.push((day, why));
        }
        for (start, close) in open.day(day) {
            if close <= at {
                continue;
            }
            let start = start.clamp(at, end);
            if start > at {
                push(at, start, false, std::mem::take(&mut shut));
            }
            let close = close.min(end);
            if close > start {
                push(start, close, true, Vec::new());
            }
            at = close.max(at);
            if at >= end {
                break;
            }
        }
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    if at < end {
        push(at, end, false, shut);
    }
    all
}
