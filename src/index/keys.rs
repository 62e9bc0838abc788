//! By what the excerpts of a month are found without reading them: words in their order, each with
//! the places in the table of those that have it.

use std::collections::BTreeMap;
use std::fs::File;

use crate::index::parts::{ByteRange, encode};
use crate::model::ticket_summary::TicketSummary;
use crate::rules::duplicates;
use crate::rules::found_by::Wanted;
use crate::rules::lifecycle::words;
use crate::rules::people;
use crate::store::error::StoreError;

/// Words that are read in one go.
const BLOCK: usize = 96;

/// The words by which an excerpt is found.
pub(in crate::index) fn of(summary: &TicketSummary) -> Vec<String> {
    let mut keys = people::found_by(summary);
    keys.extend(duplicates::found_by(summary));
    keys.extend(words::key(summary));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Writes the words of excerpts in the order of their table, each part by `put`, and returns the list
/// of the parts.
pub(in crate::index) fn write<'s>(
    summaries: impl IntoIterator<Item = &'s TicketSummary>,
    mut put: impl FnMut(&[u8]) -> ByteRange,
) -> Result<ByteRange, StoreError> {
    let mut words: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (place, summary) in (0..).zip(summaries) {
        for word in of(summary) {
            words.entry(word).or_default().push(place);
        }
    }
    let words: Vec<(String, Vec<u32>)> = words.into_iter().collect();
    let mut parts: Vec<(&str, ByteRange)> = Vec::new();
    for block in words.chunks(BLOCK) {
        if let Some((first, _)) = block.first() {
            parts.push((first, put(&encode(block)?)));
        }
    }
    let parts = encode(&parts)?;
    Ok(put(&parts))
}

/// The places of the excerpts that have a word; `None` where something is torn.
pub(in crate::index) fn places(
    file: &File,
    list: ByteRange,
    part: impl Fn(&File, ByteRange) -> Option<Vec<u8>>,
    wanted: &[Wanted],
) -> Option<Vec<u32>> {
    let bytes = part(file, list)?;
    let parts: Vec<(&str, ByteRange)> = postcard::from_bytes(&bytes).ok()?;
    let mut found = Vec::new();
    for wanted in wanted {
        let word = wanted.word();
        // The last block that begins before the word may hold it.
        let first = parts.partition_point(|(first, _)| *first < word);
        for (first, place) in parts.iter().skip(first.saturating_sub(1)) {
            if *first > word && !wanted.fits(first) {
                break;
            }
            let block = part(file, *place)?;
            let block: Vec<(&str, Vec<u32>)> = postcard::from_bytes(&block).ok()?;
            for (own, places) in block {
                if wanted.fits(own) {
                    found.extend(places);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}
