//! `desk pend`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_ticket_waits_for_somebody() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("pend ID1 --on vendor --until +3bd -m 'Roller ordered'"), @"
    ID1         pend  Printer on floor 3 jams
                status: open → pending
                waiting_on: none → vendor
                until: none → Thu 26 Nov 10:01
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 jams"
    status = "pending"
    waiting_on = "vendor"
    until = 2026-11-26T09:01:00Z
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

    ## 2026-11-23T09:01:00Z anna pend ^tag

    - status: open -> pending
    - waiting_on: (none) -> vendor
    - until: (none) -> 2026-11-26T09:01:00Z

    Roller ordered
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 pend on vendor: Printer on floor 3 jams

      status: open -> pending
      waiting_on: (none) -> vendor
      until: (none) -> 2026-11-26T09:01:00Z

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "pend ID1 --on customer -m the-text");
    writing_commands::check_several(
        Desk::with_two_tickets,
        "pend ID1 --on customer",
        "cancel ID2",
    );
}

#[test]
fn times_are_read_in_the_zone_of_the_desk() {
    for (typed, written) in [
        ("2026-12-01T14:00:00Z", "2026-12-01T14:00:00Z"),
        ("'2026-12-01 14:00'", "2026-12-01T13:00:00Z"),
        ("friday", "2026-11-27T"),
        ("2026-12-01", "2026-12-01T"),
        ("+4h", "2026-11-23T13:01:00Z"),
    ] {
        let desk = Desk::with_ticket();
        let _ = desk.ok(&format!("pend ID1 --on vendor --until {typed}"));
        let text = desk.raw("ID1");
        assert!(
            text.contains(&format!("\nuntil = {written}")),
            "{typed}: {text}"
        );
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("pend ID1"), @"
    -----
    error: the following required arguments were not provided: --on <WHOM>
    hint: desk pend --on <WHOM> <ID>...
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("pend ID1 --on custmer"), @"
    -----
    error: there is no way to wait `custmer`
    hint: did you mean `customer`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("pend ID1 --on schedule"), @"
    -----
    error: waiting for a date needs the date
    hint: add --until 2026-12-01 or --until +3bd
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("pend ID1 --on vendor --until 2026-11-01"), @"
    -----
    error: 2026-11-01 00:00 is in the past
    hint: a ticket waits for a time to come
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("pend ID1 --on vendor --until soon"), @r#"
    -----
    error: `soon` is not a time
    hint: write 2026-12-01, 14:00, "friday 14:00", tomorrow, +4h, +3bd or 2026-12-01T14:00:00Z
    [exit 2]
    "#);
    assert!(before == desk.state());
}

#[test]
fn waiting_for_somebody_else_forgets_the_date() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on vendor --until friday");
    let _ = desk.ok("pend ID1 --on customer");
    let text = desk.raw("ID1");
    let front = text.split("+++").nth(1).unwrap();
    assert!(
        front.contains("waiting_on = \"customer\"") && !front.contains("until"),
        "{front}"
    );
    let _ = desk.run("check").code(0);
}
