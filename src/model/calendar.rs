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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duration {
    /// Minutes of open time: `15m`, `4h`.
    Minutes(u32),
    /// Business days: `3bd`.
    Days(u32),
}

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration: write `15m` or `4h` (open time) or `3bd` (business days)")]
pub struct NotADuration(pub String);

impl FromStr for Duration {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let wrong = || NotADuration(text.to_owned());
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let amount: u32 = text[..end].parse().map_err(|_| wrong())?;
        match &text[end..] {
            "m" => Ok(Self::Minutes(amount)),
            "h" => amount.checked_mul(60).map(Self::Minutes).ok_or_else(wrong),
            "bd" => Ok(Self::Days(amount)),
            _ => Err(wrong()),
        }
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
        for wrong in ["", "4", "h", "3d", "1w", "-1h", "4 h", "99999999999h"] {
            assert!(wrong.parse::<Duration>().is_err(), "{wrong}");
        }
    }
}
