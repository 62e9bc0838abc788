//! The interview of `desk new`, in a real terminal.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::desk::Desk;
use crate::terminal::Terminal;

/// What a call about a laptop is asked: words of the question, what is typed, and what the file
/// says then.
const ACTION: &[(&str, &str, &str)] = &[
    ("What do they call for?", "action", "type = \"action\""),
    ("Who is calling?", "Jan Kowalski", "name = \"Jan Kowalski\""),
    (
        "Telephone:",
        "+48 600 100 200",
        "phone = \"+48 600 100 200\"",
    ),
    ("E-mail:", "jan@example.org", "email = \"jan@example.org\""),
    (
        "Where are they?",
        "Gdańsk HQ, room 312",
        "location = \"Gdańsk HQ, room 312\"",
    ),
    (
        "What is it about, in one line?",
        "Screen stays black",
        "title = \"Screen stays black\"",
    ),
    ("Problem code:", "HW-LAPTOP", "code = \"HW-LAPTOP\""),
    ("Does a light come on", "No", "power button? No\n"),
    ("Was it dropped", "Tea", "get wet? Tea\n"),
    (
        "Is there work on it",
        "A thesis",
        "nowhere else? A thesis\n",
    ),
    ("Model:", "ThinkPad T14", "model = \"ThinkPad T14\""),
    ("Serial number:", "PF3K", "serial = \"PF3K\""),
    (
        "Where does the equipment stand?",
        "at home",
        "location = \"at home\"",
    ),
    ("Account:", "AC-4471", "account = \"AC-4471\""),
    ("Licence:", "L-77", "licence = \"L-77\""),
    ("What do they want?", "to work on", "wants = \"to work on\""),
    (
        "What was already tried?",
        "dried it",
        "tried = \"dried it\"",
    ),
    (
        "Can it be reproduced, and how?",
        "always",
        "reproduce = \"always\"",
    ),
    (
        "One more issue of this call?",
        "No sound @HW-AUDIO",
        "same_contact = [",
    ),
];

/// Answers the first `count` questions, each after it was put, and waits for the next one.
fn answer(terminal: &mut Terminal, questions: &[(&str, &str, &str)], count: usize) {
    for (question, typed, _) in &questions[..count] {
        terminal.wait(question);
        terminal.type_in(&format!("{typed}\r"));
    }
    match questions.get(count) {
        Some((question, ..)) => terminal.wait(question),
        None => terminal.wait("One more issue of this call?"),
    }
}

/// Says in the review at the end that all is right.
#[track_caller]
fn all_is_right(terminal: &mut Terminal) {
    terminal.wait("Is all of it right?");
    terminal.type_in("\r");
}

/// Presses Enter at each of these questions.
fn pass(terminal: &mut Terminal, questions: &[&str]) {
    for question in questions {
        terminal.wait(question);
        terminal.type_in("\r");
    }
}

/// Shift-Tab.
const BACK: &str = "\u{1b}[Z";

/// Ctrl-U: takes what is typed away.
const CLEAR: &str = "\u{15}";

/// Leaves out the questions of a code.
fn pass_prompts(terminal: &mut Terminal, count: usize) {
    for _ in 0..count {
        terminal.wait("Ask:");
        terminal.type_in("\r");
    }
}

/// The only ticket that lies there, or the first of two.
fn first(desk: &Desk) -> String {
    let out = desk.ok("list type:action,information,comment --all --json");
    let all = out.json();
    let titles = all["tickets"].as_array().unwrap();
    let id = titles
        .iter()
        .find(|one| one["title"] != "No sound")
        .and_then(|one| one["id"].as_str())
        .unwrap()
        .to_owned();
    format!("20{}-{}/{id}", &id[..2], &id[2..4])
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    CtrlC,
    Escape,
    Int,
    Term,
    Kill,
    HangUp,
}

/// Stops the interview at each question in turn, and looks at what is left.
fn stopped(way: Way) {
    let scene = Desk::new();
    for (count, (question, typed, says)) in ACTION.iter().enumerate() {
        let desk = scene.copy();
        let mut terminal = Terminal::open(&desk, "new");
        answer(&mut terminal, ACTION, count);
        let expected = match way {
            Way::CtrlC => {
                terminal.type_in("\u{3}");
                130
            }
            Way::Escape => {
                terminal.type_in("\u{1b}");
                0
            }
            Way::Int => {
                terminal.signal(Signal::INT);
                130
            }
            Way::Term => {
                terminal.signal(Signal::TERM);
                143
            }
            Way::Kill => {
                terminal.signal(Signal::KILL);
                -9
            }
            Way::HangUp => {
                terminal.hang_up();
                129
            }
        };
        assert_eq!(terminal.end(), expected, "{}", terminal.screen());
        let path = format!("tickets/{}.md", first(&desk));
        let file = desk.read(&path);
        for (at, (asked, _, says)) in ACTION.iter().enumerate() {
            // The type is usual, and so is nothing of the rest.
            if at > 0 {
                let there = file.contains(says);
                assert_eq!(there, at < count, "{asked} of {count}:\n{file}");
            }
        }
        let incomplete = desk.ok("list is:incomplete --json").json();
        let left = incomplete["tickets"].as_array().unwrap().len();
        // The other issue of the call names its title and code only, and has the same caller.
        assert_eq!(left > 0, count < 12, "{count}: {incomplete}");
        if way == Way::Kill {
            // Whoever writes next makes the commit.
            assert!(desk.status().contains("?? tickets/"), "{}", desk.status());
            let out = desk.ok("new Another --channel email");
            assert!(
                out.stderr.contains("committed") || out.stderr.contains("which an earlier"),
                "{out}"
            );
        }
        assert_eq!(desk.status(), "", "{count}");
        let _ = desk.ok("check");
        if way == Way::CtrlC && count < 18 {
            let id = &path[path.len() - 13..path.len() - 3];
            let mut terminal = Terminal::open(&desk, &format!("new --resume {id}"));
            terminal.wait("saved.");
            if count == 1 {
                // Of a call of which nothing else is known, the type may be only the usual one.
                terminal.wait(ACTION[0].0);
                terminal.type_in("\r");
            }
            // The next thing asked is what was asked last.
            terminal.wait("? ");
            terminal.wait(question);
            terminal.type_in(&format!("{typed}\r"));
            if let Some((next, ..)) = ACTION.get(count + 1).filter(|_| count < 17) {
                terminal.wait(next);
                terminal.type_in("\u{3}");
                assert_eq!(terminal.end(), 130);
            } else {
                all_is_right(&mut terminal);
                assert_eq!(terminal.end(), 0);
            }
            let file = desk.read(&path);
            assert!(file.contains(says), "{question}:\n{file}");
            assert_eq!(desk.status(), "");
            let _ = desk.ok("check");
        }
    }
}

#[test]
fn ctrl_c_at_any_question_keeps_what_was_answered() {
    stopped(Way::CtrlC);
}

#[test]
fn escape_at_any_question_keeps_what_was_answered() {
    stopped(Way::Escape);
}

#[test]
fn sigint_at_any_question_keeps_what_was_answered() {
    stopped(Way::Int);
}

#[test]
fn sigterm_at_any_question_keeps_what_was_answered() {
    stopped(Way::Term);
}

#[test]
fn sigkill_at_any_question_keeps_what_was_answered() {
    stopped(Way::Kill);
}

#[test]
fn a_terminal_that_goes_away_at_any_question_keeps_what_was_answered() {
    stopped(Way::HangUp);
}

#[test]
fn a_call_is_one_record_and_one_commit() {
    let desk = Desk::new();
    let before = desk.commits();
    let mut terminal = Terminal::open(&desk, "new");
    answer(&mut terminal, &ACTION[..ACTION.len() - 1], ACTION.len() - 1);
    terminal.type_in("No sound @HW-AUDIO\r");
    // The other issue is asked about, too; who calls is known.
    pass(
        &mut terminal,
        &[
            "What do they call for?",
            "Does it fail in one program",
            "Is the right device chosen",
        ],
    );
    terminal.wait("Model:");
    terminal.type_in("Headset 5\r");
    pass(
        &mut terminal,
        &[
            "Serial number:",
            "Where does the equipment stand?",
            "Licence:",
            "What do they want?",
            "What was already tried?",
            "Can it be reproduced",
            "One more issue of this call?",
        ],
    );
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
    // `ID1` is the ticket that was asked about, whatever ids were drawn.
    let _ = desk.ok("list title:black");
    let path = format!("tickets/{}.md", first(&desk));
    let file = desk.read(&path);
    assert_eq!(file.matches("\n## ").count(), 1, "{file}");
    insta::assert_snapshot!(desk.stable(&file), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "Screen stays black"
    status = "open"
    priority = "standard"
    impact = "person"
    urgency = "high"
    queue = "service-desk"
    assignee = "anna"
    contact_agent = "anna"
    code = "HW-LAPTOP"
    channel = "phone"
    created = 2026-11-23T09:00:00Z

    [requester]
    name = "Jan Kowalski"
    email = "jan@example.org"
    phone = "+48 600 100 200"
    account = "AC-4471"
    location = "Gdańsk HQ, room 312"

    [asset]
    model = "ThinkPad T14"
    serial = "PF3K"
    licence = "L-77"
    location = "at home"

    [links]
    same_contact = ["ID2"]

    [request]
    wants = "to work on"
    tried = "dried it"
    reproduce = "always"
    +++
    - Does a light come on when you press the power button? No
    - Was it dropped, or did something get wet? Tea
    - Is there work on it that is stored nowhere else? A thesis

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: standard
    - impact: person
    - urgency: high
    - queue: service-desk
    - assignee: anna
    - code: HW-LAPTOP
    - derived: queue, impact, urgency, priority, assignee
    - links.same_contact: +ID2
    "#);
    let other = desk.json("list title:sound");
    let other = &other["tickets"][0];
    assert_eq!(other["code"], "HW-AUDIO");
    assert_eq!(other["asset"]["model"], "Headset 5");
    assert_eq!(other["requester"]["phone"], "+48 600 100 200");
    assert_eq!(other["requester"]["account"], "AC-4471");
    assert_eq!(other["links"]["same_contact"].as_array().unwrap().len(), 1);
}

#[test]
fn information_is_answered_and_closed_on_the_call() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, "new");
    answer(
        &mut terminal,
        &[
            ("What do they call for?", "info", ""),
            ("in one line?", "How do I choose a new password?", ""),
            ("Problem code:", "", ""),
            ("Details:", "", ""),
            ("Who is calling?", "", ""),
            ("Telephone:", "", ""),
            ("E-mail:", "", ""),
            ("Where are they?", "", ""),
            ("Article that answers it:", "KB-PW5R", ""),
            ("The answer given:", "Read out the script.", ""),
            ("Is the requester satisfied?", "yes", ""),
        ],
        11,
    );
    terminal.type_in("\r");
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let path = format!("tickets/{}.md", first(&desk));
    insta::assert_snapshot!(desk.stable(&desk.read(&path)), @r#"
    +++
    id = "ID1"
    type = "information"
    title = "How do I choose a new password?"
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
    articles = ["KB-PW5R"]

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
    - links.articles: +KB-PW5R

    ## 2026-11-23T09:00:00.001Z anna resolve ^tag

    - article: KB-PW5R
    - outcome: solved
    - status: open -> resolved

    Read out the script.

    ## 2026-11-23T09:00:00.002Z anna close ^tag

    - satisfied: true
    - status: resolved -> closed
    "#);
}

#[test]
fn a_comment_is_closed_at_its_end_only() {
    let desk = Desk::new();
    let questions = [
        ("What do they call for?", "comment", ""),
        ("Praise, complaint or other?", "praise", ""),
        ("About whom or what?", "The night shift", ""),
        ("in one line?", "Thanks for last night", ""),
        ("Details:", "", ""),
        ("Who is calling?", "", ""),
        ("Telephone:", "", ""),
        ("E-mail:", "", ""),
        ("Where are they?", "", ""),
    ];
    let mut terminal = Terminal::open(&desk, "new");
    answer(&mut terminal, &questions, 3);
    terminal.type_in("\u{1b}");
    assert_eq!(terminal.end(), 0);
    let id = desk.json("list")["tickets"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(desk.json("list")["tickets"][0]["status"], "open");
    // Flags answer as well, and with the last question it closes.
    let out = desk.run_args(&[
        "new",
        "--resume",
        &id,
        "Thanks for last night",
        "--from",
        "Jan",
    ]);
    assert_eq!(out.code, 0, "{out}");
    let shown = desk.json("list --all");
    let ticket = &shown["tickets"][0];
    assert_eq!(ticket["status"], "closed", "{shown}");
    assert_eq!(ticket["title"], "Thanks for last night");
    assert_eq!(ticket["request"]["feeling"], "praise");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn nothing_that_is_known_is_asked() {
    let desk = Desk::new();
    let line = "new Jam --type action --from Jan --phone 1 --email a@b.example --location here \
                --code PRN-JAM --model X --serial 1 --asset-location hall --account 2 --licence 3 \
                --wants paper --tried it";
    let mut terminal = Terminal::open(&desk, line);
    pass_prompts(&mut terminal, 3);
    terminal.wait("Can it be reproduced, and how?");
    terminal.type_in("\r");
    terminal.wait("One more issue");
    terminal.type_in("\r");
    // There is no answer to look over.
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert!(
        !terminal.screen().contains("Model:"),
        "{}",
        terminal.screen()
    );
    // Or nothing at all is asked.
    let mut terminal = Terminal::open(&desk, "new Another --no-questions");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert!(!terminal.screen().contains('?'), "{}", terminal.screen());
}

#[test]
fn a_slip_is_told_and_asked_again() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(
        &desk,
        "new Jam --type action --from Jan --phone 1 --email a@b.example --location here",
    );
    terminal.wait("Problem code:");
    terminal.type_in("PRN-JMA\r");
    terminal.wait("there is no problem code `PRN-JMA`");
    terminal.wait("Problem code:");
    // Words that mean one code are that code.
    terminal.type_in("paper jam\r");
    pass_prompts(&mut terminal, 3);
    terminal.wait("Model:");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    assert_eq!(desk.json("list")["tickets"][0]["code"], "PRN-JAM");
}

#[test]
fn a_known_caller_brings_data_and_equipment() {
    let desk = Desk::new();
    for (title, who, account, serial) in [
        ("One", "Jan Kowalski", "AC-1", "S-1"),
        ("Two", "Jan Kowalski", "AC-1", "S-2"),
        ("Three", "Jan Nowak", "AC-2", "S-3"),
    ] {
        desk.made(&[
            "new",
            title,
            "--from",
            who,
            "--account",
            account,
            "--phone",
            &format!("+48 600 {}", &account[3..].repeat(6)),
            "--email",
            &format!("{}@example.org", account.to_lowercase()),
            "--location",
            "room 1",
            "--model",
            "T14",
            "--serial",
            serial,
        ]);
    }
    desk.replace(
        "desk.toml",
        "# \"asset.serial\" =",
        "\"asset.location\" = \"Where is the thing?\"\n# \"asset.serial\" =",
    );
    let mut terminal = Terminal::open(&desk, "new Broken --type action --code HW-LAPTOP");
    terminal.wait("Who is calling?");
    terminal.type_in("jan k");
    terminal.wait("Jan Kowalski, AC-1 (2 earlier tickets)");
    terminal.type_in("\u{1b}[B\r");
    pass_prompts(&mut terminal, 3);
    terminal.wait("Which equipment?");
    terminal.type_in("S-1\r");
    // The house has words of its own.
    terminal.wait("Where is the thing?");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let ticket = desk.json("list title:Broken")["tickets"][0].clone();
    assert_eq!(ticket["requester"]["name"], "Jan Kowalski");
    assert_eq!(ticket["requester"]["account"], "AC-1");
    assert_eq!(ticket["requester"]["location"], "room 1");
    assert_eq!(ticket["asset"]["serial"], "S-1");
}

#[test]
fn a_caller_of_a_known_name_may_be_another_person() {
    let desk = Desk::new();
    desk.make("new One --from 'Jan Kowalski' --account AC-1 --phone '600 100 200'");
    for (picked, account) in [("Jan Kowalski, AC-1", "AC-1"), ("another person", "")] {
        let mut terminal = Terminal::open(&desk, "new Broken --type action --code HW-SLOW");
        terminal.wait("Who is calling?");
        terminal.type_in("jan kowalski \r");
        terminal.wait("Is it this one?");
        terminal.type_in(picked);
        terminal.type_in("\r");
        // A slip is told, and asked again.
        if account.is_empty() {
            terminal.wait("Telephone");
            terminal.type_in("abc\r");
            terminal.wait("`abc` is no telephone number");
            terminal.wait("Telephone");
            terminal.type_in("77\r");
        }
        terminal.wait("E-mail");
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130, "{}", terminal.screen());
        let newest = desk.json("list title:Broken --sort -created --limit 1")["tickets"][0].clone();
        assert_eq!(
            newest["requester"]["account"].as_str().unwrap_or_default(),
            account
        );
        let _ = desk.ok(&format!(
            "set {} title=Done",
            newest["id"].as_str().unwrap()
        ));
    }
}

#[test]
fn open_work_that_looks_the_same_is_offered() {
    let desk = Desk::new();
    desk.make(
        "new 'No network on floor 3' --from 'Ola Wrona' --code NET-OUT \
         --asset-location 'floor 3'",
    );
    let known = desk.id("ID1");
    let mut terminal = Terminal::open(
        &desk,
        "new Offline --type action --from Jan --phone 1 --email a@b.example --location here \
         --code NET-OUT --model X --serial 1 --account 2 --licence 3 --wants net --tried it \
         --reproduce yes",
    );
    pass_prompts(&mut terminal, 4);
    terminal.wait("Where does the equipment stand?");
    terminal.type_in("Floor 3\r");
    terminal.wait("One more issue");
    terminal.type_in("\r");
    all_is_right(&mut terminal);
    terminal.wait("Is it already reported?");
    terminal.type_in(&known);
    terminal.wait("No network on floor 3");
    terminal.type_in("\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    // Both are linked to one work order now, and each is a ticket of its own.
    let orders = desk.json("list type:work-order");
    let order = orders["tickets"][0]["id"].as_str().unwrap();
    let linked = desk.json(&format!("list work_order:{order}"));
    assert_eq!(linked["tickets"].as_array().unwrap().len(), 2, "{linked}");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn what_others_write_meanwhile_stays() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, "new");
    answer(&mut terminal, ACTION, 6);
    let path = first(&desk);
    let id = &path[path.len() - 10..];
    let out = desk.run_args(&["note", id, "-m", "Seen from afar.", "--as", "ewa"]);
    assert_eq!(out.code, 0, "{out}");
    let _ = desk.ok("new 'Another call' --channel email --as ewa");
    terminal.type_in("HW-LAPTOP\r");
    terminal.wait("Does a light come on");
    terminal.type_in("No\r");
    terminal.wait("Was it dropped");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    let file = desk.read(&format!("tickets/{path}.md"));
    for says in [
        "Seen from afar.",
        "name = \"Jan Kowalski\"",
        "code = \"HW-LAPTOP\"",
        "power button? No\n",
        "anna intake ^",
        "- code: (none) -> HW-LAPTOP",
    ] {
        assert!(file.contains(says), "{says}:\n{file}");
    }
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn options_go_on_with_a_ticket_without_a_terminal() {
    let desk = Desk::new();
    let _ = desk.ok("new --channel phone");
    let before = desk.state();
    let _ = desk
        .run("new --resume ID1")
        .code(2)
        .says("it lacks title, requester.name, code");
    let _ = desk.ok("new --resume ID1 'Printer jams' --from Jan --code PRN-JAM --dry-run");
    assert!(before == desk.state());
    let _ = desk.ok("new --resume ID1 'Printer jams' --from Jan --code PRN-JAM --asset-location 'by the door' -m 'Second time.'");
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
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

    [asset]
    location = "by the door"
    +++

    ## 2026-11-23T09:00:00Z anna created ^tag

    - channel: phone
    - type: action
    - status: open
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: service-desk
    - assignee: anna
    - derived: type, queue, impact, urgency, priority, assignee

    ## 2026-11-23T09:03:00Z anna intake ^tag

    - derived: impact, urgency, priority
    - requester.name: (none) -> Jan
    - asset.location: (none) -> by the door
    - code: (none) -> PRN-JAM
    - title: No title yet -> Printer jams
    - priority: standard -> scheduled-service
    - impact: person -> team
    - urgency: medium -> low

    Second time.
    "#);
    insta::assert_snapshot!(desk.commit(), @"
    ID1 intake: Printer jams

      requester.name: (none) -> Jan
      asset.location: (none) -> by the door
      code: (none) -> PRN-JAM
      title: No title yet -> Printer jams
      priority: standard -> scheduled-service
      impact: person -> team
      urgency: medium -> low

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.ok("new --resume ID1 --resolve 'New roller.'");
    assert_eq!(desk.json("list --all")["tickets"][0]["status"], "resolved");
    let _ = desk
        .run("new --resume ID1 --wants more")
        .code(4)
        .says("`ID1` is resolved");
    let _ = desk.ok("check");
}

#[test]
fn a_call_is_undone_as_a_whole() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, "new");
    answer(&mut terminal, ACTION, 6);
    terminal.type_in("\u{1b}");
    let _ = terminal.end();
    let path = format!("tickets/{}.md", first(&desk));
    let _ = desk.ok("undo");
    let text = desk.read(&path);
    assert!(text.contains("status = \"cancelled\""), "{text}");
    assert!(text.contains("- as: mistake"), "{text}");
}

/// The front matter of the only ticket there.
fn only(desk: &Desk) -> serde_json::Value {
    desk.json("list --all")["tickets"][0].clone()
}

#[test]
fn one_key_goes_back_and_nothing_typed_is_lost() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, "new");
    terminal.wait("What do they call for?");
    assert!(
        !terminal.screen().contains("shift+tab"),
        "{}",
        terminal.screen()
    );
    terminal.type_in("action\r");
    terminal.wait("Who is calling?");
    terminal.wait("shift+tab: back");
    terminal.type_in("Jan Kowalsky\r");
    terminal.wait("Telephone:");
    // Half of a number, then back: to the name, to the type, and forth again.
    terminal.type_in("+48 600");
    terminal.type_in(BACK);
    terminal.wait("Who is calling?");
    terminal.wait("Jan Kowalsky");
    terminal.type_in(BACK);
    terminal.wait("What do they call for?");
    terminal.wait("> action");
    terminal.type_in("\r");
    terminal.wait("Who is calling?");
    terminal.wait("Jan Kowalsky");
    terminal.type_in("\u{7f}i\r");
    terminal.wait("Telephone:");
    terminal.wait("+48 600");
    terminal.type_in(" 100 200\r");
    terminal.wait("E-mail:");
    // What is answered is on the disk, whatever comes next.
    terminal.signal(Signal::KILL);
    assert_eq!(terminal.end(), -9);
    let ticket = only(&desk);
    assert_eq!(ticket["requester"]["name"], "Jan Kowalski", "{ticket}");
    assert_eq!(ticket["requester"]["phone"], "+48 600 100 200");
}

#[test]
fn an_answer_given_anew_takes_the_place_of_the_first() {
    let desk = Desk::new();
    desk.make(
        "new 'Known' --channel email --from 'Jan Kowalski' --phone '+48 600 100 200' --email jan@example.org",
    );
    let mut terminal = Terminal::open(&desk, "new");
    terminal.wait("What do they call for?");
    terminal.type_in("action\r");
    terminal.wait("Who is calling?");
    terminal.type_in("Jan Kowalski\r");
    terminal.wait("Is it this one?");
    terminal.type_in("Jan Kowalski, jan\r");
    terminal.wait("Where are they?");
    terminal.type_in(BACK);
    terminal.wait("Who is calling?");
    // Another person: nothing of the first stays.
    terminal.type_in(&format!("{CLEAR}Ola Wrona\r"));
    pass(
        &mut terminal,
        &["Telephone:", "E-mail:", "Where are they?", "in one line?"],
    );
    terminal.wait("Problem code:");
    terminal.type_in("PRN-JAM\r");
    terminal.wait("Ask:");
    terminal.type_in("The first answer\r");
    terminal.wait("Ask:");
    terminal.type_in(BACK);
    terminal.wait("The first answer");
    terminal.type_in(BACK);
    terminal.wait("Problem code:");
    terminal.type_in(&format!("{CLEAR}HW-AUDIO\r"));
    terminal.wait("The first answer");
    // An empty line takes it back.
    terminal.type_in(&format!("{CLEAR}\r"));
    terminal.wait("Does it fail in one program");
    terminal.type_in("\u{1b}");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let all = desk.json("list code:HW-AUDIO");
    let id = all["tickets"][0]["id"].as_str().unwrap().to_owned();
    let file = desk.read(&format!("tickets/2026-11/{id}.md"));
    assert!(file.contains("name = \"Ola Wrona\""), "{file}");
    assert!(file.contains("code = \"HW-AUDIO\""), "{file}");
    for gone in ["Jan Kowalski", "600 100 200", "The first answer", "PRN-JAM"] {
        assert!(!file.contains(gone), "{gone}:\n{file}");
    }
    assert_eq!(file.matches("\n## ").count(), 1, "{file}");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn going_back_over_what_somebody_else_wrote_is_logged() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(&desk, "new");
    answer(&mut terminal, ACTION, 3);
    let path = first(&desk);
    let out = desk.run_args(&[
        "note",
        &path[path.len() - 10..],
        "-m",
        "Seen.",
        "--as",
        "ewa",
    ]);
    assert_eq!(out.code, 0, "{out}");
    terminal.type_in("jan@example.org\r");
    terminal.wait("Where are they?");
    terminal.type_in(BACK);
    terminal.wait("jan@example.org");
    terminal.type_in(BACK);
    terminal.wait("+48 600 100 200");
    terminal.type_in(&format!("{CLEAR}\r"));
    terminal.wait("jan@example.org");
    terminal.type_in(&format!("{CLEAR}jan.k@example.org\r"));
    terminal.wait("Where are they?");
    terminal.type_in("\u{1b}");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let file = desk.read(&format!("tickets/{path}.md"));
    assert!(
        file.contains("- requester.phone: +48 600 100 200 -> (none)"),
        "{file}"
    );
    assert!(
        file.contains("- requester.email: (none) -> jan.k@example.org"),
        "{file}"
    );
    assert!(file.contains("Seen."), "{file}");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn any_answer_can_be_changed_in_the_review() {
    let desk = Desk::new();
    desk.make(
        "new 'Known' --channel email --from 'Jan Kowalski' --phone '+48 600 100 200' --email jan@example.org --location here",
    );
    let mut terminal = Terminal::open(&desk, "new Soundless --type action --code PRN-JAM");
    terminal.wait("Who is calling?");
    terminal.type_in("Jan Kowalski\r");
    terminal.wait("Is it this one?");
    terminal.type_in("Jan Kowalski, jan\r");
    pass_prompts(&mut terminal, 3);
    pass(
        &mut terminal,
        &[
            "Model:",
            "Serial number:",
            "Where does the equipment stand?",
            "Account:",
            "Licence:",
            "What do they want?",
            "What was already tried?",
            "Can it be reproduced",
            "One more issue",
        ],
    );
    terminal.wait("Is all of it right?");
    // What came with a known caller can be changed by itself.
    terminal.type_in("telephone");
    terminal.wait("+48 600 100 200");
    terminal.type_in("\r");
    terminal.wait("? Telephone:");
    terminal.type_in(&format!("{CLEAR}+48 22 555\r"));
    // What came with the caller is taken back by an empty line.
    terminal.wait("Is all of it right?");
    terminal.type_in("where are");
    terminal.wait("here");
    terminal.type_in("\r");
    terminal.wait("? Where are they?");
    terminal.type_in(&format!("{CLEAR}\r"));
    terminal.wait("Is all of it right?");
    terminal.type_in("want");
    terminal.wait("What do they want? –");
    terminal.type_in("\r");
    terminal.wait("? What do they want?");
    terminal.type_in("to hear\r");
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let ticket = &desk.json("list title:Soundless")["tickets"][0];
    assert_eq!(ticket["requester"]["name"], "Jan Kowalski");
    assert_eq!(ticket["requester"]["phone"], "+48 22 555", "{ticket}");
    assert_eq!(ticket["requester"]["email"], "jan@example.org");
    assert_eq!(ticket["requester"]["location"], serde_json::Value::Null);
    assert_eq!(ticket["request"]["wants"], "to hear");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn a_changed_code_asks_its_own_questions() {
    let desk = Desk::new();
    let line = "new Jam --from Jan --phone 1 --email a@b.example --location here \
                --model X --serial 1 --asset-location hall --account 2 --licence 3 \
                --wants paper --tried it --reproduce yes";
    let mut terminal = Terminal::open(&desk, line);
    terminal.wait("What do they call for?");
    terminal.type_in("action\r");
    terminal.wait("Problem code:");
    terminal.type_in("PRN-JAM\r");
    pass_prompts(&mut terminal, 3);
    terminal.wait("One more issue");
    terminal.type_in("\r");
    terminal.wait("Is all of it right?");
    terminal.type_in("code");
    terminal.wait("Problem code: PRN-JAM");
    terminal.type_in("\r");
    terminal.wait("? Problem code:");
    terminal.type_in(&format!("{CLEAR}HW-AUDIO\r"));
    terminal.wait("Does it fail in one program");
    terminal.type_in("In all\r");
    terminal.wait("Is the right device chosen");
    terminal.type_in("\r");
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert_eq!(only(&desk)["code"], "HW-AUDIO");
}

#[test]
fn a_further_issue_of_the_call_is_asked_about_as_the_first() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(
        &desk,
        "new Jam --type action --from Jan --phone 1 --email a@b.example --location here --code PRN-JAM \
         --model X --serial 1 --asset-location hall --account 2 --licence 3 --wants paper --tried it --reproduce yes",
    );
    pass_prompts(&mut terminal, 3);
    terminal.wait("One more issue");
    terminal.type_in("Opening hours\r");
    // Each issue says what it calls for, and is answered by itself.
    terminal.wait("Opening hours");
    terminal.wait("What do they call for?");
    terminal.type_in("info\r");
    pass(
        &mut terminal,
        &["Problem code:", "Details:", "Article that answers it:"],
    );
    terminal.wait("The answer given:");
    terminal.type_in("From eight to six.\r");
    terminal.wait("Is the requester satisfied?");
    terminal.type_in("yes\r");
    terminal.wait("One more issue");
    terminal.type_in("Another laptop\r");
    terminal.wait("What do they call for?");
    terminal.wait("> action");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let all = desk.json("list --all");
    let said = |title: &str, key: &str| {
        let all = all["tickets"].as_array().unwrap().iter();
        let one = all.clone().find(|one| one["title"] == title).unwrap();
        one[key].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(said("Jam", "type"), "action");
    assert_eq!(said("Jam", "status"), "open");
    assert_eq!(said("Opening hours", "type"), "information");
    assert_eq!(said("Opening hours", "status"), "closed");
    // What was not asked yet is there, too, and asked about later.
    assert_eq!(said("Another laptop", "status"), "open");
    assert!(
        terminal.screen().contains("go on with: desk new --resume"),
        "{}",
        terminal.screen()
    );
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn issues_of_options_are_asked_about_too_and_the_type_is_the_first_ones() {
    let desk = Desk::new();
    let mut terminal = Terminal::open(
        &desk,
        "new Thanks --type comment --feeling praise --about night --from Jan --phone 1 --email a@b.example --location here -m x --issue Complaint",
    );
    terminal.wait("Complaint");
    terminal.wait("What do they call for?");
    terminal.wait("> comment");
    terminal.type_in("\r");
    terminal.wait("Praise, complaint or other?");
    terminal.type_in("complaint\r");
    pass(
        &mut terminal,
        &["About whom or what?", "Details:", "One more issue"],
    );
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let ticket = &desk.json("list --all title:Complaint")["tickets"][0];
    assert_eq!(ticket["request"]["feeling"], "complaint");
    assert_eq!(ticket["status"], "closed");
}

#[test]
fn who_provides_what_the_code_is_about_is_told_once() {
    let desk = Desk::new();
    let line = "new Toneless --type action --from Jan --phone 1 --email a@b.example --location here \
                --code TEL-DEAD --model X --serial 1 --asset-location hall --account 2 --licence 3";
    let mut terminal = Terminal::open(&desk, line);
    terminal.wait("Telephony: +48 22 555 01 80, noc@example.com");
    terminal.type_in("\r");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    let told = terminal.written().matches("+48 22 555 01 80").count();
    assert_eq!(told, 1);
}

#[test]
fn impact_and_urgency_are_asked_where_the_code_leaves_them_open() {
    let desk = Desk::new();
    // A form that does not ask for them, and a code that says one of them.
    desk.replace(
        "desk.toml",
        "ask = [\"title\", \"code\", \"impact\", \"urgency\"]",
        "ask = [\"title\", \"code\"]",
    );
    desk.replace("catalog.toml", "path = [\"IT\", \"Workplace services\", \"Peripherals\"]\nimpact = \"person\"\nurgency = \"medium\"\nprompts = [\"Does it", "path = [\"IT\", \"Workplace services\", \"Peripherals\"]\nimpact = \"person\"\nprompts = [\"Does it");
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "Forms"]);
    let line = "new Soundless --type action --from Jan --phone 1 --email a@b.example --location here \
                --code HW-AUDIO --model X --serial 1 --asset-location hall --account 2 --licence 3 \
                --wants paper --tried it --reproduce yes";
    let mut terminal = Terminal::open(&desk, line);
    pass_prompts(&mut terminal, 2);
    terminal.wait("How urgent is it?");
    assert!(
        !terminal.screen().contains("Who is affected?"),
        "{}",
        terminal.screen()
    );
    terminal.type_in("high\r");
    terminal.wait("One more issue");
    // It can be looked at again.
    terminal.type_in(BACK);
    terminal.wait("> high");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    assert_eq!(only(&desk)["urgency"], "high");
}

#[test]
fn enter_takes_no_other_device_of_the_caller() {
    let desk = Desk::new();
    for (title, code, model, serial) in [
        ("One", "NET-DESK", "EX2300", "JW0219"),
        ("Two", "PRN-JAM", "LaserJet", "L-2"),
    ] {
        desk.made(&[
            "new",
            title,
            "--from",
            "Jan Kowalski",
            "--account",
            "AC-1",
            "--phone",
            "1",
            "--email",
            "jan@example.org",
            "--location",
            "here",
            "--code",
            code,
            "--model",
            model,
            "--serial",
            serial,
        ]);
    }
    let words = [
        "new",
        "Broken",
        "--type",
        "action",
        "--from",
        "Jan Kowalski",
        "--code",
        "PRN-JAM",
    ];
    let mut terminal = Terminal::run(&desk, &desk.desk(&words));
    pass_prompts(&mut terminal, 3);
    // Two are known: none is under the cursor, and Enter alone takes none of them.
    terminal.wait("Which equipment?");
    terminal.type_in("\r");
    terminal.wait("Model:");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130, "{}", terminal.screen());
    let ticket = desk.json("list title:Broken")["tickets"][0].clone();
    assert_eq!(ticket["asset"], serde_json::Value::Null, "{ticket}");
}

#[test]
fn the_only_known_device_is_offered_first_where_calls_about_it_were_of_this_sort() {
    for (code, prompts, taken) in [("PRN-JAM", 3, false), ("NET-DESK", 0, true)] {
        let desk = Desk::new();
        desk.made(&[
            "new",
            "One",
            "--from",
            "Jan Kowalski",
            "--account",
            "AC-1",
            "--phone",
            "1",
            "--email",
            "jan@example.org",
            "--location",
            "here",
            "--code",
            "NET-DESK",
            "--model",
            "EX2300",
            "--serial",
            "JW0219",
        ]);
        let words = [
            "new",
            "Broken",
            "--type",
            "action",
            "--from",
            "Jan Kowalski",
            "--code",
            code,
        ];
        let mut terminal = Terminal::run(&desk, &desk.desk(&words));
        if prompts > 0 {
            pass_prompts(&mut terminal, prompts);
        } else {
            for _ in 0..desk_prompts(&desk, code) {
                terminal.wait("Ask:");
                terminal.type_in("\r");
            }
        }
        terminal.wait("Which equipment?");
        terminal.type_in("\r");
        if taken {
            terminal.wait("Where does the equipment stand?");
        } else {
            terminal.wait("Model:");
        }
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130);
        let ticket = desk.json("list title:Broken")["tickets"][0].clone();
        let model = ticket["asset"]["model"].as_str();
        assert_eq!(model, taken.then_some("EX2300"), "{ticket}");
        // Without a terminal, the switch is not what a call about a printer is about either.
        let _ = desk.ok(&format!(
            "new Again --type action --from 'Jan Kowalski' --code {code}"
        ));
        let ticket = desk.json("list title:Again")["tickets"][0].clone();
        assert!(taken || ticket["asset"].is_null(), "{ticket}");
    }
}

/// How many questions a code of the catalogue has.
fn desk_prompts(desk: &Desk, code: &str) -> usize {
    let catalog: toml::Table = desk.read("catalog.toml").parse().unwrap();
    let prompts = &catalog["code"][code].get("prompts");
    prompts.and_then(toml::Value::as_array).map_or(0, Vec::len)
}

/// A desk that asks for a search before a request is resolved.
fn searching() -> Desk {
    let desk = Desk::new();
    desk.replace(
        "desk.toml",
        "kb_search = \"optional\"",
        "kb_search = \"required\"",
    );
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "Search"]);
    desk
}

/// Opens the interview of an information call up to its article.
fn at_the_article(desk: &Desk) -> Terminal {
    let mut terminal = Terminal::open(
        desk,
        "new Password --type information --from Jan --phone 1 --email a@b.example --location here -m x",
    );
    terminal.wait("Problem code:");
    terminal.type_in("ACC-RESET\r");
    let prompts = desk_prompts(desk, "ACC-RESET");
    pass_prompts(&mut terminal, prompts);
    terminal.wait("Article that answers it:");
    terminal
}

#[test]
fn the_article_is_searched_for_while_one_types_and_its_script_is_shown() {
    let desk = Desk::new();
    let mut terminal = at_the_article(&desk);
    // The code's article first, before anything is typed.
    terminal.wait("  KB-PW5R  ");
    terminal.type_in("prompt");
    terminal.wait("password");
    terminal.type_in(&format!("{CLEAR}passw"));
    terminal.wait("  KB-PW5R  ");
    terminal.type_in("\u{1b}[B\r");
    let script = desk.ok("kb script KB-PW5R").stdout;
    let first = script
        .lines()
        .find(|line| line.trim_start().starts_with("1 "))
        .unwrap();
    let first: Vec<&str> = first.split_whitespace().skip(1).take(3).collect();
    terminal.wait(&first.join(" "));
    terminal.wait("The answer given:");
    terminal.type_in("Read out.\r");
    pass(
        &mut terminal,
        &["Is the requester satisfied?", "One more issue"],
    );
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let id = only(&desk)["id"].as_str().unwrap().to_owned();
    let file = desk.read(&format!("tickets/2026-11/{id}.md"));
    assert!(
        file.contains("- article: KB-PW5R\n- outcome: solved\n"),
        "{file}"
    );
    assert!(!file.contains("- query:"), "{file}");
}

#[test]
fn a_search_without_a_use_is_a_search() {
    let desk = searching();
    let mut terminal = at_the_article(&desk);
    terminal.wait("needed");
    terminal.type_in("zzqx\r");
    terminal.wait("nothing was found for `zzqx`");
    terminal.wait("The answer given:");
    // Back: other words, of which none helps.
    terminal.type_in(BACK);
    terminal.wait("zzqx");
    terminal.type_in(&format!("{CLEAR}password\r"));
    terminal.wait("Which of these?");
    terminal.type_in("\r");
    terminal.wait("The answer given:");
    terminal.type_in("Told how.\r");
    pass(
        &mut terminal,
        &["Is the requester satisfied?", "One more issue"],
    );
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let id = only(&desk)["id"].as_str().unwrap().to_owned();
    let file = desk.read(&format!("tickets/2026-11/{id}.md"));
    assert_eq!(file.matches(" anna kb ^").count(), 1, "{file}");
    assert!(file.contains("- query: password\n- hits: "), "{file}");
    assert_eq!(only(&desk)["status"], "resolved");
    assert_eq!(desk.status(), "");
    let _ = desk.ok("check");
}

#[test]
fn whoever_looks_up_nothing_says_why() {
    let desk = searching();
    let mut terminal = at_the_article(&desk);
    terminal.type_in("\r");
    terminal.wait("why was no article needed?");
    terminal.type_in("Asked every day\r");
    terminal.wait("The answer given:");
    terminal.type_in("Told how.\r");
    pass(
        &mut terminal,
        &["Is the requester satisfied?", "One more issue"],
    );
    all_is_right(&mut terminal);
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    let id = only(&desk)["id"].as_str().unwrap().to_owned();
    let file = desk.read(&format!("tickets/2026-11/{id}.md"));
    assert!(file.contains("- no-kb: Asked every day\n"), "{file}");
    // Without either there is no answer yet.
    let mut terminal = at_the_article(&desk);
    terminal.type_in("\r");
    pass(&mut terminal, &["why was no article needed?"]);
    terminal.wait("The answer given:");
    terminal.type_in("Told how.\r");
    terminal.wait("nobody looked into the knowledge base");
    terminal.wait("The answer given:");
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), 130);
    assert_eq!(
        desk.json("list status:resolved --all")["tickets"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_was_typed_and_not_sent_is_there_again() {
    for ending in [Way::Kill, Way::Escape, Way::CtrlC, Way::Term] {
        let desk = Desk::new();
        let mut terminal = Terminal::open(&desk, "new");
        answer(&mut terminal, ACTION, 1);
        terminal.type_in("Jan Kowal");
        terminal.wait("Jan Kowal");
        let status = match ending {
            Way::Kill => {
                // It is kept a moment after it is seen.
                let begun = Instant::now();
                while desk.drafts().is_empty() && begun.elapsed() < Duration::from_secs(20) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                terminal.signal(Signal::KILL);
                -9
            }
            Way::Escape => {
                terminal.type_in("\u{1b}");
                0
            }
            Way::Term => {
                terminal.signal(Signal::TERM);
                143
            }
            _ => {
                terminal.type_in("\u{3}");
                130
            }
        };
        assert_eq!(terminal.end(), status);
        assert_eq!(desk.drafts().len(), 1);
        let id = only(&desk)["id"].as_str().unwrap().to_owned();
        let mut terminal = Terminal::open(&desk, &format!("new --resume {id}"));
        pass(&mut terminal, &["What do they call for?"]);
        terminal.wait("Jan Kowal");
        terminal.type_in("ski\r");
        terminal.wait("Telephone:");
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130);
        assert_eq!(only(&desk)["requester"]["name"], "Jan Kowalski");
        assert!(desk.drafts().is_empty(), "{:?}", desk.drafts());
        assert_eq!(desk.status(), "");
    }
}

#[test]
fn what_stands_between_questions_breaks_between_words() {
    let desk = Desk::new();
    let caller = [
        "new",
        "Dark screen",
        "--from",
        "Petra Adler",
        "--email",
        "petra.adler@example.com",
    ];
    let place = [
        "--phone",
        "+48 600 100 207",
        "--location",
        "Warehouse north, room 218",
    ];
    desk.made(&[&caller[..], &place].concat());
    let command = desk.desk(&["new"]);
    let mut terminal = Terminal::sized(&desk, &command, pty_process::Size::new(40, 60));
    terminal.wait("What do they call for?");
    terminal.type_in("\r");
    terminal.wait("Who is calling?");
    terminal.type_in("Petra Adler\r");
    terminal.wait("Is it this one?");
    terminal.type_in("\u{1b}[B\r");
    terminal.wait("What is it about");
    terminal.type_in("\u{3}");
    terminal.end();
    let screen = terminal.screen();
    let known = "  Petra Adler, petra.adler@example.com, +48 600 100 207,\r\n  Warehouse north, room 218\r\n";
    assert!(screen.contains(known), "{screen}");
}
