//! What comes from other systems: tables with their maps, and exports.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plaindesk::model::catalog::Catalogue;
use plaindesk::page::csv::{CsvRow, CsvTable, Encoding};
use plaindesk::page::export_reader::{self, Exported, Sink};
use plaindesk::page::separated_file::SeparatedFile;
use plaindesk::page::{import_map, new_ticket, ticket};
use plaindesk::rules::import::{Import, Names};

use super::{HOUSE, same, text};

/// The rows of a table: each stands whole and in order in its bytes, and is cut the same way alone.
fn rows(bytes: &[u8], delimiter: u8) {
    let Ok(table) = CsvTable::new(bytes, delimiter, Encoding::UTF_8) else {
        return;
    };
    let mut end = 0;
    table.all_rows(|place, row| {
        assert!(end <= place.start && place.start <= place.end, "{place:?}");
        end = place.end;
        if let CsvRow::Row(cells) = row {
            same(
                "the cells of a row that is cut again",
                &table.cells(place),
                cells,
            );
        }
        true
    });
}

/// A map and a table, apart by a line of `====`.
pub(super) fn map(bytes: &[u8]) {
    let mark = b"\n====\n";
    let at = bytes.windows(mark.len()).position(|window| window == mark);
    let Some(at) = at else {
        return rows(bytes, b',');
    };
    let (map, table) = (&bytes[..at], &bytes[at + mark.len()..]);
    rows(table, b';');
    let Some(map) = text(map) else { return };
    let catalogue = Catalogue::default();
    let Ok(map) = import_map::read("map.toml", map, &HOUSE, &catalogue) else {
        return;
    };
    let file = SeparatedFile::new(table, Some(map.encoding));
    let delimiter = map.delimiter.unwrap_or_else(|| file.delimiter());
    let Ok(table) = file.table(delimiter) else {
        return;
    };
    let names = || Names::new(&map.source, &HOUSE, &catalogue, "", "");
    let read = || Import::read(&map, table, &HOUSE, &catalogue, names());
    let (Ok(import), Ok(again)) = (read(), read()) else {
        return;
    };
    for (case, other) in import.cases().iter().zip(again.cases()) {
        let Some(id) = import.id(case, 0) else {
            continue;
        };
        let made = import.ticket(case, id);
        same(
            "a ticket that is imported twice",
            &made,
            &again.ticket(other, id),
        );
        let page =
            ticket::read(id, new_ticket::write(&made)).expect("what is imported can be read");
        assert!(page.bars().is_empty(), "{:?}", page.bars());
        same("a ticket that was imported", &page.ticket.log, &made.log);
    }
}

/// Keeps everything.
#[derive(Default)]
struct All(Vec<Exported<Vec<u8>>>);

impl Sink for All {
    type Content = Vec<u8>;
    type Error = std::io::Error;

    fn content(&mut self, _: usize, from: &mut dyn Read) -> Result<Vec<u8>, std::io::Error> {
        let mut all = Vec::new();
        from.read_to_end(&mut all)?;
        Ok(all)
    }

    fn ticket(&mut self, one: Exported<Vec<u8>>) -> Result<(), std::io::Error> {
        self.0.push(one);
        Ok(())
    }
}

pub(super) fn export(bytes: &[u8]) {
    let mut all = All::default();
    if export_reader::read(bytes, &mut all).is_err() {
        return;
    }
    let one = |one: &Exported<Vec<u8>>| {
        let attached = one.attachments.iter().map(|file| {
            let content = file
                .content
                .as_ref()
                .map(|content| STANDARD.encode(content));
            serde_json::json!({
                "name": file.name, "size": file.size, "sha256": file.sha256, "content": content,
            })
        });
        let attached: Vec<serde_json::Value> = attached.collect();
        serde_json::json!({"id": one.id.as_str(), "file": one.file, "attachments": attached})
    };
    let tickets: Vec<serde_json::Value> = all.0.iter().map(one).collect();
    let written = serde_json::json!({"format": 1, "tickets": tickets, "problems": []}).to_string();
    let mut again = All::default();
    export_reader::read(written.as_bytes(), &mut again).expect("what was written can be read");
    same("an export read from its own writing", &again.0, &all.0);
}
