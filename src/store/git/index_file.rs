//! Git's index file as bytes: reading it, and splicing entries into it.
//!
//! Only what is known to the last byte is changed here: versions 2 and 3 whose one extension, if
//! any, is `TREE`. Of everything else (`Beyond`) git is the judge.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Write};

use sha1::{Digest, Sha1};
use sha2::Sha256;

/// The hash by which a repository names its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Names of 20 bytes.
    Sha1,
    /// Names of 32 bytes.
    Sha256,
}

impl Hash {
    /// The hash that makes names of so many hexadecimal digits.
    pub fn of_digits(digits: usize) -> Option<Self> {
        match digits {
            40 => Some(Self::Sha1),
            64 => Some(Self::Sha256),
            _ => None,
        }
    }

    /// How many bytes a name has.
    pub fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn over(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
        }
    }

    /// The name of a blob that holds these bytes.
    pub fn blob(self, bytes: &[u8]) -> Vec<u8> {
        self.object("blob", bytes)
    }

    /// The name of an object of this kind that holds these bytes.
    pub fn object(self, kind: &str, bytes: &[u8]) -> Vec<u8> {
        self.over(&[format!("{kind} {}\0", bytes.len()).as_bytes(), bytes])
    }

    /// The name of a blob of this size that holds what `from` gives.
    pub fn blob_from(self, size: u64, from: &mut dyn Read) -> io::Result<Vec<u8>> {
        fn digest<D: Digest + Write>(size: u64, from: &mut dyn Read) -> io::Result<Vec<u8>> {
            let mut digest = D::new_with_prefix(format!("blob {size}\0"));
            io::copy(from, &mut digest)?;
            Ok(digest.finalize().to_vec())
        }
        match self {
            Self::Sha1 => digest::<Sha1>(size, from),
            Self::Sha256 => digest::<Sha256>(size, from),
        }
    }
}

/// What an index remembers of a file, by which git sees whether it may have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatData {
    /// Seconds and nanoseconds of the last change of the file's status.
    pub ctime: (u32, u32),
    /// Seconds and nanoseconds of the last change of its content.
    pub mtime: (u32, u32),
    /// The device, cut to 32 bits as all that follows.
    pub dev: u32,
    /// The inode.
    pub ino: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The size; 0 for a file that is not empty makes git look at the content.
    pub size: u32,
}

impl StatData {
    /// Whether git would take a file with this status for unchanged. As git does by default, the
    /// device does not count.
    pub fn matches(&self, other: &Self) -> bool {
        Self { dev: 0, ..*self } == Self { dev: 0, ..*other }
    }

    /// Whether every git sees that the two are not of one file unchanged: most compare times in whole
    /// seconds.
    pub fn surely_differs(&self, other: &Self) -> bool {
        let seconds = |stat: &Self| Self {
            ctime: (stat.ctime.0, 0),
            mtime: (stat.mtime.0, 0),
            ..*stat
        };
        !seconds(self).matches(&seconds(other))
    }
}

/// An entry to be put into an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexRow {
    /// Relative to the work tree, with `/` between the parts.
    pub path: String,
    /// The name of its blob.
    pub blob: Vec<u8>,
    /// Whether the file is executable.
    pub executable: bool,
    /// The status of the file, where it is known to hold that blob; else zeros.
    pub stat: StatData,
}

/// Why an index is left to git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond(pub String);

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn beyond(why: &str) -> Beyond {
    Beyond(why.to_owned())
}

/// A mode of regular files, without their permissions.
const REGULAR: u32 = 0o100_000;

const HEADER: usize = 12;
/// How long the part of an entry before the object's name is.
const STAT: usize = 40;
/// Where the size is in it.
const SIZE_AT: usize = 36;

const ASSUME_VALID: u16 = 0x8000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const LENGTH: u16 = 0x0fff;

/// How deep folders may lie in one another. A path has 4096 bytes at most.
const DEPTH: usize = 2048;

/// One entry, where it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct IndexEntry<'a> {
    bytes: &'a [u8],
    path: &'a [u8],
    name: &'a [u8],
    flags: u16,
}

impl<'a> IndexEntry<'a> {
    /// Relative to the work tree.
    pub fn path(&self) -> &'a [u8] {
        self.path
    }

    /// The name of its object.
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The stage: 0, or one side of a conflict.
    pub fn stage(&self) -> u16 {
        (self.flags & STAGE) >> 12
    }

    /// Whether it is a regular file that git looks at: not one that the person told it to take for
    /// unchanged, or that is not in the work tree.
    pub fn is_looked_at(&self) -> bool {
        self.is_file() && self.flags & (ASSUME_VALID | EXTENDED) == 0
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.word(24) & 0o170_000 == REGULAR
    }

    /// What it remembers of its file.
    pub fn stat(&self) -> StatData {
        StatData {
            ctime: (self.word(0), self.word(4)),
            mtime: (self.word(8), self.word(12)),
            dev: self.word(16),
            ino: self.word(20),
            uid: self.word(28),
            gid: self.word(32),
            size: self.word(SIZE_AT),
        }
    }

    fn word(&self, at: usize) -> u32 {
        word(self.bytes, at).unwrap_or_default()
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(two.try_into().ok()?))
}

/// An index that is understood whole.
#[derive(Debug)]
pub struct Index<'a> {
    bytes: &'a [u8],
    hash: Hash,
    /// Where each entry begins: they are many, and most are only copied.
    entries: Vec<u32>,
    /// Where the entries end.
    end: usize,
    tree: Option<Node<'a>>,
}

impl<'a> Index<'a> {
    /// Reads the bytes of an index.
    pub fn parse(bytes: &'a [u8], hash: Hash) -> Result<Self, Beyond> {
        Self::read(bytes, hash, false)
    }

    /// As [`Self::parse`], of an index that is `known` to be as it was when its checksum was made.
    pub fn read(bytes: &'a [u8], hash: Hash, known: bool) -> Result<Self, Beyond> {
        let size = hash.size();
        let (body, sum) = bytes
            .len()
            .checked_sub(size)
            .filter(|&body| body >= HEADER)
            .map(|body| bytes.split_at(body))
            .ok_or_else(|| beyond("it is too short"))?;
        if &body[..4] != b"DIRC" {
            return Err(beyond("it does not begin as an index"));
        }
        let version = word(body, 4).unwrap_or_default();
        if !matches!(version, 2 | 3) {
            return Err(Beyond(format!("it is of version {version}")));
        }
        // `index.skipHash` leaves zeros. A wrong sum must not be made right by a new one.
        if !known && sum.iter().any(|&byte| byte != 0) && hash.over(&[body]) != sum {
            return Err(beyond("its checksum is wrong"));
        }
        let count = word(body, 8).unwrap_or_default();
        let mut entries: Vec<u32> = Vec::new();
        let mut last: Option<IndexEntry<'a>> = None;
        let mut at = HEADER;
        for _ in 0..count {
            let entry = entry(body, at, size).ok_or_else(|| beyond("an entry is damaged"))?;
            let in_order = last.is_none_or(|last| {
                (last.path, last.flags & STAGE) < (entry.path, entry.flags & STAGE)
            });
            if !in_order || (version == 2 && entry.flags & EXTENDED != 0) {
                return Err(beyond("its entries are damaged"));
            }
            entries.push(u32::try_from(at).map_err(|_| beyond("it is too large"))?);
            at += entry.bytes.len();
            last = Some(entry);
        }
        let mut index = Self {
            bytes: body,
            hash,
            entries,
            end: at,
            tree: None,
        };
        while at < body.len() {
            let damaged = || beyond("an extension is damaged");
            let sign = body.get(at..at + 4).ok_or_else(damaged)?;
            let length = word(body, at + 4).ok_or_else(damaged)? as usize;
            let data = body
                .get(at + 8..)
                .and_then(|rest| rest.get(..length))
                .ok_or_else(damaged)?;
            if sign != b"TREE" || index.tree.is_some() {
                let sign = String::from_utf8_lossy(sign);
                return Err(Beyond(format!(
                    "it has the extension `{}`",
                    sign.escape_debug()
                )));
            }
            let mut rest = data;
            let tree = node(&mut rest, size, 0).filter(|_| rest.is_empty());
            index.tree = Some(tree.ok_or_else(damaged)?);
            at += 8 + length;
        }
        Ok(index)
    }

    /// The entries in their order.
    pub fn entries(&self) -> impl Iterator<Item = IndexEntry<'a>> {
        self.entries.iter().filter_map(|at| self.at(*at))
    }

    fn at(&self, at: u32) -> Option<IndexEntry<'a>> {
        entry(self.bytes, at as usize, self.hash.size())
    }

    fn get(&self, place: usize) -> Option<IndexEntry<'a>> {
        self.at(*self.entries.get(place)?)
    }

    /// The place of the first entry whose path is not less than this.
    fn place(&self, path: &[u8]) -> usize {
        let before = |at: &u32| self.at(*at).is_some_and(|entry| entry.path < path);
        self.entries.partition_point(before)
    }

    /// The bytes of an index that has these rows in place of what was at their paths, and in which
    /// the sizes of the entries `doubtful`, given by their places in order, are 0, so that git
    /// looks at the content.
    pub fn splice(&self, rows: &[IndexRow], doubtful: &[usize]) -> Result<Vec<u8>, Beyond> {
        Ok(self.spliced(rows, doubtful)?.concat())
    }

    /// As [`Self::splice`], in parts: most of them are the old bytes.
    pub fn spliced(
        &self,
        rows: &[IndexRow],
        doubtful: &[usize],
    ) -> Result<Vec<Cow<'a, [u8]>>, Beyond> {
        let mut rows: Vec<&IndexRow> = rows.iter().collect();
        // Of two rows of a path, the later one counts.
        rows.reverse();
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        rows.dedup_by(|later, first| later.path == first.path);
        self.fits(&rows)?;

        let mut parts: Vec<Cow<'a, [u8]>> = vec![Cow::Borrowed(&[])];
        let mut count = self.entries.len();
        let mut replaced = Vec::new();
        let mut from = 0;
        for row in &rows {
            let place = self.place(row.path.as_bytes());
            parts.push(self.copy(from..place, doubtful));
            from = place;
            if self
                .get(place)
                .is_some_and(|old| old.path == row.path.as_bytes())
            {
                from = place + 1;
                replaced.push(place);
            } else {
                count += 1;
            }
            let mut new = Vec::with_capacity(row.path.len() + 96);
            put_entry(&mut new, row);
            parts.push(Cow::Owned(new));
        }
        parts.push(self.copy(from..self.entries.len(), doubtful));
        parts[0] = Cow::Owned(self.header(count, &replaced)?);
        if let Some(tree) = &self.tree {
            let mut tree = tree.clone();
            for row in &rows {
                tree.invalidate(row.path.as_bytes());
            }
            let mut data = Vec::new();
            tree.put(&mut data);
            let length = u32::try_from(data.len()).map_err(|_| beyond("it is too large"))?;
            parts.push(Cow::Owned(
                [&b"TREE"[..], &length.to_be_bytes(), &data].concat(),
            ));
        }
        let whole: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let sum = self.hash.over(&whole);
        parts.push(Cow::Owned(sum));
        Ok(parts)
    }

    /// The header for so many entries, of which those that stood at these places are others now.
    fn header(&self, count: usize, replaced: &[usize]) -> Result<Vec<u8>, Beyond> {
        // Of version 2 none has more flags.
        let may_extend = word(self.bytes, 4) == Some(3);
        let is_extended = |(place, entry): (usize, IndexEntry<'_>)| {
            entry.flags & EXTENDED != 0 && replaced.binary_search(&place).is_err()
        };
        let version: u32 = if may_extend && self.entries().enumerate().any(is_extended) {
            3
        } else {
            2
        };
        let count = u32::try_from(count).map_err(|_| beyond("it has too many entries"))?;
        let mut header = self.bytes[..HEADER].to_vec();
        header[4..8].copy_from_slice(&version.to_be_bytes());
        header[8..12].copy_from_slice(&count.to_be_bytes());
        Ok(header)
    }

    /// Whether the rows stand beside what is there as files among files.
    fn fits(&self, rows: &[&IndexRow]) -> Result<(), Beyond> {
        for row in rows {
            let path = row.path.as_bytes();
            if row.blob.len() != self.hash.size() {
                return Err(beyond("a row is named by another hash"));
            }
            let here = self.get(self.place(path));
            if here.is_some_and(|old| old.path == path && old.stage() != 0) {
                return Err(Beyond(format!("`{}` is in conflict", row.path)));
            }
            let mut below = path.to_vec();
            below.push(b'/');
            let is_folder = self
                .get(self.place(&below))
                .is_some_and(|entry| entry.path.starts_with(&below));
            let is_in_a_file = || {
                let cuts = (0..path.len()).filter(|&cut| path[cut] == b'/');
                cuts.map(|cut| &path[..cut]).any(|above| {
                    let there = self.get(self.place(above));
                    there.is_some_and(|entry| entry.path == above)
                        || rows
                            .binary_search_by(|row| row.path.as_bytes().cmp(above))
                            .is_ok()
                })
            };
            if is_folder || is_in_a_file() {
                return Err(Beyond(format!(
                    "`{}` is a file here and a folder there",
                    row.path
                )));
            }
        }
        Ok(())
    }

    /// Entries as they are, the sizes of the doubtful ones apart.
    fn copy(&self, places: std::ops::Range<usize>, doubtful: &[usize]) -> Cow<'a, [u8]> {
        let start = |place: usize| self.entries.get(place).map_or(self.end, |at| *at as usize);
        let (from, to) = (start(places.start), start(places.end));
        let mut bytes = Cow::Borrowed(&self.bytes[from..to]);
        let first = doubtful.partition_point(|&place| place < places.start);
        for &place in doubtful[first..]
            .iter()
            .take_while(|&&place| place < places.end)
        {
            let size = start(place) - from + SIZE_AT;
            bytes.to_mut()[size..size + 4].fill(0);
        }
        bytes
    }
}

/// Reads the entry at `at`; `size` is that of an object's name.
fn entry(body: &[u8], at: usize, size: usize) -> Option<IndexEntry<'_>> {
    let flags_at = at + STAT + size;
    let flags = half(body, flags_at)?;
    let path_at = flags_at + if flags & EXTENDED == 0 { 2 } else { 4 };
    let rest = body.get(path_at..)?;
    let length = match flags & LENGTH {
        LENGTH => rest.iter().position(|&byte| byte == 0)?,
        length => usize::from(length),
    };
    let path = rest.get(..length)?;
    // At least one NUL, up to a multiple of eight.
    let whole = (path_at + length - at) / 8 * 8 + 8;
    let bytes = body.get(at..at + whole)?;
    let padding = &bytes[path_at + length - at..];
    let sound = !path.is_empty() && !path.contains(&0) && padding.iter().all(|&byte| byte == 0);
    sound.then_some(IndexEntry {
        bytes,
        path,
        name: &body[at + STAT..flags_at],
        flags,
    })
}

fn put_entry(new: &mut Vec<u8>, row: &IndexRow) {
    let start = new.len();
    let mode = REGULAR | if row.executable { 0o755 } else { 0o644 };
    let StatData {
        ctime,
        mtime,
        dev,
        ino,
        uid,
        gid,
        size,
    } = row.stat;
    for word in [
        ctime.0, ctime.1, mtime.0, mtime.1, dev, ino, mode, uid, gid, size,
    ] {
        new.extend_from_slice(&word.to_be_bytes());
    }
    new.extend_from_slice(&row.blob);
    let length = u16::try_from(row.path.len()).map_or(LENGTH, |length| length.min(LENGTH));
    new.extend_from_slice(&length.to_be_bytes());
    new.extend_from_slice(row.path.as_bytes());
    let whole = (new.len() - start) / 8 * 8 + 8;
    new.resize(start + whole, 0);
}

/// A folder in the `TREE` extension: the tree object that its entries make, where that is known.
#[derive(Clone, Debug)]
struct Node<'a> {
    part: &'a [u8],
    /// How many entries the tree covers, as it is written, and its name.
    tree: Option<(&'a [u8], &'a [u8])>,
    below: Vec<Self>,
}

/// Reads a folder and what is below it.
fn node<'a>(rest: &mut &'a [u8], size: usize, depth: usize) -> Option<Node<'a>> {
    if depth > DEPTH {
        return None;
    }
    let part = until(rest, 0)?;
    let covered = until(rest, b' ')?;
    let count: usize = std::str::from_utf8(until(rest, b'\n')?)
        .ok()?
        .parse()
        .ok()?;
    let tree = if covered.starts_with(b"-") {
        None
    } else {
        let (name, after) = rest.split_at_checked(size)?;
        *rest = after;
        Some((covered, name))
    };
    // Not reserved: the number is not to be trusted.
    let mut below = Vec::new();
    for _ in 0..count {
        below.push(node(rest, size, depth + 1)?);
    }
    Some(Node { part, tree, below })
}

/// Takes what stands before the next such byte, and the byte.
fn until<'a>(rest: &mut &'a [u8], end: u8) -> Option<&'a [u8]> {
    let at = rest.iter().position(|&byte| byte == end)?;
    let (part, after) = rest.split_at(at);
    *rest = &after[1..];
    Some(part)
}

impl Node<'_> {
    /// Forgets the trees that hold this path.
    fn invalidate(&mut self, path: &[u8]) {
        self.tree = None;
        match path.iter().position(|&byte| byte == b'/') {
            None => self.below.retain(|node| node.part != path),
            Some(cut) => {
                let (part, rest) = (&path[..cut], &path[cut + 1..]);
                if let Some(node) = self.below.iter_mut().find(|node| node.part == part) {
                    node.invalidate(rest);
                }
            }
        }
    }

    fn put(&self, data: &mut Vec<u8>) {
        data.extend_from_slice(self.part);
        data.push(0);
        data.extend_from_slice(self.tree.map_or(b"-1", |(covered, _)| covered));
        data.extend_from_slice(format!(" {}\n", self.below.len()).as_bytes());
        if let Some((_, name)) = self.tree {
            data.extend_from_slice(name);
        }
        for node in &self.below {
            node.put(data);
        }
    }
}
