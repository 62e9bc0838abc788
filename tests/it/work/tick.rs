//! `desk work tick`.

use super::{last, one_order, ordered};
use crate::desk::Desk;
use crate::writing_commands;

#[test]
fn only_the_marks_of_a_checklist_change() {
    let desk = one_order();
    let path = desk.path("ID3");
    let text = desk.raw("ID3");
    let steps = &text[text.find("- [ ]").unwrap()..text.find("\n\nEstimated").unwrap()];
    let mine = "Ring first.\r\n\r\n* [ ]  one \r\n   1. [X] by hand\r\n+ [] three\r\n```\r\n- [ ] code\r\n```\r\n- [ ] four";
    desk.write(&path, text.replace(steps, mine));
    desk.git(&["commit", "--quiet", "--all", "-m", "By hand"]);
    insta::assert_snapshot!(desk.run("work tick ID3 1 2 3 -m 'Went well.'"), @"
    ID3         tick  Restore the network of a floor
                ticked: one; three
                status: new → open
                by hand before: the log lacks `ticked: by hand`
    ID2         open  No network at Ola's desk
                order: ID3
                status: new → open
    -----
    warning: step 2 is ticked already: by hand
    [exit 0]
    ");
    let ticked = desk.raw("ID3");
    let wanted = mine.replace("* [ ]", "* [x]").replace("+ []", "+ [x]");
    assert!(ticked.contains(&wanted), "{ticked}");
    insta::assert_snapshot!(last(&desk, "ID3"), @"
    ## 2026-11-23T09:03:00Z anna tick ^tag

    - ticked: one
    - ticked: three
    - status: new -> open

    Went well.
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 2 --undo"), @"
    ID3         tick  Restore the network of a floor
                unticked: by hand
    [exit 0]
    ");
    assert!(desk.raw("ID3").contains("   1. [ ] by hand\r\n"));
    let before = desk.state();
    insta::assert_snapshot!(desk.run("work tick ID3 3"), @"
    ID3         nothing to change  Restore the network of a floor
    -----
    warning: step 3 is ticked already: three
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 5"), @"
    -----
    error: `ID3` has no step 5: it has 4
    hint: see them with `desk work show ID3`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work tick ID3 two"), @"
    -----
    error: `two` is no number of a step
    hint: name steps by their numbers in `desk work show`, or all of them with `all`
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("work tick ID1 1"), @"
    -----
    error: `ID1` is no work order but a ticket of type action
    hint: it is linked to the work order ID3
    [exit 4]
    ");
    assert!(before == desk.state());
    let _ = desk.ok("work tick ID3 all");
    assert!(!desk.raw("ID3").replace("- [ ] code", "").contains("[ ]"));
    insta::assert_snapshot!(desk.run("work tick ID3 all"), @"
    ID3         nothing to change  Restore the network of a floor
    -----
    warning: all 4 steps are ticked already
    [exit 0]
    ");
    let _ = desk.ok("cancel ID3");
    let _ = desk
        .run("work tick ID3 1 --undo")
        .code(4)
        .says("`ID3` is cancelled");
}

#[test]
fn an_order_without_steps_has_none_to_tick() {
    let desk = Desk::new();
    desk.made(&["new", "Slow laptop", "--from", "Jan", "--code", "HW-SLOW"]);
    let _ = desk.ok("work new ID1");
    insta::assert_snapshot!(desk.run("work tick ID2 1"), @"
    -----
    error: `ID2` has no steps to tick
    hint: write them as lines `- [ ] …` into the description: desk edit ID2
    [exit 4]
    ");
}

#[test]
fn what_every_writing_command_does() {
    writing_commands::check(ordered, "work tick ID2 1 -m the-text");
}
