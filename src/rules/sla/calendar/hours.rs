//! A calendar to count on: as it is, or with the open time of some years worked out beforehand, so
//! that thousands of sums cost a look at a list each. Both say the same; a test holds that.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{NaiveDate, TimeDelta};

use crate::model::calendar::{Calendar, Duration};
use crate::model::moment::Moment;
use crate::rules::sla::calendar::days::{Open, Span, date, instant};
use crate::rules::sla::calendar::moment;

/// The open time of a calendar between two instants.
#[derive(Debug)]
struct OpenTimeTable {
    /// What is worked out, in milliseconds since 1970: from a midnight to a midnight.
    whole: Span,
    spans: Vec<Span>,
    /// The open milliseconds before each of the spans, and before the end of all.
    before: Vec<i64>,
    /// The days on which it opens, each with where its spans end in the list.
    days: Vec<(NaiveDate, usize)>,
    working_day: Option<i64>,
}

impl OpenTimeTable {
    fn of(calendar: &Calendar, from: Moment, to: Moment) -> Option<Self> {
        let first = date(calendar.zone, from.millis())?;
        let last = date(calendar.zone, to.millis())?;
        let mut table = Self {
            whole: (from.millis(), to.millis()),
            spans: Vec::new(),
            before: vec![0],
            days: Vec::new(),
            working_day: calendar.working_day(),
        };
        let mut open = Open::of(calendar);
        // A day's windows may reach beyond its midnight where the clock is changed.
        let mut day = first.pred_opt()?;
        let end = last.succ_opt()?;
        let mut sum = 0;
        while day <= end {
            let before = table.spans.len();
            for (start, end) in open.day(day) {
                table.spans.push((start, end));
                sum += end - start;
                table.before.push(sum);
            }
            if table.spans.len() > before {
                table.days.push((day, table.spans.len()));
            }
            day = day.succ_opt()?;
        }
        // Sums by place need spans in order and apart.
        let apart = table.spans.windows(2).all(|two| two[0].1 <= two[1].0);
        apart.then_some(table)
    }

    fn covers(&self, at: i64) -> bool {
        (self.whole.0..self.whole.1).contains(&at)
    }

    /// The open time before an instant, since the beginning.
    fn upto(&self, at: i64) -> i64 {
        let after = self.spans.partition_point(|(start, _)| *start <= at);
        match after.checked_sub(1) {
            Some(span) => {
                let (start, end) = self.spans[span];
                self.before[span] + (end.min(at) - start)
            }
            None => 0,
        }
    }

    fn between(&self, from: i64, to: i64) -> Option<i64> {
        (self.covers(from) && self.covers(to)).then(|| self.upto(to) - self.upto(from))
    }

    fn add(&self, from: i64, amount: i64) -> Option<i64> {
        if amount < 0 || !self.covers(from) {
            return None;
        }
        let found = if amount == 0 {
            let span = self.spans.partition_point(|(_, end)| *end <= from);
            let (start, _) = self.spans.get(span)?;
            *start.max(&from)
        } else {
            let sum = self.upto(from) + amount;
            // The first span at whose end so much has passed.
            let span = self.before[1..].partition_point(|passed| *passed < sum);
            let (start, _) = self.spans.get(span)?;
            start + (sum - self.before[span])
        };
        self.covers(found).then_some(found)
    }

    /// The n-th day after a date on which the calendar opens, with its opening and closing.
    fn business_day(&self, after: NaiveDate, days: u32) -> Option<(NaiveDate, Span)> {
        let next = self.days.partition_point(|(day, _)| *day <= after);
        let nth = next.checked_add(usize::try_from(days).ok()?.checked_sub(1)?)?;
        let (day, end) = *self.days.get(nth)?;
        let begin = nth.checked_sub(1).map_or(0, |before| self.days[before].1);
        let (opening, _) = self.spans[begin];
        let (_, closing) = self.spans[end - 1];
        (self.covers(opening) && self.covers(closing)).then_some((day, (opening, closing)))
    }
}

/// Tables of calendars for one stretch of time, each made when it is first asked for.
#[derive(Debug)]
pub struct Tables<'c> {
    from: Moment,
    to: Moment,
    known: BTreeMap<&'c str, (&'c Calendar, OnceLock<Option<OpenTimeTable>>)>,
}

impl<'c> Tables<'c> {
    /// Of these calendars, from one instant to another.
    pub fn of(calendars: &'c BTreeMap<String, Calendar>, from: Moment, to: Moment) -> Self {
        let known = calendars.iter();
        let known = known.map(|(name, one)| (name.as_str(), (one, OnceLock::new())));
        Self {
            from,
            to,
            known: known.collect(),
        }
    }

    /// A calendar by its name.
    pub fn hours(&self, name: &str) -> Option<Hours<'_>> {
        let (calendar, table) = self.known.get(name)?;
        let table = table.get_or_init(|| OpenTimeTable::of(calendar, self.from, self.to));
        Some(Hours {
            calendar,
            table: table.as_ref(),
        })
    }
}

/// A calendar to count on.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'c> {
    /// The calendar.
    pub calendar: &'c Calendar,
    table: Option<&'c OpenTimeTable>,
}

impl<'c> From<&'c Calendar> for Hours<'c> {
    fn from(calendar: &'c Calendar) -> Self {
        Self {
            calendar,
            table: None,
        }
    }
}

impl Hours<'_> {
    /// How long a day of it is, as a rule, in milliseconds.
    pub fn working_day(self) -> Option<i64> {
        self.table
            .map_or_else(|| self.calendar.working_day(), |table| table.working_day)
    }

    /// See [`between`](crate::rules::sla::calendar::between).
    pub fn between(&self, from: Moment, to: Moment) -> TimeDelta {
        let known = self.table;
        match known.and_then(|table| table.between(from.millis(), to.millis())) {
            Some(millis) => TimeDelta::milliseconds(millis),
            None => crate::rules::sla::calendar::between(self.calendar, from, to),
        }
    }

    /// See [`add_open`](crate::rules::sla::calendar::add_open).
    pub fn add_open(&self, from: Moment, amount: TimeDelta) -> Option<Moment> {
        let known = self.table;
        match known.and_then(|table| table.add(from.millis(), amount.num_milliseconds())) {
            Some(millis) => moment(millis),
            None => crate::rules::sla::calendar::add_open(self.calendar, from, amount),
        }
    }

    /// See [`add`](crate::rules::sla::calendar::add).
    pub fn add(&self, from: Moment, length: Duration) -> Option<Moment> {
        match length {
            Duration::Minutes(minutes) => {
                self.add_open(from, TimeDelta::minutes(i64::from(minutes)))
            }
            Duration::Days(days) => {
                let Some((day, (opening, closing))) = self.business_day(from, days) else {
                    return crate::rules::sla::calendar::add(self.calendar, from, length);
                };
                let zone = self.calendar.zone;
                let local = from.in_zone(&zone).time();
                let wanted = instant(zone, day.and_time(local), false).0;
                moment(wanted.clamp(opening, closing))
            }
        }
    }

    fn business_day(&self, after: Moment, days: u32) -> Option<(NaiveDate, Span)> {
        let table = self.table.filter(|table| table.covers(after.millis()))?;
        table.business_day(date(self.calendar.zone, after.millis())?, days)
    }

    /// See [`end_of_day`](crate::rules::sla::calendar::end_of_day).
    pub fn end_of_day(&self, from: Moment, days: u32) -> Option<Moment> {
        match self.business_day(from, days) {
            Some((_, (_, closing))) => moment(closing),
            None => crate::rules::sla::calendar::end_of_day(self.calendar, from, days),
        }
    }
}
