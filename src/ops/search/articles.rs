//! Articles that were found.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use crate::index::article_cache::{self, CachedArticle};
use crate::index::finder::Finder;
use crate::index::text::{Collection, Hit, article_key};
use crate::model::article::ArticleScope;
use crate::ops::core::articles::today;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::kb::show::root_of;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::{ArticleHit, SearchRequest, SearchResults};
use crate::ops::search::wording::{broken, enough, note_slips, question, wanted};
use crate::rules::article_usage::Usage;
use crate::rules::context::DeskContext;
use crate::rules::query::articles::{ArticleMatcher, is_usual};
use crate::rules::search::{self, Passage, SearchTerms};
use crate::rules::text::terms::base_language;

/// So many times what is shown is looked at before it is ranked.
const DEEPER: usize = 4;

pub(in crate::ops::search) fn find(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &SearchRequest,
    asked: &SearchQuery,
    finder: &mut Finder<'_>,
    found: &mut SearchResults,
    slips: &mut Vec<(String, BTreeSet<String>)>,
) -> Result<(), OpError> {
    let eligible = Eligible {
        matcher: ArticleMatcher::new(&asked.articles, context)?,
        all: request.all || asked.articles.speaks_of_state(),
        today: today(desk, context.now),
        usage: finder.tickets.usage.clone(),
    };
    let keys: HashSet<u64> = finder
        .articles
        .all
        .iter()
        .filter(|cached| eligible.holds(cached))
        .map(|cached| article_key(&cached.path))
        .collect();
    let mut hits = if asked.says_words() {
        let among = (keys.len() < finder.articles.all.len()).then_some(&keys);
        let most = (request.limit * DEEPER).max(40);
        let question = question(desk, asked, finder.texts(Collection::Articles));
        let raw = finder
            .find(Collection::Articles, &question, among, most)
            .map_err(broken)?;
        let Some(texts) = finder.texts(Collection::Articles) else {
            return Ok(());
        };
        answers(
            desk,
            finder,
            raw,
            &wanted(&question, texts),
            enough(texts),
            &eligible,
            slips,
        )
    } else {
        let all = finder.articles.all.iter();
        all.filter(|cached| eligible.holds(cached))
            .map(|cached| eligible.unasked(cached))
            .collect()
    };
    hits.sort_by(|a, b| {
        let order = b.score.total_cmp(&a.score);
        order.then_with(|| a.cached.article.id.cmp(&b.cached.article.id))
    });
    if !(request.all || asked.articles.speaks_of_scope()) {
        let is_of_service = |hit: &ArticleHit| hit.cached.article.scope == ArticleScope::Service;
        let (before, is_first) = (hits.len(), hits.first().is_some_and(is_of_service));
        hits.retain(is_of_service);
        // Pages that fit less than what is shown are not worth a line.
        found.beside = if is_first { 0 } else { before - hits.len() };
    }
    let mut tied = tie(hits, finder, &keys, request.language.as_deref());
    for hit in &mut tied {
        hit.usage = eligible.used(&hit.cached);
    }
    found.more |= tied.len() > request.limit;
    tied.truncate(request.limit);
    found.articles = tied;
    Ok(())
}

/// Which articles may be found, and what each counts by itself.
struct Eligible<'w> {
    matcher: ArticleMatcher<'w>,
    /// Whether the usual states are no limit.
    all: bool,
    today: NaiveDate,
    usage: BTreeMap<String, Usage>,
}

impl Eligible<'_> {
    fn holds(&self, cached: &CachedArticle) -> bool {
        self.matcher.fits(&cached.article, cached.category())
            && (self.all || is_usual(&cached.article, self.today))
    }

    fn used(&self, cached: &CachedArticle) -> Usage {
        let usage = self.usage.get(cached.article.id.as_str());
        usage.cloned().unwrap_or_default()
    }

    fn rank(&self, cached: &CachedArticle) -> f32 {
        search::article(&cached.article, &self.used(cached), self.today)
    }

    /// An article as a hit of a search that names no words.
    fn unasked(&self, cached: &CachedArticle) -> ArticleHit {
        ArticleHit {
            usage: self.used(cached),
            title: Passage::unmarked(&cached.article.title),
            passage: None,
            others: Vec::new(),
            score: self.rank(cached),
            cached: cached.clone(),
        }
    }
}

/// Those of the raw hits that say enough of what is wanted.
fn answers(
    desk: &Desk,
    finder: &Finder<'_>,
    raw: Vec<Hit>,
    wanted: &SearchTerms<'_>,
    enough: f32,
    eligible: &Eligible<'_>,
    slips: &mut Vec<(String, BTreeSet<String>)>,
) -> Vec<ArticleHit> {
    let mut hits = Vec::new();
    for hit in raw {
        let Some(cached) = finder.cached(hit.key) else {
            continue;
        };
        let Ok(page) = article_cache::page(&desk.root, &cached.path) else {
            continue;
        };
        let article = &cached.article;
        let marks = article.tags.iter().chain(&article.codes);
        let said = [page.body()]
            .into_iter()
            .chain([article.id.as_str(), cached.category()])
            .chain(marks.map(String::as_str));
        if wanted.covered(&article.title, said) < enough {
            continue;
        }
        note_slips(wanted, &[&article.title, page.body()], slips);
        hits.push(ArticleHit {
            usage: eligible.used(cached),
            title: Passage::of(&article.title, wanted),
            passage: search::best(page.body(), wanted),
            others: Vec::new(),
            score: hit.score * eligible.rank(cached),
            cached: cached.clone(),
        });
    }
    hits
}

/// Makes one of an article and its translations: shown in the language of the one who asks, where
/// there is such a one, or else in the one that fits best.
fn tie(
    hits: Vec<ArticleHit>,
    finder: &Finder<'_>,
    eligible: &HashSet<u64>,
    language: Option<&str>,
) -> Vec<ArticleHit> {
    let mut groups: HashMap<&str, Vec<&CachedArticle>> = HashMap::new();
    for cached in &finder.articles.all {
        if eligible.contains(&article_key(&cached.path)) {
            groups
                .entry(root_of(&finder.articles, cached))
                .or_default()
                .push(cached);
        }
    }
    let mut tied: Vec<ArticleHit> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let reads = |cached: &CachedArticle| {
        let own = cached.article.language.as_deref().map(base_language);
        language.is_some() && own.as_deref() == language
    };
    let mut hits: Vec<Option<ArticleHit>> = hits.into_iter().map(Some).collect();
    for at in 0..hits.len() {
        let Some(best) = hits[at].take() else {
            continue;
        };
        let Some(cached) = finder.articles.find(best.cached.article.id.as_str()) else {
            continue;
        };
        let root = root_of(&finder.articles, cached);
        if !seen.insert(root) {
            continue;
        }
        let group = groups.get(root).cloned().unwrap_or_default();
        // What the reader understands, found itself or not.
        let own = group
            .iter()
            .find(|cached| reads(cached) && !reads(&best.cached));
        let mut hit = match own {
            Some(own) => {
                let itself = hits
                    .iter_mut()
                    .find(|hit| hit.as_ref().is_some_and(|hit| hit.cached.path == own.path));
                let score = best.score;
                match itself.and_then(Option::take) {
                    Some(itself) => ArticleHit { score, ..itself },
                    None => ArticleHit {
                        cached: (*own).clone(),
                        title: Passage::unmarked(&own.article.title),
                        ..best
                    },
                }
            }
            None => best,
        };
        hit.others = group
            .into_iter()
            .filter(|other| other.path != hit.cached.path)
            .cloned()
            .collect();
        tied.push(hit);
    }
    tied
}
