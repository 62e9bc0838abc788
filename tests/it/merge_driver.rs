//! `desk merge-driver`, as git starts it, and what a clone is told about it.

use crate::clones::Clone;
use crate::desk::Desk;

const CONFIG: [&str; 4] = ["config", "--local", "--get", "merge.plaindesk.driver"];

/// A desk with one ticket and a clone of it that both noted something on.
fn two_clones() -> (Desk, Clone) {
    let desk = Desk::with_ticket();
    let clone = Clone::of(&desk, "second");
    let id = desk.real("ID1");
    let _ = clone
        .desk(
            "2026-11-23T11:00:00Z",
            &["note", &id, "-m", "From the second."],
        )
        .code(0);
    let _ = clone
        .desk(
            "2026-11-23T11:01:00Z",
            &["set", &id, "urgency=high", "tags=+vpn"],
        )
        .code(0);
    let _ = desk.ok("note ID1 -m 'From the first.'");
    let _ = desk.ok("set ID1 urgency=medium tags=+floor-3");
    let _ = desk.ok("set ID1 title='Printer jams again'");
    (desk, clone)
}

fn is_joined(desk: &Desk, clone: &Clone) {
    let text = clone.read(&desk.path("ID1"));
    for words in [
        "From the first.",
        "From the second.",
        "urgency = \"high\"",
        "title = \"Printer jams again\"",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(text.contains("tags = [\"floor-3\", \"vpn\"]"), "{text}");
    let _ = clone.desk("2026-11-23T12:00:00Z", &["check"]).code(0);
    let listed = clone
        .desk("2026-11-23T12:00:00Z", &["list", "is:conflict"])
        .code(0);
    assert!(listed.stdout.contains(&desk.real("ID1")), "{listed}{text}");
}

#[test]
fn pull_merges_by_the_rules() {
    let (desk, clone) = two_clones();
    let _ = clone
        .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
        .code(0);
    is_joined(&desk, &clone);
}

#[test]
fn rebase_cherry_pick_and_stash_pop_give_the_same_bytes() {
    let (desk, clone) = two_clones();
    let path = desk.path("ID1");
    let before = clone.git(&["rev-parse", "HEAD"]).code(0).stdout;
    let before = before.trim();
    let _ = clone
        .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
        .code(0);
    let merged = clone.read(&path);
    let _ = clone.git(&["reset", "--quiet", "--hard", before]).code(0);
    let _ = clone.git(&["pull", "--quiet", "--rebase"]).code(0);
    assert_eq!(clone.read(&path), merged);
    is_joined(&desk, &clone);
    let _ = clone
        .git(&["reset", "--quiet", "--hard", "origin/main"])
        .code(0);
    let _ = clone
        .git(&["cherry-pick", &format!("{before}~2..{before}")])
        .code(0);
    assert_eq!(clone.read(&path), merged);
    // What is not committed goes the same way.
    let _ = clone.git(&["reset", "--quiet", "--hard", before]).code(0);
    let _ = clone.git(&["reset", "--quiet", "--soft", "HEAD~2"]).code(0);
    let _ = clone.git(&["stash", "--quiet"]).code(0);
    let _ = clone
        .git(&["reset", "--quiet", "--hard", "origin/main"])
        .code(0);
    let _ = clone.git(&["stash", "pop", "--quiet"]).code(0);
    assert_eq!(clone.read(&path), merged);
}

/// The driver can write one file only; nothing conflicts, and nothing is lost.
#[test]
fn of_two_articles_of_one_path_the_second_waits_for_the_next_command() {
    let desk = Desk::with_ticket();
    let clone = Clone::of(&desk, "second");
    let made = |words: &str| {
        vec![
            "kb",
            "new",
            "Ask for a licence",
            "--category",
            "network",
            "-m",
            words,
        ]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>()
    };
    let theirs = made("From the second.");
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    let _ = clone.desk("2026-11-23T11:00:00Z", &theirs).code(0);
    let _ = desk.ok("kb new 'Ask for a licence' --category network -m 'From the first.'");
    let _ = clone.git(&["pull", "--quiet", "--rebase"]).code(0);
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let id = desk.real("ID1");
    let next = clone
        .desk("2026-11-23T12:00:00Z", &["note", &id, "-m", "x"])
        .code(0);
    assert!(
        next.stderr.contains("a merge met another article"),
        "{next}"
    );
    let found = clone
        .git(&["grep", "-c", "From the", "HEAD", "--", "kb/network"])
        .code(0);
    assert_eq!(found.stdout.lines().count(), 2, "{found}");
    let _ = clone.desk("2026-11-23T12:01:00Z", &["check"]).code(0);
    // A merge that is taken back leaves nothing behind.
    let again = clone
        .desk("2026-11-23T12:02:00Z", &["note", &id, "-m", "y"])
        .code(0);
    assert_eq!(again.stderr, "");
}

#[test]
fn a_clone_is_set_up_once_by_the_first_command_that_writes() {
    let desk = Desk::with_ticket();
    let clone = Clone::of(&desk, "second");
    let id = desk.real("ID1");
    let _ = clone.desk("2026-11-23T11:00:00Z", &["list"]).code(0);
    assert_eq!(clone.git(&CONFIG).code, 1, "a reader registers nothing");
    let first = clone
        .desk("2026-11-23T11:00:00Z", &["note", &id, "-m", "x"])
        .code(0);
    // Nothing is wrong with it.
    assert!(
        first
            .stderr
            .starts_with("note: git merges the desk's files by its rules from now on"),
        "{first}"
    );
    assert!(!first.stderr.contains("warning"), "{first}");
    assert!(
        clone
            .git(&CONFIG)
            .code(0)
            .stdout
            .contains("merge-driver %O %A %B %P %L")
    );
    assert!(
        clone
            .read(".git/info/attributes")
            .contains("/tickets/*/*.md merge=plaindesk\n")
    );
    let second = clone
        .desk("2026-11-23T11:01:00Z", &["note", &id, "-m", "y"])
        .code(0);
    assert_eq!(second.stderr, "");
    // Somebody broke the line: a `;` in a file by hand cuts the value.
    let config = clone.read(".git/config");
    let at = config.find("driver = ").unwrap();
    std::fs::write(
        clone.root.join(".git/config"),
        format!("{}driver = if command -v desk\n", &config[..at]),
    )
    .unwrap();
    let mended = clone
        .desk("2026-11-23T11:02:00Z", &["note", &id, "-m", "z"])
        .code(0);
    assert!(mended.stderr.contains("git merges"), "{mended}");
    assert!(
        clone
            .git(&CONFIG)
            .code(0)
            .stdout
            .trim_end()
            .ends_with("; fi")
    );
}

#[test]
fn under_ci_nothing_is_registered() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m x");
    assert!(!desk.root.join(".git/info/attributes").exists());
    assert!(!desk.read(".git/config").contains("plaindesk"));
}

#[test]
fn the_attributes_of_a_desk_from_before_are_one_commit_of_their_own() {
    let desk = Desk::with_ticket();
    desk.write(".gitattributes", "*.png binary");
    desk.git(&["commit", "--quiet", "--all", "-m", "older"]);
    let clone = Clone::of(&desk, "second");
    let id = desk.real("ID1");
    let said = clone
        .desk("2026-11-23T11:00:00Z", &["note", &id, "-m", "x"])
        .code(0);
    assert!(said.stderr.contains("`.gitattributes` the files"), "{said}");
    let log = clone
        .git(&["log", "-2", "--format=%s", "--name-only"])
        .code(0)
        .stdout;
    assert!(
        log.contains("git: merge the desk's files by its own rules\n\n.gitattributes\n"),
        "{log}"
    );
    assert!(
        clone
            .read(".gitattributes")
            .starts_with("*.png binary\n/tickets/*/*.md merge=plaindesk\n")
    );
}

#[test]
fn attributes_that_are_in_conflict_are_left_alone() {
    let desk = Desk::with_ticket();
    let clone = Clone::of(&desk, "second");
    let marks = "<<<<<<< HEAD\n*.png binary\n=======\n*.jpg binary\n>>>>>>> main\n";
    std::fs::write(clone.root.join(".gitattributes"), marks).unwrap();
    let id = desk.real("ID1");
    let _ = clone
        .desk("2026-11-23T11:00:00Z", &["note", &id, "-m", "x"])
        .code(0);
    assert_eq!(clone.read(".gitattributes"), marks);
}

/// Another folder of a larger repository is not ours.
#[test]
fn a_desk_in_a_folder_merges_there_and_nowhere_else() {
    let desk = Desk::bare();
    let _ = desk.ok("init 'my desk'");
    let _ = desk.ok("-C 'my desk' new 'Mail is slow' -m 'Since eight.' --no-questions");
    let clone = Clone::of(&desk, "second");
    let listed = clone
        .desk(
            "2026-11-23T11:00:00Z",
            &["-C", "my desk", "list", "--json", "--as", "anna"],
        )
        .code(0)
        .stdout;
    let id = serde_json::from_str::<serde_json::Value>(&listed).unwrap()["tickets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let _ = clone
        .desk(
            "2026-11-23T11:00:00Z",
            &[
                "-C", "my desk", "note", &id, "-m", "Second.", "--as", "anna",
            ],
        )
        .code(0);
    let _ = desk.ok(&format!("-C 'my desk' note {id} -m First."));
    let _ = clone
        .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
        .code(0);
    let text = clone.read(&format!(
        "my desk/tickets/20{}-{}/{id}.md",
        &id[..2],
        &id[2..4]
    ));
    assert!(
        text.contains("First.") && text.contains("Second."),
        "{text}"
    );
    let attributes = clone
        .git(&[
            "check-attr",
            "merge",
            "--",
            "tickets/2026-11/x.md",
            "my desk/desk.toml",
        ])
        .stdout;
    assert_eq!(
        attributes,
        "tickets/2026-11/x.md: merge: unspecified\nmy desk/desk.toml: merge: plaindesk\n"
    );
}

/// Two tickets of one path, and a side that cannot be read: git's marks, a message, exit 5.
#[test]
fn what_has_no_rule_keeps_every_byte_between_marks() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    let text = desk.raw("ID1");
    let other = text
        .replace(" created ^", " created ^x")
        .replace("Printer", "Scanner");
    let broken = text.replace("title = ", "title ");
    for (name, theirs, why) in [("two", &other, "two tickets"), ("broken", &broken, "TOML")] {
        let write = |file: &str, text: &str| desk.write(&format!("{name}-{file}"), text);
        write("base", &text);
        write(
            "ours",
            &format!("{text}\n## 2026-11-23T11:00:00Z anna note ^aaaa\n\nOurs.\n"),
        );
        write("theirs", theirs);
        let files = ["base", "ours", "theirs"].map(|file| format!("{name}-{file}"));
        let out = desk
            .run(&format!(
                "merge-driver {} {} {} {path} 9",
                files[0], files[1], files[2]
            ))
            .code(5);
        assert!(
            out.stderr.contains("is merged as plain text: ") && out.stderr.contains(why),
            "{out}"
        );
        let merged = desk.read(&files[1]);
        assert!(merged.contains("Ours."), "{merged}");
        assert!(
            merged.contains(theirs.lines().find(|line| line.contains("title")).unwrap()),
            "{merged}"
        );
        assert_eq!(merged.contains("<<<<<<<<< "), name == "two", "{merged}");
    }
}

#[test]
fn without_the_program_git_merges_texts() {
    let (desk, clone) = two_clones();
    let line = clone.git(&CONFIG).code(0).stdout;
    let own = format!("'{}'", env!("CARGO_BIN_EXE_desk"));
    let gone = line.trim_end().replace(&own, "'/nowhere/desk'");
    assert_ne!(gone, line.trim_end());
    let _ = clone
        .git(&["config", "--local", "merge.plaindesk.driver", &gone])
        .code(0);
    let pulled = clone.git(&["pull", "--quiet", "--no-rebase", "--no-edit"]);
    assert_eq!(pulled.code, 1, "{pulled}");
    let text = clone.read(&desk.path("ID1"));
    assert!(
        text.contains("<<<<<<< ") && text.contains(">>>>>>> "),
        "{text}"
    );
}
