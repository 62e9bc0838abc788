//! Instants, always UTC, to the millisecond.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// An instant in UTC. Written as RFC 3339 with `Z`; the fraction (milliseconds) only where it is
/// not zero. A number, for reports compare and subtract hundreds of thousands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The last moment of the year 9999: RFC 3339 can write no later one.
    pub const LAST: Self = Self(MAX);

    /// The moment of this instant, cut to the millisecond; of one outside the years 0 to 9999 the
    /// first or the last of them.
    pub fn new<Z: TimeZone>(at: &DateTime<Z>) -> Self {
        Self(at.timestamp_millis().clamp(MIN, MAX))
    }

    /// The beginning of 1970.
    pub fn epoch() -> Self {
        Self(0)
    }

    /// The instant.
    pub fn utc(self) -> DateTime<Utc> {
        // The constructors admit no other.
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// The instant in another zone.
    pub fn in_zone<Z: TimeZone>(self, zone: &Z) -> DateTime<Z> {
        self.utc().with_timezone(zone)
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The moment so many milliseconds after 1970; `None` outside the years 0 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        (MIN..=MAX).contains(&millis).then_some(Self(millis))
    }

    /// One millisecond later: what keeps two entries of one instant in order. Nothing is later than
    /// [`Self::LAST`].
    #[must_use]
    pub fn next(self) -> Self {
        Self((self.0 + 1).min(MAX))
    }

    /// The moment cut to the second.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(self.0.div_euclid(1_000) * 1_000)
    }

    /// The time from `earlier` to this moment.
    pub fn since(self, earlier: Self) -> TimeDelta {
        TimeDelta::milliseconds(self.0 - earlier.0)
    }

    /// The moment in UTC through a chrono pattern.
    pub fn format(self, pattern: &str) -> String {
        self.utc().format(pattern).to_string()
    }
}

/// The first instant of the year 0 and the last of the year 9999, in milliseconds since 1970.
const MIN: i64 = -62_167_219_200_000;
const MAX: i64 = 253_402_300_799_999;

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({self})")
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.utc();
        if self.0.rem_euclid(1_000) != 0 {
            return write!(f, "{}", utc.format("%Y-%m-%dT%H:%M:%S%.3fZ"));
        }
        // The constructors admit no year beyond four digits.
        let year = utc.year().unsigned_abs();
        // Entries are named by their times: this is written very often.
        let mut text = *b"0000-00-00T00:00:00Z";
        let places = [
            (0, year / 100),
            (2, year % 100),
            (5, utc.month()),
            (8, utc.day()),
            (11, utc.hour()),
            (14, utc.minute()),
            (17, utc.second()),
        ];
        for (at, number) in places {
            for (at, digit) in [(at, number / 10), (at + 1, number % 10)] {
                text[at] += u8::try_from(digit).unwrap_or_default();
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// A text that is no RFC 3339 instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time with date and zone, like 2026-11-21T09:02:11Z")]
pub struct NotAMoment(pub String);

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|at| Self::from_millis(at.timestamp_millis()))
            .ok_or_else(|| NotAMoment(text.to_owned()))
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        // Readers of JSON want the text, the cache wants it small.
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            s.serialize_i64(self.millis())
        }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if !d.is_human_readable() {
            let millis = i64::deserialize(d)?;
            return Self::from_millis(millis).ok_or_else(|| D::Error::custom("no instant"));
        }
        let text = String::deserialize(d)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_is_written_where_it_is_not_zero() {
        for text in ["2026-11-21T09:02:11Z", "2026-11-21T09:02:11.001Z"] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        let cut: Moment = "2026-11-21T10:02:11.0014+01:00".parse().unwrap();
        assert_eq!(cut.next().to_string(), "2026-11-21T09:02:11.002Z");
    }

    #[test]
    fn every_moment_can_be_written_and_read() {
        for (millis, text) in [
            (MIN, "0000-01-01T00:00:00Z"),
            (MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            let at = Moment::from_millis(millis).unwrap();
            assert_eq!(at.to_string(), text);
            assert_eq!(text.parse(), Ok(at));
        }
        assert_eq!(Moment::LAST.next(), Moment::LAST);
        assert_eq!(Moment::from_millis(MAX + 1), None);
        assert_eq!(Moment::from_millis(MIN - 1), None);
        for text in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
        assert_eq!(Moment::new(&DateTime::<Utc>::MAX_UTC), Moment::LAST);
    }
}
