//! What somebody should look at once clones were merged, and no file shows by itself.

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

#[test]
fn a_queue_that_was_retired_meanwhile_and_a_priority_that_nothing_explains_are_named() {
    let team = Team::new();
    let (anna, marek) = (&team.anna, &team.marek);
    let lab = "\n[queue.lab]\ntitle = \"Laboratory\"\narea = \"network\"\ntier = 2\n";
    anna.write("desk.toml", &format!("{}{lab}", anna.read("desk.toml")));
    anna.commit("a queue");
    let _ = anna.desk(NOON, &["sync"]).code(0);
    let _ = marek.desk(NOON, &["sync"]).code(0);
    anna.write(
        "desk.toml",
        &format!("{}retired = true\n", anna.read("desk.toml")),
    );
    anna.commit("the laboratory is no more");
    let _ = anna
        .desk(NOON, &["set", &team.id, "impact=company"])
        .code(0);
    let _ = anna.desk(NOON, &["sync"]).code(0);
    let _ = marek
        .desk(LATER, &["escalate", &team.id, "--to", "lab", "-m", "CRC"])
        .code(0);
    let _ = marek
        .desk(LATER, &["set", &team.id, "urgency=high"])
        .code(0);
    let out = marek.desk(LATER, &["sync"]).code(0);
    let checked = marek.desk(LATER, &["check"]).code(0);
    for words in ["the queue `lab`, which is retired", "its priority is `"] {
        assert!(out.stderr.contains(words), "{words}\n{out}");
        assert!(checked.stderr.contains(words), "{words}\n{checked}");
    }
    // The command in the sentence settles it.
    let (_, rest) = out.stderr.split_once("`desk set ").unwrap();
    let command = rest.split_once('`').unwrap().0;
    let words: Vec<&str> = command.split(' ').collect();
    let _ = marek.desk(LATER, &[&["set"], &words[..]].concat()).code(0);
    let checked = marek.desk(LATER, &["check"]).code(0);
    assert!(!checked.stderr.contains("its priority"), "{checked}");
}
