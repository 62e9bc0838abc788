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

/// anna and marek on three days, with names in scripts of other widths.
fn worked() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 --minutes 20 --activity remote -m 'Roller is worn.'");
    desk.wait(24 * 60);
    let _ = desk.made(&[
        "new",
        "প্রিন্টার কাজ করছে না",
        "--code",
        "PRN-JAM",
        "--no-questions",
    ]);
    let _ = desk.made(&[
        "new",
        "Máy in không hoạt động ở tầng ba của tòa nhà chính",
        "--code",
        "PRN-JAM",
        "--no-questions",
    ]);
    let _ = desk.ok("call ID2 --minutes 5 --activity phone -m x");
    let _ = desk.ok("note ID3 --minutes 90 -m x");
    let _ = desk.ok("note ID1 --minutes 15 -m x --as marek");
    desk
}

#[test]
fn what_i_did_today_reads_as_a_timesheet() {
    let desk = worked();
    insta::assert_snapshot!(desk.ok("log"), @"
    Anna Nowak  Tuesday 24 November 2026

    TIME   ID          WHAT     MIN  ACTIVITY  TITLE
    10:02  ID2         created                 প্রিন্টার কাজ করছে না
    10:03  ID3         created                 Máy in không hoạt động ở tầng ba của tòa nhà chính
    10:04  ID2         contact    5  phone     প্রিন্টার কাজ করছে না
    10:05  ID3         note      90            Máy in không hoạt động ở tầng ba của tòa nhà chính

    in all 1 h 35 min, 4 entries
    [exit 0]
    ");
    insta::assert_snapshot!(desk.ok("log --since 2026-11-23"), @"
    Anna Nowak  2026-11-23 to 2026-11-24

    TIME   ID          WHAT     MIN  ACTIVITY  TITLE
    Monday 23 November 2026  20 min, 2 entries
    10:00  ID1         created                 Printer on floor 3 jams
    10:01  ID1         note      20  remote    Printer on floor 3 jams

    Tuesday 24 November 2026  1 h 35 min, 4 entries
    10:02  ID2         created                 প্রিন্টার কাজ করছে না
    10:03  ID3         created                 Máy in không hoạt động ở tầng ba của tòa nhà chính
    10:04  ID2         contact    5  phone     প্রিন্টার কাজ করছে না
    10:05  ID3         note      90            Máy in không hoạt động ở tầng ba của tòa nhà chính

    in all 1 h 55 min, 6 entries on 2 days
    [exit 0]
    ");
    insta::assert_snapshot!(desk.ok("log --team --period today --as ewa"), @"
    The team  Tuesday 24 November 2026

    TIME   AGENT  ID          WHAT     MIN  ACTIVITY  TITLE
    10:02  anna   ID2         created                 প্রিন্টার কাজ করছে না
    10:03  anna   ID3         created                 Máy in không hoạt động ở tầng ba của tòa nhà chính
    10:04  anna   ID2         contact    5  phone     প্রিন্টার কাজ করছে না
    10:05  anna   ID3         note      90            Máy in không hoạt động ở tầng ba của tòa nhà chính
    10:06  marek  ID1         note      15            Printer on floor 3 jams

    in all 1 h 50 min, 5 entries
    [exit 0]
    ");
    insta::assert_snapshot!(desk.ok("log --as ewa"), @"
    Ewa Wójcik  Tuesday 24 November 2026

    Nothing was written.
    [exit 0]
    ");
    insta::assert_snapshot!(desk.ok("log --format csv"), @"
    day,time,agent,ticket,kind,minutes,activity,title
    2026-11-24,10:02,anna,ID2,created,,,প্রিন্টার কাজ করছে না
    2026-11-24,10:03,anna,ID3,created,,,Máy in không hoạt động ở tầng ba của tòa nhà chính
    2026-11-24,10:04,anna,ID2,contact,5,phone,প্রিন্টার কাজ করছে না
    2026-11-24,10:05,anna,ID3,note,90,,Máy in không hoạt động ở tầng ba của tòa nhà chính
    [exit 0]
    ");
    let json = desk.json("log --since 2026-11-23");
    assert_eq!(json["log"][1]["minutes"], 20);
    assert_eq!(json["log"][1]["activity"], "remote");
    assert_eq!(json["days"][1]["minutes"], 95);
    assert_eq!(json["problems"], serde_json::json!([]));
}

#[test]
fn the_log_takes_a_period_and_nothing_else_beside_a_ticket() {
    let desk = worked();
    for (line, says) in [
        ("log ID1 --since monday", "cannot be used with"),
        ("log ID1 --team", "cannot be used with"),
        ("log --at 2026-11-23", "required"),
        ("log --by anna --team", "cannot be used with"),
        ("log --since 2027-01-01", "yet to come"),
        ("log --period lastweek", "is no period"),
        ("log --by nobody --as ewa", "there is no agent `nobody`"),
    ] {
        let _ = desk.run(line).code(2).says(says);
    }
    // Of people who left there is a log, too.
    let out = desk.ok("log --by lena --since 2026-11-01 --as ewa").stdout;
    assert!(out.contains("Nothing was written."), "{out}");
    let only = desk.json("log --since 2026-11-23 --until 2026-11-23");
    assert_eq!(only["days"].as_array().unwrap().len(), 1);
    desk.plant("2611-7K3MQ", "no fence\n");
    let out = desk.run("log").code(0);
    assert!(
        out.stdout.contains("in all") && out.stderr.contains("2611-7K3MQ"),
        "{out}"
    );
}

/// Months in which nothing happened since are not read.
#[test]
fn the_log_of_today_reads_no_closed_history() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m Done.");
    let _ = desk.ok("close ID1 --satisfied yes");
    desk.wait(40 * 24 * 60);
    desk.open("Of today");
    let _ = desk.ok("log");
    let open = plaindesk::ops::core::desk::Desk::open(&desk.root, None).unwrap();
    let since = "2026-12-20T00:00:00Z".parse().unwrap();
    let found = open
        .tickets(plaindesk::index::want::Want::StoriesSince(since))
        .histories;
    let ids: Vec<String> = found
        .iter()
        .map(|one| desk.stable(one.id.as_str()))
        .collect();
    assert_eq!(ids, ["ID2"]);
}
