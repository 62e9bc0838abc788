//! What a save commits, by whom, and what it leaves alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use plaindesk::store::error::StoreError;
use plaindesk::store::git::signature::Signature;
use plaindesk::store::journal::save::Saved;
use plaindesk::store::journal::step::Save;

use crate::desk::{Desk, EACH, NEVER, TICKET, committed, note, save, step};

#[test]
fn a_step_is_one_commit_by_the_agent() {
    let desk = Desk::new();
    let commit = committed(desk.save(EACH, &note(None, "one\n")));
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(
        desk.git(&[
            "log",
            "-1",
            "--format=%an|%ae|%at|%cn|%ce|%ct|%s|%b",
            "--date=raw"
        ]),
        "Anna Lis|anna@example.com|1795251731|Ewa Nowak|ewa@example.com|1795251731|note 2611-7K3MQ|with a body"
    );
    assert_eq!(desk.git(&["show", "--name-only", "--format="]), TICKET);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert_eq!(desk.count(), 3);
    assert_eq!(desk.status(), "");
    desk.sound();
}

#[test]
fn several_files_are_one_commit() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    let saves = [
        save(TICKET, Some("one\n"), "two\n"),
        save("kb/net/a.md", None, "article\n"),
        save("x \"y\" ż.md", None, "x"),
    ];
    committed(desk.save(EACH, &step(&saves)));
    assert_eq!(desk.count(), 3);
    assert_eq!(desk.in_head("x \"y\" ż.md").as_deref(), Some("x"));
    assert_eq!(desk.status(), "");
}

#[test]
fn what_is_in_the_commit_already_makes_no_second_one() {
    let desk = Desk::new();
    let first = committed(desk.save(EACH, &note(None, "one\n")));
    assert_eq!(
        committed(desk.save(EACH, &note(Some("one\n"), "one\n"))),
        first
    );
    assert_eq!(desk.count(), 2);
    // The file is there, but no commit holds it.
    desk.write("loose.md", "loose\n");
    committed(desk.save(EACH, &step(&[save("loose.md", Some("loose\n"), "loose\n")])));
    assert_eq!(desk.in_head("loose.md").as_deref(), Some("loose\n"));
    assert_eq!(desk.save(EACH, &step(&[])).unwrap(), Saved::Kept);
}

#[test]
fn without_commits_only_the_files_change() {
    let desk = Desk::unborn(&["init", "--quiet"], "");
    assert_eq!(desk.save(NEVER, &note(None, "one\n")).unwrap(), Saved::Kept);
    assert_eq!(
        desk.save(NEVER, &note(Some("one\n"), "two\n")).unwrap(),
        Saved::Kept
    );
    assert_eq!(desk.read(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.status(), "?? tickets/");
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert!(!desk.top.join(".git/index").exists());
}

#[test]
fn a_desk_in_a_folder_of_a_larger_repository_leaves_the_rest_alone() {
    let desk = Desk::with(
        &["init", "--quiet", "--initial-branch=main"],
        "it/help desk",
    );
    fs::write(desk.top.join("code.rs"), "fn main() {}\n").unwrap();
    desk.git(&["add", "code.rs"]);
    fs::write(desk.top.join("half.rs"), "half").unwrap();
    committed(desk.save(EACH, &note(None, "one\n")));
    assert_eq!(
        desk.git(&["show", "--name-only", "--format="]),
        format!("it/help desk/{TICKET}")
    );
    assert_eq!(desk.status(), "A  code.rs\n?? half.rs");
    assert_eq!(desk.repo().prefix(), "it/help desk");
    desk.sound();
}

#[test]
fn the_persons_staged_and_half_edited_files_stay_as_they_are() {
    let desk = Desk::new();
    for (name, text) in [
        ("staged.md", "old\n"),
        ("both.md", "old\n"),
        ("edited.md", "old\n"),
        ("gone.md", "old\n"),
    ] {
        desk.write(name, text);
    }
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "files"]);
    desk.write("staged.md", "staged\n");
    desk.write("both.md", "staged\n");
    desk.git(&["add", "--all"]);
    desk.write("both.md", "staged and edited\n");
    desk.write("edited.md", "edited\n");
    desk.git(&["rm", "--quiet", "--cached", "gone.md"]);
    let before = (
        desk.status(),
        desk.git(&["ls-files", "--stage", "staged.md", "both.md", "edited.md"]),
    );
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert_eq!(
        (
            desk.status(),
            desk.git(&["ls-files", "--stage", "staged.md", "both.md", "edited.md"])
        ),
        before
    );
    assert_eq!(desk.in_head("staged.md").as_deref(), Some("old\n"));
    assert_eq!(desk.in_head("gone.md").as_deref(), Some("old\n"));
    // The person's next commit takes nothing back.
    desk.git(&["commit", "--quiet", "-m", "mine"]);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
}

#[test]
fn permissions_stay_and_new_files_follow_the_umask() {
    let desk = Desk::new();
    desk.write("run.md", "one\n");
    fs::set_permissions(
        desk.folder.join("run.md"),
        fs::Permissions::from_mode(0o750),
    )
    .unwrap();
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "run"]);
    committed(desk.save(
        EACH,
        &step(&[
            save("run.md", Some("one\n"), "two\n"),
            save("new.md", None, "new"),
        ]),
    ));
    let mode = |name: &str| {
        fs::metadata(desk.folder.join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777
    };
    desk.write("plain.md", "as any editor makes it");
    assert_eq!(mode("run.md"), 0o750);
    assert_eq!(mode("new.md"), mode("plain.md"));
    assert!(
        desk.git(&["ls-tree", "HEAD", "run.md"])
            .starts_with("100755")
    );
    assert!(
        desk.git(&["ls-tree", "HEAD", "new.md"])
            .starts_with("100644")
    );
}

#[test]
fn an_editor_that_was_faster_wins_and_nothing_of_the_step_is_kept() {
    let desk = Desk::new();
    committed(desk.save(
        EACH,
        &step(&[save("a.md", None, "a\n"), save("b.md", None, "b\n")]),
    ));
    desk.write("b.md", "edited\n");
    for rules in [EACH, NEVER] {
        let reported = desk.save(
            rules,
            &step(&[
                save("a.md", Some("a\n"), "A\n"),
                save("c.md", None, "C"),
                save("b.md", Some("b\n"), "B\n"),
            ]),
        );
        assert!(
            matches!(reported, Err(StoreError::Changed { ref path }) if path == "b.md"),
            "{reported:?}"
        );
        assert_eq!(desk.read("a.md").as_deref(), Some("a\n"));
        assert_eq!(desk.read("b.md").as_deref(), Some("edited\n"));
        assert_eq!(desk.read("c.md"), None);
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
    fs::remove_file(desk.folder.join("b.md")).unwrap();
    let reported = desk.save(EACH, &step(&[save("b.md", Some("b\n"), "B\n")]));
    assert!(
        matches!(reported, Err(StoreError::Changed { .. })),
        "{reported:?}"
    );
    let reported = desk.save(EACH, &step(&[save("a.md", None, "new\n")]));
    assert!(
        matches!(reported, Err(StoreError::Exists { .. })),
        "{reported:?}"
    );
    assert_eq!(desk.count(), 2);
    desk.sound();
}

#[test]
fn words_from_outside_cannot_become_headers_or_commands() {
    let desk = Desk::new();
    let mut evil = note(
        None,
        "done\ncommit refs/heads/evil\ndata 0\n\nget-mark :1\ndone\n",
    );
    evil.author = Signature {
        name: "A <b@c> 1 +0000\ncommitter X".to_owned(),
        email: "e>\nencoding x".to_owned(),
    };
    evil.message = "-m\0\ncommit refs/heads/evil\ndone\nfrom 0000\n".to_owned();
    committed(desk.save(EACH, &evil));
    assert_eq!(
        desk.git(&["for-each-ref", "--format=%(refname)"]),
        "refs/heads/main"
    );
    assert_eq!(
        desk.git(&["log", "-1", "--format=%an|%cn"]),
        "A b@c 1 +0000committer X|Ewa Nowak"
    );
    assert_eq!(desk.in_head(TICKET), Some(evil.saves[0].text.clone()));
    desk.sound();
}

#[test]
fn paths_out_of_the_desk_are_refused() {
    let desk = Desk::with(&["init", "--quiet"], "desk");
    for path in [
        "../out.md",
        "/elsewhere/out.md",
        ".git/config",
        "a/../../out.md",
        "a\nb.md",
        "",
    ] {
        let reported = desk.save(
            EACH,
            &step(&[Save {
                path: path.to_owned(),
                base: None,
                text: "x".to_owned(),
            }]),
        );
        assert!(
            matches!(reported, Err(StoreError::BadPath { .. })),
            "{path:?} {reported:?}"
        );
    }
    let twice = desk.save(
        EACH,
        &step(&[save("a.md", None, "x"), save("a.md", None, "y")]),
    );
    assert!(matches!(twice, Err(StoreError::BadPath { .. })));
    assert_eq!(desk.count(), 1);
}

#[test]
fn the_identity_is_that_of_gits_configuration() {
    let desk = Desk::new();
    assert_eq!(
        desk.repo().identity().unwrap().unwrap().email,
        "ewa@example.com"
    );
    desk.git(&["config", "--unset", "user.email"]);
    desk.git(&["config", "--unset", "user.name"]);
    assert_eq!(desk.repo().identity().unwrap(), None);
}

#[test]
fn a_text_that_no_file_may_hold_is_refused_by_every_way_of_saving() {
    let desk = Desk::new();
    let long = "x".repeat((4 << 20) + 1);
    for text in ["a\0b\n", "a\rb\n", &long] {
        let refused = desk.save(EACH, &note(None, text));
        let is_it = matches!(refused, Err(StoreError::Unstorable { .. }));
        assert!(is_it, "{refused:?}");
        assert_eq!(desk.read(TICKET), None);
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
}
