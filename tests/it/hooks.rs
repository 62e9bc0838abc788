//! `desk hooks`: the rules of the house before a commit, before a push, and on a server.

use std::path::Path;
use std::process::Command;

use crate::clones::{Clone, Team};
use crate::desk::Out;
use crate::scratch;

const NOON: &str = "2026-11-23T12:00:00Z";

/// `desk` in a bare repository.
fn desk_at(team: &Team, folder: &Path, args: &[&str]) -> Out {
    let home = team.desk.beside("home");
    let mut command = scratch::command(env!("CARGO_BIN_EXE_desk"), folder, &home);
    Out::of(&command.env("DESK_NOW", NOON).args(args).output().unwrap())
}

/// Git in a clone at noon, with the hooks that are there.
fn git(clone: &Clone, args: &[&str]) -> Out {
    let mut command: Command = clone.git_command(args);
    command.env("DESK_NOW", NOON);
    Out::of(&command.output().unwrap())
}

/// A team whose server judges.
fn judged() -> Team {
    let team = Team::new();
    let out = desk_at(&team, &team.hub, &["hooks", "install", "--server"]).code(0);
    assert_eq!(out.stdout, "pre-receive: installed\n");
    team
}

/// A commit by hand, by somebody.
fn commit_as(clone: &Clone, author: &str) {
    let _ = clone.git(&["add", "--all"]).code(0);
    let args = [
        "commit", "--quiet", "--author", author, "--date", NOON, "-m", "by hand",
    ];
    let _ = clone.git(&args).code(0);
}

const MAREK: &str = "Marek Zieliński <marek@example.org>";
const EWA: &str = "Ewa Wójcik <ewa@example.org>";

#[test]
fn a_server_takes_in_what_keeps_the_rules_and_names_what_does_not() {
    let team = judged();
    let marek = &team.marek;
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "One."]).code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let settings = marek.read("desk.toml");
    marek.write("desk.toml", &format!("{settings}\n# mine\n"));
    commit_as(marek, MAREK);
    let head = marek
        .git(&["rev-parse", "--short=10", "HEAD"])
        .code(0)
        .stdout;
    let refused = git(marek, &["push", "--quiet", "origin", "main"]);
    let line = refused
        .stderr
        .lines()
        .find(|line| line.contains("settings:"));
    let line = line.unwrap_or_else(|| panic!("{refused}"));
    for words in [
        head.trim(),
        "desk.toml",
        "`marek` is no manager",
        "have a manager",
    ] {
        assert!(line.contains(words), "{words}\n{refused}");
    }
    assert!(
        refused.stderr.contains("pre-receive hook declined"),
        "{refused}"
    );
    // `sync` says what the server says.
    let out = marek.desk(NOON, &["sync"]).code(5);
    assert!(
        out.stderr.contains("settings: `marek` is no manager"),
        "{out}"
    );
    // A branch that is new there.
    let out = git(
        marek,
        &["push", "--quiet", "origin", "main:refs/heads/mine"],
    );
    assert!(out.stderr.contains("settings: `marek`"), "{out}");
    let _ = marek
        .git(&["reset", "--quiet", "--hard", "origin/main"])
        .code(0);
    marek.write("desk.toml", &format!("{settings}\n# hers\n"));
    commit_as(marek, EWA);
    let _ = git(marek, &["push", "--quiet", "origin", "main"]).code(0);
    // A branch of its own that brings nothing new.
    let _ = git(
        marek,
        &["push", "--quiet", "origin", "main:refs/heads/mine"],
    )
    .code(0);
    let _ = git(marek, &["push", "--quiet", "origin", ":refs/heads/mine"]).code(0);
}

#[test]
fn a_server_judges_by_its_own_clock() {
    let team = judged();
    let marek = &team.marek;
    let _ = marek
        .desk(
            "2026-11-24T12:00:00Z",
            &["note", &team.id, "-m", "Tomorrow."],
        )
        .code(0);
    let out = git(marek, &["push", "--quiet", "origin", "main"]);
    assert!(
        out.stderr.contains("times: the entry `note` by `marek`"),
        "{out}"
    );
    assert!(out.stderr.contains("desk redate"), "{out}");
}

/// What a merge changes by hand, which no commit with one parent tells of.
#[test]
fn what_a_merge_does_by_itself_is_judged() {
    let team = judged();
    let marek = &team.marek;
    let _ = team
        .anna
        .desk(NOON, &["note", &team.id, "-m", "Hers."])
        .code(0);
    let _ = team.anna.desk(NOON, &["sync"]).code(0);
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "Mine."]).code(0);
    let _ = git(marek, &["fetch", "--quiet"]).code(0);
    let _ = git(marek, &["merge", "--quiet", "--no-commit", "origin/main"]).code(0);
    let settings = marek.read("desk.toml");
    marek.write(
        "desk.toml",
        &format!("{settings}\n[queue.mine]\ntitle = \"Mine\"\narea = \"network\"\ntier = 1\n"),
    );
    let path = team.path();
    marek.write(&path, &marek.read(&path).replace("Hers.", "Not hers."));
    commit_as(marek, MAREK);
    let out = git(marek, &["push", "--quiet", "origin", "main"]);
    for words in [
        "desk.toml: settings: `marek`",
        "others: `marek` rewrote the entry `note` by `anna`",
    ] {
        assert!(out.stderr.contains(words), "{words}\n{out}");
    }
    // A manager's change, dropped by a merge that takes one side.
    let _ = git(marek, &["reset", "--quiet", "--hard", "origin/main"]).code(0);
    let _ = git(marek, &["switch", "--quiet", "-c", "side", "origin/main~1"]).code(0);
    let _ = marek
        .desk(NOON, &["note", &team.id, "-m", "Aside."])
        .code(0);
    let _ = git(marek, &["switch", "--quiet", "main"]).code(0);
    let retitled = marek
        .read("desk.toml")
        .replacen("title = \"", "title = \"Our ", 1);
    marek.write("desk.toml", &retitled);
    commit_as(marek, EWA);
    let _ = git(marek, &["push", "--quiet", "origin", "main"]).code(0);
    let _ = git(marek, &["switch", "--quiet", "side"]).code(0);
    let ours = ["merge", "--quiet", "-s", "ours", "-m", "ours", "main"];
    let _ = git(marek, &ours).code(0);
    let out = git(marek, &["push", "--quiet", "origin", "side:main"]);
    assert!(out.stderr.contains("desk.toml: settings: `anna`"), "{out}");
    assert!(out.stderr.contains("merges: a merge left out"), "{out}");
}

#[test]
fn a_merge_by_the_desk_s_rules_is_nobody_s_change() {
    let team = judged();
    let marek = &team.marek;
    let settings = marek.read("desk.toml");
    marek.write(
        "desk.toml",
        &settings.replacen("title = \"", "title = \"Our ", 1),
    );
    commit_as(marek, EWA);
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "Mine."]).code(0);
    let anna = &team.anna;
    anna.write("desk.toml", &format!("{settings}\n# told\n"));
    commit_as(anna, EWA);
    let _ = anna.desk(NOON, &["note", &team.id, "-m", "Hers."]).code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    assert_eq!(anna.read("desk.toml"), marek.read("desk.toml"));
}

/// A branch that is rewound loses what others said.
#[test]
fn a_push_that_replaces_commits_keeps_what_they_said() {
    let team = judged();
    let marek = &team.marek;
    let _ = team
        .anna
        .desk(NOON, &["note", &team.id, "-m", "Hers."])
        .code(0);
    let _ = team.anna.desk(NOON, &["sync"]).code(0);
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "Mine."]).code(0);
    let out = git(marek, &["push", "--quiet", "--force", "origin", "main"]);
    assert!(
        out.stderr.contains("took away the entry `note` by `anna`"),
        "{out}"
    );
    // The same words in other commits are none.
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = git(
        marek,
        &[
            "commit",
            "--quiet",
            "--amend",
            "-m",
            "another message",
            "--allow-empty",
        ],
    )
    .code(0);
    let _ = git(marek, &["push", "--quiet", "--force", "origin", "main"]).code(0);
}

#[test]
fn a_desk_comes_to_an_empty_server_and_two_desks_share_one() {
    let team = Team::new();
    let hub = team.desk.beside("empty.git");
    let marek = &team.marek;
    let _ = marek
        .git(&["init", "--quiet", "--bare", hub.to_str().unwrap()])
        .code(0);
    let _ = desk_at(&team, &hub, &["hooks", "install", "--server"]).code(0);
    let _ = git(marek, &["push", "--quiet", hub.to_str().unwrap(), "main"]).code(0);
    // A desk in a folder of the same repository.
    let _ = marek.git(&["switch", "--quiet", "-c", "more"]).code(0);
    let inner = marek.root.join("other desk");
    std::fs::create_dir(&inner).unwrap();
    for name in ["desk.toml", "catalog.toml"] {
        let _ = std::fs::copy(marek.root.join(name), inner.join(name)).unwrap();
    }
    commit_as(marek, EWA);
    let push = ["push", "--quiet", hub.to_str().unwrap(), "more"];
    let _ = git(marek, &push).code(0);
    let text = marek.read("other desk/desk.toml");
    marek.write("other desk/desk.toml", &format!("{text}\n# mine\n"));
    commit_as(marek, MAREK);
    let out = git(marek, &push);
    assert!(
        out.stderr.contains(" other desk/desk.toml: settings:"),
        "{out}"
    );
}

#[test]
fn what_is_staged_is_checked_before_a_commit() {
    let team = Team::new();
    let marek = &team.marek;
    let out = marek.desk(NOON, &["hooks", "install", "--dry-run"]).code(0);
    assert_eq!(
        out.stdout,
        "pre-commit: would be installed\npre-push: would be installed\n"
    );
    assert!(!marek.root.join(".git/hooks/pre-commit").exists());
    let out = marek.desk(NOON, &["hooks", "install"]).code(0);
    assert_eq!(out.stdout, "pre-commit: installed\npre-push: installed\n");
    let out = marek.desk(NOON, &["hooks", "install"]).code(0);
    assert_eq!(out.stdout, "pre-commit: was there\npre-push: was there\n");
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "One."]).code(0);
    // What is staged is wrong, and the file is not.
    let path = team.path();
    let text = marek.read(&path);
    marek.write(
        &path,
        &text.replacen("priority = \"", "priority = \"very-", 1),
    );
    let _ = git(marek, &["add", &path]).code(0);
    marek.write(&path, &text);
    let out = git(marek, &["commit", "--quiet", "-m", "by hand"]);
    assert!(out.stderr.contains("very-"), "{out}");
    let _ = marek.desk(NOON, &["check", "--changed"]).code(1);
    // With `-a` the file is what counts.
    let _ = git(
        marek,
        &["commit", "--quiet", "-a", "--allow-empty", "-m", "by hand"],
    )
    .code(0);
    // What is the managers'.
    let settings = marek.read("desk.toml");
    marek.write("desk.toml", &format!("{settings}\n# mine\n"));
    let out = git(marek, &["commit", "--quiet", "-am", "by hand"]);
    assert!(
        out.stderr.contains("not committed desk.toml: settings: "),
        "{out}"
    );
    let _ = git(
        marek,
        &["commit", "--quiet", "--author", EWA, "-am", "by hand"],
    )
    .code(0);
    let out = marek.desk(NOON, &["hooks", "remove"]).code(0);
    assert_eq!(out.stdout, "pre-commit: removed\npre-push: removed\n");
    let out = marek.desk(NOON, &["hooks", "remove"]).code(0);
    assert_eq!(out.stdout, "no hooks of the program are there\n");
}

#[test]
fn what_goes_is_checked_before_a_push_behind_a_hook_that_was_there() {
    let team = Team::new();
    let marek = &team.marek;
    let hook = marek.root.join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ncat >\"$PWD/.git/told\"\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&hook, executable).unwrap();
    let out = marek.desk(NOON, &["hooks", "install"]).code(0);
    assert!(
        out.stdout
            .ends_with("pre-push: installed; the hook that was there runs first\n"),
        "{out}"
    );
    let _ = marek.desk(NOON, &["note", &team.id, "-m", "One."]).code(0);
    let _ = git(marek, &["push", "--quiet", "origin", "main"]).code(0);
    assert!(marek.read(".git/told").starts_with("refs/heads/main "));
    let settings = marek.read("desk.toml");
    marek.write("desk.toml", &format!("{settings}\n# mine\n"));
    commit_as_unchecked(marek);
    for branch in ["main", "main:refs/heads/new"] {
        let out = git(marek, &["push", "--quiet", "origin", branch]);
        assert!(
            out.stderr.contains("desk.toml: settings: `marek`"),
            "{branch}\n{out}"
        );
    }
    let out = marek.desk(NOON, &["hooks", "remove"]).code(0);
    assert!(
        out.stdout
            .ends_with("pre-push: removed; the hook that was there before is back\n"),
        "{out}"
    );
    assert!(std::fs::read_to_string(&hook).unwrap().contains("told"));
}

fn commit_as_unchecked(marek: &Clone) {
    let args = [
        "commit",
        "--quiet",
        "--no-verify",
        "--author",
        MAREK,
        "-am",
        "by hand",
    ];
    let _ = marek.git(&args).code(0);
}

#[test]
fn hooks_that_stand_elsewhere_are_left_to_a_person() {
    let team = Team::new();
    let marek = &team.marek;
    let _ = marek
        .git(&["config", "core.hooksPath", ".githooks"])
        .code(0);
    let out = marek.desk(NOON, &["hooks", "install"]).code(4);
    assert!(out.stderr.contains("desk hooks run pre-commit"), "{out}");
    let _ = marek.git(&["config", "--unset", "core.hooksPath"]).code(0);
    let out = desk_at(&team, &team.hub, &["hooks", "install"]).code(4);
    assert!(out.stderr.contains("desk hooks install --server"), "{out}");
    let _ = marek.desk(NOON, &["hooks", "run", "post-commit"]).code(2);
}

#[test]
fn changes_are_checked_by_hand() {
    let team = Team::new();
    let marek = &team.marek;
    let out = marek.desk(NOON, &["check", "--changed"]).code(0);
    assert!(out.stdout.contains("0 tickets"), "{out}");
    let path = team.path();
    let text = marek.read(&path);
    marek.write(&path, &text.replacen("- status: open", "- status: new", 1));
    let out = marek.desk(NOON, &["check", "--changed"]).code(1);
    assert!(
        out.stdout.contains("others: `marek` rewrote the entry"),
        "{out}"
    );
    let json = marek.desk(NOON, &["check", "--changed", "--json"]).code(1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["findings"][0]["rule"], "others", "{json}");
    marek.write(&path, &text);
    marek.write("kb/network/more.md", "no article\n");
    let out = marek.desk(NOON, &["check", "--changed"]).code(1);
    assert!(out.stdout.contains("kb/network/more.md"), "{out}");
}
