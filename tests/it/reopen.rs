//! `desk reopen`.

use crate::desk::Desk;
use crate::writing_commands;

fn resolved() -> Desk {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("resolve ID1 ID2 -m 'New roller.'");
    desk
}

#[test]
fn a_resolved_ticket_is_taken_up_again() {
    let desk = resolved();
    insta::assert_snapshot!(desk.run("reopen ID1 -m 'It jams again.'"), @"
    ID1         reopen  Printer on floor 3 jams
                status: resolved → open
    [exit 0]
    ");
    let text = desk.file("ID1");
    assert!(
        text.ends_with("anna reopen ^tag\n\n- status: resolved -> open\n\nIt jams again.\n"),
        "{text}"
    );
    insta::assert_snapshot!(desk.commit(), @"
    ID1 reopen: Printer on floor 3 jams

      status: resolved -> open

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(resolved, "reopen ID1 -m the-text");
    writing_commands::check_several(resolved, "reopen ID1", "close ID2 --satisfied yes");
}

#[test]
fn a_closed_ticket_stays_closed() {
    let desk = resolved();
    let _ = desk.ok("close ID1 --satisfied yes");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("reopen ID1"), @"
    -----
    error: `ID1` is closed, and closed cannot become open
    hint: a closed ticket stays closed; `desk contact ID1 --in` opens a new one that follows it
    [exit 4]
    ");
    assert!(before == desk.state());
}
