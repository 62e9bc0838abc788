//! `desk migrate`.

use crate::desk::Desk;
use crate::work::one_order;

/// A desk of format 1: steps ticked by their numbers, a drawn tag by `desk`, people's names for
/// attached files.
fn old() -> Desk {
    let desk = one_order();
    desk.write("log.txt", "dark\n");
    let _ = desk.ok("attach ID2 log.txt");
    let _ = desk.ok("work tick ID3 1 2");
    let order = desk.raw("ID3");
    let ticked: Vec<&str> = order
        .lines()
        .filter(|line| line.starts_with("- ticked: "))
        .collect();
    let by_number = order.replace(&ticked.join("\n"), "- ticked: 1, 2");
    assert_ne!(by_number, order);
    desk.write(&desk.path("ID3"), by_number);
    let ticket = desk.raw("ID2");
    let stored = ticket
        .lines()
        .find(|line| line.starts_with("- stored: "))
        .unwrap();
    let folder = desk.path("ID2").replace(".md", ".files");
    let file = stored.trim_start_matches("- stored: ");
    let root = &desk.root;
    std::fs::rename(
        root.join(&folder).join(file),
        root.join(&folder).join("log.txt"),
    )
    .unwrap();
    let own = "\n## 2026-11-23T09:30:00Z desk remind ^q4tz\n\n- clock: resolution\n";
    desk.write(
        &desk.path("ID2"),
        ticket.replace(&format!("{stored}\n"), "") + own,
    );
    std::fs::remove_file(root.join("log.txt")).unwrap();
    desk.replace("desk.toml", "format = 2", "format = 1");
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "As an older version left it"]);
    desk
}

#[test]
fn a_desk_of_format_1_is_read_and_not_written() {
    let desk = old();
    let _ = desk.run("list").code(0).says("ID2");
    let shown = desk.json("work show ID3");
    assert_eq!(
        shown["tickets"][0]["derived"]["steps"][1]["done"], true,
        "{shown}"
    );
    let files = desk.json("show ID2")["tickets"][0]["derived"]["attachments"].clone();
    assert!(
        files[0]["path"].as_str().unwrap().ends_with("/log.txt"),
        "{files}"
    );
    let before = desk.state();
    insta::assert_snapshot!(desk.run("note ID2 -m 'A word'"), @"
    -----
    error: the desk is of format 1, which this version reads and does not write
    hint: `desk migrate` brings it to format 2; every clone needs this version then
    [exit 4]
    ");
    for line in ["check --fix", "new Lamp", "note ID2 -m x --dry-run"] {
        let _ = desk.run(line).code(4).says("desk migrate");
    }
    assert!(before == desk.state());
}

#[test]
fn it_comes_over_in_one_commit_with_the_same_bytes_in_every_clone() {
    let desk = old();
    let other = desk.copy();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("migrate --dry-run"), @"
    ID2         the tag of the heading `## 2026-11-23T09:30:00Z desk remind ^tag` is not a derived one
    would change: format 1 to 2, 1 ticket completed
    [exit 0]
    ");
    assert!(before == desk.state());
    let commits = desk.commits();
    insta::assert_snapshot!(desk.run("migrate"), @"
    ID2         the tag of the heading `## 2026-11-23T09:30:00Z desk remind ^tag` is not a derived one
    format 1 to 2, 1 ticket completed
    [exit 0]
    ");
    assert_eq!(
        (desk.commits(), desk.status()),
        (commits + 1, String::new())
    );
    other.wait(300);
    let _ = other.ok("migrate --as ewa");
    for path in ["desk.toml".to_owned(), desk.path("ID2"), desk.path("ID3")] {
        assert_eq!(desk.read(&path), other.read(&path));
    }
    let _ = desk.run("check").code(0);
    assert!(desk.file("ID3").contains("- ticked: 1, 2"));
    let _ = desk.ok("note ID2 -m 'A word'");
    insta::assert_snapshot!(desk.run("migrate"), @"
    the desk is of format 2 already
    [exit 0]
    ");
}

#[test]
fn a_newer_format_is_refused_whole() {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "format = 2", "format = 3");
    let before = desk.state();
    for line in ["list", "note ID1 -m x", "migrate"] {
        let _ = desk.run(line).code(3).says("formats 1 and 2, not 3");
    }
    assert!(before == desk.state());
}
