//! What a mail does to a ticket in each state, in one clone and in two that did not hear of each
//! other.

use std::fmt::Write as _;

use super::r#in::mail;
use crate::clones::{Clone, Team};
use crate::desk::{Desk, Out};
use crate::mail::with_mailbox;

/// The states that a ticket can be in, and the commands that lead there.
const STATES: [(&str, &[&str]); 9] = [
    ("new", &[]),
    ("open", &["take ID1"]),
    ("pending customer", &["take ID1", "pend ID1 --on customer"]),
    ("pending vendor", &["take ID1", "pend ID1 --on vendor"]),
    (
        "pending schedule",
        &["take ID1", "pend ID1 --on schedule --until +5bd"],
    ),
    ("resolved", &["take ID1", "resolve ID1 -m 'Plugged it in.'"]),
    (
        "resolved long ago",
        &["take ID1", "resolve ID1 -m 'Plugged it in.'", "wait"],
    ),
    (
        "closed",
        &[
            "take ID1",
            "resolve ID1 -m 'Plugged it in.'",
            "close ID1 --satisfied yes",
        ],
    ),
    ("cancelled", &["cancel ID1 -m 'Not wanted.'"]),
];

/// By what a mail belongs to the ticket.
const PROOFS: [(&str, &str); 4] = [
    ("token", "In-Reply-To: <ID1.q4tz1x9a2b@desk.example>"),
    ("message", "In-Reply-To: <before@mail.example.com>"),
    ("address", "In-Reply-To: <ID1.zzzzzzzzzz@desk.example>"),
    ("subject", "Subject: Re: No network [desk ID1]"),
];

/// A ticket by mail, with an answer that went out, in a state.
fn in_state(commands: &[&str]) -> Desk {
    let desk = Desk::new();
    let _ =
        desk.make("new 'No network' --channel email --email jan.kowal@example.com -m 'All dark.'");
    let more = "\n[mail.address.\"help@desk.example\"]\nqueue = \"network\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    desk.git(&["commit", "-qam", "mail"]);
    let path = desk.path("ID1");
    let sent = desk.real(
        "\n## 2026-11-23T09:00:10Z anna contact ^0000\n\n- direction: out\n- channel: email\n\
         - outcome: sent\n- message: <ID1.q4tz1x9a2b@desk.example>\n\nIs it on?\n\
         \n## 2026-11-23T09:00:20Z desk contact ^00000000\n\n- direction: in\n- channel: email\n\
         - outcome: received\n- from: jan.kowal@example.com\n- message: <before@mail.example.com>\n",
    );
    desk.write(&path, desk.read(&path) + &sent);
    desk.git(&["commit", "-qam", "mails"]);
    for command in commands {
        if *command == "wait" {
            desk.wait(60 * 24 * 60);
        } else {
            let _ = desk.run(command).code(0);
        }
    }
    desk
}

/// What became of a mail, in a few words.
fn became(desk: &Desk, out: Out) -> String {
    let out = out.code(0);
    let value: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let told = &value["mails"][0];
    let word = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let id = word("ticket");
    match word("result").as_str() {
        "new" => {
            let page = desk.read(&format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]));
            let link = |key: &str| page.contains(&format!("{key} = "));
            let how = match (link("follows"), link("relates")) {
                (true, _) => ", follows",
                (_, true) => ", relates",
                _ => "",
            };
            format!("new{how}")
        }
        "entry" => word("effect"),
        other => format!("{other} {}", word("reason")),
    }
}

#[test]
fn the_table_of_states() {
    let mut table = String::new();
    for (state, commands) in STATES {
        let _ = write!(table, "{state:<18}");
        let first = in_state(commands);
        for (_, headers) in PROOFS {
            let desk = first.copy();
            let before = desk.read(&desk.path("ID1"));
            let out = desk.run_with("mail in --json", mail(headers, "It works now."));
            let what = became(&desk, out);
            let after = desk.read(&desk.path("ID1"));
            assert_eq!(what.starts_with("new"), before == after, "{state}: {what}");
            let opens = what == "wakes" || what == "reopens";
            let status = |page: &str| {
                let line = page.lines().find(|line| line.starts_with("status = "));
                line.unwrap().to_owned()
            };
            let expected = if opens {
                "status = \"open\"".to_owned()
            } else {
                status(&before)
            };
            assert_eq!(status(&after), expected, "{state}");
            let _ = desk.run("check").code(0);
            let again = desk.run_with("mail in --json", mail(headers, "It works now."));
            assert_eq!(became(&desk, again), "duplicate ", "{state}");
            let _ = write!(table, " {what:<13}");
        }
        let headers = format!("{}\nAuto-Submitted: auto-replied", PROOFS[0].1);
        let before = first.read(&first.path("ID1"));
        let out = first.run_with("mail in --json", mail(&headers, "I am away."));
        let what = became(&first, out);
        let front = |page: &str| page.split("\n+++\n").next().unwrap().to_owned();
        let after = first.read(&first.path("ID1"));
        assert_eq!(front(&after), front(&before), "{state}");
        let _ = writeln!(table, " {what}");
    }
    insta::assert_snapshot!(table, @"
    new                waits         waits         waits         waits         nothing
    open               waits         waits         waits         waits         nothing
    pending customer   wakes         wakes         wakes         wakes         nothing
    pending vendor     waits         waits         waits         waits         nothing
    pending schedule   waits         waits         waits         waits         nothing
    resolved           reopens       reopens       reopens       reopens       nothing
    resolved long ago  new, follows  new, follows  new, follows  new, follows  nothing
    closed             new, follows  new, follows  new, follows  new, follows  nothing
    cancelled          reopens       reopens       new, relates  new, relates  nothing
    ");
}

#[test]
fn a_stranger_writes_to_no_ticket() {
    for (_, commands) in STATES {
        let desk = in_state(commands);
        let before = desk.read(&desk.path("ID1"));
        for (_, headers) in &PROOFS[1..] {
            let from = "From: stranger@else.example\nMessage-ID: <x@else.example>";
            let bytes = mail(&format!("{from}\n{headers}"), &format!("Mine. {headers}"));
            let out = desk.run_with("mail in --json", bytes);
            let what = became(&desk, out);
            assert!(what == "new, relates" || what == "duplicate ", "{what}");
        }
        assert_eq!(desk.read(&desk.path("ID1")), before);
    }
}

/// Runs `desk` in a clone.
fn run(clone: &Clone, now: &str, line: &str) {
    let words = crate::desk::words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let _ = clone.desk(now, &words).code(0);
}

fn take(clone: &Clone, now: &str, bytes: &str) -> Out {
    use std::io::Write as _;
    let mut command = clone.command(now, &["mail", "in"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(bytes.as_bytes()).unwrap();
    drop(input);
    Out::of(&child.wait_with_output().unwrap()).code(0)
}

/// All files below a folder.
fn files(clone: &Clone) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    for one in walkdir::WalkDir::new(clone.root.join("tickets")) {
        let one = one.unwrap();
        if one.file_type().is_file() {
            let path = one.path().strip_prefix(&clone.root).unwrap();
            let bytes = std::fs::read(one.path()).unwrap();
            all.insert(path.to_string_lossy().into_owned(), bytes);
        }
    }
    all
}

#[test]
fn every_pair_of_states_in_two_clones() {
    let mut table = String::new();
    let start = in_state(&[]);
    let (ready, long_after) = ("2026-11-23T11:00:00Z", "2027-02-01T11:00:00Z");
    for (at, (one, first)) in STATES.into_iter().enumerate() {
        let _ = write!(table, "{one:<18}");
        for (other, second) in &STATES[at..] {
            let team = Team::around(start.copy());
            let is_late = |commands: &[&str]| commands.last() == Some(&"wait");
            let late = is_late(first) || is_late(second);
            let day = if late { "2027-02-01" } else { "2026-11-23" };
            for (clone, commands) in [(&team.anna, first), (&team.marek, second)] {
                let day = if is_late(commands) { "2026-11-23" } else { day };
                for (minute, command) in commands.iter().enumerate() {
                    let now = format!("{day}T10:{minute:02}:00Z");
                    if *command != "wait" {
                        run(clone, &now, &team.desk.real(command));
                    }
                }
            }
            let headers = format!("{}\nDate: {day}", PROOFS[0].1);
            let date = if late {
                "Mon, 1 Feb 2027"
            } else {
                "Mon, 23 Nov 2026"
            };
            let headers = headers.replace(day, &format!("{date} 10:20:00 +0000"));
            let bytes = team.desk.real(&mail(&headers, "It works now."));
            for (clone, minute) in [(&team.anna, 30), (&team.marek, 40)] {
                let _ = take(clone, &format!("{day}T10:{minute}:00Z"), &bytes);
            }
            let now = if late { long_after } else { ready };
            for clone in [&team.anna, &team.marek, &team.anna] {
                run(clone, now, "sync");
            }
            let all = files(&team.anna);
            assert_eq!(all, files(&team.marek), "{one}, {other}");
            let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
            let page = text(&all[&team.path()]);
            let tag = page
                .split(" desk contact ^")
                .filter(|part| part.contains("It works now."));
            let entries = tag.count();
            let pages = all.keys().filter(|path| is_page(path)).count();
            assert!(
                entries + pages >= 2 && entries <= 1 && pages <= 2,
                "{one}, {other}: {page}"
            );
            let status = page.lines().find_map(|line| line.strip_prefix("status = "));
            let made = if pages == 2 { "+new" } else { "" };
            let _ = write!(
                table,
                " {:<14}",
                format!("{}{made}", status.unwrap().trim_matches('"'))
            );
            // A mail on two tickets is named; else all is well but for what two did at once.
            let checked = team.anna.desk(now, &["check"]);
            let named = format!("{checked}").contains("the mail is also on");
            assert_eq!(
                named,
                entries == 1 && pages == 2,
                "{one}, {other}: {checked}"
            );
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    insta::assert_snapshot!(table, @"
    new                new            open           open           pending        pending        open           resolved+new   closed+new     open
    open               open           open           pending        pending        open           open+new       closed+new     open
    pending customer   open           open           open           open           open+new       open+new       open
    pending vendor     pending        pending        open           pending+new    closed+new     open
    pending schedule   pending        open           pending+new    closed+new     open
    resolved           open           open+new       open+new       open
    resolved long ago  resolved+new   closed+new     open+new
    closed             closed+new     open+new
    cancelled          open
    ");
}

#[test]
fn one_mail_in_two_clones_is_one_ticket() {
    let team = Team::around(with_mailbox());
    let headers = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x";
    let parts = "--x\n\nThe lamp is dark.\n--x\nContent-Type: image/png; name=a.png\n\nlight\n\
        --x\nContent-Type: text/plain; charset=x-none\n\n\u{e9}t\u{e9}\n--x--";
    let bytes = mail(headers, parts);
    let other =
        format!("Received: by mx.other.example; x\nDelivered-To: help@desk.example\n{bytes}");
    let now = "2026-11-23T10:00:00Z";
    let _ = take(&team.anna, now, &bytes);
    let _ = take(
        &team.marek,
        "2026-11-23T10:07:00Z",
        &other.replace('\n', "\r\n"),
    );
    for clone in [&team.anna, &team.marek, &team.anna] {
        run(clone, "2026-11-23T10:10:00Z", "sync");
    }
    let all = files(&team.anna);
    assert_eq!(all, files(&team.marek));
    let made: Vec<&String> = all.keys().filter(|path| !path.contains(&team.id)).collect();
    assert_eq!(made.len(), 3, "a page, the picture, the mail: {made:?}");
    let page = all
        .iter()
        .find(|(path, _)| is_page(path) && !path.contains(&team.id));
    let page = String::from_utf8(page.unwrap().1.clone()).unwrap();
    assert_eq!(page.matches("\n## ").count(), 1, "{page}");
    assert!(page.contains("created = 2026-11-23T10:00:00Z"), "{page}");
    assert!(
        page.contains("- lost: part 3, text/plain, charset x-none"),
        "{page}"
    );
    for clone in [&team.anna, &team.marek] {
        run(clone, "2026-11-23T10:10:00Z", "check");
        let out = take(clone, "2026-11-23T10:20:00Z", &bytes);
        assert!(out.stdout.contains("there already"), "{out}");
    }
}

fn is_page(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "md")
}
