//! `desk check`.

use crate::desk::Desk;

#[test]
fn all_is_well() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("check"), @"
    checked 1 ticket, N articles: all is well
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("check -q"), @"[exit 0]");
    insta::assert_snapshot!(desk.run("check --json"), @r#"
    {
      "format": 1,
      "fixed": [],
      "problems": []
    }
    [exit 0]
    "#);
}

#[test]
fn a_value_that_a_companys_own_field_does_not_list_is_found() {
    let desk = Desk::with_ticket();
    let settings = desk.read("desk.toml");
    let declared = "\n[fields.site]\nvalues = [\"gdansk\", \"poznan\"]\n\n[fields.note]\n";
    desk.write("desk.toml", settings + declared);
    let path = desk.path("ID1");
    let text = desk.raw("ID1");
    let with = |site: &str| {
        let own = format!("\n\n[fields]\nnote = \"any\"\nsite = {site}\n+++\n");
        text.replacen("\n+++\n", &own, 1)
    };
    desk.write(&path, with("\"gdansk\""));
    let _ = desk.run("check").code(0);
    desk.write(&path, with("\"gdasnk\""));
    let _ = desk
        .run("check")
        .code(1)
        .says("there is no site `gdasnk`")
        .says("did you mean `gdansk`?");
    desk.write(&path, with("7"));
    let _ = desk.run("check").code(1).says("there is no site `7`");
}

#[test]
fn a_hand_edit_of_the_front_matter_is_found_and_logged() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "queue = \"service-desk\"",
        "queue = \"network\"  # by hand",
    );
    desk.replace(&desk.path("ID1"), "assignee = \"anna\"\n", "");
    insta::assert_snapshot!(desk.run("check"), @r#"
    error: the log lacks `assignee: anna -> (none)`
    --> tickets/2026-11/ID1.md
    hint: `desk check --fix` writes it

    error: the log lacks `queue: service-desk -> network`
     --> tickets/2026-11/ID1.md:9:9
      |
    9 | queue = "network"  # by hand
      |         ^^^^^^^^^
    hint: `desk check --fix` writes it

    checked 1 ticket, N articles: 2 findings
    [exit 1]
    "#);
    let before = desk.state();
    insta::assert_snapshot!(desk.run("check --fix --dry-run"), @r#"
    ID1 would fix: the log lacks `queue: service-desk -> network`
    ID1 would fix: the log lacks `assignee: anna -> (none)`
    error: the log lacks `assignee: anna -> (none)`
    --> tickets/2026-11/ID1.md
    hint: `desk check --fix` writes it

    error: the log lacks `queue: service-desk -> network`
     --> tickets/2026-11/ID1.md:9:9
      |
    9 | queue = "network"  # by hand
      |         ^^^^^^^^^
    hint: `desk check --fix` writes it

    checked 1 ticket, N articles: 2 findings
    [exit 1]
    "#);
    assert!(before == desk.state());
    insta::assert_snapshot!(desk.run("check --fix"), @"
    ID1 fixed: the log lacks `queue: service-desk -> network`
    ID1 fixed: the log lacks `assignee: anna -> (none)`
    checked 1 ticket, N articles: all is well
    [exit 0]
    ");
    let text = desk.file("ID1");
    insta::assert_snapshot!(text.split_once("priority, assignee\n\n").unwrap().1, @"
    ## 2026-11-23T09:00:00.001Z desk edit ^tag

    - queue: service-desk -> network

    ## 2026-11-23T09:00:00.002Z desk edit ^tag

    - assignee: anna -> (none)
    ");
    assert!(text.contains("queue = \"network\"  # by hand\n"));
    insta::assert_snapshot!(desk.commit(), @"
    ID1 check: complete the log

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:03:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    idempotent(&desk);
}

/// A second `check --fix` changes nothing, and there is nothing left to find.
fn idempotent(desk: &Desk) {
    let before = desk.state();
    let _ = desk.run("check --fix").code(0);
    assert!(
        before == desk.state(),
        "a second check --fix changed something"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn headings_by_hand_are_completed() {
    let desk = Desk::with_ticket();
    desk.wait(120);
    let path = desk.path("ID1");
    let text = desk.read(&path);
    desk.write(
        &path,
        format!(
            "{text}\n## anna note\n\nWritten in an editor.\n\n## 2026-11-23 10:30 marek contact\n\n- direction: out\n\nCalled.\n\n\
             ## Steps\n\nA plain heading stays.\n\n## 2026-11-23T09:45:00Z ewa note\n\nThird.\n"
        ),
    );
    insta::assert_snapshot!(desk.run("check"), @"
    error: the heading `## anna note` is incomplete
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## anna note
       | ^^^^^^^^^^^^
    hint: `desk check --fix` writes it

    error: the heading `## 2026-11-23 10:30 marek contact` is incomplete
      --> tickets/2026-11/ID1.md:40:1
       |
    40 | ## 2026-11-23 10:30 marek contact
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: `desk check --fix` writes it

    error: the heading `## 2026-11-23T09:45:00Z ewa note` is incomplete
      --> tickets/2026-11/ID1.md:50:1
       |
    50 | ## 2026-11-23T09:45:00Z ewa note
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: `desk check --fix` writes it

    checked 1 ticket, N articles: 3 findings
    [exit 1]
    ");
    insta::assert_snapshot!(desk.run("check --fix"), @"
    ID1 fixed: the heading `## anna note` is incomplete
    ID1 fixed: the heading `## 2026-11-23 10:30 marek contact` is incomplete
    ID1 fixed: the heading `## 2026-11-23T09:45:00Z ewa note` is incomplete
    checked 1 ticket, N articles: all is well
    [exit 0]
    ");
    insta::assert_snapshot!(desk.file("ID1").split_once("priority, assignee\n\n").unwrap().1, @"
    ## 2026-11-23T09:00:00.001Z anna note ^tag

    Written in an editor.

    ## 2026-11-23T09:30:00Z marek contact ^tag

    - direction: out

    Called.

    ## Steps

    A plain heading stays.

    ## 2026-11-23T09:45:00Z ewa note ^tag

    Third.
    ");
    idempotent(&desk);
}

#[test]
fn a_heading_that_nobody_can_complete_is_named() {
    let desk = Desk::with_ticket();
    desk.wait(120);
    let path = desk.path("ID1");
    desk.write(
        &path,
        format!(
            "{}\n## 2026-11-23T09:45:00Z note\n\nWho?\n",
            desk.read(&path)
        ),
    );
    insta::assert_snapshot!(desk.run("check"), @r"
    error: this heading looks like an entry's, but time, agent or kind cannot be read
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## 2026-11-23T09:45:00Z note
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: write `## anna note` for an entry, or put `\` before the `##` for a plain heading
    checked 1 ticket, N articles: 1 finding
    [exit 1]
    ");
    let before = desk.read(&path);
    let _ = desk.run("check --fix").code(1);
    assert_eq!(before, desk.read(&path));
}

#[test]
fn entries_out_of_order_are_moved() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m first");
    let _ = desk.ok("set ID1 queue=network -m second");
    let path = desk.path("ID1");
    let text = desk.read(&path);
    let at = text.find("\n## 2026-11-23T09:01").unwrap();
    let (head, first) = text.split_at(at);
    let second = first.find("\n## 2026-11-23T09:02").unwrap();
    let (first, second) = first.split_at(second);
    desk.write(&path, format!("{head}{second}{first}"));
    insta::assert_snapshot!(desk.run("check"), @"
    error: the log is out of order
    --> tickets/2026-11/ID1.md
    hint: `desk check --fix` writes it
    checked 1 ticket, N articles: 1 finding
    [exit 1]
    ");
    let _ = desk.run("check --fix").code(0);
    assert_eq!(text, desk.read(&path));
    idempotent(&desk);
}

#[test]
fn a_file_without_a_log_gets_its_first_entry() {
    let desk = Desk::new();
    desk.plant("2611-7K3MQ", "+++\nid = \"2611-7K3MQ\"\ntype = \"action\"\ntitle = \"By hand\"\nstatus = \"open\"\nqueue = \"network\"\ntags = [\"vip\"]\ncreated = 2026-11-21T09:02:11Z\n+++\nTyped in an editor.\n");
    insta::assert_snapshot!(desk.run("check"), @"
    error: the log has no `created` entry
    --> tickets/2026-11/ID1.md
    hint: `desk check --fix` writes it
    checked 1 ticket, N articles: 1 finding
    [exit 1]
    ");
    let _ = desk.run("check --fix").code(0);
    insta::assert_snapshot!(desk.file("ID1"), @r#"
    +++
    id = "ID1"
    type = "action"
    title = "By hand"
    status = "open"
    queue = "network"
    tags = ["vip"]
    created = 2026-11-21T09:02:11Z
    +++
    Typed in an editor.

    ## 2026-11-21T09:02:11Z desk created ^tag

    - type: action
    - status: open
    - queue: network
    - tags: +vip
    "#);
    idempotent(&desk);
}

#[test]
fn two_clones_write_the_same_bytes() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("pend ID1 --on vendor");
    let path = desk.path("ID1");
    desk.replace(
        &path,
        "queue = \"service-desk\"",
        "queue = \"network\"\ntags = [\"b\", \"a\"]",
    );
    desk.replace(
        &path,
        "waiting_on = \"vendor\"",
        "waiting_on = \"customer\"",
    );
    desk.write(
        &path,
        format!(
            "{}\n## marek note\n\nBy hand.\n\n## ewa note\n\nBy hand too.\n",
            desk.read(&path)
        ),
    );
    let other = desk.copy();
    other.wait(1000);
    let _ = desk.run("check --fix").code(0);
    let _ = other.run("check --fix --as ewa").code(0);
    assert_eq!(desk.read(&path), other.read(&path));
    idempotent(&desk);
}

#[test]
fn names_that_nobody_knows_are_found_where_they_stand() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    desk.replace(&path, "code = \"PRN-JAM\"", "code = \"PRN-JAN\"");
    desk.replace(&path, "- code: PRN-JAM", "- code: PRN-JAN");
    desk.replace(&path, " anna created", " anja created");
    desk.replace(&path, "status = \"open\"", "status = \"opne\"");
    desk.replace(&path, "- status: open", "- status: opne");
    insta::assert_snapshot!(desk.run("check"), @r#"
    error: there is no status `opne`
     --> tickets/2026-11/ID1.md:5:10
      |
    5 | status = "opne"
      |          ^^^^^^
    hint: did you mean `open`?

    error: there is no problem code `PRN-JAN`
      --> tickets/2026-11/ID1.md:12:8
       |
    12 | code = "PRN-JAN"
       |        ^^^^^^^^^
    hint: did you mean `PRN-JAM`?

    error: there is no agent `anja`
      --> tickets/2026-11/ID1.md:23:1
       |
    23 | ## 2026-11-23T09:00:00Z anja created ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: did you mean `anna`?

    checked 1 ticket, N articles: 3 findings
    [exit 1]
    "#);
    let reported = desk.json("check");
    assert_eq!(reported["format"], 1);
    assert_eq!(reported["fixed"], serde_json::json!([]));
    assert_eq!(reported["problems"][0]["path"], path);
    assert_eq!(reported["problems"][0]["line"], 5);
    assert_eq!(reported["problems"][0]["column"], 10);
}

#[test]
fn keys_that_must_go_together() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    desk.replace(
        &path,
        "status = \"open\"",
        "status = \"pending\"\nuntil = 2026-12-01T00:00:00Z",
    );
    desk.replace(&path, "type = \"action\"", "type = \"work-order\"");
    desk.replace(&path, "code = \"PRN-JAM\"\n", "");
    let _ = desk.run("check --fix");
    insta::assert_snapshot!(desk.run("check"), @r#"
    error: a work order needs a problem code
     --> tickets/2026-11/ID1.md:3:8
      |
    3 | type = "work-order"
      |        ^^^^^^^^^^^^

    error: a pending ticket needs `waiting_on`
     --> tickets/2026-11/ID1.md:5:10
      |
    5 | status = "pending"
      |          ^^^^^^^^^

    checked 1 ticket, N articles: 2 findings
    [exit 1]
    "#);
}

#[test]
fn an_entry_that_stands_twice_and_a_value_never_held() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("set ID1 queue=network");
    let path = desk.path("ID1");
    let text = desk.read(&path);
    let entry = &text[text.rfind("\n## ").unwrap()..];
    desk.write(&path, format!("{text}{entry}"));
    desk.replace(&path, "service-desk -> network", "telephony -> network");
    insta::assert_snapshot!(desk.run("check"), @"
    error: `queue` changes from `telephony`, which it never was
      --> tickets/2026-11/ID1.md:36:1
       |
    36 | ## 2026-11-23T09:01:00Z anna set ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: correct the left side of the change in this entry

    error: this entry stands in the log twice
      --> tickets/2026-11/ID1.md:41:1
       |
    41 | ## 2026-11-23T09:01:00Z anna set ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: take one of them out

    checked 1 ticket, N articles: 2 findings
    [exit 1]
    ");
}

#[test]
fn an_entry_about_one_that_is_not_there_is_named() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m x");
    let path = desk.path("ID1");
    let text = desk.read(&path);
    let note = text[text.rfind("\n## ").unwrap()..].lines().nth(1).unwrap();
    let identity = note.trim_start_matches("## ").to_owned();
    let about = |kind: &str, of: &str, more: &str| {
        format!("{text}\n## 2026-11-23T09:01:00.500Z anna {kind} ^mdfb\n\n- of: {of}\n{more}")
    };
    let time = "- time: 2026-11-23T09:00:30Z\n";
    // A redaction without its marker is another finding.
    for (kind, more) in [
        ("redate", time),
        ("acknowledge", ""),
        ("undo", ""),
        ("import", ""),
    ] {
        desk.write(&path, about(kind, &identity, more));
        let _ = desk.run("check").code(0);
        let gone = identity.replace(" note ", " contact ");
        desk.write(&path, about(kind, &gone, more));
        let _ = desk
            .run("check")
            .code(1)
            .says(&format!("`{kind}` is about an entry that is not here"))
            .says("it may come with the next `desk sync`");
        desk.write(&path, about(kind, "note ^abcdefgh", more));
        let _ = desk.run("check").code(1).says("is not here");
    }
    let out = format!("{}- of: {identity}\n", about("undo", "note ^abcdefgh", ""));
    desk.write(&path, out);
    insta::assert_snapshot!(desk.run("check"), @"
    error: `undo` is about an entry that is not here: `note ^tag`
      --> tickets/2026-11/ID1.md:40:1
       |
    40 | ## 2026-11-23T09:01:00.500Z anna undo ^tag
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: it may come with the next `desk sync`; else correct its `of`
    checked 1 ticket, N articles: 1 finding
    [exit 1]
    ");
}

#[test]
fn only_the_paths_asked_for() {
    let desk = Desk::with_two_tickets();
    for name in ["ID1", "ID2"] {
        desk.replace(
            &desk.path(name),
            "queue = \"service-desk\"",
            "queue = \"network\"",
        );
    }
    let one = desk.path("ID1");
    let _ = desk.run(&format!("check {one}")).code(1).says("1 finding");
    let _ = desk.run("check kb").code(0);
    let _ = desk.run("check tickets").code(1).says("2 findings");
    let other = desk.raw("ID2");
    let _ = desk.run(&format!("check --fix {one}")).code(0);
    assert_eq!(other, desk.raw("ID2"));
    let _ = desk.run("check /").code(2).says("is not in this desk");
}

#[test]
fn a_path_that_is_not_there_is_no_clean_bill() {
    let desk = Desk::with_ticket();
    let _ = desk.run("check tikcets").code(2).says("tikcets");
}

#[test]
fn an_unreadable_file_costs_only_itself() {
    let desk = Desk::with_two_tickets();
    desk.replace(
        &desk.path("ID1"),
        "title = \"Printer on floor 3 jams\"",
        "title = \"Printer on floor 3 jams",
    );
    insta::assert_snapshot!(desk.run("check"), @r#"
    error: this text is not closed
     --> tickets/2026-11/ID1.md:4:33
      |
    4 | title = "Printer on floor 3 jams
      |                                 ^
    hint: end it with the quote that it begins with, on the same line
    checked 2 tickets, N articles: 1 finding
    [exit 1]
    "#);
    desk.replace(
        &desk.path("ID2"),
        "queue = \"service-desk\"",
        "queue = \"network\"",
    );
    let _ = desk.run("check --fix").code(1);
    assert!(
        desk.raw("ID2").contains(" desk edit "),
        "the good one is fixed"
    );
    assert!(desk.ok("list").stdout.contains("floor 4"));
}

#[test]
fn settings_that_cannot_be_understood() {
    let desk = Desk::with_ticket();
    desk.replace(
        "desk.toml",
        "queue = \"service-desk\"",
        "queue = \"servicedesk\"",
    );
    insta::assert_snapshot!(desk.run("check"), @r#"
    error: there is no queue `servicedesk`
      --> desk.toml:32:9
       |
    32 | queue = "servicedesk"
       |         ^^^^^^^^^^^^^
    hint: did you mean `service-desk`?
    checked 0 tickets, 0 articles: 1 finding
    [exit 1]
    "#);
    insta::assert_snapshot!(desk.run("list"), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no queue `servicedesk`
      --> desk.toml:32:9
       |
    32 | queue = "servicedesk"
       |         ^^^^^^^^^^^^^
    hint: did you mean `service-desk`?
    [exit 3]
    "#);
    let _ = desk.run("note ID1 -m x").code(3).says("desk.toml:32:");
    desk.replace("desk.toml", "format = 2", "format = ");
    insta::assert_snapshot!(desk.run("list"), @"
    -----
    error: `desk.toml` is invalid
    error: the value is missing
     --> desk.toml:5:10
      |
    5 | format = 
      |          ^
    hint: write it behind the `=`, or take the key out
    [exit 3]
    ");
    std::fs::remove_file(desk.root.join("desk.toml")).unwrap();
    std::fs::create_dir(desk.root.join("desk.toml")).unwrap();
    let _ = desk.run("list").code(2);
}

#[test]
fn a_catalogue_that_cannot_be_understood() {
    let desk = Desk::with_ticket();
    desk.replace(
        "catalog.toml",
        "area = \"workplace\"",
        "area = \"workplce\"",
    );
    insta::assert_snapshot!(desk.run("list"), @r#"
    -----
    error: `catalog.toml` is invalid
    error: there is no area `workplce`
      --> catalog.toml:41:8
       |
    41 | area = "workplce"
       |        ^^^^^^^^^^
    hint: did you mean `workplace`?
    [exit 3]
    "#);
    let _ = desk.run("check").code(1).says("workplce");
}

#[test]
fn articles_are_checked_too() {
    let desk = Desk::new();
    desk.write("kb/a.md", "+++\nid = \"KB-7Q2M\"\ntitle = \"A\"\nstate = \"published\"\nlanguage = \"en\"\nowner = \"nobody\"\ncodes = [\"NO-SUCH\"]\n+++\n## Symptoms\n");
    desk.write(
        "kb/b.md",
        "+++\nid = \"KB-7Q2M\"\ntitle = \"B\"\nstate = \"draft\"\nlanguage = \"en\"\n+++\n",
    );
    desk.write("kb/c.md", "no fence\n");
    insta::assert_snapshot!(desk.run("check kb/a.md kb/b.md kb/c.md"), @r#"
    error: there is no agent `nobody`
     --> kb/a.md:6:9
      |
    6 | owner = "nobody"
      |         ^^^^^^^^

    error: there is no problem code `NO-SUCH`
     --> kb/a.md:7:10
      |
    7 | codes = ["NO-SUCH"]
      |          ^^^^^^^^^

    error: the id KB-7Q2M is that of `kb/a.md` too
     --> kb/b.md:2:6
      |
    2 | id = "KB-7Q2M"
      |      ^^^^^^^^^
    hint: give the younger article another id

    error: a page begins with a line `+++`
     --> kb/c.md:1:1
      |
    1 | no fence
      | ^^^^^^^^
    hint: the front matter stands between two lines `+++`

    error: the id KB-7Q2M is that of `kb/b.md` too
     --> kb/network/no-network.md:2:6
      |
    2 | id = "KB-7Q2M"
      |      ^^^^^^^^^
    hint: give the younger article another id

    checked 0 tickets, 3 articles: 5 findings
    [exit 1]
    "#);
}

#[test]
fn what_lies_in_the_wrong_place_is_named() {
    let desk = Desk::with_ticket();
    let text = desk.raw("ID1");
    desk.write("tickets/2026-10/2611-7K3MQ.md", &text);
    desk.write("tickets/2026-11/notes.md", "x");
    desk.write("tickets/readme.txt", "x");
    desk.write("tickets/2026-11/2611-7k3mq.md", &text);
    insta::assert_snapshot!(desk.run("check"), @"
    error: in the folder of another month than its id names
    --> tickets/2026-10/ID2.md

    error: not spelled like an id: upper case, no I, L, O or U
    --> tickets/2026-11/2611-7k3mq.md

    error: not named like a ticket
    --> tickets/2026-11/notes.md

    error: not the folder of a month, like 2026-11
    --> tickets/readme.txt

    checked 1 ticket, N articles: 4 findings
    [exit 1]
    ");
}

#[test]
fn conflict_marks_left_by_git_are_named() {
    let desk = Desk::with_ticket();
    desk.replace(
        &desk.path("ID1"),
        "queue = \"service-desk\"",
        "<<<<<<< HEAD\nqueue = \"service-desk\"\n=======\nqueue = \"network\"\n>>>>>>> theirs",
    );
    insta::assert_snapshot!(desk.run("check"), @"
    error: git left a conflict in this file
     --> tickets/2026-11/ID1.md:9:1
      |
    9 | <<<<<<< HEAD
      | ^^^^^^^^^^^^
    hint: keep what is right of both sides, remove the marks, then commit
    checked 1 ticket, N articles: 1 finding
    [exit 1]
    ");
}

#[test]
fn a_value_of_a_wrong_type_in_a_list_is_named_itself() {
    let desk = Desk::new();
    desk.replace("desk.toml", "holidays = [", "holidays = [2026-12-24, ");
    let _ = desk
        .run("check desk.toml")
        .code(1)
        .says("`calendar.office.holidays` holds texts, and this is a date")
        .says("hint: write it in quotes");
}

#[test]
fn a_window_that_ends_a_minute_before_midnight_is_named() {
    let desk = Desk::new();
    let text = desk.read("desk.toml");
    let line = text
        .lines()
        .find(|line| line.starts_with("mon-fri = "))
        .unwrap();
    desk.replace("desk.toml", line, "mon-sun = [\"00:00-23:59\"]");
    let _ = desk
        .run("check desk.toml")
        .code(1)
        .says("the window `00:00-23:59` leaves out the day's last minute")
        .says("hint: a day ends at `24:00`");
    // It is what it says, all the same.
    let _ = desk.ok("list");
    desk.replace("desk.toml", "23:59", "24:00");
    let _ = desk.ok("check desk.toml");
}

/// Each of two clones merged a ticket into the other's: after git has joined them both are closed.
#[test]
fn tickets_that_went_into_each_other_are_named_and_fail_no_check() {
    let desk = Desk::with_two_tickets();
    let back = desk.copy();
    let _ = desk.ok("merge ID1 --into ID2");
    let _ = back.ok("merge ID2 --into ID1");
    for id in ["ID1", "ID2"] {
        let joined = plaindesk::rules::merge::merge(
            &desk.path(id),
            "",
            &desk.raw(id),
            &back.raw(id),
            chrono_tz::UTC,
        );
        desk.write(&desk.path(id), joined.unwrap());
    }
    desk.git(&["commit", "--quiet", "--all", "-m", "joined"]);
    let out = desk.run("check").code(0);
    let said = format!("{}{}", out.stdout, out.stderr);
    assert!(
        said.contains("are merged into each other in a circle"),
        "{out}"
    );
    assert!(said.contains("1 notice"), "{out}");
}
