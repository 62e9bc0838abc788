//! An article's file, read.

use chrono::NaiveDate;

use super::problem::Problem;
use super::split;
use super::table::{Section, Source};
use crate::model::article::Article;
use crate::model::id::ArticleId;

/// The states of an article's life, in order.
pub const STATES: &[&str] = &["draft", "review", "published", "retired"];

/// Reads an article. What is odd about it comes beside it; without an id it is unreadable.
pub fn read(path: &str, text: &str) -> Result<(Article, Vec<Problem>), Box<Problem>> {
    let parts = split::split(path, text)?;
    let source = Source::new(path, text, parts.front.start);
    let table = source.parse(&text[parts.front.clone()])?;
    let top = Section::top(&source, &table);
    let day = |key: &str| {
        let text = top.time(key)?;
        let day = text.parse::<NaiveDate>().ok();
        if day.is_none() {
            top.wrong_with(
                key,
                format!("`{key}` is a day"),
                "write it like 2026-05-01, without quotes",
            );
        }
        day
    };
    let title = top.need("title").unwrap_or_default();
    let id = top.need("id").unwrap_or_default().parse::<ArticleId>();
    let state = if top.has("state") {
        top.one_of("state", STATES)
    } else {
        top.need("state")
    };
    let article = id.map(|id| Article {
        id,
        title,
        state: state.unwrap_or_else(|| "draft".to_owned()),
        language: top.text("language"),
        owner: top.text("owner"),
        published_by: top.text("published_by"),
        published: day("published"),
        audience: top.one_of("audience", &["agents", "customers"]),
        tags: top.texts("tags").unwrap_or_default(),
        codes: top.texts("codes").unwrap_or_default(),
        review_by: day("review_by"),
        expires: day("expires"),
        related: top.texts("related").unwrap_or_default(),
        links: top.texts("links").unwrap_or_default(),
        translation_of: top.text("translation_of"),
        text: text[parts.body.clone()].to_owned(),
    });
    let article = article.map_err(|error| {
        let span = top.at("id");
        let span = span.start + parts.front.start..span.end + parts.front.start;
        let problem = Problem::at(path, text, span, format!("an article needs an id: {error}"));
        Box::new(
            problem
                .hint("an id is `KB-` and four characters, like KB-7Q2M")
                .fatal(),
        )
    });
    drop(top);
    article.map(|article| (article, source.finish()))
}
