//! `desk kb review`.

use crate::cli::args::Message;
use crate::cli::cmd::kb::articles;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::view::{json, kb};

/// Hand a draft in, confirm a published article, or list what is due
///
/// Anybody hands a draft in; a manager then publishes it, or sends it back with --back. Of a
/// published article a manager confirms that it still holds. Without an article it lists those that
/// were said to be wrong, are expired or stale, wait for a manager, or fall due within 30 days.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Articles, by id; `-` reads them from standard input
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
    /// The day by which a published article is to be read again [default: in a year]
    #[arg(long, value_name = "DATE", requires = "ids")]
    pub until: Option<String>,
    /// Back to a draft
    #[arg(long, requires = "ids", conflicts_with = "until")]
    pub back: bool,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    if args.ids.is_empty() {
        return due(context, desk);
    }
    let act = context.act(desk)?;
    let ids = articles(context, desk, &args.ids)?;
    if ids.is_empty() {
        return context.nothing_named("articles");
    }
    let how = ops::kb::review::Review {
        until: args.until.clone(),
        back: args.back,
        why: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let outcome = ops::kb::review::review(desk, &act, &ids, &how)?;
    context.show(desk, &outcome)
}

fn due(context: &Context, desk: &Desk) -> ExitResult {
    context.known_agent(desk)?;
    let now = context.ui.env.now;
    let (all, problems) = ops::kb::review::due(desk, now);
    if context.global.json {
        let today = ops::core::articles::today(desk, now);
        let items = all.iter().map(|one| kb::json::due(one, today)).collect();
        context.ui.data(&json::page("articles", items, &problems))?;
        return Ok(ExitStatus::Done);
    }
    context.ui.long(&kb::list::due(&all, &context.ui.paint))?;
    if all.is_empty() {
        context.ui.remark("no article is due");
    }
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
