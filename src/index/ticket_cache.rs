//! The excerpts of all tickets, kept in `.desk/` and brought up to date from what changed on disk.
//!
//! A month whose files have the digest that its excerpts were made of is not looked at any further;
//! of the others only the files that changed are read. See `month_cache` for how it is
//! kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::index::circles;
pub use crate::index::columns::DoneTickets;
use crate::index::columns::MonthContent;
pub use crate::index::month_cache::Wrong;
use crate::index::month_cache::{self, CachedFile, Chunk, Header, MonthCache, MonthRows};
use crate::index::scan::{Scan, is_racy, on_two_threads, racy};
use crate::index::want::Want;
use crate::model::field::Key;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_history::TicketHistory;
use crate::model::ticket_summary::{Complaint, TicketSummary};
use crate::page::problem::Problem;
use crate::page::ticket::{self, TicketPage};
use crate::rules::article_usage::Usage;
use crate::rules::merge;
use crate::store::fs::caches::Caches;
use crate::store::fs::read;
use crate::store::fs::root::Root;
use crate::store::fs::walk::{Month, Stray};

/// All tickets of a desk, as far as a command wants them.
#[derive(Debug, Default)]
pub struct CachedTickets {
    /// Excerpts by id.
    pub all: Vec<TicketSummary>,
    /// Stories by id, where these are wanted.
    pub histories: Vec<TicketHistory>,
    /// Files that cannot be read, or only be read.
    pub problems: Vec<Problem>,
    /// Things in the tickets' folder that are no tickets.
    pub strays: Vec<Stray>,
    /// Articles that were said to be wrong, of all tickets whichever were wanted.
    pub wrong: Vec<Wrong>,
    /// Complaints, of all tickets whichever were wanted.
    pub complaints: Vec<Complaint>,
    /// How often articles were used, and what came of it, of all tickets whichever were wanted.
    pub usage: BTreeMap<String, Usage>,
    /// How many more done tickets fit than were asked for.
    pub more: usize,
}

impl CachedTickets {
    fn count(&mut self, usage: &BTreeMap<String, Usage>) {
        for (article, more) in usage {
            self.usage.entry(article.clone()).or_default().add(more);
        }
    }
}

/// Tells how far a long build is: files read, files in all.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// Told of every page that is read on the way, from two threads.
pub type OnPage<'s> = &'s (dyn Fn(&TicketPage) + Sync);

/// The excerpts of a desk, up to date with its files.
pub fn load(root: &Root, want: Want, progress: Progress<'_>) -> CachedTickets {
    scanned(root, &Scan::of_tickets(root), want, progress, &|_| ())
}

/// The excerpts of a desk, up to date with what a look found.
pub fn scanned(
    root: &Root,
    scan: &Scan,
    want: Want,
    progress: Progress<'_>,
    seen: OnPage<'_>,
) -> CachedTickets {
    some(root, scan, want, None, progress, seen)
}

/// As [`scanned`]; of done tickets only what `done` says, from months that did not change.
pub fn some(
    root: &Root,
    scan: &Scan,
    want: Want,
    done: Option<DoneTickets<'_>>,
    progress: Progress<'_>,
    seen: OnPage<'_>,
) -> CachedTickets {
    let old = Header::load(root);
    let mut tickets = CachedTickets::default();
    let mut header = Header::new();
    let mut stale = old.months.len() != scan.months.len();
    let mut touched = BTreeSet::new();
    let counted = BuildProgress {
        done: AtomicUsize::new(0),
        total: scan.months.iter().map(|(month, _)| month.files.len()).sum(),
        progress,
    };
    let fresh = unchanged(root, scan, &old);
    // Tickets may be shown otherwise than they were kept: then none is left out unseen.
    let same = !stale && old.circles.is_empty() && fresh.iter().all(Option::is_some);
    let done = done.map(|done| DoneTickets {
        newest: done.newest.filter(|_| same),
        ..done
    });
    let cached_all = fresh.iter().flatten();
    let cached_all = cached_all.flat_map(|(cached_articles, _)| {
        let cached_articles: &MonthCache = cached_articles;
        cached_articles
            .wanted(want)
            .map(move |cached| (cached_articles, cached))
    });
    let cached_all: Vec<(&MonthCache, &Chunk)> = cached_all.collect();
    let folder = month_cache::folder(root);
    let kept = read_leaves(&cached_all, done, |(cached_articles, cached), done| {
        cached_articles.kept(folder.as_ref()?, cached, want, done)
    });
    let histories = kept.iter().flatten().map(|kept| kept.histories.len());
    tickets.histories.reserve(histories.sum());
    let mut kept = kept.into_iter();
    for ((month, digest), fresh) in scan.months.iter().zip(fresh) {
        if let Some((cached_articles, problems)) = fresh {
            let count = cached_articles.wanted(want).count();
            let cached_all: Vec<Option<MonthContent>> = kept.by_ref().take(count).collect();
            if let Some(cached_all) = cached_all.into_iter().collect() {
                counted.done.fetch_add(month.files.len(), Ordering::Relaxed);
                tickets.keep(root, cached_articles, cached_all);
                tickets.problems.extend(problems);
                let known = cached_articles.seen_by(scan);
                stale |= known.folder != cached_articles.folder || known.odd != cached_articles.odd;
                header.months.push(known);
                continue;
            }
        }
        stale = true;
        if scan.trusted.contains(&month.name) {
            // Its files were not looked at.
            continue;
        }
        // One month after the other, so that a hundred thousand tickets need not fit in memory.
        let known = known_rows(&old, &month.name, folder.as_ref());
        let (rows, merged) = read_month(root, month, known, scan.began, &counted, seen);
        touched.extend(merged);
        // A cache that cannot be written costs time, nothing else.
        if let Ok(cached_articles) = MonthCache::write(root, &month.name, *digest, &rows) {
            header.months.push(cached_articles.seen_by(scan));
        }
        tickets.take(root, want, done, rows);
    }
    header.circles.clone_from(&old.circles);
    if stale {
        touched.extend(old.circles.iter().flatten());
        header.circles = circles::of(&touched, |id| read_page(root, id).ok());
        let _ = header.write(root);
    }
    tickets.open_circles(root, want, done, &header.circles);
    tickets.all.sort_unstable_by_key(|summary| summary.id);
    // Two runs of each month, which a stable sort merges.
    tickets.histories.sort_by_key(|history| history.id);
    tickets.strays.clone_from(&scan.strays);
    tickets.problems.extend(scan.problems.iter().cloned());
    tickets
}

/// Reads leaves, the newest of done tickets first where only those are wanted: of a leaf in which nothing
/// changed as lately the others are counted.
fn read_leaves<'h>(
    leaves: &[(&'h MonthCache, &'h Chunk)],
    done: Option<DoneTickets<'_>>,
    read: impl Fn(&(&'h MonthCache, &'h Chunk), Option<DoneTickets<'_>>) -> Option<MonthContent> + Sync,
) -> Vec<Option<MonthContent>> {
    let most = done.and_then(|done| done.newest);
    let Some(most) = most.filter(|most| *most > 0) else {
        return on_two_threads(leaves, |leaf| read(leaf, done));
    };
    let mut order: Vec<usize> = (0..leaves.len())
        .filter(|at| leaves[*at].1.is_done())
        .collect();
    order.sort_by_key(|at| Reverse(leaves[*at].1.newest()));
    let mut first: BTreeMap<usize, Option<MonthContent>> = BTreeMap::new();
    let mut newest: Vec<Moment> = Vec::new();
    for at in order {
        if newest.len() == most && newest.last() > Some(&leaves[at].1.newest()) {
            break;
        }
        let kept = read(&leaves[at], done);
        let own = kept.iter().flat_map(|kept| &kept.summaries);
        newest.extend(own.map(|ticket| ticket.updated));
        newest.sort_unstable_by(|a, b| b.cmp(a));
        newest.truncate(most);
        first.insert(at, kept);
    }
    let others: Vec<usize> = (0..leaves.len())
        .filter(|at| !first.contains_key(at))
        .collect();
    let counted = done.map(|done| DoneTickets {
        newest: Some(0),
        ..done
    });
    let others_read = on_two_threads(&others, |at| read(&leaves[*at], counted));
    first.extend(others.into_iter().zip(others_read));
    first.into_values().collect()
}

/// What was known of a month's files.
fn known_rows(old: &Header, month: &str, folder: Option<&Caches>) -> MonthRows {
    let known = || old.cached_articles(month)?.rows(folder?);
    known().unwrap_or_default()
}

/// The months whose files are as they were kept, with what is wrong with those that cannot be read.
fn unchanged<'h>(
    root: &Root,
    scan: &Scan,
    old: &'h Header,
) -> Vec<Option<(&'h MonthCache, Vec<Problem>)>> {
    let fresh = scan.months.iter().map(|(month, digest)| {
        let cached_articles = old.cached_articles(&month.name)?;
        let same = cached_articles.digest == *digest && !is_racy(month, scan.began);
        Some((
            cached_articles,
            same.then(|| still_unreadable(root, cached_articles))??,
        ))
    });
    fresh.collect()
}

/// What is wrong with the files of a month that could not be read; `None` where one of them can be
/// read by now.
fn still_unreadable(root: &Root, cached_articles: &MonthCache) -> Option<Vec<Problem>> {
    let reported = cached_articles
        .unread
        .iter()
        .map(|id| read_page(root, *id).err());
    reported
        .map(|problem| problem.map(|problem| *problem))
        .collect()
}

/// Whether a whole excerpt is wanted.
fn is_wanted(summary: &TicketSummary, want: Want, done: Option<DoneTickets<'_>>) -> bool {
    if !want.covers(summary) {
        return false;
    }
    let as_done = done.filter(|done| done.live_too || !summary.is_live());
    as_done.is_none_or(|done| done.takes(summary))
}

/// How far a build is.
struct BuildProgress<'p> {
    done: AtomicUsize,
    total: usize,
    progress: Progress<'p>,
}

impl BuildProgress<'_> {
    fn one(&self) {
        let count = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.total > 2_000 && (count.is_multiple_of(256) || count == self.total) {
            (self.progress)(count, self.total);
        }
    }
}

/// What a month's files say now, of those that changed since they were `known`; and which of these
/// were merged into another ticket.
fn read_month(
    root: &Root,
    month: &Month,
    mut known: MonthRows,
    began: i128,
    counted: &BuildProgress<'_>,
    seen: OnPage<'_>,
) -> (MonthRows, Vec<TicketId>) {
    let (mut rows, mut work) = (MonthRows::new(), Vec::new());
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
    let mut merged = Vec::new();
    for ((id, stamp), known) in work.into_iter().zip(found) {
        if let CachedFile::Ticket(summary) = &known
            && summary.get(Key::LinkMergedInto).is_some()
        {
            merged.push(id);
        }
        rows.insert(id, (stamp, known));
    }
    (rows, merged)
}

impl CachedTickets {
    /// Shows of each circle of merged tickets the one whose link does not count as it was before.
    fn open_circles(
        &mut self,
        root: &Root,
        want: Want,
        done: Option<DoneTickets<'_>>,
        circles: &[Vec<TicketId>],
    ) {
        for id in circles.iter().filter_map(|circle| circle.first()) {
            let Ok(page) = read_page(root, *id) else {
                continue;
            };
            let summary = circles::unmerged(&page);
            self.complaints.extend(Complaint::of(&summary));
            if is_wanted(&summary, want, done) {
                self.all.retain(|one| one.id != *id);
                if done.is_some_and(|done| done.stories_until.is_some()) {
                    self.histories.retain(|one| one.id != *id);
                }
                self.put(summary, done);
            }
        }
    }

    /// Puts a ticket to the others: what happened to it, where that is wanted.
    fn put(&mut self, summary: TicketSummary, done: Option<DoneTickets<'_>>) {
        match done.filter(|done| done.stories_until.is_some()) {
            Some(done) if !done.is_later(summary.updated) => {
                self.histories.push(TicketHistory::of(&summary));
            }
            _ => self.all.push(summary),
        }
    }

    /// Takes what was kept of a month.
    fn keep(&mut self, root: &Root, cached_articles: &MonthCache, cached_all: Vec<MonthContent>) {
        for kept in cached_all {
            self.all.extend(kept.summaries);
            self.histories.extend(kept.histories);
            self.more += kept.more;
        }
        self.wrong.extend(cached_articles.wrong.iter().cloned());
        self.complaints.extend(&cached_articles.complaints);
        self.count(&cached_articles.usage);
        let barred = cached_articles.barred.iter();
        self.problems.extend(barred.flat_map(|id| bars(root, *id)));
    }

    /// Takes what was read of a month.
    fn take(&mut self, root: &Root, want: Want, done: Option<DoneTickets<'_>>, rows: MonthRows) {
        self.count(&month_cache::usage(&rows));
        for (id, (_, known)) in rows {
            match known {
                CachedFile::Ticket(summary) => {
                    self.wrong.extend(Wrong::all(&summary));
                    self.complaints.extend(Complaint::of(&summary));
                    if summary.barred {
                        self.problems.extend(bars(root, id));
                    }
                    if want.is_of_stories() {
                        let history = TicketHistory::of(&summary);
                        self.histories
                            .extend(want.tells(&history).then_some(history));
                    } else if is_wanted(&summary, want, done) {
                        self.put(*summary, done);
                    }
                }
                CachedFile::Unreadable(problem) => self.problems.push(*problem),
            }
        }
    }
}

/// From so many excerpts of a month on, all of them are read.
const MANY: usize = 256;

/// Up to so many of a month are read from their files: what happened to tickets is kept for many at once.
const FEW: usize = 24;

/// Makes partial excerpts whole: from the cache, as long as it is there, else from the files.
pub fn fill(root: &Root, mut tickets: Vec<&mut TicketSummary>) {
    tickets.retain(|ticket| ticket.is_partial());
    if tickets.is_empty() {
        return;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in &tickets {
        *counts.entry(ticket.id.folder()).or_default() += 1;
    }
    let header = Header::load(root);
    let folder = month_cache::folder(root);
    let mut files = BTreeMap::new();
    let mut stories = BTreeMap::new();
    // Of many of a month it is cheaper to read all.
    let months = counts.iter().filter(|(_, count)| **count > MANY);
    let mut whole: BTreeMap<TicketId, TicketSummary> = BTreeMap::new();
    for (name, _) in months {
        let known = || header.cached_articles(name)?.rows(folder.as_ref()?);
        whole.extend(
            known()
                .into_iter()
                .flatten()
                .filter_map(|(id, (_, known))| match known {
                    CachedFile::Ticket(summary) => Some((id, *summary)),
                    CachedFile::Unreadable(_) => None,
                }),
        );
    }
    for ticket in tickets {
        let mut known = || {
            let month = ticket.id.folder();
            counts.get(&month).filter(|count| **count > FEW)?;
            let folder = folder.as_ref()?;
            let month = header.cached_articles(&month)?;
            let file = files
                .entry(&month.name)
                .or_insert_with(|| month.open(folder));
            let file = file.as_ref()?;
            let (row, mut whole) = month.row(file, month.place(file, ticket.id)?)?;
            let chunk = stories
                .entry((&month.name, row.chunk))
                .or_insert_with(|| month.histories(folder, row.chunk));
            let story: &TicketHistory = chunk.as_ref()?.get(row.at as usize)?;
            whole.knowledge.clone_from(&story.knowledge);
            whole.events = story.events.clone();
            Some(whole)
        };
        let whole = whole.remove(&ticket.id).or_else(&mut known);
        if let Some(whole) =
            whole.or_else(|| read_page(root, ticket.id).ok().map(|page| of_page(&page)))
        {
            *ticket = whole;
        }
    }
}

/// The excerpt of a page.
pub(in crate::index) fn of_page(page: &TicketPage) -> TicketSummary {
    let conflict = merge::is_in_conflict(&page.ticket);
    TicketSummary {
        barred: !page.bars().is_empty(),
        ..TicketSummary::of(&page.ticket, conflict)
    }
}

/// Reads a ticket's file.
pub(in crate::index) fn read_page(root: &Root, id: TicketId) -> Result<TicketPage, Box<Problem>> {
    let path = id.path();
    let text = read::page(root, &path).map_err(|error| Box::new(error.problem(&path)))?;
    ticket::read(id, text)
}

/// Why a ticket's file may only be read, or not even that.
pub(in crate::index) fn bars(root: &Root, id: TicketId) -> Vec<Problem> {
    match read_page(root, id) {
        Ok(page) => page.bars(),
        Err(problem) => vec![*problem],
    }
}

fn read_one(root: &Root, id: TicketId, seen: OnPage<'_>) -> CachedFile {
    match read_page(root, id) {
        Ok(page) => {
            seen(&page);
            CachedFile::Ticket(Box::new(of_page(&page)))
        }
        Err(problem) => CachedFile::Unreadable(problem),
    }
}
