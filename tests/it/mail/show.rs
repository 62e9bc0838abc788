//! `desk mail show`: a mail in quarantine.

use crate::desk::Desk;
use crate::mail::held::{hold, two};

#[test]
fn why_it_waits_what_it_says_and_what_would_become_of_it() {
    let desk = Desk::new();
    two(&desk);
    let out = desk.run("mail show 1BFS").code(0);
    insta::assert_snapshot!(out.stdout, @"
    key         1bfs623a0s03nscs
    since       Mon 23 Nov 2026 08:30
    waits       storm: too many mails came at once
    size        137 bytes
    told        nobody yet

    subject     মুদ্রণযন্ত্র কাজ করছে না
    from        Trần Thị Hương <huong@khach.example>
    date        none, or none that can be read
    message     no Message-ID, known as vw1rbmcsphvb1w7y
    written by  a person
    sender      nobody whom a ticket here knows; not confirmed: no server is trusted
                (`mail.in.trust_results_of`)
    proof       nothing in it points at a ticket
    text        1 line
      In hỏng.
    effect      a new ticket in service-desk
    desk mail accept 1bfs623a [--on ID | --new], desk mail drop 1bfs623a
    ");
    let json = desk.json("mail show 1bfs");
    assert_eq!(json["mails"][0]["key"], "1bfs623a0s03nscs");
    assert_eq!(json["mails"][0]["mail"]["effect"]["kind"], "new");
    let out = desk.run("mail show x").code(2);
    assert!(
        out.stderr.contains("no mail in quarantine has the key `x`"),
        "{out}"
    );
    hold(
        &desk,
        "1bfs0",
        "loop",
        "2026-11-23T08:00:00Z",
        "From: a@b.c\n\nx\n",
    );
    let out = desk.run("mail show 1bfs").code(2);
    assert!(out.stderr.contains("1bfs623a0s03nscs, 1bfs0"), "{out}");
}

#[test]
fn as_it_was_sent_it_goes_to_a_file_and_does_not_act_on_a_screen() {
    let desk = Desk::new();
    let mail = "From: a@b.c\r\nSubject: \u{1b}[2J\r\n\r\n\u{1b}]0;x\u{7}\r\n";
    hold(&desk, "abcd", "junk", "2026-11-23T08:00:00Z", mail);
    let out = desk.run("mail show abcd --raw").code(0);
    assert!(out.stdout.contains("Subject: ^[[2J\n"), "{out}");
    assert!(!out.stdout.contains('\u{1b}'), "{:?}", out.stdout);
    let shown = desk.run("mail show abcd").code(0);
    assert!(
        !shown.stdout.contains(['\u{1b}', '\u{7}']),
        "{:?}",
        shown.stdout
    );
    let file = desk.beside("kept.eml");
    let _ = desk
        .run(&format!("mail show abcd -o {}", file.display()))
        .code(0);
    assert_eq!(std::fs::read_to_string(file).unwrap(), mail);
}
