//! Showing tickets one after the other to somebody who folds them, with what is alike told once.
//!
//! A hundred thousand tickets have a few thousand callers: whoever folds callers is told which tickets
//! have one, and reads what that is once. Tickets have one number in a group of fields where they have
//! the same values in all of them; values are compared by their bytes.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use crate::index::basics::Basics;
use crate::index::checksum::{mix, word};
use crate::index::column::{Column, put_in};
use crate::model::alike::Alike;
use crate::model::field::Field;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;

/// Somebody who is shown tickets one after the other.
pub(in crate::index) trait Shown: Sync {
    /// The fields that are read of columns.
    fn fields(&self) -> &FieldSet;

    /// Shows a ticket that is at hand whole.
    fn show(&self, ticket: &TicketSummary);

    /// Shows the tickets of columns; `None` where something is torn.
    fn of_columns(
        &self,
        columns: Vec<(&Field, Column)>,
        basics: &Basics,
        count: usize,
    ) -> Option<()>;
}

/// Who is shown each ticket: told by the kept columns, with a number for each group of fields and those
/// values of it that were not told yet; else whole, and then without numbers.
pub struct EachTicket<'s> {
    groups: &'s [FieldSet],
    /// All fields of the groups, and those that are told of each ticket.
    fields: FieldSet,
    always: &'s FieldSet,
    met: Mutex<Met<'s>>,
}

struct Met<'s> {
    /// Of each field its values, each with a number that no value of any field has beside it.
    values: HashMap<Field, HashMap<Box<[u8]>, u32>>,
    /// The last of these numbers.
    last: u32,
    /// Of each group what tickets have, each with a number.
    groups: Vec<HashMap<Box<[u32]>, usize, BuildHasherDefault<Mixer>>>,
    each: Box<Each<'s>>,
}

/// Takes a ticket, and what of it others have, too.
type Each<'s> = dyn FnMut(&TicketSummary, &[Alike]) + Send + 's;

impl fmt::Debug for EachTicket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("EachTicket");
        shown.field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl<'s> EachTicket<'s> {
    /// Shows to `each` these groups of fields, and of each ticket those that are `always` told.
    pub fn new(
        groups: &'s [FieldSet],
        always: &'s FieldSet,
        each: impl FnMut(&TicketSummary, &[Alike]) + Send + 's,
    ) -> Self {
        let mut fields = always.clone();
        for group in groups {
            fields.join(group.clone());
        }
        let met = Met {
            values: HashMap::new(),
            last: 0,
            groups: vec![HashMap::default(); groups.len()],
            each: Box::new(each),
        };
        Self {
            groups,
            fields,
            always,
            met: Mutex::new(met),
        }
    }
}

impl Shown for EachTicket<'_> {
    fn fields(&self) -> &FieldSet {
        &self.fields
    }

    fn show(&self, ticket: &TicketSummary) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        (met.each)(ticket, &[]);
    }

    fn of_columns(
        &self,
        columns: Vec<(&Field, Column)>,
        basics: &Basics,
        count: usize,
    ) -> Option<()> {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let met = &mut *met;
        let (always, others): (Vec<_>, Vec<_>) = columns
            .into_iter()
            .partition(|(field, _)| self.always.has(field));
        let mut numbers: Vec<Vec<u32>> = Vec::with_capacity(others.len());
        for (field, column) in &others {
            let known = met.values.entry((*field).clone()).or_default();
            numbers.push(of_values(column, known, &mut met.last)?);
        }
        let of_group = |group: &FieldSet| -> Vec<usize> {
            let fields = others.iter().enumerate();
            let own = fields.filter(|(_, (field, _))| group.has(field));
            own.map(|(at, _)| at).collect()
        };
        let groups: Vec<Vec<usize>> = self.groups.iter().map(of_group).collect();
        let mut shown = TicketSummary::partial(TicketId::FIRST);
        let mut before = vec![0; always.len()];
        let mut alike = Vec::with_capacity(groups.len());
        let mut values: Vec<u32> = Vec::new();
        for at in 0..count {
            basics.put(at, &mut shown)?;
            put_in(&always, &mut before, at, &mut shown)?;
            alike.clear();
            let mut told: Vec<(usize, Box<[u32]>)> = Vec::new();
            for (which, (group, known)) in groups.iter().zip(&met.groups).enumerate() {
                values.clear();
                for one in group {
                    let place = others[*one].1.place(at) as usize;
                    let number = *numbers[*one].get(place)?;
                    values.extend((number > 0).then_some(number));
                }
                let number = known.get(values.as_slice()).copied();
                if number.is_none() {
                    told.push((which, values.as_slice().into()));
                    for one in group {
                        let (field, column) = &others[*one];
                        let place = column.place(at);
                        if place > 0 {
                            let value = column.value(place)?;
                            shown.values.insert((*field).clone(), value);
                        }
                    }
                }
                alike.push(Alike {
                    number: number.unwrap_or(known.len()),
                    is_told: number.is_none(),
                });
            }
            // Nothing is torn: what is counted is shown.
            for (which, values) in told {
                let known = &mut met.groups[which];
                let next = known.len();
                known.insert(values, next);
            }
            (met.each)(&shown, &alike);
            for (group, alike) in groups.iter().zip(&alike) {
                for one in group.iter().filter(|_| alike.is_told) {
                    shown.values.remove(others[*one].0);
                }
            }
        }
        Some(())
    }
}

/// Mixes our own numbers: nobody chooses them.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            self.0 = mix(self.0, word(chunk));
        }
    }
}

/// The numbers of a column's values, by their places; 0 of none.
fn of_values(
    column: &Column,
    known: &mut HashMap<Box<[u8]>, u32>,
    last: &mut u32,
) -> Option<Vec<u32>> {
    let mut numbers = Vec::with_capacity(column.len() + 1);
    numbers.push(0);
    for place in 1..=u32::try_from(column.len()).ok()? {
        let bytes = column.bytes(place)?;
        let number = if let Some(number) = known.get(bytes) {
            *number
        } else {
            *last = last.checked_add(1)?;
            known.insert(bytes.into(), *last);
            *last
        };
        numbers.push(number);
    }
    Some(numbers)
}
