//! `desk kb check`.

use crate::cli::cmd::check::relative;
use crate::cli::context::{Context, ExitResult};
use crate::cli::failure::ExitStatus;
use crate::ops;
use crate::ops::core::scope::Scope;
use crate::view::{diagnostic, json};

/// Check articles for broken links, missing scripts, stale or duplicate content
///
/// Links and ids that lead nowhere, addresses that cannot be (nothing is looked up), codes that ask
/// for a call script and have none, articles that are stale, expired or there twice, translations
/// of nothing. Exit status 1 tells of findings.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Only these files or folders
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub paths: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> ExitResult {
    let desk = context.desk()?;
    let scope = Scope {
        paths: args
            .paths
            .iter()
            .map(|path| relative(desk, path))
            .collect::<Result<_, _>>()?,
    };
    let now = context.ui.env.now;
    let checked = ops::kb::check::check(desk, now, &scope);
    let failed = ExitStatus::no_if(!checked.problems.is_empty());
    if context.global.json {
        context
            .ui
            .data(&json::page("articles", Vec::new(), &checked.problems))?;
        return Ok(failed);
    }
    let text = diagnostic::articles(&checked, &context.ui.paint);
    if failed == ExitStatus::No {
        context.ui.data(&text)?;
    } else {
        context.ui.outcome(&text)?;
    }
    Ok(failed)
}
