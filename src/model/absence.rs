//! Days on which somebody stands in: absences of agents with their deputies, duty in a queue.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from one to another, both included, of the desk's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    /// The first.
    pub first: NaiveDate,
    /// The last, the first or later.
    pub last: NaiveDate,
}

/// A text that is no range of days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDays {
    /// It is written otherwise.
    #[error(
        "`{0}` is no range of days: write `2026-12-24..2027-01-06`, both days included, or one day"
    )]
    Form(String),
    /// The last day is before the first.
    #[error("`{0}` ends before it begins")]
    Backwards(String),
}

impl Days {
    /// Whether a day is one of them.
    pub fn holds(&self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Whether any day is of both.
    pub fn meets(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

impl FromStr for Days {
    type Err = NotDays;

    fn from_str(text: &str) -> Result<Self, NotDays> {
        let wrong = || NotDays::Form(text.to_owned());
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let day = |text: &str| {
            let is_whole = text.len() == 10;
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            day.filter(|_| is_whole).ok_or_else(wrong)
        };
        let days = Self {
            first: day(first)?,
            last: day(last)?,
        };
        if days.last < days.first {
            return Err(NotDays::Backwards(text.to_owned()));
        }
        Ok(days)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// Who is named for some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The days.
    pub days: Days,
    /// The handle of who stands in, or is on duty; empty where that is the queue's team.
    pub who: String,
}

/// Ranges of days with somebody for each, in the order of their beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster(Vec<Shift>);

impl Roster {
    /// Of these, in any order.
    pub fn of(mut shifts: Vec<Shift>) -> Self {
        shifts.sort_by_key(|shift| shift.days);
        Self(shifts)
    }

    /// Who is named for a day; of overlapping ranges the one that begins later counts.
    pub fn on(&self, day: NaiveDate) -> Option<&Shift> {
        self.0.iter().rev().find(|shift| shift.days.holds(day))
    }

    /// All, the earliest first.
    pub fn shifts(&self) -> &[Shift] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_are_days_both_included() {
        for text in ["2026-12-24..2027-01-06", "2026-12-24"] {
            assert_eq!(text.parse::<Days>().unwrap().to_string(), text);
        }
        let days: Days = "2026-12-24..2026-12-26".parse().unwrap();
        assert!(days.holds(day("2026-12-24")) && days.holds(day("2026-12-26")));
        assert!(!days.holds(day("2026-12-27")));
        for wrong in [
            "",
            "2026-12-24..",
            "..2026-12-24",
            "2026-12-26..2026-12-24",
            "2026-2-3",
            "24.12.2026",
        ] {
            assert!(wrong.parse::<Days>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_overlapping_ranges_the_later_beginning_counts() {
        let shift = |days: &str, who: &str| Shift {
            days: days.parse().unwrap(),
            who: who.to_owned(),
        };
        let roster = Roster::of(vec![
            shift("2026-12-28", "marek"),
            shift("2026-12-20..2027-01-06", "lena"),
        ]);
        let on = |text: &str| roster.on(day(text)).map(|shift| shift.who.as_str());
        assert_eq!(on("2026-12-27"), Some("lena"));
        assert_eq!(on("2026-12-28"), Some("marek"));
        assert_eq!(on("2026-12-29"), Some("lena"));
        assert_eq!(on("2027-01-07"), None);
    }
}
