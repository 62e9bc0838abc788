//! `desk mail why`: what a mail is and what would become of it; nothing is written.

use serde_json::Value;

use crate::desk::Desk;
use crate::mail::with_mailbox;

/// A mail of the ticket's requester.
fn mail(desk: &Desk, name: &str, headers: &str, text: &str) -> String {
    let bytes = format!(
        "From: Jan Kowal <jan.kowal@example.com>\nTo: Help <help@desk.example>\n\
         Date: Mon, 30 Nov 2026 10:00:00 +0100\nMessage-ID: <CAF123@mail.example.com>\n{}\n\n{text}\n",
        desk.real(headers)
    );
    desk.write(name, bytes);
    name.to_owned()
}

#[test]
fn a_new_request_is_explained() {
    let desk = with_mailbox();
    let file = mail(
        &desk,
        "new.eml",
        "Subject: Fwd: No network on floor 3",
        "Since 08:50.\n\nJan",
    );
    let out = desk.run(&format!("mail why {file}")).code(0);
    insta::assert_snapshot!(out.stdout, @"
    subject     No network on floor 3
    from        Jan Kowal <jan.kowal@example.com>
    to          Help <help@desk.example>
    date        Mon 30 Nov 2026 10:00
    message     <CAF123@mail.example.com>, known as 1bfs623a0s03nscs
    written by  a person
    sender      nobody whom a ticket here knows; not confirmed: no server is trusted
                (`mail.in.trust_results_of`)
    proof       nothing in it points at a ticket
    text        3 lines
      Since 08:50.

      Jan
    effect      a new ticket in network
    ");
}

#[test]
fn an_answer_to_a_ticket_is_recognised_and_its_quotes_are_cut() {
    let desk = with_mailbox();
    let text = "It works.\n\nOn 30 Nov 2026, Help <help@desk.example> wrote:\n> Is it on?";
    let file = mail(
        &desk,
        "answer.eml",
        "Subject: Re: No network [desk ID1]",
        text,
    );
    let out = desk.run(&format!("mail why {file} --json")).code(0);
    let value: Value = serde_json::from_str(&out.stdout).unwrap();
    let decided = &value["mails"][0];
    assert_eq!(decided["proof"]["kind"], "subject", "{out}");
    assert_eq!(decided["effect"]["kind"], "entry");
    assert_eq!(decided["effect"]["effect"], "waits");
    assert_eq!(decided["text"], "It works.");
    assert_eq!(decided["quoted_lines"], 2);
    // Of a stranger it would make a ticket of its own.
    let other = desk
        .read(&file)
        .replace("jan.kowal@example.com", "other@else.example");
    desk.write("other.eml", other);
    let out = desk.run("mail why other.eml").code(0);
    assert!(
        out.stdout.contains("a new ticket in network, related to"),
        "{out}"
    );
}

#[test]
fn machines_agents_and_what_cannot_be_read_wait() {
    let desk = with_mailbox();
    for (headers, words) in [
        (
            "Auto-Submitted: auto-replied",
            "it answers nothing that is known",
        ),
        ("X-Loop: help@desk.example", "our own mail came back"),
    ] {
        let file = mail(&desk, "machine.eml", headers, "x");
        let out = desk.run(&format!("mail why {file}")).code(0);
        assert!(out.stdout.contains(words), "{out}");
    }
    desk.write("none.eml", "\n\nno headers\n");
    let out = desk.run("mail why none.eml").code(0);
    assert!(
        out.stdout.contains("unreadable: it has no headers"),
        "{out}"
    );
    let out = desk.run("mail why missing.eml").code(2);
    assert!(out.stderr.contains("cannot read `missing.eml`"), "{out}");
}

#[test]
fn nothing_of_a_mail_acts_on_the_screen() {
    let desk = with_mailbox();
    let headers = "Subject: \u{1b}[2Jx\nX-Loop: \u{1b}]0;y\u{7}";
    let file = mail(&desk, "odd.eml", headers, "\u{1b}[31mred \u{202e}txt");
    let out = desk.run(&format!("mail why {file}")).code(0);
    assert!(
        !out.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{:?}",
        out.stdout
    );
}
