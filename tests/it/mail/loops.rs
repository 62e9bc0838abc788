//! Two desks that answer each other, neither knowing that the other is a machine: the limits alone end
//! it.

use std::fs;

use crate::desk::Desk;
use crate::reply::{sending, sent, with_mail};

/// Takes out of a mail whatever a machine is known by, and what it would be known by as an answer.
const BARE: &str = r#"
import email, sys
mail = email.message_from_binary_file(sys.stdin.buffer)
for name in list(mail):
    if name.lower() not in ("from", "to", "subject", "date", "message-id", "content-type",
                            "content-transfer-encoding", "mime-version", *sys.argv[2:]):
        del mail[name]
if "in-reply-to" not in sys.argv:
    subject = mail["Subject"].split("[desk ")[0]
    del mail["Subject"]
    mail["Subject"] = subject + mail["Message-ID"].split("@")[0].strip("<").split(".")[1]
    mail.replace_header("Message-ID", "<x" + mail["Message-ID"].split(".", 1)[1])
sys.stdout.buffer.write(mail.as_bytes())
"#;

/// A desk that acknowledges what comes in to its address.
fn desk(address: &str, limits: &str) -> Desk {
    let desk = with_mail();
    let settings = desk
        .read("desk.toml")
        .replace("help@desk.example", address)
        .replace("[mail.out]\n", "[mail.out]\nacknowledge = \"arrived\"\n");
    desk.write("desk.toml", format!("{settings}{limits}"));
    desk.write(
        "templates/arrived.md",
        "+++\ntitle = \"x\"\nfor = [\"reply\"]\n+++\nYour request {id} has arrived.\n",
    );
    let _ = desk.git(&["add", "--all"]);
    let _ = desk.git(&["commit", "--quiet", "-m", "texts"]);
    desk
}

/// Has the mails of a desk handed to another, as from a person; a copy of each stays.
fn connect(from: &Desk, to: &Desk, (writer, reader): (&str, &str), keep: &str) {
    sending(from);
    let bare = from.beside("bare.py");
    fs::write(&bare, BARE).unwrap();
    let home = to.beside("home");
    let hands = format!(
        "n=1; while [ -e sent-$n ]; do n=$((n+1)); done\n{{ echo \"$*\"; cat; }} > sent-$n\n\
         sed 1d sent-$n | python3 '{}' {keep} > bare.eml && mv bare.eml bare-$n\n\
         mail=$PWD/bare-$n; cd '{}' || exit 75\n\
         HOME='{}' GIT_CONFIG_GLOBAL='{}/gitconfig' exec '{}' mail in --sender {writer} \
         --recipient {reader} < \"$mail\"",
        bare.display(),
        to.root.display(),
        home.display(),
        home.display(),
        env!("CARGO_BIN_EXE_desk"),
    );
    let script = format!("cd '{}'\n{hands}", from.beside("").display());
    let _ = from.script("send", &script);
}

/// Two desks, each of which hands its mails to the other. The first was written to in the other's name.
fn pair(limits: &str, keep: &str) -> [Desk; 2] {
    let (one, two) = ("help@desk.example", "help@other.example");
    let desks = [desk(one, limits), desk(two, limits)];
    connect(&desks[0], &desks[1], (one, two), keep);
    connect(&desks[1], &desks[0], (two, one), keep);
    let mail = format!(
        "From: {two}\nTo: {one}\nSubject: Hello\nMessage-ID: <first@other.example>\n\
         Date: Mon, 23 Nov 2026 09:00:00 +0100\n\nIs anybody there?\n"
    );
    let _ = desks[0].run_with("mail in", mail).code(0);
    desks
}

/// Lets both send in turns, with so many minutes between, until neither has anything; how many each sent.
fn run(desks: &[Desk; 2], minutes: i64, most: usize) -> (usize, usize) {
    let mut quiet = 0;
    for turn in 0..most {
        let desk = &desks[turn % 2];
        // The desks' clocks go together.
        for one in desks {
            one.wait(minutes);
        }
        let before = sent(desk).len();
        let _ = desk.run("mail out").code(0);
        quiet = if sent(desk).len() == before {
            quiet + 1
        } else {
            0
        };
        if quiet == 2 {
            break;
        }
    }
    (sent(&desks[0]).len(), sent(&desks[1]).len())
}

fn tickets(desk: &Desk) -> usize {
    let all = desk.json("list --all");
    all["tickets"].as_array().unwrap().len()
}

#[test]
fn two_desks_that_answer_each_other_end() {
    // Every minute: one in a day.
    let desks = pair("", "-");
    assert_eq!(run(&desks, 1, 40), (1, 1));
    // The last mails made tickets, too: nothing is refused, only not answered.
    assert_eq!((tickets(&desks[0]), tickets(&desks[1])), (3, 2));
    for desk in &desks {
        let _ = desk.run("check").code(0);
    }
    // Each answers a day later: five in a week.
    let desks = pair("", "-");
    assert_eq!(run(&desks, 13 * 60, 40), (5, 5));
    // What answers a mail of ours is on its ticket, and no ticket is acknowledged twice.
    let desks = pair("", "- in-reply-to references");
    assert_eq!(run(&desks, 13 * 60, 40), (1, 1));
    assert_eq!((tickets(&desks[0]), tickets(&desks[1])), (2, 2));
}

#[test]
fn without_limits_they_would_not_end() {
    // So that the test above is known to test the limits and nothing else.
    let limits = "[mail.limits]\nanswers_a_day = 1000\nanswers_a_week = 1000\n";
    let desks = pair(limits, "-");
    assert_eq!(run(&desks, 1, 16), (8, 8));
}
