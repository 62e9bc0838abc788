//! Rows that came later, put into a ticket that an earlier run made.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::plan::tag;
use super::{Case, Cell, EMPTY, Import, Row};
use crate::model::entry::{Change, Entry, How};
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::page::edit::{EditError, append, set};
use crate::page::log::write;
use crate::page::split::{newline, split};
use crate::page::ticket::{self, TicketPage};
use crate::rules::fold::{differences, how, read_value};

impl Import<'_> {
    /// How many rows of a case a ticket lacks.
    pub fn missing(&self, case: &Case, page: &TicketPage) -> usize {
        let there = tags(page);
        case.rows
            .iter()
            .filter(|row| !there.contains(tag(row).as_str()))
            .count()
    }

    /// The text of a ticket's file with the rows that it lacks, at their places in the log;
    /// `None` where it lacks none.
    ///
    /// A row that comes in at the end changes what differs from the row before it, so that what
    /// people did here since stays. A row that comes in between changes only what a later entry
    /// sets again: the rest of the log stays true. What else it says stands in its attributes.
    pub fn extend(&self, case: &Case, page: &TicketPage) -> Result<Option<String>, EditError> {
        let there = tags(page);
        if case
            .rows
            .iter()
            .all(|row| there.contains(tag(row).as_str()))
        {
            return Ok(None);
        }
        let mut late = Late::new(self, page);
        let states = self.states(case);
        let mut before: Option<&[Cell]> = None;
        for (row, state) in case.rows.iter().zip(&states) {
            let tag = tag(row);
            if there.contains(tag.as_str()) {
                late.pass(&tag);
            } else {
                late.put(row, before, state);
            }
            before = Some(state);
        }
        late.text(page).map(Some)
    }
}

fn tags(page: &TicketPage) -> HashSet<&str> {
    page.ticket
        .log
        .iter()
        .map(|entry| entry.tag.as_str())
        .collect()
}

/// A log with the rows that come in late.
struct Late<'i> {
    import: &'i Import<'i>,
    id: TicketId,
    /// The log as it will be, in order.
    log: Vec<Entry>,
    /// The tags of the entries that are new.
    new: BTreeSet<String>,
    /// The times that entries have.
    taken: BTreeSet<Moment>,
    /// The time of the row before.
    last: Moment,
    /// What the front matter said before.
    stated: BTreeMap<Field, Value>,
    /// Untracked fields to be set to what a late row says.
    latest: BTreeMap<Field, Option<Value>>,
}

impl<'i> Late<'i> {
    fn new(import: &'i Import<'i>, page: &TicketPage) -> Self {
        let ticket = &page.ticket;
        let begin = ticket.log.iter().find(|entry| entry.kind == "created");
        let begin = begin.map(|entry| entry.at).or_else(|| ticket.created());
        Self {
            import,
            id: ticket.id,
            log: ticket.log.clone(),
            new: BTreeSet::new(),
            taken: ticket.log.iter().map(|entry| entry.at).collect(),
            last: begin.unwrap_or_else(|| Moment::new(&chrono::DateTime::UNIX_EPOCH)),
            stated: ticket.values.clone(),
            latest: BTreeMap::new(),
        }
    }

    /// Goes past a row that is there.
    fn pass(&mut self, tag: &str) {
        if let Some(entry) = self.log.iter().find(|entry| entry.tag == tag) {
            self.last = self.last.max(entry.at);
        }
    }

    /// Puts in a row: at its time, or at the first free millisecond after it and after the row
    /// before it.
    fn put(&mut self, row: &Row, before: Option<&[Cell]>, state: &[Cell]) {
        let mut at = row.at.max(self.last.next());
        while self.taken.contains(&at) {
            at = at.next();
        }
        self.last = at;
        self.taken.insert(at);
        let place = self.log.partition_point(|entry| entry.at < at);
        let (changes, said) = self.changes(place, before, state);
        let entry = self.import.entry(row, at, changes, said);
        self.new.insert(entry.tag.clone());
        self.log.insert(place, entry);
    }

    /// What a row that comes in at a place changes, and what else it says.
    fn changes(
        &mut self,
        place: usize,
        before: Option<&[Cell]>,
        state: &[Cell],
    ) -> (Vec<Change>, Vec<(String, String)>) {
        let (mut changes, mut said) = (Vec::new(), Vec::new());
        for (slot, target) in self.import.map.targets.iter().enumerate() {
            let cell = state.get(slot).copied().unwrap_or(EMPTY);
            if before.is_some_and(|before| before.get(slot) == Some(&cell)) {
                continue;
            }
            let wanted = self.import.pool.value(cell);
            let current = self.value_at(place, &target.field);
            let Some(how) = how(current.as_ref(), wanted, target.field.kind()) else {
                continue;
            };
            let path = target.field.to_string();
            let later = &self.log[place..];
            let set_again = later.iter().any(|entry| entry.change(&path).is_some());
            let ends = !later.iter().any(Entry::is_imported);
            if !set_again && !ends {
                let value = wanted
                    .map_or_else(|| crate::page::bullet::NONE.to_owned(), ToString::to_string);
                said.push((format!("late-{path}"), value));
                continue;
            }
            if !set_again && !target.field.is_tracked() {
                self.latest.insert(target.field.clone(), wanted.cloned());
            }
            changes.push(Change { field: path, how });
        }
        (changes, said)
    }

    /// The value of a field before the entry at a place of the log.
    fn value_at(&self, place: usize, field: &Field) -> Option<Value> {
        let path = field.to_string();
        let kind = field.kind();
        let of = |change: &Change, current: Option<Value>| match &change.how {
            How::Set { new, .. } => new.as_deref().map(|new| read_value(kind, new)),
            How::Elements { added, removed } => {
                let mut all = current.map(|value| value.elements()).unwrap_or_default();
                all.retain(|one| !removed.contains(one));
                all.extend(
                    added
                        .iter()
                        .filter(|one| !all.contains(one))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
                (!all.is_empty()).then_some(Value::List(all))
            }
        };
        let changes = |log: &'_ [Entry]| -> Vec<Change> {
            log.iter()
                .filter_map(|entry| entry.change(&path))
                .cloned()
                .collect()
        };
        // The value at the beginning: as `created` tells it, or as the first change found it, or
        // as it still is.
        let created = self.log.iter().find(|entry| entry.kind == "created");
        let told = created.and_then(|entry| entry.attribute(&path));
        let first = changes(&self.log).into_iter().next();
        let begin = match (told, first.as_ref().map(|change| &change.how)) {
            (Some(told), _) => Some(read_value(kind, told)),
            (None, Some(How::Set { old, .. })) => old.as_deref().map(|old| read_value(kind, old)),
            (None, Some(How::Elements { .. })) => None,
            (None, None) if field.is_tracked() => None,
            (None, None) => self.stated.get(field).cloned(),
        };
        changes(&self.log[..place])
            .iter()
            .fold(begin, |current, change| of(change, current))
    }

    /// The text of the file.
    fn text(self, page: &TicketPage) -> Result<String, EditError> {
        let mut text = page.text.clone();
        // From the back, so that the places before stay right.
        for entry in self
            .log
            .iter()
            .rev()
            .filter(|entry| self.new.contains(&entry.tag))
        {
            let follows = |known: &&crate::page::log::Logged| known.entry.at > entry.at;
            let next = page
                .entries
                .iter()
                .filter(follows)
                .map(|known| known.span.start)
                .min();
            text = match next {
                Some(next) => {
                    let (head, tail) = text.split_at(next);
                    format!("{}{}{tail}", append(head, &write(entry)), newline(&text))
                }
                None => {
                    let (head, tail) = text.split_at(page.text.len());
                    let joined = append(head, &write(entry));
                    if tail.is_empty() {
                        joined
                    } else {
                        append(&joined, tail.trim_start_matches(['\r', '\n']))
                    }
                }
            };
        }
        for (field, value) in &self.latest {
            text = set(&text, &parts(&text)?, field, value.as_ref())?;
        }
        let read = ticket::read(self.id, text.clone()).map_err(|_| EditError::Unreadable)?;
        for difference in differences(&read.ticket) {
            let field = Field::Known(difference.key);
            text = set(&text, &parts(&text)?, &field, difference.folded.as_ref())?;
        }
        Ok(text)
    }
}

fn parts(text: &str) -> Result<crate::page::split::Parts, EditError> {
    split(Key::Id.path(), text).map_err(|_| EditError::Unreadable)
}
