//! `desk import events`.

use crate::desk::Desk;

const MAP: &str = "\
source = \"old\"

[time]
formats = [\"%d.%m.%Y %H:%M\"]
zone = \"Europe/Warsaw\"

[columns]
id = \"Ticket\"
time = \"When\"
by = \"Who\"
title = \"{What}\"
status = \"State\"
queue = \"Team\"
code = \"Kind\"

[fields]
building = \"Building\"

[values.status]
\"new\" = \"new\"
\"work\" = \"open\"
\"done\" = \"closed\"
";

const LOG: &str = "\
Ticket,When,Who,What,State,Team,Kind,Building
A-1,01.10.2026 09:00,Łucja Wrona,Lamp is dark,new,First line,Lamp,7
A-1,01.10.2026 09:30,Łucja Wrona,Lamp is dark,work,Second line,Lamp,7
A-1,01.10.2026 09:30,Łucja Wrona,Lamp is dark,work,Second line,Lamp,7
A-1,02.10.2026 10:00,Bo Berg,Lamp is dark,done,Second line,Lamp,7
A-1,03.10.2026 10:00,Bo Berg,Lamp is dark,work,Second line,Lamp,7
A-2,01.10.2026 12:00,Bo Berg,Door is stuck,-100,First line,Door,8
A-3,never,Bo Berg,Window,new,First line,Door,8
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("log.csv", LOG);
    desk.write("map.toml", MAP);
    desk.git(&["add", "log.csv", "map.toml"]);
    desk.git(&["commit", "-qm", "the log"]);
    desk
}

const IMPORT: &str = "import events log.csv --map map.toml --as ewa";

#[test]
fn a_log_in_another_encoding_waits_for_its_map_and_comes_in_once() {
    let desk = desk();
    let log = LOG
        .replace("Łucja", "Zo\u{eb}")
        .replace("Lamp is", "L\u{e4}mp is");
    let latin: Vec<u8> = log
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    desk.write("log.csv", latin);
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stderr.contains("log.csv: 5 × left out")
            && out.stderr.contains("first at line 2")
            && out.stderr.contains("encoding = \"windows-1252\"")
            && out.stderr.contains("5 rows are no utf-8 text"),
        "{out}"
    );
    assert!(
        out.stdout.contains("imported 1 row from old: 1 new ticket"),
        "{out}"
    );
    let map = MAP.replace("[time]", "[csv]\nencoding = \"windows-1252\"\n\n[time]");
    desk.write("map.toml", map);
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("imported 5 rows from old: 1 new ticket"),
        "{out}"
    );
    assert!(desk.json("show A-1")["tickets"][0]["title"] == "Lämp is dark");
    let before = desk.state();
    let _ = desk.run(IMPORT).code(0);
    assert!(before == desk.state());
    // Where no row can be read, that is no success.
    desk.write(
        "log.csv",
        b"Ticket,When,Who,What,State,Team,Kind,Building\nB,01.10.2026 09:00,x,\x81,new,a,b,7\n",
    );
    let _ = desk.run(IMPORT).code(3);
}

#[test]
fn a_nul_in_a_cell_reaches_no_file() {
    let desk = desk();
    desk.write(
        "log.csv",
        LOG.replace("Window", "Win\0dow")
            .replace("never", "01.10.2026 09:00"),
    );
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stderr.contains("log.csv:8: left out: it holds a NUL"),
        "{out}"
    );
    assert!(!desk.git(&["show", "--stat", "HEAD"]).contains(" Bin "));
    let _ = desk.run("show A-3").code(2);
}

#[test]
fn a_log_comes_in_as_tickets_with_every_row_as_an_entry() {
    let desk = desk();
    let before = desk.commits();
    let out = desk.run(IMPORT).code(0);
    assert!(out.stderr.contains("log.csv:7: `-100`"), "{out}");
    assert!(out.stderr.contains("log.csv:8: "), "{out}");
    assert!(
        out.stdout
            .contains("imported 6 rows from old: 2 new tickets"),
        "{out}"
    );
    assert_eq!(desk.commits(), before + 1);
    assert_eq!(desk.status(), "");
    let found = desk.json("show A-1");
    let ticket = &found["tickets"][0];
    assert_eq!(ticket["created"], "2026-10-01T07:00:00Z");
    assert_eq!(ticket["status"], "open");
    assert_eq!(ticket["queue"], "second-line");
    assert_eq!(ticket["code"], "LAMP");
    assert_eq!(ticket["fields"]["building"], "7");
    assert_eq!(ticket["source"]["id"], "A-1");
    let entries = ticket["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 6, "created, then one for each row");
    assert!(
        entries
            .iter()
            .all(|entry| entry["attributes"]["source"] == "old")
    );
    assert_eq!(entries[2]["at"], "2026-10-01T07:30:00Z");
    assert_eq!(entries[3]["at"], "2026-10-01T07:30:00.001Z");
    assert_eq!(entries[4]["by"], "bo-berg");
    assert_eq!(
        entries[5]["changes"][0]["old"], "closed",
        "real logs move from closed to open"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn whom_it_met_is_valid_in_logs_and_refused_for_new_work() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let settings = desk.read("desk.toml");
    assert!(settings.contains("[imported.old.agents]"), "{settings}");
    assert!(
        settings.contains("lucja-wrona = \"Łucja Wrona\""),
        "{settings}"
    );
    assert!(desk.read("catalog.toml").contains("LAMP = \"Lamp\""));
    let _ = desk
        .run("assign A-1 bo-berg")
        .code(4)
        .says("agent `bo-berg` is retired");
    let _ = desk
        .run("set A-1 queue=first-line")
        .code(4)
        .says("queue `first-line` is retired");
    let _ = desk.run("set A-1 code=DOOR").code(4).says("is retired");
}

#[test]
fn a_second_run_changes_nothing_here_or_elsewhere() {
    let desk = desk();
    let other = desk.copy();
    let _ = desk.run(IMPORT).code(0);
    let state = desk.state();
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("imported 0 rows from old: 0 new tickets, 0 extended, 2 as they were"),
        "{out}"
    );
    assert!(desk.state() == state);
    let _ = other.run(IMPORT).code(0);
    let files = |desk: &Desk| desk.git(&["ls-files", "-s", "tickets", "desk.toml", "catalog.toml"]);
    assert_eq!(files(&desk), files(&other));
}

#[test]
fn a_longer_log_later_adds_what_is_new_and_keeps_what_people_wrote() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let _ = desk.run("note A-1 -m Looked").code(0);
    desk.write(
        "log.csv",
        format!("{LOG}A-1,05.10.2026 10:00,Bo Berg,Lamp is dark,done,Second line,Lamp,7\n"),
    );
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout
            .contains("imported 1 row from old: 0 new tickets, 1 extended"),
        "{out}"
    );
    let found = desk.json("show A-1");
    let texts = found["tickets"][0]["entries"].as_array().unwrap();
    assert!(texts.iter().any(|entry| entry["text"] == "Looked"));
    assert_eq!(texts.len(), 8);
    let _ = desk.run("check").code(0);
}

#[test]
fn a_dry_run_writes_nothing_and_settings_are_the_managers() {
    let desk = desk();
    let state = desk.state();
    let out = desk.run(&format!("{IMPORT} --dry-run")).code(0);
    assert!(
        out.stdout
            .contains("would import 6 rows from old: 2 new tickets"),
        "{out}"
    );
    let _ = desk
        .run("import events log.csv --map map.toml")
        .code(4)
        .says("only managers can change settings");
    assert!(desk.state() == state);
}

#[test]
fn what_is_wrong_with_the_map_has_its_line() {
    let desk = desk();
    desk.replace("map.toml", "id = \"Ticket\"", "id = \"Tiket\"");
    let out = desk
        .run(IMPORT)
        .code(3)
        .says("the table has no column `Tiket`");
    assert!(out.stderr.contains("map.toml:8:"), "{out}");
    assert!(out.stderr.contains("did you mean `Ticket`?"), "{out}");
    let _ = desk
        .run("import events none.csv --map map.toml --as ewa")
        .code(2)
        .says("cannot read");
}

#[test]
fn json_tells_counts_and_oddities() {
    let desk = desk();
    let found = desk.json(IMPORT);
    assert_eq!(found["format"], 1);
    let import = &found["imports"][0];
    assert_eq!(import["rows"], 7);
    assert_eq!(import["rows_written"], 6);
    assert_eq!(import["odd"][0]["line"], 7);
    assert_eq!(import["odd"][1]["left_out"], true);
}

#[test]
fn a_ticket_that_may_only_be_read_is_named_and_left_alone() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let (one, other) = (desk.json("show A-1"), desk.json("show A-2"));
    let id = |found: &serde_json::Value| found["tickets"][0]["id"].as_str().unwrap().to_owned();
    let path = |id: &str| format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]);
    let (one, other) = (path(&id(&one)), path(&id(&other)));
    let text = desk.read(&one);
    desk.write(&one, format!("{text}\n>>>>>>> side\n"));
    let more = "A-1,04.10.2026 10:00,Bo Berg,Lamp is dark,done,Second line,Lamp,7\n\
                A-2,04.10.2026 12:00,Bo Berg,Door is stuck,work,First line,Door,8\n";
    desk.write("log.csv", format!("{LOG}{more}"));
    let before = (desk.read(&one), desk.read(&other));
    let out = desk.run(IMPORT).code(0);
    assert!(before.0 == desk.read(&one), "{out}");
    assert!(before.1 != desk.read(&other), "{out}");
    assert!(out.stderr.contains(&format!("{one}:")), "{out}");
    assert!(out.stderr.contains("git left a conflict"), "{out}");
}

#[test]
fn what_an_import_leaves_open_in_retired_queues_is_named() {
    let desk = desk();
    let lists = |desk: &Desk, query: &str| {
        let json = desk.json(&format!("list {query}"));
        json["tickets"].as_array().unwrap().len()
    };
    let words =
        "  open in retired queues: 2 tickets; desk list is:retired-queue source:old lists them\n";
    let dry = desk.run(&format!("{IMPORT} --dry-run")).code(0);
    assert!(dry.stdout.contains(words), "{dry}");
    let out = desk.run(IMPORT).code(0);
    assert!(out.stdout.contains(words), "{out}");
    assert_eq!(lists(&desk, "is:retired-queue source:old"), 2);
    let team = desk.run("--as ewa").code(0).stdout;
    let team = team.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        team.contains("In retired queues 2 desk list is:retired-queue"),
        "{team}"
    );
    // The next export takes it to another, and it is named as long as it lies there.
    desk.write(
        "log.csv",
        format!("{LOG}A-1,04.10.2026 10:00,Bo Berg,Lamp is dark,work,network,Lamp,7\n"),
    );
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stdout.contains("open in retired queues: 1 ticket;"),
        "{out}"
    );
    assert_eq!(lists(&desk, "is:retired-queue"), 1);
    let _ = desk.ok("set A-2 queue=network");
    let out = desk.run(IMPORT).code(0);
    assert!(!out.stdout.contains("retired queues"), "{out}");
}

#[test]
fn a_log_is_read_as_spreadsheets_write_it() {
    let desk = desk();
    let _ = desk.run(IMPORT).code(0);
    let tickets = || desk.git(&["ls-files", "-s", "tickets"]);
    let expected = tickets();
    let semicolons = LOG.replace(',', ";");
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let forms: [(Vec<u8>, &str); 6] = [
        (
            semicolons.clone().into(),
            "separated by `;`: the map states no delimiter",
        ),
        (
            format!("sep=;\r\n{}", semicolons.replace('\n', "\r\n")).into(),
            "",
        ),
        (LOG.replace('\n', "\r").into(), ""),
        (wide(LOG), "the file is UTF-16LE, without a mark"),
        (wide(&format!("\u{feff}{LOG}")), ""),
        (format!("{LOG},,,,,,,\n").into(), ""),
    ];
    for (bytes, note) in forms {
        desk.write("log.csv", bytes);
        let out = desk.run(IMPORT).code(0);
        assert!(
            out.stdout
                .contains("0 new tickets, 0 extended, 2 as they were"),
            "{note}: {out}"
        );
        assert!(out.stdout.contains(note), "{note}: {out}");
    }
    assert_eq!(tickets(), expected);
    // A map that states another delimiter is told of it.
    desk.write("semicolons.csv", semicolons);
    desk.replace("map.toml", "[time]", "[csv]\ndelimiter = \"|\"\n[time]");
    let line = "import events semicolons.csv --map map.toml --as ewa";
    let _ = desk
        .run(line)
        .code(3)
        .says("write delimiter = \";\" under [csv] in the map");
}

#[test]
fn empty_cells_at_the_end_may_be_missing_or_too_many() {
    let desk = desk();
    let row = "A-5,01.10.2026 09:00,Bo Berg,Hinge,new,,";
    desk.write(
        "log.csv",
        format!(
            "{}\n{row}\n{row},,,\n{row},,,x\n",
            LOG.lines().next().unwrap()
        ),
    );
    let out = desk.run(IMPORT).code(0);
    assert!(
        out.stderr
            .contains("log.csv:2: it has 7 cells, the header 8: the last are read as empty"),
        "{out}"
    );
    assert!(
        out.stderr
            .contains("log.csv:4: kept as text: it has 10 cells, the header 8"),
        "{out}"
    );
    assert_eq!(desk.json("show A-5")["tickets"][0]["title"], "Hinge");
    let _ = desk.run("check").code(0);
}
