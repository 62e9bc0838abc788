//! People as tickets tell of them.

use std::collections::BTreeMap;

use super::*;
use crate::model::field::Value;
use crate::rules::found_by::Wanted;

/// Tickets of one day each, `key=value; key=value`, the oldest first.
fn tickets(lines: &[&str]) -> Vec<TicketSummary> {
    let ticket = |(at, line): (usize, &&str)| {
        let created: Moment = format!("2026-01-01T{:02}:{:02}:00Z", at / 60, at % 60)
            .parse()
            .unwrap();
        let mut values = BTreeMap::new();
        for pair in line
            .split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let (key, value) = pair.split_once('=').unwrap();
            let path = match key {
                "status" | "type" => key.to_owned(),
                "model" | "serial" | "licence" => format!("asset.{key}"),
                "at" => "asset.location".to_owned(),
                key => format!("requester.{key}"),
            };
            values.insert(path.parse().unwrap(), Value::Text(value.to_owned()));
        }
        TicketSummary {
            id: format!("2601-{at:05}").parse().unwrap(),
            values,
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
            events: crate::model::event_table::TicketEvents::default(),
        }
    };
    lines.iter().enumerate().map(ticket).collect()
}

/// Each person as `label: tickets`, who called last first.
fn folded(lines: &[&str]) -> Vec<String> {
    let tickets = tickets(lines);
    let shown = |person: &Person| {
        let ids = person.tickets.iter().rev();
        let ids: Vec<String> = ids
            .map(|id| {
                id.as_str()
                    .trim_start_matches("2601-")
                    .trim_start_matches('0')
                    .to_owned()
            })
            .map(|id| if id.is_empty() { "0".to_owned() } else { id })
            .collect();
        format!("{}: {}", person.label(), ids.join(" "))
    };
    People::of(&tickets, "").all().iter().map(shown).collect()
}

fn found(people: &People, text: &str) -> Vec<String> {
    people
        .find(text)
        .iter()
        .map(|one| one.person.label().to_owned())
        .collect()
}

#[test]
fn one_address_account_or_number_is_one_person() {
    assert_eq!(
        folded(&[
            "name=Jan Kowalski; email=jan@example.org",
            "name=J. Kowalski; email=JAN@example.org; phone=+48 600 100 200",
            "name=Kowalski, Jan; phone=600-100-200; account=AC-4471",
            "account=ac 4471",
            "phone=0048600100200",
        ]),
        ["Kowalski, Jan: 0 1 2 3 4"]
    );
}

#[test]
fn two_names_behind_one_number_are_two_people() {
    assert_eq!(
        folded(&[
            "name=Jan Kowalski; phone=58 300 10 00; account=ACME",
            "name=Anna Nowak; phone=58 300 10 00; account=ACME",
            "name=Jan; phone=58 300 10 00",
            "phone=58 300 10 00",
            "name=Anna Nowak; phone=58 300 10 00",
        ]),
        // Who gave no name is taken for who called before.
        ["Anna Nowak: 1 3 4", "Jan Kowalski: 0 2"]
    );
}

#[test]
fn one_name_is_one_person_unless_something_speaks_against_it() {
    assert_eq!(
        folded(&[
            "name=Jan Łuczak",
            "name=Luczak Jan; phone=312",
            "name=JAN ŁUCZAK; account=7"
        ]),
        ["JAN ŁUCZAK: 0 1 2"]
    );
    for (one, other) in [
        ("email=a@example.org", "email=b@example.org"),
        ("account=AC-1", "account=AC-2"),
        ("phone=600100200", "phone=600100201"),
        ("organisation=Acme", "organisation=Globex"),
    ] {
        let lines = [
            format!("name=Jan Kowalski; {one}"),
            format!("name=Jan Kowalski; {other}"),
        ];
        assert_eq!(folded(&[&lines[0], &lines[1]]).len(), 2, "{one}, {other}");
    }
    // Between two of a name, nobody can tell.
    assert_eq!(
        folded(&[
            "name=Jan Kowalski; organisation=Acme",
            "name=Jan Kowalski; organisation=Globex",
            "name=Jan Kowalski",
            "name=Jan Kowalski",
        ]),
        ["Jan Kowalski: 2 3", "Jan Kowalski: 1", "Jan Kowalski: 0"]
    );
}

#[test]
fn who_marries_keeps_the_address_and_the_tickets() {
    assert_eq!(
        folded(&[
            "name=Anna Nowak; email=anna@example.org",
            "name=Anna Lis; email=anna@example.org",
            "name=Piotr Lis; email=office@example.org",
            "name=Maria Kot; email=office@example.org",
        ]),
        ["Maria Kot: 3", "Piotr Lis: 2", "Anna Lis: 0 1"]
    );
}

#[test]
fn one_ticket_can_show_that_two_were_one() {
    assert_eq!(
        folded(&[
            "name=Jan Kowalski; email=jan@example.org",
            "name=Jan Kowalski; phone=600 100 200",
            "name=Jan Kowalski; email=jan@home.example; account=9",
            "name=Jan Kowalski; email=jan@example.org; phone=600100200",
        ]),
        ["Jan Kowalski: 0 1 3", "Jan Kowalski: 2"]
    );
}

#[test]
fn the_newest_word_counts_and_no_datum_is_lost() {
    let tickets = tickets(&[
        "name=Jan Kowalski; email=jan@example.org; location=room 1; model=EX2300; serial=JW0219; at=rack A",
        "name=Jan Kowalski; email=jan@example.org; location=room 2; serial=jw-0219; at=rack B; status=open",
        "name=Jan; email=jan@example.org; model=ThinkPad T14",
        "name=Jan Kowalski; email=jan@example.org; at=by the door",
        "name=Jan Kowalski; type=work-order",
        "location=room 9",
    ]);
    let people = People::of(&tickets, "");
    let [jan] = people.all() else {
        panic!("{people:?}")
    };
    assert_eq!(
        (jan.name.as_str(), jan.location.as_str()),
        ("Jan Kowalski", "room 2")
    );
    assert_eq!((jan.tickets.len(), jan.open), (4, 4));
    assert_eq!(
        jan.equipment,
        [
            Asset {
                model: "ThinkPad T14".into(),
                ..Asset::default()
            },
            Asset {
                model: "EX2300".into(),
                serial: "jw-0219".into(),
                location: "rack B".into(),
                ..Asset::default()
            },
        ]
    );
    assert_eq!(jan.first, tickets[0].created);
    assert_eq!(jan.last, tickets[3].created);
}

#[test]
fn people_are_found_by_the_start_of_words_without_accents() {
    let tickets = tickets(&[
        "name=Jan Kowalski; email=jan.k@example.org; account=AC-4471; phone=+48 600 100 200",
        "name=Janina Nowak; email=j.nowak@example.org",
        "name=Stanisław Żółw; organisation=Zakład Łódź",
        "name=Jan Kowal",
        "email=only@example.net",
    ]);
    let people = People::of(&tickets, "");
    assert_eq!(
        found(&people, "jan"),
        ["Jan Kowal", "Jan Kowalski", "Janina Nowak"]
    );
    assert_eq!(found(&people, "kowalski jan"), ["Jan Kowalski"]);
    assert_eq!(found(&people, "Jan Kowal"), ["Jan Kowal", "Jan Kowalski"]);
    assert_eq!(found(&people, "stanislaw zolw"), ["Stanisław Żółw"]);
    assert_eq!(found(&people, "zolw lodz"), ["Stanisław Żółw"]);
    assert_eq!(found(&people, "zakl"), ["Stanisław Żółw"]);
    for text in [
        "600100200",
        "+48600100200",
        "100 200",
        "AC4471",
        "ac-4471",
        "4471",
        "jan.k@example.org",
        "JAN.K@",
    ] {
        assert_eq!(found(&people, text), ["Jan Kowalski"], "{text}");
    }
    assert_eq!(found(&people, "only@"), ["only@example.net"]);
    for text in ["", "  ", "–", "nobody", "jan nowicki", "example", "00"] {
        assert_eq!(found(&people, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_caller_is_known_only_where_nobody_else_could_be_meant() {
    let tickets = tickets(&[
        "name=Jan Kowalski; account=AC-4471; phone=600 100 200",
        "name=Janina Nowak; email=j@example.org",
        "name=Jan Kowal",
        "name=Jan Lis; account=A1",
        "name=Jan Lis; account=A2; phone=700 100 200",
        "name=Ewa; phone=700 100 200",
    ]);
    let people = People::of(&tickets, "");
    let typed = |name| Typed {
        name,
        ..Typed::default()
    };
    let known = |typed: Typed<'_>| match people.caller(&typed) {
        Caller::New => "new".to_owned(),
        Caller::Known(person) => format!("{} {}", person.name, person.account)
            .trim()
            .to_owned(),
        Caller::Perhaps(all) => format!("{} perhaps", all.len()),
    };
    for (name, expected) in [
        ("jan kowal", "Jan Kowal"),
        ("KOWALSKI jan", "Jan Kowalski AC-4471"),
        ("kowalski", "1 perhaps"),
        ("nowak", "1 perhaps"),
        ("ewa", "1 perhaps"),
        ("j@example.org", "Janina Nowak"),
        ("600100200", "Jan Kowalski AC-4471"),
        ("ac4471", "Jan Kowalski AC-4471"),
        ("700100200", "2 perhaps"),
        // The start of a word names nobody for certain.
        ("janin", "1 perhaps"),
        ("jan kowalsk", "1 perhaps"),
        ("jan", "5 perhaps"),
        ("jan lis", "2 perhaps"),
        ("Zofia Maj", "new"),
        ("", "new"),
    ] {
        assert_eq!(known(typed(name)), expected, "{name}");
    }
    for (typed, expected) in [
        (
            Typed {
                account: "a2",
                ..typed("jan lis")
            },
            "Jan Lis A2",
        ),
        (
            Typed {
                account: "A3",
                ..typed("jan lis")
            },
            "new",
        ),
        (
            Typed {
                phone: "+48 600 100 200",
                ..Typed::default()
            },
            "Jan Kowalski AC-4471",
        ),
        (
            Typed {
                phone: "700 100 200",
                ..Typed::default()
            },
            "2 perhaps",
        ),
        (
            Typed {
                phone: "700 100 200",
                ..typed("ewa")
            },
            "Ewa",
        ),
        // Somebody else in the same office, and somebody known from another telephone.
        (
            Typed {
                phone: "600 100 200",
                ..typed("Zofia Maj")
            },
            "new",
        ),
        (
            Typed {
                phone: "800 100 200",
                ..typed("jan kowalski")
            },
            "Jan Kowalski AC-4471",
        ),
        (
            Typed {
                email: "other@example.org",
                ..typed("Janina Nowak")
            },
            "new",
        ),
    ] {
        assert_eq!(known(typed), expected, "{typed:?}");
    }
}

#[test]
fn what_nobody_is_known_by_still_has_its_place() {
    assert_eq!(reads_as("jan@example.org"), Key::RequesterEmail);
    assert_eq!(reads_as("+48 600 100 200"), Key::RequesterPhone);
    assert_eq!(reads_as("Jan Kowalski"), Key::RequesterName);
    assert_eq!(reads_as("AC-4471"), Key::RequesterName);
}

/// A text by a number, from a small list.
fn pick<'t>(seed: &mut u64, from: &[&'t str]) -> &'t str {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    from[usize::try_from(*seed >> 33).unwrap() % from.len()]
}

/// Tickets of people who share names, telephones and more.
pub(in crate::rules::people) fn crowd(seed: &mut u64) -> Vec<TicketSummary> {
    let names = [
        "",
        "Jan Kowalski",
        "Kowalski, Jan",
        "J. Kowalski",
        "Jan",
        "Ewa Nowak",
        "Łucja Żak",
        "李明",
        "Nguyễn Văn Đức",
        "Zoë Maj",
        "Ewa Kowalska-Nowak",
    ];
    let emails = [
        "",
        "",
        "jan.kowalski@example.org",
        "JK@Example.org",
        "ewa@example.com",
        "a@b@example.net",
        "zażółć@example.org",
    ];
    let phones = [
        "",
        "",
        "600 100 200",
        "+48 600 100 200",
        "312",
        "+49 171 2345678",
        "00491712345678",
    ];
    let accounts = ["", "", "AC-4471", "ac4471", "AC-12", "4471", "jkow1"];
    let organisations = ["", "Acme", "Jan Logistics", "Żak i Syn"];
    let lines: Vec<String> = (0..40)
        .map(|_| {
            format!(
                "name={};email={};phone={};account={};organisation={};type={}",
                pick(seed, &names),
                pick(seed, &emails),
                pick(seed, &phones),
                pick(seed, &accounts),
                pick(seed, &organisations),
                pick(seed, &["action", "action", "action", "work-order"]),
            )
        })
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    tickets(&lines)
}

/// The tickets that these words find, and all that they lead to.
fn near(all: &[TicketSummary], wanted: &[Wanted], found: &mut Vec<TicketSummary>) {
    let mut wanted = wanted.to_vec();
    while !wanted.is_empty() {
        let has = |one: &&TicketSummary| {
            let keys = found_by(one);
            wanted
                .iter()
                .any(|wanted| keys.iter().any(|key| wanted.fits(key)))
        };
        let more: Vec<TicketSummary> = all
            .iter()
            .filter(has)
            .filter(|one| !found.contains(one))
            .cloned()
            .collect();
        wanted = more.iter().flat_map(of_same).collect();
        found.extend(more);
    }
}

/// Whoever looks only at the tickets that the keys find meets the same people as whoever looks at all.
#[test]
fn people_are_found_by_keys_as_among_all() {
    let texts = [
        "",
        "jan",
        "kowalski jan",
        "Jan Kowalski",
        "J Kowalski",
        "ko",
        "ewa acme",
        "acme",
        "4471",
        "AC-44",
        "600100200",
        "100200",
        "0600 100",
        "+48600",
        "jk@example.org",
        "@example",
        "kowalski@exam",
        "@",
        "b@ex",
        "李",
        "duc",
        "zak",
        "Łucja",
        "syn",
        "nobody",
        "jkow",
        "1712345678",
        "491712",
    ];
    let country = ["", "48", "49"];
    let mut seed = 7;
    for _ in 0..30 {
        let all = crowd(&mut seed);
        let country = pick(&mut seed, &country);
        let whole = People::of(&all, country);
        for text in texts {
            let mut typed = Typed {
                name: text,
                email: pick(
                    &mut seed,
                    &["", "", "", "ewa@example.com", "jk@example.org"],
                ),
                phone: pick(&mut seed, &["", "", "", "600-100-200", "312"]),
                account: pick(&mut seed, &["", "", "", "AC 4471", "jkow1"]),
            };
            let mut some = Vec::new();
            near(&all, &in_full(&typed), &mut some);
            let mut close = People::of(&some, country);
            if !close.is_settled(&typed) {
                if let Some(way) = in_part(text, country).first() {
                    near(&all, way, &mut some);
                }
                close = People::of(&some, country);
            }
            let told = |caller: Caller<'_>| format!("{caller:?}");
            assert_eq!(
                told(close.caller(&typed)),
                told(whole.caller(&typed)),
                "{typed:?}"
            );
            // Whoever asks who somebody is hears of all whom the text fits, by whichever word.
            typed = Typed {
                name: text,
                ..Typed::default()
            };
            for way in in_part(text, country) {
                let mut some = Vec::new();
                near(&all, &in_full(&typed), &mut some);
                near(&all, &way, &mut some);
                let close = People::of(&some, country);
                let told = |people: &People| format!("{:?}", people.find(text));
                assert_eq!(told(&close), told(&whole), "{text} by {way:?}");
            }
        }
    }
}
