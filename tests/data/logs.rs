//! The three logs that nobody here wrote, through the maps that ship with the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use plaindesk::model::catalog::Catalogue;
use plaindesk::model::field::Key;
use plaindesk::model::id::TicketId;
use plaindesk::model::settings::Settings;
use plaindesk::page::catalog;
use plaindesk::page::csv::CsvTable;
use plaindesk::page::import_additions;
use plaindesk::page::import_map;
use plaindesk::page::new_ticket;
use plaindesk::page::{settings, ticket};
use plaindesk::rules::import::{Import, Names};
use plaindesk::rules::lifecycle::replay;

struct Log {
    bytes: Vec<u8>,
    map: String,
    name: &'static str,
}

/// A log of `../shared/data`, unpacked; `None`, said aloud, where it is absent.
fn log(name: &'static str, file: &str) -> Option<Log> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let bytes = crate::unpacked(file)?;
    let map = std::fs::read_to_string(root.join(format!("docs/maps/{name}.toml"))).unwrap();
    Some(Log { bytes, map, name })
}

/// A desk's two files.
struct Files {
    desk: String,
    catalog: String,
}

impl Files {
    fn starter() -> Self {
        Self {
            desk: settings::STARTER.to_owned(),
            catalog: catalog::STARTER.to_owned(),
        }
    }

    fn read(&self) -> (Settings, Catalogue) {
        let settings = settings::read(&self.desk).unwrap();
        let catalogue = catalog::read(&self.catalog, &settings).unwrap();
        (settings, catalogue)
    }

    /// The files after an import.
    fn with(&self, import: &Import<'_>) -> Self {
        let names = import.names();
        let source = &import.map().source;
        let desk =
            import_additions::add_names(&self.desk, source, "agents", names.new_agents()).unwrap();
        let desk =
            import_additions::add_names(&desk, source, "queues", names.new_queues()).unwrap();
        let own: Vec<_> = import
            .map()
            .own_fields()
            .into_iter()
            .map(|(name, title)| (name.to_owned(), title))
            .collect();
        let desk = import_additions::declare_fields(&desk, &own).unwrap();
        let catalog =
            import_additions::add_names(&self.catalog, source, "codes", names.new_codes()).unwrap();
        Self { desk, catalog }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    tickets: usize,
    entries: usize,
    odd: BTreeMap<String, Vec<u64>>,
    collisions: usize,
    /// How the tickets ended.
    statuses: BTreeMap<String, usize>,
    priorities: BTreeMap<String, usize>,
    /// How often they came to a status.
    moves: BTreeMap<String, usize>,
}

/// Imports a log into a desk, proves what must hold for every ticket, and counts.
fn import(log: &Log, files: &Files, pages: &mut BTreeMap<TicketId, String>) -> (Tally, Files) {
    let (settings, catalogue) = files.read();
    let map = import_map::read("map.toml", &log.map, &settings, &catalogue).unwrap();
    let table = CsvTable::new(&log.bytes, map.delimiter.unwrap_or(b','), map.encoding).unwrap();
    let names = Names::new(
        &map.source,
        &settings,
        &catalogue,
        &files.desk,
        &files.catalog,
    );
    let import = Import::read(&map, table, &settings, &catalogue, names).unwrap();
    let after = files.with(&import);
    let (settings, catalogue) = after.read();
    let mut tally = Tally {
        tickets: import.cases().len(),
        ..Tally::default()
    };
    for odd in import.odd() {
        tally
            .odd
            .entry(odd.why.to_string())
            .or_default()
            .push(odd.line);
    }
    for (at, case) in import.cases().iter().enumerate() {
        let id = import.free_id(case, |id| pages.contains_key(&id)).unwrap();
        tally.collisions += usize::from(Some(id) != import.id(case, 0));
        let drawn = import.ticket(case, id);
        let text = new_ticket::write(&drawn);
        assert_eq!(replay::differences(&drawn), [], "{text}");
        assert_eq!(replay::replay(&drawn.log).oddities, [], "{text}");
        count(&mut tally, &drawn);
        pages.insert(id, text.clone());
        // Without optimisation every fifth ticket is read back: all of them take a minute.
        if cfg!(debug_assertions) && !at.is_multiple_of(5) {
            continue;
        }
        let page = ticket::read(id, text.clone()).unwrap();
        let at = format!("{} {}", case.foreign, text);
        assert_eq!(page.problems, [], "{at}");
        assert_eq!(page.ticket, drawn, "{at}");
        assert_eq!(page.ticket.log.len(), case.len() + 1, "{at}");
        assert!(page.ticket.log.is_sorted_by(|a, b| a.at < b.at), "{at}");
        assert!(
            page.entries
                .iter()
                .all(|entry| entry.sketch.is_none() && entry.entry.is_imported()),
            "{at}"
        );
        let tags: BTreeSet<&str> = page
            .ticket
            .log
            .iter()
            .map(|entry| entry.tag.as_str())
            .collect();
        assert_eq!(tags.len(), page.ticket.log.len(), "{at}");
        assert!(
            page.ticket
                .log
                .iter()
                .all(|entry| settings.knows_agent(entry.by.as_str())),
            "{at}"
        );
        assert!(
            page.ticket
                .maybe(Key::Queue)
                .is_none_or(|queue| settings.queues.contains_key(queue))
        );
        assert!(
            page.ticket
                .maybe(Key::Assignee)
                .is_none_or(|agent| settings.knows_agent(agent))
        );
        assert!(
            page.ticket
                .maybe(Key::Code)
                .is_none_or(|code| catalogue.codes.contains_key(code))
        );
        assert_eq!(
            page.ticket.waiting_on().is_some(),
            page.ticket.status().as_str() == "pending",
            "{at}"
        );
        assert_eq!(import.extend(case, &page), Ok(None), "{at}");
    }
    assert_eq!(
        tally.entries + import.odd().iter().filter(|odd| odd.is_left_out()).count(),
        import.rows()
    );
    (tally, after)
}

fn count(tally: &mut Tally, ticket: &plaindesk::model::ticket::Ticket) {
    let mut add = |word: &str| *tally.moves.entry(word.to_owned()).or_default() += 1;
    for entry in &ticket.log {
        if let Some(status) = entry.change("status").and_then(|change| change.new_value()) {
            add(status);
        }
    }
    tally.entries += ticket.log.len() - 1;
    *tally
        .statuses
        .entry(ticket.text(Key::Status).to_owned())
        .or_default() += 1;
    *tally
        .priorities
        .entry(ticket.text(Key::Priority).to_owned())
        .or_default() += 1;
}

/// A second run finds every name and every row.
fn again(log: &Log, files: &Files, pages: &BTreeMap<TicketId, String>) {
    let (settings, catalogue) = files.read();
    let map = import_map::read("map.toml", &log.map, &settings, &catalogue).unwrap();
    let table = CsvTable::new(&log.bytes, map.delimiter.unwrap_or(b','), map.encoding).unwrap();
    let names = Names::new(
        &map.source,
        &settings,
        &catalogue,
        &files.desk,
        &files.catalog,
    );
    let import = Import::read(&map, table, &settings, &catalogue, names).unwrap();
    let after = files.with(&import);
    assert_eq!(
        (after.desk == files.desk, after.catalog == files.catalog),
        (true, true),
        "{}",
        log.name
    );
    let mine = format!("[source]\nname = \"{}\"\n", map.source);
    for case in import.cases() {
        let foreign = format!("{mine}id = \"{}\"\n", case.foreign);
        let there = (0..).find_map(|attempt| {
            let id = import.id(case, attempt)?;
            pages[&id].contains(&foreign).then_some(id)
        });
        let id = there.unwrap();
        assert_eq!(new_ticket::write(&import.ticket(case, id)), pages[&id]);
    }
}

#[test]
fn the_three_logs_come_into_one_desk() {
    let logs = [
        log("uci", "uci-incidents/incident_event_log.zip"),
        log("volvo", "volvo-incidents/VINST-new.csv.gz"),
        log("helpdesk-log", "helpdesk-log/helpdesk.csv.gz"),
    ];
    let mut files = Files::starter();
    let mut pages = BTreeMap::new();
    let mut tallies = BTreeMap::new();
    for log in logs.iter().flatten() {
        let (tally, after) = import(log, &files, &mut pages);
        files = after;
        tallies.insert(log.name, tally);
    }
    for log in logs.iter().flatten() {
        again(log, &files, &pages);
    }
    // Counted independently, from the tables alone.
    let all = |figures: &[(&str, usize)]| -> BTreeMap<String, usize> {
        figures
            .iter()
            .map(|(word, count)| ((*word).to_owned(), *count))
            .collect()
    };
    let odd = |tally: &Tally| -> Vec<u64> { tally.odd.values().flatten().copied().collect() };
    if let Some(uci) = tallies.get("uci") {
        assert_eq!((uci.tickets, uci.entries), (24_918, 141_712));
        assert_eq!(odd(uci), [115_643, 115_644, 124_509, 124_510, 124_511]);
        assert_eq!(uci.statuses, all(&[("closed", 24_918)]));
        assert_eq!(
            uci.moves,
            all(&[
                ("closed", 24_930),
                ("new", 1),
                ("open", 15_988),
                ("pending", 6_241),
                ("resolved", 25_236)
            ])
        );
        assert_eq!(
            uci.priorities,
            all(&[
                ("critical-situation", 408),
                ("enterprise-outage", 270),
                ("scheduled-service", 774),
                ("standard", 23_466),
            ])
        );
        // Two tickets of one month do draw the same letters.
        assert!(uci.collisions > 0);
    }
    if let Some(volvo) = tallies.get("volvo") {
        assert_eq!((volvo.tickets, volvo.entries), (7_554, 65_533));
        assert_eq!(odd(volvo), [11_721, 27_444, 28_466, 61_090, 62_904]);
        assert_eq!(
            volvo.statuses,
            all(&[
                ("cancelled", 1),
                ("closed", 5_573),
                ("open", 3),
                ("pending", 5),
                ("resolved", 1_972)
            ])
        );
        assert_eq!(
            volvo.moves,
            all(&[
                ("cancelled", 1),
                ("closed", 5_704),
                ("open", 11_806),
                ("pending", 5_724),
                ("resolved", 8_126)
            ])
        );
    }
    if let Some(helpdesk) = tallies.get("helpdesk-log") {
        // 127 of the rows stand there twice.
        assert_eq!((helpdesk.tickets, helpdesk.entries), (4_580, 21_348));
        assert_eq!(odd(helpdesk), [0; 0]);
        assert_eq!(
            helpdesk.statuses,
            all(&[
                ("closed", 4_558),
                ("open", 4),
                ("pending", 8),
                ("resolved", 10)
            ])
        );
        assert_eq!(
            helpdesk.moves,
            all(&[
                ("closed", 4_560),
                ("open", 5_301),
                ("pending", 1_355),
                ("resolved", 4_729)
            ])
        );
    }
}
