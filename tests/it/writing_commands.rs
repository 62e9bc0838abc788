//! What holds for every command that writes.

use crate::desk::Desk;

/// Proves what holds for every command that writes, of one that writes to `ID1` of the desk that `scene` makes: `line` is
/// the command, whose text is the word `the-text` if it has one.
pub(crate) fn check(scene: impl Fn() -> Desk, line: &str) {
    a_dry_run_touches_nothing(&scene(), line);
    an_id_may_come_from_standard_input(&scene(), line);
    quiet_says_nothing(&scene(), line);
    json_is_a_page_of_tickets(&scene(), line);
    another_agent_is_the_author(&scene(), line);
    strangers_are_refused(&scene(), line);
    nothing_else_is_committed(&scene(), line);
    a_desk_without_commits_is_written(&scene(), line);
}

fn a_dry_run_touches_nothing(desk: &Desk, line: &str) {
    let before = desk.state();
    let out = desk.ok(&format!("{line} --dry-run"));
    assert!(
        before == desk.state(),
        "`desk {line} --dry-run` left something behind"
    );
    let reported = "Nothing was written";
    assert!(
        out.stdout.contains(reported) || line.starts_with("new"),
        "{out}"
    );
}

fn an_id_may_come_from_standard_input(desk: &Desk, line: &str) {
    // `new --on ID` names a ticket beside what it makes.
    if !line.contains("ID1") || line.starts_with("new") {
        return;
    }
    let piped = format!("{line} --dry-run").replacen("ID1", "-", 1);
    let out = desk.run_with(&piped, "ID1  a title\n").code(0);
    let is_of_it = out.stdout.contains(&desk.id("ID1"));
    assert!(
        is_of_it && out.stdout.contains("Nothing was written"),
        "{piped}: {out}"
    );
    let nothing = desk.run_with(&piped, "").code(0);
    assert!(
        nothing.stdout.is_empty() || nothing.stdout.contains("Nothing was written"),
        "{piped}: {nothing}"
    );
    let _ = desk.run_with(&piped, "2611-ZZZZZ\n").code(2);
    if let Some((head, _)) = piped.split_once(" -m ") {
        let both = format!("{head} -m -");
        let _ = desk
            .run_with(&both, "ID1\n")
            .code(2)
            .says("standard input can be read for one thing only");
    }
}

fn quiet_says_nothing(desk: &Desk, line: &str) {
    let out = desk.ok(&format!("{line} -q"));
    assert!(out.stdout.is_empty() || line.starts_with("new"), "{out}");
}

fn json_is_a_page_of_tickets(desk: &Desk, line: &str) {
    let reported = desk.json(line);
    assert_eq!(reported["format"], 1);
    assert_eq!(reported["problems"], serde_json::json!([]));
    let tickets = reported["tickets"]
        .as_array()
        .expect("tickets are an array");
    assert!(!tickets.is_empty());
    for ticket in tickets {
        for key in ["id", "type", "title", "status", "queue", "created"] {
            assert!(ticket[key].is_string(), "{key}: {ticket:#}");
        }
        for key in ["at", "by", "kind", "tag", "text"] {
            assert!(ticket["entries"][0][key].is_string(), "{key}: {ticket:#}");
        }
        assert!(ticket["entries"][0]["attributes"].is_object());
        assert!(ticket["entries"][0]["changes"].is_array());
        assert!(ticket["derived"]["path"].is_string());
    }
    // What was told is what the files say.
    let reported = serde_json::to_string(&tickets[0]["entries"]).unwrap();
    let id = tickets[0]["id"].as_str().unwrap().to_owned();
    let shown = desk.run_args(&["show", &id, "--json"]).json();
    assert_eq!(
        reported,
        serde_json::to_string(&shown["tickets"][0]["entries"]).unwrap()
    );
}

/// A line by somebody; `cancel --as` says why.
fn by(who: &str, line: &str) -> String {
    if line.starts_with("cancel ") {
        format!("--as {who} {line}")
    } else {
        format!("{line} --as {who}")
    }
}

fn another_agent_is_the_author(desk: &Desk, line: &str) {
    let before = desk.commits();
    let out = desk.ok(&by("ewa", line));
    assert_eq!(desk.commits(), before + 1, "one commit: {out}");
    let author = desk.git(&["show", "--no-patch", "--format=%an <%ae> %cn <%ce>", "HEAD"]);
    let both = "Ewa Wójcik <ewa@example.org> Anna Nowak <anna@example.org>";
    assert_eq!(author.trim(), both);
}

fn strangers_are_refused(desk: &Desk, line: &str) {
    let before = desk.state();
    let _ = desk
        .run(&by("ewaa", line))
        .code(2)
        .says("error: there is no agent `ewaa`\nhint: did you mean `ewa`?");
    let _ = desk
        .run(&by("lena", line))
        .code(4)
        .says("agent `lena` is retired");
    let _ = desk
        .run(&by("desk", line))
        .code(2)
        .says("the program itself");
    if line.contains("ID1") {
        let wrong = line.replace("ID1", "2611-ZZZZZ");
        let _ = desk
            .run(&wrong)
            .code(2)
            .says("there is no ticket `2611-ZZZZZ`");
    }
    assert!(
        before == desk.state(),
        "`desk {line}` by a stranger left something behind"
    );
}

fn nothing_else_is_committed(desk: &Desk, line: &str) {
    // Somebody is in the middle of other work: edited, staged, half staged and new files.
    desk.replace("catalog.toml", "# The catalogue", "# Our catalogue");
    desk.replace("desk.toml", "Help desk", "Our desk");
    desk.git(&["add", "desk.toml"]);
    desk.replace("desk.toml", "Our desk", "Our own desk");
    desk.write("kb/draft.txt", "not yet");
    let before = desk.status();
    let staged = desk.git(&["diff", "--cached"]);
    let unstaged = desk.git(&["diff"]);
    let _ = desk.ok(line);
    assert_eq!(before, desk.status());
    assert_eq!(staged, desk.git(&["diff", "--cached"]));
    assert_eq!(unstaged, desk.git(&["diff"]));
    let files = desk.git(&["show", "--name-only", "--format=", "HEAD"]);
    for file in files.lines() {
        assert!(
            file.starts_with("tickets/2026-11/2611-"),
            "`desk {line}` committed {file}"
        );
    }
    let _ = desk.run("check tickets").code(0);
}

fn a_desk_without_commits_is_written(desk: &Desk, line: &str) {
    desk.replace("desk.toml", "commit = \"each\"", "commit = \"never\"");
    desk.git(&["commit", "--quiet", "--all", "-m", "No commits"]);
    let (head, staged) = (
        desk.git(&["rev-parse", "HEAD"]),
        desk.git(&["ls-files", "--stage"]),
    );
    let _ = desk.ok(line);
    assert_eq!(
        head,
        desk.git(&["rev-parse", "HEAD"]),
        "`desk {line}` committed"
    );
    assert_eq!(
        staged,
        desk.git(&["ls-files", "--stage"]),
        "`desk {line}` staged"
    );
    assert_ne!(desk.status(), "", "`desk {line}` wrote nothing");
}

/// Proves that a command that takes several tickets changes all of them in one commit, reads them
/// from standard input, and changes none if one is wrong. `line` names `ID1`; the scene has `ID1`
/// and `ID2`, both of which the command may change; after `spoil` it may not change `ID2`.
pub(crate) fn check_several(scene: impl Fn() -> Desk, line: &str, spoil: &str) {
    let desk = scene();
    let commits = desk.commits();
    let out = desk.ok(&line.replace("ID1", "ID1 ID2 ID1"));
    assert_eq!(desk.commits(), commits + 1);
    assert!(
        out.to_string().contains("ID1  ") && out.to_string().contains("ID2  "),
        "{out}"
    );
    let files = desk.git(&["show", "--name-only", "--format=", "HEAD"]);
    assert_eq!(files.lines().count(), 2, "{files}");

    let desk = scene();
    let out = desk
        .run_with(&line.replace("ID1", "-"), "ID1  the first\nID2\n")
        .code(0);
    assert!(
        out.to_string().contains("ID1  ") && out.to_string().contains("ID2  "),
        "{out}"
    );

    let desk = scene();
    let before = desk.state();
    let _ = desk.run(&line.replace("ID1", "ID1 2611-ZZZZZ")).code(2);
    assert!(before == desk.state(), "`desk {line}` changed one of two");
    // An empty pipe is nothing to do.
    let _ = desk.run_with(&line.replace("ID1", "-"), "").code(0);
    assert!(
        before == desk.state(),
        "`desk {line}` of nothing did something"
    );

    // One of them refuses: the other is left alone too.
    let _ = desk.ok(spoil);
    let before = desk.state();
    let _ = desk.run(&line.replace("ID1", "ID1 ID2")).code(4);
    assert!(before == desk.state(), "`desk {line}` changed one of two");
}
