//! `desk who`, and what a new ticket takes over of a requester whom the desk knows.

use std::collections::BTreeMap;

use crate::desk::Desk;
use plaindesk::model::event_table::TicketEvents;
use plaindesk::model::field::{Field, Key, Value};
use plaindesk::model::moment::Moment;
use plaindesk::model::ticket_summary::TicketSummary;
use plaindesk::ops::core::desk::Desk as Opened;
use plaindesk::ops::core::people;
use plaindesk::rules::people::People;

/// A desk that Jan Kowalski called twice, and two others of one name once.
fn callers() -> Desk {
    let desk = Desk::new();
    desk.make(
        "new 'VPN drops' --from 'Jan Kowalski' --phone '+48 600 100 200' --account \
         AC-4471 --location 'Gdańsk HQ, room 312'",
    );
    desk.make(
        "new 'Laptop does not start' --from 'Jan Kowalski' --account AC-4471 --email \
         jan@example.org --model 'ThinkPad T14' --serial PF3K",
    );
    desk.make("new 'No sound' --from 'Zofia Łuczak' --account AC-1");
    desk.make("new 'No picture' --from 'Zofia Łuczak' --account AC-2");
    desk
}

/// What becomes of `KEY=VALUE …` for a new ticket: the fields, then what is said about it.
fn completed(desk: &Desk, pairs: &[&str]) -> String {
    let opened = Opened::open(&desk.root, None).unwrap();
    let mut values = pairs
        .iter()
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let notices = people::complete(&opened, &mut values, true).unwrap();
    let values = values.iter().map(|(key, value)| format!("{key} = {value}"));
    values.chain(notices).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_known_caller_is_filled_in() {
    let desk = callers();
    insta::assert_snapshot!(completed(&desk, &["requester.name=kowalski"]), @"
    requester.name = Jan Kowalski
    requester.email = jan@example.org
    requester.phone = +48 600 100 200
    requester.account = AC-4471
    requester.location = Gdańsk HQ, room 312
    asset.model = ThinkPad T14
    asset.serial = PF3K
    requester: Jan Kowalski, AC-4471 (2 earlier tickets); equipment: ThinkPad T14, s/n PF3K
    ");
    // What was given stays, and a call that is not about equipment brings none.
    insta::assert_snapshot!(completed(&desk, &["phone=600100200", "location=at home", "code=ACC-RESET"]), @"
    phone = 600100200
    location = at home
    code = ACC-RESET
    requester.name = Jan Kowalski
    requester.email = jan@example.org
    requester.account = AC-4471
    requester: Jan Kowalski, AC-4471 (2 earlier tickets)
    ");
    insta::assert_snapshot!(completed(&desk, &["requester.name=AC-4471", "code=HW-SLOW", "serial=OTHER"]), @"
    code = HW-SLOW
    serial = OTHER
    requester.name = Jan Kowalski
    requester.email = jan@example.org
    requester.phone = +48 600 100 200
    requester.account = AC-4471
    requester.location = Gdańsk HQ, room 312
    requester: Jan Kowalski, AC-4471 (2 earlier tickets)
    ");
}

#[test]
fn in_doubt_the_words_stay_as_typed() {
    let desk = callers();
    insta::assert_snapshot!(completed(&desk, &["requester.name=luczak zofia"]), @"
    requester.name = luczak zofia
    `luczak zofia` could be Zofia Łuczak, AC-2 or Zofia Łuczak, AC-1; kept as typed
    ");
    insta::assert_snapshot!(completed(&desk, &["requester.name=Jan Kowal"]), @"
    requester.name = Jan Kowal
    `Jan Kowal` could be Jan Kowalski, AC-4471; kept as typed
    ");
    assert_eq!(
        completed(&desk, &["requester.name=Maria Kot"]),
        "requester.name = Maria Kot"
    );
    assert_eq!(completed(&desk, &["channel=fax"]), "channel = fax");
    // An address is no name.
    assert_eq!(
        completed(&desk, &["requester.name=new@example.org"]),
        "requester.email = new@example.org"
    );
}

#[test]
fn somebody_without_a_name_gets_one() {
    let desk = Desk::new();
    desk.make("new Hello --email jan@example.org --channel email");
    insta::assert_snapshot!(completed(&desk, &["email=jan@example.org", "requester.name=Jan Kowalski"]), @"
    email = jan@example.org
    requester.name = Jan Kowalski
    requester: jan@example.org (1 earlier ticket)
    ");
    insta::assert_snapshot!(completed(&desk, &["requester.name=JAN@example.org"]), @"
    requester.email = jan@example.org
    requester: jan@example.org (1 earlier ticket)
    ");
}

#[test]
fn a_name_or_a_number_of_thousands_costs_no_square() {
    let ticket = |n: usize, reported: [(Key, String); 3]| {
        let reported = reported.map(|(key, text)| (Field::Known(key), Value::Text(text)));
        let created = Moment::from_millis(i64::try_from(n).unwrap()).unwrap();
        TicketSummary {
            id: format!("2601-{n:05}").parse().unwrap(),
            values: BTreeMap::from(reported),
            created,
            updated: created,
            resolved: None,
            entries: 1,
            conflict: false,
            barred: false,
            tell: None,
            told: Vec::new(),
            earlier: BTreeMap::new(),
            cancelled_as: None,
            said: None,
            on_order: None,
            knowledge: Vec::new(),
            events: TicketEvents::default(),
        }
    };
    let shared = |n: usize| {
        let name = (Key::RequesterName, format!("Caller {n}"));
        let phone = (Key::RequesterPhone, "600100200".to_owned());
        ticket(
            n,
            [
                name,
                phone,
                (Key::RequesterEmail, "help@example.org".to_owned()),
            ],
        )
    };
    let called = |n: usize| {
        let name = (Key::RequesterName, "Caller".to_owned());
        let account = (Key::RequesterAccount, String::new());
        ticket(
            n,
            [
                name,
                account,
                (Key::RequesterEmail, format!("c{n}@example.org")),
            ],
        )
    };
    let all: Vec<TicketSummary> = (0..10_000)
        .map(shared)
        .chain((10_000..20_000).map(called))
        .collect();
    let began = std::time::Instant::now();
    let people = People::of(&all);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    assert!(people.all().len() > 10_000);
}

#[test]
fn one_person_with_the_whole_history() {
    let desk = callers();
    let _ = desk.ok("contact ID1 --outcome voicemail -m 'Asked to call back'");
    let _ = desk.ok("contact ID1 --in --by email -m 'Still drops'");
    let _ = desk.ok("resolve ID1 -m 'New certificate'");
    let _ = desk.ok("close ID1 --satisfied yes --rating 4");
    desk.make("new 'VPN drops again' --from 'Jan Kowalski' --account AC-4471");
    insta::assert_snapshot!(desk.run("who kowalski"), @"
    Jan Kowalski
    3 tickets · 2 open · last Mon 23 Nov 10:08, 1m ago

    contact     +48 600 100 200, jan@example.org
    account     AC-4471
    place       Gdańsk HQ, room 312
    equipment   ThinkPad T14, s/n PF3K
    satisfied   1 yes, 0 no, rated 4.0 of 5 (1 rating)
    contacts    5, 1 reached nobody
    last        Mon 23 Nov 10:08, incoming, phone, Anna Nowak on ID5

    Open 2
    ID          STATUS  PRIORITY  AGE  TITLE
    ID5         open    standard   1m  VPN drops again
    ID2         open    standard   8m  Laptop does not start

    Done 1
    ID          STATUS  PRIORITY  AGE  TITLE
    ID1         closed  standard   9m  VPN drops
    [exit 0]
    ");
    // A ticket tells who called, and so does any datum.
    let short = desk.id("ID1")[5..].to_owned();
    let mut names = vec![
        "ID1",
        "jan kowalski",
        "'Kowalski, Jan'",
        "ac4471",
        "'600 100 200'",
        "jan@example.org",
    ];
    // Without a digit it could be a name.
    names.extend(
        short
            .contains(|c: char| c.is_ascii_digit())
            .then_some(short.as_str()),
    );
    for name in names {
        let out = desk.ok(&format!("who {name}"));
        assert!(
            out.stdout.starts_with("Jan Kowalski\n3 tickets"),
            "{name}: {out}"
        );
    }
}

#[test]
fn several_people_are_told_apart() {
    let desk = callers();
    insta::assert_snapshot!(desk.run("who zofia luczak"), @"
    REQUESTER     ACCOUNT  CONTACT  OPEN  ALL  LAST
    Zofia Łuczak  AC-2                 1    1    1m
    Zofia Łuczak  AC-1                 1    1    2m
    -----
    2 people fit: say more, like `desk who AC-2`
    [exit 0]
    ");
    insta::assert_snapshot!(desk.run("who AC-2"), @"
    Zofia Łuczak
    1 ticket · 1 open · last Mon 23 Nov 10:03, 2m ago

    account     AC-2
    contacts    1
    last        Mon 23 Nov 10:03, incoming, phone, Anna Nowak on ID4

    Open 1
    ID          STATUS  PRIORITY  AGE  TITLE
    ID4         open    standard   2m  No picture
    [exit 0]
    ");
    desk.make("new 'No tone' --from 'Jan Kowalski-Lis' --account AC-9");
    // The whole name is meant before one that only begins with it.
    let out = desk.ok("who jan kowalski");
    assert!(out.stdout.starts_with("Jan Kowalski\n2 tickets"), "{out}");
    assert_eq!(
        out.stderr,
        "1 more fits too: give less of the name to see them\n"
    );
}

#[test]
fn nobody_is_an_empty_answer() {
    let desk = callers();
    insta::assert_snapshot!(desk.run("who nobody"), @"
    -----
    no people
    [exit 0]
    ");
    assert_eq!(desk.json("who nobody")["people"], serde_json::json!([]));
    let _ = desk
        .run_args(&["who", " "])
        .code(2)
        .says("an empty name finds nobody");
    let _ = desk.run("who").code(2);
    let _ = desk
        .run("who jan --as ewaa")
        .code(2)
        .says("no agent `ewaa`");
    let _ = desk
        .run("who 2611-ZZZZZ")
        .code(2)
        .says("there is no ticket `2611-ZZZZZ`");
}

#[test]
fn json_has_people_with_their_tickets() {
    let desk = callers();
    let _ = desk.ok("contact ID1 --outcome no-answer");
    let reported = desk.json("who kowalski");
    assert_eq!(reported["format"], 1);
    let jan = &reported["people"][0];
    assert_eq!(jan["requester"]["name"], "Jan Kowalski");
    assert_eq!(jan["requester"]["account"], "AC-4471");
    assert_eq!(
        jan["assets"],
        serde_json::json!([{"model": "ThinkPad T14", "serial": "PF3K"}])
    );
    assert_eq!(jan["tickets"][0]["id"], desk.id("ID2"));
    assert_eq!(jan["tickets"][1]["title"], "VPN drops");
    assert_eq!(jan["derived"]["tickets"], 2);
    assert_eq!(jan["derived"]["contacts"], 3);
    assert_eq!(jan["derived"]["last_contact"]["ticket"], desk.id("ID1"));
    assert_eq!(
        jan["derived"]["last_contact"]["attributes"]["outcome"],
        "no-answer"
    );
    assert_eq!(jan["derived"]["rating"], serde_json::Value::Null);
    let several = desk.json("who zofia");
    assert_eq!(several["people"].as_array().unwrap().len(), 2);
    assert_eq!(
        several["people"][0]["derived"]["contacts"],
        serde_json::Value::Null
    );
}

#[test]
fn one_call_about_two_things_is_one_contact() {
    let desk = Desk::new();
    let _ = desk.ok("new 'No sound' --from 'Jan Kowalski' --issue 'No picture' --issue 'No light'");
    let reported = desk.json("who jan");
    assert_eq!(reported["people"][0]["derived"]["tickets"], 3);
    assert_eq!(reported["people"][0]["derived"]["contacts"], 1);
}

#[test]
fn strangers_texts_do_not_act_and_a_broken_file_costs_only_itself() {
    let desk = callers();
    desk.replace(
        &desk.path("ID1"),
        "name = \"Jan Kowalski\"",
        "name = \"Jan\\u001b[31m Kowalski\"",
    );
    desk.write("tickets/2026-11/2611-0BAD0.md", "no ticket");
    let out = desk
        .run("who kowalski")
        .code(0)
        .says("a page begins with a line");
    assert!(!out.stdout.contains('\u{1b}'), "{out}");
    assert!(!out.stderr.contains('\u{1b}'), "{out}");
}

#[test]
fn many_done_tickets_are_cut_short() {
    let desk = Desk::new();
    for n in 0..17 {
        desk.made(&[
            "new",
            &format!("Question {n}"),
            "--from",
            "Jan",
            "--type",
            "comment",
        ]);
    }
    let out = desk.ok("who jan");
    assert!(
        out.stdout.contains("\nDone 17\n") && out.stdout.ends_with("\n… and 2 more: add --all\n"),
        "{out}"
    );
    assert!(desk.ok("who jan --all").stdout.contains("Question 0\n"));
}
