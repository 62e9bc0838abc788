//! The plug pulled, in short form: a desk on a file system of its own, which is copied as the disk
//! has it at that instant, and mounted again.
//!
//! The image lies on an xfs that shares blocks, so that its copy is of one instant. What the desk's
//! file system had not written yet is lost in the copy, as in a power cut.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::scene::{BINARY, text, torture};
use super::tracer::{Act, run};
use crate::skip::skipped;

/// Cuts of each command while it runs, beside the one after it has said that it is done.
fn cuts() -> usize {
    if torture() { 12 } else { 1 }
}

const LOG: &str = "Ticket,When,What\nA-1,01.10.2026 09:00,Lamp is dark\n\
    A-2,02.10.2026 09:00,Door is stuck\n";

const MAP: &str = "source = \"old\"\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\n\
    zone = \"Europe/Warsaw\"\n[columns]\nid = \"Ticket\"\ntime = \"When\"\ntitle = \"{What}\"\n";

/// A command: its name, its arguments, and whether its effect is in a desk.
type Form<'f> = (&'static str, Vec<&'f str>, fn(&Path) -> bool);

/// Mounts, undone when it goes.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

fn sh(script: &str) -> Output {
    Command::new("sh").args(["-ec", script]).output().unwrap()
}

fn must(script: &str) {
    let done = sh(script);
    assert!(done.status.success(), "{script}: {}", text(&done.stderr));
}

fn mount(image: &Path, at: &Path, options: &str) -> Mounted {
    fs::create_dir_all(at).unwrap();
    let (image, place) = (image.display(), at.display());
    // Btrfs knows a file system again by its number, and prefers the copy that it saw last.
    sh("btrfs device scan --forget");
    must(&format!("mount -o loop{options} '{image}' '{place}'"));
    Mounted(at.to_owned())
}

fn program(home: &Path, desk: &Path, name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("DESK_NOW", "2026-11-21T10:00:00Z")
        .current_dir(desk)
        .stdin(std::process::Stdio::null())
        .args(args);
    command
}

fn reported(mut command: Command) -> String {
    let done = command.output().unwrap();
    let (out, err) = (text(&done.stdout), text(&done.stderr));
    assert!(done.status.success(), "{command:?}: {out}{err}");
    out.trim().to_owned()
}

/// Whether the plug cannot be pulled here, which is said aloud.
fn hindered(kind: &str) -> bool {
    if !sh("test \"$(id -u)\" = 0").status.success() {
        skipped("only root may mount", true);
        return true;
    }
    let programs = [
        format!("mkfs.{kind}"),
        "mkfs.xfs".to_owned(),
        "mount".to_owned(),
    ];
    let lacking = programs
        .iter()
        .find(|name| !sh(&format!("command -v {name}")).status.success());
    if let Some(name) = lacking {
        skipped(&format!("`{name}` is absent"), false);
        return true;
    }
    let loops = sh("losetup -f").status.success();
    if !loops {
        skipped("there are no loop devices", true);
    }
    !loops
}

fn pull_the_plug(kind: &str) {
    if hindered(kind) {
        return;
    }
    let dir = TempDir::new().unwrap();
    let top = dir.path().canonicalize().unwrap();
    let home = top.join("home");
    fs::create_dir(&home).unwrap();
    let identity =
        "[user]\n\tname = Anna Lis\n\temail = anna@example.com\n[init]\n\tdefaultBranch = main\n";
    fs::write(home.join("gitconfig"), identity).unwrap();
    let host_image = top.join("host.img");
    must(&format!(
        "truncate -s 2G '{0}'; mkfs.xfs -q -m reflink=1 '{0}'",
        host_image.display()
    ));
    let host = top.join("host");
    let try_mount = sh(&format!(
        "mkdir -p '{1}'; mount -o loop '{0}' '{1}'",
        host_image.display(),
        host.display()
    ));
    if !try_mount.status.success() {
        skipped(
            &format!("no loop mounts here: {}", text(&try_mount.stderr)),
            true,
        );
        return;
    }
    let _host = Mounted(host.clone());
    let template = host.join("template.img");
    let force = if kind == "ext4" { "-F" } else { "-f" };
    must(&format!(
        "truncate -s 320M '{0}'; mkfs.{kind} -q {force} '{0}' >/dev/null",
        template.display()
    ));
    let place = top.join("disk");
    let desk = place.join("desk");
    let desk_of = |args: &[&str]| program(&home, &desk, BINARY, args);
    let git = |args: &[&str]| reported(program(&home, &desk, "git", args));
    let id = {
        let _disk = mount(&template, &place, "");
        fs::create_dir(&desk).unwrap();
        reported(desk_of(&["init"]));
        git(&["config", "maintenance.auto", "false"]);
        fs::write(desk.join("log.csv"), LOG).unwrap();
        fs::write(desk.join("map.toml"), MAP).unwrap();
        reported(desk_of(&[
            "new",
            "Printer is out",
            "-m",
            "It prints nothing.",
        ]))
    };
    let forms: [Form<'_>; 3] = [
        ("note", vec!["note", &id, "-m", "A word."], |desk| {
            sh(&format!("grep -rq 'A word.' '{}/tickets'", desk.display()))
                .status
                .success()
        }),
        (
            "import",
            vec!["import", "events", "log.csv", "--map", "map.toml"],
            |desk| {
                sh(&format!(
                    "test \"$(ls '{}'/tickets/*/*.md | wc -l)\" = 3",
                    desk.display()
                ))
                .status
                .success()
            },
        ),
        (
            "report --save",
            vec!["report", "volume", "--save", "weekly"],
            |desk| {
                sh(&format!(
                    "grep -q 'report.weekly' '{}/desk.toml'",
                    desk.display()
                ))
                .status
                .success()
            },
        ),
    ];
    let (live, cut) = (host.join("live.img"), host.join("cut.img"));
    let copy = |from: &Path, to: &Path| {
        must(&format!(
            "cp --reflink=always '{}' '{}'",
            from.display(),
            to.display()
        ));
    };
    let mut count = 0;
    for (name, args, there) in forms {
        let mut points = 0;
        for turn in 0..=cuts() {
            copy(&template, &live);
            let done = {
                let _disk = mount(&live, &place, "");
                // The first one runs to its end, and tells how many points there are.
                let at = points * turn / (cuts() + 1);
                let traced = run(&desk_of(&args), None, at, Act::Kill);
                if turn == 0 {
                    points = traced.points;
                    assert_eq!(traced.code, Some(0), "{kind} {name}");
                }
                copy(&live, &cut);
                traced.code == Some(0)
            };
            let about = format!("{kind} {name}, cut {turn} of {} ({points} points)", cuts());
            let _disk = mount(&cut, &place, "");
            assert!(!done || there(&desk), "{about}: acknowledged and lost");
            let next = desk_of(&["note", &id, "-m", "The next command."])
                .output()
                .unwrap();
            assert!(next.status.success(), "{about}: {}", text(&next.stderr));
            assert!(!done || there(&desk), "{about}: taken back");
            fs::write(desk.join("theirs.txt"), "theirs\n").unwrap();
            git(&["add", "theirs.txt"]);
            let committed =
                program(&home, &desk, "git", &["commit", "--quiet", "-m", "theirs"]).output();
            let committed = committed.unwrap();
            assert!(
                committed.status.success(),
                "{about}: a person's commit: {}\nafter the next command: {}{}\n{}",
                text(&committed.stderr),
                text(&next.stdout),
                text(&next.stderr),
                text(&sh(&format!("cd '{}/.git' && date --iso=ns && find . -name '*.lock' -exec stat {{}} + ; ls -la --time-style=full-iso refs/heads plaindesk; cat plaindesk/session* refs/heads/main*", desk.display())).stdout),
            );
            let removed = git(&["show", "--name-status", "--format=", "HEAD"]);
            assert_eq!(removed, "A\ttheirs.txt", "{about}");
            let fsck = git(&[
                "fsck",
                "--full",
                "--strict",
                "--no-dangling",
                "--no-progress",
            ]);
            assert_eq!(fsck, "", "{about}");
            let left = git(&["status", "--porcelain", "tickets", "desk.toml"]);
            assert_eq!(left, "", "{about}");
            count += 1;
        }
    }
    eprintln!("{kind}: {count} power cuts, 0 findings");
}

#[test]
fn the_plug_is_pulled_on_xfs() {
    pull_the_plug("xfs");
}

#[test]
fn the_plug_is_pulled_on_btrfs() {
    pull_the_plug("btrfs");
}

#[test]
fn the_plug_is_pulled_on_ext4() {
    pull_the_plug("ext4");
}
