//! `desk link`.

use crate::desk::Desk;

#[test]
fn two_tickets_that_have_to_do_with_one_another() {
    let desk = Desk::with_two_tickets();
    insta::assert_snapshot!(desk.run("link ID1 ID2"), @"
    ID1         link  Printer on floor 3 jams
                links.relates: +ID2
    ID2         link  Printer on floor 4 jams
                links.relates: +ID1
    [exit 0]
    ");
    insta::assert_snapshot!(desk.commit(), @"
    ID1 link: relates ID2

    ID1 Printer on floor 3 jams
      links.relates: +ID2

    ID2 Printer on floor 4 jams
      links.relates: +ID1

    -- Anna Nowak <anna@example.org>, 2026-11-23T09:02:00Z; committed by Anna Nowak <anna@example.org>
    M	tickets/2026-11/ID1.md
    M	tickets/2026-11/ID2.md
    ");
    assert!(desk.file("ID1").contains("relates = [\"ID2\"]"));
    assert!(desk.file("ID2").contains("relates = [\"ID1\"]"));
    let _ = desk.run("check").code(0);
}

#[test]
fn directed_links_stand_on_the_first() {
    for (kind, key) in [("parent", "parent"), ("follows", "follows")] {
        let desk = Desk::with_two_tickets();
        let other = desk.raw("ID2");
        let _ = desk.ok(&format!("link ID1 ID2 --as {kind}"));
        assert!(desk.file("ID1").contains(&format!("{key} = \"ID2\"")));
        assert_eq!(other, desk.raw("ID2"));
        let _ = desk
            .run(&format!("link ID2 ID1 --as {kind}"))
            .code(4)
            .says("circle");
    }
}

#[test]
fn a_work_order_takes_tickets() {
    let desk = Desk::with_ticket();
    desk.make("new 'Change rollers' --type work-order --code PRN-JAM");
    let _ = desk.ok("link ID1 ID2 --as work-order");
    assert!(desk.file("ID1").contains("work_order = \"ID2\""));
    insta::assert_snapshot!(desk.run("link ID2 ID1 --as work-order"), @"
    -----
    error: `ID1` is no work order
    hint: name the work order last
    [exit 4]
    ");
    desk.open("Printer on floor 4 jams");
    let _ = desk
        .run("link ID1 ID3 --as work-order")
        .code(4)
        .says("`ID3` is no work order\nhint: an order for both: desk work link ID1 --to ID3");
}

#[test]
fn what_every_writing_command_does() {
    // `--as` means the kind of link here.
    let desk = Desk::with_two_tickets();
    let before = desk.state();
    let _ = desk.ok("link ID1 ID2 --dry-run");
    assert!(before == desk.state());
    let reported = desk.json("link ID1 ID2");
    assert_eq!(reported["format"], 1);
    assert_eq!(
        reported["tickets"][0]["links"]["relates"][0],
        desk.id("ID2")
    );
    assert_eq!(
        reported["tickets"][1]["links"]["relates"][0],
        desk.id("ID1")
    );
    let again = desk.state();
    let _ = desk.run("link ID1 ID2 -q").code(0);
    assert!(again == desk.state(), "linking twice changes nothing");
}

#[test]
fn what_is_wrong_is_refused() {
    let desk = Desk::with_two_tickets();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("link ID1 ID2 --as realtes"), @"
    -----
    error: there is no kind of link `realtes`
    hint: did you mean `relates`?
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("link ID1 ID1"), @"
    -----
    error: `ID1` cannot be linked to itself
    hint: name two different tickets
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("link ID1 2611-ZZZZZ"), @"
    -----
    error: there is no ticket `2611-ZZZZZ`
    hint: `desk list --all` shows every ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("link ID1"), @"
    -----
    error: 2 values required by '<A> <B>...'; only 1 was provided
    hint: desk link [OPTIONS] <A> <B>...
    [exit 2]
    ");
    assert!(before == desk.state());
}

#[test]
fn somebody_else_acts_before_the_command() {
    let desk = Desk::with_two_tickets();
    let _ = desk.ok("--as ewa link ID1 ID2 --as parent");
    assert!(
        desk.file("ID1")
            .contains(" ewa link ^tag\n\n- links.parent: (none) -> ID2\n"),
        "{}",
        desk.file("ID1")
    );
    let _ = desk
        .run("--as ewaa link ID1 ID2")
        .code(2)
        .says("there is no agent `ewaa`");
}
