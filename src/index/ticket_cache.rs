//! The excerpts of all tickets, kept in `.desk/` and brought up to date from what changed on disk.
//!
//! A month whose files have the digest that its excerpts were made of is not looked at any further;
//! of the others only the files that changed are read. See [`month`](crate::index::month_cache) for how it is
//! kept.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::index::checksum::checksum;
pub use crate::index::month_cache::Wrong;
use crate::index::month_cache::{self, Header, Kept, Known, Rows, Shelf};
use crate::index::scan::{Scan, is_racy, on_two_threads, racy};
use crate::model::id::TicketId;
use crate::model::ticket_history::Story;
use crate::model::ticket_summary::Excerpt;
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::article_usage::Usage;
use crate::rules::lifecycle::replay;
use crate::store::fs::read;
use crate::store::fs::root::Root;
use crate::store::fs::walk::{Month, Stray};

/// All tickets of a desk, as far as a command wants them.
#[derive(Debug, Default)]
pub struct Tickets {
    /// Excerpts by id.
    pub all: Vec<Excerpt>,
    /// Stories by id, where these are wanted.
    pub stories: Vec<Story>,
    /// Files that cannot be read, or only be read.
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
    /// All, what happened to them instead of what they say.
    Stories,
}

impl Want {
    pub(in crate::index) fn covers(self, ticket: &Excerpt) -> bool {
        match self {
            Self::Figures | Self::Stories => false,
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
    let old = Header::load(root);
    let mut tickets = Tickets::default();
    let mut header = Header::new();
    let mut stale = old.months.len() != scan.months.len();
    let counted = Counted {
        done: AtomicUsize::new(0),
        total: scan.months.iter().map(|(month, _)| month.files.len()).sum(),
        progress,
    };
    let fresh = scan.months.iter().map(|(month, digest)| {
        let shelf = old.shelf(&month.name)?;
        let same = shelf.digest == *digest && !is_racy(month, scan.began);
        Some((shelf, same.then(|| still_unreadable(root, shelf))??))
    });
    let fresh: Vec<Option<(&Shelf, Vec<Problem>)>> = fresh.collect();
    let leaves = fresh.iter().flatten();
    let leaves = leaves.flat_map(|(shelf, _)| shelf.wanted(want).map(move |leaf| (shelf, leaf)));
    let leaves: Vec<_> = leaves.collect();
    let folder = month_cache::folder(root);
    let kept = on_two_threads(&leaves, |(shelf, leaf)| {
        shelf.kept(folder.as_ref()?, leaf, want)
    });
    let stories = kept.iter().flatten().map(|kept| kept.stories.len());
    tickets.stories.reserve(stories.sum());
    let mut kept = kept.into_iter();
    for ((month, digest), fresh) in scan.months.iter().zip(fresh) {
        if let Some((shelf, problems)) = fresh {
            let count = shelf.wanted(want).count();
            let leaves: Vec<Option<Kept>> = kept.by_ref().take(count).collect();
            if let Some(leaves) = leaves.into_iter().collect() {
                counted.done.fetch_add(month.files.len(), Ordering::Relaxed);
                tickets.keep(root, shelf, leaves);
                tickets.problems.extend(problems);
                header.months.push(shelf.clone());
                continue;
            }
        }
        let shelf = old.shelf(&month.name);
        stale = true;
        // One month after the other, so that a hundred thousand tickets need not fit in memory.
        let known = shelf.zip(folder.as_ref());
        let known = known.and_then(|(shelf, folder)| shelf.rows(folder));
        let known = known.unwrap_or_default();
        let rows = read_month(root, month, known, scan.began, &counted, seen);
        // A cache that cannot be written costs time, nothing else.
        if let Ok(shelf) = Shelf::write(root, &month.name, *digest, &rows) {
            header.months.push(shelf);
        }
        tickets.take(root, want, rows);
    }
    if stale {
        let _ = header.write(root);
    }
    tickets.all.sort_unstable_by_key(|excerpt| excerpt.id);
    // Two runs of each month, which a stable sort merges.
    tickets.stories.sort_by_key(|story| story.id);
    tickets.strays.clone_from(&scan.strays);
    tickets.problems.extend(scan.problems.iter().cloned());
    tickets
}

/// What is wrong with the files of a month that could not be read; `None` where one of them can be
/// read by now.
fn still_unreadable(root: &Root, shelf: &Shelf) -> Option<Vec<Problem>> {
    let told = shelf.unread.iter().map(|id| read_page(root, *id).err());
    told.map(|problem| problem.map(|problem| *problem))
        .collect()
}

/// How far a build is.
struct Counted<'p> {
    done: AtomicUsize,
    total: usize,
    progress: Progress<'p>,
}

impl Counted<'_> {
    fn one(&self) {
        let count = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.total > 2_000 && (count.is_multiple_of(256) || count == self.total) {
            (self.progress)(count, self.total);
        }
    }
}

/// What a month's files say now, of those that changed since they were `known`.
fn read_month(
    root: &Root,
    month: &Month,
    mut known: Rows,
    began: i128,
    counted: &Counted<'_>,
    seen: Seen<'_>,
) -> Rows {
    let (mut rows, mut work) = (Rows::new(), Vec::new());
    for (id, stamp) in &month.files {
        match known.remove(id) {
            Some((old, known)) if old == *stamp && !racy(stamp, began) => {
                counted.one();
                rows.insert(*id, (*stamp, known));
            }
            _ => work.push((*id, *stamp)),
        }
    }
    let found = on_two_threads(&work, |(id, _)| {
        let known = read_one(root, *id, seen);
        counted.one();
        known
    });
    for ((id, stamp), known) in work.into_iter().zip(found) {
        rows.insert(id, (stamp, known));
    }
    rows
}

impl Tickets {
    /// Takes what was kept of a month.
    fn keep(&mut self, root: &Root, shelf: &Shelf, leaves: Vec<Kept>) {
        for kept in leaves {
            self.all.extend(kept.excerpts);
            self.stories.extend(kept.stories);
        }
        self.wrong.extend(shelf.wrong.iter().cloned());
        self.count(&shelf.usage);
        let barred = shelf.barred.iter();
        self.problems.extend(barred.flat_map(|id| bars(root, *id)));
    }

    /// Takes what was read of a month.
    fn take(&mut self, root: &Root, want: Want, rows: Rows) {
        self.count(&month_cache::usage(&rows));
        for (id, (_, known)) in rows {
            match known {
                Known::Ticket(excerpt) => {
                    self.wrong.extend(Wrong::all(&excerpt));
                    if excerpt.barred {
                        self.problems.extend(bars(root, id));
                    }
                    if want == Want::Stories {
                        self.stories.push(Story::of(&excerpt));
                    } else if want.covers(&excerpt) {
                        self.all.push(*excerpt);
                    }
                }
                Known::Unreadable(problem) => self.problems.push(*problem),
            }
        }
    }
}

/// Reads a ticket's file.
pub(in crate::index) fn read_page(root: &Root, id: TicketId) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let text = read::page(root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    ticket::read(id, text)
}

/// Why a ticket's file may only be read, or not even that.
fn bars(root: &Root, id: TicketId) -> Vec<Problem> {
    match read_page(root, id) {
        Ok(page) => page.bars(),
        Err(problem) => vec![*problem],
    }
}

fn read_one(root: &Root, id: TicketId, seen: Seen<'_>) -> Known {
    match read_page(root, id) {
        Ok(page) => {
            seen(&page);
            let conflict = replay::has_conflict(&page.ticket);
            let barred = !page.bars().is_empty();
            Known::Ticket(Box::new(Excerpt {
                barred,
                ..Excerpt::of(&page.ticket, conflict)
            }))
        }
        Err(problem) => Known::Unreadable(problem),
    }
}

/// What the meaning of the bytes hangs on: the version, and the keys in their order.
pub(in crate::index) fn format() -> u64 {
    let keys: Vec<&str> = crate::model::field::Key::ALL
        .iter()
        .map(|key| key.path())
        .collect();
    checksum(format!("{} {}", env!("CARGO_PKG_VERSION"), keys.join(" ")).as_bytes())
}
