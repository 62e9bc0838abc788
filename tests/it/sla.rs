//! `desk sla`.

use crate::desk::Desk;

const DAY: i64 = 24 * 60;

#[test]
fn a_way_that_a_pencil_can_follow() {
    let desk = Desk::new();
    // Friday 18 December, 10:00 in Warsaw; Christmas is a holiday of every year.
    desk.wait(25 * DAY);
    desk.make(
        "new 'Laptop does not start' --from 'Jan Kowalski' --impact person --urgency \
         high",
    );
    desk.wait(60);
    let _ = desk.ok("pend ID1 --on customer -m 'Which laptop is it?'");
    desk.wait(3 * DAY);
    let _ = desk.ok("contact ID1 --in --by email -m 'The blue one.'");
    desk.wait(30);
    let _ = desk.ok("contact ID1 --by email -m 'A new one is ordered.'");
    let _ = desk.ok("pend ID1 --on vendor -m 'Ordered.'");
    desk.wait(2 * DAY);
    insta::assert_snapshot!(desk.run("sla ID1"), @"
    ID1         ·  pending  ·  Standard  ·  Laptop does not start

    first response  met Fri 18 Dec 10:00, with 4h of open time left
                    4h on office, zone Europe/Warsaw, by priority standard
    FROM                              COUNTS  LEFT
    Fri 18 Dec 10:00  begins with 4h            4h
    Fri 18 Dec 10:00  done                      4h

    reply           met Mon 21 Dec 11:33, with 3h 29m of open time left
                    4h on office, zone Europe/Warsaw, by priority standard
    FROM                              COUNTS    LEFT
    Mon 21 Dec 11:02  begins with 4h              4h
    Mon 21 Dec 11:02  open               31m  3h 29m
    Mon 21 Dec 11:33  done                    3h 29m

    update          no longer asked for since Mon 21 Dec 11:02
                    1bd on office, zone Europe/Warsaw, by priority standard
    FROM                                        COUNTS     LEFT
    Fri 18 Dec 10:00  begins with 1bd                       14h
    Fri 18 Dec 10:00  open                      1h 01m  12h 59m
    Fri 18 Dec 11:01  waits for the customer  (8h 01m)
    Mon 21 Dec 11:02  no longer asked for               12h 59m

    update          overdue since Tue 22 Dec 16:00, by 3h 35m of open time
                    1bd on office, zone Europe/Warsaw, by priority standard
    FROM                                 COUNTS     LEFT
    Mon 21 Dec 11:33  begins with 1bd            12h 27m
    Mon 21 Dec 11:33  open               4h 27m       8h
    Mon 21 Dec 16:00  night
    Tue 22 Dec 08:00  open                   8h        0
    Tue 22 Dec 16:00  the target passed

    resolution      due Mon 28 Dec 08:01, 12h 26m of open time left
                    3bd on office, zone Europe/Warsaw, by priority standard
    FROM                                                              COUNTS     LEFT
    Fri 18 Dec 10:00  begins with 3bd                                             30h
    Fri 18 Dec 10:00  open                                            1h 01m  28h 59m
    Fri 18 Dec 11:01  waits for the customer                        (8h 01m)
    Mon 21 Dec 11:02  open                                            4h 58m  24h 01m
    Mon 21 Dec 16:00  night
    Tue 22 Dec 08:00  open                                                8h  16h 01m
    Tue 22 Dec 16:00  night
    Wed 23 Dec 08:00  open                                                8h   8h 01m
    Wed 23 Dec 16:00  night
    Thu 24 Dec 08:00  open                                                8h       1m
    Thu 24 Dec 16:00  Fri 25 to Sat 26 Dec: holiday of every year;
                      Sun 27 Dec: no hours
    Mon 28 Dec 08:00  open                                                1m        0
    Mon 28 Dec 08:01  due
    [exit 0]
    ");
    let reported = desk.json("sla ID1");
    let clocks = reported["tickets"][0]["derived"]["clocks"]
        .as_array()
        .unwrap();
    let resolution = clocks
        .iter()
        .find(|one| one["clock"] == "resolution")
        .unwrap();
    assert_eq!(resolution["state"], "running");
    assert!(
        resolution["steps"].as_array().unwrap().len() > 8,
        "{resolution:#}"
    );
}

#[test]
fn a_change_of_priority_and_the_clock_change_are_told() {
    let desk = Desk::new();
    // Wednesday 24 March 2027; summer time begins on the 28th.
    desk.wait(121 * DAY);
    desk.make("new Slow --channel email --impact team --urgency medium");
    desk.wait(60);
    let _ = desk.ok("set ID1 urgency=high -m 'Salaries go out today.'");
    desk.wait(4 * DAY);
    let _ = desk.ok("set ID1 urgency=low -m 'They are out.'");
    insta::assert_snapshot!(desk.run("sla ID1"), @"
    ID1         ·  new  ·  Regular scheduled service  ·  Slow

    first response  overdue since Wed 24 Mar 10:30, by 21h 30m of open time
                    30m on office, zone Europe/Warsaw, by priority critical-situation
                    since Wed 24 Mar 10:00: 4h on office, by priority standard
                    since Wed 24 Mar 11:01: 30m on office, by priority critical-situation
                    since Sun 28 Mar 12:02: 1bd on office, by priority scheduled-service
    FROM                                 COUNTS  LEFT
    Wed 24 Mar 10:00  begins with 30m             30m
    Wed 24 Mar 10:00  open                  30m     0
    Wed 24 Mar 10:30  the target passed

    workaround      missed Wed 24 Mar 14:00, no longer asked for Sun 28 Mar 12:02, 18h late
                    4h on office, zone Europe/Warsaw, by priority critical-situation
                    since Wed 24 Mar 10:00: no target
                    since Wed 24 Mar 11:01: 4h on office, by priority critical-situation
                    since Sun 28 Mar 12:02: no target
    FROM                                   COUNTS  LEFT
    Wed 24 Mar 10:00  begins with 4h                 4h
    Wed 24 Mar 10:00  open                     4h     0
    Wed 24 Mar 14:00  the target passed
    Sun 28 Mar 12:02  no longer asked for

    resolution      overdue since Thu 25 Mar 16:00, by 8h of open time
                    1bd on office, zone Europe/Warsaw, by priority critical-situation
                    since Wed 24 Mar 10:00: 3bd on office, by priority standard
                    since Wed 24 Mar 11:01: 1bd on office, by priority critical-situation
                    since Sun 28 Mar 12:02: 10bd on office, by priority scheduled-service
    FROM                                 COUNTS  LEFT
    Wed 24 Mar 10:00  begins with 1bd             14h
    Wed 24 Mar 10:00  open                   6h    8h
    Wed 24 Mar 16:00  night
    Thu 25 Mar 08:00  open                   8h     0
    Thu 25 Mar 16:00  the target passed
    [exit 0]
    ");
}

#[test]
fn show_and_board_carry_the_short_form() {
    let desk = Desk::new();
    desk.make("new Slow --channel email --impact team --urgency high");
    let _ = desk.ok("take ID1");
    desk.wait(25);
    let _ = desk.ok("set ID1 requester.name='Jan Kowalski'");
    let shown = desk.run("show ID1").stdout;
    let clocks: Vec<&str> = shown
        .lines()
        .skip_while(|line| !line.starts_with("clocks"))
        .take(3)
        .collect();
    insta::assert_snapshot!(clocks.join("\n"), @"
    clocks      first response  due Mon 23 Nov 10:30, 2m of open time left, at risk
                workaround      due Mon 23 Nov 14:00, 3h 32m of open time left
                resolution      due Tue 24 Nov 16:00, 13h 32m of open time left
    ");
    insta::assert_snapshot!(desk.run(""), @"
    Help desk  Anna Nowak · Monday 23 November 2026, 10:29 · 1 open ticket

    At risk 1
    ID          PRIORITY            STATUS  QUEUE         ASSIGNEE  REQUESTER       DUE  AGE  TITLE
    ID1         critical-situation  open    service-desk  anna      Jan Kowalski  in 1m  29m  Slow
    [exit 0]
    ");
    desk.wait(60);
    let _ = desk.ok("call ID1 -m 'Told Jan.'");
    let shown = desk.run("show ID1").stdout;
    let clocks: Vec<&str> = shown
        .lines()
        .skip_while(|line| !line.starts_with("clocks"))
        .take(4)
        .collect();
    insta::assert_snapshot!(clocks.join("\n"), @"
    clocks      workaround      due Mon 23 Nov 14:00, 2h 29m of open time left
                update          due Mon 23 Nov 15:30, 3h 59m of open time left
                resolution      due Tue 24 Nov 16:00, 12h 29m of open time left
                first response  missed Mon 23 Nov 10:30, done Mon 23 Nov 11:30, 1h late
    ");
}

#[test]
fn comments_have_no_clock() {
    let desk = Desk::new();
    desk.made(&["new", "Praise", "--type", "comment"]);
    insta::assert_snapshot!(desk.run("sla ID1"), @"
    ID1         ·  closed  ·  Standard  ·  Praise

    No clock runs: no target is set for its priority, type and code.
    [exit 0]
    ");
}

#[test]
fn the_time_in_each_queue_is_told() {
    let desk = Desk::with_ticket();
    desk.wait(90);
    let _ = desk.ok("escalate ID1 -m 'Cleaned the rollers.'");
    desk.wait(DAY);
    let _ = desk.ok("escalate ID1 --back -m 'New rollers: please test.'");
    let reported = desk.run("sla ID1").stdout;
    let queues: Vec<&str> = reported
        .lines()
        .skip_while(|line| !line.starts_with("queues"))
        .collect();
    insta::assert_snapshot!(queues.join("\n"), @"
    queues  came back 1 time
    FROM              TO                QUEUE              TIER  OPEN TIME
    Mon 23 Nov 10:00  Mon 23 Nov 11:31  service-desk          1     1h 31m
    Mon 23 Nov 11:31  Tue 24 Nov 11:32  workplace-support     2     8h 01m
    Tue 24 Nov 11:32  now               service-desk          1         1m
    ");
}

#[test]
fn an_unknown_ticket_is_named() {
    let desk = Desk::new();
    let _ = desk
        .run("sla 2611-ZZZZZ")
        .code(2)
        .says("there is no ticket");
}
