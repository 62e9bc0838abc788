//! The excerpts of all tickets, kept in `.desk/` and brought up to date from what changed on disk.
//!
//! One file: a header that tells each month's digest and where its excerpts stand, live tickets
//! (open, or with a requester still to be told) apart from the rest, so that daily commands never pay for closed history. A month whose files
//! have the digest of the header is not looked at any further. Anything odd about the file, and
//! it is built anew.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use serde::{Deserialize, Serialize};

use super::checksum::checksum;
use super::scan::{Scan, is_racy, on_two_threads, racy};
use crate::model::article::Came;
use crate::model::excerpt::{Excerpt, Learned};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::person::Handle;
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::fold;
use crate::rules::knowledge::{self, Usage};
use crate::store::read;
use crate::store::root::Root;
use crate::store::walk::{self, Stamp, Stray};

/// Begins the file; changes with its format.
const MAGIC: &[u8; 16] = b"plaindesk-cache7";

/// Its name.
const FILE: &str = "tickets.cache";

/// What one file was last found to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Known {
    /// A ticket.
    Ticket(Box<Excerpt>),
    /// Nothing that can be read; why is told anew each time.
    Unreadable,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Header {
    /// Of the tool that wrote it; see [`format`].
    format: u64,
    months: Vec<Shelf>,
}

/// Where a month's excerpts stand in the file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Shelf {
    name: String,
    digest: u64,
    /// Stamps of all files; live excerpts; the rest. Offset and length of each.
    parts: [(u64, u64); 3],
    unreadable: u32,
    /// Articles that were said to be wrong, on open tickets and done ones: whoever looks after them
    /// is to be told, and does not read closed history for it.
    wrong: Vec<Wrong>,
    /// How often articles were used on these tickets, and what came of it.
    usage: BTreeMap<String, Usage>,
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
    fn all(excerpt: &Excerpt) -> impl Iterator<Item = Self> {
        let ticket = excerpt.id;
        excerpt
            .knowledge
            .iter()
            .filter_map(move |one| match &one.what {
                Learned::Used {
                    article,
                    came: Came::Wrong,
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

/// All tickets of a desk, as far as a command wants them.
#[derive(Debug, Default)]
pub struct Tickets {
    /// Excerpts by id.
    pub all: Vec<Excerpt>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// Things in the tickets' folder that are no tickets.
    pub strays: Vec<Stray>,
    /// Articles that were said to be wrong, of all tickets whichever were wanted.
    pub wrong: Vec<Wrong>,
    /// How often articles were used, and what came of it, of all tickets whichever were wanted.
    pub usage: BTreeMap<String, Usage>,
}

impl Tickets {
    fn count(&mut self, usage: &BTreeMap<String, Usage>) {
        for (article, more) in usage {
            self.usage.entry(article.clone()).or_default().add(more);
        }
    }
}

/// Which tickets a command wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// None: only what is counted of all.
    Figures,
    /// Those that are not done.
    Open,
    /// Those too whose requester is still to be told that they are solved.
    Live,
    /// All.
    All,
}

impl Want {
    fn covers(self, ticket: &Excerpt) -> bool {
        match self {
            Self::Figures => false,
            Self::Open => ticket.status().is_open(),
            Self::Live => ticket.is_live(),
            Self::All => true,
        }
    }
}

/// Tells how far a long build is: files read, files in all.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// Told of every page that is read on the way, from two threads.
pub type Seen<'s> = &'s (dyn Fn(&TicketPage) + Sync);

/// The excerpts of a desk, up to date with its files.
pub fn load(root: &Root, want: Want, progress: Progress<'_>) -> Tickets {
    scanned(root, &Scan::of_tickets(root), want, progress, &|_| ())
}

/// The excerpts of a desk, up to date with what a look found.
pub fn scanned(
    root: &Root,
    scan: &Scan,
    want: Want,
    progress: Progress<'_>,
    seen: Seen<'_>,
) -> Tickets {
    let began = scan.began;
    let store = Stored::open(root);
    let mut tickets = Tickets::default();
    let mut shelves: Vec<Fresh> = Vec::new();
    let mut stale = store
        .as_ref()
        .is_none_or(|store| store.header.months.len() != scan.months.len());
    let mut work: Vec<(usize, TicketId)> = Vec::new();
    for (at, (month, digest)) in scan.months.iter().enumerate() {
        let digest = *digest;
        let shelf = store.as_ref().and_then(|store| store.shelf(&month.name));
        if let (Some(store), Some(shelf)) = (&store, shelf)
            && shelf.digest == digest
            && !is_racy(month, began)
            && let Some(kept) = store.excerpts(shelf, want)
        {
            shelves.push(Fresh::Kept {
                kept,
                month: month.name.clone(),
                shelf: shelf.clone(),
            });
            continue;
        }
        stale = true;
        let known = match (&store, shelf) {
            (Some(store), Some(shelf)) => store.rows(shelf).unwrap_or_default(),
            _ => BTreeMap::new(),
        };
        let mut rows = BTreeMap::new();
        for (id, stamp) in &month.files {
            match known.get(id) {
                Some((old, known)) if old == stamp && !racy(stamp, began) => {
                    rows.insert(*id, (*stamp, known.clone()));
                }
                _ => {
                    work.push((at, *id));
                    rows.insert(*id, (*stamp, Known::Unreadable));
                }
            }
        }
        shelves.push(Fresh::Built {
            rows,
            digest,
            month: month.name.clone(),
        });
    }
    let total = work.len();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let found = on_two_threads(&work, |(_, id)| {
        let known = read_one(root, *id, seen);
        let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if total > 2_000 && (count.is_multiple_of(256) || count == total) {
            progress(count, total);
        }
        known
    });
    for ((at, id), known) in work.iter().zip(found) {
        if let Fresh::Built { rows, .. } = &mut shelves[*at]
            && let Some(row) = rows.get_mut(id)
        {
            row.1 = known;
        }
    }
    if stale {
        // A cache that cannot be written costs time, nothing else.
        let _ = write(root, &shelves, store.as_ref());
    }
    for shelf in shelves {
        shelf.give(want, root, &mut tickets);
    }
    tickets.all.sort_unstable_by_key(|excerpt| excerpt.id);
    tickets.strays.clone_from(&scan.strays);
    tickets
}

/// A month, as it will stand in the next cache file.
enum Fresh {
    Kept {
        kept: Vec<Excerpt>,
        month: String,
        shelf: Shelf,
    },
    Built {
        rows: BTreeMap<TicketId, (Stamp, Known)>,
        digest: u64,
        month: String,
    },
}

impl Fresh {
    fn give(self, want: Want, root: &Root, tickets: &mut Tickets) {
        match self {
            Self::Kept { kept, month, shelf } => {
                tickets.all.extend(kept);
                tickets.wrong.extend(shelf.wrong);
                tickets.count(&shelf.usage);
                if shelf.unreadable > 0 {
                    for id in walk::ids(root, &month) {
                        if let Err(problem) = read_page(root, id) {
                            tickets.problems.push(*problem);
                        }
                    }
                }
            }
            Self::Built { rows, .. } => {
                tickets.count(&usage(&rows));
                for (id, (_, known)) in rows {
                    if let Known::Ticket(excerpt) = &known {
                        tickets.wrong.extend(Wrong::all(excerpt));
                    }
                    match known {
                        Known::Ticket(excerpt) if want.covers(&excerpt) => {
                            tickets.all.push(*excerpt);
                        }
                        Known::Ticket(_) => {}
                        Known::Unreadable => tickets
                            .problems
                            .extend(read_page(root, id).err().map(|problem| *problem)),
                    }
                }
            }
        }
    }
}

fn usage(rows: &BTreeMap<TicketId, (Stamp, Known)>) -> BTreeMap<String, Usage> {
    knowledge::usage(rows.values().filter_map(|(_, known)| match known {
        Known::Ticket(excerpt) => Some(&**excerpt),
        Known::Unreadable => None,
    }))
}

/// Reads a ticket's file.
pub(super) fn read_page(root: &Root, id: TicketId) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let text = read::page(root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    ticket::read(id, text)
}

fn read_one(root: &Root, id: TicketId, seen: Seen<'_>) -> Known {
    match read_page(root, id) {
        Ok(page) => {
            seen(&page);
            let conflict = fold::has_conflict(&page.ticket);
            Known::Ticket(Box::new(Excerpt::of(&page.ticket, conflict)))
        }
        Err(_) => Known::Unreadable,
    }
}

/// The cache file, open.
struct Stored {
    file: File,
    header: Header,
    /// Where the parts begin.
    base: u64,
}

/// What the meaning of the bytes hangs on: the version, and the keys in their order.
pub(super) fn format() -> u64 {
    let keys: Vec<&str> = crate::model::field::Key::ALL
        .iter()
        .map(|key| key.path())
        .collect();
    checksum(format!("{} {}", env!("CARGO_PKG_VERSION"), keys.join(" ")).as_bytes())
}

impl Stored {
    /// Opens the cache; `None` where there is none of this version.
    fn open(root: &Root) -> Option<Self> {
        let file = super::folder::open(root, FILE)?;
        let mut start = [0; 32];
        file.read_exact_at(&mut start, 0).ok()?;
        if &start[..16] != MAGIC {
            return None;
        }
        let number =
            |at: usize| u64::from_le_bytes(start[at..at + 8].try_into().unwrap_or_default());
        let (length, sum) = (number(16), number(24));
        let size = file.metadata().ok()?.len();
        if length > size {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        file.read_exact_at(&mut bytes, 32).ok()?;
        let (header, _) = (checksum(&bytes) == sum)
            .then(|| postcard::take_from_bytes::<Header>(&bytes).ok())??;
        (header.format == format()).then_some(Self {
            file,
            header,
            base: 32 + length,
        })
    }

    fn shelf(&self, name: &str) -> Option<&Shelf> {
        self.header.months.iter().find(|shelf| shelf.name == name)
    }

    /// Reads a part; each ends in a checksum, so that a torn or foreign file is never believed.
    fn part(&self, shelf: &Shelf, which: usize) -> Option<Vec<u8>> {
        let (offset, length) = shelf.parts[which];
        let mut bytes = vec![
            0;
            usize::try_from(length)
                .ok()
                .filter(|length| *length < 1 << 31)?
        ];
        self.file
            .read_exact_at(&mut bytes, self.base + offset)
            .ok()?;
        let body = bytes.len().checked_sub(8)?;
        let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
        bytes.truncate(body);
        (checksum(&bytes) == sum).then_some(bytes)
    }

    fn excerpts(&self, shelf: &Shelf, want: Want) -> Option<Vec<Excerpt>> {
        if want == Want::Figures {
            return Some(Vec::new());
        }
        let mut all: Vec<Excerpt> = postcard::from_bytes(&self.part(shelf, 1)?).ok()?;
        if want == Want::Open {
            all.retain(|excerpt| want.covers(excerpt));
        }
        if want == Want::All {
            all.extend(postcard::from_bytes::<Vec<Excerpt>>(&self.part(shelf, 2)?).ok()?);
        }
        Some(all)
    }

    fn rows(&self, shelf: &Shelf) -> Option<BTreeMap<TicketId, (Stamp, Known)>> {
        let stamps: Vec<(TicketId, Stamp)> = postcard::from_bytes(&self.part(shelf, 0)?).ok()?;
        let excerpts = self.excerpts(shelf, Want::All)?;
        let mut rows: BTreeMap<TicketId, (Stamp, Known)> = stamps
            .into_iter()
            .map(|(id, stamp)| (id, (stamp, Known::Unreadable)))
            .collect();
        for excerpt in excerpts {
            if let Some(row) = rows.get_mut(&excerpt.id) {
                row.1 = Known::Ticket(Box::new(excerpt));
            }
        }
        Some(rows)
    }
}

/// Writes the cache: a temporary file and a rename, no sync, for it can be lost without harm.
fn write(root: &Root, months: &[Fresh], old: Option<&Stored>) -> std::io::Result<()> {
    let mut header = Header {
        format: format(),
        months: Vec::new(),
    };
    let mut body: Vec<u8> = Vec::new();
    for month in months {
        let parts: [Vec<u8>; 3];
        let mut shelf = match month {
            Fresh::Kept { shelf, .. } => {
                let part = |which| {
                    old.and_then(|old| old.part(shelf, which))
                        .ok_or(std::io::ErrorKind::InvalidData)
                };
                parts = [part(0)?, part(1)?, part(2)?];
                shelf.clone()
            }
            Fresh::Built {
                rows,
                digest,
                month,
            } => {
                let stamps: Vec<(TicketId, Stamp)> =
                    rows.iter().map(|(id, (stamp, _))| (*id, *stamp)).collect();
                let (mut open, mut done) = (Vec::new(), Vec::new());
                let mut unreadable = 0;
                let mut wrong = Vec::new();
                for (_, known) in rows.values() {
                    if let Known::Ticket(excerpt) = known {
                        wrong.extend(Wrong::all(excerpt));
                    }
                    match known {
                        Known::Ticket(excerpt) if excerpt.is_live() => {
                            open.push(&**excerpt);
                        }
                        Known::Ticket(excerpt) => done.push(&**excerpt),
                        Known::Unreadable => unreadable += 1,
                    }
                }
                parts = [encode(&stamps)?, encode(&open)?, encode(&done)?];
                Shelf {
                    name: month.clone(),
                    digest: *digest,
                    unreadable,
                    wrong,
                    usage: usage(rows),
                    ..Shelf::default()
                }
            }
        };
        for (at, part) in parts.into_iter().enumerate() {
            let offset = body.len() as u64;
            let sum = checksum(&part);
            body.extend(part);
            body.extend(sum.to_le_bytes());
            shelf.parts[at] = (offset, body.len() as u64 - offset);
        }
        header.months.push(shelf);
    }
    let header = encode(&header)?;
    let mut start = MAGIC.to_vec();
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(checksum(&header).to_le_bytes());
    start.extend(header);
    super::folder::put(root, FILE, &[&start, &body])
}

fn encode<T: Serialize>(value: &T) -> std::io::Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(std::io::Error::other)
}
