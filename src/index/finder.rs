//! All that a search goes by, brought up to date with one look at the files.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use crate::index::article_cache::{self, ArticleCache, CachedArticle};
use crate::index::scan::Scan;
use crate::index::text::{self, Collection, Hit, Holding, Opening, TextQuery, TextSearcher};
use crate::index::ticket_cache::{self, CachedTickets, Progress};
use crate::index::want::Want;
use crate::page::problem::Problem;
use crate::rules::query::words::WordFilter;
use crate::store::fs::root::Root;

/// The indexes of a desk with the tickets and articles that they are of.
#[derive(Debug)]
pub struct Finder<'r> {
    root: &'r Root,
    scan: Scan,
    format: u64,
    /// The tickets, as far as they were wanted.
    pub tickets: CachedTickets,
    /// The articles.
    pub articles: ArticleCache,
    texts: HashMap<Collection, TextSearcher>,
    by_key: HashMap<u64, usize>,
}

/// Why nothing can be found: the engine cannot even work in memory.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the search does not work: {0}")]
pub struct Broken(String);

impl<'r> Finder<'r> {
    /// Opens what `kinds` need, up to date. `declared` are the company's own fields.
    pub fn open(
        root: &'r Root,
        want: Want,
        kinds: &[Collection],
        declared: &str,
        progress: Progress<'_>,
    ) -> Result<Self, Broken> {
        let opened = Self::within(root, want, kinds, declared, usize::MAX, progress)?;
        opened.ok_or_else(|| Broken("it has too many texts".to_owned()))
    }

    /// Opens the text index, up to date; `None` where more than `most` texts would have to be read first.
    pub fn within(
        root: &'r Root,
        want: Want,
        kinds: &[Collection],
        declared: &str,
        most: usize,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, Broken> {
        let scan = Scan::of(root);
        let format = text::format(declared);
        let mut openings: Vec<(Collection, Option<Opening<'_>>)> = Vec::new();
        for kind in kinds {
            let opening = guard(|| text::open(root, &scan, *kind, format)).ok();
            if let Some(Opening::Behind(refresh)) = &opening
                && refresh.total() > most
            {
                return Ok(None);
            }
            openings.push((*kind, opening));
        }
        // A page is read once for both caches of the tickets.
        let behind = openings.iter().find_map(|(kind, opening)| match opening {
            Some(Opening::Behind(refresh)) if *kind == Collection::Tickets => Some(refresh),
            _ => None,
        });
        let tickets = ticket_cache::scanned(root, &scan, want, progress, &|page| {
            if let Some(refresh) = behind {
                refresh.take(page);
            }
        });
        let mut texts = HashMap::new();
        for (kind, opening) in openings {
            let found = opening.and_then(|opening| finish(opening, progress).ok());
            let found = match found {
                Some(texts) => texts,
                None => anew(root, &scan, kind, format, progress)?,
            };
            texts.insert(kind, found);
        }
        let mut tickets = tickets;
        let mut cached_articles = article_cache::scanned(root, &scan);
        for (kind, texts) in &texts {
            let reported = match kind {
                Collection::Tickets => &mut tickets.problems,
                Collection::Articles => &mut cached_articles.problems,
            };
            name_unread(reported, *kind, texts, &scan);
        }
        let by_key = cached_articles
            .all
            .iter()
            .enumerate()
            .map(|(at, cached)| (text::article_key(&cached.path), at))
            .collect();
        Ok(Some(Self {
            root,
            scan,
            format,
            tickets,
            articles: cached_articles,
            texts,
            by_key,
        }))
    }

    /// The article of a text.
    pub fn cached(&self, key: u64) -> Option<&CachedArticle> {
        self.by_key
            .get(&key)
            .and_then(|at| self.articles.all.get(*at))
    }

    /// An index that was opened.
    pub fn texts(&self, kind: Collection) -> Option<&TextSearcher> {
        self.texts.get(&kind)
    }

    /// Whether something of an index was found to be torn, on any of the ways in which it is asked. Then
    /// nothing that was said is to be believed, and the index is forgotten: whoever opens it anew has it
    /// made of the files.
    pub fn forget_torn(&self) -> bool {
        let torn = self.texts.iter().filter(|(_, texts)| texts.is_torn());
        let torn: Vec<Collection> = torn.map(|(kind, _)| *kind).collect();
        for kind in &torn {
            text::forget(self.root, *kind);
        }
        !torn.is_empty()
    }

    /// The texts that answer a question best; see [`TextSearcher::find`]. An index in which something is
    /// broken is built anew first.
    pub fn find(
        &mut self,
        kind: Collection,
        question: &TextQuery,
        among: Option<&HashSet<u64>>,
        most: usize,
    ) -> Result<Vec<Hit>, Broken> {
        self.ask(kind, |texts| texts.find(question, among, most))
    }

    /// The tickets of which all these facts are true; see [`TextSearcher::with_facts`].
    pub fn with_facts(&mut self, facts: &[String]) -> Result<Vec<u64>, Broken> {
        self.ask(Collection::Tickets, |texts| texts.with_facts(facts))
    }

    fn ask<T>(
        &mut self,
        kind: Collection,
        ask: impl Fn(&TextSearcher) -> tantivy::Result<T>,
    ) -> Result<T, Broken> {
        let Some(texts) = self.texts.get(&kind) else {
            return Err(Broken("it was not opened".to_owned()));
        };
        if let Ok(found) = guard(|| ask(texts))
            && !texts.is_torn()
        {
            return Ok(found);
        }
        let texts = anew(self.root, &self.scan, kind, self.format, &|_, _| ())?;
        let found = guard(|| ask(&texts));
        self.texts.insert(kind, texts);
        found
    }
}

/// So many texts are read for an index that is kept nowhere, before the files are read instead.
const MOST: usize = 500;

/// The tickets that hold words, or with `true` before a word do not, by the text index, which is made
/// where there is none; see [`Holding`]. `None` where it cannot tell, or could not be kept for the next
/// command.
pub fn holding(
    root: &Root,
    scan: &Scan,
    declared: &str,
    words: &[(bool, &WordFilter)],
    progress: Progress<'_>,
) -> Option<Holding> {
    let kind = Collection::Tickets;
    let format = text::format(declared);
    // An index in which something is torn is made anew, once.
    for _ in 0..2 {
        let opening = guard(|| text::open(root, scan, kind, format)).ok()?;
        if let Opening::Behind(refresh) = &opening
            && refresh.total() > MOST
            && !refresh.is_kept()
        {
            return None;
        }
        if let Ok(texts) = finish(opening, progress)
            && let Ok(found) = guard(|| texts.holding(words))
            && !texts.is_torn()
        {
            return found;
        }
        text::forget(root, kind);
    }
    None
}

/// Names the files whose texts cannot be found, because they could not be read, as far as that was
/// not said already.
fn name_unread(reported: &mut Vec<Problem>, kind: Collection, texts: &TextSearcher, scan: &Scan) {
    if texts.unread.is_empty() {
        return;
    }
    let paths = kind.paths(scan);
    let unread = texts.unread.iter();
    for path in unread.filter_map(|key| kind.path(&paths, *key)) {
        if !reported.iter().any(|problem| problem.path == path) {
            let message = "it could not be read, so that it is not found by its words";
            reported.push(Problem::whole(&path, message));
        }
    }
}

fn finish(opening: Opening<'_>, progress: Progress<'_>) -> Result<TextSearcher, Broken> {
    match opening {
        Opening::Current(texts) => Ok(texts),
        Opening::Behind(refresh) => guard(|| refresh.finish(progress)),
    }
}

/// Forgets an index and builds it anew: on disk, or where that fails, in memory, or where that fails
/// too, without the engine's threads.
fn anew(
    root: &Root,
    scan: &Scan,
    kind: Collection,
    format: u64,
    progress: Progress<'_>,
) -> Result<TextSearcher, Broken> {
    text::forget(root, kind);
    let opening = guard(|| text::open(root, scan, kind, format));
    if let Ok(texts) = opening.and_then(|opening| finish(opening, progress)) {
        return Ok(texts);
    }
    let made = guard(|| text::in_memory(root, scan, kind, format)?.finish(progress));
    made.or_else(|_| guard(|| text::alone(root, scan, kind)))
}

/// Runs the engine on files that may be torn: it takes itself apart on some, which is no more than
/// an error here, and nothing to tell anybody about.
fn guard<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Broken> {
    let reported = take_hook();
    set_hook(Box::new(|_| {}));
    let done = catch_unwind(AssertUnwindSafe(work));
    set_hook(reported);
    match done {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Broken(error.to_string())),
        Err(_) => Err(Broken("the index is damaged".to_owned())),
    }
}
