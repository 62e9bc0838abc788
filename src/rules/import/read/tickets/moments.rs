//! What happened to the ticket of a row when: its moments, and what it was when it was exported.

use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::page::foreign_rows::{ForeignCell, ForeignRow};
use crate::page::import_map::ValueSource;
use crate::rules::import::read::TableReader;
use crate::rules::import::read::tickets::elements::{Found, contact};
use crate::rules::import::read::tickets::{RowFacts, RowsReader, bare};
use crate::rules::import::row_mark::whole_of;
use crate::rules::import::{EMPTY, Element, ImportRow, SAME, element_tag};

impl RowsReader<'_> {
    /// First response, resolution, closing, and what the ticket is now.
    pub(in crate::rules::import::read::tickets) fn moments(
        &mut self,
        reader: &mut TableReader<'_>,
        row: &ForeignRow,
        facts: &RowFacts,
        start: &ImportRow,
        answered: bool,
    ) {
        let line = facts.line;
        let map = self.map;
        let raw = |this: &Self, role: &Option<ValueSource>| {
            let name = this.name(role.as_ref());
            let at = map
                .map
                .columns
                .iter()
                .position(|column| column.name == name);
            let place = at.and_then(|at| this.columns.places[at]);
            let raw = place
                .and_then(|place| row.all(place).next())
                .map(ForeignCell::raw);
            (name, raw.unwrap_or_default())
        };
        if let Some(at) = self.time(reader, line, map.first_response.as_ref())
            && !answered
        {
            let (name, raw) = raw(self, &map.first_response);
            let outcome = if matches!(facts.channel.as_str(), "phone" | "chat" | "in-person") {
                "spoke"
            } else {
                "sent"
            };
            let mut found = Found::note(&name, &raw, at.max(facts.opened), String::new());
            found.kind = EntryKind::Contact;
            found.by = facts.assignee;
            found.attributes = contact("out", &facts.channel, outcome);
            self.put(reader, facts, found);
        }
        let resolved = self.time(reader, line, map.resolved.as_ref());
        let closed = self.time(reader, line, map.closed.as_ref());
        let ends = ends(resolved, closed, facts.status.as_ref());
        let mut last = facts.opened;
        for (at, status, is_closing) in ends {
            let (role, by) = if is_closing {
                (&map.closed, &map.closed_by)
            } else {
                (&map.resolved, &map.resolved_by)
            };
            let (name, raw) = raw(self, role);
            let by = by.as_ref().map_or(EMPTY, |by| self.person(reader, by));
            let mut found = Found::note(&name, &raw, at.max(facts.opened), String::new());
            found.kind = EntryKind::Update;
            found.by = if by == EMPTY { facts.assignee } else { by };
            last = last.max(found.at);
            if let Some(at) = self.put(reader, facts, found) {
                let slot = reader.slots.get(&Field::Known(Key::Status)).copied();
                let cell = reader
                    .out
                    .pool
                    .cell(Value::Text(status.as_str().to_owned()));
                let base = reader.out.cells.len();
                reader.out.cells.resize(base + map.map.targets.len(), SAME);
                if let Some(slot) = slot {
                    reader.out.cells[base + slot] = cell;
                }
                reader.out.cases[facts.case].rows[at].cells = Some(base);
            }
        }
        self.state(reader, facts, start, last);
    }

    /// What the ticket is when it was exported.
    pub(in crate::rules::import::read::tickets) fn state(
        &mut self,
        reader: &mut TableReader<'_>,
        facts: &RowFacts,
        start: &ImportRow,
        last: Moment,
    ) {
        let Some(base) = start.cells else { return };
        let updated = self.time(reader, facts.line, self.map.updated.as_ref());
        let mark = reader.out.cases[facts.case].mark.clone();
        let at = updated.unwrap_or(last).max(last);
        let mut found = Found::note("", whole_of(&mark).as_bytes(), at, String::new());
        found.kind = EntryKind::Update;
        self.put(reader, facts, found);
        let case = &mut reader.out.cases[facts.case];
        // Of a ticket in several rows the last says what it is.
        if let Some(mut row) = case.rows.pop() {
            row.cells = Some(base);
            row.mark = Some(mark);
            row.unknown.clone_from(&start.unknown);
            case.state = Some(row);
        }
    }

    /// Adds an entry to a case, and tells its place; `None` where an earlier row of the ticket has it.
    pub(in crate::rules::import::read::tickets) fn put(
        &mut self,
        reader: &mut TableReader<'_>,
        facts: &RowFacts,
        found: Found<'_>,
    ) -> Option<usize> {
        let case = facts.case;
        let foreign = reader.out.cases[case].foreign.clone();
        let source = reader.map.source.as_str();
        let tag = |path: &str, count: u32| element_tag((source, &foreign), path, found.raw, count);
        let first = tag(found.path, 1);
        if facts.again && !found.path.is_empty() && self.twice.contains(&(case, first)) {
            return None;
        }
        self.twice.insert((case, first));
        let count = {
            let count = reader.seen.entry((case, u8::MAX, first)).or_insert(0);
            *count += 1;
            *count
        };
        let own = if count == 1 {
            first
        } else {
            tag(found.path, count)
        };
        let file = found
            .file
            .map(|name| (name, tag(&format!("{}/file", found.path), count)));
        let mut row = bare(facts.line, found.at);
        row.tag = own;
        row.by = found.by;
        // Within an instant the order is that of the row.
        let rows = &mut reader.out.cases[case].rows;
        row.line = rows.len() as u64;
        row.element = Some(Box::new(Element {
            kind: found.kind,
            attributes: found.attributes,
            text: found.text,
            link: found.link,
            file,
            missing: None,
        }));
        rows.push(row);
        Some(rows.len() - 1)
    }
}

/// The times at which a ticket was solved and closed, each with the status from then on: that of the
/// last is what the ticket is now, where it is over.
pub(in crate::rules::import::read::tickets) fn ends(
    resolved: Option<Moment>,
    closed: Option<Moment>,
    now: Option<&Status>,
) -> Vec<(Moment, Status, bool)> {
    let mut ends = Vec::new();
    if let Some(at) = resolved {
        ends.push((at, Status::Resolved, false));
    }
    if let Some(at) = closed {
        ends.push((
            resolved.map_or(at, |resolved| at.max(resolved)),
            Status::Closed,
            true,
        ));
    }
    if let (Some(last), Some(now @ (Status::Resolved | Status::Closed | Status::Cancelled))) =
        (ends.last_mut(), now)
        && (last.2 || *now != Status::Closed)
    {
        last.1 = now.clone();
    }
    ends
}
