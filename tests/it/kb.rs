//! `desk kb list`, `show`, `script`, `use`, `review` without an article, `demand`; and what they have
//! in common with the tests of the rest of `desk kb`.

use crate::desk::{Desk, Out};
use crate::habits;

/// An article by hand.
pub(crate) fn article(desk: &Desk, path: &str, front: &str, body: &str) {
    desk.write(path, format!("+++\n{front}+++\n{body}"));
}

/// What a command printed, with a name for an id that was drawn.
pub(crate) fn named(out: &Out, id: &str) -> String {
    out.to_string()
        .replace(id, "KB-NEW1")
        .replace(&id.to_lowercase(), "kb-new1")
}

const WIFI: &str = "id = \"KB-AAA1\"\ntitle = \"Sieć bez zasięgu\"\nstate = \"published\"\nlanguage = \"pl\"\n\
    translation_of = \"KB-W1F4\"\nowner = \"anna\"\npublished = 2026-01-05\npublished_by = \"ewa\"\ntags = [\"wifi\"]\nreview_by = 2026-11-01\n";

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
fn an_article_is_shown_calmly() {
    let desk = Desk::with_ticket();
    article(&desk, "kb/network/siec.md", WIFI, "## Objawy\n");
    let _ = desk.ok("kb use KB-W1F4 --on ID1 --outcome helped");
    let _ =
        desk.ok("kb use KB-W1F4 --on ID1 --outcome wrong -m 'Step 2 names the old access point.'");
    insta::assert_snapshot!(desk.run("kb show w1f4 KB-AAA1"), @r#"
    KB-W1F4  ·  draft  ·  en  ·  network
    Wi-Fi is weak or slow in a room

    owner         Anna Nowak
    holds         to be read again by 2027-11-02
    codes         NET-WIFI  Wi-Fi weak, slow or missing
    tags          network, wi-fi

    Symptoms
    • Calls break up in one room and are fine in the corridor.
    • The device shows one bar, or jumps between two networks.

    Call script
    1. "In which room, and in which corner of it?"
    2. "Is it the same for your colleague's device in the same place?"
    3. "Which network name is your device connected to?"
    4. "Is it better when you stand in the doorway?"

    Resolution
    1. Connect to the staff network, not to the one for visitors.
    2. Switch Wi-Fi off and on, so that the device chooses the nearest access point
       again.
    3. Several devices in one room: code NET-WIFI with room and time. The network team
       measures on site.

    Still to be written: what to measure, and which values are good enough for calls.

    ────────────────────────────────────────────────────────────────────────────────────
    related       KB-7Q2M  No network at a desk or on a floor
    translations  pl  KB-AAA1  Sieć bez zasięgu
    used          on 1 ticket: wrong 1; last 1m ago
                  ID1         wrong    Printer on floor 3 jams

    Said to be wrong once, last by Anna Nowak on Mon 23 Nov 10:02: desk show ID1

    Next: desk kb edit | review KB-W1F4


    KB-AAA1  ·  published  ·  stale 2026-11-01  ·  pl  ·  network
    Sieć bez zasięgu

    owner         Anna Nowak
    published     2026-01-05 by Ewa Wójcik
    holds         to be read again by 2026-11-01
    tags          wifi

    Objawy

    ────────────────────────────────────────────────────────────────────────────────────
    translations  en  KB-W1F4  Wi-Fi is weak or slow in a room  (draft)
    used          never
    [exit 0]
    "#);
    let shown = desk.json("kb show KB-W1F4");
    let one = &shown["articles"][0];
    assert_eq!(one["derived"]["translations"][0]["id"], "KB-AAA1");
    assert_eq!(one["derived"]["tickets"][0]["outcome"], "wrong");
    assert_eq!(one["derived"]["to_mend"][0]["by"], "anna");
    assert!(one["text"].as_str().unwrap().contains("## "));
}

#[test]
fn a_wrong_id_gets_the_nearest() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.run("kb show KB-7Q2N"), @"
    -----
    error: there is no article `KB-7Q2N`
    hint: did you mean KB-7Q2M  No network at a desk or on a floor?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("kb show nothing"), @"
    -----
    error: there is no article `nothing`
    hint: `desk kb list` shows them
    [exit 2]
    ");
    let _ = desk.ok("kb show kb/network/no-network.md");
}

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
fn a_use_has_the_habits_of_writing() {
    habits::of_writing(
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
    assert!(!desk.run(" --as ewa").stdout.contains("to mend"));
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
    assert!(desk.run(" --as ewa").stdout.contains("Articles to mend 1"));
    // A confirmation by a manager settles it, too.
    let _ = desk.ok("kb review KB-7Q2M --until 2028-01-01 --as ewa");
    assert!(!desk.run(" --as ewa").stdout.contains("to mend"));
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
fn demand_is_what_was_looked_for_in_vain_and_solved_without() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("kb demand"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    desk.open("Printer on floor 4 jams");
    desk.made(&["new", "Licence expires", "--channel", "email"]);
    let search = |id: &str, query: &str, hits: u32, minute: u32| {
        let text = desk.raw(id);
        let entry = format!(
            "\n## 2026-11-23T09:{minute}:00Z anna kb ^8m{minute}\n\n- query: {query}\n- hits: {hits}\n"
        );
        desk.write(&desk.path(id), format!("{text}{entry}"));
    };
    search("ID1", "Pinter  JAM", 0, 30);
    search("ID2", "pinter jam", 0, 31);
    search("ID2", "paper jam", 4, 32);
    search("ID3", "licence", 0, 33);
    desk.wait(60);
    let _ = desk.ok("resolve ID1 -m 'New roller.'");
    let _ = desk.ok("resolve ID2 -m 'New roller.' --no-kb 'Known by heart'");
    let _ = desk.ok("kb use KB-7Q2M --on ID3 --outcome solved");
    let _ = desk.ok("resolve ID3 -m 'Renewed.'");
    insta::assert_snapshot!(desk.run("kb demand"), @"
    Searched, and nothing found
    TIMES  LAST     TICKETS                WORDS
        2  37m ago  ID2 ID1         Pinter JAM
        1  35m ago  ID3                    licence

    Solved without an article
    TIMES  LAST    TICKETS                CODE
        2  3m ago  ID2 ID1         PRN-JAM  Paper jam

    1 ticket resolved with --no-kb
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --from 2026-11-24"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --to 2026-11-22"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --from whenever"), @r#"
    -----
    error: `whenever` is not a time
    hint: write 2026-11, 2026-11-21, monday, "2026-11-21 14:00" or -7d
    [exit 2]
    "#);
    let reported = desk.json("kb demand --from 2026-11-23 --to 2026-11-23");
    assert_eq!(reported["demand"][0]["kind"], "search");
    assert_eq!(reported["demand"][0]["times"], 2);
    assert_eq!(reported["demand"][2]["kind"], "code");
    assert_eq!(reported["demand"][2]["code"], "PRN-JAM");
    assert_eq!(reported["demand"][2]["excused"], 1);
    assert_eq!(reported["demand"][3]["times"], 1);
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
