//! Times whose form nobody stated, read by their own signs: the year has four digits or stands
//! last, months have names, zones a sign. What they do not tell, whether 3/4 is in April or in
//! March, is asked of all times of a file.

use chrono::{
    Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
};
use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::page::foreign_time::{ForeignTime, YEARS, in_zone};

/// Which of two numbers before a year is the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// The second: 31/12/2026.
    #[default]
    DayFirst,
    /// The first: 12/31/2026.
    MonthFirst,
}

impl DateOrder {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
        }
    }
}

/// The beginnings of months' names: English, German, Polish, Vietnamese has numbers.
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrz", 3),
    ("apr", 4),
    ("may", 5),
    ("mai", 5),
    ("maj", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("sty", 1),
    ("lut", 2),
    ("kwi", 4),
    ("cze", 6),
    ("lip", 7),
    ("sie", 8),
    ("wrz", 9),
    ("paź", 10),
    ("lis", 11),
    ("gru", 12),
];

/// A time as it is written: its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parts {
    date: DateParts,
    time: NaiveTime,
    offset: Option<FixedOffset>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum DateParts {
    /// A date that can be read in one way.
    Plain(NaiveDate),
    /// Two numbers before a year.
    Numbers(u32, u32, i32),
    /// Seconds or milliseconds since 1970.
    Epoch(i64),
}

/// Reads a time of which nobody said how it is written; `None` where its year is one that no id can
/// name, too.
pub fn read(text: &str, order: DateOrder, zone: Tz) -> Option<ForeignTime> {
    let parts = parts(text)?;
    let date = match parts.date {
        DateParts::Plain(date) => date,
        DateParts::Epoch(millis) => {
            let at = Moment::from_millis(millis)?;
            return Some(ForeignTime { at, skipped: false });
        }
        DateParts::Numbers(first, second, year) => {
            let (day, month) = match order {
                DateOrder::DayFirst => (first, second),
                DateOrder::MonthFirst => (second, first),
            };
            NaiveDate::from_ymd_opt(year, month, day)
                .or_else(|| NaiveDate::from_ymd_opt(year, day, month))?
        }
    };
    if !YEARS.contains(&date.year()) {
        return None;
    }
    let local = NaiveDateTime::new(date, parts.time);
    match parts.offset {
        Some(offset) => {
            let at = Moment::new(&offset.from_local_datetime(&local).single()?);
            Some(ForeignTime { at, skipped: false })
        }
        None => Some(in_zone(local, zone)),
    }
}

/// What the times of a file tell of the order of day and month.
#[derive(Clone, Debug, Default)]
pub struct OrderEvidence {
    /// A time that can be read day first only.
    pub day_first: Option<String>,
    /// A time that can be read month first only.
    pub month_first: Option<String>,
    /// A time that can be read both ways, and means two days.
    pub either: Option<String>,
    counts: [usize; 2],
    /// By each order, how many are later than now.
    late: [usize; 2],
}

impl OrderEvidence {
    /// Notes a time; `now` is a moment that no time of an export can be after.
    pub fn note(&mut self, text: &str, now: Moment) {
        let Some(Parts {
            date: DateParts::Numbers(first, second, year),
            time,
            ..
        }) = parts(text)
        else {
            return;
        };
        let slot = match (first > 12, second > 12) {
            (true, false) => (0, &mut self.day_first),
            (false, true) => (1, &mut self.month_first),
            _ => {
                if first != second {
                    self.either.get_or_insert_with(|| text.to_owned());
                    for (at, (day, month)) in
                        [(first, second), (second, first)].into_iter().enumerate()
                    {
                        let date = NaiveDate::from_ymd_opt(year, month, day);
                        let late = date.is_some_and(|date| {
                            Moment::new(&date.and_time(time).and_utc()).since(now)
                                > TimeDelta::days(2)
                        });
                        self.late[at] += usize::from(late);
                    }
                }
                return;
            }
        };
        self.counts[slot.0] += 1;
        slot.1.get_or_insert_with(|| text.to_owned());
    }

    /// The order that they tell, and whether another is as likely.
    pub fn order(&self) -> (DateOrder, bool) {
        let by = |day: usize, month: usize| match day.cmp(&month) {
            std::cmp::Ordering::Greater => Some(DateOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DateOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        };
        let told = by(self.counts[0], self.counts[1]).or_else(|| by(self.late[1], self.late[0]));
        (
            told.unwrap_or_default(),
            told.is_none() && self.either.is_some(),
        )
    }
}

/// The words and numbers of a text.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = None;
    let mut kind = 0;
    for (at, c) in text.char_indices() {
        let this = if c.is_ascii_digit() {
            1
        } else if c.is_alphabetic() {
            2
        } else if c.is_whitespace() {
            0
        } else {
            3
        };
        if this != kind || this == 3 {
            if let Some(start) = start.take().filter(|_| kind != 0) {
                out.push(&text[start..at]);
            }
            start = Some(at);
            kind = this;
        }
        if out.len() > 24 {
            return Vec::new();
        }
    }
    if let Some(start) = start.filter(|_| kind != 0) {
        out.push(&text[start..]);
    }
    out
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

fn month(token: &str) -> Option<u32> {
    let word = token.to_lowercase();
    MONTHS
        .iter()
        .find(|(start, _)| word.starts_with(start))
        .map(|(_, month)| *month)
}

fn parts(text: &str) -> Option<Parts> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let all = tokens(text);
    if let [digits] = all.as_slice()
        && is_number(digits)
    {
        return match digits.len() {
            10 => Some(epoch(digits.parse::<i64>().ok()?.checked_mul(1000)?)),
            13 => Some(epoch(digits.parse().ok()?)),
            8 => {
                let date = NaiveDate::parse_from_str(digits, "%Y%m%d").ok()?;
                Some(Parts {
                    date: DateParts::Plain(date),
                    time: NaiveTime::MIN,
                    offset: None,
                })
            }
            _ => None,
        };
    }
    let mut rest = all.as_slice();
    // A day of the week before the date says nothing more.
    if let [word, after @ ..] = rest
        && !is_number(word)
        && word.chars().all(char::is_alphabetic)
        && (month(word).is_none() || after.first() == Some(&","))
    {
        rest = after
            .strip_prefix(&[","])
            .or_else(|| after.strip_prefix(&["."]))
            .unwrap_or(after);
    }
    let (date, rest) = date(rest)?;
    let (clock, rest) = clock(rest)?;
    let (offset, rest) = offset(rest)?;
    // As `date` of Unix has it: the year stands last.
    let date = match (date, rest) {
        (Ok(date), []) => date,
        (Err((month, day)), [year]) if year.len() == 4 => {
            DateParts::Plain(NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)?)
        }
        _ => return None,
    };
    Some(Parts {
        date,
        time: clock,
        offset,
    })
}

fn epoch(millis: i64) -> Parts {
    Parts {
        date: DateParts::Epoch(millis),
        time: NaiveTime::MIN,
        offset: None,
    }
}

/// A date, or a month and a day whose year comes later.
type FoundDate = Result<DateParts, (u32, u32)>;

fn date<'t>(all: &'t [&'t str]) -> Option<(FoundDate, &'t [&'t str])> {
    let sign = |token: &str| matches!(token, "/" | "." | "-");
    let plain = |year: &str, month: u32, day: &str| {
        NaiveDate::from_ymd_opt(year_of(year)?, month, day.parse().ok()?).map(DateParts::Plain)
    };
    match all {
        [year, one, month, two, day, rest @ ..]
            if year.len() == 4
                && is_number(year)
                && sign(one)
                && one == two
                && is_number(month)
                && is_number(day) =>
        {
            Some((Ok(plain(year, month.parse().ok()?, day)?), rest))
        }
        [first, one, second, two, year, rest @ ..]
            if is_number(first)
                && first.len() <= 2
                && is_number(second)
                && second.len() <= 2
                && sign(one)
                && one == two
                && is_number(year) =>
        {
            let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
            // Points stand behind days first wherever they are written.
            if *one == "."
                && let Some(date) = NaiveDate::from_ymd_opt(year_of(year)?, second, first)
            {
                return Some((Ok(DateParts::Plain(date)), rest));
            }
            let (low, high) = if first < second {
                (first, second)
            } else {
                (second, first)
            };
            if low == 0 || low > 12 || high > 31 {
                return None;
            }
            Some((Ok(DateParts::Numbers(first, second, year_of(year)?)), rest))
        }
        [d, rest @ ..] if is_number(d) && d.len() <= 2 => {
            let rest = after_signs(rest);
            let [name, rest @ ..] = rest else { return None };
            let month = month(name)?;
            let [year, rest @ ..] = after_signs(rest) else {
                return None;
            };
            Some((Ok(plain(year, month, d)?), rest))
        }
        [name, d, rest @ ..] if month(name).is_some() && is_number(d) => {
            let month = month(name)?;
            let later = after_signs(rest);
            match later {
                [year, after @ ..] if is_number(year) && year.len() == 4 => {
                    Some((Ok(plain(year, month, d)?), after))
                }
                _ => Some((Err((month, d.parse().ok()?)), rest)),
            }
        }
        _ => None,
    }
}

fn after_signs<'t>(mut all: &'t [&'t str]) -> &'t [&'t str] {
    while let [sign, rest @ ..] = all
        && matches!(*sign, "/" | "." | "-" | ",")
    {
        all = rest;
    }
    all
}

fn year_of(token: &str) -> Option<i32> {
    let year: i32 = token.parse().ok()?;
    match token.len() {
        4 => Some(year),
        2 => Some(if year < 70 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn clock<'t>(all: &'t [&'t str]) -> Option<(NaiveTime, &'t [&'t str])> {
    let rest = match all {
        [word, rest @ ..] if matches!(*word, "T" | "t" | "," | "at" | "um") => rest,
        _ => all,
    };
    let [hour, ":", minute, rest @ ..] = rest else {
        return Some((NaiveTime::MIN, all));
    };
    let (mut hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let (second, rest) = match rest {
        [":", second, rest @ ..] => (second.parse().ok()?, rest),
        rest => (0, rest),
    };
    let (nanos, rest) = match rest {
        ["." | ",", fraction, rest @ ..] if is_number(fraction) => {
            let digits = format!("{fraction:0<9}");
            (digits.get(..9)?.parse().ok()?, rest)
        }
        rest => (0, rest),
    };
    let rest = match rest {
        [half, rest @ ..] if half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm") => {
            if hour == 0 || hour > 12 {
                return None;
            }
            hour = hour % 12
                + if half.eq_ignore_ascii_case("pm") {
                    12
                } else {
                    0
                };
            rest
        }
        [word, after @ ..] if *word == "Uhr" => after,
        _ => rest,
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    Some((time.with_nanosecond(nanos / 1_000_000 * 1_000_000)?, rest))
}

type FoundOffset<'t> = (Option<FixedOffset>, &'t [&'t str]);

fn offset<'t>(all: &'t [&'t str]) -> Option<FoundOffset<'t>> {
    let (utc, rest) = match all {
        [word, rest @ ..]
            if ["z", "utc", "gmt"]
                .iter()
                .any(|utc| word.eq_ignore_ascii_case(utc)) =>
        {
            (true, rest)
        }
        rest => (false, rest),
    };
    let none = if utc { FixedOffset::east_opt(0) } else { None };
    let [sign @ ("+" | "-"), digits, rest @ ..] = rest else {
        return Some((none, rest));
    };
    let (hours, minutes, rest): (i32, i32, _) = match (digits.len(), rest) {
        (4, rest) => (digits[..2].parse().ok()?, digits[2..].parse().ok()?, rest),
        (1 | 2, [":", minutes, rest @ ..]) => (digits.parse().ok()?, minutes.parse().ok()?, rest),
        (1 | 2, rest) => (digits.parse().ok()?, 0, rest),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    let offset = FixedOffset::east_opt(if *sign == "-" { -seconds } else { seconds })?;
    Some((Some(offset), rest))
}

/// The date of a number that counts days, as sheets do: from the end of 1899, or from 1904.
pub fn of_serial(text: &str, is_1904: bool, zone: Tz) -> Option<ForeignTime> {
    let days: f64 = text.parse().ok()?;
    if !(20_000.0..=65_000.0).contains(&days) {
        return None;
    }
    let start = if is_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)
    };
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let seconds = (days * 86_400.0).round() as i64;
    let local = start?
        .and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::seconds(seconds))?;
    YEARS.contains(&local.year()).then(|| in_zone(local, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: &str) {
        let found = read(text, DateOrder::DayFirst, Tz::UTC);
        let found = found.map_or_else(|| "nothing".to_owned(), |found| found.at.to_string());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn times_are_read_by_their_own_signs() {
        for (text, expected) in [
            ("2026-11-03", "2026-11-03T00:00:00Z"),
            ("2026-11-03T09:05:06Z", "2026-11-03T09:05:06Z"),
            (
                "2026-11-03T09:05:06.123456+02:00",
                "2026-11-03T07:05:06.123Z",
            ),
            ("2026-11-03 09:05", "2026-11-03T09:05:00Z"),
            ("2026-11-03 09:05:06 UTC", "2026-11-03T09:05:06Z"),
            ("2026-11-03 09:05:06 +0100", "2026-11-03T08:05:06Z"),
            ("2026/11/03 9:05", "2026-11-03T09:05:00Z"),
            ("31/12/2026 23:59", "2026-12-31T23:59:00Z"),
            ("12/31/2026 11:59 PM", "2026-12-31T23:59:00Z"),
            ("03.11.26, 09:05", "2026-11-03T09:05:00Z"),
            ("3.11.2026 12:05:06 AM", "2026-11-03T00:05:06Z"),
            ("03/Nov/26 9:05 AM", "2026-11-03T09:05:00Z"),
            ("3-Nov-2026", "2026-11-03T00:00:00Z"),
            ("3 November 2026 09:05", "2026-11-03T09:05:00Z"),
            ("Nov 3, 2026 09:05", "2026-11-03T09:05:00Z"),
            ("November 3, 2026, 9:05 am", "2026-11-03T09:05:00Z"),
            ("Tue Nov 03 09:05:06 2026", "2026-11-03T09:05:06Z"),
            ("Tue, 03 Nov 2026 09:05:06 +0100", "2026-11-03T08:05:06Z"),
            ("Tuesday, November 3, 2026", "2026-11-03T00:00:00Z"),
            ("1793696706", "2026-11-03T09:05:06Z"),
            ("1793696706000", "2026-11-03T09:05:06Z"),
            ("20261103", "2026-11-03T00:00:00Z"),
        ] {
            reads(text, expected);
        }
        for text in [
            "",
            "soon",
            "31/31/2026",
            "2026-13-01",
            "12",
            "4711",
            "1/1/1900",
            "2026-11-03 25:00",
            "May",
            "INC0012",
        ] {
            reads(text, "nothing");
        }
    }

    #[test]
    fn all_times_of_a_file_tell_which_number_is_the_month() {
        let now: Moment = "2026-11-20T00:00:00Z".parse().unwrap();
        let told = |all: &[&str]| {
            let mut evidence = OrderEvidence::default();
            for text in all {
                evidence.note(text, now);
            }
            evidence.order()
        };
        assert_eq!(
            told(&["03/04/2026", "12/31/2025"]),
            (DateOrder::MonthFirst, false)
        );
        assert_eq!(
            told(&["03/04/2026", "31/12/2025"]),
            (DateOrder::DayFirst, false)
        );
        assert_eq!(told(&["03/04/2026"]), (DateOrder::DayFirst, true));
        assert_eq!(
            told(&["11/12/2026"]),
            (DateOrder::MonthFirst, false),
            "not in December"
        );
        assert_eq!(
            told(&["04/04/2026", "2026-01-01"]),
            (DateOrder::DayFirst, false)
        );
    }

    #[test]
    fn days_of_sheets_count_from_two_epochs() {
        let at = |text, is_1904| of_serial(text, is_1904, Tz::UTC).map(|time| time.at.to_string());
        assert_eq!(
            at("46329.5", false),
            Some("2026-11-03T12:00:00Z".to_owned())
        );
        assert_eq!(at("44867.5", true), Some("2026-11-03T12:00:00Z".to_owned()));
        assert_eq!(at("12", false), None);
    }
}
