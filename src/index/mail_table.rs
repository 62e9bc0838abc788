//! By what the mails of a desk are found, so that taking one in does not read all tickets: each
//! message and derived tag of a log, which ticket a ticket follows, former ids, and requesters.
//!
//! The table is kept for a commit; what changed since then is read anew, and nothing else. It only
//! names candidates: the page is the proof. Two files: a base of buckets, each with a checksum, of
//! which those that are asked for are read, and a short list of what was added since, so that a mail
//! rewrites a short list.

use std::collections::BTreeSet;
use std::os::unix::fs::FileExt as _;

use crate::index::checksum::checksum;
use crate::index::month_cache::format;
use crate::index::scan::on_two_threads;
use crate::model::entry::DERIVED;
use crate::model::id::TicketId;
use crate::page::entry_value::read_value;
use crate::rules::mail::verdict::plain;
use crate::store::fs::caches::{self, Caches};
use crate::store::fs::root::Root;
use crate::store::fs::{read, walk};
use crate::store::git::repo::Repo;

/// Begins both files; changes with their format.
const MAGIC: &[u8; 16] = b"plaindesk-mail-1";

/// Rows with one first byte of their hash stand together.
const BUCKETS: usize = 256;

/// A row: hash and ticket.
const ROW: usize = 16;

/// The list of what was added is merged into the base when it has more rows.
const MOST_ADDED: usize = 2_048;

/// Of more tickets that changed at once the base is made anew.
const MOST_CHANGED: usize = 20_000;

/// What a ticket is looked for by.
#[derive(Clone, Copy, Debug)]
pub enum MailRow<'k> {
    /// A message that stands in its log, without angle brackets.
    Message(&'k str),
    /// A derived tag of its log.
    Tag(&'k str),
    /// The ticket that it follows.
    Follows(&'k str),
    /// An id that it had before.
    Alias(&'k str),
    /// Its requester's address, as [`plain`] writes it.
    Person(&'k str),
}

type Row = (u64, u64);

impl MailRow<'_> {
    fn hash(self) -> u64 {
        let (sort, text) = match self {
            Self::Message(text) => ('m', text),
            Self::Tag(text) => ('t', text),
            Self::Follows(text) => ('f', text),
            Self::Alias(text) => ('a', text),
            Self::Person(text) => ('p', text),
        };
        checksum(format!("{sort} {text}").as_bytes())
    }
}

/// The table, as of the last commit.
#[derive(Debug)]
pub struct MailTable {
    base: Base,
    added: Vec<Row>,
}

#[derive(Debug)]
struct Base {
    file: std::fs::File,
    header: BaseHeader,
}

/// The first bytes of the base.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BaseHeader {
    format: u64,
    /// The commit, in hexadecimal digits.
    commit: String,
    /// Where each bucket begins and how many rows it has, and its checksum.
    buckets: Vec<(u64, u64, u64)>,
}

impl MailTable {
    /// The table of the last commit, made or brought up to date; `None` where there is none, or where
    /// nothing can be kept.
    pub fn current(root: &Root, repo: &Repo) -> Option<Self> {
        let head = head(repo)?;
        if let Some(kept) = Self::kept(root, repo, &head) {
            return Some(kept);
        }
        let ids = walk::all_ids(root);
        let rows = on_two_threads(&ids, |id| rows_of(root, *id));
        let rows: Vec<Row> = rows.into_iter().flatten().collect();
        write_base(root, &head, rows)?;
        let base = Base::open(root)?;
        put_added(root, &base.header, &head, &[]);
        Some(Self {
            base,
            added: Vec::new(),
        })
    }

    /// What was kept, with what changed since then.
    fn kept(root: &Root, repo: &Repo, head: &str) -> Option<Self> {
        let base = Base::open(root)?;
        let (commit, added) = added(root, &base.header);
        let mut table = Self { base, added };
        if commit == head {
            return Some(table);
        }
        let changed = changed(repo, &commit, head)?;
        if changed.len() > MOST_CHANGED {
            return None;
        }
        for id in changed {
            for row in rows_of(root, id) {
                if !table.rows(row.0)?.contains(&row) {
                    table.added.push(row);
                }
            }
        }
        if table.added.len() > MOST_ADDED {
            let mut all = table.base.all()?;
            all.append(&mut table.added);
            write_base(root, head, all)?;
            table.base = Base::open(root)?;
        }
        put_added(root, &table.base.header, head, &table.added);
        Some(table)
    }

    /// The tickets that may have a row; `None` where the table turns out to be torn.
    pub fn find(&self, row: MailRow<'_>) -> Option<Vec<TicketId>> {
        let rows = self.rows(row.hash())?;
        let mut all: Vec<TicketId> = rows
            .into_iter()
            .filter_map(|(_, id)| TicketId::of_number(id))
            .collect();
        all.sort_unstable();
        all.dedup();
        Some(all)
    }

    fn rows(&self, hash: u64) -> Option<Vec<Row>> {
        let mut rows = self.base.bucket(bucket_of(hash))?;
        rows.retain(|row| row.0 == hash);
        rows.extend(self.added.iter().filter(|row| row.0 == hash));
        Some(rows)
    }
}

impl Base {
    fn open(root: &Root) -> Option<Self> {
        let file = Caches::open(root).ok()??.file(caches::MAIL).ok()??;
        let mut start = [0; 16 + 8];
        file.read_exact_at(&mut start, 0).ok()?;
        let length = number(start.strip_prefix(MAGIC)?)?;
        let mut body = vec![0; usize::try_from(length).ok().filter(|one| *one < 1 << 16)?];
        file.read_exact_at(&mut body, start.len() as u64).ok()?;
        let mut sum = [0; 8];
        file.read_exact_at(&mut sum, start.len() as u64 + length)
            .ok()?;
        if checksum(&body) != u64::from_le_bytes(sum) {
            return None;
        }
        let (format_kept, commit, buckets): (u64, String, Vec<(u64, u64, u64)>) =
            postcard::from_bytes(&body).ok()?;
        let header = BaseHeader {
            format: format_kept,
            commit,
            buckets,
        };
        (header.format == format() && header.buckets.len() == BUCKETS)
            .then_some(Self { file, header })
    }

    fn bucket(&self, at: usize) -> Option<Vec<Row>> {
        let (offset, count, sum) = *self.header.buckets.get(at)?;
        let count = usize::try_from(count).ok().filter(|one| *one < 1 << 24)?;
        let mut bytes = vec![0; count * ROW];
        self.file.read_exact_at(&mut bytes, offset).ok()?;
        (checksum(&bytes) == sum).then(|| rows_in(&bytes))
    }

    fn all(&self) -> Option<Vec<Row>> {
        let mut all = Vec::new();
        for at in 0..BUCKETS {
            all.extend(self.bucket(at)?);
        }
        Some(all)
    }
}

fn bucket_of(hash: u64) -> usize {
    usize::from(hash.to_be_bytes()[0])
}

fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

fn rows_in(bytes: &[u8]) -> Vec<Row> {
    let rows = bytes.chunks_exact(ROW);
    rows.filter_map(|row| Some((number(row)?, number(&row[8..])?)))
        .collect()
}

fn bytes_of(rows: &[Row]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * ROW);
    for (hash, id) in rows {
        bytes.extend(hash.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

/// The last commit.
fn head(repo: &Repo) -> Option<String> {
    let args = ["rev-parse", "--verify", "--quiet", "HEAD"];
    let told = repo.git().run(&args).ok().filter(|told| told.ok)?;
    Some(String::from_utf8(told.stdout).ok()?.trim_end().to_owned())
}

/// The tickets of which the files differ between two commits; `None` where git cannot tell.
fn changed(repo: &Repo, from: &str, to: &str) -> Option<Vec<TicketId>> {
    let place = repo.in_tree("tickets");
    let args = [
        "diff-tree",
        "-r",
        "-z",
        "--name-only",
        "--no-renames",
        from,
        to,
        "--",
        &place,
    ];
    let told = repo.git().run(&args).ok().filter(|told| told.ok)?;
    let names = told.stdout.split(|byte| *byte == 0);
    let ids = names.filter_map(|name| {
        let name = std::str::from_utf8(name).ok()?.strip_suffix(".md")?;
        name.rsplit('/').next()?.parse().ok()
    });
    Some(ids.collect())
}

/// Writes the base anew.
fn write_base(root: &Root, commit: &str, mut rows: Vec<Row>) -> Option<()> {
    rows.sort_unstable();
    rows.dedup();
    // How long the header is does not depend on where the buckets are.
    let mut buckets = vec![(u64::MAX, u64::MAX, u64::MAX); BUCKETS];
    let encode = |buckets: &Vec<(u64, u64, u64)>| {
        let body = postcard::to_stdvec(&(format(), commit, buckets)).ok()?;
        Some(body)
    };
    let room = encode(&buckets)?.len() as u64;
    let begin = 16 + 8 + room + 8;
    let mut at = 0;
    for (place, bucket) in buckets.iter_mut().enumerate() {
        let end = at + rows[at..].partition_point(|row| bucket_of(row.0) <= place);
        let bytes = bytes_of(&rows[at..end]);
        let offset = begin + (at * ROW) as u64;
        *bucket = (offset, (end - at) as u64, checksum(&bytes));
        at = end;
    }
    let mut body = encode(&buckets)?;
    body.resize(usize::try_from(room).ok()?, 0);
    let sum = checksum(&body).to_le_bytes();
    let parts: [&[u8]; 5] = [MAGIC, &room.to_le_bytes(), &body, &sum, &bytes_of(&rows)];
    caches::put(root, caches::MAIL, &parts).ok()
}

/// The commit that the table is of, and what was added to the base since.
fn added(root: &Root, header: &BaseHeader) -> (String, Vec<Row>) {
    let read = || {
        let bytes = caches::read(root, caches::MAIL_ADDED)?;
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        let body = (checksum(body).to_le_bytes() == sum).then_some(body)?;
        let (base, commit, rows): (u64, String, Vec<Row>) =
            postcard::from_bytes(body.strip_prefix(MAGIC)?).ok()?;
        (base == digest(header)).then_some((commit, rows))
    };
    read().unwrap_or_else(|| (header.commit.clone(), Vec::new()))
}

fn put_added(root: &Root, header: &BaseHeader, commit: &str, rows: &[Row]) {
    let Ok(body) = postcard::to_stdvec(&(digest(header), commit, rows)) else {
        return;
    };
    let whole = [MAGIC.as_slice(), &body].concat();
    let sum = checksum(&whole).to_le_bytes();
    // One that cannot be kept costs time, nothing else.
    let _ = caches::put(root, caches::MAIL_ADDED, &[&whole, &sum]);
}

/// What a list of additions belongs to.
fn digest(header: &BaseHeader) -> u64 {
    let sums = header.buckets.iter().map(|(_, _, sum)| *sum);
    let told = format!("{} {:?}", header.commit, sums.collect::<Vec<_>>());
    checksum(told.as_bytes())
}

/// The rows of a ticket's file, line by line: more than the page says, never less.
fn rows_of(root: &Root, id: TicketId) -> BTreeSet<Row> {
    let text = read::page(root, &id.path()).unwrap_or_default();
    let mut rows = BTreeSet::new();
    let mut add = |row: MailRow<'_>| {
        rows.insert((row.hash(), id.number()));
    };
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("- message: ") {
            let value = read_value(value).unwrap_or_default();
            add(MailRow::Message(value.trim_matches(['<', '>'])));
        } else if line.starts_with("## ") {
            if let Some((_, tag)) = line.rsplit_once(" ^")
                && tag.len() >= DERIVED
            {
                add(MailRow::Tag(tag.trim_end()));
            }
        } else if let Some(value) = line.strip_prefix("follows = ") {
            add(MailRow::Follows(value.trim().trim_matches('"')));
        } else if let Some(value) = line.strip_prefix("email = ") {
            add(MailRow::Person(&plain(value.trim().trim_matches('"'))));
        } else if let Some(value) = line.strip_prefix("aliases = ") {
            let names = value.split(['"', '\'']);
            names.for_each(|name| add(MailRow::Alias(name)));
        }
    }
    rows
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "an editor writes these")]
mod tests {
    use super::*;

    #[test]
    fn what_a_base_was_given_it_finds() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("desk.toml"), "").unwrap();
        let root = Root::find(dir.path()).unwrap();
        let id = |text: &str| text.parse::<TicketId>().unwrap();
        let tag = |n: u64| format!("{n:08}");
        let mut rows: Vec<Row> = (0..5_000)
            .map(|n| (MailRow::Tag(&tag(n)).hash(), id("2611-7K3MQ").number() + n))
            .collect();
        rows.push((MailRow::Message("a@b.c").hash(), id("2611-9PD4T").number()));
        write_base(&root, "abc", rows).unwrap();
        let table = MailTable {
            base: Base::open(&root).unwrap(),
            added: vec![(MailRow::Message("d@e.f").hash(), id("2611-9PD4T").number())],
        };
        let found = |row: MailRow<'_>| table.find(row).unwrap();
        assert_eq!(found(MailRow::Message("a@b.c")), [id("2611-9PD4T")]);
        assert_eq!(found(MailRow::Message("d@e.f")), [id("2611-9PD4T")]);
        assert_eq!(found(MailRow::Follows("a@b.c")), []);
        for n in [0, 17, 4_999] {
            let expected = TicketId::of_number(id("2611-7K3MQ").number() + n).unwrap();
            let tag = tag(n);
            assert_eq!(found(MailRow::Tag(&tag)), [expected]);
        }
        assert_eq!(table.base.all().unwrap().len(), 5_001);
        // A torn one is not believed.
        let path = dir.path().join(".desk").join(caches::MAIL);
        let mut bytes = std::fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(Base::open(&root).unwrap().all().is_none());
        bytes[30] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(Base::open(&root).is_none());
    }
}
