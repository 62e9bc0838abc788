//! Two tickets that two clones merged into each other.

use crate::clones::Team;

const NOON: &str = "2026-11-23T12:00:00Z";
const LATER: &str = "2026-11-23T12:30:00Z";

#[test]
fn the_later_of_two_tickets_that_went_into_each_other_stays_in_the_lists() {
    let team = Team::new();
    let (anna, marek) = (&team.anna, &team.marek);
    let made = anna
        .desk(NOON, &["new", "Same again", "--from", "Jan Kowalski"])
        .code(0);
    let other = made.stdout.trim().to_owned();
    let _ = anna.desk(NOON, &["sync"]).code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    let _ = anna
        .desk(NOON, &["merge", &team.id, "--into", &other])
        .code(0);
    let _ = marek
        .desk(LATER, &["merge", &other, "--into", &team.id])
        .code(0);
    for clone in [anna, marek, anna] {
        // Before and after, with the excerpts that were kept.
        let _ = clone.desk(LATER, &["list"]);
        let _ = clone.desk(LATER, &["sync"]).code(0);
    }
    for clone in [anna, marek] {
        let list = clone.desk(LATER, &["list", "--json"]).code(0);
        let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
        let ids: Vec<&str> = list["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, [other.as_str()], "{list}");
        let all = clone
            .desk(LATER, &["list", "--all", "status:merged"])
            .code(0);
        assert!(
            all.stdout.contains(&team.id[5..]) && !all.stdout.contains(&other[5..]),
            "{all}"
        );
        let again = clone.desk(LATER, &["list", "--json"]).code(0);
        let again: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(again["tickets"], list["tickets"]);
        let checked = clone.desk(LATER, &["check"]).code(0);
        let words = format!("of `{other}` to `{}`", team.id);
        assert!(checked.stderr.contains(&words), "{checked}");
        assert!(checked.stderr.contains("does not count"), "{checked}");
    }
    // The link that counts is not to be reopened.
    let _ = marek.desk(LATER, &["reopen", &team.id]).code(4);
    // Nothing of it stands in a file; once the link is taken back, it is a ticket as any.
    let path = format!("tickets/2026-11/{other}.md");
    assert!(marek.read(&path).contains("status = \"merged\""));
    let out = marek.desk(LATER, &["reopen", &other]).code(0);
    let checked = marek.desk(LATER, &["check"]).code(0);
    assert!(!checked.stderr.contains("circle"), "{out}\n{checked}");
    assert!(marek.read(&path).contains("\nstatus = \"open\"\n"));
    let list = marek.desk(LATER, &["list"]).code(0);
    assert!(
        list.stdout.contains(&other[5..]) && !list.stdout.contains(&team.id[5..]),
        "{list}"
    );
}
