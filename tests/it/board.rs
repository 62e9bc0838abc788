//! Plain `desk`.

use crate::desk::Desk;

#[test]
fn what_waits_for_me() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run(""), @"
    Help desk  Anna Nowak · Monday 23 November 2026, 10:00 · 0 open tickets

    Nothing waits for you.
    [exit 0]
    ");
    desk.open("Printer jams");
    desk.made(&["new", "Mail is slow", "--channel", "email"]);
    desk.open("Waiting for paper");
    desk.open("Long ago");
    let _ = desk.ok("pend ID3 --on vendor --until 2026-12-01");
    let _ = desk.ok("pend ID4 --on schedule --until +1h");
    desk.wait(120);
    insta::assert_snapshot!(desk.run(""), @"
    Help desk  Anna Nowak · Monday 23 November 2026, 12:07 · 4 open tickets

    Due 1
    ID          PRIORITY           STATUS                QUEUE         ASSIGNEE  REQUESTER       DUE  AGE  TITLE
    ID4         scheduled-service  pending schedule due  service-desk  anna      Jan Kowalski  in 3d   2h  Long ago

    Mine 1
    ID          PRIORITY           STATUS  QUEUE         ASSIGNEE  REQUESTER       DUE  AGE  TITLE
    ID1         scheduled-service  open    service-desk  anna      Jan Kowalski  in 3d   2h  Printer jams

    Waiting 1
    ID          PRIORITY           STATUS          QUEUE         ASSIGNEE  REQUESTER       DUE  AGE  TITLE
    ID3         scheduled-service  pending vendor  service-desk  anna      Jan Kowalski  in 3d   2h  Waiting for paper

    Unassigned in my queues 1
    ID          PRIORITY  STATUS  QUEUE         ASSIGNEE  REQUESTER    DUE  AGE  TITLE
    ID2         standard  new     service-desk  -                    in 1h   2h  Mail is slow
    [exit 0]
    ");
    let reported = desk.json("");
    assert_eq!(reported["format"], 1);
    let parts: Vec<&str> = reported["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["derived"]["part"].as_str().unwrap())
        .collect();
    assert_eq!(parts, ["due", "mine", "waiting", "unassigned"]);
}

#[test]
fn a_bad_file_is_named_beside_the_good_ones() {
    let desk = Desk::with_two_tickets();
    desk.write(&desk.path("ID1"), "no fence\n");
    let out = desk.run("").code(0);
    assert!(
        out.stdout.contains("floor 4") && out.stderr.contains("ID1")
            || out.stderr.contains("begins with"),
        "{out}"
    );
}

/// After an escalation nobody may have the ticket; the promise to the requester is still somebody's.
#[test]
fn the_call_for_an_escalated_ticket_stays_with_whoever_keeps_contact() {
    let desk = Desk::new();
    desk.open("No network");
    let _ = desk.ok("set ID1 impact=team urgency=high");
    let _ = desk.ok("escalate ID1 --to network -m 'Loops'");
    let out = desk.run("");
    assert!(out.stdout.contains("\nI keep contact 1\n"), "{out}");
    // Two days on, the periodic call is late, and each way to look says so.
    desk.wait(2 * 24 * 60);
    let due = desk.run("due --mine");
    assert!(
        due.to_string().contains("ID1") && due.stdout.contains("late"),
        "{due}"
    );
    let out = desk.run("");
    assert!(out.stdout.contains("\nDue 1\n"), "{out}");
    let next = desk.run("next");
    assert!(next.to_string().contains("ID1"), "{next}");
    assert!(
        next.stdout
            .contains("you keep contact, and nobody works on it in network"),
        "{next}"
    );
    // Whoever takes it gets all of its clocks; the call is still anna's.
    let _ = desk.ok("take ID1 --as marek");
    let out = desk.run("");
    assert!(out.stdout.contains("\nDue 1\n"), "{out}");
    let _ = desk.ok("contact ID1 -m 'We are on it.'");
    let out = desk.run("");
    assert!(out.stdout.contains("\nI keep contact 1\n"), "{out}");
    assert!(!out.stdout.contains("Due"), "{out}");
}
