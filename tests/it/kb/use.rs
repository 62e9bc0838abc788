//! `desk kb use`, and what becomes of an article that was found wrong.

use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn a_use_links_article_and_ticket() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("kb use 7q2m --on ID1 --outcome solved -m 'Read out, light came on.'"), @"
    ID1         kb  Printer on floor 3 jams
                KB-7Q2M, solved
                links.articles: +KB-7Q2M
    [exit 0]
    ");
    let file = desk.file("ID1");
    assert!(
        file.contains("[links]\narticles = [\"KB-7Q2M\"]\n"),
        "{file}"
    );
    insta::assert_snapshot!(file.split("\n## ").last().unwrap(), @"
    2026-11-23T09:01:00Z anna kb ^tag

    - article: KB-7Q2M
    - outcome: solved
    - links.articles: +KB-7Q2M

    Read out, light came on.
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 kb: KB-7Q2M solved

      links.articles: +KB-7Q2M

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    ");
    let _ = desk.run("check").code(0);
    // Once more adds a word, not a link.
    let _ = desk.ok("kb use KB-7Q2M --on ID1 --outcome helped");
    assert_eq!(desk.raw("ID1").matches("links.articles").count(), 1);
    let derived = &desk.json("kb show KB-7Q2M")["articles"][0]["derived"];
    assert_eq!(
        (&derived["used"], &derived["solved"], &derived["helped"]),
        (&1.into(), &0.into(), &1.into())
    );
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(
        Desk::with_ticket,
        "kb use KB-7Q2M --on ID1 --outcome solved -m the-text",
    );
}

#[test]
fn a_use_that_cannot_be_is_refused() {
    let desk = Desk::with_ticket();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("kb use KB-7Q2M --on ID1 --outcome solvd"), @"
    -----
    error: there is no outcome `solvd`
    hint: did you mean `solved`?
    [exit 2]
    ");
    let _ = desk.run("kb use KB-ZZZZ --on ID1 --outcome solved").code(2);
    let _ = desk.run("kb use KB-7Q2M --on ID1").code(2);
    let _ = desk
        .run("kb use KB-7Q2M --on ID1 --outcome drafted")
        .code(2);
    assert!(before == desk.state());
}

#[test]
fn what_is_wrong_stands_on_its_owners_desk_until_it_is_mended() {
    let desk = Desk::with_ticket();
    // Anna owns the articles of a new desk; Ewa, a manager, does not.
    let _ = desk
        .ok("kb use KB-7Q2M --on ID1 --outcome wrong -m 'Floor 3 has no such rack.' --as marek");
    let _ = desk.ok("resolve ID1 -m done");
    let _ = desk.ok("close ID1 --satisfied yes");
    insta::assert_snapshot!(desk.run(""), @"
    Help desk  Anna Nowak · Monday 23 November 2026, 10:04 · 0 open tickets

    Articles to mend 1
    ID       WRONG  LAST    TICKET      BY               TITLE
    KB-7Q2M  once   3m ago  ID1         Marek Zieliński  No network at a desk or on a floor
    [exit 0]
    ");
    let reported = &desk.json("")["articles"][0];
    assert_eq!(reported["id"], "KB-7Q2M");
    assert_eq!(reported["derived"]["last_wrong"]["by"], "marek");
    assert!(!desk.run("--mine --as ewa").stdout.contains("to mend"));
    // The same without the cache, and after a change of something else.
    std::fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert!(desk.run("").stdout.contains("Articles to mend 1"));
    desk.replace(
        "kb/network/no-network.md",
        "\"offline\"",
        "\"offline\", \"rack\"",
    );
    assert!(desk.run("").stdout.contains("Articles to mend 1"));
    desk.replace(
        "kb/network/no-network.md",
        "Light on, no connection",
        "Light on but no connection",
    );
    assert!(!desk.run("").stdout.contains("to mend"));
    assert_eq!(
        desk.json("kb show KB-7Q2M")["articles"][0]["derived"]["wrong"],
        1
    );
}

#[test]
fn what_nobody_looks_after_is_for_managers() {
    let desk = Desk::with_ticket();
    desk.replace(
        "kb/network/no-network.md",
        "owner = \"anna\"",
        "owner = \"lena\"",
    );
    let _ = desk.ok("kb use KB-7Q2M --on ID1 --outcome wrong");
    assert!(!desk.run("").stdout.contains("to mend"));
    let own = desk.run("--mine --as ewa").stdout;
    assert!(own.contains("Articles to mend 1"), "{own}");
    let whole = desk.run("--as ewa").stdout;
    assert!(whole.contains("For you 1  1 to mend"), "{whole}");
    // A confirmation by a manager settles it, too.
    let _ = desk.ok("kb review KB-7Q2M --until 2028-01-01 --as ewa");
    assert!(!desk.run("--mine --as ewa").stdout.contains("to mend"));
}

#[test]
fn a_word_by_hand_holds_until_the_article_is_published_anew() {
    let desk = Desk::with_ticket();
    let text = desk.raw("ID1");
    let entry = "\n## 2026-11-23T09:00:30Z anna kb ^8m2d\n\n- article: KB-7Q2M\n- outcome: wrong\n";
    desk.write(&desk.path("ID1"), format!("{text}{entry}"));
    assert!(desk.run("").stdout.contains("Articles to mend 1"));
    desk.replace(
        "kb/network/no-network.md",
        "published = 2026-05-04",
        "published = 2026-11-24",
    );
    assert!(!desk.run("").stdout.contains("to mend"));
}

/// How an article was used: by `kb list`, and by `report kb`.
fn counted(desk: &Desk, id: &str) -> ([i64; 3], [i64; 3]) {
    let list = desk.json(&format!("kb list id:{id} --all"));
    let list = &list["articles"][0]["derived"];
    let report = desk.json("report kb --from 2026-11-01");
    let sections = report["reports"][0]["sections"].as_array().unwrap();
    let section = sections.iter().find(|one| one["key"] == "kb-articles");
    let rows = section.unwrap()["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["labels"][0] == id);
    let figures =
        |all: &serde_json::Value, keys: [&str; 3]| keys.map(|key| all[key].as_i64().unwrap_or(0));
    let by_list = figures(list, ["used", "solved", "helped"]);
    let by_report = row.map_or([0; 3], |row| {
        figures(&row["figures"], ["used", "solved", "helped"])
    });
    (by_list, by_report)
}

#[test]
fn one_use_is_one_use_however_it_was_told() {
    let desk = Desk::new();
    let id = "KB-7Q2M";
    let mut expected = [0, 0, 0];
    let mut next = |line: &str, used: i64, solved: i64, helped: i64| {
        let _ = desk.ok(line);
        for (own, more) in expected.iter_mut().zip([used, solved, helped]) {
            *own += more;
        }
        let (list, report) = counted(&desk, id);
        assert_eq!((list, report), (expected, expected), "{line}");
    };
    // The call in one line.
    next(
        "new 'No light' --type information --kb KB-7Q2M --resolve 'Read out.' --satisfied yes",
        1,
        1,
        0,
    );
    // It did not satisfy: named, and nothing said of it.
    next(
        "new 'No light' --type information --kb KB-7Q2M --resolve 'Read out.' --satisfied no",
        1,
        0,
        0,
    );
    next("new 'Net is slow' --code NET-SLOW --kb KB-7Q2M", 1, 0, 0);
    let other = desk.make("new 'Net is down' --code NET-OUT");
    next(&format!("set {other} links.articles=KB-7Q2M"), 1, 0, 0);
    let mut used = |outcome: &str, solved, helped| {
        let line = format!("kb use KB-7Q2M --on {other} --outcome {outcome}");
        next(&line, 0, solved, helped);
    };
    used("helped", 0, 1);
    used("solved", 1, -1);
    next("undo", 0, -1, 1);
    let resolved = desk.json("report kb --by type");
    let rows = &resolved["reports"][0]["sections"][0]["rows"];
    let info = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["labels"][0] == "information")
        .unwrap();
    assert_eq!(info["figures"]["linked"], 2, "{info}");
    assert_eq!(info["figures"]["solved"], 1);
    let _ = desk.ok("check");
}
