//! Very many files at once.

use std::path::Path;
use std::time::{Duration, Instant};

use plaindesk::store::error::StoreError;
use plaindesk::store::fs::contents::{KeptContent, measure};
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::journal::save::Saved;
use plaindesk::store::journal::step::Save;

use crate::desk::{Desk, EACH, NEVER, agent, committed, incomplete, save};

fn many(count: usize) -> impl Iterator<Item = Save> {
    (0..count).map(|number| {
        save(
            &format!("tickets/2026-{:02}/{number}.md", number % 12 + 1),
            None,
            &format!("ticket {number}\n").repeat(20),
        )
    })
}

fn bulk(
    desk: &Desk,
    rules: SaveRules,
    saves: impl Iterator<Item = Save>,
) -> Result<Saved, StoreError> {
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
    let reported = bulk(&desk, EACH, many(10)).unwrap_err();
    assert!(
        matches!(reported, StoreError::Exists { .. }),
        "{reported:?}"
    );
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
            SaveRules {
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

const HOOKS: SaveRules = SaveRules {
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
    let reported = incomplete(bulk(&desk, HOOKS, many(30)));
    assert!(reported.contains("not today"), "{reported}");
    assert_ne!(keepers(&desk), "");
    // Somebody tidies up, and somebody throws away what git does not know.
    std::fs::remove_file(&hook).unwrap();
    desk.git(&["gc", "--quiet", "--prune=now"]);
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    desk.git(&["commit", "--quiet", "--message", "mine", "--", "mine.md"]);
    let reported = desk.hold(EACH);
    assert!(
        reported.iter().any(|line| line.starts_with("committed ")),
        "{reported:?}"
    );
    assert_eq!(desk.count(), 3);
    let files = desk.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files.lines().count(), 32, "{files}");
    assert_eq!(desk.status(), "");
    assert_eq!(keepers(&desk), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    desk.sound();
}

/// What is left of an import whose commit a hook refuses.
fn refused_by_a_hook(desk: &Desk, import: impl Fn() -> Result<Saved, StoreError>) {
    let hook = desk.top.join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, executable).unwrap();
    let _ = incomplete(import());
    std::fs::remove_file(&hook).unwrap();
}

#[test]
fn what_somebody_commits_on_top_of_a_waiting_import_stays() {
    let desk = Desk::new();
    refused_by_a_hook(&desk, || bulk(&desk, HOOKS, many(3)));
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
        let reported = bulk(&desk, rules, many(10)).unwrap_err();
        assert!(
            matches!(reported, StoreError::Exists { .. }),
            "{reported:?}"
        );
        assert_eq!(desk.status(), "?? tickets/");
        assert_eq!(desk.read("tickets/2026-01/0.md"), None);
        assert_eq!(keepers(&desk), "");
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
}

/// The place of an attachment.
fn place(number: usize) -> String {
    format!("tickets/2026-11/{number}.files/photo.bin")
}

/// Bytes that no text is, more of them than are read at once, with what filters like to change.
fn photo(number: usize) -> Vec<u8> {
    let mut bytes = format!("{number}\r\nline\n\0$Id$ ").into_bytes();
    bytes.extend_from_slice(b"\xff\xfe\x80");
    bytes.extend((0..100_000_u32).map(|n| u8::try_from(n % 1021 * n % 251).unwrap()));
    bytes
}

fn told_of(bytes: &[u8]) -> KeptContent {
    measure(&mut { bytes }, Path::new("photo"), u64::MAX).unwrap()
}

/// Some texts, and for each a file of any bytes.
fn with_files(desk: &Desk, rules: SaveRules, count: usize) -> Result<Saved, StoreError> {
    let at = "2026-11-21T09:02:11Z".parse().unwrap();
    let mut held = desk.repo().hold("import", &rules)?;
    held.save_all("import", &agent(), at, |all| {
        many(count).try_for_each(|save| all.text(save))?;
        (0..count).try_for_each(|number| {
            let bytes = photo(number);
            all.bytes(place(number), &told_of(&bytes), &mut bytes.as_slice())
        })
    })
}

/// How many of the texts and files of three are in place, each whole.
fn in_place(desk: &Desk) -> (usize, usize) {
    let texts = many(3).filter(|save| desk.read(&save.path).as_ref() == Some(&save.text));
    let files = (0..3).filter(|number| {
        std::fs::read(desk.folder.join(place(*number))).is_ok_and(|bytes| bytes == photo(*number))
    });
    (texts.count(), files.count())
}

/// Nothing waits, and nothing is kept for what would.
fn settled(desk: &Desk) {
    assert_eq!(keepers(desk), "");
    for folder in ["journal", "contents", "tmp"] {
        assert_eq!(desk.names(folder), Vec::<String>::new(), "{folder}");
    }
    desk.sound();
}

#[test]
fn texts_and_files_of_any_bytes_are_one_commit() {
    for rules in [EACH, HOOKS, NEVER] {
        let desk = Desk::with(
            &[
                "init",
                "--quiet",
                "--initial-branch=main",
                "--object-format=sha256",
            ],
            "ops/desk",
        );
        desk.git(&["config", "core.autocrlf", "true"]);
        desk.write(".gitattributes", "tickets/** -text\n");
        desk.git(&["add", "--all"]);
        desk.git(&["commit", "--quiet", "-m", "rules"]);
        // What stands there already and is the same is taken in.
        let there = desk.folder.join(place(1));
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        std::fs::write(&there, photo(1)).unwrap();
        let saved = with_files(&desk, rules, 3);
        assert_eq!(in_place(&desk), (3, 3));
        if rules.commit {
            let commit = committed(saved);
            let reported = desk.git(&["show", "--name-only", "--format=", &commit]);
            assert_eq!(reported.lines().count(), 6, "{reported}");
            for number in 0..3 {
                let name = format!("HEAD:ops/desk/{}", place(number));
                let held = desk.try_git(&["cat-file", "blob", &name]).stdout;
                assert_eq!(held, photo(number));
            }
            assert_eq!(desk.count(), 3);
            assert_eq!(desk.status(), "");
        } else {
            assert_eq!(saved.unwrap(), Saved::Kept);
            assert_eq!(desk.count(), 2);
        }
        settled(&desk);
    }
}

/// The entry of an import as a death leaves it, with all files in place.
fn cut_short(desk: &Desk, stage: &str) {
    refused_by_a_hook(desk, || with_files(desk, HOOKS, 3));
    // Git has already noted that it was to add them.
    desk.git(&["reset", "--quiet"]);
    let entry = desk.repo().private().join("journal/000001.json");
    let text = std::fs::read_to_string(&entry).unwrap();
    let cut = text.replace("\"placed\"", &format!("\"{stage}\""));
    assert!(stage == "placed" || cut != text, "{text}");
    std::fs::write(&entry, cut).unwrap();
}

#[test]
fn an_import_with_files_is_finished_from_every_stage_or_taken_back() {
    for (stage, there) in [
        ("begun", 0),
        ("written", 0),
        ("written", 1),
        ("written", 3),
        ("placed", 3),
    ] {
        for rules in [EACH, NEVER] {
            let desk = Desk::new();
            cut_short(&desk, stage);
            for (number, save) in many(3).enumerate().skip(there) {
                std::fs::remove_file(desk.folder.join(&save.path)).unwrap();
                std::fs::remove_dir_all(desk.folder.join(place(number)).parent().unwrap()).unwrap();
            }
            desk.git(&["gc", "--quiet", "--prune=now"]);
            let reported = desk.hold(rules);
            let all = if stage == "begun" { 0 } else { 3 };
            let what = format!("{stage}, {there} in place, {rules:?}: {reported:?}");
            assert_eq!(in_place(&desk), (all, all), "{what}");
            assert_eq!(
                desk.count(),
                1 + usize::from(all > 0 && rules.commit),
                "{what}"
            );
            if rules.commit || all == 0 {
                assert_eq!(desk.status(), "", "{what}");
            }
            settled(&desk);
        }
    }
}

#[test]
fn a_file_of_somebody_elses_in_the_place_of_an_imported_one_stays() {
    let desk = Desk::new();
    cut_short(&desk, "written");
    desk.write(&place(1), "somebody's own");
    let reported = desk.hold(EACH);
    assert!(reported[0].contains("set-aside"), "{reported:?}");
    assert_eq!(in_place(&desk), (3, 2));
    assert_eq!(desk.read(&place(1)).as_deref(), Some("somebody's own"));
    assert_eq!(desk.status(), "?? tickets/2026-11/1.files/");
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.journal(), Vec::<String>::new());
    // The entry that was set aside names the content, so it stays.
    desk.hold(EACH);
    let kept = desk.names("contents");
    assert_eq!(kept.len(), 1);
    let kept = desk.repo().private().join("contents").join(&kept[0]);
    assert_eq!(std::fs::read(kept).unwrap(), photo(1));
}

#[test]
fn a_content_that_is_not_what_it_is_said_to_be_leaves_nothing() {
    let said = told_of(&photo(0));
    let (mut other, mut longer) = (photo(0), photo(0));
    other[5] ^= 1;
    longer.push(0);
    for bytes in [&other[..], &longer, &photo(0)[1..], b""] {
        for rules in [EACH, NEVER, HOOKS] {
            let desk = Desk::new();
            let at = "2026-11-21T09:02:11Z".parse().unwrap();
            let mut held = desk.repo().hold("import", &rules).unwrap();
            let reported = held.save_all("import", &agent(), at, |all| {
                many(3).try_for_each(|save| all.text(save))?;
                all.bytes(place(0), &said, &mut { bytes })
            });
            let reported = reported.unwrap_err();
            assert!(
                matches!(
                    reported,
                    StoreError::Changed { .. } | StoreError::TooLarge { .. }
                ),
                "{reported:?}"
            );
            drop(held);
            assert_eq!(desk.status(), "");
            settled(&desk);
        }
    }
}
