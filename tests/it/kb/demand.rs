//! `desk kb demand`.

use crate::desk::Desk;

#[test]
fn demand_is_what_was_looked_for_in_vain_and_solved_without() {
    let desk = Desk::with_ticket();
    insta::assert_snapshot!(desk.run("kb demand"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    desk.open("Printer on floor 4 jams");
    desk.made(&["new", "Licence expires", "--channel", "email"]);
    let search = |id: &str, query: &str, hits: u32, minute: u32| {
        let text = desk.raw(id);
        let entry = format!(
            "\n## 2026-11-23T09:{minute}:00Z anna kb ^8m{minute}\n\n- query: {query}\n- hits: {hits}\n"
        );
        desk.write(&desk.path(id), format!("{text}{entry}"));
    };
    search("ID1", "Pinter  JAM", 0, 30);
    search("ID2", "pinter jam", 0, 31);
    search("ID2", "paper jam", 4, 32);
    search("ID3", "licence", 0, 33);
    desk.wait(60);
    let _ = desk.ok("resolve ID1 -m 'New roller.'");
    let _ = desk.ok("resolve ID2 -m 'New roller.' --no-kb 'Known by heart'");
    let _ = desk.ok("kb use KB-7Q2M --on ID3 --outcome solved");
    let _ = desk.ok("resolve ID3 -m 'Renewed.'");
    insta::assert_snapshot!(desk.run("kb demand"), @"
    Searched, and nothing found
    TIMES  LAST     TICKETS                WORDS
        2  37m ago  ID2 ID1         Pinter JAM
        1  35m ago  ID3                    licence

    Solved without an article
    TIMES  LAST    TICKETS                CODE
        2  3m ago  ID2 ID1         PRN-JAM  Paper jam

    1 ticket resolved with --no-kb
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --from 2026-11-24"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --to 2026-11-22"), @"
    -----
    nothing is missing
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("kb demand --from whenever"), @r#"
    -----
    error: `whenever` is not a time
    hint: write 2026-11, 2026-11-21, monday, "2026-11-21 14:00" or -7d
    [exit 2]
    "#);
    let reported = desk.json("kb demand --from 2026-11-23 --to 2026-11-23");
    assert_eq!(reported["demand"][0]["kind"], "search");
    assert_eq!(reported["demand"][0]["times"], 2);
    assert_eq!(reported["demand"][2]["kind"], "code");
    assert_eq!(reported["demand"][2]["code"], "PRN-JAM");
    assert_eq!(reported["demand"][2]["excused"], 1);
    assert_eq!(reported["demand"][3]["times"], 1);
}
