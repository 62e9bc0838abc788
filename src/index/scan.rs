//! One look at what stands on disk, for all caches of a command: names and stamps, no texts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::index::begins::{beginning, may_begin};
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
    /// The stamps of the months' folders, of those that may be relied on.
    pub(in crate::index) folders: BTreeMap<String, FileStamp>,
    /// Months whose files were not looked at, for they are known to be as they were.
    pub(in crate::index) trusted: BTreeSet<String>,
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

    /// Looks at the tickets of some months only; the others are as they are `known` to be, by the digest
    /// of their files.
    pub(in crate::index) fn of_months(root: &Root, known: &BTreeMap<String, u64>) -> Self {
        let began = now_nanos();
        let mut months = walk::months(root);
        let (names, trusted) = (months.names.clone(), &mut months.names);
        trusted.retain(|name| !known.contains_key(name));
        let mut scan = Self::look_at(root, months, began, false);
        for name in names {
            if let Some(digest) = known.get(&name) {
                let files = Vec::new();
                scan.trusted.insert(name.clone());
                scan.months.push((Month { name, files }, *digest));
            }
        }
        scan.months.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        scan
    }

    fn look(root: &Root, articles: bool) -> Self {
        let began = now_nanos();
        let months = walk::months(root);
        Self::look_at(root, months, began, articles)
    }

    fn look_at(root: &Root, months: walk::Months, began: i128, articles: bool) -> Self {
        let folders = months.names.iter();
        let folders = folders
            .filter_map(|name| Some((name.clone(), settled(root, name)?)))
            .collect();
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
            folders,
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
            if is_racy(&month, began) {
                scan.folders.remove(&month.name);
            }
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
pub fn on_two_threads<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
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

impl Scan {
    /// What the ids of each month begin with that may go on from this, with the number of its files.
    pub fn beginnings(&self, typed: &str) -> Vec<(String, usize)> {
        let months = self.months.iter().map(|(month, _)| month);
        let months = months.filter(|month| may_begin(&month.name, typed));
        months
            .map(|month| (beginning(&month.name), month.files.len()))
            .collect()
    }

    /// Whether something lies in a month's folder that is no ticket, or could not be looked at.
    pub(in crate::index) fn is_odd(&self, month: &str) -> bool {
        let folder = format!("tickets/{month}");
        let within = |path: &str| {
            path.strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.strays.iter().any(|stray| within(&stray.path))
            || self.problems.iter().any(|problem| within(&problem.path))
    }
}

/// The stamp of a month's folder.
pub(in crate::index) fn folder_stamp(root: &Root, month: &str) -> Option<FileStamp> {
    let folder = root.join(&format!("tickets/{month}"));
    let meta = folder.symlink_metadata().ok()?;
    meta.is_dir().then(|| FileStamp::of(&meta))
}

/// The stamp of a month's folder that looks at its files may rely on, which began at this time.
fn settled(root: &Root, month: &str) -> Option<FileStamp> {
    folder_stamp(root, month).filter(|stamp| !racy(stamp, now_nanos()))
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
