//! The commit in the head of a report, and how many files differ from it: what git says, remembered
//! as long as it would say the same.

use std::time::Duration;

use crate::desk::Desk;

/// What the head says: twice, and once more without any cache, it is the same.
#[track_caller]
fn changed(desk: &Desk) -> u64 {
    // A file that has just been written may change again without a new time.
    std::thread::sleep(Duration::from_millis(150));
    let reported = || {
        let page = desk.json("report");
        page["reports"][0]["changed"].as_u64().unwrap()
    };
    let first = reported();
    assert_eq!(reported(), first, "asked twice");
    std::fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert_eq!(reported(), first, "without a cache");
    first
}

#[test]
fn files_that_differ_from_the_commit_are_counted_anew_when_anything_changes() {
    let desk = Desk::new();
    desk.open("Printer on floor 3 jams");
    desk.open("Scanner is slow");
    assert_eq!(changed(&desk), 0);
    desk.replace(&desk.path("ID1"), "jams", "hums");
    assert_eq!(changed(&desk), 1, "a hand edit");
    let _ = desk.git(&["add", "-A"]);
    assert_eq!(changed(&desk), 1, "staged");
    let _ = desk.git(&["commit", "-q", "-m", "by hand"]);
    assert_eq!(changed(&desk), 0, "committed by hand");
    let _ = desk.git(&["reset", "-q", "--soft", "HEAD~1"]);
    assert_eq!(changed(&desk), 1, "the commit taken back");
    let _ = desk.git(&["reset", "-q", "--hard", "HEAD"]);
    assert_eq!(changed(&desk), 0, "all taken back");
    // Only git's index changes: the page is as the commit has it.
    let path = desk.path("ID1");
    let text = desk.read(&path);
    desk.write(&path, text.replace("jams", "hums"));
    let _ = desk.git(&["add", "-A"]);
    desk.write(&path, &text);
    assert_eq!(changed(&desk), 1, "staged, and the page written back");
    let _ = desk.git(&["reset", "-q"]);
    assert_eq!(changed(&desk), 0, "no longer staged");
    desk.write("kb/own.md", "no article\n");
    desk.write("notes.txt", "not of the desk\n");
    assert_eq!(changed(&desk), 1, "a new file that is read");
    desk.write(".git/info/exclude", "own.md\n");
    assert_eq!(changed(&desk), 1, "and one that git is told to ignore");
    std::fs::remove_file(desk.root.join("kb/own.md")).unwrap();
    assert_eq!(changed(&desk), 0);
}

/// What git cannot tell is not told as nothing.
#[test]
fn files_that_git_cannot_tell_of_are_not_counted_as_none() {
    let desk = Desk::with_ticket();
    let tree = desk.git(&["rev-parse", "HEAD^{tree}"]);
    let (folder, file) = tree.trim().split_at(2);
    let object = desk.root.join(format!(".git/objects/{folder}/{file}"));
    let bytes = std::fs::read(&object).unwrap();
    std::fs::remove_file(&object).unwrap();
    let out = desk.ok("report");
    assert!(out.stdout.contains("+ files that git cannot tell"), "{out}");
    let _ = out.says("warning: .git: which files differ from commit");
    let page = desk.json("report");
    assert!(page["reports"][0]["changed"].is_null(), "{page}");
    assert_eq!(page["problems"].as_array().unwrap().len(), 1, "{page}");
    std::fs::write(&object, bytes).unwrap();
    assert_eq!(changed(&desk), 0);
}
