//! `desk redate`.

use crate::desk::Desk;
use crate::writing_commands;

/// The tag of the last entry of a kind.
fn tag(desk: &Desk, kind: &str) -> String {
    let shown = desk.json("show ID1");
    let entries = shown["tickets"][0]["entries"].as_array().unwrap().clone();
    let entry = entries.iter().rfind(|entry| entry["kind"] == kind).unwrap();
    entry["tag"].as_str().unwrap().to_owned()
}

/// A note by Marek, whose clock is a day ahead, and then an answer that Anna gives in time.
fn tomorrow() -> Desk {
    let desk = Desk::new();
    desk.made(&[
        "new",
        "No network",
        "--from",
        "Jan",
        "--channel",
        "email",
        "--code",
        "NET-OUT",
    ]);
    desk.wait(24 * 60);
    let _ = desk.ok("note ID1 -m 'Looked at the switch.' --as marek");
    desk.wait(-24 * 60 + 5);
    let _ = desk.ok("contact ID1 --by phone -m 'We are at it.'");
    desk
}

#[test]
fn a_note_of_tomorrow_no_longer_makes_an_answer_late() {
    let desk = tomorrow();
    assert!(desk.ok("sla ID1").stdout.contains("late"));
    let tag = tag(&desk, "note");
    insta::assert_snapshot!(
        desk.run(&format!("redate ID1 --entry ^{tag} '2026-11-23 10:03' -m 'His laptop was a day ahead.' --as ewa")),
        @"
    ID1         redate  No network
                2026-11-24T09:01:00Z marek note ^tag, happened Mon 23 Nov 10:03, by the writer's clock Mon 23 Nov 10:10
    -----
    warning: the entry `note` by `marek` in `ID1` is dated 23h 51m later than now, so this one is dated after it: is the clock of either right?
    [exit 0]
    "
    );
    let sla = desk.ok("sla ID1").stdout;
    assert!(
        sla.contains("first response  met") && !sla.contains("late"),
        "{sla}"
    );
    insta::assert_snapshot!(crate::work::last(&desk, "ID1"), @"
    ## 2026-11-24T09:01:00.002Z ewa redate ^tag

    - of: 2026-11-24T09:01:00Z marek note ^tag
    - time: 2026-11-23T09:03:00Z
    - clock: 2026-11-23T09:10:00Z

    His laptop was a day ahead.
    ");
    let _ = desk.run("check").code(0);
    // The last one counts.
    let _ = desk.ok(&format!(
        "redate ID1 --entry {tag} '2026-11-23 10:01' --as ewa"
    ));
}

#[test]
fn the_author_may_until_it_is_pushed_and_a_manager_always() {
    let desk = tomorrow();
    let tag = tag(&desk, "note");
    let before = desk.state();
    let mine = format!("redate ID1 --entry {tag} '2026-11-23 10:03'");
    let _ = desk
        .run(&mine)
        .code(4)
        .says("is by `marek`\nhint: its author redates it, or a manager");
    let _ = desk
        .run("redate ID1 --entry zzzz '2026-11-23 10:03' --as ewa")
        .code(2)
        .says("there is no entry `zzzz`");
    insta::assert_snapshot!(desk.run(&format!("redate ID1 --entry {tag} '2026-11-24 10:03' --as ewa")), @"
    -----
    error: 2026-11-24T09:03:00Z is later than now
    hint: an entry happened before it is put right; is the clock of this machine right?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run(&format!("redate ID1 --entry {tag} yesterdayish --as ewa")), @r#"
    -----
    error: `yesterdayish` is not a time
    hint: write 2026-12-01, 14:00, "friday 14:00", tomorrow, +4h, +3bd or 2026-12-01T14:00:00Z
    [exit 2]
    "#);
    assert!(before == desk.state());
    let line = format!("redate ID1 --entry {tag} '2026-11-23 10:03' --as marek");
    let _ = desk.run(&format!("{line} --dry-run")).code(0);
    let bare = desk.beside("hub.git");
    let hub = bare.to_str().unwrap();
    desk.git(&["init", "--quiet", "--bare", hub]);
    desk.git(&[
        "push",
        "--quiet",
        "--set-upstream",
        hub,
        "HEAD:refs/heads/main",
    ]);
    desk.git(&["remote", "add", "origin", hub]);
    desk.git(&[
        "push",
        "--quiet",
        "--set-upstream",
        "origin",
        "HEAD:refs/heads/main",
    ]);
    let _ = desk
        .run(&line)
        .code(4)
        .says("is pushed, and others may have gone by it\nhint: a manager redates it");
    let _ = desk.run(&line.replace("marek", "ewa")).code(0);
}

#[test]
fn what_every_writing_command_does() {
    let tagged = || {
        let desk = Desk::with_ticket();
        let _ = desk.ok("note ID1 -m x");
        // A tag that the line below can name.
        let tag = tag(&desk, "note");
        let path = desk.path("ID1");
        desk.replace(&path, &format!("^{tag}"), "^q4tz");
        desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
        desk
    };
    writing_commands::check(
        tagged,
        "redate ID1 --entry ^q4tz 2026-11-23T09:00:30Z -m the-text",
    );
}
