//! `desk kb use`.

use crate::cli::args::Message;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::model::article::ArticleOutcome;
use crate::ops;
use crate::ops::core::messages::unknown;

/// Say on a ticket what came of an article
///
/// The ticket names the article from now on, and the article is known by what it solved. What is
/// wrong stands on its owner's desk until the article is edited.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The article, by id
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub id: String,
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(long, value_name = "ID", add = complete::open_tickets())]
    pub on: String,
    /// solved: it alone did; helped: it was part of it; wrong: it did not fit, or is not true
    #[arg(long, value_name = "OUTCOME", add = complete::uses())]
    pub outcome: String,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.on, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    let article = ops::core::values::article_id(desk, &args.id)?;
    let came = ArticleOutcome::WORDS
        .contains(&args.outcome.as_str())
        .then(|| ArticleOutcome::read(&args.outcome))
        .flatten()
        .ok_or_else(|| {
            unknown(
                "outcome",
                &args.outcome,
                ArticleOutcome::WORDS.iter().copied(),
            )
        })?;
    let text = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::kb::r#use::used(desk, &act, &article, id, came, &text)?;
    context.show(desk, &outcome)
}
