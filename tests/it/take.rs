//! `desk take`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn the_agent_becomes_the_assignee_and_the_ticket_open() {
    let desk = Desk::new();
    desk.made(&["new", "Mail is slow", "--channel", "email"]);
    insta::assert_snapshot!(desk.run("take ID1"), @"
    ID1         take  Mail is slow
                assignee: none → anna
                status: new → open
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Mail is slow"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    channel = "email"
    created = 2026-11-23T09:00:00Z
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: email
    - type: action
    - status: new
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - derived: type, queue, impact, urgency, priority

    ## 2026-11-23T09:01:00Z anna take ^tag

    - assignee: (none) -> anna
    - status: new -> open
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 take: Mail is slow

      assignee: (none) -> anna
      status: new -> open

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

fn waiting() -> Desk {
    let desk = Desk::new();
    desk.made(&["new", "Mail is slow", "--channel", "email"]);
    desk.made(&["new", "Mail is lost", "--channel", "email"]);
    desk
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(waiting, "take ID1");
    writing_commands::check_several(waiting, "take ID1", "cancel ID2");
}

#[test]
fn taking_what_is_mine_changes_nothing() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("take ID1"), @"
    ID1         nothing to change  Printer on floor 3 jams
    [exit 0]
    ");
    assert!(before == desk.state());
}

#[test]
fn done_tickets_are_not_taken() {
    let desk = waiting();
    let _ = desk.ok("cancel ID1");
    insta::assert_snapshot!(desk.run("take ID1"), @"
    -----
    error: `ID1` is cancelled, and only open tickets are assigned
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
}
