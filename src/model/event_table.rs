//! The events of logs, each word of many logs kept once.
//!
//! A month has thousands of events and few words: whose hands a ticket was in, how urgent it was.
//! Rows of numbers are read from a cache in one go, and copied nowhere; see [`Event`] for what they
//! say.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::event::{Contact, Event, EventKind, PlannedDate, TableWord};
use crate::model::moment::Moment;
use crate::model::status::{Status, TicketType, Waiting};

/// Where a ticket stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::model) struct Stand {
    pub(in crate::model) status: Status,
    pub(in crate::model) waiting: Option<Waiting>,
    pub(in crate::model) until: Option<Moment>,
}

/// What a row says, by places in its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::model) enum EventCode {
    Created {
        live: bool,
    },
    Contact(u32),
    Done {
        kind: u32,
        tag: u32,
    },
    Escalated,
    Intake,
    Corrected,
    Kind(u32),
    Priority(u32),
    Code(Option<u32>),
    Queue(Option<u32>),
    Assignee(Option<u32>),
    Vendor(Option<u32>),
    Stand(u32),
    /// Seconds since 1970, where it is not withdrawn.
    Next {
        promised: bool,
        at: Option<i64>,
    },
    /// The date of a planned event.
    Planned(Option<PlannedDate>),
    Worked {
        minutes: u32,
        activity: Option<u32>,
    },
    Other,
}

impl EventCode {
    /// Whether a clock may start, stop, end or change by it.
    fn is_of_clocks(self) -> bool {
        match self {
            Self::Created { .. }
            | Self::Contact(_)
            | Self::Kind(_)
            | Self::Priority(_)
            | Self::Code(_)
            | Self::Stand(_)
            | Self::Next { .. }
            | Self::Planned(_) => true,
            Self::Done { .. }
            | Self::Escalated
            | Self::Intake
            | Self::Corrected
            | Self::Queue(_)
            | Self::Assignee(_)
            | Self::Vendor(_)
            | Self::Worked { .. }
            | Self::Other => false,
        }
    }
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::model) struct EventRow {
    /// Seconds since 1970.
    at: i64,
    by: u32,
    pub(in crate::model) what: EventCode,
}

impl EventRow {
    pub(in crate::model) fn new(at: Moment, by: u32, what: EventCode) -> Self {
        Self {
            at: at.millis().div_euclid(1_000),
            by,
            what,
        }
    }

    pub(in crate::model) fn seconds(&self) -> i64 {
        self.at
    }

    pub(in crate::model) fn moment(&self) -> Moment {
        Moment::from_millis(self.at * 1_000).unwrap_or_else(Moment::epoch)
    }
}

/// The events of one ticket or of many.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct EventTable {
    words: Vec<String>,
    kinds: Vec<TicketType>,
    stands: Vec<Stand>,
    contacts: Vec<Contact>,
    rows: Vec<EventRow>,
}

impl EventTable {
    /// The book, if every row speaks of what is in it.
    pub fn sound(self) -> Option<Self> {
        self.is_sound().then_some(self)
    }

    fn is_sound(&self) -> bool {
        let within = |at: u32, length: usize| (at as usize) < length;
        let word = |at: u32| within(at, self.words.len());
        let maybe = |at: Option<u32>| at.is_none_or(word);
        let is_time = |at: i64| Moment::from_millis(at.saturating_mul(1_000)).is_some();
        self.rows.iter().all(|row| {
            word(row.by)
                && is_time(row.at)
                && match row.what {
                    EventCode::Contact(at) => within(at, self.contacts.len()),
                    EventCode::Done { kind, tag } => word(kind) && word(tag),
                    EventCode::Kind(at) => within(at, self.kinds.len()),
                    EventCode::Priority(at) => word(at),
                    EventCode::Code(at)
                    | EventCode::Queue(at)
                    | EventCode::Assignee(at)
                    | EventCode::Vendor(at) => maybe(at),
                    EventCode::Stand(at) => within(at, self.stands.len()),
                    EventCode::Next { at, .. } => at.is_none_or(is_time),
                    EventCode::Worked { activity, .. } => maybe(activity),
                    EventCode::Created { .. }
                    | EventCode::Escalated
                    | EventCode::Intake
                    | EventCode::Planned(_)
                    | EventCode::Corrected
                    | EventCode::Other => true,
                }
        })
    }

    /// Whether any ticket was of a type.
    pub fn has(&self, kind: &TicketType) -> bool {
        self.kinds.contains(kind)
    }

    /// All words, by their places.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn word(&self, place: u32) -> TableWord<'_> {
        TableWord {
            text: &self.words[place as usize],
            place,
        }
    }

    fn event(&self, row: &EventRow) -> Event<'_> {
        let word = |place: Option<u32>| place.map(|place| self.word(place));
        let what = match row.what {
            EventCode::Created { live } => EventKind::Created { live },
            EventCode::Contact(at) => EventKind::Contact(&self.contacts[at as usize]),
            EventCode::Done { kind, tag } => EventKind::Done {
                kind: self.word(kind).text,
                tag: self.word(tag).text,
            },
            EventCode::Escalated => EventKind::Escalated,
            EventCode::Intake => EventKind::Intake,
            EventCode::Corrected => EventKind::Corrected,
            EventCode::Kind(at) => EventKind::Kind(&self.kinds[at as usize]),
            EventCode::Priority(at) => EventKind::Priority(self.word(at)),
            EventCode::Code(at) => EventKind::Code(word(at)),
            EventCode::Queue(at) => EventKind::Queue(word(at)),
            EventCode::Assignee(at) => EventKind::Assignee(word(at)),
            EventCode::Vendor(at) => EventKind::Vendor(word(at)),
            EventCode::Stand(at) => {
                let place = &self.stands[at as usize];
                EventKind::Status {
                    status: &place.status,
                    waiting: place.waiting.as_ref(),
                    until: place.until,
                }
            }
            EventCode::Next { promised, at } => EventKind::Next {
                promised,
                at: at.and_then(|at| Moment::from_millis(at * 1_000)),
            },
            EventCode::Planned(day) => EventKind::Planned(day),
            EventCode::Worked { minutes, activity } => EventKind::Worked {
                minutes,
                activity: word(activity),
            },
            EventCode::Other => EventKind::Other,
        };
        Event {
            at: row.moment(),
            by: self.word(row.by),
            what,
        }
    }
}

/// The events of one ticket, in the order of time. Written as how many there are: the rows are their
/// book's, see [`Self::attach`].
#[derive(Clone, Default)]
pub struct TicketEvents {
    book: Option<Arc<EventTable>>,
    from: u32,
    to: u32,
}

impl TicketEvents {
    /// Gives events that were read their rows, those of the book from `from` on, and tells where they
    /// end; `None` where the book has not so many.
    pub fn attach(&mut self, book: &Arc<EventTable>, from: u32) -> Option<u32> {
        let to = from.checked_add(self.to - self.from)?;
        if to as usize > book.len() {
            return None;
        }
        self.book = Some(Arc::clone(book));
        self.from = from;
        self.to = to;
        Some(to)
    }

    fn rows(&self) -> &[EventRow] {
        match &self.book {
            Some(book) => &book.rows[self.from as usize..self.to as usize],
            None => &[],
        }
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Event<'_>> + Clone {
        self.events(self.rows().iter())
    }

    /// The queues that the work was put into, in the order of time; not one that follows from a code
    /// that was wrong.
    pub fn queues(&self) -> impl Iterator<Item = &str> {
        let mut all = Vec::new();
        for event in self.iter() {
            match event.what {
                EventKind::Queue(queue) => all.extend(queue.map(|queue| queue.text)),
                EventKind::Corrected => drop(all.pop()),
                _ => {}
            }
        }
        all.into_iter()
    }

    /// Those on which clocks depend, oldest first.
    pub fn of_clocks(&self) -> impl Iterator<Item = Event<'_>> {
        self.events(self.rows().iter().filter(|row| row.what.is_of_clocks()))
    }

    fn events<'e, R>(&'e self, rows: R) -> impl DoubleEndedIterator<Item = Event<'e>> + Clone
    where
        R: DoubleEndedIterator<Item = &'e EventRow> + Clone,
    {
        // Without a book there are no rows.
        let book = self.book.as_deref();
        rows.filter_map(move |row| Some(book?.event(row)))
    }

    /// The last priority.
    pub fn last_priority(&self) -> Option<&str> {
        let place = self.rows().iter().rev().find_map(|row| match row.what {
            EventCode::Priority(place) => Some(place),
            _ => None,
        })?;
        Some(self.book.as_ref()?.word(place).text)
    }

    /// Whether an agent or a requester said anything, as far as is known.
    pub fn has_contact(&self) -> bool {
        let mut rows = self.rows().iter();
        rows.any(|row| matches!(row.what, EventCode::Contact(_)))
    }

    /// Whether anybody said when they will be in touch next.
    pub fn has_next(&self) -> bool {
        let mut rows = self.rows().iter();
        rows.any(|row| matches!(row.what, EventCode::Next { .. }))
    }

    /// Whether there ever was a date of a planned event.
    pub fn has_planned(&self) -> bool {
        let mut rows = self.rows().iter();
        rows.any(|row| matches!(row.what, EventCode::Planned(_)))
    }

    /// The minutes that were noted.
    pub fn minutes(&self) -> u64 {
        let minutes = self.rows().iter().map(|row| match row.what {
            EventCode::Worked { minutes, .. } => u64::from(minutes),
            _ => 0,
        });
        minutes.sum()
    }

    /// What noted minutes went to, each once.
    pub fn activities(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .iter()
            .filter_map(|event| match event.what {
                EventKind::Worked { activity, .. } => activity.map(|word| word.text),
                _ => None,
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows().is_empty()
    }

    /// The first of all.
    pub fn first(&self) -> Option<Event<'_>> {
        self.iter().next()
    }

    /// The last of all.
    pub fn last(&self) -> Option<Event<'_>> {
        self.iter().next_back()
    }

    /// Those up to a moment, which is included.
    #[must_use]
    pub fn until(&self, at: Moment) -> Self {
        let seconds = at.millis().div_euclid(1_000);
        let upto = self.rows().partition_point(|row| row.at <= seconds);
        Self {
            to: self.from + u32::try_from(upto).unwrap_or_default(),
            ..self.clone()
        }
    }

    /// Their book, which may have others' events too.
    pub fn book(&self) -> Option<&Arc<EventTable>> {
        self.book.as_ref()
    }
}

impl Serialize for TicketEvents {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (self.to - self.from).serialize(s)
    }
}

impl<'de> Deserialize<'de> for TicketEvents {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let (book, from, to) = (None, 0, u32::deserialize(d)?);
        Ok(Self { book, from, to })
    }
}

impl PartialEq for TicketEvents {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for TicketEvents {}

impl fmt::Debug for TicketEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Things with places, each once.
#[derive(Debug)]
struct Positions<T>(HashMap<T, u32>);

impl<T> Default for Positions<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone + Eq + Hash> Positions<T> {
    fn of(&mut self, thing: &T, all: &mut Vec<T>) -> u32 {
        if let Some(place) = self.0.get(thing) {
            return *place;
        }
        let place = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.push(thing.clone());
        self.0.insert(thing.clone(), place);
        place
    }
}

/// Writes a book.
#[derive(Debug, Default)]
pub struct EventEncoder {
    book: EventTable,
    words: HashMap<String, u32>,
    kinds: Positions<TicketType>,
    stands: Positions<Stand>,
    contacts: Positions<Contact>,
}

impl EventEncoder {
    /// Writes the events of a ticket after the others.
    pub fn copy(&mut self, events: &TicketEvents) {
        let Some(book) = &events.book else {
            return;
        };
        for row in events.rows() {
            let mut word = |place: u32| self.word(&book.words[place as usize]);
            let by = word(row.by);
            let what = match row.what {
                EventCode::Contact(at) => self.contact(&book.contacts[at as usize]),
                EventCode::Done { kind, tag } => EventCode::Done {
                    kind: word(kind),
                    tag: word(tag),
                },
                EventCode::Kind(at) => self.kind(&book.kinds[at as usize]),
                EventCode::Priority(at) => EventCode::Priority(word(at)),
                EventCode::Code(at) => EventCode::Code(at.map(word)),
                EventCode::Queue(at) => EventCode::Queue(at.map(word)),
                EventCode::Assignee(at) => EventCode::Assignee(at.map(word)),
                EventCode::Vendor(at) => EventCode::Vendor(at.map(word)),
                EventCode::Stand(at) => self.stand(&book.stands[at as usize]),
                EventCode::Worked { minutes, activity } => EventCode::Worked {
                    minutes,
                    activity: activity.map(word),
                },
                same @ (EventCode::Created { .. }
                | EventCode::Escalated
                | EventCode::Intake
                | EventCode::Corrected
                | EventCode::Next { .. }
                | EventCode::Planned(_)
                | EventCode::Other) => same,
            };
            let at = row.at;
            self.book.rows.push(EventRow { at, by, what });
        }
    }

    /// The book.
    pub fn finish(self) -> EventTable {
        self.book
    }

    /// The book of one ticket.
    pub(in crate::model) fn events(self) -> TicketEvents {
        let to = self.end();
        TicketEvents {
            book: Some(Arc::new(self.book)),
            from: 0,
            to,
        }
    }

    fn end(&self) -> u32 {
        u32::try_from(self.book.rows.len()).unwrap_or(u32::MAX)
    }

    pub(in crate::model) fn rows(&mut self) -> &mut Vec<EventRow> {
        &mut self.book.rows
    }

    pub(in crate::model) fn add(&mut self, at: Moment, by: u32, what: EventCode) {
        self.book.rows.push(EventRow::new(at, by, what));
    }

    pub(in crate::model) fn word(&mut self, word: &str) -> u32 {
        if let Some(place) = self.words.get(word) {
            return *place;
        }
        let place = u32::try_from(self.book.words.len()).unwrap_or(u32::MAX);
        self.book.words.push(word.to_owned());
        self.words.insert(word.to_owned(), place);
        place
    }

    pub(in crate::model) fn contact(&mut self, contact: &Contact) -> EventCode {
        EventCode::Contact(self.contacts.of(contact, &mut self.book.contacts))
    }

    pub(in crate::model) fn kind(&mut self, kind: &TicketType) -> EventCode {
        EventCode::Kind(self.kinds.of(kind, &mut self.book.kinds))
    }

    pub(in crate::model) fn stand(&mut self, stand: &Stand) -> EventCode {
        EventCode::Stand(self.stands.of(stand, &mut self.book.stands))
    }
}
