//! `desk work done`, and who tells the requesters.

use super::{call, last, one_order, ordered, statuses};
use crate::desk::Desk;
use crate::terminal::Terminal;
use crate::writing_commands;

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
fn what_every_writing_command_does() {
    writing_commands::check(ordered, "work done ID2 -m the-text --minutes 5");
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
    desk.make("new 'Alarm of the switch' --code NET-OUT --channel email");
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
        desk.ok("--mine --as ewa")
            .to_string()
            .contains("Tell the requester 1")
    );
}
