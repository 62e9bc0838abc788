//! `desk export`.

use serde_json::Value;

use crate::desk::Desk;

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
