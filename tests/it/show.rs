//! `desk show`.

use crate::desk::Desk;

#[test]
fn a_ticket_whole() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m 'Roller is worn.'");
    let _ = desk.ok("call ID1 voicemail");
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
    10:01  Anna Nowak  note
           Roller is worn.
    10:02  Anna Nowak  contact  outgoing, phone, voicemail

    Next: desk note | contact | escalate | pend | resolve | cancel ID1
    [exit 0]
    ");
}

#[test]
fn several_and_from_standard_input() {
    let desk = Desk::with_two_tickets();
    let reported = desk.run_with("show - --json", "ID2\nID1\n").json();
    let ids: Vec<&str> = reported["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [desk.id("ID2"), desk.id("ID1")]);
    let out = desk.ok("show ID1 ID2").to_string();
    assert!(out.contains("floor 3") && out.contains("floor 4"));
    let _ = desk.run("show ID1 2611-ZZZZZ").code(2).says("2611-ZZZZZ");
}

#[test]
fn json_has_entries_with_changes_and_attributes() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 tags=+slow queue=network");
    let reported = desk.json("show ID1");
    let ticket = &reported["tickets"][0];
    assert_eq!(reported["format"], 1);
    assert_eq!(ticket["requester"]["name"], "Jan Kowalski");
    assert_eq!(ticket["entries"][0]["kind"], "created");
    assert_eq!(ticket["entries"][0]["attributes"]["queue"], "service-desk");
    assert_eq!(
        ticket["entries"][1]["changes"],
        serde_json::json!([
            {"field": "tags", "added": ["slow"], "removed": []},
            {"field": "queue", "old": "service-desk", "new": "network"},
        ])
    );
}

#[test]
fn the_id_may_be_spelled() {
    let desk = Desk::with_ticket();
    let out = desk.ok("show ID1 --spell");
    assert!(out.stdout.starts_with("two six one one, "), "{out}");
}

#[test]
fn an_unreadable_ticket_is_shown_as_a_diagnostic() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "queue = \"service-desk\"",
        "queue = service-desk",
    );
    insta::assert_snapshot!(desk.run("show ID1"), @r#"
    -----
    error: `tickets/2026-11/ID1.md` cannot be read
    error: a text stands in quotes
     --> tickets/2026-11/ID1.md:9:9
      |
    9 | queue = service-desk
      |         ^^^^^^^^^^^^
    hint: write "service-desk"
    [exit 3]
    "#);
}

#[test]
fn an_unknown_ticket_and_no_last_one() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("show 2611-7K3MQ"), @"
    -----
    error: there is no ticket `ID1`
    hint: `desk list --all` shows every ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("show ."), @"
    -----
    error: `.` is the ticket that you wrote to last, and there is none yet
    hint: name the ticket by its id
    [exit 2]
    ");
}

#[test]
fn a_foreign_id_and_an_alias_name_it() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "\n[requester]",
        "aliases = [\"INC-1\"]\n\n[source]\nname = \"old\"\nid = \"4711\"\n\n[requester]",
    );
    assert_eq!(desk.json("show 4711")["tickets"][0]["id"], desk.id("ID1"));
    assert_eq!(desk.json("show inc-1")["tickets"][0]["id"], desk.id("ID1"));
}

#[test]
fn showing_needs_nobody_to_act_as() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let mut command = desk.desk(&["show", &id]);
    command
        .env_remove("DESK_AGENT")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    let _ = desk.reported(command).code(0);
}

/// A ticket whose texts would act in a page.
fn hostile() -> Desk {
    let desk = Desk::new();
    desk.made(&[
        "new",
        "<script>alert(1)</script> [x](javascript:y)",
        "--channel",
        "email",
        "--from",
        "<img src=x onerror=y>",
        "-m",
        "<b>bold</b>\n# heading\n- [ ] a step\n---\n",
    ]);
    let _ = desk.run_args(&["note", "ID1", "-m", "</p><script>z</script>\n| a | b |"]);
    desk
}

#[test]
fn a_ticket_is_written_as_markdown() {
    let desk = hostile();
    insta::assert_snapshot!(desk.run("show ID1 --format md"), @r#"
    # ID1 \<script\>alert(1)\</script\> \[x\](javascript:y)

    - status: new
    - priority: Standard
    - type: action
    - requester: \<img src=x onerror=y\>
    - work: service-desk, tier 1, unassigned
    - impact and urgency: person × medium
    - created: Mon 23 Nov 10:00
    - first response: due Mon 23 Nov 14:00, 3h 58m of open time left
    - resolution: due Thu 26 Nov 16:00, 29h 58m of open time left

    \<b\>bold\</b\>\
    \# heading
    - [ ] a step
    \---

    ## Log

    ### Mon 23 Nov 10:00, Anna Nowak, created

    - email
    [exit 0]
    "#);
    let _ = desk.ok("show ID1 -o x.md");
    assert!(desk.read("x.md").starts_with("# 2611-"));
}

#[test]
fn a_ticket_is_written_as_a_page_to_print() {
    let desk = hostile();
    let page = desk.ok("show ID1 --format html").stdout;
    for tag in [
        "<script", "<img", "<b>", "<a ", "src=\"", "http:", "https:", "url(",
    ] {
        assert!(!page.contains(tag), "{tag}: {page}");
    }
    for part in [
        "&lt;script&gt;alert(1)",
        "&lt;img src=x",
        "&lt;b&gt;bold",
        "class=\"box\"",
        "size: A4",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let _ = desk.ok("show ID1 -o x.html");
    assert!(desk.read("x.html").starts_with("<!DOCTYPE html>"));
    let _ = desk
        .run("show ID1 -o x.csv")
        .code(2)
        .says(".html, .md, .json or .txt");
    // Two tickets are two pages.
    desk.open("Another");
    let pages = desk.ok("show ID1 ID2 --format html").stdout;
    assert_eq!(pages.matches("<article>").count(), 2);
    let json = desk.ok("show ID1 --format json").json();
    assert_eq!(json["tickets"][0]["id"], desk.id("ID1"));
}
