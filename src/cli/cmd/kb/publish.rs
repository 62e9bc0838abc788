//! `desk kb publish`.

use crate::cli::args::Message;
use crate::cli::cmd::kb::articles;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Publish articles, as a manager
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Articles, by id; `-` reads them from standard input
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
    /// The day by which it is to be read again [default: in a year]
    #[arg(long, value_name = "DATE")]
    pub review_by: Option<String>,
    /// The day on which it leaves the search
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    #[command(flatten)]
    pub text: Message,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let ids = articles(context, desk, &args.ids)?;
    if ids.is_empty() {
        return context.nothing_named("articles");
    }
    let how = ops::kb::publish::Publishing {
        review_by: args.review_by.clone(),
        expires: args.expires.clone(),
        why: context
            .text(args.text.message.as_deref())?
            .unwrap_or_default(),
    };
    let outcome = ops::kb::publish::publish(desk, &act, &ids, &how)?;
    context.show(desk, &outcome)
}
