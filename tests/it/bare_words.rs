//! Bare words of a query in `list`, `export` and `report`: filters, never keys.

use crate::desk::Desk;

fn titles(desk: &Desk, query: &str) -> usize {
    let listed = desk.run_args(&["list", query, "--json"]).json();
    listed["tickets"].as_array().unwrap().len()
}

#[test]
fn bare_words_are_whole_folded_and_never_keys() {
    let desk = Desk::new();
    desk.made(&["new", "VPN drops", "--channel", "phone"]);
    desk.made(&["new", "Phone is dead", "--channel", "email"]);
    desk.made(&["new", "Disk full at C:\\Temp"]);
    let text = "The error is: connection\nrefused by host";
    desk.made(&["new", "Refused", "-m", text]);
    desk.made(&["new", "Don’t print in Łódź"]);
    for (query, count) in [
        ("urgency", 0),
        ("medium", 0),
        ("created", 0),
        ("+++", 0),
        ("=", 0),
        ("phone", 1),
        ("C:\\Temp", 1),
        ("\"connection refused\"", 1),
        ("\"refused connection\"", 0),
        ("don't", 1),
        ("lodz", 1),
        ("prin", 0),
        ("prin*", 1),
        ("-print", 4),
    ] {
        assert_eq!(titles(&desk, query), count, "list {query}");
    }
    let out = desk.run_args(&["export", "medium", "--format", "jsonl"]);
    assert_eq!(out.stdout, "");
}
