//! `desk kb script`.

use super::article;
use crate::desk::Desk;

#[test]
fn a_call_script_is_for_reading_aloud() {
    let desk = Desk::new();
    article(
        &desk,
        "kb/a.md",
        "id = \"KB-AAA1\"\ntitle = \"The line is dead\"\nstate = \"published\"\n",
        "## When\n\nNot this.\n\n## Call script\n\n1. \"Please call our supplier at +48 22 100 20 30, or see https://status.example.com/line.\"\n\nIf nobody answers:\n\n2. \"Let us try the other one.\"\n\n   He dials it himself.\n\n## Afterwards\n\n1. Nor this.\n",
    );
    insta::assert_snapshot!(desk.run("kb script KB-AAA1"), @r#"
    KB-AAA1  ·  published
    The line is dead

      1   "Please call our supplier at +48 22 100 20 30, or see
          https://status.example.com/line."

          If nobody answers:

      2   "Let us try the other one."
          He dials it himself.
    [exit 0]
    "#);
    let lines = &desk.json("kb script KB-AAA1")["articles"][0]["script"];
    assert_eq!(lines.as_array().unwrap().len(), 4);
    assert_eq!(lines[0]["number"], 1);
    assert_eq!(lines[1]["aloud"], false);
    let colored = desk.ok("kb script KB-AAA1 --color always").stdout;
    assert!(colored.contains("\u{1b}[1m\u{1b}[4m\u{1b}[36m+48 22 100 20 30\u{1b}[0m"));
    assert!(
        colored.contains("\u{1b}[1m\u{1b}[4m\u{1b}[36mhttps://status.example.com/line\u{1b}[0m")
    );
}

#[test]
fn an_article_without_a_script_says_what_to_do() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("kb script KB-QRY7"), @"
    -----
    error: `KB-QRY7` has no call script
    hint: write a section `## Call script` with numbered lines: desk kb edit KB-QRY7
    [exit 1]
    ");
    let reported = desk.run("kb script KB-QRY7 --json").code(1);
    assert_eq!(
        reported.json()["articles"][0]["script"],
        serde_json::json!([])
    );
    assert!(before == desk.state());
}
