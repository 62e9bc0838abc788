//! `desk kb script`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure;
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::page::call_script::SCRIPT;
use crate::view::{json, kb};

/// Show the call script of an article, for reading aloud
///
/// The lines of its section `Call script`. An article without one: exit status 1.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The article, by id
    #[arg(value_name = "KB-ID", add = complete::scripts())]
    pub id: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let script = ops::kb::script::script(desk, &args.id)?;
    let today = ops::core::articles::today(desk, context.ui.env.now);
    if context.global.json {
        let items = vec![kb::json::said(&script, today)];
        context.ui.data(&json::page("articles", items, &[]))?;
    }
    if script.lines.is_empty() {
        let id = &script.cached.article.id;
        let error = CommandError::NoCallScript(&id, &SCRIPT).error();
        failure::tell(&context.ui, &error);
        return Ok(ExitStatus::No);
    }
    if !context.global.json {
        context
            .ui
            .long(&kb::article::script(&script, today, &context.ui.paint))?;
    }
    Ok(ExitStatus::Done)
}
