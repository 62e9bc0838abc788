//! The life of an article: handed in, published, confirmed, retired. Publishing and retiring are the
//! managers'.

use crate::index::article_cache::{ArticleCache, CachedArticle};
use crate::model::article::{ArticleKey, ArticleState};
use crate::model::id::ArticleId;
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::article::ArticleError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::kb::article_edit::Revision;
use crate::ops::kb::check::check_article;
use crate::rules::text::time_input;
use chrono::{Months, NaiveDate};

/// So long is an article believed before somebody reads it again, unless another day is named.
pub(in crate::ops::kb) const REVIEW_AFTER: Months = Months::new(12);

/// What a manager says when publishing.
#[derive(Clone, Debug, Default)]
pub struct Publishing {
    /// The day until which it is to be read again, as typed.
    pub review_by: Option<String>,
    /// The day on which it leaves the search, as typed.
    pub expires: Option<String>,
    /// Why, for the history.
    pub why: String,
}

/// Publishes articles.
pub fn publish(
    desk: &Desk,
    act: &Actor,
    ids: &[ArticleId],
    how: &Publishing,
) -> Result<Outcome, OpError> {
    act.must_be_manager(desk, "publishing")?;
    let today = today(desk, act.now);
    let review_by = how
        .review_by
        .as_deref()
        .map(|text| day(text, today))
        .transpose()?;
    let expires = how
        .expires
        .as_deref()
        .map(|text| day(text, today))
        .transpose()?;
    each(desk, act, ids, "publish", &how.why, |revision| {
        let article = revision.article();
        let (id, path) = (article.id.clone(), revision.page().path.clone());
        if article.state == ArticleState::Published {
            return Err(ArticleError::PublishedAlready(&id).error());
        }
        if !revision.page().problems.is_empty() {
            return Err(ArticleError::InvalidArticle(&path, &id)
                .error()
                .with(revision.page().problems.clone()));
        }
        if revision.page().body().trim().is_empty() {
            return Err(ArticleError::NoTextYet(&id).error());
        }
        let found = check_article(desk, act.now, revision.page());
        if !found.is_empty() {
            return Err(ArticleError::CheckFound(&id, &found.len())
                .error()
                .with(found));
        }
        let review = review_by.or(article.review_by.filter(|day| *day >= today));
        let gone = article.expires.filter(|day| *day <= today);
        if let (Some(gone), None) = (gone, expires) {
            return Err(ArticleError::Expired(&id, &gone).error());
        }
        revision.move_to(ArticleState::Published)?;
        revision.set_text(ArticleKey::PublishedBy, act.me.as_str())?;
        revision.set_day(ArticleKey::Published, today)?;
        revision.set_day(
            ArticleKey::ReviewBy,
            review.unwrap_or_else(|| next_review(today)),
        )?;
        if let Some(expires) = expires {
            revision.set_day(ArticleKey::Expires, expires)?;
        }
        Ok(Vec::new())
    })
}

/// Changes several articles: all are checked first, all or none. `change` may have something to
/// tell.
pub(in crate::ops::kb) fn each(
    desk: &Desk,
    act: &Actor,
    ids: &[ArticleId],
    what: &str,
    why: &str,
    mut change: impl FnMut(&mut Revision) -> Result<Vec<String>, OpError>,
) -> Result<Outcome, OpError> {
    let why = values::text(why)?;
    let mut tx = Transaction::begin(desk, act, &format!("kb {what}"))?;
    let all = cached_articles(desk);
    let mut notices = Vec::new();
    let mut titles = Vec::new();
    for id in ids {
        let mut revision = Revision::open(desk, &find(&all, id.as_str())?.path)?;
        notices.extend(change(&mut revision)?);
        titles.push(one_line(&revision.article().title, 50));
        revision.stage(&mut tx, what, &why)?;
    }
    let subject = match (ids, &titles[..]) {
        ([id], [title]) => format!("{id} {what}: {title}"),
        _ => format!("kb {what}: {} articles", ids.len()),
    };
    let mut outcome = tx.finish(&subject)?;
    outcome.notices.extend(notices);
    Ok(outcome)
}

pub(in crate::ops::kb) fn next_review(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(REVIEW_AFTER).unwrap_or(today)
}

/// A day to come, as typed.
pub(in crate::ops::kb) fn day(text: &str, today: NaiveDate) -> Result<NaiveDate, OpError> {
    let day =
        time_input::whole_day(text, today).ok_or_else(|| ArticleError::NotDay(&text).error())?;
    if day <= today {
        return Err(ArticleError::DayNotToCome(&day).error());
    }
    Ok(day)
}

/// Who still points to an article that goes out of use.
pub(in crate::ops::kb) fn named_by(
    desk: &Desk,
    all: &ArticleCache,
    id: &ArticleId,
    gone: &[ArticleId],
) -> Vec<String> {
    let codes = desk
        .catalogue
        .active()
        .filter(|code| code.articles.iter().any(|one| one == id.as_str()));
    let names = |cached: &&CachedArticle| {
        let article = &cached.article;
        !gone.contains(&article.id)
            && article.state != ArticleState::Retired
            && article.related.iter().any(|one| one == id.as_str())
    };
    codes
        .map(|code| format!("code {} still names {id}: see catalog.toml", code.name))
        .chain(
            all.all
                .iter()
                .filter(names)
                .map(|cached| format!("{} still names {id} as related", cached.article.id)),
        )
        .collect()
}
