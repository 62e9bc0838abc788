//! No command runs a program that a repository names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::Desk;
use crate::skip::skipped;

/// The gits of this machine, as folders to put first in the path: the usual one, and the system's
/// where that is another.
fn gits() -> Vec<Option<PathBuf>> {
    let version = |git: &str| {
        let reported = Command::new(git).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&reported.stdout).into_owned())
    };
    let system = version("/usr/bin/git");
    if system.is_none() {
        skipped("there is no /usr/bin/git", false);
        return vec![None];
    }
    if system == version("git") {
        skipped(
            "/usr/bin/git is no second git beside that of the path",
            true,
        );
        return vec![None];
    }
    vec![None, Some(PathBuf::from("/usr/bin"))]
}

/// Every command, readers first; `ID1` and the others are tickets.
const COMMANDS: &[&str] = &[
    "",
    "list",
    "list --all --json",
    "show ID1",
    "show ID1 --json",
    "search printer",
    "kb search printer",
    "suggest ID1",
    "who Jan",
    "due",
    "sla ID1",
    "next",
    "log ID1",
    "catalog",
    "kb list",
    "kb show KB-7Q2M",
    "kb review",
    "kb demand",
    "kb check",
    "work list",
    "report",
    "report --json",
    "check",
    "export",
    "completions bash",
    "man",
    "sweep --dry-run",
    "note ID1 -m x --dry-run",
    "note ID1 -m x",
    "report",
    "contact ID1 -m x",
    "call ID1 spoke -m x",
    "take ID1",
    "assign ID1 marek",
    "set ID1 impact=team",
    "edit ID1",
    "escalate ID1 -m x",
    "attach ID1 notes.txt",
    "pend ID1 --on customer",
    "resolve ID1 -m x",
    "reopen ID1 -m x",
    "resolve ID1 -m x",
    "close ID1 --satisfied yes",
    "convert ID2 --to information",
    "split ID2 second",
    "link ID1 ID2",
    "merge ID3 --into ID2",
    "cancel ID4 -m x",
    "new another",
    "work new ID2 --title 'One cause'",
    "kb use KB-7Q2M --on ID1 --outcome solved",
    "kb new 'An article' -m x",
    "kb edit KB-7Q2M",
    "import events log.csv --map map.toml",
    "sweep",
    "check --fix",
    "report --save mine",
    "log ID1",
];

/// A program that leaves a file with its name.
fn trap(folder: &Path, key: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("traps").join(key);
    let canary = folder.join("ran").join(key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let script = format!("#!/bin/sh\ntouch '{}'\n", canary.display());
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

/// Sets something in the configuration of the clone, as `git config` does.
fn set(desk: &Desk, key: &str, value: &str) {
    let (section, name) = key.rsplit_once('.').unwrap();
    let section = match section.split_once('.') {
        Some((section, part)) => format!("{section} \"{part}\""),
        None => section.to_owned(),
    };
    let config = desk.read(".git/config");
    let more = format!("[{section}]\n\t{name} = \"{value}\"\n");
    desk.write(".git/config", config + &more);
}

/// A desk whose repository names a program wherever it can. Of filters there is one kind at a time.
fn hostile(filter: &str) -> (Desk, PathBuf) {
    let desk = Desk::new();
    for title in [
        "Printer jams",
        "Monitor flickers",
        "Mail is slow",
        "No sound",
    ] {
        desk.open(title);
    }
    desk.write("notes.txt", "x\n");
    desk.write(
        "map.toml",
        "source = \"old\"\n\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\nzone = \"Europe/Warsaw\"\n\n\
        [columns]\nid = \"Ticket\"\ntime = \"When\"\ntitle = \"{What}\"\n",
    );
    desk.write(
        "log.csv",
        "Ticket,When,What\nA-1,01.10.2026 09:00,Lamp is dark\n",
    );
    let _ = desk.ok("note ID1 -m 'lost object'");
    let lost = desk.git(&["rev-parse", &format!("HEAD:{}", desk.path("ID1"))]);
    let _ = desk.ok("note ID1 -m later");
    let folder = desk.beside("hostile");
    fs::create_dir_all(folder.join("ran")).unwrap();
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.editor",
        "core.pager",
        "core.askPass",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "sequence.editor",
        "pager.log",
        "pager.status",
        "pager.config",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
        "gpg.program",
        "gpg.ssh.program",
        "gpg.ssh.defaultKeyCommand",
        "credential.helper",
        "remote.origin.uploadpack",
        "remote.origin.receivepack",
        "uploadpack.packObjectsHook",
        "trailer.x.command",
        "trailer.x.cmd",
        "interactive.diffFilter",
        "gc.recentObjectsHook",
        "alias.log",
        "alias.status",
    ] {
        let shell = if key.starts_with("alias") { "!" } else { "" };
        set(&desk, key, &format!("{shell}{}", trap(&folder, key)));
    }
    // What is included counts as much.
    let included = folder.join("included");
    let at = trap(&folder, filter);
    let (_, word) = filter.rsplit_once('.').unwrap();
    let text = format!("[filter \"evil\"]\n\t{word} = {at}\n\trequired = true\n");
    fs::write(&included, text).unwrap();
    let nowhere = folder.join("nowhere");
    for (key, value) in [
        ("include.path", included.to_str().unwrap()),
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
        ("remote.origin.url", nowhere.to_str().unwrap()),
        ("remote.origin.promisor", "true"),
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("protocol.allow", "always"),
    ] {
        set(&desk, key, value);
    }
    for hook in [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-index-change",
        "post-checkout",
        "reference-transaction",
        "pre-auto-gc",
    ] {
        let path = desk.root.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(trap(&folder, hook), path).unwrap();
    }
    desk.write(
        ".git/info/attributes",
        "* filter=evil diff=evil merge=evil\n",
    );
    desk.replace("desk.toml", "hooks = false", "hooks = true");
    desk.replace("desk.toml", "sign = false", "sign = true");
    // An embedded bare repository, as a clone can bring one along.
    for inner in ["objects/.keep", "refs/.keep"] {
        desk.write(&format!("kb/bare/{inner}"), "");
    }
    desk.write("kb/bare/HEAD", "ref: refs/heads/main\n");
    let monitor = trap(&folder, "embedded");
    desk.write(
        "kb/bare/config",
        format!("[core]\n\tbare = true\n\tfsmonitor = {monitor}\n"),
    );
    // An object of the history that a partial clone would fetch.
    let (start, rest) = lost.trim().split_at(2);
    fs::remove_file(desk.root.join(".git/objects").join(start).join(rest)).unwrap();
    (desk, folder.join("ran"))
}

#[test]
fn no_command_runs_a_program_that_the_repository_names() {
    for git in gits() {
        // The second git is tried with one of them.
        let filters = ["filter.evil.process", "filter.evil.clean"];
        for filter in filters.into_iter().take(if git.is_some() { 1 } else { 2 }) {
            let (desk, ran) = hostile(filter);
            // Making the scene ran some.
            for entry in fs::read_dir(&ran).unwrap() {
                fs::remove_file(entry.unwrap().path()).unwrap();
            }
            for line in COMMANDS {
                let line = desk.real(line);
                let mut command = desk.command("sh");
                let path = std::env::var("PATH").unwrap();
                if let Some(git) = &git {
                    command.env("PATH", format!("{}:{path}", git.display()));
                }
                let script = format!("exec '{}' {line}", env!("CARGO_BIN_EXE_desk"));
                command
                    .env("DESK_NOW", "2026-11-23T10:00:00Z")
                    .env("DESK_AGENT", "ewa")
                    .env("EDITOR", "true")
                    .args(["-c", &script]);
                let out = desk.reported(command);
                let names: Vec<_> = fs::read_dir(&ran)
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name())
                    .collect();
                assert!(
                    names.is_empty(),
                    "desk {line} ran {names:?}, git {git:?}\n{out}"
                );
                // A command that stops at its arguments proves nothing.
                assert_ne!(out.code, 2, "desk {line}\n{out}");
            }
        }
    }
}
