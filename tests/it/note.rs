//! `desk note`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_note_is_added_at_the_end_and_committed() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("note ID1 -m 'Paper path is clean, roller is worn.'"), @"
    ID1         note  Printer on floor 3 jams
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 jams"
    status = "open"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "PRN-JAM"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [requester]
    name = "Jan Kowalski"

    [asset]
    location = "by the door"
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: scheduled-service
    - impact: team
    - urgency: low
    - queue: service-desk
    - assignee: anna
    - code: PRN-JAM
    - derived: type, queue, impact, urgency, priority, assignee

    ## 2026-11-23T09:01:00Z anna note ^tag

    Paper path is clean, roller is worn.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 note: Paper path is clean, roller is worn.

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    assert_eq!(desk.status(), "");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "note ID1 -m the-text");
}

#[test]
fn the_text_may_come_from_standard_input() {
    let desk = Desk::with_ticket();
    let _ = desk
        .run_with("note ID1 -m -", "\n\none\r\ntwo  \n\nthree\n\n")
        .code(0);
    let reported = desk.json("show ID1");
    assert_eq!(
        reported["tickets"][0]["entries"][1]["text"],
        "one\ntwo  \n\nthree"
    );
}

#[test]
fn a_note_needs_a_text() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("note ID1"), @"
    -----
    error: `desk note` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("note ID1 -m ''"), @"
    -----
    error: a note needs a text
    hint: give it with -m TEXT, or -m - to read it
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run_with("note ID1 -m -", "\n \n"), @"
    -----
    error: a note needs a text
    hint: give it with -m TEXT, or -m - to read it
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("note"), @"
    -----
    error: the following required arguments were not provided: <ID>...
    hint: desk note <ID>...
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn the_ticket_may_be_named_in_many_ways() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let lower = id.to_lowercase();
    for name in [&id, &lower, &id[5..], &lower[5..8], "."] {
        let _ = desk.run_args(&["note", name, "-m", "seen"]).code(0);
    }
    assert_eq!(desk.file("ID1").matches(" note ^tag").count(), 5);
}

#[test]
fn an_unknown_id_names_the_nearest() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let last = if id.ends_with('Z') { "Y" } else { "Z" };
    let wrong = format!("{}{last}", &id[..9]);
    let out = desk.run_args(&["note", &wrong, "-m", "x"]).code(2);
    let reported = out.to_string().replace(&wrong, "WRONG");
    insta::assert_snapshot!(reported, @"
    -----
    error: there is no ticket `ID2`
    hint: did you mean ID1         open  Printer on floor 3 jams?
    [exit 2]
    ");
}

#[test]
fn an_ambiguous_start_lists_the_candidates() {
    let desk = Desk::with_ticket();
    let text = desk.raw("ID1");
    let id = desk.id("ID1");
    for (name, title) in [("2611-ABCDE", "First"), ("2611-ABCFG", "Second")] {
        let text = text
            .replace(&id, name)
            .replace("Printer on floor 3 jams", title);
        desk.plant(name, text);
    }
    insta::assert_snapshot!(desk.run("note abc -m x"), @"
    -----
    error: `abc` could be any of 2 tickets
    hint: ID2         open  First
    hint: ID3         open  Second
    [exit 2]
    ");
    // Open tickets come first.
    let _ = desk.ok("cancel ID2");
    let _ = desk.ok("note abc -m x");
    assert!(desk.file("ID3").contains(" note ^tag"));
}

#[test]
fn notes_of_one_instant_keep_their_order() {
    let desk = Desk::with_ticket();
    for text in ["one", "two", "three"] {
        desk.wait(-1);
        let _ = desk.ok(&format!("note ID1 -m {text}"));
    }
    let reported = desk.json("show ID1");
    let entries = reported["tickets"][0]["entries"].as_array().unwrap();
    let at: Vec<&str> = entries
        .iter()
        .map(|entry| entry["at"].as_str().unwrap())
        .collect();
    assert_eq!(
        at,
        [
            "2026-11-23T09:00:00Z",
            "2026-11-23T09:00:00.001Z",
            "2026-11-23T09:00:00.002Z",
            "2026-11-23T09:00:00.003Z"
        ]
    );
}

#[test]
fn the_first_note_opens_a_new_ticket() {
    let desk = Desk::new();
    desk.made(&["new", "Mail from Jan", "--channel", "email"]);
    assert!(desk.raw("ID1").contains("status = \"new\""));
    let _ = desk.ok("note ID1 -m 'I look into it'");
    assert!(desk.raw("ID1").contains("status = \"open\""));
    assert!(desk.raw("ID1").contains("- status: new -> open"));
}
