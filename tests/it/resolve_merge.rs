//! `desk resolve-merge`.

use crate::clones::Clone;
use crate::desk::Desk;

/// A desk and a clone of it that git left in the middle of a merge, without the desk's rules.
fn unmerged() -> (Desk, Clone) {
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
        .desk("2026-11-23T11:01:00Z", &["set", &id, "urgency=high"])
        .code(0);
    let _ = desk.ok("note ID1 -m 'From the first.'");
    let _ = desk.ok("set ID1 urgency=low");
    without_rules(&clone);
    assert_eq!(
        clone
            .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
            .code,
        1
    );
    (desk, clone)
}

/// As on a machine without the program: git's text merge.
fn without_rules(clone: &Clone) {
    let line = "git merge-file --marker-size=%L %A %O %B";
    let args = ["config", "--local", "merge.plaindesk.driver", line];
    let _ = clone.git(&args).code(0);
}

fn resolve(clone: &Clone) -> crate::desk::Out {
    clone.desk("2026-11-23T12:00:00Z", &["resolve-merge"])
}

#[test]
fn a_merge_is_finished_from_the_versions_in_gits_index() {
    let (desk, clone) = unmerged();
    let path = desk.path("ID1");
    let dry = clone
        .desk("2026-11-23T12:00:00Z", &["resolve-merge", "--dry-run"])
        .code(0);
    assert!(dry.stdout.contains("would be merged"), "{dry}");
    assert!(clone.read(&path).contains("<<<<<<< "));
    let out = resolve(&clone).code(0);
    assert!(
        out.stdout
            .contains("ours alone had  2026-11-23T11:00:00Z marek note"),
        "{out}"
    );
    assert!(
        out.stdout.contains("theirs alone had") && out.stdout.contains("anna note"),
        "{out}"
    );
    let text = clone.read(&path);
    assert!(
        text.contains("From the first.") && text.contains("From the second."),
        "{text}"
    );
    assert_eq!(clone.git(&["ls-files", "--unmerged"]).code(0).stdout, "");
    let _ = clone.git(&["commit", "--quiet", "--no-edit"]).code(0);
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let _ = clone.desk("2026-11-23T12:01:00Z", &["check"]).code(0);
    assert!(
        resolve(&clone)
            .code(0)
            .stdout
            .contains("nothing of the desk is unmerged")
    );
}

/// A person took out the marks, and with them an entry; the words of the description are theirs.
#[test]
fn what_a_person_settled_stays_and_every_entry_comes_back() {
    let (desk, clone) = unmerged();
    let path = desk.path("ID1");
    let ours = clone.git(&["show", &format!(":2:{path}")]).code(0).stdout;
    let settled = ours.replacen("+++\n\n##", "+++\nSettled by hand.\n\n##", 1);
    assert_ne!(settled, ours);
    std::fs::write(clone.root.join(&path), settled).unwrap();
    let _ = resolve(&clone).code(0);
    let text = clone.read(&path);
    for words in ["Settled by hand.", "From the first.", "From the second."] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_file_that_was_committed_with_marks_is_merged_and_committed() {
    let (desk, clone) = unmerged();
    let path = desk.path("ID1");
    let _ = clone.git(&["add", "--all"]).code(0);
    let _ = clone.git(&["commit", "--quiet", "--no-edit"]).code(0);
    assert!(clone.read(&path).contains("<<<<<<< "));
    let _ = resolve(&clone).code(0);
    let text = clone.read(&path);
    assert!(
        text.contains("From the first.") && text.contains("From the second."),
        "{text}"
    );
    assert!(!text.contains("<<<<<<< "), "{text}");
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let _ = clone.desk("2026-11-23T12:01:00Z", &["check"]).code(0);
}

#[test]
fn two_tickets_of_one_path_are_left_to_a_person() {
    let desk = Desk::new();
    let clone = Clone::of(&desk, "second");
    let ticket = |tag: &str| {
        format!(
            "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\npriority = \"standard\"\ncreated = 2026-11-21T09:00:00Z\n+++\n\n## 2026-11-21T09:00:00Z anna created ^{tag}\n\n- type: action\n- status: open\n- priority: standard\n"
        )
    };
    let path = "tickets/2026-11/2611-7K3MQ.md";
    desk.write(path, ticket("aaaa"));
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "one"]);
    std::fs::create_dir_all(clone.root.join("tickets/2026-11")).unwrap();
    std::fs::write(clone.root.join(path), ticket("bbbb")).unwrap();
    let _ = clone.git(&["add", "--all"]).code(0);
    let _ = clone.git(&["commit", "--quiet", "-m", "two"]).code(0);
    assert_eq!(
        clone
            .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
            .code,
        1
    );
    let out = resolve(&clone);
    assert_eq!(out.code, 5, "{out}");
    assert!(
        out.stdout.contains("left to you: these are two tickets"),
        "{out}"
    );
}

#[test]
fn of_two_articles_of_one_path_the_later_id_moves() {
    let desk = Desk::new();
    let clone = Clone::of(&desk, "second");
    let _ = desk.ok("kb new 'Reset the router' --category network -m 'From the first.'");
    let new = [
        "kb",
        "new",
        "Reset the router",
        "--category",
        "network",
        "-m",
        "From the second.",
    ];
    let _ = clone.desk("2026-11-23T11:00:00Z", &new).code(0);
    without_rules(&clone);
    assert_eq!(
        clone
            .git(&["pull", "--quiet", "--no-rebase", "--no-edit"])
            .code,
        1
    );
    let out = resolve(&clone).code(0);
    assert!(
        out.stdout.contains("kb/network/reset-the-router-kb-"),
        "{out}"
    );
    let _ = clone.git(&["commit", "--quiet", "--no-edit"]).code(0);
    assert_eq!(clone.git(&["status", "--porcelain"]).code(0).stdout, "");
    let texts = clone
        .git(&["grep", "-h", "From the", "HEAD", "--", "kb/network"])
        .code(0)
        .stdout;
    assert_eq!(texts.lines().count(), 2, "{texts}");
    let _ = clone.desk("2026-11-23T12:01:00Z", &["check"]).code(0);
}
