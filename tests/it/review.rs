//! `desk review`.

use crate::clones::Team;
use crate::desk::Desk;

#[test]
fn a_branch_is_told_ticket_by_ticket() {
    let desk = Desk::with_ticket();
    let _ = desk.git(&["switch", "--quiet", "-c", "proposal"]);
    let _ = desk.ok("note ID1 -m 'The *fuser* is <hot>.'");
    let _ = desk.ok("set ID1 impact=site tags=+floor-3");
    desk.replace("kb/network/no-network.md", "\n## ", "\nMore.\n\n## ");
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "kb"]);
    // What went on elsewhere is no part of it.
    let _ = desk.git(&["switch", "--quiet", "main"]);
    desk.open("Not on the branch");
    insta::assert_snapshot!(desk.run("review main..proposal"));
    let json = desk.json("review main..proposal");
    assert_eq!(json["review"][0]["commits"], 3);
    assert_eq!(
        json["tickets"][0]["derived"]["came"]["entries"][0]["kind"],
        "note"
    );
    let short = desk.ok("review proposal");
    assert!(short.stdout.starts_with("# proposal\n"), "{short}");
    let wrong = desk.run("review --as anna -- --output=x").code(2);
    assert!(wrong.stderr.contains("there is no commit"), "{wrong}");
}

#[test]
fn what_cron_brought_waits_until_it_was_seen() {
    let team = Team::new();
    let marek = |args: &[&str]| team.marek.desk("2026-11-23T12:00:00Z", args);
    let anna = |now: &str, args: &[&str]| {
        let _ = team.anna.desk(now, args).code(0);
    };
    let none = marek(&["review"]).code(0);
    assert!(none.stderr.contains("nothing came in"), "{none}");
    anna(
        "2026-11-23T11:00:00Z",
        &["note", &team.id, "-m", "From Anna."],
    );
    anna(
        "2026-11-23T11:01:00Z",
        &["escalate", &team.id, "--to", "network", "-m", "CRC"],
    );
    anna("2026-11-23T11:02:00Z", &["sync"]);
    let quiet = marek(&["sync", "--quiet"]).code(0);
    assert_eq!(quiet.stdout, "");
    anna("2026-11-23T11:03:00Z", &["new", "Another", "--from", "Eva"]);
    anna("2026-11-23T11:04:00Z", &["sync"]);
    let _ = marek(&["sync", "--quiet"]).code(0);
    let board = marek(&[]).code(0);
    assert!(board.stdout.contains("2 tickets came in since"), "{board}");
    assert!(board.stdout.contains("1 for you: desk review"), "{board}");
    let sync = marek(&["sync"]).code(0);
    assert!(
        sync.stdout
            .contains("2 tickets came in earlier: desk review"),
        "{sync}"
    );
    // What I did since is not news.
    let _ = marek(&["note", &team.id, "-m", "Mine."]).code(0);
    let told = marek(&["review"]).code(0);
    assert!(
        told.stdout.starts_with("# since Mon 23 Nov 13:00\n"),
        "{told}"
    );
    for words in [&team.id, "From Anna.", "escalate", "Another"] {
        assert!(told.stdout.contains(words), "{words}\n{told}");
    }
    assert!(!marek(&[]).code(0).stdout.contains("came in"), "{told}");
    assert_eq!(marek(&["review"]).code(0).stdout, "");
}
