//! A month in the life of a small desk: nights, weekends, a holiday, a day of other hours, the end
//! of summer time, pauses, an outage, two escalations, a silent requester, a reopening, and a
//! priority that goes up and down again.
//!
//! Every due time that the program prints here was worked out without it, by
//! `tests/month/due.py`: minute by minute, with the zone data of Python and the story told by hand.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::desk::Desk;
use crate::skip::skipped;

const DUE: &str = include_str!("../month/due.txt");

/// What is due at a point of the story: ticket, clock or kind of entry, instant, and the same for
/// people.
fn expected(name: &str) -> Vec<[String; 4]> {
    let mut blocks = DUE.split("# ");
    let block = blocks.find(|block| block.lines().next() == Some(name));
    let block = block.unwrap_or_else(|| panic!("no `{name}` in tests/month/due.txt"));
    let lines = block.lines().skip(1).filter(|line| !line.is_empty());
    let line = |line: &str| {
        let mut words = line.splitn(4, ' ').map(str::to_owned);
        std::array::from_fn(|_| words.next().unwrap())
    };
    lines.map(line).collect()
}

struct Month {
    desk: Desk,
}

impl Month {
    fn new() -> Self {
        let desk = Desk::new();
        let week = "mon-fri = [\"08:00-16:00\"]";
        desk.replace(
            "desk.toml",
            week,
            "mon-fri = [\"08:00-12:00\", \"12:30-16:00\"]",
        );
        desk.replace("desk.toml", "\"01-01\", ", "\"01-01\", \"11-11\", ");
        desk.replace("desk.toml", "# 2026-12-24 =", "2026-10-30 =");
        desk.git(&["commit", "--quiet", "--all", "-m", "Hours"]);
        Self { desk }
    }

    /// The clock on the wall in Warsaw; after the night of 25 October it is an hour from UTC, not
    /// two.
    fn at(&self, local: &str) -> &Self {
        let local = NaiveDateTime::parse_from_str(&format!("2026-{local}"), "%Y-%m-%d %H:%M");
        let local = local.unwrap();
        let change = NaiveDateTime::parse_from_str("2026-10-25 02:00", "%Y-%m-%d %H:%M").unwrap();
        let hours = if local < change { 2 } else { 1 };
        let utc: DateTime<Utc> = (local - chrono::Duration::hours(hours)).and_utc();
        self.desk.set_clock(utc);
        self
    }

    fn run(&self, line: &str) {
        let _ = self.desk.ok(line);
    }

    /// What is or was due of a ticket is what was worked out, in every way of telling it.
    fn is_due(&self, name: &str, id: &str) {
        let expected = expected(name);
        let reported = self.desk.json(&format!("sla {id}"));
        let clocks = reported["tickets"][0]["derived"]["clocks"]
            .as_array()
            .unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let mut found: Vec<[String; 3]> = clocks
            .iter()
            .filter(|one| {
                ["running", "overdue", "missed"].contains(&one["state"].as_str().unwrap())
            })
            .map(|one| [id.to_owned(), text(&one["clock"]), text(&one["due"])])
            .collect();
        let mut wanted: Vec<[String; 3]> = expected
            .iter()
            .map(|[id, clock, due, _]| [id.clone(), clock.clone(), due.clone()])
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{name}");
        for [_, clock, _, local] in &expected {
            let way = self.desk.run(&format!("sla {id}")).stdout;
            let shown = self.desk.run(&format!("show {id}")).stdout;
            for text in [&way, &shown] {
                assert!(
                    text.contains(local.as_str()),
                    "{name}: {clock} {local} in\n{text}"
                );
            }
        }
        let due = self.desk.json("due");
        let listed = due["due"].as_array().unwrap().iter();
        let listed: Vec<[String; 3]> = listed
            .filter(|one| one["id"] == self.desk.id(id) && one["what"] != "wait")
            .map(|one| [id.to_owned(), text(&one["what"]), text(&one["due"])])
            .collect();
        assert!(
            listed.iter().all(|one| wanted.contains(one)),
            "{name}: {listed:?}"
        );
        let table = self.desk.run("due").stdout;
        for [_, _, at] in &listed {
            let local = expected.iter().find(|[_, _, due, _]| due == at).unwrap();
            assert!(table.contains(local[3].as_str()), "{name}: {table}");
        }
    }

    /// What the sweep does was due when it was worked out to be; and it does it once.
    fn sweeps(&self, name: &str) {
        let reported = self.desk.json("sweep");
        let entries = reported["entries"].as_array().unwrap().iter();
        let found: Vec<[String; 3]> = entries
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap().to_owned();
                let id = self.desk.stable(&text("id"));
                [id.trim().to_owned(), text("kind"), text("due")]
            })
            .collect();
        let wanted: Vec<[String; 3]> = expected(name)
            .into_iter()
            .map(|[id, kind, due, _]| [id, kind, due])
            .collect();
        assert_eq!(found, wanted, "{name}");
        let before = self.desk.state();
        let _ = self.desk.run("sweep").code(0).says("nothing to do");
        assert!(before == self.desk.state(), "{name}: a second sweep");
    }

    fn status(&self, id: &str) -> String {
        let reported = self.desk.json(&format!("show {id}"));
        reported["tickets"][0]["status"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

#[test]
fn a_month_in_the_life_of_a_small_desk() {
    let month = Month::new();

    // Friday afternoon: a mail. It is answered on Monday, with a question.
    month.at("10-16 15:00").desk.made(&[
        "new",
        "Mail is slow",
        "--channel",
        "email",
        "--from",
        "Jan Kowalski",
        "--email",
        "jan@example.org",
        "--urgency",
        "high",
    ]);
    month.at("10-16 15:30").is_due("a Friday afternoon", "ID1");
    month
        .at("10-19 10:00")
        .run("contact ID1 -m 'Which mailbox is it?'");
    month
        .at("10-19 10:00")
        .run("pend ID1 --on customer -m 'He looks.'");
    month
        .at("10-19 10:30")
        .is_due("left to the requester", "ID1");
    month.at("10-22 10:05").sweeps("asked again");

    // The night in which the clocks go back: an outage.
    month.at("10-24 23:00").desk.made(&[
        "new",
        "Nobody can sign in",
        "--from",
        "Ola Wrona",
        "--phone",
        "+48 600 100 300",
        "--impact",
        "company",
        "--urgency",
        "high",
    ]);
    month.at("10-24 23:30").is_due("an outage at night", "ID2");
    month
        .at("10-24 23:50")
        .run("call ID2 -m 'Told Ola what we know.'");
    month
        .at("10-25 00:30")
        .run("call ID2 --workaround -m 'The old sign-in page works.'");
    month.at("10-25 00:40").is_due("a way around it", "ID2");
    // Ten past two, the second time: it is over by ten minutes, not by an hour and ten.
    month.at("10-25 02:10").sweeps("management is told");
    month
        .at("10-25 04:00")
        .run("resolve ID2 -m 'The certificate was renewed.'");
    month.at("10-25 04:30").is_due("mended too late", "ID2");

    // The silent requester is back, and his week does not count.
    month
        .at("10-26 09:30")
        .run("contact ID1 --in -m 'All mailboxes.'");
    month.at("10-26 09:45").is_due("he writes at last", "ID1");
    month
        .at("10-26 11:00")
        .run("contact ID1 -m 'An index is rebuilt.'");
    month.at("10-26 11:15").is_due("and is answered", "ID1");
    month.at("10-27 09:00").run("resolve ID1 -m 'Rebuilt.'");
    month.at("10-28 09:00").sweeps("nobody objected");
    assert_eq!(month.status("ID2"), "closed");

    // Reopened before a short Friday; the two days between do not count.
    month
        .at("10-29 10:00")
        .run("contact ID1 --in -m 'It is slow again.'");
    assert_eq!(month.status("ID1"), "open");
    month
        .at("10-29 10:30")
        .is_due("not mended after all", "ID1");
    month
        .at("10-29 15:00")
        .run("contact ID1 -m 'The disk is replaced tonight.'");
    month.at("10-29 15:10").is_due("answered too late", "ID1");
    month
        .at("11-02 09:00")
        .run("resolve ID1 -m 'The disk was replaced.'");

    // A call that waits for a date, and turns out to be pressing.
    month.at("11-03 09:00").desk.made(&[
        "new",
        "Scanner does not start",
        "--from",
        "Ewa Lis",
        "--phone",
        "+48 600 100 400",
        "--impact",
        "team",
        "--urgency",
        "medium",
    ]);
    month.at("11-03 09:30").is_due("a call", "ID3");
    month
        .at("11-03 10:00")
        .run("pend ID3 --on schedule --until '2026-11-03 11:30' -m 'She is in a meeting.'");
    month.at("11-03 12:00").sweeps("it wakes");
    assert_eq!(month.status("ID3"), "open");
    month.at("11-03 12:15").is_due("after the wait", "ID3");
    month
        .at("11-03 14:00")
        .run("set ID3 impact=site urgency=high -m 'All scanners.'");
    month.at("11-03 14:10").is_due("more pressing", "ID3");
    month
        .at("11-03 14:30")
        .run("escalate ID3 -m 'Restarted two of them: no change.'");
    month.at("11-05 10:00").sweeps("what the sweep finds");
    assert_eq!(month.status("ID1"), "closed");
    month
        .at("11-05 11:00")
        .run("set ID3 impact=team urgency=medium -m 'Two scanners are left.'");
    month
        .at("11-05 11:10")
        .is_due("less pressing, and breached all the same", "ID3");
    month
        .at("11-05 15:00")
        .run("resolve ID3 -m 'New firmware.' --as ewa");

    // Eleven November is a holiday.
    month.at("11-10 14:00").desk.made(&[
        "new",
        "The portal is down",
        "--channel",
        "email",
        "--impact",
        "site",
        "--urgency",
        "high",
    ]);
    month
        .at("11-10 14:10")
        .is_due("the eve of a holiday", "ID4");

    // A breach is history, whatever came after it.
    let breached = month.desk.json("list is:breached --all");
    let breached = breached["tickets"].as_array().unwrap().iter();
    let breached: Vec<String> = breached
        .map(|one| {
            month
                .desk
                .stable(one["id"].as_str().unwrap())
                .trim()
                .to_owned()
        })
        .collect();
    assert_eq!(breached, ["ID3", "ID1", "ID2"]);
    let _ = month.desk.run("check").code(0);
}

#[test]
fn the_due_times_of_the_month_are_those_of_the_script() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/month/due.py");
    let zones = "import zoneinfo; zoneinfo.ZoneInfo('Europe/Warsaw')";
    let able = Command::new("python3").args(["-c", zones]).output();
    if !able.is_ok_and(|out| out.status.success()) {
        skipped("no python3 with zone data", false);
        return;
    }
    let out = Command::new("python3").arg(script).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout), DUE);
}
