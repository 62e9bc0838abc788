//! What a power cut leaves of git's own files, set up as it leaves them: an index that is empty, old
//! or gone, locks without content, a branch that vanished or names a commit that is not there.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use plaindesk::store::git::save_rules::SaveRules;

use crate::desk::{Desk, EACH, TICKET, committed, deferred, note, save, step};
use crate::skip::skipped;

const HOOKS: SaveRules = SaveRules {
    hooks: true,
    ..EACH
};

const OTHER: &str = "tickets/2026-11/2611-0THER.md";

fn index(desk: &Desk) -> PathBuf {
    desk.top.join(".git/index")
}

/// A desk with a ticket, whose index was taken back to before another one came.
fn with_an_old_index(rules: SaveRules) -> Desk {
    let desk = Desk::new();
    committed(desk.save(rules, &note(None, "one\n")));
    let old = fs::read(index(&desk)).unwrap();
    committed(desk.save(rules, &step(&[save(OTHER, None, "other\n")])));
    committed(desk.save(rules, &note(Some("one\n"), "two\n")));
    fs::write(index(&desk), old).unwrap();
    desk
}

/// The person's own next commit takes nothing of ours out of the branch.
fn their_commit_removes_nothing(desk: &Desk) {
    desk.write("theirs.md", "theirs\n");
    desk.git(&["add", "theirs.md"]);
    desk.git(&["commit", "--quiet", "--message", "theirs"]);
    let reported = desk.git(&["show", "--name-status", "--format=", "HEAD"]);
    assert_eq!(reported, "A\ttheirs.md");
    assert_eq!(desk.status(), "");
}

#[test]
fn an_index_that_is_behind_is_brought_in_step_by_the_next_command() {
    for rules in [EACH, HOOKS] {
        let desk = with_an_old_index(rules);
        committed(desk.save(rules, &step(&[save("third.md", None, "third\n")])));
        their_commit_removes_nothing(&desk);
    }
}

#[test]
fn what_the_person_has_staged_stays_so() {
    let desk = with_an_old_index(EACH);
    desk.write("mine.md", "mine\n");
    desk.write("desk.toml", "# staged\n");
    desk.git(&["add", "mine.md", "desk.toml"]);
    committed(desk.save(EACH, &step(&[save("third.md", None, "third\n")])));
    assert_eq!(desk.status(), "M  desk.toml\nA  mine.md");
}

#[test]
fn an_index_that_cannot_be_read_is_made_anew() {
    for rules in [EACH, HOOKS] {
        for damage in [
            "",
            "DIRC",
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ] {
            let desk = Desk::new();
            committed(desk.save(rules, &note(None, "one\n")));
            fs::write(index(&desk), damage).unwrap();
            let repo = desk.repo();
            let mut held = repo.hold("note", &rules).unwrap();
            committed(held.save(&note(Some("one\n"), "two\n")));
            let reported = held.recovered().join("\n");
            assert!(reported.contains("index could not be read"), "{reported}");
            drop(held);
            their_commit_removes_nothing(&desk);
        }
    }
}

#[test]
fn an_index_that_is_gone_is_made_anew() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    fs::remove_file(index(&desk)).unwrap();
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    their_commit_removes_nothing(&desk);
}

/// The dead command had moved the branch; its lock must not go before the index is looked at.
#[test]
fn a_dead_lock_of_ours_goes_only_with_the_index_in_step() {
    let desk = with_an_old_index(EACH);
    let lock = desk.top.join(".git/index.lock");
    fs::write(&lock, "plaindesk 1\n").unwrap();
    desk.hold(EACH);
    assert!(!lock.exists());
    their_commit_removes_nothing(&desk);
}

fn long_ago(path: &std::path::Path) {
    let time = SystemTime::now() - Duration::from_mins(5);
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

#[test]
fn locks_without_content_that_nobody_holds_go() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    for name in [
        "index.lock",
        "HEAD.lock",
        "config.lock",
        "packed-refs.lock",
        "refs/heads/main.lock",
        "objects/info/commit-graph.lock",
        "objects/info/commit-graphs/commit-graph-chain.lock",
        "objects/maintenance.lock",
    ] {
        let lock = desk.top.join(".git").join(name);
        fs::create_dir_all(lock.parent().unwrap()).unwrap();
        fs::write(&lock, "").unwrap();
        long_ago(&lock);
        let reported = desk.hold(EACH);
        assert!(reported[0].starts_with("removed "), "{name}: {reported:?}");
        assert!(!lock.exists(), "{name}");
    }
}

/// Where the disk was pulled, no start of the system is between the lock and the next command.
#[test]
fn a_lock_of_the_branch_that_names_a_commit_goes_when_nobody_holds_it() {
    for age in [Duration::ZERO, Duration::from_mins(5)] {
        let desk = Desk::new();
        let tip = committed(desk.save(EACH, &note(None, "one\n")));
        let lock = desk.top.join(".git/refs/heads/main.lock");
        fs::write(&lock, format!("{tip}\n")).unwrap();
        let made = fs::File::options().write(true).open(&lock).unwrap();
        made.set_modified(SystemTime::now() - age).unwrap();
        committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
        assert!(!lock.exists());
        their_commit_removes_nothing(&desk);
    }
}

#[test]
fn an_empty_lock_that_a_process_has_open_stays() {
    if !std::path::Path::new("/proc/self/fd").exists() {
        skipped("this system does not list open files", true);
        return;
    }
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    let open = fs::File::create(&lock).unwrap();
    long_ago(&lock);
    desk.hold(EACH);
    assert!(lock.exists());
    drop(open);
    desk.hold(EACH);
    assert!(!lock.exists());
}

#[test]
fn a_branch_that_vanished_is_restored_from_its_reflog() {
    for rules in [EACH, HOOKS] {
        let desk = Desk::new();
        let tip = committed(desk.save(rules, &note(None, "one\n")));
        fs::remove_file(desk.top.join(".git/refs/heads/main")).unwrap();
        let repo = desk.repo();
        let mut held = repo.hold("note", &rules).unwrap();
        committed(held.save(&note(Some("one\n"), "two\n")));
        let reported = held.recovered().join("\n");
        assert!(reported.contains("`main` had vanished"), "{reported}");
        drop(held);
        assert_eq!(desk.git(&["rev-parse", "HEAD~1"]), tip);
        assert_eq!(desk.count(), 3);
        assert_eq!(desk.status(), "");
    }
}

#[test]
fn a_branch_that_names_a_missing_commit_goes_back_to_the_last_whole_one() {
    let desk = Desk::new();
    let whole = committed(desk.save(EACH, &note(None, "one\n")));
    let lost = committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    let (folder, rest) = lost.split_at(2);
    fs::remove_file(desk.top.join(".git/objects").join(folder).join(rest)).unwrap();
    let repo = desk.repo();
    let mut held = repo.hold("note", &EACH).unwrap();
    committed(held.save(&note(Some("two\n"), "three\n")));
    let reported = held.recovered().join("\n");
    assert!(reported.contains("not there"), "{reported}");
    drop(held);
    assert_eq!(desk.git(&["rev-parse", "HEAD~1"]), whole);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn a_branch_of_which_nobody_knows_whether_it_is_new_waits() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    desk.git(&["checkout", "--quiet", "--orphan", "other"]);
    let why = deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert!(why.contains("`other` has no commit"), "{why}");
    assert_eq!(desk.read(TICKET).as_deref(), Some("two\n"));
    desk.git(&["checkout", "--quiet", "-f", "main"]);
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
}
