//! How articles are used, and which were said to be wrong.

use crate::index::article_cache::CachedArticle;
use crate::index::ticket_cache::Wrong;
use crate::index::want::Want;
use crate::model::article::{Article, ArticleState};
use crate::model::person::Handle;
use crate::ops::core::articles::{cached_articles, today};
use crate::ops::core::desk::Desk;
use crate::page::problem::Problem;
use crate::rules::article_usage::Usage;
use std::collections::BTreeMap;

/// How all articles are used.
pub(in crate::ops::kb) struct Uses {
    pub(in crate::ops::kb) usage: BTreeMap<String, Usage>,
    pub(in crate::ops::kb) wrong: Vec<Wrong>,
    pub(in crate::ops::kb) problems: Vec<Problem>,
}

/// An article with how it is used.
#[derive(Clone, Debug)]
pub struct ListedArticle {
    /// The article.
    pub cached: CachedArticle,
    /// How often it was used, and what came of it.
    pub usage: Usage,
    /// What was said to be wrong with it, and is not mended yet.
    pub wrong: Vec<Wrong>,
}

impl Uses {
    pub(in crate::ops::kb) fn of(desk: &Desk) -> Self {
        let tickets = desk.tickets(Want::Figures);
        Self {
            usage: tickets.usage,
            wrong: tickets.wrong,
            problems: tickets.problems,
        }
    }

    pub(in crate::ops::kb) fn listed(&self, cached: &CachedArticle, desk: &Desk) -> ListedArticle {
        let id = cached.article.id.as_str();
        let wrong = self.wrong.iter().filter(|one| one.article == id);
        ListedArticle {
            cached: cached.clone(),
            usage: self.usage.get(id).cloned().unwrap_or_default(),
            wrong: wrong
                .filter(|one| still_holds(one, &cached.article, desk))
                .cloned()
                .collect(),
        }
    }
}

/// Whether an article still says what was said to be wrong. A word by hand that does not tell of
/// which version it is holds until the article is published anew.
pub(in crate::ops::kb) fn still_holds(wrong: &Wrong, article: &Article, desk: &Desk) -> bool {
    match &wrong.version {
        Some(version) => *version == article.version,
        None => article
            .published
            .is_none_or(|day| today(desk, wrong.at) >= day),
    }
}

/// An article that was said to be wrong, for whoever looks after it.
#[derive(Clone, Debug)]
pub struct Mend {
    /// The article.
    pub cached: CachedArticle,
    /// How often, of what it says now.
    pub times: usize,
    /// By whom, when and on which ticket last.
    pub last: Wrong,
}

/// The articles that somebody is to mend: their own, and for a manager those that nobody in service
/// looks after. `wrong` is what was said on all tickets.
pub fn to_mend(desk: &Desk, me: &Handle, wrong: &[Wrong]) -> Vec<Mend> {
    if wrong.is_empty() {
        return Vec::new();
    }
    let manager = desk
        .settings
        .agent(me.as_str())
        .is_some_and(|agent| agent.manager);
    let mine = |article: &Article| {
        let owner = article.owner.as_deref().unwrap_or_default();
        owner == me.as_str() || (manager && desk.agent(owner).is_err())
    };
    let mut all: Vec<Mend> = Vec::new();
    for cached in cached_articles(desk).all {
        if cached.article.state == ArticleState::Retired || !mine(&cached.article) {
            continue;
        }
        let said = wrong.iter().filter(|one| {
            one.article == cached.article.id.as_str() && still_holds(one, &cached.article, desk)
        });
        let said: Vec<&Wrong> = said.collect();
        if let Some(last) = said.iter().max_by_key(|one| (one.at, one.ticket)) {
            all.push(Mend {
                times: said.len(),
                last: (*last).clone(),
                cached,
            });
        }
    }
    all.sort_by(|a, b| {
        let order = b.times.cmp(&a.times).then(b.last.at.cmp(&a.last.at));
        order.then_with(|| a.cached.article.id.cmp(&b.cached.article.id))
    });
    all
}
