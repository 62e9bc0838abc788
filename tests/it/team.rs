//! `desk --team`: what a manager sees of the whole desk.

use std::collections::BTreeSet;

use pty_process::Size;
use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr as _;

use crate::desk::Desk;
use crate::terminal::Terminal;

/// Agents and a queue beside those of every scene. They are retired once they have work.
const MORE: &str = r#"
[agent.bo]
name = "Bo Larsen"
email = "bo@example.org"
role = "agent"

[agent.cyd]
name = "Cyd Moreau"
email = "cyd@example.org"
role = "agent"

[agent.dan]
name = "Dan Okafor"
email = "dan@example.org"
role = "agent"

[agent.eva]
name = "Eva Sommer"
email = "eva@example.org"
role = "agent"

[agent.gus]
name = "Gus Petit"
email = "gus@example.org"
role = "agent"

[queue.attic]
title = "Attic"
area = "workplace"
tier = 1
"#;

const QUEUES: [&str; 6] = [
    "accounts",
    "applications",
    "logistics",
    "network",
    "telephony",
    "workplace-engineering",
];

fn mail(desk: &Desk, title: &str, queue: &str) -> String {
    desk.made(&["new", title, "--channel", "email", "--queue", queue])
}

/// A desk on which each line of the manager's board has something to tell.
fn full() -> Desk {
    let desk = Desk::new();
    let settings = desk.read("desk.toml");
    desk.write("desk.toml", format!("{settings}{MORE}"));
    for (at, queue) in QUEUES.iter().enumerate() {
        for n in 0..=at {
            mail(&desk, &format!("Wish {n} for {queue}"), queue);
        }
    }
    let ids: Vec<String> = desk.json("list")["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    for (agent, id) in ["bo", "cyd", "dan", "eva", "gus", "marek"].iter().zip(&ids) {
        let _ = desk.ok(&format!("assign {id} {agent}"));
    }
    let _ = desk.ok(&format!("pend {} --on vendor --until 2026-12-01", ids[0]));
    let _ = desk.ok(&format!("contact {} -m 'We look at it.'", ids[1]));
    // A night later the answers of yesterday's mails are late.
    desk.wait(24 * 60);
    let _ = desk.ok(&format!("escalate {} --hierarchic -m 'Third time'", ids[6]));
    let _ = desk.ok(&format!("escalate {} --hierarchic -m 'Again'", ids[7]));
    let _ = desk.ok(&format!("ack {} --as ewa", ids[7]));
    let _ = desk.ok(&format!("note {} -m '@marek look at this'", ids[8]));
    let rude = mail(&desk, "Left waiting at the attic", "attic");
    let _ = desk.ok(&format!("take {rude} --as ewa"));
    // Nobody has answered these since the morning.
    desk.wait(5 * 60);
    let feeling = [
        "--type",
        "comment",
        "--feeling",
        "complaint",
        "--about",
        "calls",
    ];
    desk.made(&[&["new", "Nobody called back"], &feeling[..]].concat());
    let feeling = [
        "--type",
        "comment",
        "--feeling",
        "praise",
        "--about",
        "calls",
    ];
    desk.made(&[&["new", "A kind word"], &feeling[..]].concat());
    let _ = desk.ok("kb new 'Scanner shows E-42' --code PRN-JAM -m 'Turn it off and on.'");
    let article = desk.json("kb list --state draft")["articles"][0]["id"].clone();
    let _ = desk.ok(&format!("kb review {}", article.as_str().unwrap()));
    for (name, after) in [("Gus Petit", "role = \"agent\""), ("Attic", "tier = 1")] {
        let settings = desk.read("desk.toml");
        let at = settings.find(name).unwrap();
        let end = at + settings[at..].find(after).unwrap() + after.len();
        let retired = format!("{}\nretired = true{}", &settings[..end], &settings[end..]);
        desk.write("desk.toml", retired);
    }
    desk
}

/// When everything has happened: each command would move the clock on.
const THEN: &str = "2026-11-24T15:30:00Z";

/// The ids that a command lists in JSON.
fn listed(desk: &Desk, command: &str) -> Vec<String> {
    desk.set_clock(THEN.parse().unwrap());
    listed_now(desk, command)
}

fn listed_now(desk: &Desk, command: &str) -> Vec<String> {
    let line = command.strip_prefix("desk ").unwrap();
    let json = desk.json(&format!("{line} --as ewa"));
    let id = |one: &Json| one["id"].as_str().unwrap().to_owned();
    let lists = ["tickets", "articles"].map(|list| json[list].as_array().cloned());
    lists.iter().flatten().flatten().map(id).collect()
}

#[test]
fn each_line_has_the_command_that_lists_exactly_so_many() {
    let desk = full();
    desk.set_clock(THEN.parse().unwrap());
    let board = desk.json("--as ewa");
    let mut seen = Vec::new();
    for line in board["lines"].as_array().unwrap() {
        let (word, count) = (
            line["line"].as_str().unwrap(),
            line["count"].as_u64().unwrap(),
        );
        let command = line["command"].as_str().unwrap();
        seen.push(word);
        if word == "for-you" {
            continue;
        }
        let found = listed(&desk, command);
        assert_eq!(found.len() as u64, count, "{command}: {found:?}");
        let first = line["first"].as_str().unwrap().to_owned();
        assert!(found.contains(&first), "{first} of {command}: {found:?}");
    }
    let all = [
        "for-you",
        "unacknowledged",
        "escalated",
        "late",
        "breached-today",
        "unassigned",
        "complaints",
        "retired-queues",
        "retired-agents",
        "review",
    ];
    assert_eq!(seen, all);
    let tables = [
        ("queues", "is:unassigned", "unassigned"),
        ("agents", "status:pending", "waiting"),
    ];
    for (table, flag, third) in tables {
        let rows = board[table].as_array().unwrap();
        assert!(rows.len() > 4, "{board}");
        for row in rows {
            let command = row["command"].as_str().unwrap();
            for (more, key) in [
                ("", "open"),
                (" is:overdue", "late"),
                (&format!(" {flag}"), third),
            ] {
                let found = listed(&desk, &format!("{command}{more}"));
                assert_eq!(
                    found.len() as u64,
                    row[key].as_u64().unwrap(),
                    "{row}: {found:?}"
                );
            }
        }
        let worst: Vec<_> = rows.iter().map(|row| row["late"].as_u64()).rev().collect();
        assert!(worst.is_sorted(), "{board}");
    }
    // Each open ticket is in a queue, or is told of as being in a retired one.
    let open = board["queues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["open"].as_u64().unwrap());
    assert_eq!(
        usize::try_from(open.sum::<u64>()).unwrap() + 1,
        listed(&desk, "desk list").len()
    );
}

#[test]
fn late_and_breached_go_by_the_clocks_of_due() {
    let desk = full();
    desk.set_clock(THEN.parse().unwrap());
    let due = desk.json("due");
    let late = due["due"].as_array().unwrap().iter().filter(|one| {
        let is_clock = !["wait", "reminder", "tell"].contains(&one["what"].as_str().unwrap());
        is_clock && one["overdue"] == true
    });
    let late: BTreeSet<&str> = late.map(|one| one["id"].as_str().unwrap()).collect();
    let found = listed(&desk, "desk list is:overdue");
    assert!(late.len() > 4, "{due}");
    assert_eq!(late, found.iter().map(String::as_str).collect());
    let today = listed(&desk, "desk list breached:today");
    for id in listed(&desk, "desk list is:breached") {
        let clocks = desk.json(&format!("sla {id}"));
        let clocks = clocks["tickets"][0]["derived"]["clocks"]
            .as_array()
            .unwrap()
            .clone();
        let is_today = clocks.iter().any(|clock| {
            let at = clock["breached"].as_str();
            at.is_some_and(|at| at > "2026-11-23T23:00:00Z")
        });
        assert_eq!(is_today, today.contains(&id), "{id}: {clocks:?}");
    }
    assert!(!today.is_empty() && today.len() < found.len(), "{today:?}");
    // A day later none of it is of today.
    desk.set_clock("2026-11-27T23:30:00Z".parse().unwrap());
    assert_eq!(
        listed_now(&desk, "desk list breached:today"),
        Vec::<String>::new()
    );
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What ewa sees in a terminal of this size.
fn screen(desk: &Desk, line: &str, rows: u16, columns: u16) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = desk.desk(&words);
    command.env("DESK_AGENT", "ewa");
    let mut terminal = Terminal::sized(desk, &command, Size::new(rows, columns));
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    terminal.screen().replace('\r', "")
}

#[test]
fn all_of_it_fits_a_terminal_of_80_by_24() {
    let desk = full();
    let unseen = "{\"since\":\"2026-11-24T09:00:00Z\",\"from\":null,\"tickets\":[\"2611-AAAAA\"],\"concerns\":[]}";
    desk.write(".git/plaindesk/unseen/ewa.json", unseen);
    let shown = screen(&desk, "", 24, 80);
    // The prompt takes the last line.
    assert!(shown.lines().count() == 23, "{shown}");
    assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    let shown = desk.stable(&shown);
    insta::assert_snapshot!("team_80_by_24", shown);
    let wide = screen(&desk, "", 60, 200);
    assert!(wide.lines().all(|line| line.width() <= 200), "{wide}");
    assert!(!wide.contains("more:"), "{wide}");
    insta::assert_snapshot!("team_200_by_60", desk.stable(&wide));
    // The command behind "and more" shows them.
    let all = screen(&desk, "--team --all", 60, 80);
    assert!(!all.contains("more:"), "{all}");
    for queue in QUEUES {
        assert!(all.contains(&format!("desk list queue:{queue} ")), "{all}");
    }
}

#[test]
fn words_for_callers_and_a_major_incident_fit_too() {
    let desk = full();
    desk.write(
        ".git/plaindesk/unseen/ewa.json",
        "{\"since\":\"2026-11-24T09:00:00Z\",\"from\":null,\"tickets\":[\"2611-AAAAA\"],\"concerns\":[]}",
    );
    let order = |code: &str, count: usize| {
        let ids: Vec<String> = (0..count)
            .map(|n| {
                let title = format!("Trouble {n} with {code}");
                let args = ["new", &title, "--channel", "email", "--code", code];
                desk.real(&desk.made(&args))
            })
            .collect();
        let made = desk.json(&format!("work new {} --separate", ids.join(" ")));
        made["tickets"][0]["id"].as_str().unwrap().to_owned()
    };
    order("NET-OUT", 5);
    let (erp, printer) = (order("APP-ERP", 1), order("PRN-JAM", 1));
    for (id, next) in [(printer, "--next +1h"), (erp, "--next +2h")] {
        let long = "Everything in this building that has a plug stands still since nine.";
        let _ = desk.ok(&format!("work say {id} -m '{long}' {next}"));
    }
    let shown = screen(&desk, "", 24, 80);
    assert!(shown.lines().count() == 23, "{shown}");
    assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    for part in [
        "Tell callers",
        "and 1 more: desk list is:said",
        "Major incident?",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let wide = screen(&desk, "", 60, 200);
    assert!(wide.lines().all(|line| line.width() <= 200), "{wide}");
    assert!(wide.contains("next word by"), "{wide}");
}

#[test]
fn managers_see_the_whole_desk_and_agents_their_own() {
    let desk = Desk::with_ticket();
    // The starter's own article that waits for a manager.
    let _ = desk.ok("kb review KB-ER3P --back");
    let own = desk.run("").code(0).stdout;
    assert!(own.contains("\nMine 1\n"), "{own}");
    let team = desk.run("--team").code(0).stdout;
    assert!(team.contains("desk list queue:service-desk"), "{team}");
    assert!(team.starts_with("Help desk  Anna Nowak"), "{team}");
    assert!(
        team.contains("\nFor you 1  1 to work on: desk --mine\n"),
        "{team}"
    );
    let led = desk.run("--as ewa").code(0).stdout;
    assert!(
        led.contains("desk list agent:anna") && !led.contains("For you"),
        "{led}"
    );
    let own = desk.run("--mine --as ewa").code(0).stdout;
    assert!(own.contains("Nothing waits for you."), "{own}");
    // What lies elsewhere is nobody's: no line is empty.
    for absent in [
        "Late",
        "Unassigned",
        "Complaints",
        "retired",
        "Escalated",
        "review",
    ] {
        assert!(!led.contains(absent), "{absent}: {led}");
    }
    let _ = desk.ok("resolve ID1 -m done");
    let led = desk.run("--as ewa").code(0).stdout;
    assert!(led.contains("\nNothing waits for anybody.\n"), "{led}");
}

#[test]
fn who_is_away_is_seen_beside_their_load() {
    let desk = Desk::with_ticket();
    let row = |desk: &Desk| {
        let shown = desk.run("--as ewa").code(0).stdout;
        let row = shown.lines().find(|line| line.starts_with("Anna Nowak"));
        one_spaced(row.unwrap())
    };
    assert!(!row(&desk).contains("until"), "{}", row(&desk));
    let _ = desk.ok("away today..2026-11-27");
    let shown = row(&desk);
    assert!(
        shown.ends_with(" until 2026-11-27 desk list agent:anna"),
        "{shown}"
    );
    let json = desk.json("--as ewa");
    assert_eq!(json["agents"][0]["away_until"], "2026-11-27");
}

#[test]
fn what_is_a_manager_s_own_is_counted_on_one_line() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("escalate ID1 --hierarchic -m 'The board meets at eleven'");
    let _ = desk.ok("assign ID2 ewa");
    let _ = desk.ok("new Third --channel email");
    let _ = desk.ok("assign ID3 ewa");
    desk.wait(5 * 60);
    let shown = desk.run("--as ewa").code(0).stdout;
    assert!(
        shown.contains("\nFor you 3  1 told to you, 1 due, 1 to work on: desk --mine\n"),
        "{shown}"
    );
    let own = desk.json("--mine --as ewa");
    let parts: Vec<&str> = own["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["derived"]["part"].as_str().unwrap())
        .collect();
    assert_eq!(parts, ["due", "told", "mine"]);
    let _ = desk.ok("ack ID1 --as ewa");
    let shown = desk.run("--as ewa").code(0).stdout;
    assert!(
        shown.contains("\nFor you 2  1 due, 1 to work on"),
        "{shown}"
    );
    // Somebody has it, and management was told all the same.
    assert!(!shown.contains("nobody has it"), "{shown}");
    assert!(
        one_spaced(&shown).contains("Escalated 1 desk list is:escalated"),
        "{shown}"
    );
}

#[test]
fn a_complaint_is_seen_for_a_week_although_it_is_closed_at_once() {
    let desk = Desk::new();
    let comment = "--type comment --about calls --feeling";
    let _ = desk.ok(&format!("new 'Nobody called back' {comment} complaint"));
    let _ = desk.ok(&format!("new 'A mistake' {comment} complaint"));
    let count = |desk: &Desk| {
        let lines = desk.json("--as ewa")["lines"].clone();
        let lines = lines.as_array().unwrap().clone();
        let line = lines.into_iter().find(|one| one["line"] == "complaints");
        line.map(|one| one["count"].as_u64().unwrap())
    };
    assert_eq!(count(&desk), Some(2));
    // From the cache, and without it.
    std::fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert_eq!(count(&desk), Some(2));
    desk.wait(7 * 24 * 60 - 30);
    assert_eq!(count(&desk), Some(2));
    desk.wait(60);
    assert_eq!(count(&desk), None);
    assert_eq!(listed(&desk, "desk list is:complaint").len(), 2);
}

#[test]
fn options_of_the_board_are_for_the_board() {
    let desk = Desk::with_ticket();
    for line in ["--team list", "--mine due", "--all list"] {
        let out = desk.run(line).code(2);
        assert!(out.stderr.contains("are for `desk` alone"), "{out}");
    }
    let _ = desk.run("--team --mine").code(2);
}
