//! Whatever is printed holds nothing that acts: a different stranger's text in every field, every
//! command in every format, on a pipe and on a terminal.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use plaindesk::model::field::{FieldKind, Key};
use plaindesk::page::entry_value::quoted;

use crate::desk::Desk;
use crate::terminal::Terminal;

/// Each form of each command, by the path of the command. `T` is a ticket that can be worked on,
/// `B` one whose fields hold no known word, `U` one that cannot be read; `W` is a work order, `A` an
/// article and `P` another. What a line changes, it may change: every line runs on the same desk.
pub(crate) const FORMS: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "",
            "--json",
            "--team",
            "--team --json",
            "--team --all",
            "--mine --as ewa",
        ],
    ),
    ("init", &["init --dry-run", "init new --dry-run --json"]),
    (
        "templates",
        &[
            "templates",
            "templates --json",
            "templates acting",
            "templates acting --json",
            "templates acting --on T",
            "templates acting --on T --json",
            "templates broken",
            "templates --placeholders",
            "templates --starter --as ewa --dry-run",
        ],
    ),
    (
        "list",
        &[
            "list",
            "list --all --columns id,type,title,tags,requester,asset,code,parent,wants,status,queue,assignee,channel,contact_agent,until",
            "list --json",
            "list --ids",
            "list queue:x",
            "list text:x is:open",
        ],
    ),
    (
        "show",
        &[
            "show T",
            "show B",
            "show U",
            "show W",
            "show T B W --json",
            "show nothing-like-it",
        ],
    ),
    (
        "search",
        &["search x", "search requester", "search x --json"],
    ),
    ("suggest", &["suggest T", "suggest B", "suggest T --json"]),
    (
        "who",
        &[
            "who",
            "who --json",
            "who x",
            "who T",
            "who f-requester",
            "who x --json",
            "who T --json --all",
            "who --merge T B --dry-run --yes",
            "who f-requester --export",
            "who f-requester --export --json",
        ],
    ),
    (
        "asset",
        &[
            "asset",
            "asset --json",
            "asset x",
            "asset T",
            "asset T --json --all",
        ],
    ),
    ("due", &["due", "due --json", "due --within 100bd"]),
    ("sla", &["sla T", "sla B", "sla T --json"]),
    ("mail in", &["mail in --dry-run", "mail in --json"]),
    ("mail out", &["mail out --dry-run", "mail out --json"]),
    (
        "reply",
        &[
            "reply T -m x --dry-run",
            "reply B -m x --dry-run --json",
            "reply --order W -m x",
            "reply --order W -m x --json",
        ],
    ),
    ("mail list", &["mail list", "mail list --json"]),
    ("mail setup", &["mail setup", "mail setup cron --json"]),
    (
        "mail show",
        &[
            "mail show evil",
            "mail show evil --raw",
            "mail show evil --json",
        ],
    ),
    (
        "mail accept",
        &[
            "mail accept nothing",
            "mail accept evil --dry-run",
            "mail accept evil --on T --dry-run --json",
        ],
    ),
    (
        "mail drop",
        &[
            "mail drop nothing",
            "mail drop evil --dry-run",
            "mail drop evil --json",
        ],
    ),
    (
        "mail why",
        &["mail why catalog.toml", "mail why nothing-like-it"],
    ),
    ("next", &["next", "next --json", "next --as ewa"]),
    (
        "log",
        &[
            "log T",
            "log B",
            "log U",
            "log",
            "log --team --since 2020-01-01 --as ewa",
            "log --team --since 2020-01-01 --as ewa --json",
            "log --team --since 2020-01-01 --as ewa --format csv",
        ],
    ),
    (
        "watch",
        &[
            "watch T --dry-run",
            "watch B",
            "watch T --json",
            "watch T --off",
        ],
    ),
    ("take", &["take T --dry-run", "take B", "take T --json"]),
    (
        "assign",
        &[
            "assign T marek",
            "assign B marek",
            "assign T nobody",
            "assign T anna --json",
        ],
    ),
    (
        "note",
        &[
            "note T -m seen --dry-run",
            "note B -m seen",
            "note U -m seen",
            "note T -m x --json",
            "note T B W -m x",
            "note T B W -m x --dry-run",
        ],
    ),
    (
        "contact",
        &["contact T -m x", "contact B -m x", "contact T -m x --json"],
    ),
    ("call", &["call T", "call B", "call T --json"]),
    (
        "set",
        &[
            "set T queue=network --dry-run",
            "set B queue=network",
            "set T title=x tags=+y --json",
            "set T fields.own=x",
        ],
    ),
    (
        "convert",
        &[
            "convert T --to information --no-questions --dry-run",
            "convert B --to action --no-questions",
        ],
    ),
    (
        "split",
        &["split T another", "split B another", "split T more --json"],
    ),
    ("edit", &["edit T", "edit B", "edit U"]),
    (
        "attach",
        &["attach T FILE", "attach B FILE", "attach T FILE --json"],
    ),
    (
        "pend",
        &[
            "pend T --on customer --until +4h --dry-run",
            "pend B --on vendor --until +4h",
            "pend T --on vendor --until friday --json",
            "pend T B --on vendor --vendor x --ref y",
            "pend T B --on vendor --dry-run",
        ],
    ),
    (
        "redate",
        &[
            "redate T --entry ^8m2d 2026-11-21T09:00:00Z --dry-run",
            "redate B --entry ^8m3d 2026-11-21T09:00:00Z",
            "redate T --entry ^none 2026-11-21T09:00:00Z --json",
        ],
    ),
    (
        "handover",
        &[
            "handover",
            "handover --json",
            "handover --to marek --dry-run",
            "handover --to marek -m x",
        ],
    ),
    ("away", &["away", "away tomorrow --dry-run", "away --json"]),
    (
        "undo",
        &[
            "undo --list",
            "undo --list --json",
            "undo --dry-run",
            "undo --json",
            "undo 9",
        ],
    ),
    ("ack", &["ack T --dry-run", "ack B", "ack T --json"]),
    (
        "redact",
        &[
            "redact T --entry ^8m2d --dry-run",
            "redact B --entry ^8m3d",
            "redact T --field requester.name --json",
            "redact T --field nothing",
            "redact --person f-requester",
            "redact --person f-requester --json",
            "redact --person f-requester --yes --dry-run",
            "redact --due",
            "redact --due --json",
        ],
    ),
    ("migrate", &["migrate --dry-run", "migrate --json"]),
    (
        "resolve-merge",
        &["resolve-merge --dry-run", "resolve-merge --json"],
    ),
    ("sync", &["sync", "sync --dry-run --json"]),
    (
        "review",
        &[
            "review",
            "review HEAD~1..HEAD",
            "review HEAD~1..HEAD --json",
            "review nothing",
        ],
    ),
    (
        "hooks install",
        &["hooks install --dry-run", "hooks install --json --dry-run"],
    ),
    ("hooks remove", &["hooks remove", "hooks remove --json"]),
    (
        "hooks run",
        &[
            "hooks run pre-commit",
            "hooks run pre-commit --json",
            "hooks run nothing",
        ],
    ),
    (
        "merge-driver",
        &["merge-driver nothing nothing nothing tickets/2026-11/T.md"],
    ),
    ("reopen", &["reopen B", "reopen T"]),
    (
        "escalate",
        &[
            "escalate T -m x --dry-run",
            "escalate B -m x",
            "escalate T --hierarchic -m x",
            "escalate T -m x --json",
        ],
    ),
    (
        "link",
        &[
            "link T W --as relates",
            "link B T --as relates",
            "link T B --as parent --json",
        ],
    ),
    (
        "work new",
        &["work new T --dry-run", "work new B", "work new T --json"],
    ),
    (
        "work link",
        &["work link T --to W", "work link B --to W --json"],
    ),
    (
        "work show",
        &["work show W", "work show T", "work show W --json"],
    ),
    (
        "work list",
        &["work list", "work list --all", "work list --json"],
    ),
    (
        "work say",
        &[
            "work say W -m x --dry-run",
            "work say W -m x --next +2h --json",
        ],
    ),
    (
        "work tick",
        &["work tick W 1", "work tick W 9", "work tick W 2 --json"],
    ),
    (
        "work done",
        &["work done W -m x --dry-run", "work done W -m x"],
    ),
    ("merge", &["merge B --into T", "merge T --into B --dry-run"]),
    (
        "resolve",
        &[
            "resolve T -m x --dry-run",
            "resolve B -m x",
            "resolve T -m x --json",
        ],
    ),
    (
        "close",
        &[
            "close T --satisfied yes",
            "close B --no-answer",
            "close T --satisfied yes --json",
        ],
    ),
    ("cancel", &["cancel B -m x", "cancel T -m x --dry-run"]),
    (
        "new",
        &[
            "new x --from f-requester --no-questions --dry-run",
            "new x --from f-requester --code f-code --no-questions",
            "new f-title --kb A --no-questions --json",
            "new x --queue nowhere --no-questions",
        ],
    ),
    ("sweep", &["sweep --dry-run", "sweep --json", "sweep"]),
    (
        "catalog",
        &[
            "catalog",
            "catalog x",
            "catalog f-catalog",
            "catalog --json",
        ],
    ),
    (
        "kb new",
        &[
            "kb new --from T --dry-run",
            "kb new x --category net -m x --json",
            "kb new --from B --dry-run",
        ],
    ),
    ("kb edit", &["kb edit A", "kb edit P"]),
    (
        "kb list",
        &["kb list", "kb list --json", "kb list state:draft"],
    ),
    ("kb show", &["kb show A", "kb show P", "kb show A --json"]),
    ("kb script", &["kb script A", "kb script A --json"]),
    (
        "kb search",
        &[
            "kb search x",
            "kb search article",
            "kb search article --json",
            "kb search none-such --on T",
        ],
    ),
    (
        "kb use",
        &[
            "kb use A --on T --outcome wrong",
            "kb use A --on B --outcome solved --json",
        ],
    ),
    (
        "kb review",
        &["kb review", "kb review A", "kb review --json"],
    ),
    (
        "kb publish",
        &[
            "kb publish A --as ewa --dry-run",
            "kb publish P --as ewa -m x",
        ],
    ),
    (
        "kb retire",
        &[
            "kb retire A --as ewa --dry-run",
            "kb retire P --as ewa -m x --json",
        ],
    ),
    ("kb check", &["kb check", "kb check --json"]),
    ("kb demand", &["kb demand", "kb demand --json"]),
    (
        "report",
        &[
            "report --by requester.organisation",
            "report volume --by queue,code --list",
            "report --format csv",
            "report volume --by requester.name,type --format csv",
            "report volume --by tags --format csv --list",
            "report volume --by requester.name --format md",
            "report agents --format html --as ewa",
            "report time --by agent,activity --as ewa",
            "report time --format html",
            "report volume --by requester.name,asset.model --format html",
            "report --json",
            "report agents --as ewa",
            "report contacts --by channel",
            "report kb",
            "report volume --by fields.own",
            "report sla --json --list",
        ],
    ),
    (
        "check",
        &[
            "check",
            "check --json",
            "check --fix --dry-run",
            "check --fix",
            "check tickets",
        ],
    ),
    (
        "import events",
        &[
            "import events LOG --map MAP --as ewa --dry-run",
            "import events LOG --map MAP --as ewa",
        ],
    ),
    (
        "import tickets",
        &[
            "import tickets LOG --map TICKETS --as ewa --dry-run",
            "import tickets LOG --map TICKETS --as ewa --json",
            "import tickets LOG --map TICKETS --as ewa --yes",
        ],
    ),
    (
        "import json",
        &["import json FILE --dry-run", "import json LOG --json"],
    ),
    (
        "export",
        &[
            "export",
            "export --format csv",
            "export --format jsonl",
            "export --format json x",
        ],
    ),
    (
        "completions",
        &[
            "completions bash",
            "completions zsh",
            "completions fish",
            "completions elvish",
        ],
    ),
    ("man", &["man", "man kb-list"]),
];

/// What no command shows: keys of an article that it does not know, where a fenced block names a
/// language in the one that is not shown, who else is in the settings, and what git keeps beside.
const NOT_SHOWN: &[&str] = &[
    "article-key",
    "article-value",
    "other-article-key",
    "other-article-value",
    "other-article-info",
    "imported-agent",
    "imported-queue",
    "git-branch",
    "git-mail",
];

/// What is planted in a field: its name, then all that acts, then its name again.
fn acting(field: &str) -> String {
    format!(
        "f-{field}\u{1b}]52;c;{field}\u{7}\u{1b}[35;7m\u{9d}0;{field}\u{9c}\u{9b}2J\u{8}\u{7f}\u{0}\r\u{b}\u{c}\u{85}\
         \u{202e}\u{2066}\u{200e}\u{200f}\u{61c}\u{feff}\u{2028}\u{2029}\u{e0041}\u{e007f}\
         \u{e009b}\u{e00db}\u{e00b3}\u{e00b5}\u{e00bb}\u{e00b7}\u{e00ed}{field}-f"
    )
}

/// [`acting`] without what no line of a page, no name of a file or no name of git's may hold.
fn acting_name(field: &str, without: &[char]) -> String {
    acting(field).replace(without, "")
}

/// What a terminal would act on, or a reader be misled by.
pub(crate) fn acts(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        | '\u{e0000}'..='\u{e00ff}')
}

/// The fields that were planted, and those of which something was seen.
#[derive(Default)]
struct Fields {
    planted: RefCell<BTreeSet<String>>,
    seen: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<String>>,
}

impl Fields {
    fn text(&self, field: &str) -> String {
        self.planted.borrow_mut().insert(field.to_owned());
        acting(field)
    }

    fn quoted(&self, field: &str) -> String {
        quoted(&self.text(field))
    }

    fn name(&self, field: &str, without: &[char]) -> String {
        self.planted.borrow_mut().insert(field.to_owned());
        acting_name(field, without)
    }

    /// Looks through a text that was printed; styles may be in it where there may be colours.
    fn look(&self, what: &str, text: &str, styles: bool) {
        let plain = if styles {
            unstyled(text)
        } else {
            text.to_owned()
        };
        let acting = plain
            .lines()
            .enumerate()
            .find_map(|(at, line)| Some((at + 1, line, line.chars().find(|c| acts(*c))?)));
        if let Some((at, line, c)) = acting {
            let code = u32::from(c);
            let fault = format!("{what}: U+{code:04X} in line {at}: {line:?}");
            self.faults.borrow_mut().push(fault);
        }
        let planted = self.planted.borrow();
        let seen = planted
            .iter()
            .filter(|field| text.contains(&format!("f-{field}")));
        self.seen.borrow_mut().extend(seen.cloned());
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        let faults = self.faults.borrow();
        assert!(
            faults.is_empty() || std::thread::panicking(),
            "{} texts act, among them:\n{}",
            faults.len(),
            faults[..faults.len().min(40)].join("\n")
        );
    }
}

/// Text without the styles that the program sets, and without the terminal's own carriage returns.
fn unstyled(text: &str) -> String {
    // A bar of progress is wiped off its line.
    let text = text.replace("\r\n", "\n").replace("\r\u{1b}[2K", "\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("\u{1b}[") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let tail = &from[2..];
        let end = tail.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        match end.filter(|end| tail[*end..].starts_with('m')) {
            // A planted style is not one of the program's.
            Some(end) if &tail[..end] != "35;7" => rest = &tail[end + 1..],
            _ => {
                out.push('\u{1b}');
                rest = tail;
            }
        }
    }
    out + rest
}

const T: &str = "2611-TTTTT";
const B: &str = "2611-BBBBB";
const U: &str = "2611-XXXXX";
const W: &str = "2611-WWWWW";

/// The front matter of a ticket with a planted text in each key; those of `fixed` have its value.
fn front(fields: &Fields, of: &str, fixed: &[(&str, &str)]) -> String {
    let mut tables: Vec<(String, String)> = vec![(String::new(), String::new())];
    for key in Key::ALL {
        let (section, name) = match key.path().rsplit_once('.') {
            Some((section, name)) => (section, name),
            None => ("", key.path()),
        };
        let given = fixed.iter().find(|(path, _)| *path == key.path());
        let field = format!("{of}-{}", key.path().replace(['.', '_'], "-"));
        let value = match (given, key.kind()) {
            (Some((_, "")), _)
            | (None, FieldKind::Moment | FieldKind::Date | FieldKind::Bool | FieldKind::Number) => {
                continue;
            }
            (Some((_, value)), _) => (*value).to_owned(),
            (None, kind) if kind.is_list() => format!("[{}]", fields.quoted(&field)),
            (None, _) => fields.quoted(&field),
        };
        let line = format!("{name} = {value}\n");
        match tables.iter_mut().find(|(known, _)| known == section) {
            Some((_, lines)) => lines.push_str(&line),
            None => tables.push((section.to_owned(), line)),
        }
    }
    let mut out = String::new();
    for (section, lines) in tables {
        if section.is_empty() {
            out.push_str(&lines);
            let key = fields.quoted(&format!("{of}-unknown-key"));
            out.push_str(&format!("{key} = {key}\n"));
        } else {
            out.push_str(&format!("\n[{section}]\n{lines}"));
        }
    }
    let own = fields.quoted(&format!("{of}-own"));
    let other = fields.quoted(&format!("{of}-other-field"));
    format!("+++\n{out}\n[fields]\nown = {own}\n{other} = {other}\n+++\n")
}

/// A text of several lines in a page, which holds no carriage return and no NUL.
fn body(fields: &Fields, field: &str) -> String {
    fields.name(field, &['\r', '\0'])
}

/// The log of a ticket, with a planted text in every part of its entries.
fn log(fields: &Fields, of: &str) -> String {
    let one = |part: &str| body(fields, &format!("{of}-{part}"));
    // A file with an unreadable heading is refused by whatever would write it.
    let heading = |part: &str, plain: &str| {
        if matches!(of, "t" | "w") {
            return plain.to_owned();
        }
        let ends = [
            '\r', '\0', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
        ];
        fields.name(&format!("{of}-{part}"), &ends).replace(' ', "")
    };
    format!(
        "{}\n\n- [ ] {}\n\n## 2026-11-21T09:02:11Z anna created ^8m2d\n\n- type: action\n- status: {}\n- reason: {}\n\
         - source: {}\n\n{}\n\n\
         ## 2026-11-21T09:12:11Z anna contact ^8m3d\n\n- direction: out\n- channel: {}\n- outcome: {}\n- by: {}\n\n{}\n\n\
         ## 2026-11-21T09:13:11Z anna attach ^8m4d\n\n- {}: 12 {}\n- file: {}\n\n\
         ## 2026-11-21T09:14:11Z anna set ^8m5d\n\n- queue: {} -> {}\n- tags: +{} -{}\n- {}: x -> y\n\n\
         ## 2026-11-21T09:15:11Z anna {} ^8m6d\n\n{}\n\n\
         ## 2026-11-21T09:16:11Z {} note ^8m7d\n\nx\n",
        one("description"),
        one("step"),
        quoted(&fields.text(&format!("{of}-created-status"))),
        one("reason"),
        one("source"),
        one("text"),
        one("channel"),
        one("outcome"),
        one("contact-by"),
        one("contact-text"),
        fields.name(&format!("{of}-attachment"), &['\r', '\0', '\n']),
        one("attachment-hash"),
        one("attachment-file"),
        quoted(&fields.text(&format!("{of}-old"))),
        quoted(&fields.text(&format!("{of}-new"))),
        one("added").replace(' ', ""),
        one("removed").replace(' ', ""),
        one("attribute-key"),
        heading("kind", "note"),
        one("other-text"),
        heading("agent", "anna"),
    )
}

/// A desk with a stranger's text in everything that a stranger may have written.
fn planted(fields: &Fields) -> Desk {
    let desk = Desk::with_ticket();
    for (id, of, fixed) in [
        (
            T,
            "t",
            &[
                ("id", "\"2611-TTTTT\""),
                ("type", "\"action\""),
                ("status", "\"open\""),
                ("waiting_on", ""),
                ("priority", "\"standard\""),
                ("impact", "\"person\""),
                ("urgency", "\"low\""),
                ("queue", "\"service-desk\""),
                ("assignee", "\"anna\""),
                ("created", "2026-11-21T09:02:11Z"),
                ("code", "\"PRN-JAM\""),
            ][..],
        ),
        (
            B,
            "b",
            &[
                ("id", "\"2611-BBBBB\""),
                ("created", "2026-11-21T09:02:11Z"),
            ],
        ),
        (
            U,
            "u",
            &[
                ("id", "\"2611-XXXXX\""),
                ("created", "\"f-u-created \\u001B]52;c;x\\u0007\""),
            ],
        ),
        (
            W,
            "w",
            &[
                ("id", "\"2611-WWWWW\""),
                ("type", "\"work-order\""),
                ("status", "\"open\""),
                ("waiting_on", ""),
                ("priority", "\"standard\""),
                ("queue", "\"network\""),
                ("assignee", ""),
                ("created", "2026-11-21T09:02:11Z"),
                ("code", "\"NET-OUT\""),
            ],
        ),
    ] {
        desk.plant(
            id,
            format!("{}{}", front(fields, of, fixed), log(fields, of)),
        );
    }
    articles(fields, &desk);
    templates(fields, &desk);
    settings(fields, &desk);
    names(fields, &desk);
    held_mail(fields, &desk);
    desk
}

fn articles(fields: &Fields, desk: &Desk) {
    for (id, of, state) in [
        ("KB-AAAA", "article", "\"draft\"".to_owned()),
        (
            "KB-PPPP",
            "other-article",
            fields.quoted("other-article-state"),
        ),
    ] {
        let one = |part: &str| fields.quoted(&format!("{of}-{part}"));
        let part = |part: &str| body(fields, &format!("{of}-{part}")).replace('\n', " ");
        desk.write(
            &format!("kb/{id}.md"),
            format!(
                "+++\nid = \"{id}\"\ntitle = {}\nstate = {state}\nlanguage = {}\ntranslation_of = {}\nowner = {}\npublished_by = {}\n\
                 audience = {}\ntags = [{}]\ncodes = [{}]\nrelated = [{}]\ntickets = [{}]\nlinks = [{}]\n{} = {}\n+++\n\
                 # {}\n\n{} `{}` [{}](https://x/{}) <{}>\n\n## Symptoms\n\n{}\n\n## Call script\n\n1. {} +48 600 100 200\n\n{}\n\n    {}\n\n\
                 ```{}\n{}\n```\n\n| {} |\n| --- |\n| {} |\n\n> {}\n\n## Resolution\n\n{}\n",
                one("title"), one("language"), one("translation"), one("owner"), one("published-by"), one("audience"),
                one("tags"), one("codes"), one("related"), one("tickets"), one("links"), one("key"), one("value"),
                part("heading"), part("paragraph"), part("code"), part("label"), part("url"), part("autolink"), part("symptoms"),
                part("script"), part("after"), part("indented"), part("info"), part("fenced"), part("head"), part("cell"), part("quote"),
                part("resolution"),
            ),
        );
    }
}

fn templates(fields: &Fields, desk: &Desk) {
    let one = |part: &str| fields.quoted(&format!("template-{part}"));
    let text = body(fields, "template-text");
    desk.write(
        "templates/acting.md",
        format!(
            "+++\ntitle = {}\nsubject = {}\ncodes = [{}]\nqueues = [{}]\nthen = {{ tags = [\"+x\"] }}\n+++\n{{title}} {text}\n",
            one("title"), one("subject"), one("codes"), one("queues"),
        ),
    );
    desk.write(
        "templates/broken.md",
        format!("+++\ntitle = \"x\"\nfor = [{}]\n+++\nx\n", one("for")),
    );
    let name = fields.name("template-file", &['/', '\0']);
    desk.write(&format!("templates/{name}.md"), "+++\ntitle = 1\n+++\n");
}

fn settings(fields: &Fields, desk: &Desk) {
    let text = desk.read("desk.toml");
    let mut agent = false;
    let mut out = String::new();
    for line in text.lines() {
        let name = line.split('=').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            agent = line.starts_with("[agent");
        }
        // The names of priorities and of calendars are named elsewhere.
        let free = (name == "title" || name == "name" && agent) && line.contains("= \"");
        if free {
            let field = format!("settings-{}", out.lines().count());
            out.push_str(&format!("{name} = {}\n", fields.quoted(&field)));
        } else {
            out.push_str(&format!("{line}\n"));
        }
    }
    out.push_str(&format!(
        "\n[fields.own]\ntitle = {}\n\n[imported.old.agents]\nbo = {}\n\n[imported.old.queues]\nfar = {}\n",
        fields.quoted("settings-own"),
        fields.quoted("imported-agent"),
        fields.quoted("imported-queue")
    ));
    desk.write("desk.toml", &out);
    let out = desk.run("list");
    assert_eq!(
        out.code,
        0,
        "the settings are refused: {}",
        out.stderr.lines().take(3).collect::<Vec<_>>().join(" / ")
    );
    let text = desk.read("catalog.toml");
    let mut out = String::new();
    for line in text.lines() {
        let name = line.split('=').next().unwrap_or_default().trim();
        if matches!(name, "title" | "wants") && line.contains("= \"") {
            let field = format!("catalog-{}", out.lines().count());
            out.push_str(&format!("{name} = {}\n", fields.quoted(&field)));
        } else {
            out.push_str(&format!("{line}\n"));
        }
    }
    desk.write("catalog.toml", &out);
}

/// A mail in quarantine.
fn held_mail(fields: &Fields, desk: &Desk) {
    let one = |part: &str| fields.quoted(&format!("held-{part}"));
    let facts = format!(
        "reason = {}\nwhy = {}\nat = \"2026-11-21T09:02:11Z\"\nfrom = {}\nsubject = {}\nsize = \"1\"\n\
         sender = {}\nrecipients = [{}]\n",
        one("reason"),
        one("why"),
        one("from"),
        one("subject"),
        one("sender"),
        one("recipient"),
    );
    let folder = ".git/plaindesk/mail-quarantine";
    desk.write(&format!("{folder}/ev110000.toml"), facts);
    let raw = format!(
        "From: a@b.example\nSubject: {}\n\n{}\n",
        fields.text("held-raw-subject"),
        fields.text("held-raw-text")
    );
    desk.write(&format!("{folder}/ev110000.eml"), raw);
}

/// Names of files and of git's, and files to be read in.
fn names(fields: &Fields, desk: &Desk) {
    let ticket = fields.name("ticket-file", &['/', '\0']);
    desk.write(&format!("tickets/2026-11/{ticket}.md"), "x");
    let month = fields.name("month", &['/', '\0']);
    desk.write(&format!("tickets/{month}/x.md"), "x");
    let article = fields.name("article-file", &['/', '\0']);
    let folder = fields.name("category", &['/', '\0']);
    desk.write(&format!("kb/{folder}/{article}.md"), "+++\nid = 1\n+++\n");
    let attached = fields.name("attached-file", &['/', '\0']);
    desk.write(&format!("tickets/2026-11/{T}.files/{attached}"), "x");
    // Not UTF-8 at all.
    let raw = std::ffi::OsStr::from_bytes(b"tickets/2026-11/raw\x9d52;c;x\x9c\x1b[31m.md");
    fs::write(desk.root.join(raw), "x").unwrap();
    desk.write(&fields.name("file", &['/', '\0']), "x");
    desk.write(
        &fields.name("log-file", &['/', '\0']),
        format!(
            "Ticket,When,Who,What,State,Team\n{},01.10.2026 09:00,{},{},{},{}\nA-2,{},x,y,z,z\n",
            in_quotes(&fields.name("log-id", &['\0'])),
            in_quotes(&fields.name("log-who", &['\0'])),
            in_quotes(&fields.name("log-title", &['\0'])),
            in_quotes(&fields.name("log-state", &['\0'])),
            in_quotes(&fields.name("log-queue", &['\0'])),
            in_quotes(&fields.name("log-time", &['\0'])),
        ),
    );
    desk.write(
        "map.toml",
        "source = \"old\"\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\nzone = \"UTC\"\n[columns]\nid = \"Ticket\"\n\
         time = \"When\"\nby = \"Who\"\ntitle = \"{What}\"\nstatus = \"State\"\nqueue = \"Team\"\n",
    );
    desk.write(
        "tickets.toml",
        "source = \"other\"\n[time]\nzone = \"UTC\"\n[columns]\nid = \"Ticket\"\n\
         opened = \"When\"\ntitle = \"What\"\nstatus = \"State\"\nqueue = \"Team\"\n",
    );
    let who = fields.name("git-author", &['\0', '<', '>']);
    let mail = fields.name("git-mail", &['\0', '<', '>']);
    desk.git(&["add", "--all"]);
    let subject = fields.name("git-subject", &['\0']);
    let mut commit = desk.command("git");
    commit
        .args(["commit", "--quiet", "--cleanup=verbatim", "-m", &subject])
        .env("GIT_AUTHOR_NAME", &who)
        .env("GIT_AUTHOR_EMAIL", &mail);
    assert!(commit.status().unwrap().success());
    let branch: String = fields
        .name("git-branch", &['\0', '[', '\u{7f}'])
        .chars()
        .filter(|c| !c.is_ascii_control())
        .collect();
    desk.git(&["switch", "--quiet", "-c", &branch]);
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The arguments of a line, with the names of what was planted.
fn arguments(line: &str) -> Vec<String> {
    line.split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "T" => T.to_owned(),
            "B" => B.to_owned(),
            "U" => U.to_owned(),
            "W" => W.to_owned(),
            "A" => "KB-AAAA".to_owned(),
            "P" => "KB-PPPP".to_owned(),
            "FILE" => acting_name("file", &['/', '\0']),
            "LOG" => acting_name("log-file", &['/', '\0']),
            "MAP" => "map.toml".to_owned(),
            "TICKETS" => "tickets.toml".to_owned(),
            word => word.to_owned(),
        })
        .collect()
}

fn command(desk: &Desk, line: &str, more: &[&str]) -> std::process::Command {
    let mut words = arguments(line);
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = desk.desk(&words);
    // An editor that changes nothing.
    command.env("EDITOR", "true");
    command
}

#[test]
fn every_form_is_of_a_command() {
    let all = crate::commands::leaves();
    for (path, lines) in FORMS {
        // Without a command it is the board.
        assert!(path.is_empty() || all.contains_key(*path), "{path}");
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|line| line.starts_with(path)), "{path}");
    }
}

/// Runs every form, with more arguments, and looks at all that is printed.
fn look_at_pipes(fields: &Fields, more: &[&str]) {
    let desk = planted(fields);
    for line in FORMS.iter().flat_map(|(_, lines)| *lines) {
        let out = desk.reported(command(&desk, line, more));
        let what = format!("desk {line} {}", more.join(" "));
        fields.look(&what, &out.stdout, !more.is_empty());
        fields.look(&what, &out.stderr, false);
    }
}

#[test]
fn nothing_that_acts_is_printed_in_colour() {
    look_at_pipes(&Fields::default(), &["--color", "always"]);
}

#[test]
fn nothing_that_acts_is_printed_on_a_pipe() {
    let fields = Fields::default();
    look_at_pipes(&fields, &[]);
    // A text that no command shows proves nothing.
    let seen = fields.seen.borrow();
    let planted = fields.planted.borrow();
    let unseen: Vec<&String> = planted
        .difference(&seen)
        .filter(|field| !NOT_SHOWN.contains(&field.as_str()))
        .filter(|field| !field.starts_with("settings-") && !field.starts_with("catalog-"))
        .collect();
    assert!(seen.iter().any(|field| field.starts_with("settings-")));
    assert!(seen.iter().any(|field| field.starts_with("catalog-")));
    assert!(unseen.is_empty(), "planted, and never shown: {unseen:#?}");
}

#[test]
fn nothing_that_acts_is_printed_on_a_terminal() {
    let fields = Fields::default();
    let desk = planted(&fields);
    for (path, lines) in FORMS {
        for line in *lines {
            let mut command = command(&desk, line, &[]);
            command.env("PAGER", "cat").env_remove("NO_COLOR");
            let mut terminal = Terminal::run(&desk, &command);
            // Whoever is asked ends the questions.
            if matches!(*path, "new" | "convert" | "merge") {
                terminal.type_in("\u{3}");
            }
            terminal.end();
            fields.look(&format!("desk {line}"), &terminal.written(), true);
        }
    }
    assert!(fields.seen.borrow().len() > 100, "{:?}", fields.seen);
}

/// No cell of a table begins, for a spreadsheet, with what it would run.
#[test]
fn no_cell_is_a_formula() {
    let desk = Desk::with_ticket();
    let begins = [
        "=",
        "+",
        "-",
        "@",
        "\0=",
        "\u{b}=",
        "\u{c}=",
        "\u{1b}=",
        "\u{85}=",
        "\u{200b}=",
        "\u{200c}=",
        "\u{200d}=",
        "\u{2060}=",
        "\u{feff}=",
        "\u{202e}=",
        "\t=",
        "\r=",
        "\n=",
        " =",
        "\u{a0}=",
        "＝",
        "＋",
        "－",
        "＠",
        "\tx",
        "\rx",
    ];
    for (at, begin) in begins.iter().enumerate() {
        let digit = |n: usize| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[n % 32]);
        let id = format!("2611-FF{}{}F", digit(at / 32), digit(at));
        let text = quoted(&format!("{begin}1+1"));
        desk.plant(
            &id,
            format!(
                "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = {text}\nstatus = \"open\"\ncreated = 2026-11-21T09:02:11Z\n\
                 tags = [{text}]\n\n[requester]\nname = {text}\n+++\n{begin}1+1\n"
            ),
        );
    }
    for line in [
        "export --format csv",
        "report volume --by requester.name,tags --format csv --from 2026-11-01",
        "report volume --by requester.name,tags --format csv --list --from 2026-11-01",
    ] {
        let out = desk.run(line).code(0);
        let mut formulas = Vec::new();
        let mut cells = 0;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(out.stdout.as_bytes());
        for cell in reader.records().flat_map(|row| {
            let row = row.unwrap();
            row.iter().map(str::to_owned).collect::<Vec<_>>()
        }) {
            cells += usize::from(cell.contains("1+1"));
            let number = cell.parse::<f64>().is_ok();
            let first =
                cell.trim_start_matches(|c: char| !c.is_ascii_graphic() && !"＝＋－＠".contains(c));
            let begins = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
            if begins && !number || cell.chars().any(acts) {
                formulas.push(cell);
            }
        }
        assert!(cells >= begins.len(), "{line}: {cells} cells");
        assert!(formulas.is_empty(), "{line}: {formulas:?}");
    }
}

/// What JSON says is what was written, to the character.
#[test]
fn json_keeps_what_was_planted() {
    let fields = Fields::default();
    let desk = planted(&fields);
    let out = desk
        .reported(command(&desk, "show T --json", &[]))
        .code(0)
        .json();
    let ticket = &out["tickets"][0];
    assert_eq!(ticket["title"], acting("t-title"));
    assert_eq!(ticket["requester"]["name"], acting("t-requester-name"));
    assert_eq!(ticket["contact_agent"], acting("t-contact-agent"));
    assert_eq!(ticket["tags"][0], acting("t-tags"));
    let all = desk
        .reported(command(&desk, "export --format jsonl", &[]))
        .code(0);
    let line = all.stdout.lines().find(|line| line.contains(T)).unwrap();
    let one: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(one["file"], desk.read(&format!("tickets/2026-11/{T}.md")));
}
