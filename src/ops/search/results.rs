//! What a search asks for and finds.

use crate::index::article_cache::CachedArticle;
use crate::index::text::Collection;
use crate::model::ticket_summary::TicketSummary;
use crate::ops::search::query::SearchQuery;
use crate::page::problem::Problem;
use crate::rules::article_usage::Usage;
use crate::rules::search::Passage;

/// What to look for.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// Words and terms.
    pub query: SearchQuery,
    /// Which texts.
    pub kinds: Vec<Collection>,
    /// At most so many of each kind.
    pub limit: usize,
    /// Retired and expired articles, procedures and the manual too.
    pub all: bool,
    /// The language in which the one who asks reads.
    pub language: Option<String>,
}

/// What was found, the best of each kind first.
#[derive(Clone, Debug, Default)]
pub struct SearchResults {
    /// Articles.
    pub articles: Vec<ArticleHit>,
    /// Tickets.
    pub tickets: Vec<TicketHit>,
    /// Whether more would fit.
    pub more: bool,
    /// How many articles fit that are not about the service, procedures and the manual, where one of
    /// them fits best.
    pub beside: usize,
    /// Whether no text had a phrase of the query as it stands, so that its words were looked for.
    pub phrase_as_words: bool,
    /// Words that stand nowhere, each with those one slip away that were looked for.
    pub slips: Vec<(String, Vec<String>)>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl SearchResults {
    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty() && self.tickets.is_empty()
    }
}

/// An article that was found.
#[derive(Clone, Debug)]
pub struct ArticleHit {
    /// The article, in the language of the one who asks if there is one.
    pub cached: CachedArticle,
    /// How it is used.
    pub usage: Usage,
    /// Its title with the words that were found.
    pub title: Passage,
    /// The line that says most of what was asked.
    pub passage: Option<Passage>,
    /// Its translations.
    pub others: Vec<CachedArticle>,
    /// How well it fits, of meaning only beside other hits of the same search.
    pub score: f32,
}

/// A ticket that was found.
#[derive(Clone, Debug)]
pub struct TicketHit {
    /// The ticket.
    pub ticket: TicketSummary,
    /// Its title with the words that were found.
    pub title: Passage,
    /// The line that says most of what was asked.
    pub passage: Option<Passage>,
    /// How well it fits, of meaning only beside other hits of the same search.
    pub score: f32,
}
