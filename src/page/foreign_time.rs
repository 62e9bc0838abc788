//! Times as other systems write them.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, Datelike, LocalResult, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::model::moment::Moment;

/// The word for RFC 3339 among the patterns.
pub const RFC3339: &str = "rfc3339";

/// The years that an id can name, see [`crate::model::id::TicketId::folder`].
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=2069;

/// One way of writing a time.
#[derive(Clone, Debug)]
enum TimePattern {
    Rfc3339,
    Pattern(Vec<Item<'static>>),
}

/// The ways in which a log writes its times, and the zone of those that name none.
#[derive(Clone, Debug)]
pub struct Stamps {
    forms: Vec<TimePattern>,
    zone: Tz,
}

/// A time that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignTime {
    /// The instant.
    pub at: Moment,
    /// Whether its local clock skipped that time, so that it was read by the clock before.
    pub skipped: bool,
}

/// Why a time cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAStamp {
    /// No pattern fits.
    Unlike,
    /// Its year is outside [`YEARS`].
    Year,
}

/// A pattern that cannot read times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no pattern for a date or a time with its date")]
pub struct NotAPattern(pub String);

impl Stamps {
    /// The patterns (as chrono has them, or `rfc3339`), tried in order.
    pub fn new<'p>(
        patterns: impl IntoIterator<Item = &'p str>,
        zone: Tz,
    ) -> Result<Self, NotAPattern> {
        let forms = patterns.into_iter().map(form).collect::<Result<_, _>>()?;
        Ok(Self { forms, zone })
    }

    /// Reads a time by the first pattern that gives a year which an id can name. Of an hour that
    /// the clock shows twice, the first is meant.
    pub fn read(&self, text: &str) -> Result<ForeignTime, NotAStamp> {
        let mut stamps = self.readings(text).peekable();
        if stamps.peek().is_none() {
            return Err(NotAStamp::Unlike);
        }
        stamps.find(in_years).ok_or(NotAStamp::Year)
    }

    /// Two instants that a text may mean, by two of the patterns.
    pub fn two_ways(&self, text: &str) -> Option<(ForeignTime, ForeignTime)> {
        if self.forms.len() < 2 {
            return None;
        }
        let mut stamps = self.readings(text).filter(in_years);
        let first = stamps.next()?;
        let other = stamps.find(|other| other.at != first.at)?;
        Some((first, other))
    }

    /// The zone of times that name none.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    fn readings(&self, text: &str) -> impl Iterator<Item = ForeignTime> {
        let forms = self.forms.iter();
        forms.filter_map(move |form| form.read(text, self.zone))
    }
}

fn in_years(stamp: &ForeignTime) -> bool {
    YEARS.contains(&stamp.at.utc().year())
}

fn form(pattern: &str) -> Result<TimePattern, NotAPattern> {
    if pattern == RFC3339 {
        return Ok(TimePattern::Rfc3339);
    }
    let wrong = || NotAPattern(pattern.to_owned());
    let items = StrftimeItems::new(pattern)
        .parse_to_owned()
        .map_err(|_| wrong())?;
    let form = TimePattern::Pattern(items);
    // What the pattern writes, it must be able to read.
    let sample = DateTime::UNIX_EPOCH + TimeDelta::days(12_345);
    let written = match &form {
        TimePattern::Pattern(items) => sample.format_with_items(items.iter()).to_string(),
        TimePattern::Rfc3339 => String::new(),
    };
    let back = form.read(&written, Tz::UTC).ok_or_else(wrong)?;
    if back.at.utc().date_naive() == sample.date_naive() {
        Ok(form)
    } else {
        Err(wrong())
    }
}

impl TimePattern {
    fn read(&self, text: &str, zone: Tz) -> Option<ForeignTime> {
        let items = match self {
            Self::Rfc3339 => {
                let at = text.parse().ok()?;
                return Some(ForeignTime { at, skipped: false });
            }
            Self::Pattern(items) => items,
        };
        let mut parsed = Parsed::new();
        parse(&mut parsed, text, items.iter()).ok()?;
        if parsed.hour_mod_12().is_some() && parsed.minute().is_none() {
            parsed.set_minute(0).ok()?;
        }
        if parsed.offset().is_some() {
            let at = Moment::new(&parsed.to_datetime().ok()?);
            return Some(ForeignTime { at, skipped: false });
        }
        if let Some(seconds) = parsed.timestamp() {
            let at = Moment::from_millis(seconds.checked_mul(1000)?)?;
            return Some(ForeignTime { at, skipped: false });
        }
        let timed = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some();
        let time = if timed {
            parsed.to_naive_time().ok()?
        } else {
            NaiveTime::MIN
        };
        Some(in_zone(parsed.to_naive_date().ok()?.and_time(time), zone))
    }
}

/// The instant at which a clock of the zone showed this.
pub fn in_zone(local: NaiveDateTime, zone: Tz) -> ForeignTime {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => ForeignTime {
            at: Moment::new(&at),
            skipped: false,
        },
        // The clock jumped over it: by the clock as it went until then, it is as much later.
        LocalResult::None => {
            let day = TimeDelta::days(1);
            let before = zone.from_local_datetime(&(local - day)).earliest();
            let at = before.map_or_else(
                || Moment::new(&local.and_utc()),
                |at| Moment::new(&(at + day)),
            );
            ForeignTime { at, skipped: true }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(pattern: &str, zone: &str, text: &str, expected: &str) {
        let stamps = Stamps::new([pattern], zone.parse().unwrap()).unwrap();
        assert_eq!(stamps.read(text).unwrap().at.to_string(), expected);
    }

    #[test]
    fn times_are_read_in_the_ways_of_other_systems() {
        reads(
            "%d/%m/%Y %H:%M",
            "Europe/Warsaw",
            "9/2/2016 1:16",
            "2016-02-09T00:16:00Z",
        );
        reads(
            "%d/%m/%Y %H:%M",
            "Europe/Warsaw",
            "29/07/2016 01:16",
            "2016-07-28T23:16:00Z",
        );
        reads(
            "rfc3339",
            "UTC",
            "2010-03-31T15:59:42+01:00",
            "2010-03-31T14:59:42Z",
        );
        reads(
            "%Y-%m-%d %H:%M:%S%:z",
            "Asia/Tokyo",
            "2010-01-13 08:40:25+00:00",
            "2010-01-13T08:40:25Z",
        );
        reads(
            "%Y-%m-%d %H:%M:%S%.f",
            "UTC",
            "2010-01-13 08:40:25.123456",
            "2010-01-13T08:40:25.123Z",
        );
        reads(
            "%b %d, %Y %I:%M %p",
            "America/New_York",
            "Jan 05, 2020 12:30 AM",
            "2020-01-05T05:30:00Z",
        );
        reads(
            "%Y-%m-%d",
            "Europe/Warsaw",
            "2020-01-05",
            "2020-01-04T23:00:00Z",
        );
        reads(
            "%d.%m.%Y %Hh",
            "UTC",
            "05.01.2020 7h",
            "2020-01-05T07:00:00Z",
        );
        reads("%s", "Europe/Warsaw", "1456708560", "2016-02-29T01:16:00Z");
    }

    #[test]
    fn a_time_that_the_clock_skipped_or_showed_twice_has_one_instant() {
        let stamps = Stamps::new(["%Y-%m-%d %H:%M"], Tz::Europe__Warsaw).unwrap();
        let skipped = stamps.read("2016-03-27 02:30").unwrap();
        assert_eq!(
            (skipped.at.to_string().as_str(), skipped.skipped),
            ("2016-03-27T01:30:00Z", true)
        );
        let twice = stamps.read("2016-10-30 02:30").unwrap();
        assert_eq!(
            (twice.at.to_string().as_str(), twice.skipped),
            ("2016-10-30T00:30:00Z", false)
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let stamps = Stamps::new(["%d/%m/%Y %H:%M", "%Y-%m-%d"], Tz::UTC).unwrap();
        assert!(stamps.read("2016-02-28").is_ok());
        for text in [
            "",
            "?",
            "31/2/2016 01:16",
            "1/2/2016",
            "1/2/2016 25:00",
            "2016-02-28T",
        ] {
            assert_eq!(stamps.read(text), Err(NotAStamp::Unlike), "{text}");
        }
        for text in ["1/1/1900 00:00", "2099-01-01"] {
            assert_eq!(stamps.read(text), Err(NotAStamp::Year), "{text}");
        }
        for pattern in ["", "%H:%M", "%Q", "%d/%m", "yyyy-mm-dd", "%Y-%m"] {
            assert!(Stamps::new([pattern], Tz::UTC).is_err(), "{pattern}");
        }
    }
}
