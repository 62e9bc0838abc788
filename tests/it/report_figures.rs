//! What the figures of `desk report` are measured in, what they can be told apart by and compared with,
//! and the page that shows them.

use serde_json::Value;

use crate::desk::Desk;

const DAY: i64 = 24 * 60;

const MAP: &str = r#"source = "oldtool"
[time]
formats = ["%Y-%m-%d %H:%M"]
zone = "Europe/Warsaw"
[columns]
id = "Case"
time = "When"
by = "Who"
title = "Subject"
status = "State"
queue = "Team"
[constants]
type = "action"
[values.status]
"New" = "new"
"Solved" = "resolved"
"#;

/// A desk with a log of a tool that tells of no contact.
fn imported(rows: &str) -> Desk {
    let desk = Desk::new();
    desk.write("m.toml", MAP);
    desk.write("t.csv", format!("Case,When,Who,Subject,State,Team\n{rows}"));
    let _ = desk.ok("import events t.csv --map m.toml --as ewa");
    std::fs::remove_file(desk.root.join("m.toml")).unwrap();
    std::fs::remove_file(desk.root.join("t.csv")).unwrap();
    desk
}

fn section(desk: &Desk, line: &str, key: &str) -> Value {
    let report = desk.json(line)["reports"][0].clone();
    let sections = report["sections"].as_array().unwrap();
    let found = sections.iter().find(|one| one["key"] == key);
    found.unwrap_or_else(|| panic!("{key} in {line}")).clone()
}

fn row(section: &Value, label: &str) -> Value {
    let rows = section["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["labels"][0] == label);
    found.unwrap_or_else(|| panic!("{label} in {section}"))["figures"].clone()
}

fn labels(section: &Value) -> Vec<String> {
    let rows = section["rows"].as_array().unwrap().iter();
    rows.map(|row| row["labels"][0].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn open_time_is_told_in_the_days_of_its_calendar() {
    let desk = Desk::new();
    desk.make("new 'Slow' --from 'Ola Wrona' --impact person --urgency medium");
    desk.make(
        "new 'Nothing works' --from 'Jan Kos' --priority enterprise-outage --reason 'All of it'",
    );
    desk.wait(10 * DAY);
    let _ = desk.ok("resolve ID1 -m 'Done.'");
    let _ = desk.ok("resolve ID2 -m 'Done.'");
    let text = desk.ok("report resolution").stdout;
    let table = text.split("\n\n").nth(1).unwrap();
    let of = |word: &str| {
        let line = table.lines().find(|line| line.starts_with(word));
        line.unwrap_or_else(|| panic!("{word}: {text}")).to_owned()
    };
    assert!(text.contains("a working day (bd) of 8h"), "{text}");
    assert!(table.contains("1bd is 8h of open time"), "{table}");
    assert!(of("standard").contains("bd"), "{table}");
    assert!(of("enterprise-outage").contains("10d"), "{table}");
    // Calendars of different days in one row: hours only.
    let total = of("total");
    assert!(total.contains("240h") && !total.contains("bd"), "{table}");
    let took = text.split("Times to resolve by length").nth(1).unwrap();
    assert!(took.contains("168 to 720 hours"), "{took}");
    let alone = desk.ok("report resolution priority:standard").stdout;
    assert!(alone.contains("5 to 10 working days"), "{alone}");
    assert_eq!(
        desk.json("report resolution")["reports"][0]["working_day"],
        28_800
    );
}

#[test]
fn merged_is_not_cancelled_and_the_backlog_changes_by_net() {
    let desk = Desk::new();
    for title in ["One", "Two", "Three", "Four"] {
        desk.make(&format!("new '{title}' --from 'Ola Wrona'"));
    }
    desk.make("new 'Thanks' --type comment --from 'Ola Wrona'");
    let _ = desk.ok("merge ID1 --into ID2");
    let _ = desk.ok("cancel ID3 -m 'No need.'");
    let _ = desk.ok("resolve ID4 -m 'Done.'");
    desk.wait(2 * DAY);
    let _ = desk.ok("reopen ID3 -m 'There is need.'");
    let _ = desk.ok("reopen ID4 -m 'Not done.'");
    desk.wait(DAY);
    let _ = desk.ok("resolve ID4 -m 'Done now.'");
    let flow = section(&desk, "report flow", "flow");
    let total = &flow["total"]["figures"];
    for (key, expected) in [
        ("created", 5),
        ("resolved", 3),
        ("reopened", 1),
        ("revived", 1),
        ("cancelled", 1),
        ("merged", 1),
        ("net", 2),
        ("backlog", 2),
    ] {
        assert_eq!(total[key], expected, "{key}: {total}");
    }
    let mut open = 0;
    for row in flow["rows"].as_array().unwrap() {
        let n = |key: &str| row["figures"][key].as_i64().unwrap();
        let net = n("created") + n("reopened") + n("revived")
            - n("resolved")
            - n("cancelled")
            - n("merged");
        assert_eq!(n("net"), net, "{row}");
        open += net;
        assert_eq!(n("backlog"), open, "{row}");
    }
    let volume = section(&desk, "report volume --by type", "volume");
    assert_eq!(volume["total"]["figures"]["cancelled"], 1);
    assert_eq!(volume["total"]["figures"]["merged"], 1);
    // What was cancelled and is open again was not solved before.
    let reopens = section(&desk, "report reopens", "reopens");
    assert_eq!(reopens["total"]["figures"]["reopenings"], 1);
    assert_eq!(reopens["total"]["figures"]["reopened"], 1);
}

#[test]
fn what_a_log_cannot_know_is_unknown() {
    let desk = imported(
        "1,2026-11-02 10:00,Joe,A,New,G88 2nd\n1,2026-11-03 10:00,Joe,A,Solved,G88 2nd\n\
         2,2026-11-04 10:00,Joe,B,New,G88 2nd\n",
    );
    let sla = section(
        &desk,
        "report sla --period this-month",
        "sla-first-response",
    );
    let total = &sla["total"]["figures"];
    assert_eq!(total["attainment"], Value::Null, "{sla}");
    assert_eq!(total["missed"], 0, "{sla}");
    assert_eq!(total["unknown"], 2, "{sla}");
    let response = section(&desk, "report response --period this-month", "response");
    assert_eq!(response["total"]["figures"]["unanswered"], 0);
    assert_eq!(response["total"]["figures"]["unknown"], 2);
    let first = section(
        &desk,
        "report resolution --period this-month",
        "resolution-first-contact",
    );
    assert_eq!(first["total"]["figures"]["rate"], Value::Null, "{first}");
    let text = desk.ok("report sla --period this-month").stdout;
    let table = text.split("\n\n").find(|one| one.starts_with("SLA: first"));
    assert!(table.unwrap().contains("unknown"), "{text}");
    // Nor where a query leaves all in, or the page shows the tickets' titles.
    for name in [
        "overview",
        "sla",
        "response",
        "resolution",
        "volume",
        "backlog",
    ] {
        let sections = |query: &str| {
            let reported = desk.json(&format!(
                "report {name} {query} --period this-month --as-of 2026-11-20"
            ));
            reported["reports"][0]["sections"].clone()
        };
        assert!(sections("").is_array(), "{name}");
        assert_eq!(sections("-status:merged"), sections(""), "{name}");
    }
    let page = desk
        .ok("report sla --period this-month --format html")
        .stdout;
    assert!(
        page.contains(">unknown<") && !page.contains(">0.0 %"),
        "{page}"
    );
    // The desk's own tickets are known.
    desk.make("new 'Ours' --channel email --from 'Ola Wrona'");
    let response = section(&desk, "report response --period this-month", "response");
    assert_eq!(response["total"]["figures"]["unanswered"], 1);
    assert_eq!(response["total"]["figures"]["unknown"], 2);
    // What the other tool called a queue works where its word does.
    let listed = desk.ok("list --all 'queue:\"g88 2nd\"' --columns id");
    assert_eq!(listed.stdout.lines().count(), 3, "{listed}");
    let _ = desk.ok("due --queue 'G88 2nd'");
    let refused = desk.run("set ID1 'queue=G88 2nd'");
    assert!(refused.stderr.contains("retired"), "{refused}");
}

#[test]
fn rows_go_by_the_time_of_what_they_count() {
    let desk = imported(
        "1,2026-11-02 10:00,Joe,A,New,T\n2,2026-11-02 14:30,Joe,B,New,T\n\
         3,2026-11-07 10:20,Joe,C,New,T\n3,2026-11-08 10:20,Joe,C,Solved,T\n4,2026-10-30 08:00,Joe,D,New,T\n",
    );
    let by = |field: &str| {
        let line = format!("report volume --by {field} --from 2026-10-01 --to 2026-11-30");
        labels(&section(&desk, &line, "volume"))
    };
    assert_eq!(by("weekday"), ["Monday", "Friday", "Saturday", "Sunday"]);
    assert_eq!(by("hour"), ["08:00", "10:00", "14:00"]);
    assert_eq!(by("month"), ["2026-10", "2026-11"]);
    assert_eq!(by("week"), ["2026-W44", "2026-W45"]);
    let flow = section(
        &desk,
        "report flow --by month --from 2026-10-01 --to 2026-11-30",
        "flow",
    );
    assert_eq!(labels(&flow), ["2026-10-01", "2026-11-01"]);
    let _ = desk.ok("report overview --by week");
    assert_eq!(desk.run("report flow --by queue").code, 2);
    let load = section(&desk, "report volume --from 2026-10-01", "load");
    assert_eq!(row(&load, "Monday")["10"], 1);
    assert_eq!(row(&load, "Monday")["14"], 1);
    // A quarter of whole months.
    let report = desk.json("report --period last-3-months")["reports"][0].clone();
    assert_eq!(report["from"], "2026-07-31T22:00:00Z");
    assert_eq!(report["to"], "2026-10-31T23:00:00Z");
}

/// Nine weeks of ten to twelve records each, and one of forty.
fn weeks() -> Desk {
    let mut rows = String::new();
    let mut case = 0;
    let monday = chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap();
    for (week, many) in [11, 10, 12, 11, 10, 12, 11, 10, 11, 40]
        .into_iter()
        .enumerate()
    {
        for n in 0..many {
            case += 1;
            let day = monday + chrono::Days::new(week as u64 * 7 + n % 5);
            rows.push_str(&format!(
                "{case},{day} 09:{:02},Joe,Case {case},New,T\n",
                n % 60
            ));
        }
    }
    let desk = imported(&rows);
    desk.set_clock("2026-11-18T09:00:00Z".parse().unwrap());
    desk
}

#[test]
fn what_is_beyond_the_periods_before_stands_out() {
    let desk = weeks();
    let line = "report overview --period last-week";
    let out = section(&desk, line, "stands-out");
    let created = row(&out, "created");
    assert_eq!(
        (&created["now"], &created["before"]),
        (&40.into(), &11.into())
    );
    assert_eq!(
        (&created["lowest"], &created["highest"]),
        (&10.into(), &12.into())
    );
    let keys = section(&desk, line, "key-figures");
    assert_eq!(row(&keys, "created")["change"], 29);
    // The desk has no records of a year ago.
    assert_eq!(row(&keys, "created")["year_ago"], Value::Null);
    assert_eq!(row(&keys, "open days")["now"], 5);
    let course = row(&keys, "created")["course"].clone();
    assert_eq!(course.as_array().unwrap().len(), 9, "{course}");
    let text = desk.ok(line).stdout;
    assert!(
        text.contains(
            "! Created: 40 (+29), 11 in the period before; the periods before it had 10 to 12."
        ),
        "{text}"
    );
    let quiet = section(&desk, "report overview --period 2026-W45", "stands-out");
    assert!(
        labels(&quiet).iter().all(|one| one.starts_with("backlog")),
        "{quiet}"
    );
    // The house says what is much.
    desk.write(
        "desk.toml",
        desk.read("desk.toml")
            .replace("change = 5\n", "change = 50\n"),
    );
    let few = section(&desk, line, "stands-out");
    assert!(!labels(&few).contains(&"created".to_owned()), "{few}");
    desk.write(
        "desk.toml",
        desk.read("desk.toml")
            .replace("change = 50\n", "change = 0\n"),
    );
    let refused = desk.run("check");
    assert!(
        refused.stdout.contains("`change` is a whole number from 1"),
        "{refused}"
    );
}

#[test]
fn what_is_not_over_is_compared_with_the_same_part() {
    let desk = weeks();
    desk.set_clock("2026-11-11T09:30:00Z".parse().unwrap());
    // Monday to Wednesday of the week of forty, against three days of that before.
    let keys = section(&desk, "report overview --period this-week", "key-figures");
    let created = row(&keys, "created");
    assert_eq!(
        (&created["now"], &created["before"]),
        (&24.into(), &7.into())
    );
    let report = desk.json("report overview --period this-week")["reports"][0].clone();
    assert_eq!(report["unfinished"], true);
    let end = report["compared_with"]["to"].as_str().unwrap();
    assert!(end.starts_with("2026-11-04T09:3"), "{end}");
    let page = desk
        .ok("report overview --period this-week --format html")
        .stdout;
    assert!(page.contains("The period is not over"), "{page}");
    // Any report has the first of its figures beside it.
    let line = "report volume --by queue --period 2026-W46 --compare previous";
    let volume = section(&desk, line, "volume");
    assert_eq!(row(&volume, "t")["before"], 7);
    assert_eq!(row(&volume, "t")["change"], 17);
}

#[test]
fn a_page_answers_before_it_explains_and_names_nobody() {
    let desk = weeks();
    let page = |line: &str| desk.ok(&format!("{line} --format html")).stdout;
    let whole = page("report overview --period last-week");
    let place = |text: &str| {
        let found = whole.find(text);
        found.unwrap_or_else(|| panic!("{text} in {whole}"))
    };
    let order = [
        "id=\"key-figures\"",
        "id=\"stands-out\"",
        "id=\"flow\"",
        "id=\"trend\"",
        "id=\"load\"",
        "id=\"definitions\"",
        "records made, mistakes, spam and tests too",
    ];
    assert!(
        order.windows(2).all(|two| place(two[0]) < place(two[1])),
        "{whole}"
    );
    for part in whole.split("<details>").skip(1) {
        let part = part.split("</details>").next().unwrap();
        assert!(part.matches("<li>").count() <= 50, "{part}");
    }
    assert!(whole.matches("<caption>").count() > 5 && whole.contains("scope=\"row\""));
    for svg in whole
        .split("<svg")
        .skip(1)
        .filter(|one| one.contains("role=\"img\""))
    {
        assert!(svg.contains("<title>") && svg.contains("<desc>"), "{svg}");
    }
    // More than fifty: the rest by a command that finds just them.
    let long = page("report flow --from 2026-09-01 --to 2026-11-15");
    let command = "desk list --all &#39;created:2026-09-01..2026-11-15 -type:work-order&#39;";
    let command = [command.to_owned(), command.replace("&#39;", "'")];
    assert!(command.iter().any(|one| long.contains(one)), "{long}");
    let listed =
        desk.ok("list --all 'created:2026-09-01..2026-11-15 -type:work-order' --columns id");
    assert_eq!(listed.stdout.lines().count(), 1 + 138, "{listed}");
    // Whoever gets the page learns no names.
    let line = "report volume --by assignee --period last-week --as ewa";
    assert!(!page(line).contains("Anna"), "{}", page(line));
    let people = section(
        &desk,
        "report overview --people --from 2026-09-01",
        "top-requesters",
    );
    assert_eq!(people["total"]["figures"]["created"], 138);
    let names = desk.run("report overview --from 2026-09-01 --json").stdout;
    assert!(!names.contains("top-requesters"));
}
