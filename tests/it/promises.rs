//! `--next`: times that the requester was promised, and reminders.

use crate::desk::Desk;

fn board(desk: &Desk, who: &str) -> String {
    desk.run(&format!("--mine --as {who}")).to_string()
}

fn what_is_due(desk: &Desk, args: &str) -> Vec<String> {
    let json = desk.json(&format!("due {args}"));
    let all = json["due"].as_array().unwrap().iter();
    all.map(|one| one["what"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_promise_is_due_at_the_time_that_was_said_and_stays_with_the_contact_keeper() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("call ID1 -m 'You hear from me by noon.' --next 12:00");
    let text = desk.raw("ID1");
    let next = text.lines().find(|line| line.starts_with("- next: "));
    assert!(next.unwrap().ends_with(":00:00Z"), "{text}");
    let shown = desk.run("show ID1").stdout;
    assert!(shown.contains("promise"), "{shown}");
    assert!(shown.contains("next word by"), "{shown}");
    let _ = desk.ok("escalate ID1 -m 'Restarted the switch' --to network");
    assert!(what_is_due(&desk, "--mine").contains(&"promise".to_owned()));
    desk.wait(24 * 60);
    let shown = board(&desk, "anna");
    assert!(shown.contains("\nDue 1\n"), "{shown}");
    let report = desk.ok("report sla --format csv --period today").stdout;
    assert!(report.contains("sla-promise"), "{report}");
    let _ = desk.ok("call ID1 -m 'It works again?'");
    assert!(!what_is_due(&desk, "--mine").contains(&"promise".to_owned()));
    let sla = desk.ok("sla ID1").stdout;
    assert!(sla.contains("as the requester was told"), "{sla}");
    let _ = desk.ok("check");
}

#[test]
fn an_attempt_that_reached_nobody_reminds_its_writer() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("assign ID1 marek");
    let _ = desk.ok("call ID1 voicemail --next +1h --as ewa");
    assert!(!what_is_due(&desk, "").contains(&"promise".to_owned()));
    assert_eq!(what_is_due(&desk, "--as ewa --mine"), ["reminder"]);
    // Nobody was promised anything.
    let shown = desk.run("show ID1").stdout;
    assert!(shown.contains("reminder at"), "{shown}");
    assert!(!shown.contains("next word by"), "{shown}");
    assert!(!board(&desk, "ewa").contains("ID1"));
    desk.wait(61);
    assert!(
        board(&desk, "ewa").contains("\nDue 1\n"),
        "{}",
        board(&desk, "ewa")
    );
    let next = desk.ok("next --as ewa").to_string();
    assert!(next.contains("wanted to be reminded"), "{next}");
    let _ = desk.ok("call ID1 no-answer --as ewa");
    assert!(what_is_due(&desk, "--as ewa --mine").is_empty());
}

#[test]
fn a_promise_is_withdrawn_with_a_reason() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("call ID1 --next +2h");
    let out = desk.run("contact ID1 --by email --next none -m ''").code(2);
    assert!(out.stderr.contains("withdrawn with a reason"), "{out}");
    let _ = desk.ok("pend ID1 --on vendor --next none -m 'The vendor calls directly'");
    assert!(!what_is_due(&desk, "").contains(&"promise".to_owned()));
    let shown = desk.run("show ID1").stdout;
    assert!(shown.contains("no next word any more"), "{shown}");
}

#[test]
fn times_that_cannot_be_kept_are_named() {
    let desk = Desk::with_ticket();
    let before = desk.raw("ID1");
    let out = desk.run("call ID1 --next 2020-01-01").code(2);
    assert!(out.stderr.contains("is in the past"), "{out}");
    let out = desk.run("call ID1 --next soon").code(2);
    assert!(out.stderr.contains("14:00"), "{out}");
    assert_eq!(desk.raw("ID1"), before);
    let out = desk.ok("call ID1 --next 'sunday 03:00'");
    assert!(out.stderr.contains("is outside the hours of"), "{out}");
}

#[test]
fn the_sweep_reminds_of_a_promise_before_its_time() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("call ID1 --next +2h");
    desk.wait(95);
    let _ = desk.ok("sweep");
    let text = desk.raw("ID1");
    assert!(text.contains("- clock: promise\n"), "{text}");
    let _ = desk.ok("sweep");
    assert_eq!(desk.raw("ID1"), text);
}

#[test]
fn a_promise_of_a_ticket_that_is_merged_is_told() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("call ID1 -m 'You hear from me.' --next +2h");
    let out = desk.ok("merge ID1 --into ID2").to_string();
    assert!(out.contains("was promised word by"), "{out}");
    let other = Desk::with_two_tickets();
    let out = other.ok("merge ID1 --into ID2").to_string();
    assert!(!out.contains("promised"), "{out}");
}
