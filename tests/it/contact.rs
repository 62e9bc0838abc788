//! `desk contact`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn an_outgoing_contact_is_logged() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("contact ID1 --minutes 4 -m 'Told Jan: next call by 10:00.'"), @"
    ID1         contact  Printer on floor 3 jams
                outgoing, phone, spoke, 4 min
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

    ## 2026-11-23T09:01:00Z anna contact ^tag

    - direction: out
    - channel: phone
    - outcome: spoke
    - minutes: 4

    Told Jan: next call by 10:00.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 contact: phone to Jan Kowalski, spoke

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "contact ID1 -m the-text");
    writing_commands::check(Desk::with_ticket, "contact ID1 --in -m the-text");
}

#[track_caller]
fn attributes(desk: &Desk) -> String {
    let reported = desk.json("show ID1");
    let entry = reported["tickets"][0]["entries"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let one = |key: &str| entry["attributes"][key].as_str().unwrap().to_owned();
    format!("{} {} {}", one("direction"), one("channel"), one("outcome"))
}

#[test]
fn direction_channel_and_outcome_have_defaults() {
    let desk = Desk::with_ticket();
    for (line, reported) in [
        ("contact ID1 -m x", "out phone spoke"),
        ("contact ID1 --by email -m x", "out email sent"),
        ("contact ID1 --in -m x", "in phone spoke"),
        ("contact ID1 --in --by web -m x", "in web sent"),
        ("contact ID1 --outcome voicemail", "out phone voicemail"),
        (
            "contact ID1 --by email --outcome bounced",
            "out email bounced",
        ),
    ] {
        let _ = desk.ok(line);
        assert_eq!(attributes(&desk), reported, "{line}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("contact ID1"), @"
    -----
    error: `desk contact` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("contact ID1 --by fone -m x"), @"
    -----
    error: there is no channel `fone`
    hint: did you mean `phone`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("contact ID1 --outcome spok -m x"), @"
    -----
    error: there is no outcome `spok`
    hint: did you mean `spoke`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("contact ID1 --minutes soon -m x"), @"
    -----
    error: `soon` is no number of minutes
    hint: write a whole number from 1 to 1440; what took longer than a day is several entries
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn the_requester_wakes_what_waits_for_the_customer_only() {
    for (on, woken) in [
        ("customer", true),
        ("vendor", false),
        ("schedule --until friday", false),
    ] {
        let desk = Desk::with_ticket();
        let _ = desk.ok(&format!("pend ID1 --on {on}"));
        let _ = desk.ok("contact ID1 -m 'Asked again'");
        assert!(
            desk.raw("ID1").contains("status = \"pending\""),
            "our own call wakes nothing"
        );
        let _ = desk.ok("contact ID1 --in -m 'Here is the number'");
        let text = desk.raw("ID1");
        assert_eq!(text.contains("status = \"open\""), woken, "{on}: {text}");
        assert_eq!(text.contains("\nwaiting_on"), !woken, "{on}: {text}");
        let _ = desk.run("check").code(0);
    }
}

#[test]
fn within_the_window_a_resolved_ticket_is_reopened() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'New roller'");
    let _ = desk.ok("contact ID1 -m 'Asked whether it works'");
    assert!(desk.raw("ID1").contains("status = \"resolved\""));
    // Monday 10:00 to Friday 12:00 of the next week are less than five business days.
    desk.wait(4 * 24 * 60);
    insta::assert_snapshot!(desk.run("contact ID1 --in -m 'It jams again'"), @"
    ID1         contact  Printer on floor 3 jams
                incoming, phone, spoke
                status: resolved → open
    [exit 0]
    ");
    assert!(desk.raw("ID1").contains("status = \"open\""));
}

#[test]
fn after_the_window_it_is_closed_and_a_new_ticket_follows() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'New roller'");
    desk.wait(7 * 24 * 60 + 60);
    let commits = desk.commits();
    insta::assert_snapshot!(desk.run("contact ID1 --in -m 'It jams again'"), @"
    ID1         contact  Printer on floor 3 jams
                incoming, phone, spoke
                status: resolved → closed
    ID2         created  Printer on floor 3 jams
    -----
    warning: the time to reopen `ID1` is over: it is closed, and `ID2` follows it
    [exit 0]
    ");
    assert_eq!(desk.commits(), commits + 1);
    assert!(desk.raw("ID1").contains("status = \"closed\""));
    insta::assert_snapshot!(desk.file("ID2"), @r#"
    +++
    id = "ID2"
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
    created = 2026-11-30T10:02:00Z

    [requester]
    name = "Jan Kowalski"

    [asset]
    location = "by the door"

    [links]
    follows = "ID1"
    +++
    It jams again

    ## 2026-11-30T10:02:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: scheduled-service
    - impact: team
    - urgency: low
    - queue: service-desk
    - assignee: anna
    - code: PRN-JAM
    - links.follows: ID1
    - derived: type, queue, impact, urgency, priority, assignee
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID2 new: follows ID1: Printer on floor 3 jams

    ID1 Printer on floor 3 jams
      status: resolved -> closed

    ID2 Printer on floor 3 jams

    -- Anna Nowak <anna@example.org>, 2026-11-30T10:02:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID2.md
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.run("check").code(0);
}

#[test]
fn after_closing_a_new_ticket_follows() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'New roller'");
    let _ = desk.ok("close ID1 --satisfied yes");
    let closed = desk.raw("ID1");
    insta::assert_snapshot!(desk.run("contact ID1 --in --by email -m 'It jams again'"), @"
    ID2         created  Printer on floor 3 jams
    -----
    warning: `ID1` is closed: `ID2` follows it
    [exit 0]
    ");
    assert_eq!(closed, desk.raw("ID1"), "a closed ticket stays as it is");
    let text = desk.file("ID2");
    assert!(
        text.contains("follows = \"ID1\"") && text.contains("status = \"new\""),
        "{text}"
    );
    assert!(text.contains("It jams again"), "{text}");
}

#[test]
fn a_cancelled_ticket_stays_so_and_the_word_is_kept() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("cancel ID1");
    insta::assert_snapshot!(desk.run("contact ID1 --in -m 'After all I need it'"), @"
    ID1         contact  Printer on floor 3 jams
                incoming, phone, spoke
    -----
    warning: `ID1` is cancelled; `desk reopen ID1` takes it up again
    [exit 0]
    ");
    assert!(desk.raw("ID1").contains("status = \"cancelled\""));
}

#[test]
fn what_arrives_for_a_merged_ticket_goes_to_the_end_of_the_chain() {
    let desk = Desk::new();
    for title in ["One", "Two", "Three"] {
        desk.open(title);
    }
    let _ = desk.ok("merge ID1 --into ID2");
    let _ = desk.ok("merge ID2 --into ID3");
    let (one, two) = (desk.raw("ID1"), desk.raw("ID2"));
    insta::assert_snapshot!(desk.run("contact ID1 --in -m 'Any news?'"), @"
    ID3         contact  Three
                incoming, phone, spoke
    -----
    warning: `ID1` was merged: written to `ID3`
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("note ID1 -m 'He asked for news.'"), @"
    ID3         note  Three
    -----
    warning: `ID1` was merged: written to `ID3`
    [exit 0]
    ");
    assert_eq!((one, two), (desk.raw("ID1"), desk.raw("ID2")));
    let text = desk.raw("ID3");
    assert!(
        text.contains("Any news?") && text.contains("He asked for news."),
        "{text}"
    );
}

/// The state of each clock of `ID1`.
fn clocks(desk: &Desk) -> Vec<(String, String)> {
    let reported = desk.json("show ID1");
    let clocks = reported["tickets"][0]["derived"]["clocks"]
        .as_array()
        .unwrap()
        .clone();
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    clocks
        .iter()
        .map(|one| (text(one, "clock"), text(one, "state")))
        .collect()
}

fn state(desk: &Desk, clock: &str) -> String {
    let all = clocks(desk);
    let found = all.iter().rev().find(|(name, _)| name == clock);
    found.map(|(_, state)| state.clone()).unwrap_or_default()
}

#[test]
fn what_no_person_wrote_moves_and_satisfies_nothing() {
    let desk = Desk::new();
    desk.made(&["new", "Mail is slow", "--channel", "email"]);
    let _ = desk.ok("contact ID1 --automatic -m 'We have received your message.'");
    assert_eq!(state(&desk, "first-response"), "running");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "new");
    let _ = desk.ok("note ID1 -m 'The server is at its limit.'");
    let _ = desk.ok("call ID1 voicemail");
    assert_eq!(state(&desk, "first-response"), "running");
    let _ = desk.ok("contact ID1 -m 'We look into it.'");
    assert_eq!(state(&desk, "first-response"), "met");
    let _ = desk.ok("pend ID1 --on customer -m 'Does it still happen?'");
    insta::assert_snapshot!(desk.run("contact ID1 --in --automatic -m 'I am out of the office.'"), @"
    ID1         contact  Mail is slow
                incoming, email, sent, automatic
    [exit 0]
    ");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "pending");
    assert_eq!(state(&desk, "reply"), "");
    let _ = desk.ok("contact ID1 --in -m 'It does.'");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "open");
    assert_eq!(state(&desk, "reply"), "running");
}

#[test]
fn a_workaround_ends_its_clock() {
    let desk = Desk::new();
    desk.made(&["new", "No network", "--impact", "site", "--urgency", "high"]);
    assert_eq!(state(&desk, "workaround"), "running");
    insta::assert_snapshot!(desk.run("call ID1 --workaround -m 'The guest network works.'"), @"
    ID1         contact  No network
                outgoing, phone, spoke, with a workaround
    [exit 0]
    ");
    assert_eq!(state(&desk, "workaround"), "met");
    assert_eq!(state(&desk, "resolution"), "running");
    let _ = desk.run("contact ID1 --in --workaround -m x").code(2);
}

#[test]
fn two_messages_to_a_closed_ticket_make_one_that_follows_it() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'Cleaned.'");
    let _ = desk.ok("close ID1 --satisfied yes");
    let _ = desk.ok("contact ID1 --in -m 'It jams again.'");
    let before = desk.state();
    let out = desk.ok("contact ID1 --in -m 'And again.'");
    assert!(out.stderr.contains("follows it: written there"), "{out}");
    assert!(before != desk.state());
    let all = desk.json("list --all");
    assert_eq!(all["tickets"].as_array().unwrap().len(), 2, "{all}");
    // Once that is done too, the next word begins anew.
    let _ = desk.ok("cancel ID2");
    let _ = desk.ok("contact ID1 --in -m 'Still.'");
    let all = desk.json("list --all");
    assert_eq!(all["tickets"].as_array().unwrap().len(), 3, "{all}");
}

#[test]
fn a_message_finds_the_open_end_of_a_row_of_closed_tickets() {
    let desk = Desk::with_ticket();
    for (id, words) in [("ID1", "It jams again."), ("ID2", "And again.")] {
        let _ = desk.ok(&format!("resolve {id} -m 'Cleaned.'"));
        let _ = desk.ok(&format!("close {id} --satisfied yes"));
        let _ = desk.ok(&format!("contact {id} --in -m '{words}'"));
    }
    let out = desk.ok("contact ID1 --in -m 'Any news?'");
    assert!(out.stderr.contains("follows it: written there"), "{out}");
    assert_eq!(
        desk.json("list --all")["tickets"].as_array().unwrap().len(),
        3
    );
    assert!(desk.raw("ID3").contains("Any news?"));
    // What it was merged into has the word, too.
    let _ = desk.ok("new 'The printer again' --from 'Jan Kowalski' --no-questions");
    let _ = desk.ok("merge ID3 --into ID4");
    let _ = desk.ok("contact ID1 --in -m 'Still waiting.'");
    assert!(desk.raw("ID4").contains("Still waiting."));
}
