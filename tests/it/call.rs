//! `desk call`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_call_is_a_contact_by_telephone() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("call ID1 voicemail --minutes 1"), @"
    ID1         contact  Printer on floor 3 jams
                outgoing, phone, voicemail, 1 min
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1").split_once("priority, assignee\n\n").unwrap().1, @"
    ## 2026-11-23T09:01:00Z anna contact ^tag

    - direction: out
    - channel: phone
    - outcome: voicemail
    - minutes: 1
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 contact: phone to Jan Kowalski, voicemail

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.ok("call ID1 -m 'Told Jan'");
    assert!(
        desk.raw("ID1")
            .contains("- channel: phone\n- outcome: spoke\n\nTold Jan\n")
    );
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "call ID1 no-answer");
}

#[test]
fn an_unknown_outcome_names_the_nearest() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("call ID1 no-anwser"), @"
    -----
    error: a call does not end in `no-anwser`
    hint: write spoke, voicemail, no-answer
    [exit 2]
    ");
    assert!(before == desk.state());
}
