//! How the excerpts of tickets are kept: a small file that tells of every month, and one file for
//! each month, so that one change rewrites one month.
//!
//! In a month's file live tickets (open, or with a requester still to be told) stand apart from the
//! rest, so that daily commands never pay for closed history; and what happened to tickets apart from
//! their front matter, so that reports never pay for that. Each part ends in a checksum: a torn
//! or foreign file is never believed, and its month is read anew.

use std::collections::{BTreeMap, HashSet};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
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
use crate::store::error::StoreError;
use crate::store::fs::caches::{self, Caches};
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, FileStamp};

/// Begins the file of all months; changes with the format of either file.
const MAGIC: &[u8; 16] = b"plaindesk-cache4";

/// How many tickets stand together: few enough that two threads share a month.
const LEAF: usize = 2_048;

/// Offset and length in a month's file.
type ByteRange = (u64, u64);

/// Some tickets of a month, live ones or others.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(in crate::index) struct Chunk {
    live: bool,
    /// When something last happened to any of them.
    last: Option<Moment>,
    summaries: ByteRange,
    histories: ByteRange,
}

impl Chunk {
    fn is_wanted(&self, want: Want) -> bool {
        match want {
            Want::Figures => false,
            Want::Open | Want::Live => self.live,
            Want::All | Want::Stories => true,
            Want::StoriesSince(from) => self.last.is_some_and(|last| last >= from),
        }
    }
}

/// What is kept of a month's tickets, as far as it is wanted.
#[derive(Debug, Default)]
pub(in crate::index) struct MonthContent {
    pub summaries: Vec<TicketSummary>,
    pub histories: Vec<TicketHistory>,
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
    /// Stamps of all files.
    stamps: ByteRange,
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
        let (mut live, mut done) = (Vec::new(), Vec::new());
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
                    } else {
                        &mut done
                    };
                    side.push(&**summary);
                }
                CachedFile::Unreadable(_) => cached_articles.unread.push(*id),
            }
        }
        let mut body: Vec<u8> = Vec::new();
        let mut put = |part: &[u8]| -> ByteRange {
            let offset = body.len() as u64;
            body.extend(part);
            body.extend(checksum(part).to_le_bytes());
            (offset, body.len() as u64 - offset)
        };
        cached_articles.stamps = put(&encode(&stamps)?);
        for (side, live) in [(&live, true), (&done, false)] {
            for some in side.chunks(LEAF) {
                cached_articles.cached_all.push(Chunk {
                    live,
                    last: some.iter().filter_map(|one| last(one)).max(),
                    summaries: put(&encode(&some)?),
                    histories: put(&encode(&tell(some))?),
                });
            }
        }
        let months = Caches::make(root)?.make_inner(caches::MONTHS)?;
        months.put(&cached_articles.file(), &[&body])?;
        Ok(cached_articles)
    }

    fn part(&self, months: &Caches, (offset, length): ByteRange) -> Option<Vec<u8>> {
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length < 1 << 31)?;
        let mut bytes = vec![0; length];
        let file = months.file(&self.file()).ok()??;
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
    ) -> Option<MonthContent> {
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

    /// All that was known of the month's files, of those that could be read.
    pub(in crate::index) fn rows(&self, months: &Caches) -> Option<MonthRows> {
        let stamps: Vec<(TicketId, FileStamp)> =
            postcard::from_bytes(&self.part(months, self.stamps)?).ok()?;
        let stamps: BTreeMap<TicketId, FileStamp> = stamps.into_iter().collect();
        let mut rows = MonthRows::new();
        for cached in &self.cached_all {
            for summary in self.kept(months, cached, Want::All)?.summaries {
                if let Some(stamp) = stamps.get(&summary.id) {
                    rows.insert(summary.id, (*stamp, CachedFile::Ticket(Box::new(summary))));
                }
            }
        }
        Some(rows)
    }
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

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    let failed = |error| StoreError::Io {
        doing: "encode",
        path: caches::TICKETS.into(),
        source: std::io::Error::other(error),
    };
    postcard::to_stdvec(value).map_err(failed)
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
