//! `desk set`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn fields_are_set_and_logged() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(
        desk.run("set ID1 queue=network tags=+vpn,+floor-3 'requester.phone=+48 1' title='Printer jams again' -m 'He called back.'"),
        @"
    ID1         set  Printer jams again
                queue: service-desk → network
                tags: +vpn +floor-3
                requester.phone: none → +48 1
                title: Printer on floor 3 jams → Printer jams again
    [exit 0]
    "
    );
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Printer jams again"
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
    tags = ["vpn", "floor-3"]

    [requester]
    name = "Jan Kowalski"
    phone = "+48 1"

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

    ## 2026-11-23T09:01:00Z anna set ^tag

    - derived: (none)
    - queue: service-desk -> network
    - tags: +vpn +floor-3
    - requester.phone: (none) -> +48 1
    - title: Printer on floor 3 jams -> Printer jams again

    He called back.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 set queue, tags, requester.phone, title: Printer jams again

      queue: service-desk -> network
      tags: +vpn +floor-3
      requester.phone: (none) -> +48 1
      title: Printer on floor 3 jams -> Printer jams again

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::with_ticket, "set ID1 queue=network -m the-text");
    writing_commands::check_several(
        Desk::with_two_tickets,
        "set ID1 queue=network",
        "merge ID2 --into ID1",
    );
}

#[test]
fn an_empty_value_empties_the_field() {
    let desk = Desk::with_ticket();
    let before = desk.raw("ID1");
    let _ = desk.ok("set ID1 asset.serial=JW0219 planned=2026-12-01 tags=a,b");
    assert!(
        desk.raw("ID1")
            .contains("[asset]\nserial = \"JW0219\"\nlocation")
    );
    let _ = desk.ok("set ID1 asset.serial= planned= tags=-a");
    let text = desk.raw("ID1");
    assert!(
        text.contains("tags = [\"b\"]") && !text.contains("\nserial = "),
        "{text}"
    );
    let _ = desk.ok("set ID1 tags=");
    let front = |text: &str| text.split("+++").nth(1).unwrap().to_owned();
    assert_eq!(
        front(&before),
        front(&desk.raw("ID1")),
        "what is emptied leaves no trace"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn the_priority_follows_impact_and_urgency() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 impact=company urgency=high");
    assert!(desk.raw("ID1").contains("priority = \"enterprise-outage\""));
    insta::assert_snapshot!(desk.run("set ID1 priority=planned-event"), @"
    -----
    error: priority `planned-event` needs a reason: impact company and urgency high give `enterprise-outage`
    hint: say why with --reason, or change impact or urgency instead
    [exit 4]
    ");
    let _ = desk.ok("set ID1 priority=planned-event --reason 'Moved to the weekend'");
    assert!(
        desk.raw("ID1")
            .contains("priority_reason = \"Moved to the weekend\"")
    );
    // A priority by hand stays.
    let _ = desk.ok("set ID1 impact=team");
    assert!(desk.raw("ID1").contains("priority = \"planned-event\""));
    // Back to the matrix.
    let _ = desk.ok("set ID1 priority=critical-situation");
    assert!(
        !desk
            .raw("ID1")
            .split("+++")
            .nth(1)
            .unwrap()
            .contains("priority_reason")
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("set ID1 qeue=network"), @"
    -----
    error: there is no field `qeue`
    hint: did you mean `queue`?
    hint: fields of your own are declared under `[fields.NAME]` in desk.toml
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 queue=netwrok"), @"
    -----
    error: there is no queue `netwrok`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 status=closed"), @"
    -----
    error: `status` is not set by hand
    hint: use `desk take`, `pend`, `resolve`, `close`, `reopen` or `cancel`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 id=2611-00000"), @"
    -----
    error: `id` is not set by hand
    hint: it is what the record is known by
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 title="), @"
    -----
    error: `title` cannot be empty
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 links.articles=KB-ZZZZ"), @"
    -----
    error: there is no article `KB-ZZZZ`
    hint: `desk kb list` shows them
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 links.parent=2611-ZZZZZ"), @"
    -----
    error: there is no ticket `2611-ZZZZZ`
    hint: `desk list --all` shows every ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 code=PRN-JAN"), @"
    -----
    error: there is no problem code `PRN-JAN`
    hint: did you mean `PRN-JAM` or `PRN-SCAN` or `PRN-NEW`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 satisfaction.rating=6"), @"
    -----
    error: a rating is 1 to 5, not 6
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 planned=someday"), @r#"
    -----
    error: `someday` is not a time
    hint: write 2026-12-01, 14:00, "friday 14:00", tomorrow, +4h, +3bd or 2026-12-01T14:00:00Z
    [exit 2]
    "#);
    insta::assert_snapshot!(desk.run("set ID1 network"), @"
    -----
    error: nothing to set
    hint: write KEY=VALUE, like queue=network
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("set ID1 fields.floor=3"), @"
    -----
    error: there is no field `fields.floor`
    hint: fields of your own are declared under `[fields.NAME]` in desk.toml
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn fields_of_the_company_are_declared() {
    let desk = Desk::with_ticket();
    let settings = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        format!("{settings}\n[fields.floor]\ntitle = \"Floor\"\nvalues = [\"3\", \"4\"]\n"),
    );
    let _ = desk.ok("set ID1 fields.floor=3");
    assert!(desk.raw("ID1").contains("[fields]\nfloor = \"3\"\n"));
    insta::assert_snapshot!(desk.run("set ID1 fields.floor=5"), @"
    -----
    error: there is no `floor` `5`
    hint: there are: 3, 4
    [exit 2]
    ");
    assert_eq!(
        desk.json("list fields.floor:3")["tickets"][0]["fields"]["floor"],
        "3"
    );
}

#[test]
fn what_only_managers_may_do_is_refused_to_agents() {
    let desk = Desk::with_ticket();
    desk.replace(
        "desk.toml",
        "managers_only = []",
        "managers_only = [\"set\"]",
    );
    let before = desk.state();
    insta::assert_snapshot!(desk.run("set ID1 queue=network"), @"
    -----
    error: `set` is for managers here, and `anna` is an agent
    hint: ask ewa; the rule is `managers_only` in desk.toml
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.run("set ID1 queue=network --as ewa").code(0);
}

#[test]
fn a_hand_edit_is_written_to_the_log_on_the_way() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "queue = \"service-desk\"",
        "queue = \"network\"",
    );
    insta::assert_snapshot!(desk.run("set ID1 tags=+seen"), @"
    ID1         set  Printer on floor 3 jams
                tags: +seen
                by hand before: the log lacks `queue: service-desk -> network`
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 set tags: Printer on floor 3 jams

      tags: +seen
      by hand before: the log lacks `queue: service-desk -> network`

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    assert!(
        desk.file("ID1")
            .contains(" desk edit ^tag\n\n- queue: service-desk -> network\n")
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn a_work_order_keeps_its_code_in_whatever_order_it_is_said() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    for line in [
        "set ID1 type=work-order code=",
        "set ID1 code= type=work-order",
    ] {
        let _ = desk
            .run(line)
            .code(4)
            .says("a work order needs a problem code");
    }
    assert!(before == desk.state());
    let _ = desk.ok("set ID1 code=");
    let _ = desk.ok("set ID1 type=work-order code=NET-OUT");
    let _ = desk.run("set ID1 code=").code(4);
}

#[test]
fn a_retired_code_names_the_one_that_took_its_place() {
    let desk = Desk::with_ticket();
    desk.replace(
        "catalog.toml",
        "[code.NET-OUT]\ntitle",
        "[code.NET-OLD]\ntitle = \"Network\"\nretired = true\nreplaced_by = \"NET-OUT\"\n\n[code.NET-OUT]\ntitle",
    );
    insta::assert_snapshot!(desk.run("set ID1 code=net-old"), @"
    -----
    error: problem code `NET-OLD` is retired
    hint: `NET-OUT` has taken its place: No network on a floor or at a site
    [exit 4]
    ");
}

#[test]
fn what_follows_from_a_corrected_code_is_set_and_told() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 assignee=");
    insta::assert_snapshot!(desk.run("set ID1 code=NET-OUT"), @"
    ID1         set  Printer on floor 3 jams
                code: PRN-JAM → NET-OUT
                impact: team → site  (code NET-OUT)
                urgency: low → high  (code NET-OUT)
                priority: scheduled-service → critical-situation  (impact site, urgency high)
                queue: service-desk → network  (code NET-OUT)
                reply target: 1bd → 1h (priority critical-situation), from now on
                update target: 3bd → 4h (priority critical-situation), from now on
                workaround target: none → 1h (code NET-OUT), from now on
                resolution target: 10bd → 4h (code NET-OUT), from now on
    [exit 0]
    ");
    assert!(
        desk.raw("ID1")
            .contains("- derived: queue, impact, urgency, priority\n- code: PRN-JAM -> NET-OUT\n")
    );
    // No escalation, no move, no hand-over in any report; the volume is of the day's first code.
    for report in ["escalations", "overview"] {
        let out = desk.ok(&format!("report {report} --period 2026-11 --format csv"));
        let moved = |line: &&str| line.contains("escalat") && line.contains("network");
        assert_eq!(out.stdout.lines().find(moved), None, "{out}");
    }
    let moves = desk.json("report escalations --period 2026-11");
    for section in moves["reports"][0]["sections"].as_array().unwrap() {
        assert_eq!(section["rows"].as_array().unwrap().len(), 0, "{section}");
    }
    // Back again, in another clone with a note of a colleague between.
    let _ = desk.ok("note ID1 -m 'I had a look' --as marek");
    let back = desk.json("set ID1 code=PRN-JAM");
    let ticket = &back["tickets"][0];
    assert_eq!(ticket["queue"], "service-desk");
    assert_eq!(ticket["priority"], "scheduled-service");
    assert!(
        ticket["derived"]["follows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["field"] == "queue" && one["from"] == "usual here")
    );
    let _ = desk.ok("undo");
    assert!(desk.raw("ID1").contains("queue = \"network\""));
    let _ = desk.run("check").code(0);
}

#[test]
fn a_code_leaves_what_was_set_by_hand() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 assignee=");
    let _ = desk.ok("set ID1 queue=workplace-support impact=person");
    let _ = desk.ok("set ID1 priority=planned-event --reason 'at the weekend'");
    insta::assert_snapshot!(desk.run("set ID1 code=NET-OUT"), @"
    ID1         set  Printer on floor 3 jams
                code: PRN-JAM → NET-OUT
                urgency: low → high  (code NET-OUT)
                workaround target: none → 1h (code NET-OUT), from now on
    -----
    warning: `ID1` keeps impact person, set by hand; site would follow (code NET-OUT)
    warning: `ID1` keeps priority planned-event, set by hand; critical-situation would follow (impact site, urgency high)
    warning: `ID1` keeps queue workplace-support, set by hand; network would follow (code NET-OUT)
    [exit 0]
    ");
    // What is said along with the code is said by hand, too; --only changes nothing else.
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 assignee=");
    let _ = desk.ok("set ID1 code=NET-OUT urgency=low queue=telephony");
    let front = desk.raw("ID1");
    assert!(front.contains("urgency = \"low\"") && front.contains("queue = \"telephony\""));
    assert!(front.contains("- derived: impact, priority\n"), "{front}");
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 code=NET-OUT --only");
    assert!(desk.raw("ID1").contains("impact = \"team\""));
    // An intake says what was said.
    let id = desk.make("new Dark --code HW-DOCK --queue network --urgency high --from Ola");
    let _ = desk.ok(&format!("set {id} assignee="));
    let _ = desk.ok(&format!("set {id} code=NET-OUT"));
    assert!(desk.raw(&id).contains("- derived: impact, priority\n"));
    let _ = desk.ok(&format!("set {id} code=PRN-JAM"));
    let text = desk.raw(&id);
    assert!(text.contains("queue = \"network\"") && text.contains("urgency = \"high\""));
}

#[test]
fn nothing_is_lowered_that_management_was_told_of() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 code=NET-OUT");
    let _ = desk.ok("escalate ID1 --hierarchic -m 'the board meets at 11'");
    insta::assert_snapshot!(desk.run("set ID1 code=PRN-JAM"), @"
    ID1         set  Printer on floor 3 jams
                code: NET-OUT → PRN-JAM
                workaround target: 1h → 4h (priority critical-situation), from now on
                resolution target: 4h → 1bd (priority critical-situation), from now on
    -----
    warning: `ID1` keeps impact site, for management was told of it; team would follow (code PRN-JAM); to lower it: desk set ID1 code=PRN-JAM --lower
    warning: `ID1` keeps urgency high, for management was told of it; low would follow (code PRN-JAM); to lower it: desk set ID1 code=PRN-JAM --lower
    [exit 0]
    ");
    assert!(
        desk.raw("ID1")
            .contains("priority = \"critical-situation\"")
    );
    let _ = desk.ok("set ID1 code=PRN-JAM --lower");
    assert!(desk.raw("ID1").contains("priority = \"scheduled-service\""));
    // Nor while its order is under way.
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 code=NET-OUT");
    let _ = desk.ok("work new ID1");
    let out = desk.ok("set ID1 code=PRN-JAM");
    assert!(out.stderr.contains("is under way"), "{out}");
    assert!(desk.raw("ID1").contains("impact = \"site\""));
    let _ = desk
        .run("set ID1 queue=network --lower")
        .code(2)
        .says("what follows from a problem code");
}

#[test]
fn the_queue_follows_a_code_only_where_nobody_works() {
    let desk = Desk::with_ticket();
    let out = desk.ok("set ID1 code=NET-OUT");
    assert!(
        out.to_string()
            .contains("to move it: desk set ID1 code=NET-OUT --route"),
        "{out}"
    );
    assert!(desk.raw("ID1").contains("assignee = \"anna\""));
    // Others who are told the same: all or none.
    let before = desk.state();
    let _ = desk.run("set ID1 2611-ZZZZZ code=ACC-SSO").code(2);
    assert!(before == desk.state());
    let _ = desk.ok("set ID1 code=NET-OUT --route");
    let text = desk.raw("ID1");
    assert!(text.contains("queue = \"network\"") && text.contains("contact_agent = \"anna\""));
    // anna is in no queue but her own; what is not hers is handed over, and is no escalation.
    let rows = desk.json("report escalations --period 2026-11");
    assert!(
        rows["reports"][0]["sections"]
            .as_array()
            .unwrap()
            .iter()
            .all(|section| section["rows"].as_array().unwrap().is_empty())
    );
}

#[test]
fn the_steps_of_a_work_order_follow_its_code() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("work new ID1");
    let order = "ID2";
    let out = desk.ok(&format!("set {order} code=NET-OUT"));
    assert!(
        out.stdout.contains(
            "steps: 6 steps of the standard order of NET-OUT instead of 4 steps of PRN-JAM"
        ),
        "{out}"
    );
    let text = desk.raw(order);
    assert!(
        text.contains("Read the error counters") && !text.contains("rollers"),
        "{text}"
    );
    assert!(text.contains("title = \"Restore the network of a floor\""));
    // What somebody did stands.
    let _ = desk.ok(&format!("work tick {order} 1"));
    let _ = desk.ok(&format!("set {order} code=PRN-JAM"));
    let text = desk.raw(order);
    assert!(
        text.contains("- [x] Reach the switch") && text.contains("- [ ] Clean or exchange"),
        "{text}"
    );
    let _ = desk.ok("undo");
    assert!(!desk.raw(order).contains("rollers"));
    let _ = desk.run("check").code(0);
}

#[test]
fn a_target_that_was_missed_stays_missed_when_the_code_changes() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 code=NET-OUT");
    desk.wait(5 * 60);
    let out = desk.ok("set ID1 code=PRN-JAM");
    assert!(
        out.stdout.contains("resolution target: 4h → 10bd (priority scheduled-service), from now on; it was missed already, and that stays"),
        "{out}"
    );
    let _ = desk.ok("resolve ID1 -m done");
    let sla = desk.json("report sla --period 2026-11");
    assert!(sla.to_string().contains("resolution"), "{sla}");
    assert!(!desk.ok("list --all is:breached").stdout.is_empty());
}
