//! What the desk mails by itself: the acknowledgement, and the question whether a solution helped.

use crate::desk::{Desk, Out};
use crate::reply::{sent, with_mail};

const SETTINGS: &str = "from = \"Help desk <help@desk.example>\"\nacknowledge = \"arrived\"\n\
    satisfaction = \"helped\"\n";

/// A desk whose settings have both.
fn desk() -> Desk {
    let desk = with_mail();
    let settings = desk.read("desk.toml");
    let own = "from = \"Help desk <help@desk.example>\"\n";
    desk.write("desk.toml", settings.replace(own, SETTINGS));
    for (name, text) in [
        ("arrived", "Your request {id} has arrived."),
        ("arrived.pl", "Zgłoszenie {id} dotarło."),
        ("helped", "Did it help, {requester.name|there}?"),
    ] {
        let text = format!("+++\ntitle = \"x\"\nfor = [\"reply\"]\n+++\n{text}\n");
        desk.write(&format!("templates/{name}.md"), text);
    }
    let _ = desk.git(&["add", "--all"]);
    let _ = desk.git(&["commit", "--quiet", "-m", "texts"]);
    desk
}

fn comes_in(desk: &Desk, n: usize, from: &str, headers: &str) -> Out {
    let mail = format!(
        "From: {from}\nTo: help@desk.example\nSubject: Request {n}\nMessage-ID: <r{n}@acme.example>\n\
         Date: Mon, 23 Nov 2026 10:10:00 +0100\n{headers}\nSECRET words of the sender\n"
    );
    desk.run_with("mail in", mail)
}

fn id_of(desk: &Desk, title: &str) -> String {
    let all = desk.json("list --all");
    let mut all = all["tickets"].as_array().unwrap().iter();
    let found = all.find(|one| one["title"] == title).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_new_request_is_acknowledged_once_and_machines_are_not() {
    let desk = desk();
    for (n, (from, headers)) in [
        ("Ola <ola@acme.example>", ""),
        ("Ola <ola@acme.example>", ""),
        ("robot@acme.example", "Auto-Submitted: auto-generated\n"),
        ("list@acme.example", "List-Id: <x.acme.example>\n"),
        ("bulk@acme.example", "Precedence: bulk\n"),
        ("no-reply@acme.example", ""),
        ("Zed <zed@else.example>", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let _ = comes_in(&desk, n, from, headers).code(0);
    }
    assert!(sent(&desk).is_empty());
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("2 mails sent"), "{out}");
    let all = sent(&desk);
    let mut to: Vec<&str> = all
        .iter()
        .filter_map(|one| one.0.split("-- ").nth(1))
        .collect();
    to.sort_unstable();
    assert_eq!(to, ["ola@acme.example", "zed@else.example"]);
    for (arguments, mail) in &all {
        // Nobody is told of what does not arrive.
        assert!(arguments.starts_with("-i -f  -- "), "{arguments}");
        for header in [
            "Auto-Submitted: auto-replied\n",
            "X-Auto-Response-Suppress: All\n",
            "X-Plaindesk-Loop: help@desk.example\n",
        ] {
            assert!(mail.contains(header), "{mail}");
        }
        assert!(!mail.contains("SECRET"), "{mail}");
        assert!(mail.contains("has arrived.\n\n-- \nHelp desk\n"), "{mail}");
    }
    let id = id_of(&desk, "Request 0");
    let shown = desk.json(&format!("show {id}"));
    let log = shown["tickets"][0]["entries"].as_array().unwrap().clone();
    let auto = log.iter().find(|one| one["kind"] == "auto").unwrap();
    assert_eq!(auto["attributes"]["auto"], "acknowledgement", "{auto}");
    assert_eq!(auto["by"], "desk");
    // It is no response: the clock runs on.
    let sla = desk.run(&format!("sla {id}")).code(0);
    assert!(sla.stdout.contains("first"), "{sla}");
    assert_eq!(shown["tickets"][0]["status"], "new");
    // What answers it belongs to the ticket by its token.
    let id = auto["attributes"]["message"].as_str().unwrap();
    desk.write(
        "back.eml",
        format!("From: other@acme.example\nTo: help@desk.example\nIn-Reply-To: {id}\n\nThanks.\n"),
    );
    let why = desk.json("mail why back.eml");
    assert_eq!(why["mails"][0]["proof"]["kind"], "token");
    let _ = desk.run("check").code(0);
}

#[test]
fn an_unknown_template_sends_nothing_and_check_names_it() {
    let desk = desk();
    desk.replace("desk.toml", "\"arrived\"", "\"arived\"");
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "slip"]);
    let _ = comes_in(&desk, 1, "ola@acme.example", "").code(0);
    let out = desk.run("mail out").code(0);
    assert!(out.stdout.contains("Nothing waits"), "{out}");
    let out = desk.run("check").code(1);
    assert!(
        out.stdout
            .contains("`mail.out.acknowledge` names no template: `arived`"),
        "{out}"
    );
    assert!(out.stdout.contains("arrived"), "{out}");
}

#[test]
fn whoever_was_helped_is_asked_once() {
    let desk = desk();
    let out = desk.run("resolve ID1 -m 'SECRET of the house'").code(0);
    assert!(
        out.stderr.contains("asked by mail whether it helped: "),
        "{out}"
    );
    let all = sent(&desk);
    assert_eq!(all.len(), 1);
    assert!(
        all[0].1.contains("Did it help, Jan Kowalski?"),
        "{}",
        all[0].1
    );
    assert!(
        all[0].1.contains("Auto-Submitted: auto-generated\n"),
        "{}",
        all[0].1
    );
    assert!(!all[0].1.contains("SECRET"), "{}", all[0].1);
    let _ = desk.ok("reopen ID1 -m 'Not yet.'");
    let _ = desk.ok("resolve ID1 -m 'Now.'");
    assert_eq!(sent(&desk).len(), 1);
    // What came from a list has nobody behind it; a clone that sends no mail asks nobody.
    let _ = comes_in(&desk, 1, "list@acme.example", "List-Id: <x.acme.example>\n").code(0);
    let id = id_of(&desk, "Request 1");
    let _ = desk.ok(&format!("resolve {id} -m Done."));
    assert_eq!(sent(&desk).len(), 1);
    let _ = desk.run("check").code(0);
}
