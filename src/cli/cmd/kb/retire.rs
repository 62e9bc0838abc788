//! `desk kb retire`.

use crate::cli::args::Message;
use crate::cli::cmd::kb::articles;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::ops;

/// Retire articles, as a manager: out of use, still found by old tickets
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Articles, by id; `-` reads them from standard input
    #[arg(required = true, value_name = "KB-ID", add = complete::articles())]
    pub ids: Vec<String>,
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
    let why = context
        .text(args.text.message.as_deref())?
        .unwrap_or_default();
    let outcome = ops::kb::retire::retire(desk, &act, &ids, &why)?;
    context.show(desk, &outcome)
}
