//! `desk import tickets`.

use std::path::{Path, PathBuf};

use crate::desk::Desk;

const TABLE: &str = "\
No,Opened,First reply,Resolved,Closed,Updated,State,Team,Who,Customer,Mail,Subject,Words,Tags
A-1,03.11.2026 09:00,03.11.2026 09:20,04.11.2026 10:00,,04.11.2026 10:00,done,Printing,Ola Kern,Mai Tran,mai@example.org,Printer jams,\"03.11.2026 09:30;Ola Kern;Which tray?|03.11.2026 09:40;Mai Tran;The upper one.\",\"tray, paper\"
A-2,03.11.2026 10:00,,,,03.11.2026 11:00,work,Printing,Ola Kern,Rahim Uddin,\"rahim@example.org; zofia@example.org\",No toner,,
A-3,05.11.2026 08:00,,,,05.11.2026 08:00,odd,network,anna,Zofia Wilk,zofia@example.org,No link,,
";

const MAP: &str = "\
source = \"old\"

[time]
zone = \"Europe/Warsaw\"

[columns]
id = \"No\"
title = \"Subject\"
opened = \"Opened\"
first_response = \"First reply\"
resolved = \"Resolved\"
closed = \"Closed\"
updated = \"Updated\"
status = \"State\"
queue = \"Team\"
assignee = \"Who\"
requester.name = \"Customer\"
requester.email = \"Mail\"
tags = \"Tags\"

[comments.words]
column = \"Words\"
split = \"|\"
form = \"{time};{by};{text}\"

[values.status]
\"work\" = \"open\"
\"done\" = \"resolved\"
\"shut\" = \"closed\"
";

const IMPORT: &str = "import tickets export.csv --map map.toml --as ewa";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("export.csv", TABLE);
    desk.write("map.toml", MAP);
    desk.git(&["add", "export.csv", "map.toml"]);
    desk.git(&["commit", "-qm", "the export"]);
    desk
}

fn exports() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports");
    let all = std::fs::read_dir(folder).unwrap();
    let mut all: Vec<PathBuf> = all.map(|one| one.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn the_export_of_every_system_is_recognised_and_comes_in() {
    for path in exports() {
        let desk = Desk::new();
        let name = path.file_name().unwrap().to_str().unwrap();
        desk.write(name, std::fs::read(&path).unwrap());
        let dry = desk
            .run(&format!("import tickets {name} --dry-run --as ewa"))
            .code(0);
        insta::assert_snapshot!(
            format!("export_{}", name.replace('.', "_")),
            format!("{}{}", dry.stdout, dry.stderr)
        );
        // The export has every documented column, and one of a company's own.
        let told = desk.json(&format!("import tickets {name} --dry-run --as ewa"));
        let strange = told["imports"][0]["columns_not_in_map"].as_array().unwrap();
        for column in strange {
            let column = column["name"].as_str().unwrap();
            assert!(column.contains("Floor"), "{name}: no map names {column}");
        }
        let system = name.split(['.', '-']).next().unwrap();
        let out = desk
            .run(&format!("import tickets {name} --from {system} --as ewa"))
            .code(0);
        assert!(out.stdout.contains("5 new tickets"), "{name}: {out}");
        let _ = desk.run("check").code(0);
        let state = desk.state();
        let out = desk
            .run(&format!("import tickets {name} --from {system} --as ewa"))
            .code(0);
        assert!(
            out.stdout.contains("imported 0 entries") && out.stdout.contains("5 as they were"),
            "{name}: {out}"
        );
        assert!(desk.state() == state, "{name}");
    }
}

#[test]
fn a_row_is_a_ticket_and_each_moment_of_it_an_entry() {
    let desk = desk();
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("imported 8 entries from old: 3 new tickets"),
        "{out}"
    );
    assert!(
        out.stderr.contains("export.csv:4: `odd` is no status"),
        "{out}"
    );
    let found = desk.json("show A-1");
    let ticket = &found["tickets"][0];
    assert_eq!(ticket["created"], "2026-11-03T08:00:00Z");
    assert_eq!(ticket["status"], "resolved");
    assert_eq!(ticket["requester"]["name"], "Mai Tran");
    assert_eq!(ticket["tags"], serde_json::json!(["tray", "paper"]));
    let entries = ticket["entries"].as_array().unwrap();
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} {} {}",
                entry["at"], entry["by"], entry["kind"], entry["text"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-11-03T08:00:00Z desk created ",
            "2026-11-03T08:30:00Z ola-kern contact Which tray?",
            "2026-11-03T08:40:00Z desk contact The upper one.",
            "2026-11-04T09:00:00Z ola-kern update ",
        ]
    );
    assert_eq!(entries[1]["attributes"]["direction"], "out");
    assert_eq!(entries[2]["attributes"]["direction"], "in");
    assert_eq!(entries[2]["attributes"]["from"], "Mai Tran");
    // A second requester is a line of a note; who is called like a handle is somebody else.
    let found = desk.json("show A-2");
    assert_eq!(
        found["tickets"][0]["requester"]["email"],
        "rahim@example.org"
    );
    assert_eq!(
        found["tickets"][0]["entries"][1]["text"],
        "Also for: zofia@example.org"
    );
    assert_eq!(desk.json("show A-3")["tickets"][0]["assignee"], "anna-2");
    assert_eq!(desk.json("show A-3")["tickets"][0]["queue"], "network");
    let _ = desk.run("check").code(0);
}

#[test]
fn two_clones_write_the_same_bytes_and_a_second_run_writes_none() {
    let desk = desk();
    let other = desk.copy();
    let _ = desk.run(IMPORT).code(0);
    let state = desk.state();
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("imported 0 entries from old: 0 new tickets, 0 extended, 3 as they were"),
        "{out}"
    );
    assert!(desk.state() == state);
    let _ = other.run(IMPORT).code(0);
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets", "desk.toml", "catalog.toml"]);
    assert_eq!(files(&desk), files(&other));
}

#[test]
fn a_longer_export_extends_and_leaves_what_people_did() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let _ = desk.run("note A-2 -m Looked").code(0);
    let _ = desk.run("set A-2 title=Toner").code(0);
    let longer = TABLE
        .replace(",,,,03.11.2026 11:00,work,Printing,Ola Kern,Rahim", ",03.11.2026 12:00,05.11.2026 09:00,06.11.2026 09:00,06.11.2026 09:00,shut,Printing,Bo Berg,Rahim")
        .replace("The upper one.", "The upper one.|04.11.2026 09:00;Ola Kern;Mended.");
    desk.write("export.csv", longer);
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("0 new tickets, 2 extended, 1 as they were"),
        "{out}"
    );
    let found = desk.json("show A-2");
    let ticket = &found["tickets"][0];
    assert_eq!(ticket["status"], "closed");
    assert_eq!(ticket["assignee"], "bo-berg");
    assert_eq!(ticket["title"], "Toner", "a person's word stays");
    let text = ticket["entries"].to_string();
    assert!(text.contains("Looked"), "{text}");
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let out = desk.run(IMPORT).code(0);
    assert!(out.stdout.contains("imported 0 entries"), "{out}");
    assert!(desk.state() == state);
}

#[test]
fn what_was_taken_back_comes_back_with_the_next_import() {
    let desk = desk();
    let _ = desk.ok(IMPORT);
    let statuses = || {
        let listed = desk.json("list --all source:old --sort id");
        let tickets = listed["tickets"].as_array().unwrap().clone();
        let status = |one: &serde_json::Value| one["status"].as_str().unwrap().to_owned();
        tickets.iter().map(status).collect::<Vec<_>>()
    };
    let before = statuses();
    assert_eq!(before.len(), 3);
    let _ = desk.ok("import --undo old -m 'wrong file' --as ewa");
    assert_eq!(statuses(), ["cancelled"; 3]);
    let out = desk.ok(IMPORT);
    assert!(out.stdout.contains("there again: 3 tickets"), "{out}");
    assert_eq!(statuses(), before);
    let commits = desk.git(&["rev-list", "--count", "HEAD"]);
    let _ = desk.ok(IMPORT);
    assert_eq!(desk.git(&["rev-list", "--count", "HEAD"]), commits);
    assert_eq!(desk.run("check").code, 0);
}

#[test]
fn without_a_date_or_a_number_a_table_comes_in_by_what_is_said() {
    let desk = Desk::new();
    desk.write(
        "list.csv",
        "Subject;Status;Customer\nLamp;Open;Mai\nDoor;Closed;Bo\n",
    );
    let out = desk
        .run("import tickets list.csv --from spreadsheet --as ewa")
        .code(2);
    assert!(
        out.stderr
            .contains("no column of `list.csv` tells when tickets were opened")
            && out.stderr.contains("--opened"),
        "{out}"
    );
    let out = desk
        .run("import tickets list.csv --from spreadsheet --opened 2026-11-03 --as ewa")
        .code(0);
    assert!(
        out.stdout.contains("2 new tickets")
            && out.stdout.contains("known by the number of its line"),
        "{out}"
    );
    assert_eq!(desk.json("show 3")["tickets"][0]["title"], "Door");
    // Which system it is must be said where nobody can be asked.
    desk.write(
        "list.csv",
        "No,Subject,Status,Opened\n1,Lamp,Open,2026-11-03\n",
    );
    let _ = desk
        .run("import tickets list.csv --as ewa")
        .code(2)
        .says("which system `list.csv` comes from is not said");
}

#[test]
fn an_undecodable_file_stops_and_the_encodings_that_fit_are_named() {
    let desk = desk();
    let latin: Vec<u8> = TABLE
        .replace("Mai Tran", "Dr\u{fc}cker")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    desk.write("export.csv", latin);
    let before = desk.state();
    let out = desk.run(IMPORT).code(2);
    assert!(
        out.stderr.contains("line 2 is no utf-8 text")
            && out.stderr.contains("windows-1252 reads `Drücker`"),
        "{out}"
    );
    assert!(desk.state() == before);
    let _ = desk
        .run(&format!("{IMPORT} --encoding windows-1252"))
        .code(0);
    assert_eq!(
        desk.json("show A-1")["tickets"][0]["requester"]["name"],
        "Drücker"
    );
}

#[test]
fn remarks_that_say_the_same_stand_together_and_no_column_is_lost_silently() {
    let desk = desk();
    let mut table = "No,Opened,State,Subject,Floor\n".to_owned();
    for row in 1..=20 {
        table.push_str(&format!("{row},03/04/2026,strange,T,{row}\n"));
    }
    desk.write("export.csv", table);
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stderr
            .contains("export.csv: 20 × `strange` is no status")
            && out.stderr.contains("first at line 2"),
        "{out}"
    );
    assert!(
        out.stderr
            .contains("`03/04/2026` may be two days: times are read day first"),
        "{out}"
    );
    assert!(out.stdout.contains("Floor: 1 | 2 | 3"), "{out}");
    assert!(
        out.stdout
            .contains("columns of the map that the file lacks: ")
            && out.stdout.contains("`First reply`"),
        "{out}"
    );
    let told = desk.json(IMPORT);
    assert_eq!(told["imports"][0]["columns_not_in_map"][0]["name"], "Floor");
}

#[test]
fn the_map_that_fits_is_written_to_be_changed() {
    let desk = Desk::new();
    desk.write(
        "t.csv",
        "Ticket Number,Date Created,Subject,Current Status\n1,2026-11-03 10:00:00,Lamp,Open\n",
    );
    let out = desk
        .run("import tickets t.csv --write-map map.toml --as ewa")
        .code(0);
    assert!(
        out.stdout
            .contains("wrote the map for osticket to map.toml"),
        "{out}"
    );
    let _ = desk
        .run("import tickets t.csv --write-map map.toml --as ewa")
        .code(2)
        .says("cannot write the map");
    desk.replace("map.toml", "source = \"osticket\"", "source = \"ours\"");
    let _ = desk
        .run("import tickets t.csv --map map.toml --as ewa")
        .code(0);
    assert_eq!(desk.json("show 1")["tickets"][0]["source"]["name"], "ours");
}

#[test]
fn links_between_tickets_of_an_export_are_links_here() {
    let desk = Desk::new();
    desk.write("t.csv", "Summary,Issue key,Status,Created,Outward issue link (Relates),Parent key\nA,S-1,Open,03/Nov/26 9:00 AM,S-2,\nB,S-2,Open,03/Nov/26 9:01 AM,S-9,S-1\n");
    let _ = desk
        .run("import tickets t.csv --from jira --as ewa")
        .code(0);
    let one = desk.json("show S-1");
    let two = desk.json("show S-2");
    assert_eq!(
        one["tickets"][0]["links"]["relates"][0],
        two["tickets"][0]["id"]
    );
    assert_eq!(
        two["tickets"][0]["links"]["parent"],
        one["tickets"][0]["id"]
    );
    assert!(
        two.to_string().contains("Linked there (relates): S-9"),
        "{two}"
    );
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk
        .run("import tickets t.csv --from jira --as ewa")
        .code(0);
    assert!(desk.state() == state);
}

#[test]
fn files_beside_an_export_are_attached_once() {
    let desk = Desk::new();
    let row = "A,S-1,Open,03/Nov/26 9:00 AM,03/Nov/26 9:05 AM;Mai;a b.txt;https://x.example/a%20b.txt,03/Nov/26 9:06 AM;Mai;../gone.txt;x";
    desk.write(
        "t.csv",
        format!("Summary,Issue key,Status,Created,Attachment,Attachment\n{row}\n"),
    );
    desk.write("t.files/S-1/a b.txt", "words\n");
    let out = desk
        .run("import tickets t.csv --from jira --as ewa")
        .code(0);
    assert!(out.stdout.contains("attached: 1 file"), "{out}");
    let told = desk.run("show S-1").code(0).stdout;
    assert!(
        told.contains("a b.txt") && told.contains("Attachment, not imported: ../gone.txt"),
        "{told}"
    );
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk
        .run("import tickets t.csv --from jira --as ewa")
        .code(0);
    assert!(desk.state() == state);
}

#[test]
fn what_came_in_survives_an_export_and_its_import() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let json = desk.run("export --format json").code(0).stdout;
    let other = Desk::new();
    for file in ["desk.toml", "catalog.toml"] {
        other.write(file, desk.read(file));
    }
    other.git(&["commit", "-qam", "settings"]);
    other.write("all.json", json);
    let _ = other.run("import json all.json --as ewa").code(0);
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets"]);
    assert_eq!(files(&desk), files(&other));
}

/// The blocks of code of the manual page, of one language.
fn blocks(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("kb/manual/importing-tickets.md");
    let page = std::fs::read_to_string(path).unwrap();
    let start = format!("```{language}\n");
    let blocks = page.split(&start).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_commands_of_the_manual_page_work_as_they_are_typed() {
    let desk = Desk::new();
    let export = exports()
        .into_iter()
        .find(|path| path.ends_with("osticket.csv"))
        .unwrap();
    desk.write("export.csv", std::fs::read(export).unwrap());
    let blocks = blocks("sh");
    assert_eq!(blocks.len(), 2);
    for line in blocks.iter().flat_map(|block| block.lines()) {
        let line = line.strip_prefix("desk ").unwrap();
        let _ = desk.run(&format!("{line} --as ewa")).code(0);
    }
    assert_eq!(desk.json("show 100201")["tickets"][0]["status"], "closed");
}

#[test]
fn the_map_of_the_manual_page_reads_what_it_is_for() {
    let desk = Desk::new();
    desk.write("map.toml", &blocks("toml")[0]);
    let row = "7;Lamp;<p>It is <b>dark</b>.</p>;03.11.2026 09:00;n/a;In work;Mai Tran;03.11.2026 09:10;Ola;Looked<br>03.11.2026 09:20;Mai Tran;Thanks;n/a;n/a;4";
    let row = row.replace(
        "03.11.2026 09:10;Ola;Looked<br>03.11.2026 09:20;Mai Tran;Thanks",
        "\"03.11.2026 09:10;Ola;Looked<br>03.11.2026 09:20;Mai Tran;Thanks\"",
    );
    desk.write("export.csv", format!("Number;Subject;Body;Created;Solved;State;Customer;Remarks;Belongs to;Files;Counter\n{row}\n"));
    let out = desk
        .run("import tickets export.csv --map map.toml --as ewa")
        .code(0);
    assert!(!out.stdout.contains("no map names"), "{out}");
    let found = desk.json("show 7");
    let ticket = &found["tickets"][0];
    assert_eq!(ticket["description"], "It is dark.");
    assert_eq!(ticket["status"], "open");
    assert_eq!(ticket["entries"][1]["text"], "Looked");
    assert_eq!(ticket["entries"][2]["attributes"]["direction"], "in");
}

fn mended(desk: &Desk, changes: &[(&str, &str)]) {
    let mut map = MAP.to_owned();
    for (old, new) in changes {
        assert!(map.contains(old), "{old}");
        map = map.replace(old, new);
    }
    desk.write("map.toml", map);
}

#[test]
fn a_mended_map_corrects_in_place_and_a_later_export_does_not() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let clone = desk.copy();
    let _ = desk.run("set A-1 queue=network -m 'It is theirs'").code(0);
    let changes = [
        ("\"Europe/Warsaw\"", "\"UTC\""),
        (
            "\"work\" = \"open\"",
            "\"work\" = { status = \"pending\", waiting_on = \"vendor\" }\n\"odd\" = \"open\"",
        ),
        (
            "[values.status]",
            "[values.queue]\n\"Printing\" = \"service-desk\"\n[values.status]",
        ),
    ];
    mended(&desk, &changes);
    let line = format!("{IMPORT} -m 'The zone was wrong'");
    let dry = desk.run(&format!("{line} --dry-run")).code(0);
    assert!(
        dry.stdout
            .contains("would correct what the map reads differently: 8 entries of 3 tickets"),
        "{dry}"
    );
    let out = desk.run(&line).code(0);
    assert!(
        out.stdout.contains("8 × time") && out.stdout.contains("2 × queue"),
        "{out}"
    );
    assert!(out.stdout.contains(" queue network, by anna"), "{out}");
    let said = desk.git(&["log", "-1", "--format=%s"]);
    assert_eq!(
        said.trim(),
        "import old: corrected 8 entries of 3 tickets, extended 1 ticket"
    );
    let found = desk.json("show A-1");
    assert_eq!(found["tickets"][0]["queue"], "network");
    let entry = &found["tickets"][0]["entries"][3];
    assert_eq!(entry["at"], "2026-11-04T10:00:00Z", "{entry}");
    let shown = desk.run("show A-1").code(0).stdout;
    assert!(
        shown.contains("The zone was wrong") && !shown.contains("cells"),
        "{shown}"
    );
    assert_eq!(desk.json("show A-2")["tickets"][0]["waiting_on"], "vendor");
    assert_eq!(desk.json("show A-3")["tickets"][0]["status"], "open");
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let again = desk.run(&line).code(0);
    assert!(again.stdout.contains("3 as they were"), "{again}");
    assert!(desk.state() == state);
    // Another clone that mends writes the same bytes.
    let file = |desk: &Desk, id: &str| {
        let found = desk.json(&format!("show {id}"));
        desk.git(&[
            "ls-files",
            "-s",
            &format!("tickets/*{}*", found["tickets"][0]["id"].as_str().unwrap()),
        ])
    };
    mended(&clone, &changes);
    clone.wait(60 * 24 * 30);
    let _ = clone.run(&line).code(0);
    for id in ["A-2", "A-3"] {
        assert_eq!(file(&desk, id), file(&clone, id));
    }
    // What the other system changed since is no correction.
    desk.write(
        "export.csv",
        TABLE.replace(
            "05.11.2026 08:00,odd,network",
            "06.11.2026 08:00,done,network",
        ),
    );
    let out = desk.run(&line).code(0);
    assert!(
        out.stdout.contains("1 extended") && !out.stdout.contains("corrected"),
        "{out}"
    );
    let found = desk.json("show A-3");
    assert_eq!(found["tickets"][0]["status"], "resolved");
    let last = found["tickets"][0]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|one| one["kind"] == "update")
        .unwrap();
    assert_eq!(last["at"], "2026-11-06T08:00:00Z");
    let _ = desk.run("check").code(0);
}

#[test]
fn a_row_whose_requester_was_redacted_stays_so() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let _ = desk
        .run("redact A-3 --field requester.name --as ewa -m 'They asked'")
        .code(0);
    let state = desk.state();
    let _ = desk.run(IMPORT).code(0);
    assert!(desk.state() == state);
    mended(&desk, &[("\"Europe/Warsaw\"", "\"UTC\"")]);
    let _ = desk.run(IMPORT).code(0);
    assert_eq!(
        desk.json("show A-3")["tickets"][0]["requester"]["name"],
        "(redacted)"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn personal_columns_of_rows_are_left_behind_in_texts_too() {
    let desk = desk();
    let table = TABLE
        .replace("Printer jams", "Printer of Mai Tran jams")
        .replace("Which tray?", "Dear Mai Tran, which tray?");
    desk.write("export.csv", table);
    let clone = desk.copy();
    let line = format!("{IMPORT} --drop requester.email --pseudonym");
    for desk in [&desk, &clone] {
        let _ = desk.run(&line).code(0);
        let all = desk.run("export source:old --format json").code(0).stdout;
        for word in ["Mai Tran", "Rahim", "Zofia", "example.org"] {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets"]);
    assert_eq!(files(&desk), files(&clone));
    let found = desk.json("show A-1");
    assert_eq!(
        found["tickets"][0]["entries"][2]["attributes"]["direction"],
        "in"
    );
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk.run(&line).code(0);
    assert!(desk.state() == state);
}

#[test]
fn a_file_that_comes_later_takes_the_place_of_its_note() {
    let desk = Desk::new();
    let row = "A,S-1,Open,03/Nov/26 9:00 AM,03/Nov/26 9:05 AM;Mai;a.txt;https://x.example/a.txt";
    desk.write(
        "t.csv",
        format!("Summary,Issue key,Status,Created,Attachment\n{row}\n"),
    );
    let line = "import tickets t.csv --from jira --as ewa";
    let _ = desk.run(line).code(0);
    desk.write("t.files/S-1/a.txt", "words\n");
    let out = desk.run(line).code(0);
    assert!(out.stdout.contains("attached: 1 file"), "{out}");
    let told = desk.run("show S-1").code(0).stdout;
    assert!(told.contains("Attachment, came later: a.txt"), "{told}");
    let _ = desk.run("check").code(0);
    let state = desk.state();
    let _ = desk.run(line).code(0);
    assert!(desk.state() == state);
}
