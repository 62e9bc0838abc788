//! One look at what stands on disk, for all caches of a command: names and stamps, no texts.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::index::checksum::{SEED, low, mix, word};
use crate::model::id::TicketId;
use crate::page::problem::Problem;
use crate::rules::reports::parallel::both;
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, Articles, FileStamp, Month, MonthFiles, MonthListing, Stray};

/// Nanoseconds within which a file system may give two versions of a file one time.
const TICK: i128 = 100_000_000;

/// Nanoseconds within which two versions have one time on a file system of whole seconds.
const COARSE_TICK: i128 = 2_000_000_000;

/// The files of a desk as they are now.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// When the look began, in nanoseconds since 1970.
    pub(in crate::index) began: i128,
    /// The tickets, month by month, each with the digest of its files.
    pub(in crate::index) months: Vec<(Month, u64)>,
    /// The articles.
    pub(in crate::index) articles: Articles,
    /// Things in the tickets' folder that are no tickets.
    pub(in crate::index) strays: Vec<Stray>,
    /// What could not be looked at among the tickets.
    pub(in crate::index) problems: Vec<Problem>,
}

/// How many files one thread looks at in one go: few enough that two share a month.
const SOME: usize = 1_024;

enum Task<'l> {
    Files(&'l MonthListing, &'l [TicketId]),
    Articles,
}

enum ScanResult {
    Files(MonthFiles, u64),
    Articles(Articles),
}

impl Scan {
    /// Looks at a desk's files, on two threads.
    pub fn of(root: &Root) -> Self {
        Self::look(root, true)
    }

    /// Looks at the tickets only.
    pub fn of_tickets(root: &Root) -> Self {
        Self::look(root, false)
    }

    fn look(root: &Root, articles: bool) -> Self {
        let began = now_nanos();
        let months = walk::months(root);
        let listings = on_two_threads(&months.names, |name| walk::list(root, name));
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for listing in &listings {
            let some = listing.ids.chunks(SOME);
            tasks.extend(some.map(|ids| Task::Files(listing, ids)));
        }
        if articles {
            tasks.push(Task::Articles);
        }
        let found = on_two_threads(&tasks, |task| match task {
            Task::Files(listing, ids) => {
                let seen = listing.look(ids);
                let digest = digest(&seen.files);
                ScanResult::Files(seen, digest)
            }
            Task::Articles => ScanResult::Articles(walk::articles(root)),
        });
        let mut scan = Self {
            began,
            strays: months.strays,
            problems: months.problems,
            ..Self::default()
        };
        let mut found = found.into_iter();
        for listing in &listings {
            let mut month = Month {
                name: listing.name.clone(),
                files: Vec::with_capacity(listing.ids.len()),
            };
            let (mut sum, mut odd) = (0, listing.strays.clone());
            scan.problems.extend(listing.problem.clone());
            for one in found.by_ref().take(listing.ids.len().div_ceil(SOME)) {
                if let ScanResult::Files(seen, digest) = one {
                    month.files.extend(seen.files);
                    sum = digest.wrapping_add(sum);
                    odd.extend(seen.strays);
                    scan.problems.extend(seen.problems);
                }
            }
            odd.sort_by(|a, b| a.path.cmp(&b.path));
            scan.strays.extend(odd);
            scan.months.push((month, sum));
        }
        for one in found {
            if let ScanResult::Articles(all) = one {
                scan.articles = all;
            }
        }
        scan
    }
}

/// Runs `each` over all items on two threads, results in the order of the items.
pub(in crate::index) fn on_two_threads<T: Sync, R: Send>(
    items: &[T],
    each: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if items.len() < 2 {
        return items.iter().map(each).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return own;
            };
            own.push((at, each(item)));
        }
    };
    let (more, mut all) = both(work, work);
    all.extend(more);
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

pub(in crate::index) fn now_nanos() -> i128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos().cast_signed())
}

/// Whether a file may have changed again without a new time.
pub(in crate::index) fn racy(stamp: &FileStamp, began: i128) -> bool {
    let latest = stamp.modified.max(stamp.changed);
    if latest + COARSE_TICK <= began {
        return false;
    }
    let tick = if latest % 1_000_000_000 == 0 {
        COARSE_TICK
    } else {
        TICK
    };
    latest + tick > began
}

pub(in crate::index) fn is_racy(month: &Month, began: i128) -> bool {
    month.files.iter().any(|(_, stamp)| racy(stamp, began))
}

/// A stamp as one number.
pub(in crate::index) fn number(stamp: &FileStamp) -> u64 {
    let mut hash = mix(SEED, stamp.size);
    for time in [stamp.modified, stamp.changed] {
        hash = mix(hash, low(time));
    }
    mix(hash, stamp.inode)
}

/// A digest of files that does not depend on their order: that of more is the sum of theirs.
fn digest(files: &[(TicketId, FileStamp)]) -> u64 {
    let count = files.len() as u64;
    files.iter().fold(count, |sum, (id, stamp)| {
        let mut hash = SEED;
        for chunk in id.as_str().as_bytes().chunks(8) {
            hash = mix(hash, word(chunk));
        }
        hash = mix(hash, number(stamp));
        sum.wrapping_add(hash ^ (hash >> 29))
    })
}
