//! The index that we write beside the one that git writes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use plaindesk::store::git::index_file::{Hash, Index, IndexRow, StatData};
use proptest::prelude::*;

use crate::desk::{Desk, EACH, NEVER, TICKET, committed, note, save, step};
use crate::skip::skipped;

/// A repository without files, in which only the index is of interest.
struct Bench {
    desk: Desk,
    hash: Hash,
    blobs: Vec<String>,
}

impl Bench {
    fn new(format: &str) -> Self {
        let format_option = format!("--object-format={format}");
        let desk = Desk::unborn(&["init", "--quiet", &format_option], "");
        let blobs = (0..4)
            .map(|number| {
                desk.write("blob", &format!("text {number}\n"));
                let name = desk.git(&["hash-object", "-w", "blob"]);
                fs::remove_file(desk.folder.join("blob")).unwrap();
                name
            })
            .collect::<Vec<_>>();
        let hash = Hash::of_digits(blobs[0].len()).unwrap();
        Self { desk, hash, blobs }
    }

    fn index(&self) -> PathBuf {
        self.desk.top.join(".git/index")
    }

    fn feed(&self, args: &[&str], input: &str) {
        let mut child = Command::new("git")
            .envs(crate::desk::ENV.iter().copied())
            .current_dir(&self.desk.top)
            .args(args)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut pipe, input.as_bytes()).unwrap();
        drop(pipe);
        assert!(child.wait().unwrap().success(), "git {args:?}");
    }

    fn rows(&self, rows: &[(String, usize, bool)]) -> (Vec<IndexRow>, String) {
        let mut ours = Vec::new();
        let mut theirs = String::new();
        for (path, blob, executable) in rows {
            let blob = &self.blobs[*blob];
            let mode = if *executable { "100755" } else { "100644" };
            theirs += &format!("{mode} {blob}\t{path}\0");
            ours.push(IndexRow {
                path: path.clone(),
                blob: unhex(blob),
                executable: *executable,
                stat: StatData::default(),
            });
        }
        (ours, theirs)
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// What has an index made before ours.
#[derive(Clone, Debug)]
struct Before {
    rows: Vec<(String, usize, bool)>,
    flags: Vec<(usize, &'static str)>,
    /// Whether git has written the trees of it into the index, and how many rows came after.
    trees: bool,
    later: Vec<(String, usize, bool)>,
}

fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ab]".prop_map(|part| part),
        2 => "[a-c.-]{2,3}x".prop_map(|part| part),
        1 => "[a-z]{90}".prop_map(|part| part),
        1 => "ż[a-b]".prop_map(|part| part),
    ];
    // Files have a name that no folder has, except for a few.
    let name = prop_oneof![9 => "[a-d]{1,2}\\.md", 1 => "[ab]"];
    (proptest::collection::vec(part, 0..4), name).prop_map(|(mut parts, name)| {
        parts.push(name);
        parts.join("/")
    })
}

fn rows(most: usize) -> impl Strategy<Value = Vec<(String, usize, bool)>> {
    proptest::collection::vec((path(), 0..4_usize, any::<bool>()), 1..most)
}

fn before() -> impl Strategy<Value = Before> {
    let flag = prop_oneof![
        Just("--assume-unchanged"),
        Just("--skip-worktree"),
        Just("--no-skip-worktree"),
    ];
    let flags = proptest::collection::vec((any::<usize>(), flag), 0..4);
    (
        rows(30),
        flags,
        any::<bool>(),
        proptest::collection::vec((path(), 0..4_usize, any::<bool>()), 0..3),
    )
        .prop_map(|(rows, flags, trees, later)| Before {
            rows,
            flags,
            trees,
            later,
        })
}

const ARGS: [&str; 3] = ["update-index", "-z", "--index-info"];

/// Splices rows into one index by ourselves and by git; whether we did.
fn tried(bench: &Bench, before: &Before, new: &[(String, usize, bool)]) -> bool {
    let index = bench.index();
    let _ = fs::remove_file(&index);
    bench.feed(&ARGS, &bench.rows(&before.rows).1);
    for (which, flag) in &before.flags {
        let all = bench.desk.git(&["ls-files"]);
        let plain: Vec<&str> = all.lines().filter(|line| !line.starts_with('"')).collect();
        if let Some(path) = plain.get(which % plain.len().max(1)) {
            bench.desk.git(&["update-index", flag, "--", path]);
        }
    }
    if before.trees {
        bench.desk.git(&["write-tree"]);
    }
    if !before.later.is_empty() {
        bench.feed(&ARGS, &bench.rows(&before.later).1);
    }
    let old = fs::read(&index).unwrap();
    let (ours, theirs) = bench.rows(new);
    let spliced = Index::parse(&old, bench.hash).unwrap().splice(&ours, &[]);
    bench.feed(&ARGS, &theirs);
    let git = fs::read(&index).unwrap();
    match spliced {
        Ok(bytes) => {
            assert_eq!(bytes, git, "{}", shown(bench, &bytes));
            true
        }
        Err(why) => {
            assert!(why.0.contains("a file here and a folder"), "{why}");
            false
        }
    }
}

fn shown(bench: &Bench, bytes: &[u8]) -> String {
    let git = bench.desk.git(&["ls-files", "--stage", "-v"]);
    fs::write(bench.index(), bytes).unwrap();
    let ours = bench.desk.git(&["ls-files", "--stage", "-v"]);
    format!("git has\n{git}\nwe have\n{ours}")
}

fn same_as_git(format: &str, cases: u32) {
    let bench = Bench::new(format);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let ours = std::cell::Cell::new(0);
    runner
        .run(&(before(), rows(6)), |(before, new)| {
            ours.set(ours.get() + u32::from(tried(&bench, &before, &new)));
            Ok(())
        })
        .unwrap();
    // Most of them are not left to git.
    assert!(ours.get() * 2 > cases, "{} of {cases}", ours.get());
}

#[test]
fn spliced_indexes_are_the_bytes_that_git_writes() {
    same_as_git("sha1", 48);
}

#[test]
fn so_they_are_with_sha256() {
    same_as_git("sha256", 16);
}

#[test]
fn what_is_not_understood_to_the_last_byte_is_left_to_git() {
    let bench = Bench::new("sha1");
    let (row, theirs) = bench.rows(&[("a/b.md".to_owned(), 0, false)]);
    bench.feed(&["update-index", "-z", "--index-info"], &theirs);
    let why = |bytes: &[u8]| match Index::parse(bytes, bench.hash) {
        Ok(index) => index
            .splice(&row, &[])
            .map_or_else(|why| why.0, |_| "ours".to_owned()),
        Err(why) => why.0,
    };
    let at = |how: &[&str]| {
        bench.desk.git(how);
        why(&fs::read(bench.index()).unwrap())
    };
    let plain = fs::read(bench.index()).unwrap();
    assert_eq!(why(&plain), "ours");
    assert_eq!(
        at(&["update-index", "--index-version", "4"]),
        "it is of version 4"
    );
    bench.desk.git(&["update-index", "--index-version", "2"]);
    assert_eq!(
        at(&["update-index", "--split-index"]),
        "it has the extension `link`"
    );
    bench.desk.git(&["update-index", "--no-split-index"]);
    assert_eq!(
        at(&["update-index", "--force-untracked-cache"]),
        "it has the extension `UNTR`"
    );
    bench.desk.git(&["update-index", "--no-untracked-cache"]);
    assert_eq!(
        at(&[
            "-c",
            "index.recordEndOfIndexEntries=true",
            "update-index",
            "--force-write-index"
        ]),
        "it has the extension `EOIE`"
    );
    bench.desk.git(&["update-index", "--force-write-index"]);
    let conflict = format!(
        "0 {}\ta/b.md\n100644 {} 2\ta/b.md\n",
        "0".repeat(40),
        bench.blobs[1]
    );
    bench.feed(&["update-index", "--index-info"], &conflict);
    assert_eq!(
        why(&fs::read(bench.index()).unwrap()),
        "`a/b.md` is in conflict"
    );

    assert_eq!(why(&[]), "it is too short");
    for at in 0..plain.len() {
        let mut damaged = plain.clone();
        damaged[at] ^= 0x10;
        assert_ne!(why(&damaged), "ours", "byte {at}");
        // Cut short, with a true sum or without.
        assert_ne!(why(&plain[..at]), "ours", "byte {at}");
    }
}

#[test]
fn a_sum_of_zeros_is_taken_and_a_true_one_written() {
    let bench = Bench::new("sha1");
    let (row, theirs) = bench.rows(&[("a.md".to_owned(), 0, false)]);
    bench.feed(&["update-index", "-z", "--index-info"], &theirs);
    let plain = fs::read(bench.index()).unwrap();
    let mut zeros = plain.clone();
    let body = zeros.len() - 20;
    zeros[body..].fill(0);
    let spliced = Index::parse(&zeros, bench.hash)
        .unwrap()
        .splice(&row, &[])
        .unwrap();
    assert_eq!(spliced, plain);
}

/// Every byte changed and every length, with a sum that does not tell: nothing may panic, and what
/// is taken is written so that it can be read again.
#[test]
fn damaged_indexes_do_no_harm() {
    let bench = Bench::new("sha1");
    let many: Vec<_> = ["a.md", "b/c.md", "b/d/e.md", "f/g.md"]
        .map(|path| (path.to_owned(), 1, false))
        .to_vec();
    bench.feed(
        &["update-index", "-z", "--index-info"],
        &bench.rows(&many).1,
    );
    bench.desk.git(&["write-tree"]);
    let mut plain = fs::read(bench.index()).unwrap();
    let body = plain.len() - 20;
    plain[body..].fill(0);
    let (row, _) = bench.rows(&[("b/d/e.md".to_owned(), 0, true)]);
    let mut taken = 0;
    let mut look = |bytes: &[u8]| {
        let spliced = Index::parse(bytes, bench.hash).and_then(|index| index.splice(&row, &[0]));
        if let Ok(bytes) = spliced {
            Index::parse(&bytes, bench.hash).unwrap();
            taken += 1;
        }
    };
    for at in 0..body {
        for change in [0x01, 0x10, 0x40, 0x80, 0xff] {
            let mut damaged = plain.clone();
            damaged[at] ^= change;
            look(&damaged);
        }
        let mut cut = plain[..at].to_vec();
        cut.resize(at + 20, 0);
        look(&cut);
    }
    assert!(taken > 0);
}

/// Another reader of indexes.
fn libgit2(top: &Path) -> Option<String> {
    const READ: &str = "import pygit2, sys
repo = pygit2.Repository(sys.argv[1])
for entry in repo.index: print('%o %s %s' % (entry.mode, entry.id, entry.path))
for path, status in repo.status().items(): print('status', path, status)";
    let able = Command::new("/usr/bin/python3")
        .args(["-c", "import pygit2"])
        .output();
    if !able.is_ok_and(|out| out.status.success()) {
        skipped(
            "/usr/bin/python3 has no pygit2, which reads indexes by libgit2",
            false,
        );
        return None;
    }
    let out = Command::new("/usr/bin/python3")
        .args(["-c", READ])
        .arg(top)
        .env("HOME", top)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn after_every_save_git_and_libgit2_find_nothing_to_say() {
    let desk = Desk::new();
    let mut last: Option<String> = None;
    for number in 0..6 {
        let text = format!("+++\nstatus = \"open\"\n+++\n\nnumber {number}\n");
        committed(desk.save(EACH, &note(last.as_deref(), &text)));
        if number == 2 {
            committed(desk.save(
                EACH,
                &step(&[save("kb/vpn.md", None, "x\n"), save("a.md", None, "y\n")]),
            ));
        }
        let stage = desk.git(&["ls-files", "--stage"]);
        if let Some(reported) = libgit2(&desk.top) {
            let other: Vec<String> = stage
                .lines()
                .map(|line| line.replace(" 0\t", " "))
                .collect();
            assert_eq!(reported.lines().collect::<Vec<_>>(), other);
        }
        // The plumbing does not look at contents: what it calls unchanged, the status says.
        assert_eq!(desk.git(&["diff-files"]), "");
        assert_eq!(desk.git(&["diff-index", "--cached", "HEAD"]), "");
        assert_eq!(desk.status(), "");
        desk.sound();
        last = Some(text);
    }
}

/// A file of the person's that changes in the tick in which git wrote the index has the size and,
/// in whole seconds, the time that the index knows. A younger index would make it look settled.
#[test]
fn a_change_in_the_tick_of_the_index_is_not_hidden() {
    let desk = Desk::new();
    desk.write("plan.md", "one\n");
    desk.git(&["add", "plan.md"]);
    desk.git(&["commit", "--quiet", "-m", "plan"]);
    let index = desk.top.join(".git/index");
    let plan = desk.folder.join("plan.md");
    // What git remembers of the first text is made to fit the second.
    let old = fs::read(&index).unwrap();
    let stamp = fs::metadata(&plan).unwrap();
    fs::write(&plan, "two\n").unwrap();
    let file = fs::File::options().write(true).open(&plan).unwrap();
    file.set_modified(stamp.modified().unwrap()).unwrap();
    let meta = fs::metadata(&plan).unwrap();
    let mut bytes = old.clone();
    let name = b"plan.md\0";
    let at = bytes
        .windows(name.len())
        .position(|window| window == name)
        .unwrap()
        - 62;
    bytes[at..at + 4].copy_from_slice(&u32::try_from(meta.ctime()).unwrap().to_be_bytes());
    bytes[at + 4..at + 8].copy_from_slice(&u32::try_from(meta.ctime_nsec()).unwrap().to_be_bytes());
    let body = bytes.len() - 20;
    bytes[body..].fill(0);
    fs::write(&index, &bytes).unwrap();
    let file = fs::File::options().write(true).open(&index).unwrap();
    file.set_modified(stamp.modified().unwrap()).unwrap();
    drop(file);
    assert_eq!(
        desk.git(&["--no-optional-locks", "status", "--porcelain"]),
        " M plan.md"
    );
    // The next index is of a later second.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    committed(desk.save(EACH, &note(None, "x\n")));
    assert_eq!(desk.status(), " M plan.md");
}

#[test]
fn an_editor_that_was_quicker_is_seen() {
    let desk = Desk::new();
    committed(desk.save(EACH, &note(None, "one\n")));
    // Saved but not committed; the commit comes with the next command, after the editor's text.
    desk.save(NEVER, &note(Some("one\n"), "two\n")).unwrap();
    desk.write(TICKET, "six\n");
    committed(desk.save(EACH, &step(&[save("kb/a.md", None, "a\n")])));
    assert!(desk.status().contains(TICKET), "{}", desk.status());
}

#[test]
fn flags_and_conflicts_of_others_stay() {
    let desk = Desk::new();
    for path in ["a.md", "b.md", "c.md"] {
        desk.write(path, "x\n");
    }
    desk.git(&["add", "a.md", "b.md", "c.md"]);
    desk.git(&["commit", "--quiet", "-m", "three"]);
    desk.git(&["update-index", "--assume-unchanged", "a.md"]);
    desk.git(&["update-index", "--skip-worktree", "b.md"]);
    desk.write("d.md", "later\n");
    desk.git(&["add", "--intent-to-add", "d.md"]);
    let before = desk.git(&["ls-files", "-v", "--stage"]);
    committed(desk.save(EACH, &note(None, "x\n")));
    let after = desk.git(&["ls-files", "-v", "--stage"]);
    let others: Vec<&str> = after
        .lines()
        .filter(|line| !line.ends_with(TICKET))
        .collect();
    assert_eq!(others, before.lines().collect::<Vec<_>>());
    assert_eq!(desk.status(), " A d.md");
}

/// Most gits compare times in whole seconds: a file that changed within the second of our commit, and
/// kept its size, must still be seen to differ once the index has got a later time.
#[test]
fn a_change_within_the_second_of_a_commit_is_still_seen() {
    let fraction = || {
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .subsec_millis()
    };
    let wait = |until: fn(u32) -> bool| {
        while !until(fraction()) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    };
    for _ in 0..3 {
        let desk = Desk::new();
        wait(|millis| millis < 100);
        committed(desk.save(EACH, &note(None, "one\n")));
        desk.write(TICKET, "two\n");
        wait(|millis| millis < 100);
        committed(desk.save(EACH, &step(&[save("other.md", None, "other\n")])));
        assert_eq!(desk.status(), format!(" M {TICKET}"));
    }
}
