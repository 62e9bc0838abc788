//! `desk sync` in a repository that holds more than one desk: other desks, and other files.

use std::fs;

use crate::clones::{Clone, Team};
use crate::desk::Out;

const NOON: &str = "2026-11-23T12:00:00Z";

/// `desk` in a folder of a clone.
fn within(clone: &Clone, folder: &str, args: &[&str]) -> Out {
    let mut command = clone.command(NOON, args);
    command.current_dir(clone.root.join(folder));
    Out::of(&command.output().unwrap())
}

fn is_clean(clone: &Clone) {
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
}

/// A team whose repository holds two desks with one ticket each, `it` and `hr`, which both clones
/// have.
fn two_desks() -> Team {
    let team = Team::new();
    let anna = &team.anna;
    for name in ["desk.toml", "catalog.toml", "kb", "tickets"] {
        for folder in ["hr", "it"] {
            fs::create_dir_all(anna.root.join(folder)).unwrap();
        }
        let mut copy = std::process::Command::new("cp");
        copy.current_dir(&anna.root).args(["-R", name, "hr/"]);
        assert!(copy.status().unwrap().success());
        let _ = anna.git(&["mv", name, "it/"]).code(0);
    }
    anna.commit("two desks");
    let _ = anna.git(&["push", "--quiet"]).code(0);
    let _ = team.marek.git(&["pull", "--quiet"]).code(0);
    team
}

#[test]
fn another_desk_of_the_repository_merges_by_its_rules() {
    let team = two_desks();
    let (anna, marek, id) = (&team.anna, &team.marek, team.id.as_str());
    for folder in ["it", "hr"] {
        let _ = within(anna, folder, &["note", id, "-m", "From Anna."]).code(0);
        let _ = within(marek, folder, &["note", id, "-m", "From Marek."]).code(0);
    }
    let _ = within(anna, "hr", &["sync"]).code(0);
    let _ = within(marek, "it", &["sync"]).code(0);
    let _ = within(anna, "hr", &["sync"]).code(0);
    for folder in ["it", "hr"] {
        let path = format!("{folder}/{}", team.path());
        let text = marek.read(&path);
        assert!(
            text.contains("From Anna.") && text.contains("From Marek."),
            "{text}"
        );
        assert!(!text.contains("<<<<"), "{text}");
        assert_eq!(text, anna.read(&path));
        let _ = within(marek, folder, &["check"]).code(0);
    }
    is_clean(marek);
    is_clean(anna);
}

/// The desk from which somebody syncs first is not the one that lost something.
#[test]
fn what_a_forge_left_out_of_another_desk_comes_back() {
    let team = two_desks();
    let (anna, marek, id) = (&team.anna, &team.marek, team.id.as_str());
    let _ = within(anna, "hr", &["note", id, "-m", "From Anna."]).code(0);
    let _ = within(anna, "hr", &["sync"]).code(0);
    let _ = within(marek, "hr", &["note", id, "-m", "From Marek."]).code(0);
    let push = ["push", "--quiet", "origin", "HEAD:refs/heads/proposal"];
    let _ = marek.git(&push).code(0);
    let _ = marek.git(&["reset", "--quiet", "--hard", "HEAD~1"]).code(0);
    let forge = team.clone("forge", &[]);
    let merge = ["merge", "--quiet", "-s", "ours", "-m", "forge"];
    let _ = forge
        .git(&[&merge[..], &["origin/proposal"]].concat())
        .code(0);
    let _ = forge.git(&["push", "--quiet"]).code(0);
    let out = within(marek, "it", &["sync"]).code(0);
    assert!(out.stderr.contains("a merge left out"), "{out}");
    let _ = within(anna, "it", &["sync"]).code(0);
    for clone in [marek, anna] {
        let text = clone.read(&format!("hr/{}", team.path()));
        assert!(
            text.contains("From Anna.") && text.contains("From Marek."),
            "{text}"
        );
        is_clean(clone);
    }
}

#[test]
fn a_file_renamed_here_and_edited_there_is_merged_as_git_does() {
    let team = two_desks();
    let (anna, marek, id) = (&team.anna, &team.marek, team.id.as_str());
    let lines: Vec<String> = (1..40).map(|line| line.to_string()).collect();
    let text = lines.join("\n") + "\n";
    anna.write("src/code.txt", &text);
    anna.commit("code");
    let _ = within(anna, "it", &["sync"]).code(0);
    let _ = within(marek, "it", &["sync"]).code(0);
    let _ = anna.git(&["mv", "src/code.txt", "src/program.txt"]).code(0);
    anna.commit("rename");
    marek.write("src/code.txt", &text.replace("20\n", "twenty\n"));
    // A driver and a filter of a stranger's do not run for it.
    let trap = team.desk.script(
        "trap",
        "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\nexit 1\n",
    );
    let trap = trap.to_str().unwrap();
    let _ = marek.git(&["config", "merge.strange.driver", trap]).code(0);
    marek.write("src/.gitattributes", "*.txt merge=strange\n");
    marek.commit("edit");
    let _ = within(anna, "hr", &["note", id, "-m", "From Anna."]).code(0);
    let _ = within(marek, "hr", &["note", id, "-m", "From Marek."]).code(0);
    let _ = within(anna, "hr", &["sync"]).code(0);
    let _ = within(marek, "hr", &["sync"]).code(0);
    let merged = marek.read("src/program.txt");
    assert!(merged.contains("\ntwenty\n"), "{merged}");
    assert!(!marek.root.join("src/code.txt").exists());
    let text = marek.read(&format!("hr/{}", team.path()));
    assert!(
        text.contains("From Anna.") && text.contains("From Marek."),
        "{text}"
    );
    is_clean(marek);
    assert!(!std::path::Path::new(trap).with_file_name("sprung").exists());
    // What git itself cannot merge is still named, and nothing is written.
    let _ = within(anna, "hr", &["sync"]).code(0);
    for (clone, word) in [(anna, "ten\n"), (marek, "zehn\n")] {
        clone.write("src/program.txt", &merged.replace("10\n", word));
        clone.commit(word);
    }
    let _ = within(anna, "hr", &["sync"]).code(0);
    let before = marek.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let out = within(marek, "hr", &["sync"]).code(5);
    assert!(out.stderr.contains("`src/program.txt`"), "{out}");
    assert_eq!(marek.git(&["rev-parse", "HEAD"]).code(0).stdout, before);
    is_clean(marek);
}

/// The ticket that somebody wrote to last is one of this desk.
#[test]
fn the_last_ticket_is_one_of_this_desk() {
    let team = two_desks();
    let anna = &team.anna;
    let of = |folder: &str, title: &str| {
        let out = within(anna, folder, &["new", title, "--from", "Jan"]).code(0);
        out.stdout.trim().to_owned()
    };
    let _ = of("it", "The network is down");
    let _ = of("hr", "A pay slip is missing");
    let out = within(anna, "it", &["note", ".", "-m", "To the first."]).code(0);
    assert!(out.stdout.contains("The network is down"), "{out}");
    let out = within(anna, "hr", &["note", ".", "-m", "To the second."]).code(0);
    assert!(out.stdout.contains("A pay slip is missing"), "{out}");
}
