//! Very many files at once.

use std::time::{Duration, Instant};

use plaindesk::store::error::StoreError;
use plaindesk::store::save::{Rules, Save, Saved};

use crate::desk::{Desk, EACH, NEVER, agent, incomplete, save};

fn many(count: usize) -> impl Iterator<Item = Save> {
    (0..count).map(|number| {
        save(
            &format!("tickets/2026-{:02}/{number}.md", number % 12 + 1),
            None,
            &format!("ticket {number}\n").repeat(20),
        )
    })
}

fn bulk(desk: &Desk, rules: Rules, saves: impl Iterator<Item = Save>) -> Result<Saved, StoreError> {
    desk.repo().hold("import", &rules)?.save_many(
        "import",
        &agent(),
        "2026-11-21T09:02:11Z".parse().unwrap(),
        saves,
    )
}

#[test]
fn very_many_files_are_one_commit() {
    let desk = Desk::new();
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    let began = Instant::now();
    assert!(matches!(
        bulk(&desk, EACH, many(25_000)).unwrap(),
        Saved::Committed(_)
    ));
    println!("25,000 files in {:?}", began.elapsed());
    // A sync waits for all that others write, so this only catches a price per file squared.
    assert!(began.elapsed() < Duration::from_mins(3));
    assert_eq!(desk.count(), 2);
    assert_eq!(
        desk.git(&["ls-tree", "-r", "--name-only", "HEAD"])
            .lines()
            .count(),
        25_001
    );
    assert_eq!(desk.status(), "A  mine.md");
    assert_eq!(
        desk.git(&["log", "-1", "--format=%an|%cn"]),
        "Anna Lis|Ewa Nowak"
    );
    desk.sound();
}

#[test]
fn very_many_files_without_a_commit() {
    let desk = Desk::new();
    let began = Instant::now();
    desk.repo()
        .hold("import", &NEVER)
        .unwrap()
        .save_many(
            "import",
            &agent(),
            "2026-11-21T09:02:11Z".parse().unwrap(),
            many(5_000),
        )
        .unwrap();
    println!("5,000 files in {:?}", began.elapsed());
    assert_eq!(desk.count(), 1);
    assert_eq!(
        desk.read("tickets/2026-01/0.md").unwrap(),
        "ticket 0\n".repeat(20)
    );
    assert_eq!(desk.status(), "?? tickets/");
    desk.sound();
}

#[test]
fn an_import_that_meets_somebody_elses_file_stops_and_can_be_run_again() {
    let desk = Desk::new();
    desk.write("tickets/2026-06/5.md", "somebody's\n");
    let told = bulk(&desk, EACH, many(10)).unwrap_err();
    assert!(matches!(told, StoreError::Exists { .. }), "{told:?}");
    assert_eq!(desk.read("tickets/2026-01/0.md"), None);
    assert_eq!(
        desk.read("tickets/2026-06/5.md").as_deref(),
        Some("somebody's\n")
    );
    assert_eq!(desk.count(), 1);
    // What is there already is named as such, and committed.
    let again = many(10).map(|mut save| {
        save.base = desk.read(&save.path);
        save
    });
    assert!(matches!(
        bulk(&desk, EACH, again).unwrap(),
        Saved::Committed(_)
    ));
    assert_eq!(
        desk.git(&["ls-tree", "-r", "--name-only", "HEAD"])
            .lines()
            .count(),
        11
    );
    assert_eq!(desk.status(), "");
    desk.sound();
}

#[test]
fn an_import_into_an_unborn_branch_and_with_hooks() {
    let desk = Desk::unborn(&["init", "--quiet"], "help");
    assert!(matches!(
        bulk(
            &desk,
            Rules {
                hooks: true,
                ..EACH
            },
            many(50)
        )
        .unwrap(),
        Saved::Committed(_)
    ));
    assert_eq!(desk.status(), "");
    let desk = Desk::unborn(&["init", "--quiet"], "help");
    assert!(matches!(
        bulk(&desk, EACH, many(50)).unwrap(),
        Saved::Committed(_)
    ));
    assert_eq!(desk.status(), "");
    assert_eq!(bulk(&desk, EACH, std::iter::empty()).unwrap(), Saved::Kept);
    desk.sound();
}

#[test]
fn an_import_is_refused_during_a_merge_and_on_no_branch() {
    let desk = Desk::new();
    desk.git(&["checkout", "--quiet", "--detach"]);
    assert!(matches!(
        bulk(&desk, EACH, many(3)),
        Err(StoreError::Detached { .. })
    ));
    desk.git(&["checkout", "--quiet", "main"]);
    std::fs::write(
        desk.top.join(".git/MERGE_HEAD"),
        desk.git(&["rev-parse", "HEAD"]),
    )
    .unwrap();
    assert!(matches!(
        bulk(&desk, EACH, many(3)),
        Err(StoreError::InProgress { .. })
    ));
    assert_eq!(desk.read("tickets/2026-01/0.md"), None);
}

/// What keeps objects for the journal.
fn keepers(desk: &Desk) -> String {
    desk.git(&["for-each-ref", "refs/plaindesk"])
}

const HOOKS: Rules = Rules {
    hooks: true,
    ..EACH
};

#[test]
fn an_import_whose_commit_failed_is_committed_by_the_next_command_on_a_moved_branch() {
    let desk = Desk::new();
    let hook = desk.top.join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho 'not today' >&2\nexit 1\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, executable).unwrap();
    let told = incomplete(bulk(&desk, HOOKS, many(30)));
    assert!(told.contains("not today"), "{told}");
    assert_ne!(keepers(&desk), "");
    // Somebody tidies up, and somebody throws away what git does not know.
    std::fs::remove_file(&hook).unwrap();
    desk.git(&["gc", "--quiet", "--prune=now"]);
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    desk.git(&["commit", "--quiet", "--message", "mine", "--", "mine.md"]);
    let told = desk.hold(EACH);
    assert!(
        told.iter().any(|line| line.starts_with("committed ")),
        "{told:?}"
    );
    assert_eq!(desk.count(), 3);
    let files = desk.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files.lines().count(), 32, "{files}");
    assert_eq!(desk.status(), "");
    assert_eq!(keepers(&desk), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    desk.sound();
}

#[test]
fn what_somebody_commits_on_top_of_a_waiting_import_stays() {
    let desk = Desk::new();
    let hook = desk.top.join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, executable).unwrap();
    let _ = incomplete(bulk(&desk, HOOKS, many(3)));
    std::fs::remove_file(&hook).unwrap();
    let path = "tickets/2026-01/0.md";
    let longer = format!("{}and more\n", desk.read(path).unwrap());
    desk.write(path, &longer);
    desk.git(&["add", path]);
    desk.git(&["commit", "--quiet", "--message", "mine"]);
    desk.hold(EACH);
    assert_eq!(desk.in_head(path), Some(longer));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn an_import_that_is_refused_leaves_nothing() {
    let desk = Desk::new();
    desk.write("tickets/2026-06/5.md", "somebody's\n");
    for rules in [EACH, NEVER, HOOKS] {
        let told = bulk(&desk, rules, many(10)).unwrap_err();
        assert!(matches!(told, StoreError::Exists { .. }), "{told:?}");
        assert_eq!(desk.status(), "?? tickets/");
        assert_eq!(desk.read("tickets/2026-01/0.md"), None);
        assert_eq!(keepers(&desk), "");
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
}
