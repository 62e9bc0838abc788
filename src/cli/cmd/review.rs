//! `desk review`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::review;

/// Tell what a branch, or what came in, did to the desk, ticket by ticket
///
/// In Markdown: each ticket with its new entries, then the articles and other files that changed.
/// Without a range it tells what `desk sync --quiet` brought in since you last looked, by others.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// OLD..NEW, or NEW since it left the commit that is checked out
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    // Commits are judged by the machine's clock, not by one that their own settings name.
    let clock = context.ui.env.now;
    let desk = context.desk()?;
    let me = context.me(desk)?;
    let told = match &args.range {
        Some(range) => Some(ops::data::review::range(desk, me.as_ref(), clock, range)?),
        None => ops::data::review::unseen(desk, &context.act(desk)?.me)?,
    };
    let of_desk = context.of(desk, me.as_ref());
    match told {
        Some(told) if context.global.json => context.ui.data(&review::json(&told, of_desk))?,
        Some(told) => {
            let text = review::text(&told, of_desk, &context.ui.paint);
            context.ui.long(&text)?;
        }
        None if context.global.json => {
            let nothing = crate::view::json::pages(
                vec![("tickets", Vec::new()), ("review", Vec::new())],
                &[],
            );
            context.ui.data(&nothing)?;
        }
        None => context.ui.remark("nothing came in since you last looked"),
    }
    Ok(ExitStatus::Done)
}
