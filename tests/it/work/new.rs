//! `desk work new`.

use super::{call, front, last, one_order, status};
use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn an_order_brings_what_its_code_carries() {
    let desk = Desk::new();
    call(
        &desk,
        "Jan",
        &["--serial", "JW0219", "--model", "EX2300-24T"],
    );
    call(
        &desk,
        "Ola",
        &[
            "--impact",
            "site",
            "--urgency",
            "high",
            "--channel",
            "email",
        ],
    );
    insta::assert_snapshot!(desk.run("work new ID1 ID2 -m 'Key to the rack is at the reception.'"), @"
    ID3         created  Restore the network of a floor
                network, critical-situation, 6 steps
    ID1         link     No network at Jan's desk        links.work_order ID3
    ID2         link     No network at Ola's desk        links.work_order ID3
    2 tickets linked to ID3
    -----
    warning: `ID1` still lacks `asset.location`: desk set ID1 asset.location=…
    warning: `ID2` still lacks `asset.location`: desk set ID2 asset.location=…
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID3"), @r#"
    +++
    id = "ID3"
    type = "work-order"
    title = "Restore the network of a floor"
    status = "new"
    priority = "critical-situation"
    impact = "site"
    urgency = "high"
    queue = "network"
    code = "NET-OUT"
    created = 2026-11-23T09:02:00Z

    [asset]
    model = "EX2300-24T"
    serial = "JW0219"

    [links]
    articles = ["KB-7Q2M"]
    +++
    Key to the rack is at the reception.

    - [ ] Reach the switch from outside; if that fails, check its power
    - [ ] Read the error counters of the uplink
    - [ ] Exchange cable, module and port, one at a time
    - [ ] Look for loops before ports are enabled again
    - [ ] Watch the counters for half an hour
    - [ ] Confirm with a requester at each end of the floor

    Estimated time: 2h.

    Parts: patch cable, fibre module, spare switch.

    ## 2026-11-23T09:02:00Z anna created ^tag

    - type: work-order
    - status: new
    - priority: critical-situation
    - impact: site
    - urgency: high
    - queue: network
    - code: NET-OUT
    - derived: queue, impact, urgency, priority
    - links.articles: +KB-7Q2M
    "#);
    assert_eq!(
        front(&desk.raw("ID1"), "work_order"),
        front(&desk.raw("ID2"), "work_order")
    );
    insta::assert_snapshot!(desk.commit(), @"
    ID3 work new: Restore the network of a floor

    ID3 Restore the network of a floor

    ID1 No network at Jan's desk
      links.work_order: (none) -> ID3

    ID2 No network at Ola's desk
      links.work_order: (none) -> ID3

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:02:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID3.md
    M	tickets/2026-11/ID1.md
    M	tickets/2026-11/ID2.md
    ");
    let _ = desk.run("check").code(0);
}

#[test]
fn what_is_said_comes_before_what_the_code_says() {
    let desk = Desk::new();
    call(&desk, "Jan", &["--channel", "email"]);
    let _ = desk.ok(
        "work new ID1 --title 'Look at the switch' --queue service-desk --assign marek --code NET-WIFI",
    );
    let order = desk.file("ID2");
    for line in [
        "title = \"Look at the switch\"",
        "queue = \"service-desk\"",
        "assignee = \"marek\"",
        "code = \"NET-WIFI\"",
        "status = \"open\"",
    ] {
        assert!(order.contains(line), "{line}\n{order}");
    }
    // Somebody works on it, so it is not new any more; its own code stays.
    assert_eq!(status(&desk, "ID1"), "open");
    assert!(desk.file("ID1").contains("code = \"NET-OUT\""));
    // A text with steps of its own is the order.
    call(&desk, "Ola", &[]);
    let _ = desk.ok("work new ID3 --separate -m '1. [ ] only this'");
    let order = desk.file("ID4");
    assert!(order.contains("+++\n1. [ ] only this\n\n##"), "{order}");
}

#[test]
fn an_order_without_a_standard_is_named_after_its_ticket() {
    let desk = Desk::new();
    desk.make("new 'Slow laptop' --from Jan --code HW-SLOW --location 'Room 5'");
    let _ = desk.ok("work new ID1");
    let order = desk.file("ID2");
    assert!(order.contains("title = \"Slow laptop\""), "{order}");
    assert!(order.contains("[asset]\nlocation = \"Room 5\""), "{order}");
}

#[test]
fn an_order_needs_one_code() {
    let desk = Desk::new();
    desk.made(&["new", "Something hums", "--from", "Jan"]);
    call(&desk, "Ola", &[]);
    desk.made(&["new", "Paper jam", "--from", "Ina", "--code", "PRN-JAM"]);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work new ID1"), @"
    -----
    error: a work order needs a problem code
    hint: say which with --code CODE, or first: desk set ID1 code=CODE
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work new ID1 ID2 ID3"), @"
    -----
    error: the tickets have different problem codes: NET-OUT (`ID2`), PRN-JAM (`ID3`)
    hint: say with --code which of them the order is for, or make an order for each
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work new ID1 --code NET-OUR"), @"
    -----
    error: there is no problem code `NET-OUR`
    hint: did you mean `NET-OUT` or `NET-SLOW` or `NET-GUEST`?
    [exit 2]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("work new ID1 ID2");
    // What had no code has that of its order now.
    assert!(desk.file("ID1").contains("code = \"NET-OUT\""));
    insta::assert_snapshot!(last(&desk, "ID1"), @"
    ## 2026-11-23T09:06:00Z anna link ^tag

    - links.work_order: (none) -> ID4
    - code: (none) -> NET-OUT
    ");
}

#[test]
fn what_cannot_hang_on_an_order_is_refused() {
    let desk = one_order();
    call(&desk, "Ina", &["--channel", "email"]);
    let _ = desk.ok("cancel ID4");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work new ID1 --separate"), @"
    -----
    error: `ID1` is linked to the open work order `ID3` already
    hint: see it with `desk work show ID3`; to take the ticket off it: desk set ID1 links.work_order=
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work new ID3"), @"
    -----
    error: `ID3` is a work order itself
    hint: name tickets that wait for it, or link the two: desk link ID3 ID --as relates
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work new ID4"), @"
    -----
    error: `ID4` is cancelled, and only open tickets are linked to a work order
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work link ID4 --to ID3"), @"
    -----
    error: `ID4` is cancelled, and only open tickets are linked to a work order
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work link ID1 --to ID1"), @"
    -----
    error: `ID1` cannot be linked to itself
    hint: name the work order, or another ticket of the same trouble, with --to
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work done ID1 -m x"), @"
    -----
    error: `ID1` is no work order but a ticket of type action
    hint: it is linked to the work order ID3
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work show ID4"), @"
    -----
    error: `ID4` is no work order but a ticket of type action
    hint: `desk work list` shows the orders; `desk work new ID4` makes one for it
    [exit 4]
    ");
    assert!(before == desk.state());
}

#[test]
fn a_second_order_for_one_cause_is_not_made_by_accident() {
    let desk = one_order();
    desk.wait(40);
    call(&desk, "Ina", &["--location", "Gdańsk HQ, floor 3, room 7"]);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work new ID4"), @r#"
    -----
    error: an open work order looks the same
    hint: ID3 new, "Restore the network of a floor": same code NET-OUT, overlapping place Gdańsk HQ, floor 3, 42 minutes ago
    hint: join it: desk work link ID4 --to ID3
    hint: or make another beside it: --separate
    [exit 4]
    "#);
    assert!(before == desk.state());
    let apart = desk.copy();
    let _ = desk.ok("work link ID4 --to ID3");
    assert!(desk.file("ID4").contains("work_order = \"ID3\""));
    let _ = apart.ok("work new ID4 --separate");
    assert!(apart.file("ID4").contains("work_order = \"ID5\""));
    // Elsewhere is no duplicate.
    call(&desk, "Eva", &["--location", "Poznań, floor 3"]);
    let _ = desk.ok("work new ID5");
}

#[test]
fn a_ticket_that_looks_the_same_is_mentioned() {
    let desk = Desk::new();
    let place = ["--asset-location", "Gdańsk HQ, floor 3"];
    call(&desk, "Jan", &place);
    call(&desk, "Ola", &place);
    insta::assert_snapshot!(desk.run("work new ID1"), @r#"
    ID3         created  Restore the network of a floor
                network, critical-situation, 6 steps
    ID1         link  No network at Jan's desk
                links.work_order: none → ID3
    -----
    warning: ID2 open, "No network at Ola's desk" looks the same (same code NET-OUT, same place Gdańsk HQ, floor 3, 1 minute ago): desk work link ID2 --to ID1
    [exit 0]
    "#);
}

#[test]
fn the_window_is_a_setting() {
    let desk = one_order();
    desk.wait(3 * 24 * 60);
    call(&desk, "Ina", &["--location", "Gdańsk HQ, floor 3"]);
    let narrow = desk.copy();
    let _ = desk.run("work new ID4").code(4).says("looks the same");
    narrow.replace("desk.toml", "duplicate_days = 7", "duplicate_days = 2");
    let _ = narrow.ok("work new ID4");
    desk.replace("desk.toml", "duplicate_days = 7", "duplicate_days = -1");
    let _ = desk
        .run("work new ID4")
        .code(3)
        .says("`duplicate_days` is a number of days from 0 to 3660, not -1");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "work new ID1 -m the-text");
}

#[test]
fn several_tickets_all_or_none() {
    let desk = Desk::with_two_tickets();
    let before = desk.state();
    let _ = desk.run("work new ID1 2611-ZZZZZ").code(2);
    assert_eq!(desk.run_with("work new -", "").code(0).stdout, "");
    let _ = desk.run("work new").code(2);
    assert!(before == desk.state());
    let commits = desk.commits();
    let _ = desk.run_with("work new -", "ID1\nID2\n").code(0);
    assert_eq!(desk.commits(), commits + 1);
    assert_eq!(
        front(&desk.raw("ID1"), "work_order"),
        front(&desk.raw("ID2"), "work_order")
    );
}

#[test]
fn what_form_and_code_ask_for_is_asked_before_somebody_is_sent() {
    let desk = Desk::new();
    desk.made(&["new", "Laptop dead", "--from", "Jan", "--code", "HW-LAPTOP"]);
    let strict = desk.copy();
    let _ = desk
        .ok("work new ID1")
        .says("`ID1` still lacks `asset.model`, `asset.serial`: desk set ID1 asset.model=…");
    strict.replace(
        "desk.toml",
        "resolve_complete = false",
        "resolve_complete = true",
    );
    let before = strict.state();
    insta::assert_snapshot!(strict.run("work new ID1"), @"
    -----
    error: `ID1` lacks `asset.model`, `asset.serial`, required before a work order
    hint: desk set ID1 asset.model=… asset.serial=…
    [exit 4]
    ");
    assert!(before == strict.state());
}

#[test]
fn the_same_again_within_a_month_is_a_repeat() {
    let desk = Desk::new();
    let serial = ["--serial", "JW0219"];
    call(&desk, "Jan", &serial);
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("work done ID2 -m Mended.");
    desk.wait(12 * 24 * 60);
    call(&desk, "Ola", &["--serial", "jw-0219", "--channel", "email"]);
    let direct = desk.copy();
    let late = desk.copy();
    insta::assert_snapshot!(desk.run("work new ID3"), @"
    ID4         created  Restore the network of a floor
                network, critical-situation, 6 steps
    ID2         link  Restore the network of a floor
                links.relates: +ID4
    ID3         link  No network at Ola's desk
                links.work_order: none → ID4
    -----
    warning: `ID3` still lacks `asset.location`: desk set ID3 asset.location=…
    warning: `ID4` repeats `ID2` (same code NET-OUT, same serial number JW0219, done 12 days ago): look for the cause behind the cause
    [exit 0]
    ");
    let order = desk.file("ID4");
    assert!(order.contains("tags = [\"repeat\"]"), "{order}");
    assert!(order.contains("relates = [\"ID2\"]"), "{order}");
    assert!(order.contains("- repeat_of: ID2\n"), "{order}");
    assert!(desk.file("ID2").contains("relates = [\"ID4\"]"));
    assert!(desk.ok("show ID4").to_string().contains("repeat of   ID2"));
    assert!(desk.ok("list tags:repeat").to_string().contains("ID4"));
    assert_eq!(
        desk.json("work show ID4")["tickets"][0]["derived"]["repeat_of"],
        desk.id("ID2")
    );
    insta::assert_snapshot!(desk.run("work list"), @"
    ID          PRIORITY            STATUS  STEPS  TICKETS  QUEUE    ASSIGNEE  AGE  TITLE
    ID4         critical-situation  new       0/6        1  network  -          4m  (repeat) Restore the network of a floor
    -----
    1 done work order also matches; use --all
    [exit 0]
    ");
    let _ = desk.run("check").code(0);

    direct.make("new --type work-order --code NET-OUT --serial JW0219");
    assert!(
        direct.file("ID4").contains("- repeat_of: ID2\n"),
        "{}",
        direct.file("ID4")
    );
    let _ = direct.run("check").code(0);

    late.wait(20 * 24 * 60);
    let _ = late.ok("work new ID3");
    assert!(!late.file("ID4").contains("repeat"), "{}", late.file("ID4"));
}
