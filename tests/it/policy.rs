//! `[policy]`: words that mean nothing are refused, for they would protect nothing.

use plaindesk::model::command::{GROUPS, WRITERS};

use crate::desk::Desk;

#[test]
fn a_mistyped_command_of_managers_only_is_refused() {
    let desk = Desk::with_ticket();
    desk.replace(
        "desk.toml",
        "managers_only = []",
        "managers_only = [\"set\", \"cloze\"]",
    );
    insta::assert_snapshot!(desk.run("close ID1 --satisfied yes"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `cloze` is no command by which an agent writes
      --> desk.toml:65:25
       |
    65 | managers_only = ["set", "cloze"]
       |                         ^^^^^^^
    hint: did you mean `close`?
    [exit 3]
    "#);
    // What only reads cannot be forbidden to whoever has the files.
    for word in [
        "list", "export", "show", "sweep", "", "Close", "close ", "check", "desk", "*",
    ] {
        let desk = Desk::with_ticket();
        desk.replace(
            "desk.toml",
            "managers_only = []",
            &format!("managers_only = [\"{word}\"]"),
        );
        let out = desk.run("check").code(1);
        assert!(out.to_string().contains("desk.toml:65:18"), "{word}: {out}");
    }
}

/// A line for each of the commands, by which it would do, or at least look for, something.
fn line(command: &str) -> String {
    let rest = match command {
        "assign" => "ID1 ewa",
        "attach" => "ID1 desk.toml",
        "check --fix" | "migrate" | "resolve-merge" | "sync" | "templates --starter" | "undo" => "",
        "close" => "ID1 --satisfied yes",
        "convert" => "ID1 --to information",
        "edit" => "ID1 --dry-run",
        "escalate" => "ID1 -m tried",
        "import" => "events log.csv --map map.toml",
        "kb edit" | "kb publish" | "kb retire" | "kb review" => "KB-W1F4",
        "kb new" => "Title -m text",
        "kb search" => "word --on ID1",
        "who --merge" => "ID1 ID2",
        "kb use" => "KB-W1F4 --on ID1 --outcome solved",
        "away" => "tomorrow",
        "handover" => "--to marek",
        "link" => "ID1 ID2 --as relates",
        "mail accept" | "mail drop" => "x",
        "merge" => "ID1 --into ID2",
        "new" => "Title",
        "pend" => "ID1 --on vendor",
        "redate" => "ID1 --entry ^zzzz 2026-11-21T09:00:00Z",
        "redact" => "ID1 --field requester.name",
        "set" => "ID1 queue=network",
        "split" => "ID1 Title",
        "work done" => "ID1 -m done",
        "work link" => "ID1 --to ID2",
        "work tick" => "ID1 1",
        "ack" | "call" | "cancel" | "reopen" | "take" | "watch" | "work new" => "ID1",
        "contact" | "note" | "reply" | "resolve" | "work say" => "ID1 -m text",
        other => panic!("no line for {other}"),
    };
    format!("{command} {rest}")
}

#[test]
fn every_command_that_managers_only_may_name_is_refused_to_agents() {
    let desk = Desk::with_ticket();
    desk.open("Mail is slow");
    desk.write("log.csv", "id,time\n1,2026-11-21T09:00:00Z\n");
    desk.write(
        "map.toml",
        "source = \"old\"\n[time]\nformats = [\"rfc3339\"]\nzone = \"UTC\"\n[columns]\nid = \"id\"\ntime = \"time\"\n",
    );
    let settings = desk.read("desk.toml");
    for command in WRITERS {
        // These ask for a terminal first.
        if command.ends_with("edit") {
            continue;
        }
        let group = GROUPS.iter().find(|group| command.starts_with(*group));
        for word in [Some(command), group].into_iter().flatten() {
            let put = format!("managers_only = [\"{word}\"]");
            desk.write("desk.toml", settings.replace("managers_only = []", &put));
            let before = desk.state();
            let out = desk.run(&line(command));
            assert!(
                out.code == 4 && out.stderr.contains("for managers"),
                "{word}: {out}"
            );
            assert!(before == desk.state(), "{command}");
        }
    }
}

#[test]
fn a_field_that_nobody_declared_cannot_be_required() {
    for (word, hint) in [
        ("fields.site", "declare it: `[fields.site]`"),
        ("asset.seriel", "did you mean `asset.serial`?"),
    ] {
        let desk = Desk::with_ticket();
        desk.replace(
            "desk.toml",
            "resolve_requires = []",
            &format!("resolve_requires = [\"{word}\"]"),
        );
        let out = desk.run("check").code(1).to_string();
        assert!(
            out.contains("desk.toml:50:21") && out.contains(hint),
            "{out}"
        );
    }
}

#[test]
fn a_calendar_that_never_opens_measures_no_term_of_the_house() {
    let desk = Desk::with_ticket();
    for (old, new) in [
        (
            "calendar = \"office\"\n# How long those",
            "calendar = \"shut\"\n# How long those",
        ),
        (
            "calendar = \"office\"\nreminders",
            "calendar = \"shut\"\nreminders",
        ),
    ] {
        let settings = desk.read("desk.toml");
        let put = settings.replacen(old, new, 1) + "\n[calendar.shut.week]\n";
        desk.write("desk.toml", put);
        let out = desk.run("check desk.toml").code(1).to_string();
        assert!(out.contains("`shut` never opens"), "{out}");
        desk.write("desk.toml", settings);
    }
}
