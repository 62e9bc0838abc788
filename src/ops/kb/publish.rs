//! The life of an article: handed in, published, confirmed, retired. Publishing and retiring are the
//! managers'.

use crate::ops::core::messages::article::ArticleError;
use chrono::{Months, NaiveDate};

use crate::index::article_cache::{ArticleCache, CachedArticle};
use crate::model::article::{ArticleKey, ArticleState};
use crate::model::id::ArticleId;
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::commit_message::one_line;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::outcome::Outcome;
use crate::ops::core::transaction::Transaction;
use crate::ops::core::values;
use crate::ops::kb::article_edit::Revision;
use crate::rules::text::time_input;

/// So long is an article believed before somebody reads it again, unless another day is named.
const REVIEW_AFTER: Months = Months::new(12);

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

/// What becomes of an article in a review.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The day until which it is to be read again, as typed.
    pub until: Option<String>,
    /// Back to a draft.
    pub back: bool,
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

/// Retires articles: they are no longer to be used, and old tickets still find them.
pub fn retire(desk: &Desk, act: &Actor, ids: &[ArticleId], why: &str) -> Result<Outcome, OpError> {
    act.must_be_manager(desk, "retiring")?;
    let all = cached_articles(desk);
    each(desk, act, ids, "retire", why, |revision| {
        let id = revision.article().id.clone();
        if revision.article().state == ArticleState::Retired {
            return Err(ArticleError::RetiredAlready(&id).error());
        }
        revision.move_to(ArticleState::Retired)?;
        Ok(named_by(desk, &all, &id, ids))
    })
}

/// Hands drafts in, confirms published articles until another day, or sends them back.
pub fn review(
    desk: &Desk,
    act: &Actor,
    ids: &[ArticleId],
    how: &Review,
) -> Result<Outcome, OpError> {
    let today = today(desk, act.now);
    let until = how
        .until
        .as_deref()
        .map(|text| day(text, today))
        .transpose()?;
    if until.is_some() && how.back {
        return Err(ArticleError::ConfirmedAndSentBack.error());
    }
    each(desk, act, ids, "review", &how.why, |revision| {
        let (id, state) = (revision.article().id.clone(), revision.article().state);
        if how.back {
            return back(desk, act, revision);
        }
        match state {
            ArticleState::Draft if until.is_some() => {
                Err(ArticleError::NothingToConfirm(&id).error())
            }
            ArticleState::Draft if revision.page().body().trim().is_empty() => {
                Err(ArticleError::NoTextYet(&id).error())
            }
            ArticleState::Draft => {
                revision.move_to(ArticleState::Review)?;
                Ok(Vec::new())
            }
            ArticleState::Review => Err(ArticleError::WaitsForReview(&id).error()),
            ArticleState::Retired => Err(ArticleError::Retired(&id).error()),
            ArticleState::Published => {
                act.must_be_manager(desk, "confirming a published article")?;
                let until = until.unwrap_or_else(|| next_review(today));
                if revision.article().review_by == Some(until) {
                    return Err(ArticleError::ConfirmedAlready(&id, &until).error());
                }
                revision.set_day(ArticleKey::ReviewBy, until)?;
                Ok(Vec::new())
            }
        }
    })
}

/// Sends an article back to its author: out of review anybody, out of use only a manager.
fn back(desk: &Desk, act: &Actor, revision: &mut Revision) -> Result<Vec<String>, OpError> {
    let id = revision.article().id.clone();
    match revision.article().state {
        ArticleState::Draft => {
            return Err(ArticleError::DraftAlready(&id).error());
        }
        ArticleState::Review => {}
        ArticleState::Published | ArticleState::Retired => {
            act.must_be_manager(desk, "taking an article back")?;
        }
    }
    revision.move_to(ArticleState::Draft)?;
    Ok(Vec::new())
}

/// Changes several articles: all are checked first, all or none. `change` may have something to
/// tell.
fn each(
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

fn next_review(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(REVIEW_AFTER).unwrap_or(today)
}

/// A day to come, as typed.
fn day(text: &str, today: NaiveDate) -> Result<NaiveDate, OpError> {
    let day =
        time_input::whole_day(text, today).ok_or_else(|| ArticleError::NotDay(&text).error())?;
    if day <= today {
        return Err(ArticleError::DayNotToCome(&day).error());
    }
    Ok(day)
}

/// Who still points to an article that goes out of use.
fn named_by(desk: &Desk, all: &ArticleCache, id: &ArticleId, gone: &[ArticleId]) -> Vec<String> {
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
