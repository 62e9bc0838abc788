//! `kb script`: the call script of an article.

use crate::index::article_cache::{self as cached_all, CachedArticle};
use crate::ops::core::articles::{cached_articles, find};
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::page::call_script::{self, ScriptLine};
use crate::page::markdown;

/// The lines of an article to be read out.
#[derive(Clone, Debug)]
pub struct Script {
    /// The article.
    pub cached: CachedArticle,
    /// Its lines; none where it has no call script.
    pub lines: Vec<ScriptLine>,
}

/// The call script of an article.
pub fn script(desk: &Desk, given: &str) -> Result<Script, OpError> {
    let cached_articles = cached_articles(desk);
    let cached = find(&cached_articles, given)?;
    let page = cached_all::page(&desk.root, &cached.path)?;
    let lines = call_script::script(&markdown::read(page.body())).unwrap_or_default();
    let aloud = lines.iter().any(|line| line.number.is_some());
    Ok(Script {
        cached: cached.clone(),
        lines: if aloud { lines } else { Vec::new() },
    })
}
