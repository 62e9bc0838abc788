//! `desk kb list`.

use super::{WIFI, article};
use crate::desk::Desk;

#[test]
fn the_list_shows_state_review_and_use() {
    let desk = Desk::with_ticket();
    article(&desk, "kb/network/siec.md", WIFI, "## Objawy\n");
    article(
        &desk,
        "kb/network/old.md",
        "id = \"KB-AAA2\"\ntitle = \"Token ring\"\nstate = \"retired\"\n",
        "Gone.\n",
    );
    article(
        &desk,
        "kb/network/gone.md",
        "id = \"KB-AAA3\"\ntitle = \"The move of 2025\"\nstate = \"published\"\nexpires = 2026-11-23\n",
        "Gone.\n",
    );
    let _ = desk.ok("kb use KB-AAA1 --on ID1 --outcome solved");
    insta::assert_snapshot!(desk.run("kb list category:network"), @"
    ID       STATE      CATEGORY  LANG  OWNER  REVIEW            USED  SOLVED  TITLE
    KB-7Q2M  published  network   en    anna   2027-05-04           0       0  No network at a desk or on a floor
    KB-AAA1  published  network   pl    anna   stale 2026-11-01     1       1  Sieć bez zasięgu
    KB-3F8A  published  network   en    anna   2027-05-04           0       0  The VPN connection drops or does not start
    KB-W1F4  draft      network   en    anna   2027-11-02           0       0  Wi-Fi is weak or slow in a room
    -----
    2 retired or expired articles also match; use --all
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list category:network --all"), @"
    ID       STATE      CATEGORY  LANG  OWNER  REVIEW              USED  SOLVED  TITLE
    KB-AAA3  published  network                expired 2026-11-23     0       0  The move of 2025
    KB-7Q2M  published  network   en    anna   2027-05-04             0       0  No network at a desk or on a floor
    KB-AAA2  retired    network                                       0       0  Token ring
    KB-AAA1  published  network   pl    anna   stale 2026-11-01       1       1  Sieć bez zasięgu
    KB-3F8A  published  network   en    anna   2027-05-04             0       0  The VPN connection drops or does not start
    KB-W1F4  draft      network   en    anna   2027-11-02             0       0  Wi-Fi is weak or slow in a room
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list --stale"), @"
    ID       STATE      CATEGORY  LANG  OWNER  REVIEW            USED  SOLVED  TITLE
    KB-AAA1  published  network   pl    anna   stale 2026-11-01     1       1  Sieć bez zasięgu
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list zasiegu --language pl"), @"
    ID       STATE      CATEGORY  LANG  OWNER  REVIEW            USED  SOLVED  TITLE
    KB-AAA1  published  network   pl    anna   stale 2026-11-01     1       1  Sieć bez zasięgu
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list --state retired"), @"
    ID       STATE    CATEGORY  LANG  OWNER  REVIEW      USED  SOLVED  TITLE
    KB-AAA2  retired  network                               0       0  Token ring
    KB-FX1D  retired  printing  en    anna   2026-03-10     0       0  Sending a fax from the old multifunction printers
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list nothing like this"), @"
    -----
    no articles
    [exit 0]
    ");
    let one = &desk.json("kb list zasiegu")["articles"][0];
    assert_eq!(one["id"], "KB-AAA1");
    assert_eq!(one["review_by"], "2026-11-01");
    let derived = &one["derived"];
    assert_eq!(derived["path"], "kb/network/siec.md");
    assert_eq!(derived["stale"], true);
    assert_eq!(derived["expired"], false);
    assert_eq!(derived["used"], 1);
    assert_eq!(derived["solved"], 1);
}

#[test]
fn a_list_that_cannot_be_understood_is_refused() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("kb list onwer:anna"), @r#"
    -----
    error: there is no field `onwer`
    hint: did you mean `owner`? For the text itself write "onwer:anna"
    [exit 2]
    "#);
    insta::assert_snapshot!(desk.run("kb list --state publishd"), @"
    -----
    error: there is no state `publishd`
    hint: did you mean `published`?
    [exit 2]
    ");
    let _ = desk.run("kb").code(2);
}

#[test]
fn one_unreadable_article_costs_only_itself() {
    let desk = Desk::with_ticket();
    desk.write("kb/bad.md", b"+++\nid = \"KB-AAA1\"\n\xff\n+++\n");
    desk.write("kb/worse.md", "no fence\n");
    for line in [
        "kb list network",
        "kb show KB-7Q2M",
        "kb review",
        "kb script KB-7Q2M",
        "kb use KB-7Q2M --on ID1 --outcome helped",
    ] {
        let _ = desk.ok(line);
    }
    let out = desk.run("kb list network");
    assert!(out.stdout.contains("KB-7Q2M"));
    let _ = out.says("warning: kb/bad.md:3:1: it is not UTF-8 text");
    let _ = desk.run("kb check").code(1).says("kb/worse.md:1:1");
}

#[test]
fn what_the_files_say_now_is_shown() {
    let desk = Desk::new();
    assert!(desk.run("kb list paper").stdout.contains("Paper jam"));
    let path = "kb/printing/paper-jam.md";
    // The same length within one tick of the clock, and a time of the past.
    let text = desk.read(path);
    desk.write(
        path,
        text.replace("title = \"Paper jam\"", "title = \"Pader jam\""),
    );
    assert!(desk.run("kb list pader").stdout.contains("Pader jam"));
    std::fs::rename(desk.root.join(path), desk.root.join("kb/moved.md")).unwrap();
    assert_eq!(
        desk.json("kb list pader")["articles"][0]["derived"]["path"],
        "kb/moved.md"
    );
    std::fs::remove_file(desk.root.join("kb/moved.md")).unwrap();
    let _ = desk.run("kb show KB-PJ3M").code(2);
    desk.git(&["checkout", "--quiet", "--", path]);
    assert!(desk.run("kb show KB-PJ3M").stdout.contains("Paper jam"));
    // A torn cache is none.
    desk.write(".desk/articles.cache", "junk");
    assert!(desk.run("kb list paper").stdout.contains("Paper jam"));
}
#[test]
fn a_word_of_the_list_is_whole() {
    let desk = Desk::with_ticket();
    article(&desk, "kb/network/siec.md", WIFI, "## Objawy\n");
    insta::assert_snapshot!(desk.run("kb list offlin"), @"
    -----
    no articles
    `offlin*` also matches words that begin so: 2 articles
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb list siec bez zasieg"), @"
    -----
    no articles
    `siec* bez* zasieg*` also match words that begin so: 1 article
    [exit 0]
    ");
    let titles = |line: &str| -> Vec<String> {
        let found = desk.json(line)["articles"].clone();
        let found = found.as_array().unwrap().clone();
        let title = |one: &serde_json::Value| one["title"].as_str().unwrap().to_owned();
        found.iter().map(title).collect()
    };
    assert_eq!(titles("kb list SIEC 'ZASIEGU'"), ["Sieć bez zasięgu"]);
    assert_eq!(titles("kb list 'sie*' '!printer'"), ["Sieć bez zasięgu"]);
    assert_eq!(titles("kb list 'bez zasięgu'"), ["Sieć bez zasięgu"]);
    assert_eq!(titles("kb list aaa1"), titles("kb list KB-AAA1"));
    assert!(!titles("kb list 'offlin*'").is_empty());
    assert!(titles("kb list offlin").is_empty());
    let _ = desk
        .run("kb list state:publised")
        .code(2)
        .says("did you mean `published`?");
    assert_eq!(titles("kb list owner:me"), titles("kb list owner:anna"));
    let dated = titles("kb list 'review_by<2026-12' state:published");
    assert_eq!(dated, ["Sieć bez zasięgu"]);
}
