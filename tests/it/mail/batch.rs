//! `desk mail in --maildir` and `--mbox`: many mails, one commit for at most fifty.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::desk::Desk;
use crate::mail::with_mailbox;

fn mail(n: usize) -> String {
    format!(
        "From: u{n}@example.com\nTo: help@desk.example\nSubject: Mail {n}\n\
         Message-ID: <{n}@example.com>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\nText {n}\n"
    )
}

fn maildir(desk: &Desk, count: usize) -> PathBuf {
    let dir = desk.beside("Mail");
    for name in ["new", "cur", "tmp"] {
        fs::create_dir_all(dir.join(name)).unwrap();
    }
    for n in 0..count {
        fs::write(dir.join("new").join(format!("{}.M{n}", 1_000 + n)), mail(n)).unwrap();
    }
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_arrived_is_taken_in_and_seen() {
    let desk = with_mailbox();
    let dir = maildir(&desk, 60);
    fs::write(dir.join("new/2000.bad"), "\n\nno headers\n").unwrap();
    fs::write(dir.join("new/2001.again"), mail(3)).unwrap();
    let before = desk.commits();
    let line = format!("mail in --maildir {}", dir.display());
    let out = desk.run(&format!("{line} --dry-run")).code(0);
    // What is not written cannot be found to be there already.
    assert!(
        out.stdout.contains("not written: 62 mails: 61 new"),
        "{out}"
    );
    assert_eq!(names(&dir.join("new")).len(), 62);
    let out = desk.run(&line).code(0);
    let told = "62 mails: 60 new, 1 there already, 1 in quarantine\n";
    assert!(out.stdout.ends_with(told), "{out}");
    assert_eq!(desk.commits(), before + 2, "fifty in one commit");
    assert_eq!(names(&dir.join("new")), [""; 0]);
    let cur = names(&dir.join("cur"));
    assert!(
        cur.len() == 62 && cur.iter().all(|name| name.ends_with(":2,S")),
        "{cur:?}"
    );
    assert!(desk.status().is_empty(), "{}", desk.status());
    let _ = desk.ok("check");
    let out = desk.run(&line).code(0);
    assert_eq!(out.stdout, "no mail arrived\n");
}

#[test]
fn one_that_cannot_be_read_costs_only_itself() {
    let desk = with_mailbox();
    let dir = maildir(&desk, 2);
    std::os::unix::fs::symlink("/etc/hostname", dir.join("new/999.link")).unwrap();
    fs::create_dir(dir.join("new/998.folder")).unwrap();
    let line = format!("mail in --maildir {} --json", dir.display());
    let out = desk.run(&line).code(1);
    assert_eq!(out.json()["mails"].as_array().unwrap().len(), 2, "{out}");
    assert!(out.stderr.contains("`999.link` stays where it is"), "{out}");
    assert_eq!(names(&dir.join("new")), ["998.folder", "999.link"]);
    let none = desk.beside("none");
    fs::create_dir(&none).unwrap();
    let out = desk
        .run(&format!("mail in --maildir {}", none.display()))
        .code(2);
    assert!(out.stderr.contains("is no Maildir"), "{out}");
    let _ = desk.run("mail in --maildir nowhere").code(5);
}

#[test]
fn an_mbox_stays_and_is_taken_in_once() {
    let desk = with_mailbox();
    let from = "From u@example.com Mon Nov 23 09:00:00 2026\n";
    let mails: Vec<String> = (0..3).map(|n| format!("{from}{}\n", mail(n))).collect();
    let text = mails.concat();
    let file = desk.beside("box");
    fs::write(&file, &text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    let line = format!("mail in --mbox {}", file.display());
    let out = desk.run(&line).code(0);
    assert_eq!(out.stdout, "3 mails: 3 new\n");
    let out = desk.run(&line).code(0);
    assert_eq!(out.stdout, "3 mails: 3 there already\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let out = desk.run("mail in --mbox nowhere").code(2);
    assert!(out.stderr.contains("cannot read"), "{out}");
}
