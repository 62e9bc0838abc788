//! Agents who answer from their own mail client.

use crate::desk::{Desk, Out};

const PASSED: &str =
    "Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\n";

/// A desk that trusts its mail server, with a ticket of Jan's that waits for nobody.
fn desk() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 requester.email=jan@acme.example");
    let settings = desk.read("desk.toml");
    let anna = settings.find("\n[agent.anna]").unwrap();
    let email = settings[anna..].find("email = \"").unwrap() + anna + 9;
    let end = settings[email..].find('"').unwrap() + email;
    let settings = format!(
        "{}anna@desk.example{}\n[mail.address.\"help@desk.example\"]\nqueue = \"network\"\n\
         [mail.in]\ntrust_results_of = [\"mx.desk.example\"]\n",
        &settings[..email],
        &settings[end..]
    );
    desk.write("desk.toml", settings);
    desk.git(&["commit", "--quiet", "--all", "-m", "mail"]);
    desk
}

fn take(desk: &Desk, headers: &str, text: &str) -> Out {
    let mail = format!(
        "{headers}From: Anna <anna@desk.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0100\n\n{text}\n"
    );
    desk.run_with("mail in", mail).code(0)
}

#[test]
fn an_answer_to_a_notice_is_a_note_by_the_agent() {
    let desk = desk();
    let notice = "To: help@desk.example\nMessage-ID: <a1@desk.example>\n\
        In-Reply-To: <n-ID1.aaaaabbbbb@desk.example>\nSubject: Re: x\n";
    let text = "I look at it at noon, @ewa.";
    // Unverified it waits.
    let forged = notice.replace("a1@", "a0@");
    let out = take(&desk, &forged, text);
    assert!(out.stdout.contains("in quarantine"), "{out}");
    let before = desk.raw("ID1");
    assert!(!before.contains("noon"));
    let passed = format!("{PASSED}{notice}");
    let out = take(&desk, &passed, text);
    assert!(
        out.to_string().contains("ID1 note  from anna@desk.example"),
        "{out}"
    );
    let page = desk.raw("ID1");
    let end = page.split(" anna note ^").nth(1).unwrap();
    assert_eq!(end.find('\n'), Some(8), "{end}");
    for line in [
        "- thread: notice\n",
        "- auth: dmarc=pass",
        "I look at it at noon, @ewa.\n",
        "- mentions: ewa",
    ] {
        assert!(end.contains(line), "{line}: {end}");
    }
    assert!(!end.contains("direction"), "{end}");
    assert_eq!(before.split("\n## ").next(), page.split("\n## ").next());
    let out = take(&desk, &passed, text);
    assert!(out.stdout.contains("there already"), "{out}");
    let _ = desk.ok("check");
    let _ = desk.ok("check --range HEAD~1..HEAD");
    // A requester's screen, the told, and the clocks.
    let shown = desk.ok("show ID1 --as ewa");
    assert!(shown.stdout.contains("noon"), "{shown}");
    let told = desk.ok("list is:told --as ewa");
    assert!(told.to_string().contains("ID1"), "{told}");
}

/// The script of a section of the manual's page on mail.
fn script_of(section: &str) -> String {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/mail.md")).unwrap();
    let section = page.split(&format!("\n## {section}\n")).nth(1).unwrap();
    let script = section.split("```python\n").nth(1).unwrap();
    script.split("```").next().unwrap().to_owned()
}

#[test]
fn the_manuals_script_mails_a_notice_and_its_answer_is_a_note() {
    if !std::path::Path::new("/usr/bin/python3").exists() {
        return crate::skip::skipped("not installed: python3", false);
    }
    let desk = desk();
    let sent = desk.beside("sent.eml");
    let sender = desk.script(
        "msmtp",
        &format!(
            "printf '%s\\n' \"$@\" >> '{0}.args'; cat >> '{0}'",
            sent.display()
        ),
    );
    let script = script_of("Notices by mail");
    assert!(script.contains("[\"msmtp\","), "{script}");
    let script = script
        .replace("\"msmtp\"", &format!("\"{}\"", sender.display()))
        .replace("/usr/bin/env python3", "/usr/bin/python3");
    let tells = desk.script("tell-agents", "");
    std::fs::write(&tells, script).unwrap();
    let folder = desk.beside("home").join(".config/plaindesk");
    std::fs::create_dir_all(&folder).unwrap();
    let config = format!("[notice]\ncommand = [\"{}\"]\n", tells.display());
    std::fs::write(folder.join("config.toml"), config).unwrap();
    let title = "Gerät „Zażółć“";
    let _ = desk.run_args(&[
        "set",
        &desk.id("ID1"),
        &format!("title={title}"),
        "--as",
        "ewa",
    ]);
    let _ = desk
        .run_args(&[
            "note",
            &desk.id("ID1"),
            "-m",
            "@anna please look: żółw",
            "--as",
            "ewa",
        ])
        .code(0);
    let told = std::fs::read_to_string(sent.with_extension("eml.args")).unwrap();
    assert_eq!(told, "--\nanna@desk.example\n");
    let mail = std::fs::read_to_string(&sent).unwrap();
    let read = desk.run_with("mail why -", mail.clone()).to_string();
    for part in [
        &format!("names you: {title} from")[..],
        "help@desk.example",
        "Anna Nowak <anna@desk.example>",
    ] {
        let read = read.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(read.contains(part), "{part}: {read}\n{mail}");
    }
    assert!(mail.contains("Auto-Submitted: auto-generated\n"), "{mail}");
    // Her client answers it.
    let id = mail
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "));
    let answer = format!(
        "{PASSED}To: help@desk.example\nMessage-ID: <a2@desk.example>\nIn-Reply-To: {}\nSubject: Re: x\n",
        id.unwrap()
    );
    let out = take(&desk, &answer, "I look at noon.");
    assert!(out.to_string().contains("ID1 note"), "{out}");
    assert!(desk.raw("ID1").contains("- thread: notice\n"));
}

#[test]
fn a_copy_of_an_answer_to_the_customer_is_a_word_that_went_out() {
    let desk = desk();
    let id = desk.made(&[
        "new",
        "Scanner",
        "--from",
        "Jan",
        "--email",
        "jan@acme.example",
        "--channel",
        "email",
        "--no-questions",
    ]);
    let answer = format!(
        "{PASSED}To: Jan <jan@acme.example>\nCc: help@desk.example\nMessage-ID: <a2@desk.example>\n\
         Subject: Re: Scanner [desk {id}]\n"
    );
    let out = take(&desk, &answer, "Please restart it.");
    assert!(out.stdout.contains("sent by an agent"), "{out}");
    let page = desk.raw(&id);
    let end = page.split(" anna contact ^").nth(1).unwrap();
    for line in [
        "- direction: out\n- channel: email\n- outcome: sent\n",
        "- to: Jan <jan@acme.example>\n",
        "Please restart it.",
    ] {
        assert!(end.contains(line), "{line}: {end}");
    }
    // The first response, since the requester has it.
    let sla = desk.ok(&format!("sla {id}"));
    assert!(sla.stdout.contains("met"), "{sla}");
    let _ = desk.ok("check");
    // The customer's answer to it is known by the message.
    let back = "From: jan@acme.example\nTo: help@desk.example\nMessage-ID: <j1@acme.example>\n\
        In-Reply-To: <a2@desk.example>\nSubject: Re: Scanner\n\nIt works.\n";
    let out = desk.run_with("mail in", back).code(0);
    assert!(out.to_string().contains(&format!("{id} added")), "{out}");
}

#[test]
fn a_forward_offers_whose_it_was_and_guesses_nothing() {
    let desk = desk();
    let forward = format!(
        "{PASSED}To: help@desk.example\nMessage-ID: <a3@desk.example>\nSubject: Fwd: Mouse is dead\n"
    );
    let text = "Please take this.\n\n---------- Forwarded message ---------\n\
        From: Ola Nowak <ola@acme.example>\nDate: Mon\nSubject: Mouse is dead\n\nIt is dead.";
    let mail = format!("{forward}From: anna@desk.example\n\n{text}\n");
    let why = desk.run_with("mail why -", &mail).code(0);
    assert!(
        why.stdout.contains("desk set ID from='ola@acme.example'"),
        "{why}"
    );
    let out = take(&desk, &forward, text);
    let id = out.stdout.split(' ').next().unwrap().to_owned();
    let line = format!("desk set {id} from='ola@acme.example'");
    assert!(out.stdout.contains(&line), "{out}");
    let page = desk.read(&format!("tickets/2026-11/{id}.md"));
    assert!(page.contains("email = \"anna@desk.example\""), "{page}");
    assert!(page.contains("- forwarded: ola@acme.example\n"), "{page}");
    let shown = desk.run_args(&["show", &id]).code(0);
    assert!(shown.stdout.contains(&line), "{shown}");
    let _ = desk
        .run_args(&["set", &id, "from=ola@acme.example"])
        .code(0);
    let shown = desk.run_args(&["show", &id]).code(0);
    assert!(!shown.stdout.contains(&line), "{shown}");
    let _ = desk.ok("check");
    // A customer's forward offers nothing.
    let other = mail.replace("anna@desk", "eva@acme").replace("a3@", "a4@");
    let out = desk.run_with("mail in", other).code(0);
    assert!(!out.stdout.contains("forwarded"), "{out}");
}
