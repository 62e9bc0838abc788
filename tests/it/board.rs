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
