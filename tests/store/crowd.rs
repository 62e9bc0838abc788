//! Many at once.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plaindesk::store::error::StoreError;
use plaindesk::store::fs::interrupt::Interrupt;
use plaindesk::store::git::repo::Repo;
use plaindesk::store::git::save_rules::SaveRules;
use plaindesk::store::journal::save::Saved;

use crate::desk::{Desk, EACH, ENV, NEVER, save, step};

/// The body of the processes that the other tests start: saves the files that it is told to.
#[test]
fn child() {
    let Ok(desk) = std::env::var("STORE_TEST_DESK") else {
        return;
    };
    let rules = match std::env::var("STORE_TEST_RULES").as_deref() {
        Ok("hooks") => SaveRules {
            hooks: true,
            ..EACH
        },
        Ok("never") => NEVER,
        _ => EACH,
    };
    for name in std::env::var("STORE_TEST_FILES").unwrap().split(' ') {
        let step = step(&[save(name, None, &format!("{name}\n"))]);
        let trusting = std::env::var("STORE_TEST_TRUSTING").unwrap();
        let env = [&ENV[1..], &[("GIT_CONFIG_GLOBAL", trusting.as_str())]].concat();
        let saved = Repo::open_with(desk.as_ref(), &env)
            .and_then(|repo| repo.hold("note", &rules)?.save(&step));
        match saved {
            Ok(Saved::Deferred(why)) => println!("deferred: {why}"),
            Ok(_) => println!("saved: {name}"),
            Err(error) => println!(
                "refused: {error} {:?}",
                std::error::Error::source(&error).map(ToString::to_string)
            ),
        }
    }
}

pub(crate) fn command(desk: &Desk, rules: &str, files: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "crowd::child", "--nocapture"])
        .env("STORE_TEST_DESK", &desk.folder)
        .env("STORE_TEST_TRUSTING", &desk.trusting)
        .env("STORE_TEST_RULES", rules)
        .env("STORE_TEST_FILES", files)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

#[test]
fn sixteen_processes_with_ten_notes_each_lose_none() {
    let desk = Desk::new();
    desk.write("mine.md", "mine\n");
    desk.git(&["add", "mine.md"]);
    let children: Vec<_> = (0..16)
        .map(|who| {
            let files: Vec<String> = (0..10)
                .map(|what| format!("tickets/{who}/{what}.md"))
                .collect();
            command(&desk, "each", &files.join(" ")).spawn().unwrap()
        })
        .collect();
    for child in children {
        let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(said.matches("saved: ").count(), 10, "{said}");
    }
    assert_eq!(desk.count(), 161);
    assert_eq!(desk.status(), "A  mine.md");
    for commit in desk.git(&["rev-list", "HEAD", "-160"]).lines() {
        assert_eq!(
            desk.git(&["show", "--name-only", "--format=", commit])
                .lines()
                .count(),
            1
        );
    }
    assert_eq!(desk.journal(), Vec::<String>::new());
    desk.sound();
}

#[test]
fn sixteen_threads_on_one_file_lose_none() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for who in 0..16 {
            let desk = &desk;
            scope.spawn(move || {
                for what in 0..10 {
                    let repo = desk.repo();
                    let mut held = repo.hold("note", &NEVER).unwrap();
                    let before = desk.read("one.md");
                    let after = format!("{}{who}.{what}\n", before.clone().unwrap_or_default());
                    held.save(&step(&[save("one.md", before.as_deref(), &after)]))
                        .unwrap();
                }
            });
        }
    });
    let text = desk.read("one.md").unwrap();
    assert_eq!(
        text.lines()
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        160
    );
    assert_eq!(text.lines().count(), 160);
}

#[test]
fn two_hundred_at_once_all_get_through() {
    let desk = Desk::new();
    let children: Vec<_> = (0..200)
        .map(|who| {
            command(&desk, "never", &format!("{who}.md"))
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        assert!(said.contains("saved: "), "{said}");
    }
    assert_eq!(fs::read_dir(&desk.folder).unwrap().count(), 202);
}

#[test]
fn a_holder_that_stays_is_named() {
    let desk = Desk::new();
    let repo = desk.repo();
    let held = repo.hold("import events", &EACH).unwrap();
    let began = Instant::now();
    let reported = desk
        .repo()
        .with_patience(Duration::from_millis(200))
        .hold("note", &EACH)
        .unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(
        reported.to_string().contains(&format!(
            "process {} (`desk import events`)",
            std::process::id()
        )),
        "{reported}"
    );
    drop(held);
    assert_eq!(desk.hold(EACH), Vec::<String>::new());
    assert!(desk.repo().private().join("lock").exists());
}

#[test]
fn a_signal_ends_the_wait() {
    let desk = Desk::new();
    let repo = desk.repo();
    let _held = repo.hold("import", &EACH).unwrap();
    let interrupt = Interrupt::default();
    let waiting = desk.repo().heeding(interrupt.clone());
    let waiter = std::thread::spawn(move || waiting.hold("note", &EACH).map(|_| ()));
    std::thread::sleep(Duration::from_millis(50));
    interrupt.raise(2);
    assert!(matches!(
        waiter.join().unwrap(),
        Err(StoreError::Interrupted)
    ));
}

#[test]
fn a_desk_command_in_a_hook_of_a_desk_command_is_told_at_once() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let hook = desk.top.join(".git/hooks/post-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let me = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nSTORE_TEST_FILES=inner.md '{}' --exact crowd::child --nocapture > .git/inner 2>&1\n",
        me.display()
    );
    let copy = desk.dir.path().join("hook");
    fs::write(&copy, script).unwrap();
    assert!(
        Command::new("cp")
            .args([&copy, &hook])
            .status()
            .unwrap()
            .success()
    );
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let began = Instant::now();
    let said = command(&desk, "hooks", "outer.md").output().unwrap().stdout;
    assert!(String::from_utf8_lossy(&said).contains("saved: outer.md"));
    let inner = fs::read_to_string(desk.top.join(".git/inner")).unwrap();
    assert!(inner.contains("inside a git hook"), "{inner}");
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(desk.read("inner.md"), None);
}

#[test]
fn a_person_who_commits_meanwhile_loses_nothing_either() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        let person = scope.spawn(|| {
            let mut done = 0;
            for round in 0.. {
                // Git does not wait for locks; a person tries again.
                if round >= 15 && done > 0 {
                    break;
                }
                desk.write("mine.txt", &format!("{round}\n"));
                let added = desk.try_git(&["add", "mine.txt"]).status.success();
                if added
                    && desk
                        .try_git(&["commit", "--quiet", "-m", "mine"])
                        .status
                        .success()
                {
                    done += 1;
                }
            }
            done
        });
        for what in 0..15 {
            desk.save(EACH, &step(&[save(&format!("{what}.md"), None, "x\n")]))
                .unwrap();
        }
        assert!(person.join().unwrap() > 0);
    });
    desk.hold(EACH);
    for what in 0..15 {
        assert_eq!(desk.in_head(&format!("{what}.md")).as_deref(), Some("x\n"));
    }
    for commit in desk.git(&["rev-list", "HEAD"]).lines() {
        assert_eq!(
            desk.git(&["show", "--name-only", "--format=", commit])
                .lines()
                .count(),
            1
        );
    }
    assert_eq!(desk.journal(), Vec::<String>::new());
    desk.sound();
}
