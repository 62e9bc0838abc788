//! `kb list`: articles by a query, with how often each was used and solved.

use crate::index::article_cache::CachedArticle;
use crate::model::article::{Article, ArticleState};
use crate::ops::core::articles::{cached_articles, today};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::kb::uses::{ListedArticle, Uses};
use crate::page::problem::Problem;
use crate::page::query::articles::ArticleQuery;
use crate::rules::context::DeskContext;
use crate::rules::query::articles::{ArticleMatcher, is_usual};

/// Articles that fit.
#[derive(Clone, Debug, Default)]
pub struct ArticleListing {
    /// In the order of their files.
    pub articles: Vec<ListedArticle>,
    /// How many retired and expired ones fit too, and were left out.
    pub hidden: usize,
    /// Where none fits: the words as beginnings of words, and how many articles fit them.
    pub wider: Option<(String, usize)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ArticleRequest {
    /// Words and terms.
    pub query: ArticleQuery,
    /// Only what is to be read again.
    pub stale: bool,
    /// Only those in a state.
    pub state: Option<ArticleState>,
    /// Only those in a language.
    pub language: Option<String>,
    /// Retired and expired ones too.
    pub all: bool,
}

/// Lists articles.
pub fn list(
    desk: &Desk,
    context: DeskContext<'_>,
    request: &ArticleRequest,
) -> Result<ArticleListing, OpError> {
    let query = &request.query;
    let matcher = ArticleMatcher::new(query, context)?;
    let today = today(desk, context.now);
    let cached_articles = cached_articles(desk);
    let use_of = Uses::of(desk);
    let all = request.all || request.state.is_some() || query.speaks_of_state();
    let mut listing = ArticleListing {
        problems: cached_articles.problems.clone(),
        ..ArticleListing::default()
    };
    listing.problems.extend(use_of.problems.iter().cloned());
    let asked = |cached: &&CachedArticle| {
        let article = &cached.article;
        let language = request.language.as_ref();
        (!request.stale || article.is_stale(today))
            && request.state.is_none_or(|state| state == article.state)
            && language.is_none_or(|language| speaks(article, language))
    };
    let fitting = |matcher: &ArticleMatcher<'_>| -> Vec<&CachedArticle> {
        let asked = cached_articles.all.iter().filter(asked);
        asked
            .filter(|one| matcher.fits(&one.article, one.category()))
            .collect()
    };
    let found = fitting(&matcher);
    if found.is_empty()
        && let Some((wide, words)) = query.widened()
    {
        let found = fitting(&ArticleMatcher::new(&wide, context)?).len();
        listing.wider = Some((words, found)).filter(|_| found > 0);
    }
    for cached in found {
        if all || is_usual(&cached.article, today) {
            listing.articles.push(use_of.listed(cached, desk));
        } else {
            listing.hidden += 1;
        }
    }
    Ok(listing)
}

/// Whether an article is in a language: `pt` asks for `pt-BR` too.
pub(in crate::ops::kb) fn speaks(article: &Article, language: &str) -> bool {
    let own = article.language.as_deref().unwrap_or_default();
    own == language || own.split('-').next() == Some(language)
}
