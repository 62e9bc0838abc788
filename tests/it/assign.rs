//! `desk assign`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn the_agent_comes_last() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("assign ID1 marek"), @"
    ID1         assign  Printer on floor 3 jams
                assignee: anna → marek
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 assign to marek: Printer on floor 3 jams

      assignee: anna -> marek

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let text = desk.file("ID1");
    assert!(
        text.contains("assignee = \"marek\"\ncontact_agent = \"anna\""),
        "{text}"
    );
    assert!(
        text.ends_with("\n## 2026-11-23T09:01:00Z anna assign ^tag\n\n- assignee: anna -> marek\n"),
        "{text}"
    );
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "assign ID1 marek");
    writing_commands::check_several(Desk::with_two_tickets, "assign ID1 marek", "cancel ID2");
}

#[test]
fn who_cannot_work_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("assign ID1 mark"), @"
    -----
    error: there is no agent `mark`
    hint: did you mean `marek`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("assign ID1 lena"), @"
    -----
    error: agent `lena` is retired
    hint: valid in logs, refused for new work; see `[agent.lena]` in desk.toml
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("assign ID1 desk"), @"
    -----
    error: `desk` is the program itself
    hint: name a member of the team
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("assign ID1"), @"
    -----
    error: 2 values required by '<ID> <AGENT>...'; only 1 was provided
    hint: desk assign [OPTIONS] <ID> <AGENT>...
    [exit 2]
    ");
    assert!(before == desk.state());
}
