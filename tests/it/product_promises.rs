//! What must always hold: the promises of the product, each by its number.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use plaindesk::index::article_cache;
use plaindesk::index::ticket_cache::DoneTickets;
use plaindesk::index::want::Want;
use plaindesk::model::field::Key;
use plaindesk::model::field_set::FieldSet;
use plaindesk::model::ticket_summary::TicketSummary;
use plaindesk::ops::core::people;
use plaindesk::ops::ticket::asset;

use crate::desk::Desk;

/// What the reading commands say at one moment.
fn answers(desk: &Desk) -> String {
    let mut all = String::new();
    for line in [
        "list",
        "list --all",
        "list --json --all",
        "list is:open printer",
        "list status:pending --json",
        "next",
        "next --json",
        "",
        "--json",
        "show ID1 --json",
        "show ID1 ID2",
        "check",
        "list tag:vip --sort -created",
        "kb list",
        "kb list --json",
        "kb show KB-7Q2M",
        "kb review",
        "kb demand",
        "kb check",
        "search printer jams",
        "search flickers --json",
        "kb search forgotten password --json",
        "suggest ID1 --json",
        " --as ewa",
    ] {
        let out = desk.run(line);
        desk.wait(-1);
        all.push_str(&format!("$ desk {line}\n{out}\n"));
    }
    all
}

fn busy() -> Desk {
    let desk = Desk::new();
    for title in [
        "Printer jams",
        "Monitor flickers",
        "Mail is slow",
        "Laptop does not start",
    ] {
        desk.open(title);
    }
    desk.make("new 'No network' --code NET-OUT --channel email --tag vip");
    let _ = desk.ok("pend ID2 --on customer");
    let _ = desk.ok("resolve ID3 -m 'Restarted'");
    let _ = desk.ok("cancel ID4");
    let _ = desk.ok("kb use KB-7Q2M --on ID5 --outcome solved");
    let _ = desk.ok("kb use KB-PJ3M --on ID3 --outcome wrong");
    desk
}

#[test]
fn promise_1_what_a_command_acknowledged_stands_in_file_and_commit() {
    let desk = Desk::with_ticket();
    for at in 0..5 {
        let _ = desk.ok(&format!("note ID1 -m 'note number {at}'"));
        let path = desk.path("ID1");
        let committed = desk.git(&["show", &format!("HEAD:{path}")]);
        assert_eq!(committed, desk.read(&path));
        assert!(committed.contains(&format!("note number {at}")));
    }
    desk.git(&["fsck", "--strict"]);
}

#[test]
fn promise_1_many_writers_at_once_lose_nothing() {
    let desk = Desk::with_ticket();
    desk.open("Another");
    let (writers, notes) = (8, 5);
    let mut children = Vec::new();
    for writer in 0..writers {
        let script = (0..notes)
            .map(|at| {
                format!(
                    "\"$DESK\" note {} -q -m 'w{writer}n{at}' || exit 1",
                    desk.id(if at % 2 == 0 { "ID1" } else { "ID2" })
                )
            })
            .collect::<Vec<_>>()
            .join("; ");
        let mut command = desk.desk(&[]);
        let mut shell = desk.command("sh");
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        command.stdin(Stdio::null());
        shell
            .env("DESK", env!("CARGO_BIN_EXE_desk"))
            .arg("-c")
            .arg(script)
            .stderr(Stdio::piped());
        children.push(shell.spawn().unwrap());
    }
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let both = desk.raw("ID1") + &desk.raw("ID2");
    for writer in 0..writers {
        for at in 0..notes {
            assert_eq!(both.matches(&format!("\nw{writer}n{at}\n")).count(), 1);
        }
    }
    assert_eq!(desk.commits(), 2 + 2 + writers * notes);
    assert_eq!(desk.status(), "");
    let _ = desk.run("check").code(0);
}

#[test]
fn promise_1_a_killed_command_loses_nothing_acknowledged_and_writes_no_half() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let mut acknowledged = Vec::new();
    for at in 0..30_u64 {
        let text = format!("kill number {at}.");
        let mut child = desk
            .desk(&["note", &id, "-q", "-m", &text])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(at * 2));
        let _ = child.kill();
        if child.wait().unwrap().success() {
            acknowledged.push(text);
        }
        // Whatever it was in the middle of: the file can be read, whole.
        let _ = desk.run("show ID1").code(0);
    }
    let _ = desk.ok("note ID1 -m 'the last word'");
    let file = desk.raw("ID1");
    for text in &acknowledged {
        assert_eq!(file.matches(text.as_str()).count(), 1, "{text}");
    }
    assert_eq!(desk.status(), "", "nothing is left behind");
    assert_eq!(
        desk.git(&["show", &format!("HEAD:{}", desk.path("ID1"))]),
        file
    );
    let _ = desk.run("check").code(0);
    desk.git(&["fsck", "--strict"]);
}

#[test]
fn promise_1_what_a_newer_version_wrote_is_kept() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    desk.replace(
        &path,
        "channel = \"phone\"\n",
        "channel = \"phone\"\nhologram = { colour = \"blue\" }\n",
    );
    desk.write(
        &path,
        format!(
            "{}\n## 2026-11-23T09:00:30Z anna teleport ^zz9z\n\n- beam: 9\n\nWhoosh.\n",
            desk.read(&path)
        ),
    );
    let before = desk.read(&path);
    let _ = desk.ok("note ID1 -m after");
    let _ = desk.ok("set ID1 queue=network");
    let _ = desk.run("check --fix").code(0);
    let after = desk.read(&path);
    assert!(after.contains("hologram = { colour = \"blue\" }\n"));
    assert!(
        after.contains(
            before
                .split_once("+++\n")
                .unwrap()
                .1
                .split_once("+++\n")
                .unwrap()
                .1
        )
    );
    let reported = desk.json("show ID1");
    assert_eq!(reported["tickets"][0]["entries"][1]["kind"], "teleport");
}

#[test]
fn promise_2_a_file_that_cannot_be_read_costs_only_itself() {
    let desk = busy();
    let good = desk.json("list --all")["tickets"].as_array().unwrap().len();
    desk.plant("2611-AAAAA", "no fence");
    desk.plant("2611-BBBBB", b"+++\nid = \"\xff\"\n+++\n");
    desk.plant("2610-CCCCC", "+++\nid = \n+++\n");
    for line in ["list --all", "list printer", "next", "", "list is:mine"] {
        let out = desk.run(line).code(0);
        for place in ["2611-AAAAA.md:1:1: ", "2611-BBBBB.md", "2610-CCCCC.md:2:"] {
            assert!(
                desk.real(&out.stderr).contains(place),
                "desk {line}: {place}: {out}"
            );
        }
        assert!(!out.stdout.is_empty(), "desk {line}: {out}");
    }
    let reported = desk.json("list --all");
    assert_eq!(reported["tickets"].as_array().unwrap().len(), good);
    assert_eq!(reported["problems"].as_array().unwrap().len(), 3);
    let _ = desk.ok("note ID1 -m 'still works'");
    let _ = desk.run_args(&["show", "2611-AAAAA"]).code(3);
    let _ = desk.run_args(&["note", "2611-BBBBB", "-m", "x"]).code(3);
    let _ = desk.run("check").code(1);
}

#[test]
fn promise_3_deleting_the_cache_changes_no_answer() {
    let desk = busy();
    desk.plant("2611-AAAAA", "no fence");
    let first = answers(&desk);
    assert!(desk.root.join(".desk").is_dir(), "there is a cache");
    assert_eq!(first, answers(&desk));
    fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert_eq!(first, answers(&desk));
    // A folder that cannot be made.
    fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    fs::write(desk.root.join(".desk"), "in the way").unwrap();
    // What stands there is named beside the answers, which are the same.
    let (beside, same): (Vec<String>, Vec<String>) = answers(&desk)
        .lines()
        .map(str::to_owned)
        .partition(|line| line.starts_with("warning: no caches are kept in this desk: "));
    assert!(!beside.is_empty());
    let lines = |text: &str| -> Vec<String> {
        let ruled = text.lines().filter(|line| *line != "-----");
        ruled.map(str::to_owned).collect()
    };
    assert_eq!(lines(&first), lines(&same.join("\n")));
}

fn cache_files(desk: &Desk) -> Vec<std::path::PathBuf> {
    let walk = walkdir::WalkDir::new(desk.root.join(".desk"));
    let files = walk
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

/// Breaks the bytes of a cache.
type Break = fn(&[u8]) -> Vec<u8>;

/// What commands begin with: settings, catalogue, tickets and articles, read as commands read them.
fn known(desk: &Desk) -> String {
    let open = plaindesk::ops::core::desk::Desk::open(&desk.root, None).unwrap();
    // What is kept of them: who reads their files has more at hand.
    let tickets = open.tickets(Want::All);
    let summaries = postcard::to_allocvec(&tickets.all).unwrap();
    let histories = open.tickets(Want::Stories).histories;
    let articles = article_cache::load(&open.root).all;
    let settings = (&open.settings, &open.catalogue);
    let use_of_articles = (tickets.wrong, tickets.usage, articles);
    let folded = format!("{:?} {:?}", people::people(&open), asset::all(&open));
    // Done tickets that fit, by their columns: the newest, and how many others.
    let fields = FieldSet::of(&[Key::Queue, Key::Status]);
    let fits = |ticket: &TicketSummary| ticket.text(Key::Queue) != "network";
    let newest = [0, 1, 100].map(|newest| {
        let done = DoneTickets {
            fits: Some(&fits),
            by_fields: true,
            newest: Some(newest),
            ..DoneTickets::of(&fields)
        };
        let found = open.some_tickets(Want::All, done);
        let done = found.all.iter().filter(|one| !one.is_live());
        let shown = done.map(|one| (one.id, one.updated, one.text(Key::Queue).to_owned()));
        // Where a month is read anew, all of its tickets come.
        let mut shown: Vec<_> = shown.collect();
        let all = shown.len() + found.more;
        shown.sort_by_key(|(id, updated, _)| (std::cmp::Reverse(*updated), *id));
        shown.truncate(newest);
        (shown, all)
    });
    format!("{settings:?} {summaries:?} {histories:?} {use_of_articles:?} {folded} {newest:?}")
}

#[test]
fn promise_3_a_broken_cache_changes_no_answer() {
    let desk = busy();
    let first = answers(&desk);
    let expected = known(&desk);
    for file in cache_files(&desk) {
        // A broken index of the search was made anew under other names: see `search_cache.rs`.
        if file.components().any(|part| part.as_os_str() == "search") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        // Of every file so many bytes are broken; `DESK_CACHES=1`, which `just caches` sets, asks for more.
        let long = std::env::var_os("DESK_CACHES").is_some();
        let (spread, first) = if long { (600, 40) } else { (40, 24) };
        let step = (bytes.len() / spread).max(1);
        for at in (0..bytes.len())
            .step_by(step)
            .chain(0..first.min(bytes.len()))
        {
            let mut broken = bytes.clone();
            broken[at] ^= 0x55;
            fs::write(&file, &broken).unwrap();
            assert!(expected == known(&desk), "byte {at} of {}", file.display());
        }
    }
    let breaks: [Break; 4] = [
        |_| Vec::new(),
        |bytes| bytes[..bytes.len() / 2].to_owned(),
        |bytes| [bytes, &[0; 100]].concat(),
        |_| vec![0xff; 5000],
    ];
    for broken in breaks {
        for file in cache_files(&desk) {
            let bytes = fs::read(&file).unwrap();
            fs::write(&file, broken(&bytes)).unwrap();
            assert!(expected == known(&desk), "{}", file.display());
        }
        // And all of them at once.
        for file in cache_files(&desk) {
            let bytes = fs::read(&file).unwrap();
            fs::write(&file, broken(&bytes)).unwrap();
        }
        assert_eq!(first, answers(&desk));
    }
}

#[test]
fn promise_3_edits_that_keep_size_and_time_are_seen() {
    let desk = busy();
    let _ = desk.ok("list --all");
    let path = desk.root.join(desk.path("ID1"));
    for (from, to) in [
        ("Printer jams", "Printer burns"),
        ("Printer burns", "Printer waits"),
    ] {
        // Older than any clock tick, so that only size and time could tell.
        let old = std::time::SystemTime::now() - Duration::from_hours(1);
        let stamp = |path: &std::path::Path| {
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(old)
                .unwrap();
        };
        stamp(&path);
        assert!(desk.ok("list --all").stdout.contains(from));
        let text = fs::read_to_string(&path).unwrap();
        let edited = text.replace(from, to);
        let edited = if edited.len() > text.len() {
            edited.replacen("by the door", "by the doo", 1)
        } else {
            edited
        };
        assert_eq!(text.len(), edited.len());
        fs::write(&path, edited).unwrap();
        stamp(&path);
        let out = desk.ok("list --all");
        assert!(out.stdout.contains(to), "{out}");
    }
}

#[test]
fn promise_4_the_same_files_and_moment_give_the_same_bytes_anywhere() {
    let desk = busy();
    let first = answers(&desk);
    let other = desk.copy();
    assert_eq!(first, answers(&other));
    // Another time zone, locale and user of the machine.
    let id = desk.id("ID1");
    for args in [
        vec!["list", "--all"],
        vec!["show", &id],
        vec!["list", "--json"],
        vec![],
    ] {
        let here = desk.run_args(&args);
        desk.wait(-1);
        let mut command = desk.desk(&args);
        command
            .env("TZ", "Pacific/Kiritimati")
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("LANG", "ja_JP.UTF-8")
            .env("COLUMNS", "40");
        let there = desk.reported(command);
        desk.wait(-1);
        assert_eq!(here.stdout, there.stdout, "{args:?}");
    }
}

#[test]
fn promise_5_text_from_outside_never_acts() {
    // The ways in which it could are in `hostile.rs`; here is one ticket with all of them.
    let desk = Desk::new();
    let canary = desk.beside("canary");
    let evil = format!(
        "\u{9d}52;c;x --output={0} $(touch {0}) `touch {0}` ;touch {0}",
        canary.display()
    );
    let out = desk.run_args(&[
        "new",
        &evil.replace('\u{9d}', ""),
        "--set",
        &format!("request.tried={evil}"),
        "-m",
        &evil,
    ]);
    assert_eq!(out.code, 0, "{out}");
    let _ = desk.run_args(&["note", ".", "-m", &evil]).code(0);
    for line in ["list", "show ID1", "log ID1", "check", "next", ""] {
        let out = desk.run(line);
        assert!(
            !out.stdout.contains(['\u{9d}', '\u{1b}', '\u{7}']),
            "{line}: {out}"
        );
    }
    assert!(!canary.exists());
}
