//! Articles as verbs find them.

use crate::ops::core::messages::desk::DeskError;
use chrono::NaiveDate;

use crate::index::article_cache::{self, ArticleCache, CachedArticle};
use crate::model::id::{ARTICLE_RANDOM_LEN, fold_char};
use crate::model::moment::Moment;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::problem::slips;

/// The articles of a desk.
pub fn cached_articles(desk: &Desk) -> ArticleCache {
    article_cache::load(&desk.root)
}

/// The day that it is where the desk stands.
pub fn today(desk: &Desk, now: Moment) -> NaiveDate {
    now.in_zone(&desk.settings.zone).date_naive()
}

/// The article that a person named: by its id, with or without `KB-`, or by any start of three
/// characters, or by its file. A wrong one gets the nearest.
pub fn find<'s>(
    cached_articles: &'s ArticleCache,
    given: &str,
) -> Result<&'s CachedArticle, OpError> {
    let given = given.trim();
    if let Some(cached) = cached_articles
        .all
        .iter()
        .find(|cached| cached.path == given)
    {
        return Ok(cached);
    }
    let bare = match given.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("kb") && given.len() > ARTICLE_RANDOM_LEN => {
            given[2..].trim_start_matches('-')
        }
        _ => given,
    };
    let folded: Option<String> = bare.chars().map(fold_char).collect();
    let start = folded.filter(|start| (3..=ARTICLE_RANDOM_LEN).contains(&start.len()));
    let mut found: Vec<&CachedArticle> = match &start {
        Some(start) => {
            let named = |cached: &&CachedArticle| {
                cached.article.id.as_str()[3..].starts_with(start.as_str())
            };
            cached_articles.all.iter().filter(named).collect()
        }
        None => Vec::new(),
    };
    // Two files of one id are one article until `kb check` has told of it.
    found.dedup_by_key(|cached| &cached.article.id);
    match found[..] {
        [cached] => Ok(cached),
        [] => Err(unknown(cached_articles, given)),
        _ => {
            let error = DeskError::AmbiguousArticle(&given, &found.len()).error();
            Err(found.iter().take(8).fold(error, |error, cached| {
                error.hint(format!("{}  {}", cached.article.id, cached.article.title))
            }))
        }
    }
}

/// The ids from which what was written differs in one character, or in two that changed places.
pub fn near_ids<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
    let given = given.to_ascii_uppercase();
    known.filter(|id| slips(&given, id) <= 1).take(3).collect()
}

fn unknown(cached_articles: &ArticleCache, given: &str) -> OpError {
    let error = DeskError::UnknownArticle(&given).error();
    let near = near_ids(
        given,
        cached_articles
            .all
            .iter()
            .map(|cached| cached.article.id.as_str()),
    );
    let close: Vec<String> = near
        .iter()
        .filter_map(|id| cached_articles.find(id))
        .map(|cached| {
            format!(
                "did you mean {}  {}?",
                cached.article.id, cached.article.title
            )
        })
        .collect();
    let unread = cached_articles.unread().take(3).map(|problem| {
        let (place, why) = (problem.location(), &problem.message);
        format!("it may be one that cannot be read: {place}: {why}")
    });
    let error = unread.fold(error, OpError::hint);
    if close.is_empty() {
        return error.hint("`desk kb list` shows them");
    }
    close.into_iter().fold(error, OpError::hint)
}
