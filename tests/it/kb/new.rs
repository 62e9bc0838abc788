//! `desk kb new`: articles from a template, from a ticket, as a translation.

use crate::desk::{Desk, Out};
use crate::terminal::Terminal;

/// The id that `kb new` drew, told as JSON by a list.
fn drawn(desk: &Desk, title: &str) -> String {
    let all = desk.json("kb list --all");
    let found = all["articles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["title"] == title);
    found.expect(title)["id"].as_str().unwrap().to_owned()
}

/// What a command printed, with a name for an id that was drawn.
fn named(out: &Out, id: &str) -> String {
    out.to_string()
        .replace(id, "KB-NEW1")
        .replace(&id.to_lowercase(), "kb-new1")
}

#[test]
fn a_draft_is_one_file_and_one_commit() {
    let desk = Desk::new();
    let out = desk.run_with(
        "kb new 'Scanner shows E-42' --code PRN-JAM --tag scanner --language en -m -",
        "## Symptoms\r\n\r\nE-42.\r\n",
    );
    let id = out.stdout.trim().to_owned();
    insta::assert_snapshot!(named(&out, &id), @"
    KB-NEW1
    [exit 0]
    ");
    insta::assert_snapshot!(desk.read("kb/printing/scanner-shows-e-42.md").replace(&id, "KB-NEW1"), @r#"
    +++
    id = "KB-NEW1"
    title = "Scanner shows E-42"
    state = "draft"
    language = "en"
    owner = "anna"
    audience = "agents"
    tags = ["scanner"]
    codes = ["PRN-JAM"]
    +++
    ## Symptoms

    E-42.
    "#);
    insta::assert_snapshot!(desk.commit().replace(&id, "KB-NEW1"), @"
    KB-NEW1 new: Scanner shows E-42

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:00:00Z; committed by Anna Nowak <anna@example.org>
    A	kb/printing/scanner-shows-e-42.md
    ");
    let _ = desk.run("check").code(0);
    let _ = desk.run("kb check").code(0);
    let reported = desk.run("kb new Another -m Text --json").json();
    assert_eq!(reported["articles"][0]["state"], "draft");
    assert_eq!(
        reported["articles"][0]["derived"]["path"],
        "kb/general/another.md"
    );
    assert_eq!(reported["tickets"], serde_json::json!([]));
}

#[test]
fn a_dry_run_and_a_desk_without_commits() {
    let desk = Desk::new();
    let before = desk.state();
    let out = desk.ok("kb new Another -m Text --dry-run");
    assert!(out.stdout.starts_with("Nothing was written"), "{out}");
    assert!(before == desk.state());
    desk.replace("desk.toml", "commit = \"each\"", "commit = \"never\"");
    let head = desk.git(&["rev-parse", "HEAD"]);
    let _ = desk.ok("kb new Another -m Text");
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), head);
    assert!(desk.status().contains("?? kb/general/"));
}

#[test]
fn only_its_own_file_is_committed_by_whoever_acts() {
    let desk = Desk::new();
    desk.replace("catalog.toml", "# The catalogue", "# Our catalogue");
    desk.write("kb/network/mine.txt", "not yet");
    desk.git(&["add", "catalog.toml"]);
    let before = desk.status();
    let _ = desk.ok("kb new Another -m Text --as ewa");
    assert_eq!(desk.status(), before);
    assert_eq!(
        desk.git(&["show", "--name-only", "--format=%an", "HEAD"]),
        "Ewa Wójcik\n\nkb/general/another.md\n"
    );
    let _ = desk.run("kb new Another -m Text --as ewaa").code(2);
    desk.replace(
        "desk.toml",
        "managers_only = []",
        "managers_only = [\"kb new\"]",
    );
    let _ = desk.run("kb new More -m Text").code(4).says("ask ewa");
}

#[test]
fn every_template_makes_an_article_that_can_be_read() {
    let desk = Desk::new();
    for template in ["script", "how-to", "known-error", "contacts"] {
        let id = desk
            .ok(&format!("kb new 'By {template}' --template {template}"))
            .stdout;
        let shown = desk.ok(&format!("kb show {}", id.trim())).stdout;
        assert!(
            shown.contains("draft") && !shown.contains("<!--"),
            "{shown}"
        );
        let script = desk.run(&format!("kb script {}", id.trim()));
        assert_eq!(script.code, i32::from(template != "script"), "{script}");
    }
    insta::assert_snapshot!(desk.read("kb/general/by-script.md").split("+++\n").last().unwrap(), @r#"
    ## When

    <!-- Which calls is this for? In the requester's words. -->

    ## Call script

    <!-- Numbered lines are read out; text between them tells you what to do. -->

    1. "…"
    2. "…"
    3. "…"

    ## Afterwards

    <!-- What the answers mean: the remedy, the problem code, where the ticket goes. -->
    "#);
    insta::assert_snapshot!(desk.run("kb new X --template scrpt"), @"
    -----
    error: there is no template `scrpt`
    hint: did you mean `script`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("kb new X"), @"
    -----
    error: `desk kb new` needs a text
    hint: give it with -m TEXT, or -m - to read it from standard input
    hint: or begin with --template script, how-to, known-error, contacts
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("kb new -m x"), @"
    -----
    error: an article needs a title
    hint: say in one line what the requester would say
    [exit 2]
    ");
    let _ = desk.run("kb new X --template script -m Y").code(2);
}

#[test]
fn the_solution_of_a_ticket_becomes_a_draft_without_its_requester() {
    let desk = Desk::new();
    desk.made(&[
        "new", "Jan's laptop asks for the BitLocker key", "--from", "Jan Kowalski", "--phone", "+48 600 100 200",
        "--email", "jan.kowalski@example.com", "--location", "Gdańsk HQ, room 312", "--code", "HW-LAPTOP", "--tag", "bitlocker",
        "-m", "Jan sits in room 312, Gdańsk HQ, room 312.\n\n## Since Monday\n\nCall him at 600 100 200 or jan.kowalski@example.com.",
    ]);
    let _ = desk.ok("note ID1 -m 'Workaround: a loan laptop for Kowalskiego.'");
    let _ = desk.ok("note ID1 -m 'Nothing to do with it.'");
    let _ = desk.ok("resolve ID1 -m 'Wrong: firmware.'");
    let _ = desk.ok("reopen ID1 -m 'Jan says it is back'");
    let _ = desk.ok(
        "resolve ID1 -m 'Suspended BitLocker, updated the firmware, resumed. Told Jan Kowalski.'",
    );
    let id = desk.ok("kb new --from ID1").stdout.trim().to_owned();
    let path = "kb/workplace/the-requester-s-laptop-asks-for-the-bitlocker-key.md";
    insta::assert_snapshot!(desk.stable(&desk.read(path)).replace(&id, "KB-NEW1"), @r#"
    +++
    id = "KB-NEW1"
    title = "The requester's laptop asks for the BitLocker key"
    state = "draft"
    owner = "anna"
    audience = "agents"
    tags = ["bitlocker"]
    codes = ["HW-LAPTOP"]
    tickets = ["ID1"]
    +++
    ## Symptoms

    The requester sits in (place), (place).

    ### Since Monday

    Call him at (telephone) or (e-mail).

    ## Workaround

    A loan laptop for the requester.

    ## Resolution

    Suspended BitLocker, updated the firmware, resumed. Told the requester.
    "#);
    let text = desk.read(path);
    for gone in ["Jan", "Kowalsk", "600 100", "example.com", "312"] {
        assert!(!text.contains(gone), "{gone} is in\n{text}");
    }
    // Linked both ways, in one commit.
    insta::assert_snapshot!(desk.file("ID1").split("\n## ").last().unwrap().replace(&id, "KB-NEW1"), @"
    2026-11-23T09:06:00Z anna kb ^tag

    - article: KB-NEW1
    - outcome: drafted
    - links.articles: +KB-NEW1
    ");
    insta::assert_snapshot!(desk.commit().replace(&id, "KB-NEW1"), @"
    KB-NEW1 new: The requester's laptop asks for the BitLocker key

    ID1 Jan's laptop asks for the BitLocker key
      links.articles: +KB-NEW1

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:06:00Z; committed by Anna Nowak <anna@example.org>
    A	kb/workplace/the-requester-s-laptop-asks-for-the-bitlocker-key.md
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.run("check").code(0);
    let _ = desk.run("kb check").code(0);
    // Being written from a ticket is no use of the article.
    let shown = desk.ok(&format!("kb show {id}")).to_string();
    assert!(
        shown.contains("written from  ID1\nused          never\n"),
        "{shown}"
    );
    insta::assert_snapshot!(desk.run("kb demand"), @"
    Solved without an article
    TIMES  LAST    TICKETS     CODE
        1  5m ago  ID1         HW-LAPTOP  Laptop does not start or is damaged
    [exit 0]
    ");
}

#[test]
fn what_is_not_solved_yet_is_said() {
    let desk = Desk::with_ticket();
    let out = desk.ok("kb new 'Rollers wear out' --from ID1");
    assert!(out.stderr.contains("is not resolved yet"), "{out}");
    let text = desk.read("kb/printing/rollers-wear-out.md");
    assert!(
        text.ends_with("## Symptoms\n\n…\n\n## Resolution\n\n…\n"),
        "{text}"
    );
    let _ = desk.run("kb new --from 2611-ZZZZZ").code(2);
}

#[test]
fn a_translation_begins_with_the_text_of_its_original() {
    let desk = Desk::new();
    let id = desk
        .ok("kb new 'Brak sieci przy biurku' --translation-of KB-7Q2M --language pl -m '## Objawy'")
        .stdout
        .trim()
        .to_owned();
    let text = desk.read("kb/network/brak-sieci-przy-biurku.md");
    assert!(
        text.contains("language = \"pl\"\ntranslation_of = \"KB-7Q2M\"\n"),
        "{text}"
    );
    assert!(
        text.contains("codes = [\"NET-OUT\", \"NET-DESK\"]\n"),
        "{text}"
    );
    // A translation of a translation is one of the original.
    let _ = desk.ok(&format!(
        "kb new 'Kein Netz' --translation-of {id} --language de"
    ));
    let german = desk.read("kb/network/kein-netz.md");
    assert!(
        german.contains("translation_of = \"KB-7Q2M\"\n") && german.contains("Light on"),
        "{german}"
    );
    insta::assert_snapshot!(named(&desk.run("kb new 'Sieć' --translation-of KB-7Q2M --language pl -m x"), &id), @"
    -----
    error: `KB-7Q2M` is there in pl already
    hint: KB-NEW1  Brak sieci przy biurku
    hint: desk kb edit KB-NEW1
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("kb new 'Sieć' --translation-of KB-7Q2M -m x"), @"
    -----
    error: a translation needs a language
    hint: name it with --language, like --language pl
    [exit 2]
    ");
    let _ = desk
        .run("kb new X --translation-of KB-7Q2M --language Polish -m x")
        .code(2)
        .says("not a language tag");
    let _ = desk.run("kb check").code(0);
}

#[test]
fn files_are_named_by_title_and_never_overwritten() {
    let desk = Desk::new();
    let first = desk.ok("kb new 'Zażółć gęślą jaźń' -m one");
    let second = desk.ok("kb new 'ZAZOLC gesla jazn' -m two");
    assert!(
        second
            .stderr
            .contains("has the same title: kb/general/zazolc-gesla-jazn.md"),
        "{second}"
    );
    let (first, second) = (
        first.stdout.trim().to_owned(),
        second.stdout.trim().to_owned(),
    );
    let tail = second[3..].to_lowercase();
    assert!(
        desk.read("kb/general/zazolc-gesla-jazn.md")
            .contains(&first)
    );
    assert!(
        desk.read(&format!("kb/general/zazolc-gesla-jazn-{tail}.md"))
            .contains(&second)
    );
    let bengali = desk
        .ok("kb new 'পাসওয়ার্ড ভুলে গেছি' --category 'Moje Sprawy/Hasła' -m x")
        .stdout;
    let name = bengali.trim().to_lowercase();
    assert!(
        desk.root
            .join(format!("kb/moje-sprawy/hasla/{name}.md"))
            .is_file()
    );
    // Names of devices, which Windows has no files of.
    let device = desk.ok("kb new 'CON' -m x").stdout.trim()[3..].to_lowercase();
    assert!(
        desk.root
            .join(format!("kb/general/con-{device}.md"))
            .is_file()
    );
    for wrong in ["../x", "", "পাসওয়ার্ড", ".git/x/..", "network/Aux"] {
        let before = desk.state();
        let _ = desk
            .run(&format!("kb new Y -m x --category '{wrong}'"))
            .code(2);
        assert!(before == desk.state(), "{wrong}");
    }
    let _ = desk.run("kb new 'a\u{1b}b' -m x").code(2);
}

#[test]
fn on_a_terminal_the_editor_opens_and_a_failure_keeps_the_draft() {
    let desk = Desk::new();
    let run = |script: &str| {
        let editor = desk.script("editor", script);
        let mut command = desk.desk(&["kb", "new", "Dock does not charge", "--template", "how-to"]);
        command.env("EDITOR", editor).env("DESK_PAGER", "cat");
        let mut terminal = Terminal::run(&desk, &command);
        let code = terminal.end();
        (code, terminal.screen())
    };
    // Nothing written: nothing made.
    let before = desk.state();
    let (code, screen) = run("exit 0");
    assert_eq!(code, 2, "{screen}");
    assert!(
        screen.contains("nothing was written, nothing was made"),
        "{screen}"
    );
    assert!(desk.drafts().is_empty());
    // A slip: the draft is kept, and the same command goes on with it.
    let (code, screen) =
        run("sed -i 's/^state = .*/state = \"publishd\"/; s/^- …/- A dock/' \"$1\"");
    assert_eq!(code, 3, "{screen}");
    assert!(
        screen.contains("did you mean `published`?")
            && screen.contains("kb-new.dock-does-not-charge.md"),
        "{screen}"
    );
    assert!(before == desk.state());
    assert_eq!(desk.drafts().len(), 1);
    let (code, screen) = run("sed -i 's/publishd/published/' \"$1\"");
    assert_eq!(code, 4, "{screen}");
    assert!(screen.contains("a new article is a draft"), "{screen}");
    let (code, screen) = run("exit 3");
    assert_eq!(code, 5, "{screen}");
    assert!(before == desk.state());
    let (code, screen) = run("sed -i 's/\"published\"/\"draft\"/' \"$1\"");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("new  Dock does not charge"), "{screen}");
    assert!(desk.drafts().is_empty());
    assert!(
        desk.read("kb/general/dock-does-not-charge.md")
            .contains("- A dock\n")
    );
    let id = drawn(&desk, "Dock does not charge");
    let _ = desk.ok(&format!("kb show {id}"));
}
