//! The periods that a report is compared with: those before it, and the same one a year ago. One that
//! is not over yet is compared with the same part of them.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::model::moment::Moment;
use crate::rules::sla::calendar::local;
use crate::rules::text::period::{Period, midnight};

/// A period, those before it, and the same one a year ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedPeriods {
    /// The period itself, up to its edge.
    pub own: Period,
    /// Those before it, the nearest first.
    pub before: Vec<Period>,
    /// That of a year ago; of weeks and days 52 weeks ago.
    pub year: Period,
    /// Whether the period is not over yet, and the others are cut like it.
    pub part: bool,
}

impl ComparedPeriods {
    /// The periods that a period is compared with, so many of those before it.
    pub fn of(period: Period, edge: Moment, zone: Tz, many: u32) -> Self {
        let shape = Shape::of(period, edge, zone);
        Self {
            own: Period {
                from: period.from,
                to: edge,
            },
            before: (1..=many).map(|n| shape.back(n, period)).collect(),
            year: shape.year(period),
            part: edge < period.to,
        }
    }

    /// All: the period, those before it, and that of a year ago.
    pub fn all(&self) -> impl Iterator<Item = Period> {
        let before = self.before.iter().copied();
        [self.own].into_iter().chain(before).chain([self.year])
    }
}

/// How a period goes back in time.
struct Shape {
    zone: Tz,
    first: NaiveDateTime,
    end: NaiveDateTime,
    /// Whole months, where it is of such.
    months: Option<u32>,
    days: u64,
    /// How much of it is over, where not all of it is.
    part: Option<(u64, NaiveDateTime)>,
}

impl Shape {
    fn of(period: Period, edge: Moment, zone: Tz) -> Self {
        let at = |moment: Moment| moment.in_zone(&zone).naive_local();
        let (first, end) = (at(period.from), at(period.to));
        let begins =
            |moment: Moment, day: NaiveDate| day.day() == 1 && midnight(day, zone) == moment;
        let months = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
        let whole = begins(period.from, first.date()) && begins(period.to, end.date());
        let many = months(end.date()) - months(first.date());
        let days = |from: NaiveDateTime, to: NaiveDateTime| {
            u64::try_from((to.date() - from.date()).num_days()).unwrap_or_default()
        };
        Self {
            zone,
            first,
            end,
            months: u32::try_from(many).ok().filter(|many| whole && *many > 0),
            days: days(first, end).max(1),
            part: (edge < period.to).then(|| (days(first, at(edge)), at(edge))),
        }
    }

    fn back(&self, n: u32, own: Period) -> Period {
        match self.months {
            Some(months) => self.months_back(months * n, own),
            None => self.days_back(self.days * u64::from(n), own),
        }
    }

    fn year(&self, own: Period) -> Period {
        match self.months {
            Some(_) => self.months_back(12, own),
            // The same days of the week.
            None => self.days_back(364.max(self.days.div_ceil(7) * 7), own),
        }
    }

    fn months_back(&self, months: u32, own: Period) -> Period {
        let back = |at: NaiveDateTime| at.checked_sub_months(Months::new(months));
        self.cut(back(self.first), back(self.end), own)
    }

    fn days_back(&self, days: u64, own: Period) -> Period {
        let back = |at: NaiveDateTime| at.checked_sub_days(Days::new(days));
        self.cut(back(self.first), back(self.end), own)
    }

    /// A period as far as its like is over.
    fn cut(&self, from: Option<NaiveDateTime>, to: Option<NaiveDateTime>, own: Period) -> Period {
        let (Some(first), Some(end)) = (from, to) else {
            return Period {
                from: own.from,
                to: own.from,
            };
        };
        let (from, to) = (local(self.zone, first), local(self.zone, end));
        let part = self.part.and_then(|(days, edge)| {
            let day = first.date().checked_add_days(Days::new(days))?;
            Some(local(self.zone, day.and_time(edge.time())))
        });
        Period {
            from,
            to: part.map_or(to, |part| part.min(to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::period::read;

    const ZONE: Tz = Tz::Europe__Warsaw;

    fn shown(text: &str, now: &str) -> Vec<String> {
        let now: Moment = now.parse().unwrap();
        let period = read(text, now, ZONE).unwrap();
        let edge = period.to.min(now);
        let compared = ComparedPeriods::of(period, edge, ZONE, 2);
        let local = |at: Moment| at.in_zone(&ZONE).format("%m-%d %H:%M").to_string();
        let all = compared.all();
        all.map(|one| format!("{} to {}", local(one.from), local(one.to)))
            .collect()
    }

    #[test]
    fn months_go_back_by_months_and_weeks_by_weeks() {
        assert_eq!(
            shown("2026-03", "2026-11-25T10:00:00Z"),
            [
                "03-01 00:00 to 04-01 00:00",
                "02-01 00:00 to 03-01 00:00",
                "01-01 00:00 to 02-01 00:00",
                "03-01 00:00 to 04-01 00:00",
            ]
        );
        assert_eq!(
            shown("2026-W14", "2026-11-25T10:00:00Z"),
            [
                "03-30 00:00 to 04-06 00:00",
                "03-23 00:00 to 03-30 00:00",
                "03-16 00:00 to 03-23 00:00",
                "03-31 00:00 to 04-07 00:00",
            ]
        );
    }

    #[test]
    fn what_is_not_over_is_compared_with_the_same_part() {
        // The thirtieth of a month that the one before does not have: all of it.
        assert_eq!(
            shown("2026-03", "2026-03-30T10:00:00Z"),
            [
                "03-01 00:00 to 03-30 12:00",
                "02-01 00:00 to 03-01 00:00",
                "01-01 00:00 to 01-30 12:00",
                "03-01 00:00 to 03-30 12:00",
            ]
        );
    }
}
