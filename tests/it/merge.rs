//! `desk merge`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn the_duplicate_points_to_the_ticket_that_goes_on() {
    let desk = Desk::new();
    desk.make(
        "new 'Printer jams' --from 'Jan Kowalski' --tag vip --code PRN-JAM -m \
         'The one by the door.'",
    );
    desk.open("Printer on floor 4 jams");
    let _ = desk.ok("set ID1 requester.phone='+48 1'");
    insta::assert_snapshot!(desk.run("merge ID1 --into ID2"), @"
    ID1         merge  Printer jams
                status: open → merged
                links.merged_into: none → ID2
    ID2         merge  Printer on floor 4 jams
                from: ID1
                tags: +vip
                requester.phone: none → +48 1
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer jams"
    status = "merged"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "PRN-JAM"
    channel = "phone"
    created = 2026-11-23T09:00:00Z
    tags = ["vip"]

    [requester]
    name = "Jan Kowalski"
    phone = "+48 1"

    [links]
    merged_into = "ID2"
    +++
    The one by the door.

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
    - tags: +vip

    ## 2026-11-23T09:02:00Z anna set ^tag

    - requester.phone: (none) -> +48 1

    ## 2026-11-23T09:03:00Z anna merge ^tag

    - status: open -> merged
    - links.merged_into: (none) -> ID2
    "#);
    insta::assert_snapshot!(desk.file("ID2"), @r#"
    +++
    id = "ID2"
    type = "action"
    title = "Printer on floor 4 jams"
    status = "open"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "PRN-JAM"
    channel = "phone"
    created = 2026-11-23T09:01:00Z
    tags = ["vip"]

    [requester]
    name = "Jan Kowalski"
    phone = "+48 1"

    [asset]
    location = "by the door"
    +++

    ## 2026-11-23T09:01:00Z anna created ^tag

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

    ## 2026-11-23T09:03:00Z anna merge ^tag

    - from: ID1
    - tags: +vip
    - requester.phone: (none) -> +48 1

    Printer jams

    The one by the door.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 merge into ID2: Printer on floor 4 jams

    ID1 Printer jams
      status: open -> merged
      links.merged_into: (none) -> ID2

    ID2 Printer on floor 4 jams
      tags: +vip
      requester.phone: (none) -> +48 1

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    M	tickets/2026-11/ID2.md
    ");
    let _ = desk.run("check").code(0);
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_two_tickets, "merge ID1 --into ID2");
}

#[test]
fn a_chain_is_followed_to_its_end() {
    let desk = Desk::with_two_tickets();
    desk.open("Third");
    let _ = desk.ok("merge ID1 --into ID2");
    let out = desk.ok("merge ID3 --into ID1");
    assert!(desk.file("ID3").contains("merged_into = \"ID2\""), "{out}");
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_two_tickets();
    desk.made(&["new", "Printer jams", "--from", "Ola Nowak"]);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("merge ID1 --into ID1"), @"
    -----
    error: `ID1` cannot be merged into itself
    hint: name the ticket that goes on with --into
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("merge ID1 --into ID3"), @"
    -----
    error: `ID1` is of Jan Kowalski and `ID3` of Ola Nowak: merging is for one requester's duplicates
    hint: link both to one work order, or to each other: desk link ID1 ID3 --as relates
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("merge ID1 --into 2611-ZZZZZ"), @"
    -----
    error: there is no ticket `2611-ZZZZZ`
    hint: `desk list --all` shows every ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("merge ID1"), @"
    -----
    error: the following required arguments were not provided: --into <B>
    hint: desk merge --into <B> <A>...
    [exit 2]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("cancel ID2");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("merge ID1 --into ID2"), @"
    -----
    error: `ID2` is cancelled: nothing is merged into it
    hint: `desk reopen ID2` first, or link the two: desk link ID1 ID2
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("merge ID2 --into ID1"), @"
    -----
    error: `ID2` is cancelled, and cancelled cannot become merged
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("reopen ID2");
    let _ = desk.ok("merge ID1 --into ID2");
    insta::assert_snapshot!(desk.run("merge ID2 --into ID1"), @"
    -----
    error: `ID2` cannot be merged into itself
    hint: name the ticket that goes on with --into
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 tags=+x"), @"
    -----
    error: `ID1` was merged and does not change any more
    hint: it went into ID2
    [exit 4]
    ");
}
