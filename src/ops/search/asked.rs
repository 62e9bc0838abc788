//! A query of the search, read: words for the index, terms for tickets, terms for articles.

use crate::index::text::{Clause, Collection};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::query::{self, Query, QueryText, TermKind, WordForm, sign, words};
use crate::rules::query::articles::ArticleFilter;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(in crate::ops::search) struct ParsedQuery {
    /// Words, of which any may stand in a text.
    pub words: Vec<String>,
    /// What must.
    pub must: Vec<Clause>,
    /// What must not.
    pub must_not: Vec<Clause>,
    /// Terms on the fields of tickets.
    pub fields: Query,
    /// Terms on the fields of articles.
    pub filter: ArticleFilter,
    /// Whether terms ask for something that only tickets have, or only articles.
    only: Vec<Collection>,
    /// Whether there are terms at all.
    terms: bool,
}

impl ParsedQuery {
    /// Reads a query. What cannot be understood is words; a mistyped field gets the nearest.
    pub(in crate::ops::search) fn read(
        desk: &Desk,
        text: &str,
        kinds: &[Collection],
    ) -> Result<Self, OpError> {
        let own: Vec<&str> = desk.settings.fields.keys().map(String::as_str).collect();
        let mut asked = Self::default();
        let mut filters: Vec<&str> = Vec::new();
        for (_, raw) in words(text) {
            let (negated, body) = sign(raw);
            let of_tickets = query::read(raw, &own);
            let of_articles = ArticleFilter::read(raw);
            let is_text = |query: &Query| matches!(query.terms[..], [ref term] if matches!(term.what, TermKind::Text(_)));
            let text_for_tickets = of_tickets.as_ref().is_ok_and(is_text);
            let text_for_articles = of_articles.as_ref().is_ok_and(ArticleFilter::is_word);
            if text_for_tickets && text_for_articles {
                asked.text(QueryText::read(body), negated);
                continue;
            }
            let mut known = false;
            if let Ok(query) = &of_tickets
                && !text_for_tickets
            {
                asked.fields.terms.extend(query.terms.iter().cloned());
                known = kinds.contains(&Collection::Tickets);
                if !negated && of_articles.is_err() {
                    asked.only.push(Collection::Tickets);
                }
            }
            if of_articles.is_ok() && !text_for_articles {
                filters.push(raw);
                known |= kinds.contains(&Collection::Articles);
                if !negated && of_tickets.is_err() {
                    asked.only.push(Collection::Articles);
                }
            }
            asked.terms = true;
            if !known {
                return Err(match (of_tickets, of_articles, kinds) {
                    (_, Err(error), [Collection::Articles]) => {
                        OpError::usage(error.message).hint(error.hint)
                    }
                    (Err(error), _, _) => OpError::usage(error.message).maybe_hint(error.hint),
                    (_, Err(error), _) => OpError::usage(error.message).hint(error.hint),
                    _ => OpError::usage(format!("`{raw}` cannot be asked for here")),
                });
            }
        }
        asked.filter = ArticleFilter::read(&filters.join(" "))
            .map_err(|error| OpError::usage(error.message).hint(error.hint))?;
        Ok(asked)
    }

    fn text(&mut self, text: QueryText, negated: bool) {
        if !text.text.chars().any(char::is_alphanumeric) {
            return;
        }
        let part = match text.form {
            WordForm::Prefix => Clause::Prefix(text.text),
            WordForm::Word if !negated => {
                self.words.push(text.text);
                return;
            }
            WordForm::Word | WordForm::Phrase => Clause::Words(text.text),
        };
        if negated {
            self.must_not.push(part);
        } else {
            self.must.push(part);
        }
    }

    /// Whether nothing is asked for.
    pub(in crate::ops::search) fn is_empty(&self) -> bool {
        !self.says_words() && !self.terms
    }

    /// Whether there are words to look for.
    pub(in crate::ops::search) fn says_words(&self) -> bool {
        !self.words.is_empty() || !self.must.is_empty()
    }

    /// Whether texts of a kind can be what is asked for.
    pub(in crate::ops::search) fn may_be(&self, kind: Collection) -> bool {
        self.only.iter().all(|only| *only == kind)
    }
}
