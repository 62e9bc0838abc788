//! `desk kb demand`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::model::moment::Moment;
use crate::ops::core::error::OpError;
use crate::rules::text::time_input;
use crate::view::{json, kb};

/// List what the knowledge base lacks, most frequent first
///
/// Searches made for a ticket that found nothing, and problem codes of tickets that were solved
/// without an article.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// From this day or time on
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// Up to the end of this day, or to this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub to: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let now = context.ui.env.now;
    let span = |text: &String| -> Result<(Moment, Moment), OpError> {
        time_input::span(text, now, desk.settings.zone)
            .map_err(|error| CommandError::BadPeriod(&error.to_string()).error())
    };
    let from = args
        .from
        .as_ref()
        .map(span)
        .transpose()?
        .map(|(from, _)| from);
    let to = args.to.as_ref().map(span).transpose()?.map(|(_, to)| to);
    let (found, problems) = crate::ops::kb::demand::demand(desk, from, to);
    if context.global.json {
        context.ui.data(&json::page(
            "demand",
            kb::demand::demand_json(&found),
            &problems,
        ))?;
        return Ok(ExitStatus::Done);
    }
    let text = kb::demand::demand(&found, &desk.catalogue, &context.ui.paint);
    context.ui.long(&text)?;
    if text.is_empty() {
        context.ui.remark("nothing is missing");
    }
    context.problems(&problems);
    Ok(ExitStatus::Done)
}
