//! `desk mail drop`.

use serde_json::json;

use crate::cli::cmd::mail::keys;
use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::view::quarantine;

/// Remove mails from the quarantine, for good
///
/// Nothing is told to the sender, and nothing brings a mail back: look at it first, with `desk mail
/// show KEY`, or keep it with `desk mail show KEY -o FILE`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The mails, by their keys or the beginnings of them; `-` reads them from standard input
    #[arg(required = true, value_name = "KEY", add = complete::held_mails())]
    pub keys: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let keys = keys(context, &args.keys)?;
    if keys.is_empty() {
        return context.nothing_named("mails");
    }
    let dropped = ops::mail::quarantine::drop_mails(desk, &act, &keys)?;
    context.ui.reports(&dropped.recovered);
    let told = if context.global.json {
        let item = |mail| {
            let mut item = quarantine::json(mail);
            item["dropped"] = json!(!dropped.dry_run);
            item
        };
        let items = dropped.mails.iter().map(item).collect();
        context
            .ui
            .data(&crate::view::json::page("mails", items, &[]))
    } else {
        let text = quarantine::dropped(&dropped, &context.ui.paint);
        context.ui.outcome(&text)
    };
    match told {
        Ok(()) => Ok(ExitStatus::Done),
        Err(error) if !dropped.dry_run => Err(CommandError::SavedButOutputFailed(&error).error()),
        Err(error) => Err(error.into()),
    }
}
