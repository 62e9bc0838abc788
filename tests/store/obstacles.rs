//! What stands where a file should: links, pipes, folders.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use plaindesk::store::error::{Obstacle, StoreError};
use plaindesk::store::journal::step::SaveStep;

use crate::desk::{Desk, EACH, NEVER, TICKET, note, save, step};

fn refused(desk: &Desk, step: &SaveStep, expected: Obstacle) {
    for rules in [EACH, NEVER] {
        let began = Instant::now();
        match desk.save(rules, step) {
            Err(StoreError::InTheWay { obstacle, .. }) => assert_eq!(obstacle, expected),
            other => panic!("{other:?}"),
        }
        assert!(began.elapsed() < Duration::from_secs(20));
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
    assert_eq!(desk.count(), 1);
}

#[test]
fn a_linked_folder_is_not_followed() {
    let desk = Desk::new();
    let outside = desk.dir.path().join("outside");
    fs::create_dir_all(outside.join("2026-11")).unwrap();
    symlink(&outside, desk.folder.join("tickets")).unwrap();
    refused(&desk, &note(None, "one\n"), Obstacle::Symlink);
    fs::remove_file(desk.folder.join("tickets")).unwrap();
    fs::create_dir(desk.folder.join("tickets")).unwrap();
    symlink(outside.join("2026-11"), desk.folder.join("tickets/2026-11")).unwrap();
    refused(&desk, &note(None, "one\n"), Obstacle::Symlink);
    assert_eq!(fs::read_dir(outside.join("2026-11")).unwrap().count(), 0);
}

#[test]
fn a_linked_file_is_neither_read_nor_replaced() {
    let desk = Desk::new();
    let outside = desk.dir.path().join("outside.md");
    fs::write(&outside, "one\n").unwrap();
    fs::create_dir_all(desk.folder.join("tickets/2026-11")).unwrap();
    symlink(&outside, desk.folder.join(TICKET)).unwrap();
    refused(&desk, &note(Some("one\n"), "two\n"), Obstacle::Symlink);
    refused(&desk, &note(None, "two\n"), Obstacle::Symlink);
    assert_eq!(fs::read_to_string(outside).unwrap(), "one\n");
    // One that leads nowhere is no free place either.
    fs::remove_file(desk.folder.join(TICKET)).unwrap();
    symlink("nowhere", desk.folder.join(TICKET)).unwrap();
    refused(&desk, &note(None, "two\n"), Obstacle::Symlink);
}

#[test]
fn a_pipe_does_not_hang() {
    let desk = Desk::new();
    fs::create_dir_all(desk.folder.join("tickets/2026-11")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(desk.folder.join(TICKET))
            .status()
            .unwrap()
            .success()
    );
    refused(&desk, &note(Some("one\n"), "two\n"), Obstacle::Special);
    refused(&desk, &note(None, "two\n"), Obstacle::Special);
}

#[test]
fn folders_and_files_are_not_mistaken_for_each_other() {
    let desk = Desk::new();
    fs::create_dir_all(desk.folder.join(TICKET)).unwrap();
    refused(&desk, &note(None, "one\n"), Obstacle::Folder);
    desk.write("kb", "a file");
    refused(
        &desk,
        &step(&[save("kb/net/a.md", None, "x")]),
        Obstacle::NotAFolder,
    );
}

#[test]
fn a_linked_private_folder_is_not_followed() {
    let desk = Desk::new();
    let outside = desk.dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, desk.top.join(".git/plaindesk")).unwrap();
    let reported = desk.save(EACH, &note(None, "one\n")).unwrap_err();
    assert!(
        matches!(reported, StoreError::InTheWay { .. }),
        "{reported:?}"
    );
    fs::remove_file(desk.top.join(".git/plaindesk")).unwrap();
    drop(desk.repo().hold("x", &EACH).unwrap());
    fs::remove_dir(desk.top.join(".git/plaindesk/tmp")).unwrap();
    symlink(&outside, desk.top.join(".git/plaindesk/tmp")).unwrap();
    let reported = desk.save(EACH, &note(None, "one\n")).unwrap_err();
    assert!(
        matches!(reported, StoreError::InTheWay { .. }),
        "{reported:?}"
    );
    assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
}

#[test]
fn a_linked_lock_is_not_followed() {
    let desk = Desk::new();
    drop(desk.repo().hold("x", &EACH).unwrap());
    let (lock, outside) = (
        desk.top.join(".git/plaindesk/lock"),
        desk.dir.path().join("outside"),
    );
    fs::write(&outside, "mine\n").unwrap();
    fs::remove_file(&lock).unwrap();
    symlink(&outside, &lock).unwrap();
    assert!(desk.save(EACH, &note(None, "one\n")).is_err());
    assert_eq!(fs::read_to_string(&outside).unwrap(), "mine\n");
    assert_eq!(desk.read(TICKET), None);
    // One that leads nowhere makes no file there.
    fs::remove_file(&outside).unwrap();
    assert!(desk.save(EACH, &note(None, "one\n")).is_err());
    assert!(!outside.exists());
}
