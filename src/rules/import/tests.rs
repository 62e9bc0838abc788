use proptest::prelude::*;

use super::*;
use crate::model::corrections::ReadLog;
use crate::model::entry::{Entry, How};
use crate::model::ticket::Ticket;
use crate::page::catalog;
use crate::page::csv::Encoding;
use crate::page::import_additions;
use crate::page::import_map;
use crate::page::new_ticket;
use crate::page::{edit, log, settings, ticket};
use crate::rules::lifecycle::replay;

const MAP: &str = r#"
source = "old"
[csv]
missing = ["?"]
[time]
formats = ["%Y-%m-%d %H:%M"]
zone = "UTC"
[columns]
id = "Nr"
time = "When"
by = "Who"
opened = "Opened"
opened_by = "Opener"
activity = "Step"
text = "Comment"
title = "{Kind}[ ({Detail})]"
status = ["State", "Reason"]
queue = "Team"
assignee = "Owner"
code = ["Kind", "Detail"]
tags = "Tags"
requester.name = "Customer"
[fields]
severity = "Severity"
[values.status]
"New" = "new"
"Work" = "open"
"Wait" = { status = "pending", waiting_on = "vendor" }
"Wait / User" = { status = "pending", waiting_on = "customer" }
"Taken" = { status = "open", assignee = "{Who}" }
"Dropped" = { status = "open", assignee = "(none)" }
"Noise" = {}
"Done" = "resolved"
[values.agent]
"The Boss" = "anna"
"#;

const HEADER: &str = "Nr,When,Who,Opened,Opener,Step,Comment,Kind,Detail,State,Reason,Team,Owner,Tags,Customer,Severity\n";

const ANNA: &str =
    "\n[agent.anna]\nname = \"Anna Nowak\"\nemail = \"anna@example.org\"\nrole = \"agent\"\n";

/// What may be wrong with the map, and how it is mended.
const MENDED: &[(&str, &str)] = &[
    ("source", "source"),
    ("zone = \"UTC\"", "zone = \"Europe/Warsaw\""),
    ("%Y-%m-%d", "%Y-%d-%m"),
    ("\"Done\" = \"resolved\"", "\"Done\" = \"closed\""),
    ("\"New\" = \"new\"", "\"New\" = {}"),
    (
        "\"Noise\" = {}",
        "\"Noise\" = { status = \"pending\", waiting_on = \"schedule\" }",
    ),
    ("tags = \"Tags\"\n", ""),
    ("text = \"Comment\"", "text = \"Customer\""),
    ("text = \"Comment\"", "description = \"Comment\""),
    ("activity = \"Step\"\n", ""),
    (
        "requester.name = \"Customer\"",
        "requester.name = \"Severity\"",
    ),
    ("title = \"{Kind}", "title = \"{Kind} {Severity}"),
    ("queue = \"Team\"", "queue = \"Customer\""),
    ("severity = \"Severity\"", "severity = \"Step\""),
    ("assignee = \"Owner\"", "assignee = \"Who\""),
    ("by = \"Who\"", "by = \"Customer\""),
];

/// The text of a ticket's file as a map corrects it; `None` where it reads nothing differently.
fn mend(import: &Import<'_>, case: &Case, text: &str) -> Option<String> {
    import.mend(case, &read(text), "").unwrap().text
}

/// What came in of a log, as it is read; the first values of all fields in the place of `created`.
fn readings(log: &[Entry]) -> Vec<String> {
    let read = ReadLog::of(log);
    let came_in = read.iter().filter(|entry| entry.is_imported());
    came_in
        .map(|entry| {
            let mut entry = entry.clone();
            entry.tag.clear();
            entry.at = entry.at.whole_second();
            entry.attributes.sort();
            entry
                .attributes
                .retain(|(key, _)| !key.starts_with(mend::LATE));
            if entry.kind == EntryKind::Created {
                let first = replay::replay(std::slice::from_ref(&entry)).values;
                let tracked = first.into_iter().filter(|(field, _)| field.is_tracked());
                return format!(
                    "{} {} {tracked:?}",
                    entry.at,
                    entry.by,
                    tracked = tracked.collect::<Vec<_>>()
                );
            }
            entry
                .changes
                .retain(|change| !matches!(&change.how, How::Set { old, new } if old == new));
            log::write(&entry)
        })
        .collect()
}

/// A row by its first columns; the rest is always the same.
fn row(start: &str) -> String {
    let cells = |text: &str| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record).unwrap();
        record.iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut all = cells("1,2020-01-01 10:00,Ewa,?,?,,,Mail,?,Work,,Team 1,,,Jan,2");
    for (cell, reported) in all.iter_mut().zip(cells(start)) {
        *cell = reported;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&all).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

struct Desk {
    settings: String,
    catalog: String,
    map: String,
}

impl Desk {
    fn new() -> Self {
        let desk = format!("{}{ANNA}", settings::STARTER);
        Self {
            settings: desk,
            catalog: catalog::STARTER.to_owned(),
            map: MAP.to_owned(),
        }
    }

    #[track_caller]
    fn import<T>(&self, csv: &str, see: impl FnOnce(&Import<'_>) -> T) -> T {
        self.import_bytes(csv.as_bytes(), see)
    }

    #[track_caller]
    fn import_bytes<T>(&self, csv: &[u8], see: impl FnOnce(&Import<'_>) -> T) -> T {
        let settings = settings::read(&self.settings).unwrap();
        let catalogue = catalog::read(&self.catalog, &settings).unwrap();
        let map = import_map::read("m.toml", &self.map, &settings, &catalogue).unwrap();
        let table = CsvTable::new(csv, map.delimiter.unwrap_or(b','), map.encoding).unwrap();
        let names = Names::new("old", &settings, &catalogue, &self.settings, &self.catalog);
        see(&Import::read(&map, table, &settings, &catalogue, names).unwrap())
    }

    fn tickets(&self, csv: &str) -> Vec<String> {
        self.import(csv, |import| {
            import
                .cases()
                .iter()
                .map(|case| text(import, case))
                .collect()
        })
    }

    /// The files with the names of a log.
    fn after(&self, csv: &str) -> Self {
        self.import(csv, |import| {
            let names = import.names();
            let desk =
                import_additions::add_names(&self.settings, "old", "agents", names.new_agents())
                    .unwrap();
            let desk =
                import_additions::add_names(&desk, "old", "queues", names.new_queues()).unwrap();
            let catalog =
                import_additions::add_names(&self.catalog, "old", "codes", names.new_codes())
                    .unwrap();
            Self {
                settings: desk,
                catalog,
                map: self.map.clone(),
            }
        })
    }
}

fn text(import: &Import<'_>, case: &Case) -> String {
    let id = import.id(case, 0).unwrap();
    new_ticket::write(&import.ticket(case, id))
}

fn read(text: &str) -> ticket::TicketPage {
    let id = text.split('"').nth(1).unwrap().parse().unwrap();
    let page = ticket::read(id, text.to_owned()).unwrap();
    assert_eq!(page.problems, [], "{text}");
    page
}

#[track_caller]
fn sound(text: &str) -> Ticket {
    let ticket = read(text).ticket;
    assert_eq!(replay::differences(&ticket), [], "{text}");
    assert!(ticket.log.is_sorted_by(|a, b| a.at < b.at), "{text}");
    ticket
}

fn odd(csv: &str) -> Vec<String> {
    Desk::new().import(csv, |import| {
        let kept: usize = import.cases().iter().map(Case::len).sum();
        let left_out = import.odd().iter().filter(|odd| odd.is_left_out()).count();
        assert_eq!(kept + left_out, import.rows());
        import
            .odd()
            .iter()
            .map(|odd| format!("{}: {}", odd.line, odd.why))
            .collect()
    })
}

#[test]
fn a_ticket_reads_like_one_of_the_desks_own() {
    let csv = [
        HEADER,
        &row("7,2020-01-01 10:05,Ewa Żak,2020-01-01 09:58,anna@example.org,Open,\"Printer on fire.\n\n- phone: no answer\",Print,Fire,New,,Team 1,,\"hot, urgent\""),
        &row("7,2020-01-01 10:05,The Boss,2020-01-01 09:58,anna@example.org,Triage,,Print,Fire,Taken,,Team 1,?,hot,Jan,1"),
        &row("7,2020-01-02 08:00,Ewa Żak,2020-01-01 09:58,anna@example.org,Ask,,Print,Fire,Wait,User,Team 2,Anna Nowak,hot,Jan,1"),
        &row("7,2020-01-03 08:00,ewa zak,?,?,Close,Bought a new one.,Print,?,Done,,Team 2,Anna Nowak,,Jan,1"),
    ]
    .concat();
    let [one] = &Desk::new().tickets(&csv)[..] else {
        panic!()
    };
    sound(one);
    insta::assert_snapshot!(one, @r#"
    +++
    id = "2001-CSSVF"
    type = "action"
    title = "Print"
    status = "resolved"
    priority = "standard"
    impact = "person"
    urgency = "medium"
    queue = "team-2"
    assignee = "anna"
    code = "PRINT"
    created = 2020-01-01T09:58:00Z

    [requester]
    name = "Jan"

    [source]
    name = "old"
    id = "7"

    [fields]
    severity = "1"
    +++

    ## 2020-01-01T09:58:00Z anna created ^ys0a7qab

    - source: old
    - type: action
    - status: new
    - priority: standard
    - impact: person
    - urgency: medium
    - queue: team-1
    - code: PRINT-FIRE
    - tags: +hot +urgent

    ## 2020-01-01T10:05:00Z ewa-zak update ^66x2sxb5

    - source: old
    - activity: Open

    Printer on fire.

    - phone: no answer

    ## 2020-01-01T10:05:00.001Z anna update ^7hcqjt24

    - source: old
    - activity: Triage
    - status: new -> open
    - assignee: (none) -> anna
    - tags: -urgent
    - fields.severity: 2 -> 1

    ## 2020-01-02T08:00:00Z ewa-zak update ^xeby6tsh

    - source: old
    - activity: Ask
    - status: open -> pending
    - waiting_on: (none) -> customer
    - queue: team-1 -> team-2

    ## 2020-01-03T08:00:00Z ewa-zak update ^v10bec4c

    - source: old
    - activity: Close
    - title: Print (Fire) -> Print
    - status: pending -> resolved
    - waiting_on: customer -> (none)
    - code: PRINT-FIRE -> PRINT
    - tags: -hot

    Bought a new one.
    "#);
}

#[test]
fn equal_rows_are_neither_lost_nor_doubled() {
    let desk = Desk::new();
    let csv = [HEADER, &row("1"), &row("1"), &row("2"), &row("1")].concat();
    let texts = desk.tickets(&csv);
    assert_eq!(sound(&texts[0]).log.len(), 4);
    assert_eq!(sound(&texts[1]).log.len(), 2);
    desk.import(&csv, |import| {
        let one = &import.cases()[0];
        assert_eq!(import.extend(one, &read(&texts[0])), Ok(None));
        // With one of them gone, one comes back.
        let page = read(&texts[0]);
        let cut = page.text[..page.entries[3].span.start]
            .trim_end()
            .to_owned()
            + "\n";
        assert_eq!(import.extend(one, &read(&cut)), Ok(Some(texts[0].clone())));
        assert_eq!(import.missing(one, &read(&cut)), 1);
    });
}

#[test]
fn rows_of_one_instant_keep_the_order_of_the_file() {
    let rows = ["New", "Work", "Wait", "Done", "Work"]
        .map(|state| row(&format!("1,2020-01-01 10:00,Ewa,,,{state},,Mail,?,{state}")));
    let later = row("1,2020-01-01 09:59,Ewa,,,first,,Mail,?,New");
    let text = &Desk::new().tickets(&[HEADER, &rows.concat(), &later].concat())[0];
    let ticket = sound(text);
    let steps: Vec<_> = ticket
        .log
        .iter()
        .map(|entry| {
            (
                entry.at.millis() % 60_000,
                entry.attribute("activity").unwrap_or("-"),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            (0, "-"),
            (1, "first"),
            (0, "New"),
            (1, "Work"),
            (2, "Wait"),
            (3, "Done"),
            (4, "Work")
        ]
    );
    assert_eq!(ticket.status().as_str(), "open");
}

#[test]
fn every_odd_row_is_named() {
    let csv = [
        HEADER,
        &row("?"),
        &row("1,?"),
        &row("1,soon"),
        &row("1,1900-01-01 00:00"),
        &row("1,2020-01-01 10:00,?"),
        &row("1,2020-01-01 10:00,Ewa,yesterday"),
        &row("1,2020-01-01 10:00,Ewa,,,,,Mail,?,-100"),
        &row("1,2020-01-01 10:00,Ewa,,,\"two\nlines\",,Mail,?,pending"),
        "1,2020-01-01 10:00,Ewa,2020-01-01 09:00\n",
        "1,2020-01-01 10:00,Ewa,?,?,,,Mail,?,Work,,Team 1,,,Jan,2,too,many\n",
        "1,2020-01-01,too few\n",
        &row("1"),
        "1,2020-01-01 10:00,Ewa,?,?,,\"never closed,Mail,?,Work,,Team 1,,,Jan,2\n",
        &row("2"),
    ]
    .concat();
    insta::assert_snapshot!(odd(&csv).join("\n"), @r#"
    2: left out: it names no ticket
    3: left out: it has no time
    4: left out: the time `soon` is in none of the map's formats
    5: left out: the time `1900-01-01 00:00` is not between 1970 and 2069
    6: it names no person: entered by `desk`
    7: the opening time `yesterday` cannot be read
    8: `-100` is no status that the map translates: `status` stays as it was
    9: `pending` is no status that the map translates: `status` stays as it was
    11: it has 4 cells, the header 16: the last are read as empty
    12: kept as text: it has 18 cells, the header 16
    13: left out: it has 3 cells, the header 16
    15: left out: a quotation mark is never closed
    "#);
    let texts = Desk::new().tickets(&csv);
    let ticket = sound(&texts[0]);
    assert_eq!(ticket.log.len(), 1 + 7);
    let unknown: Vec<_> = ticket
        .log
        .iter()
        .filter_map(|entry| entry.attribute("unknown-status"))
        .collect();
    assert_eq!(unknown, ["-100", "pending"]);
    assert!(
        texts[0]
            .contains("\n    1,2020-01-01 10:00,Ewa,?,?,,,Mail,?,Work,,Team 1,,,Jan,2,too,many\n"),
        "{}",
        texts[0]
    );
    assert!(ticket.log.iter().any(|entry| entry.by.is_desk()));
}

#[test]
fn bytes_that_are_no_text_are_left_out_until_the_map_reads_them() {
    let mut csv = [HEADER, &row("1,2020-01-01 10:00,Ewa,,,,Caf")]
        .concat()
        .into_bytes();
    let at = csv.windows(3).position(|three| three == b"Caf").unwrap();
    csv.insert(at + 3, 0xe9);
    let mut desk = Desk::new();
    desk.import_bytes(&csv, |import| {
        assert_eq!(
            import.odd(),
            [Odd {
                line: 2,
                why: RowProblem::Bytes {
                    encoding: Encoding::UTF_8,
                    fits: Some(Encoding::WINDOWS_1252),
                }
            }]
        );
        assert!(import.cases().is_empty());
    });
    desk.map = desk
        .map
        .replace("missing =", "encoding = \"windows-1252\"\nmissing =");
    desk.import_bytes(&csv, |import| {
        assert_eq!(import.odd(), []);
        assert!(text(import, &import.cases()[0]).contains("Café"));
    });
    // In this code page 0x81 stands for nothing, and as UTF-8 it stands alone.
    let at = csv.iter().position(|byte| *byte == 0xe9).unwrap();
    csv[at] = 0x81;
    desk.import_bytes(&csv, |import| {
        let why = RowProblem::Bytes {
            encoding: Encoding::WINDOWS_1252,
            fits: None,
        };
        assert_eq!(import.odd(), [Odd { line: 2, why }]);
    });
}

#[test]
fn a_row_with_a_nul_is_left_out() {
    for line in ["1,2020-01-01 10:00,Ewa,,,,a\0b", "1,2020-01-01 10:00,\0"] {
        let csv = [HEADER, &row("1,2020-01-01 10:00,Ewa"), line, "\n"].concat();
        Desk::new().import(&csv, |import| {
            assert_eq!(
                import.odd().first(),
                Some(&Odd {
                    line: 3,
                    why: RowProblem::Nul
                })
            );
            assert_eq!(import.cases()[0].len(), 1);
        });
    }
}

#[test]
fn entries_of_earlier_versions_are_known_by_their_tags() {
    let row = row("1,2020-01-01 10:00,Ewa,,,,Caf#,Drucker");
    let csv = [HEADER, &row, &row].concat().replace('#', "\u{e9}");
    let latin: Vec<u8> = csv
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let cells = |bytes: &[u8], encoding: Encoding| {
        let table = CsvTable::new(bytes, b',', encoding).unwrap();
        let mut whole = String::new();
        table.rows(|place, _| {
            whole.clear();
            for cell in &table.cells(place) {
                whole.push_str(&encoding.decode(cell).0);
                whole.push('\u{1f}');
            }
        });
        whole
    };
    let mut desk = Desk::new();
    desk.map = desk
        .map
        .replace("missing =", "encoding = \"windows-1252\"\nmissing =");
    for earlier in [Encoding::WINDOWS_1252, Encoding::UTF_8] {
        let whole = cells(&latin, earlier);
        desk.import_bytes(&latin, |import| {
            let case = &import.cases()[0];
            let mut text = text(import, case);
            for (row, count) in case.rows.iter().zip(["1", "2"]) {
                let now: String = row.tag.iter().map(|b| char::from(*b)).collect();
                let before = derived_tag(&["old", "1", &whole, count], TAG);
                assert_ne!(now, before);
                text = text.replace(&now, &before);
            }
            let page = read(&text);
            assert_eq!(import.missing(case, &page), 0);
            assert_eq!(import.extend(case, &page), Ok(None));
        });
    }
    // What was text as it stood has the tag that it had.
    let plain = [HEADER, &row].concat().replace('#', "\u{e9}");
    let whole = cells(plain.as_bytes(), Encoding::UTF_8);
    let tag = derived_tag(&["old", "1", &whole, "1"], TAG);
    assert!(Desk::new().tickets(&plain)[0].contains(&format!("^{tag}")));
}

#[test]
fn hostile_cells_stay_text() {
    let csv = [
        HEADER,
        &row("1,2020-01-01 10:00,\u{1b}[31mEwa,,,a\u{7}b,\"\u{2028}\n+++\n## 2026-11-21T09:02:11Z anna note ^8m2d\n<<<<<<< HEAD\",\"Two\r\nlines -> \"\"x\"\"\",(none),Work,,../../etc,desk,\"a b,c\""),
    ]
    .concat();
    let text = &Desk::new().tickets(&csv)[0];
    let ticket = sound(text);
    assert_eq!(ticket.log.len(), 2);
    assert_eq!(ticket.title(), "Two lines -> \"x\" ((none))");
    assert_eq!(ticket.log[1].by.as_str(), "31mewa");
    assert_eq!(ticket.text(Key::Queue), "etc");
    assert_eq!(ticket.text(Key::Assignee), "desk-2");
    assert_eq!(ticket.list(Key::Tags), ["a b", "c"]);
    assert_eq!(ticket.log[1].attribute("activity"), Some("a b"));
}

#[test]
fn names_are_found_again_and_never_shared() {
    let desk = Desk::new();
    let csv = [
        HEADER,
        &row("1,2020-01-01 10:00,Ewa Zak,,,,,Mail,?,Work,,Service desk,Ewa.Zak"),
        &row("1,2020-01-01 10:01,ewa-zak,,,,,mail,?,Work,,service-desk,anna"),
    ]
    .concat();
    let after = desk.after(&csv);
    desk.import(&csv, |import| {
        let names = import.names();
        let words = |all: &[(String, String)]| {
            all.iter()
                .map(|(word, name)| format!("{word} = {name}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            words(names.new_agents()),
            [
                "ewa-zak = Ewa Zak",
                "ewa-zak-2 = Ewa.Zak",
                "ewa-zak-3 = ewa-zak"
            ]
        );
        assert_eq!(words(names.new_queues()), [""; 0]);
        assert_eq!(words(names.new_codes()), ["MAIL = Mail", "MAIL-2 = mail"]);
    });
    let settings = settings::read(&after.settings).unwrap();
    assert!(settings.agents["ewa-zak-2"].retired);
    assert_eq!(
        settings.agents["ewa-zak-2"].imported.as_deref(),
        Some("old")
    );
    assert_eq!(after.after(&csv).settings, after.settings);
    assert_eq!(after.after(&csv).catalog, after.catalog);
    assert_eq!(after.tickets(&csv), desk.tickets(&csv));
    // Put to work under another name, a person is still the one of the log.
    let mut own = after.after(&csv);
    own.settings
        .push_str("\n[agent.ewa-zak-2]\nname = \"Eva\"\n");
    assert_eq!(own.after(&csv).settings, own.settings);
    assert_eq!(own.tickets(&csv), desk.tickets(&csv));
    // The people of another log are others.
    let mut other = after;
    other.map = other.map.replace("source = \"old\"", "source = \"other\"");
    other.import(&csv, |import| {
        // The helper reads the names of `old`; without them the words are taken.
        assert_eq!(import.names().new_agents().len(), 0);
    });
    let settings = settings::read(&other.settings).unwrap();
    let catalogue = catalog::read(&other.catalog, &settings).unwrap();
    let mut names = Names::new(
        "other",
        &settings,
        &catalogue,
        &other.settings,
        &other.catalog,
    );
    assert_eq!(names.agent("Ewa Zak"), "ewa-zak-4");
}

#[test]
fn an_id_that_another_ticket_has_is_not_used() {
    Desk::new().import(&[HEADER, &row("1")].concat(), |import| {
        let case = &import.cases()[0];
        let first = import.id(case, 0).unwrap();
        assert_eq!(first.folder(), "2020-01");
        assert_eq!(import.free_id(case, |_| false), Some(first));
        let second = import.free_id(case, |id| id == first).unwrap();
        assert_eq!(Some(second), import.id(case, 1));
        assert_ne!(first, second);
    });
}

#[test]
fn the_priority_follows_from_the_desks_matrix_where_the_log_has_none() {
    let mut desk = Desk::new();
    desk.map = desk.map.replace("tags = \"Tags\"", "impact = \"Tags\"").replace("[values.agent]", "[values.impact]\n\"all\" = \"company\"\n[constants]\nurgency = \"high\"\n[values.agent]");
    let csv = [
        HEADER,
        &row("1,2020-01-01 10:00,Ewa,,,,,Mail,?,Work,,Team 1,,person"),
        &row("1,2020-01-01 11:00,Ewa,,,,,Mail,?,Work,,Team 1,,all"),
        &row("1,2020-01-01 12:00,Ewa,,,,,Mail,?,Work,,Team 1,,?"),
        &row("1,2020-01-01 13:00,Ewa,,,,,Mail,?,Work,,Team 1,,huge"),
    ]
    .concat();
    let ticket = sound(&desk.tickets(&csv)[0]);
    assert_eq!(ticket.log[0].attribute("priority"), Some("standard"));
    assert_eq!(
        ticket.log[2].change("priority").unwrap().new_value(),
        Some("enterprise-outage")
    );
    assert_eq!(
        (ticket.text(Key::Impact), ticket.text(Key::Priority)),
        ("company", "enterprise-outage")
    );
    assert_eq!(ticket.log[4].attribute("unknown-impact"), Some("huge"));
}

/// Six rows of one ticket, some of one instant.
fn six() -> Vec<String> {
    [
        "1,2020-01-01 10:00,Ewa,,,a,,Mail,?,New,,Team 1,",
        "1,2020-01-01 10:00,Ewa,,,b,,Mail,?,Work,,Team 2,Jan",
        "1,2020-01-02 10:00,Ola,,,c,Called.,Mail,x,Wait,User,Team 2,Jan,t",
        "1,2020-01-02 10:00,Ola,,,d,,Mail,x,Work,,Team 3,,t;u",
        "1,2020-01-03 10:00,Ewa,,,e,,Mail,x,Done,,Team 3,,u,Eva,1",
        "1,2020-01-04 10:00,Ewa,,,f,,Mail,x,Work,,Team 3,,,Eva,1",
    ]
    .map(row)
    .into()
}

#[test]
fn a_longer_log_adds_what_is_new_and_keeps_what_people_did() {
    let desk = Desk::new();
    let rows = six();
    let short = &desk.tickets(&[HEADER, &rows[..3].concat()].concat())[0];
    let whole = [HEADER, &rows.concat()].concat();
    // Meanwhile anna moved it, renamed it and wrote down a number.
    let note = "## 2020-01-02T12:00:00Z anna escalate ^abcd\n\n- queue: team-2 -> network\n- title: Mail (x) -> Mail is slow\n\nTheirs.\n";
    let mut ours = edit::append(short, note);
    for (path, value) in [
        ("queue", "network"),
        ("title", "Mail is slow"),
        ("requester.phone", "12"),
    ] {
        let parts = crate::page::front_matter::split("x", &ours).unwrap();
        ours = edit::set(
            &ours,
            &parts,
            &path.parse().unwrap(),
            Some(&Value::Text(value.into())),
        )
        .unwrap();
    }
    sound(&ours);
    desk.import(&whole, |import| {
        let case = &import.cases()[0];
        let longer = import.extend(case, &read(&ours)).unwrap().unwrap();
        let ticket = sound(&longer);
        assert_eq!(ticket.log.len(), 8);
        // Row d is of an earlier instant than anna's entry, the others came later and did not
        // move the ticket.
        let order: Vec<_> = ticket
            .log
            .iter()
            .map(|entry| entry.attribute("activity").unwrap_or(entry.kind.as_str()))
            .collect();
        assert_eq!(order, ["created", "a", "b", "c", "d", "escalate", "e", "f"]);
        assert_eq!(ticket.text(Key::Queue), "network");
        assert_eq!(ticket.title(), "Mail is slow");
        assert_eq!(ticket.text(Key::RequesterPhone), "12");
        assert_eq!(ticket.text(Key::RequesterName), "Eva");
        assert_eq!(ticket.status().as_str(), "open");
        assert_eq!(import.extend(case, &read(&longer)), Ok(None));
    });
}

#[test]
fn a_row_that_comes_in_between_does_not_change_what_came_after() {
    let desk = Desk::new();
    let row = |time: &str, step: &str, team: &str| {
        row(&format!(
            "1,2020-01-01 {time},Ewa,,,{step},,Mail,?,Work,,{team},Jan"
        ))
    };
    let rows = [
        row("10:00", "a", "Team 1"),
        row("11:00", "b", "Team 2"),
        row("12:00", "c", "Team 1"),
        row("13:00", "d", "Team 1"),
    ];
    let without = [HEADER, &rows[0], &rows[2], &rows[3]].concat();
    let text = &desk.tickets(&without)[0];
    desk.import(&[HEADER, &rows.concat()].concat(), |import| {
        let longer = import
            .extend(&import.cases()[0], &read(text))
            .unwrap()
            .unwrap();
        let ticket = sound(&longer);
        assert_eq!(ticket.text(Key::Queue), "team-1");
        assert_eq!(ticket.log[2].attribute("late-queue"), Some("team-2"));
        assert_eq!(ticket.log[2].changes, []);
    });
}

#[test]
fn a_page_with_carriage_returns_keeps_them() {
    let desk = Desk::new();
    let rows = six();
    let short = desk.tickets(&[HEADER, &rows[..3].concat()].concat())[0].replace('\n', "\r\n");
    desk.import(&[HEADER, &rows.concat()].concat(), |import| {
        let longer = import
            .extend(&import.cases()[0], &read(&short))
            .unwrap()
            .unwrap();
        assert_eq!(longer.matches('\n').count(), longer.matches("\r\n").count());
        assert_eq!(
            longer.replace("\r\n", "\n"),
            text(import, &import.cases()[0])
        );
    });
}

#[test]
fn equal_rows_of_one_minute_are_told_apart_by_their_order() {
    let desk = Desk::new();
    let now = |severity: u8| {
        row(&format!(
            "1,2020-01-01 10:00,Ewa,,,,,Mail,?,Work,,Team 1,Jan,,Jan,{severity}"
        ))
    };
    for rows in [
        [0, 2, 0, 2].map(now).to_vec(),
        [0, 0, 2, 0, 2].map(now).to_vec(),
    ] {
        let less = desk
            .tickets(&[HEADER, &rows[1..].concat()].concat())
            .remove(0);
        let full = desk.tickets(&[HEADER, &rows.concat()].concat()).remove(0);
        desk.import(&[HEADER, &rows.concat()].concat(), |import| {
            let case = &import.cases()[0];
            assert_eq!(mend(import, case, &less), None);
            let longer = import.extend(case, &read(&less)).unwrap().unwrap();
            let mended = mend(import, case, &longer).unwrap_or(longer);
            assert_eq!(
                readings(&sound(&mended).log),
                readings(&sound(&full).log),
                "{mended}"
            );
            assert_eq!(mend(import, case, &mended), None, "{mended}");
            assert_eq!(import.extend(case, &read(&mended)), Ok(None));
        });
    }
}

/// The values of a ticket; the order of a list says nothing.
fn plain(ticket: &Ticket) -> std::collections::BTreeMap<Field, Value> {
    let mut values = ticket.values.clone();
    for value in values.values_mut() {
        if let Value::List(all) = value {
            all.sort();
        }
    }
    values
}

proptest! {
    /// However a log of rows is cut, the parts come to what the whole comes to.
    #[test]
    fn any_log_folds_and_grows(
        states in prop::collection::vec((0..4u8, "New|Work|Wait|Taken|Dropped|Noise|Done|-100", "|Team [12]", "|[ab](;[bc])?", 0..3u8), 1..12),
        cut in 1..12usize,
        hole in 0..12usize,
    ) {
        let desk = Desk::new();
        let mut minute = 0;
        let rows: Vec<String> = states.iter().map(|(later, state, team, tags, severity)| {
            minute += u32::from(*later / 2);
            row(&format!("1,2020-01-01 10:{minute:02},Ewa,,,,,Mail,?,{state},,{team},Jan,{tags},Jan,{severity}"))
        }).collect();
        let whole = [HEADER, &rows.concat()].concat();
        let full = desk.tickets(&whole).remove(0);
        let ticket = sound(&full);
        prop_assert_eq!(ticket.log.len(), rows.len() + 1);
        prop_assert_eq!(replay::replay(&ticket.log).oddities, []);
        let cut = cut.min(rows.len());
        let short = desk.tickets(&[HEADER, &rows[..cut].concat()].concat()).remove(0);
        let mut holed = rows.clone();
        holed.remove(hole % rows.len());
        desk.import(&whole, |import| {
            let case = &import.cases()[0];
            let longer = import.extend(case, &read(&short)).unwrap();
            let longer = longer.unwrap_or(short);
            assert_eq!(plain(&sound(&longer)), plain(&ticket), "{longer}\n{full}");
            let untagged = |text: &str| text.lines().filter(|line| !line.starts_with("tags = ")).collect::<Vec<_>>().join("\n");
            assert_eq!(untagged(&longer), untagged(&full));
            let mended = mend(import, case, &longer).unwrap_or(longer);
            assert_eq!(readings(&sound(&mended).log), readings(&ticket.log), "{mended}");
            assert_eq!(mend(import, case, &mended), None, "{mended}");
            assert_eq!(mend(import, case, &full), None);
            if holed.is_empty() {
                return;
            }
            let less = desk.tickets(&[HEADER, &holed.concat()].concat()).remove(0);
            let healed = import.extend(case, &read(&less)).unwrap().unwrap();
            let ours = sound(&healed);
            assert_eq!(ours.log.len(), ticket.log.len());
            assert_eq!(import.extend(case, &read(&healed)), Ok(None));
            assert_eq!(mend(import, case, &less), None);
            // What a late row could not say at its place, a correction says.
            let mended = mend(import, case, &healed).unwrap_or(healed.clone());
            assert_eq!(readings(&sound(&mended).log), readings(&ticket.log), "{mended}");
            assert_eq!(mend(import, case, &mended), None, "{mended}");
            if hole % rows.len() > 0 {
                assert_eq!(plain(&ours), plain(&ticket), "{less}\n{healed}");
            }
        });
    }

    #[test]
    fn any_log_is_read_as_the_mended_map_has_it(
        states in prop::collection::vec((0..4u8, "New|Work|Wait|Taken|Dropped|Noise|Done|-100", "|Team [12]", "|[ab](;[bc])?", 0..3u8), 1..8),
        maps in (0..MENDED.len(), 0..MENDED.len()),
        is_written_to in any::<bool>(),
    ) {
        let mut minute = 0;
        let rows: Vec<String> = states.iter().map(|(later, state, team, tags, severity)| {
            minute += u32::from(*later / 2);
            row(&format!("1,2020-01-02 10:{minute:02},Ewa,,,Step {severity},One and two,Mail,?,{state},,{team},Jan,{tags},Jan {severity},{severity}"))
        }).collect();
        let whole = [HEADER, &rows.concat()].concat();
        let by_map = |at: usize| {
            let (old, new) = MENDED[at];
            assert!(MAP.contains(old), "{old}");
            Desk { map: MAP.replace(old, new), ..Desk::new() }
        };
        let [first, second] = [by_map(maps.0), by_map(maps.1)];
        let mut text = first.tickets(&whole).remove(0);
        if is_written_to {
            text.push_str("\n## 2026-01-01T00:00:00Z anna note ^aaaa\n\nHere.\n");
        }
        for (desk, round) in [(&second, 1), (&first, 2), (&second, 3), (&second, 4)] {
            let fresh = sound(&desk.tickets(&whole).remove(0));
            let mended = desk.import(&whole, |import| mend(import, &import.cases()[0], &text));
            if maps.0 == maps.1 || round == 4 {
                prop_assert_eq!(mended, None);
                break;
            }
            text = mended.unwrap_or(text);
            let ticket = sound(&text);
            prop_assert_eq!(replay::replay(&ticket.log).oddities, []);
            let read = readings(&ticket.log);
            prop_assert_eq!(read, readings(&fresh.log), "{}", text);
            let values = |ticket: &Ticket| {
                let mut values = ticket.values.clone();
                values.remove(&Key::Id.into());
                // A list stands in the order in which the log brought its elements.
                for value in values.values_mut() {
                    if let Value::List(all) = value {
                        all.sort();
                    }
                }
                values
            };
            prop_assert_eq!(values(&ticket), values(&fresh), "{}", text);
        }
    }

    #[test]
    fn any_bytes_make_sound_tickets(rows in "([12?],(2020-01-0[12] 10:00|x),[a\"é\u{1b}],,,\"?[a#:\n+]{0,3}\"?,.{0,6},M,,[NW-]{1,2},,T,.{0,2},,\n){0,6}(?s).{0,20}") {
        let csv = format!("{HEADER}{rows}");
        for text in Desk::new().tickets(&csv) {
            sound(&text);
        }
        odd(&csv);
    }
}

#[test]
fn an_imported_entry_skips_the_rules_of_the_house() {
    let csv = [
        HEADER,
        &row("1,2020-01-01 10:00,Ewa,,,,,Mail,?,Done"),
        &row("1,2020-01-01 11:00,Ewa,,,,,Mail,?,New"),
    ]
    .concat();
    let ticket = sound(&Desk::new().tickets(&csv)[0]);
    assert!(ticket.log.iter().all(Entry::is_imported));
    assert_eq!(ticket.status().as_str(), "new");
    assert_eq!(log::read(&new_ticket::write(&ticket), 0).entries.len(), 3);
}

#[test]
fn tickets_may_be_planned_on_several_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Import<'_>>();
}
