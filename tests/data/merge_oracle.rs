//! The merge of ticket files against a second program that was written from `docs/merge.md` alone:
//! both make the same bytes of every triple of versions.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use plaindesk::rules::merge::ticket::merge;

use crate::skip::skipped;

/// So many generated triples are tried where nothing else is asked for.
const TRIPLES: u32 = 1_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn merged(base: &str, a: &str, b: &str) -> String {
    merge(base, a, b, chrono_tz::UTC).unwrap_or_else(|error| format!("not merged: {error}\n"))
}

/// What differs between two texts, the first few lines of it.
fn difference(ours: &str, theirs: &str) -> String {
    let (ours, theirs): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
    let first = (0..=ours.len().max(theirs.len()))
        .find(|&at| ours.get(at) != theirs.get(at))
        .unwrap_or(0);
    let show = |lines: &[&str]| {
        let from = first.saturating_sub(3).min(lines.len());
        lines[from..lines.len().min(first + 8)].join("\n  ")
    };
    format!(
        "from line {}\nprogram\n  {}\noracle\n  {}",
        first + 1,
        show(&ours),
        show(&theirs)
    )
}

#[test]
fn hand_made_examples_are_merged_as_the_page_says() {
    let mut wrong = Vec::new();
    let folder = root().join("tests/oracle/examples");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let (base, a, b) = (read("base.md"), read("a.md"), read("b.md"));
        let expected = read("merged.md");
        tried += 1;
        for (x, y) in [(&a, &b), (&b, &a)] {
            let ours = merged(&base, x, y);
            if ours != expected {
                wrong.push(format!(
                    "{}: {}",
                    folder.display(),
                    difference(&ours, &expected)
                ));
            }
        }
    }
    assert!(tried > 20, "{tried} examples");
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The second program's own tests: what must hold of every merge, and faults planted in it, each of
/// which one of them finds.
#[test]
fn the_second_program_holds_what_the_page_promises() {
    let tests = root().join("tests/oracle/test_oracle.py");
    let run = Command::new("python3")
        .arg(tests)
        .arg("100")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output();
    let Ok(out) = run else {
        skipped("python3 is not there", false);
        return;
    };
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(
        out.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&out.stderr)
    );
}

/// `DESK_MERGE` asks for another number of triples, `DESK_SEED` for others.
#[test]
fn generated_triples_are_merged_to_the_same_bytes() {
    let number = |name: &str, default: u32| {
        let value = std::env::var(name).ok();
        value.map_or(default, |value| value.parse().unwrap())
    };
    let (count, seed) = (number("DESK_MERGE", TRIPLES), number("DESK_SEED", 1));
    let generator = root().join("tests/oracle/generate.py");
    let started = Command::new("python3")
        .arg(generator)
        .args(["-", &count.to_string(), &seed.to_string()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        skipped("python3 is not there", false);
        return;
    };
    let mut stream = child.stdout.take().unwrap();
    let mut wrong = Vec::new();
    let mut next = || -> String {
        let mut size = [0; 4];
        stream
            .read_exact(&mut size)
            .expect("the generator ended early");
        let mut text = vec![0; u32::from_le_bytes(size) as usize];
        stream
            .read_exact(&mut text)
            .expect("the generator ended early");
        String::from_utf8(text).unwrap()
    };
    for triple in 0..count {
        let [base, a, b, expected] = [next(), next(), next(), next()];
        let ours = merged(&base, &a, &b);
        if ours != expected || merged(&base, &b, &a) != ours {
            wrong.push((triple, difference(&ours, &expected)));
        }
    }
    assert!(child.wait().unwrap().success());
    let shown: Vec<String> = wrong
        .iter()
        .take(5)
        .map(|(at, what)| format!("triple {at}: {what}"))
        .collect();
    println!("{count} triples of seed {seed}, {} differ", wrong.len());
    assert!(
        wrong.is_empty(),
        "{} of {count} differ\n{}",
        wrong.len(),
        shown.join("\n")
    );
}
