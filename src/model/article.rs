//! An article of the knowledge base.

use chrono::NaiveDate;

use super::id::ArticleId;

/// One article's front matter and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its id; the file may be moved and renamed.
    pub id: ArticleId,
    /// One line.
    pub title: String,
    /// `draft`, `review`, `published` or `retired`.
    pub state: String,
    /// A language tag, `en`.
    pub language: Option<String>,
    /// The agent who looks after it.
    pub owner: Option<String>,
    /// The manager who published it.
    pub published_by: Option<String>,
    /// When it was published.
    pub published: Option<NaiveDate>,
    /// `agents` or `customers`.
    pub audience: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Problem codes that it helps with.
    pub codes: Vec<String>,
    /// When somebody is to read it again.
    pub review_by: Option<NaiveDate>,
    /// When it leaves the search.
    pub expires: Option<NaiveDate>,
    /// Other articles.
    pub related: Vec<String>,
    /// Addresses outside.
    pub links: Vec<String>,
    /// The article that this one is a translation of.
    pub translation_of: Option<String>,
    /// Markdown.
    pub text: String,
}
