//! Entries dated later than now: somebody's clock was wrong. Nothing of them is lost or hidden.

use crate::desk::Desk;

/// A desk whose clock went back by so many minutes after its ticket was made.
fn back(minutes: i64) -> Desk {
    let desk = Desk::with_ticket();
    desk.wait(-minutes);
    desk
}

#[test]
fn what_is_dated_later_is_said_to_be_to_come() {
    let desk = back(150);
    let shown = desk.ok("show ID1");
    assert!(
        shown.stdout.contains(", in 2h") && !shown.stdout.contains("2h ago"),
        "{shown}"
    );
    let list = desk.ok("list");
    assert!(list.stdout.contains("in 2h"), "{list}");
    let sla = desk.ok("sla ID1");
    assert!(
        sla.stdout.contains("resolution      begins in 2h, due ")
            && !sla.stdout.contains("No clock runs"),
        "{sla}"
    );
    let due = desk.ok("due");
    assert!(due.to_string().contains("ID1"), "{due}");
    let found = desk.ok("search printer");
    assert!(!found.stdout.contains(" ago"), "{found}");
}

#[test]
fn an_answer_that_is_dated_later_was_given() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("contact ID1 --in --by email -m 'When will it print again?'");
    desk.wait(60);
    let _ = desk.ok("contact ID1 --by phone -m 'At noon.'");
    desk.wait(-30);
    let sla = desk.ok("sla ID1").stdout;
    assert!(!sla.contains("reply           due"), "{sla}");
    assert!(
        sla.contains("first response  met") || sla.contains("reply           met"),
        "{sla}"
    );
}

#[test]
fn a_check_names_them_and_finds_no_fault() {
    let desk = back(150);
    let out = desk.run("check").code(0);
    assert!(
        out.stderr
            .contains("the entry `created` by `anna` is dated 2h ")
            && out.stderr.contains(&format!("{}:", desk.path("ID1"))),
        "{out}"
    );
    assert!(!out.stdout.contains("all is well"), "{out}");
    // Two minutes are within what clocks differ by.
    let desk = back(2);
    let out = desk.run("check").code(0);
    assert!(out.stdout.contains("all is well"), "{out}");
}

#[test]
fn an_entry_after_it_tells_its_writers_own_time() {
    let desk = Desk::with_ticket();
    desk.wait(210);
    let _ = desk.ok("note ID1 -m 'from tomorrow' --as marek");
    desk.wait(-210);
    for _ in 0..2 {
        let out = desk.ok("note ID1 -m 'from today'");
        assert!(
            out.to_string()
                .contains("the entry `note` by `marek` in `ID1` is dated 3h "),
            "{out}"
        );
    }
    let entries = desk.json("show ID1")["tickets"][0]["entries"].clone();
    let (first, last) = (&entries[2], &entries[3]);
    let own = &first["attributes"]["clock"];
    assert!(
        own.as_str()
            .is_some_and(|own| own < entries[1]["at"].as_str().unwrap()),
        "{first}"
    );
    assert!(
        own.as_str() < last["attributes"]["clock"].as_str(),
        "{last}"
    );
    assert_eq!(
        desk.run("check").code(0).stdout.matches("finding").count(),
        0
    );
    // A command of two entries says it once.
    let out = desk.ok("resolve ID1 -m Done.").stderr;
    assert!(out.matches("later than now").count() <= 1, "{out}");
    // Within two minutes nothing is said.
    let desk = Desk::with_ticket();
    desk.wait(-2);
    let out = desk.ok("note ID1 -m x");
    assert!(!out.stderr.contains("later than now"), "{out}");
    assert!(!desk.file("ID1").contains("- clock:"));
}

#[test]
fn no_entry_is_written_after_the_year_9999() {
    let desk = Desk::with_ticket();
    let file = desk.path("ID1");
    for (last, codes) in [
        ("9999-12-31T23:59:59.998Z", &[0, 4, 4][..]),
        ("9999-12-31T23:59:59.999Z", &[4]),
        ("9999-12-31T23:59:59Z", &[0, 0]),
    ] {
        let text = format!("{}\n## {last} anna note ^zzzz\n\nfar\n", desk.read(&file));
        desk.write(&file, &text);
        for (at, code) in codes.iter().enumerate() {
            let before = desk.raw("ID1");
            let out = desk
                .run(&format!("note ID1 -m 'word {last} {at}'"))
                .code(*code);
            if *code == 0 {
                assert!(desk.raw("ID1").contains(&format!("word {last} {at}")));
            } else {
                assert_eq!(before, desk.raw("ID1"));
                assert!(out.stderr.contains("9999"), "{out}");
            }
            let reported = desk.json("show ID1");
            assert_eq!(
                reported["problems"].as_array().map(Vec::len),
                Some(0),
                "{reported}"
            );
        }
        let out = desk.run("check");
        assert!(out.code == 0, "{out}");
        let kept = desk.read(&file);
        let cut = kept.find("\n## 9999").unwrap();
        desk.write(&file, &kept[..cut]);
        // The front matter may be ahead of the log that was cut.
        let _ = desk.run("check --fix");
    }
}

#[test]
fn a_hand_edit_at_the_end_of_time_is_told_with_its_line() {
    let desk = Desk::with_ticket();
    let file = desk.path("ID1");
    let text = format!(
        "{}\n## 9999-12-31T23:59:59.999Z anna note ^zzzz\n\nfar\n",
        desk.read(&file)
    );
    desk.write(
        &file,
        text.replace("queue = \"service-desk\"", "queue = \"network\""),
    );
    let before = desk.raw("ID1");
    let out = desk.run("note ID1 -m x").code(3);
    assert!(
        out.stderr.contains("9999") && out.stderr.contains(&file),
        "{out}"
    );
    assert_eq!(before, desk.raw("ID1"));
}

#[test]
fn times_past_the_last_year_are_refused_where_they_are_typed() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    for line in [
        "pend ID1 --on vendor --until +9999999bd",
        "set ID1 planned=+12345-01-01",
        "set ID1 planned=+9999999999999bd",
        "pend ID1 --on vendor --until '-9999-01-01 00:00'",
        "list 'created>-9223372036854775807m'",
        "list 'created<+153722867280912m'",
        "due --within 9999999bd",
    ] {
        let _ = desk.run(line).code(2);
    }
    let out = desk
        .desk(&["new", "far"])
        .env("DESK_NOW", "9999-12-31T23:59:59Z")
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(4));
    assert!(before == desk.state());
}
