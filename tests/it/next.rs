//! `desk next`.

use crate::desk::Desk;

#[test]
fn the_most_pressing_of_mine_and_of_my_queues() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("next"), @"
    -----
    nothing waits for you
    [exit 0]
    ");
    desk.open("Printer jams");
    desk.make("new 'Mail is lost' --channel email --impact company --urgency high");
    insta::assert_snapshot!(desk.run("next"), @"
    ID          PRIORITY           STATUS  QUEUE         ASSIGNEE  REQUESTER     DUE  AGE  TITLE
    ID2         enterprise-outage  new     service-desk  -                    in 14m   1m  Mail is lost
    why  its priority is Enterprise outage, and nothing more pressing is left; nobody has it, and it waits in service-desk
    [exit 0]
    ");
    let reported = desk.json("next");
    assert_eq!(reported["format"], 1);
    assert_eq!(reported["tickets"][0]["id"], desk.id("ID2"));
    assert!(
        reported["tickets"][0]["derived"]["why"]
            .as_array()
            .unwrap()
            .len()
            >= 2
    );
    let _ = desk.ok("pend ID2 --on customer");
    assert_eq!(desk.json("next")["tickets"][0]["id"], desk.id("ID1"));
}

#[test]
fn what_was_waited_for_is_due() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on schedule --until 2026-11-24");
    assert_eq!(desk.json("next")["tickets"], serde_json::json!([]));
    desk.wait(2 * 24 * 60);
    let why = desk.json("next")["tickets"][0]["derived"]["why"].to_string();
    assert!(why.contains("due"), "{why}");
}

#[test]
fn the_queues_of_another_agent_are_another_desk() {
    let desk = Desk::new();
    desk.made(&["new", "Mail is lost", "--channel", "email"]);
    assert_eq!(
        desk.json("next --as marek")["tickets"],
        serde_json::json!([])
    );
    desk.make("new 'No network' --channel email --code NET-OUT");
    assert_eq!(
        desk.json("next --as marek")["tickets"][0]["id"],
        desk.id("ID2")
    );
}

#[test]
fn the_reasons_are_true() {
    let desk = Desk::new();
    desk.made(&["new", "First", "--channel", "email"]);
    let why = |desk: &Desk| desk.json("next")["tickets"][0]["derived"]["why"].to_string();
    assert!(!why(&desk).contains("before"), "there is no other");
    desk.made(&["new", "Second", "--channel", "email"]);
    assert!(why(&desk).contains("its first response is due before those of the others"));
    desk.made(&["new", "Urgent", "--channel", "email", "--impact", "company"]);
    assert!(
        !why(&desk).contains("before"),
        "its priority decides, not its clock"
    );
}

#[test]
fn where_nothing_is_due_age_decides() {
    let desk = Desk::new();
    for title in ["First", "Second"] {
        desk.made(&[
            "new",
            title,
            "--priority",
            "planned-event",
            "--reason",
            "As every year",
            "--channel",
            "email",
        ]);
    }
    insta::assert_snapshot!(desk.run("next"), @"
    ID          PRIORITY       STATUS  QUEUE         ASSIGNEE  REQUESTER  DUE  AGE  TITLE
    ID1         planned-event  new     service-desk  -                      -   2m  First
    why  its priority is Planned event, and nothing more pressing is left; nobody has it, and it waits in service-desk; it is the oldest of those
    [exit 0]
    ");
}

#[test]
fn what_is_at_risk_counts_one_priority_higher_and_no_more() {
    let desk = Desk::new();
    desk.made(&["new", "A wish", "--channel", "email", "--urgency", "low"]);
    desk.wait(9 * 24 * 60);
    insta::assert_snapshot!(desk.run("next"), @"
    ID          PRIORITY           STATUS  QUEUE         ASSIGNEE  REQUESTER      DUE  AGE  TITLE
    ID1         scheduled-service  new     service-desk  -                    7d late   9d  A wish
    why  its first response is overdue by 7d 18h; with that it counts one priority above Regular scheduled service; nobody has it, and it waits in service-desk
    [exit 0]
    ");
    // What is overdue for days comes before what is calm one priority above, not two.
    desk.made(&["new", "Standard", "--urgency", "high"]);
    assert_eq!(desk.json("next")["tickets"][0]["id"], desk.id("ID1"));
    desk.made(&["new", "Critical", "--impact", "site", "--urgency", "high"]);
    assert_eq!(desk.json("next")["tickets"][0]["id"], desk.id("ID3"));
}
