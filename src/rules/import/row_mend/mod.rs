//! What a mended map reads differently in tickets that were rows. A cell that is what it was when its
//! row came in was misread, and is corrected where it stands; one that is another was changed by the
//! other system, and comes in as that.

mod values;
mod wanted;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry::{CELLS, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::edit::EditError;
use crate::page::ticket::TicketPage;
use crate::rules::import::mend::{self, FreshTicket, MendedTicket, at_first};
use crate::rules::import::plan::tags_of;
use crate::rules::import::row_mark::{RowMark, holds};
use crate::rules::import::row_mend::values::Values;
use crate::rules::import::row_mend::wanted::{by_whom, unmade};
use crate::rules::import::{Case, Cell, Import, ImportRow, SAME, Tag, element_tag};

/// The fields that tell who wrote an element of a row, and to whom.
const AROUND: [Key; 5] = [
    Key::RequesterName,
    Key::RequesterEmail,
    Key::RequesterAccount,
    Key::Channel,
    Key::Assignee,
];

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

fn tag_of(text: &str) -> Option<Tag> {
    text.as_bytes().try_into().ok()
}

fn empty(id: TicketId) -> Ticket {
    Ticket {
        id,
        values: BTreeMap::new(),
        description: String::new(),
        log: Vec::new(),
    }
}
