//! The table of a month's excerpts: where each stands, so that one is read without the others.
//!
//! Rows of one width in the order of the ids, each with the stamp of the file that it was made of and
//! a checksum of itself and of the excerpt.

use crate::index::checksum::{SEED, checksum, low, mix, word};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;
use crate::store::fs::walk::FileStamp;

/// Bytes of a row.
pub(in crate::index) const WIDTH: usize = 9 * 8;

/// Where an excerpt stands, and what is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Row {
    pub id: TicketId,
    pub stamp: FileStamp,
    /// When something last happened to the ticket.
    pub updated: Moment,
    /// The chunk, and the place in it.
    pub chunk: u32,
    pub at: u32,
    /// The excerpt's bytes in the month's file.
    pub offset: u64,
    pub length: u32,
}

impl Row {
    /// The row of an excerpt.
    pub(in crate::index) fn of(summary: &TicketSummary, stamp: FileStamp) -> Self {
        Self {
            id: summary.id,
            stamp,
            updated: summary.updated,
            chunk: 0,
            at: 0,
            offset: 0,
            length: 0,
        }
    }

    /// The row's bytes, with a checksum of it and of the excerpt.
    pub(in crate::index) fn write(&self, excerpt: &[u8], into: &mut Vec<u8>) {
        let words = [
            self.id.number(),
            self.stamp.size,
            low(self.stamp.modified),
            low(self.stamp.changed),
            self.stamp.inode,
            self.updated.millis().cast_unsigned(),
            u64::from(self.chunk) << 32 | u64::from(self.at),
            self.offset << 24 | u64::from(self.length & 0xff_ffff),
        ];
        for word in words.iter().chain([&sum(&words, excerpt)]) {
            into.extend(word.to_le_bytes());
        }
    }

    /// Reads a row, which [`Self::is_of`] proves with its excerpt.
    pub(in crate::index) fn read(bytes: &[u8]) -> Option<Self> {
        let [id, size, modified, changed, inode, updated, place, bytes, _] = words(bytes);
        Some(Self {
            id: TicketId::of_number(id)?,
            stamp: FileStamp {
                size,
                modified: i128::from(modified.cast_signed()),
                changed: i128::from(changed.cast_signed()),
                inode,
            },
            updated: Moment::from_millis(updated.cast_signed())?,
            chunk: u32::try_from(place >> 32).ok()?,
            at: u32::try_from(place & u64::from(u32::MAX)).ok()?,
            offset: bytes >> 24,
            length: u32::try_from(bytes & 0xff_ffff).ok()?,
        })
    }

    /// Whether the bytes of an excerpt are those that a row with this checksum is of.
    pub(in crate::index) fn is_of(row: &[u8], excerpt: &[u8]) -> bool {
        let words = words(row);
        words[8] == sum(&words[..8], excerpt)
    }
}

fn words(row: &[u8]) -> [u64; 9] {
    let mut words = [0; 9];
    for (own, bytes) in words.iter_mut().zip(row.chunks(8)) {
        *own = word(bytes);
    }
    words
}

fn sum(words: &[u64], excerpt: &[u8]) -> u64 {
    let hash = words.iter().fold(SEED, |hash, word| mix(hash, *word));
    mix(hash, checksum(excerpt))
}
