//! `desk kb show`.

use super::{WIFI, article};
use crate::desk::Desk;

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
