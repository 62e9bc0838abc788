//! Files that may only be read: every command that would write one refuses and leaves it alone.

use crate::desk::{Desk, Out};

/// What a person or git can leave in the file of a ticket: a name, and the words that take the
/// place of others.
const FLAWS: &[(&str, &str, &str)] = &[
    (
        "a conflict in the front matter",
        "queue = \"service-desk\"",
        "<<<<<<< HEAD\nqueue = \"service-desk\"\n=======\nqueue = \"network\"\n>>>>>>> theirs",
    ),
    (
        "a conflict in the description",
        "+++\n\n##",
        "+++\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> theirs\n\n##",
    ),
    (
        "a conflict in the log",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> theirs\n",
    ),
    (
        "the end of a conflict",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n>>>>>>> theirs\n",
    ),
    (
        "the base of a conflict",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n||||||| 1234567\n",
    ),
    (
        "a list in place of a text",
        "assignee = \"anna\"",
        "assignee = [\"ewa\"]",
    ),
    (
        "a text in place of a list",
        "channel = ",
        "tags = \"vpn\"\nchannel = ",
    ),
    (
        "a list of numbers",
        "channel = ",
        "tags = [1, 2]\nchannel = ",
    ),
    (
        "a number in place of a text",
        "name = \"Jan Kowalski\"",
        "name = \"Jan Kowalski\"\nphone = 48600100200",
    ),
    (
        "a time in quotes",
        "channel = ",
        "until = \"2026-12-01\"\nchannel = ",
    ),
    (
        "a time without a zone",
        "channel = ",
        "until = 2026-12-01\nchannel = ",
    ),
    (
        "a date that is a number",
        "channel = ",
        "planned = 20261201\nchannel = ",
    ),
    (
        "a link in place of links",
        "\n[asset]",
        "\n[links]\nrelates = \"2611-XXXXX\"\n\n[asset]",
    ),
    (
        "an inline table",
        "channel = ",
        "links = { relates = \"2611-XXXXX\" }\nchannel = ",
    ),
    (
        "a dotted key",
        "channel = ",
        "links.relates = \"2611-XXXXX\"\nchannel = ",
    ),
    (
        "a section that is a text",
        "\n[asset]\nlocation = \"by the door\"\n",
        "\n[fields]\nsite = { a = 1 }\n",
    ),
    (
        "a person in place of a section",
        "[requester]\nname = \"Jan Kowalski\"\n\n[asset]\n",
        "[[requester]]\nname = \"Jan Kowalski\"\n\n[asset]\n",
    ),
    (
        "a word in place of yes",
        "\n[asset]",
        "\n[satisfaction]\nsatisfied = \"yes\"\n\n[asset]",
    ),
    (
        "a mark in quotes",
        "\n[asset]",
        "\n[satisfaction]\nrating = \"5\"\n\n[asset]",
    ),
    (
        "a key that stands there twice",
        "channel = ",
        "status = \"closed\"\nchannel = ",
    ),
    (
        "an entry of nobody",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n## 2026-11-23T09:00:30Z Anna note ^abcd\n\nHer words.\n",
    ),
    (
        "an entry of a month that is none",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n## 2026-13-23T09:00:30Z anna note ^abcd\n\nHer words.\n",
    ),
    (
        "an entry with a time of another form",
        "- code: PRN-JAM\n",
        "- code: PRN-JAM\n\n## 23.11.2026 anna note ^abcd\n\nHer words.\n",
    ),
];

/// Every way to write to `ID1`, which is linked to the order `ID3`; `ID2` is another ticket.
const WRITERS: &[&str] = &[
    "note ID1 -m x",
    "note ID1 -m x --dry-run",
    "set ID1 urgency=high",
    "set ID2 ID1 tags=+new",
    "set ID1 tags=+new requester.phone=5",
    "take ID1",
    "take ID2 ID1",
    "assign ID1 marek",
    "contact ID1 -m x",
    "contact ID1 --in -m x",
    "call ID1 no-answer",
    "pend ID1 --on customer -m x",
    "resolve ID1 -m x",
    "cancel ID1 -m x",
    "escalate ID1 -m x",
    "escalate ID1 --hierarchic -m x",
    "convert ID1 --to information",
    "split ID1 'Another thing'",
    "attach ID1 desk.toml",
    "link ID1 ID2",
    "link ID2 ID1",
    "link ID1 ID2 --as parent",
    "merge ID1 --into ID2",
    "merge ID2 --into ID1",
    "work new ID1",
    "work new ID2 ID1",
    "work link ID1 --to ID3",
    "work done ID3 -m x",
    "kb use ARTICLE --on ID1 --outcome solved",
    "kb search printer --on ID1",
    "new 'Same call' --same-call ID1",
];

fn scene() -> Desk {
    let desk = Desk::with_ticket();
    desk.open("The printer smells of glue");
    desk.wait(-1);
    let _ = desk.ok("work new ID1 -m 'Replace the roller'");
    desk
}

/// Puts a flaw into the file of `ID1`, by a commit of somebody's.
fn plant(desk: &Desk, (_, from, to): &(&str, &str, &str)) {
    desk.replace(&desk.path("ID1"), from, to);
    desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
}

/// Demands that a command refused, named file and line, and changed nothing.
#[track_caller]
fn refused(desk: &Desk, what: &str, line: &str) -> Out {
    let article = desk.json("kb list printer")["articles"][0]["id"].clone();
    let line = line.replace("ARTICLE", article.as_str().unwrap_or("KB-0000"));
    let before = desk.state();
    let out = desk.run(&line);
    assert_eq!(out.code, 3, "{what}: desk {line}\n{out}");
    let place = format!("{}:", desk.path("ID1"));
    assert!(out.stderr.contains(&place), "{what}: desk {line}\n{out}");
    assert!(before == desk.state(), "{what}: desk {line} wrote\n{out}");
    out
}

#[test]
fn nothing_writes_a_ticket_that_may_only_be_read() {
    let clean = scene();
    for flaw in FLAWS {
        let desk = clean.copy();
        plant(&desk, flaw);
        for line in ["note ID1 -m x", "set ID1 tags=+new requester.phone=5"] {
            let _ = refused(&desk, flaw.0, line);
        }
    }
}

#[test]
fn no_command_writes_a_ticket_that_may_only_be_read() {
    let clean = scene();
    for name in ["a conflict in the log", "a text in place of a list"] {
        let desk = clean.copy();
        plant(&desk, FLAWS.iter().find(|flaw| flaw.0 == name).unwrap());
        for line in WRITERS {
            let _ = refused(&desk, name, line);
        }
    }
}

#[test]
fn the_refusal_names_the_line_and_says_what_to_do() {
    let desk = scene();
    plant(
        &desk,
        FLAWS
            .iter()
            .find(|flaw| flaw.0 == "a text in place of a list")
            .unwrap(),
    );
    insta::assert_snapshot!(desk.run("note ID1 -m x"), @r#"
    -----
    error: `tickets/2026-11/ID1.md` cannot be written until it is mended
    error: `tags` is a list of texts, not a text
      --> tickets/2026-11/ID1.md:13:8
       |
    13 | tags = "vpn"
       |        ^^^^^
    hint: write ["vpn"]
    hint: desk edit ID1 opens it in your editor
    [exit 3]
    "#);
}

#[test]
fn check_leaves_such_a_file_alone_and_says_so() {
    let clean = scene();
    let other = clean.copy();
    // A file that only lacks something in its log is mended beside it.
    for flaw in FLAWS {
        let desk = clean.copy();
        plant(&desk, flaw);
        desk.replace(&desk.path("ID1"), "urgency = \"low\"", "urgency = \"high\"");
        desk.replace(&desk.path("ID2"), "urgency = \"low\"", "urgency = \"high\"");
        let before = desk.raw("ID1");
        let out = desk.run("check --fix").code(1);
        assert_eq!(before, desk.raw("ID1"), "{}\n{out}", flaw.0);
        assert!(
            out.to_string().contains("ID1 left alone"),
            "{}\n{out}",
            flaw.0
        );
        assert!(
            desk.raw("ID2").contains("- urgency: low -> high"),
            "{}\n{out}",
            flaw.0
        );
        assert!(
            !out.stdout.contains("`desk check --fix` writes it"),
            "{}\n{out}",
            flaw.0
        );
    }
    let _ = other.ok("check --fix");
}

#[test]
fn a_list_warns_of_each_and_goes_on() {
    let clean = scene();
    for flaw in FLAWS {
        let desk = clean.copy();
        plant(&desk, flaw);
        let place = format!("{}:", desk.path("ID1"));
        // The second answer comes from what the first has kept.
        for _ in 0..2 {
            let out = desk.ok("list --all");
            assert!(out.stderr.contains(&place), "{}\n{out}", flaw.0);
            assert!(out.stdout.contains("smells of glue"), "{}\n{out}", flaw.0);
        }
        // And no longer, once it is mended.
        desk.git(&["revert", "--no-edit", "HEAD"]);
        assert_eq!(desk.ok("list").stderr, "", "{}", flaw.0);
    }
}

#[test]
fn every_reader_warns_and_goes_on() {
    let desk = scene();
    plant(
        &desk,
        FLAWS
            .iter()
            .find(|flaw| flaw.0 == "a time in quotes")
            .unwrap(),
    );
    let place = format!("{}:", desk.path("ID1"));
    let readers = [
        "list",
        "due",
        "next",
        "",
        "search printer",
        "report backlog",
        "report volume",
        "who Jan",
        "export --format json",
        "work list",
        "show ID1",
        "kb demand",
        "sweep",
    ];
    for line in readers {
        let out = desk.run(line).code(0);
        assert!(out.stderr.contains(&place), "desk {line}\n{out}");
    }
}

#[test]
fn the_sweep_goes_past_such_a_file() {
    let desk = Desk::with_ticket();
    desk.open("The printer smells of glue");
    for id in ["ID1", "ID2"] {
        let _ = desk.ok(&format!("pend {id} --on schedule --until 2026-11-24 -m x"));
    }
    plant(
        &desk,
        &("", "until = 2026-11-24T07:00:00Z", "until = \"2026-11-24\""),
    );
    desk.wait(60 * 48);
    let before = desk.raw("ID1");
    let out = desk.ok("sweep");
    assert_eq!(before, desk.raw("ID1"));
    assert!(desk.raw("ID2").contains("status = \"open\""), "{out}");
    let place = format!("{}:", desk.path("ID1"));
    assert_eq!(out.stderr.matches(&place).count(), 1, "{out}");
}

#[test]
fn an_order_that_wakes_leaves_a_ticket_that_may_only_be_read() {
    let desk = scene();
    let _ = desk.ok("pend ID3 --on schedule --until 2026-11-24 -m x");
    plant(
        &desk,
        FLAWS
            .iter()
            .find(|flaw| flaw.0 == "a text in place of a list")
            .unwrap(),
    );
    desk.wait(60 * 48);
    let before = desk.raw("ID1");
    let out = desk.ok("sweep");
    assert_eq!(before, desk.raw("ID1"));
    assert!(desk.raw("ID3").contains("status = \"open\""), "{out}");
    let _ = out.says("does not follow");
}

#[test]
fn two_branches_that_did_not_join_stay_as_git_left_them() {
    let desk = Desk::with_ticket();
    desk.git(&["checkout", "--quiet", "-b", "side"]);
    let _ = desk.ok("note ID1 -m 'side words'");
    desk.git(&["checkout", "--quiet", "main"]);
    let _ = desk.ok("note ID1 -m 'main words'");
    let merge = desk
        .command("git")
        .args(["merge", "side"])
        .output()
        .unwrap();
    assert!(!merge.status.success(), "the two are in conflict");
    let before = desk.raw("ID1");
    assert!(before.contains("\n>>>>>>> side"), "{before}");
    for line in [
        "note ID1 -m third",
        "resolve ID1 -m done",
        "check --fix",
        "sweep",
    ] {
        let out = desk.run(line);
        assert_eq!(before, desk.raw("ID1"), "desk {line}\n{out}");
    }
    desk.git(&["merge", "--abort"]);
    let _ = desk.ok("note ID1 -m later");
    let text = desk.raw("ID1");
    assert!(
        text.contains("later") && !text.contains(">>>>>>>"),
        "{text}"
    );
    assert_eq!(desk.status(), "");
}

#[test]
fn an_article_that_may_only_be_read_is_left_alone() {
    let clean = Desk::new();
    let new = "kb new 'Scanner shows E-42' --code PRN-JAM --language en -m '## Resolution'";
    let id = clean.ok(new).stdout.trim().to_owned();
    let path = "kb/printing/scanner-shows-e-42.md";
    let flaws = [
        (
            "## Resolution",
            "<<<<<<< HEAD\n## Resolution\n=======\n>>>>>>> theirs",
        ),
        ("language = ", "tags = \"printer\"\nlanguage = "),
        ("language = ", "review_by = \"2026-12-01\"\nlanguage = "),
        ("state = \"draft\"", "state = \"publishd\""),
    ];
    for (from, to) in flaws {
        let desk = clean.copy();
        desk.replace(path, from, to);
        desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
        let before = desk.state();
        for line in ["publish", "review", "retire"] {
            let out = desk.run(&format!("kb {line} {id} --as ewa"));
            assert_eq!(out.code, 3, "{to}: kb {line}\n{out}");
            assert!(out.stderr.contains(path), "{to}: kb {line}\n{out}");
            assert!(before == desk.state(), "{to}: kb {line}\n{out}");
        }
        for _ in 0..2 {
            let out = desk.ok("kb list --all");
            assert!(out.stderr.contains(path), "{to}: kb list\n{out}");
        }
    }
}

#[test]
fn settings_in_conflict_are_named_as_such() {
    for file in ["desk.toml", "catalog.toml"] {
        let desk = Desk::with_ticket();
        let text = desk.read(file);
        let marked = format!("<<<<<<< HEAD\n{text}=======\nx = 1\n>>>>>>> side\n");
        desk.write(file, marked);
        for line in [
            "list",
            "note ID1 -m x",
            "check",
            "report backlog --save mine --as ewa",
        ] {
            let out = desk.run(line);
            assert_eq!(
                out.code,
                if line == "check" { 1 } else { 3 },
                "{file}: {line}\n{out}"
            );
            let _ = out
                .says("git left a conflict in this file")
                .says(&format!("{file}:1:1"));
        }
    }
}
