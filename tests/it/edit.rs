//! `desk edit`.

use crate::desk::{Desk, Out};
use crate::terminal::Terminal;

/// Edits `ID1` with a shell script for an editor; `$1` is the file.
fn edit(desk: &Desk, script: &str) -> Out {
    let editor = desk.script("editor", script);
    let id = desk.id("ID1");
    let mut command = desk.desk(&["edit", &id]);
    command.env("EDITOR", editor);
    desk.reported(command)
}

#[test]
fn what_the_editor_changed_is_logged_and_committed() {
    let desk = Desk::with_ticket();
    let out = edit(
        &desk,
        "sed -i -e '/^queue/s/service-desk/network/' -e 's/jams/burns/' \"$1\"",
    );
    insta::assert_snapshot!(out, @"
    ID1         edit  Printer on floor 3 burns
                queue: service-desk → network
                title: Printer on floor 3 jams → Printer on floor 3 burns
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 burns"
    status = "open"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "network"
    assignee = "anna"
    contact_agent = "anna"
    code = "PRN-JAM"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [requester]
    name = "Jan Kowalski"

    [asset]
    location = "by the door"
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: scheduled-service
    - impact: team
    - urgency: low
    - queue: service-desk
    - assignee: anna
    - code: PRN-JAM
    - derived: type, queue, impact, urgency, priority, assignee

    ## 2026-11-23T09:01:00Z anna edit ^tag

    - queue: service-desk -> network
    - title: Printer on floor 3 jams -> Printer on floor 3 burns
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 edit: Printer on floor 3 burns

      queue: service-desk -> network
      title: Printer on floor 3 jams -> Printer on floor 3 burns

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    assert!(desk.drafts().is_empty(), "the draft is gone");
    assert_eq!(desk.status(), "");
    let _ = desk.run("check").code(0);
}

#[test]
fn nothing_changed_is_nothing_done() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    let _ = edit(&desk, "exit 0").code(0);
    assert!(before == desk.state());
    assert!(desk.drafts().is_empty());
}

#[test]
fn an_editor_that_fails_leaves_the_draft() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(edit(&desk, "echo mine >> \"$1\"; exit 3"), @"
    -----
    error: the editor ended with exit status: 3
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/ID1.md
    hint: desk edit ID1 goes on with it
    [exit 5]
    ");
    assert!(before == desk.state());
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .ends_with("mine\n")
    );
}

#[test]
fn an_editor_that_is_killed_leaves_the_draft() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    let out = edit(&desk, "echo mine >> \"$1\"; kill -9 $$");
    assert!(
        out.to_string()
            .contains("what you wrote is in $DIR/desk/.git/plaindesk/drafts/"),
        "{out}"
    );
    assert_eq!(out.code, 5);
    assert!(before == desk.state());
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .ends_with("mine\n")
    );
}

#[test]
fn broken_front_matter_is_shown_and_the_draft_kept() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(edit(&desk, "sed -i 's/^queue = .*/queue = network/' \"$1\""), @"
    -----
    error: `tickets/2026-11/ID1.md` cannot be read
    error: this is neither a text in quotes nor a number
     --> tickets/2026-11/ID1.md:9:9
      |
    9 | queue = network
      |         ^^^^^^^
    hint: write texts in quotes; `true` and `false` stand without
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/ID1.md
    hint: desk edit ID1 goes on with it
    [exit 3]
    ");
    assert!(before == desk.state());
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .contains("queue = network\n")
    );
}

#[test]
fn wrong_types_are_shown_and_the_draft_kept() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(edit(&desk, "sed -i 's/^title = .*/title = 5/' \"$1\""), @"
    -----
    error: the edited ticket is not valid
    error: `title` is a text in quotes, not a number
     --> tickets/2026-11/ID1.md:4:9
      |
    4 | title = 5
      |         ^
    hint: write it in quotes
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/ID1.md
    hint: desk edit ID1 goes on with it
    [exit 3]
    ");
    assert!(before == desk.state());
    assert_eq!(desk.drafts().len(), 1);
}

#[test]
fn an_editor_may_be_a_command_with_options() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let mut command = desk.desk(&["edit", &id]);
    command
        .env("EDITOR", "false")
        .env("VISUAL", "sed -i -e 's/jams/burns/'");
    let _ = desk.reported(command).code(0);
    assert!(
        desk.raw("ID1")
            .contains("title = \"Printer on floor 3 burns\"")
    );
}

#[test]
fn an_editor_that_is_not_there() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let mut command = desk.desk(&["edit", &id]);
    command.env("EDITOR", "no-such-editor-anywhere");
    let out = desk.reported(command).code(5);
    assert!(out.stderr.contains("error: "), "{out}");
}

#[test]
fn without_terminal_and_editor_it_says_what_to_do() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("edit ID1"), @"
    -----
    error: `desk edit` needs a terminal
    hint: edit the file itself, then `desk check --fix`; or set fields with `desk set`
    [exit 2]
    ");
}

#[test]
fn a_change_by_somebody_else_meanwhile_is_kept_too() {
    let desk = Desk::with_ticket();
    // While the editor is open, a note is added by another command.
    let binary = env!("CARGO_BIN_EXE_desk");
    let id = desk.id("ID1");
    let script =
        format!("{binary} note {id} -m meanwhile --as ewa && sed -i 's/jams/burns/' \"$1\"");
    let _ = edit(&desk, &script).code(0);
    let text = desk.raw("ID1");
    assert!(
        text.contains("meanwhile") && text.contains("title = \"Printer on floor 3 burns\""),
        "{text}"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn a_conflicting_change_meanwhile_keeps_the_draft() {
    let desk = Desk::with_ticket();
    let binary = env!("CARGO_BIN_EXE_desk");
    let id = desk.id("ID1");
    let script = format!(
        "{binary} set {id} 'title=Theirs' --as ewa && sed -i 's/^title = .*/title = \"Mine\"/' \"$1\""
    );
    let out = edit(&desk, &script);
    let text = desk.raw("ID1");
    assert!(text.contains("title = \"Theirs\""), "{out}\n{text}");
    assert_eq!(out.code, 5, "{out}");
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .contains("title = \"Mine\"")
    );
}

#[test]
fn a_file_that_cannot_be_read_can_be_edited() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "queue = \"service-desk\"",
        "queue = service-desk",
    );
    let _ = edit(
        &desk,
        "sed -i 's/^queue = .*/queue = \"service-desk\"/' \"$1\"",
    )
    .code(0);
    let _ = desk.run("check").code(0);
}

#[test]
fn strangers_and_unknown_tickets_are_refused() {
    let desk = Desk::with_ticket();
    let _ = desk
        .run("edit ID1 --as ewaa")
        .code(2)
        .says("there is no agent `ewaa`");
    let _ = desk
        .run("edit 2611-ZZZZZ")
        .code(2)
        .says("there is no ticket `2611-ZZZZZ`");
}

#[test]
fn what_is_too_long_to_be_read_again_stays_in_the_draft() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    for (size, code) in [(4_193_600, 2), (5_000_000, 5)] {
        let script =
            format!("head -c {size} /dev/zero | tr '\\0' x >> \"$1\"; sed -i s/jams/burns/ \"$1\"");
        let out = edit(&desk, &script).code(code);
        assert!(out.stderr.contains("what you wrote is in"), "{out}");
        assert!(before == desk.state());
        assert_eq!(desk.drafts().len(), 1);
    }
}

/// Removes the drafts of edits that were meant to fail.
fn forget(desk: &Desk) {
    for draft in desk.drafts() {
        std::fs::remove_file(draft).unwrap();
    }
}

/// `sed` scripts that no command would take, with the exit status and words of the refusal.
const REFUSED: &[(&str, i32, &str)] = &[
    (
        "s/^status = .*/status = \"opne\"/",
        2,
        "did you mean `open`",
    ),
    (
        "s/^status = .*/status = \"closed\"/",
        4,
        "open cannot become closed",
    ),
    (
        "s/^status = .*/status = \"resolved\"/",
        4,
        "desk resolve ID1 -m TEXT",
    ),
    (
        "s/^status = .*/status = \"merged\"/",
        4,
        "desk merge ID1 --into ID",
    ),
    (
        "s/^status = .*/status = \"new\"/",
        4,
        "open cannot become new",
    ),
    (
        "s/^status = .*/status = \"pending\"/",
        4,
        "needs `waiting_on`",
    ),
    (
        "s/^status = .*/status = \"pending\"\\nwaiting_on = \"costumer\"/",
        2,
        "did you mean `customer`",
    ),
    (
        "s/^status = .*/status = \"pending\"\\nwaiting_on = \"schedule\"/",
        4,
        "needs the date",
    ),
    (
        "s/^channel/waiting_on = \"customer\"\\nchannel/",
        4,
        "only a pending ticket",
    ),
    ("/^status/d", 3, "`status` is missing"),
    (
        "s/^queue = .*/queue = \"netwrok\"/",
        2,
        "did you mean `network`",
    ),
    ("/^queue/d", 2, "`queue` cannot be empty"),
    (
        "s/^priority = .*/priority = \"standrad\"/",
        2,
        "there is no priority",
    ),
    (
        "s/^priority = .*/priority = \"standard\"/",
        4,
        "needs a reason",
    ),
    (
        "s/^impact = .*/impact = \"everybody\"/",
        2,
        "there is no impact",
    ),
    (
        "s/^urgency = .*/urgency = \"now\"/",
        2,
        "there is no urgency",
    ),
    (
        "s/^assignee = .*/assignee = \"marke\"/",
        2,
        "did you mean `marek`",
    ),
    (
        "s/^assignee = .*/assignee = \"lena\"/",
        4,
        "agent `lena` is retired",
    ),
    (
        "s/^contact_agent = .*/contact_agent = \"nobody\"/",
        2,
        "there is no agent",
    ),
    (
        "s/^code = .*/code = \"PRN-JAMM\"/",
        2,
        "did you mean `PRN-JAM`",
    ),
    (
        "s/^channel = .*/channel = \"pigeon\"/",
        2,
        "there is no channel",
    ),
    ("s/^type = .*/type = \"incident\"/", 2, "there is no type"),
    (
        "s/^type = .*/type = \"work-order\"/;/^code/d",
        4,
        "needs a problem code",
    ),
    ("s/^title = .*/title = \"\"/", 2, "`title` cannot be empty"),
    (
        "s/^created = .*/created = 2020-01-01T00:00:00Z/",
        2,
        "`created` is not set by hand",
    ),
    (
        "s/^channel/aliases = [\"x\"]\\nchannel/",
        2,
        "`aliases` is not set by hand",
    ),
    (
        "s/^channel/tags = [\"two words\"]\\nchannel/",
        2,
        "cannot be a tag",
    ),
    (
        "s/^\\[asset\\]/[links]\\nparent = \"2611-ZZZZZ\"\\n\\n[asset]/",
        2,
        "there is no ticket",
    ),
    (
        "s/^\\[asset\\]/[links]\\nwork_order = \"2611-ZZZZZ\"\\n\\n[asset]/",
        2,
        "desk work link",
    ),
    (
        "s/^\\[asset\\]/[links]\\nrelates = [\"2611-ZZZZZ\"]\\n\\n[asset]/",
        2,
        "desk link",
    ),
    (
        "s/^\\[asset\\]/[links]\\narticles = [\"KB-0000\"]\\n\\n[asset]/",
        2,
        "KB-0000",
    ),
    (
        "s/^\\[asset\\]/[satisfaction]\\nrating = 9\\n\\n[asset]/",
        2,
        "a rating is 1 to 5",
    ),
    (
        "s/^\\[asset\\]/[fields]\\nbuilding = \"7\"\\n\\n[asset]/",
        2,
        "there is no field",
    ),
];

#[test]
fn what_no_command_would_take_is_refused_and_kept() {
    let clean = Desk::with_ticket();
    for (script, code, says) in REFUSED {
        let desk = clean.copy();
        let before = desk.state();
        let out = edit(&desk, &format!("sed -i '{script}' \"$1\""));
        assert_eq!(out.code, *code, "{script}\n{out}");
        let said = out.to_string();
        assert!(said.contains(says), "{script}\n{out}");
        assert!(said.contains("what you wrote is in"), "{script}\n{out}");
        assert!(
            said.contains("desk edit ID1 goes on with it"),
            "{script}\n{out}"
        );
        assert!(before == desk.state(), "{script}\n{out}");
        assert_eq!(desk.drafts().len(), 1, "{script}\n{out}");
    }
}

#[test]
fn what_the_commands_would_take_is_taken() {
    let clean = Desk::with_ticket();
    for (script, says) in [
        (
            "s/^status = .*/status = \"pending\"\\nwaiting_on = \"customer\"/",
            "status: open → pending",
        ),
        (
            "s/^status = .*/status = \"cancelled\"/",
            "status: open → cancelled",
        ),
        (
            "s/^assignee = .*/assignee = \"marek\"/",
            "assignee: anna → marek",
        ),
        ("/^assignee/d", "assignee: anna → none"),
        (
            "s/^urgency = .*/urgency = \"high\"/",
            "priority: scheduled-service →",
        ),
        (
            "s/^priority = .*/priority = \"standard\"\\npriority_reason = \"a fair\"/",
            "priority: scheduled-service → standard",
        ),
        ("s/^channel/tags = [\"vpn\"]\\nchannel/", "tags: +vpn"),
    ] {
        let desk = clean.copy();
        let out = edit(&desk, &format!("sed -i '{script}' \"$1\""));
        assert_eq!(out.code, 0, "{script}\n{out}");
        assert!(out.stdout.contains(says), "{script}\n{out}");
        assert!(desk.drafts().is_empty(), "{script}\n{out}");
        let _ = desk.ok("check");
    }
}

#[test]
fn closing_by_hand_takes_the_requesters_word() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m 'Paper path cleaned'");
    let _ = edit(&desk, "sed -i 's/^status = .*/status = \"closed\"/' \"$1\"")
        .code(4)
        .says("the requester's word");
    // The draft is taken up again, and the word is put in.
    let out = edit(
        &desk,
        "printf '%s\\n' '[satisfaction]' 'satisfied = true' > word; sed -i -e '/^\\[asset\\]/{' -e 'r word' -e 'N' -e '}' \"$1\"; rm word",
    );
    assert_eq!(out.code, 0, "{out}\n{}", desk.raw("ID1"));
    assert!(out.stdout.contains("status: resolved → closed"), "{out}");
    let _ = desk.ok("check");
    // And what waits no longer waits for nobody.
    let other = desk.open("Another");
    let id = desk.id(&other);
    let _ = desk.ok(&format!("pend {id} --on customer -m x"));
}

#[test]
fn a_ticket_that_waits_no_more_forgets_for_whom() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on vendor --until 2026-12-01 -m x");
    let out = edit(&desk, "sed -i 's/^status = .*/status = \"open\"/' \"$1\"").code(0);
    let text = desk.raw("ID1");
    assert!(
        !text.contains("\nwaiting_on =") && !text.contains("\nuntil ="),
        "{out}\n{text}"
    );
    assert!(text.contains("- waiting_on: vendor -> (none)"), "{text}");
    let _ = desk.ok("check");
}

#[test]
fn a_draft_outlives_every_edit_but_the_one_that_saves_it() {
    let desk = Desk::with_ticket();
    let _ = edit(
        &desk,
        "sed -i -e 's/^queue = .*/queue = network/' -e 's/jams/burns/' \"$1\"",
    )
    .code(3);
    // A dry run takes it up, and keeps it too.
    let editor = desk.script(
        "editor",
        "sed -i 's/^queue = network/queue = \"network\"/' \"$1\"",
    );
    let mut command = desk.desk(&["edit", &desk.id("ID1"), "--dry-run"]);
    command.env("EDITOR", editor);
    let before = desk.state();
    let _ = desk
        .reported(command)
        .code(0)
        .says("this goes on with an earlier draft")
        .says("title: Printer on floor 3 jams → Printer on floor 3 burns")
        .says("what you wrote is in");
    assert!(before == desk.state());
    assert_eq!(desk.drafts().len(), 1);
    // So does an editor that fails.
    let _ = edit(&desk, "exit 3").code(5).says("goes on with it");
    let out = edit(&desk, "exit 0").code(0);
    assert!(desk.raw("ID1").contains("burns"), "{out}");
    assert!(desk.drafts().is_empty());
    let _ = desk.ok("check");
}

#[test]
fn what_an_editor_leaves_in_any_shape_is_told_and_nothing_is_written() {
    for (script, code, says, kept) in [
        (": > \"$1\"", 2, "the edited file is empty", false),
        ("rm \"$1\"", 5, "the editor removed the file", false),
        ("printf '\\377' >> \"$1\"", 5, "not UTF-8", true),
        (
            "sed -i s/jams/burns/ \"$1\"; kill -9 $$",
            5,
            "the editor ended with",
            true,
        ),
        (
            "sed -i s/jams/burns/ \"$1\"; exit 1",
            5,
            "the editor ended with",
            true,
        ),
        ("exit 1", 5, "the editor ended with", false),
        (
            "sed -i '1d' \"$1\"",
            3,
            "a page begins with a line `+++`",
            true,
        ),
        (
            "printf '<<<<<<< a\\n' >> \"$1\"",
            3,
            "git left a conflict",
            true,
        ),
    ] {
        let desk = Desk::with_ticket();
        let before = desk.state();
        let out = edit(&desk, script);
        assert_eq!(out.code, code, "{script}\n{out}");
        assert!(out.stderr.contains(says), "{script}\n{out}");
        assert!(before == desk.state(), "{script}\n{out}");
        assert_eq!(
            out.stderr.contains("what you wrote is in"),
            kept,
            "{script}\n{out}"
        );
        assert_eq!(desk.drafts().len(), usize::from(kept), "{script}\n{out}");
        // The next edit begins anew, or goes on.
        forget(&desk);
        let _ = edit(&desk, "sed -i s/jams/burns/ \"$1\"").code(0);
    }
}

#[test]
fn what_was_changed_beside_the_fields_is_told() {
    let desk = Desk::with_ticket();
    let _ = edit(
        &desk,
        "sed -i '0,/^+++$/!{0,/^+++$/s/^+++$/+++\\nIt smells, too./}' \"$1\"",
    )
    .code(0);
    assert!(
        desk.raw("ID1").contains("It smells, too."),
        "{}",
        desk.raw("ID1")
    );
    let commit = desk.commit();
    assert!(commit.contains("description changed"), "{commit}");
    let _ = desk.ok("note ID1 -m 'First words'");
    let out = edit(&desk, "sed -i 's/First words/Other words/' \"$1\"").code(0);
    assert!(
        out.stdout
            .contains("words of an entry changed: 2026-11-23T"),
        "{out}"
    );
    assert!(!out.stdout.contains("nothing to change"), "{out}");
    let out = edit(&desk, "printf '\\n## anna note\\n\\nBy hand.\\n' >> \"$1\"").code(0);
    assert!(out.stdout.contains("entry added: 2026-11-23T"), "{out}");
    let out = edit(&desk, "sed -i '2i # a comment' \"$1\"").code(0);
    assert!(out.stdout.contains("front matter changed"), "{out}");
    let _ = desk.ok("check");
}

#[test]
fn entries_do_not_go_unasked() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'kept words'");
    let _ = desk.ok("contact ID1 -m 'told Jan'");
    let before = desk.state();
    let drop = "sed -i '/^## .* note/,/^kept/d' \"$1\"";
    let _ = edit(&desk, drop)
        .code(4)
        .says("the log would lose: the entry 2026-11-23T09:01:00Z anna note")
        .says("desk edit ID1 --remove-entries");
    assert!(before == desk.state());
    forget(&desk);
    // The facts of an entry are as good as the entry.
    let _ = edit(
        &desk,
        "sed -i 's/^- outcome: spoke/- outcome: voicemail/' \"$1\"",
    )
    .code(4)
    .says("the log would lose: facts of 2026-11-23T");
    assert!(before == desk.state());
    forget(&desk);
    // Nobody says yes for a person.
    let editor = desk.script("editor", drop);
    for (keys, code) in [("n\r", 4), ("\r", 4), ("y\r", 0)] {
        let desk = desk.copy();
        let mut command = desk.desk(&["edit", &desk.id("ID1")]);
        command.env("EDITOR", &editor);
        let mut terminal = Terminal::run(&desk, &command);
        terminal.wait("Go on?");
        terminal.type_in(keys);
        let ended = terminal.end();
        let screen = terminal.screen();
        assert_eq!(ended, code, "{keys:?}\n{screen}");
        assert_eq!(
            desk.raw("ID1").contains("kept words"),
            code != 0,
            "{screen}"
        );
    }
    let mut command = desk.desk(&["edit", &desk.id("ID1"), "--remove-entries"]);
    command.env("EDITOR", editor);
    let out = desk.reported(command).code(0);
    assert!(out.stdout.contains("entry removed: 2026-11-23T"), "{out}");
    assert!(!desk.raw("ID1").contains("kept words"));
}

#[test]
fn two_edits_at_a_time_have_a_draft_each() {
    let desk = Desk::with_ticket();
    let binary = env!("CARGO_BIN_EXE_desk");
    let id = desk.id("ID1");
    let inner = desk.script(
        "inner",
        "sed -i 's/^+++$/&/; s/floor 3/floor 4/' \"$1\"; exit 3",
    );
    let script = format!(
        "EDITOR={} {binary} edit {id}; sed -i 's/by the door/by the window/' \"$1\"",
        inner.display()
    );
    let _ = edit(&desk, &script).code(0);
    let text = desk.raw("ID1");
    assert!(
        text.contains("by the window") && text.contains("floor 3"),
        "{text}"
    );
    // What the other could not save lies in a draft of its own.
    assert_eq!(desk.drafts().len(), 1);
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .contains("floor 4")
    );
}

#[test]
fn a_draft_that_cannot_be_joined_is_kept_beside_the_next() {
    let desk = Desk::with_ticket();
    let _ = edit(
        &desk,
        "sed -i 's/^title = .*/title = \"Mine\"/' \"$1\"; exit 3",
    )
    .code(5);
    let _ = desk.ok("set ID1 title=Theirs");
    let _ = edit(&desk, "sed -i 's/by the door/by the window/' \"$1\"")
        .code(0)
        .says("an earlier draft is kept in");
    assert!(desk.raw("ID1").contains("title = \"Theirs\""));
    assert_eq!(desk.drafts().len(), 1);
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .contains("Mine")
    );
}

#[test]
fn without_commits_the_rules_are_the_same() {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "commit = \"each\"", "commit = \"never\"");
    let _ = edit(&desk, "sed -i 's/^status = .*/status = \"opne\"/' \"$1\"").code(2);
    assert_eq!(desk.drafts().len(), 1);
    let _ = edit(
        &desk,
        "sed -i 's/^status = .*/status = \"open\"/; s/jams/burns/' \"$1\"",
    )
    .code(0);
    assert!(desk.raw("ID1").contains("burns"));
    assert!(desk.drafts().is_empty());
}

#[test]
fn words_written_anywhere_on_the_page_of_a_note_are_kept() {
    let desk = Desk::with_ticket();
    let editor = desk.script("editor", "printf 'Below the line.\\n' >> \"$1\"");
    let mut command = desk.desk(&["note", &desk.id("ID1")]);
    command.env("EDITOR", editor);
    let mut terminal = Terminal::run(&desk, &command);
    let (code, screen) = (terminal.end(), terminal.screen());
    assert_eq!(code, 0, "{screen}");
    assert!(
        desk.raw("ID1").ends_with("\n\nBelow the line.\n"),
        "{}",
        desk.raw("ID1")
    );
    assert!(desk.drafts().is_empty());
}

#[test]
fn the_words_of_a_command_that_is_refused_are_kept_and_taken_up() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("resolve ID1 -m done");
    let editor = desk.script("editor", "sed -i '1i My long words.' \"$1\"");
    let mut command = desk.desk(&["resolve", &desk.id("ID1")]);
    command.env("EDITOR", &editor);
    let mut terminal = Terminal::run(&desk, &command);
    let (code, screen) = (terminal.end(), terminal.screen());
    assert_eq!(code, 4, "{screen}");
    assert!(screen.contains("what you wrote is in"), "{screen}");
    let _ = desk.ok("reopen ID1");
    let mut command = desk.desk(&["resolve", &desk.id("ID1")]);
    command.env("EDITOR", "true");
    let mut terminal = Terminal::run(&desk, &command);
    let (code, screen) = (terminal.end(), terminal.screen());
    assert_eq!(code, 0, "{screen}");
    assert!(
        desk.raw("ID1").contains("My long words."),
        "{}",
        desk.raw("ID1")
    );
    assert!(desk.drafts().is_empty());
}
