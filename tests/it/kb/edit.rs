//! `desk kb edit`.

use std::path::Path;

use super::article;
use crate::desk::{Desk, Out};

fn editing(desk: &Desk, id: &str, script: &str) -> Out {
    let editor = desk.script("editor", script);
    let mut command = desk.desk(&["kb", "edit", id]);
    command.env("EDITOR", editor);
    desk.reported(command)
}

#[test]
fn an_edit_changes_only_what_was_asked() {
    let desk = Desk::new();
    let path = "kb/network/no-network.md";
    desk.replace(
        path,
        "+++\nid",
        "+++\n# mine\nown_key = [ 1,2 ]   # kept\nid",
    );
    let before = desk.read(path);
    insta::assert_snapshot!(editing(&desk, "7q2m", "sed -i -e 's/\"cable\", //' -e 's/Light on, /Light on: /' \"$1\""), @"
    KB-7Q2M  edit  No network at a desk or on a floor
             tags: -cable
    [exit 0]
    ");
    let after = before
        .replace("\"cable\", ", "")
        .replace("Light on, ", "Light on: ");
    assert_eq!(desk.read(path), after);
    insta::assert_snapshot!(desk.commit(), @"
    KB-7Q2M edit: No network at a desk or on a floor

      tags: -cable

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:00:00Z; committed by Anna Nowak <anna@example.org>
    M	kb/network/no-network.md
    ");
    assert!(desk.drafts().is_empty());
    let out = editing(&desk, "KB-7Q2M", "exit 0");
    insta::assert_snapshot!(out, @"
    -----
    nothing was changed
    [exit 0]
    ");
}

#[test]
fn nothing_is_lost_on_a_bad_edit() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(editing(&desk, "KB-7Q2M", "sed -i 's/^review_by.*/review_by = \"soon\"/' \"$1\""), @r#"
    -----
    error: the edited article is not valid
    error: `review_by` is a date or time without quotes, not a text
      --> kb/network/no-network.md:12:13
       |
    12 | review_by = "soon"
       |             ^^^^^^
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/KB-7Q2M.md
    hint: desk kb edit KB-7Q2M goes on with it
    [exit 3]
    "#);
    let draft = std::fs::read_to_string(&desk.drafts()[0]).unwrap();
    assert!(draft.contains("review_by = \"soon\""));
    insta::assert_snapshot!(editing(&desk, "KB-7Q2M", "sed -i -e 's/KB-7Q2M/KB-7Q2N/' -e 's/\"soon\"/2027-01-01/' \"$1\""), @r#"
    -----
    note: this goes on with an earlier draft; to begin anew, remove $DIR/desk/.git/plaindesk/drafts/KB-7Q2M.md
    error: the edited article is not valid
    error: the id was `KB-7Q2M`, and an id never changes
     --> kb/network/no-network.md:2:6
      |
    2 | id = "KB-7Q2N"
      |      ^^^^^^^^^
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/KB-7Q2M.md
    hint: desk kb edit KB-7Q2M goes on with it
    [exit 3]
    "#);
    // The second edit went on with what the first could not save.
    assert_eq!(desk.drafts().len(), 1);
    let text = std::fs::read_to_string(&desk.drafts()[0]).unwrap();
    assert!(
        text.contains("review_by = 2027") && text.contains("KB-7Q2N"),
        "{text}"
    );
    let _ = editing(&desk, "KB-7Q2M", "exit 7")
        .code(5)
        .says("this goes on with an earlier draft")
        .says("what you wrote is in");
    assert!(before == desk.state());
}

#[test]
fn publishing_in_an_editor_is_for_managers_too() {
    let desk = Desk::new();
    let before = desk.state();
    insta::assert_snapshot!(editing(&desk, "KB-W1F4", "sed -i 's/\"draft\"/\"published\"/' \"$1\""), @"
    -----
    error: publishing and retiring is for managers, and `anna` is an agent
    hint: ask ewa
    hint: what you wrote is in $DIR/desk/.git/plaindesk/drafts/KB-W1F4.md
    hint: desk kb edit KB-W1F4 goes on with it
    [exit 4]
    ");
    assert!(before == desk.state());
    let editor = desk.script("editor", "sed -i 's/\"draft\"/\"published\"/' \"$1\"");
    let mut command = desk.desk(&["kb", "edit", "KB-W1F4", "--as", "ewa"]);
    command.env("EDITOR", editor);
    let _ = desk.reported(command).code(0);
    let text = desk.read("kb/network/wifi-weak.md");
    assert!(
        text.contains("published_by = \"ewa\"\npublished = 2026-11-23\n"),
        "{text}"
    );
    // Handing in is anybody's.
    let _ = editing(&desk, "KB-ER3P", "sed -i 's/\"review\"/\"draft\"/' \"$1\"").code(0);
}

#[test]
fn two_edits_of_different_things_are_both_kept() {
    let desk = Desk::new();
    let id = "KB-7Q2M";
    let path = desk.root.join("kb/network/no-network.md");
    let meanwhile = |edit: &str| format!("sed -i '{edit}' {}; ", path.display());
    // Somebody else changes the tags while the text is edited.
    let script = meanwhile("s/\"cable\", //") + "sed -i 's/Light on, /Light on: /' \"$1\"";
    let _ = editing(&desk, id, &script).code(0);
    let text = desk.read("kb/network/no-network.md");
    assert!(
        text.contains("Light on: ") && !text.contains("\"cable\""),
        "{text}"
    );
    // Both change the text.
    let script = meanwhile("s/Light on: /Light: /") + "sed -i 's/Light on: /Lamp: /' \"$1\"";
    let out = editing(&desk, id, &script).code(5);
    assert!(
        out.stderr
            .contains("was changed by somebody else while you edited it"),
        "{out}"
    );
    assert!(desk.read("kb/network/no-network.md").contains("Light: "));
    assert!(
        std::fs::read_to_string(&desk.drafts()[0])
            .unwrap()
            .contains("Lamp: ")
    );
}

#[test]
fn a_broken_article_is_edited_by_its_file() {
    let desk = Desk::new();
    desk.write(
        "kb/broken.md",
        "+++\nid = \"KB-AAA1\"\ntitle = oops\nstate = \"draft\"\n+++\nText.\n",
    );
    let _ = desk.run("kb edit KB-AAA1").code(2);
    let _ = editing(&desk, "kb/broken.md", "sed -i 's/oops/\"Mended\"/' \"$1\"").code(0);
    let _ = desk.ok("kb show KB-AAA1");
    article(
        &desk,
        "kb/x.md",
        "id = \"KB-AAA2\"\ntitle = \"X\"\nstate = \"draft\"\n",
        "",
    );
    assert!(Path::new(&desk.root.join("kb/x.md")).is_file());
    let _ = desk
        .run("kb edit KB-AAA2")
        .code(2)
        .says("`desk kb edit` needs a terminal");
}

#[test]
fn an_edit_names_what_there_is() {
    let desk = Desk::new();
    for (script, says) in [
        (
            "s/^owner = .*/owner = \"nobody\"/",
            "there is no agent `nobody`",
        ),
        (
            "s/^codes = .*/codes = [\"NET-UOT\"]/",
            "there is no problem code `NET-UOT`",
        ),
        (
            "s/^related = .*/related = [\"KB-0000\"]/",
            "there is no article `KB-0000`",
        ),
    ] {
        let before = desk.state();
        let out = editing(&desk, "KB-7Q2M", &format!("sed -i '{script}' \"$1\""));
        assert_eq!(out.code, 3, "{script}\n{out}");
        assert!(out.stderr.contains(says), "{script}\n{out}");
        assert!(before == desk.state(), "{script}\n{out}");
        for draft in desk.drafts() {
            std::fs::remove_file(draft).unwrap();
        }
    }
}
