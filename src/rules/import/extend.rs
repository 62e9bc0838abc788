//! Rows that came later, put into a ticket that an earlier run made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::plan::tags_of;
use super::{Case, Cell, EMPTY, Import, Row};
use crate::model::entry::{Change, Entry, How};
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::page::edit::{EditError, append_to, set};
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
            .filter(|row| entry_of(row, &there).is_none())
            .count()
    }

    /// The text of a ticket's file with the rows that it lacks, at their places in the log;
    /// `None` where it lacks none.
    ///
    /// A row changes what differs from the row before it, so that what people did here since
    /// stays. Where the next row that is there found a field unchanged that the late one had
    /// changed for a while, the log stays true without that change: it stands as an attribute.
    pub fn extend(&self, case: &Case, page: &TicketPage) -> Result<Option<String>, EditError> {
        let there = tags(page);
        let known: Vec<Option<String>> =
            case.rows.iter().map(|row| entry_of(row, &there)).collect();
        if known.iter().all(Option::is_some) {
            return Ok(None);
        }
        let mut late = Late::new(self, page);
        let states = self.states(case);
        let places: HashMap<&str, usize> = known
            .iter()
            .enumerate()
            .filter_map(|(at, tag)| Some((tag.as_deref()?, at)))
            .collect();
        for (at, (row, tag)) in case.rows.iter().zip(&known).enumerate() {
            match tag {
                Some(tag) => late.pass(tag),
                None => late.put(
                    row,
                    &Around {
                        at,
                        states: &states,
                        places: &places,
                    },
                )?,
            }
        }
        late.text(page).map(Some)
    }
}

/// The tag of the entry that stands for a row, where it is there.
fn entry_of(row: &Row, there: &HashSet<&str>) -> Option<String> {
    tags_of(row).find(|tag| there.contains(tag.as_str()))
}

fn tags(page: &TicketPage) -> HashSet<&str> {
    page.ticket
        .log
        .iter()
        .map(|entry| entry.tag.as_str())
        .collect()
}

/// What of a list's change there is still to do.
fn still(how: How, current: Option<&Value>) -> Option<How> {
    let How::Elements {
        mut added,
        mut removed,
    } = how
    else {
        return Some(how);
    };
    let current = current.map(Value::elements).unwrap_or_default();
    added.retain(|one| !current.contains(one));
    removed.retain(|one| current.contains(one));
    (!added.is_empty() || !removed.is_empty()).then_some(How::Elements { added, removed })
}

/// The fields around a row that comes in late.
struct Around<'s> {
    /// The row's place among those of its ticket.
    at: usize,
    /// After each row.
    states: &'s [Vec<Cell>],
    /// The places of the rows that are there already, by the tags of their entries.
    places: &'s HashMap<&'s str, usize>,
}

impl<'s> Around<'s> {
    /// After the row before it, if there is one.
    fn before(&self) -> Option<&'s [Cell]> {
        let before = self.at.checked_sub(1)?;
        self.states.get(before).map(Vec::as_slice)
    }

    /// After the row.
    fn state(&self) -> &'s [Cell] {
        self.states.get(self.at).map_or(&[], Vec::as_slice)
    }

    /// After the row of an entry, where that is a later one than this.
    fn later(&self, entry: &Entry) -> Option<&'s [Cell]> {
        let at = self.places.get(entry.tag.as_str())?;
        (*at > self.at).then(|| self.states.get(*at).map(Vec::as_slice))?
    }
}

/// A log with the rows that come in late.
struct Late<'i> {
    import: &'i Import<'i>,
    id: TicketId,
    /// The log as it will be, in order.
    log: Vec<Entry>,
    /// The tags of the entries that are new.
    new: BTreeSet<String>,
    /// When the entries that were there are, by their tags.
    times: HashMap<String, Moment>,
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
            times: ticket
                .log
                .iter()
                .rev()
                .map(|entry| (entry.tag.clone(), entry.at))
                .collect(),
            taken: ticket.log.iter().map(|entry| entry.at).collect(),
            last: begin.unwrap_or_else(Moment::epoch),
            stated: ticket.values.clone(),
            latest: BTreeMap::new(),
        }
    }

    /// Goes past a row that is there.
    fn pass(&mut self, tag: &str) {
        if let Some(at) = self.times.get(tag) {
            self.last = self.last.max(*at);
        }
    }

    /// Puts in a row: at its time, or at the first free millisecond after it and after the row
    /// before it.
    fn put(&mut self, row: &Row, around: &Around<'_>) -> Result<(), EditError> {
        let mut at = row.at.max(self.last.next());
        while self.taken.contains(&at) {
            if at == Moment::LAST {
                return Err(EditError::EndOfTime);
            }
            at = at.next();
        }
        self.last = at;
        self.taken.insert(at);
        let place = self.log.partition_point(|entry| entry.at < at);
        let (changes, said) = self.changes(place, around);
        let entry = self.import.entry(row, at, changes, said);
        self.new.insert(entry.tag.clone());
        self.log.insert(place, entry);
        Ok(())
    }

    /// What a row that comes in at a place changes, and what else it says.
    fn changes(
        &mut self,
        place: usize,
        around: &Around<'_>,
    ) -> (Vec<Change>, Vec<(String, String)>) {
        let (mut changes, mut said) = (Vec::new(), Vec::new());
        // Where the row's instant was full, later rows stand before it now: it must agree with
        // the last of them.
        let passed = self.log[..place]
            .iter()
            .rev()
            .find_map(|entry| around.later(entry));
        for (slot, target) in self.import.map.targets.iter().enumerate() {
            let cell = around.state().get(slot).copied().unwrap_or(EMPTY);
            if around
                .before()
                .is_some_and(|before| before.get(slot) == Some(&cell))
            {
                continue;
            }
            let wanted = self.import.pool.value(cell);
            let current = self.value_at(place, &target.field);
            let kind = target.field.kind();
            let how = match around.before().and_then(|before| before.get(slot)) {
                // What people put into a list here stays.
                Some(before) if kind.is_list() => {
                    let change = how(self.import.pool.value(*before), wanted, kind);
                    change.and_then(|how| still(how, current.as_ref()))
                }
                _ => how(current.as_ref(), wanted, kind),
            };
            let Some(how) = how else { continue };
            let path = target.field.to_string();
            let mut set_again = false;
            let mut holds = passed.is_none_or(|state| state.get(slot) == Some(&cell));
            for entry in &self.log[place..] {
                // A list is never set again as a whole.
                if entry.change(&path).is_some() && !kind.is_list() {
                    set_again = true;
                    break;
                }
                holds &= match around.later(entry) {
                    Some(state) => state.get(slot) == Some(&cell),
                    None => !entry.is_imported() || self.new.contains(&entry.tag),
                };
            }
            if !holds {
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
        let mut places: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
        let mut known: Vec<(Moment, usize)> = page
            .entries
            .iter()
            .map(|known| (known.entry.at, known.span.start))
            .collect();
        known.sort_unstable();
        // For each of them the first in the file of those that are not earlier.
        let mut first = page.text.len();
        for (_, start) in known.iter_mut().rev() {
            first = first.min(*start);
            *start = first;
        }
        for entry in self
            .log
            .iter()
            .filter(|entry| self.new.contains(&entry.tag))
        {
            let next = known.partition_point(|(at, _)| *at <= entry.at);
            let next = known.get(next).map_or(page.text.len(), |(_, start)| *start);
            places.entry(next).or_default().push(entry);
        }
        let nl = newline(&page.text);
        let mut text = String::with_capacity(page.text.len());
        let mut copied = 0;
        for (place, entries) in places {
            text.push_str(&page.text[copied..place]);
            for entry in entries {
                append_to(&mut text, &write(entry), nl);
            }
            if place < page.text.len() {
                text.push_str(nl);
            }
            copied = place;
        }
        text.push_str(&page.text[copied..]);
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
