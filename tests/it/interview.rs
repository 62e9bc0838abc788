//! The interview of `desk new`, in a real terminal.

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
    for count in 0..ACTION.len() {
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
        for (at, (question, _, says)) in ACTION.iter().enumerate() {
            // The type is usual, and so is nothing of the rest.
            if at > 0 {
                let there = file.contains(says);
                assert_eq!(there, at < count, "{question} of {count}:\n{file}");
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
            // The next thing asked is what was asked last.
            terminal.wait("? ");
            let (question, typed, says) = ACTION[count];
            terminal.wait(question);
            terminal.type_in(&format!("{typed}\r"));
            if let Some((next, ..)) = ACTION.get(count + 1).filter(|_| count < 17) {
                terminal.wait(next);
                terminal.type_in("\u{3}");
                assert_eq!(terminal.end(), 130);
            } else {
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
