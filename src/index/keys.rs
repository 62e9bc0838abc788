//! By what the excerpts of a month are found without reading them: words in their order, each with
//! the places in the table of those that have it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::index::checksum::{checksum, word};
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
    let mut found: Vec<(String, KeptPlaces<Vec<u8>>)> = Vec::with_capacity(words.len());
    for (word, places) in words {
        let bytes: Vec<u8> = places
            .iter()
            .flat_map(|place| place.to_le_bytes())
            .collect();
        let places = if places.len() > HERE {
            KeptPlaces::Apart(places.len(), put(&bytes))
        } else {
            KeptPlaces::Here(bytes)
        };
        found.push((word, places));
    }
    let (mut table, mut blob) = (Vec::new(), Vec::new());
    let blocks = found.chunks(BLOCK);
    let count = blocks.len() as u64;
    for block in blocks {
        let (offset, length) = put(&encode(block)?);
        let first = block.first().map_or("", |(word, _)| word);
        blob.extend(first.as_bytes());
        for number in [offset, length, blob.len() as u64] {
            table.extend(number.to_le_bytes());
        }
    }
    let filter = filter(found.iter().map(|(word, _)| word.as_str()), found.len());
    let sizes = [count, filter.len() as u64].map(u64::to_le_bytes);
    Ok(put(&[sizes.as_flattened(), &filter, &table, &blob].concat()))
}

/// Bytes that tell of a block.
const WIDTH: usize = 24;

/// Bits of a filter for each word, and how many of them one word sets.
const BITS: usize = 10;
const SET: u64 = 4;

/// Bits by which most words that a month has not are told.
fn filter<'w>(words: impl Iterator<Item = &'w str>, count: usize) -> Vec<u8> {
    let mut filter = vec![0_u8; (count * BITS).div_ceil(8).max(8)];
    let size = filter.len() * 8;
    for word in words {
        for bit in bits(word, size) {
            filter[bit / 8] |= 1 << (bit % 8);
        }
    }
    filter
}

/// The bits of a word among so many.
fn bits(word: &str, size: usize) -> impl Iterator<Item = usize> {
    let hash = checksum(word.as_bytes());
    let (step, size) = (hash >> 32 | 1, size.max(1) as u64);
    let bit = move |at: u64| hash.wrapping_add(at.wrapping_mul(step)) % size;
    (0..SET).map(move |at| usize::try_from(bit(at)).unwrap_or(0))
}

/// The blocks of a month's words: where each is, and with which word it begins.
#[derive(Debug)]
pub(in crate::index) struct Words {
    bytes: Vec<u8>,
    count: usize,
    /// Where the table begins, behind the filter.
    table: usize,
}

/// Bytes before the filter.
const HEAD: usize = 16;

/// Up to so many places stand by their word.
const HERE: usize = 8;

/// The places of those that have a word, four bytes each.
#[derive(Debug, Serialize, Deserialize)]
enum KeptPlaces<B> {
    /// Beside the word.
    Here(B),
    /// In a part of their own, so many.
    Apart(usize, ByteRange),
}

impl KeptPlaces<&[u8]> {
    fn count(&self) -> usize {
        match self {
            Self::Here(bytes) => bytes.len() / 4,
            Self::Apart(count, _) => *count,
        }
    }
}

/// The words of a block, each with the places of those that have it.
type Block<'b> = Vec<(&'b str, KeptPlaces<&'b [u8]>)>;

impl Words {
    /// Of the bytes of a list; `None` where they are none.
    pub(in crate::index) fn of(bytes: Vec<u8>) -> Option<Self> {
        let count = usize::try_from(word(bytes.get(..8)?)).ok()?;
        let filter = usize::try_from(word(bytes.get(8..HEAD)?)).ok()?;
        let table = filter.checked_add(HEAD)?;
        let end = count.checked_mul(WIDTH)?.checked_add(table)?;
        (end <= bytes.len() && filter > 0).then_some(Self {
            bytes,
            count,
            table,
        })
    }

    /// Whether the month may have a word that is looked for.
    fn may_have(&self, wanted: &Wanted) -> bool {
        let Wanted::Word(word) = wanted else {
            return true;
        };
        let filter = &self.bytes[HEAD..self.table];
        bits(word, filter.len() * 8).all(|bit| filter[bit / 8] & (1 << (bit % 8)) > 0)
    }

    fn number(&self, at: usize, which: usize) -> Option<u64> {
        let from = self.table + at * WIDTH + 8 * which;
        self.bytes.get(from..from + 8).map(word)
    }

    fn first(&self, at: usize) -> Option<&str> {
        let end = |at: usize| usize::try_from(self.number(at, 2)?).ok();
        let from = at.checked_sub(1).map_or(Some(0), end)?;
        let blob = self.bytes.get(self.table + self.count * WIDTH..)?;
        std::str::from_utf8(blob.get(from..end(at)?)?).ok()
    }

    /// Tells `each` of the places that each of these words has, and stops where it says so; `None` where
    /// something is torn. `part` reads a part.
    fn each(
        &self,
        wanted: &[Wanted],
        part: impl Fn(ByteRange) -> Option<Rc<[u8]>>,
        mut each: impl FnMut(&KeptPlaces<&[u8]>) -> Option<bool>,
    ) -> Option<()> {
        for wanted in wanted.iter().filter(|wanted| self.may_have(wanted)) {
            let word = wanted.word();
            let (mut from, mut to) = (0, self.count);
            while from < to {
                let middle = from + (to - from) / 2;
                if self.first(middle)? < word {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            // The last block that begins before the word may hold it.
            for at in from.saturating_sub(1)..self.count {
                let first = self.first(at)?;
                if first > word && !wanted.fits(first) {
                    break;
                }
                let block = part((self.number(at, 0)?, self.number(at, 1)?))?;
                let block: Block<'_> = postcard::from_bytes(&block).ok()?;
                for (own, places) in &block {
                    if wanted.fits(own) && !each(places)? {
                        return Some(());
                    }
                }
            }
        }
        Some(())
    }

    /// The places of the excerpts that have one of these words.
    pub(in crate::index) fn places(
        &self,
        wanted: &[Wanted],
        part: impl Fn(ByteRange) -> Option<Rc<[u8]>>,
    ) -> Option<Vec<u32>> {
        let mut found: Vec<u32> = Vec::new();
        let mut add = |bytes: &[u8]| {
            let (places, _) = bytes.as_chunks::<4>();
            found.extend(places.iter().map(|place| u32::from_le_bytes(*place)));
        };
        self.each(wanted, &part, |places| {
            match places {
                KeptPlaces::Here(bytes) => add(bytes),
                KeptPlaces::Apart(_, place) => add(&part(*place)?),
            }
            Some(true)
        })?;
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// How many excerpts have one of these words, at most; not more than `most` of them are counted.
    pub(in crate::index) fn count(
        &self,
        wanted: &[Wanted],
        most: usize,
        part: impl Fn(ByteRange) -> Option<Rc<[u8]>>,
    ) -> Option<usize> {
        let mut sum = 0;
        self.each(wanted, part, |places| {
            sum += places.count();
            Some(sum < most)
        })?;
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::model::field::{Field, Key, Value};

    #[test]
    fn a_filter_has_every_word_that_it_was_made_of() {
        for count in [0_usize, 1, 7, 2_000] {
            let words: Vec<String> = (0..count).map(|at| format!("n:{at}")).collect();
            let filter = filter(words.iter().map(String::as_str), count);
            let has = |word: &str| {
                bits(word, filter.len() * 8).all(|bit| filter[bit / 8] & (1 << (bit % 8)) > 0)
            };
            assert!(words.iter().all(|word| has(word)));
            let others = (0..1_000).filter(|at| has(&format!("e:{at}"))).count();
            assert!(others < 60, "{others} of 1,000 others, among {count}");
        }
    }

    #[test]
    fn words_find_the_places_of_those_that_have_them() {
        let ticket = |at: usize| {
            let mut one = TicketSummary::partial(crate::model::id::TicketId::FIRST);
            let mut put = |key: Key, text: String| {
                drop(one.values.insert(Field::Known(key), Value::Text(text)));
            };
            put(Key::RequesterName, format!("Ola Caller{at:04}"));
            put(Key::RequesterEmail, format!("c{}@example.com", at / 20));
            one
        };
        let tickets: Vec<TicketSummary> = (0..500).map(ticket).collect();
        let body = RefCell::new(Vec::<u8>::new());
        let put = |part: &[u8]| {
            let mut body = body.borrow_mut();
            body.extend(part);
            ((body.len() - part.len()) as u64, part.len() as u64)
        };
        let list = write(&tickets, put).unwrap();
        let part = |(from, length): ByteRange| -> Option<Rc<[u8]>> {
            let body = body.borrow();
            let from = usize::try_from(from).ok()?;
            Some(body.get(from..from + usize::try_from(length).ok()?)?.into())
        };
        let words = Words::of(part(list).unwrap().to_vec()).unwrap();
        let places = |wanted: Wanted| words.places(&[wanted], part).unwrap();
        let word = |word: &str| Wanted::Word(word.to_owned());
        assert_eq!(places(word("w:caller0007")), [7]);
        assert!(places(word("w:nobody")).is_empty());
        assert_eq!(
            places(word("e:c3@example.com")),
            (60..80).collect::<Vec<u32>>()
        );
        assert_eq!(places(word("w:ola")).len(), 500);
        let begins = Wanted::Beginning("w:caller001".to_owned());
        assert_eq!(places(begins.clone()), (10..20).collect::<Vec<u32>>());
        let count = |wanted: &[Wanted], most: usize| words.count(wanted, most, part).unwrap();
        assert_eq!(count(&[begins], usize::MAX), 10);
        assert_eq!(count(&[word("w:ola"), word("e:c3@example.com")], 100), 500);
    }
}
