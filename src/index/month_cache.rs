//! How the excerpts of tickets are kept: a small file that tells of every month, and one file for
//! each month, so that one change rewrites one month.
//!
//! In a month's file live tickets (open, or with a requester still to be told) stand apart from the
//! rest, so that daily commands never pay for closed history, and those from which something still
//! follows apart from those that are settled; what happened to tickets stands apart from their front
//! matter, so that reports never pay for that; and each field of the front matter stands in a column
//! of its own, too, see `columns`. Each part ends in a checksum: a torn
//! or foreign file is never believed, and its month is read anew.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::index::begins::may_begin;
use crate::index::checksum::checksum;
use crate::index::columns::{self, Directory, DoneTickets, MonthContent, ShownTo};
use crate::index::keys;
use crate::index::parts::{ByteRange, encode};
use crate::index::rows::{self, Row};
use crate::index::scan::Scan;
use crate::index::want::Want;
use crate::model::article::ArticleOutcome;
use crate::model::event_table::{EventEncoder, EventTable};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::{Complaint, Learned, TicketSummary};
use crate::page::problem::Problem;
use crate::rules::article_usage::{self, Usage};
use crate::rules::lifecycle::sweep::is_settled;
use crate::store::error::StoreError;
use crate::store::fs::caches::{self, Caches};
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, FileStamp};

/// Begins the file of all months; changes with the format of either file.
const MAGIC: &[u8; 16] = b"plaindesk-cache8";

/// How many tickets stand together: few enough that two threads share a month.
const LEAF: usize = 2_048;

/// Some tickets of a month, live ones or others.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(in crate::index) struct Chunk {
    live: bool,
    /// Whether nothing follows of itself from any of them any more.
    settled: bool,
    /// When something last happened to any of them.
    last: Option<Moment>,
    /// When something last happened to any of them, by their own logs.
    newest: Moment,
    /// How many they are.
    count: u32,
    summaries: ByteRange,
    histories: ByteRange,
    /// The directory of the columns.
    columns: ByteRange,
}

impl Chunk {
    /// Whether they are done.
    pub(in crate::index) fn is_done(&self) -> bool {
        !self.live
    }

    /// When something last happened to any of them.
    pub(in crate::index) fn newest(&self) -> Moment {
        self.newest
    }

    fn is_wanted(&self, want: Want) -> bool {
        match want {
            Want::Figures => false,
            Want::Open | Want::Live => self.live,
            Want::Unsettled => !self.settled,
            Want::All | Want::Stories => true,
            Want::StoriesSince(from) => self.last.is_some_and(|last| last >= from),
        }
    }
}

/// What the files of a month say.
pub(in crate::index) type MonthRows = BTreeMap<TicketId, (FileStamp, CachedFile)>;

/// What one file was last found to say.
#[derive(Clone, Debug)]
pub(in crate::index) enum CachedFile {
    /// A ticket.
    Ticket(Box<TicketSummary>),
    /// Nothing that can be read, and why.
    Unreadable(Box<Problem>),
}

/// What is kept of all months.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Header {
    /// Of the tool that wrote it; see [`format`](fn@format).
    format: u64,
    pub months: Vec<MonthCache>,
    /// Tickets that were merged into each other; see `circles`.
    pub circles: Vec<Vec<TicketId>>,
}

/// What is kept of one month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct MonthCache {
    pub name: String,
    /// Of the files that it was made of.
    pub digest: u64,
    /// The stamp of the folder, where it may be relied on: while it stays, so do its files.
    pub folder: Option<FileStamp>,
    /// Whether something lies there that is no ticket.
    pub odd: bool,
    /// By what the excerpts are found; see `keys`.
    pub keys: ByteRange,
    /// Stamps of all files.
    stamps: ByteRange,
    /// The table of the excerpts; see `rows`.
    rows: ByteRange,
    cached_all: Vec<Chunk>,
    /// Files that could not be read. What kept them from it may be gone by now, and nothing about
    /// the file need have changed: each is tried again by every command.
    pub unread: Vec<TicketId>,
    /// Tickets whose files may only be read.
    pub barred: Vec<TicketId>,
    /// Articles that were said to be wrong, on open tickets and done ones: whoever looks after them
    /// is to be told, and does not read closed history for it.
    pub wrong: Vec<Wrong>,
    /// Complaints, on open tickets and done ones: most are comments, which are done at once.
    pub complaints: Vec<Complaint>,
    /// How often articles were used on these tickets, and what came of it.
    pub usage: BTreeMap<String, Usage>,
}

/// An article that was said to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// On which ticket.
    pub ticket: TicketId,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Handle,
    /// The article's id.
    pub article: String,
    /// What the article said then.
    pub version: Option<String>,
}

impl Wrong {
    pub(in crate::index) fn all(summary: &TicketSummary) -> impl Iterator<Item = Self> {
        let ticket = summary.id;
        summary
            .knowledge
            .iter()
            .filter_map(move |one| match &one.what {
                Learned::Used {
                    article,
                    came: ArticleOutcome::Wrong,
                    version,
                } => Some(Self {
                    ticket,
                    at: one.at,
                    by: one.by.clone(),
                    article: article.clone(),
                    version: version.clone(),
                }),
                _ => None,
            })
    }
}

impl Header {
    /// Of nothing yet.
    pub(in crate::index) fn new() -> Self {
        Self {
            format: format(),
            months: Vec::new(),
            circles: Vec::new(),
        }
    }

    /// What was kept; nothing where it is not of this version.
    pub(in crate::index) fn load(root: &Root) -> Self {
        match Self::read(root) {
            Some(header) => header,
            None => Self::new(),
        }
    }

    fn read(root: &Root) -> Option<Self> {
        let bytes = caches::read(root, caches::TICKETS)?;
        let body = bytes.strip_prefix(MAGIC)?;
        let (body, sum) = body.split_at_checked(body.len().checked_sub(8)?)?;
        let header: Self =
            (checksum(body).to_le_bytes() == sum).then(|| postcard::from_bytes(body).ok())??;
        (header.format == format()).then_some(header)
    }

    /// A month by its name.
    pub(in crate::index) fn cached_articles(&self, name: &str) -> Option<&MonthCache> {
        self.months
            .iter()
            .find(|cached_articles| cached_articles.name == name)
    }

    /// Keeps it, and removes the files of months that are no more.
    pub(in crate::index) fn write(&self, root: &Root) -> Result<(), StoreError> {
        let body = encode(self)?;
        let sum = checksum(&body).to_le_bytes();
        let caches = Caches::make(root)?;
        caches.put(caches::TICKETS, &[MAGIC, &body, &sum])?;
        caches.tidy(|_| false);
        if let Some(months) = caches.inner(caches::MONTHS)? {
            let kept: HashSet<String> = self.months.iter().map(MonthCache::file).collect();
            // Whoever does not find one reads its month anew.
            months.tidy(|name| is_file_of_a_month(name) && !kept.contains(name));
        }
        Ok(())
    }
}

impl MonthCache {
    fn file(&self) -> String {
        format!("{}.{:016x}", self.name, self.digest)
    }

    /// Writes what the files of a month say.
    pub(in crate::index) fn write(
        root: &Root,
        name: &str,
        digest: u64,
        rows: &MonthRows,
    ) -> Result<Self, StoreError> {
        let mut cached_articles = Self {
            name: name.to_owned(),
            digest,
            usage: usage(rows),
            ..Self::default()
        };
        let stamps: Vec<(TicketId, FileStamp)> =
            rows.iter().map(|(id, (stamp, _))| (*id, *stamp)).collect();
        let (mut live, mut resting, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for (id, (_, known)) in rows {
            match known {
                CachedFile::Ticket(summary) => {
                    cached_articles.wrong.extend(Wrong::all(summary));
                    cached_articles.complaints.extend(Complaint::of(summary));
                    cached_articles
                        .barred
                        .extend(summary.barred.then_some(summary.id));
                    let side = if summary.is_live() {
                        &mut live
                    } else if is_settled(summary) {
                        &mut settled
                    } else {
                        &mut resting
                    };
                    side.push(&**summary);
                }
                CachedFile::Unreadable(_) => cached_articles.unread.push(*id),
            }
        }
        let mut body = Body::default();
        cached_articles.stamps = body.put(&encode(&stamps)?);
        let mut table: Vec<(Row, Vec<u8>)> = Vec::with_capacity(rows.len());
        let sides = [
            (&live, true, false),
            (&resting, false, false),
            (&settled, false, true),
        ];
        for (side, live, settled) in sides {
            for some in side.chunks(LEAF) {
                let mut chunk = Chunk {
                    live,
                    settled,
                    last: some.iter().filter_map(|one| last(one)).max(),
                    summaries: (0, 0),
                    newest: newest(some),
                    count: u32::try_from(some.len()).unwrap_or(u32::MAX),
                    histories: body.put(&encode(&tell(some))?),
                    columns: (0, 0),
                };
                let columns = columns::write(some, |part| body.put(part))?;
                chunk.columns = body.put(&encode(&columns)?);
                let place = cached_articles.cached_all.len();
                chunk.summaries = excerpts(some, rows, place, &mut body, &mut table)?;
                cached_articles.cached_all.push(chunk);
            }
        }
        table.sort_unstable_by_key(|(row, _)| row.id);
        let mut bytes = Vec::with_capacity(table.len() * rows::WIDTH);
        for (row, excerpt) in &table {
            row.write(excerpt, &mut bytes);
        }
        cached_articles.rows = body.put(&bytes);
        let summaries = table.iter().filter_map(|(row, _)| match rows.get(&row.id) {
            Some((_, CachedFile::Ticket(summary))) => Some(&**summary),
            _ => None,
        });
        cached_articles.keys = keys::write(summaries, |part| body.put(part))?;
        let months = Caches::make(root)?.make_inner(caches::MONTHS)?;
        months.put(&cached_articles.file(), &[&body.0])?;
        Ok(cached_articles)
    }

    fn part(&self, months: &Caches, place: ByteRange) -> Option<Vec<u8>> {
        Self::read(&self.open(months)?, place)
    }

    /// A part of a month's file; `None` where it is torn.
    pub(in crate::index) fn read(file: &File, (offset, length): ByteRange) -> Option<Vec<u8>> {
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length < 1 << 31)?;
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, offset).ok()?;
        let body = bytes.len().checked_sub(8)?;
        let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
        bytes.truncate(body);
        (checksum(&bytes) == sum).then_some(bytes)
    }

    /// The leaves that a command wants.
    pub(in crate::index) fn wanted(&self, want: Want) -> impl Iterator<Item = &Chunk> {
        self.cached_all
            .iter()
            .filter(move |cached| cached.is_wanted(want))
    }

    /// What a command wants of a leaf.
    pub(in crate::index) fn kept(
        &self,
        months: &Caches,
        cached: &Chunk,
        want: Want,
        done: Option<DoneTickets<'_>>,
    ) -> Option<MonthContent> {
        if let Some(done) = done.filter(|done| done.live_too || !cached.live) {
            return self.by_columns(months, cached, done);
        }
        let mut histories = histories(&self.part(months, cached.histories)?)?;
        if want.is_of_stories() {
            histories.retain(|history| want.tells(history));
            return Some(MonthContent {
                histories,
                ..MonthContent::default()
            });
        }
        let bytes = self.part(months, cached.summaries)?;
        let mut summaries: Vec<TicketSummary> = postcard::from_bytes(&bytes).ok()?;
        if summaries.len() != histories.len() {
            return None;
        }
        for (summary, history) in summaries.iter_mut().zip(histories) {
            summary.knowledge = history.knowledge;
            summary.events = history.events;
        }
        if want == Want::Open {
            summaries.retain(|summary| want.covers(summary));
        }
        Some(MonthContent {
            summaries,
            ..MonthContent::default()
        })
    }

    /// When something last happened to any of the tickets.
    pub(in crate::index) fn newest(&self) -> Moment {
        let all = self.cached_all.iter().map(Chunk::newest);
        all.max().unwrap_or_else(Moment::epoch)
    }

    /// The tickets of a leaf as its columns tell of them.
    fn by_columns(
        &self,
        months: &Caches,
        cached: &Chunk,
        done: DoneTickets<'_>,
    ) -> Option<MonthContent> {
        if !may_begin(&self.name, done.begins) {
            return Some(MonthContent::default());
        }
        let count = cached.count as usize;
        let file = self.open(months)?;
        let part = |place| Self::read(&file, place);
        let directory: Directory = postcard::from_bytes(&part(cached.columns)?).ok()?;
        if let Some(ShownTo(each)) = done.each {
            let columns = directory.columns(each.fields(), count, part)?;
            let basics = directory.basics(count, part)?;
            each.of_columns(columns, &basics, count)?;
            return Some(MonthContent::default());
        }
        let stories = || histories(&part(cached.histories)?);
        columns::read(&directory, count, done, part, stories)
    }

    /// The month as a look at its files found its folder.
    pub(in crate::index) fn seen_by(&self, scan: &Scan) -> Self {
        let folder = scan.folders.get(&self.name).copied();
        Self {
            odd: scan.is_odd(&self.name),
            folder: folder.or(self.folder),
            ..self.clone()
        }
    }

    /// Opens the file, for single excerpts.
    pub(in crate::index) fn open(&self, months: &Caches) -> Option<File> {
        months.file(&self.file()).ok()?
    }

    /// The row of a place in the table with its excerpt; `None` where there is none, or it is torn.
    pub(in crate::index) fn row(&self, file: &File, place: u32) -> Option<(Row, TicketSummary)> {
        let mut bytes = [0; rows::WIDTH];
        let row = self.bytes(file, place, &mut bytes)?;
        let mut excerpt = vec![0; row.length as usize];
        file.read_exact_at(&mut excerpt, row.offset).ok()?;
        let summary =
            Row::is_of(&bytes, &excerpt).then(|| postcard::from_bytes(&excerpt).ok())??;
        Some((row, summary))
    }

    /// The row of a place in the table, not proved.
    pub(in crate::index) fn head(&self, file: &File, place: u32) -> Option<Row> {
        self.bytes(file, place, &mut [0; rows::WIDTH])
    }

    fn bytes(&self, file: &File, place: u32, bytes: &mut [u8; rows::WIDTH]) -> Option<Row> {
        let offset = u64::from(place) * rows::WIDTH as u64;
        (offset + 8 < self.rows.1).then_some(())?;
        file.read_exact_at(bytes, self.rows.0 + offset).ok()?;
        Row::read(bytes)
    }

    /// The place of a ticket in the table.
    pub(in crate::index) fn place(&self, file: &File, id: TicketId) -> Option<u32> {
        let (mut from, mut to) = (0, u32::try_from(self.rows.1 / rows::WIDTH as u64).ok()?);
        while from < to {
            let middle = from + (to - from) / 2;
            match self.head(file, middle)?.id.cmp(&id) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// What happened to the tickets of a chunk.
    pub(in crate::index) fn histories(
        &self,
        months: &Caches,
        chunk: u32,
    ) -> Option<Vec<TicketHistory>> {
        let chunk = self.cached_all.get(chunk as usize)?;
        histories(&self.part(months, chunk.histories)?)
    }

    /// All that was known of the month's files, of those that could be read.
    pub(in crate::index) fn rows(&self, months: &Caches) -> Option<MonthRows> {
        let stamps: Vec<(TicketId, FileStamp)> =
            postcard::from_bytes(&self.part(months, self.stamps)?).ok()?;
        let stamps: BTreeMap<TicketId, FileStamp> = stamps.into_iter().collect();
        let mut rows = MonthRows::new();
        for cached in &self.cached_all {
            for summary in self.kept(months, cached, Want::All, None)?.summaries {
                if let Some(stamp) = stamps.get(&summary.id) {
                    rows.insert(summary.id, (*stamp, CachedFile::Ticket(Box::new(summary))));
                }
            }
        }
        Some(rows)
    }
}

/// A month's file in the making.
#[derive(Default)]
struct Body(Vec<u8>);

impl Body {
    /// Adds a part with its checksum, and tells where it stands.
    fn put(&mut self, part: &[u8]) -> ByteRange {
        let offset = self.0.len() as u64;
        self.0.extend(part);
        self.0.extend(checksum(part).to_le_bytes());
        (offset, self.0.len() as u64 - offset)
    }
}

/// Writes the excerpts of a chunk one behind the other, and adds each to the table.
fn excerpts(
    some: &[&TicketSummary],
    rows: &MonthRows,
    chunk: usize,
    body: &mut Body,
    table: &mut Vec<(Row, Vec<u8>)>,
) -> Result<ByteRange, StoreError> {
    let mut bytes = encode(&some.len())?;
    let from = table.len();
    for (at, summary) in (0..).zip(some) {
        let excerpt = encode(summary)?;
        if let Some((stamp, _)) = rows.get(&summary.id) {
            let row = Row {
                chunk: u32::try_from(chunk).unwrap_or(u32::MAX),
                at,
                offset: bytes.len() as u64,
                length: u32::try_from(excerpt.len()).unwrap_or(u32::MAX),
                ..Row::of(summary, *stamp)
            };
            bytes.extend(&excerpt);
            table.push((row, excerpt));
        }
    }
    let place = body.put(&bytes);
    for (row, _) in &mut table[from..] {
        row.offset += place.0;
    }
    Ok(place)
}

/// How often articles were used on these tickets, and what came of it.
pub(in crate::index) fn usage(rows: &MonthRows) -> BTreeMap<String, Usage> {
    article_usage::usage(rows.values().filter_map(|(_, known)| match known {
        CachedFile::Ticket(summary) => Some(&**summary),
        CachedFile::Unreadable(_) => None,
    }))
}

/// The stories of tickets, and the book of their events.
fn tell(summaries: &[&TicketSummary]) -> (Vec<TicketHistory>, EventTable) {
    let mut encoder = EventEncoder::default();
    let histories = summaries.iter().map(|summary| {
        encoder.copy(&summary.events);
        TicketHistory::of(summary)
    });
    (histories.collect(), encoder.finish())
}

/// When one of these tickets was last written.
fn newest(some: &[&TicketSummary]) -> Moment {
    let all = some.iter().map(|one| one.updated);
    all.max().unwrap_or_else(Moment::epoch)
}

/// When something last happened to a ticket.
fn last(summary: &TicketSummary) -> Option<Moment> {
    summary.events.last().map(|last| last.at)
}

/// Reads what [`tell`] wrote.
fn histories(bytes: &[u8]) -> Option<Vec<TicketHistory>> {
    let (mut histories, book): (Vec<TicketHistory>, EventTable) =
        postcard::from_bytes(bytes).ok()?;
    let book = Arc::new(book.sound()?);
    let mut from = 0;
    for history in &mut histories {
        from = history.events.attach(&book, from)?;
    }
    Some(histories)
}

/// Whether a name in the folder of the months is one that [`MonthCache::file`] gives.
fn is_file_of_a_month(name: &str) -> bool {
    name.split_once('.').is_some_and(|(month, digest)| {
        walk::is_month(month)
            && digest.len() == 16
            && digest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The folder of the months' files, if it is there.
pub(in crate::index) fn folder(root: &Root) -> Option<Caches> {
    Caches::open(root).ok()??.inner(caches::MONTHS).ok()?
}

/// What the meaning of the bytes depends on: the version, and the keys in their order.
pub(in crate::index) fn format() -> u64 {
    let keys: Vec<&str> = crate::model::field::Key::ALL
        .iter()
        .map(|key| key.path())
        .collect();
    checksum(format!("{} {}", env!("CARGO_PKG_VERSION"), keys.join(" ")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_of_late_is_read_of_chunks_that_have_it() {
        let at = |text: &str| -> Moment { text.parse().unwrap() };
        let chunk = |last: Option<&str>| Chunk {
            live: false,
            settled: true,
            newest: Moment::epoch(),
            count: 0,
            columns: (0, 0),
            last: last.map(at),
            summaries: (0, 0),
            histories: (0, 0),
        };
        let want = Want::StoriesSince(at("2026-11-23T00:00:00Z"));
        assert!(chunk(Some("2026-11-23T00:00:00Z")).is_wanted(want));
        assert!(!chunk(Some("2026-11-22T23:59:59Z")).is_wanted(want));
        assert!(!chunk(None).is_wanted(want));
    }
}
