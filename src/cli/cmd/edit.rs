//! `desk edit`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::messages::CommandError;
use crate::cli::{editor, prompt};
use crate::ops;

/// Change a ticket's file in your editor
///
/// What you change is checked as the commands would check it, and written to the log when the editor
/// ends. What cannot be saved stays in a draft, whose place you are told; the next `desk edit` of the
/// ticket goes on with it. Entries that were taken out of the log, or whose facts were changed, are
/// asked about.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it; `-` reads it from standard input
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
    /// Let entries of the log go, or their facts change, without a question
    #[arg(long)]
    pub remove_entries: bool,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let Some(id) = context.one(desk, &args.id, Some(&act.me))? else {
        return context.nothing_named("tickets");
    };
    if !context.ui.env.interactive && !context.ui.env.editor_set {
        return Err(CommandError::EditNeedsTerminal.error());
    }
    let repo = act.repo(desk)?;
    let editing = ops::ticket::edit::begin(desk, repo, id)?;
    editor::open(&context.ui, &editing.draft, &editing.again())?;
    let mut consent = args.remove_entries;
    if !consent && context.ui.env.interactive {
        let lost = ops::ticket::edit::lost(desk, &editing);
        if !lost.is_empty() {
            let question = format!("The log would lose: {}. Go on?", lost.join("; "));
            consent = prompt::confirm(&question)?;
        }
    }
    let outcome = ops::ticket::edit::finish(desk, &act, &editing, consent)?;
    context.show(desk, &outcome)
}
