//! Commits of the person's git that were made from an index read before ours was in place: they
//! leave out what a command has just committed, though the file stands there.

use std::fs;
use std::path::PathBuf;

use plaindesk::store::git::save_rules::SaveRules;

use crate::desk::{Desk, EACH, TICKET, committed, note, save, step};

const HOOKS: SaveRules = SaveRules {
    hooks: true,
    ..EACH
};

const OTHER: &str = "tickets/2026-11/2611-0THER.md";
const THIRD: &str = "tickets/2026-11/2611-TH1RD.md";

fn index(desk: &Desk) -> PathBuf {
    desk.top.join(".git/index")
}

/// The person's commit, from an index as it was then.
fn commit_from(desk: &Desk, old: &[u8]) {
    fs::write(index(desk), old).unwrap();
    desk.write("theirs.md", "theirs\n");
    desk.git(&["add", "theirs.md"]);
    desk.git(&["commit", "--quiet", "--message", "theirs"]);
}

#[test]
fn a_new_file_that_a_commit_left_out_is_committed_again() {
    for rules in [EACH, HOOKS] {
        let desk = Desk::new();
        committed(desk.save(rules, &note(None, "one\n")));
        let old = fs::read(index(&desk)).unwrap();
        committed(desk.save(rules, &step(&[save(OTHER, None, "other\n")])));
        commit_from(&desk, &old);
        assert_eq!(desk.in_head(OTHER), None);

        let repo = desk.repo();
        let mut held = repo.hold("note", &rules).unwrap();
        committed(held.save(&step(&[save(THIRD, None, "third\n")])));
        let reported = held.recovered().join("\n");
        assert!(reported.contains("had left out 1 file"), "{reported}");
        drop(held);
        assert_eq!(desk.in_head(OTHER).as_deref(), Some("other\n"));
        assert_eq!(desk.in_head("theirs.md").as_deref(), Some("theirs\n"));
        assert_eq!(desk.status(), "");
        desk.sound();
    }
}

#[test]
fn changes_of_several_commits_that_were_left_out_are_committed_again() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    let old = fs::read(index(&desk)).unwrap();
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    committed(desk.save(EACH, &step(&[save(OTHER, None, "other\n")])));
    committed(desk.save(EACH, &note(Some("two\n"), "three\n")));
    commit_from(&desk, &old);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));

    committed(desk.save(EACH, &step(&[save(THIRD, None, "third\n")])));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
    assert_eq!(desk.in_head(OTHER).as_deref(), Some("other\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn a_change_of_the_person_beside_it_stays_theirs() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    let old = fs::read(index(&desk)).unwrap();
    committed(desk.save(EACH, &step(&[save(OTHER, None, "other\n")])));
    commit_from(&desk, &old);
    desk.write(OTHER, "other, edited\n");

    committed(desk.save(EACH, &step(&[save(THIRD, None, "third\n")])));
    assert_eq!(desk.in_head(OTHER).as_deref(), Some("other\n"));
    assert_eq!(desk.status(), format!(" M {OTHER}"));
}

#[test]
fn what_the_person_removed_or_took_back_stays_so() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    committed(desk.save(EACH, &step(&[save(OTHER, None, "other\n")])));
    desk.git(&["rm", "--quiet", OTHER]);
    desk.git(&["checkout", "--quiet", "HEAD~2", "--", TICKET]);
    desk.git(&["commit", "--quiet", "--message", "theirs"]);

    committed(desk.save(EACH, &step(&[save(THIRD, None, "third\n")])));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.in_head(OTHER), None);
    assert_eq!(desk.status(), "");
}

/// The files are older than the branch, but what the branch has is no text of ours from before.
#[test]
fn a_branch_that_went_on_without_the_files_is_left_alone() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    desk.git(&["checkout", "--quiet", "-b", "colleague"]);
    desk.write(TICKET, "two\nthree, of a colleague\n");
    desk.git(&["commit", "--quiet", "--all", "--message", "theirs"]);
    desk.git(&["checkout", "--quiet", "main"]);
    desk.git(&["reset", "--quiet", "--soft", "colleague"]);

    committed(desk.save(EACH, &step(&[save(THIRD, None, "third\n")])));
    let held = desk.in_head(TICKET);
    assert_eq!(held.as_deref(), Some("two\nthree, of a colleague\n"));
}

#[test]
fn a_branch_set_back_stays_back() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(EACH, &step(&[save(OTHER, None, "other\n")])));
    desk.git(&["reset", "--quiet", "--mixed", "HEAD~1"]);

    committed(desk.save(EACH, &step(&[save(THIRD, None, "third\n")])));
    assert_eq!(desk.in_head(OTHER), None);
    assert_eq!(desk.status(), format!("?? {OTHER}"));
}
