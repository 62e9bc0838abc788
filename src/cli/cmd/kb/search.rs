//! `desk kb search`.

use crate::cli::cmd::search;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::index::text::Collection;
use crate::model::id::ArticleId;
use crate::ops;

/// Find articles by their words, the best first
///
/// With the words of the requester, in any language, inflected and with slips; the query language
/// is that of `desk search`. With --on the search and what it found are written into the ticket's
/// log. Nothing found: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms
    #[arg(required = true, value_name = "WORDS", add = complete::cached_articles())]
    pub query: Vec<String>,
    /// The ticket for which you search, by id or by any start of it
    #[arg(long, value_name = "ID", add = complete::open_tickets())]
    pub on: Option<String>,
    #[command(flatten)]
    pub options: search::Options,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let on = match &args.on {
        Some(on) => {
            let act = context.act(desk)?;
            let Some(id) = context.one(desk, on, Some(&act.me))? else {
                return context.nothing_named("tickets");
            };
            Some((act, id))
        }
        None => None,
    };
    let kinds = [Collection::Articles];
    let (found, query) = search::find(context, desk, &args.query, &args.options, &kinds)?;
    if let Some((act, id)) = &on {
        let hits: Vec<ArticleId> = found
            .articles
            .iter()
            .map(|hit| hit.cached.article.id.clone())
            .collect();
        let outcome = ops::kb::search::searched(desk, act, *id, &query, &hits)?;
        context.aside(&outcome);
        let written = if context.global.dry_run {
            "would be written"
        } else {
            "is written"
        };
        context
            .ui
            .remark(&format!("the search {written} into {id}"));
    }
    let done = search::show(context, desk, &found, &args.options, false)?;
    if let (Some((_, id)), Some(hit)) = (&on, found.articles.first()) {
        let article = &hit.cached.article.id;
        context.ui.remark(&format!(
            "if it helped: desk kb use {article} --on {id} --outcome solved|helped|wrong"
        ));
    }
    Ok(done)
}
