//! `desk edit`.

use crate::cli::complete;
use crate::cli::context::{Context, Done};
use crate::cli::editor;
use crate::ops;
use crate::ops::error::OpError;
use crate::store::repo::Repo;

/// Change a ticket's file in your editor
///
/// What you change is checked and written to the log when the editor ends. What cannot be saved
/// stays in a draft, whose place you are told.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The ticket, by id or by any start of it
    #[arg(value_name = "ID", add = complete::tickets())]
    pub id: String,
}

pub fn run(context: &mut Context, args: &Args) -> Done {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let id = desk.find(&args.id, Some(&act.me))?;
    if !context.ui.env.interactive && !context.ui.env.editor_set {
        return Err(OpError::usage("`desk edit` needs a terminal")
            .hint("edit the file itself, then `desk check --fix`; or set fields with `desk set`"));
    }
    let repo = Repo::open(desk.root.dir())?;
    let draft = ops::editing::draft(desk, &repo, id)?;
    editor::edit(&context.ui, &draft.path)?;
    let outcome = ops::editing::finish(desk, &act, &draft)?;
    context.show(desk, &outcome)
}
