//! What the articles' front matter says, kept in `.desk/` and brought up to date from what changed
//! on disk.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::index::checksum::checksum;
use crate::index::month_cache::format;
use crate::index::scan::{Scan, now_nanos, racy};
use crate::model::article::{Article, ArticleKey};
use crate::page::article::{self, ArticlePage};
use crate::page::problem::Problem;
use crate::store::fs::caches;
use crate::store::fs::read;
use crate::store::fs::root::Root;
use crate::store::fs::walk::{self, Articles, FileStamp};

/// Raised with every change of what is kept of an article.
const LAYOUT: u64 = 2;

/// One article and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedArticle {
    /// The file, relative to the desk.
    pub path: String,
    /// What it says.
    pub article: Article,
}

impl CachedArticle {
    /// The folder below `kb/` that it stands in, empty for none.
    pub fn category(&self) -> &str {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder
            .strip_prefix("kb")
            .map_or("", |inside| inside.trim_start_matches('/'))
    }
}

/// All articles of a desk.
#[derive(Clone, Debug, Default)]
pub struct ArticleCache {
    /// Those that can be read, in the order of their files.
    pub all: Vec<CachedArticle>,
    /// The files that cannot.
    pub problems: Vec<Problem>,
}

impl ArticleCache {
    /// The article of an id.
    pub fn find(&self, id: &str) -> Option<&CachedArticle> {
        self.all
            .iter()
            .find(|cached| cached.article.id.as_str() == id)
    }

    /// What keeps files from being read at all: which articles they are is unknown.
    pub fn unread(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.fatal)
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct CacheRow {
    path: String,
    stamp: FileStamp,
    /// `None` for a file that cannot be read, or only be read; why is told anew each time.
    article: Option<Article>,
}

/// Reads one article's file.
pub fn page(root: &Root, path: &str) -> Result<ArticlePage, Box<Problem>> {
    let text = read::page(root, path).map_err(|error| Box::new(error.problem(path)))?;
    article::read(path, text)
}

/// The articles of a desk, up to date with its files.
pub fn load(root: &Root) -> ArticleCache {
    let began = now_nanos();
    from(root, &walk::articles(root), began)
}

/// The articles of a desk, up to date with what a look found.
pub fn scanned(root: &Root, scan: &Scan) -> ArticleCache {
    from(root, &scan.articles, scan.began)
}

fn from(root: &Root, found: &Articles, began: i128) -> ArticleCache {
    let files = &found.files;
    let mut kept: HashMap<String, CacheRow> = stored(root)
        .unwrap_or_default()
        .into_iter()
        .map(|row| (row.path.clone(), row))
        .collect();
    let mut stale = kept.len() != files.len();
    let mut cached_articles = ArticleCache {
        problems: found.problems.clone(),
        ..ArticleCache::default()
    };
    let mut rows = Vec::with_capacity(files.len());
    for (path, stamp) in files {
        let known = kept
            .remove(path)
            .filter(|row| row.stamp == *stamp && !racy(stamp, began) && row.article.is_some());
        let (article, sound) = if let Some(row) = known {
            (row.article, true)
        } else {
            stale = true;
            match page(root, path) {
                Ok(page) => {
                    let bars = page.bars();
                    let sound = bars.is_empty();
                    cached_articles.problems.extend(bars);
                    (Some(page.article), sound)
                }
                Err(problem) => {
                    cached_articles.problems.push(*problem);
                    (None, false)
                }
            }
        };
        cached_articles
            .all
            .extend(article.clone().map(|article| CachedArticle {
                path: path.clone(),
                article,
            }));
        let article = article.filter(|_| sound);
        rows.push(CacheRow {
            path: path.clone(),
            stamp: *stamp,
            article,
        });
    }
    if stale {
        keep(root, &rows);
    }
    cached_articles
}

/// What the meaning of the bytes depends on.
fn version() -> u64 {
    let keys: Vec<&str> = ArticleKey::ALL.iter().map(|key| key.name()).collect();
    format() ^ LAYOUT ^ checksum(keys.join(" ").as_bytes())
}

fn stored(root: &Root) -> Option<Vec<CacheRow>> {
    let bytes = caches::read(root, caches::ARTICLES)?;
    let body = bytes.len().checked_sub(8)?;
    let sum = u64::from_le_bytes(bytes[body..].try_into().ok()?);
    if checksum(&bytes[..body]) != sum {
        return None;
    }
    let (stated, rest) = postcard::take_from_bytes::<u64>(&bytes[..body]).ok()?;
    (stated == version())
        .then(|| postcard::from_bytes(rest).ok())
        .flatten()
}

/// Keeps what was read. A cache that cannot be written costs time, nothing else.
fn keep(root: &Root, rows: &[CacheRow]) {
    let Ok(mut bytes) = postcard::to_stdvec(&version()) else {
        return;
    };
    let Ok(values) = postcard::to_stdvec(rows) else {
        return;
    };
    bytes.extend(values);
    let sum = checksum(&bytes).to_le_bytes();
    let _ = caches::put(root, caches::ARTICLES, &[&bytes, &sum]);
}
