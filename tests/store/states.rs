//! Every state that a repository can be in when a command comes (the table of failure modes).

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use plaindesk::store::error::StoreError;
use plaindesk::store::git::repo::Repo;
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::journal::save::Saved;

use crate::desk::{
    Desk, EACH, ENV, NEVER, TICKET, committed, deferred, git_in, incomplete, note, save, step,
};
use crate::skip::skipped;

const HOOKS: SaveRules = SaveRules {
    hooks: true,
    ..EACH
};

fn hook(desk: &Desk, name: &str, script: &str) {
    let path = desk.top.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    // A written file that is still open for writing cannot be run; a copy by another process can.
    let mut child = Command::new("tee")
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(format!("#!/bin/sh\n{script}\n").as_bytes())
        .unwrap();
    child.wait().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn hooks_do_not_run_unless_asked_for() {
    let desk = Desk::new();
    for name in [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "post-index-change",
    ] {
        hook(
            &desk,
            name,
            "touch \"$(git rev-parse --git-common-dir)/ran\"; sleep 60; exit 1",
        );
    }
    let began = Instant::now();
    committed(desk.save(EACH, &note(None, "one\n")));
    assert!(began.elapsed() < Duration::from_secs(30));
    assert!(!desk.top.join(".git/ran").exists());
}

#[test]
fn hooks_run_when_asked_for() {
    let desk = Desk::new();
    hook(&desk, "pre-commit", "touch .git/ran-pre");
    hook(&desk, "commit-msg", "echo 'Checked-by: hook' >> \"$1\"");
    committed(desk.save(HOOKS, &note(None, "one\n")));
    assert!(desk.top.join(".git/ran-pre").exists());
    assert_eq!(
        desk.git(&["log", "-1", "--format=%an|%cn|%at|%s"]),
        "Anna Lis|Ewa Nowak|1795251731|note 2611-7K3MQ"
    );
    assert!(
        desk.git(&["log", "-1", "--format=%B"])
            .contains("Checked-by")
    );
    assert_eq!(desk.status(), "");
    committed(desk.save(HOOKS, &note(Some("one\n"), "two\n")));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_failing_hook_keeps_the_file_and_the_next_command_commits() {
    let desk = Desk::new();
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    hook(
        &desk,
        "pre-commit",
        "echo 'no trailing spaces here' >&2; exit 1",
    );
    let reported = incomplete(desk.save(HOOKS, &note(None, "one\n")));
    assert!(
        reported.starts_with("saved, but not committed: "),
        "{reported}"
    );
    assert!(reported.contains("no trailing spaces here"), "{reported}");
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.count(), 1);
    // It fails again beside the next step, and is not lost.
    let reported = incomplete(desk.save(HOOKS, &note(Some("one\n"), "two\n")));
    assert!(
        reported.starts_with("saved, but not committed: "),
        "{reported}"
    );
    fs::remove_file(desk.top.join(".git/hooks/pre-commit")).unwrap();
    let reported = desk.hold(HOOKS);
    assert!(
        reported.iter().any(|line| line.starts_with("committed ")),
        "{reported:?}"
    );
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.in_head("mine.md"), None);
    assert_eq!(desk.status(), "A  mine.md");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

/// Git makes the commit and then fails at its index: the message must not deny the commit.
#[test]
fn a_commit_that_git_made_before_it_failed_is_not_denied() {
    let desk = Desk::new();
    hook(
        &desk,
        "reference-transaction",
        "if [ \"$1\" = committed ]; then rm -f .git/index.lock; fi; exit 0",
    );
    committed(desk.save(HOOKS, &note(None, "one\n")));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    fs::remove_file(desk.top.join(".git/hooks/reference-transaction")).unwrap();
    desk.hold(HOOKS);
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

/// An index that cannot be brought in step keeps the branch where it is.
#[test]
fn the_branch_does_not_move_without_its_index() {
    let desk = Desk::new();
    let index = desk.top.join(".git/index");
    let aside = desk.top.join(".git/index-aside");
    fs::rename(&index, &aside).unwrap();
    fs::create_dir(&index).unwrap();
    let reported = incomplete(desk.save(EACH, &note(None, "one\n")));
    assert!(
        reported.starts_with("saved, but not committed: "),
        "{reported}"
    );
    // What it says is true: the branch moves only with an index that will follow.
    assert_eq!(desk.in_head(TICKET), None);
    fs::remove_dir(&index).unwrap();
    fs::rename(&aside, &index).unwrap();
    desk.hold(EACH);
    assert_eq!(desk.count(), 2);
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn signing_by_configuration_without_a_key_is_not_tried() {
    let desk = Desk::new();
    desk.git(&["config", "commit.gpgsign", "true"]);
    desk.git(&["config", "gpg.program", "/nonexistent/gpg"]);
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(HOOKS, &note(Some("one\n"), "two\n")));
    let reported = incomplete(desk.save(
        SaveRules { sign: true, ..EACH },
        &note(Some("two\n"), "three\n"),
    ));
    assert!(
        reported.starts_with("saved, but not committed: "),
        "{reported}"
    );
    assert_eq!(desk.read(TICKET).as_deref(), Some("three\n"));
    // Without the wish to sign, the next command commits it.
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
}

#[test]
fn signing_signs() {
    let desk = Desk::new();
    let program = desk.top.join(".git/sign.sh");
    let script = "#!/bin/sh\ncat >/dev/null\nprintf '[GNUPG:] SIG_CREATED \\n' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'\n";
    let mut child = Command::new("tee")
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    child.wait().unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    desk.git(&["config", "gpg.program", program.to_str().unwrap()]);
    committed(desk.save(SaveRules { sign: true, ..EACH }, &note(None, "one\n")));
    assert!(desk.git(&["cat-file", "commit", "HEAD"]).contains("gpgsig"));
    assert_eq!(desk.status(), "");
}

#[test]
fn no_identity_is_no_reason_to_fail() {
    let desk = Desk::new();
    desk.git(&["config", "--unset", "user.email"]);
    desk.git(&["config", "--unset", "user.name"]);
    desk.git(&["config", "user.useConfigOnly", "true"]);
    committed(desk.save(EACH, &note(None, "one\n")));
    assert_eq!(
        desk.git(&["log", "-1", "--format=%an <%ae>"]),
        "Anna Lis <anna@example.com>"
    );
    assert_ne!(desk.git(&["log", "-1", "--format=%cn"]), "");
    committed(desk.save(HOOKS, &note(Some("one\n"), "two\n")));
}

#[test]
fn a_detached_head_is_refused_with_the_branch_to_go_to() {
    let desk = Desk::new();
    desk.git(&["checkout", "--quiet", "--detach"]);
    let reported = desk.save(EACH, &note(None, "one\n")).unwrap_err();
    assert!(
        matches!(&reported, StoreError::Detached { branch: Some(branch) } if branch == "main"),
        "{reported:?}"
    );
    assert!(reported.hint().unwrap().contains("git switch main"));
    assert_eq!(desk.read(TICKET), None);
    assert_eq!(desk.journal(), Vec::<String>::new());
    // Without commits there is nothing to refuse; with consent it goes onto the commit.
    assert_eq!(desk.save(NEVER, &note(None, "one\n")).unwrap(), Saved::Kept);
    let consent = SaveRules {
        detached_ok: true,
        ..EACH
    };
    let commit = committed(desk.save(consent, &note(Some("one\n"), "two\n")));
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(desk.git(&["rev-list", "--count", "main"]), "1");
    assert!(
        !desk
            .try_git(&["symbolic-ref", "-q", "HEAD"])
            .status
            .success()
    );
    assert_eq!(desk.status(), "");
}

/// Two branches that change `desk.toml` apart, with `main` checked out.
fn fork(desk: &Desk) {
    committed(desk.save(EACH, &note(None, "one\n")));
    desk.git(&["checkout", "--quiet", "-b", "side"]);
    desk.write("desk.toml", "# side\n");
    desk.git(&["commit", "--quiet", "-am", "side"]);
    desk.git(&["checkout", "--quiet", "main"]);
    desk.write("desk.toml", "# main\n");
    desk.git(&["commit", "--quiet", "-am", "main"]);
}

#[test]
fn during_a_merge_the_commit_waits() {
    let desk = Desk::new();
    fork(&desk);
    assert!(!desk.try_git(&["merge", "side"]).status.success());
    let before = desk.git(&["ls-files", "--stage"]);
    let why = deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert!(why.contains("a merge"), "{why}");
    deferred(desk.save(EACH, &note(Some("two\n"), "three\n")));
    assert_eq!(desk.git(&["ls-files", "--stage"]), before);
    assert_eq!(desk.journal().len(), 2);
    desk.write("desk.toml", "# both\n");
    desk.git(&["add", "desk.toml"]);
    desk.git(&["commit", "--quiet", "-m", "merged"]);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    let reported = desk.hold(EACH);
    assert_eq!(reported.len(), 2, "{reported:?}");
    assert_eq!(
        desk.git(&["log", "-3", "--first-parent", "--format=%an|%s"]),
        "Anna Lis|note 2611-7K3MQ\nAnna Lis|note 2611-7K3MQ\nEwa Nowak|merged"
    );
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
    assert_eq!(desk.status(), "");
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    desk.sound();
}

#[test]
fn a_merge_whose_commit_took_the_note_along_needs_no_second_one() {
    let desk = Desk::new();
    fork(&desk);
    assert!(!desk.try_git(&["merge", "side"]).status.success());
    deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
    deferred(desk.save(EACH, &note(Some("two\n"), "three\n")));
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "merged with all"]);
    let before = desk.git(&["rev-parse", "HEAD"]);
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn an_aborted_merge_or_a_hard_reset_takes_nothing_back() {
    for undo in [
        &["merge", "--abort"][..],
        &["reset", "--quiet", "--hard", "HEAD"],
    ] {
        let desk = Desk::new();
        fork(&desk);
        assert!(!desk.try_git(&["merge", "side"]).status.success());
        deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
        deferred(desk.save(EACH, &note(Some("two\n"), "three\n")));
        deferred(desk.save(EACH, &step(&[save("kb/new.md", None, "new\n")])));
        desk.git(undo);
        desk.git(&["checkout", "--quiet", "--", "."]);
        desk.git(&["clean", "--quiet", "-fd"]);
        assert_eq!(desk.read(TICKET).as_deref(), Some("one\n"));
        desk.hold(EACH);
        assert_eq!(desk.read(TICKET).as_deref(), Some("three\n"));
        assert_eq!(desk.in_head(TICKET).as_deref(), Some("three\n"));
        assert_eq!(desk.in_head("kb/new.md").as_deref(), Some("new\n"));
        assert_eq!(desk.status(), "");
        assert_eq!(desk.journal(), Vec::<String>::new());
    }
}

#[test]
fn during_a_rebase_the_commit_waits_and_survives_the_abort() {
    let desk = Desk::new();
    fork(&desk);
    assert!(!desk.try_git(&["rebase", "side"]).status.success());
    // The branch is detached now, and still this is no refusal.
    let why = deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert!(why.contains("a rebase"), "{why}");
    desk.git(&["rebase", "--abort"]);
    desk.git(&["reset", "--quiet", "--hard"]);
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(desk.status(), "");
}

/// A command of git's, how it is named to people, and how to get stuck in it.
type Begin = (&'static str, &'static str, fn(&Desk));

#[test]
fn during_cherry_pick_revert_am_and_bisect_the_commit_waits() {
    let begin: [Begin; 4] = [
        ("cherry-pick", "a cherry-pick", |desk| {
            assert!(!desk.try_git(&["cherry-pick", "side"]).status.success());
        }),
        ("revert", "a revert", |desk| {
            // Something on top of what is reverted, so that it conflicts.
            desk.write("desk.toml", "# later\n");
            desk.git(&["commit", "--quiet", "-am", "later"]);
            let revert = desk.try_git(&["revert", "--no-edit", "HEAD~1"]);
            assert!(!revert.status.success());
        }),
        ("am", "git am", |desk| {
            let to = ["--output-directory", ".git/patches"];
            let patch = desk.git(&["format-patch", "-1", "side", to[0], to[1]]);
            assert!(!desk.try_git(&["am", &patch]).status.success());
        }),
        ("bisect", "a bisection", |desk| {
            desk.git(&["bisect", "start"]);
        }),
    ];
    for (name, what, begin) in begin {
        let desk = Desk::new();
        fork(&desk);
        begin(&desk);
        let why = deferred(desk.save(EACH, &note(Some("one\n"), "two\n")));
        assert!(why.contains(what), "{name}: {why}");
        match name {
            "bisect" => desk.git(&["bisect", "reset"]),
            _ => desk.git(&[name, "--abort"]),
        };
        desk.hold(EACH);
        assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"), "{name}");
        assert_eq!(desk.journal(), Vec::<String>::new(), "{name}");
        assert_eq!(desk.status(), "", "{name}");
    }
}

#[test]
fn an_unborn_branch_gets_a_root_commit() {
    for rules in [EACH, HOOKS] {
        let desk = Desk::unborn(&["init", "--quiet", "--initial-branch=trunk"], "");
        committed(desk.save(rules, &note(None, "one\n")));
        assert_eq!(
            desk.git(&["log", "--format=%D %s"]),
            "HEAD -> trunk note 2611-7K3MQ"
        );
        assert_eq!(desk.status(), "");
    }
}

#[test]
fn an_ignored_path_is_committed_all_the_same() {
    for rules in [EACH, HOOKS] {
        let desk = Desk::new();
        desk.write(".gitignore", "tickets/\n");
        desk.git(&["add", ".gitignore"]);
        desk.git(&["commit", "--quiet", "-m", "ignore"]);
        committed(desk.save(rules, &note(None, "one\n")));
        committed(desk.save(rules, &note(Some("one\n"), "two\n")));
        assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
        assert_eq!(desk.status(), "");
    }
}

#[test]
fn a_lock_of_somebody_elses_is_waited_for_and_left_alone() {
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    fs::write(&lock, "DIRC").unwrap();
    // Older than the command: not ours. It has stood for a while: not worth a wait.
    let old = SystemTime::now() - Duration::from_mins(1);
    fs::File::open(&lock).unwrap().set_modified(old).unwrap();
    let began = Instant::now();
    let repo = desk.repo();
    let mut held = repo.hold("note", &EACH).unwrap();
    assert!(matches!(
        held.save(&note(None, "one\n")).unwrap(),
        Saved::Committed(_)
    ));
    assert!(
        held.recovered()[0].contains("index"),
        "{:?}",
        held.recovered()
    );
    drop(held);
    assert!(began.elapsed() < Duration::from_secs(4));
    assert!(lock.exists());
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    // A second step on the same file, then the lock goes and the index follows.
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    fs::remove_file(&lock).unwrap();
    assert_eq!(
        desk.hold(EACH),
        ["git's index was behind the last commit in 1 file of the desk, and is in step again."]
    );
    assert_eq!(desk.names("set-aside"), Vec::<String>::new());
    assert_eq!(desk.status(), "");
    assert_eq!(desk.count(), 3);
    assert_eq!(desk.journal(), Vec::<String>::new());
}

#[test]
fn a_step_that_waits_for_the_index_is_settled_by_a_later_one_on_the_same_file() {
    let desk = Desk::new();
    committed(desk.save(EACH, &step(&[save("plain.txt", None, "one\n")])));
    let lock = desk.top.join(".git/index.lock");
    fs::write(&lock, "DIRC").unwrap();
    let old = SystemTime::now() - Duration::from_mins(1);
    fs::File::open(&lock).unwrap().set_modified(old).unwrap();
    committed(desk.save(EACH, &step(&[save("plain.txt", Some("one\n"), "two\n")])));
    let repo = desk.repo();
    let mut held = repo.hold("note", &EACH).unwrap();
    assert_eq!(desk.journal().len(), 1);
    fs::remove_file(&lock).unwrap();
    committed(held.save(&step(&[save("plain.txt", Some("two\n"), "three\n")])));
    drop(held);
    assert_eq!(desk.journal(), Vec::<String>::new());
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert_eq!(desk.names("set-aside"), Vec::<String>::new());
    assert_eq!(desk.status(), "");
}

#[test]
fn a_living_git_at_an_editor_keeps_its_commit_and_ours_waits() {
    if !std::path::Path::new("/proc/self/cwd").exists() {
        skipped("this system does not list processes", true);
        return;
    }
    let desk = Desk::new();
    desk.write("desk.toml", "# changed\n");
    let gate = desk.dir.path().join("gate");
    let editor = format!(
        "touch '{0}.open'; while ! test -e '{0}'; do sleep 0.05; done; echo mine >",
        gate.display()
    );
    let person = std::thread::scope(|scope| {
        let person = scope.spawn(|| {
            let setting = format!("core.editor={editor}");
            Command::new("git")
                .args(["-c", &setting, "commit", "--quiet", "-a"])
                .current_dir(&desk.top)
                .envs(ENV.iter().copied())
                .env_remove("GIT_DIR")
                .env_remove("GIT_EDITOR")
                .output()
                .unwrap()
        });
        while !gate.with_extension("open").exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let why = deferred(desk.save(EACH, &note(None, "one\n")));
        assert!(why.contains("index.lock"), "{why}");
        fs::write(&gate, "").unwrap();
        person.join().unwrap()
    });
    assert!(person.status.success(), "{person:?}");
    assert_eq!(desk.git(&["log", "-1", "--format=%s"]), "mine");
    desk.hold(EACH);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    assert_eq!(desk.in_head("desk.toml").as_deref(), Some("# changed\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn a_split_index_stays_in_step() {
    let desk = Desk::new();
    desk.git(&["config", "core.splitIndex", "true"]);
    desk.git(&["update-index", "--split-index"]);
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    committed(desk.save(EACH, &note(None, "one\n")));
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert_eq!(desk.status(), "A  mine.md");
    desk.sound();
}

#[test]
fn a_lock_that_goes_away_in_time_is_only_a_delay() {
    let desk = Desk::new();
    let lock = desk.top.join(".git/index.lock");
    let repo = desk.repo();
    let mut held = repo.hold("note", &EACH).unwrap();
    // Somebody's git that began before and ends soon.
    fs::write(&lock, "DIRC").unwrap();
    fs::File::open(&lock)
        .unwrap()
        .set_modified(SystemTime::now() - Duration::from_secs(2))
        .unwrap();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        fs::remove_file(lock).unwrap();
    });
    committed(held.save(&note(None, "one\n")));
    other.join().unwrap();
    assert_eq!(held.recovered(), Vec::<String>::new());
    drop(held);
    assert_eq!(desk.status(), "");
}

#[test]
fn a_linked_work_tree_commits_on_its_own_branch() {
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
    let repo = Repo::open_with(&other, ENV).unwrap();
    assert_eq!(repo.private(), desk.repo().private());
    committed(repo.hold("note", &EACH).unwrap().save(&note(None, "one\n")));
    assert_eq!(desk.git(&["rev-list", "--count", "side"]), "2");
    assert_eq!(desk.git(&["rev-list", "--count", "main"]), "1");
    assert_eq!(
        String::from_utf8(git_in(&other, &["status", "--porcelain"]).stdout).unwrap(),
        ""
    );
    assert_eq!(desk.status(), "");
    desk.sound();
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let inner = Desk::new();
    let outer = Desk::new();
    outer.git(&[
        "submodule",
        "--quiet",
        "add",
        inner.top.to_str().unwrap(),
        "help",
    ]);
    outer.git(&["commit", "--quiet", "-m", "help"]);
    let desk = outer.top.join("help");
    for (key, value) in [
        ("user.name", "Ewa Nowak"),
        ("user.email", "ewa@example.com"),
        ("maintenance.auto", "false"),
    ] {
        git_in(&desk, &["config", key, value]);
    }
    let repo = Repo::open_with(&desk, ENV).unwrap();
    committed(repo.hold("note", &EACH).unwrap().save(&note(None, "one\n")));
    let log = git_in(&desk, &["log", "-1", "--format=%D"]);
    assert!(String::from_utf8_lossy(&log.stdout).contains("HEAD -> main"));
    assert_eq!(
        String::from_utf8(git_in(&desk, &["status", "--porcelain"]).stdout).unwrap(),
        ""
    );
}

#[test]
fn sha256_repositories_work() {
    let desk = Desk::with(&["init", "--quiet", "--object-format=sha256"], "");
    let commit = committed(desk.save(EACH, &note(None, "one\n")));
    assert_eq!(commit.len(), 64);
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    assert_eq!(desk.status(), "");
    desk.sound();
}

#[test]
fn reftable_repositories_work() {
    let probe = crate::scratch::folder();
    if !git_in(probe.path(), &["init", "--quiet", "--ref-format=reftable"])
        .status
        .success()
    {
        skipped("this git knows no reftables", true);
        return;
    }
    let init = [
        "init",
        "--quiet",
        "--ref-format=reftable",
        "--initial-branch=main",
    ];
    let desk = Desk::with(&init, "");
    committed(desk.save(EACH, &note(None, "one\n")));
    fork_reftable(&desk);
    for (begin, what) in [("cherry-pick", "a cherry-pick"), ("revert", "a revert")] {
        let target = if begin == "revert" { "HEAD~2" } else { "side" };
        assert!(!desk.try_git(&[begin, "--no-edit", target]).status.success());
        let now = desk.read(TICKET).unwrap();
        let why = deferred(desk.save(EACH, &note(Some(&now), &format!("{now}{begin}\n"))));
        assert!(why.contains(what), "{why}");
        desk.git(&[begin, "--abort"]);
        desk.hold(EACH);
        assert!(desk.in_head(TICKET).unwrap().contains(begin));
    }
    desk.git(&["checkout", "--quiet", "--detach"]);
    let reported = desk.save(EACH, &note(None, "x")).unwrap_err();
    assert!(
        matches!(reported, StoreError::Detached { .. }),
        "{reported:?}"
    );
    let now = desk.read(TICKET).unwrap();
    committed(desk.save(
        SaveRules {
            detached_ok: true,
            ..EACH
        },
        &note(Some(&now), "four\n"),
    ));
    assert_eq!(desk.status(), "");
    desk.sound();
    let unborn = Desk::unborn(&init, "");
    committed(unborn.save(EACH, &note(None, "one\n")));
    assert_eq!(unborn.count(), 1);
}

fn fork_reftable(desk: &Desk) {
    desk.git(&["checkout", "--quiet", "-b", "side"]);
    desk.write("desk.toml", "# side\n");
    desk.git(&["commit", "--quiet", "-am", "side"]);
    desk.git(&["checkout", "--quiet", "main"]);
    for text in ["# main\n", "# later\n"] {
        desk.write("desk.toml", text);
        desk.git(&["commit", "--quiet", "-am", "main"]);
    }
}

#[test]
fn line_ends_stay_as_written_where_attributes_say_so() {
    let desk = Desk::new();
    desk.write(".gitattributes", "tickets/** -text\n");
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "attributes"]);
    desk.git(&["config", "core.autocrlf", "true"]);
    committed(desk.save(EACH, &note(None, "one\r\ntwo\n")));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\r\ntwo\n"));
    assert_eq!(desk.read(TICKET).as_deref(), Some("one\r\ntwo\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn a_sparse_checkout_does_not_hide_a_new_ticket_from_the_next_commit() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    desk.write("kb/a.md", "a\n");
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "kb"]);
    desk.git(&["sparse-checkout", "set", "kb"]);
    assert_eq!(desk.read(TICKET), None);
    let new = "tickets/2026-12/2612-7K3MQ.md";
    committed(desk.save(EACH, &step(&[save(new, None, "new\n")])));
    assert_eq!(desk.in_head(new).as_deref(), Some("new\n"));
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("one\n"));
    // A file that the checkout leaves out, but somebody put there.
    desk.write(TICKET, "one\n");
    committed(desk.save(EACH, &note(Some("one\n"), "two\n")));
    desk.write("kb/a.md", "b\n");
    desk.git(&["commit", "--quiet", "-am", "mine"]);
    assert_eq!(desk.in_head(TICKET).as_deref(), Some("two\n"));
    assert_eq!(desk.in_head(new).as_deref(), Some("new\n"));
}

#[test]
fn what_is_no_work_tree_is_refused_with_the_reason() {
    let dir = crate::scratch::folder();
    let env = [
        ENV,
        &[(
            "GIT_CEILING_DIRECTORIES",
            dir.path().parent().unwrap().to_str().unwrap(),
        )],
    ]
    .concat();
    let reported = Repo::open_with(dir.path(), &env).unwrap_err();
    assert!(
        matches!(reported, StoreError::NoWorkTree { .. }),
        "{reported:?}"
    );
    let bare = dir.path().join("bare.git");
    git_in(
        dir.path(),
        &["init", "--quiet", "--bare", bare.to_str().unwrap()],
    );
    let reported = Repo::open_with(&bare, &env).unwrap_err();
    assert!(matches!(reported, StoreError::Bare { .. }), "{reported:?}");
    let reported = Repo::open_with(&dir.path().join("missing"), &env).unwrap_err();
    assert!(matches!(reported, StoreError::Io { .. }), "{reported:?}");
    let desk = Desk::new();
    let reported = Repo::open_with(&desk.top.join(".git"), &env).unwrap_err();
    assert!(
        matches!(reported, StoreError::NoWorkTree { .. }),
        "{reported:?}"
    );
}

#[test]
fn a_repository_of_another_user_is_explained() {
    let desk = Desk::new();
    let strange = |path: &std::path::Path| std::os::unix::fs::chown(path, Some(65533), Some(65533));
    if strange(&desk.top)
        .and_then(|()| strange(&desk.top.join(".git")))
        .is_err()
    {
        skipped("only root can give a repository away", true);
        return;
    }
    let env = [ENV, &[("SUDO_UID", "0")]].concat();
    let reported = Repo::open_with(&desk.folder, &env).unwrap_err();
    assert!(
        matches!(&reported, StoreError::DubiousOwnership { folder } if *folder == desk.top),
        "{reported:?}"
    );
    assert!(reported.hint().unwrap().contains("safe.directory"));
}

#[test]
fn a_repository_that_cannot_be_written_says_which_path() {
    let desk = Desk::new();
    let private = desk.top.join(".git/plaindesk");
    // Works for root as well, whom permissions do not stop.
    fs::write(&private, "in the way").unwrap();
    let reported = desk.save(EACH, &note(None, "one\n")).unwrap_err();
    assert!(reported.to_string().contains("plaindesk"), "{reported}");
    fs::remove_file(&private).unwrap();
    fs::set_permissions(desk.top.join(".git"), fs::Permissions::from_mode(0o555)).unwrap();
    let reported = desk.save(EACH, &note(None, "one\n"));
    fs::set_permissions(desk.top.join(".git"), fs::Permissions::from_mode(0o755)).unwrap();
    match reported {
        Err(StoreError::Io { path, .. }) => assert!(path.starts_with(&private), "{path:?}"),
        Ok(_) if rustix::process::geteuid().is_root() => {
            skipped("root writes to read-only folders", true);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_system_that_is_read_only_says_so() {
    let desk = Desk::new();
    let script =
        "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";
    let me = std::env::current_exe().unwrap();
    let mut child = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            script,
            "sh",
            desk.dir.path().to_str().unwrap(),
        ])
        .arg(me)
        .args(["--exact", "crowd::child", "--nocapture"])
        .env("STORE_TEST_DESK", &desk.folder)
        .env("STORE_TEST_FILES", "ro.md")
        .env("STORE_TEST_TRUSTING", &desk.trusting)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut said = String::new();
    if let Ok(child) = &mut child {
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        child.wait().unwrap();
    }
    // The child prints at least that it runs.
    if said.is_empty() {
        skipped("no mount name spaces here", true);
        return;
    }
    assert!(said.contains("refused: "), "{said}");
    assert!(said.contains("Read-only file system"), "{said}");
    assert_eq!(desk.read("ro.md"), None);
}
