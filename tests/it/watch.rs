//! `desk watch`, and what watchers see and are told.

use std::fs;
use std::path::{Path, PathBuf};

use crate::clones::Team;
use crate::desk::Desk;

#[test]
fn watchers_are_a_list_that_is_logged() {
    let desk = Desk::with_two_tickets();
    insta::assert_snapshot!(desk.run("watch ID1 ID2 --as marek"), @"
    ID1         watch  Printer on floor 3 jams  watchers +marek
    ID2         watch  Printer on floor 4 jams  watchers +marek
    2 tickets watched
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("watch ID1 --as marek"), @"
    ID1         nothing to change  Printer on floor 3 jams
    -----
    warning: you watch `ID1` already
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("watch ID2 --agent ewa"), @"
    ID2         watch  Printer on floor 4 jams
                watchers: +ewa
    [exit 0]
    ");
    assert!(
        desk.raw("ID2")
            .contains("\nwatchers = [\"marek\", \"ewa\"]\n")
    );
    insta::assert_snapshot!(desk.run("watch ID1 --off --as marek"), @"
    ID1         watch  Printer on floor 3 jams
                watchers: -marek
    [exit 0]
    ");
    assert!(!desk.raw("ID1").contains("\nwatchers"));
    let _ = desk
        .run("watch ID1 --off --as marek")
        .code(0)
        .says("you do not watch `ID1`");
    let _ = desk.ok("undo");
    assert!(desk.raw("ID2").contains("\nwatchers = [\"marek\"]\n"));
    let _ = desk.ok("set ID2 watchers=-marek,+anna");
    assert!(desk.raw("ID2").contains("\n- watchers: +anna -marek\n"));
    let shown = desk.ok("show ID2").stdout;
    assert!(shown.contains("\nwatched by  "), "{shown}");
    let json = desk.json("show ID2");
    assert!(
        json["tickets"][0]["watchers"]
            .as_array()
            .unwrap()
            .contains(&"anna".into())
    );
    let _ = desk.ok("watch ID1 --dry-run");
    assert!(!desk.raw("ID1").contains("\nwatchers"));
    let _ = desk.run("check").code(0);
}

#[test]
fn who_has_left_or_is_unknown_does_not_watch() {
    let desk = Desk::with_ticket();
    let _ = desk
        .run("watch ID1 --agent lena")
        .code(4)
        .says("`lena` is retired");
    let _ = desk
        .run("watch ID1 --agent mark")
        .code(2)
        .says("did you mean `marek`?");
    let _ = desk
        .run("set ID1 watchers=+lena")
        .code(4)
        .says("`lena` is retired");
    let _ = desk.run("set ID1 watchers=desk").code(2);
    let _ = desk.run("list watcher:mark").code(2).says("marek");
    // Whoever left since is taken out, by either way.
    let settings = desk.read("desk.toml");
    for line in ["watch ID1 --off --agent marek", "set ID1 watchers=-marek"] {
        let _ = desk.ok("watch ID1 --agent marek");
        desk.write(
            "desk.toml",
            settings.replace("[agent.marek]\n", "[agent.marek]\nretired = true\n"),
        );
        let _ = desk.run("check").code(0);
        let _ = desk.ok(line);
        desk.write("desk.toml", &settings);
        assert!(!desk.raw("ID1").contains("\nwatchers ="), "{line}");
    }
    let path = desk.path("ID1");
    desk.replace(
        &path,
        "\n\n[requester]",
        "\nwatchers = [\"nobody\"]\n\n[requester]",
    );
    let out = desk.run("check").code(1).to_string();
    assert!(out.contains("there is no agent `nobody`"), "{out}");
}

#[test]
fn watched_tickets_stand_on_the_board_and_are_found() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("watch ID1 ID2 --as ewa");
    let _ = desk.ok("watch ID1");
    let board = desk.ok("--mine --as ewa").stdout;
    assert!(board.contains("\nWatching 2\n"), "{board}");
    // What is mine stands where it stood.
    let own = desk.ok("").stdout;
    assert!(!own.contains("Watching"), "{own}");
    let team = desk.ok("--team --as ewa").stdout;
    assert!(team.contains("2 watched"), "{team}");
    let parts = desk.json("--mine --as ewa");
    assert_eq!(parts["tickets"][0]["derived"]["part"], "watching");
    let ids = |line: &str| {
        let found = desk.json(&format!("list {line}"));
        let all = found["tickets"].as_array().unwrap().iter();
        let ids = all.map(|one| desk.stable(one["id"].as_str().unwrap()));
        ids.collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("is:watched"), ["ID1"]);
    assert_eq!(ids("is:watched --as ewa"), ["ID1", "ID2"]);
    assert_eq!(ids("watcher:ewa -watcher:me"), ["ID2"]);
    assert_eq!(ids("watchers:none"), [""; 0]);
    let _ = desk.ok("resolve ID1 -m Done.");
    let _ = desk.ok("close ID1 --satisfied yes");
    let board = desk.ok("--mine --as ewa").stdout;
    assert!(board.contains("\nWatching 1\n"), "{board}");
    // A merged ticket's watchers go with it.
    let other = desk.open("Printer again");
    let _ = desk.ok(&format!("watch {other} --as marek"));
    let _ = desk.ok(&format!("merge {other} --into ID2"));
    assert!(
        desk.raw("ID2")
            .contains("\nwatchers = [\"ewa\", \"marek\"]\n")
    );
}

/// The configuration of the person, whose command appends what it is told to a file.
fn configure(desk: &Desk) -> PathBuf {
    let told = desk.beside("told");
    let script = desk.script("tell", &format!("cat >> '{}'", told.display()));
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("[notice]\ncommand = [\"{}\"]\n", script.display());
    fs::write(folder.join("config.toml"), text).unwrap();
    told
}

fn told(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = |line: &str| {
        let one: serde_json::Value = serde_json::from_str(line).unwrap();
        let to = one["to"].as_array().unwrap().iter();
        let to: Vec<&str> = to.map(|who| who["handle"].as_str().unwrap()).collect();
        let text = one["text"].as_str().unwrap();
        let text = text.split_once(' ').unwrap().1;
        format!("{}: {}", to.join(" "), text.split_once(": ").unwrap().0)
    };
    text.lines().map(line).collect()
}

#[test]
fn watchers_are_told_what_they_wait_for_and_never_of_their_own_acts() {
    let desk = Desk::with_ticket();
    let file = configure(&desk);
    let _ = desk.ok("watch ID1 --as ewa");
    for (line, expected) in [
        ("note ID1 -m 'Nothing new'", None),
        ("set ID1 tags=+roller", None),
        ("note ID1 -m 'Mine' --as ewa", None),
        (
            "contact ID1 --by email -m 'We look into it.'",
            Some("ewa: Anna Nowak was in touch with the requester"),
        ),
        ("contact ID1 --by email -m 'I wrote' --as ewa", None),
        (
            "contact ID1 --in --automatic --by email -m 'Out of office'",
            None,
        ),
        (
            "pend ID1 --on vendor --until +2h -m 'A roller is ordered'",
            Some("ewa: Anna Nowak let it wait for vendor"),
        ),
        (
            "set ID1 queue=network",
            Some("ewa: Anna Nowak moved it to network"),
        ),
        (
            "assign ID1 marek --as ewa",
            Some("marek: Ewa Wójcik assigned it"),
        ),
        (
            "resolve ID1 -m Done. --as marek",
            Some("ewa: Marek Zieliński resolved it"),
        ),
        (
            "close ID1 --satisfied yes",
            Some("ewa: Anna Nowak closed it"),
        ),
    ] {
        let _ = fs::remove_file(&file);
        let _ = desk.ok(line);
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(told(&file), expected, "{line}");
    }
}

#[test]
fn watchers_are_told_by_the_sweep_and_of_a_work_order() {
    let desk = Desk::with_ticket();
    let file = configure(&desk);
    let _ = desk.ok("watch ID1 --as marek");
    let _ = desk.ok("work new ID1");
    let order = desk.json("list type:work-order");
    let order = order["tickets"][0]["id"].as_str().unwrap().to_owned();
    let _ = fs::remove_file(&file);
    let _ = desk.ok(&format!("work done {order} -m 'New roller' --as ewa"));
    // Whoever keeps contact is to tell the requester; the watcher hears of it with them.
    let all = told(&file);
    assert!(
        all.iter()
            .any(|one| one.starts_with("anna marek: Ewa Wójcik solved it")),
        "{all:?}"
    );
    let _ = desk.ok("call ID1 -m 'It works again'");
    // Closed by the sweep after some days of silence.
    let _ = fs::remove_file(&file);
    desk.wait(8 * 24 * 60);
    let _ = desk.ok("sweep");
    assert!(desk.raw("ID1").contains("status = \"closed\""));
    let all = told(&file);
    assert_eq!(all, ["marek: desk closed it"], "{all:?}");
}

#[test]
fn two_clones_watch_at_once_and_both_stay() {
    let team = Team::new();
    let id = team.id.clone();
    let now = "2026-11-27T09:30:00Z";
    for clone in [&team.anna, &team.marek] {
        let _ = clone.desk(now, &["watch", &id]).code(0);
    }
    for clone in [&team.anna, &team.marek, &team.anna] {
        let _ = clone.desk(now, &["sync", "-q"]).code(0);
    }
    let both: Vec<String> = [&team.anna, &team.marek]
        .into_iter()
        .map(|clone| clone.read(&team.path()))
        .collect();
    assert_eq!(both[0], both[1]);
    let line = both[0].lines().find(|line| line.starts_with("watchers = "));
    let line = line.unwrap();
    assert!(
        line.contains("\"anna\"") && line.contains("\"marek\""),
        "{line}"
    );
    let _ = team.anna.desk(now, &["check"]).code(0);
}
