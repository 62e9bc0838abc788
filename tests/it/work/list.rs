//! `desk work list`.

use super::one_order;
use crate::desk::Desk;

#[test]
fn orders_in_a_list() {
    let desk = one_order();
    desk.make("new 'Exchange rollers' --type work-order --code HW-SLOW");
    let _ = desk.ok("--as marek take ID3");
    let _ = desk.ok("--as marek work tick ID3 1 2");
    insta::assert_snapshot!(desk.run("work list"), @"
    ID          PRIORITY            STATUS  STEPS  TICKETS  QUEUE         ASSIGNEE  AGE  TITLE
    ID3         critical-situation  open      2/6        2  network       marek      4m  Restore the network of a floor
    ID4         standard            new         -        0  service-desk  -          3m  Exchange rollers
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work list queue:network"), @"
    ID          PRIORITY            STATUS  STEPS  TICKETS  QUEUE    ASSIGNEE  AGE  TITLE
    ID3         critical-situation  open      2/6        2  network  marek      5m  Restore the network of a floor
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("work list -queue:network"), @"
    ID          PRIORITY  STATUS  STEPS  TICKETS  QUEUE         ASSIGNEE  AGE  TITLE
    ID4         standard  new         -        0  service-desk  -          5m  Exchange rollers
    [exit 0]
    ");
    let reported = desk.json("work list queue:network");
    let order = &reported["tickets"][0];
    assert_eq!(order["derived"]["steps"][1]["done"], true);
    assert_eq!(order["derived"]["steps"][2]["number"], 3);
    let linked: Vec<&str> = order["derived"]["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    assert_eq!(linked.len(), 2);
    assert!(linked.contains(&desk.id("ID1").as_str()));
    let _ = desk.ok("work done ID3 -m Mended.");
    insta::assert_snapshot!(desk.run("work list queue:network"), @"
    -----
    no open work orders
    1 done work order also matches; use --all
    [exit 0]
    ");
    assert!(desk.ok("work list --all").to_string().contains("ID3"));
    let _ = desk
        .run("work list qeue:network")
        .code(2)
        .says("did you mean `queue`?");
    insta::assert_snapshot!(Desk::new().run("work list"), @"
    -----
    no work orders
    [exit 0]
    ");
}
