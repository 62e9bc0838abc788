//! A query of the search, read: words for the index, terms for tickets, terms for articles.

use crate::index::text::{Clause, Collection};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::search::SearchError;
use crate::page::query::articles::{self, ArticleQuery};
use crate::page::query::tickets::{self, TicketQuery};
use crate::page::query::{QueryText, TermKind, WordForm, sign, words};

/// A query of the search, read.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// Words, of which any may stand in a text.
    pub(in crate::ops::search) words: Vec<String>,
    /// What must.
    pub(in crate::ops::search) must: Vec<Clause>,
    /// What must not.
    pub(in crate::ops::search) must_not: Vec<Clause>,
    /// Terms on the fields of tickets.
    pub(in crate::ops::search) tickets: TicketQuery,
    /// Terms on the fields of articles.
    pub(in crate::ops::search) articles: ArticleQuery,
    /// Whether terms ask for something that only tickets have, or only articles.
    only: Vec<Collection>,
    /// Whether there are terms at all.
    terms: bool,
}

impl SearchQuery {
    /// Reads a query of these kinds. What cannot be understood is words; a mistyped field gets the
    /// nearest.
    pub fn read(desk: &Desk, text: &str, kinds: &[Collection]) -> Result<Self, OpError> {
        let (tickets, articles) = (
            tickets::schema_with(&desk.settings, &desk.own.views),
            articles::schema(),
        );
        let mut asked = Self::default();
        for (_, raw) in words(text) {
            let (negated, body) = sign(raw);
            if body.len() > 1 && body.starts_with('@') && kinds.contains(&Collection::Tickets) {
                asked.view(tickets.read(raw)?, negated);
                continue;
            }
            let (of_tickets, of_articles) = (tickets.read(raw), articles.read(raw));
            let text_for_tickets = of_tickets
                .as_ref()
                .is_ok_and(|one| one.only_text().is_some());
            let text_for_articles = of_articles
                .as_ref()
                .is_ok_and(|one| one.only_text().is_some());
            if text_for_tickets && text_for_articles {
                asked.text(QueryText::read(body), negated);
                continue;
            }
            asked.terms = true;
            let mut known = false;
            if let Ok(query) = &of_tickets
                && !text_for_tickets
            {
                asked.tickets.terms.extend(query.terms.iter().cloned());
                known = kinds.contains(&Collection::Tickets);
                if !negated && of_articles.is_err() {
                    asked.only.push(Collection::Tickets);
                }
            }
            if let Ok(query) = &of_articles
                && !text_for_articles
            {
                asked.articles.terms.extend(query.terms.iter().cloned());
                known |= kinds.contains(&Collection::Articles);
                if !negated && of_tickets.is_err() {
                    asked.only.push(Collection::Articles);
                }
            }
            if !known {
                let (tickets, articles) = (of_tickets.err(), of_articles.err());
                let error = match kinds {
                    [Collection::Articles] => articles.or(tickets),
                    _ => tickets.or(articles),
                };
                let strange = || SearchError::NotAskedHere(&raw).error();
                return Err(error.map_or_else(strange, Into::into));
            }
        }
        Ok(asked)
    }

    /// Takes over what a view asks: its words as if they were typed.
    fn view(&mut self, query: TicketQuery, negated: bool) {
        self.terms = true;
        if !negated {
            self.only.push(Collection::Tickets);
        }
        self.tickets.views.extend(query.views);
        for term in query.terms {
            match term.what {
                TermKind::Text(text) => self.text(text, term.negated),
                _ => self.tickets.terms.push(term),
            }
        }
    }

    /// What is asked of tickets beside words.
    pub fn of_tickets(&self) -> &TicketQuery {
        &self.tickets
    }

    /// Whether the answer depends on who asks.
    pub fn needs_me(&self) -> bool {
        self.tickets.needs_me() || self.articles.needs_me()
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
