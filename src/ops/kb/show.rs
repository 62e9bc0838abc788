//! `kb list`, `kb show`, `kb script`, `kb review` and `kb demand`: looking at the knowledge base, at
//! how it is used, and at what it lacks.

use crate::index::article_cache::{self as cached_all, ArticleCache, CachedArticle};
use crate::model::article::{ArticleOutcome, ArticleState};
use crate::model::field::Key;
use crate::model::field_set::FieldSet;
use crate::model::id::TicketId;
use crate::model::moment::Moment;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::core::articles::{cached_articles, find};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::kb::uses::ListedArticle;
use crate::ops::kb::uses::Uses;
use crate::page::article::ArticlePage;
use crate::rules::article_usage::{self};

/// One article with what can be said about it.
#[derive(Clone, Debug)]
pub struct ArticleView {
    /// The article with its use.
    pub listed: ListedArticle,
    /// Its page.
    pub page: ArticlePage,
    /// The articles that it names as related, and those that name it: ids, with what they are.
    pub related: Vec<(String, Option<CachedArticle>)>,
    /// Its translations, the original first.
    pub translations: Vec<CachedArticle>,
    /// Its problem codes with their titles.
    pub codes: Vec<(String, String)>,
    /// Tickets on which it was used, the latest first.
    pub tickets: Vec<ArticleUse>,
}

/// A use of an article.
#[derive(Clone, Debug)]
pub struct ArticleUse {
    /// On which ticket.
    pub ticket: TicketId,
    /// What that is about.
    pub title: String,
    /// What came of it.
    pub came: Option<ArticleOutcome>,
    /// When.
    pub at: Moment,
}

/// Shows one article.
pub fn show(desk: &Desk, given: &str) -> Result<ArticleView, OpError> {
    let cached_articles = cached_articles(desk);
    let cached = find(&cached_articles, given)?;
    let page = cached_all::page(&desk.root, &cached.path)?;
    let id = cached.article.id.as_str();
    let mut fields = FieldSet::of(&[Key::Title]);
    fields.stories = true;
    let names = |ticket: &TicketSummary| article_usage::of_ticket(ticket).contains_key(id);
    let tickets = desk.partial_that(&fields, &names);
    let mut uses: Vec<ArticleUse> = Vec::new();
    for ticket in &tickets.all {
        if let Some((came, at)) = article_usage::of_ticket(ticket).get(id) {
            uses.push(ArticleUse {
                ticket: ticket.id,
                title: ticket.text(Key::Title).to_owned(),
                came: *came,
                at: *at,
            });
        }
    }
    uses.sort_by(|a, b| b.at.cmp(&a.at).then(b.ticket.cmp(&a.ticket)));
    let all = Uses {
        usage: tickets.usage,
        wrong: tickets.wrong,
        problems: Vec::new(),
    };
    Ok(ArticleView {
        listed: all.listed(cached, desk),
        related: related(&cached_articles, cached),
        translations: translations(&cached_articles, cached),
        codes: cached
            .article
            .codes
            .iter()
            .map(|code| {
                let title = desk.catalogue.find(code).map(|code| code.title.clone());
                (code.clone(), title.unwrap_or_default())
            })
            .collect(),
        tickets: uses,
        page,
    })
}

/// What an article names as related, then what names it.
pub(in crate::ops::kb) fn related(
    cached_articles: &ArticleCache,
    cached: &CachedArticle,
) -> Vec<(String, Option<CachedArticle>)> {
    let id = cached.article.id.as_str();
    let mut all: Vec<(String, Option<CachedArticle>)> = cached
        .article
        .related
        .iter()
        .map(|id| (id.clone(), cached_articles.find(id).cloned()))
        .collect();
    for other in &cached_articles.all {
        let article = &other.article;
        let back =
            article.related.iter().any(|one| one == id) && article.state != ArticleState::Retired;
        if back && !all.iter().any(|(known, _)| known == article.id.as_str()) {
            all.push((article.id.to_string(), Some(other.clone())));
        }
    }
    all
}

/// The articles that are one text in several languages, this one left out.
pub fn translations(cached_articles: &ArticleCache, cached: &CachedArticle) -> Vec<CachedArticle> {
    let root = root_of(cached_articles, cached);
    let mut all: Vec<CachedArticle> = cached_articles
        .all
        .iter()
        .filter(|other| {
            other.article.id != cached.article.id && root_of(cached_articles, other) == root
        })
        .cloned()
        .collect();
    all.sort_by_key(|other| {
        let article = &other.article;
        (
            article.id.as_str() != root,
            article.language.clone(),
            article.id.clone(),
        )
    });
    all
}

/// The id of the article that another is, in the end, a translation of.
pub fn root_of<'s>(cached_articles: &'s ArticleCache, cached: &'s CachedArticle) -> &'s str {
    let mut at = cached;
    // Circles are told by `kb check`.
    for _ in 0..16 {
        match at.article.translation_of.as_deref() {
            Some(id) => match cached_articles.find(id) {
                Some(next) => at = next,
                None => return id,
            },
            None => break,
        }
    }
    at.article.id.as_str()
}
