//! `desk cancel`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_ticket_is_called_off() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("cancel ID1 -m 'Was not plugged in.'"), @"
    ID1         cancel  Printer on floor 3 jams
                status: open → cancelled
    [exit 0]
    ");
    let text = desk.file("ID1");
    assert!(
        text.ends_with("anna cancel ^tag\n\n- status: open -> cancelled\n\nWas not plugged in.\n"),
        "{text}"
    );
    insta::assert_snapshot!(desk.commit(), @"
    ID1 cancel: Printer on floor 3 jams

      status: open -> cancelled

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "cancel ID1 -m the-text");
    writing_commands::check_several(Desk::with_two_tickets, "cancel ID1", "resolve ID2 -m done");
}

#[test]
fn cancelling_is_undone_by_reopening() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("cancel ID1");
    insta::assert_snapshot!(desk.run("cancel ID1"), @"
    -----
    error: `ID1` is cancelled already
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    let _ = desk.ok("reopen ID1");
    assert!(desk.raw("ID1").contains("status = \"open\""));
}

#[test]
fn mistakes_spam_and_tests_are_no_volume() {
    let desk = Desk::new();
    for title in ["Real", "Tried out", "Buy now", "Thought better of it"] {
        desk.open(title);
    }
    let _ = desk.ok("cancel ID2 --as test");
    let _ = desk.ok("cancel ID3 --as spam -m 'Came by mail.'");
    let _ = desk.ok("cancel ID4 --as withdrawn");
    assert!(
        desk.raw("ID3").contains("\n- as: spam\n"),
        "{}",
        desk.raw("ID3")
    );
    let figures = |desk: &Desk| {
        let report = desk.json("report volume --period today");
        let sections = report["reports"][0]["sections"].as_array().unwrap().clone();
        let of = |key: &str| {
            let mut found = sections.iter().filter(|one| one["key"] == key);
            found
                .next()
                .map(|one| one["total"]["figures"]["created"].clone())
        };
        (of("volume-type"), of("volume-left-out"))
    };
    let (counted, left_out) = figures(&desk);
    assert_eq!(
        (counted, left_out),
        (Some(2.into()), Some(2.into())),
        "{}",
        desk.ok("report volume --period today")
    );
    // What is taken up again was a request after all.
    let _ = desk.ok("reopen ID2");
    let (counted, left_out) = figures(&desk);
    assert_eq!((counted, left_out), (Some(3.into()), Some(1.into())));
    let out = desk.run("cancel ID1 --as duplicate").code(4);
    assert!(out.stderr.contains("desk merge"), "{out}");
    let out = desk.run("cancel ID1 --as spamm").code(2);
    assert!(out.stderr.contains("spam"), "{out}");
    let _ = desk.ok("check");
}
