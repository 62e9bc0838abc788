//! Arithmetic on calendars: open time, and business days.
//!
//! Windows are generated per local date and each end is converted with the zone rules of that
//! date (field notes 2.3): an edge in a spring gap becomes the gap's end; in an autumn overlap a
//! start is the earlier, an end the later instant.

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::model::calendar::{Calendar, Duration};
use crate::model::moment::Moment;

/// How many days ahead open time is looked for before a calendar counts as closed for good.
const HORIZON: u64 = 366 * 3;

fn instant(zone: Tz, local: NaiveDateTime, end: bool) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => at.to_utc(),
        LocalResult::Ambiguous(early, late) => {
            if end {
                late.to_utc()
            } else {
                early.to_utc()
            }
        }
        LocalResult::None => {
            // In the gap: its end is the first minute that exists again.
            let mut probe = local;
            loop {
                probe += TimeDelta::minutes(1);
                if let Some(at) = zone.from_local_datetime(&probe).earliest() {
                    return at.to_utc();
                }
                if probe - local > TimeDelta::days(2) {
                    return zone.from_utc_datetime(&local).to_utc();
                }
            }
        }
    }
}

fn at_minute(day: NaiveDate, minute: u16) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute))
}

/// The open intervals of a local date, in UTC.
fn open(
    calendar: &Calendar,
    day: NaiveDate,
) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
    let zone = calendar.zone;
    calendar
        .windows(day)
        .iter()
        .map(move |(from, to)| {
            (
                instant(zone, at_minute(day, *from), false),
                instant(zone, at_minute(day, *to), true),
            )
        })
        .filter(|(from, to)| from < to)
}

/// The instant after so much time on a calendar: open minutes, or the same time of day on the
/// n-th business day, moved into that day's hours. `None` where the calendar does not open.
pub fn add(calendar: &Calendar, from: Moment, length: Duration) -> Option<Moment> {
    match length {
        Duration::Minutes(minutes) => add_minutes(calendar, from, minutes),
        Duration::Days(days) => add_days(calendar, from, days),
    }
}

fn add_minutes(calendar: &Calendar, from: Moment, minutes: u32) -> Option<Moment> {
    let mut left = TimeDelta::minutes(i64::from(minutes));
    let from = from.utc();
    let mut day = from.with_timezone(&calendar.zone).date_naive().pred_opt()?;
    for _ in 0..HORIZON + u64::from(minutes / 60) {
        for (start, end) in open(calendar, day) {
            if end <= from {
                continue;
            }
            let start = start.max(from);
            if end - start > left || (left == end - start && !left.is_zero()) {
                return Some(Moment::new(&(start + left)));
            }
            left -= end - start;
        }
        day = day.checked_add_days(Days::new(1))?;
    }
    None
}

fn add_days(calendar: &Calendar, from: Moment, days: u32) -> Option<Moment> {
    let local = from.utc().with_timezone(&calendar.zone);
    let mut day = local.date_naive();
    let mut left = days;
    let mut closed = 0;
    while left > 0 {
        day = day.checked_add_days(Days::new(1))?;
        if calendar.windows(day).is_empty() {
            closed += 1;
            if closed > HORIZON {
                return None;
            }
        } else {
            closed = 0;
            left -= 1;
        }
    }
    let wanted = instant(calendar.zone, day.and_time(local.time()), false);
    let first = open(calendar, day).next();
    let last = open(calendar, day).last();
    let at = match (first, last) {
        (Some((start, _)), Some((_, end))) => wanted.clamp(start, end),
        _ => wanted,
    };
    Some(Moment::new(&at))
}

/// The instant at which a local date and time stand in a zone.
pub fn local(zone: Tz, at: NaiveDateTime) -> Moment {
    Moment::new(&instant(zone, at, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(zone: &str, from: u16, to: u16) -> Calendar {
        let mut calendar = Calendar::always(zone.parse().unwrap());
        calendar.week = std::array::from_fn(|day| {
            if day < 5 {
                vec![(from * 60, to * 60)]
            } else {
                Vec::new()
            }
        });
        calendar
    }

    #[track_caller]
    fn adds(calendar: &Calendar, from: &str, length: &str, to: &str) {
        let found = add(calendar, from.parse().unwrap(), length.parse().unwrap());
        assert_eq!(found.map(|at| at.to_string()).as_deref(), Some(to));
    }

    #[test]
    fn open_time_skips_nights_weekends_and_clock_changes() {
        // T1: four hours from 16:00, hours 8 to 18.
        adds(
            &office("UTC", 8, 18),
            "2026-11-23T16:00:00Z",
            "4h",
            "2026-11-24T10:00:00Z",
        );
        // T12: the zone's clock moves on Sunday.
        adds(
            &office("Europe/Berlin", 9, 17),
            "2026-03-27T15:00:00Z",
            "4h",
            "2026-03-30T10:00:00Z",
        );
        // T15: nothing is added out of hours: the next opening.
        adds(
            &office("UTC", 8, 16),
            "2026-11-25T20:30:00Z",
            "0m",
            "2026-11-26T08:00:00Z",
        );
    }

    #[test]
    fn business_days_keep_the_time_of_day_within_hours() {
        let office = office("UTC", 8, 16);
        adds(
            &office,
            "2026-11-20T10:00:00Z",
            "1bd",
            "2026-11-23T10:00:00Z",
        );
        adds(
            &office,
            "2026-11-20T20:00:00Z",
            "3bd",
            "2026-11-25T16:00:00Z",
        );
    }

    #[test]
    fn a_calendar_that_never_opens_has_no_answer() {
        let mut closed = office("UTC", 8, 16);
        closed.week = std::array::from_fn(|_| Vec::new());
        assert_eq!(
            add(
                &closed,
                "2026-11-20T10:00:00Z".parse().unwrap(),
                Duration::Days(1)
            ),
            None
        );
        assert_eq!(
            add(
                &closed,
                "2026-11-20T10:00:00Z".parse().unwrap(),
                Duration::Minutes(1)
            ),
            None
        );
    }
}
