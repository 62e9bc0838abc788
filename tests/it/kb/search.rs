//! `desk kb search`.

use super::article;
use crate::desk::Desk;
use crate::search::found;

#[test]
fn translations_are_one_hit_in_the_language_of_the_reader() {
    let desk = Desk::new();
    article(
        &desk,
        "kb/network/vpn-de.md",
        "id = \"KB-DE02\"\ntitle = \"VPN bricht ab\"\nstate = \"published\"\nlanguage = \"de\"\ntranslation_of = \"KB-3F8A\"\n",
        "Die VPN-Verbindung startet nicht oder bricht ab.\n",
    );
    assert_eq!(found(&desk, &["kb", "search", "vpn drops"])[0], "KB-3F8A");
    assert_eq!(
        found(&desk, &["kb", "search", "VPN bricht ab"])[0],
        "KB-DE02"
    );
    for words in ["vpn drops", "VPN bricht ab"] {
        let german = found(&desk, &["kb", "search", words, "--language", "de"]);
        assert_eq!(german[0], "KB-DE02", "{words}");
        assert!(!german.contains(&"KB-3F8A".to_owned()));
    }
    let mut command = desk.desk(&["kb", "search", "vpn drops"]);
    command.env("LANG", "de_AT.UTF-8");
    let out = desk.reported(command);
    assert!(out.stdout.starts_with("KB-DE02  VPN bricht ab\n"), "{out}");
    assert!(out.stdout.contains("also en"), "{out}");
}

#[test]
fn published_and_solving_articles_come_first_and_expired_ones_not_at_all() {
    let desk = Desk::with_ticket();
    let front = |id: &str, more: &str| {
        format!("id = \"{id}\"\ntitle = \"Zeppelin will not start\"\nstate = \"published\"\n{more}")
    };
    article(
        &desk,
        "kb/a.md",
        &front("KB-AAA1", "").replace("published", "draft"),
        "Push.\n",
    );
    article(&desk, "kb/b.md", &front("KB-AAA2", ""), "Push.\n");
    article(&desk, "kb/c.md", &front("KB-AAA3", ""), "Push.\n");
    article(
        &desk,
        "kb/d.md",
        &front("KB-AAA4", "expires = 2026-11-01\n"),
        "Push.\n",
    );
    article(
        &desk,
        "kb/e.md",
        &front("KB-AAA5", "").replace("published", "retired"),
        "Push.\n",
    );
    let _ = desk.ok("kb use KB-AAA3 --on ID1 --outcome solved");
    assert_eq!(
        found(&desk, &["kb", "search", "zeppelin"]),
        ["KB-AAA3", "KB-AAA2", "KB-AAA1"]
    );
    assert_eq!(
        found(&desk, &["kb", "search", "zeppelin", "--all"]).len(),
        5
    );
    assert_eq!(
        found(&desk, &["kb", "search", "zeppelin", "state:retired"]),
        ["KB-AAA5"]
    );
    assert_eq!(
        found(&desk, &["kb", "search", "zeppelin", "--limit", "1"]),
        ["KB-AAA3"]
    );
}

#[test]
fn a_search_for_a_ticket_is_written_into_its_log() {
    let desk = Desk::with_ticket();
    let id = desk.id("ID1");
    let out = desk.run("kb search 'paper jam in the tray' --on ID1");
    assert_eq!(out.code, 0, "{out}");
    assert!(
        out.stderr
            .contains(&format!("the search is written into {id}")),
        "{out}"
    );
    assert!(
        out.stderr
            .contains(&format!("desk kb use KB-PJ3M --on {id}")),
        "{out}"
    );
    let file = desk.file("ID1");
    assert!(
        file.contains("- query: paper jam in the tray\n- hits: "),
        "{file}"
    );
    assert!(file.contains("- found: KB-PJ3M"), "{file}");
    // Nothing found is written too: it tells what is missing.
    let out = desk.run("kb search zeppelin --on ID1");
    assert_eq!(out.code, 1, "{out}");
    assert!(desk.file("ID1").contains("- query: zeppelin\n- hits: 0\n"));
    let demand = desk.run("kb demand");
    assert!(demand.stdout.contains("zeppelin"), "{demand}");
    let before = desk.state();
    let out = desk.run("kb search balloon --on ID1 --dry-run");
    assert!(out.stderr.contains("would be written"), "{out}");
    assert!(desk.state() == before);
    assert_eq!(desk.run("kb search balloon --on 9ZZZZ").code, 2);
    assert_eq!(desk.run("check").code, 0);
}
