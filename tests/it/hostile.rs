//! Text and files from strangers: each is told clearly or kept faithfully, and none of it acts.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use plaindesk::page::entry_value::quoted;

use crate::desk::{Desk, Out};
use crate::printed::acts;
use crate::skip::skipped;

#[track_caller]
fn harmless(out: &Out) {
    for text in [&out.stdout, &out.stderr] {
        if let Some(c) = text.chars().find(|c| acts(*c)) {
            panic!("U+{:04X} in {text:?}", u32::from(c));
        }
    }
}

/// Escape sequences, controls of both sets, and characters that turn the direction of writing.
const ESCAPES: &str = "a\u{1b}[31mred\u{1b}]0;owned\u{7}\u{1b}]8;;http://x\u{1b}\\b\u{9b}31m\u{9d}52;c;x\u{7f}\u{8}\rc\
    \u{202e}gnp.exe\u{2066}\u{200e}\u{feff}\u{2028}\u{e0041}\u{61c}\u{200f}\u{2029}\u{202a}\u{2069}\u{80}\u{9c}\u{1f}d";

/// An article of strangers' text in every field.
fn planted_article(desk: &Desk, id: &str, text: &str) {
    let quoted = quoted(text);
    let body = text.replace('\r', "");
    desk.write(
        "kb/planted.md",
        format!(
            "+++\nid = \"{id}\"\ntitle = {quoted}\nstate = \"draft\"\nlanguage = {quoted}\ntranslation_of = {quoted}\nowner = {quoted}\n\
             published_by = {quoted}\naudience = {quoted}\ntags = [{quoted}]\ncodes = [{quoted}]\nrelated = [{quoted}]\ntickets = [{quoted}]\n\
             links = [{quoted}]\n{quoted} = {quoted}\n+++\n# {body}\n\n{body} `{body}` [{body}](https://x/{body}) <{body}>\n\n## Call script\n\n1. {body} \
             +48 600 100 200\n\n{body}\n\n    {body}\n\n| {body} |\n| --- |\n| {body} |\n\n> {body}\n"
        ),
    );
}

/// A ticket of strangers' text in every field, written past all checks.
fn planted(desk: &Desk, id: &str, text: &str) -> String {
    let quoted = quoted(text);
    let body = text.replace(['\u{1b}', '\u{7}'], "\u{1b}");
    desk.plant(
        id,
        format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = {quoted}\nstatus = {quoted}\npriority = {quoted}\nimpact = {quoted}\n\
             urgency = {quoted}\nqueue = {quoted}\nassignee = {quoted}\ncontact_agent = {quoted}\ncode = {quoted}\nchannel = {quoted}\n\
             created = 2026-11-21T09:02:11Z\ntags = [{quoted}]\naliases = [{quoted}]\n{quoted} = {quoted}\n\n\
             [requester]\nname = {quoted}\nemail = {quoted}\nphone = {quoted}\naccount = {quoted}\nlocation = {quoted}\norganisation = {quoted}\n\n\
             [asset]\nmodel = {quoted}\nserial = {quoted}\nlicence = {quoted}\nlocation = {quoted}\n\n\
             [links]\nwork_order = {quoted}\nparent = {quoted}\nrelates = [{quoted}]\narticles = [{quoted}]\n\n\
             [request]\nwants = {quoted}\ntried = {quoted}\n\n[fields]\nown = {quoted}\n+++\n{body}\n\n\
             ## 2026-11-21T09:02:11Z anna created ^8m2d\n\n- type: action\n- status: {quoted}\n- reason: {quoted}\n\n{body}\n"
        ),
    )
}

#[test]
fn escapes_in_every_field_reach_no_terminal() {
    let desk = Desk::with_ticket();
    planted(&desk, "2611-AAAAA", ESCAPES);
    planted_article(&desk, "KB-AAA1", ESCAPES);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", ESCAPES.trim_end_matches('d')]);
    for line in [
        "list",
        "list --all --columns id,title,tags,requester,asset,code,parent,wants,status,queue,assignee,channel",
        "show ID2",
        "log ID2",
        "check",
        "next",
        "",
        "show nothing-like-it",
        "note ID2 -m seen --dry-run",
        "kb list",
        "kb list --json",
        "kb show KB-AAA1",
        "kb show KB-AAA1 --json",
        "kb script KB-AAA1",
        "kb script KB-AAA1 --json",
        "kb check",
        "kb check --json",
        "kb review",
        "kb review KB-AAA1",
        "kb publish KB-AAA1 --as ewa --dry-run",
        "kb retire KB-AAA1 --as ewa --dry-run",
        "kb new --from ID2 --dry-run",
        "kb use KB-AAA1 --on ID2 --outcome wrong",
        "kb demand",
        "list --json",
        "show ID2 --json",
        "check --json",
        "--json",
        "next --json",
        "set ID2 queue=network --dry-run",
        "contact ID2 -m x",
        "merge ID2 --into ID1",
        "check --fix",
        "list --all",
        "log ID2",
        "show ID2",
    ] {
        let out = desk.run(line);
        harmless(&out);
        let out = desk.run(&format!("{line} --color always"));
        let own: String = strip_colour(&out.stdout);
        assert!(
            !own.chars().any(acts),
            "desk {line} --color always: {own:?}"
        );
    }
}

/// The text without the colours that desk itself paints.
fn strip_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        let end = tail
            .find(|c: char| !(c.is_ascii_digit() || c == ';'))
            .unwrap_or(tail.len());
        if !tail[end..].starts_with('m') {
            out.push('\u{1b}');
            rest = tail;
            continue;
        }
        rest = &tail[end + 1..];
    }
    out + rest
}

#[test]
fn escapes_typed_as_arguments_reach_no_terminal() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let long = format!("-{ESCAPES}");
    for args in [
        vec!["new", ESCAPES],
        vec!["show", ESCAPES],
        vec!["list", ESCAPES],
        vec!["list", "--sort", ESCAPES],
        vec!["list", "--columns", ESCAPES],
        vec!["assign", &id, ESCAPES],
        vec!["set", &id, ESCAPES],
        vec!["new", "x", "--code", ESCAPES],
        vec!["new", "x", "--from", ESCAPES],
        vec!["new", "x", "--kb", ESCAPES],
        vec!["note", &id, "-m", "x", "--as", ESCAPES],
        vec!["pend", &id, "--on", "vendor", "--until", ESCAPES],
        vec![ESCAPES],
        vec!["check", ESCAPES],
        vec!["man", ESCAPES],
        vec!["completions", ESCAPES],
        vec!["list", "--tz", ESCAPES],
        vec!["-C", ESCAPES, "list"],
        vec!["list", &long],
        vec!["call", &id, ESCAPES],
        vec!["link", &id, &id, "--as", ESCAPES],
        vec!["close", &id, "--satisfied", ESCAPES],
        vec!["escalate", &id, "--to", ESCAPES, "-m", "x"],
    ] {
        let out = desk.run_args(&args);
        assert!(
            out.code != 0 || args[0] == "list" || args[0] == "check",
            "{args:?}: {out}"
        );
        harmless(&out);
    }
    let mut command = desk.desk(&["list"]);
    command.env("DESK_NOW", ESCAPES);
    harmless(&desk.reported(command).code(2));
}

#[test]
fn json_escapes_and_keeps_what_was_written() {
    let desk = Desk::with_ticket();
    let text = ESCAPES.replace('\r', "");
    let _ = desk
        .run_args(&["note", &desk.id("ID1"), "-m", &text])
        .code(0);
    let out = desk.run("show ID1 --json");
    harmless(&out);
    assert_eq!(out.json()["tickets"][0]["entries"][1]["text"], text);
}

/// Texts that imitate the format, or options, or other programs' syntax.
const IMITATIONS: &[&str] = &[
    "## 2026-11-21T09:02:11Z anna note ^8m2d",
    "## anna note",
    "+++",
    "\\+++",
    "- phone: 1",
    "- status: open -> closed",
    "\\- phone: 1",
    "\\\\## anna note",
    "<<<<<<< HEAD\n=======\n>>>>>>> x",
    "```\n+++\n```",
    "--",
    "--output=x",
    "-x",
    "-oProxyCommand=touch x",
    ":(top)x",
    "--upload-pack=touch x",
    "ext::sh -c touch x",
    "@{-1}",
    "HEAD",
    "%n%H%x00",
    "$(touch x)",
    "`touch x`",
    "; touch x",
    "\\n\\t\\u0041",
    "\"quoted\"",
    "'",
    "\"\"\"",
    "'''",
    "a\n\nb\n\n\n\nc",
    "  indented",
    "trailing  \nspaces",
    "\ttab",
    "(none)",
    "a -> b",
    "+vpn -old",
    "# Heading",
    "Signed-off-by: x <x@y>",
    "\u{301}combining",
    "zero\u{200b}width",
    "🖨️",
    "=HYPERLINK(\"x\")",
    "<script>",
    "\\",
    "\\\\",
    "^tag",
    "## ",
    "##",
    "- ",
    "- a:",
    "- a: ",
];

#[test]
fn imitations_in_a_note_read_back_exactly() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    for (at, text) in IMITATIONS.iter().enumerate() {
        // clap takes `-m --` for the end of the options.
        let out = desk.run_args(&["note", &id, &format!("--message={text}")]);
        assert_eq!(out.code, 0, "{text:?}: {out}");
        let reported = desk.json("show ID1");
        let entries = reported["tickets"][0]["entries"].as_array().unwrap();
        assert_eq!(entries.len(), at + 2, "{text:?}");
        let last = entries.last().unwrap();
        assert_eq!(last["text"], *text);
        assert_eq!(last["attributes"], serde_json::json!({}), "{text:?}");
        assert_eq!(last["changes"], serde_json::json!([]), "{text:?}");
    }
    let file = desk.raw("ID1");
    for line in [
        "\n\\+++\n",
        "\n\\\\+++\n",
        "\n\\## anna note\n",
        "\n\\- phone: 1\n",
    ] {
        assert!(file.contains(line), "{line:?} in {file}");
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn imitations_in_every_text_of_an_intake_read_back_exactly() {
    let desk = Desk::new();
    for (at, text) in IMITATIONS.iter().enumerate() {
        // Somebody else each time, or the desk would know the caller by half a name.
        let email = format!("--email=a{at}@example.org");
        let wants = format!("--wants={text}");
        let name = format!("--from={}", text.replace('\n', " "));
        let out = desk.run_args(&[
            "new",
            "--set",
            "priority=standard",
            &wants,
            &name,
            &email,
            &format!("--resolve={text}"),
            &format!("--message={text}"),
            "--",
            "title",
        ]);
        assert_eq!(out.code, 0, "{text:?}: {out}");
        let reported = desk.run_args(&["show", out.stdout.trim(), "--json"]).json();
        let ticket = &reported["tickets"][0];
        assert_eq!(ticket["description"], *text);
        assert_eq!(ticket["request"]["wants"], *text, "{text:?}");
        assert_eq!(ticket["requester"]["name"], text.replace('\n', " ").trim());
        assert_eq!(ticket["entries"][1]["text"], *text);
        assert_eq!(ticket["status"], "resolved");
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn titles_imitate_nothing() {
    let desk = Desk::new();
    for text in IMITATIONS
        .iter()
        .filter(|text| !text.contains(['\n', '\t']) && **text == text.trim())
    {
        let out = desk.run_args(&["new", "--", text]);
        assert_eq!(out.code, 0, "{text:?}: {out}");
        let id = out.stdout.trim().to_owned();
        let reported = desk.run_args(&["show", &id, "--json"]).json();
        assert_eq!(reported["tickets"][0]["title"], *text);
        let subject = desk.git(&["log", "-1", "--format=%s%n%(trailers)"]);
        assert!(subject.starts_with(&format!("{id} new: ")), "{subject}");
        assert_eq!(subject.trim().lines().count(), 1, "{subject}");
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn notes_make_no_trailers_and_no_options() {
    let desk = Desk::with_ticket();
    let _ = desk
        .run_args(&[
            "note",
            ".",
            "-m",
            "x\n\nSigned-off-by: Eve <eve@example.org>",
        ])
        .code(0);
    let _ = desk
        .run_args(&[
            "set",
            ".",
            "requester.name=Reviewed-by: Eve <eve@example.org>",
        ])
        .code(0);
    assert_eq!(desk.git(&["log", "-2", "--format=%(trailers)"]).trim(), "");
}

#[test]
fn options_smuggled_in_every_place_touch_nothing() {
    let desk = Desk::with_ticket();
    let canary = desk.beside("canary");
    let place = canary.display();
    let id = desk.id("ID1");
    let words = [
        format!("--output={place}"),
        format!("--upload-pack=touch {place}"),
        format!("-oProxyCommand=touch {place}"),
        format!("ext::sh -c touch% {place}"),
        format!(":(top){place}"),
        format!("$(touch {place})"),
        format!("`touch {place}`"),
        format!("--exec=touch {place}"),
        format!("|touch {place}"),
        format!("../../{place}"),
    ];
    for word in &words {
        for args in [
            vec!["show", "--", word],
            vec!["log", "--", word],
            vec!["list", "--", word],
            vec!["note", "-m", "x", "--", word],
            vec!["note", &id, "-m", word],
            vec!["take", "--", word],
            vec!["assign", "--", &id, word],
            vec!["set", "--", &id, word],
            vec!["set", &id, &format!("title={word}")],
            vec!["new", "--", word],
            vec!["check", "--", word],
            vec!["edit", "--", word],
            vec!["merge", "--into", &id, "--", word],
            vec!["link", "--", &id, word],
            vec!["contact", &id, "--by", word, "-m", "x"],
            vec!["list", "--sort", word],
            vec!["pend", &id, "--on", "vendor", "--until", word],
            vec!["man", "--", word],
            vec!["-C", word, "list"],
            vec!["note", &id, "-m", "x", "--as", word],
            vec!["escalate", &id, "-m", word],
            vec!["log", &id],
            vec!["init", "--dry-run", "--", word],
        ] {
            let _ = desk.run_args(&args);
            assert!(!canary.exists(), "{args:?} acted");
        }
    }
    let _ = desk.run("check").code(0);
}

#[test]
fn ids_with_path_characters_name_nothing() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let before = desk.state();
    for wrong in [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "../2611-AAAAA",
        "2611-../..",
        "tickets/2026-11",
        "2611-7K3MQ/../x",
        "a/b",
        "\\..\\x",
        "2611-AAAA\n",
        "%00",
        "~root",
        "*",
        "?",
        "[a-z]",
        "",
        " ",
        "-",
        "--",
        "2611-",
        "KB-7Q2M",
        "\u{202e}",
        "ł",
    ] {
        for args in [
            vec!["show", "--", wrong],
            vec!["note", "-m", "x", "--", wrong],
            vec!["edit", "--", wrong],
            vec!["log", "--", wrong],
            vec!["merge", "--into", &id, "--", wrong],
            vec!["link", "--", &id, wrong],
            vec!["new", "x", "--on", wrong],
        ] {
            let out = desk.run_args(&args);
            // `-` is standard input, which is empty: nothing to do.
            let is_pipe = wrong == "-" && out.code == 0;
            assert!(is_pipe || out.code == 2, "{args:?}: {out}");
            harmless(&out);
        }
    }
    assert!(before == desk.state());
}

#[test]
fn titles_and_names_are_one_line_without_controls() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(desk.run_args(&["new", "two\nlines"]), @"
    -----
    error: a title is one line
    hint: give the rest with -m
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run_args(&["new", "bell\u{7}"]), @"
    -----
    error: a title cannot hold the control character U+0007
    hint: take it out, then try again
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run_args(&["new", "x", "--from", "two\nlines"]), @"
    -----
    error: a name is one line
    hint: give the rest with -m
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run_args(&["new", &"x".repeat(10_000)]), @"
    -----
    error: a title has at most 200 characters
    hint: give the rest with -m
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn a_title_of_ten_thousand_characters_written_by_hand_is_shown() {
    let desk = Desk::with_ticket();
    let long = "ż".repeat(10_000);
    desk.replace(&desk.path("ID1"), "Printer on floor 3 jams", &long);
    let _ = desk.run("list").code(0);
    let _ = desk.run("next").code(0);
    let _ = desk.ok("note ID1 -m 'long title'");
    let subject = desk.git(&["log", "-1", "--format=%s"]);
    assert!(subject.chars().count() < 220, "{subject}");
    assert_eq!(desk.json("show ID1")["tickets"][0]["title"], long);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_note_of_a_megabyte_is_kept_and_a_larger_one_refused() {
    let desk = Desk::with_ticket();
    let text = "zażółć gęślą jaźń ".repeat(1 << 15);
    let text = text.trim();
    assert!(text.len() < 1 << 20);
    let _ = desk.run_with("note ID1 -m -", text).code(0);
    assert_eq!(
        desk.json("show ID1")["tickets"][0]["entries"][1]["text"],
        text
    );
    let before = desk.state();
    let _ = desk
        .run_with("note ID1 -m -", "x".repeat((1 << 20) + 1))
        .code(2)
        .says("1 MiB");
    let _ = desk.run_with("note ID1 -m -", "x".repeat(5 << 20)).code(2);
    let _ = desk
        .run_with("note ID1 -m -", b"\xff\xfe")
        .code(2)
        .says("UTF-8");
    let _ = desk.run_with("note ID1 -m -", b"a\0b").code(2).says("NUL");
    assert!(before == desk.state());
}

#[test]
fn a_ticket_never_grows_past_what_can_be_read() {
    let desk = Desk::with_ticket();
    let text = "x".repeat(1 << 20);
    let mut refused = None;
    for _ in 0..6 {
        let out = desk.run_with("note ID1 -m -", &text);
        // Whatever a command accepted, the next can read.
        let _ = desk.run("show ID1 -q --json").code(0);
        if out.code != 0 {
            refused = Some(out);
            break;
        }
    }
    let refused = refused.expect("a page has at most 4 MiB");
    let _ = refused
        .code(2)
        .says("the ticket would be longer than the 4 MiB");
    assert_eq!(desk.status(), "");
}

/// A desk with a good ticket and a bad file, which each command must name or leave alone.
#[track_caller]
fn costs_only_itself(desk: &Desk, bad: &str) {
    for line in [
        "list",
        "list --all floor",
        "next",
        "",
        "check",
        "show ID1",
        "note ID1 -m seen",
    ] {
        let out = desk.run(line);
        assert!(
            out.code == 0 || (line == "check" && out.code == 1),
            "desk {line}: {out}"
        );
        harmless(&out);
        if line == "list" {
            assert!(out.stdout.contains("Printer on floor 3"), "{out}");
        }
        if line == "check" {
            assert!(out.stdout.contains(bad), "{bad}: {out}");
        }
    }
}

const BAD: &str = "2611-BADAD";

#[test]
fn junk_costs_only_itself() {
    let mut junk = Vec::new();
    let mut seed = 1_u32;
    for _ in 0..5000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        junk.push((seed >> 24) as u8);
    }
    let bomb = |front: &str| format!("+++\nid = \"{BAD}\"\n{front}\n+++\n").into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("binary", junk),
        ("empty", Vec::new()),
        ("nul", vec![0; 4096]),
        ("no fence", b"text\n".to_vec()),
        ("no closing fence", b"+++\nid = 1\n".to_vec()),
        ("invalid UTF-8", b"+++\nid = \"\xc3\x28\"\n+++\n".to_vec()),
        (
            "invalid UTF-8 in the text",
            b"+++\nid = \"2611-BADAD\"\n+++\n\n\xff\n".to_vec(),
        ),
        (
            "nested arrays",
            bomb(&format!(
                "a = {}{}",
                "[".repeat(100_000),
                "]".repeat(100_000)
            )),
        ),
        (
            "nested tables",
            bomb(&format!(
                "a = {}1{}",
                "{a=".repeat(100_000),
                "}".repeat(100_000)
            )),
        ),
        (
            "dotted keys",
            bomb(&format!("{}a = 1", "a.".repeat(100_000))),
        ),
        (
            "long headers",
            bomb(&format!("[{}a]", "a.".repeat(100_000))),
        ),
        (
            "one long line",
            bomb(&format!("title = \"{}", "x".repeat(1 << 20))),
        ),
    ];
    for (name, bytes) in cases {
        let desk = Desk::with_ticket();
        desk.plant(BAD, bytes);
        let began = std::time::Instant::now();
        costs_only_itself(&desk, BAD);
        let out = desk.run_args(&["show", BAD]);
        assert_eq!(out.code, 3, "{name}: {out}");
        assert_eq!(desk.run_args(&["note", BAD, "-m", "x"]).code, 3, "{name}");
        assert!(
            began.elapsed().as_secs() < 60,
            "{name} took {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn a_file_of_fifty_megabytes_costs_only_itself() {
    let desk = Desk::with_ticket();
    desk.plant(BAD, "");
    let file = fs::File::options()
        .write(true)
        .open(desk.root.join(format!("tickets/2026-11/{BAD}.md")))
        .unwrap();
    file.set_len(50 << 20).unwrap();
    costs_only_itself(&desk, BAD);
    let _ = desk
        .run_args(&["show", BAD])
        .code(3)
        .says("52428800 bytes long");
}

#[test]
fn many_keys_do_not_hang() {
    let desk = Desk::with_ticket();
    let mut front = String::new();
    for at in 0..20_000 {
        front.push_str(&format!("k{at} = {at}\n"));
    }
    desk.plant(BAD, format!("+++\nid = \"{BAD}\"\ntype = \"action\"\ntitle = \"x\"\nstatus = \"open\"\ncreated = 2026-11-21T09:02:11Z\n{front}+++\n"));
    let began = std::time::Instant::now();
    let _ = desk.run("list").code(0);
    let _ = desk.run_args(&["show", BAD]);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

/// A file beside the desk that must not be touched through a link.
fn outside(desk: &Desk) -> (std::path::PathBuf, String) {
    let text = desk
        .raw("ID1")
        .replace(&desk.id("ID1"), BAD)
        .replace("floor 3", "floor 9");
    let folder = desk.beside("outside");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(format!("{BAD}.md")), &text).unwrap();
    (folder, text)
}

#[test]
fn a_link_named_like_a_ticket_is_not_followed() {
    let desk = Desk::with_ticket();
    let (folder, text) = outside(&desk);
    let target = folder.join(format!("{BAD}.md"));
    symlink(&target, desk.root.join(format!("tickets/2026-11/{BAD}.md"))).unwrap();
    costs_only_itself(&desk, BAD);
    for args in [
        vec!["show", BAD],
        vec!["note", BAD, "-m", "x"],
        vec!["set", BAD, "queue=network"],
    ] {
        let out = desk.run_args(&args);
        assert_eq!(out.code, 3, "{args:?}: {out}");
        assert!(out.stderr.contains("symbolic link"), "{out}");
    }
    let _ = desk.run("check --fix");
    assert_eq!(fs::read_to_string(&target).unwrap(), text);
}

#[test]
fn a_month_that_is_a_link_is_not_followed() {
    let desk = Desk::with_ticket();
    let (folder, text) = outside(&desk);
    fs::rename(
        folder.join(format!("{BAD}.md")),
        folder.join("2610-BADAD.md"),
    )
    .unwrap();
    symlink(&folder, desk.root.join("tickets/2026-10")).unwrap();
    costs_only_itself(&desk, "tickets/2026-10");
    for args in [
        vec!["show", "2610-BADAD"],
        vec!["note", "2610-BADAD", "-m", "x"],
    ] {
        let out = desk.run_args(&args);
        assert!(out.code == 2 || out.code == 3, "{args:?}: {out}");
    }
    assert_eq!(
        fs::read_to_string(folder.join("2610-BADAD.md")).unwrap(),
        text
    );
    // A new ticket of that month goes nowhere else either.
    let mut command = desk.desk(&["new", "x"]);
    command.env("DESK_NOW", "2026-10-05T09:00:00Z");
    let out = desk.reported(command);
    assert_ne!(out.code, 0, "{out}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_folder_of_tickets_that_is_a_link_is_not_followed() {
    let desk = Desk::with_ticket();
    let folder = desk.beside("elsewhere");
    fs::rename(desk.root.join("tickets"), &folder).unwrap();
    symlink(&folder, desk.root.join("tickets")).unwrap();
    let _ = desk.run("list").code(0);
    let _ = desk
        .run("check")
        .code(1)
        .says("a symbolic link: a desk follows none");
    let out = desk.run("new x");
    assert_ne!(out.code, 0, "{out}");
    let count = walkdir::WalkDir::new(&folder).into_iter().count();
    assert_eq!(count, 3, "nothing was written behind the link");
}

#[test]
fn folders_and_pipes_named_like_tickets_do_not_hang() {
    let desk = Desk::with_ticket();
    fs::create_dir(desk.root.join(format!("tickets/2026-11/{BAD}.md"))).unwrap();
    let pipe = desk.root.join("tickets/2026-11/2611-P1PE0.md");
    assert!(
        desk.command("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    costs_only_itself(&desk, BAD);
    costs_only_itself(&desk, "2611-P1PE0");
    for name in [BAD, "2611-P1PE0"] {
        let out = desk.run_args(&["show", name]);
        assert_eq!(out.code, 3, "{out}");
        assert!(out.stderr.contains("not a regular file"), "{out}");
        assert_eq!(desk.run_args(&["note", name, "-m", "x"]).code, 3);
    }
}

#[test]
fn settings_may_be_hostile_too() {
    let desk = Desk::with_ticket();
    let settings = desk.read("desk.toml");
    let cases = [
        format!("a = {}", "[".repeat(100_000)),
        String::from_utf8_lossy(&[0xff; 100]).into_owned(),
        settings.replace("Help desk", ESCAPES),
        settings.replace(
            "title = \"Network\"",
            &format!("title = {}", quoted(ESCAPES)),
        ),
        settings.replace("[queue.network]", &format!("[queue.{}]", quoted(ESCAPES))),
    ];
    for text in cases {
        desk.write("desk.toml", &text);
        for line in ["list", "", "check", "show ID1", "new x --dry-run"] {
            let out = desk.run(line);
            assert!([0, 1, 3].contains(&out.code), "{out}");
            harmless(&out);
        }
    }
}

#[test]
fn settings_of_the_repository_run_nothing() {
    let desk = Desk::with_ticket();
    let canary = desk.beside("canary");
    let touch = desk.script("evil", &format!("touch {}", canary.display()));
    let touch = touch.to_str().unwrap();
    for (key, value) in [
        ("core.fsmonitor", touch),
        ("core.sshCommand", touch),
        ("core.editor", touch),
        ("core.pager", touch),
        ("pager.log", touch),
        ("diff.external", touch),
        ("gpg.program", touch),
        ("commit.gpgSign", "true"),
        ("diff.evil.textconv", touch),
        ("diff.evil.command", touch),
        ("filter.evil.clean", touch),
        ("filter.evil.smudge", touch),
        ("merge.evil.driver", touch),
        ("alias.log", "!touch x"),
        ("credential.helper", touch),
        ("log.showSignature", "true"),
    ] {
        desk.git(&["config", key, value]);
    }
    for hook in [
        "pre-commit",
        "post-commit",
        "reference-transaction",
        "post-index-change",
        "prepare-commit-msg",
        "commit-msg",
    ] {
        let path = desk.root.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(touch, path).unwrap();
    }
    desk.write(
        ".git/info/attributes",
        "* diff=evil filter=evil merge=evil\n",
    );
    for line in [
        "list",
        "show ID1",
        "note ID1 -m x",
        "log ID1",
        "new y",
        "check --fix",
        "take ID1",
        "next",
        "",
    ] {
        let _ = desk.run(line);
        assert!(
            !canary.exists(),
            "desk {line} ran a command of the repository"
        );
    }
    assert!(desk.raw("ID1").contains("\nx\n"));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let desk = Desk::new();
    let text = "x".repeat(150);
    for at in 0..3 {
        let _ = desk
            .run_args(&[
                "new",
                &format!("{at} {text}"),
                "-m",
                &"long text\n".repeat(10_000),
            ])
            .code(0);
    }
    let id = desk.id("ID1");
    for args in [
        vec!["list"],
        vec!["show", &id],
        vec!["show", &id, "--json"],
        vec!["log", &id],
        vec!["man"],
        vec!["--help"],
        vec![],
    ] {
        let mut child = desk
            .desk(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut one = [0; 1];
        let _ = out.read(&mut one);
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
    // Nobody there from the beginning.
    let mut child = desk.desk(&["list"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        skipped("there is no /dev/full here", true);
        return;
    };
    for args in [
        vec!["list"],
        vec!["show", &id],
        vec!["note", &id, "-m", "kept"],
        vec!["list", "--json"],
        vec!["man"],
        vec!["--help"],
        vec!["check"],
    ] {
        let mut command = desk.desk(&args);
        command.stdout(full.try_clone().unwrap());
        let output = command.output().unwrap();
        let reported = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{args:?}: {reported}");
        assert!(!reported.contains("panicked"), "{reported}");
        assert!(
            args[0] == "--help"
                || reported.contains("error: ")
                || args.contains(&"--json") && reported.contains("\"errors\""),
            "{args:?}: {reported}"
        );
    }
    // What could not be told was done all the same.
    assert!(desk.raw("ID1").contains("\nkept\n"));
    assert_eq!(desk.status(), "");
}

#[test]
fn a_hook_that_calls_desk_does_not_wait_for_itself() {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "hooks = false", "hooks = true");
    desk.git(&["commit", "--quiet", "--all", "-m", "Hooks"]);
    let hook = desk.root.join(".git/hooks/post-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = desk.script(
        "hook",
        &format!(
            "{} list >/dev/null\n{} note {} -m 'by the hook' 2>&1",
            env!("CARGO_BIN_EXE_desk"),
            env!("CARGO_BIN_EXE_desk"),
            desk.id("ID1")
        ),
    );
    fs::copy(script, &hook).unwrap();
    let began = std::time::Instant::now();
    let _ = desk.ok("note ID1 -m 'by hand'");
    assert!(
        began.elapsed().as_secs() < 20,
        "it waited for its own lock: {:?}",
        began.elapsed()
    );
    let _ = desk.run("check").code(0);
    assert!(desk.raw("ID1").contains("by hand"));
}
