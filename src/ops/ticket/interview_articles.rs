//! The articles that an interview offers while somebody types, and what was looked up.

use std::collections::BTreeSet;

use crate::index::text::Collection;
use crate::model::catalog::Code;
use crate::model::id::{ARTICLE_RANDOM_LEN, ArticleId};
use crate::ops::core::articles::{cached_articles, find, today};
use crate::ops::core::desk::Desk;
use crate::ops::kb::r#use::NAMED;
use crate::ops::search;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::SearchRequest;
use crate::ops::ticket::interview_answers::QuestionKind;
use crate::rules::context::DeskContext;

/// So many articles are offered at once.
const MOST: usize = 8;

/// From so many characters on words are looked for.
const SHORTEST: usize = 2;

/// An article that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedArticle {
    /// Its id.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Whether the problem code names it.
    pub of_code: bool,
}

/// The articles that words find, those of the problem code first; before anybody has typed those of the
/// code. The last word may be begun only.
pub fn offered(
    desk: &Desk,
    context: DeskContext<'_>,
    code: Option<&Code>,
    typed: &str,
    language: Option<&str>,
) -> Vec<OfferedArticle> {
    let own: BTreeSet<&str> = code
        .map(|code| code.articles.iter().map(String::as_str).collect())
        .unwrap_or_default();
    let typed = typed.trim();
    if typed.chars().count() < SHORTEST {
        let all = cached_articles(desk);
        let today = today(desk, context.now);
        let named = code
            .map(|code| code.articles.as_slice())
            .unwrap_or_default();
        let known = named.iter().filter_map(|id| all.find(id));
        return known
            .filter(|cached| cached.article.is_current(today))
            .map(|cached| OfferedArticle {
                id: cached.article.id.clone(),
                title: cached.article.title.clone(),
                of_code: true,
            })
            .collect();
    }
    let mut found: Vec<OfferedArticle> = Vec::new();
    let begun = typed
        .ends_with(char::is_alphanumeric)
        .then(|| format!("{typed}*"));
    for words in std::iter::once(typed.to_owned()).chain(begun) {
        let query = SearchQuery::read(desk, &words, &[Collection::Articles], context.now);
        let request = SearchRequest {
            query,
            kinds: vec![Collection::Articles],
            limit: MOST,
            all: false,
            language: language.map(str::to_owned),
        };
        let Ok(results) = search::search(desk, context, &request) else {
            continue;
        };
        for hit in results.articles {
            let article = hit.cached.article;
            if !found.iter().any(|one| one.id == article.id) {
                found.push(OfferedArticle {
                    of_code: own.contains(article.id.as_str()),
                    id: article.id,
                    title: article.title,
                });
            }
        }
    }
    found.sort_by_key(|one| !one.of_code);
    found.truncate(MOST);
    found
}

/// The article that was typed by its id, or picked with its title behind it. A word that could be the
/// beginning of an id is a word: `mail` is looked for.
pub fn named(desk: &Desk, text: &str) -> Option<ArticleId> {
    let text = text.trim();
    let (id, _) = text.split_once("  ").unwrap_or((text, ""));
    let begins = |start: &str| {
        id.get(..start.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    let whole = id.len() == ARTICLE_RANDOM_LEN && id.contains(|c: char| c.is_ascii_digit());
    if !begins("kb-") && !whole {
        return None;
    }
    let all = cached_articles(desk);
    find(&all, id).ok().map(|cached| cached.article.id.clone())
}

/// What the log says of a search.
pub fn looked_up(found: &[OfferedArticle]) -> QuestionKind {
    let first: Vec<&str> = found
        .iter()
        .take(NAMED)
        .map(|one| one.id.as_str())
        .collect();
    QuestionKind::Searched {
        hits: found.len(),
        found: first.join(", "),
    }
}
