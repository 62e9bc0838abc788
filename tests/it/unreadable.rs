//! Files that cannot be read for the moment, and a system that is short of files, threads and
//! processes: what cannot be told is named, nothing is forgotten, and nothing panics.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::desk::{Desk, Out};
use crate::skip::skipped;

/// Runs a command with limits of the shell's, `ulimit` and its like.
fn limited(desk: &Desk, limit: &str, line: &str) -> Out {
    let inner = prepared(desk, line);
    let mut command = desk.command("timeout");
    command
        .args(["-s", "KILL", "60", "bash", "-c"])
        .arg(format!("{limit}\nexec \"$@\""))
        .arg("sh");
    with(desk, command, &inner)
}

/// Runs a line as somebody whom permissions stop: whoever runs the tests, or `nobody` where that is
/// root. `None` where that cannot be done.
fn powerless(desk: &Desk, limit: &str, line: &str) -> Option<Out> {
    let mut command = desk.command("timeout");
    command.args(["-s", "KILL", "60"]);
    let mut inner = prepared(desk, line);
    if rustix::process::geteuid().is_root() {
        if Command::new("setpriv").arg("--version").output().is_err() {
            return None;
        }
        let id = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        command.arg("setpriv").args(id);
        // The program may lie where only root can go.
        let program = desk.beside("bin/desk");
        if !program.exists() {
            fs::create_dir_all(program.parent().unwrap()).unwrap();
            let built = env!("CARGO_BIN_EXE_desk");
            fs::hard_link(built, &program)
                .or_else(|_| fs::copy(built, &program).map(|_| ()))
                .unwrap();
        }
        let mut moved = Command::new(program);
        moved.args(inner.get_args());
        for (name, value) in inner.get_envs() {
            if let Some(value) = value {
                moved.env(name, value);
            }
        }
        inner = moved;
        let opened = Command::new("chmod")
            .args(["a+rwx", desk.beside("").to_str().unwrap()])
            .status();
        assert!(opened.unwrap().success());
    }
    command
        .args(["bash", "-c"])
        .arg(format!("{limit}\nexec \"$@\""))
        .arg("sh");
    Some(with(desk, command, &inner))
}

fn prepared(desk: &Desk, line: &str) -> Command {
    // All at one moment, so that answers can be compared.
    desk.set_clock("2026-11-23T15:00:00Z".parse().unwrap());
    let args: Vec<String> = line
        .split_whitespace()
        .map(|word| desk.real(word))
        .collect();
    desk.desk(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

fn with(desk: &Desk, mut outer: Command, inner: &Command) -> Out {
    outer.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            outer.env(name, value);
        }
    }
    desk.reported(outer)
}

fn answer(desk: &Desk, line: &str) -> String {
    let out = limited(desk, ":", line);
    assert_eq!(out.code, 0, "{out}");
    assert!(!is_told(&out), "{out}");
    out.stdout
}

/// Whether a person is told that something is not as it should be.
fn is_told(out: &Out) -> bool {
    let lines = out.stderr.lines();
    let mut reported =
        lines.filter(|line| line.starts_with("warning: ") || line.starts_with("error: "));
    reported.next().is_some()
}

/// Everything for everybody, and old enough to be kept.
fn opened() -> Desk {
    let desk = Desk::with_ticket();
    desk.open("Scanner jams");
    desk.write(
        "kb/paper.md",
        "+++\nid = \"KB-AAA1\"\ntitle = \"Paper jams\"\nstate = \"published\"\nowner = \"ewa\"\n+++\nPull.\n",
    );
    let opened = Command::new("chmod")
        .args(["-R", "a+rwX"])
        .arg(&desk.root)
        .status();
    assert!(opened.unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    desk
}

const LINES: [&str; 6] = [
    "list --all",
    "search jams",
    "kb list",
    "kb search jams",
    "report",
    "suggest ID1",
];

#[test]
fn what_can_be_read_again_is_found_again() {
    for path in ["ticket", "article", "month", "articles", "tickets"] {
        let desk = opened();
        let place = match path {
            "ticket" => desk.path("ID1"),
            "article" => "kb/paper.md".to_owned(),
            "month" => "tickets/2026-11".to_owned(),
            "articles" => "kb".to_owned(),
            _ => "tickets".to_owned(),
        };
        let expected = LINES.map(|line| answer(&desk, line));
        let full = desk.root.join(&place);
        let mode = full.metadata().unwrap().permissions();
        for kept in [true, false] {
            if !kept {
                fs::remove_dir_all(desk.root.join(".desk")).unwrap();
            }
            // Nothing but the time of its record changes, and that is long ago, too.
            fs::set_permissions(&full, fs::Permissions::from_mode(0o000)).unwrap();
            std::thread::sleep(Duration::from_millis(300));
            for line in ["list --all", "search jams", "kb list"] {
                for _ in 0..2 {
                    let Some(out) = powerless(&desk, ":", line) else {
                        fs::set_permissions(&full, mode).unwrap();
                        return skipped("setpriv is not installed, so nobody is stopped", false);
                    };
                    let reported = out.stderr.contains(&place) && out.stderr.contains("denied");
                    let concerned =
                        line == "search jams" || path.starts_with('a') == (line == "kb list");
                    assert!(reported || !concerned, "{place} by {line}: {out}");
                }
            }
            // The same file, by a user who may read it: its record is as it was.
            if rustix::process::geteuid().is_root() {
                for (line, expected) in LINES.iter().zip(&expected) {
                    assert_eq!(&answer(&desk, line), expected, "{place}");
                }
            }
            fs::set_permissions(&full, mode.clone()).unwrap();
            for (line, expected) in LINES.iter().zip(&expected) {
                assert_eq!(&answer(&desk, line), expected, "{place}");
            }
        }
    }
}

/// A folder of attachments that cannot be listed is not taken for an empty one.
#[test]
fn attachments_that_cannot_be_listed_are_not_taken_for_none() {
    let desk = opened();
    let folder = desk.path("ID1").replace(".md", ".files");
    desk.write(&format!("{folder}/left.txt"), "named by no entry\n");
    let full = desk.root.join(&folder);
    let mode = full.metadata().unwrap().permissions();
    fs::set_permissions(&full, fs::Permissions::from_mode(0o000)).unwrap();
    let out = powerless(&desk, ":", "check");
    fs::set_permissions(&full, mode).unwrap();
    let Some(out) = out else {
        return skipped("setpriv is not installed, so nobody is stopped", false);
    };
    assert_eq!(out.code, 1, "{out}");
    assert!(out.stdout.contains("denied"), "{out}");
    assert!(out.stdout.contains(".files"), "{out}");
}

#[test]
fn with_few_open_files_nothing_is_forgotten() {
    let desk = opened();
    let lines = ["list --all", "search jams", "kb list", "kb search jams"];
    let expected = lines.map(|line| answer(&desk, line));
    for files in 4..22 {
        let _ = fs::remove_dir_all(desk.root.join(".desk"));
        for (line, expected) in lines.iter().zip(&expected) {
            let out = limited(&desk, &format!("ulimit -n {files}"), line);
            let whole = out.code == 0 && out.stdout == *expected;
            assert!(whole || is_told(&out), "{files} by {line}: {out}");
        }
        for (line, expected) in lines.iter().zip(&expected) {
            assert_eq!(&answer(&desk, line), expected, "after {files} files");
        }
    }
}

#[test]
fn a_desk_of_more_months_than_files_may_be_open_is_read_whole() {
    let desk = opened();
    for month in 0..40 {
        let id = format!("{:02}{:02}-AAAAA", 20 + month / 12, 1 + month % 12);
        let text = desk.raw("ID1").replace(&desk.id("ID1"), &id);
        let _ = desk.plant(&id, text);
    }
    let expected = answer(&desk, "list --all");
    let _ = fs::remove_dir_all(desk.root.join(".desk"));
    let out = limited(&desk, "ulimit -n 24", "list --all");
    assert_eq!(out.stderr, "", "{out}");
    assert_eq!(out.stdout, expected);
}

#[test]
fn without_a_second_thread_answers_are_the_same() {
    let desk = opened();
    for kept in [true, false] {
        for line in LINES
            .iter()
            .chain(&["", "show ID1", "due", "next", "who Jan", "check"])
        {
            let expected = limited(&desk, ":", line);
            if !kept {
                fs::remove_dir_all(desk.root.join(".desk")).unwrap();
            }
            // Of all who read, only what git says is missing: it cannot be started.
            let Some(out) = powerless(&desk, "ulimit -u 1", line) else {
                return skipped("setpriv is not installed, so no limit stops root", false);
            };
            assert_eq!(out.code, expected.code, "{line}: {out}");
            if *line != "report" {
                assert_eq!(out.stdout, expected.stdout, "{line}: {out}");
            }
        }
    }
    let Some(out) = powerless(&desk, "ulimit -u 1", "note ID1 -m Squeaks.") else {
        return;
    };
    let out = out.code(5).says("error: cannot start ");
    let _ = out.says("hint: end other programs, or raise the limit on processes");
    assert!(!desk.raw("ID1").contains("Squeaks"));
}

#[test]
fn a_check_beside_writers_finds_nothing() {
    let desk = Desk::with_ticket();
    for at in 0..30 {
        desk.open(&format!("Gadget {at} hums"));
    }
    let ended = AtomicBool::new(false);
    let first = desk.id("ID1");
    let root = desk.root.clone();
    let command = |args: &[&str]| {
        let mut command = desk.command(env!("CARGO_BIN_EXE_desk"));
        command
            .current_dir(&root)
            .env("DESK_AGENT", "anna")
            .args(args);
        command
    };
    let mut writers: Vec<Command> = Vec::new();
    for _ in 0..2 {
        let mut writer = command(&[]);
        let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do\n\
             new=$(\"$0\" new \"Round $i\" --from Jan --code PRN-JAM --asset-location x) || exit\n\
             \"$0\" link \"$1\" \"$new\" --as relates || exit\ndone";
        let program = writer.get_program().to_owned();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script])
            .arg(program)
            .arg(&first)
            .current_dir(&root)
            .env_clear();
        for (name, value) in writer.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        writer = shell;
        writer.stdout(std::process::Stdio::null());
        writer.stderr(std::process::Stdio::null());
        writers.push(writer);
    }
    let mut check = command(&["check"]);
    std::thread::scope(|scope| {
        let ended = &ended;
        let checks = scope.spawn(move || {
            let mut count = 0;
            while !ended.load(Ordering::Relaxed) {
                let out = check.output().unwrap();
                let reported = String::from_utf8_lossy(&out.stdout).into_owned();
                assert_eq!(out.status.code(), Some(0), "{reported}");
                count += 1;
            }
            count
        });
        let children: Vec<_> = writers
            .iter_mut()
            .map(|writer| writer.spawn().unwrap())
            .collect();
        let done: Vec<bool> = children
            .into_iter()
            .map(|mut child| child.wait().unwrap().success())
            .collect();
        ended.store(true, Ordering::Relaxed);
        assert!(checks.join().unwrap() > 0);
        assert_eq!(done, [true, true]);
    });
}

#[test]
fn very_many_attachments_need_few_open_files() {
    let desk = Desk::with_ticket();
    let other = Desk::new();
    for first in [0, 50, 100] {
        let mut line = "attach ID1".to_owned();
        for number in first..first + 50 {
            let name = format!("../file-{number}.bin");
            desk.write(&name, format!("{number}\0"));
            line = format!("{line} {name}");
        }
        let before = desk.commits();
        let _ = limited(&desk, "ulimit -n 64", &line).code(0);
        assert_eq!(desk.commits(), before + 1);
    }
    let out = limited(&desk, "ulimit -n 64", "export").code(0);
    other.write("../out.json", out.stdout);
    let before = other.commits();
    let _ = limited(&other, "ulimit -n 64", "import json ../out.json")
        .code(0)
        .says("brought in 1 ticket, 150 attachments");
    assert_eq!(other.commits(), before + 1);
    assert_eq!(other.git(&["status", "--porcelain", "tickets"]), "");
}
