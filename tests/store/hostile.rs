//! Surroundings and repositories that want something else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use plaindesk::store::repo::Repo;
use plaindesk::store::save::Saved;

use crate::crowd::command;
use crate::desk::{Desk, EACH, ENV, TICKET, committed, note};

#[test]
fn variables_that_point_elsewhere_are_ignored() {
    let desk = Desk::new();
    let other = Desk::new();
    let elsewhere = other.top.join(".git");
    let said = command(&desk, "each", TICKET)
        .env("GIT_DIR", &elsewhere)
        .env("GIT_WORK_TREE", &other.top)
        .env("GIT_COMMON_DIR", &elsewhere)
        .env("GIT_INDEX_FILE", elsewhere.join("index"))
        .env("GIT_OBJECT_DIRECTORY", elsewhere.join("objects"))
        .env(
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            elsewhere.join("objects"),
        )
        .env("GIT_PREFIX", "x/")
        .env("GIT_NAMESPACE", "x")
        .env("GIT_CONFIG", "/nonexistent")
        .env(
            "GIT_CONFIG_PARAMETERS",
            "'core.fsmonitor'='touch /nonexistent'",
        )
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.bare")
        .env("GIT_CONFIG_VALUE_0", "true")
        .env("GIT_ICASE_PATHSPECS", "1")
        .env("GIT_GLOB_PATHSPECS", "1")
        .env("GIT_SHALLOW_FILE", "/nonexistent")
        .env("GIT_REPLACE_REF_BASE", "refs/x/")
        .env("LC_ALL", "pl_PL.UTF-8")
        .env("LANGUAGE", "pl")
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("saved: "), "{said}");
    assert!(desk.in_head(TICKET).is_some());
    assert_eq!(desk.status(), "");
    assert_eq!((other.count(), other.status()), (1, String::new()));
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let desk = Desk::new();
    let canary = desk.dir.path().join("canary");
    let trap = desk.dir.path().join("trap.sh");
    fs::write(
        &trap,
        format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", canary.display()),
    )
    .unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    desk.write(".gitattributes", "* filter=trap diff=trap merge=trap\n");
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "attributes"]);
    let hooks = desk.dir.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    for name in [
        "pre-commit",
        "post-commit",
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
        "post-rewrite",
        "prepare-commit-msg",
    ] {
        fs::copy(trap, hooks.join(name)).unwrap();
    }
    for (key, value) in [
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("core.fsmonitor", trap),
        ("core.editor", trap),
        ("core.pager", trap),
        ("core.sshCommand", trap),
        ("core.askPass", trap),
        ("core.alternateRefsCommand", trap),
        ("sequence.editor", trap),
        ("diff.external", trap),
        ("diff.trap.textconv", trap),
        ("diff.trap.command", trap),
        ("filter.trap.clean", trap),
        ("filter.trap.smudge", trap),
        ("filter.trap.process", trap),
        ("filter.trap.required", "true"),
        ("merge.trap.driver", trap),
        ("gpg.program", trap),
        ("commit.gpgSign", "true"),
        ("credential.helper", trap),
        ("alias.fast-import", "!touch x"),
        ("trailer.x.command", trap),
        ("gc.auto", "1"),
    ] {
        desk.git(&["config", key, value]);
    }
    let _ = fs::remove_file(&canary);
    let repo = desk.repo();
    assert!(repo.identity().unwrap().is_some());
    let mut held = repo.hold("note", &EACH).unwrap();
    assert!(matches!(
        held.save(&note(None, "one\n")).unwrap(),
        Saved::Committed(_)
    ));
    assert!(matches!(
        held.save(&note(Some("one\n"), "two\n")).unwrap(),
        Saved::Committed(_)
    ));
    drop(held);
    assert!(!canary.exists(), "{}", fs::read_to_string(&canary).unwrap());
    assert_eq!(
        fs::read_to_string(desk.folder.join(TICKET)).unwrap(),
        "two\n"
    );
}

#[test]
fn a_bare_repository_planted_in_a_folder_is_not_entered() {
    let desk = Desk::new();
    let planted = desk.folder.join("kb/planted");
    for folder in ["objects", "refs"] {
        fs::create_dir_all(planted.join(folder)).unwrap();
    }
    fs::write(planted.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let canary = desk.dir.path().join("canary");
    fs::write(
        planted.join("config"),
        format!(
            "[core]\n\tbare = true\n\tfsmonitor = touch {}\n",
            canary.display()
        ),
    )
    .unwrap();
    assert!(Repo::open_with(&planted, ENV).is_err());
    assert!(!canary.exists());
}

#[test]
fn branch_names_and_paths_that_look_like_options_are_names() {
    let desk = Desk::unborn(&["init", "--quiet", "--initial-branch=-x/--force"], "");
    if desk.git(&["symbolic-ref", "HEAD"]) != "refs/heads/-x/--force" {
        eprintln!("SKIPPED: this git refuses such branches");
        return;
    }
    let step = crate::desk::step(&[
        crate::desk::save("--output=x", None, "x\n"),
        crate::desk::save(":(top)y.md", None, "y\n"),
    ]);
    committed(desk.save(EACH, &step));
    assert_eq!(desk.in_head(":(top)y.md").as_deref(), Some("y\n"));
    assert_eq!(desk.status(), "");
    assert!(!desk.top.join("x").exists());
}
