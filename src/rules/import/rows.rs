//! Rows that are tickets, as tickets of this desk: what a row says of the ticket now stands in its
//! first entry, what has a time of its own in entries of that time, and what a later export says
//! otherwise in an entry of when it was changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::entry::{Change, Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::ticket::Ticket;
use crate::page::edit::EditError;
use crate::page::ticket::{self, TicketPage};
use crate::rules::import::plan::written;
use crate::rules::import::{Case, Cell, ELSEWHERE, EMPTY, Element, Import, ImportRow, SAME};
use crate::rules::lifecycle::replay::{differences, read_value, replay};

/// What stands before the name of a file that was not at hand.
const NOT_AT_HAND: &str = "Attachment, not imported: ";

/// What stands there once it came.
const CAME_LATER: &str = "Attachment, came later: ";

/// Of a file that is at hand the tag of the entry that said that it is not, and what that says now.
pub(in crate::rules::import) fn came_later(row: &ImportRow) -> Option<(String, String)> {
    let element = row.element.as_ref()?;
    let (name, _) = element.file.as_ref()?;
    Some((written(element.missing?), format!("{CAME_LATER}{name}")))
}

/// The fields that somebody, or the term of keeping, took out of a log.
fn redacted(log: &[Entry]) -> BTreeSet<Field> {
    let redactions = log.iter().filter(|one| one.kind == EntryKind::Redact);
    let fields = redactions.flat_map(|one| one.values("field"));
    fields.filter_map(|name| name.parse().ok()).collect()
}

impl Import<'_> {
    /// What a ticket is when it was exported.
    pub(in crate::rules::import) fn last_state(&self, case: &Case) -> Vec<Cell> {
        let Some(start) = &case.start else {
            return self.start.clone();
        };
        let mut state = self.start.clone();
        if let Some(slot) = self.slot(Key::Title) {
            state[slot] = case.title;
        }
        let mut state = self.step(&state, start);
        let slot = self.slot(Key::Status);
        let cell = |base: Option<usize>| self.cells.get(base? + slot?).copied();
        if let Some(slot) = slot
            && cell(start.cells).is_none_or(|cell| cell == SAME)
        {
            let told = case.rows.iter().rev().filter_map(|row| cell(row.cells));
            let told = told.into_iter().find(|cell| *cell != SAME);
            state[slot] = told.unwrap_or(state[slot]);
        }
        state
    }

    /// What it is in its first entry: as in the export, but nobody had touched it.
    pub(in crate::rules::import) fn first_state(&self, case: &Case) -> Vec<Cell> {
        let mut state = self.last_state(case);
        for key in [Key::Status, Key::WaitingOn, Key::Until] {
            if let Some(slot) = self.slot(key) {
                state[slot] = self.start[slot];
            }
        }
        state
    }

    /// A row as a ticket under an id.
    pub(in crate::rules::import) fn row_ticket(&self, case: &Case, id: TicketId) -> Ticket {
        let created = self.created(case);
        let mut whole = case.clone();
        let first = self.first_state(case);
        let last = self.last_state(case);
        let states = self.states(case);
        if states.last().unwrap_or(&first) != &last {
            whole.rows.extend(case.state.clone());
        }
        let states = self.states(&whole);
        let mut ticket = Ticket {
            id,
            values: BTreeMap::new(),
            description: String::new(),
            log: vec![self.created_entry(case, id, &first, created)],
        };
        let mut state = &first;
        let mut at = created;
        for (row, next) in whole.rows.iter().zip(&states) {
            at = row.at.max(at.next());
            let changes = self.changes(state, next);
            ticket.log.push(self.entry(row, at, changes, Vec::new()));
            state = next;
        }
        self.fill(&mut ticket, case, state);
        let id = Value::Text(id.to_string());
        ticket.values.insert(Key::Id.into(), id);
        let at = Value::Moment(created);
        ticket.values.insert(Key::Created.into(), at);
        let description = case
            .start
            .as_ref()
            .and_then(|row| self.text(row.description));
        description
            .unwrap_or_default()
            .clone_into(&mut ticket.description);
        if whole
            .rows
            .iter()
            .any(|row| row.element.as_ref().is_some_and(|one| one.link.is_some()))
        {
            for difference in differences(&ticket) {
                if let Some(value) = difference.folded {
                    ticket.values.insert(difference.field, value);
                }
            }
        }
        ticket
    }

    /// The text of a ticket's file with what a longer export says; `None` where it says no more.
    pub(in crate::rules::import) fn extend_row(
        &self,
        case: &Case,
        page: &TicketPage,
    ) -> Result<Option<String>, EditError> {
        let case = &*self.with_moved(case, &page.ticket.log);
        let last = self.last_state(case);
        let told = Case {
            held: Some(self.told(page, &last)),
            told: self.told_values(page),
            ..case.clone()
        };
        let text = self.with_rows(&told, page)?;
        let longer = match &text {
            Some(text) => {
                let read = ticket::read(page.ticket.id, text.clone());
                Some(read.map_err(|_| EditError::Unreadable)?)
            }
            None => None,
        };
        let page = longer.as_ref().unwrap_or(page);
        let held = self.told(page, &last);
        if held == last || Self::is_of_before(case, &page.ticket.log) {
            return Ok(text);
        }
        let now = Case {
            rows: case.state.iter().cloned().collect(),
            held: Some(held),
            told: self.told_values(page),
            ..case.clone()
        };
        Ok(self.with_rows(&now, page)?.or(text))
    }

    /// What the other system said of a ticket last, field by field.
    fn told(&self, page: &TicketPage, now: &[Cell]) -> Vec<Cell> {
        let redacted = redacted(&page.ticket.log);
        let same = |cell: Cell, value: &Value| {
            let now = self.pool.value(cell).map(Value::elements);
            matches!(value, Value::List(all) if now.is_some_and(|now| {
                now.len() == all.len() && now.iter().all(|one| all.contains(one))
            }))
        };
        let targets = self.map.targets.iter().zip(now);
        targets
            .zip(self.told_values(page))
            .map(|((target, now), told)| match told {
                // What was taken out stays out.
                _ if redacted.contains(&target.field) => *now,
                None => EMPTY,
                Some(value) if same(*now, &value) => *now,
                Some(value) => self.pool.known(&value).unwrap_or(ELSEWHERE),
            })
            .collect()
    }

    /// What it said as values: the rows of this export may have none of them.
    fn told_values(&self, page: &TicketPage) -> Vec<Option<Value>> {
        let ticket = &page.ticket;
        let is_theirs =
            |entry: &&Entry| entry.attribute("source") == Some(self.map.source.as_str());
        let theirs: Vec<Entry> = ticket.log.iter().filter(is_theirs).cloned().collect();
        let folded = replay(&theirs);
        let told = |field: &Field| {
            let spoken = folded.values.get(field);
            if spoken.is_some() || field.is_tracked() || folded.spoken.contains(field) {
                return spoken.cloned();
            }
            // What people changed was something else before.
            let path = field.to_string();
            let changed = ticket.log.iter().flat_map(|entry| &entry.changes);
            match changed
                .into_iter()
                .find(|change| change.field == path)
                .map(|change| &change.how)
            {
                Some(How::Set { old, .. }) => old.as_ref().map(|old| read_value(field.kind(), old)),
                _ => ticket.values.get(field).cloned(),
            }
        };
        let targets = self.map.targets.iter();
        targets.map(|target| told(&target.field)).collect()
    }

    /// Makes an entry what its element is.
    pub(in crate::rules::import) fn as_element(&self, entry: &mut Entry, element: &Element) {
        entry.kind = element.kind.clone();
        entry.attributes.extend(element.attributes.iter().cloned());
        entry.text.clone_from(&element.text);
        if let Some((name, _)) = &element.file
            && entry.kind == EntryKind::Attach
            && entry.attribute("file").is_none()
        {
            entry.kind = EntryKind::Note;
            entry.text = format!("{NOT_AT_HAND}{name}");
        }
        let Some((kind, foreign)) = &element.link else {
            return;
        };
        let Some(id) = self.ids.get(foreign) else {
            entry.kind = EntryKind::Note;
            entry.text = format!("Linked there ({kind}): {foreign}");
            return;
        };
        entry.changes.push(match kind.as_str() {
            "parent" | "follows" => {
                Change::set(format!("links.{kind}"), None, Some(&id.to_string()))
            }
            _ => Change {
                field: "links.relates".to_owned(),
                how: How::Elements {
                    added: vec![id.to_string()],
                    removed: Vec::new(),
                },
            },
        });
    }
}
