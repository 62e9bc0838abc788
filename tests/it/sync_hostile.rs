//! `desk sync` of what no command would have written, and beside what fails.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::clones::{Clone, Team};
use crate::desk::Out;

const NOON: &str = "2026-11-23T12:00:00Z";

fn sync(clone: &Clone) -> Out {
    clone.desk(NOON, &["sync"])
}

fn note(clone: &Clone, team: &Team, text: &str) {
    let _ = clone.desk(NOON, &["note", &team.id, "-m", text]).code(0);
}

fn is_clean(clone: &Clone) {
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let _ = clone.desk(NOON, &["check"]).code(0);
}

fn tickets(clone: &Clone) -> usize {
    let listed = clone.git(&["ls-files", "tickets/*.md"]).code(0).stdout;
    listed.lines().count()
}

/// Two clones with a note each, that have all of both.
fn noted() -> Team {
    let team = Team::new();
    note(&team.anna, &team, "Before.");
    let _ = sync(&team.anna).code(0);
    let _ = sync(&team.marek).code(0);
    team
}

#[test]
fn a_ticket_that_one_side_cut_off_stays_one_and_is_whole_again() {
    for is_merged in [true, false] {
        let team = noted();
        note(&team.anna, &team, "From Anna.");
        let _ = sync(&team.anna).code(0);
        if !is_merged {
            let _ = sync(&team.marek).code(0);
        }
        let text = team.marek.read(&team.path());
        // Its log is gone.
        let at = text.find("\n## ").unwrap();
        team.marek.write(&team.path(), &text[..at]);
        team.marek.commit("cut off");
        if is_merged {
            let _ = sync(&team.marek).code(0);
            let _ = sync(&team.anna).code(0);
        } else {
            // Pushed by plain git, and seen by whoever fetches it.
            let _ = team.marek.git(&["push", "--quiet"]).code(0);
            let out = sync(&team.anna).code(0);
            assert!(out.stderr.contains("put right"), "{out}");
            let _ = sync(&team.marek).code(0);
        }
        for clone in [&team.anna, &team.marek] {
            assert_eq!(tickets(clone), 1);
            let text = clone.read(&team.path());
            for words in ["created", "Before.", "From Anna."] {
                assert!(text.contains(words), "{text}");
            }
            is_clean(clone);
        }
        assert_eq!(team.anna.read(&team.path()), team.marek.read(&team.path()));
    }
}

#[test]
fn a_link_in_the_place_of_a_ticket_gives_way_to_it() {
    let team = noted();
    let path = team.marek.root.join(team.path());
    fs::remove_file(&path).unwrap();
    symlink("/etc/passwd", &path).unwrap();
    team.marek.commit("a link");
    let _ = team.marek.git(&["push", "--quiet"]).code(0);
    let out = sync(&team.anna).code(0);
    assert!(out.stderr.contains("put right"), "{out}");
    let file = team.anna.root.join(team.path());
    assert!(file.symlink_metadata().unwrap().is_file());
    assert!(team.anna.read(&team.path()).contains("Before."));
    is_clean(&team.anna);
}

/// Of a merge that git cannot write nothing is saved, so nothing is said to be.
#[test]
fn a_disk_that_fills_up_in_a_merge_saves_nothing_of_it() {
    let team = noted();
    note(&team.anna, &team, "From Anna.");
    let _ = sync(&team.anna).code(0);
    note(&team.marek, &team, "From Marek.");
    let before = team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let folder = team.desk.beside("full");
    fs::create_dir(&folder).unwrap();
    let path = std::env::var("PATH").unwrap();
    let with = |verb: &str| {
        let git = folder.join("git");
        let script = format!(
            "#!/bin/sh\nfor word; do if [ \"$word\" = {verb} ]; then\n\
             echo 'fatal: write error: No space left on device' >&2; exit 128\nfi; done\n\
             PATH='{path}' exec git \"$@\"\n"
        );
        fs::write(&git, script).unwrap();
        fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = team.marek.command(NOON, &["sync"]);
        command.env("PATH", format!("{}:{path}", folder.display()));
        Out::of(&command.output().unwrap()).code(5)
    };
    let out = with("fast-import");
    assert!(out.stderr.contains("error: nothing was merged: "), "{out}");
    assert!(out.stderr.contains("No space left on device"), "{out}");
    assert!(!out.stderr.contains("saved, but"), "{out}");
    // Nor is the other end to blame for the disk of this one.
    let out = with("fetch");
    assert!(
        out.stderr
            .contains("error: there is no space left on this machine for what comes from `origin`"),
        "{out}"
    );
    let now = team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
    assert_eq!(now, before);
    is_clean(&team.marek);
    let _ = sync(&team.marek).code(0);
    assert!(team.marek.read(&team.path()).contains("From Anna."));
    is_clean(&team.marek);
}

/// Changes the ticket in a clone by hand, and commits that.
fn by_hand(clone: &Clone, team: &Team, change: impl Fn(&str) -> String) {
    let text = clone.read(&team.path());
    clone.write(&team.path(), &change(&text));
    clone.commit("by hand");
}

fn malformed(text: &str) -> String {
    text.replacen("status = ", "status = {{ ", 1)
}

#[test]
fn what_cannot_be_read_is_named_and_keeps_every_byte() {
    for both in [false, true] {
        let team = noted();
        if both {
            by_hand(&team.anna, &team, |text| {
                text.replacen("queue = ", "queue = [", 1)
            });
        } else {
            note(&team.anna, &team, "From Anna.");
        }
        let _ = sync(&team.anna).code(0);
        by_hand(&team.marek, &team, malformed);
        let before = team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
        let out = sync(&team.marek).code(5);
        assert!(out.stderr.contains(&team.path()), "{out}");
        assert!(out.stderr.contains("not valid TOML"), "{out}");
        let now = team.marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
        assert_eq!(now, before);
        let left = team.marek.git(&["status", "--porcelain"]).code(0);
        assert_eq!(left.stdout, "");
        // Put right on both sides, it goes on.
        if both {
            by_hand(&team.anna, &team, |text| {
                text.replace("queue = [", "queue = ")
            });
            let _ = sync(&team.anna).code(0);
        }
        by_hand(&team.marek, &team, |text| text.replace("{{ ", ""));
        let _ = sync(&team.marek).code(0);
        is_clean(&team.marek);
    }
}

#[test]
fn files_that_an_editor_or_a_person_left_odd_merge_all_the_same() {
    const ENTRY: &str = "\n## 2026-11-23T11:30:00Z marek note ^mdfb\n\n";
    for what in ["line ends of another system", "a mark", "an entry twice"] {
        let team = noted();
        note(&team.anna, &team, "From Anna.");
        let _ = sync(&team.anna).code(0);
        by_hand(&team.marek, &team, |text| match what {
            "a mark" => format!("\u{feff}{text}"),
            "an entry twice" => format!("{text}{ENTRY}Once.\n{ENTRY}Once.\n"),
            _ => text.replace('\n', "\r\n"),
        });
        let _ = sync(&team.marek).code(0);
        let text = team.marek.read(&team.path());
        assert!(
            text.contains("From Anna.") && text.contains("Before."),
            "{what}: {text}"
        );
        assert!(text.matches("Once.").count() <= 1, "{what}: {text}");
        is_clean(&team.marek);
    }
    // Two texts under one heading are both kept.
    let team = noted();
    for (clone, words) in [(&team.anna, "The first."), (&team.marek, "The second.")] {
        by_hand(clone, &team, |text| format!("{text}{ENTRY}{words}\n"));
        let _ = sync(clone).code(0);
    }
    let text = team.marek.read(&team.path());
    assert!(
        text.contains("The first.") && text.contains("The second."),
        "{text}"
    );
    is_clean(&team.marek);
}

#[test]
fn a_file_where_a_folder_was_is_named() {
    let team = noted();
    note(&team.anna, &team, "From Anna.");
    let _ = sync(&team.anna).code(0);
    let _ = team.marek.git(&["rm", "--quiet", "-r", "tickets"]).code(0);
    team.marek.write("tickets", "not a folder\n");
    team.marek.commit("a file");
    let out = sync(&team.marek).code(5);
    assert!(out.stderr.contains("`tickets`"), "{out}");
    assert_eq!(team.marek.read("tickets"), "not a folder\n");
}

#[test]
fn a_branch_named_like_an_option_is_a_branch() {
    let team = Team::new();
    let marek = &team.marek;
    let name = "refs/heads/--upload-pack=touch";
    let _ = marek.git(&["update-ref", name, "HEAD"]).code(0);
    let _ = marek.git(&["symbolic-ref", "HEAD", name]).code(0);
    note(marek, &team, "On an odd branch.");
    let _ = sync(marek).code(0);
    let out = sync(marek).code(0);
    assert!(out.stdout.contains("nothing to sync"), "{out}");
    let hub = team.hub.to_str().unwrap();
    let there = marek.git(&["-C", hub, "rev-parse", "--verify", name]);
    assert_eq!(
        there.code(0).stdout,
        marek.git(&["rev-parse", "HEAD"]).code(0).stdout
    );
}

#[test]
fn a_remote_that_answers_garbage_reaches_no_terminal() {
    let team = Team::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers: [&[u8]; 3] = [
        b"\x1b[31mGARBAGE\x07\x1b]0;title\x07",
        b"001cERR \x1b[2Jcome back later\n",
        &[0xff; 4096],
    ];
    let server = std::thread::spawn(move || {
        for answer in answers {
            use std::io::{Read as _, Write as _};
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked);
            let _ = stream.write_all(answer);
        }
    });
    let url = format!("git://127.0.0.1:{port}/desk.git");
    let _ = team
        .marek
        .git(&["remote", "set-url", "origin", &url])
        .code(0);
    for _ in answers {
        let out = sync(&team.marek).code(5);
        let bad = |c: char| c.is_control() && c != '\n';
        assert!(!out.stderr.contains(bad), "{out}");
        assert!(out.stderr.contains("`origin`"), "{out}");
    }
    server.join().unwrap();
}

/// The other end dies before it has taken what was sent, and after.
#[test]
fn a_push_that_is_cut_short_is_finished_by_the_next() {
    let team = noted();
    note(&team.marek, &team, "From Marek.");
    for hook in ["pre-receive", "post-receive"] {
        let path = team.hub.join("hooks").join(hook);
        fs::write(&path, "#!/bin/sh\nkill -9 $PPID\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let out = sync(&team.marek).code(5);
        assert!(out.stderr.contains("`origin`"), "{out}");
        fs::remove_file(&path).unwrap();
    }
    let _ = sync(&team.marek).code(0);
    let _ = sync(&team.anna).code(0);
    let text = team.anna.read(&team.path());
    assert_eq!(text.matches("From Marek.").count(), 1, "{text}");
    is_clean(&team.anna);
    is_clean(&team.marek);
}

#[test]
fn attributes_of_a_stranger_change_no_merge_and_run_nothing() {
    let team = noted();
    let marek = &team.marek;
    let trap = team.desk.script(
        "trap",
        "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\nexit 1\n",
    );
    for key in [
        "merge.strange.driver",
        "filter.strange.clean",
        "filter.strange.smudge",
    ] {
        let set = ["config", key, trap.to_str().unwrap()];
        let _ = marek.git(&set).code(0);
    }
    let lines = "*.md merge=strange filter=strange text eol=crlf ident\n";
    team.anna.write("tickets/.gitattributes", lines);
    team.anna.commit("strange");
    note(&team.anna, &team, "From Anna.");
    let _ = sync(&team.anna).code(0);
    note(marek, &team, "From Marek.");
    let _ = sync(marek).code(0);
    let text = marek.read(&team.path());
    assert!(
        text.contains("From Anna.") && text.contains("From Marek."),
        "{text}"
    );
    assert!(!text.contains('\r'), "{text:?}");
    let _ = marek.desk(NOON, &["check"]).code(0);
    assert!(!trap.with_file_name("sprung").exists());
}
