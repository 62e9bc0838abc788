//! The people and queues of a row: several in one cell, names beside addresses, and numbers.

use std::collections::HashMap;

use crate::model::field::{Field, Key, Value};
use crate::page::csv::one_line;
use crate::page::foreign_rows::{ForeignCell, ForeignRows};
use crate::page::import_map::tickets::TicketMap;
use crate::page::import_map::{Map, ValueSource};
use crate::rules::import::read::tickets::columns::TicketColumns;
use crate::rules::import::read::tickets::elements::Found;
use crate::rules::import::read::tickets::{RowFacts, RowsReader};
use crate::rules::import::read::{BETWEEN, TableReader};
use crate::rules::import::{EMPTY, ImportRow, private};

impl RowsReader<'_> {
    /// Of several requesters the first is the requester, and a note names the others.
    pub(in crate::rules::import::read::tickets) fn second_requesters(
        &mut self,
        reader: &mut TableReader<'_>,
        start: &mut ImportRow,
        facts: &RowFacts,
    ) {
        let Some(base) = start.cells else { return };
        let mut others = Vec::new();
        let name = reported(reader, base, Key::RequesterName);
        let is_one_column = name == reported(reader, base, Key::RequesterEmail);
        for key in [Key::RequesterName, Key::RequesterEmail] {
            let Some(slot) = reader.slots.get(&Field::Known(key)).copied() else {
                continue;
            };
            let Some(text) = reported(reader, base, key) else {
                continue;
            };
            // Of one column that has both, the others are told once.
            let is_list = |c: char| {
                c == ';' || (c == ',' && (key == Key::RequesterEmail || text.contains('@')))
            };
            let mut all = text
                .split(" / ")
                .flat_map(|one| one.split(is_list))
                .map(str::trim)
                .filter(|one| !one.is_empty());
            let Some(first) = all.next().filter(|first| *first != text) else {
                continue;
            };
            let (source, private) = (&reader.map.source, reader.private);
            let told = is_one_column && key == Key::RequesterEmail;
            let all = all.filter(|_| !told).map(str::to_owned);
            let hides = |key: Key| private.hides(&key.into());
            let is_private = hides(key) || is_one_column && hides(Key::RequesterEmail);
            others.extend(all.map(|one| {
                if !is_private {
                    return one;
                }
                let stand_in = private.stand_in(source, &key.into(), &one);
                stand_in.unwrap_or_else(|| private::LEFT_OUT.to_owned())
            }));
            reader.out.cells[base + slot] = reader.out.pool.cell(Value::Text(first.to_owned()));
        }
        if !others.is_empty() {
            let bare = |one: &String| match one.strip_prefix('<') {
                Some(rest) => rest.trim_end_matches('>').to_owned(),
                None => one.clone(),
            };
            let others: Vec<String> = others.iter().map(bare).collect();
            let text = format!("Also for: {}", others.join(", "));
            self.put(
                reader,
                facts,
                Found::note("requester", text.clone().as_bytes(), facts.opened, text),
            );
        }
    }

    /// What one column says of the requester, told apart: `Name <address>`, a name or an address.
    pub(in crate::rules::import::read::tickets) fn name_and_address(
        reader: &mut TableReader<'_>,
        start: &ImportRow,
    ) {
        let Some(base) = start.cells else { return };
        let slot = |key: Key| reader.slots.get(&Field::Known(key)).copied();
        let (Some(name_slot), email_slot) = (slot(Key::RequesterName), slot(Key::RequesterEmail))
        else {
            return;
        };
        let mut name = reported(reader, base, Key::RequesterName);
        let mut email = reported(reader, base, Key::RequesterEmail);
        let parts = |text: &str| {
            let (name, rest) = text.split_once('<')?;
            let address = rest.split_once('>')?.0.trim();
            let name = name.trim().trim_matches('"').trim();
            address
                .contains('@')
                .then(|| (name.to_owned(), address.to_owned()))
        };
        let is_address = |text: &str| text.contains('@') && !text.contains(char::is_whitespace);
        if let Some((_, address)) = email.as_deref().and_then(parts) {
            email = Some(address);
        }
        if let Some((words, address)) = name.as_deref().and_then(parts) {
            name = Some(words);
            email = email.or(Some(address));
        }
        if email_slot.is_some() {
            if let Some(bare) = name.take_if(|name| is_address(name)) {
                email = email.or(Some(bare));
            }
            if let Some(bare) = email.take_if(|email| !email.contains('@')) {
                name = name.or(Some(bare));
            }
        }
        let name = name.filter(|name| !name.is_empty());
        for (slot, text) in [(Some(name_slot), name), (email_slot, email)] {
            let Some(slot) = slot else { continue };
            reader.out.cells[base + slot] = match text {
                Some(text) => reader.out.pool.cell(Value::Text(text)),
                None => EMPTY,
            };
        }
    }

    /// Of several people or queues of a ticket the first is its own, and a note names the others.
    pub(in crate::rules::import::read::tickets) fn second_assignees(
        &mut self,
        reader: &mut TableReader<'_>,
        facts: &RowFacts,
    ) {
        let mut others: Vec<String> = Vec::new();
        for target in &self.map.map.targets {
            let is_one = matches!(target.field, Field::Known(Key::Assignee | Key::Queue));
            let columns = match &target.origin {
                Some(ValueSource::First(columns)) => columns.as_slice(),
                Some(ValueSource::Columns(columns)) if columns.len() == 1 => columns,
                _ => continue,
            };
            let text = columns.iter().map(|at| &self.texts[*at]);
            let Some(text) = text.into_iter().find(|text| !text.is_empty()) else {
                continue;
            };
            if is_one {
                let rest = text.split(BETWEEN).skip(1).map(one_line);
                others.extend(rest.filter(|one| !self.map.map.is_missing(one)));
            }
        }
        if !others.is_empty() {
            let text = format!("Also assigned: {}", others.join(", "));
            let raw = text.clone();
            let found = Found::note("assignee", raw.as_bytes(), facts.opened, text);
            self.put(reader, facts, found);
        }
    }
}

/// What a row says of a field.
fn reported(reader: &TableReader<'_>, base: usize, key: Key) -> Option<String> {
    let slot = reader.slots.get(&Field::Known(key))?;
    let cell = reader.out.cells[base + slot];
    reader.out.pool.value(cell).map(ToString::to_string)
}

/// The names of people whose numbers stand beside them in any row.
pub(in crate::rules::import::read::tickets) fn called(
    map: &TicketMap,
    rows: &ForeignRows,
    columns: &TicketColumns,
) -> HashMap<String, String> {
    let mut out = HashMap::new();
    let place = |at: usize| columns.places[at];
    let pairs = map.people.iter();
    let pairs = pairs.filter_map(|(number, name)| Some((place(*number)?, place(*name)?)));
    let pairs: Vec<(usize, usize)> = pairs.collect();
    for row in &rows.rows {
        for (number, name) in &pairs {
            let text = |at: usize| row.all(at).next().and_then(ForeignCell::text);
            if let (Some(number), Some(name)) = (text(*number), text(*name))
                && !number.is_empty()
                && !map.map.is_missing(name)
            {
                out.entry(number.to_owned())
                    .or_insert_with(|| one_line(name));
            }
        }
    }
    out
}

/// For each column of a map whether it names people or queues.
pub(in crate::rules::import::read::tickets) fn of_people(map: &Map) -> Vec<bool> {
    use Key::{Assignee, Queue, RequesterEmail, RequesterName};
    let mut of = vec![false; map.columns.len()];
    for target in &map.targets {
        let is_one = matches!(
            target.field,
            Field::Known(Assignee | Queue | RequesterName | RequesterEmail)
        );
        let columns = match &target.origin {
            Some(ValueSource::First(columns)) => columns.as_slice(),
            Some(ValueSource::Columns(columns)) if columns.len() == 1 => columns,
            _ => &[],
        };
        for at in columns.iter().filter(|_| is_one) {
            of[*at] = true;
        }
    }
    of
}
