//! `desk close`.

use crate::desk::Desk;
use crate::writing_commands;

fn resolved() -> Desk {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("resolve ID1 ID2 -m 'New roller.'");
    desk
}

#[test]
fn closed_on_the_requesters_word() {
    let desk = resolved();
    insta::assert_snapshot!(desk.run("close ID1 --satisfied yes --rating 5 -m 'Works well.'"), @"
    ID1         close  Printer on floor 3 jams
                satisfaction.satisfied: none → true
                satisfaction.rating: none → 5
                status: resolved → closed
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 jams"
    status = "closed"
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

    [satisfaction]
    satisfied = true
    rating = 5
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

    ## 2026-11-23T09:02:00Z anna resolve ^tag

    - status: open -> resolved

    New roller.

    ## 2026-11-23T09:03:00Z anna close ^tag

    - satisfaction.satisfied: (none) -> true
    - satisfaction.rating: (none) -> 5
    - status: resolved -> closed

    Works well.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 close, requester satisfied: Printer on floor 3 jams

      satisfaction.satisfied: (none) -> true
      satisfaction.rating: (none) -> 5
      status: resolved -> closed

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(resolved, "close ID1 --satisfied yes -m the-text");
    writing_commands::check(resolved, "close ID1 --satisfied no -m the-text");
    writing_commands::check_several(resolved, "close ID1 --satisfied yes", "reopen ID2");
}

#[test]
fn a_dissatisfied_requester_reopens() {
    let desk = resolved();
    insta::assert_snapshot!(desk.run("close ID1 --satisfied no --rating 1 -m 'It jams again.'"), @"
    ID1         reopen  Printer on floor 3 jams
                satisfaction.satisfied: none → false
                satisfaction.rating: none → 1
                status: resolved → open
    [exit 0]
    ");
    let text = desk.raw("ID1");
    assert!(
        text.contains("status = \"open\"") && text.contains("satisfied = false"),
        "{text}"
    );
    insta::assert_snapshot!(desk.commit(), @"
    ID1 reopen, requester not satisfied: Printer on floor 3 jams

      satisfaction.satisfied: (none) -> false
      satisfaction.rating: (none) -> 1
      status: resolved -> open

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.run("check").code(0);
}

#[test]
fn nobody_answered_in_the_houses_time() {
    let desk = resolved();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("close ID1 --no-answer"), @"
    -----
    error: `ID1` waits for the requester's answer until 2026-11-26 10:02
    hint: the house waits 3bd after resolving (`policy.close_after`); with the requester's word: --satisfied yes
    [exit 4]
    ");
    assert!(before == desk.state());
    // Three business days from Monday morning.
    desk.wait(3 * 24 * 60);
    insta::assert_snapshot!(desk.run("close ID1 --no-answer"), @"
    ID1         close  Printer on floor 3 jams
                reason: no-answer
                status: resolved → closed
    [exit 0]
    ");
    assert!(desk.raw("ID1").contains("- reason: no-answer"));
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = resolved();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("close ID1"), @"
    -----
    error: specify the requester's response
    hint: --satisfied yes, --satisfied no (reopens), or --no-answer
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("close ID1 --satisfied maybe"), @"
    -----
    error: invalid value 'maybe' for '--satisfied <yes|no>'
    hint: there are: yes, no
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("close ID1 --satisfied yes --rating 6"), @"
    -----
    error: invalid value '6' for '--rating <1..5>': 6 is not in 1..=5
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("close ID1 --satisfied yes --no-answer"), @"
    -----
    error: the argument '--satisfied <yes|no>' cannot be used with '--no-answer'
    hint: desk close --satisfied <yes|no> <ID>...
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("close ID1 --no-answer --rating 3"), @"
    -----
    error: the argument '--no-answer' cannot be used with '--rating <1..5>'
    hint: desk close --no-answer <ID>...
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn only_resolved_tickets_are_closed() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("close ID1 --satisfied yes"), @"
    -----
    error: `ID1` is open, and open cannot become closed
    hint: from open it can become pending, resolved, cancelled, merged: desk pend, desk resolve, desk cancel, desk merge
    hint: only a resolved ticket can be closed: resolve it first
    [exit 4]
    ");
}

#[test]
fn an_empty_pipe_is_nothing_to_do() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    for line in ["close - --no-answer", "take -", "cancel -", "show -"] {
        let out = desk.run_with(line, "");
        assert_eq!(out.code, 0, "{line}: {out}");
    }
    assert!(before == desk.state());
}
