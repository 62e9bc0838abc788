//! `desk away`: who is absent, who stands in, and what the deputy sees.

use crate::desk::Desk;

fn board(desk: &Desk, who: &str) -> String {
    desk.run(&format!("--mine --as {who}")).to_string()
}

fn settings(desk: &Desk) -> String {
    desk.read("desk.toml")
}

#[test]
fn an_absence_is_written_by_the_agent_and_listed() {
    let desk = Desk::new();
    let out = desk.ok("away tomorrow..+2w --deputy marek");
    assert!(out.stdout.contains("Marek"), "{out}");
    let text = settings(&desk);
    assert!(text.contains("[agent.anna.away]"), "{text}");
    let listed = desk.ok("away");
    assert!(
        listed.stdout.contains("Anna") && listed.stdout.contains("Marek"),
        "{listed}"
    );
    let json = desk.json("away");
    assert_eq!(json["absences"][0]["deputy"], "marek");
    let subject = desk.git(&["log", "-1", "--format=%s"]);
    assert!(subject.contains("away: anna away "), "{subject}");
    let _ = desk.ok("check");
    let range = json["absences"][0]["first"].as_str().unwrap().to_owned();
    let range = format!("{range}..{}", json["absences"][0]["last"].as_str().unwrap());
    let _ = desk.ok(&format!("away {range} --remove"));
    assert!(desk.json("away")["absences"].as_array().unwrap().is_empty());
    let _ = desk.run(&format!("away {range} --remove")).code(2);
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::new();
    let before = settings(&desk);
    for (args, code) in [
        ("away someday", 2),
        ("away 2026-01-01..2026-01-02", 2),
        ("away friday..tomorrow --deputy nobody", 2),
        ("away tomorrow --deputy anna", 2),
        ("away tomorrow --agent marek", 4),
    ] {
        let out = desk.run(args).code(code);
        assert!(out.stderr.contains("hint: "), "{args}\n{out}");
    }
    assert_eq!(settings(&desk), before);
    // A manager writes anybody's.
    let _ = desk.ok("away tomorrow --agent marek --as ewa");
    assert!(settings(&desk).contains("[agent.marek.away]"));
}

#[test]
fn due_calls_stand_on_the_deputys_board() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("assign ID1 anna");
    let _ = desk.ok("call ID1 -m 'You hear from me.' --next +2h");
    let _ = desk.ok("away today..+1w --deputy marek");
    assert!(!board(&desk, "marek").contains("for Anna"));
    desk.wait(24 * 60);
    let shown = board(&desk, "marek");
    assert!(shown.contains("\nDue 1\n"), "{shown}");
    assert!(
        shown.contains("for Anna") && shown.contains("away until"),
        "{shown}"
    );
    let due = desk.json("due --mine --as marek");
    assert_eq!(due["due"][0]["what"], "promise", "{due}");
    let next = desk.ok("next --as marek").to_string();
    assert!(next.contains("you stand in for"), "{next}");
    // Nothing is reassigned.
    assert!(desk.raw("ID1").contains("assignee = \"anna\""));
    let out = desk.ok("assign ID1 anna --as marek");
    assert!(
        out.stderr.contains("is away until") || out.stdout.contains("is away until"),
        "{out}"
    );
}

#[test]
fn a_deputy_may_acknowledge_and_absent_managers_are_not_told() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("escalate ID1 --hierarchic -m 'The board meets at eleven'");
    let _ = desk.run("ack ID1 --as marek").code(4);
    let _ = desk.ok("away today..+1w --deputy marek --as ewa");
    let shown = board(&desk, "marek");
    assert!(
        shown.contains("Told to me 1") && shown.contains("you stand in"),
        "{shown}"
    );
    let _ = desk.ok("ack ID1 --as marek -m 'I call them'");
    assert!(!board(&desk, "ewa").contains("Told to me"));
    let _ = desk.ok("check");
}
