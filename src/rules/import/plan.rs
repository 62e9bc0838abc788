//! A foreign ticket as a ticket of this desk.

use std::collections::BTreeMap;

use crate::model::entry::{CELLS, Change, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::page::escape::tidy;
use crate::page::log::derived_tag;
use crate::rules::import::private;
use crate::rules::import::{Case, Cell, ELSEWHERE, EMPTY, Import, ImportRow, SAME};
use crate::rules::lifecycle::replay::{first_values, how};

impl Import<'_> {
    /// The ticket of a case under an id: all of it, as if this desk had kept it.
    pub fn ticket(&self, case: &Case, id: TicketId) -> Ticket {
        if case.start.is_some() {
            return self.row_ticket(case, id);
        }
        let created = self.created(case);
        let states = self.states(case);
        let mut ticket = Ticket {
            id,
            values: BTreeMap::new(),
            description: String::new(),
            log: Vec::new(),
        };
        let Some(first) = states.first() else {
            return ticket;
        };
        let before = self.at_creation(first);
        ticket
            .log
            .push(self.created_entry(case, id, &before, created));
        let mut state: &[Cell] = &before;
        let mut at = created;
        for (row, next) in case.rows.iter().zip(&states) {
            at = row.at.max(at.next());
            let changes = self.changes(state, next);
            ticket.log.push(self.entry(row, at, changes, Vec::new()));
            state = next;
        }
        self.fill(&mut ticket, case, state);
        ticket
            .values
            .insert(Key::Id.into(), Value::Text(id.to_string()));
        ticket
            .values
            .insert(Key::Created.into(), Value::Moment(created));
        let description = case.rows.iter().find_map(|row| self.text(row.description));
        description
            .unwrap_or_default()
            .clone_into(&mut ticket.description);
        ticket
    }

    /// Puts the values of a state into a ticket, and where it came from.
    pub(in crate::rules::import) fn fill(&self, ticket: &mut Ticket, case: &Case, state: &[Cell]) {
        for (target, cell) in self.map.targets.iter().zip(state) {
            if let Some(value) = self.pool.value(*cell) {
                ticket.values.insert(target.field.clone(), value.clone());
            }
        }
        ticket
            .values
            .insert(Key::SourceName.into(), Value::Text(self.map.source.clone()));
        ticket
            .values
            .insert(Key::SourceId.into(), Value::Text(case.foreign.clone()));
    }

    /// The fields after each row.
    pub(in crate::rules::import) fn states(&self, case: &Case) -> Vec<Vec<Cell>> {
        let mut states: Vec<Vec<Cell>> = Vec::with_capacity(case.rows.len());
        let mut start = match (&case.held, &case.start) {
            (Some(held), _) => held.clone(),
            (None, Some(_)) => self.first_state(case),
            (None, None) => self.start.clone(),
        };
        if let (Some(slot), None) = (self.slot(Key::Title), &case.start) {
            start[slot] = case.title;
        }
        for row in &case.rows {
            let next = self.step(states.last().unwrap_or(&start), row);
            states.push(next);
        }
        states
    }

    /// The fields after a row.
    pub(in crate::rules::import) fn step(&self, state: &[Cell], row: &ImportRow) -> Vec<Cell> {
        let mut next = state.to_vec();
        if let Some(base) = row.cells {
            let cells = self.cells.get(base..base + next.len()).unwrap_or_default();
            for (field, cell) in next.iter_mut().zip(cells) {
                if *cell != SAME {
                    *field = *cell;
                }
            }
        }
        let status = self.slot(Key::Status).map(|slot| next[slot]);
        let pending = status.and_then(|cell| self.text(cell));
        if pending != Some(Status::Pending.as_str()) && status != Some(ELSEWHERE) {
            for key in [Key::WaitingOn, Key::Until] {
                if let Some(slot) = self.slot(key) {
                    next[slot] = EMPTY;
                }
            }
        }
        if let (Some(priority), Some(impact), Some(urgency)) = (
            self.slot(Key::Priority),
            self.slot(Key::Impact),
            self.slot(Key::Urgency),
        ) && (self.map.derives_priority || next[priority] == EMPTY)
            && let Some(derived) = self.matrix.get(&(next[impact], next[urgency]))
        {
            next[priority] = *derived;
        }
        next
    }

    /// The fields when the ticket was opened: as in the first row, but nobody had touched it.
    fn at_creation(&self, first: &[Cell]) -> Vec<Cell> {
        let mut before = first.to_vec();
        for key in [Key::Status, Key::WaitingOn, Key::Until, Key::Assignee] {
            if let Some(slot) = self.slot(key) {
                before[slot] = self.start[slot];
            }
        }
        before
    }

    pub(in crate::rules::import) fn created_entry(
        &self,
        case: &Case,
        id: TicketId,
        before: &[Cell],
        at: Moment,
    ) -> Entry {
        let opened_by = case
            .start
            .iter()
            .chain(&case.rows)
            .map(|row| row.opened_by)
            .find(|cell| *cell != EMPTY);
        let first_by = match &case.start {
            Some(_) => EMPTY,
            None => case.rows.first().map_or(EMPTY, |row| row.by),
        };
        let mut first = Ticket {
            id,
            values: BTreeMap::new(),
            description: String::new(),
            log: Vec::new(),
        };
        self.fill(&mut first, case, before);
        self.created_of(case, &first, self.handle(opened_by.unwrap_or(first_by)), at)
    }

    /// The entry that begins a ticket of these values.
    pub(in crate::rules::import) fn created_of(
        &self,
        case: &Case,
        first: &Ticket,
        by: Handle,
        at: Moment,
    ) -> Entry {
        let (reported, changes) = first_values(first);
        let mut attributes = vec![("source".to_owned(), self.map.source.clone())];
        if let Some(channel) = first.maybe(Key::Channel) {
            attributes.push((Key::Channel.path().to_owned(), channel.to_owned()));
        }
        attributes.extend(reported);
        if !case.mark.is_empty() {
            attributes.push((CELLS.to_owned(), case.mark.to_string()));
        }
        Entry {
            at,
            by,
            kind: EntryKind::Created,
            tag: derived_tag(
                &[&self.map.source, &case.foreign, "created"],
                crate::rules::import::TAG,
            ),
            attributes,
            changes,
            text: String::new(),
        }
    }

    /// What changed from one state to the next, in the order of the keys.
    pub(in crate::rules::import) fn changes(&self, old: &[Cell], new: &[Cell]) -> Vec<Change> {
        let mut changes = Vec::new();
        for ((target, old), new) in self.map.targets.iter().zip(old).zip(new) {
            if old == new {
                continue;
            }
            let kind = target.field.kind();
            if let Some(how) = how(self.pool.value(*old), self.pool.value(*new), kind) {
                changes.push(Change {
                    field: target.field.to_string(),
                    how,
                });
            }
        }
        changes
    }

    /// The entry of a row, with more attributes after those of the row.
    pub(in crate::rules::import) fn entry(
        &self,
        row: &ImportRow,
        at: Moment,
        changes: Vec<Change>,
        more: Vec<(String, String)>,
    ) -> Entry {
        let mut attributes = vec![("source".to_owned(), self.map.source.clone())];
        if let Some(activity) = self.text(row.activity) {
            attributes.push(("activity".to_owned(), activity.to_owned()));
        }
        for (slot, word) in &row.unknown {
            let field: &Field = &self.map.targets[*slot].field;
            attributes.push((format!("unknown-{field}"), word.clone()));
        }
        attributes.extend(
            row.mark
                .iter()
                .map(|mark| (CELLS.to_owned(), mark.to_string())),
        );
        attributes.extend(more);
        let mut entry = Entry {
            at,
            by: self.handle(row.by),
            kind: EntryKind::Update,
            tag: tag(row),
            attributes,
            changes,
            text: String::new(),
        };
        match &row.element {
            Some(element) => self.as_element(&mut entry, element),
            None => entry.text = self.free_text(row),
        }
        entry
    }

    fn free_text(&self, row: &ImportRow) -> String {
        if row.cells.is_none() {
            if !self.private.is_empty() {
                // Nobody knows where in it the private cells are.
                return private::LEFT_OUT.to_owned();
            }
            // Nobody knows which cell is which: the row as it stands, as a block of code.
            let (raw, _) = self.table.encoding().decode(self.table.raw(row.place));
            let lines = tidy(&raw);
            return lines
                .split('\n')
                .map(|line| format!("    {line}"))
                .collect::<Vec<_>>()
                .join("\n");
        }
        let Some(origin) = &self.map.text else {
            return String::new();
        };
        let record = self.table.cells(row.place);
        let cell = |place: &usize| {
            let bytes = record.get(*place).unwrap_or_default();
            self.table.encoding().decode(bytes).0.into_owned()
        };
        let texts: Vec<String> = self.places.iter().map(cell).collect();
        let text = crate::rules::import::read::free_text(self.map, origin, &texts);
        let text = text.unwrap_or_default();
        match &row.hidden {
            Some(hidden) => private::hidden(&text, hidden),
            None => text,
        }
    }

    /// The place of a field among the targets.
    pub(in crate::rules::import) fn slot(&self, key: Key) -> Option<usize> {
        self.map
            .targets
            .binary_search_by(|target| target.field.cmp(&Field::Known(key)))
            .ok()
    }

    pub(in crate::rules::import) fn text(&self, cell: Cell) -> Option<&str> {
        self.pool.value(cell).and_then(Value::as_text)
    }

    pub(in crate::rules::import) fn handle(&self, cell: Cell) -> Handle {
        let handle = self.text(cell).and_then(|text| text.parse().ok());
        handle.unwrap_or_else(Handle::desk)
    }
}

/// The tag of a row's entry.
pub(in crate::rules::import) fn tag(row: &ImportRow) -> String {
    written(row.tag)
}

/// The tags that a row's entry may have, the one that it gets first.
pub(in crate::rules::import) fn tags_of(row: &ImportRow) -> impl Iterator<Item = String> {
    let former = row.former.iter().copied();
    std::iter::once(row.tag).chain(former).map(written)
}

pub(in crate::rules::import) fn written(tag: crate::rules::import::Tag) -> String {
    tag.iter().map(|b| char::from(*b)).collect()
}
