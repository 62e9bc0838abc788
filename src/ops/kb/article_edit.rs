//! Changing one article: values spliced into its front matter, everything else left as it is.

use crate::ops::core::messages::article::ArticleError;
use chrono::NaiveDate;

use crate::index::article_cache::{self, CachedArticle};
use crate::model::article::{Article, ArticleKey, ArticleState};
use crate::model::entry::Change;
use crate::model::field::{FieldKind, Value};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::{OpError, barred};
use crate::ops::core::outcome::ChangedArticle;
use crate::ops::core::transaction::Transaction;
use crate::page::article::{self, ArticlePage};
use crate::rules::lifecycle::replay;
use crate::store::fs::read::MAX_PAGE;
use crate::store::journal::step::Save;

/// An article being changed.
#[derive(Debug)]
pub struct Revision {
    /// The file's text when it was read.
    base: Option<String>,
    /// The page with the changes so far.
    page: ArticlePage,
    changes: Vec<Change>,
}

impl Revision {
    /// Reads an article for changing it.
    pub fn open(desk: &Desk, path: &str) -> Result<Self, OpError> {
        let page = article_cache::page(&desk.root, path)?;
        barred(
            &page.path,
            page.bars(),
            &format!("desk kb edit {}", page.article.id),
        )?;
        Ok(Self {
            base: Some(page.text.clone()),
            page,
            changes: Vec::new(),
        })
    }

    /// An article in the making.
    pub fn new(page: ArticlePage) -> Self {
        Self {
            base: None,
            page,
            changes: Vec::new(),
        }
    }

    /// A page in place of a text that could not be understood.
    pub fn over(base: String, page: ArticlePage) -> Self {
        Self {
            base: Some(base),
            page,
            changes: Vec::new(),
        }
    }

    /// A page that a person edited, in place of what the file says; both are of one article.
    pub fn by_hand(base: ArticlePage, page: ArticlePage) -> Self {
        let changes = ArticleKey::ALL
            .iter()
            .filter_map(|key| {
                let (old, new) = (base.article.get(*key), page.article.get(*key));
                change(*key, old.as_ref(), new.as_ref())
            })
            .collect();
        Self {
            base: Some(base.text),
            page,
            changes,
        }
    }

    /// What the article says with the changes so far.
    pub fn article(&self) -> &Article {
        &self.page.article
    }

    /// The page with the changes so far.
    pub fn page(&self) -> &ArticlePage {
        &self.page
    }

    /// Sets a key, or empties it.
    pub fn set(&mut self, key: ArticleKey, value: Option<&Value>) -> Result<(), OpError> {
        let old = self.page.article.get(key);
        let Some(change) = change(key, old.as_ref(), value) else {
            return Ok(());
        };
        let text = self.page.with(key, value)?;
        self.page = article::read(&self.page.path, text)?;
        self.changes.push(change);
        Ok(())
    }

    /// Sets a key to a text.
    pub fn set_text(&mut self, key: ArticleKey, text: &str) -> Result<(), OpError> {
        self.set(key, Some(&Value::Text(text.to_owned())))
    }

    /// Sets a key to a day.
    pub fn set_day(&mut self, key: ArticleKey, day: NaiveDate) -> Result<(), OpError> {
        self.set(key, Some(&Value::Date(day)))
    }

    /// Moves the article in its life.
    pub fn move_to(&mut self, state: ArticleState) -> Result<(), OpError> {
        self.set_text(ArticleKey::State, state.as_str())
    }

    /// Hands the change over. `what` is the command as a word for people, `why` goes into the
    /// history.
    pub fn stage(self, tx: &mut Transaction<'_>, what: &str, why: &str) -> Result<(), OpError> {
        if self.page.text.len() as u64 > MAX_PAGE {
            let most = MAX_PAGE >> 20;
            return Err(ArticleError::ArticleTooLong(&most).error());
        }
        let revised = ChangedArticle {
            cached: CachedArticle {
                path: self.page.path.clone(),
                article: self.page.article,
            },
            what: what.to_owned(),
            changes: self.changes,
            why: why.to_owned(),
            new: self.base.is_none(),
        };
        let save = Save {
            path: self.page.path,
            base: self.base,
            text: self.page.text,
        };
        tx.put_article(revised, save);
        Ok(())
    }
}

fn change(key: ArticleKey, old: Option<&Value>, new: Option<&Value>) -> Option<Change> {
    let list = matches!(old.or(new), Some(Value::List(_)));
    let kind = if list {
        FieldKind::Words
    } else {
        FieldKind::Text
    };
    let how = replay::how(old, new, kind)?;
    Some(Change {
        field: key.name().to_owned(),
        how,
    })
}
