//! `desk mail list`, and who is told of what waits.

use std::fs;

use serde_json::Value;

use crate::desk::Desk;
use crate::mail::held::{hold, names, two};

#[test]
fn what_waits_is_listed_the_oldest_first() {
    let desk = Desk::new();
    let none = desk.run("mail list").code(0);
    assert_eq!(
        (none.stdout.as_str(), none.stderr.trim()),
        ("", "nothing waits in quarantine")
    );
    two(&desk);
    let out = desk.run("mail list").code(0);
    insta::assert_snapshot!(out.stdout, @"
    KEY               SINCE             REASON            FROM                                  SUBJECT
    7k2m9qx4abcdefgh  Fri 20 Nov 17:00  unverified-agent  Anna Nowak <anna@desk.example>        Please close it
    1bfs623a0s03nscs  Mon 23 Nov 08:30  storm             Trần Thị Hương <huong@khach.example>  মুদ্রণযন্ত্র কাজ করছে না
    ");
    assert!(
        out.stderr
            .contains("2 mails in quarantine, the oldest for 2d"),
        "{out}"
    );
    let json = desk.json("mail list");
    assert_eq!(json["mails"][1]["reason"], "storm");
    assert_eq!(json["mails"][0]["key"], "7k2m9qx4abcdefgh");
    let all = desk.run("mail").code(0);
    assert!(all.stdout.ends_with("nothing waits to go out\n"), "{all}");
    assert_eq!(desk.json("mail")["outbox"][0]["waiting"], 0);
}

#[test]
fn the_board_and_due_say_how_many_and_since_when() {
    let desk = Desk::new();
    let line = "2 mails in quarantine, the oldest for 2d";
    assert!(!desk.run("").stdout.contains("quarantine"));
    two(&desk);
    for command in ["--mine", "--team", "due", "due --mine"] {
        let out = desk.run(command).code(0);
        assert!(out.stdout.contains(line), "{command}: {out}");
    }
    for command in ["--mine", "--team", "due"] {
        let json = desk.json(command);
        assert_eq!(json["mail"][0]["count"], 2, "{command}");
        assert_eq!(
            json["mail"][0]["since"], "2026-11-20T16:00:00Z",
            "{command}"
        );
    }
    let other = desk.run("due --queue network").code(0);
    assert!(!other.stdout.contains("quarantine"), "{other}");
}

/// The user's configuration with a command that keeps what it is told.
fn configure(desk: &Desk, command: &str) -> std::path::PathBuf {
    let told = desk.beside("told");
    let script = desk.script("tell", &format!("cat >> '{}'\n{command}", told.display()));
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("[notice]\ncommand = [\"{}\"]\n", script.display());
    fs::write(folder.join("config.toml"), text).unwrap();
    told
}

fn told(file: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn managers_are_told_at_first_and_then_once_a_working_day() {
    let desk = Desk::new();
    let file = configure(&desk, "");
    two(&desk);
    let _ = desk.ok("sweep");
    let all = told(&file);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["kind"], "quarantine");
    assert_eq!(all[0]["to"][0]["handle"], "ewa");
    assert_eq!(all[0]["count"], 2);
    let text = all[0]["text"].as_str().unwrap();
    assert!(text.starts_with("2 mails wait in quarantine on "), "{text}");
    assert!(
        text.contains("storm from Trần Thị Hương <huong@khach.example>"),
        "{text}"
    );
    assert!(text.contains("unverified-agent from Anna Nowak"), "{text}");
    desk.wait(120);
    let _ = desk.ok("sweep");
    assert_eq!(told(&file).len(), 1, "nothing is new");
    let at = "2026-11-23T09:00:00Z";
    hold(
        &desk,
        "zzzz",
        "loop",
        at,
        "From: a@b.example\nSubject: x\n\nx\n",
    );
    let _ = desk.ok("sweep");
    assert_eq!(told(&file).len(), 2, "one of another kind");
    desk.wait(24 * 60);
    let _ = desk.ok("sweep");
    let all = told(&file);
    assert_eq!(all.len(), 3);
    assert_eq!(all[2]["mails"][0]["notices"], 2);
    desk.wait(10 * 60);
    let _ = desk.ok("sweep");
    assert_eq!(told(&file).len(), 3, "the house is closed");
}

#[test]
fn what_was_not_delivered_is_told_again_and_without_a_command_whoever_sweeps_is() {
    let desk = Desk::new();
    let file = configure(&desk, "exit 1");
    two(&desk);
    let out = desk.run("sweep").code(0);
    assert!(out.stderr.contains("was not delivered"), "{out}");
    let _ = configure(&desk, "");
    let _ = desk.ok("sweep");
    assert_eq!(told(&file).len(), 2);
    fs::remove_file(desk.beside("home").join(".config/plaindesk/config.toml")).unwrap();
    let out = desk.run("sweep -q").code(0);
    assert_eq!(out.stderr, "", "told today");
    desk.wait(24 * 60);
    let out = desk.run("sweep -q").code(0);
    assert!(out.stderr.contains("2 mails wait in quarantine"), "{out}");
    let dry = desk.run("sweep --dry-run").code(0);
    assert!(!dry.stderr.contains("quarantine"), "{dry}");
}

#[test]
fn after_ninety_days_and_three_notices_it_is_gone_and_counted() {
    let desk = Desk::new();
    two(&desk);
    let sweep = |minutes: i64| {
        desk.wait(minutes);
        desk.run("sweep").code(0).stderr
    };
    let day = 24 * 60;
    // Monday the 23rd, and two more days on which nobody is there to be told.
    let _ = sweep(0);
    let _ = sweep(day);
    let told = sweep(100 * day);
    assert!(told.contains("2 mails wait"), "{told}");
    assert_eq!(names(&desk).len(), 4, "told twice before that");
    let told = sweep(day);
    assert!(told.contains("is gone: storm from"), "{told}");
    assert_eq!(names(&desk), [""; 0]);
    let out = desk.run("mail").code(0);
    let count = "2 went from the quarantine unseen, after ninety days: 1 storm, 1 unverified-agent";
    assert!(out.stdout.contains(count), "{out}");
}

#[test]
fn check_names_halves_and_the_sweep_removes_what_is_left_of_one() {
    let desk = Desk::new();
    two(&desk);
    fs::remove_file(
        desk.root
            .join(".git/plaindesk/mail-quarantine/1bfs623a0s03nscs.toml"),
    )
    .unwrap();
    fs::remove_file(
        desk.root
            .join(".git/plaindesk/mail-quarantine/7k2m9qx4abcdefgh.eml"),
    )
    .unwrap();
    let out = desk.run("check").code(0).to_string();
    assert!(
        out.contains("nothing is known of the mail 1bfs623a0s03nscs"),
        "{out}"
    );
    assert!(out.contains("the mail 7k2m9qx4abcdefgh is gone"), "{out}");
    let shown = desk.run("mail show 1bfs").code(0);
    assert!(shown.stdout.contains("In hỏng."), "{shown}");
    let _ = desk.ok("sweep");
    assert_eq!(
        names(&desk),
        ["1bfs623a0s03nscs.eml", "1bfs623a0s03nscs.toml"]
    );
    let _ = desk.ok("mail drop 1bfs");
    assert_eq!(names(&desk), [""; 0]);
}

#[test]
fn mails_as_they_were_sent_are_kept_for_ninety_days() {
    let desk = Desk::new();
    let folder = desk.root.join(".git/plaindesk/mail-raw");
    fs::create_dir_all(&folder).unwrap();
    for (name, days) in [("old.eml", 91), ("young.eml", 89), (".half-written", 1)] {
        let file = fs::File::create(folder.join(name)).unwrap();
        let at: chrono::DateTime<chrono::Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let at = at - chrono::TimeDelta::days(days);
        file.set_modified(at.into()).unwrap();
    }
    let _ = desk.ok("sweep");
    let left: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["young.eml"]);
}

/// The lines of the page's code that are commands, with what is typed over the network as here.
fn typed() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/mail-quarantine.md");
    let page = fs::read_to_string(path).unwrap();
    let blocks = page.split("\n```").skip(1).step_by(2);
    let shell = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    let lines = shell.flat_map(str::lines);
    let command = |line: &str| {
        let line = line.split("  #").next()?.trim();
        let line = line.strip_prefix("ssh mail.example.org ").unwrap_or(line);
        let line = line.strip_prefix("desk")?;
        Some(line.replace(" -C /srv/desk", "").trim().to_owned())
    };
    lines.filter_map(command).collect()
}

#[test]
fn every_command_of_the_page_can_be_typed() {
    let lines = typed();
    assert!(lines.len() > 10, "{lines:?}");
    for line in &lines {
        let desk = Desk::with_ticket();
        two(&desk);
        let line = line.replace("7K3MQ", "ID1");
        let out = desk.run(&line);
        assert_eq!(out.code, 0, "{line}\n{out}");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/mail-quarantine.md");
    let page = fs::read_to_string(path).unwrap();
    let settings = page.split("```toml\n").nth(1).unwrap();
    let settings = settings.split("```").next().unwrap();
    let desk = Desk::new();
    desk.write("desk.toml", desk.read("desk.toml") + "\n" + settings);
    let _ = desk.ok("check");
}
