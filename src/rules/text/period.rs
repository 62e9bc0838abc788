//! Periods as people name them: `last-week`, `2026-10`, `2026-W41`, `2026-Q3`.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::rules::sla::calendar;

/// From a local midnight up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
}

impl Period {
    /// Whether an instant lies in it.
    pub fn holds(&self, at: Moment) -> bool {
        self.from <= at && at < self.to
    }
}

/// A text that names no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no period")]
pub struct NotAPeriod(pub String);

/// Periods that have a name.
pub const NAMED: &[&str] = &[
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "this-quarter",
    "last-quarter",
    "last-3-months",
    "this-year",
    "last-year",
];

/// What to say to somebody who typed something else.
pub const FORMS: &str = "write today, yesterday, this-week, last-week, this-month, last-month, \
                         this-quarter, last-quarter, last-3-months, this-year, last-year, 2026, 2026-10, 2026-W41, \
                         2026-Q3 or 2026-10-05";

/// The first instant of a day in a zone.
pub fn midnight(day: NaiveDate, zone: Tz) -> Moment {
    calendar::local(zone, day.and_time(chrono::NaiveTime::MIN))
}

/// Reads a period; its edges are midnights of the zone.
pub fn read(text: &str, now: Moment, zone: Tz) -> Result<Period, NotAPeriod> {
    let text = text.trim();
    let today = now.in_zone(&zone).date_naive();
    days(text, today)
        .map(|(first, after)| Period {
            from: midnight(first, zone),
            to: midnight(after, zone),
        })
        .ok_or_else(|| NotAPeriod(text.to_owned()))
}

/// The first day of a period, and the first after it.
fn days(text: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let month = today.with_day(1)?;
    let quarter = month.with_month(today.month0() / 3 * 3 + 1)?;
    let year = month.with_month(1)?;
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    let months =
        |first: NaiveDate, n: u32| Some((first, first.checked_add_months(Months::new(n))?));
    let back = |first: NaiveDate, n: u32| Some((first.checked_sub_months(Months::new(n))?, first));
    match text.to_ascii_lowercase().as_str() {
        "today" => Some((today, today.succ_opt()?)),
        "yesterday" => Some((today.pred_opt()?, today)),
        "this-week" => Some((monday, monday + Days::new(7))),
        "last-week" => Some((monday - Days::new(7), monday)),
        "this-month" => months(month, 1),
        "last-month" => back(month, 1),
        "this-quarter" => months(quarter, 3),
        "last-quarter" => back(quarter, 3),
        "last-3-months" => back(month, 3),
        "this-year" => months(year, 12),
        "last-year" => back(year, 12),
        word => named(word),
    }
}

/// A day, week, month, quarter or year by its number.
fn named(word: &str) -> Option<(NaiveDate, NaiveDate)> {
    if !word.is_ascii() || word.len() < 4 {
        return None;
    }
    let (year, rest) = word.split_at(4);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| digits(text).then(|| text.parse::<u32>().ok()).flatten();
    let year = i32::try_from(number(year)?).ok()?;
    let months = |month: u32, n: u32| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some((first, first.checked_add_months(Months::new(n))?))
    };
    if rest.is_empty() {
        return months(1, 12);
    }
    let rest = rest.strip_prefix('-')?;
    if let Some(quarter) = rest.strip_prefix('q') {
        let quarter = number(quarter).filter(|quarter| (1..=4).contains(quarter))?;
        return months(quarter * 3 - 2, 3);
    }
    if let Some(week) = rest.strip_prefix('w') {
        let monday = NaiveDate::from_isoywd_opt(year, number(week)?, Weekday::Mon)?;
        return Some((monday, monday.checked_add_days(Days::new(7))?));
    }
    match rest.split_once('-') {
        None if rest.len() == 2 => months(number(rest)?, 1),
        Some((month, day)) => {
            let day = NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)?;
            Some((day, day.succ_opt()?))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::Europe__Warsaw;

    #[track_caller]
    fn means(text: &str, expected: &str) {
        let now = "2026-11-25T22:30:00Z".parse().unwrap();
        let period = read(text, now, ZONE).unwrap();
        assert_eq!(format!("{} {}", period.from, period.to), expected, "{text}");
    }

    #[test]
    fn periods_begin_and_end_at_local_midnights() {
        means("today", "2026-11-24T23:00:00Z 2026-11-25T23:00:00Z");
        means("yesterday", "2026-11-23T23:00:00Z 2026-11-24T23:00:00Z");
        means("this-week", "2026-11-22T23:00:00Z 2026-11-29T23:00:00Z");
        means("last-week", "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z");
        // Summer time ends in this month: its two edges are an hour apart from each other.
        means("2026-10", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z");
        means("last-month", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z");
        means("2026-W41", "2026-10-04T22:00:00Z 2026-10-11T22:00:00Z");
        means("2026-q3", "2026-06-30T22:00:00Z 2026-09-30T22:00:00Z");
        means("this-quarter", "2026-09-30T22:00:00Z 2026-12-31T23:00:00Z");
        means("2026", "2025-12-31T23:00:00Z 2026-12-31T23:00:00Z");
        means("2026-10-25", "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z");
    }

    #[test]
    fn what_names_no_period_is_refused() {
        let now = "2026-11-25T22:30:00Z".parse().unwrap();
        for wrong in [
            "",
            "x",
            "soon",
            "2026-13",
            "2026-W54",
            "2026-Q5",
            "2026-1",
            "20261",
            "2026-02-30",
            "ąąąą",
            "2026-+1",
            "2026-w+1",
        ] {
            assert!(read(wrong, now, ZONE).is_err(), "{wrong}");
        }
    }
}
