//! The open time of a calendar, day by day, as instants.
//!
//! All instants here are milliseconds since 1970, so that adding them is exact.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta};
use chrono::{LocalResult, TimeZone};
use chrono_tz::{GapInfo, Tz};

use crate::model::calendar::{Calendar, Window};

/// Open time, `[from, to)`.
pub(in crate::rules::sla::calendar) type Span = (i64, i64);

/// After so many closed days past its last dated exception a calendar never opens again: by then
/// every yearly holiday has met every day of the week.
const NEVER: u64 = 41 * 366;

/// An edge of a window as an instant, and whether the zone's clock shows that time twice.
///
/// In a spring gap it is the gap's end; of a time shown twice a start is the earlier, an end the
/// later (field notes 2.3).
pub(in crate::rules::sla::calendar) fn instant(
    zone: Tz,
    local: NaiveDateTime,
    end: bool,
) -> (i64, bool) {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => (at.timestamp_millis(), false),
        LocalResult::Ambiguous(early, late) => {
            let at = if end { late } else { early };
            (at.timestamp_millis(), true)
        }
        LocalResult::None => {
            let end = GapInfo::new(&local, &zone).and_then(|gap| gap.end);
            let at = end.map_or_else(
                || local.and_utc().timestamp_millis(),
                |end| end.timestamp_millis(),
            );
            (at, false)
        }
    }
}

fn at_minute(day: NaiveDate, minute: u16) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute))
}

/// The local date of an instant; `None` outside of what dates can tell.
pub(in crate::rules::sla::calendar) fn date(zone: Tz, at: i64) -> Option<NaiveDate> {
    let at = DateTime::from_timestamp_millis(at)?;
    Some(at.with_timezone(&zone).date_naive())
}

/// The days and weeks of a calendar. Most have one offset from beginning to end, which makes their
/// windows plain sums.
pub(in crate::rules::sla::calendar) struct Open<'c> {
    calendar: &'c Calendar,
    /// Open milliseconds of a week without holidays.
    usual: i64,
    /// The offsets at the midnights asked for last; walking asks for each twice.
    known: [(NaiveDate, Option<i64>); 2],
}

impl<'c> Open<'c> {
    pub(in crate::rules::sla::calendar) fn of(calendar: &'c Calendar) -> Self {
        Self {
            calendar,
            usual: calendar.week.iter().map(|day| length(day)).sum(),
            known: [(NaiveDate::MAX, None); 2],
        }
    }

    /// The milliseconds that local time is ahead at a day's midnight, where that is one instant.
    fn midnight(&mut self, day: NaiveDate) -> Option<i64> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| *known == day) {
            return *known;
        }
        let local = day.and_time(NaiveTime::MIN);
        let found = match self.calendar.zone.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) => Some(i64::from(offset.fix().local_minus_utc()) * 1000),
            _ => None,
        };
        self.known = [(day, found), self.known[0]];
        found
    }

    /// The open time of a local date, in order and apart. A day that the zone skips has none.
    pub(in crate::rules::sla::calendar) fn day(&mut self, day: NaiveDate) -> Spans<'c> {
        let windows = self.calendar.windows(day).iter();
        let begin = if windows.len() == 0 {
            None
        } else {
            let next = day.succ_opt().and_then(|next| self.midnight(next));
            let offset = self.midnight(day).filter(|offset| next == Some(*offset));
            offset.map(|offset| {
                let midnight = day.and_time(NaiveTime::MIN).and_utc();
                midnight.timestamp_millis() - offset
            })
        };
        Spans {
            calendar: self.calendar,
            day,
            windows,
            begin,
            before: None,
        }
    }

    /// The Monday after a week, and the week's open milliseconds; `None` where its days must be
    /// looked at one by one.
    ///
    /// A zone whose clock shows the same offset at both ends of such a week did not change it
    /// within: a test holds that for all zones.
    pub(in crate::rules::sla::calendar) fn week(
        &mut self,
        monday: NaiveDate,
    ) -> Option<(NaiveDate, i64)> {
        let next = monday.checked_add_days(Days::new(7))?;
        let offset = self.midnight(monday)?;
        if self.midnight(next)? != offset {
            return None;
        }
        let open = if self.is_special(monday, next) {
            let days = monday.iter_days().take(7);
            days.map(|day| length(self.calendar.windows(day))).sum()
        } else {
            self.usual
        };
        Some((next, open))
    }

    /// Whether a holiday or an exception is in `[from, to)`.
    fn is_special(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let calendar = self.calendar;
        if calendar.holidays.range(from..to).next().is_some()
            || calendar.exceptions.range(from..to).next().is_some()
        {
            return true;
        }
        if calendar.yearly.is_empty() {
            return false;
        }
        let key = |day: NaiveDate| (day.month(), day.day());
        let (first, last) = (key(from), key(to));
        if first < last {
            calendar.yearly.range(first..last).next().is_some()
        } else {
            // Over the end of the year.
            calendar.yearly.range(first..).next().is_some()
                || calendar.yearly.range(..last).next().is_some()
        }
    }
}

/// The milliseconds of a day's windows by the clock on the wall.
fn length(windows: &[Window]) -> i64 {
    let minutes = windows
        .iter()
        .map(|(from, to)| i64::from(to.saturating_sub(*from)));
    minutes.sum::<i64>() * 60_000
}

/// The open time of one date.
pub(in crate::rules::sla::calendar) struct Spans<'c> {
    calendar: &'c Calendar,
    day: NaiveDate,
    windows: std::slice::Iter<'c, Window>,
    /// The day's midnight, where its clock does not change.
    begin: Option<i64>,
    /// Where the window before ended.
    before: Option<i64>,
}

impl Iterator for Spans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let (from, to) = self.windows.next()?;
            if let Some(begin) = self.begin {
                let at = |minute: u16| begin + i64::from(minute) * 60_000;
                return Some((at(*from), at(*to)));
            }
            let zone = self.calendar.zone;
            let (mut start, twice) = instant(zone, at_minute(self.day, *from), false);
            let (end, _) = instant(zone, at_minute(self.day, *to), true);
            if twice {
                // An hour that the clock shows twice belongs to the window that it comes in first.
                let before = self.before.or_else(|| end_before(self.calendar, self.day));
                start = start.max(before.unwrap_or(start));
            }
            self.before = Some(end);
            if start < end {
                return Some((start, end));
            }
        }
    }
}

/// When the windows of the day before end.
fn end_before(calendar: &Calendar, day: NaiveDate) -> Option<i64> {
    let day = day.pred_opt()?;
    let (_, to) = calendar.windows(day).last()?;
    Some(instant(calendar.zone, at_minute(day, *to), true).0)
}

/// Tells a calendar that is closed for good from one that opens late.
pub(in crate::rules::sla::calendar) struct Patience {
    /// The last day to look at while nothing opens.
    last: NaiveDate,
    floor: NaiveDate,
}

impl Patience {
    /// From a day on, forward.
    pub(in crate::rules::sla::calendar) fn after(calendar: &Calendar, day: NaiveDate) -> Self {
        let dated = calendar.exceptions.keys().next_back();
        let floor = dated.copied().unwrap_or(day).max(day);
        Self {
            last: later(floor),
            floor,
        }
    }

    /// It was open on this day.
    pub(in crate::rules::sla::calendar) fn opened(&mut self, day: NaiveDate) {
        self.last = later(day.max(self.floor));
    }

    /// Whether it will not open any more.
    pub(in crate::rules::sla::calendar) fn is_over(&self, day: NaiveDate) -> bool {
        day > self.last
    }

    /// Whether a calendar was never open before a day.
    pub(in crate::rules::sla::calendar) fn was_never(
        calendar: &Calendar,
        day: NaiveDate,
        since: NaiveDate,
    ) -> bool {
        let dated = calendar.exceptions.keys().next();
        let floor = dated.copied().unwrap_or(since).min(since);
        floor
            .checked_sub_days(Days::new(NEVER))
            .is_none_or(|first| day < first)
    }
}

fn later(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(NEVER))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether a date is a Monday.
pub(in crate::rules::sla::calendar) fn is_monday(day: NaiveDate) -> bool {
    day.weekday() == chrono::Weekday::Mon
}
