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
    // What others wrote only managers take out.
    let _ = desk
        .run(&format!("redact ID1 --entry {} --as marek", tag("note")))
        .code(4);
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

const NOON: &str = "2026-11-23T12:00:00Z";

/// A team in which marek has attached a file, which anna has too.
fn with_an_attachment() -> (Team, String) {
    let team = Team::new();
    let (marek, anna) = (&team.marek, &team.anna);
    let scan = team.desk.beside("passport.bin");
    std::fs::write(&scan, b"\xff\x00passport\n").unwrap();
    let scan = scan.to_str().unwrap();
    let _ = marek.desk(NOON, &["attach", &team.id, scan]).code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    let folder = team.path().replace(".md", ".files");
    let mut names = std::fs::read_dir(anna.root.join(&folder)).unwrap();
    let name = names.next().unwrap().unwrap().file_name();
    let path = format!("{folder}/{}", name.to_str().unwrap());
    (team, path)
}

#[test]
fn the_content_of_an_attachment_is_taken_out_in_every_clone() {
    let (team, path) = with_an_attachment();
    let (marek, anna) = (&team.marek, &team.anna);
    let redact = [
        "redact",
        &team.id,
        "--attachment",
        "passport.bin",
        "-m",
        "asked by letter",
    ];
    let before = marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let out = anna.desk(NOON, &redact).code(4);
    assert!(out.stderr.contains("manager"), "{out}");
    let out = marek
        .desk(NOON, &[&redact[..], &["--dry-run"]].concat())
        .code(0);
    assert_ne!(marek.read_bytes(&path), b"(redacted)\n", "{out}");
    let _ = marek.desk(NOON, &redact).code(0);
    assert_eq!(marek.read(&path), "(redacted)\n");
    assert_eq!(marek.git(&["status", "--porcelain"]).code(0).stdout, "");
    let shown = marek.desk(NOON, &["show", &team.id]).code(0);
    assert!(shown.stdout.contains("redacted"), "{shown}");
    for checked in [&["check"][..], &["check", "--range", "origin/main..HEAD"]] {
        let _ = marek.desk(NOON, checked).code(0);
    }
    // Once is enough.
    let _ = marek.desk(NOON, &redact).code(2);
    let _ = anna
        .desk(NOON, &["note", &team.id, "-m", "Meanwhile."])
        .code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    assert_eq!(anna.read(&path), "(redacted)\n");
    let _ = anna.desk(NOON, &["check"]).code(0);
    // A merge that takes the old content back, as a forge's does.
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = marek
        .git(&["switch", "--quiet", "-c", "old", before.trim()])
        .code(0);
    let _ = marek
        .git(&["merge", "--quiet", "-s", "ours", "-m", "ours", "main"])
        .code(0);
    let _ = marek
        .git(&["push", "--quiet", "origin", "old:main"])
        .code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    assert_eq!(anna.read(&path), "(redacted)\n");
    let _ = anna.desk(NOON, &["check"]).code(0);
}

#[test]
fn a_file_that_somebody_changed_is_not_redacted_over() {
    let (team, path) = with_an_attachment();
    let marek = &team.marek;
    marek.write(&path, "changed\n");
    let redact = ["redact", &team.id, "--attachment", "passport.bin"];
    let out = marek.desk(NOON, &redact).code(5);
    assert!(
        out.stderr.contains("is not as the last commit has it"),
        "{out}"
    );
    assert_eq!(marek.read(&path), "changed\n");
    let _ = marek.git(&["restore", &path]).code(0);
    let _ = marek.desk(NOON, &redact).code(0);
    // The same content again, by hand.
    let _ = marek.git(&["restore", "--source=HEAD~1", &path]).code(0);
    let out = marek.desk(NOON, &["check"]).code(1);
    assert!(
        out.stdout.contains("was redacted, and its content is here"),
        "{out}"
    );
    let _ = marek.git(&["commit", "--quiet", "-am", "by hand"]).code(0);
    let _ = marek.desk(NOON, &redact).code(0);
    assert_eq!(marek.read(&path), "(redacted)\n");
    let _ = marek.desk(NOON, &["check"]).code(0);
}

#[test]
fn what_was_redacted_is_not_redacted_again() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'His daughter is ill.'");
    let ticket = desk.raw("ID1");
    let line = ticket
        .lines()
        .rfind(|line| line.contains(" note ^"))
        .unwrap();
    let tag = line.rsplit('^').next().unwrap();
    let _ = desk.ok(&format!("redact ID1 --entry {tag}"));
    let once = desk.raw("ID1");
    let out = desk.run(&format!("redact ID1 --entry {tag}")).code(2);
    assert!(out.stderr.contains("redacted already"), "{out}");
    assert_eq!(desk.raw("ID1"), once);
}

#[test]
fn the_reason_of_an_escalation_goes_with_its_entry() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("escalate ID1 --reason 'He lost his job.' -m x");
    let ticket = desk.raw("ID1");
    assert!(ticket.contains("- reason: He lost his job."), "{ticket}");
    let heading = ticket.lines().rfind(|line| line.contains(" escalate ^"));
    let tag = heading.unwrap().rsplit('^').next().unwrap().to_owned();
    let _ = desk.ok(&format!("redact ID1 --entry {tag}"));
    let ticket = desk.raw("ID1");
    assert!(ticket.contains("- reason: (redacted)"), "{ticket}");
    assert!(!ticket.contains("lost his job"), "{ticket}");
}
