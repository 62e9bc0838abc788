//! When work recurs: on which day of a period, and when its order is made.
//!
//! An order is known by its name and its period, and by nothing else: a day that moves within the
//! period makes no second one. Its id and the tag of its first entry follow from them, and its time
//! is the opening of the calendar on the day on which it is made, so that clones that sweep apart
//! and at different hours write the same bytes.

use chrono::{Days, Months, NaiveDate};

use crate::model::calendar::Calendar;
use crate::model::id::{RANDOM_LEN, TicketId};
use crate::model::moment::Moment;
use crate::model::recurring::{OnClosed, Period, Recurring, SOURCE, foreign_id};
use crate::page::log::derived_tag;
use crate::rules::sla::calendar;

/// So many periods are looked at for one with an order: more than fifty years of weeks.
const LOOKED_AT: usize = 3_000;

/// So many derivations of an id are tried; each finds its place taken once in 33 million times.
pub const MOST: u32 = 64;

/// The order of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The period.
    pub period: Period,
    /// The day of the work.
    pub day: NaiveDate,
    /// When the order is made.
    pub due: Moment,
}

/// The order of a period; `None` where there is none, since the day is closed, or outside of what
/// was settled.
pub fn occurrence(of: &Recurring, calendar: &Calendar, period: Period) -> Option<Occurrence> {
    let opens = |day: NaiveDate| calendar::opens_on(calendar, day);
    let named = of.on.of(period, opens)?;
    let day = if opens(named) {
        named
    } else {
        match of.closed {
            OnClosed::Before => calendar::open_day_before(calendar, named, 1)?,
            OnClosed::After => calendar::open_day_from(calendar, named)?,
            OnClosed::Skip => return None,
        }
    };
    if day < of.from || of.until.is_some_and(|until| day > until) {
        return None;
    }
    let made = calendar::open_day_before(calendar, day, of.lead)?;
    let (due, _) = calendar::day(calendar, made)?;
    Some(Occurrence { period, day, due })
}

/// The last order that is due at a moment.
pub fn last_due(of: &Recurring, calendar: &Calendar, now: Moment) -> Option<Occurrence> {
    let mut period = latest(of, calendar, now)?;
    let floor = Period::of(of.every, of.from).before()?;
    for _ in 0..LOOKED_AT {
        if period < floor {
            break;
        }
        let found = occurrence(of, calendar, period);
        if let Some(due) = found.filter(|one| one.due <= now) {
            return Some(due);
        }
        period = period.before()?;
    }
    None
}

/// The first order that is not yet due at a moment.
pub fn next(of: &Recurring, calendar: &Calendar, now: Moment) -> Option<Occurrence> {
    let mut next = None;
    let mut period = latest(of, calendar, now)?.max(Period::of(of.every, of.from).next()?);
    let floor = Period::of(of.every, of.from).before()?;
    // Of a calendar that is closed for long.
    for _ in 0..12 {
        if next.is_some() {
            break;
        }
        next = occurrence(of, calendar, period).filter(|one| one.due > now);
        period = period.next()?;
    }
    // From there back to the first.
    let mut period = next.map_or(period, |one| one.period).before();
    for _ in 0..LOOKED_AT {
        let Some(at) = period.filter(|at| *at >= floor) else {
            break;
        };
        match occurrence(of, calendar, at) {
            Some(one) if one.due > now => next = Some(one),
            Some(_) => break,
            None => {}
        }
        period = at.before();
    }
    next
}

/// The orders that were due before one, the latest first.
pub fn earlier<'r>(
    of: &'r Recurring,
    calendar: &'r Calendar,
    than: Period,
) -> impl Iterator<Item = Occurrence> + 'r {
    let floor = Period::of(of.every, of.from).before();
    let periods = std::iter::successors(than.before(), |period| period.before());
    periods
        .take_while(move |period| floor.is_some_and(|floor| *period >= floor))
        .filter_map(move |period| occurrence(of, calendar, period))
}

/// A period so late that no order of a later one is due.
fn latest(of: &Recurring, calendar: &Calendar, now: Moment) -> Option<Period> {
    let today = now.in_zone(&calendar.zone).date_naive();
    let reach = ahead(of);
    Period::of(of.every, today.checked_add_days(Days::new(reach))?).next()
}

/// So many days, at most, an order is made before its period begins.
fn ahead(of: &Recurring) -> u64 {
    u64::from(of.lead) * 2 + 40
}

/// The id of an order that is made at a moment. A higher attempt is for an id that another ticket
/// has.
pub fn id(name: &str, period: Period, made: Moment, attempt: u32) -> Option<TicketId> {
    TicketId::new(made, &random(&foreign_id(name, period), attempt))
}

/// The random part of the id of an order with this foreign id.
pub fn random(foreign: &str, attempt: u32) -> String {
    let parts = ["ticket", SOURCE, foreign, &attempt.to_string()];
    derived_tag(&parts, RANDOM_LEN).to_uppercase()
}

/// The tag of the first entry of an order with this foreign id.
pub fn tag(foreign: &str) -> String {
    derived_tag(&[SOURCE, foreign, "created"], 8)
}

/// The first instants of the months in which the order of a period may have been made, whatever the
/// settings said then of its day.
pub fn months(of: &Recurring, occurrence: &Occurrence) -> Vec<Moment> {
    let period = occurrence.period;
    let (Some(first), Some(last)) = (period.first(), period.last()) else {
        return vec![occurrence.due];
    };
    let from = first
        .checked_sub_days(Days::new(ahead(of)))
        .unwrap_or(first);
    let to = last.checked_add_days(Days::new(40)).unwrap_or(last);
    let firsts = std::iter::successors(chrono::Datelike::with_day(&from, 1), |day| {
        day.checked_add_months(Months::new(1))
    });
    let firsts = firsts.take_while(|day| *day <= to);
    // Where it stands most likely comes first.
    let all =
        firsts.map(|day| calendar::local(chrono_tz::UTC, day.and_time(chrono::NaiveTime::MIN)));
    std::iter::once(occurrence.due).chain(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recurring::{DayRule, Every};

    fn calendar(zone: &str, holidays: &[&str]) -> Calendar {
        let mut calendar = Calendar::always(zone.parse().unwrap());
        calendar.week = std::array::from_fn(|day| {
            if day < 5 {
                vec![(8 * 60, 16 * 60)]
            } else {
                Vec::new()
            }
        });
        calendar.holidays = holidays.iter().map(|day| day.parse().unwrap()).collect();
        calendar
    }

    fn work(every: Every, on: &str) -> Recurring {
        let on = match on.parse() {
            Ok(number) => DayRule::of_number(number, every),
            Err(_) => DayRule::read(on, every),
        };
        Recurring {
            name: "ups-test".into(),
            title: "Test the UPS".into(),
            code: "NET-OUT".into(),
            every,
            on: on.unwrap(),
            calendar: "office".into(),
            closed: OnClosed::After,
            from: "2026-01-01".parse().unwrap(),
            until: None,
            lead: 0,
            queue: None,
            assignee: None,
            steps: Vec::new(),
            paused: false,
        }
    }

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    /// `period day due`, in UTC.
    fn shown(found: Option<Occurrence>) -> String {
        found.map_or("none".to_owned(), |one| {
            format!("{} {} {}", one.period, one.day, one.due)
        })
    }

    fn of(work: &Recurring, calendar: &Calendar, period: &str) -> String {
        shown(occurrence(work, calendar, period.parse().unwrap()))
    }

    #[test]
    fn an_order_is_dated_at_the_opening_in_summer_and_in_winter() {
        let office = calendar("Europe/Warsaw", &[]);
        let month = work(Every::Month, "15");
        assert_eq!(
            of(&month, &office, "2026-12"),
            "2026-12 2026-12-15 2026-12-15T07:00:00Z"
        );
        assert_eq!(
            of(&month, &office, "2026-07"),
            "2026-07 2026-07-15 2026-07-15T06:00:00Z"
        );
        let week = work(Every::Week, "mon");
        // The Mondays after the zone's clock moved.
        assert_eq!(
            of(&week, &office, "2026-W14"),
            "2026-W14 2026-03-30 2026-03-30T06:00:00Z"
        );
        assert_eq!(
            of(&week, &office, "2026-W44"),
            "2026-W44 2026-10-26 2026-10-26T07:00:00Z"
        );
        // An opening in the hour that is left out is at its end.
        let mut night = calendar("Europe/Warsaw", &[]);
        night.week = std::array::from_fn(|_| vec![(2 * 60 + 30, 6 * 60)]);
        let sunday = work(Every::Week, "sun");
        assert_eq!(
            of(&sunday, &night, "2026-W13"),
            "2026-W13 2026-03-29 2026-03-29T01:00:00Z"
        );
    }

    #[test]
    fn a_closed_day_is_moved_or_skipped() {
        // 15 August 2026 is a Saturday, and here the Monday after is a holiday.
        let office = calendar("UTC", &["2026-08-17"]);
        let mut month = work(Every::Month, "15");
        assert_eq!(
            of(&month, &office, "2026-08"),
            "2026-08 2026-08-18 2026-08-18T08:00:00Z"
        );
        month.closed = OnClosed::Before;
        assert_eq!(
            of(&month, &office, "2026-08"),
            "2026-08 2026-08-14 2026-08-14T08:00:00Z"
        );
        month.closed = OnClosed::Skip;
        assert_eq!(of(&month, &office, "2026-08"), "none");
        assert_eq!(
            of(&month, &office, "2026-09"),
            "2026-09 2026-09-15 2026-09-15T08:00:00Z"
        );
        // Moved out of its month, it is still of its month.
        let mut last = work(Every::Month, "31");
        assert_eq!(
            of(&last, &office, "2026-10"),
            "2026-10 2026-11-02 2026-11-02T08:00:00Z"
        );
        last.closed = OnClosed::Before;
        assert_eq!(
            of(&last, &office, "2026-11"),
            "2026-11 2026-11-30 2026-11-30T08:00:00Z"
        );
        assert_eq!(
            of(&last, &office, "2027-02"),
            "2027-02 2027-02-26 2027-02-26T08:00:00Z"
        );
        let first = work(Every::Quarter, "first open day");
        let closed = calendar("UTC", &["2026-10-01", "2026-10-02"]);
        assert_eq!(
            of(&first, &closed, "2026-Q4"),
            "2026-Q4 2026-10-05 2026-10-05T08:00:00Z"
        );
    }

    #[test]
    fn lead_is_open_days() {
        let office = calendar("UTC", &["2026-12-11"]);
        let mut month = work(Every::Month, "14");
        month.lead = 3;
        // Monday, 14 December: Friday is a holiday.
        assert_eq!(
            of(&month, &office, "2026-12"),
            "2026-12 2026-12-14 2026-12-08T08:00:00Z"
        );
        month.on = DayRule::Day(1);
        assert_eq!(
            of(&month, &office, "2026-12"),
            "2026-12 2026-12-01 2026-11-26T08:00:00Z"
        );
        let now = at("2026-11-26T08:00:00Z");
        assert!(shown(last_due(&month, &office, now)).starts_with("2026-12"));
        let before = at("2026-11-26T07:59:59Z");
        assert!(shown(last_due(&month, &office, before)).starts_with("2026-11"));
    }

    #[test]
    fn only_days_within_its_dates_count() {
        let office = calendar("UTC", &[]);
        let mut month = work(Every::Month, "15");
        month.from = "2026-10-16".parse().unwrap();
        month.until = Some("2026-12-15".parse().unwrap());
        let due = |now: &str| shown(last_due(&month, &office, at(now)));
        assert_eq!(due("2026-11-15T12:00:00Z"), "none");
        assert!(due("2026-11-16T08:00:00Z").starts_with("2026-11"));
        assert!(due("2028-01-01T08:00:00Z").starts_with("2026-12"));
        let next = |now: &str| shown(next(&month, &office, at(now)));
        assert!(next("2020-01-01T08:00:00Z").starts_with("2026-11 2026-11-16"));
        assert!(next("2026-11-16T08:00:00Z").starts_with("2026-12"));
        assert_eq!(next("2026-12-15T08:00:00Z"), "none");
    }

    #[test]
    fn of_several_periods_the_last_is_due_and_the_others_are_told() {
        let office = calendar("UTC", &[]);
        let mut month = work(Every::Month, "15");
        month.from = "2026-08-01".parse().unwrap();
        let due = last_due(&month, &office, at("2026-11-20T12:00:00Z")).unwrap();
        assert_eq!(due.period.to_string(), "2026-11");
        let told: Vec<String> = earlier(&month, &office, due.period)
            .map(|one| one.period.to_string())
            .collect();
        assert_eq!(told, ["2026-10", "2026-09", "2026-08"]);
    }

    #[test]
    fn the_next_one_is_the_nearest_that_is_not_due() {
        let office = calendar("UTC", &[]);
        for (every, on, expected) in [
            (Every::Week, "fri", "2026-W48"),
            (Every::Week, "mon", "2026-W49"),
            (Every::Month, "last fri", "2026-11"),
            (Every::Quarter, "first open day", "2027-Q1"),
            (Every::Year, "01-15", "2027"),
        ] {
            let found = next(&work(every, on), &office, at("2026-11-24T12:00:00Z"));
            assert_eq!(found.unwrap().period.to_string(), expected, "{on}");
        }
        let mut far = work(Every::Week, "fri");
        far.lead = 30;
        let found = next(&far, &office, at("2026-11-24T12:00:00Z")).unwrap();
        assert!(found.due > at("2026-11-24T12:00:00Z"));
        let last = last_due(&far, &office, at("2026-11-24T12:00:00Z")).unwrap();
        assert_eq!(last.period.next(), Some(found.period));
    }

    #[test]
    fn a_calendar_that_does_not_open_makes_nothing() {
        let mut never = calendar("UTC", &[]);
        never.week = std::array::from_fn(|_| Vec::new());
        for every in [Every::Week, Every::Year] {
            let work = work(every, "first open day");
            assert_eq!(last_due(&work, &never, at("2026-11-24T12:00:00Z")), None);
            assert_eq!(next(&work, &never, at("2026-11-24T12:00:00Z")), None);
        }
        let month = work(Every::Month, "15");
        assert_eq!(last_due(&month, &never, at("2026-11-24T12:00:00Z")), None);
    }

    #[test]
    fn id_and_tag_follow_from_name_and_period() {
        let period: Period = "2026-12".parse().unwrap();
        let made = at("2026-12-15T07:00:00Z");
        let first = id("ups-test", period, made, 0).unwrap();
        assert_eq!(
            first.as_str(),
            format!("2612-{}", random("ups-test/2026-12", 0))
        );
        let moved = id("ups-test", period, at("2026-12-01T07:00:00Z"), 0).unwrap();
        assert_eq!(first, moved);
        assert_ne!(Some(first), id("ups-test", period, made, 1));
        assert_ne!(tag("ups-test/2026-12"), tag("ups-test/2027-01"));
        assert_eq!(tag("ups-test/2026-12").len(), 8);
        // Wherever it was made before its day moved, it is looked for.
        let office = calendar("UTC", &[]);
        let mut year = work(Every::Year, "01-15");
        year.lead = 10;
        let due = occurrence(&year, &office, "2027".parse().unwrap()).unwrap();
        let all: Vec<String> = months(&year, &due)
            .iter()
            .map(|at| at.format("%y%m"))
            .collect();
        for month in ["2612", "2701", "2706", "2712"] {
            assert!(all.iter().any(|one| one == month), "{all:?}");
        }
    }
}
