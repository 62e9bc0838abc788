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
    insta::assert_snapshot!(completed(&desk, &["requester.name=kowalski jan"]), @"
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
    `luczak zofia` could be Zofia Łuczak, AC-2 or Zofia Łuczak, AC-1; kept as typed (`desk set ID from=NAME`, with the whole name, takes one over)
    ");
    insta::assert_snapshot!(completed(&desk, &["requester.name=Jan Kowal"]), @"
    requester.name = Jan Kowal
    `Jan Kowal` could be Jan Kowalski, AC-4471; kept as typed (`desk set ID from=NAME`, with the whole name, takes one over)
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
            contacted: None,
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
    let people = People::of(&all, "");
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

#[test]
fn a_first_name_alone_is_nobody_for_certain() {
    let desk = callers();
    desk.make("new 'Headset' --from 'Eva Z' --account AC-7");
    for (typed, meant) in [
        ("Eva", "Eva Z, AC-7"),
        ("jan", "Jan Kowalski, AC-4471"),
        ("Kowalski", "Jan Kowalski, AC-4471"),
    ] {
        let said = completed(&desk, &[&format!("requester.name={typed}")]);
        assert!(
            said.starts_with(&format!(
                "requester.name = {typed}\n`{typed}` could be {meant};"
            )),
            "{said}"
        );
    }
    // Without case, accents and what stands between: a whole name, an account, an address, a number.
    for typed in [
        "JAN  KOWALSKI",
        "Kowalski, Jan",
        "ac 4471",
        "Jan@Example.ORG",
        "0048600100200",
    ] {
        let said = completed(&desk, &[&format!("requester.name={typed}")]);
        assert!(said.contains("account = AC-4471"), "{typed}: {said}");
    }
}

#[test]
fn the_country_of_the_house_tells_numbers_apart() {
    let desk = Desk::new();
    desk.make("new Hello --from 'Jan Kowalski' --phone '600 100 200' --account AC-1");
    let said = |phone: &str| completed(&desk, &[&format!("phone={phone}")]);
    assert!(
        said("+49 600 100 200").contains("AC-1"),
        "no country is known"
    );
    desk.replace(
        "desk.toml",
        "# phone_country = \"48\" ",
        "phone_country = \"+48\" ",
    );
    assert!(said("+48600100200").contains("AC-1"));
    assert!(!said("+49 600 100 200").contains("AC-1"));
    desk.replace(
        "desk.toml",
        "phone_country = \"+48\"",
        "phone_country = \"Poland\"",
    );
    insta::assert_snapshot!(desk.run("list"), @r#"
    -----
    error: `desk.toml` is invalid
    error: `Poland` is no country code of telephone numbers
      --> desk.toml:18:17
       |
    18 | phone_country = "Poland"        # the country of telephone numbers that are written without one
       |                 ^^^^^^^^
    hint: write it like "48"
    [exit 3]
    "#);
}

#[test]
fn set_from_swaps_the_whole_person() {
    let desk = callers();
    let id = desk.make("new 'Screen flickers' --from 'Anna Kot' --phone 312 --email kot@example.org --location 'room 1' --organisation Kot");
    insta::assert_snapshot!(desk.run(&format!("set {id} 'from=jan kowalski'")), @"
    ID5         set  Screen flickers
                requester.name: Anna Kot → Jan Kowalski
                requester.email: kot@example.org → jan@example.org
                requester.phone: 312 → +48 600 100 200
                requester.account: none → AC-4471
                requester.location: room 1 → Gdańsk HQ, room 312
                requester.organisation: Kot → none
                requester: Jan Kowalski, AC-4471 (2 earlier tickets)
    [exit 0]
    ");
    let text = desk.raw(&id);
    assert!(text.contains("[requester]\nname = \"Jan Kowalski\"\nemail = \"jan@example.org\"\nphone = \"+48 600 100 200\"\naccount = \"AC-4471\"\nlocation = \"Gdańsk HQ, room 312\"\n+++"), "{text}");
    let before = desk.state();
    for typed in ["Z", "jan", "Zofia Łuczak"] {
        let _ = desk
            .run(&format!("set {id} 'from={typed}'"))
            .code(2)
            .says("could be");
        assert!(before == desk.state());
    }
    let _ = desk.ok("undo");
    assert!(
        desk.raw(&id)
            .contains("name = \"Anna Kot\"\nemail = \"kot@example.org\"")
    );
    // Somebody new leaves nothing of the other; what is said along with the name counts.
    let out = desk.ok(&format!("set {id} 'from=Maria Nowa' phone=77"));
    assert!(
        out.stderr.contains("nobody is known as `Maria Nowa`"),
        "{out}"
    );
    let text = desk.raw(&id);
    assert!(
        text.contains("[requester]\nname = \"Maria Nowa\"\nphone = \"77\"\n+++"),
        "{text}"
    );
    let _ = desk.ok(&format!("set {id} from="));
    assert!(!desk.raw(&id).contains("\nname = ") && !desk.raw(&id).contains("\nphone = "));
    // What was told in the same call is named.
    desk.make("new 'And the mouse' --same-call ID1");
    let out = desk.ok("set ID1 'from=Maria Nowa'");
    assert!(
        out.stderr
            .contains("was told in the same call and still names Jan Kowalski"),
        "{out}"
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn addresses_and_numbers_are_looked_at_where_they_are_typed() {
    let desk = callers();
    let before = desk.state();
    insta::assert_snapshot!(desk.run("new Hello --phone abc"), @"
    -----
    error: `abc` is no telephone number
    hint: write its digits, like +48 600 100 200 or 312; a word may stand beside them
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("new Hello --email notanemail"), @"
    -----
    error: `notanemail` is no e-mail address
    hint: write one address, like jan@example.org
    [exit 2]
    ");
    for line in [
        "set ID1 phone=abc",
        "set ID1 email=notanemail",
        "convert ID1 --to information --set email=a@",
        "split ID1 Title --set phone=x",
        "new --resume ID1 --email notanemail",
    ] {
        let out = desk.run(line).code(2);
        assert!(out.stderr.contains("is no "), "{out}");
    }
    assert!(before == desk.state());
    // What is in a file already is not passed on, and keeps nobody from anything.
    desk.replace(
        &desk.path("ID2"),
        "email = \"jan@example.org\"",
        "email = \"ask reception\"",
    );
    let id = desk.make("new Hello --from 'Jan Kowalski'");
    assert!(!desk.raw(&id).contains("email"), "{}", desk.raw(&id));
}

#[test]
fn an_edit_in_place_of_a_ticket_that_was_just_saved_is_seen() {
    let desk = callers();
    // The months are read, and what is saved from now on stands beside them.
    assert!(desk.run("list").stdout.contains("No sound"));
    let id = desk.make("new Third --from 'Ola Wrona' --email ola@example.org");
    let path = desk.path(&id);
    desk.replace(&path, "ola@example.org", "old@example.org");
    let next = desk.make("new Fourth --from 'Ola Wrona'");
    let text = desk.raw(&next);
    assert!(text.contains("old@example.org"), "{text}");
    std::fs::remove_file(desk.root.join(&path)).unwrap();
    desk.replace(&desk.path(&next), "email = \"old@example.org\"\n", "");
    let last = desk.make("new Fifth --from 'Ola Wrona'");
    assert!(!desk.raw(&last).contains("email"), "{}", desk.raw(&last));
}

#[test]
fn two_people_become_one() {
    let desk = callers();
    desk.make("new 'Mouse' --from 'J. Kowalski' --email jk@example.org --location 'room 2'");
    insta::assert_snapshot!(desk.run("who --merge AC-4471 jk@example.org"), @"
    one person  Jan Kowalski, AC-4471, jan@example.org, +48 600 100 200
    also        J. Kowalski, jk@example.org

    Changes 1 ticket
    ID          STATUS  PRIORITY  AGE  TITLE
    ID5         open    standard   1m  Mouse

    -----
    error: these could be two people: their e-mail addresses differ
    hint: look at the tickets; if it is one person all the same, add --yes
    [exit 4]
    ");
    insta::assert_snapshot!(desk.run("who --merge AC-4471 jk@example.org --yes"), @"
    one person  Jan Kowalski, AC-4471, jan@example.org, +48 600 100 200
    also        J. Kowalski, jk@example.org

    Changes 1 ticket
    ID          STATUS  PRIORITY  AGE  TITLE
    ID5         open    standard   2m  Mouse

    ID5         set  Mouse
                same_person: ID2
                requester.name: J. Kowalski → Jan Kowalski
                requester.email: jk@example.org → jan@example.org
                requester.phone: none → +48 600 100 200
                requester.account: none → AC-4471
    [exit 0]
    ");
    let people = desk.json("who kowalski");
    let people = people["people"].as_array().unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0]["derived"]["tickets"], 3);
    assert!(desk.raw("ID5").contains("location = \"room 2\""));
    insta::assert_snapshot!(desk.run("who --merge AC-4471 jan@example.org"), @"
    -----
    error: both are one person already: Jan Kowalski, AC-4471
    hint: name two people, each by an account, an address, a number or a ticket
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("who --merge AC-4471 nobody"), @"
    -----
    error: nobody is known as `nobody`
    hint: `desk who NAME` finds people by any part of what is known of them
    [exit 2]
    ");
    insta::assert_snapshot!(desk.run("who --merge zofia AC-4471"), @"
    -----
    error: `zofia` could be Zofia Łuczak, AC-2 or Zofia Łuczak, AC-1: nothing was changed
    hint: say the whole name, or the e-mail address, telephone, account or a ticket of the one who is meant
    hint: for somebody else of that name: desk set ID requester.name=NAME and the other data
    [exit 2]
    ");
    let _ = desk.ok("undo");
    assert_eq!(
        desk.json("who kowalski")["people"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let _ = desk.run("check").code(0);
}

#[test]
fn what_was_redacted_is_nobody() {
    let desk = callers();
    for id in ["ID3", "ID4"] {
        for field in ["name", "account"] {
            let line = format!("redact {id} --field requester.{field} --as ewa");
            let _ = desk.run(&line).code(0);
        }
    }
    let _ = desk.run("who redacted").code(0).says("no people");
}

#[test]
fn everybody_is_listed_those_of_the_latest_contact_first() {
    let desk = callers();
    let _ = desk.ok("contact ID1 --outcome no-answer");
    insta::assert_snapshot!(desk.run("who"), @"
    REQUESTER     ACCOUNT  CONTACT                           OPEN  ALL  LAST
    Zofia Łuczak  AC-2                                          1    1    2m
    Zofia Łuczak  AC-1                                          1    1    3m
    Jan Kowalski  AC-4471  +48 600 100 200, jan@example.org     2    2    4m
    [exit 0]
    ");
    // Who was spoken to last stands first; an attempt that reached nobody moves nobody.
    let zofia = desk.json("who")["people"].clone();
    let last = zofia.as_array().unwrap().last().unwrap()["tickets"][0]["id"].clone();
    let _ = desk.ok(&format!("contact {} -m 'Told her'", last.as_str().unwrap()));
    let people = desk.json("who --limit 1");
    assert_eq!(people["people"][0]["tickets"][0]["id"], last);
    assert_eq!(people["people"].as_array().unwrap().len(), 1);
    // Only open tickets are listed, and all are counted.
    let _ = desk.ok(&format!("resolve {} -m Done", last.as_str().unwrap()));
    let people = desk.json("who --limit 1");
    let person = &people["people"][0];
    let open = person["derived"]["open"].as_u64().unwrap();
    assert_eq!(person["tickets"].as_array().unwrap().len() as u64, open);
    assert_eq!(person["derived"]["tickets"], open + 1);
    insta::assert_snapshot!(desk.run("who --limit 1"), @"
    REQUESTER     ACCOUNT  CONTACT                           OPEN  ALL  LAST
    Jan Kowalski  AC-4471  +48 600 100 200, jan@example.org     1    2    4m
    -----
    2 more not shown, by --limit
    [exit 0]
    ");
    insta::assert_snapshot!(Desk::new().run("who"), @"
    -----
    no people
    [exit 0]
    ");
}
