//! `desk report`.

use std::collections::BTreeMap;

use plaindesk::rules::reports::ReportKind;
use serde_json::Value;

use crate::desk::Desk;
use crate::terminal::Terminal;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// A week: a call solved and reopened, a mail answered, escalated and handed over, a comment.
fn scene() -> Desk {
    let desk = Desk::new();
    desk.open("Printer on floor 3 jams");
    desk.make(
        "new 'Mail is slow' --channel email --from 'Ola Wrona' --impact site \
         --urgency high --tag mail --tag slow",
    );
    desk.make("new 'Thanks for the new screens' --type comment --from 'Ewa Lis'");
    desk.wait(2 * HOUR);
    let _ = desk.ok("contact ID2 -m 'We look into it.'");
    let _ = desk.ok("escalate ID2 --area network -m 'Not the mail server.'");
    let _ = desk.ok("assign ID2 marek");
    desk.wait(DAY);
    let _ = desk.ok("resolve ID1 -m 'New rollers.'");
    let _ = desk.ok("assign ID2 ewa");
    desk.wait(DAY);
    let _ = desk.ok("reopen ID1 -m 'It jams again.'");
    desk.wait(2 * HOUR);
    let _ = desk.ok("resolve ID1 -m 'Another tray.' --as marek");
    let _ = desk.ok("close ID1 --satisfied yes --rating 5");
    desk
}

fn data(desk: &Desk, line: &str) -> Value {
    desk.json(line)["reports"][0].clone()
}

/// The figures of a section by row: `labels` with commas, or `total`.
fn rows(report: &Value, key: &str) -> BTreeMap<String, Value> {
    let sections = report["sections"].as_array().unwrap();
    let section = sections.iter().find(|one| one["key"] == key).unwrap();
    let rows = section["rows"].as_array().unwrap().iter();
    let mut all: BTreeMap<String, Value> = rows
        .map(|row| {
            let labels = row["labels"].as_array().unwrap().iter();
            let labels: Vec<&str> = labels.map(|label| label.as_str().unwrap()).collect();
            (labels.join(","), row["figures"].clone())
        })
        .collect();
    if section["total"].is_object() {
        all.insert("total".into(), section["total"]["figures"].clone());
    }
    all
}

#[test]
fn a_report_tells_what_it_is_of_and_what_its_figures_mean() {
    let desk = scene();
    let out = desk
        .run("report volume --by queue --period this-week")
        .code(0)
        .stdout;
    let commit = desk.git(&["rev-parse", "--short=12", "HEAD"]);
    let out = out.replace(commit.trim(), "COMMIT");
    insta::assert_snapshot!(out, @"
    Help desk: Volume
    period    2026-11-23 to 2026-11-29, days of Europe/Warsaw
    calendar  office, a working day (bd) of 8h, where no target names another
    filter    all tickets, without work orders: 3 tickets
    as of     2026-11-25 14:11:00
    commit    COMMIT
    by        queue as at each event, of a new record as its intake ended

    Volume
    created                    records made in the period
    resolved                   number of times resolved, or closed without being resolved before, again
                               after every reopening, comments excluded
    closed, cancelled, merged  number of times
    created is grouped by what the intake said until it ended, the others by the values at that time
    what nobody knew yet counts by its first value
    a later correction moves nothing
    mistakes, spam and tests are left out
    QUEUE         CREATED  RESOLVED  CLOSED  CANCELLED
    service-desk        3         2       2          0
    total               3         2       2          0
    ");
    desk.write(
        "desk.toml",
        format!("{}\n# by hand\n", desk.read("desk.toml")),
    );
    let out = desk.run("report volume").code(0).stdout;
    assert!(out.contains(" + 1 changed file\n"), "{out}");
}

#[test]
fn who_did_it_is_who_had_it_then() {
    let desk = scene();
    let agents = rows(&data(&desk, "report agents --as ewa"), "agents");
    // anna had the printer when it was resolved, twice; she wrote the mail; ewa took it over.
    assert_eq!(agents["anna"]["resolved"], 2);
    assert_eq!(agents["anna"]["contacts"], 1);
    assert_eq!(agents["ewa"]["taken_over"], 1);
    assert_eq!(agents["ewa"]["open"], 1);
    assert!(!agents.contains_key("marek"), "{agents:?}");
    // The mail came in at the service desk and is at the network team now.
    let volume = rows(&data(&desk, "report volume --by queue"), "volume");
    assert_eq!(volume["service-desk"]["created"], 3);
    assert!(!volume.contains_key("network"), "{volume:?}");
    let backlog = rows(&data(&desk, "report backlog"), "backlog");
    assert_eq!(backlog["network"]["open"], 1);
    let moves = data(&desk, "report escalations");
    assert_eq!(rows(&moves, "escalations")["total"]["up"], 1);
    assert_eq!(rows(&moves, "escalations")["total"]["reassigned"], 1);
    assert_eq!(rows(&moves, "escalations-tiers")["1,2"]["moves"], 1);
}

#[test]
fn few_values_are_printed_and_those_who_wait_are_counted() {
    let desk = scene();
    let response = rows(&data(&desk, "report response"), "response-elapsed");
    // The call was answered at once, the mail after two hours; a comment asks for no answer.
    assert_eq!(response["total"]["n"], 1);
    assert_eq!(response["total"]["at_once"], 1);
    assert_eq!(response["total"]["unanswered"], 0);
    // A program may take the median of few, people are shown them all.
    assert_eq!(response["total"]["median"], response["total"]["values"][0]);
    assert_eq!(response["total"]["p90"], Value::Null);
    assert_eq!(response["total"]["values"].as_array().unwrap().len(), 1);
    let resolution = data(&desk, "report resolution");
    let plain = &rows(&resolution, "resolution-elapsed")["total"];
    // A day in which it was solved is not in the time to resolve.
    let took = plain["values"][0].as_i64().unwrap();
    assert!((26..30).contains(&(took / 3_600)), "{took}");
    assert_eq!(plain["unresolved"], 1);
    let reopened = rows(&data(&desk, "report reopens"), "reopens");
    assert_eq!(reopened["total"]["resolved"], 1);
    assert_eq!(reopened["total"]["rate"], 1.0);
    let said = rows(&data(&desk, "report satisfaction"), "satisfaction");
    assert_eq!(said["total"]["satisfied"], 1);
}

#[test]
fn every_figure_can_be_opened_and_the_counts_agree() {
    let desk = scene();
    let mut opened = 0;
    for name in ReportKind::WORDS {
        let report = data(&desk, &format!("report {name} --list --as ewa"));
        for section in report["sections"].as_array().unwrap() {
            let units: BTreeMap<&str, &str> = section["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["key"].as_str().unwrap(), one["unit"].as_str().unwrap()))
                .collect();
            let rows = section["rows"].as_array().unwrap().iter();
            let total = Some(&section["total"]).filter(|total| total.is_object());
            for row in rows.chain(total) {
                for (key, value) in row["figures"].as_object().unwrap() {
                    let follows = matches!(key.as_str(), "net" | "backlog");
                    if units[key.as_str()] != "count" || follows {
                        continue;
                    }
                    let ids = row["ids"][key].as_array().map_or(0, Vec::len);
                    assert_eq!(value.as_u64(), Some(ids as u64), "{name} {key} {section}");
                    opened += ids;
                }
            }
        }
        // The lines for people name as many.
        let text = desk
            .run(&format!("report {name} --list --as ewa"))
            .code(0)
            .stdout;
        for (head, rest) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.matches(" · ").count() == 2)
            .map(|(at, line)| (line, text.lines().skip(at + 1)))
        {
            let said: usize = head.rsplit(' ').next().unwrap().parse().unwrap();
            let ids = rest.take_while(|line| line.starts_with("  "));
            let named: usize = ids.map(|line| line.split_whitespace().count()).sum();
            assert_eq!(said, named, "{head}");
        }
    }
    assert!(opened > 50, "{opened}");
}

#[test]
fn a_ticket_of_the_last_hour_of_a_month_belongs_to_it() {
    let desk = Desk::new();
    // 31 March 23:30 in Warsaw, which is two hours ahead of UTC by then.
    desk.set_clock("2026-03-31T21:30:00Z".parse().unwrap());
    desk.open("Printer on floor 3 jams");
    desk.set_clock("2026-04-02T08:00:00Z".parse().unwrap());
    let made = |line: &str| {
        let report = data(&desk, &format!("report volume --by type {line}"));
        rows(&report, "volume")
            .get("total")
            .map_or(0, |total| total["created"].as_i64().unwrap())
    };
    assert_eq!(made("--period 2026-03"), 1);
    assert_eq!(made("--period 2026-04"), 0);
    assert_eq!(made("--period last-month"), 1);
    assert_eq!(made("--from 2026-03-31 --to 2026-03-31"), 1);
    // In UTC it is a March ticket too, in Tokyo one of April.
    assert_eq!(made("--period 2026-04 --tz Asia/Tokyo"), 1);
    let flow = rows(&data(&desk, "report flow --period 2026-03"), "flow");
    assert_eq!(flow["2026-03-31"]["created"], 1);
}

#[test]
fn the_backlog_of_a_day_is_what_that_days_commit_held() {
    let desk = scene();
    let log = desk.git(&["log", "--format=%H"]);
    let mut seen = std::collections::BTreeSet::new();
    for commit in log.lines() {
        let old = desk.copy();
        old.git(&["checkout", "--quiet", "--detach", commit]);
        let counted = old.json("list --all")["tickets"]
            .as_array()
            .map_or(0, |all| {
                let open =
                    |one: &&Value| one["derived"]["open"] == true && one["type"] != "work-order";
                all.iter().filter(open).count()
            });
        // When the last entry of that commit was written.
        let last = old.json("list --all")["tickets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["derived"]["updated"].as_str().unwrap().to_owned())
            .max();
        let Some(at) = last else { continue };
        let report = data(
            &desk,
            &format!("report backlog --as-of {at} --from 2026-11-01"),
        );
        let open = rows(&report, "backlog-age")["total"]["open"]
            .as_u64()
            .unwrap();
        assert_eq!(open, counted as u64, "{at}");
        seen.insert(open);
    }
    assert!(seen.len() > 1, "{seen:?}");
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let desk = scene();
    desk.wait(DAY);
    let begin = desk.run("list").code(0);
    drop(begin);
    for format in ["table", "csv", "json", "md", "html"] {
        for name in ReportKind::WORDS {
            let line =
                format!("report {name} --format {format} --as-of 2026-11-25T20:00:00Z --as ewa");
            let first = desk.run(&line).code(0).stdout;
            std::fs::remove_dir_all(desk.root.join(".desk")).ok();
            assert_eq!(first, desk.run(&line).code(0).stdout, "{line}");
            assert!(!first.is_empty());
        }
    }
}

#[test]
fn lists_do_not_pretend_to_add_up() {
    let desk = scene();
    let report = data(&desk, "report volume --by tag");
    let section = &report["sections"][0];
    assert_eq!(
        (&section["total"], &section["overlaps"]),
        (&Value::Null, &Value::Bool(true))
    );
    let _ = desk.run("report volume --by tag").says("do not add up");
    assert_eq!(rows(&report, "volume")["mail"]["created"], 1);
    assert_eq!(rows(&report, "volume")["slow"]["created"], 1);
}

/// Created by row, of a report on the week.
fn created_by(desk: &Desk, line: &str) -> BTreeMap<String, i64> {
    let report = data(desk, &format!("report volume {line} --period this-week"));
    let rows = rows(&report, "volume").into_iter();
    let counts = rows.map(|(label, figures)| (label, figures["created"].as_i64().unwrap()));
    counts
        .filter(|(label, n)| label != "total" && *n > 0)
        .collect()
}

fn counts(all: &[(&str, i64)]) -> BTreeMap<String, i64> {
    let owned = |(label, n): &(&str, i64)| ((*label).to_owned(), *n);
    all.iter().map(owned).collect()
}

#[test]
fn volume_counts_what_came_in_and_a_later_correction_moves_nothing() {
    let desk = Desk::new();
    desk.make("new 'Mail is slow' --channel email --from 'Ola Wrona' --organisation Sales");
    desk.make(
        "new 'No network' --code NET-DESK --impact person --urgency high --tag floor-3 --from 'Ewa Lis'",
    );
    desk.wait(HOUR);
    let _ = desk.ok("set ID1 code=MAIL-FULL");
    desk.wait(HOUR);
    let before = "2026-11-23T09:30:00Z";
    let line = format!("--by code --as-of {before}");
    assert_eq!(
        created_by(&desk, &line),
        counts(&[("(none)", 1), ("NET-DESK", 1)])
    );
    let at_first = counts(&[("MAIL-FULL", 1), ("NET-DESK", 1)]);
    assert_eq!(created_by(&desk, "--by code"), at_first);
    let fields = [
        "queue",
        "impact",
        "channel",
        "requester.organisation",
        "tags",
        "department",
        "type",
        "requester",
    ];
    let past: Vec<_> = fields
        .iter()
        .map(|field| created_by(&desk, &format!("--by {field}")))
        .collect();
    // Corrections of every sort, by command and by hand.
    let _ = desk.ok("set ID1 code=ACC-RESET channel=phone requester.organisation=Finance");
    let _ = desk.ok("set ID2 code=PRN-JAM impact=site tags=floor-4");
    let _ = desk.ok("convert ID2 --to information");
    let _ = desk.ok("set ID2 requester.name='Jan Kowalski'");
    desk.replace(
        &desk.path("ID1"),
        "impact = \"person\"",
        "impact = \"team\"",
    );
    let _ = desk.ok("note ID1 -m 'By hand.'");
    assert_eq!(created_by(&desk, "--by code"), at_first);
    for (field, past) in fields.iter().zip(past) {
        assert_eq!(created_by(&desk, &format!("--by {field}")), past, "{field}");
    }
    let now = counts(&[("ACC-RESET", 1), ("PRN-JAM", 1)]);
    assert_eq!(created_by(&desk, "--by code.now"), now);
    assert_eq!(
        created_by(&desk, "--by impact.now"),
        counts(&[("site", 1), ("team", 1)])
    );
    assert_eq!(
        created_by(&desk, "--by channel.now"),
        counts(&[("phone", 2)])
    );
    assert_eq!(
        created_by(&desk, "--by type.now"),
        counts(&[("action", 1), ("information", 1)])
    );
    assert_eq!(
        created_by(&desk, "--by tags.now"),
        counts(&[("floor-4", 1), ("(none)", 1)])
    );
    // The caches gone, the same.
    std::fs::remove_dir_all(desk.root.join(".desk")).unwrap();
    assert_eq!(created_by(&desk, "--by code"), at_first);
    // What was resolved counts by what was said then.
    let _ = desk.ok("resolve ID1 -m 'Password set.'");
    let _ = desk.ok("set ID1 code=MAIL-FULL");
    let report = data(&desk, "report volume --by code --period this-week");
    assert_eq!(rows(&report, "volume")["ACC-RESET"]["resolved"], 1);
}

#[test]
fn answers_that_came_after_the_record_count_as_what_came_in() {
    let desk = Desk::new();
    desk.make("new 'No network' --from 'Jan Kowalski'");
    desk.wait(HOUR);
    let _ = desk.ok("note ID1 -m 'Somebody wrote to it.'");
    let _ = desk.ok("new --resume ID1 --code NET-OUT");
    assert_eq!(created_by(&desk, "--by queue"), counts(&[("network", 1)]));
    assert_eq!(created_by(&desk, "--by code"), counts(&[("NET-OUT", 1)]));
    // Corrected since: a later answer is a correction, too.
    let _ = desk.ok("set ID1 code=NET-DESK");
    let _ = desk.ok("new --resume ID1 --code PRN-JAM");
    assert_eq!(created_by(&desk, "--by code"), counts(&[("NET-OUT", 1)]));
    assert_eq!(
        created_by(&desk, "--by code.now"),
        counts(&[("PRN-JAM", 1)])
    );
}

#[test]
fn the_head_says_by_which_values_rows_are_told_apart() {
    let desk = scene();
    let line = "report volume --by queue,code.now --period this-week --format";
    for format in ["table", "md", "html"] {
        let out = desk.run(&format!("{line} {format}")).code(0);
        let out = out.says("queue as at each event, of a new record as its intake ended");
        let _ = out.says("code.now as the ticket stands");
    }
    let csv = desk.ok(&format!("{line} csv")).stdout;
    assert!(
        csv.starts_with("section,group,subgroup,figure,unit,value,by\n"),
        "{csv}"
    );
    assert!(csv.contains(",\"queue,code.now\"\n"), "{csv}");
    let list = desk.ok(&format!("{line} csv --list")).stdout;
    assert!(list.contains(",\"queue,code.now\"\n"), "{list}");
    let by = &data(&desk, &format!("{line} json"))["by"];
    assert_eq!(
        by[0],
        serde_json::json!({"field": "queue", "values": "then"})
    );
    assert_eq!(
        by[1],
        serde_json::json!({"field": "code.now", "values": "now"})
    );
    let _ = desk
        .run("report volume --by nosuch.now")
        .code(2)
        .says("nosuch");
    let _ = desk.run("report volume --by .now").code(2);
}

#[test]
fn work_orders_stay_out_unless_asked_for() {
    let desk = scene();
    let _ = desk.ok("work new ID2 --code NET-OUT");
    let made = |line: &str| {
        let report = data(&desk, &format!("report volume --by type {line}"));
        rows(&report, "volume")["total"]["created"].clone()
    };
    assert_eq!(made(""), 3);
    assert_eq!(made("--work-orders"), 4);
    assert_eq!(made("type:work-order"), 1);
    assert_eq!(made("-type:comment --work-orders"), 3);
}

#[test]
fn what_comes_from_outside_is_text() {
    let desk = Desk::new();
    desk.made(&[
        "new",
        "x",
        "--from",
        "=HYPERLINK(\"http://x\")",
        "--tag",
        "a|b",
    ]);
    let csv = desk
        .run("report volume --by requester.name --format csv")
        .code(0)
        .stdout;
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
    let md = desk
        .run("report volume --by tag --format md")
        .code(0)
        .stdout;
    assert!(md.contains("| a\\|b |"), "{md}");
}

#[test]
fn a_page_has_nothing_from_outside_and_runs_nothing() {
    let desk = scene();
    desk.make("new x --from <script>alert(1)</script> --tag <img/src=x>");
    for by in ["requester.name", "tag", "queue"] {
        let page = desk
            .run(&format!("report volume --by {by} --format html"))
            .code(0)
            .stdout;
        for bad in [
            "<script",
            "<img",
            "http:",
            "https:",
            "url(",
            "@import",
            "javascript:",
            " style=",
        ] {
            let body = page.split("</head>").nth(1).unwrap();
            assert!(!body.contains(bad), "{by}: {bad} in {page}");
        }
        assert!(
            page.contains("default-src 'none'; style-src 'sha256-"),
            "{page}"
        );
        assert!(!page.contains("unsafe-inline"));
    }
    // Every chart has its numbers in a table beside it.
    let page = desk.run("report --format html").code(0).stdout;
    let sections: Vec<&str> = page.split("<section").skip(1).collect();
    assert!(
        sections.iter().filter(|one| one.contains("<svg")).count() > 3,
        "{page}"
    );
    for one in sections.iter().filter(|one| one.contains("<svg")) {
        assert!(
            one.contains("<table") && one.contains("aria-label"),
            "{one}"
        );
    }
    // The policy names the very style that the page has.
    let style = page
        .split("<style>")
        .nth(1)
        .unwrap()
        .split("</style>")
        .next()
        .unwrap();
    let hash = page
        .split("sha256-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(style.as_bytes());
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let first = usize::from(digest[0] >> 2);
    assert_eq!(hash.len(), 44);
    assert_eq!(hash.as_bytes()[0], letters[first]);
}

#[test]
fn the_ending_of_the_file_chooses_the_format() {
    let desk = scene();
    for (file, begin) in [
        ("r.csv", "section,"),
        ("r.json", "{"),
        ("r.md", "# "),
        ("r.html", "<!DOCTYPE html>"),
        ("r.txt", ""),
    ] {
        let out = desk.run(&format!("report -o {file}")).code(0);
        assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("", ""));
        assert!(desk.read(file).starts_with(begin), "{file}");
    }
    let _ = desk.run("report -o r.doc").code(2).says("names no format");
}

#[test]
fn what_is_mistyped_is_refused_with_the_nearest() {
    let desk = scene();
    let _ = desk
        .run("report volum")
        .code(2)
        .says("did you mean `volume`?");
    let _ = desk
        .run("report volume --by quue")
        .code(2)
        .says("did you mean `queue`?");
    let _ = desk
        .run("report volume --period lastweek")
        .code(2)
        .says("is no period");
    let _ = desk
        .run("report flow --by queue")
        .code(2)
        .says("does not support --by");
    let _ = desk
        .run("report volume --by queue,type,code")
        .code(2)
        .says("two fields");
    let _ = desk
        .run("report volume --by created")
        .code(2)
        .says("another on every ticket");
    let _ = desk
        .run("report --from 2026-11-20 --to 2026-11-01")
        .code(2)
        .says("ends before");
    let _ = desk
        .run("report --from 2027-01-01")
        .code(2)
        .says("`--from 2027-01-01` is yet to come");
    let _ = desk
        .run("report --as-of 2027-01-01")
        .code(2)
        .says("yet to come");
}

#[test]
fn an_empty_desk_reports_too_and_a_bad_file_costs_only_itself() {
    let desk = Desk::new();
    for name in ReportKind::WORDS {
        let _ = desk.run(&format!("report {name} --as ewa")).code(0);
    }
    desk.open("Printer on floor 3 jams");
    desk.plant("2611-7K3MQ", "no fence\n");
    let out = desk.run("report volume").code(0);
    assert!(
        out.stderr.contains("2611-7K3MQ") || out.stderr.contains("tickets/"),
        "{out}"
    );
    assert!(out.stdout.contains("total"), "{out}");
}

#[test]
fn a_report_is_kept_under_a_name_by_managers() {
    let desk = scene();
    let line = "report volume -type:comment --by queue --period this-week --save weekly";
    let _ = desk
        .run(line)
        .code(4)
        .says("only managers can change settings");
    let _ = desk.run(&format!("{line} --as ewa")).code(0);
    let kept = desk.read("desk.toml");
    let begin = kept.find("[report.weekly]").unwrap();
    insta::assert_snapshot!(&kept[begin..], @r#"
    [report.weekly]
    report = "volume"
    query = "!type:comment"
    period = "this-week"
    by = ["queue"]
    "#);
    assert_eq!(desk.git(&["status", "--porcelain", "desk.toml"]), "");
    let report = data(&desk, "report --preset weekly");
    assert_eq!(
        (&report["name"], &report["query"]),
        (&"volume".into(), &"!type:comment".into())
    );
    assert_eq!(rows(&report, "volume")["service-desk"]["created"], 2);
    // The command line comes before what is kept, and queries are joined.
    let report = data(
        &desk,
        "report tag:mail --preset weekly --by priority --period yesterday",
    );
    assert_eq!(report["query"], "!type:comment tag:mail");
    assert_eq!(report["sections"][0]["by"][0], "priority");
    let _ = desk
        .run(&format!("{line} --as ewa"))
        .code(4)
        .says("already");
    let _ = desk.run("report --preset weekley").code(2).says("weekly");
    desk.write("desk.toml", kept.replace("!type:comment", "tipe:comment"));
    let _ = desk.run("report").code(3).says("desk.toml");
}

#[test]
fn a_first_word_that_names_no_report_is_part_of_the_query() {
    let desk = scene();
    let asked = |line: &str| {
        let report = data(&desk, line);
        (
            report["name"].as_str().unwrap().to_owned(),
            report["query"].as_str().unwrap().to_owned(),
            report["tickets"].as_u64().unwrap(),
        )
    };
    let of = |name: &str, query: &str, n: u64| (name.to_owned(), query.to_owned(), n);
    assert_eq!(asked("report printer"), of("overview", "printer", 1));
    assert_eq!(
        asked("report queue:network"),
        of("overview", "queue:network", 1)
    );
    assert_eq!(
        asked("report queue:network mail"),
        of("overview", "queue:network mail", 1)
    );
    assert_eq!(asked("report volume printer"), of("volume", "printer", 1));
    // Words that are like a name, but are not one with a slip.
    assert_eq!(asked("report slow"), of("overview", "slow", 1));
    assert_eq!(asked("report backup"), of("overview", "backup", 0));
    for (slip, meant) in [
        ("volum", "volume"),
        ("agent", "agents"),
        ("reslution", "resolution"),
        ("Flow", "flow"),
    ] {
        let _ = desk
            .run(&format!("report {slip}"))
            .code(2)
            .says(&format!("did you mean `{meant}`?"));
        assert_eq!(
            asked(&format!("report overview {slip}")).0,
            "overview",
            "{slip}"
        );
    }
}

/// What `desk` shows in a terminal of 100 columns.
fn shown(desk: &Desk, line: &str, colour: bool) -> String {
    let args: Vec<&str> = line.split(' ').collect();
    let mut command = desk.desk(&args);
    command.env("DESK_PAGER", "cat");
    if colour {
        command.env_remove("NO_COLOR");
    }
    let mut terminal = Terminal::run(desk, &command);
    let code = terminal.end();
    let text = terminal.written();
    assert_eq!(code, 0, "{text}");
    text
}

#[test]
fn the_overview_fits_one_screen() {
    let desk = scene();
    let text = shown(&desk, "report", false);
    let lines: Vec<&str> = text.lines().collect();
    // The prompt needs a line of a small terminal too.
    assert!(lines.len() <= 23, "{} lines:\n{text}", lines.len());
    let words = [
        "2026-",
        "days of Europe/Warsaw",
        "calendar office",
        "as of",
        "3 tickets",
        "commit",
        "Flow",
        "created",
        "backlog",
        "first response",
        "resolution",
        "Type",
        "Largest codes",
        "Targets",
        "Reopened",
        "Days old",
        "defined in desk report",
    ];
    for word in words {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    // On a pipe the definitions follow instead.
    let piped = desk.run("report").code(0).stdout;
    assert!(!piped.contains("defined in"), "{piped}");
    for word in [
        "records made in the period",
        "attainment",
        "whenever resolved",
    ] {
        assert!(piped.contains(word), "{word}:\n{piped}");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal_and_colour_stays_on_it() {
    let desk = scene();
    for name in ReportKind::WORDS {
        let text = shown(&desk, &format!("report {name} --as ewa"), false);
        for line in text.lines() {
            let wide = unicode_width::UnicodeWidthStr::width(line);
            assert!(wide <= 100, "{name}: {wide}: {line}");
        }
        assert!(!text.contains('\u{1b}'), "{name}: {text:?}");
        let piped = desk.run(&format!("report {name} --as ewa")).code(0).stdout;
        assert!(!piped.contains('\u{1b}'), "{name}");
    }
    let text = shown(&desk, "report sla", true);
    assert!(text.contains("\u{1b}["), "{text:?}");
}

#[test]
fn emptiness_around_a_flow_is_left_out_and_said() {
    let desk = scene();
    let line = "report flow --from 2020-01-01 --to 2026-11-25";
    let text = desk.run(line).code(0).stdout;
    assert!(
        text.contains("by month, 2026-11-01; nothing before\n"),
        "{text}"
    );
    assert!(!text.contains("2020-02-01"), "{text}");
    // Machines get every stretch.
    let csv = desk.run(&format!("{line} --format csv")).code(0).stdout;
    assert!(csv.contains("flow,2020-02-01,"), "{csv}");
}

#[test]
fn the_starter_shows_how_a_report_gets_a_name() {
    let desk = scene();
    let text = desk.read("desk.toml");
    let begin = text.find("# [report.network]").unwrap();
    let (before, rest) = text.split_at(begin);
    let (block, after) = rest.split_once("\n\n").unwrap();
    let block = block.replace("# ", "");
    desk.write("desk.toml", format!("{before}{block}\n\n{after}"));
    let report = data(&desk, "report --preset network");
    assert_eq!(report["name"], "volume");
    assert_eq!(report["query"], "queue:network");
    assert_eq!(report["sections"][0]["by"][0], "code");
}

#[test]
fn solved_at_first_contact_is_what_needed_no_second() {
    let desk = Desk::new();
    let mail = |title: &str| {
        desk.made(&[
            "new",
            title,
            "--channel",
            "email",
            "--from",
            "Ola Wrona",
            "--code",
            "PRN-JAM",
        ])
    };
    // ID1 to ID3 called; ID4 to ID6 wrote.
    for title in ["The screen", "The mouse", "The cable"] {
        desk.open(title);
    }
    for title in ["The lamp", "The chair", "The desk"] {
        mail(title);
    }
    desk.wait(10);
    // On the call; after a second contact; reopened.
    let _ = desk.ok("resolve ID1 -m 'Told how.'");
    let _ = desk.ok("contact ID2 -m 'It is on its way.'");
    let _ = desk.ok("resolve ID2 -m 'Delivered.'");
    let _ = desk.ok("resolve ID3 -m 'Plugged in.'");
    let _ = desk.ok("reopen ID3 -m 'Out again.'");
    let _ = desk.ok("resolve ID3 -m 'Another cable.'");
    // With the answer; asked back; on a work order.
    let _ = desk.ok("contact ID4 -m 'Turn it the other way.'");
    let _ = desk.ok("resolve ID4 -m 'Turned.'");
    let _ = desk.ok("pend ID5 --on customer -m 'Which chair?'");
    desk.wait(10);
    let _ = desk.ok("contact ID5 --in -m 'The blue one.'");
    let _ = desk.ok("resolve ID5 -m 'Changed.'");
    let _ = desk.ok("work new ID6");
    let _ = desk.ok("resolve ID6 -m 'Moved.'");
    desk.wait(10);
    let all = rows(
        &data(&desk, "report resolution"),
        "resolution-first-contact",
    );
    let total = &all["total"];
    assert_eq!(total["resolved"], 6, "{total}");
    assert_eq!(total["first_contact"], 2, "{total}");
    assert_eq!(total["undecided"], 2, "they may still be reopened");
    let list = data(&desk, "report resolution --list");
    let sections = list["sections"].as_array().unwrap();
    let section = sections.iter();
    let section = section
        .clone()
        .find(|one| one["key"] == "resolution-first-contact");
    let ids = &section.unwrap()["total"]["ids"]["first_contact"];
    let mut wanted = [desk.id("ID1"), desk.id("ID4")];
    wanted.sort();
    assert_eq!(ids, &serde_json::json!(wanted));
    desk.wait(60 * DAY);
    let later = rows(
        &data(&desk, "report resolution --period 2026-11"),
        "resolution-first-contact",
    );
    assert_eq!(later["total"]["first_contact"], 2);
    assert_eq!(later["total"]["undecided"], 0, "the house's time is over");
}

#[test]
fn articles_past_their_review_are_counted_and_named() {
    let desk = Desk::new();
    let list = desk.json("kb list");
    let article = list["articles"][0].clone();
    let (id, path) = (&article["id"], article["derived"]["path"].as_str().unwrap());
    let before = rows(&data(&desk, "report kb"), "kb-shelf");
    let text = desk.read(path);
    let front = text.split_once("+++\n").unwrap().1;
    let kept: Vec<&str> = front
        .lines()
        .filter(|line| !line.starts_with("review_by"))
        .collect();
    desk.write(
        path,
        format!("+++\nreview_by = 2020-01-01\n{}\n", kept.join("\n")),
    );
    let after = data(&desk, "report kb --list");
    let sections = after["sections"].as_array().unwrap();
    let cached_articles = sections
        .iter()
        .find(|one| one["key"] == "kb-shelf")
        .unwrap();
    // A new desk's articles have one owner.
    let owner = before.keys().next().unwrap();
    let stale = |all: &BTreeMap<String, Value>| all[owner]["past_review"].as_i64().unwrap();
    assert_eq!(
        stale(&rows(&after, "kb-shelf")),
        stale(&before) + 1,
        "{cached_articles}"
    );
    let ids = cached_articles["rows"][0]["ids"]["past_review"]
        .as_array()
        .unwrap();
    assert!(ids.contains(id), "{id} in {ids:?}");
}

/// `check` names what a saved report could not be made of, by its line.
#[test]
fn saved_reports_that_cannot_be_made_are_named_by_check() {
    for (key, wrong, reported) in [
        ("report", "\"volumes\"", "there is no report `volumes`"),
        ("by", "[\"quue\"]", "quue"),
        (
            "by",
            "[\"created\"]",
            "`created` is another on every ticket",
        ),
        (
            "by",
            "[\"queue\", \"code\", \"type\"]",
            "two fields at most",
        ),
        ("period", "\"lastweek\"", "`lastweek` is no period"),
        ("query", "\"queue:netwerk\"", "netwerk"),
    ] {
        let desk = Desk::new();
        let settings = desk.read("desk.toml");
        let line = settings.lines().count() + 4;
        let report = if key == "report" {
            ""
        } else {
            "report = \"volume\""
        };
        desk.write(
            "desk.toml",
            format!("{settings}\n[report.weekly]\n{report}\n{key} = {wrong}\n"),
        );
        let out = desk.run("check").code(1);
        let place = format!("desk.toml:{line}:");
        assert!(out.stdout.contains(reported), "{key} = {wrong}: {out}");
        assert!(out.stdout.contains(&place), "{place}: {out}");
        let _ = desk.run("report --preset weekly").code(2);
    }
    let desk = Desk::new();
    let settings = desk.read("desk.toml");
    let good = "[report.weekly]\nreport = \"volume\"\nby = [\"queue\", \"code\"]\nperiod = \"last-week\"\nquery = \"is:mine\"\n";
    desk.write("desk.toml", format!("{settings}\n{good}"));
    let _ = desk.run("check").code(0);
}

#[test]
fn a_word_that_names_no_report_and_finds_nothing_is_told() {
    let desk = Desk::with_ticket();
    let out = desk.run("report nosuch").code(0);
    assert!(out.stderr.contains("no report is called that"), "{out}");
    assert!(out.stderr.contains("volume, response"), "{out}");
    assert_eq!(desk.ok("report jams").stderr, "");
    let _ = desk.ok("report jams --period today");
    let out = desk.run("report volume --format xyz").code(2);
    assert!(
        out.stderr.contains("there are: table, csv, json, md, html"),
        "{out}"
    );
}

#[test]
fn a_dash_is_standard_output() {
    let desk = Desk::with_ticket();
    let out = desk.ok("report volume --period today -o -");
    assert!(out.stdout.contains("Volume by type"), "{out}");
    assert!(!desk.root.join("-").exists());
    let out = desk.ok("report volume --period today -o - --format csv");
    assert!(out.stdout.starts_with("section,"), "{out}");
}
