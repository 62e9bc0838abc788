//! What is saved although its commit, or the disk's word for it, failed: every command that writes
//! shows its outcome as ever, then the cause, and ends with 5.

use std::fs;

use crate::desk::{Desk, Out};

/// A desk in which every writing command has something to do: three open tickets, one resolved,
/// a work order, and articles of this desk's own.
fn scene() -> Desk {
    let desk = Desk::new();
    desk.open("Printer on floor 3 jams");
    desk.open("Mail is slow");
    desk.open("The door is stuck");
    desk.open("Lamp is dark");
    let _ = desk.ok("resolve ID4 -m 'A new lamp.'");
    let _ = desk.ok("work new ID3");
    desk.write(
        "log.csv",
        "Ticket,When,What\nA-1,01.10.2026 09:00,Lamp is dark\n",
    );
    desk.write(
        "map.toml",
        "source = \"old\"\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\nzone = \"Europe/Warsaw\"\n\
         [columns]\nid = \"Ticket\"\ntime = \"When\"\ntitle = \"{What}\"\n",
    );
    desk.write("file.txt", "bytes\n");
    let export = desk.ok("export --format json").stdout;
    let other = Desk::new();
    other.open("From elsewhere");
    let theirs = other.ok("export --format json").stdout;
    assert_ne!(export, theirs);
    desk.write("theirs.json", theirs);
    // A heading that a person wrote, for `check --fix` to complete.
    let path = desk.path("ID2");
    let text = desk.read(&path);
    desk.write(&path, format!("{text}\n## anna note\n\nBy hand.\n"));
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "--message", "my own"]);
    desk
}

/// Lets every commit fail from now on, whoever it runs as: neither an object nor a pack has a place.
fn without_room_for_commits(desk: &Desk) {
    let objects = desk.root.join(".git/objects");
    let there = desk.beside("objects");
    fs::rename(&objects, &there).unwrap();
    fs::create_dir_all(objects.join("info")).unwrap();
    let known = format!("{}\n", there.display());
    fs::write(objects.join("info/alternates"), known).unwrap();
    let folders = (0..=255).map(|number| format!("{number:02x}"));
    for folder in folders.chain(["pack".to_owned()]) {
        fs::write(objects.join(folder), "in the way").unwrap();
    }
}

fn with_room_for_commits(desk: &Desk) {
    for one in fs::read_dir(desk.root.join(".git/objects")).unwrap() {
        let path = one.unwrap().path();
        if path.is_file() {
            fs::remove_file(path).unwrap();
        }
    }
}

/// What a command printed on standard output, without what chance decides.
fn shown(desk: &Desk, out: &Out) -> String {
    let mut text = desk.stable(&out.stdout);
    while let Some(at) = text.find("KB-") {
        let end = text[at + 3..]
            .find(|c: char| !c.is_ascii_alphanumeric())
            .map_or(text.len(), |length| at + 3 + length);
        text.replace_range(at..end, "ARTICLE");
    }
    text
}

const ON_TICKETS: &[&str] = &[
    "new 'No network' -m 'It is gone.' --no-questions",
    "new 'No network' --issue 'No mail @PRN-JAM' --no-questions",
    "new 'How do I print?' --resolve 'By the menu.' --no-questions",
    "new --resume ID1 --phone '+48 600 100 200'",
    "note ID1 -m 'The lamp is dark.'",
    "contact ID1 -m 'Called.'",
    "call ID1 voicemail",
    "set ID1 urgency=high",
    "take ID1 --as marek",
    "assign ID1 marek",
    "pend ID1 --on customer",
    "resolve ID1 -m 'Done.'",
    "close ID4 --satisfied yes",
    "reopen ID4 -m 'It is back.'",
    "cancel ID1 -m 'A mistake.'",
    "escalate ID1 -m 'Tried all.'",
    "escalate ID1 --hierarchic -m 'They should know.'",
    "link ID1 ID2 --as relates",
    "merge ID1 --into ID3",
    "convert ID1 --to information",
    "split ID1 'And the tray'",
];

const OTHERS: &[&str] = &[
    "attach ID1 file.txt -m 'A file.'",
    "work new ID1 --separate",
    "work link ID1 --to ID5",
    "work tick ID5 1",
    "work done ID5 -m 'Fixed.'",
    "kb new 'Paper jams' -m 'Open the door.'",
    "kb use KB-W1F4 --on ID1 --outcome helped",
    "kb search printer --on ID1",
    "kb review KB-W1F4 -m 'Measured.'",
    "kb retire KB-W1F4 --as ewa -m 'Out of date.'",
    "check --fix tickets",
    "sweep",
    "report volume --save weekly --as ewa",
];

#[test]
fn changes_of_tickets_are_shown_with_their_ids_before_the_cause() {
    shows_first(ON_TICKETS);
}

#[test]
fn other_changes_are_shown_with_their_ids_before_the_cause() {
    shows_first(OTHERS);
}

/// An import writes its objects first: where they have no room, nothing is saved.
#[test]
fn an_import_without_room_for_its_objects_writes_nothing() {
    let desk = scene();
    without_room_for_commits(&desk);
    let before = desk.state();
    for form in [
        "import events log.csv --map map.toml --as ewa",
        "import json theirs.json --as ewa",
    ] {
        let out = desk.run(form);
        assert_eq!(out.code, 5, "{out}");
        let cause = "error: `git fast-import` failed: fatal: ";
        assert!(out.stderr.contains(cause), "{out}");
        assert!(out.stderr.contains("Not a directory"), "{out}");
        assert!(out.stdout.is_empty(), "{out}");
        assert!(before == desk.state(), "{form}");
    }
    with_room_for_commits(&desk);
    let _ = desk.ok("import events log.csv --map map.toml --as ewa");
    assert_eq!(desk.status(), "");
}

/// An article has no log, so its words must not go with the commit that nobody makes.
#[test]
fn without_commits_the_words_about_an_article_are_kept() {
    let desk = Desk::new();
    desk.replace("desk.toml", "commit = \"each\"", "commit = \"never\"");
    for words in ["Measured on site.", "Once more."] {
        let out = desk.ok(&format!("kb review KB-W1F4 -m '{words}'"));
        assert!(out.stderr.contains(".git/plaindesk/messages.md"), "{out}");
        let _ = desk.ok("kb review KB-W1F4 --back --as ewa -m 'Not yet.'");
    }
    let kept = desk.read(".git/plaindesk/messages.md");
    for words in ["Measured on site.", "Once more.", "Not yet.", "KB-W1F4"] {
        assert!(kept.contains(words), "{kept}");
    }
}

fn shows_first(forms: &[&str]) {
    let scene = scene();
    let mut wrong = String::new();
    for form in forms {
        let good = scene.copy();
        let bad = scene.copy();
        without_room_for_commits(&bad);
        if *form == "sweep" {
            good.wait(60 * 24 * 40);
            bad.wait(60 * 24 * 40);
        }
        let whole = good.run(form);
        let moved = good.git(&["rev-parse", "HEAD"]) != scene.git(&["rev-parse", "HEAD"]);
        if whole.code != 0 || !moved {
            wrong.push_str(&format!("== desk {form}: does nothing\n{whole}"));
            continue;
        }
        let reported = bad.run(form);
        let first = reported
            .stderr
            .lines()
            .find(|line| line.starts_with("error: "));
        let cause = first.is_some_and(|line| {
            line.starts_with("error: saved, but not committed: ")
                && line.contains("Not a directory")
        });
        if reported.code != 5 || !cause || shown(&good, &whole) != shown(&bad, &reported) {
            wrong.push_str(&format!("== desk {form}\n{reported}instead of\n{whole}"));
            continue;
        }
        // The next command that can makes the commit.
        with_room_for_commits(&bad);
        let next = bad.run("note ID3 -m 'The next command.'");
        assert_eq!(next.code, 0, "after {form}: {next}");
        let left = bad.git(&["status", "--porcelain"]);
        if !left.is_empty() || !next.stderr.contains("committed ") {
            wrong.push_str(&format!("== desk {form}: not finished\n{left}{next}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
