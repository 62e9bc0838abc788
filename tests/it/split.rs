//! `desk split`.

use crate::desk::Desk;
use crate::writing_commands;

fn reported() -> Desk {
    let desk = Desk::new();
    desk.made(&[
        "new",
        "Outlook asks for the password",
        "--from",
        "Jan Kowalski",
        "--account",
        "AC-4471",
        "--code",
        "MAIL-AUTH",
        "--serial",
        "PF3K",
        "-m",
        "Since Monday.\nThe second screen is dark, too.",
    ]);
    let _ = desk.ok("contact ID1 -m 'He says: the screen flickers'");
    desk
}

/// The tag of the entry of a kind.
fn tag(desk: &Desk, id: &str, kind: &str) -> String {
    let reported = desk.json(&format!("show {id}"));
    let entries = reported["tickets"][0]["entries"]
        .as_array()
        .unwrap()
        .clone();
    let entry = entries.iter().find(|entry| entry["kind"] == kind).unwrap();
    entry["tag"].as_str().unwrap().to_owned()
}

#[test]
fn a_second_issue_gets_a_ticket_of_its_own() {
    let desk = reported();
    let before = desk.raw("ID1");
    let (created, contact) = (tag(&desk, "ID1", "created"), tag(&desk, "ID1", "contact"));
    insta::assert_snapshot!(
        desk.run(&format!("split ID1 'Second screen is dark @HW-DOCK' -m 'The left one' --entry ^{created} --entry {contact} --set location='room 7'")),
        @"
    ID2         created  Second screen is dark
    ID1         split  Outlook asks for the password
                into: ID2
                links.same_contact: +ID2
    [exit 0]
    "
    );
    insta::assert_snapshot!(desk.file("ID2"), @r#"
    +++
    id = "ID2"
    type = "action"
    title = "Second screen is dark"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "HW-DOCK"
    channel = "phone"
    created = 2026-11-23T09:04:00Z

    [requester]
    name = "Jan Kowalski"
    account = "AC-4471"
    location = "room 7"

    [links]
    same_contact = ["ID1"]
    +++
    The left one

    ID1 ^tag, 2026-11-23T09:00:00Z anna:

    > Since Monday.
    > The second screen is dark, too.

    ID1 ^tag, 2026-11-23T09:01:00Z anna:

    > He says: the screen flickers

    ## 2026-11-23T09:04:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - code: HW-DOCK
    - derived: queue, impact, urgency, priority, assignee
    - split_from: ID1
    - links.same_contact: +ID1
    "#);
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Outlook asks for the password"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "MAIL-AUTH"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [requester]
    name = "Jan Kowalski"
    account = "AC-4471"

    [asset]
    serial = "PF3K"

    [links]
    same_contact = ["ID2"]
    +++
    Since Monday.
    The second screen is dark, too.

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - code: MAIL-AUTH
    - derived: type, queue, impact, urgency, priority, assignee

    ## 2026-11-23T09:01:00Z anna contact ^tag

    - direction: out
    - channel: phone
    - outcome: spoke

    He says: the screen flickers

    ## 2026-11-23T09:04:00Z anna split ^tag

    - into: ID2
    - links.same_contact: +ID2
    "#);
    // What was quoted stays where it was.
    let log = |text: &str| text[text.find("\n## ").unwrap()..].to_owned();
    assert!(log(&desk.raw("ID1")).starts_with(&log(&before)));
    insta::assert_snapshot!(desk.commit(), @"
    ID1 split: ID2 Second screen is dark

    ID1 Outlook asks for the password
      links.same_contact: +ID2

    ID2 Second screen is dark

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:04:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID2.md
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.ok("check");
    // One call, one contact more; `.` is the new one.
    assert_eq!(desk.json("who jan")["people"][0]["derived"]["contacts"], 2);
    assert_eq!(desk.json("show .")["tickets"][0]["id"], desk.id("ID2"));
}

#[test]
fn its_life_is_its_own() {
    let desk = reported();
    let _ = desk.ok("split ID1 'No network either' --code NET-OUT --type information");
    let new = &desk.json("show ID2")["tickets"][0];
    assert_eq!(new["type"], "information");
    assert_eq!(new["queue"], "network");
    assert_eq!(new["priority"], "critical-situation");
    assert_eq!(
        new["asset"],
        serde_json::Value::Null,
        "equipment is the issue's own"
    );
    assert_eq!(new["requester"]["account"], "AC-4471");
    assert_eq!(new["contact_agent"], "anna");
    assert_eq!(
        new["assignee"],
        serde_json::Value::Null,
        "it waits for the network team"
    );
    let _ = desk.ok("resolve ID1 -m done");
    assert_eq!(desk.json("show ID2")["tickets"][0]["status"], "open");
    // Whoever talks to the requester does so about both.
    let _ = desk.ok("split ID1 'And a third' --as ewa --queue telephony");
    let third = &desk.json("show ID3")["tickets"][0];
    assert_eq!(third["contact_agent"], "anna");
    assert_eq!(third["queue"], "telephony");
}

#[test]
fn a_comment_that_holds_an_issue() {
    let desk = Desk::new();
    desk.make("new 'The new printer is great' --type comment --from Jan --channel email");
    let _ = desk.ok("split ID1 'It is out of toner'");
    let new = &desk.json("show ID2")["tickets"][0];
    assert_eq!(
        (
            new["type"].as_str(),
            new["status"].as_str(),
            new["channel"].as_str()
        ),
        (Some("action"), Some("new"), Some("email"))
    );
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "closed");
    let _ = desk.ok("check");
}

#[test]
fn something_that_looks_like_another_is_told() {
    let desk = Desk::new();
    desk.make("new 'No network' --code NET-OUT --asset-location 'floor 3' --from Ewa");
    desk.made(&["new", "Printer", "--from", "Jan"]);
    let out = desk.ok("split ID2 'No network here' --code NET-OUT --set asset.location='floor 3'");
    assert!(out.to_string().contains("ID3 looks like ID1"), "{out}");
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = reported();
    desk.made(&["new", "--type", "work-order", "--code", "NET-OUT"]);
    desk.made(&["new", "Twice", "--from", "Jan Kowalski"]);
    let _ = desk.ok("merge ID3 --into ID1");
    let _ = desk.ok("link ID1 ID2");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("split ID3 'x'"), @"
    -----
    error: `ID3` was merged and does not change any more
    hint: it went into ID1: split that
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("split ID2 'x'"), @"
    -----
    error: `ID2` is a work order
    hint: split the ticket of whoever told of the other issue
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("split ID1 'x @NET-OTU'"), @"
    -----
    error: there is no problem code `NET-OTU`
    hint: did you mean `NET-OUT` or `NET-GUEST` or `NET-SLOW`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("split ID1 ' '"), @"
    -----
    error: a title cannot be empty
    hint: say in one line what it is about
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("split ID1 'x' --type work-order"), @"
    -----
    error: an issue is no work order
    hint: split it first, then make the order: desk work new ID
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("split ID1 'x' --queue netwrk"), @"
    -----
    error: there is no queue `netwrk`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("split ID1 'x' --set status=closed"), @"
    -----
    error: `status` is not set on a new ticket
    [exit 2]
    ");
    let link = tag(&desk, "ID1", "link");
    let _ = desk
        .run(&format!("split ID1 x --entry {link}"))
        .code(2)
        .says("has no text to quote");
    let _ = desk
        .run("split ID1 x --entry ^zzzzz")
        .code(2)
        .says("error: there is no entry `zzzzz`");
    let _ = desk.run("split ID1").code(2);
    assert!(before == desk.state());
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(reported, "split ID1 'Second screen is dark' -m the-text");
}
