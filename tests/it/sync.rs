//! `desk sync`: clones that share one bare repository.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::clones::{Clone, Team};
use crate::desk::Out;

const NOON: &str = "2026-11-23T12:00:00Z";

fn sync(clone: &Clone) -> Out {
    clone.desk(NOON, &["sync"])
}

fn note(clone: &Clone, team: &Team, now: &str, text: &str) {
    note_on(clone, &team.id, now, text);
}

fn note_on(clone: &Clone, id: &str, now: &str, text: &str) {
    let _ = clone.desk(now, &["note", id, "-m", text]).code(0);
}

fn is_clean(clone: &Clone) {
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let _ = clone.desk(NOON, &["check"]).code(0);
}

fn tree(clone: &Clone) -> String {
    clone.git(&["rev-parse", "HEAD^{tree}"]).code(0).stdout
}

#[test]
fn two_people_on_one_ticket_lose_nothing_and_settle_nothing() {
    let team = Team::new();
    note(&team.anna, &team, "2026-11-23T11:00:00Z", "From Anna.");
    let _ = team
        .anna
        .desk(NOON, &["set", &team.id, "impact=site"])
        .code(0);
    note(&team.marek, &team, "2026-11-23T11:01:00Z", "From Marek.");
    let _ = team
        .marek
        .desk(NOON, &["set", &team.id, "urgency=high"])
        .code(0);
    let _ = sync(&team.anna).code(0);
    let out = sync(&team.marek).code(0);
    assert!(out.stdout.contains("2 commits came"), "{out}");
    assert!(out.stdout.contains(&team.id), "{out}");
    assert!(out.stdout.contains("anna: note, set"), "{out}");
    let _ = sync(&team.anna).code(0);
    assert_eq!(tree(&team.anna), tree(&team.marek));
    let text = team.anna.read(&team.path());
    for words in [
        "From Anna.",
        "From Marek.",
        "impact = \"site\"",
        "urgency = \"high\"",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    is_clean(&team.anna);
    is_clean(&team.marek);
    let again = sync(&team.anna).code(0);
    assert_eq!(again.stdout, "origin/main: nothing to sync\n");
}

#[test]
fn a_dry_run_says_what_would_come_and_go() {
    let team = Team::new();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    note(&team.marek, &team, NOON, "From Marek.");
    let before = (tree(&team.marek), team.marek.read(&team.path()));
    let out = team.marek.desk(NOON, &["sync", "--dry-run"]).code(0);
    assert!(out.stdout.contains("1 commit would come"), "{out}");
    assert!(out.stdout.contains("would go"), "{out}");
    assert!(out.stdout.contains("anna: note"), "{out}");
    assert_eq!((tree(&team.marek), team.marek.read(&team.path())), before);
}

#[test]
fn what_came_in_is_told_by_what_concerns_the_reader() {
    let team = Team::new();
    let anna = |args: &[&str]| {
        let _ = team.anna.desk("2026-11-23T11:00:00Z", args).code(0);
    };
    anna(&["escalate", &team.id, "--to", "network", "-m", "CRC errors"]);
    anna(&[
        "new",
        "The door is stuck",
        "--from",
        "Eva",
        "--impact",
        "person",
    ]);
    let _ = sync(&team.anna).code(0);
    let out = sync(&team.marek).code(0);
    let lines: Vec<&str> = out.stdout.lines().collect();
    assert!(lines[1].starts_with(&team.id), "{out}");
    assert!(lines[1].contains("moved to network"), "{out}");
    assert!(lines[2].contains("The door is stuck"), "{out}");
    let json = team.marek.desk(NOON, &["sync", "--json"]).code(0);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["sync"][0]["came"], 0);
}

#[test]
fn what_is_not_committed_stays_so_and_is_joined_with_what_came() {
    let team = Team::new();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let path = team.path();
    let mine =
        team.marek
            .read(&path)
            .replacen("\n+++\n", "\n+++\nBy hand, and not committed.\n", 1);
    team.marek.write(&path, &mine);
    team.marek.write("notes.txt", "mine\n");
    team.marek.write("staged.txt", "mine\n");
    let _ = team.marek.git(&["add", "staged.txt"]).code(0);
    let out = sync(&team.marek).code(0);
    assert!(out.stdout.contains("merged with what came"), "{out}");
    let text = team.marek.read(&path);
    assert!(text.contains("By hand, and not committed."), "{text}");
    assert!(text.contains("From Anna."), "{text}");
    let status = team.marek.git(&["status", "--porcelain"]).code(0).stdout;
    assert_eq!(status, format!("A  staged.txt\n M {path}\n?? notes.txt\n"));
    let shown = team.marek.git(&["show", &format!("HEAD:{path}")]).code(0);
    assert!(!shown.stdout.contains("By hand"), "{shown}");
}

#[test]
fn outside_of_the_desk_git_merges_texts_and_conflicts_stop_it_unwritten() {
    let team = Team::new();
    team.anna.write("docs/a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    team.anna.write("docs/b.txt", "1\n");
    team.anna.commit("texts");
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    team.anna
        .write("docs/a.txt", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    team.anna.commit("one");
    team.marek
        .write("docs/a.txt", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    std::os::unix::fs::symlink("a.txt", team.marek.root.join("docs/link")).unwrap();
    team.marek.commit("nine");
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    let _ = sync(&team.anna).code(0);
    assert_eq!(
        team.anna.read("docs/link"),
        "one\n2\n3\n4\n5\n6\n7\n8\nnine\n"
    );
    is_clean(&team.anna);
    is_clean(&team.marek);
    // The same line on both sides is a person's.
    team.anna.write("docs/b.txt", "anna\n");
    team.anna.commit("b");
    let _ = sync(&team.anna).code(0);
    team.marek.write("docs/b.txt", "marek\n");
    team.marek.commit("b");
    note(&team.marek, &team, NOON, "From Marek.");
    let before = team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("docs/b.txt"), "{out}");
    assert!(out.stderr.contains("git merge origin/main"), "{out}");
    assert_eq!(
        team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout,
        before
    );
    is_clean(&team.marek);
    // So is what is not committed in the way of what came.
    let _ = team
        .marek
        .git(&["reset", "--quiet", "--hard", "HEAD~2"])
        .code(0);
    team.marek.write("docs/b.txt", "marek\n");
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("docs/b.txt"), "{out}");
    assert_eq!(team.marek.read("docs/b.txt"), "marek\n");
}

#[test]
fn a_desk_in_a_folder_of_a_larger_repository() {
    let team = Team::new();
    for clone in [&team.anna, &team.marek] {
        if clone.root == team.anna.root {
            fs::create_dir(clone.root.join("it desk")).unwrap();
            for name in ["desk.toml", "catalog.toml", "kb", "tickets"] {
                let _ = clone.git(&["mv", name, "it desk/"]).code(0);
            }
            clone.commit("move");
            let _ = clone.git(&["push", "--quiet"]).code(0);
        } else {
            let _ = clone.git(&["pull", "--quiet"]).code(0);
        }
    }
    let inner = |clone: &Clone, args: &[&str]| {
        let mut command = clone.command(NOON, args);
        command.current_dir(clone.root.join("it desk"));
        Out::of(&command.output().unwrap())
    };
    let _ = inner(&team.anna, &["note", &team.id, "-m", "From Anna."]).code(0);
    let _ = inner(&team.marek, &["note", &team.id, "-m", "From Marek."]).code(0);
    let _ = inner(&team.anna, &["sync"]).code(0);
    let _ = inner(&team.marek, &["sync"]).code(0);
    let text = team.marek.read(&format!("it desk/{}", team.path()));
    assert!(
        text.contains("From Anna.") && text.contains("From Marek."),
        "{text}"
    );
    assert_eq!(
        team.marek.git(&["status", "--porcelain"]).code(0).stdout,
        ""
    );
}

#[test]
fn articles_are_matched_by_id() {
    let team = Team::new();
    let made = team.anna.desk(
        NOON,
        &[
            "kb",
            "new",
            "Reset the router",
            "--category",
            "network",
            "-m",
            "## Steps\n\n1. Hold it.\n",
        ],
    );
    let id = made.code(0).stdout.trim().to_owned();
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    // Moved here and edited there.
    fs::create_dir_all(team.anna.root.join("kb/hardware")).unwrap();
    let _ = team
        .anna
        .git(&[
            "mv",
            "kb/network/reset-the-router.md",
            "kb/hardware/router.md",
        ])
        .code(0);
    team.anna.commit("move");
    let text = team.marek.read("kb/network/reset-the-router.md");
    team.marek.write(
        "kb/network/reset-the-router.md",
        &text.replace("1. Hold it.", "1. Hold it for ten seconds."),
    );
    team.marek.commit("edit");
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    assert!(
        !team
            .marek
            .root
            .join("kb/network/reset-the-router.md")
            .exists()
    );
    let text = team.marek.read("kb/hardware/router.md");
    assert!(text.contains("ten seconds") && text.contains(&id), "{text}");
    is_clean(&team.marek);
    // Two of one title.
    for (clone, words) in [(&team.anna, "Anna's"), (&team.marek, "Marek's")] {
        let _ = sync(clone).code(0);
        let args = [
            "kb",
            "new",
            "Ask for a licence",
            "--category",
            "network",
            "-m",
            words,
        ];
        let _ = clone.desk(NOON, &args).code(0);
    }
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    let _ = sync(&team.anna).code(0);
    assert_eq!(tree(&team.anna), tree(&team.marek));
    is_clean(&team.anna);
    let all = team
        .anna
        .git(&["grep", "-l", "Ask for a licence", "kb"])
        .code(0);
    assert_eq!(all.stdout.lines().count(), 2, "{all}");
}

#[test]
fn a_lost_race_is_run_again_and_nothing_is_lost() {
    let team = Team::new();
    let third = team.clone("third", &[]);
    let clones = [&team.anna, &team.marek, &third];
    std::thread::scope(|scope| {
        for (at, clone) in clones.into_iter().enumerate() {
            let id = &team.id;
            scope.spawn(move || {
                for round in 0..5 {
                    note_on(clone, id, NOON, &format!("Clone {at}, round {round}."));
                    let _ = sync(clone).code(0);
                }
            });
        }
    });
    for clone in clones {
        let _ = sync(clone).code(0);
    }
    let text = third.read(&team.path());
    for at in 0..3 {
        for round in 0..5 {
            let words = format!("Clone {at}, round {round}.");
            assert_eq!(text.matches(&words).count(), 1, "{words}");
        }
    }
    is_clean(&third);
}

#[test]
fn no_network_no_key_no_remote_are_told_apart() {
    let team = Team::new();
    let marek = &team.marek;
    let url = |url: &str| {
        let _ = marek.git(&["remote", "set-url", "origin", url]).code(0);
        sync(marek).code(5)
    };
    let offline = url("ssh://127.0.0.1:9/desk.git");
    assert!(offline.stderr.contains("cannot be reached"), "{offline}");
    let gone = url("/nowhere/desk.git");
    assert!(
        gone.stderr
            .contains("does not appear to be a git repository"),
        "{gone}"
    );
    // A server that knows nobody.
    let ssh = team.desk.script(
        "ssh",
        "#!/bin/sh\necho 'anna@host: Permission denied (publickey).' >&2\nexit 255\n",
    );
    let _ = marek
        .git(&["remote", "set-url", "origin", "ssh://host.invalid/desk.git"])
        .code(0);
    let mut command = marek.command(NOON, &["sync"]);
    command.env("GIT_SSH_COMMAND", &ssh);
    let refused = Out::of(&command.output().unwrap()).code(5);
    assert!(refused.stderr.contains("does not let us in"), "{refused}");
    let _ = marek.git(&["remote", "remove", "origin"]).code(0);
    let none = sync(marek).code(5);
    assert!(none.stderr.contains("no remote"), "{none}");
}

#[test]
fn ssh_is_told_to_ask_nothing_where_nobody_is_there() {
    let team = Team::new();
    let seen = team.desk.beside("seen");
    let ssh = team.desk.script(
        "ssh",
        &format!("#!/bin/sh\necho \"$@\" >> {}\nexit 255\n", seen.display()),
    );
    let _ = team
        .marek
        .git(&["remote", "set-url", "origin", "ssh://host.invalid/desk.git"])
        .code(0);
    let mut command = team.marek.command(NOON, &["sync"]);
    command.env("GIT_SSH_COMMAND", &ssh);
    let _ = Out::of(&command.output().unwrap()).code(5);
    let words = fs::read_to_string(&seen).unwrap();
    assert!(words.contains("BatchMode=yes"), "{words}");
}

#[test]
fn a_remote_that_hangs_is_given_up() {
    let team = Team::new();
    let ssh = team.desk.script("ssh", "#!/bin/sh\nsleep 600\n");
    let _ = team
        .marek
        .git(&["remote", "set-url", "origin", "ssh://host.invalid/desk.git"])
        .code(0);
    let mut command = team.marek.command(NOON, &["sync", "--timeout", "1"]);
    command.env("GIT_SSH_COMMAND", &ssh);
    let begun = Instant::now();
    let out = Out::of(&command.output().unwrap()).code(5);
    assert!(out.stderr.contains("has not answered for 1 s"), "{out}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    // The lock is not held over the network.
    note(&team.marek, &team, NOON, "Still works.");
}

#[test]
fn what_a_clone_itself_names_does_not_run() {
    let team = Team::new();
    let marek = &team.marek;
    let trap = team
        .desk
        .script("trap", "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\n");
    let trap = trap.to_str().unwrap();
    let sprung = Path::new(trap).parent().unwrap().join("sprung");
    for key in [
        "core.sshCommand",
        "remote.origin.uploadpack",
        "credential.helper",
    ] {
        let _ = marek.git(&["config", "--local", key, trap]).code(0);
        let out = sync(marek).code(5);
        assert!(out.stderr.contains("names a program"), "{out}");
        let _ = marek.git(&["config", "--local", "--unset", key]).code(0);
    }
    let inner = marek.root.join(".hub");
    let bare = ["clone", "--quiet", "--bare", ".", inner.to_str().unwrap()];
    let _ = marek.git(&bare).code(0);
    fs::copy(trap, inner.join("hooks/pre-receive")).unwrap();
    let _ = marek
        .git(&["remote", "set-url", "origin", "./.hub"])
        .code(0);
    note(marek, &team, NOON, "To be pushed.");
    let out = sync(marek).code(5);
    assert!(out.stderr.contains("inside of this clone"), "{out}");
    let _ = marek
        .git(&["remote", "set-url", "origin", "ext::sh -c true"])
        .code(0);
    let _ = sync(marek).code(5);
    for hook in [
        "pre-push",
        "post-merge",
        "reference-transaction",
        "post-checkout",
    ] {
        fs::copy(trap, marek.root.join(".git/hooks").join(hook)).unwrap();
    }
    let hub = team.hub.to_str().unwrap();
    let _ = marek.git(&["remote", "set-url", "origin", hub]).code(0);
    fs::remove_file(&sprung).ok();
    let _ = sync(marek).code(0);
    assert!(!sprung.exists());
}

/// Hooks of a clone run where the settings ask for them and the person trusts the clone.
#[test]
fn a_push_asks_the_hook_of_a_trusted_clone_that_wants_hooks() {
    let team = Team::new();
    let marek = &team.marek;
    let hook = marek.root.join(".git/hooks/pre-push");
    let asked = team.desk.beside("asked");
    let script = format!(
        "#!/bin/sh\ncat > '{}'\necho 'not on a \u{1b}[31mMonday' >&2\nexit 1\n",
        asked.display()
    );
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let settings = |hooks: bool| {
        let text = marek.read("desk.toml");
        let text = text.replace("hooks = true\n", "hooks = false\n");
        let wanted = format!("hooks = {hooks}\n");
        assert!(text.contains("hooks = false\n"), "{text}");
        marek.write("desk.toml", &text.replacen("hooks = false\n", &wanted, 1));
        let commit = ["commit", "--quiet", "--all", "--no-verify", "-m", "hooks"];
        let _ = marek.git(&commit).code(0);
    };
    // Asked for by the settings alone.
    settings(true);
    let _ = sync(marek).code(0);
    assert!(!asked.exists());
    // Trusted, but not asked for.
    let own = marek.root.join(".git");
    let trust = ["config", "--global", "plaindesk.trust"];
    let trust = [&trust[..], &[own.to_str().unwrap()]].concat();
    let _ = marek.git(&trust).code(0);
    settings(false);
    let _ = sync(marek).code(0);
    assert!(!asked.exists());
    // Both.
    settings(true);
    let before = marek.git(&["rev-parse", "origin/main"]).code(0).stdout;
    let out = sync(marek).code(5);
    assert!(
        out.stderr.contains("`pre-push` of this clone refuses"),
        "{out}"
    );
    assert!(out.stderr.contains("not on a"), "{out}");
    assert!(!out.stderr.contains('\u{1b}'), "{out}");
    let told = fs::read_to_string(&asked).unwrap();
    assert!(told.contains("refs/heads/main"), "{told}");
    let hub = team.hub.to_str().unwrap();
    let there = marek.git(&["-C", hub, "rev-parse", "main"]).code(0).stdout;
    assert_eq!(there, before);
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    let out = sync(marek).code(0);
    assert!(out.stdout.contains("1 commit went"), "{out}");
}

#[test]
fn a_server_that_refuses_is_quoted() {
    let team = Team::new();
    let hook = team.hub.join("hooks/pre-receive");
    fs::write(
        &hook,
        "#!/bin/sh\nprintf 'only managers push \\033[31mhere\\n' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    note(&team.marek, &team, NOON, "From Marek.");
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("refuses the push"), "{out}");
    assert!(out.stderr.contains("only managers push"), "{out}");
    assert!(!out.stderr.contains('\u{1b}'), "{out}");
}

#[test]
fn an_entry_that_is_dated_later_than_now_is_not_pushed() {
    let team = Team::new();
    note(&team.marek, &team, "2026-11-24T12:00:00Z", "From tomorrow.");
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("and is not pushed"), "{out}");
    let line = out
        .stderr
        .lines()
        .find(|line| line.contains("desk redate"))
        .unwrap();
    let line = line.split_once("desk ").unwrap().1;
    let args: Vec<&str> = line.split(' ').collect();
    let _ = team.marek.desk(NOON, &args).code(0);
    let _ = sync(&team.marek).code(0);
    // In another clone it is named, and nothing is held back.
    note(
        &team.marek,
        &team,
        "2026-11-24T13:00:00Z",
        "From tomorrow, too.",
    );
    let _ = team.marek.git(&["push", "--quiet"]).code(0);
    note(&team.anna, &team, NOON, "From today.");
    let out = sync(&team.anna).code(0);
    assert!(out.stderr.contains("later than now"), "{out}");
    note(&team.anna, &team, NOON, "After it.");
    let _ = sync(&team.anna).code(0);
}

#[test]
fn a_shallow_clone_deepens_until_it_finds_the_beginning() {
    let team = Team::new();
    for round in 0..4 {
        note(&team.anna, &team, NOON, &format!("Round {round}."));
    }
    let _ = sync(&team.anna).code(0);
    let url = format!("file://{}", team.hub.display());
    let shallow = Clone::with(&team.desk, Path::new(&url), "shallow", &["--depth", "1"]);
    note(&shallow, &team, NOON, "From a shallow clone.");
    note(&team.anna, &team, NOON, "Meanwhile.");
    let _ = sync(&team.anna).code(0);
    let _ = shallow.git(&["fetch", "--quiet", "--depth", "1"]).code(0);
    let _ = sync(&shallow).code(0);
    let _ = sync(&team.anna).code(0);
    let text = team.anna.read(&team.path());
    assert!(
        text.contains("From a shallow clone.") && text.contains("Meanwhile."),
        "{text}"
    );
    assert_eq!(tree(&team.anna), tree(&shallow));
}

#[test]
fn a_partial_clone_fetches_the_texts_that_it_needs() {
    let team = Team::new();
    let _ = team
        .anna
        .git(&[
            "-C",
            team.hub.to_str().unwrap(),
            "config",
            "uploadpack.allowFilter",
            "true",
        ])
        .code(0);
    let any = [
        "-C",
        team.hub.to_str().unwrap(),
        "config",
        "uploadpack.allowAnySHA1InWant",
        "true",
    ];
    let _ = team.anna.git(&any).code(0);
    let url = format!("file://{}", team.hub.display());
    let partial = Clone::with(
        &team.desk,
        Path::new(&url),
        "partial",
        &["--filter=blob:none"],
    );
    note(&partial, &team, NOON, "From a partial clone.");
    for round in 0..3 {
        note(&team.anna, &team, NOON, &format!("Round {round}."));
    }
    let _ = sync(&team.anna).code(0);
    let _ = sync(&partial).code(0);
    let _ = sync(&team.anna).code(0);
    assert_eq!(tree(&team.anna), tree(&partial));
    is_clean(&partial);
}

#[test]
fn a_history_of_another_desk_is_refused() {
    let team = Team::new();
    let other = crate::desk::Desk::with_ticket();
    let _ = other.git(&["switch", "--quiet", "--orphan", "purged"]);
    let _ = other.git(&["commit", "--quiet", "--allow-empty", "-m", "purged"]);
    let _ = other.git(&["branch", "-M", "main"]);
    let url = other.root.to_str().unwrap().to_owned();
    let _ = team
        .marek
        .git(&["remote", "set-url", "origin", &url])
        .code(0);
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("no commit in common"), "{out}");
}

#[test]
fn a_history_that_was_written_anew_is_refused_until_somebody_joins_it() {
    let team = Team::new();
    let secret = "The password is otter.";
    note(&team.marek, &team, "2026-11-23T09:00:00Z", secret);
    for clone in [&team.marek, &team.anna] {
        let _ = sync(clone).code(0);
    }
    let unsent = "Not pushed yet.";
    note(&team.anna, &team, "2026-11-23T09:02:00Z", unsent);
    // The commit of that note is written again without the word, as a purge does it.
    let page = team.marek.read(&team.path());
    team.marek
        .write(&team.path(), &page.replace("otter", "redacted"));
    let amend = ["commit", "--quiet", "--amend", "--all", "-m", "A note"];
    let _ = team.marek.git(&amend).code(0);
    let _ = team.marek.git(&["push", "--quiet", "--force"]).code(0);
    let old = tree(&team.anna);
    for args in [&["sync", "--dry-run"][..], &["sync"], &["sync"]] {
        let out = team.anna.desk("2026-11-23T12:30:00Z", args).code(5);
        assert!(out.stderr.contains("was written anew"), "{out}");
    }
    assert_eq!(tree(&team.anna), old);
    let there = team
        .desk
        .git(&["--git-dir", team.hub.to_str().unwrap(), "show", "main"]);
    assert!(!there.contains("otter"), "{there}");
    let join = ["merge", "--quiet", "--no-edit", "origin/main"];
    let _ = team.anna.git(&join).code(0);
    for clone in [&team.anna, &team.marek] {
        let _ = sync(clone).code(0);
        is_clean(clone);
    }
    assert_eq!(tree(&team.anna), tree(&team.marek));
    assert!(team.marek.read(&team.path()).contains(unsent));
}

#[test]
fn a_server_that_went_back_to_a_backup_gets_its_commits_again() {
    let team = Team::new();
    let backup = team.desk.beside("backup.git");
    let hub = team.hub.to_str().unwrap();
    note(&team.anna, &team, "2026-11-23T09:00:00Z", "Before.");
    let _ = sync(&team.anna).code(0);
    let _ = team.desk.git(&[
        "clone",
        "--quiet",
        "--mirror",
        hub,
        backup.to_str().unwrap(),
    ]);
    note(&team.anna, &team, "2026-11-23T09:05:00Z", "After.");
    let _ = sync(&team.anna).code(0);
    fs::remove_dir_all(&team.hub).unwrap();
    fs::rename(&backup, &team.hub).unwrap();
    note(&team.marek, &team, "2026-11-23T09:10:00Z", "Elsewhere.");
    for clone in [&team.marek, &team.anna, &team.marek] {
        let _ = sync(clone).code(0);
        is_clean(clone);
    }
    assert_eq!(tree(&team.anna), tree(&team.marek));
    let page = team.marek.read(&team.path());
    assert!(
        page.contains("After.") && page.contains("Elsewhere."),
        "{page}"
    );
}

#[test]
fn other_names_for_branch_and_remote_and_a_second_work_tree() {
    let team = Team::new();
    let marek = &team.marek;
    let _ = marek
        .git(&["remote", "rename", "origin", "upstream"])
        .code(0);
    let _ = marek
        .git(&["switch", "--quiet", "-c", "work/marek"])
        .code(0);
    note(marek, &team, NOON, "On a branch.");
    let first = sync(marek).code(0);
    assert!(first.stdout.starts_with("upstream/work/marek: "), "{first}");
    let known = marek
        .git(&["rev-parse", "--abbrev-ref", "@{upstream}"])
        .code(0);
    assert_eq!(known.stdout, "upstream/work/marek\n");
    let second = marek.root.with_file_name("second-tree");
    let add = [
        "worktree",
        "add",
        "--quiet",
        second.to_str().unwrap(),
        "main",
    ];
    let _ = marek.git(&add).code(0);
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let mut command = marek.command(NOON, &["sync"]);
    command.current_dir(&second);
    let _ = Out::of(&command.output().unwrap()).code(0);
    let text = fs::read_to_string(second.join(team.path())).unwrap();
    assert!(text.contains("From Anna."), "{text}");
    let _ = marek.git(&["switch", "--quiet", "--detach"]).code(0);
    let out = sync(marek).code(5);
    assert!(out.stderr.contains("no branch is checked out"), "{out}");
}

#[test]
fn what_a_sparse_checkout_leaves_out_stays_out_and_is_not_taken_away() {
    let team = Team::new();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let marek = &team.marek;
    let cone = ["sparse-checkout", "set", "--no-cone", "/*", "!/tickets/"];
    let _ = marek.git(&cone).code(0);
    assert!(!marek.root.join(team.path()).exists());
    let _ = sync(marek).code(0);
    assert!(!marek.root.join(team.path()).exists());
    assert_eq!(marek.git(&["status", "--porcelain"]).code(0).stdout, "");
    let shown = marek
        .git(&["show", &format!("HEAD:{}", team.path())])
        .code(0);
    assert!(shown.stdout.contains("From Anna."), "{shown}");
}

#[test]
fn two_syncs_of_one_clone_at_once() {
    let team = Team::new();
    for round in 0..3 {
        note(&team.anna, &team, NOON, &format!("Round {round}."));
        let _ = sync(&team.anna).code(0);
        let mut children: Vec<_> = (0..4)
            .map(|_| {
                team.marek
                    .command(NOON, &["sync", "--quiet"])
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in &mut children {
            assert!(child.wait().unwrap().success());
        }
    }
    assert!(team.marek.read(&team.path()).contains("Round 2."));
    is_clean(&team.marek);
}

#[test]
fn taken_away_here_and_changed_there_is_kept() {
    let team = Team::new();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let _ = team.marek.git(&["rm", "--quiet", &team.path()]).code(0);
    team.marek.commit("away");
    let _ = sync(&team.marek).code(0);
    let text = team.marek.read(&team.path());
    assert!(text.contains("From Anna."), "{text}");
    let _ = sync(&team.anna).code(0);
    assert_eq!(tree(&team.anna), tree(&team.marek));
}

#[test]
fn attachments_of_one_name_from_two_clones_both_stay() {
    let team = Team::new();
    for (clone, words) in [(&team.anna, "first\n"), (&team.marek, "second\n")] {
        let file = clone
            .root
            .with_file_name(format!("{}log.txt", words.trim()));
        let folder = file.with_extension("d");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("log.txt"), words).unwrap();
        let path = folder.join("log.txt");
        let _ = clone
            .desk(NOON, &["attach", &team.id, path.to_str().unwrap()])
            .code(0);
    }
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    let listed = team.marek.git(&["ls-files", "tickets"]).code(0).stdout;
    assert_eq!(
        listed
            .lines()
            .filter(|line| line.contains(".files/"))
            .count(),
        2,
        "{listed}"
    );
    is_clean(&team.marek);
}

#[test]
fn a_clone_of_an_empty_repository_is_filled_by_the_first_sync() {
    let team = Team::new();
    let empty = team.desk.beside("empty.git");
    let _ = team
        .anna
        .git(&[
            "init",
            "--quiet",
            "--bare",
            "-b",
            "main",
            empty.to_str().unwrap(),
        ])
        .code(0);
    let _ = team
        .anna
        .git(&["remote", "add", "second", empty.to_str().unwrap()])
        .code(0);
    let _ = team
        .anna
        .git(&["config", "branch.main.remote", "second"])
        .code(0);
    let out = sync(&team.anna).code(0);
    assert!(out.stdout.starts_with("second/main: nothing came"), "{out}");
    let there = team
        .anna
        .git(&["ls-remote", "second", "refs/heads/main"])
        .code(0);
    let here = team.anna.git(&["rev-parse", "HEAD"]).code(0);
    assert!(there.stdout.starts_with(here.stdout.trim()), "{there}");
}

/// A forge merges texts, or takes one side: what is missing comes back, in every clone alike.
#[test]
fn a_merge_that_a_forge_made_loses_nothing() {
    let team = Team::new();
    let third = team.clone("third", &[]);
    note(&team.anna, &team, "2026-11-23T11:00:00Z", "From Anna.");
    let _ = sync(&team.anna).code(0);
    // A branch of Marek's, merged "ours" into main; his attachment and article go the same way.
    note(&team.marek, &team, "2026-11-23T11:01:00Z", "From Marek.");
    let log = team.desk.script("log.txt", "a log\n");
    let attach = ["attach", &team.id, log.to_str().unwrap()];
    let _ = team.marek.desk(NOON, &attach).code(0);
    let args = [
        "kb",
        "new",
        "Ask for a licence",
        "--category",
        "network",
        "-m",
        "Ask.",
    ];
    let _ = team.marek.desk(NOON, &args).code(0);
    let _ = team
        .marek
        .git(&["push", "--quiet", "origin", "HEAD:refs/heads/proposal"])
        .code(0);
    let forge = team.clone("forge", &[]);
    let _ = forge
        .git(&[
            "merge",
            "--quiet",
            "-s",
            "ours",
            "-m",
            "forge",
            "origin/proposal",
        ])
        .code(0);
    let _ = forge.git(&["push", "--quiet"]).code(0);
    let out = sync(&third).code(0);
    assert!(out.stderr.contains("a merge left out"), "{out}");
    // The others get it from the remote, whether they examine it or not.
    let object = format!("main:{}", team.path());
    let pushed = third
        .git(&["-C", team.hub.to_str().unwrap(), "show", &object])
        .code(0);
    assert!(pushed.stdout.contains("From Marek."), "{pushed}");
    for clone in [&team.anna, &team.marek, &third] {
        let _ = sync(clone).code(0);
        let text = clone.read(&team.path());
        assert!(
            text.contains("From Anna.") && text.contains("From Marek."),
            "{text}"
        );
        let listed = clone.git(&["ls-files"]).code(0).stdout;
        assert!(listed.contains(".files/log-"), "{listed}");
        assert!(
            listed.contains("kb/network/ask-for-a-licence.md"),
            "{listed}"
        );
        is_clean(clone);
    }
    assert_eq!(tree(&team.anna), tree(&third));
    // It was examined once: nothing comes back a second time.
    let again = sync(&third).code(0);
    assert_eq!(again.stderr, "");
}

/// Merges of the past, over which nobody synced.
#[test]
fn merges_of_the_past_are_checked_and_mended() {
    let team = Team::new();
    let marek = &team.marek;
    let _ = marek.git(&["switch", "--quiet", "-c", "proposal"]).code(0);
    note(marek, &team, NOON, "From the proposal.");
    let _ = marek.git(&["switch", "--quiet", "main"]).code(0);
    note(marek, &team, NOON, "From main.");
    let merge = ["merge", "--quiet", "-s", "ours", "-m", "ours", "proposal"];
    let _ = marek.git(&merge).code(0);
    let check = |args: &[&str]| marek.desk(NOON, &[&["check", "--merges"], args].concat());
    let found = check(&["origin/main..HEAD"]).code(1);
    let id = &team.id;
    assert_eq!(
        found.stdout,
        format!("a merge left out an entry of `{id}`\n1 file to put right: --fix does\n")
    );
    let _ = check(&["origin/main..HEAD~1", "--fix"]).code(2);
    let _ = check(&["origin/main..HEAD", "--fix"]).code(0);
    let text = marek.read(&team.path());
    assert!(
        text.contains("From the proposal.") && text.contains("From main."),
        "{text}"
    );
    is_clean(marek);
    let none = check(&["origin/main..HEAD"]).code(0);
    assert_eq!(none.stdout, "no merge left anything out\n");
}

/// A main that takes only pull requests: what a forge makes of the branch doubles nothing.
#[test]
fn a_branch_of_ones_own_for_a_protected_main() {
    let team = Team::new();
    let hook = team.hub.join("hooks/update");
    fs::write(
        &hook,
        "#!/bin/sh\n[ \"$1\" != refs/heads/main ] || [ -f allow ]\n",
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    note(&team.marek, &team, NOON, "From Marek.");
    let refused = sync(&team.marek).code(5);
    assert!(refused.stderr.contains("refuses the push"), "{refused}");
    let branch = |clone: &Clone| clone.desk(NOON, &["sync", "--branch"]).code(0);
    let out = branch(&team.marek);
    assert!(
        out.stdout.contains("1 commit went to origin/desk/marek"),
        "{out}"
    );
    assert_eq!(branch(&team.marek).stdout, "origin/main: nothing to sync\n");
    // The forge squashes it into main, where Anna's note was merged before.
    fs::write(team.hub.join("allow"), "").unwrap();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let _ = team.anna.git(&["fetch", "--quiet"]).code(0);
    let _ = team
        .anna
        .git(&["merge", "--quiet", "--squash", "origin/desk/marek"])
        .code(0);
    let _ = team
        .anna
        .git(&["commit", "--quiet", "-m", "squashed"])
        .code(0);
    let _ = team.anna.git(&["push", "--quiet"]).code(0);
    fs::remove_file(team.hub.join("allow")).unwrap();
    let _ = branch(&team.marek);
    note(&team.marek, &team, NOON, "Later.");
    let _ = branch(&team.marek);
    let text = team.marek.read(&team.path());
    for words in ["From Marek.", "From Anna.", "Later."] {
        assert_eq!(text.matches(words).count(), 1, "{words}\n{text}");
    }
    is_clean(&team.marek);
    let ahead = team.marek.git(&[
        "merge-base",
        "--is-ancestor",
        "origin/main",
        "origin/desk/marek",
    ]);
    assert_eq!(ahead.code, 0, "a fast-forward is left");
}

#[test]
fn a_new_branch_sends_only_what_no_branch_of_the_remote_has() {
    let team = Team::new();
    let anna = &team.anna;
    note(anna, &team, "2026-11-23T11:00:00Z", "On main.");
    let _ = sync(anna).code(0);
    let _ = anna.git(&["checkout", "-q", "-b", "printers"]).code(0);
    note(anna, &team, "2026-11-23T11:01:00Z", "On the branch.");
    note(anna, &team, "2026-11-23T11:02:00Z", "And another.");
    let out = anna.desk(NOON, &["sync", "--dry-run"]).code(0);
    assert!(out.stdout.contains("2 commits would go"), "{out}");
    let out = sync(anna).code(0);
    assert!(out.stdout.contains("2 commits went"), "{out}");
    assert!(sync(anna).code(0).stdout.contains("nothing to sync"));
    // All of it is there already.
    let _ = anna.git(&["checkout", "-q", "-b", "scanners"]).code(0);
    let out = sync(anna).code(0);
    assert!(out.stdout.contains("nothing to sync"), "{out}");
    let there = anna.git(&["ls-remote", "origin", "refs/heads/scanners"]);
    assert!(there.stdout.contains("refs/heads/scanners"), "{there}");
}

#[test]
fn loose_objects_are_packed_now_and_then() {
    let team = Team::new();
    let marek = &team.marek;
    let folder = marek.root.with_file_name("many");
    fs::create_dir(&folder).unwrap();
    let files: Vec<String> = (0..1500)
        .map(|at| {
            let path = folder.join(at.to_string());
            fs::write(&path, at.to_string()).unwrap();
            path.display().to_string()
        })
        .collect();
    let mut all = vec!["hash-object", "-w", "--"];
    all.extend(files.iter().map(String::as_str));
    let _ = marek.git(&all).code(0);
    let graphs = marek.root.join(".git/objects/info/commit-graphs");
    let _ = sync(marek).code(0);
    assert!(!graphs.exists(), "the person's configuration forbids it");
    let _ = marek.git(&["config", "maintenance.auto", "true"]).code(0);
    let _ = sync(marek).code(0);
    let packed = || {
        let counted = marek.git(&["count-objects", "-v"]).code(0).stdout;
        let packs = counted
            .lines()
            .find_map(|line| line.strip_prefix("in-pack: "));
        packs.is_some_and(|packs| packs.parse::<usize>().unwrap() >= 1500) && graphs.exists()
    };
    let begun = Instant::now();
    while !packed() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it is not packed");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_under_way_in_git_is_finished_first() {
    let team = Team::new();
    note(&team.anna, &team, NOON, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let _ = team.marek.git(&["fetch", "--quiet"]).code(0);
    note(&team.marek, &team, NOON, "From Marek.");
    let _ = team
        .marek
        .git(&["merge", "--quiet", "--no-commit", "--no-ff", "origin/main"]);
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("a merge is in progress"), "{out}");
}

#[test]
fn commits_keep_a_graph_of_the_paths_that_they_changed() {
    let team = Team::new();
    let anna = &team.anna;
    let _ = anna.git(&["config", "maintenance.auto", "true"]).code(0);
    let graphs = anna.root.join(".git/objects/info/commit-graphs");
    // About one commit in 64 asks git for it.
    for number in 0..600 {
        note(anna, &team, NOON, &format!("Note {number}."));
        if graphs.exists() {
            break;
        }
    }
    let begun = Instant::now();
    while !graphs.join("commit-graph-chain").exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "there is none");
        std::thread::sleep(Duration::from_millis(50));
    }
}
