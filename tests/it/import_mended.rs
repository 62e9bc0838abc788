//! A mended map: what it reads differently is corrected in tickets that came in; `import --undo`.

use serde_json::Value;

use crate::desk::Desk;

const MAP: &str = "\
source = \"old\"

[time]
formats = [\"%d/%m/%Y %H:%M\"]
zone = \"UTC\"

[columns]
id = \"Ticket\"
time = \"When\"
by = \"Who\"
title = \"{What}\"
text = \"Said\"
status = \"State\"
queue = \"Team\"
requester.name = \"Caller\"

[values.status]
\"new\" = \"new\"
\"work\" = \"open\"
\"wait\" = \"open\"
\"done\" = \"closed\"

[values.queue]
\"Front\" = \"service-desk\"
\"Net\" = \"network\"
";

const LOG: &str = "\
Ticket,When,Who,What,Said,State,Team,Caller,Owner
A-1,03/04/2019 09:00,Lena Wrona,Lamp is dark,It is dark,new,Front,Jan Kowal,Ada Bell
A-1,05/04/2019 10:00,Lena Wrona,Lamp is dark,Waiting for a bulb,wait,Front,Jan Kowal,Ada Bell
A-1,04/06/2019 09:30,Bo Berg,Lamp is dark,Changed it,done,Net,Jan Kowal,Ada Bell
A-2,01/05/2019 12:00,Bo Berg,Door is stuck,It sticks,new,Front,Ola Nowak,Cy Dell
A-2,02/05/2019 12:00,Bo Berg,Door is stuck,Oiled,done,Front,Ola Nowak,Cy Dell
A-3,02/05/2019 08:00,Bo Berg,Window,Open,work,Front,Ola Nowak,Cy Dell
";

const IMPORT: &str = "import events log.csv --map map.toml --as ewa";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("log.csv", LOG);
    desk.write("map.toml", MAP);
    desk.git(&["add", "log.csv", "map.toml"]);
    desk.git(&["commit", "-qm", "the log"]);
    desk
}

fn mended(desk: &Desk, changes: &[(&str, &str)]) {
    let mut map = MAP.to_owned();
    for (old, new) in changes {
        assert!(map.contains(old), "{old}");
        map = map.replace(old, new);
    }
    desk.write("map.toml", map);
}

/// What differs between tickets that were mended and those of a desk that the mended map made at once.
fn readings(desk: &Desk) -> Vec<Value> {
    let mut all = Vec::new();
    for name in ["A-1", "A-2", "A-3"] {
        let mut one = desk.json(&format!("show {name}"))["tickets"][0].clone();
        let entries = one["entries"].as_array_mut().unwrap();
        entries.retain(|entry| entry["kind"] != "import");
        for entry in entries {
            let all = entry.as_object_mut().unwrap();
            for key in ["corrected", "original", "tag"] {
                let _ = all.remove(key);
            }
            // A time that is read differently stands at that time.
            let _ = all.remove("effective");
        }
        // The first values of `created` stand there, and what puts them right behind them.
        one["entries"][0]["attributes"] = Value::Null;
        one["entries"][0]["changes"] = Value::Null;
        for key in ["id", "derived"] {
            let _ = one.as_object_mut().unwrap().remove(key);
        }
        all.push(one);
    }
    all
}

fn figures(desk: &Desk) -> String {
    let mut all = String::new();
    for name in ["volume", "resolution", "backlog", "flow", "overview"] {
        let line = format!("report {name} --from 2019-01-01 --to 2019-12-31 --format csv");
        all.push_str(&desk.run(&line).code(0).stdout);
    }
    all
}

/// Imports by one map, then by a mended one, and compares with a desk that only ever had the mended
/// one; then that a second run, and another clone, give the same bytes.
#[track_caller]
fn as_if_it_had_been_right(changes: &[(&str, &str)]) -> (Desk, String) {
    let desk = desk();
    let right = desk.copy();
    let _ = desk.run(IMPORT).code(0);
    let clone = desk.copy();
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets"]);
    let old = desk.git(&["rev-parse", "HEAD"]);
    mended(&desk, changes);
    let out = desk
        .run(&format!("{IMPORT} -m 'The map was wrong'"))
        .code(0);
    mended(&right, changes);
    let _ = right.run(IMPORT).code(0);
    assert_eq!(readings(&desk), readings(&right), "{out}");
    assert_eq!(figures(&desk), figures(&right), "{out}");
    // Nothing that was there was rewritten but the front matter.
    let diff = desk.git(&["diff", old.trim(), "HEAD", "--", "tickets"]);
    for line in diff.lines().filter(|line| line.starts_with('-')) {
        assert!(
            !line.starts_with("-#") && !line.starts_with("-- "),
            "{diff}"
        );
    }
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let again = desk.run(IMPORT).code(0);
    assert!(again.stdout.contains("3 as they were"), "{again}");
    assert!(desk.state() == state, "{again}");
    mended(&clone, changes);
    clone.wait(60 * 24 * 30);
    let _ = clone
        .run(&format!("{IMPORT} -m 'The map was wrong'"))
        .code(0);
    assert_eq!(files(&desk), files(&clone));
    (desk, out.stdout)
}

#[test]
fn a_zone_that_was_wrong_is_put_right_in_2019() {
    let (desk, out) = as_if_it_had_been_right(&[("\"UTC\"", "\"Europe/Warsaw\"")]);
    assert!(
        out.contains("corrected what the map reads differently: 9 entries of 3 tickets"),
        "{out}"
    );
    assert!(out.contains("9 × time"), "{out}");
    let shown = desk.run("show A-1").code(0);
    assert!(
        shown
            .stdout
            .contains("corrected by an import (The map was wrong): was "),
        "{shown}"
    );
    let found = desk.json("show A-1");
    assert_eq!(found["tickets"][0]["created"], "2019-04-03T07:00:00Z");
}

#[test]
fn days_and_months_that_were_confused_move_the_entries_to_their_places() {
    let swapped = [("%d/%m/%Y", "%m/%d/%Y")];
    let (desk, _) = as_if_it_had_been_right(&swapped);
    let found = desk.json("show A-1");
    let at: Vec<&str> = found["tickets"][0]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "update")
        .map(|entry| entry["at"].as_str().unwrap())
        .collect();
    assert_eq!(
        at,
        [
            "2019-03-04T09:00:00.001Z",
            "2019-04-06T09:30:00Z",
            "2019-05-04T10:00:00Z"
        ]
    );
    // The last row in time says that it is open.
    assert_eq!(found["tickets"][0]["status"], "open");
}

#[test]
fn words_people_texts_and_columns_that_were_wrong_are_put_right() {
    let _ = as_if_it_had_been_right(&[(
        "\"wait\" = \"open\"",
        "\"wait\" = { status = \"pending\", waiting_on = \"vendor\" }",
    )]);
    let (_, out) = as_if_it_had_been_right(&[("\"done\" = \"closed\"", "\"done\" = \"resolved\"")]);
    assert!(out.contains("2 × status"), "{out}");
    let _ = as_if_it_had_been_right(&[("\"new\" = \"new\"", "\"new\" = \"open\"")]);
    let _ = as_if_it_had_been_right(&[("\"Net\" = \"network\"\n", "\"Net\" = \"service-desk\"\n")]);
    let _ = as_if_it_had_been_right(&[("text = \"Said\"\n", "")]);
    let _ = as_if_it_had_been_right(&[("text = \"Said\"\n", "text = [\"Said\", \"Team\"]\n")]);
    let _ = as_if_it_had_been_right(&[("\"Caller\"", "\"Owner\"")]);
    let _ = as_if_it_had_been_right(&[("requester.name", "requester.account")]);
    let _ = as_if_it_had_been_right(&[("\"{What}\"", "\"{What} ({Team})\"")]);
    let _ = as_if_it_had_been_right(&[("by = \"Who\"", "by = \"Owner\"")]);
    let _ = as_if_it_had_been_right(&[("text = \"Said\"", "description = \"Said\"")]);
    let _ =
        as_if_it_had_been_right(&[("time = \"When\"", "time = \"When\"\nactivity = \"State\"")]);
    let _ = as_if_it_had_been_right(&[
        ("\"UTC\"", "\"Europe/Warsaw\""),
        ("\"done\" = \"closed\"", "\"done\" = \"cancelled\""),
        ("\"{What}\"", "\"{What} ({State})\""),
    ]);
}

#[test]
fn mended_twice_and_back_the_last_reading_holds() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let first = readings(&desk);
    let changes = [
        ("\"done\" = \"closed\"", "\"done\" = \"resolved\""),
        ("\"{What}\"", "\"{What} ({Team})\""),
    ];
    let mut second = Vec::new();
    for round in 0..3 {
        mended(&desk, &changes);
        let out = desk.run(IMPORT).code(0);
        let found = readings(&desk);
        if round == 0 {
            second = found;
            assert_ne!(first, second, "{out}");
        } else {
            assert_eq!(found, second, "{out}");
        }
        desk.write("map.toml", MAP);
        let out = desk.run(IMPORT).code(0);
        assert_eq!(readings(&desk), first, "{out}");
        let _ = desk.run("check").code(0);
    }
}

#[test]
fn what_a_person_changed_since_stays_theirs_and_is_told() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let _ = desk
        .run("set A-3 queue=network title=Broken -m 'It is theirs'")
        .code(0);
    mended(
        &desk,
        &[
            (
                "\"Front\" = \"service-desk\"",
                "\"Front\" = \"applications\"",
            ),
            ("\"{What}\"", "\"{What}!\""),
        ],
    );
    let out = desk.run(&format!("{IMPORT} --dry-run")).code(0);
    assert!(
        out.stdout
            .contains("would correct what the map reads differently"),
        "{out}"
    );
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("changed by people since, stay as they are: 2 values"),
        "{out}"
    );
    assert!(out.stdout.contains(" queue network, by anna"), "{out}");
    assert!(out.stdout.contains(" title Broken, by anna"), "{out}");
    assert!(!out.stdout.contains("nobody has written"), "{out}");
    let found = desk.json("show A-3");
    assert_eq!(found["tickets"][0]["queue"], "network");
    assert_eq!(found["tickets"][0]["title"], "Broken");
    assert_eq!(desk.json("show A-2")["tickets"][0]["queue"], "applications");
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk.run(IMPORT).code(0);
    assert!(desk.state() == state);
}

#[test]
fn a_mended_map_and_a_longer_log_go_together_and_a_redaction_holds() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let _ = desk
        .run("redact A-2 --field requester.name --as ewa -m 'They asked'")
        .code(0);
    let more = "A-3,03/05/2019 08:00,Bo Berg,Window,Shut,done,Net,Ola Nowak,Cy Dell\n";
    desk.write("log.csv", format!("{LOG}{more}"));
    mended(
        &desk,
        &[
            ("\"UTC\"", "\"Europe/Warsaw\""),
            ("\"Caller\"", "\"Owner\""),
        ],
    );
    let _ = desk.run(IMPORT).code(0);
    let found = desk.json("show A-3");
    assert_eq!(found["tickets"][0]["status"], "closed");
    assert_eq!(found["tickets"][0]["requester"]["name"], "Cy Dell");
    assert_eq!(
        desk.json("show A-2")["tickets"][0]["requester"]["name"],
        "(redacted)"
    );
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk.run(IMPORT).code(0);
    assert!(desk.state() == state);
}

#[test]
fn a_part_of_the_log_corrects_what_it_has() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let lines: Vec<&str> = LOG.lines().collect();
    desk.write("log.csv", format!("{}\n{}\n", lines[0], lines[3]));
    let state = desk.state();
    let out = desk.run(IMPORT).code(0);
    assert!(out.stdout.contains("1 as they were"), "{out}");
    assert!(desk.state() == state);
    mended(
        &desk,
        &[("\"done\" = \"closed\"", "\"done\" = \"resolved\"")],
    );
    let _ = desk.run(IMPORT).code(0);
    let found = desk.json("show A-1");
    assert_eq!(found["tickets"][0]["status"], "resolved");
    assert_eq!(found["tickets"][0]["created"], "2019-04-03T09:00:00Z");
    let _ = desk.run("check").code(0);
}

#[test]
fn what_is_dropped_or_a_pseudonym_stands_nowhere() {
    let desk = desk();
    let map = MAP.replace(
        "requester.name = \"Caller\"",
        "requester.name = \"Caller\"\nrequester.phone = \"Owner\"",
    );
    desk.write("map.toml", map);
    let log = LOG
        .replace("It is dark", "Jan Kowal says: call Ada Bell")
        .replace("Lamp is dark,Waiting", "Lamp of Jan Kowal is dark,Waiting");
    desk.write("log.csv", log);
    let clone = desk.copy();
    let _ = desk
        .run(&format!("{IMPORT} --drop status"))
        .code(2)
        .says("`status` is no field of the map that can be left behind");
    for desk in [&desk, &clone] {
        let _ = desk
            .run(&format!("{IMPORT} --drop requester.phone --pseudonym"))
            .code(0);
        let all = desk.run("export source:old").code(0);
        for word in ["Kowal", "Bell", "Nowak", "Dell"] {
            assert!(!all.stdout.contains(word), "{word}: {all}");
        }
        let _ = desk.run("check").code(0);
    }
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets"]);
    assert_eq!(files(&desk), files(&clone));
    let found = |name: &str| desk.json(&format!("show {name}"))["tickets"][0]["requester"].clone();
    assert_eq!(found("A-2")["name"], found("A-3")["name"]);
    assert_ne!(found("A-1")["name"], found("A-2")["name"]);
    assert!(found("A-1")["phone"].is_null());
    let state = desk.state();
    let _ = desk
        .run(&format!("{IMPORT} --drop requester.phone --pseudonym"))
        .code(0);
    assert!(desk.state() == state);
}

#[test]
fn an_import_is_taken_back_where_nobody_worked_with_it_and_comes_back() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let before = readings(&desk);
    let _ = desk
        .run("import --undo elsewhere --as ewa")
        .code(2)
        .says("no ticket came in from `elsewhere`");
    let out = desk.run("import --undo old --as ewa --dry-run").code(0);
    assert!(
        out.stdout.contains("would take back 3 tickets from old"),
        "{out}"
    );
    let clone = desk.copy();
    let out = desk
        .run("import --undo old --as ewa -m 'The wrong file'")
        .code(0);
    assert!(out.stdout.contains("took back 3 tickets from old"), "{out}");
    let _ = desk.run("check").code(0);
    assert_eq!(
        desk.json("list --all source:old is:open")["tickets"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let found = desk.json("show A-1");
    assert_eq!(found["tickets"][0]["status"], "cancelled");
    assert!(found["tickets"][0]["entries"][1]["undone"].is_object());
    let out = desk.run("import --undo old --as ewa").code(0);
    assert!(
        out.stdout
            .contains("took back 0 tickets from old, 3 before"),
        "{out}"
    );
    // Another clone did it, too: it is done once.
    let _ = clone.run("import --undo old --as ewa").code(0);
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("taken back before and there again: 3 tickets"),
        "{out}"
    );
    let mut after = readings(&desk);
    for one in &mut after {
        one["entries"]
            .as_array_mut()
            .unwrap()
            .retain(|entry| entry["kind"] != "undo" && entry["kind"] != "cancel");
    }
    assert_eq!(after, before);
    let _ = desk.run("check").code(0);
    let _ = desk.run("import --undo old --as ewa").code(0);
    let _ = desk.run("check").code(0);
    assert_eq!(desk.json("show A-2")["tickets"][0]["status"], "cancelled");
}

#[test]
fn what_somebody_wrote_to_or_linked_is_not_taken_back() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let id = desk.make("new Ours");
    let _ = desk.run("note A-3 -m Looked").code(0);
    let _ = desk.run(&format!("link {id} A-2 --as follows")).code(0);
    let state = desk.state();
    let out = desk.run("import --undo old --as ewa").code(4);
    assert!(
        out.stderr
            .contains("2 of 3 tickets from `old` were written to or linked"),
        "{out}"
    );
    assert!(
        out.stderr.contains("somebody wrote to it") && out.stderr.contains("links to it"),
        "{out}"
    );
    assert!(desk.state() == state);
    let found = desk.json("import --undo old --untouched-only --as ewa");
    assert_eq!(
        found["imports"][0]["taken_back"].as_array().unwrap().len(),
        1
    );
    assert_eq!(found["imports"][0]["stay"].as_array().unwrap().len(), 2);
    assert_eq!(desk.json("show A-1")["tickets"][0]["status"], "cancelled");
    assert_eq!(desk.json("show A-3")["tickets"][0]["status"], "open");
    let _ = desk.run("check").code(0);
}
