//! `desk resolve`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn resolved_with_the_words_of_the_solution() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("resolve ID1 -m 'New roller.'"), @"
    ID1         resolve  Printer on floor 3 jams
                status: open → resolved
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 jams"
    status = "resolved"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "service-desk"
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

    ## 2026-11-23T09:01:00Z anna resolve ^tag

    - status: open -> resolved

    New roller.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 resolve: Printer on floor 3 jams

      status: open -> resolved

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "resolve ID1 -m the-text");
    writing_commands::check_several(
        Desk::with_two_tickets,
        "resolve ID1 -m the-text",
        "cancel ID2",
    );
}

#[test]
fn resolving_needs_a_text() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("resolve ID1"), @"
    -----
    error: `desk resolve` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("resolve ID1 -m ' '"), @"
    -----
    error: resolving needs a text: what was the solution?
    hint: give it with -m TEXT, or -m - to read it
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn a_house_may_ask_for_more() {
    let desk = Desk::with_ticket();
    desk.replace(
        "desk.toml",
        "resolve_requires = []",
        "resolve_requires = [\"asset.serial\", \"code\"]",
    );
    let before = desk.state();
    insta::assert_snapshot!(desk.run("resolve ID1 -m 'New roller.'"), @"
    -----
    error: `ID1` lacks `asset.serial`, required before it is resolved
    hint: desk set ID1 asset.serial=…
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("set ID1 asset.serial=JW0219");
    let _ = desk.ok("resolve ID1 -m 'New roller.'");
}

#[test]
fn what_a_code_asks_for_is_required_only_where_the_house_says_so() {
    let desk = Desk::new();
    desk.make("new 'Printer jams' --from 'Jan Kowalski' --code PRN-JAM");
    let strict = desk.copy();
    assert!(
        desk.ok("list is:incomplete")
            .stdout
            .contains("Printer jams")
    );
    let _ = desk.ok("resolve ID1 -m 'New roller.'");
    strict.replace(
        "desk.toml",
        "resolve_complete = false",
        "resolve_complete = true",
    );
    let _ = strict
        .run("resolve ID1 -m 'New roller.'")
        .code(4)
        .says("`ID1` lacks `asset.location`");
}

#[test]
fn resolving_ends_the_waiting() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on vendor --until friday");
    let _ = desk.ok("resolve ID1 -m 'Came early.'");
    let text = desk.raw("ID1");
    let front = text.split("+++").nth(1).unwrap();
    assert!(
        !front.contains("waiting_on") && !front.contains("until"),
        "{front}"
    );
}

#[test]
fn ids_and_text_cannot_both_be_read_from_standard_input() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    let out = desk.run_with("resolve - -m -", "ID1\n");
    assert_ne!(out.code, 0, "{out}");
    assert!(before == desk.state());
}

/// A desk on which requests are resolved only after a look into the knowledge base.
fn searching() -> Desk {
    let desk = Desk::with_ticket();
    desk.replace(
        "desk.toml",
        "kb_search = \"optional\"",
        "kb_search = \"required\"",
    );
    desk
}

#[test]
fn a_house_may_ask_for_a_look_into_the_knowledge_base() {
    let desk = searching();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("resolve ID1 -m 'New roller.'"), @"
    -----
    error: nobody looked into the knowledge base for `ID1`: the house asks for that before it is resolved
    hint: desk kb use KB-ID --on ID1 --outcome solved
    hint: if none is needed, say why with --no-kb REASON, which is counted
    [exit 4]
    ");
    let _ = desk
        .run("resolve ID1 -m 'New roller.' --no-kb ' '")
        .code(2)
        .says("--no-kb needs a reason");
    assert!(before == desk.state());
    let with_article = desk.copy();
    insta::assert_snapshot!(desk.run("resolve ID1 -m 'New roller.' --no-kb 'Done it a hundred times'"), @"
    ID1         resolve  Printer on floor 3 jams
                no-kb: Done it a hundred times
                status: open → resolved
    [exit 0]
    ");
    assert!(
        desk.raw("ID1")
            .contains("\n- no-kb: Done it a hundred times\n")
    );
    let _ = with_article.ok("set ID1 links.articles=KB-7Q2M");
    let _ = with_article.ok("resolve ID1 -m 'New roller.'");
    assert!(!with_article.raw("ID1").contains("no-kb"));
}

#[test]
fn a_search_is_a_look_even_if_it_found_nothing() {
    let desk = searching();
    let text = desk.raw("ID1");
    let entry = "\n## 2026-11-23T09:00:30Z anna kb ^8m2d\n\n- query: roller\n- hits: 0\n";
    desk.write(&desk.path("ID1"), format!("{text}{entry}"));
    let _ = desk.ok("resolve ID1 -m 'New roller.'");
}

#[test]
fn nobody_looks_for_work_orders_and_comments() {
    let desk = searching();
    desk.made(&["new", "--type", "work-order", "--code", "PRN-JAM"]);
    let _ = desk.ok("resolve ID2 -m 'Roller changed.'");
    desk.made(&["new", "All well", "--type", "comment"]);
    let _ = desk.run("check").code(0);
    // Converting does not get around it.
    let _ = desk.ok("set ID1 type=information");
    let _ = desk.run("resolve ID1 -m 'New roller.'").code(4);
}

#[test]
fn a_mistyped_wish_to_search_is_told() {
    let desk = searching();
    desk.replace(
        "desk.toml",
        "kb_search = \"required\"",
        "kb_search = \"requird\"",
    );
    let _ = desk
        .run("list")
        .code(3)
        .says("`policy.kb_search` cannot be `requird`")
        .says("did you mean `required`?");
}
