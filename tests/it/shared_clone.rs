//! One clone with several people who share it by their group.

use crate::skip::skipped;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The group of both, and their numbers; none of them need exist.
const GROUP: u32 = 64_201;
const ANNA: u32 = 64_202;
const EWA: u32 = 64_203;

struct Clone {
    dir: tempfile::TempDir,
    desk: PathBuf,
    umask: &'static str,
}

impl Clone {
    fn new(sharing: &str, umask: &'static str) -> Self {
        let dir = crate::scratch::folder();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let binary = dir.path().join("program");
        fs::copy(env!("CARGO_BIN_EXE_desk"), &binary).unwrap();
        for user in [ANNA, EWA] {
            let home = dir.path().join(user.to_string());
            fs::create_dir(&home).unwrap();
            let config = format!(
                "[user]\n\tname = Person {user}\n\temail = p{user}@example.org\n\
                 [safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
            );
            fs::write(home.join("gitconfig"), config).unwrap();
            chown(&home, Some(user), Some(GROUP)).unwrap();
        }
        // The folder that the administrator gave them.
        let desk = dir.path().join("desk");
        fs::create_dir(&desk).unwrap();
        chown(&desk, Some(ANNA), Some(GROUP)).unwrap();
        fs::set_permissions(&desk, fs::Permissions::from_mode(0o2770)).unwrap();
        let clone = Self { dir, desk, umask };
        let shared = format!("--shared={sharing}");
        clone.ok(ANNA, "git", &["init", "--quiet", &shared]);
        clone
    }

    fn run(&self, user: u32, program: &str, args: &[&str]) -> Output {
        let home = self.dir.path().join(user.to_string());
        let own = self.dir.path().join("program");
        let program = if program == "desk" {
            own.as_path()
        } else {
            Path::new(program)
        };
        Command::new("sh")
            .args([
                "-c",
                "umask \"$1\"; shift; exec setpriv \"$@\"",
                "sh",
                self.umask,
            ])
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={GROUP}"))
            .arg("--clear-groups")
            .arg(program)
            .args(args)
            .current_dir(&self.desk)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &home)
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("DESK_AGENT", "person")
            .output()
            .unwrap()
    }

    fn ok(&self, user: u32, program: &str, args: &[&str]) -> String {
        let out = self.run(user, program, args);
        let (said, error) = (
            String::from_utf8_lossy(&out.stdout).trim().to_owned(),
            String::from_utf8_lossy(&out.stderr).trim().to_owned(),
        );
        assert!(
            out.status.success(),
            "{user} {program} {args:?}: {said}\n{error}"
        );
        assert!(
            !error.contains("ermission"),
            "{user} {program} {args:?}: {error}"
        );
        said
    }
}

fn able() -> bool {
    if fs::metadata("/proc/self").map_or(1, |meta| meta.uid()) != 0 {
        skipped("only root can act as two people", true);
        return false;
    }
    if !Command::new("setpriv")
        .arg("--version")
        .output()
        .is_ok_and(|out| out.status.success())
    {
        skipped("setpriv of util-linux is not installed", false);
        return false;
    }
    true
}

#[test]
fn the_second_person_can_write_whatever_the_umask_of_the_first() {
    if !able() {
        return;
    }
    for (sharing, umask) in [
        ("group", "022"),
        ("group", "077"),
        ("0660", "077"),
        ("all", "077"),
    ] {
        let clone = Clone::new(sharing, umask);
        clone.ok(ANNA, "desk", &["init"]);
        let own = clone.ok(ANNA, "desk", &["new", "Printer jams", "--no-questions"]);
        clone.ok(ANNA, "desk", &["list"]);
        for (user, text) in [(EWA, "of ewa"), (ANNA, "of anna"), (EWA, "of ewa again")] {
            clone.ok(user, "desk", &["note", &own, "-m", text]);
        }
        let other = clone.ok(EWA, "desk", &["new", "Monitor flickers", "--no-questions"]);
        let file = clone.dir.path().join("photo");
        fs::write(&file, "x").unwrap();
        clone.ok(EWA, "desk", &["attach", &other, file.to_str().unwrap()]);
        clone.ok(
            ANNA,
            "desk",
            &["attach", &other, file.to_str().unwrap(), "--name", "two"],
        );
        clone.ok(ANNA, "desk", &["note", &other, "-m", "seen"]);
        for user in [ANNA, EWA] {
            clone.ok(user, "desk", &["list", "--all"]);
            clone.ok(user, "desk", &["search", "printer"]);
            clone.ok(user, "desk", &["check"]);
            assert_eq!(clone.ok(user, "git", &["status", "--porcelain"]), "");
        }
        assert_eq!(clone.ok(ANNA, "git", &["fsck", "--no-dangling"]), "");
        for entry in walkdir::WalkDir::new(&clone.desk) {
            let entry = entry.unwrap();
            let path = entry.path().display().to_string();
            // Hooks and the like are git's; caches are each person's.
            let ours =
                path.contains("/plaindesk") || path.contains("/tickets") || path.contains("/kb");
            if !ours || path.contains("/.desk/") {
                continue;
            }
            let mode = entry.metadata().unwrap().mode() & 0o2777;
            let wanted = if entry.file_type().is_dir() {
                0o2070
            } else {
                0o060
            };
            assert_eq!(
                mode & wanted,
                wanted,
                "{path} has {mode:o} ({sharing}, umask {umask})"
            );
        }
    }
}
