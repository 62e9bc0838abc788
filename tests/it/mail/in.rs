//! `desk mail in`: a mail becomes a ticket, an entry, or waits in the quarantine; 0 or 75, nothing
//! else.

use std::path::PathBuf;

use crate::desk::{Desk, Out};
use crate::mail::with_mailbox;

/// The bytes of a mail from Jan; headers given replace those that it has.
pub(super) fn mail(headers: &str, text: &str) -> String {
    let usual = [
        "From: Jan Kowal <jan.kowal@example.com>",
        "To: Help <help@desk.example>",
        "Date: Mon, 23 Nov 2026 10:00:00 +0100",
        "Message-ID: <CAF123@mail.example.com>",
        "Subject: No light",
    ];
    let name = |line: &str| line.split(':').next().unwrap().to_lowercase();
    let is_given = |line: &&str| !headers.lines().any(|one| name(one) == name(line));
    let mut all: Vec<&str> = usual.into_iter().filter(is_given).collect();
    all.extend(headers.lines());
    format!("{}\n\n{text}\n", all.join("\n"))
}

fn take(desk: &Desk, headers: &str, text: &str) -> Out {
    desk.run_with("mail in", mail(headers, text))
}

/// The files of a folder in the clone's own one.
fn own(desk: &Desk, folder: &str) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(desk.root.join(".git/plaindesk").join(folder));
    let mut all: Vec<PathBuf> = listed
        .into_iter()
        .flatten()
        .map(|one| one.unwrap().path())
        .collect();
    all.sort();
    all
}

#[test]
fn a_request_is_a_ticket_and_once_only() {
    let desk = with_mailbox();
    let headers = "Cc: ola@example.com, help+x@desk.example\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=x";
    let parts = "--x\nContent-Type: text/plain\n\nThe lamp is dark.\n## 2026 not a heading\n\
        --x\nContent-Type: image/png; name=\"lamp 1.png\"\n\n\u{89}PNG\n--x--";
    let out = take(&desk, headers, parts).code(0);
    assert!(
        out.stdout
            .ends_with(" new  from jan.kowal@example.com: No light\n"),
        "{out}"
    );
    let id = out.stdout.split(' ').next().unwrap().to_owned();
    let page = desk.read(&format!("tickets/2026-11/{id}.md"));
    for line in [
        "title = \"No light\"",
        "queue = \"network\"",
        "email = \"jan.kowal@example.com\"",
        "name = \"mail\"",
        "The lamp is dark.\n## 2026 not a heading",
        "- from: Jan Kowal <jan.kowal@example.com>",
        "- cc: ola@example.com\n",
        "- date: 2026-11-23T09:00:00Z",
        "- message: <CAF123@mail.example.com>",
        "- file: lamp 1.png",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let commits = desk.commits();
    let other = mail(headers, parts).replace("From: Jan", "Received: by mx; x\r\nFrom: Jan");
    let out = desk.run_with("mail in", other).code(0);
    assert!(out.stdout.contains(&format!("{id} there already")), "{out}");
    assert_eq!(desk.commits(), commits, "nothing is written twice");
    let _ = desk.run("check").code(0);
    assert_eq!(own(&desk, "mail-raw").len(), 1);
    assert!(own(&desk, "mail-spool").is_empty());
    assert!(desk.status().is_empty(), "{}", desk.status());
}

#[test]
fn an_answer_wakes_its_ticket_by_an_entry_of_its_own() {
    let desk = with_mailbox();
    let _ = desk.run("pend ID1 --on customer").code(0);
    let text = "It works now.\n\nOn 23 Nov 2026, Help wrote:\n> Is it on?";
    let out = take(&desk, "Subject: Re: No network [desk ID1]", text).code(0);
    assert!(out.stdout.contains("added, open again"), "{out}");
    let page = desk.read(&desk.path("ID1"));
    let end = page.split(" desk contact ^").nth(1).unwrap();
    let (tag, rest) = end.split_once('\n').unwrap();
    assert_eq!(tag.len(), 8);
    assert!(
        rest.contains("- thread: subject\n- quoted: 2 lines\n\nIt works now.\n"),
        "{rest}"
    );
    assert!(
        rest.contains(&format!("- of: contact ^{tag}\n- status: pending -> open")),
        "{rest}"
    );
    assert!(page.contains("status = \"open\""), "{page}");
    // The requester waits for an answer.
    let sla = desk.run("sla ID1").code(0);
    assert!(sla.stdout.contains("reply"), "{sla}");
    let _ = desk.run("check").code(0);
}

#[test]
fn what_a_machine_sends_changes_nothing() {
    let desk = with_mailbox();
    let _ = desk.run("pend ID1 --on customer").code(0);
    let before = desk.read(&desk.path("ID1"));
    let headers = "Subject: Re: No network [desk ID1]\nAuto-Submitted: auto-replied";
    let out = take(&desk, headers, "I am on holiday.").code(0);
    assert!(out.stdout.contains(" added  from"), "{out}");
    let page = desk.read(&desk.path("ID1"));
    assert_eq!(page.split("## ").next(), before.split("## ").next());
    assert!(page.contains("- auto: replied"), "{page}");
    let sla = desk.run("sla ID1 --json").code(0);
    assert!(!sla.stdout.contains("\"reply\""), "{sla}");
}

#[test]
fn what_is_no_request_waits() {
    let desk = with_mailbox();
    let commits = desk.commits();
    for (bytes, words) in [
        ("no header at all".to_owned(), "it could not be read"),
        (String::new(), "it could not be read"),
        (
            mail("X-Loop: help@desk.example", "x"),
            "our own mail came back",
        ),
    ] {
        let out = desk.run_with("mail in", bytes).code(0);
        assert!(out.stdout.contains(words), "{out}");
    }
    assert_eq!(desk.commits(), commits);
    assert_eq!(own(&desk, "mail-quarantine").len(), 6);
    let again = desk.run_with("mail in", "").code(0);
    assert!(again.stdout.contains("in quarantine already"), "{again}");
}

#[test]
fn a_ticket_that_cannot_be_written_holds_its_mail_back() {
    let desk = with_mailbox();
    desk.replace(
        &desk.path("ID1"),
        "\n+++\n",
        "\n+++\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n",
    );
    desk.git(&["commit", "-qam", "marks"]);
    let page = desk.read(&desk.path("ID1"));
    let out = take(&desk, "Subject: Re: No network [desk ID1]", "x").code(0);
    assert!(out.stdout.contains("its ticket cannot be written"), "{out}");
    assert_eq!(desk.read(&desk.path("ID1")), page);
}

#[test]
fn nothing_but_0_and_75() {
    let desk = with_mailbox();
    let usual = mail("", "x");
    for line in [
        "mail in --nonsense",
        "mail in --sender",
        "--nonsense x mail in",
        "mail --tz Nowhere/Else in",
        "-C /nowhere mail in",
        "mail in x y z",
    ] {
        let out = desk.run_with(line, &usual).code(75);
        assert!(out.stderr.starts_with("error: "), "{out}");
    }
    let mut command = desk.desk(&["mail", "in"]);
    command.env("DESK_NOW", "yesterday");
    let _ = desk.reported(command).code(75);
    let settings = desk.read("desk.toml");
    desk.write(
        "desk.toml",
        settings.clone() + "\n[mail.in]\nkeep_raw = 7\n",
    );
    let _ = desk.run_with("mail in", &usual).code(75);
    desk.write("desk.toml", settings);
    // While git has a merge under way.
    desk.write(".git/MERGE_HEAD", desk.git(&["rev-parse", "HEAD"]));
    let out = desk.run_with("mail in", &usual).code(75);
    assert!(out.stderr.contains("a merge is in progress"), "{out}");
    std::fs::remove_file(desk.root.join(".git/MERGE_HEAD")).unwrap();
    assert!(own(&desk, "mail-spool").is_empty());
    let _ = desk.run_with("mail in", &usual).code(0);
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = with_mailbox();
    let before = desk.state();
    let out = desk.run_with("mail in --dry-run", mail("", "x")).code(0);
    assert!(out.stdout.starts_with("not written: 2611-"), "{out}");
    let out = desk.run_with("mail in --dry-run", "").code(0);
    assert!(out.stdout.contains("it could not be read"), "{out}");
    assert!(desk.state() == before);
    assert!(own(&desk, "mail-quarantine").is_empty());
}

#[test]
fn it_is_told_to_programs() {
    let desk = with_mailbox();
    let out = desk.run_with("mail in --json", mail("", "x")).code(0);
    let value: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let told = &value["mails"][0];
    assert_eq!(told["result"], "new", "{out}");
    assert_eq!(told["from"], "jan.kowal@example.com");
    assert!(told["ticket"].is_string() && told["reason"].is_null());
}

#[test]
fn tickets_are_found_without_reading_them_all() {
    let desk = with_mailbox();
    let _ = take(&desk, "", "x").code(0);
    // What nobody committed is in no table: whoever finds it has read every file.
    let path = desk.path("ID1");
    let more = "\n## 2026-11-23T09:00:20Z desk contact ^00000000\n\n- direction: in\n\
        - channel: email\n- outcome: received\n- from: jan.kowal@example.com\n\
        - message: <hidden@mail.example.com>\n";
    desk.write(&path, desk.read(&path) + more);
    let headers = "Message-ID: <b@example.com>\nIn-Reply-To: <hidden@mail.example.com>";
    let out = take(&desk, headers, "x").code(0);
    assert!(out.stdout.contains(" new  from"), "{out}");
    desk.git(&["commit", "-qam", "by hand"]);
    let headers = headers.replace("<b@", "<c@");
    let out = take(&desk, &headers, "x").code(0);
    assert!(
        out.stdout.contains("ID1") || out.stdout.contains(" added  from"),
        "{out}"
    );
    // A table that is torn, foreign or gone costs time, nothing else.
    for damage in [
        &b"x"[..],
        b"",
        b"plaindesk-mail-1plaindesk-mail-1plaindesk-mail-1",
    ] {
        for name in ["mail.cache", "mail-added.cache"] {
            desk.write(&format!(".desk/{name}"), damage);
            let again = take(&desk, &headers, "x").code(0);
            assert!(again.stdout.contains("there already"), "{again}");
        }
    }
    // So does a history that was written anew.
    desk.git(&["commit", "-q", "--amend", "-m", "by hand, again"]);
    let again = take(&desk, &headers, "x").code(0);
    assert!(again.stdout.contains("there already"), "{again}");
}

#[test]
fn what_is_kept_is_printed_as_it_was_sent() {
    let desk = with_mailbox();
    let sent = mail("MIME-Version: 1.0", "It is \u{1b}[31mred.");
    let out = desk.run_with("mail in", &sent).code(0);
    let id = out.stdout.split(' ').next().unwrap().to_owned();
    let raw = desk.run(&format!("show {id} --raw")).code(0);
    assert_eq!(raw.stdout, sent);
    let page = desk.read(&format!("tickets/2026-11/{id}.md"));
    let tag = page.split(" desk created ^").nth(1).unwrap();
    let tag = tag.lines().next().unwrap();
    let raw = desk.run(&format!("show {id} --raw={tag}")).code(0);
    assert_eq!(raw.stdout, sent);
    for file in own(&desk, "mail-raw") {
        std::fs::remove_file(file).unwrap();
    }
    let none = desk.run(&format!("show {id} --raw")).code(2);
    assert!(none.stderr.contains("no mail of"), "{none}");
    // What could not be read stays with the ticket, without the headers of its way.
    let headers = "Message-ID: <b@example.com>\nContent-Type: text/plain; charset=x-none";
    let odd = mail(headers, "\u{e9}t\u{e9}");
    let out = desk
        .run_with("mail in", format!("Received: by mx; x\n{odd}"))
        .code(0);
    let id = out.stdout.split(' ').next().unwrap().to_owned();
    for file in own(&desk, "mail-raw") {
        std::fs::remove_file(file).unwrap();
    }
    let raw = desk.run(&format!("show {id} --raw")).code(0);
    assert_eq!(raw.stdout, odd);
    let shown = desk.run(&format!("show {id}")).code(0);
    assert!(
        shown
            .stdout
            .contains("email from Jan Kowal <jan.kowal@example.com>"),
        "{shown}"
    );
    assert!(
        shown
            .stdout
            .contains("not read: part 0, text/plain, charset"),
        "{shown}"
    );
}

#[test]
fn a_mail_survives_an_export_and_an_import() {
    let desk = with_mailbox();
    let headers = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x";
    let parts =
        "--x\n\nThe lamp is dark.\n--x\nContent-Type: image/png; name=a.png\n\nlight\n--x--";
    let out = take(&desk, headers, parts).code(0);
    let id = out.stdout.split(' ').next().unwrap().to_owned();
    let answer = "Message-ID: <b@example.com>\nIn-Reply-To: <CAF123@mail.example.com>";
    let _ = take(&desk, answer, "Still dark.").code(0);
    let page = format!("tickets/2026-11/{id}.md");
    let before = desk.read(&page);
    let export = desk.run("export --format json").code(0);
    let other = Desk::new();
    let more = "\n[mail.address.\"help@desk.example\"]\nqueue = \"network\"\n";
    other.write("desk.toml", other.read("desk.toml") + more);
    other.git(&["commit", "-qam", "mail"]);
    other.write("export.json", export.stdout);
    let _ = other.run("import json export.json").code(0);
    assert_eq!(other.read(&page), before);
    std::fs::remove_file(other.root.join("export.json")).unwrap();
    let _ = other.run("check").code(0);
    let again = take(&other, answer, "Still dark.").code(0);
    assert!(again.stdout.contains("there already"), "{again}");
}
