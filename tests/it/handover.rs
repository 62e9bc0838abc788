//! `desk handover`: the end of a shift.

use crate::desk::Desk;
use crate::writing_commands;

fn board(desk: &Desk, who: &str) -> String {
    desk.run(&format!("--mine --as {who}")).to_string()
}

/// `ID1` is promised, `ID2` is with marek while anna keeps contact, `ID3` can wait, `ID4` is nobody's.
fn evening() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("call ID1 -m 'You hear from me.' --next +2h");
    let _ = desk
        .make("new 'VPN slow' --from Ola --channel phone --priority scheduled-service --reason x");
    let _ = desk.ok("assign ID2 marek");
    let _ = desk
        .make("new 'New monitor' --from Ina --channel phone --priority planned-event --reason x");
    let _ = desk.make("new 'Print quota' --from Eva --channel email");
    desk
}

#[test]
fn the_page_has_what_cannot_wait() {
    let desk = evening();
    let before = desk.state();
    let shown = desk.ok("handover").to_string();
    for part in [
        "back Tue 24 Nov 08:00",
        "Promised 1",
        "I keep contact 1",
        "Unassigned in my queues",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("New monitor"), "{shown}");
    assert!(shown.contains("hands over 2 tickets"), "{shown}");
    let json = desk.json("handover");
    let moves = json["shifts"][0]["moves"].as_array().unwrap();
    assert_eq!(moves.len(), 2);
    assert_eq!(json["shifts"][0]["back"], "2026-11-24T07:00:00Z");
    assert!(before == desk.state());
    // An absence that begins tomorrow.
    let _ = desk.ok("away tomorrow..2026-11-27 --deputy marek");
    let shown = desk.ok("handover").to_string();
    assert!(shown.contains("back Mon 30 Nov 08:00"), "{shown}");
}

#[test]
fn it_moves_whole_and_is_acknowledged() {
    let desk = evening();
    let commits = desk.commits();
    let out = desk.ok("handover --to ewa -m 'Ola calls back at five.'");
    assert!(
        out.to_string().contains("ewa accepts it: desk ack"),
        "{out}"
    );
    assert_eq!(desk.commits(), commits + 1);
    let (one, two, three) = (desk.raw("ID1"), desk.raw("ID2"), desk.raw("ID3"));
    assert!(one.contains("- assignee: anna -> ewa\n"), "{one}");
    assert!(one.contains("- told: ewa\n"), "{one}");
    assert!(two.contains("contact_agent = \"ewa\""), "{two}");
    assert!(two.contains("assignee = \"marek\""), "{two}");
    assert!(!three.contains("handover"), "{three}");
    let shown = board(&desk, "ewa");
    assert!(shown.contains("Told to me 2"), "{shown}");
    assert!(shown.contains("handed over"), "{shown}");
    // It is no escalation.
    assert!(!desk.ok("list is:escalated").stdout.contains("ID1"));
    assert_eq!(
        desk.json("list is:escalated")["tickets"],
        serde_json::json!([])
    );
    let due = desk.json("due --mine --as ewa");
    let due = due["due"].as_array().unwrap();
    assert!(due.iter().any(|one| one["what"] == "promise"), "{due:?}");
    let _ = desk.ok("check");
    let _ = desk.ok("ack ID1 ID2 --as ewa");
    assert!(!board(&desk, "ewa").contains("Told to me"));
    let _ = desk
        .run("handover --to marek")
        .code(4)
        .says("nothing of yours");
}

#[test]
fn unanswered_the_managers_are_told() {
    let desk = evening();
    let _ = desk.ok("handover --to marek");
    desk.wait(3 * 60);
    let _ = desk.ok("sweep");
    let text = desk.raw("ID1");
    assert!(text.contains("- told: ewa\n"), "{text}");
    assert!(board(&desk, "ewa").contains("Told to me"));
}

#[test]
fn reminders_and_calls_to_tell_move_too() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("work done ID3 -m Mended.");
    let _ = desk.ok("call ID2 no-answer --next +1h");
    let shown = desk.ok("handover").to_string();
    assert!(
        shown.contains("tell") && shown.contains("reminder"),
        "{shown}"
    );
    let _ = desk.ok("handover --to marek");
    let due = |who: &str| -> Vec<String> {
        let json = desk.json(&format!("due --mine --as {who}"));
        let all = json["due"].as_array().unwrap().iter();
        let all = all.map(|one| one["what"].as_str().unwrap().to_owned());
        all.filter(|what| what == "tell" || what == "reminder")
            .collect()
    };
    let mut moved = due("marek");
    moved.sort();
    assert_eq!(moved, ["reminder", "tell"]);
    assert!(due("anna").is_empty());
    let _ = desk.ok("check");
    let _ = desk.ok("undo");
    assert!(due("marek").is_empty());
    assert_eq!(due("anna").len(), 2);
    assert!(!board(&desk, "marek").contains("Told to me"));
}

#[test]
fn calls_for_an_absent_colleague_stay() {
    let desk = evening();
    let _ = desk.make("new 'Scanner' --from Ida --channel phone --as marek");
    let _ = desk.ok("call ID5 -m 'You hear from me.' --next +2h --as marek");
    let _ = desk.ok("away today --deputy anna --as marek");
    let before = desk.raw("ID5");
    let out = desk.ok("handover --to ewa").to_string();
    assert!(out.contains("stay with you: ID5"), "{out}");
    assert_eq!(desk.raw("ID5"), before);
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = evening();
    let _ = desk.ok("away today --as marek");
    let before = desk.state();
    for (args, code) in [
        ("handover --to anna", 2),
        ("handover --to nobody", 2),
        ("handover --to lena", 4),
        ("handover --to marek", 4),
        ("handover -m text", 2),
    ] {
        let out = desk.run(args).code(code);
        assert!(out.stderr.contains("hint: "), "{args}\n{out}");
    }
    assert!(before == desk.state());
    // All or nothing.
    let text = desk.raw("ID2");
    desk.write(
        &desk.path("ID2"),
        text.replace("[requester]", "<<<<<<< a\n[requester]"),
    );
    let one = desk.raw("ID1");
    let _ = desk.run("handover --to ewa").code(3);
    assert_eq!(desk.raw("ID1"), one);
}

#[test]
fn what_every_writing_command_does() {
    let scene = || {
        let desk = Desk::with_ticket();
        let _ = desk.ok("call ID1 -m 'You hear from me.' --next +2h");
        let _ = desk.ok("assign ID1 ewa");
        desk
    };
    writing_commands::check(scene, "handover --to marek -m the-text");
}
