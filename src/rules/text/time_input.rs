//! Times as people type them: `2026-12-01`, `"2026-12-01 14:00"`, `friday`, `+4h`, `-7d`.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use crate::model::calendar::{Calendar, Duration, NotADuration, weekday};
use crate::model::moment::Moment;
use crate::rules::sla::calendar;
use crate::rules::text::period;

/// A text that is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// It is written otherwise.
    #[error("`{0}` is not a time")]
    Form(String),
    /// Its length is more than any duration, or it lies outside the years that times have.
    #[error(
        "`{0}` is too far away: times are of the years 0 to 9999, at most ten years ahead of now by `+`"
    )]
    TooFar(String),
}

/// What to say to somebody who typed something else.
pub const FORMS: &str =
    "write 2026-12-01, 14:00, \"friday 14:00\", tomorrow, +4h, +3bd or 2026-12-01T14:00:00Z";

/// The local date and time of a text without a zone.
fn stamp(text: &str) -> Option<NaiveDateTime> {
    [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    .filter(|at| is_writable(at.date()))
}

/// Whether a day is of a year that RFC 3339 and TOML can write.
pub fn is_writable(day: NaiveDate) -> bool {
    (0..=9999).contains(&day.year())
}

/// The day that a word or date names, seen from `today`; a weekday is the next one to come.
fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text.to_ascii_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => today.succ_opt(),
        "yesterday" => today.pred_opt(),
        word => {
            if let Some(day) = weekday(word) {
                let from = today.weekday().num_days_from_monday();
                let ahead = (day.num_days_from_monday() + 7 - from) % 7;
                return today.checked_add_days(Days::new(u64::from(if ahead == 0 {
                    7
                } else {
                    ahead
                })));
            }
            (word.len() == 10)
                .then(|| NaiveDate::parse_from_str(word, "%Y-%m-%d").ok())
                .flatten()
        }
    }
}

/// The day that a text names where only whole days count: a date, a weekday to come, or so long from
/// today, `+90d`, `+6w`, `+6mo`, `+1y`.
pub fn whole_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = text.trim();
    let Some(length) = text.strip_prefix('+') else {
        return day(text, today);
    };
    let end = length.find(|c: char| !c.is_ascii_digit())?;
    let amount: u32 = length[..end].parse().ok()?;
    let day = match &length[end..] {
        "d" => today.checked_add_days(Days::new(amount.into())),
        "w" => today.checked_add_days(Days::new(u64::from(amount) * 7)),
        "mo" => today.checked_add_months(Months::new(amount)),
        "y" => today.checked_add_months(Months::new(amount.checked_mul(12)?)),
        _ => None,
    };
    day.filter(|day| is_writable(*day))
}

/// The instant that a text means: for a day, the beginning of the calendar's hours on it, or its
/// midnight where it is closed. `+4h` is open time and `+3bd` business days of the calendar.
pub fn instant(text: &str, now: Moment, zone: Tz, calendar: &Calendar) -> Result<Moment, NotATime> {
    let wrong = || NotATime::Form(text.to_owned());
    let text = text.trim();
    if let Some(length) = text.strip_prefix('+') {
        let length: Duration = length.parse().map_err(|error| match error {
            NotADuration::TooLong(_) => NotATime::TooFar(text.to_owned()),
            _ => wrong(),
        })?;
        return calendar::add(calendar, now.whole_second(), length).ok_or_else(wrong);
    }
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    if let Some(local) = stamp(text) {
        return Ok(calendar::local(zone, local));
    }
    let today = now.in_zone(&zone).date_naive();
    let (word, clock) = text.rsplit_once(' ').unwrap_or(("today", text));
    if let Ok(clock) = NaiveTime::parse_from_str(clock, "%H:%M")
        && let Some(day) = day(word.trim(), today)
    {
        return Ok(calendar::local(zone, day.and_time(clock)));
    }
    let day = day(text, today).ok_or_else(wrong)?;
    let opening = calendar.windows(day).first().map_or(0, |(from, _)| *from);
    let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(opening));
    Ok(calendar::local(calendar.zone, local))
}

/// The span `[from, to)` that a text of a query means: an instant, a minute, a day, or a period of a
/// report, `last-week`, `2026-10`, `2026-Q3`; `-7d` is the instant seven days ago.
pub fn span(text: &str, now: Moment, zone: Tz) -> Result<(Moment, Moment), NotATime> {
    let wrong = || NotATime::Form(text.to_owned());
    let text = text.trim();
    if let Some(back) = text.strip_prefix('-') {
        let at = ago(back, now).ok_or_else(wrong)?;
        return Ok((at, at.next()));
    }
    if let Some(ahead) = text.strip_prefix('+') {
        let ahead =
            length(ahead).and_then(|ahead| now.millis().checked_add(ahead.num_milliseconds()));
        let at = ahead.and_then(Moment::from_millis).ok_or_else(wrong)?;
        return Ok((at, at.next()));
    }
    if let Ok(at) = text.parse::<Moment>() {
        return Ok((at, at.next()));
    }
    if let Some(local) = stamp(text) {
        let at = calendar::local(zone, local);
        return Ok((at, calendar::local(zone, local + TimeDelta::minutes(1))));
    }
    if let Ok(period) = period::read(text, now, zone) {
        return Ok((period.from, period.to));
    }
    let today = now.in_zone(&zone).date_naive();
    // In a query a weekday is the last one that was.
    let day = match weekday(text) {
        Some(day) => {
            let back =
                (today.weekday().num_days_from_monday() + 7 - day.num_days_from_monday()) % 7;
            today.checked_sub_days(Days::new(u64::from(back)))
        }
        None => day(text, today),
    };
    let day = day.ok_or_else(wrong)?;
    let after = day.succ_opt().ok_or_else(wrong)?;
    Ok((period::midnight(day, zone), period::midnight(after, zone)))
}

/// The instant so long before `now`: `30m`, `4h`, `7d`, `2w`, in plain time.
fn ago(text: &str, now: Moment) -> Option<Moment> {
    let back = length(text)?.num_milliseconds();
    Moment::from_millis(now.millis().checked_sub(back)?)
}

/// A plain length of time: `30m`, `4h`, `7d`, `2w`.
pub fn length(text: &str) -> Option<TimeDelta> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let amount: i64 = text[..end].parse().ok()?;
    match &text[end..] {
        "m" => TimeDelta::try_minutes(amount),
        "h" => TimeDelta::try_hours(amount),
        "d" => TimeDelta::try_days(amount),
        "w" => TimeDelta::try_weeks(amount),
        _ => None,
    }
}

/// A length of time to the second, in hours and less: `26h`, `45m`, `1h 05m 30s`.
pub fn exact(length: TimeDelta) -> String {
    let seconds = length.num_seconds().unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, seconds) {
        (0, 0, 0) => "0".to_owned(),
        (0, 0, s) => format!("{s}s"),
        (0, m, 0) => format!("{m}m"),
        (0, m, s) => format!("{m}m {s:02}s"),
        (h, 0, 0) => format!("{h}h"),
        (h, m, 0) => format!("{h}h {m:02}m"),
        (h, m, s) => format!("{h}h {m:02}m {s:02}s"),
    }
}

/// A length of time in its two widest units: `45m`, `2h 10m`, `3d 4h`. Days are of 24 hours.
pub fn lasting(length: TimeDelta) -> String {
    let minutes = length.num_minutes().unsigned_abs();
    let two = |a: u64, unit: &str, b: u64, small: &str| {
        if b == 0 {
            format!("{a}{unit}")
        } else {
            format!("{a}{unit} {b}{small}")
        }
    };
    match minutes {
        0 => format!("{}s", length.num_seconds().unsigned_abs()),
        1..60 => format!("{minutes}m"),
        60..1_440 => two(minutes / 60, "h", minutes % 60, "m"),
        _ => two(minutes / 1_440, "d", minutes / 60 % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::Europe__Warsaw;

    #[track_caller]
    fn means(text: &str, expected: &str) {
        let calendar = Calendar::always(ZONE);
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        assert_eq!(
            instant(text, now, ZONE, &calendar).unwrap().to_string(),
            expected
        );
    }

    #[test]
    fn times_are_what_people_mean() {
        means("2026-12-01", "2026-11-30T23:00:00Z");
        means("2026-12-01 14:00", "2026-12-01T13:00:00Z");
        means("friday", "2026-11-26T23:00:00Z");
        means("saturday", "2026-11-27T23:00:00Z");
        means("+4h", "2026-11-21T13:00:00Z");
        means("2026-12-01T14:00:00Z", "2026-12-01T14:00:00Z");
    }

    #[test]
    fn whole_days_are_dates_weekdays_and_lengths() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        for (text, expected) in [
            ("2027-05-01", "2027-05-01"),
            ("tuesday", "2026-12-01"),
            ("+90d", "2027-02-28"),
            ("+2w", "2026-12-14"),
            ("+3mo", "2027-02-28"),
            ("+1y", "2027-11-30"),
        ] {
            let day = whole_day(text, today).map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "+",
            "+d",
            "+4h",
            "+99999999999d",
            "+4294967295y",
            "+99999y",
            "2027-02-30",
        ] {
            assert_eq!(whole_day(wrong, today), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_too_far_away_is_no_time() {
        let calendar = Calendar::always(ZONE);
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        let instant = |text: &str| instant(text, now, ZONE, &calendar);
        for text in ["+9999999bd", "+99999999999999999999h"] {
            assert_eq!(instant(text), Err(NotATime::TooFar(text.to_owned())));
        }
        for text in ["-9999-01-01 00:00", "+12345-01-01 00:00", "12345-01-01"] {
            assert_eq!(instant(text), Err(NotATime::Form(text.to_owned())));
        }
        for text in ["+153722867280912m", "-153722867280912m", "+9999999w"] {
            assert!(span(text, now, ZONE).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_are_days_months_and_years_of_the_zone() {
        let now = "2026-11-21T09:00:00Z".parse().unwrap();
        let span = |text: &str| span(text, now, ZONE).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(
            span("2026-10").unwrap(),
            "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z"
        );
        assert_eq!(
            span("today").unwrap(),
            "2026-11-20T23:00:00Z 2026-11-21T23:00:00Z"
        );
        assert_eq!(
            span("2026").unwrap(),
            "2025-12-31T23:00:00Z 2026-12-31T23:00:00Z"
        );
        assert_eq!(
            span("-7d").unwrap(),
            "2026-11-14T09:00:00Z 2026-11-14T09:00:00.001Z"
        );
        for (period, days) in [
            ("last-week", "2026-11-08T23:00:00Z 2026-11-15T23:00:00Z"),
            ("this-month", "2026-10-31T23:00:00Z 2026-11-30T23:00:00Z"),
            ("2026-Q3", "2026-06-30T22:00:00Z 2026-09-30T22:00:00Z"),
            ("2026-W41", "2026-10-04T22:00:00Z 2026-10-11T22:00:00Z"),
        ] {
            assert_eq!(span(period).unwrap(), days);
        }
        assert!(span("whenever").is_err());
    }
}
