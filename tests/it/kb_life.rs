//! `desk kb review`, `publish` and `retire`: the life of an article.

use crate::desk::Desk;
use crate::kb::article;

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
fn several_are_changed_all_or_none() {
    let desk = Desk::new();
    let commits = desk.commits();
    let before = desk.state();
    let _ = desk.run("kb retire KB-7Q2M KB-FX1D --as ewa").code(4);
    assert!(before == desk.state());
    let out = desk.run_with(
        "kb retire - --as ewa",
        "ID       STATE\nKB-3F8A  published\n7q2m\nKB-7Q2M\n",
    );
    insta::assert_snapshot!(out, @"
    KB-3F8A  retire  The VPN connection drops or does not start
             state: published → retired
    KB-7Q2M  retire  No network at a desk or on a floor
             state: published → retired
    -----
    warning: code NET-VPN still names KB-3F8A: see catalog.toml
    warning: code NET-DESK still names KB-7Q2M: see catalog.toml
    warning: code NET-OUT still names KB-7Q2M: see catalog.toml
    warning: KB-W1F4 still names KB-7Q2M as related
    warning: KB-TN7E still names KB-7Q2M as related
    [exit 0]
    ");
    assert_eq!(desk.commits(), commits + 1);
    insta::assert_snapshot!(desk.commit(), @"
    kb retire: 2 articles

    KB-3F8A The VPN connection drops or does not start
      state: published -> retired

    KB-7Q2M No network at a desk or on a floor
      state: published -> retired

    -- Ewa Wójcik <ewa@example.org>, 2026-11-23T09:01:00Z; committed by Anna Nowak <anna@example.org>
    M	kb/network/no-network.md
    M	kb/network/vpn-drops.md
    ");
    let _ = desk
        .run_with("kb retire - --as ewa", "")
        .code(2)
        .says("no article was named");
}

#[test]
fn the_habits_of_writing() {
    let line = "kb retire KB-7Q2M --as ewa";
    let desk = Desk::new();
    let before = desk.state();
    let out = desk.ok(&format!("{line} --dry-run"));
    assert!(out.stdout.starts_with("Nothing was written"), "{out}");
    assert!(before == desk.state());
    let _ = desk.run("kb retire KB-7Q2M --as ewaa").code(2);
    let quiet = desk.copy().ok(&format!("{line} -q"));
    assert_eq!(quiet.stdout, "");
    let reported = desk.copy().run(&format!("{line} --json")).json();
    assert_eq!(reported["articles"][0]["state"], "retired");
    assert_eq!(reported["problems"], serde_json::json!([]));
    // Somebody is in the middle of other work.
    desk.replace("catalog.toml", "# The catalogue", "# Our catalogue");
    desk.git(&["add", "catalog.toml"]);
    desk.replace("kb/mail/password-prompt.md", "tick", "click");
    let status = desk.status();
    let _ = desk.ok(line);
    assert_eq!(desk.status(), status);
    assert_eq!(
        desk.git(&["show", "--name-only", "--format=%an", "HEAD"]),
        "Ewa Wójcik\n\nkb/network/no-network.md\n"
    );
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
