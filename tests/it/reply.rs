//! `desk reply`: an answer goes out, once, and the log tells of it.

use std::fs;

use serde_json::Value;

use crate::clones::{Clone, Team};
use crate::desk::Desk;

/// A desk with the requester's address, and a program that mail is handed to: it keeps each mail as
/// `sent-1`, `sent-2` beside the desk, with its arguments in the first line, and fails where `fail` stands.
pub(crate) fn with_mail() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 requester.email=jan@acme.example requester.phone=600100200");
    sending(&desk);
    let more = "\n[mail.address.\"help@desk.example\"]\nqueue = \"service-desk\"\n\
        [mail.out]\nfrom = \"Help desk <help@desk.example>\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + more);
    let _ = desk.git(&["commit", "--quiet", "--all", "-m", "mail"]);
    desk
}

/// Has a clone's mail handed to a program that keeps it.
pub(crate) fn sending(desk: &Desk) {
    let beside = desk.beside("");
    let beside = beside.display();
    let script = desk.script(
        "send",
        &format!(
            "cd '{beside}'\nif [ -e fail ]; then echo 'no route to the relay' >&2; exit 75; fi\n\
             n=1; while [ -e sent-$n ]; do n=$((n+1)); done\n{{ echo \"$*\"; cat; }} > sent-$n"
        ),
    );
    let folder = desk.beside("home").join(".config/plaindesk");
    fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "[mail]\nsend = [\"{}\", \"-i\", \"-f\", \"{{envelope}}\", \"--\", \"{{recipients}}\"]\n",
        script.display()
    );
    fs::write(folder.join("config.toml"), text).unwrap();
}

/// The mails that were handed over: the arguments, and the mail.
pub(crate) fn sent(desk: &Desk) -> Vec<(String, String)> {
    let mut all = Vec::new();
    while let Ok(text) = fs::read_to_string(desk.beside(&format!("sent-{}", all.len() + 1))) {
        let (arguments, mail) = text.split_once('\n').unwrap();
        all.push((arguments.to_owned(), mail.to_owned()));
    }
    all
}

fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let start = format!("{name}: ");
    let mut lines = mail.split("\n\n").next().unwrap().lines();
    lines
        .find_map(|line| line.strip_prefix(&start))
        .unwrap_or("")
}

/// A mail of the requester's comes in on the ticket.
fn comes_in(desk: &Desk, id: &str, more: &str, text: &str) {
    let mail = format!(
        "From: Jan Kowalski <jan@acme.example>\nTo: help@desk.example\n\
         Subject: Re: Printer [desk {}]\nMessage-ID: <{id}@acme.example>\n\
         Date: Mon, 23 Nov 2026 10:10:00 +0100\n{more}\n{text}\n",
        desk.real("ID1")
    );
    let _ = desk.run_with("mail in", mail).code(0);
}

#[test]
fn an_answer_goes_out_and_is_logged() {
    let desk = with_mail();
    let out = desk.run("reply ID1 -m 'Please restart it.'").code(0);
    insta::assert_snapshot!(out, @"
    ID1         contact  Printer on floor 3 jams
                outgoing, email, sent, to: jan@acme.example
    -----
    sent to Jan Kowalski <jan@acme.example>
    [exit 0]
    ");
    let all = sent(&desk);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, "-i -f help@desk.example -- jan@acme.example");
    let mail = &all[0].1;
    let subject = format!("Re: Printer on floor 3 jams [desk {}]", desk.real("ID1"));
    assert_eq!(header(mail, "Subject"), subject);
    assert_eq!(header(mail, "To"), "\"Jan Kowalski\" <jan@acme.example>");
    assert_eq!(header(mail, "Auto-Submitted"), "");
    assert!(
        mail.ends_with("Please restart it.\n\n-- \nAnna Nowak\nHelp desk\n"),
        "{mail}"
    );
    let log = desk.read(&desk.path("ID1"));
    let id = header(mail, "Message-ID");
    let told = format!("- to: jan@acme.example\n- message: {id}\n\nPlease restart it.\n");
    assert!(log.contains(&told), "{log}");
    assert!(
        log.contains("- direction: out\n- channel: email\n- outcome: sent\n"),
        "{log}"
    );
    let _ = desk.run("check").code(0);
    assert_eq!(desk.status(), "");
    // It is a first response as any other, and nobody takes it back.
    let sla = desk.run("sla ID1").code(0);
    assert!(!sla.stdout.contains("first response  due"), "{sla}");
    let out = desk.run("undo").code(4);
    assert!(out.stderr.contains("the mail went out"), "{out}");
}

#[test]
fn it_quotes_what_it_answers_and_threads() {
    let desk = with_mail();
    let lines: Vec<String> = (1..=60).map(|n| format!("line {n}\n")).collect();
    let text = lines.concat();
    let more = "Cc: Ola <ola@acme.example>, zed@else.example\n\
        Thread-Index: AdxiAAAABwcHBwcHBwcHBwcHBwcHBw==\nReferences: <first@acme.example>\n";
    comes_in(&desk, "m1", more, &text);
    desk.wait(5);
    let out = desk.run("reply ID1 -m 'I look into it.'").code(0);
    assert!(
        out.stderr
            .contains("cc Ola <ola@acme.example>, zed@else.example (a stranger)"),
        "{out}"
    );
    let (arguments, mail) = &sent(&desk)[0];
    assert!(
        arguments.ends_with("-- jan@acme.example ola@acme.example zed@else.example"),
        "{arguments}"
    );
    assert_eq!(header(mail, "In-Reply-To"), "<m1@acme.example>");
    assert_eq!(header(mail, "References"), "<first@acme.example>");
    let index = header(mail, "Thread-Index");
    assert!(index.starts_with("AdxiAAAABwcHBwcHBwcHBwcHBwcHB"), "{mail}");
    assert_eq!(index.len(), 36);
    assert_eq!(header(mail, "Thread-Topic"), "Printer");
    assert!(mail.contains("Jan Kowalski wrote:\n> line 1\n"), "{mail}");
    assert!(mail.contains("> line 40\n> [=E2=80=A6]"), "{mail}");
    assert!(!mail.contains("line 41"), "{mail}");
    // What comes back belongs to it by its token, whoever sends it.
    let id = header(mail, "Message-ID").to_owned();
    let back = format!(
        "From: other@acme.example\nTo: help@desk.example\nSubject: no mark\nIn-Reply-To: {id}\n\
         Message-ID: <m2@acme.example>\n\nThank you.\n"
    );
    desk.write("back.eml", back);
    let why = desk.json("mail why back.eml");
    assert_eq!(why["mails"][0]["proof"]["kind"], "token");
    let _ = desk.run("reply ID1 --only-requester -m 'Done.'").code(0);
    assert!(sent(&desk)[1].0.ends_with("-- jan@acme.example"));
}

#[test]
fn what_cannot_be_sent_is_refused_before_anything_is_written() {
    let desk = with_mail();
    let before = desk.commits();
    for (line, code, words) in [
        ("reply ID1 -m x --cc ola", 2, "`ola` is no address"),
        ("reply ID1 -m x --cc=-oQ@acme.example", 2, "is no address"),
        (
            "reply ID1 -m x --from boss@acme.example",
            2,
            "no address of this desk",
        ),
        ("reply ID1 -m ''", 2, "a mail needs a text"),
        ("reply ID1", 2, "`desk reply` needs a text"),
        ("reply ID1 -m x --attach nowhere.pdf", 2, "there is no file"),
        ("reply ID1 --order ID1 -m x", 2, "cannot be used with"),
    ] {
        let out = desk.run(line).code(code);
        assert!(out.stderr.contains(words), "{line}: {out}");
    }
    let _ = desk.ok("set ID1 requester.email=");
    let out = desk.run("reply ID1 -m x").code(4);
    assert!(out.stderr.contains("call Jan Kowalski: 600100200"), "{out}");
    let _ = desk.ok("set ID1 requester.email=jan@acme.example tags=+mail-bounces");
    let out = desk.run("reply ID1 -m x").code(4);
    assert!(out.stderr.contains("did not arrive"), "{out}");
    let _ = desk.run("reply ID1 -m x --anyway").code(0);
    assert_eq!(sent(&desk).len(), 1);
    assert_eq!(desk.commits(), before + 3);
    let folder = desk.beside("home").join(".config/plaindesk/config.toml");
    fs::remove_file(folder).unwrap();
    let out = desk.run("reply ID1 -m y --anyway").code(2);
    assert!(
        out.stderr
            .contains("nothing says how this clone sends mail"),
        "{out}"
    );
}

#[test]
fn a_dry_run_shows_the_mail() {
    let desk = with_mail();
    let out = desk
        .run("reply ID1 -m 'Please restart it.' --dry-run")
        .code(0);
    insta::assert_snapshot!(out, @"
    Nothing was sent; this is what would be:
    from        Help desk <help@desk.example>
    to          Jan Kowalski <jan@acme.example>
    subject     Re: Printer on floor 3 jams [desk ID1]

    Please restart it.

    --
    Anna Nowak
    Help desk
    [exit 0]
    ");
    let json =
        desk.json("reply ID1 -m 'Please restart it.' --cc 'Zed <zed@else.example>' --dry-run");
    let mail = &json["mails"][0];
    assert_eq!(mail["to"][0]["address"], "jan@acme.example");
    assert_eq!(mail["cc"][0]["stranger"], true);
    assert!(sent(&desk).is_empty());
    assert_eq!(desk.status(), "");
}

#[test]
fn files_go_along_and_stay_with_the_ticket() {
    let desk = with_mail();
    desk.write("plan.pdf", [0_u8, 255, 10, 13]);
    let _ = desk
        .run("reply ID1 -m 'See the plan.' --attach plan.pdf")
        .code(0);
    let mail = &sent(&desk)[0].1;
    assert!(
        mail.contains("filename=\"plan.pdf\"") && mail.contains("AP8KDQ=="),
        "{mail}"
    );
    let shown = desk.run("show ID1").code(0);
    assert!(shown.stdout.contains("plan.pdf (4 bytes)"), "{shown}");
    fs::remove_file(desk.root.join("plan.pdf")).unwrap();
    let _ = desk.run("check").code(0);
    desk.write("large.bin", vec![0; 6_000_000]);
    let out = desk
        .run("reply ID1 -m x --attach large.bin --attach large.bin")
        .code(4);
    assert!(
        out.stderr
            .contains("12 MB together, and a mail may have 10 MB"),
        "{out}"
    );
}

#[test]
fn a_template_is_filled_in_and_its_subject_is_the_mails() {
    let desk = with_mail();
    desk.write(
        "templates/more.md",
        "+++\ntitle = \"More\"\nfor = [\"reply\"]\nsubject = \"About {title}\"\n\
         then = { status = \"pending\", waiting_on = \"customer\" }\n+++\nDear {requester.name}, {message}\n",
    );
    desk.write(
        "templates/more.pl.md",
        "+++\ntitle = \"Więcej\"\nfor = [\"reply\"]\n+++\nSzanowny Panie, {message}\n",
    );
    let out = desk
        .run("reply ID1 --template more -m 'which one?'")
        .code(0);
    assert!(out.stdout.contains("status: open → pending"), "{out}");
    let mail = &sent(&desk)[0].1;
    let subject = format!("About Printer on floor 3 jams [desk {}]", desk.real("ID1"));
    assert_eq!(header(mail, "Subject"), subject);
    assert!(mail.contains("Dear Jan Kowalski, which one?"), "{mail}");
    let log = desk.read(&desk.path("ID1"));
    assert!(
        log.contains("- subject: About Printer on floor 3 jams\n"),
        "{log}"
    );
    assert!(log.contains("- template: more\n"), "{log}");
    assert!(!log.contains("Subject: About"), "{log}");
    // What is for answers by mail is no longer offered for calls.
    let out = desk.run("contact ID1 --template more -m x").code(2);
    assert!(
        out.stderr.contains("template `more` is not for `contact`"),
        "{out}"
    );
    let _ = desk.ok("set ID1 requester.language=pl");
    let _ = desk.run("reply ID1 --template more -m 'która?'").code(0);
    assert!(
        sent(&desk)[1].1.contains("Szanowny Panie"),
        "{}",
        sent(&desk)[1].1
    );
}

#[test]
fn the_same_words_are_not_sent_twice_by_mistake() {
    let desk = with_mail();
    let _ = desk.run("reply ID1 -m Done.").code(0);
    let out = desk.run("reply ID1 -m Done.").code(4);
    assert!(out.stderr.contains("you sent these words at"), "{out}");
    let _ = desk.run("reply ID1 -m Done. --anyway").code(0);
    assert_eq!(sent(&desk).len(), 2);
}

#[test]
fn whoever_answered_meanwhile_is_seen_first() {
    let team = Team::around(with_mail());
    let (id, now) = (team.id.as_str(), "2026-11-23T10:00:00Z");
    let reply = |clone: &Clone, text: &str, more: &[&str]| {
        clone.desk(now, &[&["reply", id, "-m", text], more].concat())
    };
    let _ = reply(&team.marek, "Restart it.", &[]).code(0);
    let _ = team.marek.desk(now, &["sync"]).code(0);
    // Marek's is at the other end; anna's clone has not seen it.
    let out = reply(&team.anna, "Please restart it.", &[]).code(4);
    assert!(out.stderr.contains("Marek Zieliński contact"), "{out}");
    assert!(out.stderr.contains("Restart it."), "{out}");
    assert!(out.stderr.contains("has an entry of others since"), "{out}");
    assert_eq!(sent(&team.desk).len(), 1);
    // The text is kept, and goes on in the editor.
    let drafts = team.anna.root.join(".git/plaindesk/drafts");
    let draft = fs::read_to_string(drafts.join(format!("{id}.reply.md"))).unwrap();
    assert!(draft.contains("\nPlease restart it.\n"), "{draft}");
    assert!(
        draft.contains("<!-- To: Jan Kowalski <jan@acme.example> -->"),
        "{draft}"
    );
    let _ = reply(&team.anna, "Please restart it.", &["--anyway"]).code(0);
    let _ = team.anna.desk(now, &["sync"]).code(0);
    // Whoever has seen it all is not asked.
    let _ = reply(&team.anna, "It is done.", &[]).code(0);
    assert_eq!(sent(&team.desk).len(), 3);
    // Without the other end it says so, and sends.
    fs::rename(&team.hub, team.hub.with_extension("away")).unwrap();
    let out = reply(&team.anna, "Anything else?", &[]).code(0);
    assert!(
        out.stderr
            .contains("whether others wrote elsewhere is not known"),
        "{out}"
    );
}

fn ids(json: &Value) -> Vec<String> {
    let all = json["mails"].as_array().unwrap().iter();
    all.map(|one| one["ticket"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn all_who_hang_on_an_order_get_a_mail_each_once() {
    let desk = with_mail();
    for (name, more) in [
        ("Ola Nowak", "--email ola@acme.example"),
        ("Zed", "--phone 600200300"),
        ("Piotr", "--email piotr@acme.example"),
    ] {
        let _ = desk.make(&format!(
            "new 'Same here' --from '{name}' {more} --code PRN-JAM --asset-location here"
        ));
    }
    let out = desk.ok("work new ID1 ID2 ID3 ID4");
    let order = out.stdout.split(' ').next().unwrap().to_owned();
    let line = format!("reply --order {order} -m 'The printer is replaced at noon.'");
    let json = desk.json(&line);
    assert_eq!(ids(&json).len(), 3);
    assert_eq!(json["without"][0]["phone"], "600200300");
    let out = desk.run(&line).code(0);
    assert!(
        out.stdout
            .contains("Nothing was sent; --yes sends 3 mails."),
        "{out}"
    );
    assert!(sent(&desk).is_empty());
    let out = desk.run(&format!("{line} --yes")).code(0);
    assert!(out.stdout.contains("3 mails sent"), "{out}");
    assert!(out.stdout.contains("600200300"), "{out}");
    for (arguments, mail) in sent(&desk) {
        assert_eq!(arguments.split("-- ").nth(1).unwrap().split(' ').count(), 1);
        assert_eq!(header(&mail, "Cc"), "");
    }
    // Given again, as after a crash, it writes to nobody twice.
    let out = desk.run(&format!("{line} --yes")).code(0);
    assert!(out.stdout.contains("Nobody is left to write to."), "{out}");
    assert_eq!(sent(&desk).len(), 3);
    // One that waits in the outbox is taken from there.
    fs::write(desk.beside("fail"), "").unwrap();
    let line = format!("reply --order {order} -m 'It is done.' --yes");
    let _ = desk.run(&line).code(5);
    fs::remove_file(desk.beside("fail")).unwrap();
    let _ = desk.ok(&format!("work done {order} -m 'Replaced.'"));
    let _ = desk.run(&line).code(0);
    let _ = desk.run("mail out").code(0);
    assert_eq!(sent(&desk).len(), 6);
    // Whoever was to be told was told.
    let out = desk.run("list is:not-informed").code(0);
    assert!(
        out.stdout.contains(&desk.real("ID3")) && !out.stdout.contains(&desk.real("ID2")),
        "{out}"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn no_text_leaves_its_header() {
    let desk = with_mail();
    let odd = "=?utf-8?Q?a=0D=0ABcc:_all@acme.example?= \"x\" <y@z.example>, ";
    let _ = desk
        .run_args(&[
            "set",
            &desk.real("ID1"),
            &format!("title={odd}"),
            &format!("requester.name={odd}"),
        ])
        .code(0);
    let cc = format!("\"{}\" <ola@acme.example>", odd.replace('"', ""));
    let _ = desk
        .run_args(&["reply", &desk.real("ID1"), "-m", "x", "--cc", &cc])
        .code(0);
    let (arguments, mail) = &sent(&desk)[0];
    assert!(
        arguments.ends_with("-- jan@acme.example ola@acme.example"),
        "{arguments}"
    );
    let read = plaindesk::page::mail::read(mail.as_bytes()).unwrap();
    let names: Vec<&str> = read.headers.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    ];
    assert_eq!(names, wanted, "{mail}");
    assert_eq!(read.to[0].name, odd.trim());
    assert!(
        read.subject.starts_with(&format!("Re: {}", odd.trim())),
        "{mail}"
    );
}

#[test]
fn nothing_internal_is_in_any_mail() {
    let desk = with_mail();
    desk.write(
        "templates/inside.md",
        "+++\ntitle = \"SECRET\"\nfor = [\"note\"]\n+++\nSECRET\n",
    );
    comes_in(&desk, "m1", "", "Is it mended?");
    for line in [
        "note ID1 -m SECRET",
        "note ID1 --template inside",
        "set ID1 priority=critical-situation --reason SECRET",
        "set ID1 code=NET-OUT vendor.name=SECRET vendor.reference=SECRET tags=+SECRET asset.serial=SECRET asset.model=SECRET asset.location=SECRET",
        "set ID1 request.tried=SECRET request.reproduce=SECRET requester.account=SECRET requester.location=SECRET",
        "watch ID1 --as marek",
        "escalate ID1 --hierarchic -m SECRET",
        "pend ID1 --on vendor -m SECRET",
        "call ID1 no-answer -m SECRET",
        "contact ID1 --by phone -m SECRET",
        "reopen ID1 -m SECRET",
        "work new ID1 -m SECRET",
        "escalate ID1 --to network -m SECRET",
    ] {
        let out = desk.run(line);
        assert!(
            out.code == 0 || line.starts_with("set ID1 request"),
            "{line}: {out}"
        );
    }
    let order = desk.json("show ID1")["tickets"][0]["links"]["work_order"].clone();
    let order = order.as_str().unwrap();
    for line in [
        format!("note {order} -m SECRET"),
        format!("work say {order} -m SECRET"),
        format!("set {order} title=SECRET"),
    ] {
        let _ = desk.ok(&line);
    }
    let log = desk.read(&desk.path("ID1"));
    assert!(log.matches("SECRET").count() > 12, "{log}");
    let _ = desk.run("reply ID1 -m 'At noon.'").code(0);
    let _ = desk
        .run(&format!("reply --order {order} -m 'It is mended.' --yes"))
        .code(0);
    let all = sent(&desk);
    assert_eq!(all.len(), 2);
    for (arguments, mail) in all {
        let read = plaindesk::page::mail::read(mail.as_bytes()).unwrap();
        let whole = format!("{arguments}{mail}{}{:?}", read.text, read.headers);
        assert!(!whole.to_lowercase().contains("secret"), "{mail}");
    }
}
