//! `desk work say`: what callers are to be told now.

use super::{call, one_order, ordered};
use crate::clones::Team;
use crate::desk::Desk;
use crate::terminal::Terminal;
use crate::writing_commands;

const SAY: &str = "work say ID3 -m 'ERP is down, next word in two hours' --next +2h";

/// The tickets on which a promise is due.
fn promised(desk: &Desk, args: &str) -> Vec<String> {
    let json = desk.json(&format!("due {args}"));
    let all = json["due"].as_array().unwrap().iter();
    let all = all.filter(|one| one["what"] == "promise");
    let mut all: Vec<String> = all
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all
}

/// How many entries of the kind a file has.
fn said(text: &str) -> usize {
    let headings = text.lines().filter(|line| line.starts_with("## "));
    headings.filter(|line| line.contains(" say ^")).count()
}

#[test]
fn a_word_stands_on_every_board_until_the_order_ends() {
    let desk = one_order();
    let _ = desk.ok("work say ID3 -m 'ERP is down.'");
    for board in [
        "--mine --as anna",
        "--mine --as marek",
        "--team --as ewa",
        "show ID3",
        "show ID1",
        "work show ID3",
    ] {
        let shown = desk.ok(board).stdout;
        assert!(shown.contains("ERP is down."), "{board}: {shown}");
    }
    let _ = desk.ok("work say ID3 -m 'It was the switch.' --as marek");
    let shown = desk.ok("--mine --as anna").stdout;
    assert!(shown.contains("It was the switch."), "{shown}");
    assert!(shown.contains("Marek"), "{shown}");
    assert!(!shown.contains("ERP is down."), "{shown}");
    let json = desk.json("--mine --as anna");
    assert_eq!(json["said"][0]["text"], "It was the switch.");
    assert_eq!(json["said"][0]["order"], desk.real("ID3").as_str());
    let listed = desk.ok("list is:said").to_string();
    assert!(
        listed.contains("ID3") && !listed.contains("ID1"),
        "{listed}"
    );
    let _ = desk.ok("check");
    let _ = desk.ok("work done ID3 -m Mended.");
    for board in ["--mine --as anna", "--team --as ewa"] {
        let shown = desk.ok(board).stdout;
        assert!(!shown.contains("It was the switch."), "{board}: {shown}");
    }
    let _ = desk.ok("reopen ID3 -m 'Not mended'");
    assert!(desk.ok("--mine").stdout.contains("It was the switch."));
}

#[test]
fn all_who_wait_for_the_order_were_promised() {
    let desk = one_order();
    let out = desk.ok(SAY);
    for name in ["ID1", "ID2"] {
        assert!(out.stdout.contains(&desk.real(name)), "{out}");
    }
    let (one, two) = (desk.real("ID1"), desk.real("ID2"));
    let mut both = [one, two.clone()];
    both.sort();
    assert_eq!(promised(&desk, ""), both);
    // Each is its keeper's; the order's next word is for whoever said this one.
    assert_eq!(promised(&desk, "--mine --as marek"), Vec::<String>::new());
    let sla = desk.ok("sla ID1").to_string();
    assert!(sla.contains("as all who wait for ID3 were told"), "{sla}");
    let shown = desk.ok("show ID1").stdout;
    assert!(shown.contains("next word by"), "{shown}");
    let text = desk.raw("ID1");
    assert!(text.contains("anna say ^"), "{text}");
    assert!(!text.contains("ERP is down"), "{text}");
    let _ = desk.ok("check");
    let before = desk.state();
    let _ = desk.ok("sweep");
    assert!(before == desk.state(), "all were told");
    // Whoever is called has heard it; the other is late.
    let _ = desk.ok("call ID1 -m 'Still down.'");
    assert_eq!(promised(&desk, ""), std::slice::from_ref(&two));
    desk.wait(24 * 60);
    let due = desk.json("due --mine --as anna");
    let due = due["due"].as_array().unwrap();
    assert!(due.iter().any(|one| one["what"] == "reminder"), "{due:?}");
    assert!(desk.ok("--mine").stdout.contains("the next word was due"));
    let _ = desk.ok("work say ID3 -m 'It is the switch.'");
    let due = desk.json("due --mine --as anna");
    let due = due["due"].as_array().unwrap();
    assert!(!due.iter().any(|one| one["what"] == "reminder"), "{due:?}");
    assert!(!desk.ok("--mine").stdout.contains("next word"));
    assert_eq!(promised(&desk, ""), [two]);
    let _ = desk.ok("check");
}

#[test]
fn an_earlier_promise_of_an_agent_stays() {
    let desk = one_order();
    let _ = desk.ok("call ID1 -m 'You hear from me.' --next +1h");
    let own = desk.raw("ID1");
    let out = desk.ok(SAY);
    assert!(out.stderr.contains("was promised word by"), "{out}");
    assert_eq!(desk.raw("ID1"), own);
    let _ = desk.ok("sweep");
    assert_eq!(desk.raw("ID1"), own);
    // What the order promised is withdrawn, and nothing else.
    let _ = desk.ok("work say ID3 -m 'Nobody knows when.' --next none");
    assert_eq!(promised(&desk, ""), [desk.real("ID1")]);
    assert_eq!(desk.raw("ID1"), own);
    let _ = desk.ok("check");
}

#[test]
fn who_joins_the_order_is_promised_too() {
    let desk = one_order();
    let _ = desk.ok(SAY);
    let _ = call(&desk, "Ina", &["--on", &desk.real("ID3")]);
    let _ = call(&desk, "Eva", &[]);
    let _ = desk.ok("work link ID5 --to ID3");
    let all = ["ID1", "ID2", "ID4", "ID5"].map(|name| desk.real(name));
    let due = promised(&desk, "");
    let mut expected = all.to_vec();
    expected.sort();
    assert_eq!(due, expected);
    let sla = desk.ok("sla ID4").to_string();
    assert!(sla.contains("as all who wait for ID3 were told"), "{sla}");
    let before = desk.state();
    let _ = desk.ok("sweep");
    assert!(before == desk.state());
    let _ = desk.ok("check");
}

#[test]
fn a_caller_is_told_where_code_or_place_fits() {
    let desk = one_order();
    let _ = desk.ok("work say ID3 -m 'ERP is down.'");
    for (args, told) in [
        ("new Phone --code NET-OUT", true),
        ("new Phone --location 'Gdańsk HQ, floor 3, room 312'", true),
        ("new Phone --location 'Sopot, floor 3'", false),
        ("new Phone", false),
        ("new Phone --on ID3", true),
        ("new Phone -q --code NET-OUT", false),
    ] {
        let out = desk.ok(args);
        assert_eq!(out.stderr.contains("ERP is down."), told, "{args}: {out}");
        assert_eq!(out.stdout.lines().count(), 1, "{out}");
    }
    let json = desk.json("new Phone --code NET-OUT");
    let said = &json["tickets"][0]["derived"]["said"][0];
    assert_eq!(said["text"], "ERP is down.");
}

#[test]
fn the_interview_tells_it_as_soon_as_it_fits() {
    let desk = one_order();
    let _ = desk.ok("work say ID3 -m 'ERP is down.'");
    for (line, typed) in [
        ("new Phone --code NET-OUT", None),
        (
            "new Phone --type action --from Ida --phone 1 --email i@example.org --location Sopot",
            Some("NET-OUT"),
        ),
    ] {
        let mut terminal = Terminal::open(&desk, line);
        if let Some(typed) = typed {
            terminal.wait("Problem code:");
            assert!(!terminal.written().contains("ERP is down."));
            terminal.type_in(&format!("{typed}\r"));
        }
        terminal.wait("ERP is down.");
        terminal.type_in("\u{3}");
        assert_eq!(terminal.end(), 130);
        let shown = terminal.written();
        assert_eq!(shown.matches("ERP is down.").count(), 1, "{shown}");
    }
}

#[test]
fn it_is_taken_back() {
    let desk = one_order();
    let _ = desk.ok("work say ID3 -m 'First word.' --next +1h");
    let first = promised(&desk, "");
    let _ = desk.ok(SAY);
    let _ = desk.ok("undo");
    let shown = desk.ok("--mine").stdout;
    assert!(shown.contains("First word."), "{shown}");
    assert_eq!(promised(&desk, ""), first);
    let _ = desk.ok("sweep");
    let text = desk.raw("ID1");
    assert_eq!(said(&text), 2, "{text}");
    let _ = desk.ok("undo 3");
    let shown = desk.ok("--mine").stdout;
    assert!(!shown.contains("First word."), "{shown}");
    assert!(promised(&desk, "").is_empty());
    let _ = desk.ok("check");
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = one_order();
    let before = desk.state();
    let _ = desk.run("work say ID1 -m x").code(4);
    let _ = desk
        .run("work say ID3 -m ''")
        .code(2)
        .says("hint: say it with -m");
    let _ = desk.run("work say ID3").code(2);
    let _ = desk.run("work say ID3 -m x --next 2020-01-01").code(2);
    assert!(before == desk.state());
    let _ = desk.ok("work say ID3 -m x --next +2h --dry-run");
    assert!(before == desk.state());
    let _ = desk.ok("work done ID3 -m Mended.");
    let _ = desk.run("work say ID3 -m x").code(4);
}

#[test]
fn an_order_that_many_join_is_proposed_to_managers() {
    let desk = one_order();
    call(&desk, "Ina", &["--on", &desk.real("ID3")]);
    call(&desk, "Eva", &["--on", &desk.real("ID3")]);
    let shown = desk.ok("--team --as ewa").to_string();
    assert!(!shown.contains("Major incident?"), "{shown}");
    call(&desk, "Ida", &["--on", &desk.real("ID3")]);
    let shown = desk.ok("--team --as ewa").to_string();
    assert!(shown.contains("Major incident?"), "{shown}");
    assert!(shown.contains("desk work show ID3"), "{shown}");
    let json = desk.json("--team --as ewa");
    assert_eq!(json["lines"][0]["line"], "major-incident");
    assert_eq!(json["lines"][0]["first"], desk.real("ID3").as_str());
    // Nothing was changed by itself; a word for callers decides it.
    let _ = desk.ok("work say ID3 -m 'The network is down.'");
    let shown = desk.ok("--team --as ewa").to_string();
    assert!(!shown.contains("Major incident?"), "{shown}");
}

#[test]
fn a_slow_trickle_is_no_major_incident() {
    let desk = one_order();
    for name in ["Ina", "Eva", "Ida"] {
        desk.wait(40);
        call(&desk, name, &["--on", &desk.real("ID3")]);
    }
    let shown = desk.ok("--team --as ewa").to_string();
    assert!(!shown.contains("Major incident?"), "{shown}");
}

#[test]
fn two_clones_promise_alike() {
    let desk = one_order();
    let _ = call(&desk, "Ina", &[]);
    let third = desk.real("ID4");
    let order = desk.real("ID3");
    let team = Team::around(desk);
    let (anna, marek) = (&team.anna, &team.marek);
    let next = "2026-11-23T15:00:00Z";
    let say = ["work", "say", &order, "-m", "Down.", "--next", next];
    let _ = anna.desk("2026-11-23T09:00:00Z", &say).code(0);
    let _ = marek
        .desk(
            "2026-11-23T09:10:00Z",
            &["work", "link", &third, "--to", &order],
        )
        .code(0);
    let _ = marek.desk("2026-11-23T09:11:00Z", &["sync"]).code(0);
    let _ = anna.desk("2026-11-23T09:12:00Z", &["sync"]).code(0);
    let _ = marek.desk("2026-11-23T09:13:00Z", &["sync"]).code(0);
    let path = team.desk.path("ID4");
    assert!(!anna.read(&path).contains(" say ^"));
    for (clone, at) in [
        (anna, "2026-11-23T09:20:00Z"),
        (marek, "2026-11-23T09:25:00Z"),
    ] {
        let _ = clone.desk(at, &["sweep"]).code(0);
        assert!(clone.read(&path).contains("desk say ^"));
    }
    assert_eq!(anna.read(&path), marek.read(&path));
    let _ = anna.desk("2026-11-23T09:51:00Z", &["sync"]).code(0);
    let _ = marek.desk("2026-11-23T09:52:00Z", &["sync"]).code(0);
    assert_eq!(anna.read(&path), marek.read(&path));
    assert_eq!(said(&anna.read(&path)), 1);
    let _ = anna.desk("2026-11-23T09:53:00Z", &["check"]).code(0);
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(ordered, "work say ID2 -m the-text");
}
