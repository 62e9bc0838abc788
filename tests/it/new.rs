//! `desk new`.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_call_is_recorded_in_one_line() {
    let desk = Desk::new();
    let out = desk.run_args(&[
        "new",
        "No network on floor 3",
        "--from",
        "Jan Kowalski",
        "--phone",
        "+48 600 100 200",
        "--account",
        "AC-4471",
        "--location",
        "Gdańsk HQ, room 312",
        "--email",
        "jan@example.org",
        "--model",
        "EX2300-24T",
        "--serial",
        "JW0219",
        "--licence",
        "L-1",
        "--asset-location",
        "rack B",
        "--code",
        "NET-OUT",
        "--impact",
        "site",
        "--urgency",
        "high",
        "--wants",
        "network by 11:00",
        "--tried",
        "power-cycled the switch",
        "--tag",
        "vip",
        "--tag",
        "floor-3",
        "--set",
        "planned=2026-12-01",
        "-m",
        "Whole floor offline since 08:50.\n\nJan is calm.",
    ]);
    insta::assert_snapshot!(out, @"
    ID1
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "No network on floor 3"
    status = "open"
    priority = "critical-situation"
    impact = "site"
    urgency = "high"
    queue = "network"
    contact_agent = "anna"
    code = "NET-OUT"
    channel = "phone"
    created = 2026-11-23T09:00:00Z
    planned = 2026-12-01
    tags = ["vip", "floor-3"]

    [requester]
    name = "Jan Kowalski"
    email = "jan@example.org"
    phone = "+48 600 100 200"
    account = "AC-4471"
    location = "Gdańsk HQ, room 312"

    [asset]
    model = "EX2300-24T"
    serial = "JW0219"
    licence = "L-1"
    location = "rack B"

    [request]
    wants = "network by 11:00"
    tried = "power-cycled the switch"
    +++
    Whole floor offline since 08:50.

    Jan is calm.

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: critical-situation
    - impact: site
    - urgency: high
    - queue: network
    - code: NET-OUT
    - planned: 2026-12-01
    - derived: type, queue, priority
    - tags: +vip +floor-3
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 new: No network on floor 3

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:00:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID1.md
    ");
    assert_eq!(desk.status(), "");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(Desk::new, "new 'A title' -m the-text");
}

#[test]
fn what_is_left_out_comes_from_the_house() {
    let desk = Desk::new();
    let _ = desk
        .run("new")
        .code(2)
        .says("nothing is said about the ticket");
    let _ = desk.ok("new --channel phone");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "No title yet"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    channel = "phone"
    created = 2026-11-23T09:01:00Z
    +++

    ## 2026-11-23T09:01:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - derived: type, queue, impact, urgency, priority, assignee
    "#);
}

#[test]
fn what_is_left_out_comes_from_the_code() {
    let desk = Desk::new();
    let _ = desk.ok("new --code NET-OUT --channel email");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "No network on a floor or at a site"
    status = "new"
    priority = "critical-situation"
    impact = "site"
    urgency = "high"
    queue = "network"
    code = "NET-OUT"
    channel = "email"
    created = 2026-11-23T09:00:00Z
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: email
    - type: action
    - status: new
    - priority: critical-situation
    - impact: site
    - urgency: high
    - queue: network
    - code: NET-OUT
    - derived: type, queue, impact, urgency, priority
    "#);
}

#[test]
fn each_issue_of_a_call_is_a_ticket() {
    let desk = Desk::new();
    let out = desk
        .run("new 'Two things' --from Jan --issue 'Printer jams @PRN-JAM' --issue 'Mail is slow'");
    insta::assert_snapshot!(out, @"
    ID1
    ID2
    ID3
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    new: 3 tickets of one contact

    ID1 Two things

    ID2 Printer jams

    ID3 Mail is slow

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:00:00Z; committed by Anna Nowak <anna@example.org>
    A	tickets/2026-11/ID1.md
    A	tickets/2026-11/ID2.md
    A	tickets/2026-11/ID3.md
    ");
    insta::assert_snapshot!(desk.file("ID2"), @r#"
    +++
    id = "ID2"
    type = "action"
    title = "Printer jams"
    status = "open"
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
    name = "Jan"

    [links]
    same_contact = ["ID1", "ID3"]
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
    - links.same_contact: +ID1 +ID3
    "#);
    let _ = desk.run("check").code(0);
}

#[test]
fn the_same_call_shares_the_caller() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("new 'And the mail' --same-call ID1");
    assert!(desk.raw("ID2").contains("name = \"Jan Kowalski\""));
    assert!(desk.file("ID2").contains("same_contact = [\"ID1\"]"));
    assert!(desk.file("ID1").contains("same_contact = [\"ID2\"]"));
    let _ = desk.run("check").code(0);
}

#[test]
fn an_information_call_is_one_line() {
    let desk = Desk::new();
    let article = first_article(&desk);
    let out = desk.run(&format!(
        "new 'How do I print double-sided?' --type information --kb {article} --resolve 'Read the steps out.' --satisfied yes"
    ));
    insta::assert_snapshot!(out, @"
    ID1
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1").replace(&article, "KB"), @r#"
    +++
    id = "ID1"
    type = "information"
    title = "How do I print double-sided?"
    status = "closed"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [links]
    articles = ["KB"]

    [satisfaction]
    satisfied = true
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: information
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - derived: queue, impact, urgency, priority, assignee
    - links.articles: +KB

    ## 2026-11-23T09:00:00.001Z anna resolve ^tag

    - article: KB
    - outcome: solved
    - status: open -> resolved

    Read the steps out.

    ## 2026-11-23T09:00:00.002Z anna close ^tag

    - satisfied: true
    - status: resolved -> closed
    "#);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_comment_is_closed_at_once() {
    let desk = Desk::new();
    let _ = desk.ok("new 'Well done' --type comment --set request.feeling=praise");
    assert!(desk.raw("ID1").contains("status = \"closed\""));
    let _ = desk
        .run("new 'Well done' --type comment --resolve yes")
        .code(2)
        .says("closed at once");
}

#[test]
fn a_work_order_needs_a_code_and_takes_tickets() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("new 'Lay cable' --type work-order"), @"
    -----
    error: a work order needs a problem code
    hint: name one with --code; `desk list type:work-order` shows how others are coded
    [exit 4]
    ");
    let _ = desk.ok("new 'Lay cable' --type work-order --code NET-OUT");
    let _ = desk.ok("new 'No network' --on ID1");
    assert!(desk.file("ID2").contains("work_order = \"ID1\""));
    // Whoever joins a ticket joins the work that it is linked to.
    let _ = desk.ok("new 'No network' --on ID2 --from Jan");
    assert!(desk.file("ID3").contains("work_order = \"ID1\""));
}

#[test]
fn joining_a_ticket_makes_the_work_order_that_both_share() {
    let desk = Desk::new();
    desk.made(&["new", "No network", "--from", "Ola", "--code", "NET-OUT"]);
    let out = desk.ok("new 'Offline' --from Jan --on ID1 --issue 'No sound @HW-AUDIO'");
    assert_eq!(out.stdout.lines().count(), 2, "{out}");
    let orders = desk.json("list type:work-order");
    let orders = orders["tickets"].as_array().unwrap().clone();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0]["code"], "NET-OUT");
    let order = orders[0]["id"].as_str().unwrap();
    let linked = desk.json(&format!("list work_order:{order}"));
    let mut titles: Vec<&str> = linked["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    titles.sort_unstable();
    // The other issue of the call has a life of its own.
    assert_eq!(titles, ["No network", "Offline"]);
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
    // Without a code on either there is nothing to make an order of.
    desk.made(&["new", "Strange smell", "--from", "Ola"]);
    let before = desk.state();
    let out = desk.run("list title:smell --json").json();
    let id = out["tickets"][0]["id"].as_str().unwrap().to_owned();
    let out = desk.run_args(&["new", "Smell here, too", "--from", "Jan", "--on", &id]);
    let _ = out.code(4).says("a work order needs a problem code");
    assert!(before == desk.state());
}

#[test]
fn what_looks_the_same_is_said_and_stands_in_json() {
    let desk = Desk::new();
    let place = "--asset-location=floor 3";
    desk.made(&[
        "new",
        "No network",
        "--from",
        "Ola",
        "--code",
        "NET-OUT",
        place,
    ]);
    let out = desk.run_args(&[
        "new", "Offline", "--from", "Jan", "--code", "NET-OUT", place,
    ]);
    let out = out.code(0).says("ID2 looks like ID1");
    let _ = out.says("to share the work: desk work link ID2 --to ID1");
    let args = [
        "new", "Dead", "--from", "Eva", "--code", "NET-OUT", place, "--json",
    ];
    let reported = desk.run_args(&args).json();
    let alike = reported["tickets"][0]["derived"]["alike"]
        .as_array()
        .unwrap();
    assert_eq!(alike.len(), 2, "{reported}");
    assert_eq!(alike[0]["kind"], "duplicate");
    assert!(
        alike[0]["reason"]
            .as_str()
            .unwrap()
            .contains("same code NET-OUT")
    );
}

#[test]
fn spelled_for_the_telephone() {
    let desk = Desk::new();
    let out = desk.ok("new 'Spell it' --spell");
    let spelled = out.stdout.lines().nth(1).unwrap();
    assert!(spelled.starts_with("two six one one, "), "{spelled}");
}

#[test]
fn wrong_words_name_the_nearest() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("new x --code PRN-JAMM"), @"
    -----
    error: there is no problem code `PRN-JAMM`
    hint: did you mean `PRN-JAM` or `PRN-SCAN`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --queue netwrok"), @"
    -----
    error: there is no queue `netwrok`
    hint: did you mean `network`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --kb KB-ZZZZ"), @"
    -----
    error: there is no article `KB-ZZZZ`
    hint: `desk kb list` shows them
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --type informaton"), @"
    -----
    error: there is no type `informaton`
    hint: did you mean `information`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --impact peson"), @"
    -----
    error: there is no impact `peson`
    hint: did you mean `person`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --urgency hi"), @"
    -----
    error: there is no urgency `hi`
    hint: did you mean `high`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --channel pone"), @"
    -----
    error: there is no channel `pone`
    hint: did you mean `phone`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --set assigne=anna"), @"
    -----
    error: there is no field `assigne`
    hint: did you mean `assignee`?
    hint: fields of your own are declared under `[fields.NAME]` in desk.toml
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --set assignee"), @"
    -----
    error: `--set assignee` sets nothing
    hint: write --set KEY=VALUE
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --set status=closed"), @"
    -----
    error: `status` is not set on a new ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --tag 'two words'"), @"
    -----
    error: `two words` cannot be a tag
    hint: a tag is one word, like vpn or floor-3
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --satisfied yes"), @"
    -----
    error: the following required arguments were not provided: --resolve <TEXT>
    hint: desk new --resolve <TEXT> --satisfied <yes|no> <TITLE>
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --set assignee=lena"), @"
    -----
    error: agent `lena` is retired
    hint: valid in logs, refused for new work; see `[agent.lena]` in desk.toml
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("new ''"), @"
    -----
    error: a title cannot be empty
    hint: say in one line what it is about
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new x --bogus"), @"
    -----
    error: unexpected argument '--bogus' found
    hint: a similar argument exists: '--about'
    hint: desk new --about <TEXT> <TITLE>
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn a_priority_by_hand_needs_a_reason() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("new x --priority enterprise-outage"), @"
    -----
    error: priority `enterprise-outage` needs a reason: impact person and urgency medium give `standard`
    hint: say why with --reason, or change impact or urgency instead
    [exit 4]
    ");
    let _ = desk.ok("new x --priority enterprise-outage --reason 'The board is in the room'");
    let text = desk.raw("ID1");
    assert!(
        text.contains("priority_reason = \"The board is in the room\""),
        "{text}"
    );
    assert!(text.contains("priority = \"enterprise-outage\""), "{text}");
}

#[test]
fn one_wrong_issue_opens_nothing() {
    let desk = Desk::new();
    let before = desk.state();
    let _ = desk
        .run("new x --issue 'Fine' --issue 'Not @NO-SUCH-CODE'")
        .code(2)
        .says("NO-SUCH-CODE");
    assert!(before == desk.state());
}

#[test]
fn the_text_may_come_from_standard_input() {
    let desk = Desk::new();
    let _ = desk
        .run_with("new 'From a mail' -m -", "Dear desk,\n\nhelp.\n")
        .code(0);
    assert_eq!(
        desk.json("show ID1")["tickets"][0]["description"],
        "Dear desk,\n\nhelp."
    );
}

#[test]
fn nobody_to_act_as_tells_the_line_to_add() {
    let desk = Desk::new();
    let mut command = desk.desk(&["new", "x"]);
    command.env_remove("DESK_AGENT");
    desk.git(&["config", "user.email", "zofia@example.org"]);
    desk.git(&["config", "user.name", "Zofia Lis"]);
    insta::assert_snapshot!(desk.reported(command), @r#"
    -----
    error: cannot determine the agent: no agent has the e-mail address zofia@example.org
    hint: say who you are with --as HANDLE, or add these lines at the end of desk.toml:
    hint: [agent.zofia]
    hint: name = "Zofia Lis"
    hint: email = "zofia@example.org"
    [exit 2]
    "#);
}

/// What is told to be added is TOML, and a handle that nobody has.
#[test]
fn the_lines_to_add_can_be_added() {
    let desk = Desk::new();
    desk.git(&["config", "user.email", "ewa@elsewhere.example"]);
    desk.git(&["config", "user.name", "Ewa Nowa"]);
    let mut command = desk.desk(&["new", "x"]);
    command.env_remove("DESK_AGENT");
    let out = desk.reported(command);
    let lines = out
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "));
    let lines: Vec<&str> = lines.skip(1).collect();
    assert_eq!(lines[0], "[agent.ewa2]", "{out}");
    let settings = desk.read("desk.toml");
    desk.write("desk.toml", format!("{settings}\n{}\n", lines.join("\n")));
    let mut command = desk.desk(&["new", "x"]);
    command.env_remove("DESK_AGENT");
    let _ = desk.reported(command).code(0);
}

fn first_article(desk: &Desk) -> String {
    let kb = desk.git(&["grep", "-h", "^id = \"KB-", "--", "kb"]);
    kb.lines()
        .next()
        .unwrap()
        .trim_start_matches("id = ")
        .trim_matches('"')
        .to_owned()
}

/// A desk with rules of its own, put before those of the starter.
fn with_rules(rules: &str) -> Desk {
    let desk = Desk::new();
    desk.replace("desk.toml", "[[rule]]\n", &format!("{rules}\n[[rule]]\n"));
    desk
}

const WAREHOUSE: &str = r#"[[rule]]
name = "the warehouse does not wait"
when = "location:warehouse"
queue = "network"
urgency = "high"
tags = ["warehouse"]

[[rule]]
name = "the board is a critical situation"
when = "requester.organisation:board"
priority = "critical-situation"
queue = "service-desk"
"#;

#[test]
fn rules_of_the_house_route_and_the_log_names_them() {
    let desk = with_rules(WAREHOUSE);
    desk.make(
        "new 'Scanner beeps' --location 'Warehouse 2' --set \
         'requester.organisation=The board'",
    );
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Scanner beeps"
    status = "open"
    priority = "critical-situation"
    priority_reason = "rule: the board is a critical situation"
    impact = "person"
    urgency = "high"
    queue = "network"
    contact_agent = "anna"
    channel = "phone"
    created = 2026-11-23T09:00:00Z
    tags = ["warehouse"]

    [requester]
    location = "Warehouse 2"
    organisation = "The board"
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: critical-situation
    - impact: person
    - urgency: high
    - queue: network
    - derived: type, queue, impact, urgency, priority
    - rule: the warehouse does not wait
    - rule: the board is a critical situation
    - tags: +warehouse
    "#);
    // What was said counts more than any rule.
    desk.make(
        "new 'Scanner beeps' --location 'Warehouse 2' --queue logistics --urgency low \
         --tag warehouse",
    );
    let file = desk.raw("ID2");
    assert!(file.contains("queue = \"logistics\""), "{file}");
    assert!(!file.contains("- rule:"), "{file}");
    let all = desk.json("list tag:warehouse");
    assert_eq!(all["tickets"].as_array().unwrap().len(), 2);
}

#[test]
fn a_planned_event_has_a_date() {
    let desk = Desk::new();
    desk.made(&["new", "Move of room 312", "--planned", "2026-12-04"]);
    let file = desk.file("ID1");
    assert!(file.contains("priority = \"planned-event\""), "{file}");
    assert!(
        file.contains("priority_reason = \"rule: a date makes a planned event\""),
        "{file}"
    );
    assert!(
        file.contains("- rule: a date makes a planned event"),
        "{file}"
    );
    let _ = desk.ok("new 'Fair in March' --priority planned-event --reason 'as every year'");
    let lacking = desk.ok("show ID2");
    assert!(lacking.stdout.contains("planned"), "{lacking}");
    assert!(desk.ok("list is:incomplete").stdout.contains("Fair"));
}

#[test]
fn bad_rules_are_refused_with_their_line() {
    for (rule, says) in [
        (
            "name = \"x\"\nwhen = \"queu:network\"\nqueue = \"network\"",
            "there is no field `queu`",
        ),
        (
            "name = \"x\"\nwhen = \"queue:netwrok\"\nqueue = \"network\"",
            "there is no queue `netwrok`",
        ),
        (
            "name = \"x\"\nwhen = \"code:NET-OTU\"\nqueue = \"network\"",
            "there is no problem code `NET-OTU`",
        ),
        (
            "name = \"x\"\nwhen = \"code:NET-OUT\"\nqueue = \"netwrok\"",
            "there is no queue `netwrok`",
        ),
        (
            "name = \"x\"\nwhen = \"code:NET-OUT\"\nqueu = \"network\"",
            "there is no setting `rule.queu`",
        ),
        ("name = \"x\"\nwhen = \"code:NET-OUT\"", "does nothing"),
        (
            "name = \"x\"\nwhen = \"\"\nqueue = \"network\"",
            "for every ticket",
        ),
        (
            "when = \"code:NET-OUT\"\nqueue = \"network\"",
            "`rule.name` is missing",
        ),
    ] {
        let desk = with_rules(&format!("[[rule]]\n{rule}\n"));
        let before = desk.state();
        let out = desk.run("new Title").code(3).says(says);
        assert!(out.stderr.contains("desk.toml:"), "{out}");
        assert!(before == desk.state());
    }
}

#[test]
fn bad_forms_are_refused_with_their_line() {
    for (from, to, says) in [
        (
            "\"question\", \"requester\"",
            "\"qestion\", \"requester\"",
            "there is no `[section.qestion]`",
        ),
        (
            "[form.comment]",
            "[form.coment]",
            "there is no form for `coment`",
        ),
        (
            "\"asset.model\", ",
            "\"asset.modle\", ",
            "there is no field `asset.modle`",
        ),
        (
            "\"asset.model\", ",
            "\"status\", ",
            "`status` is not asked for",
        ),
        (
            "\"asset.model\", ",
            "\"fields.desk\", ",
            "declare it: `[fields.desk]`",
        ),
        (
            "require = [\"title\"]",
            "require = [\"answer\"]",
            "`answer` cannot be required",
        ),
        (
            "# \"asset.serial\" =",
            "\"asset.seril\" =",
            "there is no field `asset.seril`",
        ),
    ] {
        let desk = Desk::new();
        desk.replace("desk.toml", from, to);
        let out = desk.run("new Title").code(3).says(says);
        assert!(out.stderr.contains("desk.toml:"), "{out}");
    }
}

#[test]
fn a_desk_without_forms_has_those_of_a_new_one() {
    let desk = Desk::new();
    let text = desk.read("desk.toml");
    let from = text.find("# Forms: what").unwrap();
    let to = text.find("# Rules that decide").unwrap();
    desk.write("desk.toml", format!("{}{}", &text[..from], &text[to..]));
    let _ = desk.ok("new Title --channel email");
    assert!(desk.ok("show ID1").stdout.contains("requester.name, code"));
}

#[test]
fn a_code_may_name_the_tier_of_its_area() {
    let desk = Desk::new();
    desk.replace(
        "catalog.toml",
        "area = \"workplace\"\nimpact",
        "area = \"workplace\"\ntier = 3\nimpact",
    );
    desk.made(&["new", "It is dead", "--code", "HW-LAPTOP"]);
    let ticket = desk.json("show ID1");
    assert_eq!(ticket["tickets"][0]["queue"], "workplace-engineering");
    assert_eq!(ticket["tickets"][0]["derived"]["tier"], 3);
}

#[test]
fn a_search_that_the_house_asks_for_is_asked_of_an_answer_at_once_too() {
    let desk = Desk::new();
    desk.replace(
        "desk.toml",
        "kb_search = \"optional\"",
        "kb_search = \"required\"",
    );
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "Search"]);
    let before = desk.state();
    let line = "new 'Which form?' --type information --resolve 'Form 7.'";
    insta::assert_snapshot!(desk.run(line), @"
    -----
    error: nobody looked into the knowledge base for the ticket: the house asks for that before it is resolved
    hint: name the article that helped with --kb KB-ID
    hint: if none is needed, say why with --no-kb REASON, which is counted
    [exit 4]
    ");
    let _ = desk
        .run(&format!("{line} --no-kb ' '"))
        .code(2)
        .says("--no-kb needs a reason");
    let _ = desk
        .run("new 'Which form?' --no-kb known")
        .code(2)
        .says("--resolve");
    assert!(before == desk.state());
    let _ = desk.ok(&format!("{line} --no-kb 'Known by heart'"));
    let _ = desk.ok(&format!("{line} --kb KB-PW5R"));
    let _ = desk.ok("list title:form --all --sort created");
    let texts = ["ID1", "ID2"].map(|id| desk.raw(id));
    let said = |words: &str| texts.iter().filter(|text| text.contains(words)).count();
    assert_eq!(said("- no-kb: Known by heart\n"), 1, "{texts:?}");
    assert_eq!(
        said("- article: KB-PW5R\n- outcome: solved\n"),
        1,
        "{texts:?}"
    );
    // A comment asks nothing; an open ticket is not resolved yet.
    let _ = desk.ok("new Thanks --type comment");
    let _ = desk.ok("new 'Jam'");
    let _ = desk.run("new --resume ID4 --resolve 'Roller.'").code(4);
    let _ = desk.ok("new --resume ID4 --resolve 'Roller.' --no-kb 'A roller is a roller'");
    let _ = desk.ok("check");
}
