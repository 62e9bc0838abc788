//! `desk mail out`: what waits in the outbox goes out, once, and is logged.

use std::fs;

use crate::clones::Team;
use crate::desk::Out;
use crate::reply::{sent, with_mail};
use crate::terminal::Terminal;

#[test]
fn offline_it_waits_and_goes_out_once() {
    let desk = with_mail();
    fs::write(desk.beside("fail"), "").unwrap();
    let out = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    assert!(out.stderr.contains("no route to the relay"), "{out}");
    assert!(!desk.read(&desk.path("ID1")).contains("Please restart it."));
    // The same command again, and the outbox, try the same mail.
    let _ = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    let _ = desk.run("mail out").code(5);
    let listed = desk.json("mail out --dry-run");
    assert_eq!(listed["mails"].as_array().unwrap().len(), 1, "{listed}");
    fs::remove_file(desk.beside("fail")).unwrap();
    desk.wait(120);
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("1 mail sent"), "{out}");
    let log = desk.read(&desk.path("ID1"));
    assert_eq!(log.matches("Please restart it.").count(), 1);
    // It is dated when the requester got it.
    assert!(log.contains("T11:0"), "{log}");
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("Nothing waits in the outbox."), "{out}");
    assert_eq!(sent(&desk).len(), 1);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_mail_can_be_taken_out_of_the_outbox() {
    let desk = with_mail();
    fs::write(desk.beside("fail"), "").unwrap();
    let _ = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    let out = desk.run("mail out --drop ID2").code(2);
    assert!(out.stderr.contains("no mail `ID2` waits"), "{out}");
    let _ = desk.run("mail out --drop ID1 --dry-run").code(0);
    let _ = desk.run("mail out --drop ID1").code(0);
    fs::remove_file(desk.beside("fail")).unwrap();
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("Nothing waits"), "{out}");
    assert!(sent(&desk).is_empty());
}

/// An answer of anna's that could not be handed over, on a desk with two clones; marek wrote since, and
/// that is at the other end.
fn answered_by_both() -> Team {
    let desk = with_mail();
    desk.write(
        "templates/arrived.md",
        "+++\ntitle = \"x\"\nfor = [\"reply\"]\n+++\nIt has arrived.\n",
    );
    desk.replace(
        "desk.toml",
        FROM,
        &format!("{FROM}acknowledge = \"arrived\"\n"),
    );
    let _ = desk.git(&["add", "--all"]);
    let _ = desk.git(&["commit", "--quiet", "-m", "texts"]);
    let _ = desk.open("Keyboard");
    let _ = desk.ok("set ID2 requester.email=ola@acme.example");
    let team = Team::around(desk);
    fs::write(team.desk.beside("fail"), "").unwrap();
    let keyboard = team.desk.real("ID2");
    for (id, text) in [
        (team.id.as_str(), "Please restart it."),
        (keyboard.as_str(), "A new one is on its way."),
    ] {
        let _ = team.anna.desk(NOW, &["reply", id, "-m", text]).code(5);
    }
    let note = ["note", &team.id, "-m", "I drive there."];
    let _ = team.marek.desk(LATER, &note).code(0);
    let _ = team.marek.desk(LATER, &["sync"]).code(0);
    team
}

/// The last setting of mail.
const FROM: &str = "from = \"Help desk <help@desk.example>\"\n";

const NOW: &str = "2026-11-23T10:00:00Z";
const LATER: &str = "2026-11-23T12:00:00Z";

#[test]
fn while_a_mail_waits_others_may_answer() {
    let team = answered_by_both();
    // What the desk sends by itself waits beside them.
    let mail = "From: new@acme.example\nTo: help@desk.example\nSubject: Mouse\n\
        Message-ID: <m@acme.example>\nDate: Mon, 23 Nov 2026 10:10:00 +0100\n\nIt is broken.\n";
    fs::write(team.desk.beside("m.eml"), mail).unwrap();
    let mut command = team.anna.command(NOW, &["mail", "in"]);
    command.stdin(fs::File::open(team.desk.beside("m.eml")).unwrap());
    let _ = Out::of(&command.output().unwrap()).code(0);
    let again = |more: &[&str]| team.anna.desk(LATER, &[&["mail", "out"], more].concat());
    fs::remove_file(team.desk.beside("fail")).unwrap();
    let out = again(&[]).code(4);
    let held = format!(
        "the mail on `{}` waits: there is an entry of others",
        team.id
    );
    assert!(out.stderr.contains(&held), "{out}");
    assert!(
        out.stderr.contains("Marek Zieliński note: I drive there."),
        "{out}"
    );
    assert!(out.stdout.contains("2 mails sent, 1 mail left"), "{out}");
    let to = |n: usize| sent(&team.desk)[n].0.rsplit(' ').next().unwrap().to_owned();
    let mut went = [to(0), to(1)];
    went.sort_unstable();
    assert_eq!(went, ["new@acme.example", "ola@acme.example"]);
    // The next one asks again, after a sync, too.
    let _ = again(&["--quiet"]).code(4);
    let _ = team.anna.desk(LATER, &["sync"]).code(0);
    let _ = again(&["--json"]).code(4);
    assert_eq!(sent(&team.desk).len(), 2);
    // Decided once is decided, should the mail go on waiting.
    fs::write(team.desk.beside("fail"), "").unwrap();
    let _ = again(&["--anyway"]).code(5);
    fs::remove_file(team.desk.beside("fail")).unwrap();
    let out = again(&[]).code(0);
    assert!(out.stdout.contains("1 mail sent"), "{out}");
    assert_eq!(to(2), "jan@acme.example");
    let _ = team.anna.desk(LATER, &["check"]).code(0);
}

#[test]
fn without_the_other_end_a_mail_goes_and_says_so() {
    let team = answered_by_both();
    fs::remove_file(team.desk.beside("fail")).unwrap();
    fs::rename(&team.hub, team.hub.with_extension("away")).unwrap();
    let out = team.anna.desk(LATER, &["mail", "out"]).code(0);
    let words = "whether others wrote elsewhere is not known";
    assert_eq!(out.stderr.matches(words).count(), 1, "{out}");
    assert_eq!(sent(&team.desk).len(), 2);
}

#[test]
fn what_the_desk_asks_by_itself_takes_no_answer_along() {
    let desk = with_mail();
    desk.write(
        "templates/helped.md",
        "+++\ntitle = \"x\"\nfor = [\"reply\"]\n+++\nDid it help?\n",
    );
    desk.replace(
        "desk.toml",
        FROM,
        &format!("{FROM}satisfaction = \"helped\"\n"),
    );
    let _ = desk.git(&["add", "--all"]);
    let _ = desk.git(&["commit", "--quiet", "-m", "texts"]);
    fs::write(desk.beside("fail"), "").unwrap();
    let _ = desk.run("reply ID1 -m 'Please restart it.'").code(5);
    fs::remove_file(desk.beside("fail")).unwrap();
    let mut marek = desk.desk(&["resolve", &desk.real("ID1"), "-m", "I was there."]);
    marek.env("DESK_AGENT", "marek");
    let out = desk.reported(marek).code(0);
    assert!(
        out.stderr.contains("asked by mail whether it helped"),
        "{out}"
    );
    assert_eq!(sent(&desk).len(), 1);
    let out = desk.run("mail out").code(4);
    assert!(out.stderr.contains("resolve: "), "{out}");
    // On a terminal somebody decides.
    let mut terminal = Terminal::open(&desk, "mail out");
    terminal.wait("Send it? [y/N]");
    terminal.type_in("n\r");
    assert_eq!(terminal.end(), 4);
    let mut terminal = Terminal::open(&desk, "mail out");
    terminal.wait("Send it? [y/N]");
    terminal.type_in("y\r");
    let code = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    assert_eq!(sent(&desk).len(), 2);
}
