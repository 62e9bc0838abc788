//! `desk redact`.

use crate::clones::Team;
use crate::desk::Desk;

#[test]
fn an_entry_a_field_and_the_description_are_taken_out_everywhere() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 requester.phone='+48 600 999 111'");
    let _ = desk.ok("set ID1 requester.phone='+48 600 999 222'");
    let _ = desk.ok("note ID1 -m 'His daughter is ill.'");
    let _ = desk.ok("pend ID1 --on customer -m 'Is at the hospital.'");
    let ticket = desk.raw("ID1");
    let tag = |kind: &str| {
        let line = ticket
            .lines()
            .rfind(|line| line.contains(&format!(" {kind} ^")));
        line.unwrap().rsplit('^').next().unwrap().to_owned()
    };
    let _ = desk.ok(&format!(
        "redact ID1 --entry {} -m 'asked by letter'",
        tag("note")
    ));
    let _ = desk.ok(&format!("redact ID1 --entry {}", tag("pend")));
    let _ = desk
        .run("redact ID1 --field requester.phone --as marek")
        .code(4);
    let _ = desk.ok("redact ID1 --field requester.phone --as ewa");
    let _ = desk.ok("redact ID1 --field description --as ewa");
    let text = desk.raw("ID1");
    for gone in ["daughter", "hospital", "600 999"] {
        assert!(!text.contains(gone), "{gone}\n{text}");
    }
    assert!(
        text.contains("- requester.phone: (redacted) -> (redacted)"),
        "{text}"
    );
    assert!(text.contains("\n+++\n(redacted)\n"), "{text}");
    assert_eq!(text.matches(" redact ^").count(), 4, "{text}");
    let _ = desk.ok("check");
    let _ = desk.ok("check --range HEAD~4..HEAD");
    let found = desk.run("search daughter").code(1);
    assert!(!found.stdout.contains("ID1"), "{found}");
    // The others go on.
    let _ = desk.ok("set ID1 requester.phone='+48 600 000 000'");
    let _ = desk.ok("check");
    for (line, code) in [
        ("redact ID1 --field status --as ewa", 2),
        ("redact ID1 --field nothing --as ewa", 2),
        ("redact ID1 --entry zzzz --as ewa", 2),
        ("redact ID1", 2),
    ] {
        let _ = desk.run(line).code(code);
    }
}

#[test]
fn a_merge_with_a_clone_that_still_has_the_text_keeps_the_marker() {
    let team = Team::new();
    let now = "2026-11-23T12:00:00Z";
    let id = team.id.as_str();
    let _ = team
        .marek
        .desk(now, &["note", id, "-m", "His daughter is ill."])
        .code(0);
    let _ = team.marek.desk(now, &["sync"]).code(0);
    let _ = team.anna.desk(now, &["sync"]).code(0);
    let text = team.anna.read(&team.path());
    let tag = text.lines().rfind(|line| line.contains(" note ^")).unwrap();
    let tag = tag.rsplit('^').next().unwrap();
    let redact = ["redact", id, "--entry", tag, "--as", "ewa"];
    let _ = team.anna.desk(now, &redact).code(0);
    let _ = team
        .marek
        .desk(now, &["note", id, "-m", "Called again."])
        .code(0);
    for clone in [&team.anna, &team.marek, &team.anna] {
        let _ = clone.desk(now, &["sync"]).code(0);
    }
    for clone in [&team.anna, &team.marek] {
        let text = clone.read(&team.path());
        assert!(
            !text.contains("daughter") && text.contains("(redacted)"),
            "{text}"
        );
        assert!(text.contains("Called again."), "{text}");
        let _ = clone.desk(now, &["check"]).code(0);
    }
}
