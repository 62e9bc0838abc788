//! `desk ack`: what was told to somebody stands on their board until one of those told has it.

use crate::desk::Desk;

fn board(desk: &Desk, who: &str) -> String {
    desk.run(&format!("--mine --as {who}")).to_string()
}

#[test]
fn an_escalation_stands_on_the_board_of_those_told_until_one_has_it() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("escalate ID1 --hierarchic -m 'The board meets at eleven'");
    let shown = board(&desk, "ewa");
    assert!(
        shown.contains("\nTold to me 1\n") && shown.contains("desk ack ID"),
        "{shown}"
    );
    assert!(shown.contains("escalated"), "{shown}");
    assert!(!board(&desk, "anna").contains("Told to me"));
    let listed = desk.run("list is:told --as ewa");
    assert!(listed.to_string().contains("ID1"), "{listed}");
    // Whoever was not told has nothing to say.
    let out = desk.run("ack ID1 --as anna").code(4);
    assert!(out.stderr.contains("it waits for ewa"), "{out}");
    let _ = desk.ok("ack ID1 -m 'I call the director.' --as ewa");
    let text = desk.raw("ID1");
    let told = text
        .lines()
        .find(|line| line.contains(" escalate ^"))
        .unwrap();
    let of = format!("- of: {}\n", told.strip_prefix("## ").unwrap());
    assert!(text.contains(&of), "{text}");
    assert!(!board(&desk, "ewa").contains("Told to me"));
    let shown = desk.run("show ID1");
    assert!(shown.stdout.contains("escalate by anna"), "{shown}");
    let _ = desk.run("ack ID1 --as ewa").code(4);
    let _ = desk.ok("check");
}

#[test]
fn the_others_who_were_told_see_who_has_it() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m '@marek @ewa who looks at the switch?'");
    let _ = desk.ok("ack ID1 --as marek");
    let shown = board(&desk, "ewa");
    assert!(!shown.contains("Told to me"), "{shown}");
    assert!(
        shown.contains("Marek Zieliński has ID1, of which you were told, too"),
        "{shown}"
    );
    assert!(!board(&desk, "marek").contains("has ID1"));
    desk.wait(2 * 24 * 60);
    assert!(!board(&desk, "ewa").contains("has ID1"));
}

#[test]
fn a_name_in_a_note_tells_its_bearer() {
    let desk = Desk::with_ticket();
    let _ =
        desk.ok("note ID1 -m '@marek please look at the switch; copy to ola@ewa.example, @nobody'");
    let text = desk.raw("ID1");
    assert!(text.contains("\n- mentions: marek\n"), "{text}");
    let shown = board(&desk, "marek");
    assert!(
        shown.contains("Told to me") && shown.contains("named you"),
        "{shown}"
    );
    assert!(!board(&desk, "ewa").contains("Told to me"));
    let json = desk.json("--mine --as marek");
    let parts = json["tickets"].as_array().unwrap();
    assert!(
        parts.iter().any(|one| one["derived"]["part"] == "told"),
        "{json}"
    );
    let _ = desk.ok("ack ID1 --as marek");
    assert!(!board(&desk, "marek").contains("Told to me"));
    // Nobody tells themselves, nor does a requester's word.
    let _ = desk.ok("note ID1 -m 'for @anna'");
    let _ = desk.ok("contact ID1 -m 'He asked for @marek.'");
    assert!(!board(&desk, "anna").contains("Told to me"));
    assert!(!board(&desk, "marek").contains("Told to me"));
}

#[test]
fn what_is_done_waits_for_nobody_s_word() {
    let desk = Desk::with_ticket();
    let _ = desk.ok("note ID1 -m '@marek look'");
    let _ = desk.ok("resolve ID1 -m 'Done.'");
    assert!(!board(&desk, "marek").contains("Told to me"));
    let _ = desk.ok("reopen ID1 -m 'Again.'");
    assert!(board(&desk, "marek").contains("Told to me"));
}

#[test]
fn what_nobody_acknowledges_is_told_to_the_other_managers_once() {
    let desk = Desk::with_ticket();
    let olga = "\n[agent.olga]\nname = \"Olga Lis\"\nrole = \"manager\"\n";
    desk.write("desk.toml", desk.read("desk.toml") + olga);
    let _ = desk.ok("away today..+1w --agent olga --as ewa");
    let _ = desk.ok("escalate ID1 --hierarchic -m 'The board meets at eleven'");
    assert!(desk.raw("ID1").contains("- told: ewa\n"));
    desk.wait(30);
    let _ = desk.ok("sweep");
    assert!(!board(&desk, "olga").contains("Told to me"));
    let json = desk.json("away");
    let days = |key: &str| json["absences"][0][key].as_str().unwrap().to_owned();
    let _ = desk.ok(&format!(
        "away {}..{} --remove --agent olga --as ewa",
        days("first"),
        days("last")
    ));
    desk.wait(45);
    let swept = desk.ok("sweep");
    assert!(
        swept.to_string().contains("nobody of those told has it"),
        "{swept}"
    );
    assert!(board(&desk, "olga").contains("Told to me 1"));
    let text = desk.raw("ID1");
    assert!(text.contains("- told: olga\n"), "{text}");
    let _ = desk.ok("sweep");
    assert_eq!(desk.raw("ID1"), text);
    // One of them is enough.
    let _ = desk.ok("ack ID1 --as olga");
    assert!(!board(&desk, "ewa").contains("Told to me"));
    let _ = desk.ok("check");
}
