//! What `desk.toml` says on clocks, and how it is refused.

use crate::desk::{Desk, Out};

/// The answer of a desk whose settings hold `new` instead of `old`.
fn with(old: &str, new: &str) -> Out {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", old, new);
    let before = desk.state();
    let out = desk.run("note ID1 -m 'Something was done.'").code(3);
    assert!(
        before == desk.state(),
        "nothing runs on half-understood rules"
    );
    out
}

/// A piece of a settings file or catalogue where a duration stands, and one to put there.
const DURATIONS: &[(&str, &str)] = &[
    ("update = \"4h\"", "update = \"{}\""),
    (
        "update = \"4h\"",
        "update = { within = \"{}\", calendar = \"always\" }",
    ),
    (
        "update = \"4h\"",
        "[targets.critical-situation.action]\nreply = \"{}\"",
    ),
    ("[silence]\nevery = \"3bd\"", "[silence]\nevery = \"{}\""),
    ("update = [\"75%\", \"100%\"]", "update = [\"{} before\"]"),
    (
        "[[escalation]]",
        "[[escalation]]\nclock = \"update\"\nat = \"{} before\"\n\n[[escalation]]",
    ),
];

#[test]
fn no_duration_of_the_clocks_is_zero_or_longer_than_ten_years() {
    let desk = Desk::with_ticket();
    let settings = desk.read("desk.toml");
    for (old, new) in DURATIONS {
        assert!(settings.contains(old), "{old}");
        for length in ["0m", "0h", "0bd", "00h", "3661bd", "87841h", "9999999bd"] {
            let put = settings.replacen(old, &new.replace("{}", length), 1);
            desk.write("desk.toml", &put);
            let out = desk.run("check desk.toml");
            assert!(out.code == 1, "{new} {length}: {out}");
            let line = 1 + put[..put.find(&format!("\"{length}")).unwrap()]
                .matches('\n')
                .count();
            assert!(
                out.to_string().contains(&format!("desk.toml:{line}:"))
                    && out.to_string().contains(&format!("`{length}")),
                "{new} {length}: {out}"
            );
        }
    }
    desk.write("desk.toml", &settings);
    let catalogue = desk.read("catalog.toml");
    let at = catalogue.len();
    for key in [
        "first-response",
        "reply",
        "update",
        "workaround",
        "resolution",
    ] {
        for length in ["0m", "0bd", "9999999bd"] {
            let mut put = catalogue.clone();
            put.insert_str(at, &format!("\n[code.OWN]\ntitle = \"Own\"\npath = [\"a\", \"b\", \"c\"]\n{key} = \"{length}\"\n"));
            desk.write("catalog.toml", &put);
            let out = desk.run("check catalog.toml");
            assert!(
                out.code == 1 && out.to_string().contains(&format!("`{length}`")),
                "{key} {length}: {out}"
            );
        }
    }
}

#[test]
fn a_zero_is_taken_where_nothing_need_pass() {
    let desk = Desk::with_ticket();
    desk.replace("desk.toml", "close_after = \"3bd\"", "close_after = \"0m\"");
    desk.replace(
        "desk.toml",
        "reopen_within = \"5bd\"",
        "reopen_within = \"0bd\"",
    );
    let _ = desk.run("check desk.toml").code(0);
}

#[test]
fn a_window_that_ends_before_it_starts() {
    insta::assert_snapshot!(with("mon-fri = [\"08:00-16:00\"]", "mon-fri = [\"22:00-06:00\"]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: the window `22:00-06:00` ends before it starts
       --> desk.toml:241:11
        |
    241 | mon-fri = ["22:00-06:00"]
        |           ^^^^^^^^^^^^^^^
    hint: a window over midnight is two: `22:00-24:00` and, on the next day, `00:00-06:00`
    [exit 3]
    "#);
    insta::assert_snapshot!(with("mon-fri = [\"08:00-16:00\"]", "mon-fri = [\"08:00-12:00\", \"11:00-16:00\"]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `11:00-16:00` begins before the window before it ends
       --> desk.toml:241:11
        |
    241 | mon-fri = ["08:00-12:00", "11:00-16:00"]
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    [exit 3]
    "#);
}

#[test]
fn a_day_that_is_named_twice() {
    insta::assert_snapshot!(with("mon-fri = [\"08:00-16:00\"]", "mon-fri = [\"08:00-16:00\"]\nfri = [\"08:00-13:00\"]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `mon-fri` says the hours of `fri` a second time
       --> desk.toml:241:11
        |
    241 | mon-fri = ["08:00-16:00"]
        |           ^^^^^^^^^^^^^^^
    hint: name each day once: `mon-thu` and `fri`
    [exit 3]
    "#);
}

#[test]
fn an_unknown_zone() {
    insta::assert_snapshot!(with("[calendar.office]\ntimezone = \"Europe/Warsaw\"", "[calendar.office]\ntimezone = \"Europe/Warszawa\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no time zone `Europe/Warszawa`
       --> desk.toml:235:12
        |
    235 | timezone = "Europe/Warszawa"
        |            ^^^^^^^^^^^^^^^^^
    hint: did you mean `Europe/Warsaw`?
    [exit 3]
    "#);
}

#[test]
fn a_target_on_no_calendar() {
    insta::assert_snapshot!(with("[targets.standard]\ncalendar = \"office\"", "[targets.standard]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: the target `targets.standard.first-response` is on no calendar
       --> desk.toml:277:18
        |
    277 | first-response = "4h"
        |                  ^^^^
    hint: name the calendar of the priority's targets: calendar = "office"
    [exit 3]
    "#);
    insta::assert_snapshot!(with("[targets.standard]\ncalendar = \"office\"", "[targets.standard]\ncalendar = \"ofice\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no calendar `ofice`
       --> desk.toml:277:12
        |
    277 | calendar = "ofice"
        |            ^^^^^^^
    hint: did you mean `office`?
    [exit 3]
    "#);
    insta::assert_snapshot!(with("update = \"4h\"", "update = { within = \"4h\", calendar = \"night\" }"), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no calendar `night`
       --> desk.toml:272:38
        |
    272 | update = { within = "4h", calendar = "night" }
        |                                      ^^^^^^^
    hint: there are: always, office
    [exit 3]
    "#);
    insta::assert_snapshot!(with("mon-fri = [\"08:00-16:00\"]", ""), @"
    -----
    error: `desk.toml` is invalid
    error: the calendar `office` never opens, and nothing counted on it is ever due
       --> desk.toml:240:1
        |
    240 | [calendar.office.week]
        | ^^^^^^^^^^^^^^^^^^^^^^
    hint: give it hours: [calendar.office.week]
    [exit 3]
    ");
}

#[test]
fn targets_that_say_nothing() {
    insta::assert_snapshot!(with("update = \"4h\"", "update = \"4d\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: `4d` is not a duration: write `15m` or `4h` (open time) or `3bd` (business days)
       --> desk.toml:272:10
        |
    272 | update = "4d"
        |          ^^^^
    [exit 3]
    "#);
    insta::assert_snapshot!(with("update = \"4h\"", "update = \"0h\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: `0h` is no time at all: the shortest durations are `1m` and `1bd`
       --> desk.toml:272:10
        |
    272 | update = "0h"
        |          ^^^^
    [exit 3]
    "#);
    insta::assert_snapshot!(with("update = \"4h\"", "updates = \"4h\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no setting `targets.critical-situation.updates`
       --> desk.toml:272:1
        |
    272 | updates = "4h"
        | ^^^^^^^
    hint: did you mean `targets.critical-situation.update`?
    [exit 3]
    "#);
    insta::assert_snapshot!(with("[targets.standard.information]", "[targets.standard.informations]"), @"
    -----
    error: `desk.toml` is invalid
    error: there is no setting `targets.standard.informations`
       --> desk.toml:283:19
        |
    283 | [targets.standard.informations]
        |                   ^^^^^^^^^^^^
    hint: did you mean `targets.standard.information`?
    [exit 3]
    ");
    insta::assert_snapshot!(with("[targets.scheduled-service]", "[targets.scheduled]"), @"
    -----
    error: `desk.toml` is invalid
    error: there is no priority `scheduled`
       --> desk.toml:286:1
        |
    286 | [targets.scheduled]
        | ^^^^^^^^^^^^^^^^^^^
    hint: did you mean `scheduled-service`?
    [exit 3]
    ");
    insta::assert_snapshot!(with("update = [\"75%\", \"100%\"]", "update = [\"75\"]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `75` is no point on the way to a target: write `75%` or `30m before`
       --> desk.toml:317:10
        |
    317 | update = ["75"]
        |          ^^^^^^
    [exit 3]
    "#);
    insta::assert_snapshot!(with("update = [\"customer\", \"schedule\"]", "update = [\"boss\"]"), @r#"
    -----
    error: `desk.toml` is invalid
    error: no ticket waits for `boss`
       --> desk.toml:309:10
        |
    309 | update = ["boss"]
        |          ^^^^^^^^
    hint: there are: customer, vendor, schedule
    [exit 3]
    "#);
}

#[test]
fn an_escalation_circle() {
    let rules = "[[escalation]]\nclock = \"resolution\"\nqueues = [\"network\"]\nto = \"telephony\"\n\n\
                 [[escalation]]\nclock = \"reply\"\nqueues = [\"telephony\"]\narea = \"network\"\n\n[silence]";
    insta::assert_snapshot!(with("[silence]", rules), @"
    -----
    error: `desk.toml` is invalid
    error: escalations go round in a circle: network → telephony → network
       --> desk.toml:344:1
        |
    344 | [[escalation]]
        | ^^^^^^^^^^^^^^
    hint: say with `queues` or `priorities` which work each rule is for
    [exit 3]
    ");
}

#[test]
fn escalations_name_what_is_there() {
    insta::assert_snapshot!(with("clock = \"resolution\"\nat", "clock = \"resolving\"\nat"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `escalation.clock` cannot be `resolving`
       --> desk.toml:327:9
        |
    327 | clock = "resolving"
        |         ^^^^^^^^^^^
    hint: did you mean `resolution`?
    [exit 3]
    "#);
    insta::assert_snapshot!(with("hierarchic = true\n\n", "hierarchic = true\nto = \"network\"\n\n"), @r#"
    -----
    error: `desk.toml` is invalid
    error: an escalation goes one way
       --> desk.toml:327:9
        |
    327 | clock = "resolution"
        |         ^^^^^^^^^^^^
    hint: keep one of `to`, `area` and `hierarchic`; none of them is the next tier
    [exit 3]
    "#);
    insta::assert_snapshot!(with("hierarchic = true\n\n", "to = \"netwrok\"\n\n"), @r#"
    -----
    error: `desk.toml` is invalid
    error: there is no queue `netwrok`
       --> desk.toml:330:6
        |
    330 | to = "netwrok"
        |      ^^^^^^^^^
    hint: did you mean `network`?
    [exit 3]
    "#);
    insta::assert_snapshot!(with("then = \"wait\"", "then = \"close\""), @r#"
    -----
    error: `desk.toml` is invalid
    error: `silence.then` cannot be `close`
       --> desk.toml:343:8
        |
    343 | then = "close"
        |        ^^^^^^^
    hint: one of: resolve, wait
    [exit 3]
    "#);
    insta::assert_snapshot!(with("every = \"3bd\"\ncalendar", "calendar"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `silence.every` is missing
       --> desk.toml:339:1
        |
    339 | [silence]
        | ^^^^^^^^^
    hint: how long a requester may be silent: "3bd"
    [exit 3]
    "#);
}

#[test]
fn check_names_file_and_line_too() {
    let desk = Desk::new();
    desk.replace(
        "desk.toml",
        "mon-fri = [\"08:00-16:00\"]",
        "mon-fri = [\"16:00-08:00\"]",
    );
    let out = desk.run("check");
    assert!(out.to_string().contains("desk.toml:"), "{out}");
    assert!(out.to_string().contains("ends before it starts"), "{out}");
}

#[test]
fn t14_zammad_5865_5538_a_month_is_the_desks_own() {
    let desk = Desk::new();
    // Half past eleven in the evening of 31 March in Warsaw, two hours from UTC.
    desk.set_clock("2026-03-31T21:30:00Z".parse().unwrap());
    desk.made(&["new", "Late", "--channel", "email"]);
    desk.set_clock("2026-03-31T22:30:00Z".parse().unwrap());
    desk.made(&["new", "Early", "--channel", "email"]);
    let titles = |month: &str| -> Vec<String> {
        let reported = desk.json(&format!("list created:{month}"));
        let all = reported["tickets"].as_array().unwrap().iter();
        all.map(|one| one["title"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(titles("2026-03"), ["Late"]);
    assert_eq!(titles("2026-04"), ["Early"]);
}
