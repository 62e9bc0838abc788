//! `desk work show`.

use super::one_order;

#[test]
fn one_order_whole() {
    let desk = one_order();
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work tick ID3 1 2");
    insta::assert_snapshot!(desk.run("work show ID3"), @"
    ID3         ·  open  ·  Critical situation  ·  work-order
    Restore the network of a floor

    asset at    Gdańsk HQ, floor 3
    code        NET-OUT, No network on a floor or at a site, IT › Network services › Wired network
    work        network, tier 2, Marek Zieliński
    priority    site × high
    articles    KB-7Q2M  No network at a desk or on a floor
    created     Mon 23 Nov 10:02, 3m ago

    Steps 2 of 6
    ✓ 1  Reach the switch from outside; if that fails, check its power
    ✓ 2  Read the error counters of the uplink
    · 3  Exchange cable, module and port, one at a time
    · 4  Look for loops before ports are enabled again
    · 5  Watch the counters for half an hour
    · 6  Confirm with a requester at each end of the floor

    Estimated time: 2h.

    Parts: patch cable, fibre module, spare switch.

    Tickets 2
    ID          STATUS  REQUESTER  CONTACT          AGENT       TITLE
    ID1         open    Jan        +48 600 100 200  Anna Nowak  No network at Jan's desk
    ID2         open    Ola        ola@example.org              No network at Ola's desk

    Next: desk work tick ID3 3 | note ID3 | work done ID3
    [exit 0]
    ");
    let reported = desk.json("work show ID3");
    assert_eq!(reported["tickets"][0]["derived"]["steps"][0]["done"], true);
    assert_eq!(
        reported["tickets"][0]["derived"]["tickets"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // The same beside every command that shows the order.
    let shown = desk.json("show ID3");
    for key in ["steps", "tickets", "repeat_of"] {
        let of = |page: &serde_json::Value| page["tickets"][0]["derived"][key].clone();
        assert_eq!(of(&shown), of(&reported), "{key}");
    }
    let noted = desk.json("note ID3 -m x");
    let derived = |value: &serde_json::Value| value["tickets"][0]["derived"]["tickets"].clone();
    assert_eq!(derived(&noted), derived(&reported));
    let _ = desk.ok("work done ID3 -m Mended.");
    insta::assert_snapshot!(desk.run("work show ID3"), @"
    ID3         ·  resolved  ·  Critical situation  ·  work-order
    Restore the network of a floor

    asset at    Gdańsk HQ, floor 3
    code        NET-OUT, No network on a floor or at a site, IT › Network services › Wired network
    work        network, tier 2, Marek Zieliński
    priority    site × high
    articles    KB-7Q2M  No network at a desk or on a floor
    created     Mon 23 Nov 10:02, 8m ago

    Steps 2 of 6
    ✓ 1  Reach the switch from outside; if that fails, check its power
    ✓ 2  Read the error counters of the uplink
    · 3  Exchange cable, module and port, one at a time
    · 4  Look for loops before ports are enabled again
    · 5  Watch the counters for half an hour
    · 6  Confirm with a requester at each end of the floor

    Estimated time: 2h.

    Parts: patch cable, fibre module, spare switch.

    Tickets 2
    ID          STATUS      REQUESTER  CONTACT          AGENT       TITLE
    ID1         to be told  Jan        +48 600 100 200  Anna Nowak  No network at Jan's desk
    ID2         to be told  Ola        ola@example.org  Anna Nowak  No network at Ola's desk
    [exit 0]
    ");
}

#[test]
fn text_from_outside_does_not_act_in_an_order() {
    let desk = one_order();
    desk.replace(
        &desk.path("ID3"),
        "- [ ] Look",
        "- [ ] \u{1b}]0;pwned\u{7}Look",
    );
    for line in [
        "work show ID3",
        "work list",
        "work tick ID3 4",
        "work show ID3 --json",
    ] {
        let out = desk.ok(line);
        assert!(
            !out.stdout.contains('\u{1b}') && !out.stdout.contains('\u{7}'),
            "{out}"
        );
    }
}

#[test]
fn an_order_is_written_as_a_sheet_with_boxes_to_tick() {
    let desk = one_order();
    let _ = desk.ok("work tick ID3 1");
    let sheet = desk.ok("work show ID3 --format html").stdout;
    // A box for each step and each requester.
    assert_eq!(sheet.matches("class=\"box\"").count(), 8, "{sheet}");
    assert_eq!(sheet.matches("✓").count(), 1, "{sheet}");
    for part in [
        "Look for loops before ports are enabled again",
        "Estimated time: 2h.",
        "+48 600 100 200",
        "accepted by",
        "size: A4",
    ] {
        assert!(sheet.contains(part), "{part}: {sheet}");
    }
    for outside in ["<script", "<link", "http:", "https:", "url(", "src="] {
        assert!(!sheet.contains(outside), "{outside}: {sheet}");
    }
    let _ = desk.ok("work show ID3 -o sheet.html");
    assert!(desk.read("sheet.html").contains("class=\"box\""));
    let page = desk.ok("work show ID3 --format md").stdout;
    assert!(page.contains("- [x] Reach the switch"), "{page}");
    assert!(page.contains("- [ ] Look for loops"), "{page}");
}
