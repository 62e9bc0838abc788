//! What a mended map reads differently in tickets that were rows. A cell that is what it was when its
//! row came in was misread, and is corrected where it stands; one that is another was changed by the
//! other system, and comes in as that.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry::{CELLS, Change, Entry, How};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key, Value};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::status::Status;
use crate::model::ticket::Ticket;
use crate::page::edit::EditError;
use crate::page::ticket::TicketPage;
use crate::rules::import::mend::{self, FreshTicket, MendedTicket, at_first};
use crate::rules::import::plan::tags_of;
use crate::rules::import::row_mark::{RowMark, holds};
use crate::rules::import::rows::came_later;
use crate::rules::import::{Case, Cell, EMPTY, Import, ImportRow, SAME, Tag, element_tag};
use crate::rules::lifecycle::replay::{Elements, how, read_value};

/// The fields that tell who wrote an element of a row, and to whom.
const AROUND: [Key; 5] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterAccount,
    Key::Channel,
    Key::Assignee,
];

/// The values of the map's fields.
type Values = Vec<Option<Value>>;

/// A row of a ticket as it came in once.
struct RowVersion {
    mark: RowMark,
    /// The entries that hold it.
    places: Vec<usize>,
    /// What the fields were read as behind them.
    values: Values,
}

/// An entry of a ticket as the import would have it.
struct WantedEntry {
    at: Moment,
    tags: Vec<String>,
    what: Wanted,
}

/// What it is.
enum Wanted {
    /// A row's element, and where its entry is.
    Row(usize, usize),
    /// What the ticket was by a version of its row.
    State(usize, usize),
    /// An entry that this map does not make.
    Other(usize, OtherReading),
}

/// How an entry is read that a map does not make.
enum OtherReading {
    /// As it is.
    Same,
    /// Without its changes: its cell is there, and is something else.
    Void,
    /// With this text.
    Text(String),
}

/// A ticket as the import would make it, given what of it came in.
struct WantedLog {
    ticket: Ticket,
    tags: Vec<Vec<String>>,
    /// How many entries stand there that this map does not make of the same row.
    unmade: usize,
}

impl Import<'_> {
    /// Corrects what this map reads differently in a ticket that is there and was a row.
    pub(in crate::rules::import) fn mend_row(
        &self,
        case: &Case,
        page: &TicketPage,
        reason: &str,
    ) -> Result<MendedTicket, EditError> {
        let read = ReadLog::of(&page.ticket.log);
        let wanted = self.wanted_log(case, page, &read);
        let Some(wanted) = wanted else {
            return Ok(MendedTicket::default());
        };
        let parts = |place: usize| {
            let name = match place {
                0 => "created",
                _ => wanted.tags[place].first().map_or("", String::as_str),
            };
            let parts = [self.map.source.as_str(), case.foreign.as_str(), name];
            parts.map(|part| part.as_bytes().to_vec()).to_vec()
        };
        let holds = |text: &str| {
            let mut rows = self.rows_of(case);
            rows.any(|row| holds(row, text))
        };
        let tags = |place: usize| wanted.tags[place].clone();
        let fresh = FreshTicket {
            ticket: &wanted.ticket,
            tags: &tags,
            parts: &parts,
            holds: &holds,
        };
        let mended = mend::mend(page, &fresh, reason)?;
        Ok(MendedTicket {
            unmade: wanted.unmade,
            ..mended
        })
    }

    /// The rows of the file that a case is.
    fn rows_of<'c>(
        &'c self,
        case: &'c Case,
    ) -> impl Iterator<Item = &'c crate::page::foreign_rows::ForeignRow> {
        let export = self.export.iter();
        export.flat_map(|export| {
            let rows = case.origin.iter();
            rows.filter_map(|at| export.rows.rows.get(*at))
        })
    }

    /// Whether the log has this very row already, and a later one of the ticket.
    pub(in crate::rules::import) fn is_of_before(case: &Case, log: &[Entry]) -> bool {
        let Some(own) = RowMark::read(&case.mark) else {
            return false;
        };
        let marks: Vec<RowMark> = marks(log).map(|(_, mark)| mark).collect();
        let is_last = marks.last().is_some_and(|mark| mark.is_row(&own));
        !is_last && marks.iter().any(|mark| mark.is_row(&own))
    }

    /// A case whose moments stand for the entries of such that came in from other columns of the same
    /// row: another map named those.
    pub(in crate::rules::import) fn with_moved<'c>(
        &self,
        case: &'c Case,
        log: &[Entry],
    ) -> Cow<'c, Case> {
        let own: HashSet<String> = case
            .rows
            .iter()
            .chain(&case.state)
            .flat_map(tags_of)
            .collect();
        let strangers: Vec<&Entry> = (log.iter())
            .filter(|entry| is_moment(entry) && !own.contains(&entry.tag))
            .collect();
        if strangers.is_empty() {
            return Cow::Borrowed(case);
        }
        let there: HashSet<&str> = log.iter().map(|entry| entry.tag.as_str()).collect();
        let mut moved = case.clone();
        for entry in strangers {
            if !self.is_of_row(case, &entry.tag) {
                continue;
            }
            let fits = |row: &&mut ImportRow| {
                let is_new = tags_of(row).all(|tag| !there.contains(tag.as_str()));
                let element = row.element.as_deref();
                is_new
                    && element.is_some_and(|element| {
                        element.kind == entry.kind && element.text.is_empty()
                    })
            };
            if let (Some(row), Some(tag)) = (moved.rows.iter_mut().find(fits), tag_of(&entry.tag)) {
                row.former.push(tag);
            }
        }
        Cow::Owned(moved)
    }

    /// Whether a tag is that of a cell of a case's rows, whatever a map takes the cell for.
    fn is_of_row(&self, case: &Case, tag: &str) -> bool {
        let Some(export) = &self.export else {
            return false;
        };
        self.rows_of(case).any(|row| {
            row.cells.iter().any(|(place, cell)| {
                let name = export.rows.columns.get(*place as usize);
                let name = name.map_or("", String::as_str);
                let raw = cell.raw();
                (1..=2).any(|count| {
                    let found = element_tag((&self.map.source, &case.foreign), name, &raw, count);
                    tag.as_bytes() == found
                })
            })
        })
    }

    /// `None` where the log has no `created` of this import.
    fn wanted_log(&self, case: &Case, page: &TicketPage, read: &ReadLog<'_>) -> Option<WantedLog> {
        let case = &*self.with_moved(case, read);
        let first = read
            .iter()
            .position(|entry| entry.kind == EntryKind::Created)?;
        if !read[first].is_imported() {
            return None;
        }
        let versions = self.versions(page, read, first);
        let own = RowMark::read(&case.mark);
        let agrees = |version: &RowVersion, slot: usize| {
            let marks = self.export.as_ref().map(|export| &export.marks);
            marks
                .zip(own.as_ref())
                .is_some_and(|(marks, own)| marks.agree(slot, &version.mark, own))
        };
        let readings = self.version_readings(case, &versions, &agrees);
        let begins = versions.first().filter(|one| one.places.contains(&first));
        let created = self.wanted_created(case, page, read, first, begins.zip(readings.first()));
        let targets = self.map.targets.iter();
        let begun = targets.map(|target| created.values.get(&target.field).cloned());
        let mut state: Values = begun.collect();
        let mut wanted = WantedLog {
            tags: vec![vec![read[first].tag.clone()]],
            ticket: created,
            unmade: 0,
        };
        let is_own_row =
            |version: &RowVersion| own.as_ref().is_some_and(|own| own.is_row(&version.mark));
        let is_own = versions.last().is_some_and(is_own_row);
        let last_agrees = |slot| versions.last().is_some_and(|one| agrees(one, slot));
        let same_status = self.slot(Key::Status).is_none_or(last_agrees)
            && self.is_steady(&versions, &[Key::Status]);
        let same_people = is_own && self.is_steady(&versions, &AROUND);
        let mut at = wanted.ticket.log.first().map(|entry| entry.at)?;
        for entry in self.wanted_entries(case, read, &versions) {
            at = entry.at.max(at.next());
            let before = state.clone();
            let made = match entry.what {
                Wanted::Row(number, place) => {
                    let (row, is) = (&case.rows[number], &read[place]);
                    self.step_from(&mut state, (row, is), same_status);
                    let changes = self.value_changes(&before, &state);
                    let made = self.entry(row, at, changes, Vec::new());
                    by_whom(made, is, same_people)
                }
                Wanted::State(place, version) => {
                    let stays = |slot| {
                        // A word that nobody knows leaves the field as it was.
                        version > 0
                            && self.is_silent(case, slot)
                            && agrees(&versions[version], slot)
                    };
                    self.become_version(&mut state, &readings[version], &stays);
                    let changes = self.value_changes(&before, &state);
                    Entry {
                        at,
                        changes,
                        ..self.wanted_state(case, &read[place], &versions[version])
                    }
                }
                Wanted::Other(place, reading) => {
                    let is_same = matches!(reading, OtherReading::Same);
                    wanted.unmade += usize::from(is_own && is_same);
                    let made = unmade(&read[place], at, reading);
                    self.apply(&mut state, &made.changes);
                    made
                }
            };
            wanted.ticket.log.push(made);
            wanted.tags.push(entry.tags);
        }
        self.end(&mut wanted.ticket, page, case, state, &versions);
        Some(wanted)
    }

    /// What each version of a row is read as from now on: where its cells are those of the file, as they
    /// are read now.
    fn version_readings(
        &self,
        case: &Case,
        versions: &[RowVersion],
        agrees: &dyn Fn(&RowVersion, usize) -> bool,
    ) -> Vec<Values> {
        let last = self.last_state(case);
        let reading = |version: &RowVersion| {
            let slots = last.iter().enumerate();
            let value = |(slot, cell): (usize, &Cell)| {
                if agrees(version, slot) {
                    self.pool.value(*cell).cloned()
                } else {
                    version.values[slot].clone()
                }
            };
            slots.map(value).collect()
        };
        versions.iter().map(reading).collect()
    }

    /// Whether the row of a case says nothing of a field.
    fn is_silent(&self, case: &Case, slot: usize) -> bool {
        let cells = case.start.as_ref().and_then(|row| row.cells);
        let cell = cells.and_then(|base| self.cells.get(base + slot));
        cell.is_some_and(|cell| *cell == SAME)
    }

    /// The fields after a version of the row, but those that stay.
    fn become_version(&self, state: &mut Values, reading: &Values, stays: &dyn Fn(usize) -> bool) {
        for (slot, (value, reading)) in state.iter_mut().zip(reading).enumerate() {
            if !stays(slot) {
                value.clone_from(reading);
            }
        }
        self.end_waiting(state);
    }

    /// Whether fields are one in all versions of a row.
    fn is_steady(&self, versions: &[RowVersion], keys: &[Key]) -> bool {
        let slots: Vec<usize> = keys.iter().filter_map(|key| self.slot(*key)).collect();
        let pairs = versions.windows(2);
        let mut pairs = pairs.map(|pair| (&pair[0].values, &pair[1].values));
        pairs.all(|(a, b)| slots.iter().all(|slot| a[*slot] == b[*slot]))
    }

    /// The versions of the row that came in, by the entries that hold them.
    fn versions(&self, page: &TicketPage, read: &ReadLog<'_>, first: usize) -> Vec<RowVersion> {
        let rest = read.iter().enumerate().filter(|(at, _)| *at != first);
        let begin = at_first(&page.ticket, &read[first], rest.map(|(_, entry)| entry));
        let targets = &self.map.targets;
        let mut values: Values = targets
            .iter()
            .map(|target| begin.get(&target.field).cloned().flatten())
            .collect();
        let mut versions: Vec<RowVersion> = Vec::new();
        let corrections = Corrections::of(read);
        let order = std::iter::once(first).chain((0..read.len()).filter(|at| *at != first));
        for place in order.filter(|place| !corrections.is_undone(*place)) {
            let entry = &read[place];
            if !entry.is_imported() {
                continue;
            }
            if place != first {
                self.apply(&mut values, &entry.changes);
            }
            let Some(mark) = entry.attribute(CELLS).and_then(RowMark::read) else {
                continue;
            };
            match versions.last_mut().filter(|last| last.mark.is_row(&mark)) {
                Some(last) => {
                    last.places.push(place);
                    last.values.clone_from(&values);
                }
                None => versions.push(RowVersion {
                    mark,
                    places: vec![place],
                    values: values.clone(),
                }),
            }
        }
        versions
    }

    /// The ticket as it began: fields whose cells are what they were, as they are read now.
    fn wanted_created(
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
    fn wanted_entries(
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
    fn wanted_state(&self, case: &Case, entry: &Entry, version: &RowVersion) -> Entry {
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
    fn end(
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

    /// The fields after an element of a row, or after the entry that it is, where the row has another
    /// status by now.
    fn step_from(&self, state: &mut Values, (row, is): (&ImportRow, &Entry), same_status: bool) {
        if same_status {
            self.step_values(state, row);
        } else {
            self.apply(state, &is.changes);
        }
    }

    /// The fields after an element of a row.
    fn step_values(&self, state: &mut Values, row: &ImportRow) {
        if let Some(base) = row.cells {
            let cells = self.cells.get(base..base + state.len()).unwrap_or_default();
            for (value, cell) in state.iter_mut().zip(cells) {
                if *cell != SAME {
                    *value = self.pool.value(*cell).cloned();
                }
            }
        }
        self.end_waiting(state);
    }

    fn apply(&self, state: &mut Values, changes: &[Change]) {
        for change in changes {
            let Ok(field) = change.field.parse::<Field>() else {
                continue;
            };
            let slot = self
                .map
                .targets
                .iter()
                .position(|target| target.field == field);
            if let Some(value) = slot.and_then(|slot| state.get_mut(slot)) {
                *value = applied(value.take(), &field, &change.how);
            }
        }
        self.end_waiting(state);
    }

    /// Ends what only a pending ticket has.
    fn end_waiting(&self, state: &mut Values) {
        let status = self.slot(Key::Status).and_then(|slot| state[slot].as_ref());
        if status.and_then(Value::as_text) != Some(Status::Pending.as_str()) {
            for key in [Key::WaitingOn, Key::Until] {
                if let Some(slot) = self.slot(key) {
                    state[slot] = None;
                }
            }
        }
    }

    fn value_changes(&self, old: &Values, new: &Values) -> Vec<Change> {
        let targets = self.map.targets.iter().zip(old).zip(new);
        targets
            .filter_map(|((target, old), new)| {
                let how = how(old.as_ref(), new.as_ref(), target.field.kind())?;
                let field = target.field.to_string();
                Some(Change { field, how })
            })
            .collect()
    }
}

/// An entry of a row. Who wrote it, and to whom, other cells tell: where these changed, it stays.
fn by_whom(made: Entry, is: &Entry, same_people: bool) -> Entry {
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
fn unmade(is: &Entry, at: Moment, reading: OtherReading) -> Entry {
    let mut made = is.clone();
    made.at = at;
    match reading {
        OtherReading::Same => {}
        OtherReading::Void => made.changes.clear(),
        OtherReading::Text(text) => made.text = text,
    }
    made
}

/// The entries of a log that hold what a row was, in order.
fn marks(log: &[Entry]) -> impl Iterator<Item = (usize, RowMark)> {
    let all = log.iter().enumerate();
    all.filter_map(|(place, entry)| Some((place, RowMark::read(entry.attribute(CELLS)?)?)))
}

/// Whether an entry came in as a moment of a row: it changes the status or tells of a contact, without
/// words.
fn is_moment(entry: &Entry) -> bool {
    let is = matches!(entry.kind, EntryKind::Update | EntryKind::Contact);
    is && entry.is_imported() && entry.text.is_empty() && entry.attribute(CELLS).is_none()
}

/// The time at which an entry stands, where that is the wanted one but for the milliseconds by which
/// entries of one instant follow one another.
fn near(is: Moment, wanted: Moment, apart: i64) -> Moment {
    let same = is.since(wanted).num_milliseconds().abs() <= apart;
    if same { is } else { wanted }
}

fn tag_of(text: &str) -> Option<Tag> {
    text.as_bytes().try_into().ok()
}

fn applied(value: Option<Value>, field: &Field, how: &How) -> Option<Value> {
    match how {
        How::Set { new, .. } => new.as_deref().map(|new| read_value(field.kind(), new)),
        How::Elements { added, removed } => {
            let mut all = Elements::of(value);
            for one in removed {
                all.remove(one);
            }
            for one in added {
                all.add(one);
            }
            all.value()
        }
    }
}

fn empty(id: TicketId) -> Ticket {
    Ticket {
        id,
        values: BTreeMap::new(),
        description: String::new(),
        log: Vec::new(),
    }
}
