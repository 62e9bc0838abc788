//! `desk who`, and what a new ticket takes over of a requester whom the desk knows.

use std::collections::BTreeMap;

use crate::desk::Desk;
use plaindesk::model::excerpt::Excerpt;
use plaindesk::model::field::{Field, Key, Value};
use plaindesk::model::moment::Moment;
use plaindesk::ops::desk::Desk as Opened;
use plaindesk::ops::people;
use plaindesk::rules::people::People;

/// A desk that Jan Kowalski called twice, and two others of one name once.
fn callers() -> Desk {
    let desk = Desk::new();
    desk.made(&[
        "new",
        "VPN drops",
        "--from",
        "Jan Kowalski",
        "--phone",
        "+48 600 100 200",
        "--account",
        "AC-4471",
        "--location",
        "Gdańsk HQ, room 312",
    ]);
    desk.made(&[
        "new",
        "Laptop does not start",
        "--from",
        "Jan Kowalski",
        "--account",
        "AC-4471",
        "--email",
        "jan@example.org",
        "--model",
        "ThinkPad T14",
        "--serial",
        "PF3K",
    ]);
    desk.made(&[
        "new",
        "No sound",
        "--from",
        "Zofia Łuczak",
        "--account",
        "AC-1",
    ]);
    desk.made(&[
        "new",
        "No picture",
        "--from",
        "Zofia Łuczak",
        "--account",
        "AC-2",
    ]);
    desk
}

/// What becomes of `KEY=VALUE …` for a new ticket: the fields, then what is said about it.
fn completed(desk: &Desk, pairs: &[&str]) -> String {
    let opened = Opened::open(&desk.root).unwrap();
    let mut values = pairs
        .iter()
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let notices = people::complete(&opened, &mut values).unwrap();
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
    desk.made(&[
        "new",
        "Hello",
        "--email",
        "jan@example.org",
        "--channel",
        "email",
    ]);
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
    let ticket = |n: usize, told: [(Key, String); 3]| {
        let told = told.map(|(key, text)| (Field::Known(key), Value::Text(text)));
        let created = Moment::from_millis(i64::try_from(n).unwrap()).unwrap();
        Excerpt {
            id: format!("2601-{n:05}").parse().unwrap(),
            values: BTreeMap::from(told),
            created,
            updated: created,
            resolved: None,
            entries: 1,
            conflict: false,
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
    let all: Vec<Excerpt> = (0..10_000)
        .map(shared)
        .chain((10_000..20_000).map(called))
        .collect();
    let began = std::time::Instant::now();
    let people = People::of(&all);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    assert!(people.all().len() > 10_000);
}
