//! Costs measured in instructions, which no other process disturbs, where valgrind is installed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::shapes::Shape;
use super::{subjects, thorough};

/// So many times the instructions twice the input may take.
const MOST: f64 = 2.5;

/// The least input in bytes; twice and four times as much are counted too.
const SIZE: usize = 2 << 10;

/// Fewer instructions beyond those for nothing are not compared.
const LEAST: u64 = 100_000;

/// Names the subject to the process that runs it.
const VARIABLE: &str = "DESK_COUNTED";

/// A run whose instructions are counted: callgrind knows it by its name.
#[inline(never)]
fn counted(run: &dyn Fn(&str), input: &str) {
    run(input);
}

/// What is run of a subject, in this order: for nothing, and then for each shape in three sizes.
fn inputs(shapes: &[Shape]) -> impl Iterator<Item = String> {
    let sizes = shapes
        .iter()
        .flat_map(|shape| [1, 2, 4].map(|times| shape.of(times * SIZE)));
    std::iter::once(String::new()).chain(sizes)
}

#[test]
fn runs_to_be_counted() {
    let Some(name) = std::env::var_os(VARIABLE) else {
        return;
    };
    let all = subjects::all();
    let subject = all.iter().find(|one| *one.name == *name).unwrap();
    // What is made once is made before.
    (subject.run)("");
    for input in inputs(&subject.shapes()) {
        counted(&*subject.run, &input);
    }
}

/// The instructions of the runs of a subject.
fn count(name: &str) -> Vec<u64> {
    let folder = crate::scratch::folder();
    let known = concat!(module_path!(), "::counted");
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--dump-line=no"])
        .arg(format!("--toggle-collect={known}"))
        .arg(format!("--dump-after={known}"))
        .arg(format!(
            "--callgrind-out-file={}",
            folder.path().join("out").display()
        ))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "growth::callgrind::runs_to_be_counted"])
        .env(VARIABLE, name)
        .stdout(Stdio::null())
        .status();
    assert!(done.unwrap().success(), "{name}");
    let mut all = BTreeMap::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        // The file without a number is what ran after the last of them.
        if let Some(number) = path.extension().and_then(|end| end.to_str()?.parse().ok()) {
            let number: usize = number;
            all.insert(number, total(&path));
        }
    }
    all.into_values().collect()
}

fn total(path: &Path) -> u64 {
    let text = std::fs::read_to_string(path).unwrap();
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.unwrap().trim().parse().unwrap()
}

#[test]
fn twice_the_input_takes_about_twice_the_instructions() {
    if !thorough() {
        crate::skip::skipped("instructions are counted by `just growth`", true);
        return;
    }
    let version = Command::new("valgrind").arg("--version").output();
    if !version.is_ok_and(|out| out.status.success()) {
        crate::skip::skipped(
            "valgrind is not installed, and counts no instructions",
            true,
        );
        return;
    }
    let only = std::env::var("DESK_GROWTH").unwrap_or_default();
    let mut wrong = Vec::new();
    let (mut pairs, mut compared) = (0, 0);
    for subject in subjects::all() {
        if only.len() > 1 && !subject.name.contains(&only) {
            continue;
        }
        let shapes = subject.shapes();
        let counts = count(subject.name);
        assert_eq!(counts.len(), 1 + 3 * shapes.len(), "{}", subject.name);
        let beyond = |at: usize| counts[at].saturating_sub(counts[0]);
        let mut worst: f64 = 0.0;
        for (n, shape) in shapes.iter().enumerate() {
            pairs += 1;
            let [one, two, four] = [1, 2, 3].map(|size| beyond(3 * n + size));
            if one < LEAST {
                continue;
            }
            compared += 1;
            // A table that grows just then makes one step larger, not the next one too.
            #[expect(clippy::cast_precision_loss, reason = "a ratio needs no more")]
            let ratio = (two as f64 / one as f64).min(four as f64 / two as f64);
            worst = worst.max(ratio);
            if ratio > MOST {
                let reported = format!("{} of {}: {ratio:.2} times", subject.name, shape.name());
                eprintln!("{reported}");
                wrong.push(reported);
            }
        }
        eprintln!(
            "{}: at most {worst:.2} times the instructions",
            subject.name
        );
    }
    eprintln!("instructions: {pairs} pairs, {compared} with enough of them");
    assert!(compared > 0, "nothing was counted");
    assert!(
        wrong.is_empty(),
        "twice the input takes more instructions:\n{}",
        wrong.join("\n")
    );
}
