//! `desk mail accept`: taken in by the same code, without the reason for which it waited.

use crate::desk::{Desk, Out};
use crate::mail::held::{hold, names, two};
use crate::mail::with_mailbox;

const KEY: &str = "7k2m9qx4abcdefgh";

/// The id that a line of what became of a mail begins with.
fn first(out: &Out) -> String {
    out.stdout.split(' ').next().unwrap().to_owned()
}

#[test]
fn it_goes_where_it_would_and_the_quarantine_is_empty() {
    let desk = with_mailbox();
    two(&desk);
    let dry = desk.run("mail accept 7k2m --dry-run").code(0);
    assert!(dry.stdout.starts_with("not written: "), "{dry}");
    assert_eq!(names(&desk).len(), 4);
    let out = desk.run("mail accept 7k2m 1bfs").code(0);
    assert_eq!(out.stdout.lines().count(), 2, "{out}");
    assert_eq!(names(&desk), [""; 0]);
    let page = page(&desk, &first(&out));
    assert!(page.contains("title = \"Please close it\""), "{page}");
    assert!(page.contains("email = \"anna@desk.example\""), "{page}");
    assert!(desk.status().is_empty(), "{}", desk.status());
    let _ = desk.ok("check");
    assert!(desk.git(&["log", "-1", "--format=%an"]).contains("Anna"));
    let _ = desk.run("mail accept 7k2m").code(2);
}

#[test]
fn an_agent_says_where_it_belongs() {
    let desk = with_mailbox();
    let _ = desk.ok("pend ID1 --on customer");
    two(&desk);
    let out = desk.run("mail accept 7k2m --on ID1").code(0);
    assert!(out.stdout.contains("added, open again"), "{out}");
    let page = desk.read(&desk.path("ID1"));
    assert!(page.contains("- thread: agent\n\nIt is done."), "{page}");
    assert!(page.contains("- status: pending -> open"), "{page}");
    let _ = desk.run("mail accept 1bfs --on ID1 --new").code(2);
    let out = desk.run("mail accept 1bfs --new --json").code(0);
    assert_eq!(out.json()["mails"][0]["result"], "new");
}

#[test]
fn what_it_does_not_fit_is_refused_and_it_stays() {
    let desk = with_mailbox();
    two(&desk);
    let _ = desk.ok("resolve ID1 -m Done");
    let _ = desk.ok("close ID1 --satisfied yes");
    let out = desk.run("mail accept 7k2m --on ID1").code(4);
    assert!(out.stderr.contains("is over"), "{out}");
    let out = desk.run("mail accept 7k2m nothing").code(2);
    assert!(out.stderr.contains("`nothing`"), "{out}");
    assert_eq!(names(&desk).len(), 4);
}

#[test]
fn one_that_cannot_be_read_is_a_file_of_its_ticket() {
    let desk = with_mailbox();
    let out = desk.run_with("mail in", "\n\nno headers\n").code(0);
    assert!(
        out.stdout.contains("in quarantine: it could not be read"),
        "{out}"
    );
    let key = first(&out);
    let out = desk.run(&format!("mail accept {key}")).code(0);
    let id = first(&out);
    let page = page(&desk, &id);
    assert!(
        page.contains("title = \"A mail that cannot be read\""),
        "{page}"
    );
    assert!(
        page.contains("- lost: the whole mail: it has no headers"),
        "{page}"
    );
    assert!(page.contains("- file: mail.eml"), "{page}");
    let _ = desk.ok("check");
}

#[test]
fn one_that_is_on_its_ticket_already_only_leaves_the_quarantine() {
    let desk = with_mailbox();
    let mail = "From: jan@example.com\nMessage-ID: <a@example.com>\nSubject: No light\n\nx\n";
    let out = desk.run_with("mail in", mail).code(0);
    let id = first(&out);
    hold(&desk, KEY, "storm", "2026-11-23T07:30:00Z", mail);
    let commits = desk.commits();
    let out = desk.run(&format!("mail accept {KEY}")).code(0);
    assert!(out.stdout.contains(&format!("{id} there already")), "{out}");
    assert_eq!(names(&desk), [""; 0]);
    assert_eq!(desk.commits(), commits);
}

/// The file of a ticket.
fn page(desk: &Desk, id: &str) -> String {
    desk.read(&format!("tickets/2026-11/{id}.md"))
}

/// What a mail server says of a mail of ours to Jan.
fn report(desk: &Desk, ticket: &str, action: &str, of: &str, id: &str) -> Out {
    let token = format!("{}.q4tz1x9a2b@desk.example", desk.id(ticket));
    let report = format!(
        "From: MAILER-DAEMON@mx.example.com\nTo: help@desk.example\nSubject: Undelivered\n\
         Message-ID: <{id}@mx.example.com>\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n\
         --x\n\nI am sorry.\n--x\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; {of}\nAction: {action}\n\n\
         --x\nContent-Type: message/rfc822\n\nMessage-ID: <{token}>\nSubject: x\n\nhello\n--x--\n"
    );
    desk.run_with("mail in --sender <>", report).code(0)
}

/// Puts the message of a mail of ours into the last contact of a ticket.
fn sent(desk: &Desk, ticket: &str) {
    let token = format!("<{}.q4tz1x9a2b@desk.example>", desk.id(ticket));
    let path = desk.path(ticket);
    let text = desk.read(&path);
    let line = "- outcome: sent\n";
    assert!(text.contains(line), "{text}");
    desk.write(
        &path,
        text.replace(line, &format!("{line}- message: {token}\n")),
    );
    desk.git(&["commit", "-qam", "sent"]);
}

#[test]
fn what_did_not_arrive_satisfies_nothing_and_wakes_its_ticket() {
    let desk = with_mailbox();
    let _ = desk.ok("contact ID1 --by email -m 'Which lamp?'");
    let _ = desk.ok("pend ID1 --on customer");
    sent(&desk, "ID1");
    let clock = |desk: &Desk| desk.run("sla ID1").code(0).stdout;
    let before = clock(&desk);
    desk.wait(5);
    let out = report(&desk, "ID1", "delayed", "jan.kowal@example.com", "a");
    assert!(out.stdout.contains("added"), "{out}");
    assert_eq!(clock(&desk).lines().next(), before.lines().next());
    let out = report(&desk, "ID1", "failed", "somebody@example.com", "b");
    assert!(
        out.stdout.contains("added") && !out.stdout.contains("open again"),
        "{out}"
    );
    let out = report(&desk, "ID1", "failed", "jan.kowal@example.com", "c");
    assert!(out.stdout.contains("added, open again"), "{out}");
    let page = desk.read(&desk.path("ID1"));
    assert!(page.contains("tags = [\"mail-bounces\"]"), "{page}");
    assert!(page.contains("- outcome: bounced\n"), "{page}");
    assert!(
        page.contains("- auto: bounce\n- bounced-message: <"),
        "{page}"
    );
    assert!(page.contains("- to: jan.kowal@example.com\n"), "{page}");
    assert!(page.contains("- tags: +mail-bounces"), "{page}");
    let _ = desk.ok("check");
    let shown = desk.run("list ID1 --columns id,status").code(0);
    assert!(shown.stdout.contains("open"), "{shown}");
    // Once more says nothing new.
    let out = report(&desk, "ID1", "failed", "jan.kowal@example.com", "c");
    assert!(out.stdout.contains("there already"), "{out}");
    let _ = desk.ok("resolve ID1 -m Done");
    desk.wait(60 * 24 * 60);
    let out = desk.run("close ID1 --no-answer").code(4);
    assert!(out.stderr.contains("who cannot have answered"), "{out}");
    let _ = desk.ok("sweep");
    assert_eq!(desk.json("show ID1")["tickets"][0]["status"], "resolved");
    let _ = desk.ok("set ID1 tags=-mail-bounces");
    let _ = desk.ok("close ID1 --no-answer");
    let forged = desk.run_with(
        "mail in",
        "From: MAILER-DAEMON@mx.example.com\nX-Failed-Recipients: jan.kowal@example.com\n\n\
         Message-ID: <2611-AAAAA.zzzzzzzzzz@desk.example>\n",
    );
    assert!(forged.stdout.contains("in quarantine"), "{forged}");
}

#[test]
fn a_first_response_that_came_back_is_none() {
    let desk = with_mailbox();
    let line = "new 'No light' --channel email --email jan.kowal@example.com";
    assert_eq!(desk.make(line), "ID2");
    let met = |desk: &Desk| {
        let json = desk.json("show ID2");
        let clocks = json["tickets"][0]["derived"]["clocks"]
            .as_array()
            .unwrap()
            .clone();
        let first = clocks.iter().find(|one| one["clock"] == "first-response");
        first
            .map(|one| one["state"].to_string())
            .unwrap_or_default()
    };
    let before = met(&desk);
    let _ = desk.ok("contact ID2 --by email -m 'Which lamp?'");
    let after = met(&desk);
    assert_ne!(before, after);
    sent(&desk, "ID2");
    let _ = report(&desk, "ID2", "failed", "jan.kowal@example.com", "c");
    assert_eq!(met(&desk), before);
}

#[test]
fn storms_junk_and_what_the_house_refuses_wait() {
    let desk = with_mailbox();
    let more = "\n[mail.in]\nrefuse_types = [\".exe\"]\nunknown_sender = \"quarantine\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    desk.git(&["commit", "-qam", "settings"]);
    let take = |headers: &str| {
        let mail = format!("From: jan.kowal@example.com\n{headers}\n\nx\n");
        desk.run_with("mail in", mail).code(0).stdout
    };
    for n in 1..=3 {
        let out = take(&format!("Subject: a\nMessage-ID: <{n}@example.com>"));
        assert!(out.contains(" new "), "{out}");
    }
    let out = take("Subject: a\nMessage-ID: <4@example.com>");
    assert!(
        out.contains("in quarantine: too many mails came at once"),
        "{out}"
    );
    let list = desk.json("mail list");
    let why = list["mails"][0]["why"].as_str().unwrap();
    assert_eq!(
        why,
        "more than 3 equal mails of its sender within half an hour"
    );
    let out = take("Subject: b\nX-Spam-Flag: YES\nMessage-ID: <5@example.com>");
    assert!(out.contains("marked it as junk"), "{out}");
    let file = "Content-Type: application/octet-stream; name=a.exe";
    let out = take(&format!("Subject: c\n{file}\nMessage-ID: <6@example.com>"));
    assert!(out.contains("a file that the settings refuse"), "{out}");
    let out = desk
        .run_with("mail in", "From: new@else.example\nSubject: d\n\nx\n")
        .code(0);
    assert!(out.stdout.contains("no ticket knows its sender"), "{out}");
    // The same again is no second one.
    let out = desk
        .run_with("mail in", "From: new@else.example\nSubject: d\n\nx\n")
        .code(0);
    assert!(out.stdout.contains("in quarantine already"), "{out}");
    desk.wait(31);
    let out = take("Subject: a\nMessage-ID: <7@example.com>");
    assert!(out.contains(" new "), "{out}");
    // Nothing of whom it was is in the count.
    let counts = desk.read(".git/plaindesk/mail-counts/in.json");
    assert!(!counts.contains("jan.kowal"), "{counts}");
}

#[test]
fn a_voice_message_is_nobodys_call() {
    let desk = with_mailbox();
    let more = "\n[mail.address.\"voice@desk.example\"]\nchannel = \"phone\"\ntype = \"action\"\nreply_to_is_requester = true\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    desk.git(&["commit", "-qam", "settings"]);
    let mail = "From: pbx@desk.example\nReply-To: caller@example.com\nTo: voice@desk.example\n\
        Subject: Message of 0:41\nMIME-Version: 1.0\nContent-Type: audio/wav; name=\"message.wav\"\n\
        Content-Transfer-Encoding: base64\n\nUklGRg==\n";
    let out = desk.run_with("mail in", mail).code(0);
    let id = first(&out);
    let page = page(&desk, &id);
    for line in [
        "channel = \"phone\"",
        "type = \"action\"",
        "email = \"caller@example.com\"",
        "- outcome: received",
        "- file: message.wav",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let json = desk.json(&format!("show {id}"));
    let clocks = json["tickets"][0]["derived"]["clocks"].to_string();
    assert!(clocks.contains("first-response"), "{clocks}");
    let due = desk.run("due").code(0);
    assert!(
        due.stdout.contains("first response"),
        "nobody has answered: {due}"
    );
}
