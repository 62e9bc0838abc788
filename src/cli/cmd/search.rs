//! `desk search`, and what `desk kb search` shares with it.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::index::text::Collection;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;
use crate::ops::search::query::SearchQuery;
use crate::ops::search::results::{SearchRequest, SearchResults};
use crate::view::{json, search};

/// Find tickets and articles by their words, the best first
///
/// Words are looked for in titles, descriptions, every entry, requesters and equipment, in any
/// language, inflected and with slips. "a phrase" and begin* must stand there, -word must not;
/// terms like queue:network created>=2026-11 tag:vpn are those of `desk list` and `desk kb list`.
/// Nothing found: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms
    #[arg(required = true, value_name = "QUERY", add = complete::query())]
    pub query: Vec<String>,
    #[command(flatten)]
    pub options: Options,
}

/// Options of every search
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// Show at most N of each kind
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// Procedures, the manual, and retired and expired articles too
    #[arg(long)]
    pub all: bool,
    /// The language in which you read articles [default: that of your terminal]
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk_for(&args.query)?;
    let (found, _) = find(
        context,
        desk,
        &args.query,
        &args.options,
        &[Collection::Articles, Collection::Tickets],
    )?;
    show(context, desk, &found, &args.options, true)
}

/// Looks for texts; what was found, and the query as one text.
pub(in crate::cli::cmd) fn find(
    context: &Context,
    desk: &Desk,
    query: &[String],
    options: &Options,
    kinds: &[Collection],
) -> Result<(SearchResults, String), OpError> {
    let text = query.join(" ");
    let query = SearchQuery::read(desk, &text, kinds, context.ui.env.now);
    for remark in query.remarks() {
        context.ui.remark(remark);
    }
    context.tell_own_views(desk, query.of_tickets(), true);
    let me = context.asker(desk, query.needs_me())?;
    let request = SearchRequest {
        query,
        kinds: kinds.to_vec(),
        limit: options.limit.into(),
        all: options.all,
        language: context.language(options.language.as_deref()),
    };
    let found = ops::search::search(desk, context.of(desk, me.as_ref()), &request)?;
    Ok((found, text))
}

/// Shows what was found; 1 where nothing was.
pub(in crate::cli::cmd) fn show(
    context: &Context,
    desk: &Desk,
    found: &SearchResults,
    options: &Options,
    both: bool,
) -> ExitResult {
    let today = ops::core::articles::today(desk, context.ui.env.now);
    let status = ExitStatus::no_if(found.is_empty());
    if context.global.json {
        let articles = found
            .articles
            .iter()
            .map(|hit| search::article_json(hit, today));
        let mut parts = vec![("articles", articles.collect())];
        if both {
            let of_desk = context.of(desk, None);
            let tickets = found.tickets.iter().map(|hit| {
                let mut item = json::summary(&hit.ticket, of_desk);
                search::ticket_json(&mut item, hit);
                item
            });
            parts.push(("tickets", tickets.collect()));
        }
        context.ui.data(&json::pages(parts, &found.problems))?;
        return Ok(status);
    }
    let text = search::found(found, both, &desk.settings, today, &context.ui.paint);
    context.ui.long(&text)?;
    if found.is_empty() {
        context.ui.remark("nothing was found");
    }
    for remark in search::remarks(found, options.limit.into()) {
        context.ui.remark(&remark);
    }
    context.problems(&found.problems);
    Ok(status)
}
