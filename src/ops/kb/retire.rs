//! `kb retire`: articles out of use, still found by old tickets.

use crate::model::article::ArticleState;
use crate::model::id::ArticleId;
use crate::ops::core::actor::Actor;
use crate::ops::core::articles::cached_articles;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::article::ArticleError;
use crate::ops::core::outcome::Outcome;
use crate::ops::kb::publish::{each, named_by};

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
