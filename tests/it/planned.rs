//! Planned events: the call on the working day before, and the event on its day.

use crate::desk::Desk;

const DAY: i64 = 24 * 60;

fn board(desk: &Desk, who: &str) -> String {
    desk.run(&format!("--mine --as {who}")).to_string()
}

fn dated(desk: &Desk, args: &str) -> Vec<(String, String)> {
    let json = desk.json(&format!("due {args}"));
    let all = json["due"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = all.map(|one| (text(&one["what"]), text(&one["due"])[..10].to_owned()));
    all.filter(|(what, _)| what == "call" || what == "event")
        .collect()
}

fn pair(what: &str, day: &str) -> (String, String) {
    (what.to_owned(), day.to_owned())
}

/// A ticket for Monday, 30 November, taken on Monday, 23 November.
fn fair() -> Desk {
    let desk = Desk::new();
    desk.made(&["new", "Fair in hall 2", "--planned", "2026-11-30"]);
    desk
}

#[test]
fn a_planned_event_falls_due_twice() {
    let desk = fair();
    let text = desk.raw("ID1");
    assert!(text.contains("\n- planned: 2026-11-30\n"), "{text}");
    let both = [pair("call", "2026-11-27"), pair("event", "2026-11-30")];
    assert_eq!(dated(&desk, "--mine"), both);
    let shown = desk.ok("show ID1").stdout;
    assert!(
        shown.contains("day-before call") && shown.contains("planned event"),
        "{shown}"
    );
    let sla = desk.ok("sla ID1").stdout;
    assert!(
        sla.contains("by the date of the planned event, 2026-11-30"),
        "{sla}"
    );
    let json = desk.json("show ID1");
    let clocks = json["tickets"][0]["derived"]["clocks"]
        .as_array()
        .unwrap()
        .clone();
    let event = clocks
        .iter()
        .find(|clock| clock["clock"] == "event")
        .unwrap();
    assert_eq!(event["target"], "2026-11-30", "{event}");
    // Friday morning the call presses, and Monday the event.
    desk.wait(4 * DAY);
    let next = desk.ok("next").to_string();
    assert!(next.contains("day-before call is at risk"), "{next}");
    assert!(
        board(&desk, "anna").contains("At risk"),
        "{}",
        board(&desk, "anna")
    );
    let _ = desk.ok("call ID1 -m 'Monday at eight, the van comes'");
    assert_eq!(dated(&desk, "--mine"), [pair("event", "2026-11-30")]);
    desk.wait(4 * DAY);
    assert!(
        board(&desk, "anna").contains("\nDue 1\n"),
        "{}",
        board(&desk, "anna")
    );
    let report = desk.ok("report sla --format csv --period last-week").stdout;
    assert!(report.contains("sla-call,,,met,count,1"), "{report}");
    assert!(report.contains("sla-event,,,running,count,1"), "{report}");
    let _ = desk.ok("resolve ID1 -m 'Built up'");
    assert!(dated(&desk, "").is_empty());
    let report = desk.ok("report sla --format csv").stdout;
    assert!(report.contains("sla-event,,,missed,count,1"), "{report}");
    // Where there are no dates, there is nothing to say of them.
    let other = Desk::with_ticket();
    let report = other.ok("report sla --format csv").stdout;
    assert!(
        !report.contains("sla-event") && !report.contains("sla-call"),
        "{report}"
    );
    let _ = desk.ok("check");
}

#[test]
fn a_date_that_moves_is_logged_and_asks_for_another_call() {
    let desk = fair();
    let _ = desk.ok("call ID1 -m 'As agreed?'");
    assert_eq!(dated(&desk, ""), [pair("event", "2026-11-30")]);
    let _ = desk.ok("set ID1 planned=2026-12-04");
    let text = desk.raw("ID1");
    assert!(
        text.contains("- planned: 2026-11-30 -> 2026-12-04"),
        "{text}"
    );
    let both = [pair("call", "2026-12-03"), pair("event", "2026-12-04")];
    assert_eq!(dated(&desk, ""), both);
    let _ = desk.ok("undo");
    assert_eq!(dated(&desk, ""), [pair("event", "2026-11-30")]);
    let _ = desk.ok("set ID1 planned=");
    assert!(dated(&desk, "").is_empty());
    let _ = desk.ok("check");
}

#[test]
fn a_first_date_is_logged_wherever_it_is_given() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 planned=2026-12-04");
    assert!(desk.raw("ID1").contains("- planned: (none) -> 2026-12-04"));
    let both = [pair("call", "2026-12-03"), pair("event", "2026-12-04")];
    assert_eq!(dated(&desk, ""), both);
    let _ = desk.ok("split ID1 'Laptop for the new starter' --set planned=2026-12-08");
    assert_eq!(dated(&desk, "").len(), 4);
}

#[test]
fn the_contact_keeper_calls_and_the_deputy_sees_the_event_too() {
    let desk = fair();
    let _ = desk.ok("assign ID1 marek");
    let calls = [pair("call", "2026-11-27")];
    let keeper = dated(&desk, "--mine --as anna");
    assert_eq!(keeper, calls);
    let both = [pair("call", "2026-11-27"), pair("event", "2026-11-30")];
    assert_eq!(dated(&desk, "--mine --as marek"), both);
    let _ = desk.ok("away 2026-11-23..2026-12-04 --deputy ewa --as marek");
    assert_eq!(
        dated(&desk, "--mine --as ewa"),
        [pair("event", "2026-11-30")]
    );
    assert!(!board(&desk, "ewa").contains("for Marek"));
    desk.wait(7 * DAY);
    let shown = board(&desk, "ewa");
    assert!(shown.contains("for Marek"), "{shown}");
}

#[test]
fn the_sweep_reminds_of_the_call_and_of_the_event() {
    let desk = fair();
    desk.wait(4 * DAY + 2 * 60);
    let _ = desk.ok("sweep");
    let text = desk.raw("ID1");
    assert!(text.contains("- clock: call\n"), "{text}");
    let copy = desk.copy();
    copy.wait(60);
    let _ = copy.ok("sweep");
    assert_eq!(copy.raw("ID1"), text);
    desk.wait(3 * DAY + 12 * 60);
    let _ = desk.ok("sweep");
    let text = desk.raw("ID1");
    assert!(text.contains("- clock: event\n"), "{text}");
}

#[test]
fn a_desk_without_targets_still_has_its_dates() {
    let desk = fair();
    let settings = desk.read("desk.toml");
    let mut kept = Vec::new();
    let mut inside = false;
    for line in settings.lines() {
        if line.starts_with('[') {
            inside = line.starts_with("[targets.");
        }
        if !inside {
            kept.push(line);
        }
    }
    desk.write("desk.toml", kept.join("\n") + "\n");
    assert_eq!(dated(&desk, "").len(), 2);
    desk.wait(4 * DAY);
    assert!(
        board(&desk, "anna").contains("At risk"),
        "{}",
        board(&desk, "anna")
    );
}
