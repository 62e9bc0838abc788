//! `desk export`.

use serde_json::Value;

use crate::desk::{Desk, lies};

fn scene() -> Desk {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m '=SUM(A1) is what the display says.'");
    let _ = desk.ok("resolve ID1 -m 'New rollers.'");
    desk.made(&[
        "new",
        "=1+1",
        "--from",
        "Ola, \"the\" Wrona",
        "--tag",
        "vpn",
    ]);
    desk
}

fn lines(desk: &Desk, query: &str) -> Vec<Value> {
    let out = desk
        .run(&format!("export {query} --format jsonl"))
        .code(0)
        .stdout;
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn everything_goes_out_with_its_texts_and_its_log() {
    let desk = scene();
    let page: Value = serde_json::from_str(&desk.run("export").code(0).stdout).unwrap();
    let all = page["tickets"].as_array().unwrap();
    assert_eq!((&page["format"], all.len()), (&Value::from(1), 2));
    assert_eq!(page["problems"], Value::Array(Vec::new()));
    // Ages go on; files do not.
    let files =
        |all: &[Value]| -> Vec<Value> { all.iter().map(|one| one["file"].clone()).collect() };
    assert_eq!(files(&lines(&desk, "")), files(all));
    for one in all {
        let id = one["id"].as_str().unwrap();
        let file = desk.read(&format!("tickets/20{}-{}/{id}.md", &id[..2], &id[2..4]));
        assert_eq!(one["file"], file);
        assert!(!one["entries"].as_array().unwrap().is_empty());
    }
    let empty: Value =
        serde_json::from_str(&desk.run("export tag:none-such").code(0).stdout).unwrap();
    assert_eq!(empty["tickets"], Value::Array(Vec::new()));
}

#[test]
fn a_query_picks_and_done_tickets_are_not_left_out() {
    let desk = scene();
    assert_eq!(lines(&desk, "status:resolved").len(), 1);
    assert_eq!(lines(&desk, "rollers").len(), 1);
    assert_eq!(lines(&desk, "-status:resolved tag:vpn").len(), 1);
    let _ = desk
        .run("export quue:network")
        .code(2)
        .says("did you mean `queue`?");
}

#[test]
fn a_table_has_a_line_for_each_ticket_and_runs_nothing() {
    let desk = scene();
    let out = desk.run("export --format csv").code(0).stdout;
    let mut table = csv::Reader::from_reader(out.as_bytes());
    let head: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| head.iter().position(|one| one == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let bad = rows
        .iter()
        .find(|row| row[column("title")].contains("1+1"))
        .unwrap();
    assert_eq!(&bad[column("title")], "'=1+1");
    assert_eq!(&bad[column("requester.name")], "Ola, \"the\" Wrona");
    let done = rows
        .iter()
        .find(|row| &row[column("status")] == "resolved")
        .unwrap();
    assert!(
        done[column("log")].starts_with("## 2026-11-23T"),
        "{done:?}"
    );
    assert!(done[column("log")].contains("New rollers."));
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn a_bad_file_costs_only_itself() {
    let desk = scene();
    desk.plant("2611-7K3MQ", "no fence\n");
    let out = desk.run("export").code(0);
    let page: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(page["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(page["problems"].as_array().unwrap().len(), 1);
    assert!(!out.stderr.is_empty());
}

#[test]
fn an_export_goes_into_an_empty_desk_to_the_byte() {
    let desk = scene();
    desk.replace(
        &desk.path("ID1"),
        "channel = ",
        "# by hand\nfrom_the_future = 1\nchannel = ",
    );
    for format in ["json", "jsonl"] {
        let out = desk
            .run(&format!("export --format {format}"))
            .code(0)
            .stdout;
        let other = Desk::new();
        other.write("out.json", &out);
        let _ = other
            .run("import json out.json --dry-run")
            .says("would bring in 2 tickets");
        assert!(!other.root.join("tickets/2026-11").exists());
        let _ = other
            .run("import json out.json")
            .says("brought in 2 tickets");
        for name in ["ID1", "ID2"] {
            assert_eq!(other.read(&desk.path(name)), desk.raw(name), "{format}");
        }
        // One commit, and a second run changes nothing.
        assert_eq!(other.git(&["status", "--porcelain", "tickets"]), "");
        let head = other.git(&["rev-parse", "HEAD"]);
        let _ = other
            .run("import json out.json")
            .says("0 tickets, 2 there already");
        assert_eq!(other.git(&["rev-parse", "HEAD"]), head);
    }
}

#[test]
fn what_differs_or_is_no_export_is_refused_whole() {
    let desk = scene();
    let out = desk.run("export --format jsonl").code(0).stdout;
    let before = desk.git(&["rev-parse", "HEAD"]);
    let _ = desk
        .run_with("import json -", out.replace("New rollers", "Old rollers"))
        .code(4);
    let _ = desk
        .run_with("import json -", "{\"id\": \"../../x\", \"file\": \"\"}")
        .code(2);
    let _ = desk
        .run_with("import json -", "nonsense")
        .code(2)
        .says("desk export");
    let _ = desk
        .run_with(
            "import json -",
            "{\"id\": \"2611-7K3MQ\", \"file\": \"no fence\"}",
        )
        .code(3);
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
}

/// Bytes that no text is, more of them than are read at once.
fn large() -> Vec<u8> {
    (0..200_001_u32)
        .map(|n| u8::try_from((n % 251) * (n % 241) % 256).unwrap())
        .collect()
}

const LOG: &[u8] = b"line 1\r\nline 2\n";

/// A desk whose first ticket has three attachments.
fn with_files() -> Desk {
    let desk = scene();
    desk.write("../log.txt", LOG);
    desk.write("../photo.png", large());
    desk.write("../empty", "");
    let _ = desk.ok("attach ID1 ../log.txt ../photo.png");
    let _ = desk.ok("attach ID1 ../empty");
    desk
}

/// The files of the first ticket of [`with_files`] in some desk.
fn files(desk: &Desk, path: &str) -> Vec<(String, Vec<u8>)> {
    let folder = desk.root.join(path.replace(".md", ".files"));
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut all: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    all
}

/// The ticket with attachments, as a value of its own.
fn attached(desk: &Desk) -> Value {
    let all = lines(desk, "");
    let has = |one: &&Value| one["attachments"] != Value::Array(Vec::new());
    all.iter().find(has).unwrap().clone()
}

#[test]
fn what_is_attached_goes_out_and_comes_back_to_the_byte() {
    let desk = with_files();
    let path = desk.path("ID1");
    let before = files(&desk, &path);
    assert_eq!(before.len(), 3);
    for format in ["json", "jsonl"] {
        let out = desk
            .run(&format!("export --format {format}"))
            .code(0)
            .stdout;
        let other = Desk::new();
        other.write("out.json", &out);
        let _ = other
            .run("import json out.json --dry-run")
            .says("would bring in 2 tickets, 3 attachments");
        assert!(!other.root.join("tickets/2026-11").exists());
        let _ = other
            .run("import json out.json")
            .says("brought in 2 tickets, 3 attachments");
        assert_eq!(files(&other, &path), before, "{format}");
        assert_eq!(other.read(&path), desk.raw("ID1"), "{format}");
        assert_eq!(other.git(&["status", "--porcelain", "tickets"]), "");
        let _ = other.run("check").code(0);
        // A second run changes nothing, but gives back what was lost.
        let head = other.git(&["rev-parse", "HEAD"]);
        let again = || other.run_with("import json -", &out).code(0).stdout;
        assert!(again().contains("0 tickets, 2 there already"));
        let photo = lies("photo.png", &large());
        let lost = other.root.join(path.replace(".md", ".files")).join(photo);
        std::fs::remove_file(&lost).unwrap();
        assert!(again().contains("0 tickets, 1 attachment, 2 there already"));
        assert_eq!(files(&other, &path), before);
        assert_eq!(other.git(&["rev-parse", "HEAD"]), head);
        assert_eq!(other.git(&["status", "--porcelain", "tickets"]), "");
    }
}

#[test]
fn contents_may_be_left_out() {
    let desk = with_files();
    let out = desk.run("export --no-attachments").code(0);
    assert!(out.stderr.contains("3 attachments named without"), "{out}");
    let page: Value = serde_json::from_str(&out.stdout).unwrap();
    let reported = page["tickets"].as_array().unwrap().iter();
    let reported: Vec<&Value> = reported
        .flat_map(|one| one["attachments"].as_array().unwrap())
        .collect();
    let names: Vec<&Value> = reported.iter().map(|one| &one["name"]).collect();
    let wanted = [
        lies("log.txt", LOG),
        lies("photo.png", &large()),
        lies("empty", b""),
    ];
    assert_eq!(names, [&wanted[0], &wanted[1], &wanted[2]]);
    assert!(reported.iter().all(|one| one["content"].is_null()));
    assert_eq!(reported[1]["size"], 200_001);
    let other = Desk::new();
    let done = other.run_with("import json -", &out.stdout).code(0);
    assert!(
        done.stderr
            .contains("3 attachments not in `standard input`"),
        "{done}"
    );
    assert_eq!(files(&other, &desk.path("ID1")), []);
}

#[test]
fn a_table_names_what_is_attached() {
    let desk = with_files();
    let out = desk.run("export --format csv status:resolved").code(0);
    assert_eq!(out.stderr, "");
    let mut table = csv::Reader::from_reader(out.stdout.as_bytes());
    let at = table
        .headers()
        .unwrap()
        .iter()
        .position(|one| one == "attachments");
    let row = table.records().next().unwrap().unwrap();
    assert_eq!(&row[at.unwrap()], "15 log.txt\n200001 photo.png\n0 empty");
}

#[test]
fn what_was_changed_or_is_gone_is_named_and_left_out() {
    let desk = with_files();
    let folder = desk.path("ID1").replace(".md", ".files");
    let (log, empty) = (lies("log.txt", LOG), lies("empty", b""));
    desk.write(&format!("{folder}/{log}"), "line 1\r\nline 3\n");
    std::fs::remove_file(desk.root.join(&folder).join(empty)).unwrap();
    let out = desk.run("export").code(0);
    let page: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(page["problems"].as_array().unwrap().len(), 2, "{out}");
    assert!(out.stderr.contains("was changed: left out"), "{out}");
    assert!(out.stderr.contains("is missing: left out"), "{out}");
    let other = Desk::new();
    let _ = other.run_with("import json -", &out.stdout).code(0);
    let there = files(&other, &desk.path("ID1"));
    assert_eq!(there, [(lies("photo.png", &large()), large())]);
}

/// Brings an export in, from a file beside the desk.
fn brought(desk: &Desk, text: &str) -> crate::desk::Out {
    desk.write("../brought.json", text);
    desk.run("import json ../brought.json")
}

#[test]
fn an_export_that_lies_about_its_attachments_is_refused_whole() {
    let desk = with_files();
    let good = attached(&desk);
    let whole = desk.run("export status:new --format jsonl").code(0).stdout;
    let other = Desk::new();
    let state = other.state();
    let refused = |bad: &Value, words: &str| {
        // A good ticket stands before the bad one.
        let text = format!("{whole}{bad}\n");
        let out = brought(&other, &text).code(2);
        assert!(out.stderr.contains(words), "{bad}: {out}");
        assert_eq!(out.stderr.matches("error:").count(), 1, "{out}");
        assert!(other.state() == state, "{words}");
        assert!(!other.root.join("tickets/2026-11").exists());
    };
    let one = |change: &dyn Fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad["attachments"][0]);
        bad
    };
    for name in [
        "../../x",
        "/etc/x",
        ".git",
        "a/b",
        "-rf",
        "a\u{202e}b",
        "",
        "CON",
    ] {
        refused(
            &one(&|it| it["name"] = name.into()),
            "is no name for an attachment",
        );
        // Nor does it help to let the log say the same.
        let mut bad = one(&|it| it["name"] = name.into());
        let file = bad["file"].as_str().unwrap();
        bad["file"] = file
            .replace("stored: log-95ca7505.txt", &format!("stored: {name}"))
            .into();
        refused(&bad, "is no name for an attachment");
    }
    refused(
        &one(&|it| it["name"] = "other.txt".into()),
        "tells of no attachment `other.txt`",
    );
    refused(
        &one(&|it| it["size"] = 14.into()),
        "tells of no attachment `log-95ca7505.txt`",
    );
    let sum = "0".repeat(64);
    refused(
        &one(&|it| it["sha256"] = sum.clone().into()),
        "tells of no attachment `log-95ca7505.txt`",
    );
    refused(
        &one(&|it| it["content"] = "bGluZQ==".into()),
        "`log-95ca7505.txt` of ",
    );
    refused(&one(&|it| it["content"] = "bGluZQ==".into()), "is damaged");
    refused(&one(&|it| it["content"] = "?".into()), "no base64");
    refused(
        &one(&|it| it["content"] = 7.into()),
        "expected a content in base64",
    );
    let mut twice = good.clone();
    twice["attachments"][1] = twice["attachments"][0].clone();
    refused(&twice, "`log-95ca7505.txt` of ");
    // The same hash in the log does not save a content that has another.
    let mut bad = good.clone();
    let reported = bad["attachments"][0]["sha256"].as_str().unwrap().to_owned();
    bad["attachments"][0]["sha256"] = sum.clone().into();
    bad["file"] = bad["file"]
        .as_str()
        .unwrap()
        .replace(&reported, &sum)
        .into();
    refused(&bad, "is damaged");
}

#[test]
fn attachments_go_nowhere_but_into_the_folder_of_their_ticket() {
    let desk = with_files();
    let out = desk.run("export --format jsonl").code(0).stdout;
    let folder = desk.path("ID1").replace(".md", ".files");
    let other = Desk::new();
    // The folder leads elsewhere.
    std::fs::create_dir_all(other.root.join("tickets/2026-11")).unwrap();
    std::fs::create_dir(other.root.join("../elsewhere")).unwrap();
    let link = other.root.join(&folder);
    std::os::unix::fs::symlink("../../../elsewhere", &link).unwrap();
    let reported = brought(&other, &out);
    assert_ne!(reported.code, 0, "{reported}");
    let elsewhere = std::fs::read_dir(other.root.join("../elsewhere")).unwrap();
    assert_eq!(elsewhere.count(), 0);
    assert!(!other.root.join(desk.path("ID1")).exists());
    std::fs::remove_file(&link).unwrap();
    // Another file has the name.
    let log = lies("log.txt", LOG);
    other.write(&format!("{folder}/{log}"), "mine");
    let _ = brought(&other, &out).code(4).says("says something else");
    assert_eq!(other.read(&format!("{folder}/{log}")), "mine");
    assert!(!other.root.join(desk.path("ID1")).exists());
    // The house takes no file as large as this.
    let small = Desk::new();
    small.replace("desk.toml", "max_size = \"25MB\"", "max_size = \"100kB\"");
    let _ = brought(&small, &out)
        .code(4)
        .says("is larger than the 100 kB");
    assert!(!small.root.join("tickets/2026-11").exists());
}

#[test]
fn what_comes_back_into_a_retired_queue_is_named() {
    let desk = Desk::with_two_tickets();
    let attic = "\n[queue.attic]\ntitle = \"Attic\"\narea = \"workplace\"\ntier = 1\n";
    let add = |desk: &Desk, text: &str| {
        desk.write("desk.toml", format!("{}{text}", desk.read("desk.toml")));
    };
    add(&desk, attic);
    let _ = desk.ok("set ID1 queue=attic");
    let out = desk.run("export --format json").code(0).stdout;
    let other = Desk::new();
    other.write("out.json", &out);
    add(&other, &format!("{attic}retired = true\n"));
    let out = other.run("import json out.json").code(0);
    let words = "\n  open in retired queues: 1 ticket; desk list is:retired-queue lists them\n";
    assert!(out.stdout.contains(words), "{out}");
    let listed = other.json("list is:retired-queue");
    assert_eq!(listed["tickets"].as_array().unwrap().len(), 1);
}
