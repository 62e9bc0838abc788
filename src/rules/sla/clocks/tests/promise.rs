//! Promised times, and reminders.

use super::*;
use crate::rules::sla::clocks::promise::reminder;

const NEXT: &str = "next=2026-11-23T";

/// A log that begins with a call, which was the first response.
fn called(rest: &[&str]) -> Vec<String> {
    let first = format!("2026-11-23 08:00 anna {CALL}");
    let rest = rest.iter().map(|line| format!("2026-11-23 {line}"));
    std::iter::once(first).chain(rest).collect()
}

/// The promises of a log, each as `due state`.
fn promises(now: &str, rest: &[&str]) -> Vec<String> {
    let house = House::new(&[]);
    let all = house.at(now, &called(rest)).into_iter();
    all.filter(|clock| clock.kind == Promise)
        .map(|clock| {
            let due = clock.due.unwrap().to_string();
            format!("{} {:?}", &due[11..16], clock.state())
        })
        .collect()
}

fn out(at: &str, next: &str) -> String {
    format!("{at} anna {OUT} {NEXT}{next}:00Z")
}

#[test]
fn a_promise_is_met_by_the_next_outgoing_word_that_reached() {
    let made = out("09:00", "14:00");
    assert_eq!(promises("13:00", &[&made]), ["14:00 Running"]);
    assert_eq!(promises("14:01", &[&made]), ["14:00 Overdue"]);
    let tried = "13:00 anna contact direction=out channel=phone outcome=voicemail";
    let came = "13:10 anna contact direction=in channel=phone outcome=spoke";
    let spoke = "13:50 tom contact direction=out channel=phone outcome=spoke";
    assert_eq!(promises("14:01", &[&made, tried, came]), ["14:00 Overdue"]);
    assert_eq!(
        promises("14:01", &[&made, tried, came, spoke]),
        ["14:00 Met"]
    );
    let late = "15:00 tom contact direction=out channel=phone outcome=spoke";
    assert_eq!(promises("16:00", &[&made, late]), ["14:00 Missed"]);
}

#[test]
fn a_promise_moves_until_its_time_has_passed() {
    let (made, moved) = (out("09:00", "14:00"), out("13:00", "16:00"));
    // The word that moves it reached the requester, so the first is met.
    assert_eq!(
        promises("13:30", &[&made, &moved]),
        ["14:00 Met", "16:00 Running"]
    );
    let came =
        "13:00 anna contact direction=in channel=phone outcome=spoke next=2026-11-23T16:00:00Z";
    assert_eq!(
        promises("15:00", &[&made, came]),
        ["14:00 Dropped", "16:00 Running"]
    );
    let late = came.replace("13:00 anna", "14:30 anna");
    assert_eq!(
        promises("15:00", &[&made, &late]),
        ["14:00 Missed", "16:00 Running"]
    );
}

#[test]
fn a_promise_is_withdrawn_or_ends_with_the_work() {
    let made = out("09:00", "14:00");
    let pend = "10:00 anna pend next=(none) status:open>pending waiting_on:none>vendor";
    assert_eq!(promises("15:00", &[&made, pend]), ["14:00 Dropped"]);
    let late = pend.replace("10:00", "14:30");
    assert_eq!(promises("15:00", &[&made, &late]), ["14:00 Missed"]);
    let done = "10:00 anna resolve status:open>resolved";
    assert_eq!(promises("15:00", &[&made, done]), ["14:00 Dropped"]);
    let again = "11:00 anna reopen status:resolved>open";
    assert_eq!(promises("15:00", &[&made, done, again]), ["14:00 Dropped"]);
}

#[test]
fn only_what_reached_somebody_promises() {
    for (attempt, by) in [
        (
            "contact direction=out channel=phone outcome=voicemail",
            "anna",
        ),
        (
            "contact direction=out channel=phone outcome=no-answer",
            "anna",
        ),
        ("contact direction=in channel=email outcome=sent", "anna"),
        (
            "contact direction=out channel=email outcome=sent automatic=yes",
            "anna",
        ),
        ("pend status:open>pending waiting_on:none>vendor", "tom"),
    ] {
        let entry = format!("09:00 {by} {attempt} {NEXT}14:00:00Z");
        assert!(promises("15:00", &[&entry]).is_empty(), "{attempt}");
        let log = called(&[&entry]);
        assert_eq!(
            reminder(&events(&log)),
            Some((at("14:00"), by)),
            "{attempt}"
        );
    }
    let spoke = called(&[&out("09:00", "14:00")]);
    assert_eq!(reminder(&events(&spoke)), None);
}

#[test]
fn a_reminder_ends_with_the_next_attempt_a_move_or_another_time() {
    let tried = "09:00 anna contact direction=out channel=phone outcome=voicemail next=2026-11-23T14:00:00Z";
    let ends = [
        "10:00 tom contact direction=out channel=phone outcome=no-answer",
        "10:00 anna resolve status:open>resolved",
        "10:00 anna pend next=(none)",
    ];
    for end in ends {
        assert_eq!(reminder(&events(&called(&[tried, end]))), None, "{end}");
    }
    let later = "10:00 tom pend next=2026-11-23T16:00:00Z";
    let both = called(&[tried, later]);
    assert_eq!(reminder(&events(&both)), Some((at("16:00"), "tom")));
    // An answer of the requester's does not end it: whoever wanted to call, still does.
    let came = "10:00 anna contact direction=in channel=email outcome=sent";
    let kept = called(&[tried, came]);
    assert_eq!(reminder(&events(&kept)), Some((at("14:00"), "anna")));
}

#[test]
fn the_update_waits_for_a_promise_and_never_beyond_twice_its_target() {
    let house = House::new(&[(Update, "2h")]);
    let due = |rest: &[&str]| {
        let all = house.at("09:30", &called(rest));
        let open = all.iter().find(|one| one.kind == Update && one.is_open());
        open.unwrap().due.unwrap()
    };
    assert_eq!(
        due(&["09:00 anna contact direction=out channel=email outcome=sent"]),
        at("11:00")
    );
    assert_eq!(due(&[&out("09:00", "12:30")]), at("12:30"));
    assert_eq!(due(&[&out("09:00", "17:00")]), at("13:00"));
    // One before its own target does not hurry it.
    assert_eq!(due(&[&out("09:00", "10:00")]), at("11:00"));
    let withdrawn = "09:20 anna pend next=(none)";
    assert_eq!(due(&[&out("09:00", "12:30"), withdrawn]), at("11:00"));
}

#[test]
fn an_update_that_waits_is_late_when_the_promise_is() {
    let house = House::new(&[(Update, "2h")]);
    let log = called(&[&out("09:00", "12:30")]);
    let update = |now: &str| {
        let all = house.at(now, &log).into_iter();
        all.filter(|one| one.kind == Update && one.is_open())
            .map(|one| one.state())
            .collect::<Vec<_>>()
    };
    assert_eq!(update("12:00"), [ClockState::Running]);
    assert_eq!(update("12:31"), [ClockState::Overdue]);
    let all = house.at("12:00", &log);
    let one = all.iter().find(|one| one.kind == Update && one.is_open());
    assert_eq!(one.unwrap().waits, Some(at("11:00")));
}
