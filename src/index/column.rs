//! A column: the values that some tickets have of one field, each once, and for each ticket which of
//! them it has, so that one is read without the others.
//!
//! Numbers of four bytes: how many values, how many tickets, how many bytes a place takes; then for
//! none and for each value how many tickets have it, and the first of them; where each value ends; the
//! places, counted from one, with 0 for none; the values. Where all tickets have the same, places are
//! left out.

use std::collections::HashMap;

use crate::index::parts::encode;
use crate::model::field::{Field, Value};
use crate::model::ticket_summary::TicketSummary;
use crate::store::error::StoreError;

/// Bytes before the tables.
const HEAD: usize = 12;

/// A column in the making.
#[derive(Debug, Default)]
pub(in crate::index) struct ColumnWriter<'v> {
    values: Vec<&'v Value>,
    known: HashMap<&'v Value, u32>,
    places: Vec<u32>,
}

impl<'v> ColumnWriter<'v> {
    /// Adds the value of a ticket; those before it that were not added have none.
    pub(in crate::index) fn put(&mut self, at: usize, value: &'v Value) {
        self.places.resize(at, 0);
        let next = number(self.values.len() + 1);
        let place = *self.known.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        });
        self.places.push(place);
    }

    /// The bytes of the column of so many tickets.
    pub(in crate::index) fn write(mut self, count: usize) -> Result<Vec<u8>, StoreError> {
        self.places.resize(count, 0);
        let mut counts = vec![0_u32; self.values.len() + 1];
        let mut firsts = vec![u32::MAX; self.values.len() + 1];
        for (at, place) in (0..).zip(&self.places) {
            let place = *place as usize;
            counts[place] += 1;
            firsts[place] = firsts[place].min(at);
        }
        let width = if counts.iter().any(|own| *own as usize == count) {
            0
        } else {
            match self.values.len() {
                0..=0xff => 1,
                0x100..=0xffff => 2,
                _ => 4,
            }
        };
        let (mut ends, mut blob) = (Vec::new(), Vec::new());
        for value in &self.values {
            blob.extend(encode(value)?);
            ends.push(number(blob.len()));
        }
        let head = [number(self.values.len()), number(count), number(width)];
        let tables = head.iter().chain(&counts).chain(&firsts).chain(&ends);
        let mut bytes: Vec<u8> = tables.flat_map(|one| one.to_le_bytes()).collect();
        for place in &self.places {
            bytes.extend(&place.to_le_bytes()[..width]);
        }
        bytes.extend(blob);
        Ok(bytes)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A column as it was written.
#[derive(Debug)]
pub(in crate::index) struct Column {
    bytes: Vec<u8>,
    values: usize,
    width: usize,
    /// The place that all have, where they have one.
    uniform: u32,
    places: usize,
    blob: usize,
}

impl Column {
    /// Of the bytes of a column of so many tickets; `None` where they are none.
    pub(in crate::index) fn of(bytes: Vec<u8>, count: usize) -> Option<Self> {
        let values = word(&bytes, 0)? as usize;
        let width = word(&bytes, 8)? as usize;
        if word(&bytes, 4)? as usize != count || !matches!(width, 0 | 1 | 2 | 4) {
            return None;
        }
        let ends = values.checked_mul(12)?.checked_add(HEAD + 8)?;
        let blob = count.checked_mul(width)?.checked_add(ends)?;
        let mut column = Self {
            values,
            width,
            uniform: 0,
            places: ends,
            blob,
            bytes,
        };
        if blob > column.bytes.len() {
            return None;
        }
        if width == 0 {
            let all = |place: &u32| column.count_of(*place as usize) == Some(count);
            column.uniform = (0..=number(values)).find(all)?;
        }
        Some(column)
    }

    fn count_of(&self, place: usize) -> Option<usize> {
        word(&self.bytes, HEAD + 4 * place).map(|count| count as usize)
    }

    /// Whether all tickets have the same value, or none.
    pub(in crate::index) fn is_uniform(&self) -> bool {
        self.width == 0
    }

    /// How many values there are.
    pub(in crate::index) fn len(&self) -> usize {
        self.values
    }

    /// The place of a ticket's value, counted from one; 0 where it has none.
    pub(in crate::index) fn place(&self, at: usize) -> u32 {
        let from = self.places + at * self.width;
        let bytes = self.bytes.get(from..from + self.width);
        match bytes {
            Some([one]) => u32::from(*one),
            Some([a, b]) => u32::from(u16::from_le_bytes([*a, *b])),
            Some([a, b, c, d]) => u32::from_le_bytes([*a, *b, *c, *d]),
            _ => self.uniform,
        }
    }

    /// The bytes of the value of a place; nothing of 0.
    pub(in crate::index) fn bytes(&self, place: u32) -> Option<&[u8]> {
        let Some(at) = (place as usize).checked_sub(1) else {
            return Some(&[]);
        };
        let ends = HEAD + 8 * (self.values + 1);
        let end = |at: usize| word(&self.bytes, ends + 4 * at).map(|end| end as usize);
        let from = at.checked_sub(1).map_or(Some(0), end)?;
        let to = end(at).filter(|_| at < self.values)?;
        self.bytes.get(self.blob + from..self.blob + to)
    }

    /// The value of a place that is not 0; `None` where something is torn.
    pub(in crate::index) fn value(&self, place: u32) -> Option<Value> {
        postcard::from_bytes(self.bytes(place)?).ok()
    }

    /// For each value that tickets have, and for none, the first of them and how many they are.
    pub(in crate::index) fn firsts(&self) -> Vec<(usize, usize)> {
        let of = |place: usize| {
            let first = word(&self.bytes, HEAD + 4 * (self.values + 1 + place))?;
            Some((first as usize, self.count_of(place)?))
        };
        let all = (0..=self.values).filter_map(of);
        all.filter(|(_, count)| *count > 0).collect()
    }
}

/// Gives a ticket the value of each column that differs from the one before.
pub(in crate::index) fn put_in(
    columns: &[(&Field, Column)],
    before: &mut [u32],
    at: usize,
    ticket: &mut TicketSummary,
) -> Option<()> {
    for ((field, column), before) in columns.iter().zip(before) {
        let place = column.place(at);
        if place != *before {
            if place == 0 {
                ticket.values.remove(*field);
            } else {
                ticket.values.insert((*field).clone(), column.value(place)?);
            }
            *before = place;
        }
    }
    Some(())
}

/// The number of four bytes that stands at a place.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let own = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(own.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ticket_has_the_value_that_was_put() {
        // One value for all, none at all, a few, and more than a byte counts.
        for kinds in [1_usize, 3, 300, 70_000] {
            for gaps in [false, true] {
                let count = kinds * 2 + 1;
                let of = |at: usize| Value::Text(format!("value {}", at % kinds));
                let values: Vec<Value> = (0..count).map(of).collect();
                let has = |at: usize| !gaps || at % 5 == 2;
                let mut writer = ColumnWriter::default();
                for (at, value) in values.iter().enumerate().filter(|(at, _)| has(*at)) {
                    writer.put(at, value);
                }
                let column = Column::of(writer.write(count).unwrap(), count).unwrap();
                for (at, value) in values.iter().enumerate() {
                    let place = column.place(at);
                    let own = (place > 0).then(|| column.value(place).unwrap());
                    assert_eq!(
                        own.as_ref(),
                        Some(value).filter(|_| has(at)),
                        "{kinds} {at}"
                    );
                }
                let firsts = column.firsts();
                let sum: usize = firsts.iter().map(|(_, own)| own).sum();
                assert_eq!(sum, count);
                let mut places: Vec<u32> = firsts.iter().map(|(at, _)| column.place(*at)).collect();
                places.dedup();
                assert_eq!(places.len(), firsts.len());
                assert_eq!(column.is_uniform(), kinds == 1 && !gaps);
            }
        }
    }

    #[test]
    fn a_column_of_others_is_none() {
        let value = Value::Bool(true);
        let mut writer = ColumnWriter::default();
        writer.put(3, &value);
        let bytes = writer.write(9).unwrap();
        assert!(Column::of(bytes.clone(), 9).is_some());
        assert!(Column::of(bytes.clone(), 10).is_none());
        for length in 0..bytes.len() {
            let column = Column::of(bytes[..length].to_vec(), 9);
            let value = column.and_then(|column| column.value(1));
            assert!(value.is_none(), "{length}");
        }
        // Foreign bytes are no reason to stop.
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0xff;
            if let Some(column) = Column::of(bytes, 9) {
                let _ = (column.value(column.place(3)), column.firsts());
            }
        }
    }
}
