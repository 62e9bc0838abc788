//! `desk who`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::cli::messages::CommandError;
use crate::ops;
use crate::view::{json, who};

/// Show a requester's history
///
/// Finds people among the requesters of all tickets, by name, e-mail address, telephone, account or
/// organisation; case and accents do not count, and the start of a word will do. A ticket's id
/// finds who called.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A name, or whatever else the person is known by
    #[arg(required = true, value_name = "NAME", add = complete::people())]
    pub name: Vec<String>,
    /// All done tickets, not only the newest
    #[arg(long)]
    pub all: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    context.known_agent(desk)?;
    let name = args.name.join(" ");
    if name.trim().is_empty() {
        return Err(CommandError::EmptyName.error());
    }
    let found = ops::ticket::who::who(desk, &name)?;
    if context.global.json {
        let of_desk = context.of(desk, None);
        let people = found.people.iter().map(|one| who::json(one, of_desk));
        context
            .ui
            .data(&json::page("people", people.collect(), &found.problems))?;
        return Ok(ExitStatus::Done);
    }
    let paint = context.ui.paint;
    let text = who::who(&found, args.all, context.of(desk, None), &paint);
    context.ui.long(&text)?;
    for remark in who::remarks(&found) {
        context.ui.remark(&remark);
    }
    context.problems(&found.problems);
    Ok(ExitStatus::Done)
}
