//! Calendars and the durations that are measured on them, as values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Minutes of a day, `[start, end)`; 1440 is midnight at the end.
pub type Window = (u16, u16);

/// When a team works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The zone whose clock the windows mean.
    pub zone: Tz,
    /// Windows by day of the week, Monday first, each day's in order and apart.
    pub week: [Vec<Window>; 7],
    /// Closed days.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days closed every year, as (month, day).
    pub yearly: BTreeSet<(u32, u32)>,
    /// Days with windows of their own.
    pub exceptions: BTreeMap<NaiveDate, Vec<Window>>,
}

impl Calendar {
    /// The calendar that never closes.
    pub fn always(zone: Tz) -> Self {
        Self {
            zone,
            week: std::array::from_fn(|_| vec![(0, 24 * 60)]),
            holidays: BTreeSet::new(),
            yearly: BTreeSet::new(),
            exceptions: BTreeMap::new(),
        }
    }

    /// How long a working day is, in milliseconds: what most of the days of its week on which it opens
    /// have, the longer where two lengths are as frequent; `None` where it never opens.
    pub fn working_day(&self) -> Option<i64> {
        let open = |windows: &Vec<Window>| -> i64 {
            let minutes = windows
                .iter()
                .map(|(from, to)| i64::from(to.saturating_sub(*from)));
            minutes.sum()
        };
        let lengths = self.week.each_ref().map(open);
        let frequent = |length: i64| lengths.iter().filter(|one| **one == length).count();
        let days = lengths.into_iter().filter(|length| *length > 0);
        let most = days.max_by_key(|length| (frequent(*length), *length));
        most.map(|minutes| minutes * 60_000)
    }

    /// The windows of a day.
    pub fn windows(&self, day: NaiveDate) -> &[Window] {
        use chrono::Datelike;
        if let Some(own) = self.exceptions.get(&day) {
            return own;
        }
        if self.holidays.contains(&day) || self.yearly.contains(&(day.month(), day.day())) {
            return &[];
        }
        &self.week[day.weekday().num_days_from_monday() as usize]
    }
}

/// A length of time on a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Duration {
    /// Minutes of open time: `15m`, `4h`.
    Minutes(u32),
    /// Business days: `3bd`.
    Days(u32),
}

impl Duration {
    /// The most business days that a duration has.
    pub const MAX_DAYS: u32 = 3_660;
    /// The most minutes that a duration has: ten years with their leap days.
    pub const MAX_MINUTES: u32 = Self::MAX_DAYS * 24 * 60;

    /// Whether it is no time at all.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Minutes(0) | Self::Days(0))
    }

    /// Twice as long, as far as durations go.
    #[must_use]
    pub fn twice(self) -> Self {
        match self {
            Self::Minutes(minutes) => {
                Self::Minutes(minutes.saturating_mul(2).min(Self::MAX_MINUTES))
            }
            Self::Days(days) => Self::Days(days.saturating_mul(2).min(Self::MAX_DAYS)),
        }
    }
}

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADuration {
    /// It is written otherwise.
    #[error("`{0}` is not a duration: write `15m` or `4h` (open time) or `3bd` (business days)")]
    Form(String),
    /// It is so long that counting it would take seconds.
    #[error("`{0}` is longer than ten years: the longest durations are `87840h` and `3660bd`")]
    TooLong(String),
    /// It is zero where something must pass.
    #[error("`{0}` is no time at all: the shortest durations are `1m` and `1bd`")]
    Zero(String),
}

impl FromStr for Duration {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let wrong = || NotADuration::Form(text.to_owned());
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (digits, unit) = text.split_at(end);
        if digits.is_empty() {
            return Err(wrong());
        }
        let (times, most) = match unit {
            "m" => (1, Self::MAX_MINUTES),
            "h" => (60, Self::MAX_MINUTES),
            "bd" => (1, Self::MAX_DAYS),
            _ => return Err(wrong()),
        };
        // More digits than a number holds are too many as well.
        let amount = digits
            .parse::<u32>()
            .ok()
            .and_then(|amount| amount.checked_mul(times))
            .filter(|amount| *amount <= most)
            .ok_or_else(|| NotADuration::TooLong(text.to_owned()))?;
        Ok(if unit == "bd" {
            Self::Days(amount)
        } else {
            Self::Minutes(amount)
        })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(m) if m % 60 == 0 && *m > 0 => write!(f, "{}h", m / 60),
            Self::Minutes(m) => write!(f, "{m}m"),
            Self::Days(d) => write!(f, "{d}bd"),
        }
    }
}

/// A duration that is not zero: what a target allows, what lies between two reminders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Duration", into = "Duration")]
pub struct NonZeroDuration(Duration);

impl NonZeroDuration {
    /// The duration, if it is not zero.
    pub fn new(length: Duration) -> Option<Self> {
        (!length.is_zero()).then_some(Self(length))
    }

    /// The duration.
    pub fn get(self) -> Duration {
        self.0
    }
}

impl TryFrom<Duration> for NonZeroDuration {
    type Error = NotADuration;

    fn try_from(length: Duration) -> Result<Self, NotADuration> {
        Self::new(length).ok_or_else(|| NotADuration::Zero(length.to_string()))
    }
}

impl From<NonZeroDuration> for Duration {
    fn from(length: NonZeroDuration) -> Self {
        length.0
    }
}

impl FromStr for NonZeroDuration {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let length: Duration = text.parse()?;
        Self::new(length).ok_or_else(|| NotADuration::Zero(text.to_owned()))
    }
}

impl fmt::Display for NonZeroDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads `09:00` or `24:00` as minutes of a day.
pub fn minute_of_day(text: &str) -> Option<u16> {
    use chrono::Timelike;
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    u16::try_from(time.hour() * 60 + time.minute()).ok()
}

/// Reads `mon` or `monday`, in any case.
pub fn weekday(text: &str) -> Option<Weekday> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_minutes_hours_and_business_days_only() {
        for text in ["15m", "4h", "3bd"] {
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
        for wrong in ["", "4", "h", "3d", "1w", "-1h", "4 h", "٣h"] {
            let error = NotADuration::Form(wrong.to_owned());
            assert_eq!(wrong.parse::<Duration>(), Err(error), "{wrong}");
        }
    }

    #[test]
    fn durations_end_after_ten_years() {
        for most in ["5270400m", "87840h", "3660bd"] {
            assert!(most.parse::<Duration>().is_ok(), "{most}");
        }
        for long in [
            "5270401m",
            "87841h",
            "3661bd",
            "9999999bd",
            "71582789h",
            "4294967296m",
            "99999999999999999999bd",
        ] {
            let error = NotADuration::TooLong(long.to_owned());
            assert_eq!(long.parse::<Duration>(), Err(error), "{long}");
        }
    }

    #[test]
    fn zero_is_a_duration_only_where_nothing_need_pass() {
        for zero in ["0m", "00h", "0bd"] {
            assert!(zero.parse::<Duration>().is_ok_and(Duration::is_zero));
            let error = NotADuration::Zero(zero.to_owned());
            assert_eq!(zero.parse::<NonZeroDuration>(), Err(error), "{zero}");
        }
        let stored = postcard::to_stdvec(&Duration::Days(0)).unwrap();
        assert!(postcard::from_bytes::<NonZeroDuration>(&stored).is_err());
        let stored = postcard::to_stdvec(&NonZeroDuration(Duration::Days(1))).unwrap();
        assert!(postcard::from_bytes::<NonZeroDuration>(&stored).is_ok());
    }
}
