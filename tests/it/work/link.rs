//! `desk work link`.

use super::{call, one_order, status};
use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn attaching_to_a_ticket_makes_their_shared_order() {
    let desk = Desk::new();
    call(&desk, "Jan", &["--asset-location", "Gdańsk HQ, floor 3"]);
    call(&desk, "Ola", &["--impact", "site", "--urgency", "high"]);
    insta::assert_snapshot!(desk.run("work link ID2 --to ID1"), @"
    ID3         created  Restore the network of a floor
                network, critical-situation, 6 steps
    ID1         link  No network at Jan's desk
                links.work_order: none → ID3
    ID2         link  No network at Ola's desk
                links.work_order: none → ID3
    [exit 0]
    ");
    let order = desk.file("ID3");
    assert!(
        order.contains("location = \"Gdańsk HQ, floor 3\""),
        "{order}"
    );
    // The most pressing of both.
    assert!(order.contains("impact = \"site\""), "{order}");
    // The next one joins it, through either of the two.
    call(&desk, "Ina", &[]);
    insta::assert_snapshot!(desk.run("work link ID4 --to ID2"), @"
    ID4         link  No network at Ina's desk
                links.work_order: none → ID3
    [exit 0]
    ");
    let before = desk.state();
    let _ = desk
        .run("work link ID4 --to ID3")
        .code(0)
        .says("`ID4` is linked to `ID3` already");
    assert!(before == desk.state());
    let _ = desk.run("check").code(0);
}

#[test]
fn link_as_work_order_is_the_same() {
    let desk = one_order();
    call(&desk, "Ina", &["--channel", "email"]);
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("link ID4 ID3 --as work-order");
    assert_eq!(status(&desk, "ID4"), "open", "somebody is at it");
    let _ = desk.ok("work done ID3 -m Mended.");
    call(&desk, "Eva", &[]);
    let _ = desk
        .run("link ID5 ID3 --as work-order")
        .code(4)
        .says("`ID3` is resolved");
}

#[test]
fn what_every_writing_command_does() {
    let three = || {
        let desk = Desk::with_two_tickets();
        desk.made(&["new", "--type", "work-order", "--code", "PRN-JAM"]);
        desk
    };
    writing_commands::check(three, "work link ID1 --to ID3");
    writing_commands::check_several(three, "work link ID1 --to ID3", "cancel ID2");
}

#[test]
fn a_caller_on_an_order_takes_over_what_is_known_of_it() {
    let desk = one_order();
    let _ = desk.ok("set ID3 impact=site asset.location='Floor 3'");
    let name = desk.make("new 'No network here either' --from 'Ola Nowak' --on ID3");
    let text = desk.raw(&name);
    for words in [
        "code = \"NET-OUT\"",
        "impact = \"site\"",
        "location = \"Floor 3\"",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let priority = |name: &str| {
        let text = desk.raw(name);
        let line = text.lines().find(|line| line.starts_with("priority = "));
        line.unwrap().to_owned()
    };
    assert_eq!(priority(&name), priority("ID3"));
    // What was said stands.
    let name = desk.make("new 'Mine too' --code PRN-JAM --impact person --on ID3");
    let text = desk.raw(&name);
    assert!(text.contains("code = \"PRN-JAM\""), "{text}");
    assert!(text.contains("impact = \"person\""), "{text}");
    let _ = desk.ok("check");
}

#[test]
fn who_waits_for_an_order_sees_who_has_it_and_nobody_else_is_offered_it() {
    let desk = one_order();
    let name = desk.make("new 'No network here either' --channel email --on ID3");
    let board = || desk.run("--as marek").to_string();
    assert!(board().contains(&name), "{}", board());
    let _ = desk.ok("take ID3 --as ewa");
    assert!(!board().contains(&name), "{}", board());
    let shown = desk.run(&format!("show {name}")).to_string();
    let line = shown.lines().find(|line| line.starts_with("work order"));
    let line = line.unwrap();
    assert!(line.contains("open") && line.contains("ewa"), "{shown}");
    assert!(line.contains("of 6 steps"), "{shown}");
}
