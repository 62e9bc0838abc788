//! Work that recurs, as a company settles it, and the periods in which it does.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::model::person::Handle;

/// The name of the source of work orders that recur.
pub const SOURCE: &str = "recurring";

/// The most business days that an order is made ahead.
pub const MAX_LEAD: u32 = 250;

/// `[recurring.<name>]`: a work order that is made once in every period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// Its name, which begins the foreign id of each of its orders.
    pub name: String,
    /// The title of its orders.
    pub title: String,
    /// Their problem code.
    pub code: String,
    /// How often.
    pub every: Every,
    /// On which day of the period.
    pub on: DayRule,
    /// The calendar by which days are open.
    pub calendar: String,
    /// What becomes of a day on which the calendar is closed.
    pub closed: OnClosed,
    /// The first day for which an order may be made.
    pub from: NaiveDate,
    /// The last one, if there is one.
    pub until: Option<NaiveDate>,
    /// How many business days before its day an order is made.
    pub lead: u32,
    /// Where it waits; the code's team where nothing is said.
    pub queue: Option<String>,
    /// Who does it.
    pub assignee: Option<Handle>,
    /// Its steps; those of the code's standard order where there are none.
    pub steps: Vec<String>,
    /// Whether nothing is made for now.
    pub paused: bool,
}

/// How often work recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Every {
    /// Once in every ISO week.
    Week,
    /// Once in every month.
    Month,
    /// Once in every quarter of the year.
    Quarter,
    /// Once in every year.
    Year,
}

impl Every {
    /// The words as they stand in settings.
    pub const WORDS: [&str; 4] = ["week", "month", "quarter", "year"];

    /// The one of a word.
    pub fn read(word: &str) -> Option<Self> {
        Some(match word {
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// What `on` may be, for people.
    pub fn days(self) -> &'static str {
        match self {
            Self::Week => "a day of the week like \"mon\", \"first open day\" or \"last open day\"",
            Self::Month => {
                "a day like 15, \"last fri\", \"second tue\", \"first open day\" or \"last open day\""
            }
            Self::Quarter => {
                "a day of its first month like 15, a day of another month like \"02-15\", \
                 \"last fri\", \"first open day\" or \"last open day\""
            }
            Self::Year => {
                "a date like \"01-15\", \"last fri\", \"first open day\" or \"last open day\""
            }
        }
    }
}

/// What becomes of a day on which the calendar is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnClosed {
    /// The open day before it.
    Before,
    /// The open day after it.
    After,
    /// No order in that period.
    Skip,
}

impl OnClosed {
    /// The words as they stand in settings.
    pub const WORDS: [&str; 3] = ["before", "after", "skip"];

    /// The one of a word.
    pub fn read(word: &str) -> Option<Self> {
        Some(match word {
            "before" => Self::Before,
            "after" => Self::After,
            "skip" => Self::Skip,
            _ => return None,
        })
    }
}

/// A day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayRule {
    /// A day of the week.
    Weekday(Weekday),
    /// A day of the period's first month; one that it has not is its last.
    Day(u32),
    /// A day of a month of the period, the first being 1; one that the month has not is its last.
    Date(u32, u32),
    /// The n-th of a day of the week in the period, from 1.
    Nth(u32, Weekday),
    /// The last of a day of the week in the period.
    Last(Weekday),
    /// The first day of the period on which the calendar opens.
    FirstOpen,
    /// The last one.
    LastOpen,
}

impl DayRule {
    /// The day that a text names, of periods of some length.
    pub fn read(text: &str, every: Every) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        match (&words[..], every) {
            (["first", "open", "day"], _) => Some(Self::FirstOpen),
            (["last", "open", "day"], _) => Some(Self::LastOpen),
            ([day], Every::Week) => day.parse().ok().map(Self::Weekday),
            ([date], Every::Quarter | Every::Year) => {
                let (month, day) = date.split_once('-')?;
                let two = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
                let (month, day): (u32, u32) = (two(month) && two(day))
                    .then(|| Some((month.parse().ok()?, day.parse().ok()?)))??;
                let months = if every == Every::Year { 12 } else { 3 };
                let longest = if every == Every::Year {
                    // Of a leap year, so that 02-29 can be said.
                    last_of_month(NaiveDate::from_ymd_opt(2024, month, 1)?).day()
                } else {
                    31
                };
                let named = (1..=months).contains(&month) && (1..=longest).contains(&day);
                named.then_some(Self::Date(month, day))
            }
            ([nth, day], Every::Month | Every::Quarter | Every::Year) => {
                let day = day.parse().ok()?;
                let names = ["first", "second", "third", "fourth"];
                match names.iter().position(|name| name == nth) {
                    Some(at) => Some(Self::Nth(u32::try_from(at).ok()? + 1, day)),
                    None => (*nth == "last").then_some(Self::Last(day)),
                }
            }
            _ => None,
        }
    }

    /// The day of a number, of periods of some length.
    pub fn of_number(number: i64, every: Every) -> Option<Self> {
        let day = u32::try_from(number)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        matches!(every, Every::Month | Every::Quarter).then_some(Self::Day(day))
    }

    /// The day in a period, where the calendar opens on the days that `opens` tells. `None` where it
    /// asks for an open day and there is none.
    pub fn of(self, period: Period, opens: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        let (first, last) = (period.first()?, period.last()?);
        let days = || first.iter_days().take_while(|day| *day <= last);
        match self {
            Self::Weekday(of) => days().find(|day| day.weekday() == of),
            Self::Day(day) => day_of_month(first, day),
            Self::Date(month, day) => {
                day_of_month(first.checked_add_months(Months::new(month - 1))?, day)
            }
            Self::Nth(nth, of) => {
                let mut all = days().filter(|day| day.weekday() == of);
                all.nth(usize::try_from(nth).ok()?.checked_sub(1)?)
            }
            Self::Last(of) => days().filter(|day| day.weekday() == of).last(),
            Self::FirstOpen => days().find(|day| opens(*day)),
            Self::LastOpen => days().filter(|day| opens(*day)).last(),
        }
    }
}

/// The day of a month that begins on `first`, or its last.
fn day_of_month(first: NaiveDate, day: u32) -> Option<NaiveDate> {
    first
        .with_day(1)?
        .with_day(day)
        .or_else(|| Some(last_of_month(first)))
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = day
        .with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// A stretch of time in which work recurs once: `2026-W49`, `2026-12`, `2026-Q4`, `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// An ISO week of an ISO year.
    Week(i32, u32),
    /// A month of a year.
    Month(i32, u32),
    /// A quarter of a year.
    Quarter(i32, u32),
    /// A year.
    Year(i32),
}

impl Period {
    /// The one in which a day is.
    pub fn of(every: Every, day: NaiveDate) -> Self {
        let (year, month) = (day.year(), day.month());
        match every {
            Every::Week => Self::Week(day.iso_week().year(), day.iso_week().week()),
            Every::Month => Self::Month(year, month),
            Every::Quarter => Self::Quarter(year, month.div_ceil(3)),
            Every::Year => Self::Year(year),
        }
    }

    /// How long it is.
    pub fn every(self) -> Every {
        match self {
            Self::Week(..) => Every::Week,
            Self::Month(..) => Every::Month,
            Self::Quarter(..) => Every::Quarter,
            Self::Year(_) => Every::Year,
        }
    }

    /// Its first day.
    pub fn first(self) -> Option<NaiveDate> {
        match self {
            Self::Week(year, week) => NaiveDate::from_isoywd_opt(year, week, Weekday::Mon),
            Self::Month(year, month) => NaiveDate::from_ymd_opt(year, month, 1),
            Self::Quarter(year, quarter) => {
                NaiveDate::from_ymd_opt(year, quarter.checked_mul(3)?.checked_sub(2)?, 1)
            }
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 1, 1),
        }
    }

    /// Its last day.
    pub fn last(self) -> Option<NaiveDate> {
        self.next()?.first()?.pred_opt()
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        let first = self.first()?;
        let later = match self.every() {
            Every::Week => first.checked_add_days(Days::new(7)),
            Every::Month => first.checked_add_months(Months::new(1)),
            Every::Quarter => first.checked_add_months(Months::new(3)),
            Every::Year => first.checked_add_months(Months::new(12)),
        };
        Some(Self::of(self.every(), later?))
    }

    /// The one before it.
    pub fn before(self) -> Option<Self> {
        Some(Self::of(self.every(), self.first()?.pred_opt()?))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(year, week) => write!(f, "{year:04}-W{week:02}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

/// A text that names no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPeriod;

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        let number = |text: &str| text.parse::<u32>().map_err(|_| NotAPeriod);
        let year = year.parse().map_err(|_| NotAPeriod)?;
        let period = match rest {
            None => Self::Year(year),
            Some(rest) => match (rest.strip_prefix('W'), rest.strip_prefix('Q')) {
                (Some(week), _) => Self::Week(year, number(week)?),
                (_, Some(quarter)) => Self::Quarter(year, number(quarter)?),
                (None, None) => Self::Month(year, number(rest)?),
            },
        };
        // As it is written, and no other way.
        let real = period.first().is_some() && period.to_string() == text;
        real.then_some(period).ok_or(NotAPeriod)
    }
}

/// The foreign id of the order of a period, `ups-test/2026-12`.
pub fn foreign_id(name: &str, period: Period) -> String {
    format!("{name}/{period}")
}

/// Whether a text is the foreign id of an order that recurs.
pub fn is_foreign_id(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(name, period)| is_name(name) && period.parse::<Period>().is_ok())
}

/// Whether a text can name work that recurs.
pub fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !text.is_empty() && !text.starts_with(['-', '_']) && text.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Monday to Friday.
    fn open(day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    #[track_caller]
    fn falls(period: &str, on: &str, expected: &str) {
        let period: Period = period.parse().unwrap();
        let rule = match on.parse() {
            Ok(number) => DayRule::of_number(number, period.every()),
            Err(_) => DayRule::read(on, period.every()),
        };
        let found = rule.unwrap().of(period, open);
        assert_eq!(found, Some(day(expected)), "{period} {on}");
    }

    #[test]
    fn days_of_periods() {
        falls("2026-W49", "mon", "2026-11-30");
        falls("2026-W49", "Sunday", "2026-12-06");
        falls("2026-W49", "last open day", "2026-12-04");
        falls("2026-12", "15", "2026-12-15");
        falls("2026-11", "31", "2026-11-30");
        falls("2027-02", "31", "2027-02-28");
        falls("2028-02", "30", "2028-02-29");
        falls("2026-12", "last fri", "2026-12-25");
        falls("2026-12", "first mon", "2026-12-07");
        falls("2026-12", "fourth thu", "2026-12-24");
        falls("2026-08", "first open day", "2026-08-03");
        falls("2026-10", "last open day", "2026-10-30");
        falls("2026-Q4", "15", "2026-10-15");
        falls("2026-Q4", "02-31", "2026-11-30");
        falls("2026-Q4", "last fri", "2026-12-25");
        falls("2027-Q1", "first open day", "2027-01-01");
        falls("2027", "01-15", "2027-01-15");
        falls("2027", "02-29", "2027-02-28");
        falls("2027", "last fri", "2027-12-31");
    }

    #[test]
    fn weeks_are_iso_weeks() {
        // The first of January 2027 is in the last week of 2026, which has 53.
        let week = Period::of(Every::Week, day("2027-01-01"));
        assert_eq!(week.to_string(), "2026-W53");
        assert_eq!(week.next().unwrap().to_string(), "2027-W01");
        assert_eq!(week.first(), Some(day("2026-12-28")));
        assert_eq!(week.before().unwrap().to_string(), "2026-W52");
        assert_eq!(
            Period::of(Every::Week, day("2024-12-30")).to_string(),
            "2025-W01"
        );
    }

    #[test]
    fn periods_are_read_as_they_are_written() {
        for text in ["2026-W49", "2026-12", "2026-Q4", "2026"] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!(period.next().unwrap().before(), Some(period));
        }
        for wrong in [
            "",
            "26",
            "2026-13",
            "2026-1",
            "2026-W54",
            "2025-W53",
            "2026-Q5",
            "2026-Q0",
            "2026-12-01",
            "+2026",
            "2026-q4",
            "x",
            "-",
            "2026-W",
            "2026-Q4294967295",
        ] {
            assert_eq!(wrong.parse::<Period>(), Err(NotAPeriod), "{wrong}");
        }
        assert!(is_foreign_id("ups-test/2026-12"));
        for wrong in [
            "ups-test",
            "/2026",
            "Ups/2026",
            "a b/2026",
            "ups-test/2026-13",
        ] {
            assert!(!is_foreign_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_day_that_a_period_does_not_have_is_not_read() {
        for (on, every) in [
            ("mon", Every::Month),
            ("last fri", Every::Week),
            ("01-15", Every::Month),
            ("04-15", Every::Quarter),
            ("13-01", Every::Year),
            ("02-30", Every::Year),
            ("1-5", Every::Year),
            ("fifth mon", Every::Month),
            ("first day", Every::Month),
            ("", Every::Week),
        ] {
            assert_eq!(DayRule::read(on, every), None, "{on}");
        }
        for (number, every) in [
            (0, Every::Month),
            (32, Every::Month),
            (5, Every::Week),
            (5, Every::Year),
        ] {
            assert_eq!(DayRule::of_number(number, every), None, "{number}");
        }
    }
}
