//! What a command saved in a month, kept beside the month until somebody looks at all its files.
//!
//! Whoever saves holds the desk's lock, and knows which files are others now and which times the
//! folder had before and after. As long as these follow one another, the month and what stands
//! beside it are what its files say.

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
use crate::index::month_cache::{self, Header, MonthCache};
use crate::index::parts::encode;
use crate::index::scan::folder_stamp;
use crate::index::ticket_cache::{of_page, read_page};
use crate::model::id::TicketId;
use crate::model::ticket_summary::TicketSummary;
use crate::store::fs::caches::Caches;
use crate::store::fs::root::Root;
use crate::store::fs::walk::FileStamp;

/// Begins the file; changes with its format.
const MAGIC: &[u8; 16] = b"plaindesk-added3";

/// With so many tickets beside it a month is read anew.
const MOST: usize = 128;

/// A ticket as a command saved it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::index) struct Added {
    pub id: TicketId,
    /// The stamp of its file; `None` where it is gone.
    stamp: Option<FileStamp>,
    /// Nothing, where it is gone or cannot be read.
    pub summary: Option<TicketSummary>,
}

impl Added {
    /// A ticket as its file says now.
    fn of(root: &Root, id: TicketId) -> Self {
        // Before it is read: what is written in between is seen the next time.
        let stamp = stamp(root, id);
        let summary = read_page(root, id).ok().map(|page| of_page(&page));
        Self { id, stamp, summary }
    }

    /// Itself if its file is as it was, else read anew.
    pub(in crate::index) fn proved(self, root: &Root) -> Self {
        if stamp(root, self.id) == self.stamp {
            self
        } else {
            Self::of(root, self.id)
        }
    }
}

fn stamp(root: &Root, id: TicketId) -> Option<FileStamp> {
    let meta = root.join(&id.path()).symlink_metadata();
    meta.ok().map(|meta| FileStamp::of(&meta))
}

/// What stands beside a month.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Beside {
    format: u64,
    /// The digest of the month that it stands beside.
    digest: u64,
    /// The folder's stamp after the last of them was saved.
    folder: Option<FileStamp>,
    all: Vec<Added>,
}

fn file(month: &str) -> String {
    format!("{month}.added")
}

fn load(months: &Caches, month: &MonthCache) -> Option<Beside> {
    let bytes = months.read(&file(&month.name)).ok()??;
    let body = bytes.strip_prefix(MAGIC)?;
    let (body, sum) = body.split_at_checked(body.len().checked_sub(8)?)?;
    let beside: Beside =
        (checksum(body).to_le_bytes() == sum).then(|| postcard::from_bytes(body).ok())??;
    (beside.format == month_cache::format() && beside.digest == month.digest).then_some(beside)
}

/// What was saved since a month was read; `None` where more may have happened.
pub(in crate::index) fn since(root: &Root, month: &MonthCache) -> Option<Vec<Added>> {
    let now = folder_stamp(root, &month.name);
    if now.is_some() && now == month.folder {
        return Some(Vec::new());
    }
    let beside = load(&month_cache::folder(root)?, month)?;
    (now.is_some() && now == beside.folder).then_some(beside.all)
}

/// What is to be kept of a save that is about to be made, under the desk's lock.
#[derive(Debug)]
pub struct Saving<'r> {
    root: &'r Root,
    /// The months, what stands beside each so far, and the tickets that are saved.
    months: Vec<(MonthCache, Beside, Vec<TicketId>)>,
}

impl<'r> Saving<'r> {
    /// Looks at the folders before these tickets are saved.
    pub fn begin(root: &'r Root, mut ids: Vec<TicketId>) -> Self {
        let mut saving = Self {
            root,
            months: Vec::new(),
        };
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() || ids.len() > MOST {
            return saving;
        }
        let Some(folder) = month_cache::folder(root) else {
            return saving;
        };
        let header = Header::load(root);
        for ids in ids.chunk_by(|a, b| a.folder() == b.folder()) {
            let Some(month) = header.cached_articles(&ids[0].folder()) else {
                continue;
            };
            let now = folder_stamp(root, &month.name);
            let beside = if now == month.folder {
                Some(Beside {
                    format: month_cache::format(),
                    digest: month.digest,
                    ..Beside::default()
                })
            } else {
                load(&folder, month).filter(|beside| beside.folder == now)
            };
            if let Some(beside) = beside.filter(|beside| beside.all.len() + ids.len() <= MOST) {
                saving.months.push((month.clone(), beside, ids.to_vec()));
            }
        }
        saving
    }

    /// Keeps what was saved. What cannot be kept costs time, nothing else.
    pub fn end(self) {
        let Some(folder) = month_cache::folder(self.root) else {
            return;
        };
        for (month, mut beside, ids) in self.months {
            beside.folder = folder_stamp(self.root, &month.name);
            for id in ids {
                beside.all.retain(|one| one.id != id);
                beside.all.push(Added::of(self.root, id));
            }
            if let Ok(body) = encode(&beside) {
                let sum = checksum(&body).to_le_bytes();
                let _ = folder.put(&file(&month.name), &[MAGIC, &body, &sum]);
            }
        }
    }
}
