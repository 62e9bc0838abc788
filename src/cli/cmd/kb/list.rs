//! `desk kb list`.

use crate::cli::cmd::list;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::model::article::ArticleState;
use crate::ops;
use crate::ops::core::error::OpError;
use crate::ops::core::messages::unknown;
use crate::page::query::articles;
use crate::view::{json, kb};

/// List articles, with how often each was used and solved
///
/// Words are whole, or print* for a beginning, in titles, tags, codes and ids; terms are like state:draft owner:anna tag:vpn
/// code:NET-OUT category:network is:stale. Words of the text itself are for `kb search`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Words and terms; all must fit
    #[arg(value_name = "QUERY", add = complete::cached_articles())]
    pub query: Vec<String>,
    /// Only those whose review date has passed
    #[arg(long)]
    pub stale: bool,
    /// Only those in a state: draft, review, published or retired
    #[arg(long, value_name = "STATE", add = complete::states())]
    pub state: Option<String>,
    /// Only those in a language
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
    /// Retired and expired ones too
    #[arg(long)]
    pub all: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let query = articles::schema().read(&list::query(&args.query))?;
    let me = context.asker(desk, query.needs_me())?;
    let request = ops::kb::list::ArticleRequest {
        query,
        stale: args.stale,
        state: args.state.as_deref().map(state).transpose()?,
        language: args.language.clone(),
        all: args.all,
    };
    let now = context.ui.env.now;
    let listing = ops::kb::list::list(desk, context.of(desk, me.as_ref()), &request)?;
    let today = ops::core::articles::today(desk, now);
    if context.global.json {
        let items = listing
            .articles
            .iter()
            .map(|one| kb::json::listed(one, today).into());
        let page = json::page("articles", items.collect(), &listing.problems);
        context.ui.data(&page)?;
        return Ok(ExitStatus::Done);
    }
    context
        .ui
        .long(&kb::list::list(&listing, today, &context.ui.paint))?;
    for remark in kb::list::remarks(&listing) {
        context.ui.remark(&remark);
    }
    context.problems(&listing.problems);
    Ok(ExitStatus::Done)
}

fn state(word: &str) -> Result<ArticleState, OpError> {
    word.parse()
        .map_err(|_| unknown("state", word, ArticleState::WORDS.iter().copied()))
}
