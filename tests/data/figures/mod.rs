//! The figures of reports on the logs that nobody here wrote, against a second count of the same
//! logs by another program in another language.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scratch;
use crate::skip::skipped;
use serde_json::{Value, json};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A log of `../shared/data`, unpacked into a folder; `None`, said aloud, where it is absent.
fn log(file: &str, into: &Path) -> Option<PathBuf> {
    let bytes = crate::unpacked(file)?;
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|out| out.status.success()) {
        skipped("python3 is not installed", false);
        return None;
    }
    let log = into.join("log.csv");
    std::fs::write(&log, bytes).unwrap();
    Some(log)
}

struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    /// A new desk with a log in it.
    fn with(name: &str, log: &Path) -> Self {
        let desk = Self {
            home: scratch::folder(),
        };
        let identity = "[user]\n\tname = Ewa Lis\n\temail = ewa@example.org\n[gc]\n\tauto = 0\n";
        std::fs::write(desk.home.path().join("gitconfig"), identity).unwrap();
        std::fs::create_dir(desk.root()).unwrap();
        assert!(
            desk.command("git")
                .args(["init", "-q"])
                .status()
                .unwrap()
                .success()
        );
        desk.run(&["init", "-q"]);
        let map = top().join(format!("docs/maps/{name}.toml"));
        let map = map.to_str().unwrap();
        desk.run(&[
            "import",
            "events",
            log.to_str().unwrap(),
            "--map",
            map,
            "-q",
        ]);
        desk
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("desk")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = scratch::command(program, &self.root(), self.home.path());
        command.env("DESK_NOW", "2018-01-01T00:00:00Z");
        command
    }

    fn run(&self, args: &[&str]) -> Vec<u8> {
        let out = self
            .command(env!("CARGO_BIN_EXE_desk"))
            .args(args)
            .output()
            .unwrap();
        let reported = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{args:?}: {reported}");
        out.stdout
    }

    /// The sections of a report on everything up to its instant.
    fn report(&self, args: &[&str]) -> Vec<Value> {
        let mut all = vec!["report", "--json", "--from", "2000-01-01"];
        all.extend(args);
        let page: Value = serde_json::from_slice(&self.run(&all)).unwrap();
        page["reports"][0]["sections"].as_array().unwrap().clone()
    }
}

fn total(sections: &[Value], key: &str) -> Value {
    let section = sections.iter().find(|one| one["key"] == key).unwrap();
    section["total"]["figures"].clone()
}

/// The figures of the desk's reports.
fn reported(desk: &Desk, instants: &[&str]) -> Value {
    let flow = total(&desk.report(&["flow"]), "flow");
    let volume = desk.report(&["volume", "--by", "type"]);
    let moves = total(&desk.report(&["escalations"]), "escalations");
    let resolution = desk.report(&["resolution"]);
    let plain = total(&resolution, "resolution-elapsed");
    let first = total(&resolution, "resolution-first");
    let backlog: serde_json::Map<String, Value> = instants
        .iter()
        .map(|at| {
            let sections = desk.report(&["backlog", "--as-of", at]);
            let open = total(&sections, "backlog-age")["open"].clone();
            ((*at).to_owned(), open)
        })
        .collect();
    json!({
        "opened": flow["created"],
        "closed": total(&volume, "volume")["closed"],
        "reopened": flow["reopened"],
        "reassigned": moves["reassigned"],
        "moved": moves["moved"],
        "resolved_n": plain["n"],
        "median": plain["median"],
        "p90": plain["p90"],
        "first_median": first["median"],
        "first_p90": first["p90"],
        "backlog": backlog,
        "flow": flow,
    })
}

/// Tickets closed by priority, those within the log's own SLA and all.
fn made(desk: &Desk) -> Value {
    let sections = desk.report(&["volume", "--by", "priority,made-sla"]);
    let mut out = serde_json::Map::new();
    for row in sections[0]["rows"].as_array().unwrap() {
        let closed = row["figures"]["closed"].as_i64().unwrap();
        let priority = row["labels"][0].as_str().unwrap();
        let both = out.entry(priority).or_insert_with(|| json!([0, 0]));
        let add = |value: &mut Value, n: i64| *value = json!(value.as_i64().unwrap() + n);
        if row["labels"][1] == "true" {
            add(&mut both[0], closed);
        }
        add(&mut both[1], closed);
    }
    Value::Object(out)
}

/// What a program counts straight from a log.
fn counted(script: &str, args: &[&str]) -> Value {
    let out = Command::new("python3")
        .arg(top().join("tests/data/figures").join(script))
        .args(args)
        .output()
        .unwrap();
    let reported = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{script}: {reported}");
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Every figure of the overview, rows and totals, for a period and an instant.
fn overviews(desk: &Desk, log: &Path) {
    let all = ["--from", "2000-01-01"];
    let ahead = ["1999-12-31T23:00:00+00:00", "2018-01-01T23:00:00+00:00"];
    let now = "2018-01-01T00:00:00+00:00";
    let noon = "2016-05-15T12:00:00+00:00";
    // Stretches of months, with nothing left open; the middle of things; days; weeks.
    let cases: [(&[&str], [&str; 3]); 5] = [
        // A week after eight others, in which something stands out.
        (
            &["--from", "2016-05-16", "--to", "2016-05-22"],
            [
                "2016-05-15T22:00:00+00:00",
                "2016-05-22T22:00:00+00:00",
                now,
            ],
        ),
        (&all, [ahead[0], ahead[1], now]),
        (
            &[all[0], all[1], "--as-of", noon],
            [ahead[0], ahead[1], noon],
        ),
        (
            &["--from", "2016-04-01", "--to", "2016-04-30"],
            [
                "2016-03-31T22:00:00+00:00",
                "2016-04-30T22:00:00+00:00",
                now,
            ],
        ),
        (
            &["--from", "2016-03-01", "--to", "2016-12-31"],
            [
                "2016-02-29T23:00:00+00:00",
                "2016-12-31T23:00:00+00:00",
                now,
            ],
        ),
    ];
    for (asked, [from, end, at]) in cases {
        let report = [&["report", "overview", "--json"], asked].concat();
        let page: Value = serde_json::from_slice(&desk.run(&report)).unwrap();
        let sections = page["reports"][0]["sections"].as_array().unwrap();
        let counted = counted("overview.py", &[log.to_str().unwrap(), from, end, at]);
        assert_eq!(sections.len(), counted.as_object().unwrap().len());
        for section in sections {
            let rows = section["rows"].as_array().unwrap().iter();
            let rows: Vec<Value> = rows
                .map(|row| json!([row["labels"], row["figures"]]))
                .collect();
            let both = json!([rows, section["total"]["figures"]]);
            let key = section["key"].as_str().unwrap();
            if key == "stands-out" && asked[1] == "2016-05-16" {
                assert!(rows.len() > 3, "{rows:?}");
            }
            assert_eq!(both, counted[key], "{key} {asked:?}");
        }
    }
}

/// Both counts of a log must say the same, to the last digit.
fn agree(name: &str, file: &str, instants: &[&str]) {
    let folder = scratch::folder();
    let Some(log) = log(file, folder.path()) else {
        return;
    };
    let args = [&[name, log.to_str().unwrap()], instants].concat();
    let mut counted = counted("figures.py", &args);
    let sla = counted.as_object_mut().unwrap().remove("sla").unwrap();
    let desk = Desk::with(name, &log);
    assert_eq!(reported(&desk, instants), counted, "{name}");
    if name == "uci" {
        assert_eq!(made(&desk), sla);
        overviews(&desk, &log);
    }
}

#[test]
fn the_incident_log_of_an_it_company() {
    agree(
        "uci",
        "uci-incidents/incident_event_log.zip",
        &[
            "2016-04-01T00:00:00+00:00",
            "2016-05-15T12:00:00+00:00",
            "2016-08-01T00:00:00+00:00",
        ],
    );
}

#[test]
fn the_incident_log_of_a_maker_of_lorries() {
    agree(
        "volvo",
        "volvo-incidents/VINST-new.csv.gz",
        &[
            "2011-06-01T00:00:00+00:00",
            "2012-04-15T12:00:00+00:00",
            "2012-05-10T09:30:00+00:00",
        ],
    );
}

#[test]
fn the_ticket_log_of_a_software_company() {
    agree(
        "helpdesk-log",
        "helpdesk-log/helpdesk.csv.gz",
        &[
            "2011-01-01T00:00:00+00:00",
            "2012-07-01T12:00:00+00:00",
            "2013-10-01T00:00:00+00:00",
        ],
    );
}
