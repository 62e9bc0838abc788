//! What is looked for may stand in a file that cannot be read: then nothing is made a second time,
//! nothing is left behind in silence, and the file is named.

use std::fs;
use std::os::unix::fs::symlink;

use crate::desk::{Desk, Out};

const MAP: &str = "source = \"old\"\n[time]\nformats = [\"%d.%m.%Y %H:%M\"]\nzone = \"Europe/Warsaw\"\n\
    [columns]\nid = \"Ticket\"\ntime = \"When\"\ntitle = \"{What}\"\n";

const LOG: &str =
    "Ticket,When,What\nA-1,01.10.2026 09:00,Lamp is dark\nA-2,01.10.2026 09:05,Door is stuck\n";

const IMPORT: &str = "import events log.csv --map map.toml --as ewa";

/// A desk with a log brought in, and the files of its tickets.
fn imported() -> (Desk, String, String) {
    let desk = Desk::new();
    desk.write("log.csv", LOG);
    desk.write("map.toml", MAP);
    desk.git(&["add", "log.csv", "map.toml"]);
    desk.git(&["commit", "-qm", "the log"]);
    let _ = desk.run(IMPORT).code(0);
    let path = |foreign: &str| {
        let shown = desk.json(&format!("show {foreign}"));
        let id = shown["tickets"][0]["id"].as_str().unwrap();
        format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4])
    };
    let (one, other) = (path("A-1"), path("A-2"));
    (desk, one, other)
}

/// A command that ends with 3, names the line of a file, and changes nothing.
#[track_caller]
fn refused(desk: &Desk, line: &str, path: &str) -> Out {
    let before = desk.state();
    let out = desk.run(line);
    assert!(before == desk.state(), "desk {line} wrote\n{out}");
    assert_eq!(out.code, 3, "desk {line}\n{out}");
    assert!(out.stderr.contains(path), "desk {line} names {path}\n{out}");
    out
}

/// Ways to damage the ticket of `A-1`: each keeps its foreign id from being read.
fn damages(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let source = "[source]\nname = \"old\"\nid = \"A-1\"";
    assert!(text.contains(source), "{text}");
    let with = |new: &str| text.replace(source, new).into_bytes();
    let mut latin = text.as_bytes().to_vec();
    latin.extend(b"\nZo\xeb\n");
    vec![
        ("a number as id", with("[source]\nname = \"old\"\nid = 1")),
        (
            "a list as id",
            with("[source]\nname = \"old\"\nid = [\"A-1\"]"),
        ),
        ("a number as name", with("[source]\nname = 1\nid = \"A-1\"")),
        ("a text as section", {
            let rest = text.replace(source, "");
            rest.replacen("+++\n", "+++\nsource = \"old A-1\"\n", 1)
                .into_bytes()
        }),
        ("no quotes", with("[source]\nname = \"old\"\nid = A-1")),
        (
            "no front matter",
            text.replacen("+++\n", "", 1).into_bytes(),
        ),
        ("a conflict", {
            with("<<<<<<< HEAD\n[source]\nname = \"old\"\nid = \"A-1\"\n=======\n>>>>>>> side")
        }),
        ("another encoding", latin),
        ("cut off", text.as_bytes()[..40].to_vec()),
    ]
}

#[test]
fn what_may_be_there_is_not_imported_a_second_time() {
    let (desk, one, _) = imported();
    let text = desk.read(&one);
    for (name, damaged) in damages(&text) {
        desk.write(&one, &damaged);
        for line in [IMPORT, &format!("{IMPORT} --dry-run")] {
            let out = refused(&desk, line, &one);
            assert!(out.stdout.is_empty(), "{name}: {out}");
        }
        let _ = desk.ok("list --all");
    }
    // Nor where its name is that of a link, or of a file in another month's folder.
    fs::remove_file(desk.root.join(&one)).unwrap();
    symlink("elsewhere", desk.root.join(&one)).unwrap();
    let _ = refused(&desk, IMPORT, &one);
    fs::remove_file(desk.root.join(&one)).unwrap();
    let elsewhere = one.replace("2026-10", "2026-09");
    desk.write(&elsewhere, &text);
    let _ = refused(&desk, IMPORT, &elsewhere);
    fs::remove_file(desk.root.join(&elsewhere)).unwrap();
    desk.write(&one, &text);
    let before = desk.state();
    let _ = desk.run(IMPORT).code(0);
    assert!(before == desk.state());
}

#[test]
fn a_foreign_id_that_cannot_be_read_is_not_unknown() {
    let (desk, one, _) = imported();
    let text = desk.read(&one);
    for (name, damaged) in damages(&text) {
        desk.write(&one, &damaged);
        if matches!(name, "a number as id" | "a number as name" | "cut off") {
            continue;
        }
        let _ = refused(&desk, "note A-1 -m x", &one);
    }
    let _ = desk.run("note A-7 -m x").code(2);
}

/// A work order for three tickets: `ID4`, with `ID1`, `ID2` and `ID3`.
fn ordered() -> Desk {
    let desk = Desk::new();
    for title in ["No network", "No mail", "No printing"] {
        desk.open(title);
    }
    let _ = desk.ok("work new ID1 ID2 ID3 --code PRN-JAM --separate");
    desk
}

#[test]
fn no_ticket_of_a_work_order_is_left_behind_in_silence() {
    let desk = ordered();
    let (path, text, order) = (desk.path("ID2"), desk.raw("ID2"), desk.id("ID4"));
    let link = format!("work_order = \"{order}\"");
    let other = desk.open("Another");
    let stranger = desk.path(&other);
    for damaged in [
        text.replace(&link, &format!("work_order = [\"{order}\"]")),
        text.replace(&link, &format!("work_order = {order}")),
        text.replacen("+++\n", "", 1),
        text.replace("[links]", "<<<<<<< HEAD\n[links]"),
    ] {
        assert_ne!(damaged, text);
        desk.write(&path, &damaged);
        for line in [
            "work done ID4 -m 'A new cable.'",
            "resolve ID4 -m 'A new cable.'",
            "pend ID4 --on vendor -m 'They come.'",
            "take ID4 --as marek",
            "convert ID4 --to action",
        ] {
            let _ = refused(&desk, line, &path);
        }
        let out = desk.ok("work show ID4");
        assert!(out.stderr.contains(&path), "{out}");
    }
    desk.write(&path, &text);
    // A file that names another order, or none, is no reason.
    desk.write(&stranger, "+++\nid = 5\n");
    let _ = desk.ok("work done ID4 -m 'A new cable.'");
    assert!(desk.raw("ID2").contains("status = \"resolved\""));
}

#[test]
fn a_work_order_that_cannot_be_read_is_not_replaced() {
    let desk = ordered();
    let path = desk.path("ID4");
    let text = desk.raw("ID4");
    desk.write(&path, text.replacen("+++\n", "", 1));
    for line in [
        "work new ID1",
        "work link ID1 --to ID2",
        "new 'No scanning' --from Ola --on ID2 --code PRN-JAM",
    ] {
        let _ = refused(&desk, line, &path);
    }
}

#[test]
fn what_could_not_be_compared_is_said() {
    let desk = Desk::new();
    desk.open("Printer on floor 3 jams");
    let (path, text) = (desk.path("ID1"), desk.raw("ID1"));
    desk.write(&path, text.replacen("+++\n", "", 1));
    let second =
        "new 'Printer jams' --from 'Ola Bem' --code PRN-JAM --asset-location 'by the door'";
    let _ = desk.ok(second).says("tickets/2026-11/ID1.md:1:1: ");
    let page = desk.json(second);
    assert_eq!(page["problems"][0]["path"], path.as_str(), "{page}");
    let _ = desk.ok("work new ID2").says("tickets/2026-11/ID1.md:1:1: ");
    desk.write(
        "kb/broken.md",
        "+++\nid = \"KB-BR0K\"\ntitle = Printer\n+++\n",
    );
    let _ = desk
        .ok("kb new 'Printer jams' -m 'Open the door.'")
        .says("kb/broken.md");
    let _ = desk.run("kb show KB-BR0K").code(2).says("kb/broken.md");
}

#[test]
fn a_start_of_an_id_that_a_damaged_file_shares_is_ambiguous() {
    let desk = Desk::new();
    let text = |id: &str| {
        format!(
            "+++\nid = \"{id}\"\ntype = \"action\"\ntitle = \"Lamp\"\nstatus = \"open\"\n\
             created = 2026-11-21T09:02:11Z\n+++\n"
        )
    };
    desk.plant("2611-7KA11", text("2611-7KA11"));
    desk.plant("2611-7KA22", text("2611-7KA22").replacen("+++\n", "", 1));
    let before = desk.state();
    let out = desk.run("note 7KA -m x").code(2);
    assert!(out.stderr.contains("could be any of 2 tickets"), "{out}");
    assert!(before == desk.state());
}
