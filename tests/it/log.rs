//! `desk log`.

use crate::desk::Desk;

#[test]
fn the_git_history_as_diffs() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'Roller is worn.'");
    let out = desk.run("log ID1").to_string();
    let out = out.split_once("    ID1 new").unwrap().0;
    let out: String = out
        .lines()
        .map(|line| match line.strip_prefix("commit ") {
            Some(rest) => format!("commit HASH {}\n", rest.split_once(' ').unwrap().1),
            None => format!("{line}\n"),
        })
        .collect();
    insta::assert_snapshot!(out, @r#"
    commit HASH  2026-11-23 10:01:00 +0100  Anna Nowak
        ID1 note: Roller is worn.
    @@ -32,3 +32,7 @@ location = "by the door"
     - assignee: anna
     - code: PRN-JAM
     - derived: type, queue, impact, urgency, priority, assignee
    +
    +## 2026-11-23T09:01:00Z anna note ^tag
    +
    +Roller is worn.

    commit HASH  2026-11-23 10:00:00 +0100  Anna Nowak
    "#);
}

#[test]
fn several_tickets_and_unknown_ones() {
    let desk = Desk::with_two_tickets();
    let out = desk.ok("log ID1 ID2").to_string();
    assert!(
        out.contains("ID1 new: ") && out.contains("ID2 new: "),
        "{out}"
    );
    let _ = desk
        .run("log 2611-ZZZZZ")
        .code(2)
        .says("there is no ticket `2611-ZZZZZ`");
    let _ = desk.run("log").code(2);
}

#[test]
fn a_ticket_in_no_commit_yet() {
    let desk = Desk::new();
    desk.replace("desk.toml", "commit = \"each\"", "commit = \"never\"");
    desk.open("Not committed");
    insta::assert_snapshot!(desk.run("log ID1"), @"
    -----
    ID1 is in no commit yet
    [exit 0]
    ");
}

#[test]
fn removed_lines_that_begin_with_dashes_are_shown() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m '-- Jan'");
    desk.replace(&desk.path("ID1"), "-- Jan", "Jan");
    desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
    let out = desk.ok("log ID1");
    assert!(out.stdout.contains("--- Jan"), "{out}");
}

#[test]
fn a_ticket_as_it_was() {
    let desk = Desk::with_ticket();
    desk.wait(60);
    let _ = desk.ok("set ID1 impact=site title='Another title'");
    let before = desk.ok("log ID1 --at '2026-11-23 10:30'");
    assert!(
        before.stdout.contains("Printer on floor 3 jams"),
        "{before}"
    );
    assert!(
        before.stdout.contains("as it was on Mon 23 Nov 10:30"),
        "{before}"
    );
    let now = desk.ok("log ID1 --at '2026-11-23 12:00'");
    assert!(now.stdout.contains("Another title"), "{now}");
    let never = desk.ok("log ID1 --at 2026-10-01");
    assert!(never.stderr.contains("was in no commit"), "{never}");
}

/// The texts of older commits are at the remote, and nothing is fetched by a command that reads.
#[test]
fn a_partial_clone_says_that_it_lacks_texts() {
    let team = crate::clones::Team::new();
    let allow = [
        "-C",
        team.hub.to_str().unwrap(),
        "config",
        "uploadpack.allowFilter",
        "true",
    ];
    let _ = team.anna.git(&allow).code(0);
    for text in ["One.", "Two."] {
        let _ = team
            .anna
            .desk("2026-11-23T11:00:00Z", &["note", &team.id, "-m", text])
            .code(0);
    }
    let _ = team.anna.git(&["push", "--quiet"]).code(0);
    let url = format!("file://{}", team.hub.display());
    let partial = crate::clones::Clone::with(
        &team.desk,
        std::path::Path::new(&url),
        "partial",
        &["--filter=blob:none"],
    );
    let out = partial
        .desk("2026-11-23T12:00:00Z", &["log", &team.id])
        .code(5);
    assert!(
        out.stderr.contains("does not have the older texts"),
        "{out}"
    );
}
