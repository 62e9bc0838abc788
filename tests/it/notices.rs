//! Notices at once: of what concerns somebody, by the command of the user's own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::clones::{Clone, Team};
use crate::desk::Desk;

/// The configuration of the person, whose command appends what it is told to a file.
fn configure(desk: &Desk, more: &str) -> PathBuf {
    let told = desk.beside("told");
    let script = desk.script("tell", &format!("cat >> '{}'", told.display()));
    write(desk, &script, more);
    told
}

fn write(desk: &Desk, script: &Path, more: &str) {
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("[notice]\ncommand = [\"{}\"]\n{more}", script.display());
    fs::write(folder.join("config.toml"), text).unwrap();
}

/// To whom something was told, and what: the text without the id and the title.
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
fn whom_a_command_concerns_is_told_at_once() {
    let desk = Desk::with_ticket();
    let file = configure(&desk, "");
    for (line, expected) in [
        ("assign ID1 marek", Some("marek: Anna Nowak assigned it")),
        (
            "note ID1 -m '@ewa please look'",
            Some("ewa: Anna Nowak names you"),
        ),
        (
            "contact ID1 --in --by email -m 'Any news?' --as ewa",
            Some("marek anna: the requester got in touch"),
        ),
        ("note ID1 -m 'Nothing new'", None),
        ("take ID1", None),
        (
            "escalate ID1 --hierarchic -m 'The board waits.'",
            Some("ewa: Anna Nowak told management"),
        ),
        (
            "escalate ID1 --to network -m 'Swapped the cable'",
            Some("marek: Anna Nowak escalated it to network"),
        ),
        ("assign ID1 marek --dry-run", None),
        ("assign ID1 ewa", Some("ewa: Anna Nowak assigned it")),
        ("call ID1 -m 'Soon.' --next +1h", None),
        (
            "handover --to marek",
            Some("marek: Anna Nowak handed it over"),
        ),
        ("resolve ID1 -m Done. --as ewa", None),
        (
            "reopen ID1 -m 'Not yet'",
            Some("ewa marek: Anna Nowak opened it again"),
        ),
    ] {
        let _ = fs::remove_file(&file);
        let _ = desk.ok(line);
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(told(&file), expected, "{line}");
    }
}

#[test]
fn management_is_told_by_the_sweep_whatever_wrote_it() {
    let desk = Desk::new();
    let file = configure(&desk, "");
    let _ = desk.make("new 'All is down' --channel phone --impact site --urgency high --code NET-OUT --queue service-desk");
    desk.wait(5 * 60);
    let _ = desk.ok("sweep");
    let all = told(&file);
    let management = all
        .iter()
        .find(|one| one.ends_with("management is told since 2026-11-23 14:00"));
    assert!(
        management.is_some_and(|one| one.starts_with("anna ewa")),
        "{all:?}"
    );
}

#[test]
fn a_slow_or_broken_command_neither_delays_nor_fails() {
    let desk = Desk::with_ticket();
    let script = desk.script("tell", "sleep 30");
    write(&desk, &script, "");
    let begin = std::time::Instant::now();
    let out = desk.ok("assign ID1 marek");
    assert!(begin.elapsed().as_secs() < 8, "{:?}", begin.elapsed());
    assert!(out.stderr.contains("was stopped after 2 seconds"), "{out}");
    // What failed waits for the sweep.
    let begin = std::time::Instant::now();
    let out = desk.ok("note ID1 -m x");
    assert!(begin.elapsed().as_secs() < 2, "{out}");
    let file = configure(&desk, "");
    let _ = desk.ok("sweep");
    assert_eq!(told(&file), ["marek: Anna Nowak assigned it"]);
    let _ = desk.ok("sweep");
    assert_eq!(told(&file).len(), 1);
    write(&desk, Path::new("/nowhere/tell"), "");
    let out = desk.ok("assign ID1 ewa");
    assert!(out.stderr.contains("cannot start"), "{out}");
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::write(folder.join("config.toml"), "[notice]\n").unwrap();
    let out = desk.ok("assign ID1 marek");
    assert!(out.stderr.contains("nobody is told of it"), "{out}");
}

#[test]
fn what_is_taken_back_or_taken_over_is_told_to_nobody() {
    let desk = Desk::with_ticket();
    // Ten in the evening.
    desk.wait(12 * 60);
    let file = configure(&desk, "");
    let _ = desk.ok("assign ID1 marek");
    assert!(told(&file).is_empty(), "the house is closed");
    let _ = desk.ok("undo");
    let _ = desk.ok("note ID1 -m '@ewa look'");
    desk.wait(12 * 60);
    let _ = desk.ok("note ID1 -m 'Good morning'");
    assert_eq!(told(&file), ["ewa: Anna Nowak names you"]);
}

fn sync(clone: &Clone, now: &str) {
    let _ = clone.desk(now, &["sync", "-q"]).code(0);
}

/// A clone with a ticket that anna assigned to marek, and news of three days and more ago.
fn assigned() -> Team {
    let team = Team::new();
    let id = team.id.clone();
    let old = "2026-11-24T09:00:00Z";
    let _ = team
        .anna
        .desk(old, &["note", &id, "-m", "@marek old news"])
        .code(0);
    let now = "2026-11-27T09:30:00Z";
    let _ = team.anna.desk(now, &["assign", &id, "marek"]).code(0);
    let _ = team
        .anna
        .desk(now, &["note", &id, "-m", "@ewa look"])
        .code(0);
    sync(&team.anna, now);
    team
}

#[test]
fn a_laptop_tells_what_concerns_its_user_and_others_wrote() {
    let team = assigned();
    let file = configure(&team.desk, "for = \"me\"\n");
    let marek = &team.marek;
    sync(marek, "2026-11-27T20:00:00Z");
    assert_eq!(
        told(&file),
        ["marek: Anna Nowak assigned it"],
        "at any hour"
    );
    let id = team.id.as_str();
    // A breach of his, told by the sweep of another clone.
    let _ = team.anna.desk("2026-12-08T09:00:00Z", &["sweep"]).code(0);
    fs::remove_file(&file).unwrap();
    sync(&team.anna, "2026-12-08T09:01:00Z");
    sync(marek, "2026-12-08T20:00:00Z");
    let breach = told(&file);
    assert!(breach.iter().any(|one| one.contains("100%")), "{breach:?}");
    assert!(
        breach.iter().all(|one| one.starts_with("marek: ")),
        "{breach:?}"
    );
    fs::remove_file(&file).unwrap();
    let assign = ["assign", id, "ewa"];
    let _ = marek.desk("2026-12-08T20:01:00Z", &assign).code(0);
    sync(marek, "2026-12-08T20:02:00Z");
    assert!(told(&file).is_empty(), "others are told by theirs");
    // Somebody else at his keyboard.
    let back = ["--as", "ewa", "assign", id, "marek"];
    let _ = marek.desk("2026-12-08T20:03:00Z", &back).code(0);
    assert_eq!(told(&file), ["marek: Ewa Wójcik assigned it"]);
}

#[test]
fn the_one_server_tells_everybody_of_what_comes_in_once() {
    let team = assigned();
    let file = configure(&team.desk, "for = \"all\"\n");
    let server = team.clone("server", &[]);
    let _ = server
        .git(&["reset", "--hard", "--quiet", "HEAD~3"])
        .code(0);
    let now = "2026-11-27T10:00:00Z";
    sync(&server, now);
    let mut all = told(&file);
    all.sort();
    assert_eq!(
        all,
        ["ewa: Anna Nowak names you", "marek: Anna Nowak assigned it"]
    );
    // What comes in again is told to nobody, unless the note of it is lost.
    let again = || {
        let _ = server
            .git(&["reset", "--hard", "--quiet", "HEAD~3"])
            .code(0);
        sync(&server, now);
    };
    again();
    assert_eq!(told(&file).len(), 2);
    let folder = server.root.join(".git/plaindesk/notices");
    let sent = fs::read_to_string(folder.join("sent")).unwrap();
    assert_eq!(sent.lines().count(), 2, "{sent}");
    assert!(
        sent.contains(&team.id) && sent.contains("\tewa\t"),
        "{sent}"
    );
    fs::remove_dir_all(folder).unwrap();
    let _ = server
        .git(&["reset", "--hard", "--quiet", "HEAD~3"])
        .code(0);
    sync(&server, "2026-12-02T10:00:00Z");
    assert_eq!(told(&file).len(), 2, "older than three days");
}

#[test]
fn without_a_word_only_what_this_clone_wrote_is_told() {
    let team = assigned();
    let file = configure(&team.desk, "");
    sync(&team.marek, "2026-11-27T10:00:00Z");
    assert!(told(&file).is_empty());
}
