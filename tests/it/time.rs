//! Minutes that are noted on what was done: their sums, reports, and who may measure people.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::Desk;

/// anna and marek note time on a ticket of Jan's; marek works on the order for it.
fn scene() -> Desk {
    let desk = Desk::with_ticket();
    for line in [
        "set ID1 requester.organisation=Mill",
        "note ID1 --minutes 20 --activity remote -m 'Looked at the tray'",
        "call ID1 --minutes 5 --activity phone -m 'Told Jan'",
        "note ID1 --minutes 7 -m 'Ordered a roller' --as marek",
    ] {
        let _ = desk.ok(line);
    }
    let _ = desk.ok("work new ID1");
    let _ = desk.ok("work tick ID2 1 --minutes 30 --activity on-site --as marek");
    let _ = desk.ok("work done ID2 --minutes 45 --activity on-site -m 'New roller' --as marek");
    desk
}

/// The minutes of the rows of a section, by their labels, the total by no label.
fn sums(report: &Value, key: &str) -> BTreeMap<String, i64> {
    let sections = report["reports"][0]["sections"].as_array().unwrap();
    let section = sections.iter().find(|one| one["key"] == key).unwrap();
    let rows = section["rows"].as_array().unwrap().iter();
    let label = |row: &Value| {
        let labels = row["labels"].as_array().into_iter().flatten();
        let labels: Vec<&str> = labels.map(|one| one.as_str().unwrap()).collect();
        labels.join("/")
    };
    let total = [&section["total"]].into_iter();
    rows.chain(total)
        .map(|row| (label(row), row["figures"]["minutes"].as_i64().unwrap()))
        .collect()
}

fn expected(rows: &[(&str, i64)]) -> BTreeMap<String, i64> {
    rows.iter()
        .map(|(label, n)| ((*label).to_owned(), *n))
        .collect()
}

#[test]
fn minutes_are_a_number_of_them_and_an_activity_is_known() {
    let desk = Desk::with_two_tickets();
    for (line, says) in [
        ("note ID1 -m x --minutes 0", "`0` is no number of minutes"),
        ("call ID1 --minutes 1441", "from 1 to 1440"),
        (
            "contact ID1 -m x --minutes -5",
            "`-5` is no number of minutes",
        ),
        (
            "resolve ID1 -m x --minutes 1h",
            "`1h` is no number of minutes",
        ),
        (
            "note ID1 -m x --minutes 5 --activity fone",
            "did you mean `phone`?",
        ),
        ("note ID1 -m x --activity phone", "add --minutes N"),
        ("resolve ID1 ID2 -m x --minutes 5", "it would count 2 times"),
    ] {
        let before = desk.state();
        let _ = desk.run(line).code(2).says(says);
        assert!(before == desk.state(), "{line}");
    }
    for line in [
        "note ID1 -m x --minutes 1 --activity Phone",
        "resolve ID1 -m x --minutes 1440",
        "note ID2 -m x --minutes 3 --dry-run",
    ] {
        let _ = desk.ok(line);
    }
    assert!(
        desk.raw("ID1")
            .contains("- minutes: 1\n- activity: phone\n")
    );
    assert_eq!(desk.json("show ID2")["tickets"][0]["derived"]["minutes"], 0);
    // A house without activities, and one with words of its own.
    let settings = desk.read("desk.toml");
    let (head, rest) = settings.split_once("[time.activities]\n").unwrap();
    let rest = rest.split_once("\n\n").unwrap().1;
    desk.write("desk.toml", format!("{head}\n{rest}"));
    let _ = desk
        .run("note ID2 -m x --minutes 3 --activity phone")
        .code(2)
        .says("this desk has no activities");
    desk.write(
        "desk.toml",
        format!("{head}[time.activities]\n\"đi lại\" = \"Trên đường\"\n\n{rest}"),
    );
    let _ = desk.ok("note ID2 -m x --minutes 3 --activity 'đi lại'");
    desk.write(
        "desk.toml",
        format!("{head}[time.activities]\n\"a,b\" = \"x\"\n\n{rest}"),
    );
    let _ = desk.run("list").code(3).says("no name of an activity");
}

#[test]
fn a_ticket_and_its_order_have_sums() {
    let desk = scene();
    let shown = desk.ok("show ID1").stdout;
    let shown = desk.stable(&shown);
    assert!(
        shown.contains("\ntime        32 min: remote 20, phone 5, not said 7\n"),
        "{shown}"
    );
    let derived = &desk.json("show ID1")["tickets"][0]["derived"];
    assert_eq!(derived["minutes"], 32);
    assert_eq!(derived["activities"][0]["activity"], "remote");
    assert_eq!(derived["activities"][2]["activity"], Value::Null);
    // The order's own minutes are not its tickets'.
    let order = desk.ok("work show ID2").stdout;
    assert!(
        order.contains("\ntime        1 h 15 min: on-site 75\n"),
        "{order}"
    );
    assert!(
        order.contains("\ntime in all 1 h 47 min, 32 min of it on its tickets\n"),
        "{order}"
    );
    let derived = &desk.json("work show ID2")["tickets"][0]["derived"];
    assert_eq!(derived["minutes"], 75);
    assert_eq!(derived["minutes_of_tickets"], 32);
    let listed = |line: &str| -> Vec<String> {
        let found = desk.json(&format!("list --all {line}"));
        let all = found["tickets"].as_array().unwrap().iter();
        all.map(|one| desk.stable(one["id"].as_str().unwrap()))
            .collect()
    };
    let _ = desk.open("Nothing noted");
    assert_eq!(listed("'minutes>32'"), ["ID2"]);
    assert_eq!(listed("minutes:1..32"), ["ID1"]);
    assert_eq!(listed("activity:on-site"), ["ID2"]);
    assert_eq!(listed("minutes:0"), ["ID3"]);
    // In the order of numbers: 9 before 32 and 75.
    let _ = desk.ok("note ID3 -m x --minutes 9");
    assert_eq!(listed("--sort minutes"), ["ID3", "ID1", "ID2"]);
    assert_eq!(listed("--sort -minutes"), ["ID2", "ID1", "ID3"]);
    let columns = desk
        .ok("list --all ID3 --columns id,minutes,activity")
        .stdout;
    assert!(columns.contains('9'), "{columns}");
    let _ = desk.run("check").code(0);
}

#[test]
fn report_time_counts_each_minute_once_where_it_was_spent() {
    let desk = scene();
    let report = |by: &str| desk.json(&format!("report time {by} --as ewa"));
    let own = report("");
    assert_eq!(
        sums(&own, "time-by-activity"),
        expected(&[
            ("on-site", 75),
            ("remote", 20),
            ("phone", 5),
            ("(none)", 7),
            ("", 107)
        ])
    );
    assert_eq!(
        sums(&own, "time-by-code"),
        expected(&[("PRN-JAM", 107), ("", 107)])
    );
    assert_eq!(
        sums(&own, "time-by-day"),
        expected(&[("2026-11-23", 107), ("", 107)])
    );
    let by = |by: &str| sums(&report(&format!("--by {by}")), "time");
    assert_eq!(
        by("agent"),
        expected(&[("anna", 25), ("marek", 82), ("", 107)])
    );
    assert_eq!(
        by("organisation"),
        expected(&[("Mill", 32), ("(none)", 75), ("", 107)])
    );
    assert_eq!(
        by("requester"),
        expected(&[("Jan Kowalski", 32), ("(none)", 75), ("", 107)])
    );
    assert_eq!(
        by("agent,activity"),
        expected(&[
            ("anna/remote", 20),
            ("anna/phone", 5),
            ("marek/on-site", 75),
            ("marek/(none)", 7),
            ("", 107)
        ])
    );
    assert_eq!(by("week"), expected(&[("2026-W48", 107), ("", 107)]));
    assert_eq!(by("month"), expected(&[("2026-11", 107), ("", 107)]));
    for format in ["csv", "md", "html", "table"] {
        let out = desk
            .ok(&format!("report time --by activity --format {format}"))
            .stdout;
        assert!(
            out.contains("on-site") && out.contains("75"),
            "{format}: {out}"
        );
    }
    let agents = desk.json("report agents --work-orders --as ewa");
    assert_eq!(sums(&agents, "agents")["marek"], 82);
}

#[test]
fn what_is_taken_back_or_redated_takes_its_minutes_with_it() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 --minutes 20 -m 'Wrong ticket'");
    let _ = desk.ok("undo");
    let derived = |desk: &Desk| desk.json("show ID1")["tickets"][0]["derived"]["minutes"].clone();
    assert_eq!(derived(&desk), 0);
    assert!(desk.json("log")["days"][0]["minutes"] == 0);
    desk.wait(24 * 60);
    let _ = desk.ok("note ID1 --minutes 30 -m 'Was yesterday'");
    let text = desk.raw("ID1");
    let tag = text
        .lines()
        .rev()
        .find(|line| line.contains(" anna note ^"))
        .unwrap();
    let tag = tag.rsplit_once('^').unwrap().1;
    let _ = desk.ok(&format!("redate ID1 --entry ^{tag} '2026-11-23 12:00'"));
    let report = desk.json("report time --by day");
    assert_eq!(
        sums(&report, "time"),
        expected(&[("2026-11-23", 30), ("", 30)])
    );
    let yesterday = desk.json("log --period yesterday");
    assert_eq!(yesterday["days"][0]["minutes"], 30);
    // Words go, work was done.
    let _ = desk.ok(&format!("redact ID1 --entry ^{tag} -m 'A name'"));
    assert_eq!(derived(&desk), 30);
}

#[test]
fn minutes_written_by_hand_that_are_none_count_for_nothing_and_are_named() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 --minutes 20 -m x");
    let path = desk.path("ID1");
    desk.replace(&path, "- minutes: 20", "- minutes: 2000");
    let out = desk.run("check").code(1).to_string();
    assert!(out.contains("`2000` is no number of minutes"), "{out}");
    assert!(
        out.contains("- minutes: 2000") && out.contains("^^^^"),
        "{out}"
    );
    assert_eq!(desk.json("show ID1")["tickets"][0]["derived"]["minutes"], 0);
}

/// What measures people, and what does not.
const OF_PEOPLE: &[&str] = &[
    "report agents",
    "report time --by agent",
    "report time --by day,agent",
    "report volume --by assignee",
    "report resolution --by agent.now",
    "report contacts --by contact_agent",
    "report response assignee:marek",
    "report volume -assignee:marek",
    "log --team",
    "log --by marek",
];
const OF_NOBODY: &[&str] = &[
    "report",
    "report time",
    "report time --by day",
    "report backlog --by assignee",
    "report backlog assignee:marek",
    "report response assignee:me",
    "report volume is:mine",
    "report volume assignee:none",
    "report kb",
    "log",
    "log --by anna",
    "--team",
];

#[test]
fn people_are_measured_by_whom_the_policy_names() {
    let desk = scene();
    let settings = desk.read("desk.toml");
    for (word, managers, agents) in [("managers", 0, 4), ("none", 4, 4), ("all", 0, 0)] {
        let line = format!("people_reports = \"{word}\"");
        desk.write(
            "desk.toml",
            settings.replace("people_reports = \"managers\"", &line),
        );
        for asked in OF_PEOPLE {
            let out = desk.run(&format!("{asked} --as ewa")).code(managers);
            assert!(
                managers == 0 || out.stderr.contains("measures people"),
                "{asked}: {out}"
            );
            let out = desk.run(&format!("{asked} --as anna")).code(agents);
            let hint = agents == 0 || out.stderr.contains("hint: ");
            assert!(
                hint && (agents == 0 || out.stdout.is_empty()),
                "{asked}: {out}"
            );
        }
        for asked in OF_NOBODY {
            let _ = desk.run(&format!("{asked} --as anna")).code(0);
        }
        // Who asks is not known, as in cron: nobody is measured for nobody.
        desk.git(&["config", "user.email", "nobody@example.org"]);
        let code = match word {
            "managers" => 2,
            "none" => 4,
            _ => 0,
        };
        for (line, code) in [
            ("report agents", code),
            ("report kb", 0),
            ("report time", 0),
        ] {
            let mut command = desk.desk(&line.split(' ').collect::<Vec<_>>());
            command.env_remove("DESK_AGENT");
            let out = desk.reported(command);
            assert_eq!(out.code, code, "{word}: {line}: {out}");
        }
        desk.git(&["config", "--unset", "user.email"]);
    }
    desk.write(
        "desk.toml",
        settings.replace(
            "people_reports = \"managers\"",
            "people_reports = \"manager\"",
        ),
    );
    let _ = desk.run("list").code(3).says("managers");
    desk.write(
        "desk.toml",
        settings.replace("people_reports = \"managers\"\n", ""),
    );
    let _ = desk.run("report agents").code(4).says("for managers here");
}

#[test]
fn a_saved_report_and_the_searches_of_the_knowledge_base_obey_it() {
    let desk = scene();
    let _ = desk.ok("kb search roller --on ID1");
    let _ = desk.ok("report volume --by assignee --save people --as ewa");
    let _ = desk.run("report --preset people").code(4);
    let _ = desk.ok("report --preset people --as ewa");
    let searches = |who: &str| {
        let report = desk.json(&format!("report kb --as {who}"));
        let sections = report["reports"][0]["sections"].as_array().unwrap().clone();
        let found = sections.into_iter().find(|one| one["key"] == "kb-searches");
        found.unwrap()["rows"].clone()
    };
    assert_eq!(searches("ewa")[0]["labels"][0], "anna");
    assert_eq!(searches("anna")[0]["labels"], serde_json::json!([]));
    assert_eq!(
        searches("anna")[0]["figures"]["searches"],
        searches("ewa")[0]["figures"]["searches"]
    );
}

/// The lines of the code blocks of the page that are commands.
fn typed() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/manual/time.md");
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = page.split("\n```").skip(1).step_by(2);
    let shell = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    let lines = shell.flat_map(str::lines);
    lines
        .map(|line| {
            line.split("  #")
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn every_command_of_the_page_does_what_it_says() {
    let desk = crate::procedure::scene();
    let _ = desk.ok("work link 7K3MQ --to 9PD4T");
    let lines = typed();
    assert!(lines.len() > 20, "{lines:?}");
    // The order is done for all, and its ticket with it.
    for line in &lines {
        let (_, line) = line.split_once("desk ").unwrap();
        let who = if line.starts_with("log") && !line.contains("--by") && !line.contains("--team") {
            "anna"
        } else {
            "ewa"
        };
        let out = desk.run(&format!("--as {who} {line}"));
        assert_eq!(out.code, 0, "{line}\n{out}");
    }
    let shown = desk.json("show 7K3MQ");
    assert_eq!(shown["tickets"][0]["derived"]["minutes"], 36);
    assert_eq!(
        desk.json("work show 9PD4T")["tickets"][0]["derived"]["minutes"],
        75
    );
    let report = desk.json("report time");
    assert_eq!(sums(&report, "time-by-activity")["on-site"], 75);
    let _ = desk.run("check").code(0);
}

#[test]
fn time_survives_an_export_and_an_import() {
    let desk = scene();
    let out = desk.ok("export --format json").stdout;
    let other = Desk::new();
    other.wait(60);
    other.write("all.json", out);
    let _ = other.ok("import json all.json --as ewa");
    let sum = |desk: &Desk| sums(&desk.json("report time"), "time-by-activity");
    assert_eq!(sum(&desk), sum(&other));
}

#[test]
fn one_time_on_several_tickets_is_refused_by_every_command_that_takes_several() {
    let desk = Desk::with_two_tickets();
    for line in [
        "note ID1 ID2 -m x --minutes 5",
        "call ID1 ID2 --minutes 5",
        "contact ID1 ID2 -m x --minutes 5",
        "resolve ID1 ID2 -m x --minutes 5",
    ] {
        let before = desk.state();
        let _ = desk.run(line).code(2).says("it would count 2 times");
        assert!(before == desk.state(), "{line}");
    }
    let _ = desk.ok("call ID1 voicemail --minutes 1 --activity phone");
}
