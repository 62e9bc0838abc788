//! The corpus of docs/format.md: files that are good, and files with what is wrong with each.

use std::fs;
use std::path::Path;

use crate::desk::Desk;

fn corpus(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/format")
        .join(folder);
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn good_files_are_read_without_a_finding() {
    let desk = Desk::new();
    let all = corpus("good");
    assert!(all.len() >= 5);
    let paths: Vec<String> = all
        .iter()
        .map(|(id, text)| desk.path(&desk.plant(id, text)))
        .collect();
    let _ = desk.run("check").code(0);
    // A command that writes one changes nothing but what it was asked for.
    for ((id, text), path) in all.iter().zip(paths) {
        let _ = desk.run_args(&["note", id, "-m", "A word."]).code(0);
        let now = desk.read(&path);
        assert!(now.starts_with(text.as_str()), "{id}: {now}");
    }
    // What two people did at once is told where they differ, and nowhere else.
    let forked = desk.ok("list is:conflict --all").stdout;
    assert!(
        forked.contains("2611-AAAA3") && forked.lines().count() == 2,
        "{forked}"
    );
}

#[test]
fn bad_files_are_named_with_what_is_wrong() {
    let wanted = [
        ("conflict-marks", "git left a conflict"),
        ("drawn-by-desk", "is not a derived one"),
        ("never-held", "which it never was"),
        ("no-closing-fence", "has no closing `+++`"),
        ("out-of-order", "the log is out of order"),
        ("tag-of-five", "is not a derived one"),
        ("twice", "stands in the log twice"),
        ("unknown-status", "there is no status `opne`"),
        ("unlogged", "the log lacks `assignee: anna -> marek`"),
        (
            "until-without-pending",
            "only a pending ticket has an `until`",
        ),
        ("wrong-type", "`queue`"),
        ("year-10000", "time, agent or kind cannot be read"),
    ];
    let all = corpus("bad");
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, wanted.map(|(name, _)| name));
    for ((name, text), (_, words)) in all.iter().zip(wanted) {
        let desk = Desk::new();
        let path = desk.path(&desk.plant("2611-AAAA1", text));
        let out = desk.run("check").code(1);
        let place = out.stdout.contains(&path) || out.stderr.contains(&path);
        assert!(place && out.to_string().contains(words), "{name}: {out}");
    }
}
