//! Articles in JSON.

use crate::index::article_cache::CachedArticle;
use crate::model::article::{ArticleKey, ArticleOutcome};
use crate::ops::kb::review::DueArticle;
use crate::ops::kb::script::Script;
use crate::ops::kb::show::ArticleView;
use crate::ops::kb::uses::ListedArticle;
use crate::ops::kb::uses::Mend;
use crate::page::call_script::ScriptLine;
use crate::page::markdown::plain;
use crate::view::kb::list::reported;
use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

/// An article in JSON: the keys of its front matter, computed values under `derived`.
pub fn cached(cached: &CachedArticle, today: NaiveDate) -> Map<String, Json> {
    let article = &cached.article;
    let mut out = Map::new();
    for key in ArticleKey::ALL {
        if let Some(value) = article.get(*key) {
            out.insert(key.name().to_owned(), crate::view::json::value(&value));
        }
    }
    out.insert(
        "derived".to_owned(),
        json!({
            "path": cached.path,
            "category": cached.category(),
            "script": article.script,
            "stale": article.is_stale(today),
            "expired": article.is_expired(today),
        }),
    );
    out
}

/// An article of a list in JSON, with its usage.
pub fn listed(one: &ListedArticle, today: NaiveDate) -> Map<String, Json> {
    let mut out = cached(&one.cached, today);
    let usage = &one.usage;
    let wrong: Vec<Json> = one
        .wrong
        .iter()
        .map(|one| json!({"ticket": one.ticket.as_str(), "at": one.at.to_string(), "by": one.by.as_str()}))
        .collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("used".to_owned(), json!(usage.used));
        derived.insert("solved".to_owned(), json!(usage.solved));
        derived.insert("helped".to_owned(), json!(usage.helped));
        derived.insert("wrong".to_owned(), json!(usage.wrong));
        derived.insert(
            "last_used".to_owned(),
            json!(usage.last.map(|at| at.to_string())),
        );
        derived.insert("to_mend".to_owned(), Json::Array(wrong));
    }
    out
}

/// An article in JSON, with its text, related articles, translations and tickets.
pub fn shown(one: &ArticleView, today: NaiveDate) -> Json {
    let mut out = listed(&one.listed, today);
    out.insert("text".to_owned(), json!(one.page.body()));
    let short = |cached: &CachedArticle| {
        json!({
            "id": cached.article.id.as_str(),
            "title": cached.article.title,
            "state": cached.article.state.as_str(),
            "language": cached.article.language,
        })
    };
    let tickets: Vec<Json> = one
        .tickets
        .iter()
        .map(|one| {
            json!({
                "id": one.ticket.as_str(),
                "title": one.title,
                "outcome": one.came.map(ArticleOutcome::as_str),
                "at": one.at.to_string(),
            })
        })
        .collect();
    let related: Vec<Json> = one
        .related
        .iter()
        .filter_map(|(_, cached)| cached.as_ref().map(short))
        .collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("related".to_owned(), Json::Array(related));
        let translations = one.translations.iter().map(short).collect();
        derived.insert("translations".to_owned(), Json::Array(translations));
        derived.insert("tickets".to_owned(), Json::Array(tickets));
    }
    Json::Object(out)
}

/// An article to be mended in JSON.
pub fn mend(one: &Mend, today: NaiveDate) -> Json {
    let mut out = cached(&one.cached, today);
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("part".to_owned(), json!("mend"));
        derived.insert("wrong".to_owned(), json!(one.times));
        let last = json!({
            "ticket": one.last.ticket.as_str(),
            "at": one.last.at.to_string(),
            "by": one.last.by.as_str(),
        });
        derived.insert("last_wrong".to_owned(), last);
    }
    Json::Object(out)
}

/// A call script in JSON: its lines, each with its number and whether it is read out.
pub fn said(script: &Script, today: NaiveDate) -> Json {
    let mut out = cached(&script.cached, today);
    let line = |said: &ScriptLine| json!({"number": said.number, "aloud": said.aloud, "text": plain(&said.text)});
    let lines = script.lines.iter().map(line).collect();
    out.insert("script".to_owned(), Json::Array(lines));
    Json::Object(out)
}

/// A due article in JSON, with the reasons in words.
pub fn due(one: &DueArticle, today: NaiveDate) -> Json {
    let mut out = listed(&one.listed, today);
    let why: Vec<String> = one.why.iter().map(|why| reported(*why).1).collect();
    if let Some(Json::Object(derived)) = out.get_mut("derived") {
        derived.insert("why".to_owned(), json!(why));
    }
    Json::Object(out)
}
