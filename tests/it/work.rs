//! `desk work`: orders, the tickets that hang on them, and what travels from one to the other.

use crate::desk::Desk;
use crate::habits;
use crate::terminal::Terminal;

/// A call about the network of floor 3: taken by anna, in marek's queue.
fn call(desk: &Desk, from: &str, more: &[&str]) -> String {
    let title = format!("No network at {from}'s desk");
    let mut args = vec!["new", &title, "--from", from, "--code", "NET-OUT"];
    args.extend(more);
    desk.made(&args)
}

/// Two callers, `ID1` by phone and `ID2` by e-mail, on one order, `ID3`.
fn one_order() -> Desk {
    let desk = Desk::new();
    let place = ["--asset-location", "Gdańsk HQ, floor 3"];
    call(
        &desk,
        "Jan",
        &[&place[..], &["--phone", "+48 600 100 200"]].concat(),
    );
    call(
        &desk,
        "Ola",
        &[
            &place[..],
            &["--channel", "email", "--email", "ola@example.org"],
        ]
        .concat(),
    );
    let _ = desk.ok("work new ID1 ID2");
    desk
}

fn front<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let front = text.split("+++").nth(1).unwrap();
    let start = format!("{key} = ");
    front.lines().find_map(|line| line.strip_prefix(&start))
}

fn status(desk: &Desk, name: &str) -> String {
    front(&desk.raw(name), "status")
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

#[track_caller]
fn statuses(desk: &Desk, wanted: [&str; 3]) {
    let found = ["ID1", "ID2", "ID3"].map(|name| status(desk, name));
    assert_eq!(found, wanted, "{}", desk.file("ID2"));
    let _ = desk.run("check tickets").code(0);
}

/// The last entry of a ticket.
fn last(desk: &Desk, name: &str) -> String {
    let text = desk.file(name);
    text[text.rfind("\n## ").unwrap() + 1..].to_owned()
}

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
    ID1         link  No network at Jan's desk
                links.work_order: none → ID3
    ID2         link  No network at Ola's desk
                links.work_order: none → ID3
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
    desk.made(&[
        "new",
        "Slow laptop",
        "--from",
        "Jan",
        "--code",
        "HW-SLOW",
        "--location",
        "Room 5",
    ]);
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
    error: `ID1` hangs on the open work order `ID3` already
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
    error: `ID4` is cancelled, and only open tickets are hung on a work order
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work link ID4 --to ID3"), @"
    -----
    error: `ID4` is cancelled, and only open tickets are hung on a work order
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("work link ID1 --to ID1"), @"
    -----
    error: `ID1` cannot be hung on itself
    hint: name the work order, or another ticket of the same trouble, with --to
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work done ID1 -m x"), @"
    -----
    error: `ID1` is no work order but a ticket of type action
    hint: it hangs on the work order ID3
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
fn attaching_to_a_ticket_makes_their_shared_order() {
    let desk = Desk::new();
    call(&desk, "Jan", &["--asset-location", "Gdańsk HQ, floor 3"]);
    call(&desk, "Ola", &["--impact", "site", "--urgency", "high"]);
    insta::assert_snapshot!(desk.run("work link ID2 --to ID1"), @"
    ID3         created  Restore the network of a floor
                network, critical-situation, 6 steps
    ID1         link  No network at Jan's desk
                links.work_order: none → ID3
    ID2         link  No network at Ola's desk
                links.work_order: none → ID3
    [exit 0]
    ");
    let order = desk.file("ID3");
    assert!(
        order.contains("location = \"Gdańsk HQ, floor 3\""),
        "{order}"
    );
    // The most pressing of both.
    assert!(order.contains("impact = \"site\""), "{order}");
    // The next one joins it, through either of the two.
    call(&desk, "Ina", &[]);
    insta::assert_snapshot!(desk.run("work link ID4 --to ID2"), @"
    ID4         link  No network at Ina's desk
                links.work_order: none → ID3
    [exit 0]
    ");
    let before = desk.state();
    let _ = desk
        .run("work link ID4 --to ID3")
        .code(0)
        .says("`ID4` hangs on `ID3` already");
    assert!(before == desk.state());
    let _ = desk.run("check").code(0);
}

#[test]
fn link_as_work_order_is_the_same() {
    let desk = one_order();
    call(&desk, "Ina", &["--channel", "email"]);
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("link ID4 ID3 --as work-order");
    assert_eq!(status(&desk, "ID4"), "open", "somebody is at it");
    let _ = desk.ok("work done ID3 -m Mended.");
    call(&desk, "Eva", &[]);
    let _ = desk
        .run("link ID5 ID3 --as work-order")
        .code(4)
        .says("`ID3` is resolved");
}

#[test]
fn habits() {
    habits::of_writing(Desk::with_ticket, "work new ID1 -m the-text");
    let two = || {
        let desk = Desk::with_ticket();
        let _ = desk.ok("work new ID1");
        desk
    };
    habits::of_writing(two, "work tick ID2 1 -m the-text");
    habits::of_writing(two, "work done ID2 -m the-text --minutes 5");
    let three = || {
        let desk = habits::two_tickets();
        desk.made(&["new", "--type", "work-order", "--code", "PRN-JAM"]);
        desk
    };
    habits::of_writing(three, "work link ID1 --to ID3");
    habits::of_several(three, "work link ID1 --to ID3", "cancel ID2");
}

#[test]
fn several_tickets_all_or_none() {
    let desk = habits::two_tickets();
    let before = desk.state();
    let _ = desk.run("work new ID1 2611-ZZZZZ").code(2);
    let _ = desk
        .run_with("work new -", "")
        .code(2)
        .says("no ticket was named");
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
fn work_that_begins_opens_the_tickets() {
    for line in [
        "take ID3",
        "assign ID3 marek",
        "note ID3 -m seen",
        "work tick ID3 2",
        "escalate ID3 -m tried --to service-desk",
    ] {
        let desk = one_order();
        statuses(&desk, ["open", "new", "new"]);
        let commits = desk.commits();
        let _ = desk.ok(line);
        statuses(&desk, ["open", "open", "open"]);
        assert_eq!(desk.commits(), commits + 1, "{line}");
    }
    let desk = one_order();
    let _ = desk.ok("--as marek take ID3");
    insta::assert_snapshot!(last(&desk, "ID2"), @"
    ## 2026-11-23T09:03:00Z marek open ^tag

    - order: ID3
    - status: new -> open
    ");
    assert_eq!(
        front(&desk.raw("ID2"), "assignee"),
        None,
        "the order has its own agent"
    );
    // What I wrote to last is the order, not what followed from it.
    assert!(desk.ok("--as marek show .").to_string().starts_with("ID3"));
}

#[test]
fn waiting_for_others_holds_up_everybody() {
    let desk = one_order();
    let _ = desk.ok("take ID3");
    let mine = desk.copy();
    let _ = desk.ok("pend ID3 --on vendor --until 2026-11-27 -m 'Module ordered.'");
    statuses(&desk, ["pending", "pending", "pending"]);
    insta::assert_snapshot!(last(&desk, "ID1"), @"
    ## 2026-11-23T09:04:00Z anna pend ^tag

    - order: ID3
    - status: open -> pending
    - waiting_on: (none) -> vendor
    - until: (none) -> 2026-11-27T07:00:00Z

    Module ordered.
    ");
    // Longer than thought.
    let _ = desk.ok("pend ID3 --on schedule --until 2026-11-30");
    assert_eq!(
        front(&desk.raw("ID1"), "until"),
        Some("2026-11-30T07:00:00Z")
    );
    assert_eq!(front(&desk.raw("ID1"), "waiting_on"), Some("\"schedule\""));
    let _ = desk.ok("reopen ID3 -m 'It came early.'");
    statuses(&desk, ["open", "open", "open"]);
    assert_eq!(front(&desk.raw("ID1"), "until"), None);

    // What waits by itself goes on waiting, and is not woken.
    let _ = mine.ok("pend ID1 --on customer");
    let _ = mine.ok("pend ID3 --on vendor");
    statuses(&mine, ["pending", "pending", "pending"]);
    assert_eq!(front(&mine.raw("ID1"), "waiting_on"), Some("\"customer\""));
    let _ = mine.ok("pend ID2 --on vendor --until 2026-12-24");
    let _ = mine.ok("reopen ID3");
    statuses(&mine, ["pending", "pending", "open"]);
    let _ = mine.ok("work done ID3 -m Mended.");
    statuses(&mine, ["resolved", "resolved", "resolved"]);
}

#[test]
fn waiting_for_one_caller_holds_up_nobody() {
    let desk = one_order();
    let _ = desk.ok("take ID3");
    let _ = desk.ok("pend ID3 --on customer");
    statuses(&desk, ["open", "open", "pending"]);
}

#[test]
fn calling_off_leaves_the_tickets() {
    let desk = one_order();
    let _ = desk.ok("resolve ID1 -m 'Other wall socket.'");
    insta::assert_snapshot!(desk.run("cancel ID3"), @"
    ID3         cancel  Restore the network of a floor
                status: new → cancelled
    -----
    warning: still open, and without a work order now that `ID3` is cancelled: `ID2` (new)
    [exit 0]
    ");
    statuses(&desk, ["resolved", "new", "cancelled"]);
    assert!(desk.file("ID2").contains("work_order = \"ID3\""));
    // It may hang on another now.
    let _ = desk.ok("work new ID2");
    assert!(desk.file("ID2").contains("work_order = \"ID4\""));
}

#[test]
fn done_resolves_every_ticket_with_the_orders_words() {
    let desk = one_order();
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work tick ID3 1 2 3 4 5");
    let commits = desk.commits();
    insta::assert_snapshot!(
        desk.run("--as marek work done ID3 -m 'Fibre module replaced.' --minutes 90"), @"
    ID3         resolve  Restore the network of a floor
                90 min
                status: open → resolved
    ID1         resolve  No network at Jan's desk
                order: ID3, tell: anna
                status: open → resolved
    ID2         resolve  No network at Ola's desk
                order: ID3, tell: marek
                status: open → resolved
    -----
    warning: 1 of 6 steps is not ticked: 6 Confirm with a requester at each end of the floor
    [exit 0]
    ");
    assert_eq!(desk.commits(), commits + 1);
    statuses(&desk, ["resolved", "resolved", "resolved"]);
    insta::assert_snapshot!(last(&desk, "ID1"), @"
    ## 2026-11-23T09:05:00Z marek resolve ^tag

    - order: ID3
    - tell: anna
    - status: open -> resolved

    Fibre module replaced.
    ");
    insta::assert_snapshot!(last(&desk, "ID2"), @"
    ## 2026-11-23T09:05:00Z marek resolve ^tag

    - order: ID3
    - tell: marek
    - status: open -> resolved

    Fibre module replaced.
    ");
    insta::assert_snapshot!(last(&desk, "ID3"), @"
    ## 2026-11-23T09:05:00Z marek resolve ^tag

    - minutes: 90
    - status: open -> resolved

    Fibre module replaced.
    ");
}

#[test]
fn resolving_an_order_is_doing_it() {
    let desk = one_order();
    let _ = desk.ok("take ID3");
    let other = desk.copy();
    let _ = desk.ok("work done ID3 -m Mended.");
    let _ = other.ok("resolve ID3 -m Mended.");
    for name in ["ID1", "ID2", "ID3"] {
        assert_eq!(desk.file(name), other.file(name));
    }
    // Named together, too.
    let both = one_order();
    let _ = both.ok("resolve ID1 ID3 -m Mended.");
    statuses(&both, ["resolved", "resolved", "resolved"]);
    assert!(
        last(&both, "ID1").contains("- tell: anna"),
        "{}",
        both.file("ID1")
    );
}

#[test]
fn done_is_for_all_or_for_none() {
    let desk = one_order();
    desk.replace(
        "desk.toml",
        "resolve_requires = []",
        "resolve_requires = [\"requester.phone\"]",
    );
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work done ID3 -m Mended."), @"
    -----
    error: `ID2` lacks `requester.phone`, required before it is resolved
    hint: desk set ID2 requester.phone=…
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("set ID2 requester.phone=100");
    let _ = desk.ok("work done ID3 -m Mended.");
}

#[test]
fn done_needs_words() {
    let desk = one_order();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work done ID3"), @"
    -----
    error: `desk work done` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    [exit 2]
    ");
    let _ = desk
        .run("work done ID3 -m ' '")
        .code(2)
        .says("what was the solution?");
    assert!(before == desk.state());
}

#[test]
fn on_a_terminal_the_words_are_written_in_the_editor() {
    let desk = one_order();
    let editor = desk.script("editor", "printf 'Module replaced.\\n' > \"$1\"");
    let order = desk.id("ID3");
    let mut command = desk.desk(&["work", "done", &order]);
    command.env("EDITOR", editor);
    let mut terminal = Terminal::run(&desk, &command);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    for name in ["ID1", "ID2", "ID3"] {
        assert!(last(&desk, name).ends_with("\n\nModule replaced.\n"));
    }
    assert!(desk.drafts().is_empty());
}

#[test]
fn each_requester_is_to_be_told() {
    let desk = one_order();
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work done ID3 -m Mended.");
    insta::assert_snapshot!(desk.run(""), @"
    Help desk  Anna Nowak · Monday 23 November 2026, 10:05 · 0 open tickets

    Tell the requester 1
    ID          REQUESTER  PHONE            EMAIL  TITLE
    ID1         Jan        +48 600 100 200         No network at Jan's desk
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("list is:untold --sort created"), @"
    ID          PRIORITY            STATUS           QUEUE    ASSIGNEE  REQUESTER  DUE  AGE  TITLE
    ID1         critical-situation  resolved untold  network  -         Jan          -   6m  No network at Jan's desk
    ID2         critical-situation  resolved untold  network  -         Ola          -   5m  No network at Ola's desk
    [exit 0]
    ");
    let reported = desk.json("");
    assert_eq!(reported["tickets"][0]["derived"]["part"], "tell");
    assert_eq!(reported["tickets"][0]["derived"]["tell"], "anna");
    assert!(
        desk.run("show ID1")
            .stdout
            .contains("is still to tell the requester")
    );
    // Nobody picked up: that satisfies nothing.
    let _ = desk.ok("call ID1 no-answer");
    let _ = desk.ok("call ID1 voicemail");
    assert!(desk.ok("list is:untold").to_string().contains("ID1"));
    let _ = desk.ok("call ID1 spoke -m 'Works again.'");
    assert!(!desk.ok("list is:untold").to_string().contains("ID1"));
    // Closing is telling, too.
    let _ = desk.ok("close ID2 --satisfied yes");
    insta::assert_snapshot!(desk.run("list is:untold"), @"
    -----
    no tickets
    [exit 0]
    ");
    assert!(!desk.ok("").to_string().contains("Tell the requester"));
}

#[test]
fn the_contact_agent_tells_and_without_a_requester_nobody_must() {
    let desk = Desk::new();
    call(
        &desk,
        "Jan",
        &["--channel", "email", "--set", "contact_agent=ewa"],
    );
    desk.made(&[
        "new",
        "Alarm of the switch",
        "--code",
        "NET-OUT",
        "--channel",
        "email",
    ]);
    let _ = desk.ok("work new ID1 ID2");
    let _ = desk.ok("work done ID3 -m Mended.");
    assert!(
        last(&desk, "ID1").contains("- tell: ewa"),
        "{}",
        desk.file("ID1")
    );
    assert!(
        !last(&desk, "ID2").contains("- tell:"),
        "{}",
        desk.file("ID2")
    );
    assert!(
        desk.ok("--as ewa")
            .to_string()
            .contains("Tell the requester 1")
    );
}

#[test]
fn reopening_the_order_reopens_what_it_resolved() {
    let desk = one_order();
    let _ = desk.ok("resolve ID1 -m 'Another wall socket.'");
    let _ = desk.ok("work done ID3 -m Mended.");
    statuses(&desk, ["resolved", "resolved", "resolved"]);
    let _ = desk.ok("reopen ID3 -m 'Down again.'");
    statuses(&desk, ["resolved", "open", "open"]);
    insta::assert_snapshot!(last(&desk, "ID2"), @"
    ## 2026-11-23T09:06:00Z anna reopen ^tag

    - order: ID3
    - status: resolved -> open

    Down again.
    ");
    // There is nothing to be told any more.
    assert!(!desk.ok("list is:untold").to_string().contains("ID2"));
}

#[test]
fn a_requesters_word_is_about_one_ticket() {
    let desk = one_order();
    let _ = desk.ok("work done ID3 -m Mended.");
    let closed = desk.copy();
    let _ = desk.ok("contact ID1 --in -m 'Still nothing.'");
    statuses(&desk, ["open", "resolved", "resolved"]);
    // That one goes on by itself, or on another order.
    let _ = desk.ok("work new ID1 --separate");
    assert!(desk.file("ID1").contains("work_order = \"ID4\""));
    let _ = desk.ok("work done ID4 -m 'Other end of the cable.'");
    statuses(&desk, ["resolved", "resolved", "resolved"]);
    let _ = closed.ok("close ID3 --satisfied yes");
    statuses(&closed, ["resolved", "resolved", "closed"]);
}

#[test]
fn of_two_orders_that_become_one_the_tickets_go_along() {
    let desk = one_order();
    call(&desk, "Ina", &["--channel", "email"]);
    let _ = desk.ok("work new ID4 --separate");
    let _ = desk.ok("merge ID5 --into ID3");
    assert!(
        desk.file("ID4").contains("work_order = \"ID3\""),
        "{}",
        desk.file("ID4")
    );
    let _ = desk
        .run("merge ID4 --into ID3")
        .code(4)
        .says("desk work link ID4 --to ID3");
    let _ = desk.run("check").code(0);
}

#[test]
fn only_the_marks_of_a_checklist_change() {
    let desk = one_order();
    let path = desk.path("ID3");
    let text = desk.raw("ID3");
    let steps = &text[text.find("- [ ]").unwrap()..text.find("\n\nEstimated").unwrap()];
    let mine = "Ring first.\r\n\r\n* [ ]  one \r\n   1. [X] by hand\r\n+ [] three\r\n```\r\n- [ ] code\r\n```\r\n- [ ] four";
    desk.write(&path, text.replace(steps, mine));
    desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
    insta::assert_snapshot!(desk.run("work tick ID3 1 2 3 -m 'Went well.'"), @"
    ID3         tick  Restore the network of a floor
                ticked: 1, 3
                status: new → open
                1. one
                3. three
    ID2         open  No network at Ola's desk
                order: ID3
                status: new → open
    -----
    warning: step 2 is ticked already: by hand
    [exit 0]
    ");
    let ticked = desk.raw("ID3");
    let wanted = mine.replace("* [ ]", "* [x]").replace("+ []", "+ [x]");
    assert!(ticked.contains(&wanted), "{ticked}");
    insta::assert_snapshot!(last(&desk, "ID3"), @"
    ## 2026-11-23T09:03:00Z anna tick ^tag

    - ticked: 1, 3
    - status: new -> open

    1. one
    3. three

    Went well.
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 2 --undo"), @"
    ID3         tick  Restore the network of a floor
                unticked: 2
                2. by hand
    [exit 0]
    ");
    assert!(desk.raw("ID3").contains("   1. [ ] by hand\r\n"));
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work tick ID3 3"), @"
    ID3         nothing to change  Restore the network of a floor
    -----
    warning: step 3 is ticked already: three
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 5"), @"
    -----
    error: `ID3` has no step 5: it has 4
    hint: see them with `desk work show ID3`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 two"), @"
    -----
    error: `two` is no number of a step
    hint: name steps by their numbers in `desk work show`, or all of them with `all`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work tick ID1 1"), @"
    -----
    error: `ID1` is no work order but a ticket of type action
    hint: it hangs on the work order ID3
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("work tick ID3 all");
    assert!(!desk.raw("ID3").replace("- [ ] code", "").contains("[ ]"));
    insta::assert_snapshot!(desk.run("work tick ID3 all"), @"
    ID3         nothing to change  Restore the network of a floor
    -----
    warning: all 4 steps are ticked already
    [exit 0]
    ");
    let _ = desk.ok("cancel ID3");
    let _ = desk
        .run("work tick ID3 1 --undo")
        .code(4)
        .says("`ID3` is cancelled");
}

#[test]
fn an_order_without_steps_has_none_to_tick() {
    let desk = Desk::new();
    desk.made(&["new", "Slow laptop", "--from", "Jan", "--code", "HW-SLOW"]);
    let _ = desk.ok("work new ID1");
    insta::assert_snapshot!(desk.run("work tick ID2 1"), @"
    -----
    error: `ID2` has no steps to tick
    hint: write them as lines `- [ ] …` into the description: desk edit ID2
    [exit 4]
    ");
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

    direct.made(&[
        "new",
        "--type",
        "work-order",
        "--code",
        "NET-OUT",
        "--serial",
        "JW0219",
    ]);
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

#[test]
fn orders_in_a_list() {
    let desk = one_order();
    desk.made(&[
        "new",
        "Exchange rollers",
        "--type",
        "work-order",
        "--code",
        "HW-SLOW",
    ]);
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work tick ID3 1 2");
    insta::assert_snapshot!(desk.run("work list"), @"
    ID          PRIORITY            STATUS  STEPS  TICKETS  QUEUE         ASSIGNEE  AGE  TITLE
    ID3         critical-situation  open      2/6        2  network       marek      4m  Restore the network of a floor
    ID4         standard            new         -        0  service-desk  -          3m  Exchange rollers
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work list queue:network"), @"
    ID          PRIORITY            STATUS  STEPS  TICKETS  QUEUE    ASSIGNEE  AGE  TITLE
    ID3         critical-situation  open      2/6        2  network  marek      5m  Restore the network of a floor
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work list -queue:network"), @"
    ID          PRIORITY  STATUS  STEPS  TICKETS  QUEUE         ASSIGNEE  AGE  TITLE
    ID4         standard  new         -        0  service-desk  -          5m  Exchange rollers
    [exit 0]
    ");
    let reported = desk.json("work list queue:network");
    let order = &reported["tickets"][0];
    assert_eq!(order["derived"]["steps"][1]["done"], true);
    assert_eq!(order["derived"]["steps"][2]["number"], 3);
    let hanging: Vec<&str> = order["derived"]["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert_eq!(hanging.len(), 2);
    assert!(hanging.contains(&desk.id("ID1").as_str()));
    let _ = desk.ok("work done ID3 -m Mended.");
    insta::assert_snapshot!(desk.run("work list queue:network"), @"
    -----
    no open work orders
    1 done work order also matches; use --all
    [exit 0]
    ");
    assert!(desk.ok("work list --all").to_string().contains("ID3"));
    let _ = desk
        .run("work list qeue:network")
        .code(2)
        .says("did you mean `queue`?");
    insta::assert_snapshot!(Desk::new().run("work list"), @"
    -----
    no work orders
    [exit 0]
    ");
}

#[test]
fn one_order_whole() {
    let desk = one_order();
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work tick ID3 1 2");
    insta::assert_snapshot!(desk.run("work show ID3"), @"
    ID3         ·  open  ·  Critical situation  ·  work-order
    Restore the network of a floor

    stands at   Gdańsk HQ, floor 3
    code        NET-OUT, No network on a floor or at a site, IT › Network services › Wired network
    work        network, tier 2, Marek Zieliński
    priority    site × high
    articles    KB-7Q2M  No network at a desk or on a floor
    created     Mon 23 Nov 10:02, 3m ago

    Steps 2 of 6
    ✓ 1  Reach the switch from outside; if that fails, check its power
    ✓ 2  Read the error counters of the uplink
    · 3  Exchange cable, module and port, one at a time
    · 4  Look for loops before ports are enabled again
    · 5  Watch the counters for half an hour
    · 6  Confirm with a requester at each end of the floor

    Estimated time: 2h.

    Parts: patch cable, fibre module, spare switch.

    Tickets 2
    ID          STATUS  REQUESTER  REACH AT         CONTACT     TITLE
    ID1         open    Jan        +48 600 100 200  Anna Nowak  No network at Jan's desk
    ID2         open    Ola        ola@example.org              No network at Ola's desk

    Next: desk work tick ID3 3 | note ID3 | work done ID3
    [exit 0]
    ");
    let reported = desk.json("work show ID3");
    assert_eq!(reported["tickets"][0]["derived"]["steps"][0]["done"], true);
    assert_eq!(
        reported["tickets"][0]["derived"]["tickets"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // The same beside every command that shows the order.
    let shown = desk.json("show ID3");
    for key in ["steps", "tickets", "repeat_of"] {
        let of = |page: &serde_json::Value| page["tickets"][0]["derived"][key].clone();
        assert_eq!(of(&shown), of(&reported), "{key}");
    }
    let noted = desk.json("note ID3 -m x");
    let derived = |value: &serde_json::Value| value["tickets"][0]["derived"]["tickets"].clone();
    assert_eq!(derived(&noted), derived(&reported));
    let _ = desk.ok("work done ID3 -m Mended.");
    insta::assert_snapshot!(desk.run("work show ID3"), @"
    ID3         ·  resolved  ·  Critical situation  ·  work-order
    Restore the network of a floor

    stands at   Gdańsk HQ, floor 3
    code        NET-OUT, No network on a floor or at a site, IT › Network services › Wired network
    work        network, tier 2, Marek Zieliński
    priority    site × high
    articles    KB-7Q2M  No network at a desk or on a floor
    created     Mon 23 Nov 10:02, 8m ago

    Steps 2 of 6
    ✓ 1  Reach the switch from outside; if that fails, check its power
    ✓ 2  Read the error counters of the uplink
    · 3  Exchange cable, module and port, one at a time
    · 4  Look for loops before ports are enabled again
    · 5  Watch the counters for half an hour
    · 6  Confirm with a requester at each end of the floor

    Estimated time: 2h.

    Parts: patch cable, fibre module, spare switch.

    Tickets 2
    ID          STATUS      REQUESTER  REACH AT         CONTACT     TITLE
    ID1         to be told  Jan        +48 600 100 200  Anna Nowak  No network at Jan's desk
    ID2         to be told  Ola        ola@example.org  Anna Nowak  No network at Ola's desk
    [exit 0]
    ");
}

#[test]
fn text_from_outside_does_not_act_in_an_order() {
    let desk = one_order();
    desk.replace(
        &desk.path("ID3"),
        "- [ ] Look",
        "- [ ] \u{1b}]0;pwned\u{7}Look",
    );
    for line in [
        "work show ID3",
        "work list",
        "work tick ID3 4",
        "work show ID3 --json",
    ] {
        let out = desk.ok(line);
        assert!(
            !out.stdout.contains('\u{1b}') && !out.stdout.contains('\u{7}'),
            "{out}"
        );
    }
}
