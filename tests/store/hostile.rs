//! Surroundings and repositories that want something else.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use plaindesk::store::git::repo::Repo;
use plaindesk::store::journal::save::Saved;

use crate::crowd::command;
use crate::desk::{Desk, EACH, ENV, TICKET, committed, note};
use crate::skip::skipped;

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
        .env("GIT_COMMITTER_DATE", "no date")
        .env("GIT_AUTHOR_DATE", "no date")
        .env("GIT_QUARANTINE_PATH", elsewhere.join("objects"))
        .env("GIT_TRACE", "1")
        .env("GIT_TRACE2", "1")
        .env("GIT_DEFAULT_HASH", "sha256")
        .env("GIT_NO_LAZY_FETCH", "0")
        .env("GIT_ATTR_SOURCE", "nowhere")
        .env("GIT_TEST_DATE_NOW", "0")
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
        ("gc.recentObjectsHook", trap),
        ("interactive.diffFilter", trap),
        ("uploadpack.packObjectsHook", trap),
        ("core.gitProxy", trap),
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
        skipped("this git refuses such branches", true);
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

/// Every entry of the tick in which the index was written is compared when the index is written
/// again, and git would run the filters of all of them for that.
#[test]
fn filters_do_not_run_for_files_of_the_tick_of_the_index() {
    let desk = Desk::new();
    let canary = desk.dir.path().join("canary");
    for number in 0..5 {
        desk.write(&format!("plan{number}.md"), "x\n");
    }
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "plans"]);
    let filter = format!("touch '{}'; cat", canary.display());
    for name in ["trap", "a.b=c", "ż"] {
        desk.git(&["config", &format!("filter.{name}.clean"), &filter]);
        desk.git(&["config", &format!("filter.{name}.required"), "true"]);
    }
    desk.write(
        ".git/info/attributes",
        "*.md filter=trap\nplan1.md filter=a.b=c\nplan2.md filter=ż\n",
    );
    let now = std::time::SystemTime::now();
    let stamp = |path: &std::path::Path| {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(now).unwrap();
    };
    // The index is left to git when it is of version 4, and spliced by us when it is not.
    for (version, text) in [("2", "one\n"), ("4", "two\n")] {
        desk.git(&["update-index", "--index-version", version]);
        for number in 0..5 {
            stamp(&desk.folder.join(format!("plan{number}.md")));
        }
        let _ = desk.try_git(&["-c", "core.fsmonitor=false", "update-index", "--refresh"]);
        stamp(&desk.top.join(".git/index"));
        let _ = fs::remove_file(&canary);
        let before = (version == "4").then_some("one\n");
        committed(desk.save(EACH, &note(before, text)));
        assert!(!canary.exists(), "version {version}");
    }
}

#[test]
fn an_object_that_a_partial_clone_lacks_is_not_fetched() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    let canary = desk.dir.path().join("canary");
    let blob = desk.git(&["rev-parse", &format!("HEAD:{TICKET}")]);
    desk.git(&["config", "core.repositoryFormatVersion", "1"]);
    for (key, value) in [
        ("extensions.partialClone", "origin".to_owned()),
        ("remote.origin.promisor", "true".to_owned()),
        (
            "remote.origin.url",
            desk.dir.path().join("nowhere").display().to_string(),
        ),
        (
            "remote.origin.uploadpack",
            format!("touch '{}'; false", canary.display()),
        ),
        ("protocol.allow", "always".to_owned()),
        ("protocol.file.allow", "always".to_owned()),
    ] {
        desk.git(&["config", key, &value]);
    }
    let object = desk
        .top
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob[2..]);
    fs::remove_file(object).unwrap();
    let _ = desk.save(EACH, &note(Some("one\n"), "two\n"));
    assert!(!canary.exists());
    assert_eq!(desk.read(TICKET).unwrap(), "two\n");
}

#[test]
fn hooks_and_signatures_need_the_persons_own_word() {
    let desk = Desk::new();
    let canary = desk.dir.path().join("canary");
    let hook = desk.top.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let trap = desk.dir.path().join("trap.sh");
    fs::write(
        &trap,
        format!("#!/bin/sh\ntouch '{}'\nexit 1\n", canary.display()),
    )
    .unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(&trap, &hook).unwrap();
    desk.git(&["config", "gpg.program", trap.to_str().unwrap()]);
    // The clone cannot say so itself, nor can what its configuration includes.
    let own = desk.top.join(".git");
    desk.git(&["config", "plaindesk.trust", own.to_str().unwrap()]);
    desk.git(&["config", "include.path", &desk.trusting]);
    let rules = plaindesk::store::git::save_rules::SaveRules {
        sign: true,
        hooks: true,
        ..EACH
    };
    let repo = Repo::open_with(&desk.folder, ENV).unwrap();
    let mut held = repo.hold("note", &rules).unwrap();
    assert!(matches!(
        held.save(&note(None, "one\n")).unwrap(),
        Saved::Committed(_)
    ));
    let line = format!(
        "git config --global --add plaindesk.trust {}",
        own.display()
    );
    assert_eq!(held.recovered().len(), 1);
    assert!(
        held.recovered()[0].contains(&line),
        "{:?}",
        held.recovered()
    );
    drop(held);
    assert!(!canary.exists());
    // Another clone's folder is not this one.
    let other = Desk::new();
    let env = [&ENV[1..], &[("GIT_CONFIG_GLOBAL", other.trusting.as_str())]].concat();
    let repo = Repo::open_with(&desk.folder, &env).unwrap();
    let mut held = repo.hold("note", &rules).unwrap();
    held.save(&note(Some("one\n"), "two\n")).unwrap();
    drop(held);
    assert!(!canary.exists());
    // With the person's word the hook runs, and refuses.
    let count = desk.count();
    let _ = desk.save(rules, &note(Some("two\n"), "three\n"));
    assert_eq!(desk.count(), count);
    assert!(canary.exists());
}

#[test]
fn a_line_break_in_the_path_of_a_desk_is_no_obstacle() {
    let desk = Desk::with(&["init", "--quiet", "--initial-branch=main"], "the\ndesk");
    let moved = desk.dir.path().join("line\nbreak");
    fs::rename(&desk.top, &moved).unwrap();
    let repo = Repo::open_with(&moved.join("the\ndesk"), ENV).unwrap();
    let mut held = repo.hold("note", &EACH).unwrap();
    for (before, after) in [(None, "one\n"), (Some("one\n"), "two\n")] {
        let saved = held.save(&note(before, after)).unwrap();
        assert!(matches!(saved, Saved::Committed(_)), "{saved:?}");
    }
    drop(held);
    let done = crate::desk::git_in(&moved, &["status", "--porcelain"]);
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "");
}

/// What a git that died writing objects leaves, is removed with it; not what others left, and not
/// what is older.
#[test]
fn half_written_objects_of_our_dead_child_are_removed() {
    let desk = Desk::new();
    let objects = desk.top.join(".git/objects");
    let old = objects.join("pack/tmp_pack_old000");
    fs::create_dir_all(objects.join("pack")).unwrap();
    fs::write(&old, "x").unwrap();
    let file = fs::File::options().write(true).open(&old).unwrap();
    let hour = std::time::Duration::from_hours(1);
    file.set_modified(std::time::SystemTime::now() - hour)
        .unwrap();
    // A holder that died: its line stands in the lock.
    let lock = desk.repo().private().join("lock");
    fs::write(&lock, "process 1 (`desk note`) 1\n").unwrap();
    let left: Vec<_> = [
        "ab/tmp_obj_Xyz123",
        "pack/tmp_pack_Xyz123",
        "pack/tmp_idx_Xyz123",
    ]
    .map(|name| objects.join(name))
    .to_vec();
    for path in &left {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "half").unwrap();
    }
    desk.hold(EACH);
    for path in &left {
        assert!(!path.exists(), "{}", path.display());
    }
    assert!(old.exists());
}
