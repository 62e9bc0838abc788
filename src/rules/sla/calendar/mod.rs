//! Arithmetic on calendars: open time, and business days.
//!
//! Windows are generated per local date and each end is converted with the zone rules of that
//! date (field notes 2.3): an edge in a spring gap becomes the gap's end; in an autumn overlap a
//! start is the earlier, an end the later instant. All arithmetic is on whole milliseconds, so
//! that it is exact: `between(a, add(a, d)) = d`, and stretches add up.

mod days;
mod hours;
mod trace;

#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use crate::model::calendar::{Calendar, Duration};
use crate::model::moment::Moment;
use days::{Open, Patience, date, instant, is_monday};
pub use hours::{Hours, Tables};
pub use trace::{CalendarStep, Closed, steps};

fn moment(millis: i64) -> Option<Moment> {
    Moment::from_millis(millis)
}

/// The instant after so much time on a calendar: open minutes, or the same time of day on the
/// n-th business day, moved into that day's hours. `None` where the calendar does not open.
pub fn add(calendar: &Calendar, from: Moment, length: Duration) -> Option<Moment> {
    match length {
        Duration::Minutes(minutes) => {
            add_open(calendar, from, TimeDelta::minutes(i64::from(minutes)))
        }
        Duration::Days(days) => add_days(calendar, from, days),
    }
}

/// The first open instant at or after a moment. `None` where the calendar does not open again.
pub fn first_after(calendar: &Calendar, at: Moment) -> Option<Moment> {
    add_open(calendar, at, TimeDelta::zero())
}

/// Whether the calendar is open at a moment.
pub fn is_open(calendar: &Calendar, at: Moment) -> bool {
    first_after(calendar, at) == Some(at)
}

/// Until when the calendar stays open from a moment on. `None` where it is closed then, and where it
/// does not close within a week.
pub fn open_until(calendar: &Calendar, at: Moment) -> Option<Moment> {
    let millis = at.millis();
    let first = date(calendar.zone, millis)?.pred_opt()?;
    let mut open = Open::of(calendar);
    let mut until: Option<i64> = None;
    for day in first.iter_days().take(9) {
        let before = until;
        for (start, end) in open.day(day) {
            match until {
                None if (start..end).contains(&millis) => until = Some(end),
                Some(reached) if start <= reached => until = Some(end.max(reached)),
                Some(reached) => return moment(reached),
                None => {}
            }
        }
        if let Some(reached) = until.filter(|_| before == until) {
            return moment(reached);
        }
    }
    None
}

/// The first instant by which so much open time has passed since `from`; of none, the first open
/// instant. A negative amount is taken off, as [`sub`] does. `None` where the calendar does not
/// open for so long.
pub fn add_open(calendar: &Calendar, from: Moment, amount: TimeDelta) -> Option<Moment> {
    if amount < TimeDelta::zero() {
        return sub(calendar, from, -amount);
    }
    let mut left = amount.num_milliseconds();
    let from = from.millis();
    let first = date(calendar.zone, from)?;
    let mut day = first.pred_opt()?;
    let mut patience = Patience::after(calendar, first);
    let mut open = Open::of(calendar);
    while !patience.is_over(day) {
        if day > first && is_monday(day) {
            while !patience.is_over(day)
                && let Some((next, whole)) = open.week(day)
                && left > whole
            {
                left -= whole;
                if whole > 0 {
                    patience.opened(day);
                }
                day = next;
            }
        }
        for (start, end) in open.day(day) {
            if end <= from {
                continue;
            }
            let start = start.max(from);
            if left < end - start || (left == end - start && left > 0) {
                return moment(start + left);
            }
            left -= end - start;
            patience.opened(day);
        }
        day = day.succ_opt()?;
    }
    None
}

/// The last instant since which so much open time passes until `to`; of none, the last instant of
/// open time. `None` where the calendar was not open for so long before.
pub fn sub(calendar: &Calendar, to: Moment, amount: TimeDelta) -> Option<Moment> {
    if amount < TimeDelta::zero() {
        return add_open(calendar, to, -amount);
    }
    let mut left = amount.num_milliseconds();
    let to = to.millis();
    let last = date(calendar.zone, to)?;
    let mut day = last.succ_opt()?;
    let mut since = last;
    let mut open = Open::of(calendar);
    while !Patience::was_never(calendar, day, since) {
        if day < last.pred_opt()? && is_monday(day.succ_opt()?) {
            while !Patience::was_never(calendar, day, since)
                && let Some(monday) = day.checked_sub_days(Days::new(6))
                && let Some((_, whole)) = open.week(monday)
                && left > whole
            {
                left -= whole;
                if whole > 0 {
                    since = monday;
                }
                day = monday.pred_opt()?;
            }
        }
        let mut spans: Vec<days::Span> = open.day(day).collect();
        spans.reverse();
        for (start, end) in spans {
            if start > to || (start == to && left > 0) {
                continue;
            }
            let end = end.min(to);
            if left <= end - start {
                return moment(end - left);
            }
            left -= end - start;
            since = day;
        }
        day = day.pred_opt()?;
    }
    None
}

/// The open time from one moment to another; negative where the other is earlier.
pub fn between(calendar: &Calendar, from: Moment, to: Moment) -> TimeDelta {
    if from > to {
        return -between(calendar, to, from);
    }
    TimeDelta::milliseconds(open_millis(calendar, from.millis(), to.millis()).unwrap_or_default())
}

fn open_millis(calendar: &Calendar, from: i64, to: i64) -> Option<i64> {
    let first = date(calendar.zone, from)?;
    let last = date(calendar.zone, to)?;
    let mut day = first.pred_opt()?;
    let end = last.succ_opt()?;
    let mut open = Open::of(calendar);
    let mut sum = 0;
    while day <= end {
        if day > first && is_monday(day) {
            while let Some((next, whole)) = open.week(day)
                && next < last
            {
                sum += whole;
                day = next;
            }
        }
        for (start, end) in open.day(day) {
            sum += (end.min(to) - start.max(from)).max(0);
        }
        day = day.succ_opt()?;
    }
    Some(sum)
}

/// The n-th business day after the day of a moment: the next days on which the calendar opens.
fn business_day(calendar: &Calendar, from: Moment, days: u32) -> Option<NaiveDate> {
    let mut day = date(calendar.zone, from.millis())?;
    let mut patience = Patience::after(calendar, day);
    let mut open = Open::of(calendar);
    let mut left = days;
    while left > 0 {
        day = day.succ_opt()?;
        if open.day(day).next().is_some() {
            left -= 1;
            patience.opened(day);
        } else if patience.is_over(day) {
            return None;
        }
    }
    Some(day)
}

fn add_days(calendar: &Calendar, from: Moment, days: u32) -> Option<Moment> {
    let day = business_day(calendar, from, days)?;
    let local = from.in_zone(&calendar.zone).time();
    let wanted = instant(calendar.zone, day.and_time(local), false).0;
    let first = Open::of(calendar).day(day).next();
    let last = Open::of(calendar).day(day).last();
    moment(match (first, last) {
        (Some((start, _)), Some((_, end))) => wanted.clamp(start, end),
        _ => wanted,
    })
}

/// The end of the n-th business day after a moment: `1bd` from any time of Monday is Tuesday's
/// closing. `None` where the calendar does not open so often.
pub fn end_of_day(calendar: &Calendar, from: Moment, days: u32) -> Option<Moment> {
    let day = business_day(calendar, from, days)?;
    match Open::of(calendar).day(day).last() {
        Some((_, end)) => moment(end),
        None => first_after(calendar, from),
    }
}

/// When a day opens and closes; `None` where it is closed.
pub fn day(calendar: &Calendar, day: NaiveDate) -> Option<(Moment, Moment)> {
    let mut open = Open::of(calendar);
    let (start, _) = open.day(day).next()?;
    let (_, end) = open.day(day).last()?;
    Some((moment(start)?, moment(end)?))
}

/// A day from its first instant to its last, by the clock of the calendar's zone.
pub fn whole_day(calendar: &Calendar, day: NaiveDate) -> Option<(Moment, Moment)> {
    let next = day.succ_opt()?;
    let at = |day: NaiveDate| moment(instant(calendar.zone, at_midnight(day), false).0);
    Some((at(day)?, at(next)?))
}

fn at_midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN)
}

/// Whether the calendar opens on a day.
pub fn opens_on(calendar: &Calendar, day: NaiveDate) -> bool {
    Open::of(calendar).day(day).next().is_some()
}

/// The n-th day before a day on which the calendar opens; the day itself for 0. `None` where it was
/// not open so often within ten years.
pub fn open_day_before(calendar: &Calendar, day: NaiveDate, days: u32) -> Option<NaiveDate> {
    let mut left = days;
    let mut at = day;
    let floor = day.checked_sub_days(Days::new(u64::from(Duration::MAX_DAYS) * 2))?;
    while left > 0 {
        at = at.pred_opt().filter(|at| *at > floor)?;
        if opens_on(calendar, at) {
            left -= 1;
        }
    }
    Some(at)
}

/// The first day at or after a day on which the calendar opens. `None` where it does not open within
/// a year.
pub fn open_day_from(calendar: &Calendar, day: NaiveDate) -> Option<NaiveDate> {
    let mut days = day.iter_days().take(366);
    days.find(|day| opens_on(calendar, *day))
}

/// The instant at which a local date and time stand in a zone.
pub fn local(zone: Tz, at: NaiveDateTime) -> Moment {
    moment(instant(zone, at, false).0).unwrap_or_else(|| Moment::new(&at.and_utc()))
}
