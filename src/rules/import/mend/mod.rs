//! What a mended map reads differently: entries that came in stay as they are, and a correction says
//! how each of them is to be read.

mod changes;
mod write;

pub(in crate::rules::import) use changes::{LATE, at_first};

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use crate::model::corrections::{Corrections, ReadLog};
use crate::model::entry::{Change, Entry};
use crate::model::entry_kind::EntryKind;
use crate::model::field::{Field, Key};
use crate::model::moment::Moment;
use crate::model::ticket::Ticket;
use crate::page::edit::EditError;
use crate::page::ticket::TicketPage;

/// A ticket as an import would make it anew, and what else its correction needs of the import.
pub struct FreshTicket<'f> {
    /// The ticket, `created` first, then an entry for each thing that happened, in order.
    pub ticket: &'f Ticket,
    /// The tags that the entry for the one at a place may have.
    pub tags: &'f dyn Fn(usize) -> Vec<String>,
    /// The parts from which the tag of the entry at a place is derived.
    pub parts: &'f dyn Fn(usize) -> Vec<Vec<u8>>,
    /// Whether a text stands literally in what was read.
    pub holds: &'f dyn Fn(&str) -> bool,
}

/// What a correction changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CorrectedPart {
    /// When it happened.
    Time,
    /// Who did it.
    Person,
    /// The text.
    Text,
    /// The description of the ticket.
    Description,
    /// A field.
    Field(String),
    /// Another fact of the entry.
    Fact(String),
}

impl fmt::Display for CorrectedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time => f.write_str("time"),
            Self::Person => f.write_str("person"),
            Self::Text => f.write_str("text"),
            Self::Description => f.write_str("description"),
            Self::Field(field) => f.write_str(field),
            Self::Fact(fact) => f.write_str(fact),
        }
    }
}

/// What a mended map would change and a person has changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptValue {
    /// Which field, or `description`.
    pub field: String,
    /// What it stays; empty where it has no value.
    pub value: String,
    /// Who changed it; `None` of a description.
    pub by: Option<String>,
}

/// What came of a ticket.
#[derive(Clone, Debug, Default)]
pub struct MendedTicket {
    /// The new text of its file; `None` where nothing is read differently.
    pub text: Option<String>,
    /// How many entries were corrected.
    pub entries: usize,
    /// In how many entries each thing is read differently.
    pub parts: BTreeMap<CorrectedPart, usize>,
    /// What people changed stays theirs.
    pub kept: Vec<KeptValue>,
    /// How many entries that came in with the same row the map does not make; they stay.
    pub unmade: usize,
}

/// An entry that is there and what it is to be read as.
struct Matched {
    /// Its place among the entries of the import.
    fresh: usize,
    /// When it happened.
    at: Moment,
}

/// A ticket under correction.
struct Mend<'m> {
    page: &'m TicketPage,
    fresh: &'m FreshTicket<'m>,
    read: &'m ReadLog<'m>,
    /// For the place of an entry in the read log what it stands for.
    matched: HashMap<usize, Matched>,
    /// The places of the read log in the order in which they count from now on.
    order: Vec<usize>,
    /// Whether the import has all that the ticket has of it.
    whole: bool,
    /// Whether something was redacted: then nothing that could bring it back is corrected.
    redacted: bool,
}

/// What becomes of one entry.
struct Reading {
    place: usize,
    changes: Vec<Change>,
    /// The fields that are read differently.
    fields: BTreeSet<String>,
}

/// Corrects what an import reads differently in a ticket that is there. `reason` says why, and may be
/// empty.
pub fn mend(
    page: &TicketPage,
    fresh: &FreshTicket<'_>,
    reason: &str,
) -> Result<MendedTicket, EditError> {
    let read = ReadLog::of(&page.ticket.log);
    let mend = Mend::new(page, fresh, &read);
    if !mend.has_created() {
        return Ok(MendedTicket::default());
    }
    let readings = mend.readings();
    mend.written(readings, reason)
}

impl<'m> Mend<'m> {
    fn new(page: &'m TicketPage, fresh: &'m FreshTicket<'m>, read: &'m ReadLog<'m>) -> Self {
        let mut tags: HashMap<&str, usize> = HashMap::new();
        for (place, entry) in read.iter().enumerate() {
            if entry.is_imported() {
                tags.entry(&entry.tag).or_insert(place);
            }
        }
        let log = &fresh.ticket.log;
        // So much apart may be what stands at one time: each entry is a millisecond behind another.
        let apart = i64::try_from(read.len() + log.len()).unwrap_or(i64::MAX);
        let (mut matched, mut last): (HashMap<usize, Matched>, Option<Moment>) =
            (HashMap::new(), None);
        let found = |number: usize| {
            let mut there = (fresh.tags)(number).into_iter();
            there.find_map(|tag| tags.get(tag.as_str()).copied())
        };
        let found: Vec<Option<usize>> = (0..log.len()).map(found).collect();
        let known: HashSet<usize> = found.iter().flatten().copied().collect();
        let whole = tags.values().all(|place| known.contains(place));
        for (number, wanted) in log.iter().enumerate() {
            // How it began, a part of a log does not say.
            let place = found[number].filter(|_| whole || number > 0);
            let Some(place) = place else { continue };
            let is = read[place].at;
            let same = is.since(wanted.at).num_milliseconds().abs() <= apart;
            let at = if same { is } else { wanted.at };
            let at = last.map_or(at, |last: Moment| at.max(last.next()));
            last = Some(at);
            let fresh = number;
            matched.insert(place, Matched { fresh, at });
        }
        let mut order: Vec<usize> = (0..read.len()).collect();
        let at = |place: usize| matched.get(&place).map_or(read[place].at, |one| one.at);
        order.sort_by_cached_key(|place| {
            let entry = &read[*place];
            (
                entry.kind != EntryKind::Created,
                at(*place),
                entry.heading(),
            )
        });
        let redacted = read.iter().any(|entry| entry.kind == EntryKind::Redact);
        Self {
            page,
            fresh,
            read,
            matched,
            order,
            whole,
            redacted,
        }
    }

    fn has_created(&self) -> bool {
        let first = self.order.first();
        first.is_some_and(|place| self.read[*place].kind == EntryKind::Created)
    }

    /// The entry as the import would make it anew.
    fn wanted(&self, matched: &Matched) -> &'m Entry {
        &self.fresh.ticket.log[matched.fresh]
    }

    /// What the fields of each entry are to be read as, `created` first. What is taken back stays.
    fn readings(&self) -> Vec<Reading> {
        let corrections = Corrections::of(self.read);
        let mut walk = changes::Walk::new(self);
        let mut all = vec![walk.created()];
        for place in self.order.iter().copied().skip(1) {
            let entry = &self.read[place];
            if entry.kind == EntryKind::Undo || corrections.is_undone(place) {
                continue;
            }
            match self.matched.get(&place) {
                Some(matched) => all.push(walk.entry(place, matched)),
                None => walk.pass(entry),
            }
        }
        walk.settle(&mut all[0]);
        all
    }
}

/// Whether a log holds anything that somebody wrote: neither an import nor the program by itself. What
/// a hand changed in the file is somebody's, and so is a mail.
pub fn is_written_to(log: &[Entry]) -> bool {
    let is_somebodys = |entry: &Entry| {
        let takes_back = [EntryKind::Undo, EntryKind::Cancel].contains(&entry.kind);
        let is_own = match entry.kind {
            EntryKind::Edit | EntryKind::Contact | EntryKind::Note => false,
            _ => entry.by.is_desk(),
        };
        !(entry.is_imported() || is_own || takes_back && entry.is_derived())
    };
    log.iter().any(is_somebodys)
}

/// Fields of a ticket that no import corrects.
fn is_fixed(field: &Field) -> bool {
    let fixed = [Key::Id, Key::Created, Key::SourceName, Key::SourceId];
    matches!(field, Field::Known(key) if fixed.contains(key))
}
