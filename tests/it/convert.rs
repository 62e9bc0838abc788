//! `desk convert`.

use crate::desk::Desk;
use crate::terminal::Terminal;
use crate::writing_commands;

/// A desk with a question that was answered on the telephone.
fn answered() -> Desk {
    let desk = Desk::new();
    desk.make(
        "new 'How do I print both sides?' --type information --from 'Jan Kowalski' \
         --resolve 'File, print, both sides'",
    );
    desk
}

#[test]
fn a_question_that_needs_work_becomes_an_action() {
    let desk = answered();
    let before = desk.raw("ID1");
    insta::assert_snapshot!(desk.run("convert ID1 --to action -m 'He has no driver for it'"), @"
    ID1         convert  How do I print both sides?
                type: information → action
                status: resolved → open
    -----
    still to be asked: code; go on with `desk new --resume ID1`
    [exit 0]
    ");
    let after = desk.file("ID1");
    insta::assert_snapshot!(after, @r#"
    +++
    id = "ID1"
    type = "action"
    title = "How do I print both sides?"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [requester]
    name = "Jan Kowalski"
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: information
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - derived: queue, impact, urgency, priority, assignee

    ## 2026-11-23T09:00:00.001Z anna resolve ^tag

    - status: open -> resolved

    File, print, both sides

    ## 2026-11-23T09:01:00Z anna convert ^tag

    - type: information -> action
    - status: resolved -> open

    He has no driver for it
    "#);
    // Nothing of the history is rewritten.
    let log = |text: &str| text[text.find("\n## ").unwrap()..].to_owned();
    assert!(log(&desk.raw("ID1")).starts_with(&log(&before)));
    insta::assert_snapshot!(desk.commit(), @"
    ID1 convert: information to action: How do I print both sides?

      type: information -> action
      status: resolved -> open

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.ok("check");
}

#[test]
fn options_answer_in_the_same_entry() {
    let desk = answered();
    insta::assert_snapshot!(
        desk.run("convert ID1 --to action --code NET-OUT --model EX2300 --serial JW0219 --asset-location 'rack B' --wants 'network back' --tried 'pulled the plug' --set fields.none=x"),
        @"
    -----
    error: there is no field `fields.none`
    hint: fields of your own are declared under `[fields.NAME]` in desk.toml
    [exit 2]
    "
    );
    insta::assert_snapshot!(
        desk.run("convert ID1 --to action --code NET-OUT --model EX2300 --serial JW0219 --asset-location 'rack B' --wants 'network back' --tried 'pulled the plug' --set tags=floor-3"),
        @"
    ID1         convert  How do I print both sides?
                type: information → action
                code: none → NET-OUT
                asset.model: none → EX2300
                asset.serial: none → JW0219
                asset.location: none → rack B
                request.wants: none → network back
                request.tried: none → pulled the plug
                tags: +floor-3
                priority: standard → critical-situation  (impact site, urgency high)
                impact: person → site  (code NET-OUT)
                urgency: medium → high  (code NET-OUT)
                queue: service-desk → network  (code NET-OUT)
                assignee: anna → none  (the queue is another team's)
                status: resolved → open
    [exit 0]
    "
    );
    assert_eq!(
        desk.json("show ID1")["tickets"][0]["entries"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn what_was_decided_by_hand_stays() {
    let desk = answered();
    let _ = desk.ok("set ID1 impact=team queue=telephony");
    let _ = desk.ok("convert ID1 --to action --code NET-OUT");
    let ticket = &desk.json("show ID1")["tickets"][0];
    assert_eq!(ticket["impact"], "team");
    assert_eq!(ticket["queue"], "telephony");
    assert_eq!(ticket["urgency"], "high", "only usual, so the code's");
    assert_eq!(ticket["priority"], "critical-situation");
    // A priority by hand has a reason, and keeps it.
    let desk = answered();
    let _ = desk.ok("set ID1 priority=planned-event --reason 'moves on Friday'");
    let _ = desk.ok("convert ID1 --to action --code NET-OUT");
    let ticket = &desk.json("show ID1")["tickets"][0];
    assert_eq!(ticket["priority"], "planned-event");
    assert_eq!(ticket["priority_reason"], "moves on Friday");
}

#[test]
fn a_comment_closes_at_once() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on customer --until +2h");
    insta::assert_snapshot!(desk.run("convert ID1 --to comment"), @"
    ID1         convert  Printer on floor 3 jams
                type: action → comment
                status: pending → closed
                waiting_on: customer → none
                until: Mon 23 Nov 12:01 → none
    [exit 0]
    ");
    let _ = desk.ok("check");
    // It has no way back, but the contact has.
    insta::assert_snapshot!(desk.run("convert ID1 --to action"), @"
    -----
    error: `ID1` is closed and stays what it is
    hint: open another of the same contact: desk new TITLE --same-call ID1
    [exit 4]
    ");
}

#[test]
fn an_action_that_was_only_a_question() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("convert ID1 --to information");
    let ticket = &desk.json("show ID1")["tickets"][0];
    assert_eq!(
        (ticket["type"].as_str(), ticket["status"].as_str()),
        (Some("information"), Some("open"))
    );
    let _ = desk.ok("resolve ID1 -m 'Told him'");
    let _ = desk.ok("convert ID1 --to action");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "open");
    // Answered is answered.
    let _ = desk.ok("resolve ID1 -m 'Told him again'");
    let _ = desk.ok("convert ID1 --to information");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "resolved");
}

#[test]
fn a_work_order_has_a_code_and_no_requester() {
    let desk = Desk::with_ticket();
    desk.made(&["new", "Exchange the batteries", "--channel", "web"]);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("convert ID1 --to work-order"), @"
    -----
    error: `ID1` has a requester, and a work order has none: it comes of tickets
    hint: make one for it: desk work new ID1
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("convert ID2 --to work-order"), @"
    -----
    error: a work order needs a problem code
    hint: give it with --code; `desk catalog` shows the codes
    [exit 4]
    ");
    assert!(before == desk.state());
    insta::assert_snapshot!(desk.run("convert ID2 --to work-order --code NET-OUT"), @"
    ID2         convert  Exchange the batteries
                type: action → work-order
                code: none → NET-OUT
                priority: standard → critical-situation  (impact site, urgency high)
                impact: person → site  (code NET-OUT)
                urgency: medium → high  (code NET-OUT)
                queue: service-desk → network  (the standard order of NET-OUT)
                status: new → open
    [exit 0]
    ");
    let _ = desk.ok("link ID1 ID2 --as work-order");
    insta::assert_snapshot!(desk.run("convert ID2 --to action"), @"
    -----
    error: a ticket is linked to work order `ID2`
    hint: link them to another order first: desk work link ID --to WORK-ORDER
    [exit 4]
    ");
    let _ = desk.ok("check");
}

#[test]
fn what_is_over_or_wrong_is_refused() {
    let desk = answered();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("convert ID1 --to actoin"), @"
    -----
    error: there is no type `actoin`
    hint: did you mean `action`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to information --code NET-OUT"), @"
    -----
    error: `ID1` is of type information already
    hint: set fields with `desk set ID1 KEY=VALUE`, add words with `desk note ID1`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to action --code NET-OTU"), @"
    -----
    error: there is no problem code `NET-OTU`
    hint: did you mean `NET-OUT` or `NET-GUEST` or `NET-SLOW`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to action --set status=closed"), @"
    -----
    error: `status` is not set by hand
    hint: use `desk take`, `pend`, `resolve`, `close`, `reopen` or `cancel`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to action --set priority=standard"), @"
    -----
    error: the priority follows from impact and urgency
    hint: for another one: desk set ID1 priority=standard --reason TEXT
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to action --set type=comment"), @"
    -----
    error: the type is given with --to
    hint: leave `--set type=…` out
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to action --set serial"), @"
    -----
    error: `--set serial` sets nothing
    hint: write --set KEY=VALUE
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1"), @"
    -----
    error: the following required arguments were not provided: --to <TYPE>
    hint: desk convert --to <TYPE> <ID>...
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("convert ID1 --to information"), @"
    ID1         nothing to change  How do I print both sides?
    [exit 0]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("close ID1 --satisfied yes");
    let _ = desk.run("convert ID1 --to action").code(4);
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("merge ID2 --into ID1");
    insta::assert_snapshot!(desk.run("convert ID2 --to information"), @"
    -----
    error: `ID2` was merged and does not change any more
    hint: it went into ID1
    [exit 4]
    ");
    let _ = desk.ok("cancel ID1");
    insta::assert_snapshot!(desk.run("convert ID1 --to information"), @"
    -----
    error: `ID1` is cancelled, and only open tickets are converted
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(answered, "convert ID1 --to action -m the-text");
}

#[test]
fn a_work_order_gets_what_its_code_brings() {
    let desk = Desk::new();
    desk.make("new 'Battery swells' --channel web -m 'Seen on the round.'");
    let _ = desk.ok("convert ID1 --to work-order --code HW-LAPTOP");
    let order = &desk.json("show ID1")["tickets"][0];
    assert_eq!(
        order["queue"], "workplace-support",
        "the team of the standard order"
    );
    assert_eq!(order["title"], "Battery swells");
    let text = order["description"].as_str().unwrap();
    assert!(
        text.starts_with("Seen on the round.\n\n- [ ] Hand out a loan laptop"),
        "{text}"
    );
    let _ = desk.ok("work tick ID1 1");
    let _ = desk.ok("check");
    // Without a word of description, and somewhere else by hand.
    desk.make("new 'Badge reader' --channel web --queue network");
    let _ = desk.ok("convert ID2 --to work-order --code HW-LAPTOP");
    let order = &desk.json("show ID2")["tickets"][0];
    assert_eq!(order["queue"], "network");
    assert!(
        desk.file("ID2").contains("+++\n- [ ] Hand out"),
        "{}",
        desk.file("ID2")
    );
    let _ = desk.ok("check");
}

#[test]
fn on_a_terminal_what_is_missing_is_asked() {
    let desk = answered();
    let mut terminal = Terminal::open(&desk, "convert ID1 --to action");
    terminal.wait("type: information → action");
    // What is known already is not asked.
    terminal.wait("Telephone:");
    terminal.type_in("600 100 200\r");
    terminal.wait("E-mail:");
    terminal.type_in("\u{1b}");
    let code = terminal.end();
    let screen = terminal.screen();
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("Who is calling?"), "{screen}");
    let ticket = &desk.json("show ID1")["tickets"][0];
    assert_eq!(ticket["type"], "action");
    assert_eq!(ticket["requester"]["phone"], "600 100 200");
    let _ = desk.ok("check");
    let mut terminal = Terminal::open(&desk, "convert ID1 --to information --no-questions");
    assert_eq!(terminal.end(), 0);
    assert_eq!(desk.json("show ID1")["tickets"][0]["type"], "information");
}
