//! `desk kb review`, with and without an article.

use super::article;
use crate::desk::Desk;

#[test]
fn what_is_due_is_listed_with_its_use() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("kb review"), @"
    ID       WHY        OWNER  USED  SOLVED  TITLE
    KB-ER3P  handed in  anna      0       0  The ERP system is slow or answers with an error
    [exit 0]
    ");
    for (id, front) in [
        ("KB-AAA1", "state = \"published\"\nreview_by = 2026-11-22\n"),
        ("KB-AAA2", "state = \"published\"\nreview_by = 2026-12-23\n"),
        ("KB-AAA3", "state = \"published\"\nreview_by = 2026-12-24\n"),
        ("KB-AAA4", "state = \"published\"\nexpires = 2026-11-23\n"),
        (
            "KB-AAA5",
            "state = \"draft\"\nexpires = 2026-11-24\nreview_by = 2026-01-01\n",
        ),
        ("KB-AAA6", "state = \"retired\"\nreview_by = 2026-01-01\n"),
    ] {
        article(
            &desk,
            &format!("kb/due/{id}.md"),
            &format!("id = \"{id}\"\ntitle = \"Title {id}\"\n{front}"),
            "Text.\n",
        );
    }
    let _ = desk.ok("kb use KB-AAA1 --on ID1 --outcome solved");
    let _ = desk.ok("kb use KB-7Q2M --on ID1 --outcome wrong");
    insta::assert_snapshot!(desk.run("kb review"), @"
    ID       WHY                    OWNER  USED  SOLVED  TITLE
    KB-7Q2M  said to be wrong once  anna      1       0  No network at a desk or on a floor
    KB-AAA4  expired today                    0       0  Title KB-AAA4
    KB-AAA1  stale for 1 day                  1       1  Title KB-AAA1
    KB-ER3P  handed in              anna      0       0  The ERP system is slow or answers with an error
    KB-AAA5  expires in 1 day                 0       0  Title KB-AAA5
    KB-AAA2  due in 30 days                   0       0  Title KB-AAA2
    [exit 0]
    ");
    let reported = desk.json("kb review");
    assert_eq!(
        reported["articles"][0]["derived"]["why"][0],
        "said to be wrong once"
    );
}

#[test]
fn from_draft_to_retired() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("kb review w1f4 -m 'Measured on site.'"), @"
    KB-W1F4  review  Wi-Fi is weak or slow in a room
             state: draft → review
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    KB-W1F4 review: Wi-Fi is weak or slow in a room

      state: draft -> review
      Measured on site.

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:00:00Z; committed by Anna Nowak <anna@example.org>
    M	kb/network/wifi-weak.md
    ");
    insta::assert_snapshot!(desk.run("kb publish KB-W1F4"), @"
    -----
    error: publishing is for managers, and `anna` is an agent
    hint: ask ewa
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("kb publish KB-W1F4 --as ewa --expires 2027-06-30"), @"
    KB-W1F4  publish  Wi-Fi is weak or slow in a room
             state: review → published
             published_by: none → ewa
             published: none → 2026-11-23
             expires: none → 2027-06-30
    [exit 0]
    ");
    insta::assert_snapshot!(desk.read("kb/network/wifi-weak.md").split("+++\n").nth(1).unwrap(), @r#"
    id = "KB-W1F4"
    title = "Wi-Fi is weak or slow in a room"
    state = "published"
    language = "en"
    owner = "anna"
    published_by = "ewa"
    published = 2026-11-23
    audience = "agents"
    tags = ["network", "wi-fi"]
    codes = ["NET-WIFI"]
    review_by = 2027-11-02
    expires = 2027-06-30
    related = ["KB-7Q2M"]
    "#);
    insta::assert_snapshot!(desk.run("kb review KB-W1F4 --until +90d"), @"
    -----
    error: confirming a published article is for managers, and `anna` is an agent
    hint: ask ewa
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("kb review KB-W1F4 --until +90d --as ewa"), @"
    KB-W1F4  review  Wi-Fi is weak or slow in a room
             review_by: 2027-11-02 → 2027-02-21
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb retire KB-W1F4"), @"
    -----
    error: retiring is for managers, and `anna` is an agent
    hint: ask ewa
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("kb retire KB-W1F4 --as ewa -m 'The new access points came.'"), @"
    KB-W1F4  retire  Wi-Fi is weak or slow in a room
             state: published → retired
    -----
    warning: KB-7Q2M still names KB-W1F4 as related
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    KB-W1F4 retire: Wi-Fi is weak or slow in a room

      state: published -> retired
      The new access points came.

    -- Ewa Wójcik <ewa@example.org>, 2026-11-23T09:06:00Z; committed by Anna Nowak <anna@example.org>
    M	kb/network/wifi-weak.md
    ");
    let _ = desk.run("check").code(0);
    assert_eq!(desk.status(), "");
}

#[test]
fn the_ways_back() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("kb review KB-ER3P --back -m 'Which error number?'"), @"
    KB-ER3P  review  The ERP system is slow or answers with an error
             state: review → draft
    [exit 0]
    ");
    let _ = desk
        .run("kb review KB-ER3P --back")
        .code(4)
        .says("is a draft already");
    let _ = desk
        .run("kb review KB-7Q2M --back")
        .code(4)
        .says("is for managers");
    let _ = desk.ok("kb review KB-7Q2M --back --as ewa");
    let _ = desk.run("kb review KB-FX1D --back").code(4);
    let _ = desk.ok("kb review KB-FX1D --back --as ewa");
    // Straight back into use.
    let _ = desk.ok("kb publish KB-FX1D KB-7Q2M --as ewa");
    let text = desk.read("kb/network/no-network.md");
    // A review date to come is kept.
    assert!(
        text.contains("review_by = 2027-05-04\n") && text.contains("published = 2026-11-23\n"),
        "{text}"
    );
}
