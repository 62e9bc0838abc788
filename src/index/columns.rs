//! The front matter of done tickets, field by field: whoever looks at two fields of a hundred
//! thousand tickets reads those two.
//!
//! A column holds each value once, and for each ticket which of them it has. Beside the columns
//! stands what every list needs of each ticket.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::index::parts::{ByteRange, encode};
use crate::model::cancelled_as::CancelledAs;
use crate::model::earlier_value::EarlierValues;
use crate::model::event_table::TicketEvents;
use crate::model::field::{Field, Key, Value};
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::{PARTIAL, TicketSummary};
use crate::store::error::StoreError;

/// Says of done tickets which are wanted, and what of them. Live ones come whole.
#[derive(Clone, Copy)]
pub struct DoneTickets<'s> {
    /// The fields that are looked at.
    pub fields: &'s FieldSet,
    /// Which are kept; all, where nothing is said.
    pub fits: Option<&'s (dyn Fn(&TicketSummary) -> bool + Sync)>,
    /// The keys that are read of those that are kept, beside the fields.
    pub then: &'s [Key],
    /// Of those only whose ids begin so; an empty one is all.
    pub begins: &'s str,
    /// So many are kept at most, those that changed last; how many others fit is counted.
    pub newest: Option<usize>,
}

impl<'s> DoneTickets<'s> {
    /// All of them, with these fields.
    pub fn of(fields: &'s FieldSet) -> Self {
        Self {
            fields,
            fits: None,
            then: &[],
            begins: "",
            newest: None,
        }
    }
}

impl fmt::Debug for DoneTickets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("DoneTickets");
        shown.field("fields", self.fields);
        shown.field("newest", &self.newest).finish_non_exhaustive()
    }
}

/// Where the columns of some tickets stand.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Directory {
    basics: ByteRange,
    earlier: ByteRange,
    columns: Vec<(Field, ByteRange)>,
}

/// What is kept of each ticket beside its fields.
#[derive(Debug, Serialize, Deserialize)]
struct Basics {
    id: TicketId,
    created: Moment,
    updated: Moment,
    resolved: Option<Moment>,
    contacted: Option<Moment>,
    conflict: bool,
    barred: bool,
    cancelled_as: Option<CancelledAs>,
}

/// The values of a field: each once, and for each ticket the place of its own, counted from one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Column {
    values: Vec<Value>,
    places: Vec<u32>,
}

/// Writes the columns of tickets, each part by `put`, and tells where they are.
pub(in crate::index) fn write(
    some: &[&TicketSummary],
    mut put: impl FnMut(&[u8]) -> ByteRange,
) -> Result<Directory, StoreError> {
    let basics: Vec<Basics> = some.iter().map(|one| Basics::of(one)).collect();
    let earlier: Vec<(u32, &EarlierValues)> = (0..)
        .zip(some)
        .filter(|(_, one)| !one.earlier.is_empty())
        .map(|(at, one)| (at, &one.earlier))
        .collect();
    let mut columns: BTreeMap<&Field, (Column, HashMap<&Value, u32>)> = BTreeMap::new();
    for (at, one) in some.iter().enumerate() {
        for (field, value) in &one.values {
            let (column, known) = columns.entry(field).or_default();
            column.places.resize(at, 0);
            let next = u32::try_from(known.len() + 1).unwrap_or(u32::MAX);
            let place = *known.entry(value).or_insert_with(|| {
                column.values.push(value.clone());
                next
            });
            column.places.push(place);
        }
    }
    let mut directory = Directory {
        basics: put(&encode(&basics)?),
        earlier: put(&encode(&earlier)?),
        columns: Vec::with_capacity(columns.len()),
    };
    for (field, (column, _)) in columns {
        let place = put(&encode(&column)?);
        directory.columns.push((field.clone(), place));
    }
    Ok(directory)
}

/// The tickets of a directory, as far as they are wanted, and how many more fit; `None` where something
/// is torn. `part` reads a part, `histories` what happened to the tickets, in their order.
pub(in crate::index) fn read(
    directory: &Directory,
    done: DoneTickets<'_>,
    part: impl Fn(ByteRange) -> Option<Vec<u8>>,
    histories: impl FnOnce() -> Option<Vec<TicketHistory>>,
) -> Option<(Vec<TicketSummary>, usize)> {
    let basics: Vec<Basics> = postcard::from_bytes(&part(directory.basics)?).ok()?;
    let (mut first, mut then) = (Vec::new(), Vec::new());
    for (field, place) in &directory.columns {
        let is_then = |field: &Field| matches!(field, Field::Known(key) if done.then.contains(key));
        let columns = if *field == Field::Known(Key::Status) || done.fields.has(field) {
            &mut first
        } else if is_then(field) {
            &mut then
        } else {
            continue;
        };
        let column: Column = postcard::from_bytes(&part(*place)?).ok()?;
        if column.places.len() > basics.len() {
            return None;
        }
        columns.push((field, column));
    }
    let mut earlier: BTreeMap<u32, EarlierValues> = BTreeMap::new();
    let mut stories = Vec::new();
    if done.fields.stories {
        stories = histories().filter(|stories| stories.len() == basics.len())?;
        let bytes = part(directory.earlier)?;
        let all: Vec<(u32, EarlierValues)> = postcard::from_bytes(&bytes).ok()?;
        earlier = all.into_iter().collect();
    }
    let mut stories = stories.into_iter();
    let (mut all, mut more) = (Vec::new(), 0);
    // One ticket after the other in one excerpt: only what differs is put in, and most are not kept.
    let mut shown: Option<TicketSummary> = None;
    let mut places: Vec<u32> = vec![0; first.len()];
    for (at, basics) in (0_u32..).zip(basics) {
        let story = stories.next();
        if !basics.id.as_str().starts_with(done.begins) {
            continue;
        }
        let mut ticket = basics.ticket();
        if let Some(before) = shown.take() {
            ticket.values = before.values;
        }
        for ((field, column), before) in first.iter().zip(&mut places) {
            let place = column.place(at);
            if place != *before {
                column.put(at, field, &mut ticket)?;
                *before = place;
            }
        }
        if let Some(story) = story {
            ticket.knowledge = story.knowledge;
            ticket.events = story.events;
            ticket.earlier = earlier.remove(&at).unwrap_or_default();
        }
        if done.fits.is_none_or(|fits| fits(&ticket)) {
            if done.newest == Some(0) {
                more += 1;
            } else {
                let mut kept = ticket.clone();
                for (field, column) in &then {
                    column.put(at, field, &mut kept)?;
                }
                all.push(kept);
            }
        }
        shown = Some(ticket);
    }
    let most = done.newest.unwrap_or(usize::MAX);
    if all.len() > most {
        more += all.len() - most;
        all.sort_unstable_by_key(|one| (Reverse(one.updated), one.id));
        all.truncate(most);
    }
    Some((all, more))
}

impl Column {
    /// The place of a ticket's value, counted from one; 0 where it has none.
    fn place(&self, at: u32) -> u32 {
        self.places.get(at as usize).copied().unwrap_or_default()
    }

    /// Gives a ticket its value and no other; `None` where something is torn.
    fn put(&self, at: u32, field: &Field, ticket: &mut TicketSummary) -> Option<()> {
        let place = self.place(at);
        if place == 0 {
            ticket.values.remove(field);
            return Some(());
        }
        let value = self.values.get(place as usize - 1)?.clone();
        match ticket.values.get_mut(field) {
            Some(known) => *known = value,
            None => drop(ticket.values.insert(field.clone(), value)),
        }
        Some(())
    }
}

impl Basics {
    fn of(ticket: &TicketSummary) -> Self {
        Self {
            id: ticket.id,
            created: ticket.created,
            updated: ticket.updated,
            resolved: ticket.resolved,
            contacted: ticket.contacted,
            conflict: ticket.conflict,
            barred: ticket.barred,
            cancelled_as: ticket.cancelled_as,
        }
    }

    fn ticket(self) -> TicketSummary {
        TicketSummary {
            id: self.id,
            values: BTreeMap::new(),
            created: self.created,
            updated: self.updated,
            resolved: self.resolved,
            contacted: self.contacted,
            entries: PARTIAL,
            conflict: self.conflict,
            barred: self.barred,
            tell: None,
            cancelled_as: self.cancelled_as,
            told: Vec::new(),
            said: None,
            on_order: None,
            earlier: EarlierValues::new(),
            knowledge: Vec::new(),
            events: TicketEvents::default(),
        }
    }
}
