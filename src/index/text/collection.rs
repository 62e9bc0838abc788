//! The two indexes of a desk, and how their texts are come by.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::index::scan::{Scan, is_racy, number, racy};
use crate::index::text::document::{self, Document, article_key};
use crate::index::{article_cache, ticket_cache};
use crate::model::id::TicketId;
use crate::store::fs::caches;
use crate::store::fs::root::Root;
use crate::store::fs::walk::FileStamp;

/// Which texts. They have an index each, so that what is telling among forty articles is not
/// weighed by a hundred thousand tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Of tickets.
    Tickets,
    /// Of articles.
    Articles,
}

/// A folder of files as it is now.
#[derive(Clone, Debug)]
pub(in crate::index::text) struct FolderState {
    /// Its name.
    pub name: String,
    /// The digest of its files; `None` where one of them may change again without a new time.
    pub digest: Option<u64>,
    /// The numbers that texts in it have.
    pub keys: RangeInclusive<u64>,
}

/// The stamp that no file is ever found with again.
pub(in crate::index::text) const UNSETTLED: u64 = 0;

impl Collection {
    pub(in crate::index::text) fn folder(self) -> &'static str {
        let [tickets, articles] = caches::INDEXES;
        match self {
            Self::Tickets => tickets,
            Self::Articles => articles,
        }
    }

    /// What stands on disk.
    pub(in crate::index::text) fn standing(self, scan: &Scan) -> Vec<FolderState> {
        match self {
            Self::Tickets => {
                let of = |(month, digest): &(crate::store::fs::walk::Month, u64)| FolderState {
                    name: month.name.clone(),
                    digest: (!is_racy(month, scan.began)).then_some(*digest),
                    keys: keys_of_month(&month.name),
                };
                scan.months.iter().map(of).collect()
            }
            Self::Articles => {
                let unsettled = |(_, stamp): &(String, FileStamp)| racy(stamp, scan.began);
                let sum = scan
                    .articles
                    .files
                    .iter()
                    .fold(0_u64, |sum, (path, stamp)| {
                        sum.wrapping_add(article_key(path).rotate_left(17) ^ number(stamp))
                    });
                let settled = !scan.articles.files.iter().any(unsettled);
                vec![FolderState {
                    name: "kb".to_owned(),
                    digest: settled.then_some(sum),
                    keys: 0..=u64::MAX,
                }]
            }
        }
    }

    /// The files of a folder: their numbers and what they look like.
    pub(in crate::index::text) fn files(self, scan: &Scan, folder: &str) -> HashMap<u64, u64> {
        let seen = |stamp: &FileStamp| {
            if racy(stamp, scan.began) {
                UNSETTLED
            } else {
                number(stamp).max(1)
            }
        };
        match self {
            Self::Tickets => {
                let month = scan.months.iter().find(|(month, _)| month.name == folder);
                let files = month.iter().flat_map(|(month, _)| &month.files);
                files
                    .map(|(id, stamp)| (id.number(), seen(stamp)))
                    .collect()
            }
            Self::Articles => {
                let files = scan.articles.files.iter();
                files
                    .map(|(path, stamp)| (article_key(path), seen(stamp)))
                    .collect()
            }
        }
    }

    /// The files of numbers that do not name theirs.
    pub(in crate::index) fn paths(self, scan: &Scan) -> HashMap<u64, String> {
        match self {
            Self::Tickets => HashMap::new(),
            Self::Articles => {
                let files = scan.articles.files.iter();
                files
                    .map(|(path, _)| (article_key(path), path.clone()))
                    .collect()
            }
        }
    }

    /// The file of a number.
    pub(in crate::index) fn path(self, paths: &HashMap<u64, String>, key: u64) -> Option<String> {
        match self {
            Self::Tickets => Some(TicketId::of_number(key)?.path()),
            Self::Articles => paths.get(&key).cloned(),
        }
    }

    /// Reads the text of a number; `None` where its file cannot be read.
    pub(in crate::index::text) fn read(
        self,
        root: &Root,
        paths: &HashMap<u64, String>,
        key: u64,
    ) -> Option<Document> {
        match self {
            Self::Tickets => {
                let page = ticket_cache::read_page(root, TicketId::of_number(key)?).ok()?;
                Some(document::of_ticket(&page))
            }
            Self::Articles => {
                let path = paths.get(&key)?;
                let page = article_cache::page(root, path).ok()?;
                Some(document::of_article(&page, path))
            }
        }
    }
}

/// The numbers of the tickets of a month's folder, `2026-11`.
fn keys_of_month(name: &str) -> RangeInclusive<u64> {
    let digits = name.get(2..4).zip(name.get(5..7));
    let first = digits.and_then(|(year, month)| format!("{year}{month}-00000").parse().ok());
    match first.map(|id: TicketId| id.number()) {
        Some(first) => first..=first | ((1 << 25) - 1),
        // No month: nothing has such a number.
        None => u64::MAX..=u64::MAX,
    }
}
