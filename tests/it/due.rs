//! `desk due`.

use crate::desk::Desk;

/// Minutes from the scene's first moment, Monday 10:00 in Warsaw, to another.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Three requesters: one at a stand-still, one who wrote, one who was answered by telephone.
fn scene() -> Desk {
    let desk = Desk::new();
    desk.make(
        "new 'No network at all' --from 'Ola Wrona' --phone '+48 600 100 300' \
         --impact company --urgency high",
    );
    desk.make(
        "new 'Mail is slow' --channel email --from 'Jan Kowalski' --email \
         jan@example.org --impact person --urgency high",
    );
    desk.make(
        "new 'A second screen' --from 'Ewa Lis' --phone '+48 600 100 400' --impact \
         person --urgency low",
    );
    desk
}

#[test]
fn the_most_urgent_first_with_the_number_to_call() {
    let desk = scene();
    desk.wait(HOUR + 30);
    insta::assert_snapshot!(desk.run("due"), @"
         DUE  AT                WHAT            PRIORITY           ID          QUEUE         WHO   REQUESTER     PHONE            TITLE
    33m late  Mon 23 Nov 11:00  update          enterprise-outage  ID1         service-desk  anna  Ola Wrona     +48 600 100 300  No network at all
      in 27m  Mon 23 Nov 12:00  workaround      enterprise-outage  ID1         service-desk  anna  Ola Wrona                      No network at all
       in 2h  Mon 23 Nov 14:00  resolution      enterprise-outage  ID1         service-desk  anna  Ola Wrona                      No network at all
       in 2h  Mon 23 Nov 14:01  first response  standard           ID2         service-desk  -     Jan Kowalski  jan@example.org  Mail is slow
       in 3d  Thu 26 Nov 16:00  resolution      standard           ID2         service-desk  -     Jan Kowalski                   Mail is slow
       in 3d  Thu 26 Nov 16:00  update          scheduled-service  ID3         service-desk  anna  Ewa Lis       +48 600 100 400  A second screen
      in 14d  Mon 7 Dec 16:00   resolution      scheduled-service  ID3         service-desk  anna  Ewa Lis                        A second screen
    -----
    1 overdue, 1 soon
    [exit 0]
    ");
    let reported = desk.json("due");
    assert_eq!(reported["format"], 1);
    let first = &reported["due"][0];
    assert_eq!(first["id"], desk.id("ID1"));
    assert_eq!(first["what"], "update");
    assert_eq!(first["due"], "2026-11-23T10:00:00Z");
    assert_eq!(first["overdue"], true);
    assert_eq!(first["ticket"]["requester"]["phone"], "+48 600 100 300");
}

#[test]
fn only_what_is_asked_for() {
    let desk = scene();
    desk.wait(HOUR + 30);
    insta::assert_snapshot!(desk.run("due --within 2h"), @"
         DUE  AT                WHAT        PRIORITY           ID          QUEUE         WHO   REQUESTER  PHONE            TITLE
    33m late  Mon 23 Nov 11:00  update      enterprise-outage  ID1         service-desk  anna  Ola Wrona  +48 600 100 300  No network at all
      in 27m  Mon 23 Nov 12:00  workaround  enterprise-outage  ID1         service-desk  anna  Ola Wrona                   No network at all
    -----
    1 overdue, 1 soon
    [exit 0]
    ");
    let what = |line: &str| -> Vec<String> {
        let reported = desk.json(line);
        let items = reported["due"].as_array().unwrap().iter();
        items
            .map(|one| {
                format!(
                    "{} {}",
                    desk.stable(one["id"].as_str().unwrap()),
                    one["what"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        what("due --mine --within 1h"),
        ["ID1 update", "ID1 workaround"]
    );
    assert_eq!(what("due --mine --as marek"), [""; 0]);
    assert_eq!(what("due --queue network"), [""; 0]);
    let _ = desk.run("due --queue netwrok").code(2).says("did you mean");
    let _ = desk
        .run("due --within 4d")
        .code(2)
        .says("`+4d` is not a time");
}

#[test]
fn whoever_keeps_contact_has_the_calls_and_not_the_work() {
    let desk = scene();
    let _ = desk.ok("escalate ID1 -m 'The uplink is dead.' --area network");
    let _ = desk.ok("take ID1 --as marek");
    let kinds = |who: &str| -> Vec<String> {
        let reported = desk.json(&format!("due --mine --within 8h --as {who}"));
        let items = reported["due"].as_array().unwrap().iter();
        items
            .map(|one| one["what"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds("anna"), ["update"]);
    assert_eq!(kinds("marek"), ["update", "workaround", "resolution"]);
}

#[test]
fn scripts_are_told_by_the_exit_status() {
    let desk = scene();
    let _ = desk.run("due --fail").code(0);
    desk.wait(HOUR);
    let out = desk.run("due --fail -q").code(1);
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("", ""));
    let _ = desk.run("due").code(0);
    // What is not listed does not fail.
    let _ = desk
        .run("due --queue network --fail")
        .code(0)
        .says("nothing is due");
}

#[test]
fn a_clock_that_stands_is_not_due_and_a_wait_that_is_over_is() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on customer --until +1h -m 'Jan tries the other tray.'");
    insta::assert_snapshot!(desk.run("due"), @"
       DUE  AT                WHAT       PRIORITY           ID          QUEUE         WHO   REQUESTER     PHONE  TITLE
    in 59m  Mon 23 Nov 11:01  wait over  scheduled-service  ID1         service-desk  anna  Jan Kowalski  -      Printer on floor 3 jams
    -----
    1 due time, none overdue
    [exit 0]
    ");
    desk.wait(2 * HOUR);
    insta::assert_snapshot!(desk.run("due"), @"
        DUE  AT                WHAT       PRIORITY           ID          QUEUE         WHO   REQUESTER     PHONE  TITLE
    1h late  Mon 23 Nov 11:01  wait over  scheduled-service  ID1         service-desk  anna  Jan Kowalski  -      Printer on floor 3 jams
    -----
    1 overdue
    [exit 0]
    ");
}

#[test]
fn nothing_is_due_on_a_desk_without_targets() {
    let desk = Desk::with_ticket();
    let text = desk.read("desk.toml");
    let begin = text.find("[targets.enterprise-outage]").unwrap();
    let end = text.find("[clocks]").unwrap();
    desk.write("desk.toml", format!("{}{}", &text[..begin], &text[end..]));
    insta::assert_snapshot!(desk.run("due"), @"
    -----
    nothing is due
    [exit 0]
    ");
    let list = desk.run("list").stdout;
    assert!(!list.contains("DUE"), "{list}");
}

#[test]
fn lists_sort_ask_and_show_by_what_is_due() {
    let desk = scene();
    desk.wait(DAY);
    insta::assert_snapshot!(desk.run("list --sort due"), @"
    ID          PRIORITY           STATUS  QUEUE         ASSIGNEE  REQUESTER          DUE  AGE  TITLE
    ID1         enterprise-outage  open    service-desk  anna      Ola Wrona     23h late   1d  No network at all
    ID2         standard           new     service-desk  -         Jan Kowalski  20h late   1d  Mail is slow
    ID3         scheduled-service  open    service-desk  anna      Ewa Lis          in 2d   1d  A second screen
    [exit 0]
    ");
    let ids = |line: &str| -> Vec<String> {
        let reported = desk.json(line);
        let items = reported["tickets"].as_array().unwrap().iter();
        items
            .map(|one| desk.stable(one["id"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(ids("list is:breached"), ["ID1", "ID2"]);
    assert_eq!(ids("list is:overdue --sort due"), ["ID1", "ID2"]);
    assert_eq!(ids("list -is:breached"), ["ID3"]);
    assert_eq!(ids("list due<+0h"), ["ID1", "ID2"]);
    assert_eq!(ids("list due>today"), ["ID3"]);
    // A breach is history.
    let _ = desk.ok("resolve ID1 -m 'The core switch was replaced.'");
    assert_eq!(ids("list is:breached --all"), ["ID2", "ID1"]);
    assert_eq!(ids("list is:overdue"), ["ID2"]);
    let derived = desk.json("show ID1")["tickets"][0]["derived"].clone();
    assert_eq!(derived["breached"], true);
    assert_eq!(derived["due"], serde_json::Value::Null);
}

#[test]
fn a_bad_file_costs_only_itself() {
    let desk = scene();
    desk.write(&desk.path("ID2"), "no fence\n");
    let out = desk.run("due").code(0);
    assert!(out.stdout.contains("No network"), "{out}");
    assert!(
        out.stderr.contains("ID2") || out.stderr.contains("tickets/"),
        "{out}"
    );
}

#[test]
fn whoever_is_to_tell_a_requester_has_a_call() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("work done ID2 -m 'New rollers.'");
    desk.wait(HOUR);
    insta::assert_snapshot!(desk.run("due --mine"), @"
    DUE  AT                WHAT  PRIORITY           ID          QUEUE         WHO   REQUESTER     PHONE  TITLE
    now  Mon 23 Nov 10:02  tell  scheduled-service  ID1         service-desk  anna  Jan Kowalski  -      Printer on floor 3 jams
    -----
    1 soon
    [exit 0]
    ");
    let _ = desk.run("due --fail").code(0);
    assert_eq!(desk.json("due")["due"][0]["what"], "tell");
    let _ = desk.run("due --mine --as ewa").says("nothing is due");
    let _ = desk.ok("call ID1 -m 'Told Jan.'");
    let _ = desk.run("due").says("nothing is due");
}
