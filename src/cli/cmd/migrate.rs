//! `desk migrate`.

use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::view::migrate;

/// Bring a desk of an older format over, in one commit
///
/// Two clones that do it apart write the same bytes. From then on every clone needs a version that
/// knows the new format; an older one refuses it and writes nothing.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Args {}

pub fn run(context: &mut Context, _: Args) -> ExitResult {
    let desk = context.desk()?;
    let act = context.act(desk)?;
    let migrated = ops::data::migrate::migrate(desk, &act)?;
    context.ui.reports(&migrated.recovered);
    context.problems(&migrated.left);
    context.incomplete(migrated.saved.as_ref());
    if context.global.json {
        context.ui.data(&migrate::json(&migrated))?;
    } else {
        let text = migrate::text(&migrated, &context.ui.paint, context.global.dry_run);
        context.ui.outcome(&text)?;
    }
    Ok(ExitStatus::Done)
}
