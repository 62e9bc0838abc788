//! The README's console blocks are true: they are typed, one after the other, into a shell that
//! stands in a copy of the sample desk, and their output is compared.
//!
//! `...` alone on a line stands for any lines, `[..]` for anything within one.

use std::path::{Path, PathBuf};

use crate::desk::copy;
use crate::scratch;

/// A command and the output that the README shows.
struct Step {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn steps(readme: &str) -> Vec<Step> {
    let mut all: Vec<Step> = Vec::new();
    let mut inside = false;
    for (at, line) in readme.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            line if inside => match (line.strip_prefix("$ "), line.strip_prefix("> ")) {
                (Some(command), _) => all.push(Step {
                    line: at + 1,
                    command: command.to_owned(),
                    expected: Vec::new(),
                }),
                (_, Some(more)) if all.last().is_some_and(|step| step.expected.is_empty()) => {
                    let step = all.last_mut().unwrap();
                    step.command = format!("{}\n{more}", step.command);
                }
                _ => all.last_mut().unwrap().expected.push(line.to_owned()),
            },
            _ => {}
        }
    }
    all
}

fn fits(expected: &[String], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((dots, rest)) if dots == "..." => {
            (0..=found.len()).any(|skip| fits(rest, &found[skip..]))
        }
        Some((line, rest)) => {
            found.first().is_some_and(|found| line_fits(line, found)) && fits(rest, &found[1..])
        }
    }
}

fn line_fits(expected: &str, found: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == found,
        Some((head, tail)) => found.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| line_fits(tail, &rest[at..]))
        }),
    }
}

#[test]
fn the_readme_tells_the_truth() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = scratch::folder();
    let desk = home.path().join("desk");
    for part in ["tickets", "kb"] {
        copy(&root.join(part), &desk.join(part));
    }
    for file in ["desk.toml", "catalog.toml"] {
        std::fs::copy(root.join(file), desk.join(file)).unwrap();
    }
    let config = home.path().join("gitconfig");
    std::fs::write(
        &config,
        "[user]\nname = Anna Nowak\nemail = anna@example.org\n[init]\ndefaultBranch = main\n",
    )
    .unwrap();
    // A stand-in for the program that sends.
    let own = home.path().join(".config/plaindesk");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(
        own.join("config.toml"),
        "[mail]\nsend = [\"true\", \"--\", \"{recipients}\"]\n",
    )
    .unwrap();
    // The sample is a repository, as every desk is that is written to.
    let made = scratch::command("git", &desk, home.path())
        .args(["init", "--quiet"])
        .status()
        .unwrap();
    assert!(made.success(), "git init");
    let bin = Path::new(env!("CARGO_BIN_EXE_desk")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut here: PathBuf = desk;
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let steps = steps(&readme);
    assert!(steps.len() > 5, "the README has console blocks");
    for step in steps {
        let place = home.path().join("place");
        let script = format!(
            "{}\nstatus=$?\npwd > '{}'\nexit $status",
            step.command,
            place.display()
        );
        let output = scratch::command("sh", &here, home.path())
            .args(["-c", &format!("exec 2>&1\n{script}")])
            .env("PATH", &path)
            .env("LC_ALL", "C.UTF-8")
            .env("DESK_NOW", "2026-11-21T12:00:00Z")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let found: Vec<&str> = text.trim_end().lines().collect();
        let mut expected = step.expected;
        while expected.last().is_some_and(String::is_empty) {
            expected.pop();
        }
        assert!(
            fits(&expected, &found),
            "README.md:{}: `{}` prints\n{text}\nand the README shows\n{}",
            step.line,
            step.command,
            expected.join("\n")
        );
        here = std::fs::read_to_string(place).unwrap().trim_end().into();
    }
}
