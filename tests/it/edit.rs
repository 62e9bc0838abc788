//! `desk edit`.

use crate::desk::{Desk, Out};

/// Edits `ID1` with a shell script for an editor; `$1` is the file.
fn edit(desk: &Desk, script: &str) -> Out {
    let editor = desk.script("editor", script);
    let id = desk.id("ID1");
    let mut command = desk.desk(&["edit", &id]);
    command.env("EDITOR", editor);
    desk.told(command)
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
    hint: the front matter is TOML: texts stand in quotes, one key a line
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/ID1.md
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
    error: `title` is a text in quotes, not integer
     --> tickets/2026-11/ID1.md:4:9
      |
    4 | title = 5
      |         ^
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/ID1.md
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
    let _ = desk.told(command).code(0);
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
    let out = desk.told(command).code(5);
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
    for (size, code) in [(4_193_700, 2), (5_000_000, 5)] {
        let script =
            format!("head -c {size} /dev/zero | tr '\\0' x >> \"$1\"; sed -i s/jams/burns/ \"$1\"");
        let out = edit(&desk, &script).code(code);
        assert!(out.stderr.contains("what you wrote is in"), "{out}");
        assert!(before == desk.state());
        assert_eq!(desk.drafts().len(), 1);
    }
}
