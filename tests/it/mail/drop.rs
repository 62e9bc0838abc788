//! `desk mail drop`: out of the quarantine, for good.

use crate::desk::Desk;
use crate::mail::held::{names, two};

#[test]
fn all_that_are_named_go_or_none() {
    let desk = Desk::new();
    two(&desk);
    let before = desk.commits();
    let out = desk.run("mail drop 7k2m nothing").code(2);
    assert!(out.stderr.contains("`nothing`"), "{out}");
    assert_eq!(names(&desk).len(), 4);
    let out = desk.run("mail drop 7k2m --dry-run").code(0);
    assert!(out.stdout.starts_with("Nothing was removed"), "{out}");
    assert_eq!(names(&desk).len(), 4);
    let out = desk.run("mail drop 7k2m 7k2m9qx4").code(0);
    assert_eq!(
        out.stdout,
        "7k2m9qx4abcdefgh  dropped  from Anna Nowak <anna@desk.example>: Please close it\n"
    );
    assert_eq!(names(&desk).len(), 2);
    let list = desk.run("mail list").stdout;
    let out = desk.run_with("mail drop - --json", list).code(0);
    assert_eq!(out.json()["mails"][0]["dropped"], true);
    assert_eq!(names(&desk), [""; 0]);
    assert_eq!(desk.commits(), before, "nothing of it is history");
    let _ = desk.run_with("mail drop -", "").code(0);
    let _ = desk.run("mail drop").code(2);
}
