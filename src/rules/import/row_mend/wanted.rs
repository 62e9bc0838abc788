//! What the log of a ticket that is a row is to be.

use std::collections::{HashMap, HashSet};

use crate::model::corrections::ReadLog;
use crate::model::entry::{CELLS, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::ticket::TicketPage;
use crate::rules::import::mend::at_first;
use crate::rules::import::plan::tags_of;
use crate::rules::import::row_mark::RowMark;
use crate::rules::import::row_mend::values::Values;
use crate::rules::import::row_mend::{
    OtherReading, RowVersion, Wanted, WantedEntry, empty, is_moment,
};
use crate::rules::import::rows::came_later;
use crate::rules::import::{Case, EMPTY, Import};

impl Import<'_> {
    /// The ticket as it began: fields whose cells are what they were, as they are read now.
    pub(in crate::rules::import::row_mend) fn wanted_created(
        &self,
        case: &Case,
        page: &TicketPage,
        read: &ReadLog<'_>,
        first: usize,
        begins: Option<(&RowVersion, &Values)>,
    ) -> Ticket {
        let entry = &read[first];
        let rest = read.iter().enumerate().filter(|(at, _)| *at != first);
        let mut begin = at_first(&page.ticket, entry, rest.map(|(_, entry)| entry));
        let own = RowMark::read(&case.mark);
        let marks = self.export.as_ref().map(|export| &export.marks);
        let (mut at, mut by) = (entry.at, entry.by.clone());
        if let (Some((version, readings)), Some(own), Some(marks)) = (begins, &own, marks) {
            if version.mark.is_row(own) {
                // What this map does not fill, another did.
                let fills = |field: &Field| self.map.targets.iter().any(|one| one.field == *field);
                begin.retain(|field, _| fills(field));
            }
            for (slot, (target, value)) in self.map.targets.iter().zip(readings).enumerate() {
                if !marks.agree(slot, &version.mark, own) {
                    continue;
                }
                // Nobody had touched it.
                let keys = [Key::Status, Key::WaitingOn, Key::Until];
                let is_state = keys.iter().any(|key| target.field == Field::Known(*key));
                let value = if is_state {
                    self.pool.value(self.start[slot]).cloned()
                } else {
                    value.clone()
                };
                begin.insert(target.field.clone(), value);
            }
            if marks.opened_agrees(&version.mark, own) {
                at = self.created(case);
            }
            if version.mark.is_row(own) {
                let start = case.start.iter().chain(&case.rows);
                let mut people = start.map(|row| row.opened_by);
                by = self.handle(people.find(|cell| *cell != EMPTY).unwrap_or(EMPTY));
            }
        }
        let mut ticket = empty(page.ticket.id);
        for (field, value) in begin {
            if let Some(value) = value {
                ticket.values.insert(field, value);
            }
        }
        let mut made = self.created_of(case, &ticket, by, at);
        // Where it came from, and the row, stay what they are.
        made.tag.clone_from(&entry.tag);
        made.attributes.retain(|(key, _)| key != CELLS);
        let mark = entry
            .attribute(CELLS)
            .map(|mark| (CELLS.to_owned(), mark.to_owned()));
        made.attributes.extend(mark);
        ticket.log.push(made);
        ticket
    }

    /// What there is of a ticket besides `created`, in order.
    pub(in crate::rules::import::row_mend) fn wanted_entries(
        &self,
        case: &Case,
        read: &ReadLog<'_>,
        versions: &[RowVersion],
    ) -> Vec<WantedEntry> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (place, entry) in read.iter().enumerate() {
            if entry.is_imported() {
                places.entry(&entry.tag).or_insert(place);
            }
        }
        let apart = i64::try_from(read.len() + case.rows.len() + 2).unwrap_or(i64::MAX);
        let mut taken: HashSet<usize> = HashSet::new();
        let mut all: Vec<(Moment, usize, WantedEntry)> = Vec::new();
        for (number, row) in case.rows.iter().enumerate() {
            let mut tags = tags_of(row);
            let Some(place) = tags.find_map(|tag| places.get(tag.as_str()).copied()) else {
                continue;
            };
            // A note is no contact, whatever corrects it: it stays one.
            let words = [EntryKind::Note, EntryKind::Contact];
            let kind = row.element.as_ref().map(|element| &element.kind);
            let is_other =
                kind.is_some_and(|kind| words.contains(kind) && *kind != read[place].kind);
            if is_other && words.contains(&read[place].kind) {
                continue;
            }
            taken.insert(place);
            let tags = tags_of(row).collect();
            let at = near(read[place].at, row.at, apart);
            let what = Wanted::Row(number, place);
            all.push((at, number, WantedEntry { at, tags, what }));
        }
        let own = RowMark::read(&case.mark);
        let marks = self.export.as_ref().map(|export| &export.marks);
        let files: HashMap<String, String> = case.rows.iter().filter_map(came_later).collect();
        for (place, entry) in read.iter().enumerate() {
            let is_other =
                [EntryKind::Created, EntryKind::Import, EntryKind::Undo].contains(&entry.kind);
            if taken.contains(&place) || is_other || !entry.is_imported() {
                continue;
            }
            let of = |version: &RowVersion| version.places.contains(&place);
            let mut at = entry.at;
            let what = if let Some(version) = versions.iter().position(of) {
                let mark = &versions[version].mark;
                let agrees = marks
                    .zip(own.as_ref())
                    .is_some_and(|(marks, own)| marks.updated_agrees(mark, own));
                if let Some(state) = case.state.as_ref().filter(|_| agrees) {
                    at = near(entry.at, state.at, apart);
                }
                Wanted::State(place, version)
            } else {
                let is_update = is_moment(entry) && entry.kind == EntryKind::Update;
                let reading = match files.get(&entry.tag) {
                    Some(text) => OtherReading::Text(text.clone()),
                    None if is_update && self.is_of_row(case, &entry.tag) => OtherReading::Void,
                    None => OtherReading::Same,
                };
                Wanted::Other(place, reading)
            };
            all.push((
                at,
                usize::MAX,
                WantedEntry {
                    at,
                    tags: vec![entry.tag.clone()],
                    what,
                },
            ));
        }
        all.sort_by_key(|(at, number, _)| (*at, *number));
        all.into_iter().map(|(_, _, entry)| entry).collect()
    }

    /// The entry of a version of the row as it would be written now.
    pub(in crate::rules::import::row_mend) fn wanted_state(
        &self,
        case: &Case,
        entry: &Entry,
        version: &RowVersion,
    ) -> Entry {
        let own = RowMark::read(&case.mark);
        let is_own = own.is_some_and(|own| own.is_row(&version.mark));
        match &case.state {
            Some(row) if is_own => {
                let mut made = self.entry(row, row.at, Vec::new(), Vec::new());
                made.tag.clone_from(&entry.tag);
                made
            }
            _ => entry.clone(),
        }
    }

    /// The last values of a ticket, and its description where it is the row's.
    pub(in crate::rules::import::row_mend) fn end(
        &self,
        ticket: &mut Ticket,
        page: &TicketPage,
        case: &Case,
        state: Values,
        versions: &[RowVersion],
    ) {
        for (target, value) in self.map.targets.iter().zip(state) {
            match value {
                Some(value) => ticket.values.insert(target.field.clone(), value),
                None => ticket.values.remove(&target.field),
            };
        }
        let at = ticket.log.first().map(|entry| entry.at);
        if let Some(at) = at {
            ticket.values.insert(Key::Created.into(), Value::Moment(at));
        }
        let own = RowMark::read(&case.mark);
        let is_own =
            |version: &RowVersion| own.as_ref().is_some_and(|own| own.is_row(&version.mark));
        let text = case
            .start
            .as_ref()
            .and_then(|row| self.text(row.description));
        if versions.iter().any(is_own) {
            text.unwrap_or_default().clone_into(&mut ticket.description);
        } else {
            ticket.description.clone_from(&page.ticket.description);
        }
    }
}

/// An entry of a row. Who wrote it, and to whom, other cells tell: where these changed, it stays.
pub(in crate::rules::import::row_mend) fn by_whom(
    made: Entry,
    is: &Entry,
    same_people: bool,
) -> Entry {
    if same_people {
        return made;
    }
    Entry {
        by: is.by.clone(),
        attributes: is.attributes.clone(),
        ..made
    }
}

/// An entry that the map does not make, as it is read.
pub(in crate::rules::import::row_mend) fn unmade(
    is: &Entry,
    at: Moment,
    reading: OtherReading,
) -> Entry {
    let mut made = is.clone();
    made.at = at;
    match reading {
        OtherReading::Same => {}
        OtherReading::Void => made.changes.clear(),
        OtherReading::Text(text) => made.text = text,
    }
    made
}

/// The time at which an entry stands, where that is the wanted one but for the milliseconds by which
/// entries of one instant follow one another.
pub(in crate::rules::import::row_mend) fn near(is: Moment, wanted: Moment, apart: i64) -> Moment {
    let same = is.since(wanted).num_milliseconds().abs() <= apart;
    if same { is } else { wanted }
}
