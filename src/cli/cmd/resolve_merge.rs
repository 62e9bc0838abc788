//! `desk resolve-merge`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::resolve_merge;

/// Finish a merge that git made without the desk's rules
///
/// Merges the desk's files that git left unmerged, from the versions in its index, and files with
/// marks of a conflict in them. What you have already settled in a file by hand stays: your free
/// texts, with every entry of both sides. A merge of git's itself you end with `git commit`.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let outcome = ops::data::resolve_merge::resolve_merge(desk, &act)?;
    context.ui.reports(&outcome.recovered);
    context.incomplete(outcome.saved.as_ref());
    if context.global.json {
        context.ui.data(&resolve_merge::json(&outcome))?;
    } else {
        let dry_run = context.global.dry_run;
        let text = resolve_merge::text(&outcome, &context.ui.paint, dry_run);
        context.ui.outcome(&text)?;
    }
    Ok(if outcome.left.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Failed
    })
}
