//! Several tickets by one command: a line each and a sum, all or none, the first five of a dry run.

use std::collections::{BTreeMap, BTreeSet};

use plaindesk::model::command::WRITERS;

use crate::commands::leaves;
use crate::desk::Desk;

/// What makes a ticket fit for a command.
type Ready = fn(&Desk, &str);

/// Every command that takes several tickets: the line, in which `IDS` are the tickets, what makes each
/// fit, and how the sum of three begins.
const SEVERAL: &[(&str, &str, Ready, &str)] = &[
    (
        "ack",
        "ack IDS",
        |desk, id| {
            let _ = desk.ok(&format!("note {id} -m '@anna have a look' --as marek"));
        },
        "3 tickets acknowledged",
    ),
    (
        "assign",
        "assign IDS marek",
        nothing,
        "3 tickets assigned to marek",
    ),
    (
        "call",
        "call IDS voicemail",
        nothing,
        "3 tickets with a new contact",
    ),
    ("cancel", "cancel IDS", nothing, "3 tickets cancelled"),
    (
        "close",
        "close IDS --satisfied yes",
        resolved,
        "3 tickets closed",
    ),
    (
        "contact",
        "contact IDS -m text",
        nothing,
        "3 tickets with a new contact",
    ),
    (
        "convert",
        "convert IDS --to information",
        nothing,
        "3 tickets converted to information",
    ),
    (
        "escalate",
        "escalate IDS -m tried",
        nothing,
        "3 tickets escalated",
    ),
    (
        "link",
        "link IDS OTHER --as parent",
        nothing,
        "3 tickets linked to OTHER",
    ),
    (
        "merge",
        "merge IDS --into OTHER",
        nothing,
        "3 tickets merged into OTHER",
    ),
    (
        "note",
        "note IDS -m text",
        nothing,
        "3 tickets with a new note",
    ),
    (
        "pend",
        "pend IDS --on vendor",
        nothing,
        "3 tickets pending on vendor",
    ),
    ("reopen", "reopen IDS", resolved, "3 tickets reopened"),
    (
        "resolve",
        "resolve IDS -m text",
        nothing,
        "3 tickets resolved",
    ),
    ("set", "set IDS urgency=high", nothing, "3 tickets changed"),
    ("take", "take IDS --as ewa", nothing, "3 tickets taken"),
    ("watch", "watch IDS", nothing, "3 tickets watched"),
    (
        "work link",
        "work link IDS --to ORDER",
        nothing,
        "3 tickets linked to ORDER",
    ),
    (
        "work new",
        "work new IDS --separate",
        nothing,
        "3 tickets linked to ",
    ),
];

/// Commands on one ticket alone: what they say or take is of that one.
const ONE: &[&str] = &[
    "attach",
    "edit",
    "redact",
    "redate",
    "reply",
    "split",
    "work done",
    "work say",
    "work tick",
];

fn nothing(_: &Desk, _: &str) {}

fn resolved(desk: &Desk, id: &str) {
    let _ = desk.ok(&format!("resolve {id} -m done"));
}

/// A desk with a fourth ticket and an order beside the three.
fn desk(ready: Ready) -> (Desk, BTreeMap<&'static str, String>) {
    let desk = Desk::with_ticket();
    desk.open("Printer on floor 4 jams");
    desk.open("Máy in ở tầng ba bị kẹt giấy");
    desk.open("তৃতীয় তলার প্রিন্টারে কাগজ আটকে গেছে");
    for id in ["ID1", "ID2", "ID3"] {
        ready(&desk, id);
    }
    let _ = desk.ok("work new ID4 --separate");
    let order = desk.json("list type:work-order")["tickets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let names = BTreeMap::from([("OTHER", desk.id("ID4")), ("ORDER", order)]);
    (desk, names)
}

fn named(text: &str, ids: &str, names: &BTreeMap<&str, String>) -> String {
    let text = text.replace("IDS", ids);
    names
        .iter()
        .fold(text, |text, (name, id)| text.replace(name, id))
}

#[test]
fn every_command_that_takes_tickets_stands_in_one_of_the_tables() {
    let several: BTreeSet<&str> = SEVERAL.iter().map(|(command, ..)| *command).collect();
    let leaves = leaves();
    for command in WRITERS {
        let Some(leaf) = leaves.get(*command) else {
            continue;
        };
        let mut takes = leaf.get_positionals();
        let takes = takes.any(|arg| {
            let names = arg.get_value_names().unwrap_or_default();
            let first = names.first().map(clap::builder::Str::as_str);
            matches!(first, Some("ID" | "A" | "WORK-ORDER"))
        });
        let of_one = ONE.contains(command);
        assert_eq!(takes, of_one || several.contains(command), "{command}");
        assert!(!(of_one && several.contains(command)), "{command}");
    }
}

#[test]
fn each_answers_with_a_line_each_and_a_sum() {
    for (command, line, ready, sum) in SEVERAL {
        let (desk, names) = desk(*ready);
        let commits = desk.commits();
        let ids: Vec<String> = ["ID1", "ID2", "ID3"].map(|id| desk.id(id)).into();
        let line = named(line, &ids.join(" "), &names);
        let sum = named(sum, "", &names);
        let would = desk.run(&format!("{line} --dry-run")).code(0);
        assert!(
            would.stdout.starts_with("Nothing was written"),
            "{command}: {would}"
        );
        assert_eq!(desk.commits(), commits);
        let out = desk.run(&line).code(0);
        for id in &ids {
            let lines = out
                .stdout
                .lines()
                .filter(|line| line.starts_with(id.as_str()));
            assert_eq!(lines.count(), 1, "{command}: {out}");
        }
        assert!(
            out.stdout.lines().last().unwrap().starts_with(&sum),
            "{command}: {out}"
        );
        assert!(
            out.stdout
                .lines()
                .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 100)
        );
        assert_eq!(desk.commits(), commits + 1, "{command}");
        let _ = desk.run("check").code(0);
    }
}

#[test]
fn each_reads_the_ids_of_a_list_from_standard_input() {
    for (command, line, ready, sum) in SEVERAL {
        let (desk, names) = desk(*ready);
        let wanted: Vec<String> = ["ID1", "ID2", "ID3"].map(|id| desk.id(id)).into();
        let listed = desk.ok("list --all --ids type:action").stdout;
        let listed: Vec<&str> = listed
            .lines()
            .filter(|id| wanted.iter().any(|one| one == id))
            .collect();
        assert_eq!(listed.len(), 3, "{command}");
        let line = named(line, "-", &names);
        let quiet = desk.copy();
        let out = desk.run_with(&line, listed.join("\n")).code(0);
        let sum = named(sum, "", &names);
        assert!(out.stdout.contains(&sum), "{command}: {out}");
        let said = quiet
            .run_with(&format!("{line} -q"), listed.join("\n"))
            .code(0);
        assert_eq!(said.stdout, "", "{command}");
        let nothing = quiet.run_with(&line, "").code(0);
        assert_eq!(nothing.stdout, "", "{command}");
    }
}

#[test]
fn one_refusal_names_all_that_refuse() {
    let desk = Desk::with_two_tickets();
    for floor in 5..18 {
        desk.open(&format!("Printer on floor {floor} jams"));
    }
    let _ = desk.ok("cancel ID1 ID2");
    let before = desk.state();
    let all: Vec<String> = (1..=15).map(|at| format!("ID{at}")).collect();
    insta::assert_snapshot!(desk.run("take ID1 ID2 ID3"), @"
    -----
    error: 2 of 3 tickets refuse, so nothing was written
    hint: `ID1` is cancelled, and only open tickets are assigned
    hint: `ID2` is cancelled, and only open tickets are assigned
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
    // One of several speaks for itself, and so does what is no matter of the tickets.
    let _ = desk
        .run("take ID1 ID3")
        .code(4)
        .says("error: `ID1` is cancelled");
    let _ = desk
        .run("assign ID1 ID3 nobody")
        .code(2)
        .says("there is no agent `nobody`");
    let _ = desk
        .run("set ID3 ID4 foo=1")
        .code(2)
        .says("error: there is no field `foo`");
    insta::assert_snapshot!(desk.run("take ID3 2611-ZZZZZ 2611-YYYYY"), @"
    -----
    error: 2 of 3 ids name no ticket, or several
    hint: there is no ticket `2611-ZZZZZ`
    hint: there is no ticket `ID16`
    hint: `desk list --all` shows every ticket
    [exit 2]
    ");
    let many = desk
        .run(&format!("close {} --satisfied yes", all.join(" ")))
        .code(4);
    assert!(
        many.stderr
            .contains("error: 15 of 15 tickets refuse, so nothing was written\n"),
        "{many}"
    );
    assert!(many.stderr.contains("\nhint: and 5 more\n"), "{many}");
    assert_eq!(many.stderr.matches("hint: `2611-").count(), 10, "{many}");
    assert!(before == desk.state());
}

#[test]
fn a_dry_run_shows_the_first_five_whole() {
    let desk = Desk::with_two_tickets();
    for floor in 5..11 {
        desk.open(&format!("Printer on floor {floor} jams"));
    }
    let before = desk.state();
    insta::assert_snapshot!(desk.run("resolve ID1 ID2 ID3 ID4 ID5 ID6 ID7 -m 'Rollers exchanged.' --dry-run"), @r"
    Nothing was written; this is what would be:
    ID1         resolve  Printer on floor 3 jams
                status: open → resolved
                Rollers exchanged.
    ID2         resolve  Printer on floor 4 jams
                status: open → resolved
                Rollers exchanged.
    ID3         resolve  Printer on floor 5 jams
                status: open → resolved
                Rollers exchanged.
    ID4         resolve  Printer on floor 6 jams
                status: open → resolved
                Rollers exchanged.
    ID5         resolve  Printer on floor 7 jams
                status: open → resolved
                Rollers exchanged.
    and 2 more
    7 tickets would be resolved
    [exit 0]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("take ID2");
    insta::assert_snapshot!(desk.run("assign ID1 ID2 ID3 anna --as ewa"), @r"
    ID1         nothing to change  Printer on floor 3 jams
    ID2         nothing to change  Printer on floor 4 jams
    ID3         nothing to change  Printer on floor 5 jams
    0 tickets assigned to anna, 3 with nothing to change
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work new ID1 ID2 ID3 --separate"), @"
    ID9         created  Mend a printer that jams
                workplace-support, scheduled-service, 4 steps
    ID1         link     Printer on floor 3 jams   links.work_order ID9
    ID2         link     Printer on floor 4 jams   links.work_order ID9
    ID3         link     Printer on floor 5 jams   links.work_order ID9
    3 tickets linked to ID9
    [exit 0]
    ");
    let done = desk.ok("resolve ID9 ID4 -m Done");
    assert!(
        done.stdout.ends_with(
            "2 tickets resolved, and 3 more with them
"
        ),
        "{done}"
    );
}

#[test]
fn a_list_of_ids_is_whole_unless_a_limit_is_said() {
    let desk = Desk::with_two_tickets();
    for floor in 5..40 {
        desk.open(&format!("Printer on floor {floor} jams"));
    }
    let _ = desk.ok("cancel ID1");
    let ids = desk.ok("list --ids printer");
    assert_eq!(ids.stdout.lines().count(), 36, "{ids}");
    assert!(ids.stdout.lines().all(|line| line.len() == 10));
    assert_eq!(desk.ok("list --ids --all").stdout.lines().count(), 37);
    let cut = desk.ok("list --ids --limit 3");
    assert_eq!(cut.stdout.lines().count(), 3);
    assert!(
        cut.stderr.contains("33 more not shown, by --limit"),
        "{cut}"
    );
    assert_eq!(desk.ok("list --ids nothingofthekind").stdout, "");
    let _ = desk.run("list --ids --columns id").code(2);
    assert!(
        desk.json("list --ids printer")["tickets"]
            .as_array()
            .is_some()
    );
}
