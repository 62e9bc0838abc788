//! `desk kb edit`.

use crate::cli::complete;
use crate::cli::context::{Context, ExitResult};
use crate::cli::editor;
use crate::cli::messages::CommandError;
use crate::ops;

/// Change an article in your editor
///
/// What you change is checked when the editor ends. What cannot be saved stays in a draft, whose
/// place you are told. An article that cannot be read is named by its file.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The article, by id or by file
    #[arg(value_name = "KB-ID", add = complete::articles())]
    pub id: String,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    if !context.ui.env.interactive && !context.ui.env.editor_set {
        return Err(CommandError::ArticleEditNeedsTerminal.error());
    }
    let repo = act.repo(desk)?;
    let editing = ops::kb::edit::begin(desk, repo, &args.id)?;
    editor::open(&context.ui, &editing.draft, &editing.again)?;
    let outcome = ops::kb::edit::finish(desk, &act, &editing)?;
    if outcome.revised.is_empty() {
        context.ui.remark("nothing was changed");
    }
    context.show(desk, &outcome)
}
