use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

const ZONES: [Tz; 7] = [
    Tz::Europe__Warsaw,
    Tz::America__New_York,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Casablanca,
    Tz::Pacific__Apia,
    // Its clock went back at one minute past midnight, to the day before.
    Tz::America__St_Johns,
];

fn office(zone: &str, from: u16, to: u16) -> Calendar {
    let mut calendar = Calendar::always(zone.parse().unwrap());
    calendar.week = std::array::from_fn(|day| {
        if day < 5 {
            vec![(from * 60, to * 60)]
        } else {
            Vec::new()
        }
    });
    calendar
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[track_caller]
fn adds(calendar: &Calendar, from: &str, length: &str, to: &str) {
    let found = add(calendar, at(from), length.parse().unwrap());
    assert_eq!(found.map(|at| at.to_string()).as_deref(), Some(to));
}

#[test]
fn a_length_is_added_within_opening_hours() {
    for row in [
        // t1: four hours from four in the afternoon.
        "UTC 8 18 2026-11-23T16:00:00Z 4h 2026-11-24T10:00:00Z",
        // t3: sixteen hours are two days of eight.
        "UTC 9 17 2026-11-23T09:00:00Z 16h 2026-11-24T17:00:00Z",
        // t4: a day as open time is three days.
        "UTC 9 17 2026-11-23T09:00:00Z 24h 2026-11-25T17:00:00Z",
        // t12: the clock changes on the weekend between.
        "Europe/Berlin 9 17 2026-03-27T15:00:00Z 4h 2026-03-30T10:00:00Z",
        // t15: out of hours is the next opening.
        "UTC 8 16 2026-11-25T20:30:00Z 0m 2026-11-26T08:00:00Z",
        // Business days keep the time of day within hours.
        "UTC 8 16 2026-11-20T10:00:00Z 1bd 2026-11-23T10:00:00Z",
        "UTC 8 16 2026-11-20T20:00:00Z 3bd 2026-11-25T16:00:00Z",
    ] {
        let words: Vec<&str> = row.split(' ').collect();
        let hour = |at: usize| words[at].parse().unwrap();
        let calendar = office(words[0], hour(1), hour(2));
        adds(&calendar, words[3], words[4], words[5]);
    }
}

#[test]
fn t2_an_hour_before_the_due_time_is_open_time_too() {
    let hours = office("UTC", 8, 18);
    let due = add(&hours, at("2026-11-23T17:00:00Z"), "4h".parse().unwrap()).unwrap();
    assert_eq!(due, at("2026-11-24T11:00:00Z"));
    let before = |hours_: i64| sub(&hours, due, TimeDelta::hours(hours_)).unwrap();
    assert_eq!(before(1), at("2026-11-24T10:00:00Z"));
    // glpi PR#22678 ran such a level at midnight.
    assert_eq!(before(3), at("2026-11-24T08:00:00Z"));
    assert_eq!(before(4), at("2026-11-23T17:00:00Z"));
}

#[test]
fn t4_a_business_day_ends_with_the_next_day() {
    let hours = office("UTC", 9, 17);
    let next = |from: &str| end_of_day(&hours, at(from), 1).unwrap();
    assert_eq!(next("2026-11-23T09:00:00Z"), at("2026-11-24T17:00:00Z"));
    assert_eq!(next("2026-11-23T22:00:00Z"), at("2026-11-24T17:00:00Z"));
    assert_eq!(next("2026-11-21T12:00:00Z"), at("2026-11-23T17:00:00Z"));
}

#[test]
fn t13_a_night_shift_over_the_autumn_change_has_nine_hours() {
    let mut night = office("Europe/Berlin", 0, 0);
    night.week = std::array::from_fn(|day| match day {
        5 => vec![(22 * 60, 24 * 60)],
        6 => vec![(0, 6 * 60)],
        _ => Vec::new(),
    });
    let all = between(
        &night,
        at("2026-10-24T12:00:00Z"),
        at("2026-10-25T12:00:00Z"),
    );
    assert_eq!(all, TimeDelta::hours(9));
    // The spring change leaves seven.
    let all = between(
        &night,
        at("2026-03-28T12:00:00Z"),
        at("2026-03-29T12:00:00Z"),
    );
    assert_eq!(all, TimeDelta::hours(7));
}

#[test]
fn a_day_that_the_zone_skips_is_no_business_day() {
    // Friday 30 December 2011 does not exist on Samoa.
    let hours = office("Pacific/Apia", 9, 17);
    let thursday = at("2011-12-29T20:00:00Z");
    assert_eq!(
        thursday.in_zone(&hours.zone).to_string(),
        "2011-12-29 10:00:00 -10"
    );
    adds(
        &hours,
        "2011-12-29T20:00:00Z",
        "1bd",
        "2012-01-01T20:00:00Z",
    );
    adds(&hours, "2011-12-29T20:00:00Z", "8h", "2012-01-01T20:00:00Z");
    let day = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
    let steps = steps(&hours, thursday, at("2012-01-01T20:00:00Z"));
    assert_eq!(steps[1].days[0], (day, Closed::Skipped), "{steps:#?}");
    assert_eq!(steps[1].moved, 24 * 60);
}

#[test]
fn several_windows_holidays_and_exceptions() {
    let mut hours = office("Europe/Warsaw", 8, 16);
    for day in 0..5 {
        hours.week[day] = vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)];
    }
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    hours.holidays.insert(day(12, 24));
    hours.yearly.insert((12, 25));
    hours.exceptions.insert(day(12, 26), vec![(600, 720)]);
    hours.exceptions.insert(day(12, 28), Vec::new());
    // From Wednesday 16:00: one hour, two holidays, two hours of a Saturday, and a closed Monday.
    adds(&hours, "2026-12-23T15:00:00Z", "1h", "2026-12-23T16:00:00Z");
    adds(&hours, "2026-12-23T15:00:00Z", "2h", "2026-12-26T10:00:00Z");
    adds(&hours, "2026-12-23T15:00:00Z", "8h", "2026-12-29T13:00:00Z");
    let why: Vec<Closed> = steps(
        &hours,
        at("2026-12-23T15:00:00Z"),
        at("2026-12-29T13:00:00Z"),
    )
    .into_iter()
    .flat_map(|step| step.days)
    .map(|(_, why)| why)
    .collect();
    assert_eq!(
        why,
        [
            Closed::Holiday,
            Closed::Yearly,
            Closed::Weekday,
            Closed::Exception
        ]
    );
}

#[test]
fn windows_that_share_an_hour_shown_twice_do_not_count_it_twice() {
    let mut hours = office("Europe/Berlin", 0, 0);
    hours.week[6] = vec![(0, 150), (150, 240)];
    // Sunday 25 October 2026, 00:00 to 04:00: five hours.
    let whole = between(
        &hours,
        at("2026-10-24T20:00:00Z"),
        at("2026-10-25T12:00:00Z"),
    );
    assert_eq!(whole, TimeDelta::hours(5));
}

#[test]
fn a_calendar_that_never_opens_has_no_answer() {
    let mut closed = office("UTC", 8, 16);
    closed.week = std::array::from_fn(|_| Vec::new());
    let from = at("2026-11-20T10:00:00Z");
    for length in ["1bd", "1m", "0m"] {
        assert_eq!(
            add(&closed, from, length.parse().unwrap()),
            None,
            "{length}"
        );
    }
    assert_eq!(sub(&closed, from, TimeDelta::minutes(1)), None);
    assert_eq!(end_of_day(&closed, from, 1), None);
    assert_eq!(
        between(&closed, from, at("2036-11-20T10:00:00Z")),
        TimeDelta::zero()
    );
    // But for one Saturday, long after.
    let day = NaiveDate::from_ymd_opt(2031, 3, 1).unwrap();
    closed.exceptions.insert(day, vec![(540, 600)]);
    assert_eq!(
        add(&closed, from, "1h".parse().unwrap()),
        Some(at("2031-03-01T10:00:00Z"))
    );
    assert_eq!(add(&closed, from, "2h".parse().unwrap()), None);
    assert_eq!(
        sub(&closed, at("2060-01-01T00:00:00Z"), TimeDelta::hours(1)),
        Some(at("2031-03-01T09:00:00Z"))
    );
    assert_eq!(sub(&closed, from, TimeDelta::hours(1)), None);
}

#[test]
fn the_longest_amounts_and_the_ends_of_time_have_an_answer() {
    let hours = office("Europe/Warsaw", 8, 16);
    let now = at("2026-11-20T10:00:00Z");
    let far = |minutes| add_open(&hours, now, TimeDelta::minutes(minutes));
    assert!(far(Duration::MAX_MINUTES.into()).is_some_and(|far| far > at("2060-01-01T00:00:00Z")));
    // That would be after the last year.
    assert_eq!(far(u32::MAX.into()), None);
    assert_eq!(add_open(&hours, now, TimeDelta::MAX), None);
    let first = Moment::new(&chrono::DateTime::<chrono::Utc>::MIN_UTC);
    assert!(sub(&hours, first, TimeDelta::hours(1)).is_none());
    let _ = between(&hours, first, now);
}

/// The ground under `Open::week`: where a zone's clock shows one offset on two Mondays, it showed
/// that offset on the days between. Boa Vista had a summer time of one week, from a Sunday on.
#[test]
fn no_zone_changes_its_clock_and_changes_it_back_between_two_mondays() {
    let day = 86_400;
    let monday = at("1970-01-05T00:00:00Z").millis() / 1000;
    let end = at("2070-01-01T00:00:00Z").millis() / 1000;
    for zone in chrono_tz::TZ_VARIANTS {
        let offset = |seconds: i64| {
            let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            let offset = zone.offset_from_utc_datetime(&at.naive_utc());
            i64::from(chrono::Offset::fix(&offset).local_minus_utc())
        };
        let mut week = monday;
        while week < end {
            // Midnight by the local clock, near enough for clocks that change at night.
            let begin = week - offset(week);
            let next = week + 7 * day - offset(week + 7 * day);
            if offset(begin) == offset(next) {
                for days in 1..7 {
                    let between = offset(begin + days * day);
                    assert_eq!(between, offset(begin), "{zone} {begin}");
                }
            }
            week += 7 * day;
        }
    }
}

/// The open time of a calendar worked out in another way: every minute of the local clock is
/// looked for among the instants.
fn spans(calendar: &Calendar, from: NaiveDate, days: u32) -> Vec<(i64, i64)> {
    let minute = 60_000;
    let local = |at: i64| {
        let at = chrono::DateTime::from_timestamp_millis(at).unwrap();
        at.with_timezone(&calendar.zone).naive_local()
    };
    let mut all: Vec<(i64, i64)> = Vec::new();
    for day in from.iter_days().take(days as usize) {
        let noon = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let begin = noon.timestamp_millis() - 44 * 60 * minute;
        let minutes: Vec<i64> = (0..88 * 60).map(|n| begin + n * minute).collect();
        for (start, end) in calendar.windows(day) {
            let edge = |minute: u16| {
                day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute))
            };
            let (start, end) = (edge(*start), edge(*end));
            // Of a time shown twice the first is a start and the last an end; of one that is
            // skipped, what comes after the gap.
            let first = minutes.iter().copied().find(|at| local(*at) >= start);
            let last = minutes
                .iter()
                .rev()
                .copied()
                .find(|at| local(*at) <= end)
                .map(|at| if local(at) == end { at } else { at + minute });
            if let (Some(first), Some(last)) = (first, last)
                && first < last
            {
                all.push((first, last));
            }
        }
    }
    all.sort_unstable();
    let mut apart: Vec<(i64, i64)> = Vec::new();
    for (start, end) in all {
        let start = apart.last().map_or(start, |(_, last)| start.max(*last));
        if start < end {
            apart.push((start, end));
        }
    }
    apart
}

fn windows() -> impl Strategy<Value = Vec<(u16, u16)>> {
    let edges = proptest::collection::btree_set(0u16..=96, 0..=6);
    edges.prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().map(|quarter| quarter * 15).collect();
        edges
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect()
    })
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0i64..366 * 20)
        .prop_map(|days| NaiveDate::from_ymd_opt(2008, 1, 1).unwrap() + TimeDelta::days(days))
}

fn calendar() -> impl Strategy<Value = Calendar> {
    (
        proptest::sample::select(ZONES.to_vec()),
        proptest::array::uniform7(windows()),
        proptest::collection::btree_set(day(), 0..20),
        proptest::collection::btree_set((1u32..=12, 1u32..=28), 0..6),
        proptest::collection::btree_map(day(), windows(), 0..20),
    )
        .prop_map(|(zone, week, holidays, yearly, exceptions)| {
            let mut calendar = Calendar::always(zone);
            calendar.week = week;
            calendar.holidays = holidays;
            calendar.yearly = yearly;
            calendar.exceptions = exceptions;
            calendar
        })
        .prop_filter("open at all", |calendar| {
            calendar.week.iter().any(|day| !day.is_empty())
        })
}

/// Instants of twenty years, often near those at which the clocks of the zones change.
fn instants() -> impl Strategy<Value = Moment> {
    let changes = [
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-03-08T07:00:00Z",
        "2026-11-01T06:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
        "2026-02-15T02:00:00Z",
        "2026-03-22T02:00:00Z",
        "2011-12-30T10:00:00Z",
        "2010-11-07T02:31:00Z",
    ];
    let near = proptest::sample::select(changes.map(at).to_vec());
    let near = (near, -172_800_000i64..172_800_000)
        .prop_map(|(at, by)| Moment::from_millis(at.millis() + by).unwrap());
    let any = (1_199_145_600_000i64..1_830_297_600_000)
        .prop_map(|millis| Moment::from_millis(millis).unwrap());
    prop_oneof![near, any]
}

/// Amounts from none to months, on whole and broken minutes.
fn amount() -> impl Strategy<Value = TimeDelta> {
    prop_oneof![
        Just(0),
        (0i64..600).prop_map(|minutes| minutes * 60_000),
        0i64..36_000_000,
        0i64..2_000_000_000,
    ]
    .prop_map(TimeDelta::milliseconds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn between_undoes_add(calendar in calendar(), from in instants(), amount in amount()) {
        let to = add_open(&calendar, from, amount).unwrap();
        prop_assert!(to >= from);
        prop_assert_eq!(between(&calendar, from, to), amount);
        // And it is the first such instant.
        if amount > TimeDelta::zero() {
            let before = Moment::from_millis(to.millis() - 1).unwrap();
            prop_assert!(between(&calendar, from, before) < amount);
        } else {
            prop_assert!(is_open(&calendar, to));
        }
    }

    #[test]
    fn a_table_says_what_the_calendar_says(
        calendar in calendar(),
        (from, to) in (instants(), instants()),
        (a, b) in (instants(), instants()),
        amount in amount(),
        days in 0u32..30,
    ) {
        let calendars = std::collections::BTreeMap::from([("one".to_owned(), calendar)]);
        let calendar = &calendars["one"];
        let tables = Tables::of(&calendars, from.min(to), from.max(to));
        let hours = tables.hours("one").unwrap();
        prop_assert_eq!(hours.between(a, b), between(calendar, a, b));
        prop_assert_eq!(hours.add_open(a, amount), add_open(calendar, a, amount));
        prop_assert_eq!(hours.end_of_day(a, days), end_of_day(calendar, a, days));
        prop_assert_eq!(hours.add(a, Duration::Days(days)), add(calendar, a, Duration::Days(days)));
        // Within what is worked out, up to a closing: the edge of two stretches.
        let around = Moment::new(&(a.utc() + TimeDelta::days(90)));
        let tables = Tables::of(&calendars, Moment::new(&(a.utc() - TimeDelta::days(2))), around);
        let hours = tables.hours("one").unwrap();
        if let Some(closing) = end_of_day(calendar, a, days) {
            let whole = between(calendar, a, closing);
            prop_assert_eq!(hours.between(a, closing), whole);
            prop_assert_eq!(hours.add_open(a, whole), add_open(calendar, a, whole));
            prop_assert_eq!(hours.end_of_day(a, days), Some(closing));
        }
        prop_assert_eq!(hours.add_open(a, amount), add_open(calendar, a, amount));
        prop_assert_eq!(hours.add(a, Duration::Days(days)), add(calendar, a, Duration::Days(days)));
    }

    #[test]
    fn stretches_add_up(calendar in calendar(), a in instants(), b in instants(), c in instants()) {
        let whole = between(&calendar, a, c);
        prop_assert_eq!(between(&calendar, a, b) + between(&calendar, b, c), whole);
        prop_assert_eq!(between(&calendar, c, a), -whole);
    }

    #[test]
    fn later_and_longer_never_come_earlier(
        calendar in calendar(), a in instants(), b in instants(), d in amount(), e in amount(),
    ) {
        let (a, b) = (a.min(b), a.max(b));
        let (d, e) = (d.min(e), d.max(e));
        prop_assert!(add_open(&calendar, a, d) <= add_open(&calendar, b, d));
        prop_assert!(add_open(&calendar, a, d) <= add_open(&calendar, a, e));
        prop_assert!(between(&calendar, a, b) >= TimeDelta::zero());
    }

    #[test]
    fn adding_in_parts_is_adding_at_once(
        calendar in calendar(), from in instants(), d in amount(), e in amount(),
    ) {
        let parts = add_open(&calendar, add_open(&calendar, from, d).unwrap(), e);
        let whole = add_open(&calendar, from, d + e).unwrap();
        // They differ only where nothing is added at a closing.
        prop_assert_eq!(between(&calendar, parts.unwrap(), whole), TimeDelta::zero());
        if e > TimeDelta::zero() {
            prop_assert_eq!(parts.unwrap(), whole);
        }
    }

    #[test]
    fn sub_undoes_add(calendar in calendar(), from in instants(), amount in amount()) {
        let open = first_after(&calendar, from).unwrap();
        let to = add_open(&calendar, from, amount).unwrap();
        prop_assert_eq!(sub(&calendar, to, amount).unwrap(), open);
    }

    #[test]
    fn add_undoes_sub(calendar in calendar(), to in instants(), amount in amount()) {
        if let Some(from) = sub(&calendar, to, amount) {
            prop_assert!(from <= to);
            prop_assert_eq!(between(&calendar, from, to), amount);
        }
    }

    #[test]
    fn steps_leave_no_hole_and_count_the_same(
        calendar in calendar(), a in instants(), length in 0i64..20 * 86_400_000,
    ) {
        let to = Moment::from_millis(a.millis() + length).unwrap();
        let steps = steps(&calendar, a, to);
        let mut at = a;
        let mut open = TimeDelta::zero();
        for step in &steps {
            prop_assert_eq!(step.from, at);
            prop_assert!(step.to > step.from);
            if step.open {
                open += step.to.since(step.from);
            }
            at = step.to;
        }
        prop_assert_eq!(at, to);
        prop_assert_eq!(open, between(&calendar, a, to));
        prop_assert!(steps.windows(2).all(|two| two[0].open != two[1].open || two[0].open));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn open_time_is_what_a_clock_on_the_wall_shows(
        calendar in calendar(), at in instants(), length in 0i64..9 * 86_400_000,
    ) {
        let to = Moment::from_millis(at.millis() + length).unwrap();
        let first = at.in_zone(&calendar.zone).date_naive() - TimeDelta::days(3);
        let days = u32::try_from(length / 86_400_000).unwrap() + 8;
        let expected: i64 = spans(&calendar, first, days)
            .iter()
            .map(|(start, end)| ((*end).min(to.millis()) - (*start).max(at.millis())).max(0))
            .sum();
        prop_assert_eq!(between(&calendar, at, to).num_milliseconds(), expected);
    }
}

#[test]
fn a_calendar_is_open_until_its_next_gap() {
    let mut calendar = office("Europe/Warsaw", 8, 17);
    calendar.week[0] = vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)];
    let until = |calendar: &Calendar, from: &str| {
        open_until(calendar, at(from)).map(|until| until.to_string())
    };
    for (from, to) in [
        ("2026-11-23T07:00:00Z", Some("2026-11-23T11:00:00Z")),
        ("2026-11-23T11:00:00Z", None),
        ("2026-11-23T12:00:00Z", Some("2026-11-23T16:00:00Z")),
        ("2026-11-24T15:59:59Z", Some("2026-11-24T16:00:00Z")),
        ("2026-11-27T15:59:59Z", Some("2026-11-27T16:00:00Z")),
        ("2026-11-28T10:00:00Z", None),
    ] {
        assert_eq!(until(&calendar, from).as_deref(), to, "{from}");
    }
    // Days that follow one another without a gap are one.
    let mut night = Calendar::always(Tz::Europe__Warsaw);
    assert_eq!(until(&night, "2026-11-23T07:00:00Z"), None);
    night.week[2] = vec![(0, 6 * 60)];
    let to = until(&night, "2026-11-23T07:00:00Z");
    assert_eq!(to.as_deref(), Some("2026-11-25T05:00:00Z"));
    // The clock goes back in the night of 25 October.
    calendar.week[6] = vec![(60, 4 * 60)];
    let to = until(&calendar, "2026-10-25T00:30:00Z");
    assert_eq!(to.as_deref(), Some("2026-10-25T03:00:00Z"));
}
