//! `desk kb publish`.

use super::article;
use crate::desk::Desk;

#[test]
fn an_empty_pipe_is_nothing_to_do() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    for line in ["publish -", "retire - -m x", "review - --until 2027-01-01"] {
        assert_eq!(
            desk.run_with(&format!("kb {line} --as ewa"), "")
                .code(0)
                .stdout,
            ""
        );
    }
    let json = desk.run_with("kb publish - --json --as ewa", "").json();
    assert_eq!(json["articles"], serde_json::json!([]));
    assert!(before == desk.state());
}

#[test]
fn moves_that_make_no_sense_name_those_that_do() {
    let desk = Desk::new();
    let before = desk.state();
    for line in [
        "kb publish KB-7Q2M --as ewa",
        "kb retire KB-FX1D --as ewa",
        "kb review KB-ER3P",
        "kb review KB-FX1D",
        "kb review KB-W1F4 --until 2027-01-01",
        "kb review KB-7Q2M --until 2027-05-04 --as ewa",
    ] {
        let out = desk.run(line).code(4);
        assert!(out.stderr.contains("hint: "), "{out}");
    }
    for (line, words) in [
        (
            "kb publish KB-W1F4 --review-by yesterday --as ewa",
            "is not a day to come",
        ),
        (
            "kb publish KB-W1F4 --review-by soon --as ewa",
            "is not a day",
        ),
        (
            "kb review KB-7Q2M --until 2026-11-23 --as ewa",
            "is not a day to come",
        ),
        (
            "kb review KB-W1F4 --until friday --back",
            "cannot be used with",
        ),
        ("kb review --until friday", "required"),
        ("kb publish", "required"),
        ("kb publish KB-ZZZZ --as ewa", "there is no article"),
    ] {
        let _ = desk.run(line).code(2).says(words);
    }
    assert!(before == desk.state());
}

#[test]
fn what_is_not_fit_is_not_published() {
    let desk = Desk::new();
    let front = "id = \"KB-AAA1\"\ntitle = \"A\"\nstate = \"review\"\n";
    article(&desk, "kb/a.md", front, "\n");
    let _ = desk
        .run("kb publish KB-AAA1 --as ewa")
        .code(4)
        .says("has no text yet");
    article(
        &desk,
        "kb/a.md",
        &format!("{front}expires = 2026-11-01\n"),
        "Text.\n",
    );
    let _ = desk
        .run("kb publish KB-AAA1 --as ewa")
        .code(4)
        .says("expired on 2026-11-01");
    article(
        &desk,
        "kb/a.md",
        &format!("{front}audience = \"all\"\n"),
        "Text.\n",
    );
    let _ = desk
        .run("kb publish KB-AAA1 --as ewa")
        .code(3)
        .says("kb/a.md:5:12");
}

#[test]
fn only_the_asked_bytes_change() {
    let desk = Desk::new();
    let text = "\u{feff}+++\r\n# ours\r\nid = \"KB-AAA1\"   # drawn\r\ntitle = 'A \"title\"'\r\nstate   =   'review' # soon\r\nmine = { a = 1 }\r\n+++\r\nText.  \r\n\r\nMore";
    desk.write("kb/a.md", text);
    let _ = desk.ok("kb publish KB-AAA1 --as ewa");
    let expected = text.replace("'review'", "\"published\"").replace(
        "# soon\r\n",
        "# soon\r\npublished_by = \"ewa\"\r\npublished = 2026-11-23\r\nreview_by = 2027-11-23\r\n",
    );
    assert_eq!(desk.read("kb/a.md"), expected);
}

#[test]
fn what_check_finds_in_an_article_is_not_published() {
    let desk = Desk::new();
    let front = "id = \"KB-AAA1\"\ntitle = \"A\"\nstate = \"review\"\ncodes = [\"NO-SUCH\"]\nrelated = [\"KB-ZZZZ\"]\n";
    article(&desk, "kb/a.md", front, "See [the plan](plan.md).\n");
    let before = desk.state();
    insta::assert_snapshot!(desk.run("kb publish KB-AAA1 --as ewa"), @r#"
    -----
    error: `KB-AAA1` is not published: `desk kb check` finds 3 in it
    error: there is no problem code `NO-SUCH`
     --> kb/a.md:5:10
      |
    5 | codes = ["NO-SUCH"]
      |          ^^^^^^^^^
    error: there is no article `KB-ZZZZ`
     --> kb/a.md:6:12
      |
    6 | related = ["KB-ZZZZ"]
      |            ^^^^^^^^^
    error: there is no file `plan.md`
     --> kb/a.md:8:5
      |
    8 | See [the plan](plan.md).
      |     ^^^^^^^^^^^^^^^^^^^
    hint: articles move: link to one by its id, like [its title](KB-7Q2M)
    hint: desk kb edit KB-AAA1
    [exit 4]
    "#);
    assert!(before == desk.state());
    // Nor by hand in an editor.
    let editor = desk.script("editor", "sed -i 's/\"review\"/\"published\"/' \"$1\"");
    let mut command = desk.desk(&["kb", "edit", "KB-AAA1", "--as", "ewa"]);
    command.env("EDITOR", &editor);
    let _ = desk
        .reported(command)
        .code(4)
        .says("there is no problem code `NO-SUCH`");
    assert!(desk.read("kb/a.md").contains("\"review\""));
    // One that only a draft may be is told as the command finds it, of two at once none goes out.
    let _ = desk.run("kb publish KB-W1F4 KB-AAA1 --as ewa").code(4);
    assert!(!desk.read("kb/a.md").contains("published"));
    let front = "id = \"KB-AAA1\"\ntitle = \"A\"\nstate = \"review\"\nreview_by = 2026-01-01\n";
    article(&desk, "kb/a.md", front, "All well.\n");
    let _ = desk.ok("kb publish KB-AAA1 --as ewa");
    let _ = desk.ok("kb check kb/a.md");
}
