//! Rows that are tickets, read by a map and by a mended one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::entry::{Entry, How};
use crate::page::foreign_rows::RowForm;
use crate::page::import_map::read_tickets;
use crate::page::{catalog, log, new_ticket, settings, ticket};
use crate::rules::lifecycle::replay;

const MAP: &str = r#"
source = "old"
[time]
zone = "UTC"
[columns]
id = "Nr"
title = "Title"
opened = "Opened"
resolved = "Solved"
updated = "Changed"
status = "State"
queue = "Team"
assignee = "Owner"
priority = "Prio"
tags = "Tags"
description = "Body"
requester.name = "Who"
[comments.words]
column = "Words"
form = "{time};{by};{text}"
[fields]
floor = "Floor"
[values.status]
"new" = "new"
"work" = "open"
"wait" = { status = "pending", waiting_on = "vendor" }
"done" = "resolved"
[values.priority]
"1" = "critical-situation"
"2" = "standard"
[values.queue]
"Net" = "network"
"#;

/// What may be wrong with the map, and how it is mended.
const MENDED: &[(&str, &str)] = &[
    ("source", "source"),
    ("zone = \"UTC\"", "zone = \"Europe/Warsaw\""),
    ("\"done\" = \"resolved\"", "\"done\" = \"closed\""),
    (
        "\"work\" = \"open\"",
        "\"work\" = { status = \"pending\", waiting_on = \"schedule\" }",
    ),
    (
        "\"wait\" = { status = \"pending\", waiting_on = \"vendor\" }",
        "\"wait\" = \"open\"",
    ),
    (
        "\"1\" = \"critical-situation\"",
        "\"1\" = \"scheduled-service\"",
    ),
    ("\"Net\" = \"network\"", "\"Net\" = \"applications\""),
    ("title = \"Title\"", "title = \"Body\""),
    ("tags = \"Tags\"\n", ""),
    ("tags = \"Tags\"", "tags = \"Floor\""),
    ("description = \"Body\"", "description = \"Title\""),
    ("assignee = \"Owner\"", "assignee = \"Who\""),
    ("requester.name = \"Who\"", "requester.name = \"Owner\""),
    ("floor = \"Floor\"", "floor = \"Team\""),
    ("opened = \"Opened\"", "opened = \"Changed\""),
    ("[fields]", "[constants]\nimpact = \"site\"\n[fields]"),
];

fn read(text: &str) -> ticket::TicketPage {
    let id = text.split('"').nth(1).unwrap().parse().unwrap();
    ticket::read(id, text.to_owned()).unwrap()
}

#[track_caller]
fn import<T>(map: &str, table: &str, see: impl FnOnce(&Import<'_>) -> T) -> T {
    let settings = settings::read(settings::STARTER).unwrap();
    let catalogue = catalog::read(catalog::STARTER, &settings).unwrap();
    let map = read_tickets("m.toml", map, &settings, &catalogue).unwrap();
    let rows = ForeignRows::read(table.as_bytes(), &RowForm::default()).unwrap();
    let columns = TicketColumns::find(&map, &rows.columns);
    let names = Names::new(
        "old",
        &settings,
        &catalogue,
        settings::STARTER,
        catalog::STARTER,
    );
    let given = TicketsGiven {
        opened: None,
        now: Moment::epoch(),
        zone: settings.zone,
    };
    let both = (&settings, &catalogue);
    see(&Import::tickets(
        &map,
        (&rows, &columns),
        both,
        names,
        given,
        Private::default(),
    ))
}

fn anew(map: &str, table: &str) -> Vec<String> {
    import(map, table, |import| {
        let cases = import.cases().iter();
        cases
            .map(|case| new_ticket::write(&import.ticket(case, import.id(case, 0).unwrap())))
            .collect()
    })
}

/// The files as an import leaves them.
fn again(map: &str, table: &str, texts: &[String]) -> Vec<String> {
    import(map, table, |import| {
        let cases = import.cases().iter().zip(texts);
        cases
            .map(|(case, text)| {
                let mend = |text: String| {
                    import
                        .mend(case, &read(&text), "")
                        .unwrap()
                        .text
                        .unwrap_or(text)
                };
                let text = mend(text.clone());
                match import.extend(case, &read(&text)).unwrap() {
                    Some(text) => mend(text),
                    None => text,
                }
            })
            .collect()
    })
}

/// What a ticket is, and what happened to it: its entries as they are read, without those that change
/// nothing.
fn told(text: &str) -> Vec<String> {
    let page = read(text);
    let ticket = &page.ticket;
    assert!(page.bars().is_empty(), "{text}");
    assert!(replay::differences(ticket).is_empty(), "{text}");
    let fields: BTreeMap<String, String> = ticket
        .values
        .iter()
        .filter(|(field, _)| **field != Field::Known(Key::Id))
        .map(|(field, value)| {
            let mut all = value.elements();
            all.sort();
            (
                field.to_string(),
                if field.kind().is_list() {
                    all.join(",")
                } else {
                    value.to_string()
                },
            )
        })
        .collect();
    let read = crate::model::corrections::ReadLog::of(&ticket.log);
    let is_told = |entry: &&Entry| entry.kind != EntryKind::Created;
    let mut entries: Vec<String> = read
        .iter()
        .filter(is_told)
        .filter_map(|entry| {
            let mut entry = entry.clone();
            entry.tag.clear();
            entry.at = entry.at.whole_second();
            entry.attributes.retain(|(key, _)| {
                key != crate::model::entry::CELLS && !key.starts_with(mend::LATE)
            });
            entry
                .changes
                .retain(|change| !matches!(&change.how, How::Set { old, new } if old == new));
            let says = entry.kind != EntryKind::Update || !entry.changes.is_empty();
            says.then(|| log::write(&entry))
        })
        .collect();
    entries.sort();
    entries.push(format!("{fields:?}"));
    entries.push(ticket.description.clone());
    entries
}

fn row(cells: (&str, &str, &str, &str, &str), day: u32, solved: bool) -> String {
    let (state, team, prio, tags, who) = cells;
    let solved = if solved {
        format!("2020-01-{:02} 09:00", day + 3)
    } else {
        String::new()
    };
    let words = if prio == "1" {
        "2020-01-09 10:00;Ola;Which?"
    } else {
        ""
    };
    format!(
        "Title {tags},2020-01-0{day} 10:00,{solved},2020-01-2{day} 10:00,{state},{team},Ola,{prio},\"{tags}\",Body of {who},{who},\"{words}\",{day}\n"
    )
}

const HEADER: &str =
    "Nr,Title,Opened,Solved,Changed,State,Team,Owner,Prio,Tags,Body,Who,Words,Floor\n";

type Cells = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

fn cells() -> impl Strategy<Value = Cells> {
    let word = |all: &'static [&'static str]| proptest::sample::select(all);
    (
        word(&["new", "work", "wait", "done", "odd", ""]),
        word(&["Net", "Elsewhere", ""]),
        word(&["1", "2", "3", ""]),
        word(&["a", "a, b", "b", ""]),
        word(&["Mai", "Ola", ""]),
    )
}

fn rows() -> impl Strategy<Value = String> {
    (cells(), 1..6u32, any::<bool>()).prop_map(|(cells, day, solved)| row(cells, day, solved))
}

fn table(rows: &[String]) -> String {
    let numbered = rows.iter().enumerate();
    let rows: Vec<String> = numbered.map(|(at, row)| format!("{at},{row}")).collect();
    let rows = rows.concat();
    format!("{HEADER}{rows}")
}

fn mended(changes: &[usize]) -> String {
    let mut map = MAP.to_owned();
    for at in changes.iter().collect::<std::collections::BTreeSet<_>>() {
        let (old, new) = MENDED[*at % MENDED.len()];
        map = map.replacen(old, new, 1);
    }
    map
}

proptest! {
    #[test]
    fn any_row_is_read_as_the_mended_map_has_it(
        rows in proptest::collection::vec(rows(), 1..3),
        changes in proptest::collection::vec(0..MENDED.len(), 1..4),
    ) {
        let (table, map) = (table(&rows), mended(&changes));
        let first = anew(MAP, &table);
        let texts = again(&map, &table, &first);
        for (text, right) in texts.iter().zip(anew(&map, &table)) {
            prop_assert_eq!(told(text), told(&right), "{}\n{}", text, right);
        }
        // A second run changes nothing, and back again is as it was.
        let twice = again(&map, &table, &texts);
        prop_assert_eq!(&twice, &texts);
        let back = again(MAP, &table, &texts);
        for (text, was) in back.iter().zip(&first) {
            prop_assert_eq!(told(text), told(was), "{}", text);
        }
        prop_assert_eq!(again(MAP, &table, &back), back);
    }

    #[test]
    fn a_later_export_extends_once(rows in proptest::collection::vec((cells(), cells(), 1..6u32, any::<bool>()), 1..3)) {
        let before: Vec<String> = rows.iter().map(|(cells, _, day, solved)| row(*cells, *day, *solved)).collect();
        let after: Vec<String> = rows.iter().map(|(_, cells, day, solved)| row(*cells, *day, *solved).replace(&format!("2020-01-2{day}"), "2020-02-01")).collect();
        let first = anew(MAP, &table(&before));
        let texts = again(MAP, &table(&after), &first);
        for text in &texts {
            // Its log folds to its fields.
            prop_assert!(!told(text).is_empty());
        }
        prop_assert_eq!(&again(MAP, &table(&after), &texts), &texts);
    }

    #[test]
    fn a_later_export_by_a_mended_map_corrects_what_it_did_not_change(
        rows in proptest::collection::vec(rows(), 1..3),
        changes in proptest::collection::vec(2..7usize, 1..3),
    ) {
        let before = table(&rows);
        // Only the body is another.
        let after = before.replace("Body of", "Text of");
        let map = mended(&changes);
        let texts = again(&map, &after, &anew(MAP, &before));
        for (text, right) in texts.iter().zip(anew(&map, &before)) {
            let strip = |text: &str| { let mut all = told(text); all.pop(); all };
            prop_assert_eq!(strip(text), strip(&right), "{}\n{}", text, right);
        }
        prop_assert_eq!(&again(&map, &after, &texts), &texts);
    }
}
