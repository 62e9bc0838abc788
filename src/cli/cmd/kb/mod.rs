//! `desk kb`: the knowledge base.

pub mod check;
pub mod demand;
pub mod edit;
pub mod list;
pub mod new;
pub mod publish;
pub mod retire;
pub mod review;
pub mod script;
pub mod search;
pub mod show;
pub mod r#use;

use crate::cli::messages::CommandError;
use clap::Subcommand;

use crate::cli::context::{Context, ExitResult};
use crate::model::id::ArticleId;
use crate::ops;
use crate::ops::core::desk::Desk;
use crate::ops::core::error::OpError;

/// The knowledge base: write, publish, use and look after articles
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do with the knowledge base
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    New(Box<new::Args>),
    Edit(edit::Args),
    List(list::Args),
    Show(show::Args),
    Script(script::Args),
    Search(search::Args),
    Use(r#use::Args),
    Review(review::Args),
    Publish(publish::Args),
    Retire(retire::Args),
    Check(check::Args),
    Demand(demand::Args),
}

pub fn run(context: &mut Context, args: Args) -> ExitResult {
    match args.command {
        Command::New(args) => new::run(context, *args),
        Command::Edit(args) => edit::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Script(args) => script::run(context, &args),
        Command::Search(args) => search::run(context, &args),
        Command::Use(args) => r#use::run(context, &args),
        Command::Review(args) => review::run(context, &args),
        Command::Publish(args) => publish::run(context, &args),
        Command::Retire(args) => retire::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Demand(args) => demand::run(context, &args),
    }
}

/// The articles that were named, each once; `-` stands for those on standard input.
pub(crate) fn articles(
    context: &Context,
    desk: &Desk,
    given: &[String],
) -> Result<Vec<ArticleId>, OpError> {
    let cached_articles = ops::core::articles::cached_articles(desk);
    let mut ids: Vec<ArticleId> = Vec::new();
    for name in context.names(given)? {
        let id = &ops::core::articles::find(&cached_articles, &name)?
            .article
            .id;
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    // An empty pipe is nothing to do.
    if ids.is_empty() && !given.iter().any(|one| one == "-") {
        return Err(CommandError::NoArticleNamed.error());
    }
    Ok(ids)
}
