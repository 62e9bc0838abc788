//! Saves that a person's session still owns: durable at once, committed at its end or after its
//! death, and nobody else's business in between.

use std::fs;

use plaindesk::store::error::StoreError;
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::journal::save::Saved;
use plaindesk::store::journal::session::Session;

use crate::desk::{Desk, EACH, NEVER, TICKET, committed, deferred, note, save, step};

const OTHER: &str = "tickets/2026-11/2611-9PD4T.md";

/// A ticket's page with these further notes in its log.
fn page(notes: &[&str]) -> String {
    let mut text = "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\ncreated = 2026-11-21T09:00:00Z\n+++\n\n## 2026-11-21T09:00:00Z anna created ^aaaa\n\n- type: action\n- status: open\n".to_owned();
    for (index, note) in notes.iter().enumerate() {
        text += &format!(
            "\n## 2026-11-21T09:0{}:00Z anna note ^b00{index}\n\n{note}\n",
            index + 1
        );
    }
    text
}

fn session(desk: &Desk) -> Session {
    desk.repo().session().unwrap()
}

fn open(
    desk: &Desk,
    rules: SaveRules,
    session: &Session,
    base: Option<&str>,
    text: &str,
) -> Result<(), StoreError> {
    desk.repo()
        .hold("new", &rules)?
        .save_open(&note(base, text), session)
}

#[test]
fn an_interview_is_one_commit_at_its_end() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.count(), 1);
    open(&desk, EACH, &session, Some("one\n"), "one two\n").unwrap();
    open(&desk, EACH, &session, Some("one two\n"), "one two three\n").unwrap();
    assert_eq!(desk.journal().len(), 1, "the last one stands for all");
    assert_eq!(desk.count(), 1);
    committed(desk.save(EACH, &note(Some("one two three\n"), "done\n")));
    assert_eq!(desk.journal(), Vec::<String>::new());
    drop(session);
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("done\n"));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.names("sessions"), Vec::<String>::new());
    desk.sound();
}

#[test]
fn an_interview_that_is_cut_short_by_hand_ends_with_what_it_has() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    committed(desk.save(EACH, &note(Some("one\n"), "one\n")));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.status(), "");
}

#[test]
fn while_it_lives_others_go_on_and_leave_it_alone() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    committed(desk.save(EACH, &step(&[save(OTHER, None, "other\n")])));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.in_head(TICKET), None);
    assert_eq!(desk.in_head(OTHER).as_deref(), Some("other\n"));
    assert_eq!(desk.journal().len(), 1);
    assert_eq!(desk.names("sessions").len(), 1);
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    // And the next answer finds everything as it was.
    open(&desk, EACH, &session, Some("one\n"), "two\n").unwrap();
    committed(desk.save(EACH, &note(Some("two\n"), "two\n")));
    assert_eq!(desk.count(), 3);
}

#[test]
fn after_its_death_the_next_command_commits_it_once() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    open(&desk, EACH, &session, Some("one\n"), "two\n").unwrap();
    drop(session);
    let reported = desk.hold(EACH);
    assert_eq!(
        reported,
        ["committed \"note 2611-7K3MQ\", which an earlier command had saved."]
    );
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.names("sessions"), Vec::<String>::new());
    desk.sound();
}

/// As a SIGKILL leaves it: the file of the session is there, and nobody holds it.
#[test]
fn the_file_of_a_killed_session_does_not_keep_it_alive() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    let names = desk.names("sessions");
    drop(session);
    let file = desk.repo().private().join("sessions").join(&names[0]);
    fs::write(&file, "").unwrap();
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert!(!file.exists());
    // One that died before it saved anything is swept as well.
    fs::write(&file, "").unwrap();
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert!(!file.exists());
}

#[test]
fn a_death_between_two_answers_is_made_good() {
    let desk = Desk::new();
    let alive = session(&desk);
    open(&desk, EACH, &alive, None, "one\n").unwrap();
    let first = desk.journal()[0].clone();
    let journal = desk.repo().private().join("journal");
    let before = fs::read_to_string(journal.join(&first)).unwrap();
    open(&desk, EACH, &alive, Some("one\n"), "two\n").unwrap();
    let second = desk.journal()[0].clone();
    drop(alive);
    // As after the new intent is durable, and before its text is in place and the old one is gone.
    fs::write(journal.join(&first), before).unwrap();
    assert_ne!(first, second);
    desk.write(TICKET, "one\n");
    let reported = desk.hold(EACH);
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert_eq!(desk.read(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.names("set-aside"), Vec::<String>::new());
}

#[test]
fn a_death_at_the_end_is_made_good_by_one_commit() {
    let desk = Desk::new();
    let alive = session(&desk);
    open(&desk, EACH, &alive, None, "one\n").unwrap();
    let first = desk.journal()[0].clone();
    let journal = desk.repo().private().join("journal");
    let before = fs::read_to_string(journal.join(&first)).unwrap();
    let marker = desk.top.join(".git/MERGE_HEAD");
    fs::write(&marker, desk.git(&["rev-parse", "HEAD"])).unwrap();
    deferred(desk.save(EACH, &note(Some("one\n"), "done\n")));
    fs::remove_file(&marker).unwrap();
    drop(alive);
    fs::write(journal.join(&first), before).unwrap();
    assert_eq!(desk.journal().len(), 2);
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("done\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_colleagues_note_on_the_same_ticket_takes_the_file_whole_and_both_stay() {
    let desk = Desk::new();
    let session = session(&desk);
    let (one, theirs) = (page(&[]), page(&["Theirs."]));
    open(&desk, EACH, &session, None, &one).unwrap();
    committed(desk.save(EACH, &note(Some(&one), &theirs)));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some(theirs.as_str()));
    assert_eq!(desk.journal(), Vec::<String>::new());
    // The interview notices, reads again and goes on.
    let refused = open(&desk, EACH, &session, Some(&one), &page(&["Mine."]));
    assert!(
        matches!(&refused, Err(StoreError::Changed { path }) if path == TICKET),
        "{refused:?}"
    );
    assert_eq!(desk.read(TICKET).as_deref(), Some(theirs.as_str()));
    assert_eq!(desk.journal(), Vec::<String>::new());
    let both = page(&["Theirs.", "Mine."]);
    open(&desk, EACH, &session, Some(&theirs), &both).unwrap();
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.count(), 2);
    drop(session);
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some(both.as_str()));
    assert_eq!(desk.count(), 3);
    assert_eq!(desk.status(), "");
}

#[test]
fn a_refused_answer_leaves_the_one_before() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    desk.write(TICKET, "by an editor\n");
    let refused = open(&desk, EACH, &session, Some("one\n"), "two\n");
    assert!(matches!(refused, Err(StoreError::Changed { .. })));
    assert_eq!(desk.journal().len(), 1);
    assert_eq!(desk.read(TICKET).as_deref(), Some("by an editor\n"));
    open(&desk, EACH, &session, Some("by an editor\n"), "three\n").unwrap();
    committed(desk.save(EACH, &note(Some("three\n"), "three\n")));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
    assert_eq!(desk.count(), 2);
}

#[test]
fn several_files_of_one_interview_are_one_commit() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, EACH, &session, None, "one\n").unwrap();
    desk.repo()
        .hold("new", &EACH)
        .unwrap()
        .save_open(&step(&[save(OTHER, None, "two\n")]), &session)
        .unwrap();
    assert_eq!(desk.journal().len(), 1);
    drop(session);
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.in_head(OTHER).as_deref(), Some("two\n"));
}

#[test]
fn two_interviews_at_once_do_not_see_one_another() {
    let desk = Desk::new();
    let (one, two) = (session(&desk), session(&desk));
    open(&desk, EACH, &one, None, "one\n").unwrap();
    desk.repo()
        .hold("new", &EACH)
        .unwrap()
        .save_open(&step(&[save(OTHER, None, "two\n")]), &two)
        .unwrap();
    assert_eq!(desk.journal().len(), 2);
    drop(one);
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.in_head(OTHER), None);
    committed(desk.save(EACH, &step(&[save(OTHER, Some("two\n"), "2\n")])));
    assert_eq!(desk.in_head(OTHER).as_deref(), Some("2\n"));
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn during_a_merge_the_end_waits_and_is_one_commit_later() {
    let desk = Desk::new();
    let alive = session(&desk);
    open(&desk, EACH, &alive, None, "one\n").unwrap();
    let marker = desk.top.join(".git/MERGE_HEAD");
    fs::write(&marker, desk.git(&["rev-parse", "HEAD"])).unwrap();
    open(&desk, EACH, &alive, Some("one\n"), "two\n").unwrap();
    deferred(desk.save(EACH, &note(Some("two\n"), "done\n")));
    assert_eq!(desk.journal().len(), 1);
    drop(alive);
    fs::remove_file(&marker).unwrap();
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("done\n"));
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.status(), "");
}

#[test]
fn a_waiting_commit_of_a_colleague_is_made_without_the_open_answers() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "a")));
    let marker = desk.top.join(".git/MERGE_HEAD");
    fs::write(&marker, desk.git(&["rev-parse", "HEAD"])).unwrap();
    deferred(desk.save(EACH, &note(Some("a"), "ab")));
    let alive = session(&desk);
    open(&desk, EACH, &alive, Some("ab"), "abc").unwrap();
    fs::remove_file(&marker).unwrap();
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("ab"));
    assert_eq!(desk.read(TICKET).as_deref(), Some("abc"));
    assert_eq!(desk.names("set-aside"), Vec::<String>::new());
    drop(alive);
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("abc"));
    assert_eq!(desk.count(), 4);
    assert_eq!(desk.status(), "");
}

#[test]
fn a_reset_while_the_interview_runs_takes_nothing_away() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, &page(&[]))));
    let alive = session(&desk);
    let more = page(&["An answer."]);
    open(&desk, EACH, &alive, Some(&page(&[])), &more).unwrap();
    desk.git(&["reset", "--quiet", "--hard"]);
    assert_eq!(desk.read(TICKET).as_deref(), Some(page(&[]).as_str()));
    drop(alive);
    desk.hold(EACH);
    assert_eq!(desk.read(TICKET).as_deref(), Some(more.as_str()));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some(more.as_str()));
}

#[test]
fn with_commits_never_nothing_stays_in_the_journal() {
    let desk = Desk::new();
    let session = session(&desk);
    open(&desk, NEVER, &session, None, "one\n").unwrap();
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    open(&desk, NEVER, &session, Some("one\n"), "two\n").unwrap();
    assert_eq!(
        desk.save(NEVER, &note(Some("two\n"), "done\n")).unwrap(),
        Saved::Kept
    );
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.count(), 1);
}

#[test]
fn one_command_may_save_open_several_times_and_end() {
    let desk = Desk::new();
    let session = session(&desk);
    let mut held = desk.repo().hold("new", &EACH).unwrap();
    held.save_open(&note(None, "one\n"), &session).unwrap();
    held.save_open(&note(Some("one\n"), "two\n"), &session)
        .unwrap();
    assert!(matches!(
        held.save(&note(Some("two\n"), "done\n")).unwrap(),
        Saved::Committed(_)
    ));
    drop(held);
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("done\n"));
}

#[test]
fn an_interview_in_another_work_tree_is_left_alone_there_too() {
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
    let there = plaindesk::store::git::repo::Repo::open_with(&other, crate::desk::ENV).unwrap();
    let alive = there.session().unwrap();
    there
        .hold("new", &EACH)
        .unwrap()
        .save_open(&note(None, "there\n"), &alive)
        .unwrap();
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.journal().len(), 1);
    drop(alive);
    assert_eq!(desk.hold(EACH).len(), 1);
    assert_eq!(desk.git(&["show", &format!("side:{TICKET}")]), "there");
    assert_eq!(desk.journal(), Vec::<String>::new());
}
