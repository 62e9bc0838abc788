//! What travels from an order to its tickets, and what does not.

use super::{call, front, last, one_order, statuses};

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
    // It may be linked to another now.
    let _ = desk.ok("work new ID2");
    assert!(desk.file("ID2").contains("work_order = \"ID4\""));
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
