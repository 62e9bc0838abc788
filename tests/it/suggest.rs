//! `desk suggest`: what may help with a ticket, and why.

use crate::desk::Desk;

fn scene() -> Desk {
    let desk = Desk::new();
    let _ = desk.make(
        "new 'Printer at reception jams at every second sheet' --from 'Jan Kowalski' \
         --code PRN-JAM --serial PX-1 -m 'Paper sticks behind the rear flap.'",
    );
    let _ = desk.ok("resolve ID1 -m \"Cleaned the rollers behind the rear flap.\"");
    let _ = desk.make(
        "new 'Beamer stays dark' --from 'Ruta Lis' --code HW-LAPTOP -m \
         'No picture in the hall.'",
    );
    let _ = desk.make(
        "new 'Reception printer jams again' --from 'Jan Kowalski' --code PRN-JAM \
         --serial PX-1 -m 'Sheet sticks behind the flap.'",
    );
    desk
}

#[test]
fn articles_and_tickets_come_with_the_reason() {
    let desk = scene();
    let reported = desk.json("suggest ID3");
    let article = &reported["articles"][0];
    assert_eq!(article["id"], "KB-PJ3M");
    let reason = article["derived"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("written for PRN-JAM"), "{reason}");
    let similar = &reported["tickets"][0];
    assert_eq!(similar["id"].as_str().unwrap(), desk.id("ID1"));
    let reason = similar["derived"]["reason"].as_str().unwrap();
    for part in [
        "same requester",
        "same equipment",
        "same code PRN-JAM",
        "jams",
    ] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
    assert_eq!(
        similar["derived"]["solution"],
        "Cleaned the rollers behind the rear flap."
    );
    let others = reported["tickets"].as_array().unwrap();
    assert!(
        others
            .iter()
            .all(|one| one["id"].as_str().unwrap() != desk.id("ID3"))
    );
    assert!(
        others
            .iter()
            .all(|one| one["id"].as_str().unwrap() != desk.id("ID2"))
    );
    let out = desk.run("suggest ID3");
    assert!(out.stdout.contains("solved: Cleaned the rollers"), "{out}");
}

#[test]
fn work_under_way_is_that_of_the_intake() {
    let desk = scene();
    let _ = desk.make("new 'Sheets are torn' --from 'Ewa Kot' --code PRN-JAM --serial px1");
    let order = desk.run("work new ID3");
    assert_eq!(order.code, 0, "{order}");
    let reported = desk.json("suggest ID4");
    let work = reported["alike"].as_array().unwrap();
    assert!(!work.is_empty(), "{reported}");
    assert_eq!(work[0]["kind"], "duplicate");
    assert!(
        work[0]["reason"]
            .as_str()
            .unwrap()
            .contains("same serial number"),
        "{reported}"
    );
    let out = desk.run("suggest ID4");
    assert!(out.stdout.contains("The same trouble\n"), "{out}");
    assert!(
        out.stdout.contains(&desk.real("desk work link ID4 --to ")),
        "{out}"
    );
    // Done only lately: a repeat, found by its equipment though it is no longer open.
    let id = order.stdout.split_whitespace().next().unwrap().to_owned();
    let _ = desk.run_args(&["work", "done", &id, "-m", "New rollers."]);
    let reported = desk.json("suggest ID4");
    assert_eq!(reported["alike"][0]["kind"], "repeat", "{reported}");
    assert_eq!(reported["alike"][0]["id"].as_str().unwrap(), id);
}

#[test]
fn new_says_what_may_help() {
    let desk = scene();
    let out = desk.run_args(&[
        "new",
        "Printer jams",
        "--from",
        "Nina Wrona",
        "--code",
        "PRN-JAM",
        "--json",
    ]);
    assert_eq!(out.code, 0, "{out}");
    let reported: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let suggested = &reported["tickets"][0]["derived"]["suggested"];
    assert_eq!(suggested["articles"][0]["id"], "KB-PJ3M", "{reported}");
    assert!(
        !suggested["tickets"].as_array().unwrap().is_empty(),
        "{reported}"
    );
}

#[test]
fn an_article_of_another_language_says_by_which_word_it_came() {
    let desk = Desk::new();
    let _ = desk.made(&["new", "Drucker offline", "--from", "Nina Wrona"]);
    let reported = desk.json("suggest ID1");
    let article = &reported["articles"][0];
    assert_eq!(article["id"], "KB-PR0F", "{reported}");
    let reason = article["derived"]["reason"].as_str().unwrap();
    assert!(reason.contains("rinter (drucker)"), "{reason}");
    let out = desk.run("suggest ID1");
    assert!(out.stdout.contains("  en"), "{out}");
}

/// What others were hung on, or follow, weighs a little more; nothing else tells these two apart.
#[test]
fn what_others_name_comes_first() {
    let desk = Desk::new();
    let old = |title: &str| desk.make(&format!("new '{title}' --from 'Nina Wrona'"));
    let _ = old("Zeppelin hall projector flickers");
    let _ = old("Zeppelin hall projector flickers");
    let _ = old("Zeppelin hall projector flickers again");
    for other in ["Lamp dark", "Lens dusty", "Cable torn"] {
        let _ = desk.make(&format!("new '{other}' --from 'Jan Kowalski'"));
    }
    let first = |desk: &Desk| {
        let reported = desk.json("suggest ID3");
        reported["tickets"][0]["id"].as_str().unwrap().to_owned()
    };
    // Whichever comes second now.
    let before = first(&desk);
    let other = if before == desk.id("ID1") {
        "ID2"
    } else {
        "ID1"
    };
    for id in ["ID4", "ID5", "ID6"] {
        let _ = desk.ok(&format!("link {id} {other}"));
    }
    assert_eq!(first(&desk), desk.id(other));
}

#[test]
fn nothing_to_suggest_is_a_no() {
    let desk = Desk::new();
    let _ = desk.made(&["new", "Zeppelin", "--from", "Nina Wrona"]);
    insta::assert_snapshot!(desk.run("suggest ID1"), @"
    -----
    nothing to suggest
    [exit 1]
    ");
    assert_eq!(desk.run("suggest 9ZZZZ").code, 2);
    assert_eq!(desk.json("suggest ID1")["articles"], serde_json::json!([]));
}
