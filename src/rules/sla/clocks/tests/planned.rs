//! Dates of planned events.

use super::Pressure::{AtRisk, Calm, Overdue};
use super::*;
use crate::model::event::PlannedDate;
use crate::model::field::Value;

/// The clocks of a ticket whose front has a date.
fn in_front(now: &str, line: &str, date: &str) -> Vec<Clock> {
    let log = log(&[line]);
    let mut values = replay::replay(&log).values;
    let date = Value::Date(date.parse().unwrap());
    values.insert(Key::Planned.into(), date);
    let ticket = Ticket {
        id: "2611-7K3MQ".parse().unwrap(),
        values,
        description: String::new(),
        log,
    };
    let house = House::new(&[]);
    clocks(&event_log::of(&ticket), false, house.context(now))
}

/// A ticket of which the date is set on Monday, 23 November at 09:00, by mail.
fn log_of(date: &str, rest: &[&str]) -> Vec<String> {
    let first = "2026-11-23 08:00 anna created channel=email type=action status=open priority=x";
    let set = format!("2026-11-23 09:00 anna set planned:none>{date}");
    let rest = rest.iter().map(|line| (*line).to_owned());
    [first.to_owned(), set].into_iter().chain(rest).collect()
}

/// The clocks of dates, each as `kind due state`.
fn dated(now: &str, log: &[impl AsRef<str>]) -> Vec<String> {
    shown(&House::new(&[]), now, log)
}

fn shown(house: &House, now: &str, log: &[impl AsRef<str>]) -> Vec<String> {
    words(house.at(now, log))
}

fn words(all: Vec<Clock>) -> Vec<String> {
    all.into_iter()
        .filter(|clock| matches!(clock.kind, Call | Event))
        .map(|clock| {
            let due = clock.due.unwrap().to_string();
            format!("{} {} {:?}", clock.kind, &due[5..16], clock.state())
        })
        .collect()
}

const SPOKE: &str = "anna contact direction=out channel=phone outcome=spoke";

#[test]
fn a_planned_event_is_due_twice() {
    // Monday, 30 November: the working day before is Friday.
    let log = log_of("2026-11-30", &[]);
    let running = ["call 11-27T18:00 Running", "event 11-30T18:00 Running"];
    assert_eq!(dated("2026-11-27 12:00", &log), running);
    let late = ["call 11-27T18:00 Overdue", "event 11-30T18:00 Running"];
    assert_eq!(dated("2026-11-27 18:01", &log), late);
    let late = ["call 11-27T18:00 Overdue", "event 11-30T18:00 Overdue"];
    assert_eq!(dated("2026-11-30 18:01", &log), late);
}

#[test]
fn it_presses_from_the_opening_of_its_day() {
    let house = House::new(&[]);
    let log = log_of("2026-12-01", &[]);
    let pressures = |now: &str| -> Vec<Pressure> {
        let all = house.at(now, &log).into_iter();
        all.filter(|clock| matches!(clock.kind, Call | Event))
            .map(|clock| pressure(&clock, house.context(now)))
            .collect()
    };
    assert_eq!(pressures("2026-11-30 07:59"), [Calm, Calm]);
    assert_eq!(pressures("2026-11-30 08:00"), [AtRisk, Calm]);
    assert_eq!(pressures("2026-12-01 08:00"), [Overdue, AtRisk]);
    // The sweep reminds eight hours before, and when it has passed.
    let call = house.one(Call, "2026-11-30 12:00", &log);
    let reached = |at: &str| {
        let at = call.reaches(house.context("2026-11-30 12:00"), at.parse().unwrap());
        at.unwrap().to_string()
    };
    assert_eq!(reached("8h before"), "2026-11-30T10:00:00Z");
    assert_eq!(reached("50%"), "2026-11-30T13:00:00Z");
    assert_eq!(reached("100%"), "2026-11-30T18:00:00Z");
}

#[test]
fn any_outgoing_contact_that_reached_since_the_date_was_set_is_the_call() {
    let none = "2026-11-25 10:00 anna contact direction=out channel=phone outcome=no-answer";
    let came = "2026-11-25 11:00 anna contact direction=in channel=phone outcome=spoke";
    let log = log_of("2026-11-30", &[none, came]);
    assert_eq!(
        dated("2026-11-27 12:00", &log)[0],
        "call 11-27T18:00 Running"
    );
    let spoke = format!("2026-11-24 10:00 {SPOKE}");
    let log = log_of("2026-11-30", &[&spoke, none]);
    assert_eq!(dated("2026-11-27 12:00", &log)[0], "call 11-27T18:00 Met");
    let before = "2026-11-23 08:30 anna contact direction=out channel=phone outcome=spoke";
    let mut log = log_of("2026-11-30", &[]);
    log.insert(1, before.to_owned());
    assert_eq!(
        dated("2026-11-27 12:00", &log)[0],
        "call 11-27T18:00 Running"
    );
}

#[test]
fn a_date_that_moves_asks_for_another_call() {
    let spoke = format!("2026-11-24 10:00 {SPOKE}");
    let moved = "2026-11-25 10:00 anna set planned:2026-11-30>2026-12-03";
    let log = log_of("2026-11-30", &[&spoke, moved]);
    assert_eq!(
        dated("2026-11-27 12:00", &log),
        [
            "call 11-27T18:00 Met",
            "call 12-02T18:00 Running",
            "event 11-30T18:00 Met",
            "event 12-03T18:00 Running"
        ]
    );
    // Moved too late, the day was missed.
    let late = moved.replace("11-25", "12-01");
    let log = log_of("2026-11-30", &[&spoke, &late]);
    assert_eq!(
        dated("2026-12-01 12:00", &log)[2],
        "event 11-30T18:00 Missed"
    );
    let none = "2026-11-25 10:00 anna set planned:2026-11-30>none";
    let dropped = ["call 11-27T18:00 Dropped", "event 11-30T18:00 Dropped"];
    assert_eq!(
        dated("2026-12-01 12:00", &log_of("2026-11-30", &[none])),
        dropped
    );
    let same = "2026-11-25 10:00 anna set planned:2026-11-30>2026-11-30";
    assert_eq!(
        dated("2026-11-26 12:00", &log_of("2026-11-30", &[same])).len(),
        2
    );
}

#[test]
fn an_event_is_met_by_resolving() {
    let done = "2026-11-30 15:00 anna resolve status:open>resolved";
    let log = log_of("2026-11-30", &[done]);
    let met = ["call 11-27T18:00 Missed", "event 11-30T18:00 Met"];
    assert_eq!(dated("2026-12-01 12:00", &log), met);
    let off = "2026-11-24 15:00 anna cancel status:open>cancelled";
    let dropped = ["call 11-27T18:00 Dropped", "event 11-30T18:00 Dropped"];
    assert_eq!(
        dated("2026-12-01 12:00", &log_of("2026-11-30", &[off])),
        dropped
    );
    // Taken up again before its day, it is due again; after it, it is no event any more.
    let again = "2026-11-25 10:00 anna reopen status:cancelled>open";
    let log = log_of("2026-11-30", &[off, again]);
    let all = dated("2026-11-26 12:00", &log);
    assert_eq!(
        all.iter().filter(|one| one.ends_with("Running")).count(),
        2,
        "{all:?}"
    );
    let again = "2026-12-02 10:00 anna reopen status:resolved>open";
    let log = log_of("2026-11-30", &[done, again]);
    assert_eq!(dated("2026-12-02 12:00", &log), met);
}

#[test]
fn nothing_stops_it_and_nobody_is_called_for_a_work_order() {
    let waits = "2026-11-23 10:00 anna pend status:open>pending waiting_on:none>schedule until:none>2026-12-20T00:00:00Z";
    let log = log_of("2026-11-30", &[waits]);
    assert_eq!(
        dated("2026-11-30 12:00", &log)[1],
        "event 11-30T18:00 Running"
    );
    for (kind, count) in [("work-order", 1), ("information", 2), ("comment", 0)] {
        let mut log = log_of("2026-11-30", &[]);
        log[0] = log[0].replace("type=action", &format!("type={kind}"));
        assert_eq!(dated("2026-11-24 12:00", &log).len(), count, "{kind}");
    }
}

#[test]
fn a_call_for_which_no_time_is_left_is_not_asked_for() {
    // Set on the day before with the requester on the line, or on the day itself.
    let told =
        "2026-11-23 09:00 anna created channel=phone type=action status=open priority=x planned=";
    let one = |date: &str| words(in_front("2026-11-23 10:00", &format!("{told}{date}"), date));
    assert_eq!(one("2026-11-24"), ["event 11-24T18:00 Running"]);
    assert_eq!(one("2026-11-23"), ["event 11-23T18:00 Running"]);
    assert_eq!(one("2026-11-25").len(), 2);
    let mail = |date: &str| {
        let line = format!("{told}{date}").replace("phone", "email");
        words(in_front("2026-11-23 10:00", &line, date))
    };
    assert_eq!(mail("2026-11-24")[0], "call 11-23T18:00 Running");
    assert_eq!(mail("2026-11-23").len(), 1);
}

#[test]
fn closed_days_zones_and_times_of_day() {
    // A move on a Saturday is due at the end of that day, and the call on Friday.
    let log = log_of("2026-11-28", &[]);
    let all = ["call 11-27T18:00 Running", "event 11-29T00:00 Running"];
    assert_eq!(dated("2026-11-27 12:00", &log), all);
    // A time of the day after closing is later than that.
    let log = log_of("2026-11-30T20:30:00Z", &[]);
    assert_eq!(
        dated("2026-11-27 12:00", &log)[1],
        "event 11-30T20:30 Running"
    );
    let log = log_of("2026-11-30T10:30:00Z", &[]);
    assert_eq!(
        dated("2026-11-27 12:00", &log)[1],
        "event 11-30T18:00 Running"
    );
    // In Warsaw a day closes at other instants in winter than in summer, and an evening in UTC is the
    // next day.
    let mut house = House::new(&[]);
    house.opens(hours("Europe/Warsaw", 8, 18));
    let log = log_of("2027-03-29", &[]);
    let all = ["call 03-26T17:00 Running", "event 03-29T16:00 Running"];
    assert_eq!(shown(&house, "2026-11-27 12:00", &log), all);
    let log = log_of("2026-11-30T23:30:00Z", &[]);
    let all = ["call 11-30T17:00 Running", "event 12-01T17:00 Running"];
    assert_eq!(shown(&house, "2026-11-27 12:00", &log), all);
    // Around the clock, the day before is the day before.
    house.opens(Calendar::always("UTC".parse().unwrap()));
    let log = log_of("2026-11-30", &[]);
    let all = ["call 11-30T00:00 Running", "event 12-01T00:00 Running"];
    assert_eq!(shown(&house, "2026-11-27 12:00", &log), all);
}

#[test]
fn an_order_that_was_made_for_a_date_has_the_event_for_its_resolution() {
    let house = House::new(&[(Resolution, "4h")]);
    let first = "2026-11-23 08:00 desk created type=work-order status=new priority=standard";
    let shown = |log: &[&str]| -> Vec<String> {
        let all = house.at("2026-11-25 12:00", log).into_iter();
        all.map(|clock| format!("{} {}", clock.kind, clock.start))
            .collect()
    };
    assert_eq!(shown(&[first]), ["resolution 2026-11-23T08:00:00Z"]);
    // A date that came later takes no breach back.
    let set = "2026-11-24 09:00 anna set planned:none>2026-11-30";
    let both = [
        "event 2026-11-24T09:00:00Z",
        "resolution 2026-11-23T08:00:00Z",
    ];
    assert_eq!(shown(&[first, set]), both);
    let dated = format!("{first} planned=2026-11-30");
    let keep = "2026-11-24 09:00 anna set planned:2026-11-30>2026-12-01";
    let clocks = shown(&[&dated, keep]);
    assert!(
        !clocks.iter().any(|clock| clock.starts_with("resolution")),
        "{clocks:?}"
    );
    // Taken back, it is work like any other from then on.
    let none = "2026-11-24 09:00 anna set planned:2026-11-30>none";
    let clocks = shown(&[&dated, none]);
    assert!(
        clocks.contains(&"resolution 2026-11-24T09:00:00Z".to_owned()),
        "{clocks:?}"
    );
}

#[test]
fn what_is_no_date_starts_nothing() {
    for text in ["soon", "+12345-01-01", "2026-13-01", ""] {
        assert_eq!(PlannedDate::read(text), None, "{text}");
    }
    assert_eq!(dated("2026-11-24 12:00", &log_of("soon", &[])).len(), 0);
}

#[test]
fn what_only_the_front_says_counts_from_the_beginning() {
    let line = "2026-11-23 08:00 anna created channel=email type=action status=open priority=x";
    let all = in_front("2026-11-24 12:00", line, "2026-11-30");
    let call = all.iter().find(|clock| clock.kind == Call).unwrap();
    assert_eq!(call.start, at("08:00"));
    // Moved by a hand that logged nothing, it does not begin anew with every entry.
    let line = format!("{line} planned=2026-11-26");
    let all = words(in_front("2026-11-24 12:00", &line, "2026-11-30"));
    assert!(
        all.contains(&"call 11-27T18:00 Running".to_owned()),
        "{all:?}"
    );
    let all = in_front("2026-11-24 12:00", &line, "2026-11-30");
    assert!(
        all.iter().all(|clock| clock.start == at("08:00")),
        "{all:#?}"
    );
}
