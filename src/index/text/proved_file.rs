//! Files of the index in which every block has a checksum, so that what is read is what was written:
//! the engine proves its files only where it is asked to read them whole.
//!
//! After the data stand the checksums of its blocks, eight bytes each, and at the end the length of
//! the data, with a checksum of that.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite};

use crate::index::checksum::checksum;

/// Bytes that are proved together.
const BLOCK: usize = 4096;

/// Bytes of the length of the data and its checksum.
const END: usize = 16;

/// Set once anything that was read is not what was written.
pub(in crate::index::text) type Torn = Arc<AtomicBool>;

/// A file in the making. Nothing forces the disk.
pub(in crate::index::text) struct ProvedWriter {
    file: File,
    /// The last block, as far as it goes.
    block: Vec<u8>,
    sums: Vec<u8>,
    length: u64,
}

impl ProvedWriter {
    /// Of an empty file.
    pub(in crate::index::text) fn new(file: File) -> Self {
        Self {
            file,
            block: Vec::with_capacity(BLOCK),
            sums: Vec::new(),
            length: 0,
        }
    }
}

impl Write for ProvedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let mut left = &bytes[..written];
        while !left.is_empty() {
            let (now, later) = left.split_at(left.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            if self.block.len() == BLOCK {
                self.sums.extend(checksum(&self.block).to_le_bytes());
                self.block.clear();
            }
            left = later;
        }
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for ProvedWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        if !self.block.is_empty() {
            self.sums.extend(checksum(&self.block).to_le_bytes());
        }
        self.file.write_all(&self.sums)?;
        self.file.write_all(&end(self.length))
    }
}

fn end(length: u64) -> [u8; END] {
    let mut end = [0; END];
    let length = length.to_le_bytes();
    end[..8].copy_from_slice(&length);
    end[8..].copy_from_slice(&checksum(&length).to_le_bytes());
    end
}

/// What stands after the data of a small file that is written at once.
pub fn seal(data: &[u8]) -> Vec<u8> {
    let sums = data
        .chunks(BLOCK)
        .map(|block| checksum(block).to_le_bytes());
    let mut seal: Vec<u8> = sums.flatten().collect();
    seal.extend(end(data.len() as u64));
    seal
}

/// A file that is read from where it is asked to be, and proved there.
#[derive(Debug)]
pub(in crate::index::text) struct ProvedFile {
    file: File,
    length: usize,
    torn: Torn,
}

impl ProvedFile {
    /// Opens a file; an error where its end is not what was written.
    pub(in crate::index::text) fn open(file: File, torn: Torn) -> io::Result<Self> {
        let mut found = Self {
            length: 0,
            file,
            torn,
        };
        found.length = found.proved(Self::read_length)?;
        Ok(found)
    }

    /// All data.
    pub(in crate::index::text) fn read_all(&self) -> io::Result<Vec<u8>> {
        self.proved(|own| own.read(0..own.length))
    }

    fn proved<T>(&self, read: impl FnOnce(&Self) -> io::Result<T>) -> io::Result<T> {
        let read = read(self);
        if read.is_err() {
            self.torn.store(true, Ordering::Relaxed);
        }
        read
    }

    fn read_length(&self) -> io::Result<usize> {
        let all = self.file.metadata()?.len();
        let from = all.checked_sub(END as u64).ok_or_else(torn)?;
        let mut last = [0; END];
        self.file.read_exact_at(&mut last, from)?;
        let length = u64::from_le_bytes(last[..8].try_into().map_err(io::Error::other)?);
        let blocks = length.div_ceil(BLOCK as u64);
        let whole = blocks
            .checked_mul(8)
            .and_then(|sums| sums.checked_add(length));
        if last != end(length) || whole != Some(from) {
            return Err(torn());
        }
        usize::try_from(length).map_err(io::Error::other)
    }

    /// The bytes of a range, each block of which is what was written.
    fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        if range.start > range.end || range.end > self.length {
            return Err(torn());
        }
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let (first, last) = (range.start / BLOCK, (range.end - 1) / BLOCK);
        let from = first * BLOCK;
        let to = ((last + 1) * BLOCK).min(self.length);
        let mut bytes = vec![0; to - from];
        self.file.read_exact_at(&mut bytes, from as u64)?;
        let mut sums = vec![0; 8 * (last - first + 1)];
        self.file
            .read_exact_at(&mut sums, (self.length + 8 * first) as u64)?;
        let mut blocks = bytes.chunks(BLOCK).zip(sums.chunks(8));
        if !blocks.all(|(block, sum)| checksum(block).to_le_bytes() == sum) {
            return Err(torn());
        }
        bytes.truncate(range.end - from);
        bytes.drain(..range.start - from);
        Ok(bytes)
    }
}

fn torn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not what was written")
}

impl HasLen for ProvedFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for ProvedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.proved(|own| own.read(range)).map(OwnedBytes::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_is_proved_where_it_is_read() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7] {
            let data: Vec<u8> = (0..=250).cycle().take(length).collect();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("one");
            let mut writer = ProvedWriter::new(File::create(&path).unwrap());
            for piece in data.chunks(1000) {
                writer.write_all(piece).unwrap();
            }
            writer.terminate().unwrap();
            let whole = std::fs::read(&path).unwrap();
            assert_eq!(whole, [&data[..], &seal(&data)].concat());
            let open = || ProvedFile::open(File::open(&path).unwrap(), Torn::default());
            let file = open().unwrap();
            assert_eq!(file.read_all().unwrap(), data);
            for range in [0..length, length / 3..length / 2, length / 2..length] {
                assert_eq!(file.read(range.clone()).unwrap(), &data[range]);
            }
            assert!(file.read(0..length + 1).is_err());
            for at in (0..whole.len()).step_by(97).chain(length..whole.len()) {
                let mut broken = whole.clone();
                broken[at] ^= 1;
                File::create(&path).unwrap().write_all(&broken).unwrap();
                let found = open().and_then(|file| {
                    let read = file.read_all();
                    assert_eq!(read.is_err(), file.torn.load(Ordering::Relaxed));
                    read
                });
                assert!(found.is_err(), "{length} {at}");
            }
        }
    }
}
