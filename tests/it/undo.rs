//! `desk undo`: the last command of this clone is taken back by entries of its own.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::desk::Desk;

/// A command, with what is done before it, on a desk with two open tickets of one caller.
const COMMANDS: &[(&[&str], &str)] = &[
    (&[], "note ID1 -m 'The switch is dark.'"),
    (&[], "note ID1 -m '@marek please look'"),
    (&[], "contact ID1 --minutes 4 -m 'Told him.'"),
    (&[], "contact ID1 --in -m 'It is worse.'"),
    (
        &["pend ID1 --on customer --until 2026-12-01"],
        "contact ID1 --in -m 'Here I am.'",
    ),
    (&[], "call ID1 -m 'Told him.'"),
    (&[], "call ID1 --next 14:00 -m 'Word by two.'"),
    (
        &["call ID1 --next 14:00 -m 'Word by two.'"],
        "call ID1 -m 'Told him.'",
    ),
    (&["assign ID1 marek"], "take ID1"),
    (&[], "assign ID1 ID2 marek"),
    (&[], "set ID1 ID2 urgency=high impact=site"),
    (&["set ID1 tags=+lan"], "set ID1 tags=+vpn tags=-lan"),
    (&[], "set ID1 title='Slow mail' requester.phone=123"),
    (&["set ID1 title='Slow mail'"], "set ID1 title='No mail'"),
    (&[], "escalate ID1 -m 'Tried the cable.'"),
    (&[], "escalate ID1 --hierarchic -m 'The board waits.'"),
    (&[], "pend ID1 --on vendor --until 2026-12-01"),
    (
        &["pend ID1 --on vendor --until 2026-12-01"],
        "pend ID1 --on customer --until 2026-12-02",
    ),
    (
        &["pend ID1 --on vendor --until 2026-12-01"],
        "resolve ID1 -m 'Done.'",
    ),
    (&[], "resolve ID1 ID2 -m 'Done.'"),
    (&[], "resolve ID1 --no-kb 'By heart.' -m 'Done.'"),
    (
        &["resolve ID1 -m 'Done.'"],
        "close ID1 --satisfied yes --rating 4",
    ),
    (
        &["resolve ID1 -m 'Done.'"],
        "close ID1 --satisfied no -m 'Not yet.'",
    ),
    (&["resolve ID1 -m 'Done.'"], "reopen ID1 -m 'Again.'"),
    (&[], "cancel ID1 --as withdrawn"),
    (&["cancel ID1"], "reopen ID1 -m 'Wanted after all.'"),
    (&[], "convert ID1 --to information"),
    (&[], "link ID1 ID2"),
    (&["link ID1 ID2"], "link ID2 ID1 --as parent"),
    (&[], "merge ID2 --into ID1"),
    (&[], "attach ID1 desk.toml"),
    (&["work new ID1"], "work link ID2 --to ID3"),
    (&["work new ID1"], "work tick ID3 1"),
    (
        &["work new ID1", "work tick ID3 1"],
        "work tick ID3 1 --undo",
    ),
    (&["work new ID1"], "work say ID3 -m 'Down.' --next +2h"),
    (
        &["work new ID1", "work say ID3 -m 'Down.' --next +2h"],
        "work say ID3 -m 'Nobody knows.' --next none",
    ),
    (&["call ID1 -m 'Soon.' --next +2h"], "handover --to marek"),
    (
        &["work new ID1 ID2"],
        "work done ID3 -m 'The roller is new.'",
    ),
    (
        &["work new ID1 ID2", "work done ID3 -m 'It is new.'"],
        "reopen ID3 -m 'It jams again.'",
    ),
    (
        &["work new ID1 ID2"],
        "pend ID3 --on vendor --until 2026-12-01",
    ),
    (&[], "kb use KB-PW5R --on ID1 --outcome solved"),
    (&[], "kb search jam --on ID1"),
    (
        &[
            "escalate ID1 --hierarchic -m 'The board waits.' --as marek",
            "ack ID1 --as ewa",
        ],
        "note ID1 -m 'On my way.'",
    ),
];

/// Commands that make a record, which is cancelled as a mistake.
const RECORDS: &[(&[&str], &str)] = &[
    (&[], "new 'No mail' --from 'Ola Nowak'"),
    (
        &[],
        "new 'No mail' --from 'Ola Nowak' --issue 'Outlook asks @MAIL-AUTH'",
    ),
    (
        &[],
        "new 'How?' --type information --kb KB-PW5R --resolve 'So.' --satisfied yes",
    ),
    (&[], "new 'Thanks!' --type comment"),
    (&[], "new 'Same here' --code PRN-JAM --on ID1"),
    (&[], "split ID1 'A second issue'"),
    (&[], "work new ID1 ID2"),
    (
        &["resolve ID1 -m 'Done.'", "close ID1 --satisfied yes"],
        "contact ID1 --in -m 'It is back.'",
    ),
];

/// Whether the figures of a command are compared: of each in the long form, else of every third. What
/// the tickets state is compared always.
fn figures_wanted(at: usize) -> bool {
    at.is_multiple_of(3) || std::env::var_os("DESK_UNDO").is_some()
}

/// What the tickets state, by id, without what is computed or told.
fn stated(desk: &Desk) -> BTreeMap<String, Json> {
    let listed = desk.json("list --all");
    let tickets = listed["tickets"].as_array().unwrap().iter();
    let one = |ticket: &Json| {
        let mut ticket = ticket.clone();
        ticket.as_object_mut().unwrap().remove("derived");
        (ticket["id"].as_str().unwrap().to_owned(), ticket)
    };
    tickets.map(one).collect()
}

/// Steps of work orders and descriptions, as they stand in the files.
fn described(desk: &Desk, ids: impl Iterator<Item = String>) -> Vec<String> {
    let one = |id: String| {
        let shown = desk.run_args(&["show", &id, "--json"]).json();
        shown["tickets"][0]["description"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    ids.map(one).collect()
}

/// What clocks, boards and reports tell at one moment, without what says that something was written.
fn figures(desk: &Desk, ids: &[String]) -> Vec<String> {
    let at: chrono::DateTime<chrono::Utc> = "2026-11-23T16:00:00Z".parse().unwrap();
    let mut told = Vec::new();
    // The overview has flow, times, targets, backlog and reopenings.
    let reports = [
        "overview",
        "agents",
        "contacts",
        "escalations",
        "kb",
        "satisfaction",
    ];
    let lines = reports
        .iter()
        .map(|name| format!("report {name} --from 2026-11-01 --to 2026-11-24 --format json"))
        .chain([
            "due --json".to_owned(),
            "kb list --json".to_owned(),
            "kb demand --json".to_owned(),
            "list is:told --json --as marek".to_owned(),
            "list is:told --json --as ewa".to_owned(),
        ])
        .chain(ids.iter().map(|id| format!("sla {id} --json")));
    for line in lines {
        desk.set_clock(at);
        let out = desk.run(&line);
        let text = out.stdout.lines().filter(|line| {
            let line = line.trim_start();
            let written = ["\"updated\"", "\"entries\"", "\"commit\""];
            !written.iter().any(|key| line.starts_with(key))
        });
        let text: Vec<&str> = text.collect();
        told.push(format!("{line}\n{}", text.join("\n")));
    }
    told
}

/// A desk with two open tickets, prepared.
fn prepared(template: &Desk, before: &[&str]) -> Desk {
    let desk = template.copy();
    for line in before {
        let _ = desk.ok(line);
    }
    desk
}

#[track_caller]
fn same(one: &[String], other: &[String], line: &str) {
    for (one, other) in one.iter().zip(other) {
        let asked = one.lines().next();
        for (at, (a, b)) in one.lines().zip(other.lines()).enumerate() {
            let before: Vec<&str> = one.lines().skip(at.saturating_sub(9)).take(9).collect();
            assert_eq!(a, b, "{line}: {asked:?} {before:#?}");
        }
        assert_eq!(one.len(), other.len(), "{line}: {asked:?}");
    }
}

#[test]
fn what_is_undone_leaves_fields_clocks_and_figures_as_before_and_comes_back() {
    let template = Desk::with_two_tickets();
    for (at, (before, line)) in COMMANDS.iter().enumerate() {
        let desk = prepared(&template, before);
        let fields = stated(&desk);
        let ids: Vec<String> = fields.keys().cloned().collect();
        let texts = described(&desk, ids.iter().cloned());
        let twin = desk.copy();
        let _ = desk.ok(line);
        let (done, done_texts) = (stated(&desk), described(&desk, ids.iter().cloned()));
        let files = desk.git(&["ls-files"]).lines().count();
        let _ = desk.ok("undo");
        assert_eq!(stated(&desk), fields, "{line}");
        assert_eq!(described(&desk, ids.iter().cloned()), texts, "{line}");
        let kept = desk.git(&["ls-files"]).lines().count();
        assert_eq!(kept, files, "{line}: nothing is removed");
        let _ = desk.ok("check");
        if figures_wanted(at) {
            same(&figures(&desk, &ids), &figures(&twin, &ids), line);
        }
        // An undo is a command, too.
        let _ = desk.ok("undo -m 'It was right.'");
        assert_eq!(stated(&desk), done, "{line}, again");
        assert_eq!(described(&desk, ids.iter().cloned()), done_texts, "{line}");
        let _ = desk.ok("undo");
        assert_eq!(stated(&desk), fields, "{line}, and back");
        let _ = desk.ok("check");
    }
}

#[test]
fn a_record_that_is_undone_is_cancelled_as_a_mistake() {
    let template = Desk::with_two_tickets();
    for (before, line) in RECORDS {
        let desk = prepared(&template, before);
        let fields = stated(&desk);
        let _ = desk.ok(line);
        let done = stated(&desk);
        let _ = desk.ok("undo -m 'The wrong caller.'");
        let mut left = stated(&desk);
        let mut made = 0;
        for (id, ticket) in &done {
            if !fields.contains_key(id) {
                let ticket = left
                    .remove(id)
                    .unwrap_or_else(|| panic!("{line}: {ticket}"));
                assert_eq!(ticket["status"], "cancelled", "{line}: {ticket}");
                let shown = desk.run_args(&["show", id]).to_string();
                assert!(shown.contains("cancel  as: mistake"), "{line}: {shown}");
                made += 1;
            }
        }
        assert!(made > 0, "{line}");
        assert_eq!(left, fields, "{line}");
        let _ = desk.ok("check");
        let _ = desk.ok("undo");
        assert_eq!(stated(&desk), done, "{line}, again");
        let _ = desk.ok("check");
    }
}

#[test]
fn a_note_of_another_clone_that_comes_later_changes_nothing() {
    use plaindesk::rules::merge::merge;
    let template = Desk::with_two_tickets();
    let zone = "Europe/Warsaw".parse().unwrap();
    for (before, line) in COMMANDS {
        let desk = prepared(&template, before);
        let fields = stated(&desk);
        let _ = desk.ok(line);
        let other = desk.copy();
        let paths: Vec<String> = fields.keys().map(|id| path(id)).collect();
        let base: Vec<String> = paths.iter().map(|path| desk.read(path)).collect();
        let note = "note ID1 -m 'Meanwhile.' --as marek";
        let noted = other.run(note).code == 0;
        desk.wait(1);
        let _ = desk.ok("undo");
        for (path, base) in paths.iter().zip(base) {
            let (mine, theirs) = (desk.read(path), other.read(path));
            let joined = merge(path, &base, &mine, &theirs, zone).unwrap();
            let turned = merge(path, &base, &theirs, &mine, zone).unwrap();
            assert_eq!(joined, turned, "{line}");
            desk.write(path, joined);
        }
        assert_eq!(stated(&desk), fields, "{line}");
        let _ = desk.ok("check");
        assert_eq!(desk.raw("ID1").contains("Meanwhile."), noted, "{line}");
    }
}

/// The file of a ticket by its id.
fn path(id: &str) -> String {
    format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4])
}

#[test]
fn what_others_wrote_since_stays_and_so_does_what_it_rests_on() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("resolve ID1 ID2 -m 'Done.'");
    let _ = desk.ok("note ID2 -m 'Jan is content.' --as marek");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("undo"), @"
    -----
    error: `marek` wrote to `ID2` since: `note`
    hint: put it right by a command of its own: `desk show ID2`, then `desk set`, `desk reopen` or `desk note`
    [exit 4]
    ");
    // All tickets or none.
    assert!(before == desk.state());
    // What this agent wrote since goes first.
    let _ = desk.ok("note ID1 -m 'One more thing.'");
    insta::assert_snapshot!(desk.run("undo 2"), @"
    -----
    error: you wrote to `ID1` since: `note`
    hint: take that back first: desk undo 1
    [exit 4]
    ");
    let _ = desk.ok("undo");
    let _ = desk.run("undo 3").code(4).says("`marek` wrote to `ID2`");
    insta::assert_snapshot!(desk.run("undo 2"), @"
    -----
    error: `note` is taken back already
    hint: `desk undo 1` brings it back
    [exit 4]
    ");
}

#[test]
fn some_commands_are_never_undone() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("undo --as marek"), @"
    -----
    error: this clone knows no command of yours that could be taken back
    hint: it keeps the last commands of 30 days; what is older is put right by a command of its own, like `desk set`
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("undo 7"), @"
    -----
    error: there is no command 7: this clone keeps 1 of yours
    hint: `desk undo --list` shows them
    [exit 2]
    ");
    let _ = desk.run("undo 0").code(2);
    let _ = desk.ok("away tomorrow --as marek");
    let out = desk.run("undo --as marek").code(4);
    assert!(out.stderr.contains("`away` is not taken back"), "{out}");
    let _ = desk.ok("note ID1 -m 'Jan has asked.'");
    let _ = desk.ok("redact ID1 --field requester.name --as ewa");
    insta::assert_snapshot!(desk.run("undo --as ewa"), @"
    -----
    error: `redact` is not taken back
    hint: what was taken out is gone for good
    [exit 4]
    ");
    desk.replace(&desk.path("ID1"), "urgency = ", "# by hand\nurgency = ");
    let title = "title = \"Printer on floor 3 jams\"";
    desk.replace(&desk.path("ID1"), title, "title = \"Printer\"");
    desk.replace(
        &desk.path("ID1"),
        "status = \"open\"",
        "status = \"resolved\"",
    );
    let _ = desk.ok("check --fix");
    let out = desk.run("undo").code(4);
    assert!(
        out.stderr.contains("`check --fix` is not taken back"),
        "{out}"
    );
    assert!(
        out.stderr
            .contains("`desk undo 2` takes back the `note` before it"),
        "{out}"
    );
    let _ = desk
        .run("undo 2")
        .code(4)
        .says("`ewa` wrote to `ID1` since: `redact`");
    insta::assert_snapshot!(desk.run("undo --list"), @"
    NO.  WHEN              COMMAND      WHAT        TITLE    STATE
      1  Mon 23 Nov 10:09  check --fix                       stays
      2  Mon 23 Nov 10:06  note         ID1         Printer
      3  Mon 23 Nov 10:00  new          ID1         Printer
    [exit 0]
    ");
}

#[test]
fn articles_get_their_text_back_where_nobody_changed_them_since() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("kb new 'A new one' -m 'Press the button.'");
    let made = desk.json("undo --list")["commands"][0]["articles"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let _ = desk.ok("undo -m 'Not needed.'");
    let state = |desk: &Desk| {
        let shown = desk.json(&format!("kb show {made}"));
        shown["articles"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&desk), "retired");
    let _ = desk.ok("undo");
    assert_eq!(state(&desk), "draft");
    let _ = desk.ok(&format!("kb publish {made} --as ewa"));
    let _ = desk.run("undo 3").code(4).says("was changed since");
    let _ = desk.ok("undo --as ewa");
    assert_eq!(state(&desk), "draft");
    let _ = desk.ok("check");
    // The server takes it, too.
    let _ = desk.ok("check --range HEAD~4..HEAD");
}

#[test]
fn an_edit_gets_fields_and_description_back() {
    let desk = Desk::with_ticket();
    let editor = desk.script(
        "editor",
        "sed -i -e '/^title/s/jams/burns/' -e '/^+++$/{x;s/^/x/;/^xx$/{x;s/$/\\nIt smells of smoke./;b};x}' \"$1\"",
    );
    let before = (
        stated(&desk),
        described(&desk, [desk.id("ID1")].into_iter()),
    );
    let edit = || {
        let mut command = desk.desk(&["edit", &desk.id("ID1")]);
        command.env("EDITOR", &editor);
        let _ = desk.reported(command).code(0);
    };
    edit();
    let text = desk.raw("ID1");
    assert!(
        text.contains("It smells of smoke.") && text.contains("floor 3 burns"),
        "{text}"
    );
    let _ = desk.ok("undo");
    let after = (
        stated(&desk),
        described(&desk, [desk.id("ID1")].into_iter()),
    );
    assert_eq!(after, before);
    let _ = desk.ok("undo");
    assert!(desk.raw("ID1").contains("It smells of smoke."));
    // What is kept of it goes with a redaction.
    let kept = || std::fs::read_to_string(desk.root.join(".git/plaindesk/commands/anna")).unwrap();
    let _ = desk.ok("undo");
    assert!(kept().contains("It smells of smoke."));
    let _ = desk.ok("redact ID1 --field description --as ewa");
    assert!(!kept().contains("It smells of smoke."));
    let _ = desk.ok("check");
}

#[test]
fn a_name_in_an_undo_tells_its_bearer_and_one_in_what_is_undone_does_not() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m '@marek look'");
    let told = |who: &str| {
        let listed = desk.ok(&format!("list is:told --as {who}"));
        listed.to_string().contains("ID1")
    };
    assert!(told("marek"));
    let _ = desk.ok("undo -m '@ewa it was the wrong ticket'");
    assert!(!told("marek") && told("ewa"));
    let _ = desk.ok("ack ID1 --as ewa");
    assert!(!told("ewa"));
    let _ = desk.ok("undo --as ewa");
    assert!(told("ewa"));
}

#[test]
fn an_of_that_no_entry_has_is_a_finding() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'One.'");
    let _ = desk.ok("undo");
    let _ = desk.ok("check");
    let text = desk.raw("ID1");
    let of = text
        .lines()
        .find(|line| line.starts_with("- of: "))
        .unwrap();
    desk.replace(
        &desk.path("ID1"),
        of,
        "- of: 2026-11-23T09:01:00Z anna note ^zzzz",
    );
    let out = desk.run("check").code(1);
    assert!(
        out.to_string().contains(
            "`undo` is about an entry that is not here: `2026-11-23T09:01:00Z anna note ^"
        ),
        "{out}"
    );
}

#[test]
fn an_undo_shows_on_screens() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'Replaced the rollmop.'");
    insta::assert_snapshot!(desk.run("undo -m 'The wrong ticket.'"), @"
    ID1         undo  Printer on floor 3 jams
                resolve by anna
                status: resolved → open
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("show ID1"), @"
    ID1         ·  open  ·  Regular scheduled service  ·  action
    Printer on floor 3 jams

    requester   Jan Kowalski
    asset at    by the door
    code        PRN-JAM, Paper jam, IT › Workplace services › Printing
    work        service-desk, tier 1, Anna Nowak
    priority    team × low
    created     Mon 23 Nov 10:00, 3m ago
    clocks      update          due Thu 26 Nov 16:00, 29h 57m of open time left
                resolution      due Mon 7 Dec 16:00, 85h 57m of open time left

    Monday 23 November 2026 ────────────────────────────────────────────────────────────────────────
    10:00  Anna Nowak  created  phone
    10:01  Anna Nowak  resolve
           status: open → resolved
           Replaced the rollmop.
           undone by Anna Nowak, Mon 23 Nov 10:02
    10:02  Anna Nowak  undo  resolve by anna
           status: resolved → open
           The wrong ticket.

    Next: desk note | contact | escalate | pend | resolve | cancel ID1
    [exit 0]
    ");
    let shown = desk.json("show ID1");
    let entries = shown["tickets"][0]["entries"].as_array().unwrap();
    assert_eq!(entries[1]["undone"]["by"], "anna");
    assert_eq!(entries[1]["undone"]["tag"], entries[2]["tag"]);
    assert!(entries[0]["undone"].is_null() && entries[2]["undone"].is_null());
    // Only what stands is found.
    let _ = desk.run("search rollmop").code(1);
    let _ = desk.ok("search 'wrong ticket'");
    let listed = |word: &str| desk.ok(&format!("list --all {word}")).to_string();
    assert!(listed("'wrong ticket'").contains("ID1"));
    assert!(!listed("rollmop").contains("ID1"));
    let painted = desk.ok("show ID1 --color always");
    assert!(painted.stdout.contains("\u{1b}[9m"), "{painted}");
}

#[test]
fn the_record_is_this_agent_s_and_ends() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'By Marek.' --as marek");
    let kept = desk.root.join(".git/plaindesk/commands/anna");
    let mode = std::fs::metadata(&kept).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for n in 0..60 {
        let _ = desk.ok(&format!("note ID1 -m 'Note {n}.'"));
    }
    let listed = desk.json("undo --list");
    assert_eq!(listed["commands"].as_array().unwrap().len(), 50);
    assert!(!std::fs::read_to_string(&kept).unwrap().contains("Note 3"));
    let listed = desk.json("undo --list --as marek");
    assert_eq!(listed["commands"].as_array().unwrap().len(), 1);
    // It is no reason to fail.
    std::fs::remove_file(&kept).unwrap();
    std::fs::create_dir(&kept).unwrap();
    let _ = desk.ok("note ID1 -m 'Saved all the same.'");
    let _ = desk.run("undo").code(4).says("knows no command");
    desk.wait(31 * 24 * 60);
    let _ = desk.run("undo --as marek").code(4).says("30 days");
}
