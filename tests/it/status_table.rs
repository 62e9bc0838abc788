//! The life of a ticket: every verb in every status, and what moves by itself.

use crate::desk::Desk;

/// A way into each status; every desk has an open ticket of the same requester, `ID2`.
const STATUSES: &[(&str, &[&str])] = &[
    ("new", &[]),
    ("open", &["take ID1"]),
    ("pending-customer", &["pend ID1 --on customer"]),
    ("pending-vendor", &["pend ID1 --on vendor"]),
    (
        "pending-schedule",
        &["pend ID1 --on schedule --until 2026-12-24"],
    ),
    ("resolved", &["resolve ID1 -m done"]),
    (
        "closed",
        &["resolve ID1 -m done", "close ID1 --satisfied yes"],
    ),
    ("cancelled", &["cancel ID1"]),
    ("merged", &["merge ID1 --into ID2"]),
];

/// What becomes of a ticket in the statuses above: a status, `=` for the same, `no` for a refusal.
const TABLE: &[(&str, [&str; 9])] = &[
    (
        "take ID1",
        ["open", "=", "=", "=", "=", "no", "no", "no", "no"],
    ),
    (
        "assign ID1 marek",
        ["open", "=", "=", "=", "=", "no", "no", "no", "no"],
    ),
    (
        "pend ID1 --on vendor",
        [
            "pending", "pending", "pending", "pending", "pending", "no", "no", "no", "no",
        ],
    ),
    (
        "resolve ID1 -m done",
        [
            "resolved", "resolved", "resolved", "resolved", "resolved", "no", "no", "no", "no",
        ],
    ),
    (
        "close ID1 --satisfied yes",
        ["no", "no", "no", "no", "no", "closed", "no", "no", "no"],
    ),
    (
        "close ID1 --satisfied no",
        ["no", "no", "no", "no", "no", "open", "no", "no", "no"],
    ),
    (
        "close ID1 --no-answer",
        ["no", "no", "no", "no", "no", "closed", "no", "no", "no"],
    ),
    (
        "reopen ID1",
        [
            "no", "no", "open", "open", "open", "open", "no", "open", "no",
        ],
    ),
    (
        "cancel ID1",
        [
            "cancelled",
            "cancelled",
            "cancelled",
            "cancelled",
            "cancelled",
            "no",
            "no",
            "no",
            "no",
        ],
    ),
    (
        "merge ID1 --into ID2",
        [
            "merged", "merged", "merged", "merged", "merged", "no", "no", "no", "no",
        ],
    ),
    (
        "escalate ID1 -m tried",
        ["open", "=", "=", "=", "=", "no", "no", "no", "no"],
    ),
    (
        "escalate ID1 --hierarchic -m why",
        ["open", "=", "=", "=", "=", "no", "no", "no", "no"],
    ),
    (
        "note ID1 -m seen",
        ["open", "=", "=", "=", "=", "=", "=", "=", "="],
    ),
    (
        "contact ID1 -m told",
        ["open", "=", "=", "=", "=", "=", "=", "=", "="],
    ),
    (
        "call ID1 no-answer",
        ["open", "=", "=", "=", "=", "=", "=", "=", "="],
    ),
    (
        "contact ID1 --in -m asks",
        ["=", "=", "open", "=", "=", "open", "=", "=", "="],
    ),
    (
        "set ID1 tags=+seen",
        ["=", "=", "=", "=", "=", "=", "=", "=", "no"],
    ),
];

fn status(desk: &Desk, name: &str) -> String {
    let reported = desk.json(&format!("show {name}"));
    reported["tickets"][0]["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A desk whose `ID1` is in the status, long enough for a close without an answer.
fn scene(way: &[&str]) -> Desk {
    let desk = Desk::new();
    for title in ["One", "Two"] {
        desk.made(&["new", title, "--channel", "email", "--from", "Jan"]);
    }
    for step in way {
        let _ = desk.ok(step);
    }
    desk.wait(4 * 24 * 60);
    desk
}

fn all_verbs(at: usize) {
    let (name, way) = STATUSES[at];
    let desk = scene(way);
    let before = status(&desk, "ID1");
    assert!(name.starts_with(&before), "{name}: {before}");
    for (line, row) in TABLE {
        let desk = desk.copy();
        let state = desk.state();
        let out = desk.run(line);
        match row[at] {
            "no" => {
                assert_eq!(out.code, 4, "{name}: {line}: {out}");
                assert!(out.stderr.contains("\nhint: "), "{name}: {line}: {out}");
                assert!(
                    state == desk.state(),
                    "{name}: {line} was refused and changed something"
                );
            }
            to => {
                let to = if to == "=" { before.as_str() } else { to };
                assert_eq!(out.code, 0, "{name}: {line}: {out}");
                assert_eq!(status(&desk, "ID1"), to, "{name}: {line}: {out}");
                let _ = desk.run("check tickets").code(0);
            }
        }
    }
}

macro_rules! each_status {
    ($($test:ident $at:literal)+) => { $(#[test] fn $test() { all_verbs($at); })+ };
}

each_status! {
    every_verb_on_a_new_ticket 0
    every_verb_on_an_open_ticket 1
    every_verb_on_one_that_waits_for_the_customer 2
    every_verb_on_one_that_waits_for_a_vendor 3
    every_verb_on_one_that_waits_for_a_date 4
    every_verb_on_a_resolved_ticket 5
    every_verb_on_a_closed_ticket 6
    every_verb_on_a_cancelled_ticket 7
    every_verb_on_a_merged_ticket 8
}

#[test]
fn a_refusal_names_the_moves_that_are_allowed() {
    for (at, (_, way)) in STATUSES.iter().enumerate() {
        let desk = scene(way);
        let from = status(&desk, "ID1").parse_status();
        for (line, row) in TABLE
            .iter()
            .filter(|(line, _)| line.starts_with("close ID1 --satisfied yes"))
        {
            if row[at] != "no" {
                continue;
            }
            let out = desk.run(line);
            for to in plaindesk::rules::lifecycle::transitions::allowed(&from) {
                if plaindesk::rules::lifecycle::transitions::may_move(&from, to) {
                    assert!(out.stderr.contains(to.as_str()), "{from}: {out}");
                }
            }
        }
    }
}

trait ParseStatus {
    fn parse_status(&self) -> plaindesk::model::status::Status;
}

impl ParseStatus for String {
    fn parse_status(&self) -> plaindesk::model::status::Status {
        plaindesk::model::status::Status::read(self)
    }
}

#[test]
fn an_unknown_status_of_a_newer_version_is_shown_and_not_lost() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "status = \"open\"",
        "status = \"parked\"",
    );
    desk.replace(&desk.path("ID1"), "- status: open", "- status: parked");
    assert!(desk.ok("list").stdout.contains("parked"));
    let _ = desk.ok("note ID1 -m 'What is parked?'");
    assert!(desk.raw("ID1").contains("status = \"parked\""));
    let _ = desk
        .run("check")
        .code(1)
        .says("there is no status `parked`");
}
