//! Errors with `--json`: one object on standard error.

use serde_json::{Value, json};

use crate::desk::Desk;

fn errors(desk: &Desk, line: &str) -> Value {
    let out = desk.run(line);
    let object: Value = serde_json::from_str(&out.stderr).unwrap_or_else(|_| panic!("{out}"));
    assert_eq!(object["format"], 1);
    object["errors"].clone()
}

#[test]
fn an_error_is_an_object_for_programs() {
    let desk = Desk::with_ticket();
    let told = errors(&desk, "set ID1 queue=netwrk --json");
    assert_eq!(
        told,
        json!([{
            "code": "unknown-queue",
            "message": "there is no queue `netwrk`",
            "hint": "did you mean `network`?",
            "file": null,
            "line": null,
        }])
    );
    assert_eq!(
        errors(&desk, "show 2611-XXXXX --json")[0]["code"],
        "unknown-ticket"
    );
    assert_eq!(errors(&desk, "lst --json")[0]["code"], "usage");
    let told = errors(&desk, "reopen ID1 --json");
    assert_eq!(told[0]["code"], "refused");
}

#[test]
fn what_is_wrong_with_a_file_follows_with_its_line() {
    let desk = Desk::with_ticket();
    let path = desk.path("ID1");
    desk.replace(&path, "status = \"open\"", "status = 7");
    let told = errors(&desk, "note ID1 -m x --json");
    assert_eq!(told[0]["code"], "invalid");
    assert_eq!(told[1]["code"], "problem");
    assert_eq!(told[1]["file"], desk.real(&path));
    assert!(told[1]["line"].as_u64().is_some_and(|line| line > 1));
}
