//! The forms of commands that write, and the commands that only read.
//!
//! A form states its effect as a predicate on files: false before the command, true after it.

use std::fs;

use super::scene::text;
use super::stage::{Look, Stage};
use super::typist::Script;
use crate::commands::READERS;

/// One way in which a command writes.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    /// The command, as it stands in the command tree.
    pub(crate) cached: &'static str,
    pub(crate) args: &'static [&'static str],
    /// What is in the desk beforehand, beside the desk of all forms.
    pub(crate) prepare: fn(&mut Stage),
    pub(crate) effect: fn(&Look<'_>) -> bool,
    /// When the command is given.
    pub(crate) now: &'static str,
    /// Environment of the command.
    pub(crate) env: &'static [(&'static str, &'static str)],
    /// What is typed, where it talks to a person on a terminal.
    pub(crate) script: Option<Script>,
    /// The file in the person's folder that it has on standard input; none where empty.
    pub(crate) input: &'static str,
    pub(crate) whole: Whole,
    /// The ticket that the next command writes to.
    pub(crate) next: &'static str,
    /// Whether the next command is the same one again: until then no other may write.
    pub(crate) again: bool,
    /// The next command, where it is another one than a note: until then no other may write.
    pub(crate) then: &'static [&'static str],
    /// Whether a draft of what a person typed may stay.
    pub(crate) drafts: bool,
}

impl Form {
    /// Whether it makes a commit first and moves the branch to it.
    pub(crate) fn moves_the_branch(&self) -> bool {
        ["sync", "redact --attachment", "redact --person"].contains(&self.name)
    }
}

/// How much of a command there can be when it was cut short and the next one has run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// All of it or nothing.
    All,
    /// Each file whole or as it was: the command does many things, one after the other.
    Files,
    /// Each answer whole: the record grows while it is talked about.
    Answers,
}

/// What every form has unless it says something else.
const FORM: Form = Form {
    name: "",
    cached: "",
    args: &[],
    prepare: |_| {},
    effect: |_| false,
    now: "2026-11-23T10:00:00Z",
    env: &[],
    script: None,
    input: "",
    whole: Whole::All,
    next: "A",
    again: false,
    then: &[],
    drafts: false,
};

const IMPORT: &[&str] = &[
    "import",
    "events",
    "../home/log.csv",
    "--map",
    "../home/map.toml",
];

/// Whether a mail waits in quarantine.
fn held(look: &Look<'_>, key: &str) -> bool {
    let folder = look.home.join("../desk/.git/plaindesk/mail-quarantine");
    folder.join(format!("{key}.eml")).exists()
}

/// Whether one mail waits in quarantine.
fn one_is_held(look: &Look<'_>) -> bool {
    let folder = look.home.join("../desk/.git/plaindesk/mail-quarantine");
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "eml"))
        .count()
        == 1
}

fn imported(look: &Look<'_>) -> bool {
    ["Lamp is dark", "Door is stuck", "Window is open"]
        .iter()
        .all(|title| look.with(&format!("title = \"{title}\"")).len() == 1)
}

fn noted(look: &Look<'_>) -> bool {
    look.line("A", "Cut short here.")
}

/// Whether a mail was handed over, each time with one id, and is logged once.
fn mailed(look: &Look<'_>) -> bool {
    let page = look.page("A");
    let ids: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("- message: "))
        .collect();
    let sent = (1..4).filter_map(|n| fs::read_to_string(look.home.join(format!("sent-{n}"))).ok());
    let sent: Vec<String> = sent.collect();
    let is_it = |mail: &String| {
        ids.iter()
            .all(|id| mail.contains(&format!("Message-ID: {id}\n")))
    };
    noted(look) && ids.len() == 1 && (1..=2).contains(&sent.len()) && sent.iter().all(is_it)
}

const MARK: &str = "Cut short here.";
const NOTE: &[&str] = &["note", "{A}", "-m", MARK];

/// The forms, with those whose leaf is no command that writes something else.
pub(crate) const FORMS: &[Form] = &[
    Form {
        name: "new",
        cached: "new",
        args: &["new", "No network", "-m", MARK],
        effect: |look| look.one(&["title = \"No network\"", MARK]),
        ..FORM
    },
    Form {
        name: "new --issue",
        cached: "new",
        args: &[
            "new",
            "ERP is slow",
            "--from",
            "Ola Nowak",
            "--code",
            "APP-ERP",
            "--issue",
            "Outlook asks @MAIL-AUTH",
        ],
        effect: |look| {
            look.one(&["title = \"ERP is slow\""]) && look.one(&["title = \"Outlook asks\""])
        },
        ..FORM
    },
    Form {
        name: "new --on order",
        cached: "new",
        prepare: |stage| stage.order(),
        args: &[
            "new",
            "Same here",
            "--from",
            "Ola Nowak",
            "--code",
            "NET-OUT",
            "--on",
            "{W}",
        ],
        effect: |look| {
            look.with("title = \"Same here\"")
                .iter()
                .any(|page| page.contains("work_order = "))
        },
        ..FORM
    },
    Form {
        name: "new --on ticket",
        cached: "new",
        args: &[
            "new",
            "Same here",
            "--from",
            "Ola Nowak",
            "--code",
            "NET-OUT",
            "--on",
            "{A}",
        ],
        effect: |look| {
            let new = look.with("title = \"Same here\"");
            new.len() == 1
                && new[0].contains("work_order = ")
                && look.page("A").contains("work_order = ")
        },
        ..FORM
    },
    Form {
        name: "new --resolve",
        cached: "new",
        args: &[
            "new",
            "How do I choose?",
            "--type",
            "information",
            "--kb",
            "KB-PW5R",
            "--resolve",
            MARK,
            "--satisfied",
            "yes",
        ],
        effect: |look| look.one(&["title = \"How do I choose?\"", "status = \"closed\"", MARK]),
        ..FORM
    },
    Form {
        name: "new on a terminal",
        cached: "new",
        args: &[
            "new",
            "Jam",
            "--type",
            "action",
            "--from",
            "Piotr Sikora",
            "--phone",
            "1",
            "--email",
            "a@b.example",
            "--location",
            "here",
            "--code",
            "PRN-JAM",
            "--model",
            "X",
            "--serial",
            "1",
            "--asset-location",
            "hall",
            "--account",
            "2",
            "--licence",
            "3",
            "--wants",
            "paper",
        ],
        script: Some(&[
            ("Ask:", "\r"),
            ("Ask:", "\r"),
            ("Ask:", "\r"),
            ("What was already tried?", "Cut short here.\r"),
            ("Can it be reproduced, and how?", "\r"),
            ("One more issue", "\r"),
            ("Is all of it right?", "\r"),
        ]),
        effect: |look| look.one(&["title = \"Jam\"", "tried = \"Cut short here.\""]),
        whole: Whole::Answers,
        ..FORM
    },
    Form {
        name: "note",
        cached: "note",
        args: NOTE,
        effect: noted,
        ..FORM
    },
    Form {
        name: "note in an editor",
        cached: "note",
        args: &["note", "{A}"],
        env: &[("EDITOR", "write")],
        script: Some(&[]),
        effect: noted,
        drafts: true,
        ..FORM
    },
    Form {
        name: "take",
        cached: "take",
        prepare: |stage| stage.run(&["assign", "{A}", "marek"]),
        args: &["take", "{A}"],
        effect: |look| look.line("A", "assignee = \"anna\""),
        ..FORM
    },
    Form {
        name: "assign two",
        cached: "assign",
        args: &["assign", "{A}", "{C}", "marek"],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "assignee = \"marek\""))
        },
        ..FORM
    },
    Form {
        name: "reply",
        cached: "reply",
        prepare: |stage| stage.sends_mail(),
        args: &["reply", "{A}", "-m", MARK, "--attach", "catalog.toml"],
        effect: mailed,
        then: &["mail", "out"],
        ..FORM
    },
    Form {
        name: "mail out",
        cached: "mail out",
        prepare: |stage| {
            stage.sends_mail();
            let fail = stage.scene.home().join("fail");
            fs::write(&fail, "").unwrap();
            let failed = stage.scene.desk(&["reply", &stage.ids["A"], "-m", MARK]);
            assert_eq!(failed.status.code(), Some(5), "{failed:?}");
            fs::remove_file(fail).unwrap();
        },
        args: &["mail", "out"],
        effect: mailed,
        again: true,
        ..FORM
    },
    Form {
        name: "contact",
        cached: "contact",
        args: &["contact", "{A}", "-m", MARK],
        effect: noted,
        ..FORM
    },
    Form {
        name: "contact --in after closing",
        cached: "contact",
        prepare: |stage| {
            stage.run(&["resolve", "{A}", "-m", "Done."]);
            stage.run(&["close", "{A}", "--satisfied", "yes"]);
        },
        args: &["contact", "{A}", "--in", "-m", MARK],
        effect: |look| {
            look.with(MARK)
                .iter()
                .any(|page| page.contains("follows = "))
        },
        ..FORM
    },
    Form {
        name: "call",
        cached: "call",
        args: &["call", "{A}", "-m", MARK],
        effect: noted,
        ..FORM
    },
    Form {
        name: "set",
        cached: "set",
        args: &["set", "{A}", "tags=+vpn"],
        effect: |look| look.line("A", "tags = [\"vpn\"]"),
        ..FORM
    },
    Form {
        name: "set two",
        cached: "set",
        args: &["set", "{A}", "{C}", "tags=+vpn"],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "tags = [\"vpn\"]"))
        },
        ..FORM
    },
    Form {
        name: "who --merge",
        cached: "who",
        args: &["who", "--merge", "{A}", "{C}", "--yes"],
        effect: |look| look.line("C", "name = \"Jan Kowalski\""),
        ..FORM
    },
    Form {
        name: "convert",
        cached: "convert",
        args: &["convert", "{A}", "--to", "information"],
        effect: |look| look.line("A", "type = \"information\""),
        ..FORM
    },
    Form {
        name: "split",
        cached: "split",
        args: &["split", "{A}", "A second issue", "-m", MARK],
        effect: |look| {
            look.one(&["title = \"A second issue\""]) && look.page("A").contains("- into: ")
        },
        ..FORM
    },
    Form {
        name: "edit",
        cached: "edit",
        args: &["edit", "{A}"],
        env: &[("EDITOR", "retitle")],
        effect: |look| look.line("A", "title = \"Retitled here\""),
        drafts: true,
        ..FORM
    },
    Form {
        name: "attach",
        cached: "attach",
        args: &["attach", "{A}", "unknown.txt", "-m", MARK],
        effect: |look| {
            noted(look)
                && look
                    .files
                    .iter()
                    .any(|(path, bytes)| path.contains(".files/") && bytes == b"mine\n")
        },
        ..FORM
    },
    Form {
        name: "pend two",
        cached: "pend",
        args: &[
            "pend",
            "{A}",
            "{C}",
            "--on",
            "vendor",
            "--until",
            "2026-12-01",
        ],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "status = \"pending\""))
        },
        ..FORM
    },
    Form {
        name: "pend on a vendor",
        cached: "pend",
        args: &[
            "pend", "{A}", "--on", "vendor", "--vendor", "Nordnet", "--ref", "SR-6923",
        ],
        effect: |look| {
            look.line("A", "name = \"Nordnet\"") && look.line("A", "reference = \"SR-6923\"")
        },
        ..FORM
    },
    Form {
        name: "note on three",
        cached: "note",
        args: &["note", "{A}", "{B}", "{C}", "-m", MARK],
        effect: |look| ["A", "B", "C"].iter().all(|name| look.line(name, MARK)),
        ..FORM
    },
    Form {
        name: "resolve",
        cached: "resolve",
        args: &["resolve", "{A}", "-m", MARK],
        effect: |look| look.line("A", "status = \"resolved\""),
        ..FORM
    },
    Form {
        name: "resolve two",
        cached: "resolve",
        args: &["resolve", "{A}", "{C}", "-m", MARK],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "status = \"resolved\""))
        },
        ..FORM
    },
    Form {
        name: "close",
        cached: "close",
        prepare: |stage| stage.run(&["resolve", "{A}", "-m", "Done."]),
        args: &["close", "{A}", "--satisfied", "yes", "--rating", "4"],
        effect: |look| look.line("A", "status = \"closed\""),
        ..FORM
    },
    Form {
        name: "migrate",
        cached: "migrate",
        prepare: |stage| stage.settings("format = 2", "format = 1"),
        args: &["migrate"],
        again: true,
        effect: |look| {
            look.files
                .get("desk.toml")
                .is_some_and(|bytes| text(bytes).contains("\nformat = 2\n"))
        },
        ..FORM
    },
    Form {
        name: "resolve-merge",
        cached: "resolve-merge",
        prepare: |stage| stage.marked("A"),
        args: &["resolve-merge"],
        effect: |look| {
            let joined = |bytes: &Vec<u8>| text(bytes).contains("all kept: 1 + 1 lines");
            look.files.values().any(joined)
        },
        again: true,
        ..FORM
    },
    Form {
        name: "sync",
        cached: "sync",
        prepare: |stage| stage.shared(),
        args: &["sync"],
        effect: |look| {
            look.line("A", "From afar.")
                && look.line("A", "From here.")
                && look.one(&["title = \"Told elsewhere\""])
        },
        ..FORM
    },
    Form {
        name: "redact",
        cached: "redact",
        args: &["redact", "{A}", "--field", "requester.phone", "-m", MARK],
        effect: |look| look.line("A", "phone = \"(redacted)\""),
        ..FORM
    },
    Form {
        name: "redact --attachment",
        cached: "redact",
        prepare: |stage| stage.run(&["attach", "{A}", "desk.toml"]),
        args: &["redact", "{A}", "--attachment", "desk.toml", "-m", MARK],
        effect: |look| {
            let is_marker = |(path, bytes): (&String, &Vec<u8>)| {
                path.contains(".files/desk-") && bytes == b"(redacted)\n"
            };
            look.files.iter().any(is_marker)
        },
        ..FORM
    },
    Form {
        name: "redact --person",
        cached: "redact",
        prepare: |stage| stage.run(&["attach", "{A}", "desk.toml"]),
        args: &["redact", "--person", "+48 600 100 200", "--yes", "-m", MARK],
        effect: |look| {
            // Its name goes, too.
            let is_here = |path: &String| path.contains(".files/desk-");
            look.line("A", "phone = \"(redacted)\"") && !look.files.keys().any(is_here)
        },
        ..FORM
    },
    Form {
        name: "away",
        cached: "away",
        args: &["away", "2099-12-24..2099-12-26", "--deputy", "marek"],
        effect: |look| {
            let settings = look
                .files
                .get("desk.toml")
                .map(|text| String::from_utf8_lossy(text));
            settings.is_some_and(|text| text.contains("2099-12-24..2099-12-26"))
        },
        ..FORM
    },
    Form {
        name: "templates --starter",
        cached: "templates",
        args: &["templates", "--starter"],
        prepare: |stage| {
            let folder = stage.scene.desk.join("templates");
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if name.starts_with("visit.") {
                    fs::remove_file(path).unwrap();
                }
            }
            stage.scene.git(&["add", "--all"]);
            stage.scene.git(&["commit", "--quiet", "-m", "No visits"]);
            // From then on desk knows that nobody left them out by mistake.
            stage.run(&["note", "{A}", "-m", "No visits any more."]);
        },
        effect: |look| look.files.contains_key("templates/visit.vi.md"),
        ..FORM
    },
    Form {
        name: "contact --template",
        cached: "contact",
        args: &[
            "contact",
            "{A}",
            "--template",
            "more-information",
            "-m",
            MARK,
        ],
        effect: |look| {
            look.line("A", MARK)
                && look.line("A", "- template: more-information")
                && look.line("A", "- waiting_on: (none) -> customer")
        },
        ..FORM
    },
    Form {
        name: "handover",
        cached: "handover",
        prepare: |stage| {
            stage.run(&["call", "{A}", "-m", "Soon.", "--next", "+1h"]);
            stage.run(&["call", "{C}", "-m", "Soon.", "--next", "+1h"]);
        },
        args: &["handover", "--to", "marek", "-m", MARK],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.page(name).contains(" anna handover ^"))
        },
        ..FORM
    },
    Form {
        name: "ack",
        cached: "ack",
        prepare: |stage| stage.run(&["note", "{A}", "-m", "@anna look", "--as", "marek"]),
        args: &["ack", "{A}", "-m", MARK],
        effect: |look| look.page("A").contains(" anna acknowledge ^"),
        ..FORM
    },
    Form {
        name: "mail accept",
        cached: "mail accept",
        args: &["mail", "accept", "7k2m", "1bfs"],
        prepare: |stage| stage.held(),
        effect: |look| look.with("title = \"It is dark\"").len() == 2,
        ..FORM
    },
    Form {
        name: "mail drop",
        cached: "mail drop",
        args: &["mail", "drop", "7k2m"],
        prepare: |stage| stage.held(),
        effect: |look| !held(look, "7k2m9qx4abcdefgh"),
        ..FORM
    },
    Form {
        name: "watch",
        cached: "watch",
        args: &["watch", "{A}", "{C}"],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "watchers = [\"anna\"]"))
        },
        ..FORM
    },
    Form {
        name: "note with minutes",
        cached: "note",
        args: &[
            "note",
            "{A}",
            "--minutes",
            "20",
            "--activity",
            "remote",
            "-m",
            MARK,
        ],
        effect: |look| {
            look.page("A")
                .contains("- minutes: 20\n- activity: remote\n")
        },
        ..FORM
    },
    Form {
        name: "undo",
        cached: "undo",
        prepare: |stage| stage.run(&["resolve", "{A}", "{C}", "-m", "Done."]),
        args: &["undo", "-m", MARK],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "status = \"open\""))
        },
        ..FORM
    },
    Form {
        name: "redate",
        cached: "redate",
        prepare: |stage| stage.tag("N", "A"),
        args: &[
            "redate",
            "{A}",
            "--entry",
            "{N}",
            "2026-11-20T09:00:00Z",
            "-m",
            MARK,
        ],
        effect: |look| look.line("A", "- time: 2026-11-20T09:00:00Z"),
        ..FORM
    },
    Form {
        name: "reopen",
        cached: "reopen",
        prepare: |stage| stage.run(&["resolve", "{A}", "-m", "Done."]),
        args: &["reopen", "{A}", "-m", MARK],
        effect: |look| look.line("A", "status = \"open\""),
        ..FORM
    },
    Form {
        name: "cancel",
        cached: "cancel",
        args: &["cancel", "{A}", "-m", MARK],
        effect: |look| look.line("A", "status = \"cancelled\""),
        ..FORM
    },
    Form {
        name: "escalate",
        cached: "escalate",
        args: &["escalate", "{C}", "-m", MARK],
        effect: |look| look.line("C", "queue = \"workplace-support\""),
        next: "C",
        ..FORM
    },
    Form {
        name: "escalate --hierarchic",
        cached: "escalate",
        args: &["escalate", "{A}", "--hierarchic", "-m", MARK],
        effect: |look| look.line("A", "tags = [\"escalated\"]"),
        ..FORM
    },
    Form {
        name: "link",
        cached: "link",
        args: &["link", "{A}", "{C}"],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.page(name).contains("relates = ["))
        },
        ..FORM
    },
    Form {
        name: "merge",
        cached: "merge",
        args: &["merge", "{B}", "--into", "{A}"],
        effect: |look| look.line("B", "status = \"merged\"") && look.page("A").contains(" merge ^"),
        ..FORM
    },
    Form {
        name: "work new",
        cached: "work new",
        args: &["work", "new", "{A}"],
        effect: |look| {
            look.with("type = \"work-order\"").len() == 1
                && look.page("A").contains("work_order = ")
        },
        ..FORM
    },
    Form {
        name: "work link",
        cached: "work link",
        prepare: |stage| stage.order(),
        args: &["work", "link", "{B}", "{C}", "--to", "{W}"],
        effect: |look| {
            ["B", "C"]
                .iter()
                .all(|name| look.page(name).contains("work_order = "))
        },
        next: "C",
        ..FORM
    },
    Form {
        name: "work say",
        cached: "work say",
        prepare: |stage| stage.order(),
        args: &["work", "say", "{W}", "-m", MARK, "--next", "+1h"],
        effect: |look| look.page("A").contains("- said: "),
        next: "A",
        ..FORM
    },
    Form {
        name: "work tick",
        cached: "work tick",
        prepare: |stage| stage.order(),
        args: &["work", "tick", "{W}", "all"],
        effect: |look| {
            look.with("type = \"work-order\"")
                .iter()
                .any(|page| page.contains("- [x] ") && !page.contains("- [ ] "))
        },
        ..FORM
    },
    Form {
        name: "work done",
        cached: "work done",
        prepare: |stage| {
            stage.order();
            stage.run(&["work", "link", "{C}", "--to", "{W}"]);
        },
        args: &["work", "done", "{W}", "-m", MARK],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.line(name, "status = \"resolved\""))
                && look
                    .with("type = \"work-order\"")
                    .iter()
                    .any(|page| page.contains("\nstatus = \"resolved\"\n"))
        },
        ..FORM
    },
    Form {
        name: "kb new",
        cached: "kb new",
        args: &["kb", "new", "Lamps", "--category", "workplace", "-m", MARK],
        effect: |look| look.one(&["title = \"Lamps\"", MARK]),
        ..FORM
    },
    Form {
        name: "kb new on a terminal",
        cached: "kb new",
        args: &["kb", "new", "Lamps", "--category", "workplace"],
        env: &[("EDITOR", "retitle")],
        script: Some(&[]),
        effect: |look| look.one(&["title = \"Retitled here\""]),
        drafts: true,
        ..FORM
    },
    Form {
        name: "kb new --from",
        cached: "kb new",
        prepare: |stage| stage.run(&["resolve", "{A}", "-m", "Done."]),
        args: &["kb", "new", "--from", "{A}", "--category", "workplace"],
        effect: |look| look.with("title = \"Printer is out\"").len() == 2,
        ..FORM
    },
    Form {
        name: "kb edit",
        cached: "kb edit",
        args: &["kb", "edit", "{K}"],
        env: &[("EDITOR", "retitle")],
        effect: |look| look.line("K", "title = \"Retitled here\""),
        drafts: true,
        ..FORM
    },
    Form {
        name: "kb review",
        cached: "kb review",
        args: &["kb", "review", "{K}", "-m", MARK],
        effect: |look| look.line("K", "state = \"review\""),
        ..FORM
    },
    Form {
        name: "kb publish",
        cached: "kb publish",
        args: &["kb", "publish", "{K}", "-m", MARK],
        effect: |look| look.line("K", "state = \"published\""),
        ..FORM
    },
    Form {
        name: "kb retire",
        cached: "kb retire",
        args: &["kb", "retire", "{L}", "-m", MARK],
        effect: |look| look.line("L", "state = \"retired\""),
        ..FORM
    },
    Form {
        name: "kb use",
        cached: "kb use",
        args: &[
            "kb",
            "use",
            "{K}",
            "--on",
            "{A}",
            "--outcome",
            "solved",
            "-m",
            MARK,
        ],
        effect: noted,
        ..FORM
    },
    Form {
        name: "kb search --on",
        cached: "kb search",
        args: &["kb", "search", "network", "--on", "{A}"],
        effect: |look| look.page("A").contains("- query: network"),
        ..FORM
    },
    Form {
        name: "sweep",
        cached: "sweep",
        prepare: |stage| {
            stage.run(&["resolve", "{B}", "-m", "Done."]);
            stage.run(&["pend", "{C}", "--on", "schedule", "--until", "2026-11-24"]);
        },
        args: &["sweep"],
        now: "2026-12-07T10:00:00Z",
        effect: |look| {
            look.line("B", "status = \"closed\"")
                && look.line("C", "status = \"open\"")
                && look.page("A").contains(" desk remind ")
        },
        whole: Whole::Files,
        next: "Z",
        ..FORM
    },
    Form {
        name: "sweep, work that recurs",
        cached: "sweep",
        prepare: |stage| {
            let name = "[recurring.ups-test]\ntitle = \"Empty the bins\"\ncode = \"NET-OUT\"\n";
            let when =
                "every = \"month\"\non = \"last fri\"\nfrom = 2026-11-01\nqueue = \"network\"\n";
            stage.settings(
                "\n[time.activities]\n",
                &format!("\n{name}{when}\n[time.activities]\n"),
            );
        },
        args: &["sweep"],
        now: "2026-11-28T10:00:00Z",
        effect: |look| look.one(&["title = \"Empty the bins\"", "type = \"work-order\""]),
        whole: Whole::Files,
        next: "Z",
        ..FORM
    },
    Form {
        name: "merge-driver",
        cached: "merge-driver",
        prepare: Stage::versions,
        args: &[
            "merge-driver",
            "../home/base",
            "../home/ours",
            "../home/theirs",
            "{P}",
        ],
        effect: |look| {
            let merged = fs::read_to_string(look.home.join("ours")).unwrap_or_default();
            ["From here.", "From afar."]
                .iter()
                .all(|words| merged.lines().any(|line| line == *words))
        },
        ..FORM
    },
    Form {
        name: "check --fix",
        cached: "check",
        prepare: |stage| {
            for name in ["A", "C"] {
                let id = &stage.ids[name];
                let path = stage.scene.desk.join(format!("tickets/2026-11/{id}.md"));
                let page = fs::read_to_string(&path).unwrap();
                let page = page.replacen("impact = \"person\"", "impact = \"team\"", 1);
                fs::write(
                    &path,
                    page.replacen("impact = \"site\"", "impact = \"team\"", 1),
                )
                .unwrap();
            }
            stage
                .scene
                .git(&["commit", "--quiet", "--all", "-m", "by hand"]);
        },
        args: &["check", "--fix"],
        effect: |look| {
            ["A", "C"]
                .iter()
                .all(|name| look.page(name).contains(" -> team"))
        },
        whole: Whole::Files,
        ..FORM
    },
    Form {
        name: "import events",
        cached: "import events",
        prepare: |stage| stage.log(),
        args: IMPORT,
        effect: imported,
        ..FORM
    },
    Form {
        name: "import tickets",
        cached: "import tickets",
        prepare: |stage| stage.tickets(),
        args: &[
            "import",
            "tickets",
            "../home/export.csv",
            "--from",
            "jira",
            "--files",
            "../home/files",
        ],
        effect: imported,
        ..FORM
    },
    Form {
        name: "import events, mended",
        cached: "import events",
        prepare: |stage| {
            stage.log();
            stage.run(IMPORT);
            stage.mended_map();
        },
        args: IMPORT,
        effect: |look| {
            let corrected = |one: &String| one.contains(" desk import ^");
            imported(look) && look.with("name = \"old\"").iter().all(corrected)
        },
        ..FORM
    },
    Form {
        name: "import --undo",
        cached: "import",
        prepare: |stage| {
            stage.log();
            stage.run(IMPORT);
        },
        args: &["import", "--undo", "old", "-m", MARK],
        effect: |look| {
            let taken = |one: &String| one.contains("- as: mistake") && one.contains(MARK);
            imported(look) && look.with("name = \"old\"").iter().all(taken)
        },
        ..FORM
    },
    Form {
        name: "import json",
        cached: "import json",
        prepare: |stage| stage.export(),
        args: &["import", "json", "../home/export.json"],
        effect: imported,
        ..FORM
    },
    Form {
        name: "report --save",
        cached: "report",
        args: &["report", "volume", "--save", "weekly"],
        effect: |look| {
            look.files
                .get("desk.toml")
                .is_some_and(|bytes| text(bytes).contains("weekly"))
        },
        ..FORM
    },
    Form {
        name: "report -o",
        cached: "report",
        args: &["report", "volume", "-o", "../home/volume.html"],
        effect: |look| {
            fs::read_to_string(look.home.join("volume.html"))
                .is_ok_and(|page| page.trim_end().ends_with("</html>"))
        },
        ..FORM
    },
    Form {
        name: "man --dir",
        cached: "man",
        args: &["man", "--dir", "../home/man"],
        effect: |look| {
            let page = |name: &str| fs::read_to_string(look.home.join("man").join(name));
            let name = |command: &str| format!("desk {command}.1").replace(' ', "-");
            READERS
                .iter()
                .chain(FORMS.iter().map(|form| &form.cached))
                .all(|command| {
                    page(&name(command))
                        .is_ok_and(|page| page.contains("while no branch is checked out"))
                })
        },
        whole: Whole::Files,
        ..FORM
    },
    Form {
        name: "note, commit = never",
        cached: "note",
        prepare: |stage| stage.settings("\ncommit = \"each\"", "\ncommit = \"never\""),
        args: NOTE,
        effect: noted,
        ..FORM
    },
    Form {
        name: "note, hooks",
        cached: "note",
        prepare: |stage| stage.consent("hooks"),
        args: NOTE,
        effect: noted,
        ..FORM
    },
    Form {
        name: "note, sign",
        cached: "note",
        prepare: |stage| stage.consent("sign"),
        args: NOTE,
        effect: noted,
        ..FORM
    },
    Form {
        name: "note, unborn branch",
        cached: "note",
        prepare: |stage| {
            fs::remove_dir_all(stage.scene.desk.join(".git")).unwrap();
            stage.scene.git(&["init", "--quiet"]);
            stage.scene.git(&["config", "maintenance.auto", "false"]);
        },
        args: NOTE,
        effect: noted,
        ..FORM
    },
    Form {
        name: "note, no branch",
        cached: "note",
        prepare: |stage| {
            stage.scene.git(&["checkout", "--quiet", "--detach"]);
        },
        args: &["note", "{A}", "-m", MARK, "--detached-ok"],
        effect: noted,
        ..FORM
    },
    Form {
        name: "mail in",
        cached: "mail in",
        prepare: |stage| stage.mail("Printer jams", ""),
        args: &["mail", "in"],
        input: "mail.eml",
        effect: |look| look.one(&["title = \"Printer jams\"", MARK]),
        again: true,
        ..FORM
    },
    Form {
        name: "mail in, junk",
        cached: "mail in",
        prepare: |stage| stage.mail("Printer jams", "X-Spam: yes\n"),
        args: &["mail", "in"],
        input: "mail.eml",
        effect: one_is_held,
        again: true,
        ..FORM
    },
    Form {
        name: "mail in, on a ticket that waits",
        cached: "mail in",
        prepare: |stage| {
            stage.run(&["set", "{A}", "requester.email=jan@acme.example"]);
            stage.run(&["pend", "{A}", "--on", "customer"]);
            let mark = format!("Re: Printer [desk {}]", stage.ids["A"]);
            stage.mail(&mark, "");
        },
        args: &["mail", "in"],
        input: "mail.eml",
        effect: |look| look.line("A", MARK) && look.line("A", "- status: pending -> open"),
        again: true,
        ..FORM
    },
    Form {
        name: "new, hooks",
        cached: "new",
        prepare: |stage| stage.consent("hooks"),
        args: &["new", "No network", "-m", MARK],
        effect: |look| look.one(&["title = \"No network\"", MARK]),
        ..FORM
    },
    Form {
        name: "import events, commit = never",
        cached: "import events",
        prepare: |stage| {
            stage.settings("\ncommit = \"each\"", "\ncommit = \"never\"");
            stage.log();
        },
        args: IMPORT,
        effect: imported,
        ..FORM
    },
    Form {
        name: "import events, hooks",
        cached: "import events",
        prepare: |stage| {
            stage.consent("hooks");
            stage.log();
        },
        args: IMPORT,
        effect: imported,
        ..FORM
    },
    Form {
        name: "import json, sign",
        cached: "import json",
        prepare: |stage| {
            stage.consent("sign");
            stage.export();
        },
        args: &["import", "json", "../home/export.json"],
        effect: imported,
        ..FORM
    },
    Form {
        name: "report --save, hooks",
        cached: "report",
        prepare: |stage| stage.consent("hooks"),
        args: &["report", "volume", "--save", "weekly"],
        effect: |look| {
            look.files
                .get("desk.toml")
                .is_some_and(|bytes| text(bytes).contains("weekly"))
        },
        ..FORM
    },
];
