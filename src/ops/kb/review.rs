//! `kb review`: a draft handed in, an article confirmed, and what is due for a look.

use crate::model::article::{ArticleKey, ArticleState};
use crate::model::id::ArticleId;
use crate::model::moment::Moment;
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::{cached_articles, today};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::article::ArticleError;
use crate::ops::core::outcome::Outcome;
use crate::ops::kb::article_edit::Revision;
use crate::ops::kb::publish::{day, each, next_review};
use crate::ops::kb::uses::ListedArticle;
use crate::ops::kb::uses::Uses;
use crate::page::problem::Problem;
use chrono::NaiveDate;

/// `kb review` speaks of what falls due within so many days.
const SOON: i64 = 30;

/// Why somebody should look at an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewReason {
    /// It was said to be wrong, so often.
    Wrong(usize),
    /// It left the search so many days ago.
    Expired(i64),
    /// It is to be read again since so many days.
    Overdue(i64),
    /// It waits for a manager.
    HandedIn,
    /// It leaves the search in so many days.
    Expires(i64),
    /// It is to be read again in so many days.
    Due(i64),
}

/// An article that somebody should look at.
#[derive(Clone, Debug)]
pub struct DueArticle {
    /// The article with its use.
    pub listed: ListedArticle,
    /// Why, the weightiest first.
    pub why: Vec<ReviewReason>,
}

/// The articles that are to be looked at: said to be wrong, expired, stale, handed in, or due within
/// thirty days. The weightiest reason first, then those that are used most.
pub fn due(desk: &Desk, now: Moment) -> (Vec<DueArticle>, Vec<Problem>) {
    let today = today(desk, now);
    let cached_articles = cached_articles(desk);
    let use_of = Uses::of(desk);
    let mut all: Vec<DueArticle> = cached_articles
        .all
        .iter()
        .filter(|cached| cached.article.state != ArticleState::Retired)
        .map(|cached| {
            let listed = use_of.listed(cached, desk);
            let why = reasons(&listed, today);
            DueArticle { listed, why }
        })
        .filter(|due| !due.why.is_empty())
        .collect();
    all.sort_by(|a, b| {
        weight(a)
            .cmp(&weight(b))
            .then(b.listed.usage.used.cmp(&a.listed.usage.used))
            .then_with(|| a.listed.cached.article.id.cmp(&b.listed.cached.article.id))
    });
    let mut problems = cached_articles.problems;
    problems.extend(use_of.problems);
    (all, problems)
}

/// The place of the weightiest reason, then for days the longest overdue or the soonest due.
fn weight(due: &DueArticle) -> (u8, i64) {
    match due.why.first() {
        Some(ReviewReason::Wrong(times)) => (0, -i64::try_from(*times).unwrap_or(i64::MAX)),
        Some(ReviewReason::Expired(days)) => (1, -days),
        Some(ReviewReason::Overdue(days)) => (2, -days),
        Some(ReviewReason::HandedIn) => (3, 0),
        Some(ReviewReason::Expires(days)) => (4, *days),
        Some(ReviewReason::Due(days)) => (5, *days),
        None => (6, 0),
    }
}

fn reasons(listed: &ListedArticle, today: NaiveDate) -> Vec<ReviewReason> {
    let article = &listed.cached.article;
    let days = |day: NaiveDate| (day - today).num_days();
    let mut all = Vec::new();
    if !listed.wrong.is_empty() {
        all.push(ReviewReason::Wrong(listed.wrong.len()));
    }
    if let Some(day) = article.expires {
        if article.is_expired(today) {
            all.push(ReviewReason::Expired(-days(day)));
        } else if days(day) <= SOON {
            all.push(ReviewReason::Expires(days(day)));
        }
    }
    if article.state == ArticleState::Review {
        all.push(ReviewReason::HandedIn);
    }
    if let Some(day) = article
        .review_by
        .filter(|_| article.state == ArticleState::Published)
    {
        if article.is_stale(today) {
            all.push(ReviewReason::Overdue(-days(day)));
        } else if days(day) <= SOON {
            all.push(ReviewReason::Due(days(day)));
        }
    }
    all.sort();
    all
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
