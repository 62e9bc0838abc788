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
    commit HASH  2026-11-23 09:01:00 +0000  Anna Nowak
        ID1 note: Roller is worn.
    @@ -31,3 +31,7 @@ location = "by the door"
     - queue: service-desk
     - assignee: anna
     - code: PRN-JAM
    +
    +## 2026-11-23T09:01:00Z anna note ^tag
    +
    +Roller is worn.

    commit HASH  2026-11-23 09:00:00 +0000  Anna Nowak
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
