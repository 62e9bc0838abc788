//! Single excerpts, found by what they are of: no look at each file, so that it costs the same however
//! many there are.
//!
//! A month is taken to be as it was as long as its folder has the times that it had: git and our own
//! saves put another file in the place of the old one, which both see. An edit in place of an old
//! ticket is seen by the next look at all files. What a command has saved itself stands beside the
//! month, see `added`. Each excerpt, of a month or beside it, is proved by the stamp of its file, else the
//! file is read: what a ticket no longer says does not come back.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::rc::Rc;

use crate::index::added::{self, Added};
use crate::index::keys::Words;
use crate::index::month_cache::{self, Header, MonthCache};
use crate::index::parts::ByteRange;
use crate::index::scan::Scan;
use crate::index::ticket_cache::{self, CachedTickets, Progress, of_page, read_page};
use crate::index::want::Want;
use crate::index::{circles, keys};
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::{PARTIAL, TicketSummary};
use crate::page::problem::Problem;
use crate::rules::found_by::Wanted;
use crate::store::fs::caches::Caches;
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, FileStamp, Stray};

/// The excerpts of a desk.
#[derive(Debug)]
pub struct Lookup<'r> {
    root: &'r Root,
    header: Header,
    folder: Option<Caches>,
    files: RefCell<HashMap<String, Option<OpenMonth>>>,
    /// What stands beside the months, and what is told of tickets otherwise than they were kept.
    beside: BTreeMap<TicketId, Option<TicketSummary>>,
    /// All excerpts, where the caches cannot be relied on.
    all: Option<Vec<TicketSummary>>,
    /// Files that cannot be read, or only be read.
    pub problems: Vec<Problem>,
    /// Things in the tickets' folder that are no tickets.
    pub strays: Vec<Stray>,
}

/// The file of a month, and by which words its excerpts are found.
#[derive(Debug)]
struct OpenMonth {
    file: File,
    words: Words,
    /// Parts that were read, by where they are.
    parts: RefCell<HashMap<u64, Rc<[u8]>>>,
}

impl OpenMonth {
    fn part(&self, place: ByteRange) -> Option<Rc<[u8]>> {
        let mut parts = self.parts.borrow_mut();
        if let Some(known) = parts.get(&place.0) {
            return Some(known.clone());
        }
        let read: Rc<[u8]> = MonthCache::read(&self.file, place)?.into();
        parts.insert(place.0, read.clone());
        Some(read)
    }
}

impl<'r> Lookup<'r> {
    /// Looks at the folders of the months, and reads those anew that changed.
    pub fn open(root: &'r Root, progress: Progress<'_>) -> Self {
        let mut header = Header::load(root);
        let months = walk::months(root);
        let mut added: Vec<Added> = Vec::new();
        let mut known_months: BTreeMap<String, u64> = BTreeMap::new();
        let mut stale = header.months.len() != months.names.len();
        for name in &months.names {
            let known = header
                .cached_articles(name)
                .filter(|month| is_whole(root, month));
            let known = known.and_then(|month| Some((month.digest, added::since(root, month)?)));
            match known {
                Some((digest, more)) => {
                    known_months.insert(name.clone(), digest);
                    added.extend(more);
                }
                None => stale = true,
            }
        }
        let mut beside: BTreeMap<TicketId, Option<TicketSummary>> = BTreeMap::new();
        let (mut problems, mut all) = (months.problems, None);
        let mut strays = months.strays;
        if stale {
            let scan = Scan::of_months(root, &known_months);
            let tickets = ticket_cache::scanned(root, &scan, Want::Figures, progress, &|_| ());
            (problems, strays) = (tickets.problems, tickets.strays);
            header = Header::load(root);
            let kept = months.names.len() == header.months.len()
                && scan.months.iter().all(|(month, digest)| {
                    let known = header.cached_articles(&month.name);
                    known.is_some_and(|known| known.digest == *digest)
                });
            if !kept {
                // Nothing can be kept here.
                all = Some(ticket_cache::load(root, Want::All, progress).all);
            }
        } else {
            for month in &header.months {
                let unread = month.unread.iter();
                problems.extend(unread.filter_map(|id| read_page(root, *id).err().map(|one| *one)));
                let barred = month.barred.iter();
                problems.extend(barred.flat_map(|id| ticket_cache::bars(root, *id)));
            }
        }
        for one in added {
            let one = one.proved(root);
            if one.summary.is_none()
                && let Err(problem) = read_page(root, one.id)
            {
                problems.push(*problem);
            }
            beside.insert(one.id, one.summary);
        }
        for id in header.circles.iter().filter_map(|circle| circle.first()) {
            if let Ok(page) = read_page(root, *id) {
                beside.insert(*id, Some(circles::unmerged(&page)));
            }
        }
        Self {
            root,
            folder: month_cache::folder(root),
            header,
            files: RefCell::default(),
            beside,
            all,
            problems,
            strays,
        }
    }

    /// The excerpts that one of these words finds, in the order of their ids: at least those; without
    /// what happened to them. With `since` only those to which something did then or later.
    pub fn find(&self, wanted: &[Wanted], since: Option<Moment>) -> Vec<TicketSummary> {
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Vec::new();
        }
        let recent = |one: &TicketSummary| since.is_none_or(|since| one.updated >= since);
        let named = |one: &TicketSummary| {
            let own = keys::of(one);
            wanted
                .iter()
                .any(|wanted| own.iter().any(|own| wanted.fits(own)))
        };
        if let Some(all) = &self.all {
            return all
                .iter()
                .filter(|one| named(one) && recent(one))
                .cloned()
                .collect();
        }
        let mut found: BTreeMap<TicketId, TicketSummary> = BTreeMap::new();
        for month in &self.header.months {
            let kept = self.of_month(month, &wanted, since);
            // A torn month is read from its files.
            let kept = kept.unwrap_or_else(|| self.read(&month.name));
            found.extend(kept.into_iter().map(|one| (one.id, one)));
        }
        found.retain(|id, _| !self.beside.contains_key(id));
        let beside = self.beside.values().flatten().filter(|one| named(one));
        found.extend(beside.map(|one| (one.id, one.clone())));
        found.into_values().filter(|one| recent(one)).collect()
    }

    /// Excerpts with what happened to them.
    pub fn whole(&self, mut found: Vec<TicketSummary>) -> Vec<TicketSummary> {
        if self.all.is_none() {
            for one in &mut found {
                if self.beside.contains_key(&one.id) {
                    if let Ok(page) = read_page(self.root, one.id)
                        && !self.is_in_circle(one.id)
                    {
                        *one = of_page(&page);
                    }
                } else {
                    one.entries = PARTIAL;
                }
            }
            ticket_cache::fill(self.root, found.iter_mut().collect());
        }
        found
    }

    fn is_in_circle(&self, id: TicketId) -> bool {
        let mut first = self
            .header
            .circles
            .iter()
            .filter_map(|circle| circle.first());
        first.any(|one| *one == id)
    }

    /// Of several ways to find excerpts the one that finds the fewest.
    pub fn rarest<'w>(&self, ways: &'w [Vec<Wanted>]) -> Option<&'w Vec<Wanted>> {
        let (mut rarest, mut fewest) = (ways.first(), usize::MAX);
        for way in ways.iter().filter(|_| ways.len() > 1) {
            let mut sum = 0;
            for month in &self.header.months {
                sum += self.count(month, way, fewest - sum).unwrap_or_default();
                if sum >= fewest {
                    break;
                }
            }
            if sum < fewest {
                (rarest, fewest) = (Some(way), sum);
            }
        }
        rarest
    }

    fn count(&self, month: &MonthCache, wanted: &[Wanted], most: usize) -> Option<usize> {
        self.with_file(month, |open| {
            open.words.count(wanted, most, |place| open.part(place))
        })
    }

    /// The excerpt of a ticket, as its file says now.
    pub fn get(&self, id: TicketId) -> Option<TicketSummary> {
        match self.beside.get(&id) {
            Some(known) => known.clone(),
            None => read_page(self.root, id).ok().map(|page| of_page(&page)),
        }
    }

    fn places(&self, month: &MonthCache, wanted: &[Wanted]) -> Option<Vec<u32>> {
        self.with_file(month, |open| {
            open.words.places(wanted, |place| open.part(place))
        })
    }

    fn of_month(
        &self,
        month: &MonthCache,
        wanted: &[Wanted],
        since: Option<Moment>,
    ) -> Option<Vec<TicketSummary>> {
        if since.is_some_and(|since| month.newest() < since) {
            return Some(Vec::new());
        }
        let places = self.places(month, wanted)?;
        self.with_file(month, |OpenMonth { file, .. }| {
            let mut all = Vec::new();
            for place in places {
                if let Some(since) = since
                    && month.head(file, place)?.updated < since
                {
                    continue;
                }
                let (row, kept) = month.row(file, place)?;
                if self.beside.contains_key(&row.id) {
                    continue;
                }
                let path = self.root.join(&row.id.path());
                let stamp = path.symlink_metadata().map(|meta| FileStamp::of(&meta));
                match stamp {
                    Ok(stamp) if stamp == row.stamp => all.push(kept),
                    Ok(_) => all.extend(read_page(self.root, row.id).map(|page| of_page(&page))),
                    Err(_) => {}
                }
            }
            Some(all)
        })
    }

    fn with_file<T>(
        &self,
        month: &MonthCache,
        then: impl FnOnce(&OpenMonth) -> Option<T>,
    ) -> Option<T> {
        let mut files = self.files.borrow_mut();
        let open = || {
            let file = month.open(self.folder.as_ref()?)?;
            let words = Words::of(MonthCache::read(&file, month.keys)?)?;
            let parts = RefCell::default();
            Some(OpenMonth { file, words, parts })
        };
        let file = files.entry(month.name.clone()).or_insert_with(open);
        then(file.as_ref()?)
    }

    fn read(&self, month: &str) -> Vec<TicketSummary> {
        let ids: BTreeSet<TicketId> = walk::ids(self.root, month).into_iter().collect();
        let pages = ids
            .into_iter()
            .filter_map(|id| read_page(self.root, id).ok());
        pages.map(|page| of_page(&page)).collect()
    }
}

/// Whether a month holds nothing that each command has to look at anew.
fn is_whole(root: &Root, month: &MonthCache) -> bool {
    let unread = || month.unread.iter().all(|id| read_page(root, *id).is_err());
    !month.odd && unread()
}

impl From<Lookup<'_>> for CachedTickets {
    fn from(lookup: Lookup<'_>) -> Self {
        Self {
            problems: lookup.problems,
            strays: lookup.strays,
            ..Self::default()
        }
    }
}
