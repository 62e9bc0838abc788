//! What the next command finds after a death at each step.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use plaindesk::store::journal::save::Saved;
use serde_json::{Value, json};

use crate::desk::{Desk, EACH, NEVER, TICKET, committed, deferred, note, save, step};
use crate::skip::skipped;

/// A file whose changes no rule can join, so that a third text needs a person.
const PLAIN: &str = "plain.txt";

fn entry(desk: &Desk, path: &str, base: Option<&str>, text: &str) -> Value {
    json!({
        "format": 1, "pid": 1, "boot": boot(), "written": "2026-11-21T09:02:11Z",
        "top": desk.top.to_str().unwrap(), "prefix": desk.repo().prefix(), "commit": true,
        "message": "note 2611-7K3MQ", "author": {"name": "Anna Lis", "email": "anna@example.com"},
        "at": "2026-11-21T09:02:11Z",
        "saves": [{"path": path, "base": base, "text": text}],
    })
}

fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn plant(desk: &Desk, number: u32, text: &str) {
    drop(desk.repo().hold("x", &NEVER));
    fs::write(
        desk.repo()
            .private()
            .join(format!("journal/{number:06}.json")),
        text,
    )
    .unwrap();
}

/// As if the holder of the lock had been killed, having taken it before the last files appeared.
fn kill_holder(desk: &Desk) {
    let lock = desk.repo().private().join("lock");
    fs::write(&lock, "process 1 (`desk note`) 1\n").unwrap();
    let began = SystemTime::now() - Duration::from_mins(10);
    fs::File::options()
        .write(true)
        .open(&lock)
        .unwrap()
        .set_modified(began)
        .unwrap();
}

#[test]
fn a_death_before_the_rename_is_made_good() {
    let desk = Desk::new();
    committed(desk.save(EACH, &step(&[save(PLAIN, None, "one\n")])));
    plant(
        &desk,
        7,
        &entry(&desk, PLAIN, Some("one\n"), "two\n").to_string(),
    );
    fs::write(desk.repo().private().join("tmp/1-0"), "tw").unwrap();
    kill_holder(&desk);
    let reported = desk.hold(EACH);
    assert!(reported[0].contains("note 2611-7K3MQ"), "{reported:?}");
    assert_eq!(desk.read(PLAIN).as_deref(), Some("two\n"));
    assert_eq!(desk.in_head(PLAIN).as_deref(), Some("two\n"));
    assert_eq!(desk.git(&["log", "-1", "--format=%an"]), "Anna Lis");
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    desk.sound();
}

#[test]
fn a_death_before_the_commit_is_made_good() {
    let desk = Desk::new();
    desk.write(TICKET, "one\n");
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_death_before_the_index_is_made_good() {
    let desk = Desk::new();
    let commit = committed(desk.save(EACH, &note(None, "one\n")));
    desk.git(&["rm", "--quiet", "--cached", TICKET]);
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn with_commits_never_only_the_file_is_made_good() {
    let desk = Desk::new();
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    desk.hold(NEVER);
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.count(), 1);
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_third_text_that_cannot_be_joined_stays_and_the_change_is_set_aside() {
    let desk = Desk::new();
    committed(desk.save(EACH, &step(&[save(PLAIN, None, "one\n")])));
    desk.write(PLAIN, "somebody's own\n");
    let mut both = entry(&desk, PLAIN, Some("one\n"), "two\n");
    both["saves"]
        .as_array_mut()
        .unwrap()
        .push(json!({"path": "other.txt", "base": null, "text": "other\n"}));
    plant(&desk, 1, &both.to_string());
    let reported = desk.hold(EACH);
    let aside = desk.names("set-aside");
    assert_eq!(aside.len(), 1);
    assert!(
        reported.iter().any(|line| line.contains(&aside[0])),
        "{reported:?}"
    );
    assert_eq!(desk.read(PLAIN).as_deref(), Some("somebody's own\n"));
    let kept = fs::read_to_string(desk.repo().private().join("set-aside").join(&aside[0])).unwrap();
    assert!(kept.contains("two\\n"));
    // The rest of the step is carried out.
    assert_eq!(desk.in_head("other.txt").as_deref(), Some("other\n"));
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
}

#[test]
fn a_torn_or_foreign_journal_file_is_set_aside_and_stops_nobody() {
    let desk = Desk::new();
    let whole = entry(&desk, TICKET, None, "one\n");
    let mut future = whole.clone();
    future["format"] = json!(99);
    let mut outside = whole.clone();
    outside["saves"][0]["path"] = json!("../../outside.md");
    for (number, text) in [
        (1, String::new()),
        (2, whole.to_string()[..90].to_owned()),
        (3, future.to_string()),
        (4, outside.to_string()),
        (5, "\0\0\0".to_owned()),
    ] {
        plant(&desk, number, &text);
        let reported = desk.hold(EACH);
        assert_eq!(reported.len(), 1, "{reported:?}");
        assert!(reported[0].contains("set-aside"), "{reported:?}");
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
    assert_eq!(desk.names("set-aside").len(), 5);
    assert!(!desk.dir.path().join("outside.md").exists());
    committed(desk.save(EACH, &note(None, "one\n")));
}

#[test]
fn an_entry_of_another_work_tree_is_carried_out_there_or_set_aside() {
    let desk = Desk::new();
    let other = desk.dir.path().canonicalize().unwrap().join("other");
    desk.git(&[
        "worktree",
        "add",
        "--quiet",
        "-b",
        "side",
        other.to_str().unwrap(),
    ]);
    let mut there = entry(&desk, TICKET, None, "there\n");
    there["top"] = json!(other.to_str().unwrap());
    plant(&desk, 1, &there.to_string());
    desk.hold(EACH);
    assert_eq!(fs::read_to_string(other.join(TICKET)).unwrap(), "there\n");
    assert_eq!(desk.git(&["show", &format!("side:{TICKET}")]), "there");
    assert_eq!(desk.read(TICKET), None);
    assert_eq!(desk.count(), 1);
    plant(&desk, 2, &there.to_string());
    fs::remove_dir_all(&other).unwrap();
    let reported = desk.hold(EACH);
    assert!(reported[0].contains("set-aside"), "{reported:?}");
    // A stranger's repository at that place is not ours to write to.
    let stranger = Desk::new();
    there["top"] = json!(stranger.top.to_str().unwrap());
    plant(&desk, 3, &there.to_string());
    desk.hold(EACH);
    assert_eq!(stranger.read(TICKET), None);
    assert_eq!(desk.names("set-aside").len(), 2);
}

#[test]
fn locks_of_our_dead_child_are_removed() {
    let desk = Desk::new();
    for lock in [
        "index.lock",
        "HEAD.lock",
        "refs/heads/main.lock",
        "packed-refs.lock",
        "next-index-17.lock",
        "AUTO_MERGE.lock",
    ] {
        fs::write(desk.top.join(".git").join(lock), "").unwrap();
    }
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    kill_holder(&desk);
    let reported = desk.hold(EACH);
    assert_eq!(
        reported
            .iter()
            .filter(|line| line.starts_with("removed "))
            .count(),
        6,
        "{reported:?}"
    );
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn our_own_lock_on_the_index_is_known_and_removed_at_once() {
    let desk = Desk::new();
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    let lock = desk.top.join(".git/index.lock");
    // Whatever its time says.
    fs::write(&lock, "plaindesk 1\n").unwrap();
    let old = SystemTime::now() - Duration::from_hours(1);
    fs::File::open(&lock).unwrap().set_modified(old).unwrap();
    let began = Instant::now();
    desk.hold(EACH);
    assert!(began.elapsed() < Duration::from_millis(1500));
    assert!(!lock.exists());
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn locks_that_are_older_than_the_dead_command_stay() {
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    fs::write(&lock, "DIRC").unwrap();
    fs::File::open(&lock)
        .unwrap()
        .set_modified(SystemTime::now() - Duration::from_mins(15))
        .unwrap();
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    kill_holder(&desk);
    desk.hold(EACH);
    assert!(lock.exists());
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.journal().len(), 1);
    fs::remove_file(lock).unwrap();
    desk.hold(EACH);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_lock_that_somebody_still_changes_stays() {
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    plant(&desk, 1, &entry(&desk, TICKET, None, "one\n").to_string());
    fs::write(&lock, "DIRC").unwrap();
    kill_holder(&desk);
    let end = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                fs::write(&lock, "x".repeat(round)).unwrap();
                std::thread::sleep(Duration::from_millis(100));
                if end.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        let reported = desk.hold(EACH);
        end.store(true, Ordering::SeqCst);
        assert!(
            !reported.iter().any(|line| line.starts_with("removed ")),
            "{reported:?}"
        );
    });
    assert!(lock.exists());
}

#[test]
fn a_lock_stays_while_a_git_works_in_the_work_tree() {
    if !std::path::Path::new("/proc/self/cwd").exists() {
        skipped("this system does not list processes", true);
        return;
    }
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    kill_holder_after(&desk, &lock);
    // Any git that lives there will do; this one waits for input.
    let mut git = std::process::Command::new("git")
        .args(["cat-file", "--batch"])
        .current_dir(&desk.top)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Until the shim has become git.
    std::thread::sleep(Duration::from_millis(200));
    desk.hold(EACH);
    assert!(lock.exists());
    drop(git.stdin.take());
    git.wait().unwrap();
    // What was not settled is looked at again by the next one.
    let reported = desk.hold(EACH);
    assert!(
        reported.iter().any(|line| line.starts_with("removed ")),
        "{reported:?}"
    );
    assert!(!lock.exists());
}

fn kill_holder_after(desk: &Desk, lock: &std::path::Path) {
    drop(desk.repo().hold("x", &NEVER));
    fs::write(lock, "").unwrap();
    kill_holder(desk);
}

#[test]
fn a_chain_of_waiting_steps_is_replayed_in_order() {
    let desk = Desk::new();
    committed(desk.save(EACH, &step(&[save(PLAIN, None, "0")])));
    for (number, (base, text)) in [("0", "01"), ("01", "012"), ("012", "0123")]
        .into_iter()
        .enumerate()
    {
        plant_quietly(
            &desk,
            u32::try_from(number).unwrap() + 9,
            &entry(&desk, PLAIN, Some(base), text),
        );
    }
    // As after the second of three.
    desk.write(PLAIN, "012");
    desk.hold(EACH);
    assert_eq!(desk.read(PLAIN).as_deref(), Some("0123"));
    assert_eq!(desk.count(), 5);
    for (back, text) in [(0, "0123"), (1, "012"), (2, "01"), (3, "0")] {
        assert_eq!(desk.git(&["show", &format!("HEAD~{back}:{PLAIN}")]), text);
    }
}

fn plant_quietly(desk: &Desk, number: u32, entry: &Value) {
    fs::write(
        desk.repo()
            .private()
            .join(format!("journal/{number:06}.json")),
        entry.to_string(),
    )
    .unwrap();
}

#[test]
fn waiting_steps_of_two_files_and_a_commit_between_do_not_get_in_each_others_way() {
    let desk = Desk::new();
    committed(desk.save(
        EACH,
        &step(&[save(PLAIN, None, "a\n"), save("b.txt", None, "b\n")]),
    ));
    fs::write(
        desk.top.join(".git/MERGE_HEAD"),
        desk.git(&["rev-parse", "HEAD"]),
    )
    .unwrap();
    deferred(desk.save(
        EACH,
        &step(&[
            save(PLAIN, Some("a\n"), "A\n"),
            save("b.txt", Some("b\n"), "B\n"),
        ]),
    ));
    deferred(desk.save(EACH, &step(&[save("b.txt", Some("B\n"), "BB\n")])));
    fs::remove_file(desk.top.join(".git/MERGE_HEAD")).unwrap();
    let saved = desk
        .save(EACH, &step(&[save(PLAIN, Some("A\n"), "AA\n")]))
        .unwrap();
    assert!(matches!(saved, Saved::Committed(_)));
    assert_eq!(desk.in_head(PLAIN).as_deref(), Some("AA\n"));
    assert_eq!(desk.in_head("b.txt").as_deref(), Some("BB\n"));
    assert_eq!(desk.count(), 5);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.names("set-aside"), Vec::<String>::new());
}
