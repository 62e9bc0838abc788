//! File systems that are not like others: one that folds case, one without hard links.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::scratch;
use crate::skip::skipped;

const DESK: &str = env!("CARGO_BIN_EXE_desk");

/// A mount, undone when it goes.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

fn sh(script: &str) -> Output {
    Command::new("sh").args(["-ec", script]).output().unwrap()
}

/// A file system of its own, made and mounted by a script in which `$1` is the image and `$2` where
/// it is to be; `None`, said aloud, where that cannot be done.
fn mounted(what: &str, folder: &Path, script: &str) -> Option<Mounted> {
    let (image, place) = (folder.join("image"), folder.join("disk"));
    fs::create_dir(&place).unwrap();
    let made = Command::new("sh")
        .args(["-ec", script, "sh"])
        .args([&image, &place])
        .output()
        .unwrap();
    if made.status.success() {
        return Some(Mounted(place));
    }
    let why = String::from_utf8_lossy(&made.stderr).trim().to_owned();
    skipped(&format!("{what} cannot be had here: {why}"), true);
    None
}

fn home(folder: &Path) -> PathBuf {
    let home = folder.join("home");
    fs::create_dir(&home).unwrap();
    let identity = "[user]\n\tname = Anna Lis\n\temail = anna@example.com\n[init]\n\tdefaultBranch = main\n\
        [safe]\n\tdirectory = *\n";
    fs::write(home.join("gitconfig"), identity).unwrap();
    home
}

fn said(out: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&out.stdout) + &text(&out.stderr)
}

#[test]
fn where_case_is_folded_a_desk_works() {
    let dir = scratch::folder();
    let script = "truncate -s 200M \"$1\"; mkfs.ext4 -q -F -O casefold -E encoding=utf8 \"$1\" >&2
        mount -o loop \"$1\" \"$2\"; mkdir \"$2/desk\"; chattr +F \"$2/desk\"";
    let Some(place) = mounted("ext4 that folds case", dir.path(), script) else {
        return;
    };
    let (home, desk) = (home(dir.path()), place.0.join("desk"));
    fs::write(desk.join("probe"), "").unwrap();
    assert!(desk.join("PROBE").exists(), "it folds no case");
    fs::remove_file(desk.join("probe")).unwrap();
    let run = |args: &[&str]| {
        let done = scratch::command(DESK, &desk, &home)
            .args(args)
            .output()
            .unwrap();
        assert!(done.status.success(), "{args:?}: {}", said(&done));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    run(&["init"]);
    let id = run(&["new", "Printer is out", "-m", "It prints nothing."]);
    run(&["note", &id, "-m", "The lamp is dark."]);
    run(&["attach", &id, "desk.toml"]);
    run(&[
        "kb",
        "new",
        "Lamps",
        "--category",
        "workplace",
        "-m",
        "Look at them.",
    ]);
    run(&["resolve", &id.to_lowercase(), "-m", "Done."]);
    run(&["undo"]);
    assert!(run(&["show", &id]).contains("The lamp is dark."));
    run(&["check"]);
    let status = scratch::command("git", &desk, &home)
        .args(["status", "--porcelain"])
        .output()
        .unwrap();
    assert_eq!(said(&status), "");
}

#[test]
fn where_there_are_no_hard_links_writing_is_refused_with_the_reason() {
    if !sh("command -v mkfs.exfat && command -v mount.exfat-fuse")
        .status
        .success()
    {
        skipped(
            "exFAT cannot be had here: apt-get install exfat-fuse exfatprogs",
            true,
        );
        return;
    }
    let dir = scratch::folder();
    let script = "truncate -s 200M \"$1\"; mkfs.exfat \"$1\" >/dev/null
        mount -t exfat-fuse -o loop \"$1\" \"$2\" >&2; mkdir \"$2/desk\"";
    let Some(place) = mounted("exFAT", dir.path(), script) else {
        return;
    };
    let (home, desk) = (home(dir.path()), place.0.join("desk"));
    let done = scratch::command(DESK, &desk, &home)
        .arg("init")
        .output()
        .unwrap();
    let (code, said) = (done.status.code(), said(&done));
    assert_eq!(code, Some(5), "{said}");
    assert!(
        said.contains("it has no hard links\nhint: keep the clone on"),
        "{said}"
    );
    assert!(!desk.join("desk.toml").exists(), "{said}");
}
