//! `desk escalate`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn to_the_next_tier_with_what_was_tried() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(
        desk.run("escalate ID1 --reason 'Needs a technician' -m 'Cleaned the rollers: no change.'"), @"
    ID1         escalate  Printer on floor 3 jams
                functional, tier 1 to 2, after 1m, contact by anna, reason: Needs a technician
                queue: service-desk → workplace-support
                assignee: anna → none
    [exit 0]
    "
    );
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer on floor 3 jams"
    status = "open"
    priority = "scheduled-service"
    impact = "team"
    urgency = "low"
    queue = "workplace-support"
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

    ## 2026-11-23T09:01:00Z anna escalate ^tag

    - escalation: functional
    - tiers: 1 to 2
    - time_in_tier: 1m
    - contact: anna
    - reason: Needs a technician
    - queue: service-desk -> workplace-support
    - assignee: anna -> (none)

    Cleaned the rollers: no change.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 escalate: service-desk to workplace-support: Printer on floor 3 jams

      queue: service-desk -> workplace-support
      assignee: anna -> (none)

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "escalate ID1 -m the-text");
    writing_commands::check(Desk::with_ticket, "escalate ID1 --hierarchic -m the-text");
}

fn queue(desk: &Desk) -> String {
    desk.json("show ID1")["tickets"][0]["queue"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn up_back_sideways_and_by_name() {
    let desk = Desk::with_ticket();
    for (how, to) in [
        ("", "workplace-support"),
        ("", "workplace-engineering"),
        ("--back", "workplace-support"),
        ("--area network", "network"),
        ("--to service-desk", "service-desk"),
    ] {
        let _ = desk.ok(&format!("escalate ID1 {how} -m 'tried all'"));
        assert_eq!(queue(&desk), to, "{how}");
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn the_assignee_keeps_contact() {
    let desk = Desk::new();
    desk.made(&["new", "Mail is slow", "--channel", "email"]);
    let _ = desk.ok("take ID1 --as ewa");
    let _ = desk.ok("escalate ID1 -m 'tried all'");
    let text = desk.raw("ID1");
    let front = text.split("+++").nth(1).unwrap();
    assert!(
        front.contains("contact_agent = \"ewa\"") && !front.contains("assignee"),
        "{front}"
    );
}

#[test]
fn management_is_told_and_the_work_stays() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("escalate ID1 --hierarchic --reason 'Board meeting'"), @"
    ID1         escalate  Printer on floor 3 jams
                hierarchic, told: ewa, reason: Board meeting
                tags: +escalated
    [exit 0]
    ");
    let text = desk.raw("ID1");
    assert!(
        text.contains("queue = \"service-desk\"") && text.contains("assignee = \"anna\""),
        "{text}"
    );
    assert!(text.contains("- told: ewa"), "{text}");
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("escalate ID1"), @"
    -----
    error: `desk escalate` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 -m ''"), @"
    -----
    error: escalating needs what was tried, so that the next team does not try it again
    hint: give it with -m TEXT, or -m - to read it
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --to netwrok -m x"), @"
    -----
    error: there is no queue `netwrok`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --area netwrok -m x"), @"
    -----
    error: there is no area `netwrok`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --to service-desk -m x"), @"
    -----
    error: `ID1` cannot be escalated: it is in `service-desk` already
    hint: name another queue, or leave --to out for the next tier
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --back -m x"), @"
    -----
    error: `ID1` cannot be escalated: it came from no other queue
    hint: name the queue with --to QUEUE
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --hierarchic"), @"
    -----
    error: telling management needs a word on why
    hint: give it with -m TEXT or --reason
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("escalate ID1 --to network --back -m x"), @"
    -----
    error: the argument '--to <QUEUE>' cannot be used with '--back'
    hint: desk escalate --to <QUEUE> --message <TEXT> <ID>...
    [exit 2]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("set ID1 queue=workplace-engineering");
    insta::assert_snapshot!(desk.run("escalate ID1 -m x"), @"
    -----
    error: `ID1` cannot be escalated: `workplace-engineering` is the last tier of area `workplace`
    hint: sideways: --area accounts | applications | logistics | network | telephony
    hint: to management: --hierarchic; to a queue by name: --to QUEUE
    [exit 4]
    ");
    let _ = desk.ok("cancel ID1");
    insta::assert_snapshot!(desk.run("escalate ID1 --to network -m x"), @"
    -----
    error: `ID1` is cancelled, and only open tickets are escalated
    hint: from cancelled it can become open: desk reopen
    [exit 4]
    ");
}

#[test]
fn the_record_keeps_where_from_how_long_and_who_keeps_contact() {
    let desk = Desk::with_ticket();
    desk.wait(90);
    let _ = desk.ok("escalate ID1 --area network -m 'The printer is fine, the socket is dead.'");
    let _ = desk.ok("take ID1 --as marek");
    desk.wait(150);
    let _ = desk.ok("escalate ID1 --back -m 'Port enabled: please test with Jan.' --as marek");
    desk.wait(10);
    insta::assert_snapshot!(desk.run("escalate ID1 --area network -m 'Dead again.'"), @"
    ID1         escalate  Printer on floor 3 jams
                functional, tier 1 to 2, after 11m, contact by anna, came back 2 times
                queue: service-desk → network
    [exit 0]
    ");
    let facts = |at: usize, key: &str| -> String {
        let reported = desk.json("show ID1");
        let entries = reported["tickets"][0]["entries"]
            .as_array()
            .unwrap()
            .clone();
        let moves: Vec<_> = entries
            .iter()
            .filter(|one| one["kind"] == "escalate")
            .collect();
        moves[at]["attributes"][key]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    };
    let all = |key: &str| [facts(0, key), facts(1, key), facts(2, key)];
    assert_eq!(all("tiers"), ["1 to 2", "2 to 1", "1 to 2"]);
    assert_eq!(all("time_in_tier"), ["1h 31m", "2h 32m", "11m"]);
    assert_eq!(all("contact"), ["anna", "anna", "anna"]);
    assert_eq!(all("bounces"), ["none", "1", "2"]);
    let ids = |line: &str| desk.json(line)["tickets"].as_array().unwrap().len();
    assert_eq!((ids("list bounces>1"), ids("list bounces>2")), (1, 0));
    assert_eq!(desk.json("show ID1")["tickets"][0]["derived"]["bounces"], 2);
}
