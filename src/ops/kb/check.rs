//! `kb check`: what an agent would stumble over on a call.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::shelf;
use crate::model::article::ArticleKey;
use crate::ops::desk::Desk;
use crate::page::article::ArticlePage;
use crate::page::problem::{Problem, nearest};
use crate::store::walk;

/// All articles with their texts, and what is wrong with the files that cannot be read.
pub fn pages(desk: &Desk) -> (Vec<ArticlePage>, Vec<Problem>) {
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for path in walk::articles(&desk.root) {
        match shelf::page(&desk.root, &path) {
            Ok(page) => pages.push(page),
            Err(problem) => problems.push(*problem),
        }
    }
    (pages, problems)
}

/// Ids that more than one file claims.
pub fn same_ids(pages: &[ArticlePage]) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for page in pages {
        let id = page.article.id.as_str();
        if let Some(other) = seen.insert(id, &page.path) {
            let message = format!("the id {id} is that of `{other}` too");
            problems.push(
                page.wrong(ArticleKey::Id, message)
                    .hint("give the younger article another id"),
            );
        }
    }
    problems
}

/// What an article names and nobody knows: agents, codes, articles.
pub fn names(desk: &Desk, page: &ArticlePage, articles: &BTreeSet<String>) -> Vec<Problem> {
    let article = &page.article;
    let agents = || desk.settings.agents.keys().map(String::as_str);
    let codes = || desk.catalogue.codes.keys().map(String::as_str);
    let mut problems = Vec::new();
    for (key, agent) in [
        (ArticleKey::Owner, &article.owner),
        (ArticleKey::PublishedBy, &article.published_by),
    ] {
        if let Some(agent) = agent
            .as_ref()
            .filter(|agent| !desk.settings.knows_agent(agent))
        {
            problems.push(unknown(page, key, "agent", agent, agents()));
        }
    }
    for code in &article.codes {
        if desk.catalogue.find(code).is_none() {
            problems.push(unknown(
                page,
                ArticleKey::Codes,
                "problem code",
                code,
                codes(),
            ));
        }
    }
    let named = article.related.iter().map(|id| (ArticleKey::Related, id));
    let original = article
        .translation_of
        .iter()
        .map(|id| (ArticleKey::TranslationOf, id));
    for (key, id) in named.chain(original) {
        if !articles.contains(id) {
            problems.push(unknown(
                page,
                key,
                "article",
                id,
                articles.iter().map(String::as_str),
            ));
        }
    }
    problems
}

/// A name that nobody knows, at the place where it stands in the file.
fn unknown<'n>(
    page: &ArticlePage,
    key: ArticleKey,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> Problem {
    let problem = page.wrong_element(key, name, format!("there is no {what} `{name}`"));
    match nearest(name, known) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}
